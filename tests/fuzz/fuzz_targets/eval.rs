//! Any cells run, or are interrupted, without a defect, and the values that they give read back.
//!
//! A form feed ends a cell; all cells of an input run in one session.
#![no_main]

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use holor_lang::{NoWorld, Session, Severity, Source, SourceId, Value, parse};
use libfuzzer_sys::fuzz_target;

/// Characters of an input that are read.
const LONGEST: usize = 300;
/// How long a cell runs before it is interrupted.
const PATIENCE: Duration = Duration::from_millis(300);

fuzz_target!(|bytes: &[u8]| {
    let text: String = String::from_utf8_lossy(bytes).chars().take(LONGEST).collect();
    let session = Session::new();
    for (cell, number) in text.split('\u{c}').zip(1..) {
        let (ended, running) = channel::<()>();
        let outcome = std::thread::scope(|scope| {
            let session = &session;
            scope.spawn(move || {
                if running.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    session.interrupt();
                }
            });
            let outcome = session.run(cell, "fuzz", number, &NoWorld);
            drop(ended);
            outcome
        });
        for error in &outcome.errors {
            assert!(error.code.name != "E0901", "{cell}: {error}");
        }
        let Some(value) = outcome.value.filter(is_expression) else { continue };
        let plain = value.plain();
        let source = Source { id: SourceId(0), name: "plain".into(), text: plain.into() };
        let wrong = parse(&source)
            .diagnostics
            .into_iter()
            .find(|diagnostic| diagnostic.severity == Severity::Error);
        assert!(wrong.is_none(), "{cell}: {}: {wrong:?}", source.text);
    }
});

/// Whether the plain text of a value is an expression.
fn is_expression(value: &Value) -> bool {
    match value {
        Value::Expr(_) | Value::Matrix(_) | Value::Range(_) | Value::Text(_) => true,
        Value::List(items) => items.iter().all(is_expression),
        _ => false,
    }
}
