//! Sums and products: one common denominator, one reduction, one cancellation.

use holor_polynomial::{BigInt, Polynomial, Var};
use num_integer::Integer;
use num_traits::{One, Signed};

use super::fraction::{Denominator, Factor};
use super::registry::Relation;
use super::{Element, Field};

/// A summand `numerator / denominator` that need not be in lowest terms.
pub(super) struct Part {
    pub(super) numerator: Polynomial,
    pub(super) denominator: Denominator,
    /// Whether it is in lowest terms and reduced by the relations.
    pub(super) reduced: bool,
}

/// What a sum over one denominator is made of.
struct Group {
    denominator: Denominator,
    products: Vec<(Polynomial, Polynomial)>,
}

impl Field {
    /// a·b
    pub fn multiply(&self, a: &Element, b: &Element) -> Element {
        if a.is_zero() || b.is_one() {
            return a.clone();
        }
        if b.is_zero() || a.is_one() {
            return b.clone();
        }
        let (left, right) = (a.denominator(), b.denominator());
        let (top_left, right) = self.crossed(a.numerator(), right, left);
        let (top_right, left) = self.crossed(b.numerator(), left, &right);
        let product = top_left.multiply(&top_right);
        let denominator = left.product(&right);
        let reduced = self.reduce(&product);
        match reduced {
            // A relation was used: the result may have factors in common with the denominator again.
            Some(numerator) => self.in_lowest_terms(numerator, denominator, |_| true),
            None => Element::new(product, denominator),
        }
    }

    /// Takes out what a numerator has in common with another value's denominator; `own` is the numerator's
    /// own denominator, with whose irreducible factors it has nothing in common.
    fn crossed(
        &self,
        numerator: &Polynomial,
        denominator: &Denominator,
        own: &Denominator,
    ) -> (Polynomial, Denominator) {
        if denominator.is_one() {
            return (numerator.clone(), denominator.clone());
        }
        let doubtful =
            |factor: &Factor| !factor.is_irreducible() || own.exponent(factor) == 0;
        let reduced =
            self.in_lowest_terms(numerator.clone(), denominator.clone(), doubtful);
        (reduced.numerator().clone(), reduced.denominator().clone())
    }

    /// `Σ cᵢ·aᵢ·bᵢ` with small integers cᵢ, brought to one denominator and reduced once: the inner loop of tensor algebra.
    pub fn sum_of_products(&self, terms: &[(i64, &Element, &Element)]) -> Element {
        let mut groups: Vec<Group> = Vec::new();
        for (coefficient, a, b) in terms {
            if *coefficient == 0 || a.is_zero() || b.is_zero() {
                continue;
            }
            let (mut left, mut right) = (a.numerator().clone(), b.numerator().clone());
            if *coefficient == -1 {
                if left.term_count() <= right.term_count() {
                    left = left.negate();
                } else {
                    right = right.negate();
                }
            } else if *coefficient != 1 {
                let factor = BigInt::from(*coefficient);
                if left.term_count() <= right.term_count() {
                    left = left.scale(&factor);
                } else {
                    right = right.scale(&factor);
                }
            }
            let denominator = a.denominator().product(b.denominator());
            match groups.iter_mut().find(|group| group.denominator == denominator) {
                Some(group) => group.products.push((left, right)),
                None => {
                    groups.push(Group { denominator, products: vec![(left, right)] });
                }
            }
        }
        let parts = groups
            .into_iter()
            .map(|group| {
                let pairs: Vec<_> = group.products.iter().map(|(a, b)| (a, b)).collect();
                let numerator = match pairs.as_slice() {
                    [(a, b)] => a.multiply(b),
                    pairs => Polynomial::sum_of_products(pairs),
                };
                Part { numerator, denominator: group.denominator, reduced: false }
            })
            .collect();
        self.combine(parts)
    }

