//! From a plan to what threads carry out: which actions split between threads, and which programs are compiled how.

use std::ops::Range;

use holor_field::graph::{Graph, NodeId, Op};
use holor_field::interpreter::PIECE;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{Action, ArrayId, Plan, Program, ReductionKind, ScalarId};
use holor_field::{FieldError, FieldResult, Precision};

use crate::code::Width;
use crate::kernel::Kernel;
use crate::wave::{self, Use};

/// What a thread does with an array in an action. Units are the cells with one index in the dimension that threads
/// share; a thread's own units are always the same.
pub(crate) mod access {
    /// Reads own units.
    pub(crate) const READ_OWN: u8 = 1;
    /// Reads units of others or ghosts.
    pub(crate) const READ_FAR: u8 = 2;
    /// Writes own units.
    pub(crate) const WRITE_OWN: u8 = 4;
    /// Writes ghosts that are images of own units.
    pub(crate) const WRITE_GHOST: u8 = 8;
    /// The first thread alone reads.
    pub(crate) const READ_FIRST: u8 = 16;
    /// The first thread alone writes.
    pub(crate) const WRITE_FIRST: u8 = 32;

    /// What must not have happened since all threads last waited for each other.
    pub(crate) fn conflicts(with: u8) -> u8 {
        let mut before = 0;
        if with & READ_OWN != 0 {
            before |= WRITE_FIRST;
        }
        if with & READ_FAR != 0 {
            before |= WRITE_OWN | WRITE_GHOST | WRITE_FIRST;
        }
        if with & (WRITE_OWN | WRITE_GHOST) != 0 {
            before |= READ_FAR | READ_FIRST | WRITE_FIRST;
        }
        if with & READ_FIRST != 0 {
            before |= WRITE_OWN | WRITE_GHOST;
        }
        if with & WRITE_FIRST != 0 {
            before |= READ_OWN | READ_FAR | WRITE_OWN | WRITE_GHOST;
        }
        before
    }
}

/// How an action is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Division {
    /// Each thread does its own units.
    Own,
    /// The first thread does all.
    First,
    /// Each thread does a share, and all wait before and after.
    All,
}

/// A program run in a region.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) kernel: usize,
    pub(crate) arrays: Vec<ArrayId>,
    pub(crate) region: Region,
    pub(crate) layout: Layout,
    pub(crate) division: Division,
    /// The dimension that is shared.
    pub(crate) split: usize,
    /// What is done with each slot's array.
    pub(crate) access: Vec<u8>,
    pub(crate) reductions: Vec<(ReductionKind, ScalarId)>,
    /// Counts the runs with their measurements and partial results.
    pub(crate) number: usize,
    /// Rows of a plane done before the next plane is turned to, in three dimensions.
    pub(crate) block: usize,
    /// Whether a cell is computed from its own values alone.
    pub(crate) local: bool,
    /// What its units and ghosts do with the arrays, by slot.
    pub(crate) uses: Vec<Use>,
    /// Whether it may follow other runs through the units: it reads nothing at a distance in dimensions before the one that is shared.
    pub(crate) follows: bool,
    /// Slots of which it fills the ghosts at the ends of rows, with or without a change of sign, right before it reads these rows.
    pub(crate) closes: Vec<(usize, bool)>,
}

impl Run {
    /// How many pieces are reduced on their own, in a row and in all; see [`holor_field::plan::Reduction`].
    pub(crate) fn pieces(&self) -> [usize; 2] {
        let cells = (self.region.end[2] - self.region.start[2]).max(0) as usize;
        let in_row = cells.div_ceil(PIECE);
        let rows = self.region.cells().checked_div(cells).unwrap_or(0);
        [in_row, rows * in_row]
    }
}

/// What a transform does with columns.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Columns {
    /// From rows to the spectrum.
    Forward,
    /// From the spectrum, where it is not the transform's own, to rows.
    Inverse(Option<[ArrayId; 2]>),
    /// To the spectrum, times real and imaginary part of a multiplier, and back.
    Filter(ArrayId, Option<ArrayId>),
}

/// How rows are worked on.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowsDivision {
    /// Rows at a time.
    pub(crate) at_once: usize,
    /// Arrays that need no more memory than those rows; see [`crate::within`].
    pub(crate) within: Vec<ArrayId>,
}

