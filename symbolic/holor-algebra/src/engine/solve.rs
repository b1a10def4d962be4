//! Equations and systems of them.

use symplex::errors::SymplexError;
use symplex::polysys::solve_system_ex;
use symplex::prelude::{Ex, LinearSolution, linsolve};

use super::branches::{conditional, is_complete, principal_only, real_hint};
use super::convert::Session;
use super::failure::{failure, invalid, not_found};
use super::{Engine, Solution, Solutions, domain, elimination, guard, inequality};
use crate::{AlgebraError, AlgebraResult, Expr, Node, Property, Relation, Symbol};

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
                let solutions = match (equations.as_slice(), unknowns.as_slice()) {
                    ([equation], [unknown]) => solve_one(session, equation, unknown),
                    _ => solve_system(session, &equations, &unknowns),
                }?;
                domain::restrict(session, solutions)
            })
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

pub(super) fn solve_one(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
) -> AlgebraResult<Solutions> {
    let body = session.value(equation)?.eval();
    let simple = body.simplify();
    if body.is_zero() == Some(true) || simple.is_zero_structural() {
        return Ok(Solutions::Everything);
    }
    // The simplified equation may have roots that the original has not: they are put back into it.
    let answer = match solve_body(session, &body, equation, unknown) {
        Err(AlgebraError::NotFound { .. }) if simple != body => {
            solve_body(session, &simple, equation, unknown)
        }
        answer => answer,
    };
    let answer = match answer {
        Err(error @ (AlgebraError::NotFound { .. } | AlgebraError::Internal { .. })) => {
            let other = match by_factors(session, equation, unknown) {
                Ok(Some(other)) => Some(other),
                _ => inequality::intervals(session, equation, unknown),
            };
            other.ok_or(error)
        }
        answer => answer,
    }?;
    if let Solutions::None { .. } = answer {
        all_found(session, equation, unknown, &[])?;
    }
    Ok(answer)
}

/// The solutions of the factors, where the equation is a product of several after the functions of
/// sums and multiples of angles are written out.
fn by_factors(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
) -> AlgebraResult<Option<Solutions>> {
    let source = session.value(equation)?.expand_trig().expand();
    let product = factor_with_calls(session, &source)?;
    let factors: Vec<Expr> = product
        .factors()
        .iter()
        .map(|factor| match factor.node() {
            Node::Power(base, exponent) if exponent.as_integer().is_some() => {
                (base.clone(), exponent.has_leading_minus())
            }
            _ => (factor.clone(), false),
        })
        .filter(|(factor, inverse)| !inverse && factor.contains_symbol(unknown))
        .map(|(factor, _)| factor)
        .collect();
    if factors.len() < 2 {
        return Ok(None);
    }
    let (mut all, mut known): (Vec<Solution>, Vec<(Symbol, Property)>) =
        Default::default();
    for factor in factors {
        match solve_one(session, &factor, unknown) {
            Ok(Solutions::Finite(solutions)) => all.extend(solutions),
            Ok(Solutions::Family { solutions, parameters }) => {
                if !known.is_empty() && known != parameters {
                    return Ok(None);
                }
                known = parameters;
                all.extend(solutions);
            }
            Ok(Solutions::None { .. }) => {}
            _ => return Ok(None),
        }
    }
    let values: Vec<Expr> = all
        .into_iter()
        .filter_map(|Solution(mut pairs)| pairs.pop().map(|(_, value)| value))
        .collect();
    let solution = |value: Expr| Solution(vec![(unknown.clone(), value)]);
    if known.is_empty() {
        let mut kept = guard::solutions(session, equation, unknown, values)?;
        in_order(&mut kept);
        return Ok(Some(Solutions::Finite(kept.into_iter().map(solution).collect())));
    }
    guard::family(session, equation, unknown, &values, &known)?;
    let solutions = values.into_iter().map(solution).collect();
    Ok(Some(Solutions::Family { solutions, parameters: known }))
}

/// The factors of a polynomial in symbols and function calls.
pub(super) fn factor_with_calls(session: &Session, value: &Ex) -> AlgebraResult<Expr> {
    let mut kernels = Vec::new();
    let polynomial = without_calls(&session.export(value)?, &mut kernels);
    let product = session.export(&session.value(&polynomial)?.factor_all())?;
    Ok(product.substitute(&kernels))
}

