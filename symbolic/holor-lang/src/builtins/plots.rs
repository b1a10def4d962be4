//! Plots: curves, maps, contours, points.

mod arrays;
mod arrows;
mod drawable;
mod labels;
mod style;

use std::sync::Arc;

use holor_algebra::{Expr, Node, Relation, Symbol};
use holor_macros::builtin;

pub(super) use self::arrays::{draw_curves, picture};
use self::drawable::{Drawable, Ends, bounds, undefined};
pub(super) use self::labels::moment_title;
use self::style::{AxisScale, Style, label};
use super::fields::at_start;
use crate::builtin::{Either, FromValue, Many, RangeBinding, Spanned};
use crate::evaluate::Call;
use crate::geometry::Geometry;
use crate::plot::{
    Colours, Curve, Grid, Layer, Plot, View, extent, sample_graphs, sample_paths,
};
use crate::{Builtin, Diagnostic, Range, Result, Value, codes};

/// The records of this topic.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &PLOT,
    &PARAMETRIC,
    &POLAR,
    &POINTS,
    &CONTOUR,
    &HEATMAP,
    &OVERLAY,
    &arrays::ANIMATE,
];

/// Nodes of a map along each axis; enough for smooth colours, few enough for a notebook.
const MAP_NODES: usize = 121;
/// Nodes of the finer grid that implicit curves and contours are drawn on.
const FINE_NODES: usize = 241;

type RangeArgument = Either<RangeBinding, Range>;

/// Draws curves `y = f(x)`, or a map of `f(x, y)`.
///
/// Several functions in a list make several curves. Poles become dashed asymptotes, jumps and undefined
/// parts become gaps. With two variables the values become colours, with lines of equal value; an equation
/// in two variables becomes the curve it describes. Functions can be drawn by name.
///
/// An array with one axis becomes a curve over it, one with two a map; of a field through time the last frame is drawn, on
/// one axis of space a map of space and time, and of a field, or a formula of fields such as `V[^x]` or `|V|`, its values at the start. Of a vector
/// in the plane the length becomes colours, with arrows. Angles, as `arg(A)` gives them, have colours that close. `plot(xs, ys)` draws
/// points joined by lines. Of an array with more axes a slice is drawn.
///
/// ```holor
/// plot(sin(x)/x, x = -10..10)              # => plot of sin(x)/x for x = -10..10
/// plot([sin(x), cos(x)], x = 0..2pi)       # => plot of sin(x), cos(x) for x = 0..2π
/// plot(x^2 + y^2 == 1, x = -2..2, y = -2..2)  # => plot of x^2 + y^2 == 1 for x = -2..2, y = -2..2
/// plot([0, 1, 2], [1, 3, 2])               # => plot
/// plot(array([0, 1, 4], t = [0, 1, 2]))    # => plot for t = 0..2
/// plot(a x, x = 0..1)                      # error: [E0401]
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", see("parametric", "points", "overlay"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
pub(crate) fn plot(
    call: &Call<'_>,
    /// A formula, an equation, a function, or a list of them; a geodesic in numbers, whose path is drawn; an array, a
    /// record, or the x values of points.
    f: Spanned<Value>,
    /// The variable and its range; two of them for a map. Without, the formula's variable from -10 to 10. After an array
    /// or a list of numbers: the values above them, or several arrays in a list.
    #[variadic]
    ranges: Vec<Either<RangeArgument, Spanned<Value>>>,
    /// Title; formulas in it stand between dollar signs.
    #[named]
    title: Option<Arc<str>>,
    /// Label of the horizontal axis.
    #[named]
    xlabel: Option<Arc<str>>,
    /// Label of the vertical axis.
    #[named]
    ylabel: Option<Arc<str>>,
    /// Horizontal range shown.
    #[named]
    xrange: Option<Range>,
    /// Vertical range shown.
    #[named]
    yrange: Option<Range>,
    /// `"linear"` or `"log"`.
    #[named]
    xscale: Option<AxisScale>,
    /// `"linear"` or `"log"`.
    #[named]
    yscale: Option<AxisScale>,
    /// A name for each curve.
    #[named]
    labels: Option<Vec<Arc<str>>>,
    /// For an array with more axes than a picture: which slice, such as `z == 0`, or a list of them.
    #[named]
    slice: Option<Many<Expr>>,
    /// Width and height in pixels.
    #[named]
    size: Option<Vec<u32>>,
) -> Result<Plot> {
    let (xrange, yrange) = (bounds(call, xrange)?, bounds(call, yrange)?);
    let style =
        Style { title, xlabel, ylabel, xrange, yrange, xscale, yscale, labels, size };
    if let Value::Geometry(Geometry::Orbit(orbit)) = &f.value {
        return Ok(style.on(orbit.plot()));
    }
    let f = match ranges.is_empty() {
        true => Spanned { value: at_start(call, f.value)?, span: f.span },
        false => f,
    };
    if let Some(data) = arrays::data(call, &f, &ranges, slice.as_ref())? {
        return data.draw(&style);
    }
    let ranges = arrays::only_ranges(call, ranges)?;
    let functions = items(call, &f)?;
    let mut ends = variables(call, &ranges)?;
    if ends.is_empty() {
        ends.push(default_range(&functions, &f, call)?);
    }
    match ends.as_slice() {
        [x] => curves(call, &f, &functions, x, &style),
        [x, y] => match functions.as_slice() {
            [function] => map(call, function, (x, y), &style, (true, true)),
            _ => implicit(call, &functions, (x, y), &style),
        },
        _ => {
            Err(call
                .error(&codes::E0202_WRONG_ARGUMENTS, "a plot has one or two variables"))
        }
    }
}

