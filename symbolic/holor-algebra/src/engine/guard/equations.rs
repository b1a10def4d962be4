//! Solutions are put back into the equations.

use super::points::{Points, Verdict, vanishing};
use crate::engine::Solution;
use crate::engine::convert::Session;
use crate::engine::failure::{contradicted, failure, not_found};
use crate::engine::tape::Tape;
use crate::{AlgebraResult, Expr, Function, Node, Property, Symbol};

/// Real roots are looked for from minus to plus this.
const SCAN: f64 = 30.0;
/// In so many steps.
const SCAN_STEPS: i32 = 3000;

/// Keeps the solutions that hold, or that nothing refutes; drops spurious ones.
pub(in crate::engine) fn solutions(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
    values: Vec<Expr>,
) -> AlgebraResult<Vec<Expr>> {
    let mut kept: Vec<Expr> = Vec::new();
    let mut dropped = 0;
    for value in values {
        if kept.contains(&value) {
            continue;
        }
        match residual(session, equation, &[(unknown, &value)]) {
            Verdict::Refuted(_) => dropped += 1,
            Verdict::Confirmed | Verdict::Undecided => kept.push(value),
        }
    }
    if kept.is_empty() && dropped > 0 {
        return Err(not_found(
            "solve",
            "every candidate failed when put back into the equation",
        ));
    }
    Ok(kept)
}

/// A real root, seen as a change of sign, that is not among these values: then they are not all.
pub(in crate::engine) fn missing_root(
    equation: &Expr,
    unknown: &Symbol,
    values: &[Expr],
) -> Option<f64> {
    let body = Tape::compile(equation, std::slice::from_ref(unknown)).ok()?;
    if body.is_slow() {
        return None;
    }
    let known: Vec<f64> = values
        .iter()
        .filter_map(|value| {
            Some(Tape::compile(value, &[]).ok()?.run_complex(&[], &mut Vec::new()))
        })
        .map(|value| value.re)
        .collect();
    let mut registers = Vec::new();
    let mut at = |x: f64| body.run_real(&[x], &mut registers);
    let (mut before, mut value_before) = (-SCAN, at(-SCAN));
    for index in 1..=SCAN_STEPS {
        let x = -SCAN + 2.0 * SCAN * (f64::from(index) + 0.003) / f64::from(SCAN_STEPS);
        let value = at(x);
        if value * value_before < 0.0 {
            let (mut low, mut high, mut low_value) = (before, x, value_before);
            for _ in 0..60 {
                let middle = f64::midpoint(low, high);
                let middle_value = at(middle);
                if middle_value * low_value > 0.0 {
                    (low, low_value) = (middle, middle_value);
                } else {
                    high = middle;
                }
            }
            let root = f64::midpoint(low, high);
            // At a pole or a jump the sign changes without a root.
            let small =
                at(root).abs() < 1e-6 * value.abs().min(value_before.abs()).max(1e-3);
            let found = known
                .iter()
                .any(|known| (known - root).abs() < 1e-6 * (1.0 + root.abs()));
            // A removable singularity is no solution.
            let simple = (root * 60.0).round() / 60.0;
            let hole = (simple - root).abs() < 1e-6 && at(simple).is_nan();
            if small && !found && !hole {
                return Some(root);
            }
        }
        (before, value_before) = (x, value);
    }
    None
}

/// Refuses a family whose members do not solve the equation.
pub(in crate::engine) fn family(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
    values: &[Expr],
    parameters: &[(Symbol, Property)],
) -> AlgebraResult<()> {
    for value in values {
        for number in [0, 1, 2, -1] {
            let pairs: Vec<(Expr, Expr)> = parameters
                .iter()
                .filter(|(_, property)| *property != Property::NonNegative)
                .map(|(parameter, _)| {
                    (Expr::symbol(parameter.name()), Expr::integer(number))
                })
                .collect();
            if number < 0
                && parameters
                    .iter()
                    .any(|(_, property)| *property == Property::NonNegative)
            {
                continue;
            }
            let member = value.substitute(&pairs);
            if let Verdict::Refuted(at) =
                residual(session, equation, &[(unknown, &member)])
            {
                return Err(contradicted(
                    "solve",
                    format!("{unknown} = {member} fails at {at}"),
                ));
            }
        }
    }
    Ok(())
}

/// Refuses solutions of a system that do not solve every equation.
pub(in crate::engine) fn system(
    session: &Session,
    equations: &[Expr],
    solutions: &[Solution],
) -> AlgebraResult<()> {
    for solution in solutions {
        let pairs: Vec<(&Symbol, &Expr)> =
            solution.0.iter().map(|(symbol, value)| (symbol, value)).collect();
        for equation in equations {
            if let Verdict::Refuted(at) = residual(session, equation, &pairs) {
                return Err(contradicted(
                    "solve",
                    format!("the equation {equation} == 0 fails at {at}"),
                ));
            }
        }
    }
    Ok(())
}

