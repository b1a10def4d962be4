//! Unknowns that equations without derivatives give: found anew after a jump of the others, or of the equations.

use super::super::radau::by_unknown;
use super::super::{Equations, not_finite};
use super::Run;
use crate::linear::Factors;

/// The most steps of Newton's method, and the most halvings of one.
const MOST_ITERATIONS: usize = 30;
const MOST_HALVINGS: usize = 20;

impl Run {
    /// Moves the unknowns without derivatives to where their equations hold, from where they are. Where that fails they stay, and the next
    /// steps tell.
    pub(super) fn make_consistent(&mut self, equations: &mut Equations<'_>) {
        let Some(mass) = &equations.mass else { return };
        let size = self.state.y.len();
        let rows: Vec<usize> = (0..size)
            .filter(|row| mass[row * size..][..size].iter().all(|entry| *entry == 0.0))
            .collect();
        let columns: Vec<usize> = (0..size)
            .filter(|column| {
                mass.iter().skip(*column).step_by(size).all(|entry| *entry == 0.0)
            })
            .collect();
        if rows.is_empty() || rows.len() != columns.len() {
            return;
        }
        let t = self.state.t;
        let mut y = self.state.y.clone();
        let mut slope = vec![0.0; size];
        (equations.slope)(t, &y, &mut slope);
        let rest =
            |slope: &[f64]| -> Vec<f64> { rows.iter().map(|row| slope[*row]).collect() };
        let norm =
            |rest: &[f64]| rest.iter().fold(0.0_f64, |most, it| most.max(it.abs()));
        let mut here = rest(&slope);
        for _ in 0..MOST_ITERATIONS {
            let count = rows.len();
            let mut matrix = vec![0.0; count * count];
            for (place, column) in columns.iter().enumerate() {
                let mut slopes = Vec::new();
                // A step that is right for the size of the unknown, or does not drown in what the equations leave.
                for least in [self.options.allowed(*column, 0.0), 1e-4, 1.0] {
                    let here = (t, y.as_slice(), slope.as_slice());
                    let work = &mut self.work;
                    let column =
                        by_unknown(&mut *equations.slope, here, *column, least, work);
                    slopes = rest(&column);
                    if norm(&slopes) > 0.0 {
                        break;
                    }
                }
                for (row, slope) in slopes.iter().enumerate() {
                    matrix[row * count + place] = *slope;
                }
            }
            let Some(factors) = Factors::of(count, matrix) else { return };
            let mut change = here.clone();
            factors.solve(&mut change);
            if not_finite(&change).is_some() {
                return;
            }
            let (before, at) = (norm(&here), y.clone());
            let mut part = 1.0;
            for _ in 0..MOST_HALVINGS {
                for (column, change) in columns.iter().zip(&change) {
                    y[*column] = at[*column] - part * change;
                }
                (equations.slope)(t, &y, &mut slope);
                self.work.slopes += 1;
                here = rest(&slope);
                if norm(&here) < before {
                    break;
                }
                part *= 0.5;
            }
            if norm(&here) >= before || norm(&here).is_nan() {
                // No longer nearer: what is left is rounding, or there is nothing to be found.
                self.state.y = at;
                return;
            }
        }
    }
}
