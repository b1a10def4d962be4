//! Correlation functions of fields and the lengths read from them: exponential, second moment, integral scale.

use std::f64::consts::PI;

use super::grid::{Grid, fourier, require_samples, signed};
use super::structure::{
    RadialAverage, Shells, require_all_periodic, require_spacing, shells,
};
use crate::error::{require_equal_length, require_finite, require_length};
use crate::{CoherenceError, Complex64, Result};

/// A correlation function over displacements.
///
/// Along a periodic axis of N sites there are N displacements, along a bounded one 2N − 1; both in the order 0, 1, …, then
/// the negative ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// Displacements along each axis.
    pub shape: Vec<usize>,
    /// C(r) = ⟨A*(x) A(x + r)⟩, row-major.
    pub values: Vec<Complex64>,
    /// How many pairs of sites stand behind each value, for one sample.
    pub pairs: Vec<usize>,
}

/// Correlation function C(r) = ⟨A*(x) A(x+r)⟩ over sites and samples; with `subtract_mean` it is that of A − ⟨A⟩, the mean
/// over all sites and samples (the connected correlation).
///
/// Each value is divided by its number of pairs, so that bounded axes cause no bias, and neither does a mask: with W the
/// indicator of the domain, C(r) = Σ W(x) W(x+r) A*(x) A(x+r)/Σ W(x) W(x+r), the mean over the pairs of sites that are both
/// inside. Both sums are correlations by Fourier transforms (D. Padfield, IEEE Trans. Image Process. 21 (2012) 2706,
/// eq. 2 and 3; J. G. Berryman and S. C. Blair, J. Appl. Phys. 60 (1986) 1930, for the windowed mean). A displacement
/// without a pair has the value 0 and 0 pairs.
///
/// # Errors
/// Without samples, and for samples that do not fit the grid or are not finite.
pub fn correlation_function(
    samples: &[Vec<Complex64>],
    grid: &Grid,
    subtract_mean: bool,
) -> Result<Correlation> {
    require_samples(grid, samples)?;
    let d = grid.dimensions();
    let shape: Vec<usize> = (0..d)
        .map(|axis| {
            let n = grid.shape()[axis];
            if grid.is_periodic(axis) { n } else { 2 * n - 1 }
        })
        .collect();
    let size: usize = shape.iter().product();
    let strides: Vec<usize> =
        (0..d).map(|axis| shape[axis + 1..].iter().product()).collect();
    let within = (0..grid.sites()).filter(|&site| grid.is_inside(site)).count();
    let total = (within * samples.len()) as f64;
    let mean = if subtract_mean {
        let inside = |(site, _): &(usize, &Complex64)| grid.is_inside(*site);
        let sums = samples.iter().map(|sample| {
            let inside = sample.iter().enumerate().filter(inside);
            inside.map(|(_, z)| z).sum::<Complex64>()
        });
        sums.sum::<Complex64>() / total
    } else {
        Complex64::new(0.0, 0.0)
    };
    let padded = |of: &dyn Fn(usize) -> Complex64| {
        let mut padded = vec![Complex64::new(0.0, 0.0); size];
        for site in (0..grid.sites()).filter(|&site| grid.is_inside(site)) {
            let place: usize =
                (0..d).map(|axis| grid.coordinate(site, axis) * strides[axis]).sum();
            padded[place] = of(site);
        }
        fourier(&mut padded, &shape, false);
        padded
    };
    let mut power = vec![Complex64::new(0.0, 0.0); size];
    for sample in samples {
        let padded = padded(&|site| sample[site] - mean);
        for (sum, z) in power.iter_mut().zip(&padded) {
            *sum += z.norm_sqr();
        }
    }
    fourier(&mut power, &shape, true);
    let pairs: Vec<usize> = if grid.is_masked() {
        let mut both: Vec<Complex64> = padded(&|_| Complex64::new(1.0, 0.0))
            .iter()
            .map(|z| z.norm_sqr().into())
            .collect();
        fourier(&mut both, &shape, true);
        both.iter().map(|z| (z.re / size as f64).round().max(0.0) as usize).collect()
    } else {
        (0..size)
            .map(|place| {
                (0..d)
                    .map(|axis| {
                        let n = grid.shape()[axis];
                        let r = signed(place / strides[axis] % shape[axis], shape[axis]);
                        if grid.is_periodic(axis) {
                            n
                        } else {
                            n - r.unsigned_abs() as usize
                        }
                    })
                    .product()
            })
            .collect()
    };
    let samples = samples.len() as f64;
    let values = power
        .iter()
        .zip(&pairs)
        .map(|(z, &count)| match count {
            0 => Complex64::new(0.0, 0.0),
            count => z / (size as f64 * count as f64 * samples),
        })
        .collect();
    Ok(Correlation { shape, values, pairs })
}

