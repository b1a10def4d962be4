//! Sums and products are compared with partial ones, limits and series with values nearby.

use num_rational::BigRational;
use num_traits::ToPrimitive;
use symplex::num_complex::Complex64;
use symplex::prelude::Ex;

use super::points::Points;
use crate::engine::Direction;
use crate::engine::convert::Session;
use crate::engine::cuts::Question;
use crate::engine::failure::contradicted;
use crate::engine::tape::Tape;
use crate::{AlgebraError, AlgebraResult, Expr, Symbol};

/// Most terms that are added up.
const TERMS: i64 = 4000;
/// Limits of larger bodies are not compared with values at places of other symbols.
const LARGE: u64 = 150;
/// So many places are tried.
const PLACES: usize = 4;

/// Refuses a sum that partial sums contradict.
pub(in crate::engine) fn sum(
    session: &Session,
    term: &Expr,
    variable: &Symbol,
    lower: &Expr,
    upper: &Expr,
    result: &Expr,
) -> AlgebraResult<()> {
    let add: fn(Complex64, Complex64) -> Complex64 = |total, term| total + term;
    accumulate(session, "sum", term, variable, (lower, upper), result, (0.0.into(), add))
}

/// Refuses a product that partial products contradict.
pub(in crate::engine) fn product(
    session: &Session,
    term: &Expr,
    variable: &Symbol,
    lower: &Expr,
    upper: &Expr,
    result: &Expr,
) -> AlgebraResult<()> {
    let multiply: fn(Complex64, Complex64) -> Complex64 = |total, term| total * term;
    accumulate(
        session,
        "product",
        term,
        variable,
        (lower, upper),
        result,
        (1.0.into(), multiply),
    )
}

fn accumulate(
    session: &Session,
    operation: &'static str,
    term: &Expr,
    variable: &Symbol,
    (lower, upper): (&Expr, &Expr),
    result: &Expr,
    (empty, combine): (Complex64, fn(Complex64, Complex64) -> Complex64),
) -> AlgebraResult<()> {
    let Some(first) = lower.as_integer().and_then(ToPrimitive::to_i64) else {
        return Ok(());
    };
    let mut symbols = term.free_symbols();
    symbols.remove(variable);
    symbols.extend(upper.free_symbols());
    symbols.extend(result.free_symbols());
    let symbols: Vec<Symbol> = symbols.into_iter().collect();
    let mut all = symbols.clone();
    all.push(variable.clone());
    let infinite = *upper == Expr::infinity();
    let (Ok(term), Ok(last), Ok(claimed)) = (
        Tape::compile(term, &all),
        Tape::compile(upper, &symbols),
        Tape::compile(result, &symbols),
    ) else {
        return Ok(());
    };
    let bound_symbol =
        upper.as_symbol().and_then(|n| symbols.iter().position(|s| s == n));
    let mut points = Points::new(session.assumptions(), &symbols).on_reals();
    let (mut agreed, mut differing) = (0, None);
    let mut registers = Vec::new();
    let rounds = if symbols.is_empty() { 1 } else { 4 };
    for index in 0..rounds {
        let mut point = points.next(index);
        if infinite {
            // Series converge for small parameters, if at all.
            for value in &mut point {
                *value *= 0.15;
            }
        }
        let stop = if infinite {
            first.saturating_add(if term.is_slow() { 60 } else { TERMS })
        } else {
            if let Some(slot) = bound_symbol.and_then(|position| point.get_mut(position))
            {
                *slot =
                    Complex64::new((first + 3 + 2 * i64::from(index as u8)) as f64, 0.0);
            }
            let last = last.run_complex(&point, &mut registers);
            if last.im != 0.0 || last.re.fract() != 0.0 || last.re.abs() > 1e6 {
                continue;
            }
            last.re as i64
        };
        if stop < first || stop - first > TERMS {
            continue;
        }
        let mut place = point.clone();
        place.push(Complex64::default());
        let (mut total, mut size) = (empty, 0.0f64);
        let mut checkpoints = Vec::new();
        for k in first..=stop {
            if let Some(slot) = place.last_mut() {
                *slot = Complex64::new(k as f64, 0.0);
            }
            let value = term.run_complex(&place, &mut registers);
            total = combine(total, value);
            size = size.max(total.norm());
            if infinite && (k - first + 1).count_ones() == 1 {
                checkpoints.push(total);
            }
        }
        let value = claimed.run_complex(&point, &mut registers);
        if !(total.re.is_finite() && total.im.is_finite() && value.re.is_finite()) {
            continue;
        }
        let (estimate, error) = match (infinite, checkpoints.as_slice()) {
            (false, _) => (total, 1e-9 * size),
            (true, [.., a, b, c]) => match extrapolated(*a, *b, *c) {
                Some(known) => known,
                None => continue,
            },
            _ => continue,
        };
        let scale = estimate.norm().max(value.norm()).max(1e-6);
        let difference = (estimate - value).norm();
        if difference < 1e-6 * scale + 2.0 * error {
            agreed += 1;
        } else if difference > 1e-3 * scale && difference > 20.0 * error {
            differing = Some((points.show(&point), estimate));
        }
    }
    match differing {
        Some((place, value)) if agreed == 0 => Err(contradicted(
            operation,
            format!("adding up gives about {:.6} {:+.6}i at {place}", value.re, value.im),
        )),
        _ => Ok(()),
    }
}

