//! Fractions of polynomials with factored denominators: what an element is made of.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use holor_polynomial::{BigInt, Polynomial};
use num_integer::Integer;
use num_traits::One;

use super::Element;
use crate::Symbol;

/// A primitive polynomial of positive leading coefficient that occurs in denominators. Each is made once
/// in a field and known by its number.
#[derive(Clone, Debug)]
pub(super) struct Factor(Arc<FactorData>);

#[derive(Debug)]
struct FactorData {
    number: u32,
    polynomial: Polynomial,
    irreducible: bool,
    /// The powers from the second on, as far as they were needed.
    powers: RwLock<Vec<Polynomial>>,
    derivatives: RwLock<Vec<(Symbol, Element)>>,
}

impl Factor {
    pub(super) fn new(number: u32, polynomial: Polynomial, irreducible: bool) -> Self {
        Self(Arc::new(FactorData {
            number,
            polynomial,
            irreducible,
            powers: RwLock::default(),
            derivatives: RwLock::default(),
        }))
    }

    pub(super) fn polynomial(&self) -> &Polynomial {
        &self.0.polynomial
    }

    /// Whether it is proven irreducible, so that trial division finds every cancellation.
    pub(super) fn is_irreducible(&self) -> bool {
        self.0.irreducible
    }

    pub(super) fn power(&self, exponent: u32) -> Polynomial {
        let index = match exponent {
            0 => return Polynomial::one(),
            1 => return self.0.polynomial.clone(),
            _ => exponent as usize - 2,
        };
        let known = |list: &[Polynomial]| list.get(index).cloned();
        let read = self.0.powers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(power) = known(&read) {
            return power;
        }
        drop(read);
        if holor_polynomial::stop::is_raised() {
            return Polynomial::one();
        }
        let mut powers = self.0.powers.write().unwrap_or_else(PoisonError::into_inner);
        while powers.len() <= index {
            let last = powers.last().unwrap_or(&self.0.polynomial);
            let next = last.multiply(&self.0.polynomial);
            if holor_polynomial::stop::is_raised() {
                return next;
            }
            powers.push(next);
        }
        known(&powers).unwrap_or_default()
    }

    /// Its derivative, computed once.
    pub(super) fn derivative(
        &self,
        symbol: &Symbol,
        compute: impl FnOnce() -> Element,
    ) -> Element {
        memorised(&self.0.derivatives, symbol, compute)
    }
}

/// The value that belongs to a symbol, computed once; what an interrupt spoiled is not kept.
pub(super) fn memorised(
    table: &RwLock<Vec<(Symbol, Element)>>,
    symbol: &Symbol,
    compute: impl FnOnce() -> Element,
) -> Element {
    let known = table
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .find(|(found, _)| found == symbol)
        .map(|(_, element)| element.clone());
    if let Some(element) = known {
        return element;
    }
    let element = compute();
    if !holor_polynomial::stop::is_raised() {
        let mut table = table.write().unwrap_or_else(PoisonError::into_inner);
        table.push((symbol.clone(), element.clone()));
    }
    element
}

impl PartialEq for Factor {
    fn eq(&self, other: &Self) -> bool {
        self.0.number == other.0.number
    }
}

impl Eq for Factor {}

impl PartialOrd for Factor {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Factor {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.number.cmp(&other.0.number)
    }
}

/// `content · ∏ factorᵉ` with content > 0, factors by number, exponents > 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Denominator {
    pub(super) content: BigInt,
    pub(super) factors: Vec<(Factor, u32)>,
}

impl Denominator {
    pub(super) fn one() -> Self {
        Self { content: BigInt::one(), factors: Vec::new() }
    }

    pub(super) fn is_one(&self) -> bool {
        self.factors.is_empty() && self.content.is_one()
    }

    pub(super) fn product(&self, other: &Self) -> Self {
        if other.is_one() {
            return self.clone();
        }
        if self.is_one() {
            return other.clone();
        }
        let content = &self.content * &other.content;
        Self { content, factors: self.merged(other, |a, b| a + b) }
    }

    /// The least common multiple.
    pub(super) fn common(&self, other: &Self) -> Self {
        let content = if self.content == other.content {
            self.content.clone()
        } else {
            self.content.lcm(&other.content)
        };
        Self { content, factors: self.merged(other, Ord::max) }
    }

    fn merged(&self, other: &Self, join: impl Fn(u32, u32) -> u32) -> Vec<(Factor, u32)> {
        let mut merged = Vec::with_capacity(self.factors.len() + other.factors.len());
        let (mut left, mut right) = (self.factors.as_slice(), other.factors.as_slice());
        loop {
            match (left, right) {
                ([a, left_rest @ ..], [b, right_rest @ ..]) => match a.0.cmp(&b.0) {
                    Ordering::Less => {
                        merged.push(a.clone());
                        left = left_rest;
                    }
                    Ordering::Greater => {
                        merged.push(b.clone());
                        right = right_rest;
                    }
                    Ordering::Equal => {
                        merged.push((a.0.clone(), join(a.1, b.1)));
                        (left, right) = (left_rest, right_rest);
                    }
                },
                (rest, []) | ([], rest) => {
                    merged.extend_from_slice(rest);
                    return merged;
                }
            }
        }
    }

    pub(super) fn exponent(&self, factor: &Factor) -> u32 {
        self.factors
            .iter()
            .find(|(found, _)| found == factor)
            .map_or(0, |(_, exponent)| *exponent)
    }

    /// The polynomial `self / part`, where `part` divides it.
    pub(super) fn cofactor(&self, part: &Self) -> Polynomial {
        let scale = if self.content == part.content {
            BigInt::one()
        } else {
            &self.content / &part.content
        };
        let mut product: Option<Polynomial> = None;
        for (factor, exponent) in &self.factors {
            let missing = exponent.saturating_sub(part.exponent(factor));
            if missing > 0 {
                let power = factor.power(missing);
                product = Some(match product {
                    Some(product) => product.multiply(&power),
                    None => power,
                });
            }
        }
        match product {
            Some(product) => product.scale(&scale),
            None => Polynomial::integer(scale),
        }
    }

    /// Multiplied out.
    pub(super) fn expanded(&self) -> Polynomial {
        self.cofactor(&Self::one())
    }

    fn is_proven(&self) -> bool {
        self.factors.iter().all(|(factor, _)| factor.is_irreducible())
    }
}

/// `numerator / denominator` in lowest terms; the numerator is reduced by the relations of the generators
/// and the denominator free of algebraic ones.
#[derive(Debug)]
pub(super) struct Fraction {
    pub(super) numerator: Polynomial,
    pub(super) denominator: Denominator,
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        if self.numerator != other.numerator {
            return false;
        }
        let (left, right) = (&self.denominator, &other.denominator);
        // In lowest terms numerator and denominator are unique as polynomials; so are irreducible factors, but
        // a factor that could not be taken apart may stand for several ways of writing one denominator.
        left == right
            || left.content == right.content
                && !(left.is_proven() && right.is_proven())
                && left.expanded() == right.expanded()
    }
}

impl Eq for Fraction {}

impl Hash for Fraction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.numerator.hash(state);
        self.denominator.content.hash(state);
    }
}
