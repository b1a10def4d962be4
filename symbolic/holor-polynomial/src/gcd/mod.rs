//! Greatest common divisors.
//!
//! Monomials, integers and variables that only one polynomial has are taken out; images in one variable
//! modulo a prime tell most coprime pairs apart; the rest is interpolated modulo primes. A result is
//! accepted only when it divides both polynomials and no common divisor can have a higher degree.

mod euclid;
mod image;
mod interpolation;
mod reconstruction;
mod univariate;

use std::sync::Arc;

use crate::body::Body;
use crate::coefficient::{Coefficients, gcd_words};
use crate::layout::{self, Shape};
use crate::{Polynomial, Var, stop};
pub(crate) use image::never_divides;
use image::{Bound, Images};

/// The greatest common divisor, leading coefficient positive.
pub(crate) fn gcd(a: &Polynomial, b: &Polynomial) -> Polynomial {
    if a.is_zero() || b.is_zero() {
        return positive(if a.is_zero() { b.clone() } else { a.clone() });
    }
    let (a_content, b_content) = (a.content(), b.content());
    let content = num_integer::gcd(a_content.clone(), b_content.clone());
    if a.variables().is_empty() || b.variables().is_empty() {
        return Polynomial::integer(content);
    }
    let common =
        primitive_gcd(&a.divide_content(&a_content), &b.divide_content(&b_content));
    positive(common).scale(&content)
}

/// The polynomial or its negative.
fn positive(a: Polynomial) -> Polynomial {
    if a.is_negative() { a.negate() } else { a }
}

/// A greatest common divisor of polynomials without integer factors, not 0.
fn primitive_gcd(a: &Polynomial, b: &Polynomial) -> Polynomial {
    if a.variables().is_empty() || b.variables().is_empty() {
        return Polynomial::one();
    }
    if a == b {
        return a.clone();
    }
    let (a_low, b_low) = (a.0.low_degrees(), b.0.low_degrees());
    if a_low.iter().chain(&b_low).all(|word| *word == 0) {
        return stripped_gcd(a, b);
    }
    let (a_rest, b_rest) = (lowered(&a.0, &a_low), lowered(&b.0, &b_low));
    let common = stripped_gcd(&a_rest, &b_rest);
    let powers = common_powers(&a.0, &a_low, &b.0, &b_low);
    if powers.is_empty() {
        common
    } else {
        common.multiply(&Polynomial::monomial(1, &powers))
    }
}

/// The quotient by a monomial.
fn lowered(a: &Body, low: &[u64]) -> Polynomial {
    if low.iter().all(|word| *word == 0) {
        return Polynomial(Arc::new(a.clone()));
    }
    let mut exponents = a.exponents.clone();
    for term in exponents.chunks_exact_mut(low.len()) {
        for (word, low) in term.iter_mut().zip(low) {
            *word -= low;
        }
    }
    Body { exponents, ..a.clone() }.finish()
}

/// The powers of variables that divide both monomials.
fn common_powers(a: &Body, a_low: &[u64], b: &Body, b_low: &[u64]) -> Vec<(Var, u32)> {
    let mut powers = Vec::new();
    for (i, variable) in a.variables.iter().enumerate() {
        if let Ok(j) = b.variables.binary_search(variable) {
            let left = layout::read(a_low, i, a.width);
            let least = left.min(layout::read(b_low, j, b.width));
            if least > 0 {
                powers.push((*variable, crate::calculus::saturated(least)));
            }
        }
    }
    powers
}

/// A greatest common divisor of polynomials that neither an integer nor a variable divides.
fn stripped_gcd(a: &Polynomial, b: &Polynomial) -> Polynomial {
    if stop::is_raised() || a.term_count() == 1 || b.term_count() == 1 {
        return Polynomial::one();
    }
    let only = |p: &Polynomial, q: &Polynomial| -> Vec<Var> {
        if p.variables() == q.variables() {
            return Vec::new();
        }
        let other = q.variables();
        p.variables()
            .iter()
            .filter(|v| other.binary_search(v).is_err())
            .copied()
            .collect()
    };
    let (a_only, b_only) = (only(a, b), only(b, a));
    if !a_only.is_empty() || !b_only.is_empty() {
        return gcd_of_parts(a, &a_only, b, &b_only);
    }
    same_variables_gcd(a, b)
}

/// A greatest common divisor, known to be free of some variables of `a` and of some of `b`.
fn gcd_of_parts(
    a: &Polynomial,
    a_free: &[Var],
    b: &Polynomial,
    b_free: &[Var],
) -> Polynomial {
    let mut parts = coefficients_of(a, a_free);
    parts.extend(coefficients_of(b, b_free));
    parts.sort_by_key(Polynomial::term_count);
    gcd_of_list(&parts)
}

/// The greatest common divisor of a list up to integers, for polynomials that have no monomial in common.
fn gcd_of_list(parts: &[Polynomial]) -> Polynomial {
    if parts.first().is_some_and(|part| part.term_count() == 1) {
        // It divides a monomial; no monomial divides all.
        return Polynomial::one();
    }
    let mut common = Polynomial::zero();
    for part in parts {
        let part = part.divide_content(&part.content());
        common = if common.is_zero() { part } else { primitive_gcd(&common, &part) };
        if common.variables().is_empty() || stop::is_raised() {
            return Polynomial::one();
        }
    }
    common
}

