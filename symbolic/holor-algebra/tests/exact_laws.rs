//! Laws of the exact form over generated expressions, checked against floating point.

mod common;

use common::engine;
use holor_algebra::exact::Field;
use holor_algebra::{Constant, Expr, Function, Node, Symbol};
use num_traits::ToPrimitive;
use proptest::prelude::*;

const UNIVERSES: [&str; 3] = ["x positive, y positive", "x real, y real", ""];

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        4 => Just(Expr::symbol("x")),
        3 => Just(Expr::symbol("y")),
        2 => (-3_i64..4).prop_map(Expr::integer),
        1 => (1_i64..4, 2_i64..4).prop_map(|(a, b)| Expr::fraction(a, b)),
        1 => Just(Expr::pi()),
        1 => Just(Expr::i()),
    ]
}

fn expression() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(4, 14, 3, |inner| {
        let function = prop_oneof![
            Just(Function::Sin),
            Just(Function::Cos),
            Just(Function::Tan),
            Just(Function::Sinh),
            Just(Function::Cosh),
            Just(Function::Tanh),
            Just(Function::Log),
            Just(Function::Abs),
            Just(Function::Atan),
        ];
        prop_oneof![
            3 => proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::add),
            3 => proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::mul),
            2 => (inner.clone(), -2_i64..4).prop_map(|(a, n)| a.powi(n)),
            2 => inner.clone().prop_map(|a| a.sqrt()),
            1 => (inner.clone(), -3_i64..4, 2_i64..4)
                .prop_map(|(a, p, q)| Expr::power(a, Expr::fraction(p, q))),
            1 => inner.clone().prop_map(|a| a.exp()),
            2 => (function, inner).prop_map(|(f, a)| Expr::call(f, [a])),
        ]
    })
}

type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn inverse(a: Complex) -> Complex {
    let size = a.0 * a.0 + a.1 * a.1;
    (a.0 / size, -a.1 / size)
}

fn exp(a: Complex) -> Complex {
    (a.0.exp() * a.1.cos(), a.0.exp() * a.1.sin())
}

/// The principal logarithm; none where rounding decides on which side of the cut the argument is.
fn log(a: Complex) -> Option<Complex> {
    let unsure = a.0 < 0.0 && a.1 != 0.0 && a.1.abs() < 1e-7 * a.0.abs();
    let size = a.0.hypot(a.1);
    (!unsure && size > 1e-9).then(|| (size.ln(), a.1.atan2(a.0)))
}

fn whole_power(a: Complex, n: i64) -> Complex {
    let mut result = (1.0, 0.0);
    for _ in 0..n.abs() {
        result = times(result, a);
    }
    if n < 0 { inverse(result) } else { result }
}

