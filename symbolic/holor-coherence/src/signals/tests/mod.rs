//! Measures of signals beside numbers from SciPy, NumPy, nitime, mne, statsmodels and pycwt.

mod channels;
mod channels_reference;
mod nasty;
mod phase;
mod phase_reference;
mod spectral;
mod spectral_reference;
mod wavelet;
mod wavelet_reference;

use crate::Complex64;

/// ((p i² + q i + r) mod m) / m - 1/2: looks like noise, and is the same everywhere.
fn noise(i: usize, p: usize, q: usize, r: usize, m: usize) -> f64 {
    ((i * i * p + i * q + r) % m) as f64 / m as f64 - 0.5
}

/// The first test signal: two sines and noise.
fn signal_a(n: usize) -> Vec<f64> {
    (0..n)
        .map(|i| {
            let t = i as f64;
            (0.3 * t).sin() + 0.5 * (1.1 * t + 0.2).cos() + noise(i, 31, 17, 5, 101)
        })
        .collect()
}

/// The second: a sine shared with the first and delayed by 3 samples, another sine, noise, and a trend.
fn signal_b(n: usize) -> Vec<f64> {
    (0..n)
        .map(|i| {
            let t = i as f64;
            0.7 * (0.3 * t - 0.9).sin()
                + 0.3 * (2.0 * t).cos()
                + noise(i, 7, 29, 11, 97)
                + 0.001 * t
        })
        .collect()
}

/// Asserts that values agree to a part of the largest of them.
#[track_caller]
fn assert_close(values: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(values.len(), expected.len());
    let scale = crate::numeric::largest(expected);
    for (i, (value, reference)) in values.iter().zip(expected).enumerate() {
        assert!(
            (value - reference).abs() <= tolerance * scale,
            "entry {i}: {value} is not {reference}"
        );
    }
}

#[track_caller]
fn assert_close_complex(values: &[Complex64], expected: &[(f64, f64)], tolerance: f64) {
    let parts =
        |pick: fn(&Complex64) -> f64| values.iter().map(pick).collect::<Vec<f64>>();
    let scale = expected.iter().fold(0.0_f64, |most, (re, im)| most.max(re.hypot(*im)));
    let real: Vec<f64> = expected.iter().map(|v| v.0 / scale).chain([1.0]).collect();
    let imaginary: Vec<f64> = expected.iter().map(|v| v.1 / scale).chain([1.0]).collect();
    let scaled =
        |v: Vec<f64>| v.iter().map(|v| v / scale).chain([1.0]).collect::<Vec<_>>();
    assert_close(&scaled(parts(|v| v.re)), &real, tolerance);
    assert_close(&scaled(parts(|v| v.im)), &imaginary, tolerance);
}

/// The entries at some places.
fn at<T: Copy>(values: &[T], places: &[usize]) -> Vec<T> {
    places.iter().map(|place| values[*place]).collect()
}
