//! Tensors without components: index notation on declared tensors.

use std::sync::Arc;

use holor_algebra::{Expr, Relation};
use holor_geometry::indices::{
    AbstractExpression, Derivative as IndexDerivative, Factor, Index as LetterIndex,
    IndexSpace, TensorKind, TensorSymbol,
};

use super::failure::At;
use super::{Evaluator, Scope};
use crate::ast::{AstKind, BinaryOperator, Index, IndexPosition};
use crate::geometry::{DerivativeIndex, Geometry, Operator};
use crate::{Diagnostic, Result, Span, Value, codes};

/// A value as an expression of declared tensors: a scalar, a tensor without indices, a sum of products.
pub(crate) fn as_abstract(value: &Value) -> Option<AbstractExpression> {
    match value {
        Value::Expr(scalar) => Some(AbstractExpression::scalar(scalar.clone())),
        Value::Geometry(Geometry::AbstractExpression(expression)) => {
            Some((**expression).clone())
        }
        Value::Geometry(Geometry::AbstractTensor(tensor)) => {
            let scalar = of_rank(tensor, 0)?;
            AbstractExpression::tensor(&scalar, Vec::new()).ok()
        }
        _ => None,
    }
}

/// Whether it is a declared tensor or an expression of such.
pub(crate) fn is_abstract(value: &Value) -> bool {
    matches!(
        value,
        Value::Geometry(Geometry::AbstractExpression(_) | Geometry::AbstractTensor(_))
    )
}

/// An expression as a value.
pub(crate) fn abstract_value(expression: AbstractExpression) -> Value {
    match expression.as_scalar() {
        Some(scalar) => Value::Expr(scalar),
        None => Value::Geometry(Geometry::AbstractExpression(Arc::new(expression))),
    }
}

