//! Oscillators with an amplitude: Stuart–Landau, van der Pol, FitzHugh–Nagumo, and runs of any cells.

use std::sync::Arc;

use holor_algebra::Expr;
use holor_dynamics::ode::{End, Equations, Run, Watch};
use holor_dynamics::oscillators::{
    Coupling, fitzhugh_nagumo as nerve_cells, network, stuart_landau as amplitude_cells,
    van_der_pol as relaxation_cells,
};
use holor_macros::builtin;

use super::graphs::GraphArgument;
use super::network::{Common, Running, start_cells, unit};
use crate::array::{ArrayAxis, ArrayValues, Complex64, NumericArray};
use crate::builtin::{ArrayArgument, RangeBinding, Signal};
use crate::builtins::plots::draw_curves;
use crate::dynamics::{
    Compiled, Flow, Problem, Room, Solver, counted, go_on, matrix_series, table_rows,
    time_axis,
};
use crate::evaluate::Call;
use crate::record::Record;
use crate::{Builtin, Diagnostic, Plot, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&STUART_LANDAU, &VAN_DER_POL, &FITZHUGH_NAGUMO];

/// Pictures show at most so many cells.
const MOST_DRAWN: usize = 12;

/// What the cells are.
#[derive(Clone, Debug)]
pub(super) enum Cells {
    StuartLandau { growth: f64, frequencies: Vec<f64>, shear: f64 },
    VanDerPol { mu: f64, frequencies: Vec<f64> },
    FitzHughNagumo { constants: (f64, f64, f64), currents: Vec<f64> },
    General { functions: Vec<Compiled>, pair: Compiled },
}

/// Cells on a graph.
#[derive(Clone, Debug)]
pub(super) struct CellProblem {
    pub(super) cells: Cells,
    /// The unknowns of a cell.
    pub(super) names: Vec<String>,
    /// How many cells there are.
    pub(super) count: usize,
    pub(super) strength: f64,
    pub(super) coupling: Coupling,
}

impl CellProblem {
    /// Starts a run.
    pub(super) fn begin_run(
        self,
        call: &Call<'_>,
        common: Common,
        start: Vec<f64>,
    ) -> Result<Value> {
        common.check(call, start.len())?;
        let run =
            Run::new(common.range.0, &start, common.options(true)).map_err(|error| {
                call.error(&codes::E0202_WRONG_ARGUMENTS, error.message().to_string())
            })?;
        let flow = Flow {
            problem: Arc::new(self),
            solver: Solver::Ordinary(Box::new(run)),
            time: common.time.name().into(),
            range: common.range,
            seconds: 0.0,
            progress: common.progress,
            ending: String::new(),
        };
        go_on(call, flow, common.range.1)
    }

