//! Identities that relate several terms: the cyclic identity of curvature, and Bianchi's identity for `∇R`.
//!
//! Both only permute the indices of one factor. The ways to put the same indices into a factor R span a space V of dimension
//! 2 (the representation (2,2) of S₄); for `∇R` it has dimension 5 ((3,2) of S₅). A product of k such factors is an element of
//! V⊗…⊗V once its index sets are fixed, and exchanging equal factors or names of dummies acts on that space: those are the
//! automorphisms of the *coarse* network, in which the mixed slots have no order. A normal form is thus an element of
//! V⊗…⊗V modulo x − γx, found by linear algebra in 2ᵏ unknowns; it is complete, and needs no table of invariants.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use holor_algebra::{AlgebraError, Expr, Interrupt};

use super::coefficient::expand;
use super::labelling::{Labelling, label};
use super::linear::{Relations, Row};
use super::network::{Prepared, View, mixed_slots};
use super::tensor::Commutation;
use super::term::{AbstractTerm, Factor};
use crate::{GeometryError, GeometryResult};

/// How large the space of a product may be.
const DIMENSION_LIMIT: usize = 1024;

/// The space of the ways to put 4 or 5 different indices into R or ∇R.
#[derive(Debug)]
struct LocalSpace {
    slots: usize,
    /// The arrangements that symmetries of slots do not relate: place → index.
    monomials: Vec<Vec<usize>>,
    /// Each of them in terms of basis elements.
    vectors: Vec<Vec<(usize, i128)>>,
    /// The monomials that are the basis.
    basis: Vec<usize>,
}

impl LocalSpace {
    fn of(slots: usize) -> &'static Self {
        static FOUR: OnceLock<LocalSpace> = OnceLock::new();
        static FIVE: OnceLock<LocalSpace> = OnceLock::new();
        if slots == 4 {
            FOUR.get_or_init(|| Self::new(4))
        } else {
            FIVE.get_or_init(|| Self::new(5))
        }
    }

    fn new(slots: usize) -> Self {
        let outer: Vec<Option<usize>> =
            if slots == 4 { vec![None] } else { (0..slots).map(Some).collect() };
        let mut monomials = Vec::new();
        let mut identities: Vec<Vec<Vec<usize>>> = Vec::new();
        for derivative in outer {
            let own: Vec<usize> =
                (0..slots).filter(|index| Some(*index) != derivative).collect();
            let with = |order: [usize; 4]| -> Vec<usize> {
                derivative.into_iter().chain(order.map(|place| own[place])).collect()
            };
            monomials.extend([[0, 1, 2, 3], [0, 2, 1, 3], [0, 3, 1, 2]].map(with));
            // R_abcd + R_acdb + R_adbc = 0
            identities
                .push([[0, 1, 2, 3], [0, 2, 3, 1], [0, 3, 1, 2]].map(with).to_vec());
        }
        if slots == 5 {
            // ∇_e R_abcd + ∇_c R_abde + ∇_d R_abec = 0
            for a in 0..5 {
                for b in a + 1..5 {
                    let [c, d, e] = match (0..5)
                        .filter(|index| *index != a && *index != b)
                        .collect::<Vec<usize>>()[..]
                    {
                        [c, d, e] => [c, d, e],
                        _ => continue,
                    };
                    let parts = [[e, a, b, c, d], [c, a, b, d, e], [d, a, b, e, c]];
                    identities.push(parts.map(|part| part.to_vec()).to_vec());
                }
            }
        }
        let mut space = Self { slots, monomials, vectors: Vec::new(), basis: Vec::new() };
        let mut relations = Relations::new(space.monomials.len());
        for identity in &identities {
            let parts = identity.iter().map(|arrangement| space.monomial(arrangement));
            let row =
                collect(parts.map(|(monomial, negative)| {
                    (monomial, if negative { -1 } else { 1 })
                }));
            let _ = relations.add(row);
        }
        let reduced: Vec<Row> = (0..space.monomials.len() as u32)
            .map(|monomial| match relations.reduce(vec![(monomial, 1)]) {
                // The coefficients are −1, 0 and 1: Garnir relations of two-row tableaux.
                Some((row, _)) => row,
                None => Vec::new(),
            })
            .collect();
        space.basis = (0..space.monomials.len())
            .filter(|&monomial| reduced[monomial] == [(monomial as u32, 1)])
            .collect();
        space.vectors = reduced
            .into_iter()
            .map(|row| {
                let entries = row.into_iter().filter_map(|(monomial, value)| {
                    let place =
                        space.basis.iter().position(|&one| one == monomial as usize)?;
                    Some((place, value))
                });
                entries.collect()
            })
            .collect();
        space
    }

    /// Which monomial an arrangement is, and whether up to the sign −1.
    fn monomial(&self, arrangement: &[usize]) -> (usize, bool) {
        let mut sorted = arrangement.to_vec();
        let mut negative = false;
        let first = self.slots - 4;
        for pair in [first, first + 2] {
            if sorted[pair] > sorted[pair + 1] {
                sorted.swap(pair, pair + 1);
                negative = !negative;
            }
        }
        if sorted[first] > sorted[first + 2] {
            sorted.swap(first, first + 2);
            sorted.swap(first + 1, first + 3);
        }
        let place = self.monomials.iter().position(|monomial| *monomial == sorted);
        (place.unwrap_or_default(), negative)
    }

    /// An arrangement in terms of basis elements.
    fn vector(&self, arrangement: &[usize]) -> Vec<(usize, i128)> {
        let (monomial, negative) = self.monomial(arrangement);
        let sign = if negative { -1 } else { 1 };
        self.vectors[monomial]
            .iter()
            .map(|&(place, value)| (place, sign * value))
            .collect()
    }

    fn dimension(&self) -> usize {
        self.basis.len()
    }
}

