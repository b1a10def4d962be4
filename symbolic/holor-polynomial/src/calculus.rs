//! Parts, derivatives, substitutions and values.

use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use crate::body::Body;
use crate::coefficient::Coefficients;
use crate::layout::{self, Shape};
use crate::modular::Modulus;
use crate::{Polynomial, Var, stop};

/// `∂a/∂var`
pub(crate) fn derivative(a: &Body, var: Var) -> Polynomial {
    let Ok(index) = a.variables.binary_search(&var) else {
        return Polynomial::zero();
    };
    let words = a.words();
    let mut exponents = Vec::with_capacity(a.exponents.len());
    let mut coefficients = Coefficients::with_capacity(a.len());
    let (word, shift) = layout::place(index, a.width);
    for (i, term) in a.exponents.chunks_exact(words).enumerate() {
        let exponent = layout::read(term, index, a.width);
        if exponent == 0 {
            continue;
        }
        exponents.extend_from_slice(term);
        let start = exponents.len() - words;
        exponents[start + word] -= 1 << shift;
        match &a.coefficients {
            Coefficients::Small(list) => {
                coefficients.push_wide(i128::from(list[i]) * i128::from(exponent));
            }
            Coefficients::Large(list) => coefficients.push_large(&list[i] * exponent),
        }
    }
    Body { variables: Arc::clone(&a.variables), width: a.width, exponents, coefficients }
        .finish()
}

/// The coefficients in one variable, by exponent ascending.
pub(crate) fn coefficients_in(a: &Polynomial, var: Var) -> Vec<(u32, Polynomial)> {
    let body = &*a.0;
    let Ok(index) = body.variables.binary_search(&var) else {
        return if a.is_zero() { Vec::new() } else { vec![(0, a.clone())] };
    };
    let words = body.words();
    let (word, shift) = layout::place(index, body.width);
    let exponent_of = |term: &[u64]| layout::read(term, index, body.width);
    let mut order: Vec<(u64, usize)> =
        body.exponents.chunks_exact(words).map(exponent_of).zip(0..).collect();
    order.sort_unstable();
    let mut parts = Vec::new();
    for group in order.chunk_by(|a, b| a.0 == b.0) {
        let mut exponents = Vec::with_capacity(group.len() * words);
        let mut coefficients = Coefficients::with_capacity(group.len());
        for (exponent, i) in group {
            exponents.extend_from_slice(body.term(*i));
            let start = exponents.len() - words;
            exponents[start + word] -= exponent << shift;
            match &body.coefficients {
                Coefficients::Small(list) => coefficients.push(list[*i]),
                Coefficients::Large(list) => coefficients.push_large(list[*i].clone()),
            }
        }
        let variables = Arc::clone(&body.variables);
        let part =
            Body { variables, width: body.width, exponents, coefficients }.finish();
        parts.push((saturated(group[0].0), part));
    }
    parts
}

/// An exponent as the interface gives it.
pub(crate) fn saturated(exponent: u64) -> u32 {
    u32::try_from(exponent).unwrap_or(u32::MAX)
}

/// A polynomial put for a variable.
pub(crate) fn substitute(a: &Polynomial, var: Var, value: &Polynomial) -> Polynomial {
    let parts = a.coefficients_in(var);
    let mut sum = Polynomial::zero();
    let mut after: Option<u32> = None;
    for (exponent, part) in parts.iter().rev() {
        if let Some(after) = after {
            sum = sum.multiply(&value.power(after - exponent));
        }
        sum = sum.add(part);
        after = Some(*exponent);
        if stop::is_raised() {
            break;
        }
    }
    match after {
        Some(lowest) if lowest > 0 => sum.multiply(&value.power(lowest)),
        _ => sum,
    }
}

/// Its value modulo a prime below 2⁶³.
pub(crate) fn evaluate_modulo(a: &Body, prime: u64, value: &dyn Fn(Var) -> u64) -> u64 {
    let modulus = Modulus::new(prime);
    let powers = powers(
        a,
        |v| modulus.reduce(value(v)),
        |x, y| modulus.times(x, y),
        |x, n| modulus.power(x, n),
        1 % prime,
    );
    let mut sum = 0;
    for i in 0..a.len() {
        let mut term = match &a.coefficients {
            Coefficients::Small(list) => modulus.of_signed(list[i]),
            Coefficients::Large(list) => modulus.of_large(&list[i]),
        };
        for (index, powers) in powers.iter().enumerate() {
            let exponent = layout::read(a.term(i), index, a.width);
            if exponent != 0 {
                term = modulus.times(term, powers.get(exponent));
            }
        }
        sum = modulus.plus(sum, term);
    }
    sum
}

