//! Steps that become longer again, and shorter where something short in time comes.
//!
//! A step that was shortened for something that is over may become longer again, where half of it changes next to nothing. From then on every
//! stretch is checked, as long as steps are longer than the shortest that was needed. Where what depends on time alone changes fast within
//! a stretch, its steps are short enough to see it.

use holor_field::discretise::{self, Pace, SpaceOptions, TimeScales};
use holor_field::run::Observer;
use holor_field::{FieldError, FieldResult, stepper};

use super::checks::Checks;
use super::{Driver, Frame, Observation, starting_from};
use crate::field::evolution::Made;

/// A step becomes longer where it may by this factor at least: every stretch is done with half the step as well from then on.
const WORTH: f64 = 4.0;
/// And by this at most.
const MOST: f64 = 16.0;
/// How often it becomes longer.
const MOST_TIMES: u32 = 8;
/// What a new plan costs, in values computed; and what a step costs beside those of its cells.
const PLAN: (f64, f64) = (3e4, 1e3);
/// The share of what accuracy allows that a longer step may take.
const SHARE: f64 = 0.25;
/// A step so much longer than another is longer.
const LONGER: f64 = 1.01;
/// What lasts longer than this part of a stretch is seen by steps and half steps as long as the stretch.
const SHORT: f64 = 8.0;
/// A step given is said to pass over what happens where it is so much longer than steps that see it.
const BLIND: f64 = 4.0;

/// How steps went so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StepHistory {
    /// The shortest that accuracy asked for.
    pub(crate) shortest: f64,
    /// The step that the next stretch may have; 0 for the same.
    pub(crate) longer: f64,
    /// The shortest for what depends on time alone, of stretches that were checked.
    pub(crate) quickest: f64,
    /// How often steps became longer.
    pub(crate) times: u32,
    /// The step before time alone asked for a shorter one; 0 where it does not.
    pub(crate) former: f64,
    /// Whether such a step came back.
    pub(crate) back: bool,
}

impl Default for StepHistory {
    fn default() -> Self {
        Self {
            shortest: f64::INFINITY,
            longer: 0.0,
            quickest: f64::INFINITY,
            times: 0,
            former: 0.0,
            back: false,
        }
    }
}

/// Names of its numbers in a kept state.
const NAMES: [&str; 6] = [
    "holor shortest step",
    "holor longer step",
    "holor quickest step",
    "holor longer times",
    "holor former step",
    "holor step back",
];

impl StepHistory {
    /// As numbers with names.
    pub(crate) fn to_numbers(self) -> [(String, f64); 6] {
        let steps = [self.shortest, self.longer, self.quickest, f64::from(self.times)];
        let more = [self.former, f64::from(u8::from(self.back))];
        let mut numbers = steps.into_iter().chain(more);
        // What is not finite is no number on disk.
        NAMES.map(|name| (name.to_owned(), numbers.next().unwrap_or(0.0).min(f64::MAX)))
    }

    /// From such numbers, which are taken away from others.
    pub(crate) fn take(numbers: &mut Vec<(String, f64)>) -> Self {
        let [shortest, longer, quickest, times, former, back] = NAMES.map(|name| {
            let place = numbers.iter().position(|(own, _)| own == name)?;
            Some(numbers.remove(place).1)
        });
        let whole = |value: Option<f64>| match value {
            Some(value) if value < f64::MAX => value,
            _ => f64::INFINITY,
        };
        Self {
            shortest: whole(shortest),
            longer: longer.unwrap_or(0.0),
            quickest: whole(quickest),
            times: times.unwrap_or(0.0) as u32,
            former: former.unwrap_or(0.0),
            back: back.is_some_and(|back| back > 0.0),
        }
    }

    /// The step where a longer one was too long: what was needed once comes back, as in oscillations, and steps stay as short as then.
    pub(super) fn regret(&mut self, own: f64, wanted: f64) -> f64 {
        if !self.exceeded_by(own) {
            return wanted;
        }
        self.times = MOST_TIMES;
        wanted.min(self.shortest)
    }

    /// Whether a step is longer than the shortest that accuracy asked for.
    fn exceeded_by(&self, step: f64) -> bool {
        step > LONGER * self.shortest
    }
}

/// More steps in a stretch are not made for what time alone asks.
const ENDLESS: f64 = 1e8;

/// What time alone asks of a stretch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// The longest step.
    step: f64,
    /// Where it is so short.
    place: (f64, f64),
}

/// What depends on time alone, and how steps follow it.
pub(super) fn time_scales(driver: &Driver<'_>) -> Option<TimeScales> {
    TimeScales::of(&driver.system.system, driver.choices.times, driver.made.save)
}

