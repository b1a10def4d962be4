//! Everything that is not a plan's program: ghosts, sums, transforms' surroundings, sparse matrices, noise, scalars.

use std::fmt::Write;

use holor_field::graph::NodeId;
use holor_field::interpreter::PIECE;
use holor_field::plan::{Action, Plan};
use holor_field::{FieldError, FieldResult, Precision, noise};

use super::text::{Statements, comment};
use super::{Kernel, Type};

/// Which kernel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fixed {
    /// Pieces of rows of values to 16 partial results each.
    Partial,
    /// Results of pieces, each one number or 16, to fewer.
    Join {
        /// Whether each piece has 16.
        partial: bool,
    },
    /// The 16 partial results of each piece to one.
    Piece,
    /// Real and imaginary parts of cells to complex numbers one after another.
    Pack,
    /// Complex numbers to real and imaginary parts of cells.
    Unpack,
    /// Numbers times one.
    Scale,
    /// Complex numbers times a multiplier and a number.
    Multiply,
    /// A sparse matrix times a vector.
    Sparse,
    /// A matrix times lines of an array.
    Lines,
    /// Pieces of groups of cells to 16 partial results each.
    Pieces,
    /// The partial results of pieces to sums of groups.
    Groups,
    /// Normal numbers.
    Noise,
    /// The scalars of an action of a procedure.
    Scalars {
        /// The procedure.
        procedure: usize,
        /// The action's place in it.
        action: usize,
    },
}

/// What every text begins with.
pub(super) fn prologue(precision: Precision) -> String {
    let real = match precision {
        Precision::Double => "double",
        Precision::Single => "float",
    };
    PROLOGUE.replace("REAL", real).replace("LENGTH", &PIECE.to_string())
}

const PROLOGUE: &str = "\
// Compile with --fmad=false: a product and a sum are joined only where fma is written.

typedef REAL real;
typedef long long place;

// Cells of a row that have partial results of their own.
#define PIECE LENGTH
#define INFINITE __longlong_as_double(0x7ff0000000000000LL)

__device__ __forceinline__ int least(int a, int b) { return a < b ? a : b; }

// 2^n for a whole n, the exponent and the mantissa of a normal number, by their bits.
__device__ __forceinline__ double power_of_two(double n)
{
    return __longlong_as_double((long long)((unsigned long long)__double_as_longlong(n + 4503599627371519.0) << 52));
}
__device__ __forceinline__ float power_of_two(float n)
{
    return __int_as_float((int)((unsigned)__float_as_int(n + 8388735.0f) << 23));
}
__device__ __forceinline__ double exponent(double x)
{
    return (double)((__double_as_longlong(x) >> 52) & 0x7ff) - 1023.0;
}
__device__ __forceinline__ float exponent(float x)
{
    return (float)((__float_as_int(x) >> 23) & 0xff) - 127.0f;
}
__device__ __forceinline__ double mantissa(double x)
{
    return __longlong_as_double((__double_as_longlong(x) & (long long)0x800fffffffffffffULL) | 0x3ff0000000000000LL);
}
__device__ __forceinline__ float mantissa(float x)
{
    return __int_as_float((__float_as_int(x) & (int)0x807fffffU) | 0x3f800000);
}

// The earlier result comes first; NaN stays.
__device__ __forceinline__ double sum_of(double before, double value) { return before + value; }
__device__ __forceinline__ double greater_of(double before, double value)
{
    return value > before || value != value ? value : before;
}
__device__ __forceinline__ double smaller_of(double before, double value)
{
    return value < before || value != value ? value : before;
}
";

/// Where there are kernels with complex numbers.
pub(super) const PAIR: &str = "
// A complex number, read and written at once.
struct __align__(2 * sizeof(real)) pair { real re, im; };
";

/// Numbers that are read and written at once.
pub(super) fn wide(precision: Precision) -> &'static str {
    match precision {
        Precision::Double => {
            "
// Neighbouring numbers, read and written at once.
struct __align__(16) wide { real x, y; };
"
        }
        Precision::Single => {
            "
// Neighbouring numbers, read and written at once.
struct __align__(16) wide { real x, y, z, w; };
"
        }
    }
}

