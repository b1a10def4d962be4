//! Laws of the constructors, on random trees: they keep the value at every complex point (branch cuts
//! included), do not depend on order, and are idempotent.

use std::ops;

use holor_algebra::{BigRational, Constant, Expr, Node, latex, plain};
use proptest::prelude::*;

/// What a person writes, before any rewriting.
#[derive(Clone, Debug)]
enum Term {
    Number(i64, i64),
    Symbol(usize),
    Imaginary,
    Pi,
    Sum(Vec<Term>),
    Product(Vec<Term>),
    Power(Box<Term>, Box<Term>),
}

const NAMES: [&str; 3] = ["x", "y", "z"];

impl Term {
    fn build(&self) -> Expr {
        match self {
            Term::Number(above, below) => Expr::fraction(*above, *below),
            Term::Symbol(index) => Expr::symbol(NAMES[*index]),
            Term::Imaginary => Expr::i(),
            Term::Pi => Expr::pi(),
            Term::Sum(terms) => Expr::add(terms.iter().map(Term::build)),
            Term::Product(factors) => Expr::mul(factors.iter().map(Term::build)),
            Term::Power(base, exponent) => Expr::power(base.build(), exponent.build()),
        }
    }

    fn value(&self, point: &[Complex; 3]) -> Option<Complex> {
        let value = match self {
            Term::Number(above, below) => {
                Complex::new(*above as f64 / *below as f64, 0.0)
            }
            Term::Symbol(index) => point[*index],
            Term::Imaginary => Complex::new(0.0, 1.0),
            Term::Pi => Complex::new(std::f64::consts::PI, 0.0),
            Term::Sum(terms) => {
                let mut sum = Complex::new(0.0, 0.0);
                for term in terms {
                    sum = sum + term.value(point)?;
                }
                sum
            }
            Term::Product(factors) => {
                let mut product = Complex::new(1.0, 0.0);
                for factor in factors {
                    product = product * factor.value(point)?;
                }
                product
            }
            Term::Power(base, exponent) => {
                base.value(point)?.power(exponent.value(point)?)?
            }
        };
        value.tame()
    }
}

/// The value of a finished expression.
fn value(expr: &Expr, point: &[Complex; 3]) -> Option<Complex> {
    let value = match expr.node() {
        Node::Number(number) => Complex::new(to_f64(number), 0.0),
        Node::Symbol(symbol) => {
            point[NAMES.iter().position(|name| *name == symbol.name())?]
        }
        Node::Constant(Constant::I) => Complex::new(0.0, 1.0),
        Node::Constant(Constant::Pi) => Complex::new(std::f64::consts::PI, 0.0),
        Node::Add(terms) => {
            terms.iter().try_fold(Complex::new(0.0, 0.0), |sum, term| {
                Some(sum + value(term, point)?)
            })?
        }
        Node::Mul(factors) => {
            factors.iter().try_fold(Complex::new(1.0, 0.0), |all, factor| {
                Some(all * value(factor, point)?)
            })?
        }
        Node::Power(base, exponent) => {
            value(base, point)?.power(value(exponent, point)?)?
        }
        // An infinity: the point lies on a pole, where nothing is compared.
        _ => return None,
    };
    value.tame()
}

fn to_f64(number: &BigRational) -> f64 {
    let part = |integer: &holor_algebra::BigInt| {
        integer.to_string().parse::<f64>().unwrap_or(f64::NAN)
    };
    part(number.numer()) / part(number.denom())
}

#[derive(Clone, Copy, Debug)]
struct Complex {
    re: f64,
    im: f64,
}

impl Complex {
    fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    fn size(self) -> f64 {
        self.re.hypot(self.im)
    }

    /// Puts what rounding moved off an axis back on it; `None` for values rounding makes useless.
    fn tame(self) -> Option<Self> {
        let size = self.size();
        if !(1e-4..1e8).contains(&size) {
            return None;
        }
        let snap = |part: f64| if part.abs() < 1e-9 * size { 0.0 } else { part };
        Some(Self { re: snap(self.re), im: snap(self.im) })
    }

    /// The principal power.
    fn power(self, exponent: Self) -> Option<Self> {
        if exponent.size() == 0.0 {
            return Some(Self::new(1.0, 0.0));
        }
        let log = Self::new(self.size().ln(), self.im.atan2(self.re));
        let power = exponent * log;
        let size = power.re.exp();
        Self::new(size * power.im.cos(), size * power.im.sin()).tame()
    }
}

impl ops::Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.im + other.im)
    }
}

impl ops::Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::new(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }
}

