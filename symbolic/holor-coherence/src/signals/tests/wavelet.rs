//! Wavelet transform, its significance, and wavelet coherence beside pycwt.

use super::wavelet_reference::*;
use super::{assert_close, assert_close_complex, signal_a, signal_b};
use crate::Complex64;
use crate::signals::*;

const TOLERANCE: f64 = 1e-11;

fn options() -> WaveletOptions {
    WaveletOptions { interval: 0.25, ..WaveletOptions::default() }
}

fn picks<T: Copy>(plane: &Plane<T>) -> Vec<T> {
    let places = [0, 12, 30].into_iter().flat_map(|r| [0, 1, 150, 299].map(|c| (r, c)));
    places.map(|(r, c)| plane.get(r, c).unwrap()).collect()
}

#[test]
fn wavelet_transforms_are_those_of_pycwt() {
    let a = signal_a(300);
    let w = wavelet_transform(&a, &options()).unwrap();
    let s = &w.scales;
    let last = s.scales.len() - 1;
    let shape = [
        s.scales.len() as f64,
        s.scales[last],
        s.frequencies[last],
        s.cone[0],
        s.cone[10],
        s.cone[150],
    ];
    assert_close(&shape, &MORLET_SHAPE, TOLERANCE);
    assert_close_complex(&picks(&w.values), &MORLET, TOLERANCE);
    let back = w.reconstruct(0.0, f64::INFINITY).unwrap();
    assert_close(&super::at(&back, &[0, 100, 200, 299]), &RECONSTRUCTED, 1e-10);
    for (wavelet, values, scales) in [
        (Wavelet::Paul { order: 4 }, PAUL, PAUL_SCALES),
        (Wavelet::GaussianDerivative { order: 2 }, MEXICAN_HAT, MEXICAN_HAT_SCALES),
        (Wavelet::GaussianDerivative { order: 6 }, DOG_6, DOG_6_SCALES),
        (Wavelet::GaussianDerivative { order: 3 }, DOG_3, DOG_3_SCALES),
        (Wavelet::Morlet { frequency: 8.0 }, MORLET_8, MORLET_8_SCALES),
    ] {
        let options = WaveletOptions {
            spacing: 0.1,
            smallest_scale: Some(0.5),
            octave_steps: Some(40),
            wavelet,
            ..options()
        };
        let w = wavelet_transform(&a, &options).unwrap();
        assert_close_complex(&picks(&w.values), &values, TOLERANCE);
        assert_close(&[w.scales.frequencies[12], w.scales.cone[10]], &scales, TOLERANCE);
    }
}

/// Every wavelet with a reconstruction factor gives a signal back; Torrence and Compo promise a few per cent.
#[test]
fn signals_come_back_from_their_transforms() {
    let x: Vec<f64> = (0..512).map(|i| (0.35 * f64::from(i)).sin()).collect();
    for wavelet in [
        Wavelet::default(),
        Wavelet::Paul { order: 4 },
        Wavelet::GaussianDerivative { order: 2 },
        Wavelet::GaussianDerivative { order: 6 },
        // Not in the table: their factors come from the integral.
        Wavelet::Morlet { frequency: 8.0 },
        Wavelet::Paul { order: 6 },
        Wavelet::GaussianDerivative { order: 4 },
    ] {
        let options = WaveletOptions {
            smallest_scale: Some(0.5),
            wavelet,
            ..WaveletOptions::default()
        };
        let transform = wavelet_transform(&x, &options).unwrap();
        let back = transform.reconstruct(0.0, f64::INFINITY).unwrap();
        for i in 200..300 {
            assert!(
                (back[i] - x[i]).abs() < 0.05,
                "{wavelet:?} {i}: {} {}",
                back[i],
                x[i]
            );
        }
    }
    for wavelet in
        [Wavelet::GaussianDerivative { order: 3 }, Wavelet::Morlet { frequency: 3.0 }]
    {
        let options = WaveletOptions { wavelet, ..WaveletOptions::default() };
        let transform = wavelet_transform(&x, &options).unwrap();
        assert!(transform.reconstruct(0.0, f64::INFINITY).is_err(), "{wavelet:?}");
    }
}

/// The integral gives the factors of table 2 of Torrence and Compo to their three digits.
#[test]
fn reconstruction_factors_are_those_of_the_table() {
    // Beside an order of the table nothing jumps: 6 + 1e-9 is not in it.
    let morlet = Wavelet::Morlet { frequency: 6.0 + 1e-9 }.reconstruction_factor();
    assert!((morlet / 0.776 - 1.0).abs() < 4e-3, "{morlet}");
    // Paul: int psi^(u)/u du in closed form, 2^m (m-1)!/sqrt(m (2m-1)!), and psi(0) = 2^m m!/sqrt(pi (2m)!).
    let m = 6.0_f64;
    let factor = Wavelet::Paul { order: 6 }.reconstruction_factor();
    let closed = std::f64::consts::PI / 2.0_f64.ln() / m;
    assert!((factor / closed - 1.0).abs() < 1e-6, "{factor} {closed}");
}

