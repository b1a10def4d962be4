//! `A[1, 2]`, `v[1]`, `v[2..3]`; indices count from 1, negative ones from the end.

use holor_algebra::{BigInt, Expr, Matrix};
use std::sync::Arc;

use super::{Evaluator, Scope};
use crate::array::NumericArray;
use crate::ast::{Ast, AstKind, Index, IndexPosition, Name};
use crate::field::Simulation;
use crate::geometry::Geometry;
use crate::{Diagnostic, Result, Span, Value, codes};

/// What one index selects.
pub(super) enum Selection {
    /// One place, from 0.
    One(usize),
    /// Several places, from 0.
    Several(Vec<usize>),
}

impl Evaluator<'_> {
    pub(super) fn index(
        &self,
        target: &Value,
        target_span: Span,
        indices: &[Index],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        if let Value::Geometry(geometry) = target {
            return self.index_geometry(geometry, target_span, indices, span, scope);
        }
        if indices.iter().any(|index| index.position != IndexPosition::Plain) {
            let error = not_a_tensor(target, target_span);
            return Err(match target {
                Value::Expr(symbol) => match symbol.as_symbol() {
                    Some(symbol) => with_definitions(error, symbol.name(), indices.len()),
                    None => error,
                },
                _ => error,
            });
        }
        let mut values = Vec::with_capacity(indices.len());
        for index in indices {
            values.push((self.evaluate(&index.value, scope)?, index.value.span));
        }
        match (target, values.as_slice()) {
            (Value::Array(array), values) => self.index_array(array, values, target_span),
            (Value::Matrix(matrix), [(row, at)]) => {
                match self.selection(row, matrix.rows(), "row", *at)? {
                    Selection::One(row) => Ok(Value::row(matrix, row)),
                    Selection::Several(rows) => Ok(Value::list(
                        rows.iter().map(|row| Value::row(matrix, *row)).collect(),
                    )),
                }
            }
            (Value::Matrix(matrix), [(row, row_at), (column, column_at)]) => {
                let rows = self.selection(row, matrix.rows(), "row", *row_at)?;
                let columns =
                    self.selection(column, matrix.columns(), "column", *column_at)?;
                Ok(submatrix(matrix, &rows, &columns))
            }
            (Value::List(items), [(index, at)]) => {
                match self.selection(index, items.len(), "item", *at)? {
                    Selection::One(index) => {
                        Ok(items.get(index).cloned().unwrap_or(Value::Nothing))
                    }
                    Selection::Several(indices) => Ok(Value::list(
                        indices
                            .iter()
                            .filter_map(|index| items.get(*index).cloned())
                            .collect(),
                    )),
                }
            }
            (Value::List(_), [first, rest @ ..]) if !rest.is_empty() => {
                let inner = self.index_value(target, first)?;
                rest.iter()
                    .try_fold(inner, |value, index| self.index_value(&value, index))
            }
            (Value::Range(_), [(index, at)]) => {
                let items = self.items(target, target_span)?.unwrap_or_default();
                self.index_value(&Value::List(items.into()), &(index.clone(), *at))
            }
            (Value::Text(text), [(index, at)]) => {
                let characters: Vec<char> = text.chars().collect();
                let chosen =
                    match self.selection(index, characters.len(), "character", *at)? {
                        Selection::One(index) => vec![index],
                        Selection::Several(indices) => indices,
                    };
                let text: String =
                    chosen.iter().filter_map(|index| characters.get(*index)).collect();
                Ok(Value::Text(Arc::from(text)))
            }
            _ => {
                let message = match indices.len() {
                    1 => format!("{} has no items", target.describe()),
                    n => format!(
                        "{} cannot be indexed with {n} indices",
                        target.describe()
                    ),
                };
                let error =
                    Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(target_span);
                match target {
                    Value::Simulation(Simulation::Field(field)) => {
                        let name = field.name.as_deref().unwrap_or("u");
                        error.hint(format!("{name}.start[…]")).into()
                    }
                    _ => error.into(),
                }
            }
        }
    }

    /// One plain index of a list, matrix or string.
    fn index_value(
        &self,
        target: &Value,
        (index, span): &(Value, Span),
    ) -> Result<Value> {
        let (length, what) = match target {
            Value::List(items) => (items.len(), "item"),
            Value::Matrix(matrix) => (matrix.rows(), "row"),
            other => {
                return Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!("{} has no items", other.describe()),
                )
                .at(*span)
                .into();
            }
        };
        let pick = |index: usize| match target {
            Value::List(items) => items.get(index).cloned().unwrap_or(Value::Nothing),
            Value::Matrix(matrix) => Value::row(matrix, index),
            _ => Value::Nothing,
        };
        Ok(match self.selection(index, length, what, *span)? {
            Selection::One(index) => pick(index),
            Selection::Several(indices) => {
                Value::list(indices.into_iter().map(pick).collect())
            }
        })
    }

    /// Reads an index: an integer, a range or a list of integers.
    pub(super) fn selection(
        &self,
        index: &Value,
        length: usize,
        what: &str,
        span: Span,
    ) -> Result<Selection> {
        if let Value::Range(range) = index
            && let Some(places) = from_the_end(range, length)
        {
            return Ok(Selection::Several(places));
        }
        if let Some(items) = self.items(index, span)? {
            let mut places = Vec::with_capacity(items.len());
            for item in &items {
                places.push(self.place(item, length, what, span)?);
            }
            return Ok(Selection::Several(places));
        }
        self.place(index, length, what, span).map(Selection::One)
    }

    pub(super) fn place(
        &self,
        index: &Value,
        length: usize,
        what: &str,
        span: Span,
    ) -> Result<usize> {
        let settled = self.settle(index.clone(), span)?;
        let Some(number) = settled.as_expr().and_then(Expr::as_integer) else {
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("an index is an integer, found {}", index.describe()),
            )
            .at(span)
            .into();
        };
        let zero = BigInt::from(0);
        let place = if *number < zero { number + length } else { number - 1 };
        match usize::try_from(&place) {
            Ok(place) if place < length && *number != zero => Ok(place),
            _ => Diagnostic::error(
                &codes::E0204_OUT_OF_RANGE,
                match length {
                    0 => format!("there is no {what} {number}: there are none"),
                    n => format!("there is no {what} {number}: they go from 1 to {n}"),
                },
            )
            .at(span)
            .into(),
        }
    }

    /// `A[1, 2] = value`
    pub(super) fn assign_indexed(
        &self,
        name: &Name,
        indices: &[Index],
        value: &Ast,
        scope: &mut Scope,
    ) -> Result<Value> {
        if indices.iter().any(|index| index.position != IndexPosition::Plain) {
            return self.assign_geometry(name, indices, value, scope);
        }
        let Some(target) = self.variable(name, scope) else {
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("`{}` is not a list or matrix yet", name.text),
            )
            .at(name.span)
            .hint(format!("{} = [0, 0, 0]", name.text))
            .into();
        };
        let result = self.evaluate(value, scope)?;
        let result = self.settle(result, value.span)?;
        let mut places = Vec::with_capacity(indices.len());
        for index in indices {
            places.push((self.evaluate(&index.value, scope)?, index.value.span));
        }
        let changed = self.replaced(&target, &places, &result, name.span)?;
        self.assign(name, changed, scope);
        Ok(result)
    }

    /// The list or matrix with one item replaced.
    fn replaced(
        &self,
        target: &Value,
        indices: &[(Value, Span)],
        new: &Value,
        span: Span,
    ) -> Result<Value> {
        let Some(((index, at), rest)) = indices.split_first() else {
            return Ok(new.clone());
        };
        if let Value::Array(array) = target {
            return self.replaced_in_array(array, indices, new, span);
        }
        let Some(mut items) = self.items(target, span)? else {
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("{} has no items", target.describe()),
            )
            .at(span)
            .into();
        };
        let place = self.place(index, items.len(), "item", *at)?;
        if let Some(slot) = items.get_mut(place) {
            *slot = self.replaced(slot, rest, new, span)?;
        }
        Ok(Value::list(items))
    }

    /// `value.name`
    /// Whether it is `run.watch[1]` of a run that watches one thing, whose column is no list: `run.watch[1][-1]` and
    /// `run.watch[-1]` are its last value alike.
    pub(super) fn only_column(&self, target: &Ast, scope: &mut Scope) -> Result<bool> {
        let AstKind::Index { target, indices } = &target.kind else { return Ok(false) };
        let (AstKind::Member(_, name), [index]) = (&target.kind, indices.as_slice())
        else {
            return Ok(false);
        };
        let first = matches!(&index.value.kind, AstKind::Number(text) if &**text == "1");
        Ok(first
            && &*name.text == "watch"
            && matches!(self.evaluate(target, scope)?, Value::Array(_)))
    }

    pub(super) fn member(&self, value: &Value, name: &Name) -> Result<Value> {
        if let Value::Geometry(Geometry::Orbit(orbit)) = value {
            if let Some(part) = orbit.member(&name.symbol) {
                return Ok(part);
            }
            let members = orbit.members().join(", ");
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("an orbit has no part called `{}`; it has {members}", name.text),
            )
            .at(name.span)
            .into();
        }
        if let Value::Simulation(simulation) = value
            && let Some(part) =
                simulation.member(&name.symbol).or_else(|| simulation.member(&name.text))
        {
            return Ok(part);
        }
        if let Value::Record(record) = value
            && let Some(part) =
                record.get(&name.symbol).or_else(|| record.get(&name.text))
        {
            return Ok(part.clone());
        }
        if let Value::Array(array) = value
            && let Some(axis) =
                array.axis_named(&name.symbol).and_then(|it| array.axes().get(it))
            && let Some(own) =
                NumericArray::along(axis.coordinates().into_owned(), axis.clone())
        {
            return Ok(own.named(axis.name()).into_value());
        }
        let mut error = Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!("{} has no part called `{}`", value.describe(), name.text),
        )
        .at(name.span);
        if let Value::Record(record) = value
            && let Some(near) = super::nearest(&name.text, record.names())
        {
            error = error.hint(near);
        }
        error.into()
    }
}

