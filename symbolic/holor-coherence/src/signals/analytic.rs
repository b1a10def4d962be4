//! The analytic signal, its phase and its instantaneous frequency.

use std::f64::consts::PI;

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_finite};
use crate::numeric::{Fourier, largest};

use super::phase_of;
use super::segments::check_signal;

/// A real signal with its Hilbert transform as imaginary part.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalyticSignal {
    /// The samples.
    pub values: Vec<Complex64>,
}

/// The analytic signal: negative frequencies removed, positive ones doubled (Marple 1999), as `scipy.signal.hilbert`.
///
/// The signal counts as periodic: near its ends phase and amplitude are less certain. Take away the mean before
/// (a phase is about the swing around 0), and filter to a band in which the signal has one phase.
///
/// # Errors
/// Fewer than 2 samples, or samples that are not finite.
pub fn analytic_signal(x: &[f64]) -> Result<AnalyticSignal> {
    check_signal("x", x)?;
    let n = x.len();
    let mut fourier = Fourier::new(n);
    let mut values = fourier.real(x);
    for (k, value) in values.iter_mut().enumerate().skip(1) {
        if 2 * k < n {
            *value *= 2.0;
        } else if 2 * k > n {
            *value = Complex64::default();
        }
    }
    fourier.inverse(&mut values);
    Ok(AnalyticSignal { values })
}

impl AnalyticSignal {
    /// The amplitude |z| at each sample.
    #[must_use]
    pub fn envelope(&self) -> Vec<f64> {
        self.values.iter().map(|value| value.norm()).collect()
    }

    /// The phase in (-pi, pi] at each sample, in radians.
    ///
    /// # Errors
    /// A sample where the amplitude is zero, or no more than rounding: there is no phase.
    pub fn phase(&self) -> Result<Vec<f64>> {
        let envelope = self.envelope();
        let floor = 4.0 * f64::EPSILON * largest(&envelope);
        if let Some(i) = envelope.iter().position(|a| *a <= floor) {
            return Err(CoherenceError::undefined(
                "the phase",
                format!(
                    "the analytic signal is 0 at sample {i}; filter the signal to a band where it oscillates"
                ),
            ));
        }
        Ok(self.values.iter().map(|value| phase_of(*value)).collect())
    }

    /// The instantaneous frequency between neighbouring samples: the unwrapped phase differenced, times
    /// f_s / (2 pi); one value fewer than samples.
    ///
    /// # Errors
    /// As for [`AnalyticSignal::phase`], and a sampling frequency that is not positive.
    pub fn instantaneous_frequency(&self, sampling_frequency: f64) -> Result<Vec<f64>> {
        if !(sampling_frequency > 0.0 && sampling_frequency.is_finite()) {
            return Err(CoherenceError::out_of_range(
                "the sampling frequency",
                sampling_frequency,
                "positive and finite",
            ));
        }
        let phase = unwrap_phase(&self.phase()?)?;
        let factor = sampling_frequency / (2.0 * PI);
        Ok(phase.windows(2).map(|pair| (pair[1] - pair[0]) * factor).collect())
    }
}

/// A phase without jumps: where neighbours differ by pi or more, 2 pi is added as often as needed; as `numpy.unwrap`.
///
/// A difference of exactly pi keeps its sign.
///
/// # Errors
/// Entries that are not finite.
pub fn unwrap_phase(phase: &[f64]) -> Result<Vec<f64>> {
    require_finite("the phase", phase)?;
    let mut shift = 0.0;
    let mut unwrapped: Vec<f64> = phase.iter().take(1).copied().collect();
    for pair in phase.windows(2) {
        let step = pair[1] - pair[0];
        if step.abs() >= PI {
            let mut short = (step + PI).rem_euclid(2.0 * PI) - PI;
            if short == -PI && step > 0.0 {
                short = PI;
            }
            shift += short - step;
        }
        unwrapped.push(pair[1] + shift);
    }
    Ok(unwrapped)
}