/// Draws the curve `(x(t), y(t))`.
///
/// ```holor
/// parametric([cos(3t), sin(2t)], t = 0..2pi)    # => plot of (cos(3*t), sin(2*t))
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", see("plot", "polar"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
pub(crate) fn parametric(
    call: &Call<'_>,
    /// The list `[x, y]`, or a list of such lists.
    curve: Spanned<Value>,
    /// The parameter and its range.
    range: RangeArgument,
    /// Title; formulas in it stand between dollar signs.
    #[named]
    title: Option<Arc<str>>,
    /// Label of the horizontal axis.
    #[named]
    xlabel: Option<Arc<str>>,
    /// Label of the vertical axis.
    #[named]
    ylabel: Option<Arc<str>>,
    /// Horizontal range shown.
    #[named]
    xrange: Option<Range>,
    /// Vertical range shown.
    #[named]
    yrange: Option<Range>,
    /// A name for each curve.
    #[named]
    labels: Option<Vec<Arc<str>>>,
    /// Width and height in pixels.
    #[named]
    size: Option<Vec<u32>>,
) -> Result<Plot> {
    let (xrange, yrange) = (bounds(call, xrange)?, bounds(call, yrange)?);
    let style =
        Style { title, xlabel, ylabel, xrange, yrange, labels, size, ..Style::default() };
    let t = variable(call, &range, "t")?;
    let outer = items(call, &curve)?;
    let pairs: Vec<Vec<Value>> = match outer.first() {
        Some(Value::List(_)) => outer
            .iter()
            .map(|item| items(call, &Spanned { value: item.clone(), span: curve.span }))
            .collect::<Result<_>>()?,
        _ => vec![outer],
    };
    let mut paths = Vec::new();
    for pair in pairs {
        let [x, y] = pair.as_slice() else {
            let message = "a parametric curve is a list of two formulas, [x, y]";
            return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
        };
        let [x, y] =
            [x, y].map(|value| Drawable::new(call, value, &[&t.symbol], curve.span));
        paths.push((x?, y?));
    }
    let names = paths
        .iter()
        .map(|(x, y)| {
            let latex = format!(r"\left({},\, {}\right)", x.latex, y.latex);
            label(&latex, &format!("({}, {})", x.text, y.text))
        })
        .collect();
    let functions: Vec<_> = paths
        .iter()
        .map(|(x, y)| move |t: f64| (x.at(call, &[t]), y.at(call, &[t])))
        .collect();
    let parts: Vec<&Drawable> = paths.iter().flat_map(|(x, y)| [x, y]).collect();
    draw_paths(call, &functions, &parts, &t, names, &style)
}

