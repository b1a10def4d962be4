//! Fourier methods on plain arrays of values on a periodic box: transforms, derivatives, spectra, interpolation, Poisson's equation.
//!
//! Values are row-major over axes of the given numbers of points; lengths are those of the box, so that points are at
//! low + j·length/points.

use rustfft::{FftDirection, FftPlanner};

use super::symbol::{wave_number, wave_power};
use crate::equation::Complex64;
use crate::{FieldError, FieldResult};

/// Transforms in place over all axes: forward Σ x exp(−2πi k·j/n) unscaled, or inverse with 1/N.
pub fn transform(values: &mut [Complex64], points: &[usize], inverse: bool) {
    let direction = if inverse { FftDirection::Inverse } else { FftDirection::Forward };
    let mut planner = FftPlanner::new();
    let mut stride = 1;
    for count in points.iter().rev() {
        if *count > 1 {
            let fft = planner.plan_fft(*count, direction);
            let mut scratch = vec![Complex64::ZERO; fft.get_inplace_scratch_len()];
            let mut line = vec![Complex64::ZERO; *count];
            for start in 0..values.len() / count {
                let first = start / stride * stride * count + start % stride;
                for (j, value) in line.iter_mut().enumerate() {
                    *value = values[first + j * stride];
                }
                fft.process_with_scratch(&mut line, &mut scratch);
                for (j, value) in line.iter().enumerate() {
                    values[first + j * stride] = *value;
                }
            }
        }
        stride *= count;
    }
    if inverse {
        let scale = 1.0 / values.len() as f64;
        for value in values {
            *value *= scale;
        }
    }
}

fn check(values: usize, points: &[usize], lengths: &[f64]) -> FieldResult<()> {
    if points.len() != lengths.len() || points.iter().product::<usize>() != values {
        return Err(FieldError::invalid("the values do not fill the grid", ""));
    }
    Ok(())
}

/// For every mode its wave vector and whether it is the highest of an even number, by axis.
fn wave_vectors(points: &[usize], lengths: &[f64]) -> Vec<Vec<(f64, bool)>> {
    let total: usize = points.iter().product();
    (0..total)
        .map(|place| {
            let mut left = place;
            let mut vector = vec![(0.0, false); points.len()];
            for axis in (0..points.len()).rev() {
                vector[axis] =
                    wave_number(left % points[axis], points[axis], lengths[axis]);
                left /= points[axis];
            }
            vector
        })
        .collect()
}

/// ∂^orders of values; an odd derivative of the highest mode of an even number of points is 0.
///
/// # Errors
/// Where the values do not fill the grid.
pub fn derivative(
    values: &[Complex64],
    points: &[usize],
    lengths: &[f64],
    orders: &[u32],
) -> FieldResult<Vec<Complex64>> {
    check(values.len(), points, lengths)?;
    let mut spectrum = values.to_vec();
    transform(&mut spectrum, points, false);
    for (value, k) in spectrum.iter_mut().zip(wave_vectors(points, lengths)) {
        for ((k, nyquist), order) in k.into_iter().zip(orders) {
            *value *= wave_power(k, nyquist, *order) * Complex64::I.powu(*order);
        }
    }
    transform(&mut spectrum, points, true);
    Ok(spectrum)
}

/// |û_k|²/N² for every mode in the order of the transform: its sum is the mean of |u|² (Parseval).
///
/// # Errors
/// Where the values do not fill the grid.
pub fn power_spectrum(values: &[Complex64], points: &[usize]) -> FieldResult<Vec<f64>> {
    check(values.len(), points, &vec![1.0; points.len()])?;
    let mut spectrum = values.to_vec();
    transform(&mut spectrum, points, false);
    let scale = 1.0 / (values.len() as f64).powi(2);
    Ok(spectrum.iter().map(|value| value.norm_sqr() * scale).collect())
}

/// Power by shells of |k|.
#[derive(Clone, Debug, PartialEq)]
pub struct RadialSpectrum {
    /// The middle of each shell, n·2π/L with the longest side L.
    pub wave_numbers: Vec<f64>,
    /// The sum of |û_k|²/N² over the shell's modes: these add up to the mean of |u|².
    pub power: Vec<f64>,
    /// How many modes each shell has; power/modes is the spectrum for each mode.
    pub modes: Vec<usize>,
}

