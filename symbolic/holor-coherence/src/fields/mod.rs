//! Coherence of fields in space and time: phases, light, correlations and defects.

mod correlation;
mod defects;
pub(crate) mod grid;
mod partial;
mod phases;
mod sources;
mod structure;
mod temporal;

pub use correlation::{
    Correlation, CorrelationCurve, ExponentialFit, IntegralScale, SecondMomentLength,
    correlation_function, exponential_length, integral_scale, phase_correlation,
    second_moment_from_structure, second_moment_length,
};
pub use defects::{
    PiercedPlaquette, Vortex, VortexLines, Vortices, spiral_tips, vortex_lines, vortices,
    vortices_of_field,
};
pub use grid::{Grid, complex_field};
pub use partial::{
    CoherentModes, GaussianSchell, MutualCoherence, Stokes, coherence_area,
    coherent_modes, degree_of_coherence, mutual_coherence, mutual_intensity, stokes,
    stokes_of_fields,
};
pub use phases::{
    ChimeraIndex, Metastability, OrderParameter, PhaseCoherence, Window, chimera_index,
    daido_order, kuramoto_order, local_order, local_order_on_graph, metastability,
    phase_coherence,
};
pub use sources::IncoherentSource;
pub use structure::{
    RadialAverage, Shells, StructureFactor, box_wave_vectors, radial_structure_factor,
    structure_factor, structure_factor_of_points, uniform_fraction,
};
pub use temporal::{
    CoherenceTime, CountStatistics, LagNormalization, LaggedCorrelation, LineShape,
    beam_visibility, coherence_time, g1, g2, g2_of_counts, visibility,
};
