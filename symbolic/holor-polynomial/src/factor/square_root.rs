//! Square roots of polynomials that are perfect squares.

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

/// The root coefficient by coefficient from the top, in one variable after the other.
fn root(polynomial: &Polynomial) -> Option<Polynomial> {
    let Some(var) = polynomial.variables().first().copied() else {
        let value = polynomial.as_integer().unwrap_or_default();
        return integer_root(&value).map(Polynomial::integer);
    };
    let degree = polynomial.degree(var) as usize;
    if degree % 2 == 1 {
        return None;
    }
    let mut coefficients = vec![Polynomial::zero(); degree + 1];
    for (exponent, coefficient) in polynomial.coefficients_in(var) {
        coefficients[exponent as usize] = coefficient;
    }
    let half = degree / 2;
    let lead = root(&coefficients[degree])?;
    let double = lead.scale(&BigInt::from(2));
    // descending[i] is the coefficient of the exponent half − i.
    let mut descending = vec![lead];
    for step in 1..=degree {
        if crate::stop::is_raised() {
            return None;
        }
        let low = step.saturating_sub(half).max(1);
        let known: Vec<(&Polynomial, &Polynomial)> = (low..=half.min(step - 1))
            .map(|i| (&descending[i], &descending[step - i]))
            .collect();
        let rest =
            coefficients[degree - step].subtract(&Polynomial::sum_of_products(&known));
        if step <= half {
            let next = if rest.is_zero() { rest } else { rest.divide_exactly(&double)? };
            descending.push(next);
        } else if !rest.is_zero() {
            return None;
        }
    }
    let pairs: Vec<(u32, Polynomial)> = descending
        .into_iter()
        .enumerate()
        .map(|(i, coefficient)| ((half - i) as u32, coefficient))
        .filter(|(_, coefficient)| !coefficient.is_zero())
        .rev()
        .collect();
    Some(Polynomial::from_coefficients(var, &pairs))
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
