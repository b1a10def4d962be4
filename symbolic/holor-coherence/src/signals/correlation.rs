//! Cross-correlation of two signals over lags.

use crate::error::{CoherenceError, Result, require_finite, require_length};
use crate::numeric::{Fourier, largest, mean};

use super::segments::check_signal;

/// How a cross-correlation is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CorrelationScale {
    /// Sums of products of the signals as they are: `scipy.signal.correlate`.
    Raw,
    /// Means taken away; the sum at each lag divided by the number of samples (of the longer signal).
    Biased,
    /// Means taken away; the sum at each lag divided by the number of products in it.
    Unbiased,
    /// Means taken away, divided by sqrt(sum x² sum y²): from -1 to 1, 1 at lag 0 for a signal with itself.
    #[default]
    Coefficient,
}

/// Cross-correlation over lags.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossCorrelation {
    /// Lags in samples, from -(M - 1) to N - 1 for N samples of x and M of y: `scipy.signal.correlation_lags`.
    pub lags: Vec<i64>,
    /// sum_n x_(n + lag) y_n, scaled. If x is y delayed by d samples, the largest value is at lag d.
    pub values: Vec<f64>,
    /// For coefficients: the level that |value| stays below with probability 0.95 for independent white signals,
    /// 1.96 / sqrt(N), N the length of the shorter one.
    pub significance: Option<f64>,
}

impl CrossCorrelation {
    /// The lag and the value of the largest absolute correlation; the first of equal ones.
    #[must_use]
    pub fn strongest(&self) -> Option<(i64, f64)> {
        self.lags
            .iter()
            .copied()
            .zip(self.values.iter().copied())
            .reduce(|best, next| if next.1.abs() > best.1.abs() { next } else { best })
    }
}

/// The cross-correlation of two signals, which may differ in length, at all lags.
///
/// # Errors
/// An empty signal, samples that are not finite; for coefficients a signal that is constant.
pub fn cross_correlation(
    x: &[f64],
    y: &[f64],
    scale: CorrelationScale,
) -> Result<CrossCorrelation> {
    require_length("x", x.len(), 1)?;
    require_length("y", y.len(), 1)?;
    for (name, signal) in [("x", x), ("y", y)] {
        // A single sample is a signal here, and nowhere else.
        if signal.len() == 1 {
            require_finite(name, signal)?;
        } else {
            check_signal(name, signal)?;
        }
    }
    let centre = |signal: &[f64]| -> Vec<f64> {
        let average = if scale == CorrelationScale::Raw { 0.0 } else { mean(signal) };
        signal.iter().map(|value| value - average).collect()
    };
    let (first, second) = (centre(x), centre(y));
    let mut values = products(&first, &second);
    let lags: Vec<i64> = (1 - y.len() as i64..x.len() as i64).collect();
    match scale {
        CorrelationScale::Raw => {}
        CorrelationScale::Biased => {
            let count = x.len().max(y.len()) as f64;
            values.iter_mut().for_each(|value| *value /= count);
        }
        CorrelationScale::Unbiased => {
            for (value, lag) in values.iter_mut().zip(&lags) {
                let start = (*lag).max(0);
                let end = (x.len() as i64).min(y.len() as i64 + lag);
                *value /= (end - start) as f64;
            }
        }
        CorrelationScale::Coefficient => {
            let mut norm = 1.0;
            for (name, signal, raw) in [("x", &first, x), ("y", &second, y)] {
                let floor = 4.0 * f64::EPSILON * largest(raw);
                if signal.iter().all(|value| value.abs() <= floor) {
                    return Err(CoherenceError::undefined(
                        "the correlation coefficient",
                        format!("{name} is constant"),
                    ));
                }
                norm *= signal.iter().map(|value| value * value).sum::<f64>().sqrt();
            }
            values.iter_mut().for_each(|value| *value = (*value / norm).clamp(-1.0, 1.0));
        }
    }
    let significance = (scale == CorrelationScale::Coefficient)
        .then(|| 1.959_963_984_540_054 / (x.len().min(y.len()) as f64).sqrt());
    Ok(CrossCorrelation { lags, values, significance })
}

/// sum_n x_(n + lag) y_n at each lag: directly for short signals, by transforms for long ones.
fn products(x: &[f64], y: &[f64]) -> Vec<f64> {
    let total = x.len() + y.len() - 1;
    if x.len().min(y.len()) <= 64 {
        let mut values = vec![0.0; total];
        for (i, a) in x.iter().enumerate() {
            for (j, b) in y.iter().enumerate() {
                values[i + y.len() - 1 - j] += a * b;
            }
        }
        return values;
    }
    let mut fourier = Fourier::new(fast_length(total));
    let (mut a, b) = (fourier.real(x), fourier.real(y));
    for (left, right) in a.iter_mut().zip(&b) {
        *left *= right.conj();
    }
    fourier.inverse(&mut a);
    let (negative, length) = (y.len() - 1, a.len());
    (0..total).map(|i| a[(i + length - negative) % length].re).collect()
}

/// The least length of the form 2^k or 3 2^k that holds `total` values.
fn fast_length(total: usize) -> usize {
    let power = total.next_power_of_two();
    if power / 4 * 3 >= total { power / 4 * 3 } else { power }
}
