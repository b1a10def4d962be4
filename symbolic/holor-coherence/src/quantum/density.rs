//! Density matrices that are checked once, and the entropies, purity and reduced states that follow from them.

use nalgebra::{DMatrix, DVector};

use super::linear::{
    HermitianEigen, hermitian_eigen, require_finite_complex, require_hermitian,
    require_square,
};
use crate::{CoherenceError, Complex64, Result};

/// How far a density matrix may be from Hermitian, from trace 1 and from positive, absolute.
pub const TOLERANCE: f64 = 1e-9;

/// Base of the logarithm for entropies in bits, the default of this crate (and of `qutip.entropy_vn` with `base=2`).
pub const BITS: f64 = 2.0;

/// A state ρ: Hermitian, of trace 1, without negative eigenvalues. Values of this type have been checked.
#[derive(Debug, Clone)]
pub struct DensityMatrix {
    matrix: DMatrix<Complex64>,
    eigen: HermitianEigen<Complex64>,
}

impl DensityMatrix {
    /// Checks a matrix to [`TOLERANCE`] and takes it for a state. Nothing is repaired.
    ///
    /// # Errors
    /// With the number that is wrong, where the matrix is not square, has entries that are not finite, is not
    /// Hermitian, has not trace 1, or has a negative eigenvalue.
    pub fn new(matrix: DMatrix<Complex64>) -> Result<Self> {
        require_hermitian("the density matrix", &matrix, TOLERANCE)?;
        let trace = matrix.trace().re;
        if (trace - 1.0).abs() > TOLERANCE {
            return Err(CoherenceError::invalid(
                "the density matrix",
                format!("has trace {trace}, not 1; divide it by its trace"),
            ));
        }
        let eigen = hermitian_eigen(&matrix)?;
        let least = eigen.values[0];
        if least < -TOLERANCE {
            return Err(CoherenceError::invalid(
                "the density matrix",
                format!("has the negative eigenvalue {least}, so it is no state"),
            ));
        }
        Ok(Self { matrix, eigen })
    }

    /// A state from its entries, row by row.
    ///
    /// # Errors
    /// Where the number of entries is no square, and as [`DensityMatrix::new`].
    pub fn from_rows(entries: &[Complex64]) -> Result<Self> {
        let n = (entries.len() as f64).sqrt().round() as usize;
        if n * n != entries.len() || n == 0 {
            return Err(CoherenceError::invalid(
                "the density matrix",
                format!("has {} entries; give n times n of them", entries.len()),
            ));
        }
        Self::new(DMatrix::from_row_slice(n, n, entries))
    }

    /// The pure state |ψ⟩⟨ψ|.
    ///
    /// # Errors
    /// Where the amplitudes are none, not finite, or not of norm 1 to [`TOLERANCE`].
    pub fn from_ket(amplitudes: &[Complex64]) -> Result<Self> {
        require_ket("the state vector", amplitudes)?;
        let ket = DVector::from_column_slice(amplitudes);
        Self::new(&ket * ket.adjoint())
    }

    /// The matrix.
    pub fn matrix(&self) -> &DMatrix<Complex64> {
        &self.matrix
    }

    /// Dimension of the space.
    pub fn dimension(&self) -> usize {
        self.matrix.nrows()
    }

    /// Eigenvalues, ascending; those within [`TOLERANCE`] below 0 are given as 0.
    pub fn eigenvalues(&self) -> Vec<f64> {
        self.eigen.values.iter().map(|p| p.max(0.0)).collect()
    }

    pub(crate) fn eigen(&self) -> &HermitianEigen<Complex64> {
        &self.eigen
    }

    /// The state vector up to a phase where the state is pure to [`TOLERANCE`], otherwise `None`.
    pub(crate) fn ket(&self) -> Option<DVector<Complex64>> {
        let n = self.dimension();
        let largest = self.eigen.values[n - 1];
        ((largest - 1.0).abs() <= TOLERANCE)
            .then(|| self.eigen.vectors.column(n - 1).into_owned())
    }

    /// Purity Tr ρ², from 1/d to 1.
    pub fn purity(&self) -> f64 {
        self.matrix.iter().map(Complex64::norm_sqr).sum()
    }

    /// Linear entropy 1 − Tr ρ², as `qutip.entropy_linear`.
    pub fn linear_entropy(&self) -> f64 {
        1.0 - self.purity()
    }

    /// Von Neumann entropy −Tr ρ log ρ; give [`BITS`] for bits, e for nats.
    ///
    /// # Errors
    /// Where the base is not above 1.
    pub fn entropy(&self, base: f64) -> Result<f64> {
        shannon_entropy(&self.eigenvalues(), base)
    }

