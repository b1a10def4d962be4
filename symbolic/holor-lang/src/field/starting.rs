//! Whether the formulas that fields start with have waves that their points do not show: such a start is another one.
//!
//! The formula is taken at twice the points along lines of the grid and split into waves. What is shorter than the points can show appears
//! at the points as a longer wave, which may move the other way.

use holor_algebra::{CompiledFunction, Engine, Expr, Function, Node};
use holor_field::equation::{Axis, Complex64, Grid};
use rustfft::FftPlanner;

use super::EvolutionSystem;
use super::sample::has_noise;

/// A start is not shown where waves too short for the points have more than this part of its mean square about its mean.
const LOST: f64 = 0.02;
/// The same of the points that are suggested in Fourier space: a thousandth of the start is left.
const LITTLE: f64 = 1e-6;
/// Points that a wave needs in Fourier space, where all longer ones are exact.
const FOURIER: f64 = 2.0;
/// Points that a wave needs for differences to be anything like its derivatives.
const DIFFERENCES: f64 = 3.5;
/// Axes with fewer points show nothing.
const FEWEST: usize = 8;
/// So many values of a formula are computed along each axis: of larger boxes some lines.
const MOST: usize = 1 << 18;
/// So many times the points are tried.
const FURTHEST: usize = 64;
/// What changes by less than this part of its size is a constant.
const CONSTANT: f64 = 1e-12;

/// A start with waves that the points do not show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unshown {
    /// The field's place in the system.
    pub(crate) field: usize,
    /// The axis along which it has them.
    pub(crate) axis: usize,
    /// Their part of its mean square about its mean.
    pub(crate) part: f64,
    /// How many points show it; `None` where many times as many do not.
    pub(crate) enough: Option<usize>,
}

/// The first field whose start the points do not show. Starts that jump, random ones and those given as numbers are what they are.
pub(crate) fn unshown(
    evolution: &EvolutionSystem,
    engine: &Engine,
    fourier: bool,
) -> Option<Unshown> {
    let grid = &evolution.system.grid;
    if grid.mask.is_some() {
        return None;
    }
    let needed = if fourier { FOURIER } else { DIFFERENCES };
    let fields = evolution.system.fields.iter().zip(&evolution.unknowns).enumerate();
    fields.filter(|(_, (field, _))| field.order > 0).find_map(
        |(place, (_, (field, component)))| {
            let formula = field.start_formulas.get(*component)?.as_ref()?;
            if jumps(formula) || has_noise(formula) {
                return None;
            }
            let compiled = engine.compile(formula, &field.grid.coordinates).ok()?;
            (0..grid.axes.len()).find_map(|axis| {
                let points = grid.axes.get(axis).map_or(0, |axis| axis.points);
                let lost = |points: usize| lost(&compiled, grid, (axis, points), needed);
                if points < FEWEST
                    || !formula.contains_symbol(field.grid.coordinates.get(axis)?)
                {
                    return None;
                }
                let part = lost(points).filter(|part| *part > LOST)?;
                let enough = |left: f64| {
                    let more = std::iter::successors(Some(2 * points), |n| Some(2 * n));
                    more.take_while(|more| *more <= FURTHEST * points)
                        .find(|more| lost(*more).is_some_and(|part| part <= left))
                };
                let enough =
                    fourier.then(|| enough(LITTLE)).flatten().or_else(|| enough(LOST));
                Some(Unshown { field: place, axis, part, enough })
            })
        },
    )
}

/// Whether all fields that evolve start with formulas, none of which jumps or is random.
pub(super) fn is_smooth(evolution: &EvolutionSystem) -> bool {
    let fields = evolution.system.fields.iter().zip(&evolution.unknowns);
    let smooth = |formula: &Option<Expr>| {
        formula.as_ref().is_some_and(|formula| !jumps(formula) && !has_noise(formula))
    };
    fields.filter(|(field, _)| field.order > 0).all(|(_, (field, component))| {
        field.start_formulas.get(*component).is_some_and(smooth)
            && (field.velocity.is_empty()
                || field.velocity_formulas.get(*component).is_some_and(smooth))
    })
}

