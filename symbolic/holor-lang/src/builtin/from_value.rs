//! From values to typed parameters.

use std::sync::Arc;

use holor_algebra::{BigInt, BigRational, Expr, Matrix, Node, Symbol};

use super::Form;
use crate::array::{NumericArray, number};
use crate::ast::Name;
use crate::codes;
use crate::evaluate::Call;
use crate::field::Simulation;
use crate::{Diagnostic, Range, Result, Span, Value};

/// Arrays with more numbers are not read as matrices of formulas.
const MOST_ENTRIES: usize = 1 << 16;

/// An argument as the built-in gets it.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// `x` of `x = …`.
    pub(crate) name: Option<Name>,
    /// Its value.
    pub(crate) value: Value,
    /// Where it stands.
    pub(crate) span: Span,
    /// The name, where the argument is nothing but a name.
    pub(crate) written: Option<Name>,
    /// Whether that name is a local variable, such as a function's parameter.
    pub(crate) local: bool,
}

impl Given {
    /// A part of this argument, such as an item of a list.
    pub(crate) fn part(&self, value: Value) -> Given {
        Given { name: None, value, span: self.span, written: None, local: false }
    }
}

/// Why an argument cannot be read.
#[derive(Debug)]
pub(crate) enum Expected {
    /// It is of another kind: the message is made from the type's `KIND`.
    Kind,
    /// Something more specific.
    Error(Box<Diagnostic>),
}

impl From<Box<Diagnostic>> for Expected {
    fn from(error: Box<Diagnostic>) -> Self {
        Self::Error(error)
    }
}

impl From<Diagnostic> for Expected {
    fn from(error: Diagnostic) -> Self {
        Self::Error(Box::new(error))
    }
}

/// A type that a parameter of a built-in may have.
pub(crate) trait FromValue: Sized {
    /// In words, to stand after "expected": `an integer`, `x = a..b`.
    const KIND: &'static str;
    /// How its argument is evaluated.
    const FORM: Form = Form::Value;
    /// The words it accepts.
    const WORDS: &'static [&'static str] = &[];

    /// Reads it from an argument.
    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected>;
}

impl FromValue for Value {
    const KIND: &'static str = "a value";

    fn from_value(given: &Given, _: &Call<'_>) -> std::result::Result<Self, Expected> {
        Ok(given.value.clone())
    }
}

impl FromValue for Expr {
    const KIND: &'static str = "an expression";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Expr(value) => Ok(value.clone()),
            Value::Simulation(Simulation::Field(field)) => {
                match call.formula_of_field(field, given.span)? {
                    Value::Expr(formula) => Ok(formula),
                    _ => Err(Expected::Kind),
                }
            }
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for Matrix {
    const KIND: &'static str = "a matrix";

    fn from_value(given: &Given, _: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Matrix(matrix) => Ok(matrix.clone()),
            Value::Array(array) => matrix_of(array).ok_or(Expected::Kind),
            Value::List(items) => {
                let rows: Option<Vec<Matrix>> = items
                    .iter()
                    .map(|item| match item {
                        Value::Array(row) if row.rank() == 1 => {
                            Matrix::new(1, row.count(), entries_of(row)?)
                        }
                        _ => None,
                    })
                    .collect();
                if let Some([first, ..]) = rows.as_deref() {
                    let entries: Vec<Expr> = rows
                        .iter()
                        .flatten()
                        .flat_map(Matrix::entries)
                        .cloned()
                        .collect();
                    return Matrix::new(items.len(), first.columns(), entries)
                        .ok_or(Expected::Kind);
                }
                let column: Option<Vec<Expr>> =
                    items.iter().map(|item| item.as_expr().cloned()).collect();
                column
                    .and_then(|entries| Matrix::new(entries.len(), 1, entries))
                    .ok_or(Expected::Kind)
            }
            _ => Err(Expected::Kind),
        }
    }
}

/// An array with two axes as a matrix of decimals.
fn matrix_of(array: &NumericArray) -> Option<Matrix> {
    let &[rows, columns] = array.shape().as_slice() else { return None };
    Matrix::new(rows, columns, entries_of(array)?)
}

/// The numbers of an array as formulas, where they are not so many that formulas are slow.
fn entries_of(array: &NumericArray) -> Option<Vec<Expr>> {
    if array.count() > MOST_ENTRIES {
        return None;
    }
    let values = array.to_complex();
    values.iter().map(|&value| number(value).as_expr().cloned()).collect()
}

impl FromValue for Symbol {
    const KIND: &'static str = "a symbol";

    fn from_value(given: &Given, _: &Call<'_>) -> std::result::Result<Self, Expected> {
        if let Some(symbol) = given.value.as_expr().and_then(Expr::as_symbol) {
            return Ok(symbol.clone());
        }
        Err(has_value(given).map_or(Expected::Kind, Expected::from))
    }
}

/// The error for a name that stands where a symbol is needed but has a value.
pub(crate) fn has_value(given: &Given) -> Option<Diagnostic> {
    let name = given.written.as_ref()?;
    matches!(
        given.value,
        Value::Expr(_) | Value::Matrix(_) | Value::List(_) | Value::Range(_)
    )
    .then(|| {
        let value = given.value.brief();
        let error = Diagnostic::error(
            &codes::E0107_HAS_VALUE,
            format!("`{}` has the value {value}; a symbol is needed here", name.text),
        )
        .at(given.span);
        if given.local {
            error.hint(format!("subs(…, {} = {value})", name.text))
        } else {
            error.hint(format!("clear {}", name.text))
        }
    })
}

