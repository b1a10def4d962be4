//! Transforms along lines: alone against the sums that define them, and in equations with what stands around them.

use std::f64::consts::TAU;

use holor_field::graph::{Binary, Graph, NodeId, Op};
use holor_field::interpreter::Interpreter;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{
    Action, Array, Plan, Procedure, Program, Scalar, Store, Transform,
};
use holor_field::{Backend, Machine, Precision};
use holor_field_cuda::machine::{Choices, Lowered, Transforms};
use holor_field_cuda::sequence::Sequence;
use holor_field_cuda::tuning::Mode;

use crate::emulation::{SHARED, Tested, card, chosen};
use crate::equations::agree;
use crate::golden::{Golden, PRECISIONS};

/// Kernels with Fourier transforms of theirs, on this processor and on a graphics card, where there is one.
fn along_lines(plans: usize, mode: Option<Mode>) -> Vec<Tested> {
    let choices = Choices { mode, transforms: Transforms::Lines };
    let emulated = chosen("emulation along lines", choices);
    if emulated.is_none() {
        eprintln!("{plans} plans skipped on the processor");
    }
    emulated.into_iter().chain(card(plans, Transforms::Lines)).collect()
}

/// A transform there and back, of real or complex cells.
fn bare(points: &[usize], real: bool) -> Plan {
    let mut plan = Plan::default();
    let mut half = points.to_vec();
    if real && let Some(last) = half.last_mut() {
        *last = *last / 2 + 1;
    }
    let layouts = [Layout::of_box(points, 0), Layout::of_box(&half, 0)];
    for (name, layout) in [("re", 0), ("im", 0), ("spectrum re", 1), ("spectrum im", 1)] {
        plan.arrays.push(Array {
            name: name.to_owned(),
            layout: layouts[layout],
            values: None,
        });
    }
    let imaginary = (!real).then_some(1);
    plan.transforms.push(Transform { real: 0, imaginary, spectrum: [2, 3] });
    for (name, action) in
        [("forward", Action::Forward(0)), ("inverse", Action::Inverse(0))]
    {
        plan.procedures.push(Procedure { name: name.to_owned(), actions: vec![action] });
    }
    plan
}

fn wild(count: usize, seed: f64) -> Vec<f64> {
    (0..count).map(|n| (n as f64 * 12.9898 + seed).sin() * 43758.5453 % 1.0).collect()
}

fn read(machine: &mut dyn Machine, plan: &Plan, array: usize) -> Vec<f64> {
    let mut values = vec![0.0; plan.arrays[array].layout.cells()];
    machine.read(array, &mut values);
    values
}

/// X_k = Σ_j x_j exp(−2πi k·j/n), one dimension after another.
fn sums(points: &[usize], re: &[f64], im: &[f64]) -> Vec<[f64; 2]> {
    let mut all: Vec<[f64; 2]> = re.iter().zip(im).map(|(re, im)| [*re, *im]).collect();
    for (axis, n) in points.iter().enumerate() {
        let stride: usize = points[axis + 1..].iter().product();
        let before = all.clone();
        for (place, value) in all.iter_mut().enumerate() {
            let k = place / stride % n;
            let first = place - k * stride;
            *value = (0..*n).fold([0.0; 2], |sum, j| {
                let (sin, cos) = (-TAU * (k * j % n) as f64 / *n as f64).sin_cos();
                let [a, b] = before[first + j * stride];
                [sum[0] + a * cos - b * sin, sum[1] + a * sin + b * cos]
            });
        }
    }
    all
}

