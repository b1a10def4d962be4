//! From elements to expressions, term by term.

use holor_polynomial::{Polynomial, Var};

use super::{Element, Field};
use crate::Expr;

/// The generator's meaning.
pub(super) fn meaning(field: &Field, var: Var) -> Expr {
    field.0.generators.get(var).map_or_else(Expr::undefined, |g| g.meaning.clone())
}

/// A polynomial as an expanded sum.
pub(super) fn expanded(field: &Field, polynomial: &Polynomial) -> Expr {
    let terms = polynomial.terms().map(|(monomial, coefficient)| {
        let powers = monomial
            .into_iter()
            .map(|(var, exponent)| meaning(field, var).powi(i64::from(exponent)));
        Expr::mul(std::iter::once(Expr::integer(coefficient)).chain(powers))
    });
    Expr::add(terms)
}

/// One expanded numerator over a factored denominator.
pub(super) fn plainly(field: &Field, element: &Element) -> Expr {
    let mut factors = vec![expanded(field, element.numerator())];
    factors.push(Expr::integer(element.denominator().content.clone()).reciprocal());
    for (factor, exponent) in &element.denominator().factors {
        factors.push(expanded(field, factor.polynomial()).powi(-i64::from(*exponent)));
    }
    Expr::mul(factors)
}
