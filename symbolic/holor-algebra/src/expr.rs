//! The expression tree.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use crate::{Decimal, Function};

/// An immutable mathematical expression; cloning is a reference count.
///
/// Build sums, products and powers with [`Expr::add`], [`Expr::mul`], [`Expr::power`] or the operators
/// `+ - * /`: they flatten, order and combine like terms, so that equal sums are structurally equal.
///
/// Every node carries its hash, depth and size, so that hashing is constant time, and comparing,
/// dropping and walking a tree of any depth never overflow the stack.
///
/// ```
/// use holor_algebra::Expr;
/// let x = Expr::symbol("x");
/// let f = x.clone() * &x - 5 * &x + 6;
/// assert_eq!(f.to_string(), "x^2 - 5*x + 6");
/// assert_eq!(&f - &f, Expr::zero());
/// ```
#[derive(Clone)]
pub struct Expr(Arc<Tree>);

/// A node with what is known about the tree below it.
struct Tree {
    hash: u64,
    /// One bit for each symbol that occurs (bound or free), by hash: a quick "not in here".
    symbols: u64,
    size: u64,
    depth: u32,
    traits: Traits,
    node: Node,
}

/// What occurs somewhere in a tree.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traits {
    /// A decimal number.
    pub(crate) decimal: bool,
    /// A symbol or an undefined function.
    pub(crate) symbolic: bool,
    /// A condition or a piecewise value.
    pub(crate) condition: bool,
    /// ∞, complex ∞ or undefined as a part of the value itself, or a known pole such as `log(0)`.
    pub(crate) infinite: bool,
    /// An operation that binds a variable.
    pub(crate) binder: bool,
}

/// Trees deeper than this are walked with explicit stacks.
pub(crate) const RECURSION_LIMIT: u32 = 128;

/// One node of an [`Expr`].
///
/// Match on `expr.node()`. Conditions are expressions too: [`Node::Relation`], [`Node::And`], … have
/// truth values and appear in [`Node::Piecewise`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// An exact rational number.
    Number(BigRational),
    /// A real number known to so many decimal digits.
    Decimal(Decimal),
    /// A free symbol; what is assumed about it lives in [`crate::Assumptions`].
    Symbol(Symbol),
    /// A named constant.
    Constant(Constant),
    /// A sum of two or more terms, in canonical order.
    Add(Box<[Expr]>),
    /// A product of two or more factors, in canonical order, the numeric coefficient first.
    Mul(Box<[Expr]>),
    /// `base ^ exponent`; `sqrt(x)` is `x^(1/2)`, `exp(x)` is `e^x`.
    Power(Expr, Expr),
    /// A known function or an unevaluated operation such as an integral: see [`Function`].
    Call(Function, Box<[Expr]>),
    /// An undefined function applied to arguments, such as `y(x)`.
    Apply(Symbol, Box<[Expr]>),
    /// An equation or inequality.
    Relation(Relation, Expr, Expr),
    /// Conjunction.
    And(Box<[Expr]>),
    /// Disjunction.
    Or(Box<[Expr]>),
    /// Negation of a condition.
    Not(Expr),
    /// `true` or `false`.
    Truth(bool),
    /// `(value, condition)` in order, the first whose condition holds; `Truth(true)` last is "otherwise".
    Piecewise(Box<[(Expr, Expr)]>),
}

/// A symbol's name, interned per expression; Greek letters are stored as the letter (`θ`, `ω0`, `r_s`).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(Arc<str>);

