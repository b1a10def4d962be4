//! The expansions against the standard library and against numbers of high precision.

use super::{error_function, expand, fuse, lower_graph};
use crate::backend::Precision;
use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::interpreter::{evaluate, evaluate_single};

/// erf by mpmath with 40 digits: `float(mp.erf(x))`.
const ERROR_FUNCTION: [(f64, f64); 27] = [
    (1e-300, 1.1283791670955126e-300),
    (1e-10, 1.1283791670955126e-10),
    (0.001, 0.0011283787909692365),
    (0.1, 0.1124629160182849),
    (0.25, 0.27632639016823696),
    (0.5, 0.5204998778130465),
    (0.75, 0.7111556336535151),
    (0.9, 0.7969082124228322),
    (0.999, 0.8422852702064969),
    (1.0, 0.8427007929497149),
    (1.001, 0.8431154854780762),
    (1.25, 0.9229001282564583),
    (1.5, 0.9661051464753108),
    (1.75, 0.9866716712191824),
    (2.0, 0.9953222650189527),
    (2.25, 0.9985372834133188),
    (2.5, 0.999593047982555),
    (2.75, 0.9998993780778803),
    (3.0, 0.9999779095030014),
    (3.5, 0.9999992569016276),
    (4.0, 0.9999999845827421),
    (4.5, 0.9999999998033839),
    (5.0, 0.9999999999984626),
    (5.5, 0.9999999999999927),
    (5.9, 0.9999999999999999),
    (6.0, 1.0),
    (7.0, 1.0),
];

/// A random number generator good enough for samples (splitmix64).
struct Samples(u64);

impl Samples {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn within(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.next()
    }

    /// Spread over the magnitudes.
    fn magnitude(&mut self, least: f64, most: f64) -> f64 {
        self.within(least.ln(), most.ln()).exp()
    }
}

fn double(graph: &Graph, root: NodeId, inputs: [f64; 2]) -> f64 {
    let mut values: Vec<f64> = Vec::new();
    for op in graph.ops() {
        values.push(match *op {
            Op::Load { array, .. } => inputs[array as usize],
            ref other => evaluate(other, |n| values[n.0 as usize]).unwrap(),
        });
    }
    values[root.0 as usize]
}

fn single(graph: &Graph, root: NodeId, inputs: [f32; 2]) -> f32 {
    let mut values: Vec<f32> = Vec::new();
    for op in graph.ops() {
        values.push(match *op {
            Op::Load { array, .. } => inputs[array as usize],
            ref other => evaluate_single(other, |n| values[n.0 as usize]).unwrap(),
        });
    }
    values[root.0 as usize]
}

fn lowered(
    precision: Precision,
    build: impl Fn(&mut Graph, NodeId, NodeId) -> NodeId,
) -> (Graph, NodeId) {
    let mut graph = Graph::new();
    let a = graph.load(0, [0; 3]);
    let b = graph.load(1, [0; 3]);
    let root = build(&mut graph, a, b);
    let (graph, roots) = lower_graph(&graph, &[root], precision);
    for op in graph.ops() {
        assert!(primitive(op), "{op:?}");
    }
    (graph, roots[0])
}

fn primitive(op: &Op) -> bool {
    match op {
        Op::Unary(function, _) => matches!(
            function,
            Unary::Negate
                | Unary::Absolute
                | Unary::SquareRoot
                | Unary::Floor
                | Unary::Round
                | Unary::PowerOfTwo
                | Unary::Exponent
                | Unary::Mantissa
        ),
        Op::Binary(function, ..) => !matches!(function, Binary::Power | Binary::Angle),
        _ => true,
    }
}

/// Distance in units in the last place; 0 where both are NaN or the same infinity.
fn ulps(value: f64, reference: f64) -> f64 {
    if value == reference || (value.is_nan() && reference.is_nan()) {
        return 0.0;
    }
    if !value.is_finite() || !reference.is_finite() {
        return f64::INFINITY;
    }
    let unit =
        (reference.abs().max(f64::MIN_POSITIVE).to_bits() & !((1 << 52) - 1)) as i64;
    (value - reference).abs() / f64::from_bits((unit as u64).max(53 << 52))
        * (1_u64 << 52) as f64
}

