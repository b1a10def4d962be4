//! Eigenvalues of small complex matrices: balancing, Hessenberg form, shifted QR steps (Golub and Van Loan, 7.4–7.5). Numbers are
//! compared by |re| + |im|, as LAPACK does.

#![allow(clippy::needless_range_loop, reason = "matrices are written with their indices")]

use crate::equation::Complex64;

/// The eigenvalues of a square matrix by rows, in no particular order; NaN where it has entries that are not finite.
pub(crate) fn eigenvalues(mut a: Vec<Vec<Complex64>>) -> Vec<Complex64> {
    let n = a.len();
    if a.iter().flatten().any(|entry| !entry.is_finite()) {
        return vec![Complex64::new(f64::NAN, f64::NAN); n];
    }
    if let [row] = a.as_slice() {
        return row.clone();
    }
    balance(&mut a);
    reduce(&mut a);
    let size = a.iter().flatten().map(Complex64::l1_norm).fold(0.0, f64::max);
    let mut found = Vec::new();
    let mut end = n;
    let mut tries = 0;
    while end > 0 {
        if end == 1 {
            found.push(a[0][0]);
            break;
        }
        // The last entry below the diagonal that is negligible.
        let mut start = end - 1;
        while start > 0 {
            let near = a[start][start].l1_norm() + a[start - 1][start - 1].l1_norm();
            let near = if near == 0.0 { size } else { near };
            if a[start][start - 1].l1_norm() <= f64::EPSILON * near {
                a[start][start - 1] = Complex64::new(0.0, 0.0);
                break;
            }
            start -= 1;
        }
        if start == end - 1 {
            found.push(a[end - 1][end - 1]);
            end -= 1;
            tries = 0;
            continue;
        }
        tries += 1;
        if tries > 200 {
            return vec![Complex64::new(f64::NAN, f64::NAN); n];
        }
        let shift = if tries % 11 == 10 {
            a[end - 1][end - 1] + a[end - 1][end - 2].l1_norm()
        } else {
            wilkinson(&a, end)
        };
        step(&mut a, start, end, shift);
    }
    found
}

/// How far an eigenvalue moves with a change of the matrix by 1: its norm over |y* x|, with the unit eigenvectors y from the left and x from the right
/// (Golub and Van Loan, 7.2.2), times that of the matrix; infinite where there are none.
pub(crate) fn uncertainty(a: &[Vec<Complex64>], value: Complex64) -> f64 {
    let n = a.len();
    let size = a.iter().flatten().map(|entry| entry.norm_sqr()).sum::<f64>().sqrt();
    // Inverse iteration, from no eigenvector of a simple matrix.
    let vector = |turned: bool| {
        let mut vector: Vec<Complex64> = (0..n)
            .map(|i| Complex64::new(1.0 + 0.37 * i as f64, 0.21 * i as f64))
            .collect();
        for _ in 0..2 {
            let mut rows: Vec<Vec<Complex64>> = (0..n)
                .map(|i| {
                    let entry = |j: usize| {
                        let own = if turned { a[j][i].conj() } else { a[i][j] };
                        let value = if turned { value.conj() } else { value };
                        if i == j { own - value } else { own }
                    };
                    (0..n).map(entry).chain([vector[i]]).collect()
                })
                .collect();
            for column in 0..n {
                let pivot = (column..n)
                    .max_by(|i, j| {
                        rows[*i][column].norm().total_cmp(&rows[*j][column].norm())
                    })
                    .unwrap_or(column);
                rows.swap(column, pivot);
                // Of a singular matrix as good as any.
                let least = f64::EPSILON * size;
                if rows[column][column].norm() < least {
                    rows[column][column] = Complex64::new(least, 0.0);
                }
                for i in column + 1..n {
                    let factor = rows[i][column] / rows[column][column];
                    for j in column..=n {
                        let above = rows[column][j];
                        rows[i][j] -= factor * above;
                    }
                }
            }
            for i in (0..n).rev() {
                let sum: Complex64 = (i + 1..n).map(|j| rows[i][j] * vector[j]).sum();
                vector[i] = (rows[i][n] - sum) / rows[i][i];
            }
            let norm = vector.iter().map(Complex64::norm_sqr).sum::<f64>().sqrt();
            vector.iter_mut().for_each(|entry| *entry /= norm);
        }
        vector
    };
    let (right, left) = (vector(false), vector(true));
    let product: Complex64 = left.iter().zip(&right).map(|(y, x)| y.conj() * x).sum();
    let found = size / product.norm();
    if found.is_finite() { found } else { f64::INFINITY }
}

/// The eigenvalue of the last two by two block that is nearer to its corner.
fn wilkinson(a: &[Vec<Complex64>], end: usize) -> Complex64 {
    let (i, j) = (end - 2, end - 1);
    let half = (a[i][i] - a[j][j]) * 0.5;
    let root = (half * half + a[i][j] * a[j][i]).sqrt();
    let sum = if (half + root).l1_norm() > (half - root).l1_norm() {
        half + root
    } else {
        half - root
    };
    if sum.l1_norm() == 0.0 { a[j][j] } else { a[j][j] - a[i][j] * a[j][i] / sum }
}

