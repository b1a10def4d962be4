//! Charts, and what they are asked.

use holor_geometry::{Chart, Slot};
use holor_macros::builtin;

use super::at;
use crate::builtin::Unevaluated;
use crate::evaluate::{Call, basis_element, not_a_coordinate};
use crate::geometry::{Geometry, HolorValue};
use crate::{Builtin, Result, Value};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&CHART, &BASIS, &COBASIS, &COORDINATES, &DIMENSION];

/// Coordinates on an open set, or the chart that something lives on.
///
/// The coordinates become real symbols, forgetting what they were before, and `where` says what else holds of them from
/// here on. The one-forms `dr`, … (also `dtheta` for `dθ`) and the basis vectors `∂_r`, … come into scope. What is assumed
/// when the chart is made decides signs such as `sqrt(r^2) = r` in everything computed on it.
///
/// A chart remembers the last metric and the last connection made on it: they raise and lower indices and are meant
/// by `∇`. A later metric replaces both. `chart(T)` is the chart of a tensor, metric or connection.
///
/// ```holor
/// M = chart(t, r, θ, φ) where r > 0, 0 < θ < π    # => chart(t, r, θ, φ) where r > 0, 0 < θ, θ < π
/// M = chart(x, y); dx + 2 dy                      # => dx + 2*dy
/// M = chart(x, y); chart(x ∂_y)                   # => chart(x, y)
/// ```
#[builtin(
    topic = "geometry",
    latex = none,
    since = "0.1",
    returns = "chart",
    see("metric", "basis", "transform")
)]
fn chart(
    call: &Call<'_>,
    /// The coordinates; or a tensor, metric or connection.
    #[variadic]
    coordinates: Vec<Unevaluated>,
) -> Result<Value> {
    if let [single] = coordinates.as_slice() {
        let known = match &single.name {
            Some(name) => call.variable(name),
            None => Some(call.evaluate_at(&single.argument, &[])?),
        };
        if let Some(Value::Geometry(geometry)) = known
            && let Some(chart) = chart_of(&geometry)
        {
            return Ok(Value::Geometry(Geometry::Chart(call.chart_value(&chart))));
        }
    }
    let mut names = Vec::with_capacity(coordinates.len());
    for coordinate in coordinates {
        names.push(coordinate.name.ok_or_else(|| not_a_coordinate(coordinate.span))?);
    }
    call.make_chart(&names)
}

/// The chart a geometric value lives on.
fn chart_of(geometry: &Geometry) -> Option<Chart> {
    match geometry {
        Geometry::Chart(value) => Some(value.chart.clone()),
        Geometry::Holor(value) => Some(value.holor.chart().clone()),
        Geometry::Metric(metric) => Some(metric.chart().clone()),
        Geometry::Connection(connection) => Some(connection.chart().clone()),
        Geometry::Indexed(indexed) => Some(indexed.value.holor.chart().clone()),
        Geometry::Components(table) => Some(table.value.holor.chart().clone()),
        Geometry::Tetrad(tetrad) => Some(tetrad.chart().clone()),
        Geometry::Gauge(potential) => Some(potential.form().chart().clone()),
        Geometry::GaugeForm(form) => Some(form.chart().clone()),
        Geometry::Operator(_)
        | Geometry::AbstractTensor(_)
        | Geometry::AbstractExpression(_)
        | Geometry::Algebra(_)
        | Geometry::Orbit(_) => None,
    }
}

fn basis_of(call: &Call<'_>, chart: &Chart, slot: Slot) -> Result<Vec<HolorValue>> {
    (0..chart.dimension())
        .map(|place| Ok(HolorValue::new(at(call, basis_element(chart, slot, place))?)))
        .collect()
}

/// The basis vectors of a chart.
///
/// ```holor
/// M = chart(x, y); basis(M)        # => [∂_x, ∂_y]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("chart", "cobasis"))]
fn basis(
    call: &Call<'_>,
    /// The chart.
    chart: Chart,
) -> Result<Vec<HolorValue>> {
    basis_of(call, &chart, Slot::UP)
}

/// The basis one-forms of a chart.
///
/// ```holor
/// M = chart(x, y); cobasis(M)      # => [dx, dy]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("chart", "basis"))]
fn cobasis(
    call: &Call<'_>,
    /// The chart.
    chart: Chart,
) -> Result<Vec<HolorValue>> {
    basis_of(call, &chart, Slot::DOWN)
}

/// The coordinates of a chart.
///
/// ```holor
/// M = chart(r, θ); coordinates(M)  # => [r, θ]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("chart", "dimension"))]
fn coordinates(
    /// A chart, or what lives on one.
    chart: Chart,
) -> Vec<holor_algebra::Symbol> {
    chart.coordinates().to_vec()
}

/// The number of coordinates.
///
/// ```holor
/// M = chart(r, θ); dimension(M)    # => 2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\dim {0}",
    since = "0.1",
    see("chart", "coordinates")
)]
fn dimension(
    /// A chart, or what lives on one.
    chart: Chart,
) -> usize {
    chart.dimension()
}
