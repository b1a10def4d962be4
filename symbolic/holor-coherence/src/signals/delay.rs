//! The delay between two signals, from the slope of the phase of their coherency over frequency.

use std::f64::consts::PI;

use crate::Complex64;
use crate::error::{CoherenceError, Result};

use super::coherence::Coherence;

/// A group delay with what it was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupDelay {
    /// -dφ/dω: by how much the second signal comes after the first, in the unit of time.
    pub delay: f64,
    /// Its standard deviation, as if the frequencies were independent.
    pub deviation: f64,
    /// The phase of the fitted line at frequency 0, in (-π, π].
    pub offset: f64,
    /// The frequencies it was fitted to.
    pub frequencies: Vec<f64>,
    /// The phases there, turned to lie beside the line.
    pub phases: Vec<f64>,
}

/// The group delay -dφ/dω between two signals over the frequencies from `low` to `high`.
///
/// Frequencies whose coherence is significant, all of the band considered together (Bonferroni), count by 2 K C/(1 - C), the inverse variance of their phase (Bendat and
/// Piersol, Random Data, section 9.2; K segments). The delay is that of the line φ₀ - 2πf τ on which the phases lie best:
/// the largest |Σ w e^{i(φ + 2πf τ)}| within ±1/(2 Δf), Δf the distance of frequencies, so that no phase needs to be
/// unwrapped; then by least squares.
///
/// # Errors
/// Significant coherence at fewer than three frequencies of the band, or only within the width of one line, where
/// neighbours have the phase of the line.
pub fn group_delay(
    found: &Coherence,
    sampling_frequency: f64,
    (low, high): (f64, f64),
) -> Result<GroupDelay> {
    let segments = found.segmentation.count as f64;
    let inside = |f: f64| f >= low && f <= high;
    let count = found.frequencies.iter().filter(|&&f| inside(f)).count();
    let chance = 1.0 - found.limits.confidence;
    let power = (1.0 - found.significance).ln() / chance.ln();
    let level = 1.0 - (chance / count.max(1) as f64).powf(power);
    let mut points: Vec<(f64, f64, f64)> = Vec::new();
    for ((&f, &c), &phase) in
        found.frequencies.iter().zip(&found.values).zip(&found.phase)
    {
        if inside(f) && c > level {
            let share = c.min(1.0 - 1e-12);
            points.push((f, phase, 2.0 * segments * share / (1.0 - share)));
        }
    }
    let spacing = points
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(b.0 - a.0),
            _ => None,
        })
        .fold(f64::INFINITY, f64::min);
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Err(few(0));
    };
    if points.len() < 3 {
        return Err(few(points.len()));
    }
    let width = last.0 - first.0;
    let total: f64 = points.iter().map(|it| it.2).sum();
    let centre = points.iter().map(|(f, _, w)| f * w).sum::<f64>() / total;
    let spread: f64 = points.iter().map(|(f, _, w)| w * (f - centre).powi(2)).sum();
    let resolution = sampling_frequency / found.segmentation.length as f64;
    // A line has its power in three bins, about 0.6 of a bin from its middle.
    if (spread / total).sqrt() < resolution {
        return Err(CoherenceError::undefined(
            "the group delay",
            format!(
                "what is coherent is one line near {}, which has one phase and no slope; choose another band",
                (centre * 1e4).round() / 1e4
            ),
        ));
    }
    let turned = |delay: f64| -> Complex64 {
        points
            .iter()
            .map(|&(f, phase, weight)| {
                let angle = phase + 2.0 * PI * (f - centre) * delay;
                Complex64::from_polar(weight, angle)
            })
            .sum()
    };
    let steps = (8.0 * width / spacing).ceil().max(8.0) as i64;
    let step = 0.5 / spacing / steps as f64;
    let mut best = (0.0, turned(0.0).norm());
    for place in -steps..=steps {
        let delay = place as f64 * step;
        let size = turned(delay).norm();
        if size > best.1 * (1.0 + 1e-12) {
            best = (delay, size);
        }
    }
    let mut delay = best.0;
    let mut at_centre = turned(delay).arg();
    let residual = |delay: f64, at_centre: f64, f: f64, phase: f64| {
        let rest = phase - at_centre + 2.0 * PI * (f - centre) * delay;
        rest - 2.0 * PI * (rest / (2.0 * PI)).round()
    };
    for _ in 0..20 {
        let (mut shift, mut slope) = (0.0, 0.0);
        for &(f, phase, weight) in &points {
            let rest = residual(delay, at_centre, f, phase);
            shift += weight * rest;
            slope += weight * rest * (f - centre);
        }
        let change = slope / (2.0 * PI * spread);
        delay -= change;
        at_centre += shift / total;
        if change.abs() <= 1e-15 * (delay.abs() + step) {
            break;
        }
    }
    let line = |f: f64| at_centre - 2.0 * PI * (f - centre) * delay;
    let offset = line(0.0);
    Ok(GroupDelay {
        delay,
        deviation: 1.0 / (2.0 * PI * spread.sqrt()),
        offset: offset - 2.0 * PI * ((offset - PI) / (2.0 * PI)).ceil(),
        frequencies: points.iter().map(|it| it.0).collect(),
        phases: points
            .iter()
            .map(|&(f, phase, _)| line(f) + residual(delay, at_centre, f, phase))
            .collect(),
    })
}

