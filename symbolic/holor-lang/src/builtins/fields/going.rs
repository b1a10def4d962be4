//! Going on: a run carried to a time, from its start, from where it stands, or from where its checkpoint left it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use holor_algebra::Symbol;
use holor_field::backend::Precision as Numbers;
use holor_field::equation::System;
use holor_field::run::{Outcome, Progress, State};
use holor_field::{FieldError, FieldResult};

use super::devices::no_device;
use super::evolve::failed;
use super::resolved::{self, against_shocks, missed, more_points};
use super::watching::{Watching, columns_of};
use crate::array::rounded;
use crate::dynamics::counted;
use crate::evaluate::Call;
use crate::field::{
    Again, Continuation, Done, EvolutionSystem, Keeper, Kept, Kind, Observation,
    RunValue, Seen, Series, Simulation, Stretch, Written, advance, append, breaks,
    change_by_points, empty_series, make_again, rough_start, torn, with_frame,
};
use crate::{Diagnostic, Result, Value, codes};

/// What a run has so far.
#[derive(Debug, Default)]
struct Past {
    times: Vec<f64>,
    series: Vec<Series>,
    watched: Vec<(Arc<str>, Vec<Value>)>,
    watched_times: Vec<f64>,
}

/// A run in its checkpoint.
struct Disk {
    keeper: Keeper,
    kept: Option<Kept>,
    path: Arc<str>,
}

/// How a run came to its end without a step, in its checkpoint.
struct Finished {
    /// Frames of it.
    frames: usize,
    /// The time at which its condition ended it.
    met: Option<f64>,
}

/// The names whose meaning decides how fields, coordinates and the time are read.
pub(super) fn names_of(
    system: &EvolutionSystem,
    time: &Symbol,
) -> impl Iterator<Item = String> {
    let fields = system.unknowns.iter().filter_map(|(field, _)| field.name.as_deref());
    let coordinates = system.grid.coordinates.iter().map(Symbol::name);
    let names: Vec<String> =
        fields.chain(coordinates).chain([time.name()]).map(str::to_owned).collect();
    names.into_iter()
}

/// The seed and the time between saves of the run in a checkpoint, where there is one: the same cell run again goes on with them where it
/// leaves them out.
pub(super) fn left_out(
    call: &Call<'_>,
    path: Option<&Arc<str>>,
) -> Result<(Option<u64>, Option<f64>)> {
    let Some(path) = path else { return Ok((None, None)) };
    if path.trim().trim_matches(['.', '/']).is_empty() {
        let message = format!("`checkpoint` is the name of a folder, found \"{path}\"");
        let error = call.error(&codes::E0204_OUT_OF_RANGE, message);
        return Err(Box::new((*error).hint("checkpoint = \"run.zarr\"")));
    }
    let store = call.world().store(path);
    let store = store.map_err(|reason| call.error(&codes::E0601_FILE, reason))?;
    Ok(Keeper::left_out(&store))
}

/// Where a run comes from.
#[derive(Clone, Copy)]
pub(super) enum From<'a> {
    /// Its start, by equations, of which it was said or not that the points do not resolve them.
    Start(&'a Written<'a>, bool),
    /// An earlier run.
    Run(&'a RunValue),
}

