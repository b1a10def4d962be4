//! Exact formulas in numbers at many points at once, on any device of the field engine: values, and geodesics.

mod formula;
mod geodesics;
mod points;
mod way;

pub(crate) use formula::Formulas;
pub(crate) use geodesics::{Bundle, Given, Launch, Starts, Until, are_computable};
pub(crate) use points::{Points, Sampled};
pub(crate) use way::{Frames, Way};
