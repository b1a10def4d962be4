//! Oscillators against exact solutions, and graphs against their definitions.

mod cells;
mod graphs;
mod grid;
mod kuramoto;

fn near(found: f64, expected: f64, allowed: f64) {
    assert!(
        (found - expected).abs() <= allowed,
        "{found} is not {expected} within {allowed:e}"
    );
}
