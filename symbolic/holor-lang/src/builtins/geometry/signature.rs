//! The signature equation of a holor (Φ, Γ, g).

use holor_algebra::{Expr, Node};
use holor_geometry::{
    Coherence, Connection, Metric, Signature, TorsionScalar, Witness, signature,
    signature_gradient,
};
use holor_macros::builtin;

use super::at;
use crate::builtin::{VectorValue, word};
use crate::evaluate::Call;
use crate::field::{field_of, rate_equation};
use crate::geometry::HolorValue;
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &SIGNATURE_OF,
    &COHERENT,
    &COHERENCE_REPORT,
    &TORSION_SCALAR,
    &SIGNATURE_FLOW,
    &SIGNATURE_ENERGY,
];

word! {
    /// Which scalar of the torsion is meant.
    pub(crate) ScalarWord {
        /// `¼ T_abc T^abc + ½ T_abc T^cba − T_a T^a`
        Quadratic = "quadratic",
        /// `T_abc T^abc`
        Square = "square",
        /// `T_a T^a`
        TraceSquare = "trace_square",
        /// `∇_a T^a`
        TraceDivergence = "trace_divergence",
        /// `T_[abc] T^[abc]`
        AxialSquare = "axial_square",
        /// `½ ε^abc T_abc`
        Chiral = "chiral",
    }
}

/// The scalar a word names; the default where there is none.
fn scalar_named(word: Option<ScalarWord>) -> TorsionScalar {
    match word.unwrap_or(ScalarWord::Quadratic) {
        ScalarWord::Quadratic => TorsionScalar::Quadratic,
        ScalarWord::Square => TorsionScalar::Square,
        ScalarWord::TraceSquare => TorsionScalar::TraceSquare,
        ScalarWord::TraceDivergence => TorsionScalar::TraceDivergence,
        ScalarWord::AxialSquare => TorsionScalar::AxialSquare,
        ScalarWord::Chiral => TorsionScalar::Chiral,
    }
}

fn made(
    call: &Call<'_>,
    potential: &VectorValue,
    connection: &Connection,
    metric: &Metric,
    scalar: Option<ScalarWord>,
) -> Result<Signature> {
    at(call, signature(&potential.0.holor, connection, metric, scalar_named(scalar)))
}

/// The parts of the signature equation `∇_μ Φ^μ + T_χ - R_e = 0` of a holor (Φ, Γ, g).
///
/// A list: the divergence of the awareness potential Φ, the chirality torsion T_χ, the field curvature R_e, and the residual of
/// the equation.
///
/// The divergence is `∇_μ Φ^μ` of the connection `Γ`, and `R_e = g^bd R^a_bad` the scalar of its curvature. `T_χ` is a scalar of
/// the torsion `T^a_bc = Γ^a_bc - Γ^a_cb`, chosen by `scalar`; with `T_b = T^a_ba` the trace:
/// - `quadratic`, the default: `T_abc T^abc/4 + T_abc T^cba/2 - T_a T^a`, the torsion scalar of teleparallel gravity;
/// - `square`: `T_abc T^abc`;
/// - `trace_square`: `T_a T^a`;
/// - `trace_divergence`: `∇_a T^a` of the Levi-Civita connection;
/// - `axial_square`: `T_[abc] T^[abc]`, of the totally antisymmetric part;
/// - `chiral`: `ε^abc T_abc/2` in three dimensions, which changes sign with the orientation, here that of the chart.
///
/// ```holor
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); signature(x ∂_x, connection(g), g)      # => [1, 0, 0, 1]
/// ```
#[builtin(
    topic = "geometry",
    name = "signature",
    latex = r"\left(\nabla_\mu \Phi^\mu, T_\chi, R_e\right)",
    since = "0.1",
    returns = "list",
    see("coherent", "coherence_report", "torsion_scalar")
)]
fn signature_of(
    call: &Call<'_>,
    /// The awareness potential `Φ`, a vector field.
    potential: VectorValue,
    /// The connection `Γ`.
    connection: Connection,
    /// The metric `g`.
    metric: Metric,
    /// Which scalar of the torsion is meant; `quadratic` if left out.
    #[named]
    scalar: Option<ScalarWord>,
) -> Result<Value> {
    let signature = made(call, &potential, &connection, &metric, scalar)?;
    let parts = [
        &signature.divergence,
        &signature.torsion,
        &signature.curvature,
        &signature.residual,
    ];
    Ok(Value::List(
        parts
            .into_iter()
            .map(|part| {
                let value = part.value().unwrap_or_else(|| part.chart().field().zero());
                Value::Expr(part.chart().field().write(&value))
            })
            .collect(),
    ))
}

