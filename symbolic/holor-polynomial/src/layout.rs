//! How exponents lie in machine words.
//!
//! The exponents of a term, one field per variable of the polynomial, are packed from the top of the first
//! word downwards, so that comparing words compares terms lexicographically. All fields of a polynomial have
//! the same width, the least of 8, 16, 32, 64 bits that leaves the top bit of every field free. That bit
//! keeps the sum of two terms from carrying into the next field and shows where a difference borrows.

use crate::Var;

/// The width of the fields that hold exponents up to `highest`.
pub(crate) fn width_for(highest: u64) -> u32 {
    match 64 - highest.leading_zeros() {
        0..=7 => 8,
        8..=15 => 16,
        16..=31 => 32,
        _ => 64,
    }
}

/// How many words hold one term.
pub(crate) fn words(variables: usize, width: u32) -> usize {
    variables.div_ceil((64 / width) as usize)
}

/// The top bits of all fields.
pub(crate) fn guard(width: u32) -> u64 {
    match width {
        8 => 0x8080_8080_8080_8080,
        16 => 0x8000_8000_8000_8000,
        32 => 0x8000_0000_8000_0000,
        _ => 1 << 63,
    }
}

/// The lowest bits of a word that hold one field.
fn field_mask(width: u32) -> u64 {
    u64::MAX >> (64 - width)
}

/// Where a field lies: its word and how far it is shifted left there.
pub(crate) fn place(index: usize, width: u32) -> (usize, u32) {
    let per_word = (64 / width) as usize;
    (index / per_word, 64 - width * (index % per_word + 1) as u32)
}

/// The exponent in a field.
pub(crate) fn read(term: &[u64], index: usize, width: u32) -> u64 {
    let (word, shift) = place(index, width);
    (term[word] >> shift) & field_mask(width)
}

/// Adds to the exponent in a field.
pub(crate) fn raise(term: &mut [u64], index: usize, width: u32, by: u64) {
    let (word, shift) = place(index, width);
    term[word] += by << shift;
}

/// Sets the exponent in a field.
pub(crate) fn put(term: &mut [u64], index: usize, width: u32, exponent: u64) {
    let (word, shift) = place(index, width);
    term[word] = (term[word] & !(field_mask(width) << shift)) | (exponent << shift);
}

/// The word with each field the greater one of the two (top bits free).
fn greater_fields(a: u64, b: u64, width: u32) -> u64 {
    let guard = guard(width);
    // The top bit of a field stays set exactly where a ≥ b.
    let at_least = ((a | guard) - b) & guard;
    let choose = (at_least - (at_least >> (width - 1))) | at_least;
    (a & choose) | (b & !choose)
}

/// The word with each field the lesser one of the two (top bits free).
fn lesser_fields(a: u64, b: u64, width: u32) -> u64 {
    let guard = guard(width);
    let at_least = ((a | guard) - b) & guard;
    let choose = (at_least - (at_least >> (width - 1))) | at_least;
    (b & choose) | (a & !choose)
}

/// The variables of a polynomial and the width of their fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape<'a> {
    /// The variables, ascending.
    pub(crate) variables: &'a [Var],
    /// The bits of a field.
    pub(crate) width: u32,
}

impl Shape<'_> {
    /// How many words hold one term.
    pub(crate) fn words(self) -> usize {
        words(self.variables.len(), self.width)
    }
}

/// A run of fields that moves as one.
struct Move {
    from: usize,
    to: usize,
    mask: u64,
    right: u32,
    left: u32,
}

/// The moves that bring a term from one shape to another. Variables that the target lacks must not occur.
fn moves(from: Shape<'_>, to: Shape<'_>) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    let mut target = 0;
    for (source, variable) in from.variables.iter().enumerate() {
        while to.variables.get(target).is_some_and(|v| v < variable) {
            target += 1;
        }
        if to.variables.get(target) != Some(variable) {
            continue;
        }
        let (from_word, from_shift) = place(source, from.width);
        let (to_word, to_shift) = place(target, to.width);
        let mask = field_mask(from.width) << from_shift;
        let (right, left) = if from.width == to.width {
            (from_shift.saturating_sub(to_shift), to_shift.saturating_sub(from_shift))
        } else {
            (from_shift, to_shift)
        };
        match moves.last_mut() {
            Some(last)
                if from.width == to.width
                    && last.from == from_word
                    && last.to == to_word
                    && (last.right, last.left) == (right, left) =>
            {
                last.mask |= mask;
            }
            _ => moves.push(Move { from: from_word, to: to_word, mask, right, left }),
        }
    }
    moves
}

/// Brings `count` terms from one shape to another. Variables that the target lacks must not occur.
pub(crate) fn repack(
    exponents: &[u64],
    count: usize,
    from: Shape<'_>,
    to: Shape<'_>,
) -> Vec<u64> {
    let moves = moves(from, to);
    let (from_words, to_words) = (from.words(), to.words());
    let mut packed = vec![0; count * to_words];
    if from_words == 0 || to_words == 0 {
        return packed;
    }
    for (source, target) in
        exponents.chunks_exact(from_words).zip(packed.chunks_exact_mut(to_words))
    {
        for step in &moves {
            target[step.to] |=
                ((source[step.from] & step.mask) >> step.right) << step.left;
        }
    }
    packed
}

/// The union of two ascending lists.
pub(crate) fn union(a: &[Var], b: &[Var]) -> Vec<Var> {
    let mut merged = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while let (Some(&x), Some(&y)) = (a.get(i), b.get(j)) {
        merged.push(x.min(y));
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    merged.extend_from_slice(&a[i..]);
    merged.extend_from_slice(&b[j..]);
    merged
}

/// The highest exponents of all variables, packed (top bits free).
pub(crate) fn degrees(exponents: &[u64], shape: Shape<'_>) -> Vec<u64> {
    folded(exponents, shape, greater_fields)
}

/// The lowest exponents of all variables, packed (top bits free).
pub(crate) fn low_degrees(exponents: &[u64], shape: Shape<'_>) -> Vec<u64> {
    folded(exponents, shape, lesser_fields)
}

fn folded(
    exponents: &[u64],
    shape: Shape<'_>,
    fold: fn(u64, u64, u32) -> u64,
) -> Vec<u64> {
    let words = shape.words();
    if exponents.is_empty() {
        return vec![0; words];
    }
    let mut folded = exponents[..words].to_vec();
    for term in exponents.chunks_exact(words).skip(1) {
        for (all, word) in folded.iter_mut().zip(term) {
            *all = fold(*all, *word, shape.width);
        }
    }
    folded
}
