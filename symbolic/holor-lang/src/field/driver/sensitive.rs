//! Fields whose errors grow of themselves, as in turbulence: what half the step changes over a long stretch then says nothing of the step.

use holor_field::FieldResult;
use holor_field::run::Outcome;

use super::frames::{frame_of, grow, worst};
use super::sizes::{moving, scales};
use super::{Driver, Frame, Observation};
use crate::field::evolution::make_with;
use crate::field::run::Series;

/// Pieces of a stretch, each gone with the step and with half of it from the same fields.
const PIECES: u32 = 8;
/// A stretch has so many steps at least for this to be asked.
const FEWEST_STEPS: f64 = 4.0 * PIECES as f64;

/// From one piece to the next what half the step changes grows by this factor where it does so of itself, in all but so many of them: a jump on the way
/// does it once.
const GROWS: f64 = 1.4;
const ALL_BUT: usize = 2;

/// A run is done once more, with half its step, where that takes so many seconds at most.
const MOST_SECONDS: f64 = 1.0;
/// It says something where its end differs by so many times the tolerance.
const BEYOND: f64 = 10.0;

/// What the pieces of a stretch say.
pub(super) enum Pieces {
    /// Half the step changes as much in them as in all: the step is too long.
    Alike,
    /// In all of them together it changes no more than it may: the rest is what the equations make of small changes, again and again.
    Sensitive,
    /// The person interrupted before it was known.
    Interrupted,
}

impl Driver<'_> {
    /// Goes a stretch in pieces, from a frame at its beginning or from the start of the plan.
    pub(super) fn in_pieces(
        &mut self,
        from: Option<Frame>,
        (began, target): (f64, f64),
        allowed: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<Pieces> {
        let (step, way) = (self.made.step(), target - began);
        if self.choices.tolerance.is_some()
            || self.choices.limiter.is_some()
            || way.abs() < FEWEST_STEPS * step
        {
            return Ok(Pieces::Alike);
        }
        let length = way / f64::from(PIECES);
        // By the whole step all the way, and by half of it.
        let (mut whole, mut half) = (from.clone(), from);
        let (mut sum, mut apart) = (0.0, Vec::new());
        for piece in 1..=PIECES {
            let until = match piece {
                PIECES => target,
                piece => began + f64::from(piece) * length,
            };
            let mut ends = Vec::with_capacity(3);
            for (step, from) in
                [(step, &whole), (step / 2.0, &whole), (step / 2.0, &half)]
            {
                let Ok(made) = self.with_step_and_save(step, length, from.as_ref())
                else {
                    return Ok(Pieces::Alike);
                };
                match self.end_of(&made, until, observation)? {
                    Some(end) => ends.push(end),
                    None if (observation.interrupted)() => {
                        return Ok(Pieces::Interrupted);
                    }
                    None => return Ok(Pieces::Alike),
                }
            }
            let [end, near, far] = ends.as_slice() else { return Ok(Pieces::Alike) };
            let mut sizes = Vec::new();
            if let Some((_, values, _)) = &whole {
                grow(&mut sizes, values);
            }
            sum += self.change(sizes.clone(), end, near);
            if sum > allowed || sum.is_nan() {
                return Ok(Pieces::Alike);
            }
            apart.push(self.change(sizes, end, far));
            half = ends.pop().map(|end| (until, end, Vec::new()));
            whole = Some((until, std::mem::take(&mut ends[0]), Vec::new()));
        }
        let grown = apart.windows(2).filter(|pair| pair[1] > GROWS * pair[0]).count();
        Ok(match grown + 1 + ALL_BUT >= apart.len() {
            true => Pieces::Sensitive,
            false => Pieces::Alike,
        })
    }

    /// Does a short run once more with half its step: stretches are checked one by one, and what a little error of the first makes of the last is seen
    /// in no other way.
    pub(super) fn check_whole(
        &mut self,
        to: f64,
        took: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<()> {
        let began = self.made.options.start;
        let way = to - self.choices.times.0;
        let steps = (self.made.steps_before + self.run.count()).max(1) as f64;
        let step = self.made.step().min(way / steps);
        let again = 2.0 * way / step * took / steps;
        let reached = self.stretch.outcome == Ok(Outcome::Reached)
            && self.stretch.times.last().is_some_and(|last| *last >= to - 1e-9 * way);
        if !(self.made.checked && self.made.fixed && reached)
            || self.made.follows
            || self.choices.limiter.is_some()
            || self.choices.compensated
            // Steps follow what happens in time.
            || self.scales.is_some()
            || self.switches.is_some()
            || !self.stretch.warnings.is_empty()
            || again > MOST_SECONDS
            || again.is_nan()
            || began > to
        {
            return Ok(());
        }
        let snapshot = self.run.look()?;
        let last = frame_of(&self.system.system, &self.made.stepping, &snapshot);
        // From the first start, whatever the plan began with since.
        let choices = self.choices_with(step / 2.0, way);
        let Ok(made) = make_with(&self.system.system, &choices, self.made.form.clone())
        else {
            return Ok(());
        };
        let Some(fine) = self.end_of(&made, to, observation)? else { return Ok(()) };
        let change = self.change(self.made.scales.clone(), &last, &fine);
        if change > BEYOND * self.tolerance() {
            self.stretch.sensitive = true;
            self.stretch.warnings.push(format!(
                "half the step changes the fields at t = {to:.6} by {change:.1e} of their size, and no stretch between frames by more than it may: small errors grow on the way, as near an unstable equilibrium or in turbulence; tolerance = … asks for smaller ones, and single values of turbulence mean little"
            ));
        }
        Ok(())
    }

    /// What half the step changes, relative to the fields there and to these sizes of theirs before.
    fn change(&self, sizes: Vec<f64>, whole: &[Series], fine: &[Series]) -> f64 {
        let mut sizes = sizes;
        grow(&mut sizes, whole);
        moving(&mut sizes, whole, self.way(), super::checks::SHARP);
        worst(whole, fine, &scales(sizes, &self.starts())).0
    }
}
