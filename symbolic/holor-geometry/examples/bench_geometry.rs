//! Times of every stage from a line element to the geodesic equations:
//! `cargo run --release -p holor-geometry --example bench_geometry -- kerr [repetitions]`, or `all`, or `list`;
//! `kerr killing` counts the Killing vectors instead.

#![allow(clippy::print_stdout, reason = "it prints its measurements")]

#[path = "../tests/catalogue/mod.rs"]
mod catalogue;

use std::time::Instant;

use holor_algebra::exact::Element;
use holor_geometry::{GeometryResult, Holor, Metric};

/// A name and what makes the metric.
type Entry = (&'static str, fn() -> Metric);

/// The metrics by name.
const METRICS: &[Entry] = &[
    ("schwarzschild", catalogue::schwarzschild),
    ("reissner_nordstrom", catalogue::reissner_nordstrom),
    ("kerr", catalogue::kerr),
    ("kerr_newman", catalogue::kerr_newman),
    ("flrw", catalogue::flrw),
    ("goedel", catalogue::goedel),
    ("alcubierre", catalogue::alcubierre),
    ("myers_perry_one_spin", catalogue::myers_perry_one_spin),
    ("myers_perry_two_spins", catalogue::myers_perry_two_spins),
    ("general_diagonal", catalogue::general_diagonal),
    ("stationary_axisymmetric", catalogue::stationary_axisymmetric),
    ("kerr_de_sitter", catalogue::kerr_de_sitter),
    ("general_three", catalogue::general_three),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let chosen = arguments.next().unwrap_or_else(|| "list".into());
    let second = arguments.next().unwrap_or_default();
    let repetitions = second.parse().unwrap_or(1);
    let measure = if second == "killing" { measure_killing } else { measure };
    for (name, make) in METRICS {
        if chosen == "list" {
            println!("{name}");
        } else if chosen == *name || chosen == "all" {
            for _ in 0..repetitions {
                if let Err(error) = measure(name, *make) {
                    println!("{name}: {error}");
                }
            }
        }
    }
}

/// Runs every stage once on a fresh chart, and prints milliseconds and sizes.
fn measure(name: &str, make: fn() -> Metric) -> GeometryResult<()> {
    let start = Instant::now();
    let mut last = start;
    let mut stages: Vec<String> = Vec::new();
    let mut stage = |label: &str, size: usize| {
        let now = Instant::now();
        let milliseconds = (now - last).as_secs_f64() * 1e3;
        stages.push(format!("{label} {milliseconds:.3} ({size})"));
        last = now;
    };
    let metric = make();
    stage("metric", size_of(metric.inverse()));
    let connection = metric.christoffel()?;
    stage("christoffel", size_of(connection.coefficients()));
    stage("riemann", size_of(&metric.riemann()?));
    let ricci = metric.ricci()?;
    stage("ricci", size_of(&ricci));
    stage("scalar", metric.scalar_curvature()?.term_count());
    stage("einstein", size_of(&metric.einstein()?));
    stage("kretschmann", metric.kretschmann()?.term_count());
    let accelerations = metric.geodesics()?.accelerations()?;
    stage("geodesics", accelerations.iter().map(Element::term_count).sum());
    let total = (Instant::now() - start).as_secs_f64() * 1e3;
    let vacuum = if ricci.is_zero() { "vacuum" } else { "not vacuum" };
    println!("{name}: {total:.3} ms, {vacuum}: {}", stages.join(", "));
    Ok(())
}

/// Counts the Killing vectors of a fresh metric, and prints milliseconds.
fn measure_killing(name: &str, make: fn() -> Metric) -> GeometryResult<()> {
    let metric = make();
    let start = Instant::now();
    let count = metric.count_killing_vectors()?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    println!("{name}: {count} Killing vectors, {milliseconds:.3} ms");
    Ok(())
}

/// The number of terms of all stored components.
fn size_of(holor: &Holor) -> usize {
    holor.components().map(|(_, value)| value.term_count()).sum()
}
