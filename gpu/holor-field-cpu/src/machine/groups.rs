//! Sums over groups of cells; see [`holor_field::plan::Grouping`].

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use holor_field::Precision;
use holor_field::interpreter::join_piece;
use holor_field::plan::{ArrayId, Grouping, ReductionKind};

use super::Worker;

/// The pieces of all groups of a grouping with their results.
pub(crate) struct Pieces {
    /// The group of each piece, and its entries.
    pieces: Vec<(usize, Range<usize>)>,
    results: Vec<AtomicU64>,
}

impl Pieces {
    pub(crate) fn new(grouping: &Grouping) -> Self {
        let pieces = grouping.pieces();
        let results = pieces.iter().map(|_| AtomicU64::new(0)).collect();
        Self { pieces, results }
    }
}

impl Worker<'_> {
    /// Sums the groups of cells: pieces on all threads, then each group's pieces in order. All threads have waited before, and do so
    /// afterwards.
    pub(super) fn group(&mut self, grouping: usize, from: ArrayId, to: ArrayId) {
        let common = self.common;
        let (all, places) =
            (&common.groups[grouping], &common.plan.groupings[grouping].places);
        let (layout, target) = (common.layouts[from], common.layouts[to]);
        let start = self.start(from).0;
        let [_, n1, n2] = layout.points;
        let part = |number: usize| all.pieces.len() * number / common.threads;
        for piece in part(self.number)..part(self.number + 1) {
            let mut partial = [0.0; 16];
            for (number, entry) in all.pieces[piece].1.clone().enumerate() {
                let cell = places[entry] as usize;
                let cell = [cell / (n1 * n2), cell / n2 % n1, cell % n2];
                let place = layout.place(cell.map(|n| n as isize));
                // SAFETY: the plan was checked: the places are cells of the array, which nobody writes meanwhile.
                partial[number % 16] += unsafe {
                    match common.precision {
                        Precision::Double => *start.cast::<f64>().add(place),
                        Precision::Single => f64::from(*start.cast::<f32>().add(place)),
                    }
                };
            }
            let sum = join_piece(ReductionKind::Sum, partial);
            all.results[piece].store(sum.to_bits(), Ordering::Relaxed);
        }
        self.wait();
        if self.number > 0 {
            return;
        }
        let mut sums = vec![0.0; target.cells()];
        for ((group, _), result) in all.pieces.iter().zip(&all.results) {
            sums[*group] += f64::from_bits(result.load(Ordering::Relaxed));
        }
        let start = self.start(to).0;
        let d = (0..3).find(|d| target.points[*d] > 1).unwrap_or(2);
        for (group, sum) in sums.into_iter().enumerate() {
            let place = target.origin + group * target.strides[d];
            // SAFETY: the plan was checked: the array has a cell for each group; the first thread alone writes.
            unsafe {
                match common.precision {
                    Precision::Double => *start.cast::<f64>().add(place) = sum,
                    Precision::Single => *start.cast::<f32>().add(place) = sum as f32,
                }
            }
        }
    }
}
