//! Kuramoto's model and its relatives: phases θᵢ' = ωᵢ + K Σⱼ Aᵢⱼ H(θⱼ − θᵢ) with H(x) = Σₘ hₘ sin(m x − αₘ).
//!
//! Y. Kuramoto, *Chemical Oscillations, Waves, and Turbulence* (1984); H. Sakaguchi and Y. Kuramoto (1986) for the phase
//! lag; H. Daido, Phys. Rev. Lett. 73 (1994) 760, for harmonics; H.-A. Tanaka, A. J. Lichtenberg and S. Oishi (1997) for
//! inertia. All-to-all coupling costs O(N) by the mean field, a graph O(edges) by products with cos θ and sin θ.

use super::graph::Graph;
use super::jacobian::Derivatives;
use super::mean_field::MeanField;
use super::observe::{Observer, observed};
use super::sincos::sincos;
use super::sparse::SparseField;
use super::threads::{self, PART};
use crate::error::{Result, refuse};
use crate::ode::{
    DelayEquations, Equations, Noise as NoiseTerm, StochasticEquations, Structured,
};

/// Up to so many oscillators on a graph implicit steps take full matrices, beyond that iterations.
const MOST_FULL: usize = 150;
/// With more harmonics the matrices of implicit steps are full.
const MOST_STRUCTURED: usize = 16;

/// Who acts on whom.
#[derive(Clone, Debug, PartialEq)]
pub enum Coupling {
    /// Each on each, itself included, divided by the number of oscillators: Aᵢⱼ = 1/N.
    AllToAll,
    /// The weights of a graph, as they are.
    Graph(Graph),
}

/// One term of the coupling function: amplitude · sin(order · x − lag).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Harmonic {
    /// m, at least 1.
    pub order: u32,
    /// hₘ.
    pub amplitude: f64,
    /// αₘ; a positive lag with m = 1 is that of Sakaguchi.
    pub lag: f64,
}

/// A change of the frequencies in time: added to `out` at time t.
pub type Drive<'a> = dyn FnMut(f64, &mut [f64]) + 'a;

/// Phase oscillators.
pub struct Kuramoto<'a> {
    frequencies: Vec<f64>,
    strength: f64,
    coupling: Coupling,
    harmonics: Vec<Harmonic>,
    drive: Option<Box<Drive<'a>>>,
    threads: usize,
    room: Room,
}

/// Room for sines and cosines of all phases.
#[derive(Clone, Debug, Default)]
struct Room {
    sines: Vec<f64>,
    cosines: Vec<f64>,
    other_sines: Vec<f64>,
    other_cosines: Vec<f64>,
    sums: Vec<Vec<(f64, f64)>>,
}

impl std::fmt::Debug for Kuramoto<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Kuramoto")
            .field("oscillators", &self.frequencies.len())
            .field("strength", &self.strength)
            .field("harmonics", &self.harmonics)
            .finish_non_exhaustive()
    }
}

impl<'a> Kuramoto<'a> {
    /// θᵢ' = ωᵢ + K Σⱼ Aᵢⱼ sin(θⱼ − θᵢ).
    ///
    /// # Errors
    /// Where the graph has another number of nodes, or a number is not finite.
    pub fn new(frequencies: Vec<f64>, strength: f64, coupling: Coupling) -> Result<Self> {
        if let Coupling::Graph(graph) = &coupling
            && graph.nodes() != frequencies.len()
        {
            refuse!(
                "{} frequencies for a graph with {} nodes",
                frequencies.len(),
                graph.nodes()
            );
        }
        if frequencies.is_empty() || frequencies.len() > u32::MAX as usize {
            refuse!("{} oscillators are not possible", frequencies.len());
        }
        if !strength.is_finite() || frequencies.iter().any(|omega| !omega.is_finite()) {
            refuse!("frequencies and coupling must be finite numbers");
        }
        Ok(Self {
            frequencies,
            strength,
            coupling,
            harmonics: vec![Harmonic { order: 1, amplitude: 1.0, lag: 0.0 }],
            drive: None,
            threads: 0,
            room: Room::default(),
        })
    }

