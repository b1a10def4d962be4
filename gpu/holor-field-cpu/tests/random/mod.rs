//! Random plans from a number.

use std::sync::Arc;

use holor_field::graph::{Binary, Graph, NodeId, Unary};
use holor_field::layout::{Layout, Region};
use holor_field::plan::{
    Action, Array, Plan, Procedure, Program, Reduction, ReductionKind, Scalar, Store,
    Table,
};

/// splitmix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

const UNARY: [Unary; 21] = [
    Unary::Negate,
    Unary::Absolute,
    Unary::SquareRoot,
    Unary::Floor,
    Unary::Round,
    Unary::Exponent,
    Unary::Mantissa,
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
    Unary::PowerOfTwo,
];

const BINARY: [Binary; 11] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
    Binary::Minimum,
    Binary::Maximum,
    Binary::Less,
    Binary::LessEqual,
    Binary::Equal,
    Binary::Power,
    Binary::Angle,
];

/// A plan whose procedure 1 is a step.
pub(crate) struct Made {
    pub(crate) plan: Plan,
    /// The arrays and scalars to be compared: the first ones.
    pub(crate) arrays: usize,
    pub(crate) scalars: usize,
}

fn program(
    random: &mut Random,
    layout: &Layout,
    slots: usize,
    size: usize,
    in_place: bool,
) -> Program {
    let mut graph = Graph::new();
    let mut nodes: Vec<NodeId> = Vec::new();
    let stores_from = if in_place { 0 } else { slots / 2 };
    for _ in 0..4 + random.below(8) {
        let node = match random.below(9) {
            0 => graph.constant(random.unit() * 3.0),
            1 => graph.scalar(random.below(3) as u32),
            2 => {
                // Each table has as many entries more as there are ghosts.
                let table = random.below(3);
                let reach = layout.ghosts[table] as i64;
                let offset = random.below(2 * reach as usize + 1) as i64 - reach;
                graph.table(table as u32, offset as i16)
            }
            _ => {
                let slot = random.below(if in_place { slots } else { slots / 2 });
                let offset = std::array::from_fn(|d| {
                    let reach = if in_place { 0 } else { layout.ghosts[d] as i64 };
                    (random.below(2 * reach as usize + 1) as i64 - reach) as i16
                });
                graph.load(slot as u32, offset)
            }
        };
        nodes.push(node);
    }
    for _ in 0..size {
        let at = |random: &mut Random, nodes: &[NodeId]| {
            // Recent ones more often: deep graphs.
            let back = random.below(nodes.len()).min(random.below(nodes.len()));
            nodes[nodes.len() - 1 - back]
        };
        let (a, b) = (at(random, &nodes), at(random, &nodes));
        let c = at(random, &nodes);
        let node = match random.below(12) {
            0..2 => {
                let function = UNARY[random.below(UNARY.len())];
                let a = match function {
                    // Whole exponents within bounds.
                    Unary::PowerOfTwo => {
                        let least = graph.constant(-20.0);
                        let most = graph.constant(20.0);
                        let a = graph.binary(Binary::Minimum, a, most);
                        let a = graph.binary(Binary::Maximum, a, least);
                        graph.unary(Unary::Round, a)
                    }
                    // By its bits; the sign of NaN is not defined.
                    Unary::Mantissa => {
                        let number = graph.binary(Binary::Equal, a, a);
                        let one = graph.constant(1.0);
                        graph.select(number, a, one)
                    }
                    _ => a,
                };
                graph.unary(function, a)
            }
            2..8 => graph.binary(BINARY[random.below(4)], a, b),
            8 => graph.binary(BINARY[random.below(BINARY.len())], a, b),
            9..11 => graph.multiply_add(a, b, c),
            _ => graph.select(a, b, c),
        };
        nodes.push(node);
    }
    let mut stores = Vec::new();
    for slot in stores_from..slots {
        if slot == stores_from || random.below(2) == 0 {
            let back = random.below(nodes.len().min(6));
            let value = nodes[nodes.len() - 1 - back];
            stores.push(Store { slot: slot as u32, value });
        }
    }
    let kinds = [ReductionKind::Sum, ReductionKind::Maximum, ReductionKind::Minimum];
    let reductions = (0..random.below(3))
        .map(|place| Reduction {
            kind: kinds[random.below(3)],
            value: nodes[nodes.len() - 1 - random.below(nodes.len())],
            scalar: 3 + place,
        })
        .collect();
    Program { name: "random".to_owned(), graph, slots, stores, reductions }
}