/// An action as threads carry it out.
#[derive(Debug)]
pub(crate) enum Act {
    Run(Run),
    Wrap {
        array: ArrayId,
        dimension: usize,
        flip: bool,
        split: usize,
        division: Division,
    },
    Exchange(ArrayId, ArrayId),
    Copy {
        from: ArrayId,
        to: ArrayId,
    },
    /// What transforms do with rows, and what is done there meanwhile, a few rows at a time: they stay in the nearest caches.
    Rows {
        /// The transform that is brought back to cells.
        inverse: Option<usize>,
        /// What is computed then.
        runs: Vec<Run>,
        /// The transform that is begun with the cells.
        forward: Option<usize>,
        /// How that is divided.
        division: RowsDivision,
    },
    /// What a transform does with columns.
    Columns {
        transform: usize,
        columns: Columns,
    },
    Sparse {
        matrix: usize,
        from: ArrayId,
        to: ArrayId,
    },
    Lines {
        matrix: usize,
        dimension: usize,
        from: ArrayId,
        to: ArrayId,
    },
    Group {
        grouping: usize,
        from: ArrayId,
        to: ArrayId,
    },
    Noise {
        array: ArrayId,
        stream: u32,
        seed: u64,
        step: ScalarId,
    },
    Scalars {
        graph: Graph,
        stores: Vec<(ScalarId, NodeId)>,
    },
    Repeat {
        procedure: usize,
        until: ScalarId,
        at_most: u32,
    },
}

/// The dimension that threads share: planes, rows where there is one plane, cells where there is one row.
pub(crate) fn split_of(layout: &Layout) -> usize {
    (0..2).find(|d| layout.points[*d] > 1).unwrap_or(2)
}

/// The own units of a thread.
pub(crate) fn own(layout: &Layout, number: usize, count: usize) -> Range<isize> {
    let split = split_of(layout);
    let n = layout.points[split];
    if split < 2 {
        return share(n, number, count);
    }
    // Whole pieces of reductions, where cells are shared.
    let pieces = share(n.div_ceil(PIECE), number, count);
    let [start, end] = [pieces.start, pieces.end];
    let at = |piece: isize| (piece * PIECE as isize).min(n as isize);
    at(start)..at(end)
}

/// A thread's share of so many units.
pub(crate) fn share(units: usize, number: usize, count: usize) -> Range<isize> {
    let at = |number: usize| (units * number / count) as isize;
    at(number)..at(number + 1)
}

fn rows(inverse: Option<usize>, forward: Option<usize>) -> Act {
    let division = RowsDivision::default();
    Act::Rows { inverse, runs: Vec::new(), forward, division }
}

fn inverse(transform: usize, from: Option<[ArrayId; 2]>) -> [Act; 2] {
    let columns = Act::Columns { transform, columns: Columns::Inverse(from) };
    [columns, rows(Some(transform), None)]
}

/// Compiles a plan.
pub(crate) struct Preparation<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) precision: Precision,
    pub(crate) widths: &'a [Width],
    pub(crate) kernels: Vec<Kernel>,
    /// The program of each kernel, its layout, and which stores are late.
    known: Vec<(usize, Layout, Vec<bool>)>,
    pub(crate) runs: usize,
}

impl<'a> Preparation<'a> {
    pub(crate) fn new(plan: &'a Plan, precision: Precision, widths: &'a [Width]) -> Self {
        Self { plan, precision, widths, kernels: Vec::new(), known: Vec::new(), runs: 0 }
    }

    /// The acts of a procedure.
    pub(crate) fn acts(&mut self, actions: &[Action]) -> FieldResult<Vec<Act>> {
        let mut acts = Vec::new();
        let mut rest = actions;
        while let [first, behind @ ..] = rest {
            if let Some((transform, from)) = self.copied(first, behind.first()) {
                // The copy would be for the transform alone, which here leaves what it reads as it is.
                acts.extend(inverse(transform, Some(from)));
                rest = &behind[1..];
                continue;
            }
            acts.extend(self.act(first)?);
            rest = behind;
        }
        Ok(self.closing(self.gathered(acts)))
    }

