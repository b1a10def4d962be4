//! Wavelet transforms, cross transforms and wavelet coherence.

use std::sync::Arc;

use holor_coherence::signals::{
    self, Plane, Scales, Wavelet, WaveletOptions, WaveletSurrogates, WaveletTransform,
};
use holor_macros::builtin;

use super::filters::Edges;
use super::phase::watched;
use super::pictures;
use super::{Places, Rate, Sampling, Trend, confidence_of, coordinates, over};
use crate::array::{ArrayAxis, ArrayValues, NumericArray};
use crate::builtin::{Signal, Spanned, word};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&WAVELET_TRANSFORM, &INVERSE_WAVELET, &CROSS_WAVELET, &WAVELET_COHERENCE];

/// The most values of a transform.
const MOST_VALUES: f64 = 5e7;

word! {
    /// A mother wavelet.
    pub(crate) WaveletName {
        /// Morlet.
        Morlet = "morlet",
        /// Paul.
        Paul = "paul",
        /// A derivative of a Gaussian.
        Dog = "dog",
    }
}

/// The options of a transform, as given.
struct Asked {
    wavelet: Option<WaveletName>,
    order: Option<Spanned<f64>>,
    spacing: Option<Spanned<f64>>,
    periods: Option<Edges>,
    trend: Option<Trend>,
}

impl Asked {
    fn options(
        self,
        call: &Call<'_>,
        sampling: Sampling,
        samples: usize,
    ) -> Result<(WaveletOptions, Places)> {
        let mut places = Places::default();
        let order = self.order.as_ref();
        let whole = |usual: u32| -> Result<u32> {
            let Some(order) = order else { return Ok(usual) };
            if order.value.fract() == 0.0 && (1.0..=60.0).contains(&order.value) {
                return Ok(order.value as u32);
            }
            let message = "the order of this wavelet is a whole number from 1 to 60";
            Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                .at(order.span)
                .hint("order = 4")
                .into()
        };
        let wavelet = match self.wavelet {
            None | Some(WaveletName::Morlet) => {
                Wavelet::Morlet { frequency: order.map_or(6.0, |it| it.value) }
            }
            Some(WaveletName::Paul) => Wavelet::Paul { order: whole(4)? },
            Some(WaveletName::Dog) => Wavelet::GaussianDerivative { order: whole(2)? },
        };
        let places_of = places.with_option("wavelet", order);
        places = places_of.with_option("spacing", self.spacing.as_ref());
        let spacing = self.spacing.map_or(1.0 / 12.0, |it| it.value);
        let mut options = WaveletOptions {
            interval: 1.0 / sampling.rate,
            spacing,
            wavelet,
            detrend: self.trend.map_or(signals::Detrend::None, Trend::kind),
            ..WaveletOptions::default()
        };
        let largest = samples as f64 * options.interval;
        if let Some(periods) = self.periods {
            let factor = wavelet.fourier_factor();
            let (low, high) = (periods.low, periods.high);
            if !(low > 0.0 && high > low && high.is_finite()) {
                let message = format!(
                    "the periods run from {} to {}; they must be positive and rise",
                    super::short(low),
                    super::short(high)
                );
                return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                    .at(periods.span)
                    .hint("periods = 0.05..2")
                    .into();
            }
            if low < 2.0 * options.interval || high > largest {
                let message = format!(
                    "the signal shows periods from {} to {}",
                    super::short(2.0 * options.interval),
                    super::short(largest)
                );
                return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                    .at(periods.span)
                    .into();
            }
            options.smallest_scale = Some(low / factor);
            let steps = (high / low).log2() / spacing;
            if steps.is_finite() && (0.0..1e6).contains(&steps) {
                options.octave_steps = Some((steps + 1e-9).floor() as usize);
            }
        }
        let octaves =
            (largest / options.smallest_scale.unwrap_or(2.0 * options.interval)).log2()
                / spacing;
        let rows = options.octave_steps.map_or(octaves, |steps| steps as f64) + 1.0;
        if rows * samples as f64 > MOST_VALUES {
            let message = format!(
                "the transform has {} values; at most 5e7",
                super::short(rows * samples as f64)
            );
            let error = call.error(&codes::E0403_TOO_LARGE, message);
            return Err(Box::new((*error).hint("periods = 0.05..2")));
        }
        Ok((options, places))
    }
}

