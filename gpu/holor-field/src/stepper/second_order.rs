//! Methods for fields of second order in time, ∂ₜ²u = f: Störmer and Verlet, and Yoshida's composition of it.

use super::Stepping;
use super::builder::{Builder, FORMER_STEP, Kernel, RESIZE};
use super::compensated::second_order as compensated;
use super::explicit::finish;
use super::linear::slope;
use super::options::{Method, Options};
use crate::error::{FieldError, FieldResult};
use crate::graph::{NodeId, Op};
use crate::plan::{Action, ArrayId};
use crate::scheme::{Fill, Scheme, scalar};

/// The weights w₁, w₀, w₁ of Yoshida's fourth-order composition: w₁ = 1/(2 − 2^(1/3)), w₀ = 1 − 2w₁
/// (Yoshida 1990, Construction of higher order symplectic integrators, equation 4.8).
pub(super) const YOSHIDA: [f64; 3] =
    [1.351_207_191_959_657_6, -1.702_414_383_919_315_3, 1.351_207_191_959_657_6];

/// The leapfrog method.
///
/// Where rates do not depend on velocities, or only as f = g + d·∂ₜu with d free of them, in the position form
/// u₊ = (2u − (1 − Δt d⁻/2) u₋ + Δt² g)/(1 + Δt d⁻/2), d⁻ = −d: two loads and one store for each cell. Otherwise in the velocity form
/// with two evaluations (Heun's rule for the velocity), which is velocity Verlet where f does not depend on it.
///
/// Of fields of first order in time in two groups it is their kick, drift and kick.
///
/// # Errors
/// Where a field is of first order in time and moves by others than those of the other group.
pub fn leapfrog(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    if scheme.planes.iter().any(|plane| plane.order == 1) {
        return super::pairs::leapfrog_of_pairs(scheme, options);
    }
    match damping(scheme)? {
        Some(damped) if options.compensated => {
            compensated::position_form(scheme, options, &damped)
        }
        Some(damped) => position_form(scheme, options, &damped),
        None if options.compensated => compensated::velocity_form(scheme, options),
        None => velocity_form(scheme, options),
    }
}

fn only_second_order(scheme: &Scheme, method: &str) -> FieldResult<()> {
    match scheme.planes.iter().find(|plane| plane.order == 1) {
        Some(plane) => Err(FieldError::invalid(
            format!(
                "{method} is for equations of second order in time, but that of {} is of first",
                plane.name
            ),
            "choose method = rk4",
        )),
        None => Ok(()),
    }
}

/// A rate f = g + d·∂ₜu.
#[derive(Clone, Copy, Debug)]
pub(super) struct Damped {
    /// The plane.
    pub(super) plane: usize,
    /// d; the constant 0 where there is no damping.
    pub(super) slope: NodeId,
    /// g.
    pub(super) rest: NodeId,
}

/// A scheme with the rates of its planes split by velocity; `None` where they do not have this form.
pub(super) struct Damping<'s> {
    pub(super) builder: Builder<'s>,
    pub(super) planes: Vec<Damped>,
}

