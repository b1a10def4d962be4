//! Indices, factors and products, with the rules that a product keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holor_algebra::Expr;

use super::tensor::{Derivative, DerivativeKind, IndexSpace, Pairing, TensorSymbol};
use crate::{GeometryError, GeometryResult, Variance};

/// A named index, up or down.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Index {
    /// Its name.
    pub name: Arc<str>,
    /// Where it stands.
    pub variance: Variance,
}

impl Index {
    /// An upper index.
    pub fn up(name: &str) -> Self {
        Self { name: Arc::from(name), variance: Variance::Up }
    }

    /// A lower index.
    pub fn down(name: &str) -> Self {
        Self { name: Arc::from(name), variance: Variance::Down }
    }
}

/// The other place.
pub(super) fn opposite(variance: Variance) -> Variance {
    match variance {
        Variance::Up => Variance::Down,
        Variance::Down => Variance::Up,
    }
}

/// A tensor with indices, perhaps under derivatives: `∇_a ∇_b T_c` has the indices a, b, c.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    pub(super) tensor: Arc<TensorSymbol>,
    /// The outermost first.
    pub(super) derivatives: Vec<Arc<Derivative>>,
    /// Those of the derivatives, then those of the tensor.
    pub(super) indices: Vec<Index>,
}

impl Factor {
    /// A tensor with its indices; an error where their number is another or one stands where it cannot.
    pub fn new(tensor: &Arc<TensorSymbol>, indices: Vec<Index>) -> GeometryResult<Self> {
        if indices.len() != tensor.rank() {
            return Err(GeometryError::Indices {
                reason: format!(
                    "{} takes {} indices, not {}",
                    tensor.name(),
                    tensor.rank(),
                    indices.len()
                ),
            });
        }
        let factor =
            Self { tensor: Arc::clone(tensor), derivatives: Vec::new(), indices };
        factor.check()?;
        Ok(factor)
    }

    /// The derivative of a factor.
    pub fn differentiate(
        &self,
        derivative: &Arc<Derivative>,
        index: Index,
    ) -> GeometryResult<Self> {
        let mut result = self.clone();
        result.derivatives.insert(0, Arc::clone(derivative));
        result.indices.insert(0, index);
        result.check()?;
        Ok(result)
    }

    /// The tensor.
    pub fn tensor(&self) -> &Arc<TensorSymbol> {
        &self.tensor
    }

    /// The derivatives that act on it, the outermost first.
    pub fn derivatives(&self) -> &[Arc<Derivative>] {
        &self.derivatives
    }

    /// The indices of the derivatives, then those of the tensor.
    pub fn indices(&self) -> &[Index] {
        &self.indices
    }

    /// What the index at a place counts.
    pub(super) fn space(&self, place: usize) -> &Arc<IndexSpace> {
        match self.derivatives.get(place) {
            Some(derivative) => &derivative.space,
            None => &self.tensor.slots()[place - self.derivatives.len()].0,
        }
    }

    /// The derivatives that act on the index at a place.
    pub(super) fn outside(&self, place: usize) -> &[Arc<Derivative>] {
        &self.derivatives[..place.min(self.derivatives.len())]
    }

    /// Whether a metric may be moved past the derivatives that act on the index at a place.
    pub(super) fn is_raisable(&self, place: usize) -> bool {
        self.outside(place).iter().all(|derivative| derivative.is_metric_compatible())
    }

    /// How many derivatives from a place on commute with each other: partial ones do with lower indices, because an upper
    /// index on one of them is a metric under the ones before it; so do two without torsion next to a scalar.
    pub(super) fn commuting_derivatives(&self, from: usize) -> usize {
        let Some(first) = self.derivatives.get(from) else { return 0 };
        let count = self.derivatives.len();
        let alike =
            self.derivatives[from..].iter().take_while(|other| *other == first).count();
        match first.kind {
            DerivativeKind::Flat => alike,
            DerivativeKind::Partial => {
                let lower = self.indices[from..from + alike]
                    .iter()
                    .take_while(|index| index.variance == Variance::Down)
                    .count();
                lower.max(1)
            }
            DerivativeKind::LeviCivita
                if alike == 2 && self.tensor.rank() == 0 && from + 2 == count =>
            {
                2
            }
            DerivativeKind::LeviCivita
            | DerivativeKind::MetricCompatible
            | DerivativeKind::General => 1,
        }
    }

