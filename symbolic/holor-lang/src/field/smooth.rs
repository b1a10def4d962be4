//! Whether a system starts smooth enough for differences of fourth order.
//!
//! Where the fields are resolved, differences of fourth order are far more accurate at the same points, and waves keep their speed.
//! At kinks and jumps they are not: they overshoot, and a diffusivity taken between cells may become negative. So fourth order is
//! for what is smooth, with no order and no step of the person's own, and second order, whose bounds people know by heart, for the rest.
//! So are fluxes between sides through which nothing flows: of second order the sum over the cells is kept to rounding.

use holor_field::equation::{Boundary, Complex64, Grid, System, Term};

use super::resolution::any;

/// The order of differences for what is smooth.
pub(super) const SMOOTH: usize = 4;
/// The order for the rest.
pub(super) const ROUGH: usize = 2;

/// Fourth differences of a wave of k points each wavelength are (2π/k)² of its second differences: below this part where a wave has
/// nine points and more. At a kink they are twice, at a jump three times as large.
const RESOLVED: f64 = 0.5;
/// Differences below this part of the largest value are rounding, or nothing that could be told smooth.
const FLAT: f64 = 1e-9;
/// An axis with fewer points has no fourth differences to speak of.
const FEWEST: usize = 8;

/// The order of differences that fits a system where nobody chose one.
pub(super) fn order_of(system: &System) -> usize {
    let smooth = system.noises.is_empty()
        && system.grid.mask.is_none()
        && system.fields.iter().all(|field| is_smooth(&field.rate))
        && (0..system.grid.axes.len()).all(|axis| !keeps_a_sum(system, axis))
        && system
            .given
            .iter()
            .all(|given| shape_of(&system.grid, &given.values) != Shape::Rough);
    if !smooth {
        return ROUGH;
    }
    let shapes: Vec<Shape> = system
        .fields
        .iter()
        .filter(|field| field.order > 0)
        .flat_map(|field| [&field.start, &field.start_velocity])
        .map(|values| shape_of(&system.grid, values))
        .collect();
    match shapes.contains(&Shape::Smooth) && !shapes.contains(&Shape::Rough) {
        true => SMOOTH,
        false => ROUGH,
    }
}

/// Whether values have kinks, jumps or waves of few points.
pub(super) fn is_rough(grid: &Grid, values: &[Complex64]) -> bool {
    shape_of(grid, values) == Shape::Rough
}

/// What values look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Without curvature: nothing can be said.
    Flat,
    /// Resolved by the points along every axis.
    Smooth,
    /// With kinks, jumps or waves of few points.
    Rough,
}

fn shape_of(grid: &Grid, values: &[Complex64]) -> Shape {
    let cells: usize = grid.axes.iter().map(|axis| axis.points).product();
    if values.len() != cells || cells == 0 {
        return Shape::Flat;
    }
    let largest = values.iter().fold(0.0_f64, |most, value| most.max(value.norm()));
    let mut shape = Shape::Flat;
    let mut stride = cells;
    for axis in &grid.axes {
        let points = axis.points;
        stride /= points.max(1);
        let (mut second, mut fourth) = (0.0_f64, 0.0_f64);
        for first in
            (0..cells).filter(|cell| (cell / stride.max(1)).is_multiple_of(points))
        {
            let at = |place: usize| {
                values.get(first + place * stride).copied().unwrap_or_default()
            };
            for place in 2..points.saturating_sub(2) {
                let (two, one, own) = (at(place - 2), at(place - 1), at(place));
                let (next, after) = (at(place + 1), at(place + 2));
                second = second.max((one - own * 2.0 + next).norm());
                fourth =
                    fourth.max((two + after - (one + next) * 4.0 + own * 6.0).norm());
            }
        }
        if second <= FLAT * largest {
            continue;
        }
        if points < FEWEST || fourth > RESOLVED * second {
            return Shape::Rough;
        }
        shape = Shape::Smooth;
    }
    shape
}

/// Whether a sum over the cells may be kept along an axis: a field has no flux through either side, and some rate is the divergence of
/// a flux with a factor that varies.
fn keeps_a_sum(system: &System, axis: usize) -> bool {
    let shut =
        |side: &Boundary| matches!(side, Boundary::Neumann(_) | Boundary::Centre { .. });
    let closed = system
        .fields
        .iter()
        .filter_map(|field| field.boundaries.get(axis))
        .any(|sides| sides.iter().all(shut));
    closed && system.fields.iter().any(|field| has_flux(&field.rate, axis))
}

/// Whether something but a field or its derivative is differentiated along an axis.
fn has_flux(term: &Term, axis: usize) -> bool {
    match term {
        Term::Derivative { axis: along, body } => {
            (*along == axis && !is_plain(body)) || has_flux(body, axis)
        }
        Term::Sum(terms) | Term::Product(terms) | Term::Function(_, terms) => {
            terms.iter().any(|term| has_flux(term, axis))
        }
        Term::Power(base, exponent) => has_flux(base, axis) || has_flux(exponent, axis),
        Term::Shifted { body, .. } | Term::Mean(body) | Term::Integral(body) => {
            has_flux(body, axis)
        }
        _ => false,
    }
}

/// Whether a term is a sum of fields and their derivatives with numbers before them.
fn is_plain(term: &Term) -> bool {
    match term {
        Term::Number(_) | Term::Field(_) | Term::Velocity(_) => true,
        Term::Derivative { body, .. } => is_plain(body),
        Term::Sum(terms) => terms.iter().all(is_plain),
        Term::Product(factors) => {
            let varying: Vec<&Term> =
                factors.iter().filter(|it| !matches!(it, Term::Number(_))).collect();
            matches!(varying.as_slice(), [] | [_]) && varying.into_iter().all(is_plain)
        }
        _ => false,
    }
}

/// Whether a term has no kinks or jumps of its own.
fn is_smooth(term: &Term) -> bool {
    !any(term, &|part| match part {
        Term::Noise(_) | Term::Shifted { .. } | Term::Piecewise(..) => true,
        Term::Function(function, _) => function.is_kinked(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use holor_field::equation::Axis;

    use super::*;

    fn shape(points: usize, f: impl Fn(f64) -> f64) -> Shape {
        let axis = Axis { name: "x".into(), low: -1.0, high: 1.0, points, closed: false };
        let values: Vec<Complex64> =
            (0..points).map(|place| f(axis.at(place as f64)).into()).collect();
        shape_of(&Grid { axes: vec![axis], mask: None }, &values)
    }

    #[test]
    fn waves_of_many_points_are_smooth_and_kinks_are_not() {
        assert_eq!(shape(64, |x| (3.0 * x).sin()), Shape::Smooth);
        assert_eq!(shape(64, |x| (10.0 * x).tanh()), Shape::Smooth);
        assert_eq!(shape(64, |x| (40.0 * x).sin()), Shape::Rough);
        assert_eq!(shape(64, f64::abs), Shape::Rough);
        assert_eq!(shape(64, |x| (0.5 - x * x).max(0.0)), Shape::Rough);
        assert_eq!(shape(64, |x| f64::from(u8::from(x > 0.1))), Shape::Rough);
        assert_eq!(shape(64, |x| 1.0 + 2.0 * x), Shape::Flat);
        assert_eq!(shape(6, |x| x * x), Shape::Rough);
    }
}
