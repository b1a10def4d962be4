//! Antiderivatives are differentiated and definite integrals are measured, both numerically.

use symplex::num_complex::Complex64;

use super::points::{Points, distance};
use crate::engine::contains_call;
use crate::engine::convert::Session;
use crate::engine::failure::contradicted;
use crate::engine::tape::Tape;
use crate::{AlgebraResult, Expr, Function, Symbol};

/// Step of the numeric derivative.
const STEP: f64 = 1e-3;

/// Refuses an antiderivative whose slope is not the integrand.
pub(in crate::engine) fn antiderivative(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    result: &Expr,
) -> AlgebraResult<()> {
    match slopes(session, integrand, variable, result) {
        // One difference can be a branch cut between the points of the numeric derivative.
        Some((agreed, Some(place), differing)) if differing > 1 && differing > agreed => {
            Err(contradicted(
                "integrate",
                format!("its derivative is not the integrand at {place}"),
            ))
        }
        _ => Ok(()),
    }
}

/// Whether the slope is the integrand wherever it was looked at, complex points included.
pub(in crate::engine) fn antiderivative_holds(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    result: &Expr,
) -> bool {
    matches!(slopes(session, integrand, variable, result), Some((agreed, None, 0)) if agreed > 3)
}

/// At how many points the slope is the integrand, one where it is not, and how many such there are.
fn slopes(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    result: &Expr,
) -> Option<(usize, Option<String>, usize)> {
    let mut symbols = integrand.free_symbols();
    symbols.extend(result.free_symbols());
    symbols.remove(variable);
    let mut symbols: Vec<Symbol> = symbols.into_iter().collect();
    symbols.push(variable.clone());
    let integrand = Tape::compile(integrand, &symbols).ok()?;
    let result = Tape::compile(result, &symbols).ok()?;
    let mut points = Points::new(session.assumptions(), &symbols);
    let tries = if result.is_slow() { 5 } else { 16 };
    let mut registers = Vec::new();
    let (mut agreed, mut place, mut differing) = (0, None, 0);
    for index in 0..tries {
        let point = points.next(index);
        let slope = slope(&result, &point, &mut registers);
        let expected = integrand.run_complex(&point, &mut registers);
        match distance(slope, expected) {
            Some(distance) if distance < 1e-6 => agreed += 1,
            Some(distance) if distance > 1e-3 => {
                differing += 1;
                place.get_or_insert_with(|| points.show(&point));
            }
            _ => {}
        }
    }
    Some((agreed, place, differing))
}

/// The infinity that a divergent integral tends to, where the integrand has one sign on the whole range.
pub(in crate::engine) fn divergence(
    integrand: &Expr,
    variable: &Symbol,
    lower: &Expr,
    upper: &Expr,
) -> Option<Expr> {
    let body = Tape::compile(integrand, std::slice::from_ref(variable)).ok()?;
    let bound = |expr: &Expr| {
        let value = Tape::compile(expr, &[]).ok()?.run_real(&[], &mut Vec::new());
        (!value.is_nan()).then_some(value)
    };
    let (from, to) = (bound(lower)?, bound(upper)?);
    let turned = from > to;
    let (low, high) = if turned { (to, from) } else { (from, to) };
    let mut registers = Vec::new();
    let (mut positive, mut negative) = (0, 0);
    for index in -300..=300 {
        let (x, weight) = node(low, high, f64::from(index) * 0.0123);
        if !(x.is_finite() && weight > 0.0 && x > low && x < high) {
            continue;
        }
        match body.run_real(&[x], &mut registers) {
            value if value > 0.0 => positive += 1,
            value if value < 0.0 => negative += 1,
            value if value.is_nan() => return None,
            _ => {}
        }
    }
    match (positive, negative, turned) {
        (100.., 0, false) | (0, 100.., true) => Some(Expr::infinity()),
        (0, 100.., false) | (100.., 0, true) => Some(Expr::negative_infinity()),
        _ => None,
    }
}

/// The derivative by the last variable, from four neighbouring values.
fn slope(tape: &Tape, point: &[Complex64], registers: &mut Vec<Complex64>) -> Complex64 {
    let mut moved = point.to_vec();
    let mut at = |offset: f64| {
        if let (Some(last), Some(origin)) = (moved.last_mut(), point.last()) {
            *last = origin + offset * STEP;
        }
        tape.run_complex(&moved, registers)
    };
    let near = at(1.0) - at(-1.0);
    let far = at(2.0) - at(-2.0);
    (near * 8.0 - far) / (12.0 * STEP)
}

