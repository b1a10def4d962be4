//! Carrying a plan through time for the language: frames, steps that are checked where nobody chose them, and the way on.
//!
//! A step that the person chose is taken as it is. One that was found from the equation's stiffness at the start is checked while the
//! run goes on, over stretches between saves: the fields may have grown and want a shorter one, and half the step must not change the
//! result by more than the tolerance. A stretch that fails is done again with a shorter step, so that no frame of it is ever kept.

pub(crate) mod checks;
mod follow;
mod frames;
pub(crate) mod pace;
mod sensitive;
mod sizes;

use std::sync::Arc;

use holor_field::backend::Backend;
use holor_field::discretise::{self, SpaceOptions, Switches, TimeScales};
use holor_field::equation::{Complex64, System};
use holor_field::run::{
    Control, Hooks, Observer, Outcome, Progress, Row, Run, Snapshot, State,
};
use holor_field::scheme::Scheme;
use holor_field::stepper::{self, Stepping};
use holor_field::{FieldError, FieldResult};

use checks::{Checks, Verdict};
pub(crate) use frames::{append, empty_series};
use frames::{frame_of, grow};

use super::EvolutionSystem;
use super::archive::Keeper;
use super::evolution::{Choices, Made, is_ill_posed, make_with};
use super::resolution::{divides_by_slopes, torn};
use super::run::{Series, SeriesValues};
use crate::Value;

/// The limit of the step is computed anew at the end of so many stretches at first, then of those that are a power of two or a multiple of
/// the other number.
const CHECKED_FIRST: u64 = 4;
const APART: u64 = 16;

/// What is called at each save.
pub(crate) type Save<'a> = dyn FnMut(f64, &[Series], &[f64]) -> FieldResult<Seen> + 'a;

/// What looks at a run while it goes on.
pub(crate) struct Observation<'a> {
    /// Told now and then how far it is.
    pub(crate) progress: &'a mut dyn FnMut(&Progress),
    /// Called with the time, the values of each unknown and what was observed at each save.
    pub(crate) save: &'a mut Save<'a>,
    /// What is observed on the device.
    pub(crate) observers: &'a [Observer],
    /// What keeps frames and states on disk.
    pub(crate) keeper: Option<Keeper>,
    /// Whether every save looks at its frame; else frames stay on the device where they can.
    pub(crate) looks: bool,
    /// Whether only the last frame stays in memory.
    pub(crate) streamed: bool,
    /// Whether a short run is done once more with half its step, for what small errors make of its end.
    pub(crate) whole: bool,
    /// Seconds since some moment.
    pub(crate) now: &'a dyn Fn() -> f64,
    /// Whether the person interrupted.
    pub(crate) interrupted: &'a (dyn Fn() -> bool + Sync),
}

/// What was seen at a save.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Whether the run shall end here.
    pub(crate) stop: bool,
    /// Whether the condition that ends the run holds.
    pub(crate) holds: bool,
    /// What is watched.
    pub(crate) row: Vec<Value>,
}

/// What a stretch of a run gave.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// The times of its saves.
    pub(crate) times: Vec<f64>,
    /// The series, one for each unknown, and of second order its derivative in time.
    pub(crate) series: Vec<Series>,
    /// How it ended.
    pub(crate) outcome: Result<Outcome, FieldError>,
    /// The state it stands at, to go on from.
    pub(crate) state: Option<State>,
    /// The plan it goes on with: another one where the step was made shorter.
    pub(crate) made: Made,
    /// Steps in all.
    pub(crate) steps: u64,
    /// The last Δt.
    pub(crate) step: f64,
    /// Seconds to compile.
    pub(crate) compile_seconds: f64,
    /// What was chosen while running.
    pub(crate) remarks: Vec<String>,
    /// What the person should know.
    pub(crate) warnings: Vec<String>,
    /// Whether its fields are sensitive to small changes, which is among that.
    pub(crate) sensitive: bool,
}

/// A frame: the time, the values of all series, and what was observed.
type Frame = (f64, Vec<Series>, Vec<f64>);

