//! `holor run`: executes a notebook or a script without Jupyter.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value as Json, json};

use crate::notebook::{Kind, Notebook, script_cells, write_file};
use crate::recorder::Recorder;
use crate::runner::Runner;
use crate::show::{self, Forms};
use crate::terminal::{catch_interrupts, colours, tell};
use crate::{eval, html, install, kernel};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Notebook,
    Page,
}

/// Executes a file. Returns whether every cell ran; progress and errors have been told.
///
/// # Errors
/// Why the file cannot be read or the output cannot be written.
pub fn run(input: &Path, output: Option<&Path>) -> Result<bool, String> {
    let form = output.map(form).transpose()?;
    let text = fs::read_to_string(input)
        .map_err(|error| format!("{} cannot be read: {error}", input.display()))?;
    let folder = match input.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let runner = Runner::new(folder.clone());
    let is_script = !extension(input).eq_ignore_ascii_case("ipynb");
    if is_script && form.is_none() {
        let cells = script_cells(&text);
        catch_interrupts(runner.session(), true)?;
        return eval::print(&cells, Some(input), &runner, true);
    }
    let mut notebook = if is_script {
        let cells = script_cells(&text).into_iter();
        Notebook::of_cells(cells.map(|(_, cell)| cell.trim_end().to_owned()))
    } else {
        Notebook::read(&text)
            .map_err(|reason| format!("{}: {reason}", input.display()))?
    };
    let forms = if form == Some(Form::Page) { Forms::Page } else { Forms::Notebook };
    let passed = execute(&mut notebook, &runner, forms)?;
    if let (Some(path), Some(form)) = (output, form) {
        let content = match form {
            Form::Notebook => notebook.to_text(),
            Form::Page => html::page(&notebook, &name(input), &folder),
        };
        write_file(path, content.as_bytes())?;
        tell(&format!("wrote {}", path.display()));
    }
    Ok(passed)
}

fn form(path: &Path) -> Result<Form, String> {
    match extension(path).to_ascii_lowercase().as_str() {
        "ipynb" => Ok(Form::Notebook),
        "html" | "htm" => Ok(Form::Page),
        _ => Err(format!("{}: -o writes .ipynb or .html", path.display())),
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|end| end.to_string_lossy().into_owned()).unwrap_or_default()
}

fn name(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Runs the code cells in order up to the first error and puts their outputs into the notebook.
fn execute(
    notebook: &mut Notebook,
    runner: &Runner,
    forms: Forms,
) -> Result<bool, String> {
    catch_interrupts(runner.session(), true)?;
    let mut codes: Vec<usize> =
        (0..notebook.len()).filter(|&cell| notebook.kind(cell) == Kind::Code).collect();
    for &cell in &codes {
        // Nothing in the file may look executed that was not.
        notebook.set_outputs(cell, None, Vec::new());
    }
    codes.retain(|&cell| {
        let skipped = notebook.has_tag(cell, "skip-execution");
        !skipped && !notebook.source(cell).trim().is_empty()
    });
    notebook.set_kernel(kernelspec(), language());
    let recorder = Recorder::new(forms);
    let progress = Progress::new(codes.len());
    let mut passed = true;
    let mut done = 0;
    for (count, &cell) in (1..).zip(&codes) {
        let source = notebook.source(cell);
        progress.begin(done + 1, &source);
        recorder.begin();
        let began = Instant::now();
        let report = runner.run(&source, &format!("cell {count}"), count, &recorder);
        if let Some(bundle) =
            report.value.as_ref().and_then(|value| show::result(value, forms))
        {
            recorder.result(bundle, count);
        }
        let failed = !report.errors.is_empty();
        if failed {
            recorder.failure(&show::failure(&report.errors, runner.session()));
        }
        let interrupted = report.errors.iter().any(|error| error.code.name == "E0701");
        let stop = failed && (interrupted || !notebook.has_tag(cell, "raises-exception"));
        done += 1;
        progress.end(done, began.elapsed().as_secs_f64(), stop);
        if stop {
            for error in &report.errors {
                let text =
                    show::diagnostic(error, runner.session(), colours(&io::stderr()));
                tell(text.trim_end());
            }
            passed = false;
            break;
        }
    }
    for ((count, outputs), &cell) in (1..).zip(recorder.into_outputs()).zip(&codes) {
        notebook.set_outputs(cell, Some(count), outputs);
    }
    progress.summary(done, passed);
    Ok(passed)
}

/// What notebooks say about their kernel.
pub(crate) fn kernelspec() -> Json {
    json!({ "display_name": "holor", "language": "holor", "name": install::KERNEL })
}

/// What notebooks say about their language.
pub(crate) fn language() -> Json {
    let info = kernel::info();
    json!({
        "codemirror_mode": info.codemirror_mode,
        "file_extension": info.file_extension,
        "mimetype": info.mimetype,
        "name": info.name,
        "pygments_lexer": info.pygments_lexer,
        "version": info.version,
    })
}

/// Which cell runs: one line that changes on a terminal, a line per cell elsewhere.
struct Progress {
    cells: usize,
    live: bool,
    started: Instant,
}

impl Progress {
    fn new(cells: usize) -> Self {
        let live = io::stderr().is_terminal();
        Self { cells, live, started: Instant::now() }
    }

    fn begin(&self, cell: usize, source: &str) {
        if self.live {
            let first =
                source.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let first: String = first.chars().take(50).collect();
            self.line(&format!("[{cell}/{}] {first}", self.cells));
        }
    }

    fn end(&self, cell: usize, seconds: f64, failed: bool) {
        if self.live {
            self.line("");
        } else {
            let verdict = if failed { "failed" } else { "ok" };
            tell(&format!("cell {cell} of {}: {verdict}, {seconds:.2} s", self.cells));
        }
    }

    fn summary(&self, done: usize, passed: bool) {
        let seconds = self.started.elapsed().as_secs_f64();
        let cells = self.cells;
        tell(&match passed {
            true => format!("{cells} {} ok, {seconds:.2} s", plural(cells)),
            false => format!("stopped at cell {done} of {cells}, {seconds:.2} s"),
        });
    }

    /// Replaces the line that changes.
    fn line(&self, text: &str) {
        let mut stream = io::stderr().lock();
        // Where nobody sees the progress, nothing is lost.
        let _ = write!(stream, "\r\x1b[K{text}");
        let _ = stream.flush();
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "cell" } else { "cells" }
}
