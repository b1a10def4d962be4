//! Factorisations that are known, and products of irreducible polynomials found again.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use holor_polynomial::{BigInt, Factors, Polynomial, Var, stop};
use proptest::prelude::*;

/// Reads a formula of letters, integers, `+ - * ^` and parentheses.
struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn next_is(&mut self, symbol: u8) -> bool {
        let found = self.rest.first() == Some(&symbol);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn number(&mut self) -> BigInt {
        let length = self.rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        BigInt::parse_bytes(digits, 10).expect("digits")
    }

    fn sum(&mut self) -> Polynomial {
        let mut sum = Polynomial::zero();
        let mut negative = self.next_is(b'-');
        loop {
            let term = self.product();
            sum = if negative { sum.subtract(&term) } else { sum.add(&term) };
            negative = self.next_is(b'-');
            if !negative && !self.next_is(b'+') {
                return sum;
            }
        }
    }

    fn product(&mut self) -> Polynomial {
        let mut product = self.power();
        while self.next_is(b'*') {
            product = product.multiply(&self.power());
        }
        product
    }

    fn power(&mut self) -> Polynomial {
        let base = match self.rest[0] {
            b'(' => {
                self.rest = &self.rest[1..];
                let inner = self.sum();
                assert!(self.next_is(b')'));
                inner
            }
            letter @ b'a'..=b'z' => {
                self.rest = &self.rest[1..];
                Polynomial::variable(Var::from(letter - b'a'))
            }
            _ => Polynomial::integer(self.number()),
        };
        if self.next_is(b'^') {
            return base.power(self.number().try_into().expect("a small exponent"));
        }
        base
    }
}

fn p(formula: &str) -> Polynomial {
    let text: Vec<u8> = formula.bytes().filter(|c| !c.is_ascii_whitespace()).collect();
    let mut reader = Reader { rest: &text };
    let polynomial = reader.sum();
    assert!(reader.rest.is_empty(), "unread: {:?}", String::from_utf8_lossy(reader.rest));
    polynomial
}

fn multiply_out(factors: &Factors) -> Polynomial {
    let content = Polynomial::integer(factors.content.clone());
    factors.factors.iter().fold(content, |product, (f, e)| product.multiply(&f.power(*e)))
}

/// Asserts what is true of every factorisation.
fn check_form(polynomial: &Polynomial, factors: &Factors) {
    assert_eq!(&multiply_out(factors), polynomial);
    for (factor, exponent) in &factors.factors {
        assert!(*exponent > 0 && !factor.is_negative() && factor.as_integer().is_none());
        assert_eq!(factor.content(), BigInt::from(1));
    }
    let key = |(f, e): &(Polynomial, u32)| (f.total_degree(), f.clone(), *e);
    assert!(factors.factors.is_sorted_by_key(key));
}

/// Asserts that the product of the powers has just these irreducible factors.
fn check(content: i64, expected: &[(&str, u32)]) {
    let mut polynomial = Polynomial::integer(content);
    let mut sorted = Vec::new();
    for (formula, exponent) in expected {
        let factor = p(formula);
        polynomial = polynomial.multiply(&factor.power(*exponent));
        sorted.push(if factor.is_negative() {
            (factor.negate(), *exponent)
        } else {
            (factor, *exponent)
        });
    }
    sorted.sort();
    let found = polynomial.factor();
    check_form(&polynomial, &found);
    assert!(found.complete, "{expected:?}");
    let mut factors = found.factors;
    factors.sort();
    assert_eq!(factors, sorted, "{expected:?}");
    let parts = polynomial.square_free();
    check_form(&polynomial, &parts);
}

#[test]
fn constants_and_monomials() {
    let zero = Polynomial::zero().factor();
    assert!(zero.factors.is_empty() && zero.complete && zero.content == BigInt::ZERO);
    check(1, &[]);
    check(-12, &[]);
    check(-6, &[("x", 3), ("y", 1), ("z", 7)]);
    check(2, &[("x", 1), ("x + 1", 2)]);
}

#[test]
fn denominators_of_general_relativity() {
    check(1, &[("r^2 - 2*m*r + a^2", 2), ("r^2 + a^2*c^2", 6)]);
    check(-48, &[("r^2 - 2*m*r + a^2 + q^2", 1), ("r^2 + a^2*c^2", 3), ("r", 2)]);
    check(1, &[("a^4*c^2 + a^2*c^2*r^2 - 2*a^2*c^2*m*r + a^2*r^2 + 2*a^2*m*r + r^4", 1)]);
    check(3, &[("r - 2*m", 3), ("r", 4), ("c - 1", 2), ("c + 1", 2)]);
    check(1, &[("r^2 + a^2", 1), ("r^2 + b^2", 2), ("r^2 + a^2*c^2 + b^2 - b^2*c^2", 3)]);
}

