//! Measures of two oscillations: over the time of two signals, or at each time across the trials of two arrays.

use std::sync::Arc;

use super::Places;
use super::channels::{Channels, read};
use super::phase::{Oscillation, pair};
use crate::array::{ArrayAxis, NumericArray};
use crate::builtin::{ArrayArgument, AxisChoice, Expected, FromValue, Given};
use crate::evaluate::Call;
use crate::{Diagnostic, Result, Span, Value, codes};

/// A signal or phases, or an array of trials of them.
#[derive(Clone, Debug)]
pub(super) struct Trials {
    array: Arc<NumericArray>,
    span: Span,
}

impl FromValue for Trials {
    const KIND: &'static str =
        "a signal or phases: an array or list with one axis, or one of trials and times";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let ArrayArgument { array, span } = ArrayArgument::from_value(given, call)?;
        match array.rank() {
            1 | 2 => Ok(Self { array, span }),
            _ => Err(Expected::Kind),
        }
    }
}

/// Two signals, or the trials of two arrays of equal shape with what lies along time.
pub(super) struct Both {
    trials: Vec<(Oscillation, Oscillation)>,
    /// The axis of times, where there are trials.
    times: Option<ArrayAxis>,
    span: Span,
}

impl Both {
    /// # Errors
    /// E0203 where shapes differ, or nothing says which axis is that of times.
    pub(super) fn of(
        call: &Call<'_>,
        x: &Trials,
        y: &Trials,
        axis: Option<&AxisChoice>,
    ) -> Result<Self> {
        let given =
            |of: &Trials| ArrayArgument { array: of.array.clone(), span: of.span };
        let whole = |of: &Trials| read::<Oscillation>(call, &given(of));
        if x.array.rank() == 1 && y.array.rank() == 1 {
            for array in [&x.array, &y.array] {
                axis.map(|axis| axis.of(array)).transpose()?;
            }
            let trials = vec![(whole(x)?, whole(y)?)];
            return Ok(Self { trials, times: None, span: x.span });
        }
        if x.array.shape() != y.array.shape() {
            let message = format!(
                "the trials of both differ: {} and {}",
                x.array.describe(),
                y.array.describe()
            );
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                .at(y.span)
                .into();
        }
        let [a, b] = [x, y].map(|of| Channels::of(call, &given(of), axis));
        let (a, b) = (a?, b?);
        let times = a.axis();
        let lines = a.signals().into_iter().zip(b.signals());
        let trials = lines
            .map(|(a, b)| Ok((read(call, &a)?, read(call, &b)?)))
            .collect::<Result<Vec<(Oscillation, Oscillation)>>>()?;
        if trials.len() < 2 {
            let message = "across trials there must be two of them at least";
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                .at(x.span)
                .into();
        }
        Ok(Self { trials, times, span: x.span })
    }

    /// A measure of two series of values: over the signals, or across trials at each time.
    ///
    /// # Errors
    /// What `series` or `measure` say.
    pub(super) fn measured<T: Clone>(
        &self,
        call: &Call<'_>,
        series: impl Fn(&Oscillation, &Oscillation) -> Result<(Vec<T>, Vec<T>, Places)>,
        measure: impl Fn(&[T], &[T], &Places) -> Result<f64>,
    ) -> Result<Value> {
        let mut all = Vec::new();
        for (x, y) in &self.trials {
            call.poll()?;
            all.push(series(x, y)?);
        }
        let Some(times) = &self.times else {
            let Some((a, b, places)) = all.first() else { return Ok(Value::Nothing) };
            return Ok(measure(a, b, places)?.into());
        };
        let mut found = Vec::with_capacity(times.len());
        for time in 0..times.len() {
            call.poll()?;
            let first: Vec<T> =
                all.iter().filter_map(|it| it.0.get(time).cloned()).collect();
            let second: Vec<T> =
                all.iter().filter_map(|it| it.1.get(time).cloned()).collect();
            let places = Places(vec![("x", self.span)]);
            found.push(measure(&first, &second, &places)?);
        }
        let plain = NumericArray::vector(found.clone());
        Ok(NumericArray::along(found, times.clone()).unwrap_or(plain).into_value())
    }

    /// Whether there are trials.
    pub(super) fn is_of_trials(&self) -> bool {
        self.times.is_some()
    }

    /// A measure of two signals over their time.
    ///
    /// # Errors
    /// What `measure` says.
    pub(super) fn over_time(
        &self,
        measure: impl Fn(&Oscillation, &Oscillation) -> Result<f64>,
    ) -> Result<Value> {
        match self.trials.first() {
            Some((x, y)) => Ok(measure(x, y)?.into()),
            None => Ok(Value::Nothing),
        }
    }

    /// A measure of phases.
    ///
    /// # Errors
    /// As [`Both::measured`].
    pub(super) fn of_phases(
        &self,
        call: &Call<'_>,
        phases: Option<bool>,
        measure: impl Fn(&[f64], &[f64], &Places) -> Result<f64>,
    ) -> Result<Value> {
        self.measured(call, |x, y| pair(call, x, y, phases), measure)
    }
}
