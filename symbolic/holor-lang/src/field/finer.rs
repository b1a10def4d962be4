//! A short run once more on twice the points along each axis: what that changes is about the error of the points.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use holor_algebra::{Engine, Expr, Node, Symbol};
use holor_field::FieldError;
use holor_field::backend::{Backend, Precision};
use holor_field::discretise::weights;
use holor_field::equation::{Boundary, Complex64, Grid, System, Term};
use holor_field::run::{Outcome, Progress};
use holor_field::stepper;

use super::driver::{Observation, Seen, advance};
use super::equations::Fields;
use super::evolution::{Choices, Continuation, Made, make, make_with};
use super::resolution::{ROUNDED, any, frame as frame_at};
use super::run::Series;
use super::sample::{Sampler, has_noise};
use super::starting::jumps;
use super::{BoxValue, EvolutionSystem, FieldValue, system};
use crate::{Diagnostic, Span};

/// So many cell steps of differences are done again at most: about a second.
const MOST: f64 = 1e8;
/// A step of few cells costs as much as one of so many.
const OF_A_STEP: f64 = 1000.0;
/// Transforms take so many times as long as differences, and equations that are solved in each step.
const TRANSFORMS: f64 = 20.0;
const SOLVED: f64 = 100.0;
/// As does the interpreter.
const INTERPRETED: f64 = 50.0;
/// To compare a cell of a frame takes so many times as long, and of many frames so many are.
const COMPARED: f64 = 10.0;
const FRAMES: usize = 16;
/// More cells are not done again, nor starts that have so many parts at all cells.
const MOST_CELLS: usize = 1 << 18;
const MOST_PARTS: u64 = 10_000_000;
/// And what takes longer than so many seconds all the same is left.
const SECONDS: f64 = 2.0;

/// Twice the points along each axis.
const TIMES: usize = 2;
/// Fine points of the polynomial through which a value between them is taken.
const THROUGH: usize = 6;
/// What is compared has the largest size that fields have from this part of the run before on: a standing wave passes through 0, and what has only begun
/// to grow shows later how it came out.
const NEAR: usize = 4;
/// A field below this part of the largest that it was is gone.
const GONE: f64 = 1e-2;
/// And one below this part of the largest of all is what rounding makes of nothing.
const NOTHING: f64 = 1e-6;
/// One that begins alike everywhere and is changed by so many times what it varies is nothing but the error of the points, of differences of order 2 three times:
/// it is compared with its size, or this part of the largest of all.
const ALL: f64 = 2.0;
const NOTHING_OF: f64 = 0.01;

/// What twice the points change most.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    /// The field's place in the system.
    pub(crate) field: usize,
    /// The time.
    pub(crate) time: f64,
    /// By which part of what it varies: root of the mean square over the box, the mean where it jumps.
    pub(crate) part: f64,
}

/// The equations of a run, as they were written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written<'a> {
    equations: &'a [Expr],
    time: &'a Symbol,
    span: Span,
}

impl<'a> Written<'a> {
    /// Equations in this symbol of time, at this place.
    pub(crate) fn of(equations: &'a [Expr], time: &'a Symbol, span: Span) -> Self {
        Self { equations, time, span }
    }
}

/// A run that has come to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done<'a> {
    /// What it began with.
    pub(crate) begun: &'a Continuation,
    /// The plan it ended with.
    pub(crate) made: &'a Made,
    pub(crate) times: &'a [f64],
    pub(crate) series: &'a [Series],
    pub(crate) steps: u64,
}

/// Where a run is done again: the device, a clock and whether the person interrupts.
#[derive(Clone, Copy)]
pub(crate) struct Again<'a> {
    pub(crate) backend: &'a Arc<dyn Backend>,
    pub(crate) now: &'a dyn Fn() -> f64,
    pub(crate) interrupted: &'a (dyn Fn() -> bool + Sync),
}

