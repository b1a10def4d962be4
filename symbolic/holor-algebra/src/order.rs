//! The canonical orders of factors and of terms.
//!
//! Both are total and depend on nothing but the expressions. Factors come as a physicist writes them:
//! the number, radicals, constants, `i`, symbols by name, sums, exponentials, functions. Terms come by
//! descending powers of the first symbol, then of the next (`x^2 + x*y + y^2 + 1`), constants last.

use std::borrow::Cow;
use std::cmp::Ordering;

use num_rational::BigRational;
use num_traits::One;

use crate::expr::RECURSION_LIMIT;
use crate::{Constant, Expr, Function, Node, Symbol};

/// The order of factors, and of everything that is not a term of a sum.
pub(crate) fn canonical_order(left: &Expr, right: &Expr) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    if let Some(order) = order_if_deep(left, right) {
        return order;
    }
    right
        .is_numeric_constant()
        .cmp(&left.is_numeric_constant())
        .then_with(|| is_number(right).cmp(&is_number(left)))
        .then_with(|| {
            let (left, right) = (Generator::of(left), Generator::of(right));
            left.order(&right).then_with(|| left.degree.cmp(&right.degree))
        })
        .then_with(|| structural_order(left, right))
}

/// The order of terms in a sum.
pub(crate) fn term_order(left: &Expr, right: &Expr) -> Ordering {
    let landau = |term: &Expr| matches!(term.node(), Node::Call(Function::Order, _));
    landau(left)
        .cmp(&landau(right))
        .then_with(|| monomial_order(factors(left), factors(right)))
        .then_with(|| coefficient_order(factors(left), factors(right)))
        .then_with(|| canonical_order(left, right))
}

/// The factors of a term: of a product its own, of anything else itself alone.
pub(crate) fn factors(term: &Expr) -> &[Expr] {
    match term.node() {
        Node::Mul(items) => items,
        _ => std::slice::from_ref(term),
    }
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr.node(), Node::Number(_) | Node::Decimal(_))
}

/// What a factor is a power of, `base^rest`, and the rational degree: `x^(2*n)` is `x^n` to degree 2.
struct Generator<'a> {
    base: &'a Expr,
    rest: &'a [Expr],
    degree: Cow<'a, BigRational>,
}

