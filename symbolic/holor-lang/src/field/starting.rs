//! Whether the formulas that fields start with have waves that their points do not show: such a start is another one.
//!
//! The formula is taken at twice the points along lines of the grid and split into waves. What is shorter than the points can show appears
//! at the points as a longer wave, which may move the other way.

use holor_algebra::{CompiledFunction, Engine, Expr, Function, Node};
use holor_field::discretise::weights;
use holor_field::equation::{Axis, Complex64, Grid};
use rustfft::FftPlanner;

use super::EvolutionSystem;
use super::resolution::depth_along;
use super::sample::has_noise;

/// A start is not shown where waves too short for the points have more than this part of its mean square about its mean.
const LOST: f64 = 0.02;
/// The same of the points that are suggested in Fourier space: a thousandth of the start is left.
const LITTLE: f64 = 1e-6;
/// Differences that get more than this part of a derivative of the start wrong give another equation.
const WRONG: f64 = 0.2;
/// They are compared with those of points so many times as near.
const NEARER: f64 = 4.0;
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
                let enough = |left| enough(points, left, lost);
                let enough =
                    fourier.then(|| enough(LITTLE)).flatten().or_else(|| enough(LOST));
                Some(Unshown { field: place, axis, part, enough })
            })
        },
    )
}

/// How many times twice the points leave at most this part of a start out.
fn enough(
    points: usize,
    left: f64,
    part: impl Fn(usize) -> Option<f64>,
) -> Option<usize> {
    std::iter::successors(Some(2 * points), |more| Some(2 * more))
        .take_while(|more| *more <= FURTHEST * points)
        .find(|more| part(*more).is_some_and(|part| part <= left))
}

