//! The arguments of a call, from the tree to values.

use std::sync::Arc;

use holor_algebra::Expr;

use super::words::no_word;
use super::{Call, Evaluator, Scope, Unknown};
use crate::ast::{Argument, Ast, AstKind, Name};
use crate::builtin::{Builtin, Form, FromValue, Given, Parameter, RangeBinding};
use crate::codes;
use crate::evaluate::failure::At;
use crate::value::Closure;
use crate::{Diagnostic, Result, Span, Value};

impl Evaluator<'_> {
    /// Evaluates the arguments of a built-in as its record says, and calls it.
    pub(super) fn call_builtin(
        &self,
        builtin: &'static Builtin,
        arguments: &[Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        if builtin.name == "odesolve" {
            let (arguments, outer) = self.with_unknowns(builtin, arguments, scope)?;
            let result = self.call_plainly(builtin, &arguments, span, scope);
            let vectors = self.unknowns.replace(outer);
            return result.map_err(|error| unequal(error, &vectors));
        }
        self.call_plainly(builtin, arguments, span, scope)
    }

    fn call_plainly(
        &self,
        builtin: &'static Builtin,
        arguments: &[Argument],
        span: Span,
        scope: &mut Scope,
    ) -> Result<Value> {
        let outer = scope.functions;
        scope.functions |= builtin.functions;
        let evaluated = self.arguments(builtin, arguments, scope);
        scope.functions = outer;
        let (positional, options) = evaluated?;
        self.invoke(builtin, positional, options, span)
    }

    /// Calls a built-in with evaluated arguments; element by element where its record says so.
    pub(super) fn invoke(
        &self,
        builtin: &'static Builtin,
        mut positional: Vec<Given>,
        options: Vec<(&'static str, Given)>,
        span: Span,
    ) -> Result<Value> {
        self.poll(span)?;
        if builtin.name == "abs"
            && let [only] = positional.as_slice()
        {
            super::lengths::refuse_components(&only.value, only.span)?;
            if let Some(length) = self.vector_length(&only.value, only.span)? {
                return Ok(Value::Expr(length));
            }
        }
        if builtin.elementwise
            && let Some(first) = positional.first_mut()
            && matches!(first.value, Value::List(_) | Value::Matrix(_) | Value::Range(_))
        {
            let value = std::mem::replace(&mut first.value, Value::Nothing);
            let place = first.span;
            return self.map_entries(&value, place, &mut |entry| {
                let mut positional = positional.clone();
                if let Some(first) = positional.first_mut() {
                    first.value = entry;
                }
                self.invoke(builtin, positional, options.clone(), span)
            });
        }
        if builtin.elementwise
            && let Some(result) =
                self.array_function(builtin, &positional, &options, span)?
        {
            return Ok(result);
        }
        let by_name = |parameter: &&Parameter| {
            options.iter().any(|(name, _)| *name == parameter.name)
        };
        let by_place = builtin.parameters.iter().filter(|it| !it.named);
        let limit = by_place.filter(|parameter| !by_name(parameter)).count();
        if positional.len() > limit && !builtin.parameters.iter().any(|p| p.variadic) {
            let extra = positional.get(limit).map_or(span, |given| given.span);
            // A name that is no option was read as a variable; of those there is one too many.
            let unknown = positional.iter().skip(limit).find_map(|it| it.name.as_ref());
            if let Some(name) = unknown {
                return Err(no_option(builtin, name));
            }
            return Diagnostic::error(
                &codes::E0202_WRONG_ARGUMENTS,
                format!(
                    "`{}` takes {}, found {}",
                    builtin.name,
                    count(limit, "argument"),
                    positional.len()
                ),
            )
            .at(extra)
            .hint(match builtin.name {
                "odesolve" => "odesolve([x'(t) == …, x(0) == 1], t = 0..1)".into(),
                _ => builtin.signature(),
            })
            .into();
        }
        let mut call = Call::new(self, builtin, span, positional, options);
        (builtin.call)(&mut call).at(span)
    }

    #[expect(
        clippy::type_complexity,
        reason = "positional arguments and options, used once"
    )]
    fn arguments(
        &self,
        builtin: &'static Builtin,
        arguments: &[Argument],
        scope: &mut Scope,
    ) -> Result<(Vec<Given>, Vec<(&'static str, Given)>)> {
        let bound: Vec<Name> = arguments
            .iter()
            .filter_map(|argument| argument.name.clone())
            .filter(|name| builtin.option(&name.text).is_none())
            .filter(|name| !self.is_itself(builtin, name, arguments, scope))
            .collect();
        if let Some(name) = no_variable(builtin, arguments) {
            return Err(no_option(builtin, name));
        }
        for name in &bound {
            self.check_assignable(name)?;
        }
        let by_name =
            |parameter: &Parameter| given_by_name(builtin, arguments, parameter);
        let mut positional = Vec::new();
        let mut options = Vec::new();
        for argument in arguments {
            let option =
                argument.name.as_ref().and_then(|name| builtin.option(&name.text));
            let parameter =
                option.or_else(|| builtin.parameter_at(positional.len(), by_name));
            let given = self.argument(argument, parameter, (builtin, &bound), scope)?;
            match option {
                Some(option) => {
                    if options.iter().any(|(name, _)| *name == option.name) {
                        return Err(given_twice(builtin, option, argument, &given));
                    }
                    options.push((option.name, given));
                }
                None => positional.push(given),
            }
        }
        Ok((positional, options))
    }

    /// Whether a name is bound to its own values, `array(cos(t), t = t)`: then it means them everywhere.
    fn is_itself(
        &self,
        builtin: &Builtin,
        name: &Name,
        arguments: &[Argument],
        scope: &Scope,
    ) -> bool {
        builtin.topic == "arrays"
            && !has_points(builtin)
            && arguments.iter().any(|argument| {
                matches!(&argument.value.kind, AstKind::Name(value) if value.symbol == name.symbol)
                    && argument.name.as_ref().is_some_and(|own| own.symbol == name.symbol)
            })
            && matches!(
                scope
                    .get(&name.symbol)
                    .cloned()
                    .or_else(|| self.state().variables.get(&name.symbol).cloned()),
                Some(Value::Array(_) | Value::List(_) | Value::Range(_))
            )
    }

    fn argument(
        &self,
        argument: &Argument,
        parameter: Option<&Parameter>,
        (builtin, bound): (&Builtin, &[Name]),
        scope: &mut Scope,
    ) -> Result<Given> {
        let ast = &argument.value;
        let written = match &ast.kind {
            AstKind::Name(name) if argument.name.is_none() => Some(name.clone()),
            _ => None,
        };
        let span = argument.name.as_ref().map_or(ast.span, |name| name.span.to(ast.span));
        let local =
            written.as_ref().is_some_and(|name| scope.get(&name.symbol).is_some());
        let given =
            |value| Given { name: argument.name.clone(), value, span, written, local };
        if let (Some(parameter), AstKind::Name(name)) = (parameter, &ast.kind)
            && parameter.words.contains(&&*name.text)
        {
            return Ok(given(Value::Text(name.text.clone())));
        }
        if parameter.is_some_and(|parameter| parameter.form == Form::Deferred) {
            return Ok(given(Value::Closure(self.deferred(ast, bound, scope))));
        }
        let mark = scope.mark();
        for name in bound {
            if argument.name.as_ref().is_none_or(|own| own.symbol != name.symbol) {
                let symbol = Value::Expr(Expr::symbol(&name.symbol));
                scope.push(name.symbol.clone(), symbol);
            }
        }
        let value = match parameter {
            Some(parameter) if parameter.form == Form::Equations => {
                if builtin.topic == "fields"
                    && let Some(name) = self.differentiated_symbol(ast, scope)
                {
                    return Err(no_field(&name));
                }
                let runs = matches!(builtin.name, "odesolve" | "evolve");
                self.with_open_choices(runs, || self.equations(ast, scope))
            }
            // Conditions on the variables are decided at each point.
            _ if has_points(builtin) && argument.name.is_none() => {
                self.with_open_choices(true, || self.evaluate(ast, scope))
            }
            _ if takes_data(builtin)
                || argument.name.is_some() && has_points(builtin) =>
            {
                self.evaluate_data(ast, scope)
            }
            _ => self.evaluate(ast, scope),
        };
        scope.truncate(mark);
        let value =
            value.map_err(|error| no_word(self.world, builtin, parameter, ast, error));
        let value = match value? {
            Value::Geometry(geometry) => self.settle_geometry(geometry, ast.span)?,
            other => other,
        };
        Ok(given(value))
    }

    /// An argument that the built-in evaluates itself: a function of the bound variables.
    fn deferred(&self, ast: &Ast, bound: &[Name], scope: &Scope) -> Arc<Closure> {
        Arc::new(Closure {
            name: None,
            parameters: bound.to_vec(),
            body: Arc::new(ast.clone()),
            captured: scope.capture(),
            text: self.sources.text(ast.span),
        })
    }
}

