//! Phase locking of two or more signals: mean resultant length, its significance, windows, entropy index.

use std::f64::consts::PI;

use crate::Complex64;
use crate::error::{
    CoherenceError, Result, require_equal_length, require_finite, require_length,
};
use crate::numeric::{compensated_sum, mean};

use super::analytic::analytic_signal;
use super::random::CounterRandom;
use super::segments::check_signal;
use super::{Plane, phase_of};

/// Phase locking of two series of phases.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseLocking {
    /// |<exp i (n a - m b)>|, from 0 to 1.
    pub value: f64,
    /// The mean of n a - m b in (-pi, pi], in radians; without meaning where `value` is 0.
    pub mean_phase: f64,
    /// Probability of a value at least this large for independent uniform phase differences (Rayleigh's test, Zar 1999,
    /// eq. 27.4). Neighbouring samples of a filtered signal are not independent: use [`phase_locking_surrogates`], or
    /// phases from separate trials.
    pub rayleigh_probability: f64,
    /// Number of samples.
    pub samples: usize,
}

/// The n:m phase locking value of two series of phases in radians (Lachaux et al. 1999, n = m = 1; Tass et al. 1998).
///
/// `a` and `b` may be wrapped or not. For n = m = 1 this is the mean phase coherence of Mormann et al. 2000.
///
/// # Errors
/// Fewer than 2 samples, different lengths, entries that are not finite, n or m of 0.
pub fn phase_locking_value(a: &[f64], b: &[f64], n: u32, m: u32) -> Result<PhaseLocking> {
    check_phases(a, b)?;
    check_ratio(n, m)?;
    Ok(locking(&differences(a, b, n, m)))
}

/// The pairwise phase consistency (N PLV² - 1)/(N - 1) of n a - m b: the mean of cos(d_j - d_k) over pairs of samples.
///
/// An estimate of PLV² without bias, from -1/(N - 1) to 1 (Vinck et al., NeuroImage 51 (2010) 112).
///
/// # Errors
/// As for [`phase_locking_value`].
pub fn pairwise_phase_consistency(a: &[f64], b: &[f64], n: u32, m: u32) -> Result<f64> {
    let value = phase_locking_value(a, b, n, m)?.value;
    Ok(pairwise(value, a.len() as f64))
}

/// The pairwise consistency of a phase locking value of `number` samples.
pub(super) fn pairwise(value: f64, number: f64) -> f64 {
    (number * value * value - 1.0) / (number - 1.0)
}

/// The 1:1 phase locking of the Hilbert phases of two signals, means taken away: the mean phase coherence (Mormann et al.
/// 2000).
///
/// The signals should hold one rhythm: filter them to a band before.
///
/// # Errors
/// As for [`phase_locking_value`], and a signal whose analytic signal is 0 somewhere, such as a constant one.
pub fn mean_phase_coherence(x: &[f64], y: &[f64]) -> Result<PhaseLocking> {
    require_equal_length("x", x.len(), "y", y.len())?;
    phase_locking_value(&hilbert_phase(x)?, &hilbert_phase(y)?, 1, 1)
}

/// The phase in radians of the analytic signal of a signal less its mean.
///
/// # Errors
/// As for [`analytic_signal`], and a signal whose analytic signal is 0 somewhere, such as a constant one.
pub fn hilbert_phase(x: &[f64]) -> Result<Vec<f64>> {
    check_signal("the signal", x)?;
    let average = mean(x);
    let centred: Vec<f64> = x.iter().map(|value| value - average).collect();
    let floor = 4.0 * f64::EPSILON * crate::numeric::largest(x);
    if centred.iter().all(|value| value.abs() <= floor) {
        return Err(CoherenceError::undefined("the phase", "the signal is constant"));
    }
    analytic_signal(&centred)?.phase()
}