    /// Sakaguchi's phase lag α: sin(θⱼ − θᵢ − α).
    #[must_use]
    pub fn with_lag(mut self, lag: f64) -> Self {
        self.harmonics = vec![Harmonic { order: 1, amplitude: 1.0, lag }];
        self
    }

    /// Another coupling function.
    ///
    /// # Errors
    /// Where an order is 0 or above 1000.
    pub fn with_harmonics(mut self, harmonics: Vec<Harmonic>) -> Result<Self> {
        if let Some(wrong) = harmonics.iter().find(|h| h.order == 0 || h.order > 1000) {
            refuse!(
                "a harmonic of order {} is not possible; give 1 to 1000",
                wrong.order
            );
        }
        self.harmonics = harmonics;
        Ok(self)
    }

    /// Frequencies that change in time: the function adds to them.
    #[must_use]
    pub fn with_drive(mut self, drive: impl FnMut(f64, &mut [f64]) + 'a) -> Self {
        self.drive = Some(Box::new(drive));
        self
    }

    /// How many threads may be used; 0 for all. The result does not depend on it.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// How many oscillators there are.
    pub fn oscillators(&self) -> usize {
        self.frequencies.len()
    }

    /// θ'.
    pub fn slope(&mut self, t: f64, phases: &[f64], out: &mut [f64]) {
        self.rates(t, phases, None, out);
    }

    /// θ' where the phases that act are earlier ones.
    pub fn delayed_slope(
        &mut self,
        t: f64,
        phases: &[f64],
        earlier: &[f64],
        out: &mut [f64],
    ) {
        self.rates(t, phases, Some(earlier), out);
    }

    pub(super) fn rates(
        &mut self,
        t: f64,
        phases: &[f64],
        earlier: Option<&[f64]>,
        out: &mut [f64],
    ) {
        out.copy_from_slice(&self.frequencies);
        if let Some(drive) = &mut self.drive {
            drive(t, out);
        }
        let count = phases.len();
        let room = &mut self.room;
        room.sines.resize(count, 0.0);
        room.cosines.resize(count, 0.0);
        let threads = threads::count(self.threads, count);
        fill(threads, phases, &mut room.sines, &mut room.cosines);
        let earlier_is_other = earlier.is_some();
        if let Some(earlier) = earlier {
            room.other_sines.resize(count, 0.0);
            room.other_cosines.resize(count, 0.0);
            fill(threads, earlier, &mut room.other_sines, &mut room.other_cosines);
        }
        let here = (room.sines.as_slice(), room.cosines.as_slice());
        let acting = if earlier_is_other {
            (room.other_sines.as_slice(), room.other_cosines.as_slice())
        } else {
            here
        };
        match &self.coupling {
            Coupling::AllToAll => {
                let fields = means(threads, acting, &self.harmonics, &mut room.sums);
                let terms: Vec<_> = self
                    .harmonics
                    .iter()
                    .zip(fields)
                    .map(|(harmonic, (x, y))| {
                        // K h e^(−iα) Z_m, whose product with e^(−imθ) has the wanted imaginary part.
                        let (s, c) = harmonic.lag.sin_cos();
                        let size = self.strength * harmonic.amplitude;
                        (harmonic.order, size * (c * x + s * y), size * (c * y - s * x))
                    })
                    .collect();
                let items = split(here, out);
                threads::each(threads, items, |((sines, cosines), out)| {
                    for ((sine, cosine), rate) in sines.iter().zip(cosines).zip(out) {
                        for (order, x, y) in &terms {
                            let (s, c) = multiple(*order, *sine, *cosine);
                            *rate += y * c - x * s;
                        }
                    }
                });
            }
            Coupling::Graph(graph) => {
                let threads = threads::count(self.threads, count + graph.edges());
                let harmonics = &self.harmonics;
                let strength = self.strength;
                let items: Vec<_> = split(here, out).into_iter().enumerate().collect();
                threads::each(threads, items, |(part, ((sines, cosines), out))| {
                    for (place, rate) in out.iter_mut().enumerate() {
                        let (sources, weights) = graph.row(part * PART + place);
                        let mut sum = 0.0;
                        for harmonic in harmonics {
                            let (mut x, mut y) = (0.0, 0.0);
                            for (source, weight) in sources.iter().zip(weights) {
                                let source = *source as usize;
                                let (s, c) = multiple(
                                    harmonic.order,
                                    acting.0[source],
                                    acting.1[source],
                                );
                                x += weight * c;
                                y += weight * s;
                            }
                            let (s, c) =
                                multiple(harmonic.order, sines[place], cosines[place]);
                            let (sine, cosine) = (y * c - x * s, x * c + y * s);
                            let (lag_s, lag_c) = if harmonic.lag == 0.0 {
                                (0.0, 1.0)
                            } else {
                                harmonic.lag.sin_cos()
                            };
                            sum += harmonic.amplitude * (sine * lag_c - cosine * lag_s);
                        }
                        *rate += strength * sum;
                    }
                });
            }
        }
    }

