//! What people type from habit or by mistake, and what to type instead.

use super::names::{GREEK, canonical};
use super::parser::Parser;
use super::token::{Kind, Lexeme};
use crate::ast::{Ast, AstKind};
use crate::{Diagnostic, Result, codes};

/// Functions that people write without parentheses.
const ELEMENTARY: &[&str] = &[
    "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "acot", "arcsin",
    "arccos", "arctan", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh",
    "atanh", "arsinh", "arcosh", "artanh", "exp", "log", "ln", "log10", "log2", "sqrt",
    "erf", "sign", "arg", "det", "tr", "trace",
];

/// Names of another system, which calls with square brackets, and ours.
const BRACKET_NAMES: &[(&str, &str)] = &[
    ("ArcCos", "acos"),
    ("ArcSin", "asin"),
    ("ArcTan", "atan"),
    ("Cos", "cos"),
    ("Cosh", "cosh"),
    ("D", "diff"),
    ("DSolve", "dsolve"),
    ("Det", "det"),
    ("Eigenvalues", "eigenvalues"),
    ("Eigenvectors", "eigenvectors"),
    ("Exp", "exp"),
    ("Expand", "expand"),
    ("Factor", "factor"),
    ("Integrate", "integrate"),
    ("Inverse", "inverse"),
    ("Limit", "limit"),
    ("Log", "log"),
    ("NSolve", "nsolve"),
    ("Plot", "plot"),
    ("Product", "product"),
    ("Series", "series"),
    ("Simplify", "simplify"),
    ("Sin", "sin"),
    ("Sinh", "sinh"),
    ("Solve", "solve"),
    ("Sqrt", "sqrt"),
    ("Sum", "sum"),
    ("Tan", "tan"),
    ("Tanh", "tanh"),
];

pub(super) fn is_elementary(name: &str) -> bool {
    ELEMENTARY.contains(&name)
}

fn elementary(ast: &Ast) -> Option<&str> {
    match &ast.kind {
        AstKind::Name(name) if is_elementary(&name.text) => Some(&name.text),
        _ => None,
    }
}

/// `sin x`
pub(super) fn missing_parentheses(
    parser: &Parser<'_>,
    left: &Ast,
    right: &Ast,
) -> Option<Diagnostic> {
    let function = elementary(left)?;
    let argument = parser.quote(right.span);
    let argument = argument
        .strip_prefix('(')
        .and_then(|it| it.strip_suffix(')'))
        .unwrap_or(&argument);
    let diagnostic = Diagnostic::error(
        &codes::E0007_NO_PARENTHESES,
        format!("the argument of `{function}` stands in parentheses"),
    );
    Some(diagnostic.at(left.span.to(right.span)).hint(format!("{function}({argument})")))
}

/// `sin^2(x)`, `sin²(x)`, before the exponent is read.
pub(super) fn power_of_function(parser: &Parser<'_>, base: &Ast) -> Option<Diagnostic> {
    let function = elementary(base)?;
    let raised = parser.kind() == Kind::Superscript;
    let mut at = usize::from(!raised);
    let inverse = if raised {
        parser.written(parser.peek()) == "⁻¹"
    } else if parser.nth(at).kind == Kind::Minus {
        at += 1;
        parser.written(parser.nth(at)) == "1"
    } else {
        false
    };
    let exponent = parser.nth(at);
    let after = parser.nth(at + 1);
    let span = base.span.to(parser.span_of(exponent));
    let argument = match after.kind {
        Kind::OpenParen => enclosed(parser, after),
        Kind::Name => parser.written(after).to_owned(),
        _ => "x".to_owned(),
    };
    let hint = match raised {
        _ if inverse => {
            format!("a{function}({argument}) for the inverse, 1/{function}({argument})")
        }
        true => format!("{function}({argument}){}", parser.written(exponent)),
        false => {
            let from = parser.nth(1).start;
            let power = parser.quote(parser.span(from, exponent.end));
            format!("{function}({argument})^{power}")
        }
    };
    let diagnostic = Diagnostic::error(
        &codes::E0007_NO_PARENTHESES,
        format!("the exponent of `{function}` stands after its argument"),
    );
    Some(diagnostic.at(span).hint(hint))
}

