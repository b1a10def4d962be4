//! The algebra of holors: sums, products, contractions, permutations and symmetrisations, each checked
//! against the laws by which the operands transform.
//!
//! The laws follow J. A. Schouten, *Ricci-Calculus*, 2nd ed., Springer, 1954, chapters I–III. Two rules carry
//! everything that is not a tensor: the difference of two connections is a tensor of type (1, 2), and a connection
//! plus such a tensor is a connection. A product or a contraction with a connection in it has no law of
//! its own and becomes a holor without one.

use std::collections::BTreeMap;

use holor_algebra::exact::{Element, Field};

use crate::{
    Chart, GeometryError, GeometryResult, Holor, Indices, Law, Slot, Space, Symmetry,
    Variance,
};

/// The slots of a connection's coefficients Γᵃ_bc.
pub(crate) const CONNECTION_SLOTS: [Slot; 3] = [Slot::UP, Slot::DOWN, Slot::DOWN];

/// `Σ cᵢ·aᵢ`, brought to one denominator once.
pub(crate) fn linear_combination(field: &Field, terms: &[(i64, &Element)]) -> Element {
    match terms {
        [] => field.zero(),
        [(1, only)] => (*only).clone(),
        [(-1, only)] => field.negate(only),
        _ => {
            let one = field.one();
            let products: Vec<(i64, &Element, &Element)> =
                terms.iter().map(|(factor, value)| (*factor, *value, &one)).collect();
            field.sum_of_products(&products)
        }
    }
}

/// 1 or −1.
pub(crate) fn sign(negative: bool) -> i64 {
    if negative { -1 } else { 1 }
}

