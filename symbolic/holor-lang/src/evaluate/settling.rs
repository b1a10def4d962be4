//! Values as a statement gives them: every formula in them evaluated.

use holor_algebra::{Expr, Node};

use super::Evaluator;
use super::control::joined;
use super::failure::At;
use crate::{Diagnostic, Result, Span, Value, codes};

/// Lists are nested at most so deep.
const DEEPEST_LIST: usize = 500;
/// Lists inside lists hold at most so many items in all.
const MOST_ITEMS: usize = 3_000_000;

impl Evaluator<'_> {
    /// A value with the engine's evaluation of every formula in it, as a statement gives it.
    pub(super) fn settle(&self, value: Value, span: Span) -> Result<Value> {
        self.settle_within(value, span, 0, &mut 0)
    }

    /// The same inside lists, whose items are counted: a list that holds itself often is short to write
    /// down and too long to go through.
    fn settle_within(
        &self,
        value: Value,
        span: Span,
        depth: usize,
        count: &mut usize,
    ) -> Result<Value> {
        Ok(match value {
            Value::Expr(value) => Value::Expr(self.settle_formula(value, span)?),
            Value::Geometry(geometry) => self.settle_geometry(geometry, span)?,
            Value::Matrix(matrix) => {
                let mut entries = Vec::with_capacity(matrix.entries().len());
                for entry in matrix.entries() {
                    entries.push(self.settle_formula(entry.clone(), span)?);
                }
                holor_algebra::Matrix::new(matrix.rows(), matrix.columns(), entries)
                    .map_or(Value::Nothing, Value::Matrix)
            }
            Value::List(items) => {
                *count += items.len();
                let too_large = if depth > DEEPEST_LIST {
                    Some(format!("lists are nested more than {DEEPEST_LIST} levels deep"))
                } else if *count > MOST_ITEMS {
                    Some(format!("lists in lists hold at most {MOST_ITEMS} items in all"))
                } else {
                    None
                };
                if let Some(message) = too_large {
                    return Diagnostic::error(&codes::E0403_TOO_LARGE, message)
                        .at(span)
                        .into();
                }
                self.poll(span)?;
                let mut settled = Vec::with_capacity(items.len());
                for item in items.iter() {
                    settled.push(self.settle_within(
                        item.clone(),
                        span,
                        depth + 1,
                        count,
                    )?);
                }
                Value::List(settled.into())
            }
            other => other,
        })
    }

    fn settle_formula(&self, value: Expr, span: Span) -> Result<Expr> {
        match value.node() {
            Node::Number(_) | Node::Decimal(_) | Node::Symbol(_) | Node::Truth(_) => {
                Ok(value)
            }
            // `sqrt(2) < 3/2` and `2 == 3` are known; what has symbols stays as it is.
            Node::Relation(..) => {
                let value = self.engine().evaluate(&value).at(span)?;
                if !value.free_symbols().is_empty() {
                    return Ok(value);
                }
                Ok(self.decide(&value).map_or(value, Expr::truth))
            }
            // The engine may give conditions back in pairs.
            Node::And(_) | Node::Or(_) => {
                let value = self.engine().evaluate(&value).at(span)?;
                Ok(match value.node() {
                    Node::And(parts) => joined(true, parts.to_vec()),
                    Node::Or(parts) => joined(false, parts.to_vec()),
                    _ => value,
                })
            }
            _ => self.engine().evaluate(&value).at(span),
        }
    }
}
