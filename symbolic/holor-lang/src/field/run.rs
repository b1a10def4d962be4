//! Runs as values: series by name, what was watched, and what is needed to go on.

use std::sync::Arc;

use holor_algebra::{Constant, Expr, Node};
use holor_field::equation::Complex64;

use super::{BoxValue, FieldValue};
use crate::Value;
use crate::array::{ArrayAxis, ArrayValues, NumericArray, rounded};
use crate::dynamics::counted;

/// A run through time that has ended, or was stopped.
#[derive(Clone, Debug)]
pub struct RunValue {
    /// Where.
    pub grid: Arc<BoxValue>,
    /// The fields, each with the component that an unknown of the system is.
    pub fields: Vec<(Arc<FieldValue>, usize)>,
    /// The equations as they were solved for the derivatives in time.
    pub equations: Vec<Expr>,
    /// The symbol of time.
    pub time: Arc<str>,
    /// The times of the frames.
    pub times: Arc<[f64]>,
    /// The frames of each unknown.
    pub(crate) series: Vec<Series>,
    /// What was watched: its text, and a value for each time.
    pub(crate) watched: Vec<(Arc<str>, Vec<Value>)>,
    /// The times at which it was watched: those of the frames, and more where frames were not kept.
    pub(crate) watched_times: Arc<[f64]>,
    /// How it ended, in words; empty where it reached its end.
    pub ending: Arc<str>,
    /// Numbers by name: `steps`, `dt`, `seconds`.
    pub(crate) figures: Vec<(&'static str, f64)>,
    /// Words by name: `method`, `device`.
    pub(crate) words: Vec<(&'static str, Arc<str>)>,
    /// Method, step, cost: sentences.
    pub explanation: Arc<[String]>,
    /// What is needed to go on.
    pub(crate) rest: Arc<super::evolution::Continuation>,
}

/// The frames of an unknown.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// Its name.
    pub(crate) name: Arc<str>,
    /// Its values, frame after frame, row-major.
    pub(crate) values: SeriesValues,
}

/// Values of a series.
#[derive(Clone, Debug)]
pub(crate) enum SeriesValues {
    /// Real numbers.
    Real(Arc<Vec<f64>>),
    /// Complex numbers.
    Complex(Arc<Vec<Complex64>>),
}

impl Series {
    /// Keeps the first values.
    pub(crate) fn truncate(&mut self, count: usize) {
        match &mut self.values {
            SeriesValues::Real(values) if values.len() > count => {
                Arc::make_mut(values).truncate(count);
            }
            SeriesValues::Complex(values) if values.len() > count => {
                Arc::make_mut(values).truncate(count);
            }
            _ => {}
        }
    }

    /// One frame as an array along these axes.
    pub(crate) fn as_array(&self, axes: &[ArrayAxis]) -> Option<NumericArray> {
        let values = match &self.values {
            SeriesValues::Real(values) => ArrayValues::Real(values.clone()),
            SeriesValues::Complex(values) => ArrayValues::Complex(values.clone()),
        };
        Some(NumericArray::new(values, axes.to_vec())?.named(&self.name))
    }
}

impl RunValue {
    /// What it is, for messages and as plain text.
    pub fn describe(&self) -> String {
        let names: Vec<&str> = self.series.iter().map(|series| &*series.name).collect();
        let (from, to) = (self.times.first(), self.times.last());
        let (from, to) = (from.copied().unwrap_or(0.0), to.copied().unwrap_or(0.0));
        let points: Vec<String> =
            self.grid.grid.axes.iter().map(|axis| axis.points.to_string()).collect();
        let method = self.word("method").unwrap_or_default();
        let steps = counted(self.figure("steps").unwrap_or(0.0) as usize, "step");
        let ending = match &*self.ending {
            "" => String::new(),
            ending => format!(", {ending}"),
        };
        format!(
            "a run of {} on {} points for {} = {}..{}: {}, {steps} of {method}{ending}",
            names.join(", "),
            points.join("×"),
            self.time,
            rounded(from),
            rounded(to),
            counted(self.times.len(), "frame"),
        )
    }

    /// The scheme, where space has differences, and the stages of a step in time.
    pub(crate) fn stages(&self) -> String {
        let made = &self.rest.made;
        let mut text = String::new();
        if let Some(scheme) = &made.scheme {
            text = scheme.to_text() + "\n\n";
        }
        text + &made.stepping.to_text()
    }

    pub(crate) fn figure(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        self.words.iter().find(|(own, _)| *own == name).map(|(_, value)| &**value)
    }

