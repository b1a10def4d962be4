//! Ordinary differential equations, oscillators and their graphs.
//!
//! [`ode`] solves initial value problems: explicit, stiff, symplectic, stochastic, with delays; [`oscillators`] has
//! Kuramoto's model and its relatives on graphs; [`random`] the noise both use. The crate knows no language: right-hand
//! sides are closures, runs are plain data that can be continued with the same bits, and why a run ended is part of its result.

#![allow(
    clippy::needless_range_loop,
    reason = "indices run over several arrays, as in the formulas"
)]

mod error;
mod linear;
pub mod ode;
pub mod oscillators;
pub mod random;

pub use error::{Error, Result};
