//! Ordinary differential equations in time: `odesolve` and `value_at`.

use std::sync::Arc;

use holor_algebra::{Expr, Node, Relation, Symbol};
use holor_dynamics::ode::{Calculus, Method, Scheme};
use holor_macros::builtin;

use super::initial::Initial;
use super::problem::{Settings, solve};
use super::saving::saved;
use crate::array::{
    ArrayAxis, ArrayValues, Complex64, NumericArray, complex_number, plain_number,
    rounded,
};
use crate::builtin::{
    ArrayArgument, Binding, Changes, Components, Deferred, Equations, FromValue as _,
    Given, Many, RangeBinding, Spanned, mismatch, word,
};
use crate::dynamics::{Flow, Places, read_system};
use crate::evaluate::{Call, Unknown};
use crate::record::Record;
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&ODESOLVE, &VALUE_AT];

word! {
    /// How equations are solved.
    pub(crate) MethodWord {
        /// As fits.
        Auto = "auto",
        /// Dormand–Prince.
        Dopri5 = "dopri5" | "RK45",
        /// Tsitouras.
        Tsit5 = "tsit5",
        /// Dormand–Prince of order 8.
        Dop853 = "dop853" | "DOP853",
        /// Runge–Kutta with fixed steps.
        Rk4 = "rk4" | "RK4",
        /// Radau IIA.
        Radau = "radau" | "Radau",
        /// Symplectic of order 2.
        StormerVerlet = "stormer_verlet",
        /// Symplectic of order 4.
        Yoshida4 = "yoshida4",
        /// Symplectic of order 6.
        Yoshida6 = "yoshida6",
        /// Noise, Itô.
        EulerMaruyama = "euler_maruyama",
        /// Noise, Stratonovich.
        Heun = "heun",
        /// Noise, of strong order 1.
        Milstein = "milstein",
    }
}

impl MethodWord {
    /// The method without noise.
    pub(crate) fn ordinary(self) -> Option<Method> {
        Some(match self {
            Self::Auto => Method::Auto,
            Self::Dopri5 => Method::DormandPrince,
            Self::Tsit5 => Method::Tsitouras,
            Self::Dop853 => Method::Dop853,
            Self::Rk4 => Method::RungeKutta4,
            Self::Radau => Method::Radau,
            Self::StormerVerlet => Method::StormerVerlet,
            Self::Yoshida4 => Method::Yoshida4,
            Self::Yoshida6 => Method::Yoshida6,
            Self::EulerMaruyama | Self::Heun | Self::Milstein => return None,
        })
    }

    /// The scheme with noise.
    pub(crate) fn scheme(self) -> Option<Scheme> {
        match self {
            Self::EulerMaruyama => Some(Scheme::EulerMaruyama),
            Self::Heun => Some(Scheme::Heun),
            Self::Milstein => Some(Scheme::Milstein),
            _ => None,
        }
    }
}

word! {
    /// What noise with an amplitude that changes means.
    pub(crate) CalculusWord {
        /// The amplitude at the beginning of each instant.
        Ito = "ito",
        /// The amplitude in its middle.
        Stratonovich = "stratonovich",
    }
}

