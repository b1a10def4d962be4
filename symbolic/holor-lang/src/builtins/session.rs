//! What the session assumes, and its random numbers.

use holor_algebra::{BigInt, Decimal, Expr, Symbol};
use holor_macros::builtin;

use crate::evaluate::{Call, Change, property_name};
use crate::{Builtin, Range, Result, Value, codes};

/// The records of this topic.
pub(crate) static BUILTINS: &[&Builtin] = &[&ASSUME, &ASSUMPTIONS, &KEEP, &SEED, &RANDOM];

/// Adds conditions to what is assumed from here on.
///
/// A condition that contradicts what is assumed already is an error. `clear x` forgets what is assumed
/// about `x`.
///
/// ```holor
/// assume(x > 0); sqrt(x^2)         # => x
/// assume(x > 0); assume(x < 0)     # error: [E0306]
/// ```
#[builtin(topic = "session", latex = none, since = "0.1", see("assumptions"))]
pub(crate) fn assume(
    call: &Call<'_>,
    /// Conditions such as `a < b`.
    #[variadic]
    conditions: Vec<Value>,
) -> Result<()> {
    conditions.iter().try_for_each(|condition| call.assume(condition))
}

/// What is assumed, in words: about a symbol, or all of it.
///
/// ```holor
/// assume(x > 0); assumptions(x)    # => ["x positive"]
/// assumptions()                    # => []
/// ```
#[builtin(topic = "session", latex = none, since = "0.1", see("assume"))]
pub(crate) fn assumptions(
    call: &Call<'_>,
    /// The symbol; all if left out.
    symbol: Option<Symbol>,
) -> Vec<String> {
    let assumptions = call.assumptions();
    let concerns = |other: &Symbol| symbol.as_ref().is_none_or(|symbol| symbol == other);
    let mut lines = Vec::new();
    for (other, properties) in assumptions.iter().filter(|(other, _)| concerns(other)) {
        for property in properties {
            lines.push(format!("{other} {}", property_name(*property)));
        }
    }
    for condition in assumptions.conditions() {
        if symbol.as_ref().is_none_or(|symbol| condition.contains_symbol(symbol)) {
            lines.push(condition.to_string());
        }
    }
    lines
}

/// Keeps what the last cell that failed had made before its error.
///
/// A cell that fails leaves the session as it was; a long run that went well before need not be made again. It can be kept until another
/// cell defines something. The names of its variables.
///
/// ```holor
/// keep()                   # error: [E0307]
/// ```
#[builtin(topic = "session", latex = none, since = "0.1")]
pub(crate) fn keep(call: &Call<'_>) -> Result<Vec<String>> {
    let changes = call.undone();
    if changes.is_empty() {
        let message = "no cell has failed after it had made something";
        return Err(call.error(&codes::E0307_INVALID, message));
    }
    changes.iter().for_each(|change| call.change(change.clone()));
    Ok(changes.iter().filter_map(|it| it.assigned().map(ToString::to_string)).collect())
}

/// Starts the random numbers anew, so that they come out the same each time.
///
/// ```holor
/// seed(1); a = random(); seed(1); equal(a, random())     # => true
/// ```
#[builtin(topic = "session", latex = none, since = "0.1", see("random"))]
pub(crate) fn seed(
    call: &Call<'_>,
    /// Any integer from 0 on.
    number: u64,
) {
    call.change(Change::Random(number));
}

/// A random number: a decimal from 0 to 1, or an integer of a range.
///
/// ```holor
/// seed(1); r = random(); 0 <= r and r < 1           # => true
/// random(1..1)                                      # => 1
/// ```
#[builtin(topic = "session", latex = none, since = "0.1", returns = "number", see("seed"))]
pub(crate) fn random(
    call: &Call<'_>,
    /// The integers to choose from.
    range: Option<Range>,
) -> Result<Expr> {
    let Some(range) = range else {
        return Ok(
            Decimal::from_f64(call.random()).map_or_else(Expr::zero, Expr::decimal)
        );
    };
    match (range.start.as_integer(), range.end.as_integer(), range.step) {
        (Some(start), Some(end), None) if start <= end => {
            let mut draw = BigInt::from(0);
            let count: BigInt = end - start + 1;
            // Enough 32-bit pieces that the remainder is even to one part in 2^64.
            for _ in 0..count.bits() / 32 + 3 {
                draw = (draw << 32) + (call.random() * f64::from(u32::MAX)) as u64;
            }
            Ok(Expr::integer(start + draw % count))
        }
        _ => {
            let message = "`random` needs a range of integers such as 1..6";
            Err(call.error(&codes::E0201_WRONG_TYPE, message))
        }
    }
}
