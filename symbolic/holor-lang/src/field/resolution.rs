//! Whether fields that began smooth have become as rough as the grid: a shock, or a front within two cells.
//!
//! Fourth differences tell: δ⁴u/16 of a wave of two points each wavelength is its amplitude, of one with many points next to nothing. Beside
//! the range of the field it is 0.19 at a jump from one cell to the next, 0.04 at a front tanh(x/h) and 0.005 at tanh(x/2h).

use holor_field::equation::{Boundary, Complex64, Function, Grid, System, Term};

use super::run::{Series, SeriesValues};
use super::smooth;

/// Fourth differences above this part of the range are those of the grid. A front tanh(x/w) has them from w = 0.8 h on downwards; the resolved
/// solitons, fronts and vortices of the problem set and the notebooks stay below 0.015.
const ROUGH: f64 = 0.06;
/// The same of a wave that is about to break.
const STEEP: f64 = 0.005;
/// A field that can only be carried along and smoothed varies never more than at its start: where it varies so many times as much, and this
/// part of its range is in fourth differences (waves of eight cells), they are ripples behind a shock.
const GROWN: f64 = 1.2;
const RIPPLED: f64 = 0.008;
/// A field that has more of them at its start did not begin smooth.
const SMOOTH: f64 = 0.02;
/// Below this part of its values what varies of a field is what rounding left.
pub(super) const ROUNDED: f64 = 1e-12;
/// A field whose range is below this part of the largest of all fields is rounding.
pub(super) const NOTHING: f64 = 1e-6;
/// And of one that starts as 0.
const OF_OTHERS: f64 = 1e-4;
/// A field whose range is below this part of the largest that it had is gone: what a pulse leaves behind.
const GONE: f64 = 1e-2;
/// Axes with fewer points show nothing.
const FEWEST: usize = 16;
/// So many frames are looked at before the whole run is.
pub(super) const GLANCES: usize = 8;

/// Where a run has left what its grid resolves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unresolved {
    /// The field's place in the system.
    pub(crate) field: usize,
    /// The first frame.
    pub(crate) frame: usize,
    /// The axis along which it is rough.
    pub(crate) axis: usize,
    /// Whether it has ripples of some cells, and varies more than its equation can make it, rather than fronts of one.
    pub(crate) ripples: bool,
}

/// The first frame at which a field is rough as the grid, where all began smooth and nothing in the equations jumps.
pub(crate) fn unresolved(
    system: &System,
    frames: usize,
    series: &[Series],
) -> Option<Unresolved> {
    rougher(system, frames, series, ROUGH)
}

/// The same where a run has failed after its last frame, at which a wave that breaks has not become as rough.
pub(crate) fn breaks(
    system: &System,
    frames: usize,
    series: &[Series],
) -> Option<Unresolved> {
    rougher(system, frames, series, STEEP)
}

/// The field and the axis along which a start jumps within two cells, of equations without second derivatives, which would smooth it: no
/// differences follow a shock. `None` where none does.
pub(crate) fn torn(system: &System) -> Option<(usize, usize)> {
    let moves = |field: &&holor_field::equation::Field| field.order > 0;
    let fields = || system.fields.iter().filter(moves);
    let derived = |it: &Term| matches!(it, Term::Derivative { .. });
    let twice = |it: &Term| match it {
        Term::Derivative { body, .. } => any(body, &derived),
        _ => false,
    };
    if fields().any(|field| any(&field.rate, &twice))
        || !fields().any(|field| any(&field.rate, &derived))
    {
        return None;
    }
    let places = system.fields.iter().enumerate().filter(|(_, field)| field.order > 0);
    places
        .filter_map(|(place, field)| {
            let (most, axis) = fourth(&system.grid, &field.start);
            let part = most / range(&field.start);
            (part > ROUGH && part.is_finite()).then_some((part, (place, axis)))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, found)| found)
}

