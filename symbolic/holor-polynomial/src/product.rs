//! Products and sums of products.

use std::borrow::Cow;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::Zero;

use crate::body::{Body, common};
use crate::coefficient::Coefficients;
use crate::gathered::Gathered;
use crate::grid::Grid;
use crate::key::{Key, with_key};
use crate::layout::{self, Shape};
use crate::wide::Wide;
use crate::{Polynomial, stop};

/// A coefficient that takes up products of factors.
trait Total: Clone + Default {
    /// The type of the factors.
    type Factor: Clone;
    /// The coefficients as factors, which they must fit.
    fn factors(list: &Coefficients) -> Cow<'_, [Self::Factor]>;
    /// Adds `a · b`.
    fn add_product(&mut self, a: &Self::Factor, b: &Self::Factor);
    /// Adds another one.
    fn add(&mut self, other: Self);
    /// Whether it is 0.
    fn vanishes(&self) -> bool;
    /// Appends it to a list.
    fn push_to(self, list: &mut Coefficients);
}

impl Total for i64 {
    type Factor = i64;
    fn factors(list: &Coefficients) -> Cow<'_, [i64]> {
        words(list)
    }
    fn add_product(&mut self, a: &i64, b: &i64) {
        *self = self.wrapping_add(a.wrapping_mul(*b));
    }
    fn add(&mut self, other: Self) {
        *self = self.wrapping_add(other);
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
    fn factors(list: &Coefficients) -> Cow<'_, [i64]> {
        words(list)
    }
    fn add_product(&mut self, a: &i64, b: &i64) {
        *self = self.wrapping_add(i128::from(*a).wrapping_mul(i128::from(*b)));
    }
    fn add(&mut self, other: Self) {
        *self = self.wrapping_add(other);
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
    fn factors(list: &Coefficients) -> Cow<'_, [BigInt]> {
        match list {
            Coefficients::Small(_) => Cow::Owned(list.to_large()),
            Coefficients::Large(list) => Cow::Borrowed(list),
        }
    }
    fn add_product(&mut self, a: &BigInt, b: &BigInt) {
        *self += a * b;
    }
    fn add(&mut self, other: Self) {
        *self += other;
    }
    fn vanishes(&self) -> bool {
        self.is_zero()
    }
    fn push_to(self, list: &mut Coefficients) {
        list.push_large(self);
    }
}

impl Total for Wide {
    type Factor = i128;
    fn factors(list: &Coefficients) -> Cow<'_, [i128]> {
        Cow::Owned(list.to_wide().unwrap_or_default())
    }
    fn add_product(&mut self, a: &i128, b: &i128) {
        Wide::add_product(self, *a, *b, false);
    }
    fn add(&mut self, other: Self) {
        *self = self.plus(other);
    }
    fn vanishes(&self) -> bool {
        self.is_zero()
    }
    fn push_to(self, list: &mut Coefficients) {
        Wide::push_to(self, list);
    }
}

/// Coefficients that all fit machine words.
fn words(list: &Coefficients) -> Cow<'_, [i64]> {
    match list {
        Coefficients::Small(list) => Cow::Borrowed(list),
        Coefficients::Large(_) => unreachable!("large coefficients go to larger sums"),
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
    let (few, many) =
        if a.0.len() <= b.0.len() { (&*a.0, &*b.0) } else { (&*b.0, &*a.0) };
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
    let (mut bits, mut most, mut large) = (0, 0, false);
    for (a, b) in pairs {
        let ((a_most, a_sum), (b_most, b_sum)) =
            (a.coefficients.bits(), b.coefficients.bits());
        most = most.max(a_most).max(b_most);
        bits = bits.max((a_most + b_sum).min(a_sum + b_most));
        large |= matches!(a.coefficients, Coefficients::Large(_));
        large |= matches!(b.coefficients, Coefficients::Large(_));
        operands.push((
            Operand { exponents: a.exponents_in(shape), coefficients: &a.coefficients },
            Operand { exponents: b.exponents_in(shape), coefficients: &b.coefficients },
        ));
    }
    bits += 64 - u64::from((pairs.len() as u64 - 1).leading_zeros());
    let (exponents, coefficients) = if !large && bits <= 62 {
        with_key!(words, totals::<i64>(&operands, shape))
    } else if !large && bits <= 126 {
        with_key!(words, totals::<i128>(&operands, shape))
    } else if most <= 126 && bits <= 254 {
        with_key!(words, totals::<Wide>(&operands, shape))
    } else {
        with_key!(words, totals::<BigInt>(&operands, shape))
    };
    Body { variables, width, exponents, coefficients }.finish()
}

