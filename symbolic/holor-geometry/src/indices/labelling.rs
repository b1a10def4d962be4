//! The double-coset problem: one representative for all ways to write a product of tensors.
//!
//! A product is a *network*: factors with slots, slots joined in pairs (dummies) or labelled (free indices). Two
//! networks are the same monomial up to sign when slot symmetries, exchanges of equal factors, and renaming and
//! raising of dummies lead from one to the other: they lie in one double coset S g D (R. Portugal, J. Phys. A 32,
//! 1999; J. M. Martín-García, Comput. Phys. Commun. 179, 2008).
//!
//! The representative is found as in canonical labelling of graphs (B. D. McKay, A. Piperno, J. Symb. Comput. 60,
//! 2014): slots are told apart by what can be seen from them, ties are broken by trying each slot of one class, and
//! automorphisms found on the way cut branches that would repeat another. Butler's algorithm walks through all
//! elements of S that lead to the smallest prefix, which are factorially many for a symmetric tensor of high rank;
//! here those slots differ by what they are joined to, or else they are exchanged by an automorphism.
//! An automorphism of sign −1 says that the monomial is 0.

use std::cmp::Ordering;

use holor_algebra::{AlgebraError, Interrupt};

use super::permutation::is_odd;
use super::symmetry::SlotSymmetry;
use crate::{GeometryError, GeometryResult};

/// How many steps a search may take: never reached by tensors that are not made for it.
const STEP_LIMIT: u32 = 2_000_000;

/// A product of tensors without names.
#[derive(Debug)]
pub(super) struct Network<'a> {
    pub(super) factors: Vec<Node<'a>>,
    pub(super) ends: Vec<End>,
}

/// One factor.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// Factors of one class may be exchanged, and lower classes come first.
    pub(super) class: u32,
    pub(super) symmetry: &'a SlotSymmetry,
    /// Its first slot in the network; the others follow.
    pub(super) first: usize,
    /// Whether exchange with another such factor changes the sign.
    pub(super) odd: bool,
}

/// What is attached to a slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The slot at the other end of a dummy pair, or this slot itself for a free index.
    pub(super) partner: usize,
    /// The name of a free index, or the kind of a dummy, as a number; free ones are smaller.
    pub(super) label: u32,
    /// For a dummy whose reversal changes the sign: whether this end is up.
    pub(super) twisted_up: Option<bool>,
}

/// The representative of a network.
#[derive(Clone, Debug)]
pub(super) struct Labelling {
    /// The factors in canonical order.
    pub(super) factors: Vec<usize>,
    /// The slots in canonical order: those of the first factor as they are arranged in it, and so on.
    pub(super) slots: Vec<usize>,
    /// The sign between the network and its representative.
    pub(super) negative: bool,
    /// Generators of the automorphism group: where each slot goes, and the sign.
    pub(super) automorphisms: Vec<(Vec<usize>, bool)>,
    /// Whether an automorphism has the sign −1, so that the monomial is 0. The other generators may then be missing.
    pub(super) vanishes: bool,
}

/// Finds the representative. With `stop_when_zero`, the search ends at the first automorphism of sign −1.
pub(super) fn label(
    network: &Network<'_>,
    stop_when_zero: bool,
    interrupt: Option<&Interrupt>,
) -> GeometryResult<Labelling> {
    let mut search = Search {
        network,
        factor_of: vec![0; network.ends.len()],
        stop_when_zero,
        interrupt,
        steps: 0,
        trace: Vec::new(),
        path: Vec::new(),
        best: None,
        first: None,
        automorphisms: Vec::new(),
        scratch: Scratch::default(),
    };
    for (factor, node) in network.factors.iter().enumerate() {
        search.factor_of[node.first..node.first + node.symmetry.rank()].fill(factor);
    }
    let mut root = search.initial();
    search.refine(&mut root);
    let end = search.descend(&root)?;
    let vanishes = matches!(end, Flow::Vanishes)
        || search.automorphisms.iter().any(|(_, negative)| *negative);
    let (factors, slots, negative) = match &search.best {
        Some(leaf) => arrange_by_names(network, &leaf.ranks),
        None => (Vec::new(), Vec::new(), false),
    };
    Ok(Labelling {
        factors,
        slots,
        negative,
        automorphisms: std::mem::take(&mut search.automorphisms),
        vanishes,
    })
}