/// Solves ordinary differential equations in time by numbers.
///
/// Unknown functions are written `x(t)`, their derivatives `diff(x(t), t)` or `x'(t)` up to any order; equations are linear in the
/// highest ones, and an unknown may also be given by an equation without derivatives. Values to start from stand in `start` or
/// among the equations: `x(0) == 1`, `x'(0) == 0`. The result has the unknowns over time, `sol.t`, `sol.x`, derivatives below the
/// highest as `sol.x_t`; `sol.x(0.3)` is a value between the rows; `value_at(sol, t = …)`, `plot(sol)`, `continue(sol, t = …)` and
/// `explain(sol)` take it. Numbers with `i` make all unknowns complex. Where each unknown has its prime, `x'' == -x`, the time may be
/// left out.
///
/// - What starts as a list or a matrix is a vector or a matrix: `x' == A x` with `start = [x == [1, 0]]`; `norm`, `dot`, `cross`,
///   functions of each component and `x[1]` are written as elsewhere. `sol.x` then has axes for its components.
/// - `events`: an equation happens at zeros of either direction, an inequality when it becomes true, by a jump as well; `sol.events` has
///   times and values. `until` stops the run. `jumps` changes unknowns at events: `[v == -0.9 v(t)]`; of several events a list for each.
/// - Delays are written `x(t - 1)`; `history = [x == cos(t)]` is the past, and the start where none is given.
/// - `a noise()` is white noise; `method` is then `euler_maruyama`, `heun` or `milstein`, `noise` is `ito` or `stratonovich`, and the
///   fixed step `dt` is needed, as with `rk4`, `stormer_verlet`, `yoshida4` and `yoshida6`.
/// - Conditions at both ends, such as `x(0) == 0`, `x(1) == 2`, are met by multiple shooting from `guess`. Where they do not fix the solution,
///   a warning says so.
///
/// Rates may hold `max`, `min`, `abs`, `sign`, `floor` and choices, `if t < 1 then 1 else -1`: steps end where one changes its side; with delays
/// where it hangs on the time alone, with noise and symplectic methods never. A solution that becomes infinite ends there with a warning.
///
/// ```holor
/// sol = odesolve(diff(x(t), t) == -x(t), t = 0..1, start = [x == 1]); abs(value_at(sol, t = 1) - exp(-1)) < 1e-8    # => true
/// sol = odesolve([x''(t) == -9.81, x(0) == 20, x'(0) == 0], t = 0..10, until = x(t) == 0); abs(sol.t[-1] - sqrt(40/9.81)) < 1e-9    # => true
/// sol = odesolve([y''(t) == -y(t), y(0) == 0, y(1) == 1], t = 0..1); abs(value_at(sol, y, t = 1/2) - sin(1/2)/sin(1)) < 1e-8    # => true
/// sol = odesolve(r'' == -r/norm(r)^3, t = 0..2pi, start = [r == [1, 0], r' == [0, 1]]); norm(sol.r(2pi) - [1, 0]) < 1e-7    # => true
/// odesolve(diff(x(t), t) == a x(t), t = 0..1, start = [x == 1])    # error: [E0401]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", functions, returns = "run", see("dsolve", "value_at", "continue", "explain", "evolve", "kuramoto"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn odesolve(
    call: &Call<'_>,
    /// An equation or a list of them, conditions among them.
    equations: Spanned<Equations>,
    /// The time and its range.
    time: RangeBinding,
    /// The values at the start: `[x == 1, y == 0]`, of derivatives `x'(0) == 1`, or numbers in the order of the unknowns.
    #[named]
    #[also("y0")]
    start: Option<Spanned<Components>>,
    /// `auto`, `dopri5`, `tsit5`, `dop853`, `rk4`, `radau`, `stormer_verlet`, `yoshida4`, `yoshida6`; with noise
    /// `euler_maruyama`, `heun`, `milstein`.
    #[named]
    method: Option<MethodWord>,
    /// The relative error allowed in a step; 1e-8 if left out. Of numbers near 0 a hundredth of it is allowed besides, times the largest of the
    /// start where that is below 1.
    #[named]
    #[also("rtol")]
    tolerance: Option<f64>,
    /// The step of methods with fixed steps; the first step of others.
    #[named]
    dt: Option<f64>,
    /// The time between rows, a list of times within the range, or `steps`. If left out, a 200th of the range, or so much less that lines between rows follow the
    /// solution, down to a 6400th. `plot(sol)` draws the solution between them as well.
    #[named]
    #[also("t_eval")]
    save: Option<Spanned<Deferred>>,
    /// What happens on the way: equations and inequalities.
    #[named]
    events: Option<Spanned<Many<Expr>>>,
    /// What stops the run: equations and inequalities.
    #[named]
    until: Option<Spanned<Many<Expr>>>,
    /// What changes at the events.
    #[named]
    jumps: Option<Spanned<Changes>>,
    /// Quantities that should stay; `sol.drift` has their largest departures.
    #[named]
    conserved: Option<Spanned<Many<Expr>>>,
    /// The unknowns before the start, for equations with delays.
    #[named]
    history: Option<Spanned<Components>>,
    /// Conditions at both ends.
    #[named]
    conditions: Option<Spanned<Components>>,
    /// Near what the solution between two ends is looked for: `[y == t]`; 0 if left out.
    #[named]
    guess: Option<Spanned<Components>>,
    /// `ito` or `stratonovich`, where the amplitude of a noise depends on unknowns.
    #[named]
    noise: Option<CalculusWord>,
    /// Fixes the numbers of noise.
    #[named]
    seed: Option<u64>,
    /// Whether progress of long runs is shown; true if left out.
    #[named]
    progress: Option<bool>,
) -> Result<Value> {
    let number = |expr: &Expr| super::saving::number(call, expr, time.span);
    let range = (number(&time.range.start)?, number(&time.range.end)?);
    if range.0 == range.1 {
        let message = "the time runs from one number to another";
        return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
            .at(time.span)
            .into();
    }
    let span = equations.span;
    let mut system = read_system(call, &equations.value.items, &time.symbol, span)?;
    if let Some(conditions) = &conditions {
        system.conditions.extend(conditions.value.items.iter().cloned());
    }
    let places = Places { call, time: &time.symbol, span };
    let initial = Initial::read(&places, &system, range, start.as_ref())?;
    let count_events = events.as_ref().map_or(0, |given| given.value.items.len());
    let settings = Settings {
        range,
        method: method.unwrap_or(MethodWord::Auto),
        tolerance: tolerance.unwrap_or(1e-8),
        step: dt,
        saved: saved(call, save.as_ref(), range)?,
        calculus: noise.map(|word| match word {
            CalculusWord::Stratonovich => Calculus::Stratonovich,
            CalculusWord::Ito => Calculus::Ito,
        }),
        seed: if system.noises.is_empty() {
            0
        } else {
            seed.unwrap_or_else(|| call.seed())
        },
        progress: progress != Some(false),
        events: events.map_or_else(Vec::new, |given| given.value.items),
        until: until.map_or_else(Vec::new, |given| given.value.items),
        jumps: match &jumps {
            None => Vec::new(),
            Some(given) => jump_lists(call, given, count_events)?,
        },
        conserved: conserved.map_or_else(Vec::new, |given| given.value.items),
        history: history.map(|given| given.value.items),
        guess: guess.map(|given| given.value.items),
    };
    solve(&places, system, initial, settings)
}

