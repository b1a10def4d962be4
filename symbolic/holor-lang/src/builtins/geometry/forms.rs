//! Differential forms and derivatives without a connection.

use holor_geometry::{
    Holor, Law, Metric, codifferential, commutator, exterior_derivative, form_product,
    hodge_star, interior_product, laplace_de_rham, lie_derivative, oriented, potential,
};
use holor_macros::builtin;

use super::at;
use crate::builtin::{FieldValue, VectorValue};
use crate::evaluate::{Call, as_gauge_form, gauge_value};
use crate::geometry::HolorValue;
use crate::{Builtin, Result, Value};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &D,
    &HODGE,
    &INTERIOR,
    &LIE,
    &COMMUTATOR_OF,
    &CODIFFERENTIAL_OF,
    &LAPLACE_DE_RHAM_OF,
    &POTENTIAL_OF,
    &INNER_PRODUCT,
    &ORIENTED_OF,
];

/// The exterior derivative of a form; of a function its differential `df`.
///
/// A function belongs to the latest chart that has one of its symbols as a coordinate. `d(A)` of a gauge potential
/// differentiates each component. With a blank before the parenthesis and a formula in it, `d (x + 1)` is still a product.
///
/// ```holor
/// M = chart(x, y); d(x y)                  # => y*dx + x*dy
/// M = chart(x, y); d(x dy - y dx)          # => 2*dx ∧ dy
/// M = chart(x, y); d(d(sin(x y))) == 0     # => true
/// d(x)                                     # error: [E0207]
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\mathrm{d}{0}",
    since = "0.1",
    returns = "differential form",
    see("wedge", "hodge", "interior", "lie", "potential")
)]
fn d(
    call: &Call<'_>,
    /// A form or a function.
    form: Value,
) -> Result<Value> {
    if let Some(form) = as_gauge_form(&form) {
        return Ok(gauge_value(at(call, form.exterior_derivative())?));
    }
    let value = call.field_value(&form)?;
    Ok(HolorValue::new(at(call, exterior_derivative(&value.holor))?).into())
}

/// The metric given, else that of the tensor or its chart.
fn metric_for(
    call: &Call<'_>,
    value: &HolorValue,
    metric: Option<Metric>,
) -> Result<Metric> {
    match metric {
        Some(metric) => Ok(metric),
        None => call.metric_of(value),
    }
}

/// The tensor on the metric's handle of their chart.
fn on(call: &Call<'_>, value: &HolorValue, metric: &Metric) -> Result<Holor> {
    at(call, value.holor.on_chart(metric.chart()))
}

/// Hodge's dual of a form: `(⋆ω)_b… = 1/p! ω^a… ε_a…b…`, in the orientation of the chart: the order of its coordinates.
///
/// ```holor
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); hodge(dx, g)              # => dy ∧ dz
/// M = chart(x, y, z); g = metric(dx^2 + dy^2 + dz^2); hodge(hodge(dx))          # => dx
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\star {0}",
    since = "0.1",
    see("d", "volume_form", "codifferential", "oriented")
)]
fn hodge(
    call: &Call<'_>,
    /// The form.
    form: Value,
    /// The metric; that of the chart if left out.
    metric: Option<Metric>,
) -> Result<Value> {
    if let Some(form) = as_gauge_form(&form) {
        let metric = match metric {
            Some(metric) => metric,
            None => call.metric_on(form.chart())?,
        };
        return Ok(gauge_value(at(call, form.hodge_star(&metric))?));
    }
    let value = call.field_value(&form)?;
    let metric = metric_for(call, &value, metric)?;
    let dual = at(call, hodge_star(&on(call, &value, &metric)?, &metric))?;
    let dual = at(call, oriented(&dual))?;
    Ok(HolorValue::new(dual).with_metric(&metric).into())
}

/// The interior product `ι_X ω`: the vector in the first place of the form.
///
/// ```holor
/// M = chart(x, y); interior(∂_x, dx ∧ dy)        # => dy
/// ```
#[builtin(topic = "geometry", latex = r"\iota_{{0}} {1}", since = "0.1", see("d", "lie"))]
fn interior(
    call: &Call<'_>,
    /// The vector.
    vector: VectorValue,
    /// The form.
    form: HolorValue,
) -> Result<HolorValue> {
    let holor = at(call, interior_product(&vector.0.holor, &form.holor))?;
    Ok(HolorValue { metric: form.metric, ..HolorValue::new(holor) })
}

/// The Lie derivative along a vector of a function, a tensor or density; of a connection it is a tensor.
///
/// ```holor
/// M = chart(x, y); lie(x ∂_y, y^2)                           # => 2*x*y
/// M = chart(x, y); lie(-y ∂_x + x ∂_y, dx^2 + dy^2) == 0     # => true
/// ```
#[builtin(
    topic = "geometry",
    latex = r"\mathcal{L}_{{0}} {1}",
    since = "0.1",
    see("commutator", "is_killing", "interior")
)]
fn lie(
    call: &Call<'_>,
    /// The vector.
    vector: VectorValue,
    /// What is differentiated.
    tensor: Value,
) -> Result<HolorValue> {
    let chart = vector.0.holor.chart();
    let value = call.field_value_on(&tensor, chart)?;
    let holor = at(call, value.holor.on_chart(chart))?;
    let derivative = at(call, lie_derivative(&vector.0.holor, &holor))?;
    Ok(HolorValue { metric: value.metric, ..HolorValue::new(derivative) })
}