    /// The same acts with ghosts at the ends of rows filled by the run behind, in three dimensions: rows are short there, and to go through
    /// them all for a few cells of each costs up to a tenth of a step. Each row is then near already, read as the neighbour of the one before.
    fn closing(&self, acts: Vec<Act>) -> Vec<Act> {
        if self.has_diagonal_loads() {
            return acts;
        }
        let mut result: Vec<Act> = Vec::new();
        for mut act in acts {
            if let Act::Run(run) = &mut act {
                let wraps = result.iter().rev();
                let wraps = wraps.take_while(|act| matches!(act, Act::Wrap { .. }));
                let first = result.len() - wraps.count();
                let before = result.split_off(first);
                result.extend(before.into_iter().filter(|wrap| !self.closes(run, wrap)));
            }
            result.push(act);
        }
        result
    }

    /// Whether anything is loaded at a distance both along rows and otherwise, so that ghosts that lie beyond two ends are needed.
    fn has_diagonal_loads(&self) -> bool {
        let ops = self.plan.programs.iter().flat_map(|program| program.graph.ops());
        ops.into_iter().any(|op| match op {
            Op::Load { offset, .. } => offset[2] != 0 && offset[..2] != [0; 2],
            _ => false,
        })
    }

    /// Lets a run fill the ghosts that a wrap before it fills, if that is the same.
    fn closes(&self, run: &mut Run, wrap: &Act) -> bool {
        let Act::Wrap { array, dimension: 2, flip, split: 0, division: Division::Own } =
            wrap
        else {
            return false;
        };
        let Some(slot) = run.arrays.iter().position(|own| own == array) else {
            return false;
        };
        let stored = access::WRITE_OWN | access::WRITE_FIRST;
        let same = run.division == Division::Own
            && run.layout == self.plan.arrays[*array].layout
            && run.region == Region::interior(&run.layout)
            && run
                .access
                .iter()
                .zip(&run.arrays)
                .all(|(access, own)| own != array || access & stored == 0);
        if same {
            run.closes.push((slot, *flip));
            run.access[slot] |= access::WRITE_OWN | access::WRITE_GHOST;
            run.uses[slot].writes = true;
        }
        same
    }

    /// The same acts with all that can be done row by row done so.
    fn gathered(&self, acts: Vec<Act>) -> Vec<Act> {
        let mut result: Vec<Act> = Vec::new();
        for act in acts {
            match act {
                Act::Run(run) => match result.last_mut() {
                    Some(Act::Rows {
                        inverse: Some(transform),
                        runs,
                        forward: None,
                        ..
                    }) if self.by_rows(&run, *transform) => {
                        runs.push(run);
                    }
                    _ => result.push(Act::Run(run)),
                },
                Act::Rows { inverse: None, runs, forward: Some(transform), .. }
                    if runs.is_empty() =>
                {
                    let begun = self.begun(&mut result, transform);
                    result.push(begun);
                }
                other => result.push(other),
            }
        }
        result
    }

    /// The rows of a transform together with the acts before them that can be done row by row.
    fn begun(&self, before: &mut Vec<Act>, transform: usize) -> Act {
        let forward = Some(transform);
        if let Some(Act::Rows { inverse: Some(first), forward: None, .. }) = before.last()
            && self.same_rows(*first, transform)
            && let Some(Act::Rows { inverse, runs, division, .. }) = before.pop()
        {
            return Act::Rows { inverse, runs, forward, division };
        }
        let mut runs = Vec::new();
        while let Some(Act::Run(run)) = before.last()
            && self.by_rows(run, transform)
            && let Some(Act::Run(run)) = before.pop()
        {
            runs.insert(0, run);
        }
        Act::Rows { inverse: None, runs, forward, division: RowsDivision::default() }
    }

    /// Whether two transforms have the same rows.
    fn same_rows(&self, first: usize, second: usize) -> bool {
        let [a, b] = [first, second].map(|place| &self.plan.transforms[place]);
        let layout = |array: ArrayId| self.plan.arrays[array].layout.points;
        layout(a.real) == layout(b.real) && a.imaginary.is_some() == b.imaginary.is_some()
    }

    /// Whether a run does its work cell by cell over all cells of a transform with several rows.
    fn by_rows(&self, run: &Run, transform: usize) -> bool {
        let cells = self.plan.arrays[self.plan.transforms[transform].real].layout;
        run.local
            && run.reductions.is_empty()
            && run.layout.points == cells.points
            && run.region == Region::interior(&run.layout)
            && cells.points[0] * cells.points[1] > 1
    }

