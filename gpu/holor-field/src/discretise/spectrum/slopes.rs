//! How the linearisation of a scheme changes while its fields do.

use std::collections::BTreeMap;

use super::{Row, Spectrum};
use crate::equation::{Axis, Complex64};
use crate::layout::{DIMENSIONS, dimension};
use crate::scheme::{Plane, Scheme};

/// The largest absolute slope of each plane's rate by each value that it loads, over sampled cells: what bounds of steps are made of, at a small
/// part of their cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slopes {
    entries: BTreeMap<Slope, f64>,
}

/// ∂(rate of a plane)/∂(value in an array at an offset).
type Slope = (usize, u32, [i16; DIMENSIONS]);

impl Slopes {
    /// Of a scheme on a grid with these axes, at a time, for fields of these values and time derivatives (row-major, in the order of the
    /// system's fields; empty for 0).
    pub fn of(
        scheme: &Scheme,
        axes: &[Axis],
        (values, velocities): (&[&[Complex64]], &[&[Complex64]]),
        time: f64,
    ) -> Self {
        let mut entries: BTreeMap<Slope, f64> = BTreeMap::new();
        with_values(scheme, axes, (values, velocities), time, |spectrum| {
            spectrum.at_cells(time, &mut |plane: usize, row: &Row| {
                for ((array, offset), slope) in row {
                    let most = entries.entry((plane, *array, *offset)).or_default();
                    *most = larger(*most, slope.abs());
                }
            });
        });
        Self { entries }
    }

    fn total(&self) -> f64 {
        // The sum of nothing is -0.
        self.entries.values().fold(0.0, |sum, entry| sum + entry)
    }

    /// By which part of all others these are larger, each where it is.
    pub fn growth_since(&self, other: &Self) -> f64 {
        self.changes(other, |now, before| (now - before).max(0.0))
    }

    /// By which part of all others these differ.
    pub fn change_since(&self, other: &Self) -> f64 {
        self.changes(other, |now, before| (now - before).abs())
    }

    fn changes(&self, other: &Self, change: impl Fn(f64, f64) -> f64) -> f64 {
        let mut sum = 0.0;
        for (slope, now) in &self.entries {
            sum += change(*now, other.entries.get(slope).copied().unwrap_or(0.0));
        }
        for (slope, before) in &other.entries {
            if !self.entries.contains_key(slope) {
                sum += change(0.0, *before);
            }
        }
        let total = other.total();
        if sum == 0.0 { 0.0 } else { sum / total }
    }

    /// The larger of both, each.
    pub fn join(&mut self, other: &Self) {
        for (slope, value) in &other.entries {
            let most = self.entries.entry(*slope).or_default();
            *most = larger(*most, *value);
        }
    }

    /// As numbers with names, to be kept beside a state.
    pub fn to_numbers(&self, name: &str) -> Vec<(String, f64)> {
        let entries = self.entries.iter().map(|((plane, array, [a, b, c]), value)| {
            (format!("{name} {plane} {array} {a} {b} {c}"), *value)
        });
        entries.collect()
    }

    /// From numbers that were kept; others are left out.
    pub fn from_numbers<'a>(
        name: &str,
        numbers: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Self {
        let mut entries = BTreeMap::new();
        for (own, value) in numbers {
            let Some(rest) = own.strip_prefix(name) else { continue };
            let parts: Vec<i64> =
                rest.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            if let [plane, array, a, b, c] = parts.as_slice() {
                let offset = [*a as i16, *b as i16, *c as i16];
                entries.insert((*plane as usize, *array as u32, offset), value);
            }
        }
        Self { entries }
    }
}

/// The term of the rates that is not finite at a cell, counted from 1 along each axis, or else the one that is largest there, with whether it is
/// only that; `None` where all are 0. For fields of these values and time derivatives, as [`Slopes::of`] takes them. Means and integrals
/// are taken from sampled cells.
pub fn largest_term(
    scheme: &Scheme,
    axes: &[Axis],
    values: (&[&[Complex64]], &[&[Complex64]]),
    time: f64,
    cell: &[usize],
) -> Option<(String, bool)> {
    let mut place = [0; DIMENSIONS];
    for (axis, own) in cell.iter().enumerate().take(axes.len()) {
        place[dimension(axis, axes.len())] = own.saturating_sub(1) as isize;
    }
    with_values(scheme, axes, values, time, |spectrum| {
        let scalars = spectrum.scalars_with_gathers(time, &spectrum.places());
        let mut largest: Option<(f64, &String)> = None;
        for (text, node) in scheme.terms.iter().flatten() {
            let own = spectrum.value(*node, place, &scalars).abs();
            if !own.is_finite() {
                return Some((text.clone(), false));
            }
            if own > largest.map_or(0.0, |(most, _)| most) {
                largest = Some((own, text));
            }
        }
        largest.map(|(_, text)| (text.clone(), true))
    })
}

/// Looks at a scheme with other fields than those it starts with.
fn with_values<R>(
    scheme: &Scheme,
    axes: &[Axis],
    (values, velocities): (&[&[Complex64]], &[&[Complex64]]),
    time: f64,
    look: impl FnOnce(&Spectrum<'_>) -> R,
) -> R {
    let part = |values: &[&[Complex64]], plane: &Plane| -> Vec<f64> {
        let own = values.get(plane.field).copied().unwrap_or_default();
        let part = |value: &Complex64| if plane.imaginary { value.im } else { value.re };
        own.iter().map(part).collect()
    };
    let planes: Vec<Plane> = scheme
        .planes
        .iter()
        .map(|plane| Plane {
            name: plane.name.clone(),
            start: part(values, plane),
            start_velocity: part(velocities, plane),
            ..*plane
        })
        .collect();
    let moving = planes.iter().filter(|plane| plane.velocity.is_some()).count();
    let orders = Vec::new();
    look(&Spectrum {
        system: None,
        axes,
        layout: &scheme.layout,
        graph: &scheme.graph,
        rates: &scheme.rates,
        components: &[],
        planes: &planes,
        coefficients: &scheme.coefficients,
        first_coefficient: (planes.len() + moving) as u32,
        tables: &scheme.tables,
        scalars: scheme.scalars.len(),
        gathers: &scheme.gathers,
        solves: &scheme.solves,
        orders: &orders,
        order: 2,
        constant: false,
        masked: false,
        times: vec![time],
        tame_sides: false,
        reflecting_sides: false,
        stretch: 1.0,
    })
}

/// The larger of two; not a number stays so.
fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b <= a { a } else { b }
}
