//! The slot symmetry of a tensor, in the form that canonicalisation works with: blocks and frames.

use std::collections::BTreeSet;

use super::permutation::{PermutationGroup, SignedPermutation, is_odd};
use crate::{GeometryError, GeometryResult};

/// How many frames a symmetry may have.
const FRAME_LIMIT: usize = 20_000;

/// The mono-term slot symmetry of a tensor: a group of slot permutations with signs.
///
/// Every such group G is stored as its maximal *blocks* of slots that are symmetric or antisymmetric among
/// themselves, and the *frames*: the ways in which G permutes whole blocks. The blocks' permutations are a normal
/// subgroup N of G, the frames are G/N. A symmetric tensor of any rank has one block and one frame; Riemann's has
/// the blocks {0,1}, {2,3} and two frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotSymmetry {
    rank: usize,
    blocks: Vec<Block>,
    frames: Vec<Frame>,
}

/// Slots, ascending, that may be permuted among themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) slots: Vec<usize>,
    pub(super) antisymmetric: bool,
}

/// A rearrangement of blocks: the place p gets what was in the block `blocks[p]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frame {
    pub(super) blocks: Vec<usize>,
    pub(super) negative: bool,
}

impl SlotSymmetry {
    /// No symmetry.
    pub fn none(rank: usize) -> Self {
        Self::of_blocks(rank, Vec::new())
    }

    /// Symmetric in all slots.
    pub fn symmetric(rank: usize) -> Self {
        let block = Block { slots: (0..rank).collect(), antisymmetric: false };
        Self::of_blocks(rank, vec![block])
    }

    /// Antisymmetric in all slots.
    pub fn antisymmetric(rank: usize) -> Self {
        let block = Block { slots: (0..rank).collect(), antisymmetric: true };
        Self::of_blocks(rank, vec![block])
    }

    /// That of a curvature tensor: antisymmetric in each pair of slots, symmetric under exchange of the pairs.
    pub fn riemann() -> Self {
        let pair = |first| Block { slots: vec![first, first + 1], antisymmetric: true };
        let mut result = Self::of_blocks(4, vec![pair(0), pair(2)]);
        result.frames.push(Frame { blocks: vec![1, 0], negative: false });
        result
    }

    /// The group that these generate.
    ///
    /// # Errors
    /// The generators imply T = −T; or the blocks can be permuted in more than 20,000 ways.
    pub fn generated_by(
        rank: usize,
        generators: &[SignedPermutation],
    ) -> GeometryResult<Self> {
        use super::permutation::Permutation;
        let group = PermutationGroup::new(rank, generators)?;
        if group.contains(&SignedPermutation::negative(Permutation::identity(rank))) {
            return Err(GeometryError::Invalid {
                operation: "symmetry",
                reason: "these symmetries contradict each other: only 0 has them all"
                    .into(),
            });
        }
        let mut blocks: Vec<Block> = Vec::new();
        for slot in 0..rank {
            let home = blocks.iter_mut().find_map(|block| {
                let exchange = Permutation::transposition(rank, block.slots[0], slot);
                let signs: &[bool] = if block.slots.len() == 1 {
                    &[false, true]
                } else if block.antisymmetric {
                    &[true]
                } else {
                    &[false]
                };
                let sign = signs.iter().find(|&&negative| {
                    group.contains(&SignedPermutation {
                        permutation: exchange.clone(),
                        negative,
                    })
                })?;
                Some((block, *sign))
            });
            match home {
                Some((block, negative)) => {
                    block.slots.push(slot);
                    block.antisymmetric = negative;
                }
                None => blocks.push(Block { slots: vec![slot], antisymmetric: false }),
            }
        }
        let moves: Vec<Frame> =
            generators.iter().map(|element| frame_of(&blocks, element)).collect();
        let mut known = BTreeSet::new();
        let mut waiting = vec![identity_frame(blocks.len())];
        known.insert(waiting[0].clone());
        while let Some(frame) = waiting.pop() {
            for step in &moves {
                let next = Frame {
                    blocks: step.blocks.iter().map(|&from| frame.blocks[from]).collect(),
                    negative: frame.negative != step.negative,
                };
                if known.insert(next.clone()) {
                    waiting.push(next);
                }
            }
            if known.len() > FRAME_LIMIT {
                return Err(GeometryError::Invalid {
                    operation: "symmetry",
                    reason: format!(
                        "the symmetry permutes blocks of slots in more than {FRAME_LIMIT} ways"
                    ),
                });
            }
        }
        Ok(Self { rank, blocks, frames: known.into_iter().collect() })
    }

