//! Tokens: the fine kinds the parser reads and the coarse kinds front ends colour.

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// What a [`Token`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Blanks and line ends.
    Whitespace,
    /// `# …`
    Comment,
    /// `1.5e-3`
    Number,
    /// `"…"`
    Text,
    /// `x`, `sin`, `_3`
    Name,
    /// `if`, `for`, `symbols`, …
    Keyword,
    /// `+`, `==`, `->`, …
    Operator,
    /// `(`, `[`, `{` and what closes them, `,`, `;`
    Punctuation,
    /// `%name …` up to the end of the line.
    Magic,
    /// What follows a `%%name` line.
    Body,
    /// What means nothing.
    Unknown,
}

/// A token as the parser sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexeme {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The parser's kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Whitespace,
    Comment,
    /// A line end; the parser merges several.
    Newline,
    /// The end of the text, or of what a statement with an error lets its parser see.
    End,

    Number,
    BadNumber,
    Text,
    /// No quote closes it; ends with its line.
    UnclosedText,
    /// Between typographic quotes.
    SmartText,
    Name,
    /// `_3`
    Previous,
    /// `_`
    Underscore,
    /// `²`, `⁻¹`
    Superscript,

    If,
    Then,
    Else,
    For,
    In,
    While,
    Where,
    Step,
    True,
    False,
    And,
    Or,
    Not,

    Plus,
    Minus,
    Star,
    /// `×`
    Times,
    /// `·`
    Middle,
    Slash,
    Caret,
    DotStar,
    DotSlash,
    DotCaret,
    Wedge,
    Tensor,
    Dot,
    DotDot,
    Quote,
    Bang,
    Bar,
    Root,
    Arrow,
    Assign,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Question,

    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Semicolon,

    Magic,
    CellMagic,
    /// `%%name` below the first line.
    LateCellMagic,
    Body,
    /// `\alpha`
    Backslash,
    Unknown,
}

impl Kind {
    pub(super) fn coarse(self) -> TokenKind {
        match self {
            Kind::Whitespace | Kind::Newline | Kind::End => TokenKind::Whitespace,
            Kind::Comment => TokenKind::Comment,
            Kind::Number | Kind::BadNumber | Kind::Superscript => TokenKind::Number,
            Kind::Text | Kind::UnclosedText | Kind::SmartText => TokenKind::Text,
            Kind::Name | Kind::Previous | Kind::Underscore => TokenKind::Name,
            Kind::If
            | Kind::Then
            | Kind::Else
            | Kind::For
            | Kind::In
            | Kind::While
            | Kind::Where
            | Kind::Step
            | Kind::True
            | Kind::False
            | Kind::And
            | Kind::Or
            | Kind::Not => TokenKind::Keyword,
            Kind::Plus
            | Kind::Minus
            | Kind::Star
            | Kind::Times
            | Kind::Middle
            | Kind::Slash
            | Kind::Caret
            | Kind::DotStar
            | Kind::DotSlash
            | Kind::DotCaret
            | Kind::Wedge
            | Kind::Tensor
            | Kind::Dot
            | Kind::DotDot
            | Kind::Quote
            | Kind::Bang
            | Kind::Bar
            | Kind::Root
            | Kind::Arrow
            | Kind::Assign
            | Kind::Equal
            | Kind::NotEqual
            | Kind::Less
            | Kind::LessEqual
            | Kind::Greater
            | Kind::GreaterEqual
            | Kind::Question => TokenKind::Operator,
            Kind::OpenParen
            | Kind::CloseParen
            | Kind::OpenBracket
            | Kind::CloseBracket
            | Kind::OpenBrace
            | Kind::CloseBrace
            | Kind::Comma
            | Kind::Semicolon => TokenKind::Punctuation,
            Kind::Magic | Kind::CellMagic | Kind::LateCellMagic => TokenKind::Magic,
            Kind::Body => TokenKind::Body,
            Kind::Backslash | Kind::Unknown => TokenKind::Unknown,
        }
    }

    /// Whether it is written like a name: after a point and before the `=` of an argument, keywords are names too.
    pub(super) fn is_word(self) -> bool {
        self == Kind::Name || self.coarse() == TokenKind::Keyword
    }

    /// Whether a line that begins with it continues the line before: it cannot begin a statement.
    pub(super) fn continues_line(self) -> bool {
        matches!(
            self,
            Kind::Then
                | Kind::Else
                | Kind::Where
                | Kind::Step
                | Kind::And
                | Kind::Or
                | Kind::Star
                | Kind::Times
                | Kind::Middle
                | Kind::Slash
                | Kind::Caret
                | Kind::DotStar
                | Kind::DotSlash
                | Kind::DotCaret
                | Kind::Wedge
                | Kind::Tensor
                | Kind::DotDot
                | Kind::Equal
                | Kind::NotEqual
                | Kind::Less
                | Kind::LessEqual
                | Kind::Greater
                | Kind::GreaterEqual
        )
    }
}
