//! Fourier transforms of any length whose plan is made once.

use std::sync::Arc;

use rustfft::num_complex::Complex64;
use rustfft::{Fft, FftPlanner};

/// Both directions of the discrete Fourier transform of one length, with their scratch space.
///
/// Forward: X_k = sum_t x_t exp(-2 pi i k t / n), without a factor; inverse: with the factor 1/n.
pub(crate) struct Fourier {
    length: usize,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    scratch: Vec<Complex64>,
}

impl Fourier {
    /// Plans transforms of `length` values, at least one.
    pub(crate) fn new(length: usize) -> Self {
        let length = length.max(1);
        let mut planner = FftPlanner::new();
        let forward = planner.plan_fft_forward(length);
        let inverse = planner.plan_fft_inverse(length);
        let need =
            forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
        Self { length, forward, inverse, scratch: vec![Complex64::default(); need] }
    }

    /// Transforms `data` in place; its length must be that of the plan, else it is left as it is.
    pub(crate) fn forward(&mut self, data: &mut [Complex64]) {
        if data.len() == self.length {
            self.forward.process_with_scratch(data, &mut self.scratch);
        }
    }

    /// Transforms back in place, divided by the length.
    pub(crate) fn inverse(&mut self, data: &mut [Complex64]) {
        if data.len() == self.length {
            self.inverse.process_with_scratch(data, &mut self.scratch);
            let factor = 1.0 / self.length as f64;
            for value in data {
                *value *= factor;
            }
        }
    }

    /// The transform of a real sequence, with zeros after its end up to the length of the plan.
    pub(crate) fn real(&mut self, x: &[f64]) -> Vec<Complex64> {
        let mut data = vec![Complex64::default(); self.length];
        for (slot, &value) in data.iter_mut().zip(x) {
            slot.re = value;
        }
        self.forward(&mut data);
        data
    }
}

/// The mean, with the rounding error of the sum carried along (Neumaier 1974), so that a constant signal has its own
/// value as mean as nearly as can be.
pub(crate) fn mean(x: &[f64]) -> f64 {
    compensated_sum(x.iter().copied()) / x.len() as f64
}

/// A sum whose rounding errors are added up beside it (Neumaier 1974).
pub(crate) fn compensated_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() {
            (sum - next) + value
        } else {
            (value - next) + sum
        };
        sum = next;
    }
    sum + lost
}

/// The largest absolute value; 0 for none.
pub(crate) fn largest(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |most, value| most.max(value.abs()))
}
