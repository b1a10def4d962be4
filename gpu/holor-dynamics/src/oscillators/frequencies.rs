//! Natural frequencies from the usual distributions: by quantiles, the same each time, or by a seed.

use std::f64::consts::PI;

use crate::error::{Result, refuse};
use crate::random::Noise;

/// A distribution of natural frequencies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// g(ω) = (γ/π) / ((ω − ω₀)² + γ²); Kuramoto's critical coupling is 2 γ.
    Lorentzian {
        /// ω₀.
        centre: f64,
        /// γ, the half width at half height.
        width: f64,
    },
    /// Mean and standard deviation; critical coupling σ √(8/π).
    Gaussian {
        /// The mean.
        centre: f64,
        /// The standard deviation.
        deviation: f64,
    },
    /// The same density from centre − half to centre + half; critical coupling 4 half / π.
    Uniform {
        /// The middle.
        centre: f64,
        /// Half the width.
        half: f64,
    },
}

impl Distribution {
    /// The frequencies at the middles of n equal parts of the probability.
    ///
    /// # Errors
    /// Where the width is not positive.
    pub fn quantiles(&self, count: usize) -> Result<Vec<f64>> {
        self.check()?;
        Ok((0..count).map(|k| self.quantile((k as f64 + 0.5) / count as f64)).collect())
    }

    /// Independent draws.
    ///
    /// # Errors
    /// Where the width is not positive.
    pub fn draw(&self, count: usize, seed: u64) -> Result<Vec<f64>> {
        self.check()?;
        let noise = Noise::new(seed, 0x6672_6571);
        Ok((0..count)
            .map(|k| match self {
                Self::Gaussian { centre, deviation } => {
                    centre + deviation * noise.normal(k as u64, 0)
                }
                _ => self.quantile(noise.uniform(k as u64, 0)),
            })
            .collect())
    }

    /// g(ω₀) for the centre ω₀.
    pub fn peak(&self) -> f64 {
        match self {
            Self::Lorentzian { width, .. } => 1.0 / (PI * width),
            Self::Gaussian { deviation, .. } => 1.0 / (deviation * (2.0 * PI).sqrt()),
            Self::Uniform { half, .. } => 0.5 / half,
        }
    }

    /// Kuramoto's critical coupling 2 / (π g(ω₀)).
    pub fn critical_coupling(&self) -> f64 {
        2.0 / (PI * self.peak())
    }

    fn check(&self) -> Result<()> {
        let (Self::Lorentzian { centre, width }
        | Self::Gaussian { centre, deviation: width }
        | Self::Uniform { centre, half: width }) = self;
        if !(*width > 0.0 && width.is_finite() && centre.is_finite()) {
            refuse!(
                "a distribution of frequencies with centre {centre} and width {width} is not possible"
            );
        }
        Ok(())
    }

    fn quantile(&self, p: f64) -> f64 {
        match self {
            Self::Lorentzian { centre, width } => centre + width * (PI * (p - 0.5)).tan(),
            Self::Gaussian { centre, deviation } => {
                centre + deviation * normal_quantile(p)
            }
            Self::Uniform { centre, half } => centre + half * (2.0 * p - 1.0),
        }
    }
}

/// The quantile of the normal distribution: bisection and Newton's steps on the distribution function.
fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    let (mut low, mut high) = (-40.0, 0.0);
    for _ in 0..70 {
        let middle = 0.5 * (low + high);
        if lower_tail(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The normal distribution function for x ≤ 0: a series near 0, a continued fraction below (Abramowitz and Stegun 26.2.11
/// and 26.2.14).
fn lower_tail(x: f64) -> f64 {
    let density = (-0.5 * x * x).exp() / (2.0 * PI).sqrt();
    let x = -x;
    if x < 3.0 {
        let (mut term, mut sum, mut n) = (x, x, 3.0);
        while term > 1e-18 * sum {
            term *= x * x / n;
            sum += term;
            n += 2.0;
        }
        return 0.5 - density * sum;
    }
    let mut fraction = x;
    for k in (1..200).rev() {
        fraction = x + f64::from(k) / fraction;
    }
    density / fraction
}

#[cfg(test)]
mod tests {
    use super::Distribution;

    #[test]
    fn quantiles_of_the_normal_distribution() {
        // scipy 1.17 scipy.stats.norm.ppf at 0.0005, 0.025, 0.3.
        let found = Distribution::Gaussian { centre: 0.0, deviation: 1.0 };
        for (p, expected) in [
            (0.0005, -3.290_526_731_491_894_5),
            (0.025, -1.959_963_984_540_054),
            (0.3, -0.524_400_512_708_040_9),
        ] {
            assert!((found.quantile(p) - expected).abs() < 1e-12, "{p}");
            assert!((found.quantile(1.0 - p) + expected).abs() < 1e-12, "{p}");
        }
        assert!(
            (found.critical_coupling() - (8.0 / std::f64::consts::PI).sqrt()).abs()
                < 1e-15
        );
        let draws = found.draw(20_000, 3).unwrap();
        let variance = draws.iter().map(|x| x * x).sum::<f64>() / 20_000.0;
        assert!((variance - 1.0).abs() < 0.04);
    }
}
