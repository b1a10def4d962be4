//! How far two states are apart, and how fast a state moves: fidelity, trace distance, Fisher information.

use nalgebra::DMatrix;

use super::density::{DensityMatrix, TOLERANCE};
use super::linear::{hermitian_eigen, positive_root, require_hermitian, trace_norm};
use crate::{CoherenceError, Complex64, Result};

/// Root fidelity Tr √(√ρ σ √ρ) = ‖√ρ √σ‖₁, the value of `qutip.fidelity` (Nielsen & Chuang, eq. 9.53).
///
/// # Errors
/// Where the dimensions differ.
pub fn root_fidelity(first: &DensityMatrix, second: &DensityMatrix) -> Result<f64> {
    require_same(first, second)?;
    let product = positive_root(first.eigen()) * positive_root(second.eigen());
    Ok(trace_norm(&product)?.min(1.0))
}

/// Fidelity (Tr √(√ρ σ √ρ))², |⟨φ|ψ⟩|² for pure states (Uhlmann 1976; Jozsa 1994). `qutip.fidelity` is its root.
///
/// # Errors
/// Where the dimensions differ.
pub fn fidelity(first: &DensityMatrix, second: &DensityMatrix) -> Result<f64> {
    Ok(root_fidelity(first, second)?.powi(2))
}

/// Trace distance ½‖ρ − σ‖₁, from 0 to 1.
///
/// # Errors
/// Where the dimensions differ.
pub fn trace_distance(first: &DensityMatrix, second: &DensityMatrix) -> Result<f64> {
    require_same(first, second)?;
    let eigen = hermitian_eigen(&(first.matrix() - second.matrix()))?;
    Ok((0.5 * eigen.values.iter().map(|x| x.abs()).sum::<f64>()).min(1.0))
}

/// Quantum Fisher information 2 Σ (p_j − p_k)²/(p_j + p_k) |⟨j|H|k⟩|² of the family e^{−iHθ} ρ e^{iHθ}
/// (Braunstein & Caves 1994); 4 Var H for a pure state.
///
/// Pairs with p_j + p_k below 1e-12 are outside the support and do not count.
///
/// # Errors
/// Where the generator is not Hermitian or has another shape.
pub fn quantum_fisher_information(
    state: &DensityMatrix,
    generator: &DMatrix<Complex64>,
) -> Result<f64> {
    let n = require_hermitian("the generator", generator, TOLERANCE)?;
    if n != state.dimension() {
        return Err(CoherenceError::LengthMismatch {
            first: "the state",
            first_length: state.dimension(),
            second: "the generator",
            second_length: n,
        });
    }
    let p = state.eigenvalues();
    let v = &state.eigen().vectors;
    let h = v.adjoint() * generator * v;
    let mut sum = 0.0;
    for j in 0..n {
        for k in 0..n {
            let total = p[j] + p[k];
            if total > 1e-12 {
                sum += 2.0 * (p[j] - p[k]).powi(2) / total * h[(j, k)].norm_sqr();
            }
        }
    }
    Ok(sum)
}

fn require_same(first: &DensityMatrix, second: &DensityMatrix) -> Result<()> {
    crate::error::require_equal_length(
        "the first state",
        first.dimension(),
        "the second state",
        second.dimension(),
    )
}

#[cfg(test)]
mod tests {
    use super::super::density::tests::{c, close, sample};
    use super::*;

    #[test]
    fn qubit_fidelity_has_a_closed_form() {
        // F = Tr ρσ + 2 √(det ρ det σ) (Jozsa 1994).
        let a = sample(2);
        let b = DensityMatrix::from_rows(&[
            c(0.7, 0.0),
            c(0.1, 0.3),
            c(0.1, -0.3),
            c(0.3, 0.0),
        ])
        .unwrap();
        let det = |s: &DensityMatrix| s.matrix().determinant().re;
        let expected =
            (a.matrix() * b.matrix()).trace().re + 2.0 * (det(&a) * det(&b)).sqrt();
        close(fidelity(&a, &b).unwrap(), expected);
        close(fidelity(&b, &a).unwrap(), expected);
        close(fidelity(&a, &a).unwrap(), 1.0);
        let x = super::super::density::bloch_vector(&a).unwrap();
        let y = super::super::density::bloch_vector(&b).unwrap();
        let gap = (0..3).map(|k| (x[k] - y[k]).powi(2)).sum::<f64>().sqrt();
        close(trace_distance(&a, &b).unwrap(), gap / 2.0);
        assert!(fidelity(&a, &sample(3)).is_err());
        assert!(trace_distance(&a, &sample(3)).is_err());
    }

