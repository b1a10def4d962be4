//! What lies around the start: the past of equations with delays, and conditions at both ends.

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};
use holor_dynamics::ode::{BoundaryOptions, shoot};

use super::initial::Initial;
use super::odesolve::{MethodWord, assignment};
use super::problem::{Settings, flow, near, refuse};
use super::run::{Chosen, OdeProblem};
use crate::dynamics::{Atom, Choices, Compiled, Places, Room, Solver, System, record};
use crate::{Diagnostic, Result, Value, codes};

/// The past of each state, and the start where none is given.
pub(super) fn read_history(
    places: &Places<'_>,
    problem: &mut OdeProblem,
    history: &[Expr],
    initial: &mut Initial,
    start: f64,
) -> Result<()> {
    let system = &problem.system;
    let engine = places.call.engine();
    let time = std::slice::from_ref(&system.time);
    let mut formulas: Vec<Option<Expr>> = vec![None; system.states.len()];
    for (place, item) in history.iter().enumerate() {
        let (name, right) = match assignment(places, item)? {
            Some((name, 0, None, right)) => (name, right),
            None if !matches!(item.node(), holor_algebra::Node::Relation(..))
                && places.atoms(item).is_ok_and(|atoms| atoms.found.is_empty()) =>
            {
                match system.states.get(place) {
                    Some((name, 0)) => (name.clone(), item.clone()),
                    _ => {
                        return refuse(places, "there are more pasts than unknowns")
                            .into();
                    }
                }
            }
            _ => {
                return refuse(places, format!("`{item}` gives no past"))
                    .hint("history = [x == cos(t)]")
                    .into();
            }
        };
        if let Some(symbol) = right.free_symbols().iter().find(|it| **it != system.time) {
            return refuse(places, format!("`{symbol}` has no value here")).into();
        }
        for (state, (own, order)) in system.states.iter().enumerate() {
            if *own != name {
                continue;
            }
            let by = Expr::symbol(system.time.name());
            let formula = match order {
                0 => right.clone(),
                order => engine.differentiate(
                    &right,
                    &by,
                    u32::try_from(*order).unwrap_or(1),
                )?,
            };
            if let Some(slot) = formulas.get_mut(state) {
                *slot = Some(formula);
            }
        }
    }
    let formulas: Vec<Expr> = formulas
        .into_iter()
        .enumerate()
        .map(|(place, formula)| {
            formula.ok_or_else(|| {
                Box::new(
                    refuse(places, format!("`{}` has no past", system.state_name(place)))
                        .hint(format!("history = [{} == 1]", system.state_name(place))),
                )
            })
        })
        .collect::<Result<_>>()?;
    let compiled = Compiled::new(places.call, &formulas, time, problem.complex)?;
    let mut values = vec![0.0; if problem.complex { 2 } else { 1 } * formulas.len()];
    compiled.fill(&mut Room::default(), Some(start), &[], &mut values);
    for (place, slot) in initial.start.iter_mut().enumerate() {
        let value = if problem.complex {
            (values.get(2 * place).copied(), values.get(2 * place + 1).copied())
        } else {
            (values.get(place).copied(), Some(0.0))
        };
        if let ((Some(re), Some(im)), None) = (value, &slot) {
            *slot = Some((re, im));
        }
    }
    if problem.system.neutral {
        let by = Expr::symbol(problem.system.time.name());
        let slopes = formulas
            .iter()
            .map(|formula| engine.differentiate(formula, &by, 1))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let slopes = Compiled::new(places.call, &slopes, time, problem.complex)?;
        problem.history_slope = Some(slopes);
    }
    problem.history = Some(compiled);
    Ok(())
}

