//! What both notations share: the work list that replaces recursion, the order of terms on the page,
//! and the split of a product into a fraction.

use std::borrow::Cow;

use num_rational::BigRational;
use num_traits::{One, Signed};

use crate::{Constant, Expr, Function, Node};

/// How tightly a piece of notation binds; a looser one inside a tighter place gets parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Relation,
    Sum,
    Product,
    Power,
    Atom,
}

/// A piece of output still to be written.
pub(super) enum Task {
    Text(Cow<'static, str>),
    /// An expression in a place that demands this level; `script` is inside an exponent or index.
    Show(Expr, Level, bool),
}

pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Task {
    Task::Text(text.into())
}

/// Writes an expression of any depth; `expand` replaces one node by pieces, left to right.
pub(super) fn write(
    expr: &Expr,
    expand: impl Fn(&Expr, Level, bool, &mut Vec<Task>),
) -> String {
    let mut output = String::new();
    let mut pending = vec![Task::Show(expr.clone(), Level::Or, false)];
    let mut pieces = Vec::new();
    while let Some(task) = pending.pop() {
        match task {
            Task::Text(text) => output.push_str(&text),
            Task::Show(expr, level, script) => {
                expand(&expr, level, script, &mut pieces);
                pending.extend(pieces.drain(..).rev());
            }
        }
    }
    output
}

/// The terms of a sum as they are written: series ascending, and `1 - x` rather than `-x + 1`.
pub(super) fn display_order(terms: &[Expr]) -> Vec<&Expr> {
    let landau = |term: &Expr| matches!(term.node(), Node::Call(Function::Order, _));
    let mut order: Vec<&Expr> = terms.iter().collect();
    if let Some((last, rest)) = order.split_last_mut()
        && landau(last)
    {
        rest.reverse();
    } else if let [first, second] = &mut *order
        && first.has_leading_minus()
        && !first.is_numeric_constant()
        && second.is_numeric_constant()
        && !second.has_leading_minus()
    {
        std::mem::swap(first, second);
    }
    order
}

/// A term without its sign, as numerator and denominator.
pub(super) struct Fraction {
    pub(super) negative: bool,
    pub(super) numerator: Vec<Expr>,
    pub(super) denominator: Vec<Expr>,
}

impl Fraction {
    /// Splits a product or a power; negative numeric exponents go below, except those of `e`.
    pub(super) fn of(term: &Expr) -> Self {
        let mut fraction =
            Self { negative: false, numerator: Vec::new(), denominator: Vec::new() };
        for (index, factor) in term.factors().iter().enumerate() {
            match factor.node() {
                Node::Number(value) if index == 0 => fraction.coefficient(value),
                Node::Decimal(value) if index == 0 && value.is_negative() => {
                    fraction.negative = true;
                    fraction.numerator.push(Expr::decimal(value.negate()));
                }
                _ => fraction.factor(factor),
            }
        }
        fraction
    }

    fn coefficient(&mut self, value: &BigRational) {
        self.negative = value.is_negative();
        if !value.numer().abs().is_one() {
            self.numerator.push(Expr::integer(value.numer().abs()));
        }
        if !value.is_integer() {
            self.denominator.push(Expr::integer(value.denom().clone()));
        }
    }

    fn factor(&mut self, factor: &Expr) {
        if let Node::Power(base, exponent) = factor.node()
            && !matches!(base.node(), Node::Constant(Constant::E))
            && let Some(exponent) = exponent.as_number()
            && exponent.is_negative()
        {
            let positive = if (-exponent).is_one() {
                base.clone()
            } else {
                let exponent = Expr::rational(-exponent);
                Expr::from_node(Node::Power(base.clone(), exponent))
            };
            self.denominator.push(positive);
        } else {
            self.numerator.push(factor.clone());
        }
    }
}

/// The term with the opposite sign, for writing it after a minus.
pub(super) fn without_minus(term: &Expr) -> Expr {
    match term.node() {
        Node::Number(value) => Expr::rational(-value),
        Node::Decimal(value) => Expr::decimal(value.negate()),
        Node::Mul(factors) => {
            let Some((first, rest)) = factors.split_first() else { return term.clone() };
            let first = without_minus(first);
            match rest {
                [single] if first.is_one() => single.clone(),
                _ if first.is_one() => Expr::from_node(Node::Mul(rest.into())),
                _ => {
                    let all = std::iter::once(first).chain(rest.iter().cloned());
                    Expr::from_node(Node::Mul(all.collect()))
                }
            }
        }
        _ => term.clone(),
    }
}

/// The variables of `Derivative[body, x, n, …]` with their orders.
pub(super) fn derivative_parts(arguments: &[Expr]) -> Option<Vec<(&Expr, &Expr)>> {
    let rest = arguments.get(1..)?;
    if rest.is_empty() || rest.len() % 2 != 0 {
        return None;
    }
    let pairs = rest.chunks(2).map(|pair| Some((pair.first()?, pair.get(1)?)));
    pairs.collect()
}
