//! Boundary value problems y' = f(t, y), g(y(a), y(b)) = 0 by multiple shooting with Newton's method.
//!
//! J. Stoer and R. Bulirsch, *Introduction to Numerical Analysis*, section 7.3.

use super::{End, Equations, Method, Options, Run, Slope, Watch, not_finite};
use crate::error::{Result, refuse};
use crate::linear::Factors;

/// The condition at both ends: `boundary(y(a), y(b), out)` fills as many numbers as there are unknowns, zero at a solution.
pub type Boundary<'a> = dyn FnMut(&[f64], &[f64], &mut [f64]) + 'a;

/// How exactly, with how many parts, and how long to try.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundaryOptions {
    /// Into how many parts the interval is divided; more are needed where solutions grow fast.
    pub parts: usize,
    /// The residual allowed, relative to the size of the unknowns.
    pub residual: f64,
    /// The most steps of Newton's method.
    pub most_iterations: usize,
    /// How each part is integrated.
    pub options: Options,
}

impl Default for BoundaryOptions {
    fn default() -> Self {
        Self {
            parts: 8,
            residual: 1e-9,
            most_iterations: 50,
            options: Options::with(Method::Dop853).tolerance(1e-11, 1e-12).dense(),
        }
    }
}

/// A solution between the boundaries.
#[derive(Clone, Debug)]
pub struct BoundarySolution {
    runs: Vec<Run>,
    /// The largest residual left.
    pub residual: f64,
    /// How many steps of Newton's method it took.
    pub iterations: usize,
}

impl BoundarySolution {
    /// The unknowns at a time between the boundaries.
    pub fn at(&self, t: f64) -> Option<Vec<f64>> {
        self.runs.iter().find_map(|run| run.at(t))
    }
}

/// Finds a solution near a guess, which gives the unknowns for each time.
///
/// # Errors
/// Where Newton's method finds none from this guess, with the residual it was left with.
pub fn shoot(
    slope: &mut Slope<'_>,
    boundary: &mut Boundary<'_>,
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
    let parts = options.parts;
    let time = |k: usize| from + (to - from) * k as f64 / parts as f64;
    let mut unknowns = Vec::with_capacity(size * parts);
    for k in 0..parts {
        let values = guess(time(k));
        if values.len() != size || not_finite(&values).is_some() {
            refuse!("the guess at t = {} must be {size} finite numbers", time(k));
        }
        unknowns.extend(values);
    }
    let total = size * parts;
    let mut shooter = Shooter { slope, options, interval: (from, to), size };
    let mut gaps = |unknowns: &[f64], ends: &[Vec<f64>]| {
        let mut out = vec![0.0; total];
        for k in 0..parts - 1 {
            for i in 0..size {
                out[k * size + i] = ends[k][i] - unknowns[(k + 1) * size + i];
            }
        }
        boundary(&unknowns[..size], &ends[parts - 1], &mut out[(parts - 1) * size..]);
        out
    };
    let largest = |values: &[f64]| values.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    let Some(mut ends) = shooter.ends(&unknowns)? else {
        refuse!(
            "the equations cannot be integrated from the guess; give a nearer one or more parts"
        );
    };
    let mut residual = gaps(&unknowns, &ends);
    let mut iterations = 0;
    while largest(&residual) > options.residual * largest(&unknowns).max(1.0) {
        if iterations == options.most_iterations {
            refuse!(
                "no solution was found near the guess: the residual is still {:e} after {iterations} steps of Newton's method",
                largest(&residual)
            );
        }
        iterations += 1;
        let mut matrix = vec![0.0; total * total];
        for column in 0..total {
            let mut moved = unknowns.clone();
            let delta = 1e-6 * moved[column].abs().max(1e-2);
            moved[column] += delta;
            // Only the part that begins with this unknown changes.
            let k = column / size;
            let Some(run) = shooter.part(k, &moved, false)? else {
                refuse!(
                    "the equations cannot be integrated near the guess; give a nearer one"
                );
            };
            let old = std::mem::replace(&mut ends[k], run.y().to_vec());
            let there = gaps(&moved, &ends);
            ends[k] = old;
            for row in 0..total {
                matrix[row * total + column] = (there[row] - residual[row]) / delta;
            }
        }
        let Some(factors) = Factors::of(total, matrix) else {
            refuse!(
                "the boundary conditions do not determine the solution near the guess"
            );
        };
        let mut change = residual.clone();
        factors.solve(&mut change);
        let before = largest(&residual);
        let mut damping = 1.0;
        loop {
            let moved: Vec<f64> =
                unknowns.iter().zip(&change).map(|(a, b)| a - damping * b).collect();
            if let Some(there) = shooter.ends(&moved)? {
                let new = gaps(&moved, &there);
                if largest(&new) < before * (1.0 - 0.1 * damping) {
                    (unknowns, ends, residual) = (moved, there, new);
                    break;
                }
            }
            damping *= 0.5;
            if damping < 1e-4 {
                refuse!(
                    "no solution was found near the guess: Newton's method stays at the residual {before:e}"
                );
            }
        }
    }
    let mut runs = Vec::with_capacity(parts);
    for k in 0..parts {
        match shooter.part(k, &unknowns, true)? {
            Some(run) => runs.push(run),
            None => refuse!("the solution found cannot be integrated again"),
        }
    }
    let residual = largest(&residual);
    Ok(BoundarySolution { runs, residual, iterations })
}

/// Integrates the parts.
struct Shooter<'s, 'a> {
    slope: &'s mut Slope<'a>,
    options: &'s BoundaryOptions,
    interval: (f64, f64),
    size: usize,
}

impl Shooter<'_, '_> {
    fn time(&self, k: usize) -> f64 {
        let (from, to) = self.interval;
        let parts = self.options.parts;
        if k == parts { to } else { from + (to - from) * k as f64 / parts as f64 }
    }

    /// One part from its unknowns; nothing where its end is not reached.
    fn part(&mut self, k: usize, unknowns: &[f64], dense: bool) -> Result<Option<Run>> {
        let mut options = self.options.options.clone();
        options.keep_dense = dense;
        let start = &unknowns[k * self.size..(k + 1) * self.size];
        let (begin, end) = (self.time(k), self.time(k + 1));
        let mut run = Run::new(begin, start, options)?;
        let slope = &mut *self.slope;
        let mut equations =
            Equations::new(|t, y: &[f64], out: &mut [f64]| slope(t, y, out));
        let reached = run.advance(&mut equations, end, &mut Watch::default())?;
        Ok((reached == End::Reached).then_some(run))
    }

    /// Where all parts end.
    fn ends(&mut self, unknowns: &[f64]) -> Result<Option<Vec<Vec<f64>>>> {
        let mut ends = Vec::with_capacity(self.options.parts);
        for k in 0..self.options.parts {
            match self.part(k, unknowns, false)? {
                Some(run) => ends.push(run.y().to_vec()),
                None => return Ok(None),
            }
        }
        Ok(Some(ends))
    }
}
