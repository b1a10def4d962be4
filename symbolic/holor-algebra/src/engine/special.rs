//! Values that the algebra crate leaves: a function of its inverse, signs that bounds decide, powers of
//! the imaginary unit. Every rule holds for all values that the assumptions allow.

use num_traits::ToPrimitive;

use super::bounds::{self, Sign};
use crate::{Assumptions, Constant, Expr, Function, Node, Relation};

/// Larger expressions are left as they are.
const LIMIT: u64 = 2_000;

/// The same value with these rules applied everywhere in it.
pub(super) fn special_values(assumptions: &Assumptions, expr: &Expr) -> Expr {
    if expr.count_nodes() > LIMIT {
        return expr.clone();
    }
    everywhere(assumptions, expr)
}

fn everywhere(assumptions: &Assumptions, expr: &Expr) -> Expr {
    let expr = expr.map_children(&mut |child| everywhere(assumptions, child));
    let known = match expr.node() {
        Node::Call(function, arguments) => match &**arguments {
            [argument] => of_call(assumptions, *function, argument),
            [n, k] if *function == Function::Binomial => small_binomial(n, k),
            _ => None,
        },
        Node::Power(base, exponent) => of_power(assumptions, base, exponent)
            .or_else(|| root_of_gaussian(base, exponent)),
        _ => None,
    };
    known.unwrap_or(expr)
}

fn of_call(
    assumptions: &Assumptions,
    function: Function,
    argument: &Expr,
) -> Option<Expr> {
    match function {
        Function::Abs => match bounds::sign(assumptions, argument) {
            Some(Sign::Positive | Sign::NonNegative) => Some(argument.clone()),
            Some(Sign::Negative | Sign::NonPositive) => Some(argument.negate()),
            None => abs_of_exponential(assumptions, argument)
                .or_else(|| abs_of_parts(assumptions, argument)),
        },
        Function::Sign => match bounds::sign(assumptions, argument)? {
            Sign::Positive => Some(Expr::one()),
            Sign::Negative => Some(Expr::integer(-1)),
            Sign::NonNegative | Sign::NonPositive => None,
        },
        Function::Log => {
            let Node::Power(base, exponent) = argument.node() else { return None };
            exponent.as_number()?;
            (bounds::sign(assumptions, base)? == Sign::Positive).then(|| {
                Expr::mul([
                    exponent.clone(),
                    Expr::call(Function::Log, vec![base.clone()]),
                ])
            })
        }
        _ => {
            if let Some(value) = by_parity(function, argument) {
                return Some(value);
            }
            let Node::Call(inner, items) = argument.node() else {
                return of_imaginary_unit(function, argument);
            };
            let [value] = &**items else { return None };
            of_inverse(function, *inner, value)
                .or_else(|| inverse_of(function, *inner, value))
        }
    }
}

/// An odd or even function of an argument that begins with a minus, at the opposite argument.
fn by_parity(function: Function, argument: &Expr) -> Option<Expr> {
    use Function as F;
    let odd = match function {
        F::Sin | F::Tan | F::Cot | F::Csc | F::Sinh | F::Tanh => true,
        F::Asin | F::Atan | F::Asinh | F::Atanh | F::Erf | F::Erfi => true,
        F::Si | F::Shi | F::FresnelS | F::FresnelC => true,
        F::Cos | F::Sec | F::Cosh => false,
        _ => return None,
    };
    let begins_with_minus = match argument.node() {
        Node::Add(terms) => terms.first()?.has_leading_minus(),
        _ => argument.has_leading_minus(),
    };
    begins_with_minus.then(|| {
        let opposite = Expr::call(function, vec![argument.negate()]);
        if odd { opposite.negate() } else { opposite }
    })
}

/// `n` over 0, 1 and 2.
fn small_binomial(n: &Expr, k: &Expr) -> Option<Expr> {
    match k.as_integer()?.to_u32()? {
        0 => Some(Expr::one()),
        1 => Some(n.clone()),
        2 => Some(Expr::mul([Expr::fraction(1, 2), n.clone(), n - 1])),
        _ => None,
    }
}

/// `|e^(a + b i)|` is `e^a` for real `a` and `b`.
fn abs_of_exponential(assumptions: &Assumptions, argument: &Expr) -> Option<Expr> {
    let Node::Power(base, exponent) = argument.node() else { return None };
    if !matches!(base.node(), Node::Constant(Constant::E)) {
        return None;
    }
    let mut real = Vec::new();
    for term in exponent.terms() {
        if bounds::is_real(assumptions, term) {
            real.push(term.clone());
        } else if !bounds::is_real(assumptions, &Expr::mul([term.clone(), Expr::i()])) {
            return None;
        }
    }
    Some(Expr::add(real).exp())
}

/// `|x + i y|` is `√(x² + y²)` for real `x` and `y`.
fn abs_of_parts(assumptions: &Assumptions, argument: &Expr) -> Option<Expr> {
    if let Node::Power(base, exponent) = argument.node()
        && exponent.as_integer().is_some()
    {
        return Some(Expr::power(abs_of_parts(assumptions, base)?, exponent.clone()));
    }
    let (mut real, mut imaginary) = (Vec::new(), Vec::new());
    for term in argument.terms() {
        let turned = Expr::mul([term.clone(), Expr::i().negate()]);
        if bounds::is_real(assumptions, term) {
            real.push(term.clone());
        } else if bounds::is_real(assumptions, &turned) {
            imaginary.push(turned);
        } else {
            return None;
        }
    }
    (!real.is_empty() && !imaginary.is_empty())
        .then(|| (Expr::add(real).powi(2) + Expr::add(imaginary).powi(2)).sqrt())
}

