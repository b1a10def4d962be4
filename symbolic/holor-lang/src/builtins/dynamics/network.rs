//! Networks of cells whose equations are functions of the language, and what all oscillators share.

use std::f64::consts::TAU;

use holor_algebra::{Expr, Symbol};
use holor_dynamics::ode::{Method, Options, Save};
use holor_dynamics::oscillators::Coupling;
use holor_dynamics::random::Noise;
use holor_macros::{Options, builtin};

use super::cells::{CellProblem, Cells};
use super::graphs::GraphArgument;
use super::odesolve::MethodWord;
use super::saving::{check_rows, number, saved};
use crate::builtin::{ArrayArgument, Callable, Deferred, RangeBinding, Spanned};
use crate::dynamics::{Compiled, Saved};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&NETWORK];

/// The options that all runs of oscillators have, as given.
#[derive(Clone, Debug, Options)]
pub(super) struct Running {
    /// The time between rows or a list of times; a 200th of the range if left out.
    #[also("t_eval")]
    save: Option<Spanned<Deferred>>,
    /// `auto`, `dopri5`, `tsit5`, `dop853`, `rk4`, `radau`.
    method: Option<MethodWord>,
    /// The relative error allowed in a step; 1e-6 if left out.
    #[also("rtol")]
    tolerance: Option<f64>,
    /// The step of methods with fixed steps and of runs with noise.
    dt: Option<f64>,
    /// Whether progress of long runs is shown; true if left out.
    progress: Option<bool>,
}

/// The same, read.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) range: (f64, f64),
    pub(super) time: Symbol,
    pub(super) saved: Saved,
    pub(super) method: Method,
    pub(super) tolerance: f64,
    pub(super) step: Option<f64>,
    pub(super) progress: bool,
}

impl Common {
    pub(super) fn new(
        call: &Call<'_>,
        time: &RangeBinding,
        running: &Running,
    ) -> Result<Self> {
        let &Running { ref save, method, tolerance, dt: step, progress } = running;
        let range = (
            number(call, &time.range.start, time.span)?,
            number(call, &time.range.end, time.span)?,
        );
        if range.0 >= range.1 {
            let message = "time runs from a lower to a higher number";
            return Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message)
                .at(time.span)
                .into();
        }
        let method = match method {
            None => Method::Auto,
            Some(word) => match word.ordinary() {
                Some(method) => method,
                None => {
                    let message =
                        "oscillators take noise by their option `noise`, not by a method";
                    return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
                }
            },
        };
        if method.is_fixed() && step.is_none() {
            let message = format!("{} needs a step", method.name());
            return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                .at(call.span())
                .hint("dt = 0.01")
                .into();
        }
        Ok(Self {
            range,
            time: time.symbol.clone(),
            saved: saved(call, save.as_ref(), range)?,
            method,
            tolerance: tolerance.unwrap_or(1e-6),
            step,
            progress: progress != Some(false),
        })
    }

    /// The solver's options. Phases grow without bound, so that their errors are not measured by their size.
    pub(super) fn options(&self, relative: bool) -> Options {
        let method = self.method;
        let mut options = Options::with(method)
            .tolerance(if relative { self.tolerance } else { 0.0 }, self.tolerance)
            .save(self.save(self.step.filter(|_| method.is_fixed())));
        options.step = self.step;
        options
    }

    /// The rows for the solver.
    pub(super) fn save(&self, step: Option<f64>) -> Save {
        match (&self.saved, self.saved.interval(self.range, step)) {
            (Saved::Steps, _) => Save::Steps,
            (Saved::At(times), _) => Save::At(times.clone()),
            (_, Some(interval)) => Save::Every(interval),
            _ => Save::Ends,
        }
    }

    /// Refuses what memory does not hold.
    pub(super) fn check(&self, call: &Call<'_>, width: usize) -> Result<()> {
        match self.saved.interval(self.range, self.step) {
            Some(interval) => {
                check_rows(call, (self.range.1 - self.range.0) / interval, width)
            }
            None => Ok(()),
        }
    }
}

/// Who acts on whom.
pub(super) fn unit(
    call: &Call<'_>,
    graph: Option<&GraphArgument>,
    count: usize,
) -> Result<Coupling> {
    let Some(graph) = graph else { return Ok(Coupling::AllToAll) };
    if graph.vertices != count {
        let message =
            format!("{count} oscillators for a graph with {} vertices", graph.vertices);
        return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
    }
    graph.coupling().map(Coupling::Graph)
}

/// Phases to start from: as given, or random.
pub(super) fn start_phases(
    call: &Call<'_>,
    given: Option<&ArrayArgument>,
    count: usize,
    seed: u64,
) -> Result<Vec<f64>> {
    match given {
        Some(given) => real_start(call, given, count),
        None => {
            let noise = Noise::new(seed, 0x7068_6173);
            Ok((0..count).map(|place| TAU * noise.uniform(place as u64, 0)).collect())
        }
    }
}

fn real_start(call: &Call<'_>, given: &ArrayArgument, count: usize) -> Result<Vec<f64>> {
    let refuse = |message: String| {
        Box::new(Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(given.span))
    };
    let Some(values) = given.array.as_real() else {
        return Err(refuse(format!("`{}` starts from real numbers", call.name())));
    };
    if values.len() != count {
        return Err(refuse(format!(
            "there are {} numbers to start from, but {count} unknowns",
            values.len()
        )));
    }
    Ok(values.to_vec())
}

