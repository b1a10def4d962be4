//! Arguments that are equations: `T == 0` of a tensor, list or matrix stands for the equations of its components.
//!
//! Anywhere else `T == 0` asks whether all of it vanishes identically. For the unknowns of `solve` that answer says
//! nothing, so an argument that is written as such a comparison is taken apart instead of being decided.

use holor_algebra::{Expr, Node};
use holor_geometry::Holor;

use super::geometry::{as_holor, is_geometric};
use super::{Evaluator, Scope, as_gauge_form};
use crate::ast::{Ast, AstKind, BinaryOperator, ComparisonOperator};
use crate::builtins::coherence::starts_taken;
use crate::geometry::Geometry;
use crate::{Diagnostic, Result, Span, Value, codes};

impl Evaluator<'_> {
    /// An argument that stands for equations.
    pub(super) fn equations(&self, ast: &Ast, scope: &mut Scope) -> Result<Value> {
        match &ast.kind {
            AstKind::List(items) => {
                let items: Result<Vec<Value>> =
                    items.iter().map(|item| self.equations(item, scope)).collect();
                items.map(Value::list)
            }
            AstKind::Comparison(operands, operators) => {
                let mut values = Vec::with_capacity(operands.len());
                let taken = starts_taken();
                for operand in operands {
                    let value = match self.evaluate(operand, scope)? {
                        Value::Geometry(geometry) => {
                            self.settle_geometry(geometry, operand.span)?
                        }
                        other => other,
                    };
                    values.push((value, operand.span));
                }
                self.require_live(&values, operators, taken, ast.span)?;
                let equations =
                    operators.iter().all(|it| *it == ComparisonOperator::Equal);
                if !equations && values.iter().any(|(value, _)| is_geometric(value)) {
                    return Err(decided(ast.span));
                }
                if !equations || !values.iter().any(|(value, _)| has_parts(value)) {
                    return self.compared(&values, operators);
                }
                let mut parts = Vec::new();
                for pair in values.windows(2) {
                    let [(left, from), (right, to)] = pair else { continue };
                    parts.push(self.equated(left, right, from.to(*to))?);
                }
                Ok(Value::list(parts))
            }
            _ => {
                let value = self.evaluate(ast, scope)?;
                if holds_false(&value) {
                    return Err(decided(ast.span));
                }
                Ok(value)
            }
        }
    }

    /// Refuses an equation of fields with numbers that fields have only at the start, counted since then: they would stay in it as they are.
    pub(super) fn require_live(
        &self,
        values: &[(Value, Span)],
        operators: &[ComparisonOperator],
        taken: u64,
        span: Span,
    ) -> Result<()> {
        if starts_taken() == taken
            || operators.iter().any(|it| *it != ComparisonOperator::Equal)
        {
            return Ok(());
        }
        let of_fields = |value: &Value| {
            value.as_expr().is_some_and(|formula| self.holds_fields(formula))
        };
        if !values.iter().any(|(value, _)| of_fields(value)) {
            return Ok(());
        }
        let message = "a measure of a field, or the largest of its values, would be that of its start for all times in this equation";
        Diagnostic::error(&codes::E0310_EVOLUTION, message)
            .at(span)
            .hint("mean(…) and integral(…) follow the field, as in |mean(exp(i θ))|")
            .into()
    }

    /// `left == right` as equations between formulas.
    fn equated(&self, left: &Value, right: &Value, span: Span) -> Result<Value> {
        let zero = |value: &Value| value.as_expr().is_some_and(Expr::is_zero);
        match (left, right) {
            (Value::Expr(left), Value::Expr(right)) => {
                Ok(Value::Expr(Expr::equation(left.clone(), right.clone())))
            }
            _ if zero(right) => Ok(left.clone()),
            _ if zero(left) => Ok(right.clone()),
            _ if is_geometric(left) || is_geometric(right) => {
                self.operate(BinaryOperator::Subtract, left.clone(), right.clone(), span)
            }
            _ => match (self.items(left, span)?, self.items(right, span)?) {
                (Some(left), Some(right)) if left.len() == right.len() => {
                    let parts: Result<Vec<Value>> = left
                        .iter()
                        .zip(&right)
                        .map(|(left, right)| self.equated(left, right, span))
                        .collect();
                    parts.map(Value::list)
                }
                _ => {
                    let message = format!(
                        "{} and {} cannot be compared",
                        left.describe(),
                        right.describe()
                    );
                    let error =
                        Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(span);
                    let mixed = matches!(
                        (left, right),
                        (Value::Expr(_), Value::List(_))
                            | (Value::List(_), Value::Expr(_))
                    ) && [left, right].into_iter().any(|side| {
                        side.as_expr().is_some_and(|side| self.holds_fields(side))
                    });
                    match mixed {
                        true => super::vectors::with_kinds(error).into(),
                        false => error.into(),
                    }
                }
            },
        }
    }

    /// `∂_t V == ν laplacian(V)`: the equations between the components of tensors that hold fields; nothing where none does.
    pub(super) fn component_equations(
        &self,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Result<Option<Value>> {
        let difference = self.equated(left, right, span)?;
        let Some(parts) = self.equation_parts(&difference, span)? else {
            return Ok(None);
        };
        if !parts.iter().any(|part| self.holds_fields(part)) {
            return Ok(None);
        }
        let sides = [left, right].map(|side| match side {
            Value::Geometry(geometry) => self.settle_geometry(geometry.clone(), span),
            other => Ok(other.clone()),
        });
        let [left, right] = sides;
        if let (Some(left), Some(right)) = (as_holor(&left?), as_holor(&right?))
            && left.holor.slots() == right.holor.slots()
        {
            let (left, right) = (left.holor, right.holor);
            let write = |holor: &Holor, place: &[u8]| {
                holor.chart().field().write(&holor.component(place))
            };
            let mut places: Vec<Vec<u8>> = Vec::new();
            for (place, _) in left.components().chain(right.components()) {
                if places.iter().all(|known| known != place) {
                    places.push(place.to_vec());
                }
            }
            places.sort();
            let equations = places.iter().map(|place| {
                let (left, right) = (write(&left, place), write(&right, place));
                Value::Expr(Expr::equation(left, right))
            });
            return Ok(Some(Value::list(equations.collect())));
        }
        let equations =
            parts.into_iter().map(|part| Value::Expr(Expr::equation(part, Expr::zero())));
        Ok(Some(Value::list(equations.collect())))
    }

    /// The formulas that an equation, a tensor that shall be 0, or a list of them stands for; `None` for other values.
    pub(crate) fn equation_parts(
        &self,
        value: &Value,
        span: Span,
    ) -> Result<Option<Vec<Expr>>> {
        if let Value::Expr(equation) = value {
            return Ok(Some(vec![equation.clone()]));
        }
        if let Value::Geometry(geometry) = value {
            let settled = self.settle_geometry(geometry.clone(), span)?;
            return Ok(match &settled {
                Value::Expr(scalar) => Some(vec![scalar.clone()]),
                other => components(other),
            });
        }
        let Some(items) = self.items(value, span)? else { return Ok(None) };
        let mut parts = Vec::new();
        for item in &items {
            match self.equation_parts(item, span)? {
                Some(own) => parts.extend(own),
                None => return Ok(None),
            }
        }
        Ok(Some(parts))
    }
}

