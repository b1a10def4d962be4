//! Signs and roots of pivots, with as few new roots in the field as possible.
//!
//! The odd factors of a value are its square class. Roots are taken in the order of the size of their classes, each after
//! those before it are divided out: of Σ, Σ/Δ and Σ·Δ·E only √Σ, √Δ and √E are new.

use std::collections::BTreeSet;

use holor_algebra::exact::{Element, Field};
use holor_algebra::{BigInt, BigRational, Constant, Expr, Function, Node};

use crate::GeometryResult;
use crate::reality::RealSigns;

/// A class of which the root is known.
struct Known {
    class: BTreeSet<Expr>,
    /// The product of the class.
    radicand: Element,
    root: Element,
}

/// The roots of positive values, of either sign, each with its place.
pub(super) fn roots_of(
    real: &RealSigns,
    values: Vec<(usize, Element)>,
) -> GeometryResult<Vec<(usize, Element)>> {
    let field = real.field();
    let mut sorted: Vec<_> = values
        .into_iter()
        .map(|(place, value)| (odd_factors(&field.write(&value)), place, value))
        .collect();
    sorted.sort_by_key(|(class, place, _)| {
        (class.as_ref().map_or(usize::MAX, BTreeSet::len), *place)
    });
    let mut known: Vec<Known> = Vec::new();
    let mut roots = Vec::new();
    for (class, place, value) in sorted {
        let root = match class {
            Some(class) => root_of_class(real, class, &value, &mut known)?,
            None => None,
        };
        let root = match root {
            Some(root) => root,
            None => real.sqrt(&value)?,
        };
        roots.push((place, root));
    }
    Ok(roots)
}

/// The root of a value by way of its class; nothing where the factors do not tell.
fn root_of_class(
    real: &RealSigns,
    mut class: BTreeSet<Expr>,
    value: &Element,
    known: &mut Vec<Known>,
) -> GeometryResult<Option<Element>> {
    let field = real.field();
    let mut rest = value.clone();
    let mut root = field.one();
    loop {
        let smaller = known.iter().find_map(|other| {
            let joined: BTreeSet<Expr> =
                class.symmetric_difference(&other.class).cloned().collect();
            (joined.len() < class.len()).then_some((joined, other))
        });
        let Some((joined, other)) = smaller else { break };
        rest = field.divide(&rest, &other.radicand)?;
        root = field.multiply(&root, &other.root);
        class = joined;
    }
    let radicand = field.read(&Expr::mul(class.iter().cloned()))?;
    let Some(square) = real_root(field, &field.divide(&rest, &radicand)?) else {
        return Ok(None);
    };
    root = field.multiply(&root, &square);
    if !class.is_empty() {
        let new = real.sqrt(&radicand)?;
        root = field.multiply(&root, &new);
        known.push(Known { class, radicand, root: new });
    }
    Ok((field.multiply(&root, &root) == *value).then_some(root))
}

/// The factors with odd exponents; nothing where another exponent occurs.
fn odd_factors(expr: &Expr) -> Option<BTreeSet<Expr>> {
    let mut class = BTreeSet::new();
    for factor in expr.factors() {
        match factor.node() {
            Node::Number(number) => {
                let mut whole = number.numer() * number.denom();
                if whole < BigInt::from(0) {
                    class.insert(Expr::integer(-1));
                    whole = -whole;
                }
                if whole.sqrt().pow(2) != whole {
                    class.insert(Expr::integer(whole));
                }
            }
            Node::Power(base, _) if *base == Expr::e() => {}
            Node::Power(base, exponent) => {
                let exponent = exponent.as_integer()?;
                if exponent.bit(0) {
                    class.insert(base.clone());
                }
            }
            _ => {
                class.insert(factor.clone());
            }
        }
    }
    Some(class)
}

/// Whether a value is negative, decided by the assumptions or because it or its opposite is a square.
pub(super) fn is_negative(real: &RealSigns, value: &Element) -> Option<bool> {
    let field = real.field();
    if let Some(positive) = real.is_positive(value) {
        return Some(!positive);
    }
    if real_root(field, value).is_some() {
        return Some(false);
    }
    real_root(field, &field.negate(value)).map(|_| true)
}

/// A value without new roots whose square is this one, and which is real where its symbols and unknown functions are.
fn real_root(field: &Field, value: &Element) -> Option<Element> {
    let root = half_power(&field.write(value))?;
    if root.any(&mut |part| !is_real_step(part)) {
        return None;
    }
    let root = field.read(&root).ok()?;
    (field.multiply(&root, &root) == *value).then_some(root)
}

/// A square root read off the factors.
fn half_power(expr: &Expr) -> Option<Expr> {
    match expr.node() {
        Node::Number(number) if *number < BigRational::from_integer(0.into()) => None,
        Node::Number(number) => {
            let (top, bottom) = (number.numer().sqrt(), number.denom().sqrt());
            (&top * &top == *number.numer() && &bottom * &bottom == *number.denom())
                .then(|| Expr::rational(BigRational::new(top, bottom)))
        }
        Node::Mul(factors) => {
            let roots: Option<Vec<Expr>> = factors.iter().map(half_power).collect();
            Some(Expr::mul(roots?))
        }
        Node::Power(base, exponent) if *base == Expr::e() => {
            Some(Expr::power(base.clone(), exponent / 2))
        }
        Node::Power(base, exponent) => {
            let half = exponent / 2;
            half.as_integer()?;
            Some(Expr::power(base.clone(), half))
        }
        _ => None,
    }
}

/// Whether a node is real when what it is made of is.
fn is_real_step(part: &Expr) -> bool {
    match part.node() {
        Node::Number(_)
        | Node::Symbol(_)
        | Node::Add(_)
        | Node::Mul(_)
        | Node::Apply(..) => true,
        Node::Constant(constant) => matches!(constant, Constant::Pi | Constant::E),
        Node::Power(base, exponent) => {
            exponent.as_integer().is_some() || *base == Expr::e()
        }
        Node::Call(function, _) => matches!(
            function,
            Function::Sin
                | Function::Cos
                | Function::Tan
                | Function::Sinh
                | Function::Cosh
                | Function::Tanh
                | Function::Derivative
        ),
        _ => false,
    }
}