/// The phase locking values of all pairs of channels: a symmetric matrix with ones on the diagonal.
///
/// Each channel is a series of phases in radians.
///
/// # Errors
/// As for [`phase_locking_value`]; no channels.
pub fn phase_locking_matrix(channels: &[&[f64]]) -> Result<Plane<f64>> {
    require_length("the channels", channels.len(), 1)?;
    for channel in channels {
        check_phases(channels[0], channel)?;
    }
    let count = channels.len();
    let turned: Vec<Vec<Complex64>> = channels
        .iter()
        .map(|channel| {
            channel.iter().map(|phase| Complex64::from_polar(1.0, *phase)).collect()
        })
        .collect();
    let mut matrix = Plane::filled(count, count, 1.0);
    for i in 0..count {
        for j in 0..i {
            let sum: Complex64 =
                turned[i].iter().zip(&turned[j]).map(|(a, b)| a * b.conj()).sum();
            let value = (sum.norm() / channels[0].len() as f64).min(1.0);
            matrix.values[i * count + j] = value;
            matrix.values[j * count + i] = value;
        }
    }
    Ok(matrix)
}

/// Phase locking in windows that move along the signals.
#[derive(Debug, Clone, PartialEq)]
pub struct SlidingPhaseLocking {
    /// Middle of each window, in samples from the first.
    pub centres: Vec<f64>,
    /// Phase locking value in each window.
    pub values: Vec<f64>,
    /// Mean phase difference in each window, in radians.
    pub mean_phases: Vec<f64>,
    /// Samples per window.
    pub window: usize,
    /// Samples from one window to the next.
    pub step: usize,
}

/// The n:m phase locking value in windows of `window` samples, `step` samples apart; whole windows only.
///
/// # Errors
/// As for [`phase_locking_value`]; a window shorter than 2 or longer than the signals, a step of 0.
pub fn sliding_phase_locking(
    a: &[f64],
    b: &[f64],
    n: u32,
    m: u32,
    window: usize,
    step: usize,
) -> Result<SlidingPhaseLocking> {
    check_phases(a, b)?;
    check_ratio(n, m)?;
    if window < 2 || window > a.len() {
        return Err(CoherenceError::out_of_range(
            "the window",
            window as f64,
            format!("between 2 and {}, the number of samples", a.len()),
        ));
    }
    if step == 0 {
        return Err(CoherenceError::out_of_range("the step", 0.0, "at least 1"));
    }
    let turned = differences(a, b, n, m);
    let starts: Vec<usize> = (0..=a.len() - window).step_by(step).collect();
    let parts: Vec<PhaseLocking> =
        starts.iter().map(|start| locking(&turned[*start..start + window])).collect();
    Ok(SlidingPhaseLocking {
        centres: starts.iter().map(|s| *s as f64 + 0.5 * (window - 1) as f64).collect(),
        values: parts.iter().map(|part| part.value).collect(),
        mean_phases: parts.iter().map(|part| part.mean_phase).collect(),
        window,
        step,
    })
}

/// Phase locking beside that of surrogates.
#[derive(Debug, Clone, PartialEq)]
pub struct SurrogateTest {
    /// The phase locking value.
    pub value: f64,
    /// The values of the surrogates, in growing order.
    pub surrogates: Vec<f64>,
    /// The level that the surrogates stay below in the share `confidence` of cases.
    pub significance: f64,
    /// (1 + number of surrogates at least as large) / (1 + number of surrogates).
    pub probability: f64,
}

/// Tests the n:m phase locking value against surrogates in which `b` is turned round in time by a random shift.
///
/// The shift keeps the autocorrelation of both series and destroys their relation (Lancaster et al. 2018, section 4.5);
/// it lies between a tenth and nine tenths of the length. The seed decides the shifts.
///
/// # Errors
/// As for [`phase_locking_value`]; fewer than 20 samples, no surrogates, a confidence outside 0 to 1.
pub fn phase_locking_surrogates(
    a: &[f64],
    b: &[f64],
    ratio: (u32, u32),
    count: usize,
    seed: u64,
    confidence: f64,
) -> Result<SurrogateTest> {
    let test = phase_locking_surrogates_watched(
        a,
        b,
        ratio,
        (count, seed, confidence),
        &mut |_| true,
    )?;
    test.ok_or(CoherenceError::NotConverged {
        measure: "the significance by surrogates",
        iterations: count,
    })
}

