//! Pictures of arrays: curves, maps, frames, animations.

use std::sync::Arc;

use holor_algebra::{Expr, Node, Relation};
use holor_macros::builtin;

use super::arrows::arrows;
use super::labels::{Told, axis_label, curve_label, moment_title, value_label};
use super::style::Style;
use super::{RangeArgument, items};
use crate::array::{ArrayAxis, AxisKind, NumericArray, real_number, rounded, short};
use crate::builtin::{ArrayArgument, Either, FromValue, Given, Many, Spanned, mismatch};
use crate::builtins::fields::at_start;
use crate::diagnostic::IT;
use crate::evaluate::Call;
use crate::plot::{Animation, Colours, Frame, Grid, Layer, Plot, extent};
use crate::{Diagnostic, Result, Span, Value, codes};

/// Frames of an animation beyond which some are left out.
const MOST_FRAMES: usize = 120;
/// Points of a curve beyond which some are left out: far more than pixels.
const MOST_POINTS: usize = 20_000;

type PlotArgument = Either<RangeArgument, Spanned<Value>>;

/// Data to be drawn.
pub(super) enum Data {
    /// Curves over common x values, or each over its own axis.
    Curves { xs: Option<Arc<NumericArray>>, ys: Vec<Arc<NumericArray>>, span: Span },
    /// A record, or a vector at each place of a plane.
    Drawn(Plot),
    /// One array.
    Picture { array: NumericArray, span: Span },
}

/// What the arguments of `plot` are, if they are data.
pub(super) fn data(
    call: &Call<'_>,
    f: &Spanned<Value>,
    others: &[PlotArgument],
    slice: Option<&Many<Expr>>,
) -> Result<Option<Data>> {
    if let (Value::Record(record), []) = (&f.value, others) {
        return match record.plot() {
            Some(plot) => plot.map(|plot| Some(Data::Drawn(plot))),
            None => {
                let message = format!(
                    "{} has no picture; draw one of its parts",
                    f.value.describe()
                );
                let error =
                    Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(f.span);
                Err(Box::new(match record.names().next() {
                    Some(name) => error.hint(format!("plot({IT}.{name})")),
                    None => error,
                }))
            }
        };
    }
    let values: Vec<Spanned<Value>> = others
        .iter()
        .filter_map(|other| match other {
            Either::First(_) => None,
            Either::Second(value) => Some(value.clone()),
        })
        .collect();
    let numbers = |value: &Value| {
        matches!(
            value,
            Value::Array(_) | Value::List(_) | Value::Matrix(_) | Value::Range(_)
        )
    };
    let points = numbers(&f.value) && values.iter().all(|value| numbers(&value.value));
    if !is_data(&f.value) && (values.len() < others.len() || !points) {
        return Ok(None);
    }
    let arrays = |value: &Spanned<Value>| -> Result<Vec<Arc<NumericArray>>> {
        match &value.value {
            Value::List(list)
                if list.iter().any(|item| !matches!(item, Value::Expr(_))) =>
            {
                items(call, value)?
                    .into_iter()
                    .map(|item| read(call, &Spanned { value: item, span: value.span }))
                    .collect()
            }
            _ => {
                let array = read(call, value)?;
                // The rows of a matrix are curves.
                let rows = (array.rank() == 2)
                    .then(|| array.axes().first().map_or(0, ArrayAxis::len));
                Ok(match rows {
                    Some(rows) => (0..rows)
                        .filter_map(|row| array.item(row))
                        .map(Arc::new)
                        .collect(),
                    None => vec![array],
                })
            }
        }
    };
    match values.as_slice() {
        [] if !others.is_empty() => {
            let message = "an array is drawn over its own axes";
            let error = Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message);
            let error = error.at(f.span).hint(format!("plot({IT})"));
            Err(Box::new(error.hint(format!("plot({IT}, …)"))))
        }
        [] => match &f.value {
            Value::Array(array) => {
                let array = sliced(call, array, slice)?;
                Ok(Some(Data::Picture { array, span: f.span }))
            }
            Value::List(list)
                if let [Value::Array(x), Value::Array(y)] = &list[..]
                    && let (x, y) =
                        (sliced(call, x, slice)?, sliced(call, y, slice)?)
                    && let Some(plot) = arrows(&x, &y)? =>
            {
                Ok(Some(Data::Drawn(plot)))
            }
            Value::List(list)
                if list.iter().any(|item| matches!(item, Value::Array(_))) =>
            {
                Ok(Some(Data::Curves { xs: None, ys: arrays(f)?, span: f.span }))
            }
            _ => Ok(None),
        },
        rest => {
            let xs = read(call, f)?;
            let mut ys = Vec::new();
            for value in rest {
                ys.extend(arrays(value)?);
            }
            Ok(Some(Data::Curves { xs: Some(xs), ys, span: f.span }))
        }
    }
}