/// Runs to a time, from the start or on from an earlier run.
pub(super) fn go_on(
    call: &Call<'_>,
    rest: &Arc<Continuation>,
    from: From<'_>,
    to: f64,
) -> Result<Value> {
    let (written, doubted, earlier) = match from {
        From::Start(written, doubted) => (Some(written), doubted, None),
        From::Run(run) => (None, false, Some(run)),
    };
    call.refuse_after_interrupt()?;
    let backend =
        call.world().backend(&rest.device).map_err(|reason| no_device(call, &reason))?;
    call.poll()?;
    let mut watching = Watching::new(call, rest)?.reaching(to);
    call.poll()?;
    let mut past = earlier.map_or_else(Past::default, Past::of);
    let (mut made, mut state) = (rest.made.clone(), rest.state.clone());
    let mut holds = rest.holds;
    let mut keeper = None;
    if let Some(path) = &rest.checkpoint {
        let mut disk = open(call, rest, path, earlier.is_some())?;
        if let Some(kept) = disk.kept.take() {
            if let Some(damage) = &kept.damage {
                let message = format!(
                    "{damage}; the run goes on from the state before, at {} = {}",
                    rest.time,
                    kept.times.last().copied().unwrap_or(rest.choices.times.0)
                );
                call.warn(Diagnostic::warning(&codes::E0601_FILE, message));
            }
            let known = disk.when_it_holds(call, rest, &watching, &kept)?;
            let first = earlier.map_or(0, |_| past.watched_times.len());
            let finished =
                disk.window(call, rest, &kept, &known, (first, to, &mut holds))?;
            let frames = finished.as_ref().map_or(kept.times.len(), |it| it.frames);
            past = disk.past(call, rest, &mut watching, &kept, frames)?;
            made = make_again(&rest.system.system, &rest.choices, &made, &kept)
                .map_err(|error| failed(call, error))?;
            if let Some(finished) = finished {
                let whole = frames == kept.times.len();
                let result = Ended {
                    steps: frames
                        .checked_sub(1)
                        .map_or(0.0, |last| kept.steps.get(last).copied().unwrap_or(0.0)),
                    step: kept.state.timeline.step,
                    seconds: 0.0,
                    device: backend.name(),
                    ending: match finished.met {
                        Some(time) => ended_by_condition(&rest.time, time),
                        None => String::new(),
                    },
                    explanation: vec![format!("read from its checkpoint `{path}`")],
                };
                snap(&mut past.times, to, made.save);
                // A state beyond the last of these frames is not theirs: what goes on looks into the checkpoint.
                let state = whole.then_some(kept.state);
                let rest = rest.at(made, state, holds);
                let run = result.run(rest, past);
                return Ok(Value::Simulation(Simulation::Run(Arc::new(run))));
            }
            if let (None, Some(last)) = (earlier, past.times.last()) {
                let message = format!(
                    "the run goes on from {} = {last} in its checkpoint",
                    rest.time
                );
                call.warn(Diagnostic::warning(&codes::E0601_FILE, message));
            }
            state = Some(kept.state);
        }
        keeper = Some(disk.keeper);
    }
    let began = call.world().seconds();
    let flag = call.engine().interrupt().flag();
    let mut problem: Option<Box<Diagnostic>> = None;
    let mut shown = began;
    let from = past.times.last().copied().unwrap_or(rest.choices.times.0);
    let mut furthest = from;
    let mut show = |progress: &Progress| {
        let now = call.world().seconds();
        // Where steps are tried the run goes back now and then.
        furthest = furthest.max(progress.time);
        if rest.progress && now - began > 1.0 && now - shown > 0.25 {
            shown = now;
            let way = (from, furthest, to);
            call.world().progress(&progress_of(progress, way, now - began, &rest.time));
        }
    };
    let mut drawn = None;
    let (observers, looks) = (watching.observers().to_vec(), watching.looks());
    let places = watching.places();
    let mut save = |time: f64, frame: &[Series], row: &[f64]| -> FieldResult<Seen> {
        let watched = &mut past.watched;
        let mut seen = watching.look(call, rest, (time, frame, row), watched, &mut drawn);
        // An interrupt while something is computed from a frame ends the run after that frame.
        if matches!(&seen, Err(error) if error.code.name == codes::E0701_INTERRUPTED.name)
            && flag.swap(false, Ordering::Relaxed)
        {
            seen = watching.look(call, rest, (time, frame, row), watched, &mut drawn);
            flag.store(true, Ordering::Relaxed);
        }
        match seen {
            Ok(mut seen) => {
                past.watched_times.push(time);
                // The condition ends the run where it becomes true.
                seen.stop = seen.holds && !holds;
                holds = seen.holds;
                Ok(seen)
            }
            Err(error) => {
                problem = Some(error);
                Err(FieldError::Interrupted)
            }
        }
    };
    let unwritten = keeper.as_ref().map(Keeper::failed).unwrap_or_default();
    let interrupted = {
        let flag = flag.clone();
        move || flag.load(Ordering::Relaxed) || unwritten.load(Ordering::Relaxed)
    };
    let now = || call.world().seconds();
    let mut observation = Observation {
        progress: &mut show,
        save: &mut save,
        observers: &observers,
        looks,
        keeper,
        streamed: rest.streamed,
        whole: true,
        now: &now,
        interrupted: &interrupted,
    };
    let stretch = advance(
        &rest.system,
        &rest.choices,
        &made,
        state.as_ref(),
        Arc::clone(&backend),
        to,
        &mut observation,
    );
    let unwritten = observation.keeper.as_ref().and_then(|it| it.failure().cloned());
    call.world().progress_ended();
    if let Some(problem) = problem {
        return Err(problem);
    }
    let mut stretch = stretch.map_err(|error| failed(call, error))?;
    for warning in &stretch.warnings {
        call.warn(Diagnostic::warning(&codes::E0402_UNSTABLE, warning.clone()));
    }
    let seconds = call.world().seconds() - began;
    let series = std::mem::take(&mut stretch.series);
    past.add(&stretch.times, series, rest.streamed, earlier);
    let ending = match unwritten {
        Some(error) => unwritten_ending(call, rest, &stretch, &past, (to, &error))?,
        None => ending_of(call, rest, &stretch, &past, to)?,
    };
    let whole = matches!(stretch.outcome, Ok(Outcome::Reached | Outcome::Met(_)));
    let change = written.filter(|_| whole && state.is_none()).and_then(|written| {
        let done = Done {
            begun: rest,
            made: &stretch.made,
            times: &past.times,
            series: &past.series,
            steps: stretch.steps,
        };
        let again = Again { backend: &backend, now: &now, interrupted: &interrupted };
        change_by_points(&done, written, (&call.fields(), &call.engine()), again)
    });
    if whole && flag.load(Ordering::Relaxed) {
        call.interrupt_seen();
        let message = "interrupted after the run, while it was done once more on twice the points: the run itself is whole";
        call.warn(Diagnostic::warning(&codes::E0701_INTERRUPTED, message));
    }
    let frames = (&*past.times, &*past.series);
    let quiet = doubted || stretch.sensitive;
    let in_space = resolved::warn(call, rest, frames, earlier, (change.as_ref(), quiet));
    let before = earlier.map(|run| (&*run.times, &*run.series));
    super::doubts::warn_of_links(call, rest, (&past.times, &past.series), before);
    let before = |name| earlier.and_then(|run| run.figure(name)).unwrap_or(0.0);
    let done = stretch.steps as f64 - before("steps");
    // Known only now where the device was left open.
    let device = backend.name();
    let mut explanation = stretch.made.why.clone();
    explanation.insert(
        0,
        format!(
            "method `{}`, dt = {:.6e}, {}",
            rest.made.stepping.method,
            stretch.step,
            counted(stretch.steps as usize, "step")
        ),
    );
    explanation.extend(places);
    explanation.extend(in_space);
    explanation.push(format!(
        "device: {device}; {}",
        match (rest.choices.precision, rest.choices.compensated) {
            (_, true) =>
                format!("precision: {}", holor_field::stepper::compensated::EXPLANATION),
            (Numbers::Single, false) => "single precision".to_owned(),
            (Numbers::Double, false) => "double precision".to_owned(),
        }
    ));
    explanation.append(&mut stretch.remarks);
    if seconds > 0.0 {
        let all = match before("seconds") {
            0.0 => String::new(),
            earlier => {
                format!("{:.3} s in all; since it was continued ", earlier + seconds)
            }
        };
        explanation.push(format!(
            "{all}{seconds:.3} s, {:.3e} cell steps a second; {:.1} ms of it to compile",
            done * rest.system.grid.cells() as f64 / seconds,
            stretch.compile_seconds * 1e3
        ));
    }
    let result = Ended {
        steps: stretch.steps as f64,
        step: stretch.step,
        seconds: seconds + before("seconds"),
        device,
        ending,
        explanation,
    };
    let run = result.run(rest.at(stretch.made, stretch.state, holds), past);
    super::doubts::warn_of_later_means(call, &run, earlier);
    Ok(Value::Simulation(Simulation::Run(Arc::new(run))))
}