/// Phase correlation ⟨e^{i(θ(x+r) − θ(x))}⟩ over sites and samples: 1 at r = 0, and the square of the Kuramoto R (over all
/// pairs) far away.
///
/// # Errors
/// Without samples, and for samples that do not fit the grid or are not finite.
pub fn phase_correlation(samples: &[Vec<f64>], grid: &Grid) -> Result<Correlation> {
    let mut units = Vec::with_capacity(samples.len());
    for phases in samples {
        require_finite("the phases", phases)?;
        units.push(phases.iter().map(|&t| Complex64::from_polar(1.0, t)).collect());
    }
    correlation_function(&units, grid, false)
}

/// A real function of the distance.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrelationCurve {
    /// Distances, from 0.
    pub distance: Vec<f64>,
    /// Correlation.
    pub value: Vec<f64>,
}

impl Correlation {
    /// The same, divided by C(0).
    ///
    /// # Errors
    /// Where C(0) is 0: the field is constant or 0.
    pub fn normalized(&self) -> Result<Self> {
        let start = self.values[0].re;
        if start <= 0.0 {
            return Err(CoherenceError::undefined(
                "the normalised correlation",
                "C(0) is 0: the field does not vary",
            ));
        }
        let values = self.values.iter().map(|z| z / start).collect();
        Ok(Self { values, ..self.clone() })
    }

    /// Real part of C along one axis at displacements 0, 1, … times the spacing, up to half of a periodic axis and all of a
    /// bounded one.
    ///
    /// # Errors
    /// For an axis that is not there or a spacing that is not positive.
    pub fn along(&self, axis: usize, spacing: f64) -> Result<CorrelationCurve> {
        if axis >= self.shape.len() {
            return Err(CoherenceError::invalid(
                "the axis",
                format!("{axis} is not there; they are 0 to {}", self.shape.len() - 1),
            ));
        }
        if !(spacing > 0.0 && spacing.is_finite()) {
            return Err(CoherenceError::out_of_range("the spacing", spacing, "positive"));
        }
        let stride: usize = self.shape[axis + 1..].iter().product();
        // N/2 + 1 of the N of a periodic axis, N of the 2N − 1 of a bounded one.
        let count = self.shape[axis] / 2 + 1;
        // A mask may leave no pair so far apart.
        let known: Vec<usize> =
            (0..count).filter(|r| self.pairs[r * stride] > 0).collect();
        Ok(CorrelationCurve {
            distance: known.iter().map(|r| *r as f64 * spacing).collect(),
            value: known.iter().map(|r| self.values[r * stride].re).collect(),
        })
    }

    /// Real part of C averaged over shells of the distance, one spacing of the coarsest axis wide, up to the largest
    /// distance that all axes reach. No displacement is a shell of its own; where another axis is so fine that it has displacements
    /// below half a spacing of the coarsest, they are the next one. Displacements without a pair are left out.
    ///
    /// # Errors
    /// Where the spacings are not positive or not one for each axis.
    pub fn radial(&self, spacing: &[f64]) -> Result<RadialAverage> {
        let grid = Grid::periodic(&self.shape)?;
        require_spacing(&grid, spacing)?;
        let (step, limit) = distance_limits(&self.shape, spacing);
        let points = (0..self.values.len())
            .filter(|place| self.pairs[*place] > 0)
            .map(|place| (distance(&grid, spacing, place), self.values[place].re));
        Ok(shells(points, step, limit))
    }
}

/// The width of shells of distances, and how far they go.
fn distance_limits(shape: &[usize], spacing: &[f64]) -> (f64, f64) {
    let step = spacing.iter().copied().fold(0.0, f64::max);
    let reach = shape.iter().zip(spacing).map(|(n, h)| (n / 2) as f64 * h);
    (step, reach.fold(f64::INFINITY, f64::min))
}

