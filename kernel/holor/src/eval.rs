//! `holor eval`: cells in, results out, for scripts and other programs.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

use serde_json::json;

use crate::notebook::script_cells;
use crate::recorder::Recorder;
use crate::runner::Runner;
use crate::show::{self, Forms};
use crate::terminal::{Terminal, colours, put, tell};

/// Evaluates a file or, without one, standard input. Returns whether every cell ran.
///
/// # Errors
/// Why the input cannot be read or the output cannot be written.
pub fn eval(input: Option<&Path>, as_json: bool) -> Result<bool, String> {
    let text = match input {
        Some(path) => fs::read_to_string(path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?,
        None => {
            let mut text = String::new();
            io::stdin()
                .lock()
                .read_to_string(&mut text)
                .map_err(|error| format!("standard input cannot be read: {error}"))?;
            text
        }
    };
    let runner =
        Runner::new(std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")));
    let cells = script_cells(&text);
    match as_json {
        true => json_lines(&cells, &runner),
        false => print(&cells, input, &runner, false),
    }
}

/// Evaluates cells and prints their results; with `stop`, up to the first error.
///
/// Errors name the line of the file that the cells come from, or else the line of the cell.
///
/// # Errors
/// Why the output cannot be written.
pub fn print(
    cells: &[(usize, String)],
    file: Option<&Path>,
    runner: &Runner,
    stop: bool,
) -> Result<bool, String> {
    let terminal = Terminal { may_ask: true };
    let mut passed = true;
    for (number, (line, cell)) in (1..).zip(cells) {
        let report = match file {
            // A magic must stand on the first line, so its cell keeps its own numbers.
            Some(file) if !cell.trim_start().starts_with('%') => {
                let padded = "\n".repeat(*line) + cell;
                runner.run(&padded, &file.display().to_string(), number, &terminal)
            }
            _ => runner.run(cell, &format!("cell {number}"), number, &terminal),
        };
        if let Some(plain) = report.value.as_ref().map(show::plain)
            && !plain.is_empty()
        {
            put(&format!("{plain}\n"))?;
        }
        for error in &report.errors {
            let colour = colours(&io::stderr());
            tell(show::diagnostic(error, runner.session(), colour).trim_end());
            passed = false;
        }
        if stop && !passed {
            break;
        }
    }
    Ok(passed)
}

/// Evaluates cells and writes one JSON object per cell, each as soon as its cell ends.
fn json_lines(cells: &[(usize, String)], runner: &Runner) -> Result<bool, String> {
    let mut passed = true;
    for (number, (_, cell)) in (1..).zip(cells) {
        let recorder = Recorder::new(Forms::Whole);
        recorder.begin();
        let began = Instant::now();
        let report = runner.run(cell, &format!("cell {number}"), number, &recorder);
        let seconds = began.elapsed().as_secs_f64();
        let bundle = report
            .value
            .as_ref()
            .and_then(|value| show::result(value, Forms::Whole))
            .unwrap_or_default();
        let error =
            report.errors.first().map(|error| show::json(error, runner.session()));
        passed &= error.is_none();
        let line = json!({
            "cell": number,
            "status": if error.is_none() { "ok" } else { "error" },
            "text": report.value.as_ref().map(show::plain).unwrap_or_default(),
            "data": bundle.data,
            "stdout": recorder.printed("stdout"),
            "stderr": recorder.printed("stderr"),
            "displays": recorder.shown(),
            "error": error,
            "seconds": seconds,
        });
        put(&format!("{line}\n"))?;
    }
    Ok(passed)
}
