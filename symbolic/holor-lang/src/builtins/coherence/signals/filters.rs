//! Filters without phase shift, trends, and cross-correlation.

use holor_coherence::CoherenceError;
use holor_coherence::signals::{self, Band, CorrelationScale, SectionFilter};
use holor_macros::builtin;

use super::channels::Channels;
use super::phase::along;
use super::pictures;
use super::{Places, Rate, Sampling, Trend, coordinates, frequency_axis, over};
use crate::array::{ArrayAxis, AxisKind, Complex64, NumericArray};
use crate::builtin::{
    ArrayArgument, AxisChoice, Expected, FromValue, Given, Signal, Spanned, word,
};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &BANDPASS,
    &BANDSTOP,
    &LOWPASS,
    &HIGHPASS,
    &BUTTERWORTH,
    &DETREND,
    &CROSS_CORRELATION,
];

word! {
    /// How a signal is filtered.
    pub(crate) Method {
        /// A Butterworth filter forwards and backwards.
        Butterworth = "butterworth",
        /// The Fourier transform is cut.
        Fourier = "fourier",
    }
}

word! {
    /// Which frequencies pass.
    pub(crate) Pass {
        /// Below a frequency.
        Lowpass = "lowpass" | "low",
        /// Above a frequency.
        Highpass = "highpass" | "high",
        /// Between two.
        Bandpass = "bandpass" | "band",
        /// Outside two.
        Bandstop = "bandstop" | "stop",
    }
}

word! {
    /// How a cross-correlation is scaled.
    pub(crate) Correlation {
        /// From -1 to 1.
        Coefficient = "coefficient",
        /// Sums as they are.
        Raw = "raw",
        /// Divided by the number of samples.
        Biased = "biased",
        /// Divided by the number of products.
        Unbiased = "unbiased",
    }
}

/// Two frequencies, `8..12` or `[8, 12]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edges {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) span: Span,
}

impl FromValue for Edges {
    const KIND: &'static str = "a band of frequencies a..b";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let span = given.span;
        if let Value::Range(range) = &given.value
            && range.step.is_none()
        {
            let number = |value: &holor_algebra::Expr| {
                f64::from_value(&given.part(Value::Expr(value.clone())), call)
            };
            return Ok(Self {
                low: number(&range.start)?,
                high: number(&range.end)?,
                span,
            });
        }
        match Vec::<f64>::from_value(given, call)?.as_slice() {
            &[low, high] => Ok(Self { low, high, span }),
            _ => Err(Expected::Kind),
        }
    }
}

/// Filters signals to a band.
fn filtered(
    call: &Call<'_>,
    (x, axis): (&ArrayArgument, Option<&AxisChoice>),
    band: (Band, Span),
    sampled: Rate,
    order: Option<Spanned<usize>>,
    method: Option<Method>,
) -> Result<NumericArray> {
    Channels::of(call, x, axis)?.each(call, |x: Signal| {
        filtered_signal(call, &x, band, sampled.clone(), order.clone(), method)
    })
}

/// Filters a signal to a band.
fn filtered_signal(
    call: &Call<'_>,
    x: &Signal,
    (band, span): (Band, Span),
    sampled: Rate,
    order: Option<Spanned<usize>>,
    method: Option<Method>,
) -> Result<NumericArray> {
    let sampling = Sampling::of(call, &[x], sampled)?;
    let places = Places::default()
        .with("x", x.span)
        .with("signal", x.span)
        .with("band", span)
        .with_option("order", order.as_ref());
    if sampling.assumed
        && let Band::LowPass(edge)
        | Band::HighPass(edge)
        | Band::BandPass(_, edge)
        | Band::BandStop(_, edge) = band
        && edge >= 0.5
    {
        let message = format!(
            "the signal has no times, so its rate counts as 1, and {} is above half of it",
            super::short(edge)
        );
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(span)
            .label(x.span, "has no times")
            .hint(format!("{}(…, rate = 250)", call.name()))
            .into();
    }
    let values = match method {
        Some(Method::Fourier) => {
            if let Some(order) = order {
                let message = "a cut of the Fourier transform has no order";
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(order.span)
                    .into();
            }
            places.check(call, signals::fourier_band(&x.values, band, sampling.rate))?
        }
        Some(Method::Butterworth) | None => {
            let order = order.map_or(4, |it| it.value);
            let filter = signals::butterworth(order, band, sampling.rate);
            let filter = places.check(call, filter)?;
            places.check(call, filter.filter_both_ways(&x.values))?
        }
    };
    let array = along(x, values);
    let timed = array.with_axes([sampling.times(x)]);
    Ok(timed.unwrap_or(array))
}

