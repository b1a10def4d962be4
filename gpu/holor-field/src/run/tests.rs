//! Runs in pieces, interrupted, blown up, saved.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Control, Hooks, Observer, Outcome, Run};
use crate::FieldError;
use crate::interpreter::Interpreter;
use crate::scheme::Scheme;
use crate::stepper::tests::schemes::{Sketch, fronts, pendulum};
use crate::stepper::tests::{advance, options};
use crate::stepper::{Method, Options, build};

pub(crate) fn start(scheme: &Scheme, options: &Options) -> Run {
    start_with(scheme, options, &[])
}

fn start_with(scheme: &Scheme, options: &Options, observers: &[Observer]) -> Run {
    Run::start(
        build(scheme, options).unwrap(),
        Some(Arc::new(scheme.clone())),
        observers,
        options,
        Arc::new(Interpreter::new()),
    )
    .unwrap()
}

/// u' = −u + ξ.
fn noisy() -> Scheme {
    let mut sketch = Sketch::new(5);
    let u = sketch.plane("u", |i| i as f64);
    let value = sketch.scheme.graph.load(u, [0; 3]);
    let rate = sketch.scheme.graph.negate(value);
    sketch.rate(rate);
    let one = sketch.scheme.graph.constant(1.0);
    sketch.noise(one, false);
    sketch.scheme
}

pub(crate) fn cases() -> Vec<(Scheme, Options)> {
    let mut adaptive = options(Method::DormandPrince, 0.01, 0.25);
    adaptive.tolerance = 1e-7;
    let mixed = |options: Options| Options {
        precision: crate::Precision::Single,
        compensated: true,
        ..options
    };
    vec![
        (fronts(12, 0.02, 1.0), mixed(options(Method::RungeKutta4, 0.01, 0.25))),
        (fronts(12, 0.02, 0.0), mixed(Options { tolerance: 1e-5, ..adaptive.clone() })),
        (pendulum(0.3), mixed(options(Method::Leapfrog, 0.03, 0.25))),
        (pendulum(0.0), mixed(options(Method::Yoshida4, 0.03, 0.25))),
        (fronts(12, 0.02, 1.0), options(Method::RungeKutta4, 0.01, 0.25)),
        (fronts(12, 0.02, 0.0), adaptive),
        (pendulum(0.3), options(Method::Leapfrog, 0.03, 0.25)),
        (noisy(), options(Method::StochasticHeun, 0.03, 0.25)),
        (fronts(12, 0.02, 0.0), options(Method::ImplicitExplicit2, 0.03, 0.25)),
        (fronts(12, 0.02, 1.0), options(Method::Ascher443, 0.03, 0.25)),
    ]
}

#[test]
fn a_run_in_pieces_gives_the_same_bits() {
    for (scheme, options) in cases() {
        let mut whole = start(&scheme, &options);
        advance(&mut whole, 2.0);
        // Times between saves are reached on branches that leave no trace.
        let mut pieces = start(&scheme, &options);
        for to in [0.1, 0.5, 0.6, 0.61, 1.25, 2.0] {
            advance(&mut pieces, to);
            assert_eq!(pieces.time(), to);
            assert_eq!(pieces.snapshots().last().unwrap().time, to);
        }
        assert_eq!(whole.snapshots(), pieces.snapshots(), "{:?}", options.method);
        assert_eq!(whole.state().unwrap(), pieces.state().unwrap());
        // And by a state into another run.
        let mut first = start(&scheme, &options);
        advance(&mut first, 1.0);
        let state = first.state().unwrap();
        let mut second = Run::resume(
            build(&scheme, &options).unwrap(),
            Some(Arc::new(scheme.clone())),
            &[],
            &options,
            Arc::new(Interpreter::new()),
            &state,
        )
        .unwrap();
        advance(&mut second, 2.0);
        assert_eq!(whole.snapshots().last(), second.snapshots().last());
        assert_eq!(whole.state().unwrap(), second.state().unwrap());
    }
}

#[test]
fn an_interrupted_run_goes_on_as_if_nothing_was() {
    for (scheme, options) in cases() {
        let mut whole = start(&scheme, &options);
        advance(&mut whole, 1.0);
        let mut pieces = start(&scheme, &options);
        let asked = AtomicU64::new(0);
        let mut outcomes = 0;
        loop {
            let outcome = pieces
                .advance(
                    1.0,
                    &mut Hooks {
                        control: &mut |_| Control::Continue,
                        save: &mut |_, _| Ok(Control::Continue),
                        planes: false,
                        interrupted: &|| asked.fetch_add(1, Ordering::Relaxed) % 11 == 10,
                    },
                )
                .unwrap();
            if outcome == Outcome::Reached {
                break;
            }
            outcomes += 1;
            assert!(outcomes < 1000);
        }
        assert_eq!(whole.snapshots(), pieces.snapshots(), "{:?}", options.method);
    }
}

