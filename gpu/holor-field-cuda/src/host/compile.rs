//! NVRTC: CUDA C to machine code of a card.

use std::ffi::{CStr, CString};

use cudarc::nvrtc::{result, sys};
use holor_field::checkpoint::Store;
use holor_field::{FieldError, FieldResult};

use super::{Library, cache};

/// Products and sums stay apart, divisions and roots are rounded correctly, small numbers are kept: the bits are the interpreter's.
const OPTIONS: [&str; 5] =
    ["--fmad=false", "--prec-div=true", "--prec-sqrt=true", "--ftz=false", "--std=c++17"];

/// Kernels are compiled by all threads of the processor, each by one.
const PARALLEL: &str = "--split-compile=0";

/// NVRTC.
#[derive(Clone, Copy, Debug)]
pub struct Compiler {
    version: (i32, i32),
}

fn failed(error: result::NvrtcError) -> FieldError {
    FieldError::Device(format!("NVRTC reports {}; use device = cpu", name(error)))
}

/// The name of an error, by the library itself: a newer one has some that the bindings do not know.
fn name(error: result::NvrtcError) -> String {
    // SAFETY: the library gives a text that stays, or nothing.
    let name = unsafe { sys::nvrtcGetErrorString(error.0) };
    if name.is_null() {
        return format!("error {}", error.0 as u32);
    }
    // SAFETY: the text ends with 0.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

/// A program of NVRTC, given back in the end.
struct Program(sys::nvrtcProgram);

impl Drop for Program {
    fn drop(&mut self) {
        // SAFETY: the program was made and not given back before.
        let _ = unsafe { result::destroy_program(self.0) };
    }
}

impl Compiler {
    /// The compiler, where it is there.
    ///
    /// # Errors
    /// Where it is not: what to install.
    pub fn open() -> FieldResult<Self> {
        Library::Compiler.required()?;
        let (mut major, mut minor) = (0, 0);
        // SAFETY: the library was opened; it writes two numbers.
        unsafe { sys::nvrtcVersion(&raw mut major, &raw mut minor) }
            .result()
            .map_err(failed)?;
        // Older ones lack functions that are called.
        if (major, minor) < (11, 2) {
            return Err(FieldError::Device(format!(
                "NVRTC {major}.{minor} is too old: pip install nvidia-cuda-nvrtc"
            )));
        }
        Ok(Self { version: (major, minor) })
    }

    /// Its version: major, minor.
    pub fn version(&self) -> (i32, i32) {
        self.version
    }

    /// The best architecture that this compiler knows for a card's compute capability: its own, `sm_90`, or the latest before it,
    /// `compute_90`, from which the driver makes the card's.
    ///
    /// # Errors
    /// Where the compiler has given up cards as old as this.
    pub fn architecture(&self, capability: (i32, i32)) -> FieldResult<String> {
        let own = 10 * capability.0 + capability.1;
        let mut count = 0;
        // SAFETY: the library was opened; it writes one number.
        unsafe { sys::nvrtcGetNumSupportedArchs(&raw mut count) }
            .result()
            .map_err(failed)?;
        let mut known = vec![0; usize::try_from(count).unwrap_or(0)];
        // SAFETY: there is room for as many numbers as it said.
        unsafe { sys::nvrtcGetSupportedArchs(known.as_mut_ptr()) }
            .result()
            .map_err(failed)?;
        chosen(&known, own).ok_or_else(|| {
            let (major, minor) = self.version;
            FieldError::Device(format!(
                "NVRTC {major}.{minor} no longer compiles for compute capability {}.{}: pip install nvidia-cuda-nvrtc-cu12, or use device = cpu",
                capability.0, capability.1
            ))
        })
    }

    /// The machine code (cubin) of a text for an architecture such as `sm_90`, or the intermediate code (PTX) for one such as
    /// `compute_90`.
    ///
    /// # Errors
    /// Where the compiler refuses, with its words.
    pub fn compile(&self, text: &str, architecture: &str) -> FieldResult<Vec<u8>> {
        let source = CString::new(text)
            .map_err(|_| FieldError::Device("a kernel's text has a zero".to_owned()))?;
        let mut options: Vec<String> = OPTIONS.map(str::to_owned).into();
        options.push(format!("--gpu-architecture={architecture}"));
        options.push(PARALLEL.to_owned());
        let compiled = |options: &[String]| {
            let program = result::create_program(&source, Some(c"holor.cu"));
            let program = Program(program.map_err(failed)?);
            // SAFETY: the program was just made.
            let outcome = unsafe { result::compile_program(program.0, options) };
            Ok::<_, FieldError>((program, outcome))
        };
        let (mut program, mut outcome) = compiled(&options)?;
        let unknown = sys::nvrtcResult::NVRTC_ERROR_INVALID_OPTION;
        if outcome.as_ref().is_err_and(|error| error.0 == unknown) {
            // An older compiler does all on one thread.
            options.pop();
            (program, outcome) = compiled(&options)?;
        }
        if let Err(error) = outcome {
            // SAFETY: as before.
            let log = unsafe { result::get_program_log(program.0) }.unwrap_or_default();
            let log: Vec<u8> = log.into_iter().map(|c| c as u8).collect();
            let log = CStr::from_bytes_until_nul(&log).unwrap_or_default();
            let (major, minor) = self.version;
            return Err(FieldError::Device(format!(
                "NVRTC {major}.{minor} does not compile for {architecture} ({}): {}; use device = cpu",
                name(error),
                log.to_string_lossy().trim()
            )));
        }
        if architecture.starts_with("compute") {
            // SAFETY: the program was compiled.
            let code = unsafe { result::get_ptx(program.0) }.map_err(failed)?;
            return Ok(code.into_iter().map(|c| c as u8).collect());
        }
        let mut size = 0;
        // SAFETY: the program was compiled; the size is that of the buffer.
        unsafe {
            sys::nvrtcGetCUBINSize(program.0, &raw mut size).result().map_err(failed)?;
            let mut code = vec![0_u8; size];
            sys::nvrtcGetCUBIN(program.0, code.as_mut_ptr().cast())
                .result()
                .map_err(failed)?;
            Ok(code)
        }
    }

    /// The same, from a store where it is there already.
    ///
    /// # Errors
    /// As [`Compiler::compile`].
    pub fn compile_once(
        &self,
        text: &str,
        architecture: &str,
        driver: (i32, i32),
        store: Option<&dyn Store>,
    ) -> FieldResult<Vec<u8>> {
        let Some(store) = store else { return self.compile(text, architecture) };
        let identity = format!(
            "{architecture}; NVRTC {:?}; driver {driver:?}; {}\n{text}",
            self.version,
            OPTIONS.join(" ")
        );
        if let Some(code) = cache::find(store, &identity) {
            return Ok(code);
        }
        let code = self.compile(text, architecture)?;
        cache::keep(store, &identity, &code);
        Ok(code)
    }
}

/// The architecture for a card among those that are known, in any order.
fn chosen(known: &[i32], own: i32) -> Option<String> {
    if known.contains(&own) {
        return Some(format!("sm_{own}"));
    }
    let before = known.iter().filter(|other| **other < own).max()?;
    Some(format!("compute_{before}"))
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn cards_that_are_too_new_get_intermediate_code() {
        let known = [75, 80, 90];
        assert_eq!(chosen(&known, 80).as_deref(), Some("sm_80"));
        assert_eq!(chosen(&known, 86).as_deref(), Some("compute_80"));
        assert_eq!(chosen(&known, 120).as_deref(), Some("compute_90"));
        assert_eq!(chosen(&known, 70), None);
    }
}
