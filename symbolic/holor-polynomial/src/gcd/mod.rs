//! Greatest common divisors.

use crate::{Polynomial, Var, stop};

/// The greatest common divisor, leading coefficient positive.
pub(crate) fn gcd(a: &Polynomial, b: &Polynomial) -> Polynomial {
    if a.is_zero() || b.is_zero() {
        let one = if a.is_zero() { b } else { a };
        return if one.is_negative() { one.negate() } else { one.clone() };
    }
    let (a_content, b_content) = (a.content(), b.content());
    let content = num_integer::gcd(a_content.clone(), b_content.clone());
    let (a, b) = (a.divide_content(&a_content), b.divide_content(&b_content));
    primitive_gcd(&a, &b).scale(&content)
}

fn positive(a: Polynomial) -> Polynomial {
    if a.is_negative() { a.negate() } else { a }
}

fn primitive_gcd(a: &Polynomial, b: &Polynomial) -> Polynomial {
    if stop::is_raised() || a.variables().is_empty() || b.variables().is_empty() {
        return Polynomial::one();
    }
    if let Some(v) = a.variables().iter().find(|v| !b.variables().contains(v)) {
        return content_gcd(a, *v, b);
    }
    if let Some(v) = b.variables().iter().find(|v| !a.variables().contains(v)) {
        return content_gcd(b, *v, a);
    }
    let common = a.variables().iter().min_by_key(|v| a.degree(**v).min(b.degree(**v)));
    let Some(&main) = common else {
        return Polynomial::one();
    };
    euclid(a, b, main)
}

/// The gcd of `b`, free of `var`, with the coefficients of `a` in it.
fn content_gcd(a: &Polynomial, var: Var, b: &Polynomial) -> Polynomial {
    let mut coefficients = a.coefficients_in(var);
    coefficients.sort_by_key(|(_, c)| c.term_count());
    let mut found = b.clone();
    for (_, c) in coefficients {
        found = gcd(&found, &c);
        if found.is_one() {
            break;
        }
    }
    found
}

fn content_in(a: &Polynomial, var: Var) -> Polynomial {
    content_gcd(a, var, &Polynomial::zero())
}

/// Euclid's algorithm with primitive remainders in a main variable.
fn euclid(a: &Polynomial, b: &Polynomial, main: Var) -> Polynomial {
    let (a_content, b_content) = (content_in(a, main), content_in(b, main));
    let content = gcd(&a_content, &b_content);
    let divided = |a: &Polynomial, b: &Polynomial| a.divide_exactly(b).unwrap_or_default();
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
    let lead = |p: &Polynomial| p.coefficients_in(main).pop().map(|(_, c)| c).unwrap_or_default();
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
