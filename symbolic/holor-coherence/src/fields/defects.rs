//! Phase defects: vortices in the plane, vortex lines in space and the tips of spiral waves, by winding numbers.

use std::f64::consts::TAU;

use super::grid::{Grid, phase_step, require_phases};
use crate::error::{require_equal_length, require_finite};
use crate::quantum::linear::require_finite_complex;
use crate::{CoherenceError, Complex64, Result};

/// A vortex of a planar field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vortex {
    /// Position along both axes in sites, from 0; on a periodic axis below its length.
    pub position: [f64; 2],
    /// Winding number: +1 where the phase grows by 2π on the way from axis 0 to axis 1.
    pub charge: i64,
}

/// The vortices of a planar field.
#[derive(Debug, Clone, PartialEq)]
pub struct Vortices {
    /// All of them, row by row.
    pub list: Vec<Vortex>,
    /// How many have a positive charge.
    pub positive: usize,
    /// How many have a negative charge.
    pub negative: usize,
    /// Sum of the charges; 0 on a torus.
    pub total: i64,
    /// Plaquettes left out, as a corner has an amplitude below the least one.
    pub skipped: usize,
}

/// Phase differences along the links of one axis, by [`phase_step`]: each is the opposite of the way back, so that the
/// charges on a torus add to 0.
fn links(phases: &[f64], grid: &Grid, axis: usize) -> Vec<f64> {
    (0..phases.len())
        .map(|site| match grid.next(site, axis) {
            Some(there) => phase_step(phases[site], phases[there]),
            None => f64::NAN,
        })
        .collect()
}

/// Winding number of the plaquette at a site, from `first` to `second`; `None` beyond a bounded edge.
fn winding(
    along: [&[f64]; 2],
    grid: &Grid,
    site: usize,
    first: usize,
    second: usize,
) -> Option<i64> {
    let right = grid.next(site, first)?;
    let up = grid.next(site, second)?;
    let sum = along[0][site] + along[1][right] - along[0][up] - along[1][site];
    // The four links add to a multiple of 2π up to round-off.
    Some((sum / TAU).round() as i64)
}

/// Vortices of a phase field on a plane: the plaquettes whose winding number is not 0, at their middles (x + ½, y + ½).
///
/// The way around a plaquette goes from (x, y) along axis 0, then along axis 1 and back: counterclockwise where axis 0 is
/// drawn to the right and axis 1 upwards. Differences are taken by the shortest way; one of exactly π
/// goes from 0 up to π and from π down to 0, so that the phases of a real field have no vortices. Plaquettes that are not
/// wholly inside of the grid's mask do not count.
///
/// # Errors
/// For a grid that has not two axes, phases that do not fit it or are not finite, and a periodic axis of fewer than 3 sites.
pub fn vortices(phases: &[f64], grid: &Grid) -> Result<Vortices> {
    require_plane(grid)?;
    grid.require_values("the phases", phases.len())?;
    require_phases("the phases", phases)?;
    let (first, second) = (links(phases, grid, 0), links(phases, grid, 1));
    let mut list = Vec::new();
    for site in 0..phases.len() {
        if let Some(charge) = winding([&first, &second], grid, site, 0, 1)
            && charge != 0
            && within(grid, site, 0, 1)
        {
            let position = middle(grid, site, [0.5, 0.5]);
            list.push(Vortex { position, charge });
        }
    }
    Ok(collect(list, 0))
}

/// Whether all corners of a plaquette are inside of the grid's mask.
fn within(grid: &Grid, site: usize, first: usize, second: usize) -> bool {
    let inside = |site: Option<usize>| site.is_some_and(|site| grid.is_inside(site));
    let right = grid.next(site, first);
    inside(Some(site))
        && inside(right)
        && inside(grid.next(site, second))
        && inside(right.and_then(|right| grid.next(right, second)))
}

fn require_plane(grid: &Grid) -> Result<()> {
    grid.require_dimensions(2)?;
    require_wide(grid)
}

fn require_wide(grid: &Grid) -> Result<()> {
    for axis in 0..grid.dimensions() {
        if grid.is_periodic(axis) && grid.shape()[axis] < 3 {
            return Err(CoherenceError::invalid(
                "the grid",
                format!(
                    "has {} sites along the periodic axis {axis}; winding numbers need 3",
                    grid.shape()[axis]
                ),
            ));
        }
    }
    Ok(())
}

