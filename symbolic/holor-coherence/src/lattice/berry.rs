//! Berry phases of loops of states, non-Abelian Wilson loops, Zak phases and Chern numbers of lattice bands.

use std::f64::consts::{PI, TAU};

use nalgebra::DMatrix;

use crate::error::require_length;
use crate::fields::grid::wrap;
use crate::quantum::linear::{
    hermitian_eigen, require_finite_matrix, require_hermitian, unitary_eigenvalues,
    unitary_factor,
};
use crate::{CoherenceError, Complex64, Result};

/// Berry phase of a closed loop of states.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BerryPhase {
    /// γ = −Im ln ∏ ⟨u_k|u_{k+1}⟩ in (−π, π].
    pub phase: f64,
    /// Smallest overlap |⟨u_k|u_{k+1}⟩|; near 1 for a fine loop.
    pub least_overlap: f64,
}

/// Berry phase −Im ln [⟨u₀|u₁⟩⟨u₁|u₂⟩…⟨u_{N−1}|u₀⟩] of states of norm 1 around a closed loop (Vanderbilt 2018, chapter 3).
/// For a spin ½ along the field it is minus half the solid angle that the field goes around, counterclockwise.
///
/// The last state is joined to the first; do not give the first twice.
///
/// # Errors
/// For fewer than 2 states, states of different lengths or norm other than 1, and neighbours that are orthogonal, for
/// which the phase is undefined.
pub fn berry_phase(states: &[Vec<Complex64>]) -> Result<BerryPhase> {
    require_length("the loop", states.len(), 2)?;
    let frames: Vec<DMatrix<Complex64>> =
        states.iter().map(|u| DMatrix::from_column_slice(u.len(), 1, u)).collect();
    require_frames(&frames)?;
    let mut phase = 0.0;
    let mut least = f64::INFINITY;
    for (k, u) in frames.iter().enumerate() {
        let overlap = u.dotc(&frames[(k + 1) % frames.len()]);
        require_overlap(overlap.norm(), k)?;
        least = least.min(overlap.norm());
        phase -= overlap.arg();
    }
    Ok(BerryPhase { phase: wrap(phase), least_overlap: least.min(1.0) })
}

fn require_overlap(size: f64, place: usize) -> Result<()> {
    if size < 1e-10 {
        return Err(CoherenceError::undefined(
            "the Berry phase",
            format!(
                "the states {place} and the next are orthogonal; take a finer loop, or bands that stay apart"
            ),
        ));
    }
    Ok(())
}

/// Refuses frames of different shapes or whose columns are not orthonormal to 1e-9.
fn require_frames(frames: &[DMatrix<Complex64>]) -> Result<()> {
    let shape = frames[0].shape();
    if shape.0 == 0 || shape.1 == 0 || shape.1 > shape.0 {
        return Err(CoherenceError::invalid(
            "the frame",
            format!("is {} by {}; give a state a column", shape.0, shape.1),
        ));
    }
    for (place, frame) in frames.iter().enumerate() {
        if frame.shape() != shape {
            return Err(CoherenceError::invalid(
                "the state",
                format!("{place} has another shape than the first"),
            ));
        }
        require_finite_matrix("the state", frame)?;
        let gram = frame.adjoint() * frame - DMatrix::identity(shape.1, shape.1);
        let gap = gram.iter().map(|z| z.norm()).fold(0.0, f64::max);
        if gap > 1e-9 {
            return Err(CoherenceError::invalid(
                "the state",
                format!(
                    "{place} is not normalised: an inner product is wrong by {gap:e}"
                ),
            ));
        }
    }
    Ok(())
}