fn ulps_single(value: f32, reference: f64) -> f64 {
    let rounded = reference as f32;
    if value == rounded || (value.is_nan() && reference.is_nan()) {
        return 0.0;
    }
    if !value.is_finite() || !rounded.is_finite() {
        return f64::INFINITY;
    }
    let unit =
        f32::from_bits(rounded.abs().max(f32::MIN_POSITIVE).to_bits() & !((1 << 23) - 1));
    (f64::from(value) - reference).abs() / f64::from(unit) * f64::from(1 << 23)
}

struct Case {
    function: Unary,
    /// Ranges to sample uniformly, in double and in single precision.
    ranges: &'static [(f64, f64)],
    single: &'static [(f64, f64)],
}

const CASES: &[Case] = &[
    Case {
        function: Unary::Sine,
        ranges: &[(-0.8, 0.8), (-7.0, 7.0), (-1e3, 1e3), (-1e9, 1e9), (-7e13, 7e13)],
        single: &[(-0.8, 0.8), (-7.0, 7.0), (-1e3, 1e3), (-2.6e5, 2.6e5)],
    },
    Case {
        function: Unary::Cosine,
        ranges: &[(-0.8, 0.8), (-7.0, 7.0), (-1e3, 1e3), (-1e9, 1e9), (-7e13, 7e13)],
        single: &[(-0.8, 0.8), (-7.0, 7.0), (-1e3, 1e3), (-2.6e5, 2.6e5)],
    },
    Case {
        function: Unary::Tangent,
        ranges: &[(-0.8, 0.8), (-7.0, 7.0), (-1e3, 1e3), (-1e9, 1e9)],
        single: &[(-0.8, 0.8), (-7.0, 7.0), (-1e3, 1e3), (-2.6e5, 2.6e5)],
    },
    Case {
        function: Unary::Exponential,
        ranges: &[(-0.4, 0.4), (-40.0, 40.0), (-707.9, 709.7)],
        single: &[(-0.4, 0.4), (-40.0, 40.0), (-86.9, 88.7)],
    },
    Case {
        function: Unary::Logarithm,
        ranges: &[(0.6, 1.5), (0.99, 1.01), (1e-9, 40.0), (0.0, 1e300), (0.0, 1e-305)],
        single: &[(0.6, 1.5), (0.99, 1.01), (1e-9, 40.0), (0.0, 1e38)],
    },
    Case {
        function: Unary::HyperbolicSine,
        ranges: &[(-1.1, 1.1), (-30.0, 30.0), (-710.4, 710.4)],
        single: &[(-1.1, 1.1), (-30.0, 30.0), (-89.4, 89.4)],
    },
    Case {
        function: Unary::HyperbolicCosine,
        ranges: &[(-1.1, 1.1), (-30.0, 30.0), (-710.4, 710.4)],
        single: &[(-1.1, 1.1), (-30.0, 30.0), (-89.4, 89.4)],
    },
    Case {
        function: Unary::HyperbolicTangent,
        ranges: &[(-0.6, 0.6), (-30.0, 30.0), (-1e4, 1e4)],
        single: &[(-0.6, 0.6), (-30.0, 30.0), (-1e4, 1e4)],
    },
    Case {
        function: Unary::InverseSine,
        ranges: &[(-1.0, 1.0), (0.99, 1.0)],
        single: &[(-1.0, 1.0), (0.99, 1.0)],
    },
    Case {
        function: Unary::InverseCosine,
        ranges: &[(-1.0, 1.0), (0.99, 1.0), (-1.0, -0.99)],
        single: &[(-1.0, 1.0), (0.99, 1.0), (-1.0, -0.99)],
    },
    Case {
        function: Unary::InverseTangent,
        ranges: &[(-1.0, 1.0), (-40.0, 40.0), (-1e9, 1e9)],
        single: &[(-1.0, 1.0), (-40.0, 40.0), (-1e9, 1e9)],
    },
];