/// What twice the points change in a run. `None` where it is long, random, on a lattice of its own, behind a mask, or begins with numbers that are known
/// at its points alone.
pub(crate) fn change_by_points(
    run: &Done<'_>,
    written: &Written<'_>,
    (fields, engine): (&Fields, &Engine),
    again: Again<'_>,
) -> Option<Change> {
    let own = &run.begun.system.system;
    let to = *run.times.last()?;
    let way = to - run.begun.choices.times.0;
    let cells = own.grid.axes.iter().map(|axis| TIMES * axis.points).product();
    let save = time_between(run, way);
    let slow = if again.backend.name() == "interpreter" { INTERPRETED } else { 1.0 };
    let step = slow * cost_of_step(run.made, own, cells);
    let frames = way / save * COMPARED * (cells * own.fields.len()) as f64;
    let takes_long = |steps: f64| steps * step + frames > MOST;
    let ends = way.is_finite() && way > 0.0 && cells <= MOST_CELLS;
    // Of single precision it would be rounding that is compared.
    let rounds = run.begun.choices.frame_precision() == Precision::Single;
    if !ends
        || rounds
        || !depends_on_points(own)
        || !is_of_space(own)
        || takes_long(run.steps as f64)
    {
        return None;
    }
    let fine = twice(&run.begun.system, written, fields, engine)?;
    let (choices, made) = plan(run, &fine.system, save)?;
    if takes_long(way / made.step()) {
        return None;
    }
    let backend = Arc::clone(again.backend);
    let began = (again.now)();
    let jumps =
        run.begun.choices.limiter.is_some() || begins_with_jumps(&run.begun.system);
    let comparison = RefCell::new(Comparison::new(&run.begun.system, jumps));
    let late = AtomicBool::new(false);
    let ends = || (again.interrupted)() || late.load(Ordering::Relaxed);
    let mut progress = |_: &Progress| {
        late.fetch_or((again.now)() - began > SECONDS, Ordering::Relaxed);
    };
    let mut save = |time: f64, frame: &[Series], _: &[f64]| {
        let near = 1e-6 * way;
        let place = run.times.partition_point(|own| *own < time - near);
        let own_time = run.times.get(place).filter(|own| **own <= time + near);
        let coarse = own_time.map(|_| (run.series, place));
        comparison.borrow_mut().look((own, &fine.system), (time, frame), coarse);
        Ok(Seen::default())
    };
    let mut observation = Observation {
        progress: &mut progress,
        save: &mut save,
        observers: &[],
        looks: true,
        keeper: None,
        streamed: true,
        whole: false,
        now: again.now,
        interrupted: &ends,
    };
    let stretch =
        advance(&fine, &choices, &made, None, backend, to, &mut observation).ok()?;
    if stretch.outcome != Ok(Outcome::Reached) {
        return None;
    }
    comparison.into_inner().worst(own)
}

/// Whether fields may begin with jumps, which differ by a part of a cell on other points.
fn begins_with_jumps(system: &EvolutionSystem) -> bool {
    system.unknowns.iter().any(|(field, _)| {
        let formulas = field.start_formulas.iter().chain(&*field.velocity_formulas);
        formulas.flatten().any(jumps)
    })
}

/// Whether rates depend on neighbours or the whole box: without that points are by themselves, and have no error in space.
pub(crate) fn depends_on_points(system: &System) -> bool {
    has(system, &|it| {
        matches!(
            it,
            Term::Derivative { .. }
                | Term::Shifted { .. }
                | Term::Mean(_)
                | Term::Integral(_)
                | Term::Convolution { .. }
                | Term::InverseLaplacian(_)
                | Term::Potential(_)
        )
    })
}

/// Whether other points can be put in the place of these: nothing is random, on a lattice, or behind a mask, and no points between others change their sign
/// around the box.
fn is_of_space(system: &System) -> bool {
    let turns = |side: &Boundary| matches!(side, Boundary::Antiperiodic);
    let mut sides = system.fields.iter().flat_map(|it| it.boundaries.iter().flatten());
    system.noises.is_empty()
        && system.grid.mask.is_none()
        && !(system.is_staggered() && sides.any(turns))
        && !has(system, &|it| matches!(it, Term::Shifted { .. } | Term::Noise(_)))
}