impl FromValue for bool {
    const KIND: &'static str = "true or false";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let condition = given.value.as_expr().ok_or(Expected::Kind)?;
        match condition.node() {
            Node::Truth(value) => Ok(*value),
            Node::Relation(..) | Node::And(_) | Node::Or(_) | Node::Not(_) => {
                call.engine().decide(condition).ok_or(Expected::Kind)
            }
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for BigRational {
    const KIND: &'static str = "an exact number";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let value = given.value.as_expr().ok_or(Expected::Kind)?;
        if let Some(number) = value.as_number() {
            return Ok(number.clone());
        }
        if !value.free_symbols().is_empty() {
            return Err(Expected::Kind);
        }
        let value = call.engine().evaluate(value).map_err(Box::<Diagnostic>::from)?;
        match value.node() {
            Node::Number(number) => Ok(number.clone()),
            Node::Decimal(number) => Ok(number.to_rational()),
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for BigInt {
    const KIND: &'static str = "an integer";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let number = BigRational::from_value(given, call)?;
        if number.is_integer() { Ok(number.to_integer()) } else { Err(Expected::Kind) }
    }
}

macro_rules! machine_integers {
    ($($name:ident, $kind:literal;)*) => {
        $(impl FromValue for $name {
            const KIND: &'static str = $kind;

            fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
                let number = BigInt::from_value(given, call)?;
                $name::try_from(&number).map_err(|_| Expected::Kind)
            }
        })*
    };
}

machine_integers! {
    usize, "an integer from 0 to 2^64 - 1";
    u32, "an integer from 0 to 2^32 - 1";
    u64, "an integer from 0 to 2^64 - 1";
    i64, "an integer that fits in 64 bits";
}

impl FromValue for f64 {
    const KIND: &'static str = "a real number";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let value = given.value.as_expr().ok_or(Expected::Kind)?;
        if !value.free_symbols().is_empty() {
            return Err(Expected::Kind);
        }
        let value = call.engine().numeric(value, 17).map_err(Box::<Diagnostic>::from)?;
        match value.node() {
            Node::Decimal(number) => Ok(number.to_f64()),
            Node::Number(number) => {
                let decimal = holor_algebra::Decimal::from_rational(number, 17);
                decimal.map(|number| number.to_f64()).ok_or(Expected::Kind)
            }
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for Arc<str> {
    const KIND: &'static str = "a string";

    fn from_value(given: &Given, _: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

impl FromValue for Range {
    const KIND: &'static str = "a range a..b";

    fn from_value(given: &Given, _: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Range(range) => Ok(range.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    const KIND: &'static str = "a list";

    fn from_value(given: &Given, call: &Call<'_>) -> std::result::Result<Self, Expected> {
        let items = call.items(&given.value, given.span)?.ok_or(Expected::Kind)?;
        items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let part = given.part(item);
                T::from_value(&part, call).map_err(|error| match error {
                    Expected::Kind => Expected::from(
                        Diagnostic::error(
                            &codes::E0201_WRONG_TYPE,
                            format!(
                                "expected a list whose items are each {}; item {} is {}",
                                T::KIND,
                                index + 1,
                                part.value.describe()
                            ),
                        )
                        .at(given.span),
                    ),
                    other => other,
                })
            })
            .collect()
    }
}

/// Turns a failed reading into the error the person sees.
pub(crate) fn mismatch<T>(
    result: std::result::Result<T, Expected>,
    given: &Given,
    parameter: &str,
    kind: &str,
    call: &Call<'_>,
) -> Result<T> {
    result.map_err(|error| match error {
        Expected::Error(error) => error,
        Expected::Kind
            if let Value::Text(text) = &given.value
                && let Some(error) = call.no_word(parameter, text, given.span) =>
        {
            error
        }
        Expected::Kind => Box::new(
            Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!(
                    "`{}` expected {kind} for `{parameter}`, found {}",
                    call.name(),
                    given.value.describe()
                ),
            )
            .at(given.span)
            .hint(if kind.contains("array") && is_field(given, call) {
                let written = given.written.as_ref().map_or("…", |name| &*name.text);
                match &given.value {
                    Value::Simulation(Simulation::Field(field))
                        if field.start.len() != 1 =>
                    {
                        format!("{written}.start")
                    }
                    _ => format!("observe({written})"),
                }
            } else {
                range_meant(given, kind, call).unwrap_or_else(|| call.signature())
            }),
        ),
    })
}

/// The range that `t = [0, 1]` and `x, 0, 1` mean.
fn range_meant(given: &Given, kind: &str, call: &Call<'_>) -> Option<String> {
    if !kind.contains("= a..b") {
        return None;
    }
    if let (Some(name), Value::List(items)) = (&given.name, &given.value) {
        let [Value::Expr(low), Value::Expr(high)] = &items[..] else { return None };
        return Some(format!("{} = {low}..{high}", name.text));
    }
    let all = call.given();
    let place = all.iter().position(|it| it.span == given.span)?;
    let symbol = all.get(place.checked_sub(1)?)?.value.as_expr()?.as_symbol()?;
    let (low, high) = (call.text(given.span), call.text(all.get(place + 1)?.span));
    let first = call.argument_text(0);
    Some(format!("{}({first}, {symbol} = {low}..{high})", call.name()))
}

/// Whether it is a field or a formula of fields, whose values at the start `observe` tells.
fn is_field(given: &Given, call: &Call<'_>) -> bool {
    match &given.value {
        Value::Simulation(Simulation::Field(_)) => true,
        Value::Expr(formula) => call.holds_fields(formula),
        _ => false,
    }
}