fn distance(grid: &Grid, spacing: &[f64], place: usize) -> f64 {
    let square: f64 = spacing
        .iter()
        .enumerate()
        .map(|(axis, h)| {
            let r = signed(grid.coordinate(place, axis), grid.shape()[axis]);
            (r as f64 * h).powi(2)
        })
        .sum();
    square.sqrt()
}

impl Shells {
    /// The shells over which [`Correlation::radial`] averages, of the displacements on a periodic grid in the order 0, 1, …, then the
    /// negative ones along each axis.
    ///
    /// # Errors
    /// For a grid with a bounded axis or 2³² sites, or spacings that are not positive and one for each axis.
    pub fn of_distances(grid: &Grid, spacing: &[f64]) -> Result<Self> {
        require_spacing(grid, spacing)?;
        require_all_periodic(grid)?;
        let (step, limit) = distance_limits(grid.shape(), spacing);
        let radii =
            (0..grid.sites()).map(|place| (place, distance(grid, spacing, place)));
        Self::assign(grid, radii, step, limit)
    }
}

/// An exponential fitted to a correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExponentialFit {
    /// Correlation length ξ of C = amplitude · e^{−r/ξ}.
    pub length: f64,
    /// Amplitude.
    pub amplitude: f64,
    /// Root mean square of the residuals of ln C.
    pub residual: f64,
    /// Points in the fit.
    pub points: usize,
}

/// Exponential correlation length: least squares of ln C against r, all weights equal, over `from ≤ r ≤ to`.
///
/// On a periodic axis choose `to` well below half of it, where C = cosh and not exp.
///
/// # Errors
/// For fewer than 2 points in the range, a value there that is not positive (the logarithm is undefined; take a shorter
/// range), and a correlation that does not fall.
pub fn exponential_length(
    distance: &[f64],
    value: &[f64],
    from: f64,
    to: f64,
) -> Result<ExponentialFit> {
    require_curve(distance, value)?;
    let inside: Vec<(f64, f64)> = distance
        .iter()
        .zip(value)
        .filter(|(r, _)| (from..=to).contains(*r))
        .map(|(&r, &c)| (r, c))
        .collect();
    require_length("the range of the fit", inside.len(), 2)?;
    if let Some((r, c)) = inside.iter().find(|(_, c)| *c <= 0.0) {
        return Err(CoherenceError::invalid(
            "the correlation",
            format!("is {c} at distance {r}; fit a shorter range"),
        ));
    }
    let n = inside.len() as f64;
    let x = inside.iter().map(|p| p.0).sum::<f64>() / n;
    let y = inside.iter().map(|p| p.1.ln()).sum::<f64>() / n;
    let square: f64 = inside.iter().map(|p| (p.0 - x).powi(2)).sum();
    let cross: f64 = inside.iter().map(|p| (p.0 - x) * (p.1.ln() - y)).sum();
    // A slope at the level of round-off is none.
    if square == 0.0 || cross >= -1e-13 * square.sqrt() {
        return Err(CoherenceError::undefined(
            "the correlation length",
            "the correlation does not fall over the range",
        ));
    }
    let slope = cross / square;
    let residual: f64 =
        inside.iter().map(|p| (p.1.ln() - y - slope * (p.0 - x)).powi(2)).sum();
    Ok(ExponentialFit {
        length: -1.0 / slope,
        amplitude: (y - slope * x).exp(),
        residual: (residual / n).sqrt(),
        points: inside.len(),
    })
}

fn require_curve(distance: &[f64], value: &[f64]) -> Result<()> {
    require_equal_length(
        "the distances",
        distance.len(),
        "the correlation",
        value.len(),
    )?;
    require_length("the distances", distance.len(), 2)?;
    require_finite("the distances", distance)?;
    require_finite("the correlation", value)?;
    match distance.windows(2).position(|w| w[1] <= w[0]) {
        Some(place) => Err(CoherenceError::invalid(
            "the list of distances",
            format!("does not ascend at [{}]", place + 1),
        )),
        None => Ok(()),
    }
}

/// A second-moment correlation length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SecondMomentLength {
    /// ξ₂, in the units of the spacings.
    pub length: f64,
    /// S(0).
    pub s0: f64,
    /// The mean of S at the smallest wave vectors ±2π/L of the axes.
    pub s1: f64,
}

