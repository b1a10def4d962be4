//! Quantum states: coherence of density matrices and of modes.