fn middle(grid: &Grid, site: usize, offset: [f64; 2]) -> [f64; 2] {
    [0, 1].map(|axis| {
        let place = grid.coordinate(site, axis) as f64 + offset[axis];
        let length = grid.shape()[axis] as f64;
        if place >= length { place - length } else { place }
    })
}

fn collect(list: Vec<Vortex>, skipped: usize) -> Vortices {
    Vortices {
        positive: list.iter().filter(|v| v.charge > 0).count(),
        negative: list.iter().filter(|v| v.charge < 0).count(),
        total: list.iter().map(|v| v.charge).sum(),
        list,
        skipped,
    }
}

/// Vortices of a complex field on a plane, each at the zero of the bilinear interpolation in its plaquette.
///
/// Plaquettes with a corner of |A| below `least_amplitude` are left out and counted: give a share of the bulk value where
/// the field falls to nothing, as at the edge of a trap. A single zero at a site takes the phase of a neighbour: if the
/// phase winds around it, its vortex lies on that site, and otherwise there is none.
///
/// # Errors
/// As [`vortices`], for a negative `least_amplitude`, and for neighbours that are both exactly 0 and not left out: there
/// is no phase between them.
pub fn vortices_of_field(
    field: &[Complex64],
    grid: &Grid,
    least_amplitude: f64,
) -> Result<Vortices> {
    require_plane(grid)?;
    grid.require_values("the field", field.len())?;
    require_finite_complex("the field", field)?;
    if !(least_amplitude >= 0.0 && least_amplitude.is_finite()) {
        return Err(CoherenceError::out_of_range(
            "the least amplitude",
            least_amplitude,
            "0 or more",
        ));
    }
    let zero =
        |site: usize| field[site] == Complex64::new(0.0, 0.0) && grid.is_inside(site);
    if least_amplitude == 0.0 {
        for site in 0..field.len() {
            let both = |axis| grid.next(site, axis).is_some_and(zero);
            if zero(site) && (both(0) || both(1)) {
                return Err(CoherenceError::undefined(
                    "the winding number",
                    format!(
                        "the field is 0 at site {site} and next to it; give a least amplitude above 0"
                    ),
                ));
            }
        }
    }
    let mut phases: Vec<f64> = field.iter().map(|z| z.arg()).collect();
    for site in (0..field.len()).filter(|&site| zero(site)) {
        let before = |axis| grid.previous(site, axis);
        let around = [grid.next(site, 0), grid.next(site, 1), before(0), before(1)];
        let has_phase = |&there: &usize| !zero(there) && grid.is_inside(there);
        if let Some(there) = around.into_iter().flatten().find(has_phase) {
            phases[site] = field[there].arg();
        }
    }
    let (first, second) = (links(&phases, grid, 0), links(&phases, grid, 1));
    let (mut list, mut skipped) = (Vec::new(), 0);
    for site in 0..field.len() {
        let Some(charge) = winding([&first, &second], grid, site, 0, 1) else {
            continue;
        };
        let corners = corners(grid, site).map(|c| c.map(|c| field[c]));
        let Some([a, b, c, d]) = corners else {
            continue;
        };
        if !within(grid, site, 0, 1) {
            continue;
        }
        if [a, b, c, d].iter().any(|z| z.norm() < least_amplitude) {
            skipped += 1;
        } else if charge != 0 {
            let offset = bilinear_zero(a, b, c, d);
            list.push(Vortex { position: middle(grid, site, offset), charge });
        }
    }
    Ok(collect(list, skipped))
}

/// The corners (0,0), (1,0), (0,1), (1,1) of a plaquette.
fn corners(grid: &Grid, site: usize) -> Option<[usize; 4]> {
    let right = grid.next(site, 0)?;
    let up = grid.next(site, 1)?;
    Some([site, right, up, grid.next(right, 1)?])
}

