//! Ordinary differential equations in time, oscillators and their graphs.

pub(crate) mod graphs;
mod odesolve;
mod problem;
mod run;
mod saving;

/// Graphs.
pub(crate) use graphs::BUILTINS as GRAPHS;
/// Equations.
pub(crate) use odesolve::BUILTINS as EQUATIONS;
