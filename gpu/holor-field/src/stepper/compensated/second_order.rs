//! Methods for fields of second order in time whose sums are compensated.
//!
//! The position form of leapfrog, u₊ = 2u − u₋ + Δt² g, adds what is far less than the field. Here the mean velocity w = (u − u₋)/Δt of the last
//! step is carried in place of u₋, which is the same method: w ← w + (Δt d w + Δt g)/(1 − Δt d/2), u ← u + Δt w for a rate g + d·∂ₜu.

use super::super::builder::{Builder, FORMER_STEP, Kernel, RESIZE};
use super::super::explicit::finish_with;
use super::super::options::{Method, Options};
use super::super::second_order::{Damping, YOSHIDA, velocity_of};
use super::super::{Stepping, stepping};
use super::{Rests, two_sum, weighted};
use crate::error::FieldResult;
use crate::graph::{Graph, NodeId};
use crate::plan::{Action, ArrayId};
use crate::scheme::{Scheme, scalar};

/// A sum and what is left of it: two arrays.
type Pair = [ArrayId; 2];

/// Where the numbers of a plane are.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The field and what is left of it.
    u: Pair,
    /// The field after a step.
    next: ArrayId,
    /// The mean velocity of the last step.
    w: Pair,
    /// The velocity, valid after `observe`.
    v: Pair,
}

/// base + rest + increment, stored with what is left.
fn sum_into(kernel: &mut Kernel, [base, rest]: Pair, increment: NodeId, into: Pair) {
    let (base, rest) = (kernel.load(base), kernel.load(rest));
    let g = &mut kernel.graph;
    let increment = g.add(rest, increment);
    let [value, left] = two_sum(g, base, increment);
    kernel.store(into[0], value);
    kernel.store(into[1], left);
}

/// (Δt/2 (g + d w))/(1 − Δt d/2), from the mean velocity of the last step to the velocity at its end.
fn half_kick(
    g: &mut Graph,
    (rest, slope): (NodeId, NodeId),
    w: NodeId,
    half: NodeId,
) -> NodeId {
    let rate = g.multiply(slope, w);
    let rate = g.add(rest, rate);
    let kick = g.multiply(half, rate);
    let (one, loss) = (g.constant(1.0), g.multiply(half, slope));
    let less = g.subtract(one, loss);
    g.divide(kick, less)
}

fn half_step(g: &mut Graph) -> NodeId {
    let (step, half) = (g.scalar(scalar::STEP), g.constant(0.5));
    g.multiply(half, step)
}

