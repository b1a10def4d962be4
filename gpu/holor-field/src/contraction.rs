//! Products of many matrices at once, what contractions of arrays come down to.
//!
//! The order of every sum is fixed: c_ij = a_i0 b_0j + a_i1 b_1j + …, k rising from 0, each product added to the sum in one rounding
//! (fused). Results have the same bits on every device, with any number of threads.

use crate::FieldResult;

/// How many matrices there are, and their sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Products.
    pub batch: usize,
    /// Rows of the first and the result.
    pub rows: usize,
    /// Columns of the first, rows of the second: what is summed over.
    pub inner: usize,
    /// Columns of the second and the result.
    pub columns: usize,
}

impl Shape {
    /// Numbers of the first matrices, the second ones and the results.
    pub fn lengths(&self) -> [usize; 3] {
        let Self { batch, rows, inner, columns } = *self;
        [batch * rows * inner, batch * inner * columns, batch * rows * columns]
    }

    /// Products of two numbers in all.
    pub fn products(&self) -> f64 {
        [self.batch, self.rows, self.inner, self.columns]
            .map(|n| n as f64)
            .iter()
            .product()
    }
}

/// Multiplies matrices.
pub trait Contraction: Send + Sync + std::fmt::Debug {
    /// The results, row by row, one matrix after another, of matrices that lie likewise.
    ///
    /// # Errors
    /// Where lengths do not fit the shape, or the device fails.
    fn multiply(&self, shape: Shape, a: &[f64], b: &[f64]) -> FieldResult<Vec<f64>>;
}

/// Refuses numbers that are not those of the shape.
///
/// # Errors
/// [`crate::FieldError::Device`]: a mistake of the caller.
pub fn check(shape: Shape, a: &[f64], b: &[f64]) -> FieldResult<()> {
    let [first, second, _] = shape.lengths();
    if (a.len(), b.len()) == (first, second) {
        return Ok(());
    }
    Err(crate::FieldError::Device(format!(
        "{} and {} numbers do not make matrices of {shape:?}",
        a.len(),
        b.len()
    )))
}

/// The slow, obvious one that all others are tested against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Contraction for Plain {
    fn multiply(&self, shape: Shape, a: &[f64], b: &[f64]) -> FieldResult<Vec<f64>> {
        check(shape, a, b)?;
        let Shape { rows, inner, columns, .. } = shape;
        let mut c = vec![0.0; shape.lengths()[2]];
        for (place, sum) in c.iter_mut().enumerate() {
            let (matrix, i, j) =
                (place / (rows * columns), place / columns % rows, place % columns);
            for k in 0..inner {
                let x = a[(matrix * rows + i) * inner + k];
                let y = b[(matrix * inner + k) * columns + j];
                *sum = f64::mul_add(x, y, *sum);
            }
        }
        Ok(c)
    }
}
