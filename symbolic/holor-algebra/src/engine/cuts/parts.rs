//! Real and imaginary parts under the assumptions, and signs near the point of a limit.

use num_traits::{Signed, ToPrimitive};

use super::Near;
use crate::engine::bounds::{self, Sign};
use crate::engine::decide::decide_in;
use crate::{Constant, Expr, Function, Node, Property, Relation};

/// Powers of complex bases are multiplied out up to this exponent.
const HIGHEST: i64 = 12;
/// So many powers of the distance are tried for a leading term.
const ORDERS: i64 = 5;

/// Whether the value is real wherever the assumptions hold.
pub(super) fn is_real(near: &Near<'_>, expr: &Expr) -> bool {
    let all = |items: &[Expr]| items.iter().all(|item| is_real(near, item));
    match expr.node() {
        Node::Number(_) | Node::Decimal(_) => true,
        Node::Constant(constant) => !matches!(
            constant,
            Constant::I | Constant::ComplexInfinity | Constant::Undefined
        ),
        Node::Symbol(symbol) => near
            .session
            .assumptions()
            .implied(symbol)
            .iter()
            .any(|known| !matches!(known, Property::Complex | Property::NonZero)),
        Node::Add(items) => all(items),
        Node::Mul(items) if all(items) => true,
        Node::Mul(_) => parts(near, expr).is_some_and(|(_, im)| is_zero(near, &im)),
        Node::Power(base, exponent) => {
            let whole = exponent.as_number().is_some_and(|number| number.is_integer());
            let base_of_exponential = matches!(base.node(), Node::Constant(Constant::E));
            is_real(near, base)
                && is_real(near, exponent)
                && (whole || base_of_exponential || is_nonnegative(near, base))
        }
        Node::Call(function, items) => {
            use Function as F;
            match function {
                F::Abs | F::Re | F::Im | F::Arg => true,
                F::Sin
                | F::Cos
                | F::Tan
                | F::Cot
                | F::Sec
                | F::Csc
                | F::Sinh
                | F::Cosh
                | F::Tanh
                | F::Atan
                | F::Atan2
                | F::Asinh
                | F::Sign
                | F::Floor
                | F::Ceiling
                | F::Min
                | F::Max
                | F::Heaviside
                | F::Conjugate
                | F::Erf
                | F::Erfc
                | F::Erfi
                | F::Gamma
                | F::Si
                | F::Shi
                | F::FresnelS
                | F::FresnelC
                | F::Ei
                | F::AiryAi
                | F::AiryBi => all(items),
                F::Log => items.iter().all(|item| is_positive(near, item)),
                F::Asin | F::Acos => items.iter().all(|item| {
                    is_real(near, item)
                        && is_nonnegative(near, &(1 - item))
                        && is_nonnegative(near, &(1 + item))
                }),
                _ => false,
            }
        }
        Node::Piecewise(cases) => cases.iter().all(|(value, _)| is_real(near, value)),
        _ => false,
    }
}

/// The real and the imaginary part, where they can be told apart.
pub(super) fn parts(near: &Near<'_>, expr: &Expr) -> Option<(Expr, Expr)> {
    if !matches!(expr.node(), Node::Mul(_)) && is_real(near, expr) {
        return Some((expr.clone(), Expr::zero()));
    }
    match expr.node() {
        Node::Constant(Constant::I) => Some((Expr::zero(), Expr::one())),
        Node::Add(terms) => {
            let (mut re, mut im) = (Vec::new(), Vec::new());
            for term in terms {
                let (a, b) = parts(near, term)?;
                re.push(a);
                im.push(b);
            }
            Some((Expr::add(re), Expr::add(im)))
        }
        Node::Mul(factors) => {
            let mut product = (Expr::one(), Expr::zero());
            for factor in factors {
                product = times(&product, &parts(near, factor)?);
            }
            Some(product)
        }
        Node::Power(base, exponent)
            if matches!(base.node(), Node::Constant(Constant::E)) =>
        {
            let (a, b) = parts(near, exponent)?;
            Some(polar(&a.exp(), &b))
        }
        Node::Power(base, exponent) => {
            let power = exponent.as_number()?;
            let Some(whole) = power.is_integer().then(|| power.to_i64()).flatten() else {
                let positive = base.negate();
                return (is_real(near, base) && is_positive(near, &positive)).then(
                    || {
                        let angle = Expr::pi() * exponent;
                        polar(&Expr::power(positive, exponent.clone()), &angle)
                    },
                );
            };
            if whole.abs() > HIGHEST {
                return None;
            }
            let value = parts(near, base)?;
            let mut result = (Expr::one(), Expr::zero());
            for _ in 0..whole.abs() {
                result = times(&result, &value);
            }
            if whole < 0 {
                let size = (result.0.powi(2) + result.1.powi(2)).reciprocal();
                result = (&result.0 * &size, result.1.negate() * size);
            }
            Some(result)
        }
        Node::Call(function, items) => {
            let [item] = &**items else { return None };
            of_call(near, *function, item)
        }
        _ => None,
    }
}

