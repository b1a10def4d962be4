//! Independence of signs, proven by points at which they take every combination of values.

use holor_polynomial::{Polynomial, Var};

use super::registry::Kind;
use super::signs::{self, Sign};
use super::{Element, Field, locked};
use crate::Constant;

/// How many points are tried.
const POINTS: usize = 1_500;
/// More signs than this are not looked at together.
const MOST: usize = 6;

/// Whether the sign of this polynomial in real symbols is independent of the other signs in the field: whether
/// all of them together take every combination of values somewhere within the assumptions.
pub(super) fn is_independent(field: &Field, value: &Element) -> bool {
    let mut polynomials: Vec<Polynomial> = locked(&field.0.numbers)
        .iter()
        .filter_map(|(kind, var)| match kind {
            Kind::Sign(known) if !field.0.generators.get(*var)?.opaque => {
                Some(known.numerator().clone())
            }
            _ => None,
        })
        .collect();
    polynomials.push(value.numerator().clone());
    let facts = signs::known_signs(field);
    let all = polynomials.iter().chain(facts.iter().map(|(polynomial, _)| polynomial));
    let mut variables: Vec<Var> =
        all.flat_map(|p| p.variables().iter().copied()).collect();
    variables.sort_unstable();
    variables.dedup();
    let known = |var: &Var| {
        field.0.generators.get(*var).is_some_and(|generator| match generator.kind {
            Kind::Symbol(_) => generator.range.real,
            Kind::Constant(constant) => constant == Constant::Pi,
            _ => false,
        })
    };
    if polynomials.len() > MOST || !variables.iter().all(known) {
        return false;
    }
    let wanted = 1_usize << polynomials.len();
    let mut seen = vec![false; wanted];
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..POINTS {
        let point: Vec<(Var, f64)> = variables
            .iter()
            .map(|&var| (var, coordinate(field, var, &mut random)))
            .collect();
        let at = |polynomial: &Polynomial| {
            polynomial.evaluate(&|var| {
                point
                    .iter()
                    .find(|(found, _)| *found == var)
                    .map_or(0.0, |(_, value)| *value)
            })
        };
        let allowed = facts.iter().all(|(polynomial, sign)| match sign {
            Sign::Positive | Sign::NonNegative => at(polynomial) > MARGIN,
            Sign::Negative | Sign::NonPositive => at(polynomial) < -MARGIN,
            Sign::Zero => false,
        });
        if !allowed {
            continue;
        }
        let values: Vec<f64> = polynomials.iter().map(at).collect();
        if values.iter().any(|value| value.abs() < MARGIN) {
            continue;
        }
        let pattern =
            values.iter().fold(0, |bits, value| bits << 1 | usize::from(*value > 0.0));
        if let Some(place) = seen.get_mut(pattern) {
            *place = true;
        }
    }
    seen.iter().all(|seen| *seen)
}

/// Values of smaller size may be rounding errors.
const MARGIN: f64 = 1e-6;

fn coordinate(field: &Field, var: Var, random: &mut Random) -> f64 {
    let Some(generator) = field.0.generators.get(var) else { return 0.0 };
    if matches!(generator.kind, Kind::Constant(_)) {
        return std::f64::consts::PI;
    }
    let size = match random.next() % 3 {
        0 => 0.25,
        1 => 2.0,
        _ => 16.0,
    };
    let value = size * (random.next() % 1_000 + 1) as f64 / 1_000.0;
    match generator.range.sign {
        Some(Sign::Positive | Sign::NonNegative) => value,
        Some(Sign::Negative | Sign::NonPositive) => -value,
        _ if random.next().is_multiple_of(2) => value,
        _ => -value,
    }
}

/// Marsaglia's xorshift generator: the same points in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }
}
