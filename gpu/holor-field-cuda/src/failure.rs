//! What went wrong on a card: no number is right from then on.

use holor_field::plan::ProcedureId;
use holor_field::{FieldError, FieldResult};

/// The first failure of a machine, if there was one.
#[derive(Debug, Default)]
pub(crate) struct Failure(Option<FieldError>);

impl Failure {
    /// Whether there was one.
    pub(crate) fn happened(&self) -> bool {
        self.0.is_some()
    }

    /// The failure, if there was one.
    pub(crate) fn check(&self) -> FieldResult<()> {
        self.0.clone().map_or(Ok(()), Err)
    }

    /// Whether this one of so many procedures can be carried out.
    pub(crate) fn check_procedure(
        &self,
        procedure: ProcedureId,
        procedures: usize,
    ) -> FieldResult<()> {
        if procedure >= procedures {
            return Err(FieldError::invalid("there is no such procedure", ""));
        }
        self.check()
    }

    /// The same result; a failure is kept.
    pub(crate) fn kept<T>(&mut self, result: FieldResult<T>) -> FieldResult<T> {
        if let Err(error) = &result {
            self.0.get_or_insert_with(|| error.clone());
        }
        result
    }

    /// The value, or another one where there is none: the failure is kept, and reported when something is next to be carried out.
    pub(crate) fn noted<T>(&mut self, result: FieldResult<T>, otherwise: T) -> T {
        self.kept(result).unwrap_or(otherwise)
    }
}