#[test]
fn kretschmann_scalar_of_kerr() {
    let numerator = p("48*m^2*(r^2 - a^2*c^2)*((r^2 + a^2*c^2)^2 - 16*r^2*a^2*c^2)");
    let found = numerator.factor();
    check_form(&numerator, &found);
    assert!(found.complete);
    // The letter a comes before r: the leading term is that of −a⁶.
    assert_eq!(found.content, BigInt::from(-48));
    for factor in
        ["m", "r - a*c", "r + a*c", "r^2 - 4*a*r*c + a^2*c^2", "r^2 + 4*a*r*c + a^2*c^2"]
    {
        let factor = p(factor);
        let factor = if factor.is_negative() { factor.negate() } else { factor };
        assert!(found.factors.iter().any(|(f, _)| *f == factor), "{factor:?}");
    }
    assert_eq!(found.factors.len(), 5);
}

#[test]
fn kretschmann_scalar_of_kerr_and_newman_does_not_split() {
    check(
        8,
        &[(
            "6*m^2*(r^6 - 15*r^4*a^2*c^2 + 15*r^2*a^4*c^4 - a^6*c^6)
             - 12*m*q^2*r*(r^4 - 10*r^2*a^2*c^2 + 5*a^4*c^4)
             + q^4*(7*r^4 - 34*r^2*a^2*c^2 + 7*a^4*c^4)",
            1,
        )],
    );
}

#[test]
fn quadratics_split_by_their_discriminant() {
    check(1, &[("x*y + z", 1), ("x*z - y^2", 1)]);
    check(1, &[("x^2*y + x*z^3 + y*z", 1)]);
    check(1, &[("(a + b)*x + c*d", 1), ("(a - b)*x + c + d", 1)]);
    check(5, &[("x^2 - 2", 1), ("x^2*z^2 + 1", 1)]);
    check(1, &[("x^2 + x*y + y^2", 1), ("x - y", 1)]);
}

#[test]
fn differences_of_powers() {
    check(1, &[("x - y", 1), ("x + y", 1), ("x^2 + y^2", 1)]);
    for (n, count) in
        [(2, 2), (3, 2), (6, 4), (7, 2), (12, 6), (16, 5), (30, 8), (60, 12)]
    {
        let difference = p(&format!("x^{n} - y^{n}"));
        let found = difference.factor();
        check_form(&difference, &found);
        assert!(found.complete);
        assert_eq!(found.factors.len(), count, "x^{n} - y^{n}");
    }
    let weighted = p("x^4*z^2 - y^6");
    assert_eq!(weighted.factor().factors.len(), 2);
    check(1, &[("x^3 - y^2", 1)]);
    check(1, &[("4*x^4*y^4 + 1 - 4*x^3*y^3 + 3*x", 1)]);
    check(4, &[("x^2 + 2*x*y + 2*y^2", 1), ("x^2 - 2*x*y + 2*y^2", 1)]);
}

#[test]
fn cyclotomic_polynomials_are_irreducible() {
    check(1, &[("x^4 + x^3 + x^2 + x + 1", 1)]);
    check(1, &[("x^8 - x^7 + x^5 - x^4 + x^3 - x + 1", 1)]);
    check(
        1,
        &[(
            "x^48 + x^47 + x^46 - x^43 - x^42 - 2*x^41 - x^40 - x^39 + x^36 + x^35 + x^34 + x^33
             + x^32 + x^31 - x^28 - x^26 - x^24 - x^22 - x^20 + x^17 + x^16 + x^15 + x^14 + x^13
             + x^12 - x^9 - x^8 - 2*x^7 - x^6 - x^5 + x^2 + x + 1",
            1,
        )],
    );
    assert_eq!(p("x^105 - 1").factor().factors.len(), 8);
}

#[test]
fn polynomials_that_split_modulo_every_prime() {
    check(1, &[("x^4 - 10*x^2 + 1", 1)]);
    check(1, &[("x^4 - 10*x^2*y^2 + y^4", 1)]);
    check(1, &[("x^8 - 40*x^6 + 352*x^4 - 960*x^2 + 576", 1)]);
    let sixteen = "x^16 - 136*x^14 + 6476*x^12 - 141912*x^10 + 1513334*x^8 - 7453176*x^6
        + 13950764*x^4 - 5596840*x^2 + 46225";
    check(1, &[(sixteen, 1)]);
    let shifted = sixteen.replace('x', "(x + 3*y)");
    check(1, &[(&shifted, 1)]);
    // Minimal polynomial of √a + √b over the parameters.
    check(1, &[("x^4 - 2*(a + b)*x^2 + (a - b)^2", 1)]);
    check(
        1,
        &[
            ("(x - y)^4 - 2*(a + b)*(x - y)^2 + (a - b)^2", 1),
            ("x^3 + a*b*x + y^3 + 1", 1),
        ],
    );
}

