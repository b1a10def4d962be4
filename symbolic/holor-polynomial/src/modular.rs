//! Arithmetic modulo a prime of at most 63 bits.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// Primes just below 2⁶², for images of integer polynomials.
pub(crate) const PRIMES: [u64; 8] = [
    4_611_686_018_427_387_847,
    4_611_686_018_427_387_817,
    4_611_686_018_427_387_787,
    4_611_686_018_427_387_761,
    4_611_686_018_427_387_751,
    4_611_686_018_427_387_737,
    4_611_686_018_427_387_733,
    4_611_686_018_427_387_709,
];

/// A modulus, 2 ≤ m < 2⁶³, with what makes reduction a matter of two products.
///
/// Method: N. Möller, T. Granlund, "Improved division by invariant integers" (2011), algorithm 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Modulus {
    value: u64,
    /// The modulus shifted until its top bit is set.
    shifted: u64,
    shift: u32,
    /// ⌊(2¹²⁸ − 1) / shifted⌋ − 2⁶⁴
    reciprocal: u64,
}

impl Modulus {
    /// Takes a modulus.
    pub(crate) fn new(value: u64) -> Self {
        let shift = value.leading_zeros();
        let shifted = value << shift;
        let reciprocal = (u128::MAX / u128::from(shifted)) as u64;
        Self { value, shifted, shift, reciprocal }
    }

    /// The modulus itself.
    pub(crate) fn value(self) -> u64 {
        self.value
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

    /// a − b
    pub(crate) fn minus(self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a + (self.value - b) }
    }

    /// a · b
    pub(crate) fn times(self, a: u64, b: u64) -> u64 {
        let product = u128::from(a << self.shift) * u128::from(b);
        self.reduce_shifted(product)
    }

    /// a + b for numbers below the modulus times 2⁶⁴, modulus below 2⁶².
    pub(crate) fn plus_wide(self, a: u128, b: u128) -> u128 {
        let (sum, most) = (a + b, u128::from(self.value) << 64);
        if sum >= most { sum - most } else { sum }
    }

    /// A number below the modulus times 2⁶⁴, reduced.
    pub(crate) fn reduce_wide(self, a: u128) -> u64 {
        self.reduce_shifted(a << self.shift)
    }

    /// The remainder of a number below `shifted` times 2⁶⁴, shifted back.
    fn reduce_shifted(self, a: u128) -> u64 {
        let (high, low) = ((a >> 64) as u64, a as u64);
        let estimate = (u128::from(self.reciprocal) * u128::from(high)).wrapping_add(a);
        let (quotient, fraction) =
            (((estimate >> 64) as u64).wrapping_add(1), estimate as u64);
        let mut rest = low.wrapping_sub(quotient.wrapping_mul(self.shifted));
        if rest > fraction {
            rest = rest.wrapping_add(self.shifted);
        }
        if rest >= self.shifted {
            rest -= self.shifted;
        }
        rest >> self.shift
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

    /// 1/a for a ≠ 0 modulo a prime.
    pub(crate) fn inverse(self, a: u64) -> u64 {
        let (mut old, mut new) = (self.value, a);
        let (mut old_factor, mut factor) = (0i64, 1i64);
        while new > 1 {
            let quotient = old / new;
            (old, new) = (new, old - quotient * new);
            let next = old_factor.wrapping_sub((quotient as i64).wrapping_mul(factor));
            (old_factor, factor) = (factor, next);
        }
        if factor < 0 { self.value - factor.unsigned_abs() } else { factor as u64 }
    }

    /// The representative of least absolute value.
    pub(crate) fn symmetric(self, a: u64) -> i64 {
        if a > self.value / 2 { a as i64 - self.value as i64 } else { a as i64 }
    }
}

/// A sequence of numbers without visible pattern, the same in every run.
#[derive(Clone, Debug)]
pub(crate) struct Points(u64);

impl Points {
    /// Starts a sequence.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number, not 0 modulo the modulus (mixing function of `SplitMix64`).
    pub(crate) fn next(&mut self, modulus: Modulus) -> u64 {
        loop {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let point = modulus.reduce(mixed ^ (mixed >> 31));
            if point != 0 {
                return point;
            }
        }
    }
}

/// Primes in descending order from 2⁶².
#[derive(Clone, Debug)]
pub(crate) struct Primes(usize, u64);

impl Primes {
    /// All of them.
    pub(crate) fn new() -> Self {
        Self(0, PRIMES[0])
    }
}

impl Iterator for Primes {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        match PRIMES.get(self.0) {
            Some(prime) => self.1 = *prime,
            None => {
                self.1 -= 2;
                while !is_prime(self.1) {
                    self.1 -= 2;
                }
            }
        }
        self.0 += 1;
        Some(self.1)
    }
}

/// Whether an odd number above 40 is prime (Miller and Rabin; the bases decide all words, J. Sorenson and
/// J. Webster 2015).
fn is_prime(n: u64) -> bool {
    let modulus = Modulus::new(n);
    let twos = (n - 1).trailing_zeros();
    [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37].iter().all(|base| {
        let mut power = modulus.power(*base, (n - 1) >> twos);
        let mut passes = power == 1 || power == n - 1;
        for _ in 1..twos {
            power = modulus.times(power, power);
            passes |= power == n - 1;
        }
        passes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_wide_division() {
        let mut points = Points::new(1);
        let word = Modulus::new((1 << 63) - 25);
        for m in [
            2,
            3,
            4,
            97,
            (1 << 31) - 1,
            1 << 32,
            PRIMES[0],
            (1 << 63) - 25,
            (1 << 63) - 1,
        ] {
            let modulus = Modulus::new(m);
            for _ in 0..2000 {
                let (a, b) = (points.next(word) % m, points.next(word) % m);
                let product = u128::from(a) * u128::from(b);
                assert_eq!(u128::from(modulus.times(a, b)), product % u128::from(m));
                let wide = u128::from(a) << 64 | u128::from(points.next(word));
                assert_eq!(u128::from(modulus.reduce_wide(wide)), wide % u128::from(m));
            }
            let top = m - 1;
            assert_eq!(modulus.times(top, top), 1 % m);
        }
        for prime in [3, 97, PRIMES[0], PRIMES[7], (1 << 63) - 25] {
            let modulus = Modulus::new(prime);
            for _ in 0..200 {
                let a = points.next(modulus);
                assert_eq!(modulus.times(a, modulus.inverse(a)), 1);
            }
            assert_eq!(modulus.inverse(prime - 1), prime - 1);
        }
    }

    #[test]
    fn primes_go_on_without_gaps() {
        let primes: Vec<u64> = Primes::new().take(20).collect();
        assert_eq!(primes[..8], PRIMES);
        assert!(PRIMES.iter().all(|p| is_prime(*p)) && !is_prime((1 << 62) - 1));
        for pair in primes.windows(2) {
            assert!((pair[1] + 1..pair[0]).filter(|n| n % 2 == 1).all(|n| !is_prime(n)));
        }
    }
}
