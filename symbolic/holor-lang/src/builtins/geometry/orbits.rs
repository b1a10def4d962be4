//! Geodesics in numbers.

use std::sync::Arc;

use holor_algebra::{Expr, Node, Relation, Symbol};
use holor_geometry::Chart;
use holor_geometry::orbit::{
    self, Character, End, GeodesicFlow, Motion, Orbit, Root, Tolerance, is_watched,
};
use holor_macros::builtin;

use super::at;
use super::bundles::{Equations, Request, left_out};
use crate::builtin::{Curved, Deferred, RangeBinding, Spanned, word};
use crate::builtins::fields::DeviceWord;
use crate::evaluate::Call;
use crate::geometry::{Geometry, OrbitValue};
use crate::numeric::{Given, Launch, Until};
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&GEODESIC];

word! {
    /// The sign of `g_ab ẋᵃ ẋᵇ`.
    pub(crate) Causal {
        /// −1, or 1 with the signs +−−−: a massive particle, by its proper time.
        Timelike = "timelike",
        /// 0: light.
        Null = "null",
        /// 1, or −1 with the signs +−−−: by its length.
        Spacelike = "spacelike",
    }
}

word! {
    /// Which of two values.
    pub(crate) RootWord {
        /// The one that leads into the future.
        Future = "future",
        /// The larger.
        Larger = "larger",
        /// The smaller.
        Smaller = "smaller",
    }
}