/// The product of x ± √2 ± √3 ± … over all signs, for so many primes.
fn swinnerton_dyer(count: usize) -> Polynomial {
    let (x, root) = (0, 1);
    let sum = Polynomial::variable(x).add(&Polynomial::variable(root));
    let mut product = Polynomial::variable(x);
    for prime in [2, 3, 5, 7, 11, 13].into_iter().take(count) {
        // f(x + √p) = a + b√p, times its conjugate.
        let mut parts = [Polynomial::zero(), Polynomial::zero()];
        for (exponent, coefficient) in product.substitute(x, &sum).coefficients_in(root) {
            let square = BigInt::from(prime).pow(exponent / 2);
            let part = &mut parts[exponent as usize % 2];
            *part = part.add(&coefficient.scale(&square));
        }
        let [a, b] = parts;
        product = a.multiply(&a).subtract(&b.multiply(&b).scale(&BigInt::from(prime)));
    }
    product
}

#[test]
fn swinnerton_dyer_polynomials() {
    assert_eq!(
        swinnerton_dyer(2),
        p("x^4 - 10*x^2 + 1").substitute(23, &Polynomial::variable(0))
    );
    for count in 1..=5 {
        let polynomial = swinnerton_dyer(count);
        let found = polynomial.factor();
        assert!(found.complete);
        assert_eq!(found.factors, [(polynomial, 1)]);
    }
    // 32 quadratic factors modulo each prime: too many products; the answer says so and is right.
    let polynomial = swinnerton_dyer(6).multiply(&p("a^2 + 1"));
    let found = polynomial.factor();
    check_form(&polynomial, &found);
    assert!(!found.complete);
}

#[test]
fn products_of_many_linear_forms() {
    let mut product = Polynomial::integer(6);
    for i in 1..=12 {
        product =
            product.multiply(&p(&format!("x + {i}*y - {}*z + {}*w", 13 - i, i * i % 7)));
    }
    let found = product.factor();
    check_form(&product, &found);
    assert!(found.complete);
    assert_eq!(found.factors.len(), 12);
}

#[test]
fn degrees_beyond_reach_are_left_whole() {
    for formula in [
        "x^4000000000 + x + 1",
        "(x^3000000001 + y^100000 + x)*(x^1000000001 - x*y^70001 + 1)",
        "x^4 + y^4000000000*x^3 + x*z^3 + y + z^4000000001 + y*z",
    ] {
        let polynomial = p(formula);
        let found = polynomial.factor();
        check_form(&polynomial, &found);
        check_form(&polynomial, &polynomial.square_free());
    }
    let root = p("x^2000000001*y - 3*x^7 + y^90001");
    assert_eq!(root.multiply(&root).square_root(), Some(root));
    check(1, &[("x^1000 - y", 1), ("x^2000000000 + y*z", 2)]);
}

#[test]
fn a_raised_flag_ends_the_computation() {
    let flag = Arc::new(AtomicBool::new(true));
    let polynomial = p("(x^3 + y^3 + z + 1)*(x^4 + y^2 + z^3 + 2)*(x^5 - y^2*z^2 + 3)");
    assert!(stop::scope(&flag, || polynomial.factor()).is_none());
}

#[test]
fn leading_coefficients_in_several_variables() {
    check(
        1,
        &[
            ("(y + z)*x^3 + y*x + z^2 + 1", 1),
            ("(y - z)*x^3 + z*x^2 + y^3 + 5", 1),
            ("(y*z + 1)*x^4 + x + y + z", 1),
        ],
    );
    check(
        -7,
        &[
            ("(2*y + 3*z)*x^3 + 6*y*x + 4*z^2 + 1", 1),
            ("(4*y - 6*z)*x^4 + z*x^2 + 9*y^3 + 5", 1),
            ("6*(y^2 + z)*x^3 - 35*w*x^2 + x + 77*y^2 + z", 1),
        ],
    );
    check(
        1,
        &[
            ("(y + z)*(y - w)*x^3 + (w^2 + z)*x^2 + y^4 + z", 1),
            ("(y + z)*(y + w)*x^3 + (w^3 + z)*x + y^3 + 3*w", 1),
            ("(y + z)^2*x^3 + w^3*x + y^4 + 11*z*w", 1),
        ],
    );
}

