//! Whether a stretch may be kept, or its step was too long.

use std::sync::Arc;

use holor_field::discretise::{self, Slopes, SpaceOptions};
use holor_field::equation::Complex64;
use holor_field::run::{Outcome, State};
use holor_field::stepper::Method;
use holor_field::{FieldError, FieldResult, Precision, spectral, stepper};

use super::frames::{grow, largest, worst, worst_apart, worst_on_average};
use super::sensitive::Pieces;
use super::sizes::{self, Between, Scale, moving};
use super::{Driver, Frame, Observation, begin, frames_to, starting_from};
use crate::array::rounded;
use crate::field::resolution::{diffuses, torn};
use crate::field::run::Series;

/// How much half the step may change a frame at the end, relative to the largest value, where no tolerance was chosen: of differences, whose
/// own error is mostly larger.
const TOLERANCE: f64 = 1e-4;
/// The same for leapfrog, whose errors are of phases and whose steps would become very short.
const LEAPFROG_TOLERANCE: f64 = 1e-3;
/// And of fluxes that are reconstructed, whose error in space is of the order of a cell where they jump, in the mean.
const LIMITED_TOLERANCE: f64 = 1e-3;
/// The same in Fourier space, where space has next to no error.
const SPECTRAL_TOLERANCE: f64 = 1e-5;
/// A field that was below this part of its size until the end of a stretch has only begun: how its first step came out says nothing.
const BEGINS: f64 = 1e-3;
/// Fields are sensitive where half the step changes a stretch so many times more than all pieces of it.
const AMPLIFIED: f64 = 100.0;
/// But what half the step makes another by so much of its size has not grown of itself.
const OTHERWISE: f64 = 0.01;
/// Where no tolerance was chosen, time derivatives may change by so many times the part of their size that fields may: short waves are far larger in them.
pub(super) const SHARP: f64 = 10.0;
/// How often a step rounds, as far as its result shows: of methods of several stages and transforms 3 to 5 units were measured.
const ROUNDINGS: f64 = 8.0;
/// A stretch is done again with a shorter step at most so often.
const MOST_TRIALS: usize = 30;
/// A stretch whose values grow without bound, again after the step was quartered so often, is believed.
const MOST_FAILURES: u32 = 3;
/// The same of implicit methods, whose first step knows nothing of the equation.
const MOST_IMPLICIT_FAILURES: u32 = 5;
/// A solution becomes infinite at a time: shorter steps do not move it towards the start by more than this part.
const SETTLED: f64 = 0.5;
/// A stretch that changes with the step as much as before, again after the step was shortened so often, is believed, with a warning.
const MOST_IN_VAIN: u32 = 2;
/// Values that grow by this factor over a stretch, and the step's limit that falls by it, may be a solution that becomes infinite.
const OUT_OF_HAND: f64 = 100.0;
/// Where accuracy asks for a step shorter by this factor than stability at the start, nothing is gained by going on.
const FAR_TOO_SHORT: f64 = 1e-5;

/// A stretch whose limit falls with its step so often, and to such a part, has no step.
const MOST_FALLS: u32 = 6;
const FALLEN: f64 = 1e-2;
/// A change that no tolerance is meant for: where so many steps, shorter by so much than at first, still leave it, it is given up.
const LARGE: f64 = 0.01;
const SUDDEN: f64 = 2e-3;
const MANY_STEPS: f64 = 3e4;
/// The same where a field jumps and nothing smooths it, whose differences have no limit.
const TORN: f64 = 0.02;

/// What is left of a change when the step is halved once more, from which on it does not come to an end: of order 2 it is a quarter.
const UNFOLLOWED: f64 = 0.4;

const UNFOLLOWED_WAVES: &str = "velocities hold short waves of the grid, of next to no size in the fields, whose phases no step here follows: more points, or a start that meets the conditions at the sides, have fewer";

