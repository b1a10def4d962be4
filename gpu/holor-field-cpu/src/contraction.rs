//! Products of many matrices on all cores, every sum in the order of [`holor_field::contraction`].
//!
//! Blocks of the matrices are copied into panels that stay in the caches, and tiles of 6 × 8 results are summed in vectors (Goto and van
//! de Geijn, ACM Trans. Math. Softw. 34, 12, 2008). A tile takes up its sums where the block of k before left them, so that blocks
//! do not change the order. Libraries of matrix products sum in an order of their own, which differs between machines.

use holor_field::FieldResult;
use holor_field::contraction::{Contraction, Shape, check};

use crate::Cpu;

/// Rows and columns of a tile.
const TILE: (usize, usize) = (6, 8);
/// Rows, inner indices and columns of a block: 96 × 256 numbers are 192 KiB, 256 × 512 1 MiB.
const BLOCK: (usize, usize, usize) = (96, 256, 512);
/// Matrices of so many products are in the nearest cache as they are.
const SMALL: usize = 1 << 13;
/// Products from which on a second thread is worth its start.
const WORTH: f64 = 2e6;

impl Contraction for Cpu {
    fn multiply(&self, shape: Shape, a: &[f64], b: &[f64]) -> FieldResult<Vec<f64>> {
        check(shape, a, b)?;
        let Shape { batch, rows, inner, columns } = shape;
        let mut c = vec![0.0; shape.lengths()[2]];
        if c.is_empty() || inner == 0 {
            return Ok(c);
        }
        let threads = ((shape.products() / WORTH) as usize).clamp(1, self.cores());
        // Rows of one matrix for each thread at least, in whole tiles.
        let share = (batch * rows).div_ceil(threads).next_multiple_of(TILE.0);
        let share = share.min(rows).min(BLOCK.0.max(TILE.0));
        let mut bands = Vec::new();
        for (matrix, whole) in c.chunks_mut(rows * columns).enumerate() {
            for (place, band) in whole.chunks_mut(share * columns).enumerate() {
                bands.push((matrix, place * share, band));
            }
        }
        let work = |bands: Vec<(usize, usize, &mut [f64])>| {
            let mut panels = Panels::default();
            for (matrix, first, band) in bands {
                let count = band.len() / columns;
                let from = (matrix * rows + first) * inner;
                let own = &a[from..from + count * inner];
                let all = &b[matrix * inner * columns..(matrix + 1) * inner * columns];
                panels.multiply((count, inner, columns), own, all, band);
            }
        };
        let threads = threads.min(bands.len());
        if threads < 2 {
            work(bands);
            return Ok(c);
        }
        let mut shares: Vec<Vec<(usize, usize, &mut [f64])>> = Vec::new();
        shares.resize_with(threads, Vec::new);
        let count = bands.len();
        for (place, band) in bands.into_iter().enumerate() {
            // Neighbours to one thread: they share the second matrix.
            shares[place * threads / count].push(band);
        }
        std::thread::scope(|scope| {
            for share in shares {
                scope.spawn(|| work(share));
            }
        });
        Ok(c)
    }
}

/// Blocks copied so that tiles read them one number after another.
#[derive(Default)]
struct Panels {
    a: Vec<f64>,
    b: Vec<f64>,
}

impl Panels {
    /// c += a b for rows of one matrix.
    fn multiply(
        &mut self,
        (rows, inner, columns): (usize, usize, usize),
        a: &[f64],
        b: &[f64],
        c: &mut [f64],
    ) {
        if rows * inner * columns <= SMALL {
            return small((inner, columns), a, b, c);
        }
        let (high, wide) = TILE;
        for j in (0..columns).step_by(BLOCK.2) {
            let width = BLOCK.2.min(columns - j);
            for k in (0..inner).step_by(BLOCK.1) {
                let depth = BLOCK.1.min(inner - k);
                // Columns in groups of a tile's width; missing ones are 0.
                self.b.clear();
                for first in (j..j + width).step_by(wide) {
                    let there = wide.min(j + width - first);
                    for k in k..k + depth {
                        let row = &b[k * columns + first..k * columns + first + there];
                        self.b.extend_from_slice(row);
                        self.b.extend(std::iter::repeat_n(0.0, wide - there));
                    }
                }
                for i in (0..rows).step_by(BLOCK.0) {
                    let height = BLOCK.0.min(rows - i);
                    self.a.clear();
                    for first in (i..i + height).step_by(high) {
                        for k in k..k + depth {
                            for row in first..first + high {
                                let inside = row < i + height;
                                self.a.push(if inside {
                                    a[row * inner + k]
                                } else {
                                    0.0
                                });
                            }
                        }
                    }
                    for (group, b) in self.b.chunks(depth * wide).enumerate() {
                        let left = j + group * wide;
                        let across = wide.min(j + width - left);
                        for (group, a) in self.a.chunks(depth * high).enumerate() {
                            let top = i + group * high;
                            let down = high.min(i + height - top);
                            let mut sums = [0.0; TILE.0 * TILE.1];
                            for row in 0..down {
                                let from = (top + row) * columns + left;
                                sums[row * wide..row * wide + across]
                                    .copy_from_slice(&c[from..from + across]);
                            }
                            tile(a, b, &mut sums);
                            for row in 0..down {
                                let from = (top + row) * columns + left;
                                c[from..from + across].copy_from_slice(
                                    &sums[row * wide..row * wide + across],
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}

/// c += a b row by row: each number of a row of a times a row of b.
fn small((inner, columns): (usize, usize), a: &[f64], b: &[f64], c: &mut [f64]) {
    #[inline(always)]
    fn plain((inner, columns): (usize, usize), a: &[f64], b: &[f64], c: &mut [f64]) {
        for (a, c) in a.chunks(inner).zip(c.chunks_mut(columns)) {
            for (x, b) in a.iter().zip(b.chunks(columns)) {
                for (sum, y) in c.iter_mut().zip(b) {
                    *sum = x.mul_add(*y, *sum);
                }
            }
        }
    }
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,fma")]
        fn wide(sizes: (usize, usize), a: &[f64], b: &[f64], c: &mut [f64]) {
            plain(sizes, a, b, c);
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the machine has the instructions.
            return unsafe { wide((inner, columns), a, b, c) };
        }
    }
    plain((inner, columns), a, b, c);
}

/// sums_ij += Σ_k a_ki b_kj, k rising.
fn tile(a: &[f64], b: &[f64], sums: &mut [f64; TILE.0 * TILE.1]) {
    #[inline(always)]
    fn plain(a: &[f64], b: &[f64], sums: &mut [f64; TILE.0 * TILE.1]) {
        let mut own = *sums;
        let (left, _) = a.as_chunks::<{ TILE.0 }>();
        let (right, _) = b.as_chunks::<{ TILE.1 }>();
        for (left, right) in left.iter().zip(right) {
            for (row, x) in own.as_chunks_mut::<{ TILE.1 }>().0.iter_mut().zip(left) {
                for (sum, y) in row.iter_mut().zip(right) {
                    *sum = x.mul_add(*y, *sum);
                }
            }
        }
        *sums = own;
    }
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,fma")]
        fn wide(a: &[f64], b: &[f64], sums: &mut [f64; TILE.0 * TILE.1]) {
            plain(a, b, sums);
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: the machine has the instructions.
            return unsafe { wide(a, b, sums) };
        }
    }
    plain(a, b, sums);
}
