//! Equations: all solutions, none, families, conditions, or a refusal that says why.

mod common;

use common::{engine, ex, sym};
use holor_algebra::{AlgebraError, Expr, Property, Solution, Solutions};

fn solve(assumed: &str, equation: &str) -> Result<Solutions, AlgebraError> {
    engine(assumed).solve(&[ex(equation)], &[sym("x")])
}

fn finite(assumed: &str, equation: &str) -> Vec<Expr> {
    match solve(assumed, equation) {
        Ok(Solutions::Finite(solutions)) => solutions
            .into_iter()
            .flat_map(|Solution(pairs)| pairs.into_iter().map(|(_, value)| value))
            .collect(),
        other => panic!("{equation}: {other:?}"),
    }
}

#[test]
fn finite_solutions_come_in_order() {
    assert_eq!(finite("", "x^2-5*x+6==0"), [ex("2"), ex("3")]);
    assert_eq!(finite("", "x^2+1==0"), [ex("-i"), ex("i")].map(|z| z).to_vec());
    assert_eq!(finite("x real", "x^3==1"), [ex("1")]);
    assert_eq!(finite("x positive", "x^2==4"), [ex("2")]);
    assert_eq!(finite("", "x^2==a").len(), 2);
}

#[test]
fn spurious_roots_are_dropped() {
    assert_eq!(finite("", "sqrt(x+1)==x-1"), [ex("3")]);
    assert_eq!(finite("", "(x^2-1)/(x-1)==0"), [ex("-1")]);
}

#[test]
fn no_solution_is_proven_and_identities_are_everything() {
    for (assumed, equation) in [
        ("", "x==x+1"),
        ("", "sqrt(x)==-1"),
        ("", "exp(x)==0"),
        ("", "1/x==0"),
        ("x real", "x^2+1==0"),
        ("x real", "abs(x)==-2"),
    ] {
        assert!(
            matches!(solve(assumed, equation), Ok(Solutions::None { .. })),
            "{equation}"
        );
    }
    assert_eq!(solve("", "sin(x)^2+cos(x)^2==1").unwrap(), Solutions::Everything);
    assert_eq!(solve("", "x==x").unwrap(), Solutions::Everything);
}

#[test]
fn periodic_equations_are_families() {
    match solve("", "sin(x)==1/2").unwrap() {
        Solutions::Family { solutions, parameters } => {
            assert_eq!(solutions.len(), 2);
            assert_eq!(parameters, [(sym("n"), Property::Integer)]);
        }
        other => panic!("{other:?}"),
    }
    match solve("", "x*exp(x)==1").unwrap() {
        Solutions::Family { solutions, .. } => {
            assert_eq!(solutions[0].0[0].1, ex("lambertw(1,k)"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(finite("x real", "x*exp(x)==1"), [ex("lambertw(1)")]);
    assert_eq!(finite("x real", "exp(x)==1"), [ex("0")]);
}

#[test]
fn incomplete_lists_are_refused() {
    for (assumed, equation) in [
        ("x real", "sin(x)/x==0"),
        ("", "sin(x)/x==0"),
        ("", "x^x==4"),
        ("x real", "tan(x)/x==0"),
    ] {
        let answer = solve(assumed, equation);
        assert!(
            matches!(answer, Err(AlgebraError::NotFound { .. })),
            "{equation}: {answer:?}"
        );
    }
    // Two real branches of W, and three real solutions of x² = 2ˣ.
    for (equation, count) in [("x*exp(x)==-1/10", 2), ("x^2==2^x", 3)] {
        match solve("x real", equation) {
            Ok(Solutions::Finite(found)) => assert_eq!(found.len(), count, "{equation}"),
            Err(AlgebraError::NotFound { .. }) => {}
            other => panic!("{equation}: {other:?}"),
        }
    }
}

#[test]
fn quintics_are_answered() {
    assert_eq!(finite("", "x^5-x-1==0").len(), 5);
    assert_eq!(finite("x real", "x^5-x-1==0").len(), 1);
}

#[test]
fn conditions_are_kept() {
    match solve("x real, a real", "x^2==a").unwrap() {
        Solutions::Conditional(cases) => {
            assert_eq!(cases.len(), 2);
            assert!(
                cases.iter().all(|(_, condition)| condition.contains_symbol(&sym("a")))
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(solve("x real", "x^2==a").is_err());
}

#[test]
fn systems() {
    let engine = engine("");
    let solve = |equations: &[&str]| {
        let equations: Vec<Expr> = equations.iter().map(|text| ex(text)).collect();
        engine.solve(&equations, &[sym("x"), sym("y")]).unwrap()
    };
    let unique = solve(&["x+y==3", "x-y==1"]);
    assert_eq!(
        unique,
        Solutions::Finite(vec![Solution(vec![(sym("x"), ex("2")), (sym("y"), ex("1"))])])
    );
    assert!(matches!(solve(&["x+y==3", "x+y==4"]), Solutions::None { .. }));
    assert!(matches!(solve(&["x+y==3"]), Solutions::Family { .. }));
    assert!(
        matches!(solve(&["x^2+y^2==1", "x==y"]), Solutions::Finite(s) if s.len() == 2)
    );
    assert!(matches!(solve(&["x==x"]), Solutions::Everything));
}

#[test]
fn numeric_solutions_to_any_length() {
    let engine = engine("");
    let root = engine.nsolve(&[ex("cos(x)==x")], &[(sym("x"), ex("1"))], 40).unwrap();
    assert_eq!(root[0].to_string(), "0.7390851332151606416553120876738734040134");
    let root = engine.nsolve(&[ex("x^2+1==0")], &[(sym("x"), ex("1+i"))], 20).unwrap();
    assert_eq!(engine.numeric(&root[0], 10).unwrap().to_string(), "i");
    let pair = engine.nsolve(
        &[ex("x^2+y^2==4"), ex("x*y==1")],
        &[(sym("x"), ex("2")), (sym("y"), ex("1/2"))],
        30,
    );
    assert_eq!(pair.unwrap()[0].to_string(), "1.93185165257813657349948639946");
}

#[test]
fn differential_equations() {
    let engine = engine("");
    let dsolve = |equation: &str, conditions: &[&str]| {
        let conditions: Vec<Expr> = conditions.iter().map(|text| ex(text)).collect();
        engine.dsolve(&[ex(equation)], &[ex("y(x)")], &conditions)
    };
    assert_eq!(dsolve("diff(y(x),x)==y(x)", &[]).unwrap(), [ex("y(x)==C1*exp(x)")]);
    assert_eq!(
        dsolve("diff(y(x),x)+y(x)==x", &[]).unwrap(),
        [ex("y(x)==x-1+C1*exp(-x)")]
    );
    let oscillator = "diff(y(x),x,2)+y(x)==0";
    assert_eq!(
        dsolve(oscillator, &["y(0)==0", "subs(diff(y(x),x,1),x,0)==1"]).unwrap(),
        [ex("y(x)==sin(x)")]
    );
    assert_eq!(
        dsolve(oscillator, &["y(0)==1", "diff(y(0),x)==0"]).unwrap(),
        [ex("y(x)==cos(x)")]
    );
    assert!(dsolve(oscillator, &["x==1"]).is_err());
}