    /// Whether an action does nothing but copy two arrays to the spectrum that the next transforms back: which transform, and from where.
    fn copied(
        &self,
        action: &Action,
        next: Option<&Action>,
    ) -> Option<(usize, [ArrayId; 2])> {
        let Action::Run { program, arrays, region } = action else { return None };
        let Some(Action::Inverse(place)) = next else { return None };
        let program = self.plan.programs.get(*program)?;
        let transform = self.plan.transforms.get(*place)?;
        let layout = self.plan.arrays.get(transform.spectrum[0])?.layout;
        let from = |spectrum: ArrayId| {
            let mut stores = program.stores.iter();
            let store = stores.find(|store| arrays[store.slot as usize] == spectrum)?;
            match program.graph.op(store.value) {
                Op::Load { array, offset: [0, 0, 0] } => Some(arrays[array as usize]),
                _ => None,
            }
        };
        let from = [from(transform.spectrum[0])?, from(transform.spectrum[1])?];
        let whole = *region == Region::interior(&layout)
            && program.stores.len() == 2
            && program.reductions.is_empty();
        let apart = from.iter().all(|array| {
            let cells = [Some(transform.real), transform.imaginary];
            !cells.contains(&Some(*array))
                && self.plan.arrays.get(*array).is_some_and(|a| a.layout == layout)
        });
        (whole && apart).then_some((*place, from))
    }

    /// The acts of an action.
    fn act(&mut self, action: &Action) -> FieldResult<Vec<Act>> {
        Ok(vec![match action {
            Action::Run { program, arrays, region } => {
                let run = self.run(*program, arrays, region)?;
                return Ok(run.into_iter().map(Act::Run).collect());
            }
            Action::Wrap { array, dimension, sign } => {
                let layout = self.plan.arrays[*array].layout;
                if layout.ghosts[*dimension] == 0 {
                    return Ok(Vec::new());
                }
                let split = split_of(&layout);
                let one_way = (0..split).all(|d| layout.ghosts[d] == 0);
                let enough = layout.points[split] >= layout.ghosts[split];
                let own = one_way && enough && *dimension >= split;
                let division = if own { Division::Own } else { Division::First };
                let (array, dimension) = (*array, *dimension);
                Act::Wrap { array, dimension, flip: *sign < 0.0, split, division }
            }
            Action::Exchange(a, b) => Act::Exchange(*a, *b),
            Action::Copy { from, to } => Act::Copy { from: *from, to: *to },
            Action::Forward(transform) => {
                let transform = *transform;
                let columns = Act::Columns { transform, columns: Columns::Forward };
                return Ok(vec![rows(None, Some(transform)), columns]);
            }
            Action::Inverse(transform) => return Ok(inverse(*transform, None).into()),
            Action::Filter { transform, multiplier: (real, imaginary) } => {
                let transform = *transform;
                let columns = Columns::Filter(*real, *imaginary);
                let columns = Act::Columns { transform, columns };
                let [forward, inverse] =
                    [rows(None, Some(transform)), rows(Some(transform), None)];
                return Ok(vec![forward, columns, inverse]);
            }
            Action::Sparse { matrix, from, to } => {
                Act::Sparse { matrix: *matrix, from: *from, to: *to }
            }
            Action::Lines { matrix, dimension, from, to } => Act::Lines {
                matrix: *matrix,
                dimension: *dimension,
                from: *from,
                to: *to,
            },
            Action::Group { grouping, from, to } => {
                Act::Group { grouping: *grouping, from: *from, to: *to }
            }
            Action::Noise { array, stream, seed, step } => {
                let (array, stream, seed, step) = (*array, *stream, *seed, *step);
                Act::Noise { array, stream, seed, step }
            }
            Action::Scalars { graph, stores } => {
                Act::Scalars { graph: graph.clone(), stores: stores.clone() }
            }
            Action::Repeat { procedure, until, at_most } => {
                Act::Repeat { procedure: *procedure, until: *until, at_most: *at_most }
            }
        }])
    }

