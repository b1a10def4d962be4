//! Exact quotients.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::Zero;

use crate::body::{Body, common};
use crate::coefficient::Coefficients;
use crate::key::{Key, with_key};
use crate::layout::{self, Shape};
use crate::{Polynomial, stop};

/// `a / b` if `b` divides `a`; `b` is not 0.
pub(crate) fn quotient(a: &Polynomial, b: &Polynomial) -> Option<Polynomial> {
    if a.is_zero() || b.is_one() {
        return Some(a.clone());
    }
    let (a, b) = (&*a.0, &*b.0);
    if b.variables.iter().any(|v| !a.variables.contains(v)) || b.width > a.width {
        return None;
    }
    let (variables, width) = common(a, b);
    let shape = Shape { variables: &variables, width };
    let words = shape.words();
    let dividend = (&*a.exponents, &a.coefficients);
    let exponents = b.exponents_in(shape);
    let divisor = (&*exponents, &b.coefficients);
    let mut room = a.degrees();
    let divisor_degrees = layout::repack(&b.degrees(), 1, b.shape(), shape);
    let guard = layout::guard(width);
    for (room, degree) in room.iter_mut().zip(&divisor_degrees) {
        *room = degree_difference(*room, *degree, guard)?;
    }
    let (exponents, coefficients) =
        with_key!(words, divided(dividend, divisor, &room, words, guard))?;
    Some(Body { variables, width, exponents, coefficients }.finish())
}

fn degree_difference(a: u64, b: u64, guard: u64) -> Option<u64> {
    Key::minus(&a, &b, guard)
}

type Operand<'a> = (&'a [u64], &'a Coefficients);

/// The terms of the quotient; `room` holds its highest exponents.
fn divided<K: Key>(
    (exponents, a): Operand<'_>,
    (divisor_exponents, b): Operand<'_>,
    room: &[u64],
    words: usize,
    guard: u64,
) -> Option<(Vec<u64>, Coefficients)> {
    let room = K::load(room);
    let key = |list: &[u64], index: usize| K::load(&list[index * words..(index + 1) * words]);
    let mut rest: BTreeMap<K, BigInt> =
        (0..a.len()).map(|i| (key(exponents, i), a.get(i))).collect();
    let divisor: Vec<(K, BigInt)> =
        (0..b.len()).map(|i| (key(divisor_exponents, i), b.get(i))).collect();
    let (lead, lead_coefficient) = &divisor[0];
    let mut quotient = (Vec::new(), Coefficients::with_capacity(0));
    while let Some((term, coefficient)) = rest.pop_last() {
        if stop::is_raised() {
            return None;
        }
        let step = term.minus(lead, guard)?;
        room.minus(&step, guard)?;
        let (factor, remainder) = coefficient.div_rem(lead_coefficient);
        if !remainder.is_zero() {
            return None;
        }
        for (key, c) in &divisor[1..] {
            let place = step.plus(key);
            let entry = rest.entry(place.clone()).or_default();
            *entry -= &factor * c;
            if entry.is_zero() {
                rest.remove(&place);
            }
        }
        step.store(&mut quotient.0, words);
        quotient.1.push_large(factor);
    }
    Some(quotient)
}

/// The quotient by an integer that divides every coefficient.
pub(crate) fn by_integer(body: &Body, divisor: &BigInt) -> Polynomial {
    Polynomial(Arc::new(Body {
        coefficients: body.coefficients.map_large(|c| c / divisor),
        ..body.clone()
    }))
}
