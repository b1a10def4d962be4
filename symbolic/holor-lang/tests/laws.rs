//! Laws that hold for every cell.

use holor_lang::{NoWorld, Session, Value};
use proptest::prelude::*;

/// Formulas as a person might type them.
fn formula() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (-20i64..20).prop_map(|n| format!("({n})")),
        (1i64..9, 2i64..9).prop_map(|(p, q)| format!("({p}/{q})")),
        prop::sample::select(vec!["x", "y", "θ", "x1", "pi", "e", "i"])
            .prop_map(str::to_string),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} - {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}*{b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}/({b}))")),
            (inner.clone(), -3i64..4).prop_map(|(a, n)| format!("({a})^({n})")),
            inner.clone().prop_map(|a| format!("sqrt({a})")),
            inner.clone().prop_map(|a| format!("sin({a})")),
            inner.clone().prop_map(|a| format!("exp({a})")),
            inner.clone().prop_map(|a| format!("log({a})")),
            inner.clone().prop_map(|a| format!("|{a}|")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("{a} == {b}")),
        ]
    })
}

fn evaluate(session: &Session, text: &str) -> Option<Value> {
    let outcome = session.run(text, "cell", 1, &NoWorld);
    for error in &outcome.errors {
        let internal = error.code.name == "E0901";
        assert!(!internal, "{text}: {error}");
    }
    outcome.value.filter(|_| outcome.errors.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is printed reads back as the same value.
    #[test]
    fn plain_text_is_input(text in formula()) {
        let session = Session::new();
        if let Some(value) = evaluate(&session, &text) {
            let plain = value.plain();
            let again = evaluate(&session, &plain);
            prop_assert!(
                again.as_ref().is_some_and(|again| again.same(&value)),
                "{} gives {}, which reads as {:?}", text, plain, again.map(|value| value.plain())
            );
        }
    }

    /// No text makes the session crash, and a failed cell leaves it as it was.
    #[test]
    fn any_text_is_survived(text in "[a-z0-9+*/^()=;,.{}\\[\\] \n|'!<>\"_-]{0,40}") {
        let session = Session::new();
        session.run("a = 1; b = [1, 2]", "cell", 1, &NoWorld);
        let before = format!("{:?} {:?}", session.variables(), session.assumptions());
        let outcome = session.run(&text, "cell", 2, &NoWorld);
        if let Some(error) = outcome.errors.first() {
            prop_assert!(error.code.name != "E0901", "{}: {}", text, error);
            let after = format!("{:?} {:?}", session.variables(), session.assumptions());
            prop_assert_eq!(before, after);
        }
    }
}

/// Tensor expressions as a person might type them.
fn tensor() -> impl Strategy<Value = String> {
    let basis = prop::sample::select(vec!["dx", "dy", "dz", "∂_x", "∂_y", "∂_z"])
        .prop_map(str::to_string);
    let coefficient = prop::sample::select(vec![
        "1",
        "-2",
        "1/3",
        "x",
        "-y/(x + 1)",
        "sin(y)",
        "x^2 - 1",
        "1/x",
        "sqrt(z)",
        "f(x)",
    ]);
    let leaf =
        (coefficient, basis).prop_map(|(factor, basis)| format!("({factor})*{basis}"));
    leaf.prop_recursive(3, 12, 3, |inner| {
        let pair = || (inner.clone(), inner.clone());
        prop_oneof![
            pair().prop_map(|(a, b)| format!("({a} + {b})")),
            pair().prop_map(|(a, b)| format!("({a} - {b})")),
            pair().prop_map(|(a, b)| format!("({a} ⊗ {b})")),
            pair().prop_map(|(a, b)| format!("({a} ∧ {b})")),
            pair().prop_map(|(a, b)| format!("(({a}) ({b}))")),
            inner.clone().prop_map(|a| format!("density({a}, 1/2)")),
            inner.clone().prop_map(|a| format!("pseudo({a})")),
            inner.clone().prop_map(|a| format!("symmetrize({a})")),
            inner.prop_map(|a| format!("antisymmetrize({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is printed of a tensor reads back as the same tensor, and its LaTeX has balanced braces.
    #[test]
    fn tensors_read_back(text in tensor()) {
        let session = Session::new();
        evaluate(&session, "function f; M = chart(x, y, z) where z > 0");
        if let Some(value) = evaluate(&session, &text) {
            let plain = value.plain();
            let again = evaluate(&session, &plain);
            prop_assert!(
                again.as_ref().is_some_and(|again| again.same(&value)),
                "{} gives {}, which reads as {:?}", text, plain, again.map(|value| value.plain())
            );
            let latex = value.latex().unwrap_or_default();
            prop_assert_eq!(latex.matches('{').count(), latex.matches('}').count(), "{}", latex);
        }
    }
}
