//! Coherence of two or more signals over frequency.

use holor_coherence::signals::{
    self, ChannelCoherence, CrossSpectralMatrix, SegmentOptions, Segmentation,
};
use holor_macros::builtin;

use super::pictures;
use super::spectra::Tapering;
use super::{
    Cut, Places, Rate, Sampling, confidence_of, coordinates, cut_in_words,
    frequency_axis, over,
};
use crate::array::{ArrayAxis, NumericArray};
use crate::builtin::{AnySignal, Signal, Spanned};
use crate::evaluate::Call;
use crate::{Builtin, Record, Result, Value};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &COHERENCE,
    &IMAGINARY_COHERENCY,
    &MULTITAPER_COHERENCE,
    &PARTIAL_COHERENCE,
    &MULTIPLE_COHERENCE,
    &PHASE_LAG_SPECTRUM,
];

pub(super) fn angles(axis: &ArrayAxis, values: Vec<f64>, name: &str) -> Value {
    NumericArray::along(values, axis.clone())
        .map_or(Value::Nothing, |array| array.named(name).with_angle(true).into_value())
}

/// The frequencies that a record leaves out, where there are any.
fn left_out(record: Record, frequencies: &[f64]) -> Record {
    if frequencies.is_empty() {
        return record;
    }
    record.with("left_out", NumericArray::vector(frequencies.to_vec()).into_value())
}

/// The magnitude squared coherence of two signals over frequency, with its level of significance and limits.
///
/// C = |S_xy|²/(S_xx S_yy), from 0 to 1, with the spectra of Welch's method; as `scipy.signal.coherence` with its defaults
/// (Hann window, 256 samples, half overlapping, each less its mean). One segment is refused, for it gives 1 whatever the
/// signals. Independent signals exceed `significance` = 1 - (1 - confidence)^(1/(K - 1)) with probability
/// 1 - confidence at one frequency (Carter 1987), K the number of segments that would be independent; the estimate is
/// biased by about (1 - C)²/K. Limits by Fisher's transform (Enochson and Goodman 1965).
///
/// The record has `f`, `coherence`, `coherency` S_xy/√(S_xx S_yy), `phase` (negative where y comes after x),
/// `phase_deviation`, `lower`, `upper`, `significance`; `plot` draws coherence with limits and the level. Frequencies
/// without power are left out.
///
/// Of complex signals the spectrum is two-sided, with frequencies from minus half the rate on: SciPy's with `return_onesided=False`, sorted.
///
/// ```holor
/// s = linspace(0, 1.023, 1024); a = sin(2pi*125 s);
/// x = array(a + cos(3000 s^2), t = s); y = array(a + sin(7000 s^3), t = s);
/// C = coherence(x, y);
/// abs(C.f[33] - 125) < 1e-9                    # => true
/// C.coherence[33] > C.significance             # => true
/// max(abs(C.coherence - abs(C.coherency)^2)) < 1e-14    # => true
/// plot(C)                                      # => plot of coherence for f = 0..500
/// coherence(x, y, segment = 1024)              # error: [E0301]
/// coherence(x, [1, 2])                         # error: [E0203]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("magnitude_squared_coherence", "mscohere"),
    see("multitaper_coherence", "wavelet_coherence", "partial_coherence", "plv", "cross_spectrum")
)]
fn coherence(
    call: &Call<'_>,
    /// The first signal.
    x: AnySignal,
    /// The second signal.
    y: AnySignal,
    #[options] sampled: Rate,
    #[options] cut: Cut,
    /// Probability of the level and the limits; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x.signal, &y.signal], sampled)?;
    let (record, _, axis, found) =
        of_pair(call, (&x, &y), sampling, cut, confidence.as_ref())?;
    let level = found.limits.confidence;
    let record = record
        .with("f", coordinates(&axis))
        .with("coherence", over(&axis, found.values, "coherence"))
        .with("coherency", over(&axis, found.coherency, "coherency"))
        .with("phase", angles(&axis, found.phase, "phase"))
        .with("phase_deviation", over(&axis, found.phase_deviation, "deviation"))
        .with("lower", over(&axis, found.limits.lower, "lower"))
        .with("upper", over(&axis, found.limits.upper, "upper"))
        .with("significance", found.significance)
        .with("confidence", level)
        .with("rate", sampling.rate);
    Ok(left_out(record, &found.without_power).drawn(pictures::coherence))
}