pub(in crate::stepper) fn position_form(
    scheme: &Scheme,
    options: &Options,
    damping: &Damping<'_>,
) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    builder.graph = damping.builder.graph.clone();
    let planes = &damping.planes;
    let state = builder.state();
    let rests = Rests::of(&mut builder);
    let rest_of = |array: ArrayId| {
        let place = state.iter().position(|own| *own == array);
        place.map_or(array, |place| rests.array(place))
    };
    let mut places = Vec::new();
    for damped in planes {
        let (u, v) = (damped.plane, velocity_of(scheme, damped.plane));
        let name = &scheme.planes[damped.plane].name;
        places.push(Place {
            u: [u, rest_of(u)],
            next: builder.array(format!("{name} next")),
            w: [
                builder.array(format!("{name} mean velocity")),
                builder.array(format!("{name} mean velocity rest")),
            ],
            v: [v, rest_of(v)],
        });
    }
    let mut nodes: Vec<NodeId> = planes.iter().map(|damped| damped.rest).collect();
    nodes.extend(planes.iter().map(|damped| damped.slope));
    let time = builder.stage_time(0.0);
    let (dt, half) = (builder.stage_step(1.0), builder.stage_step(0.5));
    let dt = builder.parts(dt);
    let at = builder.at(&state, time);

    let (mut body, mut kernel, values) = builder.values("leapfrog", &nodes, &at)?;
    for (place, at) in places.iter().enumerate() {
        let (rest, slope) = (values[place], values[planes.len() + place]);
        let [w, left] = at.w.map(|array| kernel.load(array));
        let t = if kernel.graph.constant_value(slope) == Some(0.0) {
            weighted(&mut kernel, &[(dt, rest)], left)
        } else {
            let zero = kernel.graph.constant(0.0);
            let loss = kernel.graph.multiply(slope, w);
            let kick = weighted(&mut kernel, &[(dt, loss), (dt, rest)], zero);
            let g = &mut kernel.graph;
            let (one, half) = (g.constant(1.0), g.scalar(half as u32));
            let loss = g.multiply(half, slope);
            let less = g.subtract(one, loss);
            let kick = g.divide(kick, less);
            g.add(left, kick)
        };
        let [w, left] = two_sum(&mut kernel.graph, w, t);
        kernel.store(at.w[0], w);
        kernel.store(at.w[1], left);
        let [u, rest] = at.u.map(|array| kernel.load(array));
        let t = kernel.scaled(dt.high, left, rest);
        let t = weighted(&mut kernel, &[(dt, w)], t);
        let [u, rest] = two_sum(&mut kernel.graph, u, t);
        kernel.store(at.next, u);
        kernel.store(at.u[1], rest);
    }
    body.push(kernel.finish(&mut builder));
    body.extend(places.iter().map(|at| Action::Exchange(at.u[0], at.next)));
    let mut step = vec![builder.tick()];
    step.append(&mut body);

    // The velocity at the present time.
    let (present, own) = builder.present();
    let mut velocity = present.clone();
    let (before, mut kernel, values) = builder.values("velocity", &nodes, &own)?;
    velocity.extend(before);
    for (place, at) in places.iter().enumerate() {
        let rate = (values[place], values[planes.len() + place]);
        let w = kernel.load(at.w[0]);
        let half = half_step(&mut kernel.graph);
        let kick = half_kick(&mut kernel.graph, rate, w, half);
        sum_into(&mut kernel, at.w, kick, at.v);
    }
    velocity.push(kernel.finish(&mut builder));

    // The mean velocity before from the present one: w = v − Δt/2 (g + d v).
    let mut begin = present;
    let (before, mut kernel, values) = builder.values("velocity before", &nodes, &own)?;
    begin.extend(before);
    for (place, at) in places.iter().enumerate() {
        let (rest, slope) = (values[place], values[planes.len() + place]);
        let v = kernel.load(at.v[0]);
        let g = &mut kernel.graph;
        let half = half_step(g);
        let loss = g.multiply(slope, v);
        let rate = g.add(rest, loss);
        let back = g.multiply(half, rate);
        let back = g.negate(back);
        sum_into(&mut kernel, at.v, back, at.w);
    }
    begin.push(kernel.finish(&mut builder));

    let mut start = builder.observation()?;
    start.extend(begin.iter().cloned());
    let start = builder.procedure("start", start);
    let step = builder.procedure("step", step);
    // With another Δt: the velocity by the former one, then the mean velocity before by the new one.
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
    let kept = places.iter().flat_map(|at| at.u.into_iter().chain(at.w)).collect();
    let mut stepping = stepping(builder, Method::Leapfrog, options, kept, start, step)?;
    stepping.observe = observe;
    stepping.rests =
        places.iter().flat_map(|at| [at.u, at.v]).map(|[a, b]| (a, b)).collect();
    stepping.explanation.push(
        "leapfrog keeps positions and the mean velocities of the last step; velocities are found when they are looked at"
            .to_owned(),
    );
    Ok(stepping)
}

