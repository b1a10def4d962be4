//! Driving the field engine: from a system and choices to a run with its series, and on from there.

use std::sync::Arc;

use holor_algebra::{Expr, Symbol};
use holor_field::backend::Precision;
use holor_field::discretise::{self, Limiter, SpaceOptions, TimeScales, discretise};
use holor_field::equation::System;
use holor_field::run::State;
use holor_field::scheme::Scheme;
use holor_field::spectral::{self, Dealiasing, SpectralForm};
use holor_field::stepper::{self, Interpretation, Method, Stepping};
use holor_field::{FieldError, FieldResult};

use super::archive::Kept;
use super::driver::checks::SlopesSeen;
use super::driver::pace::StepHistory;
use super::resolution::depth;
use super::run::Series;
use super::{EvolutionSystem, smooth};
use crate::ast::AstKind;
use crate::evaluate::Remembered;
use crate::value::Closure;

/// Bytes of frames that are kept where nobody says how often to save.
const FRAMES_MEMORY: f64 = 256e6;

/// Part of the stability bound that steps take where there is noise: at 0.16 of the decay of the shortest waves their variance is right to
/// a percent with Heun's method, whose bias grows with the square of the step, that of all others better; at the bound it would be 0 or infinite.
const NOISE_SAFETY: f64 = 0.08;
/// The same for Euler's and Maruyama's, whose variance is too large by 1/(1 - λ Δt/2), λ the decay of a wave and 2/λ the bound: by a percent.
const NOISE_SAFETY_OF_EULER: f64 = 0.01;

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
    /// Whether what steps add up is kept in two numbers: `precision = mixed`.
    pub(crate) compensated: bool,
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
    /// How fluxes are reconstructed between cells.
    pub(crate) limiter: Option<Limiter>,
}

impl Choices {
    /// The precision of frames: the two numbers of a sum are one of double precision.
    pub(crate) fn frame_precision(&self) -> Precision {
        if self.compensated { Precision::Double } else { self.precision }
    }
}

/// What a run needs in order to go on.
#[derive(Debug)]
pub(crate) struct Continuation {
    pub(crate) system: EvolutionSystem,
    pub(crate) choices: Choices,
    pub(crate) made: Made,
    /// Where it stands; at its start where left out.
    pub(crate) state: Option<State>,
    /// What is computed at every save.
    pub(crate) watch: Option<Arc<Closure>>,
    /// What ends it.
    pub(crate) until: Option<Arc<Closure>>,
    /// Fields and right sides of the Poisson equations among its equations.
    pub(crate) poisson: Arc<[(Expr, Expr)]>,
    /// The word that chose the device.
    pub(crate) device: Arc<str>,
    /// The symbol of time.
    pub(crate) time: Symbol,
    /// Whether progress is shown.
    pub(crate) progress: bool,
    /// What is drawn anew at every save.
    pub(crate) live: Option<Arc<Closure>>,
    /// Where frames and states are kept on disk.
    pub(crate) checkpoint: Option<Arc<str>>,
    /// Whether frames stay on disk alone, but for the last.
    pub(crate) streamed: bool,
    /// What the names in what is watched, drawn and asked meant when the run began.
    pub(crate) remembered: Remembered,
    /// Whether the condition that ends it held at the last save: then it ends where that has become false and true again.
    pub(crate) holds: bool,
}

impl Continuation {
    /// The order of differences in formulas of its fields: its own; the best in Fourier space, where derivatives have next to no error.
    pub(crate) fn observed_order(&self) -> usize {
        let fewest = self.system.grid.grid.axes.iter().map(|axis| axis.points).min();
        let best = match self.made.space_word() {
            Space::Spectral => best_order(fewest.unwrap_or(0)),
            _ => self.made.space.order,
        };
        self.choices.order.unwrap_or(best)
    }

    /// Whether what is watched was given as a list.
    pub(crate) fn watches_list(&self) -> bool {
        self.watch
            .as_ref()
            .is_some_and(|watch| matches!(watch.body.kind, AstKind::List(_)))
    }

