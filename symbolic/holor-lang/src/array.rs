//! Arrays of numbers: measured signals, fields through time, spectra.
//!
//! A [`NumericArray`] holds `f64` or [`Complex64`] values, row by row (the last axis runs fastest), and an
//! [`ArrayAxis`] for each of its dimensions: what it is called, its coordinates, and whether it is time, space or
//! nothing but a count. Every operation that makes an array keeps these, so that a picture knows its axes and a
//! spectrum its sampling rate.
//!
//! Invariant: an array that an operation of the language gave holds finite values only; where an operation would
//! make another, it is an error that says where ([`NumericArray::check_finite`]).

mod axis;
mod combine;
mod einsum;
mod functions;
mod integrate;
mod interpolate;
mod mask;
mod read;
mod reduce;
mod select;
mod text;
mod transform;

use std::borrow::Cow;
use std::sync::Arc;

use holor_algebra::{Decimal, Expr};
pub use holor_coherence::Complex64;

pub(crate) use axis::Side;
pub use axis::{ArrayAxis, AxisKind};
pub(crate) use combine::Pairwise;
pub(crate) use einsum::{Einsum, Trouble as EinsumTrouble};
pub(crate) use interpolate::Between;
pub(crate) use read::{complex_number, nested_array, plain_number, real_number};
pub(crate) use reduce::Reduction;
pub(crate) use select::Chosen;
pub(crate) use transform::frequencies;

use crate::{Diagnostic, Result, Value, codes};

/// Numbers along axes, row by row.
#[derive(Clone)]
pub struct NumericArray {
    values: ArrayValues,
    axes: Arc<[ArrayAxis]>,
    name: Arc<str>,
    angle: bool,
    moment: Option<(Arc<str>, f64)>,
}

/// The numbers of an array, row by row.
#[derive(Clone, Debug)]
pub enum ArrayValues {
    /// Real numbers.
    Real(Arc<Vec<f64>>),
    /// Complex numbers.
    Complex(Arc<Vec<Complex64>>),
}

