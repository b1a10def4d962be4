//! Equations and systems of them.

use symplex::errors::SymplexError;
use symplex::polysys::solve_system_ex;
use symplex::prelude::{Ex, LinearSolution, linsolve, solve_numeric_system};

use super::convert::Session;
use super::failure::{failure, invalid, not_found};
use super::{Engine, Solution, Solutions, guard};
use crate::{
    AlgebraError, AlgebraResult, Decimal, Expr, Node, Property, Relation, Symbol,
};

/// Digits that a numeric solution in `f64` is good for.
const FLOAT_DIGITS: u32 = 15;

impl Engine {
    /// All solutions of equations in these unknowns. An expression that is no equation is one with 0.
    pub fn solve(
        &self,
        equations: &[Expr],
        unknowns: &[Symbol],
    ) -> AlgebraResult<Solutions> {
        if unknowns.is_empty() {
            return Err(invalid("solve", "there is no unknown to solve for"));
        }
        let inputs: Vec<&Expr> = equations.iter().collect();
        let (equations, unknowns) = (zero_forms("solve", equations)?, unknowns.to_vec());
        self.exactly(&inputs, || {
            self.compute(move |session| {
                match (equations.as_slice(), unknowns.as_slice()) {
                    ([equation], [unknown]) => solve_one(session, equation, unknown),
                    _ => solve_system(session, &equations, &unknowns),
                }
            })
        })
    }

    /// A numeric solution near a starting point, to so many digits.
    pub fn nsolve(
        &self,
        equations: &[Expr],
        start: &[(Symbol, Expr)],
        digits: u32,
    ) -> AlgebraResult<Vec<Expr>> {
        let equations = zero_forms("nsolve", equations)?;
        if equations.len() != start.len() {
            return Err(invalid(
                "nsolve",
                format!("{} equations but {} unknowns", equations.len(), start.len()),
            ));
        }
        let start = start.to_vec();
        self.compute_with(digits, move |session| {
            newton(session, &equations, &start, digits)
        })
    }
}

/// `left - right` of each equation.
pub(super) fn zero_forms(
    operation: &'static str,
    equations: &[Expr],
) -> AlgebraResult<Vec<Expr>> {
    equations
        .iter()
        .map(|equation| match equation.node() {
            Node::Relation(Relation::Equal, left, right) => {
                Ok(Expr::add([left.clone(), right.negate()]))
            }
            Node::Truth(true) => Ok(Expr::zero()),
            Node::Truth(false) => Ok(Expr::one()),
            Node::Relation(..) | Node::And(_) | Node::Or(_) | Node::Not(_) => {
                Err(invalid(operation, format!("`{equation}` is not an equation")))
            }
            _ => Ok(equation.clone()),
        })
        .collect()
}

fn solve_one(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
) -> AlgebraResult<Solutions> {
    let x = session.symbol(unknown)?;
    let body = session.value(equation)?.eval();
    match body.solve_general(&x) {
        Ok(general) if !general.parameters.is_empty() => {
            let values = session.export_all(&general.solutions)?;
            let parameters = general
                .parameters
                .iter()
                .map(|parameter| {
                    let property = if parameter.is_nonnegative() == Some(true) {
                        Property::NonNegative
                    } else {
                        Property::Integer
                    };
                    match session.export(parameter)?.as_symbol() {
                        Some(symbol) => Ok((symbol.clone(), property)),
                        None => Err(AlgebraError::Internal {
                            reason: "a parameter of the solutions is not a symbol".into(),
                        }),
                    }
                })
                .collect::<AlgebraResult<Vec<_>>>()?;
            guard::family(session, equation, unknown, &values, &parameters)?;
            let solutions = values
                .into_iter()
                .map(|value| Solution(vec![(unknown.clone(), value)]))
                .collect();
            Ok(Solutions::Family { solutions, parameters })
        }
        Ok(general) if !general.solutions.is_empty() => {
            finite_solutions(session, equation, unknown, &general.solutions)
        }
        Err(SymplexError::InfiniteSolutions { .. }) => Ok(Solutions::Everything),
        Err(SymplexError::NoSolution { reason, .. }) => Ok(Solutions::None { reason }),
        _ => match body.solve(&x) {
            Ok(roots) if roots.is_empty() => no_roots(session, &body, &x, unknown),
            Ok(roots) => finite_solutions(session, equation, unknown, &roots),
            Err(SymplexError::InfiniteSolutions { .. }) => Ok(Solutions::Everything),
            Err(SymplexError::NoSolution { reason, .. }) => {
                Ok(Solutions::None { reason })
            }
            Err(error) => Err(unsolved(&error)),
        },
    }
}

fn unsolved(error: &SymplexError) -> AlgebraError {
    match failure("solve", error) {
        AlgebraError::NotFound { operation, reason } => not_found(
            operation,
            format!("{reason}; nsolve finds numeric solutions from a starting value"),
        ),
        other => other,
    }
}

/// An empty list is a proof only where the equation is a polynomial whose roots all lie outside the
/// domain of the unknown.
fn no_roots(
    session: &Session,
    body: &Ex,
    x: &Ex,
    unknown: &Symbol,
) -> AlgebraResult<Solutions> {
    let set = session.export_condition(
        &body.solve_as_set(x).to_condition(x).map_err(|error| unsolved(&error))?,
    );
    if matches!(set.as_ref().map(Expr::node), Ok(Node::Truth(false))) {
        return Ok(Solutions::None {
            reason: format!("no solution is in the domain assumed for {unknown}"),
        });
    }
    Err(not_found(
        "solve",
        "no solution was found; nsolve finds numeric ones from a starting value",
    ))
}