/// `√(a + b i)` for rational `a` and `b` with a rational modulus: `sqrt(3 + 4i)` is `2 + i`.
fn root_of_gaussian(base: &Expr, exponent: &Expr) -> Option<Expr> {
    let [first, second] = base.terms() else { return None };
    if *exponent != Expr::fraction(1, 2) {
        return None;
    }
    let part = |expr: &Expr| Expr::mul([expr.clone(), Expr::i().negate()]);
    let (real, imaginary) = match (first.as_number(), second.as_number()) {
        (Some(_), None) => (first.clone(), part(second)),
        (None, Some(_)) => (second.clone(), part(first)),
        _ => return None,
    };
    let negative = num_traits::Signed::is_negative(imaginary.as_number()?);
    let modulus = (real.powi(2) + imaginary.powi(2)).sqrt();
    modulus.as_number()?;
    let half = |sum: Expr| (sum / 2).sqrt();
    let (along, across) = (half(&modulus + &real), half(&modulus - &real));
    let across = if negative { across.negate() } else { across };
    Some(along + Expr::i() * across)
}

/// `sin(i) = i sinh(1)` and its kin, for `i` and `-i` alone.
fn of_imaginary_unit(function: Function, argument: &Expr) -> Option<Expr> {
    let number = if *argument == Expr::i() {
        Expr::one()
    } else if *argument == Expr::i().negate() {
        Expr::integer(-1)
    } else {
        return None;
    };
    let (other, outside) = match function {
        Function::Sin => (Function::Sinh, Expr::i()),
        Function::Cos => (Function::Cosh, Expr::one()),
        Function::Tan => (Function::Tanh, Expr::i()),
        Function::Sinh => (Function::Sin, Expr::i()),
        Function::Cosh => (Function::Cos, Expr::one()),
        Function::Tanh => (Function::Tan, Expr::i()),
        _ => return None,
    };
    let value = Expr::call(other, vec![Expr::one()]);
    let sign = if outside.is_one() { Expr::one() } else { number };
    Some(Expr::mul([sign, outside, value]))
}

/// Numbers on the right of relations: `x < 5` for `5 > x`.
pub(super) fn oriented(condition: &Expr) -> Expr {
    let Node::Relation(relation, left, right) = condition.node() else {
        return condition.map_children(&mut oriented);
    };
    if !left.is_numeric_constant() || right.is_numeric_constant() {
        return condition.clone();
    }
    let relation = match relation {
        Relation::Less => Relation::Greater,
        Relation::LessEqual => Relation::GreaterEqual,
        Relation::Greater => Relation::Less,
        Relation::GreaterEqual => Relation::LessEqual,
        Relation::Equal | Relation::NotEqual => *relation,
    };
    Expr::relation(relation, right.clone(), left.clone())
}

/// A function of an inverse function, for principal values everywhere in the complex plane.
fn of_inverse(function: Function, inner: Function, z: &Expr) -> Option<Expr> {
    let one = Expr::one;
    let root = |square: Expr| square.sqrt();
    Some(match (function, inner) {
        (Function::Sin, Function::Acos) | (Function::Cos, Function::Asin) => {
            root(one() - z.powi(2))
        }
        (Function::Tan, Function::Asin) => z / root(one() - z.powi(2)),
        (Function::Tan, Function::Acos) => root(one() - z.powi(2)) / z,
        (Function::Sin, Function::Atan) => z / root(one() + z.powi(2)),
        (Function::Cos, Function::Atan) => root(one() + z.powi(2)).reciprocal(),
        (Function::Cosh, Function::Asinh) => root(one() + z.powi(2)),
        (Function::Tanh, Function::Asinh) => z / root(one() + z.powi(2)),
        (Function::Sinh, Function::Acosh) => root(z - 1) * root(z + 1),
        (Function::Sinh, Function::Atanh) => z / root(one() - z.powi(2)),
        (Function::Cosh, Function::Atanh) => root(one() - z.powi(2)).reciprocal(),
        _ => return None,
    })
}

/// An inverse function of its function, at a rational number.
fn inverse_of(function: Function, inner: Function, z: &Expr) -> Option<Expr> {
    use std::f64::consts::PI;
    let number = z.as_number()?.to_f64().filter(|number| number.abs() < 1e6)?;
    // A rational number is never at the border between two branches, which are multiples of π/2.
    let turns = match (function, inner) {
        (Function::Asin, Function::Sin) | (Function::Atan, Function::Tan) => {
            (number / PI).round()
        }
        (Function::Acos, Function::Cos) => (number / PI).floor(),
        _ => return None,
    };
    let nearest = (number / PI - 0.5).fract().abs();
    if !(1e-9..=1.0 - 1e-9).contains(&nearest) && number != 0.0 {
        return None;
    }
    let turns = turns.to_i64()?;
    let shifted = z - Expr::mul([Expr::integer(turns), Expr::pi()]);
    Some(match function {
        Function::Atan => shifted,
        Function::Asin if turns % 2 == 0 => shifted,
        Function::Asin => shifted.negate(),
        _ if turns % 2 == 0 => shifted,
        _ => Expr::pi() - shifted,
    })
}

/// `(-1)^(c i)` and `i^(c i)` for real numbers `c`.
fn of_power(assumptions: &Assumptions, base: &Expr, exponent: &Expr) -> Option<Expr> {
    let quarters = if *base == Expr::i() {
        1
    } else if *base == Expr::integer(-1) {
        2
    } else {
        return None;
    };
    if !exponent.is_numeric_constant()
        || exponent.as_number().is_some()
        || !bounds::is_real(assumptions, &Expr::mul([exponent.clone(), Expr::i()]))
    {
        return None;
    }
    let turn = Expr::mul([Expr::fraction(quarters, 2), Expr::pi(), Expr::i()]);
    Some(Expr::mul([turn, exponent.clone()]).exp())
}
