//! The exact normal form: fractions of polynomials in coordinates, parameters and kernels.
//!
//! A [`Field`] is a differential field that grows as it reads expressions: its generators are symbols and
//! kernels (sin, cos, exp, logarithms, roots, unknown functions and their partial derivatives) with the
//! algebraic relations between them. An [`Element`] is a value of it in canonical form: equal values of one
//! field are structurally equal, and 0 is 0.
//!
//! The generators form a tower: each algebraic one (sine, root, i) satisfies a relation over those before
//! it. A numerator has lower degree than that relation in each of them, a denominator holds none of them and
//! is kept as a product of irreducible polynomials. This makes the form unique wherever the generators are
//! as independent as they look. A new kernel is therefore first looked for in the field: `sin(2θ)` is written
//! by sin θ and cos θ, `sqrt(x y)` by `sqrt(x)` and `sqrt(y)` if signs allow; whatever remains uncertain is
//! kept apart and reported by [`Field::opaque_kernels`].

#![allow(clippy::mutable_key_type, reason = "what changes inside a factor are caches")]

mod angles;
mod arithmetic;
mod derivation;
mod division;
mod fraction;
mod half_turns;
mod kernels;
mod magnitude;
mod polish;
mod read;
mod registry;
mod relations;
mod roots;
mod sampling;
mod signs;
mod span;
mod squares;
mod write;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holor_polynomial::{Polynomial, Var};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use crate::{AlgebraError, AlgebraResult, Assumptions, Expr, Interrupt, Symbol};
use fraction::{Denominator, Factor, Fraction};
use registry::{Growing, Growth, Kind, Registry};

/// A field of exact values. Cloning shares it; it may be used from several threads.
#[derive(Clone, Debug)]
pub struct Field(Arc<State>);

/// A value of a [`Field`] in canonical form. Cloning is cheap. It belongs to the field that made it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Element(Arc<Fraction>);

#[derive(Debug)]
struct State {
    assumptions: Assumptions,
    generators: Registry,
    growth: Growth,
    /// Generators by what they are.
    numbers: Mutex<HashMap<Kind, Var>>,
    factors: Mutex<division::Factors>,
    bases: Mutex<angles::Bases>,
    roots: Mutex<roots::Roots>,
    /// What was read before.
    memory: Mutex<HashMap<Expr, Element>>,
    facts: Mutex<Option<Arc<signs::Facts>>>,
    /// Sums as they were read, where that is shorter than multiplied out.
    forms: Mutex<HashMap<Polynomial, Expr>>,
    zero: Element,
    one: Element,
}

/// Runs `work` so that it stops soon after the interrupt is raised.
///
/// # Errors
/// [`AlgebraError::Interrupted`] when it was.
pub fn with_interrupt<T>(
    interrupt: &Interrupt,
    work: impl FnOnce() -> T,
) -> AlgebraResult<T> {
    holor_polynomial::stop::scope(&interrupt.flag(), work)
        .ok_or(AlgebraError::Interrupted)
}

impl Element {
    fn new(numerator: Polynomial, denominator: Denominator) -> Self {
        Self(Arc::new(Fraction { numerator, denominator }))
    }

    fn from_polynomial(numerator: Polynomial) -> Self {
        Self::new(numerator, Denominator::one())
    }

    fn numerator(&self) -> &Polynomial {
        &self.0.numerator
    }

    fn denominator(&self) -> &Denominator {
        &self.0.denominator
    }

    /// Whether it is 0, for all values of the symbols.
    pub fn is_zero(&self) -> bool {
        self.0.numerator.is_zero()
    }

    /// Whether it is 1.
    pub fn is_one(&self) -> bool {
        self.0.numerator.is_one() && self.0.denominator.is_one()
    }

    /// Its value if it is a rational number.
    pub fn as_rational(&self) -> Option<BigRational> {
        if !self.0.denominator.factors.is_empty() {
            return None;
        }
        let numerator = self.0.numerator.as_integer()?;
        Some(BigRational::new(numerator, self.0.denominator.content.clone()))
    }

    /// How many terms its numerator and denominator have: a measure of its size.
    pub fn term_count(&self) -> usize {
        let denominator = self.0.denominator.factors.iter();
        self.0.numerator.term_count()
            + denominator
                .map(|(factor, _)| factor.polynomial().term_count())
                .sum::<usize>()
    }

