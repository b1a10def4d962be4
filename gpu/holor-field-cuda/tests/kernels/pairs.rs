//! Arrays that are complex numbers on a card: whatever is done with them, and how little is moved around transforms.

use std::sync::Arc;

use crate::emulation::{Tested, backends};
use crate::golden::kept_on;
use holor_field::elementary::lower;
use holor_field::graph::Graph;
use holor_field::interpreter::Interpreter;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{
    Action, Array, Grouping, Plan, Procedure, Program, Reduction, ReductionKind, Scalar,
    Store, Transform,
};
use holor_field::{Backend, Machine, Precision};
use holor_field_cuda::machine::Lowered;
use holor_field_cuda::sequence::Sequence;

use crate::behaviour::wavy;

/// The parts of two complex fields and of their spectra, another pair, and groups of cells.
fn fields(points: &[usize]) -> (Plan, Layout) {
    let layout = Layout::of_box(points, 0);
    let mut plan = Plan::default();
    for place in 0..10 {
        // Values of cells only, and of all places with the padding.
        let count = if place % 3 == 0 { layout.length } else { layout.cells() };
        let values = Some(Arc::from(wavy(count, place as f64)));
        plan.arrays.push(Array { name: format!("a{place}"), layout, values });
    }
    let groups = Layout::of_box(&[2], 0);
    plan.arrays.push(Array { name: "groups".to_owned(), layout: groups, values: None });
    for field in [0, 2] {
        let (real, imaginary, spectrum) =
            (field, Some(field + 1), [field + 4, field + 5]);
        plan.transforms.push(Transform { real, imaginary, spectrum });
    }
    let cells = layout.cells() as u32;
    plan.groupings.push(Grouping::new(&[vec![0, 5, cells - 1], (1..cells).collect()]));
    plan.scalars.push(Scalar { name: "count".to_owned(), value: 3.0 });
    plan.scalars.push(Scalar { name: "sum".to_owned(), value: 0.0 });
    (plan, layout)
}

/// x, y, u, v ← x − u v, y/2 + x, y, x + v, with the sum of u: of four slots the last two are loaded, and in part stored.
fn mixing() -> Program {
    let mut graph = Graph::new();
    let [x, y, u, v] = [0, 1, 2, 3].map(|slot| graph.load(slot, [0; 3]));
    let half = graph.constant(0.5);
    let product = graph.multiply(u, v);
    let first = graph.subtract(x, product);
    let less = graph.multiply(y, half);
    let second = graph.add(less, x);
    let last = graph.add(x, v);
    let values = [first, second, y, last];
    let stores = values.into_iter().zip(0..).map(|(value, slot)| Store { slot, value });
    let sum = Reduction { kind: ReductionKind::Sum, value: u, scalar: 1 };
    let (name, stores) = ("mix".to_owned(), stores.collect());
    Program { name, graph, slots: 4, stores, reductions: vec![sum] }
}

/// Everything after a procedure, but for spectra that are lost.
fn after(machine: &mut dyn Machine, plan: &Plan, lost: &[usize]) -> Vec<f64> {
    for _ in 0..2 {
        assert_eq!(machine.execute(0, 1, &|| false).unwrap(), 1);
    }
    let mut all = Vec::new();
    for (place, array) in plan.arrays.iter().enumerate() {
        let mut values = vec![0.5; array.layout.cells()];
        machine.read(place, &mut values);
        if !lost.contains(&place) {
            all.extend(values);
        }
    }
    all.push(machine.scalar(1));
    all
}

fn agree(tested: &[Tested], plan: &Plan, lost: &[usize], what: &str) {
    for precision in [Precision::Double, Precision::Single] {
        let lowered = lower(plan, precision);
        let mut machine = Interpreter::new().prepare(&lowered, precision).unwrap();
        let expected = after(&mut *machine, plan, lost);
        let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
        for tested in tested {
            let mut machine = tested.backend.prepare(plan, precision).unwrap();
            let found = after(&mut *machine, plan, lost);
            assert_eq!(found.len(), expected.len());
            let exact = precision == Precision::Double && tested.same_transforms;
            let tolerance = if precision == Precision::Double { 1e-11 } else { 2e-4 };
            for (place, (f, e)) in found.iter().zip(&expected).enumerate() {
                let near = !exact && (f - e).abs() <= tolerance * size;
                assert!(
                    f.to_bits() == e.to_bits() || near,
                    "{what}, {precision:?}, {}: value {place} is {f:e}, not {e:e}",
                    tested.name
                );
            }
        }
    }
}

