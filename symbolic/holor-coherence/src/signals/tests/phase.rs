//! Phase locking, phase lag and multitaper estimates beside NumPy, SciPy and nitime.

use std::f64::consts::PI;

use super::phase_reference::*;
use super::{assert_close, assert_close_complex, at, signal_a, signal_b};
use crate::signals::*;
use crate::{CoherenceError, Complex64};

const TOLERANCE: f64 = 1e-11;
const BINS: [usize; 8] = [0, 1, 10, 24, 40, 88, 200, 250];

fn phases() -> (Vec<f64>, Vec<f64>) {
    (0..500)
        .map(|i| {
            let t = f64::from(i);
            (0.3 * t + 0.4 * (0.05 * t).sin(), 0.3 * t - 0.9 + 0.8 * (0.031 * t).cos())
        })
        .unzip()
}

fn wrapped(phases: &[f64]) -> Vec<f64> {
    phases.iter().map(|p| Complex64::from_polar(1.0, *p).arg()).collect()
}

#[test]
fn phase_locking_values_are_mean_resultants() {
    let (a, b) = phases();
    let one = phase_locking_value(&a, &b, 1, 1).unwrap();
    assert_close(&[one.value, one.mean_phase], &PLV, TOLERANCE);
    let other = phase_locking_value(&a, &b, 2, 3).unwrap();
    assert_close(&[other.value, other.mean_phase], &PLV_23, TOLERANCE);
    let turned: Vec<f64> = a[..40].iter().map(|p| 1.7 * p).collect();
    let test = phase_locking_value(&turned, &[0.0; 40], 1, 1).unwrap();
    assert_close(&[test.value, test.rayleigh_probability], &RAYLEIGH, TOLERANCE);
    // Three to one locking is 1 only when looked for as such.
    let slow: Vec<f64> = (0..300).map(|i| 0.1 * f64::from(i)).collect();
    let fast: Vec<f64> = slow.iter().map(|p| 3.0 * p + 0.4).collect();
    assert!((phase_locking_value(&slow, &fast, 3, 1).unwrap().value - 1.0).abs() < 1e-13);
    assert!(phase_locking_value(&slow, &fast, 1, 1).unwrap().value < 0.1);
    let matrix = phase_locking_matrix(&[&a, &b, &a]).unwrap();
    assert!((matrix.get(0, 1).unwrap() - PLV[0]).abs() < 1e-12);
    assert!((matrix.get(2, 0).unwrap() - 1.0).abs() < 1e-12);
    assert_eq!(matrix.get(1, 1), Some(1.0));
    assert!(phase_locking_matrix(&[]).is_err());
    assert!(phase_locking_value(&a, &b[..10], 1, 1).is_err());
    assert!(phase_locking_value(&a, &b, 0, 1).is_err());
    assert!(phase_locking_value(&[1.0], &[1.0], 1, 1).is_err());
    let error = phase_locking_value(&[0.0, f64::INFINITY], &[0.0; 2], 1, 1).unwrap_err();
    assert!(matches!(error, CoherenceError::NotFinite { index: 1, .. }));
}

#[test]
fn mean_phase_coherence_is_that_of_hilbert_phases() {
    let (a, b) = (signal_a(500), signal_b(500));
    let r = mean_phase_coherence(&a, &b).unwrap();
    assert_close(&[r.value, r.mean_phase], &MEAN_PHASE_COHERENCE, TOLERANCE);
    assert!(mean_phase_coherence(&a, &[0.1; 500]).is_err());
}

#[test]
fn sliding_windows_have_the_values_of_their_parts() {
    let (a, b) = phases();
    let s = sliding_phase_locking(&a, &b, 1, 2, 100, 70).unwrap();
    assert_eq!(s.centres, [49.5, 119.5, 189.5, 259.5, 329.5, 399.5]);
    let part = phase_locking_value(&a[140..240], &b[140..240], 1, 2).unwrap();
    assert_eq!((s.values[2], s.mean_phases[2]), (part.value, part.mean_phase));
    assert!(sliding_phase_locking(&a, &b, 1, 1, 501, 1).is_err());
    assert!(sliding_phase_locking(&a, &b, 1, 1, 100, 0).is_err());
}

