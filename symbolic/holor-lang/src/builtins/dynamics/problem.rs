//! A system of equations with all options, made ready and solved.

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};
use holor_dynamics::ode::{
    Calculus, DelayOptions, DelayRun, Direction, Method, Options, Run, Save, Scheme,
    StochasticOptions, StochasticRun,
};

use super::consistent::complete_algebraic;
use super::ends::{between, read_history};
use super::odesolve::{MethodWord, assignment, value};
use super::run::{Happening, Noisy, OdeProblem};
use super::saving::check_rows;
use crate::builtin::{Components, Spanned};
use crate::dynamics::{
    Compiled, Flow, Jump, Places, Problem, Room, Saved, Solver, System, coefficient,
    counted, derivatives, go_on, is_complex, jacobian, levels,
};
use crate::{Diagnostic, Result, Value, codes};

/// Values at the start and conditions at both ends.
#[derive(Debug)]
pub(super) struct Initial {
    /// The value of each state, where one is given.
    pub(super) start: Vec<Option<(f64, f64)>>,
    /// The value of each unknown that the others give, where one is given besides.
    pub(super) given: Vec<Option<(f64, f64)>>,
    /// Conditions that are about the other end as well.
    pub(super) boundary: Vec<Expr>,
}

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

impl Initial {
    /// Reads values to start from, and separates conditions that are about both ends.
    pub(super) fn read(
        places: &Places<'_>,
        system: &System,
        range: (f64, f64),
        start: Option<&Spanned<Components>>,
    ) -> Result<Self> {
        let mut initial = Self {
            start: vec![None; system.states.len()],
            given: vec![None; system.given.len()],
            boundary: Vec::new(),
        };
        for condition in &system.conditions {
            let simple =
                assignment(places, condition)?.filter(|(name, order, point, right)| {
                    point.is_some_and(|point| near(point, range.0, range))
                        && (system.place(name, *order).is_some()
                            || *order == 0 && system.given(name).is_some())
                        && places.atoms(right).is_ok_and(|atoms| atoms.found.is_empty())
                });
            match simple {
                Some((name, order, _, right)) => {
                    initial.set(places, system, (&name, order), &right)?;
                }
                None => initial.boundary.push(condition.clone()),
            }
        }
        let Some(start) = start else { return Ok(initial) };
        let inner = Places { call: places.call, time: places.time, span: start.span };
        for (place, item) in start.value.items.iter().enumerate() {
            if !matches!(item.node(), holor_algebra::Node::Relation(..))
                && places.atoms(item).is_ok_and(|atoms| atoms.found.is_empty())
            {
                if place >= system.states.len() {
                    let message = format!(
                        "{} to start from for {}",
                        counted(start.value.items.len(), "value"),
                        counted(system.states.len(), "unknown")
                    );
                    return refuse(&inner, message).into();
                }
                let number = value(&inner, item)?;
                if let Some(slot) = initial.start.get_mut(place) {
                    *slot = Some(number);
                }
                continue;
            }
            let Some((name, order, point, right)) = assignment(&inner, item)? else {
                return refuse(&inner, format!("`{item}` gives no value to start from"))
                    .hint("start = [x == 1]")
                    .into();
            };
            if let Some(point) = point.filter(|point| !near(*point, range.0, range)) {
                return refuse(
                    &inner,
                    format!(
                        "the run starts at {} = {}, not at {point}",
                        system.time, range.0
                    ),
                )
                .into();
            }
            initial.set(&inner, system, (&name, order), &right)?;
        }
        Ok(initial)
    }

