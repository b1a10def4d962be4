//! Spectra, coherence, filters, Hilbert transform, tapers and correlation beside SciPy.

use std::f64::consts::PI;

use super::spectral_reference::*;
use super::{assert_close, assert_close_complex, at, signal_a, signal_b};
use crate::CoherenceError;
use crate::signals::*;

const TOLERANCE: f64 = 1e-11;

fn default() -> SegmentOptions {
    SegmentOptions::default()
}

#[test]
fn power_spectra_are_those_of_welch_in_scipy() {
    let a = signal_a(1000);
    let spectrum = power_spectrum(&a, &default(), Average::Mean, 0.95).unwrap();
    assert_close(&at(&spectrum.values, &PICKS), &WELCH, TOLERANCE);
    assert_eq!(spectrum.segmentation.count, 6);
    let options = SegmentOptions { sampling_frequency: 250.0, ..default() };
    let spectrum = power_spectrum(&a, &options, Average::Mean, 0.95).unwrap();
    assert_close(&at(&spectrum.frequencies, &PICKS), &WELCH_FREQUENCIES, TOLERANCE);
    let median = power_spectrum(&a, &default(), Average::Median, 0.95).unwrap();
    assert_close(&at(&median.values, &PICKS), &WELCH_MEDIAN, TOLERANCE);
    assert!(median.limits.is_none());
    for (window, expected) in [
        (Window::Hamming, WELCH_HAMMING),
        (Window::Blackman, WELCH_BLACKMAN),
        (Window::Boxcar, WELCH_BOXCAR),
        (Window::FlatTop, WELCH_FLATTOP),
        (Window::Tukey { shape: 0.4 }, WELCH_TUKEY),
    ] {
        let options = SegmentOptions {
            sampling_frequency: 250.0,
            window,
            segment_length: Some(101),
            overlap: Some(30),
            transform_length: Some(201),
            detrend: Detrend::Linear,
            scaling: Scaling::Spectrum,
        };
        let spectrum = power_spectrum(&a, &options, Average::Mean, 0.95).unwrap();
        assert_close(&at(&spectrum.values, &ODD_PICKS), &expected, TOLERANCE);
        // The same window given by its weights.
        let weights = options.window.periodic(101).unwrap();
        let own = SegmentOptions {
            window: Window::Samples(weights),
            segment_length: None,
            ..options
        };
        assert_eq!(power_spectrum(&a, &own, Average::Mean, 0.95).unwrap(), spectrum);
    }
    let options =
        SegmentOptions { segment_length: Some(101), detrend: Detrend::None, ..default() };
    let spectrum =
        power_spectrum(&signal_b(1000), &options, Average::Mean, 0.95).unwrap();
    assert_close(&at(&spectrum.values, &[0, 1, 50]), &WELCH_NO_DETREND, TOLERANCE);
}

#[test]
fn a_segment_longer_than_the_signal_is_shortened_and_says_so() {
    let spectrum =
        power_spectrum(&signal_a(100), &default(), Average::Mean, 0.95).unwrap();
    assert_close(&at(&spectrum.values, &[0, 1, 4, 5, 49, 50]), &WELCH_SHORT, TOLERANCE);
    assert_eq!(spectrum.segmentation.shortened_from, Some(256));
    assert_eq!(spectrum.segmentation.length, 100);
    let own = SegmentOptions { window: Window::Samples(vec![1.0; 200]), ..default() };
    let error = power_spectrum(&signal_a(100), &own, Average::Mean, 0.95).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the window has 200 samples, more than the signal, which has 100"
    );
}

