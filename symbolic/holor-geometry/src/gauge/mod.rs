//! Gauge fields: forms with values in a Lie algebra of matrices.
//!
//! `A = A^a_μ T_a dx^μ` with anti-Hermitian generators; for a coupling g (1 unless given) `D = d + g [A ∧ ·]`,
//! `F = dA + g A ∧ A`, that is `F_μν = ∂_μ A_ν − ∂_ν A_μ + g [A_μ, A_ν]`; the group acts by
//! `A → U A U⁻¹ − (1/g) dU U⁻¹`, `F → U F U⁻¹`. Everything is computed in components `A^a` with the structure constants
//! `[T_a, T_b] = f_ab^c T_c`, hence without complex numbers where those are real.
//! M. Nakahara, *Geometry, Topology and Physics*, 2nd ed., chapter 10.

mod algebra;
mod form;
mod holonomy;
mod potential;
#[cfg(test)]
mod tests;

pub use algebra::GaugeAlgebra;
pub use form::GaugeForm;
pub use holonomy::{NumericHolonomy, Transport, transport_numerically};
pub use potential::{Duality, GaugePotential};
