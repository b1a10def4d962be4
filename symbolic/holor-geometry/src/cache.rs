//! Values computed when first asked for.

use std::sync::OnceLock;

use holor_algebra::exact::Field;

use crate::GeometryResult;

/// A value computed at most once; failures and interrupted work are not kept.
#[derive(Debug)]
pub(crate) struct Cache<T>(OnceLock<T>);

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T: Clone> Cache<T> {
    /// The value, computed now if it is not yet known.
    pub(crate) fn get(
        &self,
        field: &Field,
        compute: impl FnOnce() -> GeometryResult<T>,
    ) -> GeometryResult<T> {
        if let Some(value) = self.0.get() {
            return Ok(value.clone());
        }
        let value = compute()?;
        field.poll()?;
        Ok(self.0.get_or_init(|| value).clone())
    }
}
