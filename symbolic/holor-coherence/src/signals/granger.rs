//! Autoregressive models of several channels: Granger causality and directed coherence.

use std::f64::consts::PI;

use nalgebra::DMatrix;

use crate::Complex64;
use crate::error::{CoherenceError, Result, require_equal_length, require_length};
use crate::numeric::mean;

use super::Plane;
use super::distributions::f_survival;
use super::segments::check_signal;

/// A model x_t = c + sum_k A_k x_(t-k) + e_t.
#[derive(Debug, Clone, PartialEq)]
pub struct Autoregression {
    /// A_1, A_2, …: entry (i, j) is the influence of channel j on channel i.
    pub coefficients: Vec<Plane<f64>>,
    /// Covariance of the residuals e, sums divided by the number of equations less the unknowns in each.
    pub noise: Plane<f64>,
    /// Number of equations, samples less order.
    pub equations: usize,
    /// Akaike's criterion, ln det(noise of maximum likelihood) + 2 p d² / n: choose the order where it is least.
    pub akaike: f64,
    /// Schwarz's criterion, with ln n in place of 2.
    pub schwarz: f64,
}

/// Fits an autoregression of an order to channels by least squares, with a constant.
///
/// # Errors
/// No channels, an order of 0, too few samples for the unknowns, samples that are not finite, different lengths;
/// channels of which one follows from others, such as a constant one.
pub fn fit_autoregression(channels: &[&[f64]], order: usize) -> Result<Autoregression> {
    let size = channels.len();
    let (design, target) = equations(channels, order)?;
    let solution = least_squares(&design, &target)?;
    let (rows, unknowns) = design.shape();
    let moment = solution.residuals.transpose() * &solution.residuals;
    // Variances apart from correlations: channels in very different units then do not overflow the determinant.
    let scales: Vec<f64> = (0..size).map(|i| moment[(i, i)].sqrt()).collect();
    let correlation =
        DMatrix::from_fn(size, size, |i, j| moment[(i, j)] / scales[i] / scales[j]);
    let determinant = correlation.determinant();
    let exact = (0..size).any(|i| scales[i] <= 1e-12 * target.column(i).norm());
    if exact || determinant.is_nan() || determinant <= 0.0 {
        return Err(CoherenceError::undefined(
            "the autoregression",
            "the model leaves no noise of its own in a channel, which follows exactly from the others or from the past",
        ));
    }
    let ln_determinant = determinant.ln()
        + scales.iter().map(|scale| 2.0 * scale.ln() - (rows as f64).ln()).sum::<f64>();
    let penalty = (order * size * size) as f64 / rows as f64;
    Ok(Autoregression {
        coefficients: (0..order)
            .map(|k| Plane {
                rows: size,
                columns: size,
                values: (0..size * size)
                    .map(|e| solution.coefficients[(1 + k * size + e % size, e / size)])
                    .collect(),
            })
            .collect(),
        noise: Plane {
            rows: size,
            columns: size,
            values: (0..size * size)
                .map(|e| moment[(e / size, e % size)] / (rows - unknowns) as f64)
                .collect(),
        },
        equations: rows,
        akaike: ln_determinant + 2.0 * penalty,
        schwarz: ln_determinant + (rows as f64).ln() * penalty,
    })
}

/// The test of Granger causality.
#[derive(Debug, Clone, PartialEq)]
pub struct GrangerTest {
    /// ln(residual power without the cause / with it): Geweke's measure, 0 for no influence.
    pub value: f64,
    /// F of (`degrees`) degrees of freedom.
    pub statistic: f64,
    /// Degrees of freedom of numerator and denominator.
    pub degrees: (usize, usize),
    /// Probability of an F at least as large without influence.
    pub probability: f64,
    /// Order of the models.
    pub order: usize,
}

