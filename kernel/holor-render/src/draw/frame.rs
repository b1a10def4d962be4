//! The ranges that a drawing shows, and places on it.

use holor_lang::plot::extent;
use holor_lang::{Axis, Layer, Plot, Scale};

/// The ranges of both axes: those the plot asks for, or what its data fill with a small margin.
pub(crate) fn ranges(plot: &Plot) -> ((f64, f64), (f64, f64)) {
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    let mut filled = false;
    for layer in &plot.layers {
        match layer {
            Layer::Curve { pieces, .. } | Layer::Guide { pieces, .. } => {
                for (x, y) in pieces.iter().flatten() {
                    xs.push(*x);
                    ys.push(*y);
                }
            }
            Layer::Shade { .. } => {}
            Layer::Points { points, .. } => {
                for (x, y) in points {
                    xs.push(*x);
                    ys.push(*y);
                }
            }
            Layer::Heat { grid, .. } | Layer::Contour { grid, .. } => {
                xs.extend([grid.x.0, grid.x.1]);
                ys.extend([grid.y.0, grid.y.1]);
                filled = true;
            }
        }
    }
    let margin = if filled { 0.0 } else { 0.05 };
    (range(&plot.x, &xs, margin), range(&plot.y, &ys, margin))
}

fn range(axis: &Axis, values: &[f64], margin: f64) -> (f64, f64) {
    let log = axis.scale == Scale::Log;
    let usable = |range: &(f64, f64)| {
        range.0.is_finite()
            && range.1.is_finite()
            && range.0 < range.1
            && (!log || range.0 > 0.0)
    };
    if let Some(range) = axis.range.filter(usable) {
        return range;
    }
    let values: Vec<f64> = values
        .iter()
        .map(|value| if log { value.log10() } else { *value })
        .filter(|value| value.is_finite())
        .collect();
    let (low, high) = extent(&values).unwrap_or((0.0, 1.0));
    let (low, high) = if high > low {
        let margin = margin * (high - low);
        (low - margin, high + margin)
    } else {
        // A constant: in the middle of a range of its own size.
        let half = if log || low == 0.0 { 1.0 } else { low.abs() / 2.0 };
        (low - half, high + half)
    };
    if log { (10f64.powf(low), 10f64.powf(high)) } else { (low, high) }
}

/// From values to pixels on one axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruler {
    range: (f64, f64),
    log: bool,
    start: f32,
    end: f32,
}

impl Ruler {
    pub(crate) fn new(range: (f64, f64), scale: Scale, start: f32, end: f32) -> Self {
        let log = scale == Scale::Log;
        let range = if log { (range.0.log10(), range.1.log10()) } else { range };
        Self { range, log, start, end }
    }

    /// The pixel of a value, held near the drawing.
    pub(crate) fn pixel(&self, value: f64) -> f32 {
        let value = if self.log { value.log10() } else { value };
        let fraction = (value - self.range.0) / (self.range.1 - self.range.0);
        let pixel = f64::from(self.start) + fraction * f64::from(self.end - self.start);
        if pixel.is_nan() { -1e4 } else { pixel.clamp(-1e4, 1e4) as f32 }
    }

    /// The value at a pixel.
    pub(crate) fn value(&self, pixel: f32) -> f64 {
        let fraction = f64::from(pixel - self.start) / f64::from(self.end - self.start);
        let value = self.range.0 + fraction * (self.range.1 - self.range.0);
        if self.log { 10f64.powf(value) } else { value }
    }
}
