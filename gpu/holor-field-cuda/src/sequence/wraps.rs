//! Ghosts from the interior, for all arrays at once.

use holor_field::FieldResult;
use holor_field::plan::{Action, ArrayId};

use super::{Act, Builder, line};
use crate::slabs::Slab;
use crate::source::{Signs, count_ghosts};

/// Arrays whose ghosts are filled by one kernel.
const MOST_WRAPPED: usize = 16;

impl Builder<'_> {
    /// Wraps one after another: arrays of one layout that wrap in the same dimensions in one launch.
    pub(super) fn wraps(
        &mut self,
        actions: &[Action],
        acts: &mut Vec<Act>,
    ) -> FieldResult<()> {
        let mut arrays: Vec<(ArrayId, Signs)> = Vec::new();
        for action in actions {
            let Action::Wrap { array, dimension, sign } = action else { continue };
            if self.layout(*array).ghosts[*dimension] == 0 {
                continue;
            }
            let place = arrays.iter().position(|(known, _)| known == array);
            let place = place.unwrap_or_else(|| {
                arrays.push((*array, [0; 3]));
                arrays.len() - 1
            });
            arrays[place].1[*dimension] = if *sign < 0.0 { -1 } else { 1 };
        }
        while let Some((first, signs)) = arrays.first().copied() {
            let layout = self.layout(first);
            let dimensions = |signs: &Signs| signs.map(|sign| sign != 0);
            let alike = |(array, other): &(ArrayId, Signs)| {
                self.layout(*array) == layout && dimensions(other) == dimensions(&signs)
            };
            let (mut now, mut later): (Vec<_>, Vec<_>) =
                arrays.into_iter().partition(alike);
            if now.len() > MOST_WRAPPED {
                later.extend(now.split_off(MOST_WRAPPED));
            }
            arrays = later;
            let signs: Vec<Signs> = now.iter().map(|(_, signs)| *signs).collect();
            let kernel = self.writer.ghosts(&layout, &signs)?;
            let arguments = now.iter().map(|(array, _)| self.interior(*array)).collect();
            let count = count_ghosts(&layout, &signs);
            acts.push(Act::Launch(line(kernel, count, 1, arguments)?));
        }
        Ok(())
    }
}

/// How many of the actions that come first are wraps that can be done at once: none wraps a dimension of an array in another way than before.
/// Those along the cut of a slab are others' business too, and done apart.
pub(super) fn joint(actions: &[Action], slab: Option<&Slab>) -> usize {
    let mut known: Vec<(ArrayId, usize, bool)> = Vec::new();
    for (place, action) in actions.iter().enumerate() {
        let Action::Wrap { array, dimension, sign } = action else { return place };
        let other = (*array, *dimension, *sign >= 0.0);
        if known.contains(&other) || slab.is_some_and(|slab| slab.dimension == *dimension)
        {
            return place;
        }
        known.push((*array, *dimension, *sign < 0.0));
    }
    actions.len()
}
