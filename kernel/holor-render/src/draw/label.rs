//! Labels: the part of LaTeX that titles, axes, ticks and legends use, laid out as TeX would.

mod symbols;
mod unicode;

use self::symbols::symbol;
pub(crate) use self::unicode::unicode;
use super::font::{Fonts, Glyph, Style, decompose};
use super::scene::{Area, Item, Paint, Place};

/// A laid-out text: origin at the left end of the baseline, y downward, in pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Label {
    pub(crate) width: f32,
    pub(crate) ascent: f32,
    pub(crate) descent: f32,
    glyphs: Vec<Glyph>,
    rules: Vec<Area>,
}

impl Label {
    /// Lays out LaTeX.
    pub(crate) fn latex(fonts: &Fonts, source: &str, size: f32) -> Self {
        let tokens = tokenise(source);
        let mut layout = Layout { fonts, tokens: &tokens, position: 0 };
        layout.row(size, false, &mut |_| false)
    }

    /// Whether there is nothing to see.
    pub(crate) fn is_empty(&self) -> bool {
        self.glyphs.is_empty() && self.rules.is_empty()
    }

    /// The label as an item of a drawing.
    pub(crate) fn at(
        self,
        x: f32,
        y: f32,
        upward: bool,
        paint: Paint,
        text: &str,
    ) -> Item {
        Item::Glyphs {
            glyphs: self.glyphs,
            rules: self.rules,
            text: text.to_owned(),
            place: Place { x, y, upward },
            paint,
        }
    }

    fn push(&mut self, other: Label, rise: f32) {
        let shift = self.width;
        self.glyphs.extend(other.glyphs.into_iter().map(|g| Glyph {
            x: g.x + shift,
            y: g.y - rise,
            ..g
        }));
        self.rules.extend(other.rules.into_iter().map(|r| Area {
            left: r.left + shift,
            top: r.top - rise,
            ..r
        }));
        self.width += other.width;
        self.ascent = self.ascent.max(other.ascent + rise);
        self.descent = self.descent.max(other.descent - rise);
    }

    fn space(width: f32) -> Self {
        Self { width, ..Self::default() }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Character(char),
    Command(String),
    Open,
    Close,
    Up,
    Down,
    Space,
    /// The inside of `\text{…}`.
    Text(String),
}

fn tokenise(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        match first {
            '{' => tokens.push(Token::Open),
            '}' => tokens.push(Token::Close),
            '^' => tokens.push(Token::Up),
            '_' => tokens.push(Token::Down),
            ' ' | '~' | '\n' => tokens.push(Token::Space),
            '$' | '&' => {}
            '\\' => {
                let letters: usize = rest
                    .chars()
                    .take_while(char::is_ascii_alphabetic)
                    .map(char::len_utf8)
                    .sum();
                let length = if letters > 0 {
                    letters
                } else {
                    rest.chars().next().map_or(0, char::len_utf8)
                };
                let (name, after) = rest.split_at(length);
                rest = after;
                let is_text = matches!(name, "text" | "textrm" | "mbox");
                if let (true, Some(inside)) =
                    (is_text, rest.trim_start().strip_prefix('{'))
                {
                    let end = closing_brace(inside);
                    tokens.push(Token::Text(unescape(
                        inside.get(..end).unwrap_or_default(),
                    )));
                    rest = inside.get(end + 1..).unwrap_or_default();
                } else {
                    tokens.push(Token::Command(name.to_owned()));
                }
            }
            other => tokens.push(Token::Character(other)),
        }
    }
    tokens
}