/// The error for an equation between a number and a list, with what makes an unknown a vector.
fn unequal(mut error: Box<Diagnostic>, vectors: &[Unknown]) -> Box<Diagnostic> {
    if vectors.is_empty()
        && error.code.name == codes::E0201_WRONG_TYPE.name
        && error.message.ends_with("cannot be compared")
    {
        error
            .message
            .push_str("; an unknown is a vector or a matrix where it starts as one");
        error = Box::new(error.hint("start = [x == [1, 0]]"));
    }
    error
}

/// Whether a field as an argument means its data: where formulas are computed with, it means its formula.
fn takes_data(builtin: &Builtin) -> bool {
    matches!(builtin.topic, "fields" | "coherence" | "plots" | "core" | "session")
}

/// Whether its variables stand for the points that a formula is evaluated at: free in the formula, data themselves.
fn has_points(builtin: &Builtin) -> bool {
    builtin.name == "evaluate"
}

/// Whether a parameter is given as `name = …`, under one of its names.
fn given_by_name(
    builtin: &Builtin,
    arguments: &[Argument],
    parameter: &Parameter,
) -> bool {
    arguments.iter().any(|argument| {
        let name = argument.name.as_ref();
        name.and_then(|name| builtin.option(&name.text))
            .is_some_and(|option| option.name == parameter.name)
    })
}

