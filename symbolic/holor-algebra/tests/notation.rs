//! What expressions look like in both notations.

use holor_algebra::{
    Decimal, Expr, Function, Relation, Symbol, latex, latex_symbol, plain,
};

fn s(name: &str) -> Expr {
    Expr::symbol(name)
}

fn n(value: i64) -> Expr {
    Expr::integer(value)
}

fn power(base: &Expr, exponent: &Expr) -> Expr {
    Expr::power(base.clone(), exponent.clone())
}

fn decimal(text: &str) -> Expr {
    Expr::decimal(Decimal::parse(text).expect("a literal"))
}

fn call<const N: usize>(function: Function, arguments: [&Expr; N]) -> Expr {
    Expr::call(function, arguments.map(Expr::clone))
}

fn apply(name: &str, arguments: &[&Expr]) -> Expr {
    let arguments: Vec<Expr> =
        arguments.iter().map(|argument| (*argument).clone()).collect();
    Expr::apply(Symbol::new(name), arguments)
}

fn check(cases: &[(Expr, &str, &str)]) {
    for (expr, in_plain, in_latex) in cases {
        assert_eq!(plain(expr), *in_plain);
        assert_eq!(latex(expr), *in_latex, "{in_plain}");
    }
}

#[test]
fn sums_products_and_powers() {
    let (a, b, c, x, y, z) = (&s("a"), &s("b"), &s("c"), &s("x"), &s("y"), &s("z"));
    let (m, r) = (&s("m"), &s("r"));
    check(&[
        (x.powi(2) - 5 * x + 6, "x^2 - 5*x + 6", "x^{2} - 5 x + 6"),
        (1 - x, "1 - x", "1 - x"),
        (1 - 2 * m / r, "1 - 2*m/r", r"1 - \frac{2 m}{r}"),
        (a * x + b, "a*x + b", "a x + b"),
        (-x, "-x", "-x"),
        (-x.powi(2), "-x^2", "-x^{2}"),
        (-(x + 1), "-x - 1", "-x - 1"),
        (2 * (x + 1), "2*(x + 1)", "2 (x + 1)"),
        ((x + 1).powi(2), "(x + 1)^2", "(x + 1)^{2}"),
        ((x + 1) / (x - 1), "(x + 1)/(x - 1)", r"\frac{x + 1}{x - 1}"),
        (x - (y - z), "x - y + z", "x - y + z"),
        (x / 2, "x/2", r"\frac{x}{2}"),
        (3 * x / 4, "3*x/4", r"\frac{3 x}{4}"),
        (Expr::fraction(-1, 2) * (x + 1), "-(x + 1)/2", r"-\frac{x + 1}{2}"),
        (-(x + 1) / 2, "(-x - 1)/2", r"\frac{-x - 1}{2}"),
        (x.reciprocal(), "1/x", r"\frac{1}{x}"),
        (x / (y * z), "x/(y*z)", r"\frac{x}{y z}"),
        (power(x, &Expr::fraction(-3, 2)), "1/x^(3/2)", r"\frac{1}{x^{3/2}}"),
        (power(&n(2), &-x), "2^(-x)", "2^{-x}"),
        (n(2) * power(&n(3), x), "2*3^x", r"2 \cdot 3^{x}"),
        (power(&(a / b), c), "(a/b)^c", r"\left(\frac{a}{b}\right)^{c}"),
        (power(a, &(b / c)), "a^(b/c)", "a^{b/c}"),
        (power(&power(a, b), c), "(a^b)^c", "(a^{b})^{c}"),
        (power(a, &power(b, c)), "a^(b^c)", "a^{b^{c}}"),
        (power(&Expr::fraction(2, 3), x), "(2/3)^x", r"\left(\frac{2}{3}\right)^{x}"),
        (power(&n(-2), x), "(-2)^x", "(-2)^{x}"),
        ((x + 1).sqrt(), "sqrt(x + 1)", r"\sqrt{x + 1}"),
        (power(x, &Expr::fraction(1, 3)), "x^(1/3)", r"\sqrt[3]{x}"),
        ((-x.powi(2) / 2).exp(), "exp(-x^2/2)", "e^{-x^{2}/2}"),
        (x * (x + 1) * x.exp(), "x*(x + 1)*exp(x)", "x (x + 1) e^{x}"),
    ]);
}

#[test]
fn numbers_and_constants() {
    let (x, i) = (&s("x"), &Expr::i());
    check(&[
        (n(2).sqrt() / 2, "sqrt(2)/2", r"\frac{\sqrt{2}}{2}"),
        (2 * Expr::pi() * i * x, "2*π*i*x", r"2 \pi i x"),
        (1 + n(2).sqrt() + 3 * i, "1 + sqrt(2) + 3*i", r"1 + \sqrt{2} + 3 i"),
        (Expr::e(), "e", "e"),
        (Expr::e().powi(2), "exp(2)", "e^{2}"),
        (Expr::negative_infinity(), "-∞", r"-\infty"),
        (Expr::complex_infinity(), "complex_infinity", r"\tilde{\infty}"),
        (Expr::undefined(), "undefined", r"\text{undefined}"),
        (decimal("0.1") + decimal("0.2"), "0.3", "0.3"),
        (decimal("1.5e-12") * x, "1.5e-12*x", r"1.5 \times 10^{-12} x"),
        (decimal("-0.5") * x + 1, "1 - 0.5*x", "1 - 0.5 x"),
        ((1 + i) * x, "(1 + i)*x", "(1 + i) x"),
    ]);
}

