//! What a metric adds to forms: Hodge star, codifferential, Laplacian, products, ♭ and ♯.
//!
//! `(⋆ω)_{b…} = (1/p!) ω^{a…} ε_{a…b…}` with `ε_{01…} = +√|det g|`. Then `⋆1 = ε`, `α ∧ ⋆β = ⟨α, β⟩ ε`, and
//! `⋆⋆ω = (−1)^{p(n−p)} s ω` with s the sign of det g. The dual changes sign with the orientation: `⋆` exchanges
//! forms and pseudo-forms. The codifferential is `δ = (−1)^{n(p+1)+1} s ⋆d⋆`, that is
//! `(δω)_{b…} = −∇^a ω_{ab…}`; the Laplace–de Rham operator `Δ = dδ + δd` is `−∇^a ∂_a` on functions.

use holor_algebra::exact::Element;

use super::{as_form, as_vector, exterior_derivative, form, form_law, wedge};
use crate::metric::matrix_of;
use crate::minors::{Mask, Minors, full, is_odd_merge, mask_of, members};
use crate::{GeometryError, GeometryResult, Holor, Metric};

/// Whether det g is negative, and √|det g|.
pub(crate) fn root_and_sign(metric: &Metric) -> GeometryResult<(Element, bool)> {
    let root = metric.sqrt_abs_determinant()?;
    let field = metric.chart().field();
    let square = field.multiply(&root, &root);
    if square == *metric.determinant() {
        return Ok((root, false));
    }
    if square == field.negate(metric.determinant()) {
        return Ok((root, true));
    }
    Err(undecided_sign(metric))
}

/// That the sign of det g is not decided.
fn undecided_sign(metric: &Metric) -> GeometryError {
    let determinant = metric.chart().field().write(metric.determinant());
    GeometryError::Invalid {
        operation: "volume form",
        reason: format!(
            "the sign of det g = {determinant} is not decided; assume what makes it positive or negative"
        ),
    }
}

/// The dual without its factor: `Σ_c M_{ac} ω_c`, signed, for a complementary to b, where M are minors of the
/// inverse metric, or (`true`) those minors times det g, whichever are smaller.
fn bare_dual(omega: &Holor, metric: &Metric) -> GeometryResult<(Holor, bool)> {
    let chart = omega.chart();
    let field = chart.field();
    let dimension = chart.dimension();
    let degree = omega.rank();
    let all = full(dimension);
    let pseudo = !form_law("Hodge star", omega)?;
    let Some(codegree) = dimension.checked_sub(degree) else {
        return Err(GeometryError::Indices {
            reason: format!(
                "Hodge star: a form of degree {degree} in {dimension} dimensions is 0 and has no dual"
            ),
        });
    };
    let through_lower = degree > codegree;
    let entries =
        matrix_of(if through_lower { metric.lower() } else { metric.inverse() });
    let mut minors = Minors::new(field, &entries);
    let dual = form(chart, codegree, pseudo, |indices| {
        let b = mask_of(indices);
        let a = all & !b;
        let mut terms = Vec::new();
        for (c, component) in omega.components() {
            let c = mask_of(c);
            let (minor, odd) = if through_lower {
                // Jacobi: a minor of the inverse is the complementary minor of the transpose over the determinant.
                (minors.minor(all & !c, b)?, (index_sum(a) + index_sum(c)) % 2 == 1)
            } else {
                (minors.minor(a, c)?, false)
            };
            if !minor.is_zero() {
                let odd = odd != is_odd_merge(a, b);
                terms.push((if odd { -1 } else { 1 }, minor, component));
            }
        }
        let terms: Vec<_> = terms.iter().map(|(sign, a, b)| (*sign, a, *b)).collect();
        Ok(field.sum_of_products(&terms))
    })?;
    Ok((dual, through_lower))
}

/// The sum of the members of a set.
fn index_sum(mask: Mask) -> u32 {
    members(mask).map(u32::from).sum()
}

/// The form, on the chart of the metric.
fn on_metric(
    operation: &'static str,
    holor: &Holor,
    metric: &Metric,
) -> GeometryResult<Holor> {
    as_form(operation, holor)?.on_chart(metric.chart())
}

/// The Hodge dual `(⋆ω)_{b…} = (1/p!) ω^{a…} ε_{a…b…}`, which is pseudo when ω is not.
///
/// # Errors
/// What is not a form; degree above the dimension; √|det g| whose sign the assumptions do not decide.
pub fn hodge_star(holor: &Holor, metric: &Metric) -> GeometryResult<Holor> {
    let omega = on_metric("Hodge star", holor, metric)?;
    let (dual, times_determinant) = bare_dual(&omega, metric)?;
    let (root, negative) = root_and_sign(metric)?;
    let field = metric.chart().field();
    let factor = if times_determinant {
        // √|g| / det g = s / √|g|
        let reciprocal = field.divide(&field.one(), &root)?;
        if negative { field.negate(&reciprocal) } else { reciprocal }
    } else {
        root
    };
    dual.scale(&factor)
}

