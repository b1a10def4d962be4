//! The derivatives of phase oscillators' rates by their phases, for implicit methods.

use super::kuramoto::{Coupling, Harmonic, multiple};

/// ∂θᵢ'/∂θⱼ = K Aᵢⱼ Σₘ m hₘ cos(m (θⱼ − θᵢ) − αₘ) for j ≠ i; on the diagonal minus the sum of the others: a turn of all changes nothing.
#[derive(Clone, Debug)]
pub(super) struct Derivatives {
    strength: f64,
    coupling: Coupling,
    harmonics: Vec<Harmonic>,
    room: Vec<(f64, f64)>,
}

impl Derivatives {
    pub(super) fn new(
        strength: f64,
        coupling: Coupling,
        harmonics: Vec<Harmonic>,
    ) -> Self {
        Self { strength, coupling, harmonics, room: Vec::new() }
    }

    /// Fills the matrix by rows.
    pub(super) fn fill(&mut self, phases: &[f64], out: &mut [f64]) {
        let count = phases.len();
        self.room.clear();
        self.room.extend(phases.iter().map(|phase| phase.sin_cos()));
        let room = &self.room;
        let harmonics = &self.harmonics;
        let change = |i: usize, j: usize| {
            let ((s, c), (sine, cosine)) = (room[i], room[j]);
            let (s, c) = (sine * c - cosine * s, cosine * c + sine * s);
            let mut sum = 0.0;
            for harmonic in harmonics {
                let (s, c) = multiple(harmonic.order, s, c);
                let (lag_s, lag_c) = harmonic.lag.sin_cos();
                sum += f64::from(harmonic.order)
                    * harmonic.amplitude
                    * (c * lag_c + s * lag_s);
            }
            sum
        };
        out.fill(0.0);
        for i in 0..count {
            let row = &mut out[i * count..(i + 1) * count];
            let mut total = 0.0;
            let mut add = |j: usize, weight: f64| {
                if j != i {
                    let entry = self.strength * weight * change(i, j);
                    row[j] += entry;
                    total += entry;
                }
            };
            match &self.coupling {
                Coupling::AllToAll => {
                    (0..count).for_each(|j| add(j, 1.0 / count as f64));
                }
                Coupling::Graph(graph) => {
                    let (sources, weights) = graph.row(i);
                    for (source, weight) in sources.iter().zip(weights) {
                        add(*source as usize, *weight);
                    }
                }
            }
            row[i] -= total;
        }
    }
}