#[test]
fn functions() {
    use Function as F;
    let (k, m, n_, x) = (&s("k"), &s("m"), &s("n"), &s("x"));
    let half = &(x / 2);
    let factorial = call(F::Factorial, [&(n_ + 1)]);
    check(&[
        (call(F::Sin, [x]).powi(2), "sin(x)^2", r"\sin^{2}(x)"),
        (call(F::Sin, [half]), "sin(x/2)", r"\sin\left(\frac{x}{2}\right)"),
        (call(F::Sin, [x]).reciprocal(), "1/sin(x)", r"\frac{1}{\sin(x)}"),
        (call(F::Log, [x]), "log(x)", r"\log(x)"),
        (call(F::Abs, [x]).powi(2), "abs(x)^2", r"\left|x\right|^{2}"),
        (call(F::Conjugate, [x]), "conj(x)", r"\overline{x}"),
        (2 * call(F::Factorial, [n_]), "2*factorial(n)", "2 n!"),
        (factorial.powi(2), "factorial(n + 1)^2", "((n + 1)!)^{2}"),
        (call(F::Binomial, [n_, k]), "binomial(n, k)", r"\binom{n}{k}"),
        (call(F::BesselJ, [&s("ν"), x]), "besselj(ν, x)", r"J_{\nu}(x)"),
        (call(F::AssocLegendre, [n_, m, x]), "assoc_legendre(n, m, x)", "P_{n}^{m}(x)"),
        (call(F::Polygamma, [n_, x]), "polygamma(n, x)", r"\psi^{(n)}(x)"),
        (call(F::KroneckerDelta, [n_, m]), "kronecker(n, m)", r"\delta_{n m}"),
        (apply("f", &[x, n_]), "f(x, n)", "f(x, n)"),
    ]);
}

#[test]
fn operations() {
    use Function as F;
    let (k, n_, t, x) = (&s("k"), &s("n"), &s("t"), &s("x"));
    let (one, two) = (&n(1), &n(2));
    let infinity = &Expr::infinity();
    let (y, u) = (&apply("y", &[x]), &apply("u", &[x, t]));
    let bell = &(-x.powi(2)).exp();
    let ratio = &(call(F::Sin, [x]) / x);
    check(&[
        (
            call(F::Integral, [bell, x, &Expr::negative_infinity(), infinity]),
            "integrate(exp(-x^2), x = -∞..∞)",
            r"\int_{-\infty}^{\infty} e^{-x^{2}} \, dx",
        ),
        (call(F::Integral, [&(x + 1), x]), "integrate(x + 1, x)", r"\int (x + 1) \, dx"),
        (
            call(F::Sum, [&k.powi(-2), k, one, n_]),
            "sum(1/k^2, k = 1..n)",
            r"\sum_{k = 1}^{n} \frac{1}{k^{2}}",
        ),
        (
            call(F::Product, [k, k, one, n_]),
            "product(k, k = 1..n)",
            r"\prod_{k = 1}^{n} k",
        ),
        (
            call(F::Limit, [ratio, x, &n(0)]),
            "limit(sin(x)/x, x = 0)",
            r"\lim_{x \to 0} \frac{\sin(x)}{x}",
        ),
        (
            call(F::Limit, [ratio, x, &n(0), one]),
            "limit(sin(x)/x, x = 0, right)",
            r"\lim_{x \to 0^{+}} \frac{\sin(x)}{x}",
        ),
        (call(F::Derivative, [y, x, one]), "diff(y(x), x)", "y'(x)"),
        (
            call(F::Derivative, [y, x, two]) + y,
            "diff(y(x), x, 2) + y(x)",
            "y''(x) + y(x)",
        ),
        (
            call(F::Derivative, [u, x, two]),
            "diff(u(x, t), x, 2)",
            r"\frac{\partial^{2}}{\partial x^{2}} u(x, t)",
        ),
        (
            1 + x + x.powi(2) / 2 + call(F::Order, [&x.powi(3)]),
            "1 + x + x^2/2 + O(x^3)",
            r"1 + x + \frac{x^{2}}{2} + \mathcal{O}(x^{3})",
        ),
        (
            call(F::Substitution, [y, x, two]),
            "subs(y(x), x = 2)",
            r"\left. y(x) \right|_{x = 2}",
        ),
    ]);
}

#[test]
fn conditions() {
    let x = &s("x");
    let positive = Expr::relation(Relation::Less, n(0), x.clone());
    let small = Expr::relation(Relation::LessEqual, x.clone(), n(1));
    check(&[
        (Expr::equation(x.powi(2), n(4)), "x^2 == 4", "x^{2} = 4"),
        (
            Expr::and([positive.clone(), small.clone()]),
            "0 < x and x <= 1",
            r"0 < x \land x \leq 1",
        ),
        (Expr::not(positive.clone()), "not (0 < x)", r"\neg (0 < x)"),
        (
            Expr::piecewise([(x.clone(), positive), (n(0), Expr::truth(true))]),
            "piecewise([x, 0 < x], [0, true])",
            r"\begin{cases} x & \text{if } 0 < x \\ 0 & \text{otherwise} \end{cases}",
        ),
    ]);
}

#[test]
fn names() {
    for (name, expected) in [
        ("x", "x"),
        ("x1", "x_{1}"),
        ("r_s", "r_{s}"),
        ("r_s1", "r_{\\mathrm{s1}}"),
        ("ω0", r"\omega_{0}"),
        ("theta", r"\theta"),
        ("θ_max", r"\theta_{\mathrm{max}}"),
        ("g_tt", r"g_{\mathrm{tt}}"),
        ("x_1_2", "x_{1,2}"),
        ("mass", r"\mathrm{mass}"),
        ("Γ", r"\Gamma"),
        ("ħ", r"\hbar"),
    ] {
        assert_eq!(latex_symbol(name), expected);
    }
}
