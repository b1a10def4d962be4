//! Measured signals: phase, locking, spectral and wavelet coherence.
//!
//! Signals are slices of samples at equal intervals. Every measure returns a structure with named fields from which a
//! plot can be drawn, refuses input that is not finite with the place of the first such sample, and refuses to answer
//! where its formula is 0/0.

mod analytic;
mod channels;
mod coherence;
mod correlation;
mod delay;
mod distributions;
mod events;
mod filter;
mod granger;
mod multitaper;
mod phase_lag;
mod phase_locking;
mod random;
mod segments;
mod series;
mod slepian;
mod spectrum;
mod wavelet;
mod wavelet_coherence;
mod windows;

#[cfg(test)]
mod tests;

pub use analytic::{AnalyticSignal, analytic_signal, unwrap_phase};
pub use channels::{ChannelCoherence, CrossSpectralMatrix, cross_spectral_matrix};
pub use coherence::{Coherence, magnitude_squared_coherence};
pub use correlation::{CorrelationScale, CrossCorrelation, cross_correlation};
pub use delay::{GroupDelay, group_delay};
pub use events::{EventSynchronisation, event_synchronisation};
pub use filter::{Band, SectionFilter, butterworth, fourier_band};
pub use granger::{
    Autoregression, DirectedCoherence, GrangerTest, fit_autoregression, granger_causality,
};
pub use multitaper::{
    MultitaperCoherence, MultitaperOptions, MultitaperSpectrum, TaperWeights,
    multitaper_coherence, multitaper_spectrum,
};
pub use phase_lag::{
    PhaseLag, PhaseLagSpectrum, WeightedPhaseLag, phase_lag_index, phase_lag_spectrum,
    weighted_phase_lag_index, weighted_phase_lag_over_time,
};
pub use phase_locking::{
    PhaseInformation, PhaseLocking, SlidingPhaseLocking, SurrogateTest,
    SynchronisationIndex, hilbert_phase, mean_phase_coherence,
    pairwise_phase_consistency, phase_information, phase_locking_matrix,
    phase_locking_surrogates, phase_locking_surrogates_watched, phase_locking_value,
    sliding_phase_locking, synchronisation_index,
};
pub use segments::{Scaling, SegmentOptions, Segmentation};
pub use series::Series;
pub use slepian::{SlepianTapers, slepian_tapers};
pub use spectrum::{
    Average, CrossSpectrum, Limits, PowerSpectrum, Spectrogram, cross_spectrum,
    power_spectrum, spectrogram,
};
pub use wavelet::{
    RedNoise, Scales, Wavelet, WaveletFactors, WaveletOptions, WaveletSignificance,
    WaveletTransform, red_noise, wavelet_significance, wavelet_transform,
};
pub use wavelet_coherence::{
    CrossWavelet, WaveletCoherence, WaveletSurrogates, cross_wavelet, wavelet_coherence,
    wavelet_coherence_watched,
};
pub use windows::{Detrend, Window};

/// Values over two axes, such as frequency by time, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane<T> {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// The values, row after row.
    pub values: Vec<T>,
}

impl<T: Copy> Plane<T> {
    /// A plane with one value throughout.
    #[must_use]
    pub fn filled(rows: usize, columns: usize, value: T) -> Self {
        Self { rows, columns, values: vec![value; rows * columns] }
    }

    /// One row; empty where there is none of that number.
    #[must_use]
    pub fn row(&self, row: usize) -> &[T] {
        if row >= self.rows {
            return &[];
        }
        self.values.get(row * self.columns..(row + 1) * self.columns).unwrap_or(&[])
    }

    /// The value at a row and a column, if there is one.
    #[must_use]
    pub fn get(&self, row: usize, column: usize) -> Option<T> {
        self.row(row).get(column).copied()
    }
}

/// The phase in (-pi, pi], in radians: -pi, which rounding or a negative zero would give, is pi.
fn phase_of(value: crate::Complex64) -> f64 {
    let phase = value.arg();
    if phase == -std::f64::consts::PI { std::f64::consts::PI } else { phase }
}
