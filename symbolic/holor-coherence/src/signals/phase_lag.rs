//! Phase lag indices: measures of locking that a common source without delay does not raise.

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_equal_length, require_length};
use crate::numeric::largest;

use super::analytic::AnalyticSignal;
use super::phase_locking::check_phases;
use super::segments::{SegmentOptions, Segmentation, Segments, check_signal};

/// Phase lag of two series of phases.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseLag {
    /// |<sign sin(a - b)>|, from 0 to 1.
    pub value: f64,
    /// <sign sin(a - b)>: positive where a is ahead of b.
    pub signed: f64,
}

/// The phase lag index of two series of phases in radians (Stam, Nolte and Daffertshofer 2007).
///
/// A difference of 0 or pi counts as sign 0, also where rounding makes it nearly so (within 1e-12 radians).
///
/// # Errors
/// Fewer than 2 samples, different lengths, entries that are not finite.
pub fn phase_lag_index(a: &[f64], b: &[f64]) -> Result<PhaseLag> {
    check_phases(a, b)?;
    let sum: i64 = a
        .iter()
        .zip(b)
        .map(|(x, y)| {
            let rounding = 1e-12 + 4.0 * f64::EPSILON * x.abs().max(y.abs());
            sign((x - y).sin(), rounding)
        })
        .sum();
    let signed = sum as f64 / a.len() as f64;
    Ok(PhaseLag { value: signed.abs(), signed })
}

fn sign(value: f64, rounding: f64) -> i64 {
    if value > rounding {
        1
    } else if value < -rounding {
        -1
    } else {
        0
    }
}

/// Phase lag weighted by the imaginary part of cross spectra.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedPhaseLag {
    /// |sum Im| / sum |Im|, from 0 to 1; 0 where all imaginary parts are 0.
    pub value: f64,
    /// The same with the sign of the sum.
    pub signed: f64,
    /// Debiased estimate of the square: ((sum Im)² - sum Im²) / ((sum |Im|)² - sum Im²); may be slightly negative.
    pub debiased_square: f64,
    /// Number of samples.
    pub samples: usize,
}

/// The weighted phase lag index of cross spectra, one value per trial, segment or time (Vinck et al. 2011, eqs. 8 and 23).
///
/// Imaginary parts within rounding of the real part count as 0.
///
/// # Errors
/// Fewer than 2 values, values that are not finite.
pub fn weighted_phase_lag_index(cross_spectra: &[Complex64]) -> Result<WeightedPhaseLag> {
    require_length("the cross spectra", cross_spectra.len(), 2)?;
    let mut sums = LagSums::default();
    for (index, value) in cross_spectra.iter().enumerate() {
        if !(value.re.is_finite() && value.im.is_finite()) {
            let value = if value.re.is_finite() { value.im } else { value.re };
            return Err(CoherenceError::NotFinite {
                name: "the cross spectra",
                index,
                value,
            });
        }
        sums.add(*value, 8.0 * f64::EPSILON * value.norm());
    }
    Ok(sums.weighted(cross_spectra.len()))
}

/// The weighted phase lag index over time of two analytic signals, from x conj(y): positive where x is ahead.
///
/// # Errors
/// As for [`weighted_phase_lag_index`], and different lengths.
pub fn weighted_phase_lag_over_time(
    x: &AnalyticSignal,
    y: &AnalyticSignal,
) -> Result<WeightedPhaseLag> {
    require_equal_length("x", x.values.len(), "y", y.values.len())?;
    require_length("x", x.values.len(), 2)?;
    let size = |z: &AnalyticSignal| 16.0 * f64::EPSILON * largest(&z.envelope());
    let (rounding_x, rounding_y) = (size(x), size(y));
    let mut sums = LagSums::default();
    for (index, (a, b)) in x.values.iter().zip(&y.values).enumerate() {
        let value = a * b.conj();
        if !(value.re.is_finite() && value.im.is_finite()) {
            let value = if value.re.is_finite() { value.im } else { value.re };
            return Err(CoherenceError::NotFinite { name: "x conj(y)", index, value });
        }
        sums.add(value, a.norm() * rounding_y + b.norm() * rounding_x);
    }
    Ok(sums.weighted(x.values.len()))
}

/// Measures of phase relation across segments, at each frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseLagSpectrum {
    /// Frequencies at which both signals have power.
    pub frequencies: Vec<f64>,
    /// Phase locking value |<S / |S|>| across segments.
    pub phase_locking: Vec<f64>,
    /// Pairwise phase consistency across segments, an estimate of the square of `phase_locking` without bias.
    pub consistency: Vec<f64>,
    /// Phase lag index `|<sign Im S>|`.
    pub phase_lag: Vec<f64>,
    /// Weighted phase lag index `|<Im S>| / <|Im S|>`.
    pub weighted_phase_lag: Vec<f64>,
    /// Debiased square of the weighted phase lag index.
    pub debiased_square: Vec<f64>,
    /// Frequencies left out because a signal has no power there.
    pub without_power: Vec<f64>,
    /// How the signals were cut.
    pub segmentation: Segmentation,
}

