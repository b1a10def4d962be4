//! The method of Dormand and Prince with an embedded error estimate.

use super::Stepping;
use super::builder::{Builder, Kernel, Parts};
use super::compensated::Rests;
use super::options::{Method, Options};
use super::stepping;
use crate::error::FieldResult;
use crate::graph::{Binary, NodeId, Unary};
use crate::plan::{Action, ArrayId, ReductionKind};
use crate::scheme::Scheme;
use crate::stepper::Adaptive;

/// The stages' coefficients (Dormand and Prince 1980, table 2; Hairer, Nørsett and Wanner I, table II.5.2).
const STAGES: [&[f64]; 6] = [
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
    // The last row is the solution of fifth order.
    &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];
/// Where the stages lie in the step.
const TIMES: [f64; 6] = [1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0];
/// Fifth-order less fourth-order weights.
const ERROR: [f64; 7] = [
    71.0 / 57600.0,
    0.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339_200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

/// Steps of fifth order with an error estimate of fourth. The last stage's rate is the first one's of the next step, so that a step
/// costs six rates. With compensation (see [`super::compensated`]) what is left of the state is that of accepted steps. The error is the root mean square over all cells and unknowns of
/// e/(absolute + relative · max(|u|, |u₊|)).
///
/// # Errors
/// As [`super::euler`].
pub fn dormand_prince(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let buffers = [builder.arrays("stage a"), builder.arrays("stage b")];
    let rates: Vec<Vec<ArrayId>> = (1..=7)
        .filter(|k| *k != 2)
        .map(|k| builder.arrays(&format!("rate {k}")))
        .collect();
    // The second rate has no weight in the result: its place is free for the seventh.
    let [k1, k3, k4, k5, k6, k7] = [0, 1, 2, 3, 4, 5].map(|k| rates[k].clone());
    let k = [k1.clone(), k7.clone(), k3, k4, k5, k6];

    let rests = Rests::new(&mut builder, options);
    let next_rests = match &rests {
        Some(_) => builder.arrays("next rest"),
        None => Vec::new(),
    };

    // The first rate, at the start.
    let (mut start, own) = builder.present();
    let (before, mut kernel, values) = builder.rates("first rate", &own)?;
    start.extend(before);
    for (to, rate) in k1.iter().zip(values) {
        kernel.store(*to, rate);
    }
    start.push(kernel.finish(&mut builder));
    let start = builder.procedure("start", start);

    let mut body = Vec::new();
    let mut kernel = Kernel::new("dopri5 stage 1");
    for place in 0..state.len() {
        let sum =
            combination(&mut builder, &mut kernel, state[place], &k, place, 1, None);
        kernel.store(buffers[0][place], sum);
    }
    body.push(kernel.finish(&mut builder));
    for stage in 1..6 {
        let (argument, result) = (&buffers[(stage + 1) % 2], &buffers[stage % 2]);
        let time = builder.stage_time(TIMES[stage - 1]);
        let at = builder.at(argument, time);
        let name = format!("dopri5 stage {}", stage + 1);
        let (before, mut kernel, values) = builder.rates(&name, &at)?;
        body.extend(before);
        for (place, rate) in values.into_iter().enumerate() {
            if let (5, Some(rests)) = (stage, &rests) {
                let terms = increments(&mut builder, &mut kernel, &k, place, rate);
                let into = [result[place], next_rests[place]];
                kernel.store(k[stage][place], rate);
                rests.add(&mut kernel, (place, state[place]), &terms, into);
                continue;
            }
            let sum = combination(
                &mut builder,
                &mut kernel,
                state[place],
                &k,
                place,
                stage + 1,
                Some(rate),
            );
            // The sixth rate is used once more, for the error.
            kernel.store(k[stage][place], rate);
            kernel.store(result[place], sum);
        }
        body.push(kernel.finish(&mut builder));
    }
    // The sixth stage's result is the new state.
    let next = &buffers[1];
    let sum = builder.scalar("sum of squared errors", 0.0);
    let error = builder.scalar("error", 0.0);
    let time = builder.stage_time(1.0);
    let at = builder.at(next, time);
    let (before, mut kernel, values) = builder.rates("dopri5 error", &at)?;
    body.extend(before);
    let mut total: Option<NodeId> = None;
    for (place, rate) in values.into_iter().enumerate() {
        let mut estimate = {
            let weight = builder.stage_step(ERROR[6]);
            let weight = kernel.graph.scalar(weight as u32);
            kernel.graph.multiply(weight, rate)
        };
        for (stage, weight) in ERROR.iter().enumerate().take(6) {
            if *weight != 0.0 {
                let weight = builder.stage_step(*weight);
                let rate = kernel.load(k[stage][place]);
                estimate = kernel.scaled(weight, rate, estimate);
            }
        }
        let (u, ahead) = (kernel.load(state[place]), kernel.load(next[place]));
        let g = &mut kernel.graph;
        let (u, ahead) = (g.unary(Unary::Absolute, u), g.unary(Unary::Absolute, ahead));
        let size = g.binary(Binary::Maximum, u, ahead);
        let relative = g.constant(options.tolerance);
        let absolute =
            g.constant(options.absolute_tolerance.unwrap_or(options.tolerance));
        let allowed = g.multiply_add(relative, size, absolute);
        let part = g.divide(estimate, allowed);
        total = Some(match total {
            Some(total) => g.multiply_add(part, part, total),
            None => g.multiply(part, part),
        });
        kernel.store(k7[place], rate);
    }
    let zero = kernel.graph.constant(0.0);
    kernel.reduce(ReductionKind::Sum, total.unwrap_or(zero), sum);
    body.push(kernel.finish(&mut builder));
    let count = (scheme.layout.cells() * state.len().max(1)) as f64;
    body.push(builder.scalars(|g| {
        let sum = g.scalar(sum as u32);
        let count = g.constant(count);
        let mean = g.divide(sum, count);
        vec![(error, g.unary(Unary::SquareRoot, mean))]
    }));
    let mut attempt = vec![builder.try_tick()];
    attempt.append(&mut body);
    let attempt = builder.procedure("attempt", attempt);
    let mut accept = vec![builder.accept_tick()];
    for place in 0..state.len() {
        accept.push(Action::Exchange(state[place], next[place]));
        accept.push(Action::Exchange(k1[place], k7[place]));
    }
    accept.extend(rests.iter().flat_map(|rests| rests.exchange(&next_rests)));
    let step_actions: Vec<Action> =
        builder.plan.procedures[attempt].actions.iter().chain(&accept).cloned().collect();
    let accept = builder.procedure("accept", accept);
    let step = builder.procedure("step", step_actions);
    let variables = state.clone();
    let mut kept = state;
    kept.extend(&k1);
    let mut stepping =
        stepping(builder, Method::DormandPrince, options, kept, start, step)?;
    if let Some(rests) = rests {
        rests.keep(&mut stepping, &variables);
    }
    stepping.adaptive = Some(Adaptive { attempt, accept, error, order: 4.0 });
    Ok(stepping)
}

/// The terms of Δt Σ bⱼ kⱼ of the last stage, its rate at hand already.
fn increments(
    builder: &mut Builder<'_>,
    kernel: &mut Kernel,
    rates: &[Vec<ArrayId>; 6],
    place: usize,
    last: NodeId,
) -> Vec<(Parts, NodeId)> {
    let weights = STAGES[5].iter().enumerate().filter(|(_, weight)| **weight != 0.0);
    weights
        .map(|(number, weight)| {
            let rate = if number == 5 { last } else { kernel.load(rates[number][place]) };
            let weight = builder.stage_step(*weight);
            (builder.parts(weight), rate)
        })
        .collect()
}

/// u + Δt Σ aⱼ kⱼ of a stage (counted from 1); the last rate may be at hand already.
fn combination(
    builder: &mut Builder<'_>,
    kernel: &mut Kernel,
    u: ArrayId,
    rates: &[Vec<ArrayId>; 6],
    place: usize,
    stage: usize,
    last: Option<NodeId>,
) -> NodeId {
    let mut sum = kernel.load(u);
    for (number, weight) in STAGES[stage - 1].iter().enumerate() {
        if *weight == 0.0 {
            continue;
        }
        let rate = match last {
            Some(rate) if number + 1 == stage => rate,
            _ => kernel.load(rates[number][place]),
        };
        let weight = builder.stage_step(*weight);
        sum = kernel.scaled(weight, rate, sum);
    }
    sum
}
