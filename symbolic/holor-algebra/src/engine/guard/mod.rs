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

pub(super) use equations::{
    family, missing_root, ode, solutions, system, system_candidates, system_family,
};
pub(super) use integrals::{
    antiderivative, antiderivative_holds, definite_integral, definite_integral_holds,
    divergence, homogeneity,
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

/// Whether two expressions have different values at some point that the assumptions allow.
pub(super) fn differ(session: &Session, left: &Expr, right: &Expr) -> bool {
    matches!(compare(session, left, right), Verdict::Refuted(_))
}

/// Refuses a residual that is not 0.
pub(super) fn vanishes(
    session: &Session,
    operation: &'static str,
    residual: &Expr,
) -> AlgebraResult<()> {
    let symbols: Vec<Symbol> = residual.free_symbols().into_iter().collect();
    let points = Points::new(session.assumptions(), &symbols);
    match points::vanishing(points, residual) {
        Verdict::Refuted(at) => {
            Err(contradicted(operation, format!("an equation does not hold at {at}")))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::cuts::Question;
    use crate::engine::{Direction, Solution};
    use crate::{Assumptions, Function, Property};

    fn session(assumptions: Assumptions) -> Session {
        Session::new(Arc::new(assumptions), 40)
    }

    fn x() -> Expr {
        Expr::symbol("x")
    }

    fn call(function: Function, argument: Expr) -> Expr {
        Expr::call(function, vec![argument])
    }

    #[test]
    fn rewritings_that_hold_for_some_values_only_are_refused() {
        let plain = session(Assumptions::new());
        let square = Expr::power(x(), Expr::integer(2));
        assert!(same_value(&plain, "test", &square.sqrt(), &x()).is_err());
        let log = call(Function::Log, square.clone());
        let double = Expr::integer(2) * call(Function::Log, x());
        assert!(same_value(&plain, "test", &log, &double).is_err());
        let asin = call(Function::Asin, call(Function::Sin, x()));
        assert!(same_value(&plain, "test", &asin, &x()).is_err());
        let mut positive = Assumptions::new();
        positive.assume(Symbol::new("x"), Property::Positive);
        let positive = session(positive);
        assert!(same_value(&positive, "test", &square.sqrt(), &x()).is_ok());
        assert!(same_value(&positive, "test", &log, &double).is_ok());
    }

    #[test]
    fn wrong_calculus_is_refused() {
        let session = session(Assumptions::new());
        let symbol = Symbol::new("x");
        let (zero, one) = (Expr::zero(), Expr::one());
        assert!(antiderivative(&session, &x(), &symbol, &x()).is_err());
        let half = Expr::power(x(), Expr::integer(2)) / Expr::integer(2);
        assert!(antiderivative(&session, &x(), &symbol, &half).is_ok());
        // The jump of tan(x/2) at π, forgotten.
        let integrand = (Expr::integer(2) + call(Function::Cos, x())).reciprocal();
        let period = Expr::integer(2) * Expr::pi();
        assert!(
            definite_integral(&session, &integrand, &symbol, &zero, &period, &zero)
                .is_err()
        );
        assert!(definite_integral(&session, &x(), &symbol, &zero, &one, &one).is_err());
        let quotient = call(Function::Sin, x()) / x();
        let question = Question { body: &quotient, variable: &symbol, point: &zero };
        assert!(limit(&session, &question, Direction::Both, &one).is_ok());
        assert!(limit(&session, &question, Direction::Both, &zero).is_err());
        let term = Expr::power(x(), Expr::integer(-2));
        let infinity = Expr::infinity();
        assert!(
            sum(&session, &term, &symbol, &one, &infinity, &Expr::integer(2)).is_err()
        );
        let basel = Expr::power(Expr::pi(), Expr::integer(2)) / Expr::integer(6);
        assert!(sum(&session, &term, &symbol, &one, &infinity, &basel).is_ok());
        assert!(
            series(&session, &x().exp(), &symbol, &zero, 3, &(one.clone() + x()))
                .is_err()
        );
    }

    #[test]
    fn values_that_are_no_solutions_are_dropped() {
        let session = session(Assumptions::new());
        let symbol = Symbol::new("x");
        let equation = x().sqrt() + Expr::integer(2);
        let refused = solutions(&session, &equation, &symbol, vec![Expr::integer(4)]);
        assert!(refused.is_err());
        let equation = x() - Expr::integer(4);
        let values = vec![Expr::integer(4), Expr::integer(5)];
        assert_eq!(
            solutions(&session, &equation, &symbol, values).unwrap(),
            [Expr::integer(4)]
        );
        let sine = call(Function::Sin, x());
        assert!(missing_root(&sine, &symbol, &[Expr::zero(), Expr::pi()]).is_some());
        assert!(missing_root(&x().reciprocal(), &symbol, &[]).is_none());
        let wrong = Solution(vec![(symbol, Expr::integer(5))]);
        assert!(system(&session, &[equation], &[wrong]).is_err());
    }
}
