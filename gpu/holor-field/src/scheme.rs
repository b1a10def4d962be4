//! A system in space: the rate of every cell as a graph of loads, and how ghosts are filled.
//!
//! Arrays are counted as follows: first the planes (`0..planes.len()`), then, for fields of second order, the planes of their time
//! derivatives (`velocity` of each plane names them), then the coefficients, then the noises.

use std::sync::Arc;

use crate::graph::{Graph, NodeId};
use crate::layout::{Layout, Region};
use crate::plan::{ReductionKind, SparseMatrix, Table};

/// The right-hand sides of a system in finite differences.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Where the cells lie; ghosts as wide as the widest stencil.
    pub layout: Layout,
    /// The number of axes.
    pub rank: usize,
    /// The real numbers per cell that evolve: the real and imaginary parts of the fields.
    pub planes: Vec<Plane>,
    /// Static arrays that the graph loads: coefficients, masks, given functions.
    pub coefficients: Vec<Coefficient>,
    /// White noises: arrays that are filled with standard normal numbers before each step.
    pub noises: Vec<NoisePlane>,
    /// Tables along one dimension, counted as in the graph.
    pub tables: Vec<Table>,
    /// Scalars, counted as in the graph: the fixed ones of [`scalar`], then results of `gathers`.
    pub scalars: Vec<String>,
    /// All arithmetic.
    pub graph: Graph,
    /// The deterministic rate of each plane, its terms in `terms` added up.
    pub rates: Vec<NodeId>,
    /// For each plane the terms of the rate with their text, to name the one that fails.
    pub terms: Vec<Vec<(String, NodeId)>>,
    /// For each plane the terms with noise, as text.
    pub noise_texts: Vec<String>,
    /// For each plane the noise terms: rate += amplitude · ξ.
    pub diffusions: Vec<Vec<Diffusion>>,
    /// What must be gathered over the box before rates are evaluated, in this order.
    pub gathers: Vec<Gather>,
    /// Convolutions before rates are evaluated, in this order; each writes a coefficient array.
    pub convolutions: Vec<Convolution>,
    /// Equations in space that give planes of order 0, whose rates are the right sides then.
    pub solves: Vec<Solve>,
    /// How ghosts are filled, in this order, before rates are evaluated.
    pub fills: Vec<Fill>,
    /// The linear stiff part, where there is one: rate = linear part + rest.
    pub split: Option<Split>,
    /// What limits explicit steps.
    pub stiffness: Stiffness,
    /// Where the conditions at a side are certainly too few or too many: what is wrong, and what to type.
    pub faulty_sides: Option<(String, String)>,
    /// Structure that methods can use.
    pub structure: Structure,
}

/// Places of the scalars that every scheme has.
pub mod scalar {
    /// The time at which rates are evaluated.
    pub const TIME: u32 = 0;
    /// The step Δt.
    pub const STEP: u32 = 1;
    /// How many steps were done.
    pub const COUNT: u32 = 2;
    /// The first free one.
    pub const FREE: u32 = 3;
}

/// A real number per cell that evolves.
#[derive(Clone, Debug)]
pub struct Plane {
    /// `A.re`, `u`.
    pub name: String,
    /// The field.
    pub field: usize,
    /// Whether it is the imaginary part.
    pub imaginary: bool,
    /// The array of its time derivative, for second order.
    pub velocity: Option<u32>,
    /// 1 or 2; 0: the plane is given by its rate at every time.
    pub order: usize,
    /// Values at the start, row-major.
    pub start: Vec<f64>,
    /// Time derivatives at the start, row-major; empty for 0.
    pub start_velocity: Vec<f64>,
    /// Along which axes its values stand half a cell beyond the points.
    pub shift: [bool; 3],
}

/// A static array.
#[derive(Clone, Debug)]
pub struct Coefficient {
    /// For printing.
    pub name: String,
    /// Interior values, row-major.
    pub values: Arc<[f64]>,
    /// Values with ghosts, over the whole layout without padding rules (as [`Layout::place`]); empty where ghosts are not loaded.
    pub with_ghosts: Arc<[f64]>,
}

/// A plane of standard normal numbers.
#[derive(Clone, Debug)]
pub struct NoisePlane {
    /// For printing.
    pub name: String,
    /// Distinguishes noises.
    pub stream: u32,
    /// One number for all cells.
    pub uniform: bool,
    /// Where present, the plane is not drawn but computed from the noises drawn before it, by this node of the scheme's graph
    /// (a difference: ∂ξ). It loads them at neighbours, so that their ghosts must be wrapped first, periodically in every
    /// dimension of the box.
    pub derived: Option<NodeId>,
}

/// A noise term of a rate. The amplitude already holds the factor 1/√ΔV, not 1/√Δt: a step adds
/// amplitude · √Δt · normal.
#[derive(Clone, Copy, Debug)]
pub struct Diffusion {
    /// The amplitude.
    pub amplitude: NodeId,
    /// The noise, counted in `noises`.
    pub noise: usize,
    /// Whether the amplitude depends on the planes (multiplicative noise).
    pub multiplicative: bool,
}

/// A number gathered over all cells.
#[derive(Clone, Copy, Debug)]
pub struct Gather {
    /// How.
    pub kind: ReductionKind,
    /// Of what, in the scheme's graph.
    pub value: NodeId,
    /// The result is multiplied by this (1/cells for a mean).
    pub scale: f64,
    /// Where it goes.
    pub scalar: u32,
}

