//! Products and sums of products.

use std::borrow::Cow;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::Zero;

use crate::body::{Body, common};
use crate::coefficient::Coefficients;
use crate::key::{Key, with_key};
use crate::layout::{self, Shape};
use crate::{Polynomial, stop};

/// A coefficient that takes up products of factors.
pub(crate) trait Total: Clone {
    /// The type of the factors.
    type Factor;
    /// `a · b`
    fn product(a: &Self::Factor, b: &Self::Factor) -> Self;
    /// Adds `a · b`.
    fn add_product(&mut self, a: &Self::Factor, b: &Self::Factor);
    /// Whether it is 0.
    fn vanishes(&self) -> bool;
    /// Appends it to a list.
    fn push_to(self, list: &mut Coefficients);
}

impl Total for i64 {
    type Factor = i64;
    fn product(a: &i64, b: &i64) -> Self {
        a.wrapping_mul(*b)
    }
    fn add_product(&mut self, a: &i64, b: &i64) {
        *self = self.wrapping_add(a.wrapping_mul(*b));
    }
    fn vanishes(&self) -> bool {
        *self == 0
    }
    fn push_to(self, list: &mut Coefficients) {
        list.push(self);
    }
}

impl Total for i128 {
    type Factor = i64;
    fn product(a: &i64, b: &i64) -> Self {
        i128::from(*a).wrapping_mul(i128::from(*b))
    }
    fn add_product(&mut self, a: &i64, b: &i64) {
        *self = self.wrapping_add(i128::from(*a).wrapping_mul(i128::from(*b)));
    }
    fn vanishes(&self) -> bool {
        *self == 0
    }
    fn push_to(self, list: &mut Coefficients) {
        list.push_wide(self);
    }
}

impl Total for BigInt {
    type Factor = BigInt;
    fn product(a: &BigInt, b: &BigInt) -> Self {
        a * b
    }
    fn add_product(&mut self, a: &BigInt, b: &BigInt) {
        *self += a * b;
    }
    fn vanishes(&self) -> bool {
        self.is_zero()
    }
    fn push_to(self, list: &mut Coefficients) {
        list.push_large(self);
    }
}

/// One operand in the common shape.
struct Operand<'a> {
    exponents: Cow<'a, [u64]>,
    coefficients: &'a Coefficients,
}

/// `a · b`
pub(crate) fn product(a: &Polynomial, b: &Polynomial) -> Polynomial {
    if a.is_zero() || b.is_one() {
        return a.clone();
    }
    if b.is_zero() || a.is_one() {
        return b.clone();
    }
    let (few, many) = if a.0.len() <= b.0.len() { (&*a.0, &*b.0) } else { (&*b.0, &*a.0) };
    if few.len() == 1 {
        return monomial_product(few, many);
    }
    let (variables, width) = common(few, many);
    sum_in_shape(variables, width, &[(few, many)])
}

/// `Σ aᵢ·bᵢ`
pub(crate) fn sum_of_products(pairs: &[(&Polynomial, &Polynomial)]) -> Polynomial {
    let mut bodies: Vec<(&Body, &Body)> = Vec::with_capacity(pairs.len());
    for (a, b) in pairs {
        if !a.is_zero() && !b.is_zero() {
            bodies.push(if a.0.len() <= b.0.len() { (&a.0, &b.0) } else { (&b.0, &a.0) });
        }
    }
    let Some(((a, b), rest)) = bodies.split_first() else {
        return Polynomial::zero();
    };
    let (mut variables, mut width) = common(a, b);
    for body in rest.iter().flat_map(|(a, b)| [a, b]) {
        width = width.max(body.width);
        if body.variables.iter().any(|v| !variables.contains(v)) {
            variables = layout::union(&variables, &body.variables).into();
        }
    }
    sum_in_shape(variables, width, &bodies)
}

/// A polynomial times one term.
fn monomial_product(term: &Body, many: &Body) -> Polynomial {
    let (variables, width) = common(term, many);
    let shape = Shape { variables: &variables, width };
    let mut exponents = many.exponents_in(shape).into_owned();
    if !term.variables.is_empty() {
        let factor = term.exponents_in(shape);
        for key in exponents.chunks_exact_mut(factor.len()) {
            for (word, more) in key.iter_mut().zip(factor.iter()) {
                *word += more;
            }
        }
    }
    let coefficients = scaled(&many.coefficients, &term.coefficients);
    Body { variables, width, exponents, coefficients }.finish()
}

/// Coefficients times a single one.
fn scaled(list: &Coefficients, factor: &Coefficients) -> Coefficients {
    let mut product = Coefficients::with_capacity(list.len());
    match (list, factor) {
        (Coefficients::Small(list), Coefficients::Small(factor)) => {
            let factor = factor[0];
            if factor == 1 {
                return Coefficients::Small(list.clone());
            }
            for c in list {
                match c.checked_mul(factor) {
                    Some(value) => product.push(value),
                    None => product.push_wide(i128::from(*c) * i128::from(factor)),
                }
            }
        }
        _ => {
            let factor = factor.get(0);
            for index in 0..list.len() {
                product.push_large(list.get(index) * &factor);
            }
        }
    }
    product
}

/// A polynomial times an integer other than 0.
pub(crate) fn scale(body: &Body, factor: &BigInt) -> Polynomial {
    let mut list = Coefficients::with_capacity(1);
    list.push_large(factor.clone());
    Polynomial(Arc::new(Body {
        coefficients: scaled(&body.coefficients, &list),
        ..body.clone()
    }))
}

