//! Why a geometric question has no answer.

use holor_algebra::AlgebraError;

/// A result of geometry.
pub type GeometryResult<T> = Result<T, GeometryError>;

/// Why there is no answer; each says what to do instead where something can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeometryError {
    /// The algebra of the components gave no answer, or was interrupted.
    Algebra(AlgebraError),
    /// The determinant of the metric vanishes identically.
    DegenerateMetric,
    /// Shapes or index positions do not fit.
    Indices {
        /// What does not fit, with the names of the indices.
        reason: String,
    },
    /// The law of a holor forbids the operation.
    Law {
        /// Which operation.
        operation: &'static str,
        /// Why the law forbids it.
        reason: String,
    },
    /// Two objects live on different charts.
    Charts {
        /// Which ones.
        reason: String,
    },
    /// A map between charts cannot be used.
    Map {
        /// What is wrong with it.
        reason: String,
    },
    /// An argument does not fit.
    Invalid {
        /// Which operation.
        operation: &'static str,
        /// What is wrong.
        reason: String,
    },
}

impl From<AlgebraError> for GeometryError {
    fn from(error: AlgebraError) -> Self {
        Self::Algebra(error)
    }
}

impl std::fmt::Display for GeometryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Algebra(error) => write!(f, "{error}"),
            Self::DegenerateMetric => {
                f.write_str("the metric is degenerate: its determinant is 0 everywhere")
            }
            Self::Indices { reason } | Self::Charts { reason } | Self::Map { reason } => {
                f.write_str(reason)
            }
            Self::Law { operation, reason } | Self::Invalid { operation, reason } => {
                write!(f, "{operation}: {reason}")
            }
        }
    }
}

impl std::error::Error for GeometryError {}