/// The commutator of two vector fields.
///
/// ```holor
/// M = chart(x, y); commutator(∂_x, x ∂_y)        # => ∂_y
/// ```
#[builtin(
    topic = "geometry",
    name = "commutator",
    latex = r"\left[{0}, {1}\right]",
    since = "0.1",
    see("lie")
)]
fn commutator_of(
    call: &Call<'_>,
    /// The first vector.
    first: VectorValue,
    /// The second vector.
    second: VectorValue,
) -> Result<HolorValue> {
    Ok(HolorValue::new(at(call, commutator(&first.0.holor, &second.0.holor))?))
}

/// The codifferential `(δω)_b… = -∇^a ω_ab…`.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); codifferential(x dx)        # => -1
/// ```
#[builtin(
    topic = "geometry",
    name = "codifferential",
    latex = r"\delta {0}",
    since = "0.1",
    see("d", "hodge", "laplace_de_rham")
)]
fn codifferential_of(
    call: &Call<'_>,
    /// The form.
    form: HolorValue,
    /// The metric; that of the chart if left out.
    metric: Option<Metric>,
) -> Result<HolorValue> {
    let metric = metric_for(call, &form, metric)?;
    let result = at(call, codifferential(&on(call, &form, &metric)?, &metric))?;
    Ok(HolorValue::new(result).with_metric(&metric))
}

/// The Laplace-de Rham operator `dδ + δd`; on functions it is minus the Laplace-Beltrami operator.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); laplace_de_rham(x^2)        # => -2
/// ```
#[builtin(
    topic = "geometry",
    name = "laplace_de_rham",
    latex = r"\Delta {0}",
    since = "0.1",
    see("codifferential", "laplacian")
)]
fn laplace_de_rham_of(
    call: &Call<'_>,
    /// The form or function.
    form: FieldValue,
    /// The metric; that of the chart if left out.
    metric: Option<Metric>,
) -> Result<HolorValue> {
    let metric = metric_for(call, &form.0, metric)?;
    let result = at(call, laplace_de_rham(&on(call, &form.0, &metric)?, &metric))?;
    Ok(HolorValue::new(result).with_metric(&metric))
}

/// A form whose exterior derivative is a given closed form, on a chart that is a box in its coordinates (Poincaré's lemma).
///
/// It is unique up to a closed form, and checked. An error where the form is not closed.
///
/// ```holor
/// M = chart(x, y); potential(y dx + x dy)            # => x*y
/// M = chart(x, y); d(potential(dx ∧ dy))             # => dx ∧ dy
/// M = chart(x, y); potential(y dx)                   # error: [E0307]
/// ```
#[builtin(topic = "geometry", name = "potential", latex = none, since = "0.1", see("d"))]
fn potential_of(
    call: &Call<'_>,
    /// The closed form.
    form: HolorValue,
) -> Result<HolorValue> {
    let result = at(call, potential(&form.holor, &call.engine()))?;
    Ok(HolorValue::new(result))
}

/// The product of two tensors of the same kind with all their indices contracted by the metric; of p-forms divided by p!.
///
/// ```holor
/// M = chart(r, θ); g = metric(dr^2 + r^2 dθ^2); inner(∂_θ, ∂_θ, g)                # => r^2
/// M = chart(x, y); g = metric(dx^2 + dy^2); inner(dx ∧ dy, dx ∧ dy)               # => 1
/// ```
#[builtin(
    topic = "geometry",
    name = "inner",
    latex = r"\left\langle {0}, {1} \right\rangle",
    since = "0.1",
    see("hodge", "contract")
)]
fn inner_product(
    call: &Call<'_>,
    /// The first tensor.
    first: HolorValue,
    /// The second tensor.
    second: HolorValue,
    /// The metric; that of the chart if left out.
    metric: Option<Metric>,
) -> Result<HolorValue> {
    let metric = metric_for(call, &first, metric)?;
    let (a, b) = (on(call, &first, &metric)?, on(call, &second, &metric)?);
    let forms = [&a, &b].iter().all(|holor| {
        crate::geometry::is_form(holor) && matches!(holor.law(), Law::Tensor { .. })
    });
    let product = match forms {
        true => form_product(&a, &b, &metric),
        false => metric.scalar_product(&a, &b),
    };
    Ok(HolorValue::new(at(call, product)?))
}

/// A pseudotensor as the tensor it is in the orientation of its chart.
///
/// ```holor
/// M = chart(x, y); g = metric(dx^2 + dy^2); oriented(pseudo(dx)) + dy      # => dx + dy
/// ```
#[builtin(topic = "geometry", name = "oriented", latex = none, since = "0.1", see("pseudo", "hodge"))]
fn oriented_of(
    call: &Call<'_>,
    /// The pseudotensor.
    tensor: HolorValue,
) -> Result<HolorValue> {
    Ok(HolorValue { holor: at(call, oriented(&tensor.holor))?, ..tensor })
}
