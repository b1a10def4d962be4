//! What is said of a run of fields that its points do not resolve, before it and at its end.

use holor_field::discretise::takes_limiter;
use holor_field::equation::{Grid, System, Term};
use holor_field::spectral;

use crate::array::rounded;
use crate::evaluate::Call;
use crate::field::{
    Change, Choices, Continuation, EvolutionSystem, Made, Missing, RunValue, Series,
    Space, any, depends_on_points, depth, diffuses, imprecise, missing, unresolved,
    unshown,
};
use crate::{Diagnostic, codes};

/// Waves beyond those that take part in products are missed from this part of half the range of a field on.
const MISSED: f64 = 1e-3;

/// Twice the points may change fields by this part of what they vary.
const CHANGED: f64 = 0.02;
/// The same in Fourier space, where most have no error that is seen.
const CHANGED_IN_FOURIER_SPACE: f64 = 1e-3;

/// The order of differences that is suggested where a lower one does not do.
const HIGHER: usize = 4;

/// How derivatives in space are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Derivatives {
    /// In Fourier space, of all waves that the points show.
    Exact,
    /// By central differences of an order.
    Central(usize),
    /// By differences of reconstructed values, or from points between.
    Other,
}

impl Derivatives {
    pub(super) fn of(made: &Made, choices: &Choices, system: &System) -> Self {
        match &made.scheme {
            None => Self::Exact,
            Some(_) if choices.limiter.is_some() || system.is_staggered() => Self::Other,
            Some(_) => Self::Central(made.space.order),
        }
    }
}

/// Says where the points do not show what fields start with, or differences do not give its derivatives; whether that is so.
pub(super) fn warn_of_start(
    call: &Call<'_>,
    evolution: &EvolutionSystem,
    derivatives: Derivatives,
) -> bool {
    let engine = call.engine();
    let system = &evolution.system;
    let names = |field: usize, axis: usize| {
        let (field, axis) = (system.fields.get(field)?, system.grid.axes.get(axis)?);
        Some((&field.name, &axis.name, axis.points))
    };
    let (message, enough, axis, higher) = if let Some(found) =
        unshown(evolution, &engine, derivatives == Derivatives::Exact)
    {
        let Some((u, x, points)) = names(found.field, found.axis) else { return false };
        let message = format!(
            "`{u}` starts with waves along {x} too short for {points} points, {} % of it: at the points they are others, and so is the run",
            crate::array::short((100.0 * found.part).round().max(1.0))
        );
        (message, found.enough, found.axis, false)
    } else if let Derivatives::Central(order) = derivatives
        && let Some(found) = imprecise(evolution, &engine, order)
    {
        let Some((u, x, points)) = names(found.field, found.axis) else { return false };
        let times = match found.times {
            1 => String::new(),
            times => format!("^{times}"),
        };
        let message = format!(
            "differences of order {order} on {points} points get {:.0} % of ∂_{x}{times} {u} wrong at the start: the run follows another equation",
            100.0 * found.part
        );
        let higher = order < HIGHER && imprecise(evolution, &engine, HIGHER).is_none();
        (message, found.enough, found.axis, higher)
    } else {
        return false;
    };
    let warning = Diagnostic::warning(&codes::E0406_UNRESOLVED, message);
    let warning = match enough {
        Some(enough) => warning.hint(more_points(&system.grid, axis, enough)),
        None => warning.hint("a smoother start"),
    };
    call.warn(match higher {
        true => warning.hint(format!("order = {HIGHER}")),
        false => warning,
    });
    true
}

/// Says where fields are not resolved; nothing where that was said of an earlier part of the run. What was measured of it, for `explain`.
pub(super) fn warn(
    call: &Call<'_>,
    rest: &Continuation,
    (times, series): (&[f64], &[Series]),
    earlier: Option<&RunValue>,
    (change, quiet): (Option<&Change>, bool),
) -> Option<String> {
    let torn = warn_of_shocks(call, rest, (times, series), earlier);
    if let Some(change) = change {
        if !torn && !quiet && !is_said_before(rest) {
            warn_of_change(call, rest, change);
        }
        return said_of_change(rest, change);
    }
    if !depends_on_points(&rest.system.system) {
        return None;
    }
    let Some(found) = missing_of(rest, times.len(), series) else {
        return Some(
            "the error in space is not measured: more points show it".to_owned(),
        );
    };
    if !torn && found.part > MISSED {
        warn_of_missing_waves(call, rest, (times, &found), earlier);
    }
    let system = &rest.system.system;
    let field = system.fields.get(found.field)?;
    let axis = system.grid.axes.get(found.axis)?;
    Some(format!(
        "shorter waves along {} than take part in products are about {:.0e} of {}",
        axis.name,
        found.part.max(f64::EPSILON),
        field.name
    ))
}

