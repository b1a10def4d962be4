//! Linear differential equations with steps and impulses on the right: `heaviside(x - 1)`, `dirac(x - 1)`.
//!
//! By Duhamel's principle. A step at c that switches `g(x)` on adds `heaviside(x - c)·v(x)`, where `L v = g` and v starts
//! from rest at c; an impulse at c adds the same with `L v = 0` and a start whose highest derivative is the impulse.

use std::collections::BTreeMap;

use super::convert::Session;
use super::decide::decide_in;
use super::failure::not_found;
use super::ode::Unknown;
use super::ode_linear::{derivative, with_symbols};
use crate::{AlgebraError, AlgebraResult, Expr, Function, Node, Relation};

/// What jumps, for each place.
#[derive(Default)]
struct Jumps {
    steps: BTreeMap<Expr, Expr>,
    impulses: BTreeMap<Expr, Expr>,
}

/// The solution of a linear equation with steps and impulses; nothing for other equations.
pub(super) fn solve(
    session: &Session,
    unknown: &Unknown,
    equation: &Expr,
    conditions: &[Expr],
) -> AlgebraResult<Option<Expr>> {
    let is_jump = |part: &Expr| {
        matches!(part.node(), Node::Call(Function::Heaviside | Function::DiracDelta, _))
    };
    if !equation.any(&mut |part| is_jump(part)) {
        return Ok(None);
    }
    let refused = || {
        not_found(
            "dsolve",
            "steps and impulses are treated in linear equations, as sums of terms such as g(x)*heaviside(x - 1) and dirac(x - 1)",
        )
    };
    let (plain, rules) = with_symbols(session, unknown, equation).ok_or_else(refused)?;
    // Jumps stand as symbols while coefficients are read off.
    let mut stand_ins: Vec<(Expr, Expr)> = Vec::new();
    let plain = plain.transform(&mut |part| {
        if !is_jump(&part) {
            return part;
        }
        if let Some((symbol, _)) = stand_ins.iter().find(|(_, jump)| *jump == part) {
            return symbol.clone();
        }
        let symbol = Expr::symbol(&format!("jump'{}", stand_ins.len()));
        stand_ins.push((symbol.clone(), part));
        symbol
    });
    let body = session.value(&plain)?;
    let symbols = rules
        .iter()
        .map(|(symbol, _)| session.value(symbol))
        .collect::<AlgebraResult<Vec<_>>>()?;
    let none = session.context.int(0);
    // The operator L, as coefficients from the highest derivative down, and the right-hand side.
    let mut coefficients = Vec::new();
    let mut rest = body.clone();
    for symbol in &symbols {
        let coefficient = session.export(&body.diff(symbol).eval().simplify())?;
        if rules.iter().any(|(other, _)| coefficient.contains(other))
            || stand_ins.iter().any(|(symbol, _)| coefficient.contains(symbol))
        {
            return Err(refused());
        }
        coefficients.push(coefficient);
        rest = rest.subs(symbol, &none);
    }
    let right = session.export(&(-rest).expand().eval())?.substitute(&stand_ins);
    let operator = Expr::add(
        coefficients
            .iter()
            .zip(&rules)
            .map(|(coefficient, (_, part))| coefficient * part),
    );
    let position = coefficients.iter().position(|coefficient| !coefficient.is_zero());
    let position = position.ok_or_else(refused)?;
    let order = coefficients.len() - 1 - position;
    let leading = coefficients.get(position).cloned().ok_or_else(refused)?;
    if order == 0 {
        return Err(refused());
    }
    let (smooth, jumps) = taken_apart(session, unknown, &right).ok_or_else(refused)?;
    let variable = Expr::symbol(unknown.variable.name());
    let at = |expr: &Expr, place: &Expr| expr.substitute_symbol(&unknown.variable, place);

    // Each jump with what it adds from its place on.
    let mut responses = Vec::new();
    let rest_until = |place: &Expr, last: &Expr| -> Vec<Expr> {
        (0..order)
            .map(|index| {
                let value = if index + 1 == order { last.clone() } else { Expr::zero() };
                Expr::equation(starting(unknown, index, place), value)
            })
            .collect()
    };
    for (place, force) in &jumps.steps {
        let equation = &operator - force;
        let start = rest_until(place, &Expr::zero());
        responses.push((
            place.clone(),
            single(session, unknown, &equation, &start)?,
            false,
        ));
    }
    for (place, size) in &jumps.impulses {
        let start = rest_until(place, &(at(size, place) / at(&leading, place)));
        responses.push((
            place.clone(),
            single(session, unknown, &operator, &start)?,
            true,
        ));
    }

    // The conditions hold for the sum.
    let mut own = Vec::new();
    for condition in conditions {
        let (order_here, point, value) = unknown.start(condition).ok_or_else(refused)?;
        let mut value = value;
        for (place, response, is_impulse) in &responses {
            let apart = &point - place;
            let zero = Expr::zero();
            let holds = |relation| {
                let condition = Expr::relation(relation, apart.clone(), zero.clone());
                decide_in(session, &condition) == Ok(Some(true))
            };
            let smooth_there = order_here + usize::from(*is_impulse) < order;
            if holds(Relation::Less) || (smooth_there && holds(Relation::Equal)) {
                continue;
            }
            if !holds(Relation::Greater) {
                return Err(not_found(
                    "dsolve",
                    format!(
                        "the condition at {point} needs to lie before or after the jump at {place}; `assume` says which"
                    ),
                ));
            }
            let mut derived = session.value(response)?;
            for _ in 0..order_here {
                derived = derived.diff(&session.symbol(&unknown.variable)?).eval();
            }
            value = value - at(&session.export(&derived)?, &point);
        }
        let value = session.export(&session.value(&value)?.eval().simplify())?;
        own.push(Expr::equation(starting(unknown, order_here, &point), value));
    }
    let base = single(session, unknown, &(&operator - smooth), &own)?;
    let added = responses.into_iter().map(|(place, response, _)| {
        Expr::call(Function::Heaviside, vec![&variable - place]) * response
    });
    let solution = Expr::add(added.chain([base]));
    Ok(Some(Expr::equation(unknown.applied.clone(), solution)))
}

