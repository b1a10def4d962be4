//! Whole equations on kernels run by the processor, beside the interpreter.

use std::sync::atomic::Ordering;

use crate::emulation::{Tested, backends};
use crate::golden::{Golden, PRECISIONS};
use holor_field::elementary::lower;
use holor_field::interpreter::Interpreter;
use holor_field::sharing::share;
use holor_field::{Backend, Machine, Precision};
use holor_field_cuda::machine::CACHE;

/// The state, planes and scalars after a few steps, in two stretches.
fn results(golden: &Golden, machine: &mut dyn Machine, steps: u64) -> Vec<f64> {
    let stepping = &golden.stepping;
    let execute = |machine: &mut dyn Machine, procedure, times| {
        assert_eq!(machine.execute(procedure, times, &|| false).unwrap(), times);
    };
    machine.set_scalar(stepping.step_size, golden.step);
    execute(machine, stepping.start, 1);
    let step = match &stepping.adaptive {
        Some(adaptive) => {
            execute(machine, adaptive.attempt, 1);
            execute(machine, adaptive.accept, 1);
            adaptive.attempt
        }
        None => stepping.step,
    };
    execute(machine, step, 1);
    execute(machine, step, steps - 1);
    execute(machine, stepping.observe, 1);
    let mut all = Vec::new();
    let mut moved = false;
    for array in stepping.planes.iter().chain(&stepping.state) {
        let mut values = vec![0.0; stepping.plan.arrays[*array].layout.cells()];
        machine.read(*array, &mut values);
        let start = stepping.plan.arrays[*array].values.as_deref();
        moved |= start.is_some_and(|start| start != values);
        all.extend(values);
    }
    assert!(moved, "{} stands still", golden.name);
    all.extend((0..stepping.plan.scalars.len()).map(|scalar| machine.scalar(scalar)));
    all
}

fn agree(tested: &[Tested], golden: &Golden, steps: u64) {
    for (name, precision) in PRECISIONS {
        let plan = &golden.stepping.plan;
        let lowered = lower(&share(plan, precision, CACHE), precision);
        let mut machine = Interpreter::new().prepare(&lowered, precision).unwrap();
        let expected = results(golden, &mut *machine, steps);
        let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
        for tested in tested {
            let whole = format!("{}, {name}, {}", golden.name, tested.name);
            let before = tested.replayed.load(Ordering::Relaxed);
            let mut machine = tested.backend.prepare(plan, precision).unwrap();
            let found = results(golden, &mut *machine, steps);
            assert_eq!(found.len(), expected.len());
            // Transforms of another library, or in single precision, round differently.
            let double = precision == Precision::Double;
            let exact = !golden.fourier || (double && tested.same_transforms);
            let tolerance = if double { 1e-11 } else { 1e-5 } * size;
            for (place, (f, e)) in found.iter().zip(&expected).enumerate() {
                let same = f.to_bits() == e.to_bits();
                let near = !exact && (f - e).abs() <= tolerance;
                assert!(same || near, "{whole}: value {place} is {f:e}, not {e:e}");
                assert!(!e.is_nan(), "{whole}: value {place} is no number");
            }
            // Long stretches are repeated from recordings.
            let replayed = tested.replayed.load(Ordering::Relaxed) > before;
            assert!(replayed == (steps > 16) || !tested.same_transforms, "{whole}");
        }
    }
}

#[test]
fn equations_give_the_bits_of_the_interpreter() {
    let more = crate::golden::more().into_iter().step_by(crate::card::EVERY);
    let goldens: Vec<Golden> = crate::golden::kept().into_iter().chain(more).collect();
    let tested = backends(goldens.len());
    for golden in &goldens {
        agree(&tested, golden, 3);
    }
}

#[test]
fn recordings_give_the_same_as_single_steps() {
    let tested = backends(5);
    for golden in crate::golden::kept().iter().take(5) {
        agree(&tested, golden, 41);
    }
}
