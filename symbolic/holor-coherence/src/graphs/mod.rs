//! Coherence on graphs: Laplacian spectra, cellular sheaves and connections.

mod connection;
mod graph;
mod sheaf;

pub use crate::quantum::linear::Scalar;
pub use connection::{Connection, ConnectionEdge, CycleHolonomy, Frustration};
pub use graph::{
    EdgePhaseCoherence, Fiedler, Graph, GraphSpectrum, LaplacianKind, Smoothness,
    edge_phase_coherence, graph_spectrum, smoothness,
};
pub use sheaf::{Cohomology, Consistency, HeatState, NearestSection, Sheaf, SheafEdge};
