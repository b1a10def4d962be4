//! The problem that `odesolve` hands to the solvers, and the record of its result.

use std::sync::Arc;

use holor_algebra::Expr;
use holor_dynamics::ode::{
    Calculus, Conserved, DelayEquations, End, Equations, Event, Method, Noise, Scheme,
    Side, StochasticEquations, Watch,
};

use crate::array::{ArrayAxis, ArrayValues, Complex64, NumericArray};
use crate::builtins::plots::draw_curves;
use crate::dynamics::{
    Choices, Compiled, Flow, Jump, Level, Part, Problem, Room, Saved, Solver, System,
    counted, dense_rows, moments, parts, series, time_axis,
};
use crate::evaluate::Call;
use crate::record::Record;
use crate::{Diagnostic, Plot, Result, Value, codes};

/// Pictures show at most so many curves.
const MOST_DRAWN: usize = 12;

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

/// The choices of the rates.
#[derive(Debug)]
pub(super) struct Chosen {
    /// The rates, as functions of the sides besides.
    pub(super) rates: Compiled,
    /// The function of each side.
    pub(super) functions: Compiled,
    /// Whether the side is its whole part, not its sign.
    pub(super) whole: Vec<bool>,
    /// Each function as written.
    pub(super) texts: Vec<String>,
}

impl Chosen {
    /// The choices of rates as functions.
    pub(super) fn new(
        call: &Call<'_>,
        system: &System,
        choices: Choices,
        complex: bool,
    ) -> Result<Self> {
        let mut variables = system.variables();
        let functions = Compiled::new(call, &choices.functions, &variables, complex)?;
        let texts = choices.functions.iter().map(|it| system.as_written(it)).collect();
        variables.extend(choices.sides);
        let rates = Compiled::new(call, &choices.rates, &variables, complex)?;
        Ok(Self { rates, functions, whole: choices.whole, texts })
    }
}

