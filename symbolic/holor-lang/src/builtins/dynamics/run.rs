//! The problem that `odesolve` hands to the solvers, and the record of its result.

use std::sync::Arc;

use holor_algebra::Expr;
use holor_dynamics::ode::{
    Calculus, Conserved, DelayEquations, End, Equations, Event, Method, Noise, Scheme,
    StochasticEquations, Watch,
};

use crate::array::{ArrayAxis, Complex64, NumericArray};
use crate::builtins::plots::draw_curves;
use crate::dynamics::{
    Compiled, Flow, Jump, Level, Problem, Room, Saved, Solver, System, counted,
    dense_rows, series, time_axis,
};
use crate::evaluate::Call;
use crate::record::Record;
use crate::{Diagnostic, Plot, Result, Value, codes};

/// Something that is watched for on the way.
#[derive(Clone, Debug)]
pub(super) struct Happening {
    /// When.
    pub(super) level: Level,
    /// Whether it stops the run.
    pub(super) terminal: bool,
    /// What it changes.
    pub(super) jump: Option<Jump>,
}

/// The noise of a system.
#[derive(Clone, Debug)]
pub(super) struct Noisy {
    /// The amplitudes: one for each state, or a matrix by rows.
    pub(super) amplitudes: Compiled,
    /// How many columns the matrix has.
    pub(super) columns: Option<usize>,
    /// Whether there is one constant amplitude for each state.
    pub(super) constant: bool,
    pub(super) calculus: Calculus,
    pub(super) scheme: Scheme,
}

/// Equations ready for the solvers.
#[derive(Debug)]
pub(super) struct OdeProblem {
    pub(super) system: System,
    pub(super) complex: bool,
    pub(super) rates: Compiled,
    /// For symplectic methods and equations of second order.
    pub(super) accelerations: Option<Compiled>,
    pub(super) jacobian: Option<(Vec<usize>, Compiled)>,
    pub(super) mass: Option<Vec<f64>>,
    /// Events, then what stops the run.
    pub(super) happenings: Vec<Happening>,
    /// How many of them are events.
    pub(super) watched: usize,
    pub(super) conserved: Compiled,
    pub(super) conserved_texts: Vec<String>,
    pub(super) history: Option<Compiled>,
    pub(super) noisy: Option<Noisy>,
    pub(super) saved: Saved,
    pub(super) step: Option<(Method, f64)>,
}

impl OdeProblem {
    /// Equations with nothing besides.
    pub(super) fn plain(
        call: &Call<'_>,
        system: System,
        complex: bool,
        saved: Saved,
    ) -> Result<Self> {
        Ok(Self {
            system,
            complex,
            rates: Compiled::new(call, &[], &[], complex)?,
            accelerations: None,
            jacobian: None,
            mass: None,
            happenings: Vec::new(),
            watched: 0,
            conserved: Compiled::new(call, &[], &[], complex)?,
            conserved_texts: Vec::new(),
            history: None,
            noisy: None,
            saved,
            step: None,
        })
    }

    fn width(&self) -> usize {
        self.system.states.len() * if self.complex { 2 } else { 1 }
    }

