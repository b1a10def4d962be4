//! Leapfrog for fields of first order in time in two groups, each of which moves by the other alone: E and B, p and V, Re ψ and Im ψ.

use std::collections::BTreeSet;

use super::Stepping;
use super::builder::Builder;
use super::explicit::finish;
use super::options::{Method, Options};
use crate::error::{FieldError, FieldResult};
use crate::graph::{NodeId, Op};
use crate::scheme::{Fill, Scheme};

/// u ← u + Δt/2 f(v, t), v ← v + Δt g(u, t + Δt/2), u ← u + Δt/2 f(v, t + Δt): the step of Störmer and Verlet, symplectic and reversible, of
/// second order, stable up to ω Δt = 2, with both groups at the same time after each step.
///
/// # Errors
/// Where the fields are no such groups.
pub(super) fn leapfrog_of_pairs(
    scheme: &Scheme,
    options: &Options,
) -> FieldResult<Stepping> {
    if options.compensated {
        return Err(FieldError::invalid(
            "leapfrog with precision = mixed is for equations of second order in time",
            "precision = double, or method = rk4",
        ));
    }
    let second = groups(scheme)?;
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let times = [0.0, 0.5, 1.0].map(|part| builder.stage_time(part));
    let steps = [0.5, 1.0, 0.5].map(|part| builder.stage_step(part));
    let mut body = Vec::new();
    for (stage, (time, step)) in times.into_iter().zip(steps).enumerate() {
        let moving: Vec<usize> =
            (0..state.len()).filter(|place| second[*place] == (stage == 1)).collect();
        let rates: Vec<NodeId> =
            moving.iter().map(|place| builder.variables[*place].rate).collect();
        let at = builder.at(&state, time);
        let name = if stage == 1 { "drift" } else { "kick" };
        let (before, mut kernel, rates) = builder.values(name, &rates, &at)?;
        body.extend(before);
        for (place, rate) in moving.into_iter().zip(rates) {
            let own = kernel.load(state[place]);
            let value = kernel.scaled(step, rate, own);
            kernel.store(state[place], value);
        }
        body.push(kernel.finish(&mut builder));
    }
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish(builder, Method::Leapfrog, options, step)
}

/// For each plane whether it is of the second group.
fn groups(scheme: &Scheme) -> FieldResult<Vec<bool>> {
    let refused = |why: String| {
        let message = format!(
            "leapfrog is for equations of second order in time, and for two groups of fields of first order of which each moves by the other alone: {why}"
        );
        Err(FieldError::invalid(message, "choose method = rk4"))
    };
    if let Some(plane) = scheme.planes.iter().find(|plane| plane.order != 1) {
        return refused(format!("{} is of another order in time", plane.name));
    }
    if !scheme.gathers.is_empty() || !scheme.convolutions.is_empty() {
        return refused("the equations hold means or integrals over the box".into());
    }
    let count = scheme.planes.len();
    let loads = |root: NodeId| -> BTreeSet<usize> {
        let needed = scheme.graph.needed(&[root]);
        let ops = scheme.graph.ops().iter().zip(needed);
        let arrays = ops.filter(|(_, needed)| *needed).filter_map(|(op, _)| match op {
            Op::Load { array, .. } => Some(*array as usize),
            _ => None,
        });
        arrays.filter(|array| *array < count).collect()
    };
    // What the ghosts of an array follow is in what loads it.
    let mut behind: Vec<BTreeSet<usize>> = (0..count).map(|own| [own].into()).collect();
    for fill in &scheme.fills {
        if let Fill::Formula { values, .. } = fill {
            for (array, value) in values {
                if let Some(behind) = behind.get_mut(*array as usize) {
                    behind.extend(loads(*value));
                }
            }
        }
    }
    let partners: Vec<BTreeSet<usize>> = scheme
        .rates
        .iter()
        .map(|rate| {
            loads(*rate).into_iter().flat_map(|own| behind[own].clone()).collect()
        })
        .collect();
    let mut group: Vec<Option<bool>> = vec![None; count];
    for first in 0..count {
        let mut pending = vec![(first, group[first].unwrap_or(false))];
        while let Some((plane, second)) = pending.pop() {
            match group[plane] {
                Some(own) if own == second => continue,
                Some(_) => {
                    let name = &scheme.planes[plane].name;
                    return refused(format!(
                        "the rate of {name} holds {name} itself, or others of its group"
                    ));
                }
                None => group[plane] = Some(second),
            }
            let to = partners[plane].iter().copied();
            let from = (0..count).filter(|other| partners[*other].contains(&plane));
            pending.extend(to.chain(from).map(|other| (other, !second)));
        }
    }
    Ok(group.into_iter().map(|own| own == Some(true)).collect())
}
