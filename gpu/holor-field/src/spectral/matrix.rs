//! Small dense complex matrices: products, solutions, and the functions φ₀ = exp, φ₁, φ₂, φ₃ of exponential integrators.
//!
//! φ₀(z) = e^z, φ_{j+1}(z) = (φ_j(z) − 1/j!)/z. Numbers use the Taylor series within |z| < 1 and the definition outside, which
//! loses at most a few units of the last place; this replaces the contour integrals of Kassam and Trefethen (SIAM J. Sci.
//! Comput. 26, 1214, 2005), to which it is compared in tests. Matrices are balanced, scaled, and doubled up by
//! φ_k(2z) = 2^{−k} (e^z φ_k(z) + Σ_{j=1}^{k} φ_j(z)/(k−j)!) (Skaflestad and Wright, Appl. Numer. Math. 59, 783, 2009).

use crate::equation::Complex64;

/// A square matrix, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Rows.
    pub size: usize,
    /// Entries.
    pub entries: Vec<Complex64>,
}

impl Matrix {
    /// All zeros.
    pub fn zero(size: usize) -> Self {
        Self { size, entries: vec![Complex64::ZERO; size * size] }
    }

    /// The identity.
    pub fn identity(size: usize) -> Self {
        let mut result = Self::zero(size);
        for i in 0..size {
            result.entries[i * size + i] = Complex64::ONE;
        }
        result
    }

    /// An entry.
    pub fn at(&self, i: usize, j: usize) -> Complex64 {
        self.entries[i * self.size + j]
    }

