//! Fields on a box: from an equation to a stencil program, and through time.
//!
//! The way of an equation, one module a stage:
//!
//! 1. [`equation`]: what the person wrote, as a system of evolution equations in [`equation::Term`]s.
//! 2. [`discretise`]: derivatives become differences or Fourier symbols; boundaries become ghost cells. The result
//!    is a [`scheme::Scheme`]: the right-hand side as a graph of loads and arithmetic.
//! 3. [`stepper`]: a method in time turns the scheme into a [`plan::Plan`]: arrays, programs, and procedures of actions.
//! 4. A [`backend::Backend`] executes the plan. The [`interpreter`] is the slow, obvious one that all others are tested
//!    against; compiled ones live in crates of their own.
//!
//! [`run`] drives a plan through time with observers, stop conditions and checkpoints.
//!
//! Plans also serve what has no neighbours: [`pointwise`] takes formulas at many points, [`ensemble`] integrates many copies of ordinary
//! differential equations, each with its own steps; [`gradient`] differentiates a graph.

pub mod backend;
mod check;
pub mod checkpoint;
pub mod contraction;
pub mod discretise;
pub mod elementary;
pub mod ensemble;
pub mod equation;
pub mod error;
pub mod fusing;
pub mod gradient;
pub mod graph;
pub mod interpreter;
pub mod layout;
pub mod noise;
pub mod plan;
pub mod pointwise;
mod printer;
pub mod run;
pub mod scheme;
pub mod sharing;
pub mod spectral;
pub mod stepper;

pub use backend::{Backend, Faster, Machine, Precision};
pub use error::{FieldError, FieldResult};
pub use graph::{Binary, Graph, NodeId, Op, Unary};
pub use layout::Layout;
pub use plan::Plan;
