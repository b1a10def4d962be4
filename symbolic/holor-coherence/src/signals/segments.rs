//! Overlapping windowed segments of a signal and their transforms: the common ground of Welch's estimates.

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_length};
use crate::numeric::Fourier;

use super::series::{Series, arranged, frequencies};
use super::windows::{Detrend, Window};

/// What the values of a spectrum are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scaling {
    /// Power per unit of frequency: the sum over frequencies times their spacing is the mean square.
    #[default]
    Density,
    /// Power: a sine of amplitude A on a frequency of the grid has the value A²/2.
    Spectrum,
}

/// How segments, and from them spectra, are made; the defaults are those of `scipy.signal.welch`.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentOptions {
    /// Samples per unit of time. Default 1.
    pub sampling_frequency: f64,
    /// The weight of each sample of a segment. Default Hann, periodic.
    pub window: Window,
    /// Samples per segment. `None`: 256, or the length of [`Window::Samples`]. A length beyond that of the signal is
    /// shortened to it, which [`Segmentation::shortened_from`] tells.
    pub segment_length: Option<usize>,
    /// Samples that neighbouring segments share. `None`: half a segment (an eighth for spectrograms).
    pub overlap: Option<usize>,
    /// Samples of each transform, with zeros after the segment. `None`: the segment alone.
    pub transform_length: Option<usize>,
    /// What is taken away from each segment. Default its mean.
    pub detrend: Detrend,
    /// Density or power. Default density.
    pub scaling: Scaling,
}

impl Default for SegmentOptions {
    fn default() -> Self {
        Self {
            sampling_frequency: 1.0,
            window: Window::Hann,
            segment_length: None,
            overlap: None,
            transform_length: None,
            detrend: Detrend::Constant,
            scaling: Scaling::Density,
        }
    }
}

impl SegmentOptions {
    /// The defaults of `scipy.signal.spectrogram`: a Tukey window of shape 1/4.
    #[must_use]
    pub fn for_spectrogram() -> Self {
        Self { window: Window::Tukey { shape: 0.25 }, ..Self::default() }
    }
}

/// How a signal was cut into segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// Samples per segment.
    pub length: usize,
    /// Samples that neighbouring segments share.
    pub overlap: usize,
    /// Samples per transform.
    pub transform_length: usize,
    /// Number of segments; samples after the last whole segment are not used.
    pub count: usize,
    /// Number of independent segments that would have the same variance of the power, from the correlation of
    /// overlapping windows: K / (1 + 2 sum_j (1 - j/K) rho_j²), rho_j = sum_n w_n w_(n+jS) / sum_n w_n² with the step S
    /// (Welch 1967).
    pub effective_count: f64,
    /// The segment length that was asked for, where the signal is shorter.
    pub shortened_from: Option<usize>,
}

/// Segments of signals of one length, with the plan of their transform.
pub(super) struct Segments {
    pub(super) shape: Segmentation,
    pub(super) sampling_frequency: f64,
    window: Vec<f64>,
    detrend: Detrend,
    fourier: Fourier,
    scale: f64,
    /// Whether signals are complex, and spectra have negative frequencies.
    pub(super) two_sided: bool,
    weight: f64,
}

impl Segments {
    /// Cuts signals of `samples` samples; without an overlap given, neighbours share 1/`part` of a segment.
    pub(super) fn new(
        samples: usize,
        options: &SegmentOptions,
        part: usize,
    ) -> Result<Self> {
        let rate = options.sampling_frequency;
        if !(rate.is_finite() && rate > 0.0) {
            return Err(CoherenceError::out_of_range(
                "the sampling frequency",
                rate,
                "positive and finite",
            ));
        }
        let own = options.window.own_length();
        let asked = options.segment_length.or(own).unwrap_or(256);
        require_length("segment", asked, 1)?;
        let shortened_from = (asked > samples && own.is_none()).then_some(asked);
        if asked > samples && own.is_some() {
            return Err(CoherenceError::invalid(
                "the window",
                format!("has {asked} samples, more than the signal, which has {samples}"),
            ));
        }
        let length = asked.min(samples);
        let window = options.window.periodic(length)?;
        let transform_length = options.transform_length.unwrap_or(length);
        if transform_length < length {
            return Err(CoherenceError::out_of_range(
                "the transform length",
                transform_length as f64,
                format!("at least the segment length {length}"),
            ));
        }
        let overlap = options.overlap.unwrap_or(length / part);
        if overlap >= length {
            return Err(CoherenceError::out_of_range(
                "the overlap",
                overlap as f64,
                format!("below the segment length {length}"),
            ));
        }
        let step = length - overlap;
        let count = (samples - overlap) / step;
        let square: f64 = window.iter().map(|w| w * w).sum();
        let total: f64 = window.iter().sum();
        let divisor = match options.scaling {
            Scaling::Density => rate * square,
            Scaling::Spectrum => total * total,
        };
        if divisor <= 0.0 || !divisor.is_finite() {
            return Err(CoherenceError::invalid(
                "the window",
                format!("of {length} samples has no weight; choose longer segments"),
            ));
        }
        let effective_count = effective_count(&window, square, step, count);
        Ok(Self {
            shape: Segmentation {
                length,
                overlap,
                transform_length,
                count,
                effective_count,
                shortened_from,
            },
            sampling_frequency: rate,
            weight: window.iter().map(|w| w.abs()).sum(),
            window,
            detrend: options.detrend,
            fourier: Fourier::new(transform_length),
            two_sided: false,
            scale: 1.0 / divisor,
        })
    }

