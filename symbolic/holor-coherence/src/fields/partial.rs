//! Partially coherent light: mutual coherence, coherent modes, Gaussian Schell-model sources and polarisation.

use std::f64::consts::PI;

use nalgebra::DMatrix;

use super::temporal::lagged_sums;
use crate::error::{require_equal_length, require_finite, require_length};
use crate::quantum::linear::{
    hermitian_eigen, require_finite_complex, require_hermitian,
};
use crate::{CoherenceError, Complex64, Result};

/// Mutual coherence of the fields at two points.
#[derive(Debug, Clone, PartialEq)]
pub struct MutualCoherence {
    /// Lags τ, from −last to last.
    pub lags: Vec<f64>,
    /// Γ₁₂(τ) = ⟨E₁(t+τ) E₂*(t)⟩.
    pub gamma: Vec<Complex64>,
    /// Complex degree of coherence γ₁₂(τ) = Γ₁₂(τ)/√(I₁I₂).
    pub degree: Vec<Complex64>,
    /// Intensities ⟨|E₁|²⟩ and ⟨|E₂|²⟩.
    pub intensities: [f64; 2],
}

/// Mutual coherence Γ₁₂(τ) = ⟨E₁(t+τ)E₂*(t)⟩ and complex degree γ₁₂ (Born & Wolf 1999, section 10.3.1) of two records
/// taken together. Lagged means divide by the number of products.
///
/// # Errors
/// For records of different lengths or not finite, a lag not below the length, an interval that is not positive, and an
/// intensity of 0.
pub fn mutual_coherence(
    first: &[Complex64],
    second: &[Complex64],
    interval: f64,
    largest_lag: usize,
) -> Result<MutualCoherence> {
    require_equal_length("the first record", first.len(), "the second", second.len())?;
    require_length("the first record", first.len(), largest_lag.saturating_add(1))?;
    require_finite_complex("the first record", first)?;
    require_finite_complex("the second record", second)?;
    if !(interval > 0.0 && interval.is_finite()) {
        return Err(CoherenceError::out_of_range(
            "the sampling interval",
            interval,
            "positive",
        ));
    }
    let n = first.len();
    let power =
        |r: &[Complex64]| r.iter().map(Complex64::norm_sqr).sum::<f64>() / n as f64;
    let intensities = [power(first), power(second)];
    if intensities[0] == 0.0 || intensities[1] == 0.0 {
        return Err(CoherenceError::undefined(
            "the degree of coherence",
            "an intensity is 0",
        ));
    }
    let later = lagged_sums(second, first, largest_lag);
    let earlier = lagged_sums(first, second, largest_lag);
    let mean = |z: Complex64, lag: usize| z / (n - lag) as f64;
    let mut gamma: Vec<Complex64> =
        (1..=largest_lag).rev().map(|lag| mean(earlier[lag].conj(), lag)).collect();
    gamma.extend((0..=largest_lag).map(|lag| mean(later[lag], lag)));
    let scale = (intensities[0] * intensities[1]).sqrt();
    let last = largest_lag as i64;
    Ok(MutualCoherence {
        lags: (-last..=last).map(|k| k as f64 * interval).collect(),
        degree: gamma.iter().map(|z| z / scale).collect(),
        gamma,
        intensities,
    })
}

/// Mutual intensity J[j, k] = ⟨E_j E_k*⟩ of the points of a field, averaged over samples.
///
/// # Errors
/// Without samples or points, for samples of different lengths or not finite.
pub fn mutual_intensity(samples: &[Vec<Complex64>]) -> Result<DMatrix<Complex64>> {
    Ok(crate::quantum::one_body_density_matrix(samples)?.transpose())
}

/// Degree of coherence μ[j, k] = J[j, k]/√(J[j, j] J[k, k]).
///
/// # Errors
/// Where the matrix is not Hermitian or a point has no intensity.
pub fn degree_of_coherence(
    mutual_intensity: &DMatrix<Complex64>,
) -> Result<DMatrix<Complex64>> {
    crate::quantum::degrees_of("the mutual intensity", mutual_intensity)
}