    /// The generators that occur, ascending.
    fn variables(&self) -> Vec<Var> {
        let mut found: BTreeSet<Var> =
            self.numerator().variables().iter().copied().collect();
        for (factor, _) in &self.denominator().factors {
            found.extend(factor.polynomial().variables());
        }
        found.into_iter().collect()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Field {
    /// A field in which signs are decided by these assumptions.
    pub fn new(assumptions: Assumptions) -> Self {
        Self(Arc::new(State {
            assumptions,
            generators: Registry::new(),
            growth: Growth::default(),
            numbers: Mutex::default(),
            factors: Mutex::default(),
            bases: Mutex::default(),
            roots: Mutex::default(),
            memory: Mutex::default(),
            facts: Mutex::default(),
            forms: Mutex::default(),
            zero: Element::from_polynomial(Polynomial::zero()),
            one: Element::from_polynomial(Polynomial::one()),
        }))
    }

    /// What is assumed.
    pub fn assumptions(&self) -> &Assumptions {
        &self.0.assumptions
    }

    /// Whether two handles are the same field.
    pub fn is_same(&self, other: &Field) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Stops here when the person interrupted (see [`holor_polynomial::stop`]).
    ///
    /// # Errors
    /// [`AlgebraError::Interrupted`].
    pub fn poll(&self) -> AlgebraResult<()> {
        if holor_polynomial::stop::is_raised() {
            return Err(AlgebraError::Interrupted);
        }
        Ok(())
    }

    fn grow(&self) -> Growing<'_> {
        self.0.growth.enter()
    }

    /// Reads an expression.
    ///
    /// # Errors
    /// Where it has no value (division by 0, infinities), is a condition, or would grow beyond all bounds.
    pub fn read(&self, expr: &Expr) -> AlgebraResult<Element> {
        read::read(self, expr)
    }

    /// Writes a value for eyes: denominators and numerators factored, sin² + cos² used where it shortens.
    pub fn write(&self, element: &Element) -> Expr {
        polish::write(self, element)
    }

    /// Writes a value as one expanded numerator over a factored denominator, without looking for the shortest form.
    pub fn write_plainly(&self, element: &Element) -> Expr {
        write::plainly(self, element)
    }

    /// Kernels that occur in it and about whose relations to others nothing is known: two values with them may be equal
    /// without being recognised as such. Empty means that the zero test is a decision.
    pub fn opaque_kernels(&self, element: &Element) -> Vec<Expr> {
        kernels::opaque(self, element)
    }

    /// 0
    pub fn zero(&self) -> Element {
        self.0.zero.clone()
    }

    /// 1
    pub fn one(&self) -> Element {
        self.0.one.clone()
    }

    /// An integer.
    pub fn integer(&self, value: impl Into<BigInt>) -> Element {
        let value = value.into();
        if value.is_zero() {
            self.zero()
        } else if value.is_one() {
            self.one()
        } else {
            Element::from_polynomial(Polynomial::integer(value))
        }
    }

    /// A fraction.
    pub fn rational(&self, value: &BigRational) -> Element {
        if value.is_integer() {
            return self.integer(value.numer().clone());
        }
        let denominator =
            Denominator { content: value.denom().clone(), factors: Vec::new() };
        Element::new(Polynomial::integer(value.numer().clone()), denominator)
    }

    /// A symbol.
    pub fn symbol(&self, symbol: &Symbol) -> Element {
        match kernels::symbol(self, symbol) {
            Some(var) => Element::from_polynomial(Polynomial::variable(var)),
            None => self.zero(),
        }
    }

    /// One generator as a value.
    fn generator(&self, var: Var) -> Element {
        Element::from_polynomial(Polynomial::variable(var))
    }

    /// −a
    pub fn negate(&self, a: &Element) -> Element {
        if a.is_zero() {
            return a.clone();
        }
        Element::new(a.numerator().negate(), a.denominator().clone())
    }

    /// a + b
    pub fn add(&self, a: &Element, b: &Element) -> Element {
        if a.is_zero() {
            return b.clone();
        }
        if b.is_zero() {
            return a.clone();
        }
        self.sum_of([a, b].into_iter())
    }

    /// a − b
    pub fn subtract(&self, a: &Element, b: &Element) -> Element {
        if b.is_zero() {
            return a.clone();
        }
        if a == b {
            return self.zero();
        }
        self.add(a, &self.negate(b))
    }

    /// a times a small fraction `numerator/denominator`, the denominator not 0.
    pub fn scale(&self, a: &Element, numerator: i64, denominator: i64) -> Element {
        if numerator == denominator {
            return a.clone();
        }
        if denominator == 0 {
            return self.zero();
        }
        self.scale_by(a, &BigRational::new(numerator.into(), denominator.into()))
    }

    /// a times a rational number.
    fn scale_by(&self, a: &Element, factor: &BigRational) -> Element {
        if factor.is_zero() || a.is_zero() {
            return self.zero();
        }
        let denominator = Denominator {
            content: &a.denominator().content * factor.denom(),
            factors: a.denominator().factors.clone(),
        };
        self.without_content(a.numerator().scale(factor.numer()), denominator)
    }

    /// a/b; an error where b is 0.
    ///
    /// # Errors
    /// Where b is 0, also if only on some branch, as `x + abs(x)`.
    pub fn divide(&self, a: &Element, b: &Element) -> AlgebraResult<Element> {
        if b.is_one() {
            return Ok(a.clone());
        }
        let inverse = self.inverse(b)?;
        if a.is_one() {
            return Ok(inverse);
        }
        Ok(self.multiply(a, &inverse))
    }

    /// aⁿ; an error for 0 to a negative power.
    ///
    /// # Errors
    /// As [`Field::divide`] by a.
    pub fn power(&self, a: &Element, exponent: i32) -> AlgebraResult<Element> {
        if exponent < 0 {
            let inverse = self.inverse(a)?;
            return Ok(self.raise(&inverse, exponent.unsigned_abs()));
        }
        Ok(self.raise(a, exponent.unsigned_abs()))
    }

    fn raise(&self, a: &Element, exponent: u32) -> Element {
        match exponent {
            0 => return self.one(),
            1 => return a.clone(),
            _ => {}
        }
        let algebraic = |var: &&Var| self.0.generators.is_algebraic(**var);
        if a.numerator().variables().iter().find(algebraic).is_none() {
            let denominator = Denominator {
                content: num_traits::Pow::pow(&a.denominator().content, exponent),
                factors: a
                    .denominator()
                    .factors
                    .iter()
                    .map(|(factor, e)| (factor.clone(), e.saturating_mul(exponent)))
                    .collect(),
            };
            return Element::new(a.numerator().power(exponent), denominator);
        }
        let half = self.raise(a, exponent / 2);
        let square = self.multiply(&half, &half);
        if exponent % 2 == 1 { self.multiply(&square, a) } else { square }
    }

    /// The sum, brought to one denominator once.
    pub fn sum(&self, terms: &[Element]) -> Element {
        match terms {
            [] => self.zero(),
            [single] => single.clone(),
            _ => self.sum_of(terms.iter()),
        }
    }

    /// The square root that is ≥ 0 where the value is, with signs decided by the assumptions; roots of squares of
    /// unknown sign are absolute values.
    ///
    /// # Errors
    /// [`AlgebraError::Interrupted`], or where the field is full.
    pub fn sqrt(&self, a: &Element) -> AlgebraResult<Element> {
        self.root(a, 2)
    }

    /// The principal n-th root, n > 0.
    ///
    /// # Errors
    /// [`AlgebraError::Interrupted`], or where the field is full.
    pub fn root(&self, a: &Element, n: u32) -> AlgebraResult<Element> {
        let _growing = self.grow();
        roots::root(self, a, n)
    }

    /// ∂a/∂symbol; unknown functions of the symbol get new generators.
    pub fn derivative(&self, a: &Element, symbol: &Symbol) -> Element {
        derivation::derivative(self, a, symbol)
    }

    /// Expressions put for symbols, everywhere at once (also inside kernels).
    ///
    /// # Errors
    /// Where a replacement has no value, or a denominator becomes 0.
    pub fn substitute(
        &self,
        a: &Element,
        replacements: &[(Symbol, Expr)],
    ) -> AlgebraResult<Element> {
        kernels::substitute(self, a, replacements)
    }

    /// Whether it is positive (`Some(true)`), negative (`Some(false)`), or not decided by the assumptions.
    pub fn is_positive(&self, a: &Element) -> Option<bool> {
        signs::is_positive(self, a)
    }

    /// Whether it is ≥ 0 (`Some(true)`), ≤ 0, or not decided: its sign wherever it is known not to be 0.
    pub fn is_positive_unless_zero(&self, a: &Element) -> Option<bool> {
        signs::is_positive_unless_zero(self, a)
    }

    /// The symbols on which it depends, those inside kernels too.
    pub fn symbols(&self, a: &Element) -> BTreeSet<Symbol> {
        kernels::symbols(self, a)
    }

    /// The factor with this number in the field's table, made if it is new.
    fn intern(&self, polynomial: &Polynomial, irreducible: bool) -> Factor {
        locked(&self.0.factors).intern(polynomial, irreducible)
    }
}

/// Whether a rational number is a whole one that fits.
fn small_integer(value: &BigRational) -> Option<i64> {
    use num_traits::ToPrimitive;
    if value.is_integer() { value.numer().to_i64() } else { None }
}

/// −1, 0 or 1.
fn sign_of(value: &BigInt) -> i32 {
    if value.is_zero() {
        0
    } else if value.is_negative() {
        -1
    } else {
        1
    }
}
