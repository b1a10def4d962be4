//! Cross wavelet transform and wavelet coherence of two signals, with their significance.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_equal_length, require_length};
use crate::numeric::{compensated_sum, largest, mean};

use super::distributions::product_quantile;
use super::random::CounterRandom;
use super::segments::{check_level, check_signal};
use super::wavelet::{
    Engine, RedNoise, Scales, Wavelet, WaveletOptions, red_noise, red_spectrum,
};
use super::{Plane, phase_of};

/// The cross wavelet transform of two signals.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossWavelet {
    /// Scales, periods, times, cone of influence.
    pub scales: Scales,
    /// W_x conj(W_y), scale by time; its angle is positive where x is ahead of y.
    pub values: Plane<Complex64>,
    /// Level that |W_x conj(W_y)| of independent red noises stays below with probability `confidence`, at each scale:
    /// sqrt(P_x P_y) Z / nu (Torrence and Compo 1998, eq. 31), with Z_1(0.95) = 2.182 and Z_2(0.95) = 3.999.
    pub significance: Vec<f64>,
    /// The probability.
    pub confidence: f64,
}

impl CrossWavelet {
    /// The angle of W_x conj(W_y) in radians: 0 points right for signals in phase, positive where x leads.
    #[must_use]
    pub fn phase(&self) -> Plane<f64> {
        angles(&self.values)
    }
}

/// The cross wavelet transform of two signals less their means over their standard deviations, as `pycwt.xwt`.
///
/// The level of significance follows Torrence and Compo; pycwt takes the chi-squared quantile for Z, which is too high:
/// its level at 0.8646 is that of Torrence and Compo at 0.95.
///
/// # Errors
/// Different lengths, a constant signal, errors of [`red_noise`] and of
/// [`wavelet_transform`](super::wavelet_transform).
pub fn cross_wavelet(
    x: &[f64],
    y: &[f64],
    options: &WaveletOptions,
    confidence: f64,
) -> Result<CrossWavelet> {
    check_level("the confidence", confidence)?;
    let (first, second) = standard_pair(x, y)?;
    let scales = Scales::new(x.len(), options)?;
    let mut engine = Engine::new(x.len());
    let mut transform = |x: &[f64]| {
        engine.transform(x, scales.scales.len(), |engine, row| {
            Cow::Owned(engine.daughter(scales.scales[row], options))
        })
    };
    let (a, b) = (transform(&first.values), transform(&second.values));
    let (red_x, red_y) = (red_noise(x)?, red_noise(y)?);
    let freedom = options.wavelet.degrees_of_freedom();
    let factor = product_quantile(confidence, freedom) / freedom;
    let significance = scales
        .frequencies
        .iter()
        .map(|f| {
            let at =
                |red: RedNoise| red_spectrum(red.autocorrelation, f * options.interval);
            (at(red_x) * at(red_y)).sqrt() * factor
        })
        .collect();
    Ok(CrossWavelet { scales, values: cross(&a, &b), significance, confidence })
}

/// Surrogates for the significance of wavelet coherence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveletSurrogates {
    /// Number of pairs of red noises. Default 300.
    pub count: usize,
    /// Decides the noises.
    pub seed: u64,
    /// Probability that coherence of noise stays below the level. Default 0.95.
    pub confidence: f64,
}

impl Default for WaveletSurrogates {
    fn default() -> Self {
        Self { count: 300, seed: 0, confidence: 0.95 }
    }
}

/// Wavelet coherence of two signals.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveletCoherence {
    /// Scales, periods, times, cone of influence.
    pub scales: Scales,
    /// |<W_x conj(W_y) / s>|² / (<|W_x|² / s> <|W_y|² / s>), scale by time, from 0 to 1; 0 where a signal has no power.
    pub values: Plane<f64>,
    /// Angle of W_x conj(W_y), not smoothed, in radians: 0 in phase, positive where x leads.
    pub phase: Plane<f64>,
    /// Level for each scale that coherence of independent red noises stays below, where surrogates were asked for; `None`
    /// for scales that lie inside the cone of influence throughout.
    pub significance: Option<Vec<Option<f64>>>,
    /// Row and column of the places where a signal has no power beyond rounding (2e-12 of the largest at the scale), so that
    /// coherence is 0/0.
    pub without_power: Vec<(usize, usize)>,
}

