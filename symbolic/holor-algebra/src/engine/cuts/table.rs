//! Where the functions have their branch cuts, and what they are on one side of them.

use num_traits::{Signed, ToPrimitive};

use super::Near;
use super::parts::{is_real, parts};
use crate::engine::convert::Session;
use crate::{Expr, Function, Node};

/// A stretch of the real line on which a function jumps.
pub(super) struct Cut {
    pub(super) low: Expr,
    pub(super) high: Expr,
    /// The side on which values continue those on the cut: 1 above, −1 below, 0 neither.
    pub(super) own: i8,
}

/// A function with its branch cuts on the real line of a coordinate.
pub(super) struct Branched {
    pub(super) name: &'static str,
    /// What runs into a cut: the argument, or i times it.
    pub(super) coordinate: Expr,
    pub(super) cuts: Vec<Cut>,
    /// Whether it depends on the argument of its coordinate as the logarithm does.
    pub(super) is_logarithmic: bool,
}

fn cut(low: Expr, high: Expr, own: i8) -> Cut {
    Cut { low, high, own }
}

fn negative(own: i8) -> Vec<Cut> {
    below(Expr::zero(), own)
}

fn below(high: Expr, own: i8) -> Vec<Cut> {
    vec![cut(Expr::negative_infinity(), high, own)]
}

fn above_one() -> Vec<Cut> {
    vec![cut(Expr::one(), Expr::infinity(), -1)]
}

fn outside() -> Vec<Cut> {
    vec![
        cut(Expr::negative_infinity(), Expr::integer(-1), 1),
        cut(Expr::one(), Expr::infinity(), -1),
    ]
}

/// The cuts of what this node is, if it has any.
pub(super) fn branched(session: &Session, expr: &Expr) -> Option<Branched> {
    let found = |name, coordinate: &Expr, cuts| {
        Some(Branched {
            name,
            coordinate: coordinate.clone(),
            cuts,
            is_logarithmic: false,
        })
    };
    let logarithmic = |name, coordinate: Expr| {
        Some(Branched { name, coordinate, cuts: negative(1), is_logarithmic: true })
    };
    let (function, items) = match expr.node() {
        Node::Power(base, exponent) => {
            let exponential = matches!(base.node(), Node::Constant(crate::Constant::E));
            let name =
                if *exponent == Expr::fraction(1, 2) { "sqrt" } else { "the power" };
            return (!exponential && !is_whole(session, exponent))
                .then(|| logarithmic(name, base.clone()))
                .flatten();
        }
        Node::Call(function, items) => (*function, &**items),
        _ => return None,
    };
    let name = function.name();
    use Function as F;
    match (function, items) {
        (F::Log | F::Arg, [w]) => logarithmic(name, w.clone()),
        (F::Atan2, [y, x]) => logarithmic(name, x + Expr::i() * y),
        (F::Asin | F::Acos | F::Atanh, [w]) => found(name, w, outside()),
        (F::Atan | F::Asinh, [w]) => found(name, &(Expr::i() * w), outside()),
        (F::Acosh, [w]) => found(name, w, below(Expr::one(), 1)),
        (F::Ei, [w]) => found(name, w, negative(0)),
        (F::Ci | F::Chi | F::LogGamma, [w]) => found(name, w, negative(1)),
        (F::Li, [w]) => {
            let mut cuts = negative(1);
            cuts.push(cut(Expr::zero(), Expr::one(), 0));
            found(name, w, cuts)
        }
        (F::LambertW, [w]) => found(name, w, below(Expr::integer(-1).exp().negate(), 1)),
        (F::LambertW, [w, branch]) => {
            let principal = branch.is_zero();
            let high =
                if principal { Expr::integer(-1).exp().negate() } else { Expr::zero() };
            found(name, w, below(high, 1))
        }
        (F::Polylog, [order, w]) => {
            let rational = order
                .as_number()
                .is_some_and(|order| order.is_integer() && !order.is_positive());
            (!rational).then(|| found(name, w, above_one())).flatten()
        }
        (F::EllipticK | F::EllipticE, [w]) => found(name, w, above_one()),
        (F::BesselJ | F::BesselI, [order, w]) => {
            (!is_whole(session, order)).then(|| found(name, w, negative(1))).flatten()
        }
        (F::BesselY | F::BesselK, [_, w]) => found(name, w, negative(1)),
        (F::ExpIntegral | F::UpperGamma | F::LowerGamma, [order, w]) => {
            let entire = order.as_number().is_some_and(|order| {
                let turned = function != F::ExpIntegral;
                order.is_integer() && order.is_positive() == turned
            });
            (!entire).then(|| found(name, w, negative(1))).flatten()
        }
        (F::Legendre | F::ChebyshevT | F::ChebyshevU, [degree, w]) => {
            (!is_whole(session, degree))
                .then(|| found(name, w, below(Expr::integer(-1), 0)))
                .flatten()
        }
        (F::AssocLegendre, [degree, order, w]) => {
            let even = order.as_number().is_some_and(|order| {
                order.is_integer() && (order.numer() % 2u32) == 0u32.into()
            });
            (!even || !is_whole(session, degree))
                .then(|| found(name, w, below(Expr::infinity(), 0)))
                .flatten()
        }
        (F::EllipticF | F::EllipticE | F::EllipticPi, [.., w]) => {
            found(name, w, below(Expr::infinity(), 0))
        }
        _ => None,
    }
}

fn is_whole(session: &Session, expr: &Expr) -> bool {
    match expr.as_number() {
        Some(number) => number.is_integer(),
        None => {
            session.value(expr).is_ok_and(|value| value.eval().is_integer() == Some(true))
        }
    }
}