#[test]
fn large_coefficients() {
    check(
        1,
        &[
            (
                "123456789012345678901234567890*x^3 + 98765432109876543210987654321*y^3 + x + 1",
                1,
            ),
            (
                "314159265358979323846264338327*x^3*y + 271828182845904523536028747*y^4 - 17",
                1,
            ),
        ],
    );
    check(
        1,
        &[
            ("100000000000000000000000000000000000000067*x^5 - 3*x + 1", 1),
            ("x^7 - 1000000000000000000000000000000000000000000000000151*x^2 + 7", 2),
        ],
    );
}

#[test]
fn many_variables() {
    check(
        1,
        &[
            ("a^3*b + c^4*d - e^3*f^3 + g*h*a^2 + 3", 1),
            ("a^3*c - b^3*d^2 + e^3*f + g^3*h^3 + 5*a*b*c*d", 1),
        ],
    );
    check(
        1,
        &[
            ("a^3 + b^3 + c^3 + d^3 + e^3 + f^3", 1),
            ("a^3*b^3 + c^3*d^3 + e^3*f^3 + g^3*h^3 + i^3*j^3 + 1", 1),
            ("a*b*c*d*e*f*g*h*i*j + a^4 + j^4", 1),
        ],
    );
    check(
        1,
        &[
            ("a^3 + b^3 + 1", 1),
            ("c^3 + d^3 + 2", 2),
            ("e^3 + f^3 + 3", 3),
            ("g^4 + h + 1", 1),
        ],
    );
}

#[test]
fn squares_and_their_roots() {
    for root in [
        "r^2 + a^2*c^2",
        "x - y",
        "3*x*y*z - 2*w^3 + 7",
        "5",
        "x^3*y + 2*x^2 - y^5 + 12*z",
        "0",
    ] {
        let root = p(root);
        let found = root.multiply(&root).square_root().unwrap();
        assert!(found == root || found == root.negate());
        assert!(!found.is_negative());
    }
    for other in
        ["-4", "8", "x", "x^2 + 1", "x^2*y + 1", "(x + y)^2 + 1", "2*(x + y)^2", "-x^2"]
    {
        assert_eq!(p(other).square_root(), None, "{other}");
    }
}

/// A polynomial of degree ≤ 3 in a few variables that is irreducible by Eisenstein's criterion: modulo 2
/// it is vᵈ, and its constant term is 2 modulo 4.
fn irreducible() -> impl Strategy<Value = Polynomial> {
    let term = (prop::collection::vec((0u32..4, 0u32..3), 0..3), -9i64..10);
    (0u32..4, 1u32..4, prop::collection::vec(term, 0..5), -9i64..10).prop_map(
        |(var, degree, terms, constant)| {
            let mut polynomial = Polynomial::monomial(1, &[(var, degree)]);
            for (mut powers, coefficient) in terms {
                // Below the leading term in the variable; no further constant.
                powers.retain(|(v, _)| *v != var);
                powers.push((var, degree - 1));
                if powers.iter().any(|(_, e)| *e > 0) {
                    let term = Polynomial::monomial(2 * coefficient, &powers);
                    polynomial = polynomial.add(&term);
                }
            }
            polynomial.add(&Polynomial::integer(4 * constant + 2))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn products_of_irreducible_polynomials(
        factors in prop::collection::vec((irreducible(), 1u32..3), 1..4),
        content in prop_oneof![-20i64..0, 1i64..20],
    ) {
        let mut expected: Vec<(Polynomial, u32)> = Vec::new();
        let mut product = Polynomial::integer(content);
        for (factor, exponent) in factors {
            product = product.multiply(&factor.power(exponent));
            let factor = factor.divide_content(&factor.content());
            let factor = if factor.is_negative() { factor.negate() } else { factor };
            match expected.iter_mut().find(|(other, _)| *other == factor) {
                Some((_, times)) => *times += exponent,
                None => expected.push((factor, exponent)),
            }
        }
        expected.sort();
        let found = product.factor();
        check_form(&product, &found);
        prop_assert!(found.complete);
        let mut factors = found.factors;
        factors.sort();
        prop_assert_eq!(&factors, &expected);
        let is_square = content > 0
            && content.isqrt().pow(2) == content
            && found.content == BigInt::from(content)
            && factors.iter().all(|(_, exponent)| exponent % 2 == 0);
        prop_assert_eq!(product.square_root().is_some(), is_square);
        let root = product.multiply(&product).square_root();
        prop_assert!(root == Some(product.clone()) || root == Some(product.negate()));
    }
}
