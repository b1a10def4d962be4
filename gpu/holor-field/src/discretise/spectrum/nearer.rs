//! A cell looked at closely: whether growth without bound there is that of the equation, or of differences of different width.
//!
//! Where derivatives of products are differences of fluxes, those along one axis meet half way between cells and mixed ones a cell away, so that the
//! same factor is taken at other places in each. What cancels in the equation (∇×(J × B), ∇×∇×U in curved coordinates) then leaves something of the
//! order of the squared distance of cells, and grows with wave numbers like the rest. The equations are discretised anew on cells that are
//! far smaller, with the fields as they continue there: what is of the equation stays.

use super::posed::{Growing, Leading};
use super::{Row, Spectrum};
use crate::discretise::{SpaceOptions, look_at};
use crate::equation::{Axis, Boundary, Complex64, System};
use crate::layout::{DIMENSIONS, dimension};

/// The size of cells, in those of the grid.
const SIZE: f64 = 1e-3;
/// A smaller one, at which what differences leave in directions where next to nothing leads is smaller by the square.
const SMALLER: f64 = 1.25e-4;
/// What is of the equation stays above this part of itself there.
const STAYS: f64 = 0.25;
/// Cells from which values are continued, along each axis.
const FROM: usize = 5;

impl Spectrum<'_> {
    /// The directions in which growth at a cell increases without bound on far smaller cells as well; `None` where that cannot be looked at.
    ///
    /// Where next to nothing leads in a direction, as along the normal of a front that moves by its curvature, what is left by differences of
    /// small cells is growth as well, which a smaller size tells apart.
    pub(super) fn growing_nearer(
        &self,
        cell: [isize; DIMENSIONS],
        time: f64,
        directions: &[[f64; 3]],
    ) -> Option<Vec<Growing>> {
        let mut found = self.growing_at(cell, time, directions, SIZE)?;
        // Of second order in time growth is a smaller part of the rates on smaller cells anyhow.
        if !self.is_second() && found.iter().any(Growing::is_slight) {
            let nearer = self.growing_at(cell, time, directions, SMALLER)?;
            found.retain(|own| {
                !own.is_slight() || nearer.iter().any(|near| near.stays(own, STAYS))
            });
        }
        Some(found)
    }

    /// The directions in which growth at a cell increases without bound on cells so much smaller.
    fn growing_at(
        &self,
        cell: [isize; DIMENSIONS],
        time: f64,
        directions: &[[f64; 3]],
        size: f64,
    ) -> Option<Vec<Growing>> {
        let system = self.system.filter(|_| !self.masked && self.gathers.is_empty())?;
        let near = self.nearer(system, cell, size)?;
        let options =
            SpaceOptions { observes: true, ..SpaceOptions::of_order(self.order) };
        let middle: [isize; DIMENSIONS] = {
            let mut middle = [0; DIMENSIONS];
            for (axis, of) in near.grid.axes.iter().enumerate() {
                middle[dimension(axis, near.grid.axes.len())] = (of.points / 2) as isize;
            }
            middle
        };
        look_at(&near, &options, &[time], |spectrum: &Spectrum<'_>| {
            let scalars = spectrum.scalars_at(time);
            let rates = spectrum.rates.iter();
            let rows: Vec<Row> =
                rates.map(|rate| spectrum.row(*rate, middle, &scalars)).collect();
            let mut entries = rows.iter().flat_map(|row| row.values());
            entries
                .all(|entry| entry.is_finite())
                .then(|| spectrum.growing(&rows, directions, Leading::Yes).collect())
        })
        .ok()
        .flatten()
    }

    /// The system on far smaller cells around one, with the fields as they continue there.
    fn nearer(
        &self,
        system: &System,
        cell: [isize; DIMENSIONS],
        size: f64,
    ) -> Option<System> {
        let axes = &system.grid.axes;
        let count = 2 * self.order + 4;
        // Along each axis, for each small cell the cells that it is continued from, and their weights.
        let mut from: Vec<Vec<Vec<(usize, f64)>>> = Vec::new();
        let mut near = system.clone();
        for (axis, of) in axes.iter().enumerate() {
            let own = cell[dimension(axis, axes.len())];
            let spacing = of.spacing() * size;
            let middle = of.at(own as f64);
            let low = middle - ((count / 2) as f64 + 0.5) * spacing;
            *near.grid.axes.get_mut(axis)? = Axis {
                low,
                high: low + count as f64 * spacing,
                points: count,
                closed: false,
                ..of.clone()
            };
            let places = (0..count).map(|k| size * (k as f64 - (count / 2) as f64));
            from.push(places.map(|away| continued(of, own, away)).collect());
        }
        let shown = |values: &[Complex64]| -> Vec<Complex64> {
            if values.is_empty() {
                return Vec::new();
            }
            let mut result = vec![Complex64::ZERO; count.pow(axes.len() as u32)];
            for (place, value) in result.iter_mut().enumerate() {
                let mut parts = vec![(0_usize, 1.0)];
                for (axis, of) in axes.iter().enumerate() {
                    let inner = count.pow((axes.len() - 1 - axis) as u32);
                    let weights = &from[axis][place / inner % count];
                    parts = parts
                        .into_iter()
                        .flat_map(|(at, weight)| {
                            weights.iter().map(move |(cell, own)| {
                                (at * of.points + cell, weight * own)
                            })
                        })
                        .collect();
                }
                let terms = parts.into_iter().map(|(at, weight)| {
                    values.get(at).copied().unwrap_or_default() * weight
                });
                *value = terms.sum();
            }
            result
        };
        for given in &mut near.given {
            given.values = shown(&given.values).into();
        }
        for field in &mut near.fields {
            field.start = shown(&field.start);
            field.start_velocity = shown(&field.start_velocity);
            for sides in &mut field.boundaries {
                *sides = [Boundary::Outflow, Boundary::Outflow];
            }
        }
        Some(near)
    }
}

/// The cells of an axis and their weights in the polynomial through those nearest to one, so far away from it.
fn continued(of: &Axis, cell: isize, away: f64) -> Vec<(usize, f64)> {
    let count = of.points.min(FROM);
    let first = cell - (count / 2) as isize;
    let last = (of.points - count) as isize;
    let first = if of.closed { first } else { first.clamp(0, last) };
    let places: Vec<f64> =
        (0..count).map(|k| (first + k as isize - cell) as f64).collect();
    let weight = |k: usize| -> f64 {
        let others = places.iter().enumerate().filter(|(j, _)| *j != k);
        others.map(|(_, at)| (away - at) / (places[k] - at)).product()
    };
    let inside =
        |k: usize| (first + k as isize).rem_euclid(of.points.max(1) as isize) as usize;
    (0..count).map(|k| (inside(k), weight(k))).collect()
}
