//! Whether a stretch may be kept, or its step was too long.

use holor_field::discretise::SpaceOptions;
use holor_field::run::{Outcome, State};
use holor_field::{FieldError, FieldResult, Precision, spectral, stepper};

use super::frames::{difference, grow, largest};
use super::{Driver, Frame, Observation, begin, frames_to, starting_from};
use crate::field::run::Series;

/// How much half the step may change a frame at the end, relative to the largest value, where no tolerance was chosen: of differences, whose
/// own error is mostly larger.
const TOLERANCE: f64 = 1e-4;
/// The same for methods of second order in time, whose steps would become very short.
const SECOND_ORDER_TOLERANCE: f64 = 1e-3;
/// The same in Fourier space, where space has next to no error.
const SPECTRAL_TOLERANCE: f64 = 1e-5;
/// A stretch is done again with a shorter step at most so often.
const MOST_TRIALS: usize = 30;
/// A stretch whose values grow without bound, again after the step was quartered so often, is believed.
const MOST_FAILURES: u32 = 3;
/// A stretch that changes with the step as much as before, again after the step was shortened so often, is believed, with a warning.
const MOST_IN_VAIN: u32 = 2;
/// Values that grow by this factor over a stretch, and the step's limit that falls by it, may be a solution that becomes infinite.
const OUT_OF_HAND: f64 = 100.0;
/// Where accuracy asks for a step shorter by this factor than stability at the start, nothing is gained by going on.
const FAR_TOO_SHORT: f64 = 1e-5;

/// What is checked of a stretch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checks {
    /// Whether its step still fits the fields at its end.
    pub(super) limit: bool,
    /// Whether half the step gives the same.
    pub(super) halves: bool,
}

/// What comes of it.
pub(super) enum Verdict {
    Good,
    /// The person interrupted before it was known.
    Interrupted,
    /// The stretch is done again with this step.
    Shorter(f64),
}

