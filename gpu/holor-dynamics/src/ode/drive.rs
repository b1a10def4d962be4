//! A run: plain data that holds a solution so far and can be continued, with the same bits as if it had never stopped.
//!
//! The end of an interval cuts a step short. The state before the first such step is kept, and a later call goes back to
//! it, so that the steps, and the rows of the table, are those of one run to the later time.

mod accept;
mod choices;
mod consistent;
mod restart;
mod stiffness;

use super::adaptive::{factor, first_step};
use super::dense::Dense;
use super::explicit::Stages;
use super::options::{Method, Options, Save};
use super::radau::{Implicit, Radau};
use super::{
    End, Equations, Occurrence, Slope, Switch, Table, Watch, Work, check_size,
    not_finite, symplectic, write_row,
};
use crate::error::{Result, refuse};

/// The most unknowns of implicit methods, whose matrices are dense.
const MOST_IMPLICIT: usize = 4000;
/// After so many steps it is asked whether the end is in reach.
const WINDOW: usize = 20_000;
/// It is not where more than so many times the allowed steps are needed at this pace.
const HOPELESS: f64 = 20.0;

/// The solution of an initial value problem so far.
#[derive(Clone, Debug)]
pub struct Run {
    options: Options,
    begin: f64,
    direction: f64,
    started: bool,
    state: State,
    rewind: Option<Box<Rewind>>,
    table: Table,
    dense: Dense,
    occurrences: Vec<Occurrence>,
    switches: Vec<Switch>,
    work: Work,
    end: Option<End>,
}

/// What the next step depends on.
#[derive(Clone, Debug)]
struct State {
    t: f64,
    y: Vec<f64>,
    slope: Vec<f64>,
    /// The length of the next step; nothing where Hairer's rule is to find it.
    step: Option<f64>,
    previous_error: f64,
    refused: bool,
    method: Method,
    /// Where the grid of fixed steps begins, and how many are done.
    grid: (f64, u64),
    stiff_votes: u32,
    calm_votes: u32,
    radau: Radau,
    levels: Vec<f64>,
    /// The side each choice in the rates takes; of other events 0.
    sides: Vec<f64>,
    /// The largest value of each event function where a run began anew, and its last zero.
    scales: Vec<f64>,
    counted: Vec<f64>,
    after_jump: bool,
    /// The last jump of each event, and how many followed each other closely.
    jumps: Vec<(f64, u32)>,
    /// The longest step just after a jump: the next one of this event may be as soon as the last.
    longest: f64,
    saved: usize,
    /// The length of the run, and the end of the first step in which zeros of an event may be missed, and which.
    length: f64,
    missed: Option<(usize, f64)>,
    first_values: Vec<f64>,
    drifts: Vec<f64>,
}

/// The way back to the state before a step was cut short.
#[derive(Clone, Debug)]
struct Rewind {
    state: State,
    rows: usize,
    pieces: usize,
    occurrences: usize,
    switches: usize,
}

/// How a step went.
enum Step {
    Accepted { next: f64, error: f64, stiffness: f64 },
    Refused { next: f64, not_finite: Option<usize> },
}

/// Solves y' = f(t, y) from `from` to `to`, which may lie before it.
///
/// # Errors
/// Where options and problem do not fit; why a run ended early is in [`Run::end`].
pub fn solve(
    slope: &mut Slope<'_>,
    (from, to): (f64, f64),
    start: &[f64],
    options: Options,
) -> Result<Run> {
    let mut run = Run::new(from, start, options)?;
    let mut equations = Equations::new(|t, y: &[f64], out: &mut [f64]| slope(t, y, out));
    run.advance(&mut equations, to, &mut Watch::default())?;
    Ok(run)
}

