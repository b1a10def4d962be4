//! Directed influence: Granger causality, directed coherence, and synchronisation of events.

use holor_coherence::signals::{self, Autoregression, DirectedCoherence};
use holor_macros::builtin;

use super::filters::grid;
use super::pictures;
use super::{Places, Rate, Sampling, coordinates, frequency_axis, over};
use crate::array::{ArrayAxis, NumericArray};
use crate::builtin::{Signal, Spanned};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Record, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &GRANGER,
    &GRANGER_SPECTRUM,
    &AUTOREGRESSION,
    &PARTIAL_DIRECTED_COHERENCE,
    &DIRECTED_TRANSFER,
    &EVENT_SYNCHRONISATION,
];

/// The largest order tried where none is given.
const MOST_ORDER: usize = 20;

/// The order that is given, or the one at which Akaike's criterion of the model of all channels is least.
fn order_of(
    call: &Call<'_>,
    channels: &[&Signal],
    order: Option<&Spanned<usize>>,
    places: &Places,
) -> Result<usize> {
    if let Some(order) = order {
        return Ok(order.value);
    }
    let samples = channels.first().map_or(0, |it| it.values.len());
    let values: Vec<&[f64]> = channels.iter().map(|it| it.values.as_slice()).collect();
    // A model needs several equations for each unknown.
    let most = (samples / (4 * channels.len().max(1))).clamp(1, MOST_ORDER);
    let mut best: Option<(usize, f64)> = None;
    for order in 1..=most {
        call.poll()?;
        // All models are judged on the same equations.
        let same: Vec<&[f64]> =
            values.iter().map(|it| it.get(most - order..).unwrap_or_default()).collect();
        match signals::fit_autoregression(&same, order) {
            Ok(model) => {
                if best.is_none_or(|(_, least)| model.akaike < least) {
                    best = Some((order, model.akaike));
                }
            }
            Err(error) if order == 1 => return Err(places.refuse(call, &error)),
            Err(_) => break,
        }
    }
    Ok(best.map_or(1, |(order, _)| order))
}

fn channel_places(channels: &[&Signal], order: Option<&Spanned<usize>>) -> Places {
    let mut places = Places::default().with_option("order", order);
    let first = channels.first().map(|it| it.values.len());
    if let Some(odd) = channels.iter().find(|it| Some(it.values.len()) != first) {
        places.put("channel", odd.span);
    }
    if let Some(first) = channels.first() {
        places.put("channel", first.span);
    }
    places
}

/// Whether the past of x improves the prediction of y from its own past and that of others (Granger 1969).
///
/// Autoregressions of an order, with a constant; the F test is that of `statsmodels` `grangercausalitytests`
/// (`ssr_ftest`). The record has `value` = ln(residual power without x / with x), Geweke's measure, `statistic` F,
/// `degrees` of freedom, `probability` of such an F without influence, and the `order`: if left out, the one up to 20 at
/// which Akaike's criterion of the model of all signals is least.
///
/// ```holor
/// s = linspace(0, 199, 200); x = cos(s^2); y = 0.1 sin(3 s^3/7) + cos((s - 1)^2);
/// G = granger(x, y, order = 2);
/// [G.probability < 1e-9, G.order]              # => [true, 2]
/// granger(y, x, order = 2).probability > 0.01  # => true
/// granger([1, 2, 3], [3, 1, 2], order = 5)     # error: [E0203]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("granger_causality"),
    see("granger_spectrum", "partial_directed_coherence", "cross_correlation")
)]
fn granger(
    call: &Call<'_>,
    /// The cause.
    x: Signal,
    /// The effect.
    y: Signal,
    /// Signals whose past is known as well.
    #[variadic]
    others: Vec<Signal>,
    /// The order of the autoregressions.
    #[named]
    #[also("maxlag", "lags")]
    order: Option<Spanned<usize>>,
) -> Result<Record> {
    let mut channels = vec![&x, &y];
    channels.extend(&others);
    Sampling::of(call, &channels, Rate::default())?;
    let places = channel_places(&channels, order.as_ref());
    let order = order_of(call, &channels, order.as_ref(), &places)?;
    let known: Vec<&[f64]> = others.iter().map(|it| it.values.as_slice()).collect();
    let found = signals::granger_causality(&x.values, &y.values, &known, order);
    let found = places.check(call, found)?;
    let degrees = vec![found.degrees.0, found.degrees.1];
    Ok(Record::new("Granger causality")
        .described(&format!("order {}", found.order))
        .with("value", found.value)
        .with("statistic", found.statistic)
        .with("probability", found.probability)
        .with("degrees", crate::builtin::IntoValue::into_value(degrees))
        .with("order", integer(found.order)))
}