/// A plan with programs of about so many operations, in one to three dimensions, with ghosts, sums, noise and all else.
pub(crate) fn made(seed: u64, size: usize) -> Made {
    let mut random = Random(seed);
    let rank = 1 + random.below(3);
    let most = [150, 21, 8][rank - 1];
    let points: Vec<usize> = (0..rank).map(|_| 1 + random.below(most)).collect();
    let ghosts = random.below(3);
    let layout = Layout::of_box(&points, ghosts);
    let count = 4;
    let mut plan = Plan::default();
    for name in 0..count {
        let values: Vec<f64> = (0..layout.cells()).map(|_| random.unit() * 2.0).collect();
        plan.arrays.push(Array {
            name: format!("a{name}"),
            layout,
            values: Some(Arc::from(values)),
        });
    }
    for dimension in 0..3 {
        let first = layout.ghosts[dimension];
        let entries = layout.points[dimension] + 2 * first;
        plan.tables.push(Table {
            name: format!("t{dimension}"),
            dimension,
            first,
            values: (0..entries).map(|_| random.unit()).collect::<Vec<f64>>().into(),
        });
    }
    for name in 0..6 {
        let value = random.unit() * 2.0;
        plan.scalars.push(Scalar { name: format!("s{name}"), value });
    }
    let mut actions = Vec::new();
    let interior = Region::interior(&layout);
    for place in 0..2 + random.below(3) {
        let in_place = random.below(3) == 0;
        let slots = 2 + random.below(3);
        plan.programs.push(program(&mut random, &layout, slots, size, in_place));
        let mut ids: Vec<usize> = (0..count).collect();
        for k in (1..count).rev() {
            ids.swap(k, random.below(k + 1));
        }
        for id in 0..count {
            for dimension in 0..3 {
                if random.below(2) == 0 || !in_place {
                    let sign = if random.below(3) == 0 { -1.0 } else { 1.0 };
                    actions.push(Action::Wrap { array: id, dimension, sign });
                }
            }
        }
        let mut region = interior;
        if random.below(3) == 0 {
            for d in 0..3 {
                let n = layout.points[d];
                let start = random.below(n);
                region.start[d] = start as isize;
                region.end[d] = (start + random.below(n - start + 1)) as isize;
            }
        }
        actions.push(Action::Run {
            program: place,
            arrays: ids[..slots].to_vec(),
            region,
        });
        match random.below(5) {
            0 => actions.push(Action::Exchange(ids[0], ids[1])),
            1 => actions.push(Action::Copy { from: ids[0], to: ids[1] }),
            2 => {
                let mut graph = Graph::new();
                let [a, b] = [3, 4].map(|place| graph.scalar(place));
                let sum = graph.add(a, b);
                let value = graph.unary(Unary::Sine, sum);
                let stores = vec![(0, value), (5, sum)];
                actions.push(Action::Scalars { graph, stores });
            }
            3 => {
                let (array, seed) = (ids[0], random.next());
                actions.push(Action::Noise { array, stream: 2, seed, step: 5 });
            }
            _ => {}
        }
    }
    // Ghosts of one dimension from the cells of the same array.
    let dimension = random.below(3);
    if layout.ghosts[dimension] > 0 && layout.points[dimension] > 2 {
        let mut graph = Graph::new();
        let mut offset = [0; 3];
        offset[dimension] = 1;
        let near = graph.load(0, offset);
        offset[dimension] = 2;
        let far = graph.load(0, offset);
        let two = graph.constant(2.0);
        let twice = graph.multiply(two, near);
        let value = graph.subtract(twice, far);
        plan.programs.push(Program {
            name: "edge".to_owned(),
            graph,
            slots: 1,
            stores: vec![Store { slot: 0, value }],
            reductions: Vec::new(),
        });
        let mut region = interior;
        (region.start[dimension], region.end[dimension]) = (-1, 0);
        let program = plan.programs.len() - 1;
        let at = random.below(actions.len() + 1);
        actions.insert(at, Action::Run { program, arrays: vec![1], region });
    }
    plan.procedures.push(Procedure { name: "inner".to_owned(), actions });
    let repeat = Action::Repeat { procedure: 0, until: 5, at_most: 2 };
    plan.procedures.push(Procedure { name: "step".to_owned(), actions: vec![repeat] });
    Made { plan, arrays: count, scalars: 6 }
}
