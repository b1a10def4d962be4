//! Numbers and nested lists of numbers as arrays.

use holor_algebra::{Constant, Decimal, Engine, Expr, Matrix, Node};

use super::{ArrayAxis, Complex64, NumericArray};
use crate::{Diagnostic, Result, Value, codes};

/// Digits that decide the nearest `f64`, but for one case in 10^20.
const DIGITS: u32 = 40;

/// A formula's value, where it is a number: real or complex.
pub(crate) fn complex_number(engine: &Engine, value: &Expr) -> Option<Complex64> {
    if let Some(real) = literal(value) {
        return Some(real.into());
    }
    if let Some(value) = gaussian(value) {
        return Some(value);
    }
    if !value.free_symbols().is_empty() {
        return None;
    }
    let numeric = engine.numeric(value, 20).ok()?;
    gaussian(&numeric).filter(|value| value.is_finite())
}

/// A formula's value, where it is written as a number: no function or constant but i is evaluated.
pub(crate) fn plain_number(value: &Expr) -> Option<Complex64> {
    gaussian(value)
}

/// A formula's value, where it is a real number.
pub(crate) fn real_number(engine: &Engine, value: &Expr) -> Option<f64> {
    complex_number(engine, value).filter(|value| value.im == 0.0).map(|value| value.re)
}

/// An exact number or decimal as the nearest `f64`.
fn literal(value: &Expr) -> Option<f64> {
    let number = match value.node() {
        Node::Number(number) => {
            if number.is_integer()
                && let Ok(small) = i32::try_from(number.numer())
            {
                return Some(f64::from(small));
            }
            Decimal::from_rational(number, DIGITS)?.to_f64()
        }
        Node::Decimal(number) => number.to_f64(),
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// `a + b i` with numbers a and b.
fn gaussian(value: &Expr) -> Option<Complex64> {
    if let Some(real) = literal(value) {
        return Some(real.into());
    }
    match value.node() {
        Node::Constant(Constant::I) => Some(Complex64::i()),
        Node::Add(terms) => terms.iter().map(gaussian).sum(),
        Node::Mul(factors) => factors
            .iter()
            .map(gaussian)
            .try_fold(Complex64::new(1.0, 0.0), |product, factor| {
                Some(product * factor?)
            }),
        _ => None,
    }
}

/// An array of a list of numbers, of lists in lists of equal lengths, of a matrix, or of a list of arrays.
///
/// # Errors
/// E0201 for an item that is no number, E0203 where inner lists differ in length.
pub(crate) fn nested_array(engine: &Engine, value: &Value) -> Result<NumericArray> {
    let mut parts = Parts { engine, values: Vec::new(), complex: false };
    let axes = parts.read(value)?;
    let array = if parts.complex {
        NumericArray::new(parts.values, axes)
    } else {
        let real: Vec<f64> = parts.values.iter().map(|value| value.re).collect();
        NumericArray::new(real, axes)
    };
    array.ok_or_else(|| Box::new(uneven()))
}

struct Parts<'a> {
    engine: &'a Engine,
    values: Vec<Complex64>,
    complex: bool,
}

impl Parts<'_> {
    /// Adds the numbers of a value; its axes, none for a number.
    fn read(&mut self, value: &Value) -> Result<Vec<ArrayAxis>> {
        match value {
            Value::Expr(formula) => {
                let Some(number) = complex_number(self.engine, formula) else {
                    return Diagnostic::error(
                        &codes::E0201_WRONG_TYPE,
                        format!("an array holds numbers, found {}", value.describe()),
                    )
                    .into();
                };
                self.complex |= number.im != 0.0;
                self.values.push(number);
                Ok(Vec::new())
            }
            Value::Matrix(matrix) => self.read_matrix(matrix),
            Value::Array(array) => {
                self.complex |= array.is_complex();
                self.values.extend_from_slice(&array.to_complex());
                Ok(array.axes().to_vec())
            }
            Value::List(items) => {
                let mut inner: Option<Vec<ArrayAxis>> = None;
                for item in items.iter() {
                    let axes = self.read(item)?;
                    match &inner {
                        Some(first)
                            if first.len() != axes.len()
                                || first
                                    .iter()
                                    .zip(&axes)
                                    .any(|(a, b)| a.len() != b.len()) =>
                        {
                            return Err(Box::new(uneven()));
                        }
                        Some(_) => {}
                        None => inner = Some(axes),
                    }
                }
                let mut axes = vec![ArrayAxis::index(items.len())];
                axes.extend(inner.unwrap_or_default());
                Ok(axes)
            }
            other => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("an array holds numbers, found {}", other.describe()),
            )
            .into(),
        }
    }

    fn read_matrix(&mut self, matrix: &Matrix) -> Result<Vec<ArrayAxis>> {
        for entry in matrix.entries() {
            self.read(&Value::Expr(entry.clone()))?;
        }
        Ok(vec![ArrayAxis::index(matrix.rows()), ArrayAxis::index(matrix.columns())])
    }
}

fn uneven() -> Diagnostic {
    Diagnostic::error(
        &codes::E0203_WRONG_SHAPE,
        "the lists of an array must be equally long at each level",
    )
}
