//! Holors: indexed sets of components together with the law by which they transform.
//!
//! P. Moon and D. E. Spencer, *Theory of Holors*, Cambridge University Press, 1986. Components are exact values
//! of a [`holor_algebra::exact::Field`], hence every result is in canonical form and 0 is 0.
//!
//! Conventions, everywhere: signature −+++ unless the metric says otherwise;
//! `∇_b Vᵃ = ∂_b Vᵃ + Γᵃ_bc Vᶜ` (the direction is the first lower index);
//! torsion `Tᵃ_bc = Γᵃ_bc − Γᵃ_cb`;
//! curvature `Rᵃ_bcd = ∂_c Γᵃ_db − ∂_d Γᵃ_cb + Γᵃ_ce Γᵉ_db − Γᵃ_de Γᵉ_cb`; Ricci `R_bd = Rᵃ_bad`;
//! non-metricity `Q_abc = ∇_a g_bc`; a p-form is `ω = (1/p!) ω_a… dxᵃ∧…`; volume form `ε_01… = +√|det g|`.

mod cache;
mod chart;
mod connection;
mod curvature;
mod derivatives;
mod elimination;
mod error;
mod forms;
mod frames;
mod gauge;
mod geodesics;
mod holor;
pub mod indices;
mod invariants;
mod killing;
mod metric;
mod minors;
pub mod orbit;
mod petrov;
mod reality;
#[cfg(test)]
mod samples;
mod signature;
mod symmetry;
mod tensor;
mod transform;
mod witness;

pub use chart::{Chart, LARGEST_DIMENSION, conditions_of};
pub use connection::Connection;
pub use derivatives::{commutator, lie_derivative};
pub use error::{GeometryError, GeometryResult};
pub use forms::{
    as_form, codifferential, exterior_derivative, flat, form, form_product, hodge_star,
    interior_product, laplace_de_rham, oriented, potential, sharp, wedge,
};
pub use frames::{PetrovType, Tetrad};
pub use gauge::{
    Duality, GaugeAlgebra, GaugeForm, GaugePotential, NumericHolonomy, Transport,
    transport_numerically,
};
pub use geodesics::Geodesics;
pub use holor::{Holor, Law, Slot, Space, Variance, Weight};
pub use killing::Isometry;
pub use metric::Metric;
pub use signature::{Coherence, Signature, TorsionScalar, signature, signature_gradient};
pub use symmetry::{Indices, Symmetry};
pub use transform::{CoordinateChange, SmoothMap};
pub use witness::{Vanishing, Witness, vanishing};
