//! Matrices: sums, products, powers, transposes.

use holor_algebra::{Constant, Expr, Function, Matrix, Node};

use super::Evaluator;
use super::failure::At;
use crate::geometry::Geometry;
use crate::{Diagnostic, Result, Span, Value, codes};

impl Evaluator<'_> {
    pub(super) fn add_matrices(
        &self,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Value> {
        let (Value::Matrix(a), Value::Matrix(b)) = (left, right) else {
            return Err(misfit("added", left, right, span));
        };
        if (a.rows(), a.columns()) != (b.rows(), b.columns()) {
            return Err(misfit("added", left, right, span));
        }
        let entries: Vec<Expr> =
            a.entries().iter().zip(b.entries()).map(|(a, b)| a + b).collect();
        Matrix::new(a.rows(), a.columns(), entries)
            .map(Value::Matrix)
            .ok_or_else(|| misfit("added", left, right, span))
    }

    /// Matrix times matrix, matrix times list (a column, giving a list), list times matrix (a row).
    pub(super) fn matrix_product(
        &self,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Value> {
        let is_list = |value: &Value| matches!(value, Value::List(_));
        let a = self.factor_matrix(left, true, span)?;
        let b = self.factor_matrix(right, false, span)?;
        if a.columns() != b.rows() {
            return Err(misfit("multiplied", left, right, span));
        }
        let product = self.engine().matrix_multiply(&a, &b).at(span)?;
        if is_list(left) || is_list(right) {
            let items = product.entries().iter().cloned().map(Value::Expr).collect();
            return Ok(Value::List(items));
        }
        Ok(Value::Matrix(product))
    }

    /// A factor as a matrix: a list is a row on the left and a column on the right.
    fn factor_matrix(&self, value: &Value, row: bool, span: Span) -> Result<Matrix> {
        match value {
            Value::Matrix(matrix) => Ok(matrix.clone()),
            Value::List(items) => {
                let entries: Option<Vec<Expr>> =
                    items.iter().map(|item| item.as_expr().cloned()).collect();
                let (rows, columns) =
                    if row { (1, items.len()) } else { (items.len(), 1) };
                entries
                    .and_then(|entries| Matrix::new(rows, columns, entries))
                    .ok_or_else(|| {
                        let message =
                            "a list that is multiplied with a matrix holds formulas only";
                        Box::new(
                            Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                                .at(span),
                        )
                    })
            }
            other => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("expected a matrix, found {}", other.describe()),
            )
            .at(span)
            .into(),
        }
    }

    pub(super) fn matrix_power(
        &self,
        matrix: &Matrix,
        exponent: &Expr,
        span: Span,
    ) -> Result<Value> {
        if matrix.rows() != matrix.columns() {
            return Diagnostic::error(
                &codes::E0203_WRONG_SHAPE,
                format!(
                    "only square matrices have powers; this one is {}×{}",
                    matrix.rows(),
                    matrix.columns()
                ),
            )
            .at(span)
            .hint("A .^ 2")
            .into();
        }
        let exponent = self.engine().evaluate(exponent).at(span)?;
        if exponent.as_integer().is_some_and(|exponent| *exponent == (-1).into()) {
            return Ok(Value::Matrix(self.engine().inverse(matrix).at(span)?));
        }
        Ok(Value::Matrix(self.engine().matrix_power(matrix, &exponent).at(span)?))
    }

    /// `value'`: rows and columns exchanged; entries conjugated where the imaginary unit occurs.
    pub(super) fn transpose(&self, value: &Value, span: Span) -> Result<Value> {
        if let Value::Geometry(Geometry::Holor(tensor)) = value
            && let Some(turned) = self.transposed(tensor, span)?
        {
            return Ok(Value::Geometry(Geometry::Holor(turned)));
        }
        match value {
            Value::Matrix(matrix) => {
                Ok(Value::Matrix(self.conjugated(matrix, span)?.transpose()))
            }
            Value::Array(array) => self.transpose_array(array, span),
            Value::List(_) | Value::Range(_) => {
                let items = self.items(value, span)?.unwrap_or_default();
                let row = self.factor_matrix(&Value::List(items.into()), true, span)?;
                Ok(Value::Matrix(self.conjugated(&row, span)?))
            }
            Value::Expr(formula) if formula.is_numeric_constant() => {
                let conjugate = Expr::call(Function::Conjugate, vec![formula.clone()]);
                Ok(Value::Expr(self.engine().evaluate(&conjugate).at(span)?))
            }
            other => {
                let mut error = Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!("`'` transposes a matrix, found {}", other.describe()),
                )
                .at(span);
                if let Some(symbol) = other.as_expr().and_then(Expr::as_symbol) {
                    error = error.hint(format!("diff({symbol}(x), x)"));
                }
                error.into()
            }
        }
    }

    fn conjugated(&self, matrix: &Matrix, span: Span) -> Result<Matrix> {
        let unit = Expr::from_node(Node::Constant(Constant::I));
        if !matrix.entries().iter().any(|entry| entry.contains(&unit)) {
            return Ok(matrix.clone());
        }
        let mut entries = Vec::with_capacity(matrix.entries().len());
        for entry in matrix.entries() {
            let conjugate = Expr::call(Function::Conjugate, vec![entry.clone()]);
            entries.push(self.engine().evaluate(&conjugate).at(span)?);
        }
        Ok(Matrix::new(matrix.rows(), matrix.columns(), entries)
            .unwrap_or_else(|| matrix.clone()))
    }
}

fn misfit(verb: &str, left: &Value, right: &Value, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0203_WRONG_SHAPE,
            format!("{} and {} cannot be {verb}", left.describe(), right.describe()),
        )
        .at(span),
    )
}
