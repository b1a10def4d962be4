//! Several programs of a procedure as one: temporal blocking.
//!
//! A step that reads a field with its neighbours and writes it moves far more bytes than it computes with. Two steps at once, or two stages
//! of one step, read and write once: each cell computes the values of its neighbours after the first of them again, from their neighbours. The
//! arithmetic of each value is the same, so are its bits.
//!
//! u₂(x) = Q(u₁(x − h), u₁(x), u₁(x + h)) with u₁(x) = P(u₀(x − h), u₀(x), u₀(x + h)), so that u₂ is a program of u₀ with twice the reach. Ghost
//! cells of periodic boxes are computed like any cell; other sides are not fused.
//!
//! `history` follows the procedure and notes which contents of arrays each program reads; `groups` makes a program of each group, finds
//! arrays for what later groups need, and puts everything in order.

mod groups;
mod history;
#[cfg(test)]
mod tests;

use crate::plan::{Action, Plan, ProcedureId};

/// Programs of more operations are rather limited by arithmetic than by memory.
const MOST_OPERATIONS: usize = 600;
/// Programs with more loads are limited by the caches.
const MOST_LOADS: usize = 80;

/// A plan with a procedure that does the work of another in fewer programs.
#[derive(Clone, Debug)]
pub struct Fused {
    /// The plan: arrays, scalars and procedures of the old one keep their places; ghosts may be wider.
    pub plan: Plan,
    /// The new procedure. All that the old one reads is afterwards as after so many repetitions of that, and so are the scalars. What
    /// it only writes is not: the old one must be carried out last.
    pub procedure: ProcedureId,
    /// How many repetitions of the old one.
    pub repetitions: u64,
}

/// A procedure with so many programs at once: repetitions, where it has only one, otherwise its own. None where it is more than ghosts of
/// periodic sides, programs in the interior without sums, scalars and exchanges, or where programs would be too long.
pub fn fuse(plan: &Plan, procedure: ProcedureId, programs: usize) -> Option<Fused> {
    let actions = &plan.procedures.get(procedure)?.actions;
    let runs =
        actions.iter().filter(|action| matches!(action, Action::Run { .. })).count();
    let repetitions = if runs == 1 { programs } else { 1 };
    let mut history = history::History::new(plan, actions)?;
    for repetition in 0..repetitions {
        for action in actions {
            history.act(action, repetition == 0)?;
        }
        history.repetition_ends();
    }
    let (plan, procedure) = groups::fuse(history, procedure, programs)?;
    Some(Fused { plan, procedure, repetitions: repetitions as u64 })
}
