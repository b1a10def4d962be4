//! The solvers against closed forms, published values and each other.

mod accuracy;
mod delay;
mod events;
mod runs;
mod stiff;
mod stochastic;

/// The slope of log error over log step: the measured order.
fn order(steps: &[f64], errors: &[f64]) -> f64 {
    let n = steps.len() as f64;
    let x: Vec<f64> = steps.iter().map(|h| h.ln()).collect();
    let y: Vec<f64> = errors.iter().map(|e| e.ln()).collect();
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let top: f64 = x.iter().zip(&y).map(|(a, b)| (a - mx) * (b - my)).sum();
    let below: f64 = x.iter().map(|a| (a - mx) * (a - mx)).sum();
    top / below
}

fn near(found: f64, expected: f64, allowed: f64) {
    assert!(
        (found - expected).abs() <= allowed,
        "{found} is not {expected} within {allowed:e}"
    );
}