fn integer(number: usize) -> Value {
    Value::Expr(holor_algebra::Expr::integer(number))
}

/// A model of channels, and how they are sampled.
fn model_of(
    call: &Call<'_>,
    channels: &[&Signal],
    sampled: Rate,
    order: Option<&Spanned<usize>>,
) -> Result<(Autoregression, Sampling, Places, usize)> {
    let sampling = Sampling::of(call, channels, sampled)?;
    let places = channel_places(channels, order);
    let order = order_of(call, channels, order, &places)?;
    let values: Vec<&[f64]> = channels.iter().map(|it| it.values.as_slice()).collect();
    let model = places.check(call, signals::fit_autoregression(&values, order))?;
    Ok((model, sampling, places, order))
}

/// Frequencies of a directed measure.
fn frequencies_of(
    call: &Call<'_>,
    points: Option<Spanned<usize>>,
    sampling: Sampling,
) -> Result<Vec<f64>> {
    let count = points.as_ref().map_or(256, |it| it.value);
    if (2..=1_000_000).contains(&count) {
        return Ok(grid(sampling.rate, count));
    }
    let span = points.map_or(call.span(), |it| it.span);
    let message = format!("points is {count}; it must be between 2 and 10^6");
    Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
        .at(span)
        .hint("points = 256")
        .into()
}

/// Geweke's measure of the influence of two signals on each other over frequency.
///
/// ln(S_yy/(S_yy - (V_xx - V_xy²/V_yy)|H_yx|²)) for x to y, from an autoregression of both with noise covariance V,
/// transfer H and spectrum S; its mean over frequency is Granger's measure. Geweke, J. Am. Stat. Assoc. 77 (1982) 304. The
/// record has `f`, `x_to_y`, `y_to_x` and the `order`.
///
/// ```holor
/// s = linspace(0, 199, 200); x = cos(s^2); y = 0.1 sin(3 s^3/7) + cos((s - 1)^2);
/// G = granger_spectrum(x, y, order = 2, points = 500);
/// mean(G.x_to_y) > 10 mean(G.y_to_x)           # => true
/// abs(mean(G.x_to_y) - granger(x, y, order = 2).value) < 0.2    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("spectral_granger"),
    see("granger", "partial_directed_coherence", "directed_transfer")
)]
fn granger_spectrum(
    call: &Call<'_>,
    /// The first signal.
    x: Signal,
    /// The second signal.
    y: Signal,
    /// The order of the autoregression; by Akaike's criterion if left out.
    #[named]
    #[also("maxlag", "lags")]
    order: Option<Spanned<usize>>,
    #[options] sampled: Rate,
    /// The number of frequencies from 0 to rate/2; 256 if left out.
    #[named]
    points: Option<Spanned<usize>>,
) -> Result<Record> {
    let (model, sampling, places, order) =
        model_of(call, &[&x, &y], sampled, order.as_ref())?;
    let frequencies = frequencies_of(call, points, sampling)?;
    let found = model.spectral_causality(&frequencies, sampling.rate);
    let found = places.check(call, found)?;
    let axis = frequency_axis(&found.frequencies);
    let part = |to: usize, from: usize| -> Vec<f64> {
        found.values.iter().map(|it| it.get(to, from).unwrap_or(0.0)).collect()
    };
    Ok(Record::new("spectral causality")
        .described(&format!("order {order} {}", sampling.note()))
        .with("f", coordinates(&axis))
        .with("x_to_y", over(&axis, part(1, 0), "x to y"))
        .with("y_to_x", over(&axis, part(0, 1), "y to x"))
        .with("order", integer(order))
        .with("rate", sampling.rate)
        .drawn(pictures::both_ways))
}

