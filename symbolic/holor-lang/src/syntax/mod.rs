//! Text to tree: tokens, the parser, and what front ends ask of a text.
//!
//! Precedence, from tight to loose: calls, indices, members, `'` and `!` · `^` (from the right) · signs and `√` ·
//! products, written or by juxtaposition, and quotients · `∧` and `⊗` · sums · ranges · comparisons · `not` · `and` · `or` · `->`.

mod completeness;
mod expression;
mod lexer;
mod names;
mod operand;
mod parser;
mod postfix;
mod slips;
mod statement;
mod token;
mod tree;

#[cfg(test)]
mod tests;

pub use completeness::{Completeness, completeness};
pub use names::symbol_name;
pub(crate) use names::{is_name, spelled_out};
pub use token::{Token, TokenKind};
pub(crate) use tree::{children, replace};

use crate::ast::Cell;
use crate::{Diagnostic, Source};

/// What a text reads as.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The tree; where the text could not be read it has [`crate::ast::AstKind::Error`].
    pub cell: Cell,
    /// Errors and warnings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text. Never fails: what cannot be read is in the diagnostics, and statements after it are read again.
pub fn parse(source: &Source) -> Parsed {
    let (parsed, _) = parser::Parser::new(&source.text, source.id).cell();
    parsed
}

/// The tokens of a text, for colouring and completion; together they cover it.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut line_start = true;
    let mut tokens = Vec::new();
    for lexeme in lexer::lex(text) {
        let mut kind = lexeme.kind.coarse();
        let word = text.get(lexeme.start..lexeme.end).unwrap_or_default();
        if line_start && statement::is_statement_word(word) {
            kind = TokenKind::Keyword;
        }
        line_start = match lexeme.kind {
            token::Kind::Newline | token::Kind::Semicolon | token::Kind::OpenBrace => {
                true
            }
            token::Kind::Whitespace | token::Kind::Comment => line_start,
            _ => false,
        };
        tokens.push(Token { kind, start: lexeme.start, end: lexeme.end });
    }
    tokens
}
