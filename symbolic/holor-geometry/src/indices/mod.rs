//! Tensor algebra with abstract indices: no chart, no components.
//!
//! [`TensorSymbol`] says what a tensor is, [`Factor`] gives it indices, [`AbstractExpression`] is a sum of products of
//! factors in which each index is free in every term or summed over, once up and once down.
//! [`AbstractExpression::canonicalize`] brings it to a normal form.
//!
//! Signs and orders are those of the crate: `R_bd = Rᵃ_bad`, `[∇_a, ∇_b] Vᶜ = Rᶜ_dab V^d`, and a metric-compatible derivative
//! is one under which indices may be raised. Derivatives that are not metric-compatible, partial ones among them, keep the
//! places of the indices under them: `∂_a Vᵇ W_b` is not `∂_a V_b Wᵇ`.
//!
//! Deliberately absent: identities that hold in one dimension only, and a normal form for the order of covariant derivatives
//! (see [`AbstractExpression::commute_derivatives`]).

mod canonical;
mod coefficient;
mod contraction;
mod expression;
mod labelling;
mod linear;
mod multiterm;
mod network;
mod permutation;
mod print;
mod rules;
mod symmetry;
mod tensor;
mod term;

#[cfg(test)]
mod tests;

pub use canonical::{Canonical, Identities};
pub use expression::AbstractExpression;
pub use permutation::{Permutation, PermutationGroup, SignedPermutation};
pub use rules::Rule;
pub use symmetry::SlotSymmetry;
pub use tensor::{
    Commutation, Derivative, DerivativeKind, IndexSpace, Pairing, TensorKind,
    TensorSymbol,
};
pub use term::{AbstractTerm, Factor, FreeIndex, Index};
