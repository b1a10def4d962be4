//! The calculus of vectors: gradient, divergence, curl and Laplacian, in Cartesian coordinates or by a metric.

use holor_algebra::{Expr, Symbol};
use holor_geometry::{Holor, Law, Metric, Slot, Variance};
use holor_macros::builtin;

use super::flux;
use crate::builtin::{Curved, Either};
use crate::codes;
use crate::evaluate::{At, Call, as_holor, cartesian, other_level};
use crate::geometry::{HolorValue, curvilinear};
use crate::{Builtin, Diagnostic, Result, Value};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&GRADIENT, &DIVERGENCE, &CURL, &LAPLACIAN];

/// The gradient: the list of partial derivatives in Cartesian coordinates, or the vector `∇^a f` of a metric.
///
/// Of a vector or tensor it is `∇_a V^b`, the new index first, and of a list of components the matrix `∂_a V_b`, so that `V·∇V` is `V^a ∇_a V^b`.
///
/// ```holor
/// gradient(x^2*y, [x, y])                                              # => [2*x*y, x^2]
/// gradient([x y, y^2], [x, y])                                         # => [[y, 0], [x, 2*y]]
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); gradient(r θ, g)       # => θ*∂_r + ∂_θ/r
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\nabla {0}",
    since = "0.1",
    returns = "list, vector or tensor",
    aliases("grad"),
    see("divergence", "curl", "laplacian")
)]
fn gradient(
    call: &Call<'_>,
    /// A scalar; a vector or other tensor, or the components of a vector.
    f: Either<Expr, Either<HolorValue, Vec<Expr>>>,
    /// The Cartesian coordinates, or a metric; for fields those of their box if left out.
    variables: Option<Either<Vec<Symbol>, Metric>>,
) -> Result<Value> {
    let f = match f {
        Either::First(scalar) => scalar,
        Either::Second(Either::First(tensor)) => {
            return gradient_of_tensor(call, &tensor, variables);
        }
        Either::Second(Either::Second(parts)) => {
            let Either::First(variables) = given_or_implied(call, variables, &parts)?
            else {
                let message = "components in curved coordinates are a tensor's";
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(call.span())
                    .hint("V = field(B, vector, [u, v])")
                    .hint("V = vector([u, v])")
                    .into();
            };
            let rows = variables.iter().map(|x| {
                let row = parts.iter().map(|part| Ok(partial(call, part, x)?.into()));
                row.collect::<Result<Vec<Value>>>().map(Value::list)
            });
            return rows.collect::<Result<Vec<Value>>>().map(Value::list);
        }
    };
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

/// `∇_a T…`, the new index first; of a vector in Cartesian coordinates by derivatives of its components as they stand.
fn gradient_of_tensor(
    call: &Call<'_>,
    tensor: &HolorValue,
    variables: Option<Either<Vec<Symbol>, Metric>>,
) -> Result<Value> {
    if let Some(Either::First(_)) = variables {
        let message = "a tensor has coordinates of its own: leave them out";
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
            .at(call.span())
            .hint("gradient(V)")
            .into();
    }
    let chart = tensor.holor.chart();
    if variables.is_none() && tensor.holor.rank() == 1 && is_cartesian(call, tensor)? {
        let parts = tensor.formulas();
        let (mut elements, mut slopes) = (Vec::new(), Vec::new());
        for x in chart.coordinates() {
            for part in &parts {
                let slope = partial(call, part, x)?;
                elements.push(call.component(&slope, chart, call.span())?);
                slopes.push(slope);
            }
        }
        let mut slots = vec![Slot::DOWN];
        slots.extend(tensor.holor.slots());
        let holor = Holor::from_components(chart, Law::TENSOR, &slots, elements)
            .at(call.span())?;
        return Ok(HolorValue::new(holor).written_as(slopes).into());
    }
    let metric = match variables {
        Some(Either::Second(metric)) => metric,
        _ => metric_of_fields(call, tensor)?,
    };
    let holor = tensor.holor.on_chart(metric.chart()).at(call.span())?;
    let connection = metric.christoffel().at(call.span())?;
    let gradient = connection.covariant_derivative(&holor).at(call.span())?;
    Ok(HolorValue::new(gradient).with_metric(&metric).into())
}

/// Whether it is of fields on a box in Cartesian coordinates, without a metric.
pub(super) fn is_cartesian(call: &Call<'_>, tensor: &HolorValue) -> Result<bool> {
    if call.metric_of(tensor).is_ok() {
        return Ok(false);
    }
    let parts = tensor.formulas();
    if call.coordinates_of_fields(&parts).is_none() {
        return Ok(false);
    }
    // Says what to type in coordinates such as r.
    Ok(matches!(given_or_implied(call, None, &parts)?, Either::First(_)))
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
    let parts = tensor.formulas();
    if call.coordinates_of_fields(&parts).is_none() {
        return known;
    }
    // Says what to type in coordinates such as r.
    given_or_implied(call, None, &parts)?;
    cartesian(tensor.holor.chart(), call.span())
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
    field: Either<Either<HolorValue, Vec<Expr>>, Expr>,
    /// The Cartesian coordinates, as many; or a metric or connection; for fields those of their box if left out.
    variables: Option<Either<Vec<Symbol>, Curved>>,
) -> Result<Value> {
    let field = match field {
        Either::First(field) => field,
        Either::Second(scalar) => {
            let message =
                format!("the divergence is of a vector, and `{scalar}` is a scalar");
            return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                .at(call.span())
                .hint("grad(u), laplacian(u)")
                .hint("∇·(u V): the divergence of a product")
                .into();
        }
    };
    let variables = match (variables, &field) {
        (Some(variables), _) => variables,
        (None, Either::First(tensor))
            if tensor.holor.rank() > 1 && is_cartesian(call, tensor)? =>
        {
            return divergence_of_parts(call, tensor);
        }
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

/// The divergence of a tensor of fields in Cartesian coordinates, by its first index: that of its components as they are written.
fn divergence_of_parts(call: &Call<'_>, tensor: &HolorValue) -> Result<Value> {
    let chart = tensor.holor.chart();
    let parts = tensor.formulas();
    let coordinates = chart.coordinates();
    let rest = parts.len() / coordinates.len().max(1);
    let sums = (0..rest)
        .map(|place| {
            let terms = coordinates.iter().enumerate().filter_map(|(a, x)| {
                Some(partial(call, parts.get(a * rest + place)?, x))
            });
            Ok(Expr::add(terms.collect::<Result<Vec<Expr>>>()?))
        })
        .collect::<Result<Vec<Expr>>>()?;
    let slots = tensor.holor.slots().get(1..).unwrap_or_default();
    call.tensor_from(chart, &sums, slots)
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
        let up = tensor.holor.slots() == [Slot::UP];
        let vector = if up { tensor.formulas() } else { other_level(metric, tensor) };
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

/// The curl of a vector field: a vector in three dimensions, in two the scalar `∂_x v - ∂_y u`, the vorticity.
///
/// By a metric it is `ε^abc ∂_b V_c` with `ε^abc = [abc]/√|g|` in the order of the coordinates, and `ε^ab ∂_a V_b` in two dimensions. The curl of a
/// scalar `ψ` in two dimensions is that of a vector which stands upright, `[∂_y ψ, -∂_x ψ]`, so that `curl(curl(ψ)) == -laplacian(ψ)`.
///
/// ```holor
/// curl([-y, x, 0], [x, y, z])        # => [0, 0, 2]
/// curl([-y, x], [x, y])              # => 2
/// curl(x^2 + y^2, [x, y])            # => [2*y, -2*x]
/// M = chart(r, φ, z) where r > 0; g = metric(dr^2 + r^2 dφ^2 + dz^2); curl(∂_φ)    # => 2*∂_z
/// ```
#[builtin(
    topic = "calculus",
    latex = r"\nabla\times {0}",
    since = "0.1",
    returns = "vector, list or expression",
    see("gradient", "divergence", "cross")
)]
fn curl(
    call: &Call<'_>,
    /// A vector or one-form, or the components of a vector; in two dimensions also a scalar.
    field: Either<Either<HolorValue, Vec<Expr>>, Expr>,
    /// The Cartesian coordinates, as many, or a metric; for fields those of their box if left out.
    variables: Option<Either<Vec<Symbol>, Metric>>,
) -> Result<Value> {
    match field {
        Either::First(Either::First(vector)) => curl_of_tensor(call, &vector, variables),
        Either::First(Either::Second(parts)) => {
            match given_or_implied(call, variables, &parts)? {
                Either::First(variables) => curl_of_parts(call, &parts, &variables),
                Either::Second(metric) => {
                    let message = format!(
                        "components in the coordinates of `{}` are a tensor's",
                        metric.chart()
                    );
                    Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                        .at(call.span())
                        .hint("V = vector([u, v, w]); curl(V)")
                        .into()
                }
            }
        }
        Either::Second(scalar) => curl_of_scalar(call, &scalar, variables),
    }
}

/// `∂_a v - ∂_b u`, the way that turns from a to b.
fn turn(call: &Call<'_>, v: &Expr, x: &Symbol, u: &Expr, y: &Symbol) -> Result<Expr> {
    let difference = partial(call, v, x)? - partial(call, u, y)?;
    Ok(call.engine().evaluate(&difference)?)
}

fn curl_of_parts(call: &Call<'_>, parts: &[Expr], variables: &[Symbol]) -> Result<Value> {
    same_length(call, parts.len(), variables.len())?;
    match (parts, variables) {
        ([u, v], [x, y]) => Ok(Value::Expr(turn(call, v, x, u, y)?)),
        ([u, v, w], [x, y, z]) => Ok(Value::list(vec![
            Value::Expr(turn(call, w, y, v, z)?),
            Value::Expr(turn(call, u, z, w, x)?),
            Value::Expr(turn(call, v, x, u, y)?),
        ])),
        _ => Err(no_curl(call)),
    }
}

fn no_curl(call: &Call<'_>) -> Box<Diagnostic> {
    let message = "`curl` needs two or three components and as many coordinates";
    let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(call.span());
    Box::new(error.hint("curl([-y, x, 0], [x, y, z])"))
}

fn curl_of_tensor(
    call: &Call<'_>,
    vector: &HolorValue,
    variables: Option<Either<Vec<Symbol>, Metric>>,
) -> Result<Value> {
    if vector.holor.rank() != 1 {
        let message = format!("`curl` is of a vector field, found {}", vector.describe());
        return Err(call.error(&codes::E0201_WRONG_TYPE, message));
    }
    let metric = match variables {
        Some(Either::First(_)) => None,
        Some(Either::Second(metric)) => Some(metric),
        None if is_cartesian(call, vector)? => None,
        None => Some(metric_of_fields(call, vector)?),
    };
    let Some(metric) = metric else {
        let chart = vector.holor.chart();
        return match curl_of_parts(call, &vector.formulas(), chart.coordinates())? {
            Value::List(items) => {
                let parts: Vec<Expr> =
                    items.iter().filter_map(Value::as_expr).cloned().collect();
                call.vector_from(chart, &parts, None)
            }
            scalar => Ok(scalar),
        };
    };
    let parts = match vector.holor.slots() == [Slot::UP] {
        true => other_level(&metric, vector),
        false => vector.formulas(),
    };
    let root = flux::volume(&metric).at(call.span())?;
    let over = |difference: Expr| difference / &root;
    match (parts.as_slice(), metric.chart().coordinates()) {
        ([u, v], [x, y]) => Ok(Value::Expr(over(turn(call, v, x, u, y)?))),
        ([u, v, w], [x, y, z]) => {
            let parts = [
                over(turn(call, w, y, v, z)?),
                over(turn(call, u, z, w, x)?),
                over(turn(call, v, x, u, y)?),
            ];
            call.vector_from(metric.chart(), &parts, Some(metric.clone()))
        }
        _ => Err(no_curl(call)),
    }
}

/// `[∂_y ψ, -∂_x ψ]` in two dimensions, over √|g| where there is a metric.
fn curl_of_scalar(
    call: &Call<'_>,
    scalar: &Expr,
    variables: Option<Either<Vec<Symbol>, Metric>>,
) -> Result<Value> {
    let given = variables.is_some();
    let known = given_or_implied(call, variables, std::slice::from_ref(scalar))?;
    let coordinates = match &known {
        Either::First(coordinates) => coordinates.clone(),
        Either::Second(metric) => metric.chart().coordinates().to_vec(),
    };
    let [x, y] = coordinates.as_slice() else {
        let message = format!(
            "`{scalar}` is a scalar, whose curl is a vector in two dimensions only; here are {}",
            coordinates.len()
        );
        return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
            .at(call.span())
            .hint("curl(V) of V = field(B, vector, [u, v, w])")
            .hint("curl([0, 0, u])")
            .hint("grad(u)")
            .into();
    };
    let parts = [partial(call, scalar, y)?, partial(call, scalar, x)?.negate()];
    match known {
        Either::Second(metric) => {
            let root = flux::volume(&metric).at(call.span())?;
            let parts = parts.map(|part| part / &root);
            call.vector_from(metric.chart(), &parts, Some(metric.clone()))
        }
        Either::First(_) if given => {
            Ok(Value::list(parts.map(Value::Expr).into_iter().collect()))
        }
        Either::First(coordinates) => {
            let chart = call.chart_of_box(&coordinates)?;
            call.vector_from(&chart, &parts, None)
        }
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
    let implied = variables.is_none();
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
            if let Some(tensor) = as_holor(&f)
                && implied
                && is_cartesian(call, &tensor)?
            {
                return laplacian_of_parts(call, &tensor);
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
    Ok(Value::Expr(cartesian_laplacian(call, &f, &variables)?))
}

fn cartesian_laplacian(call: &Call<'_>, f: &Expr, variables: &[Symbol]) -> Result<Expr> {
    let terms: Result<Vec<Expr>> = variables
        .iter()
        .map(|x| flux::differentiate(call, f, &Expr::symbol(x.name()), 2))
        .collect();
    Ok(Expr::add(terms?))
}

/// The Laplacian of a tensor of fields in Cartesian coordinates: that of its components as they are written.
fn laplacian_of_parts(call: &Call<'_>, tensor: &HolorValue) -> Result<Value> {
    let chart = tensor.holor.chart();
    let parts = tensor
        .formulas()
        .iter()
        .map(|part| cartesian_laplacian(call, part, chart.coordinates()))
        .collect::<Result<Vec<Expr>>>()?;
    call.tensor_from(chart, &parts, tensor.holor.slots())
}
