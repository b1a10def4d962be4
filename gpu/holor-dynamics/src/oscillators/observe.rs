//! What is seen of phase oscillators during a run, without keeping their phases.

use super::graph::Graph;
use super::kuramoto::order_parameter;
use crate::error::{Result, refuse};
use crate::ode::{DelayEquations, Equations, StochasticEquations};

/// A quantity in the rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Observable {
    /// R = |⟨e^iθ⟩|.
    Order,
    /// ψ = arg⟨e^iθ⟩, from −π to π; NaN where R is 0 within rounding.
    MeanPhase,
    /// |⟨e^imθ⟩|, after Daido.
    Harmonic(u32),
    /// The mean over nodes of |Σⱼ Aᵢⱼ e^iθⱼ| / Σⱼ Aᵢⱼ; nodes without neighbours are left out.
    LocalOrder(Graph),
    /// The same for each node; NaN for nodes without neighbours.
    LocalOrders(Graph),
    /// Ωᵢ = (θᵢ(t) − θᵢ(t₀)) / (t − t₀) for each oscillator; NaN at t₀.
    Frequencies,
    /// The part of the oscillators whose Ωᵢ differs from their median by no more than this; NaN at t₀.
    Locked(f64),
    /// The phases themselves.
    Phases,
}

/// Observables of one run, with the beginning that effective frequencies are measured from.
#[derive(Clone, Debug)]
pub struct Observer {
    observables: Vec<Observable>,
    begin: f64,
    phases: Vec<f64>,
    width: usize,
}

impl Observer {
    /// For a run that begins at a time with these phases (not wrapped during the run). To leave out a transient, begin a
    /// new run after it.
    ///
    /// # Errors
    /// Where a graph has another number of nodes or negative weights in a local order.
    pub fn new(observables: Vec<Observable>, begin: f64, phases: &[f64]) -> Result<Self> {
        let count = phases.len();
        let mut width = 0;
        for observable in &observables {
            width += match observable {
                Observable::LocalOrder(graph) | Observable::LocalOrders(graph) => {
                    if graph.nodes() != count {
                        refuse!(
                            "{count} oscillators, but a graph with {} nodes",
                            graph.nodes()
                        );
                    }
                    if (0..count).any(|i| graph.row(i).1.iter().any(|w| *w < 0.0)) {
                        refuse!("the local order needs weights that are not negative");
                    }
                    if matches!(observable, Observable::LocalOrders(_)) {
                        count
                    } else {
                        1
                    }
                }
                Observable::Frequencies | Observable::Phases => count,
                Observable::Harmonic(0) => {
                    refuse!(
                        "the order parameter of harmonic 0 is always 1; give 1 or more"
                    )
                }
                Observable::Locked(tolerance) => {
                    if tolerance.is_nan() || *tolerance < 0.0 {
                        refuse!(
                            "the tolerance of locking is {tolerance}; it must not be negative"
                        );
                    }
                    1
                }
                _ => 1,
            };
        }
        Ok(Self { observables, begin, phases: phases.to_vec(), width })
    }

    /// How many numbers a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::with_capacity(self.width);
        let each = |names: &mut Vec<String>, name: &str| {
            names.extend((0..self.phases.len()).map(|i| format!("{name}{i}")));
        };
        for observable in &self.observables {
            match observable {
                Observable::Order => names.push("R".into()),
                Observable::MeanPhase => names.push("ψ".into()),
                Observable::Harmonic(order) => names.push(format!("R{order}")),
                Observable::LocalOrder(_) => names.push("local R".into()),
                Observable::LocalOrders(_) => each(&mut names, "local R"),
                Observable::Frequencies => each(&mut names, "Ω"),
                Observable::Locked(_) => names.push("locked".into()),
                Observable::Phases => each(&mut names, "θ"),
            }
        }
        names
    }

    /// Fills a row.
    pub fn fill(&mut self, t: f64, phases: &[f64], out: &mut [f64]) {
        let mut row = Vec::with_capacity(self.width);
        for observable in &self.observables {
            match observable {
                Observable::Order => row.push(size(order_parameter(phases, 1))),
                Observable::MeanPhase => {
                    let (x, y) = order_parameter(phases, 1);
                    let known = x.hypot(y) > 1e-15 * (phases.len() as f64).sqrt();
                    row.push(if known { y.atan2(x) } else { f64::NAN });
                }
                Observable::Harmonic(order) => {
                    row.push(size(order_parameter(phases, *order)));
                }
                Observable::LocalOrder(graph) => {
                    let orders = local_orders(graph, phases);
                    let known: Vec<f64> =
                        orders.into_iter().filter(|order| !order.is_nan()).collect();
                    row.push(known.iter().sum::<f64>() / known.len() as f64);
                }
                Observable::LocalOrders(graph) => row.extend(local_orders(graph, phases)),
                Observable::Frequencies => row.extend(self.frequencies(t, phases)),
                Observable::Locked(tolerance) => {
                    let frequencies = self.frequencies(t, phases);
                    row.push(locked(&frequencies, *tolerance));
                }
                Observable::Phases => row.extend_from_slice(phases),
            }
        }
        out.copy_from_slice(&row);
    }

    fn frequencies(&self, t: f64, phases: &[f64]) -> Vec<f64> {
        let time = t - self.begin;
        let rate = |(now, then): (&f64, &f64)| {
            if time == 0.0 { f64::NAN } else { (now - then) / time }
        };
        phases.iter().zip(&self.phases).map(rate).collect()
    }
}

/// Equations of any kind whose tables have rows of their own.
pub(super) trait Observed<'a> {
    /// With rows so wide, filled from the time and the values.
    fn with_rows(
        self,
        width: usize,
        fill: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
    ) -> Self;
}

macro_rules! observed {
    ($($equations:ident),*) => {$(
        impl<'a> Observed<'a> for $equations<'a> {
            fn with_rows(
                self,
                width: usize,
                fill: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
            ) -> Self {
                self.with_observables(width, fill)
            }
        }
    )*};
}

observed!(Equations, DelayEquations, StochasticEquations);

/// The equations of oscillators, so many, with an observer of their phases, which come first in the values; as they are without one.
pub(super) fn observed<'a, E: Observed<'a>>(
    equations: E,
    observer: Option<&'a mut Observer>,
    count: usize,
) -> E {
    let Some(observer) = observer else { return equations };
    let width = observer.width();
    equations.with_rows(width, move |t, y, out| observer.fill(t, &y[..count], out))
}

fn size((x, y): (f64, f64)) -> f64 {
    x.hypot(y)
}

fn local_orders(graph: &Graph, phases: &[f64]) -> Vec<f64> {
    (0..graph.nodes())
        .map(|node| {
            let (sources, weights) = graph.row(node);
            let (mut x, mut y, mut sum) = (0.0, 0.0, 0.0);
            for (source, weight) in sources.iter().zip(weights) {
                let (s, c) = phases[*source as usize].sin_cos();
                x += weight * c;
                y += weight * s;
                sum += weight;
            }
            if sum > 0.0 { x.hypot(y) / sum } else { f64::NAN }
        })
        .collect()
}

/// The part of the frequencies within a tolerance of their median (the lower one of two).
pub fn locked(frequencies: &[f64], tolerance: f64) -> f64 {
    if frequencies.is_empty() || frequencies.iter().any(|f| f.is_nan()) {
        return f64::NAN;
    }
    let mut sorted = frequencies.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[(sorted.len() - 1) / 2];
    let count = sorted.iter().filter(|f| (**f - median).abs() <= tolerance).count();
    count as f64 / sorted.len() as f64
}