/// The tensor itself, or what its name means with so many indices: a curvature tensor's contractions bear its name.
pub(crate) fn of_rank(
    tensor: &Arc<TensorSymbol>,
    rank: usize,
) -> Option<Arc<TensorSymbol>> {
    if tensor.rank() == rank {
        return Some(tensor.clone());
    }
    match tensor.kind() {
        TensorKind::Riemann { ricci } => of_rank(ricci, rank),
        TensorKind::Ricci { scalar } => of_rank(scalar, rank),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// `R[_a, _b, _c, _d]` of a declared tensor.
    pub(super) fn index_abstract(
        &self,
        tensor: &Arc<TensorSymbol>,
        indices: &[Index],
        span: Span,
        scope: &Scope,
    ) -> Result<Value> {
        let mut letters = Vec::with_capacity(indices.len());
        for index in indices {
            let AstKind::Name(name) = &index.value.kind else {
                return Err(only_letters(index.value.span));
            };
            if scope.get(&name.symbol).is_some_and(|local| local.as_expr().is_some()) {
                return Err(only_letters(index.value.span));
            }
            letters.push(match index.position {
                IndexPosition::Up => LetterIndex::up(&name.symbol),
                IndexPosition::Down => LetterIndex::down(&name.symbol),
                IndexPosition::Plain => return Err(only_letters(index.value.span)),
            });
        }
        let symbol = of_rank(tensor, indices.len()).unwrap_or_else(|| tensor.clone());
        AbstractExpression::tensor(&symbol, letters).at(span).map(abstract_value)
    }

    /// `left operator right` where one of them is made of declared tensors; `None` for all else.
    pub(super) fn operate_abstract(
        &self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>> {
        if !is_abstract(left) && !is_abstract(right) {
            return Ok(None);
        }
        if let Value::Geometry(Geometry::Operator(derivatives)) = left
            && let Some(operand) = as_abstract(right)
            && matches!(operator, BinaryOperator::Juxtapose | BinaryOperator::Multiply)
        {
            return self.differentiate_abstract(derivatives, operand, span).map(Some);
        }
        if let (Some(a), Value::Geometry(Geometry::Operator(derivatives))) =
            (as_abstract(left), right)
            && matches!(operator, BinaryOperator::Juxtapose | BinaryOperator::Multiply)
        {
            let prefactor = match &derivatives.prefactor {
                Some(own) => self.multiply(
                    left.clone(),
                    own.clone(),
                    BinaryOperator::Multiply,
                    span,
                )?,
                None => abstract_value(a),
            };
            let derivatives = derivatives.derivatives.clone();
            return Ok(Some(Operator { prefactor: Some(prefactor), derivatives }.into()));
        }
        let (Some(a), Some(b)) = (as_abstract(left), as_abstract(right)) else {
            return Err(no_meaning(left, right, span));
        };
        let result = match operator {
            BinaryOperator::Add => a.add(&b).at(span)?,
            BinaryOperator::Subtract => a.subtract(&b).at(span)?,
            BinaryOperator::Multiply | BinaryOperator::Juxtapose => {
                a.multiply(&b).at(span)?
            }
            BinaryOperator::Divide => match right {
                Value::Expr(divisor) if divisor.is_zero() => {
                    return Err(super::arithmetic::division_by_zero(span));
                }
                Value::Expr(divisor) => a.scale(&divisor.reciprocal()),
                _ => return Err(no_meaning(left, right, span)),
            },
            BinaryOperator::Power => {
                let exponent = match right {
                    Value::Expr(exponent) => exponent
                        .as_integer()
                        .and_then(|exponent| u32::try_from(exponent).ok()),
                    _ => None,
                };
                match exponent {
                    Some(exponent @ 1..=16) => a.power(exponent).at(span)?,
                    _ => return Err(no_meaning(left, right, span)),
                }
            }
            _ => return Err(no_meaning(left, right, span)),
        };
        Ok(Some(abstract_value(result)))
    }

    fn differentiate_abstract(
        &self,
        operator: &Operator,
        operand: AbstractExpression,
        span: Span,
    ) -> Result<Value> {
        let mut current = operand;
        for derivative in operator.derivatives.iter().rev() {
            let DerivativeIndex::Name(name) = &derivative.index else {
                return Err(only_letters(span));
            };
            let constant = current.terms().iter().all(|term| term.factors().is_empty());
            if constant {
                return Ok(Value::Expr(Expr::zero()));
            }
            let Some(space) = space_of(&current).or_else(|| self.declared_space()) else {
                return Err(only_letters(span));
            };
            let symbol = match derivative.covariant {
                true => IndexDerivative::levi_civita(&space),
                false => IndexDerivative::partial(&space),
            };
            let index = match derivative.up {
                true => LetterIndex::up(name),
                false => LetterIndex::down(name),
            };
            current = current.differentiate(&Arc::new(symbol), &index).at(span)?;
        }
        let value = abstract_value(current);
        match &operator.prefactor {
            Some(prefactor) => {
                self.multiply(prefactor.clone(), value, BinaryOperator::Multiply, span)
            }
            None => Ok(value),
        }
    }

    /// What the indices of the declared tensors count, for derivatives of scalars.
    fn declared_space(&self) -> Option<Arc<IndexSpace>> {
        self.state().variables.values().find_map(|value| match value {
            Value::Geometry(Geometry::AbstractTensor(tensor)) => {
                tensor.slots().first().map(|(space, _)| space.clone())
            }
            _ => None,
        })
    }

    /// `a == b` by the identities of the tensors.
    pub(super) fn compare_abstract(
        &self,
        left: &Value,
        right: &Value,
        relation: Relation,
        span: Span,
    ) -> Result<Option<Value>> {
        if !is_abstract(left) && !is_abstract(right) {
            return Ok(None);
        }
        let (Some(a), Some(b)) = (as_abstract(left), as_abstract(right)) else {
            return Ok(None);
        };
        let Some(equal) = a.is_equal(&b).at(span)? else {
            return Diagnostic::error(
                &codes::E0305_UNDECIDED,
                "whether the two sides are equal was not decided: some identities would take too long to apply",
            )
            .at(span)
            .into();
        };
        Ok(match relation {
            Relation::Equal => Some(Value::Expr(Expr::truth(equal))),
            Relation::NotEqual => Some(Value::Expr(Expr::truth(!equal))),
            _ => None,
        })
    }
}

/// What the indices of an expression count.
fn space_of(expression: &AbstractExpression) -> Option<Arc<IndexSpace>> {
    let of_symbol =
        |tensor: &TensorSymbol| tensor.slots().first().map(|(space, _)| space.clone());
    expression.terms().iter().flat_map(|term| term.factors()).find_map(
        |factor: &Factor| {
            of_symbol(factor.tensor()).or_else(|| {
                factor.derivatives().first().map(|derivative| derivative.space.clone())
            })
        },
    )
}

fn only_letters(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0205_INDICES,
            "the indices of a tensor without components are letters, each marked `^` or `_`",
        )
        .at(span)
        .hint("T[^a, _b]"),
    )
}

fn no_meaning(left: &Value, right: &Value, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!("{} and {} cannot be combined", left.describe(), right.describe()),
        )
        .at(span),
    )
}
