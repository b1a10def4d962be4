//! Coherence, entanglement and statistics of quantum states given as density matrices.

mod condensate;
mod density;
mod distance;
mod entanglement;
pub(crate) mod linear;
mod photons;
mod resource;

pub(crate) use condensate::degrees_of;
pub use condensate::{
    Condensate, first_order_coherence_matrix, one_body_density_matrix, penrose_onsager,
    penrose_onsager_of_samples,
};
pub use density::{BITS, DensityMatrix, TOLERANCE, bloch_vector};
pub use distance::{fidelity, quantum_fisher_information, root_fidelity, trace_distance};
pub use entanglement::{
    concurrence, entanglement_of_formation, logarithmic_negativity, mutual_information,
    negativity,
};
/// Dense complex or real matrices, as in nalgebra.
pub use nalgebra::DMatrix;
pub use photons::{
    PhotonState, PhotonStatistics, Wigner, photon_statistics, photon_statistics_of,
    wigner,
};
pub use resource::{
    Robustness, coherence_number, dephase, geometric_coherence, l1_coherence,
    relative_entropy_coherence, robustness_of_coherence,
};