/// Equations ready for the solvers.
#[derive(Debug)]
pub(super) struct OdeProblem {
    pub(super) system: System,
    /// What the result consists of.
    pub(super) parts: Vec<Part>,
    /// The unknowns that the others give.
    pub(super) given: Compiled,
    pub(super) complex: bool,
    pub(super) rates: Compiled,
    /// The rates with their choices open.
    pub(super) chosen: Option<Chosen>,
    /// For symplectic methods and equations of second order.
    pub(super) accelerations: Option<Compiled>,
    pub(super) jacobian: Option<(Vec<usize>, Compiled)>,
    pub(super) mass: Option<Vec<f64>>,
    /// What stays 0, and its derivatives by the states as places `row * states + column`.
    pub(super) invariants: Option<(Compiled, (Vec<usize>, Compiled))>,
    /// Events, then what stops the run.
    pub(super) happenings: Vec<Happening>,
    /// How many of them are events.
    pub(super) watched: usize,
    pub(super) conserved: Compiled,
    pub(super) conserved_texts: Vec<String>,
    pub(super) history: Option<Compiled>,
    /// Its derivative, for equations of neutral type.
    pub(super) history_slope: Option<Compiled>,
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
        let given: Vec<Expr> = system.given.iter().map(|it| it.1.clone()).collect();
        Ok(Self {
            parts: parts(&system),
            given: Compiled::new(call, &given, &system.variables(), complex)?,
            system,
            complex,
            rates: Compiled::new(call, &[], &[], complex)?,
            chosen: None,
            accelerations: None,
            jacobian: None,
            mass: None,
            invariants: None,
            happenings: Vec::new(),
            watched: 0,
            conserved: Compiled::new(call, &[], &[], complex)?,
            conserved_texts: Vec::new(),
            history: None,
            history_slope: None,
            noisy: None,
            saved,
            step: None,
        })
    }

    fn width(&self) -> usize {
        self.system.states.len() * if self.complex { 2 } else { 1 }
    }

    pub(super) fn equations(&self) -> Equations<'_> {
        let mut room = Room::default();
        let sides = self.sides();
        let mut equations = match &self.accelerations {
            Some(accelerations) => {
                Equations::second_order(move |t, q: &[f64], out: &mut [f64]| {
                    accelerations.fill(&mut room, Some(t), &[q], out);
                })
            }
            None => {
                let (sides, mut taken) = (sides.clone(), Vec::new());
                Equations::new(move |t, y: &[f64], out: &mut [f64]| {
                    if let Some(chosen) = &self.chosen {
                        self.take(&sides, &mut taken);
                        chosen.rates.fill(&mut room, Some(t), &[y, &taken], out);
                        // Beyond its border a side may have no value.
                        if out.iter().all(|value| value.is_finite()) {
                            return;
                        }
                    }
                    self.rates.fill(&mut room, Some(t), &[y], out);
                })
            }
        }
        .with_size(self.width());
        if let Some((places, derivatives)) = &self.jacobian {
            let mut room = Room::default();
            let mut values = vec![0.0; places.len()];
            let (sides, mut taken) = (sides.clone(), Vec::new());
            equations = equations.with_jacobian(move |t, y: &[f64], out: &mut [f64]| {
                self.take(&sides, &mut taken);
                derivatives.fill(&mut room, Some(t), &[y, &taken], &mut values);
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
        if let Some((invariants, (places, derivatives))) = &self.invariants {
            let (mut room, mut other) = (Room::default(), Room::default());
            let mut values = vec![0.0; places.len()];
            equations = equations.with_constraints(
                invariants.len(),
                move |t, y: &[f64], out: &mut [f64]| {
                    invariants.fill(&mut room, Some(t), &[y], out);
                },
                move |t, y: &[f64], out: &mut [f64]| {
                    derivatives.fill(&mut other, Some(t), &[y], &mut values);
                    out.fill(0.0);
                    for (place, value) in places.iter().zip(&values) {
                        if let Some(entry) = out.get_mut(*place) {
                            *entry = *value;
                        }
                    }
                },
            );
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
        if let Some(chosen) = &self.chosen {
            for (place, (side, whole)) in sides.iter().zip(&chosen.whole).enumerate() {
                let mut room = Room::default();
                equations = equations.with_event(Event::choice(
                    side,
                    *whole,
                    move |t, y: &[f64]| chosen.functions.real(&mut room, place, t, y),
                ));
            }
        }
        for place in 0..self.conserved.len() {
            let mut room = Room::default();
            equations = equations.with_conserved(Conserved::new(move |t, y: &[f64]| {
                self.conserved.real(&mut room, place, t, y)
            }));
        }
        equations
    }

    /// The sides as numbers of the rates.
    fn take(&self, sides: &[Side], taken: &mut Vec<f64>) {
        taken.clear();
        for side in sides {
            taken.push(side.get());
            taken.extend(self.complex.then_some(0.0));
        }
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
        let sides = self.sides();
        let (own, mut taken) = (sides.clone(), Vec::new());
        let mut equations = DelayEquations::new(
            move |t, y: &[f64], delayed: &[f64], out: &mut [f64]| match &self.chosen {
                None => self.rates.fill(&mut room, Some(t), &[y, delayed], out),
                Some(chosen) => {
                    self.take(&own, &mut taken);
                    chosen.rates.fill(&mut room, Some(t), &[y, delayed, &taken], out);
                }
            },
            move |t, out: &mut [f64]| match &self.history {
                Some(history) => history.fill(&mut past, Some(t), &[], out),
                None => out.fill(f64::NAN),
            },
        )
        .with_history_slope({
            let mut past = Room::default();
            move |t, out: &mut [f64]| match &self.history_slope {
                Some(slope) => slope.fill(&mut past, Some(t), &[], out),
                None => out.fill(f64::NAN),
            }
        })
        .with_size(self.width());
        if let Some(chosen) = &self.chosen {
            for (place, (side, whole)) in sides.iter().zip(&chosen.whole).enumerate() {
                let mut room = Room::default();
                // They hang on the time alone.
                let rest = vec![0.0; self.width() * self.system.variables().len()];
                equations = equations.with_choice(side, *whole, move |t| {
                    chosen.functions.real(&mut room, place, t, &rest)
                });
            }
        }
        equations
    }

    /// Sides for the choices, none taken yet.
    fn sides(&self) -> Vec<Side> {
        match &self.chosen {
            Some(chosen) => chosen.whole.iter().map(|_| Side::default()).collect(),
            None => Vec::new(),
        }
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
        if self.system.delays.is_empty() {
            return StochasticEquations::new(
                move |t, y: &[f64], out: &mut [f64]| {
                    self.rates.fill(&mut room, Some(t), &[y], out);
                },
                noise,
            )
            .with_size(self.width());
        }
        let mut past = Room::default();
        StochasticEquations::delayed(
            move |t, y: &[f64], delayed: &[f64], out: &mut [f64]| {
                self.rates.fill(&mut room, Some(t), &[y, delayed], out);
            },
            move |t, out: &mut [f64]| match &self.history {
                Some(history) => history.fill(&mut past, Some(t), &[], out),
                None => out.fill(f64::NAN),
            },
            noise,
        )
        .with_size(self.width())
    }

    /// Times and rows, with the unknowns that the others give.
    fn rows(&self, flow: &Flow) -> (Vec<f64>, Vec<Vec<f64>>) {
        let (times, mut rows) = self.rows_of_states(flow);
        for (time, row) in times.iter().zip(&mut rows) {
            self.complete(flow, *time, row);
        }
        (times, rows)
    }

    /// Adds the unknowns that the others give to a row of states.
    fn complete(&self, flow: &Flow, time: f64, row: &mut Vec<f64>) {
        if self.given.len() == 0 {
            return;
        }
        let mut room = Room::default();
        let mut past = Vec::new();
        for delay in &self.system.delays {
            let earlier = time - delay;
            let before = earlier < flow.range.0;
            match (flow.solver.at(earlier).filter(|_| !before), &self.history) {
                (Some(state), _) => past.extend(state),
                (None, Some(history)) => {
                    let mut values = vec![0.0; self.width()];
                    history.fill(&mut room, Some(earlier), &[], &mut values);
                    past.extend(values);
                }
                (None, None) => past.extend(vec![f64::NAN; self.width()]),
            }
        }
        if self.system.neutral {
            // Formulas of unknowns that the others give do not hold earlier rates.
            past.resize(2 * past.len(), 0.0);
        }
        let parts = if self.complex { 2 } else { 1 };
        let mut values = vec![0.0; self.given.len() * parts];
        self.given.fill(&mut room, Some(time), &[row, &past], &mut values);
        row.extend(values);
    }

    fn rows_of_states(&self, flow: &Flow) -> (Vec<f64>, Vec<Vec<f64>>) {
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

    /// An unknown in a row: a number, a vector or a matrix.
    fn value(&self, row: &[f64], part: &Part) -> Value {
        let at = |it: usize| row.get(it).copied().unwrap_or(f64::NAN);
        let number = |place: usize| {
            let place = if self.complex { place.saturating_mul(2) } else { place };
            let im = if self.complex { at(place.saturating_add(1)) } else { 0.0 };
            Complex64::new(at(place), im)
        };
        if let ([], [place]) = (part.shape.as_slice(), part.places.as_slice()) {
            return crate::array::number(number(*place));
        }
        let numbers = part.places.iter().map(|place| number(*place));
        let values: ArrayValues = if self.complex {
            numbers.collect::<Vec<_>>().into()
        } else {
            numbers.map(|number| number.re).collect::<Vec<_>>().into()
        };
        let axes: Vec<ArrayAxis> =
            part.shape.iter().map(|length| ArrayAxis::index(*length)).collect();
        NumericArray::new(values, axes)
            .map_or(Value::Nothing, |array| array.named(&part.name).into_value())
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
                let mut rows: Vec<Vec<f64>> = met.iter().map(|it| it.y.clone()).collect();
                for (time, row) in times.iter().zip(&mut rows) {
                    self.complete(flow, *time, row);
                }
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
                for part in &self.parts {
                    if let Some(values) = series(part, &axis, &rows, self.complex) {
                        record = record.with(&part.name, values);
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

    fn is_unknown(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.name == name)
    }

    fn event(&self, place: usize) -> String {
        let choice = |chosen: &Chosen| {
            chosen.texts.get(place.checked_sub(self.happenings.len())?).cloned()
        };
        let text = match self.happenings.get(place) {
            Some(happening) => Some(happening.level.text.clone()),
            None => self.chosen.as_ref().and_then(choice),
        };
        text.map_or_else(String::new, |text| format!("`{text}`"))
    }

    fn record(&self, flow: &Flow) -> Result<Record> {
        let (times, rows) = self.rows(flow);
        let axis = time_axis(flow, &times);
        let mut record = Record::new("run");
        let mut names = Vec::new();
        if let Some(times) = NumericArray::along(times.clone(), axis.clone()) {
            record = record.with(&flow.time, times.named(&flow.time));
        }
        for part in &self.parts {
            if let Some(array) = series(part, &axis, &rows, self.complex) {
                let array = array.check_finite("the run")?;
                record = record.with(&part.name, array);
            }
            names.push(part.name.as_str());
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

    fn curves(&self, flow: &Flow, range: (f64, f64)) -> Vec<NumericArray> {
        let (times, mut rows): (Vec<f64>, Vec<Vec<f64>>) =
            moments(flow, range.0, range.1).into_iter().unzip();
        for (time, row) in times.iter().zip(&mut rows) {
            self.complete(flow, *time, row);
        }
        let axis = time_axis(flow, &times);
        let curve = |part| series(part, &axis, &rows, self.complex);
        self.parts.iter().filter_map(curve).collect()
    }

    fn at(&self, flow: &Flow, time: f64) -> Option<Vec<(String, Value)>> {
        let mut row = match &flow.solver {
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
        self.complete(flow, time, &mut row);
        let value = |part: &Part| (part.name.clone(), self.value(&row, part));
        Some(self.parts.iter().map(value).collect())
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
        if self.system.neutral {
            lines.push(
                "earlier rates occur: steps end wherever a jump of them returns".into(),
            );
        }
        for invariant in &self.system.invariants {
            let what = match invariant.order {
                0 => format!("`{}`", invariant.text),
                1 => format!("the derivative of `{}` in time", invariant.text),
                order => format!("derivative {order} of `{}` in time", invariant.text),
            };
            lines.push(format!("{what} is kept: each step is projected onto it"));
        }
        if !self.system.given.is_empty() {
            let names: Vec<String> =
                self.system.given.iter().map(|(name, _)| format!("`{name}`")).collect();
            let verb = if names.len() == 1 { "is" } else { "are" };
            lines.push(format!(
                "{} {verb} given by the others and put into their equations",
                names.join(", ")
            ));
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

/// The unknowns over time, without their derivatives, each component of a vector; of complex ones the sizes.
fn drawn(record: &Record) -> Result<Plot> {
    let mut names: Vec<String> = Vec::new();
    let mut smooth: Vec<NumericArray> = Vec::new();
    if let Some(flow) = record.carried::<Flow>() {
        let rows = record.array(&flow.time).and_then(NumericArray::as_real);
        if let Some([first, .., last]) = rows {
            smooth = flow.problem.curves(flow, (*first, *last));
        }
        let problem: &Arc<dyn Problem> = &flow.problem;
        let mut place = 0;
        loop {
            let name = problem.unknown(place);
            if name.is_empty() {
                break;
            }
            let name = name.split('[').next().unwrap_or_default();
            if !names.iter().any(|own| own == name) {
                names.push(name.to_string());
            }
            place += 1;
        }
    }
    let derivative = |name: &String| {
        names.iter().any(|own| own != name && name.starts_with(&format!("{own}_")))
    };
    let mut curves = Vec::new();
    for name in names.iter().filter(|name| !derivative(name)) {
        let dense = smooth.iter().find(|array| array.name() == name && array.count() > 0);
        let Some(array) = dense.or_else(|| record.array(name)) else { continue };
        let Some((time, rest)) = array.axes().split_first() else { continue };
        let lengths: Vec<usize> = rest.iter().map(ArrayAxis::len).collect();
        let width: usize = lengths.iter().product();
        let values = array.to_complex();
        for place in 0..width {
            if curves.len() >= MOST_DRAWN {
                break;
            }
            let label = match lengths.as_slice() {
                [] => name.clone(),
                [_, columns] => {
                    let columns = (*columns).max(1);
                    format!("{name}[{}, {}]", place / columns + 1, place % columns + 1)
                }
                _ => format!("{name}[{}]", place + 1),
            };
            let column = values.iter().skip(place).step_by(width);
            let (label, column): (String, Vec<f64>) = match array.as_real() {
                Some(_) => (label, column.map(|it| it.re).collect()),
                None => (format!("|{label}|"), column.map(|it| it.norm()).collect()),
            };
            let curve = NumericArray::along(column, time.clone());
            curves.extend(curve.map(|curve| curve.named(&label)));
        }
    }
    if curves.is_empty() {
        let message = "the run has no unknowns to draw";
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).into();
    }
    draw_curves(None, &curves.iter().collect::<Vec<_>>())
}
