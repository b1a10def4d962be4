//! Derivatives of oscillators that act on each other by their mean field, for implicit steps in O(N).
//!
//! ∂θᵢ'/∂θⱼ = −Dᵢ δᵢⱼ + Σᵣ Uᵢᵣ Vⱼᵣ with two columns for each harmonic, since cos(m (θⱼ − θᵢ) − α) = cos(mθⱼ) cos(mθᵢ + α) + sin(mθⱼ) sin(mθᵢ + α);
//! (s − J) x = b by the formula of Sherman, Morrison and Woodbury. With inertia the speeds are eliminated first:
//! (s (mᵢ s + 1) − C) x = mᵢ b + (mᵢ s + 1) a, y = s x − a.

use super::kuramoto::{Harmonic, multiple};
use crate::linear::{ComplexFactors, Factors};
use crate::ode::Structured;

type Complex = (f64, f64);

/// Derivatives of all-to-all coupling.
#[derive(Clone, Debug, Default)]
pub(super) struct MeanField {
    strength: f64,
    harmonics: Vec<Harmonic>,
    /// The inertia of each, or nothing for equations of first order.
    inertia: Vec<f64>,
    left: Vec<f64>,
    right: Vec<f64>,
    diagonal: Vec<f64>,
    shifts: (f64, Complex),
    /// 1/(s′ᵢ + Dᵢ), real and complex.
    inverse: Vec<f64>,
    complex_inverse: Vec<Complex>,
    small: Factors,
    complex_small: ComplexFactors,
}

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn plus(a: Complex, b: Complex) -> Complex {
    (a.0 + b.0, a.1 + b.1)
}

impl MeanField {
    /// Of first order without, of second order with the inertia of each.
    pub(super) fn new(strength: f64, harmonics: &[Harmonic], inertia: &[f64]) -> Self {
        Self {
            strength,
            harmonics: harmonics.to_vec(),
            inertia: inertia.to_vec(),
            ..Self::default()
        }
    }

    fn rank(&self) -> usize {
        2 * self.harmonics.len()
    }

    /// U, V and D at these phases.
    fn take(&mut self, phases: &[f64]) {
        let rank = self.rank();
        let size = self.strength / phases.len().max(1) as f64;
        self.left.clear();
        self.right.clear();
        let mut sums = vec![0.0; rank];
        for phase in phases {
            let (sine, cosine) = phase.sin_cos();
            for (place, harmonic) in self.harmonics.iter().enumerate() {
                let (s, c) = multiple(harmonic.order, sine, cosine);
                let (lag_s, lag_c) = harmonic.lag.sin_cos();
                let weight = size * f64::from(harmonic.order) * harmonic.amplitude;
                self.left.push(weight * (c * lag_c - s * lag_s));
                self.left.push(weight * (s * lag_c + c * lag_s));
                self.right.extend([c, s]);
                sums[2 * place] += c;
                sums[2 * place + 1] += s;
            }
        }
        let rows = self.left.chunks(rank.max(1));
        self.diagonal.clear();
        self.diagonal.extend(
            rows.map(|row| row.iter().zip(&sums).map(|(u, v)| u * v).sum::<f64>()),
        );
    }

    fn inertia(&self, place: usize) -> Option<f64> {
        self.inertia.get(place).copied()
    }

    /// (s′ + D − U Vᵀ) x = b for the phases.
    fn phases(&self, side: &mut [f64]) {
        let rank = self.rank();
        let mut inner = vec![0.0; rank];
        for ((value, inverse), right) in
            side.iter_mut().zip(&self.inverse).zip(self.right.chunks(rank.max(1)))
        {
            *value *= inverse;
            for (sum, v) in inner.iter_mut().zip(right) {
                *sum += v * *value;
            }
        }
        self.small.solve(&mut inner);
        for ((value, inverse), left) in
            side.iter_mut().zip(&self.inverse).zip(self.left.chunks(rank.max(1)))
        {
            let sum: f64 = left.iter().zip(&inner).map(|(u, w)| u * w).sum();
            *value += inverse * sum;
        }
    }

    fn complex_phases(&self, side: &mut [Complex]) {
        let rank = self.rank();
        let mut inner = vec![(0.0, 0.0); rank];
        for ((value, inverse), right) in
            side.iter_mut().zip(&self.complex_inverse).zip(self.right.chunks(rank.max(1)))
        {
            *value = times(*value, *inverse);
            for (sum, v) in inner.iter_mut().zip(right) {
                *sum = plus(*sum, (v * value.0, v * value.1));
            }
        }
        self.complex_small.solve(&mut inner);
        for ((value, inverse), left) in
            side.iter_mut().zip(&self.complex_inverse).zip(self.left.chunks(rank.max(1)))
        {
            let sum = left
                .iter()
                .zip(&inner)
                .fold((0.0, 0.0), |sum, (u, w)| plus(sum, (u * w.0, u * w.1)));
            *value = plus(*value, times(*inverse, sum));
        }
    }
}

