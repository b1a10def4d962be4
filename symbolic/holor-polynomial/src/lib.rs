//! Exact sparse polynomials in many variables over the integers: arithmetic, exact division, greatest
//! common divisors, factorisation.
//!
//! The crate knows no expressions and no engine: variables are numbers. It is the arithmetic under the
//! exact normal form of `holor-algebra`, and compiles wherever Rust does.
//!
//! Long loops look at a flag that [`stop::scope`] installs for the thread: once it is raised they return
//! early with a meaningless value, and whoever installed the flag gets `None` instead.

mod body;
mod calculus;
mod coefficient;
mod factor;
mod gathered;
mod gcd;
mod grid;
mod key;
mod layout;
mod modular;
mod polynomial;
mod product;
mod quotient;
pub mod stop;
mod sum;
mod wide;

pub use num_bigint::BigInt;
pub use polynomial::{Factors, Polynomial, Var};
