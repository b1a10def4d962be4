//! Structure factors of fields and point sets, with their wave vectors and averages over shells.

use std::f64::consts::{PI, TAU};

use super::grid::{Grid, fourier, require_samples, signed};
use crate::error::{require_equal_length, require_finite, require_length};
use crate::quantum::linear::require_finite_complex;
use crate::{CoherenceError, Complex64, Result};

/// Structure factor of a field on a periodic grid.
#[derive(Debug, Clone, PartialEq)]
pub struct StructureFactor {
    /// Lengths of the axes.
    pub shape: Vec<usize>,
    /// Distances between sites along the axes.
    pub spacing: Vec<f64>,
    /// S(k), row-major over the modes in the order of `numpy.fft.fftfreq` along each axis.
    pub values: Vec<f64>,
}

/// Structure factor S(k) = ⟨|Σ_x A(x) e^{−ik·x}|²⟩/N with N the number of sites, averaged over samples.
///
/// So normalised, the mean of S over all k is ⟨|A|²⟩, and S(0) = N|m|² is the susceptibility of a spin model at unit
/// temperature. With `subtract_mean` the mean over each sample is taken off, which makes S(0) = 0.
///
/// # Errors
/// Without samples, for samples that do not fit the grid or are not finite, a grid with a bounded axis (whose modes are
/// no plane waves) or a mask, or spacings that are not positive and one for each axis.
pub fn structure_factor(
    samples: &[Vec<Complex64>],
    grid: &Grid,
    spacing: &[f64],
    subtract_mean: bool,
) -> Result<StructureFactor> {
    require_samples(grid, samples)?;
    require_spacing(grid, spacing)?;
    require_all_periodic(grid)?;
    let n = grid.sites() as f64;
    let mut values = vec![0.0; grid.sites()];
    for sample in samples {
        let mut modes = sample.clone();
        fourier(&mut modes, grid.shape(), false);
        if subtract_mean {
            modes[0] = Complex64::new(0.0, 0.0);
        }
        for (sum, z) in values.iter_mut().zip(&modes) {
            *sum += z.norm_sqr() / n;
        }
    }
    for value in &mut values {
        *value /= samples.len() as f64;
    }
    Ok(StructureFactor {
        shape: grid.shape().to_vec(),
        spacing: spacing.to_vec(),
        values,
    })
}

pub(crate) fn require_all_periodic(grid: &Grid) -> Result<()> {
    grid.require_whole()?;
    match (0..grid.dimensions()).find(|&axis| !grid.is_periodic(axis)) {
        Some(axis) => Err(CoherenceError::invalid(
            "the grid",
            format!("is bounded along axis {axis}; this measure needs a periodic grid"),
        )),
        None => Ok(()),
    }
}

pub(crate) fn require_spacing(grid: &Grid, spacing: &[f64]) -> Result<()> {
    require_equal_length("the grid", grid.dimensions(), "the spacing", spacing.len())?;
    match spacing.iter().find(|&&h| !(h > 0.0 && h.is_finite())) {
        Some(&h) => Err(CoherenceError::out_of_range("the spacing", h, "positive")),
        None => Ok(()),
    }
}

impl StructureFactor {
    /// Wave vector of a mode: 2πm/(N h) along each axis.
    pub fn wave_vector(&self, place: usize) -> Vec<f64> {
        wave_vector(&self.shape, &self.spacing, place)
    }

    /// Average over shells around k = 0, which is left out. Shells are one step 2π/L of the shortest side wide and centred
    /// on its multiples, up to the smallest Nyquist wave number π/h, beyond which shells are incomplete.
    pub fn radial(&self) -> RadialAverage {
        let (step, limit) = wave_limits(&self.shape, &self.spacing);
        let points = (1..self.values.len()).map(|place| {
            let k = length(&wave_vector(&self.shape, &self.spacing, place));
            (k, self.values[place])
        });
        shells(points, step, limit)
    }
}

fn wave_vector(shape: &[usize], spacing: &[f64], place: usize) -> Vec<f64> {
    (0..shape.len())
        .map(|axis| {
            let stride: usize = shape[axis + 1..].iter().product();
            let n = shape[axis];
            TAU * signed(place / stride % n, n) as f64 / (n as f64 * spacing[axis])
        })
        .collect()
}

