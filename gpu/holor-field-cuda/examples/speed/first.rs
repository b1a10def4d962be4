//! How long the first use takes: a new process opens the card and prepares an equation, with an empty store of compiled kernels and
//! again with a full one.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use holor_field::checkpoint::DirectoryStore;
use holor_field::{Backend, FieldError, FieldResult, Precision};
use holor_field_cuda::{Cards, Cuda, Options};
use serde_json::{Value, json};

use crate::golden::Golden;
use crate::problems::Problem;
use crate::timing;

/// Points along each axis: few, so that it is not the data that takes long.
const POINTS: [usize; 3] = [512, 512, 64];

/// The first argument of the new process.
pub(crate) const WORD: &str = "begin";

/// In a process of its own: opens the card and prepares a problem, with what is compiled kept in a folder; prints the seconds of each part.
///
/// # Errors
/// Where a library or a card is missing, or the device fails.
pub(crate) fn begin(
    problem: &Problem,
    folder: &Path,
    device: Option<Cards>,
) -> FieldResult<Value> {
    let golden = small(problem)?;
    let plan = &golden.stepping.plan;
    let began = Instant::now();
    let cache = Some(Arc::new(DirectoryStore::new(folder)?) as _);
    let cuda = Cuda::open(Options { device, cache, ..Options::default() })?;
    let opened = began.elapsed().as_secs_f64();
    let mut machine = cuda.prepare(plan, Precision::Double)?;
    let prepared = began.elapsed().as_secs_f64();
    timing::begin(&golden, &mut *machine, 1)?;
    let stepped = began.elapsed().as_secs_f64();
    // The driver is at work, and the card held by the first machine.
    let began = Instant::now();
    let again = cuda.prepare(plan, Precision::Double)?;
    Ok(json!({
        "open_s": opened,
        "prepare_s": prepared - opened,
        "compile_s": machine.compile_seconds(),
        "first_step_s": stepped - prepared,
        "again_s": began.elapsed().as_secs_f64(),
        "again_compile_s": again.compile_seconds(),
    }))
}

fn small(problem: &Problem) -> FieldResult<Golden> {
    let dimensions = problem.points(1).len();
    let n = POINTS[dimensions - 1];
    problem.on(&vec![n; dimensions])
}

/// Both uses of a problem, each in a new process of this program.
///
/// # Errors
/// Where a process does not end well.
pub(crate) fn measure(problem: &Problem, device: Option<&str>) -> FieldResult<Value> {
    let failed = |error: &dyn std::fmt::Display| {
        FieldError::Device(format!("the first use of {}: {error}", problem.name))
    };
    let name = format!("holor-first-{}-{}", problem.name, std::process::id());
    let folder = std::env::temp_dir().join(name);
    let program = std::env::current_exe().map_err(|error| failed(&error))?;
    let once = || -> FieldResult<Value> {
        let mut command = Command::new(&program);
        command.arg(WORD).arg(problem.name).arg(&folder).args(device);
        let output = command.output().map_err(|error| failed(&error))?;
        if !output.status.success() {
            return Err(failed(&String::from_utf8_lossy(&output.stderr)));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| failed(&error))
    };
    let both = once().and_then(|empty| Ok((empty, once()?)));
    let _ = std::fs::remove_dir_all(&folder);
    let (empty, full) = both?;
    Ok(json!({ "name": problem.name, "empty": empty, "full": full }))
}
