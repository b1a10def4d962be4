//! The values of tables, static arrays and kernels, where they are loaded; all must be finite there.

use std::sync::Arc;

use super::complex::Pair;
use super::differences::{CoefficientOf, Lowering, loaded};
use crate::equation::{Axis, Boundary};
use crate::error::{FieldError, FieldResult};
use crate::graph::{NodeId, Op};
use crate::layout::{DIMENSIONS, Layout, Region, dimension};
use crate::plan::Table;
use crate::scheme::Coefficient;

/// A coordinate at a place that may lie beyond the ends or between points; round on a closed axis, so that the values on both sides
/// of a seam are the same to the last bit.
fn coordinate(axis: &Axis, cell: isize, half: bool) -> f64 {
    let cell = if axis.closed { cell.rem_euclid(axis.points as isize) } else { cell };
    axis.at(cell as f64 + if half { 0.5 } else { 0.0 })
}

/// The value of a known formula at a point that may lie between cells.
///
/// Around the centre of a ball, differences of second order ∂(r² ∂u)/r² take r² between cells as the product of the radii on both sides,
/// r² − h²/4: then Σ r² h over the cells within a radius R, by which the sum of u over them is counted, fits the flux of u = r² through R, 2R · r²,
/// and the error is h² (∂⁴u/12 + ∂³u/(3r)) up to the centre. With r² itself it would be h²/r² beside that, the third of the whole in the first cell.
fn value_at(
    lowering: &Lowering<'_>,
    formula: super::formula::Id,
    point: [f64; 3],
    half: [bool; 3],
) -> f64 {
    let at = |point: [f64; 3]| lowering.formulas().at(formula, point);
    let system = lowering.equations.system;
    for (place, axis) in system.grid.axes.iter().enumerate() {
        if !half[place] || lowering.order != 2 || axis.low != 0.0 {
            continue;
        }
        let centre = system.fields.iter().all(|field| {
            let sides = field.boundaries.get(place);
            sides.is_some_and(|sides| matches!(sides[0], Boundary::Centre { .. }))
        });
        let close = |part: f64| {
            let mut point = point;
            point[place] = 1e-3 * part * axis.spacing();
            at(point)
        };
        // How it begins: as the square of the radius.
        if centre && (close(2.0) / close(1.0) - 4.0).abs() < 1e-3 {
            // From the other side of the centre it is what makes differences of u = r cos θ exact.
            let radius = point[place] / axis.spacing();
            return if radius.abs() < 0.25 {
                -0.25e6 * close(1.0)
            } else {
                at(point) * (1.0 - 0.25 / (radius * radius))
            };
        }
    }
    at(point)
}

/// The first and last place used along a dimension.
type Span = Option<(isize, isize)>;

fn widen(span: &mut Span, first: isize, last: isize) {
    *span = Some(match *span {
        None => (first, last),
        Some((low, high)) => (low.min(first), high.max(last)),
    });
}

/// The tables that the nodes, evaluated in these regions, use.
pub(super) fn tables(
    lowering: &mut Lowering<'_>,
    places: &[(NodeId, Region)],
) -> FieldResult<Vec<Table>> {
    let mut spans: Vec<Span> = vec![None; lowering.tables.len()];
    each_region(lowering, places, |op, region| {
        if let Op::Table { table, offset } = op {
            let Some(axis) = lowering.tables.get(table as usize).map(|of| of.axis) else {
                return;
            };
            let along = dimension(axis, lowering.rank);
            if let Some(span) = spans.get_mut(table as usize) {
                let offset = isize::from(offset);
                widen(span, region.start[along] + offset, region.end[along] - 1 + offset);
            }
        }
    });
    let system = lowering.equations.system;
    let mut tables = Vec::new();
    for (of, span) in lowering.tables.iter().zip(spans) {
        let Some(axis) = system.grid.axes.get(of.axis) else { continue };
        let (first, last) = span.unwrap_or((0, axis.points as isize - 1));
        // The interior is always there.
        let (first, last) = (first.min(0), last.max(axis.points as isize - 1));
        let mut values = Vec::new();
        for cell in first..=last {
            let mut point = [0.0; 3];
            point[of.axis] = coordinate(axis, cell, of.half);
            let mut half = [false; 3];
            half[of.axis] = of.half;
            let value = value_at(lowering, of.formula, point, half);
            let used = span.is_some_and(|(low, high)| (low..=high).contains(&cell));
            if used && !value.is_finite() {
                return Err(not_finite(
                    lowering,
                    of.formula,
                    &[(axis.name.as_str(), point[of.axis])],
                ));
            }
            values.push(value);
        }
        tables.push(Table {
            name: format!(
                "{}{}",
                lowering.show(of.formula),
                if of.half { format!(" at {} + 1/2", axis.name) } else { String::new() }
            ),
            dimension: dimension(of.axis, lowering.rank),
            first: first.unsigned_abs(),
            values: values.into(),
        });
    }
    Ok(tables)
}

