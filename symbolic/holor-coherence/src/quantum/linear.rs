//! Eigenvalues and singular values of small dense matrices, each checked against the matrix it came from.

use nalgebra::{ComplexField, DMatrix};

use crate::{CoherenceError, Complex64, Result};

/// Entries of a matrix: `f64` or [`Complex64`].
pub trait Scalar: ComplexField<RealField = f64> + Copy {}
impl Scalar for f64 {}
impl Scalar for Complex64 {}

/// Refuses a matrix with an entry that is NaN or infinite; the place counts row by row.
pub(crate) fn require_finite_matrix<T: Scalar>(
    name: &'static str,
    matrix: &DMatrix<T>,
) -> Result<()> {
    for row in 0..matrix.nrows() {
        for column in 0..matrix.ncols() {
            let entry = matrix[(row, column)];
            if !entry.is_finite() {
                return Err(CoherenceError::invalid(
                    name,
                    format!("has an entry that is not finite at [{row}, {column}]"),
                ));
            }
        }
    }
    Ok(())
}

/// Refuses a complex slice with an entry that is NaN or infinite.
pub(crate) fn require_finite_complex(
    name: &'static str,
    values: &[Complex64],
) -> Result<()> {
    match values.iter().position(|z| !z.is_finite()) {
        Some(index) => {
            let z = values[index];
            let value = if z.re.is_finite() { z.im } else { z.re };
            Err(CoherenceError::NotFinite { name, index, value })
        }
        None => match values.iter().position(|z| z.norm() > LARGEST) {
            Some(index) => Err(CoherenceError::invalid(
                name,
                format!(
                    "has an entry of size {:e} at [{index}], whose square overflows; choose another unit",
                    values[index].norm()
                ),
            )),
            None => Ok(()),
        },
    }
}

/// Amplitudes above this have squares whose sums may overflow.
const LARGEST: f64 = 1e140;

/// Largest side of a dense matrix: above it the memory, 3 GB for each matrix, is not asked for.
pub(crate) const LARGEST_SIDE: usize = 20_000;

/// Refuses a problem whose dense matrix would not fit the memory.
pub(crate) fn require_dense(name: &'static str, side: Option<usize>) -> Result<()> {
    match side {
        Some(side) if side <= LARGEST_SIDE => Ok(()),
        _ => Err(CoherenceError::invalid(
            name,
            format!(
                "needs a dense matrix with more than {LARGEST_SIDE} rows; take a smaller part"
            ),
        )),
    }
}

/// Refuses a matrix that is empty or not square.
pub(crate) fn require_square<T: Scalar>(
    name: &'static str,
    matrix: &DMatrix<T>,
) -> Result<usize> {
    let (rows, columns) = matrix.shape();
    if rows != columns || rows == 0 {
        return Err(CoherenceError::invalid(
            name,
            format!("is {rows} by {columns}; it must be square and not empty"),
        ));
    }
    Ok(rows)
}

/// Refuses a matrix that is not Hermitian to `tolerance`, absolute, and names the worst pair of entries.
pub(crate) fn require_hermitian<T: Scalar>(
    name: &'static str,
    matrix: &DMatrix<T>,
    tolerance: f64,
) -> Result<usize> {
    let n = require_square(name, matrix)?;
    require_finite_matrix(name, matrix)?;
    let (mut worst, mut place) = (0.0, (0, 0));
    for row in 0..n {
        for column in 0..=row {
            let gap =
                (matrix[(row, column)] - matrix[(column, row)].conjugate()).modulus();
            if gap > worst {
                (worst, place) = (gap, (column, row));
            }
        }
    }
    if worst > tolerance {
        let (row, column) = place;
        return Err(CoherenceError::invalid(
            name,
            format!(
                "is not Hermitian: the entries [{row}, {column}] and [{column}, {row}] differ from conjugates by {worst:e}"
            ),
        ));
    }
    Ok(n)
}

/// Eigenvalues in ascending order and the orthonormal eigenvectors, one a column, of a Hermitian matrix.
#[derive(Debug, Clone)]
pub(crate) struct HermitianEigen<T: Scalar> {
    /// Eigenvalues, ascending.
    pub(crate) values: Vec<f64>,
    /// Eigenvectors: column k belongs to `values[k]`.
    pub(crate) vectors: DMatrix<T>,
}