/// Its value in floating point.
pub(crate) fn evaluate(a: &Body, value: &dyn Fn(Var) -> f64) -> f64 {
    let powers = powers(a, value, |x, y| x * y, |x, n| x.powf(n as f64), 1.0);
    let mut sum = 0.0;
    for i in 0..a.len() {
        let mut term = match &a.coefficients {
            Coefficients::Small(list) => list[i] as f64,
            Coefficients::Large(list) => list[i].to_f64().unwrap_or(f64::NAN),
        };
        for (index, powers) in powers.iter().enumerate() {
            let exponent = layout::read(a.term(i), index, a.width);
            if exponent != 0 {
                term *= powers.get(exponent);
            }
        }
        sum += term;
    }
    sum
}

/// The powers of one value: a table of the low ones, the others computed.
struct Powers<T, P> {
    value: T,
    table: Vec<T>,
    power: P,
}

impl<T: Copy, P: Fn(T, u64) -> T> Powers<T, P> {
    fn get(&self, exponent: u64) -> T {
        match usize::try_from(exponent).ok().and_then(|e| self.table.get(e)) {
            Some(power) => *power,
            None => (self.power)(self.value, exponent),
        }
    }
}

/// The powers of the values of all variables.
fn powers<T: Copy, P: Fn(T, u64) -> T + Copy>(
    a: &Body,
    value: impl Fn(Var) -> T,
    times: impl Fn(T, T) -> T,
    power: P,
    one: T,
) -> Vec<Powers<T, P>> {
    const TABLE: u64 = 256;
    let degrees = a.degrees();
    let mut all = Vec::with_capacity(a.variables.len());
    for (index, variable) in a.variables.iter().enumerate() {
        let value = value(*variable);
        let most = layout::read(&degrees, index, a.width).min(TABLE);
        let mut table = Vec::with_capacity(most as usize + 1);
        let mut current = one;
        table.push(current);
        for _ in 0..most {
            current = times(current, value);
            table.push(current);
        }
        all.push(Powers { value, table, power });
    }
    all
}

/// The terms with exponents by variable.
pub(crate) fn terms(a: &Body) -> impl Iterator<Item = (Vec<(Var, u32)>, BigInt)> + '_ {
    (0..a.len()).map(move |i| {
        let exponent = |(index, variable): (usize, &Var)| {
            let exponent = layout::read(a.term(i), index, a.width);
            (exponent != 0).then(|| (*variable, saturated(exponent)))
        };
        let powers = a.variables.iter().enumerate().filter_map(exponent).collect();
        (powers, a.coefficients.get(i))
    })
}

/// The sum of monomials in any order.
pub(crate) fn from_terms(
    terms: impl IntoIterator<Item = (Vec<(Var, u32)>, BigInt)>,
) -> Polynomial {
    let mut list: Vec<(Vec<(Var, u64)>, BigInt)> = Vec::new();
    let mut variables: Vec<Var> = Vec::new();
    let mut highest = 0;
    for (powers, coefficient) in terms {
        if coefficient.is_zero() {
            continue;
        }
        let mut merged: Vec<(Var, u64)> = Vec::with_capacity(powers.len());
        for (variable, exponent) in powers {
            if exponent == 0 {
                continue;
            }
            match merged.iter_mut().find(|(v, _)| *v == variable) {
                Some((_, sum)) => *sum += u64::from(exponent),
                None => merged.push((variable, exponent.into())),
            }
        }
        for (variable, exponent) in &merged {
            highest = highest.max(*exponent);
            if let Err(at) = variables.binary_search(variable) {
                variables.insert(at, *variable);
            }
        }
        list.push((merged, coefficient));
    }
    let shape = Shape { variables: &variables, width: layout::width_for(highest) };
    let words = shape.words();
    let mut sorted: Vec<(Vec<u64>, BigInt)> = Vec::with_capacity(list.len());
    for (powers, coefficient) in list {
        let mut key = vec![0; words];
        for (variable, exponent) in powers {
            if let Ok(index) = variables.binary_search(&variable) {
                layout::raise(&mut key, index, shape.width, exponent);
            }
        }
        sorted.push((key, coefficient));
    }
    sorted.sort_by(|a, b| b.0.cmp(&a.0));
    let width = shape.width;
    let mut exponents = Vec::with_capacity(sorted.len() * words);
    let mut coefficients = Coefficients::with_capacity(sorted.len());
    for group in sorted.chunk_by(|a, b| a.0 == b.0) {
        let sum: BigInt = group.iter().map(|(_, c)| c).sum();
        if !sum.is_zero() {
            exponents.extend_from_slice(&group[0].0);
            coefficients.push_large(sum);
        }
    }
    Body { variables: variables.into(), width, exponents, coefficients }.finish()
}