/// Index positions in words: `up, down, frame up`.
pub(crate) fn describe_slots(slots: &[Slot]) -> String {
    if slots.is_empty() {
        return "no index".into();
    }
    let words = slots.iter().map(|slot| {
        let variance = match slot.variance {
            Variance::Up => "up",
            Variance::Down => "down",
        };
        match slot.space {
            Space::Coordinate => variance.to_owned(),
            Space::Frame => format!("frame {variance}"),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

impl Chart {
    /// That both are the same chart.
    ///
    /// # Errors
    /// [`GeometryError::Charts`] naming both.
    pub fn check_same(&self, other: &Chart) -> GeometryResult<()> {
        if self.is_same(other) {
            return Ok(());
        }
        Err(GeometryError::Charts {
            reason: format!(
                "one holor lives on {self}, the other on {other}: transform one of them first"
            ),
        })
    }
}

impl Holor {
    /// A holor with these components in lexicographic order of their indices (the last index runs fastest), and
    /// with the symmetry they turn out to have.
    ///
    /// # Errors
    /// Another number of components than the slots ask for, or a connection that is not of the type up, down, down.
    pub fn from_components(
        chart: &Chart,
        law: Law,
        slots: &[Slot],
        components: Vec<Element>,
    ) -> GeometryResult<Self> {
        check_law_fits(law, slots)?;
        let dimension = chart.dimension();
        let expected =
            u32::try_from(slots.len()).ok().and_then(|rank| dimension.checked_pow(rank));
        if expected != Some(components.len()) {
            return Err(GeometryError::Indices {
                reason: format!(
                    "{} components do not fill {} indices of a chart of dimension {dimension}",
                    components.len(),
                    slots.len()
                ),
            });
        }
        let all =
            Self::build(chart, law, slots, Symmetry::none(slots.len()), |indices| {
                let place =
                    indices.iter().fold(0, |sum, &i| sum * dimension + usize::from(i));
                Ok(components.get(place).cloned().unwrap_or_else(|| chart.field().zero()))
            })?;
        all.with_symmetry_detected()
    }

    /// The same holor on another handle of its chart, its components read into that chart's field.
    ///
    /// # Errors
    /// [`GeometryError::Charts`] where the charts differ; what the field cannot read.
    pub fn on_chart(&self, chart: &Chart) -> GeometryResult<Self> {
        self.chart().check_same(chart)?;
        if self.chart().field().is_same(chart.field()) {
            return Ok(self.clone());
        }
        Self::build(chart, self.law(), self.slots(), self.symmetry().clone(), |indices| {
            match self.stored(indices) {
                Some((value, _)) => chart.adopt(value, self.chart()),
                None => Ok(chart.field().zero()),
            }
        })
    }

    /// The same components under another law, as when functions are declared to be those of a tensor density.
    ///
    /// # Errors
    /// A connection that is not of the type up, down, down.
    pub fn with_law(&self, law: Law) -> GeometryResult<Self> {
        check_law_fits(law, self.slots())?;
        self.map(law, |value| value.clone())
    }

    /// The same components without a law: what they are in this chart, and nothing in any other.
    ///
    /// # Errors
    /// An interrupt.
    pub fn without_law(&self) -> GeometryResult<Self> {
        self.with_law(Law::None)
    }

    /// Each component changed by a linear function, the symmetry kept.
    ///
    /// # Errors
    /// An interrupt.
    pub(crate) fn map(
        &self,
        law: Law,
        mut change: impl FnMut(&Element) -> Element,
    ) -> GeometryResult<Self> {
        let field = self.chart().field();
        let symmetry = self.symmetry().clone();
        Self::build(self.chart(), law, self.slots(), symmetry, |indices| {
            Ok(match self.stored(indices) {
                Some((value, negative)) => {
                    let value = change(value);
                    if negative { field.negate(&value) } else { value }
                }
                None => field.zero(),
            })
        })
    }

    /// `self + other`.
    ///
    /// # Errors
    /// Charts or index positions that differ; [`GeometryError::Law`] where the sum would have no law: tensors of
    /// different weight or parity, two connections, a holor without a law and one with.
    pub fn add(&self, other: &Holor) -> GeometryResult<Self> {
        let law = law_of_sum(self, other)?;
        self.combine(other, 1, law)
    }

    /// `self − other`; of two connections, the tensor of type (1, 2) by which they differ.
    ///
    /// # Errors
    /// As [`Holor::add`].
    pub fn subtract(&self, other: &Holor) -> GeometryResult<Self> {
        let law = match (self.law(), other.law()) {
            (Law::Connection, Law::Connection) => Law::TENSOR,
            (Law::Tensor { .. }, Law::Connection) => {
                return Err(GeometryError::Law {
                    operation: "subtract",
                    reason: "a tensor minus a connection transforms with the wrong sign \
                             of the inhomogeneous term: subtract the other way round"
                        .into(),
                });
            }
            _ => law_of_sum(self, other)?,
        };
        self.combine(other, -1, law)
    }

    /// `self + factor·other` under a law.
    fn combine(&self, other: &Holor, factor: i64, law: Law) -> GeometryResult<Self> {
        if self.slots() != other.slots() {
            return Err(GeometryError::Indices {
                reason: format!(
                    "the index positions ({}) and ({}) differ: raise or lower first",
                    describe_slots(self.slots()),
                    describe_slots(other.slots())
                ),
            });
        }
        let chart = self.chart();
        let other = other.on_chart(chart)?;
        if other.is_zero() && self.law() == law {
            return Ok(self.clone());
        }
        let field = chart.field();
        if self.is_zero() {
            return other.map(law, |value| {
                if factor < 0 { field.negate(value) } else { value.clone() }
            });
        }
        let symmetry = self.symmetry().intersection(other.symmetry());
        Self::build(chart, law, self.slots(), symmetry, |indices| {
            let mut terms = Vec::with_capacity(2);
            if let Some((value, negative)) = self.stored(indices) {
                terms.push((sign(negative), value));
            }
            if let Some((value, negative)) = other.stored(indices) {
                terms.push((factor * sign(negative), value));
            }
            Ok(linear_combination(field, &terms))
        })
    }

    /// `−self`. The opposite of a connection has no law.
    ///
    /// # Errors
    /// An interrupt.
    pub fn negate(&self) -> GeometryResult<Self> {
        let field = self.chart().field();
        self.map(law_of_multiple(self.law()), |value| field.negate(value))
    }

    /// `factor·self`. A multiple of a connection has no law.
    ///
    /// # Errors
    /// An interrupt.
    pub fn scale(&self, factor: &Element) -> GeometryResult<Self> {
        let field = self.chart().field();
        self.map(law_of_multiple(self.law()), |value| field.multiply(value, factor))
    }

    /// The outer product: the slots of `self`, then those of `other`. Weights add, parities multiply.
    ///
    /// # Errors
    /// Different charts; an interrupt.
    pub fn multiply(&self, other: &Holor) -> GeometryResult<Self> {
        self.multiply_and_contract(other, &[])
    }

    /// The product summed over pairs of slots `(of self, of other)`: the slots of `self` that are left, then those of
    /// `other` that are left. No component of the outer product is formed.
    ///
    /// # Errors
    /// Different charts; pairs that are not one up and one down of the same space; a slot named twice.
    pub fn multiply_and_contract(
        &self,
        other: &Holor,
        pairs: &[(usize, usize)],
    ) -> GeometryResult<Self> {
        let chart = self.chart();
        let field = chart.field();
        let other = &other.on_chart(chart)?;
        for (place, &(a, b)) in pairs.iter().enumerate() {
            check_pair(slot_of(self, a)?, slot_of(other, b)?)?;
            if pairs.iter().take(place).any(|&(c, d)| c == a || d == b) {
                return Err(GeometryError::Indices {
                    reason: "an index is summed over twice".into(),
                });
            }
        }
        let (own_sums, other_sums): (Vec<usize>, Vec<usize>) =
            pairs.iter().copied().unzip();
        let own_free: Vec<usize> =
            (0..self.rank()).filter(|slot| !own_sums.contains(slot)).collect();
        let other_free: Vec<usize> =
            (0..other.rank()).filter(|slot| !other_sums.contains(slot)).collect();
        let slots: Vec<Slot> = own_free
            .iter()
            .filter_map(|&slot| self.slots().get(slot))
            .chain(other_free.iter().filter_map(|&slot| other.slots().get(slot)))
            .copied()
            .collect();
        let symmetry = self
            .symmetry()
            .without(&own_sums)
            .product(&other.symmetry().without(&other_sums));
        let law = law_of_product(self.law(), other.law());
        let sums = Symmetry::none(pairs.len()).representatives(chart.dimension());
        let mut first = vec![0u8; self.rank()];
        let mut second = vec![0u8; other.rank()];
        Self::build(chart, law, &slots, symmetry, |indices| {
            place_indices(&mut first, &own_free, indices);
            place_indices(
                &mut second,
                &other_free,
                indices.get(own_free.len()..).unwrap_or(&[]),
            );
            let mut terms = Vec::new();
            for sum in &sums {
                place_indices(&mut first, &own_sums, sum);
                let Some((a, a_negative)) = self.stored(&first) else { continue };
                place_indices(&mut second, &other_sums, sum);
                let Some((b, b_negative)) = other.stored(&second) else { continue };
                terms.push((sign(a_negative != b_negative), a, b));
            }
            Ok(match terms.as_slice() {
                [] => field.zero(),
                [(1, a, b)] => field.multiply(a, b),
                terms => field.sum_of_products(terms),
            })
        })
    }

    /// The sum over slots `first` and `second`, one up and one down. The contraction of a connection has no law.
    ///
    /// # Errors
    /// Slots that do not exist, are the same, are both up or both down, or count different things.
    pub fn contract(&self, first: usize, second: usize) -> GeometryResult<Self> {
        if first == second {
            return Err(GeometryError::Indices {
                reason: "an index cannot be contracted with itself".into(),
            });
        }
        check_pair(slot_of(self, first)?, slot_of(self, second)?)?;
        let chart = self.chart();
        let free: Vec<usize> =
            (0..self.rank()).filter(|&slot| slot != first && slot != second).collect();
        let slots: Vec<Slot> =
            free.iter().filter_map(|&slot| self.slots().get(slot).copied()).collect();
        let symmetry = self.symmetry().without(&[first, second]);
        let dimension = dimension_of(chart);
        let mut full = vec![0u8; self.rank()];
        Self::build(chart, law_of_multiple(self.law()), &slots, symmetry, |indices| {
            place_indices(&mut full, &free, indices);
            let mut terms = Terms::default();
            for value in 0..dimension {
                place_indices(&mut full, &[first, second], &[value, value]);
                terms.push(self, &full, 1);
            }
            Ok(terms.sum(self))
        })
    }

    /// The holor whose slot `k` is slot `order[k]` of this one: `order = [1, 0]` is the transpose.
    ///
    /// # Errors
    /// An `order` that is not a permutation of the slots, or one that would change the type of a connection.
    pub fn permute(&self, order: &[usize]) -> GeometryResult<Self> {
        let is_permutation = order.len() == self.rank()
            && (0..self.rank()).all(|slot| order.contains(&slot));
        if !is_permutation {
            return Err(GeometryError::Indices {
                reason: format!(
                    "{order:?} is not a permutation of {} slots",
                    self.rank()
                ),
            });
        }
        let slots: Vec<Slot> =
            order.iter().filter_map(|&old| self.slots().get(old).copied()).collect();
        check_law_fits(self.law(), &slots)?;
        let mut old = vec![0u8; self.rank()];
        let symmetry = self.symmetry().permuted(order);
        Self::build(self.chart(), self.law(), &slots, symmetry, |indices| {
            place_indices(&mut old, order, indices);
            Ok(self.component(&old))
        })
    }

    /// The symmetric part in these slots, `T_(ab…) = (1/k!) Σ_p T_p(ab…)`.
    ///
    /// # Errors
    /// Slots that are not of one kind; a connection symmetrised in other slots than its two lower ones.
    pub fn symmetrize(&self, slots: &[usize]) -> GeometryResult<Self> {
        self.project(slots, false)
    }

    /// The antisymmetric part in these slots, `T_[ab…] = (1/k!) Σ_p sign(p) T_p(ab…)`; of a connection in its lower
    /// slots, half its torsion.
    ///
    /// # Errors
    /// Slots that are not of one kind.
    pub fn antisymmetrize(&self, slots: &[usize]) -> GeometryResult<Self> {
        self.project(slots, true)
    }

    fn project(&self, slots: &[usize], antisymmetric: bool) -> GeometryResult<Self> {
        let kinds = slots
            .iter()
            .map(|&s| slot_of(self, s))
            .collect::<GeometryResult<Vec<_>>>()?;
        if kinds.windows(2).any(|pair| matches!(pair, [a, b] if a != b)) {
            return Err(GeometryError::Indices {
                reason: format!(
                    "only indices of one kind can be exchanged, these are {}: raise or lower first",
                    describe_slots(&kinds)
                ),
            });
        }
        let mut slots = slots.to_vec();
        slots.sort_unstable();
        if slots.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(GeometryError::Indices {
                reason: "an index is named twice".into(),
            });
        }
        let law = match self.law() {
            Law::Connection if antisymmetric && slots == [1, 2] => Law::TENSOR,
            law => law,
        };
        let count = slots.len();
        let Some(factorial) =
            (2..=count).try_fold(1i64, |all, k| all.checked_mul(i64::try_from(k).ok()?))
        else {
            return Err(GeometryError::Indices {
                reason: format!("{count} indices are too many to exchange"),
            });
        };
        let symmetry = self.symmetry().outside(&slots).with_block(&slots, antisymmetric);
        let inside = self.symmetry().inside(&slots);
        if inside.iter().any(|(_, opposite)| *opposite != antisymmetric) {
            return Self::build(self.chart(), law, self.slots(), symmetry, |_| {
                Ok(self.chart().field().zero())
            });
        }
        let shuffles = list_shuffles(&slots, &inside);
        let weight: i64 = inside
            .iter()
            .map(|(block, _)| (2..=block.len()).fold(1i64, |all, k| all * k as i64))
            .product();
        let mut full = vec![0u8; self.rank()];
        Self::build(self.chart(), law, self.slots(), symmetry, |indices| {
            let mut terms = Terms::default();
            full.copy_from_slice(indices);
            for (shuffle, negative) in &shuffles {
                for (&slot, &source) in slots.iter().zip(shuffle) {
                    if let (Some(place), Some(&value)) =
                        (full.get_mut(slot), indices.get(source))
                    {
                        *place = value;
                    }
                }
                terms.push(self, &full, weight * sign(antisymmetric && *negative));
            }
            Ok(self.chart().field().scale(&terms.sum(self), 1, factorial))
        })
    }

    /// The same holor with every (anti)symmetry in slots of one kind that its components have in this chart, and that of
    /// the Riemann tensor where they have it.
    ///
    /// # Errors
    /// An interrupt.
    pub fn with_symmetry_detected(&self) -> GeometryResult<Self> {
        if self.is_zero() || self.rank() < 2 {
            return Ok(self.clone());
        }
        let mut found = Symmetry::none(self.rank());
        let mut taken = vec![false; self.rank()];
        for antisymmetric in [false, true] {
            for first in 0..self.rank() {
                if taken.get(first).copied().unwrap_or(true) {
                    continue;
                }
                let mut block = vec![first];
                for second in first + 1..self.rank() {
                    let mut exchange: Vec<usize> = (0..self.rank()).collect();
                    exchange.swap(first, second);
                    if !taken.get(second).copied().unwrap_or(true)
                        && self.has_symmetry(&exchange, antisymmetric)?
                    {
                        block.push(second);
                    }
                }
                if block.len() > 1 {
                    for &slot in &block {
                        if let Some(flag) = taken.get_mut(slot) {
                            *flag = true;
                        }
                    }
                    found = found.with_block(&block, antisymmetric);
                }
            }
        }
        let pairs = Symmetry::antisymmetric(4, &[0, 1]).with_block(&[2, 3], true);
        if found == pairs && self.has_symmetry(&[2, 3, 0, 1], false)? {
            found = Symmetry::riemann();
        }
        if found == *self.symmetry() {
            return Ok(self.clone());
        }
        Self::build(self.chart(), self.law(), self.slots(), found, |indices| {
            Ok(self.component(indices))
        })
    }

    /// Whether `T[i₀ i₁ …] = ± T[i_p(0) i_p(1) …]` holds for all components, p exchanging only slots of one kind.
    fn has_symmetry(
        &self,
        permutation: &[usize],
        negative: bool,
    ) -> GeometryResult<bool> {
        let kinds = permutation.iter().map(|&slot| self.slots().get(slot));
        if kinds.zip(self.slots()).any(|(moved, own)| moved != Some(own)) {
            return Ok(false);
        }
        let field = self.chart().field();
        for indices in self.representatives_of_any() {
            field.poll()?;
            let image: Indices = permutation
                .iter()
                .filter_map(|&slot| indices.get(slot).copied())
                .collect();
            let mut value = self.component(&image);
            if negative {
                value = field.negate(&value);
            }
            if self.component(&indices) != value {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Every index tuple of the rank.
    fn representatives_of_any(&self) -> Vec<Indices> {
        Symmetry::none(self.rank()).representatives(self.chart().dimension())
    }

    /// ∂_a of every component, the new lower index first: a tensor for a scalar, and without a law for all else.
    ///
    /// # Errors
    /// An interrupt.
    pub fn partial_derivative(&self) -> GeometryResult<Self> {
        let chart = self.chart();
        let law = if self.rank() == 0 && self.law() == Law::TENSOR {
            Law::TENSOR
        } else {
            Law::None
        };
        let slots: Vec<Slot> =
            std::iter::once(Slot::DOWN).chain(self.slots().iter().copied()).collect();
        let symmetry = Symmetry::none(1).product(self.symmetry());
        Self::build(chart, law, &slots, symmetry, |indices| {
            let Some((&direction, rest)) = indices.split_first() else {
                return Ok(chart.field().zero());
            };
            Ok(match self.stored(rest) {
                Some((value, negative)) => {
                    let value = chart.derivative(value, usize::from(direction));
                    if negative { chart.field().negate(&value) } else { value }
                }
                None => chart.field().zero(),
            })
        })
    }

    /// Whether law, index positions and all components agree.
    ///
    /// # Errors
    /// Different charts; what the field cannot read.
    pub fn is_equal(&self, other: &Holor) -> GeometryResult<bool> {
        let other = other.on_chart(self.chart())?;
        if self.law() != other.law() || self.slots() != other.slots() {
            return Ok(false);
        }
        Ok(self.combine(&other, -1, Law::None)?.is_zero())
    }
}

/// Stored components of a holor with integer factors, like ones gathered.
#[derive(Default)]
struct Terms(BTreeMap<Indices, i64>);

impl Terms {
    fn push(&mut self, holor: &Holor, indices: &[u8], factor: i64) {
        if let Some((stored, negative)) = holor.symmetry().canonical(indices) {
            *self.0.entry(stored).or_default() += factor * sign(negative);
        }
    }

    fn sum(&self, holor: &Holor) -> Element {
        let terms: Vec<(i64, &Element)> = self
            .0
            .iter()
            .filter(|(_, factor)| **factor != 0)
            .filter_map(|(indices, factor)| Some((*factor, holor.stored(indices)?.0)))
            .collect();
        linear_combination(holor.chart().field(), &terms)
    }
}

/// Puts values at places.
fn place_indices(indices: &mut [u8], places: &[usize], values: &[u8]) {
    for (&place, &value) in places.iter().zip(values) {
        if let Some(index) = indices.get_mut(place) {
            *index = value;
        }
    }
}

/// The dimension as an index bound.
pub(crate) fn dimension_of(chart: &Chart) -> u8 {
    u8::try_from(chart.dimension()).unwrap_or(u8::MAX)
}

/// The permutations of `slots` (which source each slot takes its index from, and the sign), one of each class that
/// differs only inside the blocks.
fn list_shuffles(
    slots: &[usize],
    blocks: &[(Vec<usize>, bool)],
) -> Vec<(Vec<usize>, bool)> {
    fn extend(
        slots: &[usize],
        blocks: &[(Vec<usize>, bool)],
        chosen: &mut Vec<usize>,
        negative: bool,
        all: &mut Vec<(Vec<usize>, bool)>,
    ) {
        let Some(&slot) = slots.get(chosen.len()) else {
            all.push((chosen.clone(), negative));
            return;
        };
        // In a block the sources must grow, so that each class appears once.
        let least = blocks.iter().find_map(|(block, _)| {
            let place = block.iter().position(|&own| own == slot)?;
            let before = block.get(place.checked_sub(1)?)?;
            chosen.get(slots.iter().position(|own| own == before)?).copied()
        });
        for &source in slots {
            if chosen.contains(&source) || least.is_some_and(|least| source < least) {
                continue;
            }
            let inversions = chosen.iter().filter(|&&earlier| earlier > source).count();
            chosen.push(source);
            extend(slots, blocks, chosen, negative != (inversions % 2 == 1), all);
            chosen.pop();
        }
    }
    let mut all = Vec::new();
    extend(slots, blocks, &mut Vec::new(), false, &mut all);
    all
}

fn slot_of(holor: &Holor, slot: usize) -> GeometryResult<Slot> {
    holor.slots().get(slot).copied().ok_or_else(|| GeometryError::Indices {
        reason: format!("there is no slot {slot} among {} indices", holor.rank()),
    })
}

/// That two slots can be summed over.
fn check_pair(first: Slot, second: Slot) -> GeometryResult<()> {
    let reason = if first.space != second.space {
        "a frame index cannot be contracted with a coordinate index: turn one into the other with the frame first"
    } else if first.variance == second.variance {
        "two indices on the same level cannot be contracted: raise or lower one of them with the metric first"
    } else {
        return Ok(());
    };
    Err(GeometryError::Indices { reason: reason.into() })
}

/// That a connection has the type of one.
fn check_law_fits(law: Law, slots: &[Slot]) -> GeometryResult<()> {
    if law == Law::Connection && slots != CONNECTION_SLOTS {
        return Err(GeometryError::Law {
            operation: "connection",
            reason: format!(
                "the coefficients of a connection have the indices up, down, down, not {}",
                describe_slots(slots)
            ),
        });
    }
    Ok(())
}

/// The law of a multiple, and of a contraction.
fn law_of_multiple(law: Law) -> Law {
    match law {
        Law::Connection => Law::None,
        law => law,
    }
}

/// The law of a product.
fn law_of_product(first: Law, second: Law) -> Law {
    match (first, second) {
        (
            Law::Tensor { weight, pseudo },
            Law::Tensor { weight: other_weight, pseudo: other_pseudo },
        ) => {
            Law::Tensor { weight: weight + other_weight, pseudo: pseudo != other_pseudo }
        }
        _ => Law::None,
    }
}

/// The law of a sum.
fn law_of_sum(first: &Holor, second: &Holor) -> GeometryResult<Law> {
    let refuse = |reason: String| Err(GeometryError::Law { operation: "add", reason });
    let is_plain = |law: Law| law == Law::TENSOR;
    match (first.law(), second.law()) {
        (Law::Connection, Law::Connection) => refuse(
            "the sum of two connections is no connection, for the inhomogeneous parts of their laws add up; \
             their difference is a tensor, and a connection plus a tensor is a connection"
                .into(),
        ),
        (Law::Connection, law) | (law, Law::Connection) if is_plain(law) => {
            Ok(Law::Connection)
        }
        (a, b) if a == b => Ok(a),
        (Law::None, other) | (other, Law::None) => refuse(format!(
            "a holor without a law and a {} have no common law: the sum would mean nothing in another chart; take the law from both, or give one to the first",
            other.describe()
        )),
        (a, b) => refuse(format!(
            "a {} and a {} transform differently: their sum would mean nothing in another chart",
            a.describe(),
            b.describe()
        )),
    }
}
