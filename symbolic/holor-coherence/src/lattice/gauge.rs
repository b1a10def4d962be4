//! Gauge links on periodic lattices: plaquettes, Wilson and Polyakov loops, gauge transformations.

use nalgebra::DMatrix;

use crate::error::{require_equal_length, require_length};
use crate::fields::grid::LARGEST_PHASE;
use crate::{CoherenceError, Complex64, Result};

/// A compact gauge group in its fundamental representation.
pub trait GaugeGroup: Clone + std::fmt::Debug {
    /// The product `self · other`, `self` to the left.
    #[must_use]
    fn multiply(&self, other: &Self) -> Self;
    /// The inverse, which is the adjoint.
    #[must_use]
    fn inverse(&self) -> Self;
    /// The identity of the same size.
    #[must_use]
    fn identity_like(&self) -> Self;
    /// Tr U/N, with N the dimension of the representation.
    fn normalized_trace(&self) -> Complex64;
    /// What is wrong with the element, if anything, as a clause that follows "the link".
    fn complaint(&self) -> Option<String>;
    /// Whether two elements have the same size.
    fn same_size(&self, other: &Self) -> bool;
}

/// An element e^{iθ} of U(1), by its angle in radians (any real number).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct U1(pub f64);

impl GaugeGroup for U1 {
    fn multiply(&self, other: &Self) -> Self {
        Self(self.0 + other.0)
    }
    fn inverse(&self) -> Self {
        Self(-self.0)
    }
    fn identity_like(&self) -> Self {
        Self(0.0)
    }
    fn normalized_trace(&self) -> Complex64 {
        Complex64::from_polar(1.0, self.0)
    }
    fn complaint(&self) -> Option<String> {
        let known = self.0.abs() <= LARGEST_PHASE;
        (!known).then(|| format!("has the angle {}; take it modulo 2π", self.0))
    }
    fn same_size(&self, _: &Self) -> bool {
        true
    }
}

/// An element a₀ + i(a₁σ₁ + a₂σ₂ + a₃σ₃) of SU(2), by its unit quaternion (a₀, a₁, a₂, a₃).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Su2(pub [f64; 4]);

impl Su2 {
    /// exp(i angle σ₃) = diag(e^{i angle}, e^{−i angle}).
    pub fn diagonal(angle: f64) -> Self {
        Self([angle.cos(), 0.0, 0.0, angle.sin()])
    }

    /// The 2 by 2 matrix.
    pub fn matrix(&self) -> DMatrix<Complex64> {
        let [a, b, c, d] = self.0;
        let z = Complex64::new;
        DMatrix::from_row_slice(2, 2, &[z(a, d), z(c, b), z(-c, b), z(a, -d)])
    }
}

impl GaugeGroup for Su2 {
    fn multiply(&self, other: &Self) -> Self {
        // (a₀ + i a·σ)(b₀ + i b·σ) = a₀b₀ − a·b + i(a₀b + b₀a − a×b)·σ.
        let [a0, a1, a2, a3] = self.0;
        let [b0, b1, b2, b3] = other.0;
        Self([
            a0 * b0 - a1 * b1 - a2 * b2 - a3 * b3,
            a0 * b1 + a1 * b0 - (a2 * b3 - a3 * b2),
            a0 * b2 + a2 * b0 - (a3 * b1 - a1 * b3),
            a0 * b3 + a3 * b0 - (a1 * b2 - a2 * b1),
        ])
    }
    fn inverse(&self) -> Self {
        let [a, b, c, d] = self.0;
        Self([a, -b, -c, -d])
    }
    fn identity_like(&self) -> Self {
        Self([1.0, 0.0, 0.0, 0.0])
    }
    fn normalized_trace(&self) -> Complex64 {
        Complex64::new(self.0[0], 0.0)
    }
    fn complaint(&self) -> Option<String> {
        let norm = self.0.iter().map(|x| x * x).sum::<f64>().sqrt();
        // False for NaN, so that it is refused.
        let unit = (norm - 1.0).abs() <= 1e-9;
        (!unit).then(|| format!("has quaternion norm {norm}, not 1"))
    }
    fn same_size(&self, _: &Self) -> bool {
        true
    }
}

/// An element of U(N) as its matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Unitary(pub DMatrix<Complex64>);