fn has(system: &System, holds: &dyn Fn(&Term) -> bool) -> bool {
    system.fields.iter().any(|field| any(&field.rate, holds))
}

/// What a step on so many cells costs, in cell steps of differences.
fn cost_of_step(made: &Made, system: &System, cells: usize) -> f64 {
    let transforms = made.built_in.is_some() || !made.stepping.plan.transforms.is_empty();
    let kind = match (made.options.method.implicit(), transforms) {
        (true, _) if made.built_in.is_none() => SOLVED,
        (_, true) => TRANSFORMS,
        _ => 1.0,
    };
    (cells as f64 * kind + OF_A_STEP) * system.fields.len() as f64
}

/// The time between frames that are compared: so many times that of the run that few are left, and its last is among them.
fn time_between(run: &Done<'_>, way: f64) -> f64 {
    let save = run.made.save;
    let saves = (way / save).round();
    if (saves * save - way).abs() > 1e-9 * way || saves < 1.0 {
        return save;
    }
    let saves = saves as usize;
    let most = saves / FRAMES;
    let apart = (1..=most).rev().find(|apart| saves.is_multiple_of(*apart));
    save * apart.unwrap_or(1) as f64
}

/// The plan on more points: by the same method, with steps as short as the run's or as the points ask. Where the run had to shorten its own, so are these,
/// which are not checked once more.
fn plan(run: &Done<'_>, fine: &System, save: f64) -> Option<(Choices, Made)> {
    let mut choices = run.made.settled(&run.begun.choices);
    choices.save = Some(save);
    choices.times.1 = *run.times.last()?;
    choices.step = None;
    let made = make(fine, &choices).ok()?;
    if made.stepping.adaptive.is_some() {
        return Some((choices, made));
    }
    let history = &run.made.history;
    let own = history.shortest.min(history.quickest).min(run.made.step());
    let shortened = (own / run.begun.made.step()).min(1.0);
    let step = (made.step() * shortened).min(own);
    if run.begun.choices.step.is_some() && step < own * (1.0 - 1e-9) {
        // A shorter step than the one chosen would change the fields by itself.
        return None;
    }
    choices.step = Some(step);
    let made = match made.built_in {
        Some(_) => make_with(fine, &choices, made.form).ok()?,
        None => Made {
            options: stepper::Options { step: Some(step), ..made.options },
            checked: false,
            ..made
        },
    };
    Some((choices, made))
}

/// The same equations on twice the points.
fn twice(
    own: &EvolutionSystem,
    written: &Written<'_>,
    fields: &Fields,
    engine: &Engine,
) -> Option<EvolutionSystem> {
    let Written { equations, time, span } = *written;
    let grid = &own.grid;
    let axes = grid.grid.axes.iter().map(|axis| holor_field::equation::Axis {
        points: TIMES * axis.points,
        ..axis.clone()
    });
    let finer = Arc::new(BoxValue {
        grid: Grid { axes: axes.collect(), mask: None },
        ..BoxValue::clone(grid)
    });
    let met = |name: &str| {
        equations.iter().any(|equation| {
            equation.any(&mut |part| {
                matches!(part.node(), Node::Apply(own, _) if own.name() == name)
            })
        })
    };
    // The components of a field are found in one.
    let mut known: Vec<(*const FieldValue, Arc<FieldValue>)> = Vec::new();
    let mut finer_fields = BTreeMap::new();
    for (name, (field, component)) in fields.iter().filter(|(name, _)| met(name)) {
        let at = Arc::as_ptr(field);
        let found = known.iter().find(|(own, _)| *own == at).map(|(_, it)| it.clone());
        let value = match found {
            Some(value) => value,
            None => {
                let value = Arc::new(on(&finer, field, engine, span)?);
                known.push((at, value.clone()));
                value
            }
        };
        finer_fields.insert(name.clone(), (value, *component));
    }
    let mut fine = system(equations, time, &finer_fields, engine, span).ok()?;
    if own.system.is_staggered() {
        let failed = |error: FieldError| {
            Box::new(Diagnostic::error(&crate::codes::E0310_EVOLUTION, error.to_string()))
        };
        fine.stagger(engine, equations, (time, span), &failed).ok()?;
    }
    let names = |it: &EvolutionSystem| -> Vec<String> {
        it.system.fields.iter().map(|field| field.name.clone()).collect()
    };
    (names(&fine) == names(own)).then_some(fine)
}

