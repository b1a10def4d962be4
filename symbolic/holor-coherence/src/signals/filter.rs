//! Band filters without phase shift: Butterworth filters run both ways, and the band cut out of the Fourier transform.

use std::f64::consts::PI;

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_length};
use crate::numeric::Fourier;

use super::segments::check_signal;

/// Which frequencies a filter lets through; in the unit of the sampling frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Band {
    /// Below a frequency.
    LowPass(f64),
    /// Above a frequency.
    HighPass(f64),
    /// Between two frequencies.
    BandPass(f64, f64),
    /// Outside two frequencies.
    BandStop(f64, f64),
}

impl Band {
    fn edges(self) -> (f64, Option<f64>) {
        match self {
            Self::LowPass(f) | Self::HighPass(f) => (f, None),
            Self::BandPass(low, high) | Self::BandStop(low, high) => (low, Some(high)),
        }
    }

    fn check(self, sampling_frequency: f64) -> Result<()> {
        let rate = sampling_frequency;
        if !(rate.is_finite() && rate > 0.0) {
            return Err(CoherenceError::out_of_range(
                "the sampling frequency",
                rate,
                "positive and finite",
            ));
        }
        let (low, high) = self.edges();
        for edge in [Some(low), high].into_iter().flatten() {
            if !(edge > 0.0 && edge < 0.5 * rate) {
                return Err(CoherenceError::out_of_range(
                    "the edge of the band",
                    edge,
                    format!("between 0 and {}, half the sampling frequency", 0.5 * rate),
                ));
            }
        }
        if let Some(high) = high.filter(|high| *high <= low) {
            return Err(CoherenceError::out_of_range(
                "the upper edge of the band",
                high,
                format!("above the lower edge {low}"),
            ));
        }
        Ok(())
    }
}

/// A digital filter of second-order sections in series: b0, b1, b2 over 1, a1, a2.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionFilter {
    /// The sections, in the order in which the signal passes them: [b0, b1, b2, 1, a1, a2].
    pub sections: Vec<[f64; 6]>,
}

/// A Butterworth filter by the bilinear transform with the edges kept, as `scipy.signal.butter(order, edges, output='sos')`.
///
/// A band filter has twice the order. SciPy's order of sections and pairing of zeros with poles is kept.
///
/// # Errors
/// An order of 0 or above 20; edges outside 0 to half the sampling frequency, or not in growing order.
pub fn butterworth(
    order: usize,
    band: Band,
    sampling_frequency: f64,
) -> Result<SectionFilter> {
    band.check(sampling_frequency)?;
    if order == 0 || order > 20 {
        return Err(CoherenceError::out_of_range(
            "the order",
            order as f64,
            "between 1 and 20",
        ));
    }
    let one = Complex64::new(1.0, 0.0);
    let prototype: Vec<Complex64> = (0..order)
        .map(|i| {
            let m = 2.0 * i as f64 + 1.0 - order as f64;
            // The middle pole is real, not nearly real.
            if m == 0.0 {
                -one
            } else {
                -Complex64::from_polar(1.0, PI * m / (2.0 * order as f64))
            }
        })
        .collect();
    let warp = |edge: f64| 4.0 * (PI * edge / sampling_frequency).tan();
    let (low, high) = band.edges();
    let (low, high) = (warp(low), high.map_or(0.0, warp));
    let (width, centre) = (high - low, (low * high).sqrt());
    let split = |points: &[Complex64]| -> Vec<Complex64> {
        let root = |p: Complex64| (p * p - centre * centre).sqrt();
        points
            .iter()
            .map(|p| p + root(*p))
            .chain(points.iter().map(|p| p - root(*p)))
            .collect()
    };
    let product =
        |points: &[Complex64]| points.iter().fold(one, |product, point| product * point);
    let negative: Vec<Complex64> = prototype.iter().map(|p| -p).collect();
    let (zeros, poles, gain) = match band {
        Band::LowPass(_) => {
            (vec![], prototype.iter().map(|p| p * low).collect(), low.powi(order as i32))
        }
        Band::HighPass(_) => (
            vec![Complex64::default(); order],
            prototype.iter().map(|p| low / p).collect(),
            (one / product(&negative)).re,
        ),
        Band::BandPass(..) => {
            let scaled: Vec<Complex64> =
                prototype.iter().map(|p| p * width / 2.0).collect();
            (vec![Complex64::default(); order], split(&scaled), width.powi(order as i32))
        }
        Band::BandStop(..) => {
            let scaled: Vec<Complex64> =
                prototype.iter().map(|p| width / 2.0 / p).collect();
            let mut zeros = vec![Complex64::new(0.0, centre); order];
            zeros.extend(vec![Complex64::new(0.0, -centre); order]);
            (zeros, split(&scaled), (one / product(&negative)).re)
        }
    };
    // Bilinear transform at a sampling frequency of 2.
    let bilinear = |points: &[Complex64]| -> Vec<Complex64> {
        points.iter().map(|p| (4.0 + p) / (4.0 - p)).collect()
    };
    let below = |points: &[Complex64]| {
        points.iter().fold(one, |product, point| product * (4.0 - point))
    };
    let gain = gain * (below(&zeros) / below(&poles)).re;
    let mut digital_zeros = bilinear(&zeros);
    digital_zeros.resize(poles.len(), -one);
    Ok(SectionFilter { sections: pair_sections(&digital_zeros, &bilinear(&poles), gain) })
}

