//! Explicit one-step methods: each stage is one program that evaluates the rate, forms the next stage and adds up the result.

use super::Stepping;
use super::builder::Builder;
use super::options::{Method, Options};
use super::stepping;
use crate::error::FieldResult;
use crate::plan::Action;
use crate::scheme::Scheme;

/// u + Δt f(u, t).
///
/// # Errors
/// Where planes depend on themselves at the same time.
pub fn euler(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let next = builder.arrays("next");
    let time = builder.stage_time(0.0);
    let dt = builder.stage_step(1.0);
    let at = builder.at(&state, time);
    let (mut body, mut kernel, rates) = builder.rates("u + dt f", &at)?;
    for ((u, to), rate) in state.iter().zip(&next).zip(rates) {
        let value = kernel.load(*u);
        let value = kernel.scaled(dt, rate, value);
        kernel.store(*to, value);
    }
    body.push(kernel.finish(&mut builder));
    body.extend(state.iter().zip(&next).map(|(u, to)| Action::Exchange(*u, *to)));
    let mut step = vec![builder.tick()];
    step.append(&mut body);
    finish(builder, Method::Euler, options, step)
}

/// The classic method of Runge and Kutta, 16 words of memory traffic for each real number and step:
/// the stages' arguments go to and fro between two arrays, and u + Δt/6 (k₁ + 2k₂ + 2k₃ + k₄) is added up in a third.
///
/// # Errors
/// As [`euler`].
pub fn runge_kutta(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let (first, second) = (builder.arrays("stage a"), builder.arrays("stage b"));
    let sums = builder.arrays("sum");
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
            let base = if stage == 0 { state[place] } else { sums[place] };
            let base = kernel.load(base);
            let sum = kernel.scaled(weights[stage], rate, base);
            if stage == 3 {
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
    finish(builder, Method::RungeKutta4, options, step)
}

/// The third-order method of Shu and Osher: u₁ = u + Δt f(u), u₂ = 3/4 u + 1/4 (u₁ + Δt f(u₁)),
/// u ← 1/3 u + 2/3 (u₂ + Δt f(u₂)).
///
/// # Errors
/// As [`euler`].
pub fn strong_stability_preserving(
    scheme: &Scheme,
    options: &Options,
) -> FieldResult<Stepping> {
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

/// A method whose state is the variables.
pub(super) fn finish(
    mut builder: Builder<'_>,
    method: Method,
    options: &Options,
    step: Vec<Action>,
) -> FieldResult<Stepping> {
    let start = builder.observation()?;
    let start = builder.procedure("start", start);
    let step = builder.procedure("step", step);
    let state = builder.state();
    stepping(builder, method, options, state, start, step)
}
