//! Several channels: partial coherence, Granger causality, directed measures and events.

use super::channels_reference::*;
use super::{assert_close, at, noise, signal_a, signal_b};
use crate::signals::*;

const TOLERANCE: f64 = 1e-10;

/// c = a/2 + 0.3 (b turned by two samples) + noise.
fn channels() -> [Vec<f64>; 3] {
    let (a, b) = (signal_a(1000), signal_b(1000));
    let c = (0..1000)
        .map(|i| 0.5 * a[i] + 0.3 * b[(i + 998) % 1000] + noise(i, 13, 3, 7, 89))
        .collect();
    [a, b, c]
}

fn options() -> SegmentOptions {
    SegmentOptions { segment_length: Some(64), ..SegmentOptions::default() }
}

#[test]
fn partial_and_multiple_coherence_are_those_of_regression() {
    let [a, b, c] = channels();
    let s = cross_spectral_matrix(&[&a, &b, &c], &options()).unwrap();
    let bins = [0, 3, 10, 31];
    let partial = s.partial_coherence(0, 1, 0.95).unwrap();
    assert_close(&at(&partial.values, &bins), &PARTIAL, TOLERANCE);
    assert_close(&at(&partial.phase, &bins), &PARTIAL_PHASE, TOLERANCE);
    let multiple = s.multiple_coherence(2, 0.95).unwrap();
    assert_close(&at(&multiple.values, &bins), &MULTIPLE, TOLERANCE);
    assert!(multiple.significance > partial.significance);
    let ordinary = s.coherence(0, 1, 0.95).unwrap();
    let pair = magnitude_squared_coherence(&a, &b, &options(), 0.95).unwrap();
    assert_close(&ordinary.values, &pair.values, 1e-12);
    assert_close(&ordinary.phase, &pair.phase, 1e-10);
    assert!((ordinary.significance - pair.significance).abs() < 1e-15);
    let cross = cross_spectrum(&a, &b, &options(), Average::Mean).unwrap();
    assert!((s.values[5].get(0, 1).unwrap() - cross.values[5]).norm() < 1e-12);
    // With two channels there is nothing to take off, and one other channel explains what coherence says.
    let two = cross_spectral_matrix(&[&a, &b], &options()).unwrap();
    let all = [
        two.partial_coherence(0, 1, 0.95).unwrap(),
        two.multiple_coherence(1, 0.95).unwrap(),
    ];
    for coherence in all {
        assert_close(&coherence.values, &pair.values, 1e-10);
        assert!((coherence.significance - pair.significance).abs() < 1e-12);
    }
}

#[test]
fn channels_that_follow_from_others_are_refused() {
    let [a, b, _] = channels();
    let sum: Vec<f64> = a.iter().zip(&b).map(|(x, y)| x + 2.0 * y).collect();
    let s = cross_spectral_matrix(&[&a, &b, &sum], &options()).unwrap();
    assert!(s.partial_coherence(0, 1, 0.95).is_err());
    assert!(s.coherence(0, 3, 0.95).is_err());
    assert!(s.coherence(1, 1, 0.95).is_err());
    assert!(cross_spectral_matrix(&[&a], &options()).is_err());
    assert!(cross_spectral_matrix(&[&a, &[0.1; 1000]], &options()).is_err());
    let few = SegmentOptions { segment_length: Some(500), overlap: Some(0), ..options() };
    let s = cross_spectral_matrix(&[&a, &b], &few).unwrap();
    let error = s.partial_coherence(0, 1, 0.95).unwrap_err();
    assert!(error.to_string().contains("2 segments do not suffice"), "{error}");
}

#[test]
fn granger_causality_is_that_of_statsmodels() {
    let [a, b, c] = channels();
    let test = granger_causality(&a, &c, &[], 3).unwrap();
    let all =
        [test.statistic, test.probability, test.degrees.1 as f64, test.degrees.0 as f64];
    for (value, expected) in all.iter().zip(&GRANGER) {
        assert!((value - expected).abs() <= 1e-9 * expected.abs(), "{value} {expected}");
    }
    let model = fit_autoregression(&[&a, &b, &c], 2).unwrap();
    let coefficients: Vec<f64> =
        model.coefficients.iter().flat_map(|lag| lag.values.clone()).collect();
    assert_close(&coefficients, &VAR, TOLERANCE);
    assert_close(&model.noise.values, &VAR_NOISE, TOLERANCE);
    // statsmodels counts the constants too: 2 d / n and ln n d / n more.
    assert!((model.akaike + 6.0 / 998.0 - VAR_CRITERIA[0]).abs() < 1e-10);
    assert!((model.schwarz + 3.0 * 998_f64.ln() / 998.0 - VAR_CRITERIA[1]).abs() < 1e-10);
    assert!(granger_causality(&a, &c, &[&a], 3).is_err());
    assert!(granger_causality(&[0.1; 1000], &c, &[], 3).is_err());
    assert!(granger_causality(&a, &c, &[], 0).is_err());
    assert!(fit_autoregression(&[&a[..8], &b[..8]], 3).is_err());
    assert!(fit_autoregression(&[], 3).is_err());
}

