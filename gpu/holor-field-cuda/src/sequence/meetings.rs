//! What devices with a slab each do together, around programs and in place of wraps.

use holor_field::FieldResult;
use holor_field::graph::Op;
use holor_field::layout::Region;
use holor_field::plan::ArrayId;

use super::{Act, Builder, Meeting};

impl Builder<'_> {
    /// Before a program that loads cells beyond the cut.
    pub(super) fn before(&self, program: usize, arrays: &[ArrayId], acts: &mut Vec<Act>) {
        let Some(slab) = self.slab else { return };
        let program = &self.plan.programs[program];
        let needed = program.graph.needed(&program.roots());
        let mut all: Vec<ArrayId> = Vec::new();
        for (op, needed) in program.graph.ops().iter().zip(needed) {
            if let Op::Load { array, offset } = *op
                && needed
                && offset[slab.dimension] != 0
            {
                all.push(arrays[array as usize]);
            }
        }
        all.sort_unstable();
        all.dedup();
        if !all.is_empty() {
            acts.push(Act::Meet(Meeting::Needed(all)));
        }
    }

    /// After a program that stores something.
    pub(super) fn after(&self, program: usize, arrays: &[ArrayId], acts: &mut Vec<Act>) {
        if self.slab.is_none() {
            return;
        }
        let stores = self.plan.programs[program].stores.iter();
        let all: Vec<ArrayId> = stores.map(|store| arrays[store.slot as usize]).collect();
        if !all.is_empty() {
            acts.push(Act::Meet(Meeting::Changed(all)));
        }
    }

    /// Outer ghosts along the cut: copied by all together, then turned around by the two devices that have them.
    pub(super) fn around(
        &mut self,
        array: ArrayId,
        sign: f64,
        acts: &mut Vec<Act>,
    ) -> FieldResult<()> {
        let Some(slab) = self.slab else { return Ok(()) };
        let (layout, d) = (self.layout(array), slab.dimension);
        let ghosts = layout.ghosts[d] as isize;
        if ghosts == 0 {
            return Ok(());
        }
        acts.push(Act::Meet(Meeting::Around(array)));
        let Some(negation) = slab.negation.filter(|_| sign < 0.0) else { return Ok(()) };
        let points = layout.points[d] as isize;
        let outer = match (slab.number, slab.number + 1 == slab.count) {
            (0, _) => -ghosts..0,
            (_, true) => points..points + ghosts,
            _ => return Ok(()),
        };
        let mut region = Region {
            start: layout.ghosts.map(|n| -(n as isize)),
            end: std::array::from_fn(|d| (layout.points[d] + layout.ghosts[d]) as isize),
        };
        (region.start[d], region.end[d]) = (outer.start, outer.end);
        self.run((0, 0), negation, &[array], &region, &[], acts)
    }
}
