//! A system of equations with all options, made ready and solved.

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};
use holor_dynamics::ode::{
    Calculus, DelayOptions, DelayRun, Method, Options, Run, Save, StochasticOptions,
    StochasticRun,
};

use super::consistent::complete_algebraic;
use super::ends::{between, read_history};
use super::happenings::{check_started, happenings};
use super::initial::{Initial, check_given};
use super::noise::noise;
use super::odesolve::MethodWord;
use super::run::{Chosen, OdeProblem};
use super::saving::check_rows;
use crate::dynamics::{
    Choices, Compiled, Flow, Places, Problem, Room, Saved, Solver, System, derivatives,
    go_on, is_complex, jacobian,
};
use crate::{Diagnostic, Result, Value, codes};

/// What was asked for besides the equations.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) range: (f64, f64),
    pub(super) method: MethodWord,
    pub(super) tolerance: f64,
    pub(super) step: Option<f64>,
    pub(super) saved: Saved,
    pub(super) calculus: Option<Calculus>,
    pub(super) seed: u64,
    pub(super) progress: bool,
    pub(super) events: Vec<Expr>,
    pub(super) until: Vec<Expr>,
    pub(super) jumps: Vec<Vec<Expr>>,
    pub(super) conserved: Vec<Expr>,
    pub(super) history: Option<Vec<Expr>>,
    pub(super) guess: Option<Vec<Expr>>,
}

pub(super) fn refuse(places: &Places<'_>, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(places.span)
}

pub(super) fn near(a: f64, b: f64, range: (f64, f64)) -> bool {
    (a - b).abs() <= 1e-12 * (range.1 - range.0).abs().max(a.abs())
}

/// States as real numbers, of complex ones pairs.
fn flat(values: &[(f64, f64)], complex: bool) -> Vec<f64> {
    if complex {
        values.iter().flat_map(|(re, im)| [*re, *im]).collect()
    } else {
        values.iter().map(|(re, _)| *re).collect()
    }
}

