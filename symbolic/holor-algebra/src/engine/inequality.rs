//! Inequalities in one real unknown.

use symplex::prelude::SetEx;

use super::convert::Session;
use super::failure::{failure, invalid, not_found};
use super::special::oriented;
use super::tape::Tape;
use super::{Engine, Solution, Solutions, is_condition};
use crate::{AlgebraResult, Assumptions, Expr, Node, Property, Relation, Symbol};

/// The answer is compared with the conditions at so many numbers.
const SAMPLES: i32 = 600;

impl Engine {
    /// The real values of an unknown for which all conditions hold, as a condition on it.
    pub fn solve_inequality(
        &self,
        conditions: &[Expr],
        unknown: &Symbol,
    ) -> AlgebraResult<Expr> {
        let conditions: Vec<Expr> = conditions
            .iter()
            .map(|condition| {
                if is_condition(condition) {
                    condition.clone()
                } else {
                    Expr::equation(condition.clone(), Expr::zero())
                }
            })
            .collect();
        for condition in &conditions {
            if condition.free_symbols().iter().any(|symbol| symbol != unknown) {
                return Err(not_found(
                    "solve",
                    "an inequality with symbols besides the unknown is not solved",
                ));
            }
        }
        let (unknown, inputs) = (unknown.clone(), conditions.clone());
        let inputs: Vec<&Expr> = inputs.iter().collect();
        self.exactly(&inputs, || {
            self.compute(move |session| {
                reduce(session, &conditions, &conditions, &unknown)
            })
        })
    }
}

/// The condition on the unknown, compared with these tests at many numbers.
fn reduce(
    session: &Session,
    conditions: &[Expr],
    tests: &[Expr],
    unknown: &Symbol,
) -> AlgebraResult<Expr> {
    let (mut parts, mut tests) = (conditions.to_vec(), tests.to_vec());
    let assumed: Vec<Expr> = session
        .assumptions()
        .conditions()
        .iter()
        .filter(|it| it.free_symbols().iter().all(|symbol| symbol == unknown))
        .cloned()
        .collect();
    parts.extend(assumed.iter().cloned());
    tests.extend(assumed);
    let imported = parts
        .iter()
        .map(|condition| session.condition(condition))
        .collect::<AlgebraResult<Vec<_>>>()?;
    let x = session.symbol(unknown)?;
    let set = SetEx::reduce_inequalities(&imported, &x)
        .map_err(|error| failure("solve", &error))?;
    let condition = set.to_condition(&x).map_err(|error| failure("solve", &error))?;
    let answer = oriented(&session.export_condition(&condition)?);
    check(session.assumptions(), &tests, unknown, &answer)?;
    Ok(answer)
}

/// Refuses an answer that differs from the conditions at some number.
fn check(
    assumptions: &Assumptions,
    conditions: &[Expr],
    unknown: &Symbol,
    answer: &Expr,
) -> AlgebraResult<()> {
    let known = assumptions.implied(unknown);
    let unclear = || not_found("solve", "the answer could not be checked");
    if known.iter().any(|property| {
        !matches!(
            property,
            Property::Real
                | Property::Complex
                | Property::Positive
                | Property::Negative
                | Property::NonNegative
                | Property::NonPositive
        )
    }) {
        return Err(unclear());
    }
    let compile = |expr: &Expr| Tape::compile(expr, std::slice::from_ref(unknown));
    let tapes = conditions.iter().map(compile).collect::<AlgebraResult<Vec<_>>>();
    let (Ok(tapes), Ok(answer)) = (tapes, compile(answer)) else { return Err(unclear()) };
    let mut registers = Vec::new();
    for index in -SAMPLES..=SAMPLES {
        // Never at 0, where a pole may be.
        let near = (f64::from(index) + 0.37) * 0.021_37;
        for x in [near, near * near * near * 0.5] {
            let outside = known.iter().any(|property| match property {
                Property::Positive | Property::NonNegative => x <= 0.0,
                Property::Negative | Property::NonPositive => x >= 0.0,
                _ => false,
            });
            let values: Vec<f64> =
                tapes.iter().map(|tape| tape.run_real(&[x], &mut registers)).collect();
            let found = answer.run_real(&[x], &mut registers);
            if outside || values.iter().any(|value| value.is_nan()) && found == 0.0 {
                continue;
            }
            let holds = values.iter().all(|value| *value == 1.0);
            if holds != (found == 1.0) {
                return Err(invalid(
                    "solve",
                    format!("the answer found does not hold at {unknown} = {x}"),
                ));
            }
        }
    }
    Ok(())
}

/// The solutions of an equation over the reals, where they are whole intervals.
pub(super) fn intervals(
    session: &Session,
    equation: &Expr,
    unknown: &Symbol,
) -> Option<Solutions> {
    let real = session.assumptions().implied(unknown).iter().any(|property| {
        matches!(
            property,
            Property::Real
                | Property::Positive
                | Property::Negative
                | Property::NonNegative
                | Property::NonPositive
        )
    });
    if !real || equation.free_symbols().iter().any(|symbol| symbol != unknown) {
        return None;
    }
    // Rounding must not hide that it is 0.
    let small = Expr::relation(
        Relation::Less,
        Expr::power(equation.clone(), Expr::integer(2)),
        Expr::fraction(1, 1_000_000_000_000_000_000),
    );
    let conditions = [Relation::GreaterEqual, Relation::LessEqual]
        .map(|relation| Expr::relation(relation, equation.clone(), Expr::zero()));
    let answer = reduce(session, &conditions, &[small], unknown).ok()?;
    if matches!(answer.node(), Node::Truth(_)) {
        return None;
    }
    let itself = Solution(vec![(unknown.clone(), Expr::symbol(unknown.name()))]);
    Some(Solutions::Conditional(vec![(itself, answer)]))
}
