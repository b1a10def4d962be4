//! The continuous wavelet transform of Torrence and Compo 1998, with red-noise significance and cone of influence.

use std::borrow::Cow;
use std::f64::consts::PI;

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_length};
use crate::numeric::{Fourier, compensated_sum, largest, mean};

use super::Plane;
use super::distributions::{chi_squared_quantile, ln_gamma};
use super::segments::{check_level, check_signal};
use super::windows::Detrend;

/// A mother wavelet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wavelet {
    /// pi^(-1/4) exp(i w t) exp(-t²/2); its transform is pi^(-1/4) exp(-(s - w)²/2) at all frequencies, as in pycwt
    /// (Torrence and Compo cut it at 0, where it is 1.5e-8 of its height for w = 6).
    Morlet {
        /// The angular frequency w, usually 6.
        frequency: f64,
    },
    /// Paul's wavelet of an order, usually 4.
    Paul {
        /// The order m.
        order: u32,
    },
    /// A derivative of a Gaussian (order 2: the Mexican hat), with the sign of pycwt, -i^m.
    GaussianDerivative {
        /// The order m, usually 2 or 6.
        order: u32,
    },
}

impl Default for Wavelet {
    fn default() -> Self {
        Self::Morlet { frequency: 6.0 }
    }
}

/// Empirical factors of Torrence and Compo 1998, table 2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveletFactors {
    /// C_delta: from the transform back to the signal.
    pub reconstruction: f64,
    /// gamma: decorrelation in time.
    pub time_decorrelation: f64,
    /// delta j_0: decorrelation in scale.
    pub scale_decorrelation: f64,
}

impl Wavelet {
    fn check(self) -> Result<()> {
        match self {
            // Below 5 the mean of the wavelet is no longer small (Farge 1992); pycwt asks for more than 0.8.
            Self::Morlet { frequency } if !(frequency > 0.8 && frequency <= 1000.0) => {
                Err(CoherenceError::out_of_range(
                    "the frequency of the Morlet wavelet",
                    frequency,
                    "above 0.8 and at most 1000",
                ))
            }
            Self::Paul { order } | Self::GaussianDerivative { order }
                if order == 0 || order > 60 =>
            {
                Err(CoherenceError::out_of_range(
                    "the order of the wavelet",
                    f64::from(order),
                    "between 1 and 60",
                ))
            }
            Self::Morlet { .. } | Self::Paul { .. } | Self::GaussianDerivative { .. } => {
                Ok(())
            }
        }
    }

    /// The transform of the wavelet of scale 1 at an angular frequency.
    fn transform(self, w: f64) -> Complex64 {
        match self {
            Self::Morlet { frequency } => Complex64::new(
                PI.powf(-0.25) * (-0.5 * (w - frequency).powi(2)).exp(),
                0.0,
            ),
            Self::Paul { order } => {
                if w <= 0.0 {
                    return Complex64::default();
                }
                let m = f64::from(order);
                let ln = m * 2.0_f64.ln() - 0.5 * (m.ln() + ln_gamma(2.0 * m))
                    + m * w.ln()
                    - w;
                Complex64::new(ln.exp(), 0.0)
            }
            Self::GaussianDerivative { order } => {
                let size = w.abs().powi(order as i32)
                    * (-0.5 * w * w - 0.5 * ln_gamma(f64::from(order) + 0.5)).exp();
                let signed = if w < 0.0 && order % 2 == 1 { -size } else { size };
                match order % 4 {
                    0 => Complex64::new(-signed, 0.0),
                    1 => Complex64::new(0.0, -signed),
                    2 => Complex64::new(signed, 0.0),
                    _ => Complex64::new(0.0, signed),
                }
            }
        }
    }

    /// The Fourier period that a scale of 1 corresponds to (table 1).
    #[must_use]
    pub fn fourier_factor(self) -> f64 {
        match self {
            Self::Morlet { frequency } => {
                4.0 * PI / (frequency + (2.0 + frequency * frequency).sqrt())
            }
            Self::Paul { order } => 4.0 * PI / (2.0 * f64::from(order) + 1.0),
            Self::GaussianDerivative { order } => {
                2.0 * PI / (f64::from(order) + 0.5).sqrt()
            }
        }
    }

