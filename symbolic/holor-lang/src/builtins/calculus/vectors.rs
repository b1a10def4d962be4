//! The calculus of vectors: gradient, divergence, curl and Laplacian, in Cartesian coordinates or by a metric.

use holor_algebra::{Expr, Symbol};
use holor_geometry::{Holor, Law, Metric, Slot, Symmetry, Variance};
use holor_macros::builtin;

use super::flux;
use crate::builtin::{Curved, Either};
use crate::codes;
use crate::evaluate::{At, Call, as_holor};
use crate::geometry::{HolorValue, curvilinear};
use crate::{Builtin, Diagnostic, Result, Value};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&GRADIENT, &DIVERGENCE, &CURL, &LAPLACIAN];

/// The gradient: the list of partial derivatives in Cartesian coordinates, or the vector `∇^a f` of a metric.
///
/// ```holor
/// gradient(x^2*y, [x, y])                                              # => [2*x*y, x^2]
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); gradient(r θ, g)       # => θ*∂_r + ∂_θ/r
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\nabla {0}",
    since = "0.1",
    returns = "list or vector",
    aliases("grad"),
    see("divergence", "curl", "laplacian")
)]
fn gradient(
    call: &Call<'_>,
    /// A scalar.
    f: Expr,
    /// The Cartesian coordinates, or a metric; for fields those of their box if left out.
    variables: Option<Either<Vec<Symbol>, Metric>>,
) -> Result<Value> {
    match given_or_implied(call, variables, std::slice::from_ref(&f))? {
        Either::First(variables) => {
            let parts: Result<Vec<Value>> = variables
                .iter()
                .map(|x| Ok(Value::Expr(partial(call, &f, x)?)))
                .collect();
            Ok(Value::List(parts?.into()))
        }
        Either::Second(metric) => {
            let scalar = call.scalar_field(&f, metric.chart())?;
            let gradient = metric.gradient(&scalar.holor).at(call.span())?;
            Ok(HolorValue::new(gradient).with_metric(&metric).into())
        }
    }
}

/// The coordinates or the metric that were given, or else those of the fields in a formula: the session's metric in the coordinates of
/// their box, and without one the coordinates themselves where they can be Cartesian.
fn given_or_implied(
    call: &Call<'_>,
    given: Option<Either<Vec<Symbol>, Metric>>,
    formulas: &[Expr],
) -> Result<Either<Vec<Symbol>, Metric>> {
    if let Some(given) = given {
        return Ok(given);
    }
    let Some(coordinates) = call.coordinates_of_fields(formulas) else {
        let message = format!("`{}` needs the coordinates, or a metric", call.name());
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    };
    if let Some(metric) = call.known_metric(&coordinates) {
        return Ok(Either::Second(metric));
    }
    match (curvilinear(&coordinates), coordinates.as_slice()) {
        (Some(angle), [_]) if !matches!(angle.name(), "r" | "ρ") => {
            Ok(Either::First(coordinates))
        }
        (None, _) => Ok(Either::First(coordinates)),
        (Some(curved), _) => Diagnostic::error(
            &codes::E0208_NO_METRIC,
            format!(
                "`{}` in a coordinate such as `{curved}` needs a metric",
                call.name()
            ),
        )
        .at(call.span())
        .hint("M = chart(r, θ) where r > 0; g = metric(dr^2 + r^2 dθ^2)")
        .hint(format!("{}(u, g)", call.name()))
        .into(),
    }
}

/// The metric of a tensor; of fields on a box without one, in coordinates that can be Cartesian, that of Cartesian coordinates.
fn metric_of_fields(call: &Call<'_>, tensor: &HolorValue) -> Result<Metric> {
    let known = call.metric_of(tensor);
    if known.is_ok() {
        return known;
    }
    let chart = tensor.holor.chart();
    let parts: Vec<Expr> = tensor
        .holor
        .components()
        .map(|(_, component)| chart.field().write(component))
        .collect();
    if call.coordinates_of_fields(&parts).is_none() {
        return known;
    }
    // Says what to type in coordinates such as r.
    given_or_implied(call, None, &parts)?;
    let flat =
        Holor::build(chart, Law::TENSOR, &[Slot::DOWN; 2], Symmetry::none(2), |places| {
            let same = places.first() == places.last();
            Ok(if same { chart.field().one() } else { chart.field().zero() })
        })
        .at(call.span())?;
    Metric::new(&flat).at(call.span())
}

