//! The length of the first step and of the next.

use super::options::Options;
use super::{Slope, Work};

/// A first step that changes the slope little (HNW, section II.4), and whether the limit `most` was felt in finding it.
pub(crate) fn first_step(
    slope: &mut Slope<'_>,
    (t, y, slope_here): (f64, &[f64], &[f64]),
    (most, direction): (f64, f64),
    order: f64,
    options: &Options,
    work: &mut Work,
) -> (f64, bool) {
    let norm = |values: &mut dyn Iterator<Item = f64>| {
        let mut sum = 0.0;
        for (i, (value, size)) in values.zip(y).enumerate() {
            sum += (value / options.allowed(i, size.abs())).powi(2);
        }
        (sum / y.len().max(1) as f64).sqrt()
    };
    let size = norm(&mut y.iter().copied());
    let speed = norm(&mut slope_here.iter().copied());
    let free = if size < 1e-5 || speed < 1e-5 { 1e-6 } else { 0.01 * size / speed };
    let guess = free.min(most).min(options.longest_step);
    let ahead: Vec<f64> =
        y.iter().zip(slope_here).map(|(y, f)| y + direction * guess * f).collect();
    let mut slope_ahead = vec![0.0; y.len()];
    slope(t + direction * guess, &ahead, &mut slope_ahead);
    work.slopes += 1;
    let bend = norm(&mut slope_ahead.iter().zip(slope_here).map(|(a, b)| a - b)) / guess;
    let largest = speed.max(bend);
    let better = if largest <= 1e-15 {
        (guess * 1e-3).max(1e-6)
    } else {
        (0.01 / largest).powf(1.0 / order)
    };
    let step = better.min(100.0 * guess).min(options.longest_step);
    let step = if step.is_finite() && step > 0.0 { step } else { guess };
    (step, free > most)
}

/// The factor from this step to the next, with memory of the last error (PI controller, HNW section IV.2).
pub(crate) fn factor(error: f64, previous: f64, order: f64) -> f64 {
    let memory = if order > 6.0 { 0.02 } else { 0.04 };
    0.9 * error.max(1e-12).powf(-(1.0 / order - 0.75 * memory)) * previous.powf(memory)
}