    /// The same, standing at another state.
    pub(crate) fn at(&self, made: Made, state: Option<State>, holds: bool) -> Self {
        Self {
            system: self.system.clone(),
            choices: self.choices.clone(),
            made,
            state,
            watch: self.watch.clone(),
            until: self.until.clone(),
            poisson: self.poisson.clone(),
            device: self.device.clone(),
            time: self.time.clone(),
            progress: self.progress,
            live: self.live.clone(),
            checkpoint: self.checkpoint.clone(),
            streamed: self.streamed,
            remembered: self.remembered.clone(),
            holds,
        }
    }
}

/// The highest order of differences whose neighbours do not meet themselves on so many points.
pub(crate) fn best_order(points: usize) -> usize {
    (points / 2 * 2).saturating_sub(2).clamp(2, 8)
}

/// Explicit steps from which on a run is said to be long.
const MANY_STEPS: f64 = 2e7;

/// A plan with what it was made from.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) stepping: Arc<Stepping>,
    pub(crate) scheme: Option<Arc<Scheme>>,
    pub(crate) options: stepper::Options,
    /// Reasons, for people.
    pub(crate) why: Vec<String>,
    /// The step that is built into the plan, for Fourier methods.
    pub(crate) built_in: Option<f64>,
    /// The equations in Fourier space, for its methods: the same whatever fields start with.
    pub(crate) form: Option<Arc<SpectralForm>>,
    /// The time between saves.
    pub(crate) save: f64,
    /// How differences are taken.
    pub(crate) space: SpaceOptions,
    /// Whether nobody chose the step, so that it is checked.
    pub(crate) checked: bool,
    /// Whether steps are equal and their error falls with them.
    pub(crate) fixed: bool,
    /// Whether the bound of the step holds for all times.
    pub(crate) proven: bool,
    /// Whether nobody chose the step and noise drives the fields, so that it follows them from save to save.
    pub(crate) follows: bool,
    /// The order of convergence.
    pub(crate) convergence: f64,
    /// How many stretches between saves were checked.
    pub(crate) stretches: u64,
    /// Steps of earlier plans of the run.
    pub(crate) steps_before: u64,
    /// How often the step was shortened.
    pub(crate) trials: usize,
    /// The frame it starts from, where that is not the fields' start.
    pub(crate) start: Option<Vec<Series>>,
    /// The largest absolute value of each series in the frames so far: a standing wave passes through 0.
    pub(crate) scales: Vec<f64>,
    /// How the slopes of its rates went.
    pub(crate) seen: Option<Arc<SlopesSeen>>,
    /// How its steps went.
    pub(crate) history: StepHistory,
}

impl Made {
    /// The largest Δt.
    pub(crate) fn step(&self) -> f64 {
        let wanted = self
            .built_in
            .or(self.options.step)
            .or(self.stepping.stable_step.map(|bound| bound * self.options.safety))
            .or(self.stepping.explicit_step)
            .unwrap_or(self.save);
        wanted.min(self.save)
    }

    /// The method in Fourier space; none where space has differences.
    pub(crate) fn spectral_method(&self) -> Option<spectral::Method> {
        self.built_in.and_then(|_| spectral::Method::named(self.stepping.method))
    }

    /// What should be known before a run of so many explicit steps that it may take hours, and what helps; `None` where there are fewer.
    pub(crate) fn endless(
        &self,
        system: &System,
        choices: &Choices,
    ) -> Option<(String, String)> {
        let steps = (choices.times.1 - choices.times.0) / self.step();
        let explicit = self.stepping.adaptive.is_none()
            && self.built_in.is_none()
            && !self.options.method.implicit();
        // A step of 0 is refused.
        if !explicit || !steps.is_finite() || steps < MANY_STEPS {
            return None;
        }
        let method = self.stepping.method;
        let ahead = format!("about {steps:.1e} steps of {method} lie ahead");
        if let Some(step) = choices.step {
            return Some((format!("{ahead}, of dt = {step}"), "dt = …, longer".into()));
        }
        let order = system.fields.iter().map(|field| depth(&field.rate)).max();
        let width = system.grid.axes.iter().map(|axis| axis.spacing());
        let (order, width) = (order.unwrap_or(0), width.fold(f64::INFINITY, f64::min));
        let cause = match (self.stepping.stable_step, order) {
            (Some(bound), 1..) => format!(
                ": it is estimated to be stable up to dt = {bound:.1e}, for derivatives of order {order} on cells of width {width:.1e}"
            ),
            (Some(bound), _) => {
                format!(": it is estimated to be stable up to dt = {bound:.1e}")
            }
            (None, _) => String::new(),
        };
        let split = self.scheme.as_ref().and_then(|scheme| scheme.split.as_ref());
        let solves = split.is_some_and(|split| split.couples && split.rest_order < 2);
        let hint = if solves {
            "method = ars232, which solves for the linear part and takes long steps"
        } else if system.grid.axes.iter().all(|axis| axis.closed) {
            "space = spectral, or fewer points"
        } else {
            "fewer points, or a shorter time"
        };
        Some((format!("{ahead}{cause}"), hint.to_owned()))
    }