    /// The symmetry of a tensor product: each factor's slots after those of the factors before it.
    pub fn product(factors: &[SlotSymmetry]) -> Self {
        let mut result = Self::none(0);
        for factor in factors {
            let (shift, block_shift) = (result.rank, result.blocks.len());
            result.rank += factor.rank;
            result.blocks.extend(factor.blocks.iter().map(|block| Block {
                slots: block.slots.iter().map(|slot| slot + shift).collect(),
                antisymmetric: block.antisymmetric,
            }));
            let mut frames =
                Vec::with_capacity(result.frames.len() * factor.frames.len());
            for left in &result.frames {
                for right in &factor.frames {
                    let shifted = right.blocks.iter().map(|block| block + block_shift);
                    frames.push(Frame {
                        blocks: left.blocks.iter().copied().chain(shifted).collect(),
                        negative: left.negative != right.negative,
                    });
                }
            }
            result.frames = frames;
        }
        result
    }

    /// How many slots there are.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Generators of the group.
    pub fn generators(&self) -> Vec<SignedPermutation> {
        use super::permutation::Permutation;
        let mut result = Vec::new();
        for block in &self.blocks {
            for pair in block.slots.windows(2) {
                result.push(SignedPermutation {
                    permutation: Permutation::transposition(self.rank, pair[0], pair[1]),
                    negative: block.antisymmetric,
                });
            }
        }
        for frame in &self.frames {
            let mut images = vec![0; self.rank];
            for (place, &from) in frame.blocks.iter().enumerate() {
                let slots = self.blocks[place].slots.iter().zip(&self.blocks[from].slots);
                slots.for_each(|(&slot, &source)| images[slot] = source);
            }
            if let Ok(permutation) = Permutation::new(&images)
                && !permutation.is_identity()
            {
                result.push(SignedPermutation { permutation, negative: frame.negative });
            }
        }
        result
    }

    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(super) fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Disjoint blocks, and each slot that is in none of them alone.
    fn of_blocks(rank: usize, mut blocks: Vec<Block>) -> Self {
        blocks.retain(|block| !block.slots.is_empty());
        for slot in 0..rank {
            if !blocks.iter().any(|block| block.slots.contains(&slot)) {
                blocks.push(Block { slots: vec![slot], antisymmetric: false });
            }
        }
        blocks.sort_by_key(|block| block.slots[0]);
        let frames = vec![identity_frame(blocks.len())];
        Self { rank, blocks, frames }
    }
}

fn identity_frame(blocks: usize) -> Frame {
    Frame { blocks: (0..blocks).collect(), negative: false }
}

/// What a group element does to whole blocks, once the order inside each block is restored.
fn frame_of(blocks: &[Block], element: &SignedPermutation) -> Frame {
    let mut negative = element.negative;
    let sources = blocks.iter().map(|block| {
        let sources: Vec<usize> =
            block.slots.iter().map(|&slot| element.permutation.apply(slot)).collect();
        negative ^= block.antisymmetric && is_odd(&sources);
        blocks
            .iter()
            .position(|other| other.slots.contains(&sources[0]))
            .unwrap_or_default()
    });
    let blocks = sources.collect();
    Frame { blocks, negative }
}
