//! Measures that look at the neighbours of each point: local order, vortices, plaquettes.

use std::f64::consts::TAU;

use holor_field::equation::{Function, Term};
use holor_field::plan::ReductionKind;
use holor_field::run::Measure;

use super::terms::{
    call, is_zero, number, off_norm, quaternion_product, shifted, sum, times, unit,
    unit_quaternion, way, with_phase,
};
use super::{
    Finish, Measured, NEAR, Parts, Place, check_phases, first, gathered, whole_number,
};
use crate::builtins::coherence::data::integer;
use crate::field::Simulation;
use crate::{Value, codes};

impl Measured {
    pub(super) fn local(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
        kind: ReductionKind,
    ) -> Option<usize> {
        let (phases, radius) = match (parts.positional.as_slice(), parts.named.as_slice())
        {
            ([phases], []) => (*phases, 1),
            ([phases, radius], []) | ([phases], [("radius", radius)]) => {
                (*phases, whole_number(place, radius)?)
            }
            _ => return None,
        };
        let phases = self.term(place, phases)?;
        if !self.is_real(&phases) {
            return None;
        }
        Self::layout(place)?;
        let size = call(Function::Absolute, phases.clone());
        let measures = vec![
            Measure::Local { of: unit(&phases), radius: radius as usize, kind },
            gathered(ReductionKind::Maximum, vec![size]),
        ];
        let cells = Self::cells(place);
        let finish: Finish = Box::new(move |at, numbers| {
            check_phases(at, numbers.last().copied().unwrap_or(f64::NAN))?;
            Ok(Some((first(numbers) / cells).into()))
        });
        self.add(place, measures, finish)
    }

    pub(super) fn vortices(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
        counted: bool,
    ) -> Option<usize> {
        let term = self.term(place, parts.only()?)?;
        let axes = &place.rest.system.system.grid.axes;
        let wide = axes.iter().all(|axis| !axis.closed || axis.points >= 3);
        if axes.len() != 2 || !wide {
            return None;
        }
        // Phases must be within a turn, as those of a complex field are.
        let (phase, field) = match &term {
            Term::Function(Function::Argument, _) => (term.clone(), None),
            _ if self.is_real(&term) => return None,
            // Beyond a side that does not close a cell has no neighbour whose phase it could take.
            _ if axes.iter().any(|axis| !axis.closed) => return None,
            _ => (call(Function::Argument, with_phase(&term)), Some(&term)),
        };
        let at = |x, y| shifted(0, x, shifted(1, y, phase.clone()));
        let [a, b, c, d] = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
        // Along the first axis, then the second; the ways back are the opposites of those there.
        let way = sum(&[
            way(&a, &b),
            way(&b, &c),
            times(&[number(-1.0), way(&d, &c)]),
            times(&[number(-1.0), way(&a, &d)]),
        ]);
        let turns = sum(&[times(&[number(1.0 / TAU), way]), number(0.5)]);
        let charge = call(Function::Floor, turns);
        let size = call(Function::Absolute, charge.clone());
        let present = Term::Function(Function::Less, [number(0.5), size].into());
        let mut measures = vec![Measure::Gathered {
            kind: ReductionKind::Sum,
            terms: vec![if counted { present } else { charge }],
            inside: true,
            order: 2,
        }];
        if let Some(field) = field {
            let zero = is_zero(field);
            let beside = Term::Function(
                Function::Or,
                [shifted(0, 1, zero.clone()), shifted(1, 1, zero.clone())].into(),
            );
            let both = Term::Function(Function::And, [zero, beside].into());
            measures.push(gathered(ReductionKind::Sum, vec![both]));
        }
        let finish: Finish = Box::new(move |at, numbers| {
            if numbers.get(1).is_some_and(|both| *both != 0.0) {
                let message = "the winding number is undefined: the field is 0 at a cell and next to it; give a least amplitude above 0";
                return Err(at.error(&codes::E0301_UNDEFINED, message));
            }
            let sum = first(numbers);
            Ok(sum.is_finite().then(|| integer(sum.round() as i64)))
        });
        self.add(place, measures, finish)
    }

    pub(super) fn plaquettes(
        &mut self,
        place: Place<'_>,
        parts: &Parts<'_>,
    ) -> Option<usize> {
        let links = Self::evaluate(place, parts.only()?)?;
        let formulas: Vec<Value> = match &links {
            Value::Simulation(Simulation::Field(field)) => {
                // From now on it is found by the names of its components.
                place.call.formula_of_field(field, place.call.span()).ok()?;
                field.formulas().into_iter().map(Value::Expr).collect()
            }
            Value::List(items) => items.to_vec(),
            _ => return None,
        };
        let mut terms = Vec::new();
        for formula in &formulas {
            let term = self.term_of_value(place, formula)?;
            if !self.is_real(&term) {
                return None;
            }
            terms.push(term);
        }
        let axes = &place.rest.system.system.grid.axes;
        let rank = axes.len();
        if rank < 2 || axes.iter().any(|axis| !axis.closed) {
            return None;
        }
        let planes = (0..rank).flat_map(|k| (k + 1..rank).map(move |l| (k, l)));
        let of: Vec<Term> = if terms.len() == rank {
            planes
                .map(|(k, l)| {
                    let angle = sum(&[
                        terms[k].clone(),
                        shifted(k, 1, terms[l].clone()),
                        times(&[number(-1.0), shifted(l, 1, terms[k].clone())]),
                        times(&[number(-1.0), terms[l].clone()]),
                    ]);
                    call(Function::Cosine, angle)
                })
                .collect()
        } else if terms.len() == 4 * rank {
            let link = |k: usize| unit_quaternion(&terms[4 * k..4 * k + 4]);
            planes
                .map(|(k, l)| {
                    let (a, d) = (link(k), link(l));
                    let b = link(l).map(|part| shifted(k, 1, part));
                    let c = link(k).map(|part| shifted(l, 1, part));
                    let there = quaternion_product(&a, &b);
                    let back = quaternion_product(&d, &c);
                    // The scalar part of a product with a conjugate.
                    let parts = there.into_iter().zip(back);
                    sum(&parts.map(|(x, y)| times(&[x, y])).collect::<Vec<_>>())
                })
                .collect()
        } else {
            return None;
        };
        let scale = 1.0 / (Self::cells(place) * of.len() as f64);
        let mut measures = vec![gathered(ReductionKind::Sum, vec![sum(&of)])];
        if terms.len() > rank {
            let off = terms.chunks(4).map(|link| off_norm(link).1);
            measures.push(gathered(ReductionKind::Maximum, off.collect()));
        }
        let finish: Finish = Box::new(move |_, numbers| {
            let Some((sum, off)) = numbers.split_first() else { return Ok(None) };
            // Links that are no quaternions of norm 1 are refused with their place.
            let fine = off.iter().all(|off| *off < NEAR);
            Ok(fine.then(|| (sum * scale).into()))
        });
        self.add(place, measures, finish)
    }
}
