//! Systems of linear equations with small dense matrices, real and complex, by elimination with row exchange.

/// The factors of a real square matrix.
#[derive(Clone, Debug, Default)]
pub(crate) struct Factors {
    size: usize,
    entries: Vec<f64>,
    exchanges: Vec<usize>,
}

impl Factors {
    /// Factors a matrix stored by rows; nothing when it is singular or not finite.
    pub(crate) fn of(size: usize, mut entries: Vec<f64>) -> Option<Self> {
        let mut exchanges = Vec::with_capacity(size);
        for column in 0..size {
            let mut pivot = column;
            for row in column + 1..size {
                if entries[row * size + column].abs()
                    > entries[pivot * size + column].abs()
                {
                    pivot = row;
                }
            }
            let largest = entries[pivot * size + column];
            if largest == 0.0 || !largest.is_finite() {
                return None;
            }
            exchanges.push(pivot);
            if pivot != column {
                for k in 0..size {
                    entries.swap(pivot * size + k, column * size + k);
                }
            }
            let (above, below) = entries.split_at_mut((column + 1) * size);
            let pivot_row = &above[column * size..];
            for row in below.chunks_exact_mut(size) {
                let factor = row[column] / largest;
                row[column] = factor;
                if factor != 0.0 {
                    for (a, b) in
                        row[column + 1..].iter_mut().zip(&pivot_row[column + 1..])
                    {
                        *a -= factor * b;
                    }
                }
            }
        }
        Some(Self { size, entries, exchanges })
    }

    /// Replaces the right-hand side by the solution.
    pub(crate) fn solve(&self, side: &mut [f64]) {
        let size = self.size;
        for (row, &other) in self.exchanges.iter().enumerate() {
            side.swap(row, other);
        }
        for row in 0..size {
            let sum: f64 = self.entries[row * size..row * size + row]
                .iter()
                .zip(&*side)
                .map(|(a, b)| a * b)
                .sum();
            side[row] -= sum;
        }
        for row in (0..size).rev() {
            let entries = &self.entries[row * size..(row + 1) * size];
            let sum: f64 =
                entries[row + 1..].iter().zip(&side[row + 1..]).map(|(a, b)| a * b).sum();
            side[row] = (side[row] - sum) / entries[row];
        }
    }
}

/// The factors of a complex square matrix; numbers are pairs of real and imaginary part.
#[derive(Clone, Debug, Default)]
pub(crate) struct ComplexFactors {
    size: usize,
    entries: Vec<(f64, f64)>,
    exchanges: Vec<usize>,
}

fn times(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// Division after Smith: no overflow of the squares.
fn over(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    if b.0.abs() >= b.1.abs() {
        let ratio = b.1 / b.0;
        let size = b.0 + b.1 * ratio;
        ((a.0 + a.1 * ratio) / size, (a.1 - a.0 * ratio) / size)
    } else {
        let ratio = b.0 / b.1;
        let size = b.0 * ratio + b.1;
        ((a.0 * ratio + a.1) / size, (a.1 * ratio - a.0) / size)
    }
}

impl ComplexFactors {
    /// Factors a matrix stored by rows; nothing when it is singular or not finite.
    pub(crate) fn of(size: usize, mut entries: Vec<(f64, f64)>) -> Option<Self> {
        let mut exchanges = Vec::with_capacity(size);
        let weight = |z: (f64, f64)| z.0.abs() + z.1.abs();
        for column in 0..size {
            let mut pivot = column;
            for row in column + 1..size {
                if weight(entries[row * size + column])
                    > weight(entries[pivot * size + column])
                {
                    pivot = row;
                }
            }
            let largest = entries[pivot * size + column];
            if weight(largest) == 0.0 || !weight(largest).is_finite() {
                return None;
            }
            exchanges.push(pivot);
            if pivot != column {
                for k in 0..size {
                    entries.swap(pivot * size + k, column * size + k);
                }
            }
            let (above, below) = entries.split_at_mut((column + 1) * size);
            let pivot_row = &above[column * size..];
            for row in below.chunks_exact_mut(size) {
                let factor = over(row[column], largest);
                row[column] = factor;
                if factor != (0.0, 0.0) {
                    for (a, b) in
                        row[column + 1..].iter_mut().zip(&pivot_row[column + 1..])
                    {
                        let product = times(factor, *b);
                        *a = (a.0 - product.0, a.1 - product.1);
                    }
                }
            }
        }
        Some(Self { size, entries, exchanges })
    }

    /// Replaces the right-hand side by the solution.
    pub(crate) fn solve(&self, side: &mut [(f64, f64)]) {
        let size = self.size;
        for (row, &other) in self.exchanges.iter().enumerate() {
            side.swap(row, other);
        }
        let product = |entries: &[(f64, f64)], values: &[(f64, f64)]| {
            let mut sum = (0.0, 0.0);
            for (a, b) in entries.iter().zip(values) {
                let term = times(*a, *b);
                sum = (sum.0 + term.0, sum.1 + term.1);
            }
            sum
        };
        for row in 0..size {
            let sum = product(&self.entries[row * size..row * size + row], side);
            side[row] = (side[row].0 - sum.0, side[row].1 - sum.1);
        }
        for row in (0..size).rev() {
            let entries = &self.entries[row * size..(row + 1) * size];
            let sum = product(&entries[row + 1..], &side[row + 1..]);
            side[row] = over((side[row].0 - sum.0, side[row].1 - sum.1), entries[row]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ComplexFactors, Factors};

    #[test]
    fn a_solution_solves() {
        let matrix = [0.0, 2.0, 1.0, 1.0, -3.0, 4.0, 5.0, 1.0, -2.0];
        let solution = [1.0, -2.0, 3.0];
        let mut side: Vec<f64> = matrix
            .chunks(3)
            .map(|row| row.iter().zip(solution).map(|(a, b)| a * b).sum())
            .collect();
        Factors::of(3, matrix.to_vec()).unwrap().solve(&mut side);
        for (a, b) in side.iter().zip(solution) {
            assert!((a - b).abs() < 1e-14);
        }
        assert!(Factors::of(2, vec![1.0, 2.0, 2.0, 4.0]).is_none());
    }

    #[test]
    fn a_complex_solution_solves() {
        // (i, 1; 1, i) (1, 2i) = (i + 2i, 1 - 2)
        let matrix = vec![(0.0, 1.0), (1.0, 0.0), (1.0, 0.0), (0.0, 1.0)];
        let mut side = vec![(0.0, 3.0), (-1.0, 0.0)];
        ComplexFactors::of(2, matrix).unwrap().solve(&mut side);
        for (z, w) in side.iter().zip([(1.0, 0.0), (0.0, 2.0)]) {
            assert!((z.0 - w.0).abs() + (z.1 - w.1).abs() < 1e-15, "{side:?}");
        }
    }
}
