//! Multitaper spectra and coherence with jackknife limits and the F test for lines.

use std::f64::consts::PI;

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_equal_length, require_length};
use crate::numeric::{Fourier, compensated_sum};

use super::coherence::{PairSums, split_by_power, zero_coherence_level};
use super::distributions::{f_survival, student_quantile};
use super::phase_of;
use super::segments::check_level;
use super::series::{Series, arranged, frequencies};
use super::slepian::slepian_tapers;
use super::spectrum::Limits;
use super::windows::Detrend;

/// How the spectra of the single tapers are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TaperWeights {
    /// All alike.
    #[default]
    Uniform,
    /// By the concentration of the taper.
    Concentration,
    /// By the balance of signal and leakage at each frequency (Thomson 1982, eqs. 5.2 to 5.4):
    /// d_k = sqrt(l_k) S / (l_k S + (1 - l_k) s²), S = sum d_k² S_k / sum d_k².
    Adaptive,
}

/// How a multitaper estimate is made.
#[derive(Debug, Clone, PartialEq)]
pub struct MultitaperOptions {
    /// Samples per unit of time. Default 1.
    pub sampling_frequency: f64,
    /// Time-halfbandwidth product N W: the estimate resolves f_s W. Default 4.
    pub product: f64,
    /// Number of tapers. Default 7 = 2 N W - 1.
    pub tapers: usize,
    /// Samples of the transform, with zeros after the signal. `None`: the signal alone.
    pub transform_length: Option<usize>,
    /// What is taken away from the signal. Default its mean.
    pub detrend: Detrend,
    /// Weights of the tapers. Default uniform.
    pub weights: TaperWeights,
    /// Probability of the limits. Default 0.95.
    pub confidence: f64,
}

impl Default for MultitaperOptions {
    fn default() -> Self {
        Self {
            sampling_frequency: 1.0,
            product: 4.0,
            tapers: 7,
            transform_length: None,
            detrend: Detrend::Constant,
            weights: TaperWeights::Uniform,
            confidence: 0.95,
        }
    }
}

/// A one-sided power spectrum by the multitaper method.
#[derive(Debug, Clone, PartialEq)]
pub struct MultitaperSpectrum {
    /// Frequencies from 0 to half the sampling frequency.
    pub frequencies: Vec<f64>,
    /// Power density at each frequency.
    pub values: Vec<f64>,
    /// Jackknife limits: ln S ± t s with s² = (K - 1)/K sum (ln S_(i) - mean)² over the K estimates without one taper
    /// (Thomson and Chave 1991); none for fewer than 3 tapers, or where at some frequency one taper holds all power.
    pub limits: Option<Limits>,
    /// Degrees of freedom at each frequency, 2 (sum w)² / sum w² for weights w.
    pub degrees_of_freedom: Vec<f64>,
    /// F of (2, 2 K - 2) degrees for a line at each frequency (Thomson 1982, eq. 13.10).
    pub line_statistic: Vec<f64>,
    /// Probability of an F at least as large without a line.
    pub line_probability: Vec<f64>,
    /// Amplitude of the sine that the line would be.
    pub line_amplitude: Vec<f64>,
    /// Half the resolution, f_s N W / N, in the unit of the sampling frequency.
    pub half_bandwidth: f64,
}

/// Coherence of two signals by the multitaper method.
#[derive(Debug, Clone, PartialEq)]
pub struct MultitaperCoherence {
    /// Frequencies at which both signals have power.
    pub frequencies: Vec<f64>,
    /// Magnitude squared coherence.
    pub values: Vec<f64>,
    /// Coherency, with the mean of conj(X) Y as cross spectrum.
    pub coherency: Vec<Complex64>,
    /// Phase in radians: negative where y comes after x.
    pub phase: Vec<f64>,
    /// Jackknife deviation of the phase, sqrt(2 (K - 1) (1 - |mean of exp i phase_(i)|)) (Thomson and Chave 1991), at most
    /// pi / sqrt 3.
    pub phase_deviation: Vec<f64>,
    /// Jackknife limits on the scale of atanh |C| with Student's t of K - 1 degrees (Thomson and Chave 1991).
    pub limits: Limits,
    /// Value that the estimate exceeds with probability 1 - confidence where the true coherence is 0:
    /// 1 - (1 - confidence)^(1 / (K - 1)).
    pub significance: f64,
    /// Frequencies left out because a signal has no power there beyond rounding.
    pub without_power: Vec<f64>,
    /// Half the resolution, in the unit of the sampling frequency.
    pub half_bandwidth: f64,
}

