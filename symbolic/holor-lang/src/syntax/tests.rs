//! Tests of the parser, of spans, and of what front ends ask.

mod depth;
mod fronts;
mod laws;
mod pages;
mod parse;
mod slips;
mod spans;

use super::Parsed;
use crate::ast::dump;
use crate::{Source, SourceId, parse};

fn parse_text(text: &str) -> Parsed {
    parse(&Source { id: SourceId(0), name: "cell 1".into(), text: text.into() })
}

/// The tree of a text, and below it the diagnostics, a line each.
fn read(text: &str) -> String {
    let parsed = parse_text(text);
    let mut out = dump(&parsed.cell);
    for it in &parsed.diagnostics {
        out += &format!("\n{it}");
    }
    out
}

/// Asserts what each text reads as.
fn check(table: &[(&str, &str)]) {
    for (text, tree) in table {
        assert_eq!(read(text), *tree, "{text}");
    }
}
