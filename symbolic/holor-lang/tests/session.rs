//! Sessions: atomic cells, concurrency, interruption, completion, help.

mod support;

use std::time::{Duration, Instant};

use holor_lang::{NoWorld, Session, Value};
use support::Recorder;

fn run(session: &Session, text: &str) -> String {
    let outcome = session.run(text, "cell", 1, &NoWorld);
    match outcome.errors.first() {
        Some(error) => format!("error: [{}]", error.code.name),
        None => outcome.value.as_ref().map_or_else(String::new, Value::plain),
    }
}

fn state(session: &Session) -> String {
    format!("{:?} {:?}", session.variables(), session.assumptions())
}

#[test]
fn a_failed_cell_changes_nothing() {
    let session = Session::new();
    run(&session, "a = 1\nsymbols q > 0\nf(t) = t + a");
    let before = state(&session);
    for cell in [
        "a = 2; b = 3; nonsense",
        "symbols z real; 1/0",
        "clear a; 1/0",
        "clear\n1/0",
        "for k in 1..3 { a = a + k; if k == 2 then error(\"stop\") }",
        "f(t) = 2; seed(3); [1, 2][5]",
        "(",
        "symbols q negative",
    ] {
        assert!(run(&session, cell).starts_with("error"), "{cell}");
        assert_eq!(state(&session), before, "{cell}");
    }
}

#[test]
fn earlier_statements_are_shown_unless_hidden() {
    let session = Session::new();
    let world = Recorder::default();
    let outcome = session.run("1 + 1\n2 + 2;\na = 5\n3 + 3", "cell", 1, &world);
    assert_eq!(*world.output.lock().unwrap(), "2\n");
    assert_eq!(outcome.value.unwrap().plain(), "6");
    let outcome = session.run("7;", "cell", 2, &world);
    assert!(outcome.value.is_none());
    assert_eq!(run(&session, "_"), "7");
}

#[test]
fn concurrent_cells_keep_each_others_definitions() {
    let session = Session::new();
    std::thread::scope(|scope| {
        for index in 0..4 {
            let session = &session;
            scope.spawn(move || {
                run(session, &format!("v{index} = {index}; sum_{index} = 1..3"))
            });
        }
    });
    assert!(session.variables().len() >= 4);
}

#[test]
fn an_interrupt_stops_a_loop() {
    let session = Session::new();
    let start = Instant::now();
    std::thread::scope(|scope| {
        let cell = scope.spawn(|| run(&session, "k = 0\nwhile true { k = k + 1 }"));
        std::thread::sleep(Duration::from_millis(200));
        session.interrupt();
        assert_eq!(cell.join().unwrap(), "error: [E0701]");
    });
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(run(&session, "1 + 1"), "2");
}

#[test]
fn an_interrupt_stops_a_curvature() {
    let session = Session::new();
    run(&session, "M = chart(t, x, y, z); function a, b, c, f, h, k, q, u, v, w;");
    let line = "g = metric(a(t, x, y, z) dt^2 + b(t, x, y, z) dx^2 + c(t, x, y, z) dy^2 \
                + f(t, x, y, z) dz^2 + h(t, x, y, z) dt dx + k(t, x, y, z) dt dy \
                + q(t, x, y, z) dt dz + u(t, x, y, z) dx dy + v(t, x, y, z) dx dz \
                + w(t, x, y, z) dy dz); kretschmann(g)";
    let start = Instant::now();
    std::thread::scope(|scope| {
        let cell = scope.spawn(|| run(&session, line));
        std::thread::sleep(Duration::from_millis(500));
        session.interrupt();
        assert_eq!(cell.join().unwrap(), "error: [E0701]");
    });
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(run(&session, "dt ∧ dx"), "dt ∧ dx");
}

