//! Taking rates apart: noises from the rest, the linear from the nonlinear.

use std::collections::HashMap;

use super::formula::{Formula, Formulas, Id, Source};

/// Why a rate is not linear in its noises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoiseFailure {
    /// A noise is squared, in a function, or multiplied by another.
    Nonlinear,
    /// A product of a noise with something else is differentiated or shifted.
    Moved,
}

/// A noise as a rate sees it: itself, its derivative or its shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoisyPart {
    /// The noise or the difference of it.
    pub(super) noise: Id,
    /// What it is multiplied by.
    pub(super) amplitude: Id,
}

/// Takes a formula apart into what has no noise, and noises times amplitudes.
pub(super) fn separate_noise(
    formulas: &mut Formulas,
    id: Id,
) -> Result<(Id, Vec<NoisyPart>), NoiseFailure> {
    if !formulas.facts(id).noise {
        return Ok((id, Vec::new()));
    }
    let zero = formulas.number(0.0);
    match formulas.get(id).clone() {
        Formula::Array(Source::Noise(_)) => {
            let amplitude = formulas.number(1.0);
            Ok((zero, vec![NoisyPart { noise: id, amplitude }]))
        }
        Formula::Sum(constant, terms) => {
            let constant = formulas.number(constant.value());
            let mut rest = vec![(constant, 1.0)];
            let mut noises: Vec<NoisyPart> = Vec::new();
            for (id, factor) in terms {
                let (quiet, parts) = separate_noise(formulas, id)?;
                rest.push((quiet, factor.value()));
                for part in parts {
                    let amplitude = formulas.scale(part.amplitude, factor.value());
                    match noises.iter_mut().find(|known| known.noise == part.noise) {
                        Some(known) => {
                            known.amplitude = formulas.add(known.amplitude, amplitude);
                        }
                        None => noises.push(NoisyPart { noise: part.noise, amplitude }),
                    }
                }
            }
            Ok((formulas.sum(&rest), noises))
        }
        Formula::Product(factors) => {
            let (noisy, quiet): (Vec<Id>, Vec<Id>) =
                factors.iter().partition(|id| formulas.facts(**id).noise);
            let [noisy] = noisy.as_slice() else { return Err(NoiseFailure::Nonlinear) };
            let (rest, parts) = separate_noise(formulas, *noisy)?;
            let quiet = formulas.product(&quiet);
            let rest = formulas.multiply(quiet, rest);
            let parts = parts
                .into_iter()
                .map(|part| NoisyPart {
                    noise: part.noise,
                    amplitude: formulas.multiply(quiet, part.amplitude),
                })
                .collect();
            Ok((rest, parts))
        }
        Formula::Select(condition, then, otherwise)
            if !formulas.facts(condition).noise =>
        {
            let (then_rest, then) = separate_noise(formulas, then)?;
            let (rest, otherwise) = separate_noise(formulas, otherwise)?;
            let mut noises: Vec<NoisyPart> = Vec::new();
            for part in then {
                let amplitude = formulas.select(condition, part.amplitude, zero);
                noises.push(NoisyPart { noise: part.noise, amplitude });
            }
            for part in otherwise {
                let amplitude = formulas.select(condition, zero, part.amplitude);
                match noises.iter_mut().find(|known| known.noise == part.noise) {
                    Some(known) => {
                        known.amplitude = formulas.add(known.amplitude, amplitude);
                    }
                    None => noises.push(NoisyPart { noise: part.noise, amplitude }),
                }
            }
            Ok((formulas.select(condition, then_rest, rest), noises))
        }
        Formula::Derivative(_, body) | Formula::Shifted(_, body) => {
            if matches!(formulas.get(body), Formula::Array(Source::Noise(_))) {
                let amplitude = formulas.number(1.0);
                return Ok((zero, vec![NoisyPart { noise: id, amplitude }]));
            }
            Err(NoiseFailure::Moved)
        }
        _ => Err(NoiseFailure::Nonlinear),
    }
}

/// Takes a formula apart into what is linear in the planes, with coefficients that do not depend on them, and the rest.
#[derive(Debug, Default)]
pub(super) struct Linear {
    known: HashMap<Id, (Id, Id)>,
}

impl Linear {
    /// The linear part and the rest. Time derivatives of fields count as linear.
    pub(super) fn separate(&mut self, formulas: &mut Formulas, id: Id) -> (Id, Id) {
        let zero = formulas.number(0.0);
        if !formulas.facts(id).planes {
            return (zero, id);
        }
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let parts = match formulas.get(id).clone() {
            Formula::Array(Source::Plane(_) | Source::Velocity(_)) => (id, zero),
            Formula::Sum(constant, terms) => {
                let constant = formulas.number(constant.value());
                let (mut linear, mut rest) = (Vec::new(), vec![(constant, 1.0)]);
                for (id, factor) in terms {
                    let parts = self.separate(formulas, id);
                    linear.push((parts.0, factor.value()));
                    rest.push((parts.1, factor.value()));
                }
                (formulas.sum(&linear), formulas.sum(&rest))
            }
            Formula::Product(factors) => {
                let (inside, outside): (Vec<Id>, Vec<Id>) =
                    factors.iter().partition(|id| formulas.facts(**id).planes);
                match inside.as_slice() {
                    [one] => {
                        let (linear, rest) = self.separate(formulas, *one);
                        if formulas.value(linear) == Some(0.0) {
                            (zero, id)
                        } else {
                            let outside = formulas.product(&outside);
                            (
                                formulas.multiply(outside, linear),
                                formulas.multiply(outside, rest),
                            )
                        }
                    }
                    _ => (zero, id),
                }
            }
            Formula::Derivative(orders, body) => {
                let (linear, rest) = self.separate(formulas, body);
                let mut apply = |mut id: Id| {
                    for (axis, order) in orders.iter().enumerate() {
                        for _ in 0..*order {
                            id = formulas.derivative(axis, id);
                        }
                    }
                    id
                };
                (apply(linear), apply(rest))
            }
            Formula::Shifted(by, body) => {
                let (linear, rest) = self.separate(formulas, body);
                let mut apply = |mut id: Id| {
                    for (axis, by) in by.iter().enumerate() {
                        id = formulas.beside(axis, *by, id);
                    }
                    id
                };
                (apply(linear), apply(rest))
            }
            Formula::Select(condition, then, otherwise)
                if !formulas.facts(condition).planes =>
            {
                let then = self.separate(formulas, then);
                let otherwise = self.separate(formulas, otherwise);
                (
                    formulas.select(condition, then.0, otherwise.0),
                    formulas.select(condition, then.1, otherwise.1),
                )
            }
            _ => (zero, id),
        };
        self.known.insert(id, parts);
        parts
    }
}

/// Whether a time derivative of a field occurs.
pub(super) fn has_velocity(formulas: &Formulas, id: Id) -> bool {
    any(formulas, id, &|formula| matches!(formula, Formula::Array(Source::Velocity(_))))
}

/// Whether anything in a formula satisfies a condition.
pub(super) fn any(formulas: &Formulas, id: Id, holds: &dyn Fn(&Formula) -> bool) -> bool {
    let mut pending = vec![id];
    let mut seen = std::collections::HashSet::new();
    while let Some(id) = pending.pop() {
        if !seen.insert(id) {
            continue;
        }
        let formula = formulas.get(id);
        if holds(formula) {
            return true;
        }
        pending.extend(formulas.operands(formula));
    }
    false
}
