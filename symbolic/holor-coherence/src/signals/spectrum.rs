//! Power and cross spectra by Welch's method, and spectrograms, with SciPy's defaults and normalisation.

use crate::Complex64;
use crate::error::{Result, require_equal_length};

use super::distributions::chi_squared_quantile;
use super::segments::{SegmentOptions, Segmentation, Segments, check_level};
use super::series::Series;
use super::{Plane, phase_of};

/// How the spectra of the segments become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Average {
    /// Their mean.
    #[default]
    Mean,
    /// Their median, divided by its bias for chi-squared variables (Allen et al. 2012, appendix B); robust against
    /// bursts. Real and imaginary parts are taken by themselves.
    Median,
}

/// Limits between which the true value lies with a given probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Lower limit at each frequency.
    pub lower: Vec<f64>,
    /// Upper limit at each frequency.
    pub upper: Vec<f64>,
    /// The probability, such as 0.95.
    pub confidence: f64,
}

/// A one-sided power spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct PowerSpectrum {
    /// Frequencies from 0 to half the sampling frequency.
    pub frequencies: Vec<f64>,
    /// Power density (unit² per unit of frequency), or power (unit²), at each frequency.
    pub values: Vec<f64>,
    /// Limits from the chi-squared distribution with 2 K degrees of freedom, K the effective number of segments (K at
    /// 0 and at half the sampling frequency); none for medians.
    pub limits: Option<Limits>,
    /// How the signal was cut.
    pub segmentation: Segmentation,
}

/// A one-sided cross spectrum.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossSpectrum {
    /// Frequencies from 0 to half the sampling frequency.
    pub frequencies: Vec<f64>,
    /// conj(X) Y, averaged, at each frequency.
    pub values: Vec<Complex64>,
    /// How the signals were cut.
    pub segmentation: Segmentation,
}

impl CrossSpectrum {
    /// The phase of the cross spectrum in (-pi, pi], in radians: negative where y comes after x.
    #[must_use]
    pub fn phase(&self) -> Vec<f64> {
        self.values.iter().map(|value| phase_of(*value)).collect()
    }
}

/// The power spectrum of a signal by Welch's method, as `scipy.signal.welch`.
///
/// S(f) = c <|sum_n w_n x_n exp(-2 pi i f n)|²> over segments, with c = 1 / (f_s sum w²) for densities and 1 / (sum w)²
/// for powers, doubled where a frequency has a negative partner (Welch 1967). `confidence` is the probability of the
/// limits.
///
/// Of complex signals it is two-sided, as with SciPy's `return_onesided=False`, with the frequencies in rising order from minus half the
/// sampling frequency on, and the limits take the signals as circular: two degrees of freedom at every frequency.
///
/// # Errors
/// Fewer than 2 samples, samples that are not finite, options that do not fit the signal.
pub fn power_spectrum<'a>(
    x: impl Into<Series<'a>>,
    options: &SegmentOptions,
    average: Average,
    confidence: f64,
) -> Result<PowerSpectrum> {
    let x = x.into();
    x.check("x")?;
    check_level("the confidence", confidence)?;
    let mut segments = Segments::new(x.len(), options, 2)?.of(&[x]);
    let modes = segments.shape.transform_length;
    let mut rows = Gather::new(average, segments.shape.count, modes);
    let mut out = vec![Complex64::default(); segments.shape.transform_length];
    for segment in 0..segments.shape.count {
        segments.transform(x, segment, &mut out);
        rows.add(out.iter().map(|value| Complex64::new(value.norm_sqr(), 0.0)));
    }
    let values: Vec<f64> = segments
        .arranged(rows.finish())
        .into_iter()
        .enumerate()
        .map(|(bin, value)| value.re * segments.factor(bin))
        .collect();
    let limits = (average == Average::Mean).then(|| {
        let quantiles = |freedom: f64| {
            (
                freedom / chi_squared_quantile(0.5 + 0.5 * confidence, freedom),
                freedom / chi_squared_quantile(0.5 - 0.5 * confidence, freedom),
            )
        };
        let paired = quantiles(2.0 * segments.shape.effective_count);
        let unpaired = quantiles(segments.shape.effective_count);
        let factors = |bin| if segments.unpaired(bin) { unpaired } else { paired };
        let scaled = |pick: fn((f64, f64)) -> f64| {
            values
                .iter()
                .enumerate()
                .map(|(bin, value)| value * pick(factors(bin)))
                .collect()
        };
        Limits { lower: scaled(|f| f.0), upper: scaled(|f| f.1), confidence }
    });
    Ok(PowerSpectrum {
        frequencies: segments.frequencies(),
        values,
        limits,
        segmentation: segments.shape,
    })
}

