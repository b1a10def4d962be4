//! Runs: a plan carried through time, watched, saved, interrupted and continued.
//!
//! Saves lie at t₀ + k·save, computed and not added up, and a whole number of equal steps (or adapted ones, the last cut) leads from one to
//! the next. How far a run is asked to go has no influence on the steps between saves, so that a run in pieces gives the same bits as a run
//! in one piece. A last time between two saves is reached on a branch: the run itself stays at the save before it.

mod adaptive;
mod blow_up;
mod measure;
mod observe;
mod pieces;
mod state;
mod timeline;

pub use measure::{Measure, is_real};
pub use observe::Observer;
pub use timeline::Timeline;

use std::sync::Arc;
use std::time::Instant;

use crate::backend::{Backend, Machine, Precision};
use crate::checkpoint::Archive;
use crate::discretise::{Pace, Switches};
use crate::error::{FieldError, FieldResult};
use crate::interpreter::join;
use crate::scheme::Scheme;
use crate::stepper::{self, Options, Stepping};
use observe::{Gauges, Source};

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// Stop after what was done; the run can be continued.
    Stop,
}

/// How a call to [`Run::advance`] ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The time was reached.
    Reached,
    /// The control said stop, at this time.
    Interrupted(f64),
    /// An observer said stop at a save, at this time.
    Met(f64),
}

/// What is known while running.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The present time.
    pub time: f64,
    /// The part of the way that is done, 0 to 1.
    pub fraction: f64,
    /// Steps since the start of the run.
    pub steps: u64,
    /// Steps that were tried and rejected.
    pub rejected: u64,
    /// The present Δt.
    pub step: f64,
    /// Steps per second, of this call.
    pub steps_per_second: f64,
    /// Steps per second times cells.
    pub cells_per_second: f64,
    /// Seconds since this call began.
    pub elapsed: f64,
    /// Seconds that are left at this speed.
    pub seconds_left: f64,
}

/// The planes at a save.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Its number: 0 at the start.
    pub index: u64,
    /// The time.
    pub time: f64,
    /// Steps so far.
    pub count: u64,
    /// The planes' values, row-major.
    pub planes: Vec<Values>,
    /// For planes of second order their time derivatives.
    pub velocities: Vec<Option<Values>>,
}

/// Numbers in the precision of the run.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Single precision.
    Single(Vec<f32>),
    /// Double precision.
    Double(Vec<f64>),
}

impl Values {
    fn new(values: Vec<f64>, precision: Precision) -> Self {
        match precision {
            Precision::Double => Self::Double(values),
            Precision::Single => {
                Self::Single(values.into_iter().map(|x| x as f32).collect())
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Single(values) => values.len(),
            Self::Double(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes that they take.
    pub fn bytes(&self) -> u64 {
        let precision = match self {
            Self::Single(_) => Precision::Single,
            Self::Double(_) => Precision::Double,
        };
        self.len() as u64 * precision.bytes()
    }

    /// One of them.
    pub fn get(&self, place: usize) -> Option<f64> {
        match self {
            Self::Single(values) => values.get(place).map(|x| f64::from(*x)),
            Self::Double(values) => values.get(place).copied(),
        }
    }

    /// All of them in double precision.
    pub fn to_double(&self) -> Vec<f64> {
        match self {
            Self::Single(values) => values.iter().map(|x| f64::from(*x)).collect(),
            Self::Double(values) => values.clone(),
        }
    }
}

/// A row of the observers' table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The number of the save.
    pub index: u64,
    /// The time.
    pub time: f64,
    /// The observers' values, those with several one after another.
    pub values: Vec<f64>,
}

/// What is looked at while a run advances.
pub struct Hooks<'a> {
    /// Asked every fraction of a second.
    pub control: &'a mut dyn FnMut(&Progress) -> Control,
    /// Called at every save with the observers' row, and the planes where `planes` is set; says whether to go on.
    pub save: &'a mut dyn FnMut(&Row, Option<&Snapshot>) -> FieldResult<Control>,
    /// Whether `save` looks at the planes.
    pub planes: bool,
    /// Asked by the machine between steps, from any thread.
    pub interrupted: &'a (dyn Fn() -> bool + Sync),
}

impl std::fmt::Debug for Hooks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks").field("planes", &self.planes).finish_non_exhaustive()
    }
}

