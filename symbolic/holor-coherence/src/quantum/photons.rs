//! Photon statistics: second-order coherence of number distributions and named states, and the Wigner function.

use super::density::{DensityMatrix, TOLERANCE};
use crate::error::{require_finite, require_length};
use crate::{CoherenceError, Result};

/// Statistics of a photon number distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhotonStatistics {
    /// Mean photon number ⟨n⟩.
    pub mean: f64,
    /// Variance ⟨n²⟩ − ⟨n⟩².
    pub variance: f64,
    /// Second-order coherence at zero delay, ⟨n(n−1)⟩/⟨n⟩² = ⟨a†²a²⟩/⟨a†a⟩².
    pub g2: f64,
    /// Mandel's Q = (variance − mean)/mean; negative for light below the shot noise.
    pub mandel_q: f64,
    /// Probability of the highest number in the distribution: a truncated space is large enough where this is small.
    pub last: f64,
}

/// Statistics of the probabilities P(0), P(1), … (Loudon 2000, section 6.6).
///
/// # Errors
/// Where the probabilities are none, negative or do not add to 1, and for the vacuum, whose g2 is 0/0.
pub fn photon_statistics(probabilities: &[f64]) -> Result<PhotonStatistics> {
    require_length("the photon distribution", probabilities.len(), 1)?;
    require_finite("the photon distribution", probabilities)?;
    if let Some(n) = probabilities.iter().position(|&p| p < -TOLERANCE) {
        return Err(CoherenceError::invalid(
            "the photon distribution",
            format!("has the negative probability {} at n = {n}", probabilities[n]),
        ));
    }
    let total: f64 = probabilities.iter().sum();
    if (total - 1.0).abs() > TOLERANCE {
        return Err(CoherenceError::invalid(
            "the photon distribution",
            format!("adds to {total}, not 1"),
        ));
    }
    let moment = |f: fn(f64) -> f64| -> f64 {
        probabilities.iter().enumerate().map(|(n, p)| f(n as f64) * p).sum()
    };
    let mean = moment(|n| n);
    if mean <= 1e-14 {
        return Err(vacuum());
    }
    let pairs = moment(|n| n * (n - 1.0));
    let variance: f64 = probabilities
        .iter()
        .enumerate()
        .map(|(n, p)| (n as f64 - mean).powi(2) * p)
        .sum();
    Ok(PhotonStatistics {
        mean,
        variance,
        g2: pairs / (mean * mean),
        mandel_q: (variance - mean) / mean,
        last: probabilities[probabilities.len() - 1],
    })
}

/// Statistics of one mode in a state written in the number basis |0⟩, |1⟩, ….
///
/// # Errors
/// For the vacuum, whose g2 is 0/0.
pub fn photon_statistics_of(state: &DensityMatrix) -> Result<PhotonStatistics> {
    let diagonal: Vec<f64> = state.matrix().diagonal().iter().map(|z| z.re).collect();
    photon_statistics(&diagonal)
}

fn vacuum() -> CoherenceError {
    CoherenceError::undefined("g2", "it is 0/0 for the vacuum; give a state with photons")
}

/// Single-mode states of light with known statistics.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PhotonState {
    /// Number state |n⟩.
    Fock {
        /// Photon number n.
        photons: usize,
    },
    /// Coherent state with |α|² photons on average.
    Coherent {
        /// Mean photon number |α|².
        mean: f64,
    },
    /// Thermal state of one mode.
    Thermal {
        /// Mean photon number.
        mean: f64,
    },
    /// Squeezed vacuum exp[(r/2)(a² − a†²)]|0⟩.
    SqueezedVacuum {
        /// Squeezing r; the mean photon number is sinh² r.
        squeezing: f64,
    },
}

impl PhotonState {
    fn checked(self) -> Result<Self> {
        match self {
            Self::Coherent { mean } | Self::Thermal { mean }
                if !mean.is_finite() || mean < 0.0 =>
            {
                Err(CoherenceError::out_of_range(
                    "the mean photon number",
                    mean,
                    "0 or more",
                ))
            }
            Self::SqueezedVacuum { squeezing } if !squeezing.is_finite() => {
                Err(CoherenceError::out_of_range(
                    "the squeezing",
                    squeezing,
                    "a finite number",
                ))
            }
            state => Ok(state),
        }
    }

    /// Mean photon number.
    ///
    /// # Errors
    /// Where a parameter is negative or not finite.
    pub fn mean(self) -> Result<f64> {
        Ok(match self.checked()? {
            Self::Fock { photons } => photons as f64,
            Self::Coherent { mean } | Self::Thermal { mean } => mean,
            Self::SqueezedVacuum { squeezing } => squeezing.sinh().powi(2),
        })
    }