#[test]
fn surrogates_are_the_same_for_a_seed_and_tell_locked_from_free() {
    let (a, b) = phases();
    // A random walk of phase keeps no relation to its own past.
    let mut walk = 0.0;
    let free: Vec<f64> = (0..500_usize)
        .map(|i| {
            walk += 0.3 + 2.0 * super::noise(i, 31, 17, 5, 1009);
            walk
        })
        .collect();
    let test = phase_locking_surrogates(&free, &free, (1, 1), 99, 5, 0.95).unwrap();
    assert_eq!(
        test,
        phase_locking_surrogates(&free, &free, (1, 1), 99, 5, 0.95).unwrap()
    );
    assert!((test.value - 1.0).abs() < 1e-12 && (test.probability - 0.01).abs() < 1e-12);
    assert!(test.significance < 0.5);
    let test = phase_locking_surrogates(&a, &free, (1, 1), 99, 5, 0.95).unwrap();
    assert!(test.probability > 0.05, "{}", test.probability);
    assert!(phase_locking_surrogates(&a, &b, (1, 1), 0, 5, 0.95).is_err());
}

#[test]
fn entropy_indices_are_those_of_histograms() {
    let (a, b) = phases();
    let index = synchronisation_index(&a, &b, 1, 1, None).unwrap();
    assert_close(&[index.distribution.len() as f64, index.value], &SYNC, TOLERANCE);
    assert!((index.value - SYNC[1]).abs() < 1e-12);
    let same = synchronisation_index(&a, &a, 1, 1, Some(16)).unwrap();
    assert_eq!(same.value, 1.0);
    let information = phase_information(&a, &b, Some(8)).unwrap();
    assert_close(&[information.value], &MUTUAL, 1e-11);
    assert!(synchronisation_index(&a, &b, 1, 1, Some(1)).is_err());
    assert!(phase_information(&a, &b, Some(1)).is_err());
}

#[test]
fn phase_lag_ignores_what_has_no_delay() {
    let (a, b) = phases();
    let lag = phase_lag_index(&a, &b).unwrap();
    assert_close(&[lag.signed], &PLI, TOLERANCE);
    assert_eq!(phase_lag_index(&a, &a).unwrap().value, 0.0);
    // Opposite phases: sin(pi) is 1.2e-16 and not 0 in floating point.
    let opposite: Vec<f64> = a.iter().map(|p| p + PI).collect();
    assert_eq!(phase_lag_index(&a, &opposite).unwrap().value, 0.0);
    assert_eq!(phase_lag_index(&wrapped(&a), &wrapped(&opposite)).unwrap().value, 0.0);
    let behind: Vec<f64> = a.iter().map(|p| p - 0.1).collect();
    assert_eq!(phase_lag_index(&a, &behind).unwrap().signed, 1.0);
}