/// Parseval: for one boxcar segment without detrending the density sums to the mean square, exactly.
#[test]
fn the_density_sums_to_the_mean_square() {
    for n in [2, 3, 100, 101] {
        let a = signal_a(n);
        let options = SegmentOptions {
            sampling_frequency: 8.0,
            window: Window::Boxcar,
            segment_length: Some(n),
            detrend: Detrend::None,
            ..default()
        };
        let spectrum = power_spectrum(&a, &options, Average::Mean, 0.95).unwrap();
        let power = spectrum.values.iter().sum::<f64>() * 8.0 / n as f64;
        let square = a.iter().map(|v| v * v).sum::<f64>() / n as f64;
        assert!((power - square).abs() < 1e-13 * square, "{n}: {power} {square}");
    }
}

#[test]
fn cross_spectra_and_coherence_are_those_of_scipy() {
    let (a, b) = (signal_a(1000), signal_b(1000));
    let options = SegmentOptions { sampling_frequency: 250.0, ..default() };
    let cross = cross_spectrum(&a, &b, &options, Average::Mean).unwrap();
    assert_close_complex(&at(&cross.values, &PICKS), &CSD, TOLERANCE);
    let median = cross_spectrum(&a, &b, &default(), Average::Median).unwrap();
    assert_close_complex(&at(&median.values, &PICKS), &CSD_MEDIAN, TOLERANCE);
    let coherence = magnitude_squared_coherence(&a, &b, &default(), 0.95).unwrap();
    assert_close(&at(&coherence.values, &PICKS), &COHERENCE, TOLERANCE);
    assert_close(&at(&coherence.group_delay().unwrap(), &PICKS), &GROUP_DELAY, 1e-10);
    assert!(coherence.without_power.is_empty());
    let options = SegmentOptions {
        window: Window::Hamming,
        segment_length: Some(65),
        overlap: Some(10),
        detrend: Detrend::Linear,
        ..default()
    };
    let odd = magnitude_squared_coherence(&a[..777], &b[..777], &options, 0.95).unwrap();
    assert_close(&at(&odd.values, &[0, 1, 2, 3, 16, 31, 32]), &COHERENCE_ODD, TOLERANCE);
    // b follows a by 3 samples at 0.3 / (2 pi): the phase is -0.9, the imaginary coherency negative.
    let peak = coherence.values.iter().position(|c| *c > 0.95).unwrap();
    assert!((coherence.phase[peak] + 0.9).abs() < 0.1, "{}", coherence.phase[peak]);
    assert!(coherence.imaginary_coherency()[peak] < -0.7);
}

#[test]
fn coherence_bounds_follow_their_formulas() {
    let (a, b) = (signal_a(1000), signal_b(1000));
    let options =
        SegmentOptions { segment_length: Some(50), overlap: Some(0), ..default() };
    let coherence = magnitude_squared_coherence(&a, &b, &options, 0.95).unwrap();
    // Twenty segments that share nothing: 1 - 0.05^(1/19).
    assert_eq!(coherence.segmentation.effective_count, 20.0);
    assert!((coherence.significance - 0.145868503312243).abs() < 1e-9);
    let (c, i) = (coherence.values[2], 2);
    let z = c.sqrt().atanh() - 1.0 / 38.0;
    let reach = 1.959_963_984_540_054 / 38.0_f64.sqrt();
    assert!(c > coherence.significance);
    let lower = (z - reach).tanh().powi(2);
    assert!((coherence.limits.lower[i] - lower).abs() < 1e-12);
    assert!((coherence.limits.upper[i] - (z + reach).tanh().powi(2)).abs() < 1e-12);
    let weak = coherence.values.iter().position(|c| *c < coherence.significance).unwrap();
    assert_eq!(coherence.limits.lower[weak], 0.0);
    // Half-overlapping Hann segments: rho_1 = 1/6 for long ones.
    let half = magnitude_squared_coherence(&a, &b, &default(), 0.95).unwrap();
    let expected = 6.0 / (1.0 + 2.0 * (5.0 / 6.0) / 36.0);
    assert!((half.segmentation.effective_count - expected).abs() < 1e-3);
}

