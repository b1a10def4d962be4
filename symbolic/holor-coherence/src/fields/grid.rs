//! Grids of one to three axes, periodic or bounded, and Fourier transforms over them.

use rustfft::FftPlanner;

use crate::error::{require_equal_length, require_length};
use crate::{CoherenceError, Complex64, Result};

/// A grid of sites in row-major order: the last axis is the fastest. A mask may leave sites out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    shape: Vec<usize>,
    periodic: Vec<bool>,
    /// Whether each site belongs to the domain; all do where there is none.
    inside: Option<Vec<bool>>,
}

impl Grid {
    /// A grid with its own rule for each axis.
    ///
    /// # Errors
    /// For no axis or more than 3, an axis of length 0, or lists of different lengths.
    pub fn new(shape: &[usize], periodic: &[bool]) -> Result<Self> {
        require_equal_length(
            "the shape",
            shape.len(),
            "the list of periodic axes",
            periodic.len(),
        )?;
        let sites = shape.iter().try_fold(1usize, |p, &n| p.checked_mul(n));
        if !(1..=3).contains(&shape.len()) || sites.is_none_or(|s| s == 0) {
            return Err(CoherenceError::invalid(
                "the shape",
                format!("is {shape:?}; give 1 to 3 axes with a site at least"),
            ));
        }
        Ok(Self { shape: shape.to_vec(), periodic: periodic.to_vec(), inside: None })
    }

    /// The same grid with only those sites in its domain for which `inside` is true.
    ///
    /// # Errors
    /// Where there is not one truth for each site, or none is true.
    pub fn masked(mut self, inside: Vec<bool>) -> Result<Self> {
        self.require_values("the mask", inside.len())?;
        if !inside.contains(&true) {
            return Err(CoherenceError::undefined(
                "the measure",
                "the mask leaves no site of the grid",
            ));
        }
        self.inside = inside.contains(&false).then_some(inside);
        Ok(self)
    }

    /// Whether a site belongs to the domain.
    pub fn is_inside(&self, site: usize) -> bool {
        self.inside.as_ref().is_none_or(|inside| inside.get(site) == Some(&true))
    }

    /// Whether a mask leaves sites out.
    pub fn is_masked(&self) -> bool {
        self.inside.is_some()
    }

    /// Refuses a grid with a mask.
    pub(crate) fn require_whole(&self) -> Result<()> {
        if self.is_masked() {
            return Err(CoherenceError::invalid(
                "the grid",
                "has a mask, and this measure needs all its sites",
            ));
        }
        Ok(())
    }

    /// A grid that is periodic along all axes.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn periodic(shape: &[usize]) -> Result<Self> {
        Self::new(shape, &vec![true; shape.len()])
    }

    /// A grid that ends along all axes.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn bounded(shape: &[usize]) -> Result<Self> {
        Self::new(shape, &vec![false; shape.len()])
    }

    /// Lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of axes.
    pub fn dimensions(&self) -> usize {
        self.shape.len()
    }

    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether an axis is periodic; false for an axis that is not there.
    pub fn is_periodic(&self, axis: usize) -> bool {
        self.periodic.get(axis).copied().unwrap_or(false)
    }

    /// Refuses values that are not one for each site.
    pub(crate) fn require_values(&self, name: &'static str, length: usize) -> Result<()> {
        require_equal_length("the grid", self.sites(), name, length)
    }

    pub(crate) fn require_axis(&self, axis: usize) -> Result<()> {
        if axis >= self.dimensions() {
            return Err(CoherenceError::invalid(
                "the axis",
                format!("{axis} is not there; they are 0 to {}", self.dimensions() - 1),
            ));
        }
        Ok(())
    }

    pub(crate) fn require_dimensions(&self, dimensions: usize) -> Result<()> {
        if self.dimensions() != dimensions {
            return Err(CoherenceError::invalid(
                "the grid",
                format!(
                    "has {} axes; this measure needs {dimensions}",
                    self.dimensions()
                ),
            ));
        }
        Ok(())
    }

    /// Steps in memory between neighbours along an axis.
    pub(crate) fn stride(&self, axis: usize) -> usize {
        self.shape[axis + 1..].iter().product()
    }

    /// Coordinate of a site along an axis.
    pub(crate) fn coordinate(&self, site: usize, axis: usize) -> usize {
        site / self.stride(axis) % self.shape[axis]
    }

    /// The next site along an axis; `None` at the end of a bounded one.
    pub(crate) fn next(&self, site: usize, axis: usize) -> Option<usize> {
        let stride = self.stride(axis);
        let place = self.coordinate(site, axis);
        if place + 1 < self.shape[axis] {
            Some(site + stride)
        } else if self.periodic[axis] {
            Some(site - place * stride)
        } else {
            None
        }
    }

    /// The site before along an axis; `None` at the start of a bounded one.
    pub(crate) fn previous(&self, site: usize, axis: usize) -> Option<usize> {
        let stride = self.stride(axis);
        if self.coordinate(site, axis) > 0 {
            Some(site - stride)
        } else if self.periodic[axis] {
            Some(site + (self.shape[axis] - 1) * stride)
        } else {
            None
        }
    }
}

