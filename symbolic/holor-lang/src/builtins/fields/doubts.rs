//! What is said before a run whose numbers would not be those of its equations: starts and sides that the points do not show, Poisson
//! equations without a solution.

use holor_algebra::{Expr, Function, Node, Relation, Symbol};
use holor_field::equation::{Boundary, Complex64, Term};

use super::resolved::{self, Derivatives, more_points};
use crate::evaluate::Call;
use crate::field::{
    BoundaryKind, Continuation, EvolutionSystem, FieldShape, RunValue, Sampler, Series,
    SeriesValues, any, as_typed, best_order, has_noise, names, number, observe,
    observe_last,
};
use crate::{Diagnostic, Result, codes};

/// A mean below this part of the mean size is that of a sum that stands for an integral.
const NO_MEAN: f64 = 1e-6;
/// And later in a run one below this part of it may be the error of the differences.
const NO_LATER_MEAN: f64 = 1e-3;
/// At a side that is a source fields fall off like exp(-κ n): up to this κ h their growth exp(κ² D t) is right to a few percent of its rate.
const STEEPEST: f64 = 0.5;
/// Links of SU(2) whose squared norm differs from 1 by more are none: plaquettes, and all energies, are off by twice as much.
const OFF_THE_GROUP: f64 = 1e-3;
/// So many fields that others give are replaced by what gives them.
const MOST_GIVEN: usize = 8;

/// Warns of what a run would get wrong silently: whether its points do not resolve it.
///
/// # Errors
/// Where it is interrupted.
pub(super) fn warn(
    call: &Call<'_>,
    evolution: &EvolutionSystem,
    (written, typed): (&[Expr], &str),
    starts: (&Symbol, f64),
    derivatives: Derivatives,
) -> Result<bool> {
    warn_of_stars(call, evolution, typed);
    let unresolved = resolved::warn_of_start(call, evolution, derivatives);
    call.poll()?;
    warn_of_means(call, evolution, &poisson_equations(evolution, written), starts);
    let thin = warn_of_sources(call, evolution);
    call.poll()?;
    Ok(unresolved || thin)
}

/// Says where links of SU(2) have lost their norm, which their equations keep and methods in time only to their order; nothing where an earlier
/// part of the run ended so.
pub(super) fn warn_of_links(
    call: &Call<'_>,
    rest: &Continuation,
    (times, series): (&[f64], &[Series]),
    earlier: Option<(&[f64], &[Series])>,
) {
    let known = earlier.and_then(|(times, series)| off_the_group(rest, times, series));
    let found = off_the_group(rest, times, series);
    let (None, Some((time, drift, name))) = (known, found) else { return };
    let message = format!(
        "from {} = {} on links of `{name}` are no longer in SU(2), |U|² differs from 1 by {drift:.1e}: the steps are too long for the method, and energies are wrong",
        rest.time,
        crate::array::short(time)
    );
    call.warn(
        Diagnostic::warning(&codes::E0406_UNRESOLVED, message)
            .hint("method = rk4")
            .hint("a smaller dt"),
    );
}

/// The time of the first frame in which links of SU(2) have lost their norm, by how much, and their name.
fn off_the_group(
    rest: &Continuation,
    times: &[f64],
    series: &[Series],
) -> Option<(f64, f64, String)> {
    let cells: usize = rest.system.system.grid.axes.iter().map(|it| it.points).product();
    let values = |name: &str| match &series.iter().find(|own| *own.name == *name)?.values
    {
        SeriesValues::Real(values) => Some(values.clone()),
        SeriesValues::Complex(_) => None,
    };
    let mut worst: Option<(usize, f64, String)> = None;
    for (field, first) in &rest.system.unknowns {
        if field.shape != FieldShape::Links || first % 4 != 0 {
            continue;
        }
        let names = field.component_names();
        let own = names.get(*first..first + 4).unwrap_or_default();
        let parts: Vec<_> = own.iter().filter_map(|name| values(name)).collect();
        if parts.len() != 4 {
            continue;
        }
        for frame in 0..times.len() {
            let places = frame * cells..(frame + 1) * cells;
            let drift = places
                .map(|place| {
                    let parts = parts.iter().filter_map(|part| part.get(place));
                    (1.0 - parts.map(|part| part * part).sum::<f64>()).abs()
                })
                .fold(0.0, f64::max);
            if drift > OFF_THE_GROUP {
                let before = worst.as_ref().is_none_or(|(known, ..)| frame < *known);
                if before {
                    let name = field.name.as_deref().unwrap_or("U");
                    worst = Some((frame, drift, name.to_owned()));
                }
                break;
            }
        }
    }
    let (frame, drift, name) = worst?;
    Some((*times.get(frame)?, drift, name))
}

