//! Functions made ready to be evaluated many times.

use std::cell::RefCell;
use std::sync::Arc;

use holor_algebra::{
    CompiledFunction, Decimal, Expr, Node, Symbol, latex, latex_symbol, plain,
};

use crate::builtin::{Callable, Expected, FromValue, Given};
use crate::evaluate::Call;
use crate::field::Simulation;
use crate::{Diagnostic, Plot, Range, Result, Span, Value, codes};

impl FromValue for Arc<Plot> {
    const KIND: &'static str = "a plot";

    fn from_value(given: &Given, _: &Call<'_>) -> std::result::Result<Self, Expected> {
        match &given.value {
            Value::Plot(plot) => Ok(plot.clone()),
            _ => Err(Expected::Kind),
        }
    }
}

/// A variable and the range it runs over.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    pub(super) symbol: Symbol,
    pub(super) range: (f64, f64),
    /// The range as text.
    pub(super) text: String,
}

impl Ends {
    pub(super) fn new(
        call: &Call<'_>,
        symbol: Symbol,
        range: &Range,
        span: Span,
    ) -> Result<Self> {
        let text = Value::Range(range.clone()).plain();
        let (start, end) =
            (real(call, &range.start, span)?, real(call, &range.end, span)?);
        let problem = if !start.is_finite() || !end.is_finite() {
            Some("a plot needs a finite range")
        } else if start == end {
            Some("the range is a single point")
        } else {
            None
        };
        if let Some(problem) = problem {
            let message = format!("{problem}, not {text}");
            return Err(Box::new(
                Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                    .at(span)
                    .hint(format!("{symbol} = 0..10")),
            ));
        }
        Ok(Self { symbol, range: (start.min(end), start.max(end)), text })
    }

    pub(super) fn latex(&self) -> String {
        latex_symbol(self.symbol.name())
    }

    pub(super) fn middle(&self) -> f64 {
        self.range.0 + 0.513 * (self.range.1 - self.range.0)
    }
}

/// The ends of a range option.
pub(super) fn bounds(
    call: &Call<'_>,
    range: Option<Range>,
) -> Result<Option<(f64, f64)>> {
    let Some(range) = range else { return Ok(None) };
    Ok(Some(Ends::new(call, Symbol::new("range"), &range, call.span())?.range))
}

fn real(call: &Call<'_>, value: &Expr, span: Span) -> Result<f64> {
    let given = Given {
        name: None,
        value: Value::Expr(value.clone()),
        span,
        written: None,
        local: false,
    };
    if value.contains(&Expr::infinity()) {
        return Ok(f64::INFINITY);
    }
    crate::builtin::mismatch(
        f64::from_value(&given, call),
        &given,
        "range",
        f64::KIND,
        call,
    )
}

/// How a function is evaluated.
enum Body {
    /// Compiled to machine numbers.
    Compiled(CompiledFunction),
    /// A formula that has functions only the engine knows.
    Formula(Expr, Vec<Symbol>),
    /// A function of the language that needs numbers, such as one with `if`.
    Function(Callable),
}

/// A function made ready to be evaluated many times.
pub(super) struct Drawable {
    body: Body,
    pub(super) latex: String,
    pub(super) text: String,
    /// The first error met, shown when there is no value at all.
    failure: RefCell<Option<Box<Diagnostic>>>,
}

impl Drawable {
    /// Reads a formula or function of these variables.
    pub(super) fn new(
        call: &Call<'_>,
        value: &Value,
        variables: &[&Symbol],
        span: Span,
    ) -> Result<Self> {
        let is_formula = |value: &Value| {
            value.as_expr().is_some_and(|expr| {
                expr.as_symbol().is_none_or(|symbol| !call.is_function(symbol))
            })
        };
        if let (true, Some(expr)) = (is_formula(value), value.as_expr()) {
            return Self::formula(call, expr, variables, span);
        }
        let Some(function) = Callable::from(value) else {
            let message = format!(
                "expected a formula or a function to draw, found {}",
                value.describe()
            );
            let error = Diagnostic::error(&codes::E0201_WRONG_TYPE, message).at(span);
            return Err(Box::new(match value {
                Value::Simulation(Simulation::Field(field)) => {
                    let name = field.name.as_deref().unwrap_or("u");
                    error.hint(format!("plot({name})"))
                }
                _ => error,
            }));
        };
        let symbols = variables
            .iter()
            .map(|symbol| Value::Expr(Expr::symbol(symbol.name())))
            .collect();
        if let Ok(Value::Expr(expr)) = call.apply(&function, symbols) {
            return Self::formula(call, &expr, variables, span);
        }
        call.poll()?;
        let text = match value {
            Value::Closure(closure) => match &closure.name {
                Some(name) => name.text.to_string(),
                None => value.brief(),
            },
            other => other.brief(),
        };
        let latex =
            format!(r"\text{{{}}}", text.replace(['\\', '{', '}', '^', '_', '$'], " "));
        Ok(Self {
            body: Body::Function(function),
            latex,
            text,
            failure: RefCell::default(),
        })
    }

