//! What is assumed about symbols.

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::{Signed, Zero};

use crate::{Expr, Node, Relation, Symbol};

/// A property a symbol can be assumed to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// In ℝ.
    Real,
    /// In ℚ.
    Rational,
    /// In ℤ.
    Integer,
    /// An even integer.
    Even,
    /// An odd integer.
    Odd,
    /// A prime number.
    Prime,
    /// Real and > 0.
    Positive,
    /// Real and < 0.
    Negative,
    /// Real and ≥ 0.
    NonNegative,
    /// Real and ≤ 0.
    NonPositive,
    /// Not 0.
    NonZero,
    /// Complex (the default: nothing known).
    Complex,
}

/// What is assumed: properties of symbols, and conditions such as `0 < θ`, `a < b`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumptions {
    properties: BTreeMap<Symbol, Vec<Property>>,
    conditions: Vec<Expr>,
}

impl Assumptions {
    /// Nothing assumed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a property of a symbol.
    pub fn assume(&mut self, symbol: Symbol, property: Property) {
        let properties = self.properties.entry(symbol).or_default();
        if !properties.contains(&property) {
            properties.push(property);
            properties.sort_unstable();
        }
    }

    /// Adds a condition between expressions, such as `a < b`.
    pub fn assume_condition(&mut self, condition: Expr) {
        if !self.conditions.contains(&condition) {
            self.conditions.push(condition);
        }
    }

    /// Forgets everything about a symbol.
    pub fn forget(&mut self, symbol: &Symbol) {
        self.properties.remove(symbol);
        self.conditions.retain(|condition| !condition.contains_symbol(symbol));
    }

    /// The properties assumed of a symbol.
    pub fn of(&self, symbol: &Symbol) -> &[Property] {
        self.properties.get(symbol).map_or(&[], Vec::as_slice)
    }

    /// Every symbol with its properties, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Symbol, &[Property])> {
        self.properties.iter().map(|(symbol, properties)| (symbol, properties.as_slice()))
    }

    /// The conditions.
    pub fn conditions(&self) -> &[Expr] {
        &self.conditions
    }

    /// The properties assumed of a symbol, together with those that follow from conditions that compare
    /// it with numbers: `0 < θ` makes it positive.
    pub fn implied(&self, symbol: &Symbol) -> Vec<Property> {
        let mut properties = self.of(symbol).to_vec();
        let mut add = |property| {
            if !properties.contains(&property) {
                properties.push(property);
            }
        };
        for (relation, bound) in self.bounds(symbol) {
            let sign = if bound.is_positive() {
                1
            } else if bound.is_negative() {
                -1
            } else {
                0
            };
            match relation {
                Relation::Greater if sign >= 0 => add(Property::Positive),
                Relation::GreaterEqual if sign > 0 => add(Property::Positive),
                Relation::GreaterEqual if sign == 0 => add(Property::NonNegative),
                Relation::Less if sign <= 0 => add(Property::Negative),
                Relation::LessEqual if sign < 0 => add(Property::Negative),
                Relation::LessEqual if sign == 0 => add(Property::NonPositive),
                Relation::NotEqual if bound.is_zero() => add(Property::NonZero),
                Relation::Equal | Relation::NotEqual => {}
                _ => add(Property::Real),
            }
        }
        for condition in conjuncts(&self.conditions) {
            if let Node::Relation(relation, left, right) = condition.node()
                && !matches!(relation, Relation::Equal | Relation::NotEqual)
                && (left.as_symbol() == Some(symbol) || right.as_symbol() == Some(symbol))
                && !properties.contains(&Property::Real)
            {
                properties.push(Property::Real);
            }
        }
        properties
    }

    /// Numbers that a condition compares the symbol with, the symbol on the left.
    fn bounds(&self, symbol: &Symbol) -> Vec<(Relation, BigRational)> {
        let mut bounds = Vec::new();
        for condition in conjuncts(&self.conditions) {
            let Node::Relation(relation, left, right) = condition.node() else {
                continue;
            };
            if left.as_symbol() == Some(symbol) {
                bounds.extend(number(right).map(|bound| (*relation, bound)));
            } else if right.as_symbol() == Some(symbol) {
                bounds.extend(number(left).map(|bound| (turned(*relation), bound)));
            }
        }
        bounds
    }

    /// The truth of a condition that was assumed, or whose opposite was.
    pub fn states(&self, condition: &Expr) -> Option<bool> {
        let Node::Relation(relation, left, right) = condition.node() else {
            return self.conditions.contains(condition).then_some(true);
        };
        for assumed in conjuncts(&self.conditions) {
            let Node::Relation(known, a, b) = assumed.node() else { continue };
            let known = if (a, b) == (left, right) {
                *known
            } else if (b, a) == (left, right) {
                turned(*known)
            } else {
                continue;
            };
            if let Some(truth) = follows(known, *relation) {
                return Some(truth);
            }
        }
        None
    }
}

/// The conditions, conjunctions taken apart.
fn conjuncts(conditions: &[Expr]) -> Vec<&Expr> {
    let mut parts = Vec::new();
    let mut stack: Vec<&Expr> = conditions.iter().rev().collect();
    while let Some(condition) = stack.pop() {
        match condition.node() {
            Node::And(items) => stack.extend(items.iter().rev()),
            _ => parts.push(condition),
        }
    }
    parts
}

/// A number to compare with: exact, or close enough for its sign.
fn number(expr: &Expr) -> Option<BigRational> {
    if let Some(number) = expr.as_number() {
        return Some(number.clone());
    }
    match expr.node() {
        Node::Decimal(decimal) => Some(decimal.to_rational()),
        Node::Constant(crate::Constant::Pi | crate::Constant::E) => {
            Some(BigRational::from_integer(3.into()))
        }
        Node::Mul(factors) => factors
            .iter()
            .try_fold(BigRational::from_integer(1.into()), |product, factor| {
                Some(product * number(factor)?)
            }),
        _ => None,
    }
}

/// The relation seen from the other side.
fn turned(relation: Relation) -> Relation {
    match relation {
        Relation::Less => Relation::Greater,
        Relation::LessEqual => Relation::GreaterEqual,
        Relation::Greater => Relation::Less,
        Relation::GreaterEqual => Relation::LessEqual,
        Relation::Equal | Relation::NotEqual => relation,
    }
}

/// What `a known b` says about `a asked b`.
fn follows(known: Relation, asked: Relation) -> Option<bool> {
    use Relation::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    match (known, asked) {
        (Equal, Equal | LessEqual | GreaterEqual)
        | (NotEqual, NotEqual)
        | (Less, Less | LessEqual | NotEqual)
        | (LessEqual, LessEqual)
        | (Greater, Greater | GreaterEqual | NotEqual)
        | (GreaterEqual, GreaterEqual) => Some(true),
        (Equal, NotEqual | Less | Greater)
        | (NotEqual, Equal)
        | (Less, Equal | Greater | GreaterEqual)
        | (LessEqual, Greater)
        | (Greater, Equal | Less | LessEqual)
        | (GreaterEqual, Less) => Some(false),
        _ => None,
    }
}
