//! Golden equations on a graphics card, timed, and their bits beside those of the processor.
//!
//! `cargo run --release -p holor-field-cuda --example speed -- [cuda:all] [POINTS of a plane's side] [of a cube's] [of a line] [SECONDS each]`
//!
//! Prints for each equation and precision: million cells a second, microseconds a step, gigabytes a second (of each program's arrays, read or
//! written once a step) and their share of what a copy within the card's memory reaches, milliseconds to compile, and how far 20 steps are from the
//! processor's: `same bits`, or the largest difference relative to the largest value; then what was chosen.
#![allow(clippy::print_stdout, reason = "a program for people")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails should say so at once")]

#[path = "../tests/kernels/golden.rs"]
#[allow(dead_code, reason = "tests need more")]
mod golden;

use std::collections::BTreeSet;
use std::time::Instant;

use golden::{Golden, PRECISIONS};
use holor_field::layout::Layout;
use holor_field::plan::{Action, Array, Procedure};
use holor_field::{Backend, Machine, Op, Plan, Precision};
use holor_field_cpu::Cpu;
use holor_field_cuda::{Cuda, Options, report};

/// From the start, so many steps.
fn begin(golden: &Golden, machine: &mut dyn Machine, steps: u64) {
    let stepping = &golden.stepping;
    for (place, array) in stepping.plan.arrays.iter().enumerate() {
        if let Some(values) = &array.values
            && values.len() == array.layout.cells()
        {
            machine.write(place, values);
        }
    }
    for (scalar, value) in
        [(stepping.time, 0.0), (stepping.step_size, golden.step), (stepping.count, 0.0)]
    {
        machine.set_scalar(scalar, value);
    }
    machine.execute(stepping.start, 1, &|| false).unwrap();
    machine.execute(stepping.step, steps, &|| false).unwrap();
}

fn planes(golden: &Golden, machine: &mut dyn Machine) -> Vec<f64> {
    let stepping = &golden.stepping;
    machine.execute(stepping.observe, 1, &|| false).unwrap();
    let mut all = Vec::new();
    for plane in &stepping.planes {
        let mut values = vec![0.0; stepping.plan.arrays[*plane].layout.cells()];
        machine.read(*plane, &mut values);
        all.extend(values);
    }
    all
}

/// Bytes that a step's programs read and write, each array once for each program.
fn bytes(plan: &Plan, procedure: usize, precision: Precision) -> f64 {
    let of = |action: &Action| match action {
        Action::Run { program, arrays, .. } => {
            let program = &plan.programs[*program];
            let needed = program.graph.needed(&program.roots());
            let ops = program.graph.ops().iter().zip(needed);
            let loads = ops.filter_map(|(op, needed)| match op {
                Op::Load { array, .. } if needed => Some(arrays[*array as usize]),
                _ => None,
            });
            let loads: BTreeSet<usize> = loads.collect();
            let cells = plan.arrays[arrays[0]].layout.cells();
            (loads.len() + program.stores.len()) * cells
        }
        _ => 0,
    };
    let numbers: usize = plan.procedures[procedure].actions.iter().map(of).sum();
    numbers as f64 * precision.bytes() as f64
}

/// Bytes read and written in a second by copies of a GiB within the card's memory.
fn copy_bandwidth(cuda: &Cuda) -> f64 {
    const CELLS: usize = 1 << 27;
    let mut plan = Plan::default();
    for name in ["from", "to"] {
        let layout = Layout::of_box(&[CELLS], 0);
        plan.arrays.push(Array { name: name.to_owned(), layout, values: None });
    }
    let actions = vec![Action::Copy { from: 0, to: 1 }];
    plan.procedures.push(Procedure { name: "copy".to_owned(), actions });
    let mut machine = cuda.prepare(&plan, Precision::Double).unwrap();
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let began = Instant::now();
        machine.execute(0, 64, &|| false).unwrap();
        best = best.min(began.elapsed().as_secs_f64() / 64.0);
    }
    2.0 * 8.0 * CELLS as f64 / best
}

fn measure(
    cuda: &Cuda,
    golden: &Golden,
    precision: Precision,
    seconds: f64,
    ceiling: f64,
) -> String {
    let plan = &golden.stepping.plan;
    let mut machine = match cuda.prepare(plan, precision) {
        Ok(machine) => machine,
        Err(error) => return error.to_string(),
    };
    begin(golden, &mut *machine, 20);
    let found = planes(golden, &mut *machine);
    let mut other = Cpu::new(None).prepare(plan, precision).unwrap();
    begin(golden, &mut *other, 20);
    let expected = planes(golden, &mut *other);
    let same = found.iter().zip(&expected).all(|(f, e)| f.to_bits() == e.to_bits());
    let size = expected.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    let apart =
        found.iter().zip(&expected).fold(0.0_f64, |m, (f, e)| m.max((f - e).abs()));
    let bits =
        if same { "same bits".to_owned() } else { format!("{:.1e} apart", apart / size) };
    let cells = plan.arrays[golden.stepping.planes[0]].layout.cells() as f64;
    let (mut steps, mut best) = (32, f64::INFINITY);
    let whole = Instant::now();
    while whole.elapsed().as_secs_f64() < seconds {
        let began = Instant::now();
        machine.execute(golden.stepping.step, steps, &|| false).unwrap();
        let took = began.elapsed().as_secs_f64();
        best = best.min(took / steps as f64);
        if took < 0.2 * seconds {
            steps *= 2;
        }
    }
    let rate = bytes(plan, golden.stepping.step, precision) / best;
    let remarks = machine.remarks().join("; ");
    format!(
        "{:10.1} {:10.2} {:8.1} {:5.0} % {:8.0}  {bits}  {remarks}",
        cells / best / 1e6,
        best * 1e6,
        rate / 1e9,
        100.0 * rate / ceiling,
        machine.compile_seconds() * 1e3
    )
}

fn main() {
    let (cards, numbers): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with("cuda"));
    let device = cards.first().map(|word| word.parse().unwrap());
    let numbers: Vec<f64> = numbers.iter().map(|word| word.parse().unwrap()).collect();
    let number = |place: usize, otherwise: f64| *numbers.get(place).unwrap_or(&otherwise);
    let (plane, cube) = (number(0, 1024.0) as usize, number(1, 192.0) as usize);
    let (line, seconds) = (number(2, 20_000.0) as usize, number(3, 1.0));
    for line in report() {
        println!("{line}");
    }
    let cuda = match Cuda::open(Options { device, ..Options::default() }) {
        Ok(cuda) => cuda,
        Err(error) => {
            println!("{error}");
            return;
        }
    };
    println!("{}", cuda.name());
    let ceiling = copy_bandwidth(&cuda);
    println!("copy within memory: {:.1} GB/s", ceiling / 1e9);
    println!(
        "{:32} {:>10} {:>10} {:>8} {:>7} {:>8}",
        "equation", "Mcells/s", "us/step", "GB/s", "of copy", "ms"
    );
    for golden in golden::kept_on(&[plane; 2], &[cube; 3], &[line]) {
        for (name, precision) in PRECISIONS {
            let result = measure(&cuda, &golden, precision, seconds, ceiling);
            println!("{:32} {result}", format!("{} {name}", golden.name));
        }
    }
}
