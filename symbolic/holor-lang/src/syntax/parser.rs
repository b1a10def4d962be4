//! The parser's state and how it walks the tokens.
//!
//! The first error of a statement ends it: from then on [`Parser::peek`] sees the end of the text, so every loop of the
//! grammar stops by itself, and the statement loop goes on behind the statement.

use std::sync::Arc;

use super::Parsed;
use super::lexer::lex;
use super::token::{Kind, Lexeme};
use super::tree::is_too_high;
use crate::ast::{Ast, AstKind, Cell, Name};
use crate::codes::{self, Code};
use crate::{Diagnostic, Severity, SourceId, Span};

/// How many levels of brackets, signs, exponents and blocks may stand in each other. The parser recurses on them.
pub(super) const MAX_NESTING: usize = 150;

/// How many calls, members, primes … one statement may have beyond the fourth behind the same operand. Together with
/// [`MAX_NESTING`] this bounds the height of every tree, so that even one given up half way can be dropped.
const MAX_LONG_POSTFIX: usize = 100;

/// No more errors than this are told of one text, and as many warnings.
const MAX_DIAGNOSTICS: usize = 20;

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    source: SourceId,
    tokens: Vec<Lexeme>,
    at: usize,
    depth: usize,
    /// Whether line ends are blanks here, as in parentheses.
    pub(super) lines_joined: bool,
    /// How many `|` are open within the innermost brackets.
    pub(super) bars: usize,
    /// Whether this is an exponent or a denominator, where `x (y)` is a product: `e^x (y + 1)`.
    pub(super) tight: bool,
    /// Whether the statement has had an error.
    pub(super) failed: bool,
    /// Whether some error was only that the text ended.
    incomplete: bool,
    too_deep: bool,
    long_postfix: usize,
    diagnostics: Vec<Diagnostic>,
}