/// So many surrogates as take a few seconds: up to 300, at least 20.
fn usual_surrogates(options: &WaveletOptions, samples: usize) -> usize {
    let smallest = options.smallest_scale.unwrap_or(2.0 * options.interval);
    let octaves = (samples as f64 * options.interval / smallest).log2();
    let steps = options.octave_steps.map_or(octaves / options.spacing, |it| it as f64);
    let largest = smallest * (steps * options.spacing).exp2() / options.interval;
    // A surrogate is six times as long as its largest scale.
    let values = (steps + 1.0) * 6.0 * largest;
    (4e7 / values.max(1.0)).clamp(20.0, 300.0) as usize
}

/// The axes of a transform: periods and times.
fn axes(scales: &Scales, x: &Signal, sampling: Sampling) -> [ArrayAxis; 2] {
    let times = sampling.times(x);
    [ArrayAxis::quantity("period", scales.periods.clone()), times]
}

fn plane(
    axes: &[ArrayAxis; 2],
    values: impl Into<ArrayValues>,
    name: &str,
    angle: bool,
) -> Value {
    NumericArray::new(values, axes.clone())
        .map_or(Value::Nothing, |array| array.named(name).with_angle(angle).into_value())
}

/// A record with the axes and the cone of a transform.
fn record_of(
    kind: &'static str,
    scales: &Scales,
    axes: &[ArrayAxis; 2],
    sampling: Sampling,
) -> Record {
    let [periods, times] = axes;
    Record::new(kind)
        .described(&format!(
            "periods {} to {} {}",
            super::short(scales.periods.first().copied().unwrap_or(0.0)),
            super::short(scales.periods.last().copied().unwrap_or(0.0)),
            sampling.note()
        ))
        .with("period", coordinates(periods))
        .with("f", over(periods, scales.frequencies.clone(), "f"))
        .with("scale", over(periods, scales.scales.clone(), "scale"))
        .with("t", coordinates(times))
        .with("cone", over(times, scales.cone.clone(), "cone of influence"))
}