/// Real numbers, and one of each pair of conjugates, sorted as SciPy does before it pairs.
struct Roots(Vec<Complex64>);

impl Roots {
    fn new(points: &[Complex64]) -> Self {
        let real = |z: &Complex64| z.im.abs() <= 100.0 * f64::EPSILON * z.norm();
        let mut reals: Vec<Complex64> = points
            .iter()
            .filter(|z| real(z))
            .map(|z| Complex64::new(z.re, 0.0))
            .collect();
        reals.sort_by(|a, b| a.re.total_cmp(&b.re));
        let mut pairs: Vec<Complex64> =
            points.iter().filter(|z| !real(z) && z.im > 0.0).copied().collect();
        pairs.sort_by(|a, b| a.re.total_cmp(&b.re).then(a.im.total_cmp(&b.im)));
        pairs.extend(reals);
        Self(pairs)
    }

    /// Takes out the first point with the least distance, among those that pass.
    fn take(
        &mut self,
        distance: impl Fn(&Complex64) -> f64,
        pass: impl Fn(&Complex64) -> bool,
    ) -> Option<Complex64> {
        let mut best: Option<(usize, f64)> = None;
        for (i, point) in self.0.iter().enumerate().filter(|(_, point)| pass(point)) {
            let d = distance(point);
            if best.is_none_or(|(_, least)| d < least) {
                best = Some((i, d));
            }
        }
        best.map(|(i, _)| self.0.remove(i))
    }

    fn real_count(&self) -> usize {
        self.0.iter().filter(|z| z.im == 0.0).count()
    }
}

/// Pairs poles with the nearest zeros, the poles next to the unit circle last (`zpk2sos`, pairing `nearest`).
fn pair_sections(zeros: &[Complex64], poles: &[Complex64], gain: f64) -> Vec<[f64; 6]> {
    let (mut zeros, mut poles) = (zeros.to_vec(), poles.to_vec());
    if poles.len() % 2 == 1 {
        zeros.push(Complex64::default());
        poles.push(Complex64::default());
    }
    let (mut zeros, mut poles) = (Roots::new(&zeros), Roots::new(&poles));
    let worst = |p: &Complex64| (1.0 - p.norm()).abs();
    let (any, real) = (|_: &Complex64| true, |z: &Complex64| z.im == 0.0);
    let mut sections = Vec::new();
    while let Some(pole) = poles.take(worst, any) {
        let near = |z: &Complex64| (z - pole).norm();
        let complex_zero = pole.im != 0.0
            && poles.0.len() + 1 == zeros.0.len()
            && poles.real_count() == 1
            && zeros.real_count() == 1;
        let partner =
            if pole.im == 0.0 { poles.take(worst, real) } else { Some(pole.conj()) };
        let first = if complex_zero {
            zeros.take(near, |z| z.im != 0.0)
        } else {
            zeros.take(near, any)
        };
        let second = match first {
            Some(zero) if zero.im != 0.0 => Some(zero.conj()),
            Some(_) => zeros.take(near, real),
            None => None,
        };
        let [b0, b1, b2] = quadratic(first, second);
        let [a0, a1, a2] = quadratic(Some(pole), partner);
        sections.push([b0, b1, b2, a0, a1, a2]);
    }
    sections.reverse();
    if let Some(first) = sections.first_mut() {
        for b in &mut first[..3] {
            *b *= gain;
        }
    }
    sections
}

/// The coefficients of (z - r)(z - s), a missing root being 0.
fn quadratic(first: Option<Complex64>, second: Option<Complex64>) -> [f64; 3] {
    let (r, s) = (first.unwrap_or_default(), second.unwrap_or_default());
    [1.0, -(r + s).re, (r * s).re]
}

/// Re(Σ k c_k z^-k/Σ c_k z^-k) at z = e^{iω}: the delay of a polynomial in z^-1, at a zero its limit.
fn polynomial_delay(c: [f64; 3], angle: f64) -> f64 {
    let ratio = |angle: f64| {
        let back = Complex64::from_polar(1.0, -angle);
        let value = c[0] + back * (c[1] + back * c[2]);
        let turned = back * (c[1] + 2.0 * c[2] * back);
        (value.norm(), (turned / value).re)
    };
    let (size, delay) = ratio(angle);
    if size > 1e-6 * c.iter().map(|it| it.abs()).sum::<f64>() {
        return delay;
    }
    // Even in the distance from a zero, so that the mean of both sides is right to its square.
    0.5 * (ratio(angle + 1e-3).1 + ratio(angle - 1e-3).1)
}

