//! From products to networks and back.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use super::labelling::{End, Labelling, Network, Node};
use super::symmetry::SlotSymmetry;
use super::tensor::{Commutation, DerivativeKind, Pairing, TensorKind};
use super::term::{AbstractTerm, Factor, Index, fresh_name, opposite};
use crate::{GeometryError, GeometryResult, Variance};

/// A product prepared for labelling.
pub(super) struct Prepared<'a> {
    term: &'a AbstractTerm,
    /// The symmetry of each factor with its derivatives.
    symmetries: Vec<Cow<'a, SlotSymmetry>>,
    classes: Vec<u32>,
    /// The first slot of each factor.
    starts: Vec<usize>,
    ends: Vec<End>,
    /// For each slot whether its index is summed and may be raised and lowered with its partner.
    flexible: Vec<bool>,
}

/// Which symmetries of the factors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// Those that relate a product to one product.
    MonoTerm,
    /// Factors with identities between several terms are symmetric, without a sign, in the slots that these mix.
    Coarse,
}

impl<'a> Prepared<'a> {
    /// Numbers slots, classes and labels. The term is well formed.
    pub(super) fn new(term: &'a AbstractTerm, view: View) -> GeometryResult<Self> {
        let symmetries =
            term.factors.iter().map(|factor| symmetry(factor, view)).collect();
        let mut starts = Vec::with_capacity(term.factors.len());
        let mut count = 0;
        for factor in &term.factors {
            starts.push(count);
            count += factor.indices.len();
        }
        if count > usize::from(u16::MAX) / 2 {
            return Err(GeometryError::Invalid {
                operation: "canonicalize",
                reason: "a product has more than 32767 indices".into(),
            });
        }
        let mut result = Self {
            term,
            symmetries,
            classes: classes(term)?,
            starts,
            ends: (0..count)
                .map(|slot| End { partner: slot, label: 0, twisted_up: None })
                .collect(),
            flexible: vec![false; count],
        };
        result.join();
        Ok(result)
    }

    /// Numbers free indices by name, joins dummies, and numbers those by space and by what may be done to them.
    fn join(&mut self) {
        let term = self.term;
        // The indices sorted by name: partners are neighbours.
        let mut all: Vec<(usize, usize, usize)> = Vec::with_capacity(self.ends.len());
        for (position, factor) in term.factors.iter().enumerate() {
            let start = self.starts[position];
            all.extend(
                (0..factor.indices.len()).map(|place| (position, place, start + place)),
            );
        }
        let index = |at: &(usize, usize, usize)| &term.factors[at.0].indices[at.1];
        all.sort_by(|a, b| index(a).name.cmp(&index(b).name));
        let mut spaces: Vec<&str> = Vec::new();
        for at in &all {
            let name = term.factors[at.0].space(at.1).name.as_str();
            if !spaces.contains(&name) {
                spaces.push(name);
            }
        }
        spaces.sort_unstable();
        let free_count = all.len() as u32;
        let mut next = 0;
        let mut free = 0;
        while next < all.len() {
            let one = all[next];
            let partner =
                all.get(next + 1).filter(|at| index(at).name == index(&one).name);
            let Some(&other) = partner else {
                self.ends[one.2].label = free;
                free += 1;
                next += 1;
                continue;
            };
            next += 2;
            let space = term.factors[one.0].space(one.1);
            let number =
                spaces.iter().position(|name| *name == space.name).unwrap_or_default();
            let kind = free_count + 3 * number as u32;
            // Commuting partial derivatives are alike only if none of their indices may be raised.
            let commutes = |end: (usize, usize, usize)| {
                let factor = &term.factors[end.0];
                factor.commutes_when_lower(end.1)
                    && factor.commuting_derivatives(end.1) > 1
            };
            let flexible = space.pairing != Pairing::None
                && term.is_flexible((one.0, one.1), (other.0, other.1))
                && !commutes(one)
                && !commutes(other);
            for (end, partner) in [(one, other), (other, one)] {
                let variance = index(&end).variance;
                let side = match (flexible, variance) {
                    (true, _) => 0,
                    (false, Variance::Up) => 1,
                    (false, Variance::Down) => 2,
                };
                self.ends[end.2] = End {
                    partner: partner.2,
                    label: kind + side,
                    twisted_up: (flexible && space.pairing == Pairing::Antisymmetric)
                        .then_some(variance == Variance::Up),
                };
                self.flexible[end.2] = flexible;
            }
        }
    }

