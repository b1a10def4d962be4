//! The constructors that keep expressions in canonical form.
//!
//! They fold exact numbers, flatten and order sums and products, combine like terms and equal bases,
//! and write powers of numbers in one way. Every rewriting holds for all complex values of the symbols
//! (isolated points such as `x/x` at 0 apart); what depends on an assumption is left to
//! [`crate::AlgebraResult`]-returning questions. No exact number becomes a decimal here.

mod logic;
mod number;
mod power;
mod product;
mod radical;
mod sum;

use std::ops;

use crate::{Constant, Decimal, Expr, Node};

impl Expr {
    /// The canonical sum.
    ///
    /// `∞ − ∞` is undefined. A number times a sum is multiplied out when it is one of several terms:
    /// `x + 1 - (x + 1)` is 0, while `2*(x + 1)` alone stays.
    ///
    /// ```
    /// use holor_algebra::Expr;
    /// let (x, y) = (Expr::symbol("x"), Expr::symbol("y"));
    /// let sum = Expr::add([Expr::one(), y, x.clone(), x]);
    /// assert_eq!(sum.to_string(), "2*x + y + 1");
    /// ```
    pub fn add(terms: impl IntoIterator<Item = Expr>) -> Expr {
        sum::add(terms.into_iter().collect())
    }

    /// The canonical product.
    ///
    /// `0·x` is 0 and `0·∞` undefined; `x^a·x^b` is `x^(a + b)`.
    ///
    /// ```
    /// use holor_algebra::Expr;
    /// let x = Expr::symbol("x");
    /// let product = Expr::mul([x.clone(), Expr::integer(2), x.sqrt()]);
    /// assert_eq!(product.to_string(), "2*x^(3/2)");
    /// ```
    pub fn mul(factors: impl IntoIterator<Item = Expr>) -> Expr {
        product::mul(factors.into_iter().collect())
    }

    /// The canonical power, principal value.
    ///
    /// `0^0` is undefined, `1/0` the complex infinity, `x^0` is 1. A power of a number with more than a
    /// million bits stays a power.
    ///
    /// ```
    /// use holor_algebra::Expr;
    /// assert_eq!(Expr::integer(8).sqrt().to_string(), "2*sqrt(2)");
    /// assert_eq!(Expr::integer(-4).sqrt().to_string(), "2*i");
    /// let x = Expr::symbol("x");
    /// let square = Expr::power(x, Expr::integer(2));
    /// assert_eq!(square.sqrt().to_string(), "sqrt(x^2)");
    /// ```
    pub fn power(base: Expr, exponent: Expr) -> Expr {
        power::power(base, exponent)
    }

    /// The integer power.
    pub fn powi(&self, exponent: i64) -> Expr {
        Self::power(self.clone(), Self::integer(exponent))
    }

    /// `-self`.
    pub fn negate(&self) -> Expr {
        Self::mul([Self::integer(-1), self.clone()])
    }

    /// `1/self`.
    pub fn reciprocal(&self) -> Expr {
        self.powi(-1)
    }

    /// The principal square root.
    pub fn sqrt(&self) -> Expr {
        Self::power(self.clone(), Self::fraction(1, 2))
    }

    /// `e^self`.
    pub fn exp(&self) -> Expr {
        Self::power(Self::e(), self.clone())
    }

    /// `numerator / denominator` as an exact number; complex infinity or undefined when the
    /// denominator is 0.
    pub fn fraction(numerator: i64, denominator: i64) -> Expr {
        if denominator == 0 {
            return Self::integer(numerator) / Self::zero();
        }
        Self::rational(crate::BigRational::new(numerator.into(), denominator.into()))
    }

    /// A decimal number.
    pub fn decimal(value: Decimal) -> Expr {
        Self::from_node(Node::Decimal(value))
    }

    /// +∞.
    pub fn infinity() -> Expr {
        Self::constant(Constant::Infinity)
    }

    /// −∞.
    pub fn negative_infinity() -> Expr {
        Self::from_node(Node::Mul(Box::new([Self::integer(-1), Self::infinity()])))
    }

    /// The one infinity of the complex sphere.
    pub fn complex_infinity() -> Expr {
        Self::constant(Constant::ComplexInfinity)
    }

    /// π.
    pub fn pi() -> Expr {
        Self::constant(Constant::Pi)
    }

    /// e.
    pub fn e() -> Expr {
        Self::constant(Constant::E)
    }

    /// The imaginary unit.
    pub fn i() -> Expr {
        Self::constant(Constant::I)
    }

    /// The indeterminate result.
    pub fn undefined() -> Expr {
        Self::constant(Constant::Undefined)
    }

    /// Whether it is exactly the indeterminate result.
    pub fn is_undefined(&self) -> bool {
        is_constant(self, Constant::Undefined)
    }

    /// Its decimal value, when it is a decimal number.
    pub fn as_decimal(&self) -> Option<&Decimal> {
        match self.node() {
            Node::Decimal(value) => Some(value),
            _ => None,
        }
    }