/// Eigenphases of a non-Abelian Wilson loop, ascending in (−π, π], with the sign of [`berry_phase`]; divided by 2π they
/// are the Wannier centres (Yu et al. 2011). Their sum is the Berry phase of all bands together, modulo 2π.
///
/// A frame has one band a column. Each overlap matrix is replaced by its unitary factor.
///
/// # Errors
/// As [`berry_phase`], with a singular overlap matrix in place of orthogonal neighbours.
pub fn wilson_loop_phases(frames: &[DMatrix<Complex64>]) -> Result<Vec<f64>> {
    require_length("the loop", frames.len(), 2)?;
    require_frames(frames)?;
    let bands = frames[0].ncols();
    let mut product = DMatrix::identity(bands, bands);
    for (k, frame) in frames.iter().enumerate() {
        let overlap = frame.adjoint() * &frames[(k + 1) % frames.len()];
        let largest = overlap.iter().map(|z| z.norm()).fold(0.0, f64::max);
        require_overlap(largest, k)?;
        let Some(step) = unitary_factor(&overlap)? else {
            require_overlap(0.0, k)?;
            continue;
        };
        product *= step;
    }
    let mut phases: Vec<f64> =
        unitary_eigenvalues(&product)?.iter().map(|z| wrap(-z.arg())).collect();
    phases.sort_by(f64::total_cmp);
    Ok(phases)
}

/// Chern number of bands on a discretised Brillouin zone.
#[derive(Debug, Clone, PartialEq)]
pub struct ChernNumber {
    /// The Chern number (1/2πi) Σ F₁₂, an exact integer.
    pub chern: i64,
    /// F₁₂/i on the plaquettes of the grid, row-major, in (−π, π].
    pub field_strength: Vec<f64>,
    /// Largest |F₁₂|; where it comes near π the grid is too coarse or the gap closes.
    pub largest: f64,
}

/// Chern number of the bands spanned by frames on a periodic n₁ by n₂ grid (Fukui, Hatsugai & Suzuki 2005).
///
/// F₁₂ = ln U₁(k) U₂(k+1̂) U₁(k+2̂)⁻¹ U₂(k)⁻¹ with U_μ(k) = det⟨u(k)|u(k+μ̂)⟩/|…|, the frame of (k₁, k₂) at
/// `frames[k1 * n2 + k2]`, one band a column. **Sign:** that of the paper, with A = ⟨n|∂n⟩. With the Berry curvature
/// Ω = i∇×⟨n|∂n⟩ of Vanderbilt or Xiao, ∫Ω/2π is minus this number. Exchanging the axes changes the sign too.
///
/// # Errors
/// For a grid of the wrong size or with fewer than 2 points a side, frames that are not orthonormal, neighbours with
/// singular overlap, and a field strength within 1e-6 of π, where the integer is not safe.
pub fn chern_number(
    frames: &[DMatrix<Complex64>],
    n1: usize,
    n2: usize,
) -> Result<ChernNumber> {
    if n1 < 2 || n2 < 2 || n1.checked_mul(n2) != Some(frames.len()) {
        return Err(CoherenceError::invalid(
            "the grid",
            format!(
                "is {n1} by {n2} with {} frames; it needs 2 points a side and a frame for each point",
                frames.len()
            ),
        ));
    }
    require_frames(frames)?;
    let place = |a: usize, b: usize| (a % n1) * n2 + b % n2;
    let mut links = [vec![0.0; n1 * n2], vec![0.0; n1 * n2]];
    for a in 0..n1 {
        for b in 0..n2 {
            let here = place(a, b);
            for (axis, next) in [place(a + 1, b), place(a, b + 1)].into_iter().enumerate()
            {
                let overlap = (frames[here].adjoint() * &frames[next]).determinant();
                require_overlap(overlap.norm(), here)?;
                links[axis][here] = overlap.arg();
            }
        }
    }
    let [first, second] = links;
    let mut field_strength = Vec::with_capacity(n1 * n2);
    for a in 0..n1 {
        for b in 0..n2 {
            let here = place(a, b);
            field_strength.push(wrap(
                first[here] + second[place(a + 1, b)]
                    - first[place(a, b + 1)]
                    - second[here],
            ));
        }
    }
    let largest = field_strength.iter().map(|f: &f64| f.abs()).fold(0.0, f64::max);
    if largest > PI - 1e-6 {
        return Err(CoherenceError::undefined(
            "the Chern number",
            format!(
                "a field strength is {largest}, at π; take a finer grid or see whether the gap closes"
            ),
        ));
    }
    let sum: f64 = field_strength.iter().sum();
    Ok(ChernNumber { chern: (sum / TAU).round() as i64, field_strength, largest })
}

