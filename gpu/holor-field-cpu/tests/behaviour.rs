//! Transforms against sums, interruption, ghosts, sparse matrices and what is refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use holor_field::graph::{Binary, Graph, Op};
use holor_field::interpreter::Interpreter;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{
    Action, Array, Grouping, Plan, Procedure, Program, Reduction, ReductionKind, Scalar,
    SparseMatrix, Store, Transform,
};
use holor_field::{Backend, FieldError, Machine, Precision};
use holor_field_cpu::Cpu;

fn wavy(count: usize, seed: f64) -> Vec<f64> {
    (0..count).map(|k| (seed + 1.7 * k as f64 * k as f64).sin()).collect()
}

fn array(plan: &mut Plan, layout: Layout, values: Option<Vec<f64>>) -> usize {
    let name = format!("a{}", plan.arrays.len());
    plan.arrays.push(Array { name, layout, values: values.map(Arc::from) });
    plan.arrays.len() - 1
}

fn procedure(plan: &mut Plan, actions: Vec<Action>) -> usize {
    let name = format!("p{}", plan.procedures.len());
    plan.procedures.push(Procedure { name, actions });
    plan.procedures.len() - 1
}

fn read(machine: &mut dyn Machine, array: usize, count: usize) -> Vec<f64> {
    let mut values = vec![f64::NAN; count];
    machine.read(array, &mut values);
    values
}

/// Σ_j x_j exp(∓2πi k·j/n) by the definition.
fn by_definition(
    real: &[f64],
    imaginary: &[f64],
    points: [usize; 3],
    sign: f64,
) -> (Vec<f64>, Vec<f64>) {
    let place = |cell: usize| {
        [cell / (points[1] * points[2]), cell / points[2] % points[1], cell % points[2]]
    };
    let count = real.len();
    let (mut re, mut im) = (vec![0.0; count], vec![0.0; count]);
    for k in 0..count {
        for j in 0..count {
            let (a, b) = (place(k), place(j));
            let turns: f64 =
                (0..3).map(|d| (a[d] * b[d] % points[d]) as f64 / points[d] as f64).sum();
            let (s, c) = (sign * std::f64::consts::TAU * turns).sin_cos();
            re[k] += real[j] * c - imaginary[j] * s;
            im[k] += real[j] * s + imaginary[j] * c;
        }
    }
    (re, im)
}

fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    for (place, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * size, "{place}: {f}, not {e}");
    }
}

