//! What equations in space give at the start, where bounds of steps are found.

use super::assemble::{LaidOut, Lowered};
use super::differences::loaded;
use crate::layout::Layout;
use crate::plan::SparseMatrix;
use crate::scheme::{Modes, Solve};

/// Products of matrices with more multiplications are done by several threads.
const SHARED: usize = 1 << 22;

impl Lowered<'_> {
    /// What equations in space give at the start.
    pub(super) fn solve_starts(&self, laid: &mut LaidOut) {
        let mut left: Vec<&Solve> = self.solves.iter().collect();
        while !left.is_empty() {
            // First those whose right sides hold none of the others.
            let unknown: Vec<u32> =
                left.iter().flat_map(|solve| solve.planes.iter().copied()).collect();
            let known = |solve: &&Solve| {
                solve.planes.iter().all(|plane| !self.needs(*plane, &unknown, 0))
            };
            let solve = left.remove(left.iter().position(known).unwrap_or(0));
            for (part, plane) in solve.planes.iter().enumerate() {
                let place = *plane as usize;
                let Some(rate) = self.rates.get(place).copied() else { continue };
                let spectrum = self.spectrum(laid);
                let mut right = spectrum.everywhere(rate, self.times.0);
                spectrum.add_sides(solve, part, self.times.0, &mut right);
                if let Some(plane) = laid.planes.get_mut(place) {
                    plane.start = solve.solution(&right, &laid.layout);
                }
            }
        }
    }

    /// Whether what gives a plane holds one of others, itself or through planes that have no rate of their own.
    fn needs(&self, plane: u32, others: &[u32], depth: usize) -> bool {
        let Some(rate) = self.rates.get(plane as usize).copied() else { return false };
        let fields = &self.lowering.equations.system.fields;
        let given = |array: u32| {
            let of = self.lowering.equations.planes.get(array as usize);
            of.and_then(|of| fields.get(of.field)).is_some_and(|field| field.order == 0)
        };
        let needed = self.lowering.graph.needed(&[rate]);
        let ops = self.lowering.graph.ops().iter().zip(needed);
        ops.filter(|(_, needed)| *needed).filter_map(|(op, _)| loaded(*op)).any(
            |(array, _)| {
                others.contains(&array)
                    || (depth < 8 && given(array) && self.needs(array, others, depth + 1))
            },
        )
    }
}

impl Solve {
    /// The solution for a right side at the cells, row-major: as a plan computes it, what sides add left out.
    pub(super) fn solution(&self, right: &[f64], layout: &Layout) -> Vec<f64> {
        let mut values = right.to_vec();
        for modes in &self.modes {
            values = product(&modes.forward, &values, modes.dimension, layout);
        }
        let points = layout.points;
        for (cell, value) in values.iter_mut().enumerate() {
            let place = [
                cell / (points[1] * points[2]),
                cell / points[2] % points[1],
                cell % points[2],
            ];
            let along = |(modes, factor): (&Modes, &f64)| {
                factor * modes.values.values[place[modes.dimension]]
            };
            let below =
                self.own + self.modes.iter().zip(&self.factors).map(along).sum::<f64>();
            *value = if below == 0.0 { 0.0 } else { *value / below };
        }
        for modes in &self.modes {
            values = product(&modes.backward, &values, modes.dimension, layout);
        }
        values
    }
}

/// A full matrix times all lines along a dimension.
fn product(
    matrix: &SparseMatrix,
    values: &[f64],
    along: usize,
    layout: &Layout,
) -> Vec<f64> {
    let n = layout.points[along];
    let stride: usize = layout.points[along + 1..].iter().product();
    let mut result = vec![0.0; values.len()];
    let of_rows = |first: usize, into: &mut [f64]| {
        for (place, into) in into.chunks_mut(stride).enumerate() {
            let (block, row) = ((first + place) / n, (first + place) % n);
            let from = &values[block * n * stride..(block + 1) * n * stride];
            for (column, from) in from.chunks(stride).enumerate() {
                let factor = matrix.values[row * n + column];
                for (sum, x) in into.iter_mut().zip(from) {
                    *sum += factor * x;
                }
            }
        }
    };
    let rows = values.len() / stride.max(1);
    let threads = match std::thread::available_parallelism() {
        Ok(threads) if values.len() * n > SHARED => threads.get().min(rows),
        _ => 1,
    };
    if threads < 2 {
        of_rows(0, &mut result);
        return result;
    }
    let share = rows.div_ceil(threads);
    std::thread::scope(|scope| {
        for (part, into) in result.chunks_mut(share * stride).enumerate() {
            let of_rows = &of_rows;
            scope.spawn(move || of_rows(part * share, into));
        }
    });
    result
}
