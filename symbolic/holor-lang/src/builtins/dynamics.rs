//! Ordinary differential equations in time, oscillators and their graphs.

mod cells;
mod consistent;
mod ends;
pub(crate) mod graphs;
mod happenings;
mod initial;
mod kuramoto;
mod network;
mod noise;
mod odesolve;
mod phases;
mod problem;
mod run;
mod saving;

/// Oscillators with an amplitude, and networks of any cells.
pub(crate) use cells::BUILTINS as CELLS;
/// Graphs.
pub(crate) use graphs::BUILTINS as GRAPHS;
/// Phase oscillators.
pub(crate) use kuramoto::BUILTINS as PHASES;
/// Networks.
pub(crate) use network::BUILTINS as NETWORKS;
/// Equations.
pub(crate) use odesolve::BUILTINS as EQUATIONS;

use crate::array::rounded;
use crate::builtins::fields::evolve::Ahead;
use crate::dynamics::{Flow, explanation, go_on};
use crate::evaluate::Call;
use crate::{Diagnostic, Record, Result, Value, codes};

fn flow(record: &Record) -> Result<&Flow> {
    match record.carried::<Flow>() {
        Some(flow) => Ok(flow),
        None => {
            let message = format!("{} is no run through time", record.describe());
            Diagnostic::error(&codes::E0201_WRONG_TYPE, message).into()
        }
    }
}

/// Goes on with the run of a record to a later time.
pub(crate) fn continued(call: &Call<'_>, record: &Record, time: &Ahead) -> Result<Value> {
    let flow = flow(record)?;
    time.check(call, &flow.time)?;
    let to = saving::number(call, &time.point, call.span())?;
    let reached = flow.solver.time();
    let forward = flow.range.1 >= flow.range.0;
    if forward && to <= reached || !forward && to >= reached {
        let reached = rounded(reached);
        let message = format!("the run is at {} = {reached} already", flow.time);
        return Err(call.error(&codes::E0204_OUT_OF_RANGE, message));
    }
    go_on(call, flow.clone(), to)
}

/// How the run of a record was solved and why so.
pub(crate) fn explained(record: &Record) -> Result<Vec<String>> {
    flow(record).map(explanation)
}