fn transforms(points: &[usize], real: bool, precision: Precision, backend: &dyn Backend) {
    let tolerance = if precision == Precision::Double { 1e-13 } else { 1e-5 };
    let layout = Layout::of_box(points, 1);
    let count = layout.cells();
    let mut spectrum_points = points.to_vec();
    let last = points.len() - 1;
    if real {
        spectrum_points[last] = points[last] / 2 + 1;
    }
    let spectrum_layout = Layout::of_box(&spectrum_points, 0);
    let kept = spectrum_layout.cells();
    let mut plan = Plan::default();
    let x = wavy(count, 1.0);
    let y = if real { vec![0.0; count] } else { wavy(count, 2.0) };
    let re = array(&mut plan, layout, Some(x.clone()));
    let imaginary = (!real).then(|| array(&mut plan, layout, Some(y.clone())));
    let spectrum = [0; 2].map(|_| array(&mut plan, spectrum_layout, None));
    // An even multiplier keeps real fields real.
    let even = |k: usize, n: usize| k.min(n - k) as f64;
    let dims = layout.points;
    let spectrum_dims = spectrum_layout.points;
    let factor: Vec<f64> = (0..kept)
        .map(|cell| {
            let k = cell % spectrum_dims[2];
            let j = cell / spectrum_dims[2] % spectrum_dims[1];
            let i = cell / spectrum_dims[2] / spectrum_dims[1];
            1.0 / (1.0 + even(i, dims[0]) + 2.0 * even(j, dims[1]) + even(k, dims[2]))
        })
        .collect();
    let m = array(&mut plan, spectrum_layout, Some(factor.clone()));
    let n = array(&mut plan, spectrum_layout, Some(vec![0.0; kept]));
    plan.transforms.push(Transform { real: re, imaginary, spectrum });
    let forward = procedure(&mut plan, vec![Action::Forward(0)]);
    let inverse = procedure(&mut plan, vec![Action::Inverse(0)]);
    let filter = procedure(
        &mut plan,
        vec![Action::Filter { transform: 0, multiplier: (m, None) }],
    );
    let turned = procedure(
        &mut plan,
        vec![Action::Filter { transform: 0, multiplier: (m, Some(n)) }],
    );
    let mut machine = backend.prepare(&plan, precision).unwrap();
    let (a, b) = by_definition(&x, &y, dims, -1.0);
    let keep = |all: &[f64]| -> Vec<f64> {
        all.chunks(dims[2]).flat_map(|row| &row[..spectrum_dims[2]]).copied().collect()
    };
    machine.execute(forward, 1, &|| false).unwrap();
    near(&read(&mut *machine, spectrum[0], kept), &keep(&a), tolerance);
    near(&read(&mut *machine, spectrum[1], kept), &keep(&b), tolerance);
    machine.execute(inverse, 1, &|| false).unwrap();
    near(&read(&mut *machine, re, count), &x, tolerance);
    if let Some(im) = imaginary {
        near(&read(&mut *machine, im, count), &y, tolerance);
    }
    // The filter by the definition, with the multiplier on all frequencies.
    let full = |cell: usize| {
        let (i, j, k) =
            (cell / (dims[1] * dims[2]), cell / dims[2] % dims[1], cell % dims[2]);
        1.0 / (1.0 + even(i, dims[0]) + 2.0 * even(j, dims[1]) + even(k, dims[2]))
    };
    let a: Vec<f64> =
        a.iter().enumerate().map(|(c, x)| x * full(c) / count as f64).collect();
    let b: Vec<f64> =
        b.iter().enumerate().map(|(c, x)| x * full(c) / count as f64).collect();
    let (once, other) = by_definition(&a, &b, dims, 1.0);
    machine.execute(filter, 1, &|| false).unwrap();
    near(&read(&mut *machine, re, count), &once, tolerance);
    if let Some(im) = imaginary {
        near(&read(&mut *machine, im, count), &other, tolerance);
    }
    machine.write(re, &x);
    if let Some(im) = imaginary {
        machine.write(im, &y);
    }
    machine.execute(turned, 1, &|| false).unwrap();
    near(&read(&mut *machine, re, count), &once, tolerance);
}

#[test]
fn transforms_are_the_sums_that_define_them() {
    let one = Cpu::new(Some(1));
    let three = Cpu::new(Some(3)).on_all_threads();
    let interpreter = Interpreter::new();
    let backends: [&dyn Backend; 3] = [&interpreter, &one, &three];
    for points in [&[1][..], &[2], &[13], &[32], &[5, 12], &[9, 7], &[1, 6], &[3, 4, 5]] {
        for real in [false, true] {
            for precision in [Precision::Double, Precision::Single] {
                for backend in backends {
                    transforms(points, real, precision, backend);
                }
            }
        }
    }
}

/// u ← u + 1 everywhere, the sum of which is a scalar.
fn counting(points: &[usize]) -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(points, 1);
    let u = array(&mut plan, layout, None);
    let mut graph = Graph::new();
    let load = graph.load(0, [0; 3]);
    let one = graph.constant(1.0);
    let value = graph.add(load, one);
    plan.scalars.push(Scalar { name: "sum".to_owned(), value: 0.0 });
    plan.programs.push(Program {
        name: "count".to_owned(),
        graph,
        slots: 1,
        stores: vec![Store { slot: 0, value }],
        reductions: vec![Reduction { kind: ReductionKind::Sum, value, scalar: 0 }],
    });
    let region = Region::interior(&layout);
    procedure(&mut plan, vec![Action::Run { program: 0, arrays: vec![u], region }]);
    plan
}

