//! Runs of ordinary differential equations and of oscillators: from formulas to functions, and from runs to records.
//!
//! [`System`] reads equations, [`Compiled`] makes functions of them, a [`Problem`] carries out a run, and [`Flow`] is what a
//! record of a run carries in order to go on.

mod atoms;
mod choices;
mod compile;
mod eliminate;
mod flow;
mod output;
mod reduce;
mod smooth;
mod system;

/// `1 row`, `2 rows`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

pub(crate) use atoms::{Atom, Atoms, Places};
pub(crate) use choices::Choices;
pub(crate) use compile::{
    Compiled, Jump, Level, Room, derivatives, is_complex, jacobian, levels,
};
pub(crate) use flow::{Flow, Problem, Solver, explanation, go_on, record};
pub(crate) use output::{
    Part, Saved, dense_rows, matrix_series, parts, series, table_rows, time_axis,
};
pub(crate) use smooth::{followed, moments};
pub(crate) use system::{System, coefficient, read_system};