/// Solves a system with these settings.
pub(super) fn solve(
    places: &Places<'_>,
    mut system: System,
    mut initial: Initial,
    settings: Settings,
) -> Result<Value> {
    let call = places.call;
    let complex = system.rates.iter().any(is_complex)
        || initial.start.iter().flatten().any(|(_, im)| *im != 0.0)
        || settings.history.iter().flatten().any(is_complex)
        || settings.guess.iter().flatten().any(is_complex)
        || initial.boundary.iter().any(is_complex);
    let algebraic = system.differential.iter().any(|it| !it);
    let symplectic = matches!(
        settings.method,
        MethodWord::StormerVerlet | MethodWord::Yoshida4 | MethodWord::Yoshida6
    );
    let fixed = settings.method.ordinary().is_some_and(Method::is_fixed);
    if symplectic && !system.second_order {
        separate(&mut system, &mut initial);
    }
    let size = system.states.len();
    if !initial.boundary.is_empty() {
        return between(places, system, &initial, settings, complex);
    }
    if settings.guess.is_some() {
        return refuse(places, "`guess` is for conditions at both ends").into();
    }
    if fixed && settings.step.is_none()
        || !system.noises.is_empty() && settings.step.is_none()
    {
        let what = if fixed { "a method with fixed steps" } else { "a run with noise" };
        return refuse(places, format!("{what} needs the step `dt`"))
            .hint(format!(
                "dt = {}",
                crate::array::short((settings.range.1 - settings.range.0).abs() / 1000.0)
            ))
            .into();
    }
    let variables = system.variables();
    let mut problem =
        OdeProblem::plain(call, system.clone(), complex, settings.saved.clone())?;
    problem.conserved_texts =
        settings.conserved.iter().map(ToString::to_string).collect();
    problem.step = settings
        .step
        .map(|step| (settings.method.ordinary().unwrap_or(Method::RungeKutta4), step));
    happenings(places, &mut problem, &settings)?;
    let special = !system.delays.is_empty() || !system.noises.is_empty();
    if special
        && (!problem.happenings.is_empty() || !settings.conserved.is_empty() || algebraic)
    {
        return refuse(
            places,
            "events, jumps, conserved quantities and equations without derivatives are not watched with delays or noise",
        )
        .into();
    }
    if system.neutral && !system.noises.is_empty() {
        return refuse(places, "noise goes with earlier values, not with earlier rates")
            .into();
    }
    if special && settings.range.1 < settings.range.0 {
        return refuse(places, "with delays or noise time runs forwards").into();
    }
    let conserved: Vec<Expr> = settings
        .conserved
        .iter()
        .map(|quantity| system.formula(places, quantity))
        .collect::<Result<_>>()?;
    let now = variables.get(..=size).unwrap_or(&variables);
    problem.conserved = Compiled::new(call, &conserved, now, complex)?;
    if !system.noises.is_empty() {
        noise(places, &mut problem, &settings)?;
    } else {
        problem.rates = Compiled::new(call, &system.rates, &variables, complex)?;
    }
    if let Some(saved) =
        settings.saved.interval(settings.range, settings.step.filter(|_| fixed))
    {
        check_rows(call, (settings.range.1 - settings.range.0).abs() / saved, size)?;
    }
    if let Some(history) = &settings.history {
        if system.delays.is_empty() {
            return refuse(
                places,
                "`history` is for equations with delays, such as x(t - 1)",
            )
            .into();
        }
        read_history(places, &mut problem, history, &mut initial, settings.range.0)?;
    } else if !system.delays.is_empty() {
        return refuse(
            places,
            "equations with delays need the unknowns before the start",
        )
        .hint(format!("history = [{} == 1]", system.state_name(0)))
        .into();
    }
    if algebraic {
        complete_algebraic(places, &system, &mut initial, settings.range.0)?;
    }
    let start = flat(&initial.complete(places, &system, settings.range.0)?, complex);
    keep_invariants(places, &mut problem, &settings, &start)?;
    check_given(places, &problem, &initial, &settings, &start)?;
    check_started(places, &problem, &settings, &start)?;
    let mistaken = |error: holor_dynamics::Error| {
        Box::new(
            Diagnostic::error(&codes::E0310_EVOLUTION, error.message().to_string())
                .at(places.span),
        )
    };
    let solver = if let Some(noisy) = &problem.noisy {
        let step = settings.step.unwrap_or(1.0);
        let mut options = StochasticOptions::new(step, settings.seed);
        options.calculus = noisy.calculus;
        options.scheme = noisy.scheme;
        options.delays.clone_from(&system.delays);
        options.save = match (
            &settings.saved,
            settings.saved.interval(settings.range, Some(step)),
        ) {
            (Saved::Steps, _) => Save::Steps,
            (Saved::At(times), _) => Save::At(times.clone()),
            (_, Some(interval)) => Save::Every(interval),
            _ => Save::Ends,
        };
        let run =
            StochasticRun::new(settings.range.0, &start, options).map_err(mistaken)?;
        Solver::Stochastic(Box::new(run))
    } else {
        let Some(method) = settings.method.ordinary() else {
            return refuse(
                places,
                "this method is for equations with noise, such as a noise()",
            )
            .into();
        };
        let most = start.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        // Of what starts small, as lengths of atoms in metres, a tolerance beside numbers of 1 is no small error.
        let near_zero = 1e-2 * if most > 0.0 { most.min(1.0) } else { 1.0 };
        let mut options = Options::with(method)
            .tolerance(settings.tolerance, settings.tolerance * near_zero)
            .dense();
        options.step = settings.step;
        if system.delays.is_empty() {
            if algebraic {
                let diagonal: Vec<f64> = system
                    .differential
                    .iter()
                    .flat_map(|it| {
                        vec![f64::from(u8::from(*it)); if complex { 2 } else { 1 }]
                    })
                    .collect();
                let size = diagonal.len();
                let mut mass = vec![0.0; size * size];
                for (place, value) in diagonal.iter().enumerate() {
                    if let Some(entry) = mass.get_mut(place * size + place) {
                        *entry = *value;
                    }
                }
                problem.mass = Some(mass);
            }
            let choices = if symplectic { None } else { Choices::of(&system, complex) };
            let rates = choices.as_ref().map_or(&system.rates, |it| &it.rates);
            if algebraic && let Some(function) = Choices::left(&system, rates, complex) {
                let text = system.as_written(&function);
                call.warn(
                    Diagnostic::warning(
                        &codes::E0406_UNRESOLVED,
                        format!("steps may go over changes of the sign of `{text}`, which hangs on an unknown without a derivative"),
                    )
                    .at(places.span),
                );
            }
            if !complex && matches!(method, Method::Auto | Method::Radau) {
                problem.jacobian = jacobian(call, &system, choices.as_ref());
            }
            if let Some(choices) = choices {
                problem.chosen = Some(Chosen::new(call, &system, choices, complex)?);
            }
            if symplectic && system.second_order {
                accelerations(places, &mut problem)?;
            }
            let run = Run::new(settings.range.0, &start, options).map_err(mistaken)?;
            Solver::Ordinary(Box::new(run))
        } else {
            if let Some(choices) = Choices::of_time(&system, complex) {
                problem.chosen = Some(Chosen::new(call, &system, choices, complex)?);
            }
            let delays = system.delays.clone();
            let options = DelayOptions { delays, options, neutral: system.neutral };
            let run =
                DelayRun::new(settings.range.0, &start, options).map_err(mistaken)?;
            Solver::Delayed(Box::new(run))
        }
    };
    let flow = flow(Arc::new(problem), solver, &system.time, &settings);
    go_on(call, flow, settings.range.1)
}