/// A factor whose slots are mixed, in the canonical order of the coarse network.
struct Mixed {
    space: &'static LocalSpace,
    /// The place of the factor in that order.
    position: usize,
    /// The place of its first mixed slot among all slots.
    base: usize,
}

/// The relations of one coarse network.
struct Class {
    factors: Vec<Factor>,
    /// `None` when they became too large.
    relations: Option<Relations>,
}

/// Reduces terms by identities between several terms; terms of one class share the work.
pub(super) struct MultiTerm<'a> {
    interrupt: Option<&'a Interrupt>,
    classes: Vec<Class>,
}

impl<'a> MultiTerm<'a> {
    pub(super) fn new(interrupt: Option<&'a Interrupt>) -> Self {
        Self { interrupt, classes: Vec::new() }
    }

    /// A term as a sum of terms in normal form, up to symmetries of single terms.
    ///
    /// Parts that no dummy connects are reduced one by one: exchanging equal parts is a symmetry of single terms.
    pub(super) fn reduce(
        &mut self,
        term: AbstractTerm,
        left_out: &mut Vec<String>,
    ) -> GeometryResult<Vec<AbstractTerm>> {
        let commuting =
            |factor: &Factor| factor.tensor.commutation() == Commutation::Commuting;
        let parts = parts(&term);
        if parts.len() < 2 || !term.factors.iter().all(commuting) {
            return self.reduce_part(term, left_out);
        }
        let mut products = vec![AbstractTerm {
            coefficient: term.coefficient.clone(),
            factors: Vec::new(),
        }];
        let mut used = BTreeSet::new();
        for part in parts {
            let factors =
                part.iter().map(|&factor| term.factors[factor].clone()).collect();
            let part = AbstractTerm { coefficient: Expr::one(), factors };
            let mut sum = self.reduce_part(part, left_out)?;
            let mut names = used.clone();
            for term in &mut sum {
                term.rename_dummies(&mut used.clone());
                names.extend(term.names());
            }
            used = names;
            products = products
                .iter()
                .flat_map(|left| sum.iter().map(move |right| (left, right)))
                .map(|(left, right)| AbstractTerm {
                    coefficient: expand(&(&left.coefficient * &right.coefficient)),
                    factors: left.factors.iter().chain(&right.factors).cloned().collect(),
                })
                .collect();
        }
        Ok(products)
    }

