//! Spectra: Welch, cross spectra, spectrograms, multitaper.

use holor_coherence::signals::{
    self, Average, MultitaperOptions, Scaling, SegmentOptions, TaperWeights,
};
use holor_macros::{Options, builtin};

use super::pictures;
use super::{
    Cut, Places, Rate, Sampling, Trend, WindowArgument, WindowName, confidence_of,
    coordinates, cut_in_words, frequency_axis, over,
};
use crate::array::{ArrayAxis, NumericArray};
use crate::builtin::{AnySignal, Spanned, word};
use crate::evaluate::Call;
use crate::{Builtin, Record, Result, Value};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&WELCH, &PERIODOGRAM, &CROSS_SPECTRUM, &SPECTROGRAM, &MULTITAPER_SPECTRUM];

word! {
    /// What the values of a spectrum are.
    pub(crate) Density {
        /// Power per unit of frequency.
        Density = "density",
        /// Power.
        Spectrum = "spectrum",
    }
}

word! {
    /// How the spectra of segments become one.
    pub(crate) AverageWord {
        /// Their mean.
        Mean = "mean",
        /// Their median without its bias.
        Median = "median",
    }
}

word! {
    /// How tapers are weighted.
    pub(crate) Weights {
        /// All alike.
        Uniform = "uniform",
        /// By their concentration.
        Concentration = "concentration",
        /// By the balance of signal and leakage.
        Adaptive = "adaptive",
    }
}

pub(super) fn scaled(base: SegmentOptions, scaling: Option<Density>) -> SegmentOptions {
    let scaling = match scaling {
        Some(Density::Spectrum) => Scaling::Spectrum,
        Some(Density::Density) | None => Scaling::Density,
    };
    SegmentOptions { scaling, ..base }
}

pub(super) fn average_of(average: Option<AverageWord>) -> Average {
    match average {
        Some(AverageWord::Median) => Average::Median,
        Some(AverageWord::Mean) | None => Average::Mean,
    }
}

/// The power spectrum of a signal by Welch's method, with confidence limits.
///
/// S(f) = c ⟨|Σ_n w_n x_n e^{-2πi f n}|²⟩ over segments, one-sided, c = 1/(rate Σ w²) for densities and 1/(Σ w)² for
/// powers. As `scipy.signal.welch` with its defaults: Hann window, 256 samples, half overlapping, each less its mean.
/// Limits by the chi-squared distribution with the number of segments that would be independent. Welch (1967).
///
/// The record has `f`, `power`, `lower`, `upper`; `plot(welch(x))` draws it on logarithmic axes.
///
/// Of complex signals the spectrum is two-sided, with frequencies from minus half the rate on: SciPy's with `return_onesided=False`, sorted.
///
/// ```holor
/// s = linspace(0, 1.023, 1024); x = array(sin(2pi*125 s), t = s);
/// P = welch(x, scaling = spectrum);
/// abs(P.f[33] - 125) < 1e-9                    # => true
/// abs(P.power[33] - 0.5) < 1e-12               # => true
/// welch([1, 2, 3], rate = -1)                  # error: [E0204]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("power_spectrum"),
    see("multitaper_spectrum", "cross_spectrum", "spectrogram", "coherence", "fft")
)]
fn welch(
    call: &Call<'_>,
    /// The signal.
    x: AnySignal,
    #[options] sampled: Rate,
    #[options] cut: Cut,
    /// `density` (the default) or `spectrum`.
    #[named]
    scaling: Option<Density>,
    /// `mean` (the default) or `median` over segments.
    #[named]
    average: Option<AverageWord>,
    /// Probability of the limits; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x.signal], sampled)?;
    power_of(call, &x, sampling, cut, (scaling, average, confidence))
}

