//! Three-valued truth: true, false, or not decided.

use super::Engine;
use super::convert::Session;
use crate::{AlgebraResult, Expr, Node};

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
            Ok(session.value(&left)?.equals(&session.value(&right)?))
        })
        .ok()
        .flatten()
    }
}

fn decide_in(session: &Session, condition: &Expr) -> AlgebraResult<Option<bool>> {
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
        Node::Relation(..) => {
            let decided = session.condition(condition)?.simplify();
            match session.export_condition(&decided)?.node() {
                Node::Truth(value) => Some(*value),
                _ => None,
            }
        }
        _ => None,
    })
}
