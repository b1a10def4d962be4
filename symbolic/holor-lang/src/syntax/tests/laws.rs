//! Laws over generated texts.

use proptest::prelude::*;

use super::parse_text;
use crate::Span;
use crate::syntax::{completeness, tokens};

/// Pieces of which most programs, and most mistakes, consist.
const PIECES: &[&str] = &[
    "x",
    "θ",
    "omega0",
    "sin",
    "f",
    "_",
    "_3",
    "1",
    "2.5",
    ".5",
    "1e3",
    "2e",
    "\"s\"",
    "\"",
    "+",
    "-",
    "*",
    "/",
    "^",
    ".*",
    "..",
    "==",
    "=",
    "<",
    "≤",
    "!",
    "'",
    "|",
    "√",
    "∧",
    "→",
    "->",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "\n",
    " ",
    " ",
    " ",
    "if ",
    " then ",
    " else ",
    "for ",
    " in ",
    "while ",
    " where ",
    " step ",
    " and ",
    "not ",
    "true",
    "symbols ",
    "function ",
    "clear ",
    "?",
    "%",
    "%%",
    "\n%time ",
    "# c",
    "²",
    "⁻¹",
    "∇",
    "∂",
    "\\alpha",
    "\u{302}",
    "\u{a0}",
    "“",
    "”",
    "@",
    ":=",
    "&&",
    "\\",
    "^a",
    "_b",
    ".A",
    "real",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|it| it.concat())
}

fn check_span(text: &str, span: Span) {
    assert!(span.start <= span.end, "{text:?} {span:?}");
    assert!(text.is_char_boundary(span.start), "{text:?} {span:?}");
    assert!(text.is_char_boundary(span.end), "{text:?} {span:?}");
}

/// What must hold for every text.
fn laws(text: &str) {
    let mut at = 0;
    for token in tokens(text) {
        assert_eq!(token.start, at, "{text:?}");
        assert!(token.end > at && text.is_char_boundary(token.end), "{text:?}");
        at = token.end;
    }
    assert_eq!(at, text.len(), "{text:?}");
    let parsed = parse_text(text);
    for it in &parsed.diagnostics {
        check_span(text, it.span.expect("every message has a place"));
        it.labels.iter().for_each(|it| check_span(text, it.span));
        assert!(!it.message.is_empty() && !it.message.contains('\n'), "{it}");
    }
    let mut last = 0;
    for it in &parsed.cell.statements {
        check_span(text, it.span);
        assert!(it.span.start >= last, "{text:?}");
        last = it.span.end;
    }
    if crate::ast::dump(&parsed.cell).contains("<error>") {
        assert!(!parsed.diagnostics.is_empty(), "{text:?}");
    }
    completeness(text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text(text in any::<String>()) {
        laws(&text);
    }

    #[test]
    fn any_soup(text in soup()) {
        laws(&text);
    }

    /// A number reads as itself, between neighbours that could swallow a part of it.
    #[test]
    fn numbers_read_as_written(number in "[0-9]{1,30}(\\.[0-9]{1,20})?(e-?[0-9]{1,3})?") {
        prop_assert_eq!(super::read(&number), number.clone());
        prop_assert_eq!(super::read(&format!("-{number} x")), format!("(~ (- {number}) x)"));
        prop_assert_eq!(super::read(&format!("{number}..{number}")), format!("(.. {number} {number})"));
    }
}