/// Coherent modes of a mutual intensity: J = Σ λ_n φ_n φ_n*.
#[derive(Debug, Clone, PartialEq)]
pub struct CoherentModes {
    /// Powers λ_n of the modes, descending; they add to the total power.
    pub powers: Vec<f64>,
    /// Modes φ_n, with weight Σ|φ_n|² = 1.
    pub modes: Vec<Vec<Complex64>>,
    /// Share of the strongest mode.
    pub coherent_fraction: f64,
    /// Global degree of coherence Σλ²/(Σλ)² = ΣΣ|J|²/(ΣI)², 1 for one mode.
    pub global_degree: f64,
}

/// Coherent-mode decomposition (Wolf 1982) of a mutual intensity J[j, k] = ⟨E_j E_k*⟩ on points of equal weight (spacing,
/// or area of a pixel).
///
/// # Errors
/// Where the weight is not positive, the matrix is not Hermitian, has a negative eigenvalue, or is 0.
pub fn coherent_modes(
    mutual_intensity: &DMatrix<Complex64>,
    weight: f64,
) -> Result<CoherentModes> {
    let name = "the mutual intensity";
    if !(weight > 0.0 && weight.is_finite()) {
        return Err(CoherenceError::out_of_range("the weight", weight, "positive"));
    }
    let largest = mutual_intensity.iter().map(|z| z.norm()).fold(0.0, f64::max);
    let n = require_hermitian(name, mutual_intensity, 1e-9 * largest)?;
    let eigen = hermitian_eigen(mutual_intensity)?;
    let total: f64 = eigen.values.iter().sum();
    if total <= 0.0 || eigen.values[0] < -1e-9 * total {
        return Err(CoherenceError::invalid(
            name,
            format!(
                "has trace {total} and smallest eigenvalue {}; it must be positive",
                eigen.values[0]
            ),
        ));
    }
    let powers: Vec<f64> =
        eigen.values.iter().rev().map(|x| x.max(0.0) * weight).collect();
    let sum: f64 = powers.iter().sum();
    let root = weight.sqrt();
    Ok(CoherentModes {
        modes: (0..n)
            .rev()
            .map(|k| eigen.vectors.column(k).iter().map(|z| z / root).collect())
            .collect(),
        coherent_fraction: powers[0] / sum,
        global_degree: powers.iter().map(|p| p * p).sum::<f64>() / (sum * sum),
        powers,
    })
}

/// Coherence area ∫|μ|² d²b of a sampled degree of coherence on a plane of baselines, with the area of a pixel
/// (Goodman 2015, section 5.7).
///
/// # Errors
/// Without samples, where one is not finite, or the pixel has no area.
pub fn coherence_area(degree: &[Complex64], pixel: f64) -> Result<f64> {
    require_length("the degree of coherence", degree.len(), 1)?;
    require_finite_complex("the degree of coherence", degree)?;
    if !(pixel > 0.0 && pixel.is_finite()) {
        return Err(CoherenceError::out_of_range("the pixel", pixel, "positive"));
    }
    Ok(pixel * degree.iter().map(Complex64::norm_sqr).sum::<f64>())
}

/// A Gaussian Schell-model source on a line: intensity exp(−x²/2σ_S²) and degree of coherence exp(−(x₁−x₂)²/2σ_g²).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GaussianSchell {
    /// Width σ_S of the intensity.
    pub sigma_s: f64,
    /// Width σ_g of the degree of coherence.
    pub sigma_g: f64,
}

impl GaussianSchell {
    /// A source.
    ///
    /// # Errors
    /// Where a width is not positive.
    pub fn new(sigma_s: f64, sigma_g: f64) -> Result<Self> {
        for (name, width) in [("sigma_s", sigma_s), ("sigma_g", sigma_g)] {
            if !(width > 0.0 && width.is_finite()) {
                return Err(CoherenceError::out_of_range(name, width, "positive"));
            }
        }
        Ok(Self { sigma_s, sigma_g })
    }

    /// a = 1/4σ_S², b = 1/2σ_g² and c = √(a² + 2ab) of Starikov & Wolf (1982).
    fn abc(&self) -> (f64, f64, f64) {
        let a = 0.25 / (self.sigma_s * self.sigma_s);
        let b = 0.5 / (self.sigma_g * self.sigma_g);
        (a, b, (a * a + 2.0 * a * b).sqrt())
    }

