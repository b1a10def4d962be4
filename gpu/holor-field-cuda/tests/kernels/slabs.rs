//! Boxes cut into slabs, one for each of several emulated devices: the bits of the interpreter.

use std::sync::mpsc::{Sender, channel};

use holor_field::elementary::lower;
use holor_field::interpreter::Interpreter;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{Action, Array, Procedure, Program, Store};
use holor_field::sharing::share;
use holor_field::{Backend, FieldError, FieldResult, Graph, Machine, Plan, Precision};
use holor_field_cuda::machine::{CACHE, Device, Value};
use holor_field_cuda::sequence::{Fourier, Launch};
use holor_field_cuda::slabs::{Copy, Peer, prepare};
use holor_field_cuda::source::Source;
use holor_field_cuda::{Compiler, Library, open_libraries};

use crate::behaviour::{gathering, wavy};
use crate::emulation::EmulatedDevice;
use crate::equations::results;
use crate::golden::PRECISIONS;
use crate::translation::compiler;

/// So many emulated devices, where a plan can be cut for them.
fn machine(
    plan: &Plan,
    precision: Precision,
    count: usize,
) -> FieldResult<Result<Box<dyn Machine>, &'static str>> {
    prepare(count, |_| Ok(EmulatedDevice::default()), plan, precision)
}

fn skipped() -> bool {
    let skipped = !compiler();
    if skipped {
        eprintln!("1 test skipped: no g++");
    }
    skipped
}

#[test]
fn random_plans_in_slabs_give_the_bits_of_the_interpreter() {
    if skipped() {
        return;
    }
    let (mut cut, mut whole) = (0, 0);
    for seed in 20..50 {
        let made = crate::random::made(seed, 3 + seed as usize % 12);
        let precision = match seed % 2 {
            0 => Precision::Double,
            _ => Precision::Single,
        };
        let lowered = lower(&share(&made.plan, precision, CACHE), precision);
        let mut all: Vec<Vec<u64>> = Vec::new();
        for count in [0, 2 + seed as usize % 3] {
            let mut machine = match count {
                0 => Interpreter::new().prepare(&lowered, precision).unwrap(),
                _ => match machine(&made.plan, precision, count).unwrap() {
                    Ok(machine) => machine,
                    Err(_) => {
                        whole += 1;
                        continue;
                    }
                },
            };
            cut += usize::from(count > 0);
            assert_eq!(machine.execute(1, 2, &|| false).unwrap(), 2);
            let mut found = Vec::new();
            let bits = |x: f64| if x.is_nan() { u64::MAX } else { x.to_bits() };
            for array in 0..made.arrays {
                let mut values = vec![0.0; made.plan.arrays[array].layout.cells()];
                machine.read(array, &mut values);
                found.extend(values.into_iter().map(bits));
            }
            found.extend((0..made.scalars).map(|scalar| bits(machine.scalar(scalar))));
            all.push(found);
            let first = &all[0];
            let found = &all[all.len() - 1];
            if let Some(place) = (0..first.len()).find(|k| first[*k] != found[*k]) {
                panic!(
                    "seed {seed}, {precision:?}, {count} devices: value {place} of {} is {:e}, not {:e}",
                    first.len(),
                    f64::from_bits(found[place]),
                    f64::from_bits(first[place])
                );
            }
        }
    }
    // Lines, and boxes of a few planes, are not cut.
    assert!(cut >= 10, "{cut} cut, {whole} whole");
}

#[test]
fn equations_in_slabs_give_the_bits_of_the_interpreter() {
    if skipped() {
        return;
    }
    let (mut cut, mut whole) = (Vec::new(), Vec::new());
    let kept = crate::golden::kept();
    let often = kept.len();
    for (place, golden) in kept.iter().chain(&crate::golden::more()).enumerate() {
        let plan = &golden.stepping.plan;
        let counts =
            if place < often { vec![2 + place % 2, 4] } else { vec![2 + place % 3] };
        for count in counts {
            let (name, precision) = PRECISIONS[(place + count) % PRECISIONS.len()];
            let found = match machine(plan, precision, count).unwrap() {
                Ok(mut machine) => results(golden, &mut *machine, 4),
                Err(reason) => {
                    whole.push(format!("{} on {count}: {reason}", golden.name));
                    continue;
                }
            };
            let lowered = lower(&share(plan, precision, CACHE), precision);
            let mut machine = Interpreter::new().prepare(&lowered, precision).unwrap();
            let expected = results(golden, &mut *machine, 4);
            for (place, (f, e)) in found.iter().zip(&expected).enumerate() {
                let same = f.to_bits() == e.to_bits();
                assert!(
                    same && !e.is_nan(),
                    "{} on {count}, {name}: value {place} is {f:e}, not {e:e}",
                    golden.name
                );
            }
            assert_eq!(found.len(), expected.len());
            cut.push(format!("{} on {count}", golden.name));
        }
    }
    println!("cut: {cut:?}\nwhole: {whole:?}");
    assert!(cut.len() >= 20 && whole.len() < 32, "cut: {cut:?}\nwhole: {whole:?}");
}

