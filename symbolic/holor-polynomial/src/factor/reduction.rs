//! Fewer variables and lower degrees by monomial substitutions.
//!
//! If a weighted sum of the exponents is the same in all terms, and the weight of some variable is ±1,
//! then that variable may be set to 1: the exponents of the others determine its own, in the polynomial
//! as in each of its factors. Homogeneous polynomials are the common case; weights of both signs say that
//! variables occur as a product only. If all exponents of a variable are multiples of d, its d-th power
//! is taken for a variable.

use num_integer::Integer;

use super::table::Table;
use crate::{Polynomial, Var};

/// A variable that was set to 1, and how its exponent comes back: constant − Σ weight·exponent.
#[derive(Debug)]
struct Eliminated {
    variable: Var,
    weights: Vec<(Var, i64)>,
}

/// A polynomial after variables were set to 1.
#[derive(Debug)]
pub(super) struct Reduced {
    /// What is left.
    pub(super) polynomial: Polynomial,
    eliminated: Vec<Eliminated>,
}

impl Reduced {
    /// Whether nothing was to be done.
    pub(super) fn is_trivial(&self) -> bool {
        self.eliminated.is_empty()
    }

    /// Puts the variables back into a factor, without monomial factors.
    pub(super) fn restore(&self, factor: &Polynomial) -> Polynomial {
        let mut factor = factor.clone();
        for eliminated in self.eliminated.iter().rev() {
            let table = Table::new(&factor, factor.variables());
            let exponent = |row: &[u32]| -> i64 {
                let weight = |var: Var| {
                    let found = eliminated.weights.iter().find(|(v, _)| *v == var);
                    found.map_or(0, |(_, weight)| *weight)
                };
                let pairs = table.variables.iter().zip(row);
                -pairs.map(|(var, e)| weight(*var) * i64::from(*e)).sum::<i64>()
            };
            let least = table.rows().map(exponent).min().unwrap_or(0);
            factor = table.map(|row| {
                let mut powers = powers_of(&table.variables, row);
                powers.push((eliminated.variable, (exponent(row) - least) as u32));
                powers
            });
        }
        factor
    }
}

fn powers_of(variables: &[Var], row: &[u32]) -> Vec<(Var, u32)> {
    variables.iter().copied().zip(row.iter().copied()).filter(|(_, e)| *e > 0).collect()
}

/// Sets variables to 1 as long as the exponents of the others determine theirs. The polynomial has no
/// monomial factor.
pub(super) fn reduce(polynomial: &Polynomial) -> Reduced {
    let mut reduced = Reduced { polynomial: polynomial.clone(), eliminated: Vec::new() };
    while reduced.polynomial.variables().len() > 1 {
        let table = Table::new(&reduced.polynomial, reduced.polynomial.variables());
        let Some((column, weights)) = unit_weight(&table) else { break };
        let variable = table.variables[column];
        reduced.polynomial = table.map(|row| {
            let mut powers = powers_of(&table.variables, row);
            powers.retain(|(var, _)| *var != variable);
            powers
        });
        let others = table.variables.iter().copied().zip(weights);
        let weights =
            others.filter(|(var, weight)| *var != variable && *weight != 0).collect();
        reduced.eliminated.push(Eliminated { variable, weights });
    }
    reduced
}

/// A column and weights, 1 in that column, with which the exponents of all terms have the same sum.
fn unit_weight(table: &Table) -> Option<(usize, Vec<i64>)> {
    let width = table.width();
    let first = table.rows().next()?;
    // Rows of the reduced echelon form of the differences of exponents, each with the column of its pivot.
    let mut basis: Vec<(usize, Vec<i128>)> = Vec::new();
    let mut weights = solutions(&basis, width)?;
    for row in table.rows().skip(1) {
        let difference =
            row.iter().zip(first).map(|(a, b)| i64::from(*a) - i64::from(*b));
        let is_constant = |weights: &Vec<i64>| {
            let terms = difference.clone().zip(weights);
            terms.map(|(a, w)| i128::from(a) * i128::from(*w)).sum::<i128>() == 0
        };
        if weights.iter().all(is_constant) {
            continue;
        }
        let mut vector: Vec<i128> = difference.map(i128::from).collect();
        for (pivot, other) in &basis {
            eliminate(&mut vector, other, *pivot)?;
        }
        let Some(pivot) = vector.iter().position(|entry| *entry != 0) else { continue };
        normalise(&mut vector);
        for (_, other) in &mut basis {
            eliminate(other, &vector, pivot)?;
        }
        basis.push((pivot, vector));
        if basis.len() == width {
            return None;
        }
        weights = solutions(&basis, width)?;
    }
    weights.into_iter().find_map(|mut weights| {
        // The last variable of weight ±1: the earlier ones come first in the order of terms.
        let column = (0..width).rev().find(|c| weights[*c].abs() == 1)?;
        let sign = weights[column];
        weights.iter_mut().for_each(|weight| *weight *= sign);
        Some((column, weights))
    })
}