/// What stands for a function near a point of its cut.
pub(super) enum Form {
    /// The same function on that side, in terms of functions that are smooth there.
    Smooth(Expr),
    /// The value on that side at the point itself, which the function approaches.
    Value(Expr),
}

/// What a node is on the side of its cut above (1) or below (−1) the real line of its coordinate. `place` is the
/// coordinate at the point, `arguments` gives the arguments there.
pub(super) fn on_side(
    near: &Near<'_>,
    expr: &Expr,
    side: i8,
    own: i8,
    place: Option<Place>,
    arguments: &dyn Fn() -> Option<Vec<Expr>>,
) -> Option<Form> {
    let sign = Expr::integer(i64::from(side));
    let turn = Expr::i() * Expr::pi() * &sign;
    let call = |function, x: Expr| Expr::call(function, vec![x]);
    let (function, items) = match expr.node() {
        Node::Power(base, exponent) => {
            let size = Expr::power(base.negate(), exponent.clone());
            return Some(Form::Smooth(size * turned(side, exponent)));
        }
        Node::Call(function, items) => (*function, &**items),
        _ => return None,
    };
    use Function as F;
    let smooth = match (function, items) {
        (F::Log, [w]) => call(F::Log, w.negate()) + turn,
        (F::Arg, [w]) => match parts(near, w) {
            Some((re, im)) => call(F::Atan, im / re) + Expr::pi() * sign,
            None => call(F::Arg, w.negate()) + Expr::pi() * sign,
        },
        (F::Atan2, [y, x]) => call(F::Atan, y / x) + Expr::pi() * sign,
        (F::Asin, [w]) => {
            let (start, growth) = inverse_sine(w, place, &sign);
            start + Expr::i() * growth
        }
        (F::Acos, [w]) => {
            let (start, growth) = inverse_sine(w, place, &sign);
            Expr::pi() / 2 - start - Expr::i() * growth
        }
        // asinh(w) = −i asin(i w)
        (F::Asinh, [w]) => {
            let (start, growth) = inverse_sine(&(Expr::i() * w), place, &sign);
            growth - Expr::i() * start
        }
        (F::Atanh, [w]) => call(F::Atanh, w.reciprocal()) + turn / 2,
        (F::Atan, [w]) => Expr::pi() * sign / 2 - call(F::Atan, w.reciprocal()),
        (F::Acosh, [w]) if place == Some(Place::Left) => {
            call(F::Acosh, w.negate()) + turn
        }
        (F::Acosh, [w]) if place == Some(Place::Right) => {
            Expr::i() * sign * call(F::Acos, w.clone())
        }
        (F::Ei, [w]) => turn - Expr::call(F::ExpIntegral, vec![Expr::one(), w.negate()]),
        (F::Ci | F::Chi, [w]) => call(function, w.negate()) + turn,
        (F::Li, [w]) if place == Some(Place::Left) => {
            call(F::Ei, call(F::Log, w.negate()) + turn)
        }
        (F::Li, [w]) => {
            let log = call(F::Log, w.clone()).negate();
            turn - Expr::call(F::ExpIntegral, vec![Expr::one(), log])
        }
        (F::BesselJ | F::BesselI, [order, w]) => {
            turned(side, order) * Expr::call(function, vec![order.clone(), w.negate()])
        }
        (F::BesselY, [order, w]) => {
            let bessel = |function| Expr::call(function, vec![order.clone(), w.negate()]);
            let cosine = call(F::Cos, Expr::pi() * order);
            turned(-side, order) * bessel(F::BesselY)
                + Expr::i() * sign * 2 * cosine * bessel(F::BesselJ)
        }
        (F::BesselK, [order, w]) => {
            let bessel = |function| Expr::call(function, vec![order.clone(), w.negate()]);
            turned(-side, order) * bessel(F::BesselK) - turn * bessel(F::BesselI)
        }
        _ => {
            if own == 0 {
                return None;
            }
            let items = arguments()?;
            let value = Expr::call(function, items.clone());
            if side == own {
                return Some(Form::Value(value));
            }
            if let (F::Polylog, [order, w]) = (function, items.as_slice()) {
                let power = Expr::power(call(F::Log, w.clone()), order - 1);
                let jump = turn * 2 * power / call(F::Gamma, order.clone());
                return Some(Form::Value(value + jump));
            }
            // The values on both sides are conjugates where the other arguments are real.
            return items
                .iter()
                .all(|item| is_real(near, item))
                .then(|| Form::Value(call(F::Conjugate, value)));
        }
    };
    Some(Form::Smooth(smooth))
}

/// On which stretch of a function with two, or two forms on one, a point lies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Left,
    Right,
}

/// `asin` beyond ±1, on one side, as a real and an imaginary part.
fn inverse_sine(w: &Expr, place: Option<Place>, sign: &Expr) -> (Expr, Expr) {
    let (start, size) = match place {
        Some(Place::Left) => (Expr::pi() / -2, w.negate()),
        _ => (Expr::pi() / 2, w.clone()),
    };
    (start, sign * Expr::call(Function::Acosh, vec![size]))
}

/// `e^(±iπ exponent)`: a half turn, as often as the exponent says.
fn turned(side: i8, exponent: &Expr) -> Expr {
    let sign = Expr::integer(i64::from(side));
    let half = exponent.as_number().filter(|number| number.denom().to_i64() == Some(2));
    match half.and_then(|number| number.numer().to_i64()) {
        // A quarter turn, as often as the numerator says.
        Some(numerator) => (Expr::i() * sign).powi(numerator.rem_euclid(4)),
        None => (Expr::i() * Expr::pi() * sign * exponent).exp(),
    }
}
