//! Long and deeply nested texts: quick answers on a small stack.

use super::{parse_text, read};
use crate::Severity;
use crate::ast::{AstKind, StatementKind};

const MANY: usize = 100_000;
const SOME: usize = 5_000;

/// Runs on the stack a thread usually has.
fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

/// Parses, copies, compares, prints and drops a tree; gives the code of the first error.
fn code(text: &str) -> Option<&'static str> {
    let parsed = parse_text(text);
    assert_eq!(parsed.clone(), parsed);
    crate::ast::dump(&parsed.cell);
    let mut errors =
        parsed.diagnostics.iter().filter(|it| it.severity == Severity::Error);
    errors.next().map(|it| it.code.name)
}

#[test]
fn nested_too_deeply() {
    on_small_stack(|| {
        for opener in [
            "(",
            "[",
            "{",
            "-",
            "+",
            "not ",
            "√",
            "x^",
            "f(",
            "f[",
            "f(x = ",
            "2(",
            "(1 + ",
            "[1, ",
            "-(",
            "x ^ -",
            "x/(",
            "u -> ",
            "(u, v) -> ",
            "if a then ",
            "if ",
            "if a then b else ",
            "if a {",
            "for k in ",
            "for k in a {",
            "while ",
            "{ x = ",
            "x and (",
            "1..(",
            "a < (",
            "|x + (",
            "not (",
            "2 + 3*x^(1..(",
            "f(1, [-(x^",
        ] {
            let times = if opener.len() < 3 { MANY } else { SOME };
            assert_eq!(code(&opener.repeat(times)), Some("E0005"), "{opener}");
        }
    });
}

#[test]
fn long_postfixes() {
    on_small_stack(|| {
        for postfix in ["'", ".a", "[1]", "'²"] {
            let text = format!("x{}", postfix.repeat(MANY));
            assert_eq!(code(&text), Some("E0005"), "{postfix}");
        }
        // Both at once: every level has its own postfixes.
        let text = format!("{}x{}", "(".repeat(140), ")''''''''".repeat(140));
        assert_eq!(code(&text), Some("E0005"));
    });
}

#[test]
fn long_but_flat() {
    on_small_stack(|| {
        for (first, rest) in [
            ("1", "+1"),
            ("1", "-x"),
            ("x", "*y"),
            ("x", " y"),
            ("a", "(x + 1)"),
            ("a", "/b"),
            ("a", " and b"),
            ("a", " < b"),
            ("f(1", ", 2"),
            ("[1", ", 2"),
            ("x", ";x"),
            ("x", "\n"),
            ("x", "|y|"),
            ("symbols x", ", y"),
        ] {
            let closer = match first.chars().nth(1) {
                Some('(') => ")",
                _ if first.starts_with('[') => "]",
                _ => "",
            };
            let text = format!(
                "{first}{}{closer}",
                rest.repeat(if matches!(rest, "+1" | "*y") { MANY } else { SOME })
            );
            assert_eq!(code(&text), None, "{first}{rest}");
        }
    });
}

#[test]
fn hopeless_texts_end_soon() {
    on_small_stack(|| {
        for piece in [
            "f(=\n",
            "@\n",
            "(\n",
            "]\n",
            "\"\n",
            "|",
            "=",
            "\\",
            "%%x\n",
            "{,",
            "{\n",
            "}\n",
            "(a,",
            "a b = c\n",
            "if ",
            "x'y'",
            "“",
            "a/b c ",
            "?",
            "..",
            "x²²",
            "symbols 1\n",
        ] {
            code(&piece.repeat(SOME));
        }
    });
}

#[test]
fn everyday_nesting_is_no_error() {
    let text = format!("{}x{}", "(1 + 1/".repeat(120), ")".repeat(120));
    on_small_stack(move || assert_eq!(code(&text), None));
}

#[test]
fn long_chains_are_flat() {
    let parsed = parse_text(&format!("1{}", " + 1".repeat(MANY)));
    let StatementKind::Expression(value) = &parsed.cell.statements[0].kind else {
        panic!()
    };
    let AstKind::Chain(_, rest) = &value.kind else { panic!() };
    assert_eq!(rest.len(), MANY);
}

#[test]
fn one_error_for_one_depth() {
    let tree = read(&format!("{}\nx", "(".repeat(1000)));
    assert_eq!(tree.matches("E0005").count(), 1);
    assert!(!tree.contains("E0002"), "{tree}");
}