/// The ends of stretches from a time to another, as a run counts them.
fn stretches(made: &Made, from: f64, to: f64) -> impl Iterator<Item = (f64, f64)> {
    let (start, save) = (made.options.start, made.save);
    let first = ((from - start) / save + 1e-9).floor().max(0.0);
    let count = ((to - start) / save - first - 1e-9).ceil().max(0.0);
    (0..count as u64).map(move |k| {
        let low = start + (first + k as f64) * save;
        (low, low + save)
    })
}

impl Driver<'_> {
    /// Tells a method whose steps adapt what it must not pass over, and warns where steps that were given, or that noise asks for, do.
    pub(super) fn watch_time(&mut self, now: f64, to: f64) {
        let Some(scales) = &self.scales else { return };
        if discretise::fronts_move(&self.system.system) {
            self.stretch.warnings.push(
                "a condition changes at other times in other places, and no step ends at all of them: what it decides is seen too early or too late by up to a step; try a shorter dt, or leave dt and method out: then steps are checked".to_owned(),
            );
        }
        let many = self.switches.as_ref().and_then(|switches| {
            let mut all = stretches(&self.made, now, to);
            all.find(|(low, high)| switches.between(*low, *high).is_none())
        });
        if let Some((low, high)) = many {
            self.stretch.warnings.push(format!(
                "the equations jump too often between t = {low:.6} and {high:.6} for steps to end at each jump; try save = {:.1e}",
                (high - low) / 100.0
            ));
        }
        let all = stretches(&self.made, now, to);
        let paces: Vec<Pace> =
            all.flat_map(|(low, high)| scales.paces(low, high)).collect();
        if self.made.stepping.adaptive.is_some() {
            self.run.set_paces(paces);
            return;
        }
        let step = self.made.step();
        let certain = paces.iter().filter(|pace| pace.certain);
        let worst = certain.min_by(|a, b| a.step.total_cmp(&b.step));
        if let Some(pace) = worst.filter(|pace| step > BLIND * pace.step) {
            self.stretch.warnings.push(format!(
                "something in the equations lasts so short at t = {:.6} that steps of {step:.1e} pass over it; try dt = {:.1e}, or leave dt out",
                pace.from, pace.step
            ));
        }
    }

    /// What time alone asks of a stretch.
    pub(super) fn wanted(&self, from: f64, to: f64) -> Option<Wanted> {
        let paces = self.scales.as_ref()?.paces(from, to);
        let worst = paces.iter().min_by(|a, b| a.step.total_cmp(&b.step))?;
        let step = worst.step;
        let as_short: Vec<&Pace> =
            paces.iter().filter(|pace| pace.step < WORTH * step).collect();
        let place = (as_short.first()?.from, as_short.last()?.to);
        Some(Wanted { step, place })
    }

    /// Gives the next stretch the step that it wants; whether that is another one than before, with which a plan of its own begins at the frame.
    pub(super) fn pace(
        &mut self,
        frame: Option<&Frame>,
        wanted: Option<Wanted>,
        checks: Checks,
        observation: &Observation<'_>,
    ) -> FieldResult<bool> {
        let step = self.made.step();
        // What half the step sees as well is left to that.
        let seen = self.checks_of_step(checks, wanted).halves;
        let wide = self.made.save / SHORT;
        let wanted = wanted.filter(|wanted| !(seen && wanted.step >= wide));
        let limit = wanted.map_or(f64::INFINITY, |wanted| wanted.step);
        let longer = std::mem::take(&mut self.made.history.longer);
        let former = self.made.history.former;
        let mut own = step.min(limit);
        // A former step comes back when nothing is in its way any more.
        let back = former >= WORTH * step && former <= LONGER * limit;
        if back {
            own = former;
        } else if longer.min(limit) >= WORTH * step {
            own = longer.min(limit);
        }
        if let Some(Wanted { place, .. }) = wanted.filter(|_| own < step)
            && let Some((_, values, _)) = frame
            && self.made.built_in.is_none()
            && !self.made.options.method.implicit()
        {
            let system = starting_from(&self.system.system, values);
            let space = SpaceOptions { times: place, ..self.made.space };
            if let Ok(bounds) = discretise::bounds(&system, &space) {
                let bound = stepper::largest_step(self.made.options.method, &bounds);
                own = own.min(bound * self.made.options.safety);
            }
        }
        if let Some(Wanted { place, step: wanted }) = wanted
            && self.made.save / own > ENDLESS
            && own < step
        {
            let start = self.choices.times.0;
            let before = start + 0.95 * (place.0 - start);
            return Err(FieldError::invalid(
                format!(
                    "what the equations hold of the time alone changes within {wanted:.1e} at t = {:.6}, for which {:.0e} steps are too many: it may be infinite there",
                    place.0,
                    self.made.save / own
                ),
                self.ending_at(Some(before), || "save = …, a shorter one".into()),
            ));
        }
        let history = &mut self.made.history;
        if former <= LONGER * limit.max(step) {
            history.former = 0.0;
        }
        if own < step / LONGER {
            history.former = former.max(step);
        }
        // From then on all is checked: what was in the way may have changed what it is for.
        history.back |= back;
        let another = own < step / LONGER || own > step * LONGER;
        if !(another && own > 0.0 && own.is_finite()) {
            return Ok(false);
        }
        // Before the first frame there is only the start itself.
        let from = frame.filter(|_| self.made.stretches > 0);
        self.change_step(own, from.cloned(), observation.observers, |made, equal| {
            made.why.push(format!(
                "the step became {equal:.3e} where what happens asked for no other"
            ));
        })?;
        Ok(true)
    }

    /// What must be checked of a stretch for its step.
    pub(super) fn checks_of_step(
        &self,
        checks: Checks,
        wanted: Option<Wanted>,
    ) -> Checks {
        let history = &self.made.history;
        let new = wanted.is_some_and(|wanted| {
            wanted.step < self.made.save && wanted.step < 0.99 * history.quickest
        });
        let all = self.made.checked
            && (new || history.back || history.exceeded_by(self.made.step()));
        Checks { limit: checks.limit || all, halves: checks.halves || all }
    }

    /// Remembers a stretch that was kept, and whether the next one may have a longer step.
    pub(super) fn remember_step(
        &mut self,
        checks: Checks,
        wanted: Option<Wanted>,
        frame: Option<&Frame>,
    ) -> FieldResult<()> {
        if let Some(wanted) = wanted.filter(|_| checks.halves) {
            let quickest = &mut self.made.history.quickest;
            *quickest = quickest.min(wanted.step);
        }
        let Some(room) = self.room.take() else { return Ok(()) };
        let (made, Some((time, values, _))) = (&self.made, frame) else { return Ok(()) };
        let step = made.step();
        let cells: usize =
            self.system.system.grid.axes.iter().map(|axis| axis.points).product();
        let cells = cells as f64;
        if made.history.former > 0.0
            || made.history.times >= MOST_TIMES
            || made.needs_equal_steps()
            || made.save / step * (PLAN.1 + cells) < PLAN.0
        {
            return Ok(());
        }
        let factor = (SHARE * room).powf(1.0 / made.convergence).min(MOST);
        let mut longer = (step * factor).min(made.save);
        if longer < WORTH * step {
            return Ok(());
        }
        if let Some(limit) = self.limit(*time, values)? {
            longer = longer.min(0.9 * limit);
        } else if let Some(bound) = made.stepping.stable_step {
            longer = longer.min(bound * made.options.safety);
        } else if let Some(bound) = made.stepping.explicit_step {
            longer = longer.min(bound);
        }
        if longer >= WORTH * step {
            let history = &mut self.made.history;
            history.shortest = history.shortest.min(step);
            history.longer = longer;
            history.times += 1;
        }
        Ok(())
    }

    /// The same run with another step, from a frame or the start.
    pub(super) fn change_step(
        &mut self,
        step: f64,
        from: Option<Frame>,
        observers: &[Observer],
        say: impl FnOnce(&mut Made, f64),
    ) -> FieldResult<()> {
        let mut made = self.with_step(step, from.as_ref())?;
        // Over all of the time to come the bound may be lower.
        if made.built_in.is_none()
            && let Some(bound) = made.stepping.stable_step
            && bound * made.options.safety < made.step()
        {
            made = self.with_step(bound * made.options.safety, from.as_ref())?;
        }
        made.checked = true;
        made.trials = self.made.trials;
        made.stretches = self.made.stretches;
        made.scales = self.made.scales.clone();
        made.seen = self.made.seen.clone();
        made.history = self.made.history;
        made.why = self.made.why.clone();
        made.why.retain(|line| !line.starts_with("the step "));
        let equal = made.save / (made.save / made.step() * (1.0 - 1e-12)).ceil().max(1.0);
        say(&mut made, equal);
        self.run = super::begin(&made, None, observers, &self.backend, &self.switches)?;
        self.stretch.compile_seconds += self.run.machine().compile_seconds();
        self.made = made;
        self.made.steps_before = self.steps_kept;
        // A plan from a frame shows that frame first, which is there already.
        self.began = false;
        Ok(())
    }
}
