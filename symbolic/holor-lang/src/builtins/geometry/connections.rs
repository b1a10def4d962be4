//! Connections: how one is made, its torsion and non-metricity, covariant derivatives.

use holor_geometry::{Connection, Holor, Law, Metric, Slot};
use holor_macros::builtin;

use super::{at, of_metric};
use crate::builtin::{Curved, FieldValue, Spanned, VectorValue};
use crate::evaluate::{Call, Change, as_holor};
use crate::geometry::HolorValue;
use crate::{Builtin, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &CONNECTION,
    &TORSION,
    &CONTORSION,
    &DISFORMATION,
    &DISTORTION,
    &NONMETRICITY,
    &NABLA,
    &WEYL_CONNECTION,
    &FLAT_CONNECTION,
    &COEFFICIENTS_OF,
];

/// A connection: of a metric, with torsion and non-metricity, or from its coefficients.
///
/// `∇_b V^a = ∂_b V^a + Γ^a_bc V^c`: the direction is the first lower index. Torsion is `T^a_bc = Γ^a_bc - Γ^a_cb`,
/// non-metricity `Q_abc = ∇_a g_bc`. From here on `∇` on this chart is this connection. Its coefficients are a holor whose law
/// is that of a connection, and no tensor; they are given as a tensor expression or as nested lists `Γ[a][b][c]`.
///
/// ```holor
/// M = chart(r, θ); Γ = connection(metric(dr^2 + r^2 dθ^2)); Γ[^r, _θ, _θ]                # => -r
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); connection(g) == connection(g, torsion = 0 ∂_r ⊗ (dr ∧ dθ))   # => true
/// M = chart(x, y); Γ = connection(coefficients = x ∂_x ⊗ dx ⊗ dy); torsion(Γ)         # => x*∂_x ⊗ (dx ∧ dy)
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\Gamma",
    since = "0.1",
    see("metric", "torsion", "nonmetricity", "nabla", "curvature")
)]
fn connection(
    call: &Call<'_>,
    /// The metric; left out where coefficients are given.
    metric: Option<Metric>,
    /// The torsion `T^a_bc`, antisymmetric in its lower indices.
    #[named]
    torsion: Option<HolorValue>,
    /// The non-metricity `Q_abc`, symmetric in its last indices.
    #[named]
    nonmetricity: Option<HolorValue>,
    /// The coefficients `Γ^a_bc`.
    #[named]
    coefficients: Option<Spanned<Value>>,
) -> Result<Connection> {
    let connection = match (metric, coefficients) {
        (Some(metric), None) if torsion.is_none() && nonmetricity.is_none() => {
            at(call, Connection::levi_civita(&metric))?
        }
        (Some(metric), None) => at(
            call,
            Connection::with_torsion_and_nonmetricity(
                &metric,
                torsion.as_ref().map(|value| &value.holor),
                nonmetricity.as_ref().map(|value| &value.holor),
            ),
        )?,
        (None, Some(given)) if torsion.is_none() && nonmetricity.is_none() => {
            let holor = coefficient_holor(call, &given)?;
            at(call, Connection::from_coefficients(&holor))?
        }
        _ => {
            let message = "a connection is given by a metric, with torsion and non-metricity if wanted, or by its coefficients";
            return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
        }
    };
    call.change(Change::Connection(connection.clone()));
    Ok(connection)
}

/// Coefficients as given, with the law of a connection.
fn coefficient_holor(call: &Call<'_>, given: &Spanned<Value>) -> Result<Holor> {
    let holor = match as_holor(&given.value) {
        Some(value) => value.holor,
        None => {
            let chart = call.chart_for(None, given.span)?;
            let slots = [Slot::UP, Slot::DOWN, Slot::DOWN];
            super::tensors::from_nested(call, &given.value, &slots, &chart, given.span)?
        }
    };
    at(call, holor.with_law(Law::Connection))
}

/// The torsion `T^a_bc = Γ^a_bc - Γ^a_cb` of a connection.
///
/// ```holor
/// M = chart(x, y); Γ = connection(metric(dx^2 + dy^2)); torsion(Γ) == 0       # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"T^{a}{}_{b c}",
    since = "0.1",
    see("connection", "contorsion")
)]
fn torsion(
    call: &Call<'_>,
    /// The connection.
    connection: Connection,
) -> Result<HolorValue> {
    named(call, &connection, "T", connection.torsion())
}

fn named(
    call: &Call<'_>,
    connection: &Connection,
    name: &str,
    holor: holor_geometry::GeometryResult<Holor>,
) -> Result<HolorValue> {
    let value = HolorValue::named(at(call, holor)?, name);
    Ok(HolorValue { metric: connection.metric().cloned(), ..value })
}

/// The metric given, else that of the connection, else the chart's.
fn metric_for(
    call: &Call<'_>,
    connection: &Connection,
    metric: Option<Metric>,
) -> Result<Metric> {
    match metric.or_else(|| connection.metric().cloned()) {
        Some(metric) => Ok(metric),
        None => call.metric_on(connection.chart()),
    }
}

