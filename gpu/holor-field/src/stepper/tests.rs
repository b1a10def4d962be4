//! Orders, stability bounds and moments of every method, on small schemes built by hand.

mod orders;
mod schemes;