impl SectionFilter {
    /// The response at a frequency, in the unit of the sampling frequency: gain and phase as one complex number.
    #[must_use]
    pub fn response(&self, frequency: f64, sampling_frequency: f64) -> Complex64 {
        let back = Complex64::from_polar(1.0, -2.0 * PI * frequency / sampling_frequency);
        self.sections.iter().fold(Complex64::new(1.0, 0.0), |product, s| {
            product * (s[0] + back * (s[1] + back * s[2]))
                / (s[3] + back * (s[4] + back * s[5]))
        })
    }

    /// The group delay -dφ/dω at a frequency, in samples, as `scipy.signal.group_delay`; at zeros on the unit circle the
    /// limit, where SciPy gives 0.
    #[must_use]
    pub fn group_delay(&self, frequency: f64, sampling_frequency: f64) -> f64 {
        let angle = 2.0 * PI * frequency / sampling_frequency;
        self.sections
            .iter()
            .map(|&[b0, b1, b2, a0, a1, a2]| {
                polynomial_delay([b0, b1, b2], angle)
                    - polynomial_delay([a0, a1, a2], angle)
            })
            .sum()
    }

    /// Filters forwards and backwards: no phase shift, the gain squared; as `scipy.signal.sosfiltfilt`.
    ///
    /// The ends are continued by 3 (2 K + 1 - m) samples turned about the end point (K sections, m the number of
    /// sections of first order), and the filter starts in the steady state of its first sample.
    ///
    /// # Errors
    /// A signal that is not longer than that continuation, or not finite.
    pub fn filter_both_ways(&self, x: &[f64]) -> Result<Vec<f64>> {
        check_signal("x", x)?;
        let flat = |i: usize| self.sections.iter().filter(|s| s[i] == 0.0).count();
        let edge = 3 * (2 * self.sections.len() + 1 - flat(2).min(flat(5)));
        require_length("x", x.len(), edge + 1)?;
        let (first, last) = (x[0], x[x.len() - 1]);
        let mut data: Vec<f64> =
            x[1..=edge].iter().rev().map(|v| 2.0 * first - v).collect();
        data.extend_from_slice(x);
        data.extend(
            x[x.len() - 1 - edge..x.len() - 1].iter().rev().map(|v| 2.0 * last - v),
        );
        self.run(&mut data);
        data.reverse();
        self.run(&mut data);
        data.reverse();
        Ok(data[edge..edge + x.len()].to_vec())
    }

    /// One pass, from the steady state of the first sample.
    fn run(&self, data: &mut [f64]) {
        let mut level = data.first().copied().unwrap_or(0.0);
        let mut states = Vec::with_capacity(self.sections.len());
        for [b0, b1, b2, _, a1, a2] in &self.sections {
            let (start1, start2) = (b1 - a1 * b0, b2 - a2 * b0);
            let steady = (start1 + start2) / (1.0 + a1 + a2);
            states.push([steady * level, (start2 - a2 * steady) * level]);
            level *= (b0 + b1 + b2) / (1.0 + a1 + a2);
        }
        // Sample by sample through all sections: their chains of operations then overlap in the processor.
        for value in data.iter_mut() {
            let mut x = *value;
            for ([b0, b1, b2, _, a1, a2], [z1, z2]) in
                self.sections.iter().zip(&mut states)
            {
                let y = b0 * x + *z1;
                *z1 = b1 * x - a1 * y + *z2;
                *z2 = b2 * x - a2 * y;
                x = y;
            }
            *value = x;
        }
    }
}

/// A signal without the parts of its Fourier transform outside the band; edges belong to the band.
///
/// The signal counts as periodic, so ends that do not fit each other ring; [`butterworth`] does not have that fault.
///
/// # Errors
/// Edges as for [`butterworth`]; a signal that is short or not finite.
pub fn fourier_band(x: &[f64], band: Band, sampling_frequency: f64) -> Result<Vec<f64>> {
    check_signal("x", x)?;
    band.check(sampling_frequency)?;
    let n = x.len();
    let mut fourier = Fourier::new(n);
    let mut data = fourier.real(x);
    for (k, value) in data.iter_mut().enumerate() {
        let f = k.min(n - k) as f64 * sampling_frequency / n as f64;
        let inside = match band {
            Band::LowPass(high) => f <= high,
            Band::HighPass(low) => f >= low,
            Band::BandPass(low, high) => low <= f && f <= high,
            Band::BandStop(low, high) => f <= low || f >= high,
        };
        if !inside {
            *value = Complex64::default();
        }
    }
    fourier.inverse(&mut data);
    Ok(data.iter().map(|value| value.re).collect())
}
