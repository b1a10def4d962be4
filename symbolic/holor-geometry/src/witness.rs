//! Points that show a value to be other than 0, and whether a holor vanishes: proven, refuted or not decided.

use std::collections::BTreeSet;

use holor_algebra::exact::Element;
use holor_algebra::{
    AlgebraError, Assumptions, Engine, Expr, Function, Node, Property, Symbol,
};

use crate::{Chart, GeometryError, GeometryResult, Holor};

/// A point and the value there.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// Values of coordinates and parameters that satisfy the assumptions.
    pub point: Vec<(Symbol, Expr)>,
    /// The value there, a decimal that is certainly not 0.
    pub value: Expr,
}

/// Whether a holor is 0.
#[derive(Clone, Debug, PartialEq)]
pub enum Vanishing {
    /// Every component is 0: proven.
    Proven,
    /// A component is not 0: proven, or shown at a point.
    Refuted,
    /// Nothing is known about how these parts of the components are related, and no point showed them to be other than 0.
    Undecided(Vec<Expr>),
}

/// Decides whether a holor is 0.
///
/// A component in which only kernels occur whose relations are all known is decided by its normal form. Others, and
/// those with absolute values, must differ from 0 at a point to count as other than 0.
///
/// # Errors
/// An interrupt.
pub fn vanishing(holor: &Holor, engine: &Engine) -> GeometryResult<Vanishing> {
    let chart = holor.chart();
    let mut about: Vec<Expr> = Vec::new();
    for (_, value) in holor.components() {
        let parts = doubtful(chart, value);
        if parts.is_empty() {
            return Ok(Vanishing::Refuted);
        }
        if find_witness(chart, &chart.field().write(value), engine)?.is_some() {
            return Ok(Vanishing::Refuted);
        }
        about.extend(
            parts.into_iter().filter(|part| !about.contains(part)).collect::<Vec<_>>(),
        );
    }
    Ok(if about.is_empty() { Vanishing::Proven } else { Vanishing::Undecided(about) })
}

/// The parts of a value that keep its normal form from deciding: opaque kernels and absolute values.
fn doubtful(chart: &Chart, value: &Element) -> Vec<Expr> {
    let mut parts = chart.field().opaque_kernels(value);
    chart.field().write_plainly(value).any(&mut |part| {
        if matches!(part.node(), Node::Call(Function::Abs | Function::Sign, _))
            && !parts.contains(part)
        {
            parts.push(part.clone());
        }
        false
    });
    parts
}

/// How many points are tried.
const TRIES: u64 = 200;
/// Digits of the first and of the second evaluation.
const DIGITS: (u32, u32) = (20, 40);

/// A point allowed by the assumptions where the value is not 0: evaluated twice, with different precision.
pub(crate) fn find_witness(
    chart: &Chart,
    value: &Expr,
    engine: &Engine,
) -> GeometryResult<Option<Witness>> {
    let assumptions = chart.field().assumptions();
    let mut symbols: BTreeSet<Symbol> = value.free_symbols();
    for condition in assumptions.conditions() {
        symbols.extend(condition.free_symbols());
    }
    let mut state = 1;
    for _ in 0..TRIES {
        if engine.interrupt().is_raised() {
            return Err(GeometryError::Algebra(AlgebraError::Interrupted));
        }
        let point: Vec<(Symbol, Expr)> = symbols
            .iter()
            .map(|symbol| (symbol.clone(), sample(assumptions, symbol, &mut state)))
            .collect();
        let put = |expr: &Expr| {
            let rules: Vec<(Expr, Expr)> = point
                .iter()
                .map(|(symbol, value)| {
                    (Expr::from_node(Node::Symbol(symbol.clone())), value.clone())
                })
                .collect();
            expr.substitute(&rules)
        };
        let allowed = assumptions
            .conditions()
            .iter()
            .all(|condition| engine.decide(&put(condition)) == Some(true));
        if !allowed {
            continue;
        }
        let at_point = put(value);
        let (Ok(rough), Ok(fine)) =
            (engine.numeric(&at_point, DIGITS.0), engine.numeric(&at_point, DIGITS.1))
        else {
            continue;
        };
        if agree_and_differ_from_zero(&rough, &fine) {
            return Ok(Some(Witness { point, value: rough }));
        }
    }
    Ok(None)
}

/// Whether two decimals agree to within 10⁻¹⁰ of their size, which is not tiny.
fn agree_and_differ_from_zero(rough: &Expr, fine: &Expr) -> bool {
    let number = |expr: &Expr| match expr.node() {
        Node::Decimal(decimal) => Some(decimal.to_rational()),
        Node::Number(number) => Some(number.clone()),
        _ => None,
    };
    let (Some(rough), Some(fine)) = (number(rough), number(fine)) else { return false };
    let absolute = |value: holor_algebra::BigRational| {
        if value < holor_algebra::BigRational::from_integer(0.into()) {
            -value
        } else {
            value
        }
    };
    let small = holor_algebra::BigRational::new(1.into(), 10_000_000_000u64.into());
    let size = absolute(fine.clone());
    size > small && absolute(rough - fine) < size * small
}

/// A small number that a symbol may be, of either sign where nothing is said.
fn sample(assumptions: &Assumptions, symbol: &Symbol, state: &mut u64) -> Expr {
    // A linear congruential generator (Knuth, MMIX): the same points every time.
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    let whole = i64::try_from((*state >> 33) % 9).unwrap_or(1);
    let part = i64::try_from((*state >> 40) % 7).unwrap_or(1) + 1;
    let properties = assumptions.implied(symbol);
    let has = |property| properties.contains(&property);
    let value = if has(Property::Integer) {
        Expr::integer(whole + 1)
    } else {
        Expr::fraction(whole * 8 + part, 16)
    };
    let signed = has(Property::Positive) || has(Property::NonNegative);
    let either = !signed && *state >> 62 & 1 == 1;
    if either || has(Property::Negative) || has(Property::NonPositive) {
        value.negate()
    } else {
        value
    }
}