/// The candidates that solve every equation of a system, or that nothing refutes.
pub(in crate::engine) fn system_candidates(
    session: &Session,
    equations: &[Expr],
    candidates: Vec<Solution>,
) -> Vec<Solution> {
    let mut kept: Vec<Solution> = Vec::new();
    for candidate in candidates {
        let pairs: Vec<(&Symbol, &Expr)> =
            candidate.0.iter().map(|(symbol, value)| (symbol, value)).collect();
        let values: Vec<(Expr, Expr)> = candidate
            .0
            .iter()
            .map(|(symbol, value)| (Expr::symbol(symbol.name()), value.clone()))
            .collect();
        let holds = equations.iter().all(|equation| {
            let value = equation.substitute(&values);
            !value.is_undefined()
                && !value.has_infinity()
                && !matches!(residual(session, equation, &pairs), Verdict::Refuted(_))
        });
        if holds && !kept.contains(&candidate) {
            kept.push(candidate);
        }
    }
    kept
}

/// Refuses a family of solutions of a system whose members do not solve it.
pub(in crate::engine) fn system_family(
    session: &Session,
    equations: &[Expr],
    solutions: &[Solution],
    parameters: &[(Symbol, Property)],
) -> AlgebraResult<()> {
    for number in [0, 1, 2] {
        let pairs: Vec<(Expr, Expr)> = parameters
            .iter()
            .map(|(parameter, _)| (Expr::symbol(parameter.name()), Expr::integer(number)))
            .collect();
        let members: Vec<Solution> = solutions
            .iter()
            .map(|Solution(values)| {
                let member = |(symbol, value): &(Symbol, Expr)| {
                    (symbol.clone(), value.substitute(&pairs))
                };
                Solution(values.iter().map(member).collect())
            })
            .collect();
        system(session, equations, &members)?;
    }
    Ok(())
}

/// Refuses a solution that does not satisfy its differential equation.
pub(in crate::engine) fn ode(
    session: &Session,
    equation: &Expr,
    applied: &Expr,
    variable: &Symbol,
    solution: &Expr,
) -> AlgebraResult<()> {
    let mut result = Ok(equation.clone());
    replace_function(session, &mut result, applied, variable, solution);
    let residual = result?;
    match vanishing(Points::new(session.assumptions(), &symbols_of(&residual)), &residual)
    {
        Verdict::Refuted(at) => Err(contradicted(
            "dsolve",
            format!("{applied} == {solution} does not satisfy the equation at {at}"),
        )),
        Verdict::Confirmed | Verdict::Undecided => Ok(()),
    }
}

/// Puts a solution for `y(x)`, carrying out the derivatives of it.
fn replace_function(
    session: &Session,
    equation: &mut AlgebraResult<Expr>,
    applied: &Expr,
    variable: &Symbol,
    solution: &Expr,
) {
    let Ok(source) = equation.clone() else { return };
    *equation = replaced(session, &source, applied, variable, solution);
}

fn replaced(
    session: &Session,
    expr: &Expr,
    applied: &Expr,
    variable: &Symbol,
    solution: &Expr,
) -> AlgebraResult<Expr> {
    if expr == applied {
        return Ok(solution.clone());
    }
    if let Node::Call(Function::Derivative, items) = expr.node()
        && let [body, by, order] = &**items
        && by.as_symbol() == Some(variable)
        && let Some(order) =
            order.as_integer().and_then(num_traits::ToPrimitive::to_usize)
    {
        let x = session.symbol(variable)?;
        let mut result =
            session.value(&replaced(session, body, applied, variable, solution)?)?;
        for _ in 0..order {
            result = result.try_diff(&x).map_err(|error| failure("diff", &error))?;
        }
        return session.export(&result);
    }
    let mut failed = None;
    let result = expr.map_children(&mut |child| {
        replaced(session, child, applied, variable, solution).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            child.clone()
        })
    });
    failed.map_or(Ok(result), Err)
}

/// What is left of an equation when values are put in.
fn residual(session: &Session, equation: &Expr, values: &[(&Symbol, &Expr)]) -> Verdict {
    let pairs: Vec<(Expr, Expr)> = values
        .iter()
        .map(|(symbol, value)| (Expr::symbol(symbol.name()), (*value).clone()))
        .collect();
    let residual = equation.substitute(&pairs);
    // At `sin(4π)` rounding is all that arithmetic with numbers sees.
    if residual.is_numeric_constant()
        && session
            .value(&residual)
            .is_ok_and(|value| value.eval().is_zero() == Some(true))
    {
        return Verdict::Confirmed;
    }
    vanishing(Points::new(session.assumptions(), &symbols_of(&residual)), &residual)
}

fn symbols_of(expr: &Expr) -> Vec<Symbol> {
    expr.free_symbols().into_iter().collect()
}