fn rougher(
    system: &System,
    frames: usize,
    series: &[Series],
    limit: f64,
) -> Option<Unresolved> {
    let cells: usize = system.grid.axes.iter().map(|axis| axis.points).product();
    if cells == 0 || frames == 0 || !can_be_judged(system) {
        return None;
    }
    let glances = || {
        let parts = (1..=GLANCES).rev().map(|part| frames * part / GLANCES);
        parts.filter_map(|number| number.checked_sub(1))
    };
    // The fields with the largest ranges that they have.
    let evolving: Vec<(usize, &Series, f64)> = system
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| {
            field.order > 0
                && any(&field.rate, &|it| matches!(it, Term::Derivative { .. }))
        })
        .filter_map(|(place, field)| {
            let own = series.iter().find(|own| *own.name == *field.name)?;
            let ranges = glances().map(|number| range(&frame(own, number, cells)));
            Some((place, own, ranges.fold(range(&field.start), f64::max)))
        })
        .collect();
    let largest = evolving.iter().map(|(_, _, size)| *size).fold(0.0, f64::max);
    let carried = only_carries(system);
    let rough = |number: usize| {
        evolving.iter().find_map(|(place, own, size)| {
            let values = frame(own, number, cells);
            let now = range(&values);
            let highest = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
            // What began as nothing may be the error of the others' differences.
            let nothing = system.fields.get(*place).is_some_and(|own| {
                own.start.iter().all(|value| *value == Complex64::default())
            });
            let told = now > if nothing { OF_OTHERS } else { NOTHING } * largest
                && now > GONE * size
                && now > ROUNDED * highest
                && now.is_finite();
            let (most, axis) =
                if told { fourth(&system.grid, &values) } else { (0.0, 0) };
            let start = system.fields.get(*place).map_or(0.0, |own| range(&own.start));
            let ripples = carried && start > 0.0 && now > GROWN * start;
            let limit = if ripples { RIPPLED.min(limit) } else { limit };
            (most > limit * now).then_some(Unresolved {
                field: *place,
                frame: number,
                axis,
                ripples: most <= ROUGH * now && ripples,
            })
        })
    };
    glances().find_map(&rough)?;
    (0..frames).find_map(rough)
}

/// Whether the only field that evolves is carried along and smoothed, and nothing else: real, with derivatives up to the second in space,
/// no term that is not 0 where the field is constant, and nothing that comes through the sides. Its maximum falls and its minimum rises.
fn only_carries(system: &System) -> bool {
    let mut evolving = system.fields.iter().filter(|field| field.order > 0);
    let (Some(field), None) = (evolving.next(), evolving.next()) else { return false };
    let closed = |side: &Boundary| match side {
        Boundary::Periodic | Boundary::Antiperiodic | Boundary::Centre { .. } => true,
        Boundary::Neumann(Term::Number(slope)) => slope.norm() == 0.0,
        _ => false,
    };
    field.order == 1
        && !field.complex
        && depth(&field.rate) <= 2
        && vanishes(&field.rate)
        && field.boundaries.iter().flatten().all(closed)
}

/// How many derivatives stand in one another.
pub(crate) fn depth(term: &Term) -> usize {
    depth_of(term, &|_| true)
}

/// How many derivatives along an axis stand in one another.
pub(super) fn depth_along(term: &Term, along: usize) -> usize {
    depth_of(term, &|axis| axis == along)
}

fn depth_of(term: &Term, counts: &dyn Fn(usize) -> bool) -> usize {
    let within = term.children().into_iter().map(|part| depth_of(part, counts)).max();
    let own = matches!(term, Term::Derivative { axis, .. } if counts(*axis));
    within.unwrap_or(0) + usize::from(own)
}

/// Whether a term is 0 where all fields are constant.
fn vanishes(term: &Term) -> bool {
    match term {
        Term::Derivative { body, .. } => !any(body, &|part| {
            matches!(
                part,
                Term::Coordinate(_) | Term::Given(_) | Term::Convolution { .. }
            )
        }),
        Term::Sum(terms) => terms.iter().all(vanishes),
        Term::Product(factors) => factors.iter().any(vanishes),
        Term::Power(base, exponent) => {
            matches!(&**exponent, Term::Number(power) if power.re > 0.0) && vanishes(base)
        }
        _ => false,
    }
}

/// Whether smooth fields should stay so: no noise, no mask, no lattice, nothing that jumps, and all fields smooth at their start.
fn can_be_judged(system: &System) -> bool {
    let jumps = |term: &Term| match term {
        Term::Noise(_) | Term::Shifted { .. } | Term::Piecewise(..) => true,
        Term::Function(function, _) => matches!(
            function,
            Function::Heaviside
                | Function::Sign
                | Function::Floor
                | Function::Less
                | Function::LessEqual
                | Function::Equal
        ),
        _ => false,
    };
    system.noises.is_empty()
        && system.grid.mask.is_none()
        && system.fields.iter().all(|field| !any(&field.rate, &jumps))
        && system.given.iter().all(|given| is_smooth(&system.grid, &given.values))
        && rough_start(system).is_none()
}