    /// The terms of a sum; anything else is its own only term.
    pub fn terms(&self) -> &[Expr] {
        match self.node() {
            Node::Add(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The factors of a product; anything else is its own only factor.
    pub fn factors(&self) -> &[Expr] {
        crate::order::factors(self)
    }
}

/// How far the checks below look into an expression before they answer "not certain".
const LOOK: u32 = 12;

fn is_constant(expr: &Expr, constant: Constant) -> bool {
    matches!(expr.node(), Node::Constant(found) if *found == constant)
}

/// Whether it is certainly a positive real number.
fn certainly_positive(expr: &Expr) -> bool {
    positive_within(expr, LOOK)
}

fn positive_within(expr: &Expr, look: u32) -> bool {
    if look == 0 || !expr.is_numeric_constant() || expr.has_infinity() {
        return false;
    }
    match expr.node() {
        Node::Number(value) => num_traits::Signed::is_positive(value),
        Node::Decimal(value) => !value.is_negative() && !value.is_zero(),
        Node::Constant(constant) => !matches!(constant, Constant::I),
        Node::Add(items) | Node::Mul(items) => {
            items.iter().all(|item| positive_within(item, look - 1))
        }
        Node::Power(base, exponent) => {
            positive_within(base, look - 1) && certainly_real(exponent, look - 1)
        }
        _ => false,
    }
}

fn certainly_real(expr: &Expr, look: u32) -> bool {
    if positive_within(expr, look) {
        return true;
    }
    match expr.node() {
        Node::Number(_) | Node::Decimal(_) => true,
        Node::Add(items) | Node::Mul(items) => {
            look > 0 && items.iter().all(|item| certainly_real(item, look - 1))
        }
        _ => false,
    }
}

/// Whether it is certainly a finite number: built of numbers and finite constants, with no division
/// but by numbers.
fn certainly_finite(expr: &Expr, look: u32) -> bool {
    if positive_within(expr, look) {
        return true;
    }
    match expr.node() {
        Node::Number(_) | Node::Decimal(_) | Node::Constant(Constant::I) => true,
        Node::Add(items) | Node::Mul(items) => {
            look > 0 && items.iter().all(|item| certainly_finite(item, look - 1))
        }
        Node::Power(base, exponent) => {
            look > 0
                && (positive_within(base, look - 1)
                    || is_constant(base, Constant::I)
                    || is_minus_one(base))
                && certainly_finite(exponent, look - 1)
        }
        _ => false,
    }
}

fn is_minus_one(expr: &Expr) -> bool {
    expr.as_number().is_some_and(|value| num_traits::One::is_one(&-value))
}

/// Whether it is a number different from 0, in the sense of [`certainly_finite`].
fn certainly_finite_nonzero(expr: &Expr) -> bool {
    match expr.node() {
        Node::Number(_) | Node::Decimal(_) => !expr.is_zero(),
        Node::Constant(Constant::I) => true,
        Node::Power(..) => certainly_finite(expr, LOOK),
        _ => positive_within(expr, LOOK),
    }
}

macro_rules! operators {
    ($($trait:ident, $method:ident, |$left:ident, $right:ident| $result:expr;)*) => {$(
        impl ops::$trait<Expr> for Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                let ($left, $right) = (self, other);
                $result
            }
        }
        impl ops::$trait<&Expr> for Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr {
                ops::$trait::$method(self, other.clone())
            }
        }
        impl ops::$trait<Expr> for &Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                ops::$trait::$method(self.clone(), other)
            }
        }
        impl ops::$trait<&Expr> for &Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr {
                ops::$trait::$method(self.clone(), other.clone())
            }
        }
        impl ops::$trait<i64> for Expr {
            type Output = Expr;
            fn $method(self, other: i64) -> Expr {
                ops::$trait::$method(self, Expr::integer(other))
            }
        }
        impl ops::$trait<i64> for &Expr {
            type Output = Expr;
            fn $method(self, other: i64) -> Expr {
                ops::$trait::$method(self.clone(), Expr::integer(other))
            }
        }
        impl ops::$trait<Expr> for i64 {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                ops::$trait::$method(Expr::integer(self), other)
            }
        }
        impl ops::$trait<&Expr> for i64 {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr {
                ops::$trait::$method(Expr::integer(self), other.clone())
            }
        }
    )*};
}

operators! {
    Add, add, |left, right| Expr::add([left, right]);
    Sub, sub, |left, right| Expr::add([left, right.negate()]);
    Mul, mul, |left, right| Expr::mul([left, right]);
    Div, div, |left, right| Expr::mul([left, right.reciprocal()]);
}

impl ops::Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        self.negate()
    }
}

impl ops::Neg for &Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        self.negate()
    }
}

impl From<i64> for Expr {
    fn from(value: i64) -> Self {
        Self::integer(value)
    }
}

impl std::iter::Sum for Expr {
    fn sum<I: Iterator<Item = Expr>>(terms: I) -> Self {
        Self::add(terms)
    }
}

impl std::iter::Product for Expr {
    fn product<I: Iterator<Item = Expr>>(factors: I) -> Self {
        Self::mul(factors)
    }
}