/// What is said of a run that has ended.
struct Ended {
    steps: f64,
    step: f64,
    seconds: f64,
    device: String,
    ending: String,
    explanation: Vec<String>,
}

impl Ended {
    fn run(self, rest: Continuation, past: Past) -> RunValue {
        RunValue {
            grid: rest.system.grid.clone(),
            fields: rest.system.unknowns.clone(),
            equations: rest.system.equations.clone(),
            time: rest.time.name().into(),
            times: past.times.into(),
            series: past.series,
            watched: past.watched,
            watched_times: past.watched_times.into(),
            ending: self.ending.into(),
            figures: vec![
                ("steps", self.steps),
                ("dt", self.step),
                ("seconds", self.seconds),
            ],
            words: vec![
                ("method", rest.made.stepping.method.into()),
                ("device", self.device.as_str().into()),
            ],
            explanation: self.explanation.into(),
            rest: Arc::new(rest),
        }
    }
}

fn ended_by_condition(time: &Symbol, at: f64) -> String {
    format!("ended by its condition at {time} = {}", rounded(at))
}

/// How a stretch ended, in words, with what the person should know; an error where it failed.
fn ending_of(
    call: &Call<'_>,
    rest: &Continuation,
    stretch: &Stretch,
    past: &Past,
    to: f64,
) -> Result<String> {
    let from = rest.choices.times.0;
    match &stretch.outcome {
        Ok(Outcome::Reached) => Ok(String::new()),
        Ok(Outcome::Met(time)) => {
            if *time <= from {
                let message = format!(
                    "the condition of `until` holds at the start, {} = {}; a run that is continued ends where it has become false and true again",
                    rest.time,
                    rounded(*time)
                );
                call.warn(Diagnostic::warning(&codes::E0310_EVOLUTION, message).hint(
                    format!("continue({}, {} = {to})", call.result_name(), rest.time),
                ));
            }
            Ok(ended_by_condition(&rest.time, *time))
        }
        Ok(Outcome::Interrupted(time)) => {
            call.interrupt_seen();
            let time = rounded(*time);
            let message = format!(
                "interrupted at {} = {time}; the run up to there is the value",
                rest.time
            );
            call.warn(
                Diagnostic::warning(&codes::E0701_INTERRUPTED, message).hint(format!(
                    "continue({}, {} = {to})",
                    call.result_name(),
                    rest.time
                )),
            );
            Ok(format!("interrupted at {} = {time}", rest.time))
        }
        Err(error @ FieldError::NotFinite { step: count, time: end, .. }) => {
            let mut diagnostic =
                Diagnostic::error(&codes::E0405_NOT_FINITE, error.to_string())
                    .at(call.span());
            // A step that nobody chose has been shortened already, but where there is noise: what it will do to the fields is not known at the start.
            let begins = rest.choices.times.0;
            let random = !rest.system.system.noises.is_empty() && !stretch.made.checked;
            let own = random.then(|| (end - begins) / (*count).max(1) as f64);
            if let Some(step) = rest.choices.step.or(own) {
                diagnostic = diagnostic.hint(format!("dt = {:.3e}", step / 4.0));
            }
            let system = &rest.system.system;
            let steep = breaks(system, past.times.len(), &past.series)
                .map(|steep| (steep.field, steep.axis))
                .or_else(|| torn_at_last(system, past));
            if let Some((field, axis)) = steep.filter(|_| rest.choices.limiter.is_none())
            {
                if let Some(along) = system.grid.axes.get(axis) {
                    let points = more_points(&system.grid, axis, 4 * along.points);
                    diagnostic = diagnostic.hint(points);
                }
                for hint in against_shocks(rest, field, axis) {
                    diagnostic = diagnostic.hint(hint);
                }
            } else if let Some(axis) = missed(rest, past.times.len(), &past.series)
                .map(|missing| missing.axis)
                .or_else(|| rough_start(system))
                && let Some(along) = system.grid.axes.get(axis)
            {
                let points = more_points(&system.grid, axis, 2 * along.points);
                diagnostic = diagnostic.hint(points);
            }
            let last = past.times.last().filter(|last| **last > from);
            let hint = match last {
                Some(last) => {
                    format!("{} = {}..{}", rest.time, rounded(from), rounded(*last))
                }
                // Nothing bounds the step of what is not solved for.
                None if stretch.made.takes_rest_explicitly() => "method = rk4".to_owned(),
                None => "save = …, a shorter time between frames".to_owned(),
            };
            diagnostic.hint(hint).into()
        }
        Err(error) => Err(failed(call, error.clone())),
    }
}

