//! Where representations change: exponents and coefficients at the edges of machine words, many variables,
//! and work that is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use holor_polynomial::{BigInt, Polynomial, Var, stop};

fn x(var: Var, exponent: u32) -> Polynomial {
    Polynomial::monomial(1, &[(var, exponent)])
}

fn integer(value: impl Into<BigInt>) -> Polynomial {
    Polynomial::integer(value)
}

/// (1 + Σ variables)ⁿ
fn dense(variables: std::ops::Range<Var>, exponent: u32) -> Polynomial {
    variables.fold(Polynomial::one(), |sum, v| sum.add(&x(v, 1))).power(exponent)
}

#[test]
fn exponents_grow_and_shrink() {
    for edge in
        [7u32, 15, 127, 128, 255, 256, 32767, 32768, 65535, 65536, (1 << 31) - 1, 1 << 31]
    {
        for others in [0, 1, 7, 8, 9, 40] {
            let extra: Polynomial =
                (0..others).fold(x(900, 1), |p, v| p.multiply(&x(v, 1)));
            let low = x(500, edge - 1).add(&extra);
            let high = low.multiply(&x(500, 1));
            assert_eq!(high, x(500, edge).add(&extra.multiply(&x(500, 1))), "at {edge}");
            assert_eq!(high.degree(500), edge);
            assert_eq!(high.divide_exactly(&x(500, 1)), Some(low.clone()));
            assert_eq!(high.divide_exactly(&low), Some(x(500, 1)));
            // The fields are wide only as long as they must be.
            assert_eq!(high.subtract(&x(500, edge)), extra.multiply(&x(500, 1)));
            let back = high.subtract(&x(500, edge)).add(&x(500, edge - 1));
            assert_eq!(back, x(500, edge - 1).add(&extra.multiply(&x(500, 1))));
            let square = low.multiply(&low);
            assert_eq!(square.degree(500), 2 * (edge - 1));
            assert_eq!(square.divide_exactly(&low), Some(low.clone()));
            assert_eq!(square.gcd(&low.multiply(&extra)), low);
            assert_eq!(low.derivative(500), x(500, edge - 2).scale(&(edge - 1).into()));
        }
    }
}

#[test]
fn exponents_beyond_those_handed_out() {
    let high = x(0, u32::MAX).multiply(&x(0, u32::MAX)).add(&x(1, 1));
    assert_eq!(high.degree(0), u32::MAX);
    assert_eq!(high.divide_exactly(&x(0, 1)), None);
    let product = high.multiply(&x(0, 2));
    assert_eq!(product.divide_exactly(&x(0, 2)), Some(high.clone()));
    assert_eq!(
        high.subtract(&x(1, 1)).divide_exactly(&x(0, u32::MAX)),
        Some(x(0, u32::MAX))
    );
}

#[test]
fn coefficients_grow_and_shrink() {
    let minimum = integer(i64::MIN);
    assert_eq!(minimum.negate().as_integer(), Some(BigInt::from(1u64 << 63)));
    assert_eq!(minimum.negate().negate(), minimum);
    assert_eq!(minimum.content(), BigInt::from(1u64 << 63));
    assert_eq!(minimum.divide_exactly(&integer(-1)).unwrap(), minimum.negate());
    let p = x(0, 2).scale(&i64::MIN.into()).add(&x(1, 1)).subtract(&integer(i64::MIN));
    for q in [integer(-1), x(0, 1).subtract(&integer(1)), p.clone(), p.negate()] {
        assert_eq!(p.multiply(&q).divide_exactly(&q), Some(p.clone()));
        assert_eq!(p.multiply(&q).subtract(&p.multiply(&q)), Polynomial::zero());
    }
    let mut power = dense(0..2, 1);
    for _ in 0..6 {
        power = power.multiply(&power).scale(&3.into());
        assert_eq!(power.divide_content(&power.content()).content(), BigInt::from(1));
        assert_eq!(power.subtract(&power.add(&x(7, 1))).negate(), x(7, 1));
    }
    assert_eq!(
        power.divide_exactly(&dense(0..2, 50)).unwrap().divide_out(&dense(0..2, 1), 99).1,
        14
    );
}

