//! Driving the field engine: from a system and choices to a run with its series, and on from there.

use std::sync::Arc;

use holor_algebra::Symbol;
use holor_field::backend::{Backend, Precision};
use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::equation::{Complex64, System};
use holor_field::run::{Control, Hooks, Outcome, Progress, Row, Run, Snapshot, State};
use holor_field::scheme::Scheme;
use holor_field::spectral::{self, Dealiasing};
use holor_field::stepper::{self, Interpretation, Method, Stepping};
use holor_field::{FieldError, FieldResult};

use super::EvolutionSystem;
use super::run::{Series, SeriesValues};
use crate::value::Closure;

/// How space is treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Space {
    /// As fits the equation.
    #[default]
    Auto,
    /// By differences of neighbours.
    Differences,
    /// By Fourier transforms.
    Spectral,
}

/// What was chosen for a run.
#[derive(Clone, Debug)]
pub(crate) struct Choices {
    /// The start, and how far the first stretch goes: it sets what is left out.
    pub(crate) times: (f64, f64),
    /// The method's name; `auto` where it was left out.
    pub(crate) method: Arc<str>,
    /// Space.
    pub(crate) space: Space,
    /// The order of differences in space.
    pub(crate) order: Option<usize>,
    /// Δt.
    pub(crate) step: Option<f64>,
    /// The time between saves.
    pub(crate) save: Option<f64>,
    /// Single or double precision.
    pub(crate) precision: Precision,
    /// The seed of noise.
    pub(crate) seed: u64,
    /// Relative tolerance of adaptive methods.
    pub(crate) tolerance: Option<f64>,
    /// What multiplicative noise means.
    pub(crate) interpretation: Option<Interpretation>,
    /// Whether a run that cannot be stable is begun all the same.
    pub(crate) unsafe_step: bool,
    /// Whether products are dealiased.
    pub(crate) dealias: Option<bool>,
}

/// What a run needs in order to go on.
#[derive(Debug)]
pub struct Continuation {
    pub(crate) system: EvolutionSystem,
    pub(crate) choices: Choices,
    pub(crate) made: Made,
    /// Where it stands; at its start where left out.
    pub(crate) state: Option<State>,
    /// What is computed at every save.
    pub(crate) watch: Option<Arc<Closure>>,
    /// What ends it.
    pub(crate) until: Option<Arc<Closure>>,
    /// The word that chose the device.
    pub(crate) device: Arc<str>,
    /// The symbol of time.
    pub(crate) time: Symbol,
    /// Whether progress is shown.
    pub(crate) progress: bool,
}

impl Continuation {
    /// The same, standing at another state.
    pub(crate) fn at(&self, state: Option<State>) -> Self {
        Self {
            system: self.system.clone(),
            choices: self.choices.clone(),
            made: self.made.clone(),
            state,
            watch: self.watch.clone(),
            until: self.until.clone(),
            device: self.device.clone(),
            time: self.time.clone(),
            progress: self.progress,
        }
    }
}

/// A plan with what it was made from.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) stepping: Stepping,
    pub(crate) scheme: Option<Arc<Scheme>>,
    pub(crate) options: stepper::Options,
    pub(crate) why: Vec<String>,
    /// The step that is built into the plan, for spectral methods.
    pub(crate) built_in: Option<f64>,
    /// How products are dealiased in Fourier space.
    pub(crate) dealiasing: Dealiasing,
}

/// What looks at a run while it goes on.
pub(crate) struct Observation<'a> {
    /// Asked now and then; stops where it says so.
    pub(crate) progress: &'a mut dyn FnMut(&Progress) -> bool,
    /// Called with the time and the values of each unknown at each save; stops where it says so.
    pub(crate) save: &'a mut dyn FnMut(f64, &[Series]) -> FieldResult<bool>,
    /// Whether the person interrupted.
    pub(crate) interrupted: &'a (dyn Fn() -> bool + Sync),
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
    /// Steps in all.
    pub(crate) steps: u64,
    /// The last Δt.
    pub(crate) step: f64,
    /// Seconds to compile.
    pub(crate) compile_seconds: f64,
    /// What the person should know.
    pub(crate) warnings: Vec<String>,
}