/// The components of a tensor or of a form with values in a Lie algebra, each once; 0 where all vanish.
fn components(value: &Value) -> Option<Vec<Expr>> {
    if let Some(tensor) = as_holor(value)
        && tensor.is_written()
    {
        let mut parts: Vec<Expr> = Vec::new();
        for part in tensor.formulas() {
            if !part.is_zero() && !parts.contains(&part) {
                parts.push(part);
            }
        }
        if parts.is_empty() {
            parts.push(Expr::zero());
        }
        return Some(parts);
    }
    let holors: Vec<Holor> = match value {
        Value::Geometry(Geometry::Indexed(indexed)) => vec![indexed.value.holor.clone()],
        other => match as_gauge_form(other) {
            Some(form) => form.components().to_vec(),
            None => vec![as_holor(other)?.holor],
        },
    };
    let mut parts: Vec<Expr> = Vec::new();
    for holor in &holors {
        for (_, component) in holor.components() {
            let part = holor.chart().field().write(component);
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    if parts.is_empty() {
        parts.push(Expr::zero());
    }
    Some(parts)
}

/// Whether a value has components or items, so that an equation of it is several equations.
fn has_parts(value: &Value) -> bool {
    is_geometric(value) || matches!(value, Value::List(_) | Value::Matrix(_))
}

/// Whether a value is `false`, or a list that holds it.
fn holds_false(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(holds_false),
        Value::Expr(condition) => matches!(condition.node(), Node::Truth(false)),
        _ => false,
    }
}

/// The error for a comparison that is decided where an equation is needed.
fn decided(span: Span) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(
            &codes::E0201_WRONG_TYPE,
            "an equation is needed, and this is true or false: a comparison of tensors asks whether it holds everywhere; \
             `solve(T, x)` finds the values where `T` vanishes",
        )
        .at(span)
        .hint("solve(T, x)")
        .hint("solve(T == 0, x)"),
    )
}