    /// Mutual intensity between two points, with intensity 1 at the middle.
    pub fn mutual_intensity(&self, x1: f64, x2: f64) -> f64 {
        let (a, b, _) = self.abc();
        (-a * (x1 * x1 + x2 * x2) - b * (x1 - x2).powi(2)).exp()
    }

    /// Power λ_n = √(π/(a+b+c)) (b/(a+b+c))ⁿ of the n-th mode, for intensity 1 at the middle (Starikov & Wolf 1982).
    pub fn mode_power(&self, n: usize) -> f64 {
        let (a, b, c) = self.abc();
        (PI / (a + b + c)).sqrt() * (b / (a + b + c)).powf(n as f64)
    }

    /// Mode φ_n(x) = (2c/π)^{1/4} (2ⁿ n!)^{−1/2} H_n(x√(2c)) exp(−cx²), of norm 1 (Starikov & Wolf 1982).
    pub fn mode(&self, n: usize, x: f64) -> f64 {
        let (_, _, c) = self.abc();
        let xi = x * (2.0 * c).sqrt();
        // Hermite functions by their normalised recursion: no factorial overflows.
        let mut below = 0.0;
        let mut here = (2.0 * c / PI).powf(0.25) * (-0.5 * xi * xi).exp();
        for k in 0..n {
            let next = (2.0 / (k + 1) as f64).sqrt() * xi * here
                - (k as f64 / (k + 1) as f64).sqrt() * below;
            (below, here) = (here, next);
        }
        here
    }

    /// Global degree of coherence ζ = Σλ²/(Σλ)² = q/√(4 + q²) with q = σ_g/σ_S (Starikov & Wolf 1982; Vartanyants & Singer
    /// 2010).
    pub fn global_degree(&self) -> f64 {
        let q = self.sigma_g / self.sigma_s;
        q / q.hypot(2.0)
    }
}

/// Stokes parameters of a beam.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stokes {
    /// s₀ … s₃, in units of intensity.
    pub parameters: [f64; 4],
    /// Degree of polarisation √(s₁²+s₂²+s₃²)/s₀.
    pub degree: f64,
    /// Angle of the major axis of the polarised part from x, in (−π/2, π/2]; `None` for circular or no polarisation.
    pub orientation: Option<f64>,
    /// Ellipticity angle of the polarised part, from −π/4 to π/4; `None` without polarisation.
    pub ellipticity: Option<f64>,
}

/// Stokes parameters from the coherency matrix J = ⟨E E†⟩, J_xy = ⟨E_x E_y*⟩, for fields ∝ e^{−iωt} (Born & Wolf 1999,
/// section 10.9.3): s₀ = J_xx + J_yy, s₁ = J_xx − J_yy, s₂ = 2 Re J_xy, s₃ = i(J_yx − J_xy) = 2 Im J_xy.
///
/// s₃ > 0 is right-handed in the sense of Born & Wolf: clockwise as seen looking towards the source. For e^{+iωt} it has
/// the opposite sign.
///
/// # Errors
/// Where the matrix is not a positive Hermitian 2 by 2 matrix or is 0.
pub fn stokes(coherency: &DMatrix<Complex64>) -> Result<Stokes> {
    let name = "the coherency matrix";
    let largest = coherency.iter().map(|z| z.norm()).fold(0.0, f64::max);
    let n = require_hermitian(name, coherency, 1e-9 * largest)?;
    if n != 2 {
        return Err(CoherenceError::invalid(name, format!("is {n} by {n}, not 2 by 2")));
    }
    let (xx, yy, xy) = (coherency[(0, 0)].re, coherency[(1, 1)].re, coherency[(0, 1)]);
    let s = [xx + yy, xx - yy, 2.0 * xy.re, 2.0 * xy.im];
    if s[0] <= 0.0 {
        return Err(CoherenceError::invalid(
            name,
            format!("has intensity {}; there is no light", s[0]),
        ));
    }
    let polarised = s[1].hypot(s[2]).hypot(s[3]);
    let degree = polarised / s[0];
    if degree > 1.0 + 1e-9 {
        return Err(CoherenceError::invalid(
            name,
            format!("has degree of polarisation {degree}, above 1: it is not positive"),
        ));
    }
    let linear = s[1].hypot(s[2]);
    let floor = 1e-12 * s[0];
    Ok(Stokes {
        parameters: s,
        degree: degree.min(1.0),
        orientation: (linear > floor).then(|| 0.5 * s[2].atan2(s[1])),
        ellipticity: (polarised > floor).then(|| 0.5 * (s[3] / polarised).asin()),
    })
}