/// Every length of threads and stages: powers of 2, 3, 5, 7 and their products, lines within a thread and over many, few lines and many.
#[test]
fn transforms_are_the_sums_that_define_them() {
    let all = along_lines(160, None);
    let lines = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 18, 20, 24, 27, 32, 36, 48];
    let lines =
        lines.into_iter().chain([49, 50, 64, 81, 96, 100, 125, 128, 256, 512, 1024]);
    let mut boxes: Vec<Vec<usize>> = lines.map(|n| vec![n]).collect();
    boxes.extend(
        [[4, 6], [1, 8], [64, 3], [5, 128], [16, 32], [256, 7], [9, 1]].map(Vec::from),
    );
    boxes.extend([[2, 3, 4], [8, 12, 10], [16, 2, 64], [5, 1, 9]].map(Vec::from));
    let mut count = 0;
    for points in &boxes {
        for real in [false, true] {
            let plan = bare(points, real);
            let layout = plan.arrays[0].layout;
            if real && layout.points[2] == 1 {
                continue;
            }
            for (name, precision) in PRECISIONS {
                let own = Sequence::along_lines(&plan, precision, SHARED).unwrap();
                let Some(own) = own else { panic!("{points:?} is not possible, {name}") };
                assert!(own.transforms.is_empty());
                let cells = layout.cells();
                let re = wild(cells, 1.0);
                let im = if real { vec![0.0; cells] } else { wild(cells, 2.0) };
                let round = |x: &f64| match precision {
                    Precision::Double => *x,
                    Precision::Single => f64::from(*x as f32),
                };
                let [re, im] =
                    [re, im].map(|all| all.iter().map(round).collect::<Vec<_>>());
                for tested in &all {
                    let what =
                        format!("{points:?}, real {real}, {name}, {}", tested.name);
                    there_and_back(tested, &plan, precision, [&re, &im], &what);
                }
                count += 1;
            }
        }
    }
    assert_eq!(count, 2 * (boxes.len() * 2 - 1));
}

/// That a transform gives the sums, and the way back the numbers that it came from.
fn there_and_back(
    tested: &Tested,
    plan: &Plan,
    precision: Precision,
    [re, im]: [&[f64]; 2],
    what: &str,
) {
    let mut machine = tested.backend.prepare(plan, precision).unwrap();
    machine.write(0, re);
    machine.write(1, im);
    machine.execute(0, 1, &|| false).unwrap();
    let [a, b] = [2, 3].map(|array| read(&mut *machine, plan, array));
    let points = plan.arrays[0].layout.points;
    let expected = sums(&points, re, im);
    let epsilon = match precision {
        Precision::Double => f64::EPSILON,
        Precision::Single => f64::from(f32::EPSILON),
    };
    // Sums of so many numbers are worse themselves.
    let depth = 1.0 + (re.len() as f64).log2();
    let tolerance = 8.0 * epsilon * (re.len() as f64).sqrt() * depth;
    let kept = plan.arrays[2].layout.points[2];
    for (place, [x, y]) in expected.iter().enumerate() {
        let (row, k) = (place / points[2], place % points[2]);
        if k >= kept {
            continue;
        }
        let [f, g] = [&a, &b].map(|all| all[row * kept + k]);
        assert!(
            (f - x).abs() <= tolerance && (g - y).abs() <= tolerance,
            "{what}: {row}, {k}: {f:e} + {g:e} i, not {x:e} + {y:e} i"
        );
    }
    machine.execute(1, 1, &|| false).unwrap();
    let back = [0, 1].map(|array| read(&mut *machine, plan, array));
    for (found, expected) in back.iter().flatten().zip(re.iter().chain(im)) {
        assert!(
            (found - expected).abs() <= 4.0 * epsilon * depth,
            "{what} back: {found:e}, not {expected:e}"
        );
    }
}

/// The equations with transforms that can be done along lines.
fn equations() -> Vec<Golden> {
    let mut all = crate::golden::kept_on(&[12, 36], &[6, 4, 16], &[64]);
    all.extend(crate::golden::more());
    all.retain(|golden| {
        let plan = Lowered::new(&golden.stepping.plan, Precision::Double).plan;
        Sequence::along_lines(&plan, Precision::Double, SHARED).unwrap().is_some()
    });
    all
}