type Pairs<'a> = [(Operand<'a>, Operand<'a>)];

/// All products, gathered by term.
fn totals<K: Key, T: Total>(
    pairs: &Pairs<'_>,
    shape: Shape<'_>,
) -> (Vec<u64>, Coefficients) {
    let work: usize =
        pairs.iter().map(|(a, b)| a.coefficients.len() * b.coefficients.len()).sum();
    if work <= FEW {
        return totals_by_order::<K, T>(pairs, shape.words(), work);
    }
    if let Some(grid) = grid(pairs, shape, work) {
        return totals_on_grid::<T>(pairs, shape.words(), &grid);
    }
    totals_by_hash::<K, T>(pairs, shape.words(), work)
}

/// So many products are quickest to put in order one by one.
const FEW: usize = 40;

/// All products in a list, put in order.
fn totals_by_order<K: Key, T: Total>(
    pairs: &Pairs<'_>,
    words: usize,
    work: usize,
) -> (Vec<u64>, Coefficients) {
    let mut products: Vec<(K, T)> = Vec::with_capacity(work);
    for (a, b) in pairs {
        let (a_factors, b_factors) =
            (T::factors(a.coefficients), T::factors(b.coefficients));
        let key = |operand: &Operand<'_>, i: usize| {
            K::load(&operand.exponents[i * words..(i + 1) * words])
        };
        for (i, a_factor) in a_factors.iter().enumerate() {
            let a_key = key(a, i);
            for (j, b_factor) in b_factors.iter().enumerate() {
                let mut product = T::default();
                product.add_product(a_factor, b_factor);
                products.push((a_key.plus(&key(b, j)), product));
            }
        }
    }
    products.sort_unstable_by(|a, b| b.0.cmp(&a.0));
    listed(products, words)
}

/// Packed terms and coefficients from values in descending order of terms, terms that repeat added up.
fn listed<K: Key, T: Total>(
    products: Vec<(K, T)>,
    words: usize,
) -> (Vec<u64>, Coefficients) {
    let mut exponents = Vec::with_capacity(products.len() * words);
    let mut coefficients = Coefficients::with_capacity(products.len());
    let mut products = products.into_iter().peekable();
    while let Some((key, mut total)) = products.next() {
        while let Some((_, more)) = products.next_if(|(next, _)| *next == key) {
            total.add(more);
        }
        if !total.vanishes() {
            key.store(&mut exponents, words);
            total.push_to(&mut coefficients);
        }
    }
    (exponents, coefficients)
}

/// A grid, if it is small for the work.
fn grid(pairs: &Pairs<'_>, shape: Shape<'_>, work: usize) -> Option<Grid> {
    let degrees: Vec<[Vec<u64>; 2]> = pairs
        .iter()
        .map(|(a, b)| [a, b].map(|operand| layout::degrees(&operand.exponents, shape)))
        .collect();
    let most = work.saturating_mul(8).min(1 << 23);
    let mut sums = degrees[0].clone();
    for [a, b] in &degrees[1..] {
        // The highest degrees of any pair: sums may use the top bits, so both parts are kept apart.
        for index in 0..shape.variables.len() {
            let of = |packed: &[u64]| layout::read(packed, index, shape.width);
            if of(a) + of(b) > of(&sums[0]) + of(&sums[1]) {
                for (sum, own) in sums.iter_mut().zip([a, b]) {
                    layout::put(sum, index, shape.width, of(own));
                }
            }
        }
    }
    Grid::new(shape, &[&sums[0], &sums[1]], most)
}

/// A run of terms with the same exponent of the first variable.
type Run = (usize, std::ops::Range<usize>);

