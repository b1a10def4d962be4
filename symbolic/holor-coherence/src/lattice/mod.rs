//! Coherence along loops: gauge links, Berry phases and Chern numbers, stiffness and winding.

mod berry;
mod charge;
mod gauge;
mod xy;

pub use berry::{
    BandFrames, BerryPhase, ChernNumber, berry_phase, chern_number, lowest_bands,
    wilson_loop_phases, zak_phase,
};
pub use charge::{CloverCharge, TopologicalCharge, clover_charge, topological_charge_2d};
pub use gauge::{
    GaugeField, GaugeGroup, PolyakovLoops, Step, Su2, U1, Unitary, WilsonLoop,
    creutz_ratio, creutz_ratio_of,
};
pub use xy::{
    HelicityModulus, helicity_modulus, nelson_kosterlitz_stiffness, superfluid_fraction,
    winding_numbers,
};
