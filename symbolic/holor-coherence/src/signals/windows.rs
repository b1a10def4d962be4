//! Windows and trends of segments, as `scipy.signal.get_window` and `scipy.signal.detrend` define them.

use std::f64::consts::PI;

use crate::error::{CoherenceError, Result, require_finite, require_length};
use crate::numeric::mean;

/// The weight of each sample of a segment.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Window {
    /// 0.5 - 0.5 cos.
    #[default]
    Hann,
    /// 0.54 - 0.46 cos.
    Hamming,
    /// 0.42 - 0.5 cos + 0.08 cos 2.
    Blackman,
    /// All weights 1.
    Boxcar,
    /// The five-term flat top of D'Antona and Ferrero 2006.
    FlatTop,
    /// Flat with cosine edges.
    Tukey {
        /// The part of the window inside the edges: 0 is a boxcar, 1 is Hann.
        shape: f64,
    },
    /// Weights of one's own; they set the length of the segments.
    Samples(Vec<f64>),
}

impl Window {
    /// The weights for a segment of `length` samples, periodic ("DFT-even") as for spectra in SciPy.
    ///
    /// # Errors
    /// A length of 0; [`Window::Samples`] of another length or not finite; a shape that is not a number.
    pub fn periodic(&self, length: usize) -> Result<Vec<f64>> {
        self.samples(length, true)
    }

    /// The weights for a filter of `length` samples, symmetric about its middle.
    ///
    /// # Errors
    /// As for [`Window::periodic`].
    pub fn symmetric(&self, length: usize) -> Result<Vec<f64>> {
        self.samples(length, false)
    }

    fn samples(&self, length: usize, periodic: bool) -> Result<Vec<f64>> {
        require_length("window", length, 1)?;
        if let Self::Samples(weights) = self {
            if weights.len() != length {
                return Err(CoherenceError::LengthMismatch {
                    first: "window",
                    first_length: weights.len(),
                    second: "segment",
                    second_length: length,
                });
            }
            require_finite("window", weights)?;
            return Ok(weights.clone());
        }
        if length == 1 {
            return Ok(vec![1.0]);
        }
        // A periodic window is the symmetric one of one more sample without its last sample.
        let full = if periodic { length + 1 } else { length };
        let mut weights = match self {
            Self::Hann => cosines(full, &[0.5, 0.5]),
            Self::Hamming => cosines(full, &[0.54, 0.46]),
            Self::Blackman => cosines(full, &[0.42, 0.50, 0.08]),
            Self::FlatTop => cosines(
                full,
                &[0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368],
            ),
            Self::Tukey { shape } => tukey(full, *shape)?,
            Self::Boxcar | Self::Samples(_) => vec![1.0; full],
        };
        weights.truncate(length);
        Ok(weights)
    }

    /// The length that the window itself sets.
    pub(super) fn own_length(&self) -> Option<usize> {
        match self {
            Self::Samples(weights) => Some(weights.len()),
            Self::Hann
            | Self::Hamming
            | Self::Blackman
            | Self::Boxcar
            | Self::FlatTop
            | Self::Tukey { .. } => None,
        }
    }
}

/// Sum of a_k cos(k t) for t from -pi to pi, `full` points with both ends.
fn cosines(full: usize, coefficients: &[f64]) -> Vec<f64> {
    let step = 2.0 * PI / (full - 1) as f64;
    (0..full)
        .map(|i| {
            let t = -PI + step * i as f64;
            coefficients.iter().enumerate().map(|(k, a)| a * (k as f64 * t).cos()).sum()
        })
        .collect()
}

fn tukey(full: usize, shape: f64) -> Result<Vec<f64>> {
    if !shape.is_finite() {
        return Err(CoherenceError::out_of_range(
            "the shape of the Tukey window",
            shape,
            "between 0 and 1",
        ));
    }
    if shape <= 0.0 {
        return Ok(vec![1.0; full]);
    }
    if shape >= 1.0 {
        return Ok(cosines(full, &[0.5, 0.5]));
    }
    let last = (full - 1) as f64;
    let width = (shape * last / 2.0).floor() as usize;
    Ok((0..full)
        .map(|i| {
            let n = i as f64;
            if i <= width {
                0.5 * (1.0 + (PI * (-1.0 + 2.0 * n / shape / last)).cos())
            } else if i + width + 1 >= full {
                0.5 * (1.0 + (PI * (-2.0 / shape + 1.0 + 2.0 * n / shape / last)).cos())
            } else {
                1.0
            }
        })
        .collect())
}

/// What is taken away from each segment before its transform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detrend {
    /// Nothing.
    None,
    /// The mean.
    #[default]
    Constant,
    /// The least-squares line.
    Linear,
}

impl Detrend {
    /// Takes the trend away in place.
    pub fn apply(self, x: &mut [f64]) {
        if x.is_empty() || self == Self::None {
            return;
        }
        let times: Vec<f64> = (0..x.len()).map(|i| i as f64).collect();
        self.apply_at(&times, x);
    }

    /// Takes the trend away in place, of samples at these times, one for each.
    pub fn apply_at(self, times: &[f64], x: &mut [f64]) {
        if x.is_empty() || self == Self::None {
            return;
        }
        let average = mean(x);
        // The line about the mean time: its two coefficients are then independent.
        let middle = mean(times);
        let slope = if self == Self::Linear && x.len() > 1 {
            let (mut product, mut square) = (0.0, 0.0);
            for (time, value) in times.iter().zip(x.iter()) {
                let t = time - middle;
                product += t * (value - average);
                square += t * t;
            }
            product / square
        } else {
            0.0
        };
        for (time, value) in times.iter().zip(x) {
            *value -= average + slope * (time - middle);
        }
    }
}
