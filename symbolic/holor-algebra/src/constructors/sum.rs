//! Canonical sums.

use std::borrow::Cow;
use std::collections::HashMap;

use super::number::{Gaussian, Real};
use super::{LOOK, certainly_finite, is_constant, is_minus_one};
use crate::order::{factors, term_order};
use crate::{Constant, Expr, Node};

pub(super) fn add(mut terms: Vec<Expr>) -> Expr {
    terms.retain(|term| !term.is_zero());
    match terms.len() {
        0 => return Expr::zero(),
        1 => return terms.remove(0),
        _ => {}
    }
    if terms.iter().any(Expr::is_undefined) {
        return Expr::undefined();
    }
    let mut flat = Vec::with_capacity(terms.len());
    for term in terms {
        flatten(term, &mut flat);
    }
    let mut sum = Sum::default();
    for (factor, term) in &flat {
        sum.include(factor, term);
    }
    sum.finish()
}

/// Splits sums, and numbers times sums, into single terms with a factor.
fn flatten(term: Expr, flat: &mut Vec<(Real, Expr)>) {
    let mut pending = vec![(Real::one(), term)];
    while let Some((factor, term)) = pending.pop() {
        match term.node() {
            Node::Add(items) => {
                pending.extend(
                    items.iter().rev().map(|item| (factor.clone(), item.clone())),
                );
                continue;
            }
            Node::Mul(items) => {
                if let [number, sum] = &**items
                    && matches!(sum.node(), Node::Add(_))
                    && let Some(factor) =
                        Real::of(number).and_then(|number| number.mul(&factor))
                    && !factor.is_zero()
                {
                    pending.push((factor, sum.clone()));
                    continue;
                }
            }
            _ => {}
        }
        flat.push((factor, term));
    }
}

#[derive(Default)]
struct Sum<'a> {
    number: Gaussian,
    collected: Vec<Collected<'a>>,
    places: HashMap<Cow<'a, [Expr]>, usize>,
    /// Terms that cannot be combined: infinite ones, and decimals out of range.
    apart: Vec<Expr>,
}

struct Collected<'a> {
    coefficient: Gaussian,
    /// The factors that are no number.
    rest: Cow<'a, [Expr]>,
    /// The term itself, while it is the only one.
    original: Option<&'a Expr>,
}

impl<'a> Sum<'a> {
    fn include(&mut self, factor: &Real, term: &'a Expr) {
        let fits = !term.has_infinity() && self.combine(factor, term).is_some();
        if !fits {
            self.apart.push(scale(factor, term));
        }
    }

    /// Adds a term to those like it; `None`, and nothing done, when a decimal leaves its range.
    fn combine(&mut self, factor: &Real, term: &'a Expr) -> Option<()> {
        let (coefficient, rest) = split(term)?;
        let coefficient = coefficient.scale(factor)?;
        if rest.is_empty() {
            self.number = self.number.add(&coefficient)?;
            return Some(());
        }
        if let Some(place) = self.places.get(&rest)
            && let Some(like) = self.collected.get_mut(*place)
        {
            like.coefficient = like.coefficient.add(&coefficient)?;
            like.original = None;
            return Some(());
        }
        self.places.insert(rest.clone(), self.collected.len());
        let original = factor.is_exact_one().then_some(term);
        self.collected.push(Collected { coefficient, rest, original });
        Some(())
    }

    fn finish(self) -> Expr {
        let mut number = self.number;
        let mut terms = Vec::with_capacity(self.collected.len() + 1);
        for Collected { coefficient, rest, original } in self.collected {
            if let Some(original) = original {
                terms.push(original.clone());
            } else if coefficient.re.is_zero() && coefficient.im.is_zero() {
                // A decimal 0 keeps the sum a decimal; adding it cannot leave the range.
                number = number.add(&coefficient).unwrap_or(number);
            } else {
                terms.push(with_coefficient(coefficient, &rest));
            }
        }
        if !number.im.is_exact_zero() && number.im.is_zero() {
            number.re = number.re.add(&number.im).unwrap_or(number.re);
            number.im = Real::zero();
        }
        if !number.re.is_exact_zero() {
            terms.push(number.re.into_expr());
        }
        if !number.im.is_exact_zero() {
            terms.push(multiple_of_i(number.im));
        }
        if !self.apart.is_empty() {
            terms = match join_infinities(terms, self.apart) {
                Some(terms) => terms,
                None => return Expr::undefined(),
            };
        }
        match terms.len() {
            0 => Expr::zero(),
            1 => terms.remove(0),
            _ => {
                terms.sort_by(term_order);
                Expr::from_node(Node::Add(terms.into()))
            }
        }
    }
}