/// Eigenvalues and eigenvectors of a Hermitian matrix that the caller has checked.
///
/// Tridiagonal QR (nalgebra), with the residual ‖HV − VΛ‖ and ‖V†V − 1‖ checked; where either is large, cyclic Jacobi
/// rotations (Golub & Van Loan 2013, section 8.5) are used instead.
///
/// # Errors
/// [`CoherenceError::NotConverged`] where neither method reaches round-off.
pub(crate) fn hermitian_eigen<T: Scalar>(
    matrix: &DMatrix<T>,
) -> Result<HermitianEigen<T>> {
    let n = matrix.nrows();
    let symmetric = (matrix + matrix.adjoint()).unscale(2.0);
    let scale = symmetric.iter().map(|z| z.modulus_squared()).sum::<f64>().sqrt();
    if scale == 0.0 {
        return Ok(HermitianEigen {
            values: vec![0.0; n],
            vectors: DMatrix::identity(n, n),
        });
    }
    let scaled = symmetric.unscale(scale);
    let fast =
        nalgebra::SymmetricEigen::try_new(scaled.clone(), f64::EPSILON, 60 * n + 60)
            .map(|e| {
                (e.eigenvalues.iter().copied().collect::<Vec<f64>>(), e.eigenvectors)
            })
            .filter(|(values, vectors)| is_eigen(&scaled, values, vectors));
    let (values, vectors) = match fast {
        Some(found) => found,
        None => {
            let found = jacobi(&scaled);
            if !is_eigen(&scaled, &found.0, &found.1) {
                return Err(CoherenceError::NotConverged {
                    measure: "the eigenvalue computation",
                    iterations: SWEEPS,
                });
            }
            found
        }
    };
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    Ok(HermitianEigen {
        values: order.iter().map(|&k| values[k] * scale).collect(),
        vectors: DMatrix::from_fn(n, n, |row, k| vectors[(row, order[k])]),
    })
}

const SWEEPS: usize = 60;

/// Whether `matrix`, of Frobenius norm 1, has these eigenpairs to round-off.
fn is_eigen<T: Scalar>(
    matrix: &DMatrix<T>,
    values: &[f64],
    vectors: &DMatrix<T>,
) -> bool {
    let n = matrix.nrows();
    let bound = 1e-14 * (n as f64 + 10.0);
    let mut residual = matrix * vectors;
    for (k, value) in values.iter().enumerate() {
        for row in 0..n {
            residual[(row, k)] -= vectors[(row, k)].scale(*value);
        }
    }
    let gram = vectors.adjoint() * vectors - DMatrix::<T>::identity(n, n);
    // A comparison that is false for NaN.
    residual.iter().all(|z| z.modulus() <= bound)
        && gram.iter().all(|z| z.modulus() <= bound)
}

/// Cyclic Jacobi rotations: slow, and as reliable as arithmetic.
fn jacobi<T: Scalar>(matrix: &DMatrix<T>) -> (Vec<f64>, DMatrix<T>) {
    let n = matrix.nrows();
    let mut a = matrix.clone();
    let mut v = DMatrix::<T>::identity(n, n);
    for _ in 0..SWEEPS {
        let mut off = 0.0;
        for p in 0..n {
            for q in p + 1..n {
                let size = a[(p, q)].modulus();
                off += size * size;
                if size < 1e-300 {
                    continue;
                }
                let phase = a[(p, q)].unscale(size);
                let theta = (a[(q, q)].real() - a[(p, p)].real()) / (2.0 * size);
                let sign = if theta < 0.0 { -1.0 } else { 1.0 };
                let t = sign / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                rotate_columns(&mut a, p, q, c, s, phase);
                rotate_columns(&mut v, p, q, c, s, phase);
                for k in 0..n {
                    let (x, y) = (a[(p, k)], a[(q, k)]);
                    a[(p, k)] = x.scale(c) - (y * phase).scale(s);
                    a[(q, k)] = (x * phase.conjugate()).scale(s) + y.scale(c);
                }
            }
        }
        if off < 1e-34 {
            break;
        }
    }
    ((0..n).map(|k| a[(k, k)].real()).collect(), v)
}