/// Where A(s, t) = a(1−s)(1−t) + b s(1−t) + c(1−s)t + d st is 0; the middle where rounding hides the zero.
fn bilinear_zero(a: Complex64, b: Complex64, c: Complex64, d: Complex64) -> [f64; 2] {
    let scale = [a, b, c, d].iter().map(|z| z.norm()).fold(0.0, f64::max);
    if scale == 0.0 {
        return [0.5, 0.5];
    }
    let [a, b, c, d] = [a, b, c, d].map(|z| z / scale);
    // A = p + q s + t (r + w s); Im[(p + q s)* (r + w s)] = 0 takes t out.
    let (p, q, r, w) = (a, b - a, c - a, a - b - c + d);
    let cross = |x: Complex64, y: Complex64| (x.conj() * y).im;
    let (k0, k1, k2) = (cross(p, r), cross(p, w) + cross(q, r), cross(q, w));
    let mut candidates = Vec::new();
    if k2.abs() < 1e-14 {
        if k1 != 0.0 {
            candidates.push(-k0 / k1);
        }
    } else {
        let root = (k1 * k1 - 4.0 * k0 * k2).max(0.0).sqrt();
        // The form that does not subtract equal numbers.
        let half = -0.5 * (k1 + if k1 < 0.0 { -root } else { root });
        candidates.push(half / k2);
        if half != 0.0 {
            candidates.push(k0 / half);
        }
    }
    let mut best = ([0.5, 0.5], 1e-6);
    for s in candidates {
        let (top, bottom) = (p + q * s, r + w * s);
        if bottom.norm_sqr() == 0.0 {
            continue;
        }
        let t = -(bottom.conj() * top).re / bottom.norm_sqr();
        let out = |x: f64| (x - 0.5).abs() - 0.5;
        let miss = out(s).max(out(t)).max(0.0) + (top + bottom * t).norm();
        if miss < best.1 {
            best = ([s.clamp(0.0, 1.0), t.clamp(0.0, 1.0)], miss);
        }
    }
    best.0
}

/// Tips of spiral waves: zeros of (u − u*) + i(v − v*), with the sense of rotation in the plane of (u, v) as charge
/// (Fenton & Karma 1998; Iyer & Gray 2001).
///
/// # Errors
/// As [`vortices_of_field`] without a least amplitude, and where the two fields differ in length.
pub fn spiral_tips(
    u: &[f64],
    v: &[f64],
    grid: &Grid,
    center: [f64; 2],
) -> Result<Vortices> {
    require_equal_length("u", u.len(), "v", v.len())?;
    require_finite("u", u)?;
    require_finite("v", v)?;
    require_finite("the centre", &center)?;
    let field: Vec<Complex64> = u
        .iter()
        .zip(v)
        .map(|(a, b)| Complex64::new(a - center[0], b - center[1]))
        .collect();
    vortices_of_field(&field, grid, 0.0)
}

/// A plaquette that a vortex line goes through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PiercedPlaquette {
    /// Its middle, in sites.
    pub position: [f64; 3],
    /// Axis normal to it.
    pub normal: usize,
    /// Winding number, positive where the line points along the normal by the right-hand rule.
    pub charge: i64,
}

/// The vortex lines of a field in space.
#[derive(Debug, Clone, PartialEq)]
pub struct VortexLines {
    /// Every pierced plaquette.
    pub pierced: Vec<PiercedPlaquette>,
    /// How many for each normal: the length of the lines is about the spacing times these, summed as |l_x| + |l_y| + |l_z|.
    pub counts: [usize; 3],
    /// Sum of the charges for each normal. On a torus each plane across has charge 0, and so have these.
    pub totals: [i64; 3],
}

