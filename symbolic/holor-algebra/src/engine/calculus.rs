//! Derivatives, integrals, series, sums and products.

use symplex::errors::SymplexError;
use symplex::prelude::Ex;

use super::algebra::evaluated;
use super::convert::Session;
use super::cuts::{self, Question};
use super::definite::{self, Problem};
use super::failure::{failure, invalid, not_found, our_names};
use super::poles::placed;
use super::{Direction, Engine, guard, sequences, tidy};
use crate::{
    AlgebraError, AlgebraResult, Assumptions, Constant, Expr, Function, Node, Property,
    Symbol,
};

/// Most terms that a series is asked for.
const SERIES_LIMIT: u32 = 500;

impl Engine {
    /// The derivative of this order by a symbol, or by an undefined function such as `y(x)`.
    pub fn differentiate(
        &self,
        expr: &Expr,
        by: &Expr,
        order: u32,
    ) -> AlgebraResult<Expr> {
        let (target, by) = (expr.clone(), by.clone());
        self.exactly(&[expr], || {
            self.compute(move |session| {
                let (body, x) = match by.node() {
                    Node::Symbol(symbol) => {
                        (session.value(&target)?, session.symbol(symbol)?)
                    }
                    Node::Apply(..) => {
                        let stand_in = session.fresh("function");
                        let function = session.value(&by)?;
                        (session.value(&target)?.subs(&function, &stand_in), stand_in)
                    }
                    _ => {
                        return Err(invalid(
                            "diff",
                            "the second argument is not a symbol",
                        ));
                    }
                };
                let mut result = body;
                for _ in 0..order {
                    result = result.diff(&x);
                }
                if matches!(by.node(), Node::Apply(..)) {
                    result = result.subs(&x, &session.value(&by)?);
                }
                session.export(&result.eval())
            })
        })
    }

    /// An antiderivative.
    pub fn integrate(&self, expr: &Expr, variable: &Symbol) -> AlgebraResult<Expr> {
        let (target, variable) = (expr.clone(), variable.clone());
        self.exactly(&[expr], || {
            self.compute(move |session| {
                let x = session.symbol(&variable)?;
                let integrand = session.value(&target)?.eval();
                let found = integrand
                    .try_integrate(&x)
                    .map_err(|error| failure("integrate", &error))
                    .and_then(|result| evaluated("integrate", result))
                    .and_then(|result| shorter(session, &result.eval()));
                let unclear = match &found {
                    Ok(found) => definite::is_complex(found),
                    Err(_) => true,
                };
                if unclear
                    && !definite::is_complex(&target)
                    && let Some(better) = in_units(session, &target, &variable)
                {
                    return Ok(better);
                }
                let found = found?;
                if let Some(better) = holomorphic(session, &target, &variable, &found) {
                    return Ok(better);
                }
                guard::antiderivative(session, &target, &variable, &found)?;
                if let Some(better) = generic(session, &target, &variable, &found) {
                    return Ok(better);
                }
                Ok(found)
            })
        })
    }

    /// The integral from one point to another.
    pub fn integrate_over(
        &self,
        expr: &Expr,
        variable: &Symbol,
        lower: &Expr,
        upper: &Expr,
    ) -> AlgebraResult<Expr> {
        let inputs = [expr, lower, upper];
        let (target, variable) = (expr.clone(), variable.clone());
        let (from, to) = (lower.clone(), upper.clone());
        self.exactly(&inputs, || {
            self.compute(move |session| {
                let x = session.symbol(&variable)?;
                let integrand = session.value(&target)?.eval();
                let (lower, upper) = (session.value(&from)?, session.value(&to)?);
                let result = match integrand.try_integrate_definite(&x, &lower, &upper) {
                    Ok(result) => result,
                    Err(SymplexError::Divergent { reason, .. }) => {
                        let reason =
                            placed(session, &target, &variable, our_names(&reason));
                        return Err(AlgebraError::Divergent {
                            operation: "integrate",
                            reason,
                            value: guard::divergence(&target, &variable, &from, &to),
                        });
                    }
                    Err(error) => {
                        return match oscillation(&integrand, &x, [&lower, &upper]) {
                            Some(reason) => Err(AlgebraError::Divergent {
                                operation: "integrate",
                                reason,
                                value: None,
                            }),
                            None => {
                                let problem = Problem {
                                    integrand: target.clone(),
                                    variable: variable.clone(),
                                    lower: from.clone(),
                                    upper: to.clone(),
                                };
                                definite::by_reduction(session, &problem).ok_or_else(
                                    || {
                                        integral_hint(
                                            session,
                                            (&target, &variable, &from, &to),
                                            failure("integrate", &error),
                                        )
                                    },
                                )
                            }
                        };
                    }
                };
                let result = session.export(&evaluated("integrate", result)?.eval())?;
                let result = tidy::shortest(session, &finite("integrate", result)?)?;
                guard::definite_integral(
                    session, &target, &variable, &from, &to, &result,
                )?;
                Ok(result)
            })
        })
    }

