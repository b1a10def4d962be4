//! Spatial coherence of light from incoherent sources: the van Cittert–Zernike theorem.

use std::f64::consts::{PI, TAU};

use super::temporal::sinc;
use crate::error::{require_finite, require_length};
use crate::{CoherenceError, Complex64, Result};

/// A distant incoherent quasi-monochromatic source, by its angles in radians as seen from the plane of observation.
///
/// Diameters and widths are full angles, not radii. Slits and pairs lie along the first axis.
#[derive(Debug, Clone, PartialEq)]
pub enum IncoherentSource {
    /// A uniform disc.
    Disc {
        /// Angular diameter θ.
        diameter: f64,
    },
    /// A uniform disc with a dark uniform disc in its middle.
    Annulus {
        /// Inner angular diameter.
        inner: f64,
        /// Outer angular diameter.
        outer: f64,
    },
    /// A thin ring.
    Ring {
        /// Angular diameter.
        diameter: f64,
    },
    /// A uniform slit, narrow across.
    Slit {
        /// Angular width along the first axis.
        width: f64,
    },
    /// A uniform rectangle.
    Rectangle {
        /// Angular widths along both axes.
        widths: [f64; 2],
    },
    /// Two points at ±separation/2 on the first axis.
    TwoPoints {
        /// Angular separation.
        separation: f64,
        /// Intensity of the point on the negative side over that of the other.
        ratio: f64,
    },
    /// A round Gaussian intensity exp(−θ²/2σ²).
    Gaussian {
        /// Standard deviation σ of the intensity along one axis; the full width at half maximum is 2.355 σ.
        sigma: f64,
    },
    /// Points or pixels (α, β, intensity).
    Sampled {
        /// The points.
        points: Vec<[f64; 3]>,
    },
}

