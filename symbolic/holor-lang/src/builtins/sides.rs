//! Operations that apply to both sides of an equation.

use holor_algebra::{Expr, Node};

use crate::Result;

/// Applies an operation to an expression, or to both sides of every relation in a condition.
pub(super) fn map_sides(
    expr: &Expr,
    mut operation: impl FnMut(&Expr) -> Result<Expr>,
) -> Result<Expr> {
    match expr.node() {
        Node::Relation(relation, left, right) => {
            Ok(Expr::relation(*relation, operation(left)?, operation(right)?))
        }
        _ => operation(expr),
    }
}