fn is_data(value: &Value) -> bool {
    match value {
        Value::Array(_) | Value::Record(_) => true,
        Value::List(list) => list.iter().any(|item| matches!(item, Value::Array(_))),
        _ => false,
    }
}

/// The ranges, where no data were given.
pub(super) fn only_ranges(
    call: &Call<'_>,
    arguments: Vec<PlotArgument>,
) -> Result<Vec<RangeArgument>> {
    arguments
        .into_iter()
        .map(|argument| match argument {
            Either::First(range) => Ok(range),
            Either::Second(value) => {
                if let Some(symbol) = value.value.as_expr().and_then(Expr::as_symbol) {
                    let message = format!("the variable `{symbol}` needs a value here");
                    let error = Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                        .at(value.span);
                    return Err(Box::new(error.hint(format!("{symbol} = 0..1"))));
                }
                let message = format!(
                    "`{}` expected x = a..b for `ranges`, found {}",
                    call.name(),
                    value.value.describe()
                );
                let error =
                    Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(value.span);
                Err(Box::new(error.hint(call.signature())))
            }
        })
        .collect()
}

fn read(call: &Call<'_>, value: &Spanned<Value>) -> Result<Arc<NumericArray>> {
    let given = Given {
        name: None,
        value: value.value.clone(),
        span: value.span,
        written: None,
        local: false,
    };
    let read = ArrayArgument::from_value(&given, call);
    Ok(mismatch(read, &given, "f", ArrayArgument::KIND, call)?.array)
}

/// The array at the places that equations such as `z == 0` fix: the nearest ones.
fn sliced(
    call: &Call<'_>,
    array: &NumericArray,
    slice: Option<&Many<Expr>>,
) -> Result<NumericArray> {
    let mut array = array.clone();
    for equation in slice.map_or(&[][..], |many| &many.items) {
        let wrong = || {
            let message =
                format!("a slice is an equation such as z == 0, found `{equation}`");
            call.error(&codes::E0202_WRONG_ARGUMENTS, message)
        };
        let Node::Relation(Relation::Equal, left, right) = equation.node() else {
            return Err(wrong());
        };
        let symbol = left.as_symbol().ok_or_else(wrong)?;
        let value = real_number(&call.engine(), right).ok_or_else(wrong)?;
        let Some(place) = array.axis_named(symbol.name()) else {
            let message = format!("{} has no axis {symbol}", array.describe());
            return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
        };
        let Some(axis) = array.axes().get(place).cloned() else { return Err(wrong()) };
        let known = axis.coordinates();
        let nearest = known
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| (*a - value).abs().total_cmp(&(*b - value).abs()));
        let Some((nearest, at)) = nearest else { return Err(wrong()) };
        let step = axis.spacing().unwrap_or_else(|| match extent(&known) {
            Some((low, high)) => (high - low) / known.len().max(2) as f64,
            None => 0.0,
        });
        if (at - value).abs() > 0.5000001 * step.abs() {
            let (low, high) = extent(&known).unwrap_or_default();
            let message = format!(
                "{symbol} = {value} lies outside {}..{}",
                short(low),
                short(high)
            );
            return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
        }
        let mut chosen: Vec<crate::array::Chosen> = array
            .axes()
            .iter()
            .map(|axis| crate::array::Chosen::Several((0..axis.len()).collect()))
            .collect();
        if let Some(slot) = chosen.get_mut(place) {
            *slot = crate::array::Chosen::One(nearest);
        }
        // A selection of all places keeps a periodic axis closed.
        let kept: Vec<ArrayAxis> = array
            .axes()
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place)
            .map(|(_, axis)| axis.clone())
            .collect();
        let part = array.select(&chosen);
        array = part.with_axes(kept).unwrap_or(part);
    }
    Ok(array)
}

impl Data {
    /// The picture.
    pub(super) fn draw(self, style: &Style) -> Result<Plot> {
        let (plot, span) = match self {
            Data::Drawn(plot) => (Ok(plot), None),
            Data::Curves { xs, ys, span } => {
                let ys: Vec<&NumericArray> = ys.iter().map(|array| &**array).collect();
                (draw_curves(xs.as_deref(), &ys), Some(span))
            }
            Data::Picture { array, span } => (picture(&array), Some(span)),
        };
        let plot = plot.map_err(|error| match span {
            Some(span) => Box::new((*error).at(span)),
            None => error,
        })?;
        Ok(dressed(plot, style))
    }
}