/// The sum of the products in the shape given, which holds all operands.
fn sum_in_shape(
    variables: Arc<[crate::Var]>,
    width: u32,
    pairs: &[(&Body, &Body)],
) -> Polynomial {
    let shape = Shape { variables: &variables, width };
    let words = shape.words();
    let mut operands = Vec::with_capacity(pairs.len());
    let (mut bits, mut large) = (0, false);
    for (a, b) in pairs {
        let ((a_most, a_sum), (b_most, b_sum)) = (a.coefficients.bits(), b.coefficients.bits());
        bits = bits.max((a_most + b_sum).min(a_sum + b_most));
        large |= matches!(a.coefficients, Coefficients::Large(_));
        large |= matches!(b.coefficients, Coefficients::Large(_));
        operands.push((
            Operand { exponents: a.exponents_in(shape), coefficients: &a.coefficients },
            Operand { exponents: b.exponents_in(shape), coefficients: &b.coefficients },
        ));
    }
    bits += 64 - u64::from((pairs.len() as u64 - 1).leading_zeros());
    let (exponents, coefficients) = if large || bits > 126 {
        with_key!(words, totals_large(&operands, words))
    } else if bits > 62 {
        with_key!(words, totals_wide(&operands, words))
    } else {
        with_key!(words, totals_small(&operands, words))
    };
    Body { variables, width, exponents, coefficients }.finish()
}

type Pairs<'a> = [(Operand<'a>, Operand<'a>)];

/// Sums that fit machine words, all partial sums included.
fn totals_small<K: Key>(pairs: &Pairs<'_>, words: usize) -> (Vec<u64>, Coefficients) {
    totals::<K, i64>(pairs, words, small)
}

/// Sums that fit two machine words, all partial sums included.
fn totals_wide<K: Key>(pairs: &Pairs<'_>, words: usize) -> (Vec<u64>, Coefficients) {
    totals::<K, i128>(pairs, words, small)
}

fn small(list: &Coefficients) -> Cow<'_, [i64]> {
    match list {
        Coefficients::Small(list) => Cow::Borrowed(list),
        Coefficients::Large(_) => unreachable!("large coefficients go to the large sums"),
    }
}

/// Sums of any size.
fn totals_large<K: Key>(pairs: &Pairs<'_>, words: usize) -> (Vec<u64>, Coefficients) {
    totals::<K, BigInt>(pairs, words, |list| match list {
        Coefficients::Small(_) => Cow::Owned(list.to_large()),
        Coefficients::Large(list) => Cow::Borrowed(list),
    })
}

/// Gathers all products by term.
fn totals<K: Key, T: Total>(
    pairs: &Pairs<'_>,
    words: usize,
    factors: impl Fn(&Coefficients) -> Cow<'_, [T::Factor]>,
) -> (Vec<u64>, Coefficients)
where
    T::Factor: Clone,
{
    let work: usize =
        pairs.iter().map(|(a, b)| a.coefficients.len() * b.coefficients.len()).sum();
    let mut gathered = Gathered::<K, T>::new(work);
    for (a, b) in pairs {
        let keys = |operand: &Operand<'_>| -> Vec<K> {
            let load = |i: usize| K::load(&operand.exponents[i * words..(i + 1) * words]);
            (0..operand.coefficients.len()).map(load).collect()
        };
        let (a_keys, b_keys) = (keys(a), keys(b));
        let (a_factors, b_factors) = (factors(a.coefficients), factors(b.coefficients));
        for (a_key, a_factor) in a_keys.iter().zip(a_factors.iter()) {
            if stop::is_raised() {
                return (Vec::new(), Coefficients::with_capacity(0));
            }
            for (b_key, b_factor) in b_keys.iter().zip(b_factors.iter()) {
                gathered.add_product(a_key.plus(b_key), a_factor, b_factor);
            }
        }
    }
    let mut entries = gathered.entries;
    entries.sort_unstable_by(|a, b| b.0.cmp(&a.0));
    let mut exponents = Vec::with_capacity(entries.len() * words);
    let mut coefficients = Coefficients::with_capacity(entries.len());
    for (key, total) in entries {
        if !total.vanishes() {
            key.store(&mut exponents, words);
            total.push_to(&mut coefficients);
        }
    }
    (exponents, coefficients)
}

/// Sums by term, in an open hash table of places in a list.
struct Gathered<K, T> {
    entries: Vec<(K, T)>,
    slots: Vec<u32>,
    shift: u32,
}

const EMPTY: u32 = u32::MAX;

impl<K: Key, T: Total> Gathered<K, T> {
    fn new(work: usize) -> Self {
        let size = (work.clamp(8, 1 << 12) * 2).next_power_of_two();
        Self {
            entries: Vec::with_capacity(size / 2),
            slots: vec![EMPTY; size],
            shift: 64 - size.trailing_zeros(),
        }
    }

    fn add_product(&mut self, key: K, a: &T::Factor, b: &T::Factor) {
        let mask = self.slots.len() - 1;
        let mut slot = (key.mixed() >> self.shift) as usize;
        loop {
            let found = self.slots[slot];
            if found == EMPTY {
                break;
            }
            let entry = &mut self.entries[found as usize];
            if entry.0 == key {
                entry.1.add_product(a, b);
                return;
            }
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = self.entries.len() as u32;
        self.entries.push((key, T::product(a, b)));
        if self.entries.len() * 2 > self.slots.len() {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 4;
        self.slots = vec![EMPTY; size];
        self.shift = 64 - size.trailing_zeros();
        for (index, (key, _)) in self.entries.iter().enumerate() {
            let mut slot = (key.mixed() >> self.shift) as usize;
            while self.slots[slot] != EMPTY {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = index as u32;
        }
    }
}