fn length(vector: &[f64]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// The width of shells of wave numbers, and how far they go.
fn wave_limits(shape: &[usize], spacing: &[f64]) -> (f64, f64) {
    let sides = shape.iter().zip(spacing);
    let step = sides.map(|(&n, h)| TAU / (n as f64 * h)).fold(0.0, f64::max);
    let limit = spacing.iter().map(|h| PI / h).fold(f64::INFINITY, f64::min);
    (step, limit)
}

/// Shells with the places that fall into each, empty ones left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Shells {
    /// Mean radius of what falls into each shell.
    pub radius: Vec<f64>,
    /// The places, in rising order.
    pub places: Vec<Vec<u32>>,
}

impl Shells {
    /// The shells over which [`StructureFactor::radial`] averages, of the modes of a grid in the order of `numpy.fft.fftfreq`.
    ///
    /// # Errors
    /// For a grid with a bounded axis or 2³² sites, or spacings that are not positive and one for each axis.
    pub fn of_modes(grid: &Grid, spacing: &[f64]) -> Result<Self> {
        require_spacing(grid, spacing)?;
        require_all_periodic(grid)?;
        let (step, limit) = wave_limits(grid.shape(), spacing);
        let radii = (1..grid.sites())
            .map(|place| (place, length(&wave_vector(grid.shape(), spacing, place))));
        Self::assign(grid, radii, step, limit)
    }

    /// Which shell [(i − ½) step, (i + ½) step) each place belongs to, by its radius; radius 0 is a shell of its own.
    pub(crate) fn assign(
        grid: &Grid,
        radii: impl Iterator<Item = (usize, f64)>,
        step: f64,
        limit: f64,
    ) -> Result<Self> {
        if u32::try_from(grid.sites()).is_err() {
            return Err(CoherenceError::invalid("the grid", "has 2^32 sites or more"));
        }
        let mut all: Vec<(f64, Vec<u32>)> = Vec::new();
        for (place, radius) in radii {
            let Some(shell) = shell_of(radius, step, limit) else { continue };
            if all.len() <= shell {
                all.resize(shell + 1, (0.0, Vec::new()));
            }
            all[shell].0 += radius;
            all[shell].1.push(place as u32);
        }
        all.retain(|shell| !shell.1.is_empty());
        Ok(Self {
            radius: all.iter().map(|it| it.0 / it.1.len() as f64).collect(),
            places: all.into_iter().map(|it| it.1).collect(),
        })
    }
}

/// The number of the shell of a radius up to the limit; 0 is that of radius 0 alone.
fn shell_of(radius: f64, step: f64, limit: f64) -> Option<usize> {
    // A hair of tolerance, so that round-off does not drop what lies on the limit.
    let inside = radius <= limit * (1.0 + 1e-12);
    let shell = || (radius / step + 0.5).floor() as usize + 1;
    inside.then(|| if radius == 0.0 { 0 } else { shell() })
}

/// Averages over shells, empty ones left out.
#[derive(Debug, Clone, PartialEq)]
pub struct RadialAverage {
    /// Mean radius of what fell into each shell.
    pub radius: Vec<f64>,
    /// Mean value.
    pub value: Vec<f64>,
    /// How many.
    pub count: Vec<usize>,
}

/// Averages of points (radius, value) over shells [(i − ½) step, (i + ½) step) up to a limit, that of radius 0 apart.
pub(crate) fn shells(
    points: impl Iterator<Item = (f64, f64)>,
    step: f64,
    limit: f64,
) -> RadialAverage {
    let mut sums: Vec<(f64, f64, usize)> = Vec::new();
    for (radius, value) in points {
        let Some(shell) = shell_of(radius, step, limit) else { continue };
        if sums.len() <= shell {
            sums.resize(shell + 1, (0.0, 0.0, 0));
        }
        let s = &mut sums[shell];
        *s = (s.0 + radius, s.1 + value, s.2 + 1);
    }
    sums.retain(|s| s.2 > 0);
    RadialAverage {
        radius: sums.iter().map(|s| s.0 / s.2 as f64).collect(),
        value: sums.iter().map(|s| s.1 / s.2 as f64).collect(),
        count: sums.iter().map(|s| s.2).collect(),
    }
}