    /// The same for a product whose factors hang together.
    fn reduce_part(
        &mut self,
        term: AbstractTerm,
        left_out: &mut Vec<String>,
    ) -> GeometryResult<Vec<AbstractTerm>> {
        let sizes: Vec<usize> = term.factors.iter().filter_map(mixed_slots).collect();
        if sizes.is_empty() {
            return Ok(vec![term]);
        }
        let dimension = sizes
            .iter()
            .try_fold(1_usize, |size, &slots| {
                size.checked_mul(LocalSpace::of(slots).dimension())
            })
            .filter(|&size| size <= DIMENSION_LIMIT);
        let Some(dimension) = dimension else {
            left_out.push(format!(
                "the cyclic identity in a product of {} curvature tensors",
                sizes.len()
            ));
            return Ok(vec![term]);
        };
        let prepared = Prepared::new(&term, View::Coarse)?;
        let network = prepared.network();
        let labelling = match label(&network, false, self.interrupt) {
            Err(GeometryError::Invalid { .. }) => {
                left_out.push(
                    "the cyclic identity in a product that is too symmetric".into(),
                );
                return Ok(vec![term]);
            }
            other => other?,
        };
        let coarse = Coarse::new(&term, &labelling);
        let written = prepared.write(&labelling);
        let known = self.classes.iter().position(|class| class.factors == written);
        let class = match known {
            Some(class) => class,
            None => {
                let relations =
                    coarse.relations(&labelling, dimension, self.interrupt)?;
                self.classes.push(Class { factors: written, relations });
                self.classes.len() - 1
            }
        };
        let class = &self.classes[class];
        let reduced = class
            .relations
            .as_ref()
            .and_then(|relations| relations.reduce(coarse.vector(&term, &prepared)));
        let Some((row, denominator)) = reduced else {
            left_out
                .push("the cyclic identity in a product with large coefficients".into());
            return Ok(vec![term]);
        };
        let sign = if labelling.negative { -1 } else { 1 };
        let terms = row.iter().rev().map(|&(element, value)| {
            let weight = Expr::integer(sign * value) / Expr::integer(denominator);
            AbstractTerm {
                coefficient: expand(&(&term.coefficient * &weight)),
                factors: coarse.monomial(&class.factors, element as usize),
            }
        });
        Ok(terms.collect())
    }
}

/// The factors in groups that dummies connect.
fn parts(term: &AbstractTerm) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..term.factors.len()).collect();
    for places in term.occurrences().of.into_values() {
        if let [one, other] = places.as_slice() {
            let (from, to) = (group[one.0], group[other.0]);
            group
                .iter_mut()
                .filter(|group| **group == from)
                .for_each(|group| *group = to);
        }
    }
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut known: Vec<usize> = Vec::new();
    for (factor, group) in group.into_iter().enumerate() {
        match known.iter().position(|one| *one == group) {
            Some(part) => parts[part].push(factor),
            None => {
                known.push(group);
                parts.push(vec![factor]);
            }
        }
    }
    parts
}

/// The order that a labelling of the coarse network gives.
struct Coarse {
    /// For each slot its place in the canonical order.
    places: Vec<usize>,
    mixed: Vec<Mixed>,
    /// For each factor in canonical order its number in the term.
    order: Vec<usize>,
}

impl Coarse {
    fn new(term: &AbstractTerm, labelling: &Labelling) -> Self {
        let mut places = vec![0; labelling.slots.len()];
        for (place, &slot) in labelling.slots.iter().enumerate() {
            places[slot] = place;
        }
        let mut end = 0;
        let mut mixed = Vec::new();
        for (position, &factor) in labelling.factors.iter().enumerate() {
            end += term.factors[factor].indices.len();
            if let Some(slots) = mixed_slots(&term.factors[factor]) {
                mixed.push(Mixed {
                    space: LocalSpace::of(slots),
                    position,
                    base: end - slots,
                });
            }
        }
        Self { places, mixed, order: labelling.factors.clone() }
    }

    /// The term, without its coefficient and sign, in terms of basis elements.
    fn vector(&self, term: &AbstractTerm, prepared: &Prepared<'_>) -> Row {
        let parts = self.mixed.iter().map(|mixed| {
            let factor = self.order[mixed.position];
            let slots = mixed.space.slots;
            let first =
                prepared.start(factor) + term.factors[factor].indices.len() - slots;
            let arrangement: Vec<usize> = (first..first + slots)
                .map(|slot| self.places[slot] - mixed.base)
                .collect();
            mixed.space.vector(&arrangement)
        });
        self.tensor_product(&parts.collect::<Vec<_>>())
    }

