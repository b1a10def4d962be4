//! Radau IIA of order 5 for stiff equations and M y' = f(t, y) (HW IV.8), with its cubic collocation polynomial.

#![allow(clippy::excessive_precision, reason = "constants stand as they were published")]

use super::dense::{Basis, Piece};
use super::options::Options;
use super::{Slope, Structured, Work, not_finite};
use crate::linear::{ComplexFactors, Factors};

const ROOT_6: f64 = 2.449_489_742_783_178;
/// The abscissae.
const NODES: [f64; 3] = [(4.0 - ROOT_6) / 10.0, (4.0 + ROOT_6) / 10.0, 1.0];
/// The weights of the embedded formula of order 3.
const ERROR: [f64; 3] =
    [(-13.0 - 7.0 * ROOT_6) / 3.0, (-13.0 + 7.0 * ROOT_6) / 3.0, -1.0 / 3.0];
/// The real eigenvalue 3 + 3^(2/3) − 3^(1/3) of the inverse of the matrix of weights.
const REAL: f64 = 3.637_834_252_744_496;
/// Its complex pair.
const COMPLEX: (f64, f64) = (2.681_082_873_627_752_3, -3.050_430_199_247_410_5);
/// The transformation that makes that matrix diagonal.
const T: [[f64; 3]; 3] = [
    [0.094_438_762_488_975_24, -0.141_255_295_020_954_21, 0.030_029_194_105_147_42],
    [0.250_213_122_965_333_32, 0.204_129_352_293_799_94, -0.382_942_112_757_261_92],
    [1.0, 1.0, 0.0],
];
const INVERSE_T: [[f64; 3]; 3] = [
    [4.178_718_591_551_905, 0.327_682_820_761_062_4, 0.523_376_445_499_449_5],
    [-4.178_718_591_551_905, -0.327_682_820_761_062_4, 0.476_623_554_500_550_5],
    [0.502_872_634_945_786_8, -2.571_926_949_855_605, 0.596_039_204_828_224_9],
];
/// From the stages to the powers of the collocation polynomial.
const POLYNOMIAL: [[f64; 3]; 3] = [
    [
        13.0 / 3.0 + 7.0 * ROOT_6 / 3.0,
        -23.0 / 3.0 - 22.0 * ROOT_6 / 3.0,
        10.0 / 3.0 + 5.0 * ROOT_6,
    ],
    [
        13.0 / 3.0 - 7.0 * ROOT_6 / 3.0,
        -23.0 / 3.0 + 22.0 * ROOT_6 / 3.0,
        10.0 / 3.0 - 5.0 * ROOT_6,
    ],
    [1.0 / 3.0, -8.0 / 3.0, 10.0 / 3.0],
];
/// The most iterations of Newton's method in one step.
const MOST_ITERATIONS: i32 = 7;

/// What the method remembers from step to step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Radau {
    /// The derivatives; of structured ones the place at which they are taken.
    jacobian: Vec<f64>,
    /// Of structured derivatives the time and the bound there.
    taken: Option<(f64, f64)>,
    /// Whether it was taken at the present state.
    fresh: bool,
    factors: Option<(f64, Factors, ComplexFactors)>,
    last: Option<Piece>,
    previous: Option<(f64, f64)>,
    refused: bool,
}

/// What became of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    pub(crate) accepted: bool,
    /// The length to try next, without sign.
    pub(crate) next: f64,
    /// The first unknown that had no finite value.
    pub(crate) not_finite: Option<usize>,
}

/// The equations as this method needs them.
pub(crate) struct Implicit<'e, 'a> {
    pub(crate) slope: &'e mut Slope<'a>,
    pub(crate) jacobian: Option<&'e mut Box<Slope<'a>>>,
    pub(crate) structured: Option<&'e mut (dyn Structured + 'a)>,
    pub(crate) mass: Option<&'e [f64]>,
}