impl<'a> Generator<'a> {
    fn of(factor: &'a Expr) -> Self {
        let one = || Cow::Owned(BigRational::one());
        let Node::Power(base, exponent) = factor.node() else {
            return Self { base: factor, rest: &[], degree: one() };
        };
        match exponent.node() {
            Node::Number(degree) => {
                Self { base, rest: &[], degree: Cow::Borrowed(degree) }
            }
            Node::Mul(items) => {
                let split = items.split_first();
                match split.and_then(|(first, rest)| Some((first.as_number()?, rest))) {
                    Some((degree, rest)) => {
                        Self { base, rest, degree: Cow::Borrowed(degree) }
                    }
                    None => Self { base, rest: items, degree: one() },
                }
            }
            _ => Self { base, rest: std::slice::from_ref(exponent), degree: one() },
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        base_order(self.base, other.base).then_with(|| slice_order(self.rest, other.rest))
    }
}

/// Lexicographic, higher degrees of earlier generators first; numeric factors do not count.
fn monomial_order(left: &[Expr], right: &[Expr]) -> Ordering {
    let generators = |factors| {
        <[Expr]>::iter(factors)
            .filter(|factor| !factor.is_numeric_constant())
            .map(Generator::of)
    };
    let (mut left, mut right) = (generators(left), generators(right));
    let zero = BigRational::default();
    loop {
        let (a, b) = (left.next(), right.next());
        let (a, b) = match (&a, &b) {
            (None, None) => return Ordering::Equal,
            (Some(a), None) => (a.degree.as_ref(), &zero),
            (None, Some(b)) => (&zero, b.degree.as_ref()),
            (Some(a), Some(b)) => match a.order(b) {
                Ordering::Equal => (a.degree.as_ref(), b.degree.as_ref()),
                Ordering::Less => (a.degree.as_ref(), &zero),
                Ordering::Greater => (&zero, b.degree.as_ref()),
            },
        };
        match b.cmp(a) {
            Ordering::Equal => {}
            decided => return decided,
        }
    }
}

/// Numbers before other constants, real ones before multiples of `i`.
fn coefficient_order(left: &[Expr], right: &[Expr]) -> Ordering {
    let numeric = |factors| {
        <[Expr]>::iter(factors).filter(|factor| factor.is_numeric_constant()).collect()
    };
    let (left, right): (Vec<&Expr>, Vec<&Expr>) = (numeric(left), numeric(right));
    let imaginary = |factors: &[&Expr]| {
        factors.iter().any(|factor| matches!(factor.node(), Node::Constant(Constant::I)))
    };
    let irrational = |factors: &[&Expr]| factors.iter().any(|factor| !is_number(factor));
    let skip =
        |factors: &[&Expr]| factors.iter().take_while(|factor| is_number(factor)).count();
    imaginary(&left)
        .cmp(&imaginary(&right))
        .then_with(|| irrational(&left).cmp(&irrational(&right)))
        .then_with(|| {
            let left = left.iter().skip(skip(&left));
            let right = right.iter().skip(skip(&right));
            first_difference(left.zip(right).map(|(a, b)| canonical_order(a, b)))
        })
        .then_with(|| left.len().cmp(&right.len()))
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn slice_order(left: &[Expr], right: &[Expr]) -> Ordering {
    first_difference(left.iter().zip(right).map(|(a, b)| canonical_order(a, b)))
        .then_with(|| left.len().cmp(&right.len()))
}

fn base_order(left: &Expr, right: &Expr) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    if let Some(order) = order_if_deep(left, right) {
        return order;
    }
    kind_of(left)
        .cmp(&kind_of(right))
        .then_with(|| content_order(left, right))
        .then_with(|| structural_order(left, right))
}

/// Sums of numbers come after numbers and constants, sums of symbols before them.
fn kind_of(expr: &Expr) -> u8 {
    match expr.node() {
        Node::Add(_) if expr.is_numeric_constant() => kind(&Node::Truth(true)),
        node => kind(node),
    }
}

/// The order of two bases of one kind.
fn content_order(left: &Expr, right: &Expr) -> Ordering {
    match (left.node(), right.node()) {
        (Node::Number(a), Node::Number(b)) => a.cmp(b),
        (Node::Decimal(a), Node::Decimal(b)) => a.cmp(b),
        (Node::Symbol(a), Node::Symbol(b)) => symbol_order(a, b),
        (Node::Constant(a), Node::Constant(b)) => a.cmp(b),
        (Node::Add(a), Node::Add(b)) => {
            first_difference(a.iter().zip(b).map(|(a, b)| term_order(a, b)))
                .then_with(|| a.len().cmp(&b.len()))
        }
        (Node::Call(Function::Derivative, a), Node::Call(Function::Derivative, b)) => {
            // The highest derivative leads, as in an ordinary differential equation.
            derivative_count(b).cmp(&derivative_count(a)).then_with(|| slice_order(a, b))
        }
        (Node::Call(f, a), Node::Call(g, b)) => {
            f.name().cmp(g.name()).then_with(|| slice_order(a, b))
        }
        (Node::Apply(f, a), Node::Apply(g, b)) => {
            symbol_order(f, g).then_with(|| slice_order(a, b))
        }
        (Node::Relation(f, a, b), Node::Relation(g, c, d)) => canonical_order(a, c)
            .then_with(|| canonical_order(b, d))
            .then_with(|| f.cmp(g)),
        _ => {
            let (left, right) = (left.children(), right.children());
            first_difference(left.iter().zip(&right).map(|(a, b)| canonical_order(a, b)))
                .then_with(|| left.len().cmp(&right.len()))
        }
    }
}

/// How many times a derivative derives; an order that is no number counts as none.
fn derivative_count(arguments: &[Expr]) -> BigRational {
    arguments.iter().skip(1).filter_map(Expr::as_number).sum()
}

fn kind(node: &Node) -> u8 {
    match node {
        Node::Symbol(_) => 0,
        Node::Add(_) => 1,
        Node::Number(_) => 2,
        Node::Decimal(_) => 3,
        Node::Constant(Constant::I) => 5,
        Node::Constant(_) => 4,
        Node::Call(Function::Derivative, _) => 6,
        Node::Apply(..) => 7,
        Node::Call(..) => 8,
        Node::Power(..) => 9,
        Node::Mul(_) => 10,
        Node::Piecewise(_) => 11,
        Node::Truth(_) => 12,
        Node::Relation(..) => 13,
        Node::Not(_) => 14,
        Node::And(_) => 15,
        Node::Or(_) => 16,
    }
}

/// Alphabetical with Greek letters by their names, numbers in names by value: `x2 < x10 < y`.
pub(crate) fn symbol_order(left: &Symbol, right: &Symbol) -> Ordering {
    let (a, b) = (spelled(left.name()), spelled(right.name()));
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some(first), Some(second)) = (a.first(), b.first()) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (left, right) = (leading_digits(&mut a), leading_digits(&mut b));
            left.len().cmp(&right.len()).then_with(|| left.cmp(right))
        } else {
            a = a.get(1..).unwrap_or_default();
            b = b.get(1..).unwrap_or_default();
            first.cmp(second)
        };
        if order.is_ne() {
            return order;
        }
    }
    a.len().cmp(&b.len()).then_with(|| left.cmp(right))
}

