//! Numbers: decimals, integers, complex numbers.

use holor_algebra::{BigInt, BigRational, Expr, Function, Node, Relation};
use holor_macros::builtin;

use super::geometry::components::nested;
use super::sides::map_value;
use crate::evaluate::{Call, as_holor};
use crate::{Builtin, Result, Value};

/// The built-ins of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&DECIMALS, &MOD, &ROUND, &IS_PRIME, &NEXT_PRIME, &PRIME_FACTORS, &DIVISORS];

/// Decimal numbers to so many significant digits.
///
/// Of a tensor, the components as nested lists. Symbols stay; integer exponents stay exact. Unevaluated integrals, sums and limits are evaluated numerically.
///
/// ```holor
/// N(pi, 30)                  # => 3.14159265358979323846264338328
/// N(1/3)                     # => 0.3333333333333333
/// N(sqrt(2) x, 5)            # => 1.4142*x
/// M = chart(x, y); N(dx/3 + dy)   # => [0.3333333333333333, 1.0]
/// ```
#[builtin(name = "N", topic = "numbers", latex = none, since = "0.1", see("nsolve", "nintegrate"))]
fn decimals(
    call: &Call<'_>,
    /// What to evaluate.
    value: Value,
    /// How many significant digits.
    #[default(16)]
    digits: u32,
) -> Result<Value> {
    let engine = call.engine();
    let mut numeric = |item: &Expr| Ok(engine.numeric(item, digits)?);
    match as_holor(&value) {
        Some(tensor) => nested(&tensor.holor, &mut numeric),
        None => map_value(&value, &mut numeric),
    }
}

/// The remainder of a division, with the sign of the divisor.
///
/// ```holor
/// mod(7, 3)                  # => 1
/// mod(-1, 3)                 # => 2
/// ```
#[builtin(
    topic = "numbers",
    latex = r"{0} \bmod {1}",
    since = "0.1",
    see("remainder", "gcd"),
    elementwise
)]
fn r#mod(
    call: &Call<'_>,
    /// The number divided.
    dividend: Expr,
    /// The number it is divided by.
    divisor: Expr,
) -> Result<Expr> {
    if divisor.is_zero() {
        return crate::Diagnostic::error(
            &crate::codes::E0301_UNDEFINED,
            "the remainder of a division by 0 is undefined",
        )
        .at(call.span())
        .into();
    }
    if let (Some(dividend), Some(divisor)) = (dividend.as_number(), divisor.as_number()) {
        let quotient = (dividend / divisor).floor();
        return Ok(Expr::rational(dividend - quotient * divisor));
    }
    let quotient = Expr::call(Function::Floor, vec![&dividend / &divisor]);
    let quotient = call.engine().evaluate(&quotient)?;
    if let Node::Call(Function::Floor, _) = quotient.node()
        && !call.has_open_choices()
    {
        let message =
            format!("how often `{divisor}` goes into `{dividend}` is not known");
        let error = call.error(&crate::codes::E0305_UNDECIDED, message);
        let (over, under) = (as_factor(&dividend), as_factor(&divisor));
        let hint = format!("{dividend} - {under} floor({over}/{under})");
        return Err(Box::new(error.hint(hint)));
    }
    Ok(call
        .engine()
        .evaluate(&Expr::add([dividend, Expr::mul([quotient, divisor]).negate()]))?)
}

/// A formula as a factor.
fn as_factor(formula: &Expr) -> String {
    match formula.node() {
        Node::Symbol(_) | Node::Number(_) | Node::Decimal(_) | Node::Call(..) => {
            formula.to_string()
        }
        _ => format!("({formula})"),
    }
}

