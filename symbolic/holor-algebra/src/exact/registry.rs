//! The generators of a field: a table that only grows, read without locks.

use std::sync::{Condvar, Mutex, OnceLock, PoisonError, RwLock};
use std::thread::ThreadId;

use holor_polynomial::{Polynomial, Var};

use super::Element;
use super::signs::Range;
use crate::{Constant, Expr, Function, Symbol};

/// What a generator is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// A symbol.
    Symbol(Symbol),
    /// π and other constants that count as transcendental.
    Constant(Constant),
    /// i, with i² = −1.
    Imaginary,
    /// cos or sin of a base angle, the sine with s² = 1 − c²; `partner` is the other one's number.
    Circular { sine: bool, argument: Element, partner: Var },
    /// cosh or sinh of a base argument, with sinh² = cosh² − 1.
    Hyperbolic { sine: bool, argument: Element, partner: Var },
    /// `e` to a base argument.
    Exponential { argument: Element },
    /// A logarithm.
    Logarithm { argument: Element },
    /// A root: `u^n = tail` says all about it.
    Root,
    /// Twice the cosine, or hyperbolic cosine, of a part of an argument, of whose whole this is the sine.
    Part { circular: bool, argument: Element, divisor: u32, sine: Element },
    /// The sign of a real value, with σ² = 1.
    Sign(Element),
    /// ±1, locally constant: which branch an expression is on, as in `sqrt(x y)/(sqrt(x) sqrt(y))`.
    Branch(Expr),
    /// A partial derivative of an unknown function; `orders` by slot.
    Jet { function: Symbol, orders: Vec<u32>, arguments: Vec<Element> },
    /// A known function about which no relations are used.
    Call { function: Function, arguments: Vec<Element> },
    /// Any other expression.
    Expression(Expr),
}

/// The relation `u^degree = tail`, the tail of lower degree in u and otherwise made of generators before u.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) degree: u32,
    pub(super) tail: Polynomial,
    /// Whether the tail is free of u.
    pub(super) pure: bool,
}

/// A generator and what is known about it.
#[derive(Debug)]
pub(super) struct Generator {
    pub(super) kind: Kind,
    pub(super) relation: Option<Relation>,
    /// Whether it may be related to other generators in an unknown way.
    pub(super) opaque: bool,
    /// What it stands for.
    pub(super) meaning: Expr,
    /// Where its values lie.
    pub(super) range: Range,
    pub(super) derivatives: RwLock<Vec<(Symbol, Element)>>,
}

/// The size of the first bucket; each next one is twice as large.
const FIRST_BUCKET: u32 = 32;
const BUCKETS: usize = 26;

/// An append-only table of generators.
#[derive(Debug)]
pub(super) struct Registry {
    buckets: [OnceLock<Box<[OnceLock<Generator>]>>; BUCKETS],
    length: Mutex<Var>,
}

impl Registry {
    pub(super) fn new() -> Self {
        Self { buckets: [const { OnceLock::new() }; BUCKETS], length: Mutex::new(0) }
    }

    fn place(var: Var) -> (usize, usize) {
        let index = var.saturating_add(FIRST_BUCKET);
        let bucket = index.ilog2() - FIRST_BUCKET.ilog2();
        (bucket as usize, (index - (FIRST_BUCKET << bucket)) as usize)
    }

    pub(super) fn get(&self, var: Var) -> Option<&Generator> {
        let (bucket, offset) = Self::place(var);
        self.buckets.get(bucket)?.get()?.get(offset)?.get()
    }

    /// Its relation, if it is algebraic over the generators before it.
    pub(super) fn relation(&self, var: Var) -> Option<&Relation> {
        self.get(var)?.relation.as_ref()
    }

    pub(super) fn is_algebraic(&self, var: Var) -> bool {
        self.relation(var).is_some()
    }

    /// How many there are.
    pub(super) fn len(&self) -> Var {
        *self.length.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one; `None` when the table is full.
    pub(super) fn push(&self, generator: Generator) -> Option<Var> {
        let mut length = self.length.lock().unwrap_or_else(PoisonError::into_inner);
        let var = *length;
        let (bucket, offset) = Self::place(var);
        let size = (FIRST_BUCKET as usize) << bucket;
        let slots = self
            .buckets
            .get(bucket)?
            .get_or_init(|| (0..size).map(|_| OnceLock::new()).collect());
        slots.get(offset)?.set(generator).ok()?;
        *length = var.checked_add(1)?;
        Some(var)
    }
}

/// Lets one thread at a time add generators; the same thread may enter again.
#[derive(Debug, Default)]
pub(super) struct Growth {
    owner: Mutex<Option<(ThreadId, u32)>>,
    free: Condvar,
}

/// While it lives, no other thread adds generators.
#[derive(Debug)]
pub(super) struct Growing<'a>(&'a Growth);

impl Growth {
    pub(super) fn enter(&self) -> Growing<'_> {
        let me = std::thread::current().id();
        let mut owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &mut *owner {
                None => {
                    *owner = Some((me, 1));
                    return Growing(self);
                }
                Some((thread, depth)) if *thread == me => {
                    *depth += 1;
                    return Growing(self);
                }
                Some(_) => {
                    owner = self.free.wait(owner).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

impl Drop for Growing<'_> {
    fn drop(&mut self) {
        let mut owner = self.0.owner.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *owner {
            Some((_, depth)) if *depth > 1 => *depth -= 1,
            _ => {
                *owner = None;
                self.0.free.notify_one();
            }
        }
    }
}
