//! Correlations between the parts of a state: concurrence, negativity, entanglement of formation, mutual information.

use nalgebra::DMatrix;

use super::density::{BITS, DensityMatrix, shannon_entropy};
use super::linear::{hermitian_eigen, positive_root, singular};
use crate::{CoherenceError, Complex64, Result};

/// Concurrence of two qubits, max(0, λ₁ − λ₂ − λ₃ − λ₄) with λ the singular values of √ρ (σy⊗σy) √ρ* (Wootters 1998).
///
/// # Errors
/// Where the dimension is not 4.
pub fn concurrence(state: &DensityMatrix) -> Result<f64> {
    if state.dimension() != 4 {
        return Err(CoherenceError::invalid(
            "the state",
            format!("has dimension {}; concurrence needs two qubits", state.dimension()),
        ));
    }
    let root = positive_root(state.eigen());
    let one = Complex64::new(1.0, 0.0);
    let mut flip = DMatrix::zeros(4, 4);
    flip[(0, 3)] = -one;
    flip[(1, 2)] = one;
    flip[(2, 1)] = one;
    flip[(3, 0)] = -one;
    let values = singular(&(&root * flip * root.conjugate()))?.values;
    Ok((values[0] - values[1] - values[2] - values[3]).clamp(0.0, 1.0))
}

/// Entanglement of formation of two qubits in bits, h((1 + √(1 − C²))/2) (Wootters 1998).
///
/// # Errors
/// Where the dimension is not 4.
pub fn entanglement_of_formation(state: &DensityMatrix) -> Result<f64> {
    let c = concurrence(state)?;
    let x = 0.5 * (1.0 + (1.0 - c * c).max(0.0).sqrt());
    // 1 − x loses its digits for small C; C²/4 = x(1 − x).
    let rest = 0.25 * c * c / x;
    shannon_entropy(&[x, rest], BITS)
}

/// Negativity (‖ρ^T‖₁ − 1)/2 of the transpose of one part (Vidal & Werner 2002), as `qutip.negativity`.
///
/// # Errors
/// Where the dimensions do not multiply to that of the state or there is no such part.
pub fn negativity(
    state: &DensityMatrix,
    dimensions: &[usize],
    part: usize,
) -> Result<f64> {
    // The norm is 1 + 2 Σ|negative eigenvalues|, for trace 1; the sum keeps its digits where it is small.
    let eigen = hermitian_eigen(&state.partial_transpose(dimensions, part)?)?;
    Ok(eigen.values.iter().filter(|&&x| x < 0.0).map(|x| -x).sum())
}

/// Logarithmic negativity log₂ ‖ρ^T‖₁ (Plenio 2005).
///
/// # Errors
/// As [`negativity`].
pub fn logarithmic_negativity(
    state: &DensityMatrix,
    dimensions: &[usize],
    part: usize,
) -> Result<f64> {
    Ok((1.0 + 2.0 * negativity(state, dimensions, part)?).log2())
}

/// Quantum mutual information S(A) + S(B) − S(AB) between the parts `first` and all others.
///
/// # Errors
/// As [`DensityMatrix::partial_trace`], and where `first` names every part.
pub fn mutual_information(
    state: &DensityMatrix,
    dimensions: &[usize],
    first: &[usize],
    base: f64,
) -> Result<f64> {
    let second: Vec<usize> =
        (0..dimensions.len()).filter(|part| !first.contains(part)).collect();
    let a = state.partial_trace(dimensions, first)?.entropy(base)?;
    let b = state.partial_trace(dimensions, &second)?.entropy(base)?;
    Ok((a + b - state.entropy(base)?).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::super::density::tests::{c, close, sample};
    use super::*;

    fn werner(p: f64) -> DensityMatrix {
        // p |Ψ−⟩⟨Ψ−| + (1 − p) 1/4
        let mut m = DMatrix::identity(4, 4) * c((1.0 - p) / 4.0, 0.0);
        m[(1, 1)] += c(p / 2.0, 0.0);
        m[(2, 2)] += c(p / 2.0, 0.0);
        m[(1, 2)] -= c(p / 2.0, 0.0);
        m[(2, 1)] -= c(p / 2.0, 0.0);
        DensityMatrix::new(m).unwrap()
    }

    #[test]
    fn a_werner_state_is_entangled_above_one_third() {
        for p in [0.0, 0.2, 1.0 / 3.0, 0.5, 0.9, 1.0] {
            let w = werner(p);
            let expected = ((3.0 * p - 1.0) / 2.0).max(0.0);
            close(concurrence(&w).unwrap(), expected);
            close(negativity(&w, &[2, 2], 0).unwrap(), expected / 2.0);
            close(negativity(&w, &[2, 2], 1).unwrap(), expected / 2.0);
            close(
                logarithmic_negativity(&w, &[2, 2], 1).unwrap(),
                (1.0 + expected).log2(),
            );
        }
        close(entanglement_of_formation(&werner(1.0)).unwrap(), 1.0);
        close(mutual_information(&werner(1.0), &[2, 2], &[0], BITS).unwrap(), 2.0);
    }

    #[test]
    fn a_product_state_has_none() {
        let ket = [0.6 * 0.28, 0.6 * 0.96, 0.8 * 0.28, 0.8 * 0.96].map(|x| c(x, 0.0));
        let state = DensityMatrix::from_ket(&ket).unwrap();
        assert!(concurrence(&state).unwrap() < 1e-12);
        assert!(entanglement_of_formation(&state).unwrap() < 1e-12);
        assert!(negativity(&state, &[2, 2], 0).unwrap() < 1e-12);
        assert!(mutual_information(&state, &[2, 2], &[1], BITS).unwrap() < 1e-12);
    }

    #[test]
    fn values_agree_with_qutip() {
        let m = werner(0.8).matrix() * c(0.7, 0.0) + sample(4).matrix() * c(0.3, 0.0);
        let state = DensityMatrix::new(m).unwrap();
        // qutip 5.3.1: concurrence, negativity(subsys=0), entropy_mutual(0, 1, base=2), entropy_vn(ptrace([0, 2])).
        assert!((concurrence(&state).unwrap() - CONCURRENCE).abs() < 1e-9);
        assert!((negativity(&state, &[2, 2], 0).unwrap() - NEGATIVITY).abs() < 1e-10);
        let mutual = mutual_information(&state, &[2, 2], &[0], BITS).unwrap();
        assert!((mutual - MUTUAL).abs() < 1e-10);
        let big = sample(12);
        let part = big.partial_trace(&[2, 3, 2], &[0, 2]).unwrap();
        assert!((part.entropy(BITS).unwrap() - PART).abs() < 1e-10);
        let n = negativity(&big, &[2, 3, 2], 1).unwrap();
        assert!((n - NEGATIVITY_12).abs() < 1e-10);
    }

    const CONCURRENCE: f64 = 0.41311881335541634;
    const NEGATIVITY: f64 = 0.1997440036847834;
    const MUTUAL: f64 = 0.7036706566934139;
    const PART: f64 = 1.3323004809685322;
    const NEGATIVITY_12: f64 = 0.195587901743730;

    #[test]
    fn wrong_shapes_are_refused() {
        let state = sample(4);
        assert!(concurrence(&sample(3)).is_err());
        assert!(negativity(&state, &[2, 3], 0).is_err());
        assert!(negativity(&state, &[2, 2], 2).is_err());
        assert!(mutual_information(&state, &[2, 2], &[0, 1], BITS).is_err());
    }
}
