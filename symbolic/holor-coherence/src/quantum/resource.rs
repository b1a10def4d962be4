//! How much coherence a state has in a basis: l1 norm, relative entropy, robustness, geometric measure, rank.

use nalgebra::DMatrix;

use super::density::{DensityMatrix, TOLERANCE, shannon_entropy};
use super::linear::hermitian_eigen;
use crate::{CoherenceError, Complex64, Result};

/// l1 norm of coherence Σ_{j≠k} |ρ_jk| (Baumgratz, Cramer & Plenio 2014), from 0 to d − 1.
///
/// The basis is the one in which the matrix is written; see [`DensityMatrix::in_basis`] for another.
pub fn l1_coherence(state: &DensityMatrix) -> f64 {
    let m = state.matrix();
    let n = state.dimension();
    (0..n)
        .flat_map(|j| (0..n).filter(move |&k| k != j).map(move |k| (j, k)))
        .map(|place| m[place].norm())
        .sum()
}

/// Relative entropy of coherence S(diag ρ) − S(ρ) (Baumgratz, Cramer & Plenio 2014).
///
/// # Errors
/// Where the base of the logarithm is not above 1.
pub fn relative_entropy_coherence(state: &DensityMatrix, base: f64) -> Result<f64> {
    let diagonal: Vec<f64> =
        state.matrix().diagonal().iter().map(|z| z.re.max(0.0)).collect();
    Ok((shannon_entropy(&diagonal, base)? - state.entropy(base)?).max(0.0))
}

/// Robustness of coherence with the bounds between which it is proven to lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Robustness {
    /// The robustness.
    pub value: f64,
    /// Proven lower bound, from a coherence witness.
    pub lower: f64,
    /// Proven upper bound, from an incoherent state mixed in.
    pub upper: f64,
}

/// Robustness of coherence min {s ≥ 0 : (ρ + sτ)/(1 + s) is incoherent for some state τ} (Napoli et al. 2016).
///
/// It equals the l1 coherence for qubits and pure states. In general it is the semidefinite program
/// 1 + C = max Tr ρX over X ≥ 0 with unit diagonal; X = VV† with unit rows is climbed row by row (the mixing method,
/// Wang, Chang & Kolter 2017), and D = diag(VV†ρ) shifted until D ≥ ρ proves the upper bound.
///
/// # Errors
/// Where the two bounds do not meet to 1e-7.
pub fn robustness_of_coherence(state: &DensityMatrix) -> Result<Robustness> {
    let n = state.dimension();
    let rho = state.matrix();
    let rank = ((2 * n) as f64).sqrt() as usize + 2;
    // Rows start in general position; the values do not matter, as the result is certified below.
    let mut v = DMatrix::from_fn(n, rank, |j, k| {
        let x = (1 + j * rank + k) as f64;
        Complex64::new((1.7 * x * x).sin(), (2.3 * x * x + 0.4).cos())
    });
    for mut row in v.row_iter_mut() {
        let norm = row.norm();
        row.unscale_mut(norm);
    }
    let limit = 20_000;
    for sweep in 0..limit {
        let mut moved = 0.0f64;
        for j in 0..n {
            let mut pull = DMatrix::<Complex64>::zeros(1, rank);
            for k in (0..n).filter(|&k| k != j) {
                pull += v.row(k) * rho[(j, k)];
            }
            let norm = pull.norm();
            if norm > 1e-300 {
                pull.unscale_mut(norm);
                moved = moved.max((v.row(j) - &pull).norm() * norm);
                v.row_mut(j).copy_from(&pull);
            }
        }
        if (sweep % 50 == 49 || moved < 1e-15)
            && let Some(found) = certify(rho, &v)?
        {
            return Ok(found);
        }
    }
    Err(CoherenceError::NotConverged {
        measure: "the robustness of coherence",
        iterations: limit,
    })
}

fn certify(
    rho: &DMatrix<Complex64>,
    v: &DMatrix<Complex64>,
) -> Result<Option<Robustness>> {
    let n = rho.nrows();
    let pulled = rho * v;
    let weights: Vec<f64> = (0..n)
        .map(|j| (0..v.ncols()).map(|k| (v[(j, k)].conj() * pulled[(j, k)]).re).sum())
        .collect();
    let lower = weights.iter().sum::<f64>() - 1.0;
    let mut slack = -rho;
    for (j, w) in weights.iter().enumerate() {
        slack[(j, j)] += Complex64::new(*w, 0.0);
    }
    let shift = (-hermitian_eigen(&slack)?.values[0]).max(0.0);
    let upper = lower + n as f64 * shift;
    let met = upper - lower <= 1e-7;
    let value = 0.5 * (lower + upper);
    Ok(met.then_some(Robustness {
        value: value.max(0.0),
        lower: lower.max(0.0),
        upper: upper.max(0.0),
    }))
}