/// Bands of a Hamiltonian on a periodic grid, and the gap above them.
#[derive(Debug, Clone)]
pub struct BandFrames {
    /// The lowest bands at each point, one a column.
    pub frames: Vec<DMatrix<Complex64>>,
    /// Smallest distance to the next band over the grid; infinite where there is none.
    pub gap: f64,
}

/// The lowest `bands` eigenvectors of Hermitian matrices, for example H(k) on a grid or a loop.
///
/// # Errors
/// For a matrix that is not Hermitian, more bands than it has, and a gap to the next band below 1e-9 of the width of
/// the spectrum: the bands are then not defined.
pub fn lowest_bands(
    hamiltonians: &[DMatrix<Complex64>],
    bands: usize,
) -> Result<BandFrames> {
    require_length("the list of Hamiltonians", hamiltonians.len(), 1)?;
    require_length("the set of bands", bands, 1)?;
    let mut frames = Vec::with_capacity(hamiltonians.len());
    let (mut gap, mut narrowest) = (f64::INFINITY, 0);
    let (mut bottom, mut top) = (f64::INFINITY, f64::NEG_INFINITY);
    for (place, h) in hamiltonians.iter().enumerate() {
        let largest = h.iter().map(|z| z.norm()).fold(0.0, f64::max);
        let n = require_hermitian("the Hamiltonian", h, 1e-9 * largest)?;
        if bands > n {
            return Err(CoherenceError::invalid(
                "the Hamiltonian",
                format!("{place} has {n} bands; {bands} were asked for"),
            ));
        }
        let eigen = hermitian_eigen(h)?;
        bottom = bottom.min(eigen.values[0]);
        top = top.max(eigen.values[n - 1]);
        if bands < n {
            let here = eigen.values[bands] - eigen.values[bands - 1];
            if here < gap {
                (gap, narrowest) = (here, place);
            }
        }
        frames.push(eigen.vectors.columns(0, bands).into_owned());
    }
    if gap <= 1e-9 * (top - bottom) {
        return Err(CoherenceError::undefined(
            "the set of bands",
            format!("it touches the next band at point {narrowest}"),
        ));
    }
    Ok(BandFrames { frames, gap })
}