/// `ψ* ψ` is ψ² and reads as the conjugate of ψ times ψ: a star next to the complex field on its left alone.
fn warn_of_stars(call: &Call<'_>, evolution: &EvolutionSystem, typed: &str) {
    let fields = evolution.unknowns.iter().filter(|(field, _)| field.complex);
    let names = fields.filter_map(|(field, _)| field.name.as_deref());
    let Some((name, place)) = names
        .filter_map(|name| starred(typed, name).map(|place| (name, place)))
        .min_by_key(|(_, place)| *place)
    else {
        return;
    };
    let message = format!(
        "`{name}* ` is a product, of `{name}` with what follows, and not the conjugate"
    );
    let after: String = typed
        .get(place..)
        .unwrap_or_default()
        .trim_start()
        .chars()
        .take_while(|letter| is_of_a_name(*letter))
        .collect();
    call.warn(
        Diagnostic::warning(&codes::E0310_EVOLUTION, message)
            .hint(format!("conj({name}) {after}"))
            .hint(format!("{name} * {after}")),
    );
}

/// Where a text goes on behind `name* ` before another name.
fn starred(typed: &str, name: &str) -> Option<usize> {
    typed.match_indices(name).find_map(|(place, _)| {
        let before = typed.get(..place)?.chars().next_back();
        let after = typed.get(place + name.len()..)?.strip_prefix('*')?;
        let follows = after.starts_with(' ')
            && after.trim_start().starts_with(|letter: char| letter.is_alphabetic());
        let whole = !before.is_some_and(is_of_a_name);
        (follows && whole).then(|| place + name.len() + 1)
    })
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Fields and the right sides of the Poisson equations that give them, where those were not typed with their inverse: who types
/// `inverse_laplacian` reads that it leaves out the mean.
pub(super) fn poisson_equations(
    evolution: &EvolutionSystem,
    written: &[Expr],
) -> Vec<(Expr, Expr)> {
    let poisson = |equation: &Expr| {
        let Node::Relation(Relation::Equal, left, rate) = equation.node() else {
            return None;
        };
        let Node::Apply(name, arguments) = rate.node() else { return None };
        let ([right], false) = (&**arguments, is_derivative(left)) else { return None };
        let typed = || written.iter().any(|own| own.any(&mut |part| part == rate));
        (name.name() == names::INVERSE_LAPLACIAN && !typed())
            .then(|| (left.clone(), right.clone()))
    };
    evolution.equations.iter().filter_map(poisson).collect()
}

/// Says where a Poisson equation has no solution at the start: the mean of a Laplacian is 0 on a periodic box, and what the slopes at the sides say beside
/// those.
fn warn_of_means(
    call: &Call<'_>,
    evolution: &EvolutionSystem,
    poisson: &[(Expr, Expr)],
    starts: (&Symbol, f64),
) {
    for (left, right) in poisson {
        let Some(values) = values_at_start(call, evolution, right) else { continue };
        if let Some(gap) = gap_of(call, evolution, left, &values, starts, NO_MEAN) {
            gap.warn(call, evolution, (left, right), None);
        }
    }
}

/// Says where a Poisson equation that had a solution has none at the end of a run; nothing where that was so at the end of an earlier part of it.
pub(super) fn warn_of_later_means(
    call: &Call<'_>,
    run: &RunValue,
    earlier: Option<&RunValue>,
) {
    let rest = &run.rest;
    let at_end = |run: &RunValue, equation: &(Expr, Expr)| {
        let time = *run.times.last()?;
        let values = values_at_end(call, run, &equation.1)?;
        let times = (&rest.time, time);
        let gap = gap_of(call, &rest.system, &equation.0, &values, times, NO_LATER_MEAN)?;
        Some((gap, time))
    };
    for equation in rest.poisson.iter() {
        let Some((gap, time)) = at_end(run, equation) else { continue };
        let said = match earlier {
            Some(earlier) => at_end(earlier, equation).is_some(),
            None => {
                let starts = (&rest.time, rest.choices.times.0);
                values_at_start(call, &rest.system, &equation.1).is_some_and(|values| {
                    let left = &equation.0;
                    gap_of(call, &rest.system, left, &values, starts, NO_MEAN).is_some()
                })
            }
        };
        if !said {
            gap.warn(
                call,
                &rest.system,
                (&equation.0, &equation.1),
                Some((&rest.time, time)),
            );
        }
    }
}

/// What a Poisson equation asks of the mean of its right side, and what that is.
struct Gap {
    flow: Flow,
    mean: Complex64,
    /// The mean size of the right side.
    size: f64,
}

/// Where a Poisson equation has no solution at a time, with these values of its right side.
fn gap_of(
    call: &Call<'_>,
    evolution: &EvolutionSystem,
    left: &Expr,
    values: &[Complex64],
    times: (&Symbol, f64),
    least: f64,
) -> Option<Gap> {
    let Node::Apply(own, _) = left.node() else { return None };
    let flow = flow_of(call, evolution, own.name(), times)?;
    let (mean, doubt) = mean_of(evolution, values);
    let count = values.len().max(1) as f64;
    let size = values.iter().map(|value| value.norm()).sum::<f64>() / count;
    let least = least * size.max(flow.size) + doubt.max(flow.doubt) + rounding(evolution);
    let apart = size.is_finite() && (mean - flow.mean).norm() > least;
    apart.then_some(Gap { flow, mean, size })
}

/// What differences of second order round of the fields at the start and of their squares.
fn rounding(evolution: &EvolutionSystem) -> f64 {
    let system = &evolution.system;
    let starts = system.fields.iter().flat_map(|field| &field.start);
    let most = starts.map(|value| value.norm()).fold(0.0, f64::max);
    let finest = system.grid.axes.iter().map(|axis| axis.spacing());
    let finest = finest.fold(f64::INFINITY, f64::min);
    f64::EPSILON * (most + most * most) / (finest * finest)
}

impl Gap {
    /// Says so, of a time or of the start.
    fn warn(
        &self,
        call: &Call<'_>,
        evolution: &EvolutionSystem,
        (left, right): (&Expr, &Expr),
        time: Option<(&Symbol, f64)>,
    ) {
        let Self { flow, mean, size } = self;
        let (field, right) = (as_typed(left).to_string(), as_typed(right).to_string());
        // To a few digits.
        let scale = size.max(flow.size).max(f64::MIN_POSITIVE);
        let rounded = |value: Complex64| {
            let value = if value.im == 0.0 { value.re } else { value.norm() };
            (value / scale * 1e9).round() / 1e9 * scale
        };
        let short = |value: Complex64| -> String {
            let text = format!("{:.6e}", rounded(value));
            crate::array::short(text.parse().unwrap_or_default())
        };
        let laplacian = match evolution.grid.coordinates.as_ref() {
            [x] => format!("∂_{x}^2 {field}"),
            _ => format!("laplacian({field})"),
        };
        let (place, hint) = match (flow.walls, flow.size > 0.0) {
            (false, _) => {
                ("on a periodic box", format!("{laplacian} == {right} - mean({right})"))
            }
            (true, false) => (
                "between sides with the slope 0",
                format!("{laplacian} == {right} - mean({right})"),
            ),
            (true, true) if flow.steady && flow.mean.im == 0.0 => {
                let more = match rounded(flow.mean) {
                    0.0 => String::new(),
                    value if value < 0.0 => format!(" - {}", short(-flow.mean)),
                    _ => format!(" + {}", short(flow.mean)),
                };
                (
                    "between sides with these slopes",
                    format!("{laplacian} == {right} - mean({right}){more}"),
                )
            }
            (true, true) => (
                "between sides with these slopes",
                format!(
                    "slopes of {field} whose integral over the sides is that of {right} over the box"
                ),
            ),
        };
        let away = if rounded(flow.mean) == 0.0 { "the mean" } else { "the difference" };
        let (when, done) = match time {
            None => ("at the start".to_owned(), format!("takes {away} away")),
            Some((symbol, time)) => (
                format!("at the end, at {} = {},", symbol, crate::array::short(time)),
                format!("took {away} away since it was there"),
            ),
        };
        let message = format!(
            "the Laplacian of `{field}` has the mean {} {place}, and {when} `{right}` has the mean {}: no `{field}` obeys the equation, and the run {done}",
            short(flow.mean),
            short(*mean),
        );
        call.warn(Diagnostic::warning(&codes::E0310_EVOLUTION, message).hint(hint));
    }
}

/// The mean of a Laplacian, ∮ ∂u/∂n over the sides by the volume.
struct Flow {
    mean: Complex64,
    /// That of the sizes of the slopes.
    size: f64,
    /// What the mean may be wrong by.
    doubt: f64,
    /// Whether there are sides.
    walls: bool,
    /// Whether the slopes are the same at all times.
    steady: bool,
}

/// The mean of the Laplacian of a field at the start; `None` where something but slopes at a side lets it be what it has to be, or a slope is not known.
fn flow_of(
    call: &Call<'_>,
    evolution: &EvolutionSystem,
    name: &str,
    (time, start): (&Symbol, f64),
) -> Option<Flow> {
    let system = &evolution.system;
    let mut flow = Flow {
        mean: Complex64::default(),
        size: 0.0,
        doubt: 0.0,
        walls: false,
        steady: true,
    };
    let place = system.fields.iter().position(|field| field.name == name)?;
    let held =
        |side: &Boundary| !matches!(side, Boundary::Periodic | Boundary::Neumann(_));
    if system.fields.get(place)?.boundaries.iter().flatten().any(held) {
        return None;
    }
    let (field, component) = evolution.unknowns.get(place)?;
    let engine = call.engine();
    let along = field.sides_of(*component).into_iter().zip(&system.grid.axes);
    for ((sides, axis), x) in along.zip(evolution.grid.coordinates.iter()) {
        for (side, at) in [(&sides.low, axis.low), (&sides.high, axis.high)] {
            let BoundaryKind::Neumann(slope) = side else { continue };
            flow.walls = true;
            if slope.is_zero() {
                continue;
            }
            let at_start = slope
                .substitute_symbol(x, &number(at))
                .substitute_symbol(time, &number(start));
            flow.steady &= slope.substitute_symbol(time, &number(start)) == *slope;
            let values = Sampler::new(&evolution.grid, &engine)
                .values(&at_start, call.span())
                .ok()?;
            let (mean, doubt) = mean_of(evolution, &values);
            let count = values.len().max(1) as f64;
            let size = values.iter().map(|value| value.norm()).sum::<f64>() / count;
            let length = axis.high - axis.low;
            flow.mean += mean / length;
            flow.size += size / length;
            flow.doubt += doubt / length;
        }
    }
    Some(flow)
}

/// The mean over the box of a function that is known at the points, and what it may be wrong by: between sides sums over the middles of cells are corrected at
/// both ends, so that they are exact for polynomials of up to third degree: Σ dⱼ (j + ½)ᵏ = B₍ₖ₊₁₎(½)/(k + 1), with Bernoulli's polynomials.
fn mean_of(evolution: &EvolutionSystem, values: &[Complex64]) -> (Complex64, f64) {
    const ENDS: [f64; 4] =
        [703.0 / 5760.0, -1389.0 / 5760.0, 909.0 / 5760.0, -223.0 / 5760.0];
    let axes = &evolution.system.grid.axes;
    let count = values.len().max(1) as f64;
    let plain = values.iter().sum::<Complex64>() / count;
    let mut corrected = Complex64::default();
    for (cell, value) in values.iter().enumerate() {
        let (mut weight, mut stride) = (1.0, 1);
        for axis in axes.iter().rev() {
            let (place, points) = (cell / stride % axis.points, axis.points);
            stride *= points;
            if axis.closed || points < 2 * ENDS.len() {
                continue;
            }
            let end = |steps: usize| ENDS.get(steps).copied().unwrap_or(0.0);
            weight *= 1.0 + end(place) + end(points - 1 - place);
        }
        corrected += value * weight;
    }
    let corrected = corrected / count;
    (corrected, 2.0 * (plain - corrected).norm())
}

fn is_derivative(expr: &Expr) -> bool {
    matches!(expr.node(), Node::Call(Function::Derivative, _))
}

/// The values of a formula of the fields at their start, where fields that others give are what gives them; `None` where that is not known.
fn values_at_start(
    call: &Call<'_>,
    evolution: &EvolutionSystem,
    formula: &Expr,
) -> Option<Vec<Complex64>> {
    let given: Vec<(Expr, Expr)> = evolution
        .equations
        .iter()
        .filter_map(|equation| match equation.node() {
            Node::Relation(Relation::Equal, left, right) if !is_derivative(left) => {
                Some((left.clone(), right.clone()))
            }
            _ => None,
        })
        .collect();
    let unknown = |formula: &Expr| {
        given.iter().any(|(left, _)| formula.any(&mut |part| part == left))
    };
    let mut formula = formula.clone();
    for _ in 0..MOST_GIVEN {
        if unknown(&formula) {
            formula = formula.substitute(&given);
        }
    }
    let in_time = formula.any(&mut |part| is_derivative(part) && changes(part, call));
    if unknown(&formula) || in_time || has_noise(&formula) {
        return None;
    }
    if call.coordinates_of_fields(std::slice::from_ref(&formula)).is_none() {
        let engine = call.engine();
        return Sampler::new(&evolution.grid, &engine).values(&formula, call.span()).ok();
    }
    let backend = call.world().backend("auto").ok()?;
    let axes = &evolution.system.grid.axes;
    let fewest = axes.iter().map(|axis| axis.points).min().unwrap_or(0);
    let order = (Some(best_order(fewest)), call.span());
    let failed = |error| super::evolve::failed(call, error);
    let observed =
        observe(&formula, None, &call.fields(), &call.engine(), &backend, order, &failed);
    observed.ok().map(|observed| observed.values)
}

/// The values of a formula of the fields in the last frame of a run.
fn values_at_end(
    call: &Call<'_>,
    run: &RunValue,
    formula: &Expr,
) -> Option<Vec<Complex64>> {
    let backend = call.world().backend("auto").ok()?;
    let order = (Some(run.rest.observed_order()), call.span());
    let failed = |error| super::evolve::failed(call, error);
    let (fields, engine) = (call.fields(), call.engine());
    let observed =
        observe_last(formula, run, (&fields, &engine, &backend), order, &failed);
    observed.ok().map(|observed| observed.values)
}

/// Whether a derivative is one in the time of a field.
fn changes(derivative: &Expr, call: &Call<'_>) -> bool {
    let Node::Call(_, arguments) = derivative.node() else { return false };
    let fields = call.fields();
    let times = |by: &Symbol| fields.values().any(|(field, _)| field.time == *by);
    arguments.iter().skip(1).step_by(2).filter_map(Expr::as_symbol).any(times)
}

/// Says where a side is a source whose layer is thinner than the cells: a u + b ∂u/∂n = 0 with a/b < 0 is ∂u/∂n = κ u.
fn warn_of_sources(call: &Call<'_>, evolution: &EvolutionSystem) -> bool {
    let engine = call.engine();
    let mut found = false;
    let constant = |value: &Expr| {
        let value = engine.compile(value, &[]).ok()?.evaluate(&[]);
        value.is_finite().then_some(value)
    };
    let system = &evolution.system;
    for (own, (field, component)) in system.fields.iter().zip(&evolution.unknowns) {
        let sides = field.sides_of(*component);
        for (place, (axis, sides)) in system.grid.axes.iter().zip(&sides).enumerate() {
            let along = |part: &Term| matches!(part, Term::Derivative { axis, .. } if *axis == place);
            let moves = own.order > 0 && any(&own.rate, &along);
            let steepest = [&sides.low, &sides.high]
                .into_iter()
                .filter_map(|side| match side {
                    BoundaryKind::Robin(a, b, _) => {
                        let growth = -constant(a)? / constant(b)?;
                        growth.is_finite().then_some((growth, side))
                    }
                    _ => None,
                })
                .max_by(|(a, _), (b, _)| a.total_cmp(b));
            let Some((growth, side)) = steepest else { continue };
            let (u, x) = (&own.name, &axis.name);
            if !moves || growth * axis.spacing() <= STEEPEST {
                continue;
            }
            let enough = growth * (axis.high - axis.low) / STEEPEST;
            let message = format!(
                "`{}` is a source: next to that side of {x} `{u}` grows in a layer of the width {}, and the cells are {} wide",
                side.plain(),
                crate::array::short(1.0 / growth),
                crate::array::short(axis.spacing())
            );
            let sink = match side {
                BoundaryKind::Robin(a, b, value) => {
                    format!(
                        "robin({}, {b}, {value}), where it should be a sink",
                        a.negate()
                    )
                }
                other => other.plain(),
            };
            found = true;
            call.warn(
                Diagnostic::warning(&codes::E0406_UNRESOLVED, message)
                    .hint(more_points(
                        &system.grid,
                        place,
                        (enough.ceil() as usize).next_power_of_two(),
                    ))
                    .hint(sink),
            );
        }
    }
    found
}
