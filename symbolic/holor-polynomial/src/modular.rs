//! Arithmetic modulo a prime of at most 63 bits.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// A modulus, 2 ≤ m < 2⁶³.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Modulus {
    value: u64,
}

impl Modulus {
    /// Takes a modulus.
    pub(crate) fn new(value: u64) -> Self {
        Self { value }
    }

    /// A word reduced.
    pub(crate) fn reduce(self, a: u64) -> u64 {
        if a < self.value { a } else { a % self.value }
    }

    /// A signed word reduced.
    pub(crate) fn of_signed(self, a: i64) -> u64 {
        let reduced = self.reduce(a.unsigned_abs());
        if a < 0 { self.negative(reduced) } else { reduced }
    }

    /// An integer reduced.
    pub(crate) fn of_large(self, a: &BigInt) -> u64 {
        let reduced = (a.magnitude() % self.value).to_u64().unwrap_or(0);
        if a.sign() == num_bigint::Sign::Minus { self.negative(reduced) } else { reduced }
    }

    /// −a
    pub(crate) fn negative(self, a: u64) -> u64 {
        if a == 0 { 0 } else { self.value - a }
    }

    /// a + b
    pub(crate) fn plus(self, a: u64, b: u64) -> u64 {
        let sum = a + b;
        if sum >= self.value { sum - self.value } else { sum }
    }

    /// a · b
    pub(crate) fn times(self, a: u64, b: u64) -> u64 {
        (u128::from(a) * u128::from(b) % u128::from(self.value)) as u64
    }

    /// aⁿ
    pub(crate) fn power(self, a: u64, mut exponent: u64) -> u64 {
        let (mut base, mut power) = (a, 1 % self.value);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = self.times(power, base);
            }
            base = self.times(base, base);
            exponent >>= 1;
        }
        power
    }
}
