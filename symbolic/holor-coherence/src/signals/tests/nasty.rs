//! Signals made to go wrong: whatever a measure answers for them is finite.

use std::fmt::Debug;

use super::{noise, signal_a};
use crate::Result;
use crate::signals::*;

/// Short signals with which formulas divide by zero, overflow, or lose all digits.
fn signals(n: usize) -> Vec<Vec<f64>> {
    let build = |f: &dyn Fn(usize) -> f64| (0..n).map(f).collect::<Vec<f64>>();
    vec![
        build(&|_| 0.0),
        build(&|_| 0.1),
        build(&|_| -1e9),
        build(&|i| i as f64),
        build(&|i| if i == 0 { 1.0 } else { 0.0 }),
        build(&|i| if i == n / 2 { 1e100 } else { 1.0 }),
        build(&|i| if i % 2 == 0 { 1.0 } else { -1.0 }),
        build(&|i| 1e9 + 1e-7 * (i % 3) as f64),
        build(&|i| 1e130 * noise(i, 31, 17, 5, 101)),
        build(&|i| 1e-130 * noise(i, 31, 17, 5, 101)),
        build(&|i| 1e300 * noise(i, 31, 17, 5, 101)),
        build(&|i| 1e-300 * noise(i, 31, 17, 5, 101)),
        build(&|i| if i % 4 == 0 { f64::MIN_POSITIVE } else { 0.0 }),
        signal_a(n),
    ]
}

/// Every field is printed by `Debug`, so one look finds any number that is none.
#[track_caller]
fn finite<T: Debug>(what: &str, result: Result<T>) {
    if let Ok(value) = result {
        let text = format!("{value:?}");
        assert!(!text.contains("NaN"), "{what}: {text}");
        assert!(!text.contains("inf"), "{what}: {text}");
    }
}

#[test]
fn answers_are_finite_whatever_the_signals() {
    for n in [1, 2, 3, 4, 7, 24, 33, 65] {
        let all = signals(n);
        for (i, x) in all.iter().enumerate() {
            one(&format!("n = {n}, signal {i}"), x);
            for (j, y) in all.iter().enumerate() {
                two(&format!("n = {n}, signals {i} and {j}"), x, y);
            }
        }
    }
}

fn segments(n: usize) -> SegmentOptions {
    SegmentOptions { segment_length: Some((n / 3).max(1)), ..SegmentOptions::default() }
}

fn tapers() -> MultitaperOptions {
    MultitaperOptions { product: 1.2, tapers: 3, ..MultitaperOptions::default() }
}

fn one(what: &str, x: &[f64]) {
    finite(what, power_spectrum(x, &segments(x.len()), Average::Mean, 0.9));
    finite(what, power_spectrum(x, &segments(x.len()), Average::Median, 0.9));
    finite(what, spectrogram(x, &SegmentOptions::for_spectrogram()));
    finite(what, analytic_signal(x).and_then(|z| z.instantaneous_frequency(1.0)));
    finite(
        what,
        butterworth(2, Band::BandPass(0.1, 0.2), 1.0).and_then(|f| f.filter_both_ways(x)),
    );
    finite(what, fourier_band(x, Band::HighPass(0.1), 1.0));
    for weights in
        [TaperWeights::Uniform, TaperWeights::Concentration, TaperWeights::Adaptive]
    {
        let options = MultitaperOptions { weights, ..tapers() };
        if let Ok(mut spectrum) = multitaper_spectrum(x, &options) {
            // A line without noise has an F without bound.
            spectrum.line_statistic.clear();
            finite(what, Ok(spectrum));
        }
    }
    let transform = wavelet_transform(x, &WaveletOptions::default());
    if let Ok(transform) = &transform {
        finite(what, wavelet_significance(x, transform, None, 0.9, Some(3.0)));
        finite(what, transform.reconstruct(0.0, f64::INFINITY));
    }
    finite(what, transform);
    finite(what, red_noise(x));
    finite(what, fit_autoregression(&[x], 1));
}

fn two(what: &str, x: &[f64], y: &[f64]) {
    let options = segments(x.len());
    finite(what, cross_spectrum(x, y, &options, Average::Mean));
    if let Ok(coherence) = magnitude_squared_coherence(x, y, &options, 0.9) {
        finite(what, coherence.group_delay());
        finite(what, Ok(coherence));
    }
    finite(what, phase_lag_spectrum(x, y, &options));
    finite(what, mean_phase_coherence(x, y));
    finite(what, phase_locking_value(x, y, 1, 1));
    finite(what, phase_lag_index(x, y));
    finite(what, synchronisation_index(x, y, 1, 1, None));
    finite(what, phase_information(x, y, None));
    finite(what, phase_locking_surrogates(x, y, (1, 1), 3, 1, 0.9));
    if let (Ok(a), Ok(b)) = (analytic_signal(x), analytic_signal(y)) {
        finite(what, weighted_phase_lag_over_time(&a, &b));
    }
    for scale in [CorrelationScale::Biased, CorrelationScale::Coefficient] {
        finite(what, cross_correlation(x, y, scale));
    }
    for weights in [TaperWeights::Uniform, TaperWeights::Adaptive] {
        finite(
            what,
            multitaper_coherence(x, y, &MultitaperOptions { weights, ..tapers() }),
        );
    }
    if let Ok(matrix) = cross_spectral_matrix(&[x, y], &options) {
        finite(what, matrix.partial_coherence(0, 1, 0.9));
        finite(what, matrix.multiple_coherence(1, 0.9));
    }
    let wavelets = WaveletOptions { spacing: 0.25, ..WaveletOptions::default() };
    finite(what, cross_wavelet(x, y, &wavelets, 0.9));
    finite(what, wavelet_coherence(x, y, &wavelets, None));
    if let Ok(test) = granger_causality(x, y, &[], 1) {
        finite(what, Ok(test));
    }
    if let Ok(model) = fit_autoregression(&[x, y], 1) {
        finite(what, model.spectral_causality(&[0.1], 1.0));
        finite(what, Ok(model));
    }
}