/// Draws the curve `r(θ)` in polar coordinates.
///
/// ```holor
/// polar(cos(4θ), θ = 0..2pi)     # => plot of r = cos(4*θ)
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", see("plot", "parametric"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
pub(crate) fn polar(
    call: &Call<'_>,
    /// The distance from the origin, or a list of them.
    r: Spanned<Value>,
    /// The angle and its range.
    range: RangeArgument,
    /// Title; formulas in it stand between dollar signs.
    #[named]
    title: Option<Arc<str>>,
    /// Horizontal range shown.
    #[named]
    xrange: Option<Range>,
    /// Vertical range shown.
    #[named]
    yrange: Option<Range>,
    /// A name for each curve.
    #[named]
    labels: Option<Vec<Arc<str>>>,
    /// Width and height in pixels.
    #[named]
    size: Option<Vec<u32>>,
) -> Result<Plot> {
    let (xrange, yrange) = (bounds(call, xrange)?, bounds(call, yrange)?);
    let style = Style { title, xrange, yrange, labels, size, ..Style::default() };
    let angle = variable(call, &range, "θ")?;
    let radii: Vec<Drawable> = items(call, &r)?
        .iter()
        .map(|value| Drawable::new(call, value, &[&angle.symbol], r.span))
        .collect::<Result<_>>()?;
    let names = radii
        .iter()
        .map(|r| label(&format!("r = {}", r.latex), &format!("r = {}", r.text)))
        .collect();
    let functions: Vec<_> = radii
        .iter()
        .map(|r| {
            move |angle: f64| {
                let length = r.at(call, &[angle]);
                (length * angle.cos(), length * angle.sin())
            }
        })
        .collect();
    let parts: Vec<&Drawable> = radii.iter().collect();
    draw_paths(call, &functions, &parts, &angle, names, &style)
}

/// Draws separate points.
///
/// ```holor
/// points([[0, 1], [1, 3], [2, 2]])    # => points
/// points([0, 1, 2], [1, 3, 2])        # => points
/// points([0, 1, 2], [1, 3])           # error: [E0203]
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", see("plot", "overlay"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
pub(crate) fn points(
    call: &Call<'_>,
    /// A list of pairs; or the x values; or, alone, values at 1, 2, 3, …
    x: Spanned<Value>,
    /// The y values, as many.
    y: Option<Vec<f64>>,
    /// Title; formulas in it stand between dollar signs.
    #[named]
    title: Option<Arc<str>>,
    /// Label of the horizontal axis.
    #[named]
    xlabel: Option<Arc<str>>,
    /// Label of the vertical axis.
    #[named]
    ylabel: Option<Arc<str>>,
    /// Horizontal range shown.
    #[named]
    xrange: Option<Range>,
    /// Vertical range shown.
    #[named]
    yrange: Option<Range>,
    /// `"linear"` or `"log"`.
    #[named]
    xscale: Option<AxisScale>,
    /// `"linear"` or `"log"`.
    #[named]
    yscale: Option<AxisScale>,
    /// A name for the points.
    #[named]
    labels: Option<Vec<Arc<str>>>,
    /// Width and height in pixels.
    #[named]
    size: Option<Vec<u32>>,
) -> Result<Plot> {
    let (xrange, yrange) = (bounds(call, xrange)?, bounds(call, yrange)?);
    let style =
        Style { title, xlabel, ylabel, xrange, yrange, xscale, yscale, labels, size };
    let numbers = |value: Value| -> Result<Vec<f64>> {
        let given = call.given().first().map(|given| given.part(value));
        let Some(given) = given else { return Ok(Vec::new()) };
        crate::builtin::mismatch(
            Vec::from_value(&given, call),
            &given,
            "x",
            "numbers",
            call,
        )
    };
    let points = match (&x.value, y) {
        (_, Some(y)) => {
            let x = numbers(x.value.clone())?;
            if x.len() != y.len() {
                let message = format!("{} x values and {} y values", x.len(), y.len());
                return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
            }
            x.into_iter().zip(y).collect()
        }
        (Value::Matrix(matrix), None) if matrix.columns() == 2 => {
            let flat = numbers(Value::List(
                matrix.entries().iter().cloned().map(Value::Expr).collect(),
            ))?;
            flat.chunks_exact(2)
                .filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)))
                .collect()
        }
        (Value::Matrix(matrix), None) => {
            let message =
                format!("points are pairs; these have {} numbers each", matrix.columns());
            return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
        }
        (value, None) => {
            let y = numbers(value.clone())?;
            y.into_iter().enumerate().map(|(index, y)| ((index + 1) as f64, y)).collect()
        }
    };
    let mut plot = style.plot(("", ""), ("", ""));
    let (latex, text) = style.label(0).unwrap_or_default();
    plot.layers.push(Layer::Points { label: latex, label_text: text, points });
    Ok(plot)
}

