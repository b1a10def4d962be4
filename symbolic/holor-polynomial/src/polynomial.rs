//! The polynomial type.

use std::sync::{Arc, OnceLock};

use num_bigint::BigInt;
use num_traits::{One, Zero};

use crate::body::{Body, constant};
use crate::coefficient::Coefficients;
use crate::{calculus, factor, gcd, layout, product, quotient, stop, sum};

/// A variable, by number. Lower numbers are higher in the monomial order (pure lexicographic).
pub type Var = u32;

/// A polynomial over ℤ, immutable; cloning is a reference count.
///
/// Canonical: terms in descending lexicographic order, no zero coefficient, only variables that occur, so
/// that equal polynomials are equal structurally and hash alike. The order between polynomials is total
/// and without mathematical meaning.
///
/// Exponents are exact below 2⁶³; where one is handed out as `u32`, a higher one reads `u32::MAX`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Polynomial(pub(crate) Arc<Body>);

/// A factorisation `content · ∏ factorᵉˣᵖᵒⁿᵉⁿᵗ`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factors {
    /// The integer factor, with the sign.
    pub content: BigInt,
    /// Primitive, pairwise coprime factors of positive leading coefficient with exponents ≥ 1, in a fixed order.
    pub factors: Vec<(Polynomial, u32)>,
    /// Whether every factor is proven irreducible over ℤ.
    pub complete: bool,
}

impl Default for Polynomial {
    /// 0
    fn default() -> Self {
        Self::zero()
    }
}

impl Polynomial {
    /// 0
    pub fn zero() -> Self {
        static ZERO: OnceLock<Polynomial> = OnceLock::new();
        ZERO.get_or_init(|| constant(BigInt::ZERO)).clone()
    }

    /// 1
    pub fn one() -> Self {
        static ONE: OnceLock<Polynomial> = OnceLock::new();
        ONE.get_or_init(|| constant(BigInt::one())).clone()
    }

    /// A constant.
    pub fn integer(value: impl Into<BigInt>) -> Self {
        constant(value.into())
    }

    /// One variable.
    pub fn variable(var: Var) -> Self {
        Self::monomial(1, &[(var, 1)])
    }

    /// `coefficient · ∏ varᵉ`; exponents of a variable named twice add up.
    pub fn monomial(coefficient: impl Into<BigInt>, powers: &[(Var, u32)]) -> Self {
        calculus::from_terms([(powers.to_vec(), coefficient.into())])
    }

    /// The sum of monomials, in any order.
    pub fn from_terms(
        terms: impl IntoIterator<Item = (Vec<(Var, u32)>, BigInt)>,
    ) -> Self {
        calculus::from_terms(terms)
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.0.len() == 0
    }

    /// Whether it is 1.
    pub fn is_one(&self) -> bool {
        self.0.variables.is_empty()
            && matches!(&self.0.coefficients, Coefficients::Small(list) if list[..] == [1])
    }

    /// Its value if it is a constant.
    pub fn as_integer(&self) -> Option<BigInt> {
        if self.is_zero() {
            return Some(BigInt::ZERO);
        }
        self.0.variables.is_empty().then(|| self.0.coefficients.get(0))
    }

    /// The number of terms.
    pub fn term_count(&self) -> usize {
        self.0.len()
    }

    /// The variables that occur, ascending.
    pub fn variables(&self) -> &[Var] {
        &self.0.variables
    }

    /// The highest exponent of a variable.
    pub fn degree(&self, var: Var) -> u32 {
        let Ok(index) = self.0.variables.binary_search(&var) else {
            return 0;
        };
        let words = self.0.words();
        let exponent = |term| layout::read(term, index, self.0.width);
        let highest = if index == 0 {
            exponent(self.0.term(0))
        } else {
            self.0.exponents.chunks_exact(words).map(exponent).max().unwrap_or(0)
        };
        calculus::saturated(highest)
    }

    /// The highest sum of exponents.
    pub fn total_degree(&self) -> u32 {
        let sum = |i| {
            let exponent = |index| layout::read(self.0.term(i), index, self.0.width);
            (0..self.0.variables.len()).map(exponent).fold(0, u64::saturating_add)
        };
        calculus::saturated((0..self.0.len()).map(sum).max().unwrap_or(0))
    }

