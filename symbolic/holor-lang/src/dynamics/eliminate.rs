//! Unknowns that an equation without derivatives gives: put into the other equations, which then need no implicit method.

use holor_algebra::{Expr, Symbol};

use super::coefficient;
use super::system::{System, earlier_symbol, noise_symbol, state_symbol};
use crate::Result;
use crate::evaluate::Call;

/// Takes the unknowns out of a system that an equation `0 = r + c y` gives, where c is a number other than 0: y is `-r/c` everywhere.
pub(super) fn eliminate(call: &Call<'_>, system: &mut System) -> Result<()> {
    if !system.differential.contains(&true) {
        return Ok(());
    }
    let engine = call.engine();
    loop {
        let algebraic: Vec<usize> = (0..system.states.len())
            .filter(|place| system.differential.get(*place) == Some(&false))
            .collect();
        let mut found = None;
        'search: for unknown in &algebraic {
            let Some((name, _)) = system.states.get(*unknown).cloned() else { continue };
            let symbol = state_symbol(&name, 0);
            let one = std::slice::from_ref(&symbol);
            for equation in &algebraic {
                let Some(residual) = system.rates.get(*equation) else { continue };
                if !residual.contains_symbol(&symbol) {
                    continue;
                }
                let slope = coefficient(&engine, residual, &symbol, one)?;
                let slope = engine.evaluate(&slope)?;
                if !slope.free_symbols().is_empty() || !is_nonzero_number(&slope) {
                    continue;
                }
                let rest = residual.substitute_symbol(&symbol, &Expr::zero());
                let formula = Expr::mul([rest.negate(), slope.reciprocal()]);
                if may_stand(system, &name, &formula) {
                    found = Some((*unknown, *equation, name, formula));
                    break 'search;
                }
            }
        }
        let Some((unknown, equation, name, formula)) = found else { return Ok(()) };
        take_out(system, (unknown, equation), &name, &engine.evaluate(&formula)?);
    }
}

/// Whether a coefficient without symbols is a number other than 0.
fn is_nonzero_number(slope: &Expr) -> bool {
    crate::array::plain_number(slope)
        .is_some_and(|it| it.norm() > 0.0 && it.norm().is_finite())
}

/// Whether a formula can stand for an unknown wherever that occurs: noise has no value, and what is delayed twice is not kept.
fn may_stand(system: &System, name: &Symbol, formula: &Expr) -> bool {
    let noisy =
        (0..system.noises.len()).any(|it| formula.contains_symbol(&noise_symbol(it)));
    let late = |symbol: &Symbol| {
        system.rates.iter().any(|rate| rate.contains_symbol(symbol))
            || formula.contains_symbol(symbol)
    };
    let neutral = system.neutral
        && system.states.iter().any(|(own, order)| {
            (0..system.delays.len()).any(|delay| {
                let symbol = earlier_symbol(own, order + 1, delay);
                system.place(own, order + 1).is_none() && formula.contains_symbol(&symbol)
            })
        });
    if neutral {
        return false;
    }
    let delays = 0..system.delays.len();
    let is_late = delays.clone().any(|it| late(&earlier_symbol(name, 0, it)));
    let of_late = delays.clone().any(|delay| {
        system.states.iter().any(|(own, order)| {
            formula.contains_symbol(&earlier_symbol(own, *order, delay))
        })
    });
    !noisy && (!is_late || !of_late)
}

fn take_out(
    system: &mut System,
    (unknown, equation): (usize, usize),
    name: &Symbol,
    formula: &Expr,
) {
    // The equation that goes leaves its place to the one of the unknown that goes.
    system.rates.swap(unknown, equation);
    system.texts.swap(unknown, equation);
    system.texts.remove(unknown);
    system.rates.remove(unknown);
    system.states.remove(unknown);
    system.differential.remove(unknown);
    let symbol = |symbol: Symbol| Expr::symbol(symbol.name());
    let mut rules = vec![(symbol(state_symbol(name, 0)), formula.clone())];
    for (place, delay) in system.delays.iter().enumerate() {
        let time = Expr::symbol(system.time.name());
        let number = crate::array::number(crate::array::Complex64::new(*delay, 0.0));
        let mut shifts: Vec<(Expr, Expr)> = system
            .states
            .iter()
            .map(|(own, order)| {
                let then = symbol(earlier_symbol(own, *order, place));
                (symbol(state_symbol(own, *order)), then)
            })
            .collect();
        if let Some(number) = number.as_expr() {
            shifts.push((time.clone(), time - number));
        }
        let then = formula.substitute(&shifts);
        rules.push((symbol(earlier_symbol(name, 0, place)), then));
    }
    for rate in &mut system.rates {
        *rate = rate.substitute(&rules);
    }
    for (_, own) in &mut system.given {
        *own = own.substitute(&rules);
    }
    system.given.push((name.clone(), formula.clone()));
}
