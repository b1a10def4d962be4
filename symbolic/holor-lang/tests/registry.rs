//! What every built-in's record must have.

use std::collections::BTreeSet;

use holor_lang::{builtins, find_builtin};

#[test]
fn every_record_is_complete() {
    let mut problems = Vec::new();
    for builtin in builtins() {
        let mut problem =
            |what: String| problems.push(format!("{}: {what}", builtin.name));
        if builtin.summary.is_empty() || builtin.summary.chars().count() > 120 {
            problem(format!("the summary has {} characters", builtin.summary.len()));
        }
        if builtin.examples.is_empty() {
            problem("no example".into());
        }
        for parameter in builtin.parameters {
            if parameter.docs.trim().is_empty() {
                problem(format!("`{}` is not documented", parameter.name));
            }
        }
        for other in builtin.see {
            if find_builtin(other).is_none() {
                problem(format!("see `{other}`, which does not exist"));
            }
        }
        if let Some(latex) = builtin.latex {
            let open = latex.matches('{').count();
            if open != latex.matches('}').count() {
                problem("the braces of the LaTeX form do not match".into());
            }
        }
        if builtin.topic.is_empty() || builtin.since.is_empty() {
            problem("topic or version missing".into());
        }
        let version = |text: &str| -> Vec<u32> {
            text.split('.').filter_map(|part| part.parse().ok()).collect()
        };
        if version(builtin.since) > version(env!("CARGO_PKG_VERSION")) {
            problem(format!("since {}, which is not there yet", builtin.since));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn names_are_unique() {
    let mut names = BTreeSet::new();
    for builtin in builtins() {
        assert!(names.insert(builtin.name), "{} twice", builtin.name);
        for alias in builtin.aliases {
            assert!(names.insert(alias), "{alias} twice");
        }
    }
}

/// Every function an expression can hold can be typed again.
#[test]
fn every_function_of_the_engine_has_a_record() {
    let missing: Vec<&str> = holor_algebra::Function::ALL
        .iter()
        .map(|function| function.name())
        .filter(|name| find_builtin(name).is_none())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
