//! Order of phases: Kuramoto and Daido parameters, local order, metastability, chimera index, phase coherence.

use super::grid::{Grid, require_phases};
use crate::error::{require_equal_length, require_finite, require_length};
use crate::graphs::Graph;
use crate::quantum::linear::require_finite_complex;
use crate::{CoherenceError, Complex64, Result};

/// An order parameter Z = R e^{iψ}.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrderParameter {
    /// Z.
    pub z: Complex64,
    /// R = |Z|, from 0 to 1.
    pub r: f64,
    /// ψ = arg Z in (−π, π]; `None` where R is 0 to round-off, so that there is no mean phase.
    pub psi: Option<f64>,
}

/// Kuramoto order parameter R e^{iψ} = ⟨e^{iθ}⟩ (Kuramoto 1984; Strogatz 2000). Phases in radians.
///
/// # Errors
/// Without phases or where one is not finite.
pub fn kuramoto_order(phases: &[f64]) -> Result<OrderParameter> {
    daido_order(phases, 1)
}

/// Daido order parameter Z_m = ⟨e^{imθ}⟩ (Daido 1992): m clusters of equal size have |Z_m| = 1 and smaller ones 0.
///
/// # Errors
/// Without phases, where one is not finite, and for m = 0.
pub fn daido_order(phases: &[f64], m: u32) -> Result<OrderParameter> {
    require_length("the phases", phases.len(), 1)?;
    require_phases("the phases", phases)?;
    if m == 0 {
        return Err(CoherenceError::out_of_range("the order m", 0.0, "1 or more"));
    }
    let m = f64::from(m);
    let mut z: Complex64 =
        phases.iter().map(|&t| Complex64::from_polar(1.0, m * t)).sum::<Complex64>();
    z /= phases.len() as f64;
    Ok(order(z, m * largest(phases)))
}

/// Which neighbours a local order parameter sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// All sites at most `radius` steps away along each axis: (2 radius + 1)^d of them.
    Box,
    /// All sites at a Euclidean distance of at most `radius`.
    Ball,
}

/// Local order parameter Z_x = mean of e^{iθ} over the window around x, the site itself included (Wolfrum & Omel'chenko
/// 2011). At the edge of a bounded axis the mean is over the sites that are there.
///
/// # Errors
/// Where the phases do not fit the grid or are not finite, and for a window wider than a periodic axis.
pub fn local_order(
    phases: &[f64],
    grid: &Grid,
    radius: usize,
    window: Window,
) -> Result<Vec<OrderParameter>> {
    grid.require_values("the phases", phases.len())?;
    require_phases("the phases", phases)?;
    for axis in 0..grid.dimensions() {
        let width = radius.saturating_mul(2).saturating_add(1);
        if grid.is_periodic(axis) && width > grid.shape()[axis] {
            return Err(CoherenceError::invalid(
                "the window",
                format!(
                    "is {width} sites wide and the periodic axis {axis} has {}; sites would count twice",
                    grid.shape()[axis]
                ),
            ));
        }
    }
    let unit: Vec<(Complex64, f64)> = (0..phases.len())
        .map(|site| match grid.is_inside(site) {
            true => (Complex64::from_polar(1.0, phases[site]), 1.0),
            false => (Complex64::new(0.0, 0.0), 0.0),
        })
        .collect();
    let sums = match window {
        Window::Box => (0..grid.dimensions())
            .fold(unit, |sums, axis| sum_along(&sums, grid, axis, radius)),
        Window::Ball => sum_in_ball(&unit, grid, radius),
    };
    let size = largest(phases);
    let sums = sums.into_iter().enumerate();
    Ok(sums
        .map(|(site, (z, n))| match grid.is_inside(site) {
            true => order(z / n, size),
            false => OrderParameter { z: Complex64::new(0.0, 0.0), r: 0.0, psi: None },
        })
        .collect())
}