impl ArrayValues {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        match self {
            ArrayValues::Real(values) => values.len(),
            ArrayValues::Complex(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Vec<f64>> for ArrayValues {
    fn from(values: Vec<f64>) -> Self {
        ArrayValues::Real(Arc::new(values))
    }
}

impl From<Vec<Complex64>> for ArrayValues {
    fn from(values: Vec<Complex64>) -> Self {
        ArrayValues::Complex(Arc::new(values))
    }
}

impl NumericArray {
    /// An array of these values (a `Vec` of `f64` or [`Complex64`]) along these axes, the last running fastest; `None`
    /// where the number of values is not the product of the axes' lengths.
    pub fn new(
        values: impl Into<ArrayValues>,
        axes: impl Into<Arc<[ArrayAxis]>>,
    ) -> Option<Self> {
        let (values, axes) = (values.into(), axes.into());
        let count =
            axes.iter().try_fold(1_usize, |count, axis| count.checked_mul(axis.len()))?;
        (count == values.len()).then(|| Self {
            values,
            axes,
            name: Arc::from(""),
            angle: false,
            moment: None,
        })
    }

    /// Values that are only counted: one axis without a name.
    pub fn vector(values: impl Into<ArrayValues>) -> Self {
        let values = values.into();
        let axes: Arc<[ArrayAxis]> = Arc::from([ArrayAxis::index(values.len())]);
        Self { values, axes, name: Arc::from(""), angle: false, moment: None }
    }

    /// One value at each coordinate of an axis; `None` where they are not equally many.
    pub fn along(values: impl Into<ArrayValues>, axis: ArrayAxis) -> Option<Self> {
        Self::new(values, [axis])
    }

    /// The same array under a name, such as `A` of `run.A`: the label in pictures.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Arc::from(name);
        self
    }

    /// The same array with its values marked as angles: pictures take a cyclic colour scale.
    #[must_use]
    pub fn with_angle(mut self, angle: bool) -> Self {
        self.angle = angle;
        self
    }

    /// The same values along other axes; `None` where the lengths differ.
    pub fn with_axes(&self, axes: impl Into<Arc<[ArrayAxis]>>) -> Option<Self> {
        let same = Self::new(self.values.clone(), axes)?;
        let (name, moment) = (self.name.clone(), self.moment.clone());
        Some(Self { name, angle: self.angle, moment, ..same })
    }

    /// Other values, equally many, along the same axes: the name goes, for they are another quantity.
    pub fn with_values(&self, values: impl Into<ArrayValues>) -> Option<Self> {
        Self::new(values, self.axes.clone())
    }

    /// The values.
    pub fn values(&self) -> &ArrayValues {
        &self.values
    }

    /// The axes, the slowest first.
    pub fn axes(&self) -> &[ArrayAxis] {
        &self.axes
    }

    /// The lengths of the axes.
    pub fn shape(&self) -> Vec<usize> {
        self.axes.iter().map(ArrayAxis::len).collect()
    }

    /// How many axes there are.
    pub fn rank(&self) -> usize {
        self.axes.len()
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Its name; empty where it has none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its values are angles.
    pub fn is_angle(&self) -> bool {
        self.angle
    }

    /// The time whose frame it is: the name of the time and its value.
    pub(crate) fn moment(&self) -> Option<(&str, f64)> {
        self.moment.as_ref().map(|(name, time)| (&**name, *time))
    }

    /// The same array as the frame of a time.
    pub(crate) fn at_moment(mut self, moment: Option<(&str, f64)>) -> Self {
        self.moment = moment.map(|(name, time)| (name.into(), time));
        self
    }

    /// The time of the part at a place of an axis, where that is time.
    fn moment_at(&self, axis: usize, place: usize) -> Option<(Arc<str>, f64)> {
        match self.axes.get(axis).filter(|axis| axis.kind() == AxisKind::Time) {
            Some(axis) => Some((axis.name().into(), axis.coordinate(place)?)),
            None => self.moment.clone(),
        }
    }

    /// Whether its values are complex.
    pub fn is_complex(&self) -> bool {
        matches!(self.values, ArrayValues::Complex(_))
    }

    /// The values, where they are real.
    pub fn as_real(&self) -> Option<&[f64]> {
        match &self.values {
            ArrayValues::Real(values) => Some(values),
            ArrayValues::Complex(_) => None,
        }
    }

    /// The values as complex numbers.
    pub fn to_complex(&self) -> Cow<'_, [Complex64]> {
        match &self.values {
            ArrayValues::Real(values) => {
                Cow::Owned(values.iter().map(|&value| value.into()).collect())
            }
            ArrayValues::Complex(values) => Cow::Borrowed(values),
        }
    }

    /// The value at a place, counted row by row.
    pub fn at(&self, place: usize) -> Option<Complex64> {
        match &self.values {
            ArrayValues::Real(values) => values.get(place).map(|&value| value.into()),
            ArrayValues::Complex(values) => values.get(place).copied(),
        }
    }

    /// The place of the axis with this name.
    pub fn axis_named(&self, name: &str) -> Option<usize> {
        self.axes.iter().position(|axis| !name.is_empty() && axis.name() == name)
    }

    /// The place of its axis of time.
    pub fn time_axis(&self) -> Option<usize> {
        self.axes.iter().position(|axis| axis.kind() == AxisKind::Time)
    }

    /// Values per unit of time, where it has evenly spaced times, but for rounding.
    pub fn rate(&self) -> Option<f64> {
        let axis = self.axes.get(self.time_axis()?)?;
        axis.rounded_spacing().map(|step| 1.0 / step)
    }

    /// The part at one place of the first axis: a frame of a time series, a row of a matrix.
    pub fn item(&self, place: usize) -> Option<NumericArray> {
        let (first, rest) = self.axes.split_first()?;
        if place >= first.len() {
            return None;
        }
        if first.mask().is_some() {
            return Some(self.select(&[Chosen::One(place)]));
        }
        let size: usize = rest.iter().map(ArrayAxis::len).product();
        let range = place * size..(place + 1) * size;
        let values: ArrayValues = match &self.values {
            ArrayValues::Real(values) => values.get(range)?.to_vec().into(),
            ArrayValues::Complex(values) => values.get(range)?.to_vec().into(),
        };
        Some(NumericArray {
            values,
            axes: rest.into(),
            name: self.name.clone(),
            angle: self.angle,
            moment: self.moment_at(0, place),
        })
    }

    /// The array as a value of the language; one without axes is a number.
    pub fn into_value(self) -> Value {
        match self.axes.len() {
            0 => self.at(0).map_or(Value::Nothing, number),
            _ => Value::Array(Arc::new(self)),
        }
    }

    /// Whether shape, axes and values are equal; the name does not count.
    pub fn same(&self, other: &NumericArray) -> bool {
        if self.axes.len() != other.axes.len()
            || self.axes.iter().zip(other.axes.iter()).any(|(a, b)| !a.same(b))
        {
            return false;
        }
        match (&self.values, &other.values) {
            (ArrayValues::Real(a), ArrayValues::Real(b)) => a == b,
            (ArrayValues::Complex(a), ArrayValues::Complex(b)) => a == b,
            _ => self.to_complex() == other.to_complex(),
        }
    }

    /// The array itself, where all its values are finite; values that are not, outside of a mask, become 0.
    ///
    /// # Errors
    /// E0401 with the first place whose value is not, and what was done.
    pub fn check_finite(self, done: &str) -> Result<Self> {
        let wrong = match &self.values {
            ArrayValues::Real(values) => values.iter().position(|it| !it.is_finite()),
            ArrayValues::Complex(values) => values.iter().position(|it| !it.is_finite()),
        };
        let Some(place) = wrong else { return Ok(self) };
        let (place, cleared) = self.without_outside(place);
        if let Some(cleared) = cleared {
            return Ok(cleared);
        }
        let message = format!("{done} has no finite value at {}", self.place_text(place));
        Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message).into()
    }

