//! Lists of integer coefficients: machine words as long as all fit.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

/// The coefficients of a polynomial. `Large` only when one does not fit a machine word.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Coefficients {
    /// All fit.
    Small(Vec<i64>),
    /// At least one does not fit.
    Large(Vec<BigInt>),
}

impl Coefficients {
    /// None, with room.
    pub(crate) fn with_capacity(count: usize) -> Self {
        Self::Small(Vec::with_capacity(count))
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Small(list) => list.len(),
            Self::Large(list) => list.len(),
        }
    }

    /// One of them.
    pub(crate) fn get(&self, index: usize) -> BigInt {
        match self {
            Self::Small(list) => list[index].into(),
            Self::Large(list) => list[index].clone(),
        }
    }

    /// Whether one of them is negative.
    pub(crate) fn is_negative(&self, index: usize) -> bool {
        match self {
            Self::Small(list) => list.get(index).is_some_and(|c| *c < 0),
            Self::Large(list) => list.get(index).is_some_and(BigInt::is_negative),
        }
    }

    /// Appends.
    pub(crate) fn push(&mut self, value: i64) {
        match self {
            Self::Small(list) => list.push(value),
            Self::Large(list) => list.push(value.into()),
        }
    }

    /// Appends a value of two words.
    pub(crate) fn push_wide(&mut self, value: i128) {
        match i64::try_from(value) {
            Ok(value) => self.push(value),
            Err(_) => self.enlarged().push(value.into()),
        }
    }

    /// Appends a value of any size.
    pub(crate) fn push_large(&mut self, value: BigInt) {
        match (&mut *self, value.to_i64()) {
            (Self::Small(list), Some(value)) => list.push(value),
            _ => self.enlarged().push(value),
        }
    }

    /// The list as large integers.
    fn enlarged(&mut self) -> &mut Vec<BigInt> {
        if let Self::Small(list) = self {
            let capacity = list.capacity().max(list.len() + 1);
            let mut large = Vec::with_capacity(capacity);
            large.extend(list.iter().map(|c| BigInt::from(*c)));
            *self = Self::Large(large);
        }
        match self {
            Self::Large(list) => list,
            Self::Small(_) => unreachable!("the list was made large above"),
        }
    }

    /// A copy as large integers.
    pub(crate) fn to_large(&self) -> Vec<BigInt> {
        match self {
            Self::Small(list) => list.iter().map(|c| BigInt::from(*c)).collect(),
            Self::Large(list) => list.clone(),
        }
    }

    /// A copy in two words each, if none has more than 126 bits.
    pub(crate) fn to_wide(&self) -> Option<Vec<i128>> {
        match self {
            Self::Small(list) => Some(list.iter().map(|c| i128::from(*c)).collect()),
            Self::Large(list) if list.iter().any(|c| c.bits() > 126) => None,
            Self::Large(list) => list.iter().map(ToPrimitive::to_i128).collect(),
        }
    }

    /// The list that `change` makes of each.
    pub(crate) fn map_large(&self, change: impl Fn(BigInt) -> BigInt) -> Self {
        let mut list = Self::with_capacity(self.len());
        for index in 0..self.len() {
            list.push_large(change(self.get(index)));
        }
        list
    }

    /// The negatives.
    pub(crate) fn negated(&self) -> Self {
        let mut list = Self::with_capacity(self.len());
        match self {
            Self::Small(own) if !own.contains(&i64::MIN) => {
                return Self::Small(own.iter().map(|c| -c).collect());
            }
            Self::Small(own) => own.iter().for_each(|c| list.push_wide(-i128::from(*c))),
            Self::Large(own) => own.iter().for_each(|c| list.push_large(-c)),
        }
        list
    }

    /// The bits of the largest absolute value and of the sum of the absolute values, both rounded up.
    pub(crate) fn bits(&self) -> (u64, u64) {
        match self {
            Self::Small(list) => {
                let (mut any, mut sum) = (0u64, 0u128);
                for c in list {
                    any |= c.unsigned_abs();
                    sum += u128::from(c.unsigned_abs());
                }
                (
                    64 - u64::from(any.leading_zeros()),
                    128 - u64::from(sum.leading_zeros()),
                )
            }
            Self::Large(list) => {
                let most = list.iter().map(BigInt::bits).max().unwrap_or(0);
                (most, most + 64 - u64::from(list.len().leading_zeros()))
            }
        }
    }

    /// The greatest common divisor, ≥ 0.
    pub(crate) fn content(&self) -> BigInt {
        match self {
            Self::Small(list) => {
                let mut content = 0u64;
                for c in list {
                    content = gcd_words(content, c.unsigned_abs());
                    if content == 1 {
                        break;
                    }
                }
                content.into()
            }
            Self::Large(list) => {
                let mut content = BigInt::zero();
                for c in list {
                    content = num_integer::gcd(content, c.clone());
                    if num_traits::One::is_one(&content) {
                        break;
                    }
                }
                content.abs()
            }
        }
    }
}

/// The greatest common divisor of two words.
pub(crate) fn gcd_words(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    let (mut a, mut b) = (a >> a.trailing_zeros(), b >> b.trailing_zeros());
    while a != b {
        if a < b {
            (a, b) = (b, a);
        }
        a -= b;
        a >>= a.trailing_zeros();
    }
    a << shift
}
