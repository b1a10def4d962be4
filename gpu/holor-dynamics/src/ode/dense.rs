//! The solution between the steps: one polynomial for each step, and their sequence.

/// How the rows of a piece make the polynomial, with s the place within the step from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// r₀ + s (r₁ + (1−s) (r₂ + s (r₃ + (1−s) …))), after Hairer, Nørsett and Wanner, section II.6.
    Alternating,
    /// r₀ + r₁ s + r₂ s² + …
    Power,
}

/// One step and the polynomial that follows the solution within it.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where it begins.
    pub from: f64,
    /// Where it ends: before `from + length` when an event cut the step short.
    pub to: f64,
    pub(crate) length: f64,
    pub(crate) basis: Basis,
    pub(crate) size: usize,
    pub(crate) rows: Vec<f64>,
}

impl Piece {
    /// The unknowns at a time; outside the step the polynomial is continued.
    pub fn at(&self, t: f64, out: &mut [f64]) {
        let s = if self.length == 0.0 { 0.0 } else { (t - self.from) / self.length };
        self.at_part(s, out);
    }

    /// The unknowns at a part of the step, 0 at its beginning.
    pub(crate) fn at_part(&self, s: f64, out: &mut [f64]) {
        let mut rows = self.rows.chunks_exact(self.size.max(1)).enumerate().rev();
        let Some((_, last)) = rows.next() else { return };
        out.copy_from_slice(last);
        for (place, row) in rows {
            let factor = match self.basis {
                Basis::Alternating if place % 2 == 1 => 1.0 - s,
                _ => s,
            };
            for (value, coefficient) in out.iter_mut().zip(row) {
                *value = coefficient + factor * *value;
            }
        }
    }

    /// The cubic with given values and slopes at both ends.
    pub(crate) fn hermite(
        from: f64,
        length: f64,
        (start, start_slope): (&[f64], &[f64]),
        (end, end_slope): (&[f64], &[f64]),
    ) -> Self {
        let size = start.len();
        let mut rows = Vec::with_capacity(4 * size);
        rows.extend_from_slice(start);
        rows.extend(end.iter().zip(start).map(|(b, a)| b - a));
        for i in 0..size {
            rows.push(length * start_slope[i] - (end[i] - start[i]));
        }
        for i in 0..size {
            let difference = end[i] - start[i];
            rows.push(2.0 * difference - length * (start_slope[i] + end_slope[i]));
        }
        Self { from, to: from + length, length, basis: Basis::Alternating, size, rows }
    }
}

/// The solution as a function of time, piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Dense {
    pub(crate) pieces: Vec<Piece>,
}

impl Dense {
    /// The pieces, in the order of the steps.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The interval on which the solution is known, in the direction of the run.
    pub fn range(&self) -> Option<(f64, f64)> {
        Some((self.pieces.first()?.from, self.pieces.last()?.to))
    }

    /// The unknowns at a time; nothing outside the interval on which the solution is known. Where an event made the
    /// solution jump, the value before the jump.
    pub fn at(&self, t: f64) -> Option<Vec<f64>> {
        let piece = self.piece(t)?;
        let mut out = vec![0.0; piece.size];
        piece.at(t, &mut out);
        Some(out)
    }

    /// The piece that holds a time.
    pub(crate) fn piece(&self, t: f64) -> Option<&Piece> {
        let (from, to) = self.range()?;
        let forward = to >= from;
        let inside = if forward { from <= t && t <= to } else { to <= t && t <= from };
        if !inside {
            return None;
        }
        let place = self
            .pieces
            .partition_point(|piece| if forward { piece.to < t } else { piece.to > t });
        self.pieces.get(place)
    }
}

#[cfg(test)]
mod tests {
    use super::Piece;

    #[test]
    fn a_cubic_is_its_own_hermite_polynomial() {
        let f = |t: f64| 2.0 - t + 3.0 * t * t - 0.5 * t * t * t;
        let d = |t: f64| -1.0 + 6.0 * t - 1.5 * t * t;
        let piece =
            Piece::hermite(1.0, 2.0, (&[f(1.0)], &[d(1.0)]), (&[f(3.0)], &[d(3.0)]));
        for k in 0..=8 {
            let t = 1.0 + f64::from(k) / 4.0;
            let mut out = [0.0];
            piece.at(t, &mut out);
            assert!((out[0] - f(t)).abs() < 1e-13);
        }
    }
}
