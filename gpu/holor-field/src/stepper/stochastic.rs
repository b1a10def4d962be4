//! Methods for equations with noise: du = f dt + g dW on the grid, one normal number for each cell, noise and step.

use super::Stepping;
use super::builder::{At, Builder, Kernel, Parts};
use super::compensated::{Rests, weighted};
use super::explicit::finish_with;
use super::options::{Interpretation, Method, Options};
use crate::error::{FieldError, FieldResult};
use crate::graph::NodeId;
use crate::plan::{Action, ScalarId};
use crate::scheme::Scheme;

/// Whether the interpretation is stated where it matters and fits the method.
///
/// # Errors
/// Where noise times a function of the fields has no interpretation, or the other one.
pub(super) fn check_interpretation(
    scheme: &Scheme,
    method: Method,
    options: &Options,
) -> FieldResult<()> {
    if !scheme.structure.multiplicative {
        return Ok(());
    }
    match (options.interpretation, method) {
        (None, _) => Err(FieldError::invalid(
            "noise multiplies a function of the fields, which has two meanings",
            "choose noise = ito (noise of no correlation time, methods of finance and populations) or noise = stratonovich (the limit of a short correlation time, most physics)",
        )),
        (Some(Interpretation::Ito), Method::StochasticHeun) => Err(FieldError::invalid(
            "heun solves stratonovich equations, but the interpretation is ito",
            "choose method = euler_maruyama",
        )),
        (Some(Interpretation::Stratonovich), Method::EulerMaruyama) => {
            Err(FieldError::invalid(
                "euler_maruyama solves ito equations, but the interpretation is stratonovich",
                "choose method = heun",
            ))
        }
        _ => Ok(()),
    }
}

/// For each variable its noise term g · normal, as one node of the builder's graph, if it has noise.
fn noise_terms(builder: &mut Builder<'_>) -> Vec<Option<NodeId>> {
    let first = builder.first_noise();
    let scheme = builder.scheme;
    let variables = builder.variables.clone();
    let mut terms = Vec::new();
    for variable in variables {
        // Of second order: the noise drives the velocity.
        let driven = variable.velocity || scheme.planes[variable.plane].order == 1;
        let mut term: Option<NodeId> = None;
        if driven {
            for diffusion in &scheme.diffusions[variable.plane] {
                let g = &mut builder.graph;
                let normal = g.load((first + diffusion.noise) as u32, [0; 3]);
                let part = g.multiply(diffusion.amplitude, normal);
                term = Some(match term {
                    Some(sum) => g.add(sum, part),
                    None => part,
                });
            }
        }
        terms.push(term);
    }
    terms
}

/// Rates and noise terms at a stage: what must be done before, the kernel, rates, noise terms.
type Evaluated = (Vec<Action>, Kernel, Vec<NodeId>, Vec<Option<NodeId>>);

fn evaluate(
    builder: &mut Builder<'_>,
    name: &str,
    at: &At,
    terms: &[Option<NodeId>],
) -> FieldResult<Evaluated> {
    let mut nodes: Vec<NodeId> = builder.variables.iter().map(|v| v.rate).collect();
    let count = nodes.len();
    nodes.extend(terms.iter().flatten());
    let (before, kernel, values) = builder.values(name, &nodes, at)?;
    let mut noisy = values[count..].iter().copied();
    let noise = terms.iter().map(|term| term.and_then(|_| noisy.next())).collect();
    Ok((before, kernel, values[..count].to_vec(), noise))
}

/// base + Δt f + √Δt g ξ, with the factors as scalars.
fn moved(
    kernel: &mut Kernel,
    base: NodeId,
    rate: NodeId,
    noise: Option<NodeId>,
    (dt, root): (ScalarId, ScalarId),
) -> NodeId {
    let value = kernel.scaled(dt, rate, base);
    match noise {
        Some(noise) => kernel.scaled(root, noise, value),
        None => value,
    }
}

/// Δt f and √Δt g ξ, the factors in two parts.
fn terms_of(
    builder: &mut Builder<'_>,
    (rate, noise): (NodeId, Option<NodeId>),
    (dt, root): (ScalarId, ScalarId),
) -> Vec<(Parts, NodeId)> {
    let mut terms = vec![(builder.parts(dt), rate)];
    terms.extend(noise.map(|noise| (builder.parts(root), noise)));
    terms
}

