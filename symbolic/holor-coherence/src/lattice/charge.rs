//! Topological charge of gauge links: the exact integer in two dimensions, the clover sum in four.

use std::f64::consts::{PI, TAU};

use super::gauge::{GaugeField, GaugeGroup, Step, Su2, U1};
use crate::fields::grid::wrap;
use crate::{CoherenceError, Result};

/// Geometric charge of a two-dimensional U(1) field.
#[derive(Debug, Clone, PartialEq)]
pub struct TopologicalCharge {
    /// The charge, an exact integer.
    pub charge: i64,
    /// Plaquette angles in (−π, π], one at each site.
    pub plaquettes: Vec<f64>,
    /// How near the largest plaquette angle comes to π: where this is small the charge is about to change.
    pub distance_to_jump: f64,
}

/// Q = (1/2π) Σ arg P(x) over the plaquettes of a periodic two-dimensional U(1) field, P in the plane (0, 1)
/// (Lüscher 1982). Positive for a flux that turns from axis 0 to axis 1.
///
/// # Errors
/// Where the lattice has not two dimensions, and for a plaquette angle within 1e-9 of π, where the charge jumps.
pub fn topological_charge_2d(field: &GaugeField<U1>) -> Result<TopologicalCharge> {
    if field.dimensions() != 2 {
        return Err(CoherenceError::invalid(
            "the lattice",
            format!("has {} dimensions; this charge needs 2", field.dimensions()),
        ));
    }
    let mut plaquettes = Vec::with_capacity(field.sites());
    for site in 0..field.sites() {
        plaquettes.push(wrap(field.plaquette(site, 0, 1)?.0));
    }
    let sum: f64 = plaquettes.iter().sum();
    let largest = plaquettes.iter().map(|p| p.abs()).fold(0.0, f64::max);
    if largest > PI - 1e-9 {
        return Err(CoherenceError::undefined(
            "the topological charge",
            "a plaquette is turned by π, where the charge jumps",
        ));
    }
    Ok(TopologicalCharge {
        // Every link enters twice with opposite signs, so that the sum is a multiple of 2π up to round-off.
        charge: (sum / TAU).round() as i64,
        plaquettes,
        distance_to_jump: PI - largest,
    })
}

/// Clover charge of a four-dimensional SU(2) field, with its density at each site.
#[derive(Debug, Clone, PartialEq)]
pub struct CloverCharge {
    /// The sum; near an integer only on smooth fields.
    pub charge: f64,
    /// The density at each site.
    pub density: Vec<f64>,
}

/// Q = (1/32π²) Σ ε_{μνρσ} Tr F_μν F_ρσ with the clover field strength F_μν = (1/8i)[Q_μν − Q_μν†], Q the sum of the four
/// leaves at a site (Di Vecchia et al. 1981), for links exp(iaA). It is no integer before smoothing or the limit of
/// small spacing; ε₀₁₂₃ = +1 in the order of the axes.
///
/// # Errors
/// Where the lattice has not four dimensions.
pub fn clover_charge(field: &GaugeField<Su2>) -> Result<CloverCharge> {
    if field.dimensions() != 4 {
        return Err(CoherenceError::invalid(
            "the lattice",
            format!("has {} dimensions; this charge needs 4", field.dimensions()),
        ));
    }
    let mut density = Vec::with_capacity(field.sites());
    for site in 0..field.sites() {
        // F = f·σ with real f; Tr F F' = 2 f·f'. The 24 terms of ε are 8 of each of three pairs.
        let f = |mu, nu| clover(field, site, mu, nu);
        let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let sum = dot(f(0, 1), f(2, 3)) - dot(f(0, 2), f(1, 3)) + dot(f(0, 3), f(1, 2));
        density.push(8.0 * 2.0 * sum / (32.0 * PI * PI));
    }
    Ok(CloverCharge { charge: density.iter().sum(), density })
}

/// The three components of the clover field strength at a site.
fn clover(field: &GaugeField<Su2>, site: usize, mu: usize, nu: usize) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for leaf in 0..4 {
        // The four squares around the site, each walked in the sense from μ to ν.
        let turns: [(usize, bool); 4] =
            [(mu, true), (nu, true), (mu, false), (nu, false)];
        let mut product = Su2([1.0, 0.0, 0.0, 0.0]);
        let mut at = site;
        for k in 0..4 {
            let (axis, forward) = turns[(leaf + k) % 4];
            let step = Step { axis, forward };
            let next = field.neighbour(at, step);
            let links = field.links();
            let link = if forward {
                links[at * 4 + axis]
            } else {
                links[next * 4 + axis].inverse()
            };
            product = product.multiply(&link);
            at = next;
        }
        for (s, q) in sum.iter_mut().zip(&product.0[1..]) {
            *s += q;
        }
    }
    sum.map(|s| 0.25 * s)
}