    /// Factor from the distance to the nearer end to the scale at the edge of the cone of influence.
    fn cone_factor(self) -> f64 {
        match self {
            Self::Morlet { .. } | Self::GaussianDerivative { .. } => 0.5_f64.sqrt(),
            Self::Paul { .. } => 2.0_f64.sqrt(),
        }
    }

    /// Degrees of freedom of the power at one time and scale: 2 for complex wavelets, 1 for real ones.
    #[must_use]
    pub fn degrees_of_freedom(self) -> f64 {
        match self {
            Self::Morlet { .. } | Self::Paul { .. } => 2.0,
            Self::GaussianDerivative { .. } => 1.0,
        }
    }

    /// The factors of table 2, which exist for Morlet 6, Paul 4 and Gaussian derivatives 2 and 6.
    #[must_use]
    pub fn factors(self) -> Option<WaveletFactors> {
        let (reconstruction, time_decorrelation, scale_decorrelation) = match self {
            Self::Morlet { frequency: 6.0 } => (0.776, 2.32, 0.60),
            Self::Paul { order: 4 } => (1.132, 1.17, 1.50),
            Self::GaussianDerivative { order: 2 } => (3.541, 1.43, 1.40),
            Self::GaussianDerivative { order: 6 } => (1.966, 1.37, 0.97),
            Self::Morlet { .. } | Self::Paul { .. } | Self::GaussianDerivative { .. } => {
                return None;
            }
        };
        Some(WaveletFactors { reconstruction, time_decorrelation, scale_decorrelation })
    }

    /// C_delta, from the transform back to the signal: that of table 2, else by its integral over all scales,
    /// (pi/(ln 2 sqrt(2 pi) psi(0))) int psi^(u)/u du.
    #[must_use]
    pub fn reconstruction_factor(self) -> f64 {
        if let Some(factors) = self.factors() {
            return factors.reconstruction;
        }
        let top = match self {
            Self::Morlet { frequency } => frequency + 12.0,
            Self::Paul { order } => 4.0 * f64::from(order) + 60.0,
            Self::GaussianDerivative { order } => 2.0 * f64::from(order).sqrt() + 12.0,
        };
        // Smooth and 0 at both ends, so that the sum over midpoints converges fast.
        let steps = 20_000;
        let width = top / f64::from(steps);
        let sides = match self {
            Self::GaussianDerivative { .. } => 2.0,
            Self::Morlet { .. } | Self::Paul { .. } => 1.0,
        };
        let integral: f64 = (0..steps)
            .map(|step| (f64::from(step) + 0.5) * width)
            .map(|u| self.transform(u).re / u * width)
            .sum();
        let scale = PI / (2.0_f64.ln() * (2.0 * PI).sqrt() * self.at_zero());
        sides * scale * integral
    }

    /// The wavelet at time 0, for the way back.
    fn at_zero(self) -> f64 {
        match self {
            Self::Paul { order } => {
                // 2^m m! / sqrt(pi (2m)!), the modulus at 0.
                let m = f64::from(order);
                (m * 2.0_f64.ln() + ln_gamma(m + 1.0)
                    - 0.5 * (PI.ln() + ln_gamma(2.0 * m + 1.0)))
                .exp()
            }
            Self::Morlet { .. } => PI.powf(-0.25),
            Self::GaussianDerivative { order } => {
                // (-1)^(m+1) He_m(0) / sqrt(gamma(m + 1/2)); He_m(0) = (-1)^(m/2) (m-1)!! for even m.
                if order % 2 == 1 {
                    return 0.0;
                }
                let double_factorial: f64 =
                    (1..order).step_by(2).map(f64::from).product();
                let sign = if order % 4 == 0 { -1.0 } else { 1.0 };
                sign * double_factorial * (-0.5 * ln_gamma(f64::from(order) + 0.5)).exp()
            }
        }
    }
}

