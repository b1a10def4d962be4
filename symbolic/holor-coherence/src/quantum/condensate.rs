//! Off-diagonal order: the one-body density matrix, its largest occupation and its first-order coherence.

use nalgebra::DMatrix;

use super::density::TOLERANCE;
use super::linear::{
    hermitian_eigen, require_dense, require_finite_complex, require_hermitian,
};
use crate::error::{require_equal_length, require_length};
use crate::{CoherenceError, Complex64, Result};

/// Natural occupations of a one-body density matrix.
#[derive(Debug, Clone)]
pub struct Condensate {
    /// Penrose–Onsager condensate fraction: the largest eigenvalue over the trace.
    pub fraction: f64,
    /// Occupations, descending; they add to the trace.
    pub occupations: Vec<f64>,
    /// The most occupied mode φ, of norm 1, with its largest entry real and positive.
    pub mode: Vec<Complex64>,
}

/// One-body density matrix ρ₁[j, k] = ⟨ψ_j* ψ_k⟩, averaged over samples of a field.
///
/// # Errors
/// Without samples, for samples of different lengths or with entries that are not finite, and for more than 20 000
/// points.
pub fn one_body_density_matrix(samples: &[Vec<Complex64>]) -> Result<DMatrix<Complex64>> {
    let n = require_samples(samples)?;
    require_dense("the field", Some(n))?;
    let mut rho = DMatrix::zeros(n, n);
    for psi in samples {
        for k in 0..n {
            for j in 0..n {
                rho[(j, k)] += psi[j].conj() * psi[k];
            }
        }
    }
    Ok(rho / Complex64::new(samples.len() as f64, 0.0))
}

fn require_samples(samples: &[Vec<Complex64>]) -> Result<usize> {
    require_length("the list of samples", samples.len(), 1)?;
    let n = samples[0].len();
    require_length("the first sample", n, 1)?;
    for psi in samples {
        require_equal_length("the first sample", n, "another sample", psi.len())?;
        require_finite_complex("the sample", psi)?;
    }
    require_dense("the field", Some(n.min(samples.len().max(1))))?;
    Ok(n)
}

/// Condensate fraction and mode of a one-body density matrix ρ₁[j, k] = ⟨ψ_j* ψ_k⟩ (Penrose & Onsager 1956).
///
/// # Errors
/// Where the matrix is not Hermitian, has a negative eigenvalue (relative to the trace), or is 0.
pub fn penrose_onsager(density: &DMatrix<Complex64>) -> Result<Condensate> {
    let name = "the one-body density matrix";
    let largest = density.iter().map(|z| z.norm()).fold(0.0, f64::max);
    require_hermitian(name, density, TOLERANCE * largest)?;
    let eigen = hermitian_eigen(density)?;
    let trace: f64 = eigen.values.iter().sum();
    if trace <= 0.0 {
        return Err(CoherenceError::invalid(
            name,
            format!("has trace {trace}; there are no particles in it"),
        ));
    }
    if eigen.values[0] < -TOLERANCE * trace {
        return Err(CoherenceError::invalid(
            name,
            format!("has the negative eigenvalue {}", eigen.values[0]),
        ));
    }
    let occupations: Vec<f64> = eigen.values.iter().rev().map(|x| x.max(0.0)).collect();
    let column = eigen.vectors.column(eigen.values.len() - 1);
    // ρ₁ = Σ n φ* φᵀ, so an eigenvector is the conjugate of its mode.
    let mode = with_real_peak(column.iter().map(|z| z.conj()).collect());
    Ok(Condensate { fraction: occupations[0] / trace, occupations, mode })
}

/// Condensate fraction and mode from samples of a field, through the Gram matrix ⟨ψ_a|ψ_b⟩/M of the samples where they
/// are fewer than the points: the same eigenvalues at a fraction of the cost.
///
/// Occupations of 0 that follow from there being few samples are not listed.
///
/// # Errors
/// As [`one_body_density_matrix`] and [`penrose_onsager`].
pub fn penrose_onsager_of_samples(samples: &[Vec<Complex64>]) -> Result<Condensate> {
    let n = require_samples(samples)?;
    let m = samples.len();
    if m >= n {
        return penrose_onsager(&one_body_density_matrix(samples)?);
    }
    let gram = DMatrix::from_fn(m, m, |a, b| {
        let dot: Complex64 =
            samples[a].iter().zip(&samples[b]).map(|(x, y)| x.conj() * y).sum();
        dot / m as f64
    });
    let small = penrose_onsager(&gram)?;
    // `mode` is the conjugate of the eigenvector v, and the field's mode is Σ v_a ψ_a.
    let mut mode = vec![Complex64::new(0.0, 0.0); n];
    for (v, psi) in small.mode.iter().zip(samples) {
        for (sum, z) in mode.iter_mut().zip(psi) {
            *sum += v.conj() * z;
        }
    }
    Ok(Condensate { mode: with_real_peak(mode), ..small })
}