#[cfg(test)]
mod tests {
    use super::super::gauge::tests::{noise, random_su2};
    use super::*;

    /// Angles of a field with `flux` quanta through an n by n torus.
    fn flux_angle(n: usize, flux: i32, x: usize, y: usize, axis: usize) -> f64 {
        let b = TAU * f64::from(flux) / (n * n) as f64;
        if axis == 1 {
            b * x as f64
        } else if x == n - 1 {
            -b * (n * y) as f64
        } else {
            0.0
        }
    }

    #[test]
    fn a_field_with_q_quanta_of_flux_has_charge_q_in_any_gauge() {
        for q in [-3, 0, 1, 2] {
            let n = 5;
            let links = (0..n * n * 2)
                .map(|k| U1(flux_angle(n, q, k / 2 / n, k / 2 % n, k % 2)))
                .collect();
            let field = GaugeField::new(&[n, n], links).unwrap();
            let found = topological_charge_2d(&field).unwrap();
            assert_eq!(found.charge, i64::from(q));
            for p in &found.plaquettes {
                assert!((p - TAU * f64::from(q) / 25.0).abs() < 1e-12);
            }
            let mut seed = 9;
            let gauge: Vec<U1> = (0..n * n).map(|_| U1(9.0 * noise(&mut seed))).collect();
            let moved = field.gauge_transformed(&gauge).unwrap();
            assert_eq!(topological_charge_2d(&moved).unwrap().charge, i64::from(q));
        }
        let mut jump = vec![U1(0.0); 18];
        jump[8] = U1(PI);
        let jump = GaugeField::new(&[3, 3], jump).unwrap();
        assert!(topological_charge_2d(&jump).is_err());
        let rough: Vec<U1> = {
            let mut seed = 4;
            (0..98).map(|_| U1(PI * noise(&mut seed))).collect()
        };
        let field = GaugeField::new(&[7, 7], rough).unwrap();
        let sum: f64 = topological_charge_2d(&field).unwrap().plaquettes.iter().sum();
        assert!((sum / TAU - (sum / TAU).round()).abs() < 1e-12);
        assert!(
            topological_charge_2d(&GaugeField::new(&[3], vec![U1(0.0); 3]).unwrap())
                .is_err()
        );
    }

    #[test]
    fn two_crossed_fluxes_have_the_clover_charge_of_the_closed_form() {
        // diag(e^{iθ}, e^{−iθ}) with fluxes n₁ in (01) and n₂ in (23): Q = 2 n₁ n₂ in the continuum, and with the
        // clover's sin θ for θ, (L²/2π)² sin(2πn₁/L²) sin(2πn₂/L²) · 2 exactly.
        let n = 4;
        let sites = n * n * n * n;
        let build = |n1: i32, n2: i32| {
            let links = (0..sites * 4)
                .map(|k| {
                    let (site, axis) = (k / 4, k % 4);
                    let x = [site / 64, site / 16 % 4, site / 4 % 4, site % 4];
                    Su2::diagonal(if axis < 2 {
                        flux_angle(n, n1, x[0], x[1], axis)
                    } else {
                        flux_angle(n, n2, x[2], x[3], axis - 2)
                    })
                })
                .collect();
            GaugeField::new(&[n, n, n, n], links).unwrap()
        };
        for (n1, n2) in [(1, 1), (1, -2), (0, 1)] {
            let field = build(n1, n2);
            let area = (n * n) as f64;
            let s = |m: i32| (TAU * f64::from(m) / area).sin() * area / TAU;
            let expected = 2.0 * s(n1) * s(n2);
            let found = clover_charge(&field).unwrap();
            assert!((found.charge - expected).abs() < 1e-11, "{}", found.charge);
            let mut seed = 8;
            let gauge: Vec<Su2> = (0..sites).map(|_| random_su2(&mut seed)).collect();
            let moved = field.gauge_transformed(&gauge).unwrap();
            assert!((clover_charge(&moved).unwrap().charge - expected).abs() < 1e-11);
        }
        assert!(
            clover_charge(&GaugeField::new(&[2], vec![Su2::diagonal(0.0); 2]).unwrap())
                .is_err()
        );
    }
}
