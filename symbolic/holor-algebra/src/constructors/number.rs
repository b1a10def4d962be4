//! Numeric coefficients: exact, or decimal once a decimal took part.

use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::{Constant, Decimal, Expr, Node};

/// A real number in a coefficient.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Real {
    Exact(BigRational),
    Decimal(Decimal),
}

/// Integer powers with more bits than this stay unevaluated.
pub(super) const MAX_BITS: u64 = 1_000_000;

impl Real {
    pub(super) fn zero() -> Self {
        Self::Exact(BigRational::zero())
    }

    pub(super) fn one() -> Self {
        Self::Exact(BigRational::one())
    }

    pub(super) fn integer(value: i64) -> Self {
        Self::Exact(BigRational::from_integer(value.into()))
    }

    pub(super) fn of(expr: &Expr) -> Option<Self> {
        match expr.node() {
            Node::Number(value) => Some(Self::Exact(value.clone())),
            Node::Decimal(value) => Some(Self::Decimal(value.clone())),
            _ => None,
        }
    }

    pub(super) fn into_expr(self) -> Expr {
        match self {
            Self::Exact(value) => Expr::rational(value),
            Self::Decimal(value) => Expr::decimal(value),
        }
    }

    pub(super) fn is_exact_zero(&self) -> bool {
        matches!(self, Self::Exact(value) if value.is_zero())
    }

    pub(super) fn is_exact_one(&self) -> bool {
        matches!(self, Self::Exact(value) if value.is_one())
    }

    pub(super) fn is_zero(&self) -> bool {
        match self {
            Self::Exact(value) => value.is_zero(),
            Self::Decimal(value) => value.is_zero(),
        }
    }

    pub(super) fn is_negative(&self) -> bool {
        match self {
            Self::Exact(value) => value.is_negative(),
            Self::Decimal(value) => value.is_negative(),
        }
    }

    pub(super) fn negate(&self) -> Self {
        match self {
            Self::Exact(value) => Self::Exact(-value),
            Self::Decimal(value) => Self::Decimal(value.negate()),
        }
    }

    pub(super) fn abs(&self) -> Self {
        if self.is_negative() { self.negate() } else { self.clone() }
    }

    /// The sum; `None` when a decimal leaves its range.
    pub(super) fn add(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => Some(Self::Exact(exact_sum(a, b))),
            (Self::Exact(exact), Self::Decimal(decimal))
            | (Self::Decimal(decimal), Self::Exact(exact)) => {
                decimal.checked_add_rational(exact).map(Self::Decimal)
            }
            (Self::Decimal(a), Self::Decimal(b)) => a.checked_add(b).map(Self::Decimal),
        }
    }

    /// The product; `None` when a decimal leaves its range. Exact 0 stays exact.
    pub(super) fn mul(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => Some(Self::Exact(exact_product(a, b))),
            (Self::Exact(exact), Self::Decimal(decimal))
            | (Self::Decimal(decimal), Self::Exact(exact)) => {
                if exact.is_zero() {
                    return Some(Self::zero());
                }
                if exact.is_one() {
                    return Some(Self::Decimal(decimal.clone()));
                }
                // One rounding: multiply by the numerator at full length, then divide.
                let (mantissa, exponent) = decimal.parts();
                let value =
                    BigRational::new(mantissa * exact.numer(), exact.denom().clone());
                Decimal::from_rational_scaled(&value, exponent, decimal.digits())
                    .map(Self::Decimal)
            }
            (Self::Decimal(a), Self::Decimal(b)) => a.checked_mul(b).map(Self::Decimal),
        }
    }

    /// The integer power of a number that is not 0; `None` when it would be too large.
    pub(super) fn powi(&self, exponent: &num_bigint::BigInt) -> Option<Self> {
        match self {
            Self::Exact(value) => {
                if value.is_one() {
                    return Some(self.clone());
                }
                if (-value).is_one() {
                    let odd = exponent.bit(0);
                    return Some(if odd { self.clone() } else { Self::one() });
                }
                let exponent = exponent.to_i32()?;
                let bits = value.numer().bits().max(value.denom().bits());
                let size = bits.checked_mul(u64::from(exponent.unsigned_abs()))?;
                (size <= MAX_BITS)
                    .then(|| Self::Exact(num_traits::Pow::pow(value, exponent)))
            }
            Self::Decimal(value) => {
                value.checked_powi(exponent.to_i64()?).map(Self::Decimal)
            }
        }
    }
}