/// The wavelet coherence of two signals less their means over their standard deviations, as `pycwt.wct` (Grinsted, Moore
/// and Jevrejeva 2004).
///
/// Smoothing < >: in time with exp(-t² / (2 s²)), in scale with a boxcar of twice the decorrelation length of Morlet 6,
/// 0.6 / spacing scales to each side, zeros beyond the first and last scale. Not smoothed, coherence would be 1.
/// The signals are not detrended beyond their mean.
///
/// # Errors
/// A wavelet other than Morlet 6 (no other has a smoothing in the reference); a spacing so wide that fewer than two
/// scales are smoothed over; and as for [`cross_wavelet`].
pub fn wavelet_coherence(
    x: &[f64],
    y: &[f64],
    options: &WaveletOptions,
    surrogates: Option<WaveletSurrogates>,
) -> Result<WaveletCoherence> {
    let found = wavelet_coherence_watched(x, y, options, surrogates, &mut |_| true)?;
    found.ok_or(CoherenceError::NotConverged {
        measure: "the significance by surrogates",
        iterations: surrogates.map_or(0, |it| it.count),
    })
}

/// [`wavelet_coherence`] that can be stopped while surrogates are made: `watch` gets the share that is done after each of
/// its thread and says whether to go on; `None` where it said no.
///
/// # Errors
/// As for [`wavelet_coherence`].
pub fn wavelet_coherence_watched(
    x: &[f64],
    y: &[f64],
    options: &WaveletOptions,
    surrogates: Option<WaveletSurrogates>,
    watch: &mut dyn FnMut(f64) -> bool,
) -> Result<Option<WaveletCoherence>> {
    let smoothing = Smoothing::new(options)?;
    let (first, second) = standard_pair(x, y)?;
    let scales = Scales::new(x.len(), options)?;
    let mut engine = Engine::new(x.len());
    let filters = Filters::new(&engine, &scales.scales, options, false);
    let parts = smoothing.coherence(&mut engine, &first.values, &second.values, &filters);
    let mut values = Plane::filled(parts.cross.rows, parts.cross.columns, 0.0);
    let mut without_power = Vec::new();
    let floor = |standard: &Standard| (32.0 * f64::EPSILON * standard.largest).powi(2);
    let (floor_x, floor_y) = (floor(&first), floor(&second));
    for (i, value) in values.values.iter_mut().enumerate() {
        let (row, column) = (i / x.len(), i % x.len());
        let (power, scale) = (parts.powers.values[i], scales.scales[row]);
        // Smoothing by transforms leaves rounding of the largest power of a scale at all times.
        let least = RESOLVED * parts.peaks[row];
        if power.re > least.re.max(floor_x / scale)
            && power.im > least.im.max(floor_y / scale)
        {
            *value = ratio(&parts, i);
        } else {
            without_power.push((row, column));
        }
    }
    let significance = match surrogates {
        None => None,
        Some(surrogates) => {
            let pair = (red_noise(x)?, red_noise(y)?);
            let levels = smoothing.significance(
                pair,
                &scales.scales,
                options,
                surrogates,
                watch,
            )?;
            let Some(levels) = levels else { return Ok(None) };
            Some(levels)
        }
    };
    Ok(Some(WaveletCoherence {
        scales,
        values,
        phase: angles(&parts.raw),
        significance,
        without_power,
    }))
}

/// Smoothed powers below this share of the largest at their scale are not told from rounding: just above it coherence is
/// good to 1e-4.
const RESOLVED: f64 = 1e4 * f64::EPSILON;

fn ratio(parts: &Smoothed, i: usize) -> f64 {
    let power = parts.powers.values[i];
    if power.re > 0.0 && power.im > 0.0 {
        (parts.cross.values[i].norm_sqr() / power.re / power.im).min(1.0)
    } else {
        0.0
    }
}

