//! Values of formulas of fields at frames of a run, by the differences that carry the fields themselves.

use std::sync::Arc;

use holor_algebra::{Engine, Expr, Function, Node, Symbol};
use holor_field::backend::Backend;
use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::equation::{Complex64, System};
use holor_field::run::Run;
use holor_field::stepper::{self, Method};
use holor_field::{FieldError, FieldResult};

use super::equations::{Fields, system};
use super::lattice::{Lattice, rate_equation};
use super::run::{Series, SeriesValues};
use super::{BoxValue, FieldShape, FieldValue, RunValue};
use crate::{Result, Span};

/// What the formula is called among the fields.
const RESULT: &str = "value of the formula";

/// The values of a formula: of each frame of a run, else of the fields at their start.
pub(crate) struct Observed {
    /// Where.
    pub(crate) grid: Arc<BoxValue>,
    /// The values, frame after frame, row-major.
    pub(crate) values: Vec<Complex64>,
}

/// Evaluates a formula at every frame.
///
/// # Errors
/// Where there is no field in it, or it is no formula that could give a field.
pub(crate) fn observe(
    formula: &Expr,
    run: Option<&RunValue>,
    fields: &Fields,
    engine: &Engine,
    backend: &Arc<dyn Backend>,
    (order, span): (Option<usize>, Span),
    failed: &dyn Fn(FieldError) -> Box<crate::Diagnostic>,
) -> Result<Observed> {
    let grid = match run {
        Some(run) => run.grid.clone(),
        None => Lattice::of(fields, [formula], span)?.grid().clone(),
    };
    let mut known = fields.clone();
    if let Some(run) = run {
        for (place, (field, component)) in run.fields.iter().enumerate() {
            if let Some(series) = first_frame(run, place) {
                let names = field.component_names();
                let name = names.get(*component).cloned().unwrap_or_default();
                let alone = alone(field, &name, series);
                known.insert(name, (Arc::new(alone), 0));
            }
        }
    }
    let time = match run {
        Some(run) => Symbol::new(&run.time),
        None => time_of(formula, fields),
    };
    let mut equations = Vec::new();
    for (name, (field, _)) in &known {
        let unknown = unknown(name, &field.grid, &time);
        if formula.contains(&unknown) {
            let rate = rate_equation(&unknown, &time, Expr::zero());
            let second = formula.any(&mut |part| is_rate(part, &unknown, &time));
            equations.push(if second { second_order(&unknown, &time) } else { rate });
        }
    }
    let result = FieldValue {
        name: Some(RESULT.into()),
        grid: grid.clone(),
        shape: FieldShape::Scalar,
        complex: true,
        time: time.clone(),
        start: Arc::from([Arc::from(vec![Complex64::default(); grid.cells()])]),
        velocity: Arc::from([]),
        sides: None,
    };
    equations.push(Expr::equation(unknown(RESULT, &grid, &time), formula.clone()));
    known.insert(RESULT.to_owned(), (Arc::new(result), 0));
    let evolution = system(&equations, &time, &known, engine, span)?;
    let mut space = SpaceOptions::default();
    space.order = order.unwrap_or(space.order);
    let mut values = Vec::new();
    let frames = run.map_or(1, |run| run.times.len());
    for frame in 0..frames {
        let mut now = evolution.system.clone();
        let mut start = 0.0;
        if let Some(run) = run {
            set_frame(&mut now, run, frame);
            start = run.times.get(frame).copied().unwrap_or(0.0);
        }
        values.extend(at_start(&now, start, &space, backend).map_err(failed)?);
    }
    Ok(Observed { grid, values })
}

