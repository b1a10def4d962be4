//! Methods that treat the linear part implicitly, so that its stiffness does not limit the step.

use super::Stepping;
use super::builder::Builder;
use super::explicit::finish;
use super::krylov::Solver;
use super::options::{Method, Options};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Binary, NodeId, Op};
use crate::plan::{Action, ArrayId};
use crate::scheme::{Scheme, scalar};

/// The rates of all variables as linear part and rest.
pub(super) struct Parts {
    pub(super) linear: Vec<NodeId>,
    rest: Vec<NodeId>,
    symmetric: bool,
}

impl Parts {
    pub(super) fn new(builder: &mut Builder<'_>, method: Method) -> FieldResult<Self> {
        let Some(split) = &builder.scheme.split else {
            return Err(FieldError::invalid(
                format!(
                    "{} needs a part of the equation that is linear in the fields",
                    method.name()
                ),
                "choose method = rk4 or dopri5",
            ));
        };
        let second = builder.variables.iter().any(|variable| variable.velocity);
        let zero = builder.graph.constant(0.0);
        let (mut linear, mut rest) = (Vec::new(), Vec::new());
        for (place, variable) in builder.variables.iter().enumerate() {
            // The position of a field of second order: its rate is the velocity that follows.
            let position = builder
                .variables
                .get(place + 1)
                .is_some_and(|next| next.velocity && !variable.velocity);
            if position && builder.variables[place + 1].plane == variable.plane {
                linear.push(variable.rate);
                rest.push(zero);
            } else {
                linear.push(split.linear[variable.plane]);
                rest.push(split.rest[variable.plane]);
            }
        }
        Ok(Self { linear, rest, symmetric: split.symmetric && !second })
    }

    fn no_rest(&self, builder: &Builder<'_>) -> bool {
        self.rest.iter().all(|node| builder.graph.constant_value(*node) == Some(0.0))
    }
}

/// Crank and Nicolson's rule: u₊ − Δt/2 (L u₊ + s₊) = u + Δt/2 (L u + s), s sources and boundary values.
///
/// # Errors
/// Where the equation is not linear.
pub fn crank_nicolson(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let method = Method::CrankNicolson;
    let mut builder = Builder::new(scheme)?;
    let parts = Parts::new(&mut builder, method)?;
    let needed = builder.graph.needed(&parts.rest);
    let evolves = builder.first_noise() - scheme.coefficients.len();
    let filtered = scheme.convolutions.iter().flat_map(|c| [Some(c.into.0), c.into.1]);
    let filtered: Vec<u32> = filtered.flatten().collect();
    let nonlinear = builder.graph.ops().iter().zip(needed).any(|(op, needed)| {
        needed
            && match op {
                Op::Load { array, .. } => {
                    (*array as usize) < evolves || filtered.contains(array)
                }
                Op::Scalar(place) => scheme.gathers.iter().any(|g| g.scalar == *place),
                _ => false,
            }
    });
    if nonlinear {
        return Err(FieldError::invalid(
            "crank_nicolson is for linear equations, but this one has other terms",
            "choose method = cnab2, ars232 or ars443",
        ));
    }
    let state = builder.state();
    let next = builder.arrays("next");
    let right = builder.arrays("right");
    let (now, then) = (builder.stage_time(0.0), builder.stage_time(1.0));
    let half = builder.stage_step(0.5);
    let at = builder.at(&state, now);
    let mut nodes = parts.linear.clone();
    nodes.extend(&parts.rest);
    let (mut body, mut kernel, values) = builder.values("right side", &nodes, &at)?;
    let later = builder.at(&state, then);
    let sources = kernel.import(&builder, &parts.rest, &later);
    let count = state.len();
    for place in 0..count {
        let u = kernel.load(state[place]);
        let g = &mut kernel.graph;
        let sum = g.add(values[place], values[count + place]);
        let sum = g.add(sum, sources[place]);
        let value = kernel.scaled(half, sum, u);
        kernel.store(right[place], value);
        kernel.store(next[place], u);
    }
    body.push(kernel.finish(&mut builder));
    let mut solver =
        Solver::new(&mut builder, parts.linear, parts.symmetric, options, 0.5);
    body.extend(solver.solve(&mut builder, &next, &right, half, then)?);
    body.extend(state.iter().zip(&next).map(|(u, to)| Action::Exchange(*u, *to)));
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish(builder, method, options, step)
}