    fn run(
        &mut self,
        place: usize,
        arrays: &[ArrayId],
        region: &Region,
    ) -> FieldResult<Option<Run>> {
        let program = &self.plan.programs[place];
        let layout = match arrays.first() {
            Some(array) => self.plan.arrays[*array].layout,
            // Only scalars and tables: any layout with these cells does.
            None => Layout::new(region.end.map(|n| n.max(1) as usize), [0; 3]),
        };
        if region.cells() == 0 && program.reductions.is_empty() {
            return Ok(None);
        }
        let needed = program.graph.needed(&program.roots());
        let loads = || {
            let ops = program.graph.ops().iter().zip(&needed);
            ops.filter_map(|(op, needed)| match op {
                Op::Load { array, offset } if *needed => {
                    Some((*array as usize, offset.map(isize::from)))
                }
                _ => None,
            })
        };
        // A store comes after all loads where it goes to an array that is loaded.
        let mut late = vec![false; program.slots];
        for store in &program.stores {
            let slot = store.slot as usize;
            late[slot] = loads().any(|(loaded, _)| arrays[loaded] == arrays[slot]);
        }
        let split = split_of(&layout);
        let n = layout.points[split] as isize;
        let inside = region.start[split] >= 0 && region.end[split] <= n;
        let beside = region.end[split] <= 0 || region.start[split] >= n;
        let others = (0..split).all(|d| region.start[d] >= 0 && region.end[d] <= 1);
        let pieces = split == 2 && !program.reductions.is_empty();
        let division = match (inside && others, beside) {
            // Pieces are counted from the start of the region.
            _ if pieces && region.start[2] != 0 => Division::First,
            (true, _) => Division::Own,
            (false, true) => Division::First,
            (false, false) if pieces => Division::First,
            (false, false) => Division::All,
        };
        let mut access = vec![0_u8; arrays.len()];
        for (slot, offset) in loads() {
            let far = (0..=split).any(|d| offset[d] != 0);
            access[slot] |= match division {
                Division::First => access::READ_FIRST,
                _ if far => access::READ_FAR,
                _ => access::READ_OWN,
            };
        }
        for store in &program.stores {
            access[store.slot as usize] |= match division {
                Division::First => access::WRITE_FIRST,
                _ => access::WRITE_OWN,
            };
        }
        let kernel = self.kernel(place, program, &layout, late)?;
        let reductions = program.reductions.iter().map(|r| (r.kind, r.scalar));
        self.runs += 1;
        // The planes that a row's loads reach stay in the second cache, of which half is counted on.
        let reach = loads().map(|(slot, offset)| (slot, offset[0]));
        let mut planes: Vec<(usize, isize)> = reach.collect();
        planes.extend(program.stores.iter().map(|store| (store.slot as usize, 0)));
        planes.sort_unstable();
        planes.dedup();
        let row = layout.strides[1] * self.precision.bytes() as usize;
        let block = ((512 << 10) / (row * planes.len().max(1))).max(8);
        Ok(Some(Run {
            kernel,
            arrays: arrays.to_vec(),
            region: *region,
            layout,
            division,
            split,
            access,
            reductions: reductions.collect(),
            number: self.runs - 1,
            block,
            local: loads().all(|(_, offset)| offset == [0; 3]),
            uses: wave::uses(
                arrays.len(),
                loads().map(|(slot, offset)| (slot, offset[split])),
                program.stores.iter().map(|store| store.slot as usize),
                region.start[split]..region.end[split],
                &layout,
            ),
            follows: loads().all(|(_, o)| o[..split].iter().all(|by| *by == 0)),
            closes: Vec::new(),
        }))
    }

    fn kernel(
        &mut self,
        place: usize,
        program: &Program,
        layout: &Layout,
        late: Vec<bool>,
    ) -> FieldResult<usize> {
        let wanted = (place, *layout, late);
        if let Some(known) = self.known.iter().position(|known| *known == wanted) {
            return Ok(known);
        }
        let tables = &self.plan.tables;
        let kernel =
            Kernel::new(program, layout, tables, self.precision, &wanted.2, self.widths)
                .map_err(|reason| {
                    FieldError::Device(format!("{}: {reason}", program.name))
                })?;
        self.kernels.push(kernel);
        self.known.push(wanted);
        Ok(self.kernels.len() - 1)
    }

    /// The kernel of a program, whichever the layout.
    pub(crate) fn kernels_of(&self) -> Vec<usize> {
        self.known.iter().map(|known| known.0).collect()
    }
}