/// An ordered partition of the slots into classes.
#[derive(Clone, Debug)]
struct Partition {
    /// The slots, class by class.
    order: Vec<u16>,
    /// For each slot where its class begins in `order`.
    ranks: Vec<u16>,
    classes: usize,
    /// A number that equal partitions of isomorphic networks share.
    trace: u64,
}

/// A way through the search tree to a partition into single slots.
#[derive(Clone, Debug)]
struct Leaf {
    trace: Vec<u64>,
    path: Vec<u16>,
    ranks: Vec<u16>,
    slots: Vec<usize>,
    /// The network as this leaf writes it, with the ranks and the way to them: leaves with equal certificates differ
    /// by an automorphism that takes one way to the other.
    certificate: Vec<[u32; 3]>,
    negative: bool,
}

#[derive(Clone, Copy, Debug)]
enum Flow {
    Continue,
    /// The subtree below this depth repeats another one.
    BackTo(usize),
    Vanishes,
}

#[derive(Debug, Default)]
struct Scratch {
    blocks: Vec<u64>,
    contexts: Vec<u64>,
    slots: Vec<u64>,
    keys: Vec<u64>,
}

struct Search<'a> {
    network: &'a Network<'a>,
    factor_of: Vec<usize>,
    stop_when_zero: bool,
    interrupt: Option<&'a Interrupt>,
    steps: u32,
    trace: Vec<u64>,
    path: Vec<u16>,
    best: Option<Leaf>,
    first: Option<Leaf>,
    automorphisms: Vec<(Vec<usize>, bool)>,
    scratch: Scratch,
}

