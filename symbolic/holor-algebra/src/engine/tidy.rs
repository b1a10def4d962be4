//! The shortest of the forms of a result.

use symplex::prelude::Ex;

use super::convert::Session;
use super::decide::decide_in;
use crate::{AlgebraResult, Constant, Expr, Node, Property, Relation};

/// Shorter results stay as they are.
const SHORT: u64 = 9;
/// Longer results stay as they are too.
const LONG: u64 = 400;

/// The result in the shortest of its forms: as it is, multiplied out, as one fraction, simplified; with cases
/// that the assumptions decide.
pub(super) fn shortest(session: &Session, result: &Expr) -> AlgebraResult<Expr> {
    let result = cases(session, result);
    if result.count_nodes() <= SHORT || result.count_nodes() > LONG {
        return session.export(&session.value(&result)?.eval());
    }
    if let Node::Piecewise(branches) = result.node() {
        let branches = branches
            .iter()
            .map(|(value, condition)| Ok((shortest(session, value)?, condition.clone())))
            .collect::<AlgebraResult<Vec<_>>>()?;
        return Ok(cases(session, &Expr::piecewise(branches)));
    }
    let value = session.value(&result)?;
    let mut best = session.export(&value.eval())?;
    let forms: [fn(&Ex) -> Ex; 3] =
        [|value| value.expand(), |value| value.ratsimp(), |value| value.simplify()];
    for form in forms {
        let Ok(other) = session.export(&form(&value).eval()) else { continue };
        if rank(&other) < rank(&best) {
            best = other;
        }
    }
    if let Node::Add(terms) = best.node() {
        let terms = terms
            .iter()
            .map(|term| shortest(session, term))
            .collect::<AlgebraResult<Vec<_>>>()?;
        let other = Expr::add(terms);
        if rank(&other) < rank(&best) {
            best = other;
        }
    }
    Ok(best)
}

/// Real forms before complex ones, short ones before long ones.
fn rank(expr: &Expr) -> (bool, u64) {
    (super::definite::is_complex(expr), expr.count_nodes())
}

/// Cases that the assumptions decide, and cases with equal values, taken together.
pub(super) fn cases(session: &Session, expr: &Expr) -> Expr {
    expr.transform(&mut |part| {
        let Node::Piecewise(branches) = part.node() else { return part };
        let mut kept: Vec<(Expr, Expr)> = Vec::new();
        for (value, condition) in branches {
            let condition = match decide_in(session, condition) {
                Ok(Some(known)) => Expr::truth(known),
                _ => condition.clone(),
            };
            match value.node() {
                Node::Piecewise(inner)
                    if inner
                        .last()
                        .is_some_and(|(_, last)| *last == Expr::truth(true)) =>
                {
                    kept.extend(inner.iter().map(|(value, own)| {
                        (value.clone(), Expr::and([condition.clone(), own.clone()]))
                    }));
                }
                _ => kept.push((value.clone(), condition)),
            }
        }
        let reached = kept
            .iter()
            .position(|(_, condition)| *condition == Expr::truth(true))
            .map_or(kept.len(), |index| index + 1);
        kept.truncate(reached);
        while let [.., (before, _), (last, condition)] = kept.as_slice()
            && before == last
            && *condition == Expr::truth(true)
        {
            let end = kept.len() - 2;
            kept.remove(end);
        }
        Expr::piecewise(kept)
    })
}

/// The first case of every choice, and the values of parameters that the others are for; nothing when there is no
/// choice, or one by another condition.
pub(super) fn generic(
    session: &Session,
    expr: &Expr,
) -> Option<(Expr, Vec<(Expr, Expr)>)> {
    let mut excluded: Vec<(Expr, Expr)> = Vec::new();
    let mut simple = true;
    expr.any(&mut |part| {
        if let Node::Piecewise(branches) = part.node()
            && let Some((_, condition)) = branches.first()
        {
            let mut parts = vec![condition.clone()];
            while let Some(part) = parts.pop() {
                match part.node() {
                    Node::And(items) => parts.extend(items.iter().cloned()),
                    Node::Relation(Relation::NotEqual, left, right)
                        if left.as_symbol().is_some() =>
                    {
                        excluded.push((left.clone(), right.clone()));
                    }
                    _ => simple = false,
                }
            }
        }
        !simple
    });
    if !simple || excluded.is_empty() {
        return None;
    }
    let first = expr.transform(&mut |part| match part.node() {
        Node::Piecewise(branches) => {
            branches.first().map_or_else(|| part.clone(), |(value, _)| value.clone())
        }
        _ => part,
    });
    Some((shortest(session, &first).ok()?, excluded))
}

/// Whether a value is not known to be infinite or undefined.
pub(super) fn is_finite(session: &Session, expr: &Expr) -> bool {
    !expr.is_undefined()
        && session.value(expr).is_ok_and(|value| {
            let value = value.eval();
            value.is_finite() != Some(false)
                && session.export(&value).is_ok_and(|value| {
                    !value.is_undefined()
                        && !value.any(&mut |part| {
                            matches!(
                                part.node(),
                                Node::Constant(Constant::ComplexInfinity)
                            )
                        })
                })
        })
}

/// A square root, with the symbols in it taken positive: for functions that are even in it.
pub(super) fn positive_root(session: &Session, square: &Expr) -> Option<Expr> {
    let mut assumptions = session.assumptions().clone();
    for symbol in square.free_symbols() {
        if assumptions.implied(&symbol).is_empty() {
            assumptions.assume(symbol, Property::Positive);
        }
    }
    let other = Session::new(assumptions.into(), super::USUAL_DIGITS);
    let root = other.value(&square.sqrt()).ok()?.eval().simplify();
    other.export(&root).ok()
}
