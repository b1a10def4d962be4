//! Orders, stability bounds and moments of every method, on small schemes built by hand.

mod compensated;
mod implicit;
mod orders;
pub(crate) mod schemes;
mod stability;
mod stochastic;

pub(crate) use orders::{advance, options};
