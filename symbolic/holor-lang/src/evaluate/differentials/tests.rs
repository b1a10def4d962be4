//! Warnings and errors about derivatives written as on paper.

use crate::{Outcome, Session, world::NoWorld};

const FIELDS: &str = "B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, sin(x)); v = field(B, cos(x)); \
     ψ = field(B, complex, exp(i x)); c = 1/2; run = evolve(∂_t u == ∂_xx u, t = 0..1, save = 1/2);";

fn session() -> Session {
    let session = Session::new();
    let outcome = session.run(FIELDS, "cell", 1, &NoWorld);
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    session
}

fn warnings(session: &Session, cell: &str) -> Vec<String> {
    let Outcome { warnings, errors, .. } = session.run(cell, "cell", 1, &NoWorld);
    assert!(errors.is_empty(), "{cell}: {errors:?}");
    warnings
        .iter()
        .map(|it| format!("{} {} | {}", it.code.name, it.message, it.hints.join(" | ")))
        .collect()
}

#[test]
fn two_readings_are_told() {
    let session = session();
    for (cell, hints) in [
        ("∂_x u(1-u)", "(1-u) ∂_x u | ∂_x(u (1-u))"),
        ("Δu(1 - v)^2", "(1 - v)^2 Δ u | Δ(u (1 - v)^2)"),
        ("∂_t u + ∂_x c u == 0", "∂_x(c u) | c ∂_x u | ∂_x(c) u"),
        ("∂_x x v", "∂_x(x v) | x ∂_x v | ∂_x(x) v"),
        ("∂_x (c - x) v", "∂_x((c - x) v) | (c - x) ∂_x v | ∂_x(c - x) v"),
        ("∂_x x ∂_x u", "∂_x(x ∂_x u) | x ∂_x(∂_x u) | ∂_x(x) ∂_x u"),
        ("∂_x c (1 + u)", "∂_x(c (1 + u)) | c ∂_x(1 + u) | ∂_x(c) (1 + u)"),
        ("∂_x c/u", "∂_x(c/u) | c ∂_x(1/u) | ∂_x(c)/u"),
        ("-∂_x c u", "∂_x(c u) | c ∂_x u | ∂_x(c) u"),
        ("∂_x -c u", "∂_x((-c) u) | (-c) ∂_x u | ∂_x(-c) u"),
        ("∂/∂x c u", "∂/∂x(c u) | c ∂/∂x u | ∂/∂x(c) u"),
    ] {
        let found = warnings(&session, cell);
        let [only] = found.as_slice() else { panic!("{cell}: {found:?}") };
        assert!(only.starts_with("E0006 ") && only.ends_with(hints), "{only}");
    }
}

#[test]
fn a_basis_vector_before_a_constant_and_a_field_is_told() {
    let session = session();
    session.run("M = chart(x);", "cell", 1, &NoWorld);
    let found = warnings(&session, "∂_x c u");
    let [only] = found.as_slice() else { panic!("{found:?}") };
    assert!(only.ends_with("∂_x(c u) | c ∂_x u"), "{only}");
    for cell in ["c ∂_x u", "∂_x(c u)", "∂_x u (1 - u)", "x ∂_x"] {
        assert_eq!(warnings(&session, cell), Vec::<String>::new(), "{cell}");
    }
}

#[test]
fn what_has_one_reading_gives_no_warning() {
    let session = session();
    for cell in [
        "∂_xx u (1+v)",
        "∂_x u c",
        "∂_x(x) v",
        "∂_x(c u)",
        "c ∂_x u",
        "(1-u) ∂_x u",
        "∂_x(u (1-u))",
        "∂²u/∂x² (1+u)",
        "∂u/∂x (1+u)",
        "∂_x x^2",
        "x/c ∂_xx u",
        "-ħ²/(2m) Δψ",
        "1/x ∂_x(x ∂_x u)",
        "x/c Δ u",
        "x/c diff(u, x)",
        "iħ∂_tψ == -ħ²/(2m) Δψ + c ψ",
    ] {
        assert_eq!(warnings(&session, cell), Vec::<String>::new(), "{cell}");
    }
}

#[test]
fn a_slip_is_told_what_to_type() {
    let session = session();
    for (cell, message, hint) in [
        ("dθ", "dθ", "M = chart(θ, φ)"),
        ("real(ψ)", "real", "did you mean `re`?"),
        ("imag(ψ)", "imag", "did you mean `im`?"),
        ("lap(u)", "lap", "did you mean `laplacian`?"),
        ("evolve(u_t == u_xx, t = 0..1)", "`u_t` is a symbol", "∂_t u == ∂_x^2 u"),
        ("evolve(u_t == v_xx + u, t = 0..1)", "nothing evolves", "∂_t u == u + ∂_x^2 v"),
        ("[rk4, heun]", "rk4", "\"rk4\": in a list, methods stand in quotes"),
        (
            "run.u - integral(exp(-x^2/2))",
            "integral(exp",
            "integrate(exp(-x^2/2), x = a..b)",
        ),
        (
            "evolve(∂_t u == ∂_xx u - integrate(u, x = 0..2pi), t = 0..1)",
            "`integral`",
            "integral(u)",
        ),
        (
            "b = box(x = 0..1; points = 16, boundary = robin(1, 1, 0)); p = field(b, 0); q = field(b, x); evolve([∂_t q == ∂_x p, Δ p == q], t = 0..1)",
            "an equation in space",
            "field(B, 0, boundary = dirichlet(0)), or neumann, or periodic",
        ),
    ] {
        let errors = session.run(cell, "cell", 1, &NoWorld).errors;
        let error = errors.first().unwrap_or_else(|| panic!("{cell}"));
        assert!(error.message.contains(message), "{cell}: {}", error.message);
        let hints = error.hints.join(" | ");
        assert!(hints.starts_with(hint), "{cell}: {hints}");
        assert!(!error.message.contains("inverse_laplacian"), "{}", error.message);
    }
}

#[test]
fn an_order_without_differences_is_told() {
    let session = session();
    let evolve = |options: &str| {
        warnings(&session, &format!("evolve(∂_t u == ∂_xx u, t = 0..1, {options});"))
    };
    let told = evolve("order = 4, space = spectral");
    assert!(told.iter().any(|it| it.contains("order = 4")), "{told:?}");
    assert_eq!(evolve("order = 4, space = differences"), Vec::<String>::new());
    assert_eq!(evolve("space = spectral"), Vec::<String>::new());
}

#[test]
fn methods_have_help() {
    let session = session();
    let page = session.run("?heun", "cell", 1, &NoWorld).value.expect("a page");
    assert!(page.plain().contains("Stratonovich"), "{}", page.plain());
}
