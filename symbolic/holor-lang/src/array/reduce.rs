//! Sums, means and other numbers of all values along some axes.

use super::{ArrayAxis, ArrayValues, Complex64, NumericArray};
use crate::{Diagnostic, Result, codes};

/// Sums of so many terms are split in two: rounding errors grow with the logarithm of the length.
const PAIRWISE: usize = 64;

/// What is made of the values along the axes that go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduction {
    Sum,
    Mean,
    /// The mean squared distance from the mean, over n - `less`.
    Variance {
        less: usize,
    },
    /// Its root.
    Deviation {
        less: usize,
    },
    Minimum,
    Maximum,
    Median,
}

impl NumericArray {
    /// The axes that a reduction takes away where none are named: all; of a time series, all but time.
    pub(crate) fn default_reduction(&self) -> Vec<usize> {
        match self.time_axis() {
            Some(time) if self.rank() > 1 => {
                (0..self.rank()).filter(|&place| place != time).collect()
            }
            _ => (0..self.rank()).collect(),
        }
    }

    /// One number of the values along some axes, for each place on the others.
    ///
    /// # Errors
    /// E0301 where there are too few values, E0201 for an order of complex numbers, E0401 for a sum that overflows.
    pub(crate) fn reduce(
        &self,
        reduction: Reduction,
        gone: &[usize],
    ) -> Result<NumericArray> {
        let masked = |place: &usize| {
            self.axes.get(*place).is_some_and(|axis| axis.mask().is_some())
        };
        if gone.iter().any(masked) {
            return self.reduce_inside(reduction, gone);
        }
        let kept: Vec<usize> =
            (0..self.rank()).filter(|place| !gone.contains(place)).collect();
        let axes: Vec<ArrayAxis> =
            kept.iter().filter_map(|&place| self.axes.get(place).cloned()).collect();
        let order: Vec<usize> = kept.iter().chain(gone).copied().collect();
        let sorted = order.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let arranged = if sorted { None } else { self.permuted(&order) };
        let source = arranged.as_ref().unwrap_or(self);
        let size: usize = gone
            .iter()
            .filter_map(|&place| self.axes.get(place))
            .map(ArrayAxis::len)
            .product();
        let least = match reduction {
            Reduction::Sum => 0,
            Reduction::Variance { less } | Reduction::Deviation { less } => less + 1,
            _ => 1,
        };
        if size < least {
            let message = match (size, least) {
                (0, _) => "there is no such number of no values".to_string(),
                (size, least) => format!("{least} values are needed, found {size}"),
            };
            return Diagnostic::error(&codes::E0301_UNDEFINED, message).into();
        }
        let values: ArrayValues = match (&source.values, reduction) {
            (ArrayValues::Real(values), _) => chunks(
                values,
                size,
                axes.iter().map(ArrayAxis::len).product(),
                |values| real(values, reduction),
            )
            .into(),
            (ArrayValues::Complex(values), Reduction::Sum) => {
                let count = axes.iter().map(ArrayAxis::len).product();
                chunks(values, size, count, sum).into()
            }
            (ArrayValues::Complex(values), Reduction::Mean) => {
                let count = axes.iter().map(ArrayAxis::len).product();
                chunks(values, size, count, |values| sum(values) / size as f64).into()
            }
            (
                ArrayValues::Complex(values),
                Reduction::Variance { less } | Reduction::Deviation { less },
            ) => {
                let count = axes.iter().map(ArrayAxis::len).product();
                let root = matches!(reduction, Reduction::Deviation { .. });
                chunks(values, size, count, |values| {
                    let mean = sum(values) / size as f64;
                    let squares: Vec<f64> =
                        values.iter().map(|value| (value - mean).norm_sqr()).collect();
                    let variance = sum(&squares) / (size - less) as f64;
                    if root { variance.sqrt() } else { variance }
                })
                .into()
            }
            (ArrayValues::Complex(_), _) => {
                return Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    "complex numbers have no order",
                )
                .hint("abs(z)")
                .hint("re(z)")
                .into();
            }
        };
        let angle = self.angle
            && matches!(
                reduction,
                Reduction::Minimum | Reduction::Maximum | Reduction::Median
            );
        let (name, moment) = (self.name.clone(), self.moment.clone());
        let reduced = Self { values, axes: axes.into(), name, angle, moment };
        reduced.check_finite("the result")
    }

    /// The same of an array over a box with a mask: of the values inside alone.
    fn reduce_inside(
        &self,
        reduction: Reduction,
        gone: &[usize],
    ) -> Result<NumericArray> {
        let inside = self.inside()?.unwrap_or_else(|| vec![true; self.count()]);
        let kept: Vec<usize> =
            (0..self.rank()).filter(|place| !gone.contains(place)).collect();
        let axes: Vec<ArrayAxis> = kept
            .iter()
            .filter_map(|&place| Some(self.axes.get(place)?.clone().with_mask(None)))
            .collect();
        let order: Vec<usize> = kept.iter().chain(gone).copied().collect();
        let marks: Vec<f64> = inside.iter().map(|it| f64::from(u8::from(*it))).collect();
        let arranged = |array: &Self| array.permuted(&order);
        let marks = self.with_values(marks).as_ref().and_then(arranged);
        let (Some(source), Some(marks)) = (arranged(self), marks) else {
            return Ok(self.clone());
        };
        let marks = marks.as_real().unwrap_or_default();
        let count: usize = axes.iter().map(ArrayAxis::len).product();
        let size = (self.count() / count.max(1)).max(1);
        let mut parts = Vec::with_capacity(count);
        for place in 0..count {
            let own = place * size..(place + 1) * size;
            let cells: Vec<usize> = own
                .filter(|it| marks.get(*it).is_some_and(|mark| *mark != 0.0))
                .collect();
            if cells.is_empty() && reduction != Reduction::Sum {
                return Err(super::mask::no_cell());
            }
            let part = Self::vector(source.gather(&cells)).reduce(reduction, &[0])?;
            parts.push(part);
        }
        let values: ArrayValues = match parts.iter().any(Self::is_complex) {
            true => parts
                .iter()
                .filter_map(|part| part.at(0))
                .collect::<Vec<Complex64>>()
                .into(),
            false => parts
                .iter()
                .filter_map(|part| Some(part.at(0)?.re))
                .collect::<Vec<f64>>()
                .into(),
        };
        let angle = self.angle
            && matches!(
                reduction,
                Reduction::Minimum | Reduction::Maximum | Reduction::Median
            );
        let (name, moment) = (self.name.clone(), self.moment.clone());
        Ok(Self { values, axes: axes.into(), name, angle, moment })
    }

    /// The sums of the values up to each place along an axis.
    pub(crate) fn cumulative_sum(&self, axis: usize) -> Result<NumericArray> {
        let summed = match &self.values {
            ArrayValues::Real(_) => self.along_axis(axis, |line: &mut [f64]| {
                let mut total = 0.0;
                for value in line {
                    total += *value;
                    *value = total;
                }
            }),
            ArrayValues::Complex(_) => self.along_axis_complex(axis, |line| {
                let mut total = Complex64::new(0.0, 0.0);
                for value in line {
                    total += *value;
                    *value = total;
                }
            }),
        };
        summed.check_finite("the sum")
    }

    /// Changes every line of real values along an axis.
    fn along_axis(&self, axis: usize, change: impl FnMut(&mut [f64])) -> NumericArray {
        let values = match &self.values {
            ArrayValues::Real(values) => {
                lines(values, &self.shape(), axis, change).into()
            }
            ArrayValues::Complex(_) => self.values.clone(),
        };
        Self { values, angle: false, ..self.clone() }
    }

    /// Changes every line of values along an axis, as complex numbers.
    pub(crate) fn along_axis_complex(
        &self,
        axis: usize,
        change: impl FnMut(&mut [Complex64]),
    ) -> NumericArray {
        let values = lines(&self.to_complex(), &self.shape(), axis, change).into();
        Self { values, angle: false, ..self.clone() }
    }
}