impl Symbol {
    /// The symbol with this name.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// One bit of 64, chosen by its name.
    fn mask(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        1 << (hasher.finish() % 64)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A named constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Constant {
    /// π.
    Pi,
    /// e, the base of the natural logarithm.
    E,
    /// i, the imaginary unit.
    I,
    /// γ, Euler's and Mascheroni's constant.
    EulerGamma,
    /// G, Catalan's constant.
    Catalan,
    /// φ, the golden ratio.
    GoldenRatio,
    /// +∞; −∞ is the product of −1 and this.
    Infinity,
    /// The one infinity of the complex sphere, reached by `1/0`.
    ComplexInfinity,
    /// An indeterminate result such as 0·∞.
    Undefined,
}

/// How two sides of a [`Node::Relation`] compare; `>` and `≥` are written with sides exchanged only by
/// the engine, never by a constructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

impl Expr {
    /// Wraps a node as it is. Prefer the constructors, which keep canonical form.
    pub fn from_node(node: Node) -> Self {
        let mut hasher = DefaultHasher::new();
        node.hash(&mut hasher);
        let mut tree = Tree {
            hash: hasher.finish(),
            symbols: 0,
            size: 1,
            depth: 1,
            traits: Traits::default(),
            node: Node::Truth(false),
        };
        node.for_each_child(|child| tree.include(&child.0));
        match &node {
            Node::Decimal(_) => tree.traits.decimal = true,
            Node::Symbol(symbol) => {
                tree.symbols = symbol.mask();
                tree.traits.symbolic = true;
            }
            Node::Constant(
                Constant::Infinity | Constant::ComplexInfinity | Constant::Undefined,
            ) => tree.traits.infinite = true,
            Node::Call(function, arguments) => {
                if function.is_binder() {
                    tree.traits.binder = true;
                    tree.traits.infinite = false;
                }
                tree.traits.infinite |= function.has_pole_at(arguments);
            }
            Node::Apply(..) => {
                tree.traits.symbolic = true;
                tree.traits.infinite = false;
            }
            Node::Relation(..)
            | Node::And(_)
            | Node::Or(_)
            | Node::Not(_)
            | Node::Truth(_)
            | Node::Piecewise(_) => {
                tree.traits.condition = true;
                tree.traits.infinite = false;
            }
            Node::Number(_)
            | Node::Constant(_)
            | Node::Add(_)
            | Node::Mul(_)
            | Node::Power(..) => {}
        }
        tree.node = node;
        Self(Arc::new(tree))
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.0.node
    }

    /// The number of levels: 1 for a symbol or number.
    pub fn depth(&self) -> u32 {
        self.0.depth
    }

    /// The number of nodes when written out as a tree; it stops at `u64::MAX`.
    pub fn count_nodes(&self) -> u64 {
        self.0.size
    }

    /// Whether a decimal number occurs anywhere.
    pub fn has_decimals(&self) -> bool {
        self.0.traits.decimal
    }

    /// Whether it is built of numbers and constants alone: no symbol, no undefined function, no
    /// condition. An operation over a bound variable does not count as one.
    pub fn is_numeric_constant(&self) -> bool {
        !self.0.traits.symbolic && !self.0.traits.condition
    }

    /// Whether ∞, complex ∞ or an undefined value is a part of it (outside integrals, sums, …), or a
    /// known pole such as `log(0)`.
    pub fn has_infinity(&self) -> bool {
        self.0.traits.infinite
    }

    /// A hash of the whole tree, the same in every process.
    pub(crate) fn stored_hash(&self) -> u64 {
        self.0.hash
    }

    /// False only when the symbol certainly does not occur.
    pub(crate) fn may_hold(&self, symbol: &Symbol) -> bool {
        self.0.symbols & symbol.mask() != 0
    }

    /// Where the shared tree lives: equal addresses are equal trees.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// An integer.
    pub fn integer(value: impl Into<BigInt>) -> Self {
        Self::from_node(Node::Number(BigRational::from_integer(value.into())))
    }

    /// An exact rational number.
    pub fn rational(value: BigRational) -> Self {
        Self::from_node(Node::Number(value))
    }

    /// The symbol with this name.
    pub fn symbol(name: &str) -> Self {
        Self::from_node(Node::Symbol(Symbol::new(name)))
    }

    /// A named constant.
    pub fn constant(constant: Constant) -> Self {
        Self::from_node(Node::Constant(constant))
    }

    /// `true` or `false`.
    pub fn truth(value: bool) -> Self {
        Self::from_node(Node::Truth(value))
    }

    /// 0.
    pub fn zero() -> Self {
        Self::integer(0)
    }

    /// 1.
    pub fn one() -> Self {
        Self::integer(1)
    }

    /// `left relation right`, undecided.
    pub fn relation(relation: Relation, left: Expr, right: Expr) -> Self {
        Self::from_node(Node::Relation(relation, left, right))
    }

    /// `left == right`, undecided.
    pub fn equation(left: Expr, right: Expr) -> Self {
        Self::relation(Relation::Equal, left, right)
    }

    /// A known function of arguments, unevaluated.
    pub fn call(function: Function, arguments: impl Into<Box<[Expr]>>) -> Self {
        Self::from_node(Node::Call(function, arguments.into()))
    }

    /// An undefined function of arguments.
    pub fn apply(function: Symbol, arguments: impl Into<Box<[Expr]>>) -> Self {
        Self::from_node(Node::Apply(function, arguments.into()))
    }

    /// Its exact value, when it is an exact rational number.
    pub fn as_number(&self) -> Option<&BigRational> {
        match self.node() {
            Node::Number(value) => Some(value),
            _ => None,
        }
    }

    /// Its value, when it is an exact integer.
    pub fn as_integer(&self) -> Option<&BigInt> {
        self.as_number().filter(|value| value.is_integer()).map(|value| value.numer())
    }

    /// Its symbol, when it is one.
    pub fn as_symbol(&self) -> Option<&Symbol> {
        match self.node() {
            Node::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// Whether it is the number 0 (exactly, and structurally: no simplification is tried).
    pub fn is_zero(&self) -> bool {
        self.as_number().is_some_and(Zero::is_zero)
    }

    /// Whether it is the number 1 (exactly, and structurally).
    pub fn is_one(&self) -> bool {
        self.as_number().is_some_and(One::is_one)
    }

    /// Whether its leading sign is a minus when printed.
    pub fn has_leading_minus(&self) -> bool {
        match self.node() {
            Node::Number(value) => value.is_negative(),
            Node::Decimal(value) => value.is_negative(),
            Node::Mul(factors) => factors.first().is_some_and(Expr::has_leading_minus),
            _ => false,
        }
    }

    /// The direct children, in order (both parts of a piecewise branch, both sides of a relation).
    pub fn children(&self) -> Vec<&Expr> {
        let mut children = Vec::new();
        self.node().for_each_child(|child| children.push(child));
        children
    }
}

impl Node {
    /// Calls `f` with each direct child, in order.
    pub(crate) fn for_each_child<'a>(&'a self, mut f: impl FnMut(&'a Expr)) {
        match self {
            Node::Number(_)
            | Node::Decimal(_)
            | Node::Symbol(_)
            | Node::Constant(_)
            | Node::Truth(_) => {}
            Node::Add(items)
            | Node::Mul(items)
            | Node::Call(_, items)
            | Node::Apply(_, items)
            | Node::And(items)
            | Node::Or(items) => items.iter().for_each(f),
            Node::Power(left, right) | Node::Relation(_, left, right) => {
                f(left);
                f(right);
            }
            Node::Not(inner) => f(inner),
            Node::Piecewise(branches) => {
                for (value, condition) in branches {
                    f(value);
                    f(condition);
                }
            }
        }
    }

    /// Whether both nodes are the same apart from their children, and have equally many of those.
    fn same_head(&self, other: &Node) -> bool {
        match (self, other) {
            (Node::Number(a), Node::Number(b)) => a == b,
            (Node::Decimal(a), Node::Decimal(b)) => a == b,
            (Node::Symbol(a), Node::Symbol(b)) => a == b,
            (Node::Constant(a), Node::Constant(b)) => a == b,
            (Node::Truth(a), Node::Truth(b)) => a == b,
            (Node::Add(a), Node::Add(b))
            | (Node::Mul(a), Node::Mul(b))
            | (Node::And(a), Node::And(b))
            | (Node::Or(a), Node::Or(b)) => a.len() == b.len(),
            (Node::Power(..), Node::Power(..)) | (Node::Not(_), Node::Not(_)) => true,
            (Node::Call(f, a), Node::Call(g, b)) => f == g && a.len() == b.len(),
            (Node::Apply(f, a), Node::Apply(g, b)) => f == g && a.len() == b.len(),
            (Node::Relation(a, ..), Node::Relation(b, ..)) => a == b,
            (Node::Piecewise(a), Node::Piecewise(b)) => a.len() == b.len(),
            _ => false,
        }
    }
}

impl Tree {
    /// Accounts for a child.
    fn include(&mut self, child: &Tree) {
        self.symbols |= child.symbols;
        self.size = self.size.saturating_add(child.size);
        self.depth = self.depth.max(child.depth.saturating_add(1));
        self.traits.decimal |= child.traits.decimal;
        self.traits.symbolic |= child.traits.symbolic;
        self.traits.condition |= child.traits.condition;
        self.traits.infinite |= child.traits.infinite;
        self.traits.binder |= child.traits.binder;
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if self.depth <= RECURSION_LIMIT {
            return;
        }
        let mut pending = vec![std::mem::replace(&mut self.node, Node::Truth(false))];
        while let Some(node) = pending.pop() {
            node.for_each_owned_child(|child| {
                if child.depth() > RECURSION_LIMIT
                    && let Some(mut tree) = Arc::into_inner(child.0)
                {
                    pending.push(std::mem::replace(&mut tree.node, Node::Truth(false)));
                    tree.depth = 1;
                }
            });
        }
    }
}

impl Node {
    fn for_each_owned_child(self, mut f: impl FnMut(Expr)) {
        match self {
            Node::Number(_)
            | Node::Decimal(_)
            | Node::Symbol(_)
            | Node::Constant(_)
            | Node::Truth(_) => {}
            Node::Add(items)
            | Node::Mul(items)
            | Node::Call(_, items)
            | Node::Apply(_, items)
            | Node::And(items)
            | Node::Or(items) => items.into_iter().for_each(f),
            Node::Power(left, right) | Node::Relation(_, left, right) => {
                f(left);
                f(right);
            }
            Node::Not(inner) => f(inner),
            Node::Piecewise(branches) => {
                for (value, condition) in branches {
                    f(value);
                    f(condition);
                }
            }
        }
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.0, &other.0) {
            return true;
        }
        if self.0.hash != other.0.hash
            || self.0.size != other.0.size
            || self.0.depth != other.0.depth
        {
            return false;
        }
        let mut pending = vec![(self, other)];
        // Shared subtrees are compared once, or a small graph could take exponential time.
        let mut done = HashSet::new();
        while let Some((a, b)) = pending.pop() {
            if Arc::ptr_eq(&a.0, &b.0) {
                continue;
            }
            if a.0.hash != b.0.hash || !a.node().same_head(b.node()) {
                return false;
            }
            if a.0.size > 64 && !done.insert((a.address(), b.address())) {
                continue;
            }
            let first = pending.len();
            a.node().for_each_child(|child| pending.push((child, child)));
            let mut slot = first;
            b.node().for_each_child(|child| {
                if let Some(pair) = pending.get_mut(slot) {
                    pair.1 = child;
                }
                slot += 1;
            });
        }
        true
    }
}

impl Eq for Expr {}

impl Hash for Expr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::plain(self))
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::plain(self))
    }
}

impl PartialOrd for Expr {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Expr {
    /// The canonical order of terms and factors; total, and independent of history.
    fn cmp(&self, other: &Self) -> Ordering {
        crate::order::canonical_order(self, other)
    }
}