#[test]
fn weighted_phase_lag_follows_vinck() {
    let z = |re: f64, im: f64| Complex64::new(re, im);
    // Im = 1, 2, -1: sum 2, absolute 4, squares 6.
    let w = weighted_phase_lag_index(&[z(5.0, 1.0), z(0.0, 2.0), z(-1.0, -1.0)]).unwrap();
    assert_eq!(w.value, 0.5);
    assert_eq!(w.debiased_square, (4.0 - 6.0) / (16.0 - 6.0));
    let none = weighted_phase_lag_index(&[z(1.0, 0.0), z(2.0, 1e-17)]).unwrap();
    assert_eq!((none.value, none.debiased_square), (0.0, 0.0));
    assert!(weighted_phase_lag_index(&[z(1.0, 1.0)]).is_err());
    assert!(weighted_phase_lag_index(&[z(1.0, 1.0), z(1.0, f64::NAN)]).is_err());
    let wave = |shift: f64| -> Vec<f64> {
        (0..128).map(|i| (2.0 * PI * 6.0 * f64::from(i) / 128.0 - shift).cos()).collect()
    };
    let (x, y) =
        (analytic_signal(&wave(0.0)).unwrap(), analytic_signal(&wave(0.5)).unwrap());
    assert!((weighted_phase_lag_over_time(&x, &y).unwrap().signed - 1.0).abs() < 1e-12);
    let a = signal_a(300);
    let copy: Vec<f64> = a.iter().map(|v| -0.3 * v).collect();
    let (x, y) = (analytic_signal(&a).unwrap(), analytic_signal(&copy).unwrap());
    assert_eq!(weighted_phase_lag_over_time(&x, &y).unwrap().value, 0.0);
}

#[test]
fn phase_relations_across_segments_are_those_of_their_definitions() {
    let (a, b) = (signal_a(1000), signal_b(1000));
    let options = SegmentOptions {
        segment_length: Some(100),
        overlap: Some(0),
        ..SegmentOptions::default()
    };
    let s = phase_lag_spectrum(&a, &b, &options).unwrap();
    let bins = [1, 4, 5, 20, 33, 49];
    assert_close(&at(&s.phase_locking, &bins), &SEGMENT_PLV, TOLERANCE);
    assert_close(&at(&s.phase_lag, &bins), &SEGMENT_PLI, TOLERANCE);
    assert_close(&at(&s.weighted_phase_lag, &bins), &SEGMENT_WPLI, TOLERANCE);
    assert_close(&at(&s.debiased_square, &bins), &SEGMENT_DEBIASED, 1e-10);
    // A scaled copy has no delay: rounding of 0.3 a must not count.
    let copy: Vec<f64> = a.iter().map(|v| 0.3 * v).collect();
    let s = phase_lag_spectrum(&a, &copy, &options).unwrap();
    assert!(s.phase_lag.iter().chain(&s.weighted_phase_lag).all(|v| *v == 0.0));
    assert!(s.phase_locking.iter().all(|v| (v - 1.0).abs() < 1e-12));
    assert!(phase_lag_spectrum(&a, &[0.1; 1000], &options).is_err());
    assert!(phase_lag_spectrum(&a[..150], &b[..150], &options).is_err());
}

/// Epochs of mne are segments without overlap under a symmetric Hann window; its cross spectra are X conj(Y).
#[test]
fn phase_relations_are_those_of_mne() {
    let (a, b) = (signal_a(1000), signal_b(1000));
    let options = SegmentOptions {
        window: Window::Samples(Window::Hann.symmetric(100).unwrap()),
        overlap: Some(0),
        ..SegmentOptions::default()
    };
    let bins = [5, 20, 33, 49];
    let s = phase_lag_spectrum(&a, &b, &options).unwrap();
    assert_close(&at(&s.phase_locking, &bins), &MNE_PLV, TOLERANCE);
    assert_close(&at(&s.phase_lag, &bins), &MNE_PLI, TOLERANCE);
    assert_close(&at(&s.weighted_phase_lag, &bins), &MNE_WPLI, TOLERANCE);
    assert_close(&at(&s.debiased_square, &bins), &MNE_WPLI2_DEBIASED, 1e-10);
    let c = magnitude_squared_coherence(&a, &b, &options, 0.95).unwrap();
    let imaginary: Vec<f64> =
        at(&c.imaginary_coherency(), &bins).iter().map(|v| -v).collect();
    assert_close(&imaginary, &MNE_IMCOH, TOLERANCE);
    let magnitude: Vec<f64> = at(&c.values, &bins).iter().map(|v| v.sqrt()).collect();
    assert_close(&magnitude, &MNE_COH, TOLERANCE);
}

