//! Projection onto what the exact solution keeps, c(t, y) = 0 (HW VII.2): the nearest point that satisfies it.

use super::Slope;
use crate::linear::Factors;

/// The most iterations of one projection: the first halves the digits that are missing.
const MOST_ITERATIONS: usize = 5;

/// The constraints with their derivatives, and room for them.
pub(crate) struct Constraints<'a> {
    count: usize,
    value: Box<Slope<'a>>,
    jacobian: Box<Slope<'a>>,
}

impl<'a> Constraints<'a> {
    pub(crate) fn new(
        count: usize,
        value: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
        jacobian: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
    ) -> Self {
        Self { count, value: Box::new(value), jacobian: Box::new(jacobian) }
    }

    /// Moves y to the nearest place with c = 0 by y ← y − Jᵀ (J Jᵀ)⁻¹ c; whether it moved. Where the constraints depend on each other
    /// it stays.
    pub(crate) fn project(&mut self, t: f64, y: &mut [f64]) -> bool {
        let (count, size) = (self.count, y.len());
        let mut rest = vec![0.0; count];
        let mut slopes = vec![0.0; count * size];
        let mut moved = false;
        let mut before = f64::INFINITY;
        for _ in 0..MOST_ITERATIONS {
            (self.value)(t, y, &mut rest);
            let away = rest.iter().fold(0.0_f64, |away, it| away.max(it.abs()));
            // No longer nearer: what is left is rounding.
            if away == 0.0 || !away.is_finite() || away > 0.5 * before {
                break;
            }
            before = away;
            (self.jacobian)(t, y, &mut slopes);
            let mut square = vec![0.0; count * count];
            for i in 0..count {
                for j in 0..count {
                    let (a, b) = (&slopes[i * size..], &slopes[j * size..]);
                    square[i * count + j] =
                        a[..size].iter().zip(&b[..size]).map(|(a, b)| a * b).sum();
                }
            }
            let Some(factors) = Factors::of(count, square) else { break };
            factors.solve(&mut rest);
            if rest.iter().any(|it| !it.is_finite()) {
                break;
            }
            for (row, factor) in slopes.chunks(size.max(1)).zip(&rest) {
                for (value, slope) in y.iter_mut().zip(row) {
                    *value -= factor * slope;
                }
            }
            moved = true;
        }
        moved
    }
}
