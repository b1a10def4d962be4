//! Greatest common divisors by Euclid's algorithm with primitive remainders: slow, always right.
//!
//! It serves where interpolation modulo primes does not fit machine words or has no luck.

use super::{content_in, gcd, positive};
use crate::{Polynomial, Var, stop};

/// The greatest common divisor of polynomials that both have the variable `main`.
pub(super) fn euclid(a: &Polynomial, b: &Polynomial, main: Var) -> Polynomial {
    let (a_content, b_content) = (content_in(a, main), content_in(b, main));
    let content = gcd(&a_content, &b_content);
    let divided =
        |a: &Polynomial, b: &Polynomial| a.divide_exactly(b).unwrap_or_default();
    let (mut a, mut b) = (divided(a, &a_content), divided(b, &b_content));
    if a.degree(main) < b.degree(main) {
        (a, b) = (b, a);
    }
    while !b.is_zero() && b.degree(main) > 0 && !stop::is_raised() {
        let rest = remainder(&a, &b, main);
        let rest_content = content_in(&rest, main);
        a = b;
        b = if rest.is_zero() { rest } else { divided(&rest, &rest_content) };
    }
    if b.is_zero() { positive(a.multiply(&content)) } else { positive(content) }
}

/// A multiple of the remainder of `a` by `b` in `main`.
fn remainder(a: &Polynomial, b: &Polynomial, main: Var) -> Polynomial {
    let degree = b.degree(main);
    let lead = |p: &Polynomial| {
        p.coefficients_in(main).pop().map(|(_, c)| c).unwrap_or_default()
    };
    let b_lead = lead(b);
    let mut rest = a.clone();
    while !rest.is_zero() && rest.degree(main) >= degree && !stop::is_raised() {
        let shift = Polynomial::monomial(1, &[(main, rest.degree(main) - degree)]);
        let rest_lead = lead(&rest);
        let common = gcd(&b_lead, &rest_lead);
        let up = b_lead.divide_exactly(&common).unwrap_or_default();
        let down = rest_lead.divide_exactly(&common).unwrap_or_default().multiply(&shift);
        rest = rest.multiply(&up).subtract(&b.multiply(&down));
    }
    rest
}
