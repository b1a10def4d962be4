//! Canonical sums.

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
    number: Option<Real>,
    /// Coefficient, the other factors, and the term itself while it stands for both.
    collected: Vec<(Real, &'a [Expr], Option<&'a Expr>)>,
    places: HashMap<&'a [Expr], usize>,
    /// Terms that cannot be combined: infinite ones, and decimals out of range.
    apart: Vec<Expr>,
}

impl<'a> Sum<'a> {
    fn include(&mut self, factor: &Real, term: &'a Expr) {
        if term.has_infinity() {
            self.apart.push(scale(factor, term));
            return;
        }
        let all = factors(term);
        let (number, rest) = match all.split_first() {
            Some((first, rest)) => match Real::of(first) {
                Some(number) => (number, rest),
                None => (Real::one(), all),
            },
            None => return,
        };
        let Some(coefficient) = number.mul(factor) else {
            self.apart.push(scale(factor, term));
            return;
        };
        if rest.is_empty() {
            let sum = match &self.number {
                Some(before) => before.add(&coefficient),
                None => Some(coefficient),
            };
            match sum {
                Some(sum) => self.number = Some(sum),
                None => self.apart.push(scale(factor, term)),
            }
            return;
        }
        if let Some(place) = self.places.get(rest)
            && let Some((before, _, original)) = self.collected.get_mut(*place)
        {
            match before.add(&coefficient) {
                Some(sum) => {
                    *before = sum;
                    *original = None;
                }
                None => self.apart.push(scale(factor, term)),
            }
            return;
        }
        self.places.insert(rest, self.collected.len());
        let original = factor.is_exact_one().then_some(term);
        self.collected.push((coefficient, rest, original));
    }

    fn finish(self) -> Expr {
        let mut number = self.number.unwrap_or_else(Real::zero);
        let mut terms = Vec::with_capacity(self.collected.len() + 1);
        for (coefficient, rest, original) in self.collected {
            if let Some(original) = original {
                terms.push(original.clone());
            } else if coefficient.is_zero() {
                // A decimal 0 keeps the sum a decimal; adding it cannot leave the range.
                number = number.add(&coefficient).unwrap_or(number);
            } else {
                terms.push(with_coefficient(coefficient, rest));
            }
        }
        if !number.is_exact_zero() {
            terms.push(number.into_expr());
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

fn scale(factor: &Real, term: &Expr) -> Expr {
    if factor.is_exact_one() {
        return term.clone();
    }
    Expr::mul([factor.clone().into_expr(), term.clone()])
}

/// A coefficient that is not 0 times factors that are already canonical and hold no number.
fn with_coefficient(coefficient: Real, rest: &[Expr]) -> Expr {
    if rest.iter().any(|factor| Gaussian::of(factor).is_some()) {
        return Expr::mul(
            std::iter::once(coefficient.into_expr()).chain(rest.iter().cloned()),
        );
    }
    match rest {
        [single] if coefficient.is_exact_one() => single.clone(),
        _ if coefficient.is_exact_one() => Expr::from_node(Node::Mul(rest.into())),
        _ => {
            let all =
                std::iter::once(coefficient.into_expr()).chain(rest.iter().cloned());
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