#[test]
fn an_interrupted_run_stops_between_repetitions() {
    let plan = counting(&[40, 50]);
    for threads in 1..=3 {
        let cpu = Cpu::new(Some(threads)).on_all_threads();
        let mut machine = cpu.prepare(&plan, Precision::Double).unwrap();
        let asked = AtomicU64::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) >= 3;
        let done = machine.execute(0, u64::MAX, &stop).unwrap();
        assert!(done > 0 && done < 1 << 40);
        assert_eq!(machine.scalar(0), done as f64 * 2000.0);
        let values = read(&mut *machine, 0, 2000);
        assert!(values.iter().all(|x| *x == done as f64), "{threads} threads");
        // And goes on afterwards.
        assert_eq!(machine.execute(0, 5, &|| false).unwrap(), 5);
        assert_eq!(machine.scalar(0), (done + 5) as f64 * 2000.0);
        assert_eq!(machine.execute(0, 5, &|| true).unwrap(), 0);
    }
}

#[test]
fn stores_in_a_region_leave_all_other_cells_and_ghosts() {
    // Ghosts are seen by loading them into the cells beside.
    for points in [&[70][..], &[9, 35], &[4, 5, 19]] {
        let mut plan = Plan::default();
        let layout = Layout::of_box(points, 2);
        let u = array(&mut plan, layout, Some(wavy(layout.cells(), 0.3)));
        let v = array(&mut plan, layout, Some(wavy(layout.cells(), 0.4)));
        let mut graph = Graph::new();
        let value = graph.constant(7.0);
        let fill = |name: &str, graph: Graph, value, slots| Program {
            name: name.to_owned(),
            graph,
            slots,
            stores: vec![Store { slot: slots as u32 - 1, value }],
            reductions: Vec::new(),
        };
        plan.programs.push(fill("seven", graph, value, 1));
        let interior = Region::interior(&layout);
        let mut inner = interior;
        for d in 0..3 {
            if layout.points[d] > 3 {
                (inner.start[d], inner.end[d]) = (1, layout.points[d] as isize - 1);
            }
        }
        let mut graph = Graph::new();
        let mut sum = graph.constant(0.0);
        for d in 0..3 {
            if layout.points[d] > 1 {
                for distance in [-2, 2] {
                    let mut offset = [0; 3];
                    offset[d] = distance;
                    let load = graph.load(0, offset);
                    sum = graph.add(sum, load);
                }
            }
        }
        plan.programs.push(fill("around", graph, sum, 2));
        let mut actions = Vec::new();
        for dimension in 0..3 {
            actions.push(Action::Wrap { array: u, dimension, sign: -1.0 });
        }
        actions.push(Action::Run { program: 0, arrays: vec![u], region: inner });
        actions.push(Action::Run { program: 1, arrays: vec![u, v], region: interior });
        procedure(&mut plan, actions);
        let count = layout.cells();
        let mut expected = Interpreter::new().prepare(&plan, Precision::Double).unwrap();
        expected.execute(0, 1, &|| false).unwrap();
        for threads in 1..=3 {
            let cpu = Cpu::new(Some(threads)).on_all_threads();
            let mut machine = cpu.prepare(&plan, Precision::Double).unwrap();
            machine.execute(0, 1, &|| false).unwrap();
            for array in [u, v] {
                let found = read(&mut *machine, array, count);
                assert_eq!(found, read(&mut *expected, array, count));
            }
        }
    }
}

