//! Coherence measures of signals, optical fields, quantum states, graphs and gauge links.
//!
//! Everything works on plain slices and matrices and knows no language type. Each measure states its formula and
//! source, and has the defaults of the reference implementation that a user would compare it with.

mod error;
pub mod fields;
pub mod graphs;
pub mod lattice;
mod numeric;
pub mod quantum;
pub mod signals;

pub use error::{CoherenceError, Result};
/// The complex numbers of this crate.
pub use rustfft::num_complex::Complex64;
