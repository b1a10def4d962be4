//! Multiples of π in angles: exact values of cosine and sine, and half turns by integers.

use holor_polynomial::{Polynomial, Var};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

use super::registry::{Kind, Relation};
use super::signs::{self, Range};
use super::{Element, Field, angles, kernels, locked, roots};
use crate::{AlgebraResult, Constant, Expr, Symbol};

/// The argument without its rational multiple of π, and that multiple.
pub(super) fn without_pi(field: &Field, a: &Element) -> (Element, BigRational) {
    let pi = locked(&field.0.numbers).get(&Kind::Constant(Constant::Pi)).copied();
    let (Some(pi), true) = (pi, a.denominator().factors.is_empty()) else {
        return (a.clone(), BigRational::zero());
    };
    let turn =
        a.numerator().terms().find(|(monomial, _)| monomial.as_slice() == [(pi, 1)]).map(
            |(_, coefficient)| {
                BigRational::new(coefficient, a.denominator().content.clone())
            },
        );
    match turn {
        Some(turn) => {
            let part = field.scale_by(&field.generator(pi), &turn);
            (field.subtract(a, &part), turn)
        }
        None => (a.clone(), BigRational::zero()),
    }
}

/// Whether a term is π times integers, a number apart; the integers' symbols.
pub(super) fn integers_beside_pi(
    field: &Field,
    monomial: &[(Var, u32)],
) -> Option<Vec<Symbol>> {
    let mut symbols = Vec::new();
    let mut pi = false;
    for (var, exponent) in monomial {
        match &field.0.generators.get(*var)?.kind {
            Kind::Constant(Constant::Pi) if *exponent == 1 => pi = true,
            Kind::Symbol(symbol) if signs::is_integer(field, symbol) => {
                symbols.push(symbol.clone());
            }
            _ => return None,
        }
    }
    (pi && !symbols.is_empty()).then_some(symbols)
}

/// The angle without the terms `k·π` with an integer k made of symbols, and the product of their `(−1)ᵏ`.
pub(super) fn without_half_turns(
    field: &Field,
    a: Element,
) -> AlgebraResult<(Element, Element)> {
    let mut rest = a.clone();
    let mut parity = field.one();
    if !a.denominator().factors.is_empty() {
        return Ok((rest, parity));
    }
    for (monomial, coefficient) in a.numerator().terms() {
        let Some(symbols) = integers_beside_pi(field, &monomial) else { continue };
        let (times, remainder) = coefficient.div_rem(&a.denominator().content);
        if !remainder.is_zero() {
            continue;
        }
        let term =
            Element::from_polynomial(Polynomial::monomial(times.clone(), &monomial));
        rest = field.subtract(&rest, &term);
        if times.is_odd() {
            parity = field.multiply(&parity, &parity_of(field, &symbols)?);
        }
    }
    Ok((rest, parity))
}

/// `(−1)ᵏ` for a product k of integers.
fn parity_of(field: &Field, symbols: &[Symbol]) -> AlgebraResult<Element> {
    let mut open = Vec::new();
    for symbol in symbols {
        match signs::parity(field, symbol) {
            Some(true) => return Ok(field.one()),
            Some(false) => {}
            None => open.push(Expr::symbol(symbol.name())),
        }
    }
    if open.is_empty() {
        return Ok(field.integer(-1));
    }
    let meaning = Expr::power(Expr::integer(-1), Expr::mul(open));
    let var = kernels::generator(field, Kind::Branch(meaning.clone()), || {
        let relation = Relation { degree: 2, tail: Polynomial::one(), pure: true };
        Ok((Some(relation), false, meaning, Range::real()))
    })?;
    Ok(field.generator(var))
}

/// cos and sin of `turn·π`, for which [`is_known`].
pub(super) fn unit_circle(
    field: &Field,
    turn: &BigRational,
) -> AlgebraResult<(Element, Element)> {
    let two = BigRational::from_integer(2.into());
    let turn = turn - (turn / &two).floor() * &two;
    let half = BigRational::new(1.into(), 2.into());
    // The first quarter, and quarter turns from there.
    let quarters = (&turn / &half).floor();
    let rest = &turn - &quarters * &half;
    let (cosine, sine) = first_quarter(field, &rest)?;
    Ok(match quarters.to_integer().to_u8() {
        Some(1) => (field.negate(&sine), cosine),
        Some(2) => (field.negate(&cosine), field.negate(&sine)),
        Some(3) => (sine, field.negate(&cosine)),
        _ => (cosine, sine),
    })
}

fn first_quarter(field: &Field, turn: &BigRational) -> AlgebraResult<(Element, Element)> {
    let root = |value: i64| roots::root(field, &field.integer(value), 2);
    let (numerator, denominator) = (turn.numer().to_i64(), turn.denom().to_i64());
    Ok(match (numerator, denominator) {
        (Some(0), _) => (field.one(), field.zero()),
        (Some(1), Some(3)) => {
            (field.scale(&field.one(), 1, 2), field.scale(&root(3)?, 1, 2))
        }
        (Some(1), Some(4)) => {
            let side = field.scale(&root(2)?, 1, 2);
            (side.clone(), side)
        }
        (Some(2), Some(5)) => {
            let cosine = field.scale(&field.subtract(&root(5)?, &field.one()), 1, 4);
            let square = field.subtract(&field.one(), &field.multiply(&cosine, &cosine));
            (cosine, roots::root(field, &square, 2)?)
        }
        // Twice the angle lies in the first half turn; half of it has cos, sin ≥ 0.
        (_, Some(denominator)) if denominator % 2 == 0 => {
            let double = turn * BigRational::from_integer(2.into());
            let (cosine, _) = unit_circle(field, &double)?;
            let one = field.one();
            let plus = field.scale(&field.add(&one, &cosine), 1, 2);
            let minus = field.scale(&field.subtract(&one, &cosine), 1, 2);
            (roots::root(field, &plus, 2)?, roots::root(field, &minus, 2)?)
        }
        (_, Some(3 | 5)) => {
            // π/5 and the like as half a turn minus its double's complement: cos x = −cos(π − x).
            let one = BigRational::one();
            let supplement = (&one - turn) / BigRational::from_integer(2.into());
            let (cosine, sine) = first_quarter(field, &supplement)?;
            let (cosine, sine) = angles::turned(field, &cosine, &sine, 2);
            (field.negate(&cosine), sine)
        }
        _ => {
            // a/15 = b/3 + c/5
            let fifteen = BigRational::from_integer(15.into());
            let whole = (turn * fifteen).to_integer();
            let thirds = BigRational::new(&whole * BigInt::from(2), 3.into());
            let fifths = BigRational::new(-(&whole * BigInt::from(3)), 5.into());
            let third = unit_circle(field, &thirds)?;
            let fifth = unit_circle(field, &fifths)?;
            angles::added(field, &third, &fifth)
        }
    })
}

/// Whether cos and sin of this multiple of π are roots of integers, or roots of those.
pub(super) fn is_known(turn: &BigRational) -> bool {
    let mut rest = turn.denom().clone();
    for (prime, most) in [(2, 4), (3, 1), (5, 1)] {
        let prime = BigInt::from(prime);
        for _ in 0..most {
            if (&rest % &prime).is_zero() {
                rest = &rest / &prime;
            }
        }
    }
    rest == BigInt::from(1)
}