/// Makes the plan for a system.
pub(crate) fn make(system: &System, choices: &Choices) -> FieldResult<Made> {
    let named_spectral = spectral::Method::named(&choices.method);
    let named_differences = Method::parse(&choices.method).ok();
    let wanted = match (choices.space, named_spectral, named_differences) {
        (Space::Spectral, ..) => true,
        (Space::Differences, ..) => false,
        (Space::Auto, Some(_), None) => true,
        (Space::Auto, _, Some(method)) if method != Method::Auto => false,
        (Space::Auto, None, None) => {
            return Err(FieldError::invalid(
                format!("`{}` is no method in time", choices.method),
                format!("method = {}", method_names().join(", ")),
            ));
        }
        (Space::Auto, ..) => {
            choices.order.is_none() && spectral::choose(system).is_some()
        }
    };
    if wanted {
        make_spectral(system, choices)
    } else {
        make_differences(system, choices)
    }
}

/// The scheme of a system in words and formulas.
pub(crate) fn scheme_text(system: &System, order: Option<usize>) -> FieldResult<String> {
    let space = match order {
        Some(order) => SpaceOptions { order, ..SpaceOptions::default() },
        None => SpaceOptions::default(),
    };
    Ok(format!("{:?}", discretise(system, &space)?.rates))
}

/// The names of all methods.
pub(crate) fn method_names() -> Vec<&'static str> {
    let mut names = vec!["auto"];
    names.extend(Method::ALL.iter().map(|method| method.name()));
    for method in spectral::Method::ALL {
        if !names.contains(&method.name()) {
            names.push(method.name());
        }
    }
    names
}

fn options(choices: &Choices) -> stepper::Options {
    let defaults = stepper::Options::default();
    stepper::Options {
        step: choices.step,
        start: choices.times.0,
        precision: choices.precision,
        save: choices.save,
        seed: choices.seed,
        tolerance: choices.tolerance.unwrap_or(defaults.tolerance),
        interpretation: choices.interpretation,
        unsafe_step: choices.unsafe_step,
        snapshots: false,
        ..defaults
    }
}

fn make_differences(system: &System, choices: &Choices) -> FieldResult<Made> {
    let method = Method::parse(&choices.method)?;
    let space = match choices.order {
        Some(order) => SpaceOptions { order, ..SpaceOptions::default() },
        None => SpaceOptions::default(),
    };
    let scheme = discretise(system, &space)?;
    let mut options = stepper::Options { method, ..options(choices) };
    if options.save.is_none() {
        options.save = Some((choices.times.1 - choices.times.0) / 100.0);
    }
    let stepping = stepper::build(&scheme, &options)?;
    let mut why = vec![format!("central differences of order {} in space", space.order)];
    why.extend(stepping.explanation.iter().cloned());
    Ok(Made {
        stepping,
        scheme: Some(Arc::new(scheme)),
        options,
        why,
        built_in: None,
        dealiasing: Dealiasing::Off,
    })
}

fn make_spectral(system: &System, choices: &Choices) -> FieldResult<Made> {
    let form = spectral::analyse(system)?;
    let mut why = vec!["Fourier transforms in space".to_owned()];
    let method = match spectral::Method::named(&choices.method) {
        Some(method) => method,
        None if &*choices.method == "auto" => {
            let (method, reasons) = spectral::choose(system).ok_or_else(|| {
                FieldError::invalid(
                    "no spectral method fits the equation by itself",
                    "name one, such as method = etdrk4, or leave out space = spectral",
                )
            })?;
            why.extend(reasons);
            method
        }
        None => {
            return Err(FieldError::invalid(
                format!("`{}` is no method in Fourier space", choices.method),
                format!(
                    "method = {}",
                    spectral::Method::ALL.map(spectral::Method::name).join(", ")
                ),
            ));
        }
    };
    let (start, end) = choices.times;
    let save = choices.save.unwrap_or((end - start) / 100.0);
    let wanted =
        choices.step.or_else(|| spectral::suggest_step(system, &form, method)).unwrap_or(save);
    // The plan's coefficients hold for one step: it divides the time between saves.
    let step = save / (save / wanted * (1.0 - 1e-12)).ceil().max(1.0);
    let dealiasing = match choices.dealias {
        Some(false) => Dealiasing::Off,
        _ => Dealiasing::Automatic,
    };
    let plan =
        spectral::Options { method, step, time: start, dealiasing, seed: choices.seed };
    let stepping = spectral::stepping_of(system, &form, &plan)?;
    why.extend(stepping.explanation.iter().cloned());
    let options =
        stepper::Options { step: Some(step), save: Some(save), ..options(choices) };
    Ok(Made {
        stepping,
        scheme: None,
        options,
        why,
        built_in: Some(step),
        dealiasing,
    })
}