/// The cross spectrum of two signals by Welch's method, as `scipy.signal.csd`: the mean of conj(X) Y.
///
/// If y is x delayed by tau, the phase is -2 pi f tau. Scaling as for [`power_spectrum`].
///
/// Of complex signals it is two-sided, as with SciPy's `return_onesided=False`, with the frequencies in rising order from minus half the
/// sampling frequency on, and the limits take the signals as circular: two degrees of freedom at every frequency.
///
/// # Errors
/// Signals of different lengths (SciPy fills the shorter one with zeros, which falsifies the estimate), and as for
/// [`power_spectrum`].
pub fn cross_spectrum<'a, 'b>(
    x: impl Into<Series<'a>>,
    y: impl Into<Series<'b>>,
    options: &SegmentOptions,
    average: Average,
) -> Result<CrossSpectrum> {
    let (x, y) = (x.into(), y.into());
    x.check("x")?;
    y.check("y")?;
    require_equal_length("x", x.len(), "y", y.len())?;
    let mut segments = Segments::new(x.len(), options, 2)?.of(&[x, y]);
    let modes = segments.shape.transform_length;
    let mut rows = Gather::new(average, segments.shape.count, modes);
    let mut first = vec![Complex64::default(); segments.shape.transform_length];
    let mut second = first.clone();
    for segment in 0..segments.shape.count {
        segments.transform(x, segment, &mut first);
        segments.transform(y, segment, &mut second);
        rows.add(first.iter().zip(&second).map(|(a, b)| a.conj() * b));
    }
    let values = segments
        .arranged(rows.finish())
        .into_iter()
        .enumerate()
        .map(|(bin, value)| value * segments.factor(bin))
        .collect();
    Ok(CrossSpectrum {
        frequencies: segments.frequencies(),
        values,
        segmentation: segments.shape,
    })
}

/// A power spectrum that changes with time.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrogram {
    /// Frequencies from 0 to half the sampling frequency: the rows of `values`.
    pub frequencies: Vec<f64>,
    /// Middle of each segment, in units of time: the columns of `values`.
    pub times: Vec<f64>,
    /// Power density or power.
    pub values: Plane<f64>,
    /// How the signal was cut.
    pub segmentation: Segmentation,
}

/// The spectra of single segments, as `scipy.signal.spectrogram` with mode `psd`.
///
/// [`SegmentOptions::for_spectrogram`] has SciPy's default window; without an overlap given, neighbours share an eighth.
///
/// Of complex signals it is two-sided, as for [`power_spectrum`].
///
/// # Errors
/// As for [`power_spectrum`].
pub fn spectrogram<'a>(
    x: impl Into<Series<'a>>,
    options: &SegmentOptions,
) -> Result<Spectrogram> {
    let x = x.into();
    x.check("x")?;
    let mut segments = Segments::new(x.len(), options, 8)?.of(&[x]);
    let (bins, count) = (segments.bins(), segments.shape.count);
    let mut values = Plane::filled(bins, count, 0.0);
    let mut out = vec![Complex64::default(); segments.shape.transform_length];
    for segment in 0..count {
        segments.transform(x, segment, &mut out);
        let powers = segments.arranged(out.iter().map(Complex64::norm_sqr).collect());
        for (bin, power) in powers.into_iter().enumerate() {
            values.values[bin * count + segment] = power * segments.factor(bin);
        }
    }
    let (length, step) =
        (segments.shape.length, segments.shape.length - segments.shape.overlap);
    let times = (0..count)
        .map(|i| (0.5 * length as f64 + (i * step) as f64) / segments.sampling_frequency)
        .collect();
    Ok(Spectrogram {
        frequencies: segments.frequencies(),
        times,
        values,
        segmentation: segments.shape,
    })
}

/// Collects the spectra of segments: their sum, or all of them where the median is wanted.
struct Gather {
    average: Average,
    bins: usize,
    count: usize,
    values: Vec<Complex64>,
}

impl Gather {
    fn new(average: Average, count: usize, bins: usize) -> Self {
        let values = match average {
            Average::Mean => vec![Complex64::default(); bins],
            Average::Median => Vec::with_capacity(bins * count),
        };
        Self { average, bins, count, values }
    }

    fn add(&mut self, row: impl Iterator<Item = Complex64>) {
        match self.average {
            Average::Mean => {
                for (sum, value) in self.values.iter_mut().zip(row) {
                    *sum += value;
                }
            }
            Average::Median => self.values.extend(row),
        }
    }

    fn finish(self) -> Vec<Complex64> {
        let count = self.count;
        match self.average {
            Average::Mean => self.values.iter().map(|sum| sum / count as f64).collect(),
            Average::Median => {
                let bias: f64 = 1.0
                    + (1..=(count - 1) / 2)
                        .map(|i| 1.0 / (2.0 * i as f64 + 1.0) - 1.0 / (2.0 * i as f64))
                        .sum::<f64>();
                // SciPy leaves a single segment as it is; the bias is then 1 in any case.
                let at = |bin: usize, part: fn(&Complex64) -> f64| {
                    let mut column: Vec<f64> = self
                        .values
                        .iter()
                        .skip(bin)
                        .step_by(self.bins)
                        .map(part)
                        .collect();
                    median(&mut column) / bias
                };
                (0..self.bins)
                    .map(|bin| Complex64::new(at(bin, |v| v.re), at(bin, |v| v.im)))
                    .collect()
            }
        }
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 {
        values[half]
    } else {
        0.5 * (values[half - 1] + values[half])
    }
}