/// Draws lines of equal value of `f(x, y)`.
///
/// ```holor
/// contour(x^2 - y^2, x = -2..2, y = -2..2)   # => contours of x^2 - y^2 for x = -2..2, y = -2..2
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", see("heatmap", "plot"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
pub(crate) fn contour(
    call: &Call<'_>,
    /// A formula of two variables, or a function.
    f: Spanned<Value>,
    /// The horizontal variable and its range.
    x: RangeArgument,
    /// The vertical variable and its range.
    y: RangeArgument,
    /// The values at which lines are drawn; round ones where left out.
    #[named]
    levels: Option<Vec<f64>>,
    /// Title; formulas in it stand between dollar signs.
    #[named]
    title: Option<Arc<str>>,
    /// Label of the horizontal axis.
    #[named]
    xlabel: Option<Arc<str>>,
    /// Label of the vertical axis.
    #[named]
    ylabel: Option<Arc<str>>,
    /// Width and height in pixels.
    #[named]
    size: Option<Vec<u32>>,
) -> Result<Plot> {
    let style = Style { title, xlabel, ylabel, size, ..Style::default() };
    let (x, y) = (variable(call, &x, "x")?, variable(call, &y, "y")?);
    let mut plot = map(call, &f.value, (&x, &y), &style, (false, true))?;
    if let Some(chosen) = levels {
        for layer in &mut plot.layers {
            if let Layer::Contour { grid, levels, lines, .. } = layer {
                *lines = chosen.iter().map(|level| grid.contour(*level)).collect();
                levels.clone_from(&chosen);
            }
        }
    }
    Ok(plot)
}

/// Draws the values of `f(x, y)` as colours.
///
/// ```holor
/// heatmap(sin(x) cos(y), x = 0..pi, y = 0..pi)  # => heat map of cos(y)*sin(x) for x = 0..π, y = 0..π
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", see("contour", "plot"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
pub(crate) fn heatmap(
    call: &Call<'_>,
    /// A formula of two variables, a function, or an array.
    f: Spanned<Value>,
    /// The horizontal variable and its range; not for an array.
    x: Option<RangeArgument>,
    /// The vertical variable and its range; not for an array.
    y: Option<RangeArgument>,
    /// Title; formulas in it stand between dollar signs.
    #[named]
    title: Option<Arc<str>>,
    /// Label of the horizontal axis.
    #[named]
    xlabel: Option<Arc<str>>,
    /// Label of the vertical axis.
    #[named]
    ylabel: Option<Arc<str>>,
    /// Width and height in pixels.
    #[named]
    size: Option<Vec<u32>>,
) -> Result<Plot> {
    let style = Style { title, xlabel, ylabel, size, ..Style::default() };
    let (Some(x), Some(y)) = (x, y) else {
        return arrays::map_of(call, f, &style);
    };
    let (x, y) = (variable(call, &x, "x")?, variable(call, &y, "y")?);
    map(call, &f.value, (&x, &y), &style, (true, false))
}

