//! Sums of products of two words, in four words.

use num_bigint::BigInt;

use crate::coefficient::Coefficients;

/// An integer of 256 bits in two's complement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wide {
    low: u128,
    high: i128,
}

/// The product of two words by two words, lower and upper half.
fn product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a_low, a_high, b_low, b_high) = (a & LOW, a >> 64, b & LOW, b >> 64);
    let lowest = a_low * b_low;
    let middle = a_low * b_high + (lowest >> 64);
    let other = a_high * b_low + (middle & LOW);
    ((other << 64) | (lowest & LOW), a_high * b_high + (middle >> 64) + (other >> 64))
}

impl Wide {
    /// Adds `a · b`, or subtracts it. Sums must stay below 2²⁵⁵.
    pub(crate) fn add_product(&mut self, a: i128, b: i128, subtract: bool) {
        let (low, high) = product(a.unsigned_abs(), b.unsigned_abs());
        let high = high as i128;
        if ((a < 0) != (b < 0)) != subtract {
            let (low, borrow) = self.low.overflowing_sub(low);
            self.low = low;
            self.high = self.high.wrapping_sub(high).wrapping_sub(i128::from(borrow));
        } else {
            let (low, carry) = self.low.overflowing_add(low);
            self.low = low;
            self.high = self.high.wrapping_add(high).wrapping_add(i128::from(carry));
        }
    }

    /// The sum.
    pub(crate) fn plus(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        let high = self.high.wrapping_add(other.high).wrapping_add(i128::from(carry));
        Self { low, high }
    }

    /// Whether it is 0.
    pub(crate) fn is_zero(self) -> bool {
        self.low == 0 && self.high == 0
    }

    /// Its value, if it fits two words.
    pub(crate) fn narrow(self) -> Option<i128> {
        let low = self.low as i128;
        (self.high == low >> 127).then_some(low)
    }

    /// Its value.
    pub(crate) fn to_large(self) -> BigInt {
        (BigInt::from(self.high) << 128) + BigInt::from(self.low)
    }

    /// Appends it to a list.
    pub(crate) fn push_to(self, list: &mut Coefficients) {
        match self.narrow() {
            Some(value) => list.push_wide(value),
            None => list.push_large(self.to_large()),
        }
    }
}

impl From<i128> for Wide {
    fn from(value: i128) -> Self {
        Self { low: value as u128, high: value >> 127 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_large_integers() {
        let edge = [
            0,
            1,
            -1,
            1 << 63,
            -(1 << 63),
            (1 << 64) - 1,
            (1 << 126) - 1,
            1 - (1 << 126),
        ];
        let values: Vec<i128> =
            edge.iter().flat_map(|v| [*v, v / 3, v / 7 + 1, -(v / 5) - 1]).collect();
        for a in &values {
            for b in &values {
                for c in &values {
                    let mut sum = Wide::from(*c);
                    sum.add_product(*a, *b, false);
                    sum.add_product(*b, *c, true);
                    let [a, b, c] = [a, b, c].map(|v| BigInt::from(*v));
                    let expected = &c + &a * &b - &b * &c;
                    assert_eq!(sum.to_large(), expected);
                    assert_eq!(sum.plus(sum).to_large(), &expected * 2);
                    assert_eq!(sum.is_zero(), expected == BigInt::ZERO);
                    assert_eq!(sum.narrow(), i128::try_from(&expected).ok());
                }
            }
        }
    }
}
