//! Moments of stochastic equations against their closed forms.

use super::orders::{options, solve};
use super::schemes::Sketch;
use crate::scheme::Scheme;
use crate::stepper::{Interpretation, Method, Options, build};

const CELLS: usize = 4096;

/// u' = −u + √2 ξ: stationary variance 1.
fn ornstein_uhlenbeck() -> Scheme {
    let mut sketch = Sketch::new(CELLS);
    let u = sketch.plane("u", |_| 0.0);
    let value = sketch.scheme.graph.load(u, [0; 3]);
    let rate = sketch.scheme.graph.negate(value);
    sketch.rate(rate);
    let amplitude = sketch.scheme.graph.constant(2.0_f64.sqrt());
    sketch.noise(amplitude, false);
    sketch.scheme.stiffness.decay = 1.0;
    sketch.scheme
}

/// u' = u ξ/2.
fn geometric() -> Scheme {
    let mut sketch = Sketch::new(CELLS);
    let u = sketch.plane("u", |_| 1.0);
    let zero = sketch.scheme.graph.constant(0.0);
    sketch.rate(zero);
    let value = sketch.scheme.graph.load(u, [0; 3]);
    let half = sketch.scheme.graph.constant(0.5);
    let amplitude = sketch.scheme.graph.multiply(half, value);
    sketch.noise(amplitude, true);
    sketch.scheme
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn ornstein_uhlenbeck_becomes_stationary() {
    for method in [Method::EulerMaruyama, Method::StochasticHeun] {
        let dt = 0.02;
        let found = solve(&ornstein_uhlenbeck(), &options(method, dt, 5.0), 5.0);
        let squares: Vec<f64> = found[0].iter().map(|u| u * u).collect();
        // Of Euler's recursion exactly: 2Δt/(1 − (1 − Δt)²) = 1.0101; of Heun's nearly 1. Standard deviation √(2/4096).
        let exact = match method {
            Method::EulerMaruyama => 1.0 / (1.0 - dt / 2.0),
            _ => 1.0,
        };
        assert!((mean(&squares) - exact).abs() < 4.0 * 0.0221, "{}", mean(&squares));
        assert!(mean(&found[0]).abs() < 4.0 * 0.0157);
    }
}

#[test]
fn interpretations_have_their_means() {
    // ⟨u⟩ = 1 (Itô) and exp(t/8) = 1.1331 (Stratonovich); standard deviation of the mean √((e^(1/4) − 1)/4096) ⟨u⟩ = 0.0083.
    for (method, interpretation, exact) in [
        (Method::EulerMaruyama, Interpretation::Ito, 1.0),
        (Method::StochasticHeun, Interpretation::Stratonovich, 0.125_f64.exp()),
    ] {
        let options = Options {
            interpretation: Some(interpretation),
            seed: 3,
            ..options(method, 0.01, 1.0)
        };
        let found = solve(&geometric(), &options, 1.0);
        assert!(
            (mean(&found[0]) - exact).abs() < 0.033,
            "{method:?} {}",
            mean(&found[0])
        );
        let logarithms: Vec<f64> = found[0].iter().map(|u| u.ln()).collect();
        // ⟨ln u⟩ = −t/8 (Itô), 0 (Stratonovich), with variance 1/4.
        let drift = if interpretation == Interpretation::Ito { -0.125 } else { 0.0 };
        assert!((mean(&logarithms) - drift).abs() < 0.033);
        let auto = Options { method: Method::Auto, ..options };
        assert_eq!(build(&geometric(), &auto).unwrap().method, method.name());
    }
}

#[test]
fn seeds_decide_and_interpretations_are_asked_for() {
    let scheme = ornstein_uhlenbeck();
    let with = |seed| {
        let options = Options { seed, ..options(Method::StochasticHeun, 0.1, 0.2) };
        solve(&scheme, &options, 0.2)
    };
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
    let error = build(&geometric(), &Options::default()).unwrap_err();
    assert!(error.to_string().contains("two meanings"));
    let error = build(
        &geometric(),
        &Options {
            interpretation: Some(Interpretation::Ito),
            method: Method::StochasticHeun,
            ..Options::default()
        },
    );
    assert!(error.is_err());
    let error = build(&scheme, &options(Method::RungeKutta4, 0.1, 1.0)).unwrap_err();
    assert!(error.to_string().contains("without noise"));
}
