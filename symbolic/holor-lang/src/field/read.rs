//! From formulas to the terms of the field engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use holor_algebra::{Constant, Engine, Expr, Function, Node, Relation, Symbol};
use holor_field::equation::{Complex64, Function as FieldFunction, Given, Term};
use num_traits::ToPrimitive as _;

use super::sample::{MEAN, NOISE, Sampler};
use super::{BoxValue, FieldValue};
use crate::diagnostic::IT;
use crate::{Diagnostic, Result, Span, codes};

/// How a formula's unknown function is to be read.
#[derive(Clone, Debug)]
pub(crate) enum Unknown {
    /// A field that evolves, with the order of its equation in time.
    Evolving {
        /// Its place.
        place: usize,
        /// 0, 1 or 2.
        order: usize,
    },
    /// A component of a field that does not: its values at the start are given.
    Fixed(Arc<FieldValue>, usize),
}

/// Reads formulas on one box.
pub(crate) struct Reader<'a> {
    /// The box.
    pub(crate) grid: &'a BoxValue,
    /// The symbol of time.
    pub(crate) time: &'a Symbol,
    /// The unknown functions by name.
    pub(crate) unknowns: &'a BTreeMap<String, Unknown>,
    /// For values of constants, and of functions the field engine does not know.
    pub(crate) engine: &'a Engine,
    /// Where errors point.
    pub(crate) span: Span,
    /// What was read as values at the cells.
    pub(crate) given: Vec<Given>,
    /// The noises met, by their labels.
    pub(crate) noises: Vec<Expr>,
}

