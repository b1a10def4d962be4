//! Sums of products of tensors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holor_algebra::Expr;

use super::coefficient::expand;
use super::print;
use super::tensor::{Derivative, TensorSymbol};
use super::term::{AbstractTerm, Factor, FreeIndex, Index, unbalanced, word};
use crate::{GeometryError, GeometryResult};

/// How many indices may be symmetrised at once.
const SYMMETRIZE_LIMIT: usize = 8;

/// A sum of products of tensors with abstract indices, all with the same free indices.
///
/// It is always well formed: what is not is an error when it is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbstractExpression {
    pub(super) terms: Vec<AbstractTerm>,
    pub(super) free: Vec<FreeIndex>,
}

impl AbstractExpression {
    /// The sum without terms, which has any free indices.
    pub fn zero() -> Self {
        Self { terms: Vec::new(), free: Vec::new() }
    }

    /// A number or expression without indices.
    pub fn scalar(value: Expr) -> Self {
        Self::of_terms(
            vec![AbstractTerm { coefficient: value, factors: Vec::new() }],
            Vec::new(),
        )
    }

    /// One tensor with its indices.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use holor_algebra::Expr;
    /// use holor_geometry::indices::{AbstractExpression, Index, IndexSpace, Pairing, TensorSymbol};
    ///
    /// let pairing = Pairing::Symmetric { metric: "g".into(), determinant: Some(-1) };
    /// let space = Arc::new(IndexSpace::new("spacetime", Expr::integer(4), pairing));
    /// let riemann = Arc::new(TensorSymbol::riemann("R", &space).unwrap());
    /// let ricci = AbstractExpression::tensor(
    ///     &riemann,
    ///     vec![Index::up("a"), Index::down("b"), Index::down("a"), Index::down("c")],
    /// )?;
    /// assert_eq!(ricci.canonicalize()?.expression.plain(), "R[_b, _c]");
    /// # Ok::<(), holor_geometry::GeometryError>(())
    /// ```
    pub fn tensor(
        tensor: &Arc<TensorSymbol>,
        indices: Vec<Index>,
    ) -> GeometryResult<Self> {
        Self::product(Expr::one(), vec![Factor::new(tensor, indices)?])
    }

    /// A coefficient times a product of tensors. The coefficient is a constant for every derivative.
    pub fn product(coefficient: Expr, factors: Vec<Factor>) -> GeometryResult<Self> {
        let term = AbstractTerm::new(coefficient, factors)?;
        let free = term.free()?;
        Ok(Self::of_terms(vec![term], free))
    }

    pub(super) fn of_terms(mut terms: Vec<AbstractTerm>, free: Vec<FreeIndex>) -> Self {
        terms.retain(|term| !term.coefficient.is_zero());
        Self { terms, free }
    }

    /// The terms.
    pub fn terms(&self) -> &[AbstractTerm] {
        &self.terms
    }

    /// The free indices, by name.
    pub fn free_indices(&self) -> &[FreeIndex] {
        &self.free
    }

    /// Whether there are no terms. Use [`Self::canonicalize`] before to see whether the terms cancel.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The value, if it has no tensors in it.
    pub fn as_scalar(&self) -> Option<Expr> {
        match self.terms.as_slice() {
            [] => Some(Expr::zero()),
            [term] if term.factors.is_empty() => Some(term.coefficient.clone()),
            _ => None,
        }
    }

    /// The sum; an error where the free indices differ.
    pub fn add(&self, other: &Self) -> GeometryResult<Self> {
        if self.terms.is_empty() {
            return Ok(other.clone());
        }
        if other.terms.is_empty() {
            return Ok(self.clone());
        }
        same_free(&self.free, &other.free)?;
        let terms = self.terms.iter().chain(&other.terms).cloned().collect();
        Ok(Self::of_terms(terms, self.free.clone()))
    }

    /// The difference; an error where the free indices differ.
    pub fn subtract(&self, other: &Self) -> GeometryResult<Self> {
        self.add(&other.scale(&Expr::integer(-1)))
    }

    /// The product with a number or expression.
    #[must_use]
    pub fn scale(&self, by: &Expr) -> Self {
        let mut terms = self.terms.clone();
        for term in &mut terms {
            term.coefficient = expand(&(&term.coefficient * by));
        }
        Self::of_terms(terms, self.free.clone())
    }

    /// The product. An index that is free and up in one and free and down in the other is summed over; dummies get other
    /// names where they clash.
    pub fn multiply(&self, other: &Self) -> GeometryResult<Self> {
        let mut terms = Vec::with_capacity(self.terms.len() * other.terms.len());
        for left in &self.terms {
            for right in &other.terms {
                terms.push(multiply_terms(left, right)?);
            }
        }
        let free = match terms.first() {
            Some(term) => term.free()?,
            None => Vec::new(),
        };
        Ok(Self::of_terms(terms, free))
    }

    /// The product with itself, n times, which is free of clashes only for scalars.
    pub fn power(&self, exponent: u32) -> GeometryResult<Self> {
        let mut result = Self::scalar(Expr::one());
        for _ in 0..exponent {
            result = result.multiply(self)?;
        }
        Ok(result)
    }

    /// The derivative by Leibniz' rule; coefficients are constants. A free index of the opposite variance and the same name
    /// is summed over.
    pub fn differentiate(
        &self,
        derivative: &Arc<Derivative>,
        index: &Index,
    ) -> GeometryResult<Self> {
        let mut terms = Vec::new();
        for term in &self.terms {
            let mut term = term.clone();
            term.rename_dummies(&mut BTreeSet::from([Arc::clone(&index.name)]));
            for (position, factor) in term.factors.iter().enumerate() {
                let mut factors = term.factors.clone();
                factors[position] = factor.differentiate(derivative, index.clone())?;
                terms.push(AbstractTerm::new(term.coefficient.clone(), factors)?);
            }
        }
        let free = match terms.first() {
            Some(term) => term.free()?,
            None => Vec::new(),
        };
        Ok(Self::of_terms(terms, free))
    }

