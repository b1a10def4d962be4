//! Coherence in time: g1, coherence time, line shapes, visibility, and g2 of intensities and photon counts.

use std::f64::consts::{LN_2, PI, TAU};

use super::grid::fourier;
use crate::error::{require_finite, require_length};
use crate::quantum::linear::require_finite_complex;
use crate::{CoherenceError, Complex64, Result};

/// How a mean over lagged products of N samples is normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LagNormalization {
    /// By N − lag, the number of products: no bias, more noise at long lags.
    Unbiased,
    /// By N: |g1| never exceeds 1, and falls to 0 as 1 − lag/N.
    Biased,
}

/// Σ_t a*(t) b(t + lag) for lags 0 to `last`, by a padded transform.
pub(crate) fn lagged_sums(
    a: &[Complex64],
    b: &[Complex64],
    last: usize,
) -> Vec<Complex64> {
    let length = (a.len() + last + 1).next_power_of_two();
    let zero = Complex64::new(0.0, 0.0);
    let padded = |v: &[Complex64]| {
        let mut p = v.to_vec();
        p.resize(length, zero);
        fourier(&mut p, &[length], false);
        p
    };
    let mut product: Vec<Complex64> =
        padded(a).iter().zip(padded(b)).map(|(x, y)| x.conj() * y).collect();
    fourier(&mut product, &[length], true);
    let real = a.iter().chain(b).all(|z| z.im == 0.0);
    let sums = product.iter().take(last + 1).map(|z| z / length as f64);
    // What rounding leaves beside real sums is none of theirs.
    sums.map(|z| if real { z.re.into() } else { z }).collect()
}

/// A correlation at lags 0, dt, 2dt, ….
#[derive(Debug, Clone, PartialEq)]
pub struct LaggedCorrelation<V> {
    /// Lags τ, in the unit of the sampling interval.
    pub lags: Vec<f64>,
    /// The values.
    pub values: Vec<V>,
}

fn require_record(
    name: &'static str,
    length: usize,
    interval: f64,
    last: usize,
) -> Result<()> {
    require_length(name, length, 1)?;
    if !(interval > 0.0 && interval.is_finite()) {
        return Err(CoherenceError::out_of_range(
            "the sampling interval",
            interval,
            "positive",
        ));
    }
    if last >= length {
        return Err(CoherenceError::out_of_range(
            "the largest lag",
            last as f64,
            format!("below the number of samples, {length}"),
        ));
    }
    Ok(())
}

fn divisor(normalization: LagNormalization, length: usize, lag: usize) -> f64 {
    match normalization {
        LagNormalization::Unbiased => (length - lag) as f64,
        LagNormalization::Biased => length as f64,
    }
}

/// First-order coherence g1(τ) = ⟨E*(t) E(t+τ)⟩/⟨|E|²⟩ of records of a complex field (Loudon 2000, chapter 3; Mandel & Wolf
/// 1995, section 4.3), averaged over the records. The mean is not subtracted.
///
/// For E ∝ e^{−iωt} the phase of g1 is −ωτ.
///
/// # Errors
/// Without records, for records of different lengths or not finite, a largest lag that is not below the length, an
/// interval that is not positive, and for a field of intensity 0.
pub fn g1(
    records: &[Vec<Complex64>],
    interval: f64,
    largest_lag: usize,
    normalization: LagNormalization,
) -> Result<LaggedCorrelation<Complex64>> {
    require_length("the list of records", records.len(), 1)?;
    let n = records[0].len();
    require_record("the record", n, interval, largest_lag)?;
    let mut sums = vec![Complex64::new(0.0, 0.0); largest_lag + 1];
    let mut intensity = 0.0;
    for record in records {
        crate::error::require_equal_length(
            "the first record",
            n,
            "another",
            record.len(),
        )?;
        require_finite_complex("the record", record)?;
        intensity += record.iter().map(Complex64::norm_sqr).sum::<f64>();
        for (sum, z) in sums.iter_mut().zip(lagged_sums(record, record, largest_lag)) {
            *sum += z;
        }
    }
    if intensity == 0.0 {
        return Err(CoherenceError::undefined("g1", "the intensity is 0"));
    }
    let mean = intensity / n as f64;
    let values = sums
        .iter()
        .enumerate()
        .map(|(lag, z)| z / (divisor(normalization, n, lag) * mean))
        .collect();
    Ok(LaggedCorrelation { lags: lag_axis(interval, largest_lag), values })
}