    /// g2(0): 1 − 1/n, 1, 2 and 3 + 1/sinh² r (Loudon 2000, sections 6.2 to 6.6).
    ///
    /// # Errors
    /// For the vacuum, and where a parameter is negative or not finite.
    pub fn g2(self) -> Result<f64> {
        let mean = self.mean()?;
        if mean == 0.0 {
            return Err(vacuum());
        }
        Ok(match self {
            Self::Fock { .. } => 1.0 - 1.0 / mean,
            Self::Coherent { .. } => 1.0,
            Self::Thermal { .. } => 2.0,
            Self::SqueezedVacuum { .. } => 3.0 + 1.0 / mean,
        })
    }

    /// Probabilities P(0) … P(dimension − 1).
    ///
    /// # Errors
    /// Where the numbers left out have a probability above 1e-9, so that the truncated state would be another one, and for a
    /// dimension above ten million.
    pub fn distribution(self, dimension: usize) -> Result<Vec<f64>> {
        if dimension > 10_000_000 {
            return Err(CoherenceError::out_of_range(
                "the dimension",
                dimension as f64,
                "at most ten million",
            ));
        }
        let mut p = vec![0.0; dimension];
        match self.checked()? {
            Self::Fock { photons } => {
                if let Some(place) = p.get_mut(photons) {
                    *place = 1.0;
                }
            }
            Self::Coherent { mean } => {
                // From logarithms: exp(−mean) alone underflows for bright light.
                let mut log_factorial = 0.0;
                for (n, place) in p.iter_mut().enumerate() {
                    let k = n as f64;
                    log_factorial += if n > 0 { k.ln() } else { 0.0 };
                    *place = if mean == 0.0 {
                        f64::from(u8::from(n == 0))
                    } else {
                        (k * mean.ln() - mean - log_factorial).exp()
                    };
                }
            }
            Self::Thermal { mean } => {
                let ratio = mean / (1.0 + mean);
                for (n, place) in p.iter_mut().enumerate() {
                    *place = ratio.powf(n as f64) / (1.0 + mean);
                }
            }
            Self::SqueezedVacuum { squeezing } => {
                // P(2m) = (2m)!/(4^m m!²) tanh^{2m} r / cosh r.
                let ratio = squeezing.tanh().powi(2);
                let mut next = 1.0 / squeezing.cosh();
                for m in 0..dimension.div_ceil(2) {
                    p[2 * m] = next;
                    let k = (m + 1) as f64;
                    next *= ratio * (2.0 * k - 1.0) / (2.0 * k);
                }
            }
        }
        let kept: f64 = p.iter().sum();
        if 1.0 - kept > TOLERANCE {
            return Err(CoherenceError::invalid(
                "the dimension",
                format!(
                    "{dimension} leaves out numbers of probability {:e}; give a larger one",
                    1.0 - kept
                ),
            ));
        }
        Ok(p)
    }
}

/// A Wigner function on a grid.
#[derive(Debug, Clone)]
pub struct Wigner {
    /// W(x_j, p_k) at `values[j * p.len() + k]`.
    pub values: Vec<f64>,
    /// ∫ W dx dp over the grid by the trapezoidal rule: 1 where the grid holds the state.
    pub norm: f64,
    /// ∫ |W| dx dp − 1, the volume of the negative part doubled (Kenfack & Życzkowski 2004).
    pub negativity: f64,
}

/// Wigner function of one mode in the number basis, with x = (a + a†)/√2, so that the vacuum is exp(−x² − p²)/π: the
/// convention of `qutip.wigner` with its default g = √2 (qutip puts p first).
///
/// # Errors
/// Where a grid has fewer than 2 points, is not ascending, or does not hold the state: a norm that differs from 1 by
/// more than 1e-3 is refused, as the negativity would be wrong.
pub fn wigner(state: &DensityMatrix, x: &[f64], p: &[f64]) -> Result<Wigner> {
    for (name, axis) in [("the grid of x", x), ("the grid of p", p)] {
        require_length(name, axis.len(), 2)?;
        require_finite(name, axis)?;
        if axis.windows(2).any(|w| w[1] <= w[0]) {
            return Err(CoherenceError::invalid(name, "is not ascending"));
        }
    }
    let mut values = Vec::with_capacity(x.len() * p.len());
    let (mut norm, mut absolute) = (0.0, 0.0);
    for (j, &a) in x.iter().enumerate() {
        for (k, &b) in p.iter().enumerate() {
            let w = wigner_at(state, a, b);
            let weight = trapezoid_weight(x, j) * trapezoid_weight(p, k);
            norm += weight * w;
            absolute += weight * w.abs();
            values.push(w);
        }
    }
    if (norm - 1.0).abs() > 1e-3 {
        return Err(CoherenceError::invalid(
            "the grid",
            format!("holds {norm} of the Wigner function, not 1; make it wider or finer"),
        ));
    }
    Ok(Wigner { values, norm, negativity: absolute - norm })
}

