//! Normal random numbers that depend on nothing but seed, stream, step and cell: the same on every backend and for any number of threads.

use std::sync::OnceLock;

use crate::backend::Precision;
use crate::elementary::lower_graph;
use crate::graph::{Binary, Graph, NodeId, Op, Unary};

/// Philox4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011).
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let first = u64::from(counter[0]) * 0xD251_1F53;
        let second = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (second >> 32) as u32 ^ counter[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ counter[3] ^ key[1],
            first as u32,
        ];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

/// The counter of a cell: the low halves of cell, stream and step; the last word has 16 more bits of the cell
/// (high) and of the step (low).
pub fn counter(cell: u64, stream: u32, step: u64) -> [u32; 4] {
    let rest = ((cell >> 32) as u32) << 16 | ((step >> 32) as u32 & 0xffff);
    [cell as u32, stream, step as u32, rest]
}

/// The key of a seed: low half first.
pub fn key(seed: u64) -> [u32; 2] {
    [seed as u32, (seed >> 32) as u32]
}

/// The value of a scalar that counts steps, as an integer.
pub fn step_of(scalar: f64) -> u64 {
    // Saturates; NaN is 0.
    scalar as u64
}

/// The two uniform numbers of a cell: u in (0, 1] from the first two words of Philox, v in [0, 1) from the others, each
/// ((first << 21) | (second >> 11)) 2⁻⁵³, to which u has 2⁻⁵³ added.
pub fn uniforms(words: [u32; 4]) -> [f64; 2] {
    const UNIT: f64 = 1.0 / 9_007_199_254_740_992.0;
    let whole = |a: u32, b: u32| u64::from(a) << 21 | u64::from(b) >> 11;
    let u = (whole(words[0], words[1]) + 1) as f64 * UNIT;
    let v = whole(words[2], words[3]) as f64 * UNIT;
    [u, v]
}

/// The normal number √(−2 ln u) cos(2π v) of [`uniforms`] u and v (Box and Muller 1958), as lowered arithmetic in double
/// precision on the loads 0 (u) and 1 (v). Arrays in single precision get it rounded.
pub fn normal() -> (Graph, NodeId) {
    let mut graph = Graph::new();
    let u = graph.load(0, [0; 3]);
    let v = graph.load(1, [0; 3]);
    let logarithm = graph.unary(Unary::Logarithm, u);
    let factor = graph.constant(-2.0);
    let square = graph.multiply(factor, logarithm);
    let radius = graph.unary(Unary::SquareRoot, square);
    let turn = graph.constant(std::f64::consts::TAU);
    let angle = graph.multiply(turn, v);
    let cosine = graph.unary(Unary::Cosine, angle);
    let root = graph.binary(Binary::Multiply, radius, cosine);
    let (graph, roots) = lower_graph(&graph, &[root], Precision::Double);
    (graph, roots[0])
}

/// The standard normal numbers of so many cells, as [`crate::plan::Action::Noise`] gives them in double precision.
pub fn normals(seed: u64, stream: u32, step: u64, cells: usize) -> Vec<f64> {
    static NORMAL: OnceLock<(Graph, NodeId)> = OnceLock::new();
    let (graph, root) = NORMAL.get_or_init(normal);
    let key = key(seed);
    let mut values = vec![0.0; graph.ops().len()];
    (0..cells as u64)
        .map(|cell| {
            let pair = uniforms(philox(counter(cell, stream, step), key));
            for (place, op) in graph.ops().iter().enumerate() {
                values[place] = match *op {
                    Op::Load { array, .. } => pair[array as usize],
                    ref other => crate::interpreter::evaluate(other, |node| {
                        values[node.0 as usize]
                    })
                    .unwrap_or(f64::NAN),
                };
            }
            values[root.0 as usize]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{counter, key, normal, philox, uniforms};
    use crate::graph::Op;

    #[test]
    fn philox_gives_the_known_answers() {
        // Random123, kat_vectors, philox4x32 10.
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn counters_differ() {
        assert_eq!(counter(1 << 32 | 5, 7, 9), [5, 7, 9, 1 << 16]);
        assert_eq!(key(0x0123_4567_89ab_cdef), [0x89ab_cdef, 0x0123_4567]);
    }

    #[test]
    fn normals_have_the_moments_of_a_normal_distribution() {
        let (graph, root) = normal();
        let count = 20_000_u64;
        let mut moments = [0.0; 4];
        for cell in 0..count {
            let pair = uniforms(philox(counter(cell, 3, 11), key(42)));
            assert!(pair[0] > 0.0 && pair[0] <= 1.0 && pair[1] < 1.0);
            let mut values: Vec<f64> = Vec::new();
            for op in graph.ops() {
                let value = match *op {
                    Op::Load { array, .. } => pair[array as usize],
                    ref other => {
                        crate::interpreter::evaluate(other, |n| values[n.0 as usize])
                            .unwrap()
                    }
                };
                values.push(value);
            }
            let z = values[root.0 as usize];
            let expected =
                (-2.0 * pair[0].ln()).sqrt() * (std::f64::consts::TAU * pair[1]).cos();
            assert!((z - expected).abs() < 1e-14, "{z} {expected}");
            for (power, moment) in moments.iter_mut().enumerate() {
                *moment += z.powi(power as i32 + 1) / count as f64;
            }
        }
        // Standard errors of the moments of 20000 numbers: 0.007, 0.01, 0.027, 0.07; four of each.
        assert!(moments[0].abs() < 0.03 && (moments[1] - 1.0).abs() < 0.04);
        assert!(moments[2].abs() < 0.11 && (moments[3] - 3.0).abs() < 0.28);
    }
}