#[test]
fn equations_agree_with_the_interpreter() {
    let all = equations();
    let names: Vec<_> = all.iter().map(|golden| golden.name).collect();
    assert!(names.len() >= 15, "{names:?}");
    for (steps, at_once) in [(3, 1), (21, 4)] {
        let mode = Mode { shape: 0, at_once };
        let tested = along_lines(all.len(), Some(mode));
        for golden in &all {
            agree(&tested, golden, steps);
        }
    }
}

/// What is moved for each cell and step, in bytes, beside what the library's transforms and the programs around them move.
#[test]
fn transforms_and_programs_pass_over_memory_together() {
    let goldens = crate::golden::kept_on(&[64, 128], &[4, 4, 4], &[16]);
    let expected = [
        // Two passes of 32 over ψ, and 16 for the multiplier: three passes where a step stands alone.
        ("gross_pitaevskii", [208.0, 112.0, 88.0]),
        ("ginzburg_landau_etdrk4", [1312.0, 704.0, 644.0]),
    ];
    for (name, expected) in expected {
        let golden = goldens.iter().find(|golden| golden.name == name).unwrap();
        let lowered = Lowered::new(&golden.stepping.plan, Precision::Double);
        let step = lowered.plan.procedure("step").unwrap();
        let several = lowered.in_one_go();
        let joint = several.joint[0];
        assert_eq!((joint.of, joint.repetitions), (step, 4));
        let own = |plan| Sequence::along_lines(plan, Precision::Double, SHARED).unwrap();
        let cells = 64.0 * 128.0;
        let library =
            Sequence::new(&lowered.plan, Precision::Double).unwrap().traffic(step);
        let alone = own(&lowered.plan).unwrap().traffic(step);
        let together = own(&several.plan).unwrap().traffic(joint.procedure);
        let found =
            [library as f64, alone as f64, together as f64 / 4.0].map(|n| n / cells);
        assert_eq!(found, expected, "{name}");
    }
}

/// A program of `slots` arrays, whose stores are sums and products of what it loads, and of a scalar.
fn mixing(random: &mut Random, slots: usize) -> Program {
    let mut graph = Graph::new();
    let mut values: Vec<NodeId> =
        (0..slots).map(|slot| graph.load(slot as u32, [0; 3])).collect();
    values.push(graph.push(Op::Scalar(0)));
    for _ in 0..4 {
        let [a, b] = [(); 2].map(|()| values[random.below(values.len())]);
        let kind = [Binary::Add, Binary::Subtract, Binary::Multiply][random.below(3)];
        let half = graph.constant(0.5);
        let value = graph.push(Op::Binary(kind, a, b));
        values.push(graph.push(Op::Binary(Binary::Multiply, value, half)));
    }
    let count = 1 + random.below(slots);
    let first = random.below(slots);
    let store = |place: usize| Store {
        slot: ((first + place) % slots) as u32,
        value: values[values.len() - 1 - place % 4],
    };
    let stores = (0..count).map(store).collect();
    Program { name: "mix".to_owned(), graph, slots, stores, reductions: Vec::new() }
}

/// Whole numbers that look random (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

/// Complex or real fields with their spectra, and transforms between all of them.
fn fields(points: &[usize], real: bool) -> Plan {
    let mut plan = Plan::default();
    let mut half = points.to_vec();
    if real && let Some(last) = half.last_mut() {
        *last = *last / 2 + 1;
    }
    // Three fields, then three spectra, of two arrays each; real fields have no use for their second one. Then multipliers for both.
    for (kind, points) in [points, &half].into_iter().enumerate() {
        for place in 0..6 {
            let layout = Layout::of_box(points, 0);
            let values = wild(layout.cells(), (7 * kind + place) as f64).into();
            plan.arrays.push(Array {
                name: format!("{kind} {place}"),
                layout,
                values: Some(values),
            });
        }
    }
    for (kind, points) in [points, &half].into_iter().enumerate() {
        let layout = Layout::of_box(points, 0);
        let values = wild(layout.cells(), kind as f64).into();
        plan.arrays.push(Array {
            name: format!("multiplier {kind}"),
            layout,
            values: Some(values),
        });
    }
    plan.scalars.push(Scalar { name: "s".to_owned(), value: 0.7 });
    for field in 0..3 {
        for spectrum in 0..3 {
            plan.transforms.push(Transform {
                real: 2 * field,
                imaginary: (!real).then_some(2 * field + 1),
                spectrum: [6 + 2 * spectrum, 7 + 2 * spectrum],
            });
        }
    }
    plan
}