/// Goes from where a run stands, or from the start, to a time.
pub(crate) fn advance(
    system: &EvolutionSystem,
    made: &Made,
    state: Option<&State>,
    backend: Arc<dyn Backend>,
    to: f64,
    observation: &mut Observation<'_>,
) -> FieldResult<Stretch> {
    let stepping = made.stepping.clone();
    let scheme = made.scheme.clone();
    let mut run = match state {
        None => Run::start(stepping, scheme, &[], &made.options, backend.clone())?,
        Some(state) => {
            Run::resume(stepping, scheme, &[], &made.options, backend.clone(), state)?
        }
    };
    let mut stretch = Stretch {
        times: Vec::new(),
        series: empty_series(system, &made.stepping),
        outcome: Ok(Outcome::Reached),
        state: None,
        steps: 0,
        step: 0.0,
        compile_seconds: run.machine().compile_seconds(),
        warnings: run.warnings().to_vec(),
    };
    let last = match made.built_in {
        // Between saves the step would be another one than is built into the plan.
        Some(_) => {
            let save = made.options.save.unwrap_or(1.0);
            let whole = ((to - made.options.start) / save * (1.0 + 1e-12)).floor();
            (made.options.start + whole * save).min(to)
        }
        None => to,
    };
    let (times, series) = (&mut stretch.times, &mut stretch.series);
    let mut step = 0.0;
    let outcome = {
        let mut control = |progress: &Progress| {
            step = progress.step;
            if (observation.progress)(progress) {
                Control::Stop
            } else {
                Control::Continue
            }
        };
        let save_hook = &mut observation.save;
        let mut save = |row: &Row, snapshot: Option<&Snapshot>| {
            let Some(snapshot) = snapshot else { return Ok(Control::Continue) };
            let frame = frame_of(system, &made.stepping, snapshot);
            let stop = save_hook(row.time, &frame)?;
            times.push(row.time);
            append(series, frame);
            Ok(if stop { Control::Stop } else { Control::Continue })
        };
        let mut hooks = Hooks {
            control: &mut control,
            save: &mut save,
            planes: true,
            interrupted: observation.interrupted,
        };
        run.advance(last, &mut hooks)
    };
    stretch.outcome = outcome;
    stretch.steps = run.count();
    stretch.step = made.built_in.unwrap_or_else(|| {
        run.timeline().map_or(step, |line| if step > 0.0 { step } else { line.step })
    });
    stretch.state = run.state().ok();
    if last < to * (1.0 - 1e-12 * to.signum())
        && matches!(stretch.outcome, Ok(Outcome::Reached))
    {
        let snapshot = run.look()?;
        go_between(system, made, &snapshot, backend, to, observation, &mut stretch)?;
    }
    Ok(stretch)
}

