//! The inverse of 1 − c L along one axis, which makes iterations few where L is very stiff: fourth derivatives, Schrödinger's and wave equations.
//!
//! L couples near cells alone there, so that 1 − c L is a band; its columns come from a few runs of the plan's own arithmetic, and the
//! inverse from its factors (Golub and Van Loan, 4.3, with pivots). A ring is folded: cells i and n − 1 − i are neighbours. The inverse is taken for
//! the step that is wanted and the start; with others (a last step before a save, coefficients that change) it is near, and iterations mend the rest.

use std::collections::BTreeMap;

use super::builder::{At, Builder};
use super::implicit::Parts;
use super::options::{Method, Options};
use crate::backend::{Backend, Precision};
use crate::error::FieldResult;
use crate::graph::Op;
use crate::interpreter::Interpreter;
use crate::plan::SparseMatrix;
use crate::scheme::{Scheme, scalar};

/// Unknowns at most.
const MOST: usize = 4096;
/// Entries of the inverse at most.
const ENTRIES: usize = 8_000_000;
/// c times the fastest rate below which iterations are few without, where L is symmetric and where it is not.
const STIFF: (f64, f64) = (2000.0, 3.0);
/// Entries below this part of the largest of their block are left out: what is left need not be exact.
const SMALL: f64 = 1e-13;

/// A matrix from each variable to each, those of zeros left out: row, column, entries.
pub(super) type Blocks = Vec<(usize, usize, SparseMatrix)>;

/// The inverse of 1 − factor Δt L, where the box has one axis and it is worth it.
pub(super) fn inverse(
    scheme: &Scheme,
    symmetric: bool,
    options: &Options,
    factor: f64,
) -> Option<Blocks> {
    let cells = scheme.layout.cells();
    let axes = scheme.layout.points.iter().filter(|points| **points > 1).count();
    let c = factor * wanted_step(options)?;
    let stiffness = &scheme.stiffness;
    let rate = stiffness.decay.max(stiffness.oscillation).max(stiffness.frequency);
    let least = if symmetric { STIFF.0 } else { STIFF.1 };
    if axes != 1 || !(c * rate > least && (c * rate).is_finite()) {
        return None;
    }
    let (entries, variables) = matrix(scheme, options, c).ok()??;
    let size = cells * variables;
    if size > MOST {
        return None;
    }
    // Cell by cell, and those of a ring folded.
    let ring = entries
        .keys()
        .any(|(row, column)| (row / variables).abs_diff(column / variables) > cells / 2);
    let place = |unknown: usize| {
        let (cell, variable) = (unknown / variables, unknown % variables);
        let folded = match (ring, 2 * cell < cells) {
            (false, _) => cell,
            (true, true) => 2 * cell,
            (true, false) => 2 * (cells - 1 - cell) + 1,
        };
        folded * variables + variable
    };
    let moved = entries
        .iter()
        .map(|((row, column), value)| (place(*row), place(*column), *value));
    let band = Band::factored(size, moved.collect())?;
    let mut blocks: BTreeMap<(usize, usize), Vec<Entry>> = BTreeMap::new();
    let mut most: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let columns: Vec<Vec<f64>> = (0..size)
        .map(|unknown| {
            let mut unit = vec![0.0; size];
            unit[place(unknown)] = 1.0;
            band.solve(&mut unit);
            (0..size).map(|row| unit[place(row)]).collect()
        })
        .collect();
    for (column, values) in columns.iter().enumerate() {
        for (row, value) in values.iter().enumerate() {
            if !value.is_finite() {
                return None;
            }
            let block = most.entry((row % variables, column % variables)).or_default();
            *block = block.max(value.abs());
        }
    }
    let mut count = 0;
    for row in 0..size {
        for (column, values) in columns.iter().enumerate() {
            let block = (row % variables, column % variables);
            if values[row].abs() > SMALL * most.get(&block).copied().unwrap_or(0.0) {
                let entry = (row / variables, column / variables, values[row]);
                blocks.entry(block).or_default().push(entry);
                count += 1;
            }
        }
    }
    (count <= ENTRIES).then(|| {
        let sparse = |entries: Vec<Entry>| {
            let mut starts = vec![0; cells + 1];
            for (row, ..) in &entries {
                starts[row + 1] += 1;
            }
            for row in 0..cells {
                starts[row + 1] += starts[row];
            }
            SparseMatrix {
                starts: starts.into(),
                columns: entries.iter().map(|entry| entry.1 as u32).collect(),
                values: entries.iter().map(|entry| entry.2).collect(),
            }
        };
        let blocks = blocks.into_iter();
        blocks.map(|((row, column), entries)| (row, column, sparse(entries))).collect()
    })
}

