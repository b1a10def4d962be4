//! Equations whose pointwise part has an exact flow: iψₜ = −½∇²ψ + V(x, t) ψ + f(|ψ|²) ψ and its like.

use std::sync::Arc;

use super::term::{self, contains, flatten_product, is_real, number, product};
use super::{Atom, SpectralForm, Splitting};
use crate::equation::{Complex64, Function, System, Term};

/// For every component the rate over the component, where that stays the same along the pointwise flow: it is imaginary and
/// depends on fields by their absolute values alone, or it does not depend on fields.
pub(super) fn detect(system: &System, form: &SpectralForm) -> Option<Splitting> {
    if form.noise.iter().any(|noise| !noise.is_empty())
        || form
            .components
            .iter()
            .any(|component| system.fields[component.field].order != 1)
    {
        return None;
    }
    let mut rates = Vec::new();
    let (mut unitary, mut free) = (true, true);
    for (place, component) in form.components.iter().enumerate() {
        let mut parts = Vec::new();
        for (atom, symbol) in &form.rest[place] {
            let (Atom::Pointwise(inner), Some(factor)) = (atom, symbol.constant()) else {
                return None;
            };
            let quotient = quotient(system, inner, component.field)?;
            let depends = term::evolves(system, &quotient);
            free &= !depends;
            let quotient = product(vec![Term::Number(factor), quotient]);
            if !is_imaginary(system, &quotient) {
                unitary = false;
            }
            parts.push(quotient);
        }
        rates.push(term::sum(parts));
    }
    if !unitary && !free {
        return None;
    }
    let linear = rates.iter().all(|rate| *rate == Term::Number(Complex64::ZERO));
    (!linear).then_some(Splitting { rates, unitary, free })
}

/// Whether it is i times something real.
fn is_imaginary(system: &System, term: &Term) -> bool {
    match term {
        Term::Sum(parts) => parts.iter().all(|part| is_imaginary(system, part)),
        Term::Product(factors) => {
            let (constant, rest) = flatten_product(factors);
            if constant.re == 0.0 && rest.iter().all(|factor| is_real(system, factor)) {
                return true;
            }
            // One factor may be imaginary itself.
            constant.im == 0.0
                && (0..rest.len()).any(|place| {
                    is_imaginary(system, &rest[place])
                        && rest.iter().enumerate().all(|(other, factor)| {
                            other == place || is_real(system, factor)
                        })
                })
        }
        other => number(other).is_some_and(|value| value.re == 0.0),
    }
}

/// term/field, with other fields by their absolute values alone.
fn quotient(system: &System, term: &Term, field: usize) -> Option<Term> {
    match term {
        Term::Sum(parts) => {
            let parts: Option<Vec<_>> =
                parts.iter().map(|part| quotient(system, part, field)).collect();
            parts.map(term::sum)
        }
        other => factors(system, other, Some(field)),
    }
}