/// The contorsion `K^a_bc`, the part of a connection that its torsion makes.
///
/// ```holor
/// M = chart(x, y); Γ = connection(metric(dx^2 + dy^2)); contorsion(Γ) == 0    # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"K^{a}{}_{b c}",
    since = "0.1",
    see("torsion", "distortion")
)]
fn contorsion(
    call: &Call<'_>,
    /// The connection.
    connection: Connection,
    /// The metric; the chart's if left out.
    metric: Option<Metric>,
) -> Result<HolorValue> {
    let metric = metric_for(call, &connection, metric)?;
    of_metric(call, &metric, "K", connection.contorsion(&metric))
}

/// The disformation `L^a_bc`, the part of a connection that its non-metricity makes.
///
/// ```holor
/// M = chart(x, y); Γ = connection(metric(dx^2 + dy^2)); disformation(Γ) == 0  # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"L^{a}{}_{b c}",
    since = "0.1",
    see("nonmetricity", "distortion")
)]
fn disformation(
    call: &Call<'_>,
    /// The connection.
    connection: Connection,
    /// The metric; the chart's if left out.
    metric: Option<Metric>,
) -> Result<HolorValue> {
    let metric = metric_for(call, &connection, metric)?;
    of_metric(call, &metric, "L", connection.disformation(&metric))
}

/// The difference between a connection and the Levi-Civita connection of a metric: contorsion and disformation together.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); Γ = connection(coefficients = x ∂_x ⊗ dx ⊗ dy); distortion(Γ, g)   # => x*∂_x ⊗ dx ⊗ dy
/// ```
#[builtin(
    topic = "geometry",
    latex = r"N^{a}{}_{b c}",
    since = "0.1",
    see("contorsion", "disformation")
)]
fn distortion(
    call: &Call<'_>,
    /// The connection.
    connection: Connection,
    /// The metric; the chart's if left out.
    metric: Option<Metric>,
) -> Result<HolorValue> {
    let metric = metric_for(call, &connection, metric)?;
    of_metric(call, &metric, "N", connection.distortion(&metric))
}

/// The non-metricity `Q_abc = ∇_a g_bc` of a connection with a metric.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); nonmetricity(connection(g), g) == 0     # => true
/// M = chart(x, y); g = metric(dx^2 + dy^2); nonmetricity(weyl_connection(g, dx), g)   # => -2*dx ⊗ dx^2 - 2*dx ⊗ dy^2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"Q_{a b c}",
    since = "0.1",
    see("connection", "disformation")
)]
fn nonmetricity(
    call: &Call<'_>,
    /// The connection.
    connection: Connection,
    /// The metric; the chart's if left out.
    metric: Option<Metric>,
) -> Result<HolorValue> {
    let metric = metric_for(call, &connection, metric)?;
    of_metric(call, &metric, "Q", connection.nonmetricity(&metric))
}

/// The covariant derivative of a tensor; the new lower index comes first. With a vector, the derivative along it.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); nabla(connection(g), ∂_r)      # => dθ ⊗ ∂_θ/r
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); nabla(g, g) == 0               # => true
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); nabla(g, ∂_θ, along = ∂_θ)     # => -r*∂_r
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\nabla {1}",
    since = "0.1",
    see("connection", "divergence", "lie")
)]
fn nabla(
    call: &Call<'_>,
    /// A connection, or a metric for its Levi-Civita connection.
    connection: Connection,
    /// What is differentiated.
    tensor: FieldValue,
    /// The direction.
    #[named]
    along: Option<VectorValue>,
) -> Result<HolorValue> {
    let holor = at(call, tensor.0.holor.on_chart(connection.chart()))?;
    let result = match along {
        Some(vector) => connection.directional_derivative(&vector.0.holor, &holor),
        None => connection.covariant_derivative(&holor),
    };
    let metric = tensor.0.metric.or_else(|| connection.metric().cloned());
    Ok(HolorValue { metric, ..HolorValue::new(at(call, result)?) })
}

/// Weyl's connection of a metric and a one-form `φ`: no torsion, and `∇_a g_bc = -2 φ_a g_bc`.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); torsion(weyl_connection(g, y dx)) == 0    # => true
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("connection", "nonmetricity"))]
fn weyl_connection(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
    /// The one-form.
    form: HolorValue,
) -> Result<Connection> {
    let connection = at(call, Connection::weyl(&metric, &form.holor))?;
    call.change(Change::Connection(connection.clone()));
    Ok(connection)
}

/// The flat connection whose coefficients vanish in a chart.
///
/// ```holor
/// M = chart(x, y); curvature(flat_connection(M)) == 0       # => true
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("connection"))]
fn flat_connection(
    call: &Call<'_>,
    /// The chart.
    chart: holor_geometry::Chart,
) -> Result<Connection> {
    let connection = at(call, Connection::flat(&chart))?;
    call.change(Change::Connection(connection.clone()));
    Ok(connection)
}

/// The coefficients `Γ^a_bc` of a connection, a holor whose law is that of a connection.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); christoffel(g)   # => holor(-r*∂_r ⊗ dθ^2 + 2/r*∂_θ ⊗ dr*dθ, law = connection)
/// ```
#[builtin(
    topic = "geometry",
    name = "christoffel",
    latex = r"\Gamma^{a}{}_{b c}",
    since = "0.1",
    see("connection")
)]
fn coefficients_of(
    call: &Call<'_>,
    /// A connection, or a metric for its Levi-Civita connection.
    connection: Curved,
) -> Result<HolorValue> {
    let connection = at(call, connection.connection())?;
    Ok(HolorValue::named(connection.coefficients().clone(), "Γ"))
}
