//! Frames of a run: made of snapshots, compared, put behind one another.

use std::sync::Arc;

use holor_field::equation::{Complex64, System};
use holor_field::run::Snapshot;
use holor_field::stepper::Stepping;

use super::sizes::Scale;
use crate::field::run::{Series, SeriesValues};

/// The largest absolute value of a frame.
pub(super) fn largest(frame: &[Series]) -> f64 {
    frame.iter().fold(0.0, |most, series| match &series.values {
        SeriesValues::Real(values) => {
            values.iter().fold(most, |most: f64, value| most.max(value.abs()))
        }
        SeriesValues::Complex(values) => {
            values.iter().fold(most, |most: f64, value| most.max(value.norm()))
        }
    })
}

/// The largest absolute values of series with those of another frame.
pub(super) fn grow(scales: &mut Vec<f64>, frame: &[Series]) {
    scales.resize(frame.len(), 0.0);
    for (scale, series) in scales.iter_mut().zip(frame) {
        *scale = scale.max(largest(std::slice::from_ref(series)));
    }
}

/// Whether each series of a frame is the time derivative of the one before it.
pub(super) fn velocities(frame: &[Series]) -> impl Iterator<Item = bool> {
    (0..frame.len()).map(|place| {
        let before = place.checked_sub(1).and_then(|before| frame.get(before));
        before.is_some_and(|own| {
            frame[place].name.strip_suffix("_t") == Some(own.name.as_ref())
        })
    })
}

/// The largest difference of frames in one series, and relative to its largest values in all that are no time derivatives.
pub(super) fn worst_apart(
    a: &[Series],
    b: &[Series],
    scales: &[Scale],
    series: usize,
) -> Option<(f64, f64)> {
    if !velocities(a).nth(series)? {
        return None;
    }
    let one = |place: usize| {
        let scale = scales.get(place).copied().unwrap_or_default();
        worst(&a[place..=place], b.get(place..=place).unwrap_or(&[]), &[scale]).0
    };
    let fields = velocities(a).enumerate().filter(|(_, velocity)| !velocity);
    Some((one(series), fields.map(|(place, _)| one(place)).fold(0.0, f64::max)))
}

/// The largest difference of frames, relative to the largest value of each unknown, there or in earlier frames, with the place of the series
/// and of the cell where it is.
pub(super) fn worst(
    a: &[Series],
    b: &[Series],
    scales: &[Scale],
) -> (f64, Option<(usize, usize)>) {
    differences(a, b, scales, false)
}

/// The same by the mean over all cells: that of fields which jump, of whose largest difference a shift by a part of a cell makes the whole jump. The place is
/// that of the largest all the same.
pub(super) fn worst_on_average(
    a: &[Series],
    b: &[Series],
    scales: &[Scale],
) -> (f64, Option<(usize, usize)>) {
    differences(a, b, scales, true)
}

fn differences(
    a: &[Series],
    b: &[Series],
    scales: &[Scale],
    average: bool,
) -> (f64, Option<(usize, usize)>) {
    let mut worst: (f64, Option<(usize, usize)>) = (0.0, None);
    for (place, (a, b)) in a.iter().zip(b).enumerate() {
        let Scale { mut size, nothing } = scales.get(place).copied().unwrap_or_default();
        let (mut change, mut at): (f64, usize) = (0.0, 0);
        let (mut total, mut count) = (0.0, 0.0);
        let mut look = |cell: usize, off: f64, own: f64| {
            total += off;
            count += 1.0;
            if off > change {
                (change, at) = (off, cell);
            }
            size = size.max(own);
        };
        match (&a.values, &b.values) {
            (SeriesValues::Real(a), SeriesValues::Real(b)) => {
                for (cell, (a, b)) in a.iter().zip(b.iter()).enumerate() {
                    look(cell, (a - b).abs(), b.abs());
                }
            }
            (SeriesValues::Complex(a), SeriesValues::Complex(b)) => {
                for (cell, (a, b)) in a.iter().zip(b.iter()).enumerate() {
                    look(cell, (a - b).norm(), b.norm());
                }
            }
            _ => {}
        }
        if average {
            change = total / f64::max(count, 1.0);
        }
        let part = change / size.max(f64::MIN_POSITIVE);
        if change > nothing && part > worst.0 {
            worst = (part, Some((place, at)));
        }
    }
    worst
}

/// The unknowns' series without a frame.
pub(crate) fn empty_series(system: &System, stepping: &Stepping) -> Vec<Series> {
    let mut all = Vec::new();
    for field in &system.fields {
        let mut names = vec![field.name.clone()];
        if field.order == 2 && stepping.velocities.iter().any(Option::is_some) {
            names.push(format!("{}_t", field.name));
        }
        for name in names {
            let values = if field.complex {
                SeriesValues::Complex(Arc::default())
            } else {
                SeriesValues::Real(Arc::default())
            };
            all.push(Series { name: name.into(), values });
        }
    }
    all
}

/// The values of all series at one time.
pub(super) fn frame_of(
    system: &System,
    stepping: &Stepping,
    snapshot: &Snapshot,
) -> Vec<Series> {
    let mut all = Vec::new();
    let mut plane = 0;
    for field in &system.fields {
        let take =
            |place: usize| snapshot.planes.get(place).map(|values| values.to_double());
        let rate = |place: usize| {
            snapshot
                .velocities
                .get(place)
                .and_then(Option::as_ref)
                .map(|it| it.to_double())
        };
        let planes = if field.complex { 2 } else { 1 };
        all.push(series_of(
            &field.name,
            take(plane),
            (planes == 2).then(|| take(plane + 1)),
        ));
        if field.order == 2 && stepping.velocities.iter().any(Option::is_some) {
            let name = format!("{}_t", field.name);
            let second = (planes == 2).then(|| rate(plane + 1));
            all.push(series_of(&name, rate(plane), second));
        }
        plane += planes;
    }
    all
}

pub(super) fn series_of(
    name: &str,
    real: Option<Vec<f64>>,
    imaginary: Option<Option<Vec<f64>>>,
) -> Series {
    let real = real.unwrap_or_default();
    let values = match imaginary {
        None => SeriesValues::Real(Arc::new(real)),
        Some(imaginary) => {
            let imaginary = imaginary.unwrap_or_default();
            let pairs = real.into_iter().zip(imaginary);
            SeriesValues::Complex(Arc::new(
                pairs.map(|(re, im)| Complex64::new(re, im)).collect(),
            ))
        }
    };
    Series { name: name.into(), values }
}

/// Adds frames behind those of the series.
pub(crate) fn append(series: &mut [Series], frames: Vec<Series>) {
    for (own, frame) in series.iter_mut().zip(frames) {
        match (&mut own.values, frame.values) {
            (SeriesValues::Real(all), SeriesValues::Real(more)) => {
                Arc::make_mut(all).extend_from_slice(&more);
            }
            (SeriesValues::Complex(all), SeriesValues::Complex(more)) => {
                Arc::make_mut(all).extend_from_slice(&more);
            }
            _ => {}
        }
    }
}