impl IncoherentSource {
    fn check(&self) -> Result<()> {
        let positive: &[(&'static str, f64)] = &match self {
            Self::Disc { diameter } | Self::Ring { diameter } => {
                [("the diameter", *diameter), ("the diameter", *diameter)]
            }
            Self::Annulus { inner, outer } => [
                ("the inner diameter", *inner),
                ("the outer minus the inner diameter", outer - inner),
            ],
            Self::Slit { width } => [("the width", *width), ("the width", *width)],
            Self::Rectangle { widths } => {
                [("the width", widths[0]), ("the width", widths[1])]
            }
            Self::TwoPoints { separation, ratio } => {
                [("the separation", *separation), ("the ratio", *ratio)]
            }
            Self::Gaussian { sigma } => [("sigma", *sigma), ("sigma", *sigma)],
            Self::Sampled { points } => {
                require_length("the sampled source", points.len(), 1)?;
                for (place, p) in points.iter().enumerate() {
                    require_finite("the point of the source", p)?;
                    if p[2] < 0.0 {
                        return Err(CoherenceError::invalid(
                            "the sampled source",
                            format!("has the negative intensity {} at [{place}]", p[2]),
                        ));
                    }
                }
                [("the total intensity", points.iter().map(|p| p[2]).sum()); 2]
            }
        };
        for &(name, value) in positive {
            if !(value > 0.0 && value.is_finite()) {
                return Err(CoherenceError::out_of_range(name, value, "positive"));
            }
        }
        Ok(())
    }

    /// Complex degree of coherence of two points a baseline apart, μ = ∫ I e^{−2πi(b·θ)/λ} dθ/∫ I dθ (Born & Wolf 1999,
    /// section 10.4.2), without the phase factor e^{iψ} from the difference of the distances to the axis.
    ///
    /// Disc: 2J₁(x)/x with x = πθb/λ. Slit: sin(x)/x. Equal points: cos x. Ring: J₀(x). Gaussian: exp(−2π²σ²b²/λ²).
    /// Baseline and wavelength in the same unit.
    ///
    /// # Errors
    /// Where a size of the source or the wavelength is not positive, or the baseline is not finite.
    pub fn degree(&self, baseline: [f64; 2], wavelength: f64) -> Result<Complex64> {
        self.check()?;
        require_finite("the baseline", &baseline)?;
        require_wavelength(wavelength)?;
        let [u, v] = baseline.map(|b| b / wavelength);
        let q = PI * u.hypot(v);
        let real = match self {
            Self::Disc { diameter } => airy(q * diameter),
            Self::Annulus { inner, outer } => {
                let (a, b) = (outer * outer, inner * inner);
                (a * airy(q * outer) - b * airy(q * inner)) / (a - b)
            }
            Self::Ring { diameter } => bessel_j(0, q * diameter),
            Self::Slit { width } => sinc(PI * u * width),
            Self::Rectangle { widths } => {
                sinc(PI * u * widths[0]) * sinc(PI * v * widths[1])
            }
            Self::Gaussian { sigma } => (-2.0 * (q * sigma).powi(2)).exp(),
            Self::TwoPoints { separation, ratio } => {
                let half = Complex64::from_polar(1.0, -PI * u * separation);
                return Ok((half + half.conj() * *ratio) / (1.0 + ratio));
            }
            Self::Sampled { points } => {
                let mut sum = Complex64::new(0.0, 0.0);
                let mut total = 0.0;
                for [alpha, beta, intensity] in points {
                    let phase = -TAU * (u * alpha + v * beta);
                    sum += Complex64::from_polar(*intensity, phase);
                    total += intensity;
                }
                return Ok(sum / total);
            }
        };
        Ok(Complex64::new(real, 0.0))
    }

    /// The shortest baseline along the first axis with μ = 0: 1.22 λ/θ for a disc, λ/θ for a slit; `None` where there is
    /// none or no closed form.
    ///
    /// # Errors
    /// As [`IncoherentSource::degree`].
    pub fn first_zero(&self, wavelength: f64) -> Result<Option<f64>> {
        self.check()?;
        require_wavelength(wavelength)?;
        Ok(match self {
            // First zeros of J₁ and J₀ over π.
            Self::Disc { diameter } => {
                Some(3.831_705_970_207_512_3 / PI * wavelength / diameter)
            }
            Self::Ring { diameter } => {
                Some(2.404_825_557_695_773 / PI * wavelength / diameter)
            }
            Self::Slit { width } => Some(wavelength / width),
            Self::Rectangle { widths } => Some(wavelength / widths[0]),
            Self::TwoPoints { separation, ratio } if *ratio == 1.0 => {
                Some(0.5 * wavelength / separation)
            }
            _ => None,
        })
    }

    /// Coherence area ∫|μ|² d²b = λ² ∫I² dΩ/(∫I dΩ)² (Goodman 2015, section 5.7): λ²/Ω for a uniform source of solid angle
    /// Ω, λ²/(4πσ²) for the Gaussian; `None` for sources without area, for which it is infinite.
    ///
    /// # Errors
    /// As [`IncoherentSource::degree`].
    pub fn coherence_area(&self, wavelength: f64) -> Result<Option<f64>> {
        self.check()?;
        require_wavelength(wavelength)?;
        let square = wavelength * wavelength;
        Ok(match self {
            Self::Disc { diameter } => Some(4.0 * square / (PI * diameter * diameter)),
            Self::Annulus { inner, outer } => {
                Some(4.0 * square / (PI * (outer * outer - inner * inner)))
            }
            Self::Rectangle { widths } => Some(square / (widths[0] * widths[1])),
            Self::Gaussian { sigma } => Some(square / (4.0 * PI * sigma * sigma)),
            _ => None,
        })
    }
}

fn require_wavelength(wavelength: f64) -> Result<()> {
    if wavelength > 0.0 && wavelength.is_finite() {
        return Ok(());
    }
    Err(CoherenceError::out_of_range("the wavelength", wavelength, "positive"))
}

/// 2J₁(x)/x, 1 at 0.
fn airy(x: f64) -> f64 {
    if x.abs() < 1e-4 { 1.0 - x * x / 8.0 } else { 2.0 * bessel_j(1, x) / x }
}

/// Bessel function J_n for n = 0 or 1 and any x: the trapezoidal sum of its integral ∫cos(nτ − x sin τ)dτ/π, which is exact
/// up to J_{M±n}(x) for M points, and beyond x = 30 Hankel's expansion (DLMF 10.9.2 and 10.17.3).
fn bessel_j(n: u32, x: f64) -> f64 {
    let order = f64::from(n);
    let size = x.abs();
    if size < 30.0 {
        let points = 96;
        let sum: f64 = (0..points)
            .map(|k| {
                let t = TAU * f64::from(k) / f64::from(points);
                (order * t - x * t.sin()).cos()
            })
            .sum();
        return sum / f64::from(points);
    }
    let (mut p, mut q, mut term) = (1.0, 0.0, 1.0f64);
    for k in 1..40 {
        let odd = f64::from(2 * k - 1);
        let next = term * (4.0 * order * order - odd * odd) / (f64::from(k) * 8.0 * size);
        if next.abs() >= term.abs() || next.abs() < 1e-18 {
            break;
        }
        term = next;
        match k % 4 {
            0 => p += term,
            1 => q += term,
            2 => p -= term,
            _ => q -= term,
        }
    }
    let phase = size - (0.5 * order + 0.25) * PI;
    let value = (2.0 / (PI * size)).sqrt() * (phase.cos() * p - phase.sin() * q);
    if x < 0.0 && n % 2 == 1 { -value } else { value }
}

#[cfg(test)]
mod tests {
    use super::super::grid::tests::close;
    use super::*;