#[test]
fn multitaper_spectra_are_those_of_numpy_and_nitime() {
    let a = signal_a(501);
    let options = MultitaperOptions::default();
    let uniform = multitaper_spectrum(&a, &options).unwrap();
    assert_close(&at(&uniform.values, &BINS), &MT_UNIFORM, TOLERANCE);
    let weighted =
        MultitaperOptions { weights: TaperWeights::Concentration, ..options.clone() };
    let weighted = multitaper_spectrum(&a, &weighted).unwrap();
    assert_close(&at(&weighted.values, &BINS), &MT_NITIME, TOLERANCE);
    let adaptive =
        MultitaperOptions { weights: TaperWeights::Adaptive, ..options.clone() };
    let adaptive = multitaper_spectrum(&a, &adaptive).unwrap();
    assert_close(&at(&adaptive.values, &BINS), &MT_ADAPTIVE, 1e-10);
    assert!(adaptive.degrees_of_freedom.iter().all(|nu| *nu <= 14.0 + 1e-9));
    assert!((uniform.degrees_of_freedom[9] - 14.0).abs() < 1e-12);
    // ln upper - ln S = t s; t of 6 degrees at 0.975.
    let limits = uniform.limits.unwrap();
    let variance: Vec<f64> = BINS
        .iter()
        .map(|i| {
            ((limits.upper[*i] / uniform.values[*i]).ln() / 2.446_911_851_144_969).powi(2)
        })
        .collect();
    assert_close(&variance, &MT_JACKKNIFE, 1e-10);
    assert_close(&at(&uniform.line_statistic, &BINS), &MT_F, 1e-10);
    assert_close(&at(&uniform.line_probability, &BINS), &MT_F_PROBABILITY, 1e-10);
    assert_close(&at(&uniform.line_amplitude, &BINS), &MT_AMPLITUDE, 1e-10);
    assert!((uniform.half_bandwidth - 4.0 / 501.0).abs() < 1e-15);
}

#[test]
fn the_line_test_finds_a_sine_with_its_amplitude() {
    let x: Vec<f64> = (0..512_usize)
        .map(|i| {
            1.5 * (2.0 * PI * 64.0 * i as f64 / 512.0 + 1.0).cos()
                + super::noise(i, 31, 17, 5, 1009)
        })
        .collect();
    let s = multitaper_spectrum(&x, &MultitaperOptions::default()).unwrap();
    assert!(s.line_probability[64] < 1e-6);
    assert!((s.line_amplitude[64] - 1.5).abs() < 0.05, "{}", s.line_amplitude[64]);
}

#[test]
fn multitaper_coherence_has_jackknife_limits() {
    let (a, b) = (signal_a(501), signal_b(501));
    let c = multitaper_coherence(&a, &b, &MultitaperOptions::default()).unwrap();
    assert_close_complex(&at(&c.coherency, &BINS), &MT_COHERENCY, TOLERANCE);
    assert_close(&at(&c.limits.lower, &BINS), &MT_LOWER, 1e-10);
    assert_close(&at(&c.limits.upper, &BINS), &MT_UPPER, 1e-10);
    assert_close(&at(&c.phase_deviation, &BINS), &MT_PHASE_DEVIATION, 1e-10);
    assert!((c.significance - (1.0 - 0.05_f64.powf(1.0 / 6.0))).abs() < 1e-14);
    let same = multitaper_coherence(&a, &a, &MultitaperOptions::default()).unwrap();
    assert!(same.values.iter().all(|v| (v - 1.0).abs() < 1e-12));
    assert!(same.limits.lower.iter().all(|v| (v - 1.0).abs() < 1e-9));
    let two = MultitaperOptions { tapers: 2, ..MultitaperOptions::default() };
    assert!(multitaper_coherence(&a, &b, &two).is_err());
    let error =
        multitaper_coherence(&a, &[0.1; 501], &MultitaperOptions::default()).unwrap_err();
    assert!(error.to_string().contains("y has no power"), "{error}");
}