/// The values of the result where the system stands at its start.
fn at_start(
    system: &System,
    time: f64,
    space: &SpaceOptions,
    backend: &Arc<dyn Backend>,
) -> FieldResult<Vec<Complex64>> {
    let scheme = discretise(system, space)?;
    let method = if system.fields.iter().any(|field| field.order == 2) {
        Method::RungeKutta4
    } else {
        Method::Euler
    };
    let options = stepper::Options {
        method,
        step: Some(1.0),
        save: Some(1.0),
        start: time,
        unsafe_step: true,
        ..stepper::Options::default()
    };
    let stepping = stepper::build(&scheme, &options)?;
    let scheme = Some(Arc::new(scheme));
    let mut run = Run::start(stepping, scheme, &[], &options, backend.clone())?;
    let snapshot = run.look()?;
    let mut plane = 0;
    for field in &system.fields {
        if field.name == RESULT {
            break;
        }
        plane += if field.complex { 2 } else { 1 };
    }
    let part = |place: usize| {
        snapshot.planes.get(place).map(|values| values.to_double()).unwrap_or_default()
    };
    Ok(part(plane)
        .into_iter()
        .zip(part(plane + 1))
        .map(|(re, im)| Complex64::new(re, im))
        .collect())
}

fn unknown(name: &str, grid: &BoxValue, time: &Symbol) -> Expr {
    let mut arguments = vec![Expr::symbol(time.name())];
    arguments.extend(grid.coordinates.iter().map(|x| Expr::symbol(x.name())));
    Expr::apply(Symbol::new(name), arguments)
}

fn time_of(formula: &Expr, fields: &Fields) -> Symbol {
    let mut time = None;
    formula.any(&mut |part| {
        if let Node::Apply(name, _) = part.node()
            && let Some((field, _)) = fields.get(name.name())
        {
            time = Some(field.time.clone());
        }
        time.is_some()
    });
    time.unwrap_or_else(|| Symbol::new("t"))
}

/// Whether it is ∂_t of an unknown.
fn is_rate(part: &Expr, unknown: &Expr, time: &Symbol) -> bool {
    matches!(part.node(), Node::Call(Function::Derivative, arguments)
        if arguments.first() == Some(unknown)
            && arguments.iter().skip(1).step_by(2).any(|by| by.as_symbol() == Some(time)))
}

fn second_order(unknown: &Expr, time: &Symbol) -> Expr {
    let arguments = vec![unknown.clone(), Expr::symbol(time.name()), Expr::integer(2)];
    Expr::equation(Expr::call(Function::Derivative, arguments), Expr::zero())
}

/// A component of a field as a field of its own.
fn alone(field: &FieldValue, name: &str, start: Vec<Complex64>) -> FieldValue {
    FieldValue {
        name: Some(name.into()),
        grid: field.grid.clone(),
        shape: FieldShape::Scalar,
        complex: field.complex,
        time: field.time.clone(),
        start: Arc::from([Arc::from(start)]),
        velocity: Arc::from([]),
        sides: field.sides.clone(),
    }
}

/// The series of an unknown of a run; those of velocities stand between them.
fn series_named<'a>(run: &'a RunValue, name: &str) -> Option<&'a Series> {
    run.series.iter().find(|series| &*series.name == name)
}

fn first_frame(run: &RunValue, place: usize) -> Option<Vec<Complex64>> {
    let (field, component) = run.fields.get(place)?;
    let name = field.component_names().get(*component)?.clone();
    frame_of(series_named(run, &name)?, run.grid.cells(), 0)
}

fn frame_of(series: &Series, cells: usize, frame: usize) -> Option<Vec<Complex64>> {
    let range = frame * cells..(frame + 1) * cells;
    Some(match &series.values {
        SeriesValues::Real(values) => {
            let own = values.get(range)?;
            own.iter().map(|value| Complex64::new(*value, 0.0)).collect()
        }
        SeriesValues::Complex(values) => values.get(range)?.to_vec(),
    })
}

fn set_frame(system: &mut System, run: &RunValue, frame: usize) {
    let cells = run.grid.cells();
    for field in &mut system.fields {
        let read = |name: &str| frame_of(series_named(run, name)?, cells, frame);
        if let Some(values) = read(&field.name) {
            field.start = values;
        }
        if field.order == 2
            && let Some(values) = read(&format!("{}_t", field.name))
        {
            field.start_velocity = values;
        }
    }
}