    fn equations(&self) -> Equations<'_> {
        let mut room = Room::default();
        let mut equations = match &self.accelerations {
            Some(accelerations) => {
                Equations::second_order(move |t, q: &[f64], out: &mut [f64]| {
                    accelerations.fill(&mut room, Some(t), &[q], out);
                })
            }
            None => Equations::new(move |t, y: &[f64], out: &mut [f64]| {
                self.rates.fill(&mut room, Some(t), &[y], out);
            }),
        }
        .with_size(self.width());
        if let Some((places, derivatives)) = &self.jacobian {
            let mut room = Room::default();
            let mut values = vec![0.0; places.len()];
            equations = equations.with_jacobian(move |t, y: &[f64], out: &mut [f64]| {
                derivatives.fill(&mut room, Some(t), &[y], &mut values);
                out.fill(0.0);
                for (place, value) in places.iter().zip(&values) {
                    if let Some(entry) = out.get_mut(*place) {
                        *entry = *value;
                    }
                }
            });
        }
        if let Some(mass) = &self.mass {
            equations = equations.with_mass(mass.clone());
        }
        for happening in &self.happenings {
            let mut room = Room::default();
            let function = &happening.level.function;
            let mut event =
                Event::new(move |t, y: &[f64]| function.real(&mut room, 0, t, y))
                    .in_direction(happening.level.direction);
            if happening.terminal {
                event = event.terminal();
            }
            if let Some(jump) = &happening.jump {
                event = event.with_jump(self.jump(jump));
            }
            equations = equations.with_event(event);
        }
        for place in 0..self.conserved.len() {
            let mut room = Room::default();
            equations = equations.with_conserved(Conserved::new(move |t, y: &[f64]| {
                self.conserved.real(&mut room, place, t, y)
            }));
        }
        equations
    }

    fn jump<'a>(&'a self, jump: &'a Jump) -> impl FnMut(f64, &mut [f64]) + 'a {
        let mut room = Room::default();
        let parts = if self.complex { 2 } else { 1 };
        let mut values = vec![0.0; jump.states.len() * parts];
        move |t, y: &mut [f64]| {
            jump.values.fill(&mut room, Some(t), &[y], &mut values);
            for (state, new) in jump.states.iter().zip(values.chunks_exact(parts)) {
                if let Some(old) = y.get_mut(state * parts..(state + 1) * parts) {
                    old.copy_from_slice(new);
                }
            }
        }
    }

    fn delayed(&self) -> DelayEquations<'_> {
        let (mut room, mut past) = (Room::default(), Room::default());
        DelayEquations::new(
            move |t, y: &[f64], delayed: &[f64], out: &mut [f64]| {
                self.rates.fill(&mut room, Some(t), &[y, delayed], out);
            },
            move |t, out: &mut [f64]| match &self.history {
                Some(history) => history.fill(&mut past, Some(t), &[], out),
                None => out.fill(f64::NAN),
            },
        )
        .with_size(self.width())
    }

    fn stochastic(&self, noisy: &Noisy) -> StochasticEquations<'_> {
        let mut room = Room::default();
        let amplitudes = noisy.amplitudes.clone();
        let fill = move |t: f64, y: &[f64], out: &mut [f64]| {
            amplitudes.fill(&mut room, Some(t), &[y], out);
        };
        let noise = match noisy.columns {
            Some(columns) => Noise::Matrix(columns, Box::new(fill)),
            None if noisy.constant => {
                let mut values = vec![0.0; self.width()];
                let state = values.clone();
                let mut fill = fill;
                fill(0.0, &state, &mut values);
                Noise::Additive(values)
            }
            None => Noise::Diagonal(Box::new(fill)),
        };
        let mut room = Room::default();
        StochasticEquations::new(
            move |t, y: &[f64], out: &mut [f64]| {
                self.rates.fill(&mut room, Some(t), &[y], out);
            },
            noise,
        )
        .with_size(self.width())
    }

    /// Times and rows.
    fn rows(&self, flow: &Flow) -> (Vec<f64>, Vec<Vec<f64>>) {
        let Solver::Stochastic(run) = &flow.solver else {
            return dense_rows(flow, &self.saved, self.step);
        };
        let table = run.table();
        let mut times = table.times.clone();
        let mut rows: Vec<Vec<f64>> =
            table.values.chunks_exact(table.width.max(1)).map(<[f64]>::to_vec).collect();
        if rows.is_empty() {
            times.push(flow.solver.time());
            rows.push(flow.solver.state());
        }
        (times, rows)
    }

    fn value(&self, row: &[f64], place: usize) -> Value {
        if self.complex {
            let part = |it: usize| row.get(it).copied().unwrap_or(f64::NAN);
            return crate::array::number(Complex64::new(
                part(2 * place),
                part(2 * place + 1),
            ));
        }
        row.get(place).copied().unwrap_or(f64::NAN).into()
    }

    /// Times and values of each event, as a record.
    fn events(&self, flow: &Flow) -> Vec<Value> {
        let Solver::Ordinary(run) = &flow.solver else { return Vec::new() };
        (0..self.happenings.len())
            .map(|event| {
                let met: Vec<_> =
                    run.occurrences().iter().filter(|it| it.event == event).collect();
                let text =
                    self.happenings.get(event).map_or("", |it| it.level.text.as_str());
                let times: Vec<f64> = met.iter().map(|it| it.t).collect();
                let rows: Vec<Vec<f64>> = met.iter().map(|it| it.y.clone()).collect();
                let axis = ArrayAxis::index(times.len());
                let count = match times.len() {
                    1 => "once".into(),
                    count => format!("{count} times"),
                };
                let mut record =
                    Record::new("events").described(&format!("{text}, {count}"));
                if let Some(times) = NumericArray::along(times, axis.clone()) {
                    record = record.with(&flow.time, times);
                }
                for place in 0..self.system.states.len() {
                    let name = self.system.state_name(place);
                    if let Some(values) = series(&name, &axis, &rows, place, self.complex)
                    {
                        record = record.with(&name, values);
                    }
                }
                record.into()
            })
            .collect()
    }
}

