//! Products of many matrices.

use holor_field::Precision;

use super::{Kernel, Source, Type, fixed};

/// Rows and columns of results for each block of threads.
pub(crate) const TILE: usize = 64;

/// The kernel of [`holor_field::contraction`]: each thread has 4 × 4 sums, k rising from 0, every product added in one rounding.
pub(crate) fn source() -> Source {
    let parameters = [
        (Type::Constants, "a"),
        (Type::Constants, "b"),
        (Type::Reals, "c"),
        (Type::Integer, "rows"),
        (Type::Integer, "inner"),
        (Type::Integer, "columns"),
    ];
    let parameters = parameters.map(|(kind, name)| (kind, name.to_owned()));
    let note = "products of matrices, 64 x 64 results for each block";
    let kernel = Kernel::new("matrices".to_owned(), note, parameters.into(), None, BODY);
    let precision = Precision::Double;
    let text = format!("{}\n{}", fixed::prologue(precision), kernel.text);
    Source { text, kernels: vec![kernel], precision }
}

const BODY: &str = "    const int tx = threadIdx.x % 16, ty = threadIdx.x / 16;
    const int across = (columns + 63) / 64, down = (rows + 63) / 64;
    const long long block = (long long)blockIdx.x, matrix = block / across / down;
    const int left = (int)(block % across) * 64 + tx, top = (int)(block / across % down) * 64 + 4 * ty;
    a += matrix * rows * inner;
    b += matrix * inner * columns;
    c += matrix * rows * columns;
    real sums[4][4];
#pragma unroll
    for (int p = 0; p < 4; p++) {
#pragma unroll
        for (int q = 0; q < 4; q++) sums[p][q] = 0;
    }
    for (int k = 0; k < inner; k++) {
        real x[4], y[4];
#pragma unroll
        for (int p = 0; p < 4; p++) x[p] = top + p < rows ? a[(long long)(top + p) * inner + k] : (real)0;
#pragma unroll
        for (int q = 0; q < 4; q++) y[q] = left + 16 * q < columns ? b[(long long)k * columns + left + 16 * q] : (real)0;
#pragma unroll
        for (int p = 0; p < 4; p++) {
#pragma unroll
            for (int q = 0; q < 4; q++) sums[p][q] = fma(x[p], y[q], sums[p][q]);
        }
    }
#pragma unroll
    for (int p = 0; p < 4; p++) {
#pragma unroll
        for (int q = 0; q < 4; q++) {
            if (top + p < rows && left + 16 * q < columns) c[(long long)(top + p) * columns + left + 16 * q] = sums[p][q];
        }
    }
";