/// Mixes the bits of a number (the finaliser of SplitMix64).
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Search<'_> {
    fn initial(&self) -> Partition {
        let count = self.network.ends.len();
        let key = |slot: &u16| {
            let slot = usize::from(*slot);
            (
                self.network.factors[self.factor_of[slot]].class,
                self.network.ends[slot].label,
            )
        };
        let mut order: Vec<u16> = (0..count as u16).collect();
        order.sort_by_key(key);
        let mut partition =
            Partition { order, ranks: vec![0; count], classes: 0, trace: 0 };
        let mut start = 0;
        for place in 0..count {
            let slot = &partition.order[place];
            if place == 0 || key(&partition.order[place - 1]) != key(slot) {
                start = place;
                partition.classes += 1;
            }
            partition.ranks[usize::from(*slot)] = start as u16;
        }
        partition
    }

    /// Splits classes until slots of one class see the same classes around them.
    fn refine(&mut self, partition: &mut Partition) {
        let count = partition.order.len();
        let mut trace = 0;
        while partition.classes < count {
            self.view(&partition.ranks);
            let keys = &self.scratch.keys;
            let before = partition.classes;
            let mut start = 0;
            while start < count {
                let rank = partition.ranks[usize::from(partition.order[start])];
                let mut end = start + 1;
                while end < count
                    && partition.ranks[usize::from(partition.order[end])] == rank
                {
                    end += 1;
                }
                let class = &mut partition.order[start..end];
                if class.len() > 1 {
                    class.sort_unstable_by_key(|&slot| keys[usize::from(slot)]);
                    let mut own = start;
                    for place in 0..class.len() {
                        let slot = usize::from(class[place]);
                        if place > 0 && keys[usize::from(class[place - 1])] != keys[slot]
                        {
                            own = start + place;
                            partition.classes += 1;
                        }
                        partition.ranks[slot] = own as u16;
                    }
                }
                start = end;
            }
            for &slot in &partition.order {
                let slot = usize::from(slot);
                let seen =
                    keys[slot] ^ u64::from(partition.ranks[slot]).wrapping_mul(STEP);
                trace = mix(trace ^ seen).wrapping_add(STEP);
            }
            if partition.classes == before {
                break;
            }
        }
        partition.trace = ((count - partition.classes) as u64) << 48 | trace >> 16;
    }

    /// Gives each slot a number that says what is seen from it: its place in its factor up to the symmetry, and the
    /// same for the slot that it is joined to.
    fn view(&mut self, ranks: &[u16]) {
        let Scratch { blocks, contexts, slots, keys } = &mut self.scratch;
        slots.clear();
        slots.resize(ranks.len(), 0);
        for node in &self.network.factors {
            let shape = node.symmetry;
            blocks.clear();
            for block in shape.blocks() {
                let values = block.slots.iter().map(|slot| {
                    mix(u64::from(ranks[node.first + slot])
                        .wrapping_add(1)
                        .wrapping_mul(STEP))
                });
                blocks.push(values.fold(0, u64::wrapping_add));
            }
            contexts.clear();
            contexts.resize(blocks.len(), 0);
            for frame in shape.frames() {
                let mut seen = u64::from(node.class);
                for &block in &frame.blocks {
                    seen = mix(seen.wrapping_add(STEP) ^ blocks[block]);
                }
                for (place, &block) in frame.blocks.iter().enumerate() {
                    contexts[block] = contexts[block]
                        .wrapping_add(mix(seen ^ (place as u64 + 1).wrapping_mul(STEP)));
                }
            }
            for (block, context) in shape.blocks().iter().zip(contexts.iter()) {
                for slot in &block.slots {
                    let slot = node.first + slot;
                    slots[slot] =
                        mix(context ^ u64::from(ranks[slot]).wrapping_mul(STEP));
                }
            }
        }
        keys.clear();
        keys.extend(self.network.ends.iter().enumerate().map(|(slot, end)| {
            let other = if end.partner == slot { 1 } else { slots[end.partner] };
            mix(slots[slot].wrapping_add(other.rotate_left(17)))
        }));
    }

    /// Searches below a partition; the path and the trace say how it was reached.
    fn descend(&mut self, partition: &Partition) -> GeometryResult<Flow> {
        self.steps += 1;
        if self.interrupt.is_some_and(Interrupt::is_raised) {
            return Err(GeometryError::Algebra(AlgebraError::Interrupted));
        }
        if self.steps > STEP_LIMIT {
            return Err(GeometryError::Invalid {
                operation: "canonicalize",
                reason: "a product has too many symmetries that cannot be told apart"
                    .into(),
            });
        }
        let Some(class) = smallest_class(partition) else {
            return Ok(self.leaf(partition));
        };
        let depth = self.path.len();
        let mut tried: Vec<u16> = Vec::with_capacity(class.len());
        for &slot in class {
            if self.repeats(slot, &tried) {
                continue;
            }
            tried.push(slot);
            let mut child = partition.clone();
            individualise(&mut child, slot);
            self.refine(&mut child);
            self.trace.push(child.trace);
            self.path.push(slot);
            let flow =
                if self.is_worse() { Flow::Continue } else { self.descend(&child)? };
            self.path.pop();
            self.trace.pop();
            match flow {
                Flow::BackTo(level) if level < depth => return Ok(flow),
                Flow::Vanishes => return Ok(flow),
                Flow::Continue | Flow::BackTo(_) => {}
            }
        }
        Ok(Flow::Continue)
    }

    /// Whether no leaf on the way so far can be as good as the best one.
    fn is_worse(&self) -> bool {
        let Some(best) = &self.best else { return false };
        let length = self.trace.len().min(best.trace.len());
        self.trace[..length] > best.trace[..length]
    }

    /// Whether a known automorphism that fixes the path takes a slot that was tried to this one.
    fn repeats(&self, slot: u16, tried: &[u16]) -> bool {
        if tried.is_empty() {
            return false;
        }
        let fixing: Vec<&Vec<usize>> = self
            .automorphisms
            .iter()
            .map(|(images, _)| images)
            .filter(|images| {
                self.path
                    .iter()
                    .all(|&point| images[usize::from(point)] == usize::from(point))
            })
            .collect();
        if fixing.is_empty() {
            return false;
        }
        let mut met = vec![false; self.network.ends.len()];
        let mut orbit = vec![usize::from(slot)];
        met[usize::from(slot)] = true;
        let mut next = 0;
        while next < orbit.len() {
            let point = orbit[next];
            next += 1;
            for images in &fixing {
                let image = images[point];
                if !met[image] {
                    met[image] = true;
                    orbit.push(image);
                }
            }
        }
        tried.iter().any(|&other| met[usize::from(other)])
    }

    fn leaf(&mut self, partition: &Partition) -> Flow {
        let (_, slots, negative) = arrange_by_ranks(self.network, &partition.ranks);
        let mut places = vec![0; slots.len()];
        for (place, &slot) in slots.iter().enumerate() {
            places[slot] = place as u32;
        }
        let rank = |slot: usize| u32::from(partition.ranks[slot]);
        let mut certificate: Vec<[u32; 3]> =
            Vec::with_capacity(slots.len() + self.path.len());
        certificate.extend(slots.iter().map(|&slot| {
            let end = self.network.ends[slot];
            [end.label, places[end.partner], rank(slot)]
        }));
        certificate.extend(self.path.iter().map(|&slot| [rank(usize::from(slot)), 0, 0]));
        let leaf = Leaf {
            trace: self.trace.clone(),
            path: self.path.clone(),
            ranks: partition.ranks.clone(),
            slots,
            certificate,
            negative,
        };
        let Some(best) = &self.best else {
            self.first = Some(leaf.clone());
            self.best = Some(leaf);
            return Flow::Continue;
        };
        let order = leaf
            .trace
            .cmp(&best.trace)
            .then_with(|| leaf.certificate.cmp(&best.certificate));
        let twin = match (order, &self.first) {
            (Ordering::Equal, _) => Some(best),
            (_, Some(first)) if first.certificate == leaf.certificate => Some(first),
            _ => None,
        };
        let Some(twin) = twin else {
            if order == Ordering::Less {
                self.best = Some(leaf);
            }
            return Flow::Continue;
        };
        let mut images = vec![0; leaf.slots.len()];
        for (&from, &to) in twin.slots.iter().zip(&leaf.slots) {
            images[from] = to;
        }
        let negative = twin.negative != leaf.negative;
        let common = twin.path.iter().zip(&leaf.path).take_while(|(a, b)| a == b).count();
        self.automorphisms.push((images, negative));
        if negative && self.stop_when_zero {
            Flow::Vanishes
        } else {
            Flow::BackTo(common)
        }
    }
}

