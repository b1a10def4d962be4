//! Arrays over boxes with a mask: which of their values belong to the domain.
//!
//! The axes of a box remember its mask, and keep it through whatever is done value by value and through indexing. Sums, means and
//! measures count the values inside alone.

use std::sync::Arc;

use super::axis::Side;
use super::select::Chosen;
use super::{ArrayAxis, ArrayValues, Complex64, NumericArray};
use crate::{Diagnostic, Result, codes};

impl NumericArray {
    /// Whether an axis is a side of a box with a mask.
    pub(crate) fn is_masked(&self) -> bool {
        self.axes.iter().any(|axis| axis.mask().is_some())
    }

    /// Whether each value belongs to the domain, row by row; `None` where all do.
    ///
    /// # Errors
    /// E0307 where sides of the mask are missing, so that nobody knows.
    pub(crate) fn inside(&self) -> Result<Option<Vec<bool>>> {
        let mut all: Option<Vec<bool>> = None;
        for mask in masks(&self.axes) {
            let mut offsets = vec![0_usize];
            let mut met = vec![0_usize; mask.shape.len()];
            for axis in self.axes.iter() {
                let own = axis.mask().filter(|own| own.is_beside(mask));
                let (side, step) = match own {
                    Some(own) => {
                        if let Some(met) = met.get_mut(own.number) {
                            *met += 1;
                        }
                        (own, mask.shape.iter().skip(own.number + 1).product())
                    }
                    None => (mask, 0),
                };
                let along = |offset: usize| {
                    (0..axis.len()).map(move |place| {
                        offset + if step == 0 { 0 } else { side.place(place) * step }
                    })
                };
                offsets = offsets.iter().flat_map(|offset| along(*offset)).collect();
            }
            if met.iter().any(|met| *met != 1) {
                let message = format!(
                    "{} keeps only some of the sides of a box with a mask: which values are inside is not known",
                    self.describe()
                );
                return Diagnostic::error(&codes::E0307_INVALID, message)
                    .hint("mean(u)")
                    .hint("sum(u .* (x^2 + y^2 < 1))")
                    .into();
            }
            let own = offsets.iter().map(|&it| mask.inside.get(it) == Some(&true));
            all = Some(match all {
                None => own.collect(),
                Some(before) => before.iter().zip(own).map(|(a, b)| *a && b).collect(),
            });
        }
        Ok(all)
    }

    /// The values inside of the domain, in a row, of an array over a box with a mask; `None` where there is no mask.
    ///
    /// # Errors
    /// As [`NumericArray::inside`], and E0301 where none is inside.
    pub(crate) fn domain(&self) -> Result<Option<NumericArray>> {
        let Some(inside) = self.inside()? else { return Ok(None) };
        fn pick<T: Copy>(values: &[T], inside: &[bool]) -> Vec<T> {
            values.iter().zip(inside).filter(|it| *it.1).map(|it| *it.0).collect()
        }
        let values: ArrayValues = match &self.values {
            ArrayValues::Real(values) => pick(values, &inside).into(),
            ArrayValues::Complex(values) => pick(values, &inside).into(),
        };
        if values.is_empty() {
            return Err(no_cell());
        }
        Ok(Some(NumericArray::vector(values).named(&self.name).with_angle(self.angle)))
    }

    /// The first place inside of the domain whose value is not finite; where there is none, the array with 0 for those outside. Without a
    /// mask the place that was found.
    pub(super) fn without_outside(&self, found: usize) -> (usize, Option<NumericArray>) {
        let Ok(Some(inside)) = self.inside() else { return (found, None) };
        let finite = |place: usize| self.at(place).is_some_and(|z| z.is_finite());
        let wrong = inside.iter().enumerate().position(|(it, own)| *own && !finite(it));
        if let Some(place) = wrong {
            return (place, None);
        }
        let values: ArrayValues = match &self.values {
            ArrayValues::Real(values) => {
                let kept = values.iter().map(|x| if x.is_finite() { *x } else { 0.0 });
                kept.collect::<Vec<f64>>().into()
            }
            ArrayValues::Complex(values) => {
                let zero = Complex64::new(0.0, 0.0);
                let kept = values.iter().map(|z| if z.is_finite() { *z } else { zero });
                kept.collect::<Vec<Complex64>>().into()
            }
        };
        (found, Some(Self { values, ..self.clone() }))
    }

    /// The same array without the memory of a mask.
    pub(crate) fn unmasked(mut self) -> Self {
        self.axes = self.axes.iter().map(|axis| axis.clone().with_mask(None)).collect();
        self
    }

    /// The axes of what is left where places are chosen: a mask loses the sides along which one place was taken.
    pub(super) fn masked_axes(
        &self,
        chosen: &[Chosen],
        kept: Vec<ArrayAxis>,
    ) -> Vec<ArrayAxis> {
        if !self.is_masked() {
            return kept;
        }
        let mut kept = kept;
        for mask in masks(&self.axes) {
            let mut taken: Vec<Option<usize>> = vec![None; mask.shape.len()];
            for (axis, chosen) in self.axes.iter().zip(chosen) {
                let own = axis.mask().filter(|own| own.is_beside(mask));
                if let (Some(own), Chosen::One(place)) = (own, chosen)
                    && let Some(slot) = taken.get_mut(own.number)
                {
                    *slot = Some(own.place(*place));
                }
            }
            if taken.iter().all(Option::is_none) {
                continue;
            }
            let mut offsets = vec![0_usize];
            let mut shape = Vec::new();
            for (&length, taken) in mask.shape.iter().zip(&taken) {
                let places = match taken {
                    Some(place) => *place..*place + 1,
                    None => {
                        shape.push(length);
                        0..length
                    }
                };
                offsets = offsets
                    .iter()
                    .flat_map(|offset| places.clone().map(move |it| offset * length + it))
                    .collect();
            }
            let inside: Arc<[bool]> =
                offsets.iter().map(|&it| mask.inside.get(it) == Some(&true)).collect();
            let shape: Arc<[usize]> = shape.into();
            for axis in &mut kept {
                let Some(own) = axis.mask().filter(|own| own.is_beside(mask)) else {
                    continue;
                };
                let gone =
                    taken.iter().take(own.number).filter(|it| it.is_some()).count();
                let side = own.of(&inside, &shape, own.number - gone);
                *axis = axis.clone().with_mask(Some(side));
            }
        }
        kept
    }
}

/// What is said of a domain without cells.
pub(super) fn no_cell() -> Box<Diagnostic> {
    Box::new(Diagnostic::error(
        &codes::E0301_UNDEFINED,
        "no cell there is inside of the box's mask",
    ))
}

/// The masks of which axes are sides, each once.
fn masks(axes: &[ArrayAxis]) -> Vec<&Side> {
    let mut all: Vec<&Side> = Vec::new();
    for own in axes.iter().filter_map(ArrayAxis::mask) {
        if !all.iter().any(|it| it.is_beside(own)) {
            all.push(own);
        }
    }
    all
}