impl GaugeGroup for Unitary {
    fn multiply(&self, other: &Self) -> Self {
        Self(&self.0 * &other.0)
    }
    fn inverse(&self) -> Self {
        Self(self.0.adjoint())
    }
    fn identity_like(&self) -> Self {
        Self(DMatrix::identity(self.0.nrows(), self.0.nrows()))
    }
    fn normalized_trace(&self) -> Complex64 {
        self.0.trace() / self.0.nrows() as f64
    }
    fn complaint(&self) -> Option<String> {
        let (rows, columns) = self.0.shape();
        if rows != columns || rows == 0 {
            return Some(format!("is {rows} by {columns}, not square"));
        }
        let gram = self.0.adjoint() * &self.0 - DMatrix::identity(rows, rows);
        let gap =
            gram.iter().map(|z| z.norm()).fold(0.0, |a, b| if b > a { b } else { a });
        let unitary = gram.iter().all(|z| z.norm() <= 1e-9);
        (!unitary).then(|| format!("is not unitary: U†U differs from 1 by {gap:e}"))
    }
    fn same_size(&self, other: &Self) -> bool {
        self.0.shape() == other.0.shape()
    }
}

/// A step of a path: one link along an axis, forth or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The axis, from 0.
    pub axis: usize,
    /// Towards larger coordinates, or back.
    pub forward: bool,
}

/// Links on a periodic lattice of any dimension.
///
/// Link U_μ(x) leads from x to x + μ̂ and stands at `links[site * d + μ]`, sites in row-major order, the last axis
/// fastest. A path multiplies its links in the order of the steps from left to right, U₁U₂…, a link walked backwards
/// by its inverse, so that a gauge transformation is U_μ(x) → g(x) U_μ(x) g(x + μ̂)⁻¹ (Wilson 1974; Rothe 2012).
#[derive(Debug, Clone)]
pub struct GaugeField<G: GaugeGroup> {
    shape: Vec<usize>,
    links: Vec<G>,
}

impl<G: GaugeGroup> GaugeField<G> {
    /// Takes the links after checking each.
    ///
    /// # Errors
    /// Without axes or with an axis of length 0, for the wrong number of links, and for a link that is no element of the
    /// group, named with its place.
    pub fn new(shape: &[usize], links: Vec<G>) -> Result<Self> {
        let sites = site_count(shape)?;
        require_equal_length(
            "the lattice, counted in links,",
            sites.saturating_mul(shape.len()),
            "the list of links",
            links.len(),
        )?;
        for (place, link) in links.iter().enumerate() {
            let complaint = if link.same_size(&links[0]) {
                link.complaint()
            } else {
                Some("has another size than the first".to_owned())
            };
            if let Some(complaint) = complaint {
                return Err(CoherenceError::invalid(
                    "the link",
                    format!("[{place}] {complaint}"),
                ));
            }
        }
        Ok(Self { shape: shape.to_vec(), links })
    }

