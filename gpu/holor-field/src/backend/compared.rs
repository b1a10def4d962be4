//! Whether two machines carry out a plan with Fourier transforms alike.
//!
//! Libraries round transforms differently, and where nearby states part from each other exponentially, so do runs. What is compared is therefore
//! one or two repetitions of each procedure from the same numbers, up to a small multiple of rounding. A spectrum that an inverse
//! transform, or a filter, leaves behind has no meaning, and neither has what it was exchanged with.

use super::{Machine, Precision};
use crate::plan::{Action, ArrayId, Plan, Transform};

/// How far numbers may lie apart, relative to the largest ones that they are calculated from and with.
pub(super) fn tolerance(precision: Precision) -> f64 {
    match precision {
        Precision::Double => 1e-9,
        Precision::Single => 1e-4,
    }
}

/// For each array the number of the group whose values have one scale; none for those without meaning.
pub(super) struct Groups(Vec<Option<usize>>);

impl Groups {
    /// Arrays that a program binds together, that a transform has on one side, or that are copied to one another have one scale.
    pub(super) fn new(plan: &Plan) -> Self {
        let count = plan.arrays.len();
        let mut groups: Vec<usize> = (0..count).collect();
        let join = |groups: &mut Vec<usize>, arrays: &[ArrayId]| {
            for pair in arrays.windows(2) {
                let (old, new) = (groups[pair[1]], groups[pair[0]]);
                groups.iter_mut().filter(|group| **group == old).for_each(|g| *g = new);
            }
        };
        let mut lost = vec![false; count];
        for Transform { real, imaginary, spectrum } in &plan.transforms {
            join(&mut groups, spectrum);
            if let Some(imaginary) = imaginary {
                join(&mut groups, &[*real, *imaginary]);
            }
        }
        let actions = || plan.procedures.iter().flat_map(|own| &own.actions);
        for action in actions() {
            match action {
                Action::Run { arrays, .. } => join(&mut groups, arrays),
                Action::Exchange(a, b) | Action::Copy { from: a, to: b } => {
                    join(&mut groups, &[*a, *b]);
                }
                Action::Inverse(transform) | Action::Filter { transform, .. } => {
                    for part in plan.transforms[*transform].spectrum {
                        lost[part] = true;
                    }
                }
                _ => {}
            }
        }
        loop {
            let before = lost.clone();
            for action in actions() {
                match action {
                    Action::Exchange(a, b) => {
                        let either = lost[*a] || lost[*b];
                        (lost[*a], lost[*b]) = (either, either);
                    }
                    Action::Copy { from, to } => lost[*to] |= lost[*from],
                    _ => {}
                }
            }
            if before == lost {
                break;
            }
        }
        for array in &plan.temporary {
            lost[*array] = true;
        }
        let kept = groups.into_iter().zip(lost);
        Self(kept.map(|(group, lost)| (!lost).then_some(group)).collect())
    }

    /// The largest distance, relative to the largest number of its group, with the name of what has it. It is infinite where one is a number
    /// and the other is not.
    pub(super) fn apart(
        &self,
        plan: &Plan,
        first: &mut dyn Machine,
        other: &mut dyn Machine,
    ) -> (f64, String) {
        let (mut expected, mut found) = (Vec::new(), Vec::new());
        let mut scales = vec![0.0_f64; plan.arrays.len()];
        let mut apart = vec![0.0_f64; plan.arrays.len()];
        for (place, array) in plan.arrays.iter().enumerate() {
            let Some(group) = self.0[place] else { continue };
            expected.resize(array.layout.cells(), 0.0);
            found.resize(array.layout.cells(), 0.0);
            first.read(place, &mut expected);
            other.read(place, &mut found);
            for (e, f) in expected.iter().zip(&found) {
                if e.is_finite() {
                    scales[group] = scales[group].max(e.abs());
                }
                apart[place] = apart[place].max(distance(*e, *f));
            }
        }
        let mut worst = (0.0, String::new());
        let mut note = |distance: f64, scale: f64, name: &str| {
            let relative = if distance == 0.0 { 0.0 } else { distance / scale };
            if relative > worst.0 {
                worst = (relative, name.to_owned());
            }
        };
        for (place, array) in plan.arrays.iter().enumerate() {
            if let Some(group) = self.0[place] {
                note(apart[place], scales[group], &array.name);
            }
        }
        // A sum may be small because its summands cancel: its scale is that of the largest scalar that is summed.
        let sums: Vec<bool> = (0..plan.scalars.len())
            .map(|scalar| {
                let mut all = plan.programs.iter().flat_map(|own| &own.reductions);
                all.any(|reduction| reduction.scalar == scalar)
            })
            .collect();
        let values: Vec<[f64; 2]> = (0..plan.scalars.len())
            .map(|scalar| [first.scalar(scalar), other.scalar(scalar)])
            .collect();
        let summed =
            values.iter().zip(&sums).filter(|(own, sum)| **sum && own[0].is_finite());
        let most = summed.fold(0.0_f64, |most, (own, _)| most.max(own[0].abs()));
        for (scalar, [e, f]) in plan.scalars.iter().zip(values) {
            let scale = if e.is_finite() { most.max(e.abs()) } else { 1.0 };
            note(distance(e, f), scale, &scalar.name);
        }
        worst
    }
}

/// How far two numbers lie apart; 0 where both are no numbers, infinite where one of them is.
fn distance(a: f64, b: f64) -> f64 {
    match (a.is_finite(), b.is_finite()) {
        (true, true) => (a - b).abs(),
        (false, false) if a.is_nan() == b.is_nan() => 0.0,
        _ => f64::INFINITY,
    }
}