/// Second-moment correlation length along periodic axes, each with the distance of its sites.
///
/// Of one axis ξ₂ = √(S(0)/S(k₁) − 1)/k̂ with k̂ = 2 sin(π/L)/h and S(k₁) the mean of S at ±2π/L. Of several axes the ξ for
/// which S(0)/(1 + ξ² k̂²) has the same mean over the axes as S(k₁): where they are alike, that is the formula above with the mean of S
/// (Caracciolo, Edwards, Pelissetto and Sokal, Nucl. Phys. B 403 (1993) 475). The mean of the field is kept: S(0) is
/// ⟨|ΣA|²⟩/N over samples.
///
/// # Errors
/// Without samples or axes, for samples that do not fit, a grid with a mask, an axis that is not there, not periodic or of 1 site, and where
/// S(0) is not above S(k₁), so that there is no such length.
pub fn second_moment_length(
    samples: &[Vec<Complex64>],
    grid: &Grid,
    axes: &[(usize, f64)],
) -> Result<SecondMomentLength> {
    require_samples(grid, samples)?;
    grid.require_whole()?;
    for (axis, _) in axes {
        grid.require_axis(*axis)?;
        if !grid.is_periodic(*axis) || grid.shape()[*axis] < 2 {
            return Err(CoherenceError::invalid(
                "the axis",
                format!("{axis} must be periodic and have 2 sites at least"),
            ));
        }
    }
    let weight = 1.0 / (grid.sites() as f64 * samples.len() as f64);
    let mut s0 = 0.0;
    let mut s1 = vec![0.0; axes.len()];
    for sample in samples {
        s0 += weight * sample.iter().sum::<Complex64>().norm_sqr();
        for (sum, (axis, _)) in s1.iter_mut().zip(axes) {
            let turn = 2.0 * PI / grid.shape()[*axis] as f64;
            // Complex fields have waves of different strength in both directions.
            let mut waves = [Complex64::new(0.0, 0.0); 2];
            for (site, z) in sample.iter().enumerate() {
                let phase = turn * grid.coordinate(site, *axis) as f64;
                let wave = Complex64::from_polar(1.0, phase);
                waves[0] += z * wave.conj();
                waves[1] += z * wave;
            }
            *sum += weight * (waves[0].norm_sqr() + waves[1].norm_sqr()) / 2.0;
        }
    }
    let smallest: Vec<f64> = axes
        .iter()
        .map(|(axis, spacing)| 2.0 * (PI / grid.shape()[*axis] as f64).sin() / spacing)
        .collect();
    length_of(s0, &s1, &smallest)
}

/// The same from S(0) and S(k₁).
///
/// # Errors
/// Where a value is not finite or negative, L is below 2, or S(0) is not above S(k₁) or S(k₁) is 0.
pub fn second_moment_from_structure(
    s0: f64,
    s1: f64,
    sites: usize,
) -> Result<SecondMomentLength> {
    require_length("the axis", sites, 2)?;
    length_of(s0, &[s1], &[2.0 * (PI / sites as f64).sin()])
}

/// ξ with Σ S(0)/(1 + ξ² k̂²) = Σ S(k₁) over the axes.
fn length_of(s0: f64, s1: &[f64], smallest: &[f64]) -> Result<SecondMomentLength> {
    require_length("the axes", s1.len(), 1)?;
    let mean = s1.iter().sum::<f64>() / s1.len() as f64;
    require_finite("the structure factor", &[s0, mean])?;
    // Below round-off of S(0) a mode is empty and the length without bound.
    if mean <= 1e-24 * s0.abs() || s0 <= mean {
        return Err(CoherenceError::undefined(
            "the second-moment correlation length",
            format!("S(0) is {s0} and S(k₁) is {mean}; it needs S(0) > S(k₁) > 0"),
        ));
    }
    let [first, rest @ ..] = smallest else {
        return Err(CoherenceError::invalid("the axes", "are none"));
    };
    let mut length = (s0 / mean - 1.0).sqrt() / first;
    if rest.iter().any(|other| other != first) {
        // Newton's method from 0 for ξ²: the sum falls and bends upwards, so that steps do not go too far.
        let mut square = 0.0;
        for _ in 0..200 {
            let (mut sum, mut slope) = (0.0, 0.0);
            for k in smallest {
                let part = 1.0 / (1.0 + square * k * k);
                sum += part;
                slope += part * part * k * k;
            }
            let step = (sum - s1.len() as f64 * mean / s0) / slope;
            square += step;
            if step <= 1e-15 * square {
                break;
            }
        }
        length = square.sqrt();
    }
    Ok(SecondMomentLength { length, s0, s1: mean })
}