/// A field on other points, where it starts with formulas or constants.
fn on(
    grid: &Arc<BoxValue>,
    field: &FieldValue,
    engine: &Engine,
    span: Span,
) -> Option<FieldValue> {
    let values = |known: &[Arc<[Complex64]>], formulas: &[Option<Expr>]| {
        known
            .iter()
            .enumerate()
            .map(|(place, values)| match formulas.get(place) {
                // What a function with statements gives at the points is not known between them.
                Some(None) => None,
                Some(Some(formula)) if has_noise(formula) => None,
                Some(Some(formula))
                    if formula.count_nodes().saturating_mul(grid.cells() as u64)
                        > MOST_PARTS =>
                {
                    None
                }
                Some(Some(formula)) => {
                    Sampler::new(grid, engine).values(formula, span).ok().map(Arc::from)
                }
                None => {
                    let first = values.first()?;
                    let alike = values.iter().all(|value| value == first);
                    alike.then(|| vec![*first; grid.cells()].into())
                }
            })
            .collect::<Option<Vec<Arc<[Complex64]>>>>()
    };
    Some(FieldValue {
        grid: grid.clone(),
        start: values(&field.start, &field.start_formulas)?.into(),
        velocity: values(&field.velocity, &field.velocity_formulas)?.into(),
        ..field.clone()
    })
}

/// Sizes over the box: the mean of absolute values, and the mean of squares.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    mean: f64,
    square: f64,
}

impl Size {
    fn of(values: impl ExactSizeIterator<Item = Complex64>) -> Self {
        let count = values.len().max(1) as f64;
        let mut all = Self::default();
        for value in values {
            all.mean += value.norm() / count;
            all.square += value.norm_sqr() / count;
        }
        all
    }

    fn with(self, other: Self) -> Self {
        Self { mean: self.mean + other.mean, square: self.square + other.square }
    }

    fn one(self, on_average: bool) -> f64 {
        if on_average { self.mean } else { self.square.sqrt() }
    }
}

/// What is known of a field in a frame.
#[derive(Clone, Copy, Debug, Default)]
struct Compared {
    /// How far it is from its mean.
    varies: Size,
    /// How large it is.
    size: Size,
    /// How far both runs are apart; nothing where one has no such frame.
    apart: Option<Size>,
}

/// Frames of both runs, side by side.
struct Comparison {
    /// Whether fields may jump: by how much is then said on average, and values between points are means of two.
    jumps: bool,
    /// Fields that belong together, as the components of a vector: their places.
    groups: Vec<Vec<usize>>,
    /// The time and what is known of each field.
    frames: Vec<(f64, Vec<Compared>)>,
}

impl Comparison {
    fn new(run: &EvolutionSystem, jumps: bool) -> Self {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (place, (field, _)) in run.unknowns.iter().enumerate() {
            let same = |other: &Vec<usize>| {
                other.first().and_then(|first| run.unknowns.get(*first)).is_some_and(
                    |(other, _)| field.name.is_some() && other.name == field.name,
                )
            };
            match groups.iter_mut().find(|other| same(other)) {
                Some(group) => group.push(place),
                None => groups.push(vec![place]),
            }
        }
        Self { jumps, groups, frames: Vec::new() }
    }