/// An order parameter from Z, with a mean phase where |Z| is above the rounding of phases of the given size.
fn order(z: Complex64, largest: f64) -> OrderParameter {
    let r = z.norm();
    let psi = (r > 4.0 * f64::EPSILON * largest.max(1.0)).then(|| z.arg());
    OrderParameter { z, r: r.min(1.0), psi }
}

fn largest(phases: &[f64]) -> f64 {
    phases.iter().map(|t| t.abs()).fold(0.0, f64::max)
}

/// The place `shift` sites away along an axis, if it is there.
fn shifted(grid: &Grid, place: usize, axis: usize, shift: i64) -> Option<usize> {
    let length = grid.shape()[axis] as i64;
    let there = place as i64 + shift;
    if grid.is_periodic(axis) {
        Some(there.rem_euclid(length) as usize)
    } else {
        (0..length).contains(&there).then_some(there as usize)
    }
}

fn sum_along(
    values: &[(Complex64, f64)],
    grid: &Grid,
    axis: usize,
    radius: usize,
) -> Vec<(Complex64, f64)> {
    let stride = grid.stride(axis);
    // A window beyond the ends of a bounded axis sees no more.
    let reach = radius.min(grid.shape()[axis]) as i64;
    (0..values.len())
        .map(|site| {
            let place = grid.coordinate(site, axis);
            let start = site - place * stride;
            let mut sum = (Complex64::new(0.0, 0.0), 0.0);
            for shift in -reach..=reach {
                if let Some(there) = shifted(grid, place, axis, shift) {
                    let (z, n) = values[start + there * stride];
                    sum = (sum.0 + z, sum.1 + n);
                }
            }
            sum
        })
        .collect()
}

fn sum_in_ball(
    values: &[(Complex64, f64)],
    grid: &Grid,
    radius: usize,
) -> Vec<(Complex64, f64)> {
    let d = grid.dimensions();
    let reach: Vec<i64> = (0..3)
        .map(|a| if a < d { radius.min(grid.shape()[a]) as i64 } else { 0 })
        .collect();
    let limit = (radius as f64).powi(2);
    let mut offsets = Vec::new();
    for i in -reach[0]..=reach[0] {
        for j in -reach[1]..=reach[1] {
            for k in -reach[2]..=reach[2] {
                if (i * i + j * j + k * k) as f64 <= limit {
                    offsets.push([i, j, k]);
                }
            }
        }
    }
    (0..values.len())
        .map(|site| {
            let mut sum = (Complex64::new(0.0, 0.0), 0.0);
            for offset in &offsets {
                let there = (0..d).try_fold(0usize, |index, axis| {
                    let place = grid.coordinate(site, axis);
                    shifted(grid, place, axis, offset[axis])
                        .map(|p| index + p * grid.stride(axis))
                });
                if let Some(there) = there {
                    sum = (sum.0 + values[there].0, sum.1 + values[there].1);
                }
            }
            sum
        })
        .collect()
}

/// Local order parameter on a graph: the mean of e^{iθ} over the neighbours of each vertex, and the vertex itself where
/// `with_self` says so. Weights do not count.
///
/// # Errors
/// Where the phases do not fit the graph or are not finite, and for an isolated vertex without itself.
pub fn local_order_on_graph(
    phases: &[f64],
    graph: &Graph,
    with_self: bool,
) -> Result<Vec<OrderParameter>> {
    require_equal_length("the graph", graph.vertices(), "the phases", phases.len())?;
    require_phases("the phases", phases)?;
    let unit: Vec<Complex64> =
        phases.iter().map(|&t| Complex64::from_polar(1.0, t)).collect();
    let mut sums: Vec<(Complex64, f64)> = unit
        .iter()
        .map(|&z| if with_self { (z, 1.0) } else { (Complex64::new(0.0, 0.0), 0.0) })
        .collect();
    for &(u, v, _) in graph.edges() {
        sums[u] = (sums[u].0 + unit[v], sums[u].1 + 1.0);
        sums[v] = (sums[v].0 + unit[u], sums[v].1 + 1.0);
    }
    if let Some(vertex) = sums.iter().position(|s| s.1 == 0.0) {
        return Err(CoherenceError::undefined(
            "the local order parameter",
            format!("vertex {vertex} has no neighbours; count the vertex itself"),
        ));
    }
    let size = largest(phases);
    Ok(sums.into_iter().map(|(z, n)| order(z / n, size)).collect())
}

