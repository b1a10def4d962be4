//! How close rows must stand for lines between them to follow a solution.

use holor_dynamics::ode::Method;

use super::output::ROWS;
use super::{Flow, Solver};

/// Lines may depart from the solution by so much of what it covers: less than a pixel of a picture.
const DEPARTURE: f64 = 1e-3;
/// So many rows of so many that lines may miss, as at jumps.
const MISSED: f64 = 0.02;
/// Rows stand closer by this factor at most.
const CLOSEST: f64 = 32.0;
/// Rows for the eye have so many numbers at most.
const MOST_NUMBERS: usize = 2_000_000;
/// A picture has so many moments at most.
const MOST_DRAWN: usize = 16_000;
/// Between two steps a picture has 2 to this power moments at most.
const HALVINGS: u32 = 4;

/// What each unknown covers, as the departure that is allowed.
fn allowed(rows: &[Vec<f64>]) -> Vec<f64> {
    let mut ranges: Vec<(f64, f64)> = Vec::new();
    for row in rows {
        ranges.resize(row.len(), (f64::INFINITY, f64::NEG_INFINITY));
        for (range, value) in ranges.iter_mut().zip(row) {
            *range = (range.0.min(*value), range.1.max(*value));
        }
    }
    let departure = |(low, high): &(f64, f64)| {
        // What is constant but for rounding and the tolerance is constant.
        DEPARTURE * (high - low) + 1e-6 * low.abs().max(high.abs()) + 1e-9
    };
    ranges.iter().map(departure).collect()
}

/// Whether the middle of a line between two rows is as far from the solution as a picture shows.
fn misses(a: &[f64], middle: &[f64], b: &[f64], allowed: &[f64]) -> bool {
    let ends = a.iter().zip(b);
    ends.zip(middle)
        .zip(allowed)
        .any(|(((a, b), middle), allowed)| (middle - (a + b) / 2.0).abs() > *allowed)
}

/// The distance of rows where nothing else was asked for: a 200th of the range, halved while lines between them miss the
/// solution. With fixed steps it stays a multiple of them.
pub(crate) fn followed(flow: &Flow, step: Option<(Method, f64)>) -> f64 {
    let length = (flow.range.1 - flow.range.0).abs();
    let fixed = step.filter(|(method, _)| method.is_fixed()).map(|(_, step)| step);
    let mut count = fixed.map_or(1.0, |step| (length / step / ROWS).ceil().max(1.0));
    let mut interval = fixed.map_or(length / ROWS, |step| step * count);
    let closest = 0.999 * length / ROWS / CLOSEST;
    while interval / 2.0 >= closest && missed(flow, interval) {
        interval = match fixed {
            Some(_) if count <= 1.0 => break,
            Some(step) => {
                count = (count / 2.0).ceil();
                step * count
            }
            None => interval / 2.0,
        };
    }
    interval
}

/// Whether lines between rows of this distance miss the solution at more than a few places.
fn missed(flow: &Flow, interval: f64) -> bool {
    let (begin, reached) = (flow.range.0, flow.solver.time());
    let step = if reached < begin { -interval } else { interval };
    let count = ((reached - begin) / step * (1.0 + 1e-12)).floor();
    let width = flow.solver.state().len().max(1);
    if count < 1.0 || count * 2.0 * width as f64 > MOST_NUMBERS as f64 {
        return false;
    }
    let at = |place: f64| flow.solver.at(begin + step * place);
    let rows: Vec<Vec<f64>> =
        (0..=count as usize).map_while(|place| at(place as f64)).collect();
    let allowed = allowed(&rows);
    let missed = rows
        .windows(2)
        .enumerate()
        .filter(|(place, pair)| match (pair, at(*place as f64 + 0.5)) {
            ([a, b], Some(middle)) => misses(a, &middle, b, &allowed),
            _ => false,
        })
        .count();
    missed as f64 > MISSED * count
}

/// Moments of a picture of the solution from one time to another: the steps, and between them as many as lines need to follow
/// it. Nothing where it is not known between the steps.
pub(crate) fn moments(flow: &Flow, from: f64, to: f64) -> Vec<(f64, Vec<f64>)> {
    let sign = if to < from { -1.0 } else { 1.0 };
    let pieces = match &flow.solver {
        Solver::Ordinary(run) => run.dense().pieces(),
        Solver::Delayed(run) => run.dense().pieces(),
        Solver::Boundary(..) => &[],
        Solver::Stochastic(_) => return Vec::new(),
    };
    let even = |place: usize| from + (to - from) * place as f64 / ROWS;
    let mut times: Vec<f64> = (0..=ROWS as usize).map(even).collect();
    times.extend(pieces.iter().map(|piece| piece.to));
    times.retain(|time| (time - from) * sign >= 0.0 && (to - time) * sign >= 0.0);
    times.sort_by(|a, b| (a * sign).total_cmp(&(b * sign)));
    times.dedup();
    let far = times.len().div_ceil(MOST_DRAWN).max(1);
    let mut found: Vec<(f64, Vec<f64>)> = times
        .iter()
        .enumerate()
        .filter(|(place, _)| place % far == 0 || *place + 1 == times.len())
        .filter_map(|(_, time)| Some((*time, flow.solver.at(*time)?)))
        .collect();
    let rows: Vec<Vec<f64>> = found.iter().map(|(_, row)| row.clone()).collect();
    let allowed = allowed(&rows);
    for _ in 0..HALVINGS {
        let mut finer: Vec<(f64, Vec<f64>)> = Vec::with_capacity(2 * found.len());
        let mut more = false;
        for pair in found.windows(2) {
            let [(t, a), (end, b)] = pair else { continue };
            finer.push((*t, a.clone()));
            let half = (t + end) / 2.0;
            if let Some(middle) = flow.solver.at(half)
                && misses(a, &middle, b, &allowed)
            {
                more = true;
                finer.push((half, middle));
            }
        }
        finer.extend(found.last().cloned());
        if !more || finer.len() > MOST_DRAWN {
            break;
        }
        found = finer;
    }
    found
}
