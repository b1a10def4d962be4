//! Equations without derivatives that say nothing about the unknowns they are to give, such as the length of a pendulum: differentiated in
//! time until they do, and kept besides.
//!
//! C. C. Pantelides, SIAM J. Sci. Stat. Comput. 9 (1988) 213, for equations whose constraints hold unknowns with rates alone; E. Hairer and
//! G. Wanner, *Solving Ordinary Differential Equations II*, VII.2, for the projection onto what is kept.

use holor_algebra::{Engine, Expr, Matrix, Symbol};

use super::coefficient;
use super::system::{System, state_symbol};
use crate::evaluate::Call;
use crate::{Diagnostic, Result, Span, codes};

/// A constraint is differentiated at most so often; that of a pendulum twice.
const MOST_DERIVATIVES: usize = 4;
/// So many unknowns at most are given by formulas that solve linear equations.
const MOST_SOLVED: usize = 4;

/// What the solution keeps: an expression of the states that stays 0, and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct Invariant {
    /// What is 0.
    pub(crate) formula: Expr,
    /// The equation as it was written.
    pub(crate) text: String,
    /// How often it was differentiated.
    pub(crate) order: usize,
}

/// Differentiates the constraints that give no unknown, until they do.
pub(super) fn reduce(call: &Call<'_>, system: &mut System, span: Span) -> Result<()> {
    let refuse =
        |message: String| Diagnostic::error(&codes::E0310_EVOLUTION, message).at(span);
    let engine = call.engine();
    let mut orders = vec![0; system.rates.len()];
    loop {
        let algebraic = algebraic(system);
        let symbols: Vec<Symbol> = algebraic
            .iter()
            .filter_map(|place| system.states.get(*place))
            .map(|(name, _)| state_symbol(name, 0))
            .collect();
        let holds = |place: &usize| {
            let rate = system.rates.get(*place);
            rate.is_some_and(|rate| symbols.iter().any(|it| rate.contains_symbol(it)))
        };
        let Some(place) = algebraic.iter().find(|place| !holds(place)).copied() else {
            if let Some(name) = unmatched(system, &algebraic, &symbols) {
                return refuse(format!(
                    "the equations without derivatives do not give `{name}({})`",
                    system.time
                ))
                .into();
            }
            break;
        };
        let text = system.texts.get(place).cloned().unwrap_or_default();
        let Some(formula) = system.rates.get(place).cloned() else { break };
        let order = orders.get(place).copied().unwrap_or(0);
        let derivative = derivative(&engine, system, &formula)?;
        if order >= MOST_DERIVATIVES || derivative.is_zero() {
            let names: Vec<String> =
                symbols.iter().filter_map(|it| written(system, it)).collect();
            return refuse(format!("`{text}` does not give {}", names.join(" or ")))
                .hint("as many equations as unknowns, each of which says something new")
                .into();
        }
        if system.noises.iter().any(|_| true) || !system.delays.is_empty() {
            return refuse(format!(
                "`{text}` gives no unknown of its own; with noise or delays such constraints are not solved"
            ))
            .into();
        }
        system.invariants.push(Invariant { formula, text, order });
        if let Some(slot) = system.rates.get_mut(place) {
            *slot = derivative;
        }
        if let Some(slot) = orders.get_mut(place) {
            *slot += 1;
        }
    }
    solve_linear(&engine, system)
}

fn algebraic(system: &System) -> Vec<usize> {
    (0..system.states.len())
        .filter(|place| system.differential.get(*place) == Some(&false))
        .collect()
}

/// The unknown as it is written, `x(t)`.
fn written(system: &System, symbol: &Symbol) -> Option<String> {
    let place = system.states.iter().position(|(name, order)| {
        *order == 0 && state_symbol(name, 0).name() == symbol.name()
    })?;
    Some(format!("`{}`", system.written(place, system.time.name())))
}

