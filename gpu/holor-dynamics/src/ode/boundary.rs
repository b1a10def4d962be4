//! Boundary value problems y' = f(t, y), g(y(a), y(b)) = 0 by multiple shooting with Newton's method.
//!
//! J. Stoer and R. Bulirsch, *Introduction to Numerical Analysis*, section 7.3. Whether the conditions determine the solution is read from
//! the condition of the same matrix: U. Ascher, R. Mattheij, R. Russell, *Numerical Solution of Boundary Value Problems*, section 4.3.

use super::{End, Equations, Method, Options, Run, Watch, not_finite};
use crate::error::{Result, refuse};
use crate::linear::Factors;

/// The condition at both ends: `boundary(y(a), y(b), out)` fills as many numbers as there are unknowns, zero at a solution.
pub type Boundary<'a> = dyn FnMut(&[f64], &[f64], &mut [f64]) + 'a;

/// How exactly, with how many parts, and how long to try.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundaryOptions {
    /// Into how many parts the interval is divided; where solutions grow fast there are more.
    pub parts: usize,
    /// The last change of Newton's method, relative to the size of each unknown.
    pub tolerance: f64,
    /// The size of each unknown that counts as 1 where it is near 0, as of y′ that of y over the length; 1 for all if empty.
    pub units: Vec<f64>,
    /// The most steps of Newton's method.
    pub most_iterations: usize,
    /// How each part is integrated.
    pub options: Options,
}

impl Default for BoundaryOptions {
    fn default() -> Self {
        Self {
            parts: 8,
            tolerance: 1e-9,
            units: Vec::new(),
            most_iterations: 50,
            options: Options::with(Method::Dop853).tolerance(1e-11, 1e-12).dense(),
        }
    }
}

/// From this condition on the matrix is singular as far as its differences can tell.
const SINGULAR: f64 = 1e6;
/// How far unknowns are moved, relative to their size, to find the condition.
const REACH: f64 = 1e-4;
/// So often a part is looked at for that size.
const LOOKS: u8 = 8;
/// The least size of an unknown, in its unit, for this and for the changes of Newton's method: errors below it are allowed to integration in any case.
const LEAST_SCALE: f64 = 1e-2;
const LEAST_SIZE: f64 = 1e-3;
/// Where differences grow by more over a part, and there are not more unknowns, there are to be more parts.
const GROWTH: f64 = 1e3;
const MOST_UNKNOWNS: usize = 1200;
/// What is left of gaps and conditions, relative to what they are about, of a solution.
const MET: f64 = 1e-7;
/// What gaps are left, relative to the largest unknown, by the integration.
const ROUNDING: f64 = 1e-10;
/// So often rows and columns are scaled by turns.
const BALANCINGS: usize = 10;

/// A solution between the boundaries.
#[derive(Clone, Debug)]
pub struct BoundarySolution {
    runs: Vec<Run>,
    condition: f64,
    /// The largest gap left between the parts and in the conditions, in the units of the options.
    pub residual: f64,
    /// How many steps of Newton's method it took.
    pub iterations: usize,
}

impl BoundarySolution {
    /// Whether no other solution is near: where unknowns can move without a change that equations and conditions would see, there are many,
    /// or hardly this one.
    pub fn is_determined(&self) -> bool {
        self.condition < SINGULAR
    }

    /// The unknowns at a time between the boundaries.
    pub fn at(&self, t: f64) -> Option<Vec<f64>> {
        self.runs.iter().find_map(|run| run.at(t))
    }
}

/// Finds a solution near a guess, which gives the unknowns for each time. Choices in the rates are followed, other events must not stop a run.
///
/// # Errors
/// Where Newton's method finds none from this guess, with the residual it was left with.
pub fn shoot<'a>(
    equations: &mut Equations<'a>,
    boundary: &mut Boundary<'a>,
    (from, to): (f64, f64),
    guess: &mut dyn FnMut(f64) -> Vec<f64>,
    options: &BoundaryOptions,
) -> Result<BoundarySolution> {
    if options.parts == 0 || from == to || !(to - from).is_finite() {
        refuse!(
            "the interval from {from} to {to} in {} parts is not possible",
            options.parts
        );
    }
    let size = guess(from).len();
    let units = match options.units.len() {
        0 => vec![1.0; size],
        count if count == size && options.units.iter().all(|it| *it > 0.0) => {
            options.units.clone()
        }
        _ => refuse!("{size} positive units are needed, one for each unknown"),
    };
    let parts = options.parts;
    let mut shooter =
        Shooter { equations, boundary, options, interval: (from, to), units, parts };
    loop {
        match shooter.solve(guess)? {
            Some(solution) => return Ok(solution),
            None => shooter.parts *= 2,
        }
    }
}

