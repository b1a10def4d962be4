//! Warnings of runs whose numbers would not be those of their equations: `tests/suite/fields/unresolved.md`, line by line. Where no warning
//! is expected there is none.

mod support;

use holor_lang::Session;
use support::{Recorder, blocks, repository};

#[test]
fn runs_that_would_be_wrong_warn_and_others_do_not() {
    let file = repository().join("tests/suite/fields/unresolved.md");
    let text = std::fs::read_to_string(file).expect("a file");
    let (mut failures, mut warned) = (Vec::new(), 0);
    for block in blocks(&text) {
        let session = Session::new();
        for (number, line) in (1..).zip(block.text.lines()) {
            let expected = line
                .split_once("# warning: [")
                .map(|(_, code)| code.split(']').next().unwrap_or_default().to_owned());
            warned += usize::from(expected.is_some());
            let outcome = session.run(line, "cell", number, &Recorder::default());
            let found: Vec<&str> =
                outcome.warnings.iter().map(|warning| warning.code.name).collect();
            if found != expected.iter().map(String::as_str).collect::<Vec<_>>() {
                failures.push(format!("{line}\n  {found:?} {:?}", outcome.warnings));
            }
        }
    }
    assert!(warned >= 7 && failures.is_empty(), "{warned}\n{}", failures.join("\n"));
}
