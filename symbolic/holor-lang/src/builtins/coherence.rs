//! Measures of coherence: of fields, light, quantum states, graphs and lattices.

pub(crate) mod bands;
mod data;
pub(crate) mod defects;
pub(crate) mod graphs;
pub(crate) mod lattice;
pub(crate) mod light;
pub(crate) mod measured;
pub(crate) mod order;
pub(crate) mod photons;
mod pictures;
pub(crate) mod quantum;
mod refusal;
pub(crate) mod sheaves;
pub(crate) mod signals;
pub(crate) mod structure;

pub(in crate::builtins) use data::Samples;
pub(in crate::builtins) use data::start_of_formula;
pub(crate) use data::{start_taken, starts_taken};