#[test]
fn saves_are_hit_exactly_and_observed() {
    let scheme = fronts(12, 0.02, 1.0);
    let options = options(Method::RungeKutta4, 0.007, 0.1);
    let observers = [
        Observer::mean("mean", 0, 12),
        Observer::maximum("largest", 0),
        Observer::minimum("least", 0),
    ];
    let mut run = start_with(&scheme, &options, &observers);
    let mut progress = Vec::new();
    let outcome = run.advance(
        1.0,
        &mut Hooks {
            control: &mut |now| {
                progress.push(now.fraction);
                Control::Continue
            },
            save: &mut |row, snapshot| {
                let values = snapshot.unwrap().planes[0].to_double();
                let mean = values.iter().sum::<f64>() / 12.0;
                assert!((row.values[0] - mean).abs() < 1e-15);
                assert_eq!(
                    row.values[1],
                    values.iter().copied().fold(f64::MIN, f64::max)
                );
                assert_eq!(
                    row.values[2],
                    values.iter().copied().fold(f64::MAX, f64::min)
                );
                let met = row.time > 0.65;
                Ok(if met { Control::Stop } else { Control::Continue })
            },
            planes: true,
            interrupted: &|| false,
        },
    );
    assert_eq!(outcome.unwrap(), Outcome::Met(0.7000000000000001));
    for (index, row) in run.rows().iter().enumerate() {
        assert_eq!(row.time, index as f64 * 0.1);
    }
    assert_eq!(run.rows().len(), 8);
    // 0.1/0.007 → 15 steps between saves.
    assert_eq!(run.count(), 7 * 15);
    assert!(progress.windows(2).all(|pair| pair[0] <= pair[1]));
}

#[test]
fn blow_up_is_found_with_step_cell_and_term() {
    // u' = u² from 1 in cell 5 and less elsewhere: infinite at t = 1. By rk4 with Δt = 1/100 later, at a step found here by hand.
    let mut sketch = Sketch::new(9);
    let u = sketch.plane("u", |i| if i == 4 { 1.0 } else { 0.1 });
    let g = &mut sketch.scheme.graph;
    let value = g.load(u, [0; 3]);
    let square = g.multiply(value, value);
    let loss = g.constant(-0.0);
    let loss = g.multiply(loss, value);
    let rate = g.add(square, loss);
    sketch.rate(rate);
    sketch.scheme.terms = vec![vec![("-0.1 u".into(), value), ("u^2".into(), square)]];
    let scheme = sketch.scheme;
    let dt = 0.01;
    let mut x = 1.0_f64;
    let mut bad = 0;
    while x.is_finite() {
        let k1 = x * x;
        let k2 = (x + 0.5 * dt * k1).powi(2);
        let k3 = (x + 0.5 * dt * k2).powi(2);
        let k4 = (x + dt * k3).powi(2);
        x += dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        bad += 1;
    }
    let options = options(Method::RungeKutta4, dt, 0.5);
    let mut run = start(&scheme, &options);
    let mut hooks = Hooks {
        control: &mut |_| Control::Continue,
        save: &mut |_, _| Ok(Control::Continue),
        planes: false,
        interrupted: &|| false,
    };
    let error = run.advance(3.0, &mut hooks).unwrap_err();
    let FieldError::NotFinite { step, time, unknown, cell, term, largest } = error else {
        panic!("{error}");
    };
    assert!(!largest);
    assert_eq!((step, unknown.as_str(), cell), (bad, "u", vec![5]));
    assert!((time - bad as f64 * dt).abs() < 1e-12);
    assert_eq!(term, "u^2");
    // The run stands before that step, with what was saved.
    assert_eq!(run.count(), bad - 1);
    assert!(run.snapshots().len() >= 2);
    let again = run.advance(3.0, &mut hooks);
    assert!(matches!(again, Err(FieldError::NotFinite { step, .. }) if step == bad));
}

#[test]
fn memory_is_refused_with_numbers() {
    let (scheme, options) = cases().remove(0);
    let tight = Options { memory: Some(100), ..options.clone() };
    let error = Run::start(
        build(&scheme, &tight).unwrap(),
        None,
        &[],
        &tight,
        Arc::new(Interpreter::new()),
    );
    assert!(matches!(error, Err(FieldError::Memory { available: Some(100), .. })));
}

/// A start that the rate does not take is named as such, with the cell where it fails and not the one that was largest.
#[test]
fn a_start_without_a_rate_is_named() {
    use crate::graph::Unary;
    let mut sketch = Sketch::new(8);
    let u = sketch.plane("u", |i| (i as f64 + 0.5) / 8.0 - 0.2);
    let value = sketch.scheme.graph.load(u, [0; 3]);
    let rate = sketch.scheme.graph.unary(Unary::SquareRoot, value);
    sketch.rate(rate);
    sketch.scheme.terms = vec![vec![("sqrt(u)".to_owned(), rate)]];
    let options = options(Method::RungeKutta4, 0.01, 0.25);
    let mut run = start(&sketch.scheme, &options);
    let mut hooks = Hooks {
        control: &mut |_| Control::Continue,
        save: &mut |_, _| Ok(Control::Continue),
        planes: false,
        interrupted: &|| false,
    };
    let error = run.advance(1.0, &mut hooks).unwrap_err();
    let FieldError::Invalid { message, .. } = error else { panic!("{error}") };
    assert_eq!(
        message,
        "sqrt(u) in the rate of u has no finite value at the start, in cell [1] and in another cell"
    );
}
