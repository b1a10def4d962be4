//! Whether a run in Fourier space has the waves that its products need: what lies beyond those that take part is missing.
//!
//! The spectrum of a smooth field falls by about the same factor from each quarter of the waves to the next. The part of a field in the last quarter but
//! one and in the last one that takes part in products tells how large the next would be, which is the size of the error that each product makes.
//! (J. P. Boyd, *Chebyshev and Fourier Spectral Methods*, 2nd edition, 2001, section 2.6: the last coefficients estimate what was left out.)

use holor_field::equation::{Complex64, Grid, System, Term};
use rustfft::FftPlanner;

use super::resolution::{GLANCES, NOTHING, ROUNDED, any, frame, range, rough_start};
use super::run::Series;

/// Axes with fewer points show nothing.
const FEWEST: usize = 16;
/// So many values are looked at along each axis: of larger boxes some lines.
const MOST: usize = 1 << 18;

/// What a run in Fourier space is short of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Missing {
    /// The field's place in the system.
    pub(crate) field: usize,
    /// The axis along which its waves are too long.
    pub(crate) axis: usize,
    /// The frame.
    pub(crate) frame: usize,
    /// What shorter ones would add to it, as a part of half its range.
    pub(crate) part: f64,
}

/// What modes up to `share` of the highest leave out most, of all frames that are looked at.
///
/// Runs with noise have waves of all lengths, and products in each cell by itself need no neighbours. Where the start is not smooth, as random
/// ones are, the last frame alone tells.
pub(crate) fn missing(
    system: &System,
    frames: usize,
    series: &[Series],
    share: f64,
) -> Option<Missing> {
    let apart =
        share >= 1.0 && !system.fields.iter().any(|field| any(&field.rate, &joins));
    if apart || !system.noises.is_empty() {
        return None;
    }
    let number = |part: usize| (frames * part / GLANCES).checked_sub(1);
    let first = if rough_start(system).is_none() { 1 } else { GLANCES };
    let glances = (first..=GLANCES).filter_map(number);
    glances
        .filter_map(|number| missing_at(system, number, series, share))
        .max_by(|a, b| a.part.total_cmp(&b.part))
}

/// Whether a term makes cells depend on each other.
fn joins(term: &Term) -> bool {
    matches!(
        term,
        Term::Derivative { .. }
            | Term::Convolution { .. }
            | Term::InverseLaplacian(_)
            | Term::Inverse { .. }
    )
}

fn missing_at(
    system: &System,
    number: usize,
    series: &[Series],
    share: f64,
) -> Option<Missing> {
    let grid = &system.grid;
    let cells: usize = grid.axes.iter().map(|axis| axis.points).product();
    let fields = system.fields.iter().enumerate().filter(|(_, field)| field.order > 0);
    let fields: Vec<(usize, Vec<Complex64>, f64)> = fields
        .filter_map(|(place, field)| {
            let own = series.iter().find(|own| *own.name == *field.name)?;
            let values = frame(own, number, cells);
            let range = range(&values);
            range.is_finite().then_some((place, values, range))
        })
        .collect();
    let largest = fields.iter().map(|(_, _, range)| *range).fold(0.0, f64::max);
    fields
        .iter()
        .filter(|(_, values, range)| {
            let highest = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
            *range > NOTHING * largest && *range > ROUNDED * highest
        })
        .map(|(field, values, range)| {
            let (most, axis) = beyond(grid, values, share);
            Missing { field: *field, axis, frame: number, part: 2.0 * most / range }
        })
        .max_by(|a, b| a.part.total_cmp(&b.part))
}

/// The largest part of a field, of all cells of a grid, that waves along any axis would have which are shorter than those that take part in
/// products, modes up to `share` of the highest; and that axis. Absolute, as the field is.
fn beyond(grid: &Grid, values: &[Complex64], share: f64) -> (f64, usize) {
    let cells: usize = grid.axes.iter().map(|axis| axis.points).product();
    let mut most = (0.0, 0);
    if values.len() != cells {
        return most;
    }
    let mut planner = FftPlanner::<f64>::new();
    let mut stride = cells;
    for (axis, own) in grid.axes.iter().enumerate() {
        let points = own.points.max(1);
        stride /= points;
        if points < FEWEST {
            continue;
        }
        let [forward, inverse] =
            [planner.plan_fft_forward(points), planner.plan_fft_inverse(points)];
        let highest = share * points as f64 / 2.0;
        let lines = cells / points;
        let shown = (MOST / points).clamp(1, lines);
        let mut largest = [0.0_f64; 2];
        for line in 0..shown {
            // Spread over all lines, the middles of equal parts.
            let line = (2 * line + 1) * lines / (2 * shown);
            let first = line / stride * stride * points + line % stride;
            let mut spectrum: Vec<Complex64> =
                values.iter().skip(first).step_by(stride).take(points).copied().collect();
            forward.process(&mut spectrum);
            for (quarter, largest) in largest.iter_mut().enumerate() {
                let from = highest * (2 + quarter) as f64 / 4.0;
                let to = highest * (3 + quarter) as f64 / 4.0;
                let mut part = vec![Complex64::default(); points];
                for (mode, (value, part)) in spectrum.iter().zip(&mut part).enumerate() {
                    let mode = mode.min(points - mode) as f64;
                    if mode > from && mode <= to {
                        *part = *value / points as f64;
                    }
                }
                inverse.process(&mut part);
                *largest = part.iter().map(|value| value.norm()).fold(*largest, f64::max);
            }
        }
        let [before, last] = largest;
        let next = if last < before { last * last / before } else { last };
        if next > most.0 {
            most = (next, axis);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use holor_field::equation::Axis;

    use super::*;

    fn along(f: impl Fn(f64) -> f64, points: u32) -> (Grid, Vec<Complex64>) {
        let axis = Axis {
            name: "x".into(),
            low: 0.0,
            high: TAU,
            points: points as usize,
            closed: false,
        };
        let values = (0..points).map(|place| f(axis.at(f64::from(place))).into());
        let values = values.collect();
        (Grid { axes: vec![axis], mask: None }, values)
    }

    /// 3/(5 - 4 cos x) = Σ 2^-|k| e^ikx: waves from 17 on are 2^-16 in all, and at 0 they add up.
    #[test]
    fn what_is_missing_of_a_geometric_spectrum_is_known() {
        let (grid, values) = along(|x| 3.0 / (5.0 - 4.0 * x.cos()), 64);
        let sum = 2.0 * (0.5_f64).powi(16);
        let (most, axis) = beyond(&grid, &values, 0.5);
        assert_eq!(axis, 0);
        assert!(most > 0.9 * sum && most < 1.1 * sum, "{most:e} for {sum:e}");
        let (most, _) = beyond(&grid, &values, 0.25);
        let sum = 2.0 * (0.5_f64).powi(8);
        assert!(most > 0.7 * sum && most < sum, "{most:e} for {sum:e}");
    }

    #[test]
    fn rounding_is_not_missing() {
        let (grid, values) = along(|x| 1e3 + x.cos() + (2.0 * x).sin(), 64);
        assert!(beyond(&grid, &values, 1.0).0 < 1e-12);
        assert!(beyond(&grid, &values, 2.0 / 3.0).0 < 1e-12);
    }
}
