//! Tensor calculus against the literature and against its own identities.

#[path = "../catalogue/mod.rs"]
mod catalogue;

mod affine;
mod invariants;
mod killing;
mod laws;
mod random;
mod riemannian;