/// Transforms of a signal under each taper.
struct Tapered {
    /// Taper by frequency.
    spectra: Vec<Vec<Complex64>>,
    weights: Vec<Vec<f64>>,
    rounding: f64,
}

struct Setup {
    tapers: Vec<Vec<f64>>,
    concentrations: Vec<f64>,
    length: usize,
    frequencies: Vec<f64>,
    half_bandwidth: f64,
    /// Whether a signal is complex, and spectra have negative frequencies.
    two_sided: bool,
}

impl Setup {
    fn new(signals: &[Series<'_>], options: &MultitaperOptions) -> Result<Self> {
        let samples = signals.first().map_or(0, |it| it.len());
        let two_sided = signals.iter().any(|it| it.is_complex());
        let rate = options.sampling_frequency;
        if !(rate.is_finite() && rate > 0.0) {
            return Err(CoherenceError::out_of_range(
                "the sampling frequency",
                rate,
                "positive and finite",
            ));
        }
        check_level("the confidence", options.confidence)?;
        let length = options.transform_length.unwrap_or(samples);
        if length < samples {
            return Err(CoherenceError::out_of_range(
                "the transform length",
                length as f64,
                format!("at least the number of samples {samples}"),
            ));
        }
        let tapers = slepian_tapers(samples, options.product, options.tapers)?;
        Ok(Self {
            tapers: tapers.tapers,
            // The sum of a concentration near 1 may exceed it by rounding.
            concentrations: tapers
                .concentrations
                .iter()
                .map(|c| c.clamp(0.0, 1.0))
                .collect(),
            length,
            frequencies: frequencies(length, rate, two_sided),
            half_bandwidth: tapers.half_bandwidth * rate,
            two_sided,
        })
    }

    /// Whether a mode of a real signal is real itself: 0, and half the sampling frequency for an even length.
    fn unpaired(&self, bin: usize) -> bool {
        !self.two_sided && (bin == 0 || 2 * bin == self.length)
    }

    fn factor(&self, bin: usize, rate: f64) -> f64 {
        if self.two_sided || self.unpaired(bin) { 1.0 / rate } else { 2.0 / rate }
    }

    fn transform(&self, x: Series<'_>, options: &MultitaperOptions) -> Result<Tapered> {
        let (mut re, im) = x.part(0..x.len()).unwrap_or_default();
        options.detrend.apply(&mut re);
        let mut signal: Vec<Complex64> = re.iter().map(|&re| re.into()).collect();
        if let Some(mut im) = im {
            options.detrend.apply(&mut im);
            signal.iter_mut().zip(&im).for_each(|(z, im)| z.im = *im);
        }
        let bins = self.frequencies.len();
        let mut fourier = Fourier::new(self.length);
        let spectra: Vec<Vec<Complex64>> = self
            .tapers
            .iter()
            .map(|taper| {
                let mut modes: Vec<Complex64> =
                    signal.iter().zip(taper).map(|(a, b)| a * b).collect();
                modes.resize(self.length, Complex64::default());
                fourier.forward(&mut modes);
                arranged(modes, self.two_sided)
            })
            .collect();
        let weights = match options.weights {
            TaperWeights::Uniform => vec![vec![1.0; bins]; spectra.len()],
            TaperWeights::Concentration => {
                self.concentrations.iter().map(|c| vec![c.sqrt(); bins]).collect()
            }
            TaperWeights::Adaptive => self.adaptive_weights(&signal, &spectra)?,
        };
        let rounding = 8.0 * f64::EPSILON * x.largest() * (x.len() as f64).sqrt();
        Ok(Tapered { spectra, weights, rounding })
    }

    /// Thomson's weights d_k at each frequency, from two-sided spectra.
    fn adaptive_weights(
        &self,
        signal: &[Complex64],
        spectra: &[Vec<Complex64>],
    ) -> Result<Vec<Vec<f64>>> {
        const MOST: usize = 100_000;
        let variance =
            compensated_sum(signal.iter().map(Complex64::norm_sqr)) / signal.len() as f64;
        let bins = self.frequencies.len();
        let mut weights = vec![vec![1.0; bins]; spectra.len()];
        for bin in 0..bins {
            let powers: Vec<f64> = spectra.iter().map(|s| s[bin].norm_sqr()).collect();
            let mut power =
                powers.iter().take(2).sum::<f64>() / powers.len().min(2) as f64;
            let mut settled = power <= 0.0;
            for _ in 0..MOST {
                if settled {
                    break;
                }
                let (mut above, mut below) = (0.0, 0.0);
                for (k, (part, c)) in powers.iter().zip(&self.concentrations).enumerate()
                {
                    let weight = c.sqrt() * power / (c * power + (1.0 - c) * variance);
                    weights[k][bin] = weight;
                    above += weight * weight * part;
                    below += weight * weight;
                }
                let next = above / below;
                settled = (next - power).abs() <= 1e-13 * power || next <= 0.0;
                power = next;
            }
            if !settled {
                return Err(CoherenceError::NotConverged {
                    measure: "the adaptive weighting of tapers",
                    iterations: MOST,
                });
            }
        }
        Ok(weights)
    }
}

/// The power spectrum of a signal by the multitaper method (Thomson 1982):
/// S(f) = sum_k w_k² |sum_n h_k,n x_n exp(-2 pi i f n)|² / (f_s sum_k w_k²), one-sided.
///
/// Of complex signals it is two-sided, as with SciPy's `return_onesided=False`, with the frequencies in rising order from minus half the
/// sampling frequency on, and the limits take the signals as circular: two degrees of freedom at every frequency.
///
/// # Errors
/// Fewer than 2 samples, samples that are not finite, options that do not fit the signal; a constant signal with
/// adaptive weights.
pub fn multitaper_spectrum<'a>(
    x: impl Into<Series<'a>>,
    options: &MultitaperOptions,
) -> Result<MultitaperSpectrum> {
    let x = x.into();
    x.check("x")?;
    let setup = Setup::new(&[x], options)?;
    let tapered = setup.transform(x, options)?;
    let count = tapered.spectra.len();
    let bins = setup.frequencies.len();
    let rate = options.sampling_frequency;
    let mut result = MultitaperSpectrum {
        frequencies: setup.frequencies.clone(),
        values: Vec::with_capacity(bins),
        limits: None,
        degrees_of_freedom: Vec::with_capacity(bins),
        line_statistic: Vec::with_capacity(bins),
        line_probability: Vec::with_capacity(bins),
        line_amplitude: Vec::with_capacity(bins),
        half_bandwidth: setup.half_bandwidth,
    };
    let totals: Vec<f64> = setup
        .tapers
        .iter()
        .enumerate()
        .map(|(k, taper)| if k % 2 == 0 { taper.iter().sum() } else { 0.0 })
        .collect();
    let total_square: f64 = totals.iter().map(|h| h * h).sum();
    let reach =
        student_quantile(0.5 + 0.5 * options.confidence, (count - 1).max(1) as f64);
    let (mut lower, mut upper) = (Vec::new(), Vec::new());
    for bin in 0..bins {
        let factor = setup.factor(bin, rate);
        let parts: Vec<(f64, f64)> = tapered
            .spectra
            .iter()
            .zip(&tapered.weights)
            .map(|(s, w)| (w[bin] * w[bin], s[bin].norm_sqr()))
            .collect();
        let weight: f64 = parts.iter().map(|(w, _)| w).sum();
        let weight_square: f64 = parts.iter().map(|(w, _)| w * w).sum();
        let sum: f64 = parts.iter().map(|(w, p)| w * p).sum();
        let value = factor * sum / weight;
        result.values.push(value);
        let paired = if setup.unpaired(bin) { 1.0 } else { 2.0 };
        result.degrees_of_freedom.push(paired * weight * weight / weight_square);
        let rest = |(w, p): &(f64, f64)| (sum - w * p) / (weight - w);
        // Where one taper holds all power, the estimate without it is rounding and the limits have no bound.
        if count >= 3 && parts.iter().all(|part| rest(part) > 1e-14 * sum / weight) {
            let logs: Vec<f64> = parts.iter().map(|part| rest(part).ln()).collect();
            let spread = jackknife_deviation(&logs);
            lower.push(value * (-reach * spread).exp());
            upper.push((value * (reach * spread).exp()).min(f64::MAX));
        }
        let mean: Complex64 = tapered
            .spectra
            .iter()
            .zip(&totals)
            .map(|(s, h)| s[bin] * h)
            .sum::<Complex64>()
            / total_square;
        let rest: f64 = tapered
            .spectra
            .iter()
            .zip(&totals)
            .map(|(s, h)| (s[bin] - mean * h).norm_sqr())
            .sum();
        let line = (count - 1) as f64 * mean.norm_sqr() * total_square;
        let statistic = if line > 0.0 { line / rest } else { 0.0 };
        result.line_statistic.push(statistic);
        result.line_probability.push(if count < 2 {
            1.0
        } else {
            f_survival(statistic, 2.0, 2.0 * (count - 1) as f64)
        });
        // Of a real signal both signs of the frequency make up the sine.
        let sides = if setup.two_sided { 1.0 } else { paired };
        result.line_amplitude.push(sides * mean.norm());
    }
    if lower.len() == bins {
        result.limits = Some(Limits { lower, upper, confidence: options.confidence });
    }
    Ok(result)
}