#[test]
fn sparse_matrices_multiply_vectors() {
    let n = 300;
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[n], 1);
    let from = array(&mut plan, layout, Some(wavy(n, 0.1)));
    let to = array(&mut plan, layout, None);
    let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in 0..n {
        for entry in 0..row % 5 {
            columns.push(((row * 7 + entry * 31) % n) as u32);
            values.push((row as f64 + 0.5 * entry as f64).cos());
        }
        starts.push(columns.len());
    }
    plan.matrices.push(SparseMatrix {
        starts: starts.into(),
        columns: columns.into(),
        values: values.into(),
    });
    procedure(&mut plan, vec![Action::Sparse { matrix: 0, from, to }]);
    for precision in [Precision::Double, Precision::Single] {
        let mut expected = Interpreter::new().prepare(&plan, precision).unwrap();
        expected.execute(0, 1, &|| false).unwrap();
        for threads in 1..=3 {
            let cpu = Cpu::new(Some(threads)).on_all_threads();
            let mut machine = cpu.prepare(&plan, precision).unwrap();
            machine.execute(0, 1, &|| false).unwrap();
            assert_eq!(read(&mut *machine, to, n), read(&mut *expected, to, n));
        }
    }
}

#[test]
fn groups_of_cells_are_summed_with_the_same_bits() {
    for (points, ghosts) in [(&[70, 90][..], 1), (&[5, 30, 20], 0), (&[2600], 2)] {
        let layout = Layout::of_box(points, ghosts);
        let n = layout.cells();
        let mut plan = Plan::default();
        let from = array(&mut plan, layout, Some(wavy(n, 0.3)));
        let to = array(&mut plan, Layout::of_box(&[9], 1), None);
        let mut groups = vec![Vec::new(); 9];
        for cell in 0..n {
            groups[1 + cell % 3 * (cell % 5) % 8].push((n - 1 - cell) as u32);
        }
        groups[8] = vec![7, 7, 5];
        plan.groupings.push(Grouping::new(&groups));
        procedure(&mut plan, vec![Action::Group { grouping: 0, from, to }]);
        for precision in [Precision::Double, Precision::Single] {
            let mut expected = Interpreter::new().prepare(&plan, precision).unwrap();
            expected.execute(0, 2, &|| false).unwrap();
            for threads in 1..=3 {
                let cpu = Cpu::new(Some(threads)).on_all_threads();
                let mut machine = cpu.prepare(&plan, precision).unwrap();
                machine.execute(0, 2, &|| false).unwrap();
                assert_eq!(read(&mut *machine, to, 9), read(&mut *expected, to, 9));
            }
        }
    }
}

#[test]
fn malformed_plans_are_refused() {
    let refused = |change: &dyn Fn(&mut Plan)| {
        let mut plan = counting(&[6, 7]);
        change(&mut plan);
        let cpu = Cpu::new(Some(1));
        let backends: [&dyn Backend; 2] = [&Interpreter::new(), &cpu];
        for backend in backends {
            let refusal = backend.prepare(&plan, Precision::Double).err();
            assert!(matches!(refusal, Some(FieldError::Invalid { .. })));
        }
    };
    refused(&|plan| {
        plan.groupings.push(Grouping { starts: [0, 2].into(), places: [0].into() });
    });
    refused(&|plan| {
        plan.groupings.push(Grouping::new(&[vec![1_000_000]]));
        let to = array(plan, Layout::of_box(&[1], 0), None);
        procedure(plan, vec![Action::Group { grouping: 0, from: 0, to }]);
    });
    refused(&|plan| plan.programs[0].slots = 0);
    refused(&|plan| plan.programs[0].stores[0].slot = 3);
    refused(&|plan| plan.programs[0].reductions[0].scalar = 1);
    refused(&|plan| plan.arrays[0].layout.length /= 2);
    refused(&|plan| plan.arrays[0].layout.origin = 0);
    refused(&|plan| plan.arrays[0].values = Some(vec![0.0].into()));
    refused(&|plan| {
        if let Action::Run { region, .. } = &mut plan.procedures[0].actions[0] {
            region.end[1] += 2;
        }
    });
    refused(&|plan| {
        let mut graph = Graph::new();
        let value = graph.load(0, [0, 1, 0]);
        plan.programs[0].graph = graph;
        plan.programs[0].stores[0].value = value;
        plan.programs[0].reductions.clear();
    });
    refused(&|plan| {
        let repeat = Action::Repeat { procedure: 0, until: 0, at_most: 2 };
        plan.procedures[0].actions.push(repeat);
    });
    refused(&|plan| plan.procedures[0].actions.push(Action::Forward(0)));
    refused(&|plan| {
        let graph = &mut plan.programs[0].graph;
        let there = graph.load(0, [0, 0, 5]);
        let value = graph.push(Op::Binary(Binary::Add, there, there));
        plan.programs[0].reductions[0].value = value;
    });
}

