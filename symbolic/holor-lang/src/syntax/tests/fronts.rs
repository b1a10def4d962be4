//! What front ends ask: completeness, colours, names.

use crate::syntax::{Completeness, TokenKind, completeness, symbol_name, tokens};

fn indent(text: &str) -> Option<String> {
    match completeness(text) {
        Completeness::Incomplete { indent } => Some(indent),
        Completeness::Complete | Completeness::Invalid => None,
    }
}

#[test]
fn complete() {
    for text in [
        "",
        "x",
        "f(x) = x;",
        "# c",
        "%time x",
        "if a { b }",
        "\"a\"",
        "%%rust\nx\n",
        "?f",
    ] {
        assert_eq!(completeness(text), Completeness::Complete, "{text}");
    }
}

#[test]
fn incomplete() {
    for (text, blanks) in [
        ("f(", "  "),
        ("f(x,", "  "),
        ("[[1, 2],", "  "),
        ("x +", ""),
        ("x =", ""),
        ("\"abc", ""),
        ("for k in 1..3 {", "  "),
        ("if a {\n  for k in b {", "    "),
        ("u ->", ""),
        ("|x", ""),
        ("if a then", ""),
        ("if a", ""),
        ("f(x) where", ""),
        ("%%wolfram", ""),
        ("%%wolfram\nx", ""),
        ("function f,", ""),
        ("symbols a,", ""),
    ] {
        assert_eq!(indent(text).as_deref(), Some(blanks), "{text}");
    }
}

#[test]
fn invalid() {
    for text in ["x)", "3 = x", "@", "sin x", "f(]", "@\nf("] {
        assert_eq!(completeness(text), Completeness::Invalid, "{text}");
    }
}

#[test]
fn colours() {
    let text = "symbols a real # θ\nif x == 1.5 then \"é\" else _3²\n%time f";
    let kinds: Vec<_> = tokens(text)
        .into_iter()
        .filter(|it| it.kind != TokenKind::Whitespace)
        .map(|it| (it.kind, &text[it.start..it.end]))
        .collect();
    use TokenKind::{Comment, Keyword, Magic, Name, Number, Operator, Text};
    assert_eq!(
        kinds,
        [
            (Keyword, "symbols"),
            (Name, "a"),
            (Name, "real"),
            (Comment, "# θ"),
            (Keyword, "if"),
            (Name, "x"),
            (Operator, "=="),
            (Number, "1.5"),
            (Keyword, "then"),
            (Text, "\"é\""),
            (Keyword, "else"),
            (Name, "_3"),
            (Number, "²"),
            (Magic, "%time f"),
        ]
    );
}

#[test]
fn free_symbols() {
    for (text, symbol) in [
        ("x", "x"),
        ("x1", "x1"),
        ("x12", "x12"),
        ("r_s", "r_s"),
        ("x1_max", "x1_max"),
        ("θ", "θ"),
        ("theta", "θ"),
        ("Theta", "Θ"),
        ("omega0", "ω0"),
        ("theta_1", "θ_1"),
        ("alpha_beta", "α_β"),
        ("x₁₂", "x12"),
        ("x\u{302}", "x\u{302}"),
        ("e\u{301}", "\u{e9}"),
        ("\u{b5}", "μ"),
        ("varphi", "ϕ"),
        ("pi", "π"),
        ("ж", "ж"),
    ] {
        assert_eq!(symbol_name(text).as_deref(), Some(symbol), "{text}");
    }
    for text in [
        "", "rs", "sin", "thetas", "x1y", "x_", "x__a", "_a", "1x", "x y", "∇", "oo",
        "xⁿ",
    ] {
        assert_eq!(symbol_name(text), None, "{text}");
    }
}

#[test]
fn canonical_names_are_stable() {
    for text in ["omega0", "theta_1", "x₁", "e\u{301}", "hbar", "rs", "oo"] {
        let once = crate::syntax::names::canonical(text);
        assert_eq!(crate::syntax::names::canonical(&once), once, "{text}");
    }
}
