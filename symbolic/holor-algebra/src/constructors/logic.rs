//! Conditions: conjunction, disjunction, negation, and values by case.

use crate::{Expr, Node, Relation};

impl Expr {
    /// The conjunction: flat, without `true` and repetitions; `false` when one part is.
    pub fn and(parts: impl IntoIterator<Item = Expr>) -> Expr {
        join(parts.into_iter().collect(), true)
    }

    /// The disjunction: flat, without `false` and repetitions; `true` when one part is.
    pub fn or(parts: impl IntoIterator<Item = Expr>) -> Expr {
        join(parts.into_iter().collect(), false)
    }

    /// The negation. Of `==`, `!=` and conditions it is pushed inside; `<` and its kin stay under it,
    /// since numbers that are not real are neither `<` nor `>=`.
    #[allow(clippy::should_implement_trait, reason = "the name of the operation")]
    pub fn not(condition: Expr) -> Expr {
        match condition.node() {
            Node::Truth(value) => Expr::truth(!value),
            Node::Not(inner) => inner.clone(),
            Node::Relation(Relation::Equal, left, right) => {
                Expr::relation(Relation::NotEqual, left.clone(), right.clone())
            }
            Node::Relation(Relation::NotEqual, left, right) => {
                Expr::relation(Relation::Equal, left.clone(), right.clone())
            }
            _ => Expr::from_node(Node::Not(condition)),
        }
    }

    /// The value of the first case whose condition holds.
    ///
    /// Cases that cannot be reached are dropped; undefined when no case is left.
    pub fn piecewise(cases: impl IntoIterator<Item = (Expr, Expr)>) -> Expr {
        let mut kept: Vec<(Expr, Expr)> = Vec::new();
        for (value, condition) in cases {
            match condition.node() {
                Node::Truth(false) => {}
                Node::Truth(true) => {
                    if kept.is_empty() {
                        return value;
                    }
                    kept.push((value, condition));
                    break;
                }
                _ => kept.push((value, condition)),
            }
        }
        if kept.is_empty() {
            return Expr::undefined();
        }
        Expr::from_node(Node::Piecewise(kept.into()))
    }
}

/// Joins conditions; `unit` is the truth value that changes nothing.
fn join(parts: Vec<Expr>, unit: bool) -> Expr {
    let mut kept: Vec<Expr> = Vec::new();
    let mut pending = parts;
    pending.reverse();
    while let Some(part) = pending.pop() {
        match part.node() {
            Node::Truth(value) if *value == unit => {}
            Node::Truth(value) => return Expr::truth(*value),
            Node::And(items) if unit => pending.extend(items.iter().rev().cloned()),
            Node::Or(items) if !unit => pending.extend(items.iter().rev().cloned()),
            _ => kept.push(part),
        }
    }
    kept.sort();
    kept.dedup();
    if kept.len() == 1 {
        return kept.remove(0);
    }
    match (kept.is_empty(), unit) {
        (true, _) => Expr::truth(unit),
        (false, true) => Expr::from_node(Node::And(kept.into())),
        (false, false) => Expr::from_node(Node::Or(kept.into())),
    }
}
