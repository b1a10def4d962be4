//! Regions, sums, sparse matrices, transforms, interruption, and what is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::emulation::{Tested, backends};
use holor_field::elementary::lower;
use holor_field::graph::{Binary, Graph, Unary};
use holor_field::interpreter::Interpreter;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{
    Action, Array, Grouping, Plan, Procedure, Program, Reduction, ReductionKind, Scalar,
    SparseMatrix, Store, Table, Transform,
};
use holor_field::{Backend, FieldError, FieldResult, Machine, Precision};
use holor_field_cuda::machine::{Device, Value, prepare};
use holor_field_cuda::sequence::{Fourier, Launch};
use holor_field_cuda::source::Source;

const PRECISIONS: [Precision; 2] = [Precision::Double, Precision::Single];

pub(crate) fn wavy(count: usize, seed: f64) -> Vec<f64> {
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

fn scalar(plan: &mut Plan, value: f64) -> usize {
    let name = format!("s{}", plan.scalars.len());
    plan.scalars.push(Scalar { name, value });
    plan.scalars.len() - 1
}

/// All interiors and scalars after a procedure.
fn after(
    machine: &mut dyn Machine,
    plan: &Plan,
    procedure: usize,
    times: u64,
) -> Vec<u64> {
    assert_eq!(machine.execute(procedure, times, &|| false).unwrap(), times);
    let mut all = Vec::new();
    for (place, array) in plan.arrays.iter().enumerate() {
        let mut values = vec![0.5; array.layout.cells()];
        machine.read(place, &mut values);
        all.extend(values);
    }
    all.extend((0..plan.scalars.len()).map(|scalar| machine.scalar(scalar)));
    all.into_iter().map(|x| if x.is_nan() { u64::MAX } else { x.to_bits() }).collect()
}

/// The same bits as the interpreter on a lowered plan.
fn agree(tested: &[Tested], plan: &Plan, procedure: usize, times: u64) {
    for precision in PRECISIONS {
        let lowered = lower(plan, precision);
        let mut machine = Interpreter::new().prepare(&lowered, precision).unwrap();
        let expected = after(&mut *machine, plan, procedure, times);
        for tested in tested {
            let mut machine = tested.backend.prepare(plan, precision).unwrap();
            let found = after(&mut *machine, plan, procedure, times);
            let place = (0..found.len()).find(|k| found[*k] != expected[*k]);
            assert!(
                place.is_none(),
                "{}, {precision:?}: value {place:?} is {:e}, not {:e}",
                tested.name,
                f64::from_bits(found[place.unwrap()]),
                f64::from_bits(expected[place.unwrap()])
            );
        }
    }
}

/// Sums, greatest and smallest values of u, with two sums into one scalar.
pub(crate) fn gathering(layout: Layout, values: Vec<f64>, region: Region) -> Plan {
    let mut plan = Plan::default();
    let u = array(&mut plan, layout, Some(values));
    for _ in 0..4 {
        scalar(&mut plan, 7.0);
    }
    let mut graph = Graph::new();
    let load = graph.load(0, [0; 3]);
    let square = graph.multiply(load, load);
    let kinds = [
        (ReductionKind::Sum, square, 3),
        (ReductionKind::Sum, load, 0),
        (ReductionKind::Maximum, load, 1),
        (ReductionKind::Minimum, load, 2),
        (ReductionKind::Maximum, square, 3),
    ];
    plan.programs.push(Program {
        name: "gather".to_owned(),
        graph,
        slots: 1,
        stores: Vec::new(),
        reductions: kinds
            .iter()
            .map(|(kind, value, scalar)| Reduction {
                kind: *kind,
                value: *value,
                scalar: *scalar,
            })
            .collect(),
    });
    procedure(&mut plan, vec![Action::Run { program: 0, arrays: vec![u], region }]);
    plan
}

#[test]
fn sums_have_their_order() {
    let tested = backends(10);
    for points in [
        &[1][..],
        &[7],
        &[16],
        &[5003],
        &[3, 40],
        &[2049, 33],
        &[40, 60, 17],
        &[1024, 1030],
    ] {
        let layout = Layout::of_box(points, 1);
        let mut values = wavy(layout.cells(), 0.2);
        let interior = Region::interior(&layout);
        agree(&tested, &gathering(layout, values.clone(), interior), 0, 1);
        if values.len() > 1 << 20 {
            continue;
        }
        // NaN in the middle, and a part of the box.
        let middle = values.len() / 2;
        values[middle] = f64::NAN;
        let mut part = interior;
        part.start[2] = part.end[2] / 3;
        agree(&tested, &gathering(layout, values.clone(), part), 0, 1);
    }
    let layout = Layout::of_box(&[5, 6], 1);
    let mut none = Region::interior(&layout);
    none.end[1] = none.start[1];
    agree(&tested, &gathering(layout, wavy(30, 0.3), none), 0, 1);
}

#[test]
fn stores_in_a_region_leave_all_other_cells_and_ghosts() {
    let tested = backends(3);
    for points in [&[70][..], &[9, 35], &[4, 5, 19]] {
        let mut plan = Plan::default();
        let layout = Layout::of_box(points, 2);
        let u = array(&mut plan, layout, Some(wavy(layout.length, 0.3)));
        let v = array(&mut plan, layout, Some(wavy(layout.cells(), 0.4)));
        let mut graph = Graph::new();
        let seven = graph.constant(7.0);
        let interior = Region::interior(&layout);
        let mut inner = interior;
        for d in 0..3 {
            if layout.points[d] > 3 {
                (inner.start[d], inner.end[d]) = (1, layout.points[d] as isize - 1);
            }
        }
        let stores = vec![Store { slot: 0, value: seven }];
        let (name, reductions) = ("seven".to_owned(), Vec::new());
        plan.programs.push(Program { name, graph, slots: 1, stores, reductions });
        let mut graph = Graph::new();
        let mut sum = graph.constant(0.0);
        for d in 0..3 {
            for distance in [-2, 1, 2] {
                if layout.points[d] > 1 {
                    let mut offset = [0; 3];
                    offset[d] = distance;
                    let load = graph.load(0, offset);
                    sum = graph.add(sum, load);
                }
            }
        }
        let stores = vec![Store { slot: 1, value: sum }];
        let (name, reductions) = ("around".to_owned(), Vec::new());
        plan.programs.push(Program { name, graph, slots: 2, stores, reductions });
        let around = Action::Run { program: 1, arrays: vec![u, v], region: interior };
        let mut actions = vec![around.clone()];
        for dimension in 0..3 {
            actions.push(Action::Wrap { array: u, dimension, sign: -1.0 });
        }
        actions.push(Action::Run { program: 0, arrays: vec![u], region: inner });
        actions.push(around);
        procedure(&mut plan, actions);
        agree(&tested, &plan, 0, 1);
        // Ghosts at the start are kept by the first action alone.
        plan.procedures[0].actions.truncate(1);
        agree(&tested, &plan, 0, 1);
    }
}

/// All arrays change places in one program; tables and scalars choose.
#[test]
fn programs_may_move_arrays_around_and_choose() {
    let tested = backends(1);
    let layout = Layout::of_box(&[3, 5, 41], 1);
    let mut plan = Plan::default();
    for name in 0..3 {
        array(&mut plan, layout, Some(wavy(layout.cells(), f64::from(name))));
    }
    scalar(&mut plan, f64::NAN);
    for (dimension, n) in layout.points.iter().enumerate() {
        let (name, values) = ("t".to_owned(), wavy(n + 2, 0.7).into());
        plan.tables.push(Table { name, dimension, first: 1, values });
    }
    let mut graph = Graph::new();
    let [a, b, c] = [0, 1, 2].map(|slot| graph.load(slot, [0; 3]));
    let [x, y, z] = [0, 1, 2].map(|table| graph.table(table, table as i16 - 1));
    let chosen = graph.scalar(0);
    let less = graph.binary(Binary::Less, a, x);
    let both = graph.multiply(x, y);
    let first = graph.select(less, both, b);
    let second = graph.select(chosen, z, c);
    let greatest = graph.binary(Binary::Maximum, c, less);
    let root = graph.unary(Unary::SquareRoot, y);
    let third = graph.binary(Binary::Divide, greatest, root);
    let stores = [(0, first), (1, second), (2, third)]
        .map(|(slot, value)| Store { slot, value })
        .to_vec();
    let (name, reductions) = ("around".to_owned(), Vec::new());
    plan.programs.push(Program { name, graph, slots: 3, stores, reductions });
    let region = Region::interior(&layout);
    let run =
        |arrays: [usize; 3]| Action::Run { program: 0, arrays: arrays.to_vec(), region };
    let actions = vec![
        run([0, 1, 2]),
        Action::Exchange(0, 2),
        run([2, 0, 1]),
        Action::Copy { from: 2, to: 1 },
    ];
    procedure(&mut plan, actions);
    for times in [1, 2, 50] {
        agree(&tested, &plan, 0, times);
    }
}

#[test]
fn sparse_matrices_multiply_vectors() {
    let tested = backends(2);
    for points in [&[300][..], &[300, 1]] {
        let n = 300;
        let mut plan = Plan::default();
        let layout = Layout::of_box(points, 1);
        let from = array(&mut plan, layout, Some(wavy(n, 0.1)));
        let to = array(&mut plan, Layout::of_box(&[n], 2), None);
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
        agree(&tested, &plan, 0, 1);
    }
}

/// Groups of none, one, several and more than 1024 cells, some cells in several groups.
#[test]
fn groups_of_cells_are_summed() {
    let tested = backends(2);
    for (layout, ghosts) in [(&[70, 90][..], 1), (&[5, 30, 20], 0), (&[2600], 2)] {
        let layout = Layout::of_box(layout, ghosts);
        let n = layout.cells();
        let mut plan = Plan::default();
        let from = array(&mut plan, layout, Some(wavy(n, 0.3)));
        let mut groups = vec![Vec::new(); 9];
        for cell in 0..n {
            groups[1 + cell % 3 * (cell % 5) % 8].push((n - 1 - cell) as u32);
        }
        groups[8] = vec![7, 7, 5];
        plan.groupings.push(Grouping::new(&groups));
        let to = array(&mut plan, Layout::of_box(&[9], 1), None);
        procedure(&mut plan, vec![Action::Group { grouping: 0, from, to }]);
        agree(&tested, &plan, 0, 1);
        let values = wavy(n, 0.3);
        let mut machine = Interpreter::new().prepare(&plan, Precision::Double).unwrap();
        machine.execute(0, 1, &|| false).unwrap();
        let mut found = vec![0.0; 9];
        machine.read(to, &mut found);
        for (group, found) in groups.iter().zip(found) {
            let sum: f64 = group.iter().map(|cell| values[*cell as usize]).sum();
            assert!((found - sum).abs() < 1e-11);
        }
    }
}

/// Σ_j x_j exp(∓2πi k·j/n) by the definition.
fn by_definition(values: &[[f64; 2]], points: [usize; 3], sign: f64) -> Vec<[f64; 2]> {
    let place = |cell: usize| {
        [cell / (points[1] * points[2]), cell / points[2] % points[1], cell % points[2]]
    };
    (0..values.len())
        .map(|k| {
            let mut sum = [0.0; 2];
            for (j, [re, im]) in values.iter().enumerate() {
                let (a, b) = (place(k), place(j));
                let turns: f64 = (0..3)
                    .map(|d| (a[d] * b[d] % points[d]) as f64 / points[d] as f64)
                    .sum();
                let (s, c) = (sign * std::f64::consts::TAU * turns).sin_cos();
                sum[0] += re * c - im * s;
                sum[1] += re * s + im * c;
            }
            sum
        })
        .collect()
}

fn near(found: &[f64], expected: &[f64], precision: Precision, what: &str) {
    let tolerance = if precision == Precision::Double { 1e-13 } else { 1e-5 };
    let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    for (place, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * size, "{what}, {place}: {f}, not {e}");
    }
}