/// The expression with a symbol for each function call in it.
fn without_calls(expr: &Expr, kernels: &mut Vec<(Expr, Expr)>) -> Expr {
    if !matches!(expr.node(), Node::Call(..)) {
        return expr.map_children(&mut |child| without_calls(child, kernels));
    }
    if let Some((stand_in, _)) = kernels.iter().find(|(_, call)| call == expr) {
        return stand_in.clone();
    }
    let stand_in = Expr::symbol(&format!("kernel_{}", kernels.len()));
    kernels.push((stand_in.clone(), expr.clone()));
    stand_in
}

fn solve_body(
    session: &Session,
    body: &Ex,
    equation: &Expr,
    unknown: &Symbol,
) -> AlgebraResult<Solutions> {
    let x = session.symbol(unknown)?;
    match body.solve_general(&x) {
        Ok(general) if !general.parameters.is_empty() => {
            let values = session.export_all(&general.solutions)?;
            let parameters = general
                .parameters
                .iter()
                .map(|parameter| {
                    let symbol = session.export(parameter)?;
                    let symbol =
                        symbol.as_symbol().ok_or_else(|| AlgebraError::Internal {
                            reason: "a parameter of the solutions is not a symbol".into(),
                        })?;
                    let mut known = vec![(symbol.clone(), Property::Integer)];
                    if parameter.is_nonnegative() == Some(true) {
                        known.push((symbol.clone(), Property::NonNegative));
                    }
                    Ok(known)
                })
                .collect::<AlgebraResult<Vec<_>>>()?
                .concat();
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
        general => match body.solve(&x) {
            Ok(roots) if roots.is_empty() => no_roots(session, body, &x, unknown),
            // The general solver refused: these may be some of the solutions only.
            Ok(roots) if general.is_err() && !is_complete(body, &x) => {
                principal_only(session, equation, unknown, &roots)
            }
            Ok(roots) => finite_solutions(session, equation, unknown, &roots),
            Err(SymplexError::InfiniteSolutions { .. }) => Ok(Solutions::Everything),
            Err(SymplexError::NoSolution { reason, .. }) => {
                Ok(Solutions::None { reason })
            }
            Err(error) => match conditional(session, body, &x, equation, unknown) {
                Some(solutions) => Ok(solutions),
                None => Err(real_hint(session, equation, unknown, unsolved(&error))),
            },
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
    let mut kept = guard::solutions(session, equation, unknown, values)?;
    in_order(&mut kept);
    all_found(session, equation, unknown, &kept)?;
    Ok(Solutions::Finite(
        kept.into_iter().map(|value| Solution(vec![(unknown.clone(), value)])).collect(),
    ))
}

/// Refuses a list of solutions that lacks a real one which is easily seen.
fn all_found(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
    values: &[Expr],
) -> AlgebraResult<()> {
    let known = session.assumptions().implied(unknown);
    let restricted = known
        .iter()
        .any(|property| !matches!(property, Property::Real | Property::Complex));
    if restricted {
        return Ok(());
    }
    let Some(root) = guard::missing_root(equation, unknown, values) else {
        return Ok(());
    };
    let list: Vec<String> =
        values.iter().map(|value| format!("{unknown} = {value}")).collect();
    let found = if list.is_empty() { "none".to_string() } else { list.join(", ") };
    Err(not_found(
        "solve",
        format!(
            "not every solution was found: {found}, but there is also one near {unknown} = {root:.6}; nsolve finds it from there"
        ),
    ))
}

/// Real numbers in ascending order, then complex ones; anything else stays where it is.
fn in_order(values: &mut [Expr]) {
    let number = |value: &Expr| {
        let (re, im) = super::compile::constant_value(value)?;
        let real = im.abs() <= 1e-12 * (1.0 + re.abs());
        let re = (re * 1e9).round();
        Some((!real, re, if real { 0.0 } else { im }))
    };
    let keys: Option<Vec<(bool, f64, f64)>> = values.iter().map(number).collect();
    let Some(keys) = keys else { return };
    let mut paired: Vec<_> = keys.into_iter().zip(values.iter().cloned()).collect();
    paired.sort_by(|(a, _), (b, _)| {
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(b.2.total_cmp(&a.2))
    });
    for (slot, (_, value)) in values.iter_mut().zip(paired) {
        *slot = value;
    }
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
        Err(error) => elimination::eliminate(session, equations, unknowns)
            .map_err(|_| unsolved(&error)),
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
            let plain = session.export(&value.eval())?;
            // Elimination leaves common factors behind.
            let short = [value.simplify(), value.ratsimp()]
                .iter()
                .filter_map(|value| session.export(value).ok())
                .filter(|value| value.count_nodes() < plain.count_nodes())
                .min_by_key(Expr::count_nodes)
                .unwrap_or(plain);
            Ok((session.export(variable)?, short))
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