/// The step that a run of these options takes.
fn wanted_step(options: &Options) -> Option<f64> {
    let save = options.save.or(options.horizon.map(|way| way / 100.0))?;
    let largest = options.step.unwrap_or(save / 20.0);
    Some(save / (save / largest * (1.0 - 1e-12)).ceil().max(1.0))
}

/// Row, column and value.
type Entry = (usize, usize, f64);
/// Entries by row and column; unknowns are counted cell by cell.
type Entries = BTreeMap<(usize, usize), f64>;

/// The entries of 1 − c L and how many variables there are; `None` where L couples cells that are far from each other.
fn matrix(
    scheme: &Scheme,
    options: &Options,
    c: f64,
) -> FieldResult<Option<(Entries, usize)>> {
    let mut builder = Builder::new(scheme)?;
    let parts = Parts::new(&mut builder, Method::CrankNicolson)?;
    let needed = builder.graph.needed(&parts.linear);
    let mut ops = builder.graph.ops().iter().zip(needed);
    let far = ops.any(|(op, needed)| match op {
        Op::Scalar(place) => needed && *place >= scalar::FREE,
        _ => false,
    });
    let given = scheme.planes.iter().any(|plane| plane.order == 0);
    if far || given || !scheme.convolutions.is_empty() {
        return Ok(None);
    }
    let state = builder.state();
    let image = builder.arrays("image");
    let step = builder.scalar("c", c);
    let at = At { homogeneous: true, ..builder.at(&state, scalar::TIME as usize) };
    let (mut actions, mut kernel, values) =
        builder.values("x - c L x", &parts.linear, &at)?;
    for (place, value) in values.into_iter().enumerate() {
        let x = kernel.load(state[place]);
        let minus = kernel.graph.negate(value);
        let result = kernel.scaled(step, minus, x);
        kernel.store(image[place], result);
    }
    actions.push(kernel.finish(&mut builder));
    let apply = builder.procedure("apply", actions);
    let mut machine = Interpreter::new().prepare(&builder.plan, Precision::Double)?;
    machine.set_scalar(scalar::TIME as usize, options.start);
    machine.set_scalar(step, c);
    let cells = scheme.layout.cells();
    let variables = state.len();
    // Ghosts reach so far, and conditions at a side as far into the box.
    let reach = scheme.layout.ghosts.iter().copied().max().unwrap_or(0) * 2 + 2;
    let colours = (2 * reach + 1).min(cells);
    let mut entries = Entries::new();
    // Cells that are asked together are further apart than both reach, round as well.
    let together = |colour: usize| -> Vec<usize> {
        let whole = cells / colours * colours;
        if colour < colours {
            (colour..whole).step_by(colours).collect()
        } else {
            vec![whole + colour - colours]
        }
    };
    let groups = colours + cells % colours;
    let mut read = vec![0.0; cells];
    for variable in 0..variables {
        for group in 0..groups {
            let asked = together(group);
            for (own, array) in state.iter().enumerate() {
                let mut values = vec![0.0; cells];
                for cell in asked.iter().filter(|_| own == variable) {
                    values[*cell] = 1.0;
                }
                machine.write(*array, &values);
            }
            machine.execute(apply, 1, &|| false)?;
            for (row, array) in image.iter().enumerate() {
                machine.read(*array, &mut read);
                for (cell, value) in read.iter().enumerate().filter(|(_, v)| **v != 0.0) {
                    let away = |other: &usize| {
                        let way = cell.abs_diff(*other);
                        way.min(cells - way)
                    };
                    let Some(from) = asked.iter().min_by_key(|other| away(other)) else {
                        continue;
                    };
                    let key = (cell * variables + row, *from * variables + variable);
                    entries.insert(key, *value);
                }
            }
        }
    }
    Ok(Some((entries, variables)))
}

