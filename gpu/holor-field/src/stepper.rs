//! Methods in time: from a scheme, or a system in Fourier space, to a plan with its procedures.

use crate::plan::{ArrayId, Plan, ProcedureId, ScalarId};

/// A plan that steps through time. The common result of all methods, and all that a run knows.
#[derive(Clone, Debug)]
pub struct Stepping {
    /// The plan.
    pub plan: Plan,
    /// The method's name in the language: `rk4`, `etdrk4`, …
    pub method: &'static str,
    /// The arrays of the planes, in the scheme's order: valid after `observe`.
    pub planes: Vec<ArrayId>,
    /// Everything that a later continuation needs, besides time, step and count: written to checkpoints, restored bit by bit.
    pub state: Vec<ArrayId>,
    /// Done once before the first step.
    pub start: ProcedureId,
    /// One step of length Δt: advances the state, the time and the count.
    pub step: ProcedureId,
    /// Brings the planes (with velocities, where there are) up to the present time without changing the state.
    pub observe: ProcedureId,
    /// The arrays of the planes' time derivatives for fields of second order, valid after `observe`.
    pub velocities: Vec<Option<ArrayId>>,
    /// The scalar that holds the time.
    pub time: ScalarId,
    /// The scalar that holds Δt.
    pub step_size: ScalarId,
    /// The scalar that counts steps.
    pub count: ScalarId,
    /// How steps adapt, for adaptive methods.
    pub adaptive: Option<Adaptive>,
    /// The largest stable Δt, where one is known.
    pub stable_step: Option<f64>,
    /// Why this method, what it costs, what it assumes: sentences for `explain`.
    pub explanation: Vec<String>,
}

/// Adaptive steps: `step` is replaced by an attempt that is then accepted or rejected.
#[derive(Clone, Copy, Debug)]
pub struct Adaptive {
    /// Tries a step of the present Δt and leaves its error, relative to the tolerance, in `error`.
    pub attempt: ProcedureId,
    /// Makes the tried step the state.
    pub accept: ProcedureId,
    /// The scalar with the error: at most 1 is good enough.
    pub error: ScalarId,
    /// The order that the error has in Δt, less one: the next step is Δt·error^(−1/(order + 1)).
    pub order: f64,
}