/// The nearest integer as a formula: ⌊x + 1/2⌋, less 1 where that is x + 1/2 itself and odd.
fn nearest_even(number: &Expr) -> Expr {
    let floor = |of: Expr| Expr::call(Function::Floor, vec![of]);
    let more = Expr::add([number.clone(), Expr::fraction(1, 2)]);
    let above = floor(more.clone());
    let half = floor(Expr::mul([Expr::fraction(1, 2), above.clone()]));
    let odd = Expr::relation(
        Relation::NotEqual,
        above.clone(),
        Expr::mul([Expr::integer(2), half]),
    );
    let tie = Expr::and([Expr::relation(Relation::Equal, above.clone(), more), odd]);
    let less = Expr::add([above.clone(), Expr::integer(-1)]);
    Expr::piecewise([(less, tie), (above, Expr::truth(true))])
}

/// The nearest integer; halves go to the even neighbour.
///
/// ```holor
/// round(pi)                  # => 3
/// round(5/2)                 # => 2
/// round(-7/2)                # => -4
/// ```
#[builtin(topic = "numbers", latex = none, since = "0.1", see("floor", "ceil", "N"), elementwise)]
fn round(
    call: &Call<'_>,
    /// A real number.
    number: Expr,
) -> Result<Expr> {
    let half = Expr::fraction(1, 2);
    let nearest = Expr::call(Function::Floor, vec![Expr::add([number.clone(), half])]);
    let nearest = call.engine().evaluate(&nearest)?;
    let nearest = match nearest.node() {
        Node::Decimal(value) => Expr::rational(value.to_rational()),
        _ => nearest,
    };
    let Some(above) = nearest.as_integer() else {
        if call.has_open_choices() {
            return Ok(nearest_even(&number));
        }
        let message = format!("the integer next to `{number}` is not known");
        let error = call.error(&crate::codes::E0305_UNDECIDED, message);
        return Err(Box::new(error.hint(format!("floor({number} + 1/2)"))));
    };
    let exact = match number.node() {
        Node::Decimal(value) => Some(value.to_rational()),
        _ => number.as_number().cloned(),
    };
    let two = BigInt::from(2);
    let tie = exact.is_some_and(|exact| {
        BigRational::from_integer(above.clone()) - exact
            == BigRational::new(1.into(), two.clone())
    });
    let odd = above % &two != BigInt::from(0);
    Ok(Expr::integer(if tie && odd { above - 1 } else { above.clone() }))
}

/// Whether an integer is a prime number.
///
/// ```holor
/// is_prime(2^61 - 1)         # => true
/// ```
#[builtin(topic = "numbers", latex = none, since = "0.1", see("prime_factors", "next_prime"), elementwise)]
fn is_prime(
    call: &Call<'_>,
    /// An integer.
    number: BigInt,
) -> Result<bool> {
    Ok(call.engine().is_prime(&number)?)
}

/// The smallest prime number above an integer.
///
/// ```holor
/// next_prime(100)            # => 101
/// ```
#[builtin(topic = "numbers", latex = none, since = "0.1", see("is_prime"), elementwise)]
fn next_prime(
    call: &Call<'_>,
    /// An integer.
    number: BigInt,
) -> Result<BigInt> {
    Ok(call.engine().next_prime(&number)?)
}

/// The prime factors of a positive integer, each with its exponent.
///
/// ```holor
/// prime_factors(360)         # => [[2, 3], [3, 2], [5, 1]]
/// ```
#[builtin(topic = "numbers", latex = none, since = "0.1", see("factor", "divisors", "is_prime"))]
fn prime_factors(
    call: &Call<'_>,
    /// A positive integer.
    number: BigInt,
) -> Result<Vec<Vec<BigInt>>> {
    let factors = call.engine().prime_factors(&number)?;
    Ok(factors
        .into_iter()
        .map(|(prime, exponent)| vec![prime, BigInt::from(exponent)])
        .collect())
}

/// The positive divisors of an integer, in ascending order.
///
/// ```holor
/// divisors(12)               # => [1, 2, 3, 4, 6, 12]
/// ```
#[builtin(topic = "numbers", latex = none, since = "0.1", see("prime_factors", "gcd"))]
fn divisors(
    call: &Call<'_>,
    /// An integer other than 0.
    number: BigInt,
) -> Result<Vec<BigInt>> {
    Ok(call.engine().divisors(&number)?)
}
