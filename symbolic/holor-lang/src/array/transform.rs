//! Discrete Fourier transforms along an axis.

use rustfft::FftPlanner;

use super::{ArrayAxis, AxisKind, Complex64, NumericArray};
use crate::{Diagnostic, Result, codes};

impl NumericArray {
    /// X_k = Σ_n x_n e^(-2πi kn/N) along an axis; the inverse has the other sign and is divided by N. The axis of times t
    /// becomes one of frequencies f (in periods per unit of time, 0 first, then the positive, then the negative ones),
    /// an axis x one of `f_x`, and the inverse gives them back, from 0 on.
    ///
    /// # Errors
    /// E0203 where the coordinates are not evenly spaced.
    pub(crate) fn fourier(&self, place: usize, inverse: bool) -> Result<NumericArray> {
        let Some(axis) = self.axes.get(place) else { return Ok(self.clone()) };
        if axis.mask().is_some() {
            let message = format!(
                "{} lives on a box with a mask, and its Fourier transform would count the cells outside",
                self.describe()
            );
            return Diagnostic::error(&codes::E0307_INVALID, message)
                .hint("correlation_function(u)")
                .into();
        }
        let count = axis.len();
        let changed = if inverse { time_axis(axis) } else { frequency_axis(axis) };
        let Some(changed) = changed else {
            let message =
                format!("the coordinates {} are not evenly spaced", axis.name());
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).into();
        };
        let mut planner = FftPlanner::new();
        let plan = if inverse {
            planner.plan_fft_inverse(count)
        } else {
            planner.plan_fft_forward(count)
        };
        let mut scratch = vec![Complex64::default(); plan.get_inplace_scratch_len()];
        let transformed = self.along_axis_complex(place, |line| {
            plan.process_with_scratch(line, &mut scratch);
            if inverse {
                for value in line {
                    *value /= count as f64;
                }
            }
        });
        let mut axes = self.axes.to_vec();
        if let Some(slot) = axes.get_mut(place) {
            *slot = changed;
        }
        let result = Self { axes: axes.into(), name: "".into(), ..transformed };
        result.check_finite("the transform")
    }
}

/// The frequencies of a transform of so many values a step apart: 0, the positive, then the negative ones.
pub(crate) fn frequencies(count: usize, step: f64) -> Vec<f64> {
    let length = count as f64 * step;
    (0..count)
        .map(|place| {
            let signed = if place < count.div_ceil(2) {
                place as f64
            } else {
                place as f64 - count as f64
            };
            signed / length
        })
        .collect()
}

fn frequency_axis(axis: &ArrayAxis) -> Option<ArrayAxis> {
    if axis.kind() == AxisKind::Index {
        return Some(axis.clone());
    }
    let step = if axis.len() < 2 { 1.0 } else { axis.spacing()? };
    let name = match axis.name() {
        "t" => "f".to_string(),
        name => format!("f_{name}"),
    };
    Some(ArrayAxis::quantity(&name, frequencies(axis.len(), step)))
}

fn time_axis(axis: &ArrayAxis) -> Option<ArrayAxis> {
    if axis.kind() == AxisKind::Index {
        return Some(axis.clone());
    }
    let (name, kind) = match axis.name().strip_prefix("f_") {
        Some(name) => (name, AxisKind::Space { periodic: true }),
        None if axis.name() == "f" => ("t", AxisKind::Time),
        None => ("", AxisKind::Index),
    };
    if kind == AxisKind::Index {
        return Some(ArrayAxis::index(axis.len()));
    }
    let count = axis.len() as f64;
    let first = if axis.len() > 1 { axis.coordinate(1)? } else { 1.0 };
    let step = 1.0 / (first * count);
    let expected = frequencies(axis.len(), step);
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * count * first.abs();
    if first <= 0.0 || !axis.coordinates().iter().zip(&expected).all(close) {
        return None;
    }
    let coordinates: Vec<f64> =
        (0..axis.len()).map(|place| place as f64 * step).collect();
    Some(ArrayAxis::new(name, kind, coordinates))
}