/// A plot with what was asked for by name.
fn dressed(plot: Plot, style: &Style) -> Plot {
    let (x, y) = (plot.x.clone(), plot.y.clone());
    let curves = plot.layers.iter().any(|layer| matches!(layer, Layer::Curve { .. }));
    let mut layers = plot.layers.clone();
    let curve = |layer: &&mut Layer| matches!(layer, Layer::Curve { .. });
    for (index, layer) in layers.iter_mut().filter(curve).enumerate() {
        if let (Layer::Curve { label, label_text, .. }, Some(name)) =
            (layer, style.label(index))
        {
            (*label, *label_text) = name;
        }
    }
    let title = if style.title.is_some() { None } else { Some(plot.title.clone()) };
    let mut dressed = Plot { layers, equal_aspect: plot.equal_aspect, ..style.on(plot) };
    if let Some(title) = title {
        dressed.title = title;
    }
    dressed.x.range = dressed.x.range.or(x.range);
    dressed.y.range = dressed.y.range.or(y.range);
    // What a record draws on logarithmic axes stays there unless asked otherwise.
    if style.xscale.is_none() {
        dressed.x.scale = x.scale;
    }
    if style.yscale.is_none() {
        dressed.y.scale = y.scale;
    }
    if curves && style.labels.is_some() && style.ylabel.is_none() {
        dressed.y.label.clear();
        dressed.y.label_text.clear();
    }
    dressed
}

/// The picture of one array: a curve, a map, the last frame.
pub(crate) fn picture(array: &NumericArray) -> Result<Plot> {
    real(array)?;
    match (array.rank(), array.time_axis()) {
        (1, _) => draw_curves(None, &[array]),
        (2, _) => {
            let mut plot = map(array)?;
            plot.title = array.moment().map_or_else(String::new, moment_title);
            Ok(plot)
        }
        (3, Some(time)) => {
            let Some(axis) = array.axes().get(time) else { return map(array) };
            let last = axis.len().saturating_sub(1);
            let frame = at_place(array, time, last);
            let mut plot = map(&frame)?;
            if let Some(coordinate) = axis.coordinate(last) {
                plot.title = moment_title((axis.name(), coordinate));
            }
            Ok(plot)
        }
        _ => {
            let names: Vec<&str> = array.axes().iter().map(ArrayAxis::name).collect();
            let message = format!(
                "a picture has two axes; {} has {}",
                array.describe(),
                array.rank()
            );
            let mut error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message);
            let last = names.last().zip(array.axes().last());
            if let Some((last, axis)) = last.filter(|(name, _)| !name.is_empty()) {
                error = error
                    .hint(format!("plot({IT}, slice = [{last} == {}])", inside(axis)));
            } else {
                error = error.hint(format!("plot({IT}[1])"));
            }
            error.into()
        }
    }
}

/// A coordinate of an axis for an example: 0 where it lies there.
fn inside(axis: &ArrayAxis) -> String {
    let (low, high) = extent(&axis.coordinates()).unwrap_or_default();
    match (low..=high).contains(&0.0) {
        true => "0".into(),
        false => rounded(axis.coordinate(axis.len() / 2).unwrap_or(low)),
    }
}

/// The part at one place of an axis, the others as they are.
fn at_place(array: &NumericArray, axis: usize, place: usize) -> NumericArray {
    if axis == 0
        && let Some(item) = array.item(place)
    {
        return item;
    }
    let mut order = vec![axis];
    order.extend((0..array.rank()).filter(|&other| other != axis));
    array
        .permuted(&order)
        .and_then(|array| array.item(place))
        .unwrap_or_else(|| array.clone())
}

/// An error for complex values, which have no place on a line.
fn real(array: &NumericArray) -> Result<&[f64]> {
    array.as_real().ok_or_else(|| {
        Box::new(
            Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!(
                    "{} cannot be drawn: complex numbers need a real part of them",
                    array.describe()
                ),
            )
            .hint(format!("plot(abs({IT}))"))
            .hint(format!("plot(phase({IT}))"))
            .hint(format!("plot(re({IT}))")),
        )
    })
}