/// The exact state of a run: what a continuation needs, bit by bit.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The method that it belongs to.
    pub method: String,
    /// All scalars of the plan, by name.
    pub scalars: Vec<(String, f64)>,
    /// The state arrays' interiors, by name.
    pub arrays: Vec<(String, Vec<f64>)>,
    /// Where it stands.
    pub timeline: Timeline,
}

/// A plan on its way through time.
pub struct Run {
    stepping: Stepping,
    scheme: Option<Arc<Scheme>>,
    backend: Arc<dyn Backend>,
    machine: Box<dyn Machine>,
    gauges: Gauges,
    options: Options,
    observers: Vec<String>,
    line: Option<Timeline>,
    /// The state at the save before a branch, to be taken up again.
    branch: Option<State>,
    /// A state known to be finite, for finding where values stopped being so.
    good: Option<State>,
    good_seconds: f64,
    since_good: Instant,
    rows: Vec<Row>,
    snapshots: Vec<Snapshot>,
    snapshot_bytes: u64,
    warnings: Vec<String>,
    chunk: u64,
    /// Whether the fields were put at their start.
    begun: bool,
    archive: Option<Archived>,
    /// How long adapted steps may be at which times, in order.
    paces: Vec<Pace>,
    /// When the equations jump.
    switches: Option<Arc<Switches>>,
    /// Whether it is compared with a run of twice its step.
    halves: bool,
    /// The pieces of the present stretch.
    cut: Option<pieces::Cut>,
}