    /// The state in another orthonormal basis: U†ρU, where column k of U is the k-th new basis vector.
    ///
    /// # Errors
    /// Where `basis` has not the shape of the state or its columns are not orthonormal.
    pub fn in_basis(&self, basis: &DMatrix<Complex64>) -> Result<Self> {
        let n = require_square("the basis", basis)?;
        if n != self.dimension() {
            return Err(CoherenceError::LengthMismatch {
                first: "the state",
                first_length: self.dimension(),
                second: "the basis",
                second_length: n,
            });
        }
        super::linear::require_finite_matrix("the basis", basis)?;
        let gap = (basis.adjoint() * basis - DMatrix::identity(n, n)).camax();
        if gap > TOLERANCE {
            return Err(CoherenceError::invalid(
                "the basis",
                format!("is not orthonormal: an inner product is wrong by {gap:e}"),
            ));
        }
        Self::new(basis.adjoint() * &self.matrix * basis)
    }

    /// The state of some parts: all others are traced out. `dimensions` are those of the parts in the order of the
    /// tensor product, `keep` the parts that stay, ascending (as `ptrace` of qutip).
    ///
    /// # Errors
    /// Where the dimensions do not multiply to that of the state, or `keep` is empty, repeats or names no part.
    pub fn partial_trace(&self, dimensions: &[usize], keep: &[usize]) -> Result<Self> {
        require_parts(self.dimension(), dimensions)?;
        let ascending = keep.windows(2).all(|w| w[0] < w[1]);
        if keep.is_empty() || !ascending || keep.iter().any(|&k| k >= dimensions.len()) {
            return Err(CoherenceError::invalid(
                "the list of kept parts",
                format!(
                    "is {keep:?}; name parts from 0 to {}, in ascending order",
                    dimensions.len() - 1
                ),
            ));
        }
        let size: usize = keep.iter().map(|&k| dimensions[k]).product();
        let mut reduced = DMatrix::zeros(size, size);
        for row in 0..self.dimension() {
            let (kept_row, other_row) = split(row, dimensions, keep);
            for column in 0..self.dimension() {
                let (kept_column, other_column) = split(column, dimensions, keep);
                if other_row == other_column {
                    reduced[(kept_row, kept_column)] += self.matrix[(row, column)];
                }
            }
        }
        Self::new(reduced)
    }

    /// Transpose of one part, Hermitian but in general not positive (Peres 1996).
    pub(crate) fn partial_transpose(
        &self,
        dimensions: &[usize],
        part: usize,
    ) -> Result<DMatrix<Complex64>> {
        require_parts(self.dimension(), dimensions)?;
        if part >= dimensions.len() {
            return Err(CoherenceError::invalid(
                "the part",
                format!("is {part}; there are {} parts, from 0", dimensions.len()),
            ));
        }
        let stride: usize = dimensions[part + 1..].iter().product();
        let size = dimensions[part];
        let n = self.dimension();
        Ok(DMatrix::from_fn(n, n, |row, column| {
            let (r, c) = (row / stride % size, column / stride % size);
            self.matrix[(row + c * stride - r * stride, column + r * stride - c * stride)]
        }))
    }
}

/// Shannon entropy −Σ p log p of probabilities; 0 log 0 = 0.
pub(crate) fn shannon_entropy(probabilities: &[f64], base: f64) -> Result<f64> {
    if base.is_nan() || base <= 1.0 || base.is_infinite() {
        return Err(CoherenceError::out_of_range("the base", base, "a number above 1"));
    }
    let nats: f64 = probabilities.iter().filter(|&&p| p > 0.0).map(|p| -p * p.ln()).sum();
    // Round-off of a pure state may leave −1e-16.
    Ok((nats / base.ln()).max(0.0))
}

/// Refuses amplitudes that are none, not finite or not of norm 1.
pub(crate) fn require_ket(name: &'static str, amplitudes: &[Complex64]) -> Result<()> {
    crate::error::require_length(name, amplitudes.len(), 1)?;
    require_finite_complex(name, amplitudes)?;
    let norm = amplitudes.iter().map(Complex64::norm_sqr).sum::<f64>().sqrt();
    if (norm - 1.0).abs() > TOLERANCE {
        return Err(CoherenceError::invalid(
            name,
            format!("has norm {norm}, not 1; divide it by its norm"),
        ));
    }
    Ok(())
}

fn require_parts(total: usize, dimensions: &[usize]) -> Result<()> {
    let product = dimensions.iter().try_fold(1usize, |p, &d| p.checked_mul(d));
    if dimensions.is_empty() || product != Some(total) {
        return Err(CoherenceError::invalid(
            "the list of dimensions",
            format!("is {dimensions:?}; their product must be {total}"),
        ));
    }
    Ok(())
}