    /// The same for complex signals, where one of them is: with negative frequencies.
    pub(super) fn of(self, signals: &[Series<'_>]) -> Self {
        Self { two_sided: signals.iter().any(|it| it.is_complex()), ..self }
    }

    /// Number of frequencies of a spectrum.
    pub(super) fn bins(&self) -> usize {
        match self.two_sided {
            true => self.shape.transform_length,
            false => self.shape.transform_length / 2 + 1,
        }
    }

    /// The frequencies: from 0 to half the sampling frequency, or from minus half of it on.
    pub(super) fn frequencies(&self) -> Vec<f64> {
        let length = self.shape.transform_length;
        frequencies(length, self.sampling_frequency, self.two_sided)
    }

    /// Values over the modes of a transform in the order of the frequencies.
    pub(super) fn arranged<T>(&self, modes: Vec<T>) -> Vec<T> {
        arranged(modes, self.two_sided)
    }

    /// Factor from |transform|² to the spectrum at a frequency.
    pub(super) fn factor(&self, bin: usize) -> f64 {
        if self.two_sided || self.unpaired(bin) { self.scale } else { 2.0 * self.scale }
    }

    /// Whether a frequency has no negative partner and a real amplitude: 0, and half the sampling frequency for an even length, of real
    /// signals.
    pub(super) fn unpaired(&self, bin: usize) -> bool {
        !self.two_sided && (bin == 0 || 2 * bin == self.shape.transform_length)
    }

    /// Writes the transform of a segment; `out` is as long as the transform.
    pub(super) fn transform<'a>(
        &mut self,
        x: impl Into<Series<'a>>,
        segment: usize,
        out: &mut [Complex64],
    ) {
        let start = segment * (self.shape.length - self.shape.overlap);
        let Some((mut re, im)) = x.into().part(start..start + self.shape.length) else {
            return;
        };
        self.detrend.apply(&mut re);
        out.fill(Complex64::default());
        for ((slot, value), weight) in out.iter_mut().zip(&re).zip(&self.window) {
            slot.re = value * weight;
        }
        if let Some(mut im) = im {
            self.detrend.apply(&mut im);
            for ((slot, value), weight) in out.iter_mut().zip(&im).zip(&self.window) {
                slot.im = value * weight;
            }
        }
        self.fourier.forward(out);
    }

    /// The size of a transform value that rounding alone may give for this signal: below it there is no power.
    pub(super) fn rounding<'a>(&self, x: impl Into<Series<'a>>) -> f64 {
        8.0 * f64::EPSILON * x.into().largest() * self.weight
    }
}

fn effective_count(window: &[f64], square: f64, step: usize, count: usize) -> f64 {
    let k = count as f64;
    let mut sum = 0.0;
    for j in 1..count {
        let shift = j * step;
        if shift >= window.len() {
            break;
        }
        let product: f64 = window.iter().zip(&window[shift..]).map(|(a, b)| a * b).sum();
        sum += (1.0 - j as f64 / k) * (product / square).powi(2);
    }
    k / (1.0 + 2.0 * sum)
}

/// Refuses signals that are short, hold NaN, or have a size whose square leaves the range of numbers.
pub(super) fn check_signal(name: &'static str, x: &[f64]) -> Result<()> {
    Series::Real(x).check(name)
}

/// Refuses a probability outside the open interval from 0 to 1.
pub(super) fn check_level(name: &'static str, level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        Ok(())
    } else {
        Err(CoherenceError::out_of_range(name, level, "between 0 and 1, both excluded"))
    }
}
