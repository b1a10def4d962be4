//! Trees of any depth, symbols, and substitution.

use holor_algebra::{Expr, Function, Symbol, latex, plain};

fn s(name: &str) -> Expr {
    Expr::symbol(name)
}

fn call<const N: usize>(function: Function, arguments: [&Expr; N]) -> Expr {
    Expr::call(function, arguments.map(Expr::clone))
}

fn apply(name: &str, argument: &Expr) -> Expr {
    Expr::apply(Symbol::new(name), [argument.clone()])
}

fn tower(height: u32) -> Expr {
    let (x, y) = (s("x"), s("y"));
    (0..height).fold(x, |tower, level| match level % 4 {
        0 => Expr::call(Function::Sin, [tower]),
        1 => tower + 1,
        2 => tower.powi(2),
        _ => tower * &y,
    })
}

#[test]
fn a_deep_tree_never_overflows_the_stack() {
    let (a, b) = (tower(100_000), tower(100_000));
    assert!(a.depth() > 90_000);
    assert_eq!(a, b);
    assert!(a.cmp(&b).is_eq());
    assert_eq!(&a - &b, Expr::zero());
    assert!(plain(&a).len() > 100_000);
    assert!(latex(&a).len() > 100_000);
    assert_eq!(a.free_symbols().len(), 2);
    let renamed = a.substitute(&[(s("x"), s("z"))]);
    assert_eq!(renamed.depth(), a.depth());
    assert!(!renamed.contains_symbol(&Symbol::new("x")));
    assert_eq!(a.transform(&mut |expr| expr), a);
}

#[test]
fn a_shared_tree_takes_no_exponential_time() {
    let shared =
        || (0..200).fold(s("x"), |tree, _| call(Function::Atan2, [&tree, &tree]));
    let (a, b) = (shared(), shared());
    assert_eq!(a.count_nodes(), u64::MAX);
    assert_eq!(a, b);
    assert!(a.cmp(&b).is_eq());
    assert_eq!(a.substitute(&[(s("x"), s("z"))]).free_symbols().len(), 1);
    assert!(!a.contains(&s("z")));
}

#[test]
fn bound_variables_are_not_free() {
    let (a, x) = (&s("a"), &s("x"));
    let integral = call(Function::Integral, [&(a * x), x, &Expr::zero(), a]);
    assert!(!integral.contains_symbol(&Symbol::new("x")));
    assert!(integral.contains_symbol(&Symbol::new("a")));
    let outside = call(Function::Integral, [x, x, &Expr::zero(), x]);
    assert!(outside.contains_symbol(&Symbol::new("x")));
    assert_eq!(apply("y", x).free_symbols().len(), 1);
}

#[test]
fn substitution_is_simultaneous() {
    let (x, y) = (&s("x"), &s("y"));
    let swapped =
        (x + 2 * y).substitute(&[(x.clone(), y.clone()), (y.clone(), x.clone())]);
    assert_eq!(swapped, y + 2 * x);
    let part = call(Function::Sin, [x]);
    let whole = part.powi(2) + x;
    assert_eq!(whole.substitute(&[(part, y.clone())]), y.powi(2) + x);
}

#[test]
fn substitution_captures_nothing() {
    let (a, x) = (&s("a"), &s("x"));
    let zero = &Expr::zero();
    let integral = call(Function::Integral, [&(a * x), x, zero, x]);
    let check = |rules: &[(Expr, Expr)], expected: &str| {
        assert_eq!(plain(&integral.substitute(rules)), expected);
    };
    check(&[(a.clone(), x.clone())], "integrate(x*x_1, x_1 = 0..x)");
    check(&[(x.clone(), Expr::integer(2))], "integrate(a*x, x = 0..2)");
    check(&[(a.clone(), Expr::integer(2))], "integrate(2*x, x = 0..x)");
    check(&[(x.clone(), a.clone())], "integrate(a*x, x = 0..a)");
}

#[test]
fn a_derivative_at_a_point_is_kept() {
    let (a, t, x) = (&s("a"), &s("t"), &s("x"));
    let one = &Expr::one();
    let derivative = call(Function::Derivative, [&apply("y", x), x, one]);
    let check = |from: &Expr, to: &Expr, expected: &str| {
        assert_eq!(
            plain(&derivative.substitute(&[(from.clone(), to.clone())])),
            expected
        );
    };
    check(x, &Expr::integer(2), "subs(diff(y(x_1), x_1), x_1 = 2)");
    check(x, t, "diff(y(t), t)");
    check(&apply("y", x), &x.powi(2), "diff(x^2, x)");
    let mixed = call(Function::Derivative, [&(a * apply("y", x)), x, one]);
    let captured = mixed.substitute(&[(a.clone(), x.clone())]);
    assert_eq!(plain(&captured), "subs(diff(x*y(x_1), x_1), x_1 = x)");
}