/// [`phase_locking_surrogates`] that can be stopped: `watch` gets the share that is done now and then and says whether to
/// go on; `None` where it said no. The triple is the number of surrogates, their seed and the confidence.
///
/// # Errors
/// As for [`phase_locking_surrogates`].
pub fn phase_locking_surrogates_watched(
    a: &[f64],
    b: &[f64],
    (n, m): (u32, u32),
    (count, seed, confidence): (usize, u64, f64),
    watch: &mut dyn FnMut(f64) -> bool,
) -> Result<Option<SurrogateTest>> {
    check_phases(a, b)?;
    check_ratio(n, m)?;
    require_length("the phases", a.len(), 20)?;
    require_length("the surrogates", count, 1)?;
    super::segments::check_level("the confidence", confidence)?;
    let turn = |phases: &[f64], times: u32| -> Vec<Complex64> {
        phases.iter().map(|p| Complex64::from_polar(1.0, f64::from(times) * p)).collect()
    };
    let (first, second) = (turn(a, n), turn(b, m));
    let samples = a.len();
    let resultant = |shift: usize| {
        let (end, start) = second.split_at(shift);
        let sum: Complex64 =
            first.iter().zip(start.iter().chain(end)).map(|(x, y)| x * y.conj()).sum();
        (sum.norm() / samples as f64).min(1.0)
    };
    let value = resultant(0);
    let least = samples / 10;
    let mut random = CounterRandom::new(seed, 0);
    let mut surrogates = Vec::with_capacity(count);
    let often = (1_000_000 / samples).max(1);
    for number in 0..count {
        if number % often == 0 && !watch(number as f64 / count as f64) {
            return Ok(None);
        }
        surrogates.push(resultant(least + random.below(samples - 2 * least + 1)));
    }
    surrogates.sort_by(f64::total_cmp);
    let above = surrogates.iter().filter(|s| **s >= value).count();
    let rank = (confidence * count as f64).ceil() as usize;
    Ok(Some(SurrogateTest {
        value,
        significance: surrogates[rank.clamp(1, count) - 1],
        probability: (1 + above) as f64 / (1 + count) as f64,
        surrogates,
    }))
}

/// The synchronisation index from the entropy of the phase difference.
#[derive(Debug, Clone, PartialEq)]
pub struct SynchronisationIndex {
    /// (ln N - S) / ln N with S = -sum p ln p over N bins: 0 for uniform, 1 for constant differences.
    pub value: f64,
    /// Share of the samples in each bin of the cyclic difference, from -pi to pi.
    pub distribution: Vec<f64>,
}

/// The n:m phase synchronisation index of Tass et al. 1998.
///
/// `bins`: number of bins; `None`: exp(0.626 + 0.4 ln(M - 1)) for M samples (Otnes and Enochson 1972), rounded, at least 2.
///
/// # Errors
/// As for [`phase_locking_value`]; fewer than 2 bins.
pub fn synchronisation_index(
    a: &[f64],
    b: &[f64],
    n: u32,
    m: u32,
    bins: Option<usize>,
) -> Result<SynchronisationIndex> {
    check_phases(a, b)?;
    check_ratio(n, m)?;
    let bins = bins.unwrap_or_else(|| optimal_bins(a.len()));
    if bins < 2 {
        return Err(CoherenceError::out_of_range(
            "the number of bins",
            bins as f64,
            "at least 2",
        ));
    }
    let mut counts = vec![0_usize; bins];
    for (x, y) in a.iter().zip(b) {
        counts[bin_of(f64::from(n) * x - f64::from(m) * y, bins)] += 1;
    }
    let distribution: Vec<f64> =
        counts.iter().map(|count| *count as f64 / a.len() as f64).collect();
    let most = (bins as f64).ln();
    Ok(SynchronisationIndex {
        value: (1.0 - entropy(&distribution) / most).clamp(0.0, 1.0),
        distribution,
    })
}