#[test]
fn many_variables() {
    let sum = dense(0..150, 1);
    let other = dense(100..250, 1).add(&x(3, 200));
    let product = sum.multiply(&other);
    assert_eq!(product.variables().len(), 250);
    assert_eq!(product.divide_exactly(&other), Some(sum.clone()));
    assert_eq!(product.divide_exactly(&sum), Some(other.clone()));
    assert_eq!(product.add(&x(149, 3)).divide_exactly(&sum), None);
    assert_eq!(product.gcd(&sum.multiply(&x(7, 2).add(&x(9, 1)))), sum);
    assert_eq!(sum.power(2).term_count(), 151 * 152 / 2);
    assert_eq!(sum.power(2).derivative(17), sum.scale(&2.into()));
    assert_eq!(sum.substitute(17, &integer(0).subtract(&x(18, 1))), {
        sum.subtract(&x(17, 1)).subtract(&x(18, 1))
    });
}

#[test]
fn common_divisors_of_a_special_form() {
    let [a, b, c] = [0, 1, 2].map(|v| x(v, 1));
    // The content in every main variable, leading coefficients in common, and a divisor in powers only.
    let content = b.multiply(&c).add(&integer(1));
    let lead = a.multiply(&content).add(&b.power(3));
    let even = a.power(6).add(&b.power(4).multiply(&c.power(2)).scale(&5.into()));
    for divisor in
        [&content, &lead, &even, &content.multiply(&lead), &lead.multiply(&even)]
    {
        let left = divisor.multiply(&a.power(2).add(&c));
        let right = divisor.multiply(&a.power(2).subtract(&c));
        assert_eq!(&left.gcd(&right), divisor);
        assert_eq!(
            left.scale(&6.into()).gcd(&right.scale(&10.into())),
            divisor.scale(&2.into())
        );
    }
    // Multiples of a prime that images are taken modulo.
    let prime = BigInt::from(4_611_686_018_427_387_847u64);
    let divisor =
        a.power(2).scale(&prime).add(&b.multiply(&c)).add(&integer(prime.clone()));
    let left = divisor.multiply(&a.scale(&prime).add(&b));
    let right = divisor.multiply(&a.add(&b.scale(&prime)).subtract(&integer(1)));
    assert_eq!(left.gcd(&right), divisor);
    assert!(left.add(&integer(1)).gcd(&left.add(&integer(prime + 1u32))).is_one());
    assert_eq!(Polynomial::zero().gcd(&lead.negate()), lead);
    assert_eq!(integer(-6).gcd(&lead.scale(&4.into())), integer(2));
}

#[test]
fn large_common_divisors_of_small_multiples() {
    let [a, b, c] = [0, 1, 2].map(|v| x(v, 1));
    let large = dense(0..4, 5).add(&a.multiply(&c).scale(&7.into())).subtract(&x(3, 4));
    // The leading coefficients of the quotients have nothing, b² + 1, or everything in common.
    let shared = b.power(2).add(&integer(1));
    for lead in [&integer(1), &shared, &shared.multiply(&c)] {
        for divisor in
            [&large, &large.multiply(&a.multiply(&b).add(&c)), &large.multiply(&shared)]
        {
            let left = divisor.multiply(&a.multiply(lead).add(&c));
            let right = divisor.multiply(&a.multiply(lead).subtract(&b).add(&integer(5)));
            assert_eq!(&left.gcd(&right), divisor);
            assert_eq!(&right.scale(&(-3).into()).gcd(&left.scale(&2.into())), divisor);
        }
    }
}

#[test]
fn raised_flags_end_the_work() {
    let works: [fn(); 4] = [
        || drop(dense(0..9, 40)),
        || drop(dense(0..2, 900).multiply(&dense(0..2, 901))),
        || {
            drop(
                x(0, 1 << 30)
                    .subtract(&x(1, 1 << 30))
                    .divide_exactly(&x(0, 1).subtract(&x(1, 1))),
            );
        },
        || {
            let pair =
                [x(0, 70_001).add(&x(1, 7)), x(0, 69_999).add(&x(1, 3)).add(&x(0, 1))];
            drop(pair[0].gcd(&pair[1]));
        },
    ];
    for work in works {
        let flag = Arc::new(AtomicBool::new(false));
        let other = Arc::clone(&flag);
        let raise = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(30));
            other.store(true, Ordering::Relaxed);
        });
        let outcome = stop::scope(&flag, || {
            while !stop::is_raised() {
                work();
            }
        });
        assert!(outcome.is_none());
        assert!(raise.join().is_ok());
    }
    assert!(!stop::is_raised());
}
