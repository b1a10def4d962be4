//! Systems that are not polynomial: denominators cleared, one unknown after the other put in, and every
//! candidate put back into the equations.

use symplex::polysys::solve_system_ex;
use symplex::prelude::Ex;

use super::convert::Session;
use super::failure::not_found;
use super::{Solution, Solutions, guard, solve};
use crate::{AlgebraResult, Expr, Property, Symbol};

/// More candidates than this are not followed.
const MOST: usize = 64;

/// Solutions of a part of the equations, with the parameters of families among them.
struct Found {
    solutions: Vec<Vec<(Symbol, Expr)>>,
    parameters: Vec<(Symbol, Property)>,
}

/// The solutions of a system, given as expressions that shall be 0.
pub(super) fn eliminate(
    session: &Session,
    equations: &[Expr],
    unknowns: &[Symbol],
) -> AlgebraResult<Solutions> {
    let cleared = equations
        .iter()
        .map(|equation| Ok(session.value(equation)?.together().as_numer_denom().0.eval()))
        .collect::<AlgebraResult<Vec<Ex>>>()?;
    let variables = unknowns
        .iter()
        .map(|unknown| session.symbol(unknown))
        .collect::<AlgebraResult<Vec<Ex>>>()?;
    let found = match solve_system_ex(&cleared, &variables) {
        Ok(candidates) => Found {
            solutions: candidates
                .iter()
                .map(|values| {
                    let values = session.export_all(values)?;
                    Ok(unknowns.iter().cloned().zip(values).collect())
                })
                .collect::<AlgebraResult<_>>()?,
            parameters: Vec::new(),
        },
        Err(_) => follow(session, &session.export_all(&cleared)?, unknowns)?,
    };
    let mut solutions = Vec::new();
    for found in found.solutions {
        let ordered = unknowns
            .iter()
            .filter_map(|unknown| {
                let (_, value) = found.iter().find(|(symbol, _)| symbol == unknown)?;
                Some((unknown.clone(), value.clone()))
            })
            .collect::<Vec<_>>();
        if ordered.len() < unknowns.len() {
            return Err(undetermined());
        }
        solutions.push(Solution(ordered));
    }
    if !found.parameters.is_empty() {
        guard::system_family(session, equations, &solutions, &found.parameters)?;
        return Ok(Solutions::Family { solutions, parameters: found.parameters });
    }
    let kept = guard::system_candidates(session, equations, solutions);
    if kept.is_empty() {
        return Ok(Solutions::None {
            reason: "the equations have no common solution".into(),
        });
    }
    Ok(Solutions::Finite(kept))
}

fn undetermined() -> crate::AlgebraError {
    not_found("solve", "the equations do not determine every unknown")
}

fn follow(
    session: &Session,
    equations: &[Expr],
    unknowns: &[Symbol],
) -> AlgebraResult<Found> {
    let mut open = Vec::new();
    for equation in equations {
        let value = session.value(equation)?.eval();
        if value.is_zero() == Some(true) || value.simplify().is_zero_structural() {
            continue;
        }
        let value = session.export(&value)?;
        if !unknowns.iter().any(|unknown| value.contains_symbol(unknown)) {
            if value.free_symbols().is_empty() {
                return Ok(Found { solutions: Vec::new(), parameters: Vec::new() });
            }
            return Err(not_found("solve", "there are more equations than unknowns"));
        }
        open.push(value);
    }
    let Some((index, unknown, values, parameters)) = step(session, &open, unknowns)?
    else {
        if !open.is_empty() {
            return Err(not_found(
                "solve",
                "the equations could not be solved one after the other; nsolve finds numeric solutions from a starting value",
            ));
        }
        return Ok(Found { solutions: vec![Vec::new()], parameters: Vec::new() });
    };
    open.remove(index);
    let rest: Vec<Symbol> =
        unknowns.iter().filter(|other| **other != unknown).cloned().collect();
    let mut found = Found { solutions: Vec::new(), parameters };
    for value in values {
        let others: Vec<Expr> = open
            .iter()
            .map(|equation| equation.substitute_symbol(&unknown, &value))
            .collect();
        if !found.parameters.is_empty() && !others.is_empty() {
            return Err(not_found("solve", "infinitely many values had to be tried"));
        }
        let below = follow(session, &others, &rest)?;
        if !below.parameters.is_empty() {
            found.parameters = below.parameters;
        }
        for mut solution in below.solutions {
            let pairs: Vec<(Expr, Expr)> = solution
                .iter()
                .map(|(symbol, value)| (Expr::symbol(symbol.name()), value.clone()))
                .collect();
            let value =
                session.export(&session.value(&value.substitute(&pairs))?.eval())?;
            solution.push((unknown.clone(), value));
            found.solutions.push(solution);
        }
        if found.solutions.len() > MOST {
            return Err(not_found("solve", "there are too many candidates"));
        }
    }
    Ok(found)
}

type Step = (usize, Symbol, Vec<Expr>, Vec<(Symbol, Property)>);

/// An unknown that one of the equations determines completely: the only one in it, or one that stands
/// in it with a factor free of the unknowns.
fn step(
    session: &Session,
    equations: &[Expr],
    unknowns: &[Symbol],
) -> AlgebraResult<Option<Step>> {
    for (index, equation) in equations.iter().enumerate() {
        let mut inside =
            unknowns.iter().filter(|unknown| equation.contains_symbol(unknown));
        if let (Some(unknown), None) = (inside.next(), inside.next())
            && let Ok(answer) = solve::solve_one(session, equation, unknown)
        {
            let (solutions, parameters) = match answer {
                Solutions::None { .. } => (Vec::new(), Vec::new()),
                Solutions::Finite(solutions) => (solutions, Vec::new()),
                Solutions::Family { solutions, parameters } => (solutions, parameters),
                Solutions::Everything | Solutions::Conditional(_) => continue,
            };
            let values = solutions
                .into_iter()
                .filter_map(|Solution(mut pairs)| pairs.pop().map(|(_, value)| value))
                .collect();
            return Ok(Some((index, unknown.clone(), values, parameters)));
        }
    }
    for (index, equation) in equations.iter().enumerate() {
        for unknown in unknowns {
            if !equation.contains_symbol(unknown) {
                continue;
            }
            let (body, x) = (session.value(equation)?, session.symbol(unknown)?);
            let Ok(slope) = body.try_diff(&x) else { continue };
            let slope = slope.simplify();
            let factor = session.export(&slope)?;
            if factor.is_zero() || unknowns.iter().any(|it| factor.contains_symbol(it)) {
                continue;
            }
            let rest = session.export(&(&x - &(&body / &slope)).expand().eval())?;
            if rest.contains_symbol(unknown) {
                continue;
            }
            return Ok(Some((index, unknown.clone(), vec![rest], Vec::new())));
        }
    }
    Ok(None)
}