impl Problem for OdeProblem {
    fn advance(
        &self,
        solver: &mut Solver,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> holor_dynamics::Result<End> {
        match solver {
            Solver::Ordinary(run) => run.advance(&mut self.equations(), to, watch),
            Solver::Delayed(run) => run.advance(&mut self.delayed(), to, watch),
            Solver::Stochastic(run) => match &self.noisy {
                Some(noisy) => run.advance(&mut self.stochastic(noisy), to, watch),
                None => Err(holor_dynamics::Error::new("there is no noise")),
            },
            Solver::Boundary(..) => Err(holor_dynamics::Error::new(
                "a solution between two ends does not go on beyond them",
            )),
        }
    }

    fn unknown(&self, place: usize) -> String {
        self.system.state_name(if self.complex { place / 2 } else { place })
    }

    fn event(&self, place: usize) -> String {
        self.happenings
            .get(place)
            .map_or_else(String::new, |it| format!("`{}`", it.level.text))
    }

    fn record(&self, flow: &Flow) -> Result<Record> {
        let (times, rows) = self.rows(flow);
        let axis = time_axis(flow, &times);
        let mut record = Record::new("run");
        let mut names = Vec::new();
        if let Some(times) = NumericArray::along(times.clone(), axis.clone()) {
            record = record.with(&flow.time, times.named(&flow.time));
        }
        for place in 0..self.system.states.len() {
            let name = self.system.state_name(place);
            if let Some(array) = series(&name, &axis, &rows, place, self.complex) {
                let array = array.check_finite("the run")?;
                record = record.with(&name, array);
            }
            names.push(name);
        }
        if !self.happenings.is_empty() {
            record = record.with("events", Value::List(self.events(flow).into()));
        }
        if let Solver::Ordinary(run) = &flow.solver
            && !self.conserved_texts.is_empty()
        {
            let drifts = run.drifts().iter().map(|it| Value::from(*it)).collect();
            record = record.with("drift", Value::List(drifts));
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
                names.join(", "),
                flow.span_text(),
                counted(times.len(), "row")
            ))
            .drawn(drawn))
    }

    fn at(&self, flow: &Flow, time: f64) -> Option<Vec<(String, Value)>> {
        let row = match &flow.solver {
            Solver::Stochastic(run) => {
                let table = run.table();
                let near = |own: f64| (own - time).abs() <= 1e-9 * own.abs().max(1e-9);
                match table.times.iter().position(|own| near(*own)) {
                    Some(place) => table.row(place)?.to_vec(),
                    None if near(run.t()) => run.y().to_vec(),
                    None => return None,
                }
            }
            solver if time == solver.time() => solver.state(),
            solver => solver.at(time)?,
        };
        Some(
            (0..self.system.states.len())
                .map(|place| (self.system.state_name(place), self.value(&row, place)))
                .collect(),
        )
    }

    fn explain(&self, flow: &Flow) -> Vec<String> {
        let mut lines = Vec::new();
        let used = match &flow.solver {
            Solver::Ordinary(run) => run.work().jacobians > 0,
            _ => false,
        };
        if used && self.jacobian.is_some() {
            lines.push("the Jacobian is derived from the formulas".into());
        }
        if self.mass.is_some() {
            lines.push("some unknowns are given by equations without derivatives".into());
        }
        if let Some((method, step)) = self.step
            && (method.is_fixed() || self.noisy.is_some())
        {
            lines.push(format!("dt = {step}"));
        }
        if let Some(noisy) = &self.noisy {
            let scheme = match noisy.scheme {
                Scheme::EulerMaruyama => "Euler–Maruyama",
                Scheme::Heun => "stochastic Heun",
                Scheme::Milstein => "Milstein",
            };
            let sense = match noisy.calculus {
                Calculus::Ito => "Itô",
                Calculus::Stratonovich => "Stratonovich",
            };
            lines.push(format!("{scheme}; noise in the sense of {sense}"));
        }
        if let Solver::Ordinary(run) = &flow.solver {
            for (text, drift) in self.conserved_texts.iter().zip(run.drifts()) {
                lines.push(format!("{text} departed by {drift:.2e} at most"));
            }
        }
        lines
    }
}

/// The unknowns over time, without their derivatives; of complex ones the sizes.
fn drawn(record: &Record) -> Result<Plot> {
    let names: Vec<String> = match record.carried::<Flow>() {
        Some(flow) => {
            let problem: &Arc<dyn Problem> = &flow.problem;
            (0..)
                .map(|place| problem.unknown(place))
                .take_while(|name| !name.is_empty())
                .collect()
        }
        None => Vec::new(),
    };
    let derivative = |name: &String| {
        names.iter().any(|own| own != name && name.starts_with(&format!("{own}_")))
    };
    let mut curves = Vec::new();
    for name in names.iter().filter(|name| !derivative(name)) {
        let Some(array) = record.array(name) else { continue };
        if curves.iter().any(|curve: &NumericArray| curve.name().contains(name.as_str()))
        {
            continue;
        }
        curves.push(match array.as_real() {
            Some(_) => array.clone(),
            None => {
                let sizes: Vec<f64> =
                    array.to_complex().iter().map(|it| it.norm()).collect();
                match array.with_values(sizes) {
                    Some(sizes) => sizes.named(&format!("|{name}|")),
                    None => continue,
                }
            }
        });
    }
    if curves.is_empty() {
        let message = "the run has no unknowns to draw";
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).into();
    }
    draw_curves(None, &curves.iter().collect::<Vec<_>>())
}