    fn equations(&self) -> holor_dynamics::Result<Equations<'_>> {
        let coupling = self.coupling.clone();
        match &self.cells {
            Cells::StuartLandau { growth, frequencies, shear } => amplitude_cells(
                *growth,
                frequencies.clone(),
                *shear,
                self.strength,
                coupling,
            ),
            Cells::VanDerPol { mu, frequencies } => {
                relaxation_cells(*mu, frequencies.clone(), self.strength, coupling)
            }
            Cells::FitzHughNagumo { constants, currents } => {
                nerve_cells(*constants, currents.clone(), self.strength, coupling)
            }
            Cells::General { functions, pair } => {
                let Coupling::Graph(graph) = coupling else {
                    return Err(holor_dynamics::Error::new("a network needs a graph"));
                };
                let (mut room, mut other_room) = (Room::default(), Room::default());
                network(
                    graph,
                    self.names.len(),
                    self.strength,
                    move |_, cell, x: &[f64], out: &mut [f64]| {
                        let own = functions.get(cell).or(functions.first());
                        match own {
                            Some(own) => own.fill(&mut room, None, &[x], out),
                            None => out.fill(f64::NAN),
                        }
                    },
                    move |other: &[f64], own: &[f64], out: &mut [f64]| {
                        pair.fill(&mut other_room, None, &[other, own], out);
                    },
                )
            }
        }
    }

    fn is_amplitude(&self) -> bool {
        matches!(self.cells, Cells::StuartLandau { .. })
    }

    /// One unknown of all cells over time.
    fn values(&self, rows: &[Vec<f64>], component: usize) -> ArrayValues {
        let size = self.names.len().max(1);
        let at =
            |row: &Vec<f64>, place: usize| row.get(place).copied().unwrap_or(f64::NAN);
        if self.is_amplitude() {
            let numbers: Vec<Complex64> = rows
                .iter()
                .flat_map(|row| {
                    (0..self.count).map(move |cell| {
                        Complex64::new(at(row, 2 * cell), at(row, 2 * cell + 1))
                    })
                })
                .collect();
            return numbers.into();
        }
        let numbers: Vec<f64> = rows
            .iter()
            .flat_map(|row| {
                (0..self.count).map(move |cell| at(row, size * cell + component))
            })
            .collect();
        numbers.into()
    }

    fn parts(&self) -> Vec<(usize, &str)> {
        if self.is_amplitude() {
            return vec![(0, "z")];
        }
        self.names.iter().map(String::as_str).enumerate().collect()
    }
}

impl Problem for CellProblem {
    fn advance(
        &self,
        solver: &mut Solver,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> holor_dynamics::Result<End> {
        match solver {
            Solver::Ordinary(run) => run.advance(&mut self.equations()?, to, watch),
            _ => Err(holor_dynamics::Error::new("cells have no delays or noise")),
        }
    }

    fn unknown(&self, place: usize) -> String {
        let size = self.names.len().max(1);
        let name = self.names.get(place % size).map_or("", String::as_str);
        format!("{name}[{}]", place / size + 1)
    }

    fn record(&self, flow: &Flow) -> Result<Record> {
        let (times, rows) = table_rows(flow, |_, state| state.to_vec());
        let axis = time_axis(flow, &times);
        let mut record = Record::new("run");
        if let Some(times) = NumericArray::along(times.clone(), axis.clone()) {
            record = record.with(&flow.time, times.named(&flow.time));
        }
        for (component, name) in self.parts() {
            let values = self.values(&rows, component);
            if let Some(array) = matrix_series(name, &axis, self.count, values) {
                record = record.with(name, array.check_finite("the run")?);
            }
        }
        if self.is_amplitude() {
            let order: Vec<f64> = rows
                .iter()
                .map(|row| {
                    let mean =
                        row.chunks_exact(2).fold(Complex64::default(), |sum, pair| {
                            match pair {
                                [re, im] => sum + Complex64::new(*re, *im),
                                _ => sum,
                            }
                        });
                    mean.norm() / self.count.max(1) as f64
                })
                .collect();
            if let Some(order) = NumericArray::along(order, axis) {
                record = record.with("order", order.named("order"));
            }
        }
        let steps = flow.solver.steps().unwrap_or(0);
        Ok(record
            .with("steps", Expr::integer(steps))
            .described(&format!(
                "{} for {}, {}, {steps} steps",
                counted(self.count, "cell"),
                flow.span_text(),
                counted(times.len(), "row")
            ))
            .drawn(drawn))
    }

    fn at(&self, flow: &Flow, time: f64) -> Option<Vec<(String, Value)>> {
        let (times, rows) = table_rows(flow, |_, state| state.to_vec());
        let near = |own: &f64| (own - time).abs() <= 1e-9 * own.abs().max(1e-9);
        let row = rows.get(times.iter().position(near)?)?.clone();
        Some(
            self.parts()
                .iter()
                .map(|(component, name)| {
                    let values = self.values(std::slice::from_ref(&row), *component);
                    (name.to_string(), NumericArray::vector(values).named(name).into())
                })
                .collect(),
        )
    }

    fn explain(&self, _: &Flow) -> Vec<String> {
        vec![match &self.coupling {
            Coupling::AllToAll => format!("{} cells, each coupled with each", self.count),
            Coupling::Graph(graph) => format!(
                "{} cells on a graph with {} directed edges",
                self.count,
                graph.edges()
            ),
        }]
    }
}

/// The first unknown of some cells over time.
fn drawn(record: &Record) -> Result<Plot> {
    let array = record
        .fields()
        .filter_map(|(_, value)| match value {
            Value::Array(array) if array.rank() == 2 => Some(array.clone()),
            _ => None,
        })
        .next();
    let Some(array) = array else {
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, "there are no cells").into();
    };
    let (Some(axis), &[rows, count]) = (array.axes().first(), array.shape().as_slice())
    else {
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, "there are no cells").into();
    };
    let values = array.to_complex();
    let curves: Vec<NumericArray> = (0..count.min(MOST_DRAWN))
        .filter_map(|cell| {
            let own: Vec<f64> = (0..rows)
                .map(|row| values.get(row * count + cell).map_or(f64::NAN, |it| it.re))
                .collect();
            let name = match array.is_complex() {
                true => format!("re({}[{}])", array.name(), cell + 1),
                false => format!("{}[{}]", array.name(), cell + 1),
            };
            let axis: ArrayAxis = axis.clone();
            Some(NumericArray::along(own, axis)?.named(&name))
        })
        .collect();
    draw_curves(None, &curves.iter().collect::<Vec<_>>())
}

