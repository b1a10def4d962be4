//! A box cut into slabs, one for each of several devices.
//!
//! The cut goes through the slowest dimension with more than one point, which must not be the last: rows stay whole, and the cells of a slab lie
//! together in memory. `cut` makes a plan for each slab: the same arrays, programs and actions, with fewer cells. The ghosts of a
//! slab's arrays are the box's own at its outer sides, and copies of the neighbours' cells at the cuts.
//!
//! Each device has a sequence of launches for its slab ([`crate::sequence`]), with meetings in it ([`Meeting`]) for what concerns
//! several: cells at the cuts are fetched from the neighbours before a program that needs them, where they may have changed since the last
//! time; ghosts of periodic sides are fetched from the device at the other end; sums are gathered by the first device, which joins them in
//! the order of the whole box, and spread. Scalars are computed by all devices alike. So every number has the bits that one device gives.
//!
//! [`Meeting`]: crate::sequence::Sequence

mod machine;

use std::sync::Arc;

use holor_field::graph::{Graph, Unary};
use holor_field::interpreter::PIECE;
use holor_field::layout::{DIMENSIONS, Layout, Region};
use holor_field::plan::{Action, Array, Plan, Program, Store};

pub use machine::{Copy, Peer, prepare};

/// A part of a box.
#[derive(Debug)]
pub(crate) struct Slab {
    /// What is to be done in it.
    pub(crate) plan: Plan,
    /// Counts the slabs, from 0.
    pub(crate) number: usize,
    /// How many there are.
    pub(crate) count: usize,
    /// The dimension through which the cut goes.
    pub(crate) dimension: usize,
    /// Cells of the box before the first one.
    pub(crate) cells_before: i64,
    /// Cells of the box in all, after which they are counted from 0 again.
    pub(crate) cells: i64,
    /// The program that changes the sign of its array, where it is needed.
    pub(crate) negation: Option<usize>,
    /// For each action of each procedure the pieces of rows before those of this slab, and all.
    pub(crate) pieces: Vec<Vec<(usize, usize)>>,
}

impl Slab {
    /// The pieces of rows before those of this slab, and all, of the region of an action: procedure and place in it.
    pub(crate) fn pieces_before_and_in_all(
        &self,
        action: (usize, usize),
    ) -> (usize, usize) {
        self.pieces[action.0][action.1]
    }
}

/// The places of a slab along the cut: from the first to the last cell, and with the box's own ghosts at its outer sides.
#[derive(Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) first: bool,
    pub(crate) last: bool,
}

impl Extent {
    /// What of a region's places lies in the slab.
    pub(crate) fn part(self, start: isize, end: isize) -> (isize, isize) {
        let from = if self.first { start } else { start.max(self.start as isize) };
        let to = if self.last { end } else { end.min(self.end as isize) };
        (from, to.max(from))
    }
}

/// The dimension along which a plan's box is cut, its slowest one; or what the plan has that cannot be cut.
pub(crate) fn dimension(plan: &Plan) -> Result<usize, &'static str> {
    if !plan.transforms.is_empty() {
        return Err("its transforms need the whole box");
    }
    if !plan.matrices.is_empty() {
        return Err("its matrices need the whole box");
    }
    if !plan.groupings.is_empty() {
        return Err("its groups of cells need the whole box");
    }
    let Some(first) = plan.arrays.first() else { return Err("it has no arrays") };
    let points = first.layout.points;
    let found = (0..DIMENSIONS - 1).find(|d| points[*d] > 1);
    let Some(d) = found else { return Err("a single row is not cut") };
    let layouts = || plan.arrays.iter().map(|array| &array.layout);
    if layouts().any(|own| own.points != points) {
        return Err("its arrays differ in their points");
    }
    if layouts().any(|own| own.ghosts[..d].iter().any(|n| *n > 0)) {
        return Err("it has ghosts along a dimension of one point");
    }
    Ok(d)
}

/// A plan that was checked, shared and lowered, cut into so many slabs; or why it is not.
///
/// # Errors
/// The reason: what the plan has that cannot be cut.
pub(crate) fn cut(plan: &Plan, count: usize) -> Result<Vec<Slab>, &'static str> {
    let d = dimension(plan)?;
    let points = plan.arrays.first().map_or([1; 3], |first| first.layout.points);
    let layouts = || plan.arrays.iter().map(|array| &array.layout);
    let ghosts = layouts().map(|own| own.ghosts[d]).max().unwrap_or(0);
    if points[d] / count < ghosts.max(1) {
        return Err("the box is too small to be cut");
    }
    let slabs: Vec<Slab> = (0..count)
        .map(|number| {
            let extent = Extent {
                start: points[d] * number / count,
                end: points[d] * (number + 1) / count,
                first: number == 0,
                last: number + 1 == count,
            };
            slab(plan, d, extent, (number, count))
        })
        .collect::<Option<_>>()
        .ok_or("a program of it has no arrays")?;
    if slabs.iter().any(|slab| slab.plan.check().is_err()) {
        return Err("it reaches farther than its ghosts");
    }
    Ok(slabs)
}

/// Pieces of rows of a region in so many places along a dimension.
pub(crate) fn pieces(region: &Region, d: usize, places: isize) -> usize {
    let count = |other: usize| match other {
        _ if other == d => places.max(0) as usize,
        2 => ((region.end[2] - region.start[2]).max(0) as usize).div_ceil(PIECE),
        _ => (region.end[other] - region.start[other]).max(0) as usize,
    };
    (0..DIMENSIONS).map(count).product()
}

