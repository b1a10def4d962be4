//! Matrices times the lines of an array; see [`holor_field::plan::Action::Lines`].

use holor_field::Precision;
use holor_field::layout::Layout;
use holor_field::plan::{ArrayId, SparseMatrix};

use super::Worker;

/// Lines side by side whose sums are taken at once: as many as registers hold, where they lie next to each other, and so that one sum need not
/// wait for another.
const LANES: usize = 32;
/// Rows of the matrix for which the lines are read once more.
const ROWS: usize = 16;

/// Lines side by side: where the first number of the first is, and the distances in memory.
#[derive(Clone, Copy)]
struct Lines {
    /// The place of the first cell.
    first: usize,
    /// From cell to cell of a line.
    along: usize,
    /// From line to line.
    across: usize,
    /// How many.
    count: usize,
}

impl Worker<'_> {
    /// The products of a matrix with all lines along a dimension, on all threads, which wait for each other before and after.
    pub(super) fn lines(
        &mut self,
        matrix: usize,
        dimension: usize,
        from: ArrayId,
        to: ArrayId,
    ) {
        self.wait();
        let common = self.common;
        let matrix = &common.plan.matrices[matrix];
        let layout = common.layouts[from];
        let (from, to) = (self.start(from).0, self.start(to).0);
        let rows = layout.points[dimension];
        let blocks = blocks(&layout, dimension);
        let bands = rows.div_ceil(ROWS);
        let all = blocks.len() * bands;
        let part = |number: usize| all * number / common.threads;
        for item in part(self.number)..part(self.number + 1) {
            let lines = blocks[item / bands];
            let first = item % bands * ROWS;
            let band = first..(first + ROWS).min(rows);
            // SAFETY: the plan was checked: columns and rows are cells of both arrays, which are apart; each row of a block is written by one
            // thread, and nobody writes what is read.
            unsafe {
                match common.precision {
                    Precision::Double => {
                        double(matrix, band, lines, from.cast(), to.cast());
                    }
                    Precision::Single => {
                        single(matrix, band, lines, from.cast(), to.cast());
                    }
                }
            }
        }
        self.wait();
    }
}

/// All lines along a dimension, those that lie side by side together.
fn blocks(layout: &Layout, dimension: usize) -> Vec<Lines> {
    let mut result = Vec::new();
    // Lines side by side along the last dimension, or along the one before where they run along the last themselves.
    let side = if dimension == 2 { 1 } else { 2 };
    let rest = 3 - dimension - side;
    for other in 0..layout.points[rest] {
        for first in (0..layout.points[side]).step_by(LANES) {
            let mut cell = [0; 3];
            cell[rest] = other as isize;
            cell[side] = first as isize;
            result.push(Lines {
                first: layout.place(cell),
                along: layout.strides[dimension],
                across: layout.strides[side],
                count: LANES.min(layout.points[side] - first),
            });
        }
    }
    result
}

/// The products in one precision, compiled once for any machine and once for one with fused products in vectors.
macro_rules! products {
    ($name:ident, $type:ty) => {
        /// A band of rows times some lines.
        ///
        /// # Safety
        /// All rows and columns of the lines are numbers of both arrays, which nobody else reads or writes meanwhile.
        unsafe fn $name(
            matrix: &SparseMatrix,
            rows: std::ops::Range<usize>,
            lines: Lines,
            from: *const $type,
            to: *mut $type,
        ) {
            #[inline(always)]
            unsafe fn plain(
                matrix: &SparseMatrix,
                rows: std::ops::Range<usize>,
                lines: Lines,
                from: *const $type,
                to: *mut $type,
            ) {
                let Lines { first, along, across, count } = lines;
                for row in rows {
                    let mut sums: [$type; LANES] = [0.0; LANES];
                    for entry in matrix.starts[row]..matrix.starts[row + 1] {
                        let factor = matrix.values[entry] as $type;
                        let place = first + matrix.columns[entry] as usize * along;
                        if count == LANES && across == 1 {
                            for (lane, sum) in sums.iter_mut().enumerate() {
                                // SAFETY: as the caller promises.
                                let x = unsafe { *from.add(place + lane) };
                                *sum = factor.mul_add(x, *sum);
                            }
                        } else {
                            for (lane, sum) in sums.iter_mut().take(count).enumerate() {
                                // SAFETY: as the caller promises.
                                let x = unsafe { *from.add(place + lane * across) };
                                *sum = factor.mul_add(x, *sum);
                            }
                        }
                    }
                    let place = first + row * along;
                    for (lane, sum) in sums.iter().take(count).enumerate() {
                        // SAFETY: as the caller promises.
                        unsafe { *to.add(place + lane * across) = *sum };
                    }
                }
            }
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                unsafe fn wide(
                    matrix: &SparseMatrix,
                    rows: std::ops::Range<usize>,
                    lines: Lines,
                    from: *const $type,
                    to: *mut $type,
                ) {
                    // SAFETY: as the caller promises.
                    unsafe { plain(matrix, rows, lines, from, to) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the machine has the instructions, and the rest is as the caller promises.
                    return unsafe { wide(matrix, rows, lines, from, to) };
                }
            }
            // SAFETY: as the caller promises.
            unsafe { plain(matrix, rows, lines, from, to) };
        }
    };
}

products!(double, f64);
products!(single, f32);
