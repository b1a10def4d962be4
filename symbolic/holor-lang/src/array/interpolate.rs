//! Values between the places of an axis.

use super::{ArrayAxis, ArrayValues, AxisKind, Complex64, NumericArray, rounded};
use crate::{Diagnostic, Result, codes};

/// How values between places are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Between {
    /// On the line through the two nearest places.
    Linear,
    /// On the cubic through the four nearest places (Lagrange).
    Cubic,
}

impl NumericArray {
    /// The values at points of an axis, in place of its own coordinates; with `single`, the axis goes.
    ///
    /// # Errors
    /// E0204 for a point outside the axis (a periodic one has no outside), E0203 for an axis whose coordinates do not
    /// rise or are too few.
    pub(crate) fn interpolate(
        &self,
        place: usize,
        points: &[f64],
        single: bool,
        between: Between,
    ) -> Result<NumericArray> {
        let Some(axis) = self.axes.get(place) else { return Ok(self.clone()) };
        let known = axis.coordinates();
        if known.windows(2).any(|pair| matches!(pair, [a, b] if a >= b)) {
            let message = format!("the coordinates {} do not rise", axis.name());
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).into();
        }
        let needed = if between == Between::Cubic { 4 } else { 2 };
        if known.len() < needed {
            let message = format!(
                "{needed} places are needed to interpolate between, found {}",
                known.len()
            );
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).into();
        }
        let mut weights = Vec::with_capacity(points.len());
        for &point in points {
            weights.push(weights_at(axis, &known, point, between)?);
        }
        let outer: usize = self.axes.iter().take(place).map(ArrayAxis::len).product();
        let inner: usize = self.axes.iter().skip(place + 1).map(ArrayAxis::len).product();
        let size = (outer, known.len(), inner);
        let values: ArrayValues = match &self.values {
            ArrayValues::Real(values) => mix(values, size, &weights, |w, v| w * v).into(),
            ArrayValues::Complex(values) => {
                mix(values, size, &weights, |w, v: Complex64| v * w).into()
            }
        };
        let mut axes = self.axes.to_vec();
        let mut moment = self.moment.clone();
        if single {
            if let (AxisKind::Time, Some(point)) = (axis.kind(), points.first()) {
                moment = Some((axis.name().into(), *point));
            }
            axes.remove(place);
        } else if let Some(slot) = axes.get_mut(place) {
            let kind = match axis.kind() {
                AxisKind::Space { .. } => AxisKind::Space { periodic: false },
                AxisKind::Index => AxisKind::Quantity,
                other => other,
            };
            *slot = ArrayAxis::new(axis.name(), kind, points.to_vec());
        }
        let name = self.name.clone();
        Ok(Self { values, axes: axes.into(), name, angle: false, moment })
    }
}

/// The places around a point and their weights.
fn weights_at(
    axis: &ArrayAxis,
    known: &[f64],
    point: f64,
    between: Between,
) -> Result<Vec<(usize, f64)>> {
    let (first, last) = (known.first().copied(), known.last().copied());
    let (Some(first), Some(last)) = (first, last) else { return Ok(Vec::new()) };
    let count = known.len();
    let period = axis.period();
    let point = match period {
        Some(period) => first + (point - first).rem_euclid(period),
        None => point,
    };
    // Rounding at the ends is no step outside.
    let slack = 1e-12 * (last - first).abs();
    if period.is_none() && !(point >= first - slack && point <= last + slack) {
        let name = if axis.name().is_empty() { "the place" } else { axis.name() };
        let message = format!(
            "{name} = {} lies outside {}..{}",
            rounded(point),
            rounded(first),
            rounded(last)
        );
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message).into();
    }
    let below = known.partition_point(|&it| it <= point).saturating_sub(1);
    let at = |place: i64| -> (usize, f64) {
        let index = place.rem_euclid(count as i64) as usize;
        let turns = place.div_euclid(count as i64) as f64;
        let shift = period.map_or(0.0, |period| turns * period);
        (index, known.get(index).copied().unwrap_or(0.0) + shift)
    };
    let below = below as i64;
    let start = match (between, period) {
        (Between::Linear, Some(_)) => below,
        (Between::Linear, None) => below.min(count as i64 - 2),
        (Between::Cubic, Some(_)) => below - 1,
        (Between::Cubic, None) => (below - 1).clamp(0, count as i64 - 4),
    };
    let points = if between == Between::Linear { 2 } else { 4 };
    let nodes: Vec<(usize, f64)> = (start..start + points).map(at).collect();
    Ok(nodes
        .iter()
        .enumerate()
        .map(|(own, &(index, x))| {
            let factors = nodes.iter().enumerate().filter(|(other, _)| *other != own);
            let weight: f64 =
                factors.map(|(_, (_, node))| (point - node) / (x - node)).product();
            (index, weight)
        })
        .collect())
}

/// Weighted sums along the middle one of three axes.
pub(super) fn mix<T: Copy + Default + std::ops::Add<Output = T>>(
    values: &[T],
    (outer, length, inner): (usize, usize, usize),
    weights: &[Vec<(usize, f64)>],
    scaled: impl Fn(f64, T) -> T,
) -> Vec<T> {
    let mut results = Vec::with_capacity(outer * weights.len() * inner);
    for block in 0..outer {
        for weights in weights {
            for offset in 0..inner {
                let total =
                    weights.iter().fold(T::default(), |total, &(index, weight)| {
                        let place = (block * length + index) * inner + offset;
                        total
                            + scaled(
                                weight,
                                values.get(place).copied().unwrap_or_default(),
                            )
                    });
                results.push(total);
            }
        }
    }
    results
}
