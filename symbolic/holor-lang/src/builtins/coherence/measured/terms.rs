//! The formulas of measures, as terms of the field engine.

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use holor_field::equation::{Function, Term};

use crate::array::Complex64;

pub(super) fn number(x: f64) -> Term {
    Term::Number(Complex64::new(x, 0.0))
}

pub(super) fn sum(terms: &[Term]) -> Term {
    Term::Sum(terms.into())
}

pub(super) fn times(terms: &[Term]) -> Term {
    Term::Product(terms.into())
}

pub(super) fn call(function: Function, argument: Term) -> Term {
    Term::Function(function, [argument].into())
}

pub(super) fn shifted(axis: usize, by: i32, body: Term) -> Term {
    if by == 0 { body } else { Term::Shifted { axis, by, body: Arc::new(body) } }
}

/// |a|².
pub(super) fn square(a: Term) -> Term {
    Term::Power(Arc::new(call(Function::Absolute, a)), Arc::new(number(2.0)))
}

/// e^{iθ}.
pub(super) fn unit(phase: &Term) -> Term {
    call(Function::Exponential, times(&[Term::Number(Complex64::I), phase.clone()]))
}

/// The way from one phase to another, both within (−π, π], by the shortest way; one of exactly ±π keeps its sign.
pub(super) fn way(from: &Term, to: &Term) -> Term {
    let apart = sum(&[to.clone(), times(&[number(-1.0), from.clone()])]);
    let above = Term::Function(Function::Less, [number(PI), apart.clone()].into());
    let below = Term::Function(Function::Less, [apart.clone(), number(-PI)].into());
    sum(&[apart, times(&[number(-TAU), above]), times(&[number(TAU), below])])
}

/// Whether a complex value is exactly 0.
pub(super) fn is_zero(field: &Term) -> Term {
    let part = |function| {
        let part = call(function, field.clone());
        Term::Function(Function::Equal, [part, number(0.0)].into())
    };
    let parts = [part(Function::RealPart), part(Function::ImaginaryPart)];
    Term::Function(Function::And, parts.into())
}

/// A complex field on a plane that closes, with the value of the first neighbour that has one where it is exactly 0: there the phase is
/// that of the neighbour, as `vortices` takes it.
pub(super) fn with_phase(field: &Term) -> Term {
    let beside = [(0, 1), (1, 1), (0, -1), (1, -1)]
        .map(|(axis, by)| shifted(axis, by, field.clone()));
    let mut result = field.clone();
    for value in beside.iter().rev() {
        let present = call(Function::Not, is_zero(value));
        result = Term::Piecewise([(present, value.clone())].into(), Arc::new(result));
    }
    let present = call(Function::Not, is_zero(field));
    Term::Piecewise([(present, field.clone())].into(), Arc::new(result))
}

/// The norm of a link, and how far it is from 1.
pub(super) fn off_norm(parts: &[Term]) -> (Term, Term) {
    let squares: Vec<Term> = parts.iter().map(|part| square(part.clone())).collect();
    let norm = call(Function::SquareRoot, sum(&squares));
    let off = call(Function::Absolute, sum(&[norm.clone(), number(-1.0)]));
    (norm, off)
}

/// A link as `average_plaquette` takes it: divided by its norm where that is 1 but for the error of a method in time.
pub(super) fn unit_quaternion(parts: &[Term]) -> [Term; 4] {
    let scale = Term::Power(Arc::new(off_norm(parts).0), Arc::new(number(-1.0)));
    std::array::from_fn(|place| {
        let part = parts.get(place).cloned().unwrap_or_else(|| number(0.0));
        times(&[part, scale.clone()])
    })
}

pub(super) fn quaternion_product(a: &[Term; 4], b: &[Term; 4]) -> [Term; 4] {
    let signs: [[(usize, usize, f64); 4]; 4] = [
        [(0, 0, 1.0), (1, 1, -1.0), (2, 2, -1.0), (3, 3, -1.0)],
        [(0, 1, 1.0), (1, 0, 1.0), (2, 3, -1.0), (3, 2, 1.0)],
        [(0, 2, 1.0), (2, 0, 1.0), (3, 1, -1.0), (1, 3, 1.0)],
        [(0, 3, 1.0), (3, 0, 1.0), (1, 2, -1.0), (2, 1, 1.0)],
    ];
    signs.map(|row| {
        sum(&row.map(|(x, y, sign)| times(&[number(sign), a[x].clone(), b[y].clone()])))
    })
}