/// Refuses a definite integral that quadrature contradicts.
pub(in crate::engine) fn definite_integral(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    lower: &Expr,
    upper: &Expr,
    result: &Expr,
) -> AlgebraResult<()> {
    let bounds = (lower, upper);
    match measured(session, integrand, variable, bounds, result, false) {
        // A closed form may hold for some values of a parameter only.
        Some(Measured { agreed: 0, differing: Some(place) }) => {
            Err(contradicted("integrate", place))
        }
        _ => Ok(()),
    }
}

/// Whether quadrature confirms a definite integral, and that it converges absolutely.
pub(in crate::engine) fn definite_integral_holds(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    lower: &Expr,
    upper: &Expr,
    result: &Expr,
) -> bool {
    let bounds = (lower, upper);
    matches!(
        measured(session, integrand, variable, bounds, result, true),
        Some(Measured { agreed: 1.., differing: None })
    )
}

/// At how many points quadrature agreed, and where it did not.
struct Measured {
    agreed: usize,
    differing: Option<String>,
}

fn measured(
    session: &Session,
    integrand: &Expr,
    variable: &Symbol,
    (lower, upper): (&Expr, &Expr),
    result: &Expr,
    absolutely: bool,
) -> Option<Measured> {
    // No quadrature sees a delta.
    if contains_call(integrand, Function::DiracDelta) {
        return None;
    }
    let mut symbols = integrand.free_symbols();
    symbols.remove(variable);
    for expr in [lower, upper, result] {
        symbols.extend(expr.free_symbols());
    }
    let parameters: Vec<Symbol> = symbols.into_iter().collect();
    let mut all = parameters.clone();
    all.push(variable.clone());
    let (Ok(body), Ok(from), Ok(to), Ok(claimed)) = (
        Tape::compile(integrand, &all),
        Tape::compile(lower, &parameters),
        Tape::compile(upper, &parameters),
        Tape::compile(result, &parameters),
    ) else {
        return None;
    };
    let mut points = Points::new(session.assumptions(), &parameters).on_reals();
    let rounds = if parameters.is_empty() { 1 } else { 3 };
    let (mut agreed, mut differing) = (0, None);
    let mut registers = Vec::new();
    for index in 0..rounds {
        let point = points.next(index);
        let (from, to) = (
            from.run_complex(&point, &mut registers),
            to.run_complex(&point, &mut registers),
        );
        let claimed = claimed.run_complex(&point, &mut registers);
        let mut place = point.clone();
        place.push(Complex64::default());
        let mut function = |x: f64| {
            if let Some(last) = place.last_mut() {
                *last = x.into();
            }
            body.run_complex(&place, &mut registers)
        };
        let Some((value, error)) = quadrature(&mut function, from, to, body.is_slow())
        else {
            continue;
        };
        if absolutely && !converges_absolutely(&mut function, from, to) {
            continue;
        }
        let scale = value.norm().max(claimed.norm()).max(1e-6);
        let difference = (value - claimed).norm();
        if difference < 1e-5 * scale || difference <= error {
            agreed += 1;
        } else if difference > 1e-3 * scale && difference > 100.0 * error {
            let place = points.show(&point);
            let (re, im) = (value.re, value.im);
            differing = Some(format!("quadrature gives {re:.6} {im:+.6}i at {place}"));
        }
    }
    Some(Measured { agreed, differing })
}

/// The integral by the double-exponential rule, with an estimate of its error; nothing when it does not
/// settle.
fn quadrature(
    function: &mut dyn FnMut(f64) -> Complex64,
    from: Complex64,
    to: Complex64,
    slow: bool,
) -> Option<(Complex64, f64)> {
    if from.im.abs() > 0.0 || to.im.abs() > 0.0 || from.re.is_nan() || to.re.is_nan() {
        return None;
    }
    let (from, to) = (from.re, to.re);
    if from > to {
        return quadrature(function, to.into(), from.into(), slow)
            .map(|(value, error)| (-value, error));
    }
    let levels = if slow { 3 } else { 7 };
    let mut previous: Option<Complex64> = None;
    let mut before = f64::INFINITY;
    for level in 2..=levels {
        let (total, size) = approximation(function, from, to, level);
        if let Some(known) = previous {
            let change = (total - known).norm();
            if change <= 1e-8 * size.max(1e-12) {
                return Some((total, change.max(1e-8 * size)));
            }
            if level == levels && change < before * 0.1 && change < 1e-6 * size {
                return Some((total, change));
            }
            before = change;
        }
        previous = Some(total);
    }
    None
}