/// How a wavelet transform is made.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveletOptions {
    /// Time between samples. Default 1.
    pub interval: f64,
    /// Spacing of the scales in powers of two. Default 1/12.
    pub spacing: f64,
    /// Smallest scale. `None`: twice the interval, as Torrence and Compo; pycwt takes the scale whose Fourier period is
    /// twice the interval, 1.033 times smaller for Morlet 6.
    pub smallest_scale: Option<f64>,
    /// Number of scales less one. `None`: log2(n interval / smallest scale) / spacing, rounded.
    pub octave_steps: Option<usize>,
    /// The mother wavelet. Default Morlet 6.
    pub wavelet: Wavelet,
    /// What is taken away from the signal. Default nothing, as pycwt; zeros follow the signal, so a mean makes edges.
    pub detrend: Detrend,
}

impl Default for WaveletOptions {
    fn default() -> Self {
        Self {
            interval: 1.0,
            spacing: 1.0 / 12.0,
            smallest_scale: None,
            octave_steps: None,
            wavelet: Wavelet::default(),
            detrend: Detrend::None,
        }
    }
}

/// Scales of a transform and the cone of influence.
#[derive(Debug, Clone, PartialEq)]
pub struct Scales {
    /// s_0 2^(j dj): the rows of a transform.
    pub scales: Vec<f64>,
    /// The Fourier period of each scale.
    pub periods: Vec<f64>,
    /// The frequency of each scale, 1 / period.
    pub frequencies: Vec<f64>,
    /// Times from 0: the columns of a transform.
    pub times: Vec<f64>,
    /// Cone of influence: at each time the largest period free of the ends.
    pub cone: Vec<f64>,
}

impl Scales {
    /// Scales for signals of `samples` samples.
    pub(super) fn new(samples: usize, options: &WaveletOptions) -> Result<Self> {
        options.wavelet.check()?;
        for (name, value) in [
            ("the interval", options.interval),
            ("the spacing of scales", options.spacing),
        ] {
            if !(value.is_finite() && value > 0.0) {
                return Err(CoherenceError::out_of_range(
                    name,
                    value,
                    "positive and finite",
                ));
            }
        }
        let smallest = options.smallest_scale.unwrap_or(2.0 * options.interval);
        if !(smallest.is_finite() && smallest > 0.0) {
            return Err(CoherenceError::out_of_range(
                "the smallest scale",
                smallest,
                "positive and finite",
            ));
        }
        let span =
            (samples as f64 * options.interval / smallest).log2() / options.spacing;
        let steps =
            options.octave_steps.unwrap_or(span.round_ties_even().max(-1.0) as usize);
        if options.octave_steps.is_none() && span.round_ties_even() < 0.0 {
            return Err(CoherenceError::out_of_range(
                "the smallest scale",
                smallest,
                format!(
                    "below the length of the signal, {}",
                    samples as f64 * options.interval
                ),
            ));
        }
        if steps > 100_000 {
            return Err(CoherenceError::out_of_range(
                "the number of scales",
                steps as f64,
                "at most 100000",
            ));
        }
        let factor = options.wavelet.fourier_factor();
        let scales: Vec<f64> = (0..=steps)
            .map(|j| smallest * 2.0_f64.powf(j as f64 * options.spacing))
            .collect();
        let half = (samples as f64 - 1.0) / 2.0;
        let reach = factor * options.wavelet.cone_factor() * options.interval;
        Ok(Self {
            periods: scales.iter().map(|s| factor * s).collect(),
            frequencies: scales.iter().map(|s| 1.0 / (factor * s)).collect(),
            scales,
            times: (0..samples).map(|i| i as f64 * options.interval).collect(),
            cone: (0..samples)
                .map(|i| reach * (samples as f64 / 2.0 - (i as f64 - half).abs()))
                .collect(),
        })
    }
}

/// A wavelet transform.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveletTransform {
    /// Scales, periods, times, cone of influence.
    pub scales: Scales,
    /// The transform, scale by time.
    pub values: Plane<Complex64>,
    /// The options it was made with.
    pub options: WaveletOptions,
}

