//! Stochastic schemes on geometric Brownian motion and the process of Ornstein and Uhlenbeck, with fixed seeds.

use holor_dynamics::ode::{
    Calculus, Noise, Save, Scheme, StochasticEquations, StochasticOptions, StochasticRun,
    Watch,
};
use holor_dynamics::random;

use super::{near, order};

const DRIFT: f64 = 0.5;
const SIZE: f64 = 0.8;
const FINE: u32 = 256;

fn geometric<'a>() -> StochasticEquations<'a> {
    StochasticEquations::new(
        |_, y: &[f64], out: &mut [f64]| {
            for (out, y) in out.iter_mut().zip(y) {
                *out = DRIFT * y;
            }
        },
        Noise::Diagonal(Box::new(|_, y: &[f64], out: &mut [f64]| {
            for (out, y) in out.iter_mut().zip(y) {
                *out = SIZE * y;
            }
        })),
    )
}

/// The mean error at t = 1 of a thousand paths for several steps on the same Wiener paths.
fn strong_order(scheme: Scheme, calculus: Calculus) -> f64 {
    let paths = 2000;
    let noise = random::Noise::new(5, 0);
    let mut wiener = vec![0.0; paths];
    let mut draw = vec![0.0; paths];
    for step in 0..u64::from(FINE) {
        noise.fill_normal(step, &mut draw);
        for (sum, value) in wiener.iter_mut().zip(&draw) {
            *sum += value / f64::from(FINE).sqrt();
        }
    }
    let (mut steps, mut errors) = (Vec::new(), Vec::new());
    for parts in [4, 8, 16, 32] {
        let step = f64::from(parts) / f64::from(FINE);
        let options = StochasticOptions {
            scheme,
            calculus,
            parts,
            ..StochasticOptions::new(step, 5)
        };
        let mut run =
            StochasticRun::new(0.0, &vec![1.0; paths], options).expect("options");
        run.advance(&mut geometric(), 1.0, &mut Watch::default()).expect("a run");
        let rate = match calculus {
            Calculus::Ito => DRIFT - 0.5 * SIZE * SIZE,
            Calculus::Stratonovich => DRIFT,
        };
        let error: f64 = run
            .y()
            .iter()
            .zip(&wiener)
            .map(|(y, w)| (y - (rate + SIZE * w).exp()).abs())
            .sum();
        steps.push(step);
        errors.push(error / paths as f64);
    }
    order(&steps, &errors)
}

#[test]
fn strong_orders() {
    for (scheme, calculus, expected) in [
        (Scheme::EulerMaruyama, Calculus::Ito, 0.5),
        (Scheme::Milstein, Calculus::Ito, 1.0),
        (Scheme::Milstein, Calculus::Stratonovich, 1.0),
        (Scheme::Heun, Calculus::Stratonovich, 1.0),
    ] {
        let found = strong_order(scheme, calculus);
        assert!((found - expected).abs() < 0.2, "{scheme:?} {calculus:?} {found}");
    }
}

#[test]
fn weak_order_of_the_mean() {
    // E y(1) = e^µ; Euler–Maruyama has exactly (1 + µ h)^n in the mean, so the weak error is known: order 1. Antithetic
    // means of 40000 paths hold it within their statistical error.
    let paths = 40_000;
    for step in [0.25, 0.125] {
        let options = StochasticOptions::new(step, 11);
        let mut run = StochasticRun::new(0.0, &vec![1.0; paths], options).unwrap();
        run.advance(&mut geometric(), 1.0, &mut Watch::default()).unwrap();
        let mean = run.y().iter().sum::<f64>() / paths as f64;
        let expected = (1.0 + DRIFT * step).powf(1.0 / step);
        // The standard deviation of y(1) is e^µ √(e^σ² − 1) ≈ 1.56.
        near(mean, expected, 4.0 * 1.56 / (paths as f64).sqrt());
    }
}

