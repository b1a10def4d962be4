//! Derivatives of many oscillators on a graph, for implicit steps that take O(edges) each iteration.
//!
//! (s − J) x = b by the stabilised method of biconjugate gradients (H. A. van der Vorst, SIAM J. Sci. Stat. Comput. 13 (1992) 631) behind the
//! diagonal. Newton's iteration needs no more digits than it gains in a step.

use super::graph::Graph;
use super::kuramoto::{Harmonic, multiple};
use crate::ode::Structured;

/// Left of the residual when the iteration ends.
const SMALL: f64 = 1e-9;
/// The most iterations; where they do not suffice, Newton's iteration fails and the step is halved.
const MOST_ITERATIONS: usize = 300;

type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn over(a: Complex, b: Complex) -> Complex {
    let square = b.0 * b.0 + b.1 * b.1;
    ((a.0 * b.0 + a.1 * b.1) / square, (a.1 * b.0 - a.0 * b.1) / square)
}

/// Σ āᵢ bᵢ
fn product(a: &[Complex], b: &[Complex]) -> Complex {
    a.iter().zip(b).fold((0.0, 0.0), |sum, (a, b)| {
        (sum.0 + a.0 * b.0 + a.1 * b.1, sum.1 + a.0 * b.1 - a.1 * b.0)
    })
}

fn size(a: &[Complex]) -> f64 {
    a.iter().map(|it| it.0 * it.0 + it.1 * it.1).sum::<f64>().sqrt()
}

/// a ← a + factor b
fn add(a: &mut [Complex], factor: Complex, b: &[Complex]) {
    for (a, b) in a.iter_mut().zip(b) {
        let term = times(factor, *b);
        *a = (a.0 + term.0, a.1 + term.1);
    }
}

/// Derivatives of coupling on a graph: ∂θᵢ'/∂θⱼ on the edges, and minus their sum on the diagonal.
#[derive(Clone, Debug)]
pub(super) struct SparseField {
    strength: f64,
    harmonics: Vec<Harmonic>,
    graph: Graph,
    /// The inertia of each, or nothing for equations of first order.
    inertia: Vec<f64>,
    values: Vec<f64>,
    sums: Vec<f64>,
    shifts: (f64, Complex),
}

impl SparseField {
    /// Of first order without, of second order with the inertia of each.
    pub(super) fn new(
        strength: f64,
        harmonics: &[Harmonic],
        graph: &Graph,
        inertia: &[f64],
    ) -> Self {
        Self {
            strength,
            harmonics: harmonics.to_vec(),
            graph: graph.clone(),
            inertia: inertia.to_vec(),
            values: Vec::new(),
            sums: Vec::new(),
            shifts: (0.0, (0.0, 0.0)),
        }
    }

    fn take(&mut self, phases: &[f64]) {
        let room: Vec<Complex> = phases.iter().map(|phase| phase.sin_cos()).collect();
        let lags: Vec<Complex> =
            self.harmonics.iter().map(|harmonic| harmonic.lag.sin_cos()).collect();
        self.values.clear();
        self.sums.clear();
        for (i, (s, c)) in room.iter().enumerate() {
            let (sources, weights) = self.graph.row(i);
            let mut total = 0.0;
            for (source, weight) in sources.iter().zip(weights) {
                let j = *source as usize;
                let (sine, cosine) = room[j];
                let (sine, cosine) = (sine * c - cosine * s, cosine * c + sine * s);
                let mut sum = 0.0;
                for (harmonic, (lag_s, lag_c)) in self.harmonics.iter().zip(&lags) {
                    let (s, c) = multiple(harmonic.order, sine, cosine);
                    sum += f64::from(harmonic.order)
                        * harmonic.amplitude
                        * (c * lag_c + s * lag_s);
                }
                let value = if j == i { 0.0 } else { self.strength * weight * sum };
                total += value;
                self.values.push(value);
            }
            self.sums.push(total);
        }
    }

    fn count(&self, y: &[f64]) -> usize {
        if self.inertia.is_empty() { y.len() } else { y.len() / 2 }
    }

    /// s of first order, s (m s + 1) of second.
    fn shift(&self, place: usize, s: Complex) -> Complex {
        match self.inertia.get(place) {
            None => s,
            Some(m) => times(s, (m * s.0 + 1.0, m * s.1)),
        }
    }