    #[test]
    fn bessel_functions_agree_with_scipy() {
        // scipy 1.17.1, scipy.special.jv.
        for (n, x, expected) in BESSEL {
            assert!((bessel_j(n, x) - expected).abs() < 2e-15, "J{n}({x})");
        }
        assert_eq!(bessel_j(1, -40.0), -bessel_j(1, 40.0));
    }

    const BESSEL: [(u32, f64, f64); 8] = [
        (0, 0.0, 1.0),
        (1, 0.5, 0.2422684576748739),
        (0, 2.0, 0.22389077914123562),
        (1, 7.3, 0.08257043049325793),
        (0, 29.5, -0.1331478582983982),
        (1, 29.9, -0.10991681070937226),
        (0, 31.0, 0.05120814530454226),
        (1, 120.5, 0.024047469720700383),
    ];

    #[test]
    fn each_shape_is_the_transform_of_its_pixels() {
        let n = 200;
        let size = 2e-3;
        let pixel = |keep: &dyn Fn(f64, f64) -> f64| {
            let mut points = Vec::new();
            for j in 0..n {
                for k in 0..n {
                    let at =
                        |m: i32| (f64::from(m) + 0.5) / f64::from(n) * size - 0.5 * size;
                    let i = keep(at(j), at(k));
                    if i > 0.0 {
                        points.push([at(j), at(k), i]);
                    }
                }
            }
            IncoherentSource::Sampled { points }
        };
        let wavelength = 0.5e-6;
        let disc = pixel(&|x, y| f64::from(u8::from(x.hypot(y) < 0.75e-3)));
        let annulus = pixel(&|x, y| {
            f64::from(u8::from(x.hypot(y) < 0.75e-3 && x.hypot(y) > 0.5e-3))
        });
        let gauss = pixel(&|x, y| (-(x * x + y * y) / (2.0 * 0.15e-3f64.powi(2))).exp());
        let rectangle =
            pixel(&|x, y| f64::from(u8::from(x.abs() < 0.5e-3 && y.abs() < 0.25e-3)));
        for (sampled, exact) in [
            (disc, IncoherentSource::Disc { diameter: 1.5e-3 }),
            (annulus, IncoherentSource::Annulus { inner: 1e-3, outer: 1.5e-3 }),
            (gauss, IncoherentSource::Gaussian { sigma: 0.15e-3 }),
            (rectangle, IncoherentSource::Rectangle { widths: [1e-3, 0.5e-3] }),
        ] {
            for baseline in [[0.1e-3, 0.2e-3], [0.4e-3, -0.1e-3], [0.0, 0.6e-3]] {
                let a = sampled.degree(baseline, wavelength).unwrap();
                let b = exact.degree(baseline, wavelength).unwrap();
                assert!((a - b).norm() < 5e-3, "{exact:?} {a} {b}");
            }
        }
    }