    /// The equations for [`crate::ode::Run`], with these observables in the rows of the table, or the phases.
    pub fn equations<'b>(
        &'b mut self,
        observer: Option<&'b mut Observer>,
    ) -> Equations<'b> {
        let count = self.oscillators();
        let structured = self.structured(&[]);
        let mut derivatives = self.derivatives();
        let equations =
            Equations::new(move |t, y: &[f64], out: &mut [f64]| self.slope(t, y, out))
                .with_size(count);
        let equations = match structured {
            Some(structured) => equations.with_structured(structured),
            None => equations.with_jacobian(move |_, y: &[f64], out: &mut [f64]| {
                derivatives.fill(y, out);
            }),
        };
        observed(equations, observer, count)
    }

    /// The derivatives of the coupling where no full matrix is needed: of all-to-all coupling with few harmonics, and of large graphs.
    /// With the inertia of each, or none.
    pub(super) fn structured(&self, inertia: &[f64]) -> Option<Box<dyn Structured>> {
        match &self.coupling {
            Coupling::AllToAll if self.harmonics.len() <= MOST_STRUCTURED => {
                let field = MeanField::new(self.strength, &self.harmonics, inertia);
                Some(Box::new(field))
            }
            Coupling::Graph(graph) if graph.nodes() > MOST_FULL => {
                let field =
                    SparseField::new(self.strength, &self.harmonics, graph, inertia);
                Some(Box::new(field))
            }
            _ => None,
        }
    }

    /// The derivatives of the coupling by the phases.
    pub(super) fn derivatives(&self) -> Derivatives {
        Derivatives::new(self.strength, self.coupling.clone(), self.harmonics.clone())
    }

    /// dθ = θ' dt + √(2 D) dW for [`crate::ode::StochasticRun`], with the diffusion constant D.
    ///
    /// # Errors
    /// Where D is negative.
    pub fn noisy_equations<'b>(
        &'b mut self,
        diffusion: f64,
        observer: Option<&'b mut Observer>,
    ) -> Result<StochasticEquations<'b>> {
        check_diffusion(diffusion)?;
        let count = self.oscillators();
        let sizes = vec![(2.0 * diffusion).sqrt(); count];
        let equations = StochasticEquations::new(
            move |t, y: &[f64], out: &mut [f64]| self.slope(t, y, out),
            NoiseTerm::Additive(sizes),
        )
        .with_size(count);
        Ok(observed(equations, observer, count))
    }

    /// The same with coupling to the phases one delay ago, for a run with that single delay.
    ///
    /// # Errors
    /// Where D is negative.
    pub fn noisy_delayed_equations<'b>(
        &'b mut self,
        diffusion: f64,
        history: impl FnMut(f64, &mut [f64]) + 'b,
        observer: Option<&'b mut Observer>,
    ) -> Result<StochasticEquations<'b>> {
        check_diffusion(diffusion)?;
        let count = self.oscillators();
        let sizes = vec![(2.0 * diffusion).sqrt(); count];
        let equations = StochasticEquations::delayed(
            move |t, y: &[f64], past: &[f64], out: &mut [f64]| {
                self.delayed_slope(t, y, past, out);
            },
            history,
            NoiseTerm::Additive(sizes),
        )
        .with_size(count);
        Ok(observed(equations, observer, count))
    }

    /// Coupling to the phases one delay ago for [`crate::ode::DelayRun`] with that single delay.
    pub fn delayed_equations<'b>(
        &'b mut self,
        history: impl FnMut(f64, &mut [f64]) + 'b,
        observer: Option<&'b mut Observer>,
    ) -> DelayEquations<'b> {
        let count = self.oscillators();
        let equations = DelayEquations::new(
            move |t, y: &[f64], past: &[f64], out: &mut [f64]| {
                self.delayed_slope(t, y, past, out);
            },
            history,
        )
        .with_size(count);
        observed(equations, observer, count)
    }
}

