//! Changes of chart and pull-backs.

use holor_algebra::{Expr, Node, Relation, Symbol};
use holor_geometry::{Chart, CoordinateChange, SmoothMap};
use holor_macros::builtin;

use super::at;
use crate::builtin::Spanned;
use crate::evaluate::{At, Call, Change, as_gauge_form, as_holor, gauge_value};
use crate::geometry::{Geometry, HolorValue};
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&TRANSFORM, &PULLBACK];

/// A tensor, metric, connection, gauge field or function in another chart, each by its own law.
///
/// The map is a list of equations: the old coordinates by the new ones, `x == r cos(φ)`, or the new by the old, which are
/// then solved for the old ones. A coordinate that both charts have and no equation speaks of stays what it is. A metric or
/// connection becomes that of the new chart.
///
/// ```holor
/// N = chart(x, y); M = chart(r, φ) where r > 0; transform(dx^2 + dy^2, to = M, map = [x == r cos(φ), y == r sin(φ)])   # => dr^2 + r^2*dφ^2
/// N = chart(x, y); M = chart(r, φ) where r > 0; transform(-y ∂_x + x ∂_y, to = M, map = [x == r cos(φ), y == r sin(φ)])   # => ∂_φ
/// N = chart(t, x); h = -dt^2 + dx^2; M = chart(u, x); transform(h, to = M, map = [u == t - x])   # => -du^2 - 2*du*dx
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "as given", see("chart", "pullback", "law"))]
fn transform(
    call: &Call<'_>,
    /// What is carried to the other chart.
    value: Spanned<Value>,
    /// The new chart.
    to: Option<Chart>,
    /// The equations between old and new coordinates.
    map: Option<Spanned<Vec<Expr>>>,
) -> Result<Value> {
    let (Some(new), Some(map)) = (to, map) else {
        let message = "`transform` needs the new chart and the map";
        return Err(Box::new(
            Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(call.span())
                .hint("transform(T, to = N, map = [x == r cos(φ), y == r sin(φ)])"),
        ));
    };
    match &value.value {
        Value::Geometry(Geometry::Metric(metric)) => {
            let change = change_of(call, metric.chart(), &new, &map.value, map.span)?;
            let metric = at(call, change.transform_metric(metric))?;
            call.change(Change::Metric(metric.clone()));
            Ok(Value::Geometry(Geometry::Metric(metric)))
        }
        Value::Geometry(Geometry::Connection(connection)) => {
            let change = change_of(call, connection.chart(), &new, &map.value, map.span)?;
            let connection = at(call, change.transform_connection_of(connection))?;
            call.change(Change::Connection(connection.clone()));
            Ok(Value::Geometry(Geometry::Connection(connection)))
        }
        Value::Geometry(Geometry::Gauge(potential)) => {
            let chart = potential.form().chart();
            let change = change_of(call, chart, &new, &map.value, map.span)?;
            let potential = at(call, potential.transform(&change))?;
            Ok(Value::Geometry(Geometry::Gauge(potential.into())))
        }
        other => {
            if let Some(form) = as_gauge_form(other) {
                let change = change_of(call, form.chart(), &new, &map.value, map.span)?;
                return at(call, form.transform(&change)).map(gauge_value);
            }
            let field = match as_holor(other) {
                Some(value) => value,
                None => call.field_value(other).map_err(|_| {
                    Box::new(
                        Diagnostic::error(
                            &codes::E0201_WRONG_TYPE,
                            format!(
                                "{} cannot be carried to another chart",
                                other.describe()
                            ),
                        )
                        .at(value.span),
                    )
                })?,
            };
            let change =
                change_of(call, field.holor.chart(), &new, &map.value, map.span)?;
            let holor = at(call, change.transform(&field.holor))?;
            Ok(HolorValue { name: field.name, ..HolorValue::new(holor) }.into())
        }
    }
}