/// With so many ghosts around cells and spectra: without them the arrays are complex numbers on a card.
fn transforms(
    points: &[usize],
    ghosts: [usize; 2],
    real: bool,
    precision: Precision,
    backend: &dyn Backend,
) {
    let what = format!("{points:?}, {ghosts:?}, real {real}, {precision:?}");
    let layout = Layout::of_box(points, ghosts[0]);
    let [_, _, n] = layout.points;
    let kept_row = if real { n / 2 + 1 } else { n };
    let mut short = points.to_vec();
    *short.last_mut().unwrap() = kept_row;
    let spectrum_layout = Layout::of_box(&short, ghosts[1]);
    let (count, kept) = (layout.cells(), spectrum_layout.cells());
    let x = wavy(count, 1.0);
    let y = if real { vec![0.0; count] } else { wavy(count, 2.0) };
    let mut plan = Plan::default();
    let re = array(&mut plan, layout, Some(x.clone()));
    let imaginary = (!real).then(|| array(&mut plan, layout, Some(y.clone())));
    let spectrum = [0; 2].map(|_| array(&mut plan, spectrum_layout, None));
    plan.transforms.push(Transform { real: re, imaginary, spectrum });
    let factors = Layout::of_box(&short, 0);
    // An even multiplier keeps real cells real.
    let even = |k: usize, n: usize| k.min(n - k) as f64;
    let factor = |cell: usize, row: usize| {
        let [n0, n1, n2] = layout.points;
        let (i, j, k) = (cell / row / n1, cell / row % n1, cell % row);
        1.0 / (1.0 + even(i, n0) + 2.0 * even(j, n1) + even(k, n2))
    };
    let values = (0..kept).map(|cell| factor(cell, kept_row)).collect();
    let m = array(&mut plan, factors, Some(values));
    let zero = array(&mut plan, factors, None);
    let filter = |multiplier| vec![Action::Filter { transform: 0, multiplier }];
    let procedures = [
        vec![Action::Forward(0)],
        vec![Action::Inverse(0)],
        filter((m, None)),
        filter((m, Some(zero))),
    ];
    for actions in procedures {
        procedure(&mut plan, actions);
    }
    let mut machine = backend.prepare(&plan, precision).unwrap();
    let read = |machine: &mut dyn Machine, array: usize, count: usize| {
        let mut values = vec![f64::NAN; count];
        machine.read(array, &mut values);
        values
    };
    let cells: Vec<[f64; 2]> = x.iter().zip(&y).map(|(x, y)| [*x, *y]).collect();
    let all = by_definition(&cells, layout.points, -1.0);
    let part = |part: usize| -> Vec<f64> {
        all.chunks(n).flat_map(|row| row[..kept_row].iter().map(|z| z[part])).collect()
    };
    machine.execute(0, 1, &|| false).unwrap();
    for side in [0, 1] {
        near(&read(&mut *machine, spectrum[side], kept), &part(side), precision, &what);
    }
    machine.execute(1, 1, &|| false).unwrap();
    near(&read(&mut *machine, re, count), &x, precision, &what);
    let scaled: Vec<[f64; 2]> = all
        .iter()
        .enumerate()
        .map(|(cell, z)| z.map(|part| part * factor(cell, n) / count as f64))
        .collect();
    let filtered = by_definition(&scaled, layout.points, 1.0);
    for procedure in [2, 3] {
        machine.write(re, &x);
        if let Some(im) = imaginary {
            near(&read(&mut *machine, im, count), &y, precision, &what);
        }
        machine.execute(procedure, 1, &|| false).unwrap();
        let expected: Vec<f64> = filtered.iter().map(|z| z[0]).collect();
        near(&read(&mut *machine, re, count), &expected, precision, &what);
        if let Some(im) = imaginary {
            let expected: Vec<f64> = filtered.iter().map(|z| z[1]).collect();
            near(&read(&mut *machine, im, count), &expected, precision, &what);
            machine.write(im, &y);
        }
    }
}

