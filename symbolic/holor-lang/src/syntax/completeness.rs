//! Whether a front end should run a text or ask for another line.

use super::lexer::lex;
use super::parser::Parser;
use super::token::Kind;
use crate::SourceId;

/// Whether a text is a whole cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It can be run.
    Complete,
    /// More must follow; the next line may begin with these blanks.
    Incomplete {
        /// The blanks.
        indent: String,
    },
    /// It has errors that more text does not mend.
    Invalid,
}

/// Says whether a text is a whole cell.
///
/// A `%%` cell is complete once its last line is empty, since its body can be anything.
pub fn completeness(text: &str) -> Completeness {
    let lexemes = lex(text);
    if lexemes.iter().any(|it| it.kind == Kind::CellMagic) {
        let last = text.rsplit('\n').next().unwrap_or_default();
        let ended = text.contains('\n') && last.trim().is_empty();
        return match ended {
            true => Completeness::Complete,
            false => Completeness::Incomplete { indent: String::new() },
        };
    }
    let (parsed, incomplete) = Parser::new(text, SourceId(0)).cell();
    if incomplete {
        let open = lexemes.iter().fold(0_usize, |open, it| match it.kind {
            Kind::OpenParen | Kind::OpenBracket | Kind::OpenBrace => open + 1,
            Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace => {
                open.saturating_sub(1)
            }
            _ => open,
        });
        return Completeness::Incomplete { indent: "  ".repeat(open.min(20)) };
    }
    let failed =
        parsed.diagnostics.iter().any(|it| it.severity == crate::Severity::Error);
    if failed { Completeness::Invalid } else { Completeness::Complete }
}
