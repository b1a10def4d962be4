//! One step of the explicit Runge–Kutta methods, and the polynomial within it.

use super::Work;
use super::dense::{Basis, Piece};
use super::options::Options;
use super::tables::{
    DOP853_DENSE, DOP853_ERROR_3, DOP853_ERROR_5, DOP853_NODES, DOP853_STAGES,
    DORMAND_PRINCE, DORMAND_PRINCE_DENSE, Pair, TSITOURAS, TSITOURAS_DENSE,
};
use super::{Method, Slope};

/// Room for the stages of one step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stages {
    /// The slopes of all stages; the first is that of the beginning.
    pub(crate) slopes: Vec<Vec<f64>>,
    /// The unknowns at the end of the step.
    pub(crate) end: Vec<f64>,
    /// The slope there.
    pub(crate) end_slope: Vec<f64>,
    /// The argument of the last stage but one, for the test of stiffness.
    before: Vec<f64>,
}

/// What a step found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    /// The error in units of what is allowed; not finite where the step is not.
    pub(crate) error: f64,
    /// An estimate of |h λ| for the dominant eigenvalue (HW IV.2), or 0.
    pub(crate) stiffness: f64,
}

/// out = y + h Σ wⱼ kⱼ, in blocks that stay in the cache.
pub(crate) fn combine(
    out: &mut [f64],
    y: &[f64],
    h: f64,
    weights: &[f64],
    slopes: &[Vec<f64>],
) {
    const BLOCK: usize = 1024;
    let mut from = 0;
    while from < y.len() {
        let to = (from + BLOCK).min(y.len());
        let part = &mut out[from..to];
        part.fill(0.0);
        for (weight, slope) in weights.iter().zip(slopes) {
            if *weight != 0.0 {
                for (value, k) in part.iter_mut().zip(&slope[from..to]) {
                    *value += weight * k;
                }
            }
        }
        for (value, start) in part.iter_mut().zip(&y[from..to]) {
            *value = start + h * *value;
        }
        from = to;
    }
}

fn root_mean_square(sum: f64, size: usize) -> f64 {
    (sum / size.max(1) as f64).sqrt()
}

impl Stages {
    fn resize(&mut self, count: usize, size: usize) {
        self.slopes.resize_with(count, Vec::new);
        for slope in &mut self.slopes {
            slope.resize(size, 0.0);
        }
        self.end.resize(size, 0.0);
        self.end_slope.resize(size, 0.0);
        self.before.resize(size, 0.0);
    }

    /// Tries one step of length `h` (with sign) from `t`, `y` with slope `slope_here`.
    pub(crate) fn attempt(
        &mut self,
        method: Method,
        slope: &mut Slope<'_>,
        (t, y, slope_here): (f64, &[f64], &[f64]),
        h: f64,
        options: &Options,
        work: &mut Work,
    ) -> Attempt {
        match method {
            Method::RungeKutta4 => self.classical(slope, (t, y, slope_here), h, work),
            Method::Dop853 => self.dop853(slope, (t, y, slope_here), h, options, work),
            Method::Tsitouras => {
                self.pair(&TSITOURAS, slope, (t, y, slope_here), h, options, work)
            }
            _ => self.pair(&DORMAND_PRINCE, slope, (t, y, slope_here), h, options, work),
        }
    }

    fn classical(
        &mut self,
        slope: &mut Slope<'_>,
        (t, y, slope_here): (f64, &[f64], &[f64]),
        h: f64,
        work: &mut Work,
    ) -> Attempt {
        self.resize(4, y.len());
        self.slopes[0].copy_from_slice(slope_here);
        for (stage, node) in [(1, 0.5), (2, 0.5), (3, 1.0)] {
            let (done, rest) = self.slopes.split_at_mut(stage);
            combine(&mut self.end, y, h, &[node], &done[stage - 1..]);
            slope(t + node * h, &self.end, &mut rest[0]);
        }
        let weights = [1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0];
        combine(&mut self.end, y, h, &weights, &self.slopes);
        slope(t + h, &self.end, &mut self.end_slope);
        work.slopes += 4;
        Attempt { error: 0.0, stiffness: 0.0 }
    }

