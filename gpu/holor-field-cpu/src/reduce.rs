//! A row of values reduced in the documented order.

use holor_field::Precision;
use holor_field::interpreter::{join, join_row, nothing};
use holor_field::plan::ReductionKind;

use crate::memory::Start;

/// Joins so many values to 16 partial results and those pairwise; see [`holor_field::plan::Reduction`].
///
/// # Safety
/// There must be so many numbers of this precision.
pub(crate) unsafe fn reduce_row(
    kind: ReductionKind,
    values: Start,
    count: usize,
    precision: Precision,
) -> f64 {
    // SAFETY: as promised by the caller.
    unsafe {
        match precision {
            Precision::Double => {
                let values = std::slice::from_raw_parts(values.0.cast::<f64>(), count);
                reduce(kind, values, |x| x)
            }
            Precision::Single => {
                let values = std::slice::from_raw_parts(values.0.cast::<f32>(), count);
                reduce(kind, values, f64::from)
            }
        }
    }
}

fn reduce<T: Copy>(kind: ReductionKind, values: &[T], widen: impl Fn(T) -> f64) -> f64 {
    let mut partial = [nothing(kind); 16];
    let mut lanes = |function: fn(f64, f64) -> f64| {
        for chunk in values.chunks(16) {
            for (partial, value) in partial.iter_mut().zip(chunk) {
                *partial = function(*partial, widen(*value));
            }
        }
    };
    match kind {
        ReductionKind::Sum => {
            // Spelled out so that it becomes vectors.
            let (whole, rest) = values.as_chunks::<16>();
            for chunk in whole {
                for (partial, value) in partial.iter_mut().zip(chunk) {
                    *partial += widen(*value);
                }
            }
            for (partial, value) in partial.iter_mut().zip(rest) {
                *partial += widen(*value);
            }
        }
        ReductionKind::Maximum => lanes(|a, b| join(ReductionKind::Maximum, a, b)),
        ReductionKind::Minimum => lanes(|a, b| join(ReductionKind::Minimum, a, b)),
    }
    join_row(kind, partial)
}
