//! Ordinary differential equations by an adaptive Runge–Kutta pair with dense output.
//!
//! J. R. Dormand and P. J. Prince, "A family of embedded Runge–Kutta formulae", J. Comput. Appl. Math. 6 (1980) 19: the pair
//! 5(4) with seven stages, the last of which is the first of the next step. Dense output of order 4 and step control after
//! E. Hairer, S. P. Nørsett and G. Wanner, *Solving Ordinary Differential Equations I*, sections II.4 to II.6.

/// The right-hand side `y' = f(x, y)`: `slope(x, y, out)` fills `out` with as many numbers as `y` has.
pub type Slope<'a> = dyn FnMut(f64, &[f64], &mut [f64]) + 'a;

/// How exactly, and how far at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Error allowed in one step relative to the size of each unknown.
    pub relative: f64,
    /// Error allowed in one step besides.
    pub absolute: f64,
    /// The most steps, refused ones included.
    pub most_steps: usize,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self { relative: 1e-10, absolute: 1e-12, most_steps: 1_000_000 }
    }
}

/// Why an integration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The end of the interval was reached.
    Reached,
    /// The observer asked for it.
    Stopped,
    /// The observer found that the conditions of the chart hold no further.
    LeftChart,
    /// The observer found that what is conserved has changed.
    Inaccurate,
    /// The equation has no finite value a little further on.
    NotFinite,
    /// The step became too small to change the parameter: a singularity is near.
    StepTooSmall,
    /// The allowed number of steps was used up.
    TooManySteps,
}

/// One accepted step with everything needed to know the solution inside it.
#[derive(Debug)]
pub struct Step<'a> {
    /// The parameter at its beginning.
    pub from: f64,
    /// The parameter at its end.
    pub to: f64,
    /// The unknowns at its end.
    pub end: &'a [f64],
    dense: &'a Dense,
}

impl Step<'_> {
    /// The unknowns at a parameter within the step, to fourth order.
    pub fn at(&self, parameter: f64, out: &mut Vec<f64>) {
        let s = (parameter - self.from) / (self.to - self.from);
        let t = 1.0 - s;
        out.clear();
        out.extend(
            self.dense
                .rows
                .iter()
                .map(|[a, b, c, d, e]| a + s * (b + t * (c + s * (d + t * e)))),
        );
    }
}

/// Coefficients of the interpolating polynomial for each unknown.
#[derive(Debug, Default)]
struct Dense {
    rows: Vec<[f64; 5]>,
}

/// The abscissae of the stages.
const NODES: [f64; 7] = [0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0];

/// The weights of the earlier slopes in each stage; the last row is the step itself.
const STAGES: [&[f64]; 7] = [
    &[],
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
    &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];

/// Fifth-order minus fourth-order weights.
const ERROR: [f64; 7] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339_200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

/// The weights of the last term of the dense output.
const DENSE: [f64; 7] = [
    -12_715_105_075.0 / 11_282_082_432.0,
    0.0,
    87_487_479_700.0 / 32_700_410_799.0,
    -10_690_763_975.0 / 1_880_347_072.0,
    701_980_252_875.0 / 199_316_789_632.0,
    -1_453_857_185.0 / 822_651_844.0,
    69_997_945.0 / 29_380_423.0,
];