/// Curves over common x values, or each over its own axis.
pub(crate) fn draw_curves(
    xs: Option<&NumericArray>,
    ys: &[&NumericArray],
) -> Result<Plot> {
    let style = Style::default();
    let single = ys.len() == 1;
    let told = Told::of(ys);
    // Times are called by their axis.
    let own_name = |xs: &NumericArray| match (xs.name(), xs.axes()) {
        ("", [axis]) if xs.as_real() == Some(&axis.coordinates()) => {
            axis.name().to_string()
        }
        (name, _) => name.to_string(),
    };
    let mut x_name = xs.map_or_else(String::new, own_name);
    let mut layers = Vec::new();
    let mut y_label = (String::new(), String::new());
    for array in ys {
        let values = real(array)?;
        let [axis] = array.axes() else {
            let message = format!("a curve has one axis; found {}", array.describe());
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).into();
        };
        let own = axis.coordinates();
        let places = match xs {
            Some(xs) => {
                let places = real(xs)?;
                if xs.rank() != 1 || places.len() != values.len() {
                    let message = format!(
                        "{} x values and {} y values",
                        places.len(),
                        values.len()
                    );
                    return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).into();
                }
                places
            }
            None => &own,
        };
        if x_name.is_empty() && xs.is_none() {
            x_name = axis.name().to_string();
        }
        let mut points: Vec<(f64, f64)> =
            places.iter().copied().zip(values.iter().copied()).collect();
        if xs.is_none() {
            // The frequencies of a transform begin in the middle.
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        let points = if xs.is_none() {
            thinned(points)
        } else {
            let step = points.len().div_ceil(MOST_POINTS).max(1);
            points.into_iter().step_by(step).collect()
        };
        let pieces = if array.is_angle() { at_jumps(&points) } else { vec![points] };
        let (latex, text) = curve_label(array, told);
        let label = if single { String::new() } else { latex.clone() };
        if single {
            y_label = (latex, text.clone());
        } else if told == Told::ByTime {
            y_label = value_label(array.name());
        }
        layers.push(Layer::Curve { label, label_text: text, pieces, poles: Vec::new() });
    }
    let (x_latex, x_text) = axis_label(&x_name);
    let mut plot = style.plot((&x_latex, &x_text), (&y_label.0, &y_label.1));
    plot.layers = layers;
    if told == Told::ByName {
        let moment = ys.first().and_then(|array| array.moment());
        plot.title = moment.map_or_else(String::new, moment_title);
    }
    let all: Vec<f64> = plot
        .layers
        .iter()
        .flat_map(|layer| match layer {
            Layer::Curve { pieces, .. } => {
                pieces.iter().flatten().map(|point| point.0).collect()
            }
            _ => Vec::new(),
        })
        .collect();
    plot.x.range = extent(&all).filter(|(low, high)| low < high);
    Ok(plot)
}

/// Lines of an angle are broken where it jumps by a turn.
fn at_jumps(points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut previous: Option<f64> = None;
    for &(x, y) in points {
        let jump =
            previous.is_some_and(|before| (y - before).abs() > std::f64::consts::PI);
        match pieces.last_mut() {
            Some(piece) if !jump => piece.push((x, y)),
            _ => pieces.push(vec![(x, y)]),
        }
        previous = Some(y);
    }
    pieces
}

/// Of very many points the lowest and highest of each stretch: what a picture can show.
fn thinned(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if points.len() <= MOST_POINTS {
        return points;
    }
    let size = points.len().div_ceil(MOST_POINTS / 2);
    points
        .chunks(size)
        .flat_map(|chunk| {
            let compare = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
            let (low, high) =
                (chunk.iter().min_by(compare), chunk.iter().max_by(compare));
            let (mut first, mut second) =
                (low.copied().unwrap_or_default(), high.copied().unwrap_or_default());
            if first.0 > second.0 {
                std::mem::swap(&mut first, &mut second);
            }
            [first, second]
        })
        .collect()
}

