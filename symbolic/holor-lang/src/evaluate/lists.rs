//! Lists and ranges: their items, and working through them.

use holor_algebra::{BigInt, BigRational, Expr, Matrix, Node};

use super::arrays::array_items;
use super::failure::At;
use super::{Evaluator, LONGEST_LIST};
use crate::{Diagnostic, Range, Result, Span, Value, codes};

/// The items of a value, one by one.
type Items<'a> = Box<dyn Iterator<Item = Value> + 'a>;

impl Evaluator<'_> {
    /// The items of a list, matrix (its rows) or range; `None` for other values.
    pub(crate) fn items(&self, value: &Value, span: Span) -> Result<Option<Vec<Value>>> {
        match value {
            Value::List(items) => Ok(Some(items.to_vec())),
            Value::Array(array) => {
                let count = array.axes().first().map_or(0, crate::array::ArrayAxis::len);
                if count > LONGEST_LIST {
                    return Err(too_long(&format!("{count} items"), span));
                }
                Ok(Some(array_items(array).collect()))
            }
            Value::Matrix(matrix) => {
                Ok(Some((0..matrix.rows()).map(|row| Value::row(matrix, row)).collect()))
            }
            Value::Range(range) => {
                let count = self.range_length(range, span)?;
                let limit = BigInt::from(LONGEST_LIST);
                if count > limit {
                    return Err(too_long(
                        &format!("{} items", brief_integer(&count)),
                        span,
                    ));
                }
                Ok(Some(self.range_items(range, count).collect()))
            }
            _ => Ok(None),
        }
    }

    /// The items of a value one by one, without holding them all; `None` for other values.
    pub(crate) fn iterate<'a>(
        &self,
        value: &Value,
        span: Span,
    ) -> Result<Option<Items<'a>>> {
        match value {
            Value::Range(range) => {
                let count = self.range_length(range, span)?;
                Ok(Some(Box::new(self.range_items(range, count))))
            }
            Value::Array(array) => Ok(Some(Box::new(array_items(array)))),
            other => {
                let items = self.items(other, span)?;
                Ok(items.map(|items| Box::new(items.into_iter()) as Items<'a>))
            }
        }
    }

    /// How many items a value has; `None` for values without items.
    pub(crate) fn length(&self, value: &Value, span: Span) -> Result<Option<BigInt>> {
        match value {
            Value::List(items) => Ok(Some(items.len().into())),
            Value::Array(array) => Ok(array.axes().first().map(|axis| axis.len().into())),
            Value::Matrix(matrix) => Ok(Some(matrix.rows().into())),
            Value::Range(range) => self.range_length(range, span).map(Some),
            _ => Ok(None),
        }
    }

    fn range_items(
        &self,
        range: &Range,
        count: BigInt,
    ) -> impl Iterator<Item = Value> + use<> {
        let start = range.start.clone();
        let step = range.step.clone().unwrap_or_else(Expr::one);
        let engine = self.engine();
        let numbers = start.as_number().cloned().zip(step.as_number().cloned());
        let mut index = BigInt::from(0);
        std::iter::from_fn(move || {
            if index >= count {
                return None;
            }
            let item = match &numbers {
                Some((start, step)) => Expr::rational(
                    start + step * BigRational::from_integer(index.clone()),
                ),
                None => {
                    let offset = Expr::mul([Expr::integer(index.clone()), step.clone()]);
                    let item = Expr::add([start.clone(), offset]);
                    engine.evaluate(&item).unwrap_or(item)
                }
            };
            index += 1;
            Some(Value::Expr(item))
        })
    }

    /// How many items a range has; an error where that is not a known finite number.
    fn range_length(&self, range: &Range, span: Span) -> Result<BigInt> {
        let step = range.step.clone().unwrap_or_else(Expr::one);
        let zero = BigRational::from_integer(0.into());
        if step.is_zero() {
            return Diagnostic::error(
                &codes::E0204_OUT_OF_RANGE,
                "a range needs a step that is not 0",
            )
            .at(span)
            .into();
        }
        let steps = match (
            range.start.as_number(),
            range.end.as_number(),
            step.as_number(),
        ) {
            (Some(start), Some(end), Some(step)) => (end - start) / step,
            _ => {
                let quotient = (&range.end - &range.start) / step;
                if let Some(symbol) = quotient.free_symbols().into_iter().next() {
                    return Diagnostic::error(
                        &codes::E0305_UNDECIDED,
                        format!("a range that ends at the symbol `{symbol}` has no known length"),
                    )
                    .at(span)
                    .hint(format!("{symbol} = 10"))
                    .into();
                }
                let value = self.engine().numeric(&quotient, 30).at(span)?;
                match value.node() {
                    Node::Number(number) => number.clone(),
                    // The end belongs to the range when rounding alone misses it.
                    Node::Decimal(number) => {
                        let margin = BigRational::new(1.into(), BigInt::from(10).pow(12));
                        number.to_rational() + margin
                    }
                    _ => {
                        return Diagnostic::error(
                            &codes::E0204_OUT_OF_RANGE,
                            format!(
                                "the range {} has no end",
                                Value::Range(range.clone()).brief()
                            ),
                        )
                        .at(span)
                        .into();
                    }
                }
            }
        };
        if steps < zero {
            return Ok(0.into());
        }
        Ok(steps.floor().to_integer() + 1)
    }

    /// The same shape with every formula replaced: entries of a matrix, items of a list (inside inner
    /// lists too), items of a range.
    pub(crate) fn map_entries(
        &self,
        value: &Value,
        span: Span,
        replace: &mut dyn FnMut(Value) -> Result<Value>,
    ) -> Result<Value> {
        match value {
            Value::Matrix(matrix) => {
                let mut entries = Vec::with_capacity(matrix.entries().len());
                let mut rows = Vec::new();
                for entry in matrix.entries() {
                    entries.push(replace(Value::Expr(entry.clone()))?);
                }
                let formulas: Option<Vec<Expr>> =
                    entries.iter().map(|entry| entry.as_expr().cloned()).collect();
                if let Some(formulas) = formulas
                    && let Some(matrix) =
                        Matrix::new(matrix.rows(), matrix.columns(), formulas)
                {
                    return Ok(Value::Matrix(matrix));
                }
                for row in entries.chunks(matrix.columns().max(1)) {
                    rows.push(Value::list(row.to_vec()));
                }
                Ok(Value::list(rows))
            }
            Value::List(_) | Value::Range(_) => {
                let mut results = Vec::new();
                for item in self.items(value, span)?.unwrap_or_default() {
                    results.push(match &item {
                        Value::List(_) | Value::Matrix(_) | Value::Range(_) => {
                            self.map_entries(&item, span, replace)?
                        }
                        _ => replace(item)?,
                    });
                }
                Ok(Value::list(results))
            }
            other => replace(other.clone()),
        }
    }
}

/// The error for a list longer than the bound.
pub(crate) fn too_long(what: &str, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0403_TOO_LARGE,
            format!(
                "a list holds at most {LONGEST_LIST} items; this one would have {what}"
            ),
        )
        .at(span)
        .hint("for k in 1..10^12 { … }"),
    )
}

/// An integer in words short enough for a message.
fn brief_integer(value: &BigInt) -> String {
    if value.bits() > 200 {
        format!("about 2^{}", value.bits())
    } else {
        value.to_string()
    }
}