/// (column p, column q) → (c p − s e* q, s e p + c q), where e is a phase factor.
fn rotate_columns<T: Scalar>(
    matrix: &mut DMatrix<T>,
    p: usize,
    q: usize,
    c: f64,
    s: f64,
    phase: T,
) {
    for k in 0..matrix.nrows() {
        let (x, y) = (matrix[(k, p)], matrix[(k, q)]);
        matrix[(k, p)] = x.scale(c) - (y * phase.conjugate()).scale(s);
        matrix[(k, q)] = (x * phase).scale(s) + y.scale(c);
    }
}

/// A = U Σ V†, with all of V: its columns past the rank span the kernel.
#[derive(Debug, Clone)]
pub(crate) struct Singular<T: Scalar> {
    /// Singular values, descending, one for each column of A.
    pub(crate) values: Vec<f64>,
    /// Right singular vectors, n by n.
    pub(crate) right: DMatrix<T>,
    /// A V, so that column k is the k-th value times the left singular vector.
    pub(crate) scaled_left: DMatrix<T>,
}

/// Singular values by one-sided Jacobi rotations (Demmel & Veselić 1992), which finds small ones to high relative
/// accuracy and gives the kernel without squaring the matrix.
///
/// # Errors
/// [`CoherenceError::NotConverged`].
pub(crate) fn singular<T: Scalar>(matrix: &DMatrix<T>) -> Result<Singular<T>> {
    let (m, n) = matrix.shape();
    let scale = matrix.iter().map(|z| z.modulus()).fold(0.0, f64::max);
    if scale == 0.0 || n == 0 {
        return Ok(Singular {
            values: vec![0.0; n],
            right: DMatrix::identity(n, n),
            scaled_left: DMatrix::zeros(m, n),
        });
    }
    // A tall matrix has the singular values and right vectors of its triangular factor, which is cheaper to rotate.
    let mut a = if m > n { matrix.clone().qr().r() } else { matrix.clone() };
    a.unscale_mut(scale);
    if n > 48
        && let Some((values, right)) = golub_kahan(&a)
    {
        return Ok(Singular {
            values: values.iter().map(|s| s * scale).collect(),
            scaled_left: matrix * &right,
            right,
        });
    }
    let mut v = DMatrix::<T>::identity(n, n);
    let floor = f64::EPSILON * f64::EPSILON * n as f64;
    let mut done = false;
    for _ in 0..SWEEPS {
        done = true;
        for p in 0..n {
            for q in p + 1..n {
                let (mut pp, mut qq, mut pq) = (0.0, 0.0, T::zero());
                for k in 0..a.nrows() {
                    let (x, y) = (a[(k, p)], a[(k, q)]);
                    pp += x.modulus_squared();
                    qq += y.modulus_squared();
                    pq += x.conjugate() * y;
                }
                let size = pq.modulus();
                if size <= 4.0 * f64::EPSILON * (pp * qq).sqrt() || size <= floor {
                    continue;
                }
                done = false;
                let phase = pq.unscale(size);
                let theta = (qq - pp) / (2.0 * size);
                let sign = if theta < 0.0 { -1.0 } else { 1.0 };
                let t = sign / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                rotate_columns(&mut a, p, q, c, s, phase);
                rotate_columns(&mut v, p, q, c, s, phase);
            }
        }
        if done {
            break;
        }
    }
    if !done {
        return Err(CoherenceError::NotConverged {
            measure: "the singular value computation",
            iterations: SWEEPS,
        });
    }
    let norms: Vec<f64> = (0..n).map(|k| a.column(k).norm() * scale).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&x, &y| norms[y].total_cmp(&norms[x]));
    let right = DMatrix::from_fn(n, n, |row, k| v[(row, order[k])]);
    Ok(Singular {
        values: order.iter().map(|&k| norms[k]).collect(),
        scaled_left: matrix * &right,
        right,
    })
}