/// The continuous wavelet transform of a signal, its power, and where that exceeds red noise.
///
/// W(s, t) = Σ_k x̂_k √(2πs/dt) conj ψ̂(s ω_k) e^{iω_k t}, zeros following the signal up to a power of two; Torrence and
/// Compo, Bull. Am. Meteorol. Soc. 79 (1998) 61. As `pycwt.cwt` with Morlet 6 and 12 scales in each octave from s = 2 dt
/// on (pycwt begins at a period of 2 dt). Take off a mean or trend before, or by `trend`.
///
/// The record has `period`, `f`, `scale`, `t`, `transform` (period by time), `power` |W|², `global_power` (its mean over
/// time), `cone` (the largest period free of the ends, at each time), and `significance`, the level at each scale that red
/// noise with the variance and lag-1 autocorrelation of the signal stays below with the probability `confidence` (eq. 18).
/// In its picture black lines surround significant power, and the cone is dashed.
///
/// ```holor
/// s = linspace(0, 5.11, 512); x = array(sin(2pi*4 s), t = s);
/// W = wavelet_transform(x);
/// shape(W.power)                               # => [97, 512]
/// abs(W.period[44]/0.25 - 1) < 0.02            # => true
/// W.global_power[44] == max(W.global_power)    # => true
/// wavelet_transform(x, periods = 0.1..1).period[1]    # => 0.1
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("cwt"),
    see("wavelet_coherence", "cross_wavelet", "icwt", "spectrogram")
)]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn wavelet_transform(
    call: &Call<'_>,
    /// The signal.
    x: Signal,
    #[options] sampled: Rate,
    /// `morlet` (the default), `paul`, or `dog` (a derivative of a Gaussian).
    #[named]
    #[also("mother")]
    wavelet: Option<WaveletName>,
    /// Morlet's angular frequency, 6 if left out; the order of Paul's wavelet, 4; of the derivative, 2.
    #[named]
    order: Option<Spanned<f64>>,
    /// The spacing of the scales in octaves; 1/12 if left out.
    #[named]
    #[also("dj")]
    spacing: Option<Spanned<f64>>,
    /// The periods, `0.05..2`; from that of the scale of twice the interval to the length of the signal if left out.
    #[named]
    periods: Option<Edges>,
    /// What is taken off the signal: `none` (the default), `constant` or `linear`.
    #[named]
    trend: Option<Trend>,
    /// The probability of the level; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x], sampled)?;
    let asked = Asked { wavelet, order, spacing, periods, trend };
    let (options, places) = asked.options(call, sampling, x.values.len())?;
    let places = places.with("x", x.span).with_option("confidence", confidence.as_ref());
    let found = places.check(call, signals::wavelet_transform(&x.values, &options))?;
    let level = confidence_of(confidence.as_ref());
    let mut detrended = x.values.clone();
    options.detrend.apply(&mut detrended);
    let significance =
        signals::wavelet_significance(&detrended, &found, None, level, None);
    let axes = axes(&found.scales, &x, sampling);
    let power = found.power();
    let mut record = record_of("wavelet transform", &found.scales, &axes, sampling)
        .with("transform", plane(&axes, found.values.values.clone(), "W", false))
        .with("power", plane(&axes, power.values, "|W|²", false))
        .with("global_power", over(&axes[0], found.global_power(), "mean |W|²"));
    match significance {
        Ok(levels) => {
            record = record
                .with("significance", over(&axes[0], levels.levels, "level"))
                .with("autocorrelation", levels.autocorrelation)
                .with("confidence", level);
        }
        Err(error @ holor_coherence::CoherenceError::OutOfRange { .. }) => {
            return Err(places.refuse(call, &error));
        }
        // A signal to which no red noise can be fitted has a transform nevertheless.
        Err(error) => {
            record =
                record.with("no_significance", Value::Text(error.to_string().into()));
        }
    }
    let carried = Arc::new((found, axes[1].clone()));
    Ok(record
        .with("rate", sampling.rate)
        .drawn(pictures::wavelet_power)
        .carrying(carried))
}

/// The signal rebuilt from its wavelet transform, or the part of it with certain periods.
///
/// x(t) = (δj √dt/(C ψ(0))) Σ_j Re W(s_j, t)/√s_j, Torrence and Compo (1998), eq. 11, as `pycwt.icwt`. What lies outside
/// the scales of the transform is missing, its mean above all. Wavelets other than those of their table 2 have the
/// factor C = (π/(ln 2 √(2π) ψ(0))) ∫ ψ̂(u)/u du.
///
/// ```holor
/// s = linspace(0, 5.11, 512); x = sin(2pi*4 s) + cos(2pi*s);
/// W = wavelet_transform(array(x, t = s));
/// max(abs(list(icwt(W)) - x)[200..300]) < 0.05       # => true
/// max(abs(list(icwt(W, periods = 0.1..0.5)) - sin(2pi*4 s))[200..300]) < 0.05    # => true
/// ```
#[builtin(
    name = "icwt",
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("inverse_wavelet_transform"),
    see("wavelet_transform", "bandpass")
)]
fn inverse_wavelet(
    call: &Call<'_>,
    /// What `wavelet_transform` gave.
    transform: Spanned<Arc<Record>>,
    /// The periods that count, `0.05..2`; all if left out.
    #[named]
    periods: Option<Edges>,
) -> Result<NumericArray> {
    let record = &transform.value;
    let Some((found, times)) = record.carried::<(WaveletTransform, ArrayAxis)>() else {
        let message = format!(
            "`icwt` takes what `wavelet_transform` gives, found {}",
            record.describe()
        );
        return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
            .at(transform.span)
            .hint("icwt(wavelet_transform(x))")
            .into();
    };
    let mut places = Places::default().with("wavelet", transform.span);
    let (low, high) = match periods {
        Some(periods) => {
            places = places.with("periods", periods.span);
            (periods.low, periods.high)
        }
        None => (0.0, f64::INFINITY),
    };
    let values = places.check(call, found.reconstruct(low, high))?;
    let plain = NumericArray::vector(values.clone());
    Ok(NumericArray::along(values, times.clone()).unwrap_or(plain).named("x"))
}