/// Stuart–Landau oscillators: `zᵢ' = (λ + i ωᵢ) zᵢ - (1 + i c) |zᵢ|² zᵢ + K Σⱼ Aᵢⱼ (zⱼ - zᵢ)`.
///
/// Without a graph each is coupled with each, `Aᵢⱼ = 1/n`. The result has `r.t`, the complex `r.z` over time and oscillators, and
/// `r.order`, the size of their mean.
///
/// ```holor
/// r = stuart_landau([1], 0, t = 0..20, start = [[0.1, 0]]); abs(r.order[-1] - 1) < 1e-4    # => true
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "run", see("kuramoto", "van_der_pol", "network"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn stuart_landau(
    call: &Call<'_>,
    /// The frequencies.
    frequencies: Signal,
    /// The strength of coupling.
    #[also("K", "coupling")]
    strength: f64,
    /// The time and its range.
    time: RangeBinding,
    /// λ; 1 if left out.
    #[named]
    growth: Option<f64>,
    /// c; 0 if left out.
    #[named]
    shear: Option<f64>,
    /// Who is coupled with whom.
    #[named]
    #[also("adjacency")]
    graph: Option<GraphArgument>,
    /// Real and imaginary part of each oscillator at the start; random between -1 and 1 if left out.
    #[named]
    start: Option<ArrayArgument>,
    /// Fixes a random start.
    #[named]
    seed: Option<u64>,
    #[options] running: Running,
) -> Result<Value> {
    let common = Common::new(call, &time, &running)?;
    let count = frequencies.values.len();
    let start = start_cells(call, start.as_ref(), 2 * count, seed)?;
    let problem = CellProblem {
        cells: Cells::StuartLandau {
            growth: growth.unwrap_or(1.0),
            frequencies: frequencies.values,
            shear: shear.unwrap_or(0.0),
        },
        names: vec!["re(z)".into(), "im(z)".into()],
        count,
        strength,
        coupling: unit(call, graph.as_ref(), count)?,
    };
    problem.begin_run(call, common, start)
}

/// Van der Pol oscillators: `xᵢ'' = μ (1 - xᵢ²) xᵢ' - ωᵢ² xᵢ + K Σⱼ Aᵢⱼ (xⱼ - xᵢ)`.
///
/// Without a graph each is coupled with each, `Aᵢⱼ = 1/n`. The result has `r.t`, `r.x` and `r.v` over time and oscillators.
///
/// ```holor
/// r = van_der_pol([1], 0, t = 0..30, mu = 0.1, start = [[2, 0]]); abs(max(max(r.x)) - 2) < 0.01    # => true
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "run", see("fitzhugh_nagumo", "stuart_landau", "network"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn van_der_pol(
    call: &Call<'_>,
    /// The frequencies.
    frequencies: Signal,
    /// The strength of coupling.
    #[also("K", "coupling")]
    strength: f64,
    /// The time and its range.
    time: RangeBinding,
    /// μ; 1 if left out.
    #[named]
    mu: Option<f64>,
    /// Who is coupled with whom.
    #[named]
    #[also("adjacency")]
    graph: Option<GraphArgument>,
    /// Place and speed of each oscillator at the start; random between -1 and 1 if left out.
    #[named]
    start: Option<ArrayArgument>,
    /// Fixes a random start.
    #[named]
    seed: Option<u64>,
    #[options] running: Running,
) -> Result<Value> {
    let common = Common::new(call, &time, &running)?;
    let count = frequencies.values.len();
    let start = start_cells(call, start.as_ref(), 2 * count, seed)?;
    let problem = CellProblem {
        cells: Cells::VanDerPol {
            mu: mu.unwrap_or(1.0),
            frequencies: frequencies.values,
        },
        names: vec!["x".into(), "v".into()],
        count,
        strength,
        coupling: unit(call, graph.as_ref(), count)?,
    };
    problem.begin_run(call, common, start)
}

/// FitzHugh–Nagumo cells: `vᵢ' = vᵢ - vᵢ³/3 - wᵢ + Iᵢ + K Σⱼ Aᵢⱼ (vⱼ - vᵢ)`, `wᵢ' = ε (vᵢ + a - b wᵢ)`.
///
/// Without a graph each is coupled with each, `Aᵢⱼ = 1/n`. The result has `r.t`, `r.v` and `r.w` over time and cells.
///
/// ```holor
/// r = fitzhugh_nagumo([0], 0, t = 0..100, start = [[-1, -0.5]]); v = r.v[-1, 1]; abs(v - v^3/3 - r.w[-1, 1]) < 1e-4    # => true
/// ```
#[builtin(topic = "dynamics", latex = none, since = "0.1", returns = "run", see("van_der_pol", "network"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn fitzhugh_nagumo(
    call: &Call<'_>,
    /// The currents.
    currents: Signal,
    /// The strength of coupling.
    #[also("K", "coupling")]
    strength: f64,
    /// The time and its range.
    time: RangeBinding,
    /// a; 0.7 if left out.
    #[named]
    a: Option<f64>,
    /// b; 0.8 if left out.
    #[named]
    b: Option<f64>,
    /// ε; 0.08 if left out.
    #[named]
    epsilon: Option<f64>,
    /// Who is coupled with whom.
    #[named]
    #[also("adjacency")]
    graph: Option<GraphArgument>,
    /// v and w of each cell at the start; random between -1 and 1 if left out.
    #[named]
    start: Option<ArrayArgument>,
    /// Fixes a random start.
    #[named]
    seed: Option<u64>,
    #[options] running: Running,
) -> Result<Value> {
    let common = Common::new(call, &time, &running)?;
    let count = currents.values.len();
    let start = start_cells(call, start.as_ref(), 2 * count, seed)?;
    let problem = CellProblem {
        cells: Cells::FitzHughNagumo {
            constants: (a.unwrap_or(0.7), b.unwrap_or(0.8), epsilon.unwrap_or(0.08)),
            currents: currents.values,
        },
        names: vec!["v".into(), "w".into()],
        count,
        strength,
        coupling: unit(call, graph.as_ref(), count)?,
    };
    problem.begin_run(call, common, start)
}