/// The index of the kept parts and the index of the others, for one index of the whole.
fn split(index: usize, dimensions: &[usize], keep: &[usize]) -> (usize, usize) {
    let (mut kept, mut other) = (0, 0);
    let mut stride: usize = dimensions.iter().product();
    for (part, &size) in dimensions.iter().enumerate() {
        stride /= size;
        let digit = index / stride % size;
        if keep.contains(&part) {
            kept = kept * size + digit;
        } else {
            other = other * size + digit;
        }
    }
    (kept, other)
}

/// Bloch vector (x, y, z) of a qubit, ρ = (1 + xσx + yσy + zσz)/2.
///
/// # Errors
/// Where the state is no qubit.
pub fn bloch_vector(state: &DensityMatrix) -> Result<[f64; 3]> {
    if state.dimension() != 2 {
        return Err(CoherenceError::invalid(
            "the state",
            format!("has dimension {}; a Bloch vector needs a qubit", state.dimension()),
        ));
    }
    let m = state.matrix();
    Ok([2.0 * m[(0, 1)].re, -2.0 * m[(0, 1)].im, (m[(0, 0)] - m[(1, 1)]).re])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn c(re: f64, im: f64) -> Complex64 {
        Complex64::new(re, im)
    }

    /// The 4-dimensional state used beside qutip 5.3.1: ρ = A A†/Tr, A[j, k] = sin(1 + 3j + k) + i cos(2 + j + 5k).
    pub(crate) fn sample(n: usize) -> DensityMatrix {
        let a = DMatrix::from_fn(n, n, |j, k| {
            let (j, k) = (j as f64, k as f64);
            c((1.0 + 3.0 * j + k).sin(), (2.0 + j + 5.0 * k).cos())
        });
        let m = &a * a.adjoint();
        let trace = m.trace();
        DensityMatrix::new(m.map(|z| z / trace)).unwrap()
    }

    pub(crate) fn close(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-12 * (1.0 + y.abs()), "{x} is not {y}");
    }

    #[test]
    fn a_matrix_that_is_no_state_is_refused_with_the_number() {
        let rows = |v: [f64; 4]| {
            DensityMatrix::from_rows(&v.map(|x| c(x, 0.0))).unwrap_err().to_string()
        };
        assert_eq!(
            rows([0.6, 0.0, 0.0, 0.3]),
            "the density matrix has trace 0.8999999999999999, not 1; divide it by its trace"
        );
        assert!(rows([0.5, 0.3, 0.2, 0.5]).contains("[0, 1] and [1, 0] differ"));
        assert!(rows([0.5, 0.6, 0.6, 0.5]).contains("negative eigenvalue -0."));
        assert!(DensityMatrix::from_rows(&[]).is_err());
        assert!(DensityMatrix::from_rows(&[c(1.0, 0.0); 3]).is_err());
        assert!(DensityMatrix::from_rows(&[c(f64::NAN, 0.0)]).is_err());
        assert!(DensityMatrix::new(DMatrix::zeros(2, 2)).is_err());
        assert!(DensityMatrix::from_ket(&[c(1.0, 0.0), c(1.0, 0.0)]).is_err());
        assert!(DensityMatrix::new(DMatrix::zeros(2, 3)).is_err());
    }

    #[test]
    fn the_totally_mixed_state_has_log_d_bits() {
        let n = 4;
        let state = DensityMatrix::new(DMatrix::identity(n, n) * c(0.25, 0.0)).unwrap();
        close(state.entropy(BITS).unwrap(), 2.0);
        close(state.entropy(std::f64::consts::E).unwrap(), 4f64.ln());
        close(state.purity(), 0.25);
        close(state.linear_entropy(), 0.75);
        assert!(state.entropy(1.0).is_err());
    }

    #[test]
    fn half_of_a_bell_state_is_totally_mixed() {
        let h = 0.5f64.sqrt();
        let bell =
            DensityMatrix::from_ket(&[c(h, 0.0), c(0.0, 0.0), c(0.0, 0.0), c(h, 0.0)])
                .unwrap();
        for keep in [0, 1] {
            let half = bell.partial_trace(&[2, 2], &[keep]).unwrap();
            close(half.entropy(BITS).unwrap(), 1.0);
        }
        close(bell.entropy(BITS).unwrap(), 0.0);
        assert!(bell.partial_trace(&[2, 3], &[0]).is_err());
        assert!(bell.partial_trace(&[2, 2], &[]).is_err());
        assert!(bell.partial_trace(&[2, 2], &[2]).is_err());
        assert!(bell.partial_trace(&[2, 2], &[1, 0]).is_err());
    }

    #[test]
    fn the_bloch_vector_of_sigma_y_points_along_y() {
        let h = 0.5f64.sqrt();
        let up_y = DensityMatrix::from_ket(&[c(h, 0.0), c(0.0, h)]).unwrap();
        let v = bloch_vector(&up_y).unwrap();
        close(v[0], 0.0);
        close(v[1], 1.0);
        close(v[2], 0.0);
        assert!(bloch_vector(&sample(3)).is_err());
    }
}