fn not_finite(
    lowering: &Lowering<'_>,
    formula: super::formula::Id,
    point: &[(&str, f64)],
) -> FieldError {
    let place: Vec<String> =
        point.iter().map(|(name, x)| format!("{name} = {x}")).collect();
    FieldError::invalid(
        format!("{} is not finite at {}", lowering.show(formula), place.join(", ")),
        "move the box or the number of points so that no point lies there, or write the equation without the singular coefficient",
    )
}

fn each_region(
    lowering: &Lowering<'_>,
    places: &[(NodeId, Region)],
    mut use_of: impl FnMut(Op, Region),
) {
    let mut regions: Vec<(Region, Vec<NodeId>)> = Vec::new();
    for (node, region) in places {
        match regions.iter_mut().find(|known| known.0 == *region) {
            Some(known) => known.1.push(*node),
            None => regions.push((*region, vec![*node])),
        }
    }
    for (region, roots) in regions {
        let needed = lowering.graph.needed(&roots);
        for (op, needed) in lowering.graph.ops().iter().zip(needed) {
            if needed {
                use_of(*op, region);
            }
        }
    }
}

/// The static arrays, with ghosts where those are loaded.
pub(super) fn coefficients(
    lowering: &mut Lowering<'_>,
    layout: &Layout,
    places: &[(NodeId, Region)],
) -> FieldResult<Vec<Coefficient>> {
    let count = lowering.coefficients.len();
    let mut spans: Vec<[Span; DIMENSIONS]> = vec![[None; DIMENSIONS]; count];
    let first = lowering.first_coefficient;
    each_region(lowering, places, |op, region| {
        let Some((array, offset)) = loaded(op).filter(|(array, _)| *array >= first)
        else {
            return;
        };
        if let Some(span) = spans.get_mut((array - first) as usize) {
            for (along, span) in span.iter_mut().enumerate() {
                let offset = isize::from(offset[along]);
                widen(span, region.start[along] + offset, region.end[along] - 1 + offset);
            }
        }
    });
    let interior = Region::interior(layout);
    let mut result = Vec::new();
    for (of, span) in lowering.coefficients.clone().into_iter().zip(spans) {
        let mut region = interior;
        for (along, span) in span.into_iter().enumerate() {
            if let Some((low, high)) = span {
                region.start[along] = region.start[along].min(low);
                region.end[along] = region.end[along].max(high + 1);
            }
        }
        let values = cells(interior)
            .map(|cell| value(lowering, of, cell))
            .collect::<FieldResult<Vec<f64>>>()?;
        let mut with_ghosts = Vec::new();
        if region != interior && !matches!(of, CoefficientOf::Convolved(_)) {
            with_ghosts = vec![0.0; layout.length];
            for cell in cells(region) {
                with_ghosts[layout.place(cell)] = value(lowering, of, cell)?;
            }
        }
        result.push(Coefficient {
            name: lowering.coefficient_name(of),
            values: values.into(),
            with_ghosts: with_ghosts.into(),
        });
    }
    Ok(result)
}

fn cells(region: Region) -> impl Iterator<Item = [isize; DIMENSIONS]> {
    let range = move |along: usize| region.start[along]..region.end[along];
    range(0)
        .flat_map(move |a| range(1).flat_map(move |b| range(2).map(move |c| [a, b, c])))
}

