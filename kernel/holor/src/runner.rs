//! One session and the cells that run in it, for the kernel, the runner and the prompt alike.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use holor_lang::{CODES, Diagnostic, Outcome, Session, Value};

use crate::world::{CellWorld, Channels, Output};

/// A session and its surroundings.
#[derive(Debug)]
pub struct Runner {
    session: Session,
    channels: Channels,
    folder: PathBuf,
    started: Instant,
}

/// What a cell came to.
#[derive(Debug)]
pub struct Report {
    /// Its value, unless hidden.
    pub value: Option<Value>,
    /// Why there is none; empty for a cell that ran.
    pub errors: Vec<Diagnostic>,
}

impl Runner {
    /// A session whose cells use files under a folder.
    pub fn new(folder: PathBuf) -> Self {
        Self::with(Session::new(), folder)
    }

    /// The same where cells are run on threads that have a stack of so many bytes.
    pub fn on_stacks_of(bytes: usize, folder: PathBuf) -> Self {
        Self::with(Session::on_stacks_of(bytes), folder)
    }

    fn with(session: Session, folder: PathBuf) -> Self {
        quiet_panics();
        Self { session, channels: Channels::default(), folder, started: Instant::now() }
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Use of the channels so far.
    pub fn channels(&self) -> &Channels {
        &self.channels
    }

    /// Runs a cell. `name` is what a person calls it; `number` is what `_3` refers to.
    ///
    /// A defect of holor is caught here: it fails the cell and nothing else.
    pub fn run(
        &self,
        code: &str,
        name: &str,
        number: u32,
        output: &dyn Output,
    ) -> Report {
        match self.channels.command(code) {
            Some(Ok(table)) => {
                output.print(&table);
                return Report { value: None, errors: Vec::new() };
            }
            Some(Err(usage)) => {
                return Report { value: None, errors: vec![own_error("E0106", usage)] };
            }
            None => {}
        }
        let session = &self.session;
        let interrupted = session.interrupt_flag();
        let world = CellWorld {
            output,
            session,
            folder: &self.folder,
            channels: &self.channels,
            interrupted: &interrupted,
            started: self.started,
        };
        let outcome =
            catch_unwind(AssertUnwindSafe(|| session.run(code, name, number, &world)));
        let Outcome { value, warnings, mut errors } = outcome.unwrap_or_else(|_| {
            let message = "holor itself failed, please report it with this cell".into();
            Outcome {
                value: None,
                warnings: Vec::new(),
                errors: vec![own_error(DEFECT, message)],
            }
        });
        warnings.iter().for_each(|warning| output.warn(warning, session));
        for error in errors.iter_mut().filter(|error| error.code.name == DEFECT) {
            if let Some(place) = last_panic().take() {
                error.message.push_str(&format!(" (at {place})"));
            }
        }
        Report { value, errors }
    }
}

/// An error of the command itself, with a code of the language's table.
fn own_error(code: &str, message: String) -> Diagnostic {
    let row = CODES.iter().find(|row| row.name == code).unwrap_or(&CODES[0]);
    Diagnostic::error(row, message)
}

/// The code of a defect of holor.
const DEFECT: &str = "E0901";

/// Where the last caught panic began.
fn last_panic() -> std::sync::MutexGuard<'static, Option<String>> {
    static PLACE: Mutex<Option<String>> = Mutex::new(None);
    PLACE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Panics are caught and told in the cell; nothing goes to the terminal of whoever started us.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        *last_panic() =
            panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
    }));
}
