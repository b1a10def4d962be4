//! Arithmetic modulo an odd number below 2⁶², in Montgomery form.
//!
//! An element is a `u64` below the modulus that stands for itself times 2⁶⁴. The modulus need not be prime
//! for addition and multiplication; inverses and powers in the sense of Fermat suppose that it is.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::ToPrimitive;

/// The residues modulo one odd number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PrimeField {
    modulus: u64,
    /// −modulus⁻¹ modulo 2⁶⁴.
    negated_inverse: u64,
    one: u64,
    /// 2¹²⁸ modulo the modulus, to enter Montgomery form.
    square_radix: u64,
}

impl PrimeField {
    /// The residues modulo `modulus`, odd, at least 3 and below 2⁶².
    pub(super) fn new(modulus: u64) -> Self {
        debug_assert!(modulus % 2 == 1 && (3..1 << 62).contains(&modulus));
        // Newton's iteration doubles the number of right low bits; an odd number inverts itself modulo 8.
        let mut inverse = modulus;
        for _ in 0..5 {
            inverse =
                inverse.wrapping_mul(2u64.wrapping_sub(modulus.wrapping_mul(inverse)));
        }
        let wide = u128::from(modulus);
        let one = ((1u128 << 64) % wide) as u64;
        let square_radix = (u128::from(one) * u128::from(one) % wide) as u64;
        Self { modulus, negated_inverse: inverse.wrapping_neg(), one, square_radix }
    }

    /// The modulus.
    pub(super) fn modulus(&self) -> u64 {
        self.modulus
    }

    /// The element 1.
    pub(super) fn one(&self) -> u64 {
        self.one
    }

    /// The element of a number below 2⁶⁴.
    pub(super) fn enter(&self, number: u64) -> u64 {
        self.mul(number % self.modulus, self.square_radix)
    }

    /// The element of a small integer.
    pub(super) fn enter_signed(&self, number: i64) -> u64 {
        let size = self.enter(number.unsigned_abs());
        if number < 0 { self.neg(size) } else { size }
    }

    /// The element of an integer.
    pub(super) fn enter_integer(&self, number: &BigInt) -> u64 {
        let size = match number.magnitude().to_u64() {
            Some(small) => small,
            None => {
                let rest: BigUint = number.magnitude() % self.modulus;
                rest.to_u64().unwrap_or(0)
            }
        };
        let size = self.enter(size);
        if number.sign() == Sign::Minus { self.neg(size) } else { size }
    }

    /// The number that an element stands for, from 0 to the modulus − 1.
    pub(super) fn leave(&self, element: u64) -> u64 {
        self.reduce(u128::from(element))
    }

    /// The number nearest to 0 that an element stands for.
    pub(super) fn leave_signed(&self, element: u64) -> i64 {
        let number = self.leave(element);
        if number > self.modulus / 2 {
            number as i64 - self.modulus as i64
        } else {
            number as i64
        }
    }

    pub(super) fn add(&self, a: u64, b: u64) -> u64 {
        let sum = a + b;
        if sum >= self.modulus { sum - self.modulus } else { sum }
    }

    pub(super) fn sub(&self, a: u64, b: u64) -> u64 {
        if a >= b { a - b } else { a + self.modulus - b }
    }

    pub(super) fn neg(&self, a: u64) -> u64 {
        if a == 0 { 0 } else { self.modulus - a }
    }

    pub(super) fn mul(&self, a: u64, b: u64) -> u64 {
        self.reduce(u128::from(a) * u128::from(b))
    }

    /// Adds a product to a sum that [`Self::finish`] reduces: one reduction for a whole scalar product.
    /// The sum stays below modulus · 2⁶⁴.
    #[inline]
    pub(super) fn accumulate(&self, sum: u128, a: u64, b: u64) -> u128 {
        let limit = u128::from(self.modulus) << 64;
        let sum = sum + u128::from(a) * u128::from(b);
        if sum >= limit { sum - limit } else { sum }
    }

    /// The element that a sum of products is.
    #[inline]
    pub(super) fn finish(&self, sum: u128) -> u64 {
        self.reduce(sum)
    }