    /// Whether what the method keeps for long times, it keeps with equal steps alone.
    pub(crate) fn needs_equal_steps(&self) -> bool {
        match self.built_in {
            Some(_) => {
                self.spectral_method().is_some_and(spectral::Method::is_symplectic)
            }
            None => self.options.method.is_symplectic(),
        }
    }

    /// The order of its differences; what was chosen, in Fourier space.
    pub(crate) fn order(&self, choices: &Choices) -> Option<usize> {
        match self.space_word() {
            Space::Spectral => choices.order,
            _ => Some(self.space.order),
        }
    }

    /// The choices that it was made from, with what was found for those that were left open, but for the step.
    pub(super) fn settled(&self, choices: &Choices) -> Choices {
        Choices {
            method: self.stepping.method.into(),
            space: self.space_word(),
            order: self.order(choices),
            save: Some(self.save),
            ..choices.clone()
        }
    }

    /// The word for its space.
    pub(crate) fn space_word(&self) -> Space {
        if self.built_in.is_some() { Space::Spectral } else { Space::Differences }
    }
}

/// The plan of a run that was stopped and kept on disk: with the step it had, from the time at which that plan began.
pub(crate) fn make_again(
    system: &System,
    choices: &Choices,
    made: &Made,
    kept: &Kept,
) -> FieldResult<Made> {
    let mut same = made.settled(choices);
    same.step = Some(kept.step);
    same.times.0 = kept.start;
    let again = make_with(system, &same, made.form.clone())?;
    Ok(Made {
        checked: made.checked,
        follows: made.follows,
        options: stepper::Options { safety: made.options.safety, ..again.options },
        stretches: kept.stretches,
        steps_before: kept.steps_before,
        trials: kept.trials,
        why: made.why.clone(),
        scales: kept.scales.clone(),
        seen: kept.seen.clone().map(Arc::new),
        history: kept.history,
        ..again
    })
}

/// Makes the plan for a system.
pub(crate) fn make(system: &System, choices: &Choices) -> FieldResult<Made> {
    make_with(system, choices, None)
}

/// The same for the equations of an earlier plan, which has analysed them in Fourier space if it needed that.
pub(crate) fn make_with(
    system: &System,
    choices: &Choices,
    form: Option<Arc<SpectralForm>>,
) -> FieldResult<Made> {
    let named_spectral = spectral::Method::named(&choices.method);
    let named_differences = Method::parse(&choices.method).ok();
    if system.is_staggered() {
        check_staggered(choices)?;
        return make_differences(system, choices);
    }
    if choices.limiter.is_some() {
        check_limiter(choices)?;
        return make_differences(system, choices);
    }
    if choices.compensated {
        check_compensated(choices)?;
        return make_differences(system, choices);
    }
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
        let form = match form {
            Some(form) => form,
            None => Arc::new(spectral::analyse(system)?),
        };
        make_spectral(system, choices, form)
    } else {
        make_differences(system, choices)
    }
}

/// Refuses what a staggered grid has no methods for.
fn check_staggered(choices: &Choices) -> FieldResult<()> {
    let refuse = |what: &str, hint: &str| {
        let message = format!("a staggered grid is for differences, and {what}");
        Err(FieldError::invalid(message, hint))
    };
    let named = Method::parse(&choices.method).is_err()
        && spectral::Method::named(&choices.method).is_some();
    match choices.space {
        Space::Spectral => refuse(
            "Fourier space was asked for, where derivatives need none",
            "space = differences, or leave grid = staggered out",
        ),
        _ if named => refuse(
            &format!("`{}` is a method of Fourier space", choices.method),
            "method = rk4",
        ),
        _ if choices.limiter.is_some() => {
            refuse("a limiter is for arrays at the points", "leave limiter out")
        }
        _ if choices.compensated => {
            refuse("precision = mixed is for arrays at the points", "precision = double")
        }
        _ => Ok(()),
    }
}