pub(super) fn partial(call: &Call<'_>, f: &Expr, x: &Symbol) -> Result<Expr> {
    flux::differentiate(call, f, &Expr::symbol(x.name()), 1)
}

/// The divergence of a vector field in Cartesian coordinates, or `∇_a T^a…` of a tensor.
///
/// Of a tensor the first index is summed over; a lower one is raised first.
///
/// ```holor
/// divergence([x, y, z], [x, y, z])                                      # => 3
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); divergence(r ∂_r, g)    # => 2
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\nabla\cdot {0}",
    since = "0.1",
    returns = "expression or tensor",
    aliases("div"),
    see("gradient", "curl", "nabla")
)]
fn divergence(
    call: &Call<'_>,
    /// The components of a vector field, or a tensor.
    field: Either<HolorValue, Vec<Expr>>,
    /// The Cartesian coordinates, as many; or a metric or connection; for fields those of their box if left out.
    variables: Option<Either<Vec<Symbol>, Curved>>,
) -> Result<Value> {
    let variables = match (variables, &field) {
        (Some(variables), _) => variables,
        (None, Either::First(tensor)) => {
            Either::Second(Curved::Metric(metric_of_fields(call, tensor)?))
        }
        (None, Either::Second(parts)) => match given_or_implied(call, None, parts)? {
            Either::First(coordinates) => Either::First(coordinates),
            Either::Second(metric) => {
                let message = format!(
                    "components in the coordinates of `{}` are a tensor's",
                    metric.chart()
                );
                return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
            }
        },
    };
    let (field, variables) = match (field, variables) {
        (Either::First(tensor), Either::Second(curved)) => {
            return tensor_divergence(call, &tensor, &curved);
        }
        (Either::Second(field), Either::First(variables)) => (field, variables),
        _ => {
            let message =
                "`divergence` takes components and coordinates, or a tensor and a metric";
            return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
        }
    };
    same_length(call, field.len(), variables.len())?;
    let terms: Result<Vec<Expr>> = field
        .iter()
        .zip(&variables)
        .map(|(component, x)| partial(call, component, x))
        .collect();
    Ok(Value::Expr(Expr::add(terms?)))
}

fn tensor_divergence(
    call: &Call<'_>,
    tensor: &HolorValue,
    curved: &Curved,
) -> Result<Value> {
    let connection = curved.connection().at(call.span())?;
    let mut holor = tensor.holor.on_chart(connection.chart()).at(call.span())?;
    if holor.slots().first().is_some_and(|slot| slot.variance == Variance::Down) {
        let metric = match curved.metric() {
            Some(metric) => metric.clone(),
            None => call.metric_of(tensor)?,
        };
        holor = metric.raise(&holor, 0).at(call.span())?;
    }
    if let Curved::Metric(metric) = curved
        && holor.slots().len() == 1
        && matches!(holor.law(), Law::Tensor { weight, .. } if *weight.numer() == 0)
    {
        let field = metric.chart().field();
        let component = |place| field.write(&holor.component(&[place as u8]));
        let vector: Vec<Expr> = (0..metric.dimension()).map(component).collect();
        if let Some(kept) = flux::divergence(call, &vector, metric)? {
            return Ok(Value::Expr(kept));
        }
    }
    let result = connection.divergence(&holor, 0).at(call.span())?;
    Ok(HolorValue { metric: curved.metric().cloned(), ..HolorValue::new(result) }.into())
}

fn same_length(call: &Call<'_>, components: usize, variables: usize) -> Result<()> {
    if components == variables {
        return Ok(());
    }
    Diagnostic::error(
        &codes::E0203_WRONG_SHAPE,
        format!("{components} components do not fit {variables} coordinates"),
    )
    .at(call.span())
    .into()
}