/// The value of a static array in a cell, which may be a ghost.
fn value(
    lowering: &Lowering<'_>,
    of: CoefficientOf,
    cell: [isize; DIMENSIONS],
) -> FieldResult<f64> {
    let system = lowering.equations.system;
    match of {
        CoefficientOf::Convolved(_) => Ok(0.0),
        CoefficientOf::Known(formula, half) => {
            let mut point = [0.0; 3];
            for (place, axis) in system.grid.axes.iter().enumerate() {
                let along = cell[dimension(place, lowering.rank)];
                point[place] = coordinate(axis, along, half[place]);
            }
            let value = value_at(lowering, formula, point, half);
            if value.is_finite() {
                return Ok(value);
            }
            let named: Vec<(&str, f64)> = system
                .grid
                .axes
                .iter()
                .zip(point)
                .map(|(axis, x)| (axis.name.as_str(), x))
                .collect();
            Err(not_finite(lowering, formula, &named))
        }
        CoefficientOf::Given(part) => {
            let Some((given, imaginary)) =
                lowering.equations.given_parts.get(part as usize).copied()
            else {
                return Ok(f64::NAN);
            };
            let Some(given) = system.given.get(given) else { return Ok(f64::NAN) };
            Ok(continued(lowering, cell, &|place| {
                given
                    .values
                    .get(place)
                    .map_or(f64::NAN, |value| if imaginary { value.im } else { value.re })
            }))
        }
        CoefficientOf::Domain => {
            let Some(mask) = &system.grid.mask else { return Ok(1.0) };
            // Beyond the box as at its edge: there the conditions at the sides of the box hold.
            let mut place = 0;
            for (axis, of) in system.grid.axes.iter().enumerate() {
                let along = cell[dimension(axis, lowering.rank)];
                let count = of.points as isize;
                let along = if of.closed {
                    along.rem_euclid(count)
                } else {
                    along.clamp(0, count - 1)
                };
                place = place * of.points + along as usize;
            }
            Ok(f64::from(u8::from(mask.get(place).copied().unwrap_or(false))))
        }
    }
}

/// A value of cells at a cell that may lie beyond the ends: round on closed axes, by the polynomial through the outermost points on
/// others.
fn continued(
    lowering: &Lowering<'_>,
    cell: [isize; DIMENSIONS],
    values: &dyn Fn(usize) -> f64,
) -> f64 {
    let mut points = vec![(0_usize, 1.0)];
    for (place, axis) in lowering.equations.system.grid.axes.iter().enumerate() {
        let along = cell[dimension(place, lowering.rank)];
        let count = axis.points as isize;
        let choices: Vec<(usize, f64)> = if axis.closed {
            vec![(along.rem_euclid(count) as usize, 1.0)]
        } else if (0..count).contains(&along) {
            vec![(along as usize, 1.0)]
        } else {
            let many = (lowering.order + 1).min(axis.points);
            let low = along < 0;
            let inside: Vec<isize> =
                (0..many as isize).map(|j| if low { j } else { count - 1 - j }).collect();
            let from: Vec<i32> = inside.iter().map(|j| 2 * (j - along) as i32).collect();
            let weights = super::weights::weights(&from, 0);
            inside.into_iter().map(|j| j as usize).zip(weights).collect()
        };
        points = points
            .into_iter()
            .flat_map(|(at, factor)| {
                choices.iter().map(move |(along, weight)| {
                    (at * axis.points + along, factor * weight)
                })
            })
            .collect();
    }
    points.into_iter().map(|(place, factor)| factor * values(place)).sum()
}

/// A kernel at the displacements of the cells in the order of the transform, times the cell's volume.
pub(super) fn kernel(
    lowering: &Lowering<'_>,
    kernel: Pair,
    layout: &Layout,
) -> FieldResult<Arc<[(f64, f64)]>> {
    let axes = &lowering.equations.system.grid.axes;
    let volume: f64 = axes.iter().map(Axis::spacing).product();
    let formulas = lowering.formulas();
    let mut values = Vec::new();
    for cell in cells(Region::interior(layout)) {
        let mut point = [0.0; 3];
        for (place, axis) in axes.iter().enumerate() {
            let along = cell[dimension(place, lowering.rank)];
            let count = axis.points as isize;
            let signed = if 2 * along > count { along - count } else { along };
            point[place] = signed as f64 * axis.spacing();
        }
        let re = formulas.at(kernel.re, point);
        let im = kernel.im.map_or(0.0, |im| formulas.at(im, point));
        if !(re.is_finite() && im.is_finite()) {
            let named: Vec<(&str, f64)> =
                axes.iter().zip(point).map(|(axis, x)| (axis.name.as_str(), x)).collect();
            return Err(not_finite(lowering, kernel.re, &named));
        }
        values.push((re * volume, im * volume));
    }
    Ok(values.into())
}