#[test]
fn ornstein_and_uhlenbeck_have_their_variance() {
    // dy = −θ y dt + σ dW: mean y₀ e^−θt, variance σ²/(2θ) (1 − e^−2θt), covariance decays with e^−θτ.
    let paths = 20_000;
    let (theta, sigma) = (1.5, 0.7);
    let mut equations = StochasticEquations::new(
        move |_, y: &[f64], out: &mut [f64]| {
            for (out, y) in out.iter_mut().zip(y) {
                *out = -theta * y;
            }
        },
        Noise::Additive(vec![sigma; paths]),
    );
    let options = StochasticOptions {
        scheme: Scheme::Heun,
        save: Save::At(vec![0.5, 1.0]),
        ..StochasticOptions::new(0.02, 3)
    };
    let mut run = StochasticRun::new(0.0, &vec![1.0; paths], options).unwrap();
    run.advance(&mut equations, 1.0, &mut Watch::default()).unwrap();
    let table = run.table();
    let (early, late) = (table.row(0).unwrap(), table.row(1).unwrap());
    let count = paths as f64;
    let mean = |row: &[f64]| row.iter().sum::<f64>() / count;
    let variance =
        |t: f64| sigma * sigma / (2.0 * theta) * (1.0 - (-2.0 * theta * t).exp());
    let (m1, m2) = (mean(early), mean(late));
    near(m1, (-theta * 0.5).exp(), 4.0 * (variance(0.5) / count).sqrt());
    near(m2, (-theta).exp(), 4.0 * (variance(1.0) / count).sqrt());
    let found = late.iter().map(|y| (y - m2) * (y - m2)).sum::<f64>() / count;
    near(found, variance(1.0), 4.0 * variance(1.0) * (2.0 / count).sqrt());
    let across: f64 =
        early.iter().zip(late).map(|(a, b)| (a - m1) * (b - m2)).sum::<f64>() / count;
    let expected = variance(0.5) * (-theta * 0.5).exp();
    near(across, expected, 6.0 * variance(1.0) / count.sqrt());
}

#[test]
fn one_process_can_drive_two_unknowns() {
    // dx = −y ∘ dW, dy = x ∘ dW (Stratonovich) turns the plane: the radius stays 1 and the angle is W.
    let mut equations = StochasticEquations::new(
        |_, _, out: &mut [f64]| out.fill(0.0),
        Noise::Matrix(
            1,
            Box::new(|_, y: &[f64], out: &mut [f64]| {
                out.copy_from_slice(&[-y[1], y[0]]);
            }),
        ),
    );
    let options = StochasticOptions {
        scheme: Scheme::Heun,
        calculus: Calculus::Stratonovich,
        ..StochasticOptions::new(1e-3, 9)
    };
    let mut run = StochasticRun::new(0.0, &[1.0, 0.0], options).unwrap();
    run.advance(&mut equations, 1.0, &mut Watch::default()).unwrap();
    let noise = random::Noise::new(9, 0);
    let angle: f64 = (0..1000).map(|k| noise.normal(k, 0) * 1e-3f64.sqrt()).sum();
    near(run.y()[0].hypot(run.y()[1]), 1.0, 2e-3);
    near(run.y()[0], angle.cos(), 5e-3);
    near(run.y()[1], angle.sin(), 5e-3);
}

#[test]
fn runs_go_on_with_the_same_bits_and_nonsense_is_refused() {
    let new = || {
        let options = StochasticOptions {
            save: Save::Every(0.1),
            ..StochasticOptions::new(0.05, 1)
        };
        StochasticRun::new(0.0, &[1.0, 2.0, 3.0], options).unwrap()
    };
    let mut whole = new();
    whole.advance(&mut geometric(), 3.0, &mut Watch::default()).unwrap();
    assert_eq!(whole.table().len(), 31);
    let mut parts = new();
    for stop in [0.01, 0.05, 1.234, 2.0, 3.0] {
        parts.advance(&mut geometric(), stop, &mut Watch::default()).unwrap();
    }
    assert_eq!(whole.table(), parts.table());
    assert_eq!(whole.y(), parts.y());
    let options =
        StochasticOptions { scheme: Scheme::Heun, ..StochasticOptions::new(0.1, 1) };
    let mut run = StochasticRun::new(0.0, &[1.0], options).unwrap();
    let error = run.advance(&mut geometric(), 1.0, &mut Watch::default()).unwrap_err();
    assert!(error.message().contains("Stratonovich"), "{error}");
    let options =
        StochasticOptions { save: Save::Every(0.15), ..StochasticOptions::new(0.1, 1) };
    assert!(StochasticRun::new(0.0, &[1.0], options).is_err());
}