/// An unknown that no equation is left for when each takes one that it holds.
fn unmatched(system: &System, algebraic: &[usize], symbols: &[Symbol]) -> Option<Symbol> {
    let mut taken: Vec<Option<usize>> = vec![None; algebraic.len()];
    fn place(
        unknown: usize,
        holds: &dyn Fn(usize, usize) -> bool,
        taken: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for equation in 0..taken.len() {
            if !holds(equation, unknown) || seen.get(equation).copied().unwrap_or(true) {
                continue;
            }
            if let Some(mark) = seen.get_mut(equation) {
                *mark = true;
            }
            let owner = taken.get(equation).copied().flatten();
            if owner.is_none_or(|owner| place(owner, holds, taken, seen)) {
                if let Some(slot) = taken.get_mut(equation) {
                    *slot = Some(unknown);
                }
                return true;
            }
        }
        false
    }
    let holds = |equation: usize, unknown: usize| match (
        algebraic.get(equation).and_then(|it| system.rates.get(*it)),
        symbols.get(unknown),
    ) {
        (Some(rate), Some(symbol)) => rate.contains_symbol(symbol),
        _ => false,
    };
    (0..symbols.len())
        .find(|unknown| {
            let mut seen = vec![false; algebraic.len()];
            !place(*unknown, &holds, &mut taken, &mut seen)
        })
        .and_then(|unknown| algebraic.get(unknown))
        .and_then(|place| system.states.get(*place))
        .map(|(name, _)| name.clone())
}

/// The derivative in time along the solution.
fn derivative(engine: &Engine, system: &System, formula: &Expr) -> Result<Expr> {
    let time = Expr::symbol(system.time.name());
    let mut terms = vec![engine.differentiate(formula, &time, 1)?];
    for (place, (name, order)) in system.states.iter().enumerate() {
        let symbol = state_symbol(name, *order);
        if system.differential.get(place) != Some(&true)
            || !formula.contains_symbol(&symbol)
        {
            continue;
        }
        let Some(rate) = system.rates.get(place) else { continue };
        let slope = engine.differentiate(formula, &Expr::symbol(symbol.name()), 1)?;
        terms.push(Expr::mul([slope, rate.clone()]));
    }
    let sum = Expr::add(terms);
    // What cancels must not be taken for an occurrence.
    Ok(match engine.expand(&sum) {
        Ok(expanded) => expanded,
        Err(_) => engine.evaluate(&sum)?,
    })
}

/// Takes the unknowns out that linear equations with states as coefficients give; where the coefficients vanish later, the rates have no
/// finite value, and the run ends.
fn solve_linear(engine: &Engine, system: &mut System) -> Result<()> {
    let algebraic = algebraic(system);
    if algebraic.is_empty() || algebraic.len() > MOST_SOLVED || !system.delays.is_empty()
    {
        return Ok(());
    }
    let symbols: Vec<Symbol> = algebraic
        .iter()
        .filter_map(|place| system.states.get(*place))
        .map(|(name, _)| state_symbol(name, 0))
        .collect();
    let zero: Vec<(Expr, Expr)> =
        symbols.iter().map(|it| (Expr::symbol(it.name()), Expr::zero())).collect();
    let (mut entries, mut right) = (Vec::new(), Vec::new());
    for place in &algebraic {
        let Some(residual) = system.rates.get(*place) else { return Ok(()) };
        for symbol in &symbols {
            let slope = if residual.contains_symbol(symbol) {
                engine.evaluate(&coefficient(engine, residual, symbol, &symbols)?)?
            } else {
                Expr::zero()
            };
            if symbols.iter().any(|it| slope.contains_symbol(it)) {
                return Ok(());
            }
            entries.push(slope);
        }
        right.push(residual.substitute(&zero).negate());
    }
    let size = algebraic.len();
    let (Some(matrix), Some(right)) =
        (Matrix::new(size, size, entries), Matrix::new(size, 1, right))
    else {
        return Ok(());
    };
    // Without a solution as a formula the implicit method finds the numbers.
    let Ok(solution) = engine.solve_linear(&matrix, &right) else { return Ok(()) };
    let rules: Vec<(Expr, Expr)> = symbols
        .iter()
        .zip(solution.entries())
        .map(|(symbol, formula)| (Expr::symbol(symbol.name()), formula.clone()))
        .collect();
    for (_, own) in &mut system.given {
        *own = own.substitute(&rules);
    }
    for (place, (_, formula)) in algebraic.iter().zip(&rules) {
        if let Some((name, _)) = system.states.get(*place) {
            system.given.push((name.clone(), formula.clone()));
        }
    }
    for place in algebraic.iter().rev() {
        system.states.remove(*place);
        system.rates.remove(*place);
        system.differential.remove(*place);
        system.texts.remove(*place);
    }
    for rate in &mut system.rates {
        *rate = rate.substitute(&rules);
    }
    Ok(())
}