/// Whether all fields that evolve start with formulas, none of which jumps or is random.
pub(super) fn has_smooth_start(evolution: &EvolutionSystem) -> bool {
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
pub(super) fn jumps(formula: &Expr) -> bool {
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
    let all = lines_along(grid, along, fine.points);
    let shown = all.len();
    let mut planner = FftPlanner::<f64>::new();
    let transform = planner.plan_fft_forward(fine.points);
    let mut lines = Vec::with_capacity(shown);
    let (mut sum, mut largest) = (Complex64::default(), 0.0_f64);
    let mut registers = Vec::new();
    for mut point in all {
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

/// A point of each of some lines along an axis, of the boxes' others spread over all: the middles of equal parts. So many that they have about
/// [`MOST`] points when each has this many.
fn lines_along(
    grid: &Grid,
    along: usize,
    points: usize,
) -> impl ExactSizeIterator<Item = Vec<f64>> {
    let others = grid.axes.iter().enumerate().filter(|(axis, _)| *axis != along);
    let others: usize = others.map(|(_, axis)| axis.points).product();
    let shown = (MOST / points).clamp(1, others.max(1));
    (0..shown).map(move |line| {
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
        point
    })
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

/// A start whose derivatives differences do not give.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Imprecise {
    /// The field's place in the system.
    pub(crate) field: usize,
    /// The axis of the derivative.
    pub(crate) axis: usize,
    /// How often it is differentiated.
    pub(crate) times: usize,
    /// The part of it that is wrong, as root of a mean square.
    pub(crate) part: f64,
    /// How many points give it; `None` where many times as many do not.
    pub(crate) enough: Option<usize>,
}

/// The field whose highest derivative central differences of an order give worst at the start. Starts that jump, random ones and those given as
/// numbers are what they are.
pub(crate) fn imprecise(
    evolution: &EvolutionSystem,
    engine: &Engine,
    order: usize,
) -> Option<Imprecise> {
    let system = &evolution.system;
    let grid = &system.grid;
    if grid.mask.is_some() {
        return None;
    }
    let fields = system.fields.iter().zip(&evolution.unknowns).enumerate();
    let fields = fields.filter(|(_, (own, _))| own.order > 0);
    let found = fields.flat_map(|(place, (own, (field, component)))| {
        let formula = field.start_formulas.get(*component).and_then(Option::as_ref);
        let formula = formula.filter(|it| !jumps(it) && !has_noise(it));
        let compiled = formula
            .and_then(|formula| engine.compile(formula, &field.grid.coordinates).ok());
        grid.axes.iter().enumerate().filter_map(move |(axis, along)| {
            let times = depth_along(&own.rate, axis);
            let (compiled, points) = (compiled.as_ref()?, along.points);
            let varies = formula?.contains_symbol(field.grid.coordinates.get(axis)?);
            if times == 0 || points < FEWEST || !varies {
                return None;
            }
            let wrong = |points| wrong(compiled, grid, (axis, points), (times, order));
            let part = wrong(points).filter(|part| *part > WRONG)?;
            let enough = enough(points, WRONG / 2.0, wrong);
            Some(Imprecise { field: place, axis, times, part, enough })
        })
    });
    found.max_by(|a, b| a.part.total_cmp(&b.part))
}

/// The part of a derivative that central differences of an order get wrong, beside those of nearer points. `None` where the formula has no finite
/// value, and where rounding is too large a part of it.
fn wrong(
    formula: &CompiledFunction,
    grid: &Grid,
    (along, points): (usize, usize),
    (times, order): (usize, usize),
) -> Option<f64> {
    let own = grid.axes.get(along)?;
    let line = Axis { points, ..own.clone() };
    let reach = times.div_ceil(2) + order / 2 - 1;
    let offsets: Vec<i32> = (-(reach as i32)..=reach as i32).collect();
    let halves: Vec<i32> = offsets.iter().map(|offset| 2 * offset).collect();
    let weights = weights(&halves, times);
    let all_lines = lines_along(grid, along, points);
    let cells = (all_lines.len() * points) as f64;
    let mut registers = Vec::new();
    let (mut all, mut off, mut largest) = (0.0, 0.0, 0.0_f64);
    for mut point in all_lines {
        for place in reach..points.saturating_sub(reach) {
            let mut derivative = |by: f64| {
                let mut sum = Complex64::default();
                for (offset, weight) in offsets.iter().zip(&weights) {
                    let place = place as f64 + by * f64::from(*offset);
                    *point.get_mut(along)? = line.at(place);
                    let value = value_at(formula, &point, &mut registers)?;
                    largest = largest.max(value.norm());
                    sum += value * *weight;
                }
                Some(sum / by.powi(times as i32))
            };
            let (coarse, fine) = (derivative(1.0)?, derivative(1.0 / NEARER)?);
            all += fine.norm_sqr();
            off += (coarse - fine).norm_sqr();
        }
    }
    let sizes: f64 = weights.iter().map(|weight| weight.abs()).sum();
    let rounding = f64::EPSILON * largest * sizes * NEARER.powi(times as i32);
    (all > cells * (rounding / WRONG * 10.0).powi(2)).then(|| (off / all).sqrt())
}

#[cfg(test)]
mod tests {
    use holor_algebra::{Assumptions, Interrupt, Symbol};

    use super::*;

    /// Beside the wave of cells that are 4 times as small; cos 2x and sin 2x have both the same.
    #[test]
    fn what_differences_get_wrong_of_a_wave_is_known() {
        let engine = Engine::new(Assumptions::default(), Interrupt::new());
        let x = Symbol::new("x");
        let wave = Expr::call(
            Function::Sin,
            vec![Expr::mul([Expr::integer(2), Expr::symbol("x")])],
        );
        let formula = engine.compile(&wave, &[x]).unwrap();
        let axis = Axis {
            name: "x".into(),
            low: 0.0,
            high: 2.0 * std::f64::consts::PI,
            points: 16,
            closed: false,
        };
        let grid = Grid { axes: vec![axis], mask: None };
        let second = |angle: f64| (2.0 - 2.0 * angle.cos()) / angle.powi(2);
        let angle = std::f64::consts::PI / 4.0;
        let expected = 1.0 - second(angle) / second(angle / NEARER);
        let found = wrong(&formula, &grid, (0, 16), (2, 2)).unwrap();
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        let third =
            |angle: f64| (2.0 * angle.sin() - (2.0 * angle).sin()) / angle.powi(3);
        let expected = 1.0 - third(angle) / third(angle / NEARER);
        let found = wrong(&formula, &grid, (0, 16), (3, 2)).unwrap();
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }
}