/// A signal without the frequencies outside a band, not shifted in phase.
///
/// A Butterworth filter forwards and backwards, so that its gain is squared: `scipy.signal.sosfiltfilt` of
/// `butter(order, [a, b], "bandpass", output = "sos")`. With `method = fourier` the Fourier transform is cut, which rings
/// where the ends of the signal do not fit. Frequencies are in the unit of the rate.
///
/// ```holor
/// s = linspace(0, 3.996, 1000); x = array(sin(2pi*10 s) + sin(2pi*60 s), t = s);
/// max(abs(bandpass(x, 8..12) - sin(2pi*10 s))[300..700]) < 0.01    # => true
/// bandpass([1, 2, 3], 8..12)                   # error: [E0204]
/// bandpass(x, 8..200)                          # error: [E0204]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("lowpass", "highpass", "bandstop", "butterworth", "instantaneous_phase")
)]
fn bandpass(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    /// The band, `8..12`.
    band: Edges,
    #[options] sampled: Rate,
    /// The order of the filter; 4 if left out.
    #[named]
    order: Option<Spanned<usize>>,
    /// `butterworth` (the default) or `fourier`.
    #[named]
    method: Option<Method>,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    let pass = Band::BandPass(band.low, band.high);
    filtered(call, (&x, axis.as_ref()), (pass, band.span), sampled, order, method)
}

/// A signal without the frequencies inside a band, not shifted in phase; otherwise as `bandpass`.
///
/// ```holor
/// s = linspace(0, 3.996, 1000); x = array(sin(2pi*10 s) + sin(2pi*50 s), t = s);
/// max(abs(bandstop(x, 45..55) - sin(2pi*10 s))[300..700]) < 0.01    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("bandpass"))]
fn bandstop(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    /// The band, `49..51`.
    band: Edges,
    #[options] sampled: Rate,
    /// The order of the filter; 4 if left out.
    #[named]
    order: Option<Spanned<usize>>,
    /// `butterworth` (the default) or `fourier`.
    #[named]
    method: Option<Method>,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    let pass = Band::BandStop(band.low, band.high);
    filtered(call, (&x, axis.as_ref()), (pass, band.span), sampled, order, method)
}

/// A signal without the frequencies above an edge, not shifted in phase; otherwise as `bandpass`.
///
/// ```holor
/// s = linspace(0, 3.996, 1000); x = array(sin(2pi*2 s) + sin(2pi*60 s), t = s);
/// max(abs(lowpass(x, 10) - sin(2pi*2 s))[300..700]) < 0.01    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("bandpass", "highpass"))]
fn lowpass(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    /// The frequency at which the gain, squared, is 1/2.
    edge: Spanned<f64>,
    #[options] sampled: Rate,
    /// The order of the filter; 4 if left out.
    #[named]
    order: Option<Spanned<usize>>,
    /// `butterworth` (the default) or `fourier`.
    #[named]
    method: Option<Method>,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    let pass = Band::LowPass(edge.value);
    filtered(call, (&x, axis.as_ref()), (pass, edge.span), sampled, order, method)
}

/// A signal without the frequencies below an edge, not shifted in phase; otherwise as `bandpass`.
///
/// ```holor
/// s = linspace(0, 3.996, 1000); x = array(sin(2pi*1 s) + sin(2pi*60 s), t = s);
/// max(abs(highpass(x, 20) - sin(2pi*60 s))[300..700]) < 0.01    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("bandpass", "lowpass"))]
fn highpass(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    /// The frequency at which the gain, squared, is 1/2.
    edge: Spanned<f64>,
    #[options] sampled: Rate,
    /// The order of the filter; 4 if left out.
    #[named]
    order: Option<Spanned<usize>>,
    /// `butterworth` (the default) or `fourier`.
    #[named]
    method: Option<Method>,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    let pass = Band::HighPass(edge.value);
    filtered(call, (&x, axis.as_ref()), (pass, edge.span), sampled, order, method)
}