impl Run {
    /// A run that stands at its beginning.
    ///
    /// # Errors
    /// Where the options are not possible, or the start is not finite.
    pub fn new(t: f64, start: &[f64], options: Options) -> Result<Self> {
        options.check(start.len())?;
        options.save.check()?;
        if !t.is_finite() {
            refuse!("the run cannot start at t = {t}");
        }
        if let Some(place) = not_finite(start) {
            refuse!("unknown {} starts at {}", place + 1, start[place]);
        }
        let state = State {
            t,
            y: start.to_vec(),
            slope: vec![0.0; start.len()],
            step: options.step,
            previous_error: 1e-4,
            refused: false,
            method: options.method,
            grid: (t, 0),
            stiff_votes: 0,
            calm_votes: 0,
            radau: Radau::default(),
            levels: Vec::new(),
            sides: Vec::new(),
            scales: Vec::new(),
            counted: Vec::new(),
            after_jump: false,
            jumps: Vec::new(),
            longest: f64::INFINITY,
            saved: 0,
            length: 0.0,
            missed: None,
            first_values: Vec::new(),
            drifts: Vec::new(),
        };
        Ok(Self {
            options,
            begin: t,
            direction: 0.0,
            started: false,
            state,
            rewind: None,
            table: Table::default(),
            dense: Dense::default(),
            occurrences: Vec::new(),
            switches: Vec::new(),
            work: Work::default(),
            end: None,
        })
    }

    /// The time reached.
    pub fn t(&self) -> f64 {
        self.state.t
    }

    /// The unknowns there.
    pub fn y(&self) -> &[f64] {
        &self.state.y
    }

    /// The rows asked for by [`Options::save`].
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The solution between the steps, where [`Options::keep_dense`] asked for it.
    pub fn dense(&self) -> &Dense {
        &self.dense
    }

    /// The unknowns at a time, where [`Options::keep_dense`] asked for them.
    pub fn at(&self, t: f64) -> Option<Vec<f64>> {
        self.dense.at(t)
    }

    /// The zeros of the event functions.
    pub fn occurrences(&self) -> &[Occurrence] {
        &self.occurrences
    }

    /// An event, counted from 0, some of whose zeros may be missed, and since when: it changes its sign too often.
    pub fn missed(&self) -> Option<(usize, f64)> {
        self.state.missed
    }

    /// The methods used, each with the reason.
    pub fn switches(&self) -> &[Switch] {
        &self.switches
    }

    /// The largest departure of each conserved quantity from its value at the beginning or after the last jump.
    pub fn drifts(&self) -> &[f64] {
        &self.state.drifts
    }

    /// What the run cost, repeated steps included.
    pub fn work(&self) -> Work {
        self.work
    }

    /// Why it ended the last time.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Goes on to a time. The equations must be the same at each call; the bits of the result do not depend on how often
    /// and where the run stopped, except at terminal events.
    ///
    /// # Errors
    /// Where the equations do not fit the method, or `to` lies in the other direction.
    pub fn advance(
        &mut self,
        equations: &mut Equations<'_>,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> Result<End> {
        if !to.is_finite() {
            refuse!("the run cannot go to t = {to}");
        }
        if self.started
            && to != self.state.t
            && (to - self.state.t) * self.direction < 0.0
        {
            refuse!("the run is at t = {} and cannot go back to {to}", self.state.t);
        }
        check_size(equations.size, self.state.y.len())?;
        let width = equations.observe.as_ref().map_or(self.state.y.len(), |o| o.0);
        if self.started
            && (equations.events.len() != self.state.levels.len()
                || equations.conserved.len() != self.state.drifts.len()
                || width != self.table.width)
        {
            refuse!(
                "the run began with other events, conserved quantities or observables; go on with the same"
            );
        }
        if let Some(rewind) = self.rewind.take() {
            self.table.truncate(rewind.rows);
            self.dense.pieces.truncate(rewind.pieces);
            self.occurrences.truncate(rewind.occurrences);
            self.switches.truncate(rewind.switches);
            self.state = rewind.state;
        }
        if !self.started {
            if to == self.begin {
                return Ok(self.finish(End::Reached));
            }
            self.direction = (to - self.begin).signum();
            if let Some(end) = self.start(equations, to)? {
                return Ok(self.finish(end));
            }
            self.started = true;
        }
        self.state.length = to - self.begin;
        self.take_sides(equations);
        if self.options.save == Save::Ends {
            self.table.truncate(1);
        }
        let end = self.go(equations, to, watch)?;
        if self.options.save == Save::Ends {
            self.write_row(equations, None);
        }
        if matches!(end, End::Event { .. }) {
            self.rewind = None;
        }
        Ok(self.finish(end))
    }