/// The same with random things done.
fn scrambled(random: &mut Random, points: &[usize]) -> (Plan, Vec<usize>) {
    let real = random.below(2) == 1 && points[points.len() - 1] > 1;
    let mut plan = fields(points, real);
    let mut actions = Vec::new();
    // Spectra that a transform back has left with nothing in them are not read before they are written.
    let mut lost = [false; 3];
    for _ in 0..3 + random.below(9) {
        match random.below(7) {
            0 | 1 => {
                let transform = random.below(9);
                lost[transform % 3] = false;
                actions.push(Action::Forward(transform));
            }
            2 | 3 => {
                let transform = random.below(9);
                if !lost[transform % 3] {
                    lost[transform % 3] = true;
                    actions.push(Action::Inverse(transform));
                }
            }
            kind @ (4 | 5) => {
                let spectra = kind == 5;
                let free = |place: &usize| !spectra || !lost[*place];
                let all: Vec<usize> = (0..3).filter(free).collect();
                if all.is_empty() {
                    continue;
                }
                let mut arrays = Vec::new();
                for _ in 0..1 + random.below(2) {
                    let place = all[random.below(all.len())];
                    // Complex fields and their spectra have the same points, so that programs may have both.
                    let other = !real && random.below(3) == 0 && !lost[place];
                    let first = if spectra != other { 6 } else { 0 } + 2 * place;
                    if !arrays.contains(&first) {
                        arrays.extend([first, first + 1]);
                    }
                }
                if random.below(3) == 0 {
                    arrays.push(12 + usize::from(spectra));
                }
                plan.programs.push(mixing(random, arrays.len()));
                let region = Region::interior(&plan.arrays[arrays[0]].layout);
                actions.push(Action::Run {
                    program: plan.programs.len() - 1,
                    arrays,
                    region,
                });
            }
            _ => match random.below(3) {
                0 => {
                    let mut graph = Graph::new();
                    let [s, c] = [graph.push(Op::Scalar(0)), graph.constant(0.9)];
                    let value = graph.push(Op::Binary(Binary::Multiply, s, c));
                    actions.push(Action::Scalars { graph, stores: vec![(0, value)] });
                }
                turn => {
                    let [from, to] = [(); 2].map(|()| 2 * random.below(3));
                    let both = (0..2)
                        .filter(|_| from != to)
                        .map(|part| (from + part, to + part));
                    actions.extend(both.map(|(from, to)| match turn {
                        1 => Action::Copy { from, to },
                        _ => Action::Exchange(from, to),
                    }));
                }
            },
        }
    }
    plan.procedures.push(Procedure { name: "step".to_owned(), actions });
    let lost = (0..3)
        .filter(|place| lost[*place])
        .flat_map(|place| [6 + 2 * place, 7 + 2 * place]);
    (plan, lost.collect())
}