/// The coherence of two signals, and the empty record about it.
pub(super) fn of_pair(
    call: &Call<'_>,
    (x, y): (&AnySignal, &AnySignal),
    sampling: Sampling,
    cut: Cut,
    confidence: Option<&Spanned<f64>>,
) -> Result<(Record, Places, ArrayAxis, signals::Coherence)> {
    let (options, mut places) = cut.options(sampling, SegmentOptions::default())?;
    places.0.extend(Places::of_pair(&x.signal, &y.signal).0);
    let places = places.with_option("confidence", confidence);
    let level = confidence_of(confidence);
    let found =
        signals::magnitude_squared_coherence(x.series(), y.series(), &options, level);
    let found = places.check(call, found)?;
    let axis = frequency_axis(&found.frequencies);
    let record =
        Record::new("coherence").described(&in_words(&found.segmentation, sampling));
    Ok((record, places, axis, found))
}

pub(super) fn in_words(cut: &Segmentation, sampling: Sampling) -> String {
    format!("{} {}", cut_in_words(cut), sampling.note())
}

/// The imaginary part of the coherency of two signals over frequency, which mixing without delay cannot raise.
///
/// Im S_xy/√(S_xx S_yy) with S_xy the mean of conj(X) Y as `scipy.signal.csd`: negative where y comes a little after x.
/// Nolte et al., Clin. Neurophysiol. 115 (2004) 2292, write ⟨x_i x_j*⟩: theirs has the other sign.
///
/// ```holor
/// s = linspace(0, 1.023, 1024);
/// x = array(sin(2pi*125 s) + cos(3000 s^2), t = s); y = array(cos(2pi*125 s) + sin(7000 s^3), t = s);
/// imaginary_coherency(x, y).imaginary_coherency[33] > 0.9    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("coherence", "pli", "wpli", "phase_lag_spectrum")
)]
fn imaginary_coherency(
    call: &Call<'_>,
    /// The first signal.
    x: AnySignal,
    /// The second signal.
    y: AnySignal,
    #[options] sampled: Rate,
    #[options] cut: Cut,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x.signal, &y.signal], sampled)?;
    let (_, _, axis, found) = of_pair(call, (&x, &y), sampling, cut, None)?;
    let record = Record::new("imaginary coherency")
        .described(&in_words(&found.segmentation, sampling))
        .with("f", coordinates(&axis))
        .with(
            "imaginary_coherency",
            over(&axis, found.imaginary_coherency(), "imaginary coherency"),
        )
        .with("coherency", over(&axis, found.coherency, "coherency"))
        .with("rate", sampling.rate);
    Ok(left_out(record, &found.without_power).drawn(pictures::imaginary_coherency))
}

/// The magnitude squared coherence of two signals by the multitaper method, with jackknife limits.
///
/// The tapers are those of `multitaper_spectrum`; at least 3. `significance` = 1 - (1 - confidence)^(1/(K - 1)) for K
/// tapers; limits on the scale of atanh |C| with Student's t (Thomson and Chave 1991). The whole signal is one segment:
/// use it for short ones. The parts of the record are those of `coherence`.
///
/// Of complex signals the spectrum is two-sided, with frequencies from minus half the rate on: SciPy's with `return_onesided=False`, sorted.
///
/// ```holor
/// s = linspace(0, 0.255, 256); a = sin(2pi*125 s);
/// x = array(a + cos(3000 s^2), t = s); y = array(a + sin(7000 s^3), t = s);
/// C = multitaper_coherence(x, y, tapers = 5, product = 3);
/// C.f[33]                                      # => 125.0
/// abs(C.significance - 0.527129) < 1e-6        # => true
/// C.coherence[33] > C.significance             # => true
/// multitaper_coherence(x, y, tapers = 2)       # error: [E0203]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("multitaper_spectrum", "coherence")
)]
fn multitaper_coherence(
    call: &Call<'_>,
    /// The first signal.
    x: AnySignal,
    /// The second signal.
    y: AnySignal,
    #[options] sampled: Rate,
    #[options] tapering: Tapering,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x.signal, &y.signal], sampled)?;
    let (options, mut places) = tapering.options(sampling);
    places.0.extend(Places::of_pair(&x.signal, &y.signal).0);
    let found = signals::multitaper_coherence(x.series(), y.series(), &options);
    let found = places.check(call, found)?;
    let axis = frequency_axis(&found.frequencies);
    let record = Record::new("coherence")
        .described(&format!(
            "{} tapers, resolution ±{} {}",
            options.tapers,
            super::short(found.half_bandwidth),
            sampling.note()
        ))
        .with("f", coordinates(&axis))
        .with("coherence", over(&axis, found.values, "coherence"))
        .with("coherency", over(&axis, found.coherency, "coherency"))
        .with("phase", angles(&axis, found.phase, "phase"))
        .with("phase_deviation", over(&axis, found.phase_deviation, "deviation"))
        .with("lower", over(&axis, found.limits.lower, "lower"))
        .with("upper", over(&axis, found.limits.upper, "upper"))
        .with("significance", found.significance)
        .with("confidence", found.limits.confidence)
        .with("half_bandwidth", found.half_bandwidth)
        .with("rate", sampling.rate);
    Ok(left_out(record, &found.without_power).drawn(pictures::coherence))
}