/// The value at a point by the definitions, with −0 read as 0, so that real values below 0 lie on the upper side
/// of the cuts.
fn evaluate(expr: &Expr, point: &[Complex; 2]) -> Option<Complex> {
    let at = |part: &Expr| evaluate(part, point);
    let value = match expr.node() {
        Node::Number(number) => (number.to_f64()?, 0.0),
        Node::Symbol(symbol) => point[usize::from(symbol.name() == "y")],
        Node::Constant(Constant::Pi) => (std::f64::consts::PI, 0.0),
        Node::Constant(Constant::E) => (std::f64::consts::E, 0.0),
        Node::Constant(Constant::I) => (0.0, 1.0),
        Node::Add(items) => {
            let mut sizes = 0.0;
            let sum = items.iter().try_fold((0.0, 0.0), |sum: Complex, item| {
                let value = at(item)?;
                sizes += value.0.hypot(value.1);
                Some((sum.0 + value.0, sum.1 + value.1))
            })?;
            // Of large terms that nearly cancel, as in cosh(54 x) by powers of cosh(x), too few digits are left.
            if sizes > 1e7 * sum.0.hypot(sum.1).max(1e-3) {
                return None;
            }
            sum
        }
        Node::Mul(items) => items
            .iter()
            .try_fold((1.0, 0.0), |product, item| Some(times(product, at(item)?)))?,
        Node::Power(base, exponent) => {
            let a = at(base)?;
            let number = exponent.as_number();
            if let Some(n) = number.filter(|n| n.is_integer()) {
                whole_power(a, n.to_integer().to_i64()?)
            } else if number.is_some_and(|n| *n.denom() == 2.into()) {
                let half = if a.1 == 0.0 && a.0 >= 0.0 {
                    (a.0.sqrt(), 0.0)
                } else if a.1 == 0.0 {
                    (0.0, (-a.0).sqrt())
                } else {
                    let l = log(a)?;
                    exp((l.0 / 2.0, l.1 / 2.0))
                };
                whole_power(half, number?.numer().to_i64()?)
            } else {
                let exponent = times(log(a)?, at(exponent)?);
                if exponent.0.hypot(exponent.1) > 20.0 {
                    return None;
                }
                exp(exponent)
            }
        }
        Node::Call(function, items) => {
            let a = at(&items[0])?;
            // Beyond this, products of exponentials lose their digits.
            if a.0.hypot(a.1) > 20.0 {
                return None;
            }
            let real = |f: fn(f64) -> f64| (a.1 == 0.0).then(|| (f(a.0), 0.0));
            let (up, down) = (exp(a), inverse(exp(a)));
            let turned = (-a.1, a.0);
            let (ahead, back) = (exp(turned), inverse(exp(turned)));
            let sinh = ((up.0 - down.0) / 2.0, (up.1 - down.1) / 2.0);
            let cosh = ((up.0 + down.0) / 2.0, (up.1 + down.1) / 2.0);
            let cos = ((ahead.0 + back.0) / 2.0, (ahead.1 + back.1) / 2.0);
            let sin = ((ahead.1 - back.1) / 2.0, -(ahead.0 - back.0) / 2.0);
            let exact = a.1 == 0.0;
            let tidy = |value: Complex| if exact { (value.0, 0.0) } else { value };
            match function {
                Function::Sin => tidy(sin),
                Function::Cos => tidy(cos),
                Function::Tan => tidy(times(sin, inverse(cos))),
                Function::Sinh => tidy(sinh),
                Function::Cosh => tidy(cosh),
                Function::Tanh => tidy(times(sinh, inverse(cosh))),
                Function::Log => log(a)?,
                Function::Abs => (a.0.hypot(a.1), 0.0),
                Function::Sign => real(f64::signum)?,
                Function::Atan => real(f64::atan)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    let fits = value.0.is_finite() && value.1.is_finite();
    fits.then_some((value.0 + 0.0, if value.1 == 0.0 { 0.0 } else { value.1 }))
}

/// The value at a point, where it is well conditioned: neighbouring points have nearly the same.
fn value(expr: &Expr, point: &[Complex; 2]) -> Option<Complex> {
    let (re, im) = evaluate(expr, point)?;
    let near = point.map(|(a, b)| (a * (1.0 + 1e-9), b * (1.0 + 1e-9)));
    let (near_re, near_im) = evaluate(expr, &near)?;
    let size = re.hypot(im);
    let drift = (re - near_re).hypot(im - near_im);
    ((1e-5..1e5).contains(&size) && drift < 1e-6 * size).then_some((re, im))
}

fn points(universe: &str) -> Vec<[Complex; 2]> {
    let real = |list: &[[f64; 2]]| list.iter().map(|p| p.map(|x| (x, 0.0))).collect();
    match universe {
        "x positive, y positive" => real(&[[0.83, 1.71], [2.31, 0.37]]),
        "x real, y real" => {
            real(&[[0.83, 1.71], [-1.37, 0.59], [-0.61, -2.13], [1.93, -0.47]])
        }
        _ => vec![
            [(0.83, 0.31), (1.71, -0.6)],
            [(-1.37, 0.44), (0.59, 0.83)],
            [(-0.61, -1.2), (-1.13, 0.7)],
            [(0.43, -1.9), (-0.47, -0.52)],
        ],
    }
}

/// Whether two expressions agree wherever both are well conditioned.
fn agree(a: &Expr, b: &Expr, universe: &str) -> Result<(), String> {
    for point in points(universe) {
        let (Some(left), Some(right)) = (value(a, &point), value(b, &point)) else {
            continue;
        };
        let distance = (left.0 - right.0).hypot(left.1 - right.1);
        if distance > 1e-5 * left.0.hypot(left.1) {
            return Err(format!(
                "{a}\n  and {b}\n  are {left:?} and {right:?} at {point:?}"
            ));
        }
    }
    Ok(())
}

/// After a division by 2√(1/x) a sum over √x is not written twice as large.
#[test]
fn the_number_of_a_divisor_is_kept() {
    for (factor, universe) in [2, 3, -2].into_iter().zip(UNIVERSES.iter().rev().cycle()) {
        let engine = engine(universe);
        let field = Field::new(engine.assumptions().clone());
        let x = Expr::symbol("x");
        let a = &x - &Expr::integer(1);
        let b = Expr::integer(factor) * x.powi(-1).sqrt();
        let (left, right) = (field.read(&a).unwrap(), field.read(&b).unwrap());
        let product = field.multiply(&left, &right);
        assert_eq!(field.divide(&product, &right).unwrap(), left);
        let sum = field.add(&left, &right);
        assert_eq!(agree(&(&a + &b), &field.write(&sum), universe), Ok(()));
        assert_eq!(agree(&(&a * &b), &field.write(&product), universe), Ok(()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// What is written has the values of what was read, and reads as the same element.
    #[test]
    fn writing_keeps_the_value(expr in expression(), universe in 0_usize..3) {
        let universe = UNIVERSES[universe];
        let engine = engine(universe);
        let field = Field::new(engine.assumptions().clone());
        if let Ok(element) = field.read(&expr) {
            let written = field.write(&element);
            prop_assert_eq!(agree(&expr, &written, universe), Ok(()));
            let plain = field.write_plainly(&element);
            prop_assert_eq!(agree(&expr, &plain, universe), Ok(()));
            for again in [&written, &plain] {
                let read = field.read(again);
                prop_assert!(read.is_ok(), "{} is not read: {:?}", again, read.err());
                if field.opaque_kernels(&element).is_empty() {
                    prop_assert_eq!(read.ok(), Some(element.clone()), "{} from {}", again, expr);
                }
            }
        }
    }

    /// The derivative is the slope.
    #[test]
    fn derivatives_are_slopes(expr in expression(), universe in 0_usize..3) {
        let universe = UNIVERSES[universe];
        let engine = engine(universe);
        let field = Field::new(engine.assumptions().clone());
        if let Ok(element) = field.read(&expr) {
            let x = Symbol::new("x");
            let derivative = field.write(&field.derivative(&element, &x));
            for point in points(universe) {
                let at = |h: f64| evaluate(&expr, &[(point[0].0 + h, point[0].1), point[1]]);
                let difference = |h: f64| {
                    let (a, b) = (at(h)?, at(-h)?);
                    Some(((a.0 - b.0) / (2.0 * h), (a.1 - b.1) / (2.0 * h)))
                };
                let (Some(coarse), Some(fine), Some(middle), Some(found)) =
                    (difference(2e-4), difference(1e-4), at(0.0), evaluate(&derivative, &point))
                else { continue };
                let size = fine.0.hypot(fine.1).max(middle.0.hypot(middle.1)).max(1e-3);
                let noise = (coarse.0 - fine.0).hypot(coarse.1 - fine.1);
                // Only where the difference quotient has settled is it a witness.
                if size > 1e4 || noise > 1e-4 * size {
                    continue;
                }
                let error = (found.0 - fine.0).hypot(found.1 - fine.1);
                prop_assert!(error <= 1e-3 * size, "d/dx {} = {}: {:?}, slope {:?} at {:?}", expr, derivative, found, fine, point);
            }
        }
    }

    /// Arithmetic is that of the expressions.
    #[test]
    fn arithmetic_agrees(a in expression(), b in expression(), universe in 0_usize..3) {
        let universe = UNIVERSES[universe];
        let engine = engine(universe);
        let field = Field::new(engine.assumptions().clone());
        let (Ok(left), Ok(right)) = (field.read(&a), field.read(&b)) else { return Ok(()) };
        let sum = field.add(&left, &right);
        prop_assert_eq!(&sum, &field.add(&right, &left));
        prop_assert_eq!(&field.subtract(&sum, &right), &left);
        let product = field.multiply(&left, &right);
        prop_assert_eq!(&product, &field.multiply(&right, &left));
        prop_assert_eq!(&field.multiply(&sum, &right), &field.sum_of_products(&[(1, &left, &right), (1, &right, &right)]));
        if let Ok(quotient) = field.divide(&product, &right) {
            prop_assert_eq!(&quotient, &left);
        }
        prop_assert_eq!(agree(&(&a * &b), &field.write(&product), universe), Ok(()));
        prop_assert_eq!(agree(&(&a + &b), &field.write(&sum), universe), Ok(()));
    }

    /// The order in which expressions are read does not matter for equality, and not for what is written.
    #[test]
    fn order_of_reading(a in expression(), b in expression()) {
        let assumptions = engine(UNIVERSES[0]).assumptions().clone();
        let (first, second) = (Field::new(assumptions.clone()), Field::new(assumptions));
        let (Ok(p), Ok(q)) = (first.read(&a), first.read(&b)) else { return Ok(()) };
        let (Ok(r), Ok(s)) = (second.read(&b), second.read(&a)) else { return Ok(()) };
        prop_assert_eq!(p == q, s == r);
        let difference = first.read(&(&a - &b));
        if let Ok(difference) = difference {
            prop_assert_eq!(difference.is_zero(), p == q);
        }
    }
}