/// Crank and Nicolson for the linear part, Adams and Bashforth for the rest N:
/// u₊ − Δt/2 L u₊ = u + Δt/2 L u + Δt ((1 + w/2) N − w/2 N₋), w the ratio of this step to the one before (0 in the first step).
///
/// # Errors
/// Where the equation has no linear part.
pub fn implicit_explicit(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let method = Method::ImplicitExplicit2;
    let mut builder = Builder::new(scheme)?;
    let parts = Parts::new(&mut builder, method)?;
    let state = builder.state();
    let next = builder.arrays("next");
    let right = builder.arrays("right");
    let former = builder.arrays("former rest");
    let (now, then) = (builder.stage_time(0.0), builder.stage_time(1.0));
    let half = builder.stage_step(0.5);
    let former_step = builder.scalar("step of the former rest", 0.0);
    let (present, past) = (
        builder.scalar("weight of rest", 0.0),
        builder.scalar("weight of former rest", 0.0),
    );
    let at = builder.at(&state, now);
    let mut nodes = parts.linear.clone();
    nodes.extend(&parts.rest);
    let (mut body, mut kernel, values) = builder.values("right side", &nodes, &at)?;
    let count = state.len();
    for place in 0..count {
        let u = kernel.load(state[place]);
        let rest = values[count + place];
        let value = kernel.scaled(half, values[place], u);
        let value = kernel.scaled(present, rest, value);
        let before = kernel.load(former[place]);
        let value = kernel.scaled(past, before, value);
        kernel.store(right[place], value);
        kernel.store(next[place], u);
        kernel.store(former[place], rest);
    }
    body.push(kernel.finish(&mut builder));
    let weights = builder.scalars(|g| {
        let step = g.scalar(scalar::STEP);
        let former = g.scalar(former_step as u32);
        let zero = g.constant(0.0);
        let first = g.binary(Binary::Equal, former, zero);
        let ratio = g.divide(step, former);
        let ratio = g.select(first, zero, ratio);
        let half = g.constant(0.5);
        let half_ratio = g.multiply(half, ratio);
        let past_value = g.multiply(half_ratio, step);
        vec![
            (present, g.add(step, past_value)),
            (past, g.negate(past_value)),
            (former_step, step),
        ]
    });
    let mut solver =
        Solver::new(&mut builder, parts.linear, parts.symmetric, options, 0.5);
    body.extend(solver.solve(&mut builder, &next, &right, half, then)?);
    body.extend(state.iter().zip(&next).map(|(u, to)| Action::Exchange(*u, *to)));
    let mut step = vec![builder.tick(), weights];
    step.append(&mut body);
    // Where it starts anew, after a jump, there is no step before.
    let none = builder.scalars(|g| vec![(former_step, g.constant(0.0))]);
    let mut stepping = finish(builder, method, options, step)?;
    if scheme.structure.jumps_in_time {
        stepping.plan.procedures[stepping.start].actions.push(none);
    }
    stepping.state.extend(former);
    Ok(stepping)
}

/// An implicit–explicit Runge–Kutta method: stages 1, 2, … are implicit in the linear part.
struct Tableau {
    /// The diagonal of the implicit part.
    diagonal: f64,
    /// Below the diagonal, for stages 1, 2, …; the weights come last.
    implicit: &'static [&'static [f64]],
    /// The explicit part by the rates of stages 0, 1, …; the weights come last.
    explicit: &'static [&'static [f64]],
    /// Times of stages 1, 2, ….
    times: &'static [f64],
}

const GAMMA: f64 = 1.0 - std::f64::consts::FRAC_1_SQRT_2;
const DELTA: f64 = -2.0 * std::f64::consts::SQRT_2 / 3.0;

/// Ascher, Ruuth and Spiteri 1997, section 2.5.
const ARS232: Tableau = Tableau {
    diagonal: GAMMA,
    implicit: &[&[], &[1.0 - GAMMA], &[1.0 - GAMMA, GAMMA]],
    explicit: &[&[GAMMA], &[DELTA, 1.0 - DELTA], &[0.0, 1.0 - GAMMA, GAMMA]],
    times: &[GAMMA, 1.0],
};

/// Ascher, Ruuth and Spiteri 1997, section 2.8.
const ARS443: Tableau = Tableau {
    diagonal: 0.5,
    implicit: &[
        &[],
        &[1.0 / 6.0],
        &[-0.5, 0.5],
        &[1.5, -1.5, 0.5],
        &[1.5, -1.5, 0.5, 0.5],
    ],
    explicit: &[
        &[0.5],
        &[11.0 / 18.0, 1.0 / 18.0],
        &[5.0 / 6.0, -5.0 / 6.0, 0.5],
        &[0.25, 1.75, 0.75, -1.75],
        &[0.25, 1.75, 0.75, -1.75, 0.0],
    ],
    times: &[0.5, 2.0 / 3.0, 0.5, 1.0],
};

