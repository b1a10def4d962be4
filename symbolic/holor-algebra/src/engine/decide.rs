//! Three-valued truth: true, false, or not decided.

use symplex::prelude::Ex;

use super::convert::Session;
use super::{Engine, bounds, guard, radicals};
use crate::{AlgebraResult, Expr, Node, Relation};

impl Engine {
    /// The truth of a condition under the assumptions; nothing when it is not decided.
    pub fn decide(&self, condition: &Expr) -> Option<bool> {
        if let Node::Truth(value) = condition.node() {
            return Some(*value);
        }
        let target = condition.clone();
        self.compute(move |session| decide_in(session, &target)).ok().flatten()
    }

    /// Whether two expressions are equal for all values that the assumptions allow.
    pub fn equal(&self, left: &Expr, right: &Expr) -> Option<bool> {
        if left == right {
            return Some(true);
        }
        let (left, right) = (left.clone(), right.clone());
        self.compute(move |session| {
            let known = session.value(&left)?.equals(&session.value(&right)?);
            // One point where they differ refutes; agreement at points proves nothing.
            let differs = || guard::differ(session, &left, &right).then_some(false);
            let roots = || {
                let difference = Expr::add([left.clone(), right.negate()]);
                radicals::vanishes(session, &difference).then_some(true)
            };
            Ok(known.or_else(roots).or_else(differs))
        })
        .ok()
        .flatten()
    }
}

pub(super) fn decide_in(
    session: &Session,
    condition: &Expr,
) -> AlgebraResult<Option<bool>> {
    if let Some(known) = session.assumptions().states(condition) {
        return Ok(Some(known));
    }
    Ok(match condition.node() {
        Node::Truth(value) => Some(*value),
        Node::And(items) => {
            let mut all = Some(true);
            for item in items {
                match decide_in(session, item)? {
                    Some(false) => return Ok(Some(false)),
                    Some(true) => {}
                    None => all = None,
                }
            }
            all
        }
        Node::Or(items) => {
            let mut any = Some(false);
            for item in items {
                match decide_in(session, item)? {
                    Some(true) => return Ok(Some(true)),
                    Some(false) => {}
                    None => any = None,
                }
            }
            any
        }
        Node::Not(inner) => decide_in(session, inner)?.map(|value| !value),
        Node::Relation(relation, left, right) => {
            let bounded = Expr::add([left.clone(), right.negate()]);
            let known = bounds::compare(session.assumptions(), *relation, &bounded);
            if known.is_some() {
                return Ok(known);
            }
            let difference = &session.value(left)? - &session.value(right)?;
            if let Some(known) = compare(*relation, &difference.eval()) {
                return Ok(Some(known));
            }
            if matches!(relation, Relation::Equal | Relation::NotEqual)
                && radicals::vanishes(session, &bounded)
            {
                return Ok(Some(*relation == Relation::Equal));
            }
            let decided = session.condition(condition)?.simplify();
            match session.export_condition(&decided)?.node() {
                Node::Truth(value) => Some(*value),
                _ => None,
            }
        }
        _ => None,
    })
}

/// The truth of `difference relation 0`, from what is known about its sign.
fn compare(relation: Relation, difference: &Ex) -> Option<bool> {
    let opposite = |known: Option<bool>| known.map(|value| !value);
    let real = || difference.is_real() == Some(true);
    match relation {
        Relation::Equal => difference.is_zero(),
        Relation::NotEqual => opposite(difference.is_zero()),
        Relation::Greater => sign(
            difference.is_positive(),
            real() && difference.is_nonpositive() == Some(true),
        ),
        Relation::GreaterEqual => sign(
            difference.is_nonnegative(),
            real() && difference.is_negative() == Some(true),
        ),
        Relation::Less => sign(
            difference.is_negative(),
            real() && difference.is_nonnegative() == Some(true),
        ),
        Relation::LessEqual => sign(
            difference.is_nonpositive(),
            real() && difference.is_positive() == Some(true),
        ),
    }
}

/// True when the claim is proven, false when its opposite is.
fn sign(claim: Option<bool>, opposite: bool) -> Option<bool> {
    match (claim, opposite) {
        (Some(true), false) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}