/// The first of the smallest classes with several slots.
fn smallest_class(partition: &Partition) -> Option<&[u16]> {
    let count = partition.order.len();
    let mut best: Option<&[u16]> = None;
    let mut start = 0;
    while start < count {
        let rank = partition.ranks[usize::from(partition.order[start])];
        let mut end = start + 1;
        while end < count && partition.ranks[usize::from(partition.order[end])] == rank {
            end += 1;
        }
        if end - start > 1 && best.is_none_or(|best| end - start < best.len()) {
            best = Some(&partition.order[start..end]);
        }
        start = end;
    }
    best
}

/// Puts a slot before the others of its class.
fn individualise(partition: &mut Partition, slot: u16) {
    let start = partition.ranks[usize::from(slot)];
    let from = usize::from(start);
    let class = partition.order[from..]
        .iter()
        .take_while(|&&other| partition.ranks[usize::from(other)] == start)
        .count();
    let class = &mut partition.order[from..from + class];
    if let Some(place) = class.iter().position(|&other| other == slot) {
        class.swap(0, place);
    }
    for &other in &class[1..] {
        partition.ranks[usize::from(other)] = start + 1;
    }
    partition.classes += 1;
}

/// Slots arranged in one factor, with the sign of the arrangement.
struct Arrangement {
    slots: Vec<usize>,
    negative: bool,
}