/// Reaches a time between saves with a plan of its own, where the step is built into plans; the run itself stays where it was.
fn go_between(
    system: &EvolutionSystem,
    made: &Made,
    snapshot: &Snapshot,
    backend: Arc<dyn Backend>,
    to: f64,
    observation: &mut Observation<'_>,
    stretch: &mut Stretch,
) -> FieldResult<()> {
    let mut from = system.system.clone();
    let frame = frame_of(system, &made.stepping, snapshot);
    let values = |name: &str| -> Vec<Complex64> {
        match frame
            .iter()
            .find(|series| &*series.name == name)
            .map(|series| &series.values)
        {
            Some(SeriesValues::Real(values)) => {
                values.iter().map(|value| Complex64::new(*value, 0.0)).collect()
            }
            Some(SeriesValues::Complex(values)) => values.to_vec(),
            None => Vec::new(),
        }
    };
    for field in &mut from.fields {
        field.start = values(&field.name);
        if field.order == 2 {
            field.start_velocity = values(&format!("{}_t", field.name));
        }
    }
    let Some(method) = spectral::Method::named(made.stepping.method) else {
        return Ok(());
    };
    let way = to - snapshot.time;
    let largest = made.built_in.unwrap_or(way);
    let step = way / (way / largest * (1.0 - 1e-12)).ceil().max(1.0);
    let plan = spectral::Options {
        method,
        step,
        time: snapshot.time,
        dealiasing: made.dealiasing,
        seed: made.options.seed,
    };
    let stepping = spectral::stepping(&from, &plan)?;
    let options = stepper::Options {
        step: Some(step),
        save: Some(way),
        start: snapshot.time,
        ..made.options.clone()
    };
    let mut run = Run::start(stepping, None, &[], &options, backend)?;
    let (times, series) = (&mut stretch.times, &mut stretch.series);
    let mut control = |progress: &Progress| {
        if (observation.progress)(progress) { Control::Stop } else { Control::Continue }
    };
    let save_hook = &mut observation.save;
    let mut save = |row: &Row, snapshot: Option<&Snapshot>| {
        let (Some(snapshot), true) = (snapshot, row.index > 0) else {
            return Ok(Control::Continue);
        };
        let frame = frame_of(system, &made.stepping, snapshot);
        let stop = save_hook(to, &frame)?;
        times.push(to);
        append(series, frame);
        Ok(if stop { Control::Stop } else { Control::Continue })
    };
    let mut hooks = Hooks {
        control: &mut control,
        save: &mut save,
        planes: true,
        interrupted: observation.interrupted,
    };
    stretch.outcome = run.advance(to, &mut hooks);
    stretch.steps += run.count();
    Ok(())
}

/// The unknowns' series without a frame.
fn empty_series(system: &EvolutionSystem, stepping: &Stepping) -> Vec<Series> {
    let mut all = Vec::new();
    for field in &system.system.fields {
        let mut names = vec![field.name.clone()];
        if field.order == 2 && stepping.velocities.iter().any(Option::is_some) {
            names.push(format!("{}_t", field.name));
        }
        for name in names {
            let values = if field.complex {
                SeriesValues::Complex(Arc::default())
            } else {
                SeriesValues::Real(Arc::default())
            };
            all.push(Series { name: name.into(), values });
        }
    }
    all
}

/// The values of all series at one time.
fn frame_of(
    system: &EvolutionSystem,
    stepping: &Stepping,
    snapshot: &Snapshot,
) -> Vec<Series> {
    let mut all = Vec::new();
    let mut plane = 0;
    for field in &system.system.fields {
        let take =
            |place: usize| snapshot.planes.get(place).map(|values| values.to_double());
        let rate = |place: usize| {
            snapshot
                .velocities
                .get(place)
                .and_then(Option::as_ref)
                .map(|it| it.to_double())
        };
        let planes = if field.complex { 2 } else { 1 };
        all.push(series_of(
            &field.name,
            take(plane),
            (planes == 2).then(|| take(plane + 1)),
        ));
        if field.order == 2 && stepping.velocities.iter().any(Option::is_some) {
            let name = format!("{}_t", field.name);
            let second = (planes == 2).then(|| rate(plane + 1));
            all.push(series_of(&name, rate(plane), second));
        }
        plane += planes;
    }
    all
}

fn series_of(
    name: &str,
    real: Option<Vec<f64>>,
    imaginary: Option<Option<Vec<f64>>>,
) -> Series {
    let real = real.unwrap_or_default();
    let values = match imaginary {
        None => SeriesValues::Real(Arc::new(real)),
        Some(imaginary) => {
            let imaginary = imaginary.unwrap_or_default();
            let pairs = real.into_iter().zip(imaginary);
            SeriesValues::Complex(Arc::new(
                pairs.map(|(re, im)| Complex64::new(re, im)).collect(),
            ))
        }
    };
    Series { name: name.into(), values }
}

/// Adds frames behind those of the series.
pub(crate) fn append(series: &mut [Series], frames: Vec<Series>) {
    for (own, frame) in series.iter_mut().zip(frames) {
        match (&mut own.values, frame.values) {
            (SeriesValues::Real(all), SeriesValues::Real(more)) => {
                Arc::make_mut(all).extend_from_slice(&more);
            }
            (SeriesValues::Complex(all), SeriesValues::Complex(more)) => {
                Arc::make_mut(all).extend_from_slice(&more);
            }
            _ => {}
        }
    }
}