/// How a stretch ended whose frames could no longer be written: what was computed is kept in memory.
fn unwritten_ending(
    call: &Call<'_>,
    rest: &Continuation,
    stretch: &Stretch,
    past: &Past,
    (to, error): (f64, &FieldError),
) -> Result<String> {
    let last = rounded(past.times.last().copied().unwrap_or(rest.choices.times.0));
    let path = rest.checkpoint.as_deref().unwrap_or_default();
    let kept = match rest.streamed {
        true => format!("the frame at {} = {last} is", rest.time),
        false => format!("the frames up to {} = {last} are", rest.time),
    };
    let message = format!(
        "the checkpoint `{path}` cannot be written: {error}; {kept} kept in memory, and the same cell goes on from what the folder has once it can be written"
    );
    call.warn(Diagnostic::warning(&codes::E0601_FILE, message));
    match &stretch.outcome {
        Ok(Outcome::Interrupted(time))
            if !call.engine().interrupt().flag().load(Ordering::Relaxed) =>
        {
            Ok(format!(
                "ended at {} = {}: its checkpoint cannot be written",
                rest.time,
                rounded(*time)
            ))
        }
        _ => ending_of(call, rest, stretch, past, to),
    }
}

/// The field that jumps in the last frame, and along which axis, where nothing smooths it.
fn torn_at_last(system: &System, past: &Past) -> Option<(usize, usize)> {
    torn(&with_frame(system, past.times.len().checked_sub(1)?, &past.series))
}

