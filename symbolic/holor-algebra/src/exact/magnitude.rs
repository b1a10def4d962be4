//! Absolute values and signs of real values: decided by what is assumed, or generators of their own.

use holor_polynomial::Polynomial;
use num_traits::Signed;

use super::fraction::Factor;
use super::registry::{Kind, Relation};
use super::roots::is_free;
use super::signs::{self, Range, Sign};
use super::{Element, Field, kernels, sampling};
use crate::{AlgebraResult, Expr};

/// |a| of a real value: each factor by its own sign.
pub(super) fn absolute(field: &Field, a: &Element) -> AlgebraResult<Element> {
    Ok(field.multiply(&sign_element(field, a)?, a))
}

/// The sign of a real value.
pub(super) fn sign_element(field: &Field, a: &Element) -> AlgebraResult<Element> {
    match signs::sign(field, a) {
        Some(Sign::Positive | Sign::NonNegative) => return Ok(field.one()),
        Some(Sign::Negative | Sign::NonPositive) => return Ok(field.integer(-1)),
        Some(Sign::Zero) => return Ok(field.zero()),
        None => {}
    }
    let content = field.base_content(a.numerator());
    let mut bare = a.numerator().clone();
    let mut result = field.one();
    let mut factors: Vec<Factor> = a
        .denominator()
        .factors
        .iter()
        .filter(|(_, exponent)| exponent % 2 == 1)
        .map(|(factor, _)| factor.clone())
        .collect();
    let free = is_free(field, a);
    let separate = if free { bare.clone() } else { content };
    if !separate.variables().is_empty() {
        let factored = field.factored(&separate);
        if free && factored.content.is_negative() {
            result = field.negate(&result);
        }
        let odd = factored.factors.iter().filter(|(_, exponent)| exponent % 2 == 1);
        factors.extend(odd.map(|(factor, _)| factor.clone()));
    }
    for factor in factors {
        let value = Element::from_polynomial(factor.polynomial().clone());
        result = field.multiply(&result, &sign_generator(field, value)?);
    }
    if !free {
        bare = bare.divide_exactly(&separate).unwrap_or(bare);
        result = field
            .multiply(&result, &sign_generator(field, Element::from_polynomial(bare))?);
    }
    Ok(result)
}

fn sign_generator(field: &Field, value: Element) -> AlgebraResult<Element> {
    match signs::sign(field, &value) {
        Some(Sign::Positive | Sign::NonNegative) => return Ok(field.one()),
        Some(Sign::Negative | Sign::NonPositive) => return Ok(field.integer(-1)),
        _ => {}
    }
    // One generator for a value and its opposite, and no common numbers.
    let content = value.numerator().content();
    let mut primitive =
        without_positive_roots(field, value.numerator().divide_content(&content));
    let flip = primitive.is_negative();
    if flip {
        primitive = primitive.negate();
    }
    if let [single] = primitive.variables()
        && primitive.term_count() == 1
        && matches!(field.0.generators.get(*single).map(|g| &g.kind), Some(Kind::Sign(_)))
    {
        return Ok(value);
    }
    let value = Element::from_polynomial(primitive);
    let kind = Kind::Sign(value.clone());
    let var = kernels::generator(field, kind, || {
        let written = field.write(&value);
        let meaning = Expr::call(crate::Function::Sign, [written]);
        let relation = Relation { degree: 2, tail: Polynomial::one(), pure: true };
        let opaque = !sampling::is_independent(field, &value);
        Ok((Some(relation), opaque, meaning, Range::real()))
    })?;
    let sign = field.generator(var);
    Ok(if flip { field.negate(&sign) } else { sign })
}

/// Without the factors that are single generators of positive sign, such as the root of 2.
fn without_positive_roots(field: &Field, polynomial: Polynomial) -> Polynomial {
    let mut bare = polynomial;
    for var in bare.variables().to_vec() {
        let positive = field
            .0
            .generators
            .get(var)
            .is_some_and(|generator| generator.range.sign == Some(Sign::Positive));
        if positive {
            bare = bare.divide_out(&Polynomial::variable(var), u32::MAX).0;
        }
    }
    bare
}
