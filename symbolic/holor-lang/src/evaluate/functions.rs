//! Calls: of closures, built-ins, declared functions.

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};

use super::arguments::count;
use super::failure::At;
use super::juxtaposed::is_also_symbol;
use super::{DEEPEST_CALL, Evaluator, Scope};
use crate::ast::{Argument, Ast, AstKind, Name};
use crate::builtin::{Callable, Given};
use crate::builtins;
use crate::dynamics::Flow;
use crate::field::Simulation;
use crate::syntax::symbol_name;
use crate::value::Closure;
use crate::{Diagnostic, Frame, Result, Span, Value, codes};

/// An error keeps so many of the calls that led to it.
const LONGEST_TRACE: usize = 16;

impl Evaluator<'_> {
    /// `callee(arguments)`.
    pub(super) fn call(
        &self,
        callee: &Ast,
        arguments: &[Argument],
        spaced: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        if let Some((name, order)) = primed(callee) {
            return self.primed_call(name, order, arguments, span, scope);
        }
        let AstKind::Name(name) = &callee.kind else {
            // `(1 + ∂_x^2)(u)`.
            if let [Argument { name: None, value }] = arguments
                && let Some(formula) = self.bracket_applied(callee, value, scope)
            {
                return self.evaluate(&formula, scope);
            }
            let target = match &callee.kind {
                AstKind::Member(owner, name) if !spaced => {
                    let value = self.evaluate_data(owner, scope)?;
                    let place = (name, owner.span);
                    if let Some(value) =
                        self.of_run(&value, place, arguments, span, scope)?
                    {
                        return Ok(value);
                    }
                    self.member(&value, name)?
                }
                _ => self.evaluate(callee, scope)?,
            };
            if let Value::Array(array) = &target
                && is_place(arguments)
            {
                return self.array_at((array, callee.span), arguments, scope);
            }
            return match Callable::from(&target) {
                Some(Callable::Declared(_)) | None => {
                    self.product(target, callee, arguments, span, scope)
                }
                Some(callable) => self.call_value(&callable, arguments, span, scope),
            };
        };
        if let Some(components) = self.components_at(name, arguments, scope)? {
            return Ok(components);
        }
        if let Some(call) = self.derivative_call(name, arguments, scope) {
            return self.evaluate(&call, scope);
        }
        if let Some(value) = self.variable(name, scope) {
            return match Callable::from(&value) {
                Some(Callable::Builtin(builtin)) => {
                    self.call_builtin(builtin, arguments, span, scope)
                }
                Some(callable @ Callable::Closure(_)) => {
                    self.call_value(&callable, arguments, span, scope)
                }
                Some(Callable::Declared(symbol)) if self.is_declared(&symbol) => {
                    self.call_value(&Callable::Declared(symbol), arguments, span, scope)
                }
                _ if matches!(value, Value::Array(_)) && is_place(arguments) => {
                    let Value::Array(array) = &value else { return Ok(value) };
                    self.array_at((array, callee.span), arguments, scope)
                }
                _ if spaced => {
                    let value = self.formula_of_field(value, name.span)?;
                    self.product(value, callee, arguments, span, scope)
                }
                // `u(1 - u)`: nobody asks for a field at a place that depends on fields.
                _ if matches!(value, Value::Simulation(Simulation::Field(_)))
                    && self.is_of_fields(arguments, scope) =>
                {
                    let value = self.formula_of_field(value, name.span)?;
                    self.product(value, callee, arguments, span, scope)
                }
                _ if self.is_field_itself(&value, arguments) => {
                    self.formula_of_field(value, name.span)
                }
                _ => match builtins::find(&name.text) {
                    Some(builtin) => self.call_builtin(builtin, arguments, span, scope),
                    None => {
                        let error = self.not_a_function(name, &value, arguments);
                        // Where functions are unknowns, the name is to be one again.
                        Err(match scope.functions && scope.get(&name.symbol).is_none() {
                            true => Box::new(error.hint(format!("clear {}", name.text))),
                            false => error,
                        })
                    }
                },
            };
        }
        if self.state().functions.contains(&name.symbol) {
            let function = Callable::Declared(Symbol::new(&name.symbol));
            return self.call_value(&function, arguments, span, scope);
        }
        if let Some(builtin) = builtins::find(&name.text) {
            if spaced && is_also_symbol(name) {
                let value = self.name(name, scope)?;
                return self.product(value, callee, arguments, span, scope);
            }
            return self.call_builtin(builtin, arguments, span, scope);
        }
        let is_constant = super::names::constant(&name.text).is_some();
        if scope.functions && !spaced && !is_constant && symbol_name(&name.text).is_some()
        {
            let function = Callable::Declared(Symbol::new(&name.symbol));
            return self.call_value(&function, arguments, span, scope);
        }
        if is_constant || self.is_symbol(name) {
            let value = self.name(name, scope)?;
            if spaced {
                return self.product(value, callee, arguments, span, scope);
            }
            return Err(self.not_a_function(name, &value, arguments));
        }
        Err(self.unknown_function(name, scope))
    }

    /// `sol.x(0.3)`: an unknown of a run at a time, also between its rows; nothing for anything else.
    fn of_run(
        &self,
        target: &Value,
        (name, at): (&Name, Span),
        arguments: &[Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Option<Value>> {
        let ([argument], Value::Record(run)) = (arguments, target) else {
            return Ok(None);
        };
        let Some(flow) = run.carried::<Flow>().filter(|_| has_unknown(target, name))
        else {
            return Ok(None);
        };
        if argument.name.as_ref().is_some_and(|own| *own.symbol != *flow.time) {
            return Ok(None);
        }
        let Some(value_at) = builtins::find("value_at") else { return Ok(None) };
        let time = self.evaluate(&argument.value, scope)?;
        let time_name = Name {
            text: flow.time.clone(),
            symbol: flow.time.clone(),
            span: argument.value.span,
        };
        let wanted = Value::Expr(Expr::symbol(&name.text));
        let given = |name: Option<Name>, value: Value, span: Span| Given {
            name,
            value,
            span,
            written: None,
            local: false,
        };
        let positional = vec![
            given(None, target.clone(), at),
            given(None, wanted, name.span),
            given(Some(time_name), time, argument.value.span),
        ];
        self.invoke(value_at, positional, Vec::new(), span).map(Some)
    }

    /// Whether a call such as `u(t, x)` names a field with its own time and coordinates, in any order: the field at the point itself.
    fn is_field_itself(&self, value: &Value, arguments: &[Argument]) -> bool {
        let Value::Simulation(Simulation::Field(field)) = value else { return false };
        let coordinates = &field.grid.coordinates;
        let is_given = |own: &Symbol| {
            arguments.iter().any(|argument| match &argument.value.kind {
                AstKind::Name(name) => &*name.symbol == own.name(),
                _ => false,
            })
        };
        arguments.iter().all(|argument| argument.name.is_none())
            && coordinates.iter().all(is_given)
            && arguments.len() == coordinates.len() + usize::from(is_given(&field.time))
    }

    /// `y'(x)`, `f''(2)`: the derivative of an unknown or a defined function.
    fn primed_call(
        &self,
        name: &Name,
        order: u32,
        arguments: &[Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        let [Argument { name: None, value: argument }] = arguments else {
            return Diagnostic::error(
                &codes::E0202_WRONG_ARGUMENTS,
                format!("`{}'` takes 1 argument, found {}", name.text, arguments.len()),
            )
            .at(span)
            .into();
        };
        let point = self.formula(argument, scope)?;
        let variable = match point.as_symbol() {
            Some(symbol) => symbol.clone(),
            None => Symbol::new("t"),
        };
        let free = Argument {
            name: None,
            value: Ast {
                kind: AstKind::Name(Name {
                    text: variable.name().into(),
                    symbol: variable.name().into(),
                    span: argument.span,
                }),
                span: argument.span,
            },
        };
        let callee = Ast { kind: AstKind::Name(name.clone()), span: name.span };
        let mark = scope.mark();
        let symbol = Expr::symbol(variable.name());
        scope.push(variable.name().into(), Value::Expr(symbol.clone()));
        let applied = self.call(&callee, &[free], false, span, scope);
        scope.truncate(mark);
        self.map_entries(&applied?, span, &mut |applied| {
            let Value::Expr(applied) = applied else {
                return Diagnostic::error(
                    &codes::E0201_WRONG_TYPE,
                    format!(
                        "`{}` does not give formulas, so it has no derivative",
                        name.text
                    ),
                )
                .at(span)
                .into();
            };
            let derivative =
                self.engine().differentiate(&applied, &symbol, order).at(span)?;
            if point == symbol {
                return Ok(Value::Expr(derivative));
            }
            let rule = (symbol.clone(), point.clone());
            Ok(Value::Expr(derivative.substitute(&[rule])))
        })
    }

    pub(super) fn is_declared(&self, symbol: &Symbol) -> bool {
        self.state().functions.contains(symbol.name())
    }

    fn not_a_function(
        &self,
        name: &Name,
        value: &Value,
        arguments: &[Argument],
    ) -> Box<Diagnostic> {
        if let (
            Value::Simulation(crate::field::Simulation::Field(field)),
            [Argument { name: None, value: when }, ..],
        ) = (value, arguments)
            && let text = self.sources.text(when.span)
            && let Some(after) = text.trim().strip_prefix(field.time.name())
            && after.trim_start().starts_with(['-', '+'])
        {
            let message = format!(
                "`{}` is a field, which stands for its values at the time of the equation: fields at other times, delayed ones, are not evolved",
                name.text
            );
            let error = Diagnostic::error(&codes::E0104_NOT_A_FUNCTION, message);
            return Box::new(error.at(name.span).hint(format!("{}", name.text)).hint(
                "functions of time alone may be delayed: odesolve([x'(t) == -x(t - 1), x(0) == 1], t = 0..10)",
            ));
        }
        let is_symbol = value.as_expr().and_then(Expr::as_symbol).is_some();
        let message = if is_symbol {
            format!("`{}` is a symbol, not a function", name.text)
        } else {
            format!("`{}` is {}, not a function", name.text, value.describe())
        };
        let mut error =
            Diagnostic::error(&codes::E0104_NOT_A_FUNCTION, message).at(name.span);
        if let [Argument { name: None, value }] = arguments {
            let factor = self.sources.text(value.span);
            error = error.hint(format!("{}*({factor})", name.text));
        }
        if is_symbol {
            error = error.hint(format!("function {}", name.text));
        }
        Box::new(error)
    }

    /// Calls a function value with unevaluated arguments.
    fn call_value(
        &self,
        callable: &Callable,
        arguments: &[Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        let closure = match callable {
            Callable::Builtin(builtin) => {
                return self.call_builtin(builtin, arguments, span, scope);
            }
            Callable::Closure(closure) => Some(closure),
            Callable::Declared(_) => None,
        };
        let mut values: Vec<Option<Value>> = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = self.evaluate(&argument.value, scope)?;
            let Some(name) = &argument.name else {
                values.push(Some(value));
                continue;
            };
            let place = closure.and_then(|closure| {
                closure.parameters.iter().position(|own| own.symbol == name.symbol)
            });
            let Some(place) = place else {
                return Diagnostic::error(
                    &codes::E0202_WRONG_ARGUMENTS,
                    format!("there is no parameter `{}` here", name.text),
                )
                .at(name.span)
                .into();
            };
            while values.len() <= place {
                values.push(None);
            }
            if let Some(slot) = values.get_mut(place) {
                *slot = Some(value);
            }
        }
        let given = values.len();
        let values: Vec<Value> = values.into_iter().flatten().collect();
        if let Some(closure) = closure
            && values.len() < given
        {
            return Err(wrong_count(closure, values.len(), span));
        }
        self.apply(callable, values, span)
    }

    /// Calls a function with values.
    pub(crate) fn apply(
        &self,
        function: &Callable,
        arguments: Vec<Value>,
        span: Span,
    ) -> Result<Value> {
        match function {
            Callable::Closure(closure) => self.apply_closure(closure, arguments, span),
            Callable::Builtin(builtin) => {
                let given = arguments
                    .into_iter()
                    .map(|value| Given {
                        name: None,
                        value,
                        span,
                        written: None,
                        local: false,
                    })
                    .collect();
                self.invoke(builtin, given, Vec::new(), span)
            }
            Callable::Declared(symbol) => {
                let mut formulas = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    match argument {
                        Value::Expr(value) => formulas.push(value),
                        other => {
                            return Diagnostic::error(
                                &codes::E0201_WRONG_TYPE,
                                format!(
                                    "`{symbol}` is applied to formulas, found {}",
                                    other.describe()
                                ),
                            )
                            .at(span)
                            .into();
                        }
                    }
                }
                Ok(Value::Expr(Expr::apply(symbol.clone(), formulas)))
            }
        }
    }

    /// Calls a built-in by name with one value.
    pub(super) fn apply_function(
        &self,
        name: &str,
        value: Value,
        span: Span,
    ) -> Result<Value> {
        match builtins::find(name) {
            Some(builtin) => self.apply(&Callable::Builtin(builtin), vec![value], span),
            None => Diagnostic::error(
                &codes::E0102_UNKNOWN_FUNCTION,
                format!("there is no function `{name}`"),
            )
            .at(span)
            .into(),
        }
    }

    /// Calls a function written in the language.
    pub(crate) fn apply_closure(
        &self,
        closure: &Closure,
        arguments: Vec<Value>,
        span: Span,
    ) -> Result<Value> {
        self.poll(span)?;
        if arguments.len() != closure.parameters.len() {
            return Err(wrong_count(closure, arguments.len(), span));
        }
        let depth = self.depth.get();
        if depth >= DEEPEST_CALL {
            return Diagnostic::error(
                &codes::E0404_RECURSION,
                format!("functions call each other more than {DEEPEST_CALL} levels deep"),
            )
            .at(span)
            .hint("if n == 0 then … else …")
            .into();
        }
        let mut scope = Scope::function(&closure.captured);
        for (parameter, value) in closure.parameters.iter().zip(arguments) {
            scope.push(parameter.symbol.clone(), value);
        }
        self.depth.set(depth + 1);
        let result = self.evaluate(&closure.body, &mut scope);
        self.depth.set(depth);
        result.map_err(|mut error| {
            if error.trace.len() < LONGEST_TRACE {
                let name =
                    closure.name.as_ref().map_or(&*closure.text, |name| &*name.text);
                error.trace.push(Frame { name: name.to_string(), span });
            }
            error
        })
    }

    /// A function written in the language, with the local variables it sees.
    pub(super) fn closure(
        &self,
        name: Option<&Name>,
        parameters: &[Name],
        body: &Arc<Ast>,
        span: Span,
        scope: &Scope,
    ) -> Result<Value> {
        for (index, parameter) in parameters.iter().enumerate() {
            self.check_assignable(parameter)?;
            if parameters.iter().take(index).any(|other| other.symbol == parameter.symbol)
            {
                return Diagnostic::error(
                    &codes::E0202_WRONG_ARGUMENTS,
                    format!("the parameter `{}` stands twice", parameter.text),
                )
                .at(parameter.span)
                .into();
            }
        }
        Ok(Value::Closure(Arc::new(Closure {
            name: name.cloned(),
            parameters: parameters.to_vec(),
            body: body.clone(),
            captured: scope.capture(),
            text: self.sources.text(span),
        })))
    }
}

/// Whether a run has an unknown of this name.
pub(super) fn has_unknown(value: &Value, name: &Name) -> bool {
    let Value::Record(run) = value else { return false };
    run.carried::<Flow>().is_some_and(|flow| flow.problem.is_unknown(&name.text))
}

/// Whether arguments ask for a place of an array: `A(t = 1)`, and `A(1)`, which is no product.
fn is_place(arguments: &[Argument]) -> bool {
    !arguments.is_empty()
        && arguments.iter().all(|argument| {
            argument.name.is_some() || matches!(argument.value.kind, AstKind::Number(_))
        })
}

/// The name and the number of primes of `y'`, `y''`.
pub(super) fn primed(callee: &Ast) -> Option<(&Name, u32)> {
    let AstKind::Transpose(inner) = &callee.kind else { return None };
    match &inner.kind {
        AstKind::Name(name) => Some((name, 1)),
        _ => primed(inner).map(|(name, order)| (name, order + 1)),
    }
}

fn wrong_count(closure: &Closure, found: usize, span: Span) -> Box<Diagnostic> {
    let name = match &closure.name {
        Some(name) => format!("`{}`", name.text),
        None => "this function".to_string(),
    };
    let needed = count(closure.parameters.len(), "argument");
    Box::new(
        Diagnostic::error(
            &codes::E0202_WRONG_ARGUMENTS,
            format!("{name} takes {needed}, found {found}"),
        )
        .at(span)
        .hint(closure.text.to_string()),
    )
}
