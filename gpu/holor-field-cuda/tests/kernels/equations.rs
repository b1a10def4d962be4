//! Whole equations on kernels run by the processor, beside the interpreter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::emulation::{Tested, backends, started_as};
use crate::golden::{Golden, PRECISIONS};
use holor_field::elementary::lower;
use holor_field::interpreter::Interpreter;
use holor_field::plan::Action;
use holor_field::sharing::share;
use holor_field::{Backend, Faster, Machine, Precision};
use holor_field_cuda::machine::{CACHE, Lowered};
use holor_field_cuda::sequence::Sequence;
use holor_field_cuda::tuning::Mode;

/// The state, planes and scalars after a few steps, in two stretches.
pub(crate) fn results(
    golden: &Golden,
    machine: &mut dyn Machine,
    steps: u64,
) -> Vec<f64> {
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

pub(crate) fn agree(tested: &[Tested], golden: &Golden, steps: u64) {
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
            // Long stretches are repeated from recordings, and so are the iterations of a solver.
            let replayed = tested.replayed.load(Ordering::Relaxed) > before;
            let mut actions = plan.procedures.iter().flat_map(|own| &own.actions);
            let recorded = steps > 16
                || actions.any(|action| matches!(action, Action::Repeat { .. }));
            assert!(replayed == recorded || !tested.same_transforms, "{whole}");
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

/// Whatever the shape of blocks, and with two steps at once where that is possible.
#[test]
fn every_way_to_start_kernels_gives_the_same_bits() {
    let shapes = (1..Mode::SHAPES).map(|shape| Mode { shape, at_once: 1 });
    let fused = [(0, 2), (3, 2), (0, 3), (4, 3), (5, 2), (5, 3), (6, 3)]
        .map(|(shape, at_once)| Mode { shape, at_once });
    for (turn, mode) in shapes.chain(fused).enumerate() {
        let Some(tested) = started_as(mode).filter(|_| crate::card::EMULATED) else {
            eprintln!("1 mode skipped on the processor");
            continue;
        };
        let more = crate::golden::more().into_iter().skip(turn).step_by(7);
        for golden in crate::golden::kept().into_iter().chain(more) {
            if !golden.fourier {
                agree(std::slice::from_ref(&tested), &golden, 9);
            }
        }
    }
}

#[test]
fn steps_of_simple_equations_can_be_done_at_once() {
    let mut names = Vec::new();
    for golden in crate::golden::kept() {
        let plan = &golden.stepping.plan;
        if let Some(fused) = Lowered::new(plan, Precision::Double).fused() {
            let at_once = fused.joint.iter().map(|own| (own.at_once, own.repetitions));
            names.push((golden.name, at_once.collect::<Vec<_>>()));
            let sequence = Sequence::new(&fused.plan, Precision::Double).unwrap();
            for own in fused.joint.iter().filter(|own| own.repetitions > 1) {
                let moved = [own.of, own.procedure].map(|place| sequence.moved(place));
                // Two thirds of what single steps move, or less.
                assert!(
                    3 * moved[1] <= 2 * own.repetitions * moved[0],
                    "{}",
                    golden.name
                );
            }
        }
    }
    let steps = vec![(3, 3), (2, 2)];
    let expected = [
        ("diffusion", steps.clone()),
        ("gray_scott", steps),
        ("ginzburg_landau_rk4", vec![(2, 1)]),
        ("wave", vec![(2, 2)]),
        ("gray_scott_mixed", vec![(2, 2)]),
    ];
    assert_eq!(names, expected);
}

/// Work begun on the processor goes on with the same numbers on kernels, whatever arrays and scalars a plan has.
#[test]
fn kernels_take_over_from_the_processor() {
    let goldens = crate::golden::kept();
    for tested in backends(goldens.len()) {
        for golden in &goldens {
            let plan = &golden.stepping.plan;
            let precision = Precision::Double;
            let cpu = Arc::new(holor_field_cpu::Cpu::new(None));
            let mut machine = cpu.prepare(plan, precision).unwrap();
            let expected = results(golden, &mut *machine, 30);
            let other = Arc::clone(&tested.backend);
            // A third of a second passes at each look on the clock until patience is over, hardly any later.
            let looks = AtomicU64::new(0);
            let clock = move || {
                let look = looks.fetch_add(1, Ordering::Relaxed) as f64;
                look.min(6.0) / 3.0 + 1e-9 * look
            };
            let backend = Faster::new(
                cpu,
                Arc::new(move || Ok(Some(Arc::clone(&other)))),
                Arc::new(clock),
                1.2,
            );
            let mut machine = backend.prepare(plan, precision).unwrap();
            let found = results(golden, &mut *machine, 30);
            let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
            let allowed = if golden.fourier { 1e-11 * size } else { 0.0 };
            let apart = |(f, e): (&f64, &f64)| {
                f.to_bits() != e.to_bits() && (f - e).abs() > allowed
            };
            let place = found.iter().zip(&expected).position(apart);
            assert_eq!(place, None, "{}: {found:?}", golden.name);
            let name = backend.name();
            assert!(name.contains("times as fast as cpu"), "{name}");
            // Those of steps with transforms up to rounding.
            assert_eq!(name.contains("are the same"), golden.fourier, "{name}");
        }
    }
}

/// The interpreter, one number a little off.
#[derive(Debug)]
struct Off;

struct OffMachine(Box<dyn Machine>);

impl Backend for Off {
    fn name(&self) -> String {
        "off".to_owned()
    }

    fn prepare(
        &self,
        plan: &holor_field::Plan,
        precision: Precision,
    ) -> holor_field::FieldResult<Box<dyn Machine>> {
        let lowered = lower(&share(plan, precision, CACHE), precision);
        Ok(Box::new(OffMachine(Interpreter::new().prepare(&lowered, precision)?)))
    }
}

impl Machine for OffMachine {
    fn write(&mut self, array: usize, values: &[f64]) {
        self.0.write(array, values);
    }

    fn read(&mut self, array: usize, values: &mut [f64]) {
        self.0.read(array, values);
        if let Some(last) = values.last_mut() {
            *last *= 1.0 + 1e-9;
        }
    }

    fn set_scalar(&mut self, scalar: usize, value: f64) {
        self.0.set_scalar(scalar, value);
    }

    fn scalar(&mut self, scalar: usize) -> f64 {
        self.0.scalar(scalar)
    }

    fn execute(
        &mut self,
        procedure: usize,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> holor_field::FieldResult<u64> {
        self.0.execute(procedure, times, interrupted)
    }
}

/// What a card has to show before it is used, shown by the emulation; and that a wrong number is noticed.
#[test]
fn test_equations_are_passed_and_failed() {
    let examples = holor_field_cuda::check::programs().unwrap().into_iter();
    let all: Vec<_> =
        examples.chain(holor_field_cuda::check::transforms().unwrap()).collect();
    for tested in backends(all.len()) {
        for example in &all {
            example.compare(&*tested.backend).unwrap();
        }
    }
    for (place, example) in all.iter().enumerate() {
        let error = example.compare(&Off).unwrap_err().to_string();
        assert!(
            error.contains("for a test") && error.contains("in place of"),
            "{place}: {error}"
        );
    }
}