/// The equations of each event; a plain list belongs to the only event.
fn jump_lists(
    call: &Call<'_>,
    given: &Spanned<Changes>,
    events: usize,
) -> Result<Vec<Vec<Expr>>> {
    let refuse = || {
        Box::new(
            Diagnostic::error(
                &codes::E0202_WRONG_ARGUMENTS,
                "jumps are equations for unknowns, for several events a list for each",
            )
            .at(given.span)
            .hint("jumps = [v == -0.9 v(t)]"),
        )
    };
    let all = |value: &Value| call.equation_parts(value, given.span)?.ok_or_else(refuse);
    let value = &given.value.0;
    let items = match value {
        Value::Expr(_) => vec![value.clone()],
        other => call.items(other, given.span)?.ok_or_else(refuse)?,
    };
    // Of one event a list may hold equations, and those of vectors are lists themselves.
    let vectors = !call.unknowns().is_empty();
    if events == 1 && vectors || items.iter().all(|item| matches!(item, Value::Expr(_))) {
        return Ok(vec![all(value)?]);
    }
    items.iter().map(all).collect()
}

/// The unknowns of a run at a time, between its rows as well.
///
/// A single unknown gives a number, several a list of equations; `value_at(sol, x, t = 1)` one of them. The solution between
/// the steps is as exact as at the steps with adaptive methods. Runs with noise are known at their rows only. At a list of
/// times there is an array of one unknown.
///
/// ```holor
/// sol = odesolve(diff(x(t), t) == 2t, t = 0..1, start = [x == 0]); max(abs(value_at(sol, t = [0.3, 0.5]) - [0.09, 0.25])) < 1e-9    # => true
/// sol = odesolve([diff(x(t), t) == y(t), diff(y(t), t) == -x(t)], t = 0..2, start = [x == 1, y == 0]); abs(value_at(sol, x, t = 1.5) - cos(1.5)) < 1e-7    # => true
/// sol = odesolve(diff(x(t), t) == 1, t = 0..1, start = [x == 0]); value_at(sol, t = 2)    # error: [E0204]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", see("odesolve"))]
fn value_at(
    call: &Call<'_>,
    /// The run.
    run: Arc<Record>,
    /// The unknown, where only one is wanted; and the time, `t = 0.3`, or a list of times.
    #[variadic]
    place: Vec<Binding>,
) -> Result<Value> {
    let Some(flow) = run.carried::<Flow>() else {
        let message = format!("{} is no run through time", run.describe());
        return Err(call.error(&codes::E0201_WRONG_TYPE, message));
    };
    let (mut point, mut wanted) = (None, None);
    for item in place {
        match item.value.clone() {
            Some(value) => point = Some((item, value)),
            None => wanted = Some(item),
        }
    }
    let point = point.filter(|(it, _)| it.symbol.name() == &*flow.time);
    let Some((at, times)) = point else {
        let message = format!("`value_at` needs the time `{}`", flow.time);
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
            .at(call.span())
            .hint(format!("value_at({}, {} = 1)", call.argument_text(0), flow.time))
            .into();
    };
    let known = |time: f64| {
        flow.problem.at(flow, time).ok_or_else(|| {
            let message = format!(
                "the run is not known at {} = {}; it goes over {}",
                flow.time,
                rounded(time),
                flow.span_text()
            );
            call.error(&codes::E0204_OUT_OF_RANGE, message)
        })
    };
    let chosen = |values: Vec<(String, Value)>| -> Result<Vec<(String, Value)>> {
        let Some(wanted) = &wanted else { return Ok(values) };
        let text = wanted.symbol.name();
        let names: Vec<String> = values.iter().map(|(name, _)| name.clone()).collect();
        match values.into_iter().find(|(own, _)| own == text) {
            Some(found) => Ok(vec![found]),
            None => Diagnostic::error(
                &codes::E0202_WRONG_ARGUMENTS,
                format!("the run has no unknown `{text}`; it has {}", names.join(", ")),
            )
            .at(wanted.span)
            .into(),
        }
    };
    let Value::Expr(time) = &times else {
        return at_times(call, flow, (at.span, times), |time| chosen(known(time)?));
    };
    let time = super::saving::number(call, time, call.span())?;
    let values = chosen(known(time)?)?;
    Ok(match values.as_slice() {
        [(_, value)] => value.clone(),
        _ => Value::List(
            values
                .iter()
                .flat_map(|(name, value)| components(name, value))
                .map(|(name, value)| {
                    Value::Expr(Expr::equation(Expr::symbol(&name), value))
                })
                .collect(),
        ),
    })
}

