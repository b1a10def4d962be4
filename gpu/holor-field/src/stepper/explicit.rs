//! Explicit one-step methods: each stage is one program that evaluates the rate, forms the next stage and adds up the result.

use super::Stepping;
use super::builder::{Builder, Kernel};
use super::compensated::Rests;
use super::options::{Method, Options};
use super::stepping;
use crate::error::FieldResult;
use crate::graph::NodeId;
use crate::plan::{Action, ArrayId};
use crate::scheme::Scheme;

/// u + Δt f(u, t).
///
/// With compensation (see [`super::compensated`]) Δt f is added to what is left of u first, as in the following methods.
///
/// # Errors
/// Where planes depend on themselves at the same time.
pub fn euler(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let next = builder.arrays("next");
    let rests = Rests::new(&mut builder, options);
    let time = builder.stage_time(0.0);
    let dt = builder.stage_step(1.0);
    let at = builder.at(&state, time);
    let (mut body, mut kernel, rates) = builder.rates("u + dt f", &at)?;
    for (place, rate) in rates.into_iter().enumerate() {
        let (u, to) = (state[place], next[place]);
        if let Some(rests) = &rests {
            let terms = [(builder.parts(dt), rate)];
            rests.add(&mut kernel, (place, u), &terms, [to, rests.array(place)]);
        } else {
            let value = kernel.load(u);
            let value = kernel.scaled(dt, rate, value);
            kernel.store(to, value);
        }
    }
    body.push(kernel.finish(&mut builder));
    body.extend(state.iter().zip(&next).map(|(u, to)| Action::Exchange(*u, *to)));
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish_with(builder, (Method::Euler, options), step, rests)
}

/// The classic method of Runge and Kutta, 16 words of memory traffic for each real number and step:
/// the stages' arguments go to and fro between two arrays, and u + Δt/6 (k₁ + 2k₂ + 2k₃ + k₄) is added up in a third.
/// With compensation k₁ + 2k₂ + 2k₃ is added up there.
///
/// # Errors
/// As [`euler`].
pub fn runge_kutta(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let (first, second) = (builder.arrays("stage a"), builder.arrays("stage b"));
    let sums = builder.arrays("sum");
    let rests = Rests::new(&mut builder, options);
    let times = [0.0, 0.5, 0.5, 1.0].map(|c| builder.stage_time(c));
    let ahead = [0.5, 0.5, 1.0].map(|a| builder.stage_step(a));
    let weights =
        [1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0].map(|b| builder.stage_step(b));
    let arguments = [&state, &first, &second, &first];
    let results = [&first, &second, &first, &state];
    let mut body = Vec::new();
    for stage in 0..4 {
        let at = builder.at(arguments[stage], times[stage]);
        let name = format!("rk4 stage {}", stage + 1);
        let (before, mut kernel, rates) = builder.rates(&name, &at)?;
        body.extend(before);
        for (place, rate) in rates.into_iter().enumerate() {
            let sum = if rests.is_some() {
                let factor = [1.0, 2.0, 2.0, 1.0][stage];
                plus(&mut kernel, (factor, rate), (stage > 0).then(|| sums[place]))
            } else {
                let base = if stage == 0 { state[place] } else { sums[place] };
                let base = kernel.load(base);
                kernel.scaled(weights[stage], rate, base)
            };
            if let (3, Some(rests)) = (stage, &rests) {
                let terms = [(builder.parts(weights[0]), sum)];
                let into = [state[place], rests.array(place)];
                rests.add(&mut kernel, (place, state[place]), &terms, into);
            } else if stage == 3 {
                kernel.store(state[place], sum);
            } else {
                let u = kernel.load(state[place]);
                let next = kernel.scaled(ahead[stage], rate, u);
                kernel.store(results[stage][place], next);
                kernel.store(sums[place], sum);
            }
        }
        body.push(kernel.finish(&mut builder));
    }
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish_with(builder, (Method::RungeKutta4, options), step, rests)
}