/// Draws several plots as one.
///
/// The first plot gives title and scales; the ranges become wide enough for all.
///
/// ```holor
/// overlay(plot(sin(x), x = 0..3), points([[1, 1], [2, 0]]))   # => plot of sin(x) for x = 0..3
/// overlay(3)                                                  # error: [E0201]
/// ```
#[builtin(topic = "plots", latex = none, since = "0.1", see("plot", "points", "show"))]
pub(crate) fn overlay(
    call: &Call<'_>,
    /// The plots, back to front.
    #[variadic]
    plots: Vec<Arc<Plot>>,
) -> Result<Plot> {
    let mut plots = plots.into_iter();
    let first = plots.next().ok_or_else(|| {
        call.error(&codes::E0202_WRONG_ARGUMENTS, "`overlay` needs a plot")
    })?;
    Ok(plots.fold((*first).clone(), |all, next| all.overlay(&next)))
}

/// The functions of an argument: the items of a list, or the one.
fn items(call: &Call<'_>, f: &Spanned<Value>) -> Result<Vec<Value>> {
    match &f.value {
        Value::List(items) => Ok(items.to_vec()),
        Value::Matrix(_) => Ok(call.items(&f.value, f.span)?.unwrap_or_default()),
        other => Ok(vec![other.clone()]),
    }
}

fn variables(call: &Call<'_>, ranges: &[RangeArgument]) -> Result<Vec<Ends>> {
    let names = ["x", "y", "z"];
    ranges
        .iter()
        .enumerate()
        .map(|(index, range)| {
            variable(call, range, names.get(index).copied().unwrap_or("t"))
        })
        .collect()
}

fn variable(call: &Call<'_>, range: &RangeArgument, default: &str) -> Result<Ends> {
    match range {
        Either::First(binding) => {
            Ends::new(call, binding.symbol.clone(), &binding.range, binding.span)
        }
        Either::Second(range) => {
            Ends::new(call, Symbol::new(default), range, call.span())
        }
    }
}

fn default_range(
    functions: &[Value],
    f: &Spanned<Value>,
    call: &Call<'_>,
) -> Result<Ends> {
    let mut free: Vec<Symbol> = Vec::new();
    for expr in functions.iter().filter_map(Value::as_expr) {
        free.extend(expr.free_symbols());
    }
    free.sort();
    free.dedup();
    let symbol = match free.as_slice() {
        [] => Symbol::new("x"),
        [symbol] => symbol.clone(),
        [symbol, ..] => {
            let names: Vec<String> =
                free.iter().map(|name| format!("`{name}`")).collect();
            let message =
                format!("which variable to draw over? There are {}", names.join(", "));
            return Err(Box::new(
                Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(f.span)
                    .hint(format!("{}(…, {symbol} = 0..1)", call.name())),
            ));
        }
    };
    Ok(Ends { symbol, range: (-10.0, 10.0), text: "-10..10".into() })
}

/// `f` of `y == f(x)`, where `y` is not the variable.
fn right_side(value: &Value, x: &Symbol) -> Value {
    if let Some(expr) = value.as_expr()
        && let Node::Relation(Relation::Equal, left, right) = expr.node()
        && left.as_symbol().is_some_and(|name| name != x)
        && left.as_symbol().is_none_or(|name| !right.contains_symbol(name))
    {
        return Value::Expr(right.clone());
    }
    value.clone()
}