/// The components of an unknown with their names.
fn components(name: &str, value: &Value) -> Vec<(String, Expr)> {
    match value {
        Value::Expr(value) => vec![(name.to_string(), value.clone())],
        Value::Array(array) => {
            let unknown = Unknown { name: name.into(), shape: array.shape() };
            let numbers = array.to_complex();
            (0..unknown.count())
                .filter_map(|place| {
                    let number = crate::array::number(*numbers.get(place)?);
                    Some((unknown.component(place), number.as_expr()?.clone()))
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// One unknown at several times: an array over them.
fn at_times(
    call: &Call<'_>,
    flow: &Flow,
    (span, times): (Span, Value),
    values: impl Fn(f64) -> Result<Vec<(String, Value)>>,
) -> Result<Value> {
    let given = Given { name: None, value: times, span, written: None, local: false };
    let read = ArrayArgument::from_value(&given, call);
    let read = mismatch(read, &given, &flow.time, ArrayArgument::KIND, call)?;
    let times = read.array.as_real().unwrap_or_default();
    let mut found: Vec<Complex64> = Vec::with_capacity(times.len());
    let mut named = String::new();
    let mut axes = vec![ArrayAxis::time(times.to_vec())];
    for &time in times {
        match values(time)?.as_slice() {
            [(name, value)] => {
                named.clone_from(name);
                axes.truncate(1);
                match value {
                    Value::Array(array) => {
                        axes.extend_from_slice(array.axes());
                        found.extend(array.to_complex().iter());
                    }
                    other => found.extend(other.as_expr().and_then(plain_number)),
                }
            }
            several => {
                let names: Vec<&str> = several.iter().map(|(name, _)| &**name).collect();
                let message = format!(
                    "the run has several unknowns; at a list of times one is wanted: {}",
                    names.join(", ")
                );
                let first = names.first().copied().unwrap_or("x");
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(call.span())
                    .hint(format!(
                        "value_at({}, {first}, {} = …)",
                        call.argument_text(0),
                        flow.time
                    ))
                    .into();
            }
        }
    }
    let values: ArrayValues = if found.iter().all(|value| value.im == 0.0) {
        found.iter().map(|value| value.re).collect::<Vec<f64>>().into()
    } else {
        found.into()
    };
    let array = NumericArray::new(values, axes);
    Ok(array.map_or(Value::Nothing, |array| array.named(&named).into_value()))
}

/// A function, which derivative of it, at which time if at one, and the value.
pub(super) type Assignment = (Symbol, usize, Option<f64>, Expr);

/// The name, order and value of `x == 1`, `x(t) == 1`, `x'(0) == 1`.
pub(super) fn assignment(
    places: &Places<'_>,
    equation: &Expr,
) -> Result<Option<Assignment>> {
    let zero = Expr::zero();
    let (left, right) = match equation.node() {
        Node::Relation(Relation::Equal, left, right) => (left, right),
        Node::Relation(..) | Node::Symbol(_) => return Ok(None),
        // A component of a vector that shall be 0.
        _ => (equation, &zero),
    };
    if let Some(symbol) = left.as_symbol() {
        return Ok(Some((symbol.clone(), 0, None, right.clone())));
    }
    let atoms = places.atoms(left)?;
    let [(written, atom)] = atoms.found.as_slice() else { return Ok(None) };
    if written != left {
        return Ok(None);
    }
    Ok(match atom {
        crate::dynamics::Atom::Now(name, order) => {
            Some((name.clone(), *order, None, right.clone()))
        }
        crate::dynamics::Atom::Point(name, order, point) => {
            Some((name.clone(), *order, Some(*point), right.clone()))
        }
        _ => None,
    })
}

/// The value of a formula without symbols.
pub(super) fn value(places: &Places<'_>, expr: &Expr) -> Result<(f64, f64)> {
    match complex_number(&places.call.engine(), expr) {
        Some(value) if value.re.is_finite() && value.im.is_finite() => {
            Ok((value.re, value.im))
        }
        _ if matches!(expr.node(), holor_algebra::Node::Truth(_)) => Diagnostic::error(
            &codes::E0401_NOT_A_NUMBER,
            format!("a comparison that is `{expr}` stands where a number is needed"),
        )
        .at(places.span)
        .hint("start = [x == 1]")
        .into(),
        _ => Diagnostic::error(
            &codes::E0401_NOT_A_NUMBER,
            format!("`{expr}` is not a number"),
        )
        .at(places.span)
        .into(),
    }
}
