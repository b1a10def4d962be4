//! Replacing a tensor by an expression, and exchanging covariant derivatives.

use std::collections::BTreeSet;
use std::sync::Arc;

use holor_algebra::Expr;

use super::coefficient::expand;
use super::expression::AbstractExpression;
use super::tensor::{DerivativeKind, Pairing, TensorKind, TensorSymbol};
use super::term::{AbstractTerm, Factor, Index, fresh_name, unbalanced, word};
use crate::{GeometryError, GeometryResult, Variance};

/// A definition `T[_a, _b] → expression`: wherever T occurs, with any indices and under any derivatives, the
/// expression can be put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pattern: Factor,
    replacement: AbstractExpression,
}

impl Rule {
    /// Puts an expression for a factor.
    ///
    /// # Errors
    /// An index of the pattern occurs twice in it, or is not a free index of the expression, or the other way round.
    pub fn new(pattern: Factor, replacement: AbstractExpression) -> GeometryResult<Self> {
        let term = AbstractTerm::new(Expr::one(), vec![pattern.clone()])?;
        let free = term.free()?;
        if free.len() != pattern.indices.len() {
            return Err(GeometryError::Invalid {
                operation: "rule",
                reason: "an index occurs twice on the left: give each slot its own"
                    .into(),
            });
        }
        if !replacement.is_zero() {
            for (one, other) in [(&free, &replacement.free), (&replacement.free, &free)] {
                for index in one {
                    let name = &index.index.name;
                    match other.iter().find(|other| other.index.name == *name) {
                        Some(twin) if twin == index => {}
                        Some(twin) => {
                            return Err(unbalanced(format!(
                                "the index {name} is {} on one side of the rule and {} on the other",
                                word(index.index.variance),
                                word(twin.index.variance)
                            )));
                        }
                        None => {
                            return Err(unbalanced(format!(
                                "the index {name} is free on one side of the rule only"
                            )));
                        }
                    }
                }
            }
        }
        Ok(Self { pattern, replacement })
    }

    /// The expression with the indices of a factor, and its derivatives; `None` where the pattern does not fit.
    fn fit(
        &self,
        factor: &Factor,
        used: &mut BTreeSet<Arc<str>>,
    ) -> GeometryResult<Option<Vec<AbstractTerm>>> {
        let same = self.pattern.tensor == factor.tensor;
        let own = self.pattern.derivatives.len();
        let Some(outer) = factor.derivatives.len().checked_sub(own) else {
            return Ok(None);
        };
        if !same || factor.derivatives[outer..] != self.pattern.derivatives[..] {
            return Ok(None);
        }
        let indices = &factor.indices[outer..];
        let mut results = Vec::new();
        for term in &self.replacement.terms {
            let mut term = term.clone();
            term.rename_dummies(used);
            used.extend(term.names());
            let mut metrics = Vec::new();
            // The places are looked up before any index changes, so that indices may exchange their names.
            let places: Vec<_> = self
                .pattern
                .indices
                .iter()
                .map(|index| {
                    term.occurrences().of.get(index.name.as_ref()).map(|at| at[0])
                })
                .collect();
            for ((old, new), place) in
                self.pattern.indices.iter().zip(indices).zip(places)
            {
                let Some((position, place)) = place else { continue };
                let factor = &term.factors[position];
                if old.variance == new.variance || factor.is_raisable(place) {
                    if old.variance != new.variance {
                        refuse_antisymmetric(factor, place, new)?;
                    }
                    term.factors[position].indices[place] = new.clone();
                    continue;
                }
                let space = Arc::clone(factor.space(place));
                let metric = TensorSymbol::metric(&space);
                let Some(metric) = metric else {
                    refuse_antisymmetric(factor, place, new)?;
                    continue;
                };
                let between = fresh_name(&space, |name| !used.contains(name));
                used.insert(Arc::clone(&between));
                term.factors[position].indices[place] =
                    Index { name: Arc::clone(&between), variance: old.variance };
                let lifted = Index { name: between, variance: new.variance };
                metrics.push(Factor::new(&Arc::new(metric), vec![new.clone(), lifted])?);
            }
            term.factors.extend(metrics);
            let mut terms = vec![term];
            for (derivative, index) in
                factor.derivatives[..outer].iter().zip(&factor.indices[..outer]).rev()
            {
                let mut next = Vec::new();
                for term in &terms {
                    for position in 0..term.factors.len() {
                        let mut term = term.clone();
                        term.factors[position] = term.factors[position]
                            .differentiate(derivative, index.clone())?;
                        next.push(term);
                    }
                }
                terms = next;
            }
            results.extend(terms);
        }
        Ok(Some(results))
    }
}

/// With an antisymmetric metric the sign of raising an index is a convention that is not fixed here.
fn refuse_antisymmetric(
    factor: &Factor,
    place: usize,
    index: &Index,
) -> GeometryResult<()> {
    if factor.space(place).pairing == Pairing::Antisymmetric {
        return Err(unbalanced(format!(
            "the index {} of the rule would have to be raised with an antisymmetric metric: write it {}",
            index.name,
            word(index.variance)
        )));
    }
    Ok(())
}