/// Says where twice the points give something else.
fn warn_of_change(call: &Call<'_>, rest: &Continuation, change: &Change) {
    let most = match rest.made.space_word() {
        Space::Spectral => CHANGED_IN_FOURIER_SPACE,
        _ => CHANGED,
    };
    let system = &rest.system.system;
    let Some(field) = system.fields.get(change.field).filter(|_| change.part > most)
    else {
        return;
    };
    let (u, time) = (&field.name, rounded(change.time));
    let percent = format!("{:.1}", 100.0 * change.part);
    let message = format!(
        "twice the points change `{u}` by {} % of what it varies at {} = {time}, which is about the error of these points",
        percent.trim_end_matches(".0"),
        rest.time,
    );
    let twice: Vec<usize> = system.grid.axes.iter().map(|axis| 2 * axis.points).collect();
    call.warn(
        Diagnostic::warning(&codes::E0406_UNRESOLVED, message).hint(points_of(&twice)),
    );
}

/// The same for `explain`.
fn said_of_change(rest: &Continuation, change: &Change) -> Option<String> {
    Some(format!(
        "twice the points change {} by {:.0e} of what it varies at {} = {}, which is about the error in space",
        rest.system.system.fields.get(change.field)?.name,
        change.part.max(f64::EPSILON),
        rest.time,
        rounded(change.time)
    ))
}

/// Says where fields that began smooth have become as rough as the grid; whether they have.
fn warn_of_shocks(
    call: &Call<'_>,
    rest: &Continuation,
    (times, series): (&[f64], &[Series]),
    earlier: Option<&RunValue>,
) -> bool {
    let system = &rest.system.system;
    // What jumps stays within its cells, and may, unless waves of its width run away from it.
    let dispersed = system.fields.iter().any(|field| depth(&field.rate) > 2);
    if rest.choices.limiter.is_some() && !dispersed {
        return false;
    }
    let Some(found) = unresolved(system, times.len(), series) else { return false };
    let known = earlier
        .is_some_and(|run| unresolved(system, run.times.len(), &run.series).is_some());
    let (Some(field), Some(axis), Some(time), false) = (
        system.fields.get(found.field),
        system.grid.axes.get(found.axis),
        times.get(found.frame),
        known,
    ) else {
        return true;
    };
    let (u, x, points) = (&field.name, &axis.name, axis.points);
    let since = format!("from {} = {} on", rest.time, rounded(*time));
    let message = match found.ripples {
        true => format!(
            "{since} `{u}` has ripples of a few cells along {x} and varies more than at its start, which its equation forbids: the numbers are those of the grid"
        ),
        false => format!(
            "{since} `{u}` changes within two cells along {x}: the numbers there are those of the grid"
        ),
    };
    let mut warning = Diagnostic::warning(&codes::E0406_UNRESOLVED, message)
        .hint(more_points(&system.grid, found.axis, 4 * points));
    for hint in against_shocks(rest, found.field, found.axis) {
        warning = warning.hint(hint);
    }
    call.warn(warning);
    true
}