/// Each coordinate of a chart by an equation that gives it, or as itself where the other chart has it too and no equation
/// speaks of it; `None` where one is missing or an equation gives none.
fn images(chart: &Chart, other: &Chart, equations: &[Expr]) -> Option<Vec<Expr>> {
    let mut used = vec![false; equations.len()];
    let mut side = |coordinate: &Symbol| {
        for (equation, used) in equations.iter().zip(&mut used) {
            let Node::Relation(Relation::Equal, left, right) = equation.node() else {
                continue;
            };
            for (own, image) in [(left, right), (right, left)] {
                if own.as_symbol() == Some(coordinate) && !*used {
                    *used = true;
                    return Some(image.clone());
                }
            }
        }
        other.place(coordinate).map(|_| Expr::symbol(coordinate.name()))
    };
    let images: Option<Vec<Expr>> = chart.coordinates().iter().map(&mut side).collect();
    images.filter(|_| used.iter().all(|used| *used))
}

fn change_of(
    call: &Call<'_>,
    old: &Chart,
    new: &Chart,
    equations: &[Expr],
    span: Span,
) -> Result<CoordinateChange> {
    // An equation `t == t` between charts that share a coordinate reads both ways: the old side is asked first.
    if let Some(old_by_new) = images(old, new, equations)
        && old_by_new.iter().all(|image| only_of(image, new, old))
    {
        return CoordinateChange::new(old, new, old_by_new).at(span);
    }
    if let Some(new_by_old) = images(new, old, equations)
        && new_by_old.iter().all(|image| only_of(image, old, new))
    {
        return CoordinateChange::from_inverse(old, new, &new_by_old, &call.engine())
            .at(span);
    }
    let names = |chart: &Chart| {
        let names: Vec<&str> = chart.coordinates().iter().map(Symbol::name).collect();
        names.join(", ")
    };
    Diagnostic::error(
        &codes::E0309_MAP,
        format!(
            "the map needs an equation for each of {}, or for each of {}",
            names(old),
            names(new)
        ),
    )
    .at(span)
    .hint("map = [x == r cos(φ), y == r sin(φ)]")
    .into()
}

/// Whether an expression has no coordinate of `without` but those that `of` has too.
fn only_of(image: &Expr, of: &Chart, without: &Chart) -> bool {
    image
        .free_symbols()
        .iter()
        .all(|symbol| without.place(symbol).is_none() || of.place(symbol).is_some())
}

/// The pull-back of a form or covariant tensor along a map from another chart, such as the metric a surface inherits.
///
/// The map gives the coordinates of the tensor's chart by those of the chart it comes from.
///
/// ```holor
/// E = chart(x, y, z); S = chart(θ, φ) where 0 < θ < π; pullback(dx^2 + dy^2 + dz^2, from = S, map = [x == sin(θ) cos(φ), y == sin(θ) sin(φ), z == cos(θ)])   # => dθ^2 + sin(θ)^2*dφ^2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\phi^{*} {0}",
    since = "0.1",
    see("transform", "chart")
)]
fn pullback(
    call: &Call<'_>,
    /// The tensor.
    tensor: HolorValue,
    /// The chart that the map comes from.
    from: Option<Chart>,
    /// The equations.
    map: Option<Spanned<Vec<Expr>>>,
) -> Result<HolorValue> {
    let (Some(from), Some(map)) = (from, map) else {
        let message = "`pullback` needs the chart it comes from and the map";
        return Err(Box::new(
            Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(call.span())
                .hint("pullback(g, from = S, map = [x == …, y == …])"),
        ));
    };
    let target = tensor.holor.chart();
    let Some(expressions) = images(target, &from, &map.value) else {
        let names: Vec<&str> = target.coordinates().iter().map(Symbol::name).collect();
        return Diagnostic::error(
            &codes::E0309_MAP,
            format!("the map needs an equation for each of {}", names.join(", ")),
        )
        .at(map.span)
        .into();
    };
    let map = SmoothMap::new(&from, target, expressions).at(map.span)?;
    Ok(HolorValue::new(at(call, map.pull_back(&tensor.holor))?))
}
