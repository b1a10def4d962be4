//! Random plans on the interpreter and on kernels: the same bits.

use crate::emulation::{Tested, backends};
use crate::random::{Made, made};
use holor_field::elementary::lower;
use holor_field::interpreter::Interpreter;
use holor_field::sharing::share;
use holor_field::{Backend, Plan, Precision};
use holor_field_cuda::machine::CACHE;

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

/// Compares, and counts how many values there are and how many are numbers.
fn agree(tested: &[Tested], seed: u64, size: usize) -> [usize; 2] {
    let mut count = [0; 2];
    let made = made(seed, size);
    for precision in [Precision::Double, Precision::Single] {
        let lowered = lower(&share(&made.plan, precision, CACHE), precision);
        let expected =
            results(&Interpreter::new(), &made, &lowered, precision, 2).unwrap();
        count[0] += expected.len();
        count[1] += expected.iter().filter(|bits| **bits != u64::MAX).count();
        for Tested { name, backend, .. } in tested {
            let backend = backend.as_ref();
            let found = results(backend, &made, &made.plan, precision, 2).unwrap();
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

/// Runs begun on the processor go on with the same bits.
#[test]
fn as_much_is_shared_as_on_the_processor() {
    assert_eq!(CACHE, holor_field_cpu::CACHE);
}