fn damping(scheme: &Scheme) -> FieldResult<Option<Damping<'_>>> {
    let mut builder = Builder::new(scheme)?;
    let first = scheme.planes.len();
    let velocities = scheme.planes.iter().filter(|plane| plane.velocity.is_some());
    let range = first..first + velocities.count();
    let of_velocity = |op: Op| match op {
        Op::Load { array, .. } => range.contains(&(array as usize)),
        _ => false,
    };
    let mut others: Vec<NodeId> = scheme.gathers.iter().map(|g| g.value).collect();
    for convolution in &scheme.convolutions {
        others.extend(std::iter::once(convolution.body.0).chain(convolution.body.1));
    }
    for fill in &scheme.fills {
        if let Fill::Formula { values, .. } = fill {
            others.extend(values.iter().map(|value| value.1));
        }
    }
    for (plane, rate) in scheme.planes.iter().zip(&scheme.rates) {
        if plane.order == 0 {
            others.push(*rate);
        }
    }
    let depends = |builder: &Builder<'_>, roots: &[NodeId]| {
        let needed = builder.graph.needed(roots);
        let mut ops = builder.graph.ops().iter().zip(needed);
        ops.any(|(op, needed)| needed && of_velocity(*op))
    };
    if depends(&builder, &others) {
        return Ok(None);
    }
    let mut planes = Vec::new();
    for (place, plane) in scheme.planes.iter().enumerate() {
        let Some(velocity) = plane.velocity else { continue };
        let leaf = Op::Load { array: velocity, offset: [0; 3] };
        let Some(slope) = slope(&mut builder.graph, scheme.rates[place], leaf) else {
            return Ok(None);
        };
        let zero = builder.graph.constant(0.0);
        let mut graph = std::mem::take(&mut builder.graph);
        let source = graph.clone();
        let rest = source.copy_into(&mut graph, &[scheme.rates[place]], |graph, op| {
            if op == leaf { zero } else { graph.rebuild(op) }
        })[0];
        builder.graph = graph;
        if depends(&builder, &[slope, rest]) {
            return Ok(None);
        }
        planes.push(Damped { plane: place, slope, rest });
    }
    Ok(Some(Damping { builder, planes }))
}