#[test]
fn generated_code_can_be_read() {
    let plan = counting(&[8, 8]);
    let machine = Cpu::new(Some(1)).prepare(&plan, Precision::Double).unwrap();
    let text = machine.listing(0);
    if holor_field_cpu::Width::available().is_empty() {
        assert!(text.is_empty());
    } else {
        assert!(text.contains("vaddpd") && text.contains("ret"), "{text}");
    }
}

#[test]
fn starts_may_hold_ghosts() {
    for precision in [Precision::Double, Precision::Single] {
        let layout = Layout::of_box(&[5, 7], 2);
        let mut plan = Plan::default();
        let whole = array(&mut plan, layout, Some(wavy(layout.length, 0.3)));
        let to = array(&mut plan, layout, None);
        let mut graph = Graph::new();
        let corner = graph.load(0, [0, -2, -2]);
        let other = graph.load(0, [0, 1, 2]);
        let value = graph.binary(Binary::Subtract, corner, other);
        plan.programs.push(Program {
            name: "difference".to_owned(),
            graph,
            slots: 2,
            stores: vec![Store { slot: 1, value }],
            reductions: Vec::new(),
        });
        let region = Region::interior(&layout);
        let run = Action::Run { program: 0, arrays: vec![whole, to], region };
        let run = procedure(&mut plan, vec![run]);
        let go = |backend: &dyn Backend| {
            let mut machine = backend.prepare(&plan, precision).unwrap();
            machine.execute(run, 1, &|| false).unwrap();
            (read(&mut *machine, whole, 35), read(&mut *machine, to, 35))
        };
        assert_eq!(go(&Cpu::new(Some(2))), go(&Interpreter));
    }
}

/// u ← G⁻¹(F u), w ← |…| of it and back: what is done in a chain of transforms and programs. With `apart` every action is a
/// procedure of its own, so that nothing is carried out together. At its end w is read once more where `last` says so.
fn chain(points: &[usize], real: bool, apart: bool, last: bool) -> Plan {
    let mut plan = Plan::default();
    let cells = Layout::of_box(points, 0);
    let mut kept = cells.points;
    if real {
        kept[2] = kept[2] / 2 + 1;
    }
    let spectrum = Layout::new(kept, [0; 3]);
    let mut pair = |layout: Layout, seed: Option<f64>| {
        [0, 1].map(|part| {
            let values = seed.map(|s| wavy(layout.cells(), s + f64::from(part)));
            array(&mut plan, layout, values)
        })
    };
    let start = pair(cells, Some(0.3));
    let [middle, end] = [pair(cells, None), pair(cells, None)];
    let [first, second, factor] =
        [pair(spectrum, None), pair(spectrum, None), pair(spectrum, Some(0.8))];
    for (place, spectrum) in [(start, first), (middle, first), (end, second)] {
        let [re, im] = place;
        let imaginary = (!real).then_some(im);
        plan.transforms.push(Transform { real: re, imaginary, spectrum });
    }
    // slots 2, 3 ← slots 0, 1 turned and squared.
    let mut graph = Graph::new();
    let [x, y] = [graph.load(0, [0; 3]), graph.load(1, [0; 3])];
    let square = graph.multiply(x, x);
    let [a, b] = [graph.multiply_add(y, x, square), graph.subtract(y, square)];
    let program = |name: &str, graph, stores: [Store; 2]| Program {
        name: name.to_owned(),
        graph,
        slots: 4,
        stores: stores.into(),
        reductions: Vec::new(),
    };
    let stores = [Store { slot: 2, value: a }, Store { slot: 3, value: b }];
    plan.programs.push(program("rest", graph, stores));
    let run = |from: [usize; 2], to: [usize; 2]| Action::Run {
        program: 0,
        arrays: [from, to].concat(),
        region: Region::interior(&cells),
    };
    let filter = |transform| Action::Filter {
        transform,
        multiplier: (factor[0], (!real).then_some(factor[1])),
    };
    let mut actions = vec![
        run(start, start),
        Action::Forward(0),
        Action::Inverse(1),
        run(middle, end),
        run(end, middle),
        filter(1),
        run(middle, end),
        filter(2),
        filter(2),
        run(end, middle),
        Action::Forward(2),
    ];
    if last {
        actions.push(run(middle, start));
    }
    if apart {
        for action in actions {
            procedure(&mut plan, vec![action]);
        }
    } else {
        procedure(&mut plan, actions);
    }
    plan
}