/// Refuses a limiter where it means nothing.
fn check_limiter(choices: &Choices) -> FieldResult<()> {
    let spectral = Method::parse(&choices.method).is_err()
        && spectral::Method::named(&choices.method).is_some();
    let (what, hint) = match choices.space {
        Space::Spectral => ("Fourier space was asked for", "space = differences"),
        _ if spectral => ("the method is one of Fourier space", "method = ssprk3"),
        _ if choices.compensated => {
            ("precision = mixed takes differences from the cell", "precision = double")
        }
        _ => return Ok(()),
    };
    let message = format!("a limiter is for fluxes between cells; {what}");
    Err(FieldError::invalid(message, hint))
}

/// Refuses `precision = mixed` for what it has no methods for.
fn check_compensated(choices: &Choices) -> FieldResult<()> {
    let refuse = |what: String, hint: &str| {
        let names = Method::compensated_names();
        let message = format!(
            "precision = mixed is for differences, with the methods {names}; {what}"
        );
        Err(FieldError::invalid(message, hint))
    };
    match Method::parse(&choices.method) {
        Err(_) if spectral::Method::named(&choices.method).is_some() => refuse(
            format!("`{}` is one of Fourier space", choices.method),
            "method = rk4, or precision = double",
        ),
        Ok(_) if choices.space == Space::Spectral => refuse(
            "Fourier space was asked for".to_owned(),
            "space = differences, or precision = double",
        ),
        // What is no method in time, and what solves linear systems, is refused where plans are made.
        _ => Ok(()),
    }
}

