//! Stiffness of planar spins: helicity modulus, winding numbers and the superfluid fraction from windings.

use std::f64::consts::{FRAC_2_PI, PI, TAU};

use super::gauge::site_count;
use crate::error::{require_equal_length, require_length};
use crate::fields::grid::{phase_step, require_phases};
use crate::{CoherenceError, Result};

/// Helicity modulus along one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct HelicityModulus {
    /// Υ, in the units of the coupling.
    pub modulus: f64,
    /// Mean bond energy term J⟨cos Δ⟩ a site.
    pub bond: f64,
    /// Current term βJ²⟨(Σ sin Δ)²⟩ a site, which is subtracted.
    pub current: f64,
    /// (1/N) Σ cos Δ and Σ sin Δ of each sample, for error bars.
    pub samples: Vec<(f64, f64)>,
}

/// Helicity modulus Υ_μ = (J/N)⟨Σ cos(θ_x − θ_{x+μ̂})⟩ − (βJ²/N)⟨(Σ sin(θ_x − θ_{x+μ̂}))²⟩ of the XY model on a periodic
/// lattice, from samples at inverse temperature β (Teitel & Jayaprakash 1983; Fisher, Barber & Jasnow 1973).
///
/// At the transition of the plane it jumps from 2T/π to 0 (Nelson & Kosterlitz 1977): see
/// [`nelson_kosterlitz_stiffness`]. ⟨Σ sin⟩ is 0 by symmetry and is not subtracted.
///
/// # Errors
/// Without samples, for samples of the wrong length or not finite, an axis that is not there or has fewer than 3 sites
/// (on 2 the same bond would count twice), a coupling that is not finite or β below 0.
pub fn helicity_modulus(
    samples: &[Vec<f64>],
    shape: &[usize],
    axis: usize,
    coupling: f64,
    beta: f64,
) -> Result<HelicityModulus> {
    let sites = site_count(shape)?;
    require_length("the list of samples", samples.len(), 1)?;
    if axis >= shape.len() || shape[axis] < 3 {
        return Err(CoherenceError::invalid(
            "the axis",
            format!(
                "{axis} of the lattice {shape:?} is not there or has fewer than 3 sites"
            ),
        ));
    }
    if !coupling.is_finite() {
        return Err(CoherenceError::out_of_range("the coupling", coupling, "finite"));
    }
    if !(beta >= 0.0 && beta.is_finite()) {
        return Err(CoherenceError::out_of_range(
            "the inverse temperature",
            beta,
            "0 or more",
        ));
    }
    let n = sites as f64;
    let mut sums = Vec::with_capacity(samples.len());
    for theta in samples {
        require_equal_length("the lattice", sites, "a sample", theta.len())?;
        require_phases("the sample", theta)?;
        let (mut cosines, mut sines) = (0.0, 0.0);
        for site in 0..sites {
            let (s, c) = (theta[site] - theta[next(site, shape, axis)]).sin_cos();
            cosines += c;
            sines += s;
        }
        sums.push((cosines / n, sines));
    }
    let count = sums.len() as f64;
    let bond = coupling * sums.iter().map(|s| s.0).sum::<f64>() / count;
    let square = sums.iter().map(|s| s.1 * s.1).sum::<f64>() / count;
    let current = beta * coupling * coupling * square / n;
    Ok(HelicityModulus { modulus: bond - current, bond, current, samples: sums })
}

fn next(site: usize, shape: &[usize], axis: usize) -> usize {
    let stride: usize = shape[axis + 1..].iter().product();
    let place = site / stride % shape[axis];
    site - place * stride + (place + 1) % shape[axis] * stride
}

/// Stiffness 2T/π at which a plane loses its order (Nelson & Kosterlitz 1977): the crossing of Υ(T) with this line
/// estimates the transition.
pub fn nelson_kosterlitz_stiffness(temperature: f64) -> f64 {
    FRAC_2_PI * temperature
}

/// Winding of a phase field around each line of the lattice along one periodic axis: (1/2π) Σ (θ_{x+μ̂} − θ_x), with
/// differences by the shortest way. Lines in row-major order of the other axes. All are equal where there are no vortices.
///
/// # Errors
/// For an axis that is not there, phases of the wrong number or not finite, and a difference within 1e-9 of π, which goes
/// either way.
pub fn winding_numbers(phases: &[f64], shape: &[usize], axis: usize) -> Result<Vec<i64>> {
    let sites = site_count(shape)?;
    require_equal_length("the lattice", sites, "the phases", phases.len())?;
    require_phases("the phases", phases)?;
    if axis >= shape.len() {
        return Err(CoherenceError::invalid(
            "the axis",
            format!("{axis} is not there; they are 0 to {}", shape.len() - 1),
        ));
    }
    let stride: usize = shape[axis + 1..].iter().product();
    (0..sites)
        .filter(|site| (site / stride).is_multiple_of(shape[axis]))
        .map(|start| {
            let mut site = start;
            let mut turn = 0.0;
            for _ in 0..shape[axis] {
                let after = next(site, shape, axis);
                let step = phase_step(phases[site], phases[after]);
                if step.abs() > PI - 1e-9 {
                    return Err(CoherenceError::undefined(
                        "the winding number",
                        "two neighbours differ by π, which is as short one way as the other",
                    ));
                }
                turn += step;
                site = after;
            }
            Ok((turn / TAU).round() as i64)
        })
        .collect()
}

