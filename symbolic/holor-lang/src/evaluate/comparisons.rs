//! Comparisons of geometric values: whether tensors are equal, or vanish.

use holor_algebra::{Expr, Relation};
use holor_geometry::{GeometryError, Holor, Vanishing, vanishing};

use super::Evaluator;
use super::failure::At;
use super::gauge::as_gauge_form;
use super::geometry::{Operand, needs_indices, operand};
use crate::geometry::Geometry;
use crate::{Diagnostic, Result, Span, Value, codes};

impl Evaluator<'_> {
    /// `a == b`: whether all components are equal.
    pub(super) fn compare_geometry(
        &self,
        left: &Value,
        right: &Value,
        relation: Relation,
        span: Span,
    ) -> Result<Value> {
        if let Some(value) = self.compare_abstract(left, right, relation, span)? {
            return Ok(value);
        }
        let equal = match (operand(left), operand(right)) {
            (Some(Operand::Indexed(a)), Some(Operand::Indexed(b))) => {
                self.is_zero_difference(Operand::Indexed(a), Operand::Indexed(b), span)?
            }
            (Some(Operand::Indexed(a)), Some(Operand::Scalar(b)))
            | (Some(Operand::Scalar(b)), Some(Operand::Indexed(a))) => {
                if b.is_zero() {
                    self.vanishes(&a.value.holor, span)?
                } else {
                    let (a, b) = (Operand::Indexed(a), Operand::Scalar(b));
                    self.is_zero_difference(a, b, span)?
                }
            }
            (Some(Operand::Holor(value)), Some(Operand::Indexed(_)))
            | (Some(Operand::Indexed(_)), Some(Operand::Holor(value))) => {
                return Err(needs_indices(&value, span));
            }
            (Some(Operand::Holor(a)), Some(Operand::Holor(b))) => {
                let (first, second) = (&a.holor, &b.holor);
                if first.slots() != second.slots() {
                    return Diagnostic::error(
                        &codes::E0205_INDICES,
                        format!(
                            "{} and {} cannot be compared",
                            a.describe(),
                            b.describe()
                        ),
                    )
                    .at(span)
                    .into();
                }
                first.is_equal(second).at(span)?
                    || match first.subtract(second) {
                        Ok(difference) => self.vanishes(&difference, span)?,
                        Err(GeometryError::Law { .. }) => false,
                        Err(error) => return Err(error).at(span),
                    }
            }
            (Some(Operand::Holor(a)), Some(Operand::Scalar(zero)))
            | (Some(Operand::Scalar(zero)), Some(Operand::Holor(a)))
                if zero.is_zero() =>
            {
                self.vanishes(&a.holor, span)?
            }
            _ => match (as_gauge_form(left), as_gauge_form(right), left, right) {
                (Some(form), None, _, Value::Expr(zero))
                | (None, Some(form), Value::Expr(zero), _)
                    if zero.is_zero() =>
                {
                    form.is_zero()
                }
                _ => left.same(right),
            },
        };
        match relation {
            Relation::Equal => Ok(Value::Expr(Expr::truth(equal))),
            Relation::NotEqual => Ok(Value::Expr(Expr::truth(!equal))),
            _ => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("{} and {} have no order", left.describe(), right.describe()),
            )
            .at(span)
            .into(),
        }
    }

    /// Whether a tensor is 0: proven, refuted, or an error that names what keeps it open.
    pub(crate) fn vanishes(&self, holor: &Holor, span: Span) -> Result<bool> {
        match vanishing(holor, &self.engine()).at(span)? {
            Vanishing::Proven => Ok(true),
            Vanishing::Refuted => Ok(false),
            Vanishing::Undecided(about) => {
                let about: Vec<String> =
                    about.iter().take(4).map(|part| format!("`{part}`")).collect();
                Diagnostic::error(
                    &codes::E0305_UNDECIDED,
                    format!(
                        "it is not decided whether this is 0: not enough is known about {}",
                        about.join(", ")
                    ),
                )
                .at(span)
                .hint("assume what is known about them, or compare at numbers: subs(…)")
                .into()
            }
        }
    }

    fn is_zero_difference(
        &self,
        left: Operand,
        right: Operand,
        span: Span,
    ) -> Result<bool> {
        Ok(match self.add_geometry(left, right, true, span)? {
            Value::Geometry(Geometry::Indexed(difference)) => {
                self.vanishes(&difference.value.holor, span)?
            }
            Value::Geometry(Geometry::Holor(difference)) => {
                self.vanishes(&difference.holor, span)?
            }
            Value::Expr(difference) => difference.is_zero(),
            _ => false,
        })
    }
}