#[test]
fn wavelet_power_of_a_sine_peaks_at_its_period() {
    let x: Vec<f64> = (0..1024)
        .map(|i| (2.0 * std::f64::consts::PI * f64::from(i) / 32.0).sin())
        .collect();
    let w = wavelet_transform(&x, &WaveletOptions::default()).unwrap();
    let power = w.global_power();
    let peak = (0..power.len()).max_by(|i, j| power[*i].total_cmp(&power[*j])).unwrap();
    assert!((w.scales.periods[peak] / 32.0).log2().abs() < 1.0 / 12.0);
    assert_eq!(
        w.power().get(peak, 500),
        Some(w.values.get(peak, 500).unwrap().norm_sqr())
    );
}

#[test]
fn red_noise_and_its_levels_are_those_of_pycwt() {
    let a = signal_a(300);
    let red = red_noise(&a).unwrap();
    assert_close(&[red.autocorrelation, red.deviation, red.mean_square], &AR1, TOLERANCE);
    let mut sum = 0.0;
    let walk: Vec<f64> = a
        .iter()
        .map(|v| {
            sum += v;
            sum
        })
        .collect();
    let red = red_noise(&walk).unwrap();
    let all = [red.autocorrelation, red.deviation, red.mean_square];
    assert_close(&all, &AR1_TREND, 1e-9);
    let w = wavelet_transform(&a, &options()).unwrap();
    let s = wavelet_significance(&a, &w, None, 0.95, None).unwrap();
    let rows = [0, 12, 30];
    assert_close(&super::at(&s.levels, &rows), &SIGNIFICANCE, TOLERANCE);
    assert_close(&super::at(&s.background, &rows), &BACKGROUND, TOLERANCE);
    let s = wavelet_significance(&a, &w, None, 0.95, Some(300.0)).unwrap();
    assert_close(&super::at(&s.levels, &rows), &GLOBAL_SIGNIFICANCE, TOLERANCE);
    let white = wavelet_significance(&a, &w, Some(0.0), 0.95, None).unwrap();
    assert!((white.background[0] - white.background[30]).abs() < 1e-14);
    assert!(wavelet_significance(&a, &w, Some(1.0), 0.95, None).is_err());
    assert!(red_noise(&[0.1; 50]).is_err());
    assert!(red_noise(&[1.0, 2.0]).is_err());
    let ramp: Vec<f64> = (0..20).map(f64::from).collect();
    assert!(red_noise(&ramp).is_err());
}

#[test]
fn cross_wavelets_are_those_of_pycwt() {
    let c = cross_wavelet(&signal_a(300), &signal_b(300), &options(), 0.95).unwrap();
    assert_close_complex(&picks(&c.values), &CROSS, TOLERANCE);
    assert_close(&super::at(&c.significance, &[0, 12, 30]), &CROSS_SIGNIFICANCE, 1e-10);
    assert_close(&picks(&c.phase()), &PHASE, 1e-10);
}

#[test]
fn wavelet_coherence_is_that_of_pycwt() {
    let (a, b) = (signal_a(300), signal_b(300));
    let c = wavelet_coherence(&a, &b, &options(), None).unwrap();
    assert_close(&picks(&c.values), &COHERENCE, 1e-10);
    assert_close(&picks(&c.phase), &PHASE, 1e-10);
    let last = c.values.row(c.values.rows - 1);
    assert_close(&super::at(last, &[0, 150, 299]), &COHERENCE_LAST, 1e-10);
    assert!(c.without_power.is_empty() && c.significance.is_none());
    let coarse = WaveletOptions {
        spacing: 0.25,
        smallest_scale: Some(2.0),
        octave_steps: Some(16),
        ..WaveletOptions::default()
    };
    let c = wavelet_coherence(&a[..255], &b[..255], &coarse, None).unwrap();
    assert_close(&super::at(c.values.row(5), &[3, 100]), &COHERENCE_COARSE, 1e-10);
    let same = wavelet_coherence(&a, &a, &options(), None).unwrap();
    assert!(same.values.values.iter().all(|v| (v - 1.0).abs() < 1e-9));
}