/// The power spectrum of a signal that is cut into segments.
fn power_of(
    call: &Call<'_>,
    x: &AnySignal,
    sampling: Sampling,
    cut: Cut,
    (scaling, average, confidence): (
        Option<Density>,
        Option<AverageWord>,
        Option<Spanned<f64>>,
    ),
) -> Result<Record> {
    let (options, places) =
        cut.options(sampling, scaled(SegmentOptions::default(), scaling))?;
    let places =
        places.with("x", x.signal.span).with_option("confidence", confidence.as_ref());
    let level = confidence_of(confidence.as_ref());
    let found = signals::power_spectrum(x.series(), &options, average_of(average), level);
    let found = places.check(call, found)?;
    let axis = frequency_axis(&found.frequencies);
    let label =
        if options.scaling == Scaling::Density { "power density" } else { "power" };
    let mut record = Record::new("power spectrum")
        .described(&format!("{} {}", cut_in_words(&found.segmentation), sampling.note()))
        .with("f", coordinates(&axis))
        .with("power", over(&axis, found.values, label));
    if let Some(limits) = found.limits {
        record = record
            .with("lower", over(&axis, limits.lower, "lower"))
            .with("upper", over(&axis, limits.upper, "upper"))
            .with("confidence", limits.confidence);
    }
    Ok(record.with("rate", sampling.rate).drawn(pictures::spectrum))
}

/// The periodogram of a signal: the power spectrum of all of it as one segment, with confidence limits.
///
/// As `scipy.signal.periodogram` with its defaults: no window, the signal less its mean. It does not become more certain
/// with the length of the signal: `welch` and `multitaper_spectrum` do. The parts of the record are those of `welch`.
///
/// Of complex signals the spectrum is two-sided, with frequencies from minus half the rate on: SciPy's with `return_onesided=False`, sorted.
///
/// ```holor
/// P = periodogram([1, 2, 0, -1, 3, 1, 0, 2], fs = 8);
/// P.f == [0, 1, 2, 3, 4]                       # => true
/// abs(P.power[3] - 0.625) < 1e-12              # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("welch", "multitaper_spectrum"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn periodogram(
    call: &Call<'_>,
    /// The signal.
    x: AnySignal,
    #[options] sampled: Rate,
    /// The window, as for `welch`; `boxcar` if left out.
    #[named]
    window: Option<WindowArgument>,
    /// Samples of the transform, with zeros after the signal.
    #[named]
    nfft: Option<Spanned<usize>>,
    /// What is taken off: `constant` (the mean, the default), `linear` or `none`.
    #[named]
    detrend: Option<Trend>,
    /// `density` (the default) or `spectrum`.
    #[named]
    scaling: Option<Density>,
    /// Probability of the limits; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x.signal], sampled)?;
    let cut = Cut {
        window: Some(window.unwrap_or(WindowArgument::First(WindowName::Boxcar))),
        segment: Some(Spanned { value: x.signal.values.len(), span: x.signal.span }),
        overlap: None,
        nfft,
        detrend,
    };
    power_of(call, &x, sampling, cut, (scaling, None, confidence))
}

/// The cross spectrum of two signals by Welch's method, the mean of conj(X) Y.
///
/// Where y is x delayed by τ, its phase is -2π f τ: negative where y comes after x. As `scipy.signal.csd` with its
/// defaults (see `welch`), but signals of different lengths are refused.
///
/// The record has `f`, `cross` (complex), `phase`; its picture is |cross|.
///
/// Of complex signals the spectrum is two-sided, with frequencies from minus half the rate on: SciPy's with `return_onesided=False`, sorted.
///
/// ```holor
/// s = linspace(0, 1.023, 1024); x = array(sin(2pi*125 s), t = s); y = array(cos(2pi*125 s), t = s);
/// P = cross_spectrum(x, y, scaling = spectrum);
/// abs(P.cross[33] - 0.5 i) < 1e-12             # => true
/// abs(P.phase[33] - pi/2) < 1e-9               # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("csd"),
    see("coherence", "welch", "cross_correlation")
)]
fn cross_spectrum(
    call: &Call<'_>,
    /// The first signal.
    x: AnySignal,
    /// The second signal.
    y: AnySignal,
    #[options] sampled: Rate,
    #[options] cut: Cut,
    /// `density` (the default) or `spectrum`.
    #[named]
    scaling: Option<Density>,
    /// `mean` (the default) or `median` over segments.
    #[named]
    average: Option<AverageWord>,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x.signal, &y.signal], sampled)?;
    let (options, mut places) =
        cut.options(sampling, scaled(SegmentOptions::default(), scaling))?;
    places.0.extend(Places::of_pair(&x.signal, &y.signal).0);
    let found =
        signals::cross_spectrum(x.series(), y.series(), &options, average_of(average));
    let found = places.check(call, found)?;
    let axis = frequency_axis(&found.frequencies);
    let phase = NumericArray::along(found.phase(), axis.clone())
        .map(|it| it.named("phase").with_angle(true).into_value());
    Ok(Record::new("cross spectrum")
        .described(&format!("{} {}", cut_in_words(&found.segmentation), sampling.note()))
        .with("f", coordinates(&axis))
        .with("cross", over(&axis, found.values, "cross spectrum"))
        .with("phase", phase.unwrap_or(Value::Nothing))
        .with("rate", sampling.rate)
        .drawn(pictures::cross_spectrum))
}