    fn finish(&mut self, end: End) -> End {
        self.end = Some(end.clone());
        end
    }

    fn start(&mut self, equations: &mut Equations<'_>, to: f64) -> Result<Option<End>> {
        let size = self.state.y.len();
        let method = self.options.method;
        if equations.mass.is_some() && equations.structured.is_some() {
            refuse!("structured derivatives do not go with a mass matrix");
        }
        if let Some(mass) = &equations.mass {
            if method != Method::Radau && method != Method::Auto {
                refuse!("{} takes no mass matrix; use Radau", method.name());
            }
            if mass.len() != size * size || not_finite(mass).is_some() {
                refuse!("the mass matrix must have {size} × {size} finite entries");
            }
        }
        let implicit = method == Method::Radau || equations.mass.is_some();
        if implicit && size > MOST_IMPLICIT && equations.structured.is_none() {
            refuse!(
                "Radau stores a full matrix; {size} unknowns are more than {MOST_IMPLICIT}"
            );
        }
        if matches!(method, Method::StormerVerlet | Method::Yoshida4 | Method::Yoshida6) {
            symplectic::check(equations, self.state.t, &self.state.y)?;
        }
        self.options.save.check_direction(self.begin, self.direction)?;
        let (chosen, why) = if equations.mass.is_some() {
            (Method::Radau, "there is a mass matrix")
        } else if method != Method::Auto {
            (method, "it was asked for")
        } else if self.options.is_strict() {
            (Method::Dop853, "the tolerance is below 1e-7")
        } else {
            (Method::DormandPrince, "the tolerance is 1e-7 or more")
        };
        self.state.method = chosen;
        self.switches = vec![Switch { t: self.begin, method: chosen, why: why.into() }];
        self.state.length = to - self.begin;
        self.state.sides = vec![0.0; equations.events.len()];
        self.settle(equations);
        (equations.slope)(self.state.t, &self.state.y, &mut self.state.slope);
        self.work.slopes += 1;
        if let Some(component) = not_finite(&self.state.slope) {
            return Ok(Some(End::NotFinite { t: self.state.t, component }));
        }
        if let Some(mass) = &equations.mass {
            check_consistent(mass, &self.state.slope, &self.options)?;
        }
        let (t, y) = (self.state.t, &self.state.y);
        self.state.levels =
            equations.events.iter_mut().map(|event| event.level(t, y)).collect();
        self.state.scales = self.state.levels.iter().map(|it| it.abs()).collect();
        self.state.counted = vec![f64::NAN; self.state.levels.len()];
        self.state.jumps = vec![(f64::NAN, 0); self.state.levels.len()];
        self.state.first_values =
            equations.conserved.iter_mut().map(|watch| (watch.value)(t, y)).collect();
        self.state.drifts = vec![0.0; equations.conserved.len()];
        self.table = Table {
            width: equations.observe.as_ref().map_or(size, |o| o.0),
            ..Table::default()
        };
        match &self.options.save {
            Save::Ends | Save::Steps => self.write_row(equations, None),
            save => {
                if save.time(0, self.begin, self.direction) == Some(self.begin) {
                    self.write_row(equations, None);
                    self.state.saved = 1;
                }
            }
        }
        Ok(None)
    }

    fn write_row(&mut self, equations: &mut Equations<'_>, at: Option<(f64, &[f64])>) {
        let (t, y) = at.unwrap_or((self.state.t, &self.state.y));
        write_row(&mut self.table, &mut equations.observe, t, y);
    }

