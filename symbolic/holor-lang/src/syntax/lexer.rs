//! Text to tokens. Every byte belongs to exactly one token.

use super::names::{
    continues_name, is_name, is_subscript_letter, is_superscript_letter, starts_name,
};
use super::token::{Kind, Lexeme};

/// Splits a text into tokens, blanks and comments included.
pub(super) fn lex(text: &str) -> Vec<Lexeme> {
    let mut lexer =
        Lexer { text, at: 0, depth: 0, line_start: true, first: true, unclosed: None };
    let mut lexemes = Vec::new();
    while lexer.at < text.len() {
        let start = lexer.at;
        let kind = lexer.next_kind();
        if lexer.at <= start {
            // Unreachable by construction; kept so that no input can make this loop for ever.
            lexer.bump();
        }
        match kind {
            Kind::Whitespace | Kind::Comment => {}
            Kind::Newline => lexer.line_start = true,
            _ => {
                lexer.line_start = false;
                lexer.first = false;
            }
        }
        let body = kind == Kind::CellMagic && lexer.at < text.len();
        lexemes.push(Lexeme { kind, start, end: lexer.at });
        if body {
            lexemes.push(Lexeme { kind: Kind::Body, start: lexer.at, end: text.len() });
            lexer.at = text.len();
        }
    }
    lexemes
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// How many `(` and `[` are open: a `%` in them begins no magic.
    depth: usize,
    /// Whether nothing but blanks stands before on the line.
    line_start: bool,
    /// Whether nothing but blanks and comments stands before in the cell.
    first: bool,
    /// From where on no `"` is left, so that many unclosed ones are not searched for again and again.
    unclosed: Option<usize>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    fn bump(&mut self) -> Option<char> {
        let it = self.peek()?;
        self.at += it.len_utf8();
        Some(it)
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.at += expected.len_utf8();
        }
        found
    }

    fn eat_while(&mut self, accept: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|it| !accept(it)).unwrap_or(rest.len());
    }

    fn next_kind(&mut self) -> Kind {
        let start = self.at;
        let Some(it) = self.bump() else { return Kind::End };
        match it {
            '\n' => Kind::Newline,
            '\r' => {
                self.eat('\n');
                Kind::Newline
            }
            _ if is_blank(it) => {
                self.eat_while(is_blank);
                Kind::Whitespace
            }
            '#' => {
                self.eat_while(|it| !is_line_end(it));
                Kind::Comment
            }
            '0'..='9' => self.number(it),
            _ if fraction(it).is_some() => Kind::Number,
            '.' => self.dot(),
            '"' => self.quoted(),
            '“' | '”' | '„' | '«' => self.smart_quoted(),
            '%' => self.percent(),
            '\\' => {
                self.eat_while(|it| it.is_ascii_alphanumeric());
                Kind::Backslash
            }
            '_' => self.underscore(),
            '∞' | '∇' => Kind::Name,
            '∂' => self.partial(),
            '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '⁺' | '⁻' => {
                self.superscript()
            }
            _ if is_superscript_letter(it) => self.superscript(),
            _ if starts_name(it) => {
                self.eat_while(continues_name);
                self.word(start)
            }
            _ => self.operator(it),
        }
    }

    fn word(&self, start: usize) -> Kind {
        match self.text.get(start..self.at).unwrap_or_default() {
            "if" => Kind::If,
            "then" => Kind::Then,
            "else" => Kind::Else,
            "for" => Kind::For,
            "in" => Kind::In,
            "while" => Kind::While,
            "where" => Kind::Where,
            "step" => Kind::Step,
            "true" => Kind::True,
            "false" => Kind::False,
            "and" => Kind::And,
            "or" => Kind::Or,
            "not" => Kind::Not,
            _ => Kind::Name,
        }
    }

    fn number(&mut self, first: char) -> Kind {
        self.eat_while(|it| it.is_ascii_digit());
        let mut after = self.rest().chars();
        let (next, second) = (after.next(), after.next());
        if first == '0'
            && matches!(next, Some('x' | 'X' | 'b' | 'o'))
            && second.is_some_and(|it| it.is_ascii_hexdigit())
            && self.text.get(..self.at).is_some_and(|it| it.ends_with('0'))
        {
            self.eat_while(|it| it.is_ascii_alphanumeric());
            return Kind::BadNumber;
        }
        let is_decimal = next == Some('.')
            && !second
                .is_some_and(|it| matches!(it, '.' | '*' | '/' | '^') || starts_name(it));
        if is_decimal {
            self.eat('.');
            self.eat_while(|it| it.is_ascii_digit());
        }
        self.exponent()
    }

    /// What may follow the digits of a number; `2e` without digits after is 2 times e.
    fn exponent(&mut self) -> Kind {
        let rest = self.rest();
        if let Some(after) = rest.strip_prefix(['e', 'E']) {
            let digits = after.strip_prefix(['+', '-']).unwrap_or(after);
            if digits.starts_with(|it: char| it.is_ascii_digit()) {
                self.at += rest.len() - digits.len();
                self.eat_while(|it| it.is_ascii_digit());
            }
        }
        let mut after = self.rest().chars();
        match (after.next(), after.next()) {
            (Some('_' | '.'), Some('0'..='9')) => {
                self.eat_while(|it| {
                    it.is_ascii_alphanumeric() || matches!(it, '_' | '.')
                });
                Kind::BadNumber
            }
            _ => Kind::Number,
        }
    }

    fn dot(&mut self) -> Kind {
        match self.peek() {
            Some('0'..='9') => {
                self.eat_while(|it| it.is_ascii_digit());
                self.exponent()
            }
            Some('.') => {
                self.bump();
                Kind::DotDot
            }
            Some('*') => {
                self.bump();
                Kind::DotStar
            }
            Some('/') => {
                self.bump();
                Kind::DotSlash
            }
            Some('^') => {
                self.bump();
                Kind::DotCaret
            }
            _ => Kind::Dot,
        }
    }

    fn quoted(&mut self) -> Kind {
        let start = self.at;
        if self.unclosed.is_none_or(|from| start < from) {
            let mut escaped = false;
            for (offset, it) in self.rest().char_indices() {
                match it {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '"' => {
                        self.at = start + offset + 1;
                        return Kind::Text;
                    }
                    _ => {}
                }
            }
            self.unclosed = Some(start);
        }
        self.eat_while(|it| !is_line_end(it));
        Kind::UnclosedText
    }

    fn smart_quoted(&mut self) -> Kind {
        let closes = |it| matches!(it, '”' | '“' | '»' | '"');
        let rest = self.rest();
        match rest.char_indices().find(|(_, it)| closes(*it) || is_line_end(*it)) {
            Some((end, it)) if closes(it) => {
                self.at += end;
                self.bump();
                Kind::SmartText
            }
            _ => Kind::Unknown,
        }
    }

    fn percent(&mut self) -> Kind {
        if !self.line_start || self.depth > 0 {
            return Kind::Unknown;
        }
        let rest = self.rest();
        let (name, kind) = match rest.strip_prefix('%') {
            Some(name) if self.first => (name, Kind::CellMagic),
            Some(name) => (name, Kind::LateCellMagic),
            None => (rest, Kind::Magic),
        };
        if !name.starts_with(starts_name) {
            self.eat('%');
            return Kind::Unknown;
        }
        self.eat_while(|it| !is_line_end(it));
        kind
    }

    fn underscore(&mut self) -> Kind {
        let rest = self.rest();
        let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
        let after = rest.get(digits..).unwrap_or_default();
        if digits > 0 && !after.starts_with(continues_name) {
            self.at += digits;
            Kind::Previous
        } else {
            Kind::Underscore
        }
    }

    /// `∂`, or a basis vector `∂_r`, `∂r`; in `∂ₜu` the name ends with the subscript.
    fn partial(&mut self) -> Kind {
        let rest = self.rest();
        if rest.starts_with(is_subscript_letter) {
            self.eat_while(is_subscript_letter);
            return Kind::Name;
        }
        // `∂_{xx}`.
        if let Some(braced) = rest.strip_prefix("_{")
            && let Some((inner, _)) = braced.split_once('}')
            && is_name(inner)
        {
            self.at += "_{}".len() + inner.len();
            return Kind::Name;
        }
        if rest.strip_prefix('_').unwrap_or(rest).starts_with(starts_name) {
            self.eat('_');
            self.eat_while(continues_name);
        }
        Kind::Name
    }

    fn superscript(&mut self) -> Kind {
        self.eat_while(|it| {
            matches!(it, '⁰' | '¹' | '²' | '³' | '⁴'..='⁹') || is_superscript_letter(it)
        });
        Kind::Superscript
    }

    fn operator(&mut self, it: char) -> Kind {
        match it {
            '+' => Kind::Plus,
            '-' if self.eat('>') => Kind::Arrow,
            '-' | '−' => Kind::Minus,
            '→' | '↦' => Kind::Arrow,
            '*' if self.eat('*') => Kind::Caret,
            '×' => Kind::Times,
            '·' | '\u{387}' | '⋅' => Kind::Middle,
            '*' | '∗' => Kind::Star,
            '/' | '∕' => Kind::Slash,
            '^' => Kind::Caret,
            '∧' | '⋀' => Kind::Wedge,
            '⊗' => Kind::Tensor,
            '\'' | '′' => Kind::Quote,
            '!' if self.peek() == Some('=') && self.peek_second() != Some('=') => {
                self.bump();
                Kind::NotEqual
            }
            '!' => Kind::Bang,
            '|' => Kind::Bar,
            '√' => Kind::Root,
            '=' if self.eat('=') => Kind::Equal,
            '=' => Kind::Assign,
            '≠' => Kind::NotEqual,
            '<' if self.eat('=') => Kind::LessEqual,
            '<' => Kind::Less,
            '≤' | '⩽' => Kind::LessEqual,
            '>' if self.eat('=') => Kind::GreaterEqual,
            '>' => Kind::Greater,
            '≥' | '⩾' => Kind::GreaterEqual,
            '¬' => Kind::Not,
            '∈' => Kind::In,
            '?' => {
                self.eat('?');
                Kind::Question
            }
            '(' | '[' => {
                self.depth += 1;
                if it == '(' { Kind::OpenParen } else { Kind::OpenBracket }
            }
            ')' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                if it == ')' { Kind::CloseParen } else { Kind::CloseBracket }
            }
            '{' => Kind::OpenBrace,
            '}' => Kind::CloseBrace,
            ',' => Kind::Comma,
            ';' => Kind::Semicolon,
            ':' => {
                self.eat('=');
                Kind::Unknown
            }
            '&' => {
                self.eat('&');
                Kind::Unknown
            }
            _ => Kind::Unknown,
        }
    }
}

/// The numerator and denominator of `½`.
pub(super) fn fraction(it: char) -> Option<[&'static str; 2]> {
    Some(match it {
        '½' => ["1", "2"],
        '⅓' => ["1", "3"],
        '⅔' => ["2", "3"],
        '¼' => ["1", "4"],
        '¾' => ["3", "4"],
        '⅕' => ["1", "5"],
        '⅙' => ["1", "6"],
        '⅛' => ["1", "8"],
        _ => return None,
    })
}

fn is_line_end(it: char) -> bool {
    matches!(it, '\n' | '\r')
}

/// White space within a line, and the marks without width that come with pasted text.
fn is_blank(it: char) -> bool {
    (it.is_whitespace() && !is_line_end(it))
        || matches!(it, '\u{feff}' | '\u{200b}' | '\u{2060}')
}
