//! Lists and matrices of components beside tensors, whose kind they take.

use holor_algebra::Expr;
use holor_algebra::exact::Element;
use holor_geometry::{Holor, Slot};

use super::Evaluator;
use super::failure::At;
use crate::geometry::{Geometry, HolorValue};
use crate::{Diagnostic, Result, Span, Value, codes};

impl Evaluator<'_> {
    /// A vector or one-form and a list of as many formulas, or a tensor with two indices and a matrix, which are its components: both as tensors.
    /// `None` for other pairs.
    pub(super) fn as_vectors(
        &self,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<[Value; 2]>> {
        Ok(match (left, right) {
            (Value::Geometry(Geometry::Holor(tensor)), other) => {
                let other = self.components_beside(tensor, other, span)?;
                other.map(|other| [left.clone(), other.into()])
            }
            (other, Value::Geometry(Geometry::Holor(tensor))) => {
                let other = self.components_beside(tensor, other, span)?;
                other.map(|other| [other.into(), right.clone()])
            }
            _ => None,
        })
    }

    /// The components of a tensor like another; `None` where a value cannot be meant so.
    fn components_beside(
        &self,
        like: &HolorValue,
        value: &Value,
        span: Span,
    ) -> Result<Option<HolorValue>> {
        let n = like.holor.chart().coordinates().len();
        let parts: Option<Vec<&Expr>> = match (value, like.holor.rank()) {
            (Value::Matrix(matrix), 2) if (matrix.rows(), matrix.columns()) == (n, n) => {
                Some(matrix.entries().iter().collect())
            }
            (Value::List(list), 1) => list.iter().map(Value::as_expr).collect(),
            _ => None,
        };
        let Some(parts) = parts else { return Ok(None) };
        self.with_components(like, like.holor.slots(), &parts, span).map(Some)
    }

    /// A list of components as a vector on the chart of a tensor, with its index where that has one.
    pub(super) fn vector_on(
        &self,
        beside: &HolorValue,
        parts: &[Value],
        span: Span,
    ) -> Result<HolorValue> {
        let formulas: Option<Vec<&Expr>> = parts.iter().map(Value::as_expr).collect();
        let Some(formulas) = formulas else {
            return Err(misfit(parts.len(), beside, span));
        };
        let slots = match beside.holor.slots() {
            [one] => &[*one],
            _ => &[Slot::UP],
        };
        self.with_components(beside, slots, &formulas, span)
    }

    /// A tensor with these indices and components, on the chart of another and with its metric.
    fn with_components(
        &self,
        like: &HolorValue,
        slots: &[Slot],
        parts: &[&Expr],
        span: Span,
    ) -> Result<HolorValue> {
        let chart = like.holor.chart();
        if slots.len() == 1 && parts.len() != chart.coordinates().len() {
            return Err(misfit(parts.len(), like, span));
        }
        let components: Result<Vec<Element>> =
            parts.iter().map(|part| self.read(part, chart, span)).collect();
        let law = like.holor.law();
        let holor = Holor::from_components(chart, law, slots, components?).at(span)?;
        let value = HolorValue { metric: like.metric.clone(), ..HolorValue::new(holor) };
        Ok(value.written_as(parts.iter().copied().cloned().collect()))
    }
}

/// The error for components that are not as many as coordinates.
fn misfit(count: usize, beside: &HolorValue, span: Span) -> Box<Diagnostic> {
    let message = format!(
        "{count} components do not fit the {} coordinates of {}",
        beside.holor.chart().coordinates().len(),
        beside.describe()
    );
    Box::new(Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span))
}