/// Stokes parameters of sampled fields E_x and E_y, by their coherency matrix.
///
/// # Errors
/// For records of different lengths, empty or not finite, and without light.
pub fn stokes_of_fields(x: &[Complex64], y: &[Complex64]) -> Result<Stokes> {
    require_equal_length("the x component", x.len(), "the y component", y.len())?;
    require_length("the x component", x.len(), 1)?;
    require_finite_complex("the x component", x)?;
    require_finite_complex("the y component", y)?;
    let mean = |a: &[Complex64], b: &[Complex64]| {
        a.iter().zip(b).map(|(p, q)| p * q.conj()).sum::<Complex64>() / a.len() as f64
    };
    let cross = mean(x, y);
    let matrix =
        DMatrix::from_row_slice(2, 2, &[mean(x, x), cross, cross.conj(), mean(y, y)]);
    require_finite("the intensity", &[matrix[(0, 0)].re + matrix[(1, 1)].re])?;
    stokes(&matrix)
}

#[cfg(test)]
mod tests {
    use super::super::grid::tests::{close, random_field};
    use super::*;

    fn z(re: f64, im: f64) -> Complex64 {
        Complex64::new(re, im)
    }

    #[test]
    fn mutual_coherence_is_the_sum_over_products_with_its_sign_of_the_lag() {
        let a = random_field(40, 3);
        let mut b = random_field(40, 4);
        // b is a, three samples later.
        b[3..].copy_from_slice(&a[..37]);
        let m = mutual_coherence(&a, &b, 0.5, 6).unwrap();
        for (place, gamma) in m.gamma.iter().enumerate() {
            let lag = place as i64 - 6;
            let (mut sum, mut count) = (z(0.0, 0.0), 0.0);
            for t in 0..40i64 {
                if (0..40).contains(&(t + lag)) {
                    sum += a[(t + lag) as usize] * b[t as usize].conj();
                    count += 1.0;
                }
            }
            assert!((gamma - sum / count).norm() < 1e-13);
            close(m.lags[place], 0.5 * lag as f64);
        }
        // E₁(t − 3) = E₂(t): the peak lies at lag −3.
        let peak =
            (0..13).max_by(|&i, &j| m.degree[i].norm().total_cmp(&m.degree[j].norm()));
        assert_eq!(peak, Some(3));
        assert!(mutual_coherence(&a, &b, 1.0, 40).is_err());
        assert!(mutual_coherence(&a, &[z(0.0, 0.0); 40], 1.0, 2).is_err());
        assert!(mutual_coherence(&a, &b[1..], 1.0, 2).is_err());
    }

    #[test]
    fn a_gaussian_schell_source_has_the_modes_of_its_matrix() {
        let source = GaussianSchell::new(1.0, 0.8).unwrap();
        let n = 121;
        let h = 0.12;
        let x = |j: usize| h * (j as f64 - 60.0);
        let j =
            DMatrix::from_fn(n, n, |a, b| z(source.mutual_intensity(x(a), x(b)), 0.0));
        let found = coherent_modes(&j, h).unwrap();
        for k in 0..6 {
            assert!((found.powers[k] - source.mode_power(k)).abs() < 1e-9);
            let overlap: Complex64 =
                (0..n).map(|p| found.modes[k][p] * source.mode(k, x(p)) * h).sum();
            assert!((overlap.norm() - 1.0).abs() < 1e-7, "{k} {overlap}");
        }
        assert!((found.global_degree - source.global_degree()).abs() < 1e-9);
        close(source.global_degree(), 0.8 / (4.0f64 + 0.64).sqrt());
        // The powers add to ∫ S dx = σ_S √(2π).
        let sum: f64 = (0..200).map(|k| source.mode_power(k)).sum();
        close(sum, (2.0 * PI).sqrt());
        assert!(GaussianSchell::new(0.0, 1.0).is_err());
    }