/// The factors and slots in the order of the ranks, all different, as far as the symmetries allow; and the sign.
fn arrange_by_ranks(
    network: &Network<'_>,
    ranks: &[u16],
) -> (Vec<usize>, Vec<usize>, bool) {
    let arranged: Vec<Arrangement> = network
        .factors
        .iter()
        .map(|node| {
            let mut negative = false;
            let blocks: Vec<Vec<usize>> = node
                .symmetry
                .blocks()
                .iter()
                .map(|block| {
                    let mut slots: Vec<usize> =
                        block.slots.iter().map(|slot| node.first + slot).collect();
                    negative ^=
                        sort_slots(&mut slots, block.antisymmetric, |slot| ranks[slot]);
                    slots
                })
                .collect();
            let frame = node.symmetry.frames().iter().min_by_key(|frame| {
                frame
                    .blocks
                    .iter()
                    .map(|&block| ranks[blocks[block][0]])
                    .collect::<Vec<_>>()
            });
            lay_out(node, &blocks, frame, negative)
        })
        .collect();
    let mut factors: Vec<usize> = (0..network.factors.len()).collect();
    factors.sort_by_key(|&factor| {
        let first = arranged[factor].slots.first().map(|&slot| ranks[slot]);
        (network.factors[factor].class, first)
    });
    let slots: Vec<usize> = factors
        .iter()
        .flat_map(|&factor| arranged[factor].slots.iter().copied())
        .collect();
    let negative = arranged.iter().fold(false, |sign, factor| sign ^ factor.negative)
        ^ order_sign(network, &factors)
        ^ twist_sign(network, &slots);
    (factors, slots, negative)
}

/// Sorts the slots of a block; says whether that changes the sign.
fn sort_slots<K: Ord>(
    slots: &mut [usize],
    antisymmetric: bool,
    key: impl Fn(usize) -> K,
) -> bool {
    if antisymmetric {
        let keys: Vec<K> = slots.iter().map(|&slot| key(slot)).collect();
        slots.sort_by_key(|&slot| key(slot));
        is_odd(&keys)
    } else {
        slots.sort_by_key(|&slot| key(slot));
        false
    }
}

/// Puts the contents of blocks where a frame sends them.
fn lay_out(
    node: &Node<'_>,
    blocks: &[Vec<usize>],
    frame: Option<&super::symmetry::Frame>,
    negative: bool,
) -> Arrangement {
    let mut slots = vec![0; node.symmetry.rank()];
    let Some(frame) = frame else { return Arrangement { slots, negative } };
    for (block, &from) in node.symmetry.blocks().iter().zip(&frame.blocks) {
        for (&place, &slot) in block.slots.iter().zip(&blocks[from]) {
            slots[place] = slot;
        }
    }
    Arrangement { slots, negative: negative ^ frame.negative }
}

/// The sign from exchanging anticommuting factors.
fn order_sign(network: &Network<'_>, factors: &[usize]) -> bool {
    let odd: Vec<usize> =
        factors.iter().copied().filter(|&factor| network.factors[factor].odd).collect();
    is_odd(&odd)
}

/// The sign from writing each twisted dummy with its first end down.
fn twist_sign(network: &Network<'_>, slots: &[usize]) -> bool {
    let mut places = vec![0; slots.len()];
    for (place, &slot) in slots.iter().enumerate() {
        places[slot] = place;
    }
    slots.iter().fold(false, |sign, &slot| {
        let end = network.ends[slot];
        let first = places[slot] < places[end.partner];
        sign ^ (first && end.twisted_up == Some(true))
    })
}

/// What stands in a slot, for readers: free indices by name, then dummies in the order in which they were met, then
/// those not yet met in the order of the search.
type Name = (u8, u32);

