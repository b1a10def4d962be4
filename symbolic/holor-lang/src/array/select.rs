//! Parts of arrays: items, sub-arrays, transposes, one value replaced.

use super::{ArrayAxis, ArrayValues, Complex64, NumericArray};

/// Places chosen on one axis, counted from 0.
#[derive(Clone, Debug)]
pub(crate) enum Chosen {
    /// One place: the axis goes.
    One(usize),
    /// Several places: the axis stays.
    Several(Vec<usize>),
}

impl NumericArray {
    /// The values at chosen places of each axis; axes without a choice are kept whole.
    pub(crate) fn select(&self, chosen: &[Chosen]) -> NumericArray {
        let mut axes = Vec::new();
        let mut moment = self.moment.clone();
        let mut places: Vec<Vec<usize>> = Vec::with_capacity(self.rank());
        for (index, axis) in self.axes.iter().enumerate() {
            match chosen.get(index) {
                Some(Chosen::One(place)) => {
                    moment = self.moment_at(index, *place).or(moment);
                    places.push(vec![*place]);
                }
                Some(Chosen::Several(several)) => {
                    axes.push(axis.select(several));
                    places.push(several.clone());
                }
                None => {
                    axes.push(axis.clone());
                    places.push((0..axis.len()).collect());
                }
            }
        }
        let axes = self.masked_axes(chosen, axes);
        let mut offsets = vec![0_usize];
        for (axis, places) in self.axes.iter().zip(&places) {
            offsets = offsets
                .iter()
                .flat_map(|offset| {
                    places.iter().map(move |place| offset * axis.len() + place)
                })
                .collect();
        }
        Self {
            values: self.gather(&offsets),
            axes: axes.into(),
            name: self.name.clone(),
            angle: self.angle,
            moment,
        }
    }

    /// The values at these places, counted row by row.
    pub(super) fn gather(&self, offsets: &[usize]) -> ArrayValues {
        fn pick<T: Copy>(values: &[T], offsets: &[usize]) -> Vec<T> {
            offsets.iter().filter_map(|&offset| values.get(offset).copied()).collect()
        }
        match &self.values {
            ArrayValues::Real(values) => pick(values, offsets).into(),
            ArrayValues::Complex(values) => pick(values, offsets).into(),
        }
    }

    /// The array with its axes in another order: `order[k]` is the place that axis k of the result has here.
    pub(crate) fn permuted(&self, order: &[usize]) -> Option<NumericArray> {
        let axes: Option<Vec<ArrayAxis>> =
            order.iter().map(|&place| self.axes.get(place).cloned()).collect();
        let mut steps = vec![1_usize; self.rank()];
        for place in (0..self.rank().saturating_sub(1)).rev() {
            let step = steps.get(place + 1)? * self.axes.get(place + 1)?.len();
            *steps.get_mut(place)? = step;
        }
        let mut offsets = vec![0_usize];
        for &place in order {
            let (step, length) = (*steps.get(place)?, self.axes.get(place)?.len());
            offsets = offsets
                .iter()
                .flat_map(|offset| (0..length).map(move |index| offset + index * step))
                .collect();
        }
        Some(Self {
            values: self.gather(&offsets),
            axes: axes?.into(),
            name: self.name.clone(),
            angle: self.angle,
            moment: self.moment.clone(),
        })
    }

    /// The array with one value replaced, at a place counted row by row.
    pub(crate) fn replaced(
        &self,
        place: usize,
        value: Complex64,
    ) -> Option<NumericArray> {
        let values = match (&self.values, value.im == 0.0) {
            (ArrayValues::Real(values), true) => {
                let mut values = values.to_vec();
                *values.get_mut(place)? = value.re;
                values.into()
            }
            _ => {
                let mut values = self.to_complex().into_owned();
                *values.get_mut(place)? = value;
                ArrayValues::from(values)
            }
        };
        Some(Self {
            values,
            axes: self.axes.clone(),
            name: self.name.clone(),
            angle: self.angle,
            moment: self.moment.clone(),
        })
    }

    /// Arrays of the same shape one after the other, along a new first axis; `None` where shapes differ.
    pub(crate) fn stacked(
        axis: ArrayAxis,
        parts: &[NumericArray],
    ) -> Option<NumericArray> {
        let first = parts.first()?;
        if parts.len() != axis.len()
            || parts.iter().any(|part| part.shape() != first.shape())
        {
            return None;
        }
        let mut axes = vec![axis];
        axes.extend_from_slice(&first.axes);
        let values: ArrayValues = if parts.iter().any(NumericArray::is_complex) {
            parts
                .iter()
                .flat_map(|part| part.to_complex().into_owned())
                .collect::<Vec<_>>()
                .into()
        } else {
            parts
                .iter()
                .filter_map(NumericArray::as_real)
                .flatten()
                .copied()
                .collect::<Vec<_>>()
                .into()
        };
        let stacked = NumericArray::new(values, axes)?;
        Some(Self { name: first.name.clone(), angle: first.angle, ..stacked })
    }
}
