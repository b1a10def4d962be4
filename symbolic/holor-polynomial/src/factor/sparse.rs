//! Sparse polynomials modulo a prime, evaluated at the powers of one point.

use super::modular::Modular;
use super::prime_field::PrimeField;
use super::table::Table;

/// Terms modulo a prime, rows of exponents ascending lexicographically.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparse {
    width: usize,
    exponents: Vec<u32>,
    coefficients: Vec<u64>,
}

impl Sparse {
    /// 0 in so many variables.
    pub(super) fn empty(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// The terms of a table modulo a prime.
    pub(super) fn new(table: &Table, field: &PrimeField) -> Self {
        let mut order: Vec<usize> = (0..table.coefficients.len()).collect();
        order.sort_unstable_by(|a, b| table.row(*a).cmp(table.row(*b)));
        let mut sparse = Self::empty(table.width());
        for term in order {
            let coefficient = field.enter_integer(&table.coefficients[term]);
            if coefficient != 0 {
                sparse.exponents.extend_from_slice(table.row(term));
                sparse.coefficients.push(coefficient);
            }
        }
        sparse
    }

    /// The number of terms.
    pub(super) fn len(&self) -> usize {
        self.coefficients.len()
    }

    /// The exponents of a term.
    pub(super) fn row(&self, term: usize) -> &[u32] {
        &self.exponents[term * self.width..(term + 1) * self.width]
    }

    /// The coefficient of a term.
    pub(super) fn coefficient(&self, term: usize) -> u64 {
        self.coefficients[term]
    }

    /// Adds a term that comes after all others.
    pub(super) fn push(&mut self, parts: [&[u32]; 3], coefficient: u64) {
        for part in parts {
            self.exponents.extend_from_slice(part);
        }
        self.coefficients.push(coefficient);
    }

    /// The polynomial with a value for the last variable.
    pub(super) fn substitute_last(&self, field: &PrimeField, value: u64) -> Self {
        let width = self.width - 1;
        let mut result = Self::empty(width);
        for (term, coefficient) in self.coefficients.iter().enumerate() {
            let (row, last) = self.row(term).split_at(width);
            let product = field.mul(*coefficient, field.pow(value, u64::from(last[0])));
            let count = result.len();
            if count > 0 && result.row(count - 1) == row {
                result.coefficients[count - 1] =
                    field.add(result.coefficients[count - 1], product);
                continue;
            }
            result.drop_zero();
            result.push([row, &[], &[]], product);
        }
        result.drop_zero();
        result
    }

    fn drop_zero(&mut self) {
        if self.coefficients.last() == Some(&0) {
            self.coefficients.pop();
            self.exponents.truncate(self.exponents.len() - self.width);
        }
    }
}

/// Which columns of a sparse polynomial stay variables when the others are given powers of a point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// The first column.
    pub(super) first: bool,
    /// The last column.
    pub(super) last: bool,
}

/// A sparse polynomial at the first, second, third … power of a point: each term is multiplied by the
/// value of its monomial from one to the next.
#[derive(Debug)]
pub(super) struct Powers {
    places: Vec<(usize, usize)>,
    weights: Vec<u64>,
    running: Vec<u64>,
    size: (usize, usize),
}

impl Powers {
    /// Prepares the evaluation; `point` has a value for each column that is not kept.
    pub(super) fn new(
        sparse: &Sparse,
        field: &PrimeField,
        point: &[u64],
        kept: Kept,
    ) -> Self {
        let start = usize::from(kept.first);
        let end = sparse.width - usize::from(kept.last);
        let mut size = (1, 1);
        let mut places = Vec::with_capacity(sparse.len());
        let mut weights = Vec::with_capacity(sparse.len());
        for term in 0..sparse.len() {
            let row = sparse.row(term);
            let first = if kept.first { row[0] as usize } else { 0 };
            let last = if kept.last { row[sparse.width - 1] as usize } else { 0 };
            size = (size.0.max(first + 1), size.1.max(last + 1));
            places.push((first, last));
            weights.push(monomial(field, &row[start..end], point));
        }
        Self { places, weights, running: sparse.coefficients.clone(), size }
    }

    /// Goes on to the next power of the point and gives the coefficients there, by the exponent in the
    /// first kept column, then in the last.
    pub(super) fn next(&mut self, field: &PrimeField) -> Vec<Modular> {
        let mut image = vec![vec![0; self.size.1]; self.size.0];
        for ((running, weight), (first, last)) in
            self.running.iter_mut().zip(&self.weights).zip(&self.places)
        {
            *running = field.mul(*running, *weight);
            let entry = &mut image[*first][*last];
            *entry = field.add(*entry, *running);
        }
        image
    }
}

/// The value of a monomial.
pub(super) fn monomial(field: &PrimeField, row: &[u32], point: &[u64]) -> u64 {
    row.iter().zip(point).filter(|(exponent, _)| **exponent > 0).fold(
        field.one(),
        |product, (exponent, value)| {
            field.mul(product, field.pow(*value, u64::from(*exponent)))
        },
    )
}

/// Solves `Σ_l c_l · weight_l^s = values[s−1]` for s from 1 to the number of weights, entry by entry of the
/// values; `None` if the weights are not different and not 0.
pub(super) fn solve_vandermonde(
    field: &PrimeField,
    weights: &[u64],
    values: &[Modular],
    entries: usize,
) -> Option<Vec<Modular>> {
    let count = weights.len();
    let mut master = vec![field.one()];
    for weight in weights {
        master = field.multiply(&master, &[field.neg(*weight), field.one()]);
    }
    weights
        .iter()
        .map(|weight| {
            // The quotient of the master polynomial by z − weight.
            let mut quotient = vec![0; count];
            let mut carried = 0;
            for place in (0..count).rev() {
                carried = field.add(field.mul(carried, *weight), master[place + 1]);
                quotient[place] = carried;
            }
            let denominator = field.mul(*weight, field.value(&quotient, *weight));
            if denominator == 0 {
                return None;
            }
            let inverse = field.inv(denominator);
            let mut solution = Vec::with_capacity(entries);
            for entry in 0..entries {
                let mut sum = 0;
                for (factor, value) in quotient.iter().zip(values) {
                    let value = value.get(entry).copied().unwrap_or(0);
                    sum = field.accumulate(sum, *factor, value);
                }
                solution.push(field.mul(field.finish(sum), inverse));
            }
            Some(solution)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::prime_field::{LARGE_PRIME, Randomness};
    use super::*;

    #[test]
    fn vandermonde_systems_are_solved() {
        let field = PrimeField::new(LARGE_PRIME);
        let mut random = Randomness::new(5);
        let weights: Vec<u64> = (0..6).map(|_| random.element(&field)).collect();
        let wanted: Vec<u64> = (0..6).map(|_| random.element(&field)).collect();
        let values: Vec<Modular> = (1..=6)
            .map(|power| {
                let terms = weights.iter().zip(&wanted);
                let sum = terms.fold(0, |sum, (weight, c)| {
                    field.add(sum, field.mul(*c, field.pow(*weight, power)))
                });
                vec![sum]
            })
            .collect();
        let found = solve_vandermonde(&field, &weights, &values, 1).unwrap();
        assert_eq!(found.concat(), wanted);
        assert!(solve_vandermonde(&field, &[2, 2], &values, 1).is_none());
    }
}