impl Driver<'_> {
    /// Whether a stretch may be kept.
    pub(super) fn verdict(
        &mut self,
        frames: &[Frame],
        outcome: &Result<Outcome, FieldError>,
        (before, trunk): (Option<&Frame>, Option<&State>),
        checks: Checks,
        target: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<Verdict> {
        let step = self.made.step();
        if self.made.trials >= MOST_TRIALS {
            return Ok(Verdict::Good);
        }
        match outcome {
            Err(FieldError::NotFinite { .. }) => {
                // A step that the person chose is taken as it is.
                if !self.made.checked {
                    return Ok(Verdict::Good);
                }
                self.failures += 1;
                // A step that was too long is cured by a shorter one, a solution that becomes infinite is not.
                return Ok(match self.failures > MOST_FAILURES {
                    true => Verdict::Good,
                    false => Verdict::Shorter(step / 4.0),
                });
            }
            Ok(Outcome::Reached) => {}
            _ => return Ok(Verdict::Good),
        }
        let Some((time, last, _)) = frames.last() else { return Ok(Verdict::Good) };
        let before = before.or(frames.first());
        if checks.limit
            && let Some(limit) = self.limit(*time, last)?
            && step > 1.1 * limit
        {
            let growth = before.map_or(1.0, |(_, own, _)| {
                largest(last) / largest(own).max(f64::MIN_POSITIVE)
            });
            if growth < OUT_OF_HAND || step < OUT_OF_HAND * limit {
                return Ok(Verdict::Shorter(0.9 * limit));
            }
            self.failures += 1;
            if self.failures > MOST_FAILURES {
                return Err(FieldError::invalid(
                    format!(
                        "the fields grow without bound: by a factor of {growth:.1e} before t = {target}"
                    ),
                    match before {
                        Some((time, ..)) if *time > self.choices.times.0 => {
                            format!("t = {}..{time}", self.choices.times.0)
                        }
                        _ => "save = …, a shorter one".into(),
                    },
                ));
            }
            return Ok(Verdict::Shorter(step / 4.0));
        }
        if !checks.halves || !self.made.fixed {
            return Ok(Verdict::Good);
        }
        // The same stretch with half the step.
        let half = self.with_step(step / 2.0, None)?;
        let mut run = match trunk {
            None => begin(&half, None, &[], &self.backend)?,
            Some(state) => {
                let start = self.frame_of_state(state)?;
                let half = self.with_step(step / 2.0, Some(&start))?;
                begin(&half, None, &[], &self.backend)?
            }
        };
        let (fine, outcome) =
            frames_to(&mut run, &self.system.system, &half.stepping, target, observation);
        match outcome {
            Ok(Outcome::Reached) => {}
            Ok(Outcome::Interrupted(_)) => return Ok(Verdict::Interrupted),
            _ => return Ok(Verdict::Good),
        }
        let Some((_, fine, _)) = fine.last() else { return Ok(Verdict::Good) };
        let mut scales = self.made.scales.clone();
        for (_, values, _) in frames {
            grow(&mut scales, values);
        }
        let change = difference(last, fine, &scales);
        let whole = match self.made.built_in {
            Some(_) => SPECTRAL_TOLERANCE,
            None if self.made.convergence > 2.0 => TOLERANCE,
            None => SECOND_ORDER_TOLERANCE,
        };
        // Errors of stretches add up.
        let way = self.choices.times.1 - self.choices.times.0;
        let part = (self.made.save / way).min(1.0);
        let chosen = self.choices.tolerance.unwrap_or(whole) * part;
        // Each step is rounded, and shorter steps are more of them.
        let rounding = match self.made.options.precision {
            Precision::Single => f64::from(f32::EPSILON),
            Precision::Double => f64::EPSILON,
        };
        let start = before.map_or(target, |frame| frame.0);
        let allowed = chosen.max(rounding * (target - start).abs() / step);
        if change <= allowed {
            return Ok(Verdict::Good);
        }
        if step < FAR_TOO_SHORT * self.first_step {
            return Err(FieldError::invalid(
                format!(
                    "with steps of {step:.1e} the fields at t = {target} still change by {change:.1e} when the step is halved"
                ),
                format!("tolerance = {:.0e}", 10.0 * change),
            ));
        }
        let vain = self.last_change.is_some_and(|(end, before, expected)| {
            (end - target).abs() <= 1e-9 * self.made.save
                && change > before * expected.sqrt()
        });
        self.in_vain = if vain { self.in_vain + 1 } else { 0 };
        if self.in_vain >= MOST_IN_VAIN {
            let (single, double) = ("rounding (precision = double has less)", "rounding");
            let rounding = match self.made.options.precision {
                Precision::Single => single,
                Precision::Double => double,
            };
            self.stretch.warnings.push(format!(
                "half the step changes the fields at t = {target} by {change:.1e} of their size, and shorter steps do not help: {rounding}, or a flow so chaotic that single values mean little there; more frames (save = …) are checked one by one"
            ));
            return Ok(Verdict::Good);
        }
        let factor =
            (0.8 * (allowed / change).powf(1.0 / self.made.convergence)).clamp(0.1, 0.7);
        self.last_change = Some((target, change, factor.powf(self.made.convergence)));
        Ok(Verdict::Shorter(step * factor))
    }

    /// The longest step that fits the fields as they are; `None` where nothing bounds it.
    fn limit(&self, time: f64, frame: &[Series]) -> FieldResult<Option<f64>> {
        let now = starting_from(&self.system.system, frame);
        let times = (time, time + self.made.save);
        if self.made.built_in.is_some() {
            let Some(method) = spectral::Method::named(self.made.stepping.method) else {
                return Ok(None);
            };
            let form = spectral::analyse(&now)?;
            return Ok(spectral::suggest_step(&now, &form, method, times));
        }
        if self.made.proven {
            return Ok(None);
        }
        let space = SpaceOptions { times, ..self.made.space };
        let scheme = holor_field::discretise::discretise(&now, &space)?;
        let bound = stepper::largest_step(self.made.options.method, &scheme.stiffness);
        Ok((bound.is_finite() && bound > 0.0).then_some(bound * self.made.options.safety))
    }
}