/// The error for an option that is given twice, under one name or two.
fn given_twice(
    builtin: &Builtin,
    option: &Parameter,
    argument: &Argument,
    given: &Given,
) -> Box<Diagnostic> {
    let name = argument.name.as_ref().map_or(option.name, |name| &*name.text);
    let message = if name == option.name {
        format!("`{}` is given the option `{name}` twice", builtin.name)
    } else {
        format!("`{name}` is another name of the option `{}`; give one", option.name)
    };
    Box::new(Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(given.span))
}

/// The first `name = …` that is neither an option nor a variable: where none is bound, more are given than there is room for, or a
/// range is asked for.
fn no_variable<'a>(builtin: &Builtin, arguments: &'a [Argument]) -> Option<&'a Name> {
    let by_name = |parameter: &Parameter| given_by_name(builtin, arguments, parameter);
    let places: Vec<&Parameter> = builtin
        .parameters
        .iter()
        .filter(|parameter| !parameter.named && !by_name(parameter))
        .collect();
    let variadic = places.iter().any(|parameter| parameter.variadic);
    let mut position = 0;
    for argument in arguments {
        let option = argument.name.as_ref().and_then(|name| builtin.option(&name.text));
        if option.is_some() {
            continue;
        }
        let parameter = builtin.parameter_at(position, by_name);
        position += 1;
        let Some(name) = &argument.name else { continue };
        let ranged =
            parameter.is_some_and(|parameter| parameter.kind == RangeBinding::KIND);
        let is_range = matches!(argument.value.kind, AstKind::Range { .. });
        if !builtin.binds()
            || (!variadic && position > places.len())
            || (ranged && !is_range && meant(builtin, name).is_some())
        {
            return Some(name);
        }
    }
    None
}

/// What options are called elsewhere.
static ELSEWHERE: &[(&str, &str)] = &[
    ("accuracy", "order"),
    ("atol", "tolerance"),
    ("backend", "device"),
    ("bc", "boundary"),
    ("bcs", "boundary"),
    ("boundaries", "boundary"),
    ("boundary_conditions", "boundary"),
    ("cells", "points"),
    ("dtype", "precision"),
    ("every", "save"),
    ("gpu", "device"),
    ("grid", "points"),
    ("h", "dt"),
    ("integrator", "method"),
    ("interval", "save"),
    ("monitor", "watch"),
    ("n", "points"),
    ("N", "points"),
    ("observe", "watch"),
    ("output", "watch"),
    ("resolution", "points"),
    ("rng", "seed"),
    ("rtol", "tolerance"),
    ("scheme", "method"),
    ("shape", "points"),
    ("sides", "boundary"),
    ("size", "points"),
    ("solver", "method"),
    ("spatial_order", "order"),
    ("step", "dt"),
    ("stepper", "method"),
    ("stop", "until"),
    ("tau", "dt"),
    ("time_step", "dt"),
    ("timestep", "dt"),
    ("tol", "tolerance"),
    ("tracker", "watch"),
    ("trackers", "watch"),
];

/// The option that a name was most likely meant to be.
fn meant(builtin: &Builtin, name: &Name) -> Option<&'static str> {
    let options: Vec<&'static str> = builtin
        .parameters
        .iter()
        .filter(|parameter| parameter.named || parameter.optional)
        .flat_map(|parameter| {
            [parameter.name].into_iter().chain(parameter.also.iter().copied())
        })
        .collect();
    let elsewhere = ELSEWHERE
        .iter()
        .find(|(other, own)| *other == &*name.text && options.contains(own))
        .map(|(_, own)| *own);
    elsewhere.or_else(|| super::nearest(&name.text, options.iter().copied()))
}

/// The error for the derivative of a name that nobody gave a value.
fn no_field(name: &Name) -> Box<Diagnostic> {
    let message = format!("`{}` is differentiated here, but is no field", name.text);
    Box::new(
        Diagnostic::error(&codes::E0310_EVOLUTION, message)
            .at(name.span)
            .hint(format!("{} = field(B, …)", name.text)),
    )
}

/// The error for `name = …` where the built-in has no such option.
fn no_option(builtin: &Builtin, name: &Name) -> Box<Diagnostic> {
    let mut error = Diagnostic::error(
        &codes::E0202_WRONG_ARGUMENTS,
        format!("`{}` has no option `{}`", builtin.name, name.text),
    )
    .at(name.span);
    if let Some(near) = meant(builtin, name) {
        error = error.hint(format!("{near} = …"));
    }
    // What belongs to a whole run is said where it begins.
    let begins = crate::builtins::find("evolve")
        .filter(|_| builtin.name == "continue")
        .and_then(|evolve| evolve.option(&name.text));
    if let Some(option) = begins {
        error.message = format!(
            "a run goes on with the options that it began with; `{}` is one of `evolve`",
            option.name
        );
        error = error.hint(format!("evolve(…, {} = …)", option.name));
    }
    Box::new(error.hint(builtin.signature()))
}

/// `1 argument`, `2 arguments`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