#[test]
fn cosine_of_zero_is_one_with_the_sine_and_without() {
    type Way = fn(&mut Graph, NodeId) -> NodeId;
    let half = std::f64::consts::FRAC_PI_2;
    let ways: [(Way, f64); 3] = [
        (|g, x| g.unary(Unary::Cosine, x), 0.0),
        (|g, x| g.unary(Unary::Sine, x), half),
        (
            |g, x| {
                let (cosine, sine) = (g.unary(Unary::Cosine, x), g.unary(Unary::Sine, x));
                g.add(cosine, sine)
            },
            0.0,
        ),
    ];
    for (way, at) in ways {
        let (graph, root) = lowered(Precision::Double, |g, x, _| way(g, x));
        assert_eq!(double(&graph, root, [at, 0.0]), 1.0);
        let (graph, root) = lowered(Precision::Single, |g, x, _| way(g, x));
        assert_eq!(single(&graph, root, [at as f32, 0.0]), 1.0);
    }
}

#[test]
fn functions_are_within_two_units_in_the_last_place() {
    let mut samples = Samples(1);
    let mut failures = String::new();
    for case in CASES {
        let build = |g: &mut Graph, a: NodeId, _: NodeId| g.unary(case.function, a);
        let (graph, root) = lowered(Precision::Double, build);
        for (least, most) in case.ranges {
            let mut worst = (0.0, 0.0);
            for _ in 0..12_000 {
                let x = samples.within(*least, *most);
                let off = ulps(double(&graph, root, [x, 0.0]), case.function.apply(x));
                if off > worst.0 {
                    worst = (off, x);
                }
            }
            // The reference may itself be off by 1/2 and a bit.
            if worst.0 > 2.0 {
                failures += &format!("{:?} {least}..{most}: {worst:?}\n", case.function);
            }
        }
        let (graph, root) = lowered(Precision::Single, build);
        for (least, most) in case.single {
            let mut worst = (0.0, 0.0);
            for _ in 0..12_000 {
                let x = samples.within(*least, *most) as f32;
                let reference = case.function.apply(f64::from(x));
                let off = ulps_single(single(&graph, root, [x, 0.0]), reference);
                if off > worst.0 {
                    worst = (off, x);
                }
            }
            if worst.0 > 2.0 {
                failures +=
                    &format!("{:?} single {least}..{most}: {worst:?}\n", case.function);
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn sine_and_cosine_of_one_value_share_their_reduction() {
    for precision in [Precision::Double, Precision::Single] {
        let mut graph = Graph::new();
        let x = graph.load(0, [0; 3]);
        let sine = graph.unary(Unary::Sine, x);
        let cosine = graph.unary(Unary::Cosine, x);
        let (graph, roots) = lower_graph(&graph, &[sine, cosine], precision);
        assert!(graph.ops().len() < 80);
        let mut samples = Samples(2);
        for range in [0.8, 10.0, 1e5] {
            for _ in 0..10_000 {
                let x = samples.within(-range, range);
                let (sine, cosine) = if precision == Precision::Double {
                    let at = |root| double(&graph, root, [x, 0.0]);
                    (ulps(at(roots[0]), x.sin()), ulps(at(roots[1]), x.cos()))
                } else {
                    let x = x as f32;
                    let exact = f64::from(x);
                    let at = |root| single(&graph, root, [x, 0.0]);
                    (
                        ulps_single(at(roots[0]), exact.sin()),
                        ulps_single(at(roots[1]), exact.cos()),
                    )
                };
                assert!(sine <= 2.0 && cosine <= 2.0, "{x}: {sine} {cosine}");
            }
        }
    }
}

#[test]
fn functions_of_two_values_are_within_two_units_in_the_last_place() {
    let mut samples = Samples(3);
    let mut failures = String::new();
    for function in [Binary::Power, Binary::Angle] {
        let build = |g: &mut Graph, a: NodeId, b: NodeId| g.binary(function, a, b);
        let (graph, root) = lowered(Precision::Double, build);
        let (graph_single, root_single) = lowered(Precision::Single, build);
        for range in 0..4 {
            let mut worst = (0.0, 0.0, 0.0);
            let mut worst_single = worst;
            for _ in 0..12_000 {
                let (a, b) = match (function, range) {
                    (Binary::Angle, 0) => {
                        (samples.within(-1.0, 1.0), samples.within(-1.0, 1.0))
                    }
                    (Binary::Angle, _) => {
                        let a = samples.magnitude(1e-6, 1e6);
                        let b = samples.magnitude(1e-6, 1e6);
                        (
                            a * (samples.next() - 0.5).signum(),
                            b * (samples.next() - 0.5).signum(),
                        )
                    }
                    (_, 0) => (samples.within(0.0, 2.0), samples.within(-5.0, 5.0)),
                    (_, 1) => {
                        (samples.within(0.99, 1.01), samples.within(-2000.0, 2000.0))
                    }
                    (_, 2) => (samples.magnitude(1e-30, 1e30), samples.within(-1.2, 1.2)),
                    _ => (-samples.within(0.0, 9.0), samples.within(-9.0, 9.0).round()),
                };
                let off = ulps(double(&graph, root, [a, b]), function.apply(a, b));
                if off > worst.0 {
                    worst = (off, a, b);
                }
                let (a, b) = (a as f32, b as f32);
                let value = single(&graph_single, root_single, [a, b]);
                let off = ulps_single(value, function.apply(f64::from(a), f64::from(b)));
                if off > worst_single.0 {
                    worst_single = (off, f64::from(a), f64::from(b));
                }
            }
            if worst.0 > 2.0 || worst_single.0 > 2.0 {
                failures +=
                    &format!("{function:?} {range}: {worst:?} {worst_single:?}\n");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn the_error_function_agrees_with_published_digits() {
    let (graph, root) =
        lowered(Precision::Single, |g, a, _| g.unary(Unary::ErrorFunction, a));
    for (x, expected) in ERROR_FUNCTION {
        assert!(ulps(error_function(x), expected) <= 2.0, "{x}");
        assert!(ulps(error_function(-x), -expected) <= 2.0, "-{x}");
        let rounded = x as f32;
        // erf(x) of the rounded argument, to first order.
        let slope = 2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp();
        let expected = expected + slope * (f64::from(rounded) - x);
        let value = single(&graph, root, [rounded, 0.0]);
        assert!(x < 1e-30 || ulps_single(value, expected) <= 2.0, "{x} single");
    }
    assert!(error_function(f64::NAN).is_nan());
    assert_eq!(error_function(f64::INFINITY), 1.0);
}

#[test]
fn special_values_are_those_of_the_standard_library() {
    let special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        0.5,
        -2.5,
        3.0,
        -3.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        1e300,
        -1e300,
        1e-310,
        800.0,
        -800.0,
    ];
    let all = [
        Unary::Sine,
        Unary::Cosine,
        Unary::Tangent,
        Unary::Exponential,
        Unary::Logarithm,
        Unary::HyperbolicSine,
        Unary::HyperbolicCosine,
        Unary::HyperbolicTangent,
        Unary::InverseSine,
        Unary::InverseCosine,
        Unary::InverseTangent,
        Unary::Sign,
        Unary::ErrorFunction,
    ];
    for function in all {
        let (graph, root) = lowered(Precision::Double, |g, a, _| g.unary(function, a));
        let circular = matches!(function, Unary::Sine | Unary::Cosine | Unary::Tangent);
        for x in special {
            let value = double(&graph, root, [x, 0.0]);
            let expected =
                if circular && x.abs() > 1e18 { f64::NAN } else { function.apply(x) };
            assert!(
                ulps(value, expected) <= 2.0,
                "{function:?}({x}): {value}, not {expected}"
            );
        }
        let (graph, root) = lowered(Precision::Single, |g, a, _| g.unary(function, a));
        for x in special {
            let x = x as f32;
            let value = single(&graph, root, [x, 0.0]);
            let expected = if circular && x.abs() > 1e18 {
                f64::NAN
            } else {
                function.apply(f64::from(x))
            };
            assert!(
                ulps_single(value, expected) <= 2.0,
                "{function:?}({x}) single: {value}"
            );
        }
    }
    for function in [Binary::Power, Binary::Angle] {
        let (graph, root) =
            lowered(Precision::Double, |g, a, b| g.binary(function, a, b));
        for a in special {
            for b in special {
                // −0 is treated as 0.
                let (x, y) = (a + 0.0, b + 0.0);
                let value = double(&graph, root, [x, y]);
                let expected = function.apply(x, y);
                // Results below the least normal number are flushed.
                let tiny = expected.abs() < 4e-308 && value == 0.0;
                assert!(
                    tiny || ulps(value, expected) <= 2.0,
                    "{function:?}({x}, {y}): {value}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn products_used_once_are_joined_with_their_sum() {
    let mut graph = Graph::new();
    let [a, b, c] = [0, 1, 2].map(|slot| graph.load(slot, [0; 3]));
    let product = graph.multiply(a, b);
    let sum = graph.add(product, c);
    let (fused, roots) = fuse(&graph, &[sum]);
    assert!(matches!(fused.op(roots[0]), Op::MultiplyAdd(..)));
    let (fused, roots) = fuse(&graph, &[sum, product]);
    assert!(matches!(fused.op(roots[0]), Op::Binary(Binary::Add, ..)));
    let difference = graph.subtract(c, product);
    let (fused, roots) = fuse(&graph, &[difference]);
    assert!(matches!(fused.op(roots[0]), Op::MultiplyAdd(..)));
    let (expanded, roots) = expand(&graph, &[sum], Precision::Double);
    assert_eq!(expanded.ops().len(), 5);
    assert!(matches!(expanded.op(roots[0]), Op::Binary(Binary::Add, ..)));
}

#[test]
fn sums_of_products_take_what_is_added_first() {
    let mut graph = Graph::new();
    let [a, b, c, d, x] = [0, 1, 2, 3, 4].map(|slot| graph.load(slot, [0; 3]));
    let (ab, cd) = (graph.multiply(a, b), graph.multiply(c, d));
    let products = graph.add(ab, cd);
    let root = graph.unary(Unary::SquareRoot, x);
    for sum in [graph.add(root, products), graph.add(products, root)] {
        let (fused, roots) = lower_graph(&graph, &[sum], Precision::Double);
        let Op::MultiplyAdd(_, _, inner) = fused.op(roots[0]) else {
            panic!("{:?}", fused.ops())
        };
        assert!(matches!(fused.op(inner), Op::MultiplyAdd(..)), "{:?}", fused.ops());
        let multiplied = |op: &Op| matches!(op, Op::Binary(Binary::Multiply, ..));
        assert!(!fused.ops().iter().any(multiplied), "{:?}", fused.ops());
    }
    // What is used elsewhere stays.
    let sum = graph.add(root, products);
    let (fused, roots) = fuse(&graph, &[sum, products]);
    assert!(matches!(fused.op(roots[0]), Op::Binary(Binary::Add, ..)));
}

/// Random trees of sums, differences and products have the value that they had, to round-off of their parts.
#[test]
fn fused_sums_have_the_same_value() {
    let mut state = 12_u64;
    let mut random = move |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % n
    };
    for _ in 0..500 {
        let mut graph = Graph::new();
        let mut nodes: Vec<NodeId> = (0..6).map(|s| graph.load(s, [0; 3])).collect();
        for _ in 0..20 {
            let operand = |n: u64| nodes[n as usize];
            let count = nodes.len() as u64;
            let (a, b) = (operand(random(count)), operand(random(count)));
            let node = match random(5) {
                0 | 1 => graph.add(a, b),
                2 => graph.subtract(a, b),
                _ => graph.multiply(operand(random(6)), operand(random(6))),
            };
            nodes.push(node);
        }
        let roots = [nodes[nodes.len() - 1], nodes[nodes.len() - 2]];
        let (fused, fused_roots) = lower_graph(&graph, &roots, Precision::Double);
        // Small integers: no rounding anywhere.
        let load = |slot: u32| f64::from([3, -2, 5, 7, -4, 1][slot as usize]);
        let value = |graph: &Graph, root: NodeId| {
            let mut values: Vec<f64> = Vec::new();
            for op in graph.ops() {
                values.push(match op {
                    Op::Load { array, .. } => load(*array),
                    other => evaluate(other, |n| values[n.0 as usize]).unwrap(),
                });
            }
            values[root.0 as usize]
        };
        for (root, fused_root) in roots.iter().zip(&fused_roots) {
            let (expected, found) = (value(&graph, *root), value(&fused, *fused_root));
            assert_eq!(expected, found, "{:?} became {:?}", graph.ops(), fused.ops());
        }
    }
}