/// The size of each unknown, at least so much as errors are allowed in any case.
fn sizes(unknowns: &[f64], ends: &[Vec<f64>], size: usize) -> Vec<f64> {
    let mut sizes = vec![LEAST_SIZE; size];
    for values in unknowns.chunks_exact(size).chain(ends.iter().map(Vec::as_slice)) {
        for (own, value) in sizes.iter_mut().zip(values) {
            *own = own.max(value.abs());
        }
    }
    sizes
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |a, b| a.max(b.abs()))
}

/// The norm of the inverse of a matrix, the least that is found by scaling rows and columns, so that the units of unknowns and equations do
/// not count. Infinite where there is no inverse.
fn condition(size: usize, mut matrix: Vec<f64>) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..BALANCINGS {
        scale_rows(size, &mut matrix, |largest| largest);
        least = least.min(inverse(size, matrix.clone()));
        scale_rows(size, &mut matrix, f64::sqrt);
        for column in 0..size {
            let entries = || (column..size * size).step_by(size);
            let most = entries().fold(0.0_f64, |most, it| matrix[it].abs().max(most));
            if most > 0.0 {
                entries().for_each(|it| matrix[it] /= most.sqrt());
            }
        }
    }
    least
}

fn scale_rows(size: usize, matrix: &mut [f64], scale: impl Fn(f64) -> f64) {
    for row in matrix.chunks_exact_mut(size) {
        let most = largest(row);
        if most > 0.0 {
            row.iter_mut().for_each(|entry| *entry /= scale(most));
        }
    }
}

/// The largest sum of a row of the inverse.
fn inverse(size: usize, matrix: Vec<f64>) -> f64 {
    let Some(factors) = Factors::of(size, matrix) else { return f64::INFINITY };
    let mut sums = vec![0.0; size];
    for column in 0..size {
        let mut unit = vec![0.0; size];
        unit[column] = 1.0;
        factors.solve(&mut unit);
        for (sum, entry) in sums.iter_mut().zip(&unit) {
            *sum += entry.abs();
        }
    }
    if not_finite(&sums).is_some() { f64::INFINITY } else { largest(&sums) }
}

/// Integrates the parts. Unknowns and ends are in their units.
struct Shooter<'s, 'a> {
    equations: &'s mut Equations<'a>,
    boundary: &'s mut Boundary<'a>,
    options: &'s BoundaryOptions,
    interval: (f64, f64),
    units: Vec<f64>,
    parts: usize,
}

impl Shooter<'_, '_> {
    fn time(&self, k: usize) -> f64 {
        let (from, to) = self.interval;
        let parts = self.parts;
        if k == parts { to } else { from + (to - from) * k as f64 / parts as f64 }
    }

    /// Newton's method from the guess; nothing where solutions grow too fast for so few parts.
    fn solve(
        &mut self,
        guess: &mut dyn FnMut(f64) -> Vec<f64>,
    ) -> Result<Option<BoundarySolution>> {
        let size = self.units.len();
        let mut unknowns = Vec::with_capacity(size * self.parts);
        for k in 0..self.parts {
            let time = self.time(k);
            let values = guess(time);
            if values.len() != size || not_finite(&values).is_some() {
                refuse!("the guess at t = {time} must be {size} finite numbers");
            }
            unknowns.extend(values.iter().zip(&self.units).map(|(y, unit)| y / unit));
        }
        let total = unknowns.len();
        let Some(mut ends) = self.ends(&unknowns)? else {
            refuse!(
                "the equations cannot be integrated from the guess; give a nearer one or more parts"
            );
        };
        let mut residual = self.gaps(&unknowns, &ends);
        let mut iterations = 0;
        while largest(&residual) > 0.0 {
            if iterations == self.options.most_iterations {
                refuse!(
                    "no solution was found near the guess: the residual is still {:e} after {iterations} steps of Newton's method",
                    largest(&residual)
                );
            }
            iterations += 1;
            let Some(matrix) = self.slopes(&unknowns, &mut ends, &residual)? else {
                refuse!(
                    "the equations cannot be integrated near the guess; give a nearer one"
                );
            };
            if self.growth(&matrix) > GROWTH && 2 * total <= MOST_UNKNOWNS {
                return Ok(None);
            }
            let before = largest(&residual);
            // Integration leaves as much.
            let is_rounding = before <= ROUNDING * largest(&unknowns).max(1.0);
            let mut change = residual.clone();
            match Factors::of(total, matrix) {
                Some(factors) => factors.solve(&mut change),
                None if is_rounding => break,
                None => refuse!(
                    "the boundary conditions do not determine the solution near the guess"
                ),
            }
            let sizes = sizes(&unknowns, &ends, size);
            let is_last = change.iter().enumerate().all(|(place, change)| {
                change.abs() <= self.options.tolerance * sizes[place % size]
            });
            let mut damping = 1.0;
            let moves = loop {
                let moved: Vec<f64> =
                    unknowns.iter().zip(&change).map(|(a, b)| a - damping * b).collect();
                if let Some(there) = self.ends(&moved)? {
                    let new = self.gaps(&moved, &there);
                    if largest(&new) < before * (1.0 - 0.1 * damping) {
                        (unknowns, ends, residual) = (moved, there, new);
                        break true;
                    }
                }
                damping *= 0.5;
                if damping < 1e-4 || is_last || is_rounding {
                    break false;
                }
            };
            let is_met = is_last && self.is_met(&unknowns, &ends, &residual);
            if is_met || !moves && is_rounding {
                break;
            }
            if !moves {
                refuse!(
                    "no solution was found near the guess: Newton's method stays at the residual {before:e}"
                );
            }
        }
        let mut runs = Vec::with_capacity(self.parts);
        for k in 0..self.parts {
            match self.part(k, &unknowns, true)? {
                Some(run) => runs.push(run),
                None => refuse!("the solution found cannot be integrated again"),
            }
        }
        let condition = self.condition(&unknowns, &runs)?;
        let residual = largest(&residual);
        Ok(Some(BoundarySolution { runs, condition, residual, iterations }))
    }