/// The cross spectra of channels.
fn matrix_of(
    call: &Call<'_>,
    channels: &[&Signal],
    sampling: Sampling,
    cut: Cut,
    confidence: Option<&Spanned<f64>>,
) -> Result<(CrossSpectralMatrix, Places)> {
    let (options, places) = cut.options(sampling, SegmentOptions::default())?;
    let mut places = places.with_option("confidence", confidence);
    let first = channels.first().map(|it| it.values.len());
    if let Some(odd) = channels.iter().find(|it| Some(it.values.len()) != first) {
        places.put("channel", odd.span);
    }
    let values: Vec<&[f64]> = channels.iter().map(|it| it.values.as_slice()).collect();
    let found = signals::cross_spectral_matrix(&values, &options);
    Ok((places.check(call, found)?, places))
}

fn of_channels(
    found: ChannelCoherence,
    cut: &Segmentation,
    sampling: Sampling,
    kind: &'static str,
    level: f64,
) -> Record {
    let axis = frequency_axis(&found.frequencies);
    let mut record = Record::new(kind)
        .described(&in_words(cut, sampling))
        .with("f", coordinates(&axis))
        .with("coherence", over(&axis, found.values, kind));
    if !found.phase.is_empty() {
        record = record.with("phase", angles(&axis, found.phase, "phase"));
    }
    let record = record
        .with("significance", found.significance)
        .with("confidence", level)
        .with("rate", sampling.rate);
    left_out(record, &found.undefined).drawn(pictures::coherence)
}

/// The coherence of two signals over frequency that is left when others are taken off by regression.
///
/// |G_xy|²/(G_xx G_yy) with G the inverse of the matrix of cross spectra of all signals by Welch's method: near 0 where x
/// and y are coherent only through the others. Dahlhaus, Metrika 51 (2000) 157; Bendat and Piersol, Random Data, chapter 7.
/// Options and parts of the record are those of `coherence`.
///
/// ```holor
/// s = linspace(0, 4.095, 4096); z = cos(3000 s^2);
/// x = z + cos(1700 s^3); y = z + sin(2300 s^3);
/// C = coherence(x, y); P = partial_coherence(x, y, z);
/// mean(P.coherence) < mean(C.coherence)/2      # => true
/// partial_coherence(x, y)                      # error: [E0202]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("coherence", "multiple_coherence", "partial_directed_coherence")
)]
fn partial_coherence(
    call: &Call<'_>,
    /// The first signal.
    x: Signal,
    /// The second signal.
    y: Signal,
    /// The signals that are taken off.
    #[variadic]
    others: Vec<Signal>,
    #[options] sampled: Rate,
    #[options] cut: Cut,
    /// Probability of the level and the limits; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
) -> Result<Record> {
    if others.is_empty() {
        let message = "`partial_coherence` needs the signals that are taken off";
        let error = call.error(&crate::codes::E0202_WRONG_ARGUMENTS, message);
        return Err(Box::new((*error).hint(call.signature()).hint("coherence(x, y)")));
    }
    let mut channels = vec![&x, &y];
    channels.extend(&others);
    let sampling = Sampling::of(call, &channels, sampled)?;
    let (matrix, places) =
        matrix_of(call, &channels, sampling, cut, confidence.as_ref())?;
    let level = confidence_of(confidence.as_ref());
    let found = places.check(call, matrix.partial_coherence(0, 1, level))?;
    Ok(of_channels(found, &matrix.segmentation, sampling, "partial coherence", level))
}