/// The axis along which a field starts roughest, if any does not start smooth.
pub(crate) fn rough_start(system: &System) -> Option<usize> {
    let fields = system.fields.iter().filter(|field| field.order > 0);
    let starts = fields.flat_map(|field| [&field.start, &field.start_velocity]);
    let mut rough = starts.filter(|values| !is_smooth(&system.grid, values));
    rough.next().map(|values| fourth(&system.grid, values).1)
}

fn is_smooth(grid: &Grid, values: &[Complex64]) -> bool {
    !smooth::is_rough(grid, values) && fourth(grid, values).0 <= SMOOTH * range(values)
}

/// Whether something holds of a part of a term, or of a part of the kernel of a convolution.
pub(crate) fn any(term: &Term, holds: &dyn Fn(&Term) -> bool) -> bool {
    let kernel = match term {
        Term::Convolution { kernel, .. } => Some(&**kernel),
        _ => None,
    };
    holds(term) || term.children().into_iter().chain(kernel).any(|part| any(part, holds))
}

/// Whether rates divide by something that holds derivatives of fields.
pub(crate) fn divides_by_slopes(system: &System) -> bool {
    let derived = |it: &Term| matches!(it, Term::Derivative { .. });
    let divides = |it: &Term| match it {
        Term::Power(base, exponent) => {
            let below = matches!(&**exponent, Term::Number(p) if p.re < 0.0);
            below && any(base, &derived)
        }
        _ => false,
    };
    system.fields.iter().any(|field| any(&field.rate, &divides))
}

/// Whether the rate of a field has a second derivative along an axis.
pub(crate) fn diffuses(system: &System, field: usize, axis: usize) -> bool {
    let along =
        |it: &Term| matches!(it, Term::Derivative { axis: own, .. } if *own == axis);
    let twice = |it: &Term| match it {
        Term::Derivative { axis: own, body } => *own == axis && any(body, &along),
        _ => false,
    };
    system.fields.get(field).is_some_and(|field| any(&field.rate, &twice))
}

/// The system with a frame in the place of what its fields start with.
pub(crate) fn with_frame(system: &System, number: usize, series: &[Series]) -> System {
    let cells: usize = system.grid.axes.iter().map(|axis| axis.points).product();
    let mut then = system.clone();
    for field in &mut then.fields {
        let own = series.iter().find(|own| *own.name == *field.name);
        field.start = own.map(|own| frame(own, number, cells)).unwrap_or_default();
    }
    then
}

/// The values of one frame.
pub(super) fn frame(series: &Series, number: usize, cells: usize) -> Vec<Complex64> {
    let own = number * cells..(number + 1) * cells;
    match &series.values {
        SeriesValues::Real(values) => values
            .get(own)
            .unwrap_or_default()
            .iter()
            .map(|value| Complex64::new(*value, 0.0))
            .collect(),
        SeriesValues::Complex(values) => values.get(own).unwrap_or_default().to_vec(),
    }
}

/// The larger of the ranges of the real and of the imaginary parts.
pub(super) fn range(values: &[Complex64]) -> f64 {
    let of = |part: fn(&Complex64) -> f64| {
        let (low, high) = values
            .iter()
            .map(part)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        (high - low).max(0.0)
    };
    of(|value| value.re).max(of(|value| value.im))
}

