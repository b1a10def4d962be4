//! The kernel that fills ghosts from the interior, of several arrays and dimensions at once.

use std::fmt::Write;

use holor_field::layout::{DIMENSIONS, Layout};

use super::{Kernel, Type};

/// How the dimensions of an array wrap around: 1 periodic, −1 antiperiodic, 0 not.
pub(crate) type Signs = [i8; DIMENSIONS];

const INDEX: [&str; DIMENSIONS] = ["i", "j", "k"];

/// The ghost cells, by the first dimension that wraps and in which they are ghosts: how many there are along each dimension.
fn slabs(
    layout: &Layout,
    wraps: [bool; DIMENSIONS],
) -> Vec<(usize, [usize; DIMENSIONS])> {
    let all: [usize; DIMENSIONS] =
        std::array::from_fn(|d| layout.points[d] + 2 * layout.ghosts[d]);
    let slab = |d: usize| {
        let counts = std::array::from_fn(|other| match other {
            _ if other == d => 2 * layout.ghosts[d],
            // Those that are ghosts there too are in an earlier slab.
            _ if other < d && wraps[other] => layout.points[other],
            _ => all[other],
        });
        (d, counts)
    };
    (0..DIMENSIONS).filter(|d| wraps[*d]).map(slab).collect()
}

fn wraps(arrays: &[Signs]) -> [bool; DIMENSIONS] {
    std::array::from_fn(|d| arrays.iter().any(|signs| signs[d] != 0))
}

/// How many ghost cells there are.
pub(crate) fn count(layout: &Layout, arrays: &[Signs]) -> usize {
    slabs(layout, wraps(arrays)).iter().map(|(_, n)| n.iter().product::<usize>()).sum()
}

/// The kernel for arrays that wrap in the same dimensions.
pub(super) fn write(layout: &Layout, arrays: &[Signs], number: usize) -> Kernel {
    let wraps = wraps(arrays);
    let mut body = String::new();
    let mut line = |depth: usize, text: &str| {
        let _ = writeln!(body, "{:1$}{text}", "", 4 * depth);
    };
    line(1, "long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x;");
    line(1, "int i, j, k;");
    for (place, (d, counts)) in slabs(layout, wraps).into_iter().enumerate() {
        let cells: usize = counts.iter().product();
        if place == 0 {
            line(1, &format!("if (c < {cells}) {{"));
        } else {
            line(
                1,
                &format!(
                    "}} else if ((c -= {before}) < {cells}) {{",
                    before = earlier(layout, wraps, place)
                ),
            );
        }
        for other in (0..DIMENSIONS).rev() {
            let count = counts[other];
            let (n, g) = (layout.points[other], layout.ghosts[other]);
            let value = match other {
                0 => "(int)c".to_owned(),
                _ => format!("(int)(c % {count})"),
            };
            let value = if other == d {
                format!("ghost({value}, {g}, {n})")
            } else if count == n {
                value
            } else {
                format!("{value} - {g}")
            };
            line(2, &format!("{} = {value};", INDEX[other]));
            if other > 0 {
                line(2, &format!("c /= {count};"));
            }
        }
    }
    line(1, "} else {");
    line(2, "return;");
    line(1, "}");
    let [plane, row, _] = layout.strides;
    let place =
        |[i, j, k]: [&str; 3]| format!("(place){i} * {plane} + (place){j} * {row} + {k}");
    let mut from = INDEX.map(str::to_owned);
    for d in (0..DIMENSIONS).filter(|d| wraps[*d]) {
        let (index, n) = (INDEX[d], layout.points[d]);
        from[d] = format!("from_{index}");
        line(1, &format!("const int from_{index} = inside({index}, {n});"));
        if arrays.iter().any(|signs| signs[d] < 0) {
            line(
                1,
                &format!(
                    "const bool odd_{index} = ({index} - from_{index}) / {n} % 2 != 0;"
                ),
            );
        }
    }
    line(1, &format!("const place p = {};", place(INDEX)));
    line(1, &format!("const place q = {};", place([&from[0], &from[1], &from[2]])));
    for (array, signs) in arrays.iter().enumerate() {
        let odd: Vec<String> = (0..DIMENSIONS)
            .filter(|d| signs[*d] < 0)
            .map(|d| format!("odd_{}", INDEX[d]))
            .collect();
        line(
            1,
            &match odd.as_slice() {
                [] => format!("a{array}[p] = a{array}[q];"),
                _ => format!(
                    "a{array}[p] = ({}) ? -a{array}[q] : a{array}[q];",
                    odd.join(" != ")
                ),
            },
        );
    }
    let parameters = (0..arrays.len()).map(|n| (Type::Reals, format!("a{n}"))).collect();
    let names: Vec<String> = (0..DIMENSIONS)
        .filter(|d| wraps[*d])
        .map(|d| format!("{} with {} cells", INDEX[d], layout.points[d]))
        .collect();
    let note = format!("ghosts from the cells of the other side: {}", names.join(", "));
    let mut kernel =
        Kernel::new(format!("ghosts_{number}"), &note, parameters, None, &body);
    kernel.text.insert_str(0, &super::fixed::guarded("GHOSTS", FUNCTIONS));
    kernel
}

/// Cells of the slab before this one.
fn earlier(layout: &Layout, wraps: [bool; DIMENSIONS], place: usize) -> usize {
    slabs(layout, wraps)[place - 1].1.iter().product()
}

const FUNCTIONS: &str = "\
// Ghosts are counted from the far one before the first cell to the far one behind the last.
__device__ __forceinline__ int ghost(int number, int ghosts, int n)
{
    return number < ghosts ? number - ghosts : n + number - ghosts;
}
__device__ __forceinline__ int inside(int place, int n) { return (place % n + n) % n; }
";