    fn remember(&mut self) {
        if self.rewind.is_none() {
            self.rewind = Some(Box::new(Rewind {
                state: self.state.clone(),
                rows: self.table.len(),
                pieces: self.dense.pieces.len(),
                occurrences: self.occurrences.len(),
                switches: self.switches.len(),
            }));
        }
    }

    fn go(
        &mut self,
        equations: &mut Equations<'_>,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> Result<End> {
        let mut stages = Stages::default();
        let from = self.state.t;
        let mut broken: Option<usize> = None;
        let mut window = from;
        for count in 1..=self.options.most_steps {
            let t = self.state.t;
            if t == to {
                return Ok(End::Reached);
            }
            if count % WINDOW == 0 {
                let windows = (to - t).abs() / (t - window).abs().max(1e-300);
                if windows * WINDOW as f64 > HOPELESS * self.options.most_steps as f64 {
                    return Ok(End::OutOfReach { t });
                }
                window = t;
            }
            let (h, next_t) = self.choose_step(equations, to);
            let least = (16.0 * f64::EPSILON * t.abs())
                .max(self.options.shortest_step.min((to - t).abs()))
                .max(1e-300);
            if h.abs() < least && (to - t).abs() > least {
                return Ok(match broken {
                    _ if self.state.after_jump
                        && self.state.jumps.iter().any(|jumps| jumps.1 > 3) =>
                    {
                        End::EventsPileUp { t }
                    }
                    Some(component) => End::NotFinite { t, component },
                    None => End::StepTooSmall { t },
                });
            }
            match self.attempt(equations, h, &mut stages) {
                Step::Refused { next, not_finite } => {
                    self.work.refused += 1;
                    broken =
                        not_finite.or(if next < h.abs() * 0.15 { broken } else { None });
                    if self.state.method.is_fixed() {
                        let component = not_finite.unwrap_or(0);
                        return Ok(End::NotFinite { t, component });
                    }
                    self.state.refused = true;
                    self.state.step = Some(next);
                    if watch.interrupt.is_some_and(|interrupt| interrupt()) {
                        return Ok(End::Interrupted { t });
                    }
                }
                Step::Accepted { next, error, stiffness } => {
                    broken = None;
                    self.work.steps += 1;
                    self.state.step = Some(next);
                    self.state.previous_error = error.max(1e-4);
                    self.state.refused = false;
                    if let Some(constraints) = &mut equations.constraints
                        && constraints.project(next_t, &mut stages.end)
                    {
                        (equations.slope)(next_t, &stages.end, &mut stages.end_slope);
                        self.work.slopes += 1;
                    }
                    if let Some(end) = self.accept(equations, h, next_t, &mut stages) {
                        return Ok(end);
                    }
                    self.judge_stiffness(h, stiffness, equations.structured.is_some());
                    let done = ((self.state.t - from) / (to - from)).clamp(0.0, 1.0);
                    if watch.step(done) && self.state.t != to {
                        return Ok(End::Interrupted { t: self.state.t });
                    }
                }
            }
        }
        let t = self.state.t;
        Ok(if t == to { End::Reached } else { End::TooManySteps { t } })
    }

    /// The step to try, with sign, and its end.
    fn choose_step(&mut self, equations: &mut Equations<'_>, to: f64) -> (f64, f64) {
        let t = self.state.t;
        let remaining = (to - t).abs();
        if self.state.method.is_fixed() {
            let step = self.options.step.unwrap_or(remaining);
            let (start, done) = self.state.grid;
            let next = start + self.direction * (done + 1) as f64 * step;
            if (to - next) * self.direction < 1e-9 * step {
                self.remember();
                return (to - t, to);
            }
            return (self.direction * step, next);
        }
        let step = match self.state.step {
            Some(step) => step,
            None => {
                let order = match self.state.method {
                    Method::Dop853 => 8.0,
                    Method::Radau => 4.0,
                    _ => 5.0,
                };
                let (mut step, felt) = first_step(
                    &mut *equations.slope,
                    (t, &self.state.y, &self.state.slope),
                    (remaining, self.direction),
                    order,
                    &self.options,
                    &mut self.work,
                );
                if felt {
                    self.remember();
                }
                if self.state.after_jump {
                    step = step.min(self.state.longest);
                }
                step = step.max(256.0 * f64::EPSILON * t.abs());
                self.state.step = Some(step);
                step
            }
        };
        let step = step.min(self.options.longest_step);
        if remaining <= step * (1.0 + 1e-10) {
            self.remember();
            return (to - t, to);
        }
        let h = self.direction * step;
        (h, t + h)
    }

