//! Discrete prolate spheroidal sequences: the tapers of the multitaper method.

use std::f64::consts::PI;

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_length};
use crate::numeric::Fourier;

/// Tapers with their concentration.
#[derive(Debug, Clone, PartialEq)]
pub struct SlepianTapers {
    /// The tapers in order of concentration, each with sum of squares 1.
    pub tapers: Vec<Vec<f64>>,
    /// Share of the energy of each taper inside the band from -W to W.
    pub concentrations: Vec<f64>,
    /// Half the width of the band, W, in cycles per sample.
    pub half_bandwidth: f64,
}

/// The first `count` sequences of `length` samples for a time-halfbandwidth product `product` = N W (Slepian 1978).
///
/// As `scipy.signal.windows.dpss(length, product, count)`: sum of squares 1; even orders have a positive mean, odd orders
/// begin with a positive lobe (Percival and Walden 1993, p. 379). They are the eigenvectors of a tridiagonal matrix that
/// commutes with the concentration problem.
///
/// # Errors
/// `product` not between 0 and half the length; `count` of 0 or above the length.
pub fn slepian_tapers(
    length: usize,
    product: f64,
    count: usize,
) -> Result<SlepianTapers> {
    require_length("the taper", length, 2)?;
    if !(product > 0.0 && product < length as f64 / 2.0) {
        return Err(CoherenceError::out_of_range(
            "the time-halfbandwidth product",
            product,
            format!("between 0 and {}, half the number of samples", length as f64 / 2.0),
        ));
    }
    if count == 0 || count > length {
        return Err(CoherenceError::out_of_range(
            "the number of tapers",
            count as f64,
            format!("between 1 and {length}, the number of samples"),
        ));
    }
    let half_bandwidth = product / length as f64;
    let cosine = (2.0 * PI * half_bandwidth).cos();
    // The matrix is symmetric about both diagonals, so each eigenvector is even or odd about the middle: two problems of
    // half the size, in which no two eigenvalues are close.
    let half = length / 2;
    let odd_length = length % 2 == 1;
    let diagonal: Vec<f64> = (0..half + usize::from(odd_length))
        .map(|i| (0.5 * (length as f64 - 1.0 - 2.0 * i as f64)).powi(2) * cosine)
        .collect();
    let beside: Vec<f64> = (1..diagonal.len())
        .map(|i| 0.5 * i as f64 * (length as f64 - i as f64))
        .collect();
    let coupling = 0.5 * half as f64 * (length - half) as f64;
    let (mut even, mut odd) = ((diagonal.clone(), beside.clone()), (diagonal, beside));
    if odd_length {
        // The middle entry of an odd vector is 0; that of an even one counts once, its neighbours twice.
        odd.0.pop();
        odd.1.pop();
        if let Some(last) = even.1.last_mut() {
            *last *= std::f64::consts::SQRT_2;
        }
    } else {
        if let Some(last) = even.0.last_mut() {
            *last += coupling;
        }
        if let Some(last) = odd.0.last_mut() {
            *last -= coupling;
        }
    }
    let mut tapers = Vec::with_capacity(count);
    for order in 0..count {
        let (matrix, sign) = if order % 2 == 0 { (&even, 1.0) } else { (&odd, -1.0) };
        let vector = eigenvector(&matrix.0, &matrix.1, order / 2);
        tapers.push(unfold(&vector, length, sign));
    }
    for (order, taper) in tapers.iter_mut().enumerate() {
        orient(taper, order);
    }
    let concentrations = concentrations(&tapers, half_bandwidth);
    Ok(SlepianTapers { tapers, concentrations, half_bandwidth })
}

/// The whole sequence from its first half, of unit norm.
fn unfold(half: &[f64], length: usize, sign: f64) -> Vec<f64> {
    let mut taper = vec![0.0; length];
    for (i, value) in half.iter().enumerate() {
        if 2 * i + 1 == length {
            taper[i] = value * std::f64::consts::SQRT_2;
        } else {
            taper[i] = *value;
            taper[length - 1 - i] = sign * value;
        }
    }
    let norm = taper.iter().map(|v| v * v).sum::<f64>().sqrt();
    for value in &mut taper {
        *value /= norm;
    }
    taper
}

fn orient(taper: &mut [f64], order: usize) {
    let negative = if order.is_multiple_of(2) {
        taper.iter().sum::<f64>() < 0.0
    } else {
        let threshold = (1.0 / taper.len() as f64).max(1e-7);
        taper.iter().find(|v| **v * **v > threshold).is_some_and(|v| *v < 0.0)
    };
    if negative {
        for value in taper {
            *value = -*value;
        }
    }
}

