//! Derivatives of rates that need no full matrix, so that implicit methods take as long as the rates themselves.

/// J = ∂f/∂y in a form in which (s − J) x = b is solved directly.
pub trait Structured {
    /// Takes the derivatives at a place, and prepares (s − J)⁻¹ for a real and a complex s; whether that is possible.
    fn prepare(&mut self, t: f64, y: &[f64], real: f64, complex: (f64, f64)) -> bool;

    /// An upper bound of the largest |λ| of J at a place.
    fn bound(&mut self, t: f64, y: &[f64]) -> f64;

    /// Replaces the right-hand side by the solution for the real s.
    fn solve(&self, side: &mut [f64]);

    /// Replaces the right-hand side, pairs of real and imaginary part, by the solution for the complex s.
    fn solve_complex(&self, side: &mut [(f64, f64)]);
}

impl Structured for Box<dyn Structured> {
    fn prepare(&mut self, t: f64, y: &[f64], real: f64, complex: (f64, f64)) -> bool {
        (**self).prepare(t, y, real, complex)
    }

    fn bound(&mut self, t: f64, y: &[f64]) -> f64 {
        (**self).bound(t, y)
    }

    fn solve(&self, side: &mut [f64]) {
        (**self).solve(side);
    }

    fn solve_complex(&self, side: &mut [(f64, f64)]) {
        (**self).solve_complex(side);
    }
}
