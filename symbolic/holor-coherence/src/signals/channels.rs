//! Cross spectra of several channels: ordinary, partial and multiple coherence.

use nalgebra::DMatrix;

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_equal_length, require_length};

use super::coherence::{require_several, zero_coherence_level};
use super::distributions::beta_quantile;
use super::segments::{
    SegmentOptions, Segmentation, Segments, check_level, check_signal,
};
use super::{Plane, phase_of};

/// The cross spectra of all pairs of channels at each frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossSpectralMatrix {
    /// Frequencies at which every channel has power.
    pub frequencies: Vec<f64>,
    /// One matrix for each frequency: entry (i, j) is the mean of conj(X_i) X_j, one-sided.
    pub values: Vec<Plane<Complex64>>,
    /// Frequencies left out because a channel has no power there beyond rounding.
    pub without_power: Vec<f64>,
    /// How the signals were cut.
    pub segmentation: Segmentation,
}

/// Coherence between channels, at each frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelCoherence {
    /// Frequencies at which it is defined.
    pub frequencies: Vec<f64>,
    /// The squared coherence, from 0 to 1.
    pub values: Vec<f64>,
    /// Phase of the (partial) cross spectrum in radians, negative where the second channel comes after the first; empty
    /// for multiple coherence, which has none.
    pub phase: Vec<f64>,
    /// Value that the estimate exceeds with probability 1 - confidence where the true one is 0.
    pub significance: f64,
    /// Frequencies left out because a channel follows from others there, so that coherence is 0/0.
    pub undefined: Vec<f64>,
}

/// The cross spectra of all pairs of channels by Welch's method.
///
/// # Errors
/// Fewer than 2 channels, fewer than 2 segments, and as for
/// [`cross_spectrum`](super::cross_spectrum).
pub fn cross_spectral_matrix(
    channels: &[&[f64]],
    options: &SegmentOptions,
) -> Result<CrossSpectralMatrix> {
    require_length("the channels", channels.len(), 2)?;
    let samples = channels[0].len();
    for channel in channels {
        check_signal("a channel", channel)?;
        require_equal_length("the first channel", samples, "a channel", channel.len())?;
    }
    let mut segments = Segments::new(samples, options, 2)?;
    require_several(&segments.shape, samples)?;
    let (count, bins, size) = (segments.shape.count, segments.bins(), channels.len());
    let mut sums = vec![Plane::filled(size, size, Complex64::default()); bins];
    let mut spectra =
        vec![vec![Complex64::default(); segments.shape.transform_length]; channels.len()];
    for segment in 0..count {
        for (channel, out) in channels.iter().zip(&mut spectra) {
            segments.transform(*channel, segment, out);
        }
        for (bin, matrix) in sums.iter_mut().enumerate() {
            for i in 0..size {
                for j in 0..size {
                    matrix.values[i * size + j] +=
                        spectra[i][bin].conj() * spectra[j][bin];
                }
            }
        }
    }
    let floors: Vec<f64> =
        channels.iter().map(|x| count as f64 * segments.rounding(*x).powi(2)).collect();
    let mut result = CrossSpectralMatrix {
        frequencies: Vec::new(),
        values: Vec::new(),
        without_power: Vec::new(),
        segmentation: segments.shape.clone(),
    };
    for (bin, (frequency, mut matrix)) in
        segments.frequencies().into_iter().zip(sums).enumerate()
    {
        if (0..size).all(|i| matrix.values[i * size + i].re > floors[i]) {
            let factor = segments.factor(bin) / count as f64;
            matrix.values.iter_mut().for_each(|value| *value *= factor);
            result.frequencies.push(frequency);
            result.values.push(matrix);
        } else {
            result.without_power.push(frequency);
        }
    }
    if result.frequencies.is_empty() {
        return Err(CoherenceError::undefined(
            "coherence",
            "there is no frequency at which every channel has power; leave out constant channels",
        ));
    }
    Ok(result)
}