fn curves(
    call: &Call<'_>,
    f: &Spanned<Value>,
    functions: &[Value],
    x: &Ends,
    style: &Style,
) -> Result<Plot> {
    let drawables: Vec<Drawable> = functions
        .iter()
        .map(|value| {
            Drawable::new(call, &right_side(value, &x.symbol), &[&x.symbol], f.span)
        })
        .collect::<Result<_>>()?;
    let paths: Vec<_> =
        drawables.iter().map(|drawable| move |x: f64| drawable.at(call, &[x])).collect();
    let paths: Vec<&dyn Fn(f64) -> f64> = paths.iter().map(|path| path as _).collect();
    let view = view(style);
    if view.x_scale == crate::Scale::Log && x.range.0 <= 0.0 {
        let message = format!("a logarithmic axis cannot begin at {}", x.range.0);
        return Err(Box::new(
            Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                .at(f.span)
                .hint(format!("{} = 0.01..{}", x.symbol, x.range.1)),
        ));
    }
    let sampled = sample_graphs(&paths, x.range, &view, &|| call.poll().is_err());
    let Some(sampled) = sampled else { return Err(interrupted(call)) };
    for (drawable, curve) in drawables.iter().zip(&sampled.curves) {
        if curve.pieces.is_empty() {
            return Err(undefined(call, drawable, x, f.span));
        }
    }
    let names: Vec<_> =
        drawables.iter().map(|one| label(&one.latex, &one.text)).collect();
    let (y_latex, y_text) = match names.as_slice() {
        [one] => style.label(0).unwrap_or_else(|| one.clone()),
        _ => Default::default(),
    };
    let mut plot = style.plot((&x.latex(), x.symbol.name()), (&y_latex, &y_text));
    plot.x.range = plot.x.range.or(Some(x.range));
    plot.y.range = plot.y.range.or_else(|| widen(sampled.y, view.y_scale));
    add_curves(&mut plot, sampled.curves, names, style);
    Ok(plot)
}

/// A little more than the values need; `None` where they are all the same.
fn widen(range: Option<(f64, f64)>, scale: crate::Scale) -> Option<(f64, f64)> {
    let (low, high) = range.filter(|(low, high)| low < high)?;
    match scale {
        crate::Scale::Linear => {
            let margin = 0.04 * (high - low);
            Some((low - margin, high + margin))
        }
        crate::Scale::Log => {
            let factor = (high / low).powf(0.04);
            (low > 0.0).then(|| (low / factor, high * factor))
        }
    }
}

fn draw_paths<F: Fn(f64) -> (f64, f64)>(
    call: &Call<'_>,
    functions: &[F],
    parts: &[&Drawable],
    t: &Ends,
    names: Vec<(String, String)>,
    style: &Style,
) -> Result<Plot> {
    let paths: Vec<&dyn Fn(f64) -> (f64, f64)> =
        functions.iter().map(|path| path as _).collect();
    let sampled = sample_paths(&paths, t.range, &view(style), &|| call.poll().is_err());
    let Some(sampled) = sampled else { return Err(interrupted(call)) };
    for curve in &sampled.curves {
        if curve.pieces.is_empty()
            && let Some(part) =
                parts.iter().find(|part| part.at(call, &[t.middle()]).is_nan())
        {
            return Err(undefined(call, part, t, call.span()));
        }
    }
    let mut plot = style.plot(("x", "x"), ("y", "y"));
    plot.equal_aspect = true;
    plot.size = style.size(460, 440);
    // Only a window that cuts something off is fixed; otherwise the drawing fits the curve.
    let extents = |pick: fn(&(f64, f64)) -> f64| {
        let points =
            sampled.curves.iter().flat_map(|curve| curve.pieces.iter().flatten());
        extent(&points.map(pick).collect::<Vec<f64>>())
    };
    let cut = |window: Option<(f64, f64)>, all: Option<(f64, f64)>| {
        let ((low, high), (least, most)) = (window?, all?);
        let tolerance = 1e-3 * (high - low);
        (least < low - tolerance || most > high + tolerance).then_some((low, high))
    };
    plot.x.range = plot.x.range.or(cut(sampled.x, extents(|point| point.0)));
    plot.y.range = plot.y.range.or(cut(sampled.y, extents(|point| point.1)));
    let single = names.len() == 1 && style.labels.is_none();
    add_curves(&mut plot, sampled.curves, names, style);
    if single && let Some(Layer::Curve { label, .. }) = plot.layers.first_mut() {
        // One curve needs no legend.
        label.clear();
    }
    Ok(plot)
}

fn add_curves(
    plot: &mut Plot,
    curves: Vec<Curve>,
    names: Vec<(String, String)>,
    style: &Style,
) {
    for (index, (curve, name)) in curves.into_iter().zip(names).enumerate() {
        let (label, label_text) = style.label(index).unwrap_or(name);
        let Curve { pieces, poles } = curve;
        plot.layers.push(Layer::Curve { label, label_text, pieces, poles });
    }
}