    /// The terms of the power series at a point below this order, with an order term when there may be
    /// more.
    pub fn series(
        &self,
        expr: &Expr,
        variable: &Symbol,
        point: &Expr,
        order: u32,
    ) -> AlgebraResult<Expr> {
        if order > SERIES_LIMIT {
            return Err(AlgebraError::TooLarge {
                operation: "series",
                reason: format!("at most {SERIES_LIMIT} terms are computed"),
            });
        }
        let (target, variable, at) = (expr.clone(), variable.clone(), point.clone());
        self.exactly(&[expr, point], || {
            self.compute(move |session| {
                let question =
                    Question { body: &target, variable: &variable, point: &at };
                if let Ok(Some(_)) = cuts::approaches(session, &question, Direction::Both)
                {
                    let reason = "a function in it comes to its branch cut at this point, where no series holds on both sides";
                    return Err(not_found("series", reason));
                }
                let x = session.symbol(&variable)?;
                let body = session.value(&target)?.eval();
                let at_point = session.value(&at)?.eval();
                let infinite_point = infinite(session, &at_point)?;
                let result = match &infinite_point {
                    Some(_) => body.try_series_at_infinity(&x, order),
                    None => body.try_series(&x, &at_point, order),
                }
                .map_err(|error| failure("series", &error))?;
                let result = evaluated("series", result)?;
                let terms = if at.is_zero() {
                    shorter(session, &result)?
                } else {
                    session.export(&result)?
                };
                guard::series(session, &target, &variable, &at, order, &terms)?;
                if session.value(&terms)?.equals(&body) == Some(true) {
                    return Ok(terms);
                }
                let symbol = Expr::symbol(variable.name());
                let step = match infinite_point {
                    Some(_) => symbol.reciprocal(),
                    None => Expr::add([symbol, at.negate()]),
                };
                let remainder = Expr::power(step, Expr::integer(order));
                Ok(Expr::add([terms, Expr::call(Function::Order, vec![remainder])]))
            })
        })
    }

    /// The sum over an integer variable from one bound to another, both included; 0 where the bounds are numbers and
    /// there is nothing between them.
    pub fn sum(
        &self,
        expr: &Expr,
        variable: &Symbol,
        lower: &Expr,
        upper: &Expr,
    ) -> AlgebraResult<Expr> {
        let (target, variable) = (expr.clone(), variable.clone());
        let (from, to) = (lower.clone(), upper.clone());
        if sequences::is_empty(lower, upper) {
            return Ok(Expr::zero());
        }
        self.exactly(&[expr, lower, upper], || {
            self.compute(move |session| {
                let k = session.symbol(&variable)?;
                let body = session.value(&target)?.eval();
                let (lower, upper) = (session.value(&from)?, session.value(&to)?);
                let result = match body.try_summation(&k, &lower, &upper) {
                    Ok(result) => result,
                    Err(SymplexError::Divergent { reason, .. }) => {
                        let reason = our_names(&reason);
                        let value = body.summation(&k, &lower, &upper);
                        return Err(AlgebraError::Divergent {
                            operation: "sum",
                            reason,
                            value: infinite(session, &value)?,
                        });
                    }
                    Err(error) => {
                        let conditional = body.summation(&k, &lower, &upper);
                        if conditional.has_unevaluated() {
                            let conditional = session.export(&conditional)?;
                            let conditional = tidy::cases(session, &conditional);
                            if matches!(conditional.node(), Node::Piecewise(_)) {
                                return Ok(conditional);
                            }
                            if !super::contains_call(&conditional, Function::Sum) {
                                guard::sum(
                                    session,
                                    &target,
                                    &variable,
                                    &from,
                                    &to,
                                    &conditional,
                                )?;
                                return Ok(conditional);
                            }
                        }
                        if let Some(known) =
                            sequences::sum(session, &target, &variable, &from, &to)
                        {
                            guard::sum(session, &target, &variable, &from, &to, &known)?;
                            return Ok(known);
                        }
                        return Err(failure("sum", &error));
                    }
                };
                let result = session.export(&evaluated("sum", result)?.eval())?;
                let result = finite("sum", result)?;
                guard::sum(session, &target, &variable, &from, &to, &result)?;
                Ok(result)
            })
        })
    }

