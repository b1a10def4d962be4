//! Values of formulas of fields at frames of a run, by the differences that carry the fields themselves.

use std::ops::Range;
use std::sync::Arc;

use holor_algebra::{Engine, Expr, Function, Node, Symbol};
use holor_field::backend::Backend;
use holor_field::discretise::{SpaceOptions, discretise, stands};
use holor_field::equation::{Complex64, Field, System, Term};
use holor_field::run::{Run, is_real};
use holor_field::stepper::{self, Method};
use holor_field::{FieldError, FieldResult};

use super::equations::{Fields, system};
use super::lattice::{Lattice, rate_equation};
use super::principal::principal;
use super::run::{Series, SeriesValues};
use super::sample::{INTEGRAL, INVERSE, INVERSE_LAPLACIAN, MEAN, POTENTIAL, has_noise};
use super::{BoxValue, FieldShape, FieldValue, RunValue};
use crate::{Diagnostic, Result, Span, codes};

/// What the formula is called among the fields.
const RESULT: &str = "value of the formula";

/// The values of a formula: of each frame of a run, else of the fields at their start.
pub(crate) struct Observed {
    /// Where.
    pub(crate) grid: Arc<BoxValue>,
    /// The values, frame after frame, row-major.
    pub(crate) values: Vec<Complex64>,
    /// Along which axes they stand half a cell beyond the points.
    pub(crate) shift: [bool; 3],
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
    let frames = 0..run.map_or(1, |run| run.times.len());
    observe_frames(
        formula,
        (run, frames),
        (fields, engine, backend),
        (order, span),
        failed,
    )
}

/// Evaluates a formula at the last frame of a run.
///
/// # Errors
/// As [`observe`].
pub(crate) fn observe_last(
    formula: &Expr,
    run: &RunValue,
    known: (&Fields, &Engine, &Arc<dyn Backend>),
    order: (Option<usize>, Span),
    failed: &dyn Fn(FieldError) -> Box<crate::Diagnostic>,
) -> Result<Observed> {
    let frames = run.times.len();
    observe_frames(
        formula,
        (Some(run), frames.saturating_sub(1)..frames),
        known,
        order,
        failed,
    )
}

fn observe_frames(
    formula: &Expr,
    (run, frames): (Option<&RunValue>, Range<usize>),
    (fields, engine, backend): (&Fields, &Engine, &Arc<dyn Backend>),
    (order, span): (Option<usize>, Span),
    failed: &dyn Fn(FieldError) -> Box<crate::Diagnostic>,
) -> Result<Observed> {
    let grid = match run {
        Some(run) => run.grid.clone(),
        None => Lattice::of(fields, [formula], span)?.grid().clone(),
    };
    let time = match run {
        Some(run) => Symbol::new(&run.time),
        None => time_of(formula, fields),
    };
    let (unknowns, rates) = match run {
        Some(run) => (run.fields.as_slice(), run.equations.as_slice()),
        None => (&[][..], &[][..]),
    };
    let fields_of_run = run.map_or(&[][..], |run| &run.rest.system.system.fields);
    let place = Place { grid: &grid, time: &time, unknowns, rates, order, fields_of_run };
    let observer = Observer::new(formula, &place, fields, engine, span)?;
    let mut values = Vec::new();
    for frame in frames {
        let start = run.and_then(|run| run.times.get(frame).copied()).unwrap_or(0.0);
        let read = |name: &str| match run {
            Some(run) => frame_of(series_named(run, name)?, run.grid.cells(), frame),
            None => None,
        };
        values.extend(observer.values(start, &read, backend).map_err(failed)?);
    }
    Ok(Observed { grid, values, shift: observer.shift })
}

