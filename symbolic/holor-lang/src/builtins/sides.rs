//! Operations that reach into equations, lists and matrices, and that make matrices.

use holor_algebra::{Expr, Matrix, Node};

use crate::evaluate::Call;
use crate::{Diagnostic, Result, Value, codes};

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

/// Applies an operation to every expression in a value; strings, functions and plots stay.
pub(super) fn map_value(
    value: &Value,
    operation: &mut dyn FnMut(&Expr) -> Result<Expr>,
) -> Result<Value> {
    Ok(match value {
        Value::Expr(expr) => Value::Expr(operation(expr)?),
        Value::Matrix(matrix) => {
            let entries: Result<Vec<Expr>> =
                matrix.entries().iter().map(&mut *operation).collect();
            Matrix::new(matrix.rows(), matrix.columns(), entries?)
                .map_or_else(|| value.clone(), Value::Matrix)
        }
        Value::List(items) => {
            let items: Result<Vec<Value>> =
                items.iter().map(|item| map_value(item, operation)).collect();
            Value::list(items?)
        }
        other => other.clone(),
    })
}

/// A matrix with at least one row and column.
pub(super) fn shaped(
    call: &Call<'_>,
    rows: usize,
    columns: usize,
    entries: Vec<Expr>,
) -> Result<Matrix> {
    Matrix::new(rows, columns, entries).filter(|_| rows > 0 && columns > 0).ok_or_else(
        || {
            Box::new(
                Diagnostic::error(
                    &codes::E0203_WRONG_SHAPE,
                    "a matrix needs rows and columns",
                )
                .at(call.span()),
            )
        },
    )
}
