//! What the constructors do with numbers, roots, infinities and decimals.

use holor_algebra::{Decimal, Expr, Function};

fn n(value: i64) -> Expr {
    Expr::integer(value)
}

fn q(above: i64, below: i64) -> Expr {
    Expr::fraction(above, below)
}

fn d(text: &str) -> Expr {
    Expr::decimal(Decimal::parse(text).expect("a literal"))
}

fn power(base: Expr, exponent: Expr) -> Expr {
    Expr::power(base, exponent)
}

fn check(cases: &[(Expr, &str)]) {
    for (expr, expected) in cases {
        assert_eq!(expr.to_string(), *expected);
    }
}

#[test]
fn roots_have_one_form() {
    check(&[
        (n(8).sqrt(), "2*sqrt(2)"),
        (q(4, 9).sqrt(), "2/3"),
        (q(1, 2).sqrt(), "sqrt(2)/2"),
        (power(n(2), q(-1, 2)), "sqrt(2)/2"),
        (n(12).sqrt() * n(3).sqrt(), "6"),
        (n(2).sqrt() * n(3).sqrt() - n(6).sqrt(), "0"),
        (power(n(2), q(1, 2)) * power(n(2), q(1, 3)), "2^(5/6)"),
        (power(n(12), q(1, 3)), "2^(2/3)*3^(1/3)"),
        (power(q(2, 3), q(1, 3)), "2^(1/3)*3^(2/3)/3"),
        (power(n(10), n(10_000_000)), "10^10000000"),
        (power(n(10), n(10_000_000)) / power(n(10), n(10_000_000)), "1"),
    ]);
}

#[test]
fn roots_are_principal() {
    let (i, x) = (&Expr::i(), &Expr::symbol("x"));
    check(&[
        (n(-1).sqrt(), "i"),
        (n(-4).sqrt(), "2*i"),
        (power(n(-8), q(1, 3)), "2*(-1)^(1/3)"),
        ((-i).sqrt(), "-(-1)^(3/4)"),
        ((2 * i).sqrt(), "(-1)^(1/4)*sqrt(2)"),
        (x.powi(2).sqrt(), "sqrt(x^2)"),
        (power(x.reciprocal(), q(1, 2)), "sqrt(1/x)"),
        (power(x.sqrt(), Expr::symbol("c")), "x^(c/2)"),
        ((-4 * x).sqrt(), "2*sqrt(-x)"),
        ((x * Expr::symbol("y")).sqrt(), "sqrt(x*y)"),
        ((Expr::pi() * i).exp(), "-1"),
        ((Expr::pi() * i / 3).exp(), "exp(π*i/3)"),
        (Expr::call(Function::Log, [x.clone()]).exp(), "x"),
    ]);
}

#[test]
fn complex_numbers() {
    let (i, x) = (&Expr::i(), &Expr::symbol("x"));
    check(&[
        (i * i, "-1"),
        (i.powi(-1), "-i"),
        ((1 + 2 * i) * (3 + 4 * i), "-5 + 10*i"),
        ((1 + 2 * i).reciprocal(), "1/5 - 2*i/5"),
        ((1 + i) * (1 - i), "2"),
        ((1 + i) * x + (1 - i) * x, "2*x"),
        (x + i * x, "(1 + i)*x"),
        ((d("1.5") + i) * 2, "3.0 + 2*i"),
    ]);
}

#[test]
fn infinities() {
    let (x, infinity) = (&Expr::symbol("x"), &Expr::infinity());
    let pole = Expr::call(Function::Log, [n(0)]);
    check(&[
        (n(0) * x, "0"),
        (n(0) * infinity, "undefined"),
        (infinity - infinity, "undefined"),
        (infinity / infinity, "undefined"),
        (infinity + 5, "∞"),
        (infinity + infinity, "∞"),
        (infinity * -2, "-∞"),
        ((-infinity).powi(2), "∞"),
        (Expr::pi() * infinity, "∞"),
        (infinity.reciprocal(), "0"),
        (n(1) / n(0), "complex_infinity"),
        (n(0) / n(0), "undefined"),
        (power(n(0), n(0)), "undefined"),
        (x.powi(0), "1"),
        (power(n(2), infinity.clone()), "∞"),
        (power(n(2), -infinity), "0"),
        (power(n(1), infinity.clone()), "undefined"),
        (power(n(-2), infinity.clone()), "complex_infinity"),
        ((-infinity).exp(), "0"),
        (x + infinity, "x + ∞"),
        (n(0) * &pole, "0*log(0)"),
        (&pole - &pole, "log(0) - log(0)"),
        (n(0) * Expr::undefined(), "undefined"),
    ]);
}

#[test]
fn decimals() {
    let x = &Expr::symbol("x");
    check(&[
        (d("0.1") + d("0.2"), "0.3"),
        (d("0.5") + q(1, 3), "0.8333333333333333"),
        (n(0) * d("0.5"), "0"),
        (d("0.0") * x, "0.0"),
        (d("2.0") * Expr::pi(), "2.0*π"),
        (d("2.0").sqrt(), "1.414213562373095"),
        (power(n(2), d("0.5")), "1.414213562373095"),
        (power(d("-2.0"), n(3)), "-8.0"),
        (power(d("-4.0"), q(1, 2)), "2.0*i"),
        (d("1.0") / d("0.0"), "complex_infinity"),
        (d("1e30") + 1, "1e30"),
        (d("1e-30") + 1, "1.0"),
        (d("1.0") + power(n(10), n(-15)), "1.000000000000001"),
    ]);
}

#[test]
fn a_complex_number_meets_a_root_of_itself() {
    let number = n(3) + 2 * Expr::i();
    check(&[
        (&number * number.sqrt(), "(3 + 2*i)^(3/2)"),
        (
            Expr::mul([number.clone(), n(2).sqrt(), number.sqrt()]),
            "sqrt(2)*(3 + 2*i)^(3/2)",
        ),
        (2 * &number * number.sqrt() / 2, "(3 + 2*i)^(3/2)"),
    ]);
}