/// Used by the kernels of sums.
const JOINING: &str = "\
__device__ __forceinline__ double joined(int kind, double before, double value)
{
    return kind == 0 ? sum_of(before, value) : kind == 1 ? greater_of(before, value) : smaller_of(before, value);
}

__device__ __forceinline__ double nothing(int kind)
{
    return kind == 0 ? 0.0 : kind == 1 ? -INFINITE : INFINITE;
}
";

const HALVING: &str = "\
// The 16 partial results of a piece: 0 + 8, 1 + 9, ..., then + 4, + 2, + 1.
template <bool partial> __device__ __forceinline__ double piece_of(int kind, const double *all, long long piece)
{
    if (!partial) return all[piece];
    double lanes[16];
#pragma unroll
    for (int lane = 0; lane < 16; lane++) lanes[lane] = all[16 * piece + lane];
#pragma unroll
    for (int width = 8; width > 0; width /= 2) {
#pragma unroll
        for (int lane = 0; lane < 8; lane++) {
            if (lane < width) lanes[lane] = joined(kind, lanes[lane], lanes[lane + width]);
        }
    }
    return lanes[0];
}

// Pieces recursively halved, the first half the larger.
template <bool partial, int depth> struct Halves {
    static __device__ __forceinline__ double of(int kind, const double *all, long long piece, int count)
    {
        if (count == 1) return piece_of<partial>(kind, all, piece);
        const int half = (count + 1) / 2;
        const double before = Halves<partial, depth - 1>::of(kind, all, piece, half);
        return joined(kind, before, Halves<partial, depth - 1>::of(kind, all, piece + half, count - half));
    }
};
template <bool partial> struct Halves<partial, 0> {
    static __device__ __forceinline__ double of(int kind, const double *all, long long piece, int)
    {
        return piece_of<partial>(kind, all, piece);
    }
};
";

impl Fixed {
    /// The most pieces that one thread joins.
    pub(crate) fn joined_by_one(partial: bool) -> usize {
        if partial { 2 } else { 32 }
    }
}

/// Where cell number `c` of an interior lies.
const CELL: &str =
    "    const long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (c >= count) return;
    const place p = c / n2 / n1 * plane + c / n2 % n1 * row + c % n2;
";

fn cell_parameters() -> Vec<(Type, String)> {
    [
        (Type::Long, "count"),
        (Type::Integer, "n1"),
        (Type::Integer, "n2"),
        (Type::Long, "plane"),
        (Type::Long, "row"),
    ]
    .map(|(kind, name)| (kind, name.to_owned()))
    .into()
}

fn parameters(list: &[(Type, &str)]) -> Vec<(Type, String)> {
    list.iter().map(|(kind, name)| (*kind, (*name).to_owned())).collect()
}