/// Sums of few and of many rows, of long ones, with numbers that are none, over parts of the box that miss some slabs.
#[test]
fn sums_over_slabs_have_their_order() {
    if skipped() {
        return;
    }
    let cases: [(&[usize], usize); 5] = [
        (&[5, 3000], 2),
        (&[4200, 5], 2),
        (&[7, 40, 9], 3),
        (&[3, 2100, 2], 3),
        (&[9, 7], 4),
    ];
    for (points, count) in cases {
        let layout = Layout::of_box(points, 1);
        let interior = Region::interior(&layout);
        let mut values = wavy(layout.cells(), 0.2);
        for part in 0..4 {
            let (d, mut region) = (3 - points.len(), interior);
            let n = region.end[d];
            match part {
                // Not in the first slab, only there, and nowhere.
                1 => region.start[d] = n - 1,
                2 => region.end[d] = 1,
                3 => region.end[d] = 0,
                _ => {}
            }
            let plan = gathering(layout, values.clone(), region);
            let mut expected = Interpreter.prepare(&plan, Precision::Double).unwrap();
            let mut found = machine(&plan, Precision::Double, count).unwrap().unwrap();
            expected.execute(0, 1, &|| false).unwrap();
            found.execute(0, 1, &|| false).unwrap();
            for scalar in 0..plan.scalars.len() {
                let [e, f] = [expected.scalar(scalar), found.scalar(scalar)];
                let same = e.to_bits() == f.to_bits() || e.is_nan() && f.is_nan();
                assert!(
                    same,
                    "{points:?}, part {part}: scalar {scalar} is {f:e}, not {e:e}"
                );
            }
            // One that is no number, for the next.
            let middle = values.len() / 3;
            values[middle] = f64::NAN;
        }
    }
}

/// u ← u + 1, v ← u, w ← v of the neighbour before, whose copies beyond the cut were new before v was replaced.
#[test]
fn a_copied_array_has_its_own_cells_beyond_the_cut() {
    if skipped() {
        return;
    }
    let layout = Layout::of_box(&[8, 5], 1);
    let region = Region::interior(&layout);
    let mut plan = Plan::default();
    for (name, size) in [("u", 0.2), ("v", 0.7), ("w", 0.1)] {
        let values = Some(wavy(layout.cells(), size).into());
        plan.arrays.push(Array { name: name.to_owned(), layout, values });
    }
    let mut graph = Graph::new();
    let (load, one) = (graph.load(0, [0; 3]), graph.constant(1.0));
    let value = graph.add(load, one);
    program(&mut plan, graph, 1, Store { slot: 0, value });
    let mut graph = Graph::new();
    let value = graph.load(0, [0, -1, 0]);
    program(&mut plan, graph, 2, Store { slot: 1, value });
    let wrap = |array| Action::Wrap { array, dimension: 1, sign: 1.0 };
    let run = |program, arrays: &[usize]| Action::Run {
        program,
        arrays: arrays.to_vec(),
        region,
    };
    let actions = vec![
        wrap(1),
        run(1, &[1, 2]),
        run(0, &[0]),
        Action::Copy { from: 0, to: 1 },
        wrap(1),
        run(1, &[1, 2]),
    ];
    plan.procedures.push(Procedure { name: "step".to_owned(), actions });
    let mut expected = Interpreter.prepare(&plan, Precision::Double).unwrap();
    let mut found = machine(&plan, Precision::Double, 3).unwrap().unwrap();
    for machine in [&mut expected, &mut found] {
        machine.execute(0, 2, &|| false).unwrap();
    }
    let read = |machine: &mut Box<dyn Machine>| {
        let mut values = vec![0.0; layout.cells()];
        machine.read(2, &mut values);
        values
    };
    assert_eq!(read(&mut found), read(&mut expected));
}