/// Many small steps end next to the time that was asked for.
fn snap(times: &mut [f64], to: f64, save: f64) {
    if let Some(last) = times.last_mut()
        && (*last - to).abs() <= 1e-9 * save
    {
        *last = to;
    }
}

/// The time of the last save that a state knows.
fn saved_time(state: &State) -> f64 {
    state.timeline.time_of(state.timeline.saved)
}

impl Past {
    /// What a run has up to its last save: a time between saves that it was asked to end at is none of those of the whole.
    fn of(run: &RunValue) -> Self {
        let mut past = Self {
            times: run.times.to_vec(),
            series: run.series.clone(),
            watched: run.watched.clone(),
            watched_times: run.watched_times.to_vec(),
        };
        let Some(state) = &run.rest.state else { return past };
        let last = saved_time(state);
        let beyond = |time: &f64| *time > last + 1e-9 * run.rest.made.save;
        let frames = past.times.iter().filter(|time| !beyond(time)).count();
        past.times.truncate(frames);
        snap(&mut past.times, last, run.rest.made.save);
        let cells = run.grid.cells();
        for series in &mut past.series {
            series.truncate(frames * cells);
        }
        let rows = past.watched_times.iter().filter(|time| !beyond(time)).count();
        past.watched_times.truncate(rows);
        for (_, values) in &mut past.watched {
            values.truncate(rows);
        }
        past
    }

