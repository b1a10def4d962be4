//! Oscillators and their graphs: Kuramoto's model and its relatives as right-hand sides for the solvers of [`crate::ode`].

mod cells;
#[cfg(test)]
mod dense;
mod frequencies;
mod graph;
mod inertia;
mod jacobian;
mod kuramoto;
mod mean_field;
mod observe;
mod sincos;
mod sparse;
mod threads;

pub use cells::{fitzhugh_nagumo, network, stuart_landau, van_der_pol, winfree};
pub use frequencies::Distribution;
pub use graph::Graph;
pub use inertia::Inertia;
pub use kuramoto::{Coupling, Drive, Harmonic, Kuramoto, order_parameter};
pub use observe::{Observable, Observer, locked};
pub use sincos::sincos;
