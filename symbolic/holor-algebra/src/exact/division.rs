//! Inverses: algebraic generators leave the denominator, and what remains is factored.

use std::collections::HashMap;
use std::sync::Arc;

use holor_polynomial::{BigInt, Polynomial, Var};
use num_traits::{One, Signed};

use super::fraction::{Denominator, Factor};
use super::registry::Relation;
use super::{Element, Field, locked};
use crate::{AlgebraError, AlgebraResult};

/// A polynomial as `content · ∏ factorᵉ`, the content with the sign.
#[derive(Debug)]
pub(super) struct Factored {
    pub(super) content: BigInt,
    pub(super) factors: Vec<(Factor, u32)>,
    /// Whether every factor is irreducible.
    pub(super) complete: bool,
}

/// Every factor that occurred in a denominator, and factorizations that were computed.
#[derive(Debug, Default)]
pub(super) struct Factors {
    list: Vec<Factor>,
    numbers: HashMap<Polynomial, Factor>,
    factored: HashMap<Polynomial, Arc<Factored>>,
    /// Irreducible norms with the divisors of which they are the norms up to a number: for writing.
    norms: Vec<(Polynomial, Polynomial)>,
}

/// How many factorizations are remembered.
const MEMORY: usize = 4_096;
/// How many known factors are tried before a polynomial is factored afresh.
const TRIED: usize = 64;
/// How many norms are remembered.
const NORMS: usize = 256;
/// Larger numerators stay over rationalised denominators.
const LARGE: usize = 4_000;
/// Relations of a higher degree are not inverted.
const HIGHEST_DEGREE: u32 = 8;

impl Factors {
    pub(super) fn intern(
        &mut self,
        polynomial: &Polynomial,
        irreducible: bool,
    ) -> Factor {
        if let Some(factor) = self.numbers.get(polynomial) {
            return factor.clone();
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let factor = Factor::new(number, polynomial.clone(), irreducible);
        self.list.push(factor.clone());
        self.numbers.insert(polynomial.clone(), factor.clone());
        factor
    }

    /// Known irreducible factors made of these variables alone, the newest first.
    fn candidates(&self, variables: &[Var]) -> Vec<Factor> {
        let fits = |factor: &&Factor| {
            factor.is_irreducible()
                && factor
                    .polynomial()
                    .variables()
                    .iter()
                    .all(|var| variables.binary_search(var).is_ok())
        };
        self.list.iter().rev().filter(fits).take(TRIED).cloned().collect()
    }
}

impl Field {
    /// Takes a polynomial apart; the result is remembered.
    pub(super) fn factored(&self, polynomial: &Polynomial) -> Arc<Factored> {
        let known = locked(&self.0.factors).factored.get(polynomial).cloned();
        if let Some(known) = known {
            return known;
        }
        let mut rest = polynomial.clone();
        let mut found = Vec::new();
        if rest.term_count() > 1 {
            let candidates = locked(&self.0.factors).candidates(rest.variables());
            for factor in candidates {
                let (quotient, times) = rest.divide_out(factor.polynomial(), u32::MAX);
                if times > 0 {
                    rest = quotient;
                    found.push((factor, times));
                }
            }
        }
        let parts = rest.factor();
        let mut factors = Denominator { content: BigInt::one(), factors: Vec::new() };
        if self.poll().is_err() {
            // Nothing that was computed may be kept.
            let content = BigInt::one();
            return Arc::new(Factored { content, factors: Vec::new(), complete: false });
        }
        let mut table = locked(&self.0.factors);
        for (part, exponent) in parts.factors {
            found.push((table.intern(&part, parts.complete), exponent));
        }
        for single in found {
            let single = Denominator { content: BigInt::one(), factors: vec![single] };
            factors = factors.product(&single);
        }
        let result = Arc::new(Factored {
            content: parts.content,
            complete: factors.factors.iter().all(|(factor, _)| factor.is_irreducible()),
            factors: factors.factors,
        });
        if self.poll().is_ok() {
            if table.factored.len() >= MEMORY {
                table.factored.clear();
            }
            table.factored.insert(polynomial.clone(), Arc::clone(&result));
        }
        result
    }