/// The share of a signal's power over frequency that others explain linearly.
///
/// 1 - 1/(S_yy G_yy) with G the inverse of the matrix of cross spectra of all signals by Welch's method: with one other
/// signal it is `coherence`. Bendat and Piersol, Random Data, chapter 7. Options are those of `coherence`.
///
/// ```holor
/// s = linspace(0, 4.095, 4096); a = cos(3000 s^2); b = cos(1700 s^3);
/// y = a + b + 0.1 sin(900 s^4);
/// mean(multiple_coherence(y, a, b).coherence) > 0.7    # => true
/// max(abs(multiple_coherence(y, a).coherence - coherence(a, y).coherence)) < 1e-9    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("coherence", "partial_coherence")
)]
fn multiple_coherence(
    call: &Call<'_>,
    /// The signal that is explained.
    y: Signal,
    /// The signals that explain it.
    #[variadic]
    others: Vec<Signal>,
    #[options] sampled: Rate,
    #[options] cut: Cut,
    /// Probability of the level and the limits; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
) -> Result<Record> {
    if others.is_empty() {
        let message = "`multiple_coherence` needs the signals that explain the first";
        let error = call.error(&crate::codes::E0202_WRONG_ARGUMENTS, message);
        return Err(Box::new((*error).hint(call.signature())));
    }
    let mut channels = vec![&y];
    channels.extend(&others);
    let sampling = Sampling::of(call, &channels, sampled)?;
    let (matrix, places) =
        matrix_of(call, &channels, sampling, cut, confidence.as_ref())?;
    let level = confidence_of(confidence.as_ref());
    let found = places.check(call, matrix.multiple_coherence(0, level))?;
    Ok(of_channels(found, &matrix.segmentation, sampling, "multiple coherence", level))
}

/// Phase locking and phase lag across the segments of two signals, at each frequency.
///
/// From S = conj(X) Y of each segment: `phase_locking` |⟨S/|S|⟩| (Lachaux et al. 1999), its square without bias `ppc` (Vinck et
/// al. 2010), `pli` |⟨sign Im S⟩| (Stam et al. 2007), `wpli` |⟨Im S⟩|/⟨|Im S|⟩ and `debiased_wpli_square` (Vinck et al. 2011, eqs. 8 and 23), which supposes segments
/// that do not overlap. Options are those of `coherence`.
///
/// ```holor
/// s = linspace(0, 1.023, 1024);
/// x = array(sin(2pi*125 s) + cos(3000 s^2), t = s); y = array(cos(2pi*125 s) + sin(7000 s^3), t = s);
/// P = phase_lag_spectrum(x, y, segment = 64, overlap = 0);
/// abs(P.f[9] - 125) < 1e-9                     # => true
/// P.pli[9]                                     # => 1.0
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("pli", "wpli", "plv", "coherence", "imaginary_coherency")
)]
fn phase_lag_spectrum(
    call: &Call<'_>,
    /// The first signal.
    x: Signal,
    /// The second signal.
    y: Signal,
    #[options] sampled: Rate,
    #[options] cut: Cut,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x, &y], sampled)?;
    let (options, mut places) = cut.options(sampling, SegmentOptions::default())?;
    places.0.extend(Places::of_pair(&x, &y).0);
    let found = signals::phase_lag_spectrum(&x.values, &y.values, &options);
    let found = places.check(call, found)?;
    let axis = frequency_axis(&found.frequencies);
    let record = Record::new("phase lag")
        .described(&in_words(&found.segmentation, sampling))
        .with("f", coordinates(&axis))
        .with("phase_locking", over(&axis, found.phase_locking, "phase locking"))
        .with("ppc", over(&axis, found.consistency, "PPC"))
        .with("pli", over(&axis, found.phase_lag, "PLI"))
        .with("wpli", over(&axis, found.weighted_phase_lag, "wPLI"))
        .with(
            "debiased_wpli_square",
            over(&axis, found.debiased_square, "debiased wPLI²"),
        )
        .with("rate", sampling.rate);
    Ok(left_out(record, &found.without_power).drawn(pictures::phase_lag))
}