fn few(count: usize) -> CoherenceError {
    CoherenceError::undefined(
        "the group delay",
        format!(
            "{count} frequencies of the band have significant coherence; a slope needs 3; choose a longer segment or a wider band"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::{SegmentOptions, magnitude_squared_coherence};

    /// `scipy.signal.group_delay` of the sections of `butter(…, fs=100, output='sos')`, added.
    #[test]
    fn filters_delay_as_in_scipy() {
        use crate::signals::{Band, butterworth};
        let expected = [
            (
                3,
                Band::LowPass(10.0),
                [3.6587546151075734, 3.5490146383902386, 0.5117189255252124],
            ),
            (
                2,
                Band::BandPass(8.0, 12.0),
                [2.3452509248400153, 11.658510752180858, 0.17889633385570747],
            ),
            (
                4,
                Band::HighPass(20.0),
                [1.881642087950424, 2.375602580698916, 1.6856158125399938],
            ),
        ];
        for (order, band, values) in expected {
            let filter = butterworth(order, band, 100.0).unwrap();
            for (f, value) in [5.0, 11.5, 30.0].into_iter().zip(values) {
                assert!((filter.group_delay(f, 100.0) - value).abs() < 1e-9);
            }
        }
        // At the zero of a low-pass filter of order 1, (1 + z⁻¹)/(1 - p/z), the delay is 1/2 + p/(1 + p).
        let filter = butterworth(1, Band::LowPass(25.0), 100.0).unwrap();
        let p = -filter.sections[0][4];
        assert!(
            (filter.group_delay(50.0, 100.0) - (0.5 - p / (1.0 + p)).abs()).abs() < 1e-6
        );
    }

    /// White noise and the same 7 samples later, with another noise of a tenth of its size: the delay is 7 samples.
    #[test]
    fn a_shifted_noise_has_its_shift_as_delay() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        let noise: Vec<f64> = (0..4103).map(|_| next()).collect();
        let x: Vec<f64> = noise[7..].to_vec();
        let y: Vec<f64> = noise[..4096].iter().map(|v| v + 0.1 * next()).collect();
        let options = SegmentOptions { sampling_frequency: 100.0, ..Default::default() };
        let found = magnitude_squared_coherence(&x, &y, &options, 0.95).unwrap();
        let delay = group_delay(&found, 100.0, (5.0, 45.0)).unwrap();
        assert!((delay.delay - 0.07).abs() < 5e-4, "{}", delay.delay);
        assert!(delay.deviation < 1e-3 && delay.deviation > 0.0);
        assert!(delay.offset.abs() < 0.05, "{}", delay.offset);
        // The other way round it comes before.
        let back = magnitude_squared_coherence(&y, &x, &options, 0.95).unwrap();
        let delay = group_delay(&back, 100.0, (5.0, 45.0)).unwrap();
        assert!((delay.delay + 0.07).abs() < 5e-4);
        // One line has none.
        let tone = |n: f64| (0.9 * n).sin();
        let a: Vec<f64> =
            x.iter().zip(0..).map(|(v, n)| v + 5.0 * tone(f64::from(n))).collect();
        let b: Vec<f64> =
            (0..4096).map(|n| next() + 5.0 * tone(f64::from(n) - 1.0)).collect();
        let line = magnitude_squared_coherence(&a, &b, &options, 0.95).unwrap();
        assert!(group_delay(&line, 100.0, (0.0, 50.0)).is_err());
        // Signals without relation have none.
        let z: Vec<f64> = (0..4096).map(|_| next()).collect();
        let apart = magnitude_squared_coherence(&x, &z, &options, 0.95).unwrap();
        assert!(group_delay(&apart, 100.0, (0.0, 50.0)).is_err());
    }
}