/// A kernel.
pub(super) fn write(
    fixed: &Fixed,
    number: usize,
    plan: &Plan,
    precision: Precision,
) -> FieldResult<Kernel> {
    use Type::{
        ConstantDoubles, ConstantPairs, Constants, Double, Doubles, Integer, Integers,
        Long, Pairs, Reals,
    };
    let simple = |name: &str, note: &str, parameters, body: &str| {
        Kernel::new(format!("{name}_{number}"), note, parameters, None, body)
    };
    let with_cells = |first: &[(Type, &str)], last: &[(Type, &str)]| {
        let mut all = parameters(first);
        all.extend(cell_parameters());
        all.extend(parameters(last));
        all
    };
    Ok(match fixed {
        Fixed::Partial => {
            let all = parameters(&[
                (Constants, "values"),
                (Long, "pieces"),
                (Integer, "width"),
                (Integers, "kinds"),
                (Doubles, "partial"),
            ]);
            let mut kernel = simple(
                "partial",
                "16 partial results of each piece of a row",
                all,
                PARTIAL,
            );
            let before = guarded("JOINING", JOINING) + &guarded("LANES", LANES);
            kernel.text.insert_str(0, &before);
            kernel
        }
        Fixed::Join { partial } => {
            let name = if *partial { "join_partial" } else { "join" };
            let depth = Fixed::joined_by_one(*partial).ilog2();
            let all = parameters(&[
                (ConstantDoubles, "from"),
                (Long, "from_stride"),
                (Integer, "count"),
                (Integer, "depth"),
                (Integers, "kinds"),
                (Integers, "targets"),
                (Doubles, "to"),
                (Long, "to_stride"),
            ]);
            let body = JOIN.replace("HALVES", &format!("Halves<{partial}, {depth}>"));
            let note = "segments of all pieces, halved so many times, each to its result; the last to scalars";
            let mut kernel = simple(name, note, all, &body);
            let before = guarded("JOINING", JOINING) + &guarded("HALVING", HALVING);
            kernel.text.insert_str(0, &before);
            kernel
        }
        Fixed::Piece => {
            let all = parameters(&[
                (ConstantDoubles, "from"),
                (Integer, "pieces"),
                (Integers, "kinds"),
                (Doubles, "to"),
                (Long, "to_stride"),
            ]);
            let mut kernel =
                simple("piece", "16 partial results of each piece to one", all, ONE);
            let before = guarded("JOINING", JOINING) + &guarded("HALVING", HALVING);
            kernel.text.insert_str(0, &before);
            kernel
        }
        Fixed::Pack => {
            let all = with_cells(
                &[(Constants, "re"), (Constants, "im"), (Pairs, "to")],
                &[(Double, "scale")],
            );
            let body = "    to[c] = pair{re[p] * (real)scale, im ? im[p] * (real)scale : (real)0};\n";
            simple("pack", "cells to complex numbers", all, &format!("{CELL}{body}"))
        }
        Fixed::Unpack => {
            let all =
                with_cells(&[(ConstantPairs, "from"), (Reals, "re"), (Reals, "im")], &[]);
            let body = "    const pair z = from[c];\n    re[p] = z.re;\n    if (im) im[p] = z.im;\n";
            simple("unpack", "complex numbers to cells", all, &format!("{CELL}{body}"))
        }
        Fixed::Scale => {
            let all = parameters(&[(Reals, "a"), (Long, "count"), (Double, "scale")]);
            simple("scale", "numbers times one", all, SCALE)
        }
        Fixed::Multiply => {
            let all = with_cells(
                &[(Pairs, "z"), (Constants, "re"), (Constants, "im")],
                &[(Double, "scale")],
            );
            let body = "    const real a = z[c].re, b = z[c].im, s = (real)scale;
    const real x = re[p], y = im ? im[p] : (real)0;
    z[c] = pair{(a * x - b * y) * s, (a * y + b * x) * s};
";
            simple(
                "multiply",
                "complex numbers times a multiplier",
                all,
                &format!("{CELL}{body}"),
            )
        }
        Fixed::Sparse => simple(
            "sparse",
            "a sparse matrix, by rows, times a vector",
            parameters(&[
                (Integers, "starts"),
                (Integers, "columns"),
                (Constants, "values"),
                (Constants, "from"),
                (Long, "from_stride"),
                (Reals, "to"),
                (Long, "to_stride"),
                (Integer, "rows"),
            ]),
            &SPARSE.replace(
                "FMA",
                if precision == Precision::Single { "fmaf" } else { "fma" },
            ),
        ),
        Fixed::Lines => {
            let mut all = parameters(&[
                (Integers, "starts"),
                (Integers, "columns"),
                (Constants, "values"),
                (Constants, "from"),
                (Reals, "to"),
            ]);
            all.extend(cell_parameters());
            all.extend(parameters(&[(Integer, "along"), (Long, "stride")]));
            let fma = if precision == Precision::Single { "fmaf" } else { "fma" };
            let body = format!("{CELL}{}", LINES.replace("FMA", fma));
            simple("lines", "a matrix, by rows, times each line of cells", all, &body)
        }
        Fixed::Pieces => simple(
            "pieces",
            "16 partial results of each piece of a group of cells",
            parameters(&[
                (Integers, "bounds"),
                (Integers, "places"),
                (Constants, "from"),
                (Integer, "pieces"),
                (Doubles, "partial"),
            ]),
            PIECES,
        ),
        Fixed::Groups => {
            let all = parameters(&[
                (Integers, "firsts"),
                (ConstantDoubles, "partial"),
                (Reals, "to"),
                (Long, "to_stride"),
                (Integer, "groups"),
            ]);
            let note = "the sum of each group, its pieces one after another";
            let mut kernel = simple("groups", note, all, GROUPS);
            let before = guarded("JOINING", JOINING) + &guarded("HALVING", HALVING);
            kernel.text.insert_str(0, &before);
            kernel
        }
        Fixed::Noise => {
            let mut all = parameters(&[(Reals, "a")]);
            all.extend(cell_parameters());
            all.extend(parameters(&[
                (Integer, "stream"),
                (Long, "seed"),
                (ConstantDoubles, "scalars"),
                (Integer, "step"),
                (Long, "before"),
                (Long, "all"),
            ]));
            let (graph, value) = noise::normal();
            // The graph has neither scalars nor tables.
            let empty = Plan::default();
            let statements = Statements::new(&empty, &graph, &[value], Precision::Double);
            let mut body = format!("{CELL}{PHILOX}");
            for node in statements.nodes() {
                let load = |slot, _| if slot == 0 { "u" } else { "v" }.to_owned();
                let line = statements.statement(node, load)?;
                let _ = writeln!(body, "    {line}");
            }
            let _ = writeln!(body, "    a[p] = (real){};", statements.name(value));
            let note = "independent normal numbers: Philox4x32-10, Box and Muller";
            simple("noise", note, all, &body)
        }
        Fixed::Scalars { procedure, action } => {
            let procedure = &plan.procedures[*procedure];
            let Some(Action::Scalars { graph, stores }) = procedure.actions.get(*action)
            else {
                return Err(FieldError::Device("an action without scalars".to_owned()));
            };
            let roots: Vec<NodeId> = stores.iter().map(|store| store.1).collect();
            let statements = Statements::new(plan, graph, &roots, Precision::Double);
            let mut body = String::new();
            for node in statements.nodes() {
                let line = statements.statement(node, |_, _| String::new())?;
                let _ = writeln!(body, "    {line}");
            }
            for (scalar, value) in stores {
                let name = plan.scalars.get(*scalar).map_or("", |scalar| &scalar.name);
                let (value, name) = (statements.name(*value), comment(name));
                let _ = writeln!(body, "    scalars[{scalar}] = {value}; // {name}");
            }
            let note = format!("{}: scalars", comment(&procedure.name));
            simple("scalars", &note, parameters(&[(Doubles, "scalars")]), &body)
        }
    })
}