/// The derivatives of the rates by one unknown, by a difference: half the digits of the unknown, or of its tolerance; more where it would
/// drown in rounding (D. E. Salane, "Adaptive routines for forming Jacobians numerically", 1986).
pub(crate) fn by_unknown(
    slope: &mut Slope<'_>,
    (t, y, slope_here): (f64, &[f64], &[f64]),
    column: usize,
    allowed: f64,
    work: &mut Work,
) -> Vec<f64> {
    let mut moved = y.to_vec();
    let mut there = vec![0.0; y.len()];
    let mut scale = y[column].abs().max(allowed);
    if scale < 1e-100 {
        scale = 1e-8;
    }
    let mut part = f64::EPSILON.sqrt();
    for tries in 1.. {
        let step = if slope_here[column] < 0.0 { -part } else { part } * scale;
        moved[column] = y[column] + step;
        let step = moved[column] - y[column];
        slope(t, &moved, &mut there);
        work.slopes += 1;
        let (mut difference, mut size_there) = (0.0f64, 0.0f64);
        for (there, here) in there.iter_mut().zip(slope_here) {
            let change = *there - here;
            if change.abs() > difference {
                difference = change.abs();
                size_there = there.abs().max(here.abs());
            }
            *there = change / step;
        }
        if difference == 0.0
            || difference > f64::EPSILON.powf(0.875) * size_there
            || tries == 5
        {
            break;
        }
        part *= 30.0;
    }
    there
}

impl Radau {
    /// Forgets what belongs to an earlier solution, after a jump.
    pub(crate) fn restart(&mut self) {
        *self = Self::default();
    }

    /// |h| times the largest sum of a row of |J|: an upper bound of |h λ|.
    pub(crate) fn bound(&self, h: f64, size: usize) -> f64 {
        if let Some((_, largest)) = self.taken {
            return h.abs() * largest;
        }
        let largest = self
            .jacobian
            .chunks(size.max(1))
            .map(|row| row.iter().map(|entry| entry.abs()).sum::<f64>())
            .fold(0.0, f64::max);
        h.abs() * largest
    }

    fn take_jacobian(
        &mut self,
        equations: &mut Implicit<'_, '_>,
        (t, y, slope_here): (f64, &[f64], &[f64]),
        options: &Options,
        work: &mut Work,
    ) {
        let size = y.len();
        work.jacobians += 1;
        if let Some(structured) = &mut equations.structured {
            self.jacobian = y.to_vec();
            self.taken = Some((t, structured.bound(t, y)));
            return;
        }
        self.jacobian.resize(size * size, 0.0);
        if let Some(jacobian) = &mut equations.jacobian {
            jacobian(t, y, &mut self.jacobian);
            return;
        }
        let here = (t, y, slope_here);
        for column in 0..size {
            let allowed = options.allowed(column, 0.0);
            let slopes = by_unknown(equations.slope, here, column, allowed, work);
            for (row, value) in slopes.iter().enumerate() {
                self.jacobian[row * size + column] = *value;
            }
        }
    }

    fn factor(
        &mut self,
        equations: &mut Implicit<'_, '_>,
        h: f64,
        size: usize,
        work: &mut Work,
    ) -> bool {
        let mass = equations.mass;
        if let (Some(structured), Some((t, _))) = (&mut equations.structured, self.taken)
        {
            // As quick as the rates; a run that goes on has no memory of it.
            if self.factors.as_ref().is_none_or(|(old, _, _)| *old != h) {
                work.factored += 2;
            }
            self.factors = Some((h, Factors::default(), ComplexFactors::default()));
            let complex = (COMPLEX.0 / h, COMPLEX.1 / h);
            return structured.prepare(t, &self.jacobian, REAL / h, complex);
        }
        if self.factors.as_ref().is_some_and(|(old, _, _)| *old == h) {
            return true;
        }
        let mut real: Vec<f64> = self.jacobian.iter().map(|entry| -entry).collect();
        let mut complex: Vec<(f64, f64)> =
            real.iter().map(|entry| (*entry, 0.0)).collect();
        let mut add = |place: usize, weight: f64| {
            real[place] += REAL / h * weight;
            complex[place].0 += COMPLEX.0 / h * weight;
            complex[place].1 += COMPLEX.1 / h * weight;
        };
        match mass {
            Some(mass) => mass.iter().enumerate().for_each(|(place, m)| add(place, *m)),
            None => (0..size).for_each(|i| add(i * size + i, 1.0)),
        }
        work.factored += 2;
        self.factors = Factors::of(size, real)
            .zip(ComplexFactors::of(size, complex))
            .map(|(real, complex)| (h, real, complex));
        self.factors.is_some()
    }