/// Order parameter over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Metastability {
    /// R at each time.
    pub r: Vec<f64>,
    /// Mean of R, the overall synchrony.
    pub mean: f64,
    /// Standard deviation of R over time, with ddof 0.
    pub metastability: f64,
}

/// Metastability of a population: the standard deviation of its Kuramoto R over time (ddof 0), from the phases at each
/// time. Shanahan (2010) takes the variance with ddof 1 instead: see [`chimera_index`].
///
/// # Errors
/// Without times, without phases or where one is not finite.
pub fn metastability(phases_in_time: &[Vec<f64>]) -> Result<Metastability> {
    require_length("the times", phases_in_time.len(), 1)?;
    let mut r = Vec::with_capacity(phases_in_time.len());
    for phases in phases_in_time {
        r.push(kuramoto_order(phases)?.r);
    }
    let (mean, square) = moments(&r);
    Ok(Metastability { mean, metastability: (square / r.len() as f64).sqrt(), r })
}

/// Mean, and sum of squared deviations from it.
fn moments(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|x| (x - mean).powi(2)).sum())
}

/// Indices of Shanahan (2010).
#[derive(Debug, Clone, PartialEq)]
pub struct ChimeraIndex {
    /// χ: variance of R over the communities (ddof 1), averaged over time.
    pub chimera: f64,
    /// λ: variance of R over time (ddof 1), averaged over the communities.
    pub metastability: f64,
    /// Variance over the communities at each time, for a plot.
    pub spread: Vec<f64>,
}

/// Chimera index χ and metastability index λ of communities, from the order parameter R of each community at each time,
/// `order[community][time]` (Shanahan 2010; both variances with ddof 1).
///
/// # Errors
/// For fewer than 2 communities or times, series of different lengths, and values outside 0 to 1.
pub fn chimera_index(order: &[Vec<f64>]) -> Result<ChimeraIndex> {
    require_length("the communities", order.len(), 2)?;
    let times = order[0].len();
    require_length("the times", times, 2)?;
    let mut metastability = 0.0;
    for series in order {
        require_equal_length("the first community", times, "another", series.len())?;
        require_finite("the order parameter", series)?;
        if let Some(&r) = series.iter().find(|r| !(-1e-12..=1.0 + 1e-12).contains(*r)) {
            return Err(CoherenceError::out_of_range(
                "an order parameter",
                r,
                "between 0 and 1",
            ));
        }
        metastability += moments(series).1 / (times - 1) as f64;
    }
    let spread: Vec<f64> = (0..times)
        .map(|t| {
            let now: Vec<f64> = order.iter().map(|series| series[t]).collect();
            moments(&now).1 / (order.len() - 1) as f64
        })
        .collect();
    Ok(ChimeraIndex {
        chimera: moments(&spread).0,
        metastability: metastability / order.len() as f64,
        spread,
    })
}

/// Phase coherence of a complex field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhaseCoherence {
    /// |⟨A⟩|/⟨|A|⟩: sites count by their amplitude.
    pub weighted: f64,
    /// |⟨A/|A|⟩| over the sites where A is not 0: all count alike.
    pub phase_only: f64,
    /// Sites where A is 0.
    pub zeros: usize,
}

