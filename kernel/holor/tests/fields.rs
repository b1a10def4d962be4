//! The field problems of `tests/problems/fields`, answered by the command's own session on the processor; the README there has
//! the format. One test for each file, so that they run side by side.
#![allow(clippy::print_stdout, reason = "tells which problem was answered how")]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use holor::runner::Runner;
use holor::world::Output;
use holor_lang::{Diagnostic, Session, Value};

macro_rules! files {
    ($($name:ident: $least:literal),* $(,)?) => {
        $(#[test]
        fn $name() {
            no_problem_has_a_wrong_answer(stringify!($name), $least);
        })*

        #[test]
        fn every_file_is_run() {
            let mut known = vec![$(stringify!($name)),*];
            let mut found: Vec<String> = std::fs::read_dir(folder())
                .expect("the folder of problems")
                .map(|entry| entry.expect("an entry").path())
                .filter(|path| path.extension().is_some_and(|it| it == "txt"))
                .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
                .collect();
            known.sort_unstable();
            found.sort_unstable();
            assert_eq!(known, found);
        }
    };
}

// The number of rows each file has at least.
files! {
    beams: 16,
    curved: 22,
    diffusion: 38,
    fluids: 58,
    gauge: 28,
    jumps: 61,
    methods: 58,
    nonlinear: 34,
    operators: 38,
    precision: 21,
    quantum: 22,
    refusals: 84,
    shocks: 36,
    staggered: 60,
    typed: 86,
    vectors: 28,
    waves: 25,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/problems/fields")
}

fn no_problem_has_a_wrong_answer(name: &str, least: usize) {
    let text = std::fs::read_to_string(folder().join(name).with_extension("txt"))
        .expect("a file of problems");
    let (mut rows, mut wrong) = (0, String::new());
    for (number, block) in blocks(&text) {
        let began = Instant::now();
        let report = run(&block);
        for (line, verdict) in report {
            rows += 1;
            match verdict {
                Ok(found) => println!("ok {name}: {line}\n      {found}"),
                Err(found) => {
                    let _ = writeln!(
                        wrong,
                        "{name}, block at line {number}: {line}\n      {found}"
                    );
                }
            }
        }
        println!(
            "{name}, block at line {number}: {:.2} s",
            began.elapsed().as_secs_f64()
        );
    }
    // The session's hook keeps the messages of panics to itself.
    if !wrong.is_empty() {
        println!("wrong:\n{wrong}");
    }
    assert!(wrong.is_empty(), "wrong answers");
    assert!(rows >= least, "only {rows} problems");
}

/// The blocks of a file with the number of their first line; comments are left out.
fn blocks(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut found = vec![(1, Vec::new())];
    for (index, line) in text.lines().enumerate() {
        match line {
            "" => found.push((index + 2, Vec::new())),
            _ if line.starts_with('#') => {}
            _ => found.last_mut().expect("there is one").1.push(line),
        }
    }
    found.retain(|(_, lines)| !lines.is_empty());
    found
}

/// A block as one session: definitions and rows in their order. What a row came to, or a definition that failed.
fn run(lines: &[&str]) -> Vec<(String, Result<String, String>)> {
    let runner = Runner::new(folder());
    let mut rows = Vec::new();
    for line in lines {
        let parts: Vec<&str> = line.split(" ## ").collect();
        let verdict = match parts.as_slice() {
            [definition] => match value(&runner, definition) {
                Ok(_) => continue,
                Err(error) => Err(error),
            },
            [source, expected, check] => judge(&runner, source, expected, check),
            _ => Err("a row has three parts".into()),
        };
        rows.push(((*line).to_owned(), verdict));
    }
    rows
}

fn judge(
    runner: &Runner,
    source: &str,
    expected: &str,
    check: &str,
) -> Result<String, String> {
    if check == "error" {
        return match value(runner, source) {
            Err(error) if error.starts_with(&format!("[{expected}]")) => Ok(error),
            Err(error) => Err(error),
            Ok(value) => Err(value.plain()),
        };
    }
    let found = value(runner, source)?.plain();
    let holds = match check {
        "exact" => found == expected,
        _ => {
            let tolerance: f64 = check
                .strip_prefix("within ")
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| format!("`{check}` is no check"))?;
            // What is not a number lies within nothing.
            number(runner, &format!("({source}) - ({expected})"))?.abs() <= tolerance
        }
    };
    if holds { Ok(found) } else { Err(found) }
}

fn value(runner: &Runner, text: &str) -> Result<Value, String> {
    let report = runner.run(text, "cell", 1, &Silent);
    match report.errors.first() {
        Some(error) => Err(format!("[{}] {}", error.code.name, error.message)),
        None => Ok(report.value.unwrap_or(Value::Nothing)),
    }
}

fn number(runner: &Runner, text: &str) -> Result<f64, String> {
    let found = value(runner, &format!("N({text})"))?.plain();
    found.parse().map_err(|_| format!("no number: {found}"))
}

/// Outputs are dropped, questions refused.
struct Silent;

impl Output for Silent {
    fn print(&self, _: &str) {}
    fn print_error(&self, _: &str) {}
    fn show(&self, _: &Value, _: Option<&str>, _: bool) {}
    fn warn(&self, _: &Diagnostic, _: &Session) {}
    fn clear(&self, _: bool) {}
    fn ask(&self, _: &str, _: bool) -> Result<String, String> {
        Err("nobody can be asked here".into())
    }
    fn page(&self, _: &str) {}
}
