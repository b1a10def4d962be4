//! Whether a run in Fourier space has the waves that its products need: what lies beyond those that take part is missing.
//!
//! The spectrum of a smooth field falls by about the same factor from each band of waves to the next. The parts of a field in the last two bands of
//! those that take part in products tell how large the ones beyond would be, which is the size of the error that each product makes.
//! (J. P. Boyd, *Chebyshev and Fourier Spectral Methods*, 2nd edition, 2001, section 2.6: the last coefficients estimate what was left out.)

use holor_field::equation::{Complex64, Grid, Term};
use num_integer::Integer;
use rustfft::FftPlanner;

use super::EvolutionSystem;
use super::resolution::{GLANCES, NOTHING, ROUNDED, any, frame, range};
use super::run::Series;
use super::starting::has_smooth_start;

/// Axes with fewer points show nothing.
const FEWEST: usize = 8;
/// So many values are looked at along each axis: of larger boxes some lines.
const MOST: usize = 1 << 18;
/// Waves of less than this part of the largest are rounding.
const ROUNDING: f64 = 1e-10;
/// Bands of this part of all waves are looked at; of narrower ones more must fall.
const WIDEST: usize = 4;
const NARROWER: [usize; 2] = [8, 16];
/// A narrower band has at least so many waves.
const FEWEST_WAVES: usize = 4;
/// Narrower bands tell where each has at most this part of the one before.
const FALLING: f64 = 0.7;
/// Of a random start this part is still there where nothing smooths it.
const LEFT: f64 = 0.3;

/// What a run in Fourier space is short of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Missing {
    /// The field's place in the system.
    pub(crate) field: usize,
    /// The axis along which its waves are too long.
    pub(crate) axis: usize,
    /// The frame; none for the start.
    pub(crate) frame: Option<usize>,
    /// What shorter ones would add to it, as a part of half its range.
    pub(crate) part: f64,
}