/// Integrates a geodesic of a metric, or an autoparallel of a connection, from a start in numbers; or many.
///
/// The motion at the start is a `velocity` (dx^a/dλ) or a `momentum` (p_a). One component may be left out and is found from
/// `kind`: `null` has the norm 0, `timelike` -1 and `spacelike` 1 where the metric has the signs -+++, 1 and -1 where it has +---. Of the two
/// values it takes the one that leads into the future, dt/dλ > 0, where there is a time, else the larger one; `root = larger` or `smaller` asks for another. Where all
/// components are given, `kind` is checked.
/// The result has its samples by name, `run.r`, `run.λ`, velocities `run.dr`, and what is conserved: `run.norm`, `run.p_φ`, … for
/// coordinates that the metric does not depend on, with their largest change in `run.drift`; of a connection that is no metric's nothing is known to be conserved.
/// `plot(run)` draws the path. Adaptive steps: Dormand and Prince's pair of order 5(4).
///
/// A geodesic starts within its chart and ends, with a warning, where the conditions of the chart do, `r > 0`, or at a singularity. `until` ends it where the condition comes to
/// hold: the coordinates, their derivatives `dr`, … and the parameter may stand in it.
///
/// Where a coordinate or component is an array, there is a geodesic for each of its numbers: arrays have one shape, numbers are the same for all.
/// They are integrated together on the processor's cores or a graphics card, each with its own steps, in Hamilton's form ẋ^a = ∂H/∂p_a,
/// ṗ_a = -∂H/∂x^a with H = g^ab p_a p_b/2. The result has arrays of their last states: `run.r`, `run.dr`, `run.λ`, `run.norm` and
/// `run.p_φ` at the start, `run.drift`, and 1 in `run.stopped` where `until` held, in `run.failed` where the chart ended or a singularity was met. `until` is an
/// inequality then, looked at after each step and met to about a hundred times the tolerance, as the end of the chart is; a geodesic that starts where it holds stays there. With `samples` the arrays have an axis of the parameter in front, and `plot(run)`
/// draws all paths; a geodesic that has ended stays where it is.
///
/// ```holor
/// M = chart(r, φ) where r > 0; g = metric(dr^2 + r^2 dφ^2); run = geodesic(g, λ = 0..3, start = [r == 1, φ == 0], velocity = [r == 0, φ == 1], samples = 4); N(run.r[4], 6)   # => 3.16228
/// M = chart(r, φ) where r > 0; g = metric(dr^2 + r^2 dφ^2); run = geodesic(g, λ = 0..3, start = [r == [1, 2], φ == 0], velocity = [r == 0, φ == 1]); max(abs(run.r - array([10^(1/2), 40^(1/2)]))) < 1e-8    # => true
/// M = chart(t, x); g = metric(-dt^2 + dx^2); run = geodesic(g, λ = 0..3, start = [t == 0, x == 0], momentum = [x == 3/4], kind = timelike); run.dt[1]    # => 1.25
/// M = chart(r, φ) where r > 0; g = metric(dr^2 + r^2 dφ^2); run = geodesic(g, λ = 0..9, start = [2, 0], velocity = [r == -1, φ == 1], until = dr > 0); N(run.r[-1], 6)    # => 1.78885
/// M = chart(r, φ) where r > 0; g = metric(dr^2 + r^2 dφ^2); geodesic(g, λ = 0..3, start = [r == -1, φ == 0], velocity = [r == 0, φ == 1])    # error: [E0307]
/// M = chart(r, φ); g = metric(dr^2 + r^2 dφ^2); geodesic(g, λ = 0..3, start = [r == 1], velocity = [r == 0, φ == 1])    # error: [E0202]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.1", see("geodesics", "conserved_momenta", "plot", "evaluate"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn geodesic(
    call: &Call<'_>,
    /// A metric or a connection, all its parameters given numbers.
    metric: Curved,
    /// The affine parameter and its range.
    range: RangeBinding,
    /// The coordinates at the start, `[t == 0, r == 6, …]`, or all in their order, `[0, 6, …]`; numbers or arrays.
    #[named]
    start: Spanned<Deferred>,
    /// The derivatives of the coordinates at the start, `[r == 0, φ == 0.1, …]` or `[dr == 0, dφ == 0.1, …]`.
    #[named]
    velocity: Option<Spanned<Deferred>>,
    /// The momenta at the start, instead of the velocity: `[t == -1, φ == 4, …]` or `[p_t == -1, p_φ == 4, …]`.
    #[named]
    momentum: Option<Spanned<Deferred>>,
    /// `timelike`, `null` or `spacelike`: gives a component that was left out, and is checked where none was.
    #[named]
    kind: Option<Causal>,
    /// `future`, `larger` or `smaller`: which value the component that was left out takes; `future` if left out.
    #[named]
    root: Option<RootWord>,
    /// How many samples are kept, at equal distances of the parameter; if left out 1001 of one geodesic, of many the last state.
    #[named]
    samples: Option<usize>,
    /// A condition that ends the orbit, such as `r < 2.1`, `dr > 0` or `λ > 5`.
    #[named]
    until: Option<Spanned<Deferred>>,
    /// The relative error allowed in a step; 1e-10 if left out.
    #[named]
    tolerance: Option<f64>,
    /// Where many geodesics are integrated: `auto`, `cpu`, `cuda` or `interpreter`.
    #[named]
    device: Option<DeviceWord>,
    /// Whether progress of many geodesics that take long is shown; true if left out.
    #[named]
    progress: Option<bool>,
) -> Result<Value> {
    let (connection, own) = match &metric {
        Curved::Metric(own) => (at(call, own.christoffel())?, Some(own.clone())),
        Curved::Connection(connection) => {
            (connection.clone(), connection.metric().cloned())
        }
    };
    let chart = connection.coefficients().chart().clone();
    let coordinates = chart.coordinates();
    if coordinates.iter().any(|own| own.name() == range.symbol.name()) {
        let message = format!(
            "`{}` is a coordinate of the chart; the parameter of a geodesic has a name of its own",
            range.symbol
        );
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
            .at(range.span)
            .hint("λ = 0..10")
            .into();
    }
    let engine = call.engine();
    let mut grid = None;
    let start = Equations::read(call, (coordinates, ""), &start, &mut grid)?;
    if let Some(place) = start.values.iter().position(Option::is_none) {
        return wrong(
            call,
            start.span,
            format!("the start does not say what {} is", coordinates[place]),
        );
    }
    let (motion, given) = match (velocity, momentum) {
        (Some(velocity), None) => (velocity, Given::Velocity),
        (None, Some(momentum)) => (momentum, Given::Momentum),
        _ => {
            let message = "a geodesic starts with a velocity or with a momentum";
            return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
        }
    };
    let prefix = match given {
        Given::Velocity => "d",
        Given::Momentum => "p_",
    };
    let motion = Equations::read(call, (coordinates, prefix), &motion, &mut grid)?;
    let character = kind.map(|kind| match kind {
        Causal::Timelike => Character::Timelike,
        Causal::Null => Character::Null,
        Causal::Spacelike => Character::Spacelike,
    });
    let root = match root {
        None | Some(RootWord::Future) => Root::Future,
        Some(RootWord::Larger) => Root::Larger,
        Some(RootWord::Smaller) => Root::Smaller,
    };
    let until = match until {
        Some(until) => Some(condition(call, coordinates, &range.symbol, &until)?),
        None => None,
    };
    warn_of_parameters(call, &chart);
    let relative = tolerance.unwrap_or(Tolerance::default().relative);
    if !(1e-14..=1e-1).contains(&relative) {
        let message = "the tolerance is a relative error from 1e-14 to 0.1";
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    let ends = (
        call.real_number(&range.range.start, range.span)?,
        call.real_number(&range.range.end, range.span)?,
    );
    if samples.is_some_and(|own| !(2..=crate::evaluate::LONGEST_LIST).contains(&own)) {
        return Err(
            call.error(&codes::E0204_OUT_OF_RANGE, "an orbit has at least 2 samples")
        );
    }
    if let Some(grid) = grid {
        if ends.0 == ends.1 {
            let message = format!("the geodesics have no way to go: {}", range.symbol);
            let message = format!("{message} = {}..{}", ends.0, ends.1);
            return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
        }
        let missing = left_out(call, coordinates, &motion, given)?;
        let request = Request {
            metric: &metric,
            parameter: range.symbol,
            ends,
            start,
            motion,
            launch: Launch { given, missing, norm: None, root, time: None },
            character,
            until,
            tolerance: relative,
            device,
            samples,
            progress: progress != Some(false),
            grid,
        };
        return request.integrate(call);
    }
    if device.is_some() {
        let message = "one geodesic is integrated here; `device` is for arrays of starts";
        return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
    }
    let launch = orbit::Launch {
        position: start.numbers().into_iter().flatten().collect(),
        motion: match given {
            Given::Velocity => Motion::Velocity(motion.numbers()),
            Given::Momentum => Motion::Momentum(motion.numbers()),
        },
        character,
        root,
    };
    let samples = samples.unwrap_or(1001);
    let tolerance =
        Tolerance { relative, absolute: relative * 1e-2, ..Tolerance::default() };
    let flow = at(call, GeodesicFlow::compile(&connection, own.as_ref(), &engine))?;
    let mut goes_on = watched(call, until.as_ref(), coordinates)?;
    let orbit =
        at(call, flow.integrate(&launch, ends, samples, &tolerance, &mut goes_on))?;
    call.poll()?;
    let reason = match orbit.end {
        End::Reached | End::Stopped => None,
        End::LeftChart => Some(""),
        End::Inaccurate => Some(
            "further on its norm or a momentum is not kept, as close to a singularity; a smaller tolerance may lead on",
        ),
        End::NotFinite | End::StepTooSmall => {
            Some("a singularity of the chart or of the geometry")
        }
        End::TooManySteps => Some("the most steps allowed"),
    };
    if let Some(reason) = reason {
        let reached = orbit.parameter.last().copied().unwrap_or(ends.0);
        let reason = match orbit.end {
            End::LeftChart => left_chart(&flow, &orbit),
            _ => reason.to_owned(),
        };
        let message =
            format!("the geodesic ends near {} = {reached:.6}: {reason}", range.symbol);
        call.warn(
            Diagnostic::warning(&codes::E0401_NOT_A_NUMBER, message).at(call.span()),
        );
    }
    Ok(Value::Geometry(Geometry::Orbit(Arc::new(OrbitValue::new(
        &chart,
        range.symbol,
        orbit,
    )))))
}

/// The condition that ends geodesics: the coordinates, their derivatives `dr`, … and the parameter may stand in it.
fn condition(
    call: &Call<'_>,
    coordinates: &[Symbol],
    parameter: &Symbol,
    until: &Spanned<Deferred>,
) -> Result<Until> {
    let mut locals: Vec<(Arc<str>, Value)> = Vec::new();
    let mut velocities = Vec::new();
    let symbol = |name: &str| Value::Expr(Expr::symbol(name));
    for coordinate in coordinates {
        let name = format!("d{coordinate}");
        if let Some(ascii) = crate::syntax::spelled_out(coordinate.name()) {
            locals.push((format!("d{ascii}").into(), symbol(&name)));
        }
        locals.push((name.as_str().into(), symbol(&name)));
        velocities.push(Symbol::new(&name));
    }
    locals.push((parameter.name().into(), symbol(parameter.name())));
    let value = call.evaluate_in(&until.value, locals)?;
    let Value::Expr(condition) = value else {
        let message = format!("`until` expected a condition, found {}", value.describe());
        return Diagnostic::error(&codes::E0201_WRONG_TYPE, message)
            .at(until.span)
            .hint("until = r < 2")
            .into();
    };
    if !is_inequality(&condition) {
        let message = format!("`{condition}` in `until` is no inequality");
        return Diagnostic::error(&codes::E0307_INVALID, message)
            .at(until.span)
            .hint("until = r < 2")
            .hint(format!("until = {parameter} > 5"))
            .into();
    }
    let known = |own: &Symbol| {
        coordinates.contains(own) || velocities.contains(own) || own == parameter
    };
    if let Some(open) = condition.free_symbols().iter().find(|own| !known(own)) {
        let message = format!(
            "`{open}` in `until` is no coordinate, no derivative such as `{}`, and not `{parameter}`",
            velocities.first().map_or("", Symbol::name)
        );
        return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
            .at(until.span)
            .into();
    }
    Ok(Until { condition, velocities, parameter: parameter.clone() })
}

/// What a geodesic asks along its way: whether it goes on.
pub(super) fn watched<'a>(
    call: &'a Call<'_>,
    until: Option<&Until>,
    coordinates: &[Symbol],
) -> Result<impl FnMut(f64, &[f64], &[f64]) -> bool + 'a> {
    let stop = match until {
        Some(until) => {
            let mut variables = coordinates.to_vec();
            variables.extend(until.velocities.iter().cloned());
            variables.push(until.parameter.clone());
            Some(call.engine().compile(&until.condition, &variables)?)
        }
        None => None,
    };
    let mut state = Vec::new();
    Ok(move |parameter: f64, x: &[f64], velocity: &[f64]| {
        if call.poll().is_err() {
            return false;
        }
        let Some(stop) = &stop else { return true };
        state.clear();
        state.extend(x.iter().chain(velocity).chain([&parameter]));
        stop.evaluate(&state) != 1.0
    })
}