    fn attempt(
        &mut self,
        equations: &mut Equations<'_>,
        h: f64,
        stages: &mut Stages,
    ) -> Step {
        let state = &mut self.state;
        let here = (state.t, state.y.as_slice(), state.slope.as_slice());
        match state.method {
            Method::Radau => {
                let mut implicit = Implicit {
                    slope: &mut *equations.slope,
                    jacobian: equations.jacobian.as_mut(),
                    structured: equations.structured.as_deref_mut(),
                    mass: equations.mass.as_deref(),
                };
                let verdict = state.radau.attempt(
                    &mut implicit,
                    here,
                    h,
                    &self.options,
                    &mut self.work,
                    (&mut stages.end, &mut stages.end_slope),
                );
                if verdict.accepted {
                    Step::Accepted { next: verdict.next, error: 1e-4, stiffness: 0.0 }
                } else {
                    Step::Refused { next: verdict.next, not_finite: verdict.not_finite }
                }
            }
            Method::StormerVerlet | Method::Yoshida4 | Method::Yoshida6 => {
                stages.symplectic(
                    state.method,
                    equations.second_order,
                    &mut *equations.slope,
                    here,
                    h,
                    &mut self.work,
                );
                fixed(h, stages)
            }
            method => {
                let slope = &mut *equations.slope;
                let attempt =
                    stages.attempt(method, slope, here, h, &self.options, &mut self.work);
                if method == Method::RungeKutta4 {
                    return fixed(h, stages);
                }
                let bad = not_finite(&stages.end).or(not_finite(&stages.end_slope));
                if !attempt.error.is_finite() || bad.is_some() {
                    let bad =
                        bad.or_else(|| stages.slopes.iter().find_map(|k| not_finite(k)));
                    return Step::Refused { next: 0.2 * h.abs(), not_finite: bad };
                }
                let order = if method == Method::Dop853 { 8.0 } else { 5.0 };
                let error = attempt.error;
                let factor = factor(error, state.previous_error, order);
                if error > 1.0 {
                    let next = h.abs() * factor.clamp(0.1, 0.9);
                    return Step::Refused { next, not_finite: None };
                }
                let most = if state.refused { 1.0 } else { 5.0 };
                let next = h.abs() * factor.clamp(0.2, most);
                Step::Accepted { next, error, stiffness: attempt.stiffness }
            }
        }
    }
}

fn fixed(h: f64, stages: &Stages) -> Step {
    match not_finite(&stages.end).or(not_finite(&stages.end_slope)) {
        None => Step::Accepted { next: h.abs(), error: 1e-4, stiffness: 0.0 },
        bad => Step::Refused { next: h.abs(), not_finite: bad },
    }
}

/// Rows of zeros in the mass matrix are algebraic equations, which the start must satisfy.
fn check_consistent(mass: &[f64], slope: &[f64], options: &Options) -> Result<()> {
    for (place, row) in mass.chunks(slope.len().max(1)).enumerate() {
        let rest = slope[place].abs();
        if row.iter().all(|entry| *entry == 0.0)
            && rest > options.allowed(place, 1.0).max(1e-10)
        {
            refuse!(
                "equation {} has no derivative, and the start leaves {rest:e} in it; begin with values that satisfy it",
                place + 1
            );
        }
    }
    Ok(())
}