/// The continuous wavelet transform of a signal, as `pycwt.cwt`:
/// W_n(s) = sum_k x^_k sqrt(2 pi s / dt) conj psi^(s w_k) exp(i w_k n dt) (Torrence and Compo 1998, eqs. 4 and 6), zeros
/// following the signal up to a power of two.
///
/// # Errors
/// Fewer than 2 samples, samples that are not finite, options out of range.
pub fn wavelet_transform(
    x: &[f64],
    options: &WaveletOptions,
) -> Result<WaveletTransform> {
    check_signal("x", x)?;
    let scales = Scales::new(x.len(), options)?;
    let mut signal = x.to_vec();
    options.detrend.apply(&mut signal);
    let mut engine = Engine::new(x.len());
    let values = engine.transform(&signal, scales.scales.len(), |engine, row| {
        Cow::Owned(engine.daughter(scales.scales[row], options))
    });
    Ok(WaveletTransform { scales, values, options: options.clone() })
}

/// Transforms of signals of one length, at scales of one set.
pub(super) struct Engine {
    fourier: Fourier,
    samples: usize,
    padded: usize,
    work: Vec<Complex64>,
}

impl Engine {
    pub(super) fn new(samples: usize) -> Self {
        let padded = samples.next_power_of_two();
        let work = vec![Complex64::default(); padded];
        Self { fourier: Fourier::new(padded), samples, padded, work }
    }

    /// Angular frequencies per sample, in the order of the transform.
    fn angle(&self, k: usize) -> f64 {
        let signed =
            if 2 * k < self.padded { k as f64 } else { k as f64 - self.padded as f64 };
        2.0 * PI * signed / self.padded as f64
    }

    /// The values of a function of angular frequency, in the order of the transform.
    pub(super) fn table<T>(&self, response: impl Fn(f64) -> T) -> Vec<T> {
        (0..self.padded).map(|k| response(self.angle(k))).collect()
    }

    /// What the transform of a signal is multiplied by at a scale.
    pub(super) fn daughter(
        &self,
        scale: f64,
        options: &WaveletOptions,
    ) -> Vec<Complex64> {
        let relative = scale / options.interval;
        let norm = (2.0 * PI * relative).sqrt();
        self.table(|w| options.wavelet.transform(relative * w).conj() * norm)
    }

    /// The transform at the scales, with the factors of each given by its number.
    pub(super) fn transform<'a>(
        &mut self,
        x: &[f64],
        rows: usize,
        daughter: impl Fn(&Self, usize) -> Cow<'a, [Complex64]>,
    ) -> Plane<Complex64> {
        let spectrum = self.fourier.real(x);
        let mut plane = Plane::filled(rows, self.samples, Complex64::default());
        for (number, row) in plane.values.chunks_mut(self.samples).enumerate() {
            let factors = daughter(self, number);
            for ((slot, value), factor) in
                self.work.iter_mut().zip(&spectrum).zip(&*factors)
            {
                *slot = value * factor;
            }
            self.fourier.inverse(&mut self.work);
            row.copy_from_slice(&self.work[..self.samples]);
        }
        plane
    }

    /// Multiplies the transform of a row by real factors, in place.
    pub(super) fn filter(&mut self, row: &mut [Complex64], factors: &[f64]) {
        self.work.fill(Complex64::default());
        self.work[..row.len()].copy_from_slice(row);
        self.fourier.forward(&mut self.work);
        for (value, factor) in self.work.iter_mut().zip(factors) {
            *value *= *factor;
        }
        self.fourier.inverse(&mut self.work);
        row.copy_from_slice(&self.work[..row.len()]);
    }
}

impl WaveletTransform {
    /// The power |W|² at each scale and time.
    #[must_use]
    pub fn power(&self) -> Plane<f64> {
        Plane {
            rows: self.values.rows,
            columns: self.values.columns,
            values: self.values.values.iter().map(|value| value.norm_sqr()).collect(),
        }
    }