    /// The product over an integer variable from one bound to another, both included; 1 where the bounds are numbers
    /// and there is nothing between them.
    pub fn product(
        &self,
        expr: &Expr,
        variable: &Symbol,
        lower: &Expr,
        upper: &Expr,
    ) -> AlgebraResult<Expr> {
        let (target, variable) = (expr.clone(), variable.clone());
        let (from, to) = (lower.clone(), upper.clone());
        if sequences::is_empty(lower, upper) {
            return Ok(Expr::one());
        }
        self.exactly(&[expr, lower, upper], || {
            self.compute(move |session| {
                let k = session.symbol(&variable)?;
                let body = session.value(&target)?.eval();
                let (lower, upper) = (session.value(&from)?, session.value(&to)?);
                let result = match body.try_product_over(&k, &lower, &upper) {
                    Ok(result) => result,
                    Err(error @ SymplexError::Divergent { .. }) => {
                        return Err(failure("product", &error));
                    }
                    Err(error) => {
                        let known =
                            sequences::product(session, &target, &variable, &from, &to)
                                .ok_or_else(|| failure("product", &error))?;
                        guard::product(session, &target, &variable, &from, &to, &known)?;
                        return Ok(known);
                    }
                };
                let result = session.export(&evaluated("product", result)?.eval())?;
                guard::product(session, &target, &variable, &from, &to, &result)?;
                Ok(result)
            })
        })
    }
}

/// `±∞` when that is what it is.
pub(super) fn infinite(session: &Session, value: &Ex) -> AlgebraResult<Option<Expr>> {
    let expr = session.export(value)?;
    let minus = Expr::negative_infinity();
    Ok((expr == Expr::infinity() || expr == minus).then_some(expr))
}

/// Refuses an infinite or undefined value where a finite one is asked for.
fn finite(operation: &'static str, result: Expr) -> AlgebraResult<Expr> {
    if result == Expr::infinity() || result == Expr::negative_infinity() {
        return Err(AlgebraError::Divergent {
            operation,
            reason: format!("it grows without bound to {result}"),
            value: Some(result),
        });
    }
    match result.node() {
        Node::Constant(Constant::ComplexInfinity) => Err(AlgebraError::Divergent {
            operation,
            reason: "its value is infinite".into(),
            value: None,
        }),
        Node::Constant(Constant::Undefined) => {
            Err(not_found(operation, "its value could not be determined"))
        }
        _ => Ok(result),
    }
}

/// Whichever of the two forms of an answer is shorter, multiplied out or not.
pub(super) fn shorter(session: &Session, value: &Ex) -> AlgebraResult<Expr> {
    let plain = session.export(value)?;
    if value.count_ops() > 400 {
        return Ok(plain);
    }
    let expanded = session.export(&value.expand().eval())?;
    Ok(if expanded.count_nodes() < plain.count_nodes() { expanded } else { plain })
}

/// For a variable that may be complex: `log(x)` in place of `log|x|`, when that is an antiderivative.
fn holomorphic(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    found: &Expr,
) -> Option<Expr> {
    if session
        .assumptions()
        .implied(variable)
        .iter()
        .any(|known| *known != Property::NonZero)
    {
        return None;
    }
    let better = without_abs(found);
    (better != *found
        && guard::antiderivative_holds(session, integrand, variable, &better))
    .then_some(better)
}

/// The antiderivative of what is, with lengths in units of a positive parameter, free of it.
fn in_units(session: &Session, integrand: &Expr, variable: &Symbol) -> Option<Expr> {
    for unit in integrand.free_symbols() {
        if unit == *variable
            || !session.assumptions().implied(&unit).contains(&Property::Positive)
        {
            continue;
        }
        let Some((factor, plain)) =
            definite::without_unit(session, integrand, variable, &unit)
        else {
            continue;
        };
        let x = session.symbol(variable).ok()?;
        let Ok(result) = session.value(&plain).ok()?.eval().try_integrate(&x) else {
            continue;
        };
        if result.has_unevaluated() {
            continue;
        }
        let (symbol, length) = (Expr::symbol(unit.name()), Expr::symbol(variable.name()));
        let result = session.export(&result.eval()).ok()?;
        let result = result.substitute_symbol(variable, &(length / &symbol));
        let result =
            factor * &symbol * roots_in_units(session, &result, variable, &symbol);
        let result = tidy::shortest(session, &result).ok()?;
        if !definite::is_complex(&result)
            && guard::antiderivative(session, integrand, variable, &result).is_ok()
        {
            return Some(result);
        }
    }
    None
}