/// Where a formula is evaluated.
pub(crate) struct Place<'a> {
    /// The box.
    pub(crate) grid: &'a Arc<BoxValue>,
    /// The symbol of time.
    pub(crate) time: &'a Symbol,
    /// The fields whose values change from frame to frame.
    pub(crate) unknowns: &'a [(Arc<FieldValue>, usize)],
    /// Their equations, solved for the derivatives in time.
    pub(crate) rates: &'a [Expr],
    /// The order of differences in space; 2 where left out.
    pub(crate) order: Option<usize>,
    /// The fields of the run, which know where they stand.
    pub(crate) fields_of_run: &'a [Field],
}

/// A formula of fields that is evaluated again and again.
pub(crate) struct Observer {
    system: System,
    space: SpaceOptions,
    /// Along which axes its values stand half a cell beyond the points: where the formula stands on a staggered grid.
    pub(crate) shift: [bool; 3],
}

impl Observer {
    /// Of this formula. A derivative in time that the equations give is what they give.
    ///
    /// # Errors
    /// Where there is no field in it, or it is no formula that could give a field.
    pub(crate) fn new(
        formula: &Expr,
        place: &Place<'_>,
        fields: &Fields,
        engine: &Engine,
        span: Span,
    ) -> Result<Self> {
        let (grid, time) = (place.grid, place.time);
        let mut known = fields.clone();
        for (field, component) in place.unknowns {
            let names = field.component_names();
            let name = names.get(*component).cloned().unwrap_or_default();
            let start =
                field.start.get(*component).map_or_else(Vec::new, |it| it.to_vec());
            let alone = alone(field, *component, &name, start);
            known.insert(name, (Arc::new(alone), 0));
        }
        // What Fourier space finds from other fields is in the frames, and has no difference formula.
        let formula =
            replaced(formula, place.rates, &|left, right| !is_found(left, right));
        let mut equations = Vec::new();
        for (name, (field, _)) in &known {
            let unknown = unknown(name, &field.grid, time);
            if formula.contains(&unknown) {
                let rate = rate_equation(&unknown, time, Expr::zero());
                let second = formula.any(&mut |part| is_rate(part, &unknown, time));
                let twice = second_order(&unknown, time);
                // What is left of derivatives in time must be the one that frames hold.
                let held = place.rates.is_empty()
                    || place.rates.iter().any(|rate| left_of(rate) == left_of(&twice));
                let highest = left_of(&twice).is_some_and(|it| formula.contains(it));
                if second && (!held || highest) {
                    let message =
                        format!("the derivative of `{name}` in {time} is not known here");
                    return Diagnostic::error(&codes::E0310_EVOLUTION, message)
                        .at(span)
                        .into();
                }
                equations.push(if second { twice } else { rate });
            }
        }
        let result = FieldValue {
            name: Some(RESULT.into()),
            grid: grid.clone(),
            shape: FieldShape::Scalar,
            complex: true,
            declared_real: false,
            time: time.clone(),
            start: Arc::from([Arc::from(vec![Complex64::default(); grid.cells()])]),
            start_formulas: Arc::from([]),
            velocity: Arc::from([]),
            velocity_formulas: Arc::from([]),
            sides: None,
        };
        equations.push(Expr::equation(unknown(RESULT, grid, time), formula));
        known.insert(RESULT.to_owned(), (Arc::new(result), 0));
        let evolution = system(&equations, time, &known, engine, span)?;
        let mut space = SpaceOptions::default();
        space.order = place.order.unwrap_or(space.order);
        space.observes = true;
        let mut system = evolution.system;
        // Of what may be negative a root is complex, as it is of an array.
        let known = system.clone();
        if let Some(result) = system.fields.iter_mut().find(|it| it.name == RESULT) {
            let is_real = |term: &Term| is_real(&known, term);
            result.rate = principal(&result.rate, &is_real);
        }
        for field in &mut system.fields {
            let of_run = place.fields_of_run.iter().find(|own| own.name == field.name);
            field.shift = of_run.map_or([false; 3], |own| own.shift);
        }
        let mut shift = [false; 3];
        if let Some(result) = system.fields.iter().position(|it| it.name == RESULT) {
            // What is wrong with the formula is said where it is evaluated.
            shift = stands(&system, result).unwrap_or_default();
            if let Some(result) = system.fields.get_mut(result) {
                result.shift = shift;
            }
        }
        Ok(Self { system, space, shift })
    }

