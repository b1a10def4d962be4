//! Limits, from one side or both.

use symplex::errors::SymplexError;
use symplex::prelude::{Assumption, Direction as ArenaDirection, Ex};

use super::algebra::evaluated;
use super::calculus::{infinite, oscillates};
use super::convert::Session;
use super::cuts::{self, Approach, Question};
use super::decide::decide_in;
use super::failure::{failure, not_found};
use super::{Direction, Engine, USUAL_DIGITS, guard};
use crate::{
    AlgebraError, AlgebraResult, Constant, Expr, Function, Node, Property, Relation,
    Symbol,
};

impl Engine {
    /// The limit at a point.
    pub fn limit(
        &self,
        expr: &Expr,
        variable: &Symbol,
        point: &Expr,
        direction: Direction,
    ) -> AlgebraResult<Expr> {
        let (target, variable, at) = (expr.clone(), variable.clone(), point.clone());
        self.exactly(&[expr, point], || {
            self.compute(move |session| {
                let question =
                    Question { body: &target, variable: &variable, point: &at };
                // Of numbers the algebra crate knows the sides, and its answers are compared with values.
                let numbers = at.free_symbols().is_empty()
                    && target.free_symbols().iter().all(|symbol| *symbol == variable);
                let first = numbers.then(|| plain(session, &question, direction));
                if let Some(result @ (Ok(_) | Err(AlgebraError::DoesNotExist { .. }))) =
                    first
                {
                    return result;
                }
                match (cuts::approaches(session, &question, direction)?, first) {
                    (Some(approaches), _) => {
                        let result = at_cuts(session, &approaches)?;
                        guard::limit(session, &question, direction, &result)?;
                        Ok(result)
                    }
                    (None, Some(known)) => known,
                    (None, None) => by_growth(session, &question, direction),
                }
            })
        })
    }
}

/// The limit of what runs into no branch cut. Where the algebra crate gives none, bases that are known to be above or
/// below 1 are written as exponentials, which shows it the sign of their logarithms.
fn by_growth(
    session: &Session,
    question: &Question<'_>,
    direction: Direction,
) -> AlgebraResult<Expr> {
    let error = match plain(session, question, direction) {
        Err(error @ AlgebraError::NotFound { .. }) => error,
        other => return other,
    };
    let mut assumptions = session.assumptions().clone();
    let (mut body, mut point) = (question.body.clone(), question.point.clone());
    let mut growths = Vec::new();
    for symbol in body.free_symbols() {
        let base = Expr::symbol(symbol.name());
        let is = |relation, value: Expr| {
            let condition = Expr::relation(relation, base.clone(), value);
            decide_in(session, &condition) == Ok(Some(true))
        };
        let rises = is(Relation::Greater, Expr::one());
        let falls =
            is(Relation::Less, Expr::one()) && is(Relation::Greater, Expr::zero());
        if symbol == *question.variable || !(rises || falls) {
            continue;
        }
        let growth = Symbol::new(&format!("{}'", symbol.name()));
        assumptions.assume(growth.clone(), Property::Positive);
        let exponent = Expr::symbol(growth.name()) * if rises { 1 } else { -1 };
        body = body.substitute_symbol(&symbol, &exponent.exp());
        point = point.substitute_symbol(&symbol, &exponent.exp());
        let log = Expr::call(Function::Log, vec![base]);
        growths.push((growth, if rises { log } else { log.negate() }));
    }
    if growths.is_empty() {
        return Err(error);
    }
    let other = Session::new(assumptions.into(), USUAL_DIGITS);
    let written = Question { body: &body, variable: question.variable, point: &point };
    let Ok(result) = plain(&other, &written, direction) else { return Err(error) };
    let result = growths
        .iter()
        .fold(result, |result, (growth, log)| result.substitute_symbol(growth, log));
    session.export(&session.value(&result)?.eval())
}

/// The limit as the algebra crate finds it.
fn plain(
    session: &Session,
    question: &Question<'_>,
    direction: Direction,
) -> AlgebraResult<Expr> {
    let Question { body: target, variable, point } = *question;
    let x = session.symbol(variable)?;
    let (body, at_point) = (session.value(target)?.eval(), session.value(point)?);
    let result = match body.try_limit_dir(&x, &at_point, arena_direction(direction)) {
        Ok(result) => result,
        Err(error) => {
            return Err(no_limit(session, &body, &x, &at_point, direction, &error));
        }
    };
    let result = session.export(&evaluated("limit", result)?.eval())?;
    if let Node::Constant(Constant::Undefined) = result.node() {
        return Err(not_found("limit", "its value could not be determined"));
    }
    guard::limit(session, question, direction, &result)?;
    if direction == Direction::Both {
        along_imaginary(session, (target, variable, point), &body, &result)?;
    }
    Ok(result)
}