fn of_call(near: &Near<'_>, function: Function, item: &Expr) -> Option<(Expr, Expr)> {
    let call = |function, x: &Expr| Expr::call(function, vec![x.clone()]);
    if function == Function::Log && is_real(near, item) {
        let positive = item.negate();
        return is_positive(near, &positive)
            .then(|| (call(Function::Log, &positive), Expr::pi()));
    }
    let (a, b) = parts(near, item)?;
    use Function::{Conjugate, Cos, Cosh, Sin, Sinh};
    match function {
        Conjugate => Some((a, b.negate())),
        Sin => Some((call(Sin, &a) * call(Cosh, &b), call(Cos, &a) * call(Sinh, &b))),
        Cos => Some((
            call(Cos, &a) * call(Cosh, &b),
            (call(Sin, &a) * call(Sinh, &b)).negate(),
        )),
        Sinh => Some((call(Sinh, &a) * call(Cos, &b), call(Cosh, &a) * call(Sin, &b))),
        Cosh => Some((call(Cosh, &a) * call(Cos, &b), call(Sinh, &a) * call(Sin, &b))),
        _ => None,
    }
}

fn times(left: &(Expr, Expr), right: &(Expr, Expr)) -> (Expr, Expr) {
    (&left.0 * &right.0 - &left.1 * &right.1, &left.0 * &right.1 + &left.1 * &right.0)
}

fn polar(size: &Expr, angle: &Expr) -> (Expr, Expr) {
    (
        size * Expr::call(Function::Cos, vec![angle.clone()]),
        size * Expr::call(Function::Sin, vec![angle.clone()]),
    )
}

pub(super) fn is_zero(near: &Near<'_>, expr: &Expr) -> bool {
    if expr.is_zero() {
        return true;
    }
    let Ok(value) = near.session.value(expr) else { return false };
    value.eval().is_zero() == Some(true)
        || value.expand().eval().is_zero() == Some(true)
        || value.equals(&near.session.context.int(0)) == Some(true)
}

pub(super) fn is_positive(near: &Near<'_>, expr: &Expr) -> bool {
    if let Some(number) = expr.as_number() {
        return number.is_positive();
    }
    holds(near, Relation::Greater, expr)
        || near.moves(expr) && sign_near(near, expr) == Some(1)
}

fn is_nonnegative(near: &Near<'_>, expr: &Expr) -> bool {
    if let Some(number) = expr.as_number() {
        return !number.is_negative();
    }
    holds(near, Relation::GreaterEqual, expr)
        || near.moves(expr) && sign_near(near, expr).is_some_and(|sign| sign >= 0)
}

fn holds(near: &Near<'_>, relation: Relation, expr: &Expr) -> bool {
    truth(near, relation, expr) == Some(true)
}

/// The truth of `expr relation 0` for a real expression, also of the form with its sign turned.
pub(super) fn truth(near: &Near<'_>, relation: Relation, expr: &Expr) -> Option<bool> {
    let condition = Expr::relation(relation, expr.clone(), Expr::zero());
    if let Ok(Some(known)) = decide_in(near.session, &condition) {
        return Some(known);
    }
    // A difference of the two sides of something that is assumed, such as b − a for a < b.
    if let Node::Add(terms) = expr.node()
        && terms.len() == 2
        && let [first, second] = &**terms
    {
        for (left, right) in [(first, second.negate()), (second, first.negate())] {
            let condition = Expr::relation(relation, left.clone(), right);
            if let Some(known) = near.session.assumptions().states(&condition) {
                return Some(known);
            }
        }
    }
    None
}

/// The sign of a real expression for all small distances: 1, −1, or 0 where it is 0 for all of them.
pub(super) fn sign_near(near: &Near<'_>, expr: &Expr) -> Option<i8> {
    if is_zero(near, expr) {
        return Some(0);
    }
    match bounds::sign(near.session.assumptions(), expr) {
        Some(Sign::Positive) => return Some(1),
        Some(Sign::Negative) => return Some(-1),
        _ => {}
    }
    let distance = near.distance();
    for order in 0..=ORDERS {
        let scaled = expr * distance.powi(-order);
        let leading = near.limit(&scaled)?;
        if leading == Expr::infinity() {
            return Some(1);
        }
        if leading == Expr::negative_infinity() {
            return Some(-1);
        }
        if is_zero(near, &leading) {
            continue;
        }
        return sign(near, &leading);
    }
    None
}

/// The sign of a real value, where it is known and not 0.
pub(super) fn sign(near: &Near<'_>, expr: &Expr) -> Option<i8> {
    if *expr == Expr::infinity() || holds(near, Relation::Greater, expr) {
        Some(1)
    } else if *expr == Expr::negative_infinity() || holds(near, Relation::Less, expr) {
        Some(-1)
    } else {
        None
    }
}