fn term() -> impl Strategy<Value = Term> {
    let leaf = prop_oneof![
        4 => (0_usize..3).prop_map(Term::Symbol),
        4 => (-9_i64..10, 1_i64..5).prop_map(|(above, below)| Term::Number(above, below)),
        1 => Just(Term::Imaginary),
        1 => Just(Term::Pi),
    ];
    let exponent = prop_oneof![
        3 => (-3_i64..4).prop_map(|n| Term::Number(n, 1)),
        3 => (-5_i64..6, 2_i64..4).prop_map(|(a, b)| Term::Number(a, b)),
        1 => (0_usize..3).prop_map(Term::Symbol),
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Term::Sum),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Term::Product),
            (inner, exponent.clone()).prop_map(|(base, exponent)| Term::Power(
                Box::new(base),
                Box::new(exponent)
            )),
        ]
    })
}

/// A generic point, or one on the axes, where the branch cuts are.
fn point() -> impl Strategy<Value = [Complex; 3]> {
    let coordinate = prop_oneof![
        (-2.0..2.0_f64, -2.0..2.0_f64).prop_map(|(re, im)| Complex::new(re, im)),
        (0.3..2.0_f64).prop_map(|re| Complex::new(-re, 0.0)),
        (0.3..2.0_f64).prop_map(|re| Complex::new(re, 0.0)),
        (-2.0..2.0_f64).prop_map(|im| Complex::new(0.0, im)),
    ];
    [coordinate.clone(), coordinate.clone(), coordinate]
}

/// Rebuilds every node from the leaves up.
fn rebuilt(expr: &Expr) -> Expr {
    match expr.node() {
        Node::Add(items) => Expr::add(items.iter().map(rebuilt)),
        Node::Mul(items) => Expr::mul(items.iter().map(rebuilt)),
        Node::Power(base, exponent) => Expr::power(rebuilt(base), rebuilt(exponent)),
        _ => expr.clone(),
    }
}

/// Whether it holds no number times a sum: those are multiplied out in some sums and not in others.
fn is_expanded(expr: &Expr) -> bool {
    let holds = |expr: &Expr| {
        let sum = |factor: &Expr| matches!(factor.node(), Node::Add(_));
        matches!(expr.node(), Node::Mul(factors) if factors.iter().any(sum))
    };
    !expr.any(&mut |part| holds(part))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn the_value_stays(term in term(), point in point()) {
        let built = term.build();
        let (Some(before), Some(after)) = (term.value(&point), value(&built, &point)) else {
            return Ok(());
        };
        let error = Complex::new(before.re - after.re, before.im - after.im).size();
        prop_assert!(
            error <= 1e-6 * before.size().max(1.0),
            "{term:?} = {before:?} became {built} = {after:?}"
        );
    }

    #[test]
    fn building_again_changes_nothing(term in term()) {
        let built = term.build();
        prop_assert_eq!(&rebuilt(&built), &built);
    }

    #[test]
    fn the_order_of_terms_is_no_matter(a in term(), b in term(), c in term()) {
        let (a, b, c) = (a.build(), b.build(), c.build());
        prop_assert_eq!(&a + &b, &b + &a);
        prop_assert_eq!(&a * &b, &b * &a);
        let all = [&a + &b + &c, &c + &a + &b, Expr::add([b.clone(), c.clone(), a.clone()])];
        if [&a, &b, &c].into_iter().all(is_expanded) && !all[0].has_infinity() {
            prop_assert_eq!(&all[0], &all[1]);
            prop_assert_eq!(&all[0], &all[2]);
            prop_assert_eq!(&a + (&b + &c), all[0].clone());
        }
        if !a.has_infinity() {
            prop_assert_eq!(&a - &a, Expr::zero());
        }
    }

    #[test]
    fn the_order_is_total(a in term(), b in term(), c in term()) {
        let (a, b, c) = (a.build(), b.build(), c.build());
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a.cmp(&b).is_eq(), a == b);
        let mut sorted = [a, b, c];
        sorted.sort();
        prop_assert!(sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2]);
    }

    #[test]
    fn notations_are_balanced(term in term()) {
        let built = term.build();
        for text in [plain(&built), latex(&built)] {
            for (open, close) in [('(', ')'), ('{', '}'), ('[', ']')] {
                let mut depth = 0_i64;
                for letter in text.chars() {
                    depth += i64::from(letter == open) - i64::from(letter == close);
                    prop_assert!(depth >= 0, "{text}");
                }
                prop_assert_eq!(depth, 0, "{}", text);
            }
        }
    }
}