impl Reader<'_> {
    /// The term of a formula.
    pub(crate) fn term(&mut self, expr: &Expr) -> Result<Term> {
        match expr.node() {
            Node::Number(number) => Ok(real(number.to_f64().unwrap_or(f64::NAN))),
            Node::Decimal(decimal) => Ok(real(decimal.to_f64())),
            Node::Symbol(symbol) => self.symbol(symbol),
            Node::Constant(Constant::I) => Ok(Term::Number(Complex64::new(0.0, 1.0))),
            Node::Constant(_) => {
                let value = self.engine.compile(expr, &[])?.evaluate(&[]);
                if value.is_finite() {
                    Ok(real(value))
                } else {
                    self.refuse(format!("`{expr}` is no number that a field can have"))
                }
            }
            Node::Add(items) => Ok(Term::Sum(self.terms(items)?)),
            Node::Mul(items) => Ok(Term::Product(self.terms(items)?)),
            Node::Power(base, exponent) => self.power(base, exponent),
            Node::Call(function, arguments) => self.call(expr, *function, arguments),
            Node::Apply(name, arguments) => self.apply(expr, name, arguments),
            Node::Relation(relation, left, right) => {
                let (left, right) = (self.term(left)?, self.term(right)?);
                let (function, arguments) = match relation {
                    Relation::Less => (FieldFunction::Less, [left, right]),
                    Relation::LessEqual => (FieldFunction::LessEqual, [left, right]),
                    Relation::Greater => (FieldFunction::Less, [right, left]),
                    Relation::GreaterEqual => (FieldFunction::LessEqual, [right, left]),
                    Relation::Equal => (FieldFunction::Equal, [left, right]),
                    Relation::NotEqual => {
                        let equal = function(FieldFunction::Equal, [left, right]);
                        return Ok(self::function(FieldFunction::Not, [equal]));
                    }
                };
                Ok(self::function(function, arguments))
            }
            Node::And(items) => self.joined(FieldFunction::And, items),
            Node::Or(items) => self.joined(FieldFunction::Or, items),
            Node::Not(inner) => {
                let inner = self.term(inner)?;
                Ok(function(FieldFunction::Not, [inner]))
            }
            Node::Truth(value) => Ok(real(f64::from(u8::from(*value)))),
            Node::Piecewise(branches) => {
                let mut cases = Vec::new();
                let mut otherwise = real(f64::NAN);
                for (value, condition) in branches.iter() {
                    let value = self.term(value)?;
                    if matches!(condition.node(), Node::Truth(true)) {
                        otherwise = value;
                        break;
                    }
                    cases.push((self.term(condition)?, value));
                }
                Ok(Term::Piecewise(cases.into(), Arc::new(otherwise)))
            }
        }
    }

    fn terms(&mut self, items: &[Expr]) -> Result<Arc<[Term]>> {
        items.iter().map(|item| self.term(item)).collect()
    }

    fn joined(&mut self, with: FieldFunction, items: &[Expr]) -> Result<Term> {
        let mut terms = self.terms(items)?.to_vec();
        let Some(mut result) = terms.pop() else { return Ok(real(1.0)) };
        while let Some(next) = terms.pop() {
            result = function(with, [next, result]);
        }
        Ok(result)
    }

    fn symbol(&mut self, symbol: &Symbol) -> Result<Term> {
        if symbol == self.time {
            return Ok(Term::Time);
        }
        if let Some(axis) = self.grid.axis_of(symbol) {
            return Ok(Term::Coordinate(axis));
        }
        let mut error = Diagnostic::error(
            &codes::E0310_EVOLUTION,
            format!("`{symbol}` has no value in this equation"),
        )
        .at(self.span);
        // What looks like an operator must not become a number that then runs as another equation.
        if matches!(symbol.name(), "Δ" | "Delta" | "∇") {
            return error
                .hint("laplacian(u)")
                .hint("(1 + Δ)^2 u: a bracket of derivatives acts on a field behind it")
                .into();
        }
        if let Some(derivative) = self.subscripted(symbol) {
            error = error.hint(derivative);
        }
        error
            .hint(format!("{symbol} = 1"))
            .hint(format!("subs({IT}, {symbol} = 1)"))
            .into()
    }

    /// What `u_t`, `u_xx` most likely mean.
    fn subscripted(&self, symbol: &Symbol) -> Option<String> {
        let (name, below) = symbol.name().split_once('_')?;
        self.unknowns.contains_key(name).then_some(())?;
        let mut variables: Vec<(String, usize)> = Vec::new();
        for letter in below.chars() {
            let letter = Symbol::new(&letter.to_string());
            if letter != *self.time && self.grid.axis_of(&letter).is_none() {
                return None;
            }
            match variables.last_mut() {
                Some((last, times)) if last == letter.name() => *times += 1,
                _ => variables.push((letter.name().to_owned(), 1)),
            }
        }
        let by: Vec<String> = variables
            .iter()
            .map(|(variable, times)| match times {
                1 => variable.clone(),
                times => format!("{variable}, {times}"),
            })
            .collect();
        (!by.is_empty()).then(|| format!("diff({name}, {})", by.join(", ")))
    }

    fn power(&mut self, base: &Expr, exponent: &Expr) -> Result<Term> {
        if is_e(base) {
            let exponent = self.term(exponent)?;
            return Ok(function(FieldFunction::Exponential, [exponent]));
        }
        let whole = exponent.as_integer().is_some();
        let operator = base.any(&mut |part| {
            part.as_symbol().is_some_and(|it| matches!(it.name(), "Δ" | "Delta" | "∇"))
        });
        if operator && !whole {
            return Diagnostic::error(
                &codes::E0310_EVOLUTION,
                format!("`{base}` is an operator, and operators have whole powers: there is none to the power {exponent}"),
            )
            .at(self.span)
            .hint("laplacian(u)")
            .hint("(1 + Δ)^2 u")
            .into();
        }
        let base = self.term(base)?;
        if let Some(number) = exponent.as_number()
            && *number.denom() == 2.into()
            && let Some(numerator) = number.numer().to_i32()
        {
            let root = function(FieldFunction::SquareRoot, [base]);
            return Ok(match numerator {
                1 => root,
                power => Term::Power(Arc::new(root), Arc::new(real(f64::from(power)))),
            });
        }
        let exponent = self.term(exponent)?;
        Ok(Term::Power(Arc::new(base), Arc::new(exponent)))
    }

    fn call(&mut self, expr: &Expr, which: Function, arguments: &[Expr]) -> Result<Term> {
        if which == Function::Derivative {
            return self.derivative(expr, arguments);
        }
        if let Some(known) = same_function(which) {
            let terms = self.terms(arguments)?;
            return Ok(fold(known, &terms));
        }
        let one = |term: Term| Term::Power(Arc::new(term), Arc::new(real(-1.0)));
        let reciprocal = match which {
            Function::Cot => Some(FieldFunction::Tangent),
            Function::Sec => Some(FieldFunction::Cosine),
            Function::Csc => Some(FieldFunction::Sine),
            _ => None,
        };
        if let (Some(known), [argument]) = (reciprocal, arguments) {
            let argument = self.term(argument)?;
            return Ok(one(function(known, [argument])));
        }
        if let (Function::Ceiling, [argument]) = (which, arguments) {
            let opposite = Term::Product(Arc::new([real(-1.0), self.term(argument)?]));
            let floor = function(FieldFunction::Floor, [opposite]);
            return Ok(Term::Product(Arc::new([real(-1.0), floor])));
        }
        if let (Function::Asinh | Function::Acosh | Function::Atanh, [argument]) =
            (which, arguments)
        {
            return self.term(&by_logarithm(which, argument));
        }
        self.by_values(expr)
    }

    /// A derivative: along coordinates as the field engine does it, in time only of unknowns of second order.
    fn derivative(&mut self, expr: &Expr, arguments: &[Expr]) -> Result<Term> {
        let [body, rest @ ..] = arguments else { return self.by_values(expr) };
        let mut spatial = Vec::new();
        let mut in_time = 0;
        for pair in rest.chunks(2) {
            let [variable, order] = pair else { return self.by_values(expr) };
            let (Some(symbol), Some(order)) =
                (variable.as_symbol(), order.as_integer().and_then(|n| n.to_usize()))
            else {
                return self.refuse(format!("`{expr}` has no definite order"));
            };
            if symbol == self.time {
                in_time += order;
            } else if let Some(axis) = self.grid.axis_of(symbol) {
                spatial.extend(std::iter::repeat_n(axis, order));
            } else {
                return self
                    .refuse(format!("`{expr}`: the box has no coordinate `{symbol}`"));
            }
        }
        if spatial.len() > 8 {
            return self.refuse(format!("`{expr}` has too high an order"));
        }
        let mut term = match in_time {
            0 => self.term(body)?,
            _ => self.velocity(expr, body, in_time)?,
        };
        for axis in spatial {
            term = Term::Derivative { axis, body: Arc::new(term) };
        }
        Ok(term)
    }

    fn velocity(&self, expr: &Expr, body: &Expr, in_time: usize) -> Result<Term> {
        if let Node::Apply(name, _) = body.node()
            && let Some(Unknown::Evolving { place, order }) =
                self.unknowns.get(name.name())
            && *order > in_time
            && in_time == 1
        {
            return Ok(Term::Velocity(*place));
        }
        Diagnostic::error(
            &codes::E0310_EVOLUTION,
            format!("`{expr}` stands where only lower derivatives in time may stand"),
        )
        .at(self.span)
        .hint(format!("solve the equations for the derivatives in {}", self.time))
        .into()
    }

    fn apply(&mut self, expr: &Expr, name: &Symbol, arguments: &[Expr]) -> Result<Term> {
        if let Some(unknown) = self.unknowns.get(name.name()).cloned() {
            let own = arguments.first().and_then(Expr::as_symbol) == Some(self.time)
                && arguments.len() == self.grid.coordinates.len() + 1
                && arguments
                    .iter()
                    .skip(1)
                    .zip(self.grid.coordinates.iter())
                    .all(|(given, own)| given.as_symbol() == Some(own));
            if !own {
                return self
                    .refuse(format!("`{expr}`: a field is taken at the point itself"));
            }
            return Ok(match unknown {
                Unknown::Evolving { place, .. } => Term::Field(place),
                Unknown::Fixed(field, component) => {
                    let values = field.start.get(component).cloned();
                    let values = values.unwrap_or_else(|| Arc::from([]));
                    self.give(name.name(), field.complex, values)
                }
            });
        }
        match (name.name(), arguments) {
            (NOISE, [..]) => {
                let place = match self.noises.iter().position(|own| own == expr) {
                    Some(place) => place,
                    None => {
                        self.noises.push(expr.clone());
                        self.noises.len() - 1
                    }
                };
                Ok(Term::Noise(place))
            }
            (MEAN, [body]) => Ok(Term::Mean(Arc::new(self.term(body)?))),
            (super::sample::INTEGRAL, [body]) => {
                Ok(Term::Integral(Arc::new(self.term(body)?)))
            }
            (super::sample::INVERSE_LAPLACIAN, [body]) => {
                Ok(Term::InverseLaplacian(Arc::new(self.term(body)?)))
            }
            (super::sample::POTENTIAL, parts) if parts.len().is_multiple_of(2) => {
                let mut read = Vec::new();
                for pair in parts.chunks(2) {
                    let [coordinate, part] = pair else { continue };
                    let own = coordinate.as_symbol();
                    let Some(axis) = own.and_then(|own| self.grid.axis_of(own)) else {
                        return self.refuse(format!(
                            "`{coordinate}` is no coordinate of the box"
                        ));
                    };
                    read.push((axis, self.term(part)?));
                }
                Ok(Term::Potential(read.into()))
            }
            (super::sample::INVERSE, [operator, body]) => {
                let Some(operator) = super::inverses::operator(
                    operator,
                    &self.grid.coordinates,
                    self.engine,
                ) else {
                    return self.refuse(format!("`{expr}` is no inverse of an operator"));
                };
                Ok(Term::Inverse { operator, body: Arc::new(self.term(body)?) })
            }
            (super::sample::SHIFT, [body, coordinate, by]) => {
                let axis = coordinate.as_symbol().and_then(|own| self.grid.axis_of(own));
                let by = whole(by);
                match (axis, by) {
                    (Some(axis), Some(by)) => {
                        Ok(Term::Shifted { axis, by, body: Arc::new(self.term(body)?) })
                    }
                    _ => self.refuse(format!(
                        "`{expr}` does not shift by whole points along a coordinate of the box"
                    )),
                }
            }
            (super::sample::CONVOLVE, [kernel, body]) => Ok(Term::Convolution {
                kernel: Arc::new(self.term(kernel)?),
                body: Arc::new(self.term(body)?),
            }),
            _ => Diagnostic::error(
                &codes::E0310_EVOLUTION,
                format!("`{expr}` is an unknown function without a field"),
            )
            .at(self.span)
            .hint(format!("{name} = field(B, …)"))
            .into(),
        }
    }

    /// A formula in the coordinates alone that the field engine has no words for: its values at the cells.
    fn by_values(&mut self, expr: &Expr) -> Result<Term> {
        let free = expr.free_symbols();
        let place_only = free.iter().all(|symbol| self.grid.axis_of(symbol).is_some());
        let unknown = expr.any(&mut |part| matches!(part.node(), Node::Apply(..)));
        if let Node::Call(Function::Integral, arguments) = expr.node()
            && let Some(body) = arguments.first()
            && unknown
        {
            let message = format!(
                "`{expr}`: the integral of a field over its box is `integral`, which follows the field"
            );
            return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                .at(self.span)
                .hint(format!("integral({})", as_typed(body)))
                .hint(format!("mean({})", as_typed(body)))
                .into();
        }
        if unknown || !place_only {
            return self.refuse(format!("`{expr}` cannot be part of an evolution"));
        }
        if free.is_empty()
            && let Some(value) = crate::array::complex_number(self.engine, expr)
        {
            return Ok(Term::Number(value));
        }
        let sampler = Sampler::new(self.grid, self.engine);
        let values = sampler.values(expr, self.span)?;
        let complex = values.iter().any(|value| value.im != 0.0);
        Ok(self.give(&expr.to_string(), complex, values.into()))
    }

    fn give(&mut self, name: &str, complex: bool, values: Arc<[Complex64]>) -> Term {
        let known = self
            .given
            .iter()
            .position(|given| given.name == name && Arc::ptr_eq(&given.values, &values));
        Term::Given(known.unwrap_or_else(|| {
            self.given.push(Given { name: name.to_owned(), complex, values });
            self.given.len() - 1
        }))
    }

    fn refuse<T>(&self, message: String) -> Result<T> {
        Diagnostic::error(&codes::E0310_EVOLUTION, message).at(self.span).into()
    }
}