/// Superfluid fraction m⟨W²⟩L²/(ħ² d β N) of a path-integral simulation, W the winding vector in units of the box, with
/// ħ²/m = 2λ given by `two_lambda` (Pollock & Ceperley 1987): ⟨W²⟩L²/(2λ d β N).
///
/// # Errors
/// Without windings, for vectors of different lengths, and for parameters that are not positive.
pub fn superfluid_fraction(
    windings: &[Vec<i64>],
    length: f64,
    particles: usize,
    beta: f64,
    two_lambda: f64,
) -> Result<f64> {
    require_length("the list of windings", windings.len(), 1)?;
    let d = windings[0].len();
    require_length("the winding", d, 1)?;
    require_length("the system", particles, 1)?;
    for (name, value) in
        [("the length", length), ("the inverse temperature", beta), ("ħ²/m", two_lambda)]
    {
        if !(value > 0.0 && value.is_finite()) {
            return Err(CoherenceError::out_of_range(name, value, "positive"));
        }
    }
    let mut square = 0.0;
    for w in windings {
        require_equal_length("the first winding", d, "another winding", w.len())?;
        square += w.iter().map(|&x| (x as f64).powi(2)).sum::<f64>();
    }
    square /= windings.len() as f64;
    Ok(square * length * length / (two_lambda * d as f64 * beta * particles as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-12 * (1.0 + y.abs()), "{x} is not {y}");
    }

    #[test]
    fn an_ordered_lattice_is_as_stiff_as_its_coupling() {
        let h = helicity_modulus(&[vec![0.4; 12]], &[3, 4], 1, 2.5, 10.0).unwrap();
        close(h.modulus, 2.5);
        close(h.current, 0.0);
    }

    #[test]
    fn the_modulus_is_the_second_derivative_of_the_free_energy() {
        // Three planar spins on a ring: Z(φ) with each bond turned by φ/3, by a grid that is exact for these
        // trigonometric integrands; Υ = (L/N)·L·∂²F/∂φ² with N = L = 3, that is 3 ∂²F/∂φ².
        let (beta, coupling) = (0.7, 1.3);
        let m = 48;
        let angle = |k: usize| TAU * k as f64 / m as f64;
        let log_z = |phi: f64| {
            let mut sum = 0.0;
            for a in 0..m {
                for b in 0..m {
                    let e = [-angle(a), angle(a) - angle(b), angle(b)];
                    let c: f64 = e.iter().map(|d| (d + phi / 3.0).cos()).sum();
                    sum += (beta * coupling * c).exp();
                }
            }
            sum.ln()
        };
        let step = 1e-3;
        let curvature = (log_z(step) - 2.0 * log_z(0.0) + log_z(-step)) / (step * step);
        let expected = -3.0 * curvature / beta;
        // The same ensemble as weighted samples.
        let (mut weight, mut bond, mut square) = (0.0, 0.0, 0.0);
        for a in 0..m {
            for b in 0..m {
                let h = helicity_modulus(
                    &[vec![0.0, angle(a), angle(b)]],
                    &[3],
                    0,
                    coupling,
                    beta,
                )
                .unwrap();
                let w = (beta * coupling * 3.0 * h.samples[0].0).exp();
                weight += w;
                bond += w * h.bond;
                square += w * h.current;
            }
        }
        let found = (bond - square) / weight;
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        close(nelson_kosterlitz_stiffness(0.8929), 2.0 * 0.8929 / std::f64::consts::PI);
    }

    #[test]
    fn a_twisted_field_winds_along_its_axis_alone() {
        let shape = [4, 10];
        let phases: Vec<f64> =
            (0..40).map(|s| 0.3 - TAU * 2.0 * (s % 10) as f64 / 10.0).collect();
        assert_eq!(winding_numbers(&phases, &shape, 1).unwrap(), [-2; 4]);
        assert_eq!(winding_numbers(&phases, &shape, 0).unwrap(), [0; 10]);
        assert!(winding_numbers(&phases, &shape, 2).is_err());
        assert!(winding_numbers(&[0.0, PI], &[2], 0).is_err());
        assert!(winding_numbers(&phases[1..], &shape, 0).is_err());
        assert!(winding_numbers(&[f64::NAN], &[1], 0).is_err());
    }

    #[test]
    fn the_superfluid_fraction_is_the_winding_variance() {
        let w = vec![vec![1, 0, -1], vec![0, 0, 0]];
        close(
            superfluid_fraction(&w, 2.0, 5, 0.5, 1.0).unwrap(),
            1.0 * 4.0 / (3.0 * 0.5 * 5.0),
        );
        assert!(superfluid_fraction(&[], 2.0, 5, 0.5, 1.0).is_err());
        assert!(superfluid_fraction(&w, 0.0, 5, 0.5, 1.0).is_err());
        assert!(superfluid_fraction(&w, 1.0, 0, 0.5, 1.0).is_err());
    }

    #[test]
    fn lattices_that_do_not_fit_are_refused() {
        assert!(helicity_modulus(&[], &[3], 0, 1.0, 1.0).is_err());
        assert!(helicity_modulus(&[vec![0.0; 2]], &[2], 0, 1.0, 1.0).is_err());
        assert!(helicity_modulus(&[vec![0.0; 3]], &[3], 1, 1.0, 1.0).is_err());
        assert!(helicity_modulus(&[vec![0.0; 3]], &[3], 0, 1.0, -1.0).is_err());
        assert!(helicity_modulus(&[vec![f64::NAN; 3]], &[3], 0, 1.0, 1.0).is_err());
        assert!(helicity_modulus(&[vec![0.0; 3]], &[0], 0, 1.0, 1.0).is_err());
    }
}