    #[test]
    fn pure_states_give_the_overlap() {
        let a =
            DensityMatrix::from_ket(&[c(0.6, 0.0), c(0.0, 0.8), c(0.0, 0.0)]).unwrap();
        let b =
            DensityMatrix::from_ket(&[c(0.0, 0.0), c(0.8, 0.0), c(0.6, 0.0)]).unwrap();
        close(fidelity(&a, &b).unwrap(), 0.64f64.powi(2));
        close(root_fidelity(&a, &b).unwrap(), 0.64);
        close(trace_distance(&a, &b).unwrap(), (1.0 - 0.64f64.powi(2)).sqrt());
    }

    #[test]
    fn fisher_information_of_a_pure_state_is_four_variances() {
        let ket = [c(0.6, 0.0), c(0.0, 0.48), c(0.64, 0.0)];
        let state = DensityMatrix::from_ket(&ket).unwrap();
        let levels = [0.3, -1.1, 2.0];
        let h = DMatrix::from_diagonal(&nalgebra::DVector::from_iterator(
            3,
            levels.iter().map(|&x| c(x, 0.0)),
        ));
        let mean: f64 = (0..3).map(|k| ket[k].norm_sqr() * levels[k]).sum();
        let square: f64 = (0..3).map(|k| ket[k].norm_sqr() * levels[k] * levels[k]).sum();
        close(
            quantum_fisher_information(&state, &h).unwrap(),
            4.0 * (square - mean * mean),
        );
        assert!(quantum_fisher_information(&sample(2), &h).is_err());
    }

    #[test]
    fn fisher_information_is_the_curvature_of_the_fidelity() {
        // Bures: 8 (1 − √F(ρ, ρ_θ)) / θ² → the quantum Fisher information.
        let state = sample(3);
        let h = sample(3).matrix().map(|z| z * 3.0).adjoint()
            + DMatrix::from_diagonal(&nalgebra::DVector::from_vec(vec![
                c(1.0, 0.0),
                c(0.0, 0.0),
                c(-2.0, 0.0),
            ]));
        let eigen = hermitian_eigen(&h).unwrap();
        let step = 1e-3;
        let phases = DMatrix::from_diagonal(&nalgebra::DVector::from_iterator(
            3,
            eigen.values.iter().map(|e| Complex64::from_polar(1.0, -e * step)),
        ));
        let u = &eigen.vectors * phases * eigen.vectors.adjoint();
        let moved = DensityMatrix::new(&u * state.matrix() * u.adjoint()).unwrap();
        let curvature =
            8.0 * (1.0 - root_fidelity(&state, &moved).unwrap()) / (step * step);
        let f = quantum_fisher_information(&state, &h).unwrap();
        assert!((f - curvature).abs() < 1e-4 * f, "{f} {curvature}");
    }

    #[test]
    fn values_agree_with_qutip() {
        // qutip 5.3.1 fidelity and tracedist of sample(4) and the state p |Ψ−⟩⟨Ψ−| + (1 − p) 1/4 with p = 0.8.
        let mut m = DMatrix::identity(4, 4) * c(0.05, 0.0);
        for (j, k, sign) in [(1, 1, 1.0), (2, 2, 1.0), (1, 2, -1.0), (2, 1, -1.0)] {
            m[(j, k)] += c(0.4 * sign, 0.0);
        }
        let werner = DensityMatrix::new(m).unwrap();
        assert!((root_fidelity(&sample(4), &werner).unwrap() - ROOT).abs() < 1e-9);
        assert!((trace_distance(&sample(4), &werner).unwrap() - DISTANCE).abs() < 1e-10);
    }

    const ROOT: f64 = 0.6924835174445017;
    const DISTANCE: f64 = 0.6920918736297728;
}
