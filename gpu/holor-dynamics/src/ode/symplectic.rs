//! Symplectic methods with fixed steps for q' = ∂T/∂p, p' = −∂V/∂q and for q″ = a(t, q).
//!
//! E. Hairer, Ch. Lubich and G. Wanner, *Geometric Numerical Integration*, I.1.4 and V.3; H. Yoshida, Phys. Lett. A 150
//! (1990) 262, for the compositions.

use super::explicit::Stages;
use super::{Equations, Method, Slope, Work};
use crate::error::{Result, refuse};

/// The lengths of the Störmer–Verlet steps that make one step of the method.
fn parts(method: Method) -> Vec<f64> {
    match method {
        Method::Yoshida4 => {
            let outer = 1.0 / (2.0 - 2f64.cbrt());
            vec![outer, 1.0 - 2.0 * outer, outer]
        }
        Method::Yoshida6 => {
            let [a, b, c] = [
                0.784_513_610_477_557_3,
                0.235_573_213_359_358_13,
                -1.177_679_984_178_871,
            ];
            vec![a, b, c, 1.0 - 2.0 * (a + b + c), c, b, a]
        }
        _ => vec![1.0],
    }
}

/// Refuses equations whose positions and momenta are not separate.
pub(crate) fn check(equations: &mut Equations<'_>, t: f64, y: &[f64]) -> Result<()> {
    if !y.len().is_multiple_of(2) {
        refuse!(
            "symplectic methods need as many momenta as positions; there are {} unknowns",
            y.len()
        );
    }
    if equations.second_order {
        return Ok(());
    }
    let half = y.len() / 2;
    let mut here = vec![0.0; y.len()];
    let mut there = vec![0.0; y.len()];
    (equations.slope)(t, y, &mut here);
    for (moved, kept, names) in [
        (0..half, 0..half, ["position", "positions"]),
        (half..y.len(), half..y.len(), ["momentum", "momenta"]),
    ] {
        let mut other = y.to_vec();
        for (place, value) in other[moved].iter_mut().enumerate() {
            *value += (1e-3 + 1e-4 * (place % 7) as f64) * (1.0 + value.abs());
        }
        (equations.slope)(t, &other, &mut there);
        for place in kept {
            let size = here[place].abs().max(there[place].abs());
            if (here[place] - there[place]).abs() > 1e-12 * size {
                refuse!(
                    "symplectic methods need equations in which the rate of each {} does not depend on the {}; use DormandPrince or Radau",
                    names[0],
                    names[1]
                );
            }
        }
    }
    Ok(())
}

impl Stages {
    /// One step of a symplectic method.
    pub(crate) fn symplectic(
        &mut self,
        method: Method,
        second_order: bool,
        slope: &mut Slope<'_>,
        (t, y, slope_here): (f64, &[f64], &[f64]),
        h: f64,
        work: &mut Work,
    ) {
        let half = y.len() / 2;
        self.slopes.resize_with(1, Vec::new);
        self.slopes[0].clear();
        self.slopes[0].extend_from_slice(slope_here);
        self.end.clear();
        self.end.extend_from_slice(y);
        self.end_slope.clear();
        self.end_slope.extend_from_slice(slope_here);
        let mut time = t;
        for part in parts(method) {
            let h = part * h;
            let kick = |end: &mut [f64], rates: &[f64]| {
                for (momentum, force) in end[half..].iter_mut().zip(&rates[half..]) {
                    *momentum += 0.5 * h * force;
                }
            };
            kick(&mut self.end, &self.end_slope);
            if second_order {
                let (positions, speeds) = self.end.split_at_mut(half);
                for (position, speed) in positions.iter_mut().zip(&*speeds) {
                    *position += h * speed;
                }
            } else {
                slope(time + 0.5 * h, &self.end, &mut self.end_slope);
                work.slopes += 1;
                for (position, speed) in
                    self.end[..half].iter_mut().zip(&self.end_slope[..half])
                {
                    *position += h * speed;
                }
            }
            time += h;
            slope(time, &self.end, &mut self.end_slope);
            work.slopes += 1;
            kick(&mut self.end, &self.end_slope);
        }
        // The velocities at the end, for the polynomial within the step; the forces there are known already.
        if second_order {
            let (_, speeds) = self.end.split_at(half);
            self.end_slope[..half].copy_from_slice(speeds);
        } else {
            slope(t + h, &self.end, &mut self.end_slope);
            work.slopes += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, parts};

    #[test]
    fn the_compositions_cancel_their_errors() {
        // Σ w = 1; Σ w³ = 0 for order 4; Σ w⁵ = 0 besides for order 6.
        for (method, powers) in [(Method::Yoshida4, 3), (Method::Yoshida6, 5)] {
            let parts = parts(method);
            assert!((parts.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            for power in (3..=powers).step_by(2) {
                let sum: f64 = parts.iter().map(|w| w.powi(power)).sum();
                assert!(sum.abs() < 1e-12, "{method:?} {power} {sum}");
            }
        }
    }
}