fn lag_axis(interval: f64, last: usize) -> Vec<f64> {
    (0..=last).map(|k| k as f64 * interval).collect()
}

/// A coherence time from samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoherenceTime {
    /// τ_c.
    pub time: f64,
    /// |g1|² at the last lag: where it is not small the integral is cut off and τ_c too short.
    pub tail: f64,
}

/// Coherence time τ_c = ∫ |g1(τ)|² dτ over all τ from −∞ to ∞ (Mandel & Wolf 1995, section 4.3.3), from g1 at lags 0, dt, …, by
/// the trapezoidal rule, with g1(−τ) = g1(τ)*.
///
/// # Errors
/// For fewer than 2 lags, entries that are not finite, an interval that is not positive, or |g1(0)| other than 1.
pub fn coherence_time(g1: &[Complex64], interval: f64) -> Result<CoherenceTime> {
    require_length("g1", g1.len(), 2)?;
    require_record("g1", g1.len(), interval, 0)?;
    require_finite_complex("g1", g1)?;
    let start = g1[0].norm();
    if (start - 1.0).abs() > 1e-6 {
        return Err(CoherenceError::out_of_range("|g1(0)|", start, "1; divide by it"));
    }
    let squares: Vec<f64> = g1.iter().map(Complex64::norm_sqr).collect();
    let tail = squares[squares.len() - 1];
    let sum: f64 = squares.iter().sum();
    Ok(CoherenceTime { time: 2.0 * interval * (sum - 0.5 * (squares[0] + tail)), tail })
}

/// Spectral lines with closed forms for g1 (Saleh & Teich 2007, section 11.1). Widths in Hz, of the frequency ν.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LineShape {
    /// exp(−4 ln 2 (ν−ν₀)²/Δν²).
    Gaussian {
        /// Full width at half maximum Δν.
        width: f64,
    },
    /// 1/(1 + 4(ν−ν₀)²/Δν²).
    Lorentzian {
        /// Full width at half maximum Δν.
        width: f64,
    },
    /// Constant over Δν, 0 elsewhere.
    Rectangular {
        /// Full width Δν.
        width: f64,
    },
}

impl LineShape {
    fn width(self) -> Result<f64> {
        let (Self::Gaussian { width }
        | Self::Lorentzian { width }
        | Self::Rectangular { width }) = self;
        if !(width > 0.0 && width.is_finite()) {
            return Err(CoherenceError::out_of_range(
                "the line width",
                width,
                "positive",
            ));
        }
        Ok(width)
    }

    /// g1(τ) of a line at frequency ν₀: e^{−2πiν₀τ} times exp(−(πΔντ)²/(4 ln 2)), exp(−πΔν|τ|) or sin(πΔντ)/(πΔντ).
    ///
    /// # Errors
    /// Where the width is not positive, or another parameter not finite.
    pub fn g1(self, center: f64, delay: f64) -> Result<Complex64> {
        require_finite("the line's centre and delay", &[center, delay])?;
        let x = PI * self.width()? * delay;
        let size = match self {
            Self::Gaussian { .. } => (-x * x / (4.0 * LN_2)).exp(),
            Self::Lorentzian { .. } => (-x.abs()).exp(),
            Self::Rectangular { .. } => sinc(x),
        };
        Ok(Complex64::from_polar(1.0, -TAU * center * delay) * size)
    }

    /// Coherence time ∫|g1|² dτ: √(2 ln 2/π)/Δν = 0.664/Δν, 1/(πΔν) = 0.318/Δν, 1/Δν.
    ///
    /// # Errors
    /// Where the width is not positive.
    pub fn coherence_time(self) -> Result<f64> {
        let width = self.width()?;
        Ok(match self {
            Self::Gaussian { .. } => (2.0 * LN_2 / PI).sqrt() / width,
            Self::Lorentzian { .. } => 1.0 / (PI * width),
            Self::Rectangular { .. } => 1.0 / width,
        })
    }
}

/// sin x/x, 1 at 0.
pub(crate) fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-4 { 1.0 - x * x / 6.0 } else { x.sin() / x }
}