/// A signal of mean 0 and standard deviation 1.
struct Standard {
    values: Vec<f64>,
    /// The largest absolute value before the mean was taken off, over the deviation: the scale of rounding.
    largest: f64,
}

fn standard_pair(x: &[f64], y: &[f64]) -> Result<(Standard, Standard)> {
    check_signal("x", x)?;
    check_signal("y", y)?;
    require_equal_length("x", x.len(), "y", y.len())?;
    Ok((standard("x", x)?, standard("y", y)?))
}

fn standard(name: &'static str, x: &[f64]) -> Result<Standard> {
    let average = mean(x);
    let centred: Vec<f64> = x.iter().map(|value| value - average).collect();
    if largest(&centred) <= 4.0 * f64::EPSILON * largest(x) {
        return Err(CoherenceError::undefined(
            "wavelet coherence",
            format!("{name} is constant"),
        ));
    }
    let deviation =
        (compensated_sum(centred.iter().map(|v| v * v)) / x.len() as f64).sqrt();
    Ok(Standard {
        values: centred.iter().map(|value| value / deviation).collect(),
        largest: largest(x) / deviation,
    })
}

fn cross(a: &Plane<Complex64>, b: &Plane<Complex64>) -> Plane<Complex64> {
    Plane {
        rows: a.rows,
        columns: a.columns,
        values: a.values.iter().zip(&b.values).map(|(p, q)| p * q.conj()).collect(),
    }
}

fn angles(values: &Plane<Complex64>) -> Plane<f64> {
    Plane {
        rows: values.rows,
        columns: values.columns,
        values: values.values.iter().map(|value| phase_of(*value)).collect(),
    }
}

/// Smoothed powers and cross spectrum, and the cross spectrum as it was.
struct Smoothed {
    /// Power of x as real part, of y as imaginary part.
    powers: Plane<Complex64>,
    /// The largest of both at each scale, smoothed over scales as the powers are.
    peaks: Vec<Complex64>,
    cross: Plane<Complex64>,
    raw: Plane<Complex64>,
}

/// The factors of each scale: kept where they are used again and again, made anew each time where they are used once.
struct Filters<'a> {
    scales: &'a [f64],
    options: &'a WaveletOptions,
    kept: Vec<(Vec<Complex64>, Vec<f64>)>,
}

impl<'a> Filters<'a> {
    fn new(
        engine: &Engine,
        scales: &'a [f64],
        options: &'a WaveletOptions,
        keep: bool,
    ) -> Self {
        let mut filters = Self { scales, options, kept: Vec::new() };
        if keep {
            filters.kept = (0..scales.len())
                .map(|row| {
                    (
                        engine.daughter(scales[row], options),
                        filters.gauss(engine, row).into_owned(),
                    )
                })
                .collect();
        }
        filters
    }

    fn daughter(&self, engine: &Engine, row: usize) -> Cow<'_, [Complex64]> {
        match self.kept.get(row) {
            Some((daughter, _)) => Cow::Borrowed(daughter),
            None => Cow::Owned(engine.daughter(self.scales[row], self.options)),
        }
    }

    /// exp(-(s w)²/2): smoothing in time by a Gaussian of the width of the scale.
    fn gauss(&self, engine: &Engine, row: usize) -> Cow<'_, [f64]> {
        if let Some((_, gauss)) = self.kept.get(row) {
            return Cow::Borrowed(gauss);
        }
        let width = self.scales[row] / self.options.interval;
        Cow::Owned(engine.table(|w| (-0.5 * (width * w).powi(2)).exp()))
    }
}

/// The smoothing operator of the Morlet wavelet.
struct Smoothing {
    /// Weights over neighbouring scales.
    weights: Vec<f64>,
}

