//! Expressions and the algebra engine behind one door.
//!
//! [`Expr`] is holor's own immutable expression tree: it owns no lock and no arena, is `Send + Sync`,
//! and is what every other crate sees. [`Engine`] answers mathematical questions about expressions under
//! [`Assumptions`]; behind it stands the computer-algebra crate `symplex`, which no other crate names.
//!
//! Invariants: constructing an expression never loses information and never decides anything that
//! depends on an assumption; every question that does goes through [`Engine`]. An answer is right, or it
//! is an [`AlgebraError`] that says why there is none.

mod assumptions;
pub mod complex;
mod constructors;
mod decimal;
mod engine;
mod error;
pub mod exact;
mod expr;
mod function;
mod matrix;
mod notation;
mod order;
mod substitute;
mod tree;

pub use assumptions::{Assumptions, Property};
pub use decimal::Decimal;
pub use engine::{CompiledFunction, Direction, Engine, Interrupt, Solution, Solutions};
pub use error::{AlgebraError, AlgebraResult};
pub use expr::{Constant, Expr, Node, Relation, Symbol};
pub use function::Function;
pub use matrix::Matrix;
pub use notation::{latex, latex_symbol, plain};

pub use num_bigint::BigInt;
pub use num_rational::BigRational;