#[test]
fn coherence_that_is_undefined_is_refused() {
    let (a, b) = (signal_a(1000), signal_b(1000));
    let error =
        magnitude_squared_coherence(&a[..200], &b[..200], &default(), 0.95).unwrap_err();
    assert_eq!(
        error.to_string(),
        "coherence is undefined: the 200 samples make one segment of 200, which gives 1 whatever the signals; choose a segment length of at most 50"
    );
    // 0.1 is no binary fraction: the mean leaves rounding, which must not count as power.
    let constant = vec![0.1; 1000];
    let error = magnitude_squared_coherence(&a, &constant, &default(), 0.95).unwrap_err();
    assert!(matches!(error, CoherenceError::Undefined { .. }));
    assert!(error.to_string().contains("y has no power"));
    let ramp: Vec<f64> = (0..1000).map(|i| 3.0 + 0.1 * f64::from(i)).collect();
    let linear = SegmentOptions { detrend: Detrend::Linear, ..default() };
    assert!(magnitude_squared_coherence(&ramp, &a, &linear, 0.95).is_err());
    // A boxcar after detrending has no power at frequency 0, which is left out.
    let boxcar = SegmentOptions { window: Window::Boxcar, ..default() };
    let coherence = magnitude_squared_coherence(&a, &b, &boxcar, 0.95).unwrap();
    assert_eq!(coherence.without_power, vec![0.0]);
    assert_eq!(coherence.frequencies.len(), 128);
    let mut broken = a.clone();
    broken[7] = f64::NAN;
    let error = magnitude_squared_coherence(&broken, &b, &default(), 0.95).unwrap_err();
    assert!(matches!(error, CoherenceError::NotFinite { name: "x", index: 7, .. }));
    let error = magnitude_squared_coherence(&a[..999], &b, &default(), 0.95).unwrap_err();
    assert!(matches!(error, CoherenceError::LengthMismatch { .. }));
    assert!(magnitude_squared_coherence(&[1.0], &[1.0], &default(), 0.95).is_err());
    assert!(magnitude_squared_coherence(&a, &b, &default(), 1.0).is_err());
    for (length, overlap, transform) in
        [(0, None, None), (10, Some(10), None), (10, None, Some(9))]
    {
        let options = SegmentOptions {
            segment_length: Some(length),
            overlap,
            transform_length: transform,
            ..default()
        };
        assert!(power_spectrum(&a, &options, Average::Mean, 0.95).is_err());
    }
    // Hann of one sample would be a weight of 1 in SciPy too.
    let one = SegmentOptions { segment_length: Some(1), overlap: Some(0), ..default() };
    assert!(power_spectrum(&a, &one, Average::Mean, 0.95).is_ok());
}

#[test]
fn coherence_of_a_signal_with_itself_is_one() {
    let a = signal_a(1000);
    let scaled: Vec<f64> = a.iter().map(|v| -0.3 * v).collect();
    let coherence = magnitude_squared_coherence(&a, &scaled, &default(), 0.95).unwrap();
    assert!(coherence.values.iter().all(|c| (c - 1.0).abs() < 1e-12));
    let all =
        [&coherence.limits.lower, &coherence.limits.upper, &coherence.phase_deviation];
    assert!(all.iter().all(|v| v.iter().all(|x| x.is_finite())));
}

#[test]
fn spectrograms_are_those_of_scipy() {
    let options =
        SegmentOptions { sampling_frequency: 10.0, ..SegmentOptions::for_spectrogram() };
    let s = spectrogram(&signal_a(1000), &options).unwrap();
    assert_close(&s.times, &SPECTROGRAM_TIMES, TOLERANCE);
    let last = s.times.len() - 1;
    let picks: Vec<f64> = [0, last]
        .iter()
        .flat_map(|t| [0, 12, 128].map(|f| s.values.get(f, *t).unwrap()))
        .collect();
    assert_close(&picks, &SPECTROGRAM, TOLERANCE);
    assert_eq!(s.values.get(0, last + 1), None);
    assert!(s.values.row(usize::MAX).is_empty());
}