/// The angle in (−π, π] that differs by a multiple of 2π.
pub(crate) fn wrap(angle: f64) -> f64 {
    use std::f64::consts::{PI, TAU};
    let turned = angle - TAU * (angle / TAU).round();
    if turned <= -PI { turned + TAU } else { turned }
}

/// The phase difference from one site to another in [−π, π], by the shortest way.
///
/// Both phases are first brought to (−π, π]. A difference of exactly ±π keeps its sign, so that walking back gives the
/// opposite, and a real field, whose phases are 0 and π, never winds.
pub(crate) fn phase_step(from: f64, to: f64) -> f64 {
    use std::f64::consts::{PI, TAU};
    let step = wrap(to) - wrap(from);
    if step > PI {
        step - TAU
    } else if step < -PI {
        step + TAU
    } else {
        step
    }
}

/// Refuses phases that are not finite, or so large that what is left after turns of 2π are taken off is round-off.
pub(crate) fn require_phases(name: &'static str, phases: &[f64]) -> Result<()> {
    crate::error::require_finite(name, phases)?;
    match phases.iter().position(|t| t.abs() > LARGEST_PHASE) {
        Some(place) => Err(CoherenceError::invalid(
            name,
            format!(
                "have {:e} at [{place}]; take them modulo 2π before they grow beyond {LARGEST_PHASE:e}",
                phases[place]
            ),
        )),
        None => Ok(()),
    }
}

/// Here the phase is known to 1e-7.
pub(crate) const LARGEST_PHASE: f64 = 1e9;

/// Signed index of a Fourier mode or displacement stored at `place` of `length`, in the order of `numpy.fft.fftfreq`:
/// 0, 1, …, then the negative ones; for an even length −length/2 and not +length/2.
pub(crate) fn signed(place: usize, length: usize) -> i64 {
    if place < length.div_ceil(2) { place as i64 } else { place as i64 - length as i64 }
}

/// Sum over all sites with exp(∓2πi …), − forth and + back, without any factor.
pub(crate) fn fourier(values: &mut [Complex64], shape: &[usize], back: bool) {
    let mut planner = FftPlanner::new();
    let mut stride = values.len();
    for &length in shape {
        let block = stride;
        stride /= length;
        if length == 1 {
            continue;
        }
        let fft = if back {
            planner.plan_fft_inverse(length)
        } else {
            planner.plan_fft_forward(length)
        };
        if stride == 1 {
            fft.process(values);
            continue;
        }
        let mut line = vec![Complex64::new(0.0, 0.0); length];
        for start in (0..values.len()).step_by(block) {
            for offset in start..start + stride {
                for (k, z) in line.iter_mut().enumerate() {
                    *z = values[offset + k * stride];
                }
                fft.process(&mut line);
                for (k, z) in line.iter().enumerate() {
                    values[offset + k * stride] = *z;
                }
            }
        }
    }
}