/// Zak phase of one band: the Berry phase over k = 2πj/N of H(k), with the sign and range of [`berry_phase`] (Zak 1989).
///
/// The Hamiltonian must have the period 2π, as where cells and not positions are in the phases; that fixes the origin,
/// on which a Zak phase depends.
///
/// # Errors
/// For fewer than 3 points, a band that is not there or touches a neighbour, and as [`berry_phase`].
pub fn zak_phase(hamiltonians: &[DMatrix<Complex64>], band: usize) -> Result<BerryPhase> {
    require_length("the list of Hamiltonians", hamiltonians.len(), 3)?;
    let upper = lowest_bands(hamiltonians, band + 1)?;
    if band > 0 {
        lowest_bands(hamiltonians, band)?;
    }
    let states: Vec<Vec<Complex64>> =
        upper.frames.iter().map(|f| f.column(band).iter().copied().collect()).collect();
    berry_phase(&states)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn z(re: f64, im: f64) -> Complex64 {
        Complex64::new(re, im)
    }

    /// x σx + y σy + w σz + e 1.
    fn pauli(x: f64, y: f64, w: f64, e: f64) -> DMatrix<Complex64> {
        DMatrix::from_row_slice(2, 2, &[z(e + w, 0.0), z(x, -y), z(x, y), z(e - w, 0.0)])
    }

    fn grid(
        n: usize,
        h: impl Fn(f64, f64) -> DMatrix<Complex64>,
    ) -> Vec<DMatrix<Complex64>> {
        let k = |j: usize| TAU * j as f64 / n as f64;
        (0..n * n).map(|p| h(k(p / n), k(p % n))).collect()
    }

    #[test]
    fn a_spin_along_a_cone_has_minus_half_the_solid_angle() {
        let theta = 0.8f64;
        let n = 2000;
        let states: Vec<Vec<Complex64>> = (0..n)
            .map(|k| {
                let phi = TAU * f64::from(k) / f64::from(n);
                // An arbitrary gauge at each point must not matter.
                let g = Complex64::from_polar(1.0, (f64::from(k) * 1.7).sin());
                vec![
                    g * (theta / 2.0).cos(),
                    g * Complex64::from_polar((theta / 2.0).sin(), phi),
                ]
            })
            .collect();
        let found = berry_phase(&states).unwrap();
        let solid = TAU * (1.0 - theta.cos());
        assert!((found.phase + solid / 2.0).abs() < 1e-5);
        assert!(found.least_overlap > 0.999);
        let back: Vec<_> = states.iter().rev().cloned().collect();
        assert!((berry_phase(&back).unwrap().phase - solid / 2.0).abs() < 1e-5);
    }

    #[test]
    fn loops_without_a_phase_are_refused() {
        let up = vec![z(1.0, 0.0), z(0.0, 0.0)];
        let down = vec![z(0.0, 0.0), z(1.0, 0.0)];
        let e = berry_phase(&[up.clone(), down]).unwrap_err().to_string();
        assert!(e.contains("orthogonal"), "{e}");
        assert!(berry_phase(std::slice::from_ref(&up)).is_err());
        assert!(berry_phase(&[up.clone(), vec![z(2.0, 0.0), z(0.0, 0.0)]]).is_err());
        assert!(berry_phase(&[up, vec![z(1.0, 0.0)]]).is_err());
        assert!(berry_phase(&[vec![], vec![]]).is_err());
    }

    #[test]
    fn qi_wu_zhang_bands_have_their_chern_numbers() {
        // H = sin k₁ σx + sin k₂ σy + (m + cos k₁ + cos k₂) σz. The degree of the map d/|d| of the torus on the sphere is
        // Σ sign(det ∂d) sign(d_z)/2 over the points with sin k₁ = sin k₂ = 0.
        let chern = |m: f64| {
            let h = grid(16, |a, b| pauli(a.sin(), b.sin(), m + a.cos() + b.cos(), 0.0));
            let bands = lowest_bands(&h, 1).unwrap();
            chern_number(&bands.frames, 16, 16).unwrap().chern
        };
        let degree = |m: f64| {
            let mut sum = 0.0;
            for a in [1.0, -1.0f64] {
                for b in [1.0, -1.0] {
                    // det of ∂(sin k₁, sin k₂) is cos k₁ cos k₂.
                    sum += 0.5 * a * b * (m + a + b).signum();
                }
            }
            sum as i64
        };
        // A spin along d has Berry curvature −½ of the solid angle, the lower band +½: ∫Ω/2π = +degree, and the FHS
        // number is minus that.
        for m in [-3.0, -1.0, -0.4, 0.7, 1.5, 2.5] {
            assert_eq!(chern(m), -degree(m), "{m}");
        }
        assert_eq!(chern(1.0).abs(), 1);
        let h = grid(16, |a, b| pauli(a.sin(), b.sin(), 2.0 + a.cos() + b.cos(), 0.0));
        assert!(lowest_bands(&h, 1).is_err());
    }

    #[test]
    fn haldane_bands_have_chern_number_one_inside_the_lobes() {
        // Haldane (1988) with t₁ = 1, t₂ = 0.2, in reduced momenta; the phase is topological for |M| < 3√3 t₂ |sin φ|.
        let chern = |mass: f64, phi: f64| {
            let t2 = 0.2f64;
            let n = 18;
            let h = grid(n, |a, b| {
                let f = z(1.0, 0.0)
                    + Complex64::from_polar(1.0, -a)
                    + Complex64::from_polar(1.0, -b);
                let next = [a, -b, b - a];
                let even: f64 = next.iter().map(|x| x.cos()).sum();
                let odd: f64 = next.iter().map(|x| x.sin()).sum();
                pauli(
                    f.re,
                    -f.im,
                    mass - 2.0 * t2 * phi.sin() * odd,
                    2.0 * t2 * phi.cos() * even,
                )
            });
            let bands = lowest_bands(&h, 1).unwrap();
            let lower = chern_number(&bands.frames, n, n).unwrap().chern;
            let both = lowest_bands(&h, 2).unwrap();
            assert_eq!(chern_number(&both.frames, n, n).unwrap().chern, 0);
            lower
        };
        let edge = 3.0 * 3f64.sqrt() * 0.2;
        let inside = chern(0.0, PI / 2.0);
        assert_eq!(inside.abs(), 1);
        assert_eq!(chern(0.0, -PI / 2.0), -inside);
        assert_eq!(chern(0.8 * edge, PI / 2.0), inside);
        assert_eq!(chern(1.2 * edge, PI / 2.0), 0);
        assert_eq!(chern(-1.2 * edge, PI / 2.0), 0);
    }

    #[test]
    fn the_ssh_chain_has_zak_phase_zero_or_pi() {
        let chain = |v: f64, w: f64| -> Vec<DMatrix<Complex64>> {
            (0..30)
                .map(|j| {
                    let k = TAU * f64::from(j) / 30.0;
                    pauli(v + w * k.cos(), w * k.sin(), 0.0, 0.0)
                })
                .collect()
        };
        for band in [0, 1] {
            assert!(zak_phase(&chain(1.0, 0.5), band).unwrap().phase.abs() < 1e-12);
            let phase = zak_phase(&chain(0.5, 1.0), band).unwrap().phase;
            assert!((phase.abs() - PI).abs() < 1e-12);
        }
        assert!(zak_phase(&chain(1.0, -1.0), 0).is_err());
        assert!(zak_phase(&chain(1.0, 0.5), 2).is_err());
    }

    #[test]
    fn eigenphases_add_to_the_berry_phases_and_do_not_depend_on_the_frame() {
        let chain: Vec<DMatrix<Complex64>> = (0..40)
            .map(|j| {
                let k = TAU * f64::from(j) / 40.0;
                let mut h = DMatrix::zeros(3, 3);
                h[(0, 0)] = z(-1.0 + 0.3 * k.cos(), 0.0);
                h[(1, 1)] = z(0.2, 0.0);
                h[(2, 2)] = z(2.0, 0.0);
                h[(0, 1)] = z(0.5, 0.0) + Complex64::from_polar(0.7, -k);
                h[(1, 2)] = z(0.1, 0.4) + Complex64::from_polar(0.3, k);
                h[(0, 2)] = Complex64::from_polar(0.2, 2.0 * k);
                for (a, b) in [(1, 0), (2, 1), (2, 0)] {
                    h[(a, b)] = h[(b, a)].conj();
                }
                h
            })
            .collect();
        let two = lowest_bands(&chain, 2).unwrap().frames;
        let phases = wilson_loop_phases(&two).unwrap();
        let turned: Vec<_> = two
            .iter()
            .enumerate()
            .map(|(k, f)| {
                let (s, c) = (k as f64 * 0.9).sin_cos();
                let e = Complex64::from_polar(1.0, (k * k) as f64);
                f * DMatrix::from_row_slice(2, 2, &[z(c, 0.0), e * s, z(-s, 0.0), e * c])
            })
            .collect();
        for (a, b) in phases.iter().zip(wilson_loop_phases(&turned).unwrap()) {
            assert!((a - b).abs() < 1e-11);
        }
        // One band: the same as the Berry phase. All bands: the determinant is 1, so that the phases add to 0.
        let one = lowest_bands(&chain, 1).unwrap().frames;
        let zak = zak_phase(&chain, 0).unwrap().phase;
        assert!((wilson_loop_phases(&one).unwrap()[0] - zak).abs() < 1e-12);
        let all = lowest_bands(&chain, 3).unwrap().frames;
        for phase in wilson_loop_phases(&all).unwrap() {
            assert!(phase.abs() < 1e-10);
        }
        assert!(chern_number(&one, 5, 7).is_err());
        assert!(chern_number(&one, usize::MAX, 2).is_err());
    }
}