    /// Tries one step; on success `end` and `end_slope` are filled.
    pub(crate) fn attempt(
        &mut self,
        equations: &mut Implicit<'_, '_>,
        (t, y, slope_here): (f64, &[f64], &[f64]),
        h: f64,
        options: &Options,
        work: &mut Work,
        (end, end_slope): (&mut Vec<f64>, &mut Vec<f64>),
    ) -> Verdict {
        let size = y.len();
        end.resize(size, 0.0);
        end_slope.resize(size, 0.0);
        let half = Verdict { accepted: false, next: 0.5 * h.abs(), not_finite: None };
        if self.jacobian.is_empty() {
            self.take_jacobian(equations, (t, y, slope_here), options, work);
            self.fresh = true;
        }
        let (stages, iterations, rate) = loop {
            if let Some(place) = not_finite(&self.jacobian) {
                return Verdict { not_finite: Some(place / size.max(1)), ..half };
            }
            let solved = if self.factor(equations, h, size, work) {
                self.newton(equations, (t, y), h, options, work)
            } else {
                Err(None)
            };
            match solved {
                Ok(found) => break found,
                Err(place) if self.fresh => {
                    self.factors = None;
                    return Verdict { not_finite: place, ..half };
                }
                Err(_) => {
                    self.take_jacobian(equations, (t, y, slope_here), options, work);
                    self.fresh = true;
                    self.factors = None;
                }
            }
        };
        for i in 0..size {
            end[i] = y[i] + stages[2][i];
        }
        let combined: Vec<f64> = (0..size)
            .map(|i| (0..3).map(|k| ERROR[k] * stages[k][i]).sum::<f64>() / h)
            .collect();
        let combined = times_mass(equations.mass, combined);
        let norm = |error: &[f64], end: &[f64]| {
            let mut sum = 0.0;
            for i in 0..size {
                let allowed = options.allowed(i, y[i].abs().max(end[i].abs()));
                sum += (error[i] / allowed).powi(2);
            }
            (sum / size.max(1) as f64).sqrt()
        };
        let mut estimate: Vec<f64> =
            slope_here.iter().zip(&combined).map(|(f, z)| f + z).collect();
        self.solve(equations, &mut estimate);
        let mut error = norm(&estimate, end);
        if error > 1.0 && (self.refused || self.previous.is_none()) {
            // HW (IV.8.20): a second filtering for very stiff components.
            for (value, start) in estimate.iter_mut().zip(y) {
                *value += start;
            }
            let mut again = vec![0.0; size];
            (equations.slope)(t, &estimate, &mut again);
            work.slopes += 1;
            for (value, z) in again.iter_mut().zip(&combined) {
                *value += z;
            }
            self.solve(equations, &mut again);
            error = norm(&again, end);
        }
        if !error.is_finite() {
            self.factors = None;
            return Verdict { not_finite: not_finite(end), ..half };
        }
        let most = f64::from(2 * MOST_ITERATIONS);
        let safety = 0.9 * (most + 1.0) / (most + f64::from(iterations));
        let factor = safety * self.predicted(h, error);
        if error > 1.0 {
            self.refused = true;
            self.factors = None;
            let next = h.abs() * factor.clamp(0.1, 0.9);
            return Verdict { accepted: false, next, not_finite: None };
        }
        (equations.slope)(t + h, end, end_slope);
        work.slopes += 1;
        if let Some(place) = not_finite(end_slope) {
            self.factors = None;
            return Verdict { not_finite: Some(place), ..half };
        }
        let again = iterations > 2 && rate > 1e-3;
        let mut factor = factor.clamp(0.2, if self.refused { 1.0 } else { 8.0 });
        if !again && factor < 1.2 {
            factor = 1.0;
        } else {
            self.factors = None;
        }
        self.previous = Some((h.abs(), error.max(1e-2)));
        self.refused = false;
        self.last = Some(piece(t, h, y, &stages));
        if again {
            self.take_jacobian(equations, (t + h, end, end_slope), options, work);
        }
        self.fresh = again;
        Verdict { accepted: true, next: h.abs() * factor, not_finite: None }
    }