/// Goes from where a run stands, or from the start, to a time.
pub(crate) fn advance(
    system: &EvolutionSystem,
    choices: &Choices,
    made: &Made,
    state: Option<&State>,
    backend: Arc<dyn Backend>,
    to: f64,
    observation: &mut Observation<'_>,
) -> FieldResult<Stretch> {
    let switches = Switches::of(&system.system, choices.times, made.save).map(Arc::new);
    let mut driver = Driver {
        system,
        choices,
        made: made.clone(),
        run: begin(made, state, observation.observers, &backend, &switches)?,
        switches,
        backend,
        stretch: Stretch {
            times: Vec::new(),
            series: empty_series(&system.system, &made.stepping),
            outcome: Ok(Outcome::Reached),
            state: None,
            made: made.clone(),
            steps: 0,
            step: 0.0,
            compile_seconds: 0.0,
            remarks: Vec::new(),
            warnings: Vec::new(),
            sensitive: false,
        },
        steps_kept: 0,
        began: state.is_some(),
        failures: 0,
        failed_after: None,
        grew_by: None,
        last_change: None,
        falls: None,
        in_vain: 0,
        first_step: made.step(),
        back: None,
        monitor: None,
        scales: None,
        room: None,
    };
    driver.scales = pace::time_scales(&driver);
    if !driver.made.checked {
        let now = state.map_or(made.options.start, |state| state.timeline.time());
        driver.watch_time(now, to);
    }
    driver.stretch.warnings.extend(driver.run.warnings().iter().cloned());
    driver.stretch.compile_seconds = driver.run.machine().compile_seconds();
    if driver.made.checked || driver.made.follows || observation.keeper.is_some() {
        let began = (observation.now)();
        driver.go_checked(to, observation)?;
        let took = (observation.now)() - began;
        if state.is_none() && observation.whole {
            driver.check_whole(to, took, observation)?;
        }
    } else {
        driver.go(to, observation)?;
    }
    driver.finish(to, observation)
}

fn begin(
    made: &Made,
    state: Option<&State>,
    observers: &[Observer],
    backend: &Arc<dyn Backend>,
    switches: &Option<Arc<Switches>>,
) -> FieldResult<Run> {
    let (stepping, scheme) = (Stepping::clone(&made.stepping), made.scheme.clone());
    let (options, backend) = (&made.options, backend.clone());
    let mut run = match state {
        None => Run::start(stepping, scheme, observers, options, backend)?,
        Some(state) => Run::resume(stepping, scheme, observers, options, backend, state)?,
    };
    run.set_switches(switches.clone(), false);
    Ok(run)
}

struct Driver<'a> {
    system: &'a EvolutionSystem,
    choices: &'a Choices,
    made: Made,
    run: Run,
    backend: Arc<dyn Backend>,
    stretch: Stretch,
    /// Steps that led to the last frame kept.
    steps_kept: u64,
    /// Whether the frame at the start of the plan is there already.
    began: bool,
    /// How often in a row a stretch grew without bound.
    failures: u32,
    /// How long after its begin the last of these did so, and whether that was as before.
    failed_after: Option<(f64, bool)>,
    /// By which factor the last that came to an end grew.
    grew_by: Option<f64>,
    /// Of the last stretch that was done again for accuracy: its end, what half the step changed, and by which factor that should fall now.
    last_change: Option<(f64, f64, f64)>,
    /// Of the last stretch that was done again for its limit: its end, its first step, and how often it was.
    falls: Option<(f64, f64, u32)>,
    /// How often in a row a shorter step changed hardly less.
    in_vain: u32,
    /// The step at first.
    first_step: f64,
    /// The plan and the state that the run goes on from, where it is not the one that was reached: before a stretch that was not
    /// finished, or before a last time between saves.
    back: Option<(Made, State)>,
    /// Differences whose slopes are watched, of Fourier methods.
    monitor: Option<Option<Arc<Scheme>>>,
    /// How fast what depends on time alone changes.
    scales: Option<TimeScales>,
    /// When it jumps.
    switches: Option<Arc<Switches>>,
    /// By which factor half the step changed less than it may have, in the last stretch where it was tried.
    room: Option<f64>,
}

