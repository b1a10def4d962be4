//! Operators between gauge potentials and forms with values in a Lie algebra.

use std::sync::Arc;

use holor_geometry::GaugeForm;

use super::Evaluator;
use super::failure::At;
use crate::ast::BinaryOperator;
use crate::geometry::Geometry;
use crate::{Diagnostic, Result, Span, Value, codes};

/// A gauge potential or form as a form.
pub(crate) fn as_gauge_form(value: &Value) -> Option<GaugeForm> {
    match value {
        Value::Geometry(Geometry::Gauge(potential)) => Some(potential.form().clone()),
        Value::Geometry(Geometry::GaugeForm(form)) => Some((**form).clone()),
        _ => None,
    }
}

/// A gauge form as a value.
pub(crate) fn gauge_value(form: GaugeForm) -> Value {
    Value::Geometry(Geometry::GaugeForm(Arc::new(form)))
}

impl Evaluator<'_> {
    /// `left operator right` where one of them has values in a Lie algebra; `None` for all else.
    pub(super) fn operate_gauge(
        &self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>> {
        let (a, b) = (as_gauge_form(left), as_gauge_form(right));
        let form = match (operator, &a, &b) {
            (_, None, None) => return Ok(None),
            (BinaryOperator::Add, Some(a), Some(b)) => a.add(b).at(span)?,
            (BinaryOperator::Subtract, Some(a), Some(b)) => a.subtract(b).at(span)?,
            (BinaryOperator::Wedge, Some(a), Some(b)) => self.gauge_wedge(a, b, span)?,
            (
                BinaryOperator::Multiply
                | BinaryOperator::Juxtapose
                | BinaryOperator::Divide,
                ..,
            ) => {
                let (form, factor) = match (&a, &b, left, right) {
                    (Some(form), None, _, Value::Expr(factor)) => (form, factor),
                    (None, Some(form), Value::Expr(factor), _)
                        if operator != BinaryOperator::Divide =>
                    {
                        (form, factor)
                    }
                    _ => return Err(no_product(left, right, span)),
                };
                let factor = match operator {
                    BinaryOperator::Divide if factor.is_zero() => {
                        return Err(super::arithmetic::division_by_zero(span));
                    }
                    BinaryOperator::Divide => factor.reciprocal(),
                    _ => factor.clone(),
                };
                let factor = self.read(&factor, form.chart(), span)?;
                form.scale(&factor).at(span)?
            }
            _ => return Err(no_product(left, right, span)),
        };
        Ok(Some(gauge_value(form)))
    }

    /// `A ∧ A`, the product of matrices: half the graded commutator of a form of odd degree with itself.
    fn gauge_wedge(&self, a: &GaugeForm, b: &GaugeForm, span: Span) -> Result<GaugeForm> {
        let same = a.algebra().is_same(b.algebra())
            && a.degree() == b.degree()
            && a.subtract(b).at(span)?.is_zero();
        if same && a.degree() % 2 == 1 {
            let half = self.read(
                &holor_algebra::Expr::rational(holor_algebra::BigRational::new(
                    1.into(),
                    2.into(),
                )),
                a.chart(),
                span,
            )?;
            return a.bracket(b).at(span)?.scale(&half).at(span);
        }
        Diagnostic::error(
            &codes::E0307_INVALID,
            "the product of these two forms is not in the Lie algebra; their graded commutator is",
        )
        .at(span)
        .hint("bracket(A, B)")
        .hint("trace_wedge(F, F)")
        .into()
    }
}

fn no_product(left: &Value, right: &Value, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!("{} and {} cannot be combined", left.describe(), right.describe()),
        )
        .at(span)
        .hint("bracket(A, B)"),
    )
}