/// The limit of the step is computed anew where the slopes of the rates have grown by this part since it was.
const GROWN: f64 = 0.02;
/// Half the step is tried where they have changed by this part over a stretch, or have grown so much beyond those with which it was tried.
const CHANGED: f64 = 0.3;

/// The slopes of the rates so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct SlopesSeen {
    /// At the end of the last stretch.
    pub(crate) last: Slopes,
    /// When the limit of the step was computed last.
    pub(crate) limit: Slopes,
    /// The largest with which half the step was tried.
    pub(crate) halves: Slopes,
}

impl SlopesSeen {
    /// As numbers with names.
    pub(crate) fn to_numbers(&self) -> Vec<(String, f64)> {
        let parts = [&self.last, &self.limit, &self.halves].into_iter().zip(NAMES);
        parts.flat_map(|(slopes, name)| slopes.to_numbers(name)).collect()
    }

    /// From such numbers, which are taken away from others.
    pub(crate) fn take(numbers: &mut Vec<(String, f64)>) -> Option<Self> {
        let [last, limit, halves] = NAMES.map(|name| {
            let own = numbers.iter().map(|(name, value)| (name.as_str(), *value));
            Slopes::from_numbers(name, own)
        });
        let before = numbers.len();
        numbers.retain(|(name, _)| !NAMES.iter().any(|own| name.starts_with(own)));
        (numbers.len() < before).then_some(Self { last, limit, halves })
    }
}

/// Names of the slopes in a kept state.
const NAMES: [&str; 3] =
    ["holor slopes last ", "holor slopes limit ", "holor slopes halves "];

/// What is checked of a stretch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checks {
    /// Whether its step still fits the fields at its end.
    pub(super) limit: bool,
    /// Whether half the step gives the same.
    pub(super) halves: bool,
}

impl Checks {
    /// These and those that slopes ask for.
    fn and_of(self, slopes: Option<&Slopes>, seen: Option<&SlopesSeen>) -> Self {
        let Some(slopes) = slopes else { return self };
        let Some(seen) = seen else { return Self { limit: true, ..self } };
        // What is no number has changed.
        let more = |change: f64, than: f64| change > than || change.is_nan();
        Self {
            limit: self.limit || more(slopes.growth_since(&seen.limit), GROWN),
            halves: self.halves
                || more(slopes.change_since(&seen.last), CHANGED)
                || more(slopes.growth_since(&seen.halves), CHANGED),
        }
    }
}

