//! Runs every example that is written down: `tests/suite/**/*.md`, the built-ins' own, and the pages of the
//! error codes.

mod support;

use std::path::PathBuf;

use holor_lang::Session;
use support::{Block, Recorder, blocks, markdown_files, repository, run_block};

fn check(files: Vec<PathBuf>, run: impl Fn(&Block) -> Vec<String>) {
    let mut failures = Vec::new();
    let mut count = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file");
        for block in blocks(&text) {
            count += 1;
            for failure in run(&block) {
                failures.push(format!("{}:{}: {failure}", file.display(), block.line));
            }
        }
    }
    assert!(count > 0, "no blocks found");
    assert!(
        failures.is_empty(),
        "{} of {count} blocks:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// A block is a session; each line with an expectation is checked.
#[test]
fn language_suite() {
    check(markdown_files(&repository().join("tests/suite")), run_block);
}

#[test]
fn builtin_examples() {
    let mut failures = Vec::new();
    for builtin in holor_lang::builtins() {
        for example in builtin.examples {
            let expected = example.expected;
            let text = match expected.strip_prefix("error: ") {
                Some(code) => format!("{}    # error: {code}", example.source),
                None => format!("{}    # => {expected}", example.source),
            };
            let block = Block { line: 0, text };
            for failure in run_block(&block) {
                failures.push(format!("{}: {failure}", builtin.name));
            }
        }
    }
    assert!(failures.is_empty(), "{} examples:\n{}", failures.len(), failures.join("\n"));
}

/// Each page of an error code has a cell that gives the code, and a repaired cell that runs.
#[test]
fn error_pages() {
    let mut failures = Vec::new();
    for code in holor_lang::CODES {
        if code.page.trim().is_empty() {
            failures.push(format!("{}: the page is empty", code.name));
            continue;
        }
        for (index, block) in blocks(code.page).iter().enumerate() {
            let expected = (index == 0).then_some(code.name);
            if let Some(failure) = page_cell(&block.text, expected) {
                failures.push(format!(
                    "docs/errors/{}.md:{}: {failure}",
                    code.name, block.line
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{} cells:\n{}", failures.len(), failures.join("\n"));
}

/// Runs a cell of a page; gives what differs from the code it must give, or from success.
fn page_cell(text: &str, expected: Option<&str>) -> Option<String> {
    let outcome = Session::new().run(text, "cell", 1, &Recorder::default());
    let mut given = outcome.errors.iter().chain(&outcome.warnings);
    match expected {
        Some(code) if given.any(|diagnostic| diagnostic.code.name == code) => None,
        Some(code) => {
            Some(format!("expected {code}, found {:?}", outcome.errors.first()))
        }
        None => outcome.errors.first().map(|error| format!("{}: {error}", text.trim())),
    }
}