#[test]
fn analytic_signals_and_phases_are_those_of_scipy_and_numpy() {
    let a = signal_a(1000);
    let analytic = analytic_signal(&a).unwrap();
    assert_close_complex(&at(&analytic.values, &[0, 1, 499, 999]), &HILBERT, TOLERANCE);
    let odd = analytic_signal(&a[..333]).unwrap();
    assert_close_complex(&at(&odd.values, &[0, 166, 332]), &HILBERT_ODD, TOLERANCE);
    let band = butterworth(4, Band::BandPass(0.02, 0.08), 1.0).unwrap();
    let filtered = band.filter_both_ways(&a).unwrap();
    let frequency =
        analytic_signal(&filtered).unwrap().instantaneous_frequency(100.0).unwrap();
    assert_close(&at(&frequency, &[0, 500, 998]), &INSTANTANEOUS, 1e-8);
    let phase = [0.0, 3.0, 6.2, -3.1, 3.1, -3.1, 0.0, PI, 0.0, -PI, 10.0, 30.0];
    assert_close(&unwrap_phase(&phase).unwrap(), &UNWRAPPED, 1e-14);
    assert!(unwrap_phase(&[]).unwrap().is_empty());
    // A cosine on the grid has the constant envelope 1 and the phase 2 pi k n / N.
    let cosine: Vec<f64> =
        (0..64).map(|i| (2.0 * PI * 5.0 * f64::from(i) / 64.0).cos()).collect();
    let analytic = analytic_signal(&cosine).unwrap();
    assert!(analytic.envelope().iter().all(|e| (e - 1.0).abs() < 1e-14));
    assert!(
        analytic
            .instantaneous_frequency(64.0)
            .unwrap()
            .iter()
            .all(|f| (f - 5.0).abs() < 1e-12)
    );
    assert!(analytic_signal(&[0.0; 8]).unwrap().phase().is_err());
}

#[test]
fn butterworth_filters_are_those_of_scipy() {
    let a = signal_a(1000);
    for (order, band, sections, filtered) in [
        (4, Band::BandPass(0.1, 0.25), &BUTTER_BANDPASS[..], FILTERED_BANDPASS),
        (5, Band::LowPass(0.2), &BUTTER_LOWPASS[..], FILTERED_LOWPASS),
        (3, Band::HighPass(0.3), &BUTTER_HIGHPASS[..], FILTERED_HIGHPASS),
        (4, Band::BandStop(0.1, 0.2), &BUTTER_BANDSTOP[..], FILTERED_BANDSTOP),
        (3, Band::BandPass(0.01, 0.9), &BUTTER_BANDPASS_WIDE[..], FILTERED_BANDPASS_WIDE),
    ] {
        let filter = butterworth(order, band, 2.0).unwrap();
        assert_close(&filter.sections.concat(), sections, 1e-11);
        let y = filter.filter_both_ways(&a).unwrap();
        assert_close(&at(&y, &[0, 1, 500, 999]), &filtered, 1e-10);
    }
    // Half the power at the edges, whatever the order.
    let filter = butterworth(6, Band::BandPass(3.0, 8.0), 50.0).unwrap();
    for edge in [3.0, 8.0] {
        assert!((filter.response(edge, 50.0).norm_sqr() - 0.5).abs() < 1e-9);
    }
    assert!(filter.filter_both_ways(&a[..39]).is_err());
    assert!(filter.filter_both_ways(&a[..40]).is_ok());
    for band in [Band::LowPass(0.0), Band::HighPass(25.0), Band::BandPass(8.0, 3.0)] {
        assert!(butterworth(4, band, 50.0).is_err());
    }
    assert!(butterworth(0, Band::LowPass(1.0), 50.0).is_err());
}

