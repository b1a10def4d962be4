//! Square-free parts by derivatives.

use num_bigint::BigInt;
use num_traits::{One, Signed};

use crate::{Factors, Polynomial, Var, stop};

/// Pairwise coprime square-free factors over ℤ.
pub(crate) fn square_free(a: &Polynomial) -> Factors {
    let mut found = Vec::new();
    let mut content = a.content();
    if a.is_negative() {
        content = -content;
    }
    if !a.is_zero() {
        let mut rest = a.divide_content(&content);
        for variable in rest.variables().to_vec() {
            let (quotient, times) = rest.divide_out(&Polynomial::variable(variable), u32::MAX);
            if times > 0 {
                found.push((Polynomial::variable(variable), times));
                rest = quotient;
            }
        }
        split(&rest, &mut found);
    }
    found.sort();
    // Every factor that is linear in a variable with coprime coefficients is irreducible.
    let complete = found.iter().all(|(factor, _)| linear(factor));
    Factors { content, factors: found, complete }
}

/// Yun's algorithm in one variable after the other; the part free of the variable is split by the rest.
fn split(a: &Polynomial, found: &mut Vec<(Polynomial, u32)>) {
    let Some(&variable) = a.variables().first() else {
        return;
    };
    if stop::is_raised() {
        return;
    }
    let content = content_in(a, variable);
    split(&content, found);
    let primitive = a.divide_exactly(&content).unwrap_or_default();
    let derivative = primitive.derivative(variable);
    let common = primitive.gcd(&derivative);
    let divided = |a: &Polynomial, b: &Polynomial| a.divide_exactly(b).unwrap_or_default();
    let mut square_free = divided(&primitive, &common);
    let mut rest = divided(&derivative, &common).subtract(&square_free.derivative(variable));
    let mut times = 1;
    while !square_free.variables().is_empty() && !stop::is_raised() {
        let factor = square_free.gcd(&rest);
        square_free = divided(&square_free, &factor);
        rest = divided(&rest, &factor).subtract(&square_free.derivative(variable));
        if !factor.variables().is_empty() {
            found.push((if factor.is_negative() { factor.negate() } else { factor }, times));
        }
        times += 1;
    }
}

fn content_in(a: &Polynomial, variable: Var) -> Polynomial {
    let mut content = Polynomial::zero();
    for (_, coefficient) in a.coefficients_in(variable) {
        content = content.gcd(&coefficient);
        if content.is_one() {
            break;
        }
    }
    content
}

fn linear(a: &Polynomial) -> bool {
    a.content().abs() == BigInt::one()
        && a.variables().iter().any(|v| a.degree(*v) == 1 && content_in(a, *v).is_one())
}