/// Takes a run of digits off the front and returns it without leading zeros.
fn leading_digits<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(length);
    *text = rest;
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}

fn spelled(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return Cow::Borrowed(name);
    }
    let mut text = String::new();
    for letter in name.chars() {
        match crate::notation::greek_name(letter) {
            Some(greek) => text.push_str(greek),
            None => text.push(letter),
        }
    }
    Cow::Owned(text)
}

/// Deep trees come after others, by their measures: walking them by meaning could not be bounded.
fn order_if_deep(left: &Expr, right: &Expr) -> Option<Ordering> {
    let deep = |expr: &Expr| expr.depth() > RECURSION_LIMIT;
    match (deep(left), deep(right)) {
        (false, false) => None,
        (true, true) => Some(structural_order(left, right)),
        (left, right) => Some(left.cmp(&right)),
    }
}

/// A total order of trees of any depth, of no meaning to a reader.
fn structural_order(left: &Expr, right: &Expr) -> Ordering {
    let measure = |expr: &Expr| (expr.depth(), expr.count_nodes(), expr.stored_hash());
    let by_measure = measure(left).cmp(&measure(right));
    if by_measure.is_ne() || left == right {
        return by_measure;
    }
    let mut pending = vec![(left, right)];
    while let Some((a, b)) = pending.pop() {
        if a == b {
            continue;
        }
        let order = kind(a.node()).cmp(&kind(b.node())).then_with(|| head_order(a, b));
        let (left, right) = (a.children(), b.children());
        let order = order.then_with(|| left.len().cmp(&right.len()));
        if order.is_ne() {
            return order;
        }
        pending.extend(left.into_iter().zip(right).rev());
    }
    Ordering::Equal
}

fn head_order(left: &Expr, right: &Expr) -> Ordering {
    match (left.node(), right.node()) {
        (Node::Number(a), Node::Number(b)) => a.cmp(b),
        (Node::Decimal(a), Node::Decimal(b)) => a.cmp(b),
        (Node::Symbol(a), Node::Symbol(b)) | (Node::Apply(a, _), Node::Apply(b, _)) => {
            a.cmp(b)
        }
        (Node::Constant(a), Node::Constant(b)) => a.cmp(b),
        (Node::Truth(a), Node::Truth(b)) => a.cmp(b),
        (Node::Call(a, _), Node::Call(b, _)) => a.cmp(b),
        (Node::Relation(a, ..), Node::Relation(b, ..)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}