    fn set(
        &mut self,
        places: &Places<'_>,
        system: &System,
        (name, order): (&Symbol, usize),
        right: &Expr,
    ) -> Result<()> {
        let given = system.given.iter().position(|(own, _)| own == name && order == 0);
        if let Some(slot) = given.and_then(|given| self.given.get_mut(given)) {
            *slot = Some(value(places, right)?);
            return Ok(());
        }
        let Some(place) = system.place(name, order) else {
            let message = format!(
                "`{name}{}` is no unknown that starts with a value",
                "'".repeat(order)
            );
            let known: Vec<String> = (0..system.states.len())
                .map(|place| system.written(place, system.time.name()))
                .collect();
            return refuse(places, message).hint(known.join(", ")).into();
        };
        let number = value(places, right)?;
        match self.start.get_mut(place) {
            Some(Some(known)) if *known != number => {
                refuse(places, format!("there are two values to start from for `{name}`"))
                    .into()
            }
            Some(slot) => {
                *slot = Some(number);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// All values, or which one is missing.
    fn complete(
        &self,
        places: &Places<'_>,
        system: &System,
        start: f64,
    ) -> Result<Vec<(f64, f64)>> {
        self.start
            .iter()
            .enumerate()
            .map(|(place, value)| {
                value.ok_or_else(|| {
                    let point = crate::dynamics::brief(start);
                    Box::new(
                        refuse(
                            places,
                            format!(
                                "`{}` has no value to start from",
                                system.written(place, &point)
                            ),
                        )
                        .hint(format!(
                            "start = [{} == 1]",
                            system.written(place, &point)
                        )),
                    )
                })
            })
            .collect()
    }
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
        let mut options = Options::with(method)
            .tolerance(settings.tolerance, settings.tolerance * 1e-2)
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
            if !complex && matches!(method, Method::Auto | Method::Radau) {
                problem.jacobian = jacobian(call, &system);
            }
            if symplectic && system.second_order {
                accelerations(places, &mut problem)?;
            }
            let run = Run::new(settings.range.0, &start, options).map_err(mistaken)?;
            Solver::Ordinary(Box::new(run))
        } else {
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

/// Events with what they change, then what stops the run.
fn happenings(
    places: &Places<'_>,
    problem: &mut OdeProblem,
    settings: &Settings,
) -> Result<()> {
    let complex = problem.complex;
    let system = problem.system.clone();
    if !settings.jumps.is_empty() && settings.jumps.len() != settings.events.len() {
        return refuse(
            places,
            format!(
                "there are jumps for {} events, but {} events",
                settings.jumps.len(),
                settings.events.len()
            ),
        )
        .hint("jumps = [[v == -v(t)], []]")
        .into();
    }
    let variables = system.variables();
    let now = variables.get(..=system.states.len()).unwrap_or(&variables);
    for (place, level) in
        levels(places, &system, &settings.events, complex)?.into_iter().enumerate()
    {
        let jump = match settings.jumps.get(place) {
            None => None,
            Some(equations) if equations.is_empty() => None,
            Some(equations) => {
                let (mut states, mut values) = (Vec::new(), Vec::new());
                for equation in equations {
                    let found = assignment(places, equation)?
                        .filter(|(_, _, point, _)| point.is_none())
                        .and_then(|(name, order, _, right)| {
                            Some((system.place(&name, order)?, right))
                        });
                    let Some((state, right)) = found else {
                        return refuse(
                            places,
                            format!("`{equation}` changes no unknown"),
                        )
                        .hint("jumps = [v == -0.9 v(t)]")
                        .into();
                    };
                    states.push(state);
                    values.push(system.formula(places, &right)?);
                }
                let values = Compiled::new(places.call, &values, now, complex)?;
                Some(Jump { states, values })
            }
        };
        problem.happenings.push(Happening { level, terminal: false, jump });
    }
    problem.watched = problem.happenings.len();
    for level in levels(places, &system, &settings.until, complex)? {
        problem.happenings.push(Happening { level, terminal: true, jump: None });
    }
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
    let slopes = derivatives(places.call, system, &formulas);
    problem.invariants = slopes.map(|slopes| (compiled, slopes));
    Ok(())
}

/// Refuses values to start from that contradict the equations without derivatives.
fn check_given(
    places: &Places<'_>,
    problem: &OdeProblem,
    initial: &Initial,
    settings: &Settings,
    start: &[f64],
) -> Result<()> {
    if initial.given.iter().all(Option::is_none) || !problem.system.delays.is_empty() {
        return Ok(());
    }
    let parts = if problem.complex { 2 } else { 1 };
    let mut values = vec![0.0; problem.given.len() * parts];
    let mut room = Room::default();
    problem.given.fill(&mut room, Some(settings.range.0), &[start], &mut values);
    for (place, value) in initial.given.iter().enumerate() {
        let Some((re, im)) = value else { continue };
        let at = |part: usize| values.get(place * parts + part).copied();
        let (own_re, own_im) = (
            at(0).unwrap_or(f64::NAN),
            if parts == 2 { at(1).unwrap_or(0.0) } else { 0.0 },
        );
        let away = (re - own_re).hypot(im - own_im);
        let allowed = settings.tolerance * (1e-2 + re.hypot(*im));
        if away.is_nan() || away > allowed.max(1e-10) {
            let name = problem.system.state_name(problem.system.states.len() + place);
            let message = format!(
                "`{name}` starts with {}, but its equation gives {}",
                crate::array::short(*re),
                crate::array::short(own_re)
            );
            return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                .at(places.span)
                .hint("leave its start out")
                .into();
        }
    }
    Ok(())
}

/// Refuses a run whose end is met before it begins.
fn check_started(
    places: &Places<'_>,
    problem: &OdeProblem,
    settings: &Settings,
    start: &[f64],
) -> Result<()> {
    let mut room = Room::default();
    for happening in problem.happenings.iter().filter(|it| it.terminal) {
        let level = &happening.level;
        let value = level.function.real(&mut room, 0, settings.range.0, start);
        if level.direction == Direction::Rising && value > 0.0 {
            return refuse(
                places,
                format!("`{}` holds at the start already", level.text),
            )
            .into();
        }
    }
    Ok(())
}

/// Noise terms: their amplitudes, and the scheme that fits.
fn noise(
    places: &Places<'_>,
    problem: &mut OdeProblem,
    settings: &Settings,
) -> Result<()> {
    let call = places.call;
    let engine = call.engine();
    let system = &problem.system;
    if problem.complex {
        return refuse(places, "noise in equations with complex unknowns is not solved")
            .hint("write real and imaginary part as two unknowns")
            .into();
    }
    let size = system.states.len();
    let symbols: Vec<Symbol> =
        (0..system.noises.len()).map(|it| system.noise(it)).collect();
    let silent: Vec<(Expr, Expr)> =
        symbols.iter().map(|it| (Expr::symbol(it.name()), Expr::zero())).collect();
    let mut amplitudes = Vec::with_capacity(size * symbols.len());
    let mut drift = Vec::with_capacity(size);
    for rate in &system.rates {
        for symbol in &symbols {
            let amplitude = if rate.contains_symbol(symbol) {
                coefficient(&engine, rate, symbol, &symbols)?
            } else {
                Expr::zero()
            };
            if symbols.iter().any(|it| amplitude.contains_symbol(it)) {
                return refuse(places, "the equations are not linear in the noise")
                    .into();
            }
            amplitudes.push(amplitude);
        }
        drift.push(rate.substitute(&silent));
    }
    let variables = system.variables();
    let past = variables.get(size + 1..).unwrap_or_default();
    if amplitudes.iter().any(|it| past.iter().any(|symbol| it.contains_symbol(symbol))) {
        return refuse(places, "the amplitude of a noise cannot depend on the past")
            .into();
    }
    let constant = amplitudes.iter().all(|it| it.free_symbols().is_empty());
    let states = variables.get(1..=size).unwrap_or_default();
    let multiplicative = amplitudes
        .iter()
        .any(|it| states.iter().any(|symbol| it.contains_symbol(symbol)));
    let now = variables.get(..=size).unwrap_or(&variables);
    let rows: Vec<&[Expr]> = amplitudes.chunks(symbols.len().max(1)).collect();
    let filled = |row: &&[Expr]| row.iter().filter(|it| !it.is_zero()).count();
    // Diagonal: each unknown has a noise of its own at most.
    let shared = (0..symbols.len()).any(|column| {
        rows.iter().filter(|row| row.get(column).is_some_and(|it| !it.is_zero())).count()
            > 1
    });
    let diagonal = !shared && rows.iter().all(|row| filled(row) <= 1);
    let single: Vec<Expr> = rows
        .iter()
        .map(|row| {
            row.iter().find(|it| !it.is_zero()).cloned().unwrap_or_else(Expr::zero)
        })
        .collect();
    let own = diagonal
        && single.iter().enumerate().all(|(place, amplitude)| {
            states.iter().zip(&single).enumerate().all(|(other, (symbol, noise))| {
                other == place || noise.is_zero() || !amplitude.contains_symbol(symbol)
            })
        });
    let calculus = match settings.calculus {
        Some(calculus) => calculus,
        None if !multiplicative => Calculus::Ito,
        None => {
            return refuse(
                places,
                "noise whose amplitude depends on unknowns can be meant in two ways",
            )
            .hint("noise = ito")
            .hint("noise = stratonovich")
            .into();
        }
    };
    let scheme = match settings.method.scheme() {
        Some(Scheme::Milstein) if !own => {
            return refuse(
                places,
                "Milstein's scheme needs for each unknown a noise of its own, whose amplitude depends on no other unknown with noise",
            )
            .hint("method = euler_maruyama")
            .into();
        }
        Some(scheme) => scheme,
        None if settings.method != MethodWord::Auto => {
            return refuse(places, "this method knows no noise")
                .hint("method = euler_maruyama")
                .hint("method = heun")
                .hint("method = milstein")
                .into();
        }
        None if calculus == Calculus::Stratonovich && multiplicative => Scheme::Heun,
        None if multiplicative && own => Scheme::Milstein,
        None => Scheme::EulerMaruyama,
    };
    let formulas = if diagonal { single } else { amplitudes.clone() };
    problem.noisy = Some(Noisy {
        amplitudes: Compiled::new(call, &formulas, now, false)?,
        columns: if diagonal { None } else { Some(symbols.len()) },
        constant: constant && diagonal,
        calculus,
        scheme,
    });
    problem.rates = Compiled::new(call, &drift, &variables, false)?;
    Ok(())
}