    /// Lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of axes.
    pub fn dimensions(&self) -> usize {
        self.shape.len()
    }

    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.links.len() / self.shape.len()
    }

    /// The links.
    pub fn links(&self) -> &[G] {
        &self.links
    }

    /// The site one step away.
    pub(crate) fn neighbour(&self, site: usize, step: Step) -> usize {
        let stride: usize = self.shape[step.axis + 1..].iter().product();
        let length = self.shape[step.axis];
        let place = site / stride % length;
        let next = if step.forward {
            (place + 1) % length
        } else {
            (place + length - 1) % length
        };
        site - place * stride + next * stride
    }

    fn require_axis(&self, axis: usize) -> Result<()> {
        if axis >= self.dimensions() {
            return Err(CoherenceError::invalid(
                "the axis",
                format!("{axis} is not there; they are 0 to {}", self.dimensions() - 1),
            ));
        }
        Ok(())
    }

    fn require_plane(&self, first: usize, second: usize) -> Result<()> {
        self.require_axis(first)?;
        self.require_axis(second)?;
        if first == second {
            return Err(CoherenceError::invalid(
                "the plane",
                format!("needs two axes; both are {first}"),
            ));
        }
        Ok(())
    }

    fn walk(&self, start: usize, path: impl Iterator<Item = Step>) -> (G, usize) {
        let mut site = start;
        let mut product = self.links[0].identity_like();
        for step in path {
            let next = self.neighbour(site, step);
            let link = if step.forward {
                self.links[site * self.dimensions() + step.axis].clone()
            } else {
                self.links[next * self.dimensions() + step.axis].inverse()
            };
            product = product.multiply(&link);
            site = next;
        }
        (product, site)
    }

    /// The ordered product along a path, and the site where it ends.
    ///
    /// # Errors
    /// For a site or an axis that is not there.
    pub fn transport(&self, start: usize, path: &[Step]) -> Result<(G, usize)> {
        self.require_site(start)?;
        for step in path {
            self.require_axis(step.axis)?;
        }
        Ok(self.walk(start, path.iter().copied()))
    }

    /// The holonomy of a closed path: the ordered product, whose normalised trace is the Wilson loop.
    ///
    /// # Errors
    /// As [`GaugeField::transport`], and where the path does not return to its start.
    pub fn holonomy(&self, start: usize, path: &[Step]) -> Result<G> {
        let (product, end) = self.transport(start, path)?;
        if end != start {
            return Err(CoherenceError::invalid(
                "the path",
                format!("from site {start} ends at site {end}; a loop must be closed"),
            ));
        }
        Ok(product)
    }

    fn require_site(&self, site: usize) -> Result<()> {
        if site >= self.sites() {
            return Err(CoherenceError::invalid(
                "the site",
                format!("{site} is not there; they are 0 to {}", self.sites() - 1),
            ));
        }
        Ok(())
    }

    /// U_μ(x) U_ν(x+μ̂) U_μ(x+ν̂)⁻¹ U_ν(x)⁻¹.
    ///
    /// # Errors
    /// For a site or axes that are not there, and for equal axes.
    pub fn plaquette(&self, site: usize, first: usize, second: usize) -> Result<G> {
        self.require_site(site)?;
        self.require_plane(first, second)?;
        Ok(self.walk(site, rectangle(first, second, 1, 1)).0)
    }

    /// Mean of Re Tr P/N over all sites and planes: 1 for the vacuum.
    ///
    /// # Errors
    /// In one dimension, where there are no plaquettes.
    pub fn average_plaquette(&self) -> Result<f64> {
        Ok(self.average_wilson_loop(1, 1)?.value.re)
    }

    /// Tr W/N of the rectangular loops of one plane at every site, with R links along `first` and T along `second`.
    ///
    /// # Errors
    /// For axes that are not there or equal, and for a side of length 0 or longer than the lattice.
    pub fn wilson_loops(
        &self,
        first: usize,
        second: usize,
        r: usize,
        t: usize,
    ) -> Result<Vec<Complex64>> {
        self.require_plane(first, second)?;
        if r == 0 || t == 0 {
            return Err(CoherenceError::invalid(
                "the loop",
                format!("is {r} by {t}; its sides must have a link at least"),
            ));
        }
        let sides = [self.shape[first], self.shape[second]];
        if r > sides[0] || t > sides[1] {
            return Err(CoherenceError::invalid(
                "the loop",
                format!(
                    "is {r} by {t}, longer than the lattice of {} by {}",
                    sides[0], sides[1]
                ),
            ));
        }
        Ok((0..self.sites())
            .map(|site| {
                self.walk(site, rectangle(first, second, r, t)).0.normalized_trace()
            })
            .collect())
    }

    /// Rectangular Wilson loops averaged over all sites and planes, R by T and T by R, all walked the same way round: from the first
    /// axis to the second, as a plaquette.
    ///
    /// # Errors
    /// In one dimension, and as [`GaugeField::wilson_loops`].
    pub fn average_wilson_loop(&self, r: usize, t: usize) -> Result<WilsonLoop> {
        let d = self.dimensions();
        let mut sum = Complex64::new(0.0, 0.0);
        let mut count = 0usize;
        for first in 0..d {
            for second in first + 1..d {
                let sides = [(r, t), (t, r)];
                for &(r, t) in sides.iter().take(if r == t { 1 } else { 2 }) {
                    let loops = self.wilson_loops(first, second, r, t)?;
                    count += loops.len();
                    sum += loops.iter().sum::<Complex64>();
                }
            }
        }
        if count == 0 {
            return Err(CoherenceError::undefined(
                "the Wilson loop",
                "a lattice of one dimension has no planes",
            ));
        }
        Ok(WilsonLoop { r, t, value: sum / count as f64, loops: count })
    }

    /// Polyakov loops: Tr/N of the product of all links along an axis, one for each site of the lattice without that
    /// axis (row-major), and their mean.
    ///
    /// # Errors
    /// For an axis that is not there.
    pub fn polyakov_loops(&self, axis: usize) -> Result<PolyakovLoops> {
        self.require_axis(axis)?;
        let stride: usize = self.shape[axis + 1..].iter().product();
        let length = self.shape[axis];
        let step = Step { axis, forward: true };
        let loops: Vec<Complex64> = (0..self.sites())
            .filter(|site| (site / stride).is_multiple_of(length))
            .map(|site| {
                self.walk(site, std::iter::repeat_n(step, length)).0.normalized_trace()
            })
            .collect();
        let mean = loops.iter().sum::<Complex64>() / loops.len() as f64;
        Ok(PolyakovLoops { loops, mean })
    }

    /// The same field in another gauge, U_μ(x) → g(x) U_μ(x) g(x + μ̂)⁻¹. Loops do not change.
    ///
    /// # Errors
    /// For the wrong number of group elements or one that is none, named with its place.
    pub fn gauge_transformed(&self, gauge: &[G]) -> Result<Self> {
        require_equal_length("the lattice", self.sites(), "the gauge", gauge.len())?;
        for (place, g) in gauge.iter().enumerate() {
            let size =
                (!g.same_size(&self.links[0])).then(|| "has another size".to_owned());
            if let Some(complaint) = size.or_else(|| g.complaint()) {
                return Err(CoherenceError::invalid(
                    "the gauge element",
                    format!("[{place}] {complaint}"),
                ));
            }
        }
        let d = self.dimensions();
        let links = (0..self.links.len())
            .map(|k| {
                let (site, axis) = (k / d, k % d);
                let next = self.neighbour(site, Step { axis, forward: true });
                gauge[site].multiply(&self.links[k]).multiply(&gauge[next].inverse())
            })
            .collect();
        Ok(Self { shape: self.shape.clone(), links })
    }
}