/// One QR step with rotations on the rows and columns start..end.
fn step(a: &mut [Vec<Complex64>], start: usize, end: usize, shift: Complex64) {
    for (k, row) in a.iter_mut().enumerate().take(end).skip(start) {
        row[k] -= shift;
    }
    let mut turns = Vec::new();
    for k in start..end - 1 {
        let (x, y) = (a[k][k], a[k + 1][k]);
        // Scaled, so that no square leaves the range of numbers.
        let size = x.l1_norm().max(y.l1_norm());
        let (c, s) = if size == 0.0 {
            (Complex64::new(1.0, 0.0), y)
        } else {
            let (x, y) = (x / size, y / size);
            let inverse = (x.norm_sqr() + y.norm_sqr()).sqrt().recip();
            (x * inverse, y * inverse)
        };
        for column in k..end {
            let (p, q) = (a[k][column], a[k + 1][column]);
            a[k][column] = c.conj() * p + s.conj() * q;
            a[k + 1][column] = c * q - s * p;
        }
        turns.push((c, s));
    }
    for (k, (c, s)) in (start..).zip(turns) {
        for row in a.iter_mut().take((k + 2).min(end)).skip(start) {
            let (p, q) = (row[k], row[k + 1]);
            row[k] = p * c + q * s;
            row[k + 1] = q * c.conj() - p * s.conj();
        }
    }
    for (k, row) in a.iter_mut().enumerate().take(end).skip(start) {
        row[k] += shift;
    }
}

/// Scales rows and columns by powers of two until they are of similar size.
fn balance(a: &mut [Vec<Complex64>]) {
    let n = a.len();
    for _ in 0..60 {
        let mut done = true;
        for i in 0..n {
            let others = (0..n).filter(|j| *j != i);
            let row: f64 = others.clone().map(|j| a[i][j].l1_norm()).sum();
            let column: f64 = others.map(|j| a[j][i].l1_norm()).sum();
            // The nearest power of two to the root of the ratio is 1 here.
            let near = column <= 2.0 * row && row <= 2.0 * column;
            if row == 0.0 || column == 0.0 || near {
                continue;
            }
            let factor = (row / column).sqrt().log2().round().exp2();
            if factor != 1.0 && (column * factor + row / factor) < 0.95 * (row + column) {
                done = false;
                for j in 0..n {
                    a[i][j] /= factor;
                    a[j][i] *= factor;
                }
            }
        }
        if done {
            return;
        }
    }
}

/// Hessenberg form by elimination with pivots.
fn reduce(a: &mut [Vec<Complex64>]) {
    let n = a.len();
    for k in 1..n.saturating_sub(1) {
        let pivot = (k..n)
            .max_by(|i, j| a[*i][k - 1].l1_norm().total_cmp(&a[*j][k - 1].l1_norm()))
            .unwrap_or(k);
        if a[pivot][k - 1].l1_norm() == 0.0 {
            continue;
        }
        a.swap(k, pivot);
        for row in a.iter_mut() {
            row.swap(k, pivot);
        }
        for i in k + 1..n {
            let factor = a[i][k - 1] / a[k][k - 1];
            if factor.l1_norm() == 0.0 {
                continue;
            }
            for column in 0..n {
                let above = a[k][column];
                a[i][column] -= factor * above;
            }
            for row in a.iter_mut() {
                let right = row[i];
                row[k] += factor * right;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::eigenvalues;
    use crate::equation::Complex64;

    /// Sorted by real, then imaginary part, rounded.
    fn sorted(mut all: Vec<Complex64>) -> Vec<Complex64> {
        let key = |z: &Complex64| ((z.re * 1e8).round(), (z.im * 1e8).round());
        all.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap());
        all
    }

    #[test]
    fn known_eigenvalues() {
        // The cyclic matrix of first differences has e^{2πik/n} − 1; similar matrices the same eigenvalues.
        for n in [2, 3, 5, 8, 12] {
            let cycle: Vec<Vec<Complex64>> = (0..n)
                .map(|i| {
                    (0..n)
                        .map(|j| {
                            let entry = f64::from(u8::from((i + 1) % n == j))
                                - f64::from(u8::from(i == j));
                            Complex64::new(entry, 0.0) * 3.0_f64.powi(i - j)
                        })
                        .collect()
                })
                .collect();
            let wanted: Vec<Complex64> = (0..n)
                .map(|k| {
                    Complex64::from_polar(
                        1.0,
                        std::f64::consts::TAU * k as f64 / n as f64,
                    ) - 1.0
                })
                .collect();
            for (a, b) in sorted(eigenvalues(cycle)).into_iter().zip(sorted(wanted)) {
                assert!((a - b).norm() < 1e-10, "{n}: {a} {b}");
            }
        }
        // A wave of high frequency as two equations of first order: purely imaginary.
        let zero = Complex64::new(0.0, 0.0);
        let matrix = vec![vec![zero, zero + 1.0], vec![zero - 1e16, zero]];
        for value in eigenvalues(matrix) {
            assert!(
                value.re.abs() < 1e-6 && (value.im.abs() - 1e8).abs() < 1e-6,
                "{value}"
            );
        }
        // Upper triangular: the diagonal.
        let matrix = (0..5)
            .map(|i| {
                (0..5)
                    .map(|j| {
                        Complex64::new(if j >= i { (i * 5 + j) as f64 } else { 0.0 }, 0.0)
                    })
                    .collect()
            })
            .collect();
        let values = sorted(eigenvalues(matrix));
        let diagonal: Vec<f64> = values.iter().map(|z| z.re).collect();
        assert_eq!(diagonal, [0.0, 6.0, 12.0, 18.0, 24.0]);
    }
}
