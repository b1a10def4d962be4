//! Curvature of metrics and connections, and the scalars made of it.

use holor_geometry::{Connection, Holor, Metric};
use holor_macros::builtin;

use super::{at, of_metric, scalar};
use crate::builtin::Curved;
use crate::evaluate::Call;
use crate::geometry::HolorValue;
use crate::{Builtin, Result, Value};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &CURVATURE,
    &RIEMANN,
    &RICCI,
    &RICCI_SCALAR,
    &EINSTEIN,
    &WEYL,
    &SCHOUTEN,
    &COTTON,
    &BACH,
    &TRACE_FREE_RICCI,
    &HOMOTHETIC_CURVATURE,
    &KRETSCHMANN,
    &RICCI_SQUARED,
    &WEYL_SQUARED,
    &GAUSS_BONNET,
    &EULER_DENSITY,
    &CHERN_PONTRYAGIN,
    &PETROV,
];

fn of_connection(
    call: &Call<'_>,
    connection: &Connection,
    name: &str,
    holor: holor_geometry::GeometryResult<Holor>,
) -> Result<HolorValue> {
    let value = HolorValue::named(at(call, holor)?, name);
    Ok(HolorValue { metric: connection.metric().cloned(), ..value })
}

/// The curvature `R^a_bcd` of a connection, antisymmetric in `c` and `d`.
///
/// `R^a_bcd = ∂_c Γ^a_db - ∂_d Γ^a_cb + Γ^a_ce Γ^e_db - Γ^a_de Γ^e_cb`, for any connection, also with torsion and
/// non-metricity.
///
/// ```holor
/// M = chart(θ, φ) where 0 < θ < π; Γ = connection(metric(dθ^2 + sin(θ)^2 dφ^2)); R = curvature(Γ); R[^θ, _φ, _θ, _φ]   # => sin(θ)^2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"R^{a}{}_{b c d}",
    since = "0.1",
    see("riemann", "ricci", "connection")
)]
fn curvature(
    call: &Call<'_>,
    /// A connection, or a metric for its Levi-Civita connection.
    connection: Connection,
) -> Result<HolorValue> {
    of_connection(call, &connection, "R", connection.curvature())
}

/// The Riemann tensor: of a metric `R_abcd` with lower indices, of a connection its curvature `R^a_bcd`.
///
/// ```holor
/// M = chart(θ, φ) where 0 < θ < π; g = metric(dθ^2 + sin(θ)^2 dφ^2); riemann(g)    # => sin(θ)^2*(dθ ∧ dφ) ⊗ (dθ ∧ dφ)
/// M = chart(x, y); riemann(connection(metric(dx^2 + dy^2))) == 0                   # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"R_{a b c d}",
    since = "0.1",
    see("curvature", "ricci", "weyl", "kretschmann")
)]
fn riemann(
    call: &Call<'_>,
    /// A metric or a connection.
    metric: Curved,
) -> Result<HolorValue> {
    match &metric {
        Curved::Metric(metric) => of_metric(call, metric, "R", metric.riemann()),
        Curved::Connection(connection) => match connection.metric() {
            Some(metric) => of_metric(call, metric, "R", metric.riemann_mixed()),
            None => of_connection(call, connection, "R", connection.curvature()),
        },
    }
}

/// The Ricci tensor `R_bd = R^a_bad`; of a general connection it need not be symmetric.
///
/// ```holor
/// M = chart(θ, φ) where 0 < θ < π; g = metric(dθ^2 + sin(θ)^2 dφ^2); ricci(g)      # => dθ^2 + sin(θ)^2*dφ^2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"R_{a b}",
    since = "0.1",
    see("riemann", "ricci_scalar", "einstein")
)]
fn ricci(
    call: &Call<'_>,
    /// A metric or a connection.
    metric: Curved,
) -> Result<HolorValue> {
    match metric.metric() {
        Some(metric) => of_metric(call, metric, "R", metric.ricci()),
        None => {
            let connection = at(call, metric.connection())?;
            of_connection(call, &connection, "R", connection.ricci())
        }
    }
}