    /// The terms in canonical order, exponents > 0 only.
    pub fn terms(&self) -> impl Iterator<Item = (Vec<(Var, u32)>, BigInt)> + '_ {
        calculus::terms(&self.0)
    }

    /// Whether the leading coefficient is negative.
    pub fn is_negative(&self) -> bool {
        self.0.coefficients.is_negative(0)
    }

    /// −self
    pub fn negate(&self) -> Self {
        Self(Arc::new(Body {
            variables: Arc::clone(&self.0.variables),
            width: self.0.width,
            exponents: self.0.exponents.clone(),
            coefficients: self.0.coefficients.negated(),
        }))
    }

    /// self + other
    pub fn add(&self, other: &Self) -> Self {
        sum::sum(self, other, false)
    }

    /// self − other
    pub fn subtract(&self, other: &Self) -> Self {
        sum::sum(self, other, true)
    }

    /// self · other
    ///
    /// # Panics
    /// When an exponent reaches 2⁶³.
    pub fn multiply(&self, other: &Self) -> Self {
        product::product(self, other)
    }

    /// self · integer
    pub fn scale(&self, factor: &BigInt) -> Self {
        if factor.is_one() || self.is_zero() {
            return self.clone();
        }
        if factor.is_zero() {
            return Self::zero();
        }
        product::scale(&self.0, factor)
    }

    /// selfⁿ
    ///
    /// # Panics
    /// When an exponent reaches 2⁶³.
    pub fn power(&self, exponent: u32) -> Self {
        match exponent {
            0 => Self::one(),
            1 => self.clone(),
            _ => {
                let mut power = self.clone();
                for bit in (0..exponent.ilog2()).rev() {
                    power = power.multiply(&power);
                    if exponent >> bit & 1 == 1 {
                        power = power.multiply(self);
                    }
                    if stop::is_raised() {
                        break;
                    }
                }
                power
            }
        }
    }

    /// `Σ aᵢ·bᵢ`, accumulated in one pass.
    ///
    /// # Panics
    /// When an exponent reaches 2⁶³.
    pub fn sum_of_products(pairs: &[(&Polynomial, &Polynomial)]) -> Self {
        product::sum_of_products(pairs)
    }

    /// The quotient if it is exact; `None` for the divisor 0.
    pub fn divide_exactly(&self, divisor: &Self) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        quotient::quotient(self, divisor)
    }

    /// Divides by `divisor` (not constant) as often as it goes, at most `most` times: the quotient and how often.
    /// Quick to say 0 times.
    pub fn divide_out(&self, divisor: &Self, most: u32) -> (Self, u32) {
        let mut rest = self.clone();
        let mut times = 0;
        if self.is_zero() || divisor.variables().is_empty() {
            return (rest, 0);
        }
        while times < most {
            let Some(quotient) = rest.divide_exactly(divisor) else {
                break;
            };
            rest = quotient;
            times += 1;
        }
        (rest, times)
    }

    /// The quotient by an integer that divides every coefficient.
    pub fn divide_content(&self, content: &BigInt) -> Self {
        if content.is_one() || content.is_zero() {
            return self.clone();
        }
        quotient::by_integer(&self.0, content)
    }

    /// The greatest common divisor of the coefficients, ≥ 0.
    pub fn content(&self) -> BigInt {
        self.0.coefficients.content()
    }

    /// The greatest common divisor over ℤ, leading coefficient positive.
    pub fn gcd(&self, other: &Self) -> Self {
        gcd::gcd(self, other)
    }

    /// ∂/∂var
    pub fn derivative(&self, var: Var) -> Self {
        calculus::derivative(&self.0, var)
    }

    /// The coefficients as a polynomial in one variable, by exponent ascending, zero ones left out.
    pub fn coefficients_in(&self, var: Var) -> Vec<(u32, Polynomial)> {
        calculus::coefficients_in(self, var)
    }

    /// The inverse of [`Polynomial::coefficients_in`].
    pub fn from_coefficients(var: Var, coefficients: &[(u32, Polynomial)]) -> Self {
        let powers: Vec<Self> =
            coefficients.iter().map(|(e, _)| Self::monomial(1, &[(var, *e)])).collect();
        let pairs: Vec<(&Self, &Self)> =
            powers.iter().zip(coefficients.iter().map(|(_, c)| c)).collect();
        Self::sum_of_products(&pairs)
    }

    /// A polynomial put for a variable.
    ///
    /// # Panics
    /// When an exponent reaches 2⁶³.
    pub fn substitute(&self, var: Var, value: &Polynomial) -> Self {
        calculus::substitute(self, var, value)
    }

    /// Its value modulo a prime below 2⁶³, each variable given its value.
    pub fn evaluate_modulo(&self, prime: u64, value: &dyn Fn(Var) -> u64) -> u64 {
        calculus::evaluate_modulo(&self.0, prime, value)
    }

    /// Its value in floating point.
    pub fn evaluate(&self, value: &dyn Fn(Var) -> f64) -> f64 {
        calculus::evaluate(&self.0, value)
    }

    /// Pairwise coprime square-free factors over ℤ.
    pub fn square_free(&self) -> Factors {
        factor::square_free(self)
    }

    /// Irreducible factors over ℤ; 0 has the content 0 and no factors.
    pub fn factor(&self) -> Factors {
        factor::factor(self)
    }

    /// The polynomial of positive leading coefficient whose square this one is, if it is a perfect square.
    pub fn square_root(&self) -> Option<Self> {
        factor::square_root(self)
    }
}
