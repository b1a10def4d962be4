//! Reading and running the `holor` blocks of Markdown files.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use holor_lang::{Diagnostic, Outcome, Session, Value, World};

/// In a world, the part of those who have neither a person nor files.
#[allow(unused_macros, reason = "each test file uses its part")]
macro_rules! nobody {
    () => {
        fn print(&self, _: &str) {}
        fn print_error(&self, _: &str) {}
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
        fn sleep(&self, _: f64) {}
        fn seed(&self) -> u64 {
            0
        }
        fn page(&self, _: &str) {}
    };
}
#[allow(unused_imports, reason = "each test file uses its part")]
pub(crate) use nobody;

/// The repository's folder.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Markdown file below a folder, by name.
pub(crate) fn markdown_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// A fenced block of a Markdown file.
#[derive(Debug)]
pub(crate) struct Block {
    /// Line of its first line.
    pub(crate) line: usize,
    /// Its text.
    pub(crate) text: String,
}

/// The blocks fenced as `holor`.
pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in markdown.lines().enumerate() {
        match &mut open {
            Some(block) if line.trim_start().starts_with("```") => {
                let block =
                    std::mem::replace(block, Block { line: 0, text: String::new() });
                blocks.push(block);
                open = None;
            }
            Some(block) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            None if line.trim() == "```holor" => {
                open = Some(Block { line: index + 2, text: String::new() });
            }
            None => {}
        }
    }
    blocks
}

/// A world that keeps what is printed.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// What was printed.
    pub(crate) output: Mutex<String>,
    /// Files that were written.
    pub(crate) files: Mutex<BTreeMap<String, String>>,
}

impl World for Recorder {
    fn print(&self, text: &str) {
        self.output.lock().expect("no panic before").push_str(text);
    }
    fn print_error(&self, _: &str) {}
    fn display(&self, value: &Value, _: Option<&str>, _: bool) {
        self.output.lock().expect("no panic before").push_str(&format!("{value}\n"));
    }
    fn warn(&self, _: &Diagnostic) {}
    fn clear_output(&self, _: bool) {}
    fn input(&self, _: &str, _: bool) -> Result<String, String> {
        Err("nobody can be asked here".into())
    }
    fn read_file(&self, path: &str) -> Result<String, String> {
        let files = self.files.lock().expect("no panic before");
        files.get(path).cloned().ok_or_else(|| format!("there is no file {path}"))
    }
    fn write_file(&self, path: &str, content: &[u8]) -> Result<(), String> {
        let text =
            String::from_utf8(content.to_vec()).map_err(|error| error.to_string())?;
        self.files.lock().expect("no panic before").insert(path.into(), text);
        Ok(())
    }
    fn seconds(&self) -> f64 {
        1.0
    }
    fn sleep(&self, _: f64) {}
    fn seed(&self) -> u64 {
        7
    }
    fn page(&self, _: &str) {}
}

/// What a line says about its result.
#[derive(Debug)]
enum Expectation {
    Plain(String),
    Latex(String),
    Error(String),
    Warning(String),
    Prints(String),
}

impl Expectation {
    /// The codes in brackets of an error or of warnings.
    fn codes(text: &str) -> Vec<&str> {
        text.split('[').skip(1).filter_map(|code| code.split(']').next()).collect()
    }
}

/// Splits a line into source and expectation.
fn expectation(line: &str) -> Option<(&str, Expectation)> {
    for (mark, make) in [
        ("# =>", Expectation::Plain as fn(String) -> Expectation),
        ("# latex:", Expectation::Latex),
        ("# error:", Expectation::Error),
        ("# warning:", Expectation::Warning),
        ("# prints:", Expectation::Prints),
    ] {
        if let Some((source, expected)) = line.split_once(mark) {
            return Some((source.trim_end(), make(expected.trim().to_string())));
        }
    }
    None
}

/// Runs a block as one session, lines up to an expectation as one cell; gives what differs. Cells that give a result must give the
/// warnings that are expected of them, and no others.
pub(crate) fn run_block(block: &Block) -> Vec<String> {
    let session = Session::new();
    let mut failures = Vec::new();
    let mut cell = String::new();
    let mut number = 0;
    let mut files = BTreeMap::new();
    let mut last: Option<(Outcome, String)> = None;
    let mut lines = block.text.lines().peekable();
    while let Some(line) = lines.next() {
        let (source, expected) = match expectation(line) {
            Some((source, expected)) => (source, Some(expected)),
            None => (line, None),
        };
        if !source.trim().is_empty() {
            cell.push_str(source);
            cell.push('\n');
        }
        if expected.is_none() && lines.peek().is_some() {
            continue;
        }
        if !cell.trim().is_empty() {
            number += 1;
            let world = Recorder {
                files: Mutex::new(std::mem::take(&mut files)),
                ..Recorder::default()
            };
            let outcome = session.run(&cell, "cell", number, &world);
            files = world.files.into_inner().expect("no panic before");
            if let Some(failure) = warns_otherwise(&outcome, expected.as_ref()) {
                failures.push(format!("{}: {failure}", cell.trim().replace('\n', " ⏎ ")));
            }
            last = Some((outcome, world.output.into_inner().expect("no panic before")));
        }
        if let Some((outcome, output)) = &last
            && let Some(failure) = differs(outcome, output, expected.as_ref())
        {
            failures.push(format!("{}: {failure}", cell.trim().replace('\n', " ⏎ ")));
        }
        cell.clear();
    }
    failures
}

fn warns_otherwise(outcome: &Outcome, expected: Option<&Expectation>) -> Option<String> {
    let wanted = match expected {
        Some(Expectation::Error(_)) => return None,
        Some(Expectation::Warning(text)) => Expectation::codes(text),
        _ => Vec::new(),
    };
    let found: Vec<&str> =
        outcome.warnings.iter().map(|warning| warning.code.name).collect();
    (found != wanted).then(|| {
        let texts: Vec<String> =
            outcome.warnings.iter().map(ToString::to_string).collect();
        format!("expected the warnings {wanted:?}, found {found:?} {}", texts.join("; "))
    })
}

fn differs(
    outcome: &Outcome,
    output: &str,
    expected: Option<&Expectation>,
) -> Option<String> {
    let found = match outcome.errors.first() {
        Some(error) => format!("error: {error}"),
        None => outcome.value.as_ref().map_or_else(String::new, Value::plain),
    };
    match expected {
        None | Some(Expectation::Warning(_)) if outcome.errors.is_empty() => None,
        None | Some(Expectation::Warning(_)) => Some(found),
        Some(Expectation::Error(text)) => {
            let wanted = Expectation::codes(text);
            let matches =
                outcome.errors.iter().any(|error| wanted.contains(&error.code.name));
            (!matches).then(|| format!("expected error {text}, found {found}"))
        }
        Some(_) if !outcome.errors.is_empty() => Some(found),
        Some(Expectation::Plain(text)) => {
            (found != *text).then(|| format!("expected {text}, found {found}"))
        }
        Some(Expectation::Prints(text)) => {
            let output = output.trim_end().replace('\n', " ⏎ ");
            (output != *text).then(|| format!("expected to print {text}, found {output}"))
        }
        Some(Expectation::Latex(text)) => {
            let found = outcome.value.as_ref().and_then(Value::latex).unwrap_or_default();
            (found != *text).then(|| format!("expected {text}, found {found}"))
        }
    }
}