    /// The power averaged over all times at each scale: the global wavelet spectrum (eq. 22).
    #[must_use]
    pub fn global_power(&self) -> Vec<f64> {
        let columns = self.values.columns as f64;
        self.values
            .values
            .chunks(self.values.columns.max(1))
            .map(|row| row.iter().map(|value| value.norm_sqr()).sum::<f64>() / columns)
            .collect()
    }

    /// The signal rebuilt from the transform (eq. 11) at the scales with periods from `low` to `high`, up to what lies
    /// outside the scales; as `pycwt.icwt`.
    ///
    /// # Errors
    /// A wavelet that is 0 at time 0; no scale with such a period.
    pub fn reconstruct(&self, low: f64, high: f64) -> Result<Vec<f64>> {
        if let Wavelet::Morlet { frequency } = self.options.wavelet
            && frequency < 5.0
        {
            return Err(CoherenceError::out_of_range(
                "the frequency of the Morlet wavelet",
                frequency,
                "at least 5 for the way back: below, its mean is not 0",
            ));
        }
        let at_zero = self.options.wavelet.at_zero();
        if at_zero == 0.0 {
            return Err(CoherenceError::invalid(
                "the wavelet",
                "is 0 at time 0, and its transform cannot be turned back; use Morlet, Paul, or a Gaussian derivative of even order",
            ));
        }
        if !self.scales.periods.iter().any(|period| (low..=high).contains(period)) {
            return Err(CoherenceError::out_of_range(
                "the largest of the periods",
                high,
                "so that scales of the transform lie among them",
            ));
        }
        let reconstruction = self.options.wavelet.reconstruction_factor();
        let factor = self.options.spacing * self.options.interval.sqrt()
            / (reconstruction * at_zero);
        let mut signal = vec![0.0; self.values.columns];
        for ((row, scale), period) in self
            .values
            .values
            .chunks(self.values.columns.max(1))
            .zip(&self.scales.scales)
            .zip(&self.scales.periods)
        {
            if !(low..=high).contains(period) {
                continue;
            }
            for (sum, value) in signal.iter_mut().zip(row) {
                *sum += factor * value.re / scale.sqrt();
            }
        }
        Ok(signal)
    }
}

/// Red noise that has the variance and the lag-1 autocorrelation of a signal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RedNoise {
    /// Lag-1 autocorrelation g, with the bias from a finite series taken off.
    pub autocorrelation: f64,
    /// Standard deviation of the noise that drives it.
    pub deviation: f64,
    /// Expected square of the mean of a finite series, as a share of the variance.
    pub mean_square: f64,
}

/// The red noise fitted to a signal (Allen and Smith 1996, with the quadratic of Grinsted's toolbox), as `pycwt.ar1`.
///
/// # Errors
/// Fewer than 3 samples, samples that are not finite, a constant signal; a series so short or with so much trend that
/// the autocorrelation has no upper bound.
pub fn red_noise(x: &[f64]) -> Result<RedNoise> {
    require_length("x", x.len(), 3)?;
    check_signal("x", x)?;
    let average = mean(x);
    let centred: Vec<f64> = x.iter().map(|value| value - average).collect();
    if largest(&centred) <= 4.0 * f64::EPSILON * largest(x) {
        return Err(CoherenceError::undefined(
            "the autocorrelation",
            "the signal is constant",
        ));
    }
    let n = x.len() as f64;
    let c0 = compensated_sum(centred.iter().map(|v| v * v)) / n;
    let c1 = compensated_sum(centred.windows(2).map(|p| p[0] * p[1])) / (n - 1.0);
    let b = -c1 * n - c0 * n * n - 2.0 * c0 + 2.0 * c1 - c1 * n * n + c0 * n;
    let a = c0 * n * n;
    let c = n * (c0 + c1 * n - c1);
    let discriminant = b * b - 4.0 * a * c;
    let g = (-b - discriminant.max(0.0).sqrt()) / (2.0 * a);
    if discriminant <= 0.0 || g.abs() >= 1.0 {
        return Err(CoherenceError::undefined(
            "the autocorrelation of red noise",
            "the series is too short or its trend too large; take the trend away first",
        ));
    }
    let mean_square = -1.0 / n
        + (2.0 / (n * n))
            * ((n - g.powf(n)) / (1.0 - g)
                - g * (1.0 - g.powf(n - 1.0)) / (1.0 - g).powi(2));
    let deviation = ((1.0 - g * g) * c0 / (1.0 - mean_square)).sqrt();
    Ok(RedNoise { autocorrelation: g, deviation, mean_square })
}