impl Made {
    /// Whether a method that solves for the linear part leaves a rest with second derivatives in space or higher ones.
    pub(crate) fn takes_rest_explicitly(&self) -> bool {
        let split = self.scheme.as_ref().and_then(|scheme| scheme.split.as_ref());
        self.options.method.implicit() && split.is_some_and(|split| split.rest_order >= 2)
    }
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

const HELD_WITHIN: &str =
    "what depends on time is held within a step, which is short enough for that";

/// Divisors of the number of steps that are tried for even times between saves.
const MOST_DIVISORS: f64 = 1e5;

/// The time between saves: where it was left out a hundredth of the range, more where so many frames would fill the memory, and whole
/// steps where their length was given, so that saves do not shorten them.
fn save_of(system: &System, choices: &Choices) -> f64 {
    let cells: usize = system.grid.axes.iter().map(|axis| axis.points).product();
    let numbers: usize = system
        .fields
        .iter()
        .map(|field| if field.complex { 2 * cells } else { cells })
        .sum();
    let frames =
        (FRAMES_MEMORY / (8.0 * numbers.max(1) as f64)).floor().clamp(2.0, 100.0);
    let way = choices.times.1 - choices.times.0;
    match (choices.save, choices.step) {
        (Some(save), _) => save,
        (None, None) => way / frames,
        (None, Some(step)) => {
            let steps = (way / step * (1.0 - 1e-12)).ceil().max(1.0);
            let least = (steps / frames).ceil();
            // Equal times between saves, where that does not thin them out much.
            let even = (0..=(3.0 * least).min(MOST_DIVISORS) as u64)
                .map(|more| least + more as f64)
                .find(|own| steps % own == 0.0);
            way / steps * even.unwrap_or(least)
        }
    }
}

fn options(choices: &Choices) -> stepper::Options {
    let defaults = stepper::Options::default();
    stepper::Options {
        step: choices.step,
        start: choices.times.0,
        precision: choices.precision,
        compensated: choices.compensated,
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
    let mut options = stepper::Options { method, ..options(choices) };
    let starts = system.fields.iter().flat_map(|field| &field.start);
    let most = starts.map(|value| value.norm()).fold(0.0, f64::max);
    if most > 0.0 && most < 1.0 {
        // Of fields of atoms in units of metres the tolerance itself is no small error.
        options.absolute_tolerance = Some(options.tolerance * most);
    }
    options.save = Some(save_of(system, choices));
    let by_order = |order: usize| {
        let space = SpaceOptions {
            times: choices.times,
            relative: choices.compensated,
            limiter: choices.limiter,
            ..SpaceOptions::of_order(order)
        };
        let scheme = discretise(system, &space)?;
        let stepping = stepper::build(&scheme, &options)?;
        Ok((space, scheme, stepping))
    };
    // Bounds of the step are known by heart for second order: who gives a step gets that.
    let smooth = choices.order.is_none()
        && choices.step.is_none()
        && choices.limiter.is_none()
        && smooth::order_of(system) == smooth::SMOOTH;
    // Between cells, values of fourth order may fall below 0 where all cells are above: a diffusivity must not.
    let sound = |made: &(SpaceOptions, Scheme, Stepping)| !made.1.stiffness.ill_posed;
    let higher = smooth.then(|| by_order(smooth::SMOOTH)).and_then(FieldResult::ok);
    let higher = higher.filter(sound);
    let smooth = higher.is_some();
    let (space, scheme, stepping) = match higher {
        Some(made) => made,
        // Narrow boxes and conditions that have no higher order are no error.
        None => by_order(choices.order.unwrap_or(smooth::ROUGH))?,
    };
    if scheme.stiffness.ill_posed
        && space.order > smooth::ROUGH
        && !scheme.structure.linear
        && !choices.unsafe_step
    {
        let rough = SpaceOptions {
            times: choices.times,
            ..SpaceOptions::of_order(smooth::ROUGH)
        };
        if discretise::bounds(system, &rough).is_ok_and(|bounds| !bounds.ill_posed) {
            return Err(FieldError::Unstable {
                message: format!(
                    "differences of order {} amplify short waves without bound where the start has a kink or vanishes",
                    space.order
                ),
                hint: format!("order = {}", smooth::ROUGH),
            });
        }
    }
    let method = Method::parse(stepping.method)?;
    options.method = method;
    let mut why = vec![match choices.limiter {
        // The order leaves limited fluxes as they are.
        Some(_) => format!(
            "central differences of order {} in space of what is no flux",
            space.order
        ),
        None => format!(
            "central differences of order {} in space{}",
            space.order,
            if smooth { ", as the start is smooth" } else { "" },
        ),
    }];
    if system.is_staggered() {
        why.push(format!("a staggered grid: {}", discretise::staggered(system)));
    }
    if let Some(limiter) = choices.limiter {
        why.push(format!(
            "fluxes between cells are Lax, Friedrichs and Rusanov's, their parts reconstructed by {}",
            match limiter {
                Limiter::Minmod => "lines with the smaller slope (minmod)",
                Limiter::VanLeer => "lines with van Leer's mean of slopes",
                Limiter::Weno => "five cells weighted by their smoothness (WENO-Z), of order 5 where fields are smooth, away from sides and in Cartesian coordinates",
            }
        ));
    }
    if let (Some(_), Some(step)) = (stepping.adaptive, choices.step) {
        why.push(format!(
            "dt = {step} is the first step; those after it follow the tolerance"
        ));
    }
    why.extend(stepping.explanation.iter().cloned());
    let solved: Vec<&str> = scheme.solves.iter().map(|own| own.name.as_str()).collect();
    if !solved.is_empty() {
        why.push(format!(
            "the equation in space for {} is solved at every stage by sines and cosines along each axis",
            solved.join(", ")
        ));
    }
    if scheme.structure.jumps_in_time {
        why.push("steps end where the equation jumps in time".to_owned());
    }
    let random = scheme.structure.stochastic;
    if random && choices.step.is_none() {
        let (safety, part) = match method {
            Method::EulerMaruyama => (NOISE_SAFETY_OF_EULER, "hundredth"),
            _ => (NOISE_SAFETY, "twelfth"),
        };
        options.safety = safety;
        if stepping.stable_step.is_some() {
            why.push(format!("the step is a {part} of the stability bound: close to it, noise would give short waves the wrong variance"));
        }
        let save = options.save.unwrap_or(1.0);
        let own = stepping.stable_step.map_or(save, |bound| bound * options.safety);
        if let Some(step) = TimeScales::step_with_noise(system, choices.times)
            && step < own.min(save)
        {
            options.step = Some(step);
            why.push(HELD_WITHIN.to_owned());
        }
    }
    let adaptive = stepping.adaptive.is_some();
    Ok(Made {
        save: options.save.unwrap_or(1.0),
        checked: choices.step.is_none() && !adaptive && !random,
        fixed: !adaptive && !random,
        proven: scheme.stiffness.proven || method.implicit(),
        follows: choices.step.is_none()
            && random
            && !adaptive
            && !scheme.stiffness.proven,
        convergence: method.order() as f64,
        stepping: Arc::new(stepping),
        scheme: Some(Arc::new(scheme)),
        options,
        why,
        built_in: None,
        form: None,
        space,
        stretches: 0,
        steps_before: 0,
        trials: 0,
        start: None,
        scales: Vec::new(),
        seen: None,
        history: StepHistory::default(),
    })
}

/// Whether an equation is ill-posed with what its fields start with, as a plan shows it or, in Fourier space, the part that is not linear.
pub(crate) fn is_ill_posed(system: &System, made: &Made, choices: &Choices) -> bool {
    match (&made.scheme, &made.form) {
        (Some(scheme), _) => scheme.stiffness.ill_posed,
        (None, Some(form)) => {
            let choices = Choices { unsafe_step: false, ..choices.clone() };
            check_rest(system, form, &choices).is_err()
        }
        (None, None) => false,
    }
}

/// Refuses what amplifies short waves without bound in the part that is not linear with constant coefficients; the linear part is looked at
/// in Fourier space.
fn check_rest(
    system: &System,
    form: &spectral::SpectralForm,
    choices: &Choices,
) -> FieldResult<()> {
    if choices.unsafe_step || spectral::rest_order(system, form) < 2 {
        return Ok(());
    }
    let space =
        SpaceOptions { times: choices.times, ..SpaceOptions::of_order(smooth::ROUGH) };
    // What has no differences cannot be looked at so.
    match discretise::bounds(system, &space) {
        Ok(bounds) if bounds.ill_posed => {
            Err(stepper::ill_posed(bounds.ill_posed_at, choices.times.0))
        }
        _ => Ok(()),
    }
}

fn make_spectral(
    system: &System,
    choices: &Choices,
    form: Arc<SpectralForm>,
) -> FieldResult<Made> {
    let mut why = vec!["Fourier transforms in space".to_owned()];
    let method = match spectral::Method::named(&choices.method) {
        Some(method) => method,
        None if &*choices.method == "auto" => {
            let (method, reasons) = match spectral::choose(system) {
                Some(choice) => choice,
                // Nothing speaks for it but that it was asked for.
                None if !form.is_stochastic() => {
                    let reason = "Fourier space was asked for: the linear part is exact there, and the rest of order 4";
                    (spectral::Method::EtdRk4, vec![reason.to_owned()])
                }
                // Noise that it cannot take it refuses itself.
                None => {
                    let reason = "Fourier space was asked for: with noise the linear part is exact there, and the rest of order 1";
                    (spectral::Method::Etd1, vec![reason.to_owned()])
                }
            };
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
    check_rest(system, &form, choices)?;
    let start = choices.times.0;
    let save = save_of(system, choices);
    let wanted = choices
        .step
        .or_else(|| spectral::suggest_step(system, &form, method, choices.times))
        .unwrap_or(save);
    let held = (form.is_stochastic() && choices.step.is_none())
        .then(|| TimeScales::step_with_noise(system, choices.times))
        .flatten()
        .filter(|held| *held < wanted);
    if held.is_some() {
        why.push(HELD_WITHIN.to_owned());
    }
    let wanted = held.unwrap_or(wanted);
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
        checked: choices.step.is_none()
            && method.order().is_some()
            && !form.is_stochastic(),
        fixed: method.order().is_some() && !form.is_stochastic(),
        proven: false,
        follows: false,
        convergence: method.order().map_or(1.0, f64::from),
        stepping: Arc::new(stepping),
        scheme: None,
        options,
        why,
        built_in: Some(step),
        form: Some(form),
        save,
        space: SpaceOptions::default(),
        stretches: 0,
        steps_before: 0,
        trials: 0,
        start: None,
        scales: Vec::new(),
        seen: None,
        history: StepHistory::default(),
    })
}
