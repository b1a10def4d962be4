//! Transforms on all threads, and programs that run on their rows meanwhile.

use std::ops::Range;

use holor_field::layout::Region;
use holor_field::plan::{ArrayId, Plan};

use super::{AnyFourier, Common, Worker};
use crate::fourier::{Arrays, Fourier, Multiplier, Scalar, Scratch, Share};
use crate::memory::Start;
use crate::prepare::{Act, Columns, RowsDivision, Run};

/// Bytes of the rows that are worked on together: a part of the second cache.
const ROWS: usize = 192 << 10;
/// Pieces that a thread's rows are divided into at least, where there are as many: so much less the threads wait for the last one.
const PIECES: usize = 32;

/// A step with rows: what is carried out with a transform's plans.
#[derive(Clone, Copy)]
enum Rows {
    Forward,
    Inverse,
}

/// Bytes between arrays of which so many rows are held: a line of the cache more, so that they do not share few places there.
fn held_bytes(rows: usize, row: usize) -> usize {
    rows * row + 64
}

/// Memory that a thread needs for arrays of which it holds some rows only.
pub(super) fn within_bytes(common: &Common) -> usize {
    let size = common.precision.bytes() as usize;
    let acts = common.procedures.iter().flatten();
    let needed = acts.map(|act| match act {
        Act::Rows { division, .. } => {
            let rows = division.within.iter();
            let rows = rows.map(|array| common.layouts[*array].strides[1] * size);
            rows.map(|row| held_bytes(division.at_once, row)).sum()
        }
        _ => 0,
    });
    needed.max().unwrap_or(0)
}

/// Says of an act with rows how many are worked on at a time, and which of its arrays need no more.
pub(crate) fn divide_rows(
    act: &mut Act,
    plan: &Plan,
    transforms: &[AnyFourier],
    within: &[bool],
    threads: usize,
) {
    let Act::Rows { inverse, runs, forward, division } = act else { return };
    let cells = |transform: usize| {
        let transform = &plan.transforms[transform];
        [Some(transform.real), transform.imaginary].into_iter().flatten()
    };
    let either = [*inverse, *forward].into_iter().flatten();
    let mut arrays: Vec<ArrayId> = either.clone().flat_map(cells).collect();
    arrays.extend(runs.iter().flat_map(|run| &run.arrays));
    arrays.sort_unstable();
    arrays.dedup();
    // Real and imaginary part of a row of the work take as much as two arrays.
    let row = either.clone().map(|place| transforms[place].row_bytes()).max();
    let bytes = row.unwrap_or(0) / 2 * (2 + arrays.len());
    let rows = either.map(|place| transforms[place].rows()).max().unwrap_or(0);
    let fit = (ROWS / bytes.max(1)).min(rows / (PIECES * threads));
    // Two rows of real cells are transformed together.
    division.at_once = (fit / 2 * 2).max(2);
    arrays.retain(|array| within[*array]);
    division.within = arrays;
}

impl AnyFourier {
    fn rows(&self) -> usize {
        match self {
            Self::Double(fourier) => fourier.rows(),
            Self::Single(fourier) => fourier.rows(),
        }
    }

    fn row_bytes(&self) -> usize {
        match self {
            Self::Double(fourier) => fourier.row_bytes(),
            Self::Single(fourier) => fourier.row_bytes(),
        }
    }
}