/// Colours, contours or both of a function; an equation gives the curve it describes.
fn map(
    call: &Call<'_>,
    function: &Value,
    (x, y): (&Ends, &Ends),
    style: &Style,
    (heat, contours): (bool, bool),
) -> Result<Plot> {
    let is_equation = matches!(
        function.as_expr().map(Expr::node),
        Some(Node::Relation(Relation::Equal, ..))
    );
    if is_equation {
        return implicit(call, std::slice::from_ref(function), (x, y), style);
    }
    let drawable = Drawable::new(call, function, &[&x.symbol, &y.symbol], call.span())?;
    let nodes = if heat { MAP_NODES } else { drawable.nodes(FINE_NODES) };
    let grid = grid(call, &drawable, (x, y), nodes)?;
    if grid.values.iter().all(|value| value.is_nan()) {
        return Err(undefined(call, &drawable, x, call.span()));
    }
    let (label, label_text) = label(&drawable.latex, &drawable.text);
    let mut plot = map_plot((x, y), style);
    if heat {
        let (label, label_text) = (label.clone(), label_text.clone());
        plot.layers.push(Layer::Heat {
            grid: grid.clone(),
            label,
            label_text,
            colours: Colours::Sequential,
        });
    }
    if contours {
        let levels = grid.round_levels();
        let lines = levels.iter().map(|level| grid.contour(*level)).collect();
        plot.layers.push(Layer::Contour { grid, levels, lines, label, label_text });
    }
    Ok(plot)
}

fn map_plot((x, y): (&Ends, &Ends), style: &Style) -> Plot {
    let mut plot =
        style.plot((&x.latex(), x.symbol.name()), (&y.latex(), y.symbol.name()));
    let length = |ends: &Ends| ends.range.1 - ends.range.0;
    let ratio = length(x) / length(y);
    plot.equal_aspect = (0.5..=2.0).contains(&ratio);
    plot.x.range = plot.x.range.or(Some(x.range));
    plot.y.range = plot.y.range.or(Some(y.range));
    plot.size = style.size(560, 440);
    plot
}

/// The curves that equations in two variables describe.
fn implicit(
    call: &Call<'_>,
    equations: &[Value],
    (x, y): (&Ends, &Ends),
    style: &Style,
) -> Result<Plot> {
    let mut plot = map_plot((x, y), style);
    for (index, equation) in equations.iter().enumerate() {
        let Some(expr) = equation.as_expr() else {
            let message =
                "a map of several functions cannot be read; draw one, or equations";
            return Err(call.error(&codes::E0201_WRONG_TYPE, message));
        };
        let difference = match expr.node() {
            Node::Relation(Relation::Equal, left, right) => left - right,
            _ => expr.clone(),
        };
        let symbols = [&x.symbol, &y.symbol];
        let drawable =
            Drawable::new(call, &Value::Expr(difference), &symbols, call.span())?;
        let grid = grid(call, &drawable, (x, y), drawable.nodes(FINE_NODES))?;
        let pieces = grid.contour(0.0);
        let name = label(&holor_algebra::latex(expr), &holor_algebra::plain(expr));
        let (label, label_text) = style.label(index).unwrap_or(name);
        let label = if equations.len() == 1 { String::new() } else { label };
        plot.layers.push(Layer::Curve { label, label_text, pieces, poles: Vec::new() });
    }
    Ok(plot)
}

fn grid(
    call: &Call<'_>,
    f: &Drawable,
    (x, y): (&Ends, &Ends),
    nodes: usize,
) -> Result<Grid> {
    let at = |x: f64, y: f64| f.at(call, &[x, y]);
    Grid::sample(&at, x.range, y.range, (nodes, nodes), &|| call.poll().is_err())
        .ok_or_else(|| interrupted(call))
}

fn view(style: &Style) -> View {
    View {
        x_scale: style.x_scale(),
        y_scale: style.y_scale(),
        x_range: style.xrange,
        y_range: style.yrange,
    }
}

fn interrupted(call: &Call<'_>) -> Box<Diagnostic> {
    match call.poll() {
        Err(error) => error,
        Ok(()) => call.error(&codes::E0701_INTERRUPTED, "interrupted"),
    }
}