/// Whether the signature equation `∇_μ Φ^μ + T_χ - R_e = 0` of a holor (Φ, Γ, g) holds.
///
/// `true` where the residual vanishes identically under what the chart assumes, `false` where it vanishes nowhere, else the
/// equation that says where it does. What cannot be decided is an error. `coherence_report` says more.
///
/// ```holor
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); coherent(-y ∂_x + x ∂_y, connection(g), g)      # => true
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); coherent(x ∂_x, connection(g), g)               # => false
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); coherent(x^2 ∂_x, connection(g), g)             # => x == 0
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); coherent(log(x) ∂_x, connection(g), g)          # => false
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "truth value or equation", see("signature", "coherence_report"))]
fn coherent(
    call: &Call<'_>,
    /// The awareness potential `Φ`, a vector field.
    potential: VectorValue,
    /// The connection `Γ`.
    connection: Connection,
    /// The metric `g`.
    metric: Metric,
    /// Which scalar of the torsion is meant; `quadratic` if left out.
    #[named]
    scalar: Option<ScalarWord>,
) -> Result<Expr> {
    let signature = made(call, &potential, &connection, &metric, scalar)?;
    match at(call, signature.coherence(&call.engine()))? {
        Coherence::Holds => Ok(Expr::truth(true)),
        Coherence::Fails { .. } => Ok(Expr::truth(false)),
        Coherence::HoldsWhere { equation, .. } => Ok(equation),
        Coherence::Undecided { residual, .. } => Diagnostic::error(
            &codes::E0305_UNDECIDED,
            format!(
                "whether `{}` vanishes is not decided",
                Value::Expr(residual).brief()
            ),
        )
        .at(call.span())
        .hint("coherence_report(Φ, Γ, g)")
        .into(),
    }
}

/// What is known about the signature equation of a holor, in words.
///
/// Whether it holds, under which assumptions, where it does not and by how much, or why that is not decided.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); coherence_report(-y ∂_x + x ∂_y, connection(g), g)      # => "the residual vanishes identically, for x real, y real"
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("coherent", "signature"))]
fn coherence_report(
    call: &Call<'_>,
    /// The awareness potential `Φ`, a vector field.
    potential: VectorValue,
    /// The connection `Γ`.
    connection: Connection,
    /// The metric `g`.
    metric: Metric,
    /// Which scalar of the torsion is meant; `quadratic` if left out.
    #[named]
    scalar: Option<ScalarWord>,
) -> Result<String> {
    let signature = made(call, &potential, &connection, &metric, scalar)?;
    let at_point = |witness: Option<Witness>| match witness {
        Some(witness) => {
            let point: Vec<String> = witness
                .point
                .iter()
                .map(|(symbol, value)| format!("{symbol} = {value}"))
                .collect();
            format!("; at {} it is {}", point.join(", "), witness.value)
        }
        None => String::new(),
    };
    Ok(match at(call, signature.coherence(&call.engine()))? {
        Coherence::Holds => {
            format!("the residual vanishes identically, for {}", assumed(metric.chart()))
        }
        Coherence::HoldsWhere { equation, witness } => {
            format!("the residual vanishes exactly where {equation}{}", at_point(witness))
        }
        Coherence::Fails { residual, witness } => {
            format!("the residual {residual} vanishes nowhere{}", at_point(witness))
        }
        Coherence::Undecided { residual, about } => {
            let about: Vec<String> = about.iter().map(ToString::to_string).collect();
            format!(
                "not decided whether the residual {residual} vanishes: nothing is known about {}",
                about.join(", ")
            )
        }
    })
}

/// What a chart assumes, in words.
fn assumed(chart: &holor_geometry::Chart) -> String {
    let assumptions = chart.field().assumptions();
    let mut parts = Vec::new();
    for (symbol, properties) in assumptions.iter() {
        for property in properties {
            parts.push(format!("{symbol} {}", crate::evaluate::property_name(*property)));
        }
    }
    for condition in assumptions.conditions() {
        if !matches!(condition.node(), Node::Truth(_)) {
            parts.push(condition.to_string());
        }
    }
    if parts.is_empty() { "all values".into() } else { parts.join(", ") }
}

