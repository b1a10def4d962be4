//! Steps of equations with noise that nobody chose: from save to save as short as the fields ask for that noise has driven away from their start.
//!
//! A step depends on what was before it alone, so that it does not choose among the ways that noise may go. A stretch is done again
//! only where its numbers are none: where a value became infinite, or a step was above the bound of stability at its end.

use std::sync::Arc;

use holor_field::run::Outcome;
use holor_field::{FieldError, FieldResult};

use super::checks::Verdict;
use super::{Driver, Frame};
use crate::field::run::Series;

/// The limit of the step is computed anew where the slopes of the rates have changed by this part since it was.
const CHANGED: f64 = 0.1;
/// A step becomes another where the limit is so much shorter or longer.
const SHORTER: f64 = 0.95;
const LONGER: f64 = 1.5;
/// A stretch whose values grow without bound, again after the step was quartered so often, is believed.
const MOST_FAILURES: u32 = 8;

impl Driver<'_> {
    /// Gives the next stretch the step that the fields at its start ask for.
    pub(super) fn follow(&mut self, time: f64, frame: &[Series]) -> FieldResult<()> {
        let Some(step) = self.run.timeline().map(|line| line.step) else { return Ok(()) };
        let Some(slopes) = self.slopes(time, frame) else { return Ok(()) };
        let known = self.made.seen.as_deref();
        if known.is_some_and(|seen| slopes.change_since(&seen.limit) <= CHANGED) {
            return Ok(());
        }
        let limit = self.limit(time, frame)?.unwrap_or(f64::INFINITY).min(self.widest());
        let mut seen =
            self.made.seen.take().map(Arc::unwrap_or_clone).unwrap_or_default();
        seen.limit = slopes;
        self.made.seen = Some(Arc::new(seen));
        if limit < SHORTER * step || limit > LONGER * step {
            self.take_step(limit)?;
        }
        Ok(())
    }

    /// The step that the start asked for.
    fn widest(&self) -> f64 {
        let made = &self.made;
        let bound = made.stepping.stable_step.map(|bound| bound * made.options.safety);
        // Where nothing bounds it, as a run begins.
        bound.unwrap_or(made.save / 20.0).min(made.save)
    }

    fn take_step(&mut self, step: f64) -> FieldResult<()> {
        self.run.set_step(step)?;
        let word = "the step follows the fields that noise drives, from save to save";
        if !self.made.why.iter().any(|line| line == word) {
            self.made.why.push(word.to_owned());
        }
        Ok(())
    }

    /// Whether a stretch with noise may be kept.
    pub(super) fn followed(
        &mut self,
        frames: &[Frame],
        outcome: &Result<Outcome, FieldError>,
    ) -> FieldResult<Verdict> {
        let Some(step) = self.run.timeline().map(|line| line.step) else {
            return Ok(Verdict::Good);
        };
        if self.failures >= MOST_FAILURES {
            return Ok(Verdict::Good);
        }
        let shorter = match (outcome, frames.last()) {
            (Err(FieldError::NotFinite { .. } | FieldError::NotSolved { .. }), _) => {
                Some(step / 4.0)
            }
            (Ok(Outcome::Reached), Some((time, last, _))) => {
                let bound = self.bound_at(*time, last)?;
                bound
                    .filter(|bound| step > *bound)
                    .map(|bound| (bound * self.made.options.safety).min(step / 4.0))
            }
            _ => None,
        };
        let Some(step) = shorter else { return Ok(Verdict::Good) };
        self.failures += 1;
        // The limit is looked at anew when the stretch is over.
        self.made.seen = None;
        Ok(Verdict::Shorter(step))
    }

    /// The bound of stability at a frame, where its slopes are others than when the step was chosen.
    fn bound_at(&mut self, time: f64, frame: &[Series]) -> FieldResult<Option<f64>> {
        let Some(slopes) = self.slopes(time, frame) else { return Ok(None) };
        let known = self.made.seen.as_deref();
        // The step is a small part of the bound: it holds until they have grown by more than that.
        if known.is_some_and(|seen| slopes.growth_since(&seen.limit) < 1.0) {
            return Ok(None);
        }
        Ok(self.limit(time, frame)?.map(|limit| limit / self.made.options.safety))
    }
}
