//! What is proposed instead, in the person's own words.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use holor_lang::{Diagnostic, NoWorld, Session, Value, World};

/// The hints of the last of these cells.
fn hints(cells: &[&str]) -> Vec<String> {
    let session = Session::new();
    let mut found = Vec::new();
    for cell in cells {
        let outcome = session.run(cell, "cell", 1, &NoWorld);
        let all = outcome.errors.iter().chain(&outcome.warnings);
        found = all.flat_map(|it| it.hints.clone()).collect();
    }
    found
}

const HEAT: &str = "B = box(x = 0..1; points = 8, boundary = periodic); u = field(B, sin(2 pi x)); heat = evolve(diff(u, t) == laplacian(u)/20, t = 0..1/2, save = 1/4)";

#[test]
fn hints_repeat_the_text_that_they_are_about() {
    for (before, cell, hint) in [
        (HEAT, "heat.u(t = 0.3)", "interpolate(heat.u, t = 0.3, method = cubic)"),
        (HEAT, "heat.u(t = 2)", "continue(heat, t = 2)"),
        (HEAT, "heat.u(t = 2)", "heat.u(t = 0.5)"),
        (HEAT, "v = heat.u; v(t = 0.3)", "interpolate(v, t = 0.3, method = cubic)"),
        (HEAT, "continue(heat, t = 0.1)", "continue(heat, t = 1)"),
        (
            HEAT,
            "eq = diff(u, t) == κ laplacian(u); evolve(eq, t = 0..1)",
            "subs(eq, κ = 1)",
        ),
        ("w = array([1, i])", "plot(w)", "plot(abs(w))"),
        ("w = array([[[[1]]]], x = [1], y = [1], z = [2])", "plot(w)", "plot(w[1])"),
        (
            "o = odesolve([x' == y, y' == -x], t = 0..1, start = [x == 1, y == 0])",
            "value_at(o, t = [0, 1])",
            "value_at(o, x, t = …)",
        ),
    ] {
        let found = hints(&[before, cell]);
        assert!(found.iter().any(|own| own == hint), "{cell}: {found:?}");
    }
}

#[test]
fn long_text_is_not_repeated() {
    let cell = "plot(array([1, i, 1 + i, 1 - i, 2 + i, 3 - i, 1/2 + i/2, 7 i]))";
    assert_eq!(hints(&[cell])[0], "plot(abs(…))");
}

#[test]
fn habits_from_elsewhere_are_answered() {
    for (cell, expected) in [
        ("integrate(1/x^2, x, 0, oo)", vec!["integrate(1/x^2, x = 0..oo)"]),
        ("odesolve(x'(t) == -x(t), t = [0, 1], start = [x == 1])", vec!["t = 0..1"]),
        ("sqroot(2)", vec!["did you mean `sqrt`?"]),
        (
            "argmax([1, 2])",
            vec![
                "argmax(x) = …, to define it",
                "function argmax, where it is an unknown function",
            ],
        ),
    ] {
        assert_eq!(hints(&[cell]), expected, "{cell}");
    }
    let hint = &hints(&["import numpy as np"])[0];
    assert!(hint.starts_with("nothing is imported"), "{hint}");
}

#[test]
fn poles_are_named_where_they_are_known() {
    let message = |cell: &str| {
        let outcome = Session::new().run(cell, "cell", 1, &NoWorld);
        outcome.errors.first().map_or_else(String::new, |it| it.message.clone())
    };
    assert!(message("integrate(1/x^2, x = -1..1)").contains("at x = 0"));
    assert!(message("integrate(1/(x^2 - 2), x = -3..0)").contains("at x = -sqrt(2)"));
}

/// A world in which the person interrupts after so many looks at the clock.
#[derive(Debug, Default)]
struct Impatient {
    looks: AtomicU32,
    flag: Arc<AtomicBool>,
}

impl World for Impatient {
    support::nobody!();
    fn display(&self, _: &Value, _: Option<&str>, _: bool) {}
    fn warn(&self, _: &Diagnostic) {}
    fn seconds(&self) -> f64 {
        let looks = self.looks.fetch_add(1, Ordering::Relaxed);
        self.flag.store(looks == 3, Ordering::Relaxed);
        f64::from(looks)
    }
}

#[test]
fn interrupted_runs_go_on_by_the_name_that_they_get() {
    for (cell, name) in [
        ("k = kuramoto(lorentzian(50, 1), 3, t = 0..2000, seed = 1)", "k"),
        ("o = odesolve([x' == y, y' == -x], t = 0..2000, start = [x == 1, y == 0])", "o"),
        ("odesolve([x' == y, y' == -x], t = 0..2000, start = [x == 1, y == 0])", "_"),
        ("[odesolve([x' == y, y' == -x], t = 0..2000, start = [x == 1, y == 0])]", "…"),
    ] {
        let session = Session::new();
        let world = Impatient { flag: session.interrupt_flag(), ..Impatient::default() };
        let outcome = session.run(cell, "cell", 1, &world);
        assert!(outcome.errors.is_empty(), "{cell}: {:?}", outcome.errors);
        let found = outcome.warnings.iter().flat_map(|it| it.hints.clone());
        assert_eq!(
            found.collect::<Vec<_>>(),
            [format!("continue({name}, t = 2000)")],
            "{cell}"
        );
        let message = &outcome.warnings[0].message;
        assert!(message.len() < 60, "{message}");
    }
}

/// The message of the error of a cell.
fn message(cell: &str) -> String {
    let outcome = Session::new().run(cell, "cell", 1, &NoWorld);
    outcome.errors.first().map(|error| error.message.clone()).unwrap_or_default()
}

#[test]
fn what_is_not_there_is_said_plainly() {
    let cell = "laplace_transform(sin(t), t, s)";
    assert_eq!(message(cell), "holor has no `laplace_transform`");
    assert!(hints(&[cell]).is_empty());
    assert!(message("legendre(1.34, 1.3 - 1.8*i)").contains("not supported"));
    let singular = message("linear_solve([[1, 2], [2, 4]], [1, 2])");
    assert!(singular.contains("infinitely many solutions"), "{singular}");
    let none = message("linear_solve([[1, 2], [2, 4]], [1, 3])");
    assert!(none.contains("no solution"), "{none}");
    let name = message("symbols n integer; limit(floor(n + x), x = 0, left)");
    assert!(!name.contains("__"), "{name}");
}