/// The codifferential `(δω)_{b…} = −∇^a ω_{ab…}`, equal to `(−1)^{n(p+1)+1} s ⋆d⋆ω`; 0 for a 0-form.
///
/// # Errors
/// What is not a form; different charts; an interrupt.
pub fn codifferential(holor: &Holor, metric: &Metric) -> GeometryResult<Holor> {
    let omega = on_metric("codifferential", holor, metric)?;
    let chart = metric.chart();
    let field = chart.field();
    let pseudo = form_law("codifferential", &omega)?;
    let (dimension, degree) = (chart.dimension(), omega.rank());
    let Some(lower) = degree.checked_sub(1) else {
        return Ok(Holor::scalar(chart, field.zero()));
    };
    if degree > dimension {
        return form(chart, lower, pseudo, |_| Ok(field.zero()));
    }
    // With ⋆ω = √|g| ω̃: ⋆d⋆ω = s det g ⋆̃(dω̃ + ½ d ln|det g| ∧ ω̃), free of roots.
    let (dual, first_times) = bare_dual(&omega, metric)?;
    let determinant = metric.determinant();
    let dual = if first_times {
        dual.scale(&field.divide(&field.one(), determinant)?)?
    } else {
        dual
    };
    let half_log = form(chart, 1, false, |indices| {
        let coordinate = indices.first().map_or(0, |&index| usize::from(index));
        let slope =
            field.divide(&chart.derivative(determinant, coordinate), determinant)?;
        Ok(field.scale(&slope, 1, 2))
    })?;
    let slope = exterior_derivative(&dual)?;
    let bend = wedge(&half_log, &dual)?;
    let (back, second_times) = bare_dual(&slope.add(&bend)?, metric)?;
    let odd = (dimension * (degree + 1) + 1) % 2 == 1;
    let one = if odd { field.integer(-1) } else { field.one() };
    let factor = if second_times { one } else { field.multiply(&one, determinant) };
    back.scale(&factor)
}

/// The Laplace–de Rham operator `Δ = dδ + δd`; on functions `−∇^a ∂_a`.
///
/// # Errors
/// What is not a form; different charts; an interrupt.
pub fn laplace_de_rham(holor: &Holor, metric: &Metric) -> GeometryResult<Holor> {
    let omega = on_metric("Laplace–de Rham operator", holor, metric)?;
    let second = codifferential(&exterior_derivative(&omega)?, metric)?;
    if omega.rank() == 0 {
        return Ok(second);
    }
    let first = exterior_derivative(&codifferential(&omega, metric)?)?;
    first.add(&second)
}

/// The product of two p-forms, `⟨α, β⟩ = (1/p!) α_{a…} β^{a…}`: a scalar.
///
/// # Errors
/// Different degrees or charts; what is not a form.
pub fn form_product(
    left: &Holor,
    right: &Holor,
    metric: &Metric,
) -> GeometryResult<Holor> {
    const OPERATION: &str = "product of forms";
    let alpha = on_metric(OPERATION, left, metric)?;
    let beta = on_metric(OPERATION, right, metric)?;
    if alpha.rank() != beta.rank() {
        return Err(GeometryError::Indices {
            reason: format!(
                "{OPERATION}: the degrees {} and {} differ",
                alpha.rank(),
                beta.rank()
            ),
        });
    }
    let pseudo = form_law(OPERATION, &alpha)? != form_law(OPERATION, &beta)?;
    let chart = metric.chart();
    let field = chart.field();
    let entries = matrix_of(metric.inverse());
    let mut minors = Minors::new(field, &entries);
    let mut terms = Vec::new();
    for (a, first) in alpha.components() {
        for (b, second) in beta.components() {
            let minor = minors.minor(mask_of(a), mask_of(b))?;
            if !minor.is_zero() {
                terms.push((1, field.multiply(&minor, first), second));
            }
        }
    }
    let terms: Vec<_> = terms.iter().map(|(sign, a, b)| (*sign, a, *b)).collect();
    let value = field.sum_of_products(&terms);
    form(chart, 0, pseudo, |_| Ok(value.clone()))
}

/// The one-form `X♭`, `X_a = g_ab X^b`.
///
/// # Errors
/// X is no vector field; different charts.
pub fn flat(vector: &Holor, metric: &Metric) -> GeometryResult<Holor> {
    let vector = as_vector("flat", vector)?.on_chart(metric.chart())?;
    metric.lower().multiply_and_contract(&vector, &[(1, 0)])
}

/// The vector field `ω♯`, `ω^a = g^ab ω_b`.
///
/// # Errors
/// ω is no one-form; different charts.
pub fn sharp(form: &Holor, metric: &Metric) -> GeometryResult<Holor> {
    let omega = on_metric("sharp", form, metric)?;
    if omega.rank() != 1 {
        return Err(GeometryError::Indices {
            reason: format!(
                "sharp: a one-form is needed, not a form of degree {}",
                omega.rank()
            ),
        });
    }
    metric.inverse().multiply_and_contract(&omega, &[(1, 0)])
}