/// The cross wavelet transform of two signals, and where it exceeds that of red noises.
///
/// W_x conj(W_y) of the signals less their means over their standard deviations, as `pycwt.xwt`; its angle is positive where
/// x is ahead. The level of independent red noises follows Torrence and Compo (1998), eq. 31; that of pycwt is too high.
/// Options are those of `wavelet_transform`.
///
/// The record has `period`, `f`, `scale`, `t`, `cross` (complex, period by time), `power` |cross|, `phase`, `cone` and
/// `significance`. In its picture arrows point right where the signals are in phase, left where they are opposed, and up
/// where x is a quarter of a period ahead.
///
/// ```holor
/// s = linspace(0, 5.11, 512); u = 0.1 cos(50 s^2); v = 0.1 sin(31 s^3);
/// x = array(sin(2pi*4 s) + u, t = s); y = array(cos(2pi*4 s) + v, t = s);
/// W = cross_wavelet(x, y);
/// abs(W.phase[44, 256]/pi + 0.5) < 0.01        # => true
/// W.power[44, 256] > W.significance[44]        # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("xwt"),
    see("wavelet_coherence", "wavelet_transform")
)]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn cross_wavelet(
    call: &Call<'_>,
    /// The first signal.
    x: Signal,
    /// The second signal.
    y: Signal,
    #[options] sampled: Rate,
    /// `morlet` (the default), `paul`, or `dog` (a derivative of a Gaussian).
    #[named]
    #[also("mother")]
    wavelet: Option<WaveletName>,
    /// Morlet's angular frequency, 6 if left out; the order of Paul's wavelet, 4; of the derivative, 2.
    #[named]
    order: Option<Spanned<f64>>,
    /// The spacing of the scales in octaves; 1/12 if left out.
    #[named]
    #[also("dj")]
    spacing: Option<Spanned<f64>>,
    /// The periods, `0.05..2`; from that of the scale of twice the interval to the length of the signals if left out.
    #[named]
    periods: Option<Edges>,
    /// The probability of the level; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x, &y], sampled)?;
    let asked = Asked { wavelet, order, spacing, periods, trend: None };
    let (options, mut places) = asked.options(call, sampling, x.values.len())?;
    places.0.extend(Places::of_pair(&x, &y).0);
    let places = places.with_option("confidence", confidence.as_ref());
    let level = confidence_of(confidence.as_ref());
    let found = signals::cross_wavelet(&x.values, &y.values, &options, level);
    let found = places.check(call, found)?;
    let axes = axes(&found.scales, &x, sampling);
    let power: Vec<f64> = found.values.values.iter().map(|z| z.norm()).collect();
    Ok(record_of("cross wavelet transform", &found.scales, &axes, sampling)
        .with("cross", plane(&axes, found.values.values.clone(), "W", false))
        .with("power", plane(&axes, power, "|W_xy|", false))
        .with("phase", plane(&axes, found.phase().values, "phase", true))
        .with("significance", over(&axes[0], found.significance, "level"))
        .with("confidence", level)
        .with("rate", sampling.rate)
        .drawn(pictures::cross_wavelet))
}