/// Mutual information of two series of phases.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseInformation {
    /// Mutual information in nats: sum p(a, b) ln(p(a, b) / (p(a) p(b))); biased upwards by about (N - 1)² / (2 M).
    pub value: f64,
    /// `value` divided by ln N, the entropy of a uniform phase.
    pub normalised: f64,
    /// Number N of bins for each phase.
    pub bins: usize,
}

/// The mutual information of two series of phases from their histogram (Palus 1997).
///
/// `bins` for each phase, from -pi to pi; `None`: as for [`synchronisation_index`].
///
/// # Errors
/// As for [`synchronisation_index`].
pub fn phase_information(
    a: &[f64],
    b: &[f64],
    bins: Option<usize>,
) -> Result<PhaseInformation> {
    check_phases(a, b)?;
    let bins = bins.unwrap_or_else(|| optimal_bins(a.len()));
    if bins < 2 {
        return Err(CoherenceError::out_of_range(
            "the number of bins",
            bins as f64,
            "at least 2",
        ));
    }
    let share = 1.0 / a.len() as f64;
    let (mut joint, mut first, mut second) =
        (vec![0.0; bins * bins], vec![0.0; bins], vec![0.0; bins]);
    for (x, y) in a.iter().zip(b) {
        let (i, j) = (bin_of(*x, bins), bin_of(*y, bins));
        joint[i * bins + j] += share;
        first[i] += share;
        second[j] += share;
    }
    let value = (entropy(&first) + entropy(&second) - entropy(&joint)).max(0.0);
    Ok(PhaseInformation { value, normalised: value / (bins as f64).ln(), bins })
}

fn entropy(distribution: &[f64]) -> f64 {
    -compensated_sum(distribution.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()))
}

fn optimal_bins(samples: usize) -> usize {
    ((0.626 + 0.4 * (samples.saturating_sub(1).max(1) as f64).ln()).exp().round()
        as usize)
        .max(2)
}

fn bin_of(phase: f64, bins: usize) -> usize {
    let part = (phase + PI).rem_euclid(2.0 * PI) / (2.0 * PI);
    ((part * bins as f64) as usize).min(bins - 1)
}

/// exp i (n a - m b).
fn differences(a: &[f64], b: &[f64], n: u32, m: u32) -> Vec<Complex64> {
    let (n, m) = (f64::from(n), f64::from(m));
    a.iter().zip(b).map(|(x, y)| Complex64::from_polar(1.0, n * x - m * y)).collect()
}

fn locking(turned: &[Complex64]) -> PhaseLocking {
    let count = turned.len() as f64;
    let sum: Complex64 = turned.iter().sum();
    let value = (sum.norm() / count).min(1.0);
    PhaseLocking {
        value,
        mean_phase: phase_of(sum),
        rayleigh_probability: rayleigh(value, count),
        samples: turned.len(),
    }
}

/// exp(sqrt(1 + 4 n + 4 (n² - R²)) - (1 + 2 n)) with R = n r, written without the cancellation.
fn rayleigh(value: f64, n: f64) -> f64 {
    let resultant = n * value;
    let root = (1.0 + 4.0 * n + 4.0 * (n - resultant) * (n + resultant)).max(0.0).sqrt();
    (-4.0 * resultant * resultant / (root + 1.0 + 2.0 * n)).exp()
}

pub(super) fn check_phases(a: &[f64], b: &[f64]) -> Result<()> {
    require_length("the first phase", a.len(), 2)?;
    require_equal_length("the first phase", a.len(), "the second phase", b.len())?;
    require_finite("the first phase", a)?;
    require_finite("the second phase", b)
}

fn check_ratio(n: u32, m: u32) -> Result<()> {
    if n == 0 || m == 0 {
        return Err(CoherenceError::out_of_range(
            "the smaller of n and m",
            0.0,
            "at least 1",
        ));
    }
    Ok(())
}
