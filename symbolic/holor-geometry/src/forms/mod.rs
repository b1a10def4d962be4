//! Differential forms: exterior derivative, wedge, interior product, and what a metric adds to them.
//!
//! A p-form is a holor with p lower coordinate indices that is antisymmetric in all of them:
//! `ω = (1/p!) ω_{a1…ap} dx^{a1} ∧ … ∧ dx^{ap}`, so that `ω_{01}` is the coefficient of `dx⁰ ∧ dx¹`. A 0-form
//! is a scalar. A form may be pseudo (odd, twisted): its sign then changes with the orientation of the chart, as
//! that of a Hodge dual or of the volume form does.

mod hodge;
mod potential;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use holor_algebra::exact::Element;

use crate::minors::{Mask, is_odd_merge, mask_of};
use crate::tensor::describe_slots;
use crate::{Chart, GeometryError, GeometryResult, Holor, Law, Slot, Symmetry, Weight};

pub use hodge::{codifferential, flat, form_product, hodge_star, laplace_de_rham, sharp};
pub use potential::potential;

/// The symmetry of a p-form.
pub(crate) fn alternating(degree: usize) -> Symmetry {
    let slots: Vec<usize> = (0..degree).collect();
    Symmetry::antisymmetric(degree, &slots)
}

/// A p-form whose component at each ascending tuple of indices is `component(indices)`.
///
/// # Errors
/// What `component` says, or an interrupt.
pub fn form(
    chart: &Chart,
    degree: usize,
    pseudo: bool,
    component: impl FnMut(&[u8]) -> GeometryResult<Element>,
) -> GeometryResult<Holor> {
    alternating_holor(chart, Slot::DOWN, degree, pseudo, component)
}

/// A form, or a multivector where the slots are upper ones.
fn alternating_holor(
    chart: &Chart,
    slot: Slot,
    degree: usize,
    pseudo: bool,
    component: impl FnMut(&[u8]) -> GeometryResult<Element>,
) -> GeometryResult<Holor> {
    Holor::build(
        chart,
        Law::Tensor { weight: Weight::new(0, 1), pseudo },
        &vec![slot; degree],
        alternating(degree),
        component,
    )
}

/// The holor as a form with its antisymmetry stored.
///
/// # Errors
/// A density, a connection or a holor without a law; an index that is not a lower coordinate index; components
/// that are not antisymmetric.
pub fn as_form(operation: &'static str, holor: &Holor) -> GeometryResult<Holor> {
    form_law(operation, holor)?;
    if holor.slots().iter().any(|slot| *slot != Slot::DOWN) {
        return Err(GeometryError::Indices {
            reason: format!(
                "{operation}: a form has lower coordinate indices only, this holor has ({})",
                describe_slots(holor.slots())
            ),
        });
    }
    as_alternating(operation, holor, Slot::DOWN)
}

/// A holor whose slots are all `slot`, with its antisymmetry stored.
fn as_alternating(
    operation: &'static str,
    holor: &Holor,
    slot: Slot,
) -> GeometryResult<Holor> {
    let pseudo = form_law(operation, holor)?;
    let rank = holor.rank();
    if rank < 2 || *holor.symmetry() == alternating(rank) {
        return Ok(holor.clone());
    }
    let field = holor.chart().field();
    for indices in Symmetry::none(rank).representatives(holor.chart().dimension()) {
        field.poll()?;
        for place in 1..rank {
            let mut exchanged = indices.clone();
            exchanged.swap(place - 1, place);
            let sum = field.add(&holor.component(&indices), &holor.component(&exchanged));
            if !sum.is_zero() {
                let (place, kind) = match slot == Slot::DOWN {
                    true => ("lower", "form"),
                    false => ("upper", "multivector"),
                };
                return Err(GeometryError::Indices {
                    reason: format!(
                        "{operation}: the holor is not antisymmetric in its {place} indices, hence not a {kind}"
                    ),
                });
            }
        }
    }
    alternating_holor(holor.chart(), slot, rank, pseudo, |indices| {
        Ok(holor.component(indices))
    })
}

/// Whether a tensor of weight 0 is pseudo.
fn form_law(operation: &'static str, holor: &Holor) -> GeometryResult<bool> {
    match holor.law() {
        Law::Tensor { weight, pseudo } if weight == Weight::new(0, 1) => Ok(pseudo),
        Law::Tensor { weight, .. } => Err(GeometryError::Law {
            operation,
            reason: format!(
                "a density of weight {weight} is not a form; divide by sqrt(|det g|) to the power {weight} first"
            ),
        }),
        Law::Connection => Err(GeometryError::Law {
            operation,
            reason: "the coefficients of a connection are not a form".into(),
        }),
        Law::None => Err(GeometryError::Law {
            operation,
            reason: "a holor without a law is not a form".into(),
        }),
    }
}

