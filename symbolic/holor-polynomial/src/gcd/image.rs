//! Bounds for the degrees of a common divisor from images in one variable modulo a prime.

use std::sync::OnceLock;

use super::univariate;
use crate::Var;
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

/// The coordinate of the point for a variable, and its inverse.
fn point(variable: Var, modulus: Modulus) -> (u64, u64) {
    static TABLE: OnceLock<Vec<(u64, u64)>> = OnceLock::new();
    let coordinate = |variable: Var| {
        let seed = u64::from(variable).wrapping_mul(0xA076_1D64_78BD_642F);
        let value = Points::new(seed).next(modulus);
        (value, modulus.inverse(value))
    };
    let table = TABLE.get_or_init(|| (0..256).map(coordinate).collect());
    table.get(variable as usize).copied().unwrap_or_else(|| coordinate(variable))
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

impl<'a> Side<'a> {
    fn new(body: &'a Body, modulus: Modulus) -> Self {
        let degrees = body.degrees();
        let mut values = reduced(&body.coefficients, modulus);
        for (index, variable) in body.variables.iter().enumerate() {
            let degree = layout::read(&degrees, index, body.width);
            let (value, _) = point(*variable, modulus);
            let table = powers(value, degree.min(HIGHEST), modulus);
            for (total, exponent) in values.iter_mut().zip(body.exponents_of(index)) {
                if exponent != 0 {
                    let power = match table.get(exponent as usize) {
                        Some(power) => *power,
                        None => modulus.power(value, exponent),
                    };
                    *total = modulus.times(*total, power);
                }
            }
        }
        Self { body, degrees, values }
    }

    /// The image in one variable, of at most a degree, with the number of terms for every exponent.
    fn image(&self, index: usize, degree: u64, modulus: Modulus) -> (Vec<u64>, Vec<u8>) {
        let inverse =
            powers(point(self.body.variables[index], modulus).1, degree, modulus);
        let mut image = vec![0; degree as usize + 1];
        let mut counts = vec![0u8; image.len()];
        for (value, exponent) in self.values.iter().zip(self.body.exponents_of(index)) {
            let exponent = exponent as usize;
            let value = modulus.times(*value, inverse[exponent]);
            image[exponent] = modulus.plus(image[exponent], value);
            counts[exponent] = counts[exponent].saturating_add(1);
        }
        (image, counts)
    }
}

/// Whether images in one variable prove that `b` does not divide `a`; the variables of `b` occur in `a`.
pub(crate) fn never_divides(b: &Body, a: &Body) -> bool {
    const AFFORDABLE: u64 = 64;
    let modulus = Modulus::new(PRIMES[0]);
    let divisor = Side::new(b, modulus);
    let degree = |index: &usize| layout::read(&divisor.degrees, *index, b.width);
    let Some(index) = (0..b.variables.len()).min_by_key(degree) else {
        return false;
    };
    let (degree, variable) = (degree(&index), b.variables[index]);
    let Ok(other) = a.variables.binary_search(&variable) else {
        return true;
    };
    if degree > AFFORDABLE {
        return false;
    }
    let (image, _) = divisor.image(index, degree, modulus);
    if image.last() == Some(&0) {
        return false;
    }
    let dividend = Side::new(a, modulus);
    let inverse = point(variable, modulus).1;
    let mut terms: Vec<(u64, u64)> = dividend
        .values
        .iter()
        .zip(a.exponents_of(other))
        .map(|(value, e)| (e, modulus.times(*value, modulus.power(inverse, e))))
        .collect();
    terms.sort_unstable();
    let rest = univariate::sparse_remainder(&terms, &image, modulus);
    rest.iter().any(|value| *value != 0)
}

impl<'a> Images<'a> {
    /// Values of all terms. Both polynomials have the same variables.
    pub(super) fn new(a: &'a Body, b: &'a Body) -> Self {
        let modulus = Modulus::new(PRIMES[0]);
        Self { sides: [Side::new(a, modulus), Side::new(b, modulus)], modulus }
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
        let [(a, a_counts), (b, b_counts)] =
            [0, 1].map(|side| self.sides[side].image(index, degrees[side], self.modulus));
        // A leading coefficient that vanishes at the point spoils the bound.
        if a.last() == Some(&0) || b.last() == Some(&0) {
            return Bound::Degree(least);
        }
        let common = univariate::gcd(a, b, self.modulus).len() as u64 - 1;
        // Free of the variable, it divides every coefficient, one of them a monomial.
        let single = a_counts.contains(&1) || b_counts.contains(&1);
        if common == 0 && single { Bound::Coprime } else { Bound::Degree(common) }
    }
}
