//! The normal form of a sum of products.

use std::cmp::Ordering;

use holor_algebra::{Expr, Interrupt};

use super::coefficient::expand;
use super::contraction::contract;
use super::expression::AbstractExpression;
use super::labelling::label;
use super::multiterm::MultiTerm;
use super::network::{Prepared, View, compare};
use super::term::{AbstractTerm, Factor};
use crate::GeometryResult;

/// Which identities a normal form uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identities {
    /// Symmetries of slots, exchange of factors, names and places of dummies: each term stays one term.
    MonoTerm,
    /// Also the rules for metrics, identities δ, traces, volume forms and divergences.
    Contractions,
    /// Also the cyclic identity of curvature tensors, and Bianchi's identity under a Levi-Civita derivative.
    #[default]
    All,
}

/// A normal form, and what is not known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    /// The normal form.
    pub expression: AbstractExpression,
    /// Identities that were left out because applying them would take too long, in words. When it is empty, two
    /// expressions that are equal by the identities asked for have the same normal form.
    pub left_out: Vec<String>,
}

impl AbstractExpression {
    /// The normal form under all identities that the tensors have in every dimension.
    ///
    /// Equal expressions become identical: sums of products of tensors with any slot symmetries; Riemann's and Weyl's
    /// tensors with the cyclic identity, Bianchi's identities for `∇R`; metrics, δ and ε contracted. Not applied are identities
    /// that hold only in one dimension (antisymmetrising over more indices than it has), the exchange of covariant
    /// derivatives, the product rule that takes a metric past a derivative which it is not constant for, and the divergence
    /// of Weyl's tensor. Coefficients are compared as polynomials.
    ///
    /// # Errors
    /// The input is always well formed; a product that is too symmetric to be told apart from itself in two million
    /// steps is an error.
    pub fn canonicalize(&self) -> GeometryResult<Canonical> {
        self.canonicalize_with(Identities::All, None)
    }

    /// The normal form under these identities; it stops with an error when the flag is raised.
    pub fn canonicalize_with(
        &self,
        identities: Identities,
        interrupt: Option<&Interrupt>,
    ) -> GeometryResult<Canonical> {
        let mut left_out = Vec::new();
        let mut terms = Vec::new();
        if identities == Identities::MonoTerm {
            for term in &self.terms {
                let mut term = term.clone();
                term.lower_partial_derivatives();
                terms.extend(canonical_term(&term, interrupt)?);
            }
        } else {
            for term in &self.terms {
                terms.extend(contract(term, &mut left_out, interrupt)?);
            }
            if identities == Identities::All {
                let mut multi_term = MultiTerm::new(interrupt);
                let mut reduced = Vec::new();
                for term in terms {
                    reduced.extend(multi_term.reduce(term, &mut left_out)?);
                }
                terms = reduced;
            }
            let mut written = Vec::with_capacity(terms.len());
            for term in terms {
                written.extend(canonical_term(&term, interrupt)?);
            }
            terms = written;
        }
        left_out.sort();
        left_out.dedup();
        let terms = collect(terms);
        let free = if terms.is_empty() { Vec::new() } else { self.free.clone() };
        Ok(Canonical { expression: Self::of_terms(terms, free), left_out })
    }

    /// Whether two expressions have the same normal form. `None` when they have not, but identities were left out.
    pub fn is_equal(&self, other: &Self) -> GeometryResult<Option<bool>> {
        let difference = self.subtract(other)?.canonicalize()?;
        match (difference.expression.is_zero(), difference.left_out.is_empty()) {
            (true, _) => Ok(Some(true)),
            (false, true) => Ok(Some(false)),
            (false, false) => Ok(None),
        }
    }
}

/// The mono-term normal form of a product; `None` when it is 0.
pub(super) fn canonical_term(
    term: &AbstractTerm,
    interrupt: Option<&Interrupt>,
) -> GeometryResult<Option<AbstractTerm>> {
    if term.coefficient.is_zero() {
        return Ok(None);
    }
    if term.factors.is_empty() {
        return Ok(Some(term.clone()));
    }
    let prepared = Prepared::new(term, View::MonoTerm)?;
    if prepared.repeats_odd_scalar() {
        return Ok(None);
    }
    let labelling = label(&prepared.network(), true, interrupt)?;
    if labelling.vanishes {
        return Ok(None);
    }
    let coefficient = if labelling.negative {
        term.coefficient.negate()
    } else {
        term.coefficient.clone()
    };
    Ok(Some(AbstractTerm { coefficient, factors: prepared.write(&labelling) }))
}

/// Adds the coefficients of equal products, and sorts.
fn collect(mut terms: Vec<AbstractTerm>) -> Vec<AbstractTerm> {
    if terms.len() > 1 {
        terms.sort_by(|a, b| order(&a.factors, &b.factors));
    }
    let mut result: Vec<AbstractTerm> = Vec::with_capacity(terms.len());
    let mut waiting: Vec<Expr> = Vec::new();
    let mut rest = terms.into_iter().peekable();
    while let Some(term) = rest.next() {
        waiting.push(term.coefficient);
        let ends = rest.peek().is_none_or(|next| next.factors != term.factors);
        if ends {
            let coefficient = expand(&Expr::add(waiting.drain(..)));
            if !coefficient.is_zero() {
                result.push(AbstractTerm { coefficient, factors: term.factors });
            }
        }
    }
    result
}

/// Products by their tensors, then by their indices.
fn order(one: &[Factor], other: &[Factor]) -> Ordering {
    let tensors = one
        .iter()
        .zip(other)
        .map(|(a, b)| compare(a, b).then_with(|| a.sort_key().cmp(&b.sort_key())))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal);
    tensors.then_with(|| one.len().cmp(&other.len())).then_with(|| {
        let indices = |factors: &[Factor]| {
            factors
                .iter()
                .flat_map(|factor| factor.indices.iter().cloned())
                .collect::<Vec<_>>()
        };
        indices(one).cmp(&indices(other))
    })
}
