//! Rows of a run at the times that were asked for, as arrays over time.

use std::sync::Arc;

use holor_dynamics::ode::Method;

use super::{Flow, Solver, System, followed};
use crate::array::{ArrayAxis, ArrayValues, AxisKind, Complex64, NumericArray};

/// Rows between the ends where nothing else was asked for.
pub(super) const ROWS: f64 = 200.0;

/// Which times are kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Saved {
    /// Evenly spaced, 201 over the first range, or as many more as lines need to follow the solution.
    Default,
    /// Evenly spaced with this distance.
    Every(f64),
    /// These times.
    At(Vec<f64>),
    /// Each step.
    Steps,
}

impl Saved {
    /// The distance of rows; with fixed steps a multiple of them.
    pub(crate) fn interval(&self, range: (f64, f64), step: Option<f64>) -> Option<f64> {
        let length = (range.1 - range.0).abs();
        match (self, step) {
            (Saved::Every(interval), _) => Some(*interval),
            (Saved::Default, None) => Some(length / ROWS),
            (Saved::Default, Some(step)) => {
                Some(step * (length / step / ROWS).ceil().max(1.0))
            }
            _ => None,
        }
    }
}

/// An unknown as the result names it, and where its components stand in a row.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// `x`, `x_t`.
    pub(crate) name: String,
    /// Of a number nothing, of a vector its length, of a matrix rows and columns.
    pub(crate) shape: Vec<usize>,
    /// The places of the components in a row, those of a matrix by rows.
    pub(crate) places: Vec<usize>,
}

/// The unknowns of a system: states, then those that others give; the components of a vector are one.
pub(crate) fn parts(system: &System) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let count = system.states.len() + system.given.len();
    for place in 0..count {
        let name = system.state_name(place);
        let base = name.split('[').next().unwrap_or_default();
        let unknown =
            match (system.states.get(place), place.checked_sub(system.states.len())) {
                (Some((own, _)), _) => own.name(),
                (None, Some(given)) => {
                    system.given.get(given).map_or("", |it| it.0.name())
                }
                (None, None) => "",
            };
        let vector = system.vectors.iter().find_map(|vector| {
            let index =
                (0..vector.count()).find(|it| vector.component(*it) == unknown)?;
            Some((vector, index))
        });
        let Some((vector, index)) = vector else {
            parts.push(Part { name, shape: Vec::new(), places: vec![place] });
            continue;
        };
        if !parts.iter().any(|part| part.name == base) {
            parts.push(Part {
                name: base.to_string(),
                shape: vector.shape.clone(),
                places: vec![usize::MAX; vector.count()],
            });
        }
        let part = parts.iter_mut().find(|part| part.name == base);
        if let Some(slot) = part.and_then(|part| part.places.get_mut(index)) {
            *slot = place;
        }
    }
    parts
}

/// The rows of a run whose solution is known between the steps.
pub(crate) fn dense_rows(
    flow: &Flow,
    saved: &Saved,
    step: Option<(Method, f64)>,
) -> (Vec<f64>, Vec<Vec<f64>>) {
    let begin = flow.range.0;
    let reached = flow.solver.time();
    let sign = if flow.range.1 < flow.range.0 { -1.0 } else { 1.0 };
    let mut times = Vec::new();
    match saved {
        Saved::At(given) => {
            times.extend(given.iter().filter(|time| {
                (**time - begin) * sign >= 0.0 && (reached - **time) * sign >= 0.0
            }));
        }
        Saved::Steps => {
            times.push(begin);
            let pieces = match &flow.solver {
                Solver::Ordinary(run) => run.dense().pieces(),
                Solver::Delayed(run) => run.dense().pieces(),
                _ => &[],
            };
            times.extend(pieces.iter().map(|piece| piece.to));
        }
        Saved::Default | Saved::Every(_) => {
            let interval = match saved {
                Saved::Every(interval) => *interval,
                _ => followed(flow, step),
            };
            let count =
                ((reached - begin).abs() / interval * (1.0 + 1e-12) + 1e-9).floor();
            for place in 0..=count as usize {
                let time = begin + sign * interval * place as f64;
                // The grid of floating point numbers need not meet the end.
                let near = (time - reached).abs() <= 1e-9 * interval;
                times.push(if near { reached } else { time });
            }
            let rest = times.last().map_or(0.0, |last| (reached - last) * sign);
            if rest > 0.0 && (*saved == Saved::Default || !flow.ending.is_empty()) {
                times.push(reached);
            }
        }
    }
    let mut kept = Vec::with_capacity(times.len());
    let mut rows = Vec::with_capacity(times.len());
    for time in times {
        let row = flow
            .solver
            .at(time)
            .or_else(|| (time == reached).then(|| flow.solver.state()));
        if let Some(row) = row {
            kept.push(time);
            rows.push(row);
        }
    }
    (kept, rows)
}

/// One unknown over time; of complex runs a state is a pair of numbers.
pub(crate) fn series(
    part: &Part,
    axis: &ArrayAxis,
    rows: &[Vec<f64>],
    complex: bool,
) -> Option<NumericArray> {
    let at = |row: &Vec<f64>, place: usize| row.get(place).copied().unwrap_or(f64::NAN);
    let places = &part.places;
    let values: ArrayValues = if complex {
        rows.iter()
            .flat_map(|row| {
                places.iter().map(|place| {
                    let place = place.saturating_mul(2);
                    Complex64::new(at(row, place), at(row, place.saturating_add(1)))
                })
            })
            .collect::<Vec<_>>()
            .into()
    } else {
        let of_row = |row| places.iter().map(move |place| at(row, *place));
        rows.iter().flat_map(of_row).collect::<Vec<f64>>().into()
    };
    let mut axes = vec![axis.clone()];
    axes.extend(part.shape.iter().map(|length| ArrayAxis::index(*length)));
    Some(NumericArray::new(values, axes)?.named(&part.name))
}

/// Several numbers over time: an array over time and their count.
pub(crate) fn matrix_series(
    name: &str,
    axis: &ArrayAxis,
    width: usize,
    values: impl Into<ArrayValues>,
) -> Option<NumericArray> {
    let count = ArrayAxis::index(width);
    Some(NumericArray::new(values, [axis.clone(), count])?.named(name))
}

/// The axis of time of a run.
pub(crate) fn time_axis(flow: &Flow, times: &[f64]) -> ArrayAxis {
    ArrayAxis::new(&flow.time, AxisKind::Time, Arc::<[f64]>::from(times))
}

/// The rows of the solver's table, and one for the time reached where the table ends before. `last` makes that row from time
/// and state.
pub(crate) fn table_rows(
    flow: &Flow,
    last: impl FnOnce(f64, &[f64]) -> Vec<f64>,
) -> (Vec<f64>, Vec<Vec<f64>>) {
    let (mut times, mut rows) = (Vec::new(), Vec::new());
    if let Some(table) = flow.solver.table() {
        times.clone_from(&table.times);
        rows.extend(table.values.chunks_exact(table.width.max(1)).map(<[f64]>::to_vec));
    }
    let reached = flow.solver.time();
    let spacing = match times.as_slice() {
        [.., a, b] => (b - a).abs(),
        _ => (flow.range.1 - flow.range.0).abs(),
    };
    match times.last_mut() {
        // The grid of floating point numbers need not meet the end.
        Some(end) if (*end - reached).abs() <= 1e-9 * spacing => *end = reached,
        _ => {
            times.push(reached);
            rows.push(last(reached, &flow.solver.state()));
        }
    }
    (times, rows)
}