/// Power that red noise stays below, at each scale.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveletSignificance {
    /// Level of the local power |W|² (eq. 18), or of the global spectrum.
    pub levels: Vec<f64>,
    /// The spectrum of red noise of unit interval, times the variance (eq. 16).
    pub background: Vec<f64>,
    /// The lag-1 autocorrelation used.
    pub autocorrelation: f64,
    /// The probability.
    pub confidence: f64,
}

/// The level that the wavelet power of red noise stays below with probability `confidence`, as `pycwt.significance` given
/// the variance of the signal. (Given the signal itself, pycwt 0.5 divides the frequency by the number of samples once
/// more, which makes the background flat.)
///
/// `autocorrelation`: of the red noise; `None`: that of the signal by [`red_noise`]; 0 is white noise.
/// `averaged`: for the global spectrum rather than the local power: the number of times averaged (eq. 23).
///
/// # Errors
/// Errors of [`red_noise`]; an autocorrelation outside -1 to 1; a confidence outside 0 to 1; for averages a wavelet
/// without decorrelation factor.
pub fn wavelet_significance(
    x: &[f64],
    transform: &WaveletTransform,
    autocorrelation: Option<f64>,
    confidence: f64,
    averaged: Option<f64>,
) -> Result<WaveletSignificance> {
    check_signal("x", x)?;
    check_level("the confidence", confidence)?;
    let g = match autocorrelation {
        Some(g) if g.abs() < 1.0 => g,
        Some(g) => {
            return Err(CoherenceError::out_of_range(
                "the autocorrelation",
                g,
                "between -1 and 1, both excluded",
            ));
        }
        None => red_noise(x)?.autocorrelation,
    };
    let average = mean(x);
    let variance =
        compensated_sum(x.iter().map(|v| (v - average).powi(2))) / x.len() as f64;
    let interval = transform.options.interval;
    let background: Vec<f64> = transform
        .scales
        .frequencies
        .iter()
        .map(|f| variance * red_spectrum(g, f * interval))
        .collect();
    let wavelet = transform.options.wavelet;
    let least = wavelet.degrees_of_freedom();
    let freedoms: Vec<f64> = match averaged {
        None => vec![least; background.len()],
        Some(count) => {
            let Some(factors) = wavelet.factors() else {
                return Err(CoherenceError::invalid(
                    "the wavelet",
                    "has no decorrelation factor; use Morlet 6, Paul 4, or the Gaussian derivative 2 or 6",
                ));
            };
            if !(count.is_finite() && count > 0.0) {
                return Err(CoherenceError::out_of_range(
                    "the number of times averaged",
                    count,
                    "positive and finite",
                ));
            }
            let times = count.max(1.0) * interval / factors.time_decorrelation;
            let freedom = |scale: &f64| least * (1.0 + (times / scale).powi(2)).sqrt();
            transform.scales.scales.iter().map(freedom).collect()
        }
    };
    let levels = background
        .iter()
        .zip(&freedoms)
        .map(|(power, freedom)| {
            power * chi_squared_quantile(confidence, *freedom) / freedom
        })
        .collect();
    Ok(WaveletSignificance { levels, background, autocorrelation: g, confidence })
}

/// The spectrum of red noise of unit variance at a frequency in cycles per sample (eq. 16).
pub(super) fn red_spectrum(g: f64, frequency: f64) -> f64 {
    (1.0 - g * g) / (1.0 + g * g - 2.0 * g * (2.0 * PI * frequency).cos())
}
