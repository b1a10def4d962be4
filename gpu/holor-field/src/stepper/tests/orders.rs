//! Measured orders of convergence.

use std::sync::Arc;

use super::schemes::{pendulum, riccati};
use crate::interpreter::Interpreter;
use crate::run::{Control, Hooks, Run};
use crate::scheme::Scheme;
use crate::stepper::{Method, Options, Stepping, build};

/// The planes and velocities at a time.
pub(crate) fn solve(scheme: &Scheme, options: &Options, to: f64) -> Vec<Vec<f64>> {
    let stepping = build(scheme, options).unwrap();
    solve_with(stepping, scheme, options, to)
}

pub(crate) fn solve_with(
    stepping: Stepping,
    scheme: &Scheme,
    options: &Options,
    to: f64,
) -> Vec<Vec<f64>> {
    let mut run = Run::start(
        stepping,
        Some(Arc::new(scheme.clone())),
        &[],
        options,
        Arc::new(Interpreter::new()),
    )
    .unwrap();
    advance(&mut run, to);
    let last = run.look().unwrap();
    let velocities = last.velocities.iter().flatten();
    last.planes.iter().chain(velocities).map(|values| values.to_double()).collect()
}

pub(crate) fn advance(run: &mut Run, to: f64) {
    run.advance(
        to,
        &mut Hooks {
            control: &mut |_| Control::Continue,
            save: &mut |_, _| Ok(Control::Continue),
            planes: false,
            interrupted: &|| false,
        },
    )
    .unwrap();
}

pub(crate) fn options(method: Method, step: f64, save: f64) -> Options {
    Options { method, step: Some(step), save: Some(save), ..Options::default() }
}

/// The slope of the logarithm of the largest error against that of Δt.
pub(crate) fn slope(
    scheme: &Scheme,
    method: Method,
    steps: [f64; 2],
    to: f64,
    exact: &[Vec<f64>],
) -> f64 {
    let errors = steps.map(|step| {
        let found = solve(scheme, &options(method, step, to), to);
        let pairs = found.iter().flatten().zip(exact.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    });
    (errors[0] / errors[1]).ln() / (steps[0] / steps[1]).ln()
}

#[test]
fn explicit_methods_have_their_orders() {
    let (scheme, exact) = riccati();
    let exact: Vec<Vec<f64>> = vec![(0..3).map(|cell| exact(cell, 1.0)).collect()];
    for (method, step) in [
        (Method::Euler, 0.005),
        (Method::StrongStabilityPreserving, 0.02),
        (Method::RungeKutta4, 0.02),
    ] {
        let slope = slope(&scheme, method, [step, step / 2.0], 1.0, &exact);
        assert!((slope - method.order() as f64).abs() < 0.15, "{method:?}: {slope}");
    }
}

#[test]
fn methods_of_second_order_in_time_have_their_orders() {
    for (damping, methods) in [
        (0.0, &[Method::Leapfrog, Method::Yoshida4, Method::RungeKutta4][..]),
        (0.4, &[Method::Leapfrog, Method::RungeKutta4][..]),
    ] {
        let scheme = pendulum(damping);
        let exact = solve(&scheme, &options(Method::RungeKutta4, 5e-4, 2.0), 2.0);
        for method in methods {
            let slope = slope(&scheme, *method, [0.04, 0.02], 2.0, &exact);
            assert!(
                (slope - method.order() as f64).abs() < 0.15,
                "{method:?} with damping {damping}: {slope}"
            );
        }
    }
}

#[test]
fn adapted_steps_hold_the_tolerance() {
    let (scheme, exact) = riccati();
    let mut errors = Vec::new();
    for tolerance in [1e-5, 1e-8] {
        let options = Options {
            method: Method::DormandPrince,
            tolerance,
            save: Some(0.25),
            ..Options::default()
        };
        let found = solve(&scheme, &options, 1.0);
        let error = (0..3).map(|cell| (found[0][cell] - exact(cell, 1.0)).abs());
        errors.push(error.fold(0.0, f64::max));
    }
    assert!(errors[0] < 1e-5 && errors[1] < 1e-8, "{errors:?}");
    assert!(errors[1] > 0.0);
}

#[test]
fn the_fifth_order_is_that_of_equal_steps() {
    let scheme = pendulum(0.4);
    let exact = solve(&scheme, &options(Method::RungeKutta4, 5e-4, 2.0), 2.0);
    let errors = [0.1, 0.05].map(|step| {
        let options = options(Method::DormandPrince, step, 2.0);
        let mut stepping = build(&scheme, &options).unwrap();
        stepping.adaptive = None;
        let found = solve_with(stepping, &scheme, &options, 2.0);
        let pairs = found.iter().flatten().zip(exact.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    });
    let slope = (errors[0] / errors[1]).log2();
    assert!((slope - 5.0).abs() < 0.15, "{slope} {errors:?}");
}

#[test]
fn leapfrog_of_pairs_turns_by_its_own_angle() {
    use super::schemes::Sketch;
    // u' = −ω v, v' = ω u in each cell: cos nθ with sin(θ/2) = ωΔt/2, whatever the number of steps.
    let mut sketch = Sketch::new(4);
    let (u, v) = (sketch.plane("u", |_| 1.0), sketch.plane("v", |_| 0.0));
    let graph = &mut sketch.scheme.graph;
    let (of_u, of_v) = (graph.load(u, [0; 3]), graph.load(v, [0; 3]));
    let (plus, minus) = (graph.constant(1.5), graph.constant(-1.5));
    let (first, second) = (graph.multiply(minus, of_v), graph.multiply(plus, of_u));
    sketch.rate(first);
    sketch.rate(second);
    sketch.scheme.stiffness.oscillation = 1.5;
    let step = 0.5;
    let got = solve(&sketch.scheme, &options(Method::Leapfrog, step, 100.0), 100.0);
    let angle = 2.0 * (1.5 * step / 2.0).asin();
    assert!((got[0][0] - (200.0 * angle).cos()).abs() < 1e-11);
    let stepping = build(&sketch.scheme, &options(Method::Leapfrog, step, 1.0)).unwrap();
    assert_eq!(stepping.stable_step, Some(2.0 / 1.5));
    // A rate with its own field has no such step.
    let graph = &mut sketch.scheme.graph;
    sketch.scheme.rates[0] = graph.add(first, of_u);
    let error = build(&sketch.scheme, &options(Method::Leapfrog, step, 1.0)).unwrap_err();
    assert!(error.to_string().contains("the rate of u holds u itself"), "{error}");
}
