//! Operators between values.

use holor_algebra::{Expr, Function};

use super::failure::At;
use super::geometry::is_geometric;
use super::vectors::Product;
use super::{Evaluator, Scope};
use crate::ast::{Ast, AstKind, BinaryOperator, UnaryOperator};
use crate::geometry::Geometry;
use crate::{Diagnostic, Result, Span, Value, codes};

/// The longest string that is put together.
const LONGEST_TEXT: usize = 10_000_000;

impl Evaluator<'_> {
    /// A chain such as `a + b - c`, `a*b/c`, `p and q`, from left to right; terms that are formulas are
    /// added at once, factors multiplied at once.
    pub(super) fn chain(
        &self,
        first: &Ast,
        rest: &[(BinaryOperator, Ast)],
        scope: &mut Scope,
    ) -> Result<Value> {
        let mut formulas: Vec<Expr> = Vec::new();
        let additive = match rest.first() {
            Some((BinaryOperator::And | BinaryOperator::Or, _)) => {
                return self.logic(first, rest, scope);
            }
            Some((BinaryOperator::Add | BinaryOperator::Subtract, _)) => true,
            _ => false,
        };
        if !additive
            && let Some((first, rest)) = self.with_derivatives(first, rest, scope)
        {
            return self.chain(&first, &rest, scope);
        }
        if additive && let Some((first, rest)) = self.with_signs(first, rest, scope) {
            return match rest.is_empty() {
                true => self.evaluate(&first, scope),
                false => self.chain(&first, &rest, scope),
            };
        }
        let mut value = match &first.kind {
            // The sign is a factor: `-(x - 1)/2` is not `(1 - x)/2`, though equal to it.
            AstKind::Unary(UnaryOperator::Minus, operand) if !additive => {
                match self.operand(operand, rest.iter().map(|(_, ast)| ast), scope)? {
                    Value::Expr(value) => {
                        formulas.push(Expr::integer(-1));
                        Value::Expr(value)
                    }
                    other => self.negate(other, operand.span)?,
                }
            }
            _ => self.operand(first, rest.iter().map(|(_, ast)| ast), scope)?,
        };
        for (operator, ast) in rest {
            let span = first.span.to(ast.span);
            self.poll(span)?;
            let next = match &value {
                Value::Geometry(Geometry::Operator(_)) => {
                    self.behind_derivative(ast, scope)?
                }
                _ => {
                    let others =
                        std::iter::once(first).chain(rest.iter().map(|(_, it)| it));
                    self.operand(ast, others, scope)?
                }
            };
            match (&value, &next) {
                (Value::Expr(left), Value::Expr(right)) => {
                    let next = match operator {
                        BinaryOperator::Subtract => right.negate(),
                        BinaryOperator::Divide if right.is_zero() => {
                            return Err(division_by_zero(span));
                        }
                        BinaryOperator::Divide => right.reciprocal(),
                        BinaryOperator::Add
                        | BinaryOperator::Multiply
                        | BinaryOperator::Dot
                        | BinaryOperator::Cross
                        | BinaryOperator::Juxtapose => right.clone(),
                        _ => {
                            value = self.joined(additive, &mut formulas, value, span)?;
                            value = self.operate(*operator, value, next, span)?;
                            continue;
                        }
                    };
                    self.check_formula(right, ast.span)?;
                    formulas.push(left.clone());
                    value = Value::Expr(next);
                }
                _ => {
                    value = self.joined(additive, &mut formulas, value, span)?;
                    value = self.operate(*operator, value, next, span)?;
                }
            }
        }
        self.joined(additive, &mut formulas, value, first.span)
    }

    /// The sum or product of the formulas met so far and the last value.
    fn joined(
        &self,
        additive: bool,
        formulas: &mut Vec<Expr>,
        value: Value,
        span: Span,
    ) -> Result<Value> {
        match value {
            Value::Expr(last) if !formulas.is_empty() => {
                let mut parts = std::mem::take(formulas);
                parts.push(last);
                for part in &parts {
                    self.check_formula(part, span)?;
                }
                Ok(Value::Expr(if additive {
                    Expr::add(parts)
                } else {
                    Expr::mul(parts)
                }))
            }
            other => Ok(other),
        }
    }

    /// `left operator right` for any two values.
    pub(super) fn operate(
        &self,
        operator: BinaryOperator,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value> {
        if let Some(product) = Product::of(operator) {
            return match self.vector_product(product, (&left, &right), true, span)? {
                Some(value) => Ok(value),
                None => self.operate(BinaryOperator::Multiply, left, right, span),
            };
        }
        if with_array(&left, &right) {
            return self.operate_array(operator, &left, &right, span);
        }
        if matches!(operator, BinaryOperator::Add | BinaryOperator::Subtract)
            && let Some([left, right]) = self.as_vectors(&left, &right, span)?
        {
            return self.operate_geometry(operator, &left, &right, span);
        }
        let others =
            |value: &Value| is_sequence(value) || matches!(value, Value::Text(_));
        if (is_geometric(&left) || is_geometric(&right))
            && !others(&left)
            && !others(&right)
        {
            return self.operate_geometry(operator, &left, &right, span);
        }
        match operator {
            BinaryOperator::Add => self.add(left, right, span),
            BinaryOperator::Subtract => {
                let right = match right {
                    Value::Text(_) => right,
                    other => self.negate(other, span)?,
                };
                if matches!(right, Value::Text(_)) || matches!(left, Value::Text(_)) {
                    return Err(no_operation("subtracted", &left, &right, span));
                }
                self.add(left, right, span)
            }
            BinaryOperator::Multiply
            | BinaryOperator::Juxtapose
            | BinaryOperator::Dot
            | BinaryOperator::Cross => self.multiply(left, right, operator, span),
            BinaryOperator::Divide => self.divide(left, right, span),
            BinaryOperator::Power => self.power(left, right, span),
            BinaryOperator::ElementMultiply
            | BinaryOperator::ElementDivide
            | BinaryOperator::ElementPower => {
                self.elementwise(operator, left, right, span)
            }
            BinaryOperator::Wedge => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!(
                    "`∧` joins differential forms or multivectors, found {} and {}",
                    left.describe(),
                    right.describe()
                ),
            )
            .at(span)
            .hint("a and b")
            .into(),
            BinaryOperator::Tensor => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!(
                    "`⊗` joins tensors, found {} and {}",
                    left.describe(),
                    right.describe()
                ),
            )
            .at(span)
            .into(),
            BinaryOperator::And | BinaryOperator::Or => {
                let and = operator == BinaryOperator::And;
                let (left, right) = (self.truth(&left, span)?, self.truth(&right, span)?);
                Ok(Value::Expr(Expr::truth(if and {
                    left && right
                } else {
                    left || right
                })))
            }
        }
    }

    fn add(&self, left: Value, right: Value, span: Span) -> Result<Value> {
        // Entries of lists may be arrays.
        if with_array(&left, &right) {
            return self.operate_array(BinaryOperator::Add, &left, &right, span);
        }
        if is_geometric(&left) && is_geometric(&right) {
            return self.operate_geometry(BinaryOperator::Add, &left, &right, span);
        }
        if let Some([left, right]) = self.as_vectors(&left, &right, span)? {
            return self.operate_geometry(BinaryOperator::Add, &left, &right, span);
        }
        match (&left, &right) {
            (Value::Expr(a), Value::Expr(b)) => {
                self.check_formula(a, span)?;
                self.check_formula(b, span)?;
                Ok(Value::Expr(Expr::add([a.clone(), b.clone()])))
            }
            (Value::Text(_), _) | (_, Value::Text(_)) => {
                let (left, right) = (left.text(), right.text());
                if left.len() + right.len() > LONGEST_TEXT {
                    let message = format!("a string holds at most {LONGEST_TEXT} bytes");
                    return Diagnostic::error(&codes::E0403_TOO_LARGE, message)
                        .at(span)
                        .into();
                }
                Ok(Value::Text((left + &right).into()))
            }
            (Value::Matrix(_), Value::Matrix(_)) => {
                self.add_matrices(&left, &right, span)
            }
            (Value::Matrix(matrix), Value::Expr(scalar))
            | (Value::Expr(scalar), Value::Matrix(matrix)) => Diagnostic::error(
                &codes::E0203_WRONG_SHAPE,
                format!(
                    "a number and a {}×{} matrix cannot be added",
                    matrix.rows(),
                    matrix.columns()
                ),
            )
            .at(span)
            .hint(format!("A + {scalar}*identity({})", matrix.rows()))
            .into(),
            _ if is_sequence(&left) || is_sequence(&right) => {
                self.refuse_mixed(&left, &right, span)?;
                self.broadcast(left, right, span, &mut |a, b| self.add(a, b, span))
            }
            _ => Err(no_operation("added", &left, &right, span)),
        }
    }

    pub(super) fn multiply(
        &self,
        left: Value,
        right: Value,
        operator: BinaryOperator,
        span: Span,
    ) -> Result<Value> {
        if with_array(&left, &right) {
            return self.operate_array(operator, &left, &right, span);
        }
        if (is_geometric(&left) && !is_sequence(&right))
            || (is_geometric(&right) && !is_sequence(&left))
        {
            return self.operate_geometry(operator, &left, &right, span);
        }
        match (&left, &right) {
            (Value::Expr(a), Value::Expr(b)) => {
                self.check_formula(a, span)?;
                self.check_formula(b, span)?;
                Ok(Value::Expr(Expr::mul([a.clone(), b.clone()])))
            }
            (Value::Matrix(_), Value::Matrix(_) | Value::List(_))
            | (Value::List(_), Value::Matrix(_)) => {
                self.matrix_product(&left, &right, span)
            }
            (Value::Matrix(matrix), Value::Expr(scalar))
            | (Value::Expr(scalar), Value::Matrix(matrix)) => {
                self.check_formula(scalar, span)?;
                Ok(Value::Matrix(
                    matrix.map(|entry| Expr::mul([scalar.clone(), entry.clone()])),
                ))
            }
            (Value::Builtin(builtin), _) if operator == BinaryOperator::Juxtapose => {
                Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!("the argument of `{}` stands in parentheses", builtin.name),
                )
                .at(span)
                .hint(format!("{}({})", builtin.name, right.brief()))
                .into()
            }
            _ if is_sequence(&left) || is_sequence(&right) => {
                self.broadcast(left, right, span, &mut |a, b| {
                    self.multiply(a, b, operator, span)
                })
            }
            _ => Err(no_operation("multiplied", &left, &right, span)),
        }
    }

    fn divide(&self, left: Value, right: Value, span: Span) -> Result<Value> {
        if with_array(&left, &right) {
            return self.operate_array(BinaryOperator::Divide, &left, &right, span);
        }
        if is_geometric(&left) && !is_sequence(&right) {
            return self.operate_geometry(BinaryOperator::Divide, &left, &right, span);
        }
        match (&left, &right) {
            (Value::Expr(a), Value::Expr(b)) => {
                self.check_formula(a, span)?;
                self.check_formula(b, span)?;
                if b.is_zero() {
                    return Err(division_by_zero(span));
                }
                Ok(Value::Expr(a / b))
            }
            (Value::Matrix(matrix), Value::Expr(scalar)) => {
                self.check_formula(scalar, span)?;
                if scalar.is_zero() {
                    return Err(division_by_zero(span));
                }
                Ok(Value::Matrix(matrix.map(|entry| entry / scalar)))
            }
            (_, Value::Matrix(_)) => Diagnostic::error(
                &codes::E0203_WRONG_SHAPE,
                "division by a matrix is not defined; multiply by its inverse",
            )
            .at(span)
            .hint("A*B^-1")
            .hint("A ./ B")
            .into(),
            _ if is_sequence(&left) || is_sequence(&right) => {
                self.broadcast(left, right, span, &mut |a, b| self.divide(a, b, span))
            }
            _ => Err(no_operation("divided", &left, &right, span)),
        }
    }

    pub(super) fn power(
        &self,
        base: Value,
        exponent: Value,
        span: Span,
    ) -> Result<Value> {
        if with_array(&base, &exponent) {
            return self.operate_array(BinaryOperator::Power, &base, &exponent, span);
        }
        match (&base, &exponent) {
            (Value::Expr(a), Value::Expr(b)) => {
                self.check_formula(a, span)?;
                self.check_formula(b, span)?;
                if a.is_zero() && b.as_number().is_some() && b.has_leading_minus() {
                    return Err(division_by_zero(span));
                }
                Ok(Value::Expr(Expr::power(a.clone(), b.clone())))
            }
            (Value::Matrix(matrix), Value::Expr(exponent)) => {
                self.matrix_power(matrix, exponent, span)
            }
            (_, Value::Matrix(_)) => Diagnostic::error(
                &codes::E0203_WRONG_SHAPE,
                "a matrix as exponent is not defined here",
            )
            .at(span)
            .hint("matrix_exp(A)")
            .into(),
            _ if is_sequence(&base) || is_sequence(&exponent) => {
                self.broadcast(base, exponent, span, &mut |a, b| self.power(a, b, span))
            }
            _ => Err(no_operation("raised to a power", &base, &exponent, span)),
        }
    }

    /// `.*`, `./`, `.^`: item by item, entry by entry.
    pub(super) fn elementwise(
        &self,
        operator: BinaryOperator,
        left: Value,
        right: Value,
        span: Span,
    ) -> Result<Value> {
        let plain = match operator {
            BinaryOperator::ElementMultiply => BinaryOperator::Multiply,
            BinaryOperator::ElementDivide => BinaryOperator::Divide,
            _ => BinaryOperator::Power,
        };
        let left_items = matches!(left, Value::Matrix(_)) || is_sequence(&left);
        let right_items = matches!(right, Value::Matrix(_)) || is_sequence(&right);
        if !left_items && !right_items {
            return self.operate(plain, left, right, span);
        }
        self.broadcast(left, right, span, &mut |a, b| {
            self.elementwise(operator, a, b, span)
        })
    }

    /// Two sequences of equal length item by item, or one with every item of the other.
    fn broadcast(
        &self,
        left: Value,
        right: Value,
        span: Span,
        operate: &mut dyn FnMut(Value, Value) -> Result<Value>,
    ) -> Result<Value> {
        let items = (self.items(&left, span)?, self.items(&right, span)?);
        let mut results = Vec::new();
        match items {
            (Some(a), Some(b)) => {
                if a.len() != b.len() {
                    return Diagnostic::error(
                        &codes::E0203_WRONG_SHAPE,
                        format!("{} does not fit {}", left.describe(), right.describe()),
                    )
                    .at(span)
                    .into();
                }
                for (a, b) in a.into_iter().zip(b) {
                    results.push(operate(a, b)?);
                }
            }
            (Some(a), None) => {
                for a in a {
                    results.push(operate(a, right.clone())?);
                }
            }
            (None, Some(b)) => {
                for b in b {
                    results.push(operate(left.clone(), b)?);
                }
            }
            (None, None) => return Err(no_operation("combined", &left, &right, span)),
        }
        Ok(Value::list(results))
    }

    pub(super) fn negate(&self, value: Value, span: Span) -> Result<Value> {
        match &value {
            Value::Expr(formula) => {
                self.check_formula(formula, span)?;
                Ok(Value::Expr(formula.negate()))
            }
            Value::Matrix(matrix) => Ok(Value::Matrix(matrix.map(Expr::negate))),
            Value::Geometry(geometry) => self.negate_geometry(geometry, span),
            Value::Array(array) => Ok(array.negated().into_value()),
            Value::List(_) | Value::Range(_) => {
                self.map_entries(&value, span, &mut |item| self.negate(item, span))
            }
            other => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("{} has no negative", other.describe()),
            )
            .at(span)
            .into(),
        }
    }

    /// `+value`
    pub(super) fn check_arithmetic(&self, value: Value, span: Span) -> Result<Value> {
        let negative = self.negate(value, span)?;
        self.negate(negative, span)
    }

    /// `|value|`
    pub(super) fn absolute(&self, value: Value, span: Span) -> Result<Value> {
        if let Some(length) = self.vector_length(&value, span)? {
            return Ok(Value::Expr(length));
        }
        super::lengths::refuse_components(&value, span)?;
        self.refuse_vector(&value, span)?;
        match &value {
            Value::Expr(formula) => {
                self.check_formula(formula, span)?;
                let call = Expr::call(Function::Abs, vec![formula.clone()]);
                Ok(Value::Expr(self.engine().evaluate(&call).at(span)?))
            }
            Value::Array(array) if let Some(moduli) = array.function("abs") => {
                Ok(moduli.at(span)?.into_value())
            }
            Value::List(_) | Value::Range(_) => {
                self.map_entries(&value, span, &mut |item| self.absolute(item, span))
            }
            other => Diagnostic::error(
                &codes::E0201_WRONG_TYPE,
                format!("{} has no absolute value", other.describe()),
            )
            .at(span)
            .hint("det(A)")
            .hint("norm(v)")
            .into(),
        }
    }

    /// Equations can be added to and multiplied with nothing: a formula is needed.
    pub(super) fn check_formula(&self, value: &Expr, span: Span) -> Result<()> {
        use holor_algebra::Node;
        match value.node() {
            Node::Relation(..)
            | Node::And(_)
            | Node::Or(_)
            | Node::Not(_)
            | Node::Truth(_) => {
                let described = Value::Expr(value.clone()).describe();
                Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!("expected a number or formula, found {described}"),
                )
                .at(span)
                .hint("lhs(equation)")
                .into()
            }
            _ => Ok(()),
        }
    }
}

/// Whether one of two operands is an array and none a string or a list of arrays.
fn with_array(left: &Value, right: &Value) -> bool {
    let other = |value: &Value| match value {
        Value::List(items) => items.iter().any(is_array),
        Value::Text(_) => true,
        _ => false,
    };
    (is_array(left) || is_array(right)) && !other(left) && !other(right)
}

fn is_array(value: &Value) -> bool {
    matches!(value, Value::Array(_))
}

fn is_sequence(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Range(_))
}

fn no_operation(verb: &str, left: &Value, right: &Value, span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            format!("{} and {} cannot be {verb}", left.describe(), right.describe()),
        )
        .at(span),
    )
}

/// The error for a division by 0.
pub(super) fn division_by_zero(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(&codes::E0301_UNDEFINED, "division by zero")
            .at(span)
            .hint("limit(1/x, x = 0, right)"),
    )
}
