//! Solutions outside the bounds that are assumed for the unknowns are left out.

use num_traits::ToPrimitive;

use super::convert::Session;
use super::failure::not_found;
use super::{Solution, Solutions, bounds, compile};
use crate::{AlgebraResult, Expr, Property, Symbol};

/// A bounded unknown has at most so many values of a family.
const MOST: i64 = 2_000;

/// The solutions that the assumptions about the unknowns allow.
pub(super) fn restrict(
    session: &Session,
    solutions: Solutions,
) -> AlgebraResult<Solutions> {
    let allowed = |Solution(values): &Solution| {
        values.iter().all(|(unknown, value)| is_allowed(session, unknown, value))
    };
    match solutions {
        Solutions::Finite(mut solutions) => {
            solutions.retain(allowed);
            if solutions.is_empty() {
                return Ok(Solutions::None {
                    reason: "no solution fulfils what is assumed".into(),
                });
            }
            Ok(Solutions::Finite(solutions))
        }
        Solutions::Conditional(mut cases) => {
            cases.retain(|(solution, _)| allowed(solution));
            if cases.is_empty() {
                return Ok(Solutions::None {
                    reason: "no solution fulfils what is assumed".into(),
                });
            }
            Ok(Solutions::Conditional(cases))
        }
        Solutions::Family { solutions, parameters } => {
            within_bounds(session, solutions, parameters)
        }
        other => Ok(other),
    }
}

/// Whether nothing that is assumed about the unknown excludes this value.
fn is_allowed(session: &Session, unknown: &Symbol, value: &Expr) -> bool {
    let assumptions = session.assumptions();
    if bounds::admits(assumptions, unknown, value) == Some(false) {
        return false;
    }
    let whole = assumptions.implied(unknown).iter().any(|property| {
        matches!(
            property,
            Property::Integer | Property::Even | Property::Odd | Property::Prime
        )
    });
    !(whole && value.as_number().is_some_and(|number| !number.is_integer()))
}

/// The members of families that bounds on the unknown allow, one by one.
fn within_bounds(
    session: &Session,
    solutions: Vec<Solution>,
    parameters: Vec<(Symbol, Property)>,
) -> AlgebraResult<Solutions> {
    let assumptions = session.assumptions();
    let single = match solutions.first() {
        Some(Solution(values)) => match values.as_slice() {
            [(unknown, _)] => Some(unknown.clone()),
            _ => None,
        },
        None => None,
    };
    let Some(unknown) = single else {
        return Ok(Solutions::Family { solutions, parameters });
    };
    let bounded = assumptions
        .conditions()
        .iter()
        .any(|condition| condition.contains_symbol(&unknown));
    if !bounded {
        return Ok(Solutions::Family { solutions, parameters });
    }
    let refused = || {
        let list: Vec<String> = solutions
            .iter()
            .flat_map(|Solution(values)| values.iter())
            .map(|(_, value)| value.to_string())
            .collect();
        not_found(
            "solve",
            format!(
                "it has infinitely many solutions, {}, and which of them lie within the bounds of {unknown} could not be decided",
                list.join(", ")
            ),
        )
    };
    let Some((low, high)) = bounds::ends(assumptions, &unknown) else {
        return Err(refused());
    };
    let Some((parameter, _)) = parameters.first() else { return Err(refused()) };
    if !low.is_finite()
        || !high.is_finite()
        || parameters.iter().any(|(other, _)| other != parameter)
    {
        return Err(refused());
    }
    let floor = parameters.iter().any(|(_, property)| *property == Property::NonNegative);
    let mut members: Vec<(f64, Expr)> = Vec::new();
    for (_, value) in solutions.iter().flat_map(|Solution(values)| values.iter()) {
        let at = |number: i64| value.substitute_symbol(parameter, &Expr::integer(number));
        let place =
            |number: i64| compile::constant_value(&at(number)).map(|value| value.0);
        let (Some(zero), Some(one), Some(ten)) = (place(0), place(1), place(10)) else {
            return Err(refused());
        };
        let slope = one - zero;
        if slope.abs() < 1e-9
            || (ten - zero - 10.0 * slope).abs() > 1e-6 * (1.0 + ten.abs())
        {
            return Err(refused());
        }
        let ends = [(low - zero) / slope, (high - zero) / slope];
        let first = (ends[0].min(ends[1]) - 1.0).floor().to_i64();
        let last = (ends[0].max(ends[1]) + 1.0).ceil().to_i64();
        let (Some(first), Some(last)) = (first, last) else { return Err(refused()) };
        if last - first > MOST {
            return Err(refused());
        }
        for number in first..=last {
            if floor && number < 0 {
                continue;
            }
            let member = session.export(&session.value(&at(number))?.eval())?;
            match bounds::admits(assumptions, &unknown, &member) {
                Some(false) => {}
                Some(true) => {
                    let place = compile::constant_value(&member).map_or(0.0, |it| it.0);
                    if members.iter().all(|(known, _)| (known - place).abs() > 1e-9) {
                        members.push((place, member));
                    }
                }
                None => return Err(refused()),
            }
        }
    }
    members.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    if members.is_empty() {
        return Ok(Solutions::None {
            reason: format!("no solution lies within the bounds of {unknown}"),
        });
    }
    Ok(Solutions::Finite(
        members
            .into_iter()
            .map(|(_, value)| Solution(vec![(unknown.clone(), value)]))
            .collect(),
    ))
}