    /// One part from its unknowns; nothing where its end is not reached.
    fn part(&mut self, k: usize, unknowns: &[f64], dense: bool) -> Result<Option<Run>> {
        let size = self.units.len();
        let mut options = self.options.options.clone();
        options.keep_dense = dense;
        options.absolute = (0..size)
            .map(|place| self.options.options.allowed(place, 0.0) * self.units[place])
            .collect();
        let start = self.in_their_units(&unknowns[k * size..(k + 1) * size]);
        let (begin, end) = (self.time(k), self.time(k + 1));
        let mut run = Run::new(begin, &start, options)?;
        let reached = run.advance(self.equations, end, &mut Watch::default())?;
        Ok((reached == End::Reached).then_some(run))
    }

    fn in_their_units(&self, values: &[f64]) -> Vec<f64> {
        values.iter().zip(&self.units).map(|(value, unit)| value * unit).collect()
    }

    /// The end of a part in the units.
    fn in_units(&self, run: &Run) -> Vec<f64> {
        run.y().iter().zip(&self.units).map(|(y, unit)| y / unit).collect()
    }

    /// Where a part ends.
    fn end(&mut self, k: usize, unknowns: &[f64]) -> Result<Option<Vec<f64>>> {
        let run = self.part(k, unknowns, false)?;
        Ok(run.map(|run| self.in_units(&run)))
    }

    /// Where all parts end.
    fn ends(&mut self, unknowns: &[f64]) -> Result<Option<Vec<Vec<f64>>>> {
        (0..self.parts)
            .map(|k| self.end(k, unknowns).transpose())
            .collect::<Option<_>>()
            .transpose()
    }