/// Refuses samples that are none or do not fit the grid.
pub(crate) fn require_samples(grid: &Grid, samples: &[Vec<Complex64>]) -> Result<()> {
    require_length("the list of samples", samples.len(), 1)?;
    for sample in samples {
        grid.require_values("the sample", sample.len())?;
        crate::quantum::linear::require_finite_complex("the sample", sample)?;
    }
    Ok(())
}

/// A real field as a complex one, for measures that take complex fields.
pub fn complex_field(values: &[f64]) -> Vec<Complex64> {
    values.iter().map(|&x| Complex64::new(x, 0.0)).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::f64::consts::TAU;

    pub(crate) fn noise(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((*seed >> 33) as f64) / f64::from(1u32 << 31) * 2.0 - 1.0
    }

    pub(crate) fn random_field(n: usize, seed: u64) -> Vec<Complex64> {
        let mut state = seed;
        (0..n).map(|_| Complex64::new(noise(&mut state), noise(&mut state))).collect()
    }

    pub(crate) fn close(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-12 * (1.0 + y.abs()), "{x} is not {y}");
    }

    #[test]
    fn the_transform_over_three_axes_is_the_triple_sum() {
        let shape = [3, 4, 2];
        let a = random_field(24, 1);
        let mut fast = a.clone();
        fourier(&mut fast, &shape, false);
        for (k, z) in fast.iter().enumerate() {
            let mut sum = Complex64::new(0.0, 0.0);
            for (x, value) in a.iter().enumerate() {
                let phase = (k / 8 * (x / 8)) as f64 / 3.0
                    + (k / 2 % 4 * (x / 2 % 4)) as f64 / 4.0
                    + (k % 2 * (x % 2)) as f64 / 2.0;
                sum += value * Complex64::from_polar(1.0, -TAU * phase);
            }
            assert!((sum - z).norm() < 1e-12);
        }
        fourier(&mut fast, &shape, true);
        for (z, w) in fast.iter().zip(&a) {
            assert!((z / 24.0 - w).norm() < 1e-14);
        }
    }

    #[test]
    fn wrapping_takes_pi_and_not_minus_pi() {
        use std::f64::consts::PI;
        assert_eq!(wrap(PI), PI);
        assert_eq!(wrap(-PI), PI);
        assert!((wrap(3.5) - (3.5 - TAU)).abs() < 1e-15);
        assert_eq!(wrap(0.25), 0.25);
        assert_eq!(phase_step(0.0, PI), PI);
        assert_eq!(phase_step(PI, 0.0), -PI);
        assert_eq!(phase_step(-PI, 0.0), -PI);
        assert!((phase_step(3.0, -3.0) - (TAU - 6.0)).abs() < 1e-15);
    }

    #[test]
    fn modes_are_counted_as_numpy_counts_them() {
        assert_eq!((0..4).map(|k| signed(k, 4)).collect::<Vec<_>>(), [0, 1, -2, -1]);
        assert_eq!((0..5).map(|k| signed(k, 5)).collect::<Vec<_>>(), [0, 1, 2, -2, -1]);
    }

    #[test]
    fn grids_that_are_none_are_refused() {
        assert!(Grid::periodic(&[]).is_err());
        assert!(Grid::bounded(&[3, 0]).is_err());
        assert!(Grid::periodic(&[2; 4]).is_err());
        assert!(Grid::new(&[2, 2], &[true]).is_err());
        let grid = Grid::new(&[2, 3], &[false, true]).unwrap();
        assert_eq!(grid.next(2, 1), Some(0));
        assert_eq!(grid.next(2, 0), Some(5));
        assert_eq!(grid.next(5, 0), None);
        assert_eq!(grid.previous(0, 1), Some(2));
        assert_eq!(grid.previous(5, 0), Some(2));
        assert_eq!(grid.previous(2, 0), None);
    }
}
