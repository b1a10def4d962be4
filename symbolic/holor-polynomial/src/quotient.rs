//! Exact quotients.

use std::collections::BinaryHeap;
use std::sync::Arc;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::Zero;

use crate::body::{Body, common};
use crate::coefficient::Coefficients;
use crate::gathered::Gathered;
use crate::gcd::never_divides;
use crate::grid::Grid;
use crate::key::{Key, with_key};
use crate::layout::{self, Shape};
use crate::wide::Wide;
use crate::{Polynomial, stop};

/// A coefficient of what remains of the dividend.
trait Rest: Clone + Default {
    /// The type of coefficients of divisor and quotient.
    type Factor: Clone;
    /// A coefficient of the dividend.
    fn start(value: &Self::Factor) -> Self;
    /// Subtracts `a · b`.
    fn subtract_product(&mut self, a: &Self::Factor, b: &Self::Factor);
    /// The quotient by a factor, if it is exact and fits.
    fn quotient(&self, by: &Self::Factor) -> Result<Self::Factor, Stop>;
    /// Whether it is 0.
    fn vanishes(&self) -> bool;
    /// The bits of a factor, rounded up; 0 where sums of any size fit.
    fn bits(factor: &Self::Factor) -> u32;
    /// Appends a factor to a list.
    fn push(factor: Self::Factor, list: &mut Coefficients);
    /// The bits that sums may have.
    const ROOM: u32;
}

/// Why a division ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// It is not exact, or the flag is raised.
    NotExact,
    /// Sums may not fit.
    Overflow,
}

macro_rules! fixed_rest {
    ($type:ty) => {
        impl Rest for $type {
            type Factor = i64;
            const ROOM: u32 = <$type>::BITS - 2;
            fn start(value: &i64) -> Self {
                (*value).into()
            }
            fn subtract_product(&mut self, a: &i64, b: &i64) {
                *self =
                    self.wrapping_sub(<$type>::from(*a).wrapping_mul(<$type>::from(*b)));
            }
            fn quotient(&self, by: &i64) -> Result<i64, Stop> {
                let by = <$type>::from(*by);
                let quotient = match by {
                    1 => *self,
                    -1 => self.wrapping_neg(),
                    _ => {
                        let quotient = self.wrapping_div(by);
                        if quotient.wrapping_mul(by) != *self {
                            return Err(Stop::NotExact);
                        }
                        quotient
                    }
                };
                i64::try_from(quotient).map_err(|_| Stop::Overflow)
            }
            fn vanishes(&self) -> bool {
                *self == 0
            }
            fn bits(factor: &i64) -> u32 {
                64 - factor.unsigned_abs().leading_zeros()
            }
            fn push(factor: i64, list: &mut Coefficients) {
                list.push(factor);
            }
        }
    };
}

fixed_rest!(i64);
fixed_rest!(i128);

impl Rest for Wide {
    type Factor = i128;
    const ROOM: u32 = 254;
    fn start(value: &i128) -> Self {
        (*value).into()
    }
    fn subtract_product(&mut self, a: &i128, b: &i128) {
        self.add_product(*a, *b, true);
    }
    fn quotient(&self, by: &i128) -> Result<i128, Stop> {
        match self.narrow() {
            Some(value) if value != i128::MIN => exact(value, *by).ok_or(Stop::NotExact),
            _ => {
                let quotient = Rest::quotient(&self.to_large(), &BigInt::from(*by))?;
                i128::try_from(quotient).map_err(|_| Stop::Overflow)
            }
        }
    }
    fn vanishes(&self) -> bool {
        self.is_zero()
    }
    fn bits(factor: &i128) -> u32 {
        128 - factor.unsigned_abs().leading_zeros()
    }
    fn push(factor: i128, list: &mut Coefficients) {
        list.push_wide(factor);
    }
}