    /// Its values at a time, row-major; a field that cannot be read stands at its start.
    pub(crate) fn values(
        &self,
        time: f64,
        read: &dyn Fn(&str) -> Option<Vec<Complex64>>,
        backend: &Arc<dyn Backend>,
    ) -> FieldResult<Vec<Complex64>> {
        let mut now = self.system.clone();
        for field in &mut now.fields {
            if let Some(values) = read(&field.name) {
                field.start = values;
            }
            if field.order == 2
                && let Some(values) = read(&format!("{}_t", field.name))
            {
                field.start_velocity = values;
            }
        }
        at_start(&now, time, &self.space, backend)
    }
}

/// A formula with derivatives in time, and fields that others give, replaced by what the equations say of them.
pub(crate) fn with_rates(formula: &Expr, rates: &[Expr]) -> Expr {
    replaced(formula, rates, &|_, _| true)
}

fn replaced(
    formula: &Expr,
    rates: &[Expr],
    wanted: &dyn Fn(&Expr, &Expr) -> bool,
) -> Expr {
    formula.transform(&mut |part| {
        let known = rates.iter().find_map(|rate| match rate.node() {
            Node::Relation(_, left, right)
                if *left == part && !has_noise(right) && wanted(left, right) =>
            {
                Some(right.clone())
            }
            _ => None,
        });
        known.unwrap_or(part)
    })
}

/// Whether a field without a derivative in time is found from others by inverting an operator.
fn is_found(left: &Expr, right: &Expr) -> bool {
    let inverts = |part: &Expr| matches!(part.node(), Node::Apply(name, _) if [INVERSE, INVERSE_LAPLACIAN, POTENTIAL].contains(&name.name()));
    matches!(left.node(), Node::Apply(..)) && right.any(&mut |part| inverts(part))
}

/// The left side of an equation.
fn left_of(equation: &Expr) -> Option<&Expr> {
    match equation.node() {
        Node::Relation(_, left, _) => Some(left),
        _ => None,
    }
}

/// Whether a formula is the same at all points: nothing of a point is in it but what stands inside of integrals and means.
pub(crate) fn is_whole(formula: &Expr, coordinates: &[Symbol]) -> bool {
    let rest = formula.transform(&mut |part| match part.node() {
        Node::Apply(name, _) if [INTEGRAL, MEAN].contains(&name.name()) => Expr::one(),
        _ => part,
    });
    !rest.any(&mut |part| match part.node() {
        Node::Apply(..) => true,
        Node::Symbol(symbol) => coordinates.contains(symbol),
        _ => false,
    })
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
fn alone(
    field: &FieldValue,
    component: usize,
    name: &str,
    start: Vec<Complex64>,
) -> FieldValue {
    FieldValue {
        name: Some(name.into()),
        grid: field.grid.clone(),
        shape: FieldShape::Scalar,
        complex: field.complex,
        declared_real: false,
        time: field.time.clone(),
        start: Arc::from([Arc::from(start)]),
        start_formulas: Arc::from([]),
        velocity: Arc::from([]),
        velocity_formulas: Arc::from([]),
        sides: Some(field.sides_of(component)),
    }
}

/// The series of an unknown of a run; those of velocities stand between them.
fn series_named<'a>(run: &'a RunValue, name: &str) -> Option<&'a Series> {
    run.series.iter().find(|series| &*series.name == name)
}

/// One frame of a series.
pub(crate) fn frame_of(
    series: &Series,
    cells: usize,
    frame: usize,
) -> Option<Vec<Complex64>> {
    let range = frame * cells..(frame + 1) * cells;
    Some(match &series.values {
        SeriesValues::Real(values) => {
            let own = values.get(range)?;
            own.iter().map(|value| Complex64::new(*value, 0.0)).collect()
        }
        SeriesValues::Complex(values) => values.get(range)?.to_vec(),
    })
}