/// Whether a condition is made of inequalities: what crosses from one side to the other.
fn is_inequality(condition: &Expr) -> bool {
    match condition.node() {
        Node::Relation(relation, ..) => {
            !matches!(relation, Relation::Equal | Relation::NotEqual)
        }
        Node::And(items) | Node::Or(items) => items.iter().all(is_inequality),
        Node::Not(inner) => is_inequality(inner),
        _ => false,
    }
}

/// Says which conditions of the chart cannot be watched.
fn warn_of_parameters(call: &Call<'_>, chart: &Chart) {
    for condition in chart.conditions() {
        if !is_watched(chart, &condition) {
            let message = format!(
                "the geodesic is not held to `{condition}`, which the chart says: what stands in it has no value"
            );
            let warning = Diagnostic::warning(&codes::E0202_WRONG_ARGUMENTS, message);
            call.warn(warning.at(call.span()));
        }
    }
}

/// The condition at the border of which an orbit has ended.
fn left_chart(flow: &GeodesicFlow, orbit: &Orbit) -> String {
    let last = |lists: &[Vec<f64>]| -> Vec<f64> {
        lists.iter().filter_map(|list| list.last().copied()).collect()
    };
    let (x, velocity) = (last(&orbit.positions), last(&orbit.velocities));
    let direction = match (orbit.parameter.first(), orbit.parameter.last()) {
        (Some(first), Some(last)) if last < first => -1.0,
        _ => 1.0,
    };
    // A little further on.
    let broken = (-12..=0).find_map(|power| {
        let step = direction * 10f64.powi(power);
        let on: Vec<f64> = x.iter().zip(&velocity).map(|(x, v)| x + step * v).collect();
        flow.broken(&on)
    });
    match broken {
        Some(condition) => {
            format!("there it leaves the chart, on which `{condition}` holds")
        }
        None => "there it leaves the chart".into(),
    }
}

fn wrong<T>(_: &Call<'_>, span: crate::Span, message: String) -> Result<T> {
    Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(span).into()
}
