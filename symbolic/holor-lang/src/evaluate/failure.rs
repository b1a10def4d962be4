//! From what the algebra engine cannot do to what the person reads.

use holor_algebra::AlgebraError;
use holor_geometry::{GeometryError, GeometryResult};

use crate::codes;
use crate::{Diagnostic, Result, Span};

impl From<AlgebraError> for Box<Diagnostic> {
    fn from(error: AlgebraError) -> Self {
        let message = error.to_string();
        Box::new(match error {
            AlgebraError::Divergent { value, .. } => {
                let message = match value {
                    Some(value) => format!("{message}; it tends to {value}"),
                    None => message,
                };
                Diagnostic::error(&codes::E0302_DIVERGENT, message)
            }
            AlgebraError::DoesNotExist { .. } => {
                Diagnostic::error(&codes::E0303_NO_LIMIT, message)
            }
            AlgebraError::NotFound { operation, .. } => {
                let diagnostic = Diagnostic::error(&codes::E0304_NOT_FOUND, message);
                match operation {
                    "integrate" => diagnostic.hint("nintegrate(f, x = a..b)"),
                    "solve" => diagnostic.hint("nsolve(equation, x = start)"),
                    _ => diagnostic,
                }
            }
            AlgebraError::Undefined { .. } => {
                Diagnostic::error(&codes::E0301_UNDEFINED, message)
            }
            AlgebraError::Invalid { .. } => {
                Diagnostic::error(&codes::E0307_INVALID, message)
            }
            AlgebraError::TooLarge { .. } => {
                Diagnostic::error(&codes::E0403_TOO_LARGE, message)
            }
            AlgebraError::Interrupted => {
                Diagnostic::error(&codes::E0701_INTERRUPTED, message)
            }
            _ => Diagnostic::error(&codes::E0901_INTERNAL, message),
        })
    }
}

impl From<GeometryError> for Box<Diagnostic> {
    fn from(error: GeometryError) -> Self {
        let message = error.to_string();
        Box::new(match error {
            GeometryError::Algebra(error) => return error.into(),
            GeometryError::DegenerateMetric => {
                Diagnostic::error(&codes::E0308_DEGENERATE, message)
            }
            GeometryError::Indices { .. } => {
                Diagnostic::error(&codes::E0205_INDICES, message)
            }
            GeometryError::Law { .. } => Diagnostic::error(&codes::E0206_LAW, message),
            GeometryError::Charts { .. } => {
                Diagnostic::error(&codes::E0207_CHARTS, message)
            }
            GeometryError::Map { .. } => Diagnostic::error(&codes::E0309_MAP, message),
            _ => Diagnostic::error(&codes::E0307_INVALID, message),
        })
    }
}

/// Gives an error of the engine its place.
pub(crate) trait At<T> {
    /// The same with a place.
    fn at(self, span: Span) -> Result<T>;
}

impl<T> At<T> for holor_algebra::AlgebraResult<T> {
    fn at(self, span: Span) -> Result<T> {
        self.map_err(|error| Box::new(Box::<Diagnostic>::from(error).at(span)))
    }
}

impl<T> At<T> for GeometryResult<T> {
    fn at(self, span: Span) -> Result<T> {
        self.map_err(|error| Box::new(Box::<Diagnostic>::from(error).at(span)))
    }
}

impl<T> At<T> for Result<T> {
    fn at(self, span: Span) -> Result<T> {
        self.map_err(|error| Box::new(error.at(span)))
    }
}