/// `2..-1`: the end counts from the last place; `None` for other ranges.
fn from_the_end(range: &crate::Range, length: usize) -> Option<Vec<usize>> {
    let integer = |end: &Expr| i64::try_from(end.as_integer()?).ok();
    let (start, end) = (integer(&range.start)?, integer(&range.end)?);
    let step = range.step.as_ref().map_or(Some(1), integer)?;
    if start <= 0 || end >= 0 || step <= 0 {
        return None;
    }
    let (first, last) = (
        usize::try_from(start - 1).ok()?,
        length.checked_sub(usize::try_from(-end).ok()?)?,
    );
    (first < length).then(|| (first..=last).step_by(step as usize).collect())
}

fn not_a_tensor(value: &Value, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0205_INDICES,
            format!("{} is not a tensor and has no indices", value.describe()),
        )
        .at(span),
    )
}

/// `run.watch` of `run.watch[1]`.
pub(super) fn whole_column(target: &Ast) -> &Ast {
    match &target.kind {
        AstKind::Index { target, .. } => target,
        _ => target,
    }
}

/// An unknown name with indices that stand up or down is a tensor that is not defined yet: the hints say how it can be.
pub(super) fn no_tensor_yet(
    mut error: Box<Diagnostic>,
    target: &Ast,
    indices: &[Index],
) -> Box<Diagnostic> {
    match &target.kind {
        AstKind::Name(name)
            if error.code == &codes::E0101_UNKNOWN_NAME
                && indices.iter().any(|it| it.position != IndexPosition::Plain) =>
        {
            let symbols = format!("symbols {}", name.text);
            error.hints.retain(|hint| **hint != *symbols);
            with_definitions(error, &name.text, indices.len())
        }
        _ => error,
    }
}

