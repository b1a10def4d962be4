//! Signals, arrays and small matrices of numbers as parameters.

use std::sync::Arc;

use holor_coherence::signals::Series;

use super::{Deferred, Expected, Form, FromValue, Given, IntoValue};
use crate::array::{ArrayAxis, Complex64, NumericArray, nested_array};
use crate::evaluate::Call;
use crate::record::Record;
use crate::{Diagnostic, Result, Span, Value, codes, symbol_name};

type Read<T> = std::result::Result<T, Expected>;

/// An array of any shape; a list, matrix or range of numbers is taken as one.
#[derive(Clone, Debug)]
pub(crate) struct ArrayArgument {
    /// The array.
    pub(crate) array: Arc<NumericArray>,
    /// Where it stands.
    pub(crate) span: Span,
}

impl FromValue for ArrayArgument {
    const KIND: &'static str = "an array or a list of numbers";

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let span = given.span;
        let array = match &given.value {
            Value::Array(array) => array.clone(),
            Value::List(_) | Value::Matrix(_) => {
                Arc::new(nested_array(&call.engine(), &given.value).map_err(at(span))?)
            }
            Value::Range(_) => {
                let items = call.items(&given.value, span)?.ok_or(Expected::Kind)?;
                let list = Value::List(items.into());
                Arc::new(nested_array(&call.engine(), &list).map_err(at(span))?)
            }
            _ => return Err(Expected::Kind),
        };
        Ok(Self { array, span })
    }
}

/// A real signal: numbers one after the other, with their rate where they stand at evenly spaced times.
#[derive(Clone, Debug)]
pub(crate) struct Signal {
    /// The values.
    pub(crate) values: Vec<f64>,
    /// Values per unit of time, where the axis is time and evenly spaced.
    pub(crate) rate: Option<f64>,
    /// Its axis.
    pub(crate) axis: ArrayAxis,
    /// Its name; empty where it has none.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) span: Span,
}

impl FromValue for Signal {
    const KIND: &'static str =
        "a signal: real numbers in a list or an array with one axis";

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let signal = ComplexSignal::from_value(given, call)?;
        let complex = signal.complex;
        if complex {
            let error = Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!(
                    "`{}` expected real numbers, found {}",
                    call.name(),
                    given.value.describe()
                ),
            );
            return Err(error
                .at(given.span)
                .hint("re(z)")
                .hint("abs(z)")
                .hint("arg(z)")
                .into());
        }
        Ok(Self {
            values: signal.values.iter().map(|value| value.re).collect(),
            rate: signal.rate,
            axis: signal.axis,
            name: signal.name,
            span: signal.span,
        })
    }
}

/// A signal whose numbers are real or complex, each kind taken as it is.
#[derive(Clone, Debug)]
pub(crate) struct AnySignal {
    /// The signal, or its real part.
    pub(crate) signal: Signal,
    /// The values, where they are complex.
    pub(crate) complex: Option<Vec<Complex64>>,
}

impl FromValue for AnySignal {
    const KIND: &'static str = ComplexSignal::KIND;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let ComplexSignal { values, complex, rate, axis, name, span } =
            ComplexSignal::from_value(given, call)?;
        let real = values.iter().map(|value| value.re).collect();
        let signal = Signal { values: real, rate, axis, name, span };
        Ok(Self { signal, complex: complex.then_some(values) })
    }
}

impl From<Signal> for AnySignal {
    fn from(signal: Signal) -> Self {
        Self { signal, complex: None }
    }
}

impl AnySignal {
    /// The values as the measures take them.
    pub(crate) fn series(&self) -> Series<'_> {
        match &self.complex {
            Some(values) => Series::Complex(values),
            None => Series::Real(&self.signal.values),
        }
    }
}

/// A signal of complex numbers; a real one is taken as one.
#[derive(Clone, Debug)]
pub(crate) struct ComplexSignal {
    /// The values.
    pub(crate) values: Vec<Complex64>,
    /// Whether they were given as complex numbers.
    pub(crate) complex: bool,
    /// Values per unit of time, where the axis is time and evenly spaced.
    pub(crate) rate: Option<f64>,
    /// Its axis.
    pub(crate) axis: ArrayAxis,
    /// Its name; empty where it has none.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) span: Span,
}

impl FromValue for ComplexSignal {
    const KIND: &'static str = "a signal: numbers in a list or an array with one axis";

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let ArrayArgument { array, span } = ArrayArgument::from_value(given, call)?;
        let [axis] = array.axes() else { return Err(Expected::Kind) };
        if array.is_masked() {
            let message = format!(
                "`{}` needs values at even distances, and the box of {} has a mask",
                call.name(),
                array.describe()
            );
            let error = Diagnostic::error(&codes::E0307_INVALID, message).at(span);
            return Err(error.hint("u[3..9]").into());
        }
        Ok(Self {
            values: array.to_complex().into_owned(),
            complex: array.is_complex(),
            rate: array.rate(),
            axis: axis.clone(),
            name: array.name().to_string(),
            span,
        })
    }
}