/// The complex rational or decimal coefficient of a term, and its other factors.
fn split(term: &Expr) -> Option<(Gaussian, Cow<'_, [Expr]>)> {
    let all = factors(term);
    let mut coefficient = Gaussian { re: Real::one(), im: Real::zero() };
    let mut rest = all;
    if let Some((first, others)) = all.split_first()
        && let Some(number) = Real::of(first)
    {
        coefficient.re = number;
        rest = others;
    }
    let complex = |factor: &Expr| {
        is_constant(factor, Constant::I) || Gaussian::of(factor).is_some()
    };
    if !rest.iter().any(complex) {
        return Some((coefficient, Cow::Borrowed(rest)));
    }
    let mut others = Vec::with_capacity(rest.len());
    for factor in rest {
        if is_constant(factor, Constant::I) {
            coefficient = coefficient.turn(1);
        } else if let Some(number) = Gaussian::of(factor) {
            coefficient = coefficient.mul(&number)?;
        } else {
            others.push(factor.clone());
        }
    }
    Some((coefficient, Cow::Owned(others)))
}

fn multiple_of_i(number: Real) -> Expr {
    if number.is_exact_one() {
        return Expr::i();
    }
    Expr::from_node(Node::Mul(Box::new([number.into_expr(), Expr::i()])))
}

fn scale(factor: &Real, term: &Expr) -> Expr {
    if factor.is_exact_one() {
        return term.clone();
    }
    Expr::mul([factor.clone().into_expr(), term.clone()])
}

/// A coefficient that is not 0 times factors that are already canonical and hold no number.
fn with_coefficient(coefficient: Gaussian, rest: &[Expr]) -> Expr {
    if !coefficient.im.is_exact_zero() {
        let number = coefficient.into_expr();
        return Expr::mul(std::iter::once(number).chain(rest.iter().cloned()));
    }
    match rest {
        [single] if coefficient.re.is_exact_one() => single.clone(),
        _ if coefficient.re.is_exact_one() => Expr::from_node(Node::Mul(rest.into())),
        _ => {
            let number = coefficient.re.into_expr();
            let all = std::iter::once(number).chain(rest.iter().cloned());
            Expr::from_node(Node::Mul(all.collect()))
        }
    }
}

/// Adds infinite terms to finite ones; `None` for `∞ − ∞` and the like.
fn join_infinities(mut terms: Vec<Expr>, apart: Vec<Expr>) -> Option<Vec<Expr>> {
    let is_plus = |term: &Expr| is_constant(term, Constant::Infinity);
    let is_minus = |term: &Expr| match term.node() {
        Node::Mul(items) => {
            matches!(&**items, [sign, rest] if is_minus_one(sign) && is_plus(rest))
        }
        _ => false,
    };
    let is_complex = |term: &Expr| is_constant(term, Constant::ComplexInfinity);
    let plus = apart.iter().any(is_plus);
    let minus = apart.iter().any(is_minus);
    let complex = apart.iter().filter(|term| is_complex(term)).count();
    if plus && minus || complex > 1 || complex == 1 && (plus || minus) {
        return None;
    }
    let direct = |term: &Expr| is_plus(term) || is_minus(term) || is_complex(term);
    let infinity = apart.iter().find(|term| direct(term)).cloned();
    if infinity.is_some() {
        terms.retain(|term| !certainly_finite(term, LOOK));
    }
    terms.extend(apart.into_iter().filter(|term| !direct(term)));
    terms.extend(infinity);
    Some(terms)
}