    /// Adds the frames of a stretch, or puts them in the place of the others.
    fn add(
        &mut self,
        times: &[f64],
        series: Vec<Series>,
        streamed: bool,
        earlier: Option<&RunValue>,
    ) {
        if streamed && !times.is_empty() {
            self.times.clear();
            self.series.clear();
        }
        if self.series.is_empty() {
            self.series = series;
        } else {
            append(&mut self.series, series);
        }
        self.times.extend(times);
        // Interrupted before the next save: the frame between saves that was there is better than none.
        if let (true, Some(run)) = (self.times.is_empty(), earlier) {
            self.times = run.times.to_vec();
            self.series.clone_from(&run.series);
        }
    }
}

/// Opens a run's checkpoint.
fn open(
    call: &Call<'_>,
    rest: &Continuation,
    path: &Arc<str>,
    goes_on: bool,
) -> Result<Disk> {
    let store = call
        .world()
        .store(path)
        .map_err(|reason| call.error(&codes::E0601_FILE, reason))?;
    let there = store.get("zarr.json").map_err(|error| failed(call, error))?.is_some();
    let gone = || {
        let message = format!("the run is no longer in its checkpoint `{path}`");
        let error = Diagnostic::error(&codes::E0601_FILE, message).at(call.span());
        Box::new(error.hint(format!("evolve(…, checkpoint = \"{path}\")")))
    };
    if goes_on && !there {
        return Err(gone());
    }
    let kind = Kind {
        save: rest.made.save,
        columns: &columns_of(call, rest),
        constants: text_of_names(call, rest.watch.as_ref()),
        until: until_text(call, rest),
    };
    let (keeper, kept) = Keeper::open(store, &rest.system, &rest.choices, &kind)
        .map_err(|error| failed(call, error))?;
    if goes_on && kept.is_none() {
        return Err(gone());
    }
    Ok(Disk { keeper, kept, path: path.clone() })
}

/// The values of the names in something that is watched or asked.
fn text_of_names(
    call: &Call<'_>,
    closure: Option<&Arc<crate::value::Closure>>,
) -> String {
    let closures = closure.into_iter().map(|it| &**it);
    call.remember(closures, std::iter::empty()).text()
}

/// The condition that ends a run with the values of its names; empty where there is none.
fn until_text(call: &Call<'_>, rest: &Continuation) -> String {
    match &rest.until {
        None => String::new(),
        Some(until) => {
            let names = text_of_names(call, Some(until));
            let apart = if names.is_empty() { "" } else { " where " };
            format!("{}{apart}{names}", until.text)
        }
    }
}

impl Disk {
    /// At which frames the condition that ends the run holds.
    fn when_it_holds(
        &mut self,
        call: &Call<'_>,
        rest: &Continuation,
        watching: &Watching,
        kept: &Kept,
    ) -> Result<Vec<bool>> {
        if let Some(known) = &kept.holds {
            return Ok(known.clone());
        }
        // Another condition than before is asked of every frame.
        let mut known = vec![false; kept.times.len()];
        if rest.until.is_some() {
            for (index, (time, holds)) in kept.times.iter().zip(&mut known).enumerate() {
                call.poll()?;
                let frame = self.frame(call, rest, index)?;
                *holds = watching.holds(call, rest, (*time, &frame))?;
            }
        }
        self.keeper
            .set_holds(&until_text(call, rest), &known)
            .map_err(|error| failed(call, error))?;
        Ok(known)
    }

    fn frame(
        &self,
        call: &Call<'_>,
        rest: &Continuation,
        index: usize,
    ) -> Result<Vec<Series>> {
        self.keeper.frame(&rest.system, index).map_err(|error| failed(call, error))
    }