fn program(plan: &mut Plan, graph: Graph, slots: usize, store: Store) {
    let (name, stores) = ("program".to_owned(), vec![store]);
    plan.programs.push(Program { name, graph, slots, stores, reductions: Vec::new() });
}

#[test]
fn what_is_written_is_read_again_and_whole_plans_are_left_to_one_card() {
    if skipped() {
        return;
    }
    let golden = &crate::golden::kept()[1];
    let plan = &golden.stepping.plan;
    let mut machine_of_two = machine(plan, Precision::Double, 2).unwrap().unwrap();
    let array = golden.stepping.state[0];
    let values = wavy(plan.arrays[array].layout.cells(), 0.7);
    machine_of_two.write(array, &values);
    machine_of_two.set_scalar(0, 4.5);
    let mut found = vec![0.0; values.len()];
    machine_of_two.read(array, &mut found);
    assert_eq!((found, machine_of_two.scalar(0)), (values, 4.5));
    assert!(machine_of_two.listing(0).contains("__global__"));
    assert_eq!(
        machine_of_two.remarks(),
        ["the box is cut into 2 slabs, one for each card, of 6, 7 planes"]
    );
    assert_eq!(machine_of_two.execute(0, 5, &|| true).unwrap(), 0);
    assert!(machine_of_two.execute(plan.procedures.len(), 1, &|| false).is_err());
    let spectral =
        crate::golden::kept().into_iter().find(|golden| golden.fourier).unwrap();
    let reason = machine(&spectral.stepping.plan, Precision::Double, 2).unwrap().err();
    assert!(reason.unwrap().contains("transforms"));
}

/// A device that only shows what it is to compile.
struct Printing(Sender<String>);

impl Device for Printing {
    fn shared(&self) -> u64 {
        crate::emulation::SHARED
    }

    fn available(&mut self) -> FieldResult<Option<u64>> {
        Ok(None)
    }
    fn compile(&mut self, source: &Source) -> FieldResult<()> {
        self.0.send(source.text.clone()).map_err(|e| FieldError::Device(e.to_string()))
    }
    fn allocate(&mut self, _bytes: u64, _zeros: bool) -> FieldResult<()> {
        Ok(())
    }
    fn transforms(&mut self, _transforms: &[Fourier]) -> FieldResult<u64> {
        Ok(0)
    }
    fn workspace(&mut self, _buffer: usize) -> FieldResult<()> {
        Ok(())
    }
    fn write(&mut self, _buffer: usize, _offset: u64, _bytes: &[u8]) -> FieldResult<()> {
        Ok(())
    }
    fn read(&mut self, _buffer: usize, _at: u64, _bytes: &mut [u8]) -> FieldResult<()> {
        Ok(())
    }
    fn copy(&mut self, _from: usize, _to: usize, _bytes: u64) -> FieldResult<()> {
        Ok(())
    }
    fn launch(&mut self, _launch: &Launch, _arguments: &[Value]) -> FieldResult<()> {
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

impl Peer for Printing {
    fn fetch(&mut self, _other: &mut Self, _copies: &[Copy]) -> FieldResult<()> {
        Ok(())
    }
}

#[test]
fn all_slabs_have_the_same_kernels_and_nvrtc_compiles_them() {
    if let Some(file) = std::env::var_os("HOLOR_NVRTC") {
        open_libraries(&[file.into()]);
    }
    let mut texts = Vec::new();
    for golden in &crate::golden::more() {
        let (sender, receiver) = channel();
        let device = |_| Ok(Printing(sender.clone()));
        let plan = &golden.stepping.plan;
        if prepare(3, device, plan, Precision::Double).unwrap().is_err() {
            continue;
        }
        let all: Vec<String> = receiver.try_iter().collect();
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|text| *text == all[0]), "{}", golden.name);
        texts.extend(all.into_iter().next());
    }
    assert!(texts.len() >= 6 && texts.iter().any(|text| text.contains("\npiece_")));
    if !Library::Compiler.is_there() {
        let count = texts.len();
        eprintln!("{count} kernel texts not compiled: no NVRTC; set HOLOR_NVRTC");
        return;
    }
    for text in texts {
        Compiler::open().unwrap().compile(&text, "sm_90").unwrap();
    }
}