    #[test]
    fn zeros_are_where_the_textbooks_have_them() {
        let w = 0.55e-6;
        for source in [
            IncoherentSource::Disc { diameter: 0.01 },
            IncoherentSource::Ring { diameter: 0.01 },
            IncoherentSource::Slit { width: 0.01 },
            IncoherentSource::TwoPoints { separation: 0.01, ratio: 1.0 },
        ] {
            let zero = source.first_zero(w).unwrap().unwrap();
            assert!(source.degree([zero, 0.0], w).unwrap().norm() < 1e-14);
            close(source.degree([0.0, 0.0], w).unwrap().re, 1.0);
        }
        let disc = IncoherentSource::Disc { diameter: 1.0 };
        assert!((disc.first_zero(1.0).unwrap().unwrap() - 1.22).abs() < 5e-4);
        // Born & Wolf, section 10.4.2: |μ| = 0.88 at 0.16 λ over the angular radius.
        let at = disc.degree([0.32, 0.0], 1.0).unwrap().re;
        assert!((at - 0.88).abs() < 5e-3);
    }

    #[test]
    fn an_uneven_pair_never_loses_its_fringes() {
        let pair = IncoherentSource::TwoPoints { separation: 2.0, ratio: 0.25 };
        let least = pair.degree([0.25, 0.0], 1.0).unwrap();
        close(least.norm(), 0.75 / 1.25);
        // The brighter point, on the positive side, sets the sign of the phase.
        assert!(pair.degree([0.05, 0.0], 1.0).unwrap().im < 0.0);
        let points = vec![[1.0, 0.0, 4.0], [-1.0, 0.0, 1.0]];
        let same = IncoherentSource::Sampled { points };
        let a = same.degree([0.13, 0.4], 1.0).unwrap();
        assert!((a - pair.degree([0.13, 0.4], 1.0).unwrap()).norm() < 1e-15);
        assert_eq!(pair.first_zero(1.0).unwrap(), None);
    }

    #[test]
    fn the_coherence_area_is_the_integral_of_the_squared_degree() {
        let source = IncoherentSource::Gaussian { sigma: 0.3 };
        let (h, m) = (0.05, 80);
        let mut sum = 0.0;
        for j in -m..=m {
            for k in -m..=m {
                let b = [h * f64::from(j), h * f64::from(k)];
                sum += source.degree(b, 1.0).unwrap().norm_sqr() * h * h;
            }
        }
        close(source.coherence_area(1.0).unwrap().unwrap(), sum);
        let disc = IncoherentSource::Disc { diameter: 2.0 };
        close(disc.coherence_area(1.0).unwrap().unwrap(), 1.0 / PI);
        assert_eq!(
            IncoherentSource::Slit { width: 1.0 }.coherence_area(1.0).unwrap(),
            None
        );
    }

    #[test]
    fn sources_without_size_or_light_are_refused() {
        for source in [
            IncoherentSource::Disc { diameter: 0.0 },
            IncoherentSource::Annulus { inner: 2.0, outer: 1.0 },
            IncoherentSource::TwoPoints { separation: 1.0, ratio: -1.0 },
            IncoherentSource::Gaussian { sigma: f64::NAN },
            IncoherentSource::Sampled { points: vec![] },
            IncoherentSource::Sampled { points: vec![[0.0, 0.0, 0.0]] },
            IncoherentSource::Sampled { points: vec![[0.0, 0.0, -1.0]] },
        ] {
            assert!(source.degree([0.0, 0.0], 1.0).is_err(), "{source:?}");
        }
        let disc = IncoherentSource::Disc { diameter: 1.0 };
        assert!(disc.degree([f64::NAN, 0.0], 1.0).is_err());
        assert!(disc.degree([0.0, 0.0], 0.0).is_err());
    }
}
