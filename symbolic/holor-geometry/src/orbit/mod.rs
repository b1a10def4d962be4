//! Numbers from formulas: geodesics and autoparallels integrated, with their conserved quantities watched.

mod dormand_prince;
mod geodesic;

#[cfg(test)]
mod tests;

pub use dormand_prince::{End, Slope, Step, Tolerance, integrate};
pub use geodesic::{Conserved, GeodesicFlow, Launch, Motion, Orbit, Watch};
