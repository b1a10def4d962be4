//! Small matrices: projectors, inverses, ranks.

/// Rows.
pub(super) type Matrix = Vec<Vec<f64>>;

/// The projector on the space that belongs to eigenvalues above −shift, (1 + sign(S + shift))/2, by Newton's iteration for the sign
/// of a matrix (N. J. Higham, Functions of Matrices, 2008, ch. 5); `None` where it does not converge.
pub(super) fn projector(matrix: &Matrix, shift: f64) -> Option<Matrix> {
    let n = matrix.len();
    let mut sign = matrix.clone();
    for (k, line) in sign.iter_mut().enumerate() {
        line[k] += shift;
    }
    for _ in 0..100 {
        let inverse = inverted(&sign)?;
        let mut change = 0.0_f64;
        let mut size = 0.0_f64;
        for (line, other) in sign.iter_mut().zip(&inverse) {
            for (entry, other) in line.iter_mut().zip(other) {
                let next = 0.5 * (*entry + other);
                change = change.max((next - *entry).abs());
                size = size.max(next.abs());
                *entry = next;
            }
        }
        if change <= 1e-11 * size {
            for (k, line) in sign.iter_mut().enumerate() {
                line[k] += 1.0;
                line.iter_mut().for_each(|entry| *entry *= 0.5);
            }
            return Some(sign);
        }
    }
    (n == 0).then(Vec::new)
}

/// The inverse of a matrix; `None` where it has none.
fn inverted(matrix: &Matrix) -> Option<Matrix> {
    let n = matrix.len();
    let unit = |k: usize| (0..n).map(move |j| f64::from(u8::from(j == k)));
    let lines = matrix.iter().enumerate();
    let mut work: Matrix =
        lines.map(|(k, line)| line.iter().copied().chain(unit(k)).collect()).collect();
    for k in 0..n {
        let pivot =
            (k..n).max_by(|i, j| work[*i][k].abs().total_cmp(&work[*j][k].abs()))?;
        work.swap(k, pivot);
        let scale = work[k][k].recip();
        if !scale.is_finite() {
            return None;
        }
        work[k].iter_mut().for_each(|entry| *entry *= scale);
        let own = work[k].clone();
        for (_, line) in work.iter_mut().enumerate().filter(|(i, _)| *i != k) {
            let factor = line[k];
            for (entry, own) in line.iter_mut().zip(&own) {
                *entry -= factor * own;
            }
        }
    }
    Some(work.into_iter().map(|line| line.get(n..).unwrap_or(&[]).to_vec()).collect())
}

/// The rank of a matrix, by elimination with complete pivots.
pub(super) fn rank(mut matrix: Matrix) -> usize {
    let size = matrix.iter().flatten().fold(0.0_f64, |most, entry| most.max(entry.abs()));
    let mut found = 0;
    loop {
        let mut best = (1e-4 * size.max(0.1), None);
        for (i, line) in matrix.iter().enumerate().skip(found) {
            for (j, entry) in line.iter().enumerate() {
                if entry.abs() > best.0 {
                    best = (entry.abs(), Some((i, j)));
                }
            }
        }
        let Some((i, j)) = best.1 else { return found };
        matrix.swap(found, i);
        let own = matrix[found].clone();
        for line in matrix.iter_mut().skip(found + 1) {
            let factor = line[j] / own[j];
            for (entry, own) in line.iter_mut().zip(&own) {
                *entry -= factor * own;
            }
            line[j] = 0.0;
        }
        found += 1;
    }
}