impl Driver<'_> {
    /// All the way with the step as it is.
    fn go(&mut self, to: f64, observation: &mut Observation<'_>) -> FieldResult<()> {
        let last = self.last_save(to);
        let (times, series) = (&mut self.stretch.times, &mut self.stretch.series);
        let (fields, stepping) = (&self.system.system, &self.made.stepping);
        let (save_hook, streamed) = (&mut observation.save, observation.streamed);
        let mut save = |row: &Row, snapshot: Option<&Snapshot>| {
            let frame = match snapshot {
                Some(snapshot) => frame_of(fields, stepping, snapshot),
                None => Vec::new(),
            };
            let stop = save_hook(row.time, &frame, &row.values)?.stop;
            if streamed {
                times.clear();
                *series = empty_series(fields, stepping);
            }
            times.push(row.time);
            append(series, frame);
            Ok(if stop { Control::Stop } else { Control::Continue })
        };
        let mut step = 0.0;
        let mut control = |progress: &Progress| {
            step = progress.step;
            (observation.progress)(progress);
            Control::Continue
        };
        let mut hooks = Hooks {
            control: &mut control,
            save: &mut save,
            planes: observation.looks || !streamed,
            interrupted: observation.interrupted,
        };
        self.stretch.outcome = self.run.advance(last, &mut hooks);
        self.stretch.step = step;
        if !observation.looks && streamed && !self.stretch.times.is_empty() {
            let snapshot = self.run.look()?;
            let frame = frame_of(fields, stepping, &snapshot);
            self.stretch.times = vec![snapshot.time];
            self.stretch.series = empty_series(fields, stepping);
            append(&mut self.stretch.series, frame);
        }
        Ok(())
    }

    /// The last time that is reached with the step that is built into a plan.
    fn last_save(&self, to: f64) -> f64 {
        if self.made.built_in.is_none() {
            return to;
        }
        let (start, save) = (self.made.options.start, self.made.save);
        let whole = ((to - start) / save + 1e-9).floor();
        (start + whole * save).min(to)
    }

    /// Stretch by stretch, each done again where its step turns out too long.
    fn go_checked(
        &mut self,
        to: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<()> {
        let save = self.made.save;
        let mut frame: Option<Frame> = None;
        if !self.began {
            // The start is looked at before the first stretch: a run that ends there has not gone on.
            let (frames, outcome) = self.trial(self.made.options.start, observation);
            self.began = true;
            if outcome != Ok(Outcome::Reached) {
                self.stretch.outcome = outcome;
                return Ok(());
            }
            if self.keep_frames(frames, &mut frame, true, observation)? {
                return Ok(());
            }
        } else if self.made.checked || self.made.follows {
            let state = self.run.state()?;
            frame = Some(self.frame_of_state(&state)?);
        }
        loop {
            let now = self
                .run
                .timeline()
                .map_or(self.made.options.start, |line| line.time_of(line.saved));
            let target = (now + save).min(to);
            let target =
                if target + 1e-9 * save > to { self.last_save(to) } else { target };
            if target <= now + 1e-9 * save {
                return Ok(());
            }
            let whole = target > now + save * (1.0 - 1e-9);
            // Which stretches are checked depends on their number alone, so that a run in pieces is the same.
            let done = self.made.stretches;
            let seldom = done == 0 || done.is_power_of_two();
            let checks = Checks {
                limit: self.made.checked
                    && (seldom || done < CHECKED_FIRST || done.is_multiple_of(APART)),
                halves: self.made.checked && seldom,
            };
            // A run that goes on later does all of this stretch again, and then takes the same steps as one that was not stopped.
            let origin = match !whole || self.made.checked || self.made.follows {
                true => Some((self.made.clone(), self.run.state()?)),
                false => None,
            };
            if self.made.follows
                && let Some((time, values, _)) = &frame
            {
                self.follow(*time, values)?;
            }
            let mut wanted = None;
            let mut anew = false;
            if self.made.checked {
                // All of the stretch, however far this call goes.
                wanted = self.wanted(now, now + save);
                anew = self.pace(frame.as_ref(), wanted, checks, observation)?;
            }
            let mut checks = self.checks_of_step(checks, wanted);
            if self.made.checked && self.jumps(now, now + save) {
                // Behind a jump nothing need be as it was when the step was tried.
                checks = Checks { limit: true, halves: true };
            }
            let Some((frames, mut outcome)) = self.attempts(
                target,
                (frame.as_ref(), origin.as_ref()),
                (checks, anew),
                observation,
            )?
            else {
                let time =
                    origin.as_ref().map_or(now, |(_, state)| state.timeline.time());
                self.stretch.outcome = Ok(Outcome::Interrupted(time));
                self.back = origin;
                return Ok(());
            };
            // Steps are counted from the start of the run, not from where they were shortened.
            if let Err(FieldError::NotFinite { step, .. }) = &mut outcome {
                *step += self.made.steps_before;
            }
            (self.failures, self.failed_after, self.grew_by) = (0, None, None);
            self.began = true;
            self.steps_kept = self.made.steps_before + self.run.count();
            if !whole {
                self.back = origin;
            } else if outcome == Ok(Outcome::Reached) {
                self.made.stretches += 1;
            }
            let ended = self.keep_frames(frames, &mut frame, whole, observation)?;
            if whole && self.made.checked && outcome == Ok(Outcome::Reached) {
                self.remember_step(checks, wanted, frame.as_ref())?;
            }
            if outcome != Ok(Outcome::Reached) {
                self.stretch.outcome = outcome;
                return Ok(());
            }
            if whole && let Some(keeper) = &mut observation.keeper {
                let now = (observation.now)();
                keeper.keep_state(Some(now), &self.made, || self.run.state())?;
            }
            if ended || !whole {
                return Ok(());
            }
        }
    }

    /// Whether the equations jump in a stretch, its ends included.
    fn jumps(&self, from: f64, to: f64) -> bool {
        let jumps = self.switches.as_ref().map(|switches| switches.between(from, to));
        jumps.is_some_and(|jumps| jumps.is_none_or(|jumps| !jumps.is_empty()))
    }

    /// A stretch, done again with shorter steps until it may be kept; `None` where it was interrupted and nothing of it is kept.
    #[expect(clippy::type_complexity, reason = "what a trial gives, used once")]
    fn attempts(
        &mut self,
        target: f64,
        (frame, origin): (Option<&Frame>, Option<&(Made, State)>),
        (checks, anew): (Checks, bool),
        observation: &mut Observation<'_>,
    ) -> FieldResult<Option<(Vec<Frame>, Result<Outcome, FieldError>)>> {
        let checked = self.made.checked;
        // Before the first frame there is only the start itself.
        let first = self.made.stretches == 0;
        self.room = None;
        // A plan that begins here has no state before.
        let mut trunk =
            origin.filter(|_| checked && !first && !anew).map(|(_, state)| state.clone());
        loop {
            let (frames, outcome) = self.trial(target, observation);
            if origin.is_some() && matches!(outcome, Ok(Outcome::Interrupted(_))) {
                return Ok(None);
            }
            let before = (frame, trunk.as_ref());
            match self.verdict(&frames, &outcome, before, checks, target, observation)? {
                Verdict::Good => return Ok(Some((frames, outcome))),
                Verdict::Interrupted => return Ok(None),
                Verdict::Shorter(step) if self.made.follows => {
                    if let Some((_, state)) = origin {
                        self.run.go_back(state)?;
                    }
                    self.run.set_step(step)?;
                }
                Verdict::Shorter(step) => {
                    let from = frame.filter(|_| !first);
                    self.shorten(step, from, trunk.take(), observation.observers)?;
                }
            }
        }
    }

    /// Keeps frames, but for one that repeats the last, and shows them; whether the run shall end with the last of them.
    fn keep_frames(
        &mut self,
        frames: Vec<Frame>,
        last: &mut Option<Frame>,
        whole: bool,
        observation: &mut Observation<'_>,
    ) -> FieldResult<bool> {
        let skip = usize::from(self.rewound(&frames, last.as_ref()));
        for (time, values, row) in frames.into_iter().skip(skip) {
            let seen = (observation.save)(time, &values, &row)?;
            self.keep_frame(time, &values, &seen, whole, observation)?;
            if observation.streamed {
                self.stretch.times.clear();
                self.stretch.series =
                    empty_series(&self.system.system, &self.made.stepping);
            }
            self.stretch.times.push(time);
            append(&mut self.stretch.series, values.clone());
            grow(&mut self.made.scales, &values);
            *last = Some((time, values, Vec::new()));
            if seen.stop {
                self.stretch.outcome = Ok(Outcome::Met(time));
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the first of some frames repeats the last one kept, as it does after a new beginning.
    fn rewound(&self, frames: &[Frame], kept: Option<&Frame>) -> bool {
        matches!((frames.first(), kept), (Some(first), Some(kept)) if first.0 <= kept.0)
    }

    /// Runs on to a time and keeps the frames aside.
    fn trial(
        &mut self,
        target: f64,
        observation: &mut Observation<'_>,
    ) -> (Vec<Frame>, Result<Outcome, FieldError>) {
        frames_to(
            &mut self.run,
            &self.system.system,
            &self.made.stepping,
            target,
            observation,
        )
    }

    /// The frame at a state, by a plan of the same kind.
    fn frame_of_state(&mut self, state: &State) -> FieldResult<Frame> {
        let mut run = begin(&self.made, Some(state), &[], &self.backend, &self.switches)?;
        let snapshot = run.look()?;
        let frame = frame_of(&self.system.system, &self.made.stepping, &snapshot);
        Ok((snapshot.time, frame, Vec::new()))
    }

    /// The same plan with another step, from a frame or from the start.
    fn with_step(&self, step: f64, frame: Option<&Frame>) -> FieldResult<Made> {
        self.with_step_and_save(step, self.made.save, frame)
    }

    /// The choices of the plan with another step and another time between saves.
    fn choices_with(&self, step: f64, save: f64) -> Choices {
        let settled = self.made.settled(self.choices);
        Choices { step: Some(step), save: Some(save), ..settled }
    }

    /// Where a plan arrives at a time, from its own start; nothing where it does not.
    fn end_of(
        &self,
        made: &Made,
        until: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<Option<Vec<Series>>> {
        let mut run = begin(made, None, &[], &self.backend, &self.switches)?;
        run.set_switches(self.switches.clone(), true);
        let system = &self.system.system;
        let (mut frames, outcome) =
            frames_to(&mut run, system, &made.stepping, until, observation);
        let end = frames.pop().filter(|_| outcome == Ok(Outcome::Reached));
        Ok(end.map(|(_, values, _)| values))
    }

    /// The same with another time between saves.
    fn with_step_and_save(
        &self,
        step: f64,
        save: f64,
        frame: Option<&Frame>,
    ) -> FieldResult<Made> {
        let mut choices = self.choices_with(step, save);
        let system = match frame {
            Some((time, values, _)) => {
                choices.times.0 = *time;
                starting_from(&self.system.system, values)
            }
            None => {
                choices.times.0 = self.made.options.start;
                self.made.start.as_ref().map_or_else(
                    || self.system.system.clone(),
                    |frame| starting_from(&self.system.system, frame),
                )
            }
        };
        let reached = Some(choices.times.0)
            .filter(|time| *time > self.choices.times.0 && !self.choices.unsafe_step);
        // What the fields have become is looked at here, with the time at which they did.
        choices.unsafe_step |= reached.is_some();
        let mut made = make_with(&system, &choices, self.made.form.clone())?;
        made.options.unsafe_step = self.choices.unsafe_step;
        if let Some(time) = reached
            && is_ill_posed(&system, &made, &choices)
        {
            // Beside a jump differences overshoot, to values that the equations have no waves for: what comes of it says where.
            if torn(&system).is_none() {
                let mut hint = self.ending_at(Some(time), String::new);
                if divides_by_slopes(&system) {
                    hint.push_str(
                        ", or where slopes that are divided by come to 0, 1e-6 beside their squares: sqrt(|∇φ|^2 + 1e-6) for |∇φ|",
                    );
                }
                return Err(stepper::ill_posed_reached(time, hint));
            }
            made.options.unsafe_step = true;
        }
        made.start = match frame {
            Some((_, values, _)) => Some(values.clone()),
            None => self.made.start.clone(),
        };
        Ok(made)
    }

    /// Goes back to the last frame kept and takes a shorter step from there.
    fn shorten(
        &mut self,
        step: f64,
        frame: Option<&Frame>,
        trunk: Option<State>,
        observers: &[Observer],
    ) -> FieldResult<()> {
        let from = match (frame, trunk) {
            (Some(frame), _) => Some(frame.clone()),
            (None, Some(state)) => Some(self.frame_of_state(&state)?),
            (None, None) => None,
        };
        let own = self.made.step();
        let history = &mut self.made.history;
        // Steps that are short for what time alone does are no measure.
        let mut step = step;
        if history.former == 0.0 {
            step = history.regret(own, step);
            if step < history.shortest {
                history.shortest = step;
                self.made.trials += 1;
            }
        }
        self.change_step(step, from, observers, |made, equal| {
            made.why.push(format!(
                "the step was shortened to {equal:.3e}: the fields, or the accuracy over a stretch, ask for it"
            ));
        })
    }

    /// What the run gave, after a last time between saves where there is one.
    fn finish(
        mut self,
        to: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<Stretch> {
        self.name_term();
        self.stretch.steps = self.made.steps_before + self.run.count();
        if self.stretch.step == 0.0 || self.made.checked || self.made.follows {
            self.stretch.step = self.made.built_in.unwrap_or_else(|| {
                self.run.timeline().map_or(self.made.step(), |line| line.step)
            });
        }
        // Many small steps end next to the time that was asked for.
        if let Some(last) = self.stretch.times.last_mut()
            && (*last - to).abs() <= 1e-9 * self.made.save
        {
            *last = to;
        }
        let back = self.back.take();
        self.stretch.state = match &back {
            Some((_, state)) => Some(state.clone()),
            None => self.run.state().ok(),
        };
        let reached = self.run.time();
        if self.made.built_in.is_some()
            && reached < to - 1e-9 * self.made.save
            && matches!(self.stretch.outcome, Ok(Outcome::Reached))
        {
            self.go_between(to, observation)?;
        }
        let made = back.map_or(self.made, |(made, _)| made);
        if let (Some(keeper), Some(state), Ok(_)) =
            (&mut observation.keeper, &self.stretch.state, &self.stretch.outcome)
        {
            keeper.keep_state(None, &made, || Ok(state.clone()))?;
        }
        self.stretch.remarks = self.run.machine().remarks();
        self.stretch.made = made;
        Ok(self.stretch)
    }

    /// Names the term to blame for values that are not finite, where the run itself knows no terms, as in Fourier space: the run stands before
    /// the step that failed.
    fn name_term(&mut self) {
        let Err(FieldError::NotFinite { cell, term, .. }) = &self.stretch.outcome else {
            return;
        };
        if !term.is_empty() {
            return;
        }
        let cell = cell.clone();
        let Ok(snapshot) = self.run.look() else { return };
        let frame = frame_of(&self.system.system, &self.made.stepping, &snapshot);
        let Some(scheme) = self.watched() else { return };
        let now = starting_from(&self.system.system, &frame);
        let values: Vec<_> = now.fields.iter().map(|own| own.start.as_slice()).collect();
        let rates: Vec<_> =
            now.fields.iter().map(|own| own.start_velocity.as_slice()).collect();
        let found = discretise::largest_term(
            &scheme,
            &now.grid.axes,
            (&values, &rates),
            snapshot.time,
            &cell,
        );
        if let (Some(found), Err(FieldError::NotFinite { term, largest, .. })) =
            (found, &mut self.stretch.outcome)
        {
            (*term, *largest) = found;
        }
    }

    /// The scheme of differences that the equations have, also where the run is in Fourier space.
    fn watched(&mut self) -> Option<Arc<Scheme>> {
        if let Some(scheme) = &self.made.scheme {
            return Some(Arc::clone(scheme));
        }
        let system = &self.system.system;
        let make = || discretise::discretise(system, &SpaceOptions::default()).ok();
        self.monitor.get_or_insert_with(|| make().map(Arc::new)).clone()
    }

    /// Keeps a frame on disk, where frames are kept there.
    fn keep_frame(
        &mut self,
        time: f64,
        values: &[Series],
        seen: &Seen,
        whole: bool,
        observation: &mut Observation<'_>,
    ) -> FieldResult<()> {
        match &mut observation.keeper {
            None => Ok(()),
            Some(keeper) => {
                let precision = self.choices.frame_precision();
                let steps = self.made.steps_before + self.run.count();
                keeper.append(self.system, (time, steps, whole), values, seen, precision)
            }
        }
    }

    /// Reaches a time between saves with a plan of its own, where the step is built into plans; the run itself stays where it was.
    fn go_between(
        &mut self,
        to: f64,
        observation: &mut Observation<'_>,
    ) -> FieldResult<()> {
        let snapshot = self.run.look()?;
        let frame = frame_of(&self.system.system, &self.made.stepping, &snapshot);
        let way = to - snapshot.time;
        let mut choices = self.choices_with(self.made.step(), way);
        choices.times = (snapshot.time, to);
        let system = starting_from(&self.system.system, &frame);
        let made = make_with(&system, &choices, self.made.form.clone())?;
        let mut run =
            begin(&made, None, observation.observers, &self.backend, &self.switches)?;
        let (frames, outcome) =
            frames_to(&mut run, &self.system.system, &made.stepping, to, observation);
        self.stretch.steps += run.count();
        self.stretch.outcome = outcome;
        if let (Ok(Outcome::Reached), Some((_, values, row))) =
            (&self.stretch.outcome, frames.into_iter().nth(1))
        {
            let seen = (observation.save)(to, &values, &row)?;
            self.keep_frame(to, &values, &seen, false, observation)?;
            if observation.streamed {
                self.stretch.times.clear();
                self.stretch.series =
                    empty_series(&self.system.system, &self.made.stepping);
            }
            self.stretch.times.push(to);
            append(&mut self.stretch.series, values);
            if seen.stop {
                self.stretch.outcome = Ok(Outcome::Met(to));
            }
        }
        Ok(())
    }
}

/// Runs to a time and gives the frames met.
fn frames_to(
    run: &mut Run,
    system: &System,
    stepping: &Stepping,
    to: f64,
    observation: &mut Observation<'_>,
) -> (Vec<Frame>, Result<Outcome, FieldError>) {
    let mut frames = Vec::new();
    let mut save = |row: &Row, snapshot: Option<&Snapshot>| {
        if let Some(snapshot) = snapshot {
            let frame = frame_of(system, stepping, snapshot);
            frames.push((row.time, frame, row.values.clone()));
        }
        Ok(Control::Continue)
    };
    let mut control = |progress: &Progress| {
        (observation.progress)(progress);
        Control::Continue
    };
    let mut hooks = Hooks {
        control: &mut control,
        save: &mut save,
        planes: true,
        interrupted: observation.interrupted,
    };
    let outcome = run.advance(to, &mut hooks);
    (frames, outcome)
}

/// The system with a frame as its start.
fn starting_from(system: &System, frame: &[Series]) -> System {
    let values = |name: &str| -> Vec<Complex64> {
        match frame.iter().find(|series| &*series.name == name).map(|it| &it.values) {
            Some(SeriesValues::Real(values)) => {
                values.iter().map(|value| Complex64::new(*value, 0.0)).collect()
            }
            Some(SeriesValues::Complex(values)) => values.to_vec(),
            None => Vec::new(),
        }
    };
    let mut from = system.clone();
    for field in &mut from.fields {
        field.start = values(&field.name);
        if field.order == 2 {
            field.start_velocity = values(&format!("{}_t", field.name));
        }
    }
    from
}