    /// The network; it borrows the symmetries.
    pub(super) fn network(&self) -> Network<'_> {
        let factors =
            self.term.factors.iter().enumerate().map(|(position, factor)| Node {
                class: self.classes[position],
                symmetry: &self.symmetries[position],
                first: self.starts[position],
                odd: factor.tensor.commutation() == Commutation::Anticommuting,
            });
        Network { factors: factors.collect(), ends: self.ends.clone() }
    }

    /// The first slot of a factor.
    pub(super) fn start(&self, factor: usize) -> usize {
        self.starts[factor]
    }

    /// Whether the same anticommuting scalar occurs twice.
    pub(super) fn repeats_odd_scalar(&self) -> bool {
        let mut met: Vec<u32> = Vec::new();
        self.term.factors.iter().zip(&self.classes).any(|(factor, class)| {
            let odd = factor.tensor.commutation() == Commutation::Anticommuting;
            let scalar = factor.indices.is_empty();
            let again = odd && scalar && met.contains(class);
            met.push(*class);
            again
        })
    }

    /// The factors as a labelling orders them, with dummies named in the order in which they occur, the first end down
    /// where that may be chosen.
    pub(super) fn write(&self, labelling: &Labelling) -> Vec<Factor> {
        let mut names: Vec<Option<Arc<str>>> = vec![None; self.ends.len()];
        let mut taken: Vec<Arc<str>> = Vec::new();
        for (slot, index) in self.indices().enumerate() {
            if self.ends[slot].partner == slot {
                taken.push(Arc::clone(&index.name));
            }
        }
        let all: Vec<&Index> = self.indices().collect();
        let mut place = 0;
        let mut factors = Vec::with_capacity(labelling.factors.len());
        for &position in &labelling.factors {
            let source = &self.term.factors[position];
            let mut indices = Vec::with_capacity(source.indices.len());
            for at in 0..source.indices.len() {
                let slot = labelling.slots[place];
                place += 1;
                let partner = self.ends[slot].partner;
                if partner == slot {
                    indices.push(all[slot].clone());
                    continue;
                }
                let met = names[slot].clone();
                let first = met.is_none();
                let name = met.unwrap_or_else(|| {
                    let fresh = fresh_name(source.space(at), |candidate| {
                        !taken.iter().any(|name| **name == *candidate)
                    });
                    taken.push(Arc::clone(&fresh));
                    names[partner] = Some(Arc::clone(&fresh));
                    fresh
                });
                let variance = match (self.flexible[slot], first) {
                    (true, true) => Variance::Down,
                    (true, false) => opposite(Variance::Down),
                    (false, _) => all[slot].variance,
                };
                indices.push(Index { name, variance });
            }
            factors.push(Factor {
                tensor: Arc::clone(&source.tensor),
                derivatives: source.derivatives.clone(),
                indices,
            });
        }
        factors
    }

    fn indices(&self) -> impl Iterator<Item = &'a Index> {
        self.term.factors.iter().flat_map(|factor| &factor.indices)
    }
}

/// Numbers factors by name so that those which may be exchanged have the same number.
fn classes(term: &AbstractTerm) -> GeometryResult<Vec<u32>> {
    let mut order: Vec<usize> = (0..term.factors.len()).collect();
    order.sort_by(|&a, &b| compare(&term.factors[a], &term.factors[b]).then(a.cmp(&b)));
    let mut classes = vec![0; order.len()];
    let mut class = 0;
    for pair in 1..order.len() {
        let (before, this) = (&term.factors[order[pair - 1]], &term.factors[order[pair]]);
        let alike = compare(before, this) == Ordering::Equal
            && this.tensor.commutation() != Commutation::Noncommuting;
        if alike && !before.is_like(this) {
            return Err(GeometryError::Invalid {
                operation: "canonicalize",
                reason: format!(
                    "two different tensors are called {}",
                    this.tensor.name()
                ),
            });
        }
        // Noncommuting factors are classes of their own, numbered as they stand.
        class += u32::from(!alike);
        classes[order[pair]] = class;
    }
    Ok(classes)
}

/// Commuting factors by name; then noncommuting ones, whose order is kept.
pub(super) fn compare(one: &Factor, other: &Factor) -> Ordering {
    let fixed =
        |factor: &Factor| factor.tensor.commutation() == Commutation::Noncommuting;
    match (fixed(one), fixed(other)) {
        (false, false) => {
            let plain = one.derivatives.is_empty() && other.derivatives.is_empty();
            if plain {
                (one.tensor.name(), one.tensor.rank())
                    .cmp(&(other.tensor.name(), other.tensor.rank()))
            } else {
                one.sort_key().cmp(&other.sort_key())
            }
        }
        (true, true) => Ordering::Equal,
        (one, other) => one.cmp(&other),
    }
}

/// The symmetry of a factor in all its slots.
fn symmetry(factor: &Factor, view: View) -> Cow<'_, SlotSymmetry> {
    let coarse = (view == View::Coarse).then(|| mixed_slots(factor)).flatten();
    if factor.derivatives.is_empty() && coarse.is_none() {
        return Cow::Borrowed(factor.tensor.symmetry());
    }
    let mut parts = Vec::new();
    let mut next = 0;
    let own = coarse.unwrap_or(factor.tensor.rank());
    let end = factor.indices.len() - own;
    while next < end {
        let length = factor.commuting_derivatives(next).min(end - next);
        parts.push(SlotSymmetry::symmetric(length));
        next += length;
    }
    parts.push(match coarse {
        Some(own) => SlotSymmetry::symmetric(own),
        None => factor.tensor.symmetry().clone(),
    });
    Cow::Owned(SlotSymmetry::product(&parts))
}

/// How many of the last slots of a factor are mixed by identities between several terms.
pub(super) fn mixed_slots(factor: &Factor) -> Option<usize> {
    match factor.tensor.kind() {
        TensorKind::Riemann { .. } => {
            let bianchi = factor
                .derivatives
                .last()
                .is_some_and(|derivative| derivative.kind == DerivativeKind::LeviCivita);
            Some(if bianchi { 5 } else { 4 })
        }
        TensorKind::Weyl => Some(4),
        TensorKind::Plain
        | TensorKind::Metric
        | TensorKind::Delta
        | TensorKind::Epsilon
        | TensorKind::Ricci { .. } => None,
    }
}