/// Integrates `y' = slope(x, y)` from `from` to `to`, which may lie before it, and shows every accepted step to
/// `observe`, which returns `false` to stop.
pub fn integrate(
    slope: &mut Slope<'_>,
    (from, to): (f64, f64),
    start: &[f64],
    tolerance: &Tolerance,
    observe: &mut dyn FnMut(&Step<'_>) -> bool,
) -> End {
    if from == to {
        return End::Reached;
    }
    let size = start.len();
    let direction = (to - from).signum();
    let mut x = from;
    let mut y = start.to_vec();
    let mut slopes: [Vec<f64>; 7] = std::array::from_fn(|_| vec![0.0; size]);
    let mut trial = vec![0.0; size];
    let mut dense = Dense { rows: vec![[0.0; 5]; size] };
    slope(x, &y, &mut slopes[0]);
    if !finite(&slopes[0]) {
        return End::NotFinite;
    }
    let mut step =
        first_step(slope, (x, &y, &slopes[0]), (to - from).abs(), direction, tolerance);
    let mut previous_error = 1e-4f64;
    let mut refused = false;
    for _ in 0..tolerance.most_steps {
        // A step that was taken grows again, however short it was.
        let least = 1e-14 * x.abs().max(1e-2 * (to - from).abs()).max(f64::MIN_POSITIVE);
        if step == 0.0 || refused && step < least {
            return if refused && !finite(&trial) {
                End::NotFinite
            } else {
                End::StepTooSmall
            };
        }
        let last = (to - x).abs() <= step * (1.0 + 1e-12);
        let h = if last { to - x } else { direction * step };
        for stage in 1..7 {
            for (place, value) in trial.iter_mut().enumerate() {
                let sum: f64 = STAGES[stage]
                    .iter()
                    .zip(&slopes)
                    .map(|(weight, slope)| weight * slope[place])
                    .sum();
                *value = y[place] + h * sum;
            }
            let (_, rest) = slopes.split_at_mut(stage);
            slope(x + NODES[stage] * h, &trial, &mut rest[0]);
        }
        let error = error_norm(h, &y, &trial, &slopes, tolerance);
        if !error.is_finite() {
            refused = true;
            step = 0.2 * h.abs();
            continue;
        }
        // Step control with memory of the last error (PI controller), within fixed bounds.
        let factor = 0.9 * error.max(1e-12).powf(-0.17) * previous_error.powf(0.04);
        if error > 1.0 {
            refused = true;
            step = h.abs() * factor.clamp(0.1, 0.9);
            continue;
        }
        dense.fill(h, &y, &trial, &slopes);
        let end = if last { to } else { x + h };
        let goes_on = observe(&Step { from: x, to: end, end: &trial, dense: &dense });
        x = end;
        std::mem::swap(&mut y, &mut trial);
        slopes.swap(0, 6);
        if !goes_on {
            return End::Stopped;
        }
        if last {
            return End::Reached;
        }
        let growth = factor.clamp(0.2, if refused { 1.0 } else { 5.0 });
        step = h.abs() * growth;
        previous_error = error.max(1e-4);
        refused = false;
    }
    End::TooManySteps
}

impl Dense {
    fn fill(&mut self, h: f64, y: &[f64], end: &[f64], slopes: &[Vec<f64>; 7]) {
        for (place, row) in self.rows.iter_mut().enumerate() {
            let difference = end[place] - y[place];
            let bend = h * slopes[0][place] - difference;
            let last: f64 = DENSE
                .iter()
                .zip(slopes)
                .map(|(weight, slope)| weight * slope[place])
                .sum();
            *row = [
                y[place],
                difference,
                bend,
                difference - h * slopes[6][place] - bend,
                h * last,
            ];
        }
    }
}

/// The root mean square of the error of a step in units of what is allowed; not finite where the step is not.
fn error_norm(
    h: f64,
    y: &[f64],
    end: &[f64],
    slopes: &[Vec<f64>; 7],
    tolerance: &Tolerance,
) -> f64 {
    let mut sum = 0.0;
    for (place, (a, b)) in y.iter().zip(end).enumerate() {
        let error: f64 =
            ERROR.iter().zip(slopes).map(|(weight, slope)| weight * slope[place]).sum();
        let allowed = tolerance.absolute + tolerance.relative * a.abs().max(b.abs());
        sum += (h * error / allowed).powi(2);
    }
    (sum / y.len().max(1) as f64).sqrt()
}

/// A first step that changes the slope little (Hairer, Nørsett and Wanner, section II.4).
fn first_step(
    slope: &mut Slope<'_>,
    (x, y, slope_here): (f64, &[f64], &[f64]),
    length: f64,
    direction: f64,
    tolerance: &Tolerance,
) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| {
        let mut sum = 0.0;
        for (value, size) in values.zip(y) {
            sum +=
                (value / (tolerance.absolute + tolerance.relative * size.abs())).powi(2);
        }
        (sum / y.len().max(1) as f64).sqrt()
    };
    let size = norm(&mut y.iter().copied());
    let speed = norm(&mut slope_here.iter().copied());
    let guess =
        if size < 1e-5 || speed < 1e-5 { 1e-6 } else { 0.01 * size / speed }.min(length);
    let ahead: Vec<f64> = y
        .iter()
        .zip(slope_here)
        .map(|(value, slope)| value + direction * guess * slope)
        .collect();
    let mut slope_ahead = vec![0.0; y.len()];
    slope(x + direction * guess, &ahead, &mut slope_ahead);
    let bend = norm(&mut slope_ahead.iter().zip(slope_here).map(|(a, b)| a - b)) / guess;
    let largest = speed.max(bend);
    let better = if largest <= 1e-15 {
        (guess * 1e-3).max(1e-6)
    } else {
        (0.01 / largest).powf(0.2)
    };
    let step = better.min(100.0 * guess).min(length);
    if step.is_finite() && step > 0.0 { step } else { guess }
}