    /// The product of one vector for each mixed factor.
    fn tensor_product(&self, parts: &[Vec<(usize, i128)>]) -> Row {
        let mut row: Vec<(usize, i128)> = vec![(0, 1)];
        for (mixed, part) in self.mixed.iter().zip(parts) {
            let dimension = mixed.space.dimension();
            row = row
                .iter()
                .flat_map(|(element, value)| {
                    part.iter().map(move |(own, other)| {
                        (element * dimension + own, value * other)
                    })
                })
                .collect();
        }
        collect(row)
    }

    /// The basis element of each mixed factor in a basis element of the product.
    fn digits(&self, mut element: usize) -> Vec<usize> {
        let mut digits = vec![0; self.mixed.len()];
        for (digit, mixed) in digits.iter_mut().zip(&self.mixed).rev() {
            *digit = element % mixed.space.dimension();
            element /= mixed.space.dimension();
        }
        digits
    }

    /// x = ± γx for each automorphism γ and basis element x. `None` when numbers grow too large.
    fn relations(
        &self,
        labelling: &Labelling,
        dimension: usize,
        interrupt: Option<&Interrupt>,
    ) -> GeometryResult<Option<Relations>> {
        let mut relations = Relations::new(dimension);
        for (images, negative) in &labelling.automorphisms {
            if interrupt.is_some_and(Interrupt::is_raised) {
                return Err(GeometryError::Algebra(AlgebraError::Interrupted));
            }
            let image = |place: usize| self.places[images[labelling.slots[place]]];
            // Where each mixed factor goes.
            let targets: Vec<usize> = self
                .mixed
                .iter()
                .map(|mixed| {
                    let place = image(mixed.base);
                    let inside = |other: &Mixed| {
                        (other.base..other.base + other.space.slots).contains(&place)
                    };
                    self.mixed.iter().position(inside).unwrap_or_default()
                })
                .collect();
            // The images of the basis elements of each factor, as vectors in the factor that it goes to.
            let moved: Vec<Vec<Vec<(usize, i128)>>> = self
                .mixed
                .iter()
                .zip(&targets)
                .map(|(mixed, &target)| {
                    let target = &self.mixed[target];
                    let images = mixed.space.basis.iter().map(|&monomial| {
                        let arrangement: Vec<usize> = mixed.space.monomials[monomial]
                            .iter()
                            .map(|&index| {
                                image(mixed.base + index).wrapping_sub(target.base)
                            })
                            .collect();
                        target.space.vector(&arrangement)
                    });
                    images.collect()
                })
                .collect();
            for element in 0..dimension {
                let mut parts = vec![Vec::new(); self.mixed.len()];
                for (number, digit) in self.digits(element).into_iter().enumerate() {
                    parts[targets[number]] = moved[number][digit].clone();
                }
                let sign = if *negative { 1 } else { -1 };
                let row = self.tensor_product(&parts);
                let image =
                    row.into_iter().map(|(other, value)| (other as usize, sign * value));
                let row = collect(std::iter::once((element, 1)).chain(image));
                if relations.add(row).is_none() {
                    return Ok(None);
                }
            }
        }
        Ok(Some(relations))
    }

    /// The product that a basis element stands for, with the indices of the coarse network.
    fn monomial(&self, factors: &[Factor], element: usize) -> Vec<Factor> {
        let mut factors = factors.to_vec();
        for (mixed, digit) in self.mixed.iter().zip(self.digits(element)) {
            let monomial = &mixed.space.monomials[mixed.space.basis[digit]];
            let factor = &mut factors[mixed.position];
            let first = factor.indices.len() - mixed.space.slots;
            let own = factor.indices[first..].to_vec();
            for (place, &index) in monomial.iter().enumerate() {
                factor.indices[first + place] = own[index].clone();
            }
        }
        factors
    }
}

/// Adds coefficients of equal unknowns and sorts, the largest first.
fn collect(entries: impl IntoIterator<Item = (usize, i128)>) -> Row {
    let mut entries: Vec<(usize, i128)> = entries.into_iter().collect();
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.0));
    let mut row: Row = Vec::with_capacity(entries.len());
    for (unknown, value) in entries {
        match row.last_mut() {
            Some(last) if last.0 == unknown as u32 => last.1 += value,
            _ => {
                if row.last().is_some_and(|last| last.1 == 0) {
                    row.pop();
                }
                row.push((unknown as u32, value));
            }
        }
    }
    if row.last().is_some_and(|last| last.1 == 0) {
        row.pop();
    }
    row
}