/// Fits an autoregression x_t = c + Σ_k A_k x_{t-k} + e_t to signals by least squares.
///
/// The record has `coefficients` (k, to, from), `noise` (the covariance of e, with the unknowns taken off the number of
/// equations), `akaike`, `schwarz` and the `order`: if left out, the one up to 20 at which Akaike's criterion is least.
///
/// ```holor
/// A = autoregression([1, 0.5, 0.3, 0.1, 0.08, 0, 0.1, -0.1, 0.2, 0.05], order = 1);
/// abs(A.coefficients[1, 1, 1] - 0.41657494) < 1e-8   # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    see("granger", "partial_directed_coherence")
)]
fn autoregression(
    call: &Call<'_>,
    /// The signals.
    #[variadic]
    signals: Vec<Signal>,
    /// The order.
    #[named]
    #[also("maxlag", "lags")]
    order: Option<Spanned<usize>>,
) -> Result<Record> {
    let channels: Vec<&Signal> = signals.iter().collect();
    let (model, _, _, order) =
        model_of(call, &channels, Rate::default(), order.as_ref())?;
    let size = model.noise.rows;
    let values: Vec<f64> =
        model.coefficients.iter().flat_map(|plane| plane.values.clone()).collect();
    let coefficients = NumericArray::new(
        values,
        [ArrayAxis::index(order), ArrayAxis::index(size), ArrayAxis::index(size)],
    );
    let noise = NumericArray::new(
        model.noise.values,
        [ArrayAxis::index(size), ArrayAxis::index(size)],
    );
    let value = |array: Option<NumericArray>| {
        array.map_or(Value::Nothing, NumericArray::into_value)
    };
    Ok(Record::new("autoregression")
        .described(&format!("order {order}, {} equations", model.equations))
        .with("coefficients", value(coefficients))
        .with("noise", value(noise))
        .with("akaike", model.akaike)
        .with("schwarz", model.schwarz)
        .with("order", integer(order))
        .drawn(pictures::coefficients))
}

fn directed(
    found: DirectedCoherence,
    kind: &'static str,
    sampling: Sampling,
    order: usize,
) -> Record {
    let axis = frequency_axis(&found.frequencies);
    let size = found.values.first().map_or(0, |plane| plane.rows);
    let channel = |name: &str| {
        let numbers: Vec<f64> = (1..=size).map(|it| it as f64).collect();
        ArrayAxis::quantity(name, numbers)
    };
    let values: Vec<f64> =
        found.values.iter().flat_map(|plane| plane.values.clone()).collect();
    let array = NumericArray::new(values, [axis.clone(), channel("to"), channel("from")]);
    Record::new(kind)
        .described(&format!("order {order} {}", sampling.note()))
        .with("f", coordinates(&axis))
        .with("value", array.map_or(Value::Nothing, |it| it.named(kind).into_value()))
        .with("order", integer(order))
        .with("rate", sampling.rate)
        .drawn(pictures::directed)
}

/// The partial directed coherence of signals: the share of what leaves each that goes straight to another.
///
/// |A_ij(f)|/√(Σ_k |A_kj(f)|²) for the influence of j on i, A(f) = 1 - Σ_k A_k e^{-2πi f k/rate}, from an autoregression.
/// Baccalá and Sameshima, Biol. Cybern. 84 (2001) 463. The record has `f` and `value` over (f, to, from).
///
/// ```holor
/// s = linspace(0, 199, 200); x = cos(s^2); y = 0.1 sin(3 s^3/7) + cos((s - 1)^2);
/// P = partial_directed_coherence(x, y, order = 2);
/// shape(P.value)                               # => [256, 2, 2]
/// P.value[100, 2, 1] > 3 P.value[100, 1, 2]    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("pdc"),
    see("directed_transfer", "granger", "partial_coherence")
)]
fn partial_directed_coherence(
    call: &Call<'_>,
    /// The signals.
    #[variadic]
    signals: Vec<Signal>,
    /// The order of the autoregression; by Akaike's criterion if left out.
    #[named]
    #[also("maxlag", "lags")]
    order: Option<Spanned<usize>>,
    #[options] sampled: Rate,
    /// The number of frequencies from 0 to rate/2; 256 if left out.
    #[named]
    points: Option<Spanned<usize>>,
) -> Result<Record> {
    let channels: Vec<&Signal> = signals.iter().collect();
    let (model, sampling, places, order) =
        model_of(call, &channels, sampled, order.as_ref())?;
    let frequencies = frequencies_of(call, points, sampling)?;
    let found = model.partial_directed_coherence(&frequencies, sampling.rate);
    let found = places.check(call, found)?;
    Ok(directed(found, "partial directed coherence", sampling, order))
}

