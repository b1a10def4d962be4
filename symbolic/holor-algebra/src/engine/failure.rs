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

/// What the algebra crate reported, as ours.
pub(super) fn failure(operation: &'static str, error: &SymplexError) -> AlgebraError {
    match error {
        SymplexError::Divergent { reason, .. } => {
            AlgebraError::Divergent { operation, reason: reason.clone(), value: None }
        }
        SymplexError::ContradictoryAssumptions { symbol, a, b } => {
            invalid("assumptions", format!("`{symbol}` cannot be both {a} and {b}"))
        }
        SymplexError::InvalidArgument { reason, .. } => {
            invalid(operation, reason.clone())
        }
        SymplexError::FreeSymbol { name } => {
            invalid(operation, format!("`{name}` has no numeric value"))
        }
        SymplexError::PrecisionExhausted { requested, .. } => AlgebraError::TooLarge {
            operation,
            reason: format!("{requested} digits could not be certified"),
        },
        SymplexError::Unevaluable { reason } => {
            AlgebraError::Undefined { reason: reason.clone() }
        }
        SymplexError::BudgetExhausted { .. } | SymplexError::ExpressionSwell { .. } => {
            AlgebraError::TooLarge { operation, reason: error.to_string() }
        }
        SymplexError::ComputationFailed { reason, .. }
        | SymplexError::NoSolution { reason, .. }
        | SymplexError::InfiniteSolutions { reason, .. } => {
            not_found(operation, reason.clone())
        }
        other => not_found(operation, other.to_string()),
    }
}
