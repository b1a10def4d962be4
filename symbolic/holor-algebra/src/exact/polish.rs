//! From elements to the form that a person would write.

use super::{Element, Field, write};
use crate::Expr;

pub(super) fn write(field: &Field, element: &Element) -> Expr {
    let parts = element.numerator().factor();
    let mut factors = vec![Expr::integer(parts.content)];
    for (part, exponent) in parts.factors {
        factors.push(write::expanded(field, &part).powi(i64::from(exponent)));
    }
    factors.push(Expr::integer(element.denominator().content.clone()).reciprocal());
    for (factor, exponent) in &element.denominator().factors {
        let value = write::expanded(field, factor.polynomial());
        factors.push(value.powi(-i64::from(*exponent)));
    }
    Expr::mul(factors)
}
