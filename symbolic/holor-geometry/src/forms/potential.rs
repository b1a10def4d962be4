//! Potentials of closed forms.

use holor_algebra::exact::Element;
use holor_algebra::{AlgebraError, Engine, Expr, Node};

use super::{as_form, exterior_derivative, form, form_law};
use crate::tensor::dimension_of;
use crate::{Chart, GeometryError, GeometryResult, Holor};

/// A form α of degree p − 1 with dα = ω, for a closed p-form ω on a box-like chart (Poincaré's lemma).
///
/// One coordinate after the other is integrated out, those that ω depends on first; α is unique up to a closed
/// form. That dα = ω is verified exactly. The chart must be a box in its coordinates: where it leaves out points
/// inside, the potential may be many-valued there (as φ is for dφ).
///
/// # Errors
/// ω is not closed or has degree 0; an integral that the engine does not find.
pub fn potential(holor: &Holor, engine: &Engine) -> GeometryResult<Holor> {
    const OPERATION: &str = "potential";
    let omega = as_form(OPERATION, holor)?;
    let invalid =
        |reason: String| GeometryError::Invalid { operation: OPERATION, reason };
    let Some(degree) = omega.rank().checked_sub(1) else {
        return Err(invalid(
            "a 0-form has no potential; its degree must be at least 1".into(),
        ));
    };
    if !exterior_derivative(&omega)?.is_zero() {
        return Err(invalid(
            "the form is not closed: its exterior derivative is not 0".into(),
        ));
    }
    let chart = omega.chart();
    let field = chart.field();
    let engine = &informed(engine, chart);
    let pseudo = form_law(OPERATION, &omega)?;
    let mut total = form(chart, degree, pseudo, |_| Ok(field.zero()))?;
    let mut rest = omega.clone();
    for coordinate in integration_order(&omega) {
        let part = form(chart, degree, pseudo, |indices| {
            let mut full = vec![coordinate];
            full.extend_from_slice(indices);
            antiderivative(chart, engine, &rest.component(&full), coordinate)
        })?;
        let slope = exterior_derivative(&part)?;
        rest = rest.subtract(&slope)?;
        total = total.add(&part)?;
    }
    if rest.is_zero() {
        return Ok(total);
    }
    Err(GeometryError::Algebra(AlgebraError::NotFound {
        operation: OPERATION,
        reason: "the integrals found do not fit together".into(),
    }))
}

/// The engine with what the chart assumes.
fn informed(engine: &Engine, chart: &Chart) -> Engine {
    let mut assumptions = engine.assumptions().clone();
    let own = chart.field().assumptions();
    for (symbol, properties) in own.iter() {
        for property in properties {
            assumptions.assume(symbol.clone(), *property);
        }
    }
    for condition in own.conditions() {
        assumptions.assume_condition(condition.clone());
    }
    Engine::new(assumptions, engine.interrupt().clone())
}

/// The coordinates that the components depend on, the last of them first, then the others.
fn integration_order(omega: &Holor) -> Vec<u8> {
    let chart = omega.chart();
    let all = 0..dimension_of(chart);
    let (mut used, unused): (Vec<u8>, Vec<u8>) = all.rev().partition(|&coordinate| {
        omega.components().any(|(_, component)| {
            !chart.derivative(component, usize::from(coordinate)).is_zero()
        })
    });
    used.extend(unused);
    used
}

/// An antiderivative in one coordinate, verified by its derivative.
fn antiderivative(
    chart: &Chart,
    engine: &Engine,
    integrand: &Element,
    coordinate: u8,
) -> GeometryResult<Element> {
    let field = chart.field();
    let place = usize::from(coordinate);
    if integrand.is_zero() {
        return Ok(field.zero());
    }
    let Some(symbol) = chart.coordinates().get(place) else { return Ok(field.zero()) };
    if chart.derivative(integrand, place).is_zero() {
        return Ok(field.multiply(integrand, &field.symbol(symbol)));
    }
    let written = field.write(integrand);
    let found = chart.read(&engine.integrate(&written, symbol)?)?;
    if chart.derivative(&found, place) == *integrand {
        return Ok(found);
    }
    let variable = Expr::from_node(Node::Symbol(symbol.clone()));
    Err(GeometryError::Algebra(AlgebraError::NotFound {
        operation: "potential",
        reason: format!("no antiderivative of {written} in {variable} could be verified"),
    }))
}