/// An integral scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntegralScale {
    /// ∫ C(r)/C(0) dr.
    pub length: f64,
    /// Where C first crosses 0 and the integral ends; `None` where it ended with the data.
    pub crossing: Option<f64>,
}

/// Integral scale ∫ C(r)/C(0) dr from 0 to the first zero of C (Pope 2000, section 6.3), by the trapezoidal rule, with the
/// zero found by linear interpolation.
///
/// # Errors
/// For fewer than 2 points, distances that do not start at 0 and ascend, and C(0) that is not positive.
pub fn integral_scale(distance: &[f64], value: &[f64]) -> Result<IntegralScale> {
    require_curve(distance, value)?;
    if distance[0] != 0.0 || value[0] <= 0.0 {
        return Err(CoherenceError::undefined(
            "the integral scale",
            format!(
                "the curve starts at distance {} with {}; it needs distance 0 and a positive value",
                distance[0], value[0]
            ),
        ));
    }
    let mut length = 0.0;
    for k in 1..distance.len() {
        let step = distance[k] - distance[k - 1];
        if value[k] <= 0.0 {
            let part = step * value[k - 1] / (value[k - 1] - value[k]);
            length += 0.5 * part * value[k - 1];
            let crossing = Some(distance[k - 1] + part);
            return Ok(IntegralScale { length: length / value[0], crossing });
        }
        length += 0.5 * step * (value[k - 1] + value[k]);
    }
    Ok(IntegralScale { length: length / value[0], crossing: None })
}

#[cfg(test)]
mod tests {
    use super::super::grid::complex_field;
    use super::super::grid::tests::{close, noise, random_field};
    use super::*;

    #[test]
    fn correlations_are_the_sums_over_pairs_on_mixed_grids() {
        let grid = Grid::new(&[3, 4], &[true, false]).unwrap();
        let samples = [random_field(12, 1), random_field(12, 2)];
        for subtract in [false, true] {
            let c = correlation_function(&samples, &grid, subtract).unwrap();
            assert_eq!(c.shape, [3, 7]);
            let mean = if subtract {
                samples.iter().flatten().sum::<Complex64>() / 24.0
            } else {
                Complex64::new(0.0, 0.0)
            };
            for (place, z) in c.values.iter().enumerate() {
                let r = [signed(place / 7, 3), signed(place % 7, 7)];
                let (mut sum, mut count) = (Complex64::new(0.0, 0.0), 0);
                for s in &samples {
                    for x in 0..12i64 {
                        let (i, j) = ((x / 4 + r[0]).rem_euclid(3), x % 4 + r[1]);
                        if (0..4).contains(&j) {
                            let y = (i * 4 + j) as usize;
                            sum += (s[x as usize] - mean).conj() * (s[y] - mean);
                            count += 1;
                        }
                    }
                }
                assert!((z - sum / f64::from(count)).norm() < 1e-13);
                assert_eq!(c.pairs[place] * 2, count as usize);
            }
        }
    }

    #[test]
    fn the_second_moment_length_of_a_free_field_is_one_over_its_mass() {
        // Lattice propagator S(k) = 1/(m² + 4 sin²(k/2)): S(0)/S(k₁) − 1 = 4 sin²(π/L)/m², so ξ₂ = 1/m exactly.
        let (l, mass) = (12, 0.35f64);
        let k1 = 2.0 * PI / f64::from(l);
        let s = |k: f64| 1.0 / (mass * mass + 4.0 * (0.5 * k).sin().powi(2));
        let xi = second_moment_from_structure(s(0.0), s(k1), 12).unwrap();
        close(xi.length, 1.0 / mass);
        // The same through a field with these amplitudes at k = 0 and ±k₁ along axis 1.
        let field: Vec<f64> = (0..36)
            .map(|x| {
                let y = f64::from(x % 12);
                s(0.0).sqrt() + 2.0 * s(k1).sqrt() * (k1 * y).cos()
            })
            .collect();
        let grid = Grid::periodic(&[3, 12]).unwrap();
        let along = |field: &[f64], axes: &[(usize, f64)]| {
            second_moment_length(&[complex_field(field)], &grid, axes)
        };
        close(along(&field, &[(1, 1.0)]).unwrap().length, 1.0 / mass);
        close(along(&field, &[(1, 0.5)]).unwrap().length, 0.5 / mass);
        assert!(along(&[1.0; 36], &[(1, 1.0)]).is_err());
        assert!(along(&field, &[(2, 1.0)]).is_err());
        assert!(along(&field, &[]).is_err());
        assert!(second_moment_from_structure(1.0, 2.0, 12).is_err());
    }

