//! The algebra crate's errors in our words.

use symplex::errors::SymplexError;

use crate::AlgebraError;

/// An argument that does not fit.
pub(super) fn invalid(
    operation: &'static str,
    reason: impl Into<String>,
) -> AlgebraError {
    AlgebraError::Invalid { operation, reason: reason.into() }
}

/// No method found an answer.
pub(super) fn not_found(
    operation: &'static str,
    reason: impl Into<String>,
) -> AlgebraError {
    AlgebraError::NotFound { operation, reason: reason.into() }
}

/// An answer that an independent check contradicts is not given.
pub(super) fn contradicted(
    operation: &'static str,
    check: impl Into<String>,
) -> AlgebraError {
    AlgebraError::Internal {
        reason: format!("the answer of {operation} was withheld: {}", check.into()),
    }
}

/// Its words with our names of the constants: `oo` is `∞`, `pi` is `π`.
pub(super) fn our_names(text: &str) -> String {
    text.split_inclusive(|c: char| !c.is_alphanumeric())
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
            let rest = piece.get(word.len()..).unwrap_or_default();
            match word {
                "oo" => format!("∞{rest}"),
                "pi" => format!("π{rest}"),
                "ln" if rest == "(" => format!("log{rest}"),
                "I" => format!("i{rest}"),
                _ => piece.to_string(),
            }
        })
        .collect()
}

/// What the algebra crate reported, as ours.
pub(super) fn failure(operation: &'static str, error: &SymplexError) -> AlgebraError {
    match error {
        SymplexError::Divergent { reason, .. } => {
            AlgebraError::Divergent { operation, reason: our_names(reason), value: None }
        }
        SymplexError::ContradictoryAssumptions { symbol, a, b } => {
            invalid("assumptions", format!("`{symbol}` cannot be both {a} and {b}"))
        }
        SymplexError::InvalidArgument { reason, .. } => {
            invalid(operation, our_names(reason))
        }
        SymplexError::FreeSymbol { name } => {
            invalid(operation, format!("`{name}` has no numeric value"))
        }
        SymplexError::PrecisionExhausted { requested, .. } => AlgebraError::TooLarge {
            operation,
            reason: format!("{requested} digits could not be certified"),
        },
        SymplexError::Unevaluable { reason } if reason.contains("supported") => {
            not_found(operation, in_our_words(reason))
        }
        SymplexError::Unevaluable { reason } => {
            AlgebraError::Undefined { reason: our_names(reason) }
        }
        SymplexError::BudgetExhausted { .. } | SymplexError::ExpressionSwell { .. } => {
            AlgebraError::TooLarge { operation, reason: error.to_string() }
        }
        SymplexError::ComputationFailed { reason, .. }
        | SymplexError::NoSolution { reason, .. }
        | SymplexError::InfiniteSolutions { reason, .. } => {
            not_found(operation, in_our_words(reason))
        }
        other => not_found(operation, other.to_string()),
    }
}

/// A reason without the names of the algebra crate's own methods and marks.
fn in_our_words(reason: &str) -> String {
    if reason.contains("unevaluated form") {
        return "no closed form was found".into();
    }
    let reason = our_names(&without_stand_ins(reason));
    let mut text = String::with_capacity(reason.len());
    let mut before = ' ';
    let mut rest = reason.as_str();
    while let Some(letter) = rest.chars().next() {
        let hint = [
            " (solve_as_set",
            " (no root otherwise; solve_as_set",
            "; see solve_general",
        ]
        .iter()
        .find(|hint| rest.starts_with(**hint));
        if let Some(hint) = hint {
            let end = if hint.contains('(') {
                rest.find(')').map_or(rest.len(), |at| at + 1)
            } else {
                hint.len()
            };
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        // The mark of an undefined function stands before its name.
        if letter != '\'' || before.is_alphanumeric() {
            text.push(letter);
        }
        before = letter;
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    text
}

/// The algebra crate's own names in our words: its small quantity, `__gw3`, is ε, `__rs_t` a root of a polynomial.
fn without_stand_ins(reason: &str) -> String {
    let reason = reason.replace("__rs_t", "a root of its polynomial");
    let mut pieces = reason.split("__gw");
    let mut text = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        text.push('ε');
        text.push_str(piece.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    }
    text
}