/// Conditions at both ends, by shooting.
pub(super) fn between(
    places: &Places<'_>,
    system: System,
    initial: &Initial,
    settings: Settings,
    complex: bool,
) -> Result<Value> {
    let call = places.call;
    if !system.delays.is_empty()
        || !system.noises.is_empty()
        || system.differential.iter().any(|it| !it)
        || !settings.events.is_empty()
        || !settings.until.is_empty()
        || !settings.conserved.is_empty()
        || settings.method != MethodWord::Auto
    {
        return refuse(
            places,
            "conditions at both ends go with plain equations only, without delays, noise, events or a method",
        )
        .into();
    }
    let size = system.states.len();
    let end = |place: usize, side: usize| Symbol::new(&format!("end {side} {place}"));
    let ends: Vec<Symbol> =
        (0..2).flat_map(|side| (0..size).map(move |place| end(place, side))).collect();
    let mut residuals = Vec::new();
    for (place, value) in initial.start.iter().enumerate() {
        if let Some((re, im)) = value {
            let number = crate::array::number(crate::array::Complex64::new(*re, *im));
            if let Value::Expr(number) = number {
                residuals.push(Expr::symbol(end(place, 0).name()) - &number);
            }
        }
    }
    for condition in &initial.boundary {
        let residual = match condition.node() {
            holor_algebra::Node::Relation(
                holor_algebra::Relation::Equal,
                left,
                right,
            ) => left.clone() - right,
            holor_algebra::Node::Relation(..) => {
                return refuse(
                    places,
                    format!("`{condition}` is no condition such as y(1) == 2"),
                )
                .into();
            }
            // A component of a vector that shall be 0.
            _ => condition.clone(),
        };
        let mut rules = Vec::new();
        for (written, atom) in places.atoms(&residual)?.found {
            let Atom::Point(name, order, point) = atom else { continue };
            let side = if near(point, settings.range.0, settings.range) {
                0
            } else if near(point, settings.range.1, settings.range) {
                1
            } else {
                return refuse(
                    places,
                    format!(
                        "`{written}` lies at neither end of {} = {}..{}",
                        system.time, settings.range.0, settings.range.1
                    ),
                )
                .into();
            };
            let Some(place) = system.place(&name, order) else {
                return refuse(
                    places,
                    format!("`{written}` is no unknown of the equations"),
                )
                .into();
            };
            rules.push((written, Expr::symbol(end(place, side).name())));
        }
        let residual = residual.substitute(&rules);
        if let Some(symbol) = residual.free_symbols().iter().find(|it| !ends.contains(it))
        {
            return refuse(places, format!("`{symbol}` has no value here")).into();
        }
        residuals.push(residual);
    }
    if residuals.len() != size {
        return refuse(
            places,
            format!("{size} conditions are needed, {} are given", residuals.len()),
        )
        .into();
    }
    let variables = system.variables();
    let rates = Compiled::new(call, &system.rates, &variables, complex)?;
    let choices = Choices::of(&system, complex);
    let conditions = Compiled::new(call, &residuals, &ends, complex)?;
    let mut problem = OdeProblem::plain(call, system, complex, settings.saved.clone())?;
    problem.rates = rates;
    if let Some(choices) = choices {
        problem.chosen = Some(Chosen::new(call, &problem.system, choices, complex)?);
    }
    let width = if complex { 2 * size } else { size };
    if let Some(guess) = &settings.guess {
        let mut blank = Initial {
            start: vec![Some((0.0, 0.0)); size],
            given: Vec::new(),
            boundary: Vec::new(),
        };
        read_history(places, &mut problem, guess, &mut blank, settings.range.0)?;
    }
    let guess = problem.history.take();
    let mut rooms = (Room::default(), Room::default());
    let mut boundary = |from: &[f64], to: &[f64], out: &mut [f64]| {
        conditions.fill(&mut rooms.0, None, &[from, to], out);
    };
    let mut near = |t: f64| {
        let mut values = vec![0.0; width];
        if let Some(guess) = &guess {
            guess.fill(&mut rooms.1, Some(t), &[], &mut values);
        }
        values
    };
    let mut options = BoundaryOptions::default();
    if settings.tolerance < 1e-9 {
        options.tolerance = settings.tolerance;
    }
    let length = (settings.range.1 - settings.range.0).abs();
    let parts = if complex { 2 } else { 1 };
    options.units = problem
        .system
        .states
        .iter()
        .flat_map(|(_, order)| {
            let order = i32::try_from(*order).unwrap_or(i32::MAX);
            std::iter::repeat_n(length.powi(order).recip(), parts)
        })
        .collect();
    let mut equations = problem.equations();
    let solution =
        shoot(&mut equations, &mut boundary, settings.range, &mut near, &options)
            .map_err(|error| {
                Box::new(
                    Diagnostic::error(
                        &codes::E0304_NOT_FOUND,
                        error.message().to_string(),
                    )
                    .at(places.span)
                    .hint(format!("guess = [{} == …]", problem.system.state_name(0))),
                )
            })?;
    drop(equations);
    if !solution.is_determined() {
        let message = format!(
            "the conditions leave `{}` open: this is one of many solutions, or nearly so",
            problem.system.state_name(0)
        );
        call.warn(
            Diagnostic::warning(&codes::E0311_NOT_UNIQUE, message)
                .at(places.span)
                .hint("a condition that chooses one, instead of one that follows from the others"),
        );
    }
    let solver = Solver::Boundary(Arc::new(solution), settings.range.1);
    let time = problem.system.time.clone();
    record(flow(Arc::new(problem), solver, &time, &settings))
}
