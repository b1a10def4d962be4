//! Ordinary differential equations in time, oscillators and their graphs.

pub(crate) mod graphs;

use crate::Builtin;

/// Graphs.
pub(crate) use graphs::BUILTINS as GRAPHS;
