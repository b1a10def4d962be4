//! Derivatives, integrals, limits, series, sums: answers, and refusals where there is none.

mod common;

use common::{engine, ex, sym};
use holor_algebra::{AlgebraError, Direction, Engine, Expr};

fn same(engine: &Engine, found: &Expr, expected: &str) {
    let expected = ex(expected);
    assert_eq!(engine.equal(found, &expected), Some(true), "{found} is not {expected}");
}

fn integral(assumed: &str, f: &str, from: &str, to: &str) -> Result<Expr, AlgebraError> {
    engine(assumed).integrate_over(&ex(f), &sym("x"), &ex(from), &ex(to))
}

#[test]
fn derivatives() {
    let engine = engine("");
    for (f, expected) in [
        ("sin(x^2)", "2*x*cos(x^2)"),
        ("x^x", "x^x*(log(x)+1)"),
        ("atan(x)", "1/(1+x^2)"),
        ("erf(x)", "2*exp(-x^2)/sqrt(pi)"),
        ("log(log(x))", "1/(x*log(x))"),
    ] {
        same(&engine, &engine.differentiate(&ex(f), &ex("x"), 1).unwrap(), expected);
    }
    let third = engine.differentiate(&ex("x^5"), &ex("x"), 3).unwrap();
    assert_eq!(third, ex("60*x^2"));
    let by_function = engine.differentiate(&ex("y(x)^2+x"), &ex("y(x)"), 1).unwrap();
    assert_eq!(by_function, ex("2*y(x)"));
    let chain = engine.differentiate(&ex("y(x)^2"), &ex("x"), 1).unwrap();
    assert_eq!(chain, ex("2*y(x)*diff(y(x),x)"));
}

#[test]
fn antiderivatives_have_the_integrand_as_slope() {
    let engine = engine("");
    for f in [
        "1/x",
        "exp(-x^2)",
        "sin(x)/x",
        "1/(x^4+1)",
        "sqrt(1-x^2)",
        "log(x)^2",
        "1/(2+cos(x))",
        "sin(x)^3*cos(x)^2",
        "x*exp(x)*sin(x)",
        "1/(x^3+1)",
        "1/sqrt(x^2+1)",
        "tan(x)",
        "x^2*exp(-x)",
        "1/(x^2+a^2)",
        "1/(exp(x)+1)",
        "asin(x)",
        "1/(x^2-2)",
        "cosh(x)^2",
    ] {
        let result = engine.integrate(&ex(f), &sym("x")).unwrap();
        let slope = engine.differentiate(&result, &ex("x"), 1).unwrap();
        assert_ne!(engine.equal(&slope, &ex(f)), Some(false), "∫ {f} gave {result}");
    }
    let log = engine.integrate(&ex("1/x"), &sym("x")).unwrap();
    assert_eq!(log, ex("log(x)"));
    assert_eq!(
        engine.integrate(&ex("1/(x^2+a^2)"), &sym("x")).unwrap(),
        ex("atan(x/a)/a")
    );
    let refused = engine.integrate(&ex("x^x"), &sym("x"));
    assert!(matches!(refused, Err(AlgebraError::NotFound { .. })));
}

#[test]
fn definite_integrals() {
    let engine = engine("");
    for (f, from, to, expected) in [
        ("exp(-x^2)", "-oo", "oo", "sqrt(pi)"),
        ("sin(x)/x", "0", "oo", "pi/2"),
        ("1/sqrt(x)", "0", "1", "2"),
        ("1/(2+cos(x))", "0", "2*pi", "2*pi/sqrt(3)"),
        ("1/(1+x^4)", "0", "oo", "pi*sqrt(2)/4"),
        ("abs(x-1)", "0", "3", "5/2"),
        ("log(x)", "0", "1", "-1"),
        ("x", "1", "0", "-1/2"),
    ] {
        same(&engine, &integral("", f, from, to).unwrap(), expected);
    }
}

