//! Arithmetic against the obvious implementation, and the laws of division and of common divisors.

use std::collections::BTreeMap;

use holor_polynomial::{BigInt, Polynomial, Var};
use proptest::prelude::*;

/// Exponents by variable, none 0.
type Powers = BTreeMap<Var, u64>;
/// The obvious polynomial.
type Reference = BTreeMap<Vec<(Var, u64)>, BigInt>;

fn reference(p: &Polynomial) -> Reference {
    let widen = |(powers, c): (Vec<(Var, u32)>, BigInt)| {
        (powers.into_iter().map(|(v, e)| (v, u64::from(e))).collect(), c)
    };
    p.terms().map(widen).collect()
}

fn cleaned(mut p: Reference) -> Reference {
    p.retain(|_, c| *c != BigInt::ZERO);
    p
}

fn plus(a: &Reference, b: &Reference, sign: i32) -> Reference {
    let mut sum = a.clone();
    for (powers, c) in b {
        *sum.entry(powers.clone()).or_default() += c * sign;
    }
    cleaned(sum)
}

fn times(a: &Reference, b: &Reference) -> Reference {
    let mut product = Reference::new();
    for (left, c) in a {
        for (right, d) in b {
            let mut powers: Powers = left.iter().copied().collect();
            for (v, e) in right {
                *powers.entry(*v).or_default() += e;
            }
            *product.entry(powers.into_iter().collect()).or_default() += c * d;
        }
    }
    cleaned(product)
}

fn check(p: &Polynomial) {
    let terms: Vec<_> = p.terms().collect();
    let mut variables: Vec<Var> =
        terms.iter().flat_map(|(powers, _)| powers.iter().map(|(v, _)| *v)).collect();
    variables.sort_unstable();
    variables.dedup();
    assert_eq!(p.variables(), variables, "only variables that occur, in {p:?}");
    let exponents = |(powers, _): &(Vec<(Var, u32)>, BigInt)| -> Vec<u32> {
        let powers: BTreeMap<Var, u32> = powers.iter().copied().collect();
        variables.iter().map(|v| powers.get(v).copied().unwrap_or(0)).collect()
    };
    let keys: Vec<Vec<u32>> = terms.iter().map(exponents).collect();
    assert!(keys.is_sorted_by(|a, b| a > b), "descending, in {p:?}");
    assert!(terms.iter().all(|(_, c)| *c != BigInt::ZERO), "no zeros, in {p:?}");
    assert_eq!(&Polynomial::from_terms(terms), p, "canonical, {p:?}");
}

fn coefficient() -> impl Strategy<Value = BigInt> {
    prop_oneof![
        6 => (-9i64..=9).prop_map(BigInt::from),
        1 => any::<i64>().prop_map(BigInt::from),
        1 => prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(i64::MIN + 1)].prop_map(BigInt::from),
        1 => any::<i128>().prop_map(BigInt::from),
        1 => (any::<i128>(), any::<u128>()).prop_map(|(a, b)| BigInt::from(a) * BigInt::from(b)),
    ]
}

fn small_coefficient() -> impl Strategy<Value = BigInt> {
    prop_oneof![9 => (-9i64..=9).prop_map(BigInt::from), 1 => any::<i64>().prop_map(BigInt::from)]
}

fn exponent() -> impl Strategy<Value = u32> {
    prop_oneof![
        12 => 0u32..4,
        1 => 60u32..70,
        1 => 125u32..130,
        1 => 254u32..257,
        1 => 32765u32..32770,
        1 => 65534u32..65537,
        1 => 0x1fff_ffff..=0x2000_0001u32,
    ]
}

fn polynomial(
    terms: usize,
    variable: impl Strategy<Value = Var>,
    exponent: impl Strategy<Value = u32>,
    coefficient: impl Strategy<Value = BigInt>,
) -> impl Strategy<Value = Polynomial> {
    let powers = prop::collection::vec((variable, exponent), 0..4);
    prop::collection::vec((powers, coefficient), 0..=terms)
        .prop_map(Polynomial::from_terms)
}