/// The wavelet coherence of two signals over period and time, with its significance.
///
/// |⟨W_x conj(W_y)/s⟩|²/(⟨|W_x|²/s⟩⟨|W_y|²/s⟩), from 0 to 1, smoothed in time and scale as `pycwt.wct` (Grinsted, Moore
/// and Jevrejeva, Nonlin. Proc. Geophys. 11 (2004) 561), with Morlet 6; the signals are taken less their means over their
/// standard deviations. `significance` at each scale is the level that the coherence of pairs of red noises with the
/// autocorrelations of the signals stays below with the probability `confidence`, from `surrogates` pairs: pycwt takes 300,
/// and so does this where that takes a few seconds; of long signals it takes fewer, at least 20, unless told.
/// `surrogates = 0` leaves the level out; a range of `periods` makes it much faster. An interrupt stops it.
///
/// The record has `period`, `f`, `scale`, `t`, `coherence` (period by time), `phase` (positive where x is ahead), `cone`,
/// `significance` and the number of `surrogates`. In its picture black lines surround significant coherence, the cone of
/// influence is dashed, and arrows point right where the signals are in phase, left where they are opposed, up where x
/// is a quarter of a period ahead.
///
/// ```holor
/// s = linspace(0, 2.55, 256); u = 0.5 cos(50 s^2); v = 0.5 sin(31 s^3);
/// x = array(sin(2pi*4 s) + u, t = s); y = array(sin(2pi*4 s) + v, t = s);
/// W = wavelet_coherence(x, y, surrogates = 20, periods = 0.1..1);
/// shape(W.coherence)                           # => [40, 256]
/// W.coherence[17, 128] > W.significance[17]    # => true
/// wavelet_coherence(x, y, spacing = 2)         # error: [E0204]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("wct"),
    see("coherence", "cross_wavelet", "wavelet_transform", "sliding_plv")
)]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn wavelet_coherence(
    call: &Call<'_>,
    /// The first signal.
    x: Signal,
    /// The second signal.
    y: Signal,
    #[options] sampled: Rate,
    /// The spacing of the scales in octaves; 1/12 if left out.
    #[named]
    #[also("dj")]
    spacing: Option<Spanned<f64>>,
    /// The periods, `0.05..2`; from that of the scale of twice the interval to the length of the signals if left out.
    #[named]
    periods: Option<Edges>,
    /// The number of pairs of red noises; 300 if left out, of long signals fewer.
    #[named]
    surrogates: Option<Spanned<usize>>,
    /// Decides the noises.
    #[named]
    #[default(0)]
    seed: u64,
    /// The probability of the level; 0.95 if left out.
    #[named]
    confidence: Option<Spanned<f64>>,
) -> Result<Record> {
    let sampling = Sampling::of(call, &[&x, &y], sampled)?;
    let asked = Asked { wavelet: None, order: None, spacing, periods, trend: None };
    let (options, mut places) = asked.options(call, sampling, x.values.len())?;
    places.0.extend(Places::of_pair(&x, &y).0);
    let places = places
        .with_option("confidence", confidence.as_ref())
        .with_option("surrogates", surrogates.as_ref());
    let level = confidence_of(confidence.as_ref());
    let usual = || usual_surrogates(&options, x.values.len());
    let count = surrogates.as_ref().map_or_else(usual, |it| it.value);
    let noises =
        (count > 0).then_some(WaveletSurrogates { count, seed, confidence: level });
    let found = watched(call, "surrogates of red noise", |watch| {
        signals::wavelet_coherence_watched(&x.values, &y.values, &options, noises, watch)
    });
    let Some(found) = places.check(call, found)? else {
        call.poll()?;
        return Err(call.error(&codes::E0701_INTERRUPTED, "interrupted"));
    };
    let axes = axes(&found.scales, &x, sampling);
    let Plane { values, .. } = found.values;
    let mut record = record_of("wavelet coherence", &found.scales, &axes, sampling)
        .with("coherence", plane(&axes, values, "coherence", false))
        .with("phase", plane(&axes, found.phase.values, "phase", true));
    if let Some(levels) = found.significance {
        // No level: no coherence at such a scale is significant.
        let levels: Vec<f64> = levels.iter().map(|level| level.unwrap_or(1.0)).collect();
        record = record
            .with("significance", over(&axes[0], levels, "level"))
            .with("confidence", level)
            .with("surrogates", Value::Expr(holor_algebra::Expr::integer(count)));
    }
    if !found.without_power.is_empty() {
        record = record.with(
            "without_power",
            Value::Expr(holor_algebra::Expr::integer(found.without_power.len())),
        );
    }
    Ok(record.with("rate", sampling.rate).drawn(pictures::wavelet_coherence))
}