/// Euler and Maruyama: u + Δt f + √Δt g ξ (Kloeden and Platen, section 10.2). Itô.
///
/// # Errors
/// Where the interpretation is missing or another.
pub fn euler_maruyama(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    check_interpretation(scheme, Method::EulerMaruyama, options)?;
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let next = builder.arrays("next");
    let rests = Rests::new(&mut builder, options);
    let time = builder.stage_time(0.0);
    let factors = (builder.stage_step(1.0), builder.stage_root(1.0));
    let terms = noise_terms(&mut builder);
    let at = builder.at(&state, time);
    let (before, mut kernel, rates, noise) =
        evaluate(&mut builder, "u + dt f + root dt g", &at, &terms)?;
    for place in 0..state.len() {
        if let Some(rests) = &rests {
            let terms = terms_of(&mut builder, (rates[place], noise[place]), factors);
            let into = [next[place], rests.array(place)];
            rests.add(&mut kernel, (place, state[place]), &terms, into);
            continue;
        }
        let u = kernel.load(state[place]);
        let value = moved(&mut kernel, u, rates[place], noise[place], factors);
        kernel.store(next[place], value);
    }
    let run = kernel.finish(&mut builder);
    let mut step = builder.noise(options.seed);
    step.push(builder.tick());
    step.extend(before);
    step.push(run);
    step.extend(state.iter().zip(&next).map(|(u, to)| Action::Exchange(*u, *to)));
    finish_with(builder, (Method::EulerMaruyama, options), step, rests)
}

/// Heun's method: s = u + Δt f(u) + √Δt g(u) ξ, u + Δt/2 (f(u) + f(s)) + √Δt/2 (g(u) + g(s)) ξ
/// (Kloeden and Platen, equation 15.1.4; Rümelin 1982). Stratonovich.
/// With compensation the half of the increment that belongs to u is added up between the stages.
///
/// # Errors
/// Where the interpretation is missing or another.
pub fn heun(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    check_interpretation(scheme, Method::StochasticHeun, options)?;
    let mut builder = Builder::new(scheme)?;
    let state = builder.state();
    let ahead = builder.arrays("ahead");
    let sums = builder.arrays("sum");
    let rests = Rests::new(&mut builder, options);
    let times = [builder.stage_time(0.0), builder.stage_time(1.0)];
    let whole = (builder.stage_step(1.0), builder.stage_root(1.0));
    let half = (builder.stage_step(0.5), builder.stage_root(0.5));
    let terms = noise_terms(&mut builder);
    let at = builder.at(&state, times[0]);
    let (mut body, mut kernel, rates, noise) =
        evaluate(&mut builder, "heun ahead", &at, &terms)?;
    for place in 0..state.len() {
        let u = kernel.load(state[place]);
        let value = moved(&mut kernel, u, rates[place], noise[place], whole);
        kernel.store(ahead[place], value);
        let value = if rests.is_some() {
            let terms = terms_of(&mut builder, (rates[place], noise[place]), half);
            let zero = kernel.graph.constant(0.0);
            weighted(&mut kernel, &terms, zero)
        } else {
            moved(&mut kernel, u, rates[place], noise[place], half)
        };
        kernel.store(sums[place], value);
    }
    body.push(kernel.finish(&mut builder));
    let at = builder.at(&ahead, times[1]);
    let (before, mut kernel, rates, noise) =
        evaluate(&mut builder, "heun mean", &at, &terms)?;
    body.extend(before);
    for place in 0..state.len() {
        let sum = kernel.load(sums[place]);
        if let Some(rests) = &rests {
            let terms = terms_of(&mut builder, (rates[place], noise[place]), half);
            let left = kernel.load(rests.array(place));
            let left = kernel.graph.add(left, sum);
            let into = [state[place], rests.array(place)];
            rests.add_to(&mut kernel, (left, state[place]), &terms, into);
            continue;
        }
        let value = moved(&mut kernel, sum, rates[place], noise[place], half);
        kernel.store(state[place], value);
    }
    body.push(kernel.finish(&mut builder));
    let mut step = builder.noise(options.seed);
    step.push(builder.tick());
    step.extend(body);
    finish_with(builder, (Method::StochasticHeun, options), step, rests)
}