/// Vortex lines of a phase field in space: winding numbers of all plaquettes. As many lines enter a cube as leave it.
///
/// # Errors
/// For a grid that has not three axes, phases that do not fit or are not finite, and a periodic axis of fewer than 3 sites.
pub fn vortex_lines(phases: &[f64], grid: &Grid) -> Result<VortexLines> {
    grid.require_dimensions(3)?;
    require_wide(grid)?;
    grid.require_values("the phases", phases.len())?;
    require_phases("the phases", phases)?;
    let along: Vec<Vec<f64>> = (0..3).map(|axis| links(phases, grid, axis)).collect();
    let mut found = VortexLines { pierced: Vec::new(), counts: [0; 3], totals: [0; 3] };
    for site in 0..phases.len() {
        for normal in 0..3 {
            let (first, second) = ((normal + 1) % 3, (normal + 2) % 3);
            let pair = [along[first].as_slice(), along[second].as_slice()];
            let Some(charge) = winding(pair, grid, site, first, second) else {
                continue;
            };
            if charge != 0 && within(grid, site, first, second) {
                let position = [0, 1, 2].map(|axis| {
                    let half = if axis == normal { 0.0 } else { 0.5 };
                    grid.coordinate(site, axis) as f64 + half
                });
                found.pierced.push(PiercedPlaquette { position, normal, charge });
                found.counts[normal] += 1;
                found.totals[normal] += charge;
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::grid::tests::{close, noise};
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn a_single_vortex_is_found_with_its_sign_and_place() {
        let grid = Grid::bounded(&[7, 9]).unwrap();
        for charge in [1i32, -1] {
            let field: Vec<Complex64> = (0..63)
                .map(|s| {
                    let (x, y) = ((s / 9) as f64 - 2.3, (s % 9) as f64 - 5.8);
                    Complex64::new(x, f64::from(charge) * y)
                })
                .collect();
            let phases: Vec<f64> = field.iter().map(|z| z.arg()).collect();
            let coarse = vortices(&phases, &grid).unwrap();
            let expected = Vortex { position: [2.5, 5.5], charge: i64::from(charge) };
            assert_eq!(coarse.list, [expected]);
            let fine = vortices_of_field(&field, &grid, 0.0).unwrap();
            assert_eq!(fine.total, i64::from(charge));
            close(fine.list[0].position[0], 2.3);
            close(fine.list[0].position[1], 5.8);
            let masked = vortices_of_field(&field, &grid, 1.0).unwrap();
            assert!(masked.list.is_empty() && masked.skipped > 0);
        }
    }

    #[test]
    fn the_charges_on_a_torus_add_to_zero_even_at_differences_of_pi() {
        let mut seed = 3;
        let grid = Grid::periodic(&[16, 13]).unwrap();
        let random: Vec<f64> = (0..208).map(|_| PI * noise(&mut seed)).collect();
        let found = vortices(&random, &grid).unwrap();
        assert_eq!(found.total, 0);
        assert!(found.positive > 20 && found.positive == found.negative);
        let spins: Vec<f64> =
            (0..208).map(|_| if noise(&mut seed) > 0.0 { PI } else { 0.0 }).collect();
        assert_eq!(vortices(&spins, &grid).unwrap().total, 0);
        let quarters: Vec<f64> =
            (0..208).map(|_| (2.0 * noise(&mut seed)).floor() * PI / 2.0).collect();
        assert_eq!(vortices(&quarters, &grid).unwrap().total, 0);
    }

    #[test]
    fn a_pair_across_the_edge_of_a_torus_is_found() {
        // sin of both coordinates: zeros at (0 or N/2, 0 or N/2), alternating in charge.
        let n = 12;
        let grid = Grid::periodic(&[n, n]).unwrap();
        let shift = 0.3;
        let field: Vec<Complex64> = (0..n * n)
            .map(|s| {
                let at = |k: usize| TAU * (k as f64 + shift) / n as f64;
                Complex64::new(at(s / n).sin(), at(s % n).sin())
            })
            .collect();
        let found = vortices_of_field(&field, &grid, 0.0).unwrap();
        assert_eq!((found.positive, found.negative, found.total), (2, 2, 0));
        for v in &found.list {
            for x in v.position {
                // The zeros lie at −shift and N/2 − shift, that is 11.7 and 5.7, up to the interpolation.
                assert!((x - 11.7).abs() < 0.02 || (x - 5.7).abs() < 0.02, "{x}");
            }
        }
        let (u, v): (Vec<f64>, Vec<f64>) =
            field.iter().map(|z| (z.re + 2.0, z.im - 1.0)).unzip();
        let tips = spiral_tips(&u, &v, &grid, [2.0, -1.0]).unwrap();
        assert_eq!(tips.list.len(), 4);
        assert!(spiral_tips(&u[1..], &v, &grid, [0.0, 0.0]).is_err());
    }

    #[test]
    fn a_zero_on_a_site_holds_its_vortex_and_a_region_of_zeros_is_refused() {
        let grid = Grid::bounded(&[5, 5]).unwrap();
        let mut field: Vec<Complex64> = (0..25)
            .map(|s| Complex64::new((s / 5) as f64 - 2.0, (s % 5) as f64 - 2.0))
            .collect();
        let found = vortices_of_field(&field, &grid, 0.0).unwrap();
        assert_eq!((found.list.len(), found.total), (1, 1));
        close(found.list[0].position[0], 2.0);
        close(found.list[0].position[1], 2.0);
        field[13] = Complex64::new(0.0, 0.0);
        let e = vortices_of_field(&field, &grid, 0.0).unwrap_err().to_string();
        assert!(e.contains("site 12 and next to it"), "{e}");
        assert!(vortices_of_field(&field, &grid, 0.5).is_ok());
        assert!(vortices_of_field(&field, &grid, -1.0).is_err());
    }

    #[test]
    fn a_real_field_and_a_zero_without_winding_have_no_vortices() {
        let mut seed = 12;
        for grid in [Grid::periodic(&[9, 8]).unwrap(), Grid::bounded(&[9, 8]).unwrap()] {
            let real: Vec<Complex64> = (0..72)
                .map(|s| {
                    Complex64::new(noise(&mut seed), if s % 2 == 0 { 0.0 } else { -0.0 })
                })
                .collect();
            assert!(vortices_of_field(&real, &grid, 0.0).unwrap().list.is_empty());
            let phases: Vec<f64> = real.iter().map(|z| z.arg()).collect();
            assert!(vortices(&phases, &grid).unwrap().list.is_empty());
            let mut dip = vec![Complex64::new(-1.0, 0.0); 72];
            dip[28] = Complex64::new(0.0, 0.0);
            assert!(vortices_of_field(&dip, &grid, 0.0).unwrap().list.is_empty());
        }
    }

    #[test]
    fn a_straight_line_pierces_every_plane_and_a_ring_closes() {
        let n = 8;
        let grid = Grid::bounded(&[n, n, n]).unwrap();
        let at = |s: usize| [s / 64, s / 8 % 8, s % 8].map(|x| x as f64 - 3.6);
        let line: Vec<f64> = (0..512)
            .map(|s| {
                let [x, y, _] = at(s);
                y.atan2(x)
            })
            .collect();
        let found = vortex_lines(&line, &grid).unwrap();
        assert_eq!(found.counts, [0, 0, 8]);
        assert_eq!(found.totals, [0, 0, 8]);
        assert_eq!(found.pierced[0].position, [3.5, 3.5, 0.0]);
        let ring: Vec<f64> = (0..512)
            .map(|s| {
                let [x, y, z] = at(s);
                z.atan2(x.hypot(y) - 2.0)
            })
            .collect();
        let found = vortex_lines(&ring, &grid).unwrap();
        assert_eq!(found.totals, [0, 0, 0]);
        assert!(found.counts[0] > 0 && found.counts[1] > 0 && found.counts[2] == 0);
    }

    #[test]
    fn no_line_ends_inside() {
        let mut seed = 8;
        let grid = Grid::periodic(&[4, 5, 3]).unwrap();
        let phases: Vec<f64> = (0..60).map(|_| PI * noise(&mut seed)).collect();
        let found = vortex_lines(&phases, &grid).unwrap();
        assert_eq!(found.totals, [0; 3]);
        assert!(found.pierced.len() > 10);
        // The flux out of each cube.
        let charge = |site: usize, normal: usize| {
            let x = [0, 1, 2].map(|a| grid.coordinate(site, a) as f64);
            found
                .pierced
                .iter()
                .find(|p| {
                    p.normal == normal
                        && (0..3).all(|a| {
                            let half = if a == normal { 0.0 } else { 0.5 };
                            (p.position[a] - x[a] - half).abs() < 1e-9
                        })
                })
                .map_or(0, |p| p.charge)
        };
        for site in 0..60 {
            let out: i64 = (0..3)
                .map(|axis| {
                    charge(grid.next(site, axis).unwrap(), axis) - charge(site, axis)
                })
                .sum();
            assert_eq!(out, 0);
        }
    }

    #[test]
    fn grids_and_phases_that_do_not_fit_are_refused() {
        let flat = Grid::periodic(&[4, 4]).unwrap();
        assert!(vortices(&[0.0; 15], &flat).is_err());
        let mut phases = [0.0; 16];
        phases[5] = f64::NAN;
        let e = vortices(&phases, &flat).unwrap_err().to_string();
        assert!(e.starts_with("the phases[5] is NaN"), "{e}");
        phases[5] = 1e12;
        assert!(vortices(&phases, &flat).is_err());
        assert!(vortices(&[0.0; 8], &Grid::periodic(&[4, 2]).unwrap()).is_err());
        assert!(vortices(&[0.0; 4], &Grid::periodic(&[4]).unwrap()).is_err());
        assert!(vortex_lines(&[0.0; 16], &flat).is_err());
    }
}