#[test]
fn wavelet_coherence_that_is_undefined_is_refused() {
    let (a, b) = (signal_a(100), signal_b(100));
    assert!(wavelet_coherence(&a, &[0.1; 100], &options(), None).is_err());
    assert!(wavelet_coherence(&a, &b[..99], &options(), None).is_err());
    let paul = WaveletOptions { wavelet: Wavelet::Paul { order: 4 }, ..options() };
    let error = wavelet_coherence(&a, &b, &paul, None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the wavelet has no smoothing for coherence; use Morlet 6"
    );
    let wide = WaveletOptions { spacing: 1.0, ..options() };
    assert!(wavelet_coherence(&a, &b, &wide, None).is_err());
    for bad in [
        WaveletOptions { interval: 0.0, ..options() },
        WaveletOptions { spacing: f64::NAN, ..options() },
        WaveletOptions { smallest_scale: Some(-1.0), ..options() },
        WaveletOptions { smallest_scale: Some(1e9), ..options() },
        WaveletOptions { wavelet: Wavelet::Morlet { frequency: 0.1 }, ..options() },
        WaveletOptions { wavelet: Wavelet::Paul { order: 0 }, ..options() },
    ] {
        assert!(wavelet_transform(&a, &bad).is_err(), "{bad:?}");
    }
    // Powers at a scale that differ by 1e14: rounding of the greater must not reach the smaller.
    let wave =
        |f: f64| -> Vec<f64> { (0..512).map(|i| (f * f64::from(i)).sin()).collect() };
    let c = wavelet_coherence(&wave(0.1), &wave(2.0), &WaveletOptions::default(), None)
        .unwrap();
    assert_close(&super::at(c.values.row(7), &[100, 256, 300]), &COHERENCE_UNEQUAL, 1e-6);
    // Two pulses far apart: between them neither has power.
    let pulse = |at: usize| -> Vec<f64> {
        (0..400).map(|i| if i == at { 1.0 } else { 0.0 }).collect()
    };
    let c = wavelet_coherence(&pulse(50), &pulse(350), &options(), None).unwrap();
    assert!(c.values.values.iter().all(|v| v.is_finite() && *v <= 1.0));
}

/// Levels from noise agree with pycwt's within the scatter of the surrogates, and are the same for the same seed.
#[test]
fn surrogates_give_the_levels_of_pycwt() {
    // Red noises with the autocorrelations 0.3 and 0.6 that pycwt was given.
    let noise = |g: f64, seed: f64| -> Vec<f64> {
        let mut value = 0.0;
        (0..8000_usize)
            .map(|i| {
                value = g * value + super::noise(i, 31 + seed as usize, 17, 5, 10_007);
                value
            })
            .collect()
    };
    let (a, b) = (noise(0.3, 0.0), noise(0.6, 2.0));
    let (ga, gb) = (red_noise(&a).unwrap(), red_noise(&b).unwrap());
    assert!(
        (ga.autocorrelation - 0.3).abs() < 0.05
            && (gb.autocorrelation - 0.6).abs() < 0.05
    );
    let coarse = WaveletOptions {
        spacing: 0.25,
        smallest_scale: Some(2.0),
        octave_steps: Some(12),
        ..WaveletOptions::default()
    };
    let surrogates = WaveletSurrogates { count: 3000, seed: 11, confidence: 0.95 };
    let c = wavelet_coherence(&a, &b, &coarse, Some(surrogates)).unwrap();
    let levels = c.significance.unwrap();
    for (row, expected) in MONTE_CARLO.iter().enumerate() {
        let level = levels[row].unwrap();
        assert!((level - expected).abs() < 0.02, "row {row}: {level} {expected}");
    }
    assert_eq!(levels.len(), 13);
    let few = WaveletSurrogates { count: 3, ..surrogates };
    let run = |s| {
        wavelet_coherence(&a[..400], &b[..400], &coarse, Some(s)).unwrap().significance
    };
    assert_eq!(run(few), run(few));
    assert_ne!(run(few), run(WaveletSurrogates { seed: 12, ..few }));
    let none = WaveletSurrogates { count: 0, ..surrogates };
    assert!(wavelet_coherence(&a, &b, &coarse, Some(none)).is_err());
}

/// The transform of a complex plane keeps its places.
#[test]
fn planes_know_their_rows() {
    let plane = Plane { rows: 2, columns: 2, values: [1.0, 2.0, 3.0, 4.0].to_vec() };
    assert_eq!(plane.row(1), [3.0, 4.0]);
    assert_eq!(plane.get(0, 1), Some(2.0));
    assert_eq!(plane.get(0, 2), None);
    assert_eq!(Plane::filled(1, 2, Complex64::default()).values.len(), 2);
}

#[test]
fn surrogates_stop_where_the_watch_says_so() {
    let x: Vec<f64> = (0..64).map(|i| (f64::from(i) * 0.7).sin()).collect();
    let y: Vec<f64> = (0..64).map(|i| (f64::from(i * i) * 0.3).cos()).collect();
    let surrogates = Some(WaveletSurrogates { count: 40, ..Default::default() });
    let mut calls = 0;
    let mut watch = |share: f64| {
        assert!((0.0..1.0).contains(&share));
        calls += 1;
        calls < 3
    };
    let options = WaveletOptions::default();
    let found = wavelet_coherence_watched(&x, &y, &options, surrogates, &mut watch);
    assert_eq!(found, Ok(None));
    assert_eq!(calls, 3);
}