/// The kernels around transforms: those that pack, unpack and scale.
fn around(plan: &Plan) -> Vec<String> {
    let kernels = Sequence::new(plan, Precision::Double).unwrap().source.kernels;
    let names = kernels.iter().filter(|kernel| kernel.program.is_none());
    let names = names.map(|kernel| kernel.name.split('_').next().unwrap().to_owned());
    let around = ["pack", "unpack", "scale", "multiply"];
    names.filter(|name| around.contains(&name.as_str())).collect()
}

/// What is done between transforms, and the kernels that these need then. `mix` binds a program to four arrays.
#[test]
fn arrays_are_paired_where_everything_comes_for_both_parts() {
    let exchange = |a, b| Action::Exchange(a, b);
    let copy = |from, to| Action::Copy { from, to };
    let noise = |array| Action::Noise { array, stream: 1, seed: 5, step: 0 };
    let tested = backends(26);
    for (place, points) in [&[5, 6][..], &[7], &[3, 4, 5]].into_iter().enumerate() {
        let (plan, layout) = fields(points);
        let mix = |arrays: [usize; 4]| Action::Run {
            program: 0,
            arrays: arrays.into(),
            region: Region::interior(&layout),
        };
        let there = |between: Vec<Action>| {
            let mut all = vec![Action::Forward(0), Action::Forward(1)];
            all.extend(between);
            all.extend([Action::Inverse(1), Action::Inverse(0)]);
            all
        };
        let group = |from| Action::Group { grouping: 0, from, to: 10 };
        let filter = |multiplier| Action::Filter { transform: 0, multiplier };
        let cases = [
            ("mixed spectra", there(vec![mix([4, 5, 6, 7])]), ""),
            ("mixed parts", there(vec![mix([5, 7, 4, 6])]), ""),
            ("with planar arrays", there(vec![mix([5, 9, 4, 8])]), "scale"),
            ("one part", there(vec![mix([5, 9, 6, 8])]), "scale"),
            (
                "a field before",
                [vec![mix([0, 1, 2, 3])], there(vec![])].concat(),
                "scale",
            ),
            (
                "exchanged spectra",
                there(vec![mix([4, 5, 6, 7]), exchange(4, 6), exchange(5, 7)]),
                "scale",
            ),
            (
                "exchanged with others",
                there(vec![exchange(5, 9), exchange(8, 4), mix([8, 9, 4, 5])]),
                "scale",
            ),
            (
                "one exchanged",
                there(vec![exchange(4, 8), mix([4, 5, 6, 7])]),
                "unpack, pack",
            ),
            ("crossed", there(vec![exchange(4, 7), exchange(5, 6)]), "unpack, pack"),
            ("copied", there(vec![copy(4, 8), copy(5, 9), mix([8, 9, 6, 7])]), "scale"),
            ("one copied", there(vec![copy(4, 6), mix([4, 5, 6, 7])]), "unpack, pack"),
            ("noise", there(vec![noise(4), mix([4, 5, 6, 7])]), "unpack, pack"),
            ("groups", there(vec![group(5), mix([4, 5, 6, 7])]), ""),
            ("filter", vec![mix([0, 1, 8, 9]), filter((8, None))], ""),
            ("complex filter", vec![mix([0, 1, 8, 9]), filter((8, Some(9)))], ""),
            ("planar filter", vec![noise(4), filter((8, Some(9)))], "multiply"),
        ];
        for (turn, (what, actions, kernels)) in cases.into_iter().enumerate() {
            if place > 0 && turn % 3 != place {
                continue;
            }
            let mut plan = plan.clone();
            plan.programs.push(mixing());
            plan.procedures.push(Procedure { name: "all".to_owned(), actions });
            plan.check().unwrap();
            assert_eq!(around(&plan).join(", "), kernels, "{what}");
            agree(&tested, &plan, &[4, 5, 6, 7], what);
        }
    }
}

/// Bytes of a cell that kernels move in a step beside the transforms, which read and write each number once for each dimension.
#[test]
fn nothing_is_packed_around_transforms() {
    for (name, expected) in [
        // The field there and back: times the multiplier, which is read besides, and turned by the pointwise flow.
        ("gross_pitaevskii", 48 + 32),
        // Eight transforms; each would move 64 more were numbers packed before and unpacked after it.
        ("ginzburg_landau_etdrk4", 800),
    ] {
        let goldens = kept_on(&[64, 96], &[6, 5, 19], &[100]);
        let golden = goldens.into_iter().find(|golden| golden.name == name).unwrap();
        for (precision, bytes) in
            [(Precision::Double, expected), (Precision::Single, expected / 2)]
        {
            let plan = Lowered::new(&golden.stepping.plan, precision).plan;
            let sequence = Sequence::new(&plan, precision).unwrap();
            assert_eq!(sequence.moved(golden.stepping.step), bytes * 64 * 96, "{name}");
            assert!(around(&plan).is_empty(), "{name}");
        }
    }
}