/// A store that a run writes to.
#[derive(Debug)]
struct Archived {
    archive: Archive,
    /// Seconds between two writings of the exact state.
    every: f64,
    last: Option<Instant>,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run")
            .field("method", &self.stepping.method)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl Run {
    /// Compiles a plan and puts the fields at their start. Δt is found when the first stretch is known.
    ///
    /// # Errors
    /// Where options contradict, the equation is ill-posed, a given Δt lies above the stability bound, or memory does not suffice.
    pub fn start(
        stepping: Stepping,
        scheme: Option<Arc<Scheme>>,
        observers: &[Observer],
        options: &Options,
        backend: Arc<dyn Backend>,
    ) -> FieldResult<Self> {
        options.check()?;
        let mut stepping = stepping;
        let mut warnings = Vec::new();
        if !options.unsafe_step
            && let Some((message, hint)) =
                scheme.as_ref().and_then(|scheme| scheme.faulty_sides.clone())
        {
            // What is said may be beside the point: a pulse that never reaches the side.
            warnings.push(format!(
                "{message}; try {hint}, or unsafe = true, which keeps this quiet"
            ));
        }
        let stiffness = scheme.as_ref().map(|scheme| scheme.stiffness);
        warnings.extend(stepper::check_step(
            &stepping,
            stiffness.as_ref(),
            options.step,
            options,
        )?);
        let gauges = observe::install(&mut stepping, scheme.as_deref(), observers)?;
        let needed = stepping.plan.bytes(options.precision);
        if let Some(available) = options.memory
            && needed > available
        {
            return Err(FieldError::Memory {
                needed,
                available: Some(available),
                in_parts: None,
            });
        }
        let machine = backend.prepare(&stepping.plan, options.precision)?;
        Ok(Self {
            stepping,
            scheme,
            backend,
            machine,
            gauges,
            options: options.clone(),
            observers: observers.iter().map(|observer| observer.name.clone()).collect(),
            line: None,
            branch: None,
            good: None,
            good_seconds: 0.0,
            since_good: Instant::now(),
            rows: Vec::new(),
            snapshots: Vec::new(),
            snapshot_bytes: 0,
            warnings,
            chunk: 1,
            begun: false,
            archive: None,
            paces: Vec::new(),
            switches: None,
            halves: false,
            cut: None,
        })
    }

    /// Whether an observer's measure can be computed in this plan.
    ///
    /// # Errors
    /// That says why not.
    pub fn observes(
        stepping: &Stepping,
        scheme: Option<&Scheme>,
        observer: &Observer,
    ) -> FieldResult<()> {
        let mut stepping = stepping.clone();
        observe::install(&mut stepping, scheme, std::slice::from_ref(observer))?;
        stepping.plan.check()
    }

    /// Takes up a run where a state was written, on a plan made with the same scheme and options.
    ///
    /// # Errors
    /// As [`Run::start`], and where the state belongs to another plan.
    pub fn resume(
        stepping: Stepping,
        scheme: Option<Arc<Scheme>>,
        observers: &[Observer],
        options: &Options,
        backend: Arc<dyn Backend>,
        state: &State,
    ) -> FieldResult<Self> {
        let mut run = Self::start(stepping, scheme, observers, options, backend)?;
        // Static parts of the plan are set up as at any start, then all that evolves is put in place.
        run.set_scalars(&state.timeline);
        run.execute(run.stepping.start, 1)?;
        run.restore(state)?;
        run.begun = true;
        run.good = Some(state.clone());
        Ok(run)
    }

    /// Says how long adapted steps may be at which times, in order: what happens in between is not stepped over.
    pub fn set_paces(&mut self, paces: Vec<Pace>) {
        self.paces = paces;
    }

    /// The stepping that runs.
    pub fn stepping(&self) -> &Stepping {
        &self.stepping
    }

    /// What the person should know: an estimated bound that is passed, a Δt without a reason.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The observers' names.
    pub fn columns(&self) -> &[String] {
        &self.observers
    }

    /// The observers' table so far.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The snapshots in memory so far.
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// Takes the snapshots out of memory.
    pub fn take_snapshots(&mut self) -> Vec<Snapshot> {
        self.snapshot_bytes = 0;
        std::mem::take(&mut self.snapshots)
    }

    /// Where the run stands; none before the first stretch.
    pub fn timeline(&self) -> Option<&Timeline> {
        self.line.as_ref()
    }

    /// The backend's machine, for its listing and its timing.
    pub fn machine(&self) -> &dyn Machine {
        self.machine.as_ref()
    }

    /// The present time.
    pub fn time(&mut self) -> f64 {
        if self.begun {
            self.machine.scalar(self.stepping.time)
        } else {
            self.options.start
        }
    }

    /// Steps so far.
    pub fn count(&mut self) -> u64 {
        self.machine.scalar(self.stepping.count) as u64
    }

    /// Goes on to a time, which may lie between saves, and keeps what observers and snapshots ask for at each save.
    ///
    /// # Errors
    /// Where a value stops being finite (the run then stands before that step), a linear system cannot be solved, memory for snapshots ends, or
    /// the device fails.
    pub fn advance(&mut self, to: f64, hooks: &mut Hooks<'_>) -> FieldResult<Outcome> {
        if !to.is_finite() || to < self.options.start {
            return Err(FieldError::invalid(
                format!("a run from t = {} cannot go to t = {to}", self.options.start),
                "",
            ));
        }
        self.leave_branch()?;
        let mut line = match self.line.take() {
            Some(line) => line,
            None => {
                let line = self.begin(to)?;
                self.line = Some(line.clone());
                if self.record(0, line.start, hooks)? == Control::Stop {
                    return Ok(Outcome::Met(line.start));
                }
                self.checkpoint(&line)?;
                line
            }
        };
        let outcome = self.go(&mut line, to, hooks);
        self.line = Some(line);
        outcome
    }

    fn go(
        &mut self,
        line: &mut Timeline,
        to: f64,
        hooks: &mut Hooks<'_>,
    ) -> FieldResult<Outcome> {
        let (whole, rest) = line.place_of(to);
        let mut clock = Clock::new(self.time(), to, self.count());
        while line.saved < whole {
            let target = line.time_of(line.saved + 1);
            let end = self.stretch(line, target, &mut clock, hooks)?;
            if end == Control::Stop {
                return Ok(Outcome::Interrupted(self.time()));
            }
            line.saved += 1;
            line.done = 0;
            line.count = self.count();
            self.set_times(line, target);
            let control = self.record(line.saved, target, hooks)?;
            self.checkpoint(line)?;
            if control == Control::Stop {
                return Ok(Outcome::Met(target));
            }
            if clock.stop {
                return Ok(Outcome::Interrupted(target));
            }
        }
        // Steps of this stretch that an interrupted call did may already be beyond.
        if rest > 0.0 && line.saved == whole && self.time() + 1e-12 * line.save < to {
            return self.go_between(line, to, &mut clock, hooks);
        }
        Ok(Outcome::Reached)
    }

    /// Reaches a time between saves on a branch.
    fn go_between(
        &mut self,
        line: &Timeline,
        to: f64,
        clock: &mut Clock,
        hooks: &mut Hooks<'_>,
    ) -> FieldResult<Outcome> {
        let trunk = self.state_at(line);
        let mut twig = line.clone();
        let now = self.time();
        twig.start = now;
        twig.saved = 0;
        twig.done = 0;
        twig.save = to - now;
        twig.count = self.count();
        (twig.steps, twig.step) = timeline::fit(twig.save, line.step);
        self.branch = Some(trunk);
        self.set_times(&twig, now);
        self.resize(twig.step)?;
        let end = self.stretch(&mut twig, to, clock, hooks)?;
        if end == Control::Stop {
            self.leave_branch()?;
            return Ok(Outcome::Interrupted(self.time()));
        }
        self.machine.set_scalar(self.stepping.time, to);
        Ok(match self.record(line.saved + 1, to, hooks)? {
            Control::Continue => Outcome::Reached,
            Control::Stop => Outcome::Met(to),
        })
    }

    /// Back to the save before a time between saves; what was kept of that time is dropped.
    fn leave_branch(&mut self) -> FieldResult<()> {
        if let Some(state) = self.branch.take() {
            let last = state.timeline.saved;
            self.rows.retain(|row| row.index <= last);
            self.snapshots.retain(|snapshot| snapshot.index <= last);
            self.restore(&state)?;
        }
        Ok(())
    }

    /// The first stretch decides how often is saved and how long steps are.
    fn begin(&mut self, to: f64) -> FieldResult<Timeline> {
        let start = self.options.start;
        let way = to - start;
        let horizon = self.options.horizon.unwrap_or(if way > 0.0 { way } else { 1.0 });
        let save = self.options.save.unwrap_or(horizon / 100.0);
        let largest = match (self.options.step, self.stepping.stable_step) {
            (Some(step), _) => step,
            (None, Some(bound)) if bound > 0.0 => {
                let default = bound * self.options.safety;
                if self.stepping.adaptive.is_some() { default.min(save) } else { default }
            }
            (None, Some(_)) => {
                return Err(FieldError::Unstable {
                    message: format!(
                        "{} is unstable for every step of this equation",
                        self.stepping.method
                    ),
                    hint: "choose method = rk4, or another".to_owned(),
                });
            }
            (None, None) if self.stepping.adaptive.is_some() => save / 100.0,
            (None, None) => {
                let step = save / 20.0;
                self.warnings.push(format!(
                    "nothing limits the step of {}; dt = {step} is a twentieth of the time between saves, choose dt to decide",
                    self.stepping.method
                ));
                step
            }
        };
        let line = Timeline::new(start, save, largest);
        if line.steps > 1_000_000_000_000 {
            return Err(FieldError::invalid(
                format!(
                    "{:.1e} steps of {:.1e} lie between two saves, more than a run can do",
                    line.steps as f64, line.step
                ),
                "choose a larger dt or an implicit method",
            ));
        }
        self.set_scalars(&line);
        if let Some(piece) = self.pieces(&line, line.time_of(1)).first() {
            self.set_limits(piece);
        }
        self.execute(self.stepping.start, 1)?;
        self.begun = true;
        self.keep_good(&line);
        Ok(line)
    }

    fn set_scalars(&mut self, line: &Timeline) {
        let stepping = &self.stepping;
        let (time, step, count) = (stepping.time, stepping.step_size, stepping.count);
        self.machine.set_scalar(step, line.step);
        self.machine.set_scalar(count, (line.count + line.done) as f64);
        self.set_times(line, line.time_of(line.saved));
        self.machine.set_scalar(time, line.time());
    }

    /// The present time, from which the times of the following steps are counted.
    fn set_times(&mut self, line: &Timeline, time: f64) {
        self.machine.set_scalar(self.stepping.time, time);
        if let Some(origin) = self.stepping.plan.scalar(stepper::TIME_ORIGIN) {
            self.machine.set_scalar(origin, time);
        }
        if let Some(origin) = self.stepping.plan.scalar(stepper::COUNT_ORIGIN) {
            self.machine.set_scalar(origin, line.count as f64);
        }
    }

    /// The rest of a stretch.
    fn stretch(
        &mut self,
        line: &mut Timeline,
        target: f64,
        clock: &mut Clock,
        hooks: &mut Hooks<'_>,
    ) -> FieldResult<Control> {
        if let Some(adaptive) = self.stepping.adaptive {
            return self.adaptive_pieces(&adaptive, line, target, clock, hooks);
        }
        let all = self.steps_of(line, target);
        while line.done < all {
            let watch =
                if self.options.watch == 0 { u64::MAX } else { self.options.watch };
            let mut chunk = self.chunk.min(all - line.done);
            if chunk > watch {
                chunk -= chunk % watch;
            }
            let began = Instant::now();
            let done = self.march(line, target, chunk, hooks.interrupted)?;
            let seconds = began.elapsed().as_secs_f64();
            self.check(line)?;
            let stopped = done < chunk && (hooks.interrupted)();
            if done == chunk {
                self.chunk = if seconds < 0.04 {
                    (self.chunk * 2).min(1 << 20)
                } else if seconds > 0.16 {
                    (self.chunk / 2).max(1)
                } else {
                    self.chunk
                };
            }
            let progress = self.progress(line, clock);
            let go_on = (hooks.control)(&progress);
            if (stopped || go_on == Control::Stop) && line.done < all {
                return Ok(Control::Stop);
            }
            if go_on == Control::Stop {
                clock.stop = true;
            }
        }
        Ok(Control::Continue)
    }

    fn progress(&mut self, line: &Timeline, clock: &Clock) -> Progress {
        let time = self.time();
        let steps = self.count();
        let elapsed = clock.began.elapsed().as_secs_f64().max(1e-9);
        let way = clock.to - clock.from;
        let part =
            if way > 0.0 { ((time - clock.from) / way).clamp(0.0, 1.0) } else { 1.0 };
        let rate = (steps - clock.count) as f64 / elapsed;
        let cells = self.scheme.as_ref().map_or_else(
            || {
                let plane = self.stepping.planes.first();
                plane.map_or(0, |plane| self.stepping.plan.arrays[*plane].layout.cells())
            },
            |scheme| scheme.layout.cells(),
        );
        let whole = clock.to - self.options.start;
        Progress {
            time,
            fraction: if whole > 0.0 {
                ((time - self.options.start) / whole).clamp(0.0, 1.0)
            } else {
                1.0
            },
            steps,
            rejected: line.rejected,
            step: self.machine.scalar(self.stepping.step_size),
            steps_per_second: rate,
            cells_per_second: rate * cells as f64,
            elapsed,
            seconds_left: if part > 0.0 {
                elapsed * (1.0 - part) / part
            } else {
                f64::NAN
            },
        }
    }

    /// What a save keeps.
    fn record(
        &mut self,
        index: u64,
        time: f64,
        hooks: &mut Hooks<'_>,
    ) -> FieldResult<Control> {
        self.execute(self.stepping.observe, 1)?;
        if let Some(measure) = self.gauges.measure {
            self.execute(measure, 1)?;
        }
        let results = self.gauges.results.clone();
        let mut values = Vec::new();
        for result in results {
            match result {
                Source::Scalars(kind, parts) => {
                    let parts = parts.into_iter().map(|place| self.machine.scalar(place));
                    let joined = parts.reduce(|all, part| join(kind, all, part));
                    values.push(joined.unwrap_or(0.0));
                }
                Source::Array(array) => values.extend(self.read(array)),
            }
        }
        let row = Row { index, time, values };
        let looked = self.options.snapshots || hooks.planes || self.archive.is_some();
        let snapshot = looked.then(|| self.snapshot(index, time));
        if self.branch.is_none()
            && let (Some(archived), Some(snapshot)) = (&mut self.archive, &snapshot)
        {
            archived.archive.append(snapshot, &row)?;
        }
        let control = (hooks.save)(&row, snapshot.as_ref())?;
        self.rows.push(row);
        if let Some(snapshot) = snapshot
            && self.options.snapshots
        {
            let arrays =
                snapshot.planes.iter().chain(snapshot.velocities.iter().flatten());
            let bytes = arrays.map(Values::bytes).sum::<u64>();
            let mut needed = self.snapshot_bytes + bytes;
            while self.archive.is_some()
                && needed > self.options.snapshot_memory
                && !self.snapshots.is_empty()
            {
                self.snapshots.remove(0);
                needed -= bytes;
            }
            if needed > self.options.snapshot_memory {
                return Err(FieldError::Memory {
                    needed,
                    available: Some(self.options.snapshot_memory),
                    in_parts: None,
                });
            }
            self.snapshot_bytes = needed;
            self.snapshots.push(snapshot);
        }
        Ok(control)
    }

    /// The planes at the present time, valid after `observe`.
    fn snapshot(&mut self, index: u64, time: f64) -> Snapshot {
        let precision = match self.options.compensated {
            true => Precision::Double,
            false => self.options.precision,
        };
        let planes = self.stepping.planes.clone();
        let velocities = self.stepping.velocities.clone();
        Snapshot {
            index,
            time,
            count: self.count(),
            planes: planes
                .into_iter()
                .map(|array| Values::new(self.values(array), precision))
                .collect(),
            velocities: velocities
                .into_iter()
                .map(|array| {
                    array.map(|array| Values::new(self.values(array), precision))
                })
                .collect(),
        }
    }

    /// The planes (and velocities) as they are now.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn look(&mut self) -> FieldResult<Snapshot> {
        if !self.begun && self.line.is_none() {
            self.machine.set_scalar(self.stepping.time, self.options.start);
        }
        self.execute(self.stepping.observe, 1)?;
        let index = self.line.as_ref().map_or(0, |line| line.saved);
        let time = self.time();
        Ok(self.snapshot(index, time))
    }

    fn read(&mut self, array: usize) -> Vec<f64> {
        let cells = self.stepping.plan.arrays[array].layout.cells();
        let mut values = vec![0.0; cells];
        self.machine.read(array, &mut values);
        values
    }

    fn execute(&mut self, procedure: usize, times: u64) -> FieldResult<()> {
        self.machine.execute(procedure, times, &|| false).map(|_| ())
    }
}

/// The way of one call to [`Run::advance`].
#[derive(Debug)]
struct Clock {
    began: Instant,
    from: f64,
    to: f64,
    count: u64,
    /// The control said stop with the last step of a stretch: stop after the save.
    stop: bool,
}

impl Clock {
    fn new(from: f64, to: f64, count: u64) -> Self {
        Self { began: Instant::now(), from, to, count, stop: false }
    }
}

#[cfg(test)]
pub(crate) mod tests;