impl AbstractExpression {
    /// Applies a rule once to each factor that was there before.
    pub fn substitute(&self, rule: &Rule) -> GeometryResult<Self> {
        let mut terms = Vec::new();
        for term in &self.terms {
            let mut used = term.names();
            let mut products: Vec<(Expr, Vec<Factor>)> =
                vec![(term.coefficient.clone(), Vec::new())];
            for factor in &term.factors {
                let parts = match rule.fit(factor, &mut used)? {
                    Some(parts) => parts
                        .into_iter()
                        .map(|part| (part.coefficient, part.factors))
                        .collect(),
                    None => vec![(Expr::one(), vec![factor.clone()])],
                };
                products = products
                    .iter()
                    .flat_map(|(weight, before)| {
                        parts.iter().map(move |(own, after)| {
                            let factors = before.iter().chain(after).cloned().collect();
                            (weight * own, factors)
                        })
                    })
                    .collect();
            }
            for (coefficient, factors) in products {
                terms.push(AbstractTerm::new(expand(&coefficient), factors)?);
            }
        }
        let free = if terms.is_empty() { Vec::new() } else { self.free.clone() };
        Ok(Self::of_terms(terms, free))
    }

    /// Exchanges two covariant derivatives that stand side by side, with the curvature terms:
    /// `∇_a ∇_b Vᶜ = ∇_b ∇_a Vᶜ + Rᶜ_dab V^d`.
    ///
    /// # Errors
    /// No two adjacent Levi-Civita derivatives have these indices; the tensor `riemann` is not a curvature tensor of
    /// their space; or an index behind them belongs to another space, whose curvature is not known.
    pub fn commute_derivatives(
        &self,
        first: &str,
        second: &str,
        riemann: &Arc<TensorSymbol>,
    ) -> GeometryResult<Self> {
        let invalid = |reason: String| GeometryError::Invalid {
            operation: "commute derivatives",
            reason,
        };
        let mut terms = Vec::new();
        let mut found = false;
        for term in &self.terms {
            let at = term.factors.iter().enumerate().find_map(|(position, factor)| {
                let place = (1..factor.derivatives.len()).find(|&place| {
                    let levi_civita = |at: usize| {
                        factor.derivatives[at].kind == DerivativeKind::LeviCivita
                    };
                    let names =
                        [&factor.indices[place - 1].name, &factor.indices[place].name];
                    levi_civita(place - 1)
                        && factor.derivatives[place - 1] == factor.derivatives[place]
                        && names
                            .iter()
                            .all(|name| name.as_ref() == first || name.as_ref() == second)
                })?;
                Some((position, place - 1))
            });
            let Some((position, place)) = at else {
                terms.push(term.clone());
                continue;
            };
            found = true;
            let factor = &term.factors[position];
            let space = factor.space(place);
            if !matches!(riemann.kind(), TensorKind::Riemann { .. })
                || riemann.slots()[0].0 != *space
            {
                return Err(invalid(format!(
                    "{} is not the curvature of {}",
                    riemann.name(),
                    space.name
                )));
            }
            let mut exchanged = term.clone();
            exchanged.factors[position].indices.swap(place, place + 1);
            terms.push(exchanged);
            let pair = [factor.indices[place].clone(), factor.indices[place + 1].clone()];
            let inner = Factor {
                tensor: Arc::clone(&factor.tensor),
                derivatives: factor.derivatives[place + 2..].to_vec(),
                indices: factor.indices[place + 2..].to_vec(),
            };
            let names = term.names();
            let between = fresh_name(space, |name| !names.contains(name));
            for slot in 0..inner.indices.len() {
                if inner.space(slot) != space {
                    return Err(invalid(format!(
                        "the curvature of {} is not known",
                        inner.space(slot).name
                    )));
                }
                let index = inner.indices[slot].clone();
                let up = |name: &Arc<str>| Index {
                    name: Arc::clone(name),
                    variance: Variance::Up,
                };
                let down = |name: &Arc<str>| Index {
                    name: Arc::clone(name),
                    variance: Variance::Down,
                };
                let mut turned = inner.clone();
                let (head, sign) = match index.variance {
                    Variance::Up => {
                        turned.indices[slot] = up(&between);
                        ([index, down(&between)], 1)
                    }
                    Variance::Down => {
                        turned.indices[slot] = down(&between);
                        ([up(&between), index], -1)
                    }
                };
                let own = head.into_iter().chain(pair.clone()).collect();
                let curvature = Factor::new(riemann, own)?;
                let mut parts = vec![vec![curvature, turned]];
                for (derivative, index) in
                    factor.derivatives[..place].iter().zip(&factor.indices[..place]).rev()
                {
                    let mut next = Vec::new();
                    for part in &parts {
                        for one in 0..part.len() {
                            let mut part = part.clone();
                            part[one] =
                                part[one].differentiate(derivative, index.clone())?;
                            next.push(part);
                        }
                    }
                    parts = next;
                }
                for part in parts {
                    let mut rest = term.clone();
                    rest.factors.splice(position..=position, part);
                    rest.coefficient = &rest.coefficient * &Expr::integer(sign);
                    terms.push(AbstractTerm::new(rest.coefficient, rest.factors)?);
                }
            }
        }
        if !found {
            return Err(invalid(format!(
                "no two adjacent covariant derivatives have the indices {first} and {second}"
            )));
        }
        Ok(Self::of_terms(terms, self.free.clone()))
    }
}
