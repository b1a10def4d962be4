//! Numbers from formulas: geodesics and autoparallels integrated, with their conserved quantities watched.

mod dormand_prince;
mod geodesic;
mod start;

#[cfg(test)]
mod tests;

pub use dormand_prince::{End, Slope, Step, Tolerance, integrate};
pub use geodesic::{
    Conserved, GeodesicFlow, LOST, Launch, Motion, Orbit, Watch, is_watched,
    not_the_norm, outside, time_at,
};
pub use start::{Character, Root, SAME_NORM, Time, no_real_value, signs};
