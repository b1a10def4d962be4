//! The only way out: everything that enters or leaves the evaluator goes through a [`World`].

use std::sync::Arc;

use holor_field::Backend;
use holor_field::checkpoint::Store;
use holor_field::contraction::{Contraction, Plain};
use holor_field::interpreter::Interpreter;

use crate::{Diagnostic, Value};

/// How far a long computation is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// The part that is done, 0 to 1.
    pub fraction: f64,
    /// Where it is, in words.
    pub text: String,
    /// Seconds that are left at this speed.
    pub seconds_left: f64,
}

/// Something that fields can be computed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceDescription {
    /// The word of `evolve`'s option `device`.
    pub word: String,
    /// Its name with what matters of it.
    pub name: String,
    /// Bytes of its own memory.
    pub memory: Option<u64>,
}

/// What the evaluator may reach. The binary supplies one; tests supply an exact one.
pub trait World: Send + Sync {
    /// Text a program prints.
    fn print(&self, text: &str);
    /// Text a program prints to its error stream.
    fn print_error(&self, text: &str);
    /// Shows a value now, before the cell ends. With an id, later values with the same id replace it.
    fn display(&self, value: &Value, id: Option<&str>, update: bool);
    /// Shows a warning.
    fn warn(&self, diagnostic: &Diagnostic);
    /// Removes the cell's output so far, at once or when the next output comes.
    fn clear_output(&self, wait: bool);
    /// Asks the person for a line of text.
    ///
    /// # Errors
    /// A reason, where nobody can be asked.
    fn input(&self, prompt: &str, secret: bool) -> Result<String, String>;
    /// Reads a text file.
    ///
    /// # Errors
    /// A reason, where the file cannot be read.
    fn read_file(&self, path: &str) -> Result<String, String>;
    /// Writes a file.
    ///
    /// # Errors
    /// A reason, where the file cannot be written.
    fn write_file(&self, path: &str, content: &[u8]) -> Result<(), String>;
    /// Bytes of memory that may still be taken, where that is known.
    fn free_memory(&self) -> Option<u64> {
        None
    }
    /// Seconds since some fixed moment, for measuring.
    fn seconds(&self) -> f64;
    /// Waits, or until interrupted.
    fn sleep(&self, seconds: f64);
    /// A fresh random seed.
    fn seed(&self) -> u64;
    /// A long text for the front end's pager.
    fn page(&self, markdown: &str);
    /// What carries out field computations: on `auto`, `cpu`, `cuda` or `interpreter`.
    ///
    /// # Errors
    /// A reason, where there is no such device.
    fn backend(&self, device: &str) -> Result<Arc<dyn Backend>, String> {
        match device {
            "auto" | "interpreter" => Ok(Arc::new(Interpreter)),
            other => Err(format!("there is no device `{other}` here")),
        }
    }
    /// What multiplies many matrices for contractions of arrays: on `auto`, `cpu`, `cuda` or `interpreter`.
    ///
    /// # Errors
    /// A reason, where there is no such device.
    fn contraction(&self, device: &str) -> Result<Arc<dyn Contraction>, String> {
        match device {
            "auto" | "interpreter" => Ok(Arc::new(Plain)),
            other => Err(format!("there is no device `{other}` here")),
        }
    }
    /// The processor and the graphics cards that fields can be computed on.
    ///
    /// # Errors
    /// A reason, where they may not be asked for.
    fn devices(&self) -> Result<Vec<DeviceDescription>, String> {
        let name = Interpreter.name();
        Ok(vec![DeviceDescription { word: "interpreter".into(), name, memory: None }])
    }
    /// A folder under the notebook's for a run's frames and states; made where it is not there.
    ///
    /// # Errors
    /// A reason, where there can be none.
    fn store(&self, _path: &str) -> Result<Arc<dyn Store>, String> {
        Err("there are no files here".into())
    }
    /// Shows how far a long computation is, replacing what was shown of it before.
    fn progress(&self, _: &Progress) {}
    /// Takes away what was shown of progress.
    fn progress_ended(&self) {}
}

/// A world with nothing in it: output is dropped, everything else refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWorld;

impl World for NoWorld {
    fn print(&self, _: &str) {}
    fn print_error(&self, _: &str) {}
    fn display(&self, _: &Value, _: Option<&str>, _: bool) {}
    fn warn(&self, _: &Diagnostic) {}
    fn clear_output(&self, _: bool) {}
    fn input(&self, _: &str, _: bool) -> Result<String, String> {
        Err("nobody can be asked here".into())
    }
    fn read_file(&self, _: &str) -> Result<String, String> {
        Err("there are no files here".into())
    }
    fn write_file(&self, _: &str, _: &[u8]) -> Result<(), String> {
        Err("there are no files here".into())
    }
    fn seconds(&self) -> f64 {
        0.0
    }
    fn sleep(&self, _: f64) {}
    fn seed(&self) -> u64 {
        0
    }
    fn page(&self, _: &str) {}
}