/// Sums in an array with a place for every term, one slab per exponent of the first variable where the
/// whole would not stay in the cache.
fn totals_on_grid<T: Total>(
    pairs: &Pairs<'_>,
    words: usize,
    grid: &Grid,
) -> (Vec<u64>, Coefficients) {
    const CACHED: usize = 1 << 15;
    const PATIENCE: usize = 1 << 16;
    let slab = if grid.len() <= CACHED { grid.len() } else { grid.first_stride() };
    let side = |operand: &Operand<'_>| {
        let places = grid.places(&operand.exponents, words, operand.coefficients.len());
        let mut runs: Vec<Run> = Vec::new();
        let mut start = 0;
        for run in places.chunk_by(|a, b| a / slab == b / slab) {
            runs.push((run[0] / slab, start..start + run.len()));
            start += run.len();
        }
        (places.into_iter().map(|place| place % slab).collect::<Vec<_>>(), runs)
    };
    let sides: Vec<_> = pairs
        .iter()
        .map(|(a, b)| {
            (side(a), T::factors(a.coefficients), side(b), T::factors(b.coefficients))
        })
        .collect();
    let (mut exponents, mut coefficients) = (Vec::new(), Coefficients::with_capacity(0));
    let mut totals = vec![T::default(); slab];
    let mut spent = 0;
    for layer in (0..grid.len() / slab).rev() {
        let mut touched = false;
        for ((a_places, a_runs), a_factors, (b_places, b_runs), b_factors) in &sides {
            for (a_layer, a_run) in a_runs {
                let other = b_runs
                    .binary_search_by(|(b_layer, _)| layer.cmp(&(a_layer + b_layer)));
                let Ok(other) = other else {
                    continue;
                };
                let b_run = b_runs[other].1.clone();
                let (b_places, b_factors) = (&b_places[b_run.clone()], &b_factors[b_run]);
                touched = true;
                for (place, factor) in
                    a_places[a_run.clone()].iter().zip(&a_factors[a_run.clone()])
                {
                    // Look at the flag every so many products.
                    spent += b_places.len();
                    if spent >= PATIENCE {
                        spent = 0;
                        if stop::is_raised() {
                            return (Vec::new(), Coefficients::with_capacity(0));
                        }
                    }
                    let totals = &mut totals[*place..];
                    for (place, other) in b_places.iter().zip(b_factors) {
                        totals[*place].add_product(factor, other);
                    }
                }
            }
        }
        if !touched {
            continue;
        }
        for (place, total) in totals.iter_mut().enumerate().rev() {
            if !total.vanishes() {
                grid.store(layer * slab + place, &mut exponents, words);
                std::mem::take(total).push_to(&mut coefficients);
            }
        }
    }
    (exponents, coefficients)
}

/// Sums in a hash table, sorted at the end.
fn totals_by_hash<K: Key, T: Total>(
    pairs: &Pairs<'_>,
    words: usize,
    work: usize,
) -> (Vec<u64>, Coefficients) {
    let mut gathered = Gathered::<K, T>::with_room(work.min(1 << 12));
    for (a, b) in pairs {
        let keys = |operand: &Operand<'_>| -> Vec<K> {
            let load = |i: usize| K::load(&operand.exponents[i * words..(i + 1) * words]);
            (0..operand.coefficients.len()).map(load).collect()
        };
        let (a_keys, b_keys) = (keys(a), keys(b));
        let (a_factors, b_factors) =
            (T::factors(a.coefficients), T::factors(b.coefficients));
        for (a_key, a_factor) in a_keys.iter().zip(a_factors.iter()) {
            if stop::is_raised() {
                return (Vec::new(), Coefficients::with_capacity(0));
            }
            for (b_key, b_factor) in b_keys.iter().zip(b_factors.iter()) {
                let (place, _) = gathered.place(a_key.plus(b_key), T::default);
                gathered.entries[place].1.add_product(a_factor, b_factor);
            }
        }
    }
    let mut entries = gathered.entries;
    entries.sort_unstable_by(|a, b| b.0.cmp(&a.0));
    listed(entries, words)
}