/// A convolution with a fixed kernel on a periodic box.
#[derive(Clone, Debug)]
pub struct Convolution {
    /// What is convolved: real and imaginary part, in the scheme's graph.
    pub body: (NodeId, Option<NodeId>),
    /// The kernel at the cells' displacements in the order of the transform (0, h, …, −h), times the cell's volume.
    pub kernel: Arc<[(f64, f64)]>,
    /// The arrays written: coefficients' places in the graph's count.
    pub into: (u32, Option<u32>),
}

/// An equation in space with constant factors, c u + Σ a ∂²u = f, between sides with values, slopes or periods: a plane of order 0 is u, and its rate f.
#[derive(Clone, Debug)]
pub struct Solve {
    /// The field's name.
    pub name: String,
    /// The planes that it gives, each for itself.
    pub planes: Vec<u32>,
    /// The factor of the field itself.
    pub own: f64,
    /// Those of the second derivatives along the axes.
    pub factors: Vec<f64>,
    /// The waves along each axis.
    pub modes: Vec<Modes>,
    /// What is added to the right side next to sides, before the solution.
    pub sides: Vec<SideTerm>,
    /// The order of differences.
    pub order: usize,
    /// What second differences are.
    pub second: Second,
    /// The distances between cells along the axes.
    pub spacing: Vec<f64>,
    /// The least that the operator makes of a wave of the box, but for 0.
    pub least: f64,
}

/// What the second differences of an equation in space are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// Those of the run.
    Plain,
    /// First differences taken twice, of what stands at the points.
    Twice,
    /// First differences to the places half a cell beside, and back from there.
    Between,
}

/// The waves along an axis in which a second difference is diagonal.
#[derive(Clone, Debug)]
pub struct Modes {
    /// The dimension of the layout.
    pub dimension: usize,
    /// From cells to waves; an orthogonal matrix.
    pub forward: SparseMatrix,
    /// From waves to cells.
    pub backward: SparseMatrix,
    /// What the difference makes of each wave, at the cell with the wave's number.
    pub values: Table,
}

/// What is added to a right side in the cells of a region.
#[derive(Clone, Debug)]
pub struct SideTerm {
    /// Where.
    pub region: Region,
    /// Right sides at cells so far away, with their weights.
    pub weights: Vec<([i16; 3], f64)>,
    /// For each plane what does not depend on right sides, in the scheme's graph.
    pub values: Vec<Option<NodeId>>,
}

/// How ghosts of planes are filled.
#[derive(Clone, Debug)]
pub enum Fill {
    /// Periodic or antiperiodic.
    Wrap {
        /// The plane (or other array that evolves).
        array: u32,
        /// The dimension of the layout.
        dimension: usize,
        /// 1 or −1.
        sign: f64,
    },
    /// A formula in a slab of ghosts: values of planes there, at the time of the rates. The nodes are of the scheme's graph.
    /// For planes of order 0 the region may be the interior: the plane is computed there, and its ghosts by later fills.
    Formula {
        /// Which ghosts.
        region: Region,
        /// Array and value.
        values: Vec<(u32, NodeId)>,
    },
}

/// rate = linear + rest, the linear part a graph of its own in the same planes, with coefficients that do not depend on the planes.
#[derive(Clone, Debug)]
pub struct Split {
    /// The linear part of each plane's rate.
    pub linear: Vec<NodeId>,
    /// What is left.
    pub rest: Vec<NodeId>,
    /// Whether the linear part is symmetric in the cells' inner product, so that conjugate gradients apply.
    pub symmetric: bool,
    /// Whether it depends on time.
    pub time_dependent: bool,
    /// Whether it couples neighbours: something in it is differentiated.
    pub couples: bool,
    /// The highest derivative in space in the rest: where it is 2 or more, what is left of it is stiff as well.
    pub rest_order: u32,
    /// Where the rest has first derivatives at most, its fastest oscillation: what is not solved for bounds the step all the same.
    pub explicit: f64,
}

/// Bounds on the spectrum of the rate's Jacobian at the start, of highest wave numbers on this grid.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stiffness {
    /// The most negative real part (a positive number).
    pub decay: f64,
    /// The largest imaginary part.
    pub oscillation: f64,
    /// The largest positive real part of modes at the highest wave numbers: ill-posed where it grows with them.
    pub growth: f64,
    /// Whether growth increases without bound with the wave number (backward heat equation).
    pub ill_posed: bool,
    /// A time at which it does.
    pub ill_posed_at: f64,
    /// Whether the differences grow in waves of a few points where the equation does not: of ∂ₜ∂ₓu beside ∂ₓ²u, where a stream is faster than the waves.
    pub differences_grow: bool,
    /// For fields of second order: the largest frequency ω (∂ₜ²u = −ω² u).
    pub frequency: f64,
    /// For fields of second order whose rates hold velocities in a way that leapfrog's position form cannot take (of neighbours, squared): the
    /// fastest decay, which bounds its steps as well; 0 otherwise.
    pub friction: f64,
    /// Where fluxes are reconstructed, the sum over the axes of the fastest speed over the spacing; 0 otherwise.
    pub speeds: f64,
    /// Whether the bound holds for all times (linear with constant coefficients) or is an estimate at the start.
    pub proven: bool,
}

/// What a method can use.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Structure {
    /// Linear in the planes.
    pub linear: bool,
    /// All fields are of second order without velocities in the rates: Störmer–Verlet is symplectic or at least reversible.
    pub separable: bool,
    /// The highest derivative in space in the rates.
    pub derivatives: u32,
    /// Some noise.
    pub stochastic: bool,
    /// Fluxes between cells are reconstructed by a limiter.
    pub limited: bool,
    /// Noise whose amplitude depends on the planes.
    pub multiplicative: bool,
    /// Rates depend on time explicitly.
    pub time_dependent: bool,
    /// Something in the rates or at the sides jumps at times that depend on nothing else.
    pub jumps_in_time: bool,
}