/// Singular values, descending, and right vectors by bidiagonalisation (nalgebra), much faster for large matrices; `None`
/// where the columns of A V are not orthogonal to round-off with the singular values as norms.
fn golub_kahan<T: Scalar>(a: &DMatrix<T>) -> Option<(Vec<f64>, DMatrix<T>)> {
    let n = a.ncols();
    // Square, so that V is whole.
    let square = a.clone().resize(n, n, T::zero());
    let svd = nalgebra::SVD::try_new(square, false, true, f64::EPSILON, 60 * n)?;
    let right = svd.v_t?.adjoint();
    let values: Vec<f64> = svd.singular_values.iter().copied().collect();
    let bound = 1e-15 * (n as f64 + 10.0) * values.first().copied().unwrap_or(0.0);
    let image = a * &right;
    let gram = image.adjoint() * &image;
    let unit = right.adjoint() * &right;
    for row in 0..n {
        if (image.column(row).norm() - values[row]).abs() > bound
            || row > 0 && values[row] > values[row - 1]
        {
            return None;
        }
        for column in 0..n {
            let one = if row == column { 1.0 } else { 0.0 };
            let tilted = row != column
                && gram[(row, column)].modulus()
                    > bound * (values[row].max(values[column]) + bound);
            let fits = (unit[(row, column)] - T::from_real(one)).modulus() <= 1e-13;
            if tilted || !fits {
                return None;
            }
        }
    }
    Some((values, right))
}

/// Sum of the singular values: the trace norm.
pub(crate) fn trace_norm<T: Scalar>(matrix: &DMatrix<T>) -> Result<f64> {
    Ok(singular(matrix)?.values.iter().sum())
}

/// The unitary factor U V† of a square matrix, nearest to it among unitary matrices; `None` where it is singular.
pub(crate) fn unitary_factor<T: Scalar>(
    matrix: &DMatrix<T>,
) -> Result<Option<DMatrix<T>>> {
    let parts = singular(matrix)?;
    let smallest = parts.values.last().copied().unwrap_or(0.0);
    let largest = parts.values.first().copied().unwrap_or(0.0);
    if smallest <= 1e-12 * largest || largest == 0.0 {
        return Ok(None);
    }
    let mut left = parts.scaled_left;
    for (k, value) in parts.values.iter().enumerate() {
        left.column_mut(k).unscale_mut(*value);
    }
    Ok(Some(left * parts.right.adjoint()))
}

/// Eigenvalues of a unitary matrix U.
///
/// U is normal, so that it shares its eigenvectors with the Hermitian part of e^{−iδ}U. Two eigenvalues e^{iα}, e^{iβ} are
/// mixed only for δ = (α + β)/2, so that of several δ the one with the smallest rest off the diagonal is taken.
///
/// # Errors
/// [`CoherenceError::NotConverged`] where no δ leaves a rest below 1e-9.
pub(crate) fn unitary_eigenvalues(matrix: &DMatrix<Complex64>) -> Result<Vec<Complex64>> {
    let n = matrix.nrows();
    let angles = [0.317, 1.123, 2.041, 2.9, 0.77, 1.57];
    let mut best: Option<(f64, Vec<Complex64>)> = None;
    for angle in angles {
        let turned = matrix * Complex64::from_polar(1.0, -angle);
        let vectors = hermitian_eigen(&turned)?.vectors;
        let diagonal = vectors.adjoint() * matrix * &vectors;
        let mut rest = 0.0f64;
        for row in 0..n {
            for column in (0..n).filter(|&c| c != row) {
                rest = rest.max(diagonal[(row, column)].norm());
            }
        }
        if best.as_ref().is_none_or(|(least, _)| rest < *least) {
            best = Some((rest, (0..n).map(|k| diagonal[(k, k)]).collect()));
        }
        if rest < 1e-13 {
            break;
        }
    }
    match best {
        Some((rest, values)) if rest < 1e-9 => Ok(values),
        _ => Err(CoherenceError::NotConverged {
            measure: "the eigenvalue computation",
            iterations: angles.len(),
        }),
    }
}