    /// Where a value counted row by row stands: `[2, 5]`, with coordinates where the axes have them.
    pub fn place_text(&self, place: usize) -> String {
        let mut rest = place;
        let mut indices = vec![0; self.axes.len()];
        for (index, axis) in indices.iter_mut().zip(self.axes.iter()).rev() {
            *index = rest % axis.len().max(1);
            rest /= axis.len().max(1);
        }
        let numbers: Vec<String> =
            indices.iter().map(|index| (index + 1).to_string()).collect();
        let named: Vec<String> = self
            .axes
            .iter()
            .zip(&indices)
            .filter(|(axis, _)| !axis.name().is_empty())
            .filter_map(|(axis, &index)| {
                Some(format!("{} = {}", axis.name(), short(axis.coordinate(index)?)))
            })
            .collect();
        match named.as_slice() {
            [] => format!("[{}]", numbers.join(", ")),
            named => format!("[{}] ({})", numbers.join(", "), named.join(", ")),
        }
    }
}

impl std::fmt::Debug for NumericArray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.plain())
    }
}

/// A complex number as a formula; real where the imaginary part is 0.
pub(crate) fn number(value: Complex64) -> Value {
    let real = |value: f64| Decimal::from_f64(value).map(Expr::decimal);
    let formula = match (real(value.re), real(value.im)) {
        (Some(re), Some(_)) if value.im == 0.0 => re,
        (Some(re), Some(im)) => {
            let imaginary = Expr::mul([im, Expr::i()]);
            if value.re == 0.0 { imaginary } else { Expr::add([re, imaginary]) }
        }
        _ => Expr::undefined(),
    };
    Value::Expr(formula)
}

/// A number as a message says it: `2`, `0.5`, at most six digits.
pub(crate) fn rounded(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value}");
    }
    let text = short(format!("{value:.5e}").parse().unwrap_or(value));
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}

/// The shortest decimal that reads back as the same number.
pub(crate) fn short(value: f64) -> String {
    match Decimal::from_f64(value) {
        Some(decimal) => decimal.to_string(),
        None => "undefined".into(),
    }
}