    /// (s′ + D − W) x = b for the phases.
    fn phases(&self, s: Complex, side: &mut [Complex]) {
        let count = side.len();
        let diagonal: Vec<Complex> = (0..count)
            .map(|i| {
                let shift = self.shift(i, s);
                (shift.0 + self.sums[i], shift.1)
            })
            .collect();
        let apply = |x: &[Complex], out: &mut [Complex]| {
            let mut place = 0;
            for (i, out) in out.iter_mut().enumerate() {
                let mut sum = times(diagonal[i], x[i]);
                for source in self.graph.row(i).0 {
                    let (value, other) = (self.values[place], x[*source as usize]);
                    sum = (sum.0 - value * other.0, sum.1 - value * other.1);
                    place += 1;
                }
                *out = sum;
            }
        };
        let behind = |from: &[Complex], out: &mut [Complex]| {
            for ((out, from), diagonal) in out.iter_mut().zip(from).zip(&diagonal) {
                *out = over(*from, *diagonal);
            }
        };
        let zero = vec![(0.0, 0.0); count];
        let enough = SMALL * size(side);
        let mut rest = side.to_vec();
        let shadow = rest.clone();
        let (mut x, mut p, mut v) = (zero.clone(), zero.clone(), zero.clone());
        let (mut y, mut z, mut t) = (zero.clone(), zero.clone(), zero);
        let (mut rho, mut alpha, mut omega) = ((1.0, 0.0), (1.0, 0.0), (1.0, 0.0));
        for _ in 0..MOST_ITERATIONS {
            if size(&rest) <= enough {
                break;
            }
            let next = product(&shadow, &rest);
            let beta = times(over(next, rho), over(alpha, omega));
            rho = next;
            add(&mut p, (-omega.0, -omega.1), &v);
            for (p, rest) in p.iter_mut().zip(&rest) {
                let term = times(beta, *p);
                *p = (rest.0 + term.0, rest.1 + term.1);
            }
            behind(&p, &mut y);
            apply(&y, &mut v);
            alpha = over(rho, product(&shadow, &v));
            add(&mut rest, (-alpha.0, -alpha.1), &v);
            add(&mut x, alpha, &y);
            if size(&rest) <= enough {
                break;
            }
            behind(&rest, &mut z);
            apply(&z, &mut t);
            omega = over(product(&t, &rest), product(&t, &t));
            add(&mut x, omega, &z);
            add(&mut rest, (-omega.0, -omega.1), &t);
        }
        side.copy_from_slice(&x);
    }

    fn any(&self, s: Complex, side: &mut [Complex]) {
        if self.inertia.is_empty() {
            return self.phases(s, side);
        }
        let (a, b) = side.split_at_mut(self.inertia.len());
        let given = a.to_vec();
        for ((x, y), m) in a.iter_mut().zip(&*b).zip(&self.inertia) {
            let term = times((m * s.0 + 1.0, m * s.1), *x);
            *x = (m * y.0 + term.0, m * y.1 + term.1);
        }
        self.phases(s, a);
        for ((y, x), given) in b.iter_mut().zip(&*a).zip(&given) {
            let term = times(s, *x);
            *y = (term.0 - given.0, term.1 - given.1);
        }
    }
}

impl Structured for SparseField {
    fn prepare(&mut self, _: f64, y: &[f64], real: f64, complex: Complex) -> bool {
        let count = self.count(y);
        self.take(&y[..count]);
        self.shifts = (real, complex);
        true
    }

    fn bound(&mut self, _: f64, y: &[f64]) -> f64 {
        let count = self.count(y);
        self.take(&y[..count]);
        let mut place = 0;
        let mut largest = 0.0_f64;
        for i in 0..count {
            let edges = self.graph.row(i).0.len();
            let row = &self.values[place..place + edges];
            place += edges;
            let sum = self.sums[i].abs() + row.iter().map(|it| it.abs()).sum::<f64>();
            let bound = match self.inertia.get(i) {
                None => sum,
                Some(m) => ((sum + 1.0) / m).max(1.0),
            };
            largest = largest.max(bound);
        }
        largest
    }

    fn solve(&self, side: &mut [f64]) {
        let mut pairs: Vec<Complex> = side.iter().map(|value| (*value, 0.0)).collect();
        self.any((self.shifts.0, 0.0), &mut pairs);
        for (value, pair) in side.iter_mut().zip(&pairs) {
            *value = pair.0;
        }
    }

    fn solve_complex(&self, side: &mut [Complex]) {
        self.any(self.shifts.1, side);
    }
}

#[cfg(test)]
mod tests {
    use super::super::dense;
    use super::super::graph::Graph;
    use super::super::jacobian::Derivatives;
    use super::super::kuramoto::{Coupling, Harmonic};
    use super::SparseField;

    /// The solution put into the equations with the full matrix.
    #[test]
    fn solutions_solve() {
        let harmonics = [
            Harmonic { order: 1, amplitude: 1.0, lag: 0.3 },
            Harmonic { order: 2, amplitude: -0.2, lag: -0.2 },
        ];
        let count = 7;
        let edges: Vec<(usize, usize, f64)> = (0..count)
            .flat_map(|i| {
                [(i, (i + 1) % count, 3.0), (i, (i + 3) % count, 0.7), (i, i, 1.0)]
            })
            .collect();
        let graph = Graph::from_edges(count, &edges).unwrap();
        let phases: Vec<f64> = (0..count).map(|i| 0.2 * (i * i) as f64).collect();
        let mut full = vec![0.0; count * count];
        Derivatives::new(1.3, Coupling::Graph(graph.clone()), harmonics.to_vec())
            .fill(&phases, &mut full);
        for inertia in [vec![], (0..count).map(|i| 0.1 + 0.3 * i as f64).collect()] {
            let size = if inertia.is_empty() { count } else { 2 * count };
            let mut y = phases.clone();
            y.resize(size, 0.0);
            let entry = dense::entry(&full, count, &inertia);
            let mut field = SparseField::new(1.3, &harmonics, &graph, &inertia);
            dense::assert_solves(&mut field, &y, &entry, 1e-6);
        }
    }
}