/// Phase locking, phase lag and weighted phase lag across the segments of two signals, from S = conj(X) Y per segment.
///
/// At 0 and at half the sampling frequency S is real: phase locking is of signs alone and the lag indices are 0.
/// Segments that overlap are not independent, which the debiased square supposes: choose an overlap of 0 for it.
///
/// # Errors
/// Fewer than two segments; no frequency with power in both; and as for
/// [`power_spectrum`](super::power_spectrum).
pub fn phase_lag_spectrum(
    x: &[f64],
    y: &[f64],
    options: &SegmentOptions,
) -> Result<PhaseLagSpectrum> {
    check_signal("x", x)?;
    check_signal("y", y)?;
    require_equal_length("x", x.len(), "y", y.len())?;
    let mut segments = Segments::new(x.len(), options, 2)?;
    super::coherence::require_several(&segments.shape, x.len())?;
    let (bins, count) = (segments.bins(), segments.shape.count);
    let (floor_x, floor_y) = (segments.rounding(x), segments.rounding(y));
    let mut sums = vec![LagSums::default(); bins];
    let mut first = vec![Complex64::default(); segments.shape.transform_length];
    let mut second = first.clone();
    for segment in 0..count {
        segments.transform(x, segment, &mut first);
        segments.transform(y, segment, &mut second);
        for ((sum, a), b) in sums.iter_mut().zip(&first).zip(&second) {
            // A segment without power has no phase: it would count with that of rounding.
            if a.norm() <= floor_x || b.norm() <= floor_y {
                sum.missing = true;
                continue;
            }
            sum.add(a.conj() * b, a.norm() * floor_y + b.norm() * floor_x);
        }
    }
    let frequencies = segments.frequencies();
    let kept: Vec<(f64, &LagSums)> =
        frequencies.iter().copied().zip(&sums).filter(|(_, sum)| !sum.missing).collect();
    if kept.is_empty() {
        return Err(CoherenceError::undefined(
            "the phase lag",
            "there is no frequency at which both signals have power in every segment",
        ));
    }
    let number = count as f64;
    Ok(PhaseLagSpectrum {
        frequencies: kept.iter().map(|(frequency, _)| *frequency).collect(),
        phase_locking: kept
            .iter()
            .map(|(_, s)| (s.turned.norm() / number).min(1.0))
            .collect(),
        consistency: kept
            .iter()
            .map(|(_, s)| {
                super::phase_locking::pairwise(
                    (s.turned.norm() / number).min(1.0),
                    number,
                )
            })
            .collect(),
        phase_lag: kept
            .iter()
            .map(|(_, s)| s.signs.unsigned_abs() as f64 / number)
            .collect(),
        weighted_phase_lag: kept.iter().map(|(_, s)| s.weighted(count).value).collect(),
        debiased_square: kept
            .iter()
            .map(|(_, s)| s.weighted(count).debiased_square)
            .collect(),
        without_power: frequencies
            .iter()
            .zip(&sums)
            .filter(|(_, sum)| sum.missing)
            .map(|(frequency, _)| *frequency)
            .collect(),
        segmentation: segments.shape,
    })
}

#[derive(Debug, Clone, Default)]
struct LagSums {
    turned: Complex64,
    signs: i64,
    sum: f64,
    absolute: f64,
    square: f64,
    missing: bool,
}

impl LagSums {
    fn add(&mut self, value: Complex64, rounding: f64) {
        let size = value.norm();
        if size > 0.0 {
            self.turned += value / size;
        }
        let sign = sign(value.im, rounding);
        if sign != 0 {
            self.signs += sign;
            self.sum += value.im;
            self.absolute += value.im.abs();
            self.square += value.im * value.im;
        }
    }

    fn weighted(&self, samples: usize) -> WeightedPhaseLag {
        let signed = if self.absolute > 0.0 { self.sum / self.absolute } else { 0.0 };
        let most = self.absolute * self.absolute - self.square;
        // One imaginary part alone that is not 0 says nothing about consistency.
        let debiased_square = if most > 4.0 * f64::EPSILON * self.square {
            (self.sum * self.sum - self.square) / most
        } else {
            0.0
        };
        WeightedPhaseLag { value: signed.abs(), signed, debiased_square, samples }
    }
}