/// The design of a digital Butterworth filter in sections of second order, with its gain.
///
/// `scipy.signal.butter(order, edges, output = "sos")`: the rows of `sections` are b0, b1, b2, 1, a1, a2. A band filter has
/// twice the order. Edges are in the unit of the rate, which is 1 if left out (SciPy then counts its half as 1). The record
/// has `sections`, and `f` with `response` (complex); its picture is the gain.
///
/// ```holor
/// B = butterworth(2, 10, rate = 100);
/// max(abs(B.sections[1] - [0.067455273889, 0.134910547778, 0.067455273889, 1, -1.142980502540, 0.412801598096])) < 1e-11    # => true
/// abs(abs(B.response[1]) - 1) < 1e-12          # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", aliases("butter"), see("bandpass", "group_delay"))]
fn butterworth(
    call: &Call<'_>,
    /// The order.
    order: Spanned<usize>,
    /// The edge of a low-pass filter, or a band `8..12`.
    band: crate::builtin::Either<Spanned<f64>, Edges>,
    /// Samples per unit of time; 1 if left out.
    #[named]
    #[also("fs", "sfreq", "sampling_rate")]
    rate: Option<Spanned<f64>>,
    /// `lowpass`, `highpass`, `bandpass` or `bandstop`; the first or third if left out, as the edges are one or two.
    #[also("btype")]
    pass: Option<Pass>,
) -> Result<Record> {
    use crate::builtin::Either;
    let sampling = Sampling::of(call, &[], Rate { rate, dt: None })?;
    let (pass, span) = match (band, pass) {
        (Either::First(edge), None | Some(Pass::Lowpass)) => {
            (Band::LowPass(edge.value), edge.span)
        }
        (Either::First(edge), Some(Pass::Highpass)) => {
            (Band::HighPass(edge.value), edge.span)
        }
        (Either::Second(band), None | Some(Pass::Bandpass)) => {
            (Band::BandPass(band.low, band.high), band.span)
        }
        (Either::Second(band), Some(Pass::Bandstop)) => {
            (Band::BandStop(band.low, band.high), band.span)
        }
        (Either::First(edge), Some(_)) => {
            let message = "a band has two edges";
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(edge.span)
                .hint("8..12")
                .into();
        }
        (Either::Second(band), Some(_)) => {
            let message = "a low-pass or high-pass filter has one edge";
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(band.span)
                .into();
        }
    };
    let places = Places::default().with("band", span).with("order", order.span);
    let filter = signals::butterworth(order.value, pass, sampling.rate);
    let filter = places.check(call, filter)?;
    let frequencies: Vec<f64> =
        (0..=512).map(|k| f64::from(k) * sampling.rate / 1024.0).collect();
    let response: Vec<Complex64> =
        frequencies.iter().map(|&f| filter.response(f, sampling.rate)).collect();
    let SectionFilter { sections } = filter;
    let rows = sections.len();
    let sections = NumericArray::new(
        sections.concat(),
        [ArrayAxis::index(rows), ArrayAxis::index(6)],
    );
    let axis = frequency_axis(&frequencies);
    // Without a rate SciPy counts edges in halves of it.
    let halves = if sampling.assumed { "; in SciPy its half counts as 1" } else { "" };
    Ok(Record::new("Butterworth filter")
        .described(&format!("order {} {}{halves}", order.value, sampling.note()))
        .with("sections", sections.map_or(Value::Nothing, NumericArray::into_value))
        .with("f", coordinates(&axis))
        .with("response", over(&axis, response, "response"))
        .with("rate", sampling.rate)
        .drawn(pictures::response))
}

