//! The polynomial type.

use num_bigint::BigInt;

/// A variable, by number. Lower numbers are higher in the monomial order (pure lexicographic).
pub type Var = u32;

/// A polynomial over ℤ, immutable; cloning is a reference count.
///
/// Canonical: terms in descending lexicographic order, no zero coefficient, only variables that occur, so
/// that equal polynomials are equal structurally and hash alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Polynomial(std::sync::Arc<()>);

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

impl Polynomial {
    /// 0
    pub fn zero() -> Self { unimplemented!() }
    /// 1
    pub fn one() -> Self { unimplemented!() }
    /// A constant.
    pub fn integer(value: impl Into<BigInt>) -> Self { let _ = value.into(); unimplemented!() }
    /// One variable.
    pub fn variable(var: Var) -> Self { let _ = var; unimplemented!() }
    /// `coefficient · ∏ varᵉ`; exponents of a variable named twice add up.
    pub fn monomial(coefficient: impl Into<BigInt>, powers: &[(Var, u32)]) -> Self { let _ = (coefficient.into(), powers); unimplemented!() }
    /// The sum of monomials, in any order.
    pub fn from_terms(terms: impl IntoIterator<Item = (Vec<(Var, u32)>, BigInt)>) -> Self { let _ = terms.into_iter().count(); unimplemented!() }
    /// Whether it is 0.
    pub fn is_zero(&self) -> bool { unimplemented!() }
    /// Whether it is 1.
    pub fn is_one(&self) -> bool { unimplemented!() }
    /// Its value if it is a constant.
    pub fn as_integer(&self) -> Option<BigInt> { unimplemented!() }
    /// The number of terms.
    pub fn term_count(&self) -> usize { unimplemented!() }
    /// The variables that occur, ascending.
    pub fn variables(&self) -> &[Var] { unimplemented!() }
    /// The highest exponent of a variable.
    pub fn degree(&self, var: Var) -> u32 { let _ = var; unimplemented!() }
    /// The highest sum of exponents.
    pub fn total_degree(&self) -> u32 { unimplemented!() }
    /// The terms in canonical order, exponents > 0 only.
    pub fn terms(&self) -> impl Iterator<Item = (Vec<(Var, u32)>, BigInt)> + '_ { std::iter::empty() }
    /// Whether the leading coefficient is negative.
    pub fn is_negative(&self) -> bool { unimplemented!() }
    /// −self
    pub fn negate(&self) -> Self { unimplemented!() }
    /// self + other
    pub fn add(&self, other: &Self) -> Self { let _ = other; unimplemented!() }
    /// self − other
    pub fn subtract(&self, other: &Self) -> Self { let _ = other; unimplemented!() }
    /// self · other
    pub fn multiply(&self, other: &Self) -> Self { let _ = other; unimplemented!() }
    /// self · integer
    pub fn scale(&self, factor: &BigInt) -> Self { let _ = factor; unimplemented!() }
    /// selfⁿ
    pub fn power(&self, exponent: u32) -> Self { let _ = exponent; unimplemented!() }
    /// `Σ aᵢ·bᵢ`, accumulated in one pass.
    pub fn sum_of_products(pairs: &[(&Polynomial, &Polynomial)]) -> Self { let _ = pairs; unimplemented!() }
    /// The quotient if it is exact.
    pub fn divide_exactly(&self, divisor: &Self) -> Option<Self> { let _ = divisor; unimplemented!() }
    /// Divides by `divisor` (not constant) as often as it goes, at most `most` times: the quotient and how often.
    /// Quick to say 0 times.
    pub fn divide_out(&self, divisor: &Self, most: u32) -> (Self, u32) { let _ = (divisor, most); unimplemented!() }
    /// The quotient by an integer that divides every coefficient.
    pub fn divide_content(&self, content: &BigInt) -> Self { let _ = content; unimplemented!() }
    /// The greatest common divisor of the coefficients, ≥ 0.
    pub fn content(&self) -> BigInt { unimplemented!() }
    /// The greatest common divisor over ℤ, leading coefficient positive.
    pub fn gcd(&self, other: &Self) -> Self { let _ = other; unimplemented!() }
    /// ∂/∂var
    pub fn derivative(&self, var: Var) -> Self { let _ = var; unimplemented!() }
    /// The coefficients as a polynomial in one variable, by exponent ascending, zero ones left out.
    pub fn coefficients_in(&self, var: Var) -> Vec<(u32, Polynomial)> { let _ = var; unimplemented!() }
    /// The inverse of [`Polynomial::coefficients_in`].
    pub fn from_coefficients(var: Var, coefficients: &[(u32, Polynomial)]) -> Self { let _ = (var, coefficients); unimplemented!() }
    /// A polynomial put for a variable.
    pub fn substitute(&self, var: Var, value: &Polynomial) -> Self { let _ = (var, value); unimplemented!() }
    /// Its value modulo a prime below 2⁶³, each variable given its value.
    pub fn evaluate_modulo(&self, prime: u64, value: &dyn Fn(Var) -> u64) -> u64 { let _ = (prime, value); unimplemented!() }
    /// Its value in floating point.
    pub fn evaluate(&self, value: &dyn Fn(Var) -> f64) -> f64 { let _ = value; unimplemented!() }
    /// Pairwise coprime square-free factors over ℤ.
    pub fn square_free(&self) -> Factors { unimplemented!() }
    /// Irreducible factors over ℤ; 0 has the content 0 and no factors.
    pub fn factor(&self) -> Factors { unimplemented!() }
}