/// What modes up to `share` of the highest leave out most, at the start and in all frames that are looked at.
///
/// Runs with noise have waves of all lengths, and products in each cell by itself need no neighbours. Where the start is random, jumps or was
/// given as numbers, it is what it is, and the last frame alone tells.
pub(crate) fn missing(
    evolution: &EvolutionSystem,
    frames: usize,
    series: &[Series],
    share: f64,
) -> Option<Missing> {
    let system = &evolution.system;
    let apart =
        share >= 1.0 && !system.fields.iter().any(|field| any(&field.rate, &joins));
    if apart || !system.noises.is_empty() {
        return None;
    }
    let at = |number| missing_at(evolution, number, series, share);
    let start = at(None);
    if !has_smooth_start(evolution) {
        let before = start.map_or(0.0, |start| start.part);
        let last = at(Some(frames.checked_sub(1)?))?;
        return (before == 0.0 || last.part < LEFT * before).then_some(last);
    }
    let number = |part: usize| (frames * part / GLANCES).checked_sub(1);
    let glances = (1..=GLANCES).filter_map(number);
    let found = glances.filter_map(|number| at(Some(number))).chain(start);
    found.max_by(|a, b| a.part.total_cmp(&b.part))
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
    evolution: &EvolutionSystem,
    number: Option<usize>,
    series: &[Series],
    share: f64,
) -> Option<Missing> {
    let system = &evolution.system;
    let grid = &system.grid;
    let cells: usize = grid.axes.iter().map(|axis| axis.points).product();
    let fields = system.fields.iter().enumerate().filter(|(_, field)| field.order > 0);
    let fields: Vec<(usize, Vec<Complex64>, f64)> = fields
        .filter_map(|(place, field)| {
            let values = match number {
                Some(number) => {
                    let own = series.iter().find(|own| *own.name == *field.name)?;
                    frame(own, number, cells)
                }
                None => field.start.clone(),
            };
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
    let mut stride = cells;
    for (axis, own) in grid.axes.iter().enumerate() {
        let points = own.points.max(1);
        stride /= points;
        if points < FEWEST {
            continue;
        }
        let lines = cells / points;
        let shown = (MOST / points).clamp(1, lines);
        // Spread over all lines, the middles of equal parts.
        let lines = (0..shown).map(|line| (2 * line + 1) * lines / (2 * shown));
        let lines = lines.map(|line| {
            let first = line / stride * stride * points + line % stride;
            values.iter().skip(first).step_by(stride).take(points).copied().collect()
        });
        let next = Spectra::of(lines.collect(), points).beyond(share);
        if next > most.0 {
            most = (next, axis);
        }
    }
    most
}

/// The spectra of lines of so many points.
struct Spectra {
    lines: Vec<Vec<Complex64>>,
    points: usize,
}

impl Spectra {
    fn of(mut lines: Vec<Vec<Complex64>>, points: usize) -> Self {
        let forward = FftPlanner::<f64>::new().plan_fft_forward(points);
        for line in &mut lines {
            forward.process(line);
            for value in line.iter_mut() {
                *value /= points as f64;
            }
        }
        Self { lines, points }
    }

    /// How often the lines repeat themselves within the box: all their waves are multiples of that.
    fn repetitions(&self) -> usize {
        let mut sizes = vec![0.0_f64; self.points / 2 + 1];
        for line in &self.lines {
            for (mode, value) in line.iter().enumerate() {
                if let Some(size) = sizes.get_mut(mode.min(self.points - mode)) {
                    *size = size.max(value.norm());
                }
            }
        }
        let largest = sizes.iter().skip(1).copied().fold(0.0, f64::max);
        let waves = sizes.iter().enumerate().skip(1);
        let waves = waves.filter(|(_, size)| **size > ROUNDING * largest);
        waves.fold(0, |common, (wave, _)| common.gcd(&wave))
    }

    /// The largest value of the waves above one mode and up to another, of all lines.
    fn band(&self, above: usize, up_to: usize) -> f64 {
        let inverse = FftPlanner::<f64>::new().plan_fft_inverse(self.points);
        let mut largest = 0.0_f64;
        for line in &self.lines {
            let mut part = vec![Complex64::default(); self.points];
            for (mode, (value, part)) in line.iter().zip(&mut part).enumerate() {
                let mode = mode.min(self.points - mode);
                if mode > above && mode <= up_to {
                    *part = *value;
                }
            }
            inverse.process(&mut part);
            largest = part.iter().map(|value| value.norm()).fold(largest, f64::max);
        }
        largest
    }

    /// How large the waves beyond modes up to `share` of the highest would be.
    fn beyond(&self, share: f64) -> f64 {
        let highest = match share < 1.0 {
            true => ((share * self.points as f64 / 2.0).ceil() as usize).max(1) - 1,
            false => self.points / 2,
        };
        let unit = self.repetitions();
        let waves = highest.checked_div(unit).unwrap_or(0);
        if waves < 2 {
            return 0.0;
        }
        let band = |width: usize, from_last: usize| {
            let end = waves.saturating_sub(from_last * width);
            self.band(unit * end.saturating_sub(width), unit * end)
        };
        // Fields may have every second wave alone, of which each band is to have as many.
        let even = |width: usize| width.next_multiple_of(2).min(waves / 2);
        let width = even(waves / WIDEST).max(1);
        let mut next = following(band(width, 1), band(width, 0));
        for part in NARROWER {
            let width = even(waves / part);
            if width < FEWEST_WAVES {
                break;
            }
            let [first, second, last] = [2, 1, 0].map(|place| band(width, place));
            if second < FALLING * first && last < FALLING * second {
                next = next.min(following(second, last));
            }
        }
        next
    }
}

/// The band that follows two others, where they go on falling as they do.
fn following(before: f64, last: f64) -> f64 {
    // Not a number where both are 0.
    if last < before { last * last / before } else { last }
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

    /// 3/(5 - 4 cos x) = Σ 2^-|k| e^ikx: waves from 16 on are 2^-14 in all, and at 0 they add up.
    #[test]
    fn what_is_missing_of_a_geometric_spectrum_is_known() {
        let (grid, values) = along(|x| 3.0 / (5.0 - 4.0 * x.cos()), 64);
        let sum = (0.5_f64).powi(14);
        let (most, axis) = beyond(&grid, &values, 0.5);
        assert_eq!(axis, 0);
        assert!(most > 0.6 * sum && most < 1.2 * sum, "{most:e} for {sum:e}");
        let (most, _) = beyond(&grid, &values, 0.25);
        let sum = (0.5_f64).powi(6);
        assert!(most > 0.6 * sum && most < 1.2 * sum, "{most:e} for {sum:e}");
    }

    #[test]
    fn fields_that_repeat_themselves_are_judged_as_one_of_their_periods() {
        let f = |x: f64| 3.0 / (5.0 - 4.0 * x.cos());
        let (grid, values) = along(f, 32);
        let one = beyond(&grid, &values, 0.5).0;
        let (grid, values) = along(|x| f(4.0 * x), 128);
        let four = beyond(&grid, &values, 0.5).0;
        assert!(one > 1e-3 && four > 0.5 * one && four < 2.0 * one, "{one:e} {four:e}");
    }

    /// Σ exp(-(k - 40)²/32) e^ikx has waves of the modes 40 ± 12, and of those from 64 on 1e-8.
    #[test]
    fn short_waves_with_a_narrow_spectrum_are_not_missing() {
        let packet = |x: f64| {
            let modes = (20..60).map(f64::from);
            modes.map(|k| (-(k - 40.0).powi(2) / 32.0).exp() * (k * x).cos()).sum()
        };
        let (grid, values) = along(packet, 128);
        let size = beyond(&grid, &values, 1.0).0 / range(&values);
        assert!(size < 1e-3, "{size:e}");
    }

    #[test]
    fn rounding_is_not_missing() {
        let (grid, values) = along(|x| 1e3 + x.cos() + (2.0 * x).sin(), 64);
        assert!(beyond(&grid, &values, 1.0).0 < 1e-12);
        assert!(beyond(&grid, &values, 2.0 / 3.0).0 < 1e-12);
    }
}