    /// Whether the index at a place is that of a partial derivative which commutes with the next, if it is a lower index.
    pub(super) fn commutes_when_lower(&self, place: usize) -> bool {
        let (Some(this), Some(next)) =
            (self.derivatives.get(place), self.derivatives.get(place + 1))
        else {
            return false;
        };
        this.kind == DerivativeKind::Partial
            && this == next
            && self.indices[place + 1].variance == Variance::Down
    }

    fn check(&self) -> GeometryResult<()> {
        for (place, index) in self.indices.iter().enumerate() {
            let space = self.space(place);
            let usual = match self.derivatives.get(place) {
                Some(_) => Variance::Down,
                None => self.tensor.slots()[place - self.derivatives.len()].1,
            };
            if space.pairing == Pairing::None && index.variance != usual {
                return Err(GeometryError::Indices {
                    reason: format!(
                        "the index {} of {} must be {}: {} has no metric",
                        index.name,
                        self.tensor.name(),
                        word(usual),
                        space.name
                    ),
                });
            }
        }
        Ok(())
    }

    /// What orders factors: number of derivatives, name, rank, kinds of derivatives.
    pub(super) fn sort_key(
        &self,
    ) -> (usize, &str, usize, Vec<(&str, DerivativeKind, &str)>) {
        let derivatives = self
            .derivatives
            .iter()
            .map(|one| (one.name.as_str(), one.kind, one.space.name.as_str()))
            .collect();
        (self.derivatives.len(), self.tensor.name(), self.tensor.rank(), derivatives)
    }

    /// Whether both are the same tensor under the same derivatives, with whatever indices.
    pub(super) fn is_like(&self, other: &Factor) -> bool {
        (Arc::ptr_eq(&self.tensor, &other.tensor) || self.tensor == other.tensor)
            && self.derivatives == other.derivatives
    }
}

/// In a word.
pub(super) fn word(variance: Variance) -> &'static str {
    match variance {
        Variance::Up => "up",
        Variance::Down => "down",
    }
}

/// A free index of a product or sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeIndex {
    /// The index.
    pub index: Index,
    /// What it counts.
    pub space: Arc<IndexSpace>,
}

/// A coefficient times a product of tensors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbstractTerm {
    pub(super) coefficient: Expr,
    pub(super) factors: Vec<Factor>,
}

/// Where an index stands: factor and place in it.
pub(super) type Place = (usize, usize);

/// Where each index of a product stands.
pub(super) struct Occurrences<'a> {
    pub(super) of: BTreeMap<&'a str, Vec<Place>>,
}

impl AbstractTerm {
    /// A coefficient times a product of tensors.
    ///
    /// # Errors
    /// An index occurs more than twice, or twice but not once up and once down, or in slots of different spaces.
    pub fn new(coefficient: Expr, factors: Vec<Factor>) -> GeometryResult<Self> {
        let term = Self { coefficient, factors };
        term.free()?;
        Ok(term)
    }

    /// The number or expression in front.
    pub fn coefficient(&self) -> &Expr {
        &self.coefficient
    }

    /// The tensors.
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    pub(super) fn index(&self, place: Place) -> &Index {
        &self.factors[place.0].indices[place.1]
    }

