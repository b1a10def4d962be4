//! Runs that can go on: the solver's state, the problem it solves, and how both are driven.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use holor_dynamics::ode::{
    BoundarySolution, DelayRun, End, Run, StochasticRun, Table, Watch,
};

use super::counted;
use crate::array::{NumericArray, rounded};
use crate::evaluate::Call;
use crate::record::Record;
use crate::world::Progress;
use crate::{Diagnostic, Result, Value, codes};

/// A solver at the state it reached.
#[derive(Clone, Debug)]
pub(crate) enum Solver {
    /// An initial value problem.
    Ordinary(Box<Run>),
    /// One with delays.
    Delayed(Box<DelayRun>),
    /// One with noise.
    Stochastic(Box<StochasticRun>),
    /// A boundary value problem, solved up to this time.
    Boundary(Arc<BoundarySolution>, f64),
}

impl Solver {
    /// The time reached.
    pub(crate) fn time(&self) -> f64 {
        match self {
            Solver::Ordinary(run) => run.t(),
            Solver::Delayed(run) => run.t(),
            Solver::Stochastic(run) => run.t(),
            Solver::Boundary(_, end) => *end,
        }
    }

    /// The unknowns there.
    pub(crate) fn state(&self) -> Vec<f64> {
        match self {
            Solver::Ordinary(run) => run.y().to_vec(),
            Solver::Delayed(run) => run.y().to_vec(),
            Solver::Stochastic(run) => run.y().to_vec(),
            Solver::Boundary(solution, end) => solution.at(*end).unwrap_or_default(),
        }
    }

    /// The rows that were asked for.
    pub(crate) fn table(&self) -> Option<&Table> {
        match self {
            Solver::Ordinary(run) => Some(run.table()),
            Solver::Delayed(run) => Some(run.table()),
            Solver::Stochastic(run) => Some(run.table()),
            Solver::Boundary(..) => None,
        }
    }

    /// The unknowns at a time, where the solution between the steps is known.
    pub(crate) fn at(&self, time: f64) -> Option<Vec<f64>> {
        match self {
            Solver::Ordinary(run) => run.at(time),
            Solver::Delayed(run) => run.dense().at(time),
            Solver::Stochastic(_) => None,
            Solver::Boundary(solution, _) => solution.at(time),
        }
    }

    /// Steps that were accepted, where they are counted.
    pub(crate) fn steps(&self) -> Option<usize> {
        match self {
            Solver::Ordinary(run) => Some(run.work().steps),
            Solver::Delayed(run) => Some(run.work().steps),
            Solver::Stochastic(_) | Solver::Boundary(..) => None,
        }
    }
}

/// What is solved.
pub(crate) trait Problem: Debug + Send + Sync {
    /// Goes on to a time.
    fn advance(
        &self,
        solver: &mut Solver,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> holor_dynamics::Result<End>;

    /// The name of an unknown by its place in the state.
    fn unknown(&self, place: usize) -> String;

    /// Whether the result has an unknown of this name whose values are known between the rows.
    fn is_unknown(&self, _: &str) -> bool {
        false
    }

    /// What an event is about, as written.
    fn event(&self, _: usize) -> String {
        "event".into()
    }

    /// The parts of the result.
    fn record(&self, flow: &Flow) -> Result<Record>;

    /// The unknowns over time from one time to another, as many values as lines need to follow the solution; nothing where
    /// it is known at the rows only.
    fn curves(&self, _: &Flow, _: (f64, f64)) -> Vec<NumericArray> {
        Vec::new()
    }

    /// The unknowns at a time; `None` where they are not known there.
    fn at(&self, flow: &Flow, time: f64) -> Option<Vec<(String, Value)>>;

    /// How it is solved and why so: sentences.
    fn explain(&self, flow: &Flow) -> Vec<String>;
}

/// A run: what its record carries.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// What is solved.
    pub(crate) problem: Arc<dyn Problem>,
    /// Where the solver stands.
    pub(crate) solver: Solver,
    /// The symbol of time.
    pub(crate) time: Arc<str>,
    /// The range that was asked for first.
    pub(crate) range: (f64, f64),
    /// Seconds it took.
    pub(crate) seconds: f64,
    /// Whether progress is shown.
    pub(crate) progress: bool,
    /// Why it ended before the time asked for; empty where it did not.
    pub(crate) ending: String,
}

impl Flow {
    /// ` for t = 0..10`, and how it ended.
    pub(crate) fn span_text(&self) -> String {
        let ending = match self.ending.as_str() {
            "" => String::new(),
            ending => format!("; {ending}"),
        };
        format!(
            "{} = {}..{}{ending}",
            self.time,
            rounded(self.range.0),
            rounded(self.solver.time())
        )
    }
}