/// The directed transfer function of signals: the share of what arrives at each that comes from another.
///
/// Influence by way of other signals counts.
/// |H_ij(f)|/√(Σ_k |H_ik(f)|²) for the influence of j on i, H the inverse of A(f) (see `partial_directed_coherence`).
/// Kamiński and Blinowska, Biol. Cybern. 65 (1991) 203. The record has `f` and `value` over (f, to, from).
///
/// ```holor
/// s = linspace(0, 199, 200); x = cos(s^2); y = 0.1 sin(3 s^3/7) + cos((s - 1)^2);
/// D = directed_transfer(x, y, order = 2);
/// abs(D.value[100, 1, 1]^2 + D.value[100, 1, 2]^2 - 1) < 1e-12    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("dtf", "directed_transfer_function"),
    see("partial_directed_coherence", "granger")
)]
fn directed_transfer(
    call: &Call<'_>,
    /// The signals.
    #[variadic]
    signals: Vec<Signal>,
    /// The order of the autoregression; by Akaike's criterion if left out.
    #[named]
    #[also("maxlag", "lags")]
    order: Option<Spanned<usize>>,
    #[options] sampled: Rate,
    /// The number of frequencies from 0 to rate/2; 256 if left out.
    #[named]
    points: Option<Spanned<usize>>,
) -> Result<Record> {
    let channels: Vec<&Signal> = signals.iter().collect();
    let (model, sampling, places, order) =
        model_of(call, &channels, sampled, order.as_ref())?;
    let frequencies = frequencies_of(call, points, sampling)?;
    let found = model.directed_transfer(&frequencies, sampling.rate);
    let found = places.check(call, found)?;
    Ok(directed(found, "directed transfer", sampling, order))
}

/// The synchronisation of two series of events, such as spikes, by their times.
///
/// Two events coincide when they are less apart than half the least interval before and after both, and no more than
/// `longest_delay` where given. The record has `value` Q, 1 where every event has a partner, `precedence` q, 1 where events
/// of x always come first, and the number of `coincidences`. Quian Quiroga, Kreuz and Grassberger, Phys. Rev. E 66 (2002)
/// 041904; an event just half way between two others, which the paper counts for both, counts for none.
///
/// ```holor
/// E = event_synchronisation([1, 2, 3], [1.1, 2.1, 3.1]);
/// [E.value, E.precedence]                      # => [1.0, 1.0]
/// event_synchronisation([1, 2], [1.4, 2.4], longest_delay = 0.3).value    # => 0.0
/// event_synchronisation([2, 1], [1, 2])        # error: [E0307]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    aliases("event_synchronization"),
    see("plv", "cross_correlation")
)]
fn event_synchronisation(
    call: &Call<'_>,
    /// The times of the first events, rising.
    x: Signal,
    /// The times of the second events, rising.
    y: Signal,
    /// The largest distance of events that coincide.
    #[named]
    longest_delay: Option<Spanned<f64>>,
) -> Result<Record> {
    let places = Places(vec![("events of x", x.span), ("events of y", y.span)])
        .with_option("longest delay", longest_delay.as_ref());
    let longest = longest_delay.map(|it| it.value);
    let found = signals::event_synchronisation(&x.values, &y.values, longest);
    let found = places.check(call, found)?;
    Ok(Record::new("event synchronisation")
        .with("value", found.value)
        .with("precedence", found.precedence)
        .with("coincidences", found.coincidences))
}