/// Says where products in Fourier space would need shorter waves than take part in them.
fn warn_of_missing_waves(
    call: &Call<'_>,
    rest: &Continuation,
    (times, found): (&[f64], &Missing),
    earlier: Option<&RunValue>,
) {
    if is_said_before(rest) {
        return;
    }
    if earlier.is_some_and(|run| missed(rest, run.times.len(), &run.series).is_some()) {
        return;
    }
    let system = &rest.system.system;
    // Then that was said before the run.
    if unshown(&rest.system, &call.engine(), true).is_some() {
        return;
    }
    let (Some(field), Some(axis), Some(time)) = (
        system.fields.get(found.field),
        system.grid.axes.get(found.axis),
        found.frame.map_or(Some(&rest.choices.times.0), |frame| times.get(frame)),
    ) else {
        return;
    };
    let (u, x, points) = (&field.name, &axis.name, axis.points);
    let percent = format!("{:.1}", (100.0 * found.part).min(100.0));
    let message = format!(
        "`{u}` needs shorter waves along {x} than take part in products on {points} points: they are about {} % of it at {} = {}, and the run is no more exact than that",
        percent.trim_end_matches(".0"),
        rest.time,
        rounded(*time),
    );
    let warning = Diagnostic::warning(&codes::E0406_UNRESOLVED, message)
        .hint(more_points(&system.grid, found.axis, 2 * points));
    let dealiased = rest.made.stepping.products.is_some_and(|share| share < 1.0);
    call.warn(match dealiased {
        true => warning.hint("dealias = false, where short waves decay by themselves"),
        false => warning,
    });
}

/// Whether it was said before the run that waves which grow are too short for its points.
fn is_said_before(rest: &Continuation) -> bool {
    rest.made.why.iter().any(|line| line.starts_with(spectral::UNRESOLVED))
}

/// What products in Fourier space need most beyond the waves that take part in them.
fn missing_of(rest: &Continuation, frames: usize, series: &[Series]) -> Option<Missing> {
    let share = rest.made.stepping.products?;
    missing(&rest.system, frames, series, share)
}

/// The same where it is not little.
pub(super) fn missed(
    rest: &Continuation,
    frames: usize,
    series: &[Series],
) -> Option<Missing> {
    missing_of(rest, frames, series).filter(|found| found.part > MISSED)
}

/// More points along an axis, as they are typed.
pub(super) fn more_points(grid: &Grid, along: usize, points: usize) -> String {
    let own = grid.axes.iter().map(|axis| axis.points);
    let alike = own
        .clone()
        .all(|points| Some(points) == grid.axes.get(along).map(|it| it.points));
    let each = own.enumerate().map(|(axis, own)| match alike || axis == along {
        true => points,
        false => own,
    });
    points_of(&each.collect::<Vec<_>>())
}

/// Numbers of points along each axis, as they are typed.
fn points_of(each: &[usize]) -> String {
    match each {
        [first, rest @ ..] if rest.iter().all(|own| own == first) => {
            format!("points = {first}")
        }
        each => {
            let each: Vec<String> = each.iter().map(usize::to_string).collect();
            format!("points = [{}]", each.join(", "))
        }
    }
}

/// What helps where a field has a shock along an axis: a limiter where its equation has a flux, and a viscosity, which makes it as wide as it says.
/// Nothing where derivatives of higher order disperse it.
pub(super) fn against_shocks(
    rest: &Continuation,
    field: usize,
    axis: usize,
) -> Vec<String> {
    let system = &rest.system.system;
    let (Some(of), Some(along)) = (system.fields.get(field), system.grid.axes.get(axis))
    else {
        return Vec::new();
    };
    let mut hints = Vec::new();
    if depth(&of.rate) > 2 {
        return hints;
    }
    if takes_limiter(system) && !system.is_staggered() {
        hints.push("limiter = van_leer, where it is a shock".to_owned());
    }
    let (t, u, x) = (&rest.time, &of.name, &along.name);
    hints.push(match (diffuses(system, field, axis), hints.is_empty()) {
        (false, _) => {
            format!("a viscosity, where it is a shock: ∂_{t} {u} + … == ν ∂_{x}^2 {u}")
        }
        (true, true) if carries_itself(system, field) => format!(
            "limiter = van_leer, where it is a shock, with the flux in one derivative: ∂_{x}({u}^2/2) for {u} ∂_{x} {u}"
        ),
        (true, _) => return hints,
    });
    hints
}

/// Whether a rate has a product of its field with one of its derivatives, as u ∂_x u.
fn carries_itself(system: &System, field: usize) -> bool {
    let own = |it: &Term| *it == Term::Field(field);
    let slope = |it: &Term| matches!(it, Term::Derivative { body, .. } if own(body));
    let product = |it: &Term| match it {
        Term::Product(factors) => factors.iter().any(own) && factors.iter().any(slope),
        _ => false,
    };
    system.fields.get(field).is_some_and(|it| any(&it.rate, &product))
}