/// The power spectrum of a signal as it changes with time.
///
/// As `scipy.signal.spectrogram` (mode `psd`) with its defaults: Tukey window of which a quarter are edges, 256 samples,
/// an eighth overlapping. The record has `f`, `t` (the middles of the segments) and `power`, frequency by time; its
/// picture is in decibels, 10 log10(power), down to 80 below the largest.
///
/// Of complex signals it is two-sided, with frequencies from minus half the rate on: SciPy's with `return_onesided=False`, sorted.
///
/// ```holor
/// s = linspace(0, 4.095, 4096); x = array(sin(2pi*(50 s + 20 s^2)), t = s);
/// P = spectrogram(x);
/// shape(P.power)                               # => [129, 18]
/// abs(P.t[1] - 0.128) < 1e-12                  # => true
/// plot(P)                                      # => heat map of power density in dB for t = 0.016..4.048, f = 0..500
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("welch", "wavelet_transform")
)]
fn spectrogram(
    call: &Call<'_>,
    /// The signal.
    x: AnySignal,
    #[options] sampled: Rate,
    #[options] cut: Cut,
    /// `density` (the default) or `spectrum`.
    #[named]
    scaling: Option<Density>,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x.signal], sampled)?;
    let (options, places) =
        cut.options(sampling, scaled(SegmentOptions::for_spectrogram(), scaling))?;
    let places = places.with("x", x.signal.span);
    let found = places.check(call, signals::spectrogram(x.series(), &options))?;
    let axis = frequency_axis(&found.frequencies);
    let start = Sampling::start(&x.signal);
    let times = ArrayAxis::time(
        found.times.iter().map(|time| start + time).collect::<Vec<f64>>(),
    );
    let label =
        if options.scaling == Scaling::Density { "power density" } else { "power" };
    let power = NumericArray::new(found.values.values, [axis.clone(), times.clone()]);
    Ok(Record::new("spectrogram")
        .described(&format!("{} {}", cut_in_words(&found.segmentation), sampling.note()))
        .with("f", coordinates(&axis))
        .with("t", coordinates(&times))
        .with("power", power.map_or(Value::Nothing, |it| it.named(label).into_value()))
        .with("rate", sampling.rate)
        .drawn(pictures::spectrogram))
}

/// How tapers are chosen, as given.
#[derive(Clone, Debug, Options)]
pub(super) struct Tapering {
    /// The time-halfbandwidth product; 4 if left out.
    #[also("NW", "nw")]
    product: Option<Spanned<f64>>,
    /// The number of tapers; 2 NW - 1 if left out.
    #[also("K", "Kmax")]
    tapers: Option<Spanned<usize>>,
    /// `uniform` (the default), `concentration` or `adaptive`.
    weights: Option<Weights>,
    /// Samples of the transform, with zeros after the signal.
    nfft: Option<Spanned<usize>>,
    /// What is taken off the signals: `constant` (their means, the default), `linear` or `none`.
    detrend: Option<Trend>,
    /// Probability of the limits and of levels; 0.95 if left out.
    confidence: Option<Spanned<f64>>,
}