fn any_polynomial() -> impl Strategy<Value = Polynomial> {
    prop_oneof![
        4 => polynomial(8, 0u32..4, exponent(), coefficient()),
        4 => polynomial(30, 0u32..3, 0u32..5, coefficient()),
        2 => polynomial(12, 0u32..8, 0u32..3, small_coefficient()),
        2 => polynomial(12, 0u32..150, 0u32..3, coefficient()),
    ]
}

/// Factors whose common divisors stay affordable.
fn factor() -> impl Strategy<Value = Polynomial> {
    prop_oneof![
        4 => polynomial(5, 0u32..3, 0u32..3, small_coefficient()),
        2 => polynomial(4, 0u32..6, 0u32..3, coefficient()),
        1 => polynomial(3, 0u32..150, 0u32..3, small_coefficient()),
        1 => polynomial(3, 0u32..2, prop_oneof![0u32..3, 60u32..70, 125u32..130], small_coefficient()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arithmetic_is_the_obvious_one(
        a in any_polynomial(), b in any_polynomial(), c in any_polynomial()
    ) {
        let (ra, rb, rc) = (reference(&a), reference(&b), reference(&c));
        prop_assert_eq!(reference(&a.add(&b)), plus(&ra, &rb, 1));
        prop_assert_eq!(reference(&a.subtract(&b)), plus(&ra, &rb, -1));
        prop_assert_eq!(reference(&a.negate()), plus(&Reference::new(), &ra, -1));
        let product = a.multiply(&b);
        check(&product);
        check(&a.add(&b));
        prop_assert_eq!(reference(&product), times(&ra, &rb));
        let sum = Polynomial::sum_of_products(&[(&a, &b), (&c, &a), (&b, &c)]);
        check(&sum);
        prop_assert_eq!(
            reference(&sum),
            plus(&plus(&times(&ra, &rb), &times(&rc, &ra), 1), &times(&rb, &rc), 1)
        );
        let nothing = Polynomial::sum_of_products(&[(&a, &b), (&a.negate(), &b)]);
        prop_assert!(nothing.is_zero());
        prop_assert_eq!(&a.subtract(&b).add(&b), &a);
    }

    #[test]
    fn exact_quotients(a in any_polynomial(), b in any_polynomial(), c in any_polynomial()) {
        prop_assume!(!b.is_zero());
        let product = a.multiply(&b);
        prop_assert_eq!(product.divide_exactly(&b), Some(a.clone()));
        // Whatever quotient is claimed is one.
        for dividend in [&product.add(&c), &a, &c] {
            if let Some(quotient) = dividend.divide_exactly(&b) {
                check(&quotient);
                prop_assert_eq!(&quotient.multiply(&b), dividend);
            }
        }
        if b.as_integer().is_none() {
            prop_assert_eq!(product.add(&Polynomial::one()).divide_exactly(&b), None);
        }
    }

    #[test]
    fn repeated_quotients(a in factor(), b in factor(), n in 0u32..4) {
        prop_assume!(!a.is_zero() && b.as_integer().is_none());
        let product = a.multiply(&b.power(n));
        // More often than any divisor of positive degree goes into these.
        let (rest, times) = product.divide_out(&b, 1000);
        prop_assert!(times >= n);
        prop_assert_eq!(rest.multiply(&b.power(times)), product.clone());
        prop_assert!(rest.divide_exactly(&b).is_none());
        prop_assert_eq!(product.divide_out(&b, n.min(1)).1, n.min(1));
    }

    #[test]
    fn derivatives_and_coefficients(a in any_polynomial(), b in any_polynomial(), v in 0u32..4) {
        let d = |p: &Polynomial| p.derivative(v);
        prop_assert_eq!(
            d(&a.multiply(&b)),
            Polynomial::sum_of_products(&[(&d(&a), &b), (&a, &d(&b))])
        );
        let parts = a.coefficients_in(v);
        prop_assert!(parts.is_sorted_by(|x, y| x.0 < y.0));
        for (_, part) in &parts {
            check(part);
            prop_assert!(part.degree(v) == 0 && !part.is_zero());
        }
        prop_assert_eq!(parts.last().map_or(0, |(e, _)| *e), a.degree(v));
        prop_assert_eq!(Polynomial::from_coefficients(v, &parts), a.clone());
        check(&d(&a));
    }

    #[test]
    fn substitution_is_a_homomorphism(
        a in polynomial(6, 0u32..4, 0u32..4, coefficient()),
        b in polynomial(6, 0u32..4, 0u32..4, coefficient()),
        value in polynomial(4, 0u32..5, 0u32..3, coefficient()),
        v in 0u32..4,
    ) {
        let put = |p: &Polynomial| p.substitute(v, &value);
        prop_assert_eq!(put(&a.multiply(&b)), put(&a).multiply(&put(&b)));
        prop_assert_eq!(put(&a.add(&b)), put(&a).add(&put(&b)));
        prop_assert_eq!(a.substitute(v, &Polynomial::variable(v)), a.clone());
        prop_assert_eq!(put(&Polynomial::variable(v)), value.clone());
    }

    #[test]
    fn values(a in any_polynomial(), b in any_polynomial(), seed in any::<u64>()) {
        for prime in [2u64, 3, 4_294_967_291, 2_305_843_009_213_693_951, 9_223_372_036_854_775_783] {
            let value = |v: Var| seed.wrapping_mul(u64::from(v) * 2 + 1).rotate_left(v);
            let at = |p: &Polynomial| p.evaluate_modulo(prime, &value);
            let product = u128::from(at(&a)) * u128::from(at(&b)) % u128::from(prime);
            prop_assert_eq!(u128::from(at(&a.multiply(&b))), product);
            let sum = (u128::from(at(&a)) + u128::from(at(&b))) % u128::from(prime);
            prop_assert_eq!(u128::from(at(&a.add(&b))), sum);
        }
    }

    #[test]
    fn greatest_common_divisors(a in factor(), b in factor(), c in factor()) {
        let (ac, bc) = (a.multiply(&c), b.multiply(&c));
        let gcd = ac.gcd(&bc);
        check(&gcd);
        prop_assert_eq!(&gcd, &bc.gcd(&ac));
        if ac.is_zero() && bc.is_zero() {
            prop_assert!(gcd.is_zero());
            return Ok(());
        }
        prop_assert!(!gcd.is_negative() && !gcd.is_zero());
        prop_assert!(gcd.divide_exactly(&c).is_some());
        let left = ac.divide_exactly(&gcd);
        let right = bc.divide_exactly(&gcd);
        prop_assert!(left.is_some() && right.is_some());
        prop_assert!(left.unwrap().gcd(&right.unwrap()).is_one());
    }

    #[test]
    fn square_free_parts(a in factor(), b in factor(), n in 1u32..3, m in 1u32..4) {
        let product = a.power(n).multiply(&b.power(m));
        let parts = product.square_free();
        let mut back = Polynomial::integer(parts.content.clone());
        for (factor, times) in &parts.factors {
            prop_assert!(*times >= 1 && factor.content() == BigInt::from(1) && !factor.is_negative());
            for v in factor.variables() {
                prop_assert!(factor.gcd(&factor.derivative(*v)).degree(*v) == 0);
            }
            back = back.multiply(&factor.power(*times));
        }
        prop_assert_eq!(back, product);
        for (i, (x, _)) in parts.factors.iter().enumerate() {
            for (y, _) in &parts.factors[..i] {
                prop_assert!(x.gcd(y).is_one());
            }
        }
    }
}