fn with_real_peak(mut mode: Vec<Complex64>) -> Vec<Complex64> {
    let norm = mode.iter().map(Complex64::norm_sqr).sum::<f64>().sqrt();
    let mut peak = Complex64::new(0.0, 0.0);
    for z in &mode {
        // A clear excess, so that round-off does not choose between equal entries.
        if z.norm() > peak.norm() * (1.0 + 1e-9) {
            peak = *z;
        }
    }
    if norm > 0.0 {
        let turn = peak.conj() / (peak.norm() * norm);
        for z in &mut mode {
            *z *= turn;
        }
    }
    mode
}

/// First-order coherence g1[j, k] = ρ₁[j, k]/√(ρ₁[j, j] ρ₁[k, k]) (Naraschewski & Glauber 1999).
///
/// # Errors
/// Where the matrix is not Hermitian or the density is 0 somewhere, named with its place.
pub fn first_order_coherence_matrix(
    density: &DMatrix<Complex64>,
) -> Result<DMatrix<Complex64>> {
    degrees_of("the one-body density matrix", density)
}

/// A Hermitian matrix divided by the roots of its diagonal, under this name where it is refused.
pub(crate) fn degrees_of(
    name: &'static str,
    density: &DMatrix<Complex64>,
) -> Result<DMatrix<Complex64>> {
    let largest = density.iter().map(|z| z.norm()).fold(0.0, f64::max);
    let n = require_hermitian(name, density, TOLERANCE * largest)?;
    for j in 0..n {
        let here = density[(j, j)].re;
        if here <= 0.0 {
            return Err(CoherenceError::undefined(
                "first-order coherence",
                format!("the density at [{j}] is {here}; leave that point out"),
            ));
        }
    }
    let degrees = DMatrix::from_fn(n, n, |j, k| {
        density[(j, k)] / (density[(j, j)].re * density[(k, k)].re).sqrt()
    });
    // Cauchy and Schwarz: otherwise the matrix has a negative eigenvalue.
    for j in 0..n {
        for k in 0..j {
            let degree = degrees[(j, k)].norm();
            if degree > 1.0 + 1e-9 {
                return Err(CoherenceError::invalid(
                    name,
                    format!(
                        "has degree {degree} between the points [{k}] and [{j}], above 1, so it is none"
                    ),
                ));
            }
        }
    }
    Ok(degrees)
}

#[cfg(test)]
mod tests {
    use super::super::density::tests::{c, close};
    use super::*;

    fn wave(n: usize, m: f64, phase: f64, size: f64) -> Vec<Complex64> {
        (0..n)
            .map(|j| {
                let x = std::f64::consts::TAU * m * j as f64 / n as f64;
                Complex64::from_polar(size, x + phase)
            })
            .collect()
    }

    #[test]
    fn a_mixture_of_two_plane_waves_has_their_weights() {
        let samples: Vec<Vec<Complex64>> = vec![
            wave(16, 1.0, 0.3, 3.0),
            wave(16, 1.0, 2.0, 3.0),
            wave(16, 1.0, -1.0, 3.0),
            wave(16, -2.0, 0.1, 3.0),
        ];
        let few = penrose_onsager_of_samples(&samples).unwrap();
        let full = penrose_onsager(&one_body_density_matrix(&samples).unwrap()).unwrap();
        for found in [few, full] {
            close(found.fraction, 0.75);
            close(found.occupations[1], 9.0 * 16.0 * 0.25);
            for (z, w) in found.mode.iter().zip(wave(16, 1.0, 0.0, 0.25)) {
                assert!((z - w).norm() < 1e-12);
            }
        }
    }

    #[test]
    fn a_pure_condensate_is_fully_coherent() {
        let samples = vec![wave(5, 0.4, 0.2, 2.0)];
        let rho = one_body_density_matrix(&samples).unwrap();
        for z in first_order_coherence_matrix(&rho).unwrap().iter() {
            close(z.norm(), 1.0);
        }
        close(penrose_onsager(&rho).unwrap().fraction, 1.0);
    }

    #[test]
    fn what_is_no_density_is_refused() {
        assert!(one_body_density_matrix(&[]).is_err());
        assert!(one_body_density_matrix(&[vec![]]).is_err());
        assert!(one_body_density_matrix(&[vec![c(1.0, 0.0)], vec![]]).is_err());
        assert!(penrose_onsager_of_samples(&[vec![c(f64::NAN, 0.0)]]).is_err());
        assert!(penrose_onsager(&DMatrix::zeros(2, 2)).is_err());
        assert!(penrose_onsager_of_samples(&[vec![c(0.0, 0.0); 3]]).is_err());
        let negative =
            DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 1.0].map(|x| c(x, 0.0)));
        assert!(penrose_onsager(&negative).is_err());
        let hole =
            DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, 0.0].map(|x| c(x, 0.0)));
        assert!(first_order_coherence_matrix(&hole).is_err());
    }
}