    /// A frame of the finer run, beside that of the run itself where it has one.
    fn look(
        &mut self,
        (own, fine): (&System, &System),
        (time, frame): (f64, &[Series]),
        coarse: Option<(&[Series], usize)>,
    ) {
        let through = if self.jumps { 2 } else { THROUGH };
        let cells = |system: &System| -> usize {
            system.grid.axes.iter().map(|axis| axis.points).product()
        };
        let find = |all: &[Series], name: &str, number: usize, cells: usize| {
            let series = all.iter().find(|series| *series.name == *name);
            series.map_or_else(Vec::new, |series| frame_at(series, number, cells))
        };
        let known = fine.fields.iter().map(|field| {
            let values = find(frame, &field.name, 0, cells(fine));
            let mean = mean_of(&values);
            let apart = coarse.map(|(series, number)| {
                let coarse = find(series, &field.name, number, cells(own));
                // What others give at every time may be known up to a constant, as a pressure.
                let known = if field.order > 0 {
                    Complex64::default()
                } else {
                    mean_of(&coarse) - mean
                };
                let there = at_points(&values, &fine.grid, field.shift, through);
                let pairs = coarse.iter().zip(&there);
                Size::of(pairs.map(|(a, b)| a - b - known))
            });
            Compared {
                varies: Size::of(values.iter().map(|value| value - mean)),
                size: Size::of(values.iter().copied()),
                apart,
            }
        });
        self.frames.push((time, known.collect()));
    }

    /// Where both are furthest apart, relative to what fields vary.
    fn worst(&self, own: &System) -> Option<Change> {
        let sum = |group: &[usize], frame: usize, of: &dyn Fn(&Compared) -> Size| {
            let known = self.frames.get(frame).map_or(&[][..], |(_, known)| known);
            let parts = group.iter().filter_map(|place| known.get(*place));
            parts.map(of).fold(Size::default(), Size::with).one(self.jumps)
        };
        let all = 0..self.frames.len();
        let most = |group: &[usize], from: usize, of: &dyn Fn(&Compared) -> Size| {
            (from..all.end).map(|frame| sum(group, frame, of)).fold(0.0, f64::max)
        };
        let varies = |it: &Compared| it.varies;
        let apart = |it: &Compared| it.apart.unwrap_or_default();
        let sizes: Vec<f64> =
            self.groups.iter().map(|group| most(group, 0, &varies)).collect();
        let largest = sizes.iter().copied().fold(0.0, f64::max);
        let near = (self.frames.len() / NEAR).max(1);
        let mut found: Option<Change> = None;
        for (group, size) in self.groups.iter().zip(sizes) {
            let absolute = most(group, 0, &|it| it.size);
            if size <= ROUNDED * absolute || size < NOTHING * largest || !size.is_finite()
            {
                continue;
            }
            let mut fields = group.iter().filter_map(|place| own.fields.get(*place));
            let constant = fields.all(|field| {
                let first = field.start.first();
                field.order > 0 && field.start.iter().all(|value| Some(value) == first)
            });
            // What begins alike everywhere and stays so varies by its error alone.
            let nothing = constant && most(group, 0, &apart) > ALL * size;
            let nothing = nothing.then_some(absolute.max(NOTHING_OF * largest));
            for (number, (time, known)) in self.frames.iter().enumerate() {
                if known.iter().any(|it| it.apart.is_none()) {
                    continue;
                }
                let from = number.saturating_sub(near);
                let size = nothing
                    .unwrap_or_else(|| most(group, from, &varies).max(GONE * size));
                let part = sum(group, number, &apart) / size;
                let off = |place: &&usize| {
                    known.get(**place).map_or(0.0, |it| apart(it).one(self.jumps))
                };
                let place = group.iter().max_by(|a, b| off(a).total_cmp(&off(b)));
                if let Some(place) = place
                    && found.as_ref().is_none_or(|found| part > found.part)
                {
                    found = Some(Change { field: *place, time: *time, part });
                }
            }
        }
        found
    }
}

fn mean_of(values: &[Complex64]) -> Complex64 {
    values.iter().sum::<Complex64>() / values.len().max(1) as f64
}