impl Tapering {
    /// The options of the measure, with the places of what may be refused.
    pub(super) fn options(&self, sampling: Sampling) -> (MultitaperOptions, Places) {
        let Self { product, tapers, weights, nfft, detrend, confidence } = self;
        let base = MultitaperOptions::default();
        let nw = product.as_ref().map_or(base.product, |it| it.value);
        let usual = (2.0 * nw - 1.0).floor().clamp(1.0, 1e6) as usize;
        let options = MultitaperOptions {
            sampling_frequency: sampling.rate,
            product: nw,
            tapers: tapers.as_ref().map_or(usual, |it| it.value),
            transform_length: nfft.as_ref().map(|it| it.value),
            detrend: detrend.map_or(base.detrend, Trend::kind),
            weights: match weights {
                None | Some(Weights::Uniform) => TaperWeights::Uniform,
                Some(Weights::Concentration) => TaperWeights::Concentration,
                Some(Weights::Adaptive) => TaperWeights::Adaptive,
            },
            confidence: confidence_of(confidence.as_ref()),
        };
        let places = Places::default()
            .with_option("confidence", confidence.as_ref())
            .with_option("transform length", nfft.as_ref())
            .with_option("tapers", tapers.as_ref())
            .with_option("product", product.as_ref());
        (options, places)
    }
}

/// The power spectrum of a signal by Thomson's multitaper method, with jackknife limits and the F test for lines.
///
/// The mean of the spectra under the first K Slepian sequences of time-halfbandwidth product NW; it resolves
/// 2 NW rate/N. Default NW = 4 and K = 2 NW - 1 = 7 tapers, `scipy.signal.windows.dpss(N, 4, 7)`, with uniform weights.
/// Thomson, Proc. IEEE 70 (1982) 1055; limits Thomson and Chave (1991).
///
/// The record has `f`, `power`, `lower`, `upper`, `line_F`, `line_probability` (small where there is a line) and
/// `line_amplitude` (of the sine it would be).
///
/// Of complex signals the spectrum is two-sided, with frequencies from minus half the rate on: SciPy's with `return_onesided=False`, sorted.
///
/// ```holor
/// s = linspace(0, 1.023, 1024); x = array(3 sin(2pi*125 s) + cos(5000 s^2), t = s);
/// P = multitaper_spectrum(x);
/// abs(P.f[129] - 125) < 1e-9                   # => true
/// abs(P.line_amplitude[129] - 3) < 0.05        # => true
/// P.line_probability[129] < 1e-6               # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("multitaper"),
    see("welch", "multitaper_coherence")
)]
fn multitaper_spectrum(
    call: &Call<'_>,
    /// The signal.
    x: AnySignal,
    #[options] sampled: Rate,
    #[options] tapering: Tapering,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x.signal], sampled)?;
    let (options, places) = tapering.options(sampling);
    let places = places.with("x", x.signal.span);
    let found = places.check(call, signals::multitaper_spectrum(x.series(), &options))?;
    let axis = frequency_axis(&found.frequencies);
    let mut record = Record::new("power spectrum")
        .described(&format!(
            "{} tapers, resolution ±{} {}",
            options.tapers,
            super::short(found.half_bandwidth),
            sampling.note()
        ))
        .with("f", coordinates(&axis))
        .with("power", over(&axis, found.values, "power density"));
    if let Some(limits) = found.limits {
        record = record
            .with("lower", over(&axis, limits.lower, "lower"))
            .with("upper", over(&axis, limits.upper, "upper"))
            .with("confidence", limits.confidence);
    }
    Ok(record
        .with("line_F", over(&axis, found.line_statistic, "F"))
        .with("line_probability", over(&axis, found.line_probability, "p"))
        .with("line_amplitude", over(&axis, found.line_amplitude, "amplitude"))
        .with("half_bandwidth", found.half_bandwidth)
        .with("rate", sampling.rate)
        .drawn(pictures::spectrum))
}