/// Number of sites of a lattice.
pub(crate) fn site_count(shape: &[usize]) -> Result<usize> {
    require_length("the list of axes", shape.len(), 1)?;
    let product = shape.iter().try_fold(1usize, |p, &n| p.checked_mul(n));
    match product {
        Some(sites) if sites > 0 => Ok(sites),
        _ => Err(CoherenceError::invalid(
            "the shape",
            format!("is {shape:?}; each axis must have a site at least"),
        )),
    }
}

/// R steps along one axis, T along another, and back.
fn rectangle(
    first: usize,
    second: usize,
    r: usize,
    t: usize,
) -> impl Iterator<Item = Step> {
    let side = |axis, forward, n| std::iter::repeat_n(Step { axis, forward }, n);
    side(first, true, r)
        .chain(side(second, true, t))
        .chain(side(first, false, r))
        .chain(side(second, false, t))
}

/// An average over rectangular loops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WilsonLoop {
    /// Links along the first side.
    pub r: usize,
    /// Links along the second side.
    pub t: usize,
    /// Mean of Tr W/N.
    pub value: Complex64,
    /// Loops in the mean.
    pub loops: usize,
}

/// Polyakov loops along one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct PolyakovLoops {
    /// Tr/N of each.
    pub loops: Vec<Complex64>,
    /// Their mean; its absolute value is the order parameter of confinement.
    pub mean: Complex64,
}

/// Creutz ratio χ(R, T) = −ln [W(R,T) W(R−1,T−1) / (W(R,T−1) W(R−1,T))], the string tension where the area law holds
/// (Creutz 1980).
///
/// # Errors
/// Where a mean loop is not positive, so that the logarithm is undefined: more samples or smaller loops are needed.
pub fn creutz_ratio(w_r_t: f64, w_r1_t1: f64, w_r_t1: f64, w_r1_t: f64) -> Result<f64> {
    for (name, w) in [
        ("W(R, T)", w_r_t),
        ("W(R−1, T−1)", w_r1_t1),
        ("W(R, T−1)", w_r_t1),
        ("W(R−1, T)", w_r1_t),
    ] {
        if !(w > 0.0 && w.is_finite()) {
            return Err(CoherenceError::out_of_range(
                name,
                w,
                "positive; average more samples or take smaller loops",
            ));
        }
    }
    // Sums of logarithms do not underflow as products of small loops would.
    Ok(w_r_t1.ln() + w_r1_t.ln() - w_r_t.ln() - w_r1_t1.ln())
}