/// As [`arrange_by_ranks`], but each factor is written with the smallest names that it can have after those before it,
/// and among factors of one class the one with the smallest names comes first.
fn arrange_by_names(
    network: &Network<'_>,
    ranks: &[u16],
) -> (Vec<usize>, Vec<usize>, bool) {
    let mut numbers: Vec<Option<u32>> = vec![None; ranks.len()];
    let mut met = 0;
    let mut left: Vec<usize> = (0..network.factors.len()).collect();
    left.sort_by_key(|&factor| {
        let node = &network.factors[factor];
        let first = (node.symmetry.rank() > 0).then(|| {
            ranks[node.first..node.first + node.symmetry.rank()].iter().min().copied()
        });
        (node.class, first)
    });
    let mut factors = Vec::with_capacity(left.len());
    let mut slots = Vec::with_capacity(ranks.len());
    let mut negative = false;
    while let Some(&head) = left.first() {
        let class = network.factors[head].class;
        let rivals =
            left.iter().take_while(|&&factor| network.factors[factor].class == class);
        let best = rivals
            .enumerate()
            .map(|(place, &factor)| {
                let (names, arrangement) =
                    smallest_names(network, factor, ranks, &numbers, met);
                (names, place, arrangement)
            })
            .min_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        let Some((_, place, arrangement)) = best else { break };
        factors.push(left.remove(place));
        negative ^= arrangement.negative;
        for &slot in &arrangement.slots {
            let partner = network.ends[slot].partner;
            if partner != slot && numbers[slot].is_none() {
                numbers[slot] = Some(met);
                numbers[partner] = Some(met);
                met += 1;
            }
        }
        slots.extend(arrangement.slots);
    }
    negative ^= order_sign(network, &factors) ^ twist_sign(network, &slots);
    (factors, slots, negative)
}

/// The arrangement of a factor with the smallest names.
fn smallest_names(
    network: &Network<'_>,
    factor: usize,
    ranks: &[u16],
    numbers: &[Option<u32>],
    met: u32,
) -> (Vec<Name>, Arrangement) {
    let node = &network.factors[factor];
    let shape = node.symmetry;
    let own: Vec<Vec<usize>> = shape
        .blocks()
        .iter()
        .map(|block| block.slots.iter().map(|slot| node.first + slot).collect())
        .collect();
    let name = |slot: usize, fresh: &[(usize, u32)]| -> Name {
        let end = network.ends[slot];
        if end.partner == slot {
            return (0, end.label);
        }
        let known = numbers[slot].or_else(|| {
            fresh.iter().find(|(at, _)| *at == slot).map(|(_, number)| *number)
        });
        known.map_or((2, u32::from(ranks[slot])), |number| (1, number))
    };
    let mut best: Option<(Vec<Name>, Vec<u16>, Arrangement)> = None;
    for frame in shape.frames() {
        let mut fresh: Vec<(usize, u32)> = Vec::new();
        let mut names = Vec::with_capacity(shape.rank());
        let mut order = Vec::with_capacity(shape.rank());
        let mut negative = false;
        let mut blocks = own.clone();
        for &block in &frame.blocks {
            let mut left = std::mem::take(&mut blocks[block]);
            let before = left.clone();
            let mut sorted = Vec::with_capacity(left.len());
            // One at a time, because a dummy that is met in this block has its name from then on.
            while let Some(place) =
                (0..left.len()).min_by_key(|&place| name(left[place], &fresh))
            {
                let slot = left.swap_remove(place);
                let own_name = name(slot, &fresh);
                let partner = network.ends[slot].partner;
                if own_name.0 == 2 {
                    let number = met + fresh.len() as u32;
                    fresh.push((partner, number));
                    names.push((1, number));
                } else {
                    names.push(own_name);
                }
                order.push(ranks[slot]);
                sorted.push(slot);
            }
            if shape.blocks()[block].antisymmetric {
                let places: Vec<Option<usize>> = sorted
                    .iter()
                    .map(|slot| before.iter().position(|other| other == slot))
                    .collect();
                negative ^= is_odd(&places);
            }
            blocks[block] = sorted;
        }
        let arrangement = lay_out(node, &blocks, Some(frame), negative);
        let smaller = |best: &(Vec<Name>, Vec<u16>, Arrangement)| {
            (&names, &order) < (&best.0, &best.1)
        };
        if best.as_ref().is_none_or(smaller) {
            best = Some((names, order, arrangement));
        }
    }
    match best {
        Some((names, _, arrangement)) => (names, arrangement),
        None => (Vec::new(), Arrangement { slots: Vec::new(), negative: false }),
    }
}