/// What stands in parentheses, if they close on the same line.
fn enclosed(parser: &Parser<'_>, open: Lexeme) -> String {
    let rest = parser.text.get(open.end..).unwrap_or_default();
    let mut depth = 0_usize;
    for (offset, it) in rest.char_indices().take(60) {
        match it {
            '\n' => break,
            '(' => depth += 1,
            ')' if depth == 0 => {
                return rest.get(..offset).unwrap_or_default().to_owned();
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    "…".to_owned()
}

/// `Sin[x]`, `sin[x]`, before the bracket is read.
pub(super) fn square_call(parser: &Parser<'_>, target: &Ast) -> Option<Diagnostic> {
    let AstKind::Name(name) = &target.kind else { return None };
    let translated = BRACKET_NAMES.iter().find(|(it, _)| **it == *name.text);
    let function = match translated {
        Some((_, ours)) if name.text.len() > 1 => ours,
        _ => elementary(target)?,
    };
    let diagnostic = Diagnostic::error(
        &codes::E0007_NO_PARENTHESES,
        format!("the argument of `{}` stands in round brackets", name.text),
    );
    let span = target.span.to(parser.span_of(parser.peek()));
    Some(diagnostic.at(span).hint(format!("{function}(…)")))
}

/// Reports that no operand stands where one is needed.
pub(super) fn missing_operand(parser: &mut Parser<'_>) -> Ast {
    let token = parser.peek();
    let span = parser.span_of(token);
    if parser.failed {
        return parser.error_ast();
    }
    if report_bad_token(parser, token) {
        return parser.error_ast();
    }
    let before = parser.before();
    let found = parser.quote(span);
    let message = match (before, token.kind) {
        (Some(it), Kind::End | Kind::Newline) => {
            format!("`{it}` needs something after it")
        }
        (None, Kind::End | Kind::Newline) => "an expression is missing here".to_owned(),
        (
            Some(it),
            Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace | Kind::Bar,
        ) => {
            format!("nothing stands between `{it}` and `{found}`")
        }
        (Some(it), Kind::Comma | Kind::Semicolon) => {
            format!("nothing stands between `{it}` and `{found}`")
        }
        (None, Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace) => {
            format!("`{found}` closes nothing")
        }
        (_, Kind::Then | Kind::Else) => format!("`{found}` without an `if` before it"),
        (Some(it), _) => format!("an operand is missing between `{it}` and `{found}`"),
        (None, _) => format!("`{found}` needs something before it"),
    };
    let mut diagnostic = Diagnostic::error(&codes::E0001_UNEXPECTED, message).at(span);
    let hint = match token.kind {
        Kind::Quote => Some("write strings in double quotes: \"text\""),
        Kind::Bang => Some("write `not a` for the opposite of a condition"),
        Kind::Assign if parser.previous_kind() == Kind::Equal => {
            Some("`==` is an equation")
        }
        Kind::Superscript => Some("write `x^2` or `x²`"),
        _ => None,
    };
    diagnostic.hints.extend(hint.map(str::to_owned));
    if token.kind == Kind::End {
        parser.report_end(diagnostic);
    } else {
        parser.report(diagnostic);
    }
    parser.error_ast()
}

/// Reports a token that cannot stand where it does.
pub(super) fn unexpected(parser: &mut Parser<'_>, wanted: &str, form: &str) -> Ast {
    let token = parser.peek();
    let span = parser.span_of(token);
    if parser.failed {
        return parser.error_ast();
    }
    if report_bad_token(parser, token) {
        return parser.error_ast();
    }
    let found = parser.quote(span);
    let before = parser.before().unwrap_or_default();
    let joined = |it: &str| format!("{before}{it}{found}");
    let (message, hints): (String, Vec<String>) = match token.kind {
        Kind::Assign => (
            "`=` defines a name, and cannot stand inside an expression".into(),
            vec!["write `==` for an equation or a comparison".into()],
        ),
        Kind::Number if is_elementary(&before) => {
            let rest = parser.text.get(token.start..).unwrap_or_default();
            let stops = |it: char| {
                it.is_whitespace() || matches!(it, ')' | ']' | '}' | ',' | ';')
            };
            let end = rest.find(stops).unwrap_or(rest.len());
            let argument = parser.quote(parser.span(token.start, token.start + end));
            let message = format!("the argument of `{before}` stands in parentheses");
            let diagnostic = Diagnostic::error(&codes::E0007_NO_PARENTHESES, message);
            parser.report(diagnostic.at(span).hint(format!("{before}({argument})")));
            return parser.error_ast();
        }
        Kind::Number if form.is_empty() => (
            format!("an operator is missing between `{before}` and `{found}`"),
            vec![joined("*"), joined("^")],
        ),
        Kind::Text if form.is_empty() => (
            format!("an operator or a comma is missing before {found}"),
            vec!["part arguments and items with commas".into()],
        ),
        Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace => {
            (format!("`{found}` closes nothing"), vec![format!("remove `{found}`")])
        }
        Kind::Then | Kind::Else => {
            (format!("`{found}` without an `if` before it"), vec![])
        }
        Kind::Comma => (
            "a comma stands only in brackets and declarations".into(),
            vec!["write a list: `[a, b]`".into()],
        ),
        Kind::Arrow => (
            "only names in parentheses can stand before `->`".into(),
            vec!["u -> u^2".into(), "(u, v) -> u + v".into()],
        ),
        Kind::Where => (
            "`where` stands after a whole expression".into(),
            vec!["put the expression and its conditions in parentheses".into()],
        ),
        Kind::Step => {
            ("`step` stands only in a range".into(), vec!["0..1 step 0.1".into()])
        }
        Kind::Quote => (
            "a quote can only stand directly after a matrix".into(),
            vec!["A'".into(), "write strings in double quotes: \"text\"".into()],
        ),
        Kind::Bang => {
            ("`!` can only stand directly after its operand".into(), vec!["n!".into()])
        }
        Kind::OpenBrace => (
            "a block cannot stand directly after an expression".into(),
            vec!["put the block on a line of its own".into()],
        ),
        Kind::End | Kind::Newline => {
            (format!("expected {wanted} before the end"), vec![])
        }
        _ => (format!("expected {wanted}, found `{found}`"), vec![]),
    };
    let mut diagnostic = Diagnostic::error(&codes::E0001_UNEXPECTED, message).at(span);
    diagnostic.hints = hints;
    if !form.is_empty() {
        diagnostic.hints.push(form.to_owned());
    }
    if token.kind == Kind::End {
        parser.report_end(diagnostic);
    } else {
        parser.report(diagnostic);
    }
    parser.error_ast()
}

/// Reports a token that is wrong wherever it stands.
fn report_bad_token(parser: &mut Parser<'_>, token: Lexeme) -> bool {
    let Some(diagnostic) = bad_token(parser, token) else { return false };
    if token.kind == Kind::UnclosedText {
        parser.report_end(diagnostic);
    } else {
        parser.report(diagnostic);
    }
    true
}

/// What is wrong with a token wherever it stands.
fn bad_token(parser: &Parser<'_>, token: Lexeme) -> Option<Diagnostic> {
    let written = &*parser.quote(parser.span_of(token));
    let diagnostic = match token.kind {
        Kind::BadNumber => {
            let hint = if written.contains('_') {
                written.replace('_', "")
            } else if written.starts_with("0x") || written.starts_with("0X") {
                "write the number in decimals".to_owned()
            } else {
                "a number has one decimal point, a range two: `1..2`".to_owned()
            };
            let message = format!("`{written}` is not a number");
            Diagnostic::error(&codes::E0004_BAD_NUMBER, message).hint(hint)
        }
        Kind::UnclosedText => {
            Diagnostic::error(&codes::E0002_UNCLOSED, "the string is not closed")
                .hint("add `\"` at its end")
        }
        Kind::SmartText => {
            let inner: String = written.chars().skip(1).collect();
            let inner = inner.trim_end_matches(['”', '“', '»', '"']);
            let message = "strings stand in straight double quotes";
            Diagnostic::error(&codes::E0003_BAD_CHARACTER, message)
                .hint(format!("\"{inner}\""))
        }
        Kind::Backslash => backslash(written),
        Kind::Unknown if let Some(word) = parser.card_around(token) => {
            let message = format!("`{word}` stands in quotes");
            Diagnostic::error(&codes::E0003_BAD_CHARACTER, message)
                .hint(format!("\"{word}\""))
        }
        Kind::Unknown => unknown(written),
        _ => return None,
    };
    Some(diagnostic.at(parser.span_of(token)))
}

/// `\alpha`, left as typed.
fn backslash(written: &str) -> Diagnostic {
    let name = written.trim_start_matches('\\');
    let message = format!("`{written}` is not completed");
    let word = name.trim_end_matches(|it: char| it.is_ascii_digit());
    let diagnostic = Diagnostic::error(&codes::E0003_BAD_CHARACTER, message);
    if GREEK.iter().any(|(it, _)| *it == word) {
        let letter = canonical(name);
        diagnostic
            .hint(format!("press Tab after `{written}` for `{letter}`, or type `{name}`"))
    } else if name.is_empty() {
        Diagnostic::error(&codes::E0003_BAD_CHARACTER, "`\\` means nothing here")
            .hint("a backslash and a name give a symbol: `\\theta` and then Tab")
    } else {
        diagnostic.hint(format!("press Tab after `{written}`"))
    }
}

fn unknown(written: &str) -> Diagnostic {
    let hint = match written {
        ":=" => "define with `=`: `x = 3`",
        ":" => "a range is written `1..10`, an index `A[1, 2]`",
        "&&" | "&" => "write `and`",
        "%" | "%%" => {
            "write `mod(a, b)` for a remainder; a magic stands at the start of a line"
        }
        "÷" => "write `/`",
        "–" | "—" => "write `-`",
        "≈" | "≡" | "≅" | "＝" => "write `==` for an equation",
        "∫" => "write `integrate(f, x)`",
        "∑" => "write `sum(f, k = 1..n)`",
        "∏" => "write `product(f, k = 1..n)`",
        "…" => "write `..` for a range",
        "’" | "‘" | "`" | "´" => {
            "write `'` for a transpose, and strings in double quotes"
        }
        "“" | "”" | "„" | "«" | "»" => "write strings in straight double quotes",
        "∨" => "write `or`",
        "~" => "write `==` for an equation",
        "$" => "a name stands without `$`",
        "(" | "（" | "）" => "write `(` and `)`",
        "，" | "、" => "write `,`",
        "；" => "write `;`",
        "∛" => "write `x^(1/3)`",
        "°" => "write `pi/180`",
        _ => "remove it",
    };
    let shown: String = written.chars().flat_map(visible).collect();
    Diagnostic::error(
        &codes::E0003_BAD_CHARACTER,
        format!("`{shown}` means nothing here"),
    )
    .hint(hint)
}

/// The character, or its number where it would not be seen.
fn visible(it: char) -> Vec<char> {
    if it.is_control()
        || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}')
    {
        format!("U+{:04X}", it as u32).chars().collect()
    } else {
        vec![it]
    }
}

/// The text a string stands for.
pub(super) fn unescape(parser: &Parser<'_>, token: Lexeme) -> Result<String> {
    let written = parser.written(token);
    let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.char_indices();
    while let Some((at, it)) = chars.next() {
        if it != '\\' {
            text.push(it);
            continue;
        }
        let start = token.start + 1 + at;
        let Some((_, escaped)) = chars.next() else { break };
        let span = parser.span(start, start + 1 + escaped.len_utf8());
        match escaped {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '0' => text.push('\0'),
            '\\' | '"' | '\'' => text.push(escaped),
            'u' => {
                let rest = chars.as_str();
                let number =
                    rest.strip_prefix('{').and_then(|it| it.split_once('}')).and_then(
                        |(it, _)| u32::from_str_radix(it, 16).ok().zip(Some(it.len())),
                    );
                let Some((it, length)) =
                    number.and_then(|(it, length)| char::from_u32(it).zip(Some(length)))
                else {
                    return Diagnostic::error(
                        &codes::E0003_BAD_CHARACTER,
                        "`\\u` needs the number of a character in braces",
                    )
                    .at(span)
                    .hint("\\u{3b8}")
                    .into();
                };
                text.push(it);
                for _ in 0..length + 2 {
                    chars.next();
                }
            }
            _ => {
                let escaped: String = visible(escaped).into_iter().collect();
                return Diagnostic::error(
                    &codes::E0003_BAD_CHARACTER,
                    format!("`\\{escaped}` means nothing in a string"),
                )
                .at(span)
                .hint(format!("write a backslash twice: `\\\\{escaped}`"))
                .into();
            }
        }
    }
    Ok(text)
}
