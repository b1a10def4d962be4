//! Signals of real or complex numbers, for estimates that take both.

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_length};

/// A signal of real or complex numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Series<'a> {
    /// Real numbers: spectra are one-sided.
    Real(&'a [f64]),
    /// Complex numbers: spectra are two-sided.
    Complex(&'a [Complex64]),
}

impl<'a> From<&'a [f64]> for Series<'a> {
    fn from(values: &'a [f64]) -> Self {
        Self::Real(values)
    }
}

impl<'a> From<&'a Vec<f64>> for Series<'a> {
    fn from(values: &'a Vec<f64>) -> Self {
        Self::Real(values)
    }
}

impl<'a, const N: usize> From<&'a [f64; N]> for Series<'a> {
    fn from(values: &'a [f64; N]) -> Self {
        Self::Real(values)
    }
}

impl<'a> From<&'a [Complex64]> for Series<'a> {
    fn from(values: &'a [Complex64]) -> Self {
        Self::Complex(values)
    }
}

impl<'a> From<&'a Vec<Complex64>> for Series<'a> {
    fn from(values: &'a Vec<Complex64>) -> Self {
        Self::Complex(values)
    }
}

impl Series<'_> {
    /// How many samples there are.
    pub fn len(self) -> usize {
        match self {
            Self::Real(values) => values.len(),
            Self::Complex(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether it is complex.
    pub fn is_complex(self) -> bool {
        matches!(self, Self::Complex(_))
    }

    /// The largest real or imaginary part in size.
    pub(super) fn largest(self) -> f64 {
        match self {
            Self::Real(values) => crate::numeric::largest(values),
            Self::Complex(values) => {
                values.iter().fold(0.0, |most, z| most.max(z.re.abs()).max(z.im.abs()))
            }
        }
    }

    /// The real and the imaginary part of some of the samples; nothing where they are not there.
    pub(super) fn part(
        self,
        places: std::ops::Range<usize>,
    ) -> Option<(Vec<f64>, Option<Vec<f64>>)> {
        Some(match self {
            Self::Real(values) => (values.get(places)?.to_vec(), None),
            Self::Complex(values) => {
                let own = values.get(places)?;
                let imaginary = own.iter().map(|z| z.im).collect();
                (own.iter().map(|z| z.re).collect(), Some(imaginary))
            }
        })
    }

    /// Refuses fewer than two samples, samples that are not finite and sizes whose squares are out of range.
    pub(super) fn check(self, name: &'static str) -> Result<()> {
        require_length(name, self.len(), 2)?;
        match self {
            Self::Real(values) => crate::error::require_finite(name, values)?,
            Self::Complex(values) => {
                crate::quantum::linear::require_finite_complex(name, values)?;
            }
        }
        let size = self.largest();
        if size != 0.0 && !(1e-140..=1e140).contains(&size) {
            return Err(CoherenceError::invalid(
                name,
                format!(
                    "has the size {size:e}, whose square is out of range; choose other units"
                ),
            ));
        }
        Ok(())
    }
}

/// Frequencies of a transform: from 0 to half the rate, or two-sided, −rate/2 first, as `fftshift(fftfreq(…))`.
pub(super) fn frequencies(length: usize, rate: f64, two_sided: bool) -> Vec<f64> {
    let step = |k: i64| k as f64 * rate / length as f64;
    if two_sided {
        let below = (length / 2) as i64;
        return (0..length as i64).map(|k| step(k - below)).collect();
    }
    (0..=(length / 2) as i64).map(step).collect()
}

/// Values over the modes of a transform in the order of its [`frequencies`].
pub(super) fn arranged<T>(mut modes: Vec<T>, two_sided: bool) -> Vec<T> {
    let length = modes.len();
    if two_sided {
        modes.rotate_left(length.div_ceil(2));
    } else {
        modes.truncate(length / 2 + 1);
    }
    modes
}
