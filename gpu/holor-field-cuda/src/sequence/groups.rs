//! Sums over groups of cells; see [`holor_field::plan::Grouping`].

use holor_field::FieldResult;
use holor_field::layout::Layout;
use holor_field::plan::ArrayId;

use super::{Act, Argument, Builder, Start, too_large, whole};
use crate::pairs::{self, Part};
use crate::source::Fixed;

/// Where groups are on the device.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buffers {
    /// The first entry of each piece, and the end.
    bounds: usize,
    /// The place of each entry's cell behind the first interior one.
    places: usize,
    /// The first piece of each group, and the end.
    firsts: usize,
    pieces: usize,
}

/// The buffers of a grouping for arrays of a layout, that are planar or have one of the parts of complex numbers.
pub(super) type Known = (Layout, Option<bool>, Buffers);

impl Builder<'_> {
    pub(super) fn group(
        &mut self,
        grouping: usize,
        from: ArrayId,
        to: ArrayId,
        acts: &mut Vec<Act>,
    ) -> FieldResult<()> {
        let (source, target) = (self.layout(from), self.layout(to));
        let part = self.parts[from];
        let imaginary = part.map(|part| part.imaginary);
        let buffers = match self.groups[grouping] {
            Some((layout, known_part, known))
                if (layout, known_part) == (source, imaginary) =>
            {
                known
            }
            _ => {
                let new = self.groups_in(grouping, &source, part)?;
                self.groups[grouping] = Some((source, imaginary, new));
                new
            }
        };
        self.at_least(self.partial, 8 * 16 * buffers.pieces as u64);
        let pieces = vec![
            Argument::Buffer(buffers.bounds, 0),
            Argument::Buffer(buffers.places, 0),
            self.interior(from),
            whole(buffers.pieces)?,
            Argument::Buffer(self.partial, 0),
        ];
        acts.push(self.fixed(Fixed::Pieces, 16 * buffers.pieces, 1, pieces)?);
        let d = (0..3).find(|d| target.points[*d] > 1).unwrap_or(2);
        let groups = vec![
            Argument::Buffer(buffers.firsts, 0),
            Argument::Buffer(self.partial, 0),
            self.interior(to),
            Argument::Long(target.strides[d] as i64),
            whole(target.cells())?,
        ];
        acts.push(self.fixed(Fixed::Groups, target.cells(), 1, groups)?);
        Ok(())
    }

    fn groups_in(
        &mut self,
        grouping: usize,
        layout: &Layout,
        part: Option<Part>,
    ) -> FieldResult<Buffers> {
        let grouping = &self.plan.groupings[grouping];
        let index =
            |n: usize| i32::try_from(n).map_err(|_| too_large("a group", "entries"));
        let all = grouping.pieces();
        let mut bounds = Vec::with_capacity(all.len() + 1);
        let mut firsts = vec![0; grouping.groups() + 1];
        for (group, entries) in &all {
            bounds.push(index(entries.start)?);
            firsts[group + 1] += 1;
        }
        bounds.push(index(grouping.places.len())?);
        for group in 0..grouping.groups() {
            firsts[group + 1] += firsts[group];
        }
        let [_, n1, n2] = layout.points;
        let mut places = Vec::with_capacity(grouping.places.len());
        for cell in grouping.places.iter() {
            let cell = *cell as usize;
            let cell = [cell / (n1 * n2), cell / n2 % n1, cell % n2];
            let place = match part {
                None => layout.place(cell.map(|n| n as isize)) - layout.origin,
                Some(part) => {
                    let [plane, row] = pairs::strides(layout);
                    let number = cell[0] * plane + cell[1] * row + cell[2];
                    2 * number + usize::from(part.imaginary)
                }
            };
            places.push(index(place)?);
        }
        let mut buffer =
            |all: Vec<i32>| self.buffer(4 * all.len() as u64, Start::Integers(all));
        Ok(Buffers {
            bounds: buffer(bounds),
            places: buffer(places),
            firsts: buffer(firsts),
            pieces: all.len(),
        })
    }
}