/// Visibility (I_max − I_min)/(I_max + I_min) of fringes, from their intensities (Michelson).
///
/// # Errors
/// Without intensities, where one is negative or not finite, and where all are 0.
pub fn visibility(intensities: &[f64]) -> Result<f64> {
    require_intensities(intensities)?;
    let most = intensities.iter().copied().fold(0.0, f64::max);
    let least = intensities.iter().copied().fold(f64::INFINITY, f64::min);
    if most == 0.0 {
        return Err(CoherenceError::undefined("visibility", "the intensity is 0"));
    }
    Ok((most - least) / (most + least))
}

/// Visibility of two beams, 2√(I₁I₂)/(I₁+I₂) |γ| (Born & Wolf 1999, section 10.3).
///
/// # Errors
/// Where an intensity is negative, both are 0, or |γ| is not between 0 and 1.
pub fn beam_visibility(first: f64, second: f64, degree: f64) -> Result<f64> {
    require_intensities(&[first, second])?;
    if !(0.0..=1.0).contains(&degree) {
        return Err(CoherenceError::out_of_range(
            "the degree of coherence",
            degree,
            "between 0 and 1",
        ));
    }
    if first + second == 0.0 {
        return Err(CoherenceError::undefined("visibility", "the intensity is 0"));
    }
    Ok(2.0 * first.sqrt() * second.sqrt() / (first + second) * degree)
}

fn require_intensities(intensities: &[f64]) -> Result<()> {
    require_length("the intensities", intensities.len(), 1)?;
    require_finite("the intensities", intensities)?;
    match intensities.iter().position(|&i| i < 0.0) {
        Some(place) => Err(CoherenceError::invalid(
            "the intensity",
            format!("[{place}] is {}; it must not be negative", intensities[place]),
        )),
        None => Ok(()),
    }
}

/// Second-order coherence g2(τ) = ⟨I(t) I(t+τ)⟩/⟨I⟩² of a classical intensity, with the mean over the whole record below
/// (Loudon 2000, section 3.7). At τ = 0 it holds the shot noise of a detector; for photon counts see [`g2_of_counts`].
///
/// # Errors
/// Without intensities, where one is negative or not finite, where all are 0, and for lags and intervals as [`g1`].
pub fn g2(
    intensities: &[f64],
    interval: f64,
    largest_lag: usize,
    normalization: LagNormalization,
) -> Result<LaggedCorrelation<f64>> {
    require_record("the intensities", intensities.len(), interval, largest_lag)?;
    require_intensities(intensities)?;
    let n = intensities.len();
    let mean = intensities.iter().sum::<f64>() / n as f64;
    if mean == 0.0 || !mean.is_finite() {
        return Err(CoherenceError::undefined(
            "g2",
            format!("the mean intensity is {mean}"),
        ));
    }
    let scaled: Vec<Complex64> =
        intensities.iter().map(|i| Complex64::new(i / mean, 0.0)).collect();
    let values = lagged_sums(&scaled, &scaled, largest_lag)
        .iter()
        .enumerate()
        .map(|(lag, z)| z.re / divisor(normalization, n, lag))
        .collect();
    Ok(LaggedCorrelation { lags: lag_axis(interval, largest_lag), values })
}

/// g2 of photon counts and their statistics.
#[derive(Debug, Clone, PartialEq)]
pub struct CountStatistics {
    /// Mean count.
    pub mean: f64,
    /// Variance, with ddof 0.
    pub variance: f64,
    /// Mandel's Q = variance/mean − 1; negative below the shot noise.
    pub mandel_q: f64,
    /// g2 at lags 0, 1, … bins: ⟨n(n−1)⟩/⟨n⟩² at 0, ⟨n(t) n(t+lag)⟩/⟨n⟩² beyond.
    pub g2: Vec<f64>,
}