    pub(super) fn pow(&self, base: u64, mut exponent: u64) -> u64 {
        let mut square = base;
        let mut product = self.one;
        while exponent > 0 {
            if exponent & 1 == 1 {
                product = self.mul(product, square);
            }
            square = self.mul(square, square);
            exponent >>= 1;
        }
        product
    }

    /// 1/a for a ≠ 0; the modulus is prime.
    pub(super) fn inv(&self, a: u64) -> u64 {
        self.pow(a, self.modulus - 2)
    }

    /// Whether a ≠ 0 is no `order`-th power; `order` divides the modulus − 1, which is prime.
    pub(super) fn is_no_power(&self, a: u64, order: u64) -> bool {
        a != 0 && self.pow(a, (self.modulus - 1) / order) != self.one
    }

    /// Montgomery's reduction: `product` / 2⁶⁴ for a product below modulus · 2⁶⁴.
    #[inline]
    fn reduce(&self, product: u128) -> u64 {
        let multiple = (product as u64).wrapping_mul(self.negated_inverse);
        let sum = product + u128::from(multiple) * u128::from(self.modulus);
        let high = (sum >> 64) as u64;
        if high >= self.modulus { high - self.modulus } else { high }
    }
}

/// Whether a number below 2⁶² is prime: trial division, then the strong test to the bases that are known to
/// decide all numbers below 3.3·10²⁴ (the first 13 primes: Sorenson and Webster 2015).
pub(super) fn is_prime(number: u64) -> bool {
    const BASES: [u64; 13] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41];
    for base in BASES {
        if number.is_multiple_of(base) {
            return number == base;
        }
    }
    if number < 43 * 43 {
        return number > 1;
    }
    let field = PrimeField::new(number);
    let minus_one = field.neg(field.one());
    let twos = (number - 1).trailing_zeros();
    let odd = (number - 1) >> twos;
    BASES.iter().all(|base| {
        let mut power = field.pow(field.enter(*base), odd);
        if power == field.one() || power == minus_one {
            return true;
        }
        for _ in 1..twos {
            power = field.mul(power, power);
            if power == minus_one {
                return true;
            }
        }
        false
    })
}

/// The first prime below a number that is 1 modulo `order`.
pub(super) fn prime_below(number: u64, order: u64) -> u64 {
    let step = if order % 2 == 1 { 2 * order } else { order };
    let mut candidate = (number - 2) / step * step + 1;
    while !is_prime(candidate) {
        candidate -= step;
    }
    candidate
}

/// A prime for computations in which any large one serves.
pub(super) const LARGE_PRIME: u64 = (1 << 61) - 1;

/// Numbers without pattern, the same in each run (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Randomness(u64);

impl Randomness {
    /// A sequence for each seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `limit` − 1.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// An element other than 0 and 1.
    pub(super) fn element(&mut self, field: &PrimeField) -> u64 {
        field.enter(2 + self.below(field.modulus() - 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn montgomery_form_agrees_with_long_division() {
        let mut random = Randomness::new(1);
        for modulus in [3, 101, 65_537, LARGE_PRIME, (1 << 62) - 57] {
            let field = PrimeField::new(modulus);
            for _ in 0..200 {
                let (a, b) = (random.below(modulus), random.below(modulus));
                let product =
                    (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64;
                let (x, y) = (field.enter(a), field.enter(b));
                assert_eq!(field.leave(field.mul(x, y)), product);
                assert_eq!(field.leave(field.finish(field.accumulate(0, x, y))), product);
                if is_prime(modulus) && a != 0 {
                    assert_eq!(field.mul(x, field.inv(x)), field.one());
                }
            }
        }
    }

    #[test]
    fn primes_are_recognised() {
        let count = (2..10_000).filter(|n| is_prime(*n)).count();
        assert_eq!(count, 1229);
        assert!(is_prime(LARGE_PRIME));
        assert!(!is_prime(3_215_031_751));
        let prime = prime_below(LARGE_PRIME, 7);
        assert!(is_prime(prime) && prime % 7 == 1 && prime < LARGE_PRIME);
    }
}
