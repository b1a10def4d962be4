//! Runs of phase oscillators: Kuramoto's and Winfree's.

use std::sync::{Arc, OnceLock};

use holor_algebra::Expr;
use holor_dynamics::ode::{
    DelayOptions, DelayRun, End, Run, Scheme, StochasticOptions, StochasticRun, Watch,
};
use holor_dynamics::oscillators::{
    Coupling, Harmonic, Inertia, Kuramoto, Observable, Observer, locked, winfree,
};

use super::kuramoto::observable;
use super::network::Common;
use crate::array::NumericArray;
use crate::builtins::plots::draw_curves;
use crate::dynamics::{
    Flow, Problem, Saved, Solver, counted, go_on, matrix_series, table_rows, time_axis,
};
use crate::evaluate::Call;
use crate::record::Record;
use crate::{Diagnostic, Plot, Result, Span, Value, codes};

/// What is kept over time.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    words: Vec<String>,
    observables: Vec<Observable>,
    locking: f64,
}

impl Watched {
    /// The order parameter, and what the words say.
    pub(super) fn new(
        words: Vec<String>,
        coupling: &Coupling,
        locking: f64,
        span: Span,
    ) -> Result<Self> {
        let mut all = vec!["order".to_string()];
        for word in words {
            if !all.contains(&word) {
                all.push(word);
            }
        }
        let observables = all
            .iter()
            .map(|word| observable(word, coupling, locking, span))
            .collect::<Result<_>>()?;
        Ok(Self { words: all, observables, locking })
    }
}

/// What goes beyond the plain model.
#[derive(Clone, Debug, Default)]
pub(super) struct Extra {
    /// The inertia of each, and the speeds at the start.
    pub(super) inertia: Option<(Inertia, Vec<f64>)>,
    /// After what time others act.
    pub(super) delay: Option<f64>,
    /// The diffusion constant and the seed.
    pub(super) noise: Option<(f64, u64)>,
}

/// Phase oscillators and what is watched of them.
#[derive(Clone, Debug)]
pub(super) struct PhaseProblem {
    pub(super) winfree: bool,
    pub(super) frequencies: Vec<f64>,
    pub(super) strength: f64,
    pub(super) coupling: Coupling,
    pub(super) harmonics: Vec<Harmonic>,
    pub(super) extra: Extra,
    pub(super) watched: Watched,
    /// The time and the phases at the start.
    pub(super) begin: (f64, Vec<f64>),
    pub(super) saved: Saved,
    /// From when on mean rates are taken.
    pub(super) transient: Option<f64>,
    /// The phases at that time, once the run has passed it.
    pub(super) mark: OnceLock<Vec<f64>>,
}

impl PhaseProblem {
    /// Starts a run.
    pub(super) fn begin_run(self, call: &Call<'_>, common: Common) -> Result<Value> {
        let mistaken = |error: holor_dynamics::Error| {
            call.error(&codes::E0310_EVOLUTION, error.message().to_string())
        };
        let count = self.frequencies.len();
        let width = self.observer().map_err(mistaken)?.width();
        common.check(call, width)?;
        if let Some(transient) = self.transient
            && !(transient >= common.range.0 && transient < common.range.1)
        {
            let message = format!(
                "the transient ends at {transient}, outside {}..{}",
                common.range.0, common.range.1
            );
            return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
        }
        // Says what is wrong before a run begins.
        self.model().map_err(mistaken)?;
        let (begin, phases) = &self.begin;
        let mut state = phases.clone();
        if let Some((_, speeds)) = &self.extra.inertia {
            state.extend_from_slice(speeds);
        }
        let delays: Vec<f64> = self.extra.delay.into_iter().collect();
        let solver = match self.extra.noise {
            Some((_, seed)) => {
                let Some(step) = common.step else {
                    let message = "noise needs the step `dt`";
                    return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                        .at(call.span())
                        .hint("dt = 0.01")
                        .into();
                };
                let mut options = StochasticOptions::new(step, seed);
                options.save = common.save(Some(step));
                options.delays = delays;
                if self.extra.inertia.is_some() {
                    // Swings need the second order that the noise, which is additive, does not take away.
                    options.scheme = Scheme::Heun;
                }
                let run = StochasticRun::new(*begin, &state, options);
                Solver::Stochastic(Box::new(run.map_err(mistaken)?))
            }
            None if delays.is_empty() => {
                let run = Run::new(*begin, &state, common.options(false));
                Solver::Ordinary(Box::new(run.map_err(mistaken)?))
            }
            None => {
                let options = DelayOptions {
                    delays,
                    options: common.options(false),
                    neutral: false,
                };
                let run = DelayRun::new(*begin, &state, options);
                Solver::Delayed(Box::new(run.map_err(mistaken)?))
            }
        };
        debug_assert!(count > 0);
        let flow = Flow {
            problem: Arc::new(self),
            solver,
            time: common.time.name().into(),
            range: common.range,
            seconds: 0.0,
            progress: common.progress,
            ending: String::new(),
        };
        go_on(call, flow, common.range.1)
    }