    #[test]
    fn the_ising_chain_has_its_transfer_matrix_length() {
        // Exact C(r) = (tʳ + t^{L−r})/(1 + t^L); far from half the chain the fit gives −1/ln t.
        let t = 0.6f64;
        let l = 60;
        let r: Vec<f64> = (0..=30).map(f64::from).collect();
        let c: Vec<f64> = r
            .iter()
            .map(|x| (t.powf(*x) + t.powf(f64::from(l) - x)) / (1.0 + t.powi(l)))
            .collect();
        let fit = exponential_length(&r, &c, 0.0, 10.0).unwrap();
        assert!((fit.length + 1.0 / t.ln()).abs() < 1e-6);
        assert_eq!(fit.points, 11);
        assert!((fit.amplitude - 1.0).abs() < 1e-6 && fit.residual < 1e-6);
        let scale = integral_scale(&r, &c).unwrap();
        // Trapezoidal sum of a geometric series: ½ + t/(1 − t).
        assert!((scale.length - (0.5 + t / (1.0 - t))).abs() < 1e-5);
        assert_eq!(scale.crossing, None);
        assert!(exponential_length(&r, &vec![1.0; 31], 0.0, 9.0).is_err());
        assert!(exponential_length(&r, &c, 3.0, 3.5).is_err());
        let e = exponential_length(&[0.0, 1.0], &[1.0, -0.5], 0.0, 2.0).unwrap_err();
        assert!(e.to_string().contains("at distance 1"), "{e}");
    }

    #[test]
    fn the_integral_stops_at_the_first_zero() {
        let s = integral_scale(&[0.0, 1.0, 2.0, 3.0], &[2.0, 1.0, -1.0, 5.0]).unwrap();
        close(s.crossing.unwrap(), 1.5);
        close(s.length, (1.5 + 0.25) / 2.0);
        assert!(integral_scale(&[1.0, 2.0], &[1.0, 0.5]).is_err());
        assert!(integral_scale(&[0.0, 0.0], &[1.0, 0.5]).is_err());
    }

    #[test]
    fn curves_and_phases() {
        let grid = Grid::periodic(&[16]).unwrap();
        let phases: Vec<f64> = (0..16).map(|x| 2.0 * PI * f64::from(x) / 16.0).collect();
        let c = phase_correlation(&[phases], &grid).unwrap();
        let line = c.along(0, 0.5).unwrap();
        assert_eq!(line.value.len(), 9);
        for (r, v) in line.value.iter().enumerate() {
            close(*v, (2.0 * PI * r as f64 / 16.0).cos());
        }
        close(c.values[1].im, (2.0 * PI / 16.0).sin());
        let mut seed = 5;
        let noise: Vec<f64> = (0..400).map(|_| noise(&mut seed)).collect();
        let flat = Grid::bounded(&[20, 20]).unwrap();
        let c = correlation_function(&[complex_field(&noise)], &flat, true).unwrap();
        let radial = c.normalized().unwrap().radial(&[1.0, 1.0]).unwrap();
        close(radial.value[0], 1.0);
        assert!(radial.value[1..8].iter().all(|v| v.abs() < 0.2));
        let same =
            correlation_function(&[complex_field(&[2.0; 400])], &flat, true).unwrap();
        assert!(same.normalized().is_err());
        assert!(c.along(2, 1.0).is_err());
        assert!(c.radial(&[1.0]).is_err());
        assert!(phase_correlation(&[], &grid).is_err());
        assert!(phase_correlation(&[vec![f64::NAN; 16]], &grid).is_err());
    }