/// Goes on with a run to a time and gives its record.
pub(crate) fn go_on(call: &Call<'_>, mut flow: Flow, to: f64) -> Result<Value> {
    call.refuse_after_interrupt()?;
    let flag = call.engine().interrupt().flag();
    let interrupted = || flag.load(Ordering::Relaxed);
    let began = call.world().seconds();
    let from = flow.solver.time();
    let mut shown = began;
    let mut looked = 0_u32;
    let mut show = |fraction: f64| {
        // Clocks cost more than a step of a small system.
        looked = looked.wrapping_add(1);
        if !flow.progress || !looked.is_multiple_of(64) {
            return;
        }
        let now = call.world().seconds();
        if now - began > 1.0 && now - shown > 0.25 {
            shown = now;
            let spent = now - began;
            call.world().progress(&Progress {
                fraction,
                text: format!(
                    "{} = {:.4} of {}",
                    flow.time,
                    from + fraction * (to - from),
                    rounded(to)
                ),
                seconds_left: spent * (1.0 - fraction) / fraction.max(1e-9),
            });
        }
    };
    let problem = flow.problem.clone();
    let mut watch = Watch { interrupt: Some(&interrupted), progress: Some(&mut show) };
    let end = problem.advance(&mut flow.solver, to, &mut watch);
    call.world().progress_ended();
    let end = end.map_err(|error| {
        call.error(&codes::E0310_EVOLUTION, error.message().to_string())
    })?;
    flow.seconds += call.world().seconds() - began;
    flow.ending = ending(call, &flow, &end, to);
    if let Solver::Ordinary(run) = &flow.solver
        && let Some((event, t)) = run.missed()
    {
        let message = format!(
            "{} changes too often after {} = {} for all its zeros to be found",
            flow.problem.event(event),
            flow.time,
            rounded(t)
        );
        call.warn(Diagnostic::warning(&codes::E0406_UNRESOLVED, message));
    }
    record(flow)
}

/// The record of a run.
pub(crate) fn record(flow: Flow) -> Result<Value> {
    let record = flow.problem.record(&flow)?;
    Ok(record.carrying(Arc::new(flow)).into())
}

/// Why a run ended before its time, in words, with a warning where the person should know.
fn ending(call: &Call<'_>, flow: &Flow, end: &End, to: f64) -> String {
    let time = &flow.time;
    let warn = |code: &'static codes::Code, message: String, hint: &str| {
        let warning =
            Diagnostic::warning(code, format!("{message}; the solution ends there"));
        call.warn(if hint.is_empty() { warning } else { warning.hint(hint) });
        message
    };
    match end {
        End::Reached => String::new(),
        End::Event { event, t } => {
            format!("ended by {} at {time} = {}", flow.problem.event(*event), rounded(*t))
        }
        End::EventsPileUp { t } => warn(
            &codes::E0402_UNSTABLE,
            format!(
                "events follow each other without end before {time} = {}",
                rounded(*t)
            ),
            "",
        ),
        End::NotFinite { t, component } => warn(
            &codes::E0405_NOT_FINITE,
            format!(
                "`{}` has no finite value after {time} = {}",
                flow.problem.unknown(*component),
                rounded(*t)
            ),
            "",
        ),
        End::StepTooSmall { t } => warn(
            &codes::E0405_NOT_FINITE,
            format!(
                "the step became too small at {time} = {}: a singularity is near, or the equations are stiff",
                rounded(*t)
            ),
            "method = radau",
        ),
        End::Stays { t } => warn(
            &codes::E0402_UNSTABLE,
            format!(
                "the rates jump at {time} = {} and lead back from both sides: the solution would stay there",
                rounded(*t)
            ),
            "replace sign(x) by tanh(1000 x)",
        ),
        End::OutOfReach { t } => warn(
            &codes::E0402_UNSTABLE,
            format!(
                "steps became so short at {time} = {} that the end is out of reach: the rates jump where the solution would stay, or swing very fast",
                rounded(*t)
            ),
            "replace sign(x) by tanh(1000 x)",
        ),
        End::TooManySteps { t } => warn(
            &codes::E0402_UNSTABLE,
            format!(
                "the allowed number of steps was used up at {time} = {}",
                rounded(*t)
            ),
            &format!("continue({}, {time} = {to})", call.result_name()),
        ),
        End::Drifted { quantity, t } => warn(
            &codes::E0402_UNSTABLE,
            format!(
                "conserved quantity {} departed further than allowed at {time} = {}",
                quantity + 1,
                rounded(*t)
            ),
            "",
        ),
        End::Interrupted { t } => {
            call.interrupt_seen();
            let message = format!("interrupted at {time} = {}", rounded(*t));
            call.warn(
                Diagnostic::warning(
                    &codes::E0701_INTERRUPTED,
                    format!("{message}; what was computed is kept"),
                )
                .hint(format!("continue({}, {time} = {to})", call.result_name())),
            );
            message
        }
    }
}

/// What the solver says about itself: methods, steps, what they cost.
pub(crate) fn explanation(flow: &Flow) -> Vec<String> {
    let mut lines = Vec::new();
    let mut work = None;
    match &flow.solver {
        Solver::Ordinary(run) => {
            for switch in run.switches().iter().take(12) {
                lines.push(format!(
                    "{} from {} = {}: {}",
                    switch.method.name(),
                    flow.time,
                    rounded(switch.t),
                    switch.why
                ));
            }
            if run.switches().len() > 12 {
                lines.push(format!("{} changes of method in all", run.switches().len()));
            }
            work = Some(run.work());
        }
        Solver::Delayed(run) => {
            lines.push(
                "Dormand–Prince 5(4) by the method of steps: there are delays".into(),
            );
            work = Some(run.work());
        }
        Solver::Stochastic(_) => {}
        Solver::Boundary(solution, _) => {
            lines.push(format!(
                "multiple shooting with DOP853: {} steps of Newton's method, residual {:.1e}",
                solution.iterations, solution.residual
            ));
        }
    }
    if let Some(work) = work {
        lines.push(format!(
            "{}, {} refused, {} of the right side, {}",
            counted(work.steps, "step"),
            work.refused,
            counted(work.slopes, "value"),
            counted(work.jacobians, "Jacobian")
        ));
    }
    lines.extend(flow.problem.explain(flow));
    if !flow.ending.is_empty() {
        lines.push(flow.ending.clone());
    }
    if flow.seconds > 0.0 {
        lines.push(format!("{:.3} s", flow.seconds));
    }
    lines
}