impl Rest for BigInt {
    type Factor = BigInt;
    const ROOM: u32 = u32::MAX;
    fn start(value: &BigInt) -> Self {
        value.clone()
    }
    fn subtract_product(&mut self, a: &BigInt, b: &BigInt) {
        *self -= a * b;
    }
    fn quotient(&self, by: &BigInt) -> Result<BigInt, Stop> {
        let (quotient, rest) = self.div_rem(by);
        if rest.is_zero() { Ok(quotient) } else { Err(Stop::NotExact) }
    }
    fn vanishes(&self) -> bool {
        self.is_zero()
    }
    fn bits(_factor: &BigInt) -> u32 {
        0
    }
    fn push(factor: BigInt, list: &mut Coefficients) {
        list.push_large(factor);
    }
}

/// `a / b` if `b` divides `a`; `b` is not 0.
pub(crate) fn quotient(a: &Polynomial, b: &Polynomial) -> Option<Polynomial> {
    if a.is_zero() || b.is_one() {
        return Some(a.clone());
    }
    let (a, b) = (&*a.0, &*b.0);
    if b.width > a.width || b.len() > 1 && a.len() == 1 {
        return None;
    }
    let same = Arc::ptr_eq(&a.variables, &b.variables) || a.variables == b.variables;
    if !same && b.variables.iter().any(|v| a.variables.binary_search(v).is_err()) {
        return None;
    }
    let (variables, width) = common(a, b);
    let shape = Shape { variables: &variables, width };
    let exponents = b.exponents_in(shape);
    let operands = Operands {
        bodies: [a, b],
        shape,
        words: shape.words(),
        guard: layout::guard(width),
        exponents: [&a.exponents, &exponents],
        coefficients: [&a.coefficients, &b.coefficients],
    };
    let (exponents, coefficients) =
        if b.len() == 1 { operands.by_term()? } else { operands.divided()? };
    Some(Body { variables, width, exponents, coefficients }.finish())
}

/// Quotients that may have more terms for every one of the dividend are first tried by an image.
const LONG: u64 = 64;

