//! Infinite sums and products that are known: of Riemann, of Mittag-Leffler, of Wallis.

use num_rational::BigRational;
use num_traits::{One, ToPrimitive};
use symplex::prelude::Ex;

use super::convert::Session;
use super::{known, tidy};
use crate::{Expr, Function, Symbol};

/// Products start here at most.
const START_LIMIT: i64 = 1000;

/// Whether no integer lies between two numbers from a lower to an upper bound. Closed forms with symbols in their bounds
/// are continued to such ranges, `n(n+1)/2` at n = −2, but between numbers nothing is added up.
pub(super) fn is_empty(lower: &Expr, upper: &Expr) -> bool {
    let minus = Expr::negative_infinity();
    let value =
        |bound: &Expr| super::compile::constant_value(bound).filter(|v| v.1 == 0.0);
    match (lower.as_number(), upper.as_number()) {
        (Some(lower), Some(upper)) => lower > upper,
        _ if *upper == minus && *lower != minus || *lower == Expr::infinity() => {
            *lower != *upper && (value(lower).is_some() || value(upper).is_some())
        }
        _ => match (value(lower), value(upper)) {
            (Some((lower, _)), Some((upper, _))) => lower > upper,
            _ => false,
        },
    }
}

/// c/k^s from 1 on, for s > 1, and c/(k² + b) from 0, 1 or −∞ on, for b > 0.
pub(super) fn sum(
    session: &Session,
    term: &Expr,
    variable: &Symbol,
    lower: &Expr,
    upper: &Expr,
) -> Option<Expr> {
    if *upper != Expr::infinity() {
        return None;
    }
    let k = session.symbol(variable).ok()?;
    let body = session.value(term).ok()?.eval();
    let power = (-(&k * &body.diff(&k) / &body)).eval().simplify();
    if !power.contains(&k) {
        let power = session.export(&power).ok()?;
        let size = session.export(&body.subs(&k, &session.context.int(1)).eval()).ok()?;
        let converges = known::is_positive(session, &(&power - 1));
        return (converges && lower.is_one())
            .then(|| size * Expr::call(Function::Zeta, vec![power]));
    }
    let inverse = (session.context.int(1) / &body).eval().expand();
    let leading = (inverse.diff(&k).diff(&k) / session.context.int(2)).eval().simplify();
    let rest = inverse.subs(&k, &session.context.int(0)).eval();
    let rebuilt = &leading * &k * &k + &rest;
    if leading.contains(&k) || (rebuilt - inverse).expand().eval().is_zero() != Some(true)
    {
        return None;
    }
    let square = session.export(&(&rest / &leading).eval().simplify()).ok()?;
    if !known::is_positive(session, &square) {
        return None;
    }
    let a = tidy::positive_root(session, &square)?;
    let angle = Expr::pi() * &a;
    let coth = Expr::call(Function::Cosh, vec![angle.clone()])
        / Expr::call(Function::Sinh, vec![angle.clone()]);
    let whole = angle * coth;
    let numerator = if lower.is_zero() {
        (whole + 1) / 2
    } else if lower.is_one() {
        (whole - 1) / 2
    } else if *lower == Expr::negative_infinity() {
        whole
    } else {
        return None;
    };
    let leading = session.export(&leading).ok()?;
    Some(numerator / (square * leading))
}

/// Products of rational functions with rational zeros and poles, by the gamma function, and of 1 + b/k².
pub(super) fn product(
    session: &Session,
    factor: &Expr,
    variable: &Symbol,
    lower: &Expr,
    upper: &Expr,
) -> Option<Expr> {
    let start = lower.as_integer()?.to_i64().filter(|start| start.abs() < START_LIMIT)?;
    if *upper != Expr::infinity() {
        return None;
    }
    let k = session.symbol(variable).ok()?;
    let body = session.value(factor).ok()?.eval();
    rational_product(session, &body, &k, start)
        .or_else(|| sine_product(session, &body, &k, start))
}

/// ∏ (k − r)…/(k − s)… = Γ(start − s)…/Γ(start − r)…
fn rational_product(session: &Session, body: &Ex, k: &Ex, start: i64) -> Option<Expr> {
    let (top, bottom) = body.together().as_numer_denom();
    let (zeros, first) = roots(session, &top, k)?;
    let (poles, second) = roots(session, &bottom, k)?;
    let total = |roots: &[BigRational]| roots.iter().sum::<BigRational>();
    if zeros.len() != poles.len() || total(&zeros) != total(&poles) || first != second {
        return None;
    }
    let start = BigRational::from_integer(start.into());
    let whole = |root: &BigRational| root.is_integer() && *root >= start;
    if zeros.iter().chain(&poles).any(whole) {
        return None;
    }
    let gamma = |root: &BigRational| {
        Expr::call(Function::Gamma, vec![Expr::rational(&start - root)])
    };
    let value = Expr::mul(poles.iter().map(gamma)) / Expr::mul(zeros.iter().map(gamma));
    session.export(&session.value(&value).ok()?.eval().simplify()).ok()
}

/// The roots of a polynomial, with repetitions, when all are rational, and its leading coefficient.
fn roots(session: &Session, body: &Ex, k: &Ex) -> Option<(Vec<BigRational>, Expr)> {
    let expanded = body.expand().eval();
    if !expanded.is_polynomial(k) {
        return None;
    }
    let mut found = Vec::new();
    let mut slope = expanded.clone();
    let mut degree = 0usize;
    while slope.contains(k) && degree < 12 {
        slope = slope.diff(k).expand().eval();
        degree += 1;
    }
    if degree == 0 {
        return Some((found, session.export(&slope).ok()?));
    }
    for root in expanded.solve(k).ok()? {
        let root = session.export(&root.eval()).ok()?;
        let number = root.as_number()?.clone();
        let place = session.value(&root).ok()?;
        let mut here = expanded.clone();
        if found.contains(&number) {
            continue;
        }
        while here.subs(k, &place).expand().eval().is_zero() == Some(true)
            && found.len() < degree
        {
            found.push(number.clone());
            here = here.diff(k).expand().eval();
        }
    }
    (found.len() == degree).then_some(())?;
    // The last derivative is the leading coefficient times the factorial of the degree.
    let factorial: BigRational = (1..=degree)
        .fold(BigRational::one(), |product, index| {
            product * BigRational::from_integer(index.into())
        });
    Some((found, session.export(&slope).ok()? / Expr::rational(factorial)))
}

/// ∏ (1 + b/k²) from 1 on: sin(π z)/(π z) with z² = −b.
fn sine_product(session: &Session, body: &Ex, k: &Ex, start: i64) -> Option<Expr> {
    if start != 1 {
        return None;
    }
    let b = ((body - &session.context.int(1)) * k * k).expand().eval().simplify();
    if b.contains(k) || b.is_zero() == Some(true) {
        return None;
    }
    let b = session.export(&b).ok()?;
    let (function, square) = if b.has_leading_minus() {
        (Function::Sin, b.negate())
    } else {
        (Function::Sinh, b)
    };
    let angle = Expr::pi() * tidy::positive_root(session, &square)?;
    let angle = session.export(&session.value(&angle).ok()?.eval()).ok()?;
    Some(Expr::call(function, vec![angle.clone()]) / angle)
}