    fn pair(
        &mut self,
        pair: &Pair,
        slope: &mut Slope<'_>,
        (t, y, slope_here): (f64, &[f64], &[f64]),
        h: f64,
        options: &Options,
        work: &mut Work,
    ) -> Attempt {
        self.resize(7, y.len());
        self.slopes[0].copy_from_slice(slope_here);
        for stage in 1..7 {
            let (done, rest) = self.slopes.split_at_mut(stage);
            combine(&mut self.end, y, h, pair.stages[stage], done);
            slope(t + pair.nodes[stage] * h, &self.end, &mut rest[0]);
            if stage == 5 {
                self.before.copy_from_slice(&self.end);
            }
        }
        work.slopes += 6;
        self.end_slope.copy_from_slice(&self.slopes[6]);
        let mut sum = 0.0;
        for (i, (a, b)) in y.iter().zip(&self.end).enumerate() {
            let mut error = 0.0;
            for (weight, slope) in pair.error.iter().zip(&self.slopes) {
                error += weight * slope[i];
            }
            sum += (h * error / options.allowed(i, a.abs().max(b.abs()))).powi(2);
        }
        let stiffness =
            h.abs() * ratio(&self.slopes[6], &self.slopes[5], &self.end, &self.before);
        Attempt { error: root_mean_square(sum, y.len()), stiffness }
    }

    fn dop853(
        &mut self,
        slope: &mut Slope<'_>,
        (t, y, slope_here): (f64, &[f64], &[f64]),
        h: f64,
        options: &Options,
        work: &mut Work,
    ) -> Attempt {
        self.resize(16, y.len());
        self.slopes[0].copy_from_slice(slope_here);
        for stage in 1..13 {
            let (done, rest) = self.slopes.split_at_mut(stage);
            combine(&mut self.end, y, h, DOP853_STAGES[stage], done);
            slope(t + DOP853_NODES[stage] * h, &self.end, &mut rest[0]);
            if stage == 11 {
                self.before.copy_from_slice(&self.end);
            }
        }
        work.slopes += 12;
        self.end_slope.copy_from_slice(&self.slopes[12]);
        let (mut third, mut fifth) = (0.0, 0.0);
        for (i, (a, b)) in y.iter().zip(&self.end).enumerate() {
            let (mut error_3, mut error_5) = (0.0, 0.0);
            for (stage, slope) in self.slopes[..12].iter().enumerate() {
                error_3 += DOP853_ERROR_3[stage] * slope[i];
                error_5 += DOP853_ERROR_5[stage] * slope[i];
            }
            let allowed = options.allowed(i, a.abs().max(b.abs()));
            third += (error_3 / allowed).powi(2);
            fifth += (error_5 / allowed).powi(2);
        }
        // HNW (II.10.17): the two estimates together behave as an estimate of order 8.
        let error = if fifth == 0.0 && third == 0.0 {
            0.0
        } else {
            h.abs() * fifth / ((fifth + 0.01 * third) * y.len().max(1) as f64).sqrt()
        };
        let stiffness =
            h.abs() * ratio(&self.slopes[12], &self.slopes[11], &self.end, &self.before);
        Attempt { error, stiffness }
    }

    /// The polynomial within the step just made.
    pub(crate) fn piece(
        &mut self,
        method: Method,
        slope: &mut Slope<'_>,
        (t, y): (f64, &[f64]),
        h: f64,
        work: &mut Work,
    ) -> Piece {
        let first = self.slopes[0].clone();
        let mut piece = Piece::hermite(t, h, (y, &first), (&self.end, &self.end_slope));
        let size = y.len();
        match method {
            Method::DormandPrince | Method::Auto => {
                for i in 0..size {
                    let mut sum = 0.0;
                    for (weight, slope) in DORMAND_PRINCE_DENSE.iter().zip(&self.slopes) {
                        sum += weight * slope[i];
                    }
                    piece.rows.push(h * sum);
                }
            }
            Method::Tsitouras => {
                piece.basis = Basis::Power;
                piece.rows.clear();
                piece.rows.extend_from_slice(y);
                for row in TSITOURAS_DENSE {
                    for i in 0..size {
                        let mut sum = 0.0;
                        for (weight, slope) in row.iter().zip(&self.slopes) {
                            sum += weight * slope[i];
                        }
                        piece.rows.push(h * sum);
                    }
                }
            }
            Method::Dop853 => {
                for stage in 13..16 {
                    let (done, rest) = self.slopes.split_at_mut(stage);
                    combine(&mut self.before, y, h, DOP853_STAGES[stage], done);
                    slope(t + DOP853_NODES[stage] * h, &self.before, &mut rest[0]);
                }
                work.slopes += 3;
                for row in DOP853_DENSE {
                    for i in 0..size {
                        let mut sum = 0.0;
                        for (weight, slope) in row.iter().zip(&self.slopes) {
                            sum += weight * slope[i];
                        }
                        piece.rows.push(h * sum);
                    }
                }
            }
            _ => {}
        }
        piece
    }
}

/// ‖a − b‖ / ‖x − y‖, or 0 where the arguments agree.
fn ratio(a: &[f64], b: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let square = |p: &[f64], q: &[f64]| -> f64 {
        p.iter().zip(q).map(|(p, q)| (p - q) * (p - q)).sum()
    };
    let below = square(x, y);
    if below > 0.0 { (square(a, b) / below).sqrt() } else { 0.0 }
}
