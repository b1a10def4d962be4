//! Many copies of a system of ordinary differential equations at once, each with its own start and its own steps, on any backend.
//!
//! A member (a ray of light, an orbit) is a cell of arrays: its unknowns, their rates, its parameter, its step, and whether it still runs. One
//! program is one attempt at a step of the pair 5(4) of Dormand and Prince for all members: it either takes the step or only makes it shorter.
//! [`integrate`] repeats it, takes members out that have ended, and puts waiting ones in their places.

mod attempt;
mod drive;
#[cfg(test)]
mod tests;

pub use attempt::plan_of;
pub use drive::integrate;

use crate::graph::{Graph, NodeId};

/// Equations `dy/dx = f(y, c)`, the same for all members; each has its own unknowns y and constants c.
#[derive(Clone, Debug, Default)]
pub struct Equations {
    /// The formulas: `Load { array: k, .. }` is the unknown k, and behind the unknowns the constants.
    pub graph: Graph,
    /// How many constants there are.
    pub constants: usize,
    /// The rate of each unknown.
    pub rates: Vec<NodeId>,
    /// A member stops where this becomes greater than 0, or is so at the start. The place is approached by shorter and shorter steps until
    /// the last one changes the unknowns by no more than a hundred times the error allowed in a step.
    pub stop: Option<NodeId>,
    /// Where the equations hold. A member that would leave it stops at the last state within, found as closely as the stop condition.
    pub domain: Option<Domain>,
    /// What an exact solution would keep; the largest change of any of them is measured.
    pub conserved: Vec<NodeId>,
    /// Further values that are wanted at the end.
    pub outputs: Vec<NodeId>,
}

/// A part of the space of unknowns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain {
    /// 1 within, anything else outside.
    pub inside: NodeId,
    /// Continuous, greater than 0 within and less than 0 outside: how far the border is.
    pub level: NodeId,
}

/// How far and how exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The parameter at the start and at the end, which may be the smaller one.
    pub span: (f64, f64),
    /// Error allowed in a step relative to the size of each unknown.
    pub relative: f64,
    /// Error allowed in a step besides.
    pub absolute: f64,
    /// The most attempts at a step for each member.
    pub most_attempts: u32,
    /// The most members that are in the machine at the same time.
    pub batch: usize,
}

impl Options {
    /// From a parameter to another, with the tolerances of one part in 10¹⁰.
    pub fn over(from: f64, to: f64) -> Self {
        Self {
            span: (from, to),
            relative: 1e-10,
            absolute: 1e-12,
            most_attempts: 1_000_000,
            batch: 1 << 18,
        }
    }
}

/// Why a member ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It reached the end of the span.
    Reached,
    /// Its stop condition came to hold.
    Stopped,
    /// It would leave the domain. Its unknowns are the last ones within.
    Left,
    /// Its steps became too small: a singularity is near. Its unknowns are the last ones before.
    Singular,
    /// It used up its attempts. Its unknowns are the last ones reached.
    Attempts,
}

/// Where all members ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// The unknowns: a list for each.
    pub unknowns: Vec<Vec<f64>>,
    /// The parameter.
    pub parameter: Vec<f64>,
    /// The [`Equations::outputs`].
    pub outputs: Vec<Vec<f64>>,
    /// The [`Equations::conserved`] at the start.
    pub conserved: Vec<Vec<f64>>,
    /// The largest change of any conserved quantity at any step.
    pub drift: Vec<f64>,
    /// Why.
    pub ended: Vec<Ended>,
    /// Attempts at steps, those of all members added.
    pub attempts: u64,
    /// Seconds to compile the programs.
    pub compile_seconds: f64,
}

/// How far an integration is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advance {
    /// Members that have ended.
    pub ended: usize,
    /// All members.
    pub members: usize,
    /// The part of the way that is done, 0 to 1.
    pub fraction: f64,
}