    /// 1/a
    pub(super) fn inverse(&self, a: &Element) -> AlgebraResult<Element> {
        if a.is_zero() {
            return Err(division_by_zero("division by 0"));
        }
        let (conjugate, norm) = self.rationalised(a.numerator())?;
        self.poll()?;
        let factored = self.factored(&norm);
        self.poll()?;
        let mut numerator = a.denominator().expanded();
        let free = conjugate.is_one();
        if !free {
            self.remember_norm(a.numerator(), &factored);
        }
        if !free {
            numerator = self.reduced_product(&numerator, &conjugate);
        }
        if factored.content.is_negative() {
            numerator = numerator.negate();
        }
        let denominator = Denominator {
            content: factored.content.abs(),
            factors: factored.factors.clone(),
        };
        Ok(self.in_lowest_terms(numerator, denominator, |_| !free))
    }

    /// Notes the divisor whose norm has one irreducible factor besides those of the divisor's content.
    fn remember_norm(&self, divisor: &Polynomial, norm: &Factored) {
        let content = self.base_content(divisor);
        let Some(bare) = divisor.divide_exactly(&content) else { return };
        let mut own = norm
            .factors
            .iter()
            .filter(|(factor, _)| content.divide_exactly(factor.polynomial()).is_none());
        let (Some((factor, 1)), None) = (own.next(), own.next()) else { return };
        let known = (factor.polynomial().clone(), bare);
        let mut table = locked(&self.0.factors);
        if table.norms.len() < NORMS && !table.norms.contains(&known) {
            table.norms.push(known);
        }
    }

    /// The numerator and the factors of the denominator with their exponents, norms turned back into the divisors that they
    /// come from where that is shorter: `1/(2 + sin x)` rather than `(2 − sin x)/(3 + cos² x)`.
    pub(super) fn unrationalised(
        &self,
        a: &Element,
    ) -> (Polynomial, Vec<(Polynomial, u32)>) {
        let mut numerator = a.numerator().clone();
        let mut below = Vec::new();
        let norms = locked(&self.0.factors).norms.clone();
        for (factor, exponent) in &a.denominator().factors {
            let norm = factor.polynomial();
            let mut left = *exponent;
            for (_, divisor) in norms.iter().filter(|(known, _)| known == norm) {
                let (mut better, mut times) = (numerator.clone(), 0);
                while times < left && better.term_count() <= LARGE && self.poll().is_ok()
                {
                    match self.reduced_product(&better, divisor).divide_exactly(norm) {
                        Some(quotient) => better = quotient,
                        None => break,
                    }
                    times += 1;
                }
                let before = numerator.term_count() + norm.term_count();
                if times > 0 && better.term_count() + divisor.term_count() <= before {
                    numerator = better;
                    below.push((divisor.clone(), times));
                    left -= times;
                }
            }
            if left > 0 {
                below.push((norm.clone(), left));
            }
        }
        (numerator, below)
    }

    /// A polynomial that makes the given one free of algebraic generators, and their product.
    pub(super) fn rationalised(
        &self,
        polynomial: &Polynomial,
    ) -> AlgebraResult<(Polynomial, Polynomial)> {
        let shared = self.base_content(polynomial);
        let mut rest = match shared.as_integer() {
            Some(_) => polynomial.clone(),
            None => {
                polynomial.divide_exactly(&shared).unwrap_or_else(|| polynomial.clone())
            }
        };
        let mut multiplier = Polynomial::one();
        loop {
            self.poll()?;
            if rest.is_zero() {
                return Err(division_by_zero(
                    "division by a value that is 0 for one choice of sign, such as x + abs(x)",
                ));
            }
            let top = rest
                .variables()
                .iter()
                .rev()
                .find_map(|&var| Some((var, self.0.generators.relation(var)?)));
            let Some((var, relation)) = top else {
                let norm = match shared.as_integer() {
                    Some(_) => rest,
                    None => rest.multiply(&shared),
                };
                return Ok((multiplier, norm));
            };
            let conjugate = self.conjugate(&rest, var, relation)?;
            rest = self.reduced_product(&rest, &conjugate);
            multiplier = self.reduced_product(&multiplier, &conjugate);
        }
    }