fn closing_brace(text: &str) -> usize {
    let mut depth = 0;
    let mut escaped = false;
    for (index, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' if depth == 0 => return index,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

fn unescape(text: &str) -> String {
    let text =
        text.replace(r"\textbackslash{}", "\u{0}").replace(r"\textasciitilde{}", "~");
    let text = text.replace(r"\textasciicircum{}", "^").replace("{}", "");
    text.replace('\\', "").replace('\u{0}', "\\")
}

struct Layout<'a> {
    fonts: &'a Fonts,
    tokens: &'a [Token],
    position: usize,
}

impl Layout<'_> {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.position).cloned();
        self.position += 1;
        token
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.position)
    }

    /// Tokens up to a closing brace, the end, or one that `stop` accepts (consumed).
    fn row(
        &mut self,
        size: f32,
        upright: bool,
        stop: &mut dyn FnMut(&Token) -> bool,
    ) -> Label {
        let mut row = Label::default();
        // Whether a sign here has something to its left.
        let mut operand = false;
        while let Some(token) = self.next() {
            if token == Token::Close || stop(&token) {
                break;
            }
            if token == Token::Space {
                if upright {
                    row.push(Label::space(0.25 * size), 0.0);
                }
                continue;
            }
            if matches!(token, Token::Up | Token::Down) {
                self.scripts(&mut row, token, size);
                operand = true;
                continue;
            }
            let kind = class(&token);
            let around = match kind {
                Class::Relation => 0.28 * size,
                Class::Binary if operand => 0.22 * size,
                _ => 0.0,
            };
            let function =
                matches!(&token, Token::Command(name) if is_operator_name(name));
            if function && operand {
                row.push(Label::space(0.16 * size), 0.0);
            }
            row.push(Label::space(around), 0.0);
            let base = self.atom(token, size, upright);
            row.push(base, 0.0);
            row.push(Label::space(around), 0.0);
            if kind == Class::Punctuation && self.position < self.tokens.len() {
                row.push(Label::space(0.17 * size), 0.0);
            }
            if function
                && !matches!(
                    self.peek(),
                    None | Some(Token::Up | Token::Down | Token::Close)
                )
                && !matches!(self.peek(), Some(Token::Character('(')))
                && !matches!(self.peek(), Some(Token::Command(name)) if name == "left")
            {
                row.push(Label::space(0.16 * size), 0.0);
            }
            operand = !matches!(kind, Class::Relation | Class::Binary | Class::Opening);
        }
        row
    }

    fn scripts(&mut self, row: &mut Label, first: Token, size: f32) {
        let mut parts = vec![(first == Token::Up, self.argument(0.7 * size, false))];
        if let Some(second @ (Token::Up | Token::Down)) = self.peek().cloned()
            && (second == Token::Up) != (first == Token::Up)
        {
            self.position += 1;
            parts.push((second == Token::Up, self.argument(0.7 * size, false)));
        }
        let start = row.width;
        let mut end = start;
        let both = parts.len() == 2;
        for (up, part) in parts {
            row.width = start + 0.04 * size;
            let drop = if both { 0.26 } else { 0.17 };
            let rise = if up { 0.38 * size } else { -drop * size };
            row.push(part, rise);
            end = end.max(row.width);
        }
        row.width = end + 0.04 * size;
    }

    /// A group in braces, or one token.
    fn argument(&mut self, size: f32, upright: bool) -> Label {
        while self.peek() == Some(&Token::Space) {
            self.position += 1;
        }
        match self.next() {
            Some(Token::Open) => self.row(size, upright, &mut |_| false),
            Some(token) => self.atom(token, size, upright),
            None => Label::default(),
        }
    }

    fn atom(&mut self, token: Token, size: f32, upright: bool) -> Label {
        match token {
            Token::Open => self.row(size, upright, &mut |_| false),
            Token::Text(text) => self.text(&text, size),
            Token::Character('-') if !upright => self.glyph('−', size, Style::Upright),
            Token::Character('*') if !upright => self.glyph('∗', size, Style::Upright),
            Token::Character('\'') if !upright => {
                let mut label = Label::default();
                label.push(self.glyph('′', 0.7 * size, Style::Upright), 0.38 * size);
                label
            }
            Token::Character(character) => {
                let style = if character.is_alphabetic()
                    && !upright
                    && !is_capital_greek(character)
                {
                    Style::Italic
                } else {
                    Style::Upright
                };
                self.glyph(character, size, style)
            }
            Token::Command(name) => self.command(&name, size),
            Token::Close | Token::Up | Token::Down | Token::Space => Label::default(),
        }
    }

    fn command(&mut self, name: &str, size: f32) -> Label {
        match name {
            "frac" | "dfrac" | "tfrac" => {
                let small = 0.78 * size;
                let (above, below) =
                    (self.argument(small, false), self.argument(small, false));
                fraction(above, below, size)
            }
            "sqrt" => self.root(size),
            "left" | "right" | "bigl" | "bigr" | "displaystyle" | "limits" | "bigg"
            | "big" => {
                if name == "left" {
                    return self.delimited(size);
                }
                Label::default()
            }
            "mathrm" | "operatorname" | "mathit" | "mathbf" | "mathcal"
            | "boldsymbol" => {
                self.argument(size, !matches!(name, "mathit" | "boldsymbol"))
            }
            "overline" | "bar" => {
                let mut inner = self.argument(size, false);
                let top = -inner.ascent - 0.12 * size;
                inner.rules.push(Area {
                    left: 0.05 * size,
                    top,
                    width: inner.width - 0.05 * size,
                    height: 0.045 * size,
                });
                inner.ascent += 0.16 * size;
                inner
            }
            "dot" | "hat" | "tilde" | "vec" | "ddot" => {
                let accent = match name {
                    "dot" => '˙',
                    "ddot" => '\u{a8}',
                    "hat" => 'ˆ',
                    "tilde" => '˜',
                    _ => '\u{20d7}',
                };
                let base = self.argument(size, false);
                self.accented(base, accent, size)
            }
            "," | ":" => Label::space(0.17 * size),
            ";" => Label::space(0.28 * size),
            " " => Label::space(0.25 * size),
            "quad" => Label::space(size),
            "!" => Label::space(-0.17 * size),
            "{" | "lbrace" => self.glyph('{', size, Style::Upright),
            "}" | "rbrace" => self.glyph('}', size, Style::Upright),
            "%" | "#" | "$" | "_" | "&" => {
                self.glyph(name.chars().next().unwrap_or(' '), size, Style::Upright)
            }
            _ => match symbol(name) {
                Some((character, style)) => self.glyph(character, size, style),
                None => self.text(name, size),
            },
        }
    }

    /// `\left( … \right)` with delimiters as high as what they hold.
    fn delimited(&mut self, size: f32) -> Label {
        let open = self.delimiter();
        let mut end = |token: &Token| *token == Token::Command("right".into());
        let inner = self.row(size, false, &mut end);
        let close = self.delimiter();
        let height =
            (inner.ascent.max(inner.descent + 0.5 * size) / (0.75 * size)).max(1.0);
        let mut label = Label::default();
        for (index, delimiter) in [open, close].into_iter().enumerate() {
            if let Some(character) = delimiter {
                let glyph = self.glyph(character, size * height.min(2.4), Style::Upright);
                label.push(glyph, -0.25 * size * (1.0 - height.min(2.4)));
            }
            if index == 0 {
                label.push(inner.clone(), 0.0);
            }
        }
        label
    }

    fn delimiter(&mut self) -> Option<char> {
        match self.next()? {
            Token::Character('.') => None,
            Token::Character(character) => Some(character),
            Token::Command(name) => match name.as_str() {
                "{" | "lbrace" => Some('{'),
                "}" | "rbrace" => Some('}'),
                "|" => Some('∥'),
                _ => symbol(&name).map(|(character, _)| character),
            },
            Token::Open | Token::Close | Token::Up | Token::Down | Token::Space => None,
            Token::Text(_) => None,
        }
    }

    fn root(&mut self, size: f32) -> Label {
        let mut index = None;
        if self.peek() == Some(&Token::Character('[')) {
            self.position += 1;
            index =
                Some(self.row(0.5 * size, false, &mut |t| *t == Token::Character(']')));
        }
        let inner = self.argument(size, false);
        let height = ((inner.ascent + inner.descent) / (0.8 * size)).max(1.0);
        let sign = self.glyph('√', size * height, Style::Upright);
        let mut label = Label::default();
        if let Some(index) = index {
            label.push(index, 0.4 * size);
            label.width -= 0.3 * size;
        }
        let rise = sign.descent - inner.descent - 0.12 * size;
        let top = -(sign.ascent + rise);
        label.push(sign, rise);
        let rule = Area {
            left: label.width - 0.02 * size,
            top,
            width: inner.width + 0.08 * size,
            height: 0.045 * size,
        };
        label.push(inner, 0.0);
        label.rules.push(rule);
        label.width += 0.1 * size;
        label
    }

    fn text(&self, text: &str, size: f32) -> Label {
        let mut label = Label::default();
        for character in text.chars() {
            let next = if character == ' ' {
                Label::space(0.3 * size)
            } else {
                self.glyph(character, size, Style::Upright)
            };
            label.push(next, 0.0);
        }
        label
    }

    fn accented(&self, mut base: Label, accent: char, size: f32) -> Label {
        let mut mark = self.glyph(accent, size, Style::Upright);
        if accent == '\u{20d7}' {
            // A combining arrow: its outline lies to the left of its origin.
            for glyph in &mut mark.glyphs {
                glyph.x += 0.5 * size;
            }
            mark.width = 0.5 * size;
        }
        let rise = (base.ascent - 0.45 * size).max(0.0);
        let width = base.width;
        base.width = (width - mark.width) / 2.0 + 0.04 * size;
        base.push(mark, rise);
        base.width = width;
        base
    }

    fn glyph(&self, character: char, size: f32, style: Style) -> Label {
        let character = match character {
            '·' => '⋅',
            'µ' => 'μ',
            '\u{a0}' => ' ',
            'ϴ' => 'Θ',
            'ϑ' => 'ϑ',
            '²' | '³' | '¹' => return self.raised(character, size),
            other => other,
        };
        let Some((style, id)) = self.fonts.find(character, style) else {
            if let Some((base, accent)) = decompose(character) {
                let base = self.glyph(base, size, style);
                return self.accented(base, accent, size);
            }
            let missing = Area {
                left: 0.08 * size,
                top: -0.6 * size,
                width: 0.4 * size,
                height: 0.6 * size,
            };
            return Label {
                width: 0.56 * size,
                ascent: 0.6 * size,
                rules: vec![missing],
                ..Label::default()
            };
        };
        let metrics = self.fonts.metrics(style, id);
        // TeX's italic correction, near enough: nothing sticks out of its box.
        let overhang = (metrics.right - metrics.advance).max(0.0);
        Label {
            width: (metrics.advance + overhang) * size,
            ascent: metrics.ascent * size,
            descent: metrics.descent * size,
            glyphs: vec![Glyph { style, id, x: 0.0, y: 0.0, size }],
            rules: Vec::new(),
        }
    }

    fn raised(&self, character: char, size: f32) -> Label {
        let digit = match character {
            '¹' => '1',
            '²' => '2',
            _ => '3',
        };
        let mut label = Label::default();
        label.push(self.glyph(digit, 0.7 * size, Style::Upright), 0.38 * size);
        label
    }
}