/// States of cells to start from, cell by cell: as given, or random between -1 and 1.
pub(super) fn start_cells(
    call: &Call<'_>,
    given: Option<&ArrayArgument>,
    count: usize,
    seed: Option<u64>,
) -> Result<Vec<f64>> {
    match given {
        Some(given) => real_start(call, given, count),
        None => {
            let noise = Noise::new(seed.unwrap_or_else(|| call.seed()), 0x6365_6c6c);
            Ok((0..count)
                .map(|place| 2.0 * noise.uniform(place as u64, 0) - 1.0)
                .collect())
        }
    }
}

/// Cells with equations of your own on a graph: `xᵢ' = f(xᵢ) + K Σⱼ Aᵢⱼ h(xⱼ, xᵢ)`.
///
/// `f` takes the unknowns of a cell and gives their rates, a number or a list; a list of functions has one for each cell. `h` takes the
/// unknowns of the other cell, then those of the own, and gives what is added to the rates. The result has the unknowns by
/// the names of the parameters of `f`, over time and cells.
///
/// ```holor
/// r = network(x -> -x, (a, b) -> a - b, path_graph(2), 1, t = 0..2, start = [1, 0]); abs(r.x[-1, 1] + r.x[-1, 2] - exp(-2)) < 1e-5    # => true
/// r = network((x, v) -> [v, -x], (a, b, c, d) -> [0, a - c], ring_graph(4), 0.1, t = 0..1, seed = 1); shape(r.v)    # => [201, 4]
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "run", see("graph", "kuramoto", "stuart_landau", "odesolve"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn network(
    call: &Call<'_>,
    /// The rates of a cell by itself.
    f: Spanned<Value>,
    /// What another cell adds.
    h: Spanned<Callable>,
    /// The graph.
    graph: GraphArgument,
    /// The strength of coupling.
    #[also("K", "coupling")]
    strength: f64,
    /// The time and its range.
    time: RangeBinding,
    /// The unknowns at the start, a list for each cell; random between -1 and 1 if left out.
    #[named]
    start: Option<ArrayArgument>,
    /// Fixes a random start.
    #[named]
    seed: Option<u64>,
    #[options] running: Running,
) -> Result<Value> {
    let common = Common::new(call, &time, &running)?;
    let cells: Vec<Value> = match &f.value {
        Value::List(items) => items.to_vec(),
        single => vec![single.clone()],
    };
    if cells.is_empty() || cells.len() > 1 && cells.len() != graph.vertices {
        let message = format!(
            "{} functions for a graph with {} vertices",
            cells.len(),
            graph.vertices
        );
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(f.span).into();
    }
    let mut names: Vec<String> = Vec::new();
    let mut functions = Vec::with_capacity(cells.len());
    for cell in &cells {
        let Some(function) = Callable::from(cell) else {
            let message = format!("expected a function, found {}", cell.describe());
            return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
                .at(f.span)
                .into();
        };
        let own = parameters(&function);
        if !names.is_empty() && own.len() != names.len() {
            let message = "all cells have equally many unknowns";
            return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
                .at(f.span)
                .into();
        }
        if names.is_empty() {
            names = own;
        }
        functions.push(compiled(call, &function, names.len(), names.len(), f.span)?);
    }
    let size = names.len();
    let pair = compiled(call, &h.value, 2 * size, size, h.span)?;
    let count = graph.vertices;
    let coupling = unit(call, Some(&graph), count)?;
    let start = start_cells(call, start.as_ref(), count * size, seed)?;
    let problem = CellProblem {
        cells: Cells::General { functions, pair },
        names,
        count,
        strength,
        coupling,
    };
    problem.begin_run(call, common, start)
}

/// The names of a function's parameters.
fn parameters(function: &Callable) -> Vec<String> {
    match function {
        Callable::Closure(closure) => {
            closure.parameters.iter().map(|name| name.symbol.to_string()).collect()
        }
        _ => vec!["x".into()],
    }
}

/// A function of so many numbers that gives so many, compiled.
fn compiled(
    call: &Call<'_>,
    function: &Callable,
    takes: usize,
    gives: usize,
    span: Span,
) -> Result<Compiled> {
    let symbols: Vec<Symbol> =
        (0..takes).map(|place| Symbol::new(&format!("argument {place}"))).collect();
    let values = symbols.iter().map(|it| Value::Expr(Expr::symbol(it.name()))).collect();
    let result = call.apply(function, values)?;
    let formulas: Option<Vec<Expr>> = match &result {
        Value::Expr(single) => Some(vec![single.clone()]),
        Value::List(items) => items.iter().map(|item| item.as_expr().cloned()).collect(),
        _ => None,
    };
    let Some(formulas) = formulas.filter(|formulas| formulas.len() == gives) else {
        let message = format!(
            "the function gives {}, where {} are needed",
            result.describe(),
            if gives == 1 { "1 number".into() } else { format!("{gives} numbers") }
        );
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span).into();
    };
    for formula in &formulas {
        if let Some(symbol) =
            formula.free_symbols().iter().find(|it| !symbols.contains(it))
        {
            let message = format!("`{symbol}` has no value here");
            return Diagnostic::error(&codes::E0401_NOT_A_NUMBER, message)
                .at(span)
                .hint(format!("{symbol} = 1"))
                .into();
        }
    }
    Compiled::new(call, &formulas, &symbols, false)
}