/// What a bracket changes, to be put back behind it.
pub(super) struct Enclosing {
    lines_joined: bool,
    bars: usize,
    tight: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, source: SourceId) -> Self {
        let mut tokens: Vec<Lexeme> = Vec::new();
        for lexeme in lex(text) {
            let repeated = lexeme.kind == Kind::Newline
                && tokens.last().is_none_or(|it| it.kind == Kind::Newline);
            if !repeated && !matches!(lexeme.kind, Kind::Whitespace | Kind::Comment) {
                tokens.push(lexeme);
            }
        }
        Self {
            text,
            source,
            tokens,
            at: 0,
            depth: 0,
            lines_joined: false,
            bars: 0,
            tight: false,
            failed: false,
            incomplete: false,
            too_deep: false,
            long_postfix: 0,
            diagnostics: Vec::new(),
        }
    }

    /// Reads the whole text; also says whether it went wrong only because it ended.
    pub(super) fn cell(mut self) -> (Parsed, bool) {
        let statements = self.statements(None);
        let incomplete = self.incomplete && self.errors() == 1;
        self.diagnostics.sort_by_key(|it| it.span.map_or(0, |span| span.start));
        (Parsed { cell: Cell { statements }, diagnostics: self.diagnostics }, incomplete)
    }

    // Walking.

    /// The token at a distance, as it stands.
    fn raw(&self, distance: usize) -> Lexeme {
        let end =
            Lexeme { kind: Kind::End, start: self.text.len(), end: self.text.len() };
        self.tokens.get(self.at + distance).copied().unwrap_or(end)
    }

    /// The next token; the end once the statement has had an error.
    pub(super) fn peek(&self) -> Lexeme {
        let next = self.raw(0);
        if self.failed {
            return Lexeme { kind: Kind::End, ..next };
        }
        if self.lines_joined && next.kind == Kind::Newline { self.raw(1) } else { next }
    }

    pub(super) fn kind(&self) -> Kind {
        self.peek().kind
    }

    pub(super) fn at(&self, kind: Kind) -> bool {
        self.kind() == kind
    }

    /// The token after the next, line ends included.
    pub(super) fn second(&self) -> Lexeme {
        self.nth(1)
    }

    /// The token so many after the next.
    pub(super) fn nth(&self, distance: usize) -> Lexeme {
        let skipped = usize::from(self.lines_joined && self.raw(0).kind == Kind::Newline);
        self.raw(distance + skipped)
    }

    /// Takes the next token.
    pub(super) fn bump(&mut self) -> Lexeme {
        let next = self.peek();
        if next.kind != Kind::End {
            if self.lines_joined && self.raw(0).kind == Kind::Newline {
                self.at += 1;
            }
            self.at += 1;
        }
        next
    }

    pub(super) fn eat(&mut self, kind: Kind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    /// Takes line ends, where a statement cannot be complete yet.
    pub(super) fn skip_lines(&mut self) {
        while self.at(Kind::Newline) {
            self.bump();
        }
    }

    /// Takes a line end if the next line can only continue this one.
    pub(super) fn join_continuation(&mut self) {
        if self.at(Kind::Newline) && self.second().kind.continues_line() {
            self.bump();
        }
    }

    /// Whether blanks, a comment or a line end stand before the next token.
    pub(super) fn spaced(&self) -> bool {
        self.peek().start > self.previous_end()
    }

    pub(super) fn previous_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|it| self.tokens.get(it)).map_or(0, |it| it.end)
    }

    /// What the last token taken is written as, if the statement has one; shortened for a message.
    pub(super) fn before(&self) -> Option<String> {
        let token = self.at.checked_sub(1).and_then(|it| self.tokens.get(it))?;
        match token.kind {
            Kind::Newline | Kind::Semicolon => None,
            _ => Some(self.quote(self.span_of(*token))),
        }
    }

    pub(super) fn previous_kind(&self) -> Kind {
        let token = self.at.checked_sub(1).and_then(|it| self.tokens.get(it));
        token.map_or(Kind::End, |it| it.kind)
    }

    /// Whether the next token stands on a later line than the one before it.
    pub(super) fn on_new_line(&self) -> bool {
        self.raw(0).kind == Kind::Newline
    }

    /// Where the next token stands among the tokens.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Skips what is left of a statement that had an error: up to the end of its line outside brackets, or to a brace
    /// that closes its block. Where a bracket of it is never closed it ends with the line of the error.
    pub(super) fn skip_statement(&mut self, start: usize) {
        self.failed = false;
        self.long_postfix = 0;
        let error = self.at;
        if self.errors() >= MAX_DIAGNOSTICS {
            self.at = self.tokens.len();
            return;
        }
        let mut open = 0_usize;
        let mut line_end = None;
        self.at = start;
        loop {
            let kind = self.raw(0).kind;
            let behind = self.at >= error;
            match kind {
                Kind::End => break,
                Kind::Newline | Kind::Semicolon if open == 0 && behind => return,
                Kind::CloseBrace if open == 0 && behind => return,
                Kind::Newline if behind => {
                    line_end.get_or_insert(self.at);
                }
                Kind::OpenParen | Kind::OpenBracket | Kind::OpenBrace => open += 1,
                Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace => {
                    open = open.saturating_sub(1);
                }
                _ => {}
            }
            self.at += 1;
        }
        if open > 0 && !self.too_deep {
            self.at = line_end.unwrap_or(self.at);
        }
    }

    fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|it| it.severity == Severity::Error).count()
    }

    /// Enters brackets in which line ends are blanks, or a block in which they are not.
    pub(super) fn enclose(&mut self, lines_joined: bool) -> Enclosing {
        let outer = Enclosing {
            lines_joined: self.lines_joined,
            bars: self.bars,
            tight: self.tight,
        };
        self.tight = false;
        self.lines_joined = lines_joined;
        self.bars = 0;
        outer
    }

    pub(super) fn leave(&mut self, outer: Enclosing) {
        self.lines_joined = outer.lines_joined;
        self.bars = outer.bars;
        self.tight = outer.tight;
    }

    /// Runs a part of the grammar one level deeper.
    pub(super) fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Ast) -> Ast {
        if self.depth >= MAX_NESTING {
            let span = self.span_of(self.peek());
            self.report_depth(span);
            return self.error_ast();
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// The tree, unless it is higher than is safe to recurse on.
    pub(super) fn bounded(&mut self, value: Ast) -> Ast {
        if !is_too_high(&value) {
            return value;
        }
        self.report_depth(value.span);
        Ast { kind: AstKind::Error, span: value.span }
    }

    /// Counts one more postfix behind an operand.
    pub(super) fn count_postfix(&mut self, count: usize, span: Span) {
        if count > 4 {
            self.long_postfix += 1;
            if self.long_postfix > MAX_LONG_POSTFIX {
                self.report_depth(span);
            }
        }
    }

    fn report_depth(&mut self, span: Span) {
        if !self.too_deep {
            self.report(
                Diagnostic::error(
                    &codes::E0005_TOO_DEEP,
                    format!(
                        "the expression is nested more than {MAX_NESTING} levels deep"
                    ),
                )
                .at(span)
                .hint("give inner parts a name: `a = …`, then use `a`"),
            );
        }
        self.too_deep = true;
        self.failed = true;
    }

    // Places.

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span { source: self.source, start, end: end.max(start) }
    }

    pub(super) fn span_of(&self, token: Lexeme) -> Span {
        self.span(token.start, token.end)
    }

    /// From a byte to the end of the last token taken.
    pub(super) fn span_from(&self, start: usize) -> Span {
        self.span(start, self.previous_end())
    }

    pub(super) fn written(&self, token: Lexeme) -> &'t str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    /// The graphics cards whose colon stands here without quotes: `cuda:1`, `cuda:all`.
    pub(super) fn card_around(&self, token: Lexeme) -> Option<&'t str> {
        let start = token.start.checked_sub("cuda".len())?;
        let before = self.text.get(start..token.start)?;
        if self.written(token) != ":" || before != "cuda" {
            return None;
        }
        let after = self.text.get(token.end..).unwrap_or_default();
        let length = match after.strip_prefix("all") {
            Some(_) => "all".len(),
            None => after.chars().take_while(char::is_ascii_digit).count(),
        };
        (length > 0).then(|| self.text.get(start..token.end + length))?
    }

    /// What stands at a span, shortened for a message.
    pub(super) fn quote(&self, span: Span) -> String {
        const LONGEST: usize = 40;
        let text = self.text.get(span.start..span.end).unwrap_or_default();
        let mut quoted = String::new();
        let mut blank = false;
        for (count, it) in text.trim().chars().enumerate() {
            if count + 1 >= LONGEST {
                quoted.push('…');
                break;
            }
            if !it.is_whitespace() {
                quoted.push(it);
            } else if !blank {
                quoted.push(' ');
            }
            blank = it.is_whitespace();
        }
        quoted
    }

    pub(super) fn name(&self, token: Lexeme) -> Name {
        let text = self.written(token);
        // `∂_{xx}` is `∂_xx`.
        let text = match text.starts_with('∂') {
            true => &*text.replace(['{', '}'], ""),
            false => text,
        };
        Name {
            text: Arc::from(text),
            symbol: Arc::from(super::names::canonical(text)),
            span: self.span_of(token),
        }
    }

    pub(super) fn error_ast(&self) -> Ast {
        let at = self.peek().start.min(self.text.len());
        Ast { kind: AstKind::Error, span: self.span(at, at) }
    }

    // Diagnostics.

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let severity = diagnostic.severity;
        if severity == Severity::Error {
            if self.failed {
                return;
            }
            self.failed = true;
        }
        let same = self.diagnostics.iter().filter(|it| it.severity == severity).count();
        if same < MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports that the text ended too early, which more text may mend; once, for the innermost part.
    pub(super) fn report_end(&mut self, diagnostic: Diagnostic) {
        if !self.failed && !self.too_deep && !self.incomplete {
            self.incomplete = true;
            self.report(diagnostic);
        }
        self.failed = true;
    }

    /// An error, and the node that stands for it.
    pub(super) fn fail(
        &mut self,
        code: &'static Code,
        message: impl Into<String>,
        span: Span,
        hints: &[&str],
    ) -> Ast {
        let mut diagnostic = Diagnostic::error(code, message).at(span);
        diagnostic.hints.extend(hints.iter().map(ToString::to_string));
        self.report(diagnostic);
        Ast { kind: AstKind::Error, span }
    }
}