    /// Times a number.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            size: self.size,
            entries: self.entries.iter().map(|entry| entry * factor).collect(),
        }
    }

    /// self + factor · other.
    #[must_use]
    pub fn plus(&self, factor: f64, other: &Self) -> Self {
        let entries =
            self.entries.iter().zip(&other.entries).map(|(a, b)| a + b * factor);
        Self { size: self.size, entries: entries.collect() }
    }

    /// The product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let n = self.size;
        let mut result = Self::zero(n);
        for i in 0..n {
            for k in 0..n {
                let left = self.at(i, k);
                if left != Complex64::ZERO {
                    for j in 0..n {
                        result.entries[i * n + j] += left * other.at(k, j);
                    }
                }
            }
        }
        result
    }

    /// self⁻¹ · other by elimination with row exchanges; entries are not finite where self is singular.
    #[must_use]
    pub fn solve(&self, other: &Self) -> Self {
        let n = self.size;
        let (mut a, mut b) = (self.clone(), other.clone());
        for column in 0..n {
            let pivot = (column..n)
                .max_by(|i, j| {
                    a.at(*i, column).norm().total_cmp(&a.at(*j, column).norm())
                })
                .unwrap_or(column);
            for j in 0..n {
                a.entries.swap(column * n + j, pivot * n + j);
                b.entries.swap(column * n + j, pivot * n + j);
            }
            let inverse = Complex64::ONE / a.at(column, column);
            for row in 0..n {
                let factor = a.at(row, column) * inverse;
                if row != column && factor != Complex64::ZERO {
                    for j in 0..n {
                        let (x, y) = (a.at(column, j), b.at(column, j));
                        a.entries[row * n + j] -= factor * x;
                        b.entries[row * n + j] -= factor * y;
                    }
                }
            }
            for j in 0..n {
                a.entries[column * n + j] *= inverse;
                b.entries[column * n + j] *= inverse;
            }
        }
        b
    }

    /// The largest sum of absolute values in a row.
    pub fn norm(&self) -> f64 {
        self.entries
            .chunks(self.size.max(1))
            .map(|row| row.iter().map(|entry| entry.norm()).sum())
            .fold(0.0, f64::max)
    }

    /// Whether all entries off the diagonal are 0.
    pub fn is_diagonal(&self) -> bool {
        let n = self.size;
        self.entries
            .iter()
            .enumerate()
            .all(|(place, entry)| place / n == place % n || *entry == Complex64::ZERO)
    }

    /// Powers of two d with D⁻¹ A D of nearly equal row and column norms (Parlett and Reinsch, Numer. Math. 13, 293, 1969).
    pub(super) fn balance(&self) -> Vec<f64> {
        let n = self.size;
        let mut scale = vec![1.0_f64; n];
        for _ in 0..60 {
            let mut changed = false;
            for i in 0..n {
                let (mut row, mut column) = (0.0, 0.0);
                for j in (0..n).filter(|j| *j != i) {
                    row += self.at(i, j).norm() * scale[j] / scale[i];
                    column += self.at(j, i).norm() * scale[i] / scale[j];
                }
                if row > 0.0 && column > 0.0 {
                    let exponent = (0.5 * (row / column).log2()).round();
                    if exponent != 0.0 {
                        scale[i] *= exponent.exp2();
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
        scale
    }

    /// φ₀ … φ₃.
    pub fn phi(&self) -> [Matrix; 4] {
        let n = self.size;
        if self.is_diagonal() {
            let mut result = [(); 4].map(|()| Matrix::zero(n));
            for i in 0..n {
                for (matrix, value) in result.iter_mut().zip(phi(self.at(i, i))) {
                    matrix.entries[i * n + i] = value;
                }
            }
            return result;
        }
        let balance = self.balance();
        let mut small = self.clone();
        for i in 0..n {
            for j in 0..n {
                small.entries[i * n + j] *= balance[j] / balance[i];
            }
        }
        let norm = small.norm();
        if !norm.is_finite() {
            let mut bad = Matrix::zero(n);
            bad.entries.fill(Complex64::new(f64::NAN, f64::NAN));
            return [(); 4].map(|()| bad.clone());
        }
        let doublings = if norm > 0.5 { (norm / 0.5).log2().ceil() as i32 } else { 0 };
        small = small.scaled(f64::from(-doublings).exp2());
        // φ₃ by its series, the others from it: φ_j = 1/j! + z φ_{j+1}.
        let identity = Matrix::identity(n);
        let mut three = Matrix::zero(n);
        for order in (0..18).rev() {
            three = identity
                .scaled(1.0 / factorial(order + 3))
                .plus(1.0, &small.times(&three));
        }
        let two = identity.scaled(0.5).plus(1.0, &small.times(&three));
        let one = identity.plus(1.0, &small.times(&two));
        let zero = identity.plus(1.0, &small.times(&one));
        let mut phi = [zero, one, two, three];
        for _ in 0..doublings {
            let [e, one, two, three] = &phi;
            let next_one = e.times(one).plus(1.0, one).scaled(0.5);
            let next_two = e.times(two).plus(1.0, one).plus(1.0, two).scaled(0.25);
            let next_three = e
                .times(three)
                .plus(0.5, one)
                .plus(1.0, two)
                .plus(1.0, three)
                .scaled(0.125);
            phi = [e.times(e), next_one, next_two, next_three];
        }
        for matrix in &mut phi {
            for i in 0..n {
                for j in 0..n {
                    matrix.entries[i * n + j] *= balance[i] / balance[j];
                }
            }
        }
        phi
    }

    /// The largest real part of its eigenvalues, to about 10⁻⁵ of its balanced norm: log‖exp(t A)‖/t for large t.
    pub fn abscissa(&self) -> f64 {
        if self.size == 1 {
            return self.at(0, 0).re;
        }
        let balance = self.balance();
        let n = self.size;
        let mut small = self.clone();
        for i in 0..n {
            for j in 0..n {
                small.entries[i * n + j] *= balance[j] / balance[i];
            }
        }
        let norm = small.norm();
        if norm == 0.0 || !norm.is_finite() {
            return norm;
        }
        let [mut power, ..] = small.scaled(1.0 / norm).phi();
        let (mut logarithm, mut length) = (0.0, 1.0);
        for _ in 0..24 {
            power = power.times(&power);
            length *= 2.0;
            logarithm *= 2.0;
            let size = power.norm();
            power = power.scaled(1.0 / size);
            logarithm += size.ln();
        }
        norm * logarithm / length
    }
}

pub(super) fn factorial(n: u32) -> f64 {
    (1..=n).map(f64::from).product()
}

/// φ₀ … φ₃ of a number.
pub fn phi(z: Complex64) -> [Complex64; 4] {
    let exponential = z.exp();
    if z.norm() < 1.0 {
        let mut three = Complex64::ZERO;
        for order in (0..20).rev() {
            three = three * z + 1.0 / factorial(order + 3);
        }
        let two = three * z + 0.5;
        let one = two * z + 1.0;
        return [exponential, one, two, three];
    }
    let one = (exponential - 1.0) / z;
    let two = (one - 1.0) / z;
    let three = (two - 0.5) / z;
    [exponential, one, two, three]
}

#[cfg(test)]
mod tests {
    use super::{Matrix, phi};
    use crate::equation::Complex64;

    /// Means over a circle of radius 2 around z (Kassam and Trefethen 2005, equation 2.5).
    fn contour(z: Complex64) -> [Complex64; 3] {
        let mut sums = [Complex64::ZERO; 3];
        for j in 0..64 {
            let angle = std::f64::consts::TAU * (f64::from(j) + 0.5) / 64.0;
            let r = z + Complex64::from_polar(2.0, angle);
            let e = r.exp();
            sums[0] += (e - 1.0) / r;
            sums[1] += (e - 1.0 - r) / (r * r);
            sums[2] += (e - 1.0 - r - 0.5 * r * r) / (r * r * r);
        }
        sums.map(|sum| sum / 64.0)
    }

    #[test]
    fn phi_functions_agree_with_contour_integrals() {
        for z in [
            Complex64::ZERO,
            Complex64::new(-1e-9, 0.0),
            Complex64::new(-0.3, 0.4),
            Complex64::new(-0.99, 0.0),
            Complex64::new(-1.01, 0.0),
            Complex64::new(-40.0, 3.0),
            Complex64::new(0.0, -2.0),
        ] {
            let [_, one, two, three] = phi(z);
            for (a, b) in [one, two, three].into_iter().zip(contour(z)) {
                assert!((a - b).norm() < 8e-15, "{z}: {a} {b}");
            }
        }
    }

    #[test]
    fn phi_functions_of_matrices_agree_with_those_of_eigenvalues() {
        // A = S diag(λ) S⁻¹ with S = [[1, 1], [2, −1]], S⁻¹ = [[1, 1], [2, −1]]/3.
        let (a, b) = (Complex64::new(-3.0, 0.5), Complex64::new(0.2, -7.0));
        let build = |x: Complex64, y: Complex64| Matrix {
            size: 2,
            entries: [x + 2.0 * y, x - y, 2.0 * x - 2.0 * y, 2.0 * x + y]
                .map(|entry| entry / 3.0)
                .to_vec(),
        };
        let matrices = build(a, b).phi();
        for ((matrix, x), y) in matrices.iter().zip(phi(a)).zip(phi(b)) {
            let difference = matrix.plus(-1.0, &build(x, y)).norm();
            assert!(difference < 2e-14, "{difference}");
        }
        assert!((build(a, b).abscissa() - 0.2).abs() < 1e-5);
        let product = build(a, b).times(&build(a, b).solve(&Matrix::identity(2)));
        assert!(product.plus(-1.0, &Matrix::identity(2)).norm() < 1e-14);
    }

    #[test]
    fn oscillators_turn_without_growth() {
        let k = 300.0_f64;
        let matrix = Matrix {
            size: 2,
            entries: vec![
                Complex64::ZERO,
                Complex64::new(0.7, 0.0),
                Complex64::new(-0.7 * k * k, 0.0),
                Complex64::ZERO,
            ],
        };
        let [e, ..] = matrix.phi();
        assert!((e.at(0, 0).re - (0.7 * k).cos()).abs() < 1e-12);
        assert!((e.at(0, 1).re - (0.7 * k).sin() / k).abs() < 1e-14);
        assert!(matrix.abscissa().abs() < 1e-4 * k);
    }
}