/// One slab; none where a program has no arrays.
fn slab(
    plan: &Plan,
    d: usize,
    extent: Extent,
    (number, count): (usize, usize),
) -> Option<Slab> {
    let mut own = plan.clone();
    for array in &mut own.arrays {
        *array = part(array, d, extent);
    }
    for table in own.tables.iter_mut().filter(|table| table.dimension == d) {
        table.first += extent.start;
    }
    let (mut all_pieces, mut negated) = (Vec::new(), false);
    for procedure in &mut own.procedures {
        let mut counts = Vec::new();
        for action in &mut procedure.actions {
            let mut pieces_here = (0, 0);
            match action {
                Action::Run { arrays, region, .. } => {
                    if arrays.is_empty() {
                        return None;
                    }
                    let (start, end) = (region.start[d], region.end[d]);
                    let (from, to) = extent.part(start, end);
                    let before = (extent.start as isize).clamp(start, end.max(start));
                    let before = if extent.first { start } else { before };
                    pieces_here = (
                        pieces(region, d, before - start),
                        pieces(region, d, end - start),
                    );
                    let first = extent.start as isize;
                    // Nothing is anywhere; here it is certainly inside.
                    (region.start[d], region.end[d]) =
                        if from < to { (from - first, to - first) } else { (0, 0) };
                }
                Action::Wrap { dimension, sign, .. } => {
                    negated |= *dimension == d && *sign < 0.0;
                }
                _ => {}
            }
            counts.push(pieces_here);
        }
        all_pieces.push(counts);
    }
    let negation = negated.then(|| {
        own.programs.push(negation());
        own.programs.len() - 1
    });
    let before: usize = plan.arrays.first()?.layout.points[d + 1..].iter().product();
    Some(Slab {
        plan: own,
        number,
        count,
        dimension: d,
        cells_before: (extent.start * before) as i64,
        cells: plan.arrays.first()?.layout.cells() as i64,
        negation,
        pieces: all_pieces,
    })
}

/// The part of an array: its cells lie in memory as in the whole one.
fn part(array: &Array, d: usize, extent: Extent) -> Array {
    let whole = array.layout;
    let (stride, points) = (whole.strides[d], extent.end - extent.start);
    let mut layout = Layout { length: whole.length, ..whole };
    layout.points[d] = points;
    layout.length -= (whole.points[d] - points) * stride;
    let cells: usize = whole.points[d + 1..].iter().product();
    let values = array.values.as_ref().map(|values| -> Arc<[f64]> {
        if values.len() == whole.length {
            let start = extent.start * stride;
            values[start..start + layout.length].into()
        } else {
            values[extent.start * cells..extent.end * cells].into()
        }
    });
    Array { name: array.name.clone(), layout, values }
}

/// a ← −a
fn negation() -> Program {
    let mut graph = Graph::new();
    let load = graph.load(0, [0; DIMENSIONS]);
    let value = graph.unary(Unary::Negate, load);
    Program {
        name: "the other side with the other sign".to_owned(),
        graph,
        slots: 1,
        stores: vec![Store { slot: 0, value }],
        reductions: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use holor_field::layout::Layout;
    use holor_field::plan::{Array, Grouping, Plan, Table};

    use super::cut;

    fn plan(points: &[usize], ghosts: usize) -> Plan {
        let layout = Layout::of_box(points, ghosts);
        let values = (0..layout.cells()).map(|cell| cell as f64).collect();
        let array = Array { name: "a".to_owned(), layout, values: Some(values) };
        let table = |dimension: usize| Table {
            name: "t".to_owned(),
            dimension,
            first: ghosts,
            values: vec![0.0; layout.points[dimension] + 2 * ghosts].into(),
        };
        let tables = vec![table(1), table(2)];
        Plan { arrays: vec![array], tables, ..Plan::default() }
    }

    #[test]
    fn slabs_have_all_cells_in_order() {
        let whole = plan(&[11, 6], 2);
        let slabs = cut(&whole, 3).unwrap();
        let points: Vec<_> =
            slabs.iter().map(|slab| slab.plan.arrays[0].layout.points[1]).collect();
        assert_eq!(points, [3, 4, 4]);
        let all = slabs.iter().flat_map(|slab| {
            slab.plan.arrays[0].values.as_ref().unwrap().iter().copied()
        });
        assert!(all.eq((0..66).map(f64::from)));
        let before: Vec<_> = slabs.iter().map(|slab| slab.cells_before).collect();
        assert_eq!(before, [0, 18, 42]);
        assert_eq!(slabs[2].plan.tables[0].first, 9);
        assert_eq!(slabs[2].plan.tables[1].first, 2);
        for slab in &slabs {
            let layout = slab.plan.arrays[0].layout;
            assert_eq!(layout.length, Layout::of_box(&[layout.points[1], 6], 2).length);
        }
    }

    #[test]
    fn what_cannot_be_cut_is_said() {
        assert!(cut(&plan(&[7], 1), 2).unwrap_err().contains("row"));
        assert!(cut(&plan(&[3, 9], 2), 2).unwrap_err().contains("small"));
        assert!(cut(&plan(&[1, 9, 9], 2), 2).unwrap_err().contains("one point"));
        assert!(cut(&plan(&[1, 9, 9], 0), 2).is_ok());
        assert!(cut(&Plan::default(), 2).unwrap_err().contains("no arrays"));
        let mut grouped = plan(&[9, 9], 1);
        grouped.groupings.push(Grouping::new(&[vec![0, 80]]));
        assert!(cut(&grouped, 2).unwrap_err().contains("groups"));
    }
}