    /// The sum of elements.
    pub(super) fn sum_of<'a>(&self, terms: impl Iterator<Item = &'a Element>) -> Element {
        let parts = terms
            .map(|term| Part {
                numerator: term.numerator().clone(),
                denominator: term.denominator().clone(),
                reduced: true,
            })
            .collect();
        self.combine(parts)
    }

    /// The sum of fractions over one denominator, reduced.
    pub(super) fn combine(&self, mut parts: Vec<Part>) -> Element {
        parts.retain(|part| !part.numerator.is_zero());
        let Some(first) = parts.first() else { return self.zero() };
        let mut common = first.denominator.clone();
        for part in parts.iter().skip(1) {
            if part.denominator != common {
                common = common.common(&part.denominator);
            }
        }
        let all_reduced = parts.iter().all(|part| part.reduced);
        // A factor whose full power stands in one reduced summand alone cannot cancel.
        let safe: Vec<Factor> = if all_reduced {
            common
                .factors
                .iter()
                .filter(|(factor, exponent)| {
                    factor.is_irreducible()
                        && parts
                            .iter()
                            .filter(|part| part.denominator.exponent(factor) == *exponent)
                            .count()
                            == 1
                })
                .map(|(factor, _)| factor.clone())
                .collect()
        } else {
            Vec::new()
        };
        let numerator = match parts.as_slice() {
            [single] => single.numerator.clone(),
            _ => {
                let one = Polynomial::one();
                let cofactors: Vec<Polynomial> = parts
                    .iter()
                    .map(|part| {
                        if part.denominator == common {
                            one.clone()
                        } else {
                            common.cofactor(&part.denominator)
                        }
                    })
                    .collect();
                if let ([a, b], true) =
                    (parts.as_slice(), cofactors.iter().all(Polynomial::is_one))
                {
                    a.numerator.add(&b.numerator)
                } else {
                    let pairs: Vec<_> = parts
                        .iter()
                        .map(|part| &part.numerator)
                        .zip(cofactors.iter())
                        .collect();
                    Polynomial::sum_of_products(&pairs)
                }
            }
        };
        let numerator = if all_reduced {
            numerator
        } else {
            self.reduce(&numerator).unwrap_or(numerator)
        };
        if all_reduced && parts.len() == 1 {
            return Element::new(numerator, common);
        }
        self.in_lowest_terms(numerator, common, |factor| !safe.contains(factor))
    }

    /// Cancels what numerator and denominator have in common, looking at the doubtful factors only.
    pub(super) fn in_lowest_terms(
        &self,
        mut numerator: Polynomial,
        mut denominator: Denominator,
        doubtful: impl Fn(&Factor) -> bool,
    ) -> Element {
        if numerator.is_zero() {
            return self.zero();
        }
        let mut broken = Vec::new();
        for (factor, exponent) in &mut denominator.factors {
            if !doubtful(factor) {
                continue;
            }
            let (rest, times) = numerator.divide_out(factor.polynomial(), *exponent);
            if times > 0 {
                numerator = rest;
                *exponent = exponent.saturating_sub(times);
            }
            if *exponent > 0 && !factor.is_irreducible() {
                let shared = numerator.gcd(factor.polynomial());
                if !shared.variables().is_empty() {
                    broken.push((factor.clone(), shared));
                }
            }
        }
        denominator.factors.retain(|(_, exponent)| *exponent > 0);
        for (factor, shared) in broken {
            self.break_up(&factor, &shared, &mut numerator, &mut denominator);
        }
        self.without_content(numerator, denominator)
    }

    /// Replaces a factor that is not irreducible by two parts and cancels both.
    fn break_up(
        &self,
        factor: &Factor,
        shared: &Polynomial,
        numerator: &mut Polynomial,
        denominator: &mut Denominator,
    ) {
        let exponent = denominator.exponent(factor);
        denominator.factors.retain(|(found, _)| found != factor);
        let mut pending: Vec<Polynomial> = vec![shared.clone()];
        pending.extend(factor.polynomial().divide_exactly(shared));
        let mut parts = Denominator::one();
        while let Some(part) = pending.pop() {
            if part.variables().is_empty() || self.poll().is_err() {
                continue;
            }
            let (rest, times) = numerator.divide_out(&part, exponent);
            *numerator = rest;
            if times == exponent {
                continue;
            }
            let shared = numerator.gcd(&part);
            if !shared.variables().is_empty() && shared != part {
                pending.extend(part.divide_exactly(&shared));
                pending.push(shared);
                // What was divided out as a whole is multiplied back: the parts count for themselves.
                *numerator = numerator.multiply(&part.power(times));
                continue;
            }
            let factor = self.intern(&part, false);
            let one = Denominator {
                content: BigInt::one(),
                factors: vec![(factor, exponent.saturating_sub(times))],
            };
            parts = parts.product(&one);
        }
        *denominator = denominator.product(&parts);
    }

    /// Cancels the integer that numerator and denominator have in common.
    pub(super) fn without_content(
        &self,
        mut numerator: Polynomial,
        mut denominator: Denominator,
    ) -> Element {
        if numerator.is_zero() {
            return self.zero();
        }
        if !denominator.content.is_one() {
            let shared = numerator.content().gcd(&denominator.content);
            if !shared.is_one() && shared.is_positive() {
                numerator = numerator.divide_content(&shared);
                denominator.content = &denominator.content / &shared;
            }
        }
        Element::new(numerator, denominator)
    }

    /// The polynomial with lower degree than the relations in all algebraic generators; `None` when it is
    /// so already.
    pub(super) fn reduce(&self, polynomial: &Polynomial) -> Option<Polynomial> {
        let mut result: Option<Polynomial> = None;
        loop {
            let current = result.as_ref().unwrap_or(polynomial);
            let too_high = current.variables().iter().rev().find_map(|&var| {
                let relation = self.0.generators.relation(var)?;
                (current.degree(var) >= relation.degree).then_some((var, relation))
            });
            match too_high {
                Some((var, relation)) if self.poll().is_ok() => {
                    result = Some(reduced_in(current, var, relation));
                }
                _ => return result,
            }
        }
    }

    /// a·b, reduced.
    pub(super) fn reduced_product(&self, a: &Polynomial, b: &Polynomial) -> Polynomial {
        let product = a.multiply(b);
        self.reduce(&product).unwrap_or(product)
    }
}