/// Structure factor S(k) = |Σ_j e^{−ik·r_j}|²/N of N points at given wave vectors (Hansen & McDonald 2013, section 4.1).
/// S(0) = N; in a periodic box only the wave vectors of [`box_wave_vectors`] are free of the box's own shape.
///
/// # Errors
/// Without points, and for points or wave vectors of different dimensions or not finite.
pub fn structure_factor_of_points(
    points: &[Vec<f64>],
    wave_vectors: &[Vec<f64>],
) -> Result<Vec<f64>> {
    require_length("the points", points.len(), 1)?;
    let d = points[0].len();
    require_length("the point", d, 1)?;
    for point in points {
        require_equal_length("the first point", d, "another point", point.len())?;
        require_finite("the point", point)?;
    }
    wave_vectors
        .iter()
        .map(|k| {
            require_equal_length("the first point", d, "a wave vector", k.len())?;
            require_finite("the wave vector", k)?;
            let sum: Complex64 = points
                .iter()
                .map(|r| {
                    let phase: f64 = r.iter().zip(k).map(|(x, q)| x * q).sum();
                    Complex64::from_polar(1.0, -phase)
                })
                .sum();
            Ok(sum.norm_sqr() / points.len() as f64)
        })
        .collect()
}

/// Wave vectors 2πm/L of a periodic box with |m| up to `largest` along each axis, without 0 and one of each pair ±k.
///
/// # Errors
/// For no axis or more than 3, and a side that is not positive.
pub fn box_wave_vectors(sides: &[f64], largest: u32) -> Result<Vec<Vec<f64>>> {
    let shape = vec![2 * largest as usize + 1; sides.len()];
    let grid = Grid::periodic(&shape)?;
    if grid.sites() > 20_000_000 {
        return Err(CoherenceError::out_of_range(
            "the largest index",
            f64::from(largest),
            "small enough for ten million wave vectors",
        ));
    }
    require_spacing(&grid, sides)?;
    let middle = grid.sites() / 2;
    // In row-major order the places beyond the middle are those whose first nonzero m is positive.
    Ok((middle + 1..grid.sites())
        .map(|place| {
            (0..sides.len())
                .map(|axis| {
                    let m = grid.coordinate(place, axis) as f64 - f64::from(largest);
                    TAU * m / sides[axis]
                })
                .collect()
        })
        .collect())
}

/// Averages of S over shells of |k| of a given width, from wave vectors and values.
///
/// # Errors
/// For lists of different lengths, entries that are not finite, and a width that is not positive.
pub fn radial_structure_factor(
    wave_vectors: &[Vec<f64>],
    values: &[f64],
    width: f64,
) -> Result<RadialAverage> {
    require_equal_length(
        "the wave vectors",
        wave_vectors.len(),
        "the structure factor",
        values.len(),
    )?;
    require_finite("the structure factor", values)?;
    if !(width > 0.0 && width.is_finite()) {
        return Err(CoherenceError::out_of_range("the width", width, "positive"));
    }
    let mut points = Vec::with_capacity(values.len());
    for (k, &s) in wave_vectors.iter().zip(values) {
        require_finite("the wave vector", k)?;
        points.push((k.iter().map(|x| x * x).sum::<f64>().sqrt(), s));
    }
    let largest = points.iter().map(|p| p.0).fold(0.0, f64::max);
    if largest / width > 1e7 {
        return Err(CoherenceError::out_of_range(
            "the width",
            width,
            "wide enough for fewer than ten million shells",
        ));
    }
    Ok(shells(points.into_iter(), width, f64::INFINITY))
}