/// Values on twice the points, at the points themselves.
fn at_points(
    values: &[Complex64],
    fine: &Grid,
    shift: [bool; 3],
    through: usize,
) -> Vec<Complex64> {
    let mut values = values.to_vec();
    let mut shape: Vec<usize> = fine.axes.iter().map(|axis| axis.points).collect();
    for (place, axis) in fine.axes.iter().enumerate() {
        let shifted = shift.get(place).copied().unwrap_or(false);
        // In halves of a fine cell beyond the fine point of twice the number.
        let beyond = i32::from(!axis.closed) + i32::from(shifted);
        let after: usize = shape.iter().skip(place + 1).product();
        let points = axis.points;
        let before = values.len() / (points * after).max(1);
        let coarse = points / TIMES;
        let mut taken = Vec::with_capacity(before * coarse * after);
        for block in 0..before {
            for point in 0..coarse {
                let parts = parts_at(point, beyond, (points, through), axis.closed);
                for rest in 0..after {
                    let sum = parts.iter().map(|(at, weight)| {
                        let cell = (block * points + at) * after + rest;
                        values.get(cell).copied().unwrap_or_default() * *weight
                    });
                    taken.push(sum.sum());
                }
            }
        }
        values = taken;
        if let Some(own) = shape.get_mut(place) {
            *own = coarse;
        }
    }
    values
}

/// The fine points and weights that give a value at a coarse point.
fn parts_at(
    point: usize,
    beyond: i32,
    (points, through): (usize, usize),
    closed: bool,
) -> Vec<(usize, f64)> {
    if beyond != 1 {
        return vec![((TIMES * point + beyond as usize / 2) % points.max(1), 1.0)];
    }
    let through = through.min(points);
    let first = (TIMES * point + 1) as i32 - (through / 2) as i32;
    let first = match closed {
        true => first,
        false => first.clamp(0, (points - through) as i32),
    };
    let all = first..first + through as i32;
    let from: Vec<i32> =
        all.clone().map(|at| 2 * at - (2 * TIMES * point) as i32 - 1).collect();
    let places = all.map(|at| at.rem_euclid(points as i32) as usize);
    places.zip(weights(&from, 0)).collect()
}

#[cfg(test)]
mod tests {
    use holor_field::equation::Axis;

    use super::*;

    /// Polynomials of degree 5 and waves are what they are at the points, whichever these are.
    #[test]
    fn values_on_twice_the_points_are_taken_at_the_points() {
        for (closed, shifted) in
            [(false, false), (false, true), (true, false), (true, true)]
        {
            let axis = |points: usize| Axis {
                name: "x".into(),
                low: 0.0,
                high: 2.0 * std::f64::consts::PI,
                points,
                closed,
            };
            let by = if shifted { 0.5 } else { 0.0 };
            let at = |axis: &Axis| -> Vec<f64> {
                (0..axis.points).map(|point| axis.at(point as f64 + by)).collect()
            };
            let of = |x: f64| match closed {
                true => x.sin() + 0.3 * (2.0 * x).cos(),
                false => 1.0 - x + 0.2 * x.powi(3) - 0.02 * x.powi(5),
            };
            let (coarse, fine) = (axis(64), axis(128));
            let grid = Grid { axes: vec![axis(64), fine.clone()], mask: None };
            let values: Vec<Complex64> = at(&axis(64))
                .into_iter()
                .flat_map(|x| at(&fine).into_iter().map(move |y| (of(x) * of(y)).into()))
                .collect();
            let found = at_points(&values, &grid, [shifted, shifted, false], THROUGH);
            let few = axis(32);
            let expected = at(&few)
                .into_iter()
                .flat_map(|x| at(&coarse).into_iter().map(move |y| of(x) * of(y)));
            assert_eq!(found.len(), 32 * 64);
            for (found, expected) in found.into_iter().zip(expected) {
                let off = (found - expected).norm();
                assert!(off <= 1e-6, "{closed} {shifted}: {found} {expected}");
            }
        }
    }
}
