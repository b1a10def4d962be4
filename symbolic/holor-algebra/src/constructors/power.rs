//! Canonical powers.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};

use super::number::{Gaussian, Real};
use super::product::{phase, turn_of};
use super::{
    LOOK, certainly_positive, certainly_real, is_constant, is_minus_one, radical,
};
use crate::{Constant, Decimal, Expr, Function, Node};

pub(super) fn power(base: Expr, exponent: Expr) -> Expr {
    if base.is_undefined() || exponent.is_undefined() {
        return Expr::undefined();
    }
    let number = exponent.as_number();
    if exponent.is_zero() {
        return to_the_zero(base, exponent);
    }
    if exponent.is_one() {
        return base;
    }
    let known = if base.has_infinity() || exponent.has_infinity() {
        infinite(&base, &exponent)
    } else if let Some(real) = Real::of(&base) {
        of_number(&real, &exponent)
    } else if is_constant(&base, Constant::E) {
        exponential(&exponent)
    } else if let (Some(turn), Some(number)) = (turn_of(&base), number) {
        Some(with_phase(&(turn * number), Vec::new()))
    } else if let (Some(complex), Some(integer)) =
        (Gaussian::of(&base), exponent.as_integer())
    {
        complex.powi(integer).map(Gaussian::into_expr)
    } else {
        None
    };
    if let Some(known) = known {
        return known;
    }
    let rewritten = match base.node() {
        Node::Power(inner, first) => of_power(inner, first, &exponent),
        Node::Mul(factors) => of_product(factors, &exponent),
        Node::Add(terms) => of_sum(terms, &exponent),
        _ => None,
    };
    rewritten.unwrap_or_else(|| raw(base, exponent))
}

fn raw(base: Expr, exponent: Expr) -> Expr {
    Expr::from_node(Node::Power(base, exponent))
}

fn to_the_zero(base: Expr, zero: Expr) -> Expr {
    let is_zero = Real::of(&base).is_some_and(|real| real.is_zero());
    let is_infinite = is_constant(&base, Constant::Infinity)
        || is_constant(&base, Constant::ComplexInfinity)
        || matches!(base.node(), Node::Mul(factors)
            if factors.iter().any(|f| is_constant(f, Constant::Infinity)));
    if is_zero || is_infinite {
        Expr::undefined()
    } else if base.has_infinity() {
        raw(base, zero)
    } else {
        Expr::one()
    }
}

/// Powers with ∞ in base or exponent that have one value.
fn infinite(base: &Expr, exponent: &Expr) -> Option<Expr> {
    let minus_infinity = |expr: &Expr| {
        matches!(expr.node(), Node::Mul(items)
            if matches!(&**items, [sign, rest]
                if is_minus_one(sign) && is_constant(rest, Constant::Infinity)))
    };
    let grows = if is_constant(exponent, Constant::Infinity) {
        Some(true)
    } else if minus_infinity(exponent) {
        Some(false)
    } else {
        None
    };
    if let Some(grows) = grows {
        if is_constant(base, Constant::Infinity) || is_constant(base, Constant::E) {
            return Some(if grows { Expr::infinity() } else { Expr::zero() });
        }
        let size = Real::of(base)?.abs();
        let above_one = match size.add(&Real::integer(-1))? {
            difference if difference.is_zero() => return Some(Expr::undefined()),
            difference => !difference.is_negative(),
        };
        return Some(match (above_one == grows, Real::of(base)?.is_negative()) {
            (false, _) => Expr::zero(),
            (true, false) if !size.is_zero() => Expr::infinity(),
            (true, _) => Expr::complex_infinity(),
        });
    }
    let positive = !Real::of(exponent)?.is_negative();
    let direct = is_constant(base, Constant::Infinity)
        || is_constant(base, Constant::ComplexInfinity);
    direct.then(|| if positive { base.clone() } else { Expr::zero() })
}

fn of_number(base: &Real, exponent: &Expr) -> Option<Expr> {
    if base.is_exact_one() {
        return Some(Expr::one());
    }
    if base.is_zero() {
        let exponent = Real::of(exponent)?;
        if exponent.is_zero() {
            return Some(Expr::undefined());
        }
        return Some(if exponent.is_negative() {
            Expr::complex_infinity()
        } else {
            base.clone().into_expr()
        });
    }
    if let Some(integer) = exponent.as_integer() {
        return base.powi(integer).map(Real::into_expr);
    }
    let power = match (base, Real::of(exponent)?) {
        (Real::Exact(value), Real::Exact(exponent)) => {
            radical::number_root(&value.abs(), &exponent)
                .map(|factors| (factors, exponent))
        }
        (_, exponent) => decimal_power(&base.abs(), &exponent).map(|value| {
            let turn = match exponent {
                Real::Exact(exponent) => exponent,
                Real::Decimal(exponent) => exponent.to_rational(),
            };
            (vec![Expr::decimal(value)], turn)
        }),
    };
    let (factors, turn) = power?;
    Some(if base.is_negative() { with_phase(&turn, factors) } else { Expr::mul(factors) })
}

/// A positive number to a rational power, one of them decimal; `None` for denominators that are no
/// short root.
fn decimal_power(base: &Real, exponent: &Real) -> Option<Decimal> {
    const LARGEST_ROOT: u32 = 64;
    const GUARD: u32 = 12;
    let (value, digits) = match (base, exponent) {
        (Real::Decimal(base), Real::Decimal(exponent)) => {
            (base.to_rational(), base.digits().min(exponent.digits()))
        }
        (Real::Decimal(base), Real::Exact(_)) => (base.to_rational(), base.digits()),
        (Real::Exact(base), Real::Decimal(exponent)) => (base.clone(), exponent.digits()),
        (Real::Exact(_), Real::Exact(_)) => return None,
    };
    let exponent = match exponent {
        Real::Exact(exponent) => exponent.clone(),
        Real::Decimal(exponent) => exponent.to_rational(),
    };
    let degree = exponent.denom().to_u32().filter(|degree| *degree <= LARGEST_ROOT)?;
    let working = digits.checked_add(GUARD)?;
    let root = Decimal::from_rational(&value, working)?.checked_root(degree)?;
    Some(root.checked_powi(exponent.numer().to_i64()?)?.with_digits(digits))
}