    /// Other names for free indices, all at once; dummies get out of the way.
    pub fn rename(&self, names: &[(&str, &str)]) -> GeometryResult<Self> {
        let map: BTreeMap<Arc<str>, Arc<str>> = names
            .iter()
            .filter(|(old, _)| self.free.iter().any(|free| *free.index.name == **old))
            .map(|(old, new)| (Arc::from(*old), Arc::from(*new)))
            .collect();
        let mut used: BTreeSet<Arc<str>> = map.values().cloned().collect();
        used.extend(self.free.iter().map(|free| Arc::clone(&free.index.name)));
        let mut terms = self.terms.clone();
        for term in &mut terms {
            term.rename_dummies(&mut used.clone());
            term.rename(&map);
        }
        let free = match terms.first() {
            Some(term) => term.free()?,
            None => Vec::new(),
        };
        Ok(Self::of_terms(terms, free))
    }

    /// The part that is symmetric in these free indices: the mean over all ways to exchange them.
    pub fn symmetrize(&self, names: &[&str]) -> GeometryResult<Self> {
        self.average("symmetrize", names, false)
    }

    /// The part that is antisymmetric in these free indices: the mean with signs over all ways to exchange them.
    pub fn antisymmetrize(&self, names: &[&str]) -> GeometryResult<Self> {
        self.average("antisymmetrize", names, true)
    }

    fn average(
        &self,
        operation: &'static str,
        names: &[&str],
        signs: bool,
    ) -> GeometryResult<Self> {
        let invalid = |reason| GeometryError::Invalid { operation, reason };
        if self.terms.is_empty() {
            return Ok(self.clone());
        }
        if names.len() > SYMMETRIZE_LIMIT {
            let reason = format!("more than {SYMMETRIZE_LIMIT} indices at once");
            return Err(invalid(reason));
        }
        let mut chosen: Vec<&FreeIndex> = Vec::new();
        for name in names {
            let free = self.free.iter().find(|free| *free.index.name == **name);
            let free =
                free.ok_or_else(|| invalid(format!("{name} is not a free index here")))?;
            if let Some(first) = chosen.first() {
                if chosen.iter().any(|other| other.index.name == free.index.name) {
                    return Err(invalid(format!("the index {name} is named twice")));
                }
                if first.index.variance != free.index.variance {
                    return Err(invalid(format!(
                        "{} is {} and {name} is {}",
                        first.index.name,
                        word(first.index.variance),
                        word(free.index.variance)
                    )));
                }
                if first.space != free.space {
                    return Err(invalid(format!(
                        "{} and {name} count different things",
                        first.index.name
                    )));
                }
            }
            chosen.push(free);
        }
        let orders = permutations(names.len());
        let weight = Expr::integer(orders.len() as i64).reciprocal();
        let mut terms = Vec::new();
        for order in &orders {
            let negative = signs && super::permutation::is_odd(order);
            let weight = if negative { weight.negate() } else { weight.clone() };
            let map: Vec<(&str, &str)> =
                names.iter().zip(order).map(|(name, &to)| (*name, names[to])).collect();
            terms.extend(self.rename(&map)?.scale(&weight).terms);
        }
        Ok(Self::of_terms(terms, self.free.clone()))
    }

    /// As text that is input again: `R[_a, _b, _c, _d] R[^a, ^b, ^c, ^d]`.
    pub fn plain(&self) -> String {
        print::plain(self)
    }

    /// As LaTeX, with each index under or over its own place: `R^{a}{}_{b c d}`.
    pub fn latex(&self) -> String {
        print::latex(self)
    }
}

impl std::fmt::Display for AbstractExpression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.plain())
    }
}

/// The product of two terms, with dummies of the second, then of the first, renamed where they clash.
fn multiply_terms(
    left: &AbstractTerm,
    right: &AbstractTerm,
) -> GeometryResult<AbstractTerm> {
    let (mut left, mut right) = (left.clone(), right.clone());
    let mut used = left.names();
    right.rename_dummies(&mut used);
    let mut used = right.names();
    left.rename_dummies(&mut used);
    let coefficient = expand(&(&left.coefficient * &right.coefficient));
    left.factors.extend(right.factors);
    AbstractTerm::new(coefficient, left.factors)
}

/// An error that names an index which is not free in both.
fn same_free(left: &[FreeIndex], right: &[FreeIndex]) -> GeometryResult<()> {
    for (one, other) in [(left, right), (right, left)] {
        for free in one {
            let name = &free.index.name;
            match other.iter().find(|other| other.index.name == *name) {
                None => {
                    return Err(unbalanced(format!(
                        "the index {name} is free in one term of the sum and not in another"
                    )));
                }
                Some(twin) if twin.index.variance != free.index.variance => {
                    return Err(unbalanced(format!(
                        "the free index {name} is {} in one term of the sum and {} in another",
                        word(free.index.variance),
                        word(twin.index.variance)
                    )));
                }
                Some(twin) if twin.space != free.space => {
                    return Err(unbalanced(format!(
                        "the free index {name} counts {} in one term of the sum and {} in another",
                        free.space.name, twin.space.name
                    )));
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// All orders of 0 … n − 1, the identity first.
pub(super) fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for next in 0..count {
        let mut longer = Vec::with_capacity(all.len() * (next + 1));
        for order in &all {
            for place in (0..=next).rev() {
                let mut order = order.clone();
                order.insert(place, next);
                longer.push(order);
            }
        }
        all = longer;
    }
    all
}