/// A kernel writes what it reads again after a transform, though nobody else does: the field that is there twice, as ψ and as something else, is
/// overwritten later.
#[test]
fn what_is_read_after_a_transform_is_kept() {
    let tested = along_lines(1, None);
    let mut plan = fields(&[32], false);
    // a is what it was and b half of it; a is the sum of a and b; b is twice itself.
    let [mut first, mut second, mut third] = [(); 3].map(|()| Graph::new());
    let a = [0, 1].map(|slot| first.load(slot, [0; 3]));
    let half = first.constant(0.5);
    let b = a.map(|a| first.push(Op::Binary(Binary::Multiply, a, half)));
    let stores = |values: &[NodeId], from: u32| -> Vec<Store> {
        (from..).zip(values).map(|(slot, value)| Store { slot, value: *value }).collect()
    };
    let all = [a[0], a[1], b[0], b[1]];
    let sums = [0, 1].map(|part| {
        let [a, b] = [part, part + 2].map(|slot| second.load(slot, [0; 3]));
        second.push(Op::Binary(Binary::Add, a, b))
    });
    let copies = [0, 1].map(|slot| third.load(slot, [0; 3]));
    for (graph, stores) in [
        (first, stores(&all, 0)),
        (second, stores(&sums, 0)),
        (third, stores(&copies, 2)),
    ] {
        let name = "copies".to_owned();
        plan.programs.push(Program {
            name,
            graph,
            slots: 4,
            stores,
            reductions: Vec::new(),
        });
    }
    let region = Region::interior(&plan.arrays[0].layout);
    let run = |program: usize, first: usize| Action::Run {
        program,
        arrays: vec![first, first + 1, 2, 3],
        region,
    };
    let actions =
        vec![run(0, 0), Action::Forward(0), run(1, 6), Action::Inverse(0), run(2, 0)];
    plan.procedures.push(Procedure { name: "step".to_owned(), actions });
    let precision = Precision::Double;
    let own = Sequence::along_lines(&plan, precision, SHARED).unwrap().unwrap();
    assert_eq!(own.source.text.matches("\nlines_").count(), 1, "{}", own.source.text);
    agrees(&tested, &plan, &plan, &[6, 7], "copies");
}

/// What the threads keep and what they write, in every order of transforms and programs.
#[test]
fn random_steps_agree_with_the_interpreter() {
    let tested = along_lines(100, None);
    let mut random = Random(5);
    let (mut done, mut kernels) = (0, 0);
    for turn in 0..100 {
        let points = [&[8, 16][..], &[32], &[4, 3, 6], &[6, 1, 8]][turn % 4];
        let (plan, lost) = scrambled(&mut random, points);
        let precision = Precision::Double;
        let lowered = Lowered::new(&plan, precision).plan;
        let Some(own) = Sequence::along_lines(&lowered, precision, SHARED).unwrap()
        else {
            continue;
        };
        kernels += own.source.text.matches("\nlines_").count();
        done += 1;
        let lowered = Lowered::new(&plan, precision).plan;
        agrees(&tested, &plan, &lowered, &lost, &format!("turn {turn}, {points:?}"));
    }
    assert!(done > 60 && kernels > 3 * done, "{done} plans, {kernels} kernels");
}

/// That all arrays, but for those that are lost, are the interpreter's after a step.
fn agrees(tested: &[Tested], plan: &Plan, lowered: &Plan, lost: &[usize], what: &str) {
    let precision = Precision::Double;
    let after = |machine: &mut dyn Machine| {
        for array in 0..plan.arrays.len() {
            let cells = plan.arrays[array].layout.cells();
            machine.write(array, &wild(cells, array as f64));
        }
        machine.execute(0, 1, &|| false).unwrap();
        let all = (0..plan.arrays.len()).filter(|array| !lost.contains(array));
        let all = all.flat_map(|array| read(machine, plan, array));
        let mut all: Vec<f64> = all.collect();
        all.push(machine.scalar(0));
        all
    };
    let expected = after(&mut *Interpreter::new().prepare(lowered, precision).unwrap());
    let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    for tested in tested {
        let found = after(&mut *tested.backend.prepare(plan, precision).unwrap());
        for (place, (f, e)) in found.iter().zip(&expected).enumerate() {
            let actions = &plan.procedures[0].actions;
            assert!(
                (f - e).abs() <= 1e-12 * size,
                "{what}, {}: value {place} is {f:e}, not {e:e}\n{actions:?}",
                tested.name
            );
        }
    }
}
