//! Places: byte spans on character boundaries, with Greek letters, `∇` and combining marks before them.

use super::parse_text;
use crate::ast::{Ast, AstKind, StatementKind};

/// What the first error is about.
fn pointed(text: &str) -> &str {
    let span = parse_text(text).diagnostics[0].span.unwrap();
    &text[span.start..span.end]
}

/// What the last operand of the first statement spans.
fn expression(text: &str) -> Ast {
    match parse_text(text).cell.statements.remove(0).kind {
        StatementKind::Expression(value) => value,
        other => panic!("{other:?}"),
    }
}

#[test]
fn errors_point_at_what_is_wrong() {
    for (text, wanted) in [
        ("∇φ + θ̂ @", "@"),
        ("ψ = x̂² + 1.2.3", "1.2.3"),
        ("x = \\theta", "\\theta"),
        ("θ + sin x + 1", "sin x"),
        ("f(∂, (x + 1", "("),
        ("γ(2) = 3", "2"),
        ("\"θ\\q\"", "\\q"),
        ("π x 2", "2"),
        ("a/θ c", "a/θ"),
        ("é := 3", ":="),
    ] {
        assert_eq!(pointed(text), wanted, "{text}");
    }
}

#[test]
fn unclosed_brackets_point_at_their_opener() {
    let parsed = parse_text("f([1, 2)");
    let diagnostic = &parsed.diagnostics[0];
    assert_eq!(diagnostic.span.unwrap().start, 2);
    assert_eq!(diagnostic.labels[0].span.start, 7);
}

#[test]
fn parts_know_their_place() {
    let text = "  α + (β γ)² ∇[_a] ";
    let value = expression(text);
    assert_eq!(&text[value.span.start..value.span.end], "α + (β γ)² ∇[_a]");
    let AstKind::Chain(first, rest) = &value.kind else { panic!() };
    assert_eq!(&text[first.span.start..first.span.end], "α");
    let last = rest[0].1.span;
    assert_eq!(&text[last.start..last.end], "(β γ)² ∇[_a]");
}

#[test]
fn statements_know_their_place() {
    let text = "# θ\nx = 3;\n  y̌ = [1,\n 2]  # end";
    let spans: Vec<_> = parse_text(text)
        .cell
        .statements
        .iter()
        .map(|it| &text[it.span.start..it.span.end])
        .collect();
    assert_eq!(spans, ["x = 3", "y̌ = [1,\n 2]"]);
}

#[test]
fn magics_know_their_place() {
    let text = "%time  θ^2 \n";
    let StatementKind::Magic { name, arguments, arguments_span: at, .. } =
        &parse_text(text).cell.statements[0].kind
    else {
        panic!()
    };
    assert_eq!(&text[name.span.start..name.span.end], "time");
    assert_eq!(&text[at.start..at.end], arguments);
    let text = "%%latex\nθ";
    let StatementKind::Magic { body: Some((body, at)), .. } =
        &parse_text(text).cell.statements[0].kind
    else {
        panic!()
    };
    assert_eq!(&text[at.start..at.end], body);
}

#[test]
fn product_readings() {
    let text = "x (y + 1)^2!";
    let value = expression("x (y + 1)[2].a'!^2");
    let (callee, factor) = value.product_reading().unwrap();
    assert!(matches!(&callee.kind, AstKind::Name(it) if &*it.text == "x"));
    assert_eq!(factor.span.start, 3);
    assert!(matches!(factor.kind, AstKind::Binary(..)));
    assert!(expression(text).product_reading().is_some());
    for text in ["x(y)", "x (y, z)", "x (y = 2)", "x y", "2 (x)"] {
        assert!(expression(text).product_reading().is_none(), "{text}");
    }
    assert!(expression("A'(B)").product_reading().is_some());
}