/// The limit of what runs into branch cuts: the same from all sides, or none.
fn at_cuts(session: &Session, approaches: &[Approach]) -> AlgebraResult<Expr> {
    let limits =
        approaches.iter().map(one_sided).collect::<AlgebraResult<Vec<Expr>>>()?;
    let [left, right] = limits.as_slice() else {
        let first = limits.into_iter().next();
        return first.ok_or_else(|| not_found("limit", "there is no side to come from"));
    };
    if session.value(left)?.equals(&session.value(right)?) == Some(true) {
        return Ok(right.clone());
    }
    let reason = format!("from the left it is {left}, from the right {right}");
    if guard::differ(session, left, right) {
        return Err(AlgebraError::DoesNotExist { operation: "limit", reason });
    }
    Err(not_found("limit", format!("{reason}; whether these are equal is not known")))
}

fn one_sided(approach: &Approach) -> AlgebraResult<Expr> {
    let session = Session::new(approach.assumptions.clone().into(), USUAL_DIGITS);
    let question = Question {
        body: &approach.body,
        variable: &approach.distance,
        point: &Expr::zero(),
    };
    let result = plain(&session, &question, Direction::Right)?;
    if let Some(body) = approach.at_point() {
        // The values on cuts stand for limits, which carries over to what depends on them continuously.
        let value = session.export(&session.value(&body)?.eval())?;
        let is_finite = !value.has_infinity() && !value.is_undefined();
        if !is_finite
            || session.value(&value)?.equals(&session.value(&result)?) != Some(true)
        {
            return Err(not_found(
                "limit",
                "on the branch cut only the value of a function is known, which is not enough here",
            ));
        }
    }
    let result = approach.with_values(&result);
    session.export(&session.value(&result)?.eval())
}

fn arena_direction(direction: Direction) -> ArenaDirection {
    match direction {
        Direction::Both => ArenaDirection::Both,
        Direction::Left => ArenaDirection::Left,
        Direction::Right => ArenaDirection::Right,
    }
}

/// Says what the two sides do when a two-sided limit fails.
fn no_limit(
    session: &Session,
    body: &Ex,
    x: &Ex,
    point: &Ex,
    direction: Direction,
    error: &SymplexError,
) -> AlgebraError {
    if direction == Direction::Both && !matches!(infinite(session, point), Ok(Some(_))) {
        let side = |direction| {
            let value = body.try_limit_dir(x, point, direction).ok()?;
            session.export(&value.eval()).ok()
        };
        if let (Some(left), Some(right)) =
            (side(ArenaDirection::Left), side(ArenaDirection::Right))
            && left != right
        {
            return AlgebraError::DoesNotExist {
                operation: "limit",
                reason: format!("from the left it is {left}, from the right {right}"),
            };
        }
    }
    match error {
        SymplexError::ComputationFailed { reason, .. } if oscillates(reason) => {
            AlgebraError::DoesNotExist { operation: "limit", reason: reason.clone() }
        }
        _ => failure("limit", error),
    }
}

/// Refuses the limit at a number of a function of a complex variable's parts, such as its conjugate, that has
/// another limit along the imaginary direction.
fn along_imaginary(
    session: &Session,
    (target, variable, at): (&Expr, &Symbol, &Expr),
    body: &Ex,
    result: &Expr,
) -> AlgebraResult<()> {
    let parts = [Function::Conjugate, Function::Re, Function::Im, Function::Arg];
    if !session.assumptions().implied(variable).is_empty()
        || at.has_infinity()
        || !parts.iter().any(|part| super::contains_call(target, *part))
    {
        return Ok(());
    }
    let x = session.symbol(variable)?;
    let distance = session.context.symbol_with("distance'", &[Assumption::Positive]);
    let Ok(distance) = distance else { return Ok(()) };
    let place = session.value(at)? + session.context.i_unit() * &distance;
    let turned = body.subs(&x, &place).eval();
    let zero = session.context.int(0);
    let Ok(other) = turned.try_limit_dir(&distance, &zero, ArenaDirection::Right) else {
        return Ok(());
    };
    if other.equals(&session.value(result)?) != Some(false) {
        return Ok(());
    }
    Err(AlgebraError::DoesNotExist {
        operation: "limit",
        reason: format!(
            "along the real direction it is {result}, along the imaginary one {}; `symbols {variable} real` asks for the former",
            session.export(&other.eval())?
        ),
    })
}
