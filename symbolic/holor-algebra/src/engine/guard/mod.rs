//! Independent checks of answers, each three-valued: confirmed, undecided, refuted.
//!
//! Only a refuted answer is withheld. The checks compare numbers at random points that respect the
//! assumptions, in arithmetic that shares nothing with the computation that gave the answer.

mod equations;
mod integrals;
mod points;
mod sequences;

use super::convert::Session;
use super::failure::contradicted;
use super::tape::Tape;
use crate::{AlgebraResult, Expr, Symbol};
use points::{Points, Verdict};

pub(super) use equations::{family, ode, solutions, system};
pub(super) use integrals::{
    antiderivative, antiderivative_holds, definite_integral, divergence,
};
pub(super) use sequences::{limit, product, series, sum};

/// Refuses a rewriting that has another value than what it rewrote.
pub(super) fn same_value(
    session: &Session,
    operation: &'static str,
    before: &Expr,
    after: &Expr,
) -> AlgebraResult<()> {
    if before == after {
        return Ok(());
    }
    match compare(session, before, after) {
        Verdict::Refuted(at) => {
            Err(contradicted(operation, format!("it differs from the input at {at}")))
        }
        Verdict::Confirmed | Verdict::Undecided => Ok(()),
    }
}

/// Compares two expressions at random points.
fn compare(session: &Session, left: &Expr, right: &Expr) -> Verdict {
    let mut symbols = left.free_symbols();
    symbols.extend(right.free_symbols());
    let symbols: Vec<Symbol> = symbols.into_iter().collect();
    let (Ok(left), Ok(right)) =
        (Tape::compile(left, &symbols), Tape::compile(right, &symbols))
    else {
        return Verdict::Undecided;
    };
    Points::new(session.assumptions(), &symbols).compare(&left, &right)
}
