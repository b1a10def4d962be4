//! A piece of a row of values reduced in the documented order.

use holor_field::Precision;
use holor_field::interpreter::{join, join_piece, nothing};
use holor_field::plan::ReductionKind;

use crate::memory::Start;
use crate::wide::wide;

/// Joins so many values to 16 partial results and those pairwise; see [`holor_field::plan::Reduction`].
///
/// # Safety
/// There must be so many numbers of this precision.
pub(crate) unsafe fn reduce_piece(
    kind: ReductionKind,
    values: Start,
    count: usize,
    precision: Precision,
) -> f64 {
    let mut partial = [nothing(kind); 16];
    // SAFETY: as promised by the caller.
    unsafe {
        match precision {
            Precision::Double => {
                let values = std::slice::from_raw_parts(values.0.cast::<f64>(), count);
                match kind {
                    ReductionKind::Sum => add_double(&mut partial, values),
                    _ => extreme(kind, &mut partial, values, |x| x),
                }
            }
            Precision::Single => {
                let values = std::slice::from_raw_parts(values.0.cast::<f32>(), count);
                match kind {
                    ReductionKind::Sum => add_single(&mut partial, values),
                    _ => extreme(kind, &mut partial, values, f64::from),
                }
            }
        }
    }
    join_piece(kind, partial)
}

wide!(add_double(partial: &mut [f64; 16], values: &[f64]) {
    add(partial, values, |x| x);
});

wide!(add_single(partial: &mut [f64; 16], values: &[f32]) {
    add(partial, values, f64::from);
});

/// Spelled out so that it becomes vectors.
#[inline(always)]
fn add<T: Copy>(partial: &mut [f64; 16], values: &[T], widen: impl Fn(T) -> f64) {
    let (whole, rest) = values.as_chunks::<16>();
    let mut sums = *partial;
    for chunk in whole {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += widen(*value);
        }
    }
    for (sum, value) in sums.iter_mut().zip(rest) {
        *sum += widen(*value);
    }
    *partial = sums;
}

fn extreme<T: Copy>(
    kind: ReductionKind,
    partial: &mut [f64; 16],
    values: &[T],
    widen: impl Fn(T) -> f64,
) {
    for chunk in values.chunks(16) {
        for (partial, value) in partial.iter_mut().zip(chunk) {
            *partial = join(kind, *partial, widen(*value));
        }
    }
}