/// Tests whether the past of `cause` improves the prediction of `effect` from its own past and that of `others` (Granger
/// 1969; the F test of the residual sums as `statsmodels.tsa.stattools.grangercausalitytests`, `ssr_ftest`).
///
/// # Errors
/// As for [`fit_autoregression`].
pub fn granger_causality(
    cause: &[f64],
    effect: &[f64],
    others: &[&[f64]],
    order: usize,
) -> Result<GrangerTest> {
    let mut channels = vec![effect];
    channels.extend_from_slice(others);
    let power = |channels: &[&[f64]]| -> Result<(f64, usize)> {
        let (design, target) = equations(channels, order)?;
        let solution = least_squares(&design, &target.columns(0, 1).into_owned())?;
        Ok((solution.residuals.norm_squared(), design.nrows() - design.ncols()))
    };
    let (without, _) = power(&channels)?;
    channels.push(cause);
    let (with, degrees) = power(&channels)?;
    // A power that is rounding alone says nothing.
    let scale: f64 = effect.iter().map(|v| v * v).sum();
    if with <= 1e-24 * scale {
        return Err(CoherenceError::undefined(
            "Granger causality",
            "the effect is predicted without error; there is no noise to compare",
        ));
    }
    let statistic = ((without - with).max(0.0) / order as f64) / (with / degrees as f64);
    Ok(GrangerTest {
        value: (without / with).ln().max(0.0),
        statistic,
        degrees: (order, degrees),
        probability: f_survival(statistic, order as f64, degrees as f64),
        order,
    })
}

/// Directed measures of an autoregression at frequencies.
#[derive(Debug, Clone, PartialEq)]
pub struct DirectedCoherence {
    /// The frequencies.
    pub frequencies: Vec<f64>,
    /// At each frequency entry (i, j): the influence of channel j on channel i, from 0 to 1.
    pub values: Vec<Plane<f64>>,
}

impl Autoregression {
    /// The partial directed coherence |A_ij(f)| / sqrt(sum_k |A_kj(f)|²), A(f) = 1 - sum_k A_k exp(-2 pi i f k / f_s)
    /// (Baccalá and Sameshima 2001): the share of what leaves channel j that goes straight to channel i.
    ///
    /// # Errors
    /// A sampling frequency that is not positive, frequencies that are not finite.
    pub fn partial_directed_coherence(
        &self,
        frequencies: &[f64],
        sampling_frequency: f64,
    ) -> Result<DirectedCoherence> {
        self.measure(frequencies, sampling_frequency, |a| {
            let size = a.nrows();
            let norms: Vec<f64> = (0..size).map(|j| a.column(j).norm()).collect();
            Some(Plane {
                rows: size,
                columns: size,
                values: (0..size * size)
                    .map(|e| a[(e / size, e % size)].norm() / norms[e % size])
                    .collect(),
            })
        })
    }

    /// The directed transfer function |H_ij(f)| / sqrt(sum_k |H_ik(f)|²), H the inverse of A(f) (Kaminski and Blinowska
    /// 1991): the share of what arrives at channel i that comes from channel j, also by way of others.
    ///
    /// # Errors
    /// As for [`Autoregression::partial_directed_coherence`]; a frequency at which the model resonates without limit.
    pub fn directed_transfer(
        &self,
        frequencies: &[f64],
        sampling_frequency: f64,
    ) -> Result<DirectedCoherence> {
        self.measure(frequencies, sampling_frequency, |a| {
            let h = a.try_inverse()?;
            let size = h.nrows();
            let norms: Vec<f64> = (0..size).map(|i| h.row(i).norm()).collect();
            Some(Plane {
                rows: size,
                columns: size,
                values: (0..size * size)
                    .map(|e| h[(e / size, e % size)].norm() / norms[e / size])
                    .collect(),
            })
        })
    }

    /// Geweke's spectral measure of the influence of one channel on the other in a model of two (Geweke 1982): entry
    /// (i, j) is ln(S_ii / (S_ii - (V_jj - V_ij² / V_ii) |H_ij|²)), 0 on the diagonal. It may exceed 1.
    ///
    /// # Errors
    /// A model of other than two channels, and as for [`Autoregression::directed_transfer`].
    pub fn spectral_causality(
        &self,
        frequencies: &[f64],
        sampling_frequency: f64,
    ) -> Result<DirectedCoherence> {
        if self.noise.rows != 2 {
            return Err(CoherenceError::invalid(
                "the autoregression",
                format!("has {} channels; spectral causality needs 2", self.noise.rows),
            ));
        }
        let v = DMatrix::from_row_slice(2, 2, &self.noise.values);
        self.measure(frequencies, sampling_frequency, |a| {
            let h = a.try_inverse()?;
            let spectrum = &h * v.map(|x| Complex64::new(x, 0.0)) * h.adjoint();
            let mut plane = Plane::filled(2, 2, 0.0);
            for (i, j) in [(0, 1), (1, 0)] {
                let own = spectrum[(i, i)].re;
                let from = (v[(j, j)] - v[(i, j)] * v[(i, j)] / v[(i, i)])
                    * h[(i, j)].norm_sqr();
                plane.values[2 * i + j] = (own / (own - from)).ln();
            }
            Some(plane)
        })
    }