#[test]
fn transforms_are_the_sums_that_define_them() {
    let boxes =
        [&[1][..], &[2], &[13], &[32], &[5, 12], &[9, 7], &[1, 6], &[6, 1], &[3, 4, 5]];
    for tested in backends(2 * boxes.len()) {
        for (place, points) in boxes.into_iter().enumerate() {
            for (turn, (real, precision)) in
                [(false, PRECISIONS[0]), (true, PRECISIONS[0]), (true, PRECISIONS[1])]
                    .into_iter()
                    .enumerate()
            {
                let all = [[0, 0], [1, 2], [1, 0], [0, 2]];
                for ghosts in [all[0], all[1 + (place + turn) % 3]] {
                    let backend = tested.backend.as_ref();
                    transforms(points, ghosts, real, precision, backend);
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
    let sum = scalar(&mut plan, 0.0);
    plan.programs.push(Program {
        name: "count".to_owned(),
        graph,
        slots: 1,
        stores: vec![Store { slot: 0, value }],
        reductions: vec![Reduction { kind: ReductionKind::Sum, value, scalar: sum }],
    });
    let region = Region::interior(&layout);
    procedure(&mut plan, vec![Action::Run { program: 0, arrays: vec![u], region }]);
    plan
}

#[test]
fn an_interrupted_run_stops_between_repetitions() {
    let plan = counting(&[40, 50]);
    for tested in backends(1) {
        let mut machine = tested.backend.prepare(&plan, Precision::Double).unwrap();
        let asked = AtomicU64::new(0);
        let stop = || asked.fetch_add(1, Ordering::Relaxed) >= 3;
        let done = machine.execute(0, u64::MAX, &stop).unwrap();
        assert!(done > 0 && done < 1 << 40);
        assert_eq!(machine.scalar(0), done as f64 * 2000.0);
        let mut values = vec![0.0; 2000];
        machine.read(0, &mut values);
        assert!(values.iter().all(|x| *x == done as f64));
        // And goes on afterwards.
        assert_eq!(machine.execute(0, 5, &|| false).unwrap(), 5);
        assert_eq!(machine.scalar(0), (done + 5) as f64 * 2000.0);
        assert_eq!(machine.execute(0, 5, &|| true).unwrap(), 0);
        assert!(machine.execute(1, 1, &|| false).is_err());
        assert!(machine.listing(0).contains("__global__"));
    }
}

/// A device that does nothing, has little memory, and fails after so many launches.
struct Failing {
    available: u64,
    launches: u64,
}

impl Device for Failing {
    fn shared(&self) -> u64 {
        crate::emulation::SHARED
    }

    fn available(&mut self) -> FieldResult<Option<u64>> {
        Ok(Some(self.available))
    }
    fn compile(&mut self, _source: &Source) -> FieldResult<()> {
        Ok(())
    }
    fn allocate(&mut self, _bytes: u64, _zeros: bool) -> FieldResult<()> {
        Ok(())
    }
    fn transforms(&mut self, _transforms: &[Fourier]) -> FieldResult<u64> {
        Ok(1 << 20)
    }
    fn workspace(&mut self, _buffer: usize) -> FieldResult<()> {
        Ok(())
    }
    fn write(&mut self, _buffer: usize, _offset: u64, _bytes: &[u8]) -> FieldResult<()> {
        Ok(())
    }
    fn read(
        &mut self,
        _buffer: usize,
        _offset: u64,
        _bytes: &mut [u8],
    ) -> FieldResult<()> {
        Ok(())
    }
    fn copy(&mut self, _from: usize, _to: usize, _bytes: u64) -> FieldResult<()> {
        Ok(())
    }
    fn launch(&mut self, _launch: &Launch, _arguments: &[Value]) -> FieldResult<()> {
        self.launches = self
            .launches
            .checked_sub(1)
            .ok_or_else(|| FieldError::Device("the card is gone".to_owned()))?;
        Ok(())
    }
    fn transform(
        &mut self,
        _transform: usize,
        _inverse: bool,
        _from: (usize, u64),
        _to: (usize, u64),
    ) -> FieldResult<()> {
        Ok(())
    }
    fn wait(&mut self) -> FieldResult<()> {
        Ok(())
    }
}

#[test]
fn what_does_not_fit_is_refused_with_numbers() {
    let plan = counting(&[400, 500]);
    let small = Failing { available: 1 << 20, launches: 0 };
    let refusal = prepare(small, &plan, Precision::Double).err();
    let Some(FieldError::Memory { needed, available, in_parts: None }) = refusal else {
        panic!("not refused: {refusal:?}");
    };
    assert!(needed > 8 * 200_000 && available == Some(1 << 20));
    // The work of transforms counts too.
    let middle = Failing { available: needed + 1000, launches: 0 };
    let refusal = prepare(middle, &plan, Precision::Double).err();
    assert!(matches!(refusal, Some(FieldError::Memory { .. })), "{refusal:?}");
}

#[test]
fn a_lost_device_is_an_error_and_gives_no_numbers() {
    let plan = counting(&[4, 5]);
    let device = Failing { available: 1 << 30, launches: 30 };
    let mut machine = prepare(device, &plan, Precision::Double).unwrap();
    let error = machine.execute(0, 1000, &|| false).unwrap_err();
    assert_eq!(error.to_string(), "the card is gone");
    let mut values = [0.0; 20];
    machine.read(0, &mut values);
    assert!(values.iter().all(|x| x.is_nan()) && machine.scalar(0).is_nan());
    assert!(machine.execute(0, 1, &|| false).is_err());
}

#[test]
fn malformed_plans_are_refused() {
    let mut plan = counting(&[6, 7]);
    plan.programs[0].slots = 0;
    let device = Failing { available: 1 << 30, launches: 30 };
    let refusal = prepare(device, &plan, Precision::Double).err();
    assert!(matches!(refusal, Some(FieldError::Invalid { .. })));
}

#[test]
fn missing_libraries_are_named_with_what_to_install() {
    let lines = holor_field_cuda::report();
    assert!(lines.len() >= 3, "{lines:?}");
    for line in &lines[..3] {
        assert!(line.ends_with("found") || line.contains("install"), "{line}");
    }
}

/// Matrices times the lines of boxes, along each dimension.
#[test]
fn matrices_multiply_lines() {
    let tested = backends(2);
    for (points, ghosts) in [(&[70][..], 2), (&[12, 30], 1), (&[5, 7, 20], 0)] {
        let layout = Layout::of_box(points, ghosts);
        for dimension in 3 - points.len()..3 {
            let n = layout.cells();
            let mut plan = Plan::default();
            let from = array(&mut plan, layout, Some(wavy(n, 0.3)));
            let to = array(&mut plan, layout, None);
            let count = layout.points[dimension];
            let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
            for row in 0..count {
                // Most rows are full.
                for column in (0..count).filter(|column| row % 7 != 3 || column % 2 == 0)
                {
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
            agree(&tested, &plan, 0, 1);
        }
    }
}
