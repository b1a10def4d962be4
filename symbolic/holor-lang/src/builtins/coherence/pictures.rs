//! Pictures of the measures' records.

use crate::array::{ArrayAxis, NumericArray};
use crate::builtins::plots::{draw_curves, picture};
use crate::plot::{Axis, Colours, Layer, Plot, Scale, extent};
use crate::{Diagnostic, Record, Result, Value, codes};

/// A part of a record that is an array.
pub(super) fn part<'a>(record: &'a Record, name: &str) -> Result<&'a NumericArray> {
    record.array(name).ok_or_else(|| {
        let message = format!("the record has no array {name} to draw");
        Box::new(Diagnostic::error(&codes::E0201_WRONG_TYPE, message))
    })
}

/// The last frame of an array with an axis of time, with its moment.
pub(super) fn last_frame(array: &NumericArray) -> (NumericArray, String) {
    if array.rank() > 1
        && array.time_axis() == Some(0)
        && let Some(axis) = array.axes().first()
        && let Some(last) = axis.len().checked_sub(1)
        && let (Some(frame), Some(at)) = (array.item(last), axis.coordinate(last))
    {
        return (frame, format!("{} = {}", axis.name(), rounded(at)));
    }
    (array.clone(), String::new())
}

fn rounded(value: f64) -> String {
    format!("{value:.4e}").parse::<f64>().unwrap_or(value).to_string()
}

/// A curve of an array with one axis, or of its last frame.
pub(super) fn curve(record: &Record, name: &str) -> Result<Plot> {
    let (frame, moment) = last_frame(part(record, name)?);
    let mut plot = draw_curves(None, &[&frame])?;
    plot.title = moment;
    Ok(plot)
}

/// The same with both axes logarithmic where the values span more than two decades.
pub(super) fn spectrum(record: &Record, name: &str) -> Result<Plot> {
    let (frame, _) = last_frame(part(record, name)?);
    let mut plot = curve(record, name)?;
    let values = frame.as_real().unwrap_or_default();
    let xs = frame.axes().first().map(|axis| axis.coordinates().into_owned());
    let (Some((low, high)), Some((left, right))) =
        (extent(values), xs.as_deref().and_then(extent))
    else {
        return Ok(plot);
    };
    if low > 0.0 && left > 0.0 && high > 100.0 * low && right > left {
        plot.x.scale = Scale::Log;
        plot.y.scale = Scale::Log;
        plot.x.range = Some((left, right));
        // Far below the largest value there is only rounding.
        plot.y.range = Some((low.max(1e-12 * high) / 1.5, high * 1.5));
    }
    Ok(plot)
}

/// The absolute value of a complex array over its axis, from 0 up.
pub(super) fn modulus(record: &Record, name: &str, label: &str) -> Result<Plot> {
    let array = part(record, name)?;
    let sizes: Vec<f64> = array.to_complex().iter().map(|z| z.norm()).collect();
    let top = sizes.iter().copied().fold(0.0, f64::max);
    let sizes = array.with_values(sizes).map(|it| it.named(label));
    let mut plot = draw_curves(None, &[sizes.as_ref().unwrap_or(array)])?;
    plot.y.range = Some((0.0, 1.06 * top.max(1e-300)));
    Ok(plot)
}

/// A map of an array with two axes.
pub(super) fn map(array: &NumericArray) -> Result<Plot> {
    picture(array)
}

/// A map in which 0 is white, negative values are blue and positive ones red.
pub(super) fn signed_map(array: &NumericArray) -> Result<Plot> {
    let mut plot = picture(array)?;
    for layer in &mut plot.layers {
        if let Layer::Heat { grid, colours, .. } = layer
            && *colours == Colours::Sequential
        {
            let values = grid.values.iter().filter(|value| value.is_finite());
            let top = values.fold(0.0, |top: f64, value| top.max(value.abs()));
            if top > 0.0 {
                (*colours, grid.shown) = (Colours::Diverging, Some((-top, top)));
            }
        }
    }
    Ok(plot)
}

/// Points with names for both axes.
pub(super) fn scatter(
    points: Vec<(f64, f64)>,
    x: (&str, &str),
    y: (&str, &str),
    name: &str,
) -> Plot {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let axis = |values: &[f64], (label, text): (&str, &str)| Axis {
        label: label.to_string(),
        label_text: text.to_string(),
        range: extent(values).map(|(low, high)| {
            let margin = if high > low { 0.06 * (high - low) } else { 0.5 };
            (low - margin, high + margin)
        }),
        scale: Scale::Linear,
    };
    Plot {
        title: String::new(),
        x: axis(&xs, x),
        y: axis(&ys, y),
        layers: vec![Layer::Points {
            label: String::new(),
            label_text: name.to_string(),
            points,
        }],
        equal_aspect: false,
        size: (600, 400),
    }
}

/// An array of values counted 1, 2, 3, … as points over their number.
pub(super) fn counted(record: &Record, name: &str, y: (&str, &str)) -> Result<Plot> {
    let array = part(record, name)?;
    let values = array.as_real().unwrap_or_default();
    let points =
        values.iter().enumerate().map(|(place, &value)| ((place + 1) as f64, value));
    Ok(scatter(points.collect(), ("n", "n"), y, name))
}

/// Points of two groups in a window of space.
pub(super) fn in_space(
    groups: &[(&str, Vec<(f64, f64)>)],
    axes: [&ArrayAxis; 2],
) -> Plot {
    let window = |axis: &ArrayAxis| {
        let coordinates = axis.coordinates();
        let (low, high) = extent(&coordinates).unwrap_or((0.0, 1.0));
        let step = axis.spacing().unwrap_or(1.0);
        let label = if axis.name().is_empty() { "" } else { axis.name() };
        Axis {
            label: holor_algebra::latex_symbol(label),
            label_text: label.to_string(),
            range: Some((low - 0.5 * step, high + 0.5 * step)),
            scale: Scale::Linear,
        }
    };
    let layers = groups
        .iter()
        .filter(|(_, points)| !points.is_empty())
        .map(|(name, points)| Layer::Points {
            label: format!(r"\text{{{name}}}"),
            label_text: (*name).to_string(),
            points: points.clone(),
        })
        .collect();
    let (x, y) = (window(axes[0]), window(axes[1]));
    let sides = [&x, &y].map(|axis| axis.range.map_or(1.0, |(low, high)| high - low));
    let ratio = sides[0] / sides[1];
    Plot {
        title: String::new(),
        x,
        y,
        layers,
        equal_aspect: (0.05..=20.0).contains(&ratio),
        size: (560, 440),
    }
}

/// A number of a record.
pub(super) fn number(record: &Record, name: &str) -> Option<f64> {
    match record.get(name)? {
        Value::Expr(formula) => crate::array::plain_number(formula).map(|value| value.re),
        _ => None,
    }
}