/// Geometric coherence 1 − max F(ρ, δ) over incoherent δ, with F = (Tr√(√ρ δ √ρ))² (Streltsov et al. 2015).
///
/// Closed forms: 1 − max_j |ψ_j|² for a pure state, (1 − √(1 − 4|ρ₀₁|²))/2 for a qubit.
///
/// # Errors
/// For a mixed state that is no qubit, for which there is no closed form.
pub fn geometric_coherence(state: &DensityMatrix) -> Result<f64> {
    if state.dimension() == 2 {
        let off = state.matrix()[(0, 1)].norm_sqr();
        return Ok(0.5 * (1.0 - (1.0 - 4.0 * off).max(0.0).sqrt()));
    }
    if state.dimension() == 1 {
        return Ok(0.0);
    }
    match state.ket() {
        Some(ket) => Ok(1.0 - ket.iter().map(Complex64::norm_sqr).fold(0.0, f64::max)),
        None => Err(CoherenceError::invalid(
            "the state",
            format!(
                "is mixed (purity {}) and no qubit; geometric coherence has no closed form there, use the l1 or relative entropy coherence",
                state.purity()
            ),
        )),
    }
}

/// Coherence number: for a pure state the number of basis states in it (coherence rank), for a mixed state the least
/// rank that its decompositions need (Killoran, Steinhoff & Plenio 2016; Regula et al. 2018).
///
/// An amplitude counts where |ψ_j|² is above [`TOLERANCE`]. Mixed states are answered where the number follows from the
/// matrix alone: 1 without off-diagonal entries, 2 for a qubit with some.
///
/// # Errors
/// For other mixed states.
pub fn coherence_number(state: &DensityMatrix) -> Result<usize> {
    if let Some(ket) = state.ket() {
        return Ok(ket.iter().filter(|z| z.norm_sqr() > TOLERANCE).count());
    }
    if l1_coherence(state) <= TOLERANCE {
        return Ok(1);
    }
    if state.dimension() == 2 {
        return Ok(2);
    }
    Err(CoherenceError::invalid(
        "the state",
        format!(
            "is mixed (purity {}) and coherent; its coherence number needs an optimisation over decompositions, which is not done",
            state.purity()
        ),
    ))
}

