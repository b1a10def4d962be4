//! A polynomial as a table of exponents, for evaluation and for maps of exponents.

use num_bigint::BigInt;
use num_traits::One;

use super::modular::{Modular, trim};
use super::prime_field::PrimeField;
use crate::{Polynomial, Var};

/// The highest power of a value that is looked up instead of computed.
const MOST_LISTED: u32 = 1000;

/// One row of exponents per term.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The variable of each column.
    pub(super) variables: Vec<Var>,
    /// Rows of exponents, one after the other.
    exponents: Vec<u32>,
    /// One coefficient per row.
    pub(super) coefficients: Vec<BigInt>,
}

impl Table {
    /// The table of a polynomial with the given variables as columns; all variables that occur are among
    /// them.
    pub(super) fn new(polynomial: &Polynomial, variables: &[Var]) -> Self {
        let width = variables.len();
        let count = polynomial.term_count();
        let mut exponents = vec![0; count * width];
        let mut coefficients = Vec::with_capacity(count);
        let column = |var: Var| variables.iter().position(|v| *v == var);
        for (row, (powers, coefficient)) in polynomial.terms().enumerate() {
            for (var, exponent) in powers {
                if let Some(place) = column(var) {
                    exponents[row * width + place] = exponent;
                }
            }
            coefficients.push(coefficient);
        }
        Self { variables: variables.to_vec(), exponents, coefficients }
    }

    /// The number of columns.
    pub(super) fn width(&self) -> usize {
        self.variables.len()
    }

    /// The exponents of a term.
    pub(super) fn row(&self, term: usize) -> &[u32] {
        &self.exponents[term * self.width()..(term + 1) * self.width()]
    }

    /// The exponents of all terms.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.coefficients.len()).map(|term| self.row(term))
    }

    /// The polynomial with the exponents of each term changed.
    pub(super) fn map(&self, change: impl Fn(&[u32]) -> Vec<(Var, u32)>) -> Polynomial {
        let rows = self.rows().map(change);
        Polynomial::from_terms(rows.zip(self.coefficients.iter().cloned()))
    }

    /// The highest exponent in each column.
    pub(super) fn degrees(&self) -> Vec<u32> {
        let mut degrees = vec![0; self.width()];
        for row in self.rows() {
            for (degree, exponent) in degrees.iter_mut().zip(row) {
                *degree = (*degree).max(*exponent);
            }
        }
        degrees
    }

    /// The coefficients modulo a prime.
    pub(super) fn reduce(&self, field: &PrimeField) -> Vec<u64> {
        self.coefficients.iter().map(|c| field.enter_integer(c)).collect()
    }

    /// The polynomial in the variable of one column that is left when the others have values; the value
    /// in the column itself is not looked at. `coefficients` are those of [`Self::reduce`].
    pub(super) fn image(
        &self,
        field: &PrimeField,
        coefficients: &[u64],
        column: usize,
        values: &[u64],
    ) -> Modular {
        let degrees = self.degrees();
        // Powers are listed as far as lists are short.
        let powers: Vec<Vec<u64>> = (0..self.width())
            .map(|place| {
                let base = if place == column { field.one() } else { values[place] };
                power_list(field, base, degrees[place].min(MOST_LISTED))
            })
            .collect();
        let mut image = vec![0; degrees[column] as usize + 1];
        for (row, coefficient) in self.rows().zip(coefficients) {
            let mut product = *coefficient;
            for (place, exponent) in row.iter().enumerate() {
                if *exponent > 0 && place != column {
                    let listed = powers[place].get(*exponent as usize).copied();
                    let power = listed.unwrap_or_else(|| {
                        field.pow(values[place], u64::from(*exponent))
                    });
                    product = field.mul(product, power);
                }
            }
            let place = row[column] as usize;
            image[place] = field.add(image[place], product);
        }
        trim(&mut image);
        image
    }

    /// The value when the variables have integer values.
    pub(super) fn integer_value(&self, values: &[i64]) -> BigInt {
        self.rows().zip(&self.coefficients).fold(
            BigInt::ZERO,
            |sum, (row, coefficient)| {
                let powers = row.iter().zip(values);
                sum + powers.fold(coefficient.clone(), |product, (exponent, value)| {
                    product * BigInt::from(*value).pow(*exponent)
                })
            },
        )
    }

    /// The polynomial in the variable of one column that is left when the others have integer values.
    pub(super) fn integer_image(&self, column: usize, values: &[i64]) -> Vec<BigInt> {
        let degrees = self.degrees();
        let powers: Vec<Vec<BigInt>> = (0..self.width())
            .map(|place| {
                let base = if place == column { 1 } else { values[place] };
                let mut list = vec![BigInt::one()];
                for i in 0..degrees[place] as usize {
                    list.push(&list[i] * base);
                }
                list
            })
            .collect();
        let mut image = vec![BigInt::ZERO; degrees[column] as usize + 1];
        for (row, coefficient) in self.rows().zip(&self.coefficients) {
            let mut product = coefficient.clone();
            for (place, exponent) in row.iter().enumerate() {
                if *exponent > 0 && place != column {
                    product *= &powers[place][*exponent as usize];
                }
            }
            image[row[column] as usize] += product;
        }
        while image.last().is_some_and(|c| *c == BigInt::ZERO) {
            image.pop();
        }
        image
    }
}

/// The powers of an element up to an exponent.
fn power_list(field: &PrimeField, base: u64, highest: u32) -> Vec<u64> {
    let mut list = Vec::with_capacity(highest as usize + 1);
    list.push(field.one());
    for i in 0..highest as usize {
        list.push(field.mul(list[i], base));
    }
    list
}