fn fraction(above: Label, below: Label, size: f32) -> Label {
    let axis = 0.25 * size;
    let width = above.width.max(below.width) + 0.24 * size;
    let mut label = Label::default();
    let (up, down) =
        (axis + 0.12 * size + above.descent, -(below.ascent - axis + 0.14 * size));
    for (part, rise) in [(above, up), (below, down)] {
        label.width = (width - part.width) / 2.0;
        label.push(part, rise);
    }
    label.rules.push(Area {
        left: 0.08 * size,
        top: -axis,
        width: width - 0.16 * size,
        height: 0.045 * size,
    });
    label.width = width;
    label
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Ordinary,
    Binary,
    Relation,
    Punctuation,
    Opening,
}

fn class(token: &Token) -> Class {
    match token {
        Token::Character('+' | '-' | '−' | '±' | '*') => Class::Binary,
        Token::Character('=' | '<' | '>' | '≤' | '≥' | '≈' | '→') => {
            Class::Relation
        }
        Token::Character(',' | ';') => Class::Punctuation,
        Token::Character('(' | '[') => Class::Opening,
        Token::Command(name) => match name.as_str() {
            "pm" | "mp" | "cdot" | "times" | "wedge" | "circ" => Class::Binary,
            "le" | "leq" | "ge" | "geq" | "ne" | "neq" | "approx" | "to"
            | "rightarrow" | "equiv" | "sim" | "ll" | "gg" | "propto" | "in" => {
                Class::Relation
            }
            _ => Class::Ordinary,
        },
        _ => Class::Ordinary,
    }
}