/// g2 of photon counts in equal bins (Loudon 2000, section 6.6): at lag 0 the factorial moment, so that the shot noise does
/// not count. Lagged means divide by the number of products.
///
/// # Errors
/// Without counts, where none was counted, and for a lag that is not below the number of bins.
pub fn g2_of_counts(counts: &[u64], largest_lag: usize) -> Result<CountStatistics> {
    require_record("the counts", counts.len(), 1.0, largest_lag)?;
    let n = counts.len() as f64;
    let mean = counts.iter().map(|&c| c as f64).sum::<f64>() / n;
    if mean == 0.0 {
        return Err(CoherenceError::undefined("g2", "no photon was counted; it is 0/0"));
    }
    let variance = counts.iter().map(|&c| (c as f64 - mean).powi(2)).sum::<f64>() / n;
    let pairs = counts.iter().map(|&c| c as f64 * (c as f64 - 1.0)).sum::<f64>()
        / (n * mean * mean);
    let scaled: Vec<Complex64> =
        counts.iter().map(|&c| Complex64::new(c as f64 / mean, 0.0)).collect();
    let mut g2: Vec<f64> = lagged_sums(&scaled, &scaled, largest_lag)
        .iter()
        .enumerate()
        .map(|(lag, z)| z.re / (n - lag as f64))
        .collect();
    g2[0] = pairs;
    Ok(CountStatistics { mean, variance, mandel_q: variance / mean - 1.0, g2 })
}

#[cfg(test)]
mod tests {
    use super::super::grid::tests::{close, noise, random_field};
    use super::*;

    #[test]
    fn g1_is_the_sum_over_products() {
        let a = random_field(37, 7);
        let b = random_field(37, 8);
        let power: f64 = a.iter().chain(&b).map(Complex64::norm_sqr).sum();
        for (kind, biased) in
            [(LagNormalization::Biased, true), (LagNormalization::Unbiased, false)]
        {
            let found = g1(&[a.clone(), b.clone()], 0.5, 36, kind).unwrap();
            for (lag, z) in found.values.iter().enumerate() {
                let mut sum = Complex64::new(0.0, 0.0);
                for t in 0..37 - lag {
                    sum += a[t].conj() * a[t + lag] + b[t].conj() * b[t + lag];
                }
                let count = if biased { 37 } else { 37 - lag } as f64;
                assert!((z - sum / (power / 37.0) / count).norm() < 1e-13);
                close(found.lags[lag], 0.5 * lag as f64);
            }
        }
        let wave: Vec<Complex64> =
            (0..50).map(|t| Complex64::from_polar(2.0, -0.3 * f64::from(t))).collect();
        let found = g1(&[wave], 1.0, 20, LagNormalization::Unbiased).unwrap();
        for (lag, z) in found.values.iter().enumerate() {
            assert!((z - Complex64::from_polar(1.0, -0.3 * lag as f64)).norm() < 1e-13);
        }
    }

    #[test]
    fn each_line_shape_is_the_transform_of_its_line() {
        // Trapezoidal transform of the spectrum, a second way to the closed form.
        let (width, center) = (0.7, 3.0);
        let spectrum = |shape: LineShape, f: f64| match shape {
            LineShape::Gaussian { .. } => (-4.0 * LN_2 * f * f / (width * width)).exp(),
            LineShape::Lorentzian { .. } => 1.0 / (1.0 + 4.0 * f * f / (width * width)),
            LineShape::Rectangular { .. } => f64::from(u8::from(f.abs() < 0.5 * width)),
        };
        for (shape, span, tolerance) in [
            (LineShape::Gaussian { width }, 4.0, 1e-9),
            (LineShape::Lorentzian { width }, 200.0, 4e-3),
            (LineShape::Rectangular { width }, 0.35, 1e-4),
        ] {
            let delay = 0.9;
            let steps = 100_000;
            let h = 2.0 * span / f64::from(steps);
            let (mut sum, mut total) = (Complex64::new(0.0, 0.0), 0.0);
            for k in 0..steps {
                let f = -span + h * (f64::from(k) + 0.5);
                let s = spectrum(shape, f);
                sum += Complex64::from_polar(s, -TAU * (center + f) * delay);
                total += s;
            }
            let found = shape.g1(center, delay).unwrap();
            assert!((found - sum / total).norm() < tolerance, "{shape:?}");
        }
    }