/// Whether a formula may jump or have kinks.
fn jumps(formula: &Expr) -> bool {
    formula.any(&mut |part| match part.node() {
        Node::Piecewise(_)
        | Node::Relation(..)
        | Node::And(_)
        | Node::Or(_)
        | Node::Not(_) => true,
        Node::Call(function, _) => matches!(
            function,
            Function::Atan2
                | Function::Arg
                | Function::Sign
                | Function::Floor
                | Function::Ceiling
                | Function::Min
                | Function::Max
                | Function::Heaviside
                | Function::DiracDelta
                | Function::KroneckerDelta
        ),
        _ => false,
    })
}

/// The part of the mean square about the mean that waves of fewer than so many points have along an axis with so many points. `None` for
/// constants, and where the formula has no finite value between the points.
///
/// The ends of a line, which need not meet, are let down by sin².
fn lost(
    formula: &CompiledFunction,
    grid: &Grid,
    (along, points): (usize, usize),
    needed: f64,
) -> Option<f64> {
    let own = grid.axes.get(along)?;
    let fine = Axis { points: 2 * points, closed: true, ..own.clone() };
    let others: usize = grid
        .axes
        .iter()
        .enumerate()
        .filter(|(axis, _)| *axis != along)
        .map(|(_, axis)| axis.points)
        .product();
    let shown = (MOST / fine.points).clamp(1, others.max(1));
    let mut planner = FftPlanner::<f64>::new();
    let transform = planner.plan_fft_forward(fine.points);
    let mut lines = Vec::with_capacity(shown);
    let (mut sum, mut largest) = (Complex64::default(), 0.0_f64);
    let mut registers = Vec::new();
    for line in 0..shown {
        // Spread over all lines, the middles of equal parts.
        let mut rest = (2 * line + 1) * others / (2 * shown);
        let mut point = vec![0.0; grid.axes.len()];
        for (axis, own) in grid.axes.iter().enumerate().rev() {
            if axis == along {
                continue;
            }
            if let Some(slot) = point.get_mut(axis) {
                *slot = own.at((rest % own.points.max(1)) as f64);
            }
            rest /= own.points.max(1);
        }
        let mut values = Vec::with_capacity(fine.points);
        for place in 0..fine.points {
            *point.get_mut(along)? = fine.at(place as f64 + 0.5);
            let value = value_at(formula, &point, &mut registers)?;
            sum += value;
            largest = largest.max(value.norm());
            values.push(value);
        }
        lines.push(values);
    }
    let mean = sum / (shown * fine.points) as f64;
    let most = points as f64 / needed;
    let (mut all, mut short) = (0.0, 0.0);
    for mut values in lines {
        for (place, value) in values.iter_mut().enumerate() {
            let phase = std::f64::consts::PI * (place as f64 + 0.5) / fine.points as f64;
            *value = (*value - mean) * phase.sin().powi(2);
        }
        transform.process(&mut values);
        for (wave, value) in values.iter().enumerate() {
            let size = value.norm_sqr();
            all += size;
            // Waves next to the limit are spread by the window.
            if wave.min(fine.points - wave) as f64 > most + 1.5 {
                short += size;
            }
        }
    }
    let cells = (shown * fine.points) as f64 * fine.points as f64;
    (all > (CONSTANT * largest).powi(2) * cells).then(|| short / all)
}

fn value_at(
    formula: &CompiledFunction,
    point: &[f64],
    registers: &mut Vec<f64>,
) -> Option<Complex64> {
    let value = formula.evaluate_with(point, registers);
    if value.is_finite() {
        return Some(value.into());
    }
    let arguments: Vec<(f64, f64)> = point.iter().map(|value| (*value, 0.0)).collect();
    let (re, im) = formula.evaluate_complex(&arguments);
    (re.is_finite() && im.is_finite()).then(|| Complex64::new(re, im))
}