/// The largest |δ⁴u|/16 along any axis, and that axis.
fn fourth(grid: &Grid, values: &[Complex64]) -> (f64, usize) {
    let cells: usize = grid.axes.iter().map(|axis| axis.points).product();
    let mut most = (0.0, 0);
    if values.len() != cells {
        return most;
    }
    let mut stride = cells;
    for (place, axis) in grid.axes.iter().enumerate() {
        let points = axis.points.max(1);
        stride /= points;
        if points < FEWEST {
            continue;
        }
        for block in values.chunks(stride * points) {
            let layers: Vec<&[Complex64]> = block.chunks(stride).collect();
            for five in layers.windows(5) {
                let [a, b, c, d, e] = five else { continue };
                for ((((a, b), c), d), e) in
                    a.iter().zip(*b).zip(*c).zip(*d).zip(e.iter())
                {
                    let size = (a + e - (b + d) * 4.0 + c * 6.0).norm() / 16.0;
                    if size > most.0 {
                        most = (size, place);
                    }
                }
            }
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use holor_field::equation::Axis;

    use super::*;

    fn part(f: impl Fn(f64) -> f64) -> f64 {
        let axis =
            Axis { name: "x".into(), low: -16.0, high: 16.0, points: 32, closed: false };
        let values: Vec<Complex64> =
            (0..32).map(|place| f(axis.at(f64::from(place))).into()).collect();
        let grid = Grid { axes: vec![axis], mask: None };
        fourth(&grid, &values).0 / range(&values)
    }

    #[test]
    fn fronts_of_two_cells_are_resolved_and_jumps_are_not() {
        assert!((part(|x| f64::from(u8::from(x > 0.1))) - 3.0 / 16.0).abs() < 1e-12);
        assert!(part(|x| (4.0 * x).tanh()) > ROUGH);
        assert!(part(f64::tanh) < 0.6 * ROUGH);
        assert!(part(|x| (x / 2.0).tanh()) < SMOOTH);
        // A wave of two points each wavelength, half as large as what it stands on.
        let saw = |x: f64| if (x + 16.5).rem_euclid(2.0) < 1.0 { 1.0 } else { -1.0 };
        assert!((part(saw) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_jump_is_torn_where_nothing_smooths_it() {
        let axis =
            Axis { name: "x".into(), low: -16.0, high: 16.0, points: 32, closed: false };
        let at = |place: u32| axis.at(f64::from(place));
        let slope = |body: Term| Term::Derivative { axis: 0, body: Arc::new(body) };
        let of = |rate: Term, start: &dyn Fn(f64) -> f64| System {
            grid: Grid { axes: vec![axis.clone()], mask: None },
            fields: vec![holor_field::equation::Field {
                name: "u".into(),
                complex: false,
                order: 1,
                rate,
                boundaries: Vec::new(),
                start: (0..32).map(|place| start(at(place)).into()).collect(),
                start_velocity: Vec::new(),
                edge: holor_field::equation::Edge::Closed,
                shift: [false; 3],
            }],
            given: Vec::new(),
            noises: Vec::new(),
        };
        let jump = |x: f64| if x < 0.0 { 1.0 } else { 0.0 };
        let transport = || slope(Term::Field(0));
        assert_eq!(torn(&of(transport(), &jump)), Some((0, 0)));
        assert_eq!(torn(&of(transport(), &f64::tanh)), None);
        assert_eq!(torn(&of(slope(transport()), &jump)), None);
        assert_eq!(torn(&of(Term::Field(0), &jump)), None);
    }

    #[test]
    fn a_front_that_steepens_is_found_with_its_time_and_axis() {
        let axes = ["x", "y"].map(|name| Axis {
            name: name.into(),
            low: -16.0,
            high: 16.0,
            points: 32,
            closed: false,
        });
        let grid = Grid { axes: axes.to_vec(), mask: None };
        let of = |slope: f64| -> Vec<f64> {
            (0..32 * 32)
                .map(|cell| (slope * grid.axes[1].at(f64::from(cell % 32))).tanh())
                .collect()
        };
        let start: Vec<Complex64> = of(0.2).into_iter().map(Complex64::from).collect();
        let field = holor_field::equation::Field {
            name: "u".into(),
            complex: false,
            order: 1,
            rate: Term::Derivative { axis: 1, body: std::sync::Arc::new(Term::Field(0)) },
            boundaries: Vec::new(),
            start,
            start_velocity: Vec::new(),
            edge: holor_field::equation::Edge::Closed,
            shift: [false; 3],
        };
        let system = System {
            grid: grid.clone(),
            fields: vec![field],
            given: Vec::new(),
            noises: Vec::new(),
        };
        let values: Vec<f64> = [0.2, 0.5, 4.0, 5.0].into_iter().flat_map(of).collect();
        let series = [Series {
            name: "u".into(),
            values: SeriesValues::Real(std::sync::Arc::new(values)),
        }];
        let found = unresolved(&system, 4, &series);
        assert_eq!(
            found,
            Some(Unresolved { field: 0, frame: 2, axis: 1, ripples: false })
        );
        assert_eq!(unresolved(&system, 2, &series), None);
    }
}
