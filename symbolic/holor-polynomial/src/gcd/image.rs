//! Bounds for the degrees of a common divisor from images in one variable modulo a prime.

use std::sync::OnceLock;

use super::univariate;
use crate::body::Body;
use crate::coefficient::Coefficients;
use crate::layout;
use crate::modular::{Modulus, PRIMES, Points};

/// Images of a higher degree are not formed.
const HIGHEST: u64 = 1 << 16;

/// What an image in one variable says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// No common divisor has a higher degree in the variable.
    Degree(u64),
    /// The only common divisors are integers, up to monomials.
    Coprime,
}

/// Two polynomials in the same variables, with the values of their terms at a fixed point.
pub(super) struct Images<'a> {
    sides: [Side<'a>; 2],
    modulus: Modulus,
}

struct Side<'a> {
    body: &'a Body,
    degrees: Vec<u64>,
    values: Vec<u64>,
}

/// The coordinates of the point and their inverses.
fn point(index: usize, modulus: Modulus) -> (u64, u64) {
    static TABLE: OnceLock<Vec<(u64, u64)>> = OnceLock::new();
    let coordinate = |index: usize| {
        let value = Points::new((index as u64).wrapping_mul(0xA076_1D64_78BD_642F)).next(modulus);
        (value, modulus.inverse(value))
    };
    let table = TABLE.get_or_init(|| (0..32).map(coordinate).collect());
    table.get(index).copied().unwrap_or_else(|| coordinate(index))
}

/// The powers of a value up to a degree.
pub(super) fn powers(value: u64, degree: u64, modulus: Modulus) -> Vec<u64> {
    let mut table = Vec::with_capacity(degree as usize + 1);
    let mut power = 1;
    table.push(power);
    for _ in 0..degree {
        power = modulus.times(power, value);
        table.push(power);
    }
    table
}

/// The coefficients modulo a prime.
pub(super) fn reduced(coefficients: &Coefficients, modulus: Modulus) -> Vec<u64> {
    match coefficients {
        Coefficients::Small(list) => list.iter().map(|c| modulus.of_signed(*c)).collect(),
        Coefficients::Large(list) => list.iter().map(|c| modulus.of_large(c)).collect(),
    }
}

impl<'a> Images<'a> {
    /// Values of all terms. Both polynomials have the same variables.
    pub(super) fn new(a: &'a Body, b: &'a Body) -> Self {
        let modulus = Modulus::new(PRIMES[0]);
        let side = |body: &'a Body| {
            let degrees = body.degrees();
            let mut values = reduced(&body.coefficients, modulus);
            for index in 0..body.variables.len() {
                let degree = layout::read(&degrees, index, body.width);
                let (value, _) = point(index, modulus);
                let (word, shift) = layout::place(index, body.width);
                let mask = u64::MAX >> (64 - body.width);
                let terms = body.exponents.chunks_exact(body.words());
                let table = powers(value, degree.min(HIGHEST), modulus);
                for (total, term) in values.iter_mut().zip(terms) {
                    let exponent = (term[word] >> shift) & mask;
                    if exponent != 0 {
                        let power = match table.get(exponent as usize) {
                            Some(power) => *power,
                            None => modulus.power(value, exponent),
                        };
                        *total = modulus.times(*total, power);
                    }
                }
            }
            Side { body, degrees, values }
        };
        Self { sides: [side(a), side(b)], modulus }
    }

    /// The degree of one of the polynomials in a variable.
    pub(super) fn degree(&self, side: usize, index: usize) -> u64 {
        layout::read(&self.sides[side].degrees, index, self.sides[side].body.width)
    }

    /// What the image in one variable says.
    pub(super) fn bound(&self, index: usize) -> Bound {
        let degrees = [self.degree(0, index), self.degree(1, index)];
        let least = degrees[0].min(degrees[1]);
        if degrees[0].max(degrees[1]) > HIGHEST {
            return Bound::Degree(least);
        }
        let inverse = powers(point(index, self.modulus).1, degrees[0].max(degrees[1]), self.modulus);
        let mut single = false;
        let images = [0, 1].map(|side| {
            let Side { body, values, .. } = &self.sides[side];
            let mut image = vec![0; degrees[side] as usize + 1];
            let mut counts = vec![0u8; image.len()];
            let (word, shift) = layout::place(index, body.width);
            let mask = u64::MAX >> (64 - body.width);
            for (value, term) in values.iter().zip(body.exponents.chunks_exact(body.words())) {
                let exponent = ((term[word] >> shift) & mask) as usize;
                let value = self.modulus.times(*value, inverse[exponent]);
                image[exponent] = self.modulus.plus(image[exponent], value);
                counts[exponent] = counts[exponent].saturating_add(1);
            }
            single |= counts.contains(&1);
            image
        });
        // A leading coefficient that vanishes at the point spoils the bound.
        if images.iter().any(|image| image.last() == Some(&0)) {
            return Bound::Degree(least);
        }
        let [a, b] = images;
        let common = univariate::gcd(a, b, self.modulus).len() as u64 - 1;
        // Free of the variable, it divides every coefficient, one of them a monomial.
        if common == 0 && single { Bound::Coprime } else { Bound::Degree(common) }
    }
}
