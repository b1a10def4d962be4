//! Dense boxes of exponents: terms as places in an array.

use crate::layout::{self, Shape};

/// All exponents up to a degree in every variable, numbered in the order of terms.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    width: u32,
    /// What one more of each variable adds to the place.
    strides: Vec<usize>,
    len: usize,
}

impl Grid {
    /// The grid up to packed degrees (one set per summand of the degrees), if it has at most `most` places.
    pub(crate) fn new(shape: Shape<'_>, degrees: &[&[u64]], most: usize) -> Option<Self> {
        let count = shape.variables.len();
        let mut sizes = Vec::with_capacity(count);
        let mut len = 1usize;
        for index in 0..count {
            let degree: u64 = degrees
                .iter()
                .map(|packed| layout::read(packed, index, shape.width))
                .sum();
            let size = usize::try_from(degree).ok()?.checked_add(1)?;
            sizes.push(size);
            len = len.checked_mul(size).filter(|len| *len <= most)?;
        }
        let mut strides = vec![1; count];
        for index in (1..count).rev() {
            strides[index - 1] = strides[index] * sizes[index];
        }
        Some(Self { width: shape.width, strides, len })
    }

    /// The number of places.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What one more of the first variable adds to the place.
    pub(crate) fn first_stride(&self) -> usize {
        self.strides.first().copied().unwrap_or(1)
    }

    /// The places of packed terms.
    pub(crate) fn places(
        &self,
        exponents: &[u64],
        words: usize,
        count: usize,
    ) -> Vec<usize> {
        let mut places = vec![0; count];
        if words == 0 {
            return places;
        }
        let mask = u64::MAX >> (64 - self.width);
        for (index, stride) in self.strides.iter().enumerate() {
            let (word, shift) = layout::place(index, self.width);
            for (place, term) in places.iter_mut().zip(exponents.chunks_exact(words)) {
                *place += ((term[word] >> shift) & mask) as usize * stride;
            }
        }
        places
    }

    /// Appends the packed term of a place.
    pub(crate) fn store(&self, mut place: usize, into: &mut Vec<u64>, words: usize) {
        let start = into.len();
        into.resize(start + words, 0);
        for (index, stride) in self.strides.iter().enumerate() {
            let exponent = place / stride;
            place -= exponent * stride;
            layout::raise(&mut into[start..], index, self.width, exponent as u64);
        }
    }

    /// Whether a place lies, exponent by exponent, between two others.
    pub(crate) fn is_between(
        &self,
        mut place: usize,
        mut low: usize,
        mut high: usize,
    ) -> bool {
        for stride in &self.strides {
            let (exponent, least, most) = (place / stride, low / stride, high / stride);
            if exponent < least || exponent > most {
                return false;
            }
            place -= exponent * stride;
            low -= least * stride;
            high -= most * stride;
        }
        true
    }
}