/// The derivative of this order at a place, as it is written in a condition.
fn starting(unknown: &Unknown, order: usize, place: &Expr) -> Expr {
    if order == 0 {
        return Expr::apply(unknown.name.clone(), vec![place.clone()]);
    }
    let order = i64::try_from(order).unwrap_or(i64::MAX);
    let rate = derivative(&unknown.applied, &unknown.variable, order);
    let variable = Expr::symbol(unknown.variable.name());
    Expr::call(Function::Substitution, vec![rate, variable, place.clone()])
}

/// The one solution in closed form.
fn single(
    session: &Session,
    unknown: &Unknown,
    equation: &Expr,
    conditions: &[Expr],
) -> AlgebraResult<Expr> {
    let solutions = unknown.solve(session, equation, conditions)?;
    if let [solution] = solutions.as_slice()
        && let Node::Relation(Relation::Equal, left, right) = solution.node()
        && *left == unknown.applied
    {
        return Ok(right.clone());
    }
    Err(AlgebraError::NotFound {
        operation: "dsolve",
        reason: "the response to a jump has no closed form".into(),
    })
}

/// The smooth part of a right-hand side, and its steps and impulses by place.
fn taken_apart(
    session: &Session,
    unknown: &Unknown,
    right: &Expr,
) -> Option<(Expr, Jumps)> {
    let mut smooth = Vec::new();
    let mut jumps = Jumps::default();
    for term in right.terms() {
        let is_jump = |factor: &Expr| match factor.node() {
            Node::Call(Function::Heaviside | Function::DiracDelta, _) => {
                factor.contains_symbol(&unknown.variable)
            }
            _ => false,
        };
        let (jump, rest): (Vec<Expr>, Vec<Expr>) =
            term.factors().iter().cloned().partition(is_jump);
        let rest = Expr::mul(rest);
        if rest.any(&mut |part| is_jump(part)) {
            return None;
        }
        let [jump] = jump.as_slice() else {
            if !jump.is_empty() {
                return None;
            }
            smooth.push(rest);
            continue;
        };
        let Node::Call(function, items) = jump.node() else { return None };
        let [argument] = &**items else { return None };
        // a x + b = a (x − c)
        let x = session.symbol(&unknown.variable).ok()?;
        let body = session.value(argument).ok()?;
        let slope = session.export(&body.diff(&x).eval().simplify()).ok()?;
        let start = argument.substitute_symbol(&unknown.variable, &Expr::zero());
        if slope.contains_symbol(&unknown.variable) {
            return None;
        }
        let sign = |relation| {
            let condition = Expr::relation(relation, slope.clone(), Expr::zero());
            decide_in(session, &condition) == Ok(Some(true))
        };
        let rises = match (sign(Relation::Greater), sign(Relation::Less)) {
            (true, _) => true,
            (_, true) => false,
            _ => return None,
        };
        let place = session.value(&(start.negate() / &slope)).ok()?.eval().simplify();
        let place = session.export(&place).ok()?;
        let add = |list: &mut BTreeMap<Expr, Expr>, value: Expr| {
            let known = list.remove(&place).unwrap_or_else(Expr::zero);
            list.insert(place.clone(), known + value);
        };
        if *function == Function::DiracDelta {
            let size = if rises { slope } else { slope.negate() };
            add(&mut jumps.impulses, rest / size);
        } else if rises {
            add(&mut jumps.steps, rest);
        } else {
            smooth.push(rest.clone());
            add(&mut jumps.steps, rest.negate());
        }
    }
    Some((Expr::add(smooth), jumps))
}
