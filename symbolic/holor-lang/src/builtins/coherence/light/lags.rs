//! Records in time with their lags, and the coherence of two fields.

use crate::array::{ArrayAxis, Complex64, NumericArray};
use crate::builtin::{Expected, FromValue, Given, Spanned};
use crate::builtins::coherence::data::{Samples, real_if_possible, uneven};
use crate::builtins::coherence::photons::LightWord;
use crate::builtins::coherence::signals::require_same_times;
use crate::evaluate::Call;
use crate::{Diagnostic, Result, Span, Value, codes};

/// An intensity through time.
#[derive(Clone, Debug)]
pub(super) struct Intensity(pub(super) Samples);

impl FromValue for Intensity {
    const KIND: &'static str = Samples::KIND;
    const WORDS: &'static [&'static str] = LightWord::WORDS;

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        if LightWord::from_value(given, call).is_err() {
            return Samples::from_value(given, call).map(Self);
        }
        let light = call.text(given.span);
        let message = format!(
            "`g2` takes an intensity through time, and `{light}` is a state of light"
        );
        let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(given.span);
        Err(error
            .hint(format!("photon_g2({light}, 2)"))
            .hint("photon_statistics(ρ)")
            .into())
    }
}

/// The records in time of an array: along the axis of time, else along the last; one for each place on the others, each inside where
/// the box has a mask.
pub(super) fn records(samples: &Samples) -> Result<Vec<Vec<Complex64>>> {
    let array = &samples.array;
    let along = array.time_axis().unwrap_or(array.rank().saturating_sub(1));
    let mut order: Vec<usize> = (0..array.rank()).filter(|&axis| axis != along).collect();
    order.push(along);
    let length = array.axes().get(along).map_or(1, ArrayAxis::len).max(1);
    let turned = array.permuted(&order);
    let values = turned.as_ref().unwrap_or(array).to_complex().into_owned();
    let here = |error: Box<Diagnostic>| Box::new((*error).at(samples.span));
    let inside = turned.as_ref().unwrap_or(array).inside().map_err(here)?;
    let within = |(place, _): &(usize, &[Complex64])| {
        let inside = inside.as_ref().and_then(|it| it.get(place * length));
        inside.is_none_or(|inside| *inside)
    };
    let records = values.chunks(length).enumerate().filter(within);
    Ok(records.map(|(_, record)| record.to_vec()).collect())
}

/// The step of the axis that the records run along.
pub(super) fn interval(samples: &Samples) -> Result<f64> {
    match samples.array.time_axis() {
        Some(_) => samples.interval(),
        None => match samples.array.axes().last() {
            Some(axis) if axis.len() > 1 => {
                axis.spacing().ok_or_else(|| uneven(axis, samples.span))
            }
            _ => Ok(1.0),
        },
    }
}

/// The largest lag in samples: half of the record where none is given.
pub(super) fn largest_lag(
    lag: Option<Spanned<f64>>,
    interval: f64,
    length: usize,
    span: Span,
) -> Result<usize> {
    let Some(lag) = lag else { return Ok(length.saturating_sub(1) / 2) };
    // A lag that is a whole number of intervals but for rounding counts as one; else the last one before it.
    let quotient = lag.value / interval;
    let nearest = quotient.round();
    let near = (quotient - nearest).abs() <= 1e-9 * nearest.abs().max(1.0);
    let samples = if near { nearest } else { quotient.floor() };
    let last = length.saturating_sub(1);
    if !(0.0..=last as f64).contains(&samples) {
        let message = format!(
            "the largest lag is {}; it must be between 0 and {}, the length of the record",
            lag.value,
            last as f64 * interval
        );
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(if lag.span == Span::default() { span } else { lag.span })
            .into();
    }
    Ok(samples as usize)
}

pub(super) fn lag_axis(lags: &[f64]) -> ArrayAxis {
    ArrayAxis::quantity("τ", lags.to_vec())
}

pub(super) fn along(
    values: impl Into<crate::ArrayValues>,
    axis: &ArrayAxis,
    name: &str,
) -> Value {
    NumericArray::along(values, axis.clone())
        .map_or(Value::Nothing, |array| array.named(name).into_value())
}

/// What is said of a field that is 0.
pub(in super::super) const NO_LIGHT: &str =
    "the degree of coherence is undefined: a field is 0 everywhere";

/// ⟨a* b⟩/√(⟨|a|²⟩⟨|b|²⟩) from the three sums; nothing where a field is 0.
pub(in super::super) fn degree(product: Complex64, a: f64, b: f64) -> Option<Complex64> {
    // Roots first: their product neither over- nor underflows.
    let size = a.sqrt() * b.sqrt();
    (size > 0.0).then(|| product / size)
}

/// The degree of coherence of a field with another, for each time of the second.
pub(super) fn between(
    call: &Call<'_>,
    first: &Samples,
    second: &Samples,
) -> Result<Value> {
    let here = |error: Box<Diagnostic>| Box::new((*error).at(first.span));
    let own = first.array.inside().map_err(here)?;
    let found = second.at_times(call, |frame| {
        if frame.shape() != first.array.shape() {
            let message = format!(
                "two fields at the same places are compared, found {} and {}",
                first.array.describe(),
                frame.describe()
            );
            return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
        }
        for axes in first.array.axes().iter().zip(frame.axes()) {
            require_same_times(axes, second.span)?;
        }
        let other = frame.inside().map_err(here)?;
        let within = |place: usize| {
            let inside = |mask: &Option<Vec<bool>>| {
                mask.as_ref().is_none_or(|mask| mask.get(place) == Some(&true))
            };
            inside(&own) && inside(&other)
        };
        let (a, b) = (first.array.to_complex(), frame.to_complex());
        let pairs: Vec<(&Complex64, &Complex64)> = a
            .iter()
            .zip(b.iter())
            .enumerate()
            .filter(|(place, _)| within(*place))
            .map(|(_, pair)| pair)
            .collect();
        let product = pairs.iter().map(|(a, b)| a.conj() * **b).sum();
        let power = pairs.iter().map(|(a, _)| a.norm_sqr()).sum();
        let other = pairs.iter().map(|(_, b)| b.norm_sqr()).sum();
        degree(product, power, other)
            .ok_or_else(|| call.error(&codes::E0301_UNDEFINED, NO_LIGHT))
    })?;
    Ok(match found.time {
        Some(time) => NumericArray::along(real_if_possible(found.items), time)
            .map_or(Value::Nothing, |array| array.named("g1").into_value()),
        None => found.items.first().map_or(Value::Nothing, |&z| crate::array::number(z)),
    })
}
