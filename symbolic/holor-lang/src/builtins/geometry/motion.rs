//! Geodesics and symmetries of metrics.

use holor_algebra::{Expr, Symbol};
use holor_geometry::{
    Geodesics, Holor, Isometry, Law, Metric, Slot, Symmetry, lie_derivative,
};
use holor_macros::builtin;

use super::at;
use crate::builtin::{Curved, VectorValue};
use crate::evaluate::Call;
use crate::geometry::HolorValue;
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &GEODESICS,
    &GEODESIC_LAGRANGIAN,
    &CONSERVED_MOMENTA,
    &KILLING,
    &IS_KILLING,
    &ISOMETRY,
    &KILLING_DIMENSION,
    &KILLING_EQUATIONS,
];

/// The parameter of a curve: `λ` if left out.
fn parameter_or_default(parameter: Option<Symbol>) -> Symbol {
    parameter.unwrap_or_else(|| Symbol::new("λ"))
}

/// The geodesic equations of a metric, or those of the autoparallels of a connection.
///
/// `d^2x^a/dλ^2 + Γ^a_bc dx^b/dλ dx^c/dλ == 0`
///
/// ```holor
/// M = chart(r, θ) where r > 0; g = metric(dr^2 + r^2 dθ^2); geodesics(g)[1]      # => diff(r(λ), λ, 2) - diff(θ(λ), λ)^2*r(λ) == 0
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("geodesic_lagrangian", "conserved_momenta", "connection"))]
fn geodesics(
    call: &Call<'_>,
    /// A metric or a connection.
    metric: Curved,
    /// The parameter of the curves; `λ` if left out.
    parameter: Option<Symbol>,
) -> Result<Vec<Expr>> {
    let connection = at(call, metric.connection())?;
    at(call, Geodesics::new(&connection).equations(&parameter_or_default(parameter)))
}

/// The Lagrangian of geodesics, `g_ab dx^a/dλ dx^b/dλ / 2`.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); geodesic_lagrangian(g)      # => diff(x(λ), λ)^2/2 + diff(y(λ), λ)^2/2
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("geodesics", "conserved_momenta"))]
fn geodesic_lagrangian(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
    /// The parameter of the curves; `λ` if left out.
    parameter: Option<Symbol>,
) -> Result<Expr> {
    at(call, metric.geodesic_lagrangian(&parameter_or_default(parameter)))
}

/// The momenta that are constant along geodesics because the metric does not depend on their coordinates.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); conserved_momenta(g)      # => [diff(θ(λ), λ)*r(λ)^2]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("geodesics", "killing"))]
fn conserved_momenta(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
    /// The parameter of the curves; `λ` if left out.
    parameter: Option<Symbol>,
) -> Result<Vec<Expr>> {
    let momenta = at(call, metric.conserved_momenta(&parameter_or_default(parameter)))?;
    Ok(momenta.into_iter().map(|(_, momentum)| momentum).collect())
}

/// A basis of the Killing vectors that are found, with a warning where there are more.
///
/// Tried are combinations, with constant coefficients, of the basis vectors, of coordinates times basis vectors, and of the
/// rotations of spheres in a pair of angles. How many Killing vectors there are is known exactly (`killing_dimension`), so
/// that the list is either complete or said not to be. Other candidates can be given.
///
/// ```holor
/// M = chart(x, y); killing(metric(dx^2 + dy^2))                                       # => [∂_x, ∂_y, y*∂_x - x*∂_y]
/// M = chart(θ, φ) where 0 < θ < π; length(killing(metric(dθ^2 + sin(θ)^2 dφ^2)))      # => 3
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("is_killing", "killing_dimension", "killing_equations"))]
fn killing(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
    /// Vectors to combine instead of those named above.
    among: Option<Vec<VectorValue>>,
) -> Result<Vec<HolorValue>> {
    let complete = among.is_none();
    let candidates = match among {
        Some(vectors) => vectors.into_iter().map(|vector| vector.0.holor).collect(),
        None => candidates(call, &metric)?,
    };
    let found = at(call, metric.killing_vectors_among(&candidates))?;
    if complete {
        let count = at(call, metric.count_killing_vectors())?;
        if found.len() < count {
            call.warn(
                Diagnostic::warning(
                    &codes::E0304_NOT_FOUND,
                    format!(
                        "{} of {count} independent Killing vectors were found",
                        found.len()
                    ),
                )
                .hint("killing(g, [candidates])"),
            );
        }
    }
    Ok(found
        .into_iter()
        .map(|holor| HolorValue::new(holor).with_metric(&metric))
        .collect())
}