    #[test]
    fn two_independent_waves_are_two_modes() {
        let (a, b) = (random_field(6, 11), random_field(6, 12));
        let dot: Complex64 = a.iter().zip(&b).map(|(p, q)| p.conj() * q).sum();
        let size: f64 = a.iter().map(Complex64::norm_sqr).sum();
        let b: Vec<_> = b.iter().zip(&a).map(|(q, p)| q - p * dot / size).collect();
        let other: f64 = b.iter().map(Complex64::norm_sqr).sum();
        let j = mutual_intensity(&[a.clone(), b.clone()]).unwrap();
        assert!(
            (j[(1, 2)] - 0.5 * (a[1] * a[2].conj() + b[1] * b[2].conj())).norm() < 1e-15
        );
        let modes = coherent_modes(&j, 1.0).unwrap();
        let (p, q) = (size.max(other) / 2.0, size.min(other) / 2.0);
        close(modes.powers[0], p);
        close(modes.powers[1], q);
        close(modes.coherent_fraction, p / (p + q));
        let strong = if size > other { &a } else { &b };
        let overlap: Complex64 =
            modes.modes[0].iter().zip(strong).map(|(m, s)| m.conj() * s).sum();
        close(overlap.norm_sqr(), size.max(other));
        let single = degree_of_coherence(&mutual_intensity(&[a]).unwrap()).unwrap();
        for entry in single.iter() {
            close(entry.norm(), 1.0);
        }
        assert!(coherent_modes(&DMatrix::zeros(2, 2), 1.0).is_err());
        assert!(coherent_modes(&-j, 1.0).is_err());
    }

    #[test]
    fn polarisations_have_their_stokes_parameters() {
        let h = 0.5f64.sqrt();
        let same = |x: Complex64, y: Complex64| stokes_of_fields(&[x], &[y]).unwrap();
        let s = same(z(h, 0.0), z(h, 0.0));
        close(s.parameters[2], 1.0);
        close(s.orientation.unwrap(), PI / 4.0);
        close(s.ellipticity.unwrap(), 0.0);
        // E_x = cos ωt, E_y = cos(ωt + π/2) = −sin ωt turns clockwise as seen looking towards the source; with e^{−iωt} that
        // is E_y = −i E_x.
        let s = same(z(h, 0.0), z(0.0, -h));
        close(s.parameters[3], 1.0);
        assert_eq!(s.orientation, None);
        close(s.ellipticity.unwrap(), PI / 4.0);
        close(s.degree, 1.0);
        let light = DMatrix::from_row_slice(
            2,
            2,
            &[z(2.0, 0.0), z(0.5, 0.1), z(0.5, -0.1), z(1.0, 0.0)],
        );
        let s = stokes(&light).unwrap();
        // P = √(1 − 4 det J/(tr J)²).
        let det = 2.0 - 0.26;
        close(s.degree, (1.0f64 - 4.0 * det / 9.0).sqrt());
        let natural = stokes(&DMatrix::identity(2, 2)).unwrap();
        close(natural.degree, 0.0);
        assert_eq!(natural.ellipticity, None);
        assert!(stokes(&DMatrix::zeros(2, 2)).is_err());
        assert!(stokes(&DMatrix::identity(3, 3)).is_err());
        let wrong =
            DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 1.0].map(|x| z(x, 0.0)));
        assert!(stokes(&wrong).is_err());
        assert!(stokes_of_fields(&[], &[]).is_err());
    }

    #[test]
    fn the_coherence_area_of_samples_is_their_sum() {
        close(coherence_area(&[z(1.0, 0.0), z(0.0, 0.5)], 2.0).unwrap(), 2.5);
        assert!(coherence_area(&[], 1.0).is_err());
        assert!(coherence_area(&[z(1.0, 0.0)], 0.0).is_err());
    }
}