/// `√(a² − x²)/a` for `√(1 − x²/a²)` with a positive unit `a`.
fn roots_in_units(
    session: &Session,
    expr: &Expr,
    variable: &Symbol,
    unit: &Expr,
) -> Expr {
    expr.transform(&mut |part| {
        let Node::Power(base, exponent) = part.node() else { return part };
        let rational = exponent.as_number().is_some_and(|number| !number.is_integer());
        if !rational || !base.contains_symbol(variable) {
            return part;
        }
        let scaled = base * unit.powi(2);
        let plain = session.value(&scaled).map(|value| value.expand().eval());
        match plain.and_then(|plain| session.export(&plain)) {
            Ok(plain) if plain.count_nodes() <= base.count_nodes() => {
                Expr::power(plain, exponent.clone())
                    * Expr::power(unit.clone(), (exponent * 2).negate())
            }
            _ => part,
        }
    })
}

/// The expression with `log(x)` for every `log|x|`.
fn without_abs(expr: &Expr) -> Expr {
    if let Node::Call(Function::Log, items) = expr.node()
        && let [item] = &**items
        && let Node::Call(Function::Abs, inner) = item.node()
        && let [inner] = &**inner
    {
        return Expr::call(Function::Log, vec![without_abs(inner)]);
    }
    expr.map_children(&mut without_abs)
}

/// A shorter antiderivative that comes from taking the parameters positive, when it holds for all.
fn generic(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    found: &Expr,
) -> Option<Expr> {
    let assumptions = positive_parameters(session, integrand, Some(variable))?;
    let other = Session::new(assumptions.into(), super::USUAL_DIGITS);
    let x = other.symbol(variable).ok()?;
    let result = other.value(integrand).ok()?.eval().try_integrate(&x).ok()?;
    let better = without_abs(&shorter(&other, &result.eval()).ok()?);
    let special = |expr: &Expr| super::contains_call(expr, Function::Log);
    let shorter = better.count_nodes() < found.count_nodes()
        || (special(found) && !special(&better) && !special(integrand));
    (shorter && guard::antiderivative_holds(session, integrand, variable, &better))
        .then_some(better)
}

/// The assumptions with every undeclared symbol but the variable taken positive; nothing when there is
/// no such symbol.
fn positive_parameters(
    session: &Session,
    expr: &Expr,
    variable: Option<&Symbol>,
) -> Option<Assumptions> {
    let mut assumptions = session.assumptions().clone();
    let mut any = false;
    for symbol in expr.free_symbols() {
        if Some(&symbol) != variable && assumptions.implied(&symbol).is_empty() {
            assumptions.assume(symbol, Property::Positive);
            any = true;
        }
    }
    any.then_some(assumptions)
}

/// Says why an integral up to infinity has no value when its antiderivative oscillates there.
fn oscillation(integrand: &Ex, x: &Ex, ends: [&Ex; 2]) -> Option<String> {
    let antiderivative = integrand.try_integrate(x).ok()?;
    for end in ends {
        if end.is_finite() != Some(false) {
            continue;
        }
        let Err(SymplexError::ComputationFailed { reason, .. }) =
            antiderivative.try_limit(x, end)
        else {
            continue;
        };
        if oscillates(&reason) {
            return Some("the antiderivative oscillates at infinity".into());
        }
    }
    None
}

pub(super) fn oscillates(reason: &str) -> bool {
    ["oscillat", "does not exist", "no limit"].iter().any(|word| reason.contains(word))
}

/// What the integral would be for positive parameters, as a hint.
fn integral_hint(
    session: &Session,
    (integrand, variable, lower, upper): (&Expr, &Symbol, &Expr, &Expr),
    error: AlgebraError,
) -> AlgebraError {
    let AlgebraError::NotFound { operation, reason } = error else { return error };
    let whole = Expr::add([integrand.clone(), lower.clone(), upper.clone()]);
    let attempt = || {
        let assumptions = positive_parameters(session, &whole, Some(variable))?;
        let other = Session::new(assumptions.into(), super::USUAL_DIGITS);
        let x = other.symbol(variable).ok()?;
        let (lower, upper) = (other.value(lower).ok()?, other.value(upper).ok()?);
        let body = other.value(integrand).ok()?.eval();
        let result = body.try_integrate_definite(&x, &lower, &upper).ok()?;
        let names: Vec<String> = whole
            .free_symbols()
            .into_iter()
            .filter(|symbol| {
                symbol != variable && session.assumptions().implied(symbol).is_empty()
            })
            .map(|symbol| format!("{symbol} > 0"))
            .collect();
        let result = other.export(&result.eval()).ok()?;
        Some(format!(
            "no answer holds for every value of the parameters; with `symbols {}` it is {result}",
            names.join(", ")
        ))
    };
    let reason = attempt().unwrap_or_else(|| {
        if whole.free_symbols().iter().all(|symbol| symbol == variable) {
            format!("{reason}; nintegrate gives its value")
        } else {
            reason
        }
    });
    AlgebraError::NotFound { operation, reason }
}
