//! Square roots of polynomials that are perfect squares.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

use super::prime_field::{LARGE_PRIME, PrimeField, Randomness};
use crate::Polynomial;

/// The polynomial with positive leading coefficient whose square this one is, if it is a square over ℤ.
///
/// A value modulo a prime that is no square there refutes most others at once.
pub(crate) fn square_root(polynomial: &Polynomial) -> Option<Polynomial> {
    if polynomial.is_negative()
        || polynomial.variables().iter().any(|var| polynomial.degree(*var) % 2 == 1)
        || integer_root(&polynomial.content()).is_none()
    {
        return None;
    }
    let field = PrimeField::new(LARGE_PRIME);
    let mut random = Randomness::new(0x2007);
    for _ in 0..6 {
        let seed = random.next();
        let value = polynomial.evaluate_modulo(LARGE_PRIME, &|var| {
            Randomness::new(seed ^ u64::from(var)).below(LARGE_PRIME)
        });
        if field.is_no_power(field.enter(value), 2) {
            return None;
        }
    }
    root(polynomial)
}

/// The root term by term from the top, in one variable after the other.
fn root(polynomial: &Polynomial) -> Option<Polynomial> {
    let Some(var) = polynomial.variables().first().copied() else {
        let value = polynomial.as_integer().unwrap_or_default();
        return integer_root(&value).map(Polynomial::integer);
    };
    // What is left of the polynomial when the square of the terms found so far is taken away.
    let mut rest: BTreeMap<u32, Polynomial> =
        polynomial.coefficients_in(var).into_iter().collect();
    let (top, square) = rest.pop_last()?;
    if top % 2 == 1 {
        return None;
    }
    let half = top / 2;
    let lead = root(&square)?;
    let double = lead.scale(&BigInt::from(2));
    let mut found = vec![(half, lead)];
    while let Some((exponent, coefficient)) = rest.pop_last() {
        if coefficient.is_zero() {
            continue;
        }
        if crate::stop::is_raised() {
            return None;
        }
        let lower = exponent.checked_sub(half)?;
        let term = coefficient.divide_exactly(&double)?;
        let twice = term.scale(&BigInt::from(2));
        let mut take = |exponent: u32, product: Polynomial| {
            let entry = rest.entry(exponent).or_insert_with(Polynomial::zero);
            *entry = entry.subtract(&product);
        };
        for (other, known) in &found[1..] {
            take(lower + other, twice.multiply(known));
        }
        take(2 * lower, term.multiply(&term));
        found.push((lower, term));
    }
    found.reverse();
    Some(Polynomial::from_coefficients(var, &found))
}

/// The square root of an integer that is a square.
fn integer_root(value: &BigInt) -> Option<BigInt> {
    if value.is_zero() || value.is_one() {
        return Some(value.clone());
    }
    if value.is_negative() {
        return None;
    }
    let root = value.sqrt();
    (&root * &root == *value).then_some(root)
}
