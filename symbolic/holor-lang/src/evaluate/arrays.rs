//! Arrays of numbers in the language: operators, functions, comparisons, indices.

use holor_algebra::{Constant, Engine, Expr, Node, Relation, Symbol};

use super::Evaluator;
use super::indexing::Selection;
use crate::array::{
    ArrayAxis, ArrayValues, Chosen, Complex64, NumericArray, Pairwise, complex_number,
    nested_array, number,
};
use crate::ast::BinaryOperator;
use crate::builtin::{Builtin, Given};
use crate::evaluate::failure::At;
use crate::{Diagnostic, Result, Span, Value, codes};

/// Arrays up to this size are worked through by the algebra engine, value by value.
const MOST_BY_ENGINE: usize = 20_000;

impl Evaluator<'_> {
    /// An operand of an array: a number, an array, or a list of numbers.
    pub(super) fn array_operand(
        &self,
        value: &Value,
        span: Span,
    ) -> Result<NumericArray> {
        match value {
            Value::Array(array) => Ok((**array).clone()),
            Value::Expr(formula) => complex_number(&self.engine(), formula)
                .map(NumericArray::scalar)
                .ok_or_else(|| not_a_number(value, formula, span)),
            Value::List(_) => nested_array(&self.engine(), value).at(span),
            Value::Range(_) => {
                let items = self.items(value, span)?.unwrap_or_default();
                nested_array(&self.engine(), &Value::List(items.into())).at(span)
            }
            other => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("an array of numbers and {} do not combine", other.describe()),
            )
            .at(span)
            .into(),
        }
    }

    /// `left operator right`, where one of them is an array.
    pub(super) fn operate_array(
        &self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Value> {
        if let Some(result) = self.beside_unknown(operator, left, right, span)? {
            return Ok(result);
        }
        let pairwise = match operator {
            BinaryOperator::Add => Pairwise::Add,
            BinaryOperator::Subtract => Pairwise::Subtract,
            BinaryOperator::Multiply
            | BinaryOperator::Juxtapose
            | BinaryOperator::Dot
            | BinaryOperator::Cross
            | BinaryOperator::ElementMultiply => Pairwise::Multiply,
            BinaryOperator::Divide | BinaryOperator::ElementDivide => Pairwise::Divide,
            BinaryOperator::Power | BinaryOperator::ElementPower => Pairwise::Power,
            BinaryOperator::Wedge
            | BinaryOperator::Tensor
            | BinaryOperator::And
            | BinaryOperator::Or => {
                let (name, other) = match operator {
                    BinaryOperator::Wedge => ("∧", "differential forms"),
                    BinaryOperator::Tensor => ("⊗", "tensors"),
                    BinaryOperator::And => ("and", "conditions"),
                    _ => ("or", "conditions"),
                };
                let message = format!(
                    "`{name}` joins {other}, found {} and {}",
                    left.describe(),
                    right.describe()
                );
                return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                    .at(span)
                    .into();
            }
        };
        if matches!(left, Value::Matrix(_)) || matches!(right, Value::Matrix(_)) {
            // The product of matrices is another one than that of arrays: say which.
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                "a matrix and an array do not combine: arrays are multiplied value by value",
            )
            .at(span)
            .hint("array(M)")
            .into();
        }
        if let (Pairwise::Power, Value::Expr(base), Value::Array(exponent)) =
            (pairwise, left, right)
            && matches!(base.node(), Node::Constant(Constant::E))
            && let Some(result) = exponent.function("exp")
        {
            return Ok(result.at(span)?.into_value());
        }
        let (left, right) = self.array_operands(left, right, span)?;
        Ok(left.combine(pairwise, &right).at(span)?.into_value())
    }

    /// A list of numbers beside unknowns of a run that are vectors: an array is one there, a table of numbers could be a matrix or not.
    fn beside_unknown(
        &self,
        operator: BinaryOperator,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>> {
        let (array, other) = match (left, right) {
            (Value::Array(array), other) | (other, Value::Array(array)) => (array, other),
            _ => return Ok(None),
        };
        let open =
            |value: &Expr| value.any(&mut |part| matches!(part.node(), Node::Apply(..)));
        let unknown = match other {
            Value::Expr(value) => open(value),
            Value::List(items) => items.iter().filter_map(Value::as_expr).any(open),
            Value::Matrix(matrix) => matrix.entries().iter().any(open),
            _ => false,
        };
        if self.unknowns.borrow().is_empty() || !unknown {
            return Ok(None);
        }
        if array.rank() != 1 {
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                "arrays are multiplied value by value; beside a vector of unknowns a matrix is needed",
            )
            .at(span)
            .hint("matrix(A)")
            .into();
        }
        let list: Vec<Value> =
            array.to_complex().iter().map(|it| crate::array::number(*it)).collect();
        let list = |value: &Value| match value {
            Value::Array(_) => Value::List(list.clone().into()),
            other => other.clone(),
        };
        self.operate(operator, list(left), list(right), span).map(Some)
    }

    /// Both operands of an operator, where one of them is an array.
    fn array_operands(
        &self,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<(NumericArray, NumericArray)> {
        Ok(match (left, right) {
            (Value::Array(array), other) => {
                ((**array).clone(), self.beside_array(other, array, span)?)
            }
            (other, Value::Array(array)) => {
                (self.beside_array(other, array, span)?, (**array).clone())
            }
            _ => (self.array_operand(left, span)?, self.array_operand(right, span)?),
        })
    }

    /// `left < right` and the like: an array of ones where it holds and zeros where not.
    pub(super) fn compare_arrays(
        &self,
        left: &Value,
        right: &Value,
        relation: Relation,
        span: Span,
    ) -> Result<Value> {
        let pairwise = match relation {
            Relation::Equal | Relation::NotEqual => {
                if let Value::Expr(_) = left {
                    return Err(equal_to_number(span));
                }
                if let Value::Expr(_) = right {
                    return Err(equal_to_number(span));
                }
                let equal = match (left, right) {
                    (
                        Value::List(_) | Value::Range(_) | Value::Array(_),
                        Value::List(_) | Value::Range(_) | Value::Array(_),
                    ) => {
                        let (a, b) = (
                            self.array_operand(left, span)?,
                            self.array_operand(right, span)?,
                        );
                        let both =
                            matches!((left, right), (Value::Array(_), Value::Array(_)));
                        a.shape() == b.shape()
                            && if both {
                                a.same(&b)
                            } else {
                                a.to_complex() == b.to_complex()
                            }
                    }
                    _ => false,
                };
                return Ok(Value::Expr(Expr::truth(
                    equal == (relation == Relation::Equal),
                )));
            }
            Relation::Less => Pairwise::Less,
            Relation::LessEqual => Pairwise::LessEqual,
            Relation::Greater => Pairwise::Greater,
            Relation::GreaterEqual => Pairwise::GreaterEqual,
        };
        let (left, right) = self.array_operands(left, right, span)?;
        Ok(left.combine(pairwise, &right).at(span)?.into_value())
    }

    /// A built-in function of numbers, of each value of the arrays among its arguments; `None` where there is none.
    pub(super) fn array_function(
        &self,
        builtin: &'static Builtin,
        positional: &[Given],
        options: &[(&'static str, Given)],
        span: Span,
    ) -> Result<Option<Value>> {
        if !positional.iter().any(|given| matches!(given.value, Value::Array(_))) {
            return Ok(None);
        }
        // The values of an array are numbers: a derivative of each would be 0.
        if builtin.topic == "calculus"
            && let Some(given) = positional.first()
            && let Value::Array(array) = &given.value
        {
            if builtin.name == "integrate" && positional.len() > 1 {
                return self.integrated(array, positional, span).map(Some);
            }
            return Err(no_formula(builtin, array, given.span));
        }
        if options.is_empty() {
            match positional {
                [given] => {
                    let array = self.array_operand(&given.value, given.span)?;
                    if let Some(result) = array.function(builtin.name) {
                        return Ok(Some(result.at(span)?.into_value()));
                    }
                }
                [first, second] => {
                    let pairwise = match builtin.name {
                        "atan2" => Some(Pairwise::Atan2),
                        "mod" => Some(Pairwise::Modulo),
                        _ => None,
                    };
                    if pairwise.is_some() || builtin.name == "log" {
                        let (a, b) = (
                            self.array_operand(&first.value, first.span)?,
                            self.array_operand(&second.value, second.span)?,
                        );
                        let result = match pairwise {
                            Some(pairwise) => a.combine(pairwise, &b),
                            None => a.logarithm(&b),
                        };
                        let angle = pairwise == Some(Pairwise::Atan2);
                        return Ok(Some(result.at(span)?.with_angle(angle).into_value()));
                    }
                }
                _ => {}
            }
        }
        self.engine_function(builtin, positional, options, span).map(Some)
    }

    /// `integrate(A, x = 0..1)`: along axes by their names.
    fn integrated(
        &self,
        array: &NumericArray,
        positional: &[Given],
        span: Span,
    ) -> Result<Value> {
        let mut result = array.clone();
        for given in positional.iter().skip(1) {
            let (Some(name), Value::Range(range)) = (&given.name, &given.value) else {
                let message = "an array is integrated over a range";
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(given.span)
                    .hint("integrate(A, x = 0..1)")
                    .hint("integral(A)")
                    .into();
            };
            let Some(axis) = result.axis_named(&name.symbol) else {
                let message =
                    format!("{} has no axis `{}`", result.describe(), name.text);
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(given.span)
                    .into();
            };
            let end = |end: &Expr| {
                crate::array::real_number(&self.engine(), end).ok_or_else(|| {
                    let message = format!("`{end}` is not a number");
                    Box::new(
                        Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                            .at(given.span),
                    )
                })
            };
            result = result
                .integrate(axis, (end(&range.start)?, end(&range.end)?))
                .at(given.span)?;
        }
        Ok(result.check_finite("the integral").at(span)?.into_value())
    }

    /// The same by the algebra engine, value by value.
    fn engine_function(
        &self,
        builtin: &'static Builtin,
        positional: &[Given],
        options: &[(&'static str, Given)],
        span: Span,
    ) -> Result<Value> {
        let arrays: Vec<(usize, NumericArray)> = positional
            .iter()
            .enumerate()
            .filter_map(|(place, given)| match &given.value {
                Value::Array(array) => Some((place, (**array).clone())),
                _ => None,
            })
            .collect();
        let Some((_, shape)) = arrays.first() else { return Ok(Value::Nothing) };
        if arrays.iter().any(|(_, array)| array.shape() != shape.shape()) {
            let message = format!("`{}` needs arrays of the same shape", builtin.name);
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span).into();
        }
        if let (true, [(place, array)]) = (options.is_empty(), arrays.as_slice())
            && let Some(result) =
                self.compiled_function(builtin, positional, *place, array, span)
        {
            return Ok(result.into_value());
        }
        if shape.count() > MOST_BY_ENGINE {
            let message = format!(
                "`{}` works on arrays of at most {MOST_BY_ENGINE} values, found {}",
                builtin.name,
                shape.describe()
            );
            return Diagnostic::error(&codes::E0403_TOO_LARGE, message).at(span).into();
        }
        let engine = self.engine();
        let mut results = Vec::with_capacity(shape.count());
        for place in 0..shape.count() {
            let mut arguments = positional.to_vec();
            for (argument, array) in &arrays {
                if let (Some(given), Some(value)) =
                    (arguments.get_mut(*argument), array.at(place))
                {
                    given.value = number(value);
                }
            }
            let value = self.invoke(builtin, arguments, options.to_vec(), span)?;
            let result = value.as_expr().and_then(|value| complex_number(&engine, value));
            let Some(result) = result else {
                let message = format!(
                    "`{}` has no numeric value at {}",
                    builtin.name,
                    shape.place_text(place)
                );
                return Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message)
                    .at(span)
                    .into();
            };
            results.push(result);
        }
        Ok(with_numbers(shape, results).map_or(Value::Nothing, NumericArray::into_value))
    }

    /// A function of real values compiled once; `None` where that does not give a real number everywhere.
    fn compiled_function(
        &self,
        builtin: &'static Builtin,
        positional: &[Given],
        place: usize,
        array: &NumericArray,
        span: Span,
    ) -> Option<NumericArray> {
        let values = array.as_real()?;
        let name = "array\u{200b}value";
        let mut arguments = positional.to_vec();
        arguments.get_mut(place)?.value = Value::Expr(Expr::symbol(name));
        let formula = match self.invoke(builtin, arguments, Vec::new(), span).ok()? {
            Value::Expr(formula) => formula,
            _ => return None,
        };
        let engine: &Engine = &self.engine();
        let compiled = engine.compile(&formula, &[Symbol::new(name)]).ok()?;
        let results: Vec<f64> = values.iter().map(|&x| compiled.evaluate(&[x])).collect();
        if results.iter().any(|value| !value.is_finite()) {
            return None;
        }
        array.with_values(results)
    }

    /// `A[2]`, `A[1, 2..5]`: an index for each axis, from the first; the other axes are kept.
    pub(super) fn index_array(
        &self,
        array: &NumericArray,
        indices: &[(Value, Span)],
        span: Span,
    ) -> Result<Value> {
        if indices.len() > array.rank() {
            return Diagnostic::error(
                &codes::E0203_WRONG_SHAPE,
                format!("{} has no {} indices", array.describe(), indices.len()),
            )
            .at(span)
            .into();
        }
        if let [(index, at)] = indices
            && let Some(axis) = array.axes().first()
            && let Selection::One(place) =
                self.selection(index, axis.len(), "item", *at)?
        {
            return Ok(array
                .item(place)
                .map_or(Value::Nothing, NumericArray::into_value));
        }
        let mut chosen = Vec::with_capacity(indices.len());
        for ((index, at), axis) in indices.iter().zip(array.axes()) {
            chosen.push(match self.selection(index, axis.len(), "item", *at)? {
                Selection::One(place) => Chosen::One(place),
                Selection::Several(places) => Chosen::Several(places),
            });
        }
        Ok(array.select(&chosen).into_value())
    }

    /// The array with one value replaced: `A[2, 3] = 1`.
    pub(super) fn replaced_in_array(
        &self,
        array: &NumericArray,
        indices: &[(Value, Span)],
        new: &Value,
        span: Span,
    ) -> Result<Value> {
        let engine = self.engine();
        let value = new.as_expr().and_then(|new| complex_number(&engine, new));
        let (Some(value), true) = (value, indices.len() == array.rank()) else {
            return Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                "one value of an array is replaced at a time, by a number",
            )
            .at(span)
            .hint("A[1, 2] = 0")
            .into();
        };
        let mut place = 0;
        for ((index, at), axis) in indices.iter().zip(array.axes()) {
            place = place * axis.len() + self.place(index, axis.len(), "item", *at)?;
        }
        Ok(array.replaced(place, value).map_or(Value::Nothing, NumericArray::into_value))
    }

    /// The results of a function at the items of an array, as an array again where they are numbers or arrays of the
    /// same shape.
    pub(crate) fn gathered(&self, array: &NumericArray, results: Vec<Value>) -> Value {
        let Some(axis) = array.axes().first() else { return Value::list(results) };
        let engine = self.engine();
        let numbers: Option<Vec<Complex64>> = results
            .iter()
            .map(|value| complex_number(&engine, value.as_expr()?))
            .collect();
        let gathered = match numbers {
            Some(numbers) if numbers.len() == axis.len() => {
                NumericArray::along(values_of(numbers), axis.clone())
            }
            _ => {
                let parts: Option<Vec<NumericArray>> = results
                    .iter()
                    .map(|value| match value {
                        Value::Array(part) => Some((**part).clone()),
                        _ => None,
                    })
                    .collect();
                parts.and_then(|parts| NumericArray::stacked(axis.clone(), &parts))
            }
        };
        gathered.map_or_else(|| Value::list(results), |array| Value::Array(array.into()))
    }

    /// `A'`: the conjugate transpose of an array with two axes.
    pub(super) fn transpose_array(
        &self,
        array: &NumericArray,
        span: Span,
    ) -> Result<Value> {
        let transposed = if array.rank() == 2 { array.permuted(&[1, 0]) } else { None };
        let Some(transposed) = transposed else {
            return Diagnostic::error(
                &codes::E0203_WRONG_SHAPE,
                format!("`'` transposes two axes, found {}", array.describe()),
            )
            .at(span)
            .into();
        };
        let conjugate =
            transposed.function("conj").unwrap_or_else(|| Ok(transposed.clone()));
        Ok(conjugate.at(span)?.into_value())
    }
}

/// Values along the axes of an array; real where all imaginary parts are 0.
fn with_numbers(shape: &NumericArray, values: Vec<Complex64>) -> Option<NumericArray> {
    shape.with_values(values_of(values))
}

fn values_of(values: Vec<Complex64>) -> ArrayValues {
    if values.iter().all(|value| value.im == 0.0) {
        values.iter().map(|value| value.re).collect::<Vec<f64>>().into()
    } else {
        values.into()
    }
}

fn not_a_number(value: &Value, formula: &Expr, span: Span) -> Box<Diagnostic> {
    let mut error = Diagnostic::error(
        &codes::E0201_WRONG_TYPE,
        format!("an array of numbers and {} do not combine", value.describe()),
    )
    .at(span);
    if let Some(symbol) = formula.free_symbols().into_iter().next() {
        error = error.hint(format!("subs({formula}, {symbol} = 1)"));
    }
    Box::new(error)
}

/// The error for `diff(A, x)` of an array.
fn no_formula(builtin: &Builtin, array: &NumericArray, span: Span) -> Box<Diagnostic> {
    let message =
        format!("`{}` works on formulas, found {}", builtin.name, array.describe());
    let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(span);
    Box::new(match builtin.name {
        "integrate" => error.hint("integrate(…, x = 0..1)").hint("integral(…)"),
        "diff" => error.hint("observe(diff(…, x), …)"),
        "laplacian" => error.hint("observe(laplacian(…), …)"),
        _ => error,
    })
}

fn equal_to_number(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            "an array is equal to an array, not to a number; `<`, `<=`, `>` and `>=` compare each value with one",
        )
        .at(span)
        .hint("abs(A - 1) < 1e-6"),
    )
}

/// The items of an array: numbers of one with one axis, parts along the first axis of others.
pub(super) fn array_items(array: &NumericArray) -> impl Iterator<Item = Value> + use<> {
    let array = array.clone();
    let length = array.axes().first().map_or(0, ArrayAxis::len);
    (0..length).filter_map(move |place| {
        if array.rank() == 1 {
            array.at(place).map(number)
        } else {
            array.item(place).map(NumericArray::into_value)
        }
    })
}