/// One result of each so many values.
fn chunks<T, R>(
    values: &[T],
    size: usize,
    count: usize,
    of: impl Fn(&[T]) -> R,
) -> Vec<R> {
    if size == 0 {
        return (0..count).map(|_| of(&[])).collect();
    }
    values.chunks(size).map(of).collect()
}

/// Works through the lines along an axis.
fn lines<T: Copy>(
    values: &[T],
    shape: &[usize],
    axis: usize,
    mut change: impl FnMut(&mut [T]),
) -> Vec<T> {
    let mut result = values.to_vec();
    let length = shape.get(axis).copied().unwrap_or(1);
    let step: usize = shape.iter().skip(axis + 1).product();
    if step == 1 {
        result.chunks_mut(length.max(1)).for_each(change);
        return result;
    }
    let mut line = Vec::with_capacity(length);
    for block in result.chunks_mut((length * step).max(1)) {
        for offset in 0..step {
            line.clear();
            line.extend(block.iter().skip(offset).step_by(step).copied());
            change(&mut line);
            for (slot, value) in block.iter_mut().skip(offset).step_by(step).zip(&line) {
                *slot = *value;
            }
        }
    }
    result
}

/// A sum in pairs: its rounding error grows with the logarithm of the length.
pub(crate) fn sum<T: Copy + Default + std::ops::Add<Output = T>>(values: &[T]) -> T {
    if values.len() <= PAIRWISE {
        return values.iter().fold(T::default(), |total, &value| total + value);
    }
    let (low, high) = values.split_at(values.len() / 2);
    sum(low) + sum(high)
}

fn real(values: &[f64], reduction: Reduction) -> f64 {
    let count = values.len() as f64;
    let variance = |less: usize| {
        let mean = sum(values) / count;
        let squares: Vec<f64> =
            values.iter().map(|value| (value - mean) * (value - mean)).collect();
        sum(&squares) / (count - less as f64)
    };
    match reduction {
        Reduction::Sum => sum(values),
        Reduction::Mean => sum(values) / count,
        Reduction::Variance { less } => variance(less),
        Reduction::Deviation { less } => variance(less).sqrt(),
        Reduction::Minimum => values.iter().copied().fold(f64::INFINITY, f64::min),
        Reduction::Maximum => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Reduction::Median => {
            let mut sorted = values.to_vec();
            sorted.sort_by(f64::total_cmp);
            let at = |place: usize| sorted.get(place).copied().unwrap_or(f64::NAN);
            let middle = sorted.len() / 2;
            if sorted.len() % 2 == 1 {
                at(middle)
            } else {
                f64::midpoint(at(middle.saturating_sub(1)), at(middle))
            }
        }
    }
}