/// The eigenvector for the eigenvalue with `rank` larger ones of a symmetric tridiagonal matrix.
///
/// Bisection with Sturm's count finds the eigenvalue, inverse iteration the vector.
fn eigenvector(diagonal: &[f64], beside: &[f64], rank: usize) -> Vec<f64> {
    let n = diagonal.len();
    let reach = |i: usize| {
        let left = if i > 0 { beside[i - 1] } else { 0.0 };
        left + beside.get(i).copied().unwrap_or(0.0)
    };
    let mut high =
        (0..n).map(|i| diagonal[i] + reach(i)).fold(f64::NEG_INFINITY, f64::max);
    let mut low = (0..n).map(|i| diagonal[i] - reach(i)).fold(f64::INFINITY, f64::min);
    let scale = high.abs().max(low.abs()).max(f64::MIN_POSITIVE);
    let above = |x: f64| {
        let (mut count, mut q) = (0, 1.0_f64);
        for i in 0..n {
            let off = if i > 0 { beside[i - 1] } else { 0.0 };
            q = diagonal[i] - x - off * off / q;
            if q == 0.0 {
                q = f64::EPSILON * scale;
            }
            count += usize::from(q > 0.0);
        }
        count
    };
    while high - low > 2.0 * f64::EPSILON * scale {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if above(middle) > rank {
            low = middle;
        } else {
            high = middle;
        }
    }
    let eigenvalue = 0.5 * (low + high);
    // A start without symmetry, so that it is orthogonal to no eigenvector.
    let mut vector: Vec<f64> =
        (0..n).map(|i| 1.0 + 0.3 * ((i * 7919 + 13) % 101) as f64 / 101.0).collect();
    for _ in 0..4 {
        solve_shifted(diagonal, beside, eigenvalue, scale, &mut vector);
        let largest = crate::numeric::largest(&vector);
        let norm =
            largest * vector.iter().map(|v| (v / largest).powi(2)).sum::<f64>().sqrt();
        for value in &mut vector {
            *value /= norm;
        }
    }
    vector
}

/// Solves (T - shift) v = b in place, by elimination with exchange of neighbouring rows.
fn solve_shifted(
    diagonal: &[f64],
    beside: &[f64],
    shift: f64,
    scale: f64,
    b: &mut [f64],
) {
    let n = diagonal.len();
    let tiny = f64::EPSILON * scale;
    // Rows of the upper triangle: the diagonal and the two entries to its right.
    let mut rows: Vec<[f64; 3]> = Vec::with_capacity(n);
    let mut current = [diagonal[0] - shift, beside.first().copied().unwrap_or(0.0), 0.0];
    for i in 1..n {
        let mut next =
            [beside[i - 1], diagonal[i] - shift, beside.get(i).copied().unwrap_or(0.0)];
        if next[0].abs() > current[0].abs() {
            std::mem::swap(&mut next, &mut current);
            b.swap(i - 1, i);
        }
        if current[0].abs() < tiny {
            current[0] = tiny;
        }
        let factor = next[0] / current[0];
        b[i] -= factor * b[i - 1];
        let rest = [next[1] - factor * current[1], next[2] - factor * current[2], 0.0];
        rows.push(current);
        current = rest;
    }
    if current[0].abs() < tiny {
        current[0] = tiny;
    }
    rows.push(current);
    for i in (0..n).rev() {
        let mut value = b[i];
        if i + 1 < n {
            value -= rows[i][1] * b[i + 1];
        }
        if i + 2 < n {
            value -= rows[i][2] * b[i + 2];
        }
        b[i] = value / rows[i][0];
    }
}

/// Share of energy inside the band, from the autocorrelation of the taper (Percival and Walden 1993, p. 390).
fn concentrations(tapers: &[Vec<f64>], half_bandwidth: f64) -> Vec<f64> {
    let length = tapers.first().map_or(1, Vec::len);
    let mut fourier = Fourier::new((2 * length).next_power_of_two());
    tapers
        .iter()
        .map(|taper| {
            let mut data = fourier.real(taper);
            for value in &mut data {
                *value = Complex64::new(value.norm_sqr(), 0.0);
            }
            fourier.inverse(&mut data);
            let sum: f64 = (1..length)
                .map(|lag| {
                    let t = PI * lag as f64;
                    data[lag].re * 2.0 * (2.0 * half_bandwidth * t).sin() / t
                })
                .sum();
            data[0].re * 2.0 * half_bandwidth + sum
        })
        .collect()
}