    #[test]
    fn coherence_times_agree_with_the_integral() {
        for (shape, tolerance) in [
            (LineShape::Gaussian { width: 2.0 }, 1e-9),
            (LineShape::Lorentzian { width: 2.0 }, 2e-5),
            (LineShape::Rectangular { width: 2.0 }, 2e-3),
        ] {
            let samples: Vec<Complex64> = (0..30_000)
                .map(|k| shape.g1(5.0, 1e-3 * f64::from(k)).unwrap())
                .collect();
            let found = coherence_time(&samples, 1e-3).unwrap();
            let exact = shape.coherence_time().unwrap();
            assert!((found.time / exact - 1.0).abs() < tolerance);
            assert!(found.tail < 1e-4);
        }
        // The factors that textbooks print: 0.664, 0.318 and 1.
        let factor = LineShape::Gaussian { width: 1.0 }.coherence_time().unwrap();
        assert!((factor - 0.664).abs() < 5e-4);
        assert!(LineShape::Lorentzian { width: 0.0 }.coherence_time().is_err());
        assert!(coherence_time(&[Complex64::new(2.0, 0.0); 3], 1.0).is_err());
    }

    #[test]
    fn fringes_have_the_visibility_of_their_degree() {
        let (a, b, degree) = (3.0f64, 1.5f64, 0.6);
        let fringes: Vec<f64> = (0..100)
            .map(|k| {
                a + b + 2.0 * (a * b).sqrt() * degree * (TAU * f64::from(k) / 100.0).cos()
            })
            .collect();
        close(visibility(&fringes).unwrap(), beam_visibility(a, b, degree).unwrap());
        close(visibility(&[2.0, 0.0]).unwrap(), 1.0);
        assert!(visibility(&[0.0]).is_err());
        assert!(visibility(&[1.0, -1.0]).unwrap_err().to_string().contains("[1] is -1"));
        assert!(beam_visibility(1.0, 1.0, 1.1).is_err());
    }

    #[test]
    fn g2_of_known_light() {
        let steady = g2(&[4.0; 30], 1.0, 10, LagNormalization::Unbiased).unwrap();
        for v in steady.values {
            close(v, 1.0);
        }
        // I = 1 + cos: g2 = 1 + cos(ωτ)/2, over whole periods by the biased sum of a long record.
        let n = 20_000;
        let i: Vec<f64> =
            (0..n).map(|t| 1.0 + (TAU * f64::from(t) / 50.0).cos()).collect();
        let found = g2(&i, 1.0, 100, LagNormalization::Unbiased).unwrap();
        for (lag, v) in found.values.iter().enumerate() {
            let expected = 1.0 + 0.5 * (TAU * lag as f64 / 50.0).cos();
            assert!((v - expected).abs() < 1e-2);
        }
        // Chaotic light by the sum of many emitters: g2(0) = 2 − 1/m.
        let mut seed = 6;
        let m = 10;
        let chaotic: Vec<f64> = (0..20_000)
            .map(|_| {
                (0..m)
                    .map(|_| {
                        Complex64::from_polar(
                            1.0,
                            std::f64::consts::PI * noise(&mut seed),
                        )
                    })
                    .sum::<Complex64>()
                    .norm_sqr()
            })
            .collect();
        let found = g2(&chaotic, 1.0, 1, LagNormalization::Unbiased).unwrap();
        assert!((found.values[0] - 1.9).abs() < 0.05);
        assert!((found.values[1] - 1.0).abs() < 0.05);
        assert!(g2(&[0.0; 3], 1.0, 1, LagNormalization::Biased).is_err());
        assert!(g2(&[1.0; 3], 1.0, 3, LagNormalization::Biased).is_err());
        assert!(g2(&[1.0; 3], 0.0, 1, LagNormalization::Biased).is_err());
    }

    #[test]
    fn counts_use_the_factorial_moment() {
        // One photon a bin: a number state, g2 = 0 and Q = −1.
        let one = g2_of_counts(&[1; 20], 2).unwrap();
        close(one.g2[0], 0.0);
        close(one.g2[1], 1.0);
        close(one.mandel_q, -1.0);
        let c = g2_of_counts(&[0, 2, 1, 3], 1).unwrap();
        close(c.g2[0], (2.0 + 6.0) / 4.0 / (1.5 * 1.5));
        close(c.g2[1], (0.0 + 2.0 + 3.0) / 3.0 / (1.5 * 1.5));
        assert!(g2_of_counts(&[0, 0], 0).is_err());
        assert!(g2_of_counts(&[], 0).is_err());
    }
}
