//! Integrals of arrays along an axis, over all of it or a part.

use super::interpolate::mix;
use super::{ArrayAxis, ArrayValues, AxisKind, Complex64, NumericArray};
use crate::{Diagnostic, Result, codes};

/// Ends that differ by less than this part of the range are the same.
const SAME_END: f64 = 1e-9;

/// A place between which values run along straight lines, as a sum of the array's own.
type Knot = (f64, Vec<(usize, f64)>);

impl NumericArray {
    /// The integral along an axis from `low` to `high`. Over a whole side of a box it is the sum over all cells times the size of
    /// one; otherwise the integral of the straight lines between the values, whose error is of second order in their distance.
    ///
    /// # Errors
    /// E0204 where the range goes beyond the axis, E0203 where its coordinates do not rise.
    pub(crate) fn integrate(
        &self,
        place: usize,
        (low, high): (f64, f64),
    ) -> Result<NumericArray> {
        let Some(axis) = self.axes.get(place) else { return Ok(self.clone()) };
        if low > high {
            return Ok(self.integrate(place, (high, low))?.negated());
        }
        let weights = weights_of(axis, low, high)?;
        if axis.mask().is_some() {
            let even = weights.windows(2).all(
                |pair| matches!(pair, [a, b] if (a.1 - b.1).abs() <= 1e-9 * a.1.abs()),
            );
            if !even || weights.len() != axis.len() {
                let message = "the integral of an array over a box with a mask goes over a whole side";
                return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                    .hint("integral(u)")
                    .into();
            }
            let Some(inside) = self.inside()? else { return Ok(self.clone()) };
            let cleared = match &self.values {
                ArrayValues::Real(values) => self.with_values(cleared(values, &inside)),
                ArrayValues::Complex(values) => {
                    self.with_values(cleared(values, &inside))
                }
            };
            let cleared = cleared.unwrap_or_else(|| self.clone()).named(&self.name);
            return cleared.unmasked().integrate(place, (low, high));
        }
        let outer: usize = self.axes.iter().take(place).map(ArrayAxis::len).product();
        let inner: usize = self.axes.iter().skip(place + 1).map(ArrayAxis::len).product();
        let (size, weights) = ((outer, axis.len(), inner), [weights]);
        let values: ArrayValues = match &self.values {
            ArrayValues::Real(values) => mix(values, size, &weights, |w, v| w * v).into(),
            ArrayValues::Complex(values) => {
                mix(values, size, &weights, |w, v: Complex64| v * w).into()
            }
        };
        let mut axes = self.axes.to_vec();
        axes.remove(place);
        let (name, moment) = (self.name.clone(), self.moment.clone());
        Ok(Self { values, axes: axes.into(), name, angle: false, moment })
    }
}

/// Values with 0 for those that are not inside.
fn cleared<T: Copy + Default>(values: &[T], inside: &[bool]) -> Vec<T> {
    let own = values.iter().zip(inside);
    own.map(|(value, inside)| if *inside { *value } else { T::default() }).collect()
}

fn weights_of(axis: &ArrayAxis, low: f64, high: f64) -> Result<Vec<(usize, f64)>> {
    let own = axis.coordinates();
    let name = if axis.name().is_empty() { "the place" } else { axis.name() };
    if own.len() < 2 || own.windows(2).any(|pair| matches!(pair, [a, b] if a >= b)) {
        let message = format!("the coordinates {name} do not rise");
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).into();
    }
    let last = own.len() - 1;
    let at = |index: usize| own.get(index).copied().unwrap_or(f64::NAN);
    let mut knots: Vec<Knot> =
        own.iter().enumerate().map(|(index, x)| (*x, vec![(index, 1.0)])).collect();
    let spacing = axis.spacing();
    if let (AxisKind::Space { periodic }, Some(step)) = (axis.kind(), spacing) {
        let (from, to) = match periodic {
            true => (at(0), at(0) + step * own.len() as f64),
            false => (at(0) - step / 2.0, at(last) + step / 2.0),
        };
        let slack = SAME_END * (to - from);
        if (low - from).abs() <= slack && (high - to).abs() <= slack {
            return Ok((0..own.len()).map(|index| (index, step)).collect());
        }
        if periodic {
            knots.push((to, vec![(0, 1.0)]));
        } else {
            knots.insert(0, (from, vec![(0, 1.5), (1, -0.5)]));
            knots.push((to, vec![(last, 1.5), (last - 1, -0.5)]));
        }
    }
    let ends = (knots.first().map(|it| it.0), knots.last().map(|it| it.0));
    let (Some(from), Some(to)) = ends else { return Ok(Vec::new()) };
    let slack = SAME_END * (to - from);
    if !(low >= from - slack && high <= to + slack) {
        let message =
            format!("{name} = {low}..{high} goes beyond the array's {from}..{to}");
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .hint(format!("{name} = {from}..{to}"))
            .into();
    }
    let mut weights = vec![0.0; own.len()];
    let mut add = |knot: &Knot, weight: f64| {
        for (index, factor) in &knot.1 {
            if let Some(slot) = weights.get_mut(*index) {
                *slot += weight * factor;
            }
        }
    };
    for pair in knots.windows(2) {
        let [left, right] = pair else { continue };
        let (start, end) = (low.max(left.0), high.min(right.0));
        if end <= start {
            continue;
        }
        // The mean of a line over a part is its value in the middle of it.
        let middle = ((start + end) / 2.0 - left.0) / (right.0 - left.0);
        add(left, (end - start) * (1.0 - middle));
        add(right, (end - start) * middle);
    }
    Ok(weights.into_iter().enumerate().filter(|(_, weight)| *weight != 0.0).collect())
}