/// An array with two axes as colours: the first axis of space is horizontal; time runs upward.
fn map(array: &NumericArray) -> Result<Plot> {
    real(array)?;
    let evened = evened(array);
    let array = evened.as_ref().unwrap_or(array);
    let values = real(array)?;
    let [first, second] = array.axes() else { return draw_curves(None, &[array]) };
    if first.is_empty() || second.is_empty() {
        let message = "there is nothing to draw in an array without values";
        return Diagnostic::error(&codes::E0301_UNDEFINED, message).into();
    }
    // Of two axes of space x is the first, and horizontal; rows and times run upward.
    let counted = first.kind() == AxisKind::Index && second.kind() == AxisKind::Index;
    let upright = matches!(first.kind(), AxisKind::Time | AxisKind::Index);
    let (x, y) = if upright { (second, first) } else { (first, second) };
    let (x_even, y_even) = (even(x)?, even(y)?);
    let (columns, rows) = (x.len(), y.len());
    let mut own = Vec::with_capacity(values.len());
    for row in 0..rows {
        for column in 0..columns {
            let place =
                if upright { row * columns + column } else { column * rows + row };
            own.push(values.get(place).copied().unwrap_or(f64::NAN));
        }
    }
    let colours = if array.is_angle() { Colours::Cyclic } else { Colours::Sequential };
    if colours == Colours::Cyclic {
        // Angles that go on beyond π have the colours of those between -π and π.
        for value in &mut own {
            *value -= std::f64::consts::TAU * (*value / std::f64::consts::TAU).round();
        }
    }
    let shown = (colours == Colours::Cyclic)
        .then_some((-std::f64::consts::PI, std::f64::consts::PI));
    let (label, label_text) = value_label(array.name());
    let ends = |axis: &ArrayAxis, step: f64| {
        let first = axis.coordinate(0).unwrap_or(0.0);
        (first - step / 2.0, first + (axis.len() as f64 - 0.5) * step)
    };
    let grid = Grid {
        x: ends(x, x_even),
        y: ends(y, y_even),
        columns,
        rows,
        values: own,
        shown,
        cells: true,
    };
    let name = |axis: &ArrayAxis, counted: &str| {
        if axis.name().is_empty() {
            (format!(r"\text{{{counted}}}"), counted.to_string())
        } else {
            axis_label(axis.name())
        }
    };
    let style = Style::default();
    let (x_label, y_label) = (name(x, "column"), name(y, "row"));
    let mut plot = style.plot((&x_label.0, &x_label.1), (&y_label.0, &y_label.1));
    let space = |axis: &ArrayAxis| matches!(axis.kind(), AxisKind::Space { .. });
    let ratio = (grid.x.1 - grid.x.0) / (grid.y.1 - grid.y.0);
    plot.equal_aspect =
        ((space(x) && space(y)) || counted) && (0.05..=20.0).contains(&ratio);
    plot.x.range = Some(grid.x);
    plot.y.range = Some(grid.y);
    plot.size = if plot.equal_aspect { size_of_map(ratio) } else { (560, 440) };
    plot.layers.push(Layer::Heat { grid, label, label_text, colours });
    Ok(plot)
}

/// The size of a picture of a map so many times as wide as high, with room for numbers below and a bar beside it: none is left above and below.
fn size_of_map(ratio: f64) -> (u32, u32) {
    let width = if ratio > 2.0 { 720 } else { 560 };
    let height = f64::from(width - 150) / ratio + 80.0;
    (width, height.clamp(180.0, 440.0) as u32)
}

/// An array whose second axis is a quantity with uneven steps, such as the mean wave numbers of shells, on even ones: each line is
/// interpolated linearly.
fn evened(array: &NumericArray) -> Option<NumericArray> {
    let [first, axis] = array.axes() else { return None };
    if axis.kind() != AxisKind::Quantity || axis.len() < 3 || axis.spacing().is_some() {
        return None;
    }
    let xs = axis.coordinates().into_owned();
    let (low, high) = (*xs.first()?, *xs.last()?);
    if xs.windows(2).any(|pair| pair[0] >= pair[1]) {
        return None;
    }
    // As fine as the finest steps, within reason.
    let least = xs.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    let count =
        (((high - low) / least).ceil() as usize + 1).clamp(xs.len(), 4 * xs.len());
    let places: Vec<f64> =
        (0..count).map(|n| low + (high - low) * n as f64 / (count - 1) as f64).collect();
    let mut values = Vec::with_capacity(first.len() * count);
    for line in array.as_real()?.chunks(xs.len()) {
        for x in &places {
            let behind = xs.partition_point(|own| own <= x).clamp(1, xs.len() - 1);
            let (a, b) = (xs.get(behind - 1)?, xs.get(behind)?);
            let share = ((x - a) / (b - a)).clamp(0.0, 1.0);
            values
                .push(line.get(behind - 1)? * (1.0 - share) + line.get(behind)? * share);
        }
    }
    let axes = vec![first.clone(), ArrayAxis::quantity(axis.name(), places)];
    Some(NumericArray::new(values, axes)?.named(array.name()))
}