#[test]
fn divergent_integrals_say_so() {
    for (f, from, to, value) in [
        ("1/x^2", "-1", "1", Some("oo")),
        ("1/x", "0", "1", Some("oo")),
        ("1/x", "1", "oo", Some("oo")),
        ("-1/x", "1", "oo", Some("-oo")),
        ("1/x", "-1", "1", None),
        ("sin(x)", "0", "oo", None),
        ("tan(x)", "0", "pi", None),
    ] {
        match integral("", f, from, to) {
            Err(AlgebraError::Divergent { value: found, .. }) => {
                assert_eq!(found, value.map(ex), "∫ {f}");
            }
            other => panic!("∫ {f} gave {other:?}"),
        }
    }
}

#[test]
fn parameters_need_assumptions() {
    let refused = integral("", "exp(-a*x)", "0", "oo").unwrap_err().to_string();
    assert!(refused.contains("1/a"), "{refused}");
    assert_eq!(integral("a positive", "exp(-a*x)", "0", "oo").unwrap(), ex("1/a"));
    assert_eq!(integral("0 < a", "exp(-a*x)", "0", "oo").unwrap(), ex("1/a"));
}

#[test]
fn limits() {
    let engine = engine("");
    let limit = |f: &str, at: &str, side| engine.limit(&ex(f), &sym("x"), &ex(at), side);
    for (f, at, expected) in [
        ("sin(x)/x", "0", "1"),
        ("(1+1/x)^x", "oo", "e"),
        ("(1-cos(x))/x^2", "0", "1/2"),
        ("1/x^2", "0", "oo"),
        ("x*sin(1/x)", "0", "0"),
        ("(x^2-1)/(x-1)", "1", "2"),
        ("sqrt(x^2+x)-x", "oo", "1/2"),
    ] {
        assert_eq!(limit(f, at, Direction::Both).unwrap(), ex(expected), "lim {f}");
    }
    assert_eq!(limit("1/x", "0", Direction::Right).unwrap(), ex("oo"));
    assert_eq!(limit("1/x", "0", Direction::Left).unwrap(), ex("-oo"));
    for (f, at) in [
        ("1/x", "0"),
        ("abs(x)/x", "0"),
        ("exp(1/x)", "0"),
        ("sin(1/x)", "0"),
        ("sin(x)", "oo"),
    ] {
        let result = limit(f, at, Direction::Both);
        assert!(
            matches!(result, Err(AlgebraError::DoesNotExist { .. })),
            "{f}: {result:?}"
        );
    }
    let sides = limit("abs(x)/x", "0", Direction::Both).unwrap_err().to_string();
    assert!(sides.contains("-1") && sides.contains("right 1"), "{sides}");
}

#[test]
fn series_state_their_order() {
    let engine = engine("");
    let series =
        |f: &str, order| engine.series(&ex(f), &sym("x"), &ex("0"), order).unwrap();
    assert_eq!(series("exp(x)", 3), ex("1+x+x^2/2+O(x^3)"));
    assert_eq!(series("x^3+x", 6), ex("x^3+x"));
    assert_eq!(series("1/sin(x)", 2), ex("1/x+x/6+O(x^2)"));
}

#[test]
fn sums_and_products() {
    let engine = engine("");
    let sum =
        |f: &str, from: &str, to: &str| engine.sum(&ex(f), &sym("k"), &ex(from), &ex(to));
    same(&engine, &sum("1/k^2", "1", "oo").unwrap(), "pi^2/6");
    same(&engine, &sum("k", "1", "n").unwrap(), "n*(n+1)/2");
    same(&engine, &sum("(-1)^k/(2*k+1)", "0", "oo").unwrap(), "pi/4");
    same(&engine, &sum("x^k/factorial(k)", "0", "oo").unwrap(), "exp(x)");
    same(&engine, &sum("2^k", "0", "n").unwrap(), "2^(n+1)-1");
    match sum("1/k", "1", "oo") {
        Err(AlgebraError::Divergent { value, .. }) => assert_eq!(value, Some(ex("oo"))),
        other => panic!("{other:?}"),
    }
    assert!(matches!(sum("(-1)^k", "0", "oo"), Err(AlgebraError::Divergent { .. })));
    let product = engine.product(&ex("1-1/k^2"), &sym("k"), &ex("2"), &ex("oo"));
    assert_eq!(product.unwrap(), ex("1/2"));
}
