//! Tests of the parser, of spans, and of what front ends ask.

mod parse;

use crate::ast::dump;
use crate::{Source, SourceId, parse};

/// The tree of a text, and below it the diagnostics, a line each.
fn read(text: &str) -> String {
    let source = Source { id: SourceId(0), name: "cell 1".into(), text: text.into() };
    let parsed = parse(&source);
    let mut out = dump(&parsed.cell);
    for it in &parsed.diagnostics {
        out += &format!("\n{it}");
    }
    out
}