/// The scalar curvature `R = g^bd R_bd`.
///
/// ```holor
/// M = chart(θ, φ) where 0 < θ < π; g = metric(a^2 (dθ^2 + sin(θ)^2 dφ^2)); ricci_scalar(g)    # => 2/a^2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"R",
    since = "0.1",
    returns = "expression",
    see("ricci", "kretschmann")
)]
fn ricci_scalar(
    call: &Call<'_>,
    /// A metric or a connection.
    metric: Curved,
    /// The metric that traces the Ricci tensor of a connection; the chart's if left out.
    by: Option<Metric>,
) -> Result<Value> {
    match (&metric, by) {
        (Curved::Metric(metric), None) => {
            scalar(call, metric.chart(), metric.scalar_curvature())
        }
        (metric, by) => {
            let connection = at(call, metric.connection())?;
            let by = match by.or_else(|| connection.metric().cloned()) {
                Some(by) => by,
                None => call.metric_on(connection.chart())?,
            };
            scalar(call, connection.chart(), connection.scalar_curvature(&by))
        }
    }
}

/// The Einstein tensor `G_ab = R_ab - R g_ab/2`; of a connection, of the symmetric part of its Ricci tensor.
///
/// ```holor
/// M = chart(t, x) where t > 0; einstein(metric(-dt^2 + t^2 dx^2)) == 0        # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"G_{a b}",
    since = "0.1",
    see("ricci", "ricci_scalar")
)]
fn einstein(
    call: &Call<'_>,
    /// A metric or a connection.
    metric: Curved,
    /// The metric that goes with a connection; the chart's if left out.
    by: Option<Metric>,
) -> Result<HolorValue> {
    match (&metric, by) {
        (Curved::Metric(metric), None) => of_metric(call, metric, "G", metric.einstein()),
        (metric, by) => {
            let connection = at(call, metric.connection())?;
            let by = match by.or_else(|| connection.metric().cloned()) {
                Some(by) => by,
                None => call.metric_on(connection.chart())?,
            };
            of_metric(call, &by, "G", connection.einstein(&by))
        }
    }
}

/// The Weyl tensor `C_abcd`, the part of the Riemann tensor without traces.
///
/// ```holor
/// M = chart(t, x, y, z) where t > 0; weyl(metric(t^2 (-dt^2 + dx^2 + dy^2 + dz^2))) == 0     # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"C_{a b c d}",
    since = "0.1",
    see("riemann", "schouten", "bach")
)]
fn weyl(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "C", metric.weyl())
}

/// The Schouten tensor `P_ab = (R_ab - R g_ab/(2(n - 1)))/(n - 2)`, from dimension 3 on.
///
/// ```holor
/// M = chart(x, y, z); schouten(metric(dx^2 + dy^2 + dz^2)) == 0      # => true
/// ```
#[builtin(topic = "geometry", latex = r"P_{a b}", since = "0.1", see("weyl", "cotton"))]
fn schouten(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "P", metric.schouten())
}

/// The Cotton tensor `C_abc = ∇_c P_ab - ∇_b P_ac`; in dimension 3 it vanishes where the metric is conformally flat.
///
/// ```holor
/// M = chart(x, y, z); cotton(metric(exp(2x) (dx^2 + dy^2 + dz^2))) == 0      # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"C_{a b c}",
    since = "0.1",
    see("schouten", "weyl")
)]
fn cotton(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "C", metric.cotton())
}

/// The Bach tensor in dimension 4; it vanishes for metrics conformal to Einstein metrics.
///
/// ```holor
/// M = chart(t, x, y, z); bach(metric(-dt^2 + dx^2 + dy^2 + dz^2)) == 0      # => true
/// ```
#[builtin(topic = "geometry", latex = r"B_{a b}", since = "0.1", see("weyl", "cotton"))]
fn bach(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "B", metric.bach())
}

/// The trace-free part of the Ricci tensor, `R_ab - R g_ab/n`: 0 for an Einstein space.
///
/// ```holor
/// M = chart(θ, φ) where 0 < θ < π; trace_free_ricci(metric(dθ^2 + sin(θ)^2 dφ^2)) == 0      # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"S_{a b}",
    since = "0.1",
    see("ricci", "einstein")
)]
fn trace_free_ricci(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "S", metric.ricci_trace_free())
}

/// The homothetic curvature `V_cd = R^a_acd` of a connection: how volumes change around loops.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); homothetic_curvature(weyl_connection(g, y dx))   # => -2*dx ∧ dy
/// ```
#[builtin(topic = "geometry", latex = r"V_{a b}", since = "0.1", see("curvature"))]
fn homothetic_curvature(
    call: &Call<'_>,
    /// The connection.
    connection: Connection,
) -> Result<HolorValue> {
    of_connection(call, &connection, "V", connection.homothetic_curvature())
}

