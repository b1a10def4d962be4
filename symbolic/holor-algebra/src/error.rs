//! Why there is no answer.

use crate::Expr;

/// A result of the algebra engine.
pub type AlgebraResult<T> = Result<T, AlgebraError>;

/// Why the engine gives no answer. Each is an answer to the person: it says what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlgebraError {
    /// It is proven that the integral, sum, product or limit has no finite value.
    Divergent {
        /// Which operation.
        operation: &'static str,
        /// Where and how it diverges.
        reason: String,
        /// The infinite value, where the direction is known.
        value: Option<Expr>,
    },
    /// The limit does not exist (the sides differ, or it oscillates).
    DoesNotExist {
        /// Which operation.
        operation: &'static str,
        /// What the sides do.
        reason: String,
    },
    /// No method found an answer; nothing is known.
    NotFound {
        /// Which operation.
        operation: &'static str,
        /// What was tried, or what would help.
        reason: String,
    },
    /// The expression has no value (0/0, log(0), …).
    Undefined {
        /// What is undefined, in words.
        reason: String,
    },
    /// An argument does not fit (not square, not a polynomial, not a symbol …).
    Invalid {
        /// Which operation.
        operation: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The work went over its bounds (expression swell, digits, memory).
    TooLarge {
        /// Which operation.
        operation: &'static str,
        /// Which bound.
        reason: String,
    },
    /// The person interrupted.
    Interrupted,
    /// A defect of the engine: it panicked or contradicted an independent check.
    Internal {
        /// What happened.
        reason: String,
    },
}

impl std::fmt::Display for AlgebraError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Divergent { operation, reason, .. } => {
                write!(f, "{operation} diverges: {reason}")
            }
            Self::DoesNotExist { operation, reason } => {
                write!(f, "{operation} does not exist: {reason}")
            }
            Self::NotFound { operation, reason } => {
                write!(f, "{operation} found no answer: {reason}")
            }
            Self::Undefined { reason } => write!(f, "undefined: {reason}"),
            Self::Invalid { operation, reason } => write!(f, "{operation}: {reason}"),
            Self::TooLarge { operation, reason } => {
                write!(f, "{operation} grew too large: {reason}")
            }
            Self::Interrupted => f.write_str("interrupted"),
            Self::Internal { reason } => write!(f, "internal error: {reason}"),
        }
    }
}

impl std::error::Error for AlgebraError {}