/// Both phase coherences of a complex field; 1 for a constant phase.
///
/// # Errors
/// Without sites, where one is not finite, and for a field that is 0 everywhere.
pub fn phase_coherence(field: &[Complex64]) -> Result<PhaseCoherence> {
    require_length("the field", field.len(), 1)?;
    require_finite_complex("the field", field)?;
    let sizes: Vec<f64> = field.iter().map(|z| z.norm()).collect();
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(CoherenceError::undefined(
            "phase coherence",
            "the field is 0 everywhere",
        ));
    }
    let mut sum = Complex64::new(0.0, 0.0);
    let mut unit = Complex64::new(0.0, 0.0);
    let (mut size, mut count) = (0.0, 0usize);
    for (z, &a) in field.iter().zip(&sizes) {
        // Scaled, so that neither large nor small fields leave the range of the numbers.
        sum += z / largest;
        size += a / largest;
        if a > 0.0 {
            unit += z / a;
            count += 1;
        }
    }
    Ok(PhaseCoherence {
        weighted: (sum.norm() / size).min(1.0),
        phase_only: (unit.norm() / count as f64).min(1.0),
        zeros: field.len() - count,
    })
}

#[cfg(test)]
mod tests {
    use super::super::grid::tests::{close, noise};
    use super::*;
    use std::f64::consts::{PI, TAU};

    #[test]
    fn order_parameters_of_known_phases() {
        let one = kuramoto_order(&[0.4, 0.4, 0.4 + TAU]).unwrap();
        close(one.r, 1.0);
        close(one.psi.unwrap(), 0.4);
        // Two phases ±δ about ψ: R = cos δ, across the cut at π.
        let two = kuramoto_order(&[PI - 0.3, PI + 0.3]).unwrap();
        close(two.r, 0.3f64.cos());
        close(two.psi.unwrap().abs(), PI);
        let splay: Vec<f64> = (0..6).map(|k| TAU * f64::from(k) / 6.0).collect();
        assert_eq!(kuramoto_order(&splay).unwrap().psi, None);
        close(daido_order(&splay, 6).unwrap().r, 1.0);
        assert!(daido_order(&splay, 2).unwrap().r < 1e-14);
        let halves = [0.1, 0.1 + PI, 0.1, 0.1 + PI];
        assert!(kuramoto_order(&halves).unwrap().r < 1e-15);
        close(daido_order(&halves, 2).unwrap().psi.unwrap(), 0.2);
        assert!(kuramoto_order(&[]).is_err());
        assert!(daido_order(&[1.0], 0).is_err());
        let e = kuramoto_order(&[0.0, f64::NAN]).unwrap_err().to_string();
        assert!(e.starts_with("the phases[1] is NaN"), "{e}");
    }

    #[test]
    fn a_twisted_state_has_the_dirichlet_kernel_as_local_order() {
        // θ = qx on a ring: R = |sin((2r+1)q/2)/((2r+1) sin(q/2))|.
        let n = 24;
        let q = TAU * 2.0 / n as f64;
        let phases: Vec<f64> = (0..n).map(|k| q * k as f64).collect();
        let grid = Grid::periodic(&[n]).unwrap();
        let local = local_order(&phases, &grid, 3, Window::Box).unwrap();
        let expected = ((3.5 * q).sin() / (7.0 * (0.5 * q).sin())).abs();
        for (k, z) in local.iter().enumerate() {
            close(z.r, expected);
            close(super::super::grid::wrap(z.psi.unwrap() - phases[k]), 0.0);
        }
        assert!(local_order(&phases, &grid, 12, Window::Box).is_err());
        assert!(local_order(&phases[1..], &grid, 1, Window::Box).is_err());
    }