/// u ← u + Δt (v + Δt/2 f), v ← v + Δt/2 (f(u, v) + f(u₊, v + Δt f)).
pub(in crate::stepper) fn velocity_form(
    scheme: &Scheme,
    options: &Options,
) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let next = builder.arrays("next");
    let first = builder.arrays("rate");
    let rests = Rests::of(&mut builder);
    let (now, then) = (builder.stage_time(0.0), builder.stage_time(1.0));
    let (whole, half) = (builder.stage_step(1.0), builder.stage_step(0.5));
    let (dt, half) = (builder.parts(whole), builder.parts(half));
    let places: Vec<usize> = velocities(&builder);
    let rates: Vec<NodeId> =
        places.iter().map(|place| builder.variables[*place].rate).collect();
    let at = builder.at(&state, now);
    let (mut body, mut kernel, values) = builder.values("drift", &rates, &at)?;
    for (place, rate) in places.iter().zip(values) {
        let place = *place;
        let (v, left) = (kernel.load(state[place]), kernel.load(rests.array(place)));
        let zero = kernel.graph.constant(0.0);
        let kick = kernel.scaled(half.high, rate, zero);
        let ahead = kernel.scaled(whole, rate, v);
        kernel.store(next[place], ahead);
        kernel.store(first[place], rate);
        let rest = kernel.load(rests.array(place - 1));
        let rest = kernel.scaled(dt.high, left, rest);
        let rest = kernel.scaled(dt.high, kick, rest);
        let into = [next[place - 1], rests.array(place - 1)];
        rests.add_to(&mut kernel, (rest, state[place - 1]), &[(dt, v)], into);
    }
    body.push(kernel.finish(&mut builder));
    let at = builder.at(&next, then);
    let (before, mut kernel, values) = builder.values("kick", &rates, &at)?;
    body.extend(before);
    for (place, rate) in places.iter().zip(values) {
        let former = kernel.load(first[*place]);
        let sum = kernel.graph.add(former, rate);
        let into = [state[*place], rests.array(*place)];
        rests.add(&mut kernel, (*place, state[*place]), &[(half, sum)], into);
    }
    body.push(kernel.finish(&mut builder));
    for place in &places {
        body.push(Action::Exchange(state[place - 1], next[place - 1]));
    }
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish_with(builder, (Method::Leapfrog, options), step, Some(rests))
}

/// Drifts u + c Δt v and kicks v + d Δt f(u) in turn, as [`super::super::yoshida`].
pub(in crate::stepper) fn yoshida(
    scheme: &Scheme,
    options: &Options,
) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let next = builder.arrays("next");
    let rests = Rests::of(&mut builder);
    let [w1, w0, _] = YOSHIDA;
    let drifts = [w1 / 2.0, (w1 + w0) / 2.0, (w0 + w1) / 2.0, w1 / 2.0];
    let places = velocities(&builder);
    let rates: Vec<NodeId> =
        places.iter().map(|place| builder.variables[*place].rate).collect();
    let first = builder.stage_step(drifts[0]);
    let first = builder.parts(first);
    let mut body = Vec::new();
    let mut kernel = Kernel::new("drift");
    for place in &places {
        let v = kernel.load(state[*place]);
        let place = place - 1;
        let into = [state[place], rests.array(place)];
        let left = kernel.load(rests.array(place + 1));
        let rest = kernel.load(rests.array(place));
        let rest = kernel.scaled(first.high, left, rest);
        rests.add_to(&mut kernel, (rest, state[place]), &[(first, v)], into);
    }
    body.push(kernel.finish(&mut builder));
    let mut passed = drifts[0];
    for (part, weight) in YOSHIDA.into_iter().enumerate() {
        let time = builder.stage_time(passed);
        let (kick, drift) =
            (builder.stage_step(weight), builder.stage_step(drifts[part + 1]));
        let (kick, drift) = (builder.parts(kick), builder.parts(drift));
        let at = builder.at(&state, time);
        let (before, mut kernel, values) =
            builder.values("kick and drift", &rates, &at)?;
        body.extend(before);
        for (place, rate) in places.iter().zip(values) {
            let [v, left] =
                [state[*place], rests.array(*place)].map(|array| kernel.load(array));
            let t = weighted(&mut kernel, &[(kick, rate)], left);
            let [v, left] = two_sum(&mut kernel.graph, v, t);
            kernel.store(state[*place], v);
            kernel.store(rests.array(*place), left);
            let place = place - 1;
            let rest = kernel.load(rests.array(place));
            let rest = kernel.scaled(drift.high, left, rest);
            let into = [next[place], rests.array(place)];
            rests.add_to(&mut kernel, (rest, state[place]), &[(drift, v)], into);
        }
        body.push(kernel.finish(&mut builder));
        for place in &places {
            body.push(Action::Exchange(state[place - 1], next[place - 1]));
        }
        passed += drifts[part + 1];
    }
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish_with(builder, (Method::Yoshida4, options), step, Some(rests))
}

/// The places of the velocities among the variables; each comes just after its field.
fn velocities(builder: &Builder<'_>) -> Vec<usize> {
    let variables = builder.variables.iter().enumerate();
    variables.filter(|(_, variable)| variable.velocity).map(|it| it.0).collect()
}
