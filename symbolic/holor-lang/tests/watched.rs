//! What a run watches: measured where the fields are, and the same on disk.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::sync::Arc;

use holor_field::checkpoint::{MemoryStore, Store};
use holor_lang::{Diagnostic, Session, Value, World};

/// A world with one store.
#[derive(Debug, Default)]
struct Stored(Arc<MemoryStore>);

impl World for Stored {
    support::nobody!();
    fn display(&self, _: &Value, _: Option<&str>, _: bool) {}
    fn warn(&self, _: &Diagnostic) {}
    fn seconds(&self) -> f64 {
        0.0
    }
    fn store(&self, _: &str) -> Result<Arc<dyn Store>, String> {
        Ok(Arc::clone(&self.0) as Arc<dyn Store>)
    }
}

fn run(session: &Session, world: &Stored, text: &str) -> String {
    let outcome = session.run(text, "cell", 1, world);
    match outcome.errors.first() {
        Some(error) => format!("error: {}", error.message),
        None => outcome.value.as_ref().map_or_else(String::new, Value::plain),
    }
}

const BOX: &str = "B = box(x = 0..10, y = 0..8; points = [10, 8], boundary = periodic); \
     A = field(B, complex, cos(2 pi x/10) + i sin(2 pi y/8) + 0.3); \
     eq = diff(A, t) == laplacian(A) + A - |A|^2 A;";

#[test]
fn measures_are_found_and_the_rest_is_named() {
    let (session, world) = (Session::new(), Stored::default());
    run(&session, &world, BOX);
    let cell = "r = evolve(eq, t = 0..0.2, save = 0.1, dt = 0.01, method = rk4, watch = \
         [mean(|A|^2), integral(re(A))/2 + max(|A|), min(|A|), order_parameter(arg(A)), daido_order(arg(A)), \
         mean_phase(arg(A)), complex_order_parameter(arg(A), 2), uniform_fraction(A), g1(A.start, A), \
         mean(local_order_parameter(arg(A), 2)), structure_factor(A), mean_wave_number(A), \
         correlation_function(A), phase_correlation(arg(A)), correlation_length(A), vortex_count(A), \
         topological_charges(A), integral(|∇A|^2), max(abs(diff(A, x))), \
         integral(|diff(A, t)|^2), std(re(A)), abs(integral(laplacian(A)) + std(im(A)))])";
    run(&session, &world, cell);
    let text = run(&session, &world, "explain(r)");
    let line = |start: &str| {
        let line = text.lines().find(|line| line.contains(start));
        line.unwrap_or_else(|| panic!("no line with {start} in {text}")).to_owned()
    };
    let measured = line("measured where the fields are");
    for name in [
        "`mean(|A|^2)`",
        "`integral(re(A))/2 + max(|A|)`",
        "`min(|A|)`",
        "`order_parameter(arg(A))`",
        "`daido_order(arg(A))`",
        "`mean_phase(arg(A))`",
        "`complex_order_parameter(arg(A), 2)`",
        "`uniform_fraction(A)`",
        "`g1(A.start, A)`",
        "`mean(local_order_parameter(arg(A), 2))`",
        "`structure_factor(A)`",
        "`mean_wave_number(A)`",
        "`correlation_function(A)`",
        "`phase_correlation(arg(A))`",
        "`correlation_length(A)`",
        "`vortex_count(A)`",
        "`topological_charges(A)`",
        "`integral(|∇A|^2)`",
        "`max(abs(diff(A, x)))`",
        "`integral(|diff(A, t)|^2)`",
    ] {
        assert!(measured.contains(name), "{name} is not in: {measured}");
    }
    let rest = line("computed from the frames");
    for name in ["`std(re(A))`", "`abs(integral(laplacian(A)) + std(im(A)))`"] {
        assert!(rest.contains(name), "{name} is not in: {rest}");
    }
}

#[test]
fn what_is_watched_is_the_same_from_disk() {
    let watched = "watch = [mean(|A|^2), mean(A), structure_factor(A), integral(abs(laplacian(A)))]";
    for options in [
        "",
        ", dt = 0.01, method = rk4",
        ", frames = last",
        ", frames = last, dt = 0.01, method = rk4",
    ] {
        let world = Stored::default();
        let cell = |end: &str, kept: &str| {
            format!(
                "r = evolve(eq, t = 0..{end}, save = 0.1{options}, {watched}{kept}); r.watch"
            )
        };
        let kept = ", checkpoint = \"run.zarr\"";
        let session = Session::new();
        run(&session, &world, BOX);
        let first = run(&session, &world, &cell("0.2", kept));
        assert!(first.starts_with('['), "{first}");
        let session = Session::new();
        run(&session, &world, BOX);
        let again = run(&session, &world, &cell("0.4", kept));
        let whole = run(&session, &world, &cell("0.4", ""));
        // Columns that are computed again from frames differ by rounding, and a step that nobody chose depends on the way.
        let tolerance = if options.contains("dt") { 1e-12 } else { 1e-4 };
        let digits = |text: &str| -> Vec<f64> {
            let numbers =
                text.split(|c: char| !(c.is_ascii_digit() || ".-e".contains(c)));
            numbers.filter_map(|part| part.parse().ok()).collect()
        };
        let (a, b) = (digits(&again), digits(&whole));
        assert_eq!(a.len(), b.len(), "{options}: {again}\n{whole}");
        assert!(a.len() > 40, "{again}");
        for (a, b) in a.iter().zip(&b) {
            assert!(
                (a - b).abs() <= tolerance * (1.0 + b.abs()),
                "{options}: {again}\n{whole}"
            );
        }
    }
}
