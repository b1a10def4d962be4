//! Equations whose solutions are known in part, or under conditions.

use symplex::prelude::Ex;

use super::convert::Session;
use super::failure::not_found;
use super::{Solution, Solutions, contains_call, guard};
use crate::{
    AlgebraError, AlgebraResult, Expr, Function, Node, Property, Relation, Symbol,
};

/// Whether the solver's list of roots is all of them: for polynomials, and for real unknowns, whose
/// solutions it filters from all branches.
pub(super) fn is_complete(body: &Ex, x: &Ex) -> bool {
    body.as_numer_denom().0.is_polynomial(x) || x.is_real() == Some(true)
}

/// Roots on principal branches only: all branches of Lambert's W where that is what is missing, or a
/// refusal that names what was found.
pub(super) fn principal_only(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
    roots: &[Ex],
) -> AlgebraResult<Solutions> {
    let values = session.export_all(&roots.iter().map(Ex::eval).collect::<Vec<_>>())?;
    let branch = Symbol::new(&unused(session, equation, "k"));
    let families: Vec<Expr> =
        values.iter().map(|value| every_branch(value, &branch)).collect();
    let parameters = vec![(branch, Property::Integer)];
    if families.iter().all(|family| contains_call(family, Function::LambertW))
        && guard::family(session, equation, unknown, &families, &parameters).is_ok()
    {
        let mut solutions: Vec<Solution> = Vec::new();
        for value in families {
            let solution = Solution(vec![(unknown.clone(), value)]);
            if !solutions.contains(&solution) {
                solutions.push(solution);
            }
        }
        return Ok(Solutions::Family { solutions, parameters });
    }
    let kept = guard::solutions(session, equation, unknown, values)?;
    let list: Vec<String> =
        kept.iter().map(|value| format!("{unknown} = {value}")).collect();
    Err(not_found(
        "solve",
        format!(
            "it has solutions such as {}, but they may not be all; `symbols {unknown} real` asks for the real ones",
            list.join(", ")
        ),
    ))
}

/// The value with `lambertw(a, k)` for every `lambertw(a)`.
fn every_branch(value: &Expr, branch: &Symbol) -> Expr {
    if let Node::Call(Function::LambertW, items) = value.node()
        && let [argument] = &**items
    {
        return Expr::call(
            Function::LambertW,
            vec![every_branch(argument, branch), Expr::symbol(branch.name())],
        );
    }
    value.map_children(&mut |child| every_branch(child, branch))
}

/// A name that the equation does not use.
fn unused(session: &Session, equation: &Expr, name: &str) -> String {
    let symbols = equation.free_symbols();
    let known = session.assumptions();
    let taken = |name: &str| {
        let symbol = Symbol::new(name);
        symbols.contains(&symbol) || !known.of(&symbol).is_empty()
    };
    if !taken(name) {
        return name.to_string();
    }
    let free = (1..1000).map(|index| format!("{name}{index}")).find(|name| !taken(name));
    free.unwrap_or_else(|| format!("{name}0"))
}

/// Solutions that hold for some values of the other symbols: `x = ±√a` for `a ≥ 0`.
pub(super) fn conditional(
    session: &Session,
    body: &Ex,
    x: &Ex,
    equation: &Expr,
    unknown: &Symbol,
) -> Option<Solutions> {
    let condition = body.solve_as_set(x).to_condition(x).ok()?;
    let condition = session.export_condition(&condition).ok()?;
    let mut cases = Vec::new();
    for case in disjuncts(&condition) {
        let mut value = None;
        let mut rest = Vec::new();
        for part in conjuncts(&case) {
            match part.node() {
                Node::Relation(Relation::Equal, left, right)
                    if left.as_symbol() == Some(unknown)
                        && !right.contains_symbol(unknown) =>
                {
                    value.get_or_insert(right.clone());
                }
                Node::Relation(Relation::Equal, left, right)
                    if right.as_symbol() == Some(unknown)
                        && !left.contains_symbol(unknown) =>
                {
                    value.get_or_insert(left.clone());
                }
                _ if part.contains_symbol(unknown) => return None,
                _ => rest.push(part),
            }
        }
        let condition = match rest.len() {
            // Without its condition the solution was refused already.
            0 => return None,
            1 => rest.pop()?,
            _ => Expr::from_node(Node::And(rest.into())),
        };
        cases.push((value?, condition));
    }
    let values: Vec<Expr> = cases.iter().map(|(value, _)| value.clone()).collect();
    let kept = guard::solutions(session, equation, unknown, values).ok()?;
    let cases: Vec<(Solution, Expr)> = cases
        .into_iter()
        .filter(|(value, _)| kept.contains(value))
        .map(|(value, condition)| (Solution(vec![(unknown.clone(), value)]), condition))
        .collect();
    (!cases.is_empty()).then_some(Solutions::Conditional(cases))
}

fn disjuncts(condition: &Expr) -> Vec<Expr> {
    match condition.node() {
        Node::Or(items) => items.iter().flat_map(disjuncts).collect(),
        Node::And(items) => {
            // One level of distribution: `c and (x = a or x = b)`.
            let choice = items.iter().position(|item| matches!(item.node(), Node::Or(_)));
            let Some(position) = choice else { return vec![condition.clone()] };
            let Some(Node::Or(choices)) = items.get(position).map(Expr::node) else {
                return vec![condition.clone()];
            };
            choices
                .iter()
                .flat_map(|choice| {
                    let mut parts = items.to_vec();
                    if let Some(slot) = parts.get_mut(position) {
                        *slot = choice.clone();
                    }
                    disjuncts(&Expr::from_node(Node::And(parts.into())))
                })
                .collect()
        }
        _ => vec![condition.clone()],
    }
}

fn conjuncts(condition: &Expr) -> Vec<Expr> {
    match condition.node() {
        Node::And(items) => items.iter().flat_map(conjuncts).collect(),
        _ => vec![condition.clone()],
    }
}

/// Adds what is known for a real unknown to a refusal.
pub(super) fn real_hint(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
    error: AlgebraError,
) -> AlgebraError {
    let AlgebraError::NotFound { operation, reason } = error else { return error };
    let attempt = || {
        if !session.assumptions().implied(unknown).is_empty() {
            return None;
        }
        let mut assumptions = session.assumptions().clone();
        assumptions.assume(unknown.clone(), Property::Real);
        let real = Session::new(assumptions.into(), super::USUAL_DIGITS);
        let x = real.symbol(unknown).ok()?;
        let roots = real.value(equation).ok()?.eval().solve(&x).ok()?;
        let values = real.export_all(&roots).ok()?;
        let list: Vec<String> =
            values.iter().map(|value| format!("{unknown} = {value}")).collect();
        (!list.is_empty()).then(|| {
            format!(
                "not every complex solution could be found; with `symbols {unknown} real` it has {}",
                list.join(", ")
            )
        })
    };
    AlgebraError::NotFound { operation, reason: attempt().unwrap_or(reason) }
}