fn trapezoid_weight(axis: &[f64], k: usize) -> f64 {
    let left = if k > 0 { axis[k] - axis[k - 1] } else { 0.0 };
    let right = if k + 1 < axis.len() { axis[k + 1] - axis[k] } else { 0.0 };
    0.5 * (left + right)
}

/// The recursion over |m⟩⟨n| that qutip calls iterative.
fn wigner_at(state: &DensityMatrix, x: f64, p: f64) -> f64 {
    use crate::Complex64;
    let rho = state.matrix();
    let size = state.dimension();
    let a = Complex64::new(x, p) * 0.5f64.sqrt();
    let mut row = vec![Complex64::new(0.0, 0.0); size];
    row[0] = Complex64::new((-2.0 * a.norm_sqr()).exp() / std::f64::consts::PI, 0.0);
    let mut w = rho[(0, 0)].re * row[0].re;
    for n in 1..size {
        row[n] = a * row[n - 1] * 2.0 / (n as f64).sqrt();
        w += 2.0 * (rho[(0, n)] * row[n]).re;
    }
    for m in 1..size {
        let root = (m as f64).sqrt();
        let mut above = row[m];
        row[m] = (a.conj() * above * 2.0 - row[m - 1] * root) / root;
        w += (rho[(m, m)] * row[m]).re;
        for n in m + 1..size {
            let next = (a * row[n - 1] * 2.0 - above * root) / (n as f64).sqrt();
            above = row[n];
            row[n] = next;
            w += 2.0 * (rho[(m, n)] * row[n]).re;
        }
    }
    w
}

#[cfg(test)]
mod tests {
    use super::super::density::tests::{c, close, sample};
    use super::*;

    #[test]
    fn the_distributions_have_the_closed_form_statistics() {
        for (state, dimension) in [
            (PhotonState::Fock { photons: 3 }, 5),
            (PhotonState::Coherent { mean: 2.5 }, 40),
            (PhotonState::Thermal { mean: 1.5 }, 60),
            (PhotonState::SqueezedVacuum { squeezing: 0.8 }, 80),
        ] {
            let p = state.distribution(dimension).unwrap();
            let found = photon_statistics(&p).unwrap();
            assert!((found.mean - state.mean().unwrap()).abs() < 1e-6);
            assert!((found.g2 - state.g2().unwrap()).abs() < 1e-6);
        }
        close(PhotonState::Fock { photons: 1 }.g2().unwrap(), 0.0);
        let fock = photon_statistics(&[0.0, 0.0, 1.0]).unwrap();
        close(fock.mandel_q, -1.0);
        close(fock.g2, 0.5);
    }

    #[test]
    fn the_vacuum_and_a_space_too_small_are_refused() {
        assert_eq!(
            photon_statistics(&[1.0]).unwrap_err().to_string(),
            "g2 is undefined: it is 0/0 for the vacuum; give a state with photons"
        );
        assert!(PhotonState::Fock { photons: 0 }.g2().is_err());
        assert!(PhotonState::Coherent { mean: 0.0 }.g2().is_err());
        assert!(PhotonState::Coherent { mean: -1.0 }.g2().is_err());
        assert!(PhotonState::Thermal { mean: 5.0 }.distribution(10).is_err());
        assert!(PhotonState::Fock { photons: 4 }.distribution(4).is_err());
        assert!(photon_statistics(&[0.5, 0.4]).is_err());
        assert!(photon_statistics(&[1.5, -0.5]).is_err());
        assert!(photon_statistics(&[]).is_err());
        assert!(photon_statistics(&[f64::NAN]).is_err());
    }

    #[test]
    fn statistics_of_a_state_agree_with_qutip() {
        // qutip 5.3.1: expect(a†a†aa)/expect(a†a)² for `sample(4)`.
        let found = photon_statistics_of(&sample(4)).unwrap();
        assert!((found.g2 - G2).abs() < 1e-12);
    }

    const G2: f64 = 0.8565519557254646;

    #[test]
    fn the_wigner_function_of_one_photon_is_negative_at_the_origin() {
        let axis: Vec<f64> = (0..121).map(|k| -6.0 + 0.1 * f64::from(k)).collect();
        let one = DensityMatrix::from_ket(&[c(0.0, 0.0), c(1.0, 0.0)]).unwrap();
        let w = wigner(&one, &axis, &axis).unwrap();
        close(w.values[60 * 121 + 60], -1.0 / std::f64::consts::PI);
        assert!((w.norm - 1.0).abs() < 1e-9);
        // 4/√e − 2 (Kenfack & Życzkowski 2004).
        assert!((w.negativity - (4.0 * (-0.5f64).exp() - 2.0)).abs() < 2e-3);
        assert!(wigner(&one, &axis[60..], &axis).is_err());
        // qutip 5.3.1: wigner(sample(4), [0.7], [-0.4]).
        assert!((wigner_at(&sample(4), 0.7, -0.4) - WIGNER).abs() < 1e-12);
    }

    const WIGNER: f64 = 0.10908617262553177;
}
