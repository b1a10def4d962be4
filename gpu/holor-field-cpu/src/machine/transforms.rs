//! Transforms on all threads, and programs that run on their rows meanwhile.

use std::ops::Range;

use holor_field::layout::Region;

use super::{AnyFourier, Worker};
use crate::fourier::{Arrays, Fourier, Multiplier, Scalar, Scratch, Share};
use crate::prepare::{Columns, Run};

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
    ) {
        let Some(either) = inverse.or(forward) else { return };
        let (rows, row) = match &self.common.transforms[either] {
            AnyFourier::Double(fourier) => (fourier.rows(), fourier.row_bytes()),
            AnyFourier::Single(fourier) => (fourier.rows(), fourier.row_bytes()),
        };
        let slots: usize = runs.iter().map(|run| run.arrays.len()).sum();
        // Real and imaginary part of a row of the work take as much as two arrays.
        let bytes = row + row / 2 * slots;
        let fit = (ROWS / bytes).min(rows / (PIECES * self.common.threads));
        // Two rows of real cells are transformed together.
        let some = (fit / 2 * 2).max(2);
        let pieces = rows.div_ceil(some);
        while let Some(piece) = self.barrier.take(self.number, pieces) {
            let rows = piece * some..((piece + 1) * some).min(rows);
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
    work: crate::memory::Start,
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