fn position_form(
    scheme: &Scheme,
    options: &Options,
    damping: &Damping<'_>,
) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    builder.graph = damping.builder.graph.clone();
    let planes = &damping.planes;
    let former: Vec<ArrayId> = planes
        .iter()
        .map(|damped| {
            builder.array(format!("{} before", scheme.planes[damped.plane].name))
        })
        .collect();
    let mut nodes: Vec<NodeId> = planes.iter().map(|damped| damped.rest).collect();
    nodes.extend(planes.iter().map(|damped| damped.slope));
    let time = builder.stage_time(0.0);
    let half = builder.stage_step(0.5);
    let square = builder.scalar("step squared", 0.0);
    let at = builder.at(&builder.state(), time);

    // u₋ ← (2u − (1 + Δt d/2) u₋ + Δt² g)/(1 − Δt d/2)
    let (mut body, mut kernel, values) = builder.values("leapfrog", &nodes, &at)?;
    for (place, damped) in planes.iter().enumerate() {
        let (rest, slope) = (values[place], values[planes.len() + place]);
        let (u, before) = (kernel.load(damped.plane), kernel.load(former[place]));
        let g = &mut kernel.graph;
        let two = g.constant(2.0);
        let square = g.scalar(square as u32);
        let half = g.scalar(half as u32);
        let next = if g.constant_value(slope) == Some(0.0) {
            let inertia = g.multiply(two, u);
            let inertia = g.subtract(inertia, before);
            g.multiply_add(square, rest, inertia)
        } else {
            let one = g.constant(1.0);
            let loss = g.multiply(half, slope);
            let (more, less) = (g.add(one, loss), g.subtract(one, loss));
            let kept = g.multiply(more, before);
            let inertia = g.multiply(two, u);
            let inertia = g.subtract(inertia, kept);
            let sum = g.multiply_add(square, rest, inertia);
            g.divide(sum, less)
        };
        kernel.store(former[place], next);
    }
    body.push(kernel.finish(&mut builder));
    for (damped, before) in planes.iter().zip(&former) {
        body.push(Action::Exchange(damped.plane, *before));
    }
    let mut step = vec![builder.tick(), squared(&mut builder, square)];
    step.append(&mut body);

    // The velocity at the present time: v = ((u − u₋)/Δt + Δt/2 g)/(1 − Δt d/2).
    let (present, own) = builder.present();
    let mut velocity = present.clone();
    let (before, mut kernel, values) = builder.values("velocity", &nodes, &own)?;
    velocity.extend(before);
    for (place, damped) in planes.iter().enumerate() {
        let (rest, slope) = (values[place], values[planes.len() + place]);
        let (u, before) = (kernel.load(damped.plane), kernel.load(former[place]));
        let g = &mut kernel.graph;
        let (step, half) = (g.scalar(scalar::STEP), g.constant(0.5));
        let half = g.multiply(half, step);
        let change = g.subtract(u, before);
        let mean = g.divide(change, step);
        let sum = g.multiply_add(half, rest, mean);
        let (one, loss) = (g.constant(1.0), g.multiply(half, slope));
        let less = g.subtract(one, loss);
        let value = g.divide(sum, less);
        kernel.store(velocity_of(scheme, damped.plane), value);
    }
    velocity.push(kernel.finish(&mut builder));

    // The place before the present one from the velocity: u₋ = u − Δt v + Δt²/2 (g + d v), which the first step takes back exactly.
    let mut begin = present;
    let (before, mut kernel, values) = builder.values("place before", &nodes, &own)?;
    begin.extend(before);
    for (place, damped) in planes.iter().enumerate() {
        let (rest, slope) = (values[place], values[planes.len() + place]);
        let u = kernel.load(damped.plane);
        let v = kernel.load(velocity_of(scheme, damped.plane));
        let g = &mut kernel.graph;
        let (step, half) = (g.scalar(scalar::STEP), g.constant(0.5));
        let half_step = g.multiply(half, step);
        let half_square = g.multiply(half_step, step);
        let rate = g.multiply_add(slope, v, rest);
        let way = g.multiply(step, v);
        let straight = g.subtract(u, way);
        let value = g.multiply_add(half_square, rate, straight);
        kernel.store(former[place], value);
    }
    begin.push(kernel.finish(&mut builder));

    let mut start = builder.observation()?;
    start.extend(begin.iter().cloned());
    let start = builder.procedure("start", start);
    let step = builder.procedure("step", step);
    let mut state = Vec::new();
    for (damped, before) in planes.iter().zip(&former) {
        state.extend([damped.plane, *before]);
    }
    // With another Δt: the velocity by the former one, then the place before by the new one.
    let kept = builder.scalar("step to come", 0.0);
    let former_step = builder.scalar(FORMER_STEP, 0.0);
    let set = |builder: &Builder<'_>, to: usize, from: usize| {
        builder.scalars(|g| vec![(to, g.scalar(from as u32))])
    };
    let mut resize = vec![
        set(&builder, kept, scalar::STEP as usize),
        set(&builder, scalar::STEP as usize, former_step),
    ];
    resize.extend(velocity.iter().cloned());
    resize.push(set(&builder, scalar::STEP as usize, kept));
    resize.extend(begin);
    builder.procedure(RESIZE, resize);
    let mut observe = builder.observation()?;
    observe.extend(velocity);
    let observe = builder.procedure("observe", observe);
    let mut stepping =
        super::stepping(builder, Method::Leapfrog, options, state, start, step)?;
    stepping.observe = observe;
    stepping.explanation.push(
        "leapfrog keeps the positions of two times; velocities are found when they are looked at"
            .to_owned(),
    );
    Ok(stepping)
}

/// The array of a plane's velocity.
pub(super) fn velocity_of(scheme: &Scheme, plane: usize) -> ArrayId {
    scheme.planes[plane].velocity.map_or(plane, |velocity| velocity as usize)
}

/// Δt² as a scalar.
fn squared(builder: &mut Builder<'_>, into: usize) -> Action {
    builder.scalars(|g| {
        let step = g.scalar(scalar::STEP);
        vec![(into, g.multiply(step, step))]
    })
}

