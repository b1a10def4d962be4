//! Single precision whose sums over time are compensated: `precision = mixed`.
//!
//! A step adds to a field far less than the field. Rounded to the 24 bits of single precision a sum loses what is less than half its last
//! digit, and a run of many small steps stands still or drifts. Here each array u that a method carries from step to step has a companion r
//! with what rounding left of u, so that u + r holds about 48 bits. A step with the increment d does
//!
//! ```text
//! t = r + d
//! s = u + t,  b = s − u,  r ← (u − (s − b)) + (t − b),  u ← s
//! ```
//!
//! where the last line is exact: s + r = u + t, whichever of u and t is the larger (Møller 1965, Quasi double-precision in floating point
//! addition, BIT 5; Knuth, The Art of Computer Programming 2, 4.2.2, theorem B; for steps in time Hairer, Lubich and Wanner, Geometric Numerical
//! Integration, VIII.5). Rates are computed from u alone, in single precision.
//!
//! Δt times a weight is a scalar of double precision and is used in two parts (`Parts`), and weights of stages are whole numbers where
//! they can be: otherwise time itself would pass too fast or too slow by a part in 10⁷ or so. Nothing here may be reassociated, and no pass
//! over graphs does that: [`crate::elementary::fuse`] joins products with sums, and there are no products in the last line.

pub(super) mod second_order;

use super::Stepping;
use super::builder::{Builder, Kernel, Parts};
use super::options::Options;
use crate::graph::{Graph, NodeId};
use crate::plan::{Action, ArrayId};

/// What explanations say of it.
pub const EXPLANATION: &str = "mixed (single, sums over time compensated)";

/// u + t as the nearest number and what is left: exactly the same together.
pub(crate) fn two_sum(g: &mut Graph, u: NodeId, t: NodeId) -> [NodeId; 2] {
    let sum = g.add(u, t);
    let part = g.subtract(sum, u);
    let of_u = g.subtract(sum, part);
    let left_of_u = g.subtract(u, of_u);
    let left_of_t = g.subtract(t, part);
    [sum, g.add(left_of_u, left_of_t)]
}

/// Where what is left of each variable is kept; nothing where sums are not compensated.
#[derive(Clone, Debug)]
pub(super) struct Rests {
    arrays: Vec<ArrayId>,
}

impl Rests {
    /// Those of all variables, if the options ask for them.
    pub(super) fn new(builder: &mut Builder<'_>, options: &Options) -> Option<Self> {
        options.compensated.then(|| Self::of(builder))
    }

    /// An array for each variable. At the start it holds what single precision leaves of the value.
    pub(super) fn of(builder: &mut Builder<'_>) -> Self {
        let arrays = builder.arrays("rest");
        for (variable, rest) in builder.state().into_iter().zip(&arrays) {
            let values = builder.plan.arrays[variable].values.as_ref();
            let left = values.map(|values| {
                values.iter().map(|value| value - f64::from(*value as f32)).collect()
            });
            builder.plan.arrays[*rest].values = left;
        }
        Self { arrays }
    }

    /// The array of a variable, by its place among them.
    pub(super) fn array(&self, place: usize) -> ArrayId {
        self.arrays[place]
    }

    /// Adds Σ aₖ xₖ to a variable, and stores the sum and what is left of it: r + Σ aₖ xₖ first, the low parts of the factors before the high
    /// ones.
    pub(super) fn add(
        &self,
        kernel: &mut Kernel,
        (place, u): (usize, ArrayId),
        terms: &[(Parts, NodeId)],
        [sum, rest]: [ArrayId; 2],
    ) {
        let left = kernel.load(self.arrays[place]);
        self.add_to(kernel, (left, u), terms, [sum, rest]);
    }

    /// As [`Self::add`], what is left so far being at hand.
    pub(super) fn add_to(
        &self,
        kernel: &mut Kernel,
        (left, u): (NodeId, ArrayId),
        terms: &[(Parts, NodeId)],
        [sum, rest]: [ArrayId; 2],
    ) {
        let increment = weighted(kernel, terms, left);
        let u = kernel.load(u);
        let [value, left] = two_sum(&mut kernel.graph, u, increment);
        kernel.store(sum, value);
        kernel.store(rest, left);
    }

    /// Adds the arrays to what a stepping keeps.
    pub(super) fn keep(&self, stepping: &mut Stepping, variables: &[ArrayId]) {
        let pairs = variables.iter().copied().zip(self.arrays.iter().copied());
        stepping.rests.extend(pairs);
        stepping.state.extend(&self.arrays);
    }

    /// Exchanges the arrays with others.
    pub(super) fn exchange(&self, others: &[ArrayId]) -> impl Iterator<Item = Action> {
        let pairs = self.arrays.iter().copied().zip(others.iter().copied());
        pairs.map(|(a, b)| Action::Exchange(a, b)).collect::<Vec<_>>().into_iter()
    }
}

/// first + Σ aₖ xₖ, the low parts of the factors before the high ones.
pub(super) fn weighted(
    kernel: &mut Kernel,
    terms: &[(Parts, NodeId)],
    first: NodeId,
) -> NodeId {
    let mut sum = first;
    for (factor, x) in terms {
        sum = kernel.scaled(factor.low, *x, sum);
    }
    for (factor, x) in terms {
        sum = kernel.scaled(factor.high, *x, sum);
    }
    sum
}