/// Vector fields whose combinations are often Killing vectors.
fn candidates(call: &Call<'_>, metric: &Metric) -> Result<Vec<Holor>> {
    let chart = metric.chart();
    let coordinates = chart.coordinates();
    let size = coordinates.len();
    let mut all = Vec::new();
    let mut add = |entries: &[(usize, Expr)]| -> Result<()> {
        let mut components = vec![chart.field().zero(); size];
        for (place, entry) in entries {
            if let Some(slot) = components.get_mut(*place) {
                *slot = at(call, chart.read(entry))?;
            }
        }
        all.push(at(
            call,
            Holor::build(chart, Law::TENSOR, &[Slot::UP], Symmetry::none(1), |indices| {
                let place = indices.first().map_or(0, |index| usize::from(*index));
                Ok(components.get(place).cloned().unwrap_or_else(|| chart.field().zero()))
            }),
        )?);
        Ok(())
    };
    for place in 0..size {
        add(&[(place, Expr::one())])?;
    }
    for coordinate in coordinates {
        for place in 0..size {
            add(&[(place, Expr::symbol(coordinate.name()))])?;
        }
    }
    for (polar, first) in coordinates.iter().enumerate() {
        for (azimuth, second) in coordinates.iter().enumerate() {
            if polar == azimuth {
                continue;
            }
            let (angle, turn) = (Expr::symbol(first.name()), Expr::symbol(second.name()));
            let function =
                |function, argument: &Expr| Expr::call(function, vec![argument.clone()]);
            use holor_algebra::Function::{Cos, Sin};
            let cotangent = function(Cos, &angle) / function(Sin, &angle);
            add(&[
                (polar, function(Sin, &turn)),
                (azimuth, &cotangent * function(Cos, &turn)),
            ])?;
            add(&[
                (polar, function(Cos, &turn)),
                (azimuth, -(&cotangent * function(Sin, &turn))),
            ])?;
        }
    }
    Ok(all)
}

/// Whether a vector field is a Killing vector: `£_X g = 0`.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); is_killing(∂_θ, g)      # => true
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); is_killing(∂_r, g)      # => false
/// M = chart(x) where 0 < x < 1; g = metric(dx^2); is_killing((asin(x) + acos(x)) ∂_x, g)      # => true
/// M = chart(x) where 0 < x < 1; g = metric(dx^2); is_killing((asin(x) + acos(x) - π/2) x ∂_x, g)   # error: [E0305]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("isometry", "killing", "lie"))]
fn is_killing(
    call: &Call<'_>,
    /// The vector field.
    vector: VectorValue,
    /// The metric; that of the chart if left out.
    metric: Option<Metric>,
) -> Result<bool> {
    let metric = match metric {
        Some(metric) => metric,
        None => call.metric_of(&vector.0)?,
    };
    call.vanishes(&at(call, lie_derivative(&vector.0.holor, metric.lower()))?)
}

/// The function `ψ` with `£_X g = ψ g`: 0 for a Killing vector, a constant for a homothety, a function for a conformal map.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); isometry(x ∂_x + y ∂_y, g)      # => 2
/// M = chart(x, y); g = metric(dx^2 + dy^2); isometry(x ∂_x, g)              # error: [E0307]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("is_killing", "lie"))]
fn isometry(
    call: &Call<'_>,
    /// The vector field.
    vector: VectorValue,
    /// The metric; that of the chart if left out.
    metric: Option<Metric>,
) -> Result<Expr> {
    let metric = match metric {
        Some(metric) => metric,
        None => call.metric_of(&vector.0)?,
    };
    match at(call, metric.isometry(&vector.0.holor))? {
        Isometry::Killing => Ok(Expr::zero()),
        Isometry::Homothetic(factor) | Isometry::Conformal(factor) => {
            Ok(metric.chart().field().write(&factor))
        }
        Isometry::None => {
            let message = "the vector field is not conformal: the metric's Lie derivative is no multiple of it";
            Err(call.error(&codes::E0307_INVALID, message))
        }
    }
}

/// The number of independent Killing vectors near a point in general position.
///
/// ```holor
/// M = chart(t, x, y, z); killing_dimension(metric(-dt^2 + dx^2 + dy^2 + dz^2))      # => 10
/// M = chart(x, y); killing_dimension(metric(dx^2 + exp(x^2) dy^2))                  # => 1
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("killing"))]
fn killing_dimension(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<usize> {
    at(call, metric.count_killing_vectors())
}

/// Killing's equations for a vector field with unknown components `X1`, `X2`, …: expressions that must vanish.
///
/// ```holor
/// M = chart(x, y); length(killing_equations(metric(dx^2 + dy^2)))      # => 3
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("killing"))]
fn killing_equations(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<Vec<Value>> {
    let names: Vec<Symbol> =
        (1..=metric.dimension()).map(|place| Symbol::new(&format!("X{place}"))).collect();
    let (_, equations) = at(call, metric.killing_equations(&names))?;
    Ok(equations
        .components()
        .map(|(_, left)| {
            let left = metric.chart().field().write(left);
            Value::Expr(Expr::equation(left, Expr::zero()))
        })
        .collect())
}