impl CrossSpectralMatrix {
    /// The number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.values.first().map_or(0, |matrix| matrix.rows)
    }

    /// The magnitude squared coherence of two channels.
    ///
    /// # Errors
    /// A channel that does not exist, or twice the same; a confidence outside 0 to 1.
    pub fn coherence(
        &self,
        i: usize,
        j: usize,
        confidence: f64,
    ) -> Result<ChannelCoherence> {
        self.check(&[i, j], confidence)?;
        let scaled = |m: &Plane<Complex64>| self.scaled(m)[(i, j)];
        Ok(ChannelCoherence {
            frequencies: self.frequencies.clone(),
            values: self.values.iter().map(|m| scaled(m).norm_sqr().min(1.0)).collect(),
            phase: self.values.iter().map(|m| phase_of(scaled(m))).collect(),
            significance: zero_coherence_level(
                self.segmentation.effective_count,
                confidence,
            ),
            undefined: Vec::new(),
        })
    }

    /// The partial coherence of two channels: what is left when all others are taken off by regression,
    /// |G_ij|² / (G_ii G_jj) with G the inverse of the cross-spectral matrix (Dahlhaus 2000; Bendat and Piersol, chapter 7).
    ///
    /// # Errors
    /// As for [`CrossSpectralMatrix::coherence`]; no more segments than channels, which makes the matrix singular; no
    /// frequency at which it can be inverted.
    pub fn partial_coherence(
        &self,
        i: usize,
        j: usize,
        confidence: f64,
    ) -> Result<ChannelCoherence> {
        self.check(&[i, j], confidence)?;
        let (kept, undefined) = self.inverses("partial coherence")?;
        let count = self.segmentation.effective_count - (self.channels() as f64 - 2.0);
        Ok(ChannelCoherence {
            frequencies: kept.iter().map(|(frequency, _)| *frequency).collect(),
            values: kept
                .iter()
                .map(|(_, g)| {
                    (g[(i, j)].norm_sqr() / g[(i, i)].re / g[(j, j)].re).min(1.0)
                })
                .collect(),
            // The partial cross spectrum is -G_ij over a positive number.
            phase: kept.iter().map(|(_, g)| phase_of(-g[(i, j)])).collect(),
            significance: zero_coherence_level(count.max(1.0), confidence),
            undefined,
        })
    }

    /// The multiple coherence of a channel with all others: the share of its power that they explain linearly,
    /// 1 - 1 / (S_ii G_ii).
    ///
    /// The level of significance is from the beta distribution of (q, K - q), q the number of other channels.
    ///
    /// # Errors
    /// As for [`CrossSpectralMatrix::partial_coherence`].
    pub fn multiple_coherence(
        &self,
        i: usize,
        confidence: f64,
    ) -> Result<ChannelCoherence> {
        self.check(&[i], confidence)?;
        let (kept, undefined) = self.inverses("multiple coherence")?;
        let others = self.channels() as f64 - 1.0;
        let rest = self.segmentation.effective_count - others;
        Ok(ChannelCoherence {
            frequencies: kept.iter().map(|(frequency, _)| *frequency).collect(),
            values: kept
                .iter()
                .map(|(_, g)| (1.0 - 1.0 / g[(i, i)].re).clamp(0.0, 1.0))
                .collect(),
            phase: Vec::new(),
            significance: if rest > 0.0 {
                beta_quantile(confidence, others, rest)
            } else {
                1.0
            },
            undefined,
        })
    }

    fn check(&self, channels: &[usize], confidence: f64) -> Result<()> {
        check_level("the confidence", confidence)?;
        if let Some(channel) = channels.iter().find(|c| **c >= self.channels()) {
            return Err(CoherenceError::out_of_range(
                "the channel",
                *channel as f64,
                format!("below {}, the number of channels", self.channels()),
            ));
        }
        if let [i, j] = channels
            && i == j
        {
            return Err(CoherenceError::invalid(
                "the pair of channels",
                format!(
                    "names channel {i} twice; coherence of a channel with itself is 1"
                ),
            ));
        }
        Ok(())
    }

    /// The matrix with ones on its diagonal.
    fn scaled(&self, matrix: &Plane<Complex64>) -> DMatrix<Complex64> {
        let size = matrix.rows;
        let root = |i: usize| matrix.values[i * size + i].re.sqrt();
        DMatrix::from_fn(size, size, |i, j| {
            if i == j {
                Complex64::new(1.0, 0.0)
            } else {
                matrix.values[i * size + j] / root(i) / root(j)
            }
        })
    }

    /// Inverses of the scaled matrices, and the frequencies at which there is none.
    #[allow(
        clippy::type_complexity,
        reason = "two lists, taken apart at once by both callers"
    )]
    fn inverses(
        &self,
        measure: &'static str,
    ) -> Result<(Vec<(f64, DMatrix<Complex64>)>, Vec<f64>)> {
        let size = self.channels();
        if self.segmentation.count <= size {
            return Err(CoherenceError::undefined(
                measure,
                format!(
                    "{} segments do not suffice for {size} channels; choose shorter segments",
                    self.segmentation.count
                ),
            ));
        }
        let (mut kept, mut undefined) = (Vec::new(), Vec::new());
        for (frequency, matrix) in self.frequencies.iter().zip(&self.values) {
            let scaled = self.scaled(matrix);
            let least = scaled.clone().symmetric_eigenvalues().min();
            // The entries carry rounding of about 1e-15 each; an inverse from less is rounding too.
            let inverse = (least > 1e-11).then(|| scaled.cholesky()).flatten();
            match inverse {
                Some(cholesky) => kept.push((*frequency, cholesky.inverse())),
                None => undefined.push(*frequency),
            }
        }
        if kept.is_empty() {
            return Err(CoherenceError::undefined(
                measure,
                "at every frequency a channel follows from the others; leave out copies and sums of channels",
            ));
        }
        Ok((kept, undefined))
    }
}