/// Dividend and divisor in the same shape.
struct Operands<'a> {
    bodies: [&'a Body; 2],
    shape: Shape<'a>,
    words: usize,
    guard: u64,
    exponents: [&'a [u64]; 2],
    coefficients: [&'a Coefficients; 2],
}

type Quotient = (Vec<u64>, Coefficients);

impl Operands<'_> {
    /// One of the dividend's or the divisor's terms.
    fn term(&self, side: usize, index: usize) -> &[u64] {
        &self.exponents[side][index * self.words..(index + 1) * self.words]
    }

    /// Whether no field of `a` is greater than that of `b`.
    fn divides(&self, a: &[u64], b: &[u64]) -> bool {
        a.iter().zip(b).all(|(a, b)| Key::minus(b, a, self.guard).is_some())
    }

    /// `a − b` field by field, where no field of the result is negative.
    fn difference(&self, a: &[u64], b: &[u64]) -> Option<Vec<u64>> {
        a.iter().zip(b).map(|(a, b)| Key::minus(a, b, self.guard)).collect()
    }

    /// The quotient by a single term.
    fn by_term(&self) -> Option<Quotient> {
        let mut exponents = Vec::with_capacity(self.exponents[0].len());
        let factor = self.term(1, 0);
        for words in self.exponents[0].chunks_exact(self.words.max(1)) {
            for (word, less) in words.iter().zip(factor) {
                exponents.push(Key::minus(word, less, self.guard)?);
            }
        }
        let mut coefficients = Coefficients::with_capacity(self.coefficients[0].len());
        match (self.coefficients[0], self.coefficients[1]) {
            (Coefficients::Small(list), Coefficients::Small(by)) => {
                for c in list {
                    coefficients.push_wide(exact(i128::from(*c), by[0].into())?);
                }
            }
            (list, by) => {
                let by = by.get(0);
                for index in 0..list.len() {
                    coefficients.push_large(list.get(index).quotient(&by).ok()?);
                }
            }
        }
        Some((exponents, coefficients))
    }

    /// The quotient by several terms.
    fn divided(&self) -> Option<Quotient> {
        let [a, b] = self.coefficients;
        // The first and the last terms first, then degrees: most failures show there.
        let last = [a.len() - 1, b.len() - 1];
        if !self.divides(self.term(1, 0), self.term(0, 0))
            || !self.divides(self.term(1, last[1]), self.term(0, last[0]))
        {
            return None;
        }
        if let (Coefficients::Small(a), Coefficients::Small(b)) = (a, b) {
            exact(a[0].into(), b[0].into())?;
            exact(a[last[0]].into(), b[last[1]].into())?;
            // Values at (1, 1, …) divide as well.
            let value = |list: &[i64]| list.iter().map(|c| i128::from(*c)).sum::<i128>();
            let (a, b) = (value(a), value(b));
            if a != 0 && (b == 0 || exact(a, b).is_none()) {
                return None;
            }
        }
        let degrees =
            self.exponents.map(|exponents| layout::degrees(exponents, self.shape));
        let room = self.difference(&degrees[0], &degrees[1])?;
        let most = a.len().saturating_mul(32).saturating_add(64).min(1 << 24);
        let grid = Grid::new(self.shape, &[&degrees[0]], most);
        if grid.is_none() {
            let exponent = |index| layout::read(&room, index, self.shape.width);
            let room = (0..self.shape.variables.len())
                .fold(1u64, |product, index| product.saturating_mul(exponent(index) + 1));
            if room / LONG > a.len() as u64 {
                if !(a.content() % b.content()).is_zero() {
                    return None;
                }
                let [dividend, divisor] = self.bodies;
                if never_divides(divisor, dividend) {
                    return None;
                }
            }
        }
        if let (Coefficients::Small(a), Coefficients::Small(b)) = (a, b) {
            match self.attempt::<i64>(&room, grid.as_ref(), a, b) {
                Err(Stop::Overflow) => {}
                done => return done.ok(),
            }
            match self.attempt::<i128>(&room, grid.as_ref(), a, b) {
                Err(Stop::Overflow) => {}
                done => return done.ok(),
            }
        }
        if let (Some(a), Some(b)) = (a.to_wide(), b.to_wide()) {
            match self.attempt::<Wide>(&room, grid.as_ref(), &a, &b) {
                Err(Stop::Overflow) => {}
                done => return done.ok(),
            }
        }
        self.attempt::<BigInt>(&room, grid.as_ref(), &a.to_large(), &b.to_large()).ok()
    }

    /// The quotient with a fixed size of the sums.
    fn attempt<T: Rest>(
        &self,
        room: &[u64],
        grid: Option<&Grid>,
        a: &[T::Factor],
        b: &[T::Factor],
    ) -> Result<Quotient, Stop> {
        match grid {
            Some(grid) => self.on_grid::<T>(room, grid, a, b),
            None => {
                let words = self.words;
                with_key!(words, by_hash::<T>(self, room, a, b))
            }
        }
    }

    /// The quotient with what remains in an array with a place for every term.
    fn on_grid<T: Rest>(
        &self,
        room: &[u64],
        grid: &Grid,
        a: &[T::Factor],
        b: &[T::Factor],
    ) -> Result<Quotient, Stop> {
        let mut size = Size::new::<T>(a, b);
        let places = grid.places(self.exponents[0], self.words, a.len());
        let mut rest = vec![T::default(); grid.len()];
        for (place, c) in places.iter().zip(a) {
            rest[*place] = T::start(c);
        }
        let b_places = grid.places(self.exponents[1], self.words, b.len());
        let lead = b_places[0];
        let highest = lead + grid.places(room, self.words, 1)[0];
        let least = lead + places[a.len() - 1] - b_places[b.len() - 1];
        let mut quotient = (Vec::new(), Coefficients::with_capacity(a.len() / b.len()));
        for place in (0..=places[0]).rev() {
            if rest[place].vanishes() {
                continue;
            }
            if place < least
                || !grid.is_between(place, lead, highest)
                || stop::is_raised()
            {
                return Err(Stop::NotExact);
            }
            let factor = rest[place].quotient(&b[0])?;
            size.grow::<T>(&factor)?;
            rest[place] = T::default();
            let step = place - lead;
            let rest = &mut rest[step..];
            for (place, c) in b_places[1..].iter().zip(&b[1..]) {
                rest[*place].subtract_product(&factor, c);
            }
            grid.store(step, &mut quotient.0, self.words);
            T::push(factor, &mut quotient.1);
        }
        Ok(quotient)
    }
}

/// `a / b` if it is exact; `b` is not 0.
fn exact(a: i128, b: i128) -> Option<i128> {
    // Division of two words at a time is slow.
    if let (Ok(a), Ok(b)) = (i64::try_from(a), i64::try_from(b))
        && let Some(quotient) = a.checked_div(b)
    {
        return (quotient * b == a).then_some(quotient.into());
    }
    let quotient = a.checked_div(b)?;
    (quotient * b == a).then_some(quotient)
}

/// A bound for what remains: the dividend's coefficients plus those of the quotient times the divisor's.
struct Size {
    dividend: u32,
    divisor: u32,
    quotient: u128,
}

impl Size {
    fn new<T: Rest>(a: &[T::Factor], b: &[T::Factor]) -> Self {
        let bits = |list: &[T::Factor]| list.iter().map(T::bits).max().unwrap_or(0);
        Self { dividend: bits(a), divisor: bits(b), quotient: 0 }
    }

    /// Counts one more coefficient of the quotient.
    fn grow<T: Rest>(&mut self, factor: &T::Factor) -> Result<(), Stop> {
        let bits = T::bits(factor);
        if bits == 0 {
            return Ok(());
        }
        self.quotient = self.quotient.saturating_add(u128::MAX >> (128 - bits));
        let products = 128 - self.quotient.leading_zeros() + self.divisor;
        if products.max(self.dividend) < T::ROOM { Ok(()) } else { Err(Stop::Overflow) }
    }
}

/// The quotient with what remains in a hash table; terms that the dividend lacks wait in a heap.
fn by_hash<K: Key, T: Rest>(
    operands: &Operands<'_>,
    room: &[u64],
    a: &[T::Factor],
    b: &[T::Factor],
) -> Result<Quotient, Stop> {
    let (words, guard) = (operands.words, operands.guard);
    let room = K::load(room);
    let mut size = Size::new::<T>(a, b);
    let mut rest = Gathered::<K, T>::with_room(a.len());
    for (i, c) in a.iter().enumerate() {
        rest.place(K::load(operands.term(0, i)), || T::start(c));
    }
    let divisor: Vec<K> = (0..b.len()).map(|i| K::load(operands.term(1, i))).collect();
    let least = K::load(operands.term(0, a.len() - 1))
        .minus(&divisor[b.len() - 1], guard)
        .ok_or(Stop::NotExact)?;
    let mut further: BinaryHeap<(K, usize)> = BinaryHeap::new();
    let mut next = 0;
    let mut quotient = (Vec::new(), Coefficients::with_capacity(a.len() / b.len()));
    loop {
        // The highest term left: of the dividend, or one that came up since.
        let ahead = further
            .peek()
            .is_some_and(|(key, _)| next == a.len() || *key > rest.entries[next].0);
        let place = if ahead {
            further.pop().map_or(0, |(_, place)| place)
        } else if next < a.len() {
            next += 1;
            next - 1
        } else {
            break;
        };
        let (key, value) = &rest.entries[place];
        if value.vanishes() {
            continue;
        }
        let step = key.minus(&divisor[0], guard).ok_or(Stop::NotExact)?;
        if step < least || room.minus(&step, guard).is_none() || stop::is_raised() {
            return Err(Stop::NotExact);
        }
        let factor = value.quotient(&b[0])?;
        size.grow::<T>(&factor)?;
        for (key, c) in divisor[1..].iter().zip(&b[1..]) {
            let (place, new) = rest.place(step.plus(key), T::default);
            rest.entries[place].1.subtract_product(&factor, c);
            if new {
                further.push((rest.entries[place].0.clone(), place));
            }
        }
        step.store(&mut quotient.0, words);
        T::push(factor, &mut quotient.1);
    }
    Ok(quotient)
}

/// The quotient by an integer that divides every coefficient.
pub(crate) fn by_integer(body: &Body, divisor: &BigInt) -> Polynomial {
    Polynomial(Arc::new(Body {
        coefficients: body.coefficients.map_large(|c| c / divisor),
        ..body.clone()
    }))
}