/// Creutz ratio χ(R, T) of an ensemble of fields: [`creutz_ratio`] of the real parts of their mean Wilson loops, with
/// W(R, 0) = W(0, T) = 1.
///
/// # Errors
/// Without fields, and as [`GaugeField::average_wilson_loop`] and [`creutz_ratio`].
pub fn creutz_ratio_of<G: GaugeGroup>(
    fields: &[GaugeField<G>],
    r: usize,
    t: usize,
) -> Result<f64> {
    require_length("the list of fields", fields.len(), 1)?;
    if r == 0 || t == 0 {
        return Err(CoherenceError::invalid(
            "the loop",
            format!("is {r} by {t}; its sides must have a link at least"),
        ));
    }
    let mean = |r: usize, t: usize| -> Result<f64> {
        if r == 0 || t == 0 {
            return Ok(1.0);
        }
        let mut sum = 0.0;
        for field in fields {
            sum += field.average_wilson_loop(r, t)?.value.re;
        }
        Ok(sum / fields.len() as f64)
    };
    creutz_ratio(mean(r, t)?, mean(r - 1, t - 1)?, mean(r, t - 1)?, mean(r - 1, t)?)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::f64::consts::TAU;

    pub(crate) fn noise(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((*seed >> 33) as f64) / f64::from(1u32 << 31) * 2.0 - 1.0
    }

    pub(crate) fn random_su2(seed: &mut u64) -> Su2 {
        let q: [f64; 4] = std::array::from_fn(|_| noise(seed));
        let norm = q.iter().map(|x| x * x).sum::<f64>().sqrt();
        Su2(q.map(|x| x / norm))
    }

    fn close(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-12 * (1.0 + y.abs()), "{x} is not {y}");
    }

    #[test]
    fn quaternions_multiply_as_their_matrices() {
        let mut seed = 5;
        let (a, b) = (random_su2(&mut seed), random_su2(&mut seed));
        assert!((a.multiply(&b).matrix() - a.matrix() * b.matrix()).norm() < 1e-14);
        assert!((a.inverse().matrix() - a.matrix().adjoint()).norm() < 1e-14);
        let trace = a.matrix().trace() / 2.0;
        assert!((trace - a.normalized_trace()).norm() < 1e-14);
    }

    #[test]
    fn loops_of_su2_do_not_depend_on_the_gauge_and_agree_with_matrices() {
        let mut seed = 11;
        let shape = [3, 4, 2];
        let links: Vec<Su2> = (0..24 * 3).map(|_| random_su2(&mut seed)).collect();
        let gauge: Vec<Su2> = (0..24).map(|_| random_su2(&mut seed)).collect();
        let field = GaugeField::new(&shape, links.clone()).unwrap();
        let moved = field.gauge_transformed(&gauge).unwrap();
        let matrices = links.iter().map(|u| Unitary(u.matrix())).collect();
        let same = GaugeField::new(&shape, matrices).unwrap();
        close(field.average_plaquette().unwrap(), moved.average_plaquette().unwrap());
        close(field.average_plaquette().unwrap(), same.average_plaquette().unwrap());
        let (a, b) = (field.average_wilson_loop(2, 1), moved.average_wilson_loop(2, 1));
        assert!((a.clone().unwrap().value - b.unwrap().value).norm() < 1e-13);
        let c = same.average_wilson_loop(2, 1).unwrap();
        assert!((a.unwrap().value - c.value).norm() < 1e-13);
        assert_eq!(c.loops, 6 * 24);
        for (axis, side) in shape.into_iter().enumerate() {
            let x = field.polyakov_loops(axis).unwrap();
            let y = moved.polyakov_loops(axis).unwrap();
            assert_eq!(x.loops.len(), 24 / side);
            for (p, q) in x.loops.iter().zip(&y.loops) {
                assert!((p - q).norm() < 1e-13);
            }
        }
    }

    #[test]
    fn a_path_multiplies_its_links_in_order() {
        let mut seed = 3;
        let links: Vec<Su2> = (0..4 * 2).map(|_| random_su2(&mut seed)).collect();
        let field = GaugeField::new(&[2, 2], links.clone()).unwrap();
        // Sites 0 = (0,0), 1 = (0,1), 2 = (1,0), 3 = (1,1); axis 0 from 0 is site 2.
        let expected = links[0].matrix()
            * links[2 * 2 + 1].matrix()
            * links[2].matrix().adjoint()
            * links[1].matrix().adjoint();
        let p = field.plaquette(0, 0, 1).unwrap();
        assert!((p.matrix() - expected).norm() < 1e-14);
        let step = |axis, forward| Step { axis, forward };
        let path = [step(0, true), step(1, true), step(0, false), step(1, false)];
        assert_eq!(field.holonomy(0, &path).unwrap(), p);
        assert!(field.holonomy(0, &path[..3]).is_err());
        assert!(field.holonomy(4, &path).is_err());
        assert!(field.transport(0, &[step(2, true)]).is_err());
    }

    #[test]
    fn a_uniform_flux_gives_the_area_law() {
        // A = (0, B x₀) with B L² a multiple of 2π on each plaquette, the last column corrected at the seam.
        let n = 6;
        let b = TAU / (n * n) as f64;
        let mut links = vec![U1(0.0); n * n * 2];
        for x in 0..n {
            for y in 0..n {
                links[(x * n + y) * 2 + 1] = U1(b * x as f64);
                if x == n - 1 {
                    links[(x * n + y) * 2] = U1(-b * (n * y) as f64);
                }
            }
        }
        let field = GaugeField::new(&[n, n], links).unwrap();
        for (r, t) in [(1, 1), (2, 1), (3, 2)] {
            for w in field.wilson_loops(0, 1, r, t).unwrap() {
                let expected = Complex64::from_polar(1.0, b * (r * t) as f64);
                assert!((w - expected).norm() < 1e-12);
            }
            for w in field.wilson_loops(1, 0, t, r).unwrap() {
                let expected = Complex64::from_polar(1.0, -b * (r * t) as f64);
                assert!((w - expected).norm() < 1e-12);
            }
        }
        for (r, t) in [(1, 1), (2, 1), (1, 2), (3, 2)] {
            let mean = field.average_wilson_loop(r, t).unwrap().value;
            let expected = Complex64::from_polar(1.0, b * (r * t) as f64);
            assert!((mean - expected).norm() < 1e-12);
        }
        let cos = |a: usize| (b * a as f64).cos();
        let fields = [field];
        let expected = -(cos(4) / (cos(2) * cos(2))).ln();
        close(creutz_ratio_of(&fields, 2, 2).unwrap(), expected - cos(1).ln());
        close(creutz_ratio_of(&fields, 1, 1).unwrap(), -cos(1).ln());
        assert!(creutz_ratio_of(&fields, 0, 1).is_err());
        assert!(creutz_ratio_of::<U1>(&[], 1, 1).is_err());
        let w = |a: f64| (-0.3 * a).exp();
        close(creutz_ratio(w(6.0), w(2.0), w(3.0), w(4.0)).unwrap(), 0.3);
        assert!(creutz_ratio(-0.1, 0.5, 0.3, 0.3).is_err());
    }

    #[test]
    fn links_that_are_no_group_elements_are_refused_with_their_place() {
        let e = GaugeField::new(&[1], vec![Su2([2.0, 0.0, 0.0, 0.0])]).unwrap_err();
        assert_eq!(e.to_string(), "the link [0] has quaternion norm 2, not 1");
        assert!(GaugeField::new(&[2], vec![U1(0.0), U1(f64::NAN)]).is_err());
        assert!(GaugeField::new(&[2], vec![U1(0.0)]).is_err());
        assert!(GaugeField::<U1>::new(&[], vec![]).is_err());
        assert!(GaugeField::<U1>::new(&[0, 2], vec![]).is_err());
        assert!(GaugeField::<U1>::new(&[usize::MAX, 1], vec![]).is_err());
        let two = Unitary(DMatrix::identity(2, 2));
        let three = Unitary(DMatrix::identity(3, 3));
        assert!(GaugeField::new(&[2], vec![two.clone(), three]).is_err());
        let long = Unitary(&two.0 * Complex64::new(2.0, 0.0));
        assert!(GaugeField::new(&[1], vec![long]).is_err());
        let nan = Unitary(&two.0 * Complex64::new(f64::NAN, 0.0));
        assert!(GaugeField::new(&[1], vec![nan]).is_err());
        let line = GaugeField::new(&[3], vec![U1(0.1); 3]).unwrap();
        assert!(line.average_plaquette().is_err());
        close(line.polyakov_loops(0).unwrap().mean.arg(), 0.3);
        assert!(line.wilson_loops(0, 0, 1, 1).is_err());
    }
}