/// Text that several kernels need, once.
pub(super) fn guarded(name: &str, text: &str) -> String {
    format!("#ifndef {name}\n#define {name}\n{text}#endif\n\n")
}

const PARTIAL: &str = "    const long long thread = (long long)blockIdx.x * blockDim.x + threadIdx.x, piece = thread / 16;
    const int lane = (int)(thread % 16), kind = kinds[blockIdx.y];
    if (piece >= pieces) return;
    const int in_row = (width + PIECE - 1) / PIECE, first = (int)(piece % in_row) * PIECE;
    const int count = least(PIECE, width - first);
    const real *all = values + (blockIdx.y * (pieces / in_row) + piece / in_row) * width + first;
    const double result = kind == 0 ? lane_of<0>(all, lane, count) : kind == 1 ? lane_of<1>(all, lane, count) : lane_of<2>(all, lane, count);
    partial[(blockIdx.y * pieces + piece) * 16 + lane] = result;
";

const SCALE: &str =
    "    const long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (c >= count) return;
    a[c] = a[c] * (real)scale;
";

const ONE: &str = "    const int piece = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (piece >= pieces) return;
    const double *all = from + (long long)blockIdx.y * 16 * pieces;
    to[blockIdx.y * to_stride + piece] = piece_of<true>(kinds[blockIdx.y], all, piece);
