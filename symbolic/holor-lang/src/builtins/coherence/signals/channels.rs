//! Signals side by side in one array: what is done to each along the axis of times.

use std::sync::Arc;

use crate::array::{ArrayAxis, ArrayValues, NumericArray};
use crate::builtin::{ArrayArgument, AxisChoice, FromValue, Given, mismatch};
use crate::evaluate::Call;
use crate::{Diagnostic, Result, Span, codes};

/// The signals of an array, each along one axis.
pub(super) struct Channels {
    /// The array with that axis last.
    turned: Arc<NumericArray>,
    /// The place of the axis in the array as given.
    place: usize,
    span: Span,
}

impl Channels {
    /// Those of an array: along `axis`, the axis of times, or the only one.
    ///
    /// # Errors
    /// E0203 where there are several axes, none of times, and nothing says which is meant.
    pub(super) fn of(
        call: &Call<'_>,
        given: &ArrayArgument,
        axis: Option<&AxisChoice>,
    ) -> Result<Self> {
        let array = &given.array;
        let place = match (axis, array.time_axis(), array.rank()) {
            (Some(axis), ..) => axis.of(array)?,
            (None, _, 1) => 0,
            (None, Some(time), _) => time,
            (None, None, _) => {
                let message = format!(
                    "{} has no axis of times; say along which axis the signals run",
                    array.describe()
                );
                let name = call.name();
                return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                    .at(given.span)
                    .hint(format!("{name}(…, axis = 1)"))
                    .hint(format!("{name}(…, axis = 2)"))
                    .into();
            }
        };
        let mut order: Vec<usize> = (0..array.rank()).filter(|&it| it != place).collect();
        order.push(place);
        let turned = match array.permuted(&order) {
            Some(turned) if array.rank() > 1 => Arc::new(turned),
            _ => array.clone(),
        };
        Ok(Self { turned, place, span: given.span })
    }

    /// The axis along which they run.
    pub(super) fn axis(&self) -> Option<ArrayAxis> {
        self.turned.axes().last().cloned()
    }

    /// The signals as arguments of their own.
    pub(super) fn signals(&self) -> Vec<ArrayArgument> {
        let Some(axis) = self.turned.axes().last() else { return Vec::new() };
        let length = axis.len().max(1);
        // What has no samples is one signal nevertheless, for measures to refuse.
        if axis.is_empty() && self.turned.rank() == 1 {
            return vec![ArrayArgument { array: self.turned.clone(), span: self.span }];
        }
        let lines: Vec<ArrayValues> = match self.turned.values() {
            ArrayValues::Real(values) => {
                values.chunks(length).map(|line| line.to_vec().into()).collect()
            }
            ArrayValues::Complex(values) => {
                values.chunks(length).map(|line| line.to_vec().into()).collect()
            }
        };
        lines
            .into_iter()
            .filter_map(|values| NumericArray::along(values, axis.clone()))
            .map(|line| {
                let line =
                    line.named(self.turned.name()).with_angle(self.turned.is_angle());
                ArrayArgument { array: Arc::new(line), span: self.span }
            })
            .collect()
    }

    /// What comes of each signal, in an array like the one given.
    pub(super) fn each<T: FromValue>(
        &self,
        call: &Call<'_>,
        mut of: impl FnMut(T) -> Result<NumericArray>,
    ) -> Result<NumericArray> {
        let mut found = Vec::new();
        for line in self.signals() {
            call.poll()?;
            found.push(of(read(call, &line)?)?);
        }
        let [.., _, _] = self.turned.axes() else {
            let empty = || NumericArray::vector(Vec::<f64>::new());
            return Ok(found.into_iter().next().unwrap_or_else(empty));
        };
        let broken = || call.error(&codes::E0203_WRONG_SHAPE, "the signals do not fit");
        let count = found.len();
        let stacked =
            NumericArray::stacked(ArrayAxis::index(count), &found).ok_or_else(broken)?;
        let mut axes = self.turned.axes().to_vec();
        axes.pop();
        axes.extend(stacked.axes().last().cloned());
        let shaped =
            NumericArray::new(stacked.values().clone(), axes).ok_or_else(broken)?;
        let last = self.turned.rank() - 1;
        let order: Vec<usize> = (0..=last)
            .map(|axis| match axis.cmp(&self.place) {
                std::cmp::Ordering::Less => axis,
                std::cmp::Ordering::Equal => last,
                std::cmp::Ordering::Greater => axis - 1,
            })
            .collect();
        let array = shaped.permuted(&order).ok_or_else(broken)?;
        Ok(array.named(stacked.name()).with_angle(stacked.is_angle()))
    }
}

/// An array as an argument of a narrower type.
pub(super) fn read<T: FromValue>(call: &Call<'_>, line: &ArrayArgument) -> Result<T> {
    let value = (*line.array).clone().into_value();
    let given = Given { name: None, value, span: line.span, written: None, local: false };
    mismatch(T::from_value(&given, call), &given, "x", T::KIND, call)
}