    /// What the conditions leave of these ends.
    fn conditions(&mut self, first: &[f64], last: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; first.len()];
        let (first, last) = (self.in_their_units(first), self.in_their_units(last));
        (self.boundary)(&first, &last, &mut out);
        out
    }

    /// What is to be 0: the gaps between the parts, then the boundary conditions.
    fn gaps(&mut self, unknowns: &[f64], ends: &[Vec<f64>]) -> Vec<f64> {
        let size = self.units.len();
        let inner = ends.iter().flatten().zip(&unknowns[size..]);
        let mut out: Vec<f64> = inner.map(|(end, next)| end - next).collect();
        out.extend(self.conditions(&unknowns[..size], &ends[ends.len() - 1]));
        out
    }

    /// Whether what is left of the gaps is small beside the unknowns, and of each condition beside what it is about.
    fn is_met(&mut self, unknowns: &[f64], ends: &[Vec<f64>], residual: &[f64]) -> bool {
        let size = self.units.len();
        let sizes = sizes(unknowns, ends, size);
        let (inner, conditions) = residual.split_at(unknowns.len() - size);
        let small = |rest: f64, scale: f64| rest.abs() <= MET * scale;
        let here = [unknowns[..size].to_vec(), ends[ends.len() - 1].clone()];
        let mut scales = vec![0.0; size];
        for place in 0..2 {
            for column in 0..size {
                let mut moved = here.clone();
                moved[place][column] += REACH * sizes[column];
                let there = self.conditions(&moved[0], &moved[1]);
                for (scale, (there, rest)) in
                    scales.iter_mut().zip(there.iter().zip(conditions))
                {
                    *scale += (there - rest).abs() / REACH;
                }
            }
        }
        inner.iter().enumerate().all(|(row, gap)| small(*gap, sizes[row % size]))
            && conditions.iter().zip(&scales).all(|(rest, scale)| small(*rest, *scale))
    }

    /// How much differences of the unknowns grow over a part at most, in whatever units they grow least.
    fn growth(&self, matrix: &[f64]) -> f64 {
        let size = self.units.len();
        let total = size * self.parts;
        let mut block = vec![0.0_f64; size * size];
        // The last part stands in the conditions.
        for k in 0..self.parts - 1 {
            for row in 0..size {
                for column in 0..size {
                    let entry = matrix[(k * size + row) * total + k * size + column];
                    let most = &mut block[row * size + column];
                    *most = most.max(entry.abs());
                }
            }
        }
        for _ in 0..BALANCINGS {
            for place in 0..size {
                let off = |it: &usize| *it != place;
                let row: f64 =
                    (0..size).filter(off).map(|it| block[place * size + it]).sum();
                let column: f64 =
                    (0..size).filter(off).map(|it| block[it * size + place]).sum();
                if row == 0.0 || column == 0.0 {
                    continue;
                }
                let factor = (row / column).sqrt();
                for it in (0..size).filter(off) {
                    block[place * size + it] /= factor;
                    block[it * size + place] *= factor;
                }
            }
        }
        largest(&block)
    }

    /// The derivatives of the gaps by the unknowns, by rows; nothing where a part does not end from near by.
    fn slopes(
        &mut self,
        unknowns: &[f64],
        ends: &mut [Vec<f64>],
        here: &[f64],
    ) -> Result<Option<Vec<f64>>> {
        let total = unknowns.len();
        let mut matrix = vec![0.0; total * total];
        for column in 0..total {
            let mut moved = unknowns.to_vec();
            // The conditions may hold numbers far larger than the unknowns are yet.
            let delta = 1e-6 * moved[column].abs().max(1e-2).max(1e-2 * largest(here));
            moved[column] += delta;
            // Only the part that begins with this unknown changes.
            let k = column / self.units.len();
            let Some(end) = self.end(k, &moved)? else { return Ok(None) };
            let old = std::mem::replace(&mut ends[k], end);
            let there = self.gaps(&moved, ends);
            ends[k] = old;
            for row in 0..total {
                matrix[row * total + column] = (there[row] - here[row]) / delta;
            }
        }
        Ok(Some(matrix))
    }

    /// How well equations and conditions determine the unknowns at the beginning of all parts and at the end, by central differences; infinite
    /// where that cannot be told.
    fn condition(&mut self, unknowns: &[f64], runs: &[Run]) -> Result<f64> {
        let (size, parts) = (self.units.len(), self.parts);
        let mut scales = vec![LEAST_SCALE; size];
        for (k, run) in runs.iter().enumerate() {
            let (from, to) = (self.time(k), self.time(k + 1));
            for look in 0..=LOOKS {
                let y = run.at(from + (to - from) * f64::from(look) / f64::from(LOOKS));
                let y = y.iter().flatten().zip(&self.units);
                for (scale, (value, unit)) in scales.iter_mut().zip(y) {
                    *scale = scale.max(value.abs() / unit);
                }
            }
        }
        let total = unknowns.len() + size;
        let mut matrix = vec![0.0; total * total];
        let mut fill = |rows: usize, column: usize, sides: [Vec<f64>; 2]| {
            for row in 0..size {
                matrix[(rows + row) * total + column] =
                    (sides[1][row] - sides[0][row]) / (2.0 * REACH);
            }
        };
        for column in 0..unknowns.len() {
            let mut sides = [const { Vec::new() }; 2];
            for (side, reach) in sides.iter_mut().zip([-REACH, REACH]) {
                let mut moved = unknowns.to_vec();
                moved[column] += reach * scales[column % size];
                let Some(end) = self.end(column / size, &moved)? else {
                    return Ok(f64::INFINITY);
                };
                *side = end.iter().zip(&scales).map(|(end, scale)| end / scale).collect();
            }
            fill(column - column % size, column, sides);
        }
        let last = self.in_units(&runs[parts - 1]);
        let ends = [unknowns[..size].to_vec(), last];
        for (place, first) in [(0, 0), (1, parts * size)] {
            for column in 0..size {
                let sides = [-REACH, REACH].map(|reach| {
                    let mut moved = ends.clone();
                    moved[place][column] += reach * scales[column];
                    self.conditions(&moved[0], &moved[1])
                });
                fill(parts * size, first + column, sides);
            }
        }
        for row in 0..unknowns.len() {
            matrix[row * total + row + size] = -1.0;
        }
        Ok(condition(total, matrix))
    }
}