#[test]
fn an_interrupt_stops_a_bundle_of_geodesics() {
    let session = Session::new();
    run(&session, "S = chart(θ, φ) where 0 < θ < π; g = metric(dθ^2 + sin(θ)^2 dφ^2);");
    let line = "geodesic(g, λ = 0..1e6, start = [θ == pi/2, φ == 0], \
                velocity = [θ == linspace(0.1, 0.9, 50), φ == 1])";
    let start = Instant::now();
    std::thread::scope(|scope| {
        let cell = scope.spawn(|| run(&session, line));
        std::thread::sleep(Duration::from_millis(500));
        session.interrupt();
        assert_eq!(cell.join().unwrap(), "error: [E0701]");
    });
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(run(&session, "1 + 1"), "2");
}

#[test]
fn nothing_crashes() {
    let session = Session::new();
    let many = "1+".repeat(100_000) + "1";
    assert_eq!(run(&session, &many), "100001");
    let symbols = "x+".repeat(20_000) + "x";
    assert_eq!(run(&session, &symbols), "20001*x");
    let nested = "(".repeat(100_000) + "1" + &")".repeat(100_000);
    assert_eq!(run(&session, &nested), "error: [E0005]");
    assert_eq!(run(&session, "f(n) = f(n + 1) + 1\nf(1)"), "error: [E0404]");
    assert_eq!(
        run(
            &session,
            "s = 0; for k in 1..10^12 { s = s + k; if k > 5 then error(\"x\") }"
        ),
        "error: [E0307]"
    );
    assert_eq!(run(&session, "map(u -> u, 1..10^12)"), "error: [E0403]");
    assert_eq!(run(&session, "2 (1..10^12)"), "error: [E0403]");
    assert_eq!(run(&session, "10^(10^9)"), "10^1000000000");
}

#[test]
fn completion_knows_where_it_stands() {
    let session = Session::new();
    run(&session, "alphabet = 3");
    let texts = |text: &str| {
        let completion = session.complete(text, text.len());
        let items: Vec<String> =
            completion.items.into_iter().map(|item| item.text).collect();
        (completion.start, items)
    };
    assert!(texts("integr").1.contains(&"integrate".to_string()));
    assert!(texts("2 alph").1.contains(&"alphabet".to_string()));
    assert_eq!(texts("x + \\alpha"), (4, vec!["α".to_string()]));
    assert_eq!(texts("\\nab"), (0, vec!["∇".to_string()]));
    assert!(texts("%ti").1.contains(&"%time".to_string()));
    assert!(texts("sort([1], b").1.contains(&"by = ".to_string()));
    assert!(texts("\"integr").1.is_empty());
    let start = Instant::now();
    for _ in 0..100 {
        session.complete("integrate(sin(x), x = 0..p", 26);
    }
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn help_is_found_by_position() {
    let session = Session::new();
    run(&session, "h(x, a) = a*sin(x); m = 3; symbols q > 0");
    let help =
        |text: &str, cursor: usize| session.help(text, cursor).map(|help| help.markdown);
    assert!(help("1 + sin(x)", 5).unwrap().contains("Sine"));
    assert!(help("sin(2 + ", 8).unwrap().contains("Sine"));
    assert!(help("h(1)", 0).unwrap().contains("h(x, a) = a*sin(x)"));
    assert!(help("m", 0).unwrap().contains("integer"));
    assert!(help("q", 0).unwrap().contains("positive"));
    assert!(matches!(
        session.run("?sin", "cell", 1, &NoWorld).value,
        Some(Value::Help(page)) if page.contains("Sine")
    ));
}

#[test]
fn errors_name_the_calls_that_led_to_them() {
    let session = Session::new();
    let outcome =
        session.run("g(t) = 1/(t - t)\nh(t) = g(t) + 1\nh(2)", "cell", 1, &NoWorld);
    let error = outcome.errors.first().unwrap();
    assert_eq!(error.code.name, "E0301");
    let names: Vec<&str> = error.trace.iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!(names, ["g", "h"]);
}

#[test]
fn a_code_is_explained_by_its_page() {
    let session = Session::new();
    let outcome = session.run("?E0302", "cell 1", 1, &NoWorld);
    let Some(Value::Help(page)) = outcome.value else {
        panic!("no page: {:?}", outcome.errors)
    };
    assert!(page.starts_with("# E0302"), "{page}");
}
