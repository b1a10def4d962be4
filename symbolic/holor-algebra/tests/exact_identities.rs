//! Identities that the exact form must see, and near-identities that it must not.

mod common;

use common::ex;
use holor_algebra::exact::Field;

/// A field with `"x real, y positive, 0 < θ, θ < pi"` assumed.
fn field(assumed: &str) -> Field {
    Field::new(common::engine(assumed).assumptions().clone())
}

const REAL: &str = "x real, y real, z real, a positive, b positive, t real, r positive, m positive, θ real, r > 2*m, 0 < θ, θ < pi, n integer";

#[test]
fn identities_are_zero() {
    let table = [
        // rational
        ("(x + y)^3 - x^3 - 3*x^2*y - 3*x*y^2 - y^3", ""),
        ("1/(x*(x + 1)) - 1/x + 1/(x + 1)", ""),
        ("(x^2 - 1)/(x - 1) - x - 1", ""),
        ("1/(1 + 1/(1 + 1/x)) - (x + 1)/(2*x + 1)", ""),
        // circular
        ("sin(x)^2 + cos(x)^2 - 1", ""),
        ("sin(2*x) - 2*sin(x)*cos(x)", ""),
        ("cos(2*x) - cos(x)^2 + sin(x)^2", ""),
        ("sin(3*x) - 3*sin(x) + 4*sin(x)^3", ""),
        ("cos(5*x) - 16*cos(x)^5 + 20*cos(x)^3 - 5*cos(x)", ""),
        ("sin(x + y) - sin(x)*cos(y) - cos(x)*sin(y)", ""),
        ("cos(x - y) - cos(x)*cos(y) - sin(x)*sin(y)", ""),
        ("tan(x + y) - (tan(x) + tan(y))/(1 - tan(x)*tan(y))", ""),
        ("1 + tan(x)^2 - sec(x)^2", ""),
        ("1 + cot(x)^2 - csc(x)^2", ""),
        ("tan(x/2) - sin(x)/(1 + cos(x))", ""),
        ("tan(x/2) - (1 - cos(x))/sin(x)", ""),
        ("cos(x/2)^2 - (1 + cos(x))/2", ""),
        ("sin(x/2)^2 - (1 - cos(x))/2", ""),
        ("sin(x/3)*(3 - 4*sin(x/3)^2) - sin(x)", ""),
        ("4*cos(x/3)^3 - 3*cos(x/3) - cos(x)", ""),
        ("sin(x)*sin(y) - (cos(x - y) - cos(x + y))/2", ""),
        ("sin(x) + sin(y) - 2*sin((x + y)/2)*cos((x - y)/2)", ""),
        ("cos(x)^4 - (3 + 4*cos(2*x) + cos(4*x))/8", ""),
        ("sin(x + pi/2) - cos(x)", ""),
        ("sin(pi - x) - sin(x)", ""),
        ("cos(x + pi/3) - cos(x)/2 + sqrt(3)*sin(x)/2", ""),
        ("sin(pi/12) - (sqrt(6) - sqrt(2))/4", ""),
        ("cos(pi/5) - (1 + sqrt(5))/4", ""),
        ("sin(pi/8)^2 - (2 - sqrt(2))/4", ""),
        ("cos(pi/15)*8 + 1 - sqrt(5) - sqrt(30 + 6*sqrt(5))", ""),
        ("1/(1 - cos(x)) - (1 + cos(x))/sin(x)^2", ""),
        ("sin(-x) + sin(x)", ""),
        ("cos(x*y + y*x) - 2*cos(x*y)^2 + 1", ""),
        ("sin(asin(x)) - x", ""),
        ("cos(asin(x)) - sqrt(1 - x^2)", ""),
        ("tan(atan(x)) - x", ""),
        ("sin(atan(x)) - x/sqrt(1 + x^2)", ""),
        ("sin(x)^6 + cos(x)^6 - 1 + 3*sin(x)^2*cos(x)^2", ""),
        ("(1 + i*tan(x))/(1 - i*tan(x)) - cos(2*x) - i*sin(2*x)", ""),
        // exponential, hyperbolic
        ("exp(x + y) - exp(x)*exp(y)", ""),
        ("exp(-x)*exp(x) - 1", ""),
        ("exp(2*x) - exp(x)^2", ""),
        ("exp(x/2)^2 - exp(x)", ""),
        ("exp(x/3)^3 - exp(x)", ""),
        ("cosh(x)^2 - sinh(x)^2 - 1", ""),
        ("cosh(x) - (exp(x) + exp(-x))/2", ""),
        ("sinh(2*x) - 2*sinh(x)*cosh(x)", ""),
        ("cosh(3*x) - 4*cosh(x)^3 + 3*cosh(x)", ""),
        ("tanh(x) - (exp(2*x) - 1)/(exp(2*x) + 1)", ""),
        ("1 - tanh(x)^2 - 1/cosh(x)^2", ""),
        ("sinh(x + y) - sinh(x)*cosh(y) - cosh(x)*sinh(y)", ""),
        ("cosh(x/2)^2 - (cosh(x) + 1)/2", ""),
        ("exp(i*x) - cos(x) - i*sin(x)", ""),
        ("exp(i*pi) + 1", ""),
        ("sinh(i*x) - i*sin(x)", ""),
        ("cos(i*x) - cosh(x)", ""),
        ("sin(x + i*y) - sin(x)*cosh(y) - i*cos(x)*sinh(y)", ""),
        ("exp(x + 1) - e*exp(x)", ""),
        ("(cosh(x) + sinh(x))^3 - cosh(3*x) - sinh(3*x)", ""),
        ("exp(2*log(x)) - x^2", ""),
        ("exp(log(x)/2) - sqrt(x)", ""),
        ("log(a*b) - log(a) - log(b)", REAL),
        ("log(a^3/b) - 3*log(a) + log(b)", REAL),
        ("log(12) - 2*log(2) - log(3)", ""),
        ("log(exp(x)) - x", REAL),
        ("x^n*x - x^(n + 1)", ""),
        ("x^n*x^n - x^(2*n)", ""),
        ("(1 + x)^(n + 2) - (1 + x)^n*(1 + 2*x + x^2)", ""),
        // roots
        ("sqrt(x)^2 - x", ""),
        ("1/(sqrt(x) + 1) - (sqrt(x) - 1)/(x - 1)", ""),
        ("sqrt(2)*sqrt(3) - sqrt(6)", ""),
        ("1/sqrt(2) - sqrt(2)/2", ""),
        ("sqrt(8) - 2*sqrt(2)", ""),
        ("sqrt(3 + 2*sqrt(2)) - 1 - sqrt(2)", ""),
        ("sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3)", ""),
        ("sqrt(5 - 2*sqrt(6)) - sqrt(3) + sqrt(2)", ""),
        ("sqrt(2 + sqrt(2))*sqrt(2 - sqrt(2)) - sqrt(2)", ""),
        ("sqrt(2 + sqrt(3)) - (sqrt(6) + sqrt(2))/2", ""),
        ("sqrt(a*b) - sqrt(a)*sqrt(b)", REAL),
        ("sqrt(a^2*b) - a*sqrt(b)", REAL),
        ("sqrt(x^2) - abs(x)", REAL),
        ("abs(x)^2 - x^2", REAL),
        ("abs(x*y) - abs(x)*abs(y)", REAL),
        ("abs(-3*x) - 3*abs(x)", REAL),
        ("sqrt(1 - 2*m/r) - sqrt(r^2 - 2*m*r)/r", REAL),
        ("sqrt(r)*sqrt(r - 2*m) - r*sqrt(1 - 2*m/r)", REAL),
        ("sqrt(1/r) - 1/sqrt(r)", REAL),
        ("sqrt(sin(θ)^2) - sin(θ)", REAL),
        ("sqrt(1 - cos(θ)^2) - sin(θ)", REAL),
        ("sqrt(1 - cos(θ)^2) - sin(θ)", "θ positive, θ < pi"),
        ("sqrt(cos(θ)^2) - abs(cos(θ))", REAL),
        ("cos(atan2(y, x)) - x/sqrt(x^2 + y^2)", "x real, y real"),
        ("sin(atan2(y, x))^2 - y^2/(x^2 + y^2)", "x real, y real"),
        ("tan(atan2(y, x)) - y/x", "x real, y real"),
        ("x^(1/4)*x^(1/4) - sqrt(x)", ""),
        ("x^(2/3) - (x^(1/3))^2", ""),
        ("a^(1/2)*a^(1/3) - a^(5/6)", REAL),
        ("a^(1/2)/a^(1/3) - a^(1/6)", REAL),
        ("(x^2 + y^2)^(3/2) - (x^2 + y^2)*sqrt(x^2 + y^2)", ""),
        ("sqrt(a + sqrt(b))^4 - a^2 - 2*a*sqrt(b) - b", REAL),
        ("sqrt(a + b + 2*sqrt(a*b)) - sqrt(a) - sqrt(b)", REAL),
        ("sqrt((1 + sqrt(a))^2) - 1 - sqrt(a)", REAL),
        ("sqrt(-4) - 2*i", ""),
        ("sqrt(-a) - i*sqrt(a)", REAL),
        ("i^2 + 1", ""),
        ("1/(1 + i) - (1 - i)/2", ""),
        ("(8*a)^(1/3) - 2*a^(1/3)", REAL),
        ("1/(1 + a^(1/3)) - (1 - a^(1/3) + a^(2/3))/(1 + a)", REAL),
        ("(-8)^(1/3) - 1 - i*sqrt(3)", ""),
        ("sqrt(exp(x)) - exp(x/2)", REAL),
        ("sqrt(cosh(x)^2) - cosh(x)", REAL),
        ("sqrt(cosh(x)^2 - 1) - abs(sinh(x))", REAL),
        ("sqrt(x^4 + 2*x^2 + 1) - x^2 - 1", REAL),
        ("2^(1/3)*4^(1/3) - 2", ""),
        ("sqrt(6 + 2*sqrt(2) + 2*sqrt(3) + 2*sqrt(6)) - 1 - sqrt(2) - sqrt(3)", ""),
        // unknown functions
        ("diff(f(x)*g(x), x) - f(x)*diff(g(x), x) - g(x)*diff(f(x), x)", ""),
        ("diff(f(x, y), x, 1, y, 1) - diff(f(x, y), y, 1, x, 1)", ""),
        ("diff(f(x - t), t) + diff(f(x - t), x)", ""),
        ("diff(f(x - t), t, 2) - diff(f(x - t), x, 2)", ""),
        ("diff(f(r(t)), t) - subs(diff(f(s), s), s, r(t))*diff(r(t), t)", ""),
        ("diff(sqrt(f(x)), x) - diff(f(x), x)/(2*sqrt(f(x)))", ""),
        // integers
        ("sin(pi*n)", REAL),
        ("cos(pi*n)^2 - 1", REAL),
        ("cos(2*pi*n + x) - cos(x)", REAL),
        ("sin(x + pi*n) - (-1)^n*sin(x)", REAL),
        ("exp(i*pi*n)*exp(i*pi*n^2) - 1", REAL),
        ("(-1)^n*(-1)^k - (-1)^(n + k)", "n integer, k integer"),
        ("cos(pi*k) - 1", "k even"),
        ("cos(pi*k*n) + 1", "k odd, n odd"),
        // others
        ("diff(erf(x), x) - 2*exp(-x^2)/sqrt(pi)", ""),
        ("diff(atan(x/y), x) - y/(x^2 + y^2)", ""),
        ("diff(x^n, x) - n*x^(n - 1)", ""),
        ("diff(abs(x), x) - sign(x)", REAL),
        ("0.5*x - x/2", ""),
    ];
    let mut failures = Vec::new();
    for (text, assumed) in table {
        let result = field(assumed).read(&ex(text));
        match result {
            Ok(element) if element.is_zero() => {}
            Ok(element) => {
                failures.push(format!("{text}  =>  {:?}", element.term_count()));
            }
            Err(error) => failures.push(format!("{text}  =>  {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn near_identities_are_not_zero() {
    let table = [
        ("sqrt(x^2) - x", ""),
        ("sqrt(x^2) - x", "x real"),
        ("sqrt(x)*sqrt(y) - sqrt(x*y)", ""),
        ("sqrt(x)*sqrt(y) - sqrt(x*y)", "x real, y real"),
        ("sqrt(x/y) - sqrt(x)/sqrt(y)", "x real"),
        ("sqrt(-x) - i*sqrt(x)", ""),
        ("log(x*y) - log(x) - log(y)", ""),
        ("log(x^2) - 2*log(x)", "x real"),
        ("log(exp(x)) - x", ""),
        ("exp(x)^n - exp(n*x + 1)", ""),
        ("sin(x)^2 + cos(x)^2 + 1", ""),
        ("sin(x)^2 + cos(y)^2 - 1", ""),
        ("sin(2*x) - 2*sin(x)", ""),
        ("cos(x/2) - sqrt((1 + cos(x))/2)", "x real"),
        ("cos(x/2) + sqrt((1 + cos(x))/2)", "x real"),
        ("sin(x) - cos(x)", ""),
        ("abs(x) - x", "x real"),
        ("abs(x + y) - abs(x) - abs(y)", "x real, y real"),
        ("sqrt(1 - cos(x)^2) - sin(x)", "x real"),
        ("sqrt(cos(x)^2) - cos(x)", "x real, 0 < x, x < pi"),
        ("(x^3)^(1/3) - x", "x real"),
        ("(-8)^(1/3) + 2", ""),
        ("x^(1/3) - x^(1/2)", ""),
        ("exp(x) - exp(-x)", ""),
        ("cosh(x)^2 + sinh(x)^2 - 1", ""),
        ("sqrt(2) - 99/70", ""),
        ("pi - 22/7", ""),
        ("exp(pi) - pi - 20", ""),
        ("sqrt(5 + 2*sqrt(6)) - sqrt(2) + sqrt(3)", ""),
        ("sqrt(1 + x) - sqrt(1 - x)", ""),
        ("sqrt(x + y) - sqrt(x) - sqrt(y)", ""),
        ("f(x) - f(y)", ""),
        ("diff(f(x), x) - f(x)", ""),
        ("diff(f(x, y), x) - diff(f(x, y), y)", ""),
        ("f(x) - f(-x)", ""),
        ("x^n - x^m", ""),
        ("1/x - 1/(x + 1)", ""),
        ("tan(x) - sin(x)", ""),
        ("asin(sin(x)) - x", ""),
        ("atan(tan(x)) - x", ""),
        ("sqrt(x - 1)*sqrt(x + 1) - sqrt(x^2 - 1)", ""),
        ("1/sqrt(x) - sqrt(1/x)", ""),
        ("sign(x) - 1", "x real"),
        ("sqrt(x^4) - x^2", ""),
        ("sqrt(a + sqrt(b)) - sqrt(a - sqrt(b))", "a positive, b positive"),
        ("sqrt(sqrt(2) - 2) - sqrt(2 - sqrt(2))", ""),
        ("sin(pi*n)", ""),
        ("cos(pi*n) - 1", "n integer"),
        ("(-1)^n - (-1)^m", "n integer, m integer"),
    ];
    let mut failures = Vec::new();
    for (text, assumed) in table {
        match field(assumed).read(&ex(text)) {
            Ok(element) if !element.is_zero() => {}
            Ok(_) => failures.push(format!("{text} under {assumed:?} is 0")),
            Err(error) => failures.push(format!("{text}  =>  {error}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