impl Smoothing {
    fn new(options: &WaveletOptions) -> Result<Self> {
        let factors = match options.wavelet {
            Wavelet::Morlet { .. } => options.wavelet.factors(),
            Wavelet::Paul { .. } | Wavelet::GaussianDerivative { .. } => None,
        };
        let Some(factors) = factors else {
            return Err(CoherenceError::invalid(
                "the wavelet",
                "has no smoothing for coherence; use Morlet 6",
            ));
        };
        let width = 2.0 * factors.scale_decorrelation / options.spacing;
        let count = width.round_ties_even();
        if !(2.0..=1e6).contains(&count) {
            return Err(CoherenceError::out_of_range(
                "the spacing of scales",
                options.spacing,
                "at most 0.8, and not too small, for the smoothing over scales",
            ));
        }
        let count = count as usize;
        let mut weights = vec![1.0; count];
        weights[0] = 0.5;
        weights[count - 1] = 0.5;
        let total: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= total;
        }
        Ok(Self { weights })
    }

    fn coherence(
        &self,
        engine: &mut Engine,
        x: &[f64],
        y: &[f64],
        filters: &Filters<'_>,
    ) -> Smoothed {
        let mut transform = |x: &[f64]| {
            engine.transform(x, filters.scales.len(), |e, row| filters.daughter(e, row))
        };
        let (a, b) = (transform(x), transform(y));
        let raw = cross(&a, &b);
        // Both powers are real: one transform smooths them as real and imaginary part, each over its largest at the scale,
        // so that rounding of the greater does not reach the smaller.
        let columns = raw.columns;
        let mut powers = Plane::filled(raw.rows, columns, Complex64::default());
        let mut peaks = Vec::with_capacity(raw.rows);
        for (number, scale) in filters.scales.iter().enumerate() {
            let range = number * columns..(number + 1) * columns;
            let row = &mut powers.values[range.clone()];
            let mut peak = Complex64::default();
            for ((slot, p), q) in
                row.iter_mut().zip(&a.values[range.clone()]).zip(&b.values[range])
            {
                *slot = Complex64::new(p.norm_sqr() / scale, q.norm_sqr() / scale);
                peak = Complex64::new(peak.re.max(slot.re), peak.im.max(slot.im));
            }
            let over =
                |value: f64, most: f64| if most > 0.0 { value / most } else { 0.0 };
            for slot in row.iter_mut() {
                *slot = Complex64::new(over(slot.re, peak.re), over(slot.im, peak.im));
            }
            engine.filter(row, &filters.gauss(engine, number));
            for slot in row.iter_mut() {
                *slot = Complex64::new(slot.re * peak.re, slot.im * peak.im);
            }
            peaks.push(peak);
        }
        let mut cross = raw.clone();
        for (number, row) in cross.values.chunks_mut(columns).enumerate() {
            for value in row.iter_mut() {
                *value /= filters.scales[number];
            }
            engine.filter(row, &filters.gauss(engine, number));
        }
        let peaks = Plane { rows: raw.rows, columns: 1, values: peaks };
        Smoothed {
            powers: self.over_scales(&powers),
            peaks: self.over_scales(&peaks).values,
            cross: self.over_scales(&cross),
            raw,
        }
    }

    /// Smooths over neighbouring scales.
    fn over_scales(&self, plane: &Plane<Complex64>) -> Plane<Complex64> {
        let (rows, columns) = (plane.rows, plane.columns);
        let mut smoothed = Plane::filled(rows, columns, Complex64::default());
        let middle = (self.weights.len() - 1) / 2;
        for row in 0..rows {
            for (k, weight) in self.weights.iter().enumerate() {
                // Output `row` of the middle part of the full convolution takes input row + middle - k.
                let Some(source) = (row + middle).checked_sub(k).filter(|s| *s < rows)
                else {
                    continue;
                };
                let from = &plane.values[source * columns..(source + 1) * columns];
                let to = &mut smoothed.values[row * columns..(row + 1) * columns];
                for (sum, value) in to.iter_mut().zip(from) {
                    *sum += value * *weight;
                }
            }
        }
        smoothed
    }

    /// The quantile at each scale of coherence between red noises, outside the cone of influence.
    fn significance(
        &self,
        (red_x, red_y): (RedNoise, RedNoise),
        scales: &[f64],
        options: &WaveletOptions,
        surrogates: WaveletSurrogates,
        watch: &mut dyn FnMut(f64) -> bool,
    ) -> Result<Option<Vec<Option<f64>>>> {
        const BINS: usize = 1000;
        require_length("the surrogates", surrogates.count, 1)?;
        check_level("the confidence", surrogates.confidence)?;
        // So long that the largest scale is partly outside the cone.
        let most = scales.last().copied().unwrap_or(1.0) / options.interval;
        let samples = (6.0 * most).ceil().max(2.0);
        if samples > 1e7 {
            return Err(CoherenceError::out_of_range(
                "the largest scale in samples",
                most,
                "at most 1.6e6 for surrogates",
            ));
        }
        let samples = samples as usize;
        let own = WaveletOptions {
            smallest_scale: scales.first().copied(),
            octave_steps: Some(scales.len() - 1),
            ..options.clone()
        };
        let shape = Scales::new(samples, &own)?;
        let filters = Filters::new(&Engine::new(samples), scales, options, true);
        let stopped = AtomicBool::new(false);
        let count_some = |first: u64, step: u64, watch: &mut dyn FnMut(f64) -> bool| {
            let mut engine = Engine::new(samples);
            let mut counts = vec![[0_u64; BINS]; scales.len()];
            for surrogate in (first..surrogates.count as u64).step_by(step as usize) {
                if stopped.load(Ordering::Relaxed)
                    || !watch(surrogate as f64 / surrogates.count as f64)
                {
                    stopped.store(true, Ordering::Relaxed);
                    break;
                }
                let noise = |stream: u64, red: RedNoise| {
                    series(&mut CounterRandom::new(surrogates.seed, stream), red, samples)
                };
                let x = noise(2 * surrogate, red_x);
                let y = noise(2 * surrogate + 1, red_y);
                let parts = self.coherence(&mut engine, &x, &y, &filters);
                for (row, counts) in counts.iter_mut().enumerate() {
                    for (column, cone) in shape.cone.iter().enumerate() {
                        if shape.periods[row] <= *cone {
                            let value = ratio(&parts, row * samples + column);
                            counts[((value * BINS as f64) as usize).min(BINS - 1)] += 1;
                        }
                    }
                }
            }
            counts
        };
        // Each surrogate has its own stream of numbers and counts add up: the threads do not change the result.
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = threads.min(surrogates.count).min(16) as u64;
        let mut counts = vec![[0_u64; BINS]; scales.len()];
        let complete = std::thread::scope(|scope| {
            let count_some = &count_some;
            let others: Vec<_> = (1..threads)
                .map(|first| {
                    scope.spawn(move || count_some(first, threads, &mut |_| true))
                })
                .collect();
            let own = count_some(0, threads, watch);
            let parts = others.into_iter().map(|other| other.join().ok());
            std::iter::once(Some(own)).chain(parts).all(|part| {
                let Some(part) = part else { return false };
                for (sum, value) in counts.iter_mut().flatten().zip(part.iter().flatten())
                {
                    *sum += value;
                }
                true
            })
        });
        if !complete {
            return Err(CoherenceError::NotConverged {
                measure: "the significance by surrogates",
                iterations: surrogates.count,
            });
        }
        if stopped.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let level =
            |counts: &[u64; BINS]| histogram_quantile(counts, surrogates.confidence);
        Ok(Some(counts.iter().map(level).collect()))
    }
}

/// Red noise from its stationary state on.
fn series(random: &mut CounterRandom, red: RedNoise, samples: usize) -> Vec<f64> {
    let g = red.autocorrelation;
    let mut value = random.normal() / (1.0 - g * g).sqrt();
    (0..samples)
        .map(|_| {
            value = g * value + random.normal();
            value
        })
        .collect()
}

/// The quantile between the middles of the bins that are not empty.
fn histogram_quantile(counts: &[u64], confidence: f64) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return None;
    }
    let width = 1.0 / counts.len() as f64;
    let mut below = 0;
    let mut last: Option<(f64, f64)> = None;
    for (bin, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        below += count;
        let share = (below as f64 - 0.5) / total as f64;
        let middle = (bin as f64 + 0.5) * width;
        if share >= confidence {
            return Some(match last {
                Some((before, place)) => {
                    place + (middle - place) * (confidence - before) / (share - before)
                }
                None => middle,
            });
        }
        last = Some((share, middle));
    }
    last.map(|(_, place)| place)
}