#[test]
fn rows_are_transformed_and_computed_together_as_one_after_another() {
    for points in [&[40][..], &[6, 9], &[37, 16], &[512, 24], &[3, 7, 10], &[5, 70, 33]] {
        for real in [false, true] {
            for precision in [Precision::Double, Precision::Single] {
                let results =
                    [(1, true), (1, false), (3, false)].map(|(threads, apart)| {
                        let plan = chain(points, real, apart, true);
                        let cpu = Cpu::new(Some(threads)).on_all_threads();
                        let mut machine = cpu.prepare(&plan, precision).unwrap();
                        for procedure in 0..plan.procedures.len() {
                            assert_eq!(
                                machine.execute(procedure, 1, &|| false).unwrap(),
                                1
                            );
                        }
                        let arrays = plan.arrays.iter().enumerate();
                        let bits = arrays.flat_map(|(place, array)| {
                            read(&mut *machine, place, array.layout.cells())
                        });
                        bits.map(f64::to_bits).collect::<Vec<u64>>()
                    });
                let same = results.iter().all(|result| *result == results[0]);
                assert!(same, "{points:?}, {real}, {precision:?}");
            }
        }
    }
}

/// What is only computed to be transformed at once has no array, but for what is read later.
#[test]
fn what_passes_with_the_rows_is_not_kept() {
    let [middle, end] = [2..4, 4..6];
    for points in [&[6, 9][..], &[37, 16], &[512, 24], &[3, 7, 10], &[5, 70, 33]] {
        for (real, last) in [(false, false), (false, true), (true, false), (true, true)] {
            for precision in [Precision::Double, Precision::Single] {
                let mut plan = chain(points, real, false, last);
                let go = |plan: &Plan, threads: usize| {
                    plan.check().unwrap();
                    let cpu = Cpu::new(Some(threads)).on_all_threads();
                    let mut machine = cpu.prepare(plan, precision).unwrap();
                    machine.execute(0, 1, &|| false).unwrap();
                    let arrays = plan.arrays.iter().enumerate();
                    let read = arrays
                        .map(|(k, array)| read(&mut *machine, k, array.layout.cells()));
                    let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits);
                    read.map(|values| bits(values).collect()).collect::<Vec<Vec<u64>>>()
                };
                let wanted = go(&plan, 1);
                plan.temporary.extend(middle.clone().chain(end.clone()));
                for threads in [1, 3] {
                    let found = go(&plan, threads);
                    for (place, (found, wanted)) in found.iter().zip(&wanted).enumerate()
                    {
                        // Of real cells only one part is transformed back before both are read.
                        let kept = last && middle.contains(&place)
                            || real && [middle.start + 1, end.start + 1].contains(&place);
                        let passes = middle.contains(&place) || end.contains(&place);
                        if passes && !kept {
                            assert!(
                                found.iter().all(|bits| *bits == 0),
                                "{place} is kept"
                            );
                        } else {
                            assert_eq!(found, wanted, "{place}, {points:?}, {real}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn long_rows_are_summed_by_pieces_the_same_everywhere() {
    for points in [&[5000][..], &[1024], &[1025], &[3, 2100]] {
        let plan = counting(points);
        let mut wild = plan.clone();
        let cells = wild.arrays[0].layout.cells();
        wild.arrays[0].values = Some(wavy(cells, 0.2).into());
        for precision in [Precision::Double, Precision::Single] {
            let sum = |backend: &dyn Backend| {
                let mut machine = backend.prepare(&wild, precision).unwrap();
                machine.execute(0, 2, &|| false).unwrap();
                machine.scalar(0)
            };
            let wanted = sum(&Interpreter::new());
            assert!((wanted / (2 * cells) as f64 - 1.0).abs() < 0.2);
            for threads in [1, 2, 3] {
                let cpu = Cpu::new(Some(threads)).on_all_threads();
                assert_eq!(sum(&cpu).to_bits(), wanted.to_bits(), "{points:?}");
            }
        }
    }
}

#[test]
fn lines_are_multiplied_with_the_same_bits() {
    let boxes: [(&[usize], usize); 4] =
        [(&[70], 2), (&[40, 90], 1), (&[5, 37, 20], 0), (&[3, 2, 33], 3)];
    for (points, ghosts) in boxes {
        for dimension in 3 - points.len()..3 {
            lines(Layout::of_box(points, ghosts), dimension);
        }
    }
}

fn lines(layout: Layout, dimension: usize) {
    let n = layout.cells();
    let mut plan = Plan::default();
    let from = array(&mut plan, layout, Some(wavy(n, 0.3)));
    let to = array(&mut plan, layout, None);
    let count = layout.points[dimension];
    let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in 0..count {
        // Most rows are full.
        for column in (0..count).filter(|column| row % 7 != 3 || column % 2 == 0) {
            columns.push(column as u32);
            values.push((0.1 + (row * 31 + column * 17) as f64).cos());
        }
        starts.push(columns.len());
    }
    plan.matrices.push(SparseMatrix {
        starts: starts.into(),
        columns: columns.into(),
        values: values.into(),
    });
    procedure(&mut plan, vec![Action::Lines { matrix: 0, dimension, from, to }]);
    for precision in [Precision::Double, Precision::Single] {
        let mut expected = Interpreter::new().prepare(&plan, precision).unwrap();
        expected.execute(0, 1, &|| false).unwrap();
        for threads in 1..=3 {
            let cpu = Cpu::new(Some(threads)).on_all_threads();
            let mut machine = cpu.prepare(&plan, precision).unwrap();
            machine.execute(0, 1, &|| false).unwrap();
            assert_eq!(read(&mut *machine, to, n), read(&mut *expected, to, n));
        }
    }
    // By the definition, of one cell.
    let mut machine = Cpu::new(Some(1)).prepare(&plan, Precision::Double).unwrap();
    machine.execute(0, 1, &|| false).unwrap();
    let (all, start) = (read(&mut *machine, to, n), wavy(n, 0.3));
    let stride: usize = layout.points[dimension + 1..].iter().product();
    let row = count - 1;
    let wanted: f64 = (0..count)
        .filter(|column| row % 7 != 3 || column % 2 == 0)
        .map(|column| {
            (0.1 + (row * 31 + column * 17) as f64).cos() * start[column * stride]
        })
        .sum();
    assert!((all[row * stride] - wanted).abs() < 1e-12);
}