fn is_operator_name(name: &str) -> bool {
    const NAMES: [&str; 25] = [
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh",
        "cosh", "tanh", "coth", "log", "ln", "exp", "lim", "max", "min", "arg", "det",
        "gcd", "sup", "inf", "dim",
    ];
    NAMES.contains(&name) || name == "operatorname"
}

fn is_capital_greek(character: char) -> bool {
    ('Α'..='Ω').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_laid_out_within_their_boxes() {
        let fonts = Fonts::open();
        let sources = [
            r"\sin\left(x\right)",
            r"\frac{x^{2}}{1 + \sqrt{y_{12}}}",
            r"\text{Schrödinger: }\hbar\omega_0^2",
            r"e^{-\frac{x}{5}}",
            "",
        ];
        for source in sources {
            let label = Label::latex(&fonts, source, 16.0);
            for glyph in &label.glyphs {
                let metrics = fonts.metrics(glyph.style, glyph.id);
                assert!(glyph.x >= -0.5, "{source}");
                assert!(
                    glyph.x + metrics.right * glyph.size <= label.width + 1.0,
                    "{source}"
                );
                assert!(
                    metrics.ascent * glyph.size - glyph.y <= label.ascent + 0.5,
                    "{source}"
                );
            }
        }
        let plain = Label::latex(&fonts, "x", 16.0).width;
        assert!(Label::latex(&fonts, "x^{2}", 16.0).width > plain);
    }

    #[test]
    fn unmatched_braces_and_unknown_commands_do_no_harm() {
        let fonts = Fonts::open();
        for source in
            ["{", "}", r"\frac{", r"\left(", "^", r"\unknown{x}", r"\text{", "\\"]
        {
            Label::latex(&fonts, source, 12.0);
            unicode(source);
        }
    }

    #[test]
    fn simple_latex_reads_as_unicode() {
        let cases = [
            (r"\frac{L^2}{2 m r^{2}} - \hbar\omega_0", "L²/(2mr²) − ℏω₀"),
            (r"\text{time in }\mu s", "time in μs"),
            (r"V_{\mathrm{eff}}(\theta) = x^{12}", "V_eff(θ) = x¹²"),
        ];
        for (latex, expected) in cases {
            assert_eq!(unicode(latex), expected);
        }
    }
}