/// A whole number of points, also where decimals elsewhere in the formula have made it one.
fn whole(by: &Expr) -> Option<i32> {
    match by.as_decimal() {
        Some(decimal) => {
            let value = decimal.to_f64();
            (value.fract() == 0.0 && value.abs() < 1e9).then_some(value as i32)
        }
        None => by.as_integer().and_then(|by| i32::try_from(by).ok()),
    }
}

/// The base e, also where decimals elsewhere in the formula have made it one.
/// A formula as it is typed: fields by their names, without the place.
pub(crate) fn as_typed(formula: &Expr) -> Expr {
    formula.transform(&mut |part: Expr| match part.node() {
        Node::Apply(name, arguments)
            if arguments.iter().all(|it| it.as_symbol().is_some()) =>
        {
            Expr::symbol(name.name())
        }
        _ => part,
    })
}

fn is_e(base: &Expr) -> bool {
    match base.as_decimal() {
        Some(decimal) => {
            (decimal.to_f64() - std::f64::consts::E).abs() <= 4.0 * f64::EPSILON
        }
        None => matches!(base.node(), Node::Constant(Constant::E)),
    }
}

fn real(value: f64) -> Term {
    Term::Number(Complex64::new(value, 0.0))
}

fn function<const N: usize>(function: FieldFunction, arguments: [Term; N]) -> Term {
    Term::Function(function, Arc::new(arguments))
}

