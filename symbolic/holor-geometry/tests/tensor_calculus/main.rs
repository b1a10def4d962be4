//! Tensor calculus against the literature and against its own identities.

#![allow(clippy::unwrap_used, reason = "what is asked here has an answer")]

#[path = "../catalogue/mod.rs"]
mod catalogue;

mod affine;
mod invariants;
mod killing;
mod laws;
mod random;
mod riemannian;