/// A signal less its least-squares line, or its mean, as `scipy.signal.detrend`.
///
/// The line is one over the times of the signal, which need not be evenly spaced.
///
/// ```holor
/// detrend([1, 2, 4])                           # => array([0.16666666666666652, -0.3333333333333335, 0.16666666666666652])
/// detrend([1, 2, 6], trend = constant)         # => array([-2.0, -1.0, 3.0])
/// max(abs(detrend(array([1, 4, 31], t = [0, 1, 10])))) < 1e-12    # => true
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", see("highpass", "welch"))]
fn detrend(
    call: &Call<'_>,
    /// The signal.
    x: ArrayArgument,
    /// `linear` (the default) or `constant`.
    #[named]
    trend: Option<Trend>,
    /// The axis along which signals run; that of times, or the only one, if left out.
    #[named]
    axis: Option<AxisChoice>,
) -> Result<NumericArray> {
    Channels::of(call, &x, axis.as_ref())?.each(call, |x: Signal| {
        if x.values.is_empty() {
            let error = CoherenceError::TooShort { name: "x", length: 0, least: 1 };
            return Err(Places::default().with("x", x.span).refuse(call, &error));
        }
        let mut values = x.values.clone();
        let trend = trend.unwrap_or(Trend::Linear).kind();
        match x.axis.rounded_spacing() {
            Some(_) => trend.apply(&mut values),
            None => trend.apply_at(&x.axis.coordinates(), &mut values),
        }
        along(&x, values).check_finite("the signal less its trend")
    })
}

/// The cross-correlation of two signals over lags.
///
/// Σ_n x_{n+lag} y_n: if x is y delayed by d, the largest value is at the lag d; lags as `scipy.signal.correlation_lags`.
/// The scale is `coefficient` (less the means, over √(Σx² Σy²): from -1 to 1), `raw` (`scipy.signal.correlate`), `biased`
/// or `unbiased` (less the means, over the number of samples or of products). Lags are in units of time where there is a
/// rate, else in samples. For coefficients `significance` = 1.96/√N is the level that independent white signals stay
/// below with probability 0.95.
///
/// The record has `lag`, `correlation`, `best_lag` and `best`, where |correlation| is largest.
///
/// ```holor
/// C = cross_correlation([0, 0, 1, 0], [1, 0, 0, 0], scale = raw);
/// C.best_lag                                   # => 2.0
/// C.correlation                                # => array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0], lag = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
/// cross_correlation([1, 2, 4], [1, 2, 4], rate = 10).best    # => 1.0
/// cross_correlation([1, 1], [1, 2])            # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("xcorr"),
    see("cross_spectrum", "coherence", "granger")
)]
fn cross_correlation(
    call: &Call<'_>,
    /// The first signal.
    x: Signal,
    /// The second signal; the first itself if left out.
    y: Option<Signal>,
    #[options] sampled: Rate,
    /// `coefficient` (the default), `raw`, `biased` or `unbiased`.
    #[named]
    scale: Option<Correlation>,
) -> Result<Record> {
    let y = y.unwrap_or_else(|| x.clone());
    let sampling = Sampling::of(call, &[&x, &y], sampled)?;
    let places = Places::of_pair(&x, &y);
    let scale = match scale {
        None | Some(Correlation::Coefficient) => CorrelationScale::Coefficient,
        Some(Correlation::Raw) => CorrelationScale::Raw,
        Some(Correlation::Biased) => CorrelationScale::Biased,
        Some(Correlation::Unbiased) => CorrelationScale::Unbiased,
    };
    let found = signals::cross_correlation(&x.values, &y.values, scale);
    let found = places.check(call, found)?;
    let lags: Vec<f64> =
        found.lags.iter().map(|&lag| lag as f64 / sampling.rate).collect();
    let axis = ArrayAxis::new("lag", AxisKind::Quantity, lags);
    let best = found.strongest();
    let mut record = Record::new("cross-correlation")
        .described(&sampling.note())
        .with("lag", coordinates(&axis))
        .with("correlation", over(&axis, found.values, "correlation"));
    if let Some((lag, value)) = best {
        record = record.with("best_lag", lag as f64 / sampling.rate).with("best", value);
    }
    if let Some(level) = found.significance {
        record = record.with("significance", level);
    }
    Ok(record.with("rate", sampling.rate).drawn(pictures::correlation))
}

/// Frequencies from 0 to half a rate.
pub(super) fn grid(rate: f64, count: usize) -> Vec<f64> {
    let last = count.saturating_sub(1).max(1) as f64;
    (0..count).map(|k| 0.5 * rate * k as f64 / last).collect()
}