/// A function of its arguments; smallest and largest of many pair by pair.
fn fold(known: FieldFunction, terms: &[Term]) -> Term {
    match (known, terms) {
        (FieldFunction::Minimum | FieldFunction::Maximum, [first, rest @ ..]) => rest
            .iter()
            .fold(first.clone(), |result, next| function(known, [result, next.clone()])),
        _ => Term::Function(known, terms.into()),
    }
}

fn same_function(function: Function) -> Option<FieldFunction> {
    Some(match function {
        Function::Sin => FieldFunction::Sine,
        Function::Cos => FieldFunction::Cosine,
        Function::Tan => FieldFunction::Tangent,
        Function::Asin => FieldFunction::InverseSine,
        Function::Acos => FieldFunction::InverseCosine,
        Function::Atan => FieldFunction::InverseTangent,
        Function::Atan2 => FieldFunction::Angle,
        Function::Sinh => FieldFunction::HyperbolicSine,
        Function::Cosh => FieldFunction::HyperbolicCosine,
        Function::Tanh => FieldFunction::HyperbolicTangent,
        Function::Log => FieldFunction::Logarithm,
        Function::Abs => FieldFunction::Absolute,
        Function::Sign => FieldFunction::Sign,
        Function::Floor => FieldFunction::Floor,
        Function::Min => FieldFunction::Minimum,
        Function::Max => FieldFunction::Maximum,
        Function::Heaviside => FieldFunction::Heaviside,
        Function::Re => FieldFunction::RealPart,
        Function::Im => FieldFunction::ImaginaryPart,
        Function::Conjugate => FieldFunction::Conjugate,
        Function::Arg => FieldFunction::Argument,
        Function::Erf => FieldFunction::ErrorFunction,
        _ => return None,
    })
}

/// Inverse hyperbolic functions by logarithms, on the principal branch; arsinh by the sum that does not cancel.
fn by_logarithm(function: Function, x: &Expr) -> Expr {
    let half = Expr::rational(holor_algebra::BigRational::new(1.into(), 2.into()));
    let root = |of: Expr| Expr::power(of, half.clone());
    let log = |argument: Expr| Expr::call(Function::Log, vec![argument]);
    match function {
        Function::Asinh => {
            let re = Expr::call(Function::Re, vec![x.clone()]);
            let left = Expr::relation(Relation::Less, re, Expr::integer(0));
            let right = (Expr::one(), Expr::truth(true));
            let sign = Expr::piecewise([(Expr::integer(-1), left), right]);
            let square = x.clone() * x;
            sign.clone() * log(sign * x + root(square + 1))
        }
        Function::Acosh => log(x.clone() + root(x.clone() + 1) * root(x.clone() - 1)),
        _ => half * log((Expr::one() + x) * (Expr::one() - x).reciprocal()),
    }
}