    fn solve(&self, equations: &Implicit<'_, '_>, side: &mut [f64]) {
        match (&equations.structured, &self.factors) {
            (Some(structured), _) => structured.solve(side),
            (None, Some((_, real, _))) => real.solve(side),
            (None, None) => side.fill(f64::NAN),
        }
    }

    fn solve_complex(&self, equations: &Implicit<'_, '_>, side: &mut [(f64, f64)]) {
        match (&equations.structured, &self.factors) {
            (Some(structured), _) => structured.solve_complex(side),
            (None, Some((_, _, complex))) => complex.solve(side),
            (None, None) => side.fill((f64::NAN, 0.0)),
        }
    }

    /// Gustafsson's predictive controller (HW IV.8.21).
    fn predicted(&self, h: f64, error: f64) -> f64 {
        let error = error.max(1e-10);
        let plain = error.powf(-0.25);
        match self.previous {
            Some((old, old_error)) => {
                plain * (h.abs() / old * (old_error / error).powf(0.25)).min(1.0)
            }
            None => plain,
        }
    }

    /// The polynomial within the last step.
    pub(crate) fn piece(&self) -> Option<&Piece> {
        self.last.as_ref()
    }

    /// Newton's iteration for the stages: the stages less `y`, the iterations and the rate of convergence.
    #[allow(clippy::type_complexity, reason = "used once, by the caller above")]
    fn newton(
        &self,
        equations: &mut Implicit<'_, '_>,
        (t, y): (f64, &[f64]),
        h: f64,
        options: &Options,
        work: &mut Work,
    ) -> Result<([Vec<f64>; 3], i32, f64), Option<usize>> {
        let size = y.len();
        let relative = options.strictness().max(1e-14);
        let tolerance = (10.0 * f64::EPSILON / relative).max(relative.sqrt().min(0.03));
        let mut stages: [Vec<f64>; 3] = std::array::from_fn(|_| vec![0.0; size]);
        if let Some(last) = &self.last {
            for (stage, node) in stages.iter_mut().zip(NODES) {
                last.at(t + node * h, stage);
                for (value, start) in stage.iter_mut().zip(y) {
                    *value -= start;
                }
            }
        }
        let mut waves: [Vec<f64>; 3] = transformed(&INVERSE_T, &stages);
        let mut slopes: [Vec<f64>; 3] = std::array::from_fn(|_| vec![0.0; size]);
        let mut argument = vec![0.0; size];
        let mut old_change: Option<f64> = None;
        let mut rate = 0.0;
        for iteration in 1..=MOST_ITERATIONS {
            for k in 0..3 {
                for i in 0..size {
                    argument[i] = y[i] + stages[k][i];
                }
                (equations.slope)(t + NODES[k] * h, &argument, &mut slopes[k]);
                work.slopes += 1;
                if let Some(place) = not_finite(&slopes[k]) {
                    return Err(Some(place));
                }
            }
            let sides = transformed(&INVERSE_T, &slopes);
            let weighted: [Vec<f64>; 3] =
                std::array::from_fn(|k| times_mass(equations.mass, waves[k].clone()));
            let mut first: Vec<f64> =
                (0..size).map(|i| sides[0][i] - REAL / h * weighted[0][i]).collect();
            let mut pair: Vec<(f64, f64)> = (0..size)
                .map(|i| {
                    let (a, b) = (weighted[1][i], weighted[2][i]);
                    (
                        sides[1][i] - (COMPLEX.0 * a - COMPLEX.1 * b) / h,
                        sides[2][i] - (COMPLEX.0 * b + COMPLEX.1 * a) / h,
                    )
                })
                .collect();
            self.solve(equations, &mut first);
            self.solve_complex(equations, &mut pair);
            let mut sum = 0.0;
            for i in 0..size {
                let allowed = options.allowed(i, y[i].abs());
                for change in [first[i], pair[i].0, pair[i].1] {
                    sum += (change / allowed).powi(2);
                }
            }
            let change = (sum / (3 * size.max(1)) as f64).sqrt();
            if let Some(old) = old_change {
                rate = change / old;
                let left = MOST_ITERATIONS - iteration + 1;
                if rate >= 1.0 || rate.powi(left) / (1.0 - rate) * change > tolerance {
                    return Err(None);
                }
            }
            if !change.is_finite() {
                return Err(None);
            }
            for i in 0..size {
                waves[0][i] += first[i];
                waves[1][i] += pair[i].0;
                waves[2][i] += pair[i].1;
            }
            stages = transformed(&T, &waves);
            if change == 0.0
                || (old_change.is_some() && rate / (1.0 - rate) * change < tolerance)
            {
                return Ok((stages, iteration, rate));
            }
            old_change = Some(change);
        }
        Err(None)
    }
}