impl Structured for MeanField {
    fn prepare(&mut self, _: f64, y: &[f64], real: f64, complex: Complex) -> bool {
        let count = if self.inertia.is_empty() { y.len() } else { y.len() / 2 };
        self.take(&y[..count]);
        self.shifts = (real, complex);
        let rank = self.rank();
        let mut small = vec![0.0; rank * rank];
        let mut complex_small = vec![(0.0, 0.0); rank * rank];
        self.inverse.clear();
        self.complex_inverse.clear();
        for i in 0..count {
            let (shift, complex_shift) = match self.inertia(i) {
                None => (real, complex),
                Some(m) => {
                    let factor = (m * complex.0 + 1.0, m * complex.1);
                    (real * (m * real + 1.0), times(complex, factor))
                }
            };
            let inverse = 1.0 / (shift + self.diagonal[i]);
            let (a, b) = (complex_shift.0 + self.diagonal[i], complex_shift.1);
            let square = a * a + b * b;
            let complex_inverse = (a / square, -b / square);
            self.inverse.push(inverse);
            self.complex_inverse.push(complex_inverse);
            let part = i * rank..(i + 1) * rank;
            let (left, right) = (&self.left[part.clone()], &self.right[part]);
            for (row, v) in right.iter().enumerate() {
                for (column, u) in left.iter().enumerate() {
                    let place = row * rank + column;
                    small[place] -= v * u * inverse;
                    complex_small[place].0 -= v * u * complex_inverse.0;
                    complex_small[place].1 -= v * u * complex_inverse.1;
                }
            }
        }
        for place in 0..rank {
            small[place * rank + place] += 1.0;
            complex_small[place * rank + place].0 += 1.0;
        }
        match (Factors::of(rank, small), ComplexFactors::of(rank, complex_small)) {
            (Some(small), Some(complex_small)) => {
                (self.small, self.complex_small) = (small, complex_small);
                true
            }
            _ => false,
        }
    }

    fn bound(&mut self, _: f64, y: &[f64]) -> f64 {
        let count = if self.inertia.is_empty() { y.len() } else { y.len() / 2 };
        self.take(&y[..count]);
        let rank = self.rank();
        let sizes =
            self.right.chunks(rank.max(1)).fold(vec![0.0; rank], |mut sums, row| {
                sums.iter_mut()
                    .zip(row)
                    .for_each(|(sum, v): (&mut f64, &f64)| *sum += v.abs());
                sums
            });
        let rows = self.left.chunks(rank.max(1)).zip(&self.diagonal).enumerate();
        rows.map(|(i, (row, diagonal))| {
            let sum: f64 = diagonal.abs()
                + row.iter().zip(&sizes).map(|(u, v)| u.abs() * v).sum::<f64>();
            self.inertia(i).map_or(sum, |m| ((sum + 1.0) / m).max(1.0))
        })
        .fold(0.0, f64::max)
    }

    fn solve(&self, side: &mut [f64]) {
        if self.inertia.is_empty() {
            return self.phases(side);
        }
        let s = self.shifts.0;
        let (a, b) = side.split_at_mut(self.inertia.len());
        let given = a.to_vec();
        for ((x, y), m) in a.iter_mut().zip(&*b).zip(&self.inertia) {
            *x = m * y + (m * s + 1.0) * *x;
        }
        self.phases(a);
        for ((y, x), given) in b.iter_mut().zip(&*a).zip(&given) {
            *y = s * x - given;
        }
    }

    fn solve_complex(&self, side: &mut [Complex]) {
        if self.inertia.is_empty() {
            return self.complex_phases(side);
        }
        let s = self.shifts.1;
        let (a, b) = side.split_at_mut(self.inertia.len());
        let given = a.to_vec();
        for ((x, y), m) in a.iter_mut().zip(&*b).zip(&self.inertia) {
            let factor = (m * s.0 + 1.0, m * s.1);
            *x = plus((m * y.0, m * y.1), times(factor, *x));
        }
        self.complex_phases(a);
        for ((y, x), given) in b.iter_mut().zip(&*a).zip(&given) {
            let product = times(s, *x);
            *y = (product.0 - given.0, product.1 - given.1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::dense;
    use super::super::jacobian::Derivatives;
    use super::super::kuramoto::{Coupling, Harmonic};
    use super::MeanField;

    /// The solution put into the equations with the full matrix.
    #[test]
    fn solutions_solve() {
        let harmonics = [
            Harmonic { order: 1, amplitude: 1.0, lag: 0.3 },
            Harmonic { order: 3, amplitude: -0.4, lag: -0.2 },
        ];
        let count = 5;
        let phases: Vec<f64> = (0..count).map(|i| 0.9 * (i * i) as f64).collect();
        let mut full = vec![0.0; count * count];
        Derivatives::new(1.3, Coupling::AllToAll, harmonics.to_vec())
            .fill(&phases, &mut full);
        for inertia in [vec![], vec![0.5, 1.0, 2.0, 0.1, 0.7]] {
            let size = if inertia.is_empty() { count } else { 2 * count };
            let mut y = phases.clone();
            y.resize(size, 0.0);
            let entry = dense::entry(&full, count, &inertia);
            let mut field = MeanField::new(1.3, &harmonics, &inertia);
            dense::assert_solves(&mut field, &y, &entry, 1e-12);
        }
    }
}