impl Worker<'_> {
    /// The arrays of a transform.
    fn arrays_of(&self, place: usize) -> Arrays {
        let transform = &self.common.plan.transforms[place];
        Arrays {
            real: self.start(transform.real),
            imaginary: transform.imaginary.map(|array| self.start(array)),
            spectrum: transform.spectrum.map(|array| self.start(array)),
        }
    }

    /// Rows of a transform: those are brought back to cells, programs run, and the next transform begun, a few rows at a time.
    pub(super) fn by_rows(
        &mut self,
        inverse: Option<usize>,
        runs: &[Run],
        forward: Option<usize>,
        division: &RowsDivision,
    ) {
        let Some(either) = inverse.or(forward) else { return };
        let all = self.common.transforms[either].rows();
        let some = division.at_once.max(1);
        let pieces = all.div_ceil(some);
        while let Some(piece) = self.barrier.take(self.number, pieces) {
            let rows = piece * some..((piece + 1) * some).min(all);
            self.hold(division, rows.start);
            if let Some(transform) = inverse {
                self.rows_of_transform(transform, Rows::Inverse, rows.clone());
            }
            for run in runs {
                self.run_rows(run, rows.clone(), rows.len() == some);
            }
            if let Some(transform) = forward {
                self.rows_of_transform(transform, Rows::Forward, rows);
            }
        }
    }

    /// Lets the arrays that need no more than a few rows begin so that the first of these is found in this thread's memory.
    fn hold(&mut self, division: &RowsDivision, first: usize) {
        let size = self.size();
        let mut place = self.local.within.start().0;
        for array in &division.within {
            let row = self.common.layouts[*array].strides[1] * size;
            let origin = self.common.layouts[*array].origin * size;
            self.local.starts[*array] = Start(place.wrapping_sub(first * row + origin));
            place = place.wrapping_add(held_bytes(division.at_once, row));
        }
    }

    /// Runs a program on rows counted through all planes.
    fn run_rows(&mut self, run: &Run, rows: Range<usize>, measure: bool) {
        let in_plane = run.layout.points[1];
        let mut row = rows.start;
        while row < rows.end {
            let (i, j) = (row / in_plane, row % in_plane);
            let count = (rows.end - row).min(in_plane - j);
            let [i, j, end] = [i, j, j + count].map(|n| n as isize);
            let region = Region {
                start: [i, j, run.region.start[2]],
                end: [i + 1, end, run.region.end[2]],
            };
            self.run_region(run, &region, 0, measure && count == rows.len());
            row += count;
        }
    }

    fn rows_of_transform(&mut self, place: usize, what: Rows, rows: Range<usize>) {
        let arrays = self.arrays_of(place);
        let work = self.common.work;
        match &self.common.transforms[place] {
            AnyFourier::Double(fourier) => {
                let scratch = &mut self.local.double[place];
                // SAFETY: the plan was checked: the arrays have the layouts of the transform; the rows are this thread's, and all
                // have waited since others used them.
                unsafe { transform_rows(fourier, what, &arrays, work, scratch, rows) };
            }
            AnyFourier::Single(fourier) => {
                let scratch = &mut self.local.single[place];
                // SAFETY: as above.
                unsafe { transform_rows(fourier, what, &arrays, work, scratch, rows) };
            }
        }
    }

    /// What a transform does with columns.
    pub(super) fn columns(&mut self, place: usize, columns: Columns) {
        let mut arrays = self.arrays_of(place);
        if let Columns::Inverse(Some(from)) = columns {
            arrays.spectrum = from.map(|array| self.start(array));
        }
        let multiplier = match columns {
            Columns::Filter(real, imaginary) => Some(Multiplier {
                layout: self.common.layouts[real],
                real: self.start(real),
                imaginary: imaginary.map(|array| self.start(array)),
            }),
            _ => None,
        };
        let share = Share { number: self.number, barrier: self.barrier };
        let work = self.common.work;
        macro_rules! carry_out {
            ($fourier:expr, $scratch:expr) => {
                // SAFETY: the plan was checked: the arrays have the layouts of the transform; all threads take part with the
                // same arguments and have waited before.
                unsafe {
                    match (&multiplier, columns) {
                        (Some(multiplier), _) => {
                            $fourier.columns_filter(work, multiplier, $scratch, share)
                        }
                        (None, Columns::Inverse(_)) => {
                            $fourier.columns_inverse(&arrays, work, $scratch, share)
                        }
                        _ => $fourier.columns_forward(&arrays, work, $scratch, share),
                    }
                }
            };
        }
        match &self.common.transforms[place] {
            AnyFourier::Double(fourier) => {
                carry_out!(fourier, &mut self.local.double[place]);
            }
            AnyFourier::Single(fourier) => {
                carry_out!(fourier, &mut self.local.single[place]);
            }
        }
    }
}

/// # Safety
/// See [`Fourier::rows_forward`].
unsafe fn transform_rows<T: Scalar>(
    fourier: &Fourier<T>,
    what: Rows,
    arrays: &Arrays,
    work: Start,
    scratch: &mut Scratch<T>,
    rows: Range<usize>,
) {
    // SAFETY: as promised by the caller.
    unsafe {
        match what {
            Rows::Forward => fourier.rows_forward(arrays, work, scratch, rows),
            Rows::Inverse => fourier.rows_inverse(arrays, work, scratch, rows),
        }
    }
}