/// A scalar of the torsion of a connection: see `signature` for which there are.
///
/// ```holor
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); torsion_scalar(connection(g), g)      # => 0
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); torsion_scalar(connection(g, torsion = f ∂_x ⊗ (dy ∧ dz)), g, scalar = square)      # => 2*f^2
/// ```
#[builtin(
    topic = "geometry",
    latex = r"T_\chi",
    since = "0.1",
    see("torsion", "signature")
)]
fn torsion_scalar(
    call: &Call<'_>,
    /// The connection.
    connection: Connection,
    /// The metric.
    metric: Metric,
    /// Which scalar is meant; `quadratic` if left out.
    #[named]
    scalar: Option<ScalarWord>,
) -> Result<HolorValue> {
    let scalar = at(call, scalar_named(scalar).evaluate(&connection, &metric))?;
    Ok(HolorValue::new(scalar))
}

/// The flow of a field `Φ` down the energy of its signature's residual: a list of equations for `evolve`.
///
/// The energy is `E = ½ ∫ (∇_μ Φ^μ + T_χ - R_e)² √g dx` and the flow its negative gradient, `∂_t Φ^a = g^ab (∂_b R - K_b R)`, with the
/// residual `R` and `K_b = Γ^μ_μb - Γ°^μ_μb`, which is 0 without a trace of torsion and without nonmetricity. E falls where no flux goes
/// through the sides: periodic ones, those where the component of Φ across them is fixed, or those where the residual is 0
/// (`robin`). What is left is the part of `T_χ - R_e` that no divergence can balance.
///
/// ```holor
/// B = box(x = 0..1, y = 0..1; points = 8); M = chart(x, y); g = metric(dx^2 + dy^2); Φ = field(B, vector, [sin(2 pi x), 0]); len(signature_flow(Φ, connection(g), g))    # => 2
/// M = chart(t, x); g = metric(-dt^2 + dx^2); signature_flow(x ∂_x, connection(g), g)    # error: [E0307]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", returns = "list of equations", see("signature", "signature_energy", "evolve"))]
fn signature_flow(
    call: &Call<'_>,
    /// The awareness potential `Φ`, a vector field on a box.
    potential: VectorValue,
    /// The connection `Γ`.
    connection: Connection,
    /// The metric `g`, positive definite.
    metric: Metric,
    /// Which scalar of the torsion is meant; `quadratic` if left out.
    #[named]
    scalar: Option<ScalarWord>,
) -> Result<Vec<Expr>> {
    let scalar = scalar_named(scalar);
    let potential = &potential.0.holor;
    let rate = at(call, signature_gradient(potential, &connection, &metric, scalar))?;
    let field = metric.chart().field();
    let known = call.fields();
    let mut equations = Vec::new();
    for place in 0..metric.dimension() as u8 {
        let unknown = field.write(&potential.component(&[place]));
        let (own, _) = field_of(&unknown, &known, call.span())?;
        let rate = field.write(&rate.component(&[place]));
        equations.push(rate_equation(&unknown, &own.time, rate));
    }
    Ok(equations)
}

/// The energy density `½ (∇_μ Φ^μ + T_χ - R_e)² √g` of a signature's residual.
///
/// Its integral over the coordinates falls along `signature_flow`.
///
/// ```holor
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); signature_energy(x^2 ∂_x, connection(g), g)      # => 2*x^2
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("signature_flow", "signature", "observe"))]
fn signature_energy(
    call: &Call<'_>,
    /// The awareness potential `Φ`, a vector field.
    potential: VectorValue,
    /// The connection `Γ`.
    connection: Connection,
    /// The metric `g`.
    metric: Metric,
    /// Which scalar of the torsion is meant; `quadratic` if left out.
    #[named]
    scalar: Option<ScalarWord>,
) -> Result<Expr> {
    let signature = made(call, &potential, &connection, &metric, scalar)?;
    let field = metric.chart().field();
    let residual = signature.residual.component(&[]);
    let square = field.multiply(&residual, &residual);
    let volume = at(call, metric.sqrt_abs_determinant())?;
    Ok(field.write(&field.scale(&field.multiply(&square, &volume), 1, 2)))
}