/// The coefficients of a polynomial in several variables together.
fn coefficients_of(a: &Polynomial, variables: &[Var]) -> Vec<Polynomial> {
    if variables.is_empty() {
        return vec![a.clone()];
    }
    let body = &*a.0;
    let words = body.words();
    let mut mask = vec![0; words];
    for variable in variables {
        if let Ok(index) = body.variables.binary_search(variable) {
            layout::raise(&mut mask, index, body.width, u64::MAX >> (64 - body.width));
        }
    }
    let outer =
        |i: &usize| body.term(*i).iter().zip(&mask).map(|(word, mask)| word & mask);
    let mut order: Vec<usize> = (0..body.len()).collect();
    order.sort_by(|i, j| outer(i).cmp(outer(j)));
    let mut parts = Vec::new();
    for group in order.chunk_by(|i, j| outer(i).eq(outer(j))) {
        let mut exponents = Vec::with_capacity(group.len() * words);
        let mut coefficients = Coefficients::with_capacity(group.len());
        for i in group {
            exponents
                .extend(body.term(*i).iter().zip(&mask).map(|(word, mask)| word & !mask));
            match &body.coefficients {
                Coefficients::Small(list) => coefficients.push(list[*i]),
                Coefficients::Large(list) => coefficients.push_large(list[*i].clone()),
            }
        }
        let variables = Arc::clone(&body.variables);
        parts.push(
            Body { variables, width: body.width, exponents, coefficients }.finish(),
        );
    }
    parts
}

/// The greatest common divisor, up to sign, of the coefficients in a variable.
fn content_in(a: &Polynomial, variable: Var) -> Polynomial {
    let mut coefficients = coefficients_of(a, &[variable]);
    coefficients.sort_by_key(Polynomial::term_count);
    let mut content = Polynomial::zero();
    for coefficient in coefficients {
        content = gcd(&content, &coefficient);
        if content.is_one() || stop::is_raised() {
            break;
        }
    }
    content
}

/// A greatest common divisor of polynomials in the same variables that no integer or variable divides.
fn same_variables_gcd(a: &Polynomial, b: &Polynomial) -> Polynomial {
    let images = Images::new(&a.0, &b.0);
    let count = a.variables().len();
    let mut bounds = Vec::with_capacity(count);
    let mut absent = Vec::new();
    for index in 0..count {
        match images.bound(index) {
            Bound::Coprime => return Polynomial::one(),
            Bound::Degree(0) => {
                absent.push(a.variables()[index]);
                bounds.push(0);
            }
            Bound::Degree(degree) => bounds.push(degree),
        }
    }
    if absent.len() == count {
        return Polynomial::one();
    }
    if !absent.is_empty() {
        return gcd_of_parts(a, &absent, b, &absent);
    }
    for (side, divisor, dividend) in [(0, a, b), (1, b, a)] {
        if (0..count).all(|i| bounds[i] == images.degree(side, i))
            && dividend.divide_exactly(divisor).is_some()
        {
            return divisor.clone();
        }
    }
    let steps = exponent_steps(&a.0, &b.0);
    if steps.iter().all(|step| *step == 1) {
        return interpolated_gcd(a, b, &bounds);
    }
    let rescaled = |p: &Polynomial, up: bool| {
        let change =
            |exponent: u64, step: u64| if up { exponent * step } else { exponent / step };
        with_exponents(&p.0, a.variables(), &steps, change)
    };
    let bounds: Vec<u64> =
        bounds.iter().zip(&steps).map(|(bound, step)| bound / step).collect();
    let common = interpolated_gcd(&rescaled(a, false), &rescaled(b, false), &bounds);
    rescaled(&common, true)
}

/// For every variable the greatest common divisor of its exponents in both polynomials.
fn exponent_steps(a: &Body, b: &Body) -> Vec<u64> {
    let step = |index: usize| {
        let mut step = 0;
        for body in [a, b] {
            for term in body.exponents.chunks_exact(body.words()) {
                step = gcd_words(step, layout::read(term, index, body.width));
                if step == 1 {
                    return 1;
                }
            }
        }
        step.max(1)
    };
    (0..a.variables.len()).map(step).collect()
}

/// The polynomial with exponents changed in a way that keeps the order of terms. `steps` belong to
/// `variables`, which hold those of the polynomial.
fn with_exponents(
    body: &Body,
    variables: &[Var],
    steps: &[u64],
    change: impl Fn(u64, u64) -> u64,
) -> Polynomial {
    let step_of =
        |variable: &Var| variables.binary_search(variable).map_or(1, |i| steps[i]);
    let own: Vec<u64> = body.variables.iter().map(step_of).collect();
    let shape = Shape { variables: &body.variables, width: 64 };
    let mut exponents = body.exponents_in(shape).into_owned();
    if !own.is_empty() {
        for term in exponents.chunks_exact_mut(own.len()) {
            for (exponent, step) in term.iter_mut().zip(&own) {
                *exponent = change(*exponent, *step);
            }
        }
    }
    let variables = Arc::clone(&body.variables);
    let coefficients = body.coefficients.clone();
    Body { variables, width: 64, exponents, coefficients }.finish()
}

/// A greatest common divisor by interpolation; by Euclid's algorithm where that gives up.
fn interpolated_gcd(a: &Polynomial, b: &Polynomial, bounds: &[u64]) -> Polynomial {
    let Some(found) = reconstruction::common_divisor(a, b, bounds) else {
        if stop::is_raised() {
            return Polynomial::one();
        }
        let main = (0..bounds.len()).min_by_key(|i| bounds[*i]).unwrap_or(0);
        return euclid::euclid(a, b, a.variables()[main]);
    };
    let variables = a.variables();
    let reached = |i: usize| u64::from(found.divisor.degree(variables[i])) == bounds[i];
    if (0..bounds.len()).all(reached) {
        return found.divisor;
    }
    // What is still common is free of the main variable.
    let main = [found.main];
    let rest = gcd_of_parts(&found.quotients[0], &main, &found.quotients[1], &main);
    found.divisor.multiply(&rest)
}