/// The coherence of two signals by the multitaper method, with jackknife limits.
///
/// Of complex signals it is two-sided, as with SciPy's `return_onesided=False`, with the frequencies in rising order from minus half the
/// sampling frequency on, and the limits take the signals as circular: two degrees of freedom at every frequency.
///
/// # Errors
/// Fewer than 3 tapers (the jackknife leaves one out, and one alone always gives 1); a signal without power, such as a
/// constant one; different lengths; and as for [`multitaper_spectrum`].
pub fn multitaper_coherence<'a, 'b>(
    x: impl Into<Series<'a>>,
    y: impl Into<Series<'b>>,
    options: &MultitaperOptions,
) -> Result<MultitaperCoherence> {
    let (x, y) = (x.into(), y.into());
    x.check("x")?;
    y.check("y")?;
    require_equal_length("x", x.len(), "y", y.len())?;
    require_length("the tapers", options.tapers, 3)?;
    let setup = Setup::new(&[x, y], options)?;
    let (first, second) = (setup.transform(x, options)?, setup.transform(y, options)?);
    let count = options.tapers;
    let terms = |bin: usize, k: usize| {
        let mut term = PairSums::default();
        term.add(
            first.spectra[k][bin] * first.weights[k][bin],
            second.spectra[k][bin] * second.weights[k][bin],
        );
        term
    };
    let sums: Vec<PairSums> = (0..setup.frequencies.len())
        .map(|bin| {
            (0..count).fold(PairSums::default(), |sum, k| sum.plus(terms(bin, k), 1.0))
        })
        .collect();
    let floor = |tapered: &Tapered| count as f64 * tapered.rounding.powi(2);
    let (kept, without_power) =
        split_by_power(&setup.frequencies, &sums, floor(&first), floor(&second))?;
    let reach = student_quantile(0.5 + 0.5 * options.confidence, (count - 1) as f64);
    let mut result = MultitaperCoherence {
        frequencies: kept.iter().map(|(frequency, _)| *frequency).collect(),
        values: Vec::new(),
        coherency: kept.iter().map(|(_, sum)| sum.coherency()).collect(),
        phase: kept.iter().map(|(_, sum)| phase_of(sum.xy)).collect(),
        phase_deviation: Vec::new(),
        limits: Limits {
            lower: Vec::new(),
            upper: Vec::new(),
            confidence: options.confidence,
        },
        significance: zero_coherence_level(count as f64, options.confidence),
        without_power,
        half_bandwidth: setup.half_bandwidth,
    };
    let scale = |c: f64| c.min(1.0 - f64::EPSILON).atanh();
    for (bin, sum) in sums.iter().enumerate() {
        if !(sum.xx > floor(&first) && sum.yy > floor(&second)) {
            continue;
        }
        let value = sum.coherency().norm().min(1.0);
        let without: Vec<Complex64> = (0..count)
            .map(|k| {
                let rest = sum.plus(terms(bin, k), -1.0);
                // Without one taper the rest may have no power beyond rounding; it then says nothing.
                if rest.xx > 1e-14 * sum.xx && rest.yy > 1e-14 * sum.yy {
                    rest.coherency()
                } else {
                    Complex64::default()
                }
            })
            .collect();
        let spread = jackknife_deviation(
            &without.iter().map(|c| scale(c.norm())).collect::<Vec<_>>(),
        );
        result.values.push(value * value);
        let shifted = |shift: f64| (scale(value) + shift).max(0.0).tanh().powi(2);
        result.limits.lower.push(shifted(-reach * spread).min(value * value));
        result.limits.upper.push(shifted(reach * spread).max(value * value));
        let turned: Complex64 = without
            .iter()
            .map(|c| if c.norm() > 0.0 { c / c.norm() } else { *c })
            .sum::<Complex64>()
            / count as f64;
        let spread = 2.0 * (count - 1) as f64 * (1.0 - turned.norm()).max(0.0);
        result.phase_deviation.push(spread.sqrt().min(PI / 3.0_f64.sqrt()));
    }
    Ok(result)
}

impl PairSums {
    fn plus(self, other: Self, sign: f64) -> Self {
        Self {
            xx: self.xx + sign * other.xx,
            yy: self.yy + sign * other.yy,
            xy: self.xy + other.xy * sign,
        }
    }
}

/// sqrt((K - 1)/K sum (v_i - mean)²) over values without one part each.
fn jackknife_deviation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let square: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    ((count - 1.0) / count * square).sqrt()
}