/// The limit of partial sums at doubling lengths, by Aitken's process, with its error; nothing when they
/// do not settle.
fn extrapolated(a: Complex64, b: Complex64, c: Complex64) -> Option<(Complex64, f64)> {
    let (first, second) = (b - a, c - b);
    if second.norm() <= 1e-13 * c.norm() {
        return Some((c, 1e-12 * c.norm()));
    }
    let ratio = second.norm() / first.norm();
    if ratio.is_nan() || ratio >= 0.8 {
        return None;
    }
    let limit = c + second * second / (first - second);
    Some((limit, (limit - c).norm() * 0.2))
}

/// Refuses a limit that certified values nearby contradict, at values of the other symbols that the assumptions allow.
pub(in crate::engine) fn limit(
    session: &Session,
    question: &Question<'_>,
    direction: Direction,
    result: &Expr,
) -> AlgebraResult<()> {
    let Question { body, variable, point } = *question;
    let mut symbols = body.free_symbols();
    symbols.extend(point.free_symbols());
    symbols.extend(result.free_symbols());
    symbols.remove(variable);
    let symbols: Vec<Symbol> = symbols.into_iter().collect();
    if symbols.is_empty() {
        let wrong = nearby(session, question, direction, result, &|value| value.clone());
        return wrong.map_or(Ok(()), |value| Err(withheld(value, result, "")));
    }
    if body.count_nodes() > LARGE {
        return Ok(());
    }
    let places = symbols
        .iter()
        .map(|symbol| session.symbol(symbol))
        .collect::<AlgebraResult<Vec<Ex>>>()?;
    let mut points = Points::new(session.assumptions(), &symbols).on_reals();
    let mut differing = Vec::new();
    for index in 0..PLACES {
        let point = points.next(index);
        if !points.is_allowed(&point) {
            continue;
        }
        let numbers: Option<Vec<Ex>> = point
            .iter()
            .map(|value| BigRational::from_float(value.re))
            .map(|value| value.map(|value| session.context.from_ratio(value)))
            .collect();
        let Some(numbers) = numbers else { continue };
        let put = |value: &Ex| {
            places
                .iter()
                .zip(&numbers)
                .fold(value.clone(), |value, (symbol, number)| value.subs(symbol, number))
        };
        if let Some(value) = nearby(session, question, direction, result, &put) {
            differing.push((value, format!(" at {}", points.show(&point))));
        }
    }
    // One place alone may be an exception, such as a value of a parameter for which the body is another one.
    match differing.as_slice() {
        [(value, place), _, ..] => Err(withheld(*value, result, place)),
        _ => Ok(()),
    }
}

fn withheld(value: Complex64, result: &Expr, place: &str) -> AlgebraError {
    contradicted(
        "limit",
        format!(
            "values nearby are about {:.6} {:+.6}i{place}, not {result}",
            value.re, value.im
        ),
    )
}

/// A settled value near the point that is far from the claimed limit, with numbers put for the other symbols.
fn nearby(
    session: &Session,
    question: &Question<'_>,
    direction: Direction,
    result: &Expr,
    put: &dyn Fn(&Ex) -> Ex,
) -> Option<Complex64> {
    let Question { body, variable, point } = *question;
    let x = session.symbol(variable).ok()?;
    let expr = put(&session.value(body).ok()?);
    let context = &session.context;
    let at = put(&session.value(point).ok()?);
    let infinite_point = if *point == Expr::infinity() {
        Some(1)
    } else if *point == Expr::negative_infinity() {
        Some(-1)
    } else {
        None
    };
    let sides: &[i64] = match (infinite_point, direction) {
        (Some(_), _) | (None, Direction::Right) => &[1],
        (None, Direction::Left) => &[-1],
        (None, Direction::Both) => &[1, -1],
    };
    let claimed = put(&session.value(result).ok()?).eval_complex64().ok();
    let infinite =
        claimed.is_none() && (result.free_symbols().is_empty() || result.has_infinity());
    for side in sides {
        let value_at = |exponent: u32| -> Option<Complex64> {
            let place: Ex = match infinite_point {
                Some(sign) => context.int(sign * 10i64.pow(exponent / 2)),
                None => &at + &context.rational(*side, 10i64.pow(exponent)),
            };
            expr.subs(&x, &place).eval_complex64().ok()
        };
        let (Some(near), Some(nearer)) = (value_at(6), value_at(10)) else { continue };
        let scale = nearer.norm().max(1.0);
        let settled = (near - nearer).norm() < 1e-5 * scale;
        let wrong = match claimed {
            Some(claimed) => settled && (nearer - claimed).norm() > 1e-2 * scale,
            None => infinite && settled && nearer.norm() < 100.0,
        };
        if wrong {
            return Some(nearer);
        }
    }
    None
}

/// Refuses a series whose distance from the function does not shrink as its order says.
pub(in crate::engine) fn series(
    session: &Session,
    body: &Expr,
    variable: &Symbol,
    point: &Expr,
    order: u32,
    terms: &Expr,
) -> AlgebraResult<()> {
    let finite_point = point.as_number().is_some();
    if body.free_symbols().len() > 1 || !finite_point || order > 12 {
        return Ok(());
    }
    let x = session.symbol(variable)?;
    let rest = session.value(body)? - session.value(terms)?;
    let at = session.value(point)?;
    let value_at = |denominator: i64| {
        let place = &at + &session.context.rational(1, denominator);
        rest.subs(&x, &place).eval_complex64().ok().map(|value| value.norm())
    };
    let (Some(far), Some(near)) = (value_at(10_000), value_at(100_000)) else {
        return Ok(());
    };
    // A remainder of this order shrinks by 10^order; the slack covers logarithms and half orders.
    let slack = 0.7;
    if far > 0.0 && near / far > 10f64.powf(slack - f64::from(order)) {
        return Err(contradicted(
            "series",
            "it does not approach the function as its order says",
        ));
    }
    Ok(())
}