/// The curl of a vector field in three Cartesian coordinates; in two its one component `∂_x v - ∂_y u`, the vorticity.
///
/// ```holor
/// curl([-y, x, 0], [x, y, z])        # => [0, 0, 2]
/// curl([-y, x], [x, y])              # => 2
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\nabla\times {0}",
    since = "0.1",
    returns = "list or expression",
    see("gradient", "divergence")
)]
fn curl(
    call: &Call<'_>,
    /// The components of a vector field, or a field of vectors on a box.
    field: Either<HolorValue, Vec<Expr>>,
    /// The Cartesian coordinates, as many; for fields those of their box if left out.
    variables: Option<Vec<Symbol>>,
) -> Result<Value> {
    let field = match field {
        Either::Second(parts) => parts,
        Either::First(vector) if vector.holor.rank() == 1 => {
            let places = 0..vector.holor.chart().coordinates().len();
            let written = vector.holor.chart().field();
            places
                .map(|place| written.write(&vector.holor.component(&[place as u8])))
                .collect()
        }
        Either::First(_) => {
            let message = "`curl` is of a vector field";
            return Err(call.error(&codes::E0201_WRONG_TYPE, message));
        }
    };
    let variables = match given_or_implied(call, variables.map(Either::First), &field)? {
        Either::First(variables) => variables,
        Either::Second(metric) => {
            let message = format!(
                "`curl` is for Cartesian coordinates, and `{}` has a metric",
                metric.chart()
            );
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(call.span())
                .hint("hodge(d(V))")
                .hint("curl([V_x, V_y, V_z], [x, y, z])")
                .into();
        }
    };
    same_length(call, field.len(), variables.len())?;
    let turn = |v: &Expr, x: &Symbol, u: &Expr, y: &Symbol| -> Result<Expr> {
        let difference = partial(call, v, x)? - partial(call, u, y)?;
        Ok(call.engine().evaluate(&difference)?)
    };
    match (field.as_slice(), variables.as_slice()) {
        ([u, v], [x, y]) => Ok(Value::Expr(turn(v, x, u, y)?)),
        ([u, v, w], [x, y, z]) => Ok(Value::list(vec![
            Value::Expr(turn(w, y, v, z)?),
            Value::Expr(turn(u, z, w, x)?),
            Value::Expr(turn(v, x, u, y)?),
        ])),
        _ => Diagnostic::error(
            &codes::E0203_WRONG_SHAPE,
            "`curl` needs two or three components and as many coordinates",
        )
        .at(call.span())
        .hint("curl([-y, x, 0], [x, y, z])")
        .into(),
    }
}

/// The Laplacian in Cartesian coordinates, or the Laplace-Beltrami operator `g^ab ∇_a ∇_b` of a metric.
///
/// With a metric of Lorentzian signature it is d'Alembert's operator; of a tensor it is the Laplacian of the metric's connection.
///
/// ```holor
/// laplacian(x^2 + y^2, [x, y])                                       # => 4
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); laplacian(r^2, g)    # => 4
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\nabla^2 {0}",
    since = "0.1",
    returns = "expression or tensor",
    see("gradient", "divergence", "laplace_de_rham"),
    elementwise
)]
fn laplacian(
    call: &Call<'_>,
    /// A scalar; with a metric also a tensor.
    f: Value,
    /// The Cartesian coordinates, or a metric; for fields those of their box if left out.
    variables: Option<Either<Vec<Symbol>, Metric>>,
) -> Result<Value> {
    let variables = match (variables, &f) {
        (Some(variables), _) => variables,
        (None, Value::Expr(scalar)) => {
            given_or_implied(call, None, std::slice::from_ref(scalar))?
        }
        (None, other) => match as_holor(other) {
            Some(tensor) => Either::Second(metric_of_fields(call, &tensor)?),
            None => {
                let message =
                    format!("`laplacian` of {} needs a metric", other.describe());
                return Err(call.error(&codes::E0201_WRONG_TYPE, message));
            }
        },
    };
    let (f, variables) = match (f, variables) {
        (f, Either::Second(metric)) => {
            if let Value::Expr(scalar) = &f
                && let Some(kept) = flux::laplace_beltrami(call, scalar, &metric)?
            {
                return Ok(Value::Expr(kept));
            }
            let field = call.field_value_on(&f, metric.chart())?;
            let holor = field.holor.on_chart(metric.chart()).at(call.span())?;
            let result = metric.box_operator(&holor).at(call.span())?;
            return Ok(HolorValue::new(result).with_metric(&metric).into());
        }
        (Value::Expr(f), Either::First(variables)) => (f, variables),
        (other, _) => {
            let message = format!("`laplacian` of {} needs a metric", other.describe());
            return Err(call.error(&codes::E0201_WRONG_TYPE, message));
        }
    };
    let terms: Result<Vec<Expr>> = variables
        .iter()
        .map(|x| flux::differentiate(call, &f, &Expr::symbol(x.name()), 2))
        .collect();
    Ok(Value::Expr(Expr::add(terms?)))
}