/// Square root of a positive matrix; eigenvalues at the level of round-off count as 0, so that their square roots do
/// not appear at 1e-8.
pub(crate) fn positive_root(eigen: &HermitianEigen<Complex64>) -> DMatrix<Complex64> {
    let n = eigen.values.len();
    let largest = eigen.values.last().copied().unwrap_or(0.0).max(0.0);
    let floor = 8.0 * f64::EPSILON * largest * n as f64;
    let mut scaled = eigen.vectors.clone();
    for (k, &value) in eigen.values.iter().enumerate() {
        let root = if value > floor { value.sqrt() } else { 0.0 };
        scaled.column_mut(k).scale_mut(root);
    }
    scaled * eigen.vectors.adjoint()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((*seed >> 33) as f64) / f64::from(1u32 << 31) * 2.0 - 1.0
    }

    fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<Complex64> {
        let mut state = seed;
        DMatrix::from_fn(rows, columns, |_, _| {
            Complex64::new(noise(&mut state), noise(&mut state))
        })
    }

    #[test]
    fn both_eigenvalue_methods_agree() {
        for n in [1, 2, 3, 7, 12] {
            let a = random(n, n, n as u64);
            let h = &a + a.adjoint();
            let fast = hermitian_eigen(&h).unwrap();
            let norm = h.norm();
            let (mut slow, vectors) = jacobi(&h.unscale(norm));
            assert!(is_eigen(&h.unscale(norm), &slow, &vectors));
            slow.sort_by(f64::total_cmp);
            for (x, y) in fast.values.iter().zip(&slow) {
                assert!((x - y * norm).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn singular_values_square_to_the_eigenvalues_of_the_gram_matrix() {
        for (m, n) in [(5, 3), (3, 5), (4, 4), (9, 2)] {
            let a = random(m, n, (m * 10 + n) as u64);
            let parts = singular(&a).unwrap();
            let gram = hermitian_eigen(&(a.adjoint() * &a)).unwrap();
            for (s, e) in parts.values.iter().rev().zip(&gram.values) {
                assert!((s * s - e).abs() < 1e-12);
            }
            let unit = parts.right.adjoint() * &parts.right;
            assert!((unit - DMatrix::identity(n, n)).norm() < 1e-13);
        }
    }

    #[test]
    fn large_matrices_keep_their_rank() {
        // A product of 80 by 30 and 30 by 70: rank 30, by either method.
        let a = random(80, 30, 1) * random(30, 70, 2);
        let limit = 80.0 * f64::EPSILON;
        let fast = golub_kahan(&a.clone().qr().r()).unwrap().0;
        let parts = singular(&a).unwrap();
        assert_eq!(parts.values.len(), 70);
        for values in [&fast, &parts.values] {
            assert_eq!(values.iter().filter(|&&s| s > limit * values[0]).count(), 30);
        }
        let kernel = parts.right.columns(30, 40);
        assert!((&a * kernel).norm() < 1e-11);
    }

    #[test]
    fn a_small_singular_value_keeps_its_digits() {
        // [[1, 1], [0, 1e-12]]: product of the singular values is 1e-12, sum of squares 2 + 1e-24.
        let a = DMatrix::from_row_slice(2, 2, &[1.0, 1.0, 0.0, 1e-12]);
        let s = singular(&a).unwrap().values;
        assert!((s[0] * s[1] - 1e-12).abs() < 1e-26);
    }

    #[test]
    fn the_unitary_factor_of_a_positive_multiple_is_the_unitary() {
        let h = random(4, 4, 3);
        let u = hermitian_eigen(&(&h + h.adjoint())).unwrap().vectors;
        let found = unitary_factor(&u.scale(3.0)).unwrap().unwrap();
        assert!((found - &u).norm() < 1e-13);
        for z in unitary_eigenvalues(&u).unwrap() {
            assert!((z.norm() - 1.0).abs() < 1e-12);
        }
        assert!(unitary_factor(&DMatrix::<f64>::zeros(2, 2)).unwrap().is_none());
    }

    #[test]
    fn a_matrix_that_does_not_fit_is_refused() {
        let wide = DMatrix::<f64>::zeros(2, 3);
        assert_eq!(
            require_square("m", &wide).unwrap_err().to_string(),
            "m is 2 by 3; it must be square and not empty"
        );
        let skew = DMatrix::from_row_slice(2, 2, &[1.0, 0.5, 0.2, 1.0]);
        assert!(require_hermitian("m", &skew, 1e-9).is_err());
        let nan = DMatrix::from_row_slice(1, 1, &[f64::NAN]);
        assert!(require_hermitian("m", &nan, 1e-9).is_err());
    }
}