/// Independent integer vectors that are orthogonal to the rows of a reduced echelon form: each free
/// column gives one, by what it entails in the columns of the pivots. `None` when numbers become too
/// large.
fn solutions(basis: &[(usize, Vec<i128>)], width: usize) -> Option<Vec<Vec<i64>>> {
    let is_free = |column: &usize| basis.iter().all(|(pivot, _)| pivot != column);
    (0..width)
        .filter(is_free)
        .map(|free| {
            let multiple = basis.iter().try_fold(1i128, |multiple, (pivot, row)| {
                let denominator = row[*pivot] / row[*pivot].gcd(&row[free]);
                (denominator.abs() < 1 << 60 && multiple.abs() < 1 << 60)
                    .then(|| multiple.lcm(&denominator))
            })?;
            let mut weights = vec![0; width];
            weights[free] = i64::try_from(multiple).ok()?;
            for (pivot, row) in basis {
                let product = multiple.checked_mul(row[free])?;
                weights[*pivot] = i64::try_from(-product / row[*pivot]).ok()?;
            }
            Some(weights)
        })
        .collect()
}

/// Clears one entry of a vector by another vector; `None` when numbers become too large.
fn eliminate(vector: &mut [i128], other: &[i128], pivot: usize) -> Option<()> {
    let (a, b) = (vector[pivot], other[pivot]);
    if a == 0 {
        return Some(());
    }
    for (entry, by) in vector.iter_mut().zip(other) {
        *entry = entry.checked_mul(b)?.checked_sub(by.checked_mul(a)?)?;
    }
    normalise(vector);
    Some(())
}

fn normalise(vector: &mut [i128]) {
    let divisor = vector.iter().fold(0i128, |divisor, entry| divisor.gcd(entry));
    if divisor > 1 {
        for entry in vector {
            *entry /= divisor;
        }
    }
}

/// A polynomial in powers of its variables.
#[derive(Debug)]
pub(super) struct Deflated {
    /// The polynomial with each power taken for a variable.
    pub(super) polynomial: Polynomial,
    /// The variables of which only multiples of an exponent > 1 occur, with that exponent.
    pub(super) exponents: Vec<(Var, u32)>,
}

/// Takes the greatest common divisor out of the exponents of each variable.
pub(super) fn deflate(polynomial: &Polynomial) -> Deflated {
    let table = Table::new(polynomial, polynomial.variables());
    let mut divisors = vec![0u32; table.width()];
    for row in table.rows() {
        for (divisor, exponent) in divisors.iter_mut().zip(row) {
            *divisor = divisor.gcd(exponent);
        }
    }
    let exponents: Vec<(Var, u32)> = powers_of(&table.variables, &divisors)
        .into_iter()
        .filter(|(_, d)| *d > 1)
        .collect();
    if exponents.is_empty() {
        return Deflated { polynomial: polynomial.clone(), exponents };
    }
    let deflated = table.map(|row| {
        let quotients: Vec<u32> = row.iter().zip(&divisors).map(|(e, d)| e / d).collect();
        powers_of(&table.variables, &quotients)
    });
    Deflated { polynomial: deflated, exponents }
}

/// Puts a power of a variable for the variable.
pub(super) fn inflate(
    polynomial: &Polynomial,
    variable: Var,
    exponent: u32,
) -> Polynomial {
    let table = Table::new(polynomial, polynomial.variables());
    table.map(|row| {
        let mut powers = powers_of(&table.variables, row);
        for (var, e) in &mut powers {
            if *var == variable {
                *e *= exponent;
            }
        }
        powers
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(terms: &[(&[(Var, u32)], i64)]) -> Polynomial {
        Polynomial::from_terms(
            terms.iter().map(|(powers, c)| (powers.to_vec(), (*c).into())),
        )
    }

    #[test]
    fn homogeneous_polynomials_lose_a_variable_and_get_it_back() {
        let form = polynomial(&[
            (&[(0, 4)], 1),
            (&[(0, 2), (1, 2)], -14),
            (&[(1, 4)], 1),
            (&[(0, 1), (1, 1), (2, 2)], 3),
        ]);
        let reduced = reduce(&form);
        assert_eq!(reduced.polynomial.variables().len(), 2);
        assert_eq!(reduced.restore(&reduced.polynomial), form);
    }

    #[test]
    fn products_of_variables_count_as_one() {
        // r² + a²c² with r, a, c homogeneous in (r, a) and with ac only as a product.
        let sum = polynomial(&[(&[(0, 2)], 1), (&[(1, 2), (2, 2)], 1)]);
        let reduced = reduce(&sum);
        assert_eq!(reduced.polynomial.variables().len(), 1);
        assert_eq!(reduced.restore(&reduced.polynomial), sum);
    }

    #[test]
    fn weights_without_a_unit_leave_the_polynomial() {
        let cusp = polynomial(&[(&[(0, 3)], 1), (&[(1, 2)], -1)]);
        assert!(reduce(&cusp).is_trivial());
        let parabola = polynomial(&[(&[(0, 2)], 1), (&[(1, 1)], -4)]);
        let reduced = reduce(&parabola);
        assert_eq!(reduced.polynomial.variables(), [1]);
        assert_eq!(reduced.restore(&reduced.polynomial), parabola);
    }

    #[test]
    fn deflation_is_undone_by_inflation() {
        let even = polynomial(&[(&[(0, 6)], 1), (&[(1, 2), (0, 3)], 5), (&[(1, 4)], -2)]);
        let deflated = deflate(&even);
        assert_eq!(deflated.exponents, [(0, 3), (1, 2)]);
        let inflated = inflate(&inflate(&deflated.polynomial, 0, 3), 1, 2);
        assert_eq!(inflated, even);
    }
}