fn transformed(matrix: &[[f64; 3]; 3], stages: &[Vec<f64>; 3]) -> [Vec<f64>; 3] {
    std::array::from_fn(|row| {
        let [a, b, c] = matrix[row];
        (0..stages[0].len())
            .map(|i| a * stages[0][i] + b * stages[1][i] + c * stages[2][i])
            .collect()
    })
}

fn times_mass(mass: Option<&[f64]>, values: Vec<f64>) -> Vec<f64> {
    match mass {
        None => values,
        Some(mass) => mass
            .chunks(values.len().max(1))
            .map(|row| row.iter().zip(&values).map(|(a, b)| a * b).sum())
            .collect(),
    }
}

fn piece(t: f64, h: f64, y: &[f64], stages: &[Vec<f64>; 3]) -> Piece {
    let mut rows = y.to_vec();
    for power in 0..3 {
        for i in 0..y.len() {
            rows.push((0..3).map(|k| stages[k][i] * POLYNOMIAL[k][power]).sum());
        }
    }
    Piece { from: t, to: t + h, length: h, basis: Basis::Power, size: y.len(), rows }
}

#[cfg(test)]
mod tests {
    use super::{COMPLEX, INVERSE_T, REAL, T};

    #[test]
    fn the_constants_belong_together() {
        let third = 3f64.cbrt();
        assert!((REAL - (3.0 + third * third - third)).abs() < 1e-15);
        assert!((COMPLEX.0 - (3.0 + 0.5 * (third - third * third))).abs() < 1e-15);
        let imaginary = 0.5 * (3f64.powf(5.0 / 6.0) + 3f64.powf(7.0 / 6.0));
        assert!((COMPLEX.1 + imaginary).abs() < 1e-14);
        for i in 0..3 {
            for j in 0..3 {
                let entry: f64 = (0..3).map(|k| T[i][k] * INVERSE_T[k][j]).sum();
                let unit = if i == j { 1.0 } else { 0.0 };
                assert!((entry - unit).abs() < 1e-14, "{i} {j} {entry}");
            }
        }
    }
}