/// Lowers the degree in one algebraic generator below that of its relation.
fn reduced_in(polynomial: &Polynomial, var: Var, relation: &Relation) -> Polynomial {
    let n = relation.degree;
    let coefficients = polynomial.coefficients_in(var);
    if relation.pure {
        let highest = polynomial.degree(var) / n;
        let mut powers = vec![Polynomial::one()];
        for _ in 0..highest {
            let last = powers.last().cloned().unwrap_or_default();
            powers.push(last.multiply(&relation.tail));
        }
        let weights: Vec<Polynomial> = coefficients
            .iter()
            .map(|(exponent, _)| {
                let power =
                    powers.get((exponent / n) as usize).cloned().unwrap_or_default();
                match exponent % n {
                    0 => power,
                    rest => power.multiply(&Polynomial::monomial(1, &[(var, rest)])),
                }
            })
            .collect();
        let pairs: Vec<_> =
            coefficients.iter().map(|(_, c)| c).zip(weights.iter()).collect();
        return Polynomial::sum_of_products(&pairs);
    }
    let mut dense = vec![Polynomial::zero(); polynomial.degree(var) as usize + 1];
    for (exponent, coefficient) in coefficients {
        if let Some(place) = dense.get_mut(exponent as usize) {
            *place = coefficient;
        }
    }
    let tail = relation.tail.coefficients_in(var);
    while dense.len() > n as usize {
        let Some(top) = dense.pop() else { break };
        if top.is_zero() {
            continue;
        }
        let base = dense.len() - n as usize;
        for (exponent, coefficient) in &tail {
            if let Some(place) = dense.get_mut(base + *exponent as usize) {
                *place = place.add(&top.multiply(coefficient));
            }
        }
    }
    let list: Vec<(u32, Polynomial)> =
        (0..).zip(dense).filter(|(_, c)| !c.is_zero()).collect();
    Polynomial::from_coefficients(var, &list)
}
