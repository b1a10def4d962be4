//! Labels where no layout is possible: in Vega-Lite and plain text.

use super::symbols::symbol;
use super::{Class, Token, class, tokenise};

/// Simple LaTeX as one line of Unicode: `\frac{a}{b}` as `a/b`, scripts of digits as small digits.
pub(crate) fn unicode(source: &str) -> String {
    /// What a brace opened.
    #[derive(Clone, Copy, PartialEq)]
    enum Group {
        Plain,
        Numerator,
        /// Begins at this byte.
        Denominator(usize),
    }
    let mut out = String::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut next = Group::Plain;
    let mut pending = false;
    for token in tokenise(source) {
        let spaced =
            matches!(class(&token), Class::Relation | Class::Binary) && !out.is_empty();
        if spaced {
            out.push(' ');
        }
        match token {
            Token::Character('-') => out.push('−'),
            Token::Character(character) => out.push(character),
            Token::Text(text) => out.push_str(&text),
            Token::Up => out.push('^'),
            Token::Down => out.push('_'),
            Token::Space => {}
            Token::Open => {
                if pending {
                    next = Group::Denominator(out.len());
                    pending = false;
                }
                let script = out.ends_with(['^', '_']);
                groups.push(std::mem::replace(&mut next, Group::Plain));
                if script {
                    out.push('{');
                }
            }
            Token::Close => match groups.pop() {
                Some(Group::Numerator) => {
                    out.push('/');
                    pending = true;
                }
                Some(Group::Denominator(start)) if out[start..].chars().count() > 1 => {
                    out.insert(start, '(');
                    out.push(')');
                }
                _ => out.push('}'),
            },
            Token::Command(name) => match name.as_str() {
                "frac" | "dfrac" | "tfrac" => next = Group::Numerator,
                "sqrt" => out.push('√'),
                "left" | "right" | "mathrm" | "operatorname" | "mathbf"
                | "displaystyle" | "!" => {}
                "," | ";" | ":" | " " | "quad" => out.push(' '),
                other => match symbol(other) {
                    Some((character, _)) => out.push(character),
                    None => out.push_str(other),
                },
            },
        }
        if spaced {
            out.push(' ');
        }
    }
    small_digits(&out)
}

/// `x^{12}` as `x¹²`, `a_0` as `a₀`; other scripts keep their sign and lose their braces.
fn small_digits(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(place) = rest.find(['^', '_']) {
        let (before, script) = rest.split_at(place);
        out.push_str(before);
        let (sign, after) = script.split_at(1);
        let inside = match after.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => after.get(..1).unwrap_or_default(),
        };
        let digits =
            !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
        if digits {
            for digit in inside.bytes().map(|byte| u32::from(byte - b'0')) {
                let small = match (sign, digit) {
                    ("^", 1) => Some('¹'),
                    ("^", 2) => Some('²'),
                    ("^", 3) => Some('³'),
                    ("^", digit) => char::from_u32(0x2070 + digit),
                    (_, digit) => char::from_u32(0x2080 + digit),
                };
                out.extend(small);
            }
            let braces = if after.starts_with('{') { 2 } else { 0 };
            rest = after.get(inside.len() + braces..).unwrap_or_default();
        } else {
            out.push_str(sign);
            rest = after;
        }
    }
    out.push_str(rest);
    out.replace(['{', '}'], "")
}