    fn formula(
        call: &Call<'_>,
        expr: &Expr,
        variables: &[&Symbol],
        span: Span,
    ) -> Result<Self> {
        let others: Vec<Symbol> = expr
            .free_symbols()
            .into_iter()
            .filter(|name| !variables.contains(&name))
            .collect();
        if let Some(first) = others.first() {
            let names: Vec<String> =
                others.iter().map(|name| format!("`{name}`")).collect();
            let verb = if others.len() == 1 { "has" } else { "have" };
            let message = format!("{} {verb} no value here", names.join(", "));
            return Err(Box::new(
                Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message).at(span).hint(
                    format!("{}(subs({}, {first} = 1), …)", call.name(), brief(expr)),
                ),
            ));
        }
        let symbols: Vec<Symbol> =
            variables.iter().map(|&symbol| symbol.clone()).collect();
        let body = match call.engine().compile(expr, &symbols) {
            Ok(compiled) => Body::Compiled(compiled),
            Err(_) => Body::Formula(expr.clone(), symbols),
        };
        let (latex, text) = (latex(expr), plain(expr));
        Ok(Self { body, latex, text, failure: RefCell::default() })
    }

    /// So many grid nodes, fewer where evaluation is slow.
    pub(super) fn nodes(&self, nodes: usize) -> usize {
        match self.body {
            Body::Compiled(_) => nodes,
            Body::Formula(..) | Body::Function(_) => nodes.min(61),
        }
    }

    /// The value; NaN where there is no real one.
    pub(super) fn at(&self, call: &Call<'_>, arguments: &[f64]) -> f64 {
        match &self.body {
            Body::Compiled(compiled) => compiled.evaluate(arguments),
            Body::Formula(expr, symbols) => {
                let pairs: Vec<(Expr, Expr)> = symbols
                    .iter()
                    .zip(arguments)
                    .map(|(symbol, value)| (Expr::symbol(symbol.name()), decimal(*value)))
                    .collect();
                self.number(call, &expr.substitute(&pairs))
            }
            Body::Function(function) => {
                let values =
                    arguments.iter().map(|value| Value::Expr(decimal(*value))).collect();
                match call.apply(function, values) {
                    Ok(Value::Expr(expr)) => self.number(call, &expr),
                    Ok(other) => {
                        let message = format!("the function gives {}", other.describe());
                        self.fail(call.error(&codes::E0201_WRONG_TYPE, message))
                    }
                    Err(error) => self.fail(error),
                }
            }
        }
    }

    fn number(&self, call: &Call<'_>, expr: &Expr) -> f64 {
        match call.engine().numeric(expr, 17) {
            Ok(value) => match value.node() {
                Node::Decimal(number) => number.to_f64(),
                Node::Number(number) => Decimal::from_rational(number, 17)
                    .map_or(f64::NAN, |number| number.to_f64()),
                _ => f64::NAN,
            },
            Err(_) => f64::NAN,
        }
    }

    fn fail(&self, error: Box<Diagnostic>) -> f64 {
        self.failure.borrow_mut().get_or_insert(error);
        f64::NAN
    }

    /// Whether it has complex values.
    fn is_complex(&self, range: (f64, f64)) -> bool {
        let Body::Compiled(compiled) = &self.body else { return false };
        (1..20).any(|index| {
            let x = range.0 + (range.1 - range.0) * (f64::from(index) / 20.0 + 0.003);
            let arguments = vec![(x, 0.0); compiled.arity()];
            let (re, im) = compiled.evaluate_complex(&arguments);
            re.is_finite() && im.is_finite() && im != 0.0
        })
    }
}

fn decimal(value: f64) -> Expr {
    Decimal::from_f64(value).map_or_else(Expr::undefined, Expr::decimal)
}

fn brief(expr: &Expr) -> String {
    let text = plain(expr);
    if text.chars().count() > 40 { "f".into() } else { text }
}

/// The error for a function without a single real value.
pub(super) fn undefined(
    call: &Call<'_>,
    drawable: &Drawable,
    x: &Ends,
    span: Span,
) -> Box<Diagnostic> {
    if let Some(error) = drawable.failure.borrow().clone() {
        return error;
    }
    let text = if drawable.text.chars().count() > 40 {
        "the function"
    } else {
        drawable.text.as_str()
    };
    let place = format!("{} = {}", x.symbol, x.text);
    let error =
        |message: String| Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message).at(span);
    Box::new(if drawable.is_complex(x.range) {
        error(format!("{text} is not real for {place}")).hint(format!(
            "{name}(re({text}), …), {name}(abs({text}), …) or {name}(arg({text}), …)",
            name = call.name()
        ))
    } else {
        error(format!("{text} has no value for {place}"))
    })
}