/// x drives y with one lag: x_t = e, y_t = x_(t-1)/2 + e, unit noises. Then A(f) = [[1, 0], [-z/2, 1]], z = exp(-2 pi i f).
#[test]
fn directed_measures_have_their_closed_forms() {
    let model = Autoregression {
        coefficients: vec![Plane {
            rows: 2,
            columns: 2,
            values: vec![0.0, 0.0, 0.5, 0.0],
        }],
        noise: Plane { rows: 2, columns: 2, values: vec![1.0, 0.0, 0.0, 1.0] },
        equations: 100,
        akaike: 0.0,
        schwarz: 0.0,
    };
    let f = [0.0, 0.1, 0.5];
    let partial = model.partial_directed_coherence(&f, 1.0).unwrap();
    let transfer = model.directed_transfer(&f, 1.0).unwrap();
    let causality = model.spectral_causality(&f, 1.0).unwrap();
    for i in 0..3 {
        let share = 0.5 / 1.25_f64.sqrt();
        assert!((partial.values[i].get(1, 0).unwrap() - share).abs() < 1e-14);
        assert_eq!(partial.values[i].get(0, 1), Some(0.0));
        assert!((transfer.values[i].get(1, 0).unwrap() - share).abs() < 1e-14);
        assert_eq!(transfer.values[i].get(0, 1), Some(0.0));
        // S_yy = 1.25, of which 0.25 comes from x.
        assert!((causality.values[i].get(1, 0).unwrap() - 1.25_f64.ln()).abs() < 1e-14);
        assert_eq!(causality.values[i].get(0, 1), Some(0.0));
    }
    assert!(model.directed_transfer(&f, 0.0).is_err());
    assert!(model.directed_transfer(&[f64::NAN], 1.0).is_err());
    let walk = Autoregression {
        coefficients: vec![Plane { rows: 1, columns: 1, values: vec![1.0] }],
        noise: Plane { rows: 1, columns: 1, values: vec![1.0] },
        ..model
    };
    assert!(walk.directed_transfer(&[0.0], 1.0).is_err());
    assert!(walk.spectral_causality(&[0.1], 1.0).is_err());
}

/// Geweke 1982: the spectral measure averaged over all frequencies is the measure in time.
#[test]
fn spectral_causality_averages_to_that_in_time() {
    let e = |i: usize, p: usize| noise(i, p, 17, 5, 100_003);
    let (mut x, mut y) = (vec![0.0; 4000], vec![0.0; 4000]);
    for t in 2..4000 {
        x[t] = 0.5 * x[t - 1] + e(t, 31);
        y[t] = 0.4 * y[t - 1] - 0.3 * y[t - 2] + 0.6 * x[t - 1] + e(t, 57);
    }
    let model = fit_autoregression(&[&x, &y], 2).unwrap();
    let f: Vec<f64> = (0..512).map(|i| (f64::from(i) + 0.5) / 1024.0).collect();
    let spectral = model.spectral_causality(&f, 1.0).unwrap();
    let mean =
        |i, j| spectral.values.iter().map(|m| m.get(i, j).unwrap()).sum::<f64>() / 512.0;
    let forward = granger_causality(&x, &y, &[], 12).unwrap();
    let backward = granger_causality(&y, &x, &[], 12).unwrap();
    assert!((mean(1, 0) - forward.value).abs() < 0.02 * forward.value.max(0.1));
    assert!(mean(0, 1) < 0.005 && backward.value < 0.01);
    assert!(forward.probability < 1e-10 && backward.probability > 0.01);
    assert!((model.coefficients[0].get(1, 0).unwrap() - 0.6).abs() < 0.03);
    let orders: Vec<f64> =
        (1..5).map(|p| fit_autoregression(&[&x, &y], p).unwrap().schwarz).collect();
    assert!(orders[1] < orders[0] && orders[1] < orders[3]);
}

#[test]
fn events_synchronise_by_their_definition() {
    let x = [1.0, 3.0, 6.0, 10.0];
    let later: Vec<f64> = x.iter().map(|t| t + 0.2).collect();
    let all = event_synchronisation(&x, &later, None).unwrap();
    assert_eq!((all.value, all.precedence, all.coincidences), (1.0, 1.0, 4.0));
    let back = event_synchronisation(&later, &x, None).unwrap();
    assert_eq!((back.value, back.precedence), (1.0, -1.0));
    let same = event_synchronisation(&x, &x, None).unwrap();
    assert_eq!((same.value, same.precedence), (1.0, 0.0));
    assert_eq!(event_synchronisation(&x, &later, Some(0.1)).unwrap().value, 0.0);
    // One of two coincides: 1 / sqrt(2 · 1).
    let half = event_synchronisation(&[0.0, 10.0], &[0.5], None).unwrap();
    assert!((half.value - 0.5_f64.sqrt()).abs() < 1e-15);
    // Half way between two events counts for neither.
    assert_eq!(event_synchronisation(&[0.0, 2.0], &[1.0], None).unwrap().value, 0.0);
    assert!(event_synchronisation(&[], &x, None).is_err());
    assert!(event_synchronisation(&[1.0], &[1.5], None).is_err());
    assert_eq!(event_synchronisation(&[1.0], &[1.5], Some(1.0)).unwrap().value, 1.0);
    assert!(event_synchronisation(&[2.0, 1.0], &x, None).is_err());
    assert!(event_synchronisation(&x, &x, Some(-1.0)).is_err());
}
