//! Derivatives of elements by symbols.

use holor_polynomial::{Polynomial, Var};

use super::arithmetic::Part;
use super::fraction::{Denominator, memorised};
use super::registry::{Generator, Kind};
use super::{Element, Field, angles, kernels};
use crate::Symbol;

/// ∂a/∂symbol, for `a = N/∏pᵢ^eᵢ`: `Σ ∂N/∂g·g′/∏pᵢ^eᵢ − N·Σ eᵢ pᵢ′/(pᵢ·∏pⱼ^eⱼ)`.
pub(super) fn derivative(field: &Field, a: &Element, symbol: &Symbol) -> Element {
    let mut parts = polynomial_parts(field, a.numerator(), a.denominator(), symbol);
    for (factor, exponent) in &a.denominator().factors {
        let slope = factor.derivative(symbol, || {
            let one = Denominator::one();
            field.combine(polynomial_parts(field, factor.polynomial(), &one, symbol))
        });
        if slope.is_zero() {
            continue;
        }
        let minus = holor_polynomial::BigInt::from(-i64::from(*exponent));
        let numerator = a.numerator().multiply(&slope.numerator().scale(&minus));
        let single =
            Denominator { content: 1.into(), factors: vec![(factor.clone(), 1)] };
        let denominator = a.denominator().product(&single).product(slope.denominator());
        parts.push(Part { numerator, denominator, reduced: false });
    }
    field.combine(parts)
}

/// The summands `∂N/∂g·g′/denominator`.
fn polynomial_parts(
    field: &Field,
    numerator: &Polynomial,
    denominator: &Denominator,
    symbol: &Symbol,
) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for &var in numerator.variables() {
        let slope = of_generator(field, var, symbol);
        if slope.is_zero() {
            continue;
        }
        let partial = numerator.derivative(var);
        let product = partial.multiply(slope.numerator());
        let denominator = denominator.product(slope.denominator());
        match parts.iter_mut().find(|part| part.denominator == denominator) {
            Some(part) => part.numerator = part.numerator.add(&product),
            None => parts.push(Part { numerator: product, denominator, reduced: false }),
        }
    }
    parts
}

/// The derivative of a generator, computed once.
pub(super) fn of_generator(field: &Field, var: Var, symbol: &Symbol) -> Element {
    let Some(generator) = field.0.generators.get(var) else { return field.zero() };
    match &generator.kind {
        Kind::Symbol(found) => {
            return if found == symbol { field.one() } else { field.zero() };
        }
        Kind::Constant(_) | Kind::Imaginary | Kind::Sign(_) | Kind::Branch(_) => {
            return field.zero();
        }
        _ => {}
    }
    memorised(&generator.derivatives, symbol, || compute(field, var, generator, symbol))
}

fn compute(field: &Field, var: Var, generator: &Generator, symbol: &Symbol) -> Element {
    match &generator.kind {
        Kind::Circular { sine, argument, partner } => {
            let slope = derivative(field, argument, symbol);
            let partner = field.generator(*partner);
            let product = field.multiply(&partner, &slope);
            if *sine { product } else { field.negate(&product) }
        }
        Kind::Hyperbolic { argument, partner, .. } => {
            let slope = derivative(field, argument, symbol);
            field.multiply(&field.generator(*partner), &slope)
        }
        Kind::Exponential { argument } => {
            let slope = derivative(field, argument, symbol);
            field.multiply(&field.generator(var), &slope)
        }
        Kind::Logarithm { argument } => {
            let slope = derivative(field, argument, symbol);
            field
                .divide(&slope, argument)
                .unwrap_or_else(|_| left(field, generator, symbol))
        }
        Kind::Root => algebraic(field, var, generator, symbol),
        Kind::Part { circular, argument, divisor, sine } => {
            let slope = derivative(field, argument, symbol);
            let w = field.generator(var);
            match angles::part_of_sine(field, &w, *divisor, sine, *circular) {
                Ok(sine) => {
                    let sign = if *circular { -2 } else { 2 };
                    field.scale(&field.multiply(&sine, &slope), sign, 1)
                }
                Err(_) => left(field, generator, symbol),
            }
        }
        Kind::Jet { function, orders, arguments } => {
            kernels::jet_derivative(field, function, orders, arguments, symbol)
        }
        Kind::Call { .. } | Kind::Expression(_) => {
            kernels::call_derivative(field, generator, symbol)
        }
        Kind::Symbol(_)
        | Kind::Constant(_)
        | Kind::Imaginary
        | Kind::Sign(_)
        | Kind::Branch(_) => field.zero(),
    }
}

/// From `uⁿ = t`: `u′ = u·t′/(n t)`.
fn algebraic(field: &Field, var: Var, generator: &Generator, symbol: &Symbol) -> Element {
    let Some(relation) = &generator.relation else { return field.zero() };
    let one = Denominator::one();
    let slope = field.combine(polynomial_parts(field, &relation.tail, &one, symbol));
    if slope.is_zero() {
        return slope;
    }
    let tail = Element::from_polynomial(relation.tail.clone());
    let product = field.multiply(&field.generator(var), &slope);
    match field.divide(&product, &tail) {
        Ok(quotient) => field.scale(&quotient, 1, i64::from(relation.degree)),
        Err(_) => left(field, generator, symbol),
    }
}

/// A derivative that stays one: what to divide by is 0 on some branch, or of too high a degree.
fn left(field: &Field, generator: &Generator, symbol: &Symbol) -> Element {
    kernels::unevaluated(field, &generator.meaning, symbol)
}
