//! The exact normal form: fractions of polynomials in coordinates, parameters and kernels.
//!
//! A [`Field`] is a differential field that grows as it reads expressions: its generators are symbols and
//! kernels (sin, cos, exp, logarithms, roots, unknown functions and their partial derivatives) with the
//! algebraic relations between them. An [`Element`] is a value of it in canonical form: equal values of one
//! field are structurally equal, and 0 is 0.

use num_bigint::BigInt;
use num_rational::BigRational;

use crate::{AlgebraResult, Assumptions, Expr, Symbol};

/// A field of exact values. Cloning shares it; it may be used from several threads.
#[derive(Clone, Debug)]
pub struct Field(std::sync::Arc<()>);

/// A value of a [`Field`] in canonical form. Cloning is cheap. It belongs to the field that made it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Element(());

impl Element {
    /// Whether it is 0, for all values of the symbols.
    pub fn is_zero(&self) -> bool { unimplemented!() }
    /// Whether it is 1.
    pub fn is_one(&self) -> bool { unimplemented!() }
    /// Its value if it is a rational number.
    pub fn as_rational(&self) -> Option<BigRational> { unimplemented!() }
    /// How many terms its numerator and denominator have: a measure of its size.
    pub fn term_count(&self) -> usize { unimplemented!() }
}

impl Field {
    /// A field in which signs are decided by these assumptions.
    pub fn new(assumptions: Assumptions) -> Self { let _ = assumptions; unimplemented!() }
    /// What is assumed.
    pub fn assumptions(&self) -> &Assumptions { unimplemented!() }
    /// Whether two handles are the same field.
    pub fn is_same(&self, other: &Field) -> bool { let _ = other; unimplemented!() }
    /// Stops here when the person interrupted (see [`holor_polynomial::stop`]).
    pub fn poll(&self) -> AlgebraResult<()> { unimplemented!() }

    /// Reads an expression.
    pub fn read(&self, expr: &Expr) -> AlgebraResult<Element> { let _ = expr; unimplemented!() }
    /// Writes a value for eyes: denominators and numerators factored, sin² + cos² used where it shortens.
    pub fn write(&self, element: &Element) -> Expr { let _ = element; unimplemented!() }
    /// Writes a value as one expanded numerator over a factored denominator, without looking for the shortest form.
    pub fn write_plainly(&self, element: &Element) -> Expr { let _ = element; unimplemented!() }
    /// Kernels that occur in it and about whose relations to others nothing is known: two values with them may be equal
    /// without being recognised as such. Empty means that the zero test is a decision.
    pub fn opaque_kernels(&self, element: &Element) -> Vec<Expr> { let _ = element; unimplemented!() }

    /// 0
    pub fn zero(&self) -> Element { unimplemented!() }
    /// 1
    pub fn one(&self) -> Element { unimplemented!() }
    /// An integer.
    pub fn integer(&self, value: impl Into<BigInt>) -> Element { let _ = value.into(); unimplemented!() }
    /// A fraction.
    pub fn rational(&self, value: &BigRational) -> Element { let _ = value; unimplemented!() }
    /// A symbol.
    pub fn symbol(&self, symbol: &Symbol) -> Element { let _ = symbol; unimplemented!() }

    /// a + b
    pub fn add(&self, a: &Element, b: &Element) -> Element { let _ = (a, b); unimplemented!() }
    /// a − b
    pub fn subtract(&self, a: &Element, b: &Element) -> Element { let _ = (a, b); unimplemented!() }
    /// −a
    pub fn negate(&self, a: &Element) -> Element { let _ = a; unimplemented!() }
    /// a·b
    pub fn multiply(&self, a: &Element, b: &Element) -> Element { let _ = (a, b); unimplemented!() }
    /// a times a small fraction `numerator/denominator`, the denominator not 0.
    pub fn scale(&self, a: &Element, numerator: i64, denominator: i64) -> Element { let _ = (a, numerator, denominator); unimplemented!() }
    /// a/b; an error where b is 0.
    pub fn divide(&self, a: &Element, b: &Element) -> AlgebraResult<Element> { let _ = (a, b); unimplemented!() }
    /// aⁿ; an error for 0 to a negative power.
    pub fn power(&self, a: &Element, exponent: i32) -> AlgebraResult<Element> { let _ = (a, exponent); unimplemented!() }
    /// The sum, brought to one denominator once.
    pub fn sum(&self, terms: &[Element]) -> Element { let _ = terms; unimplemented!() }
    /// `Σ cᵢ·aᵢ·bᵢ` with small integers cᵢ, brought to one denominator and reduced once: the inner loop of tensor algebra.
    pub fn sum_of_products(&self, terms: &[(i64, &Element, &Element)]) -> Element { let _ = terms; unimplemented!() }
    /// The square root that is ≥ 0 where the value is, with signs decided by the assumptions; roots of squares of
    /// unknown sign are absolute values.
    pub fn sqrt(&self, a: &Element) -> AlgebraResult<Element> { let _ = a; unimplemented!() }
    /// ∂a/∂symbol; unknown functions of the symbol get new generators.
    pub fn derivative(&self, a: &Element, symbol: &Symbol) -> Element { let _ = (a, symbol); unimplemented!() }
    /// Expressions put for symbols, everywhere at once (also inside kernels).
    pub fn substitute(&self, a: &Element, replacements: &[(Symbol, Expr)]) -> AlgebraResult<Element> { let _ = (a, replacements); unimplemented!() }
    /// Whether it is positive (`Some(true)`), negative (`Some(false)`), or not decided by the assumptions.
    pub fn is_positive(&self, a: &Element) -> Option<bool> { let _ = a; unimplemented!() }
}