    fn model(&self) -> holor_dynamics::Result<Kuramoto<'static>> {
        let model = Kuramoto::new(
            self.frequencies.clone(),
            self.strength,
            self.coupling.clone(),
        )?;
        if self.harmonics.is_empty() {
            return Ok(model);
        }
        model.with_harmonics(self.harmonics.clone())
    }

    fn observer(&self) -> holor_dynamics::Result<Observer> {
        Observer::new(self.watched.observables.clone(), self.begin.0, &self.begin.1)
    }

    /// How fast each turns before the start: at its own frequency, with inertia at the speed that it starts with.
    fn speeds_before(&self) -> &[f64] {
        self.extra.inertia.as_ref().map_or(&self.frequencies, |(_, speeds)| speeds)
    }

    /// The phases before the start, and with inertia the speeds.
    fn history(&self) -> impl FnMut(f64, &mut [f64]) + '_ {
        |t, out: &mut [f64]| {
            let speeds = self.speeds_before();
            let (phases, rest) = out.split_at_mut(speeds.len().min(out.len()));
            for ((phase, start), speed) in
                phases.iter_mut().zip(&self.begin.1).zip(speeds)
            {
                *phase = start + speed * (t - self.begin.0);
            }
            for (own, speed) in rest.iter_mut().zip(speeds) {
                *own = *speed;
            }
        }
    }

    fn drive(
        &self,
        solver: &mut Solver,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> holor_dynamics::Result<End> {
        let mut observer = self.observer()?;
        let width = observer.width();
        if self.winfree {
            let Solver::Ordinary(run) = solver else {
                return Err(holor_dynamics::Error::new("there is no such model"));
            };
            let equations =
                winfree(self.frequencies.clone(), self.strength, self.coupling.clone())?;
            let mut equations = equations
                .with_observables(width, move |t, y, out| observer.fill(t, y, out));
            return run.advance(&mut equations, to, watch);
        }
        let mut model = self.model()?;
        let observer = Some(&mut observer);
        let inertia = self.extra.inertia.as_ref().map(|it| &it.0);
        let (delay, noise) = (self.extra.delay, self.extra.noise);
        match (solver, inertia) {
            (Solver::Ordinary(run), Some(inertia)) => {
                run.advance(&mut model.inertial_equations(inertia, observer), to, watch)
            }
            (Solver::Ordinary(run), None) => {
                run.advance(&mut model.equations(observer), to, watch)
            }
            (Solver::Delayed(run), Some(inertia)) => {
                let past = self.history();
                let mut equations =
                    model.inertial_delayed_equations(inertia, past, observer);
                run.advance(&mut equations, to, watch)
            }
            (Solver::Delayed(run), None) => {
                let mut equations = model.delayed_equations(self.history(), observer);
                run.advance(&mut equations, to, watch)
            }
            (Solver::Stochastic(run), inertia) => {
                let diffusion = noise.map_or(0.0, |it| it.0);
                let past = || -> Box<holor_dynamics::ode::History<'_>> {
                    Box::new(self.history())
                };
                let past = delay.map(|_| past());
                let mut equations = match (inertia, past) {
                    (Some(inertia), past) => model
                        .inertial_noisy_equations(inertia, diffusion, past, observer)?,
                    (None, Some(past)) => {
                        model.noisy_delayed_equations(diffusion, past, observer)?
                    }
                    (None, None) => model.noisy_equations(diffusion, observer)?,
                };
                run.advance(&mut equations, to, watch)
            }
            _ => Err(holor_dynamics::Error::new("there is no such model")),
        }
    }

    /// The rates at the start, to which mean rates tend there.
    fn first_rates(&self) -> Option<Vec<f64>> {
        let (begin, phases) = &self.begin;
        let mut rates = vec![0.0; phases.len()];
        if self.winfree {
            let mut equations =
                winfree(self.frequencies.clone(), self.strength, self.coupling.clone())
                    .ok()?;
            equations.slope(*begin, phases, &mut rates);
            return Some(rates);
        }
        let mut model = self.model().ok()?;
        match (&self.extra.inertia, self.extra.delay) {
            (Some((_, speeds)), _) => rates.clone_from(speeds),
            (None, Some(delay)) => {
                let mut earlier = phases.clone();
                self.history()(*begin - delay, &mut earlier);
                model.delayed_slope(*begin, phases, &earlier, &mut rates);
            }
            (None, None) => model.slope(*begin, phases, &mut rates),
        }
        Some(rates)
    }

    /// Mean rates from the end of the transient, or from the start where it was not reached.
    fn mean_rates(&self, time: f64, phases: &[f64]) -> Option<Vec<f64>> {
        let (from, before) = match (self.transient, self.mark.get()) {
            (Some(transient), Some(mark)) if time > transient => (transient, mark),
            _ => (self.begin.0, &self.begin.1),
        };
        if time <= from {
            return self.first_rates();
        }
        let rate = |(now, then): (&f64, &f64)| (now - then) / (time - from);
        Some(phases.iter().zip(before).map(rate).collect())
    }

    /// The rows, with limits where a quantity has no value at the start.
    fn rows(&self, flow: &Flow) -> (Vec<f64>, Vec<Vec<f64>>) {
        let count = self.frequencies.len();
        let (times, mut rows) = table_rows(flow, |time, state| {
            let Ok(mut observer) = self.observer() else { return Vec::new() };
            let mut row = vec![0.0; observer.width()];
            observer.fill(time, state.get(..count).unwrap_or(state), &mut row);
            row
        });
        let needs = self
            .watched
            .words
            .iter()
            .any(|word| matches!(word.as_str(), "frequencies" | "locked"));
        if let (true, Some(row), Some(first), Some(rates)) =
            (needs, rows.first_mut(), times.first(), self.first_rates())
            && *first == self.begin.0
        {
            let mut place = 0;
            for (word, observable) in
                self.watched.words.iter().zip(&self.watched.observables)
            {
                let width = self.width(observable);
                if let Some(part) = row.get_mut(place..place + width) {
                    match word.as_str() {
                        "frequencies" => part.copy_from_slice(&rates),
                        "locked" => part.fill(locked(&rates, self.watched.locking)),
                        _ => {}
                    }
                }
                place += width;
            }
        }
        (times, rows)
    }

    fn width(&self, observable: &Observable) -> usize {
        match observable {
            Observable::Frequencies | Observable::Phases | Observable::LocalOrders(_) => {
                self.frequencies.len()
            }
            _ => 1,
        }
    }
}