/// The exterior derivative `(dω)_{a0…ap} = Σ_i (−1)^i ∂_{ai} ω_{a0…âi…ap}`.
///
/// # Errors
/// What is not a form; an interrupt.
pub fn exterior_derivative(holor: &Holor) -> GeometryResult<Holor> {
    let omega = as_form("exterior derivative", holor)?;
    let chart = omega.chart();
    let field = chart.field();
    form(chart, omega.rank() + 1, form_law("exterior derivative", &omega)?, |indices| {
        let mut terms = Vec::new();
        for (place, &index) in indices.iter().enumerate() {
            let rest: Vec<u8> = without(indices, place);
            let Some((component, negative)) = omega.stored(&rest) else { continue };
            let slope = chart.derivative(component, usize::from(index));
            let negative = negative != (place % 2 == 1);
            terms.push(if negative { field.negate(&slope) } else { slope });
        }
        Ok(field.sum(&terms))
    })
}

/// The indices but one.
pub(crate) fn without(indices: &[u8], place: usize) -> Vec<u8> {
    let mut rest = indices.to_vec();
    if place < rest.len() {
        rest.remove(place);
    }
    rest
}

/// The wedge product `(α ∧ β)_{a…b…} = ((p+q)!/(p! q!)) α_{[a…} β_{b…]}`; a 0-form scales.
///
/// Multivectors (antisymmetric in upper coordinate indices) are multiplied in the same way.
///
/// # Errors
/// What is neither a form nor a multivector; one of each; different charts; an interrupt.
pub fn wedge(left: &Holor, right: &Holor) -> GeometryResult<Holor> {
    let slots = || left.slots().iter().chain(right.slots());
    let slot = match slots().next() {
        Some(first) if *first == Slot::UP => Slot::UP,
        _ => Slot::DOWN,
    };
    if slots().any(|other| *other != slot) {
        return Err(GeometryError::Indices {
            reason: format!(
                "wedge: forms (lower coordinate indices) or multivectors (upper ones) are multiplied, these have \
                 ({}) and ({})",
                describe_slots(left.slots()),
                describe_slots(right.slots())
            ),
        });
    }
    let alpha = as_alternating("wedge", left, slot)?;
    let beta = as_alternating("wedge", right, slot)?.on_chart(alpha.chart())?;
    let pseudo = form_law("wedge", &alpha)? != form_law("wedge", &beta)?;
    let chart = alpha.chart();
    let mut products: BTreeMap<Mask, Vec<_>> = BTreeMap::new();
    for (a, first) in alpha.components() {
        for (b, second) in beta.components() {
            let (a, b) = (mask_of(a), mask_of(b));
            if a & b == 0 {
                let sign = if is_odd_merge(a, b) { -1 } else { 1 };
                products.entry(a | b).or_default().push((sign, first, second));
            }
        }
    }
    alternating_holor(chart, slot, alpha.rank() + beta.rank(), pseudo, |indices| {
        Ok(match products.get(&mask_of(indices)) {
            Some(terms) => chart.field().sum_of_products(terms),
            None => chart.field().zero(),
        })
    })
}

/// The interior product `(ι_X ω)_{b…} = X^a ω_{ab…}`; 0 for a 0-form.
///
/// # Errors
/// X is no vector field, ω no form; different charts; an interrupt.
pub fn interior_product(vector: &Holor, holor: &Holor) -> GeometryResult<Holor> {
    const OPERATION: &str = "interior product";
    let omega = as_form(OPERATION, holor)?;
    let vector = as_vector(OPERATION, vector)?.on_chart(omega.chart())?;
    if omega.rank() == 0 {
        return Ok(Holor::scalar(omega.chart(), omega.chart().field().zero()));
    }
    as_form(OPERATION, &vector.multiply_and_contract(&omega, &[(0, 0)])?)
}

/// The holor if it is a vector field: one upper coordinate index, weight 0.
///
/// # Errors
/// What is none.
pub(crate) fn as_vector(operation: &'static str, holor: &Holor) -> GeometryResult<Holor> {
    form_law(operation, holor).map_err(|_| GeometryError::Law {
        operation,
        reason: format!("a vector field is needed, not a {}", holor.law().describe()),
    })?;
    if holor.slots() == [Slot::UP] {
        return Ok(holor.clone());
    }
    Err(GeometryError::Indices {
        reason: format!(
            "{operation}: a vector field has one upper coordinate index, this holor has ({})",
            describe_slots(holor.slots())
        ),
    })
}

/// A pseudo-tensor as the tensor it is in the orientation of its chart, and a tensor as it is.
///
/// Use it to add a form and a Hodge dual, as in `F + ⋆F`: from then on the result no longer changes sign with
/// the orientation.
///
/// # Errors
/// A connection, or a holor without a law.
pub fn oriented(holor: &Holor) -> GeometryResult<Holor> {
    match holor.law() {
        Law::Tensor { weight, .. } => {
            holor.with_law(Law::Tensor { weight, pseudo: false })
        }
        Law::Connection | Law::None => Err(GeometryError::Law {
            operation: "orientation",
            reason: format!("a {} is not a pseudo-tensor", holor.law().describe()),
        }),
    }
}