/// A number `re + im·i`.
#[derive(Clone, Debug)]
pub(super) struct Gaussian {
    pub(super) re: Real,
    pub(super) im: Real,
}

impl Default for Gaussian {
    fn default() -> Self {
        Self { re: Real::zero(), im: Real::zero() }
    }
}

impl Gaussian {
    pub(super) fn add(&self, other: &Self) -> Option<Self> {
        Some(Self { re: self.re.add(&other.re)?, im: self.im.add(&other.im)? })
    }

    /// Reads a sum of a number and a multiple of `i`.
    pub(super) fn of(expr: &Expr) -> Option<Self> {
        let Node::Add(terms) = expr.node() else { return None };
        let [re, im] = &**terms else { return None };
        Some(Self { re: Real::of(re)?, im: imaginary(im)? })
    }

    pub(super) fn mul(&self, other: &Self) -> Option<Self> {
        let re = self.re.mul(&other.re)?.add(&self.im.mul(&other.im)?.negate())?;
        let im = self.re.mul(&other.im)?.add(&self.im.mul(&other.re)?)?;
        Some(Self { re, im })
    }

    pub(super) fn scale(&self, factor: &Real) -> Option<Self> {
        Some(Self { re: self.re.mul(factor)?, im: self.im.mul(factor)? })
    }

    /// Its product with `i^quarter`.
    pub(super) fn turn(self, quarter: u8) -> Self {
        match quarter % 4 {
            0 => self,
            1 => Self { re: self.im.negate(), im: self.re },
            2 => Self { re: self.re.negate(), im: self.im.negate() },
            _ => Self { re: self.im, im: self.re.negate() },
        }
    }

    /// An integer power by repeated squaring; `None` when it would be too large or is `0^-1`.
    pub(super) fn powi(&self, exponent: &num_bigint::BigInt) -> Option<Self> {
        let count = exponent.abs().to_u64()?;
        if self.bits().checked_mul(count)? > MAX_BITS {
            return None;
        }
        let mut base =
            if exponent.is_negative() { self.reciprocal()? } else { self.clone() };
        let mut result = Self { re: Real::one(), im: Real::zero() };
        let mut left = count;
        while left > 0 {
            if left & 1 == 1 {
                result = result.mul(&base)?;
            }
            left >>= 1;
            if left > 0 {
                base = base.mul(&base)?;
            }
        }
        Some(result)
    }

    fn reciprocal(&self) -> Option<Self> {
        let norm = self.re.mul(&self.re)?.add(&self.im.mul(&self.im)?)?;
        if norm.is_zero() {
            return None;
        }
        let scale = norm.powi(&(-1).into())?;
        Self { re: self.re.clone(), im: self.im.negate() }.scale(&scale)
    }

    fn bits(&self) -> u64 {
        let bits = |part: &Real| match part {
            Real::Exact(value) => value.numer().bits().max(value.denom().bits()),
            // A decimal stays as long as it is.
            Real::Decimal(_) => 1,
        };
        bits(&self.re).max(bits(&self.im)).max(1)
    }

    pub(super) fn into_expr(self) -> Expr {
        Expr::add([self.re.into_expr(), Expr::mul([self.im.into_expr(), Expr::i()])])
    }
}

/// The factor of `i` in `b*i`.
fn imaginary(expr: &Expr) -> Option<Real> {
    let is_i = |expr: &Expr| matches!(expr.node(), Node::Constant(Constant::I));
    match expr.node() {
        Node::Constant(Constant::I) => Some(Real::one()),
        Node::Mul(factors) => match &**factors {
            [number, unit] if is_i(unit) => Real::of(number),
            _ => None,
        },
        _ => None,
    }
}

/// The sum; integers take no greatest common divisor, which is slow for a million digits even with 1.
fn exact_sum(a: &BigRational, b: &BigRational) -> BigRational {
    if a.is_integer() && b.is_integer() {
        BigRational::from_integer(a.numer() + b.numer())
    } else {
        a + b
    }
}

/// The product; see [`exact_sum`].
fn exact_product(a: &BigRational, b: &BigRational) -> BigRational {
    if a.is_integer() && b.is_integer() {
        BigRational::from_integer(a.numer() * b.numer())
    } else {
        a * b
    }
}