/// What half the step makes of a stretch.
enum Halved {
    /// The fields at its end, and how large they were on the way.
    Frame(Vec<Series>, Between),
    /// It has no end, and that is what follows.
    Known(Verdict),
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
        if self.made.follows {
            return self.followed(frames, outcome);
        }
        let step = self.made.step();
        if self.made.trials >= MOST_TRIALS {
            let unchecked = format!(
                "the step was shortened {MOST_TRIALS} times, to {step:.1e}, and is no longer checked: more frames (save = …) or a larger tolerance need fewer"
            );
            let said = |line: &String| line.starts_with("the step was shortened");
            if !self.stretch.warnings.iter().any(said) {
                self.stretch.warnings.push(unchecked);
            }
            return Ok(Verdict::Good);
        }
        match outcome {
            Err(FieldError::NotFinite { .. } | FieldError::NotSolved { .. }) => {
                // A step that the person chose is taken as it is.
                if !self.made.checked {
                    return Ok(Verdict::Good);
                }
                let began = before.or(frames.first()).map_or(target, |frame| frame.0);
                return Ok(match self.is_believed(outcome, (began, target)) {
                    true => Verdict::Good,
                    false => Verdict::Shorter(step / 4.0),
                });
            }
            Ok(Outcome::Reached) => {}
            _ => return Ok(Verdict::Good),
        }
        let Some((time, last, _)) = frames.last() else { return Ok(Verdict::Good) };
        let before = before.or(frames.first());
        let slopes = self.slopes(*time, last);
        let checks = checks.and_of(slopes.as_ref(), self.made.seen.as_deref());
        let verdict = self.judge(
            frames,
            (*time, last),
            (before, trunk),
            checks,
            target,
            observation,
        )?;
        if let (Verdict::Good, Some(slopes)) = (&verdict, slopes) {
            let mut seen =
                self.made.seen.take().map(Arc::unwrap_or_clone).unwrap_or_default();
            if checks.limit {
                seen.limit = slopes.clone();
            }
            if checks.halves {
                seen.halves.join(&slopes);
            }
            seen.last = slopes;
            self.made.seen = Some(Arc::new(seen));
        }
        Ok(verdict)
    }

    /// Whether a stretch that grew without bound does so of itself. A step that was too long is cured by a shorter one, a solution that becomes infinite is
    /// not: it does so at the same time.
    fn is_believed(
        &mut self,
        outcome: &Result<Outcome, FieldError>,
        (began, target): (f64, f64),
    ) -> bool {
        let most = match self.made.options.method.implicit() {
            true => MOST_IMPLICIT_FAILURES,
            false => MOST_FAILURES,
        };
        self.failures += 1;
        let settled = match outcome {
            Err(FieldError::NotFinite { time, .. }) => {
                let way = (time - began).abs();
                // Twice, lest by chance.
                let (before, once) = self.failed_after.unwrap_or((f64::INFINITY, false));
                let settles = way > SETTLED * before;
                self.failed_after = Some((way, settles));
                settles && once
            }
            _ => true,
        };
        let steps = (target - began).abs() / self.made.step();
        self.failures > most && (settled || steps > MANY_STEPS)
    }

    /// The slopes of the rates at a frame; `None` where they are always the same, or nothing is checked.
    pub(super) fn slopes(&mut self, time: f64, frame: &[Series]) -> Option<Slopes> {
        if self.made.proven || !(self.made.checked || self.made.follows) {
            return None;
        }
        let scheme = self.watched()?;
        let now = starting_from(&self.system.system, frame);
        let fields = || now.fields.iter();
        let values: Vec<_> = fields().map(|field| field.start.as_slice()).collect();
        let rates: Vec<_> = fields().map(|it| it.start_velocity.as_slice()).collect();
        Some(Slopes::of(&scheme, &now.grid.axes, (&values, &rates), time))
    }

    /// Whether a stretch that came to its end may be kept.
    fn judge(
        &mut self,
        frames: &[Frame],
        (time, last): (f64, &[Series]),
        (before, trunk): (Option<&Frame>, Option<&State>),
        checks: Checks,
        target: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<Verdict> {
        let grown = if checks.limit {
            self.judge_limit((time, last), before, target)?
        } else {
            None
        };
        if let Some(verdict) = grown {
            return Ok(verdict);
        }
        if !checks.halves || !self.made.fixed {
            return Ok(Verdict::Good);
        }
        let began = before.map_or(target, |frame| frame.0);
        let (fine, between) = match self.halved(trunk, (began, target), observation)? {
            Halved::Frame(fine, between) => (fine, between),
            Halved::Known(verdict) => return Ok(verdict),
        };
        let scales = self.scales(frames, last, &between);
        let (change, place) = match self.choices.limiter {
            Some(_) => worst_on_average(last, &fine, &scales),
            None => worst(last, &fine, &scales),
        };
        let begins = place.is_some_and(|(series, _)| {
            let now =
                last.get(series).map_or(0.0, |own| largest(std::slice::from_ref(own)));
            let mut before = self.made.scales.clone();
            between.raise(&mut before);
            let before = before.get(series).copied().unwrap_or(0.0);
            before > 0.0 && before < BEGINS * now
        });
        if begins && change < OTHERWISE && self.choices.tolerance.is_none() {
            between.raise(&mut self.made.scales);
            return Ok(Verdict::Good);
        }
        let allowed = self.allowed(target - began);
        if change > allowed
            && self.made.built_in.is_none()
            && let Some((series, _)) = place
            && let Some((_, of_fields)) = worst_apart(last, &fine, &scales, series)
            && of_fields <= allowed
        {
            let start = trunk.map(|state| self.frame_of_state(state)).transpose()?;
            let seen = (last, fine.as_slice(), start.as_ref());
            if self.unfollowed(seen, &scales, series, target, observation)? {
                if !self.made.why.iter().any(|line| line == UNFOLLOWED_WAVES) {
                    self.made.why.push(UNFOLLOWED_WAVES.to_owned());
                }
                between.raise(&mut self.made.scales);
                return Ok(Verdict::Good);
            }
        }
        if change > allowed {
            let start = trunk.map(|state| self.frame_of_state(state)).transpose()?;
            // Errors of stretches that grow by themselves do not add up.
            let allowed = self.tolerance().min(change / AMPLIFIED);
            match self.in_pieces(start, (began, target), allowed, observation)? {
                Pieces::Alike => {}
                Pieces::Interrupted => return Ok(Verdict::Interrupted),
                Pieces::Sensitive => {
                    self.warn_of_sensitivity(change, target);
                    between.raise(&mut self.made.scales);
                    return Ok(Verdict::Good);
                }
            }
        }
        let verdict = self.judge_change((change, place), (began, target), before)?;
        if matches!(verdict, Verdict::Good) {
            // Not before: what a step that was too long makes of fields is no size of theirs.
            between.raise(&mut self.made.scales);
        }
        Ok(verdict)
    }

    /// Whether the step still fits the fields at the end of a stretch; nothing where it does.
    fn judge_limit(
        &mut self,
        (time, last): (f64, &[Series]),
        before: Option<&Frame>,
        target: f64,
    ) -> FieldResult<Option<Verdict>> {
        let (step, shown) = (self.made.step(), rounded(target));
        let limit = self.limit(time, last)?;
        let Some(limit) = limit.filter(|limit| step > 1.1 * limit) else {
            return Ok(None);
        };
        let growth = before.map_or(1.0, |(_, own, _)| {
            largest(last) / largest(own).max(f64::MIN_POSITIVE)
        });
        if growth < OUT_OF_HAND || step < OUT_OF_HAND * limit {
            let first = self.falls.filter(|falls| falls.0 == target);
            let (_, first, count) = first.unwrap_or((target, step, 0));
            self.falls = Some((target, first, count + 1));
            if count < MOST_FALLS || step > FALLEN * first {
                return Ok(Some(Verdict::Shorter(0.9 * limit)));
            }
            let end = before.map(|frame| frame.0);
            let at = before.and_then(|(_, own, _)| worst(own, last, &[]).1);
            return Err(FieldError::invalid(
                format!(
                    "{} cannot go on before t = {shown}: the shorter steps are, the steeper rates they meet, as where a solution ends, jumps or flips back and forth",
                    self.named(at)
                ),
                self.ending_at(end, || "save = …, a shorter one".into()),
            ));
        }
        self.failures += 1;
        let steps = before.map_or(0.0, |frame| (time - frame.0).abs() / step);
        let shrinks =
            self.grew_by.replace(growth).is_some_and(|known| growth < known.sqrt());
        if self.failures > MOST_FAILURES && (!shrinks || steps > MANY_STEPS) {
            return Err(FieldError::invalid(
                format!(
                    "the fields grow without bound: by a factor of {growth:.1e} before t = {shown}"
                ),
                self.ending_at(before.map(|frame| frame.0), || {
                    "save = …, a shorter one".into()
                }),
            ));
        }
        Ok(Some(Verdict::Shorter(step / 4.0)))
    }

    /// Goes the same stretch with half the step.
    fn halved(
        &mut self,
        trunk: Option<&State>,
        (began, target): (f64, f64),
        observation: &mut Observation<'_>,
    ) -> FieldResult<Halved> {
        let start = match trunk {
            None => None,
            Some(state) => Some(self.frame_of_state(state)?),
        };
        let half = self.with_step(self.made.step() / 2.0, start.as_ref())?;
        // Something short in time to come may ask for a shorter step, as soon as it is met.
        if half.built_in.is_none()
            && !half.proven
            && let Some(bound) = half.stepping.stable_step
            && half.step() > bound
        {
            return Ok(Halved::Known(Verdict::Shorter(bound * half.options.safety)));
        }
        let mut run = begin(&half, None, &[], &self.backend, &self.switches)?;
        run.set_switches(self.switches.clone(), true);
        let (system, stepping) = (&self.system.system, &half.stepping);
        let mut between = Between::default();
        for part in Between::PLACES.iter().filter(|_| half.built_in.is_none()) {
            let time = began + part * (target - began);
            let (seen, outcome) =
                frames_to(&mut run, system, stepping, time, observation);
            if let (Ok(Outcome::Reached), Some((_, seen, _))) = (outcome, seen.last()) {
                between.see(seen);
            }
        }
        let (mut fine, outcome) =
            frames_to(&mut run, system, stepping, target, observation);
        Ok(match (outcome, fine.pop()) {
            (Ok(Outcome::Reached), Some((_, fine, _))) => Halved::Frame(fine, between),
            (Ok(Outcome::Interrupted(_)), _) => Halved::Known(Verdict::Interrupted),
            // With half the step it has no end: that it has one with the whole is chance.
            (outcome @ Err(FieldError::NotFinite { .. }), _) => {
                match (self.is_believed(&outcome, (began, target)), outcome) {
                    (true, Err(error)) => return Err(error),
                    _ => Halved::Known(Verdict::Shorter(self.made.step() / 4.0)),
                }
            }
            _ => Halved::Known(Verdict::Good),
        })
    }

    /// What changes of each series are compared with: its largest value so far, or what is left of it.
    fn scales(&self, frames: &[Frame], last: &[Series], between: &Between) -> Vec<Scale> {
        let mut scales = self.made.scales.clone();
        between.raise(&mut scales);
        for (_, values, _) in frames {
            grow(&mut scales, values);
        }
        let first_order = self.system.system.fields.iter().all(|field| field.order < 2);
        if first_order && self.made.built_in.is_none() {
            between.follow_decays(&mut scales);
        }
        let sharp = if self.choices.tolerance.is_some() { 1.0 } else { SHARP };
        moving(&mut scales, last, self.way(), sharp);
        sizes::scales(scales, &self.starts())
    }

    /// The largest absolute value of each series at the start.
    pub(super) fn starts(&self) -> Vec<f64> {
        let most = |values: &[Complex64]| {
            values.iter().map(|value| value.norm()).fold(0.0, f64::max)
        };
        let moves = self.made.stepping.velocities.iter().any(Option::is_some);
        let fields = self.system.system.fields.iter();
        fields
            .flat_map(|field| {
                let velocity =
                    (field.order == 2 && moves).then_some(&field.start_velocity);
                [Some(&field.start), velocity].into_iter().flatten().map(|own| most(own))
            })
            .collect()
    }

    /// How long the run is meant to be.
    pub(super) fn way(&self) -> f64 {
        self.choices.times.1 - self.choices.times.0
    }

    /// How much half the step may change a run in all.
    pub(super) fn tolerance(&self) -> f64 {
        self.choices.tolerance.unwrap_or(match self.made.built_in {
            Some(_) => SPECTRAL_TOLERANCE,
            None if self.made.options.method == Method::Leapfrog => LEAPFROG_TOLERANCE,
            None if self.choices.limiter.is_some() => LIMITED_TOLERANCE,
            None => TOLERANCE,
        })
    }

    /// How much half the step may change a stretch of so much time.
    fn allowed(&self, time: f64) -> f64 {
        // Errors of stretches add up.
        let part = (self.made.save / self.way()).min(1.0);
        let chosen = self.tolerance() * part;
        // Each step is rounded, and shorter steps are more of them.
        let steps = time.abs() / self.made.step();
        let rounding = match self.made.options.precision {
            // What is added up is not rounded to speak of, but the rates are, which differences of neighbours make the worse the shorter
            // the longest stable step is.
            Precision::Single if self.made.options.compensated => {
                let longest = self.made.stepping.stable_step.unwrap_or(f64::INFINITY);
                let fewest = time.abs() / longest.max(self.made.step());
                f64::from(f32::EPSILON) * fewest.max(1.0)
            }
            Precision::Single => f64::from(f32::EPSILON) * steps,
            Precision::Double => f64::EPSILON * steps,
        };
        chosen.max(ROUNDINGS * rounding)
    }

    /// Whether a stretch may be kept that half the step changes by so much, there.
    fn judge_change(
        &mut self,
        (change, place): (f64, Option<(usize, usize)>),
        (began, target): (f64, f64),
        before: Option<&Frame>,
    ) -> FieldResult<Verdict> {
        let (step, shown) = (self.made.step(), rounded(target));
        let allowed = self.allowed(target - began);
        if change <= allowed {
            self.room = Some(allowed / change);
            return Ok(Verdict::Good);
        }
        let steps = (target - began).abs() / step;
        let sudden =
            change > LARGE && step < SUDDEN * self.first_step && steps > MANY_STEPS;
        if change > LARGE && step < TORN * self.first_step && !sudden {
            let system = &self.system.system;
            let jumps = match before {
                Some((_, frame, _)) => torn(&starting_from(system, frame)),
                None => torn(system),
            };
            if let Some((number, along)) = jumps
                && let (Some(field), Some(axis)) =
                    (system.fields.get(number), system.grid.axes.get(along))
            {
                let (u, x) = (&field.name, &axis.name);
                let help = match diffuses(system, number, along) {
                    true => format!(
                        "points = {}, or limiter = van_leer with the equations as fluxes",
                        4 * axis.points
                    ),
                    false => format!(
                        "limiter = van_leer with the equations as fluxes, or a viscosity in each equation, as ∂_t {u} + … == ν ∂_{x}^2 {u} with ν of the size of a cell times the speed"
                    ),
                };
                return Err(FieldError::invalid(
                    format!(
                        "with steps of {step:.1e} {} at t = {shown} still changes by {change:.1e} of its size when the step is halved: {u} jumps within two cells along {x}, and central differences overshoot there without end",
                        self.named(place)
                    ),
                    help,
                ));
            }
        }
        if sudden || step < FAR_TOO_SHORT * self.first_step {
            return Err(FieldError::invalid(
                format!(
                    "with steps of {step:.1e} {} at t = {shown} still changes by {change:.1e} of its size when the step is halved: a solution ends, jumps or flips back and forth there, or it is chaotic",
                    self.named(place)
                ),
                match change > LARGE {
                    true => self.ending_at(before.map(|frame| frame.0), || {
                        "save = …, a shorter one".into()
                    }),
                    false => format!("tolerance = {:.0e}", 10.0 * change),
                },
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
                "half the step changes the fields at t = {shown} by {change:.1e} of their size, and shorter steps do not help: {rounding}, waves so short that no step follows their phases, a solution that ends or jumps there, or a flow so chaotic that single values mean little; more frames (save = …) are checked one by one"
            ));
            return Ok(Verdict::Good);
        }
        let factor =
            (0.8 * (allowed / change).powf(1.0 / self.made.convergence)).clamp(0.1, 0.7);
        self.last_change = Some((target, change, factor.powf(self.made.convergence)));
        Ok(Verdict::Shorter(step * factor))
    }

    /// Whether the velocities of a series change with a quarter of the step nearly as they did with half of it, and more than the method's order lets
    /// them: they hold waves so short, of next to no size in the field itself, that only steps far shorter than those follow their phases, and
    /// what they give is that of the grid. A second check would find no other.
    fn unfollowed(
        &mut self,
        (last, fine, start): (&[Series], &[Series], Option<&Frame>),
        scales: &[Scale],
        series: usize,
        target: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<bool> {
        let Some((change, _)) = worst_apart(last, fine, scales, series) else {
            return Ok(false);
        };
        let quarter = self.with_step(self.made.step() / 4.0, start)?;
        let mut run = begin(&quarter, None, &[], &self.backend, &self.switches)?;
        let (system, stepping) = (&self.system.system, &quarter.stepping);
        let (finest, outcome) =
            frames_to(&mut run, system, stepping, target, observation);
        let (Ok(Outcome::Reached), Some((_, finest, _))) = (outcome, finest.last())
        else {
            return Ok(false);
        };
        let next = worst_apart(fine, finest, scales, series).map_or(0.0, |next| next.0);
        Ok(next > UNFOLLOWED * change)
    }

    /// Says that values are those of one of many runs that go apart, once.
    fn warn_of_sensitivity(&mut self, change: f64, target: f64) {
        const SENSITIVE: &str = "the fields are sensitive to small changes";
        // Within what a run may be off by in all there is nothing to be said.
        if change <= self.tolerance()
            || self.stretch.warnings.iter().any(|line| line.starts_with(SENSITIVE))
        {
            return;
        }
        let save = self.made.save;
        self.stretch.sensitive = true;
        self.stretch.warnings.push(format!(
            "{SENSITIVE}: half the step changes them by {change:.1e} of their size at t = {target:.6}, while in pieces of the way it changes next to nothing; as in turbulence, single values are those of one of many runs after a while, and means are what counts; tolerance = … or more frames (save = {save:.1e} now) ask for more"
        ));
    }

    /// `u in cell [3, 4]`.
    fn named(&self, place: Option<(usize, usize)>) -> String {
        let names = super::empty_series(&self.system.system, &self.made.stepping);
        let Some((name, mut cell)) = place
            .and_then(|(series, cell)| Some((names.get(series)?.name.clone(), cell)))
        else {
            return "something".into();
        };
        let axes = &self.system.system.grid.axes;
        let mut places = Vec::new();
        for axis in axes.iter().rev() {
            places.push((cell % axis.points.max(1) + 1).to_string());
            cell /= axis.points.max(1);
        }
        places.reverse();
        format!("{name} in cell [{}]", places.join(", "))
    }

    /// `t = 0..1`, where a run got so far.
    pub(super) fn ending_at(
        &self,
        end: Option<f64>,
        otherwise: impl FnOnce() -> String,
    ) -> String {
        let start = self.choices.times.0;
        match end {
            Some(end) if end > start => {
                format!("t = {}..{}", rounded(start), rounded(end))
            }
            _ => otherwise(),
        }
    }

    /// The longest step that fits the fields as they are; `None` where nothing bounds it.
    pub(super) fn limit(&self, time: f64, frame: &[Series]) -> FieldResult<Option<f64>> {
        let now = starting_from(&self.system.system, frame);
        let times = (time, time + self.made.save);
        if let Some(form) = &self.made.form {
            let Some(method) = self.made.spectral_method() else { return Ok(None) };
            return Ok(spectral::suggest_step(&now, form, method, times));
        }
        if self.made.proven {
            return Ok(None);
        }
        let space = SpaceOptions { times, ..self.made.space };
        let stiffness = discretise::bounds(&now, &space)?;
        let bound = stepper::largest_step(self.made.options.method, &stiffness);
        Ok((bound.is_finite() && bound > 0.0).then_some(bound * self.made.options.safety))
    }
}
