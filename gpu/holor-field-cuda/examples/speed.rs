//! Golden equations on a graphics card, timed, and their bits beside those of the processor.
//!
//! `cargo run --release -p holor-field-cuda --example speed -- [POINTS of a plane's side] [of a cube's] [of a line] [SECONDS each]`
//!
//! Prints for each equation and precision: million cells a second, microseconds a step, milliseconds to compile, and how far 20 steps are from the
//! processor's: `same bits`, or the largest difference relative to the largest value.
#![allow(clippy::print_stdout, reason = "a program for people")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails should say so at once")]

#[path = "../tests/kernels/golden.rs"]
#[allow(dead_code, reason = "tests need more")]
mod golden;

use std::time::Instant;

use golden::{Golden, PRECISIONS};
use holor_field::{Backend, Machine, Precision};
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

fn measure(cuda: &Cuda, golden: &Golden, precision: Precision, seconds: f64) -> String {
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
    format!(
        "{:10.1} {:10.2} {:8.0}  {bits}",
        cells / best / 1e6,
        best * 1e6,
        machine.compile_seconds() * 1e3
    )
}

fn main() {
    let numbers: Vec<f64> =
        std::env::args().skip(1).map(|word| word.parse().unwrap()).collect();
    let number = |place: usize, otherwise: f64| *numbers.get(place).unwrap_or(&otherwise);
    let (plane, cube) = (number(0, 1024.0) as usize, number(1, 192.0) as usize);
    let (line, seconds) = (number(2, 20_000.0) as usize, number(3, 1.0));
    for line in report() {
        println!("{line}");
    }
    let cuda = match Cuda::open(Options::default()) {
        Ok(cuda) => cuda,
        Err(error) => {
            println!("{error}");
            return;
        }
    };
    println!("{}", cuda.name());
    println!("{:32} {:>10} {:>10} {:>8}", "equation", "Mcells/s", "us/step", "ms");
    for golden in golden::kept_on(&[plane; 2], &[cube; 3], &[line]) {
        for (name, precision) in PRECISIONS {
            let result = measure(&cuda, &golden, precision, seconds);
            println!("{:32} {result}", format!("{} {name}", golden.name));
        }
    }
}
