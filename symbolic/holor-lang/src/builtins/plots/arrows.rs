//! Vectors at the places of a plane: their length as colours, with arrows.

use holor_algebra::latex_symbol;

use super::arrays::picture;
use crate::array::{AxisKind, NumericArray};
use crate::plot::{Grid, Layer, Plot};
use crate::{Result, plot};

/// Arrows along the longer side.
const ARROWS: usize = 24;
/// An arrow's length where the vectors are longest, in distances between arrows.
const LONGEST: f64 = 0.95;
/// Arrows shorter than this part of the longest are left out: they have no direction that could be seen.
const SHORTEST: f64 = 0.03;
/// The head's length in that of the arrow, and half its width in its length.
const HEAD: (f64, f64) = (0.35, 0.45);

/// The picture of two components over one plane, of a field through time at its last frame; `None` where they are not that.
pub(super) fn arrows(
    first: &NumericArray,
    second: &NumericArray,
) -> Result<Option<Plot>> {
    let space = |array: &NumericArray| {
        let of_space = array
            .axes()
            .iter()
            .filter(|axis| matches!(axis.kind(), AxisKind::Space { .. }));
        of_space.count() == 2
    };
    if !(space(first) && space(second)) {
        return Ok(None);
    }
    let mut plot = picture(first)?;
    let other = picture(second)?;
    let Some(Layer::Heat { grid, label, label_text, .. }) = plot.layers.first_mut()
    else {
        return Ok(None);
    };
    let Some(Layer::Heat { grid: second_grid, .. }) = other.layers.first() else {
        return Ok(None);
    };
    let plane = |grid: &Grid| (grid.x, grid.y, grid.columns, grid.rows);
    if plane(grid) != plane(second_grid) {
        return Ok(None);
    }
    let components = [grid.clone(), second_grid.clone()];
    let [x, y] = &components;
    grid.values = x.values.iter().zip(&y.values).map(|(x, y)| x.hypot(*y)).collect();
    grid.shown = None;
    (*label, *label_text) = match [first.name(), second.name()].map(vector) {
        [Some(name), Some(same)] if name == same => {
            (format!("|{}|", latex_symbol(name)), format!("|{name}|"))
        }
        _ => (String::new(), String::new()),
    };
    if let Some((_, longest)) = plot::extent(&grid.values).filter(|(_, high)| *high > 0.0)
    {
        plot.layers.push(Layer::Guide {
            label: String::new(),
            label_text: String::new(),
            pieces: pieces(&components, longest),
            dashed: false,
        });
    }
    Ok(Some(plot))
}

/// `V` of `V_x`.
fn vector(name: &str) -> Option<&str> {
    name.rsplit_once('_').map(|(vector, _)| vector)
}

fn pieces([x, y]: &[Grid; 2], longest: f64) -> Vec<Vec<(f64, f64)>> {
    let every = x.columns.max(x.rows).div_ceil(ARROWS).max(1);
    let size = |(low, high): (f64, f64), count: usize| {
        (high - low) / count.max(1) as f64 * every as f64
    };
    let scale = LONGEST * size(x.x, x.columns).min(size(x.y, x.rows)) / longest;
    let mut pieces = Vec::new();
    for row in (every / 2..x.rows).step_by(every) {
        for column in (every / 2..x.columns).step_by(every) {
            let (u, v) = (x.value(column, row), y.value(column, row));
            let length = u.hypot(v);
            if length.is_nan() || length < SHORTEST * longest {
                continue;
            }
            let (u, v) = (u * scale, v * scale);
            let (at_x, at_y) = (x.x_at(column), x.y_at(row));
            let along = |part: f64, aside: f64| {
                (at_x + part * u - aside * v, at_y + part * v + aside * u)
            };
            let (back, aside) = (0.5 - HEAD.0, HEAD.0 * HEAD.1);
            let tip = along(0.5, 0.0);
            pieces.push(vec![along(-0.5, 0.0), tip]);
            pieces.push(vec![along(back, aside), tip, along(back, -aside)]);
        }
    }
    pieces
}