fn finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{DENSE, ERROR, End, NODES, STAGES, Slope, Tolerance, integrate};

    fn solve(
        slope: &mut Slope<'_>,
        ends: (f64, f64),
        start: &[f64],
        relative: f64,
    ) -> (Vec<f64>, End) {
        let tolerance =
            Tolerance { relative, absolute: relative, ..Tolerance::default() };
        let mut last = start.to_vec();
        let end = integrate(slope, ends, start, &tolerance, &mut |step| {
            last = step.end.to_vec();
            true
        });
        (last, end)
    }

    #[test]
    fn the_table_is_consistent() {
        for (node, row) in NODES.iter().zip(STAGES) {
            assert!((row.iter().sum::<f64>() - node).abs() < 1e-13);
        }
        // Quadrature conditions Σ b cᵏ = 1/(k+1): to order 5 for the step, and the error weights kill orders up to 4.
        for k in 0..5 {
            let weights =
                STAGES[6].iter().zip(NODES).map(|(b, c)| b * c.powi(k)).sum::<f64>();
            assert!((weights - 1.0 / f64::from(k + 1)).abs() < 1e-13, "{k}");
        }
        for k in 0..4 {
            let weights =
                ERROR.iter().zip(NODES).map(|(b, c)| b * c.powi(k)).sum::<f64>();
            assert!(weights.abs() < 1e-13, "{k}");
        }
        assert!(DENSE.iter().sum::<f64>().abs() < 1e-12);
    }

    #[test]
    fn an_ellipse_closes() {
        // Kepler's problem with eccentricity 0.6 over one period.
        let mut slope = |_: f64, y: &[f64], out: &mut [f64]| {
            let cube = y[0].hypot(y[1]).powi(3);
            out.copy_from_slice(&[y[2], y[3], -y[0] / cube, -y[1] / cube]);
        };
        let start = [0.4, 0.0, 0.0, 2.0];
        let (end, why) = solve(&mut slope, (0.0, std::f64::consts::TAU), &start, 1e-12);
        assert_eq!(why, End::Reached);
        for (a, b) in end.iter().zip(start) {
            assert!((a - b).abs() < 1e-9, "{end:?}");
        }
    }

    #[test]
    fn the_error_falls_with_the_tolerance_and_backwards_works() {
        let mut slope = |x: f64, y: &[f64], out: &mut [f64]| out[0] = y[0] * x.cos();
        let exact = 3f64.sin().exp();
        for relative in [1e-6, 1e-9, 1e-12] {
            let (end, _) = solve(&mut slope, (0.0, 3.0), &[1.0], relative);
            assert!((end[0] - exact).abs() < 100.0 * relative, "{relative}");
            let (back, _) = solve(&mut slope, (3.0, 0.0), &[exact], relative);
            assert!((back[0] - 1.0).abs() < 100.0 * relative, "{relative}");
        }
    }

    #[test]
    fn dense_output_is_between_the_steps() {
        let tolerance =
            Tolerance { relative: 1e-10, absolute: 1e-10, ..Tolerance::default() };
        let mut worst = 0f64;
        let mut out = Vec::new();
        integrate(
            &mut |x, _, out| out[0] = x.cos(),
            (0.0, 10.0),
            &[0.0],
            &tolerance,
            &mut |step| {
                for k in 0..=10 {
                    let x = step.from + (step.to - step.from) * f64::from(k) / 10.0;
                    step.at(x, &mut out);
                    worst = worst.max((out[0] - x.sin()).abs());
                }
                true
            },
        );
        assert!(worst < 1e-8, "{worst}");
    }

    #[test]
    fn a_pole_ends_the_integration() {
        // y' = y² from 1 has its pole at x = 1.
        let (last, why) =
            solve(&mut |_, y, out| out[0] = y[0] * y[0], (0.0, 2.0), &[1.0], 1e-10);
        assert!(matches!(why, End::StepTooSmall | End::NotFinite), "{why:?}");
        assert!(last[0] > 1e6);
    }
}