pub(super) fn flow(
    problem: Arc<dyn Problem>,
    solver: Solver,
    time: &Symbol,
    settings: &Settings,
) -> Flow {
    Flow {
        problem,
        solver,
        time: time.name().into(),
        range: settings.range,
        seconds: 0.0,
        progress: settings.progress,
        ending: String::new(),
    }
}

/// Puts states whose rates depend on the others only first, as symplectic methods want them: positions, then momenta.
fn separate(system: &mut System, initial: &mut Initial) {
    let size = system.states.len();
    let variables = system.variables();
    let Some(symbols) = variables.get(1..=size) else { return };
    let acts = |rate: usize, on: usize| matches!((system.rates.get(rate), symbols.get(on)), (Some(rate), Some(symbol)) if rate.contains_symbol(symbol));
    let mut side: Vec<Option<bool>> = vec![None; size];
    for first in 0..size {
        if side.get(first).copied().flatten().is_some() {
            continue;
        }
        let mut pending = vec![(first, false)];
        while let Some((place, own)) = pending.pop() {
            match side.get(place).copied().flatten() {
                Some(known) if known != own => return,
                Some(_) => continue,
                None => {}
            }
            if let Some(slot) = side.get_mut(place) {
                *slot = Some(own);
            }
            pending.extend(
                (0..size)
                    .filter(|other| acts(place, *other) || acts(*other, place))
                    .map(|other| (other, !own)),
            );
        }
    }
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by_key(|place| side.get(*place).copied().flatten());
    let pick = |places: &[usize]| places.to_vec();
    let order = pick(&order);
    system.states =
        order.iter().filter_map(|it| system.states.get(*it).cloned()).collect();
    system.rates = order.iter().filter_map(|it| system.rates.get(*it).cloned()).collect();
    system.differential =
        order.iter().filter_map(|it| system.differential.get(*it).copied()).collect();
    initial.start =
        order.iter().filter_map(|it| initial.start.get(*it).copied()).collect();
}

fn accelerations(places: &Places<'_>, problem: &mut OdeProblem) -> Result<()> {
    let system = &problem.system;
    let half = system.states.len() / 2;
    let variables = system.variables();
    let rates = system.rates.get(half..).unwrap_or_default();
    for symbol in variables.get(half + 1..).unwrap_or_default() {
        if rates.iter().any(|rate| rate.contains_symbol(symbol)) {
            return refuse(
                places,
                "symplectic methods need accelerations that do not depend on velocities",
            )
            .hint("method = dop853")
            .into();
        }
    }
    let positions = variables.get(..=half).unwrap_or_default();
    problem.accelerations =
        Some(Compiled::new(places.call, rates, positions, problem.complex)?);
    Ok(())
}

/// Prepares what equations without derivatives keep, which the start must satisfy.
fn keep_invariants(
    places: &Places<'_>,
    problem: &mut OdeProblem,
    settings: &Settings,
    start: &[f64],
) -> Result<()> {
    let system = &problem.system;
    if system.invariants.is_empty() {
        return Ok(());
    }
    let refuse = |message: String| {
        Diagnostic::error(&codes::E0310_EVOLUTION, message).at(places.span)
    };
    if problem.complex {
        let text = system.invariants.first().map_or("", |it| it.text.as_str());
        let message = format!(
            "`{text}` gives no unknown of its own; such constraints are not solved with complex unknowns"
        );
        return refuse(message).into();
    }
    let formulas: Vec<Expr> =
        system.invariants.iter().map(|it| it.formula.clone()).collect();
    let compiled = Compiled::new(places.call, &formulas, &system.variables(), false)?;
    let mut rests = vec![0.0; formulas.len()];
    compiled.fill(&mut Room::default(), Some(settings.range.0), &[start], &mut rests);
    let size = start.iter().fold(1.0_f64, |size, value| size.max(value.abs()));
    for (invariant, rest) in system.invariants.iter().zip(&rests) {
        if rest.is_nan() || rest.abs() > (settings.tolerance * size).max(1e-9) {
            let text = &invariant.text;
            let rest = crate::array::short(*rest);
            let message = match invariant.order {
                0 => format!("the start leaves {rest} in `{text}`"),
                1 => format!(
                    "the start leaves {rest} in the derivative of `{text}` in time, which holds as well"
                ),
                order => format!(
                    "the start leaves {rest} in derivative {order} of `{text}` in time, which holds as well"
                ),
            };
            return refuse(message).into();
        }
    }
    let slopes = derivatives(places.call, system, &formulas, &[]);
    problem.invariants = slopes.map(|slopes| (compiled, slopes));
    Ok(())
}
