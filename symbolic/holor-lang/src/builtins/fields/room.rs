//! What fits into the memory that is free.

use crate::evaluate::Call;
use crate::{Diagnostic, codes};

/// The error for something that takes more bytes than are free, with those; `what` ends in its verb. Nothing where it fits, or nobody knows.
pub(super) fn beyond_free(
    call: &Call<'_>,
    what: &str,
    needed: u64,
) -> Option<(Diagnostic, u64)> {
    let free = call.world().free_memory().filter(|free| needed > *free)?;
    let message =
        format!("{what} {}, and {} are free", bytes_text(needed), bytes_text(free));
    let error = Diagnostic::error(&codes::E0403_TOO_LARGE, message).at(call.span());
    Some((error, free))
}

/// Bytes for people.
pub(super) fn bytes_text(bytes: u64) -> String {
    let bytes = bytes as f64;
    let (unit, name) = match bytes {
        1e9.. => (1e9, "GB"),
        1e6.. => (1e6, "MB"),
        _ => (1e3, "kB"),
    };
    format!("{:.1} {name}", bytes / unit)
}