/// A matrix of complex numbers, row by row: from a matrix of formulas that are numbers, or an array with two axes.
#[derive(Clone, Debug)]
pub(crate) struct ComplexMatrix {
    /// Rows.
    pub(crate) rows: usize,
    /// Columns.
    pub(crate) columns: usize,
    /// Entries, row by row.
    pub(crate) entries: Vec<Complex64>,
    /// Where it stands.
    pub(crate) span: Span,
}

impl ComplexMatrix {
    /// The rows.
    pub(crate) fn to_rows(&self) -> Vec<Vec<Complex64>> {
        self.entries.chunks(self.columns.max(1)).map(<[Complex64]>::to_vec).collect()
    }
}

impl FromValue for ComplexMatrix {
    const KIND: &'static str = "a matrix of numbers";

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let ArrayArgument { array, span } = ArrayArgument::from_value(given, call)?;
        let [rows, columns] = array.axes() else { return Err(Expected::Kind) };
        Ok(Self {
            rows: rows.len(),
            columns: columns.len(),
            entries: array.to_complex().into_owned(),
            span,
        })
    }
}

impl FromValue for Arc<Record> {
    const KIND: &'static str = "a record";

    fn from_value(given: &Given, _: &Call<'_>) -> Read<Self> {
        match &given.value {
            Value::Record(record) => Ok(record.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

impl IntoValue for NumericArray {
    const KIND: &'static str = "array";

    fn into_value(self) -> Value {
        NumericArray::into_value(self)
    }
}

impl IntoValue for Record {
    const KIND: &'static str = "record";

    fn into_value(self) -> Value {
        Value::Record(Arc::new(self))
    }
}

impl IntoValue for f64 {
    const KIND: &'static str = "decimal";

    fn into_value(self) -> Value {
        Value::from(self)
    }
}

impl IntoValue for Complex64 {
    const KIND: &'static str = "number";

    fn into_value(self) -> Value {
        crate::array::number(self)
    }
}

/// Puts a place to an error that has none.
fn at(span: Span) -> impl Fn(Box<Diagnostic>) -> Box<Diagnostic> {
    move |error| Box::new((*error).at(span))
}

/// An axis as written: its name, whatever value that has as a variable, or its number counted from 1.
#[derive(Clone, Debug)]
pub(crate) struct AxisChoice {
    text: String,
    number: Option<i64>,
    span: Span,
}

impl FromValue for AxisChoice {
    const KIND: &'static str = "an axis: its name or its number";
    const FORM: Form = Form::Deferred;

    fn from_value(given: &Given, call: &Call<'_>) -> Read<Self> {
        let Value::Closure(closure) = &given.value else { return Err(Expected::Kind) };
        let text = closure.text.trim().trim_matches('"');
        let is_name = text.chars().all(|it| it.is_alphanumeric() || it == '_')
            && !text.starts_with(|it: char| it.is_ascii_digit());
        let value = call.evaluate_at(&Deferred(closure.clone()), &[]);
        let number = match value {
            // A name is first of all that of an axis, whatever its value.
            Ok(value) if is_name => i64::from_value(&given.part(value), call).ok(),
            Err(_) if is_name => None,
            value => Some(i64::from_value(&given.part(value?), call)?),
        };
        let text = symbol_name(text).unwrap_or_else(|| text.to_string());
        Ok(Self { text, number, span: given.span })
    }
}

impl AxisChoice {
    /// The axis of the array that is meant, counted from 0.
    pub(crate) fn of(&self, array: &NumericArray) -> Result<usize> {
        let rank = array.rank() as i64;
        let place = match (array.axis_named(&self.text), self.number) {
            (Some(place), _) => Some(place as i64),
            (None, Some(number)) if number > 0 => {
                Some(number - 1).filter(|&it| it < rank)
            }
            (None, Some(number)) => {
                Some(number + rank).filter(|&it| number < 0 && it >= 0)
            }
            (None, None) => None,
        };
        if let Some(place) = place.and_then(|place| usize::try_from(place).ok()) {
            return Ok(place);
        }
        let names: Vec<&str> = array
            .axes()
            .iter()
            .map(ArrayAxis::name)
            .filter(|it| !it.is_empty())
            .collect();
        let known = match names.as_slice() {
            [] => format!("its axes are counted from 1 to {rank}"),
            names => format!("its axes are {}", names.join(", ")),
        };
        Diagnostic::error(
            &codes::E0204_OUT_OF_RANGE,
            format!("{} has no axis {}; {known}", array.describe(), self.text),
        )
        .at(self.span)
        .into()
    }
}