fn finite_solutions(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
    roots: &[Ex],
) -> AlgebraResult<Solutions> {
    let roots: Vec<Ex> = roots.iter().map(Ex::eval).collect();
    let values = session.export_all(&roots)?;
    let kept = guard::solutions(session, equation, unknown, values)?;
    Ok(Solutions::Finite(
        kept.into_iter().map(|value| Solution(vec![(unknown.clone(), value)])).collect(),
    ))
}

fn solve_system(
    session: &Session,
    equations: &[Expr],
    unknowns: &[Symbol],
) -> AlgebraResult<Solutions> {
    let bodies: Vec<Ex> = equations
        .iter()
        .map(|equation| Ok(session.value(equation)?.eval()))
        .collect::<AlgebraResult<_>>()?;
    let variables: Vec<Ex> = unknowns
        .iter()
        .map(|unknown| session.symbol(unknown))
        .collect::<AlgebraResult<_>>()?;
    let bodies: Vec<Ex> =
        bodies.into_iter().filter(|body| !body.is_zero_structural()).collect();
    if bodies.is_empty() {
        return Ok(Solutions::Everything);
    }
    match linsolve(&bodies, &variables) {
        Ok(LinearSolution::Inconsistent) => {
            return Ok(Solutions::None {
                reason: "the equations contradict each other".into(),
            });
        }
        Ok(LinearSolution::Unique(pairs)) => {
            let solution = pairs_of(session, unknowns, &pairs)?;
            guard::system(session, equations, std::slice::from_ref(&solution))?;
            return Ok(Solutions::Finite(vec![solution]));
        }
        Ok(LinearSolution::Parametric { solution, free }) => {
            let solution = pairs_of(session, unknowns, &solution)?;
            guard::system(session, equations, std::slice::from_ref(&solution))?;
            let parameters = session
                .export_all(&free)?
                .iter()
                .filter_map(|symbol| {
                    Some((symbol.as_symbol()?.clone(), Property::Complex))
                })
                .collect();
            return Ok(Solutions::Family { solutions: vec![solution], parameters });
        }
        Err(_) => {}
    }
    match solve_system_ex(&bodies, &variables) {
        Ok(solutions) if solutions.is_empty() => {
            Ok(Solutions::None { reason: "the equations have no common solution".into() })
        }
        Ok(solutions) => {
            let solutions = solutions
                .iter()
                .map(|values| {
                    let pairs: Vec<(Ex, Ex)> =
                        variables.iter().cloned().zip(values.iter().cloned()).collect();
                    pairs_of(session, unknowns, &pairs)
                })
                .collect::<AlgebraResult<Vec<_>>>()?;
            guard::system(session, equations, &solutions)?;
            Ok(Solutions::Finite(solutions))
        }
        Err(SymplexError::NoSolution { reason, .. }) => Ok(Solutions::None { reason }),
        Err(error) => Err(unsolved(&error)),
    }
}

fn pairs_of(
    session: &Session,
    unknowns: &[Symbol],
    pairs: &[(Ex, Ex)],
) -> AlgebraResult<Solution> {
    let values = pairs
        .iter()
        .map(|(variable, value)| {
            Ok((session.export(variable)?, session.export(&value.eval())?))
        })
        .collect::<AlgebraResult<Vec<(Expr, Expr)>>>()?;
    let ordered = unknowns
        .iter()
        .filter_map(|unknown| {
            let (_, value) = values
                .iter()
                .find(|(variable, _)| variable.as_symbol() == Some(unknown))?;
            Some((unknown.clone(), value.clone()))
        })
        .collect();
    Ok(Solution(ordered))
}

/// Newton's method in `f64`, then in decimals until the digits asked for are reached.
fn newton(
    session: &Session,
    equations: &[Expr],
    start: &[(Symbol, Expr)],
    digits: u32,
) -> AlgebraResult<Vec<Expr>> {
    let bodies: Vec<Ex> = equations
        .iter()
        .map(|equation| session.value(equation))
        .collect::<AlgebraResult<_>>()?;
    let variables: Vec<Ex> = start
        .iter()
        .map(|(symbol, _)| session.symbol(symbol))
        .collect::<AlgebraResult<_>>()?;
    let guesses = start
        .iter()
        .map(|(symbol, value)| {
            session.value(value)?.eval_f64().map_err(|_| {
                invalid(
                    "nsolve",
                    format!("the starting value of {symbol} is not a real number"),
                )
            })
        })
        .collect::<AlgebraResult<Vec<f64>>>()?;
    let values = solve_numeric_system(&bodies, &variables, &guesses)
        .map_err(|error| failure("nsolve", &error))?;
    values
        .into_iter()
        .map(|value| {
            Decimal::from_f64(value)
                .map(|value| Expr::decimal(value.with_digits(digits.min(FLOAT_DIGITS))))
                .ok_or_else(|| not_found("nsolve", "the iteration left the real numbers"))
        })
        .collect()
}
