//! How large fields are: what changes of them are compared with.

use super::frames::{grow, velocities};
use crate::field::run::Series;

/// Of a field that decays, changes are compared with what is left of it, down to this part of its largest value.
const DECAYED: f64 = 1e-6;

/// A change below this part of a field is rounding.
const ROUNDING: f64 = 1e-12;
/// A field that starts with less than this part of the largest starts with the rounding of nothing.
const NOTHING: f64 = 1e-14;

/// What changes of a series are compared with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scale {
    /// Its size.
    pub(super) size: f64,
    /// What is no change: rounding of what it starts with, or, where that is nothing, of the largest of all series.
    pub(super) nothing: f64,
}

/// With these sizes of series now and at the start.
pub(super) fn scales(sizes: Vec<f64>, starts: &[f64]) -> Vec<Scale> {
    let most = |all: &[f64]| all.iter().copied().fold(0.0, f64::max);
    let (first, now) = (most(starts), most(&sizes));
    let nothing = |place: usize| {
        let own = starts.get(place).copied().unwrap_or(0.0);
        ROUNDING * if own > NOTHING * first { own } else { now }
    };
    let sizes = sizes.into_iter().enumerate();
    sizes.map(|(place, size)| Scale { size, nothing: nothing(place) }).collect()
}

/// The largest absolute values of series at places between two saves: what is near 0 at every save, as an orbit seen once in a period, has its
/// size there.
#[derive(Debug, Default)]
pub(super) struct Between(Vec<Vec<f64>>);

impl Between {
    /// Where, as parts of the time between the saves.
    pub(super) const PLACES: [f64; 2] = [0.382, 0.691];

    /// Takes the frame at the next of these places.
    pub(super) fn see(&mut self, frame: &[Series]) {
        let mut sizes = Vec::new();
        grow(&mut sizes, frame);
        self.0.push(sizes);
    }

    /// The largest of these and of others.
    pub(super) fn raise(&self, scales: &mut Vec<f64>) {
        for sizes in &self.0 {
            scales.resize(scales.len().max(sizes.len()), 0.0);
            for (scale, size) in scales.iter_mut().zip(sizes) {
                *scale = scale.max(*size);
            }
        }
    }

    /// Lowers the largest values to what is left of fields that decay. Nothing where a place was not reached.
    pub(super) fn follow_decays(&self, scales: &mut [f64]) {
        let [first, second] = self.0.as_slice() else { return };
        for (scale, (first, second)) in scales.iter_mut().zip(first.iter().zip(second)) {
            // What an exponential would have left, lest one that passes 0 is taken for nothing.
            let left = if second < first { second * second / first } else { *second };
            *scale = left.max(DECAYED * *scale);
        }
    }
}

/// Raises the scales of time derivatives to those of their fields over so much time: what is small beside that changes nothing, as of fields that
/// start at rest. They may change by `sharp` times the part of their size that fields may.
pub(super) fn moving(scales: &mut [f64], frame: &[Series], way: f64, sharp: f64) {
    let count = scales.len();
    for (place, velocity) in velocities(frame).enumerate().take(count) {
        if velocity {
            scales[place] = sharp * scales[place].max(scales[place - 1] / way);
        }
    }
}