/// The error with hints that define a tensor of this name.
fn with_definitions(
    mut error: Box<Diagnostic>,
    name: &str,
    rank: usize,
) -> Box<Diagnostic> {
    match (name, rank) {
        ("Γ" | "gamma" | "Gamma", 3) => {
            error.hints.push(format!("{name} = connection(g)"));
        }
        ("R", 4) => {
            error.hints.push("R = riemann(g)".into());
            error.hints.push("abstract(R, 4, symmetry = riemann)".into());
        }
        ("R", 2) => {
            error.hints.push("R = ricci(g)".into());
            error.hints.push("abstract(R, 4, symmetry = riemann)".into());
        }
        _ => error.hints.push(format!("abstract({name}, {rank})")),
    }
    error
}

/// An entry, a part of a row or column as a list, or a smaller matrix.
fn submatrix(matrix: &Matrix, rows: &Selection, columns: &Selection) -> Value {
    let entry = |row: usize, column: usize| {
        matrix.get(row, column).cloned().map_or(Value::Nothing, Value::Expr)
    };
    match (rows, columns) {
        (Selection::One(row), Selection::One(column)) => entry(*row, *column),
        (Selection::One(row), Selection::Several(columns)) => {
            Value::list(columns.iter().map(|column| entry(*row, *column)).collect())
        }
        (Selection::Several(rows), Selection::One(column)) => {
            Value::list(rows.iter().map(|row| entry(*row, *column)).collect())
        }
        (Selection::Several(rows), Selection::Several(columns)) => Value::list(
            rows.iter()
                .map(|row| {
                    Value::List(
                        columns.iter().map(|column| entry(*row, *column)).collect(),
                    )
                })
                .collect(),
        ),
    }
}
