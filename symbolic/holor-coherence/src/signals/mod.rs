//! Measured signals: phase, locking, spectral and wavelet coherence.