";

const LANES: &str = "\
// Every 16th value of a piece, one after another.
template <int kind> __device__ __forceinline__ double lane_of(const real *__restrict__ all, int lane, int count)
{
    double result = nothing(kind);
#pragma unroll 16
    for (int k = lane; k < count; k += 16) result = joined(kind, result, (double)all[k]);
    return result;
}
";

const JOIN: &str = "    const int segment = (int)(blockIdx.x * blockDim.x + threadIdx.x), kind = kinds[blockIdx.y];
    if (segment >= 1 << depth) return;
    long long piece = 0;
    int pieces = count;
    for (int level = depth - 1; level >= 0; level--) {
        const int half = (pieces + 1) / 2;
        if (segment >> level & 1) piece += half;
        pieces = segment >> level & 1 ? pieces - half : half;
    }
    from += blockIdx.y * from_stride;
    const double result = pieces == 0 ? nothing(kind) : HALVES::of(kind, from, piece, pieces);
    to[depth == 0 ? targets[blockIdx.y] : blockIdx.y * to_stride + segment] = result;
";

const SPARSE: &str = "    const int row = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (row >= rows) return;
    real sum = 0;
    for (int entry = starts[row]; entry < starts[row + 1]; entry++) {
        sum = FMA(values[entry], from[columns[entry] * from_stride], sum);
    }
    to[row * to_stride] = sum;
";

const LINES: &str = "    const int own = (int)(along == 0 ? c / n2 / n1 : along == 1 ? c / n2 % n1 : c % n2);
    const place first = p - own * stride;
    real sum = 0;
    for (int entry = starts[own]; entry < starts[own + 1]; entry++) {
        sum = FMA(values[entry], from[first + columns[entry] * stride], sum);
    }
    to[p] = sum;
";

const PIECES: &str = "    const long long thread = (long long)blockIdx.x * blockDim.x + threadIdx.x, piece = thread / 16;
    const int lane = (int)(thread % 16);
    if (piece >= pieces) return;
    double sum = 0;
    for (int entry = bounds[piece] + lane; entry < bounds[piece + 1]; entry += 16) sum = sum_of(sum, (double)from[places[entry]]);
    partial[16 * piece + lane] = sum;
";

const GROUPS: &str = "    const int group = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (group >= groups) return;
    double sum = 0;
    for (int piece = firsts[group]; piece < firsts[group + 1]; piece++) sum = sum_of(sum, piece_of<true>(0, partial, piece));
    to[group * to_stride] = (real)sum;
";

const PHILOX: &str = "    // The cell of the whole box; after the last one comes the first.
    const unsigned long long cell = (unsigned long long)(before + c < all ? before + c : before + c - all);
    // Saturates; NaN is 0.
    const double steps = scalars[step];
    const unsigned long long count_of_steps = steps >= 1.0 ? steps < 18446744073709551616.0 ? (unsigned long long)steps : ~0ULL : 0ULL;
    unsigned w0 = (unsigned)cell, w1 = (unsigned)stream, w2 = (unsigned)count_of_steps;
    unsigned w3 = (unsigned)(cell >> 32) << 16 | ((unsigned)(count_of_steps >> 32) & 0xffff);
    unsigned key0 = (unsigned)seed, key1 = (unsigned)((unsigned long long)seed >> 32);
#pragma unroll
    for (int round = 0; round < 10; round++) {
        const unsigned long long first = w0 * 0xD2511F53ULL, second = w2 * 0xCD9E8D57ULL;
        w0 = (unsigned)(second >> 32) ^ w1 ^ key0;
        w1 = (unsigned)second;
        w2 = (unsigned)(first >> 32) ^ w3 ^ key1;
        w3 = (unsigned)first;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    const double u = (double)(((unsigned long long)w0 << 21 | w1 >> 11) + 1) * 0x1p-53;
    const double v = (double)((unsigned long long)w2 << 21 | w3 >> 11) * 0x1p-53;
";