/// The double-exponential rule with steps of 2^-level, and the same for the absolute value.
fn approximation(
    function: &mut dyn FnMut(f64) -> Complex64,
    from: f64,
    to: f64,
    level: u32,
) -> (Complex64, f64) {
    let step = 1.0 / f64::from(1u32 << level);
    let count = (4.5 / step) as i32;
    let mut sum = Complex64::default();
    let mut size = 0.0f64;
    for index in -count..=count {
        let (x, weight) = node(from, to, f64::from(index) * step);
        if !x.is_finite() || weight < 1e-300 || x <= from || x >= to {
            continue;
        }
        let value = function(x) * weight;
        if value.re.is_finite() && value.im.is_finite() {
            sum += value;
            size += value.norm();
        }
    }
    (sum * step, size * step)
}

/// The exponent k, a half integer, for which the expression is this symbol to the k times one without it,
/// as far as numbers tell.
pub(in crate::engine) fn homogeneity(
    session: &Session,
    expr: &Expr,
    unit: &Symbol,
) -> Option<Expr> {
    let symbols: Vec<Symbol> = expr.free_symbols().into_iter().collect();
    let slot = symbols.iter().position(|symbol| symbol == unit)?;
    let body = Tape::compile(expr, &symbols).ok()?;
    let mut points = Points::new(session.assumptions(), &symbols).on_reals();
    let mut registers = Vec::new();
    let mut power: Option<f64> = None;
    let mut seen = 0;
    for index in 0..12 {
        let mut point = points.next(index);
        let mut at = |value: f64| {
            if let Some(slot) = point.get_mut(slot) {
                *slot = value.into();
            }
            body.run_complex(&point, &mut registers)
        };
        let (one, two, three) = (at(1.0), at(2.0), at(3.0));
        let (double, triple) = (two / one, three / one);
        if !(double.re.is_finite() && triple.re.is_finite()) || double.re <= 0.0 {
            continue;
        }
        let here = (double.re.log2() * 2.0).round() / 2.0;
        let fits = |ratio: Complex64, base: f64| {
            (ratio - base.powf(here)).norm() < 1e-9 * base.powf(here)
        };
        if !fits(double, 2.0) || !fits(triple, 3.0) {
            return None;
        }
        if power.is_some_and(|known| (known - here).abs() > 0.1) {
            return None;
        }
        power = Some(here);
        seen += 1;
    }
    let power = power.filter(|power| seen >= 4 && power.abs() < 100.0)?;
    Some(Expr::fraction((power * 2.0) as i64, 2))
}

/// Whether the integral of the absolute value settles: at a pole it grows with every level.
fn converges_absolutely(
    function: &mut dyn FnMut(f64) -> Complex64,
    from: Complex64,
    to: Complex64,
) -> bool {
    let (from, to) = (from.re.min(to.re), from.re.max(to.re));
    let sizes = [5, 6, 7].map(|level| approximation(function, from, to, level).1);
    let [first, second, third] = sizes;
    third.is_finite()
        && (second - first).abs() < 1e-3 * third
        && (third - second).abs() < 1e-3 * third
}

/// Point and weight of the double-exponential rule for a finite, half-infinite or infinite range.
fn node(from: f64, to: f64, t: f64) -> (f64, f64) {
    let half = std::f64::consts::FRAC_PI_2;
    match (from.is_finite(), to.is_finite()) {
        (true, true) => {
            let u = half * t.sinh();
            // The distance to the nearer end is kept exact, for singular ends.
            let width = to - from;
            let q = (-2.0 * u.abs()).exp();
            let gap = width * q / (1.0 + q);
            let x = if u < 0.0 { from + gap } else { to - gap };
            (x, width * half * t.cosh() * 2.0 * q / ((1.0 + q) * (1.0 + q)))
        }
        (true, false) => {
            let y = (half * t.sinh()).exp();
            (from + y, half * t.cosh() * y)
        }
        (false, true) => {
            let y = (half * t.sinh()).exp();
            (to - y, half * t.cosh() * y)
        }
        (false, false) => {
            let u = half * t.sinh();
            (u.sinh(), half * t.cosh() * u.cosh())
        }
    }
}
