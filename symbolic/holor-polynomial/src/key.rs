//! Terms as values: packed exponents of a fixed number of words.

/// The packed exponents of one term, as a value.
pub(crate) trait Key: Clone + Ord {
    /// Reads it, filling up with zero words.
    fn load(words: &[u64]) -> Self;
    /// Appends its first `count` words.
    fn store(&self, into: &mut Vec<u64>, count: usize);
    /// The term of the product. No field carries, because its top bit was free.
    fn plus(&self, other: &Self) -> Self;
    /// The term of the quotient, if it is one; `guard` are the top bits of the fields, free in both.
    fn minus(&self, other: &Self, guard: u64) -> Option<Self>;
    /// Spreads it over 64 bits, the upper ones mixed best.
    fn mixed(&self) -> u64;
}

/// An odd number with well spread bits (2⁶⁴ over the golden ratio).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

fn minus_word(a: u64, b: u64, guard: u64) -> Option<u64> {
    let difference = (a | guard) - b;
    (difference & guard == guard).then_some(difference ^ guard)
}

impl Key for u64 {
    fn load(words: &[u64]) -> Self {
        words.first().copied().unwrap_or(0)
    }
    fn store(&self, into: &mut Vec<u64>, count: usize) {
        if count == 1 {
            into.push(*self);
        }
    }
    fn plus(&self, other: &Self) -> Self {
        self + other
    }
    fn minus(&self, other: &Self, guard: u64) -> Option<Self> {
        minus_word(*self, *other, guard)
    }
    fn mixed(&self) -> u64 {
        let folded = self.wrapping_mul(SPREAD);
        (folded ^ (folded >> 32)).wrapping_mul(SPREAD)
    }
}

impl<const N: usize> Key for [u64; N] {
    fn load(words: &[u64]) -> Self {
        let mut key = [0; N];
        key[..words.len()].copy_from_slice(words);
        key
    }
    fn store(&self, into: &mut Vec<u64>, count: usize) {
        into.extend_from_slice(&self[..count]);
    }
    fn plus(&self, other: &Self) -> Self {
        std::array::from_fn(|i| self[i] + other[i])
    }
    fn minus(&self, other: &Self, guard: u64) -> Option<Self> {
        let mut key = [0; N];
        for i in 0..N {
            key[i] = minus_word(self[i], other[i], guard)?;
        }
        Some(key)
    }
    fn mixed(&self) -> u64 {
        mixed(self)
    }
}

impl Key for Box<[u64]> {
    fn load(words: &[u64]) -> Self {
        words.into()
    }
    fn store(&self, into: &mut Vec<u64>, _count: usize) {
        into.extend_from_slice(self);
    }
    fn plus(&self, other: &Self) -> Self {
        self.iter().zip(other.iter()).map(|(a, b)| a + b).collect()
    }
    fn minus(&self, other: &Self, guard: u64) -> Option<Self> {
        self.iter().zip(other.iter()).map(|(a, b)| minus_word(*a, *b, guard)).collect()
    }
    fn mixed(&self) -> u64 {
        mixed(self)
    }
}

fn mixed(words: &[u64]) -> u64 {
    let folded = words
        .iter()
        .fold(0u64, |sum, word| (sum.rotate_left(23) ^ word).wrapping_mul(SPREAD));
    (folded ^ (folded >> 32)).wrapping_mul(SPREAD)
}

/// Calls a function generic over the key with the key type for a number of words.
macro_rules! with_key {
    ($words:expr, $function:ident $(::<$more:ty>)? ( $($argument:expr),* $(,)? )) => {
        match $words {
            0 | 1 => $function::<u64 $(, $more)?>($($argument),*),
            2..=4 => $function::<[u64; 4] $(, $more)?>($($argument),*),
            _ => $function::<Box<[u64]> $(, $more)?>($($argument),*),
        }
    };
}
pub(crate) use with_key;