/// Global phase coherence and structure of a mode: the share of ⟨|A|²⟩ in k = 0, that is S(0)/Σ_k S(k) = |⟨A⟩|²/⟨|A|²⟩.
///
/// # Errors
/// Without sites, where one is not finite, and for a field that is 0.
pub fn uniform_fraction(field: &[Complex64]) -> Result<f64> {
    require_length("the field", field.len(), 1)?;
    require_finite_complex("the field", field)?;
    let n = field.len() as f64;
    let power: f64 = field.iter().map(Complex64::norm_sqr).sum::<f64>() / n;
    if power == 0.0 {
        return Err(CoherenceError::undefined(
            "the uniform fraction",
            "the field is 0 everywhere",
        ));
    }
    Ok(((field.iter().sum::<Complex64>() / n).norm_sqr() / power).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::grid::tests::{close, random_field};
    use super::*;

    #[test]
    fn a_plane_wave_has_all_its_weight_in_one_mode() {
        let grid = Grid::periodic(&[6, 8]).unwrap();
        let field: Vec<Complex64> = (0..48)
            .map(|s| {
                let phase =
                    TAU * (2.0 * (s / 8) as f64 / 6.0 - 3.0 * (s % 8) as f64 / 8.0);
                Complex64::from_polar(1.5, phase)
            })
            .collect();
        let s = structure_factor(&[field], &grid, &[0.5, 2.0], false).unwrap();
        let place = 2 * 8 + 5;
        for (k, v) in s.values.iter().enumerate() {
            let expected = if k == place { 48.0 * 2.25 } else { 0.0 };
            assert!((v - expected).abs() < 1e-12);
        }
        let k = s.wave_vector(place);
        close(k[0], TAU * 2.0 / 3.0);
        close(k[1], -TAU * 3.0 / 16.0);
    }

    #[test]
    fn the_mean_over_modes_is_the_mean_square() {
        let grid = Grid::periodic(&[5, 4, 3]).unwrap();
        let a = random_field(60, 1);
        let b = random_field(60, 2);
        let s =
            structure_factor(&[a.clone(), b.clone()], &grid, &[1.0; 3], false).unwrap();
        let mean = s.values.iter().sum::<f64>() / 60.0;
        let square: f64 =
            a.iter().chain(&b).map(Complex64::norm_sqr).sum::<f64>() / 120.0;
        close(mean, square);
        let m: f64 = [a.clone(), b.clone()]
            .iter()
            .map(|f| f.iter().sum::<Complex64>().norm_sqr() / 60.0)
            .sum::<f64>()
            / 2.0;
        close(s.values[0], m);
        let without = structure_factor(&[a.clone(), b], &grid, &[1.0; 3], true).unwrap();
        assert_eq!(without.values[0], 0.0);
        assert_eq!(without.values[1..], s.values[1..]);
        let alone =
            structure_factor(std::slice::from_ref(&a), &grid, &[1.0; 3], false).unwrap();
        close(
            uniform_fraction(&a).unwrap(),
            alone.values[0] / alone.values.iter().sum::<f64>(),
        );
    }

    #[test]
    fn shells_average_what_lies_in_them() {
        // S = k² on a square grid: the shell means follow by hand for the first: 4 modes at 1, 4 at √2.
        let grid = Grid::periodic(&[8, 8]).unwrap();
        let field = vec![Complex64::new(1.0, 0.0); 64];
        let mut s = structure_factor(&[field], &grid, &[1.0, 1.0], false).unwrap();
        for place in 0..64 {
            s.values[place] = s.wave_vector(place).iter().map(|x| x * x).sum();
        }
        let r = s.radial();
        let step = TAU / 8.0;
        assert_eq!(r.count[0], 8);
        close(r.radius[0], step * (1.0 + 2f64.sqrt()) / 2.0);
        close(r.value[0], step * step * 1.5);
        assert!(r.radius.iter().all(|&k| k <= PI + 1e-12));
    }

    #[test]
    fn a_crystal_of_points_scatters_at_its_reciprocal_lattice() {
        let points: Vec<Vec<f64>> =
            (0..16).map(|k| vec![f64::from(k / 4), f64::from(k % 4) * 0.5]).collect();
        let k = box_wave_vectors(&[4.0, 2.0], 4).unwrap();
        assert_eq!(k.len(), (81 - 1) / 2);
        let s = structure_factor_of_points(&points, &k).unwrap();
        for (q, v) in k.iter().zip(&s) {
            let m =
                [(q[0] * 4.0 / TAU).round() as i64, (q[1] * 2.0 / TAU).round() as i64];
            let bragg = m[0] % 4 == 0 && m[1] % 4 == 0;
            assert!((v - if bragg { 16.0 } else { 0.0 }).abs() < 1e-10);
        }
        let r = radial_structure_factor(&k, &s, 1.0).unwrap();
        assert_eq!(r.count.iter().sum::<usize>(), k.len());
        assert!(radial_structure_factor(&k, &s, 0.0).is_err());
        assert!(structure_factor_of_points(&[], &k).is_err());
        assert!(structure_factor_of_points(&points, &[vec![1.0]]).is_err());
        assert!(box_wave_vectors(&[0.0], 2).is_err());
        assert!(box_wave_vectors(&[1.0; 3], 4_000_000_000).is_err());
    }

    #[test]
    fn fields_that_do_not_fit_are_refused() {
        let grid = Grid::periodic(&[4]).unwrap();
        let field = vec![Complex64::new(1.0, 0.0); 4];
        assert!(structure_factor(&[], &grid, &[1.0], false).is_err());
        assert!(structure_factor(&[field[1..].to_vec()], &grid, &[1.0], false).is_err());
        assert!(
            structure_factor(std::slice::from_ref(&field), &grid, &[0.0], false).is_err()
        );
        let open = Grid::bounded(&[4]).unwrap();
        assert!(structure_factor(&[field], &open, &[1.0], false).is_err());
        assert!(uniform_fraction(&[Complex64::new(0.0, 0.0)]).is_err());
    }
}
