//! Number theory on exact integers.

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};
use symplex::ntheory;

use super::failure::invalid;
use super::{Engine, run};
use crate::AlgebraResult;

/// A number with more divisors than this is not listed out.
const DIVISORS_LIMIT: u64 = 100_000;

impl Engine {
    /// Whether an integer is a prime number (Baillie–PSW beyond 64 bits: no counterexample is known).
    pub fn is_prime(&self, number: &BigInt) -> AlgebraResult<bool> {
        let number = number.clone();
        run::away(&self.interrupt, move || {
            Ok(number.is_positive() && ntheory::isprime(number))
        })
    }

    /// The smallest prime above an integer.
    pub fn next_prime(&self, number: &BigInt) -> AlgebraResult<BigInt> {
        let number = number.clone();
        run::away(&self.interrupt, move || Ok(ntheory::nextprime(number)))
    }

    /// The prime factors of a positive integer in ascending order, with their exponents.
    ///
    /// The product of the answer is compared with the number.
    pub fn prime_factors(&self, number: &BigInt) -> AlgebraResult<Vec<(BigInt, u32)>> {
        if !number.is_positive() {
            return Err(invalid(
                "prime_factors",
                "only positive integers have prime factors",
            ));
        }
        let number = number.clone();
        run::away(&self.interrupt, move || {
            let factors = ntheory::factorint(number.clone());
            let product: BigInt =
                factors.iter().map(|(prime, exponent)| prime.pow(*exponent)).product();
            if product == number {
                Ok(factors)
            } else {
                Err(super::failure::contradicted("prime_factors", "the product differs"))
            }
        })
    }

    /// The positive divisors of an integer other than 0, in ascending order.
    pub fn divisors(&self, number: &BigInt) -> AlgebraResult<Vec<BigInt>> {
        if number.is_zero() {
            return Err(invalid("divisors", "every integer divides 0"));
        }
        let factors = self.prime_factors(&number.abs())?;
        let count = factors.iter().try_fold(1u64, |count, (_, exponent)| {
            count.checked_mul(u64::from(*exponent) + 1)
        });
        if count.is_none_or(|count| count > DIVISORS_LIMIT) {
            return Err(crate::AlgebraError::TooLarge {
                operation: "divisors",
                reason: format!("there are more than {DIVISORS_LIMIT} divisors"),
            });
        }
        let mut divisors = vec![BigInt::one()];
        for (prime, exponent) in factors {
            let mut power = BigInt::one();
            let known = divisors.clone();
            for _ in 0..exponent {
                power *= &prime;
                divisors.extend(known.iter().map(|divisor| divisor * &power));
            }
        }
        divisors.sort_unstable();
        Ok(divisors)
    }
}