/// The power in shells of |k| as wide as the smallest wave number; a mode belongs to the nearest shell.
///
/// # Errors
/// Where the values do not fill the grid.
pub fn radial_spectrum(
    values: &[Complex64],
    points: &[usize],
    lengths: &[f64],
) -> FieldResult<RadialSpectrum> {
    check(values.len(), points, lengths)?;
    let power = power_spectrum(values, points)?;
    let longest = lengths.iter().copied().fold(0.0, f64::max);
    let width = std::f64::consts::TAU / longest;
    let mut result =
        RadialSpectrum { wave_numbers: Vec::new(), power: Vec::new(), modes: Vec::new() };
    for (value, k) in power.iter().zip(wave_vectors(points, lengths)) {
        let size = k.iter().map(|(k, _)| k * k).sum::<f64>().sqrt();
        let shell = (size / width).round() as usize;
        while result.power.len() <= shell {
            result.wave_numbers.push(width * result.power.len() as f64);
            result.power.push(0.0);
            result.modes.push(0);
        }
        result.power[shell] += value;
        result.modes[shell] += 1;
    }
    Ok(result)
}

/// The trigonometric interpolant at points given by their displacement from the first point of the grid, exact for what the grid
/// resolves; the highest mode of an even number of points is taken as a cosine.
///
/// # Errors
/// Where the values do not fill the grid.
pub fn interpolate(
    values: &[Complex64],
    points: &[usize],
    lengths: &[f64],
    at: &[Vec<f64>],
) -> FieldResult<Vec<Complex64>> {
    check(values.len(), points, lengths)?;
    let mut spectrum = values.to_vec();
    transform(&mut spectrum, points, false);
    let scale = 1.0 / values.len() as f64;
    Ok(at
        .iter()
        .map(|position| {
            // Summed axis by axis, the last first.
            let mut rest = spectrum.clone();
            for axis in (0..points.len()).rev() {
                let waves: Vec<Complex64> = (0..points[axis])
                    .map(|j| {
                        let (k, nyquist) = wave_number(j, points[axis], lengths[axis]);
                        let angle = k * position.get(axis).copied().unwrap_or(0.0);
                        if nyquist { angle.cos().into() } else { Complex64::cis(angle) }
                    })
                    .collect();
                rest = rest
                    .chunks(points[axis])
                    .map(|line| line.iter().zip(&waves).map(|(a, b)| a * b).sum())
                    .collect();
            }
            rest.first().copied().unwrap_or_default() * scale
        })
        .collect())
}

/// The solution of ∇²u − shift·u = source; for shift 0 the one with mean 0, the source's mean left out.
///
/// # Errors
/// Where the values do not fill the grid, or −shift is an eigenvalue of the Laplacian that the source excites.
pub fn helmholtz(
    source: &[Complex64],
    points: &[usize],
    lengths: &[f64],
    shift: f64,
) -> FieldResult<Vec<Complex64>> {
    check(source.len(), points, lengths)?;
    let mut spectrum = source.to_vec();
    transform(&mut spectrum, points, false);
    let size = spectrum.iter().map(|value| value.norm()).fold(0.0, f64::max);
    for (value, k) in spectrum.iter_mut().zip(wave_vectors(points, lengths)) {
        let square: f64 = k.iter().map(|(k, _)| k * k).sum();
        if shift == 0.0 && square == 0.0 {
            *value = Complex64::ZERO;
            continue;
        }
        let below = -square - shift;
        if below.abs() <= 1e-14 * (square + shift.abs()) {
            if value.norm() > 1e-12 * size {
                return Err(FieldError::invalid(
                    format!(
                        "{shift} is an eigenvalue of the laplacian: there is no solution"
                    ),
                    "",
                ));
            }
            *value = Complex64::ZERO;
            continue;
        }
        *value /= below;
    }
    transform(&mut spectrum, points, true);
    Ok(spectrum)
}