/// Refuses a diffusion constant below 0.
pub(super) fn check_diffusion(diffusion: f64) -> Result<()> {
    if !(diffusion >= 0.0 && diffusion.is_finite()) {
        refuse!("the diffusion constant is {diffusion}; it must not be negative");
    }
    Ok(())
}

/// sin mθ and cos mθ from sin θ and cos θ.
#[inline(always)]
pub(super) fn multiple(order: u32, sine: f64, cosine: f64) -> (f64, f64) {
    let (mut s, mut c) = (sine, cosine);
    for _ in 1..order {
        (s, c) = (s * cosine + c * sine, c * cosine - s * sine);
    }
    (s, c)
}

fn fill(threads: usize, phases: &[f64], sines: &mut [f64], cosines: &mut [f64]) {
    let items: Vec<_> = phases
        .chunks(PART)
        .zip(sines.chunks_mut(PART))
        .zip(cosines.chunks_mut(PART))
        .collect();
    threads::each(threads, items, |((phases, sines), cosines)| {
        sincos(phases, sines, cosines);
    });
}

type Split<'s> = Vec<((&'s [f64], &'s [f64]), &'s mut [f64])>;

fn split<'s>((sines, cosines): (&'s [f64], &'s [f64]), out: &'s mut [f64]) -> Split<'s> {
    sines.chunks(PART).zip(cosines.chunks(PART)).zip(out.chunks_mut(PART)).collect()
}

/// The mean of e^(imθ) for each harmonic: sums of parts of fixed size, added in their order.
fn means(
    threads: usize,
    (sines, cosines): (&[f64], &[f64]),
    harmonics: &[Harmonic],
    sums: &mut Vec<Vec<(f64, f64)>>,
) -> Vec<(f64, f64)> {
    sums.resize_with(sines.len().div_ceil(PART), Vec::new);
    let items: Vec<_> =
        sines.chunks(PART).zip(cosines.chunks(PART)).zip(sums.iter_mut()).collect();
    threads::each(threads, items, |((sines, cosines), sums)| {
        sums.clear();
        for harmonic in harmonics {
            // Four running sums: short chains of additions, in a fixed order.
            let mut parts = [(0.0, 0.0); 4];
            for (place, (sine, cosine)) in sines.iter().zip(cosines).enumerate() {
                let (s, c) = multiple(harmonic.order, *sine, *cosine);
                let part = &mut parts[place % 4];
                part.0 += c;
                part.1 += s;
            }
            let [a, b, c, d] = parts;
            sums.push((a.0 + b.0 + (c.0 + d.0), a.1 + b.1 + (c.1 + d.1)));
        }
    });
    let count = sines.len().max(1) as f64;
    (0..harmonics.len())
        .map(|m| {
            let (mut x, mut y) = (0.0, 0.0);
            for part in sums.iter() {
                x += part[m].0;
                y += part[m].1;
            }
            (x / count, y / count)
        })
        .collect()
}

/// The mean of e^(imθ) over all phases: Kuramoto's order parameter for m = 1, Daido's beyond, as real and imaginary part.
pub fn order_parameter(phases: &[f64], order: u32) -> (f64, f64) {
    let mut sines = vec![0.0; phases.len()];
    let mut cosines = vec![0.0; phases.len()];
    fill(1, phases, &mut sines, &mut cosines);
    let harmonic = Harmonic { order: order.max(1), amplitude: 1.0, lag: 0.0 };
    let found = means(1, (&sines, &cosines), &[harmonic], &mut Vec::new());
    found.first().copied().unwrap_or((0.0, 0.0))
}