    /// The greatest common divisor of the coefficients with respect to all algebraic generators; 1 where
    /// none occurs.
    pub(super) fn base_content(&self, polynomial: &Polynomial) -> Polynomial {
        let algebraic = polynomial
            .variables()
            .iter()
            .copied()
            .filter(|&var| self.0.generators.is_algebraic(var));
        let mut coefficients = vec![polynomial.clone()];
        let mut any = false;
        for var in algebraic {
            any = true;
            coefficients = coefficients
                .iter()
                .flat_map(|part| part.coefficients_in(var).into_iter().map(|(_, c)| c))
                .collect();
        }
        if !any {
            return Polynomial::one();
        }
        coefficients.sort_by_key(Polynomial::term_count);
        let mut shared = Polynomial::zero();
        for coefficient in &coefficients {
            shared = shared.gcd(coefficient);
            if shared.variables().is_empty() {
                return Polynomial::one();
            }
        }
        shared
    }

    /// A multiplier that frees a polynomial of one generator.
    fn conjugate(
        &self,
        polynomial: &Polynomial,
        var: Var,
        relation: &Relation,
    ) -> AlgebraResult<Polynomial> {
        let n = relation.degree;
        let coefficients = polynomial.coefficients_in(var);
        if let ([(exponent, _)], true) = (coefficients.as_slice(), relation.pure) {
            return Ok(Polynomial::monomial(1, &[(var, n - exponent)]));
        }
        let part = |exponent: u32| {
            coefficients
                .iter()
                .find(|(found, _)| *found == exponent)
                .map_or_else(Polynomial::zero, |(_, c)| c.clone())
        };
        if n == 2 {
            let slope = relation
                .tail
                .coefficients_in(var)
                .into_iter()
                .find(|(exponent, _)| *exponent == 1)
                .map_or_else(Polynomial::zero, |(_, c)| c);
            let constant = part(0).add(&self.reduced_product(&part(1), &slope));
            let linear = part(1).negate();
            return Ok(Polynomial::from_coefficients(var, &[(0, constant), (1, linear)]));
        }
        if n > HIGHEST_DEGREE {
            return Err(AlgebraError::TooLarge {
                operation: "division",
                reason: format!("a root of degree {n} in a denominator"),
            });
        }
        self.adjoint(polynomial, var, n)
    }

    /// The adjoint of the multiplication by a polynomial over the powers of one generator, applied to 1.
    fn adjoint(
        &self,
        polynomial: &Polynomial,
        var: Var,
        n: u32,
    ) -> AlgebraResult<Polynomial> {
        let size = n as usize;
        let mut rows = Vec::with_capacity(size);
        for exponent in 0..n {
            let power = Polynomial::monomial(1, &[(var, exponent)]);
            let product = self.reduced_product(polynomial, &power);
            let mut row = vec![Polynomial::zero(); size];
            for (exponent, coefficient) in product.coefficients_in(var) {
                if let Some(place) = row.get_mut(exponent as usize) {
                    *place = coefficient;
                }
            }
            rows.push(row);
        }
        // Determinants of the last columns for every set of as many rows.
        let mut minors: HashMap<usize, Polynomial> =
            HashMap::from([(0, Polynomial::one())]);
        for column in (1..size).rev() {
            let mut next = HashMap::new();
            for set in 0..1_usize << size {
                if set.count_ones() as usize != size - column {
                    continue;
                }
                self.poll()?;
                let mut total = Polynomial::zero();
                let inside = (0..size).filter(|row| set >> row & 1 == 1);
                for (position, row) in inside.enumerate() {
                    let entry = rows.get(row).and_then(|row| row.get(column));
                    let minor = minors.get(&(set & !(1 << row)));
                    if let (Some(entry), Some(minor)) = (entry, minor)
                        && !entry.is_zero()
                    {
                        let term = self.reduced_product(entry, minor);
                        total = if position % 2 == 0 {
                            total.add(&term)
                        } else {
                            total.subtract(&term)
                        };
                    }
                }
                next.insert(set, total);
            }
            minors = next;
        }
        let all = (1_usize << size) - 1;
        let mut list = Vec::with_capacity(size);
        for (exponent, row) in (0..n).zip(0..size) {
            let minor = minors.get(&(all & !(1 << row))).cloned().unwrap_or_default();
            let signed = if row % 2 == 0 { minor } else { minor.negate() };
            if !signed.is_zero() {
                list.push((exponent, signed));
            }
        }
        Ok(Polynomial::from_coefficients(var, &list))
    }
}

pub(super) fn division_by_zero(reason: &str) -> AlgebraError {
    AlgebraError::Undefined { reason: reason.into() }
}