    #[test]
    fn windows_count_what_is_there() {
        let mut seed = 2;
        let shape = [4, 5, 3];
        let phases: Vec<f64> = (0..60).map(|_| 3.0 * noise(&mut seed)).collect();
        for (grid, radius) in [
            (Grid::bounded(&shape).unwrap(), 2),
            (Grid::new(&shape, &[false, true, true]).unwrap(), 1),
        ] {
            for window in [Window::Box, Window::Ball] {
                let found = local_order(&phases, &grid, radius, window).unwrap();
                for (x, z) in found.iter().enumerate() {
                    let (mut sum, mut count) = (Complex64::new(0.0, 0.0), 0.0);
                    for (y, &phase) in phases.iter().enumerate() {
                        let gaps: Vec<usize> = (0..3)
                            .map(|a| {
                                let gap =
                                    grid.coordinate(x, a).abs_diff(grid.coordinate(y, a));
                                if grid.is_periodic(a) {
                                    gap.min(shape[a] - gap)
                                } else {
                                    gap
                                }
                            })
                            .collect();
                        let inside = match window {
                            Window::Box => gaps.iter().all(|&g| g <= radius),
                            Window::Ball => {
                                gaps.iter().map(|g| g * g).sum::<usize>()
                                    <= radius * radius
                            }
                        };
                        if inside {
                            sum += Complex64::from_polar(1.0, phase);
                            count += 1.0;
                        }
                    }
                    assert!((z.z - sum / count).norm() < 1e-14);
                }
            }
        }
    }

    #[test]
    fn graphs_have_local_order_with_and_without_the_vertex() {
        let g = Graph::new(3, &[(0, 1, 1.0), (1, 2, 5.0)]).unwrap();
        let phases = [0.0, PI / 2.0, PI];
        let with = local_order_on_graph(&phases, &g, true).unwrap();
        close(with[0].r, 0.5f64.sqrt());
        close(with[1].r, 1.0 / 3.0);
        let without = local_order_on_graph(&phases, &g, false).unwrap();
        close(without[0].r, 1.0);
        assert_eq!(without[1].psi, None);
        let lone = Graph::new(3, &[(0, 1, 1.0)]).unwrap();
        assert!(local_order_on_graph(&phases, &lone, false).is_err());
    }

    #[test]
    fn metastability_is_a_deviation_and_shanahans_indices_are_variances() {
        let series = [vec![0.0, 0.0], vec![0.0, PI], vec![0.0, PI / 2.0]];
        let m = metastability(&series).unwrap();
        // R = 1, 0, 1/√2: numpy.std with ddof 0.
        let r = [1.0, 0.0, 0.5f64.sqrt()];
        let mean: f64 = r.iter().sum::<f64>() / 3.0;
        let expected = (r.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 3.0).sqrt();
        close(m.metastability, expected);
        close(m.mean, mean);
        // Communities constant at 1 and 0: χ = 1/2, λ = 0; both swinging together: χ = 0, λ = 1/3 for (0, 1, 1).
        let c = chimera_index(&[vec![1.0, 1.0, 1.0], vec![0.0, 0.0, 0.0]]).unwrap();
        close(c.chimera, 0.5);
        close(c.metastability, 0.0);
        let c = chimera_index(&[vec![0.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]]).unwrap();
        close(c.chimera, 0.0);
        close(c.metastability, 1.0 / 3.0);
        assert!(chimera_index(&[vec![1.0, 1.0]]).is_err());
        assert!(chimera_index(&[vec![1.0, 1.0], vec![1.0]]).is_err());
        assert!(chimera_index(&[vec![1.0, 1.0], vec![1.5, 0.0]]).is_err());
        assert!(metastability(&[]).is_err());
    }

    #[test]
    fn phase_coherence_with_and_without_amplitudes() {
        let z = |r: f64, t: f64| Complex64::from_polar(r, t);
        let c = phase_coherence(&[z(3.0, 0.2), z(1.0, 0.2 + PI), z(0.0, 0.0)]).unwrap();
        close(c.weighted, 0.5);
        assert!(c.phase_only < 1e-15);
        assert_eq!(c.zeros, 1);
        close(phase_coherence(&[z(1e100, 1.0), z(1e-300, 1.0)]).unwrap().phase_only, 1.0);
        assert!(phase_coherence(&[z(0.0, 0.0)]).is_err());
        assert!(phase_coherence(&[]).is_err());
    }
}
