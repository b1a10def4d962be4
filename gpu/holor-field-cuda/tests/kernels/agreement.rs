//! Random plans on the interpreter and on kernels: the same bits.

use crate::emulation::{Tested, backends, started_as};
use crate::random::{Made, made};
use holor_field::elementary::lower;
use holor_field::interpreter::Interpreter;
use holor_field::sharing::share;
use holor_field::{Backend, Plan, Precision};
use holor_field_cuda::machine::CACHE;
use holor_field_cuda::sequence::Sequence;
use holor_field_cuda::tuning::Mode;

fn results(
    backend: &dyn Backend,
    made: &Made,
    plan: &Plan,
    precision: Precision,
    times: u64,
) -> Result<Vec<u64>, String> {
    let mut machine = backend.prepare(plan, precision).map_err(|e| e.to_string())?;
    let done = machine.execute(1, times, &|| false).map_err(|e| e.to_string())?;
    assert_eq!(done, times);
    let mut all = Vec::new();
    let bits = |x: f64| if x.is_nan() { u64::MAX } else { x.to_bits() };
    for array in 0..made.arrays {
        let mut values = vec![0.0; plan.arrays[array].layout.cells()];
        machine.read(array, &mut values);
        all.extend(values.into_iter().map(bits));
    }
    all.extend((0..made.scalars).map(|scalar| bits(machine.scalar(scalar))));
    Ok(all)
}

fn agree(tested: &[Tested], seed: u64, size: usize) -> [usize; 2] {
    agree_on(tested, &made(seed, size), seed, size)
}

/// Compares, and counts how many values there are and how many are numbers.
fn agree_on(tested: &[Tested], made: &Made, seed: u64, size: usize) -> [usize; 2] {
    let mut count = [0; 2];
    for precision in [Precision::Double, Precision::Single] {
        let lowered = lower(&share(&made.plan, precision, CACHE), precision);
        let expected =
            results(&Interpreter::new(), made, &lowered, precision, 2).unwrap();
        count[0] += expected.len();
        count[1] += expected.iter().filter(|bits| **bits != u64::MAX).count();
        for Tested { name, backend, .. } in tested {
            let backend = backend.as_ref();
            let found = results(backend, made, &made.plan, precision, 2).unwrap();
            if let Some(place) = (0..found.len()).find(|k| found[*k] != expected[*k]) {
                panic!(
                    "seed {seed}, size {size}, {precision:?}, {name}: value {place} of {} is {:e}, not {:e}",
                    found.len(),
                    f64::from_bits(found[place]),
                    f64::from_bits(expected[place])
                );
            }
        }
    }
    count
}

#[test]
fn random_plans_give_the_bits_of_the_interpreter() {
    let tested = backends(17);
    let mut total = [0; 2];
    for seed in (0..16).step_by(crate::card::EVERY) {
        let [all, numbers] = agree(&tested, seed, 3 + seed as usize);
        total = [total[0] + all, total[1] + numbers];
    }
    agree(&tested, 100, 300);
    // NaN equals NaN here: most values must be numbers, or nothing is compared.
    assert!(3 * total[1] > 2 * total[0], "{total:?}");
}

/// Regions that begin and end anywhere in the rows, some with other cells of the vectors that are read before and behind them.
#[test]
fn several_cells_a_thread_give_the_bits_of_single_cells() {
    let mode = Mode { shape: Mode::NARROW, at_once: 1 };
    let Some(tested) = started_as(mode).filter(|_| crate::card::EMULATED) else {
        eprintln!("40 plans skipped on the processor");
        return;
    };
    let (mut total, mut kernels) = ([0; 2], 0);
    for seed in 200..240 {
        let mut made = made(seed, 2 + seed as usize % 20);
        // What is summed is done cell by cell.
        for program in &mut made.plan.programs {
            program.reductions.clear();
        }
        let precision = Precision::Single;
        let lowered = lower(&share(&made.plan, precision, CACHE), precision);
        let source = Sequence::new(&lowered, precision).unwrap().source;
        kernels += source.text.matches("\nwide_").count();
        let [all, numbers] = agree_on(std::slice::from_ref(&tested), &made, seed, 0);
        total = [total[0] + all, total[1] + numbers];
    }
    assert!(kernels > 40, "{kernels}");
    assert!(3 * total[1] > 2 * total[0], "{total:?}");
}

/// Runs begun on the processor go on with the same bits.
#[test]
fn as_much_is_shared_as_on_the_processor() {
    assert_eq!(CACHE, holor_field_cpu::CACHE);
}