    #[test]
    fn a_mask_leaves_the_pairs_that_are_both_inside() {
        for periodic in [[true, true], [false, true], [false, false]] {
            let grid = Grid::new(&[5, 6], &periodic).unwrap();
            let inside: Vec<bool> =
                (0..30).map(|site| site % 7 != 3 && site < 26).collect();
            let grid = grid.masked(inside.clone()).unwrap();
            let field = super::super::grid::tests::random_field(30, 9);
            let c =
                correlation_function(std::slice::from_ref(&field), &grid, true).unwrap();
            let kept: Vec<Complex64> =
                (0..30).filter(|&site| inside[site]).map(|site| field[site]).collect();
            let mean = kept.iter().sum::<Complex64>() / kept.len() as f64;
            let wide = |axis: usize| c.shape[axis];
            for place in 0..c.values.len() {
                let shift = [place / wide(1), place % wide(1)];
                let shift = [signed(shift[0], wide(0)), signed(shift[1], wide(1))];
                let (mut sum, mut count) = (Complex64::new(0.0, 0.0), 0);
                for site in (0..30).filter(|&site| inside[site]) {
                    let there: Option<Vec<i64>> = [5_i64, 6]
                        .into_iter()
                        .enumerate()
                        .map(|(axis, n)| {
                            let to = grid.coordinate(site, axis) as i64 + shift[axis];
                            match periodic[axis] {
                                true => Some(to.rem_euclid(n)),
                                false => (0..n).contains(&to).then_some(to),
                            }
                        })
                        .collect();
                    let Some(there) = there else { continue };
                    let there = (there[0] * 6 + there[1]) as usize;
                    if inside[there] {
                        sum += (field[site] - mean).conj() * (field[there] - mean);
                        count += 1;
                    }
                }
                assert_eq!(c.pairs[place], count);
                let expected = if count == 0 { sum } else { sum / count as f64 };
                assert!((c.values[place] - expected).norm() < 1e-13);
            }
        }
        let grid = Grid::periodic(&[4]).unwrap();
        assert!(grid.clone().masked(vec![false; 4]).is_err());
        assert!(grid.clone().masked(vec![true; 3]).is_err());
        let masked = grid.masked(vec![true, true, false, true]).unwrap();
        let field = complex_field(&[1.0, 2.0, 9.0, 0.0]);
        assert!(second_moment_length(&[field], &masked, &[(0, 1.0)]).is_err());
    }

    #[test]
    fn the_second_moment_length_takes_all_axes_and_both_directions() {
        // A field with the amplitudes of the lattice propagator 1/(m² + Σ 4 sin²(kh/2)/h²), with all of them in one direction.
        let (shape, spacing, mass) = ([4usize, 10], [0.5, 0.3], 0.7f64);
        let hat = |axis: usize| {
            let k: f64 = 2.0 * (PI / shape[axis] as f64).sin() / spacing[axis];
            1.0 / (mass * mass + k * k)
        };
        let field: Vec<Complex64> = (0..40)
            .map(|site| {
                let turn = |axis: usize, place: usize| {
                    let angle = 2.0 * PI * place as f64 / shape[axis] as f64;
                    // |amplitude|²/2 is the mean over both directions.
                    Complex64::from_polar((2.0 * hat(axis)).sqrt(), angle)
                };
                turn(0, site / 10) + turn(1, site % 10) + 1.0 / mass
            })
            .collect();
        let grid = Grid::periodic(&shape).unwrap();
        let axes = [(0, spacing[0]), (1, spacing[1])];
        let turned: Vec<Complex64> = field.iter().map(Complex64::conj).collect();
        for field in [field, turned] {
            for axes in [&axes[..], &axes[..1], &axes[1..]] {
                let samples = [field.clone()];
                let found = second_moment_length(&samples, &grid, axes).unwrap();
                close(found.length, 1.0 / mass);
            }
        }
    }

    #[test]
    fn no_displacement_is_a_shell_of_its_own() {
        let grid = Grid::periodic(&[4, 32]).unwrap();
        let field: Vec<f64> =
            (0..128).map(|s| (2.0 * PI * f64::from(s % 32) / 32.0).cos()).collect();
        let c = correlation_function(&[complex_field(&field)], &grid, true).unwrap();
        let radial = c.radial(&[1.0, 0.125]).unwrap();
        close(radial.radius[0], 0.0);
        close(radial.value[0], 0.5);
        // Along the fine axis ±1/8, ±2/8 and ±3/8.
        close(radial.radius[1], 0.25);
        assert_eq!(radial.count[..2], [1, 6]);
        let shells = Shells::of_distances(&grid, &[1.0, 0.125]).unwrap();
        assert_eq!(shells.places[0], [0]);
        assert_eq!(shells.radius.len(), radial.radius.len());
    }
}
