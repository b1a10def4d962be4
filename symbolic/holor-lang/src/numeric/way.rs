//! Bundles of geodesics from sample to sample.

use holor_field::ensemble::{self, Advance, Ended, Ends, Options};
use holor_field::pointwise::{self, Input};
use holor_field::run::Control;
use holor_field::{Backend, FieldError, FieldResult, NodeId};

use super::Bundle;

/// Integrates from sample to sample.
pub(crate) struct Way<'a> {
    /// The geodesics.
    pub(crate) bundle: &'a Bundle,
    /// How exactly.
    pub(crate) options: &'a Options,
    /// How many there are.
    pub(crate) members: usize,
    /// The momenta that stay.
    pub(crate) constants: &'a [Vec<f64>],
    /// Where.
    pub(crate) backend: &'a dyn Backend,
    /// Whether the person interrupted.
    pub(crate) interrupted: &'a (dyn Fn() -> bool + Sync),
}

/// What is kept of a bundle.
pub(crate) struct Frames {
    /// The parameter, the coordinates, their derivatives: the samples one after the other, or the last states.
    pub(crate) kept: Vec<Vec<f64>>,
    /// The last states.
    pub(crate) ends: Ends,
}

impl Way<'_> {
    /// The states at the parameters, of which without samples only the last is kept. A geodesic that has ended keeps its last state.
    ///
    /// # Errors
    /// What [`ensemble::integrate`] says.
    pub(crate) fn frames(
        &self,
        start: Vec<Vec<f64>>,
        parameters: &[f64],
        samples: Option<usize>,
        watch: &mut dyn FnMut(&Advance) -> Control,
    ) -> FieldResult<Frames> {
        let n = self.bundle.chart.dimension();
        let mut kept: Vec<Vec<f64>> = vec![Vec::new(); 2 * n + 1];
        let mut all: Option<Ends> = None;
        let mut state = start;
        for (piece, span) in parameters.windows(2).enumerate() {
            let [from, to] = [0, 1].map(|k| span.get(k).copied().unwrap_or(0.0));
            // Those that are still on the way.
            let going: Vec<usize> = (0..self.members)
                .filter(|k| {
                    all.as_ref()
                        .is_none_or(|own| own.ended.get(*k) == Some(&Ended::Reached))
                })
                .collect();
            let pick = |lists: &[Vec<f64>]| -> Vec<Vec<f64>> {
                let of = |list: &Vec<f64>| {
                    going.iter().filter_map(|k| list.get(*k).copied()).collect()
                };
                lists.iter().map(of).collect()
            };
            if samples.is_some() && piece == 0 {
                let outputs = self.values(&state, &self.bundle.equations.outputs)?;
                keep(&mut kept, n, &vec![from; self.members], &state, &outputs);
            }
            if !going.is_empty() {
                let options = Options { span: (from, to), ..self.options.clone() };
                let pieces = parameters.len() - 1;
                let mut part = |advance: &Advance| {
                    let fraction = (piece as f64 + advance.fraction) / pieces as f64;
                    watch(&Advance { fraction, ..*advance })
                };
                let ends = ensemble::integrate(
                    &self.bundle.equations,
                    &pick(&state),
                    &pick(self.constants),
                    &options,
                    self.backend,
                    &mut part,
                    self.interrupted,
                )?;
                match &mut all {
                    None => all = Some(ends),
                    Some(own) => join(own, &going, ends),
                }
            }
            if let Some(own) = &all {
                state.clone_from(&own.unknowns);
                if samples.is_some() || piece + 2 == parameters.len() {
                    keep(&mut kept, n, &own.parameter, &own.unknowns, &own.outputs);
                }
            }
        }
        match all {
            Some(ends) => Ok(Frames { kept, ends }),
            None => Err(FieldError::invalid("there is no geodesic", "")),
        }
    }

    /// Members whose equations have no finite value at a state.
    ///
    /// # Errors
    /// What [`pointwise::evaluate`] says.
    pub(crate) fn not_finite(&self, state: &[Vec<f64>]) -> FieldResult<Vec<usize>> {
        let equations = &self.bundle.equations;
        let roots: Vec<NodeId> =
            equations.rates.iter().chain(&equations.conserved).copied().collect();
        let values = self.values(state, &roots)?;
        let wrong = |k: &usize| {
            values.iter().any(|own| !own.get(*k).is_some_and(|it| it.is_finite()))
        };
        Ok((0..self.members).filter(wrong).collect())
    }

    /// The values of formulas of the equations at a state.
    fn values(&self, state: &[Vec<f64>], roots: &[NodeId]) -> FieldResult<Vec<Vec<f64>>> {
        let inputs: Vec<Input<'_>> =
            state.iter().chain(self.constants).map(|own| Input::Each(own)).collect();
        pointwise::evaluate(
            &self.bundle.equations.graph,
            roots,
            &inputs,
            self.members,
            self.backend,
            self.interrupted,
        )
    }
}

fn keep(
    kept: &mut [Vec<f64>],
    n: usize,
    parameter: &[f64],
    unknowns: &[Vec<f64>],
    outputs: &[Vec<f64>],
) {
    let lists = std::iter::once(parameter)
        .chain(unknowns.iter().take(n).map(Vec::as_slice))
        .chain(outputs.iter().map(Vec::as_slice));
    for (own, list) in kept.iter_mut().zip(lists) {
        own.extend_from_slice(list);
    }
}

/// Puts the ends of some members in their places.
fn join(all: &mut Ends, going: &[usize], part: Ends) {
    // What has changed before this piece adds to what changes in it.
    let mut drift = part.drift;
    for (k, member) in going.iter().enumerate() {
        let before = all.conserved.iter().zip(&part.conserved).map(|(first, now)| {
            let of = |list: &[f64], place: usize| list.get(place).copied().unwrap_or(0.0);
            (of(now, k) - of(first, *member)).abs()
        });
        let before = before.fold(0.0, f64::max);
        if let Some(own) = drift.get_mut(k) {
            *own = (*own + before).max(all.drift.get(*member).copied().unwrap_or(0.0));
        }
    }
    let scatter = |to: &mut Vec<f64>, from: &[f64]| {
        for (member, value) in going.iter().zip(from) {
            if let Some(slot) = to.get_mut(*member) {
                *slot = *value;
            }
        }
    };
    for (to, from) in all.unknowns.iter_mut().zip(&part.unknowns) {
        scatter(to, from);
    }
    for (to, from) in all.outputs.iter_mut().zip(&part.outputs) {
        scatter(to, from);
    }
    scatter(&mut all.parameter, &part.parameter);
    scatter(&mut all.drift, &drift);
    for (member, ended) in going.iter().zip(part.ended) {
        if let Some(slot) = all.ended.get_mut(*member) {
            *slot = ended;
        }
    }
    all.attempts += part.attempts;
    all.compile_seconds += part.compile_seconds;
}