#[test]
fn a_band_cut_from_the_transform_keeps_sines_inside_it() {
    let wave = |k: f64| move |i: i32| (2.0 * PI * k * f64::from(i) / 120.0 + 0.3).sin();
    let x: Vec<f64> = (0..120).map(|i| 2.0 + wave(5.0)(i) + wave(20.0)(i)).collect();
    let y = fourier_band(&x, Band::BandPass(4.0, 6.0), 120.0).unwrap();
    let expected: Vec<f64> = (0..120).map(wave(5.0)).collect();
    assert_close(&y, &expected, 1e-13);
    let y = fourier_band(&x, Band::BandStop(4.0, 6.0), 120.0).unwrap();
    let expected: Vec<f64> = (0..120).map(|i| 2.0 + wave(20.0)(i)).collect();
    assert_close(&y, &expected, 1e-13);
}

#[test]
fn cross_correlations_are_those_of_scipy() {
    let (a, b) = (signal_a(200), signal_b(200));
    let c = cross_correlation(&a, &b[..150], CorrelationScale::Raw).unwrap();
    assert_close(&at(&c.values, &[0, 100, 149, 348]), &CORRELATED, TOLERANCE);
    assert_eq!((c.lags[0], c.lags[348]), (-149, 199));
    let c = cross_correlation(&[1.0, 2.0, 3.0], &[0.0, 1.0, 0.5], CorrelationScale::Raw)
        .unwrap();
    assert_close(&c.values, &CORRELATED_SHORT, TOLERANCE);
    assert_eq!(c.lags, [-2, -1, 0, 1, 2]);
    let c = cross_correlation(&a, &b, CorrelationScale::Coefficient).unwrap();
    assert_close(
        &at(&c.values, &[0, 199, 201, 398]),
        &CORRELATION_COEFFICIENT,
        TOLERANCE,
    );
    let c = cross_correlation(&a, &b, CorrelationScale::Unbiased).unwrap();
    assert_close(&at(&c.values, &[0, 199, 201, 398]), &CORRELATION_UNBIASED, TOLERANCE);
    // x is y delayed by 4.
    let c =
        cross_correlation(&a[..190], &a[4..194], CorrelationScale::Coefficient).unwrap();
    assert_eq!(c.strongest().unwrap().0, 4);
    let c = cross_correlation(&a, &a, CorrelationScale::Coefficient).unwrap();
    assert!((c.values[199] - 1.0).abs() < 1e-14);
    assert!(cross_correlation(&a, &[0.1; 200], CorrelationScale::Coefficient).is_err());
    assert!(cross_correlation(&[], &a, CorrelationScale::Raw).is_err());
}

#[test]
fn slepian_tapers_are_those_of_scipy() {
    let pick = |n: usize, product: f64, count: usize| {
        let t = slepian_tapers(n, product, count).unwrap();
        let picks: Vec<f64> =
            t.tapers.iter().flat_map(|t| [t[0], t[n / 3], t[n - 1]]).collect();
        (picks, t.concentrations)
    };
    for (n, product, count, tapers, ratios) in [
        (64, 4.0, 7, &DPSS_64[..], &DPSS_64_RATIOS[..]),
        (101, 2.5, 4, &DPSS_101[..], &DPSS_101_RATIOS[..]),
        (1000, 4.0, 7, &DPSS_1000[..], &DPSS_1000_RATIOS[..]),
    ] {
        let (picks, concentrations) = pick(n, product, count);
        assert_close(&picks, tapers, 1e-10);
        assert_close(&concentrations, ratios, 1e-12);
    }
    // All of them: an orthonormal basis.
    for n in [2, 3, 7, 8] {
        let all = slepian_tapers(n, 0.9, n).unwrap().tapers;
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate() {
                let product: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-12);
            }
        }
    }
    assert!(slepian_tapers(8, 4.0, 3).is_err());
    assert!(slepian_tapers(8, 2.0, 9).is_err());
    assert!(slepian_tapers(8, 2.0, 0).is_err());
}