impl Problem for PhaseProblem {
    fn advance(
        &self,
        solver: &mut Solver,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> holor_dynamics::Result<End> {
        if let Some(transient) = self.transient
            && solver.time() <= transient
            && transient < to
        {
            if transient > solver.time() {
                let end = self.drive(solver, transient, watch)?;
                if end != End::Reached {
                    return Ok(end);
                }
            }
            let state = solver.state();
            let phases = state.get(..self.frequencies.len()).unwrap_or(&state).to_vec();
            // A run that begins anew passes here with the same phases.
            let _ = self.mark.set(phases);
        }
        self.drive(solver, to, watch)
    }

    fn unknown(&self, place: usize) -> String {
        format!("θ[{}]", place % self.frequencies.len().max(1) + 1)
    }

    fn record(&self, flow: &Flow) -> Result<Record> {
        let (times, rows) = self.rows(flow);
        let axis = time_axis(flow, &times);
        let mut record = Record::new("run");
        if let Some(times) = NumericArray::along(times.clone(), axis.clone()) {
            record = record.with(&flow.time, times.named(&flow.time));
        }
        let mut place = 0;
        for (word, observable) in self.watched.words.iter().zip(&self.watched.observables)
        {
            let width = self.width(observable);
            let values: Vec<f64> = rows
                .iter()
                .flat_map(|row| {
                    row.get(place..place + width).unwrap_or_default().to_vec()
                })
                .collect();
            place += width;
            let name = match word.as_str() {
                "frequencies" => "frequency_series",
                "locked" => "locked_series",
                "phases" => "θ",
                other => other,
            };
            let array = match observable {
                Observable::Frequencies => matrix_series(name, &axis, width, values),
                // Phases are angles to all that takes signals, though they grow without bound.
                Observable::Phases => matrix_series(name, &axis, width, values)
                    .map(|it| it.with_angle(true)),
                _ => NumericArray::along(values, axis.clone()).map(|it| it.named(name)),
            };
            if let Some(array) = array {
                record = record.with(name, array.check_finite("the run")?);
            }
        }
        let state = flow.solver.state();
        let phases = state.get(..self.frequencies.len()).unwrap_or(&state);
        if let Some(rates) = self.mean_rates(flow.solver.time(), phases) {
            let part = locked(&rates, self.watched.locking);
            record = record
                .with("frequencies", NumericArray::vector(rates).named("frequencies"))
                .with("locked", part);
        }
        let last = NumericArray::vector(phases.to_vec()).named("θ").with_angle(true);
        record = record.with("phases", last);
        if self.extra.inertia.is_some()
            && let Some(speeds) = state.get(self.frequencies.len()..)
        {
            let speeds = NumericArray::vector(speeds.to_vec()).named("speeds");
            record = record.with("speeds", speeds);
        }
        let steps = match flow.solver.steps() {
            Some(steps) => {
                record = record.with("steps", Expr::integer(steps));
                format!(", {steps} steps")
            }
            None => String::new(),
        };
        Ok(record
            .described(&format!(
                "{} for {}, {}{steps}",
                counted(self.frequencies.len(), "oscillator"),
                flow.span_text(),
                counted(times.len(), "row")
            ))
            .drawn(drawn))
    }

    fn at(&self, flow: &Flow, time: f64) -> Option<Vec<(String, Value)>> {
        let phases = |values: &[f64]| {
            let array = NumericArray::vector(values.to_vec()).named("θ").with_angle(true);
            Some(vec![("θ".to_string(), Value::from(array))])
        };
        let count = self.frequencies.len();
        if time == flow.solver.time() {
            return phases(flow.solver.state().get(..count)?);
        }
        let mut place = 0;
        for observable in &self.watched.observables {
            if matches!(observable, Observable::Phases) {
                let (times, rows) = self.rows(flow);
                let near = |own: &f64| (own - time).abs() <= 1e-9 * own.abs().max(1e-9);
                let row = rows.get(times.iter().position(near)?)?;
                return phases(row.get(place..place + count)?);
            }
            place += self.width(observable);
        }
        None
    }

    fn explain(&self, _: &Flow) -> Vec<String> {
        let mut lines = vec![match &self.coupling {
            Coupling::AllToAll => format!(
                "{} oscillators, each acting on each by their mean field",
                self.frequencies.len()
            ),
            Coupling::Graph(graph) => format!(
                "{} oscillators on a graph with {} directed edges",
                self.frequencies.len(),
                graph.edges()
            ),
        }];
        if let Some((inertia, _)) = &self.extra.inertia {
            lines.push(match inertia.values() {
                [first, rest @ ..] if rest.iter().all(|it| it == first) => {
                    format!("inertia {first}")
                }
                _ => "an inertia for each".into(),
            });
        }
        if let Some(delay) = self.extra.delay {
            let speed = match self.extra.inertia {
                Some(_) => "the speed that it starts with",
                None => "its own frequency",
            };
            lines.push(format!("delay {delay}; before the start each turns at {speed}"));
        }
        if let Some((diffusion, seed)) = self.extra.noise {
            let scheme = match self.extra.inertia {
                Some(_) => "stochastic Heun",
                None => "Euler–Maruyama",
            };
            lines.push(format!("{scheme}, diffusion constant {diffusion}, seed {seed}"));
        }
        if self.saved == Saved::Default {
            lines.push("rows: a 200th of the first range apart".into());
        }
        lines
    }
}

/// The order parameter over time, and what else is one number.
fn drawn(record: &Record) -> Result<Plot> {
    let curves: Vec<&NumericArray> = ["order", "local_order", "locked_series"]
        .iter()
        .filter_map(|name| record.array(name))
        .collect();
    draw_curves(None, &curves)
}