/// The third-order method of Shu and Osher: u₁ = u + Δt f(u), u₂ = 3/4 u + 1/4 (u₁ + Δt f(u₁)),
/// u ← 1/3 u + 2/3 (u₂ + Δt f(u₂)). With compensation u₂ = u + Δt/4 (k₁ + k₂), u ← u + Δt/6 (k₁ + k₂ + 4k₃) with the rates k₁, k₂, k₃,
/// which is the same.
///
/// # Errors
/// As [`euler`].
pub fn strong_stability_preserving(
    scheme: &Scheme,
    options: &Options,
) -> FieldResult<Stepping> {
    if options.compensated {
        return compensated_averages(scheme, options);
    }
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let (first, second) = (builder.arrays("stage 1"), builder.arrays("stage 2"));
    let times = [0.0, 1.0, 0.5].map(|c| builder.stage_time(c));
    let factors = [1.0, 0.25, 2.0 / 3.0];
    let steps = factors.map(|a| builder.stage_step(a));
    let arguments = [&state, &first, &second];
    let results = [&first, &second, &state];
    let mut body = Vec::new();
    for stage in 0..3 {
        let at = builder.at(arguments[stage], times[stage]);
        let name = format!("ssprk3 stage {}", stage + 1);
        let (before, mut kernel, rates) = builder.rates(&name, &at)?;
        body.extend(before);
        for (place, rate) in rates.into_iter().enumerate() {
            let argument = kernel.load(arguments[stage][place]);
            let base = if stage == 0 {
                argument
            } else {
                let u = kernel.load(state[place]);
                let old = kernel.graph.constant(1.0 - factors[stage]);
                let new = kernel.graph.constant(factors[stage]);
                let new = kernel.graph.multiply(new, argument);
                kernel.graph.multiply_add(old, u, new)
            };
            let sum = kernel.scaled(steps[stage], rate, base);
            kernel.store(results[stage][place], sum);
        }
        body.push(kernel.finish(&mut builder));
    }
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish(builder, Method::StrongStabilityPreserving, options, step)
}

fn compensated_averages(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let (first, second) = (builder.arrays("stage 1"), builder.arrays("stage 2"));
    let sums = builder.arrays("sum");
    let rests = Rests::new(&mut builder, options);
    let times = [0.0, 1.0, 0.5].map(|c| builder.stage_time(c));
    let steps = [1.0, 0.25, 1.0 / 6.0].map(|a| builder.stage_step(a));
    let arguments = [&state, &first, &second];
    let mut body = Vec::new();
    for stage in 0..3 {
        let at = builder.at(arguments[stage], times[stage]);
        let name = format!("ssprk3 stage {}", stage + 1);
        let (before, mut kernel, rates) = builder.rates(&name, &at)?;
        body.extend(before);
        for (place, rate) in rates.into_iter().enumerate() {
            let factor = [1.0, 1.0, 4.0][stage];
            let before = (stage > 0).then(|| sums[place]);
            let sum = plus(&mut kernel, (factor, rate), before);
            match &rests {
                Some(rests) if stage == 2 => {
                    let terms = [(builder.parts(steps[2]), sum)];
                    let into = [state[place], rests.array(place)];
                    rests.add(&mut kernel, (place, state[place]), &terms, into);
                }
                _ => {
                    let u = kernel.load(state[place]);
                    let next = kernel.scaled(steps[stage], sum, u);
                    kernel.store([&first, &second][stage.min(1)][place], next);
                    kernel.store(sums[place], sum);
                }
            }
        }
        body.push(kernel.finish(&mut builder));
    }
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish_with(builder, (Method::StrongStabilityPreserving, options), step, rests)
}

/// factor · x, added to the value of an array.
fn plus(
    kernel: &mut Kernel,
    (factor, x): (f64, NodeId),
    array: Option<ArrayId>,
) -> NodeId {
    let factor = kernel.graph.constant(factor);
    let part = kernel.graph.multiply(factor, x);
    match array {
        Some(array) => {
            let before = kernel.load(array);
            kernel.graph.add(before, part)
        }
        None => part,
    }
}

/// A method whose state is the variables.
pub(super) fn finish(
    builder: Builder<'_>,
    method: Method,
    options: &Options,
    step: Vec<Action>,
) -> FieldResult<Stepping> {
    finish_with(builder, (method, options), step, None)
}

/// A method whose state is the variables, with what is left of them where that is kept.
pub(super) fn finish_with(
    mut builder: Builder<'_>,
    (method, options): (Method, &Options),
    step: Vec<Action>,
    rests: Option<Rests>,
) -> FieldResult<Stepping> {
    let start = builder.observation()?;
    let start = builder.procedure("start", start);
    let step = builder.procedure("step", step);
    let state = builder.state();
    let variables = state.clone();
    let mut made = stepping(builder, method, options, state, start, step)?;
    if let Some(rests) = rests {
        rests.keep(&mut made, &variables);
    }
    Ok(made)
}