/// Off-diagonal entries multiplied by a decoherence factor, ρ_jk → D_jk ρ_jk: pure dephasing in the basis of the matrix.
///
/// For a qubit with dephasing time T₂ take D₀₁ = exp(−t/T₂), for quasi-static Gaussian noise exp(−(t/T₂*)²).
///
/// # Errors
/// Where the factors have the wrong shape or the result is no state (D must be positive with unit diagonal: Schur
/// product theorem).
pub fn dephase(
    state: &DensityMatrix,
    factors: &DMatrix<Complex64>,
) -> Result<DensityMatrix> {
    let n = state.dimension();
    if factors.shape() != (n, n) {
        return Err(CoherenceError::invalid(
            "the decoherence matrix",
            format!(
                "is {} by {}; it must be {n} by {n}",
                factors.nrows(),
                factors.ncols()
            ),
        ));
    }
    DensityMatrix::new(state.matrix().component_mul(factors)).map_err(|error| match error {
        CoherenceError::Invalid { .. } => CoherenceError::invalid(
            "the decoherence matrix",
            "makes no state of this one; it is Hermitian, without negative eigenvalues, and 1 on its diagonal",
        ),
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::super::density::{
        BITS,
        tests::{c, close, sample},
    };
    use super::*;

    #[test]
    fn a_uniform_superposition_has_the_largest_coherence() {
        for d in [2usize, 3, 5] {
            let a = c((1.0 / d as f64).sqrt(), 0.0);
            let state = DensityMatrix::from_ket(&vec![a; d]).unwrap();
            close(l1_coherence(&state), d as f64 - 1.0);
            close(relative_entropy_coherence(&state, BITS).unwrap(), (d as f64).log2());
            let r = robustness_of_coherence(&state).unwrap();
            assert!((r.value - (d as f64 - 1.0)).abs() < 1e-7);
            close(geometric_coherence(&state).unwrap(), 1.0 - 1.0 / d as f64);
            assert_eq!(coherence_number(&state).unwrap(), d);
        }
    }

    #[test]
    fn a_diagonal_state_has_none() {
        let m = DMatrix::from_diagonal(&nalgebra::DVector::from_vec(vec![
            c(0.2, 0.0),
            c(0.3, 0.0),
            c(0.5, 0.0),
        ]));
        let state = DensityMatrix::new(m).unwrap();
        close(l1_coherence(&state), 0.0);
        close(relative_entropy_coherence(&state, BITS).unwrap(), 0.0);
        assert!(robustness_of_coherence(&state).unwrap().value.abs() < 1e-7);
        assert_eq!(coherence_number(&state).unwrap(), 1);
        assert!(geometric_coherence(&state).is_err());
    }

    #[test]
    fn robustness_is_the_l1_coherence_of_qubits_and_pure_states() {
        let qubit = sample(2);
        let r = robustness_of_coherence(&qubit).unwrap();
        assert!((r.value - l1_coherence(&qubit)).abs() < 1e-7);
        let ket = [c(0.5, 0.1), c(-0.3, 0.6), c(0.0, -0.2), c(0.4, 0.0)];
        let norm = ket.iter().map(Complex64::norm_sqr).sum::<f64>().sqrt();
        let pure = DensityMatrix::from_ket(&ket.map(|z| z / norm)).unwrap();
        let r = robustness_of_coherence(&pure).unwrap();
        assert!((r.value - l1_coherence(&pure)).abs() < 1e-7);
    }

    #[test]
    fn robustness_of_a_mixed_qutrit_lies_between_its_known_bounds() {
        // C_l1/(d − 1) ≤ C_R ≤ C_l1 (Napoli et al. 2016); the value is that of scipy 1.17 (SLSQP over the diagonal of
        // the incoherent operator, with the smallest eigenvalue of D − ρ as a constraint).
        let state = sample(3);
        let r = robustness_of_coherence(&state).unwrap();
        let l1 = l1_coherence(&state);
        assert!(r.value >= l1 / 2.0 - 1e-7 && r.value <= l1 + 1e-7);
        assert!((r.value - ROBUSTNESS_3).abs() < 2e-6, "{} {}", r.value, ROBUSTNESS_3);
        assert!(r.lower <= r.value && r.value <= r.upper && r.upper - r.lower <= 1e-7);
    }

    #[test]
    fn coherence_depends_on_the_basis() {
        let h = c(0.5f64.sqrt(), 0.0);
        let plus = DensityMatrix::from_ket(&[h, h]).unwrap();
        let hadamard = DMatrix::from_row_slice(2, 2, &[h, h, h, -h]);
        let turned = plus.in_basis(&hadamard).unwrap();
        close(l1_coherence(&turned), 0.0);
        close(turned.matrix()[(0, 0)].re, 1.0);
        assert!(plus.in_basis(&(hadamard * c(2.0, 0.0))).is_err());
    }

    #[test]
    fn dephasing_scales_the_coherence_and_refuses_what_is_no_channel() {
        let state = sample(2);
        let f = DMatrix::from_row_slice(2, 2, &[1.0, 0.5, 0.5, 1.0].map(|x| c(x, 0.0)));
        let after = dephase(&state, &f).unwrap();
        close(l1_coherence(&after), 0.5 * l1_coherence(&state));
        let bad = DMatrix::from_row_slice(2, 2, &[1.0, 9.0, 9.0, 1.0].map(|x| c(x, 0.0)));
        assert!(dephase(&state, &bad).is_err());
    }

    #[test]
    fn values_agree_with_qutip() {
        // qutip 5.3.1 on `sample(4)`: entropy_vn of the diagonal part minus entropy_vn of the state, base 2.
        let state = sample(4);
        close(l1_coherence(&state), L1_4);
        assert!(
            (relative_entropy_coherence(&state, BITS).unwrap() - RELATIVE_4).abs()
                < 1e-10
        );
    }

    const ROBUSTNESS_3: f64 = 1.05213182256793;
    const L1_4: f64 = 1.9520301306242898;
    const RELATIVE_4: f64 = 1.0697915066953225;
}