/// A band matrix as a product of a lower and an upper band, with its rows exchanged.
struct Band {
    /// Below the diagonal.
    lower: usize,
    /// Above it, with what exchanges add.
    upper: usize,
    /// Row by row, `lower + 1 + upper` each, from `lower` before the diagonal on.
    rows: Vec<f64>,
    /// The factors of each column, `lower` each, and the row that it was exchanged with.
    factors: Vec<f64>,
    pivots: Vec<usize>,
}

impl Band {
    /// From row, column and value; `None` where it is no narrow band, or has no inverse.
    fn factored(size: usize, entries: Vec<Entry>) -> Option<Self> {
        let below = entries.iter().map(|entry| entry.0.saturating_sub(entry.1)).max()?;
        let above = entries.iter().map(|entry| entry.1.saturating_sub(entry.0)).max()?;
        if (below + above) * 2 > size.max(64) {
            return None;
        }
        let (lower, upper) = (below, above + below);
        let width = lower + 1 + upper;
        let mut rows = vec![0.0; size * width];
        for (row, column, value) in entries {
            rows[row * width + lower + column - row] += value;
        }
        let mut factors = vec![0.0; size * lower];
        let mut pivots = vec![0; size];
        for k in 0..size {
            let last = (k + lower).min(size - 1);
            let at = |rows: &[f64], i: usize, j: usize| rows[i * width + lower + j - i];
            let pivot = (k..=last).max_by(|i, j| {
                at(&rows, *i, k).abs().total_cmp(&at(&rows, *j, k).abs())
            })?;
            pivots[k] = pivot;
            let end = (k + upper).min(size - 1);
            if pivot != k {
                for j in k..=end {
                    rows.swap(
                        pivot * width + lower + j - pivot,
                        k * width + lower + j - k,
                    );
                }
            }
            let own = at(&rows, k, k);
            if own == 0.0 || !own.is_finite() {
                return None;
            }
            for i in k + 1..=last {
                let factor = at(&rows, i, k) / own;
                factors[k * lower + i - k - 1] = factor;
                if factor != 0.0 {
                    for j in k..=end {
                        rows[i * width + lower + j - i] -= factor * at(&rows, k, j);
                    }
                }
            }
        }
        Some(Self { lower, upper, rows, factors, pivots })
    }

    /// Solves for a right side, in its place.
    fn solve(&self, x: &mut [f64]) {
        let (size, width) = (x.len(), self.lower + 1 + self.upper);
        for k in 0..size {
            x.swap(k, self.pivots[k]);
            for i in k + 1..=(k + self.lower).min(size - 1) {
                x[i] -= self.factors[k * self.lower + i - k - 1] * x[k];
            }
        }
        for k in (0..size).rev() {
            let row = &self.rows[k * width..(k + 1) * width];
            let sum: f64 = (k + 1..=(k + self.upper).min(size - 1))
                .map(|j| row[self.lower + j - k] * x[j])
                .sum();
            x[k] = (x[k] - sum) / row[self.lower];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Band;

    #[test]
    fn bands_are_solved() {
        // Rows that need exchanges: small numbers on the diagonal.
        let size = 9;
        let mut entries = Vec::new();
        for i in 0..size {
            entries.push((i, i, 1e-3 * (i as f64 + 1.0)));
            if i + 1 < size {
                entries.push((i, i + 1, 1.0 + i as f64));
                entries.push((i + 1, i, 2.0));
            }
            if i + 2 < size {
                entries.push((i + 2, i, -0.5));
            }
        }
        let band = Band::factored(size, entries.clone()).unwrap();
        let wanted: Vec<f64> = (0..size).map(|k| (k as f64).sin() + 2.0).collect();
        let mut x = vec![0.0; size];
        for (row, column, value) in entries {
            x[row] += value * wanted[column];
        }
        band.solve(&mut x);
        for (found, wanted) in x.iter().zip(&wanted) {
            assert!((found - wanted).abs() < 1e-11, "{found} {wanted}");
        }
        // What has no inverse.
        assert!(
            Band::factored(2, vec![(0, 0, 1.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 1.0)])
                .is_none()
        );
    }
}
