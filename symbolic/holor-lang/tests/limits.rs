//! What a run takes: memory that is there, and pictures now and then.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::sync::atomic::{AtomicU64, Ordering};

use holor_lang::{Diagnostic, Session, Value, World};

/// A world with so much free memory, and a clock that goes on by so many milliseconds each time it is read.
#[derive(Debug)]
struct Small {
    free: u64,
    milliseconds: u64,
    clock: AtomicU64,
    shown: AtomicU64,
}

impl Small {
    fn new(free: u64, milliseconds: u64) -> Self {
        let (clock, shown) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { free, milliseconds, clock, shown }
    }

    fn run(&self, cell: &str) -> Result<String, (String, String)> {
        let outcome = Session::new().run(cell, "cell", 1, self);
        match outcome.errors.first() {
            Some(error) => Err((
                format!("{} {}", error.code.name, error.message),
                error.hints.join("; "),
            )),
            None => Ok(outcome.value.as_ref().map_or_else(String::new, Value::plain)),
        }
    }
}

impl World for Small {
    support::nobody!();
    fn display(&self, _: &Value, _: Option<&str>, _: bool) {
        self.shown.fetch_add(1, Ordering::Relaxed);
    }
    fn warn(&self, _: &Diagnostic) {}
    fn free_memory(&self) -> Option<u64> {
        Some(self.free)
    }
    fn seconds(&self) -> f64 {
        self.clock.fetch_add(self.milliseconds, Ordering::Relaxed) as f64 * 1e-3
    }
}

#[test]
fn what_does_not_fit_into_memory_is_refused_with_the_numbers() {
    let made =
        "B = box(x = 0..1, y = 0..1; points = 64, boundary = periodic); u = field(B, 0);";
    // 64² cells of 16 bytes, twice: 131 kB.
    let (message, hint) = Small::new(100_000, 0).run(made).unwrap_err();
    assert!(message.starts_with("E0403"), "{message}");
    assert!(message.contains("64×64 points"), "{message}");
    assert_eq!(hint, "points = [38, 38]");
    assert!(Small::new(140_000, 0).run(made).is_ok());
    // 11 frames of 64² numbers of 8 bytes are 360 kB, and may be 0.6 of what is free.
    let run = |save: &str| {
        format!(
            "{made} evolve(∂_t u == Δ u, t = 0..1e-5, dt = 1e-6, save = {save}, method = euler)"
        )
    };
    let (message, hint) = Small::new(500_000, 0).run(&run("1e-6")).unwrap_err();
    assert!(message.starts_with("E0403 11 frames of 4096 cells"), "{message}");
    assert!(hint.starts_with("save = 1.25e-6"), "{hint}");
    assert!(Small::new(700_000, 0).run(&run("1e-6")).is_ok());
    assert!(Small::new(500_000, 0).run(&run("1.25e-6")).is_ok());
}

#[test]
fn pictures_of_a_running_computation_come_a_few_times_a_second() {
    let cell = "u = field(box(x = 0..1; points = 16), sin(2pi x)); \
         evolve(∂_t u == -u, t = 0..1, dt = 1e-2, save = 1e-2, method = rk4, live = plot(u))";
    let shown = |milliseconds: u64| {
        let world = Small::new(u64::MAX, milliseconds);
        world.run(cell).unwrap();
        world.shown.into_inner()
    };
    // Where no clock may be read each of the frames is drawn.
    assert_eq!(shown(0), 101);
    // Each look reads it, each picture once more: one in five while pictures take as long as looking.
    let few = shown(1);
    assert!((2..=25).contains(&few), "{few}");
}