/// The step of an axis; an error where it is not even.
fn even(axis: &ArrayAxis) -> Result<f64> {
    if axis.len() == 1 {
        return Ok(1.0);
    }
    axis.spacing().ok_or_else(|| {
        let message =
            format!("a map needs evenly spaced coordinates; {} are not", axis.name());
        let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message);
        let (low, high) = extent(&axis.coordinates()).unwrap_or_default();
        let (low, high) = (short(low), short(high));
        let even = format!("linspace({low}, {high}, {})", axis.len());
        Box::new(error.hint(format!("interpolate({IT}, {} = {even})", axis.name())))
    })
}

/// `heatmap(A)`.
pub(super) fn map_of(call: &Call<'_>, f: Spanned<Value>, style: &Style) -> Result<Plot> {
    let f = &Spanned { value: at_start(call, f.value)?, span: f.span };
    if !matches!(f.value, Value::Array(_) | Value::Matrix(_)) {
        let message = "`heatmap` needs two variables with their ranges, or an array";
        let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
        return Err(Box::new((*error).hint(call.signature())));
    }
    let array = read(call, f)?;
    let plot = picture(&array).map_err(|error| Box::new((*error).at(f.span)))?;
    Ok(dressed(plot, style))
}

/// Draws an array through time, frame by frame.
///
/// The first axis is time. Each frame is drawn as `plot` draws it, all with the same scales, and the animation repeats. It is
/// a picture in itself (APNG) and plays without a script. Of more than 120 frames, evenly chosen ones are shown.
///
/// ```holor
/// A = array([[0, 1, 0], [1, 0, 1]], t = [0, 1], x = [0, 1, 2])
/// animate(A)                               # => animation of 2 frames from t = 0 to t = 1
/// animate(array([1, 2]))                   # error: [E0203]
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", returns = "animation", see("plot"))]
pub(crate) fn animate(
    call: &Call<'_>,
    /// An array whose first axis is time.
    values: ArrayArgument,
    /// Frames per second.
    #[default(20)]
    rate: u32,
    /// Title; formulas in it stand between dollar signs.
    #[named]
    title: Option<Arc<str>>,
    /// Width and height in pixels.
    #[named]
    size: Option<Vec<u32>>,
) -> Result<Animation> {
    let array = &values.array;
    let style = Style { title, size, ..Style::default() };
    real(array).map_err(|error| Box::new((*error).at(values.span)))?;
    let time = array.time_axis().unwrap_or(0);
    let (Some(axis), 2 | 3) = (array.axes().get(time), array.rank()) else {
        let message = format!(
            "an animation has an axis of time and one or two more; found {}",
            array.describe()
        );
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
            .at(values.span)
            .into();
    };
    let count = axis.len();
    let shown = count.min(MOST_FRAMES);
    if shown == 0 {
        return Err(call.error(&codes::E0301_UNDEFINED, "there are no frames"));
    }
    let all = array.as_real().and_then(extent);
    let mut frames = Vec::with_capacity(shown);
    let mut first: Option<Plot> = None;
    for index in 0..shown {
        call.poll()?;
        // The first and the last frame are always there.
        let place = if shown > 1 { index * (count - 1) / (shown - 1) } else { 0 };
        // The moment of a frame is written beside it.
        let frame = at_place(array, time, place).at_moment(None);
        let mut plot =
            picture(&frame).map_err(|error| Box::new((*error).at(values.span)))?;
        for layer in &mut plot.layers {
            if let Layer::Heat { grid, .. } = layer {
                grid.shown = grid.shown.or(all.filter(|(low, high)| low < high));
            }
        }
        let name = if axis.name().is_empty() { "frame" } else { axis.name() };
        let at = axis.coordinate(place).unwrap_or(place as f64);
        let (latex, text) = axis_label(name);
        frames.push(Frame {
            label: format!("{latex} = {}", rounded(at)),
            label_text: format!("{text} = {}", rounded(at)),
            layers: plot.layers.clone(),
        });
        first.get_or_insert(plot);
    }
    let mut plot =
        dressed(first.unwrap_or_else(|| style.plot(("", ""), ("", ""))), &style);
    if array.rank() == 2
        && let Some((low, high)) = all.filter(|(low, high)| low < high)
    {
        let margin = 0.04 * (high - low);
        plot.y.range = Some((low - margin, high + margin));
    }
    Ok(Animation {
        plot,
        frames,
        rate: f64::from(rate.clamp(1, 60)),
        left_out: count - shown,
    })
}