fn velocity_form(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let next = builder.arrays("next");
    let (now, then) = (builder.stage_time(0.0), builder.stage_time(1.0));
    let (dt, half) = (builder.stage_step(1.0), builder.stage_step(0.5));
    let nodes: Vec<(usize, NodeId)> = builder
        .variables
        .iter()
        .enumerate()
        .filter(|(_, variable)| variable.velocity)
        .map(|(place, variable)| (place, variable.rate))
        .collect();
    let rates: Vec<NodeId> = nodes.iter().map(|node| node.1).collect();

    // u₊ = u + Δt (v + Δt/2 f), v* = v + Δt f; the position comes just before its velocity among the variables.
    let at = builder.at(&state, now);
    let (mut body, mut kernel, values) = builder.values("drift", &rates, &at)?;
    for ((place, _), rate) in nodes.iter().zip(values) {
        let (u, v) = (kernel.load(state[place - 1]), kernel.load(state[*place]));
        let middle = kernel.scaled(half, rate, v);
        let position = kernel.scaled(dt, middle, u);
        let velocity = kernel.scaled(dt, rate, v);
        kernel.store(next[place - 1], position);
        kernel.store(next[*place], velocity);
    }
    body.push(kernel.finish(&mut builder));
    // v ← (v + v*)/2 + Δt/2 f(u₊, v*)
    let at = builder.at(&next, then);
    let (before, mut kernel, values) = builder.values("kick", &rates, &at)?;
    body.extend(before);
    for ((place, _), rate) in nodes.iter().zip(values) {
        let (v, ahead) = (kernel.load(state[*place]), kernel.load(next[*place]));
        let g = &mut kernel.graph;
        let sum = g.add(v, ahead);
        let one_half = g.constant(0.5);
        let mean = g.multiply(one_half, sum);
        let value = kernel.scaled(half, rate, mean);
        kernel.store(state[*place], value);
    }
    body.push(kernel.finish(&mut builder));
    for (place, _) in &nodes {
        body.push(Action::Exchange(state[place - 1], next[place - 1]));
    }
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish(builder, Method::Leapfrog, options, step)
}

/// Yoshida's fourth-order method: drifts u + c Δt v and kicks v + d Δt f(u) in turn.
///
/// # Errors
/// Where a field is of first order in time or a rate depends on velocities.
pub fn yoshida(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    only_second_order(scheme, "yoshida4")?;
    let separable = damping(scheme)?.is_some_and(|damping| {
        let graph = &damping.builder.graph;
        damping.planes.iter().all(|d| graph.constant_value(d.slope) == Some(0.0))
    });
    if !separable {
        return Err(FieldError::invalid(
            "yoshida4 needs rates that do not depend on velocities",
            "choose method = leapfrog or rk4",
        ));
    }
    if options.compensated {
        return compensated::yoshida(scheme, options);
    }
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let next = builder.arrays("next");
    let [w1, w0, _] = YOSHIDA;
    let drifts = [w1 / 2.0, (w1 + w0) / 2.0, (w0 + w1) / 2.0, w1 / 2.0];
    let mut body = Vec::new();
    let places: Vec<usize> =
        (0..builder.variables.len()).filter(|v| builder.variables[*v].velocity).collect();
    let rates: Vec<NodeId> =
        places.iter().map(|place| builder.variables[*place].rate).collect();
    let first = builder.stage_step(drifts[0]);
    let mut kernel = Kernel::new("drift");
    for place in &places {
        let (u, v) = (kernel.load(state[place - 1]), kernel.load(state[*place]));
        let position = kernel.scaled(first, v, u);
        kernel.store(state[place - 1], position);
    }
    body.push(kernel.finish(&mut builder));
    let mut passed = drifts[0];
    for (part, weight) in YOSHIDA.into_iter().enumerate() {
        let time = builder.stage_time(passed);
        let (kick, drift) =
            (builder.stage_step(weight), builder.stage_step(drifts[part + 1]));
        let at = builder.at(&state, time);
        let (before, mut kernel, values) =
            builder.values("kick and drift", &rates, &at)?;
        body.extend(before);
        for (place, rate) in places.iter().zip(values) {
            let (u, v) = (kernel.load(state[place - 1]), kernel.load(state[*place]));
            let velocity = kernel.scaled(kick, rate, v);
            let position = kernel.scaled(drift, velocity, u);
            kernel.store(state[*place], velocity);
            kernel.store(next[place - 1], position);
        }
        body.push(kernel.finish(&mut builder));
        for place in &places {
            body.push(Action::Exchange(state[place - 1], next[place - 1]));
        }
        passed += drifts[part + 1];
    }
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish(builder, Method::Yoshida4, options, step)
}