    fn measure(
        &self,
        frequencies: &[f64],
        sampling_frequency: f64,
        of: impl Fn(DMatrix<Complex64>) -> Option<Plane<f64>>,
    ) -> Result<DirectedCoherence> {
        crate::error::require_finite("the frequencies", frequencies)?;
        if !(sampling_frequency > 0.0 && sampling_frequency.is_finite()) {
            return Err(CoherenceError::out_of_range(
                "the sampling frequency",
                sampling_frequency,
                "positive and finite",
            ));
        }
        let size = self.noise.rows;
        let values = frequencies
            .iter()
            .map(|f| {
                let mut a = DMatrix::<Complex64>::identity(size, size);
                for (k, lag) in self.coefficients.iter().enumerate() {
                    let angle = -2.0 * PI * f / sampling_frequency * (k + 1) as f64;
                    let turn = Complex64::from_polar(1.0, angle);
                    for (e, value) in lag.values.iter().enumerate() {
                        a[(e / size, e % size)] -= turn * *value;
                    }
                }
                of(a)
                    .filter(|plane| plane.values.iter().all(|v| v.is_finite()))
                    .ok_or_else(|| {
                        CoherenceError::undefined(
                            "the directed measure",
                            format!(
                                "the model resonates without limit at the frequency {f}"
                            ),
                        )
                    })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(DirectedCoherence { frequencies: frequencies.to_vec(), values })
    }
}

/// The equations of an autoregression: rows 1, x_(t-1), x_(t-2), … and the targets x_t.
fn equations(channels: &[&[f64]], order: usize) -> Result<(DMatrix<f64>, DMatrix<f64>)> {
    require_length("the channels", channels.len(), 1)?;
    let (samples, size) = (channels[0].len(), channels.len());
    if order == 0 {
        return Err(CoherenceError::out_of_range("the order", 0.0, "at least 1"));
    }
    for channel in channels {
        check_signal("a channel", channel)?;
        require_equal_length("the first channel", samples, "a channel", channel.len())?;
    }
    let unknowns = 1 + size.saturating_mul(order);
    require_length(
        "a channel",
        samples,
        unknowns.saturating_add(order).saturating_add(1),
    )?;
    // Without their means the columns are better conditioned; the constant takes up the difference.
    let centred: Vec<Vec<f64>> = channels
        .iter()
        .map(|x| {
            let average = mean(x);
            x.iter().map(|value| value - average).collect()
        })
        .collect();
    let rows = samples - order;
    let design = DMatrix::from_fn(rows, unknowns, |t, column| match column {
        0 => 1.0,
        c => centred[(c - 1) % size][t + order - 1 - (c - 1) / size],
    });
    let target = DMatrix::from_fn(rows, size, |t, i| centred[i][t + order]);
    Ok((design, target))
}

struct Solution {
    coefficients: DMatrix<f64>,
    residuals: DMatrix<f64>,
}

fn least_squares(design: &DMatrix<f64>, target: &DMatrix<f64>) -> Result<Solution> {
    let norms: Vec<f64> = design.column_iter().map(|c| c.norm()).collect();
    let qr = design.clone().qr();
    let r = qr.r();
    let dependent = (0..r.ncols()).any(|i| r[(i, i)].abs() <= 1e-12 * norms[i]);
    let coefficients = (!dependent)
        .then(|| r.solve_upper_triangular(&(qr.q().transpose() * target)))
        .flatten()
        .ok_or_else(|| {
            CoherenceError::undefined(
                "the autoregression",
                "the past of one channel follows from the others; leave out constant and copied channels, or lower the order",
            )
        })?;
    let residuals = target - design * &coefficients;
    Ok(Solution { coefficients, residuals })
}