/// The same with fields by their absolute values alone, where that is possible.
fn moduli(system: &System, term: &Term) -> Option<Term> {
    let evolving = |part: &Term| term::evolves(system, part);
    if !evolving(term) {
        return Some(term.clone());
    }
    let arc = |term: &Term| moduli(system, term).map(Arc::new);
    match term {
        Term::Sum(parts) => {
            let parts: Option<Vec<_>> =
                parts.iter().map(|part| moduli(system, part)).collect();
            parts.map(term::sum)
        }
        Term::Field(place) if system.fields[*place].order == 0 => {
            moduli(system, &system.fields[*place].rate)
        }
        Term::Function(Function::Absolute, arguments) => match arguments.as_ref() {
            [Term::Field(place)] if system.fields[*place].order > 0 => Some(term.clone()),
            [other] => {
                Some(Term::Function(Function::Absolute, [moduli(system, other)?].into()))
            }
            _ => None,
        },
        Term::Product(_) => factors(system, term, None),
        Term::Power(base, exponent) => {
            if let Some(whole) = factors(system, term, None) {
                return Some(whole);
            }
            Some(Term::Power(arc(base)?, arc(exponent)?))
        }
        Term::Function(function, arguments) => {
            let arguments: Option<Vec<_>> =
                arguments.iter().map(|part| moduli(system, part)).collect();
            Some(Term::Function(*function, arguments?.into()))
        }
        Term::Piecewise(cases, otherwise) => {
            let cases: Option<Vec<_>> = cases
                .iter()
                .map(|(a, b)| Some((moduli(system, a)?, moduli(system, b)?)))
                .collect();
            Some(Term::Piecewise(cases?.into(), arc(otherwise)?))
        }
        Term::Mean(body) => Some(Term::Mean(arc(body)?)),
        Term::Integral(body) => Some(Term::Integral(arc(body)?)),
        Term::Inverse { operator, body } => {
            Some(Term::Inverse { operator: operator.clone(), body: arc(body)? })
        }
        Term::Potential(_) => None,
        Term::InverseLaplacian(body) => Some(Term::InverseLaplacian(arc(body)?)),
        Term::Derivative { axis, body } => {
            Some(Term::Derivative { axis: *axis, body: arc(body)? })
        }
        Term::Shifted { axis, by, body } => {
            Some(Term::Shifted { axis: *axis, by: *by, body: arc(body)? })
        }
        Term::Convolution { kernel, body } => {
            Some(Term::Convolution { kernel: kernel.clone(), body: arc(body)? })
        }
        _ => None,
    }
}

/// A product with every ψ and ψ* paired to |ψ|², one ψ of `over` left out; none where something stays unpaired.
fn factors(system: &System, term: &Term, over: Option<usize>) -> Option<Term> {
    let one = [term.clone()];
    let (constant, parts) = match term {
        Term::Product(parts) => flatten_product(parts),
        _ => flatten_product(&one),
    };
    let mut plain = vec![0_i64; system.fields.len()];
    let mut conjugate = vec![0_i64; system.fields.len()];
    let mut rest = vec![Term::Number(constant)];
    let evolving_field = |part: &Term| match part {
        Term::Field(place) if system.fields[*place].order > 0 => Some(*place),
        _ => None,
    };
    for part in &parts {
        let (base, times) = match part {
            Term::Power(base, exponent) => match number(exponent) {
                Some(p) if p.im == 0.0 && p.re.fract() == 0.0 && p.re.abs() < 64.0 => {
                    (base.as_ref(), p.re as i64)
                }
                _ => (part, 1),
            },
            other => (other, 1),
        };
        if let Some(place) = evolving_field(base) {
            plain[place] += times;
            continue;
        }
        if let Term::Function(Function::Conjugate, arguments) = base
            && let [argument] = arguments.as_ref()
            && let Some(place) = evolving_field(argument)
        {
            conjugate[place] += times;
            continue;
        }
        // Powers of other things: |ψ|^p and the like.
        if let (Term::Power(base, exponent), true) =
            (part, contains(system, part, &|inner| evolving_field(inner).is_some()))
        {
            let base = moduli(system, base)?;
            let exponent = moduli(system, exponent)?;
            rest.push(Term::Power(Arc::new(base), Arc::new(exponent)));
            continue;
        }
        if matches!(part, Term::Product(_)) {
            return None;
        }
        rest.push(moduli(system, part)?);
    }
    if let Some(field) = over {
        plain[field] -= 1;
        if plain[field] < 0 {
            return None;
        }
    }
    for place in 0..plain.len() {
        if !system.fields[place].complex {
            // A real field changes along its flow unless only its own factor is there.
            if plain[place] != 0 || conjugate[place] != 0 {
                return None;
            }
            continue;
        }
        if plain[place] != conjugate[place] {
            return None;
        }
        if plain[place] != 0 {
            let modulus = Term::Function(Function::Absolute, [Term::Field(place)].into());
            let exponent = Term::Number(Complex64::new(2.0 * plain[place] as f64, 0.0));
            rest.push(Term::Power(Arc::new(modulus), Arc::new(exponent)));
        }
    }
    Some(product(rest))
}