    /// Where a run that is in the checkpoint ends, after so many frames that are known; `None` where it goes on beyond them.
    fn window(
        &self,
        call: &Call<'_>,
        rest: &Continuation,
        kept: &Kept,
        known: &[bool],
        (first, to, holds): (usize, f64, &mut bool),
    ) -> Result<Option<Finished>> {
        let near = 1e-9 * rest.made.save;
        let count = kept.times.len();
        for (index, (time, now)) in kept.times.iter().zip(known).enumerate().skip(first) {
            if *time > to + near {
                let before = index.checked_sub(1).and_then(|it| kept.times.get(it));
                if before.is_none_or(|before| *before < to - near) {
                    return Err(self.between(call, rest, kept, (before, to, *time)));
                }
                return Ok(Some(Finished { frames: index, met: None }));
            }
            let ends = *now && !*holds;
            *holds = *now;
            if ends {
                return Ok(Some(Finished { frames: index + 1, met: Some(*time) }));
            }
        }
        let reached = kept.times.last().is_some_and(|last| *last >= to - near);
        Ok(reached.then_some(Finished { frames: count, met: None }))
    }

    /// The error for a time between saves that a run in its checkpoint has passed.
    fn between(
        &self,
        call: &Call<'_>,
        rest: &Continuation,
        kept: &Kept,
        (before, to, after): (Option<&f64>, f64, f64),
    ) -> Box<Diagnostic> {
        let (time, from) = (&rest.time, rest.choices.times.0);
        let end = kept.times.last().copied().unwrap_or(after);
        let message = format!(
            "the run in the checkpoint `{}` has gone on to {time} = {end}, and {time} = {to} lies between two of its frames",
            self.path
        );
        let mut error =
            Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message).at(call.span());
        if let Some(before) = before.filter(|before| **before > from) {
            error = error.hint(format!("{time} = {from}..{before}"));
        }
        Box::new(error.hint(format!("{time} = {from}..{after}")))
    }

    /// The first frames and what was watched at them.
    fn past(
        &self,
        call: &Call<'_>,
        rest: &Continuation,
        watching: &mut Watching,
        kept: &Kept,
        frames: usize,
    ) -> Result<Past> {
        let watched_times: Vec<f64> = kept.times.iter().take(frames).copied().collect();
        let first = if rest.streamed { frames.saturating_sub(1) } else { 0 };
        let mut series: Vec<Series> =
            empty_series(&rest.system.system, &rest.made.stepping);
        for index in first..frames {
            call.poll()?;
            append(&mut series, self.frame(call, rest, index)?);
        }
        let columns = self.keeper.watched(frames).map_err(|error| failed(call, error))?;
        let mut watched = Vec::new();
        for (place, (text, values)) in
            columns_of(call, rest).into_iter().zip(columns).enumerate()
        {
            let mut own = Vec::with_capacity(values.len());
            for (index, (value, time)) in
                values.into_iter().zip(&watched_times).enumerate()
            {
                // What is neither a number nor an array of them is computed again from its frame.
                own.push(match value {
                    Some(value) => value,
                    None => {
                        call.poll()?;
                        let frame = self.frame(call, rest, index)?;
                        watching.again(call, rest, (*time, &frame), place)?
                    }
                });
            }
            watched.push((text, own));
        }
        let times = watched_times.get(first..).unwrap_or_default().to_vec();
        Ok(Past { times, series, watched, watched_times })
    }
}

/// How far a run is on its way to a time, which was begun so many seconds ago.
fn progress_of(
    progress: &Progress,
    (from, now, to): (f64, f64, f64),
    seconds: f64,
    time: &Symbol,
) -> crate::world::Progress {
    let fraction = ((now - from) / (to - from)).clamp(0.0, 1.0);
    // A stretch that is checked, or done again with shorter steps.
    let again = match progress.time < now {
        true => format!(" (steps are checked: at {:.4})", progress.time),
        false => String::new(),
    };
    crate::world::Progress {
        fraction,
        text: format!(
            "{time} = {now:.4} of {}{again}, {:.0} steps a second, {:.3e} cells a second",
            rounded(to),
            progress.steps_per_second,
            progress.cells_per_second
        ),
        // Unknown as long as nothing is done.
        seconds_left: seconds * (1.0 - fraction) / fraction,
    }
}
