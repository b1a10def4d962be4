//! Geodesics in numbers.

use std::sync::Arc;

use holor_algebra::{Expr, Node, Relation, Symbol};
use holor_geometry::orbit::{End, GeodesicFlow, Launch, Motion, Tolerance};
use holor_macros::builtin;

use super::at;
use crate::builtin::{Curved, RangeBinding, Spanned, word};
use crate::evaluate::Call;
use crate::geometry::{Geometry, OrbitValue};
use crate::{Builtin, Diagnostic, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&GEODESIC];

word! {
    /// The sign of `g_ab ẋᵃ ẋᵇ`.
    pub(crate) Causal {
        /// −1: a massive particle, by its proper time.
        Timelike = "timelike",
        /// 0: light.
        Null = "null",
        /// 1: by its length.
        Spacelike = "spacelike",
    }
}

word! {
    /// Which of two values.
    pub(crate) Root {
        /// The larger.
        Larger = "larger",
        /// The smaller.
        Smaller = "smaller",
    }
}

/// Integrates a geodesic of a metric, or an autoparallel of a connection, from a start in numbers.
///
/// The motion at the start is a `velocity` (dx^a/dλ) or a `momentum` (p_a). One component may be left out and is found from
/// `kind`: `timelike` (norm -1), `null` (0) or `spacelike` (1); of the two values the `larger` one unless `root = smaller`.
/// The result has its samples by name, `run.r`, `run.λ`, velocities `run.dr`, and what is conserved: `run.norm`, `run.p_φ`, … for
/// coordinates that the metric does not depend on, with their largest change in `run.drift`. `plot(run)` draws the path. Adaptive
/// steps: Dormand and Prince's pair of order 5(4).
///
/// ```holor
/// M = chart(r, φ) where r > 0; g = metric(dr^2 + r^2 dφ^2); run = geodesic(g, λ = 0..3, start = [r == 1, φ == 0], velocity = [r == 0, φ == 1], samples = 4); N(run.r[4], 6)   # => 3.16228
/// M = chart(r, φ); g = metric(dr^2 + r^2 dφ^2); geodesic(g, λ = 0..3, start = [r == 1], velocity = [r == 0, φ == 1])    # error: [E0202]
/// ```
#[builtin(topic = "geometry", latex = none, since = "0.2", see("geodesics", "conserved_momenta", "plot"))]
#[expect(clippy::too_many_arguments, reason = "options given by name")]
fn geodesic(
    call: &Call<'_>,
    /// A metric or a connection, all its parameters given numbers.
    metric: Curved,
    /// The affine parameter and its range.
    range: RangeBinding,
    /// The coordinates at the start, `[t == 0, r == 6, …]`.
    #[named]
    start: Spanned<Vec<Expr>>,
    /// The derivatives of the coordinates at the start, `[r == 0, φ == 0.1, …]`.
    #[named]
    velocity: Option<Spanned<Vec<Expr>>>,
    /// The momenta at the start, instead of the velocity.
    #[named]
    momentum: Option<Spanned<Vec<Expr>>>,
    /// `timelike`, `null` or `spacelike`: gives a component that was left out.
    #[named]
    kind: Option<Causal>,
    /// `larger` or `smaller`: which value the component that was left out takes.
    #[named]
    root: Option<Root>,
    /// How many samples are kept, at equal distances of the parameter; 1001 if left out.
    #[named]
    samples: Option<usize>,
    /// A condition on the coordinates that ends the orbit, such as `r < 2.1`.
    #[named]
    until: Option<Expr>,
    /// The relative error allowed in a step; 1e-10 if left out.
    #[named]
    tolerance: Option<f64>,
) -> Result<Value> {
    let (connection, own) = match &metric {
        Curved::Metric(own) => (at(call, own.christoffel())?, Some(own.clone())),
        Curved::Connection(connection) => {
            (connection.clone(), connection.metric().cloned())
        }
    };
    let chart = connection.coefficients().chart().clone();
    let coordinates = chart.coordinates();
    let engine = call.engine();
    let position = values(call, coordinates, &start)?;
    if let Some(place) = position.iter().position(Option::is_none) {
        return wrong(
            call,
            start.span,
            format!("the start does not say what {} is", coordinates[place]),
        );
    }
    let motion = match (velocity, momentum) {
        (Some(velocity), None) => Motion::Velocity(values(call, coordinates, &velocity)?),
        (None, Some(momentum)) => Motion::Momentum(values(call, coordinates, &momentum)?),
        _ => {
            let message = "a geodesic starts with a velocity or with a momentum";
            return Err(call.error(&codes::E0202_WRONG_ARGUMENTS, message));
        }
    };
    let launch = Launch {
        position: position.into_iter().flatten().collect(),
        motion,
        norm: kind.map(|kind| match kind {
            Causal::Timelike => -1.0,
            Causal::Null => 0.0,
            Causal::Spacelike => 1.0,
        }),
        larger_root: root != Some(Root::Smaller),
    };
    let samples = samples.unwrap_or(1001);
    if !(2..=crate::evaluate::LONGEST_LIST).contains(&samples) {
        return Err(
            call.error(&codes::E0204_OUT_OF_RANGE, "an orbit has at least 2 samples")
        );
    }
    let relative = tolerance.unwrap_or(Tolerance::default().relative);
    if !(1e-14..=1e-1).contains(&relative) {
        let message = "the tolerance is a relative error from 1e-14 to 0.1";
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    let tolerance =
        Tolerance { relative, absolute: relative * 1e-2, ..Tolerance::default() };
    let stop = until.map(|until| engine.compile(&until, coordinates)).transpose()?;
    let flow = at(call, GeodesicFlow::compile(&connection, own.as_ref(), &engine))?;
    let ends = (
        call.real_number(&range.range.start, range.span)?,
        call.real_number(&range.range.end, range.span)?,
    );
    let mut goes_on = |_: f64, x: &[f64], _: &[f64]| {
        call.poll().is_ok() && stop.as_ref().is_none_or(|stop| stop.evaluate(x) != 1.0)
    };
    let orbit =
        at(call, flow.integrate(&launch, ends, samples, &tolerance, &mut goes_on))?;
    call.poll()?;
    let reason = match orbit.end {
        End::Reached | End::Stopped => None,
        End::NotFinite | End::StepTooSmall => {
            Some("a singularity of the chart or of the geometry")
        }
        End::TooManySteps => Some("the most steps allowed"),
    };
    if let Some(reason) = reason {
        let reached = orbit.parameter.last().copied().unwrap_or(ends.0);
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

/// The number that equations `x == …` give each coordinate, where they do.
fn values(
    call: &Call<'_>,
    coordinates: &[Symbol],
    equations: &Spanned<Vec<Expr>>,
) -> Result<Vec<Option<f64>>> {
    let mut found = vec![None; coordinates.len()];
    for equation in &equations.value {
        let Node::Relation(Relation::Equal, left, right) = equation.node() else {
            return wrong(
                call,
                equations.span,
                format!("`{equation}` is not an equation such as r == 6"),
            );
        };
        let place = left
            .as_symbol()
            .and_then(|symbol| coordinates.iter().position(|own| own == symbol));
        let Some(slot) = place.and_then(|place| found.get_mut(place)) else {
            return wrong(
                call,
                equations.span,
                format!("`{left}` is no coordinate of the chart"),
            );
        };
        if slot.replace(call.real_number(right, equations.span)?).is_some() {
            return wrong(call, equations.span, format!("{left} is given twice"));
        }
    }
    Ok(found)
}

fn wrong<T>(_: &Call<'_>, span: crate::Span, message: String) -> Result<T> {
    Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message).at(span).into()
}