    pub(super) fn occurrences(&self) -> Occurrences<'_> {
        let mut of: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
        for (position, factor) in self.factors.iter().enumerate() {
            for (place, index) in factor.indices.iter().enumerate() {
                of.entry(&index.name).or_default().push((position, place));
            }
        }
        Occurrences { of }
    }

    /// The free indices by name; an error where an index is not balanced.
    pub(super) fn free(&self) -> GeometryResult<Vec<FreeIndex>> {
        let mut free = Vec::new();
        for (name, places) in self.occurrences().of {
            let space = |place: Place| self.factors[place.0].space(place.1);
            match places.as_slice() {
                [place] => free.push(FreeIndex {
                    index: self.index(*place).clone(),
                    space: Arc::clone(space(*place)),
                }),
                [first, second] => {
                    let variance = self.index(*first).variance;
                    if variance == self.index(*second).variance {
                        return Err(unbalanced(format!(
                            "the index {name} occurs twice {}: a summed index is once up and once down",
                            word(variance)
                        )));
                    }
                    if space(*first) != space(*second) {
                        return Err(unbalanced(format!(
                            "the index {name} counts {} in one place and {} in another",
                            space(*first).name,
                            space(*second).name
                        )));
                    }
                }
                places => {
                    return Err(unbalanced(format!(
                        "the index {name} occurs {} times in one product",
                        places.len()
                    )));
                }
            }
        }
        Ok(free)
    }

    /// Whether a metric can be moved from one end of a dummy to the other: past all derivatives that act on one end alone.
    pub(super) fn is_flexible(&self, one: Place, other: Place) -> bool {
        let [first, second] = [&self.factors[one.0], &self.factors[other.0]];
        if one.0 != other.0 {
            return first.is_raisable(one.1) && second.is_raisable(other.1);
        }
        let (inner, outer) = (one.1.max(other.1), one.1.min(other.1));
        let between = &first.outside(inner)[first.outside(outer).len()..];
        between.iter().all(|derivative| derivative.is_metric_compatible())
    }

    /// Lowers the indices of partial derivatives that commute with the next one, with a metric where the other end of a
    /// dummy cannot be raised.
    pub(super) fn lower_partial_derivatives(&mut self) {
        for position in 0..self.factors.len() {
            for place in 0..self.factors[position].derivatives.len() {
                let factor = &self.factors[position];
                let index = factor.indices[place].clone();
                if index.variance == Variance::Down
                    || !factor.commutes_when_lower(place)
                    || !factor.is_raisable(place)
                {
                    continue;
                }
                let other =
                    self.occurrences().of.get(index.name.as_ref()).and_then(|places| {
                        places.iter().copied().find(|other| *other != (position, place))
                    });
                let free = other.filter(|other| {
                    self.is_flexible((position, place), *other)
                        && !self.factors[other.0].commutes_when_lower(other.1)
                });
                if let Some((other, at)) = free {
                    self.factors[other].indices[at].variance = Variance::Up;
                    self.factors[position].indices[place].variance = Variance::Down;
                    continue;
                }
                let space = Arc::clone(factor.space(place));
                let Some(metric) = TensorSymbol::metric(&space) else { continue };
                let names = self.names();
                let name = fresh_name(&space, |candidate| !names.contains(candidate));
                let between = Index { name, variance: Variance::Up };
                self.factors[position].indices[place] =
                    Index { variance: Variance::Down, ..between.clone() };
                self.factors.push(Factor {
                    tensor: Arc::new(metric),
                    derivatives: Vec::new(),
                    indices: vec![index, between],
                });
            }
        }
    }

    /// All index names.
    pub(super) fn names(&self) -> BTreeSet<Arc<str>> {
        let indices = self.factors.iter().flat_map(|factor| &factor.indices);
        indices.map(|index| Arc::clone(&index.name)).collect()
    }

    /// Gives new names to indices, all at once.
    pub(super) fn rename(&mut self, names: &BTreeMap<Arc<str>, Arc<str>>) {
        for factor in &mut self.factors {
            for index in &mut factor.indices {
                if let Some(name) = names.get(&index.name) {
                    index.name = Arc::clone(name);
                }
            }
        }
    }

    /// Gives new names to those dummies that are in `used`, which gets the new names.
    pub(super) fn rename_dummies(&mut self, used: &mut BTreeSet<Arc<str>>) {
        let mut names = BTreeMap::new();
        let own = self.names();
        for (name, places) in self.occurrences().of {
            if places.len() == 2 && used.contains(name) {
                let space = self.factors[places[0].0].space(places[0].1);
                let fresh = fresh_name(space, |candidate| {
                    !used.contains(candidate) && !own.contains(candidate)
                });
                used.insert(Arc::clone(&fresh));
                names.insert(Arc::from(name), fresh);
            }
        }
        self.rename(&names);
    }
}

/// The first name of a space's alphabet, or of that with numbers appended, that is admitted.
pub(super) fn fresh_name(
    space: &IndexSpace,
    admitted: impl Fn(&str) -> bool,
) -> Arc<str> {
    if let Some(name) = space.alphabet.iter().find(|name| admitted(name)) {
        return Arc::clone(name);
    }
    let stem = space.alphabet.first().map_or("a", |name| name.as_ref());
    let mut number = 1_usize;
    loop {
        let name = format!("{stem}{number}");
        if admitted(&name) {
            return Arc::from(name);
        }
        number += 1;
    }
}

pub(super) fn unbalanced(reason: String) -> GeometryError {
    GeometryError::Indices { reason }
}