/// Kretschmann's scalar `R_abcd R^abcd`.
///
/// ```holor
/// M = chart(t, r, θ, φ) where r > 0, 0 < θ < π; g = metric(-(1 - 2m/r) dt^2 + dr^2/(1 - 2m/r) + r^2 (dθ^2 + sin(θ)^2 dφ^2)); kretschmann(g)   # => 48*m^2/r^6
/// ```
#[builtin(
    topic = "geometry",
    latex = r"R_{a b c d} R^{a b c d}",
    since = "0.1",
    returns = "expression",
    see("riemann", "weyl_squared")
)]
fn kretschmann(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<Value> {
    scalar(call, metric.chart(), metric.kretschmann())
}

/// The scalar `R_ab R^ab`.
///
/// ```holor
/// M = chart(θ, φ) where 0 < θ < π; ricci_squared(metric(dθ^2 + sin(θ)^2 dφ^2))      # => 2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"R_{a b} R^{a b}",
    since = "0.1",
    returns = "expression",
    see("ricci", "kretschmann")
)]
fn ricci_squared(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<Value> {
    scalar(call, metric.chart(), metric.ricci_squared())
}

/// The scalar `C_abcd C^abcd` of the Weyl tensor.
///
/// ```holor
/// M = chart(t, x, y, z); weyl_squared(metric(-dt^2 + dx^2 + dy^2 + dz^2))      # => 0
/// ```
#[builtin(
    topic = "geometry",
    latex = r"C_{a b c d} C^{a b c d}",
    since = "0.1",
    returns = "expression",
    see("weyl", "kretschmann")
)]
fn weyl_squared(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<Value> {
    scalar(call, metric.chart(), metric.weyl_squared())
}

/// The Gauss-Bonnet scalar `R^2 - 4 R_ab R^ab + R_abcd R^abcd`.
///
/// ```holor
/// M = chart(t, x, y, z); gauss_bonnet(metric(-dt^2 + dx^2 + dy^2 + dz^2))      # => 0
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\mathcal{G}",
    since = "0.1",
    returns = "expression",
    see("kretschmann", "euler_density")
)]
fn gauss_bonnet(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<Value> {
    scalar(call, metric.chart(), metric.gauss_bonnet())
}

/// The Euler density in dimension 2 or 4, a density of weight 1: `sqrt(|det g|) R`, or `sqrt(|det g|)` times the
/// Gauss-Bonnet scalar; the factor `1/(4π)` or `1/(32π^2)` is left out.
///
/// ```holor
/// M = chart(θ, φ) where 0 < θ < π; euler_density(metric(dθ^2 + sin(θ)^2 dφ^2))      # => density(tensor(2*sin(θ), [], [θ, φ]), 1)
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("gauss_bonnet"))]
fn euler_density(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "E", metric.euler_density())
}

/// The Chern-Pontryagin scalar in dimension 4, `1/2 ε^abef R_efcd R_ab^cd`: a pseudo-scalar.
///
/// ```holor
/// M = chart(t, x, y, z); chern_pontryagin(metric(-dt^2 + dx^2 + dy^2 + dz^2))      # => pseudo(tensor(0, [], [t, x, y, z]))
/// ```
#[builtin(topic = "geometry", latex = r"{}^{*}R R", since = "0.1", see("kretschmann"))]
fn chern_pontryagin(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<HolorValue> {
    of_metric(call, &metric, "P", metric.chern_pontryagin())
}

/// The Petrov type of a spacetime at a point in general position: `"I"`, `"II"`, `"D"`, `"III"`, `"N"` or `"O"`.
///
/// It says how the four principal null directions of the Weyl tensor coincide: `D` for black holes, `N` for plane waves, `O` for
/// what is conformally flat.
///
/// ```holor
/// M = chart(u, v, x, y); petrov(metric((x^2 - y^2) du^2 + 2 du dv + dx^2 + dy^2))      # => "N"
/// M = chart(x, y); petrov(metric(dx^2 + dy^2))                                         # error: [E0307]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("weyl", "chern_pontryagin"))]
fn petrov(
    call: &Call<'_>,
    /// The metric.
    metric: Metric,
) -> Result<String> {
    Ok(at(call, metric.petrov_type())?.name().to_owned())
}