/// The methods (2, 3, 2) and (4, 4, 3) of Ascher, Ruuth and Spiteri: the implicit part is L-stable, so that stiff modes die out.
///
/// # Errors
/// Where the equation has no linear part.
pub fn ascher(
    scheme: &Scheme,
    options: &Options,
    method: Method,
) -> FieldResult<Stepping> {
    let tableau = if method == Method::Ascher443 { &ARS443 } else { &ARS232 };
    let stages = tableau.times.len();
    let mut builder = Builder::new(scheme)?;
    let parts = Parts::new(&mut builder, method)?;
    let explicit_part = !parts.no_rest(&builder);
    let state = builder.state();
    let unknown = builder.arrays("stage");
    let right = builder.arrays("right");
    let rests: Vec<Vec<ArrayId>> = if explicit_part {
        (0..stages).map(|k| builder.arrays(&format!("rest {k}"))).collect()
    } else {
        Vec::new()
    };
    let linears: Vec<Vec<ArrayId>> =
        (1..stages).map(|k| builder.arrays(&format!("linear part {k}"))).collect();
    let diagonal = builder.stage_step(tableau.diagonal);
    let inverse = builder.scalar("1/(diagonal dt)", 0.0);
    let now = builder.stage_time(0.0);

    let at = builder.at(&state, now);
    let (mut body, mut kernel, values) =
        builder.values("first rest", &parts.rest, &at)?;
    let first = builder.stage_step(tableau.explicit[0][0]);
    for place in 0..state.len() {
        let u = kernel.load(state[place]);
        let value = kernel.scaled(first, values[place], u);
        kernel.store(right[place], value);
        kernel.store(unknown[place], u);
        if explicit_part {
            kernel.store(rests[0][place], values[place]);
        }
    }
    body.push(kernel.finish(&mut builder));
    let mut solver = Solver::new(
        &mut builder,
        parts.linear.clone(),
        parts.symmetric,
        options,
        tableau.diagonal,
    );
    for stage in 1..=stages {
        let time = builder.stage_time(tableau.times[stage - 1]);
        body.extend(solver.solve(&mut builder, &unknown, &right, diagonal, time)?);
        let at = builder.at(&unknown, time);
        let last = stage == stages;
        let (before, mut kernel, values) =
            builder.values(&format!("stage {stage}"), &parts.rest, &at)?;
        body.extend(before);
        for place in 0..state.len() {
            let (x, b) = (kernel.load(unknown[place]), kernel.load(right[place]));
            let change = kernel.graph.subtract(x, b);
            let inverse = kernel.graph.scalar(inverse as u32);
            let linear = kernel.graph.multiply(inverse, change);
            let mut sum = kernel.load(state[place]);
            for (number, weight) in tableau.implicit[stage].iter().enumerate() {
                if *weight != 0.0 {
                    let part = if number + 1 == stage {
                        linear
                    } else {
                        kernel.load(linears[number][place])
                    };
                    let weight = builder.stage_step(*weight);
                    sum = kernel.scaled(weight, part, sum);
                }
            }
            for (number, weight) in tableau.explicit[stage].iter().enumerate() {
                if *weight != 0.0 && explicit_part {
                    let part = if number == stage {
                        values[place]
                    } else {
                        kernel.load(rests[number][place])
                    };
                    let weight = builder.stage_step(*weight);
                    sum = kernel.scaled(weight, part, sum);
                }
            }
            if last {
                kernel.store(state[place], sum);
            } else {
                kernel.store(right[place], sum);
                kernel.store(linears[stage - 1][place], linear);
                if explicit_part {
                    kernel.store(rests[stage][place], values[place]);
                }
            }
        }
        body.push(kernel.finish(&mut builder));
    }
    let reciprocal = builder.scalars(|g| {
        let step = g.scalar(scalar::STEP);
        let factor = g.constant(tableau.diagonal);
        let product = g.multiply(factor, step);
        let one = g.constant(1.0);
        vec![(inverse, g.divide(one, product))]
    });
    let mut step = vec![builder.tick(), reciprocal];
    step.append(&mut body);
    finish(builder, method, options, step)
}
