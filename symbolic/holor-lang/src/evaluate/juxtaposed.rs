//! Products that look like calls: `x (a + b)`, `x (y + 1)^2`, `u(1 - u)` of a field.

use super::functions::{has_unknown, primed};
use super::{Evaluator, Scope};
use crate::ast::{Argument, Ast, AstKind, BinaryOperator, Name};
use crate::builtins;
use crate::field::Simulation;
use crate::{Diagnostic, Result, Span, Value, codes};

impl Evaluator<'_> {
    /// The product that a form such as `x (y + 1)^2` stands for when `x` is not a function.
    pub(super) fn product_reading(
        &self,
        ast: &Ast,
        scope: &mut Scope,
    ) -> Result<Option<Value>> {
        // `u(1 - u)^2` of a field u is a product as well, and the power that of the parentheses.
        if let AstKind::Binary(operator, base, exponent) = &ast.kind
            && !base.is_enclosed()
            && let AstKind::Call { callee, arguments, spaced: false } = &base.kind
            && let AstKind::Name(name) = &callee.kind
            && let Some(value @ Value::Simulation(Simulation::Field(_))) =
                self.variable(name, scope)
            && self.is_of_fields(arguments, scope)
            && let [Argument { value: factor, .. }] = arguments.as_slice()
        {
            let left = self.formula_of_field(value, name.span)?;
            let right = self.binary(*operator, factor, exponent, ast.span, scope)?;
            return self
                .multiply(left, right, BinaryOperator::Juxtapose, ast.span)
                .map(Some);
        }
        let Some((callee, spaced)) = base_callee(ast) else { return Ok(None) };
        if let (AstKind::Name(name), Some((_, factor))) =
            (&callee.kind, ast.product_reading())
        {
            let factor = Argument { name: None, value: factor };
            if let Some(call) = self.derivative_call(name, &[factor], scope) {
                return self.evaluate(&call, scope).map(Some);
            }
        }
        let left = match &callee.kind {
            AstKind::Name(name) if self.names_function(name, scope) => return Ok(None),
            // `sol.x(1)[2]`.
            AstKind::Member(owner, name) if !spaced => {
                let value = self.evaluate_data(owner, scope)?;
                if has_unknown(&value, name) {
                    return Ok(None);
                }
                self.member(&value, name)?
            }
            _ => self.evaluate(callee, scope)?,
        };
        if matches!(left, Value::Closure(_) | Value::Builtin(_)) {
            return Ok(None);
        }
        let Some((_, factor)) = ast.product_reading() else { return Ok(None) };
        let right = self.evaluate(&factor, scope)?;
        check_not_applied(callee, &right)?;
        self.multiply(left, right, BinaryOperator::Juxtapose, ast.span).map(Some)
    }

    /// Whether a call of the name is a call, and not a product.
    pub(super) fn names_function(&self, name: &Name, scope: &Scope) -> bool {
        match self.variable(name, scope) {
            Some(Value::Closure(_) | Value::Builtin(_)) => true,
            Some(Value::Expr(value)) => {
                value.as_symbol().is_some_and(|symbol| self.is_declared(symbol))
            }
            Some(_) => false,
            None => {
                self.state().functions.contains(&name.symbol)
                    || builtins::find(&name.text).is_some_and(|_| !is_also_symbol(name))
                    || (super::names::constant(&name.text).is_none()
                        && !self.is_symbol(name))
            }
        }
    }

    /// `x (a + b)`: a product.
    pub(super) fn product(
        &self,
        left: Value,
        callee: &Ast,
        arguments: &[Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        match arguments {
            [Argument { name: None, value }] => {
                let right = self.evaluate(value, scope)?;
                check_not_applied(callee, &right)?;
                self.multiply(left, right, BinaryOperator::Juxtapose, span)
            }
            _ => Diagnostic::error(
                &codes::E0104_NOT_A_FUNCTION,
                format!("{} is not a function", left.describe()),
            )
            .at(callee.span)
            .into(),
        }
    }
}

/// An error for `d (ω)`: with the blank it is a product with the symbol `d`, and nobody means that.
fn check_not_applied(callee: &Ast, factor: &Value) -> Result<()> {
    let AstKind::Name(name) = &callee.kind else { return Ok(()) };
    if !is_also_symbol(name) || !matches!(factor, Value::Geometry(_)) {
        return Ok(());
    }
    Diagnostic::error(
        &codes::E0006_AMBIGUOUS_PRODUCT,
        format!(
            "with a blank, `{} (…)` is a product with the symbol `{}`",
            name.text, name.text
        ),
    )
    .at(callee.span)
    .hint(format!("{}(…)", name.text))
    .hint(format!("{}*(…)", name.text))
    .into()
}

/// Whether a name is a symbol as much as a function: `d (x + 1)` is a product, `d(x + 1)` a differential.
pub(super) fn is_also_symbol(name: &Name) -> bool {
    matches!(&*name.text, "d" | "U")
}

/// The callee of a call that may be a product, with powers, indices, … after it, and whether a blank stands behind it.
fn base_callee(ast: &Ast) -> Option<(&Ast, bool)> {
    let mut inner = match &ast.kind {
        AstKind::Binary(_, inner, _)
        | AstKind::Factorial(inner)
        | AstKind::Transpose(inner)
        | AstKind::Member(inner, _)
        | AstKind::Index { target: inner, .. } => inner,
        _ => return None,
    };
    loop {
        if inner.is_enclosed() {
            return None;
        }
        inner = match &inner.kind {
            AstKind::Binary(_, inner, _)
            | AstKind::Factorial(inner)
            | AstKind::Transpose(inner)
            | AstKind::Member(inner, _)
            | AstKind::Index { target: inner, .. } => inner,
            AstKind::Call { callee, arguments, spaced } => {
                let is_name = matches!(callee.kind, AstKind::Name(_));
                let single =
                    matches!(arguments.as_slice(), [Argument { name: None, .. }]);
                return (single && primed(callee).is_none() && (*spaced || !is_name))
                    .then_some((&**callee, *spaced));
            }
            _ => return None,
        };
    }
}