/// `e^(iπ·turn)` times the factors.
fn with_phase(turn: &BigRational, mut factors: Vec<Expr>) -> Expr {
    let (negative, unit) = phase(turn);
    factors.extend(unit);
    if negative {
        factors.push(Expr::integer(-1));
    }
    // A phase alone is canonical; going through the product again would not end.
    match &mut *factors {
        [single] => single.clone(),
        _ => Expr::mul(factors),
    }
}

/// `e^(c·log x) = x^c`, and `e^(iπ·r)` for multiples of a right angle.
fn exponential(exponent: &Expr) -> Option<Expr> {
    let factors = exponent.factors();
    let (coefficient, rest) = match factors.split_first() {
        Some((first, rest)) if first.as_number().is_some() => (first.clone(), rest),
        _ => (Expr::one(), factors),
    };
    match rest {
        [single] => match single.node() {
            Node::Call(Function::Log, arguments) => {
                let [argument] = &**arguments else { return None };
                Some(power(argument.clone(), coefficient))
            }
            _ => None,
        },
        [pi, unit] if is_constant(pi, Constant::Pi) && is_constant(unit, Constant::I) => {
            let turn = coefficient.as_number()?;
            (turn * BigInt::from(2)).is_integer().then(|| with_phase(turn, Vec::new()))
        }
        _ => None,
    }
}

/// `(inner^first)^exponent = inner^(first·exponent)` where it holds for every `inner`:
/// an integer exponent; `first` in (−1, 1], which keeps the argument within (−π, π]; or a positive
/// `inner` and a real `first`.
fn of_power(inner: &Expr, first: &Expr, exponent: &Expr) -> Option<Expr> {
    let one = BigRational::one();
    let contracts =
        first.as_number().is_some_and(|first| *first > -&one && *first <= one);
    let holds = exponent.as_integer().is_some()
        || contracts
        || certainly_positive(inner) && certainly_real(first, LOOK);
    holds.then(|| power(inner.clone(), Expr::mul([first.clone(), exponent.clone()])))
}

/// Distributes an integer exponent over all factors, any other number over the positive ones.
fn of_product(factors: &[Expr], exponent: &Expr) -> Option<Expr> {
    if exponent.as_integer().is_some() {
        return Some(Expr::mul(
            factors.iter().map(|factor| power(factor.clone(), exponent.clone())),
        ));
    }
    Real::of(exponent)?;
    let mut outside = Vec::new();
    let mut inside = Vec::new();
    let mut turn = BigRational::zero();
    let mut only_phase = true;
    for factor in factors {
        if certainly_positive(factor) {
            outside.push(power(factor.clone(), exponent.clone()));
            continue;
        }
        if let Some(number) = Real::of(factor) {
            if !number.abs().is_exact_one() {
                outside.push(power(number.abs().into_expr(), exponent.clone()));
            }
            turn += BigRational::one();
            inside.push(Expr::integer(-1));
            continue;
        }
        match turn_of(factor) {
            Some(more) => turn += more,
            None => only_phase = false,
        }
        inside.push(factor.clone());
    }
    if only_phase && let Some(number) = exponent.as_number() {
        return Some(with_phase(&(principal(&turn) * number), outside));
    }
    if outside.is_empty() {
        return None;
    }
    outside.push(power(Expr::mul(inside), exponent.clone()));
    Some(Expr::mul(outside))
}

/// `(cᵏ·z)^(p/k) = cᵖ·z^(p/k)` for the largest rational `cᵏ` > 0 that divides every term of the sum:
/// `sqrt(4x + 4)` is `2 sqrt(x + 1)`.
fn of_sum(terms: &[Expr], exponent: &Expr) -> Option<Expr> {
    let exponent = exponent.as_number().filter(|exponent| !exponent.is_integer())?;
    let degree = exponent.denom().to_u32()?;
    let (mut numerator, mut denominator) = (BigInt::zero(), BigInt::one());
    for term in terms {
        let one = BigRational::one();
        let coefficient = match term.factors().first() {
            Some(first) if matches!(first.node(), Node::Decimal(_)) => return None,
            Some(first) => first.as_number().unwrap_or(&one),
            None => &one,
        };
        numerator = numerator.gcd(coefficient.numer());
        denominator = denominator.lcm(coefficient.denom());
    }
    let root = BigRational::new(
        radical::root_of_power_part(&numerator, degree)?,
        radical::root_of_power_part(&denominator, degree)?,
    );
    if root.is_one() {
        return None;
    }
    let scale = Expr::rational(Pow::pow(root.clone(), degree).recip());
    let rest = Expr::add(terms.iter().map(|term| term * &scale));
    let outside = Pow::pow(root, exponent.numer().to_i32()?);
    Some(Expr::mul([
        Expr::rational(outside),
        power(rest, Expr::rational(exponent.clone())),
    ]))
}

/// The turn in (−1, 1] that differs by a multiple of 2.
fn principal(turn: &BigRational) -> BigRational {
    let two = BigRational::from_integer(2.into());
    let one = BigRational::one();
    let turns = ((turn - &one) / &two).ceil();
    turn - turns * two
}
