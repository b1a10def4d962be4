//! Roots of positive integers in one form.
//!
//! A product of radicals is kept as a rational number times `n₁^f₁ · n₂^f₂ · …` with different
//! exponents between 0 and 1 and, as far as factors are known, no prime twice: `sqrt(12)` is `2 sqrt(3)`,
//! `12^(1/3)` is `2^(2/3)·3^(1/3)`, `sqrt(2)·sqrt(3)` is `sqrt(6)`.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};

use crate::Expr;

/// Primes below this are divided out; what is left counts as one factor unless it is a perfect power.
const TRIAL_LIMIT: u32 = 2_000;

/// Integers with more bits than this are not taken apart.
const MAX_BITS: u64 = 4_096;

/// A product of fractional powers of primes.
#[derive(Default)]
pub(super) struct Radicals {
    /// By prime (or unknown cofactor), the exponent so far.
    exponents: BTreeMap<BigInt, BigRational>,
}

impl Radicals {
    /// Multiplies by `value^exponent`, `value` > 0. False, and nothing done, when it is too large.
    pub(super) fn include(
        &mut self,
        value: &BigRational,
        exponent: &BigRational,
    ) -> bool {
        if !value.is_positive()
            || value.numer().bits().max(value.denom().bits()) > MAX_BITS
        {
            return false;
        }
        self.include_integer(value.numer(), exponent);
        self.include_integer(value.denom(), &-exponent);
        true
    }

    fn include_integer(&mut self, value: &BigInt, exponent: &BigRational) {
        let mut rest = value.clone();
        let mut candidate = 2_u32;
        while candidate < TRIAL_LIMIT && !rest.is_one() {
            let divisor = BigInt::from(candidate);
            if &divisor * &divisor > rest {
                break;
            }
            let mut count = 0_u32;
            loop {
                let (quotient, remainder) = rest.div_rem(&divisor);
                if !remainder.is_zero() {
                    break;
                }
                rest = quotient;
                count += 1;
            }
            if count > 0 {
                self.raise(divisor, exponent * BigInt::from(count));
            }
            candidate += if candidate == 2 { 1 } else { 2 };
        }
        if !rest.is_one() {
            let (root, degree) = perfect_power(&rest);
            self.raise(root, exponent * BigInt::from(degree));
        }
    }

    fn raise(&mut self, prime: BigInt, exponent: BigRational) {
        *self.exponents.entry(prime).or_insert_with(BigRational::zero) += exponent;
    }

    /// The rational factor and the radicals `base^exponent` with exponents in (0, 1), ascending.
    ///
    /// `None` when the rational factor would be too large.
    pub(super) fn finish(self) -> Option<(BigRational, Vec<(BigInt, BigRational)>)> {
        let mut number = BigRational::one();
        let mut groups: BTreeMap<BigRational, BigInt> = BTreeMap::new();
        let mut bits = 0_u64;
        for (prime, exponent) in self.exponents {
            let whole = exponent.floor().to_integer();
            let part = exponent - &whole;
            bits = bits.checked_add(prime.bits().checked_mul(whole.abs().to_u64()?)?)?;
            if bits > super::number::MAX_BITS {
                return None;
            }
            number *= Pow::pow(BigRational::from_integer(prime.clone()), whole.to_i32()?);
            if !part.is_zero() {
                *groups.entry(part).or_insert_with(BigInt::one) *= prime;
            }
        }
        let groups =
            groups.into_iter().map(|(exponent, base)| (base, exponent)).collect();
        Some((number, groups))
    }
}

/// `value^exponent` for a positive number, as a number and radicals; `None` when too large.
pub(super) fn number_root(
    value: &BigRational,
    exponent: &BigRational,
) -> Option<Vec<Expr>> {
    let mut radicals = Radicals::default();
    if !radicals.include(value, exponent) {
        return None;
    }
    let (number, groups) = radicals.finish()?;
    let mut factors = vec![Expr::rational(number)];
    factors.extend(groups.into_iter().map(|(base, exponent)| radical(base, exponent)));
    Some(factors)
}

/// The largest integer found whose power of this degree divides a positive integer.
pub(super) fn root_of_power_part(value: &BigInt, degree: u32) -> Option<BigInt> {
    if value.is_one() {
        return Some(BigInt::one());
    }
    let mut radicals = Radicals::default();
    if !radicals.include(&BigRational::from_integer(value.clone()), &BigRational::one()) {
        return None;
    }
    let degree = BigInt::from(degree);
    radicals.exponents.into_iter().try_fold(BigInt::one(), |root, (prime, exponent)| {
        let times = exponent.to_integer().div_floor(&degree).to_u32()?;
        Some(root * Pow::pow(prime, times))
    })
}

/// A radical in the form that [`Radicals::finish`] gives.
pub(super) fn radical(base: BigInt, exponent: BigRational) -> Expr {
    Expr::from_node(crate::Node::Power(Expr::integer(base), Expr::rational(exponent)))
}

/// The smallest `root` and the `degree` with `root^degree == value`, for `value` > 1 without small
/// prime factors.
fn perfect_power(value: &BigInt) -> (BigInt, u32) {
    let (mut root, mut degree) = (value.clone(), 1_u32);
    // Every prime factor is above 2^10 here, or the value itself is prime.
    let mut prime = 2_u32;
    while u64::from(prime) <= root.bits() / 10 + 1 {
        let candidate = root.nth_root(prime);
        if Pow::pow(&candidate, prime) == root {
            root = candidate;
            degree *= prime;
        } else {
            prime += 1;
        }
    }
    (root, degree)
}
