//! Operators in front of an unknown: `∂_t u - ∂_t ∂_x^2 u == …`, `u - ∂_x^2 u == m`.
//!
//! A sum of derivatives in space with constant factors acts on one unknown, or on its highest derivative in time; on a periodic box it
//! multiplies each plane wave by a number, and its inverse divides by it. In formulas that inverse is `inverse(1 - ∂_x^2, f)`, with the
//! derivatives as symbols.

use holor_algebra::{Engine, Expr, Function, Node, Symbol};
use holor_field::equation::Operator;

use super::BoxValue;

/// Where an operator that acts on an unknown stands in a formula: the unknown is a placeholder for each of its derivatives.
#[derive(Clone, Debug)]
pub(super) struct Placeholder {
    /// What stands in the formula.
    pub(super) symbol: Symbol,
    /// Orders along the axes.
    pub(super) orders: Vec<u32>,
}

/// Why a sum is no operator with an inverse.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// The factor of a derivative is no number.
    Varying(Expr),
    /// A derivative of odd order.
    Odd,
}

/// The orders along the axes of a derivative, that in time left out; `None` where it is by something else.
pub(super) fn orders_along(
    derivative: &Expr,
    time: &Symbol,
    grid: &BoxValue,
) -> Option<Vec<u32>> {
    let Node::Call(Function::Derivative, arguments) = derivative.node() else {
        return None;
    };
    let mut orders = vec![0; grid.coordinates.len()];
    for pair in arguments.get(1..)?.chunks(2) {
        let [variable, order] = pair else { return None };
        let variable = variable.as_symbol()?;
        if variable == time {
            continue;
        }
        let order = order.as_integer().and_then(|order| u32::try_from(order).ok())?;
        *orders.get_mut(grid.axis_of(variable)?)? += order;
    }
    Some(orders)
}

/// `inverse(operator, -rest/…)` of a residual that is linear in placeholders: Σ factor · placeholder + rest == 0.
pub(super) fn solved(
    residual: &Expr,
    placeholders: &[Placeholder],
    grid: &BoxValue,
    engine: &Engine,
) -> Result<Expr, Refusal> {
    let held =
        |term: &&Expr| placeholders.iter().any(|one| term.contains_symbol(&one.symbol));
    let mut operator = Vec::new();
    for one in placeholders {
        let with: Vec<Expr> = residual
            .terms()
            .iter()
            .filter(|term| term.contains_symbol(&one.symbol))
            .cloned()
            .collect();
        let factor = engine
            .differentiate(&Expr::add(with), &Expr::symbol(one.symbol.name()), 1)
            .unwrap_or_else(|_| Expr::symbol(one.symbol.name()));
        let number = crate::array::complex_number(engine, &factor);
        if number.is_none_or(|number| number.im != 0.0 || !number.is_finite()) {
            return Err(Refusal::Varying(factor));
        }
        if one.orders.iter().sum::<u32>() % 2 == 1 {
            return Err(Refusal::Odd);
        }
        let derivatives =
            grid.coordinates.iter().zip(&one.orders).map(|(x, order)| {
                Expr::power(symbol_of(x), Expr::integer(*order as usize))
            });
        let mut product = vec![factor];
        product.extend(derivatives);
        operator.push(Expr::mul(product));
    }
    let rest: Vec<Expr> =
        residual.terms().iter().filter(|term| !held(term)).cloned().collect();
    let inverse = Symbol::new(super::sample::INVERSE);
    Ok(Expr::apply(inverse, vec![Expr::add(operator), Expr::add(rest).negate()]))
}

/// The symbol that stands for a derivative in an operator.
fn symbol_of(coordinate: &Symbol) -> Expr {
    Expr::symbol(&format!("∂_{}", coordinate.name()))
}

/// An operator from a polynomial in its derivatives.
pub(super) fn operator(
    polynomial: &Expr,
    coordinates: &[Symbol],
    engine: &Engine,
) -> Option<Operator> {
    let names: Vec<String> =
        coordinates.iter().map(|x| format!("∂_{}", x.name())).collect();
    let term = |term: &Expr| {
        let factors = match term.node() {
            Node::Mul(factors) => factors.to_vec(),
            _ => vec![term.clone()],
        };
        let mut orders = [0_u32; 3];
        let mut rest = Vec::new();
        for factor in factors {
            let (base, order) = match factor.node() {
                Node::Power(base, order) => (
                    base.as_symbol().cloned(),
                    order.as_integer().and_then(|order| u32::try_from(order).ok()),
                ),
                _ => (factor.as_symbol().cloned(), Some(1)),
            };
            let place =
                base.and_then(|base| names.iter().position(|name| *name == base.name()));
            match (place, order) {
                (Some(place), Some(order)) => *orders.get_mut(place)? += order,
                _ => rest.push(factor),
            }
        }
        let number = crate::array::complex_number(engine, &Expr::mul(rest))?;
        (number.im == 0.0).then_some((number.re, orders))
    };
    let parts: Option<Vec<(f64, [u32; 3])>> =
        polynomial.terms().iter().map(term).collect();
    parts.map(Into::into)
}