    /// The names that [`RunValue::member`] knows.
    pub fn members(&self) -> Vec<String> {
        let mut names = vec![self.time.to_string()];
        names.extend(self.grid.grid.axes.iter().map(|axis| axis.name.clone()));
        names.extend(self.series.iter().map(|series| series.name.to_string()));
        for (field, component) in &self.fields {
            if field.component_names().len() > 1
                && *component == 0
                && let Some(name) = &field.name
            {
                names.push(name.to_string());
            }
        }
        if !self.watched.is_empty() {
            names.push("watch".into());
        }
        names.extend(self.figures.iter().map(|(name, _)| (*name).to_owned()));
        names.extend(self.words.iter().map(|(name, _)| (*name).to_owned()));
        names.extend(["box", "equations"].map(String::from));
        names
    }

    /// A series `run.A` over time and the box, `run.t`, coordinates `run.x`, what was watched, `run.watch` or of a list `run.watch[1]`, figures.
    pub fn member(&self, name: &str) -> Option<Value> {
        if name == &*self.time {
            let axis = ArrayAxis::time(self.times.clone());
            let times = NumericArray::along(self.times.to_vec(), axis)?;
            return Some(times.named(&self.time).into());
        }
        if let Some(series) = self.series.iter().find(|series| &*series.name == name) {
            return self.array(series).map(Value::from);
        }
        if let Some(points) = self.grid.member(name) {
            return Some(points);
        }
        if let Some(value) = self.figure(name) {
            return Some(value.into());
        }
        if let Some(word) = self.word(name) {
            return Some(Value::Text(word.into()));
        }
        match name {
            "watch" if self.watched.len() == 1 && !self.rest.watches_list() => {
                self.watched_series(0)
            }
            "watch" if !self.watched.is_empty() => Some(Value::List(
                (0..self.watched.len())
                    .filter_map(|place| self.watched_series(place))
                    .collect(),
            )),
            "box" => Some(Value::Simulation(super::Simulation::Box(self.grid.clone()))),
            "equations" => Some(Value::List(
                self.equations.iter().cloned().map(Value::Expr).collect(),
            )),
            _ => {
                // The components of a tensor field, by its name.
                let own = self
                    .fields
                    .iter()
                    .filter(|(field, _)| field.name.as_deref() == Some(name));
                let parts: Vec<Value> = own
                    .filter_map(|(field, component)| {
                        let names = field.component_names();
                        let name = names.get(*component)?;
                        // Velocities stand between the series of fields.
                        let series =
                            self.series.iter().find(|own| *own.name == **name)?;
                        self.array(series).map(Value::from)
                    })
                    .collect();
                (!parts.is_empty()).then(|| Value::List(parts.into()))
            }
        }
    }

    /// The frames of a series as an array over time and the box.
    pub(crate) fn array(&self, series: &Series) -> Option<NumericArray> {
        let mut axes = vec![self.time_axis()];
        axes.extend(self.rest.system.axes_of(&series.name));
        series.as_array(&axes)
    }

    fn watched_axis(&self) -> ArrayAxis {
        let times = self.watched_times.clone();
        ArrayAxis::new(&self.time, crate::array::AxisKind::Time, times)
    }

    fn time_axis(&self) -> ArrayAxis {
        ArrayAxis::new(&self.time, crate::array::AxisKind::Time, self.times.clone())
    }

    /// What was watched, as numbers over time where they are numbers.
    fn watched_series(&self, place: usize) -> Option<Value> {
        let (text, values) = self.watched.get(place)?;
        values_over(text, &self.watched_axis(), values)
    }
}

/// Arrays along the same axes as one over time.
fn stacked(axis: &ArrayAxis, values: &[Value]) -> Option<NumericArray> {
    let arrays: Option<Vec<NumericArray>> = values
        .iter()
        .map(|value| match value {
            Value::Array(array) => Some((**array).clone()),
            _ => None,
        })
        .collect();
    let arrays = arrays?;
    let first = arrays.first()?;
    let same = arrays.iter().all(|array| ArrayAxis::all_same(array.axes(), first.axes()));
    same.then(|| NumericArray::stacked(axis.clone(), &arrays)).flatten()
}

/// Values over time: an array where they are numbers or arrays along the same axes, else their list.
pub(crate) fn values_over(
    name: &str,
    axis: &ArrayAxis,
    values: &[Value],
) -> Option<Value> {
    let numbers: Option<Vec<Complex64>> = values
        .iter()
        .map(|value| match value {
            Value::Expr(number) if is_undefined(number) => Some(f64::NAN.into()),
            Value::Expr(number) => crate::array::plain_number(number),
            _ => None,
        })
        .collect();
    let Some(numbers) = numbers else {
        return Some(match stacked(axis, values) {
            Some(array) => array.named(name).into(),
            None => Value::List(values.to_vec().into()),
        });
    };
    let values: ArrayValues = if numbers.iter().all(|value| value.im == 0.0) {
        numbers.iter().map(|value| value.re).collect::<Vec<f64>>().into()
    } else {
        numbers.into()
    };
    Some(NumericArray::along(values, axis.clone())?.named(name).into())
}

fn is_undefined(value: &Expr) -> bool {
    matches!(value.node(), Node::Constant(Constant::Undefined))
}
