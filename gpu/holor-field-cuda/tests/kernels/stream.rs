//! Boxes that pass through an emulated device window by window: the bits of the interpreter.

use holor_field::elementary::lower;
use holor_field::interpreter::Interpreter;
use holor_field::plan::Action;
use holor_field::sharing::share;
use holor_field::{Backend, FieldError, FieldResult, Machine, Plan, Precision};
use holor_field_cuda::machine::{CACHE, Lowered, prepare as whole_on};
use holor_field_cuda::sequence::Sequence;
use holor_field_cuda::stream::{Tiling, prepare};

use crate::behaviour::wavy;
use crate::emulation::EmulatedDevice;
use crate::equations::results;
use crate::golden::{PRECISIONS, kept_on};
use crate::translation::compiler;

fn machine(
    plan: &Plan,
    precision: Precision,
    planes: usize,
    steps: u64,
) -> FieldResult<Result<Box<dyn Machine>, &'static str>> {
    let tiling = Some(Tiling { planes, steps });
    prepare(|_| Ok(EmulatedDevice::default()), plan, precision, tiling)
}

/// A device of little memory.
fn of(memory: u64) -> EmulatedDevice {
    let mut device = EmulatedDevice::default();
    device.memory = Some(memory);
    device
}

fn skipped() -> bool {
    let skipped = !compiler();
    if skipped {
        eprintln!("1 test skipped: no g++");
    }
    skipped
}

fn interpreter(plan: &Plan, precision: Precision) -> Box<dyn Machine> {
    let lowered = lower(&share(plan, precision, CACHE), precision);
    Interpreter::new().prepare(&lowered, precision).unwrap()
}

/// Of every plan one that is periodic along the cuts, and one whose planes beyond the sides nobody fills.
#[test]
fn random_plans_in_windows_give_the_bits_of_the_interpreter() {
    if skipped() {
        return;
    }
    let (mut cut, mut whole) = ([0; 2], Vec::new());
    for number in 0..120 {
        let (seed, periodic) = (number / 2, number % 2 == 0);
        let mut made = crate::random::made(seed, 5 + seed as usize % 12);
        let points = made.plan.arrays[0].layout.points;
        let Some(d) = (0..2).find(|d| points[*d] > 1) else { continue };
        for procedure in &mut made.plan.procedures {
            procedure.actions.retain_mut(|action| {
                if let Action::Wrap { dimension, sign, .. } = action
                    && *dimension == d
                {
                    *sign = 1.0;
                    return periodic;
                }
                true
            });
        }
        if periodic {
            // The same everywhere along the cuts, beyond the sides too.
            for table in made.plan.tables.iter_mut().filter(|own| own.dimension == d) {
                let values = vec![table.values[0]; table.values.len()];
                table.values = values.into();
            }
        }
        let precision = PRECISIONS[seed as usize % 2].1;
        let outcome = machine(&made.plan, precision, 5 + seed as usize % 7, 1);
        let mut streamed = match outcome {
            Ok(Ok(machine)) => machine,
            Ok(Err(reason)) => {
                whole.push(reason.to_owned());
                continue;
            }
            Err(FieldError::Memory { .. }) => {
                whole.push("too few planes".to_owned());
                continue;
            }
            Err(error) => panic!("seed {seed}: {error}"),
        };
        cut[usize::from(periodic)] += 1;
        let mut all: Vec<Vec<u64>> = Vec::new();
        for machine in [&mut interpreter(&made.plan, precision), &mut streamed] {
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
        }
        let place = (0..all[0].len()).find(|k| all[0][*k] != all[1][*k]);
        assert_eq!(place, None, "seed {seed}, periodic {periodic}, {precision:?}");
    }
    whole.sort_unstable();
    assert!(cut[0] >= 20 && cut[1] >= 5, "{cut:?} cut, whole: {whole:?}");
}

#[test]
fn equations_in_windows_give_the_bits_of_the_interpreter() {
    if skipped() {
        return;
    }
    let (mut cut, mut whole) = (Vec::new(), Vec::new());
    let kept = kept_on(&[29, 17], &[17, 5, 9], &[40]);
    let all = kept.into_iter().chain(crate::golden::more());
    for (place, golden) in all.enumerate() {
        let plan = &golden.stepping.plan;
        for (planes, steps) in [(13, 1), (16, 3)] {
            let (name, precision) = PRECISIONS[(place + planes) % PRECISIONS.len()];
            let what = format!("{} by {planes}", golden.name);
            let mut streamed = match machine(plan, precision, planes, steps) {
                Ok(Ok(machine)) => machine,
                Ok(Err(reason)) => {
                    whole.push(format!("{what}: {reason}"));
                    continue;
                }
                Err(error) => {
                    whole.push(format!("{what}: {error}"));
                    continue;
                }
            };
            let found = results(&golden, &mut *streamed, 5);
            let expected = results(&golden, &mut *interpreter(plan, precision), 5);
            assert_eq!(found.len(), expected.len());
            for (place, (f, e)) in found.iter().zip(&expected).enumerate() {
                let same = f.to_bits() == e.to_bits() && !e.is_nan();
                assert!(same, "{what}, {name}: value {place} is {f:e}, not {e:e}");
            }
            cut.push(format!("{what}: {}", streamed.remarks().join("; ")));
        }
    }
    let everywhere =
        |own: &&String| own.contains("transforms") || own.contains("matrices");
    let need_all = whole.iter().filter(everywhere).count();
    let enough = cut.len() >= 36 && whole.len() < need_all + 34;
    assert!(enough, "cut: {}\nwhole: {}", cut.join("\n"), whole.join("\n"));
    // Several steps of one passage, where a step is a single stretch.
    let several = cut.iter().filter(|own| own.contains("up to 2 steps")).count();
    assert!(several >= 3, "{}", cut.join("\n"));
}

/// A box that takes more memory than there is, in windows that are chosen by what there is; and what does not even fit so.
#[test]
fn windows_are_chosen_by_the_memory() {
    if skipped() {
        return;
    }
    for golden in kept_on(&[90, 17], &[60, 5, 9], &[40]) {
        if !["gray_scott", "wave"].contains(&golden.name) {
            continue;
        }
        let (plan, precision) = (&golden.stepping.plan, Precision::Double);
        let lowered = Lowered::new(plan, precision).plan;
        let needed = Sequence::new(&lowered, precision).unwrap().bytes();
        let with = |memory: u64| {
            let device = of(memory);
            let whole = whole_on(device, plan, precision).err();
            assert!(matches!(whole, Some(FieldError::Memory { .. })), "{whole:?}");
            let device = |_| Ok(of(memory));
            prepare(device, plan, precision, None)
        };
        let mut counts = Vec::new();
        for share in [0.9, 0.5, 0.3] {
            let mut machine = with((share * needed as f64) as u64).unwrap().unwrap();
            let found = results(&golden, &mut *machine, 40);
            let expected = results(&golden, &mut *interpreter(plan, precision), 40);
            let differs = |(f, e): (&f64, &f64)| f.to_bits() != e.to_bits();
            let place = found.iter().zip(&expected).position(differs);
            assert_eq!(place, None, "{}, {share}", golden.name);
            counts.push(machine.remarks().join("; "));
        }
        // Less memory, more windows.
        assert!(counts[0] != counts[1] && counts[1] != counts[2], "{counts:?}");
        let refusal = with(needed / 60).err();
        let Some(FieldError::Memory { needed: all, available, in_parts: Some(_) }) =
            refusal
        else {
            panic!("not refused: {refusal:?}");
        };
        assert!(all >= needed && available == Some(needed / 60));
    }
}

#[test]
fn what_is_written_to_a_streamed_box_is_read_again() {
    if skipped() {
        return;
    }
    let golden = &kept_on(&[29, 17], &[17, 5, 9], &[40])[1];
    let plan = &golden.stepping.plan;
    let mut streamed = machine(plan, Precision::Double, 13, 4).unwrap().unwrap();
    let array = golden.stepping.state[0];
    let values = wavy(plan.arrays[array].layout.cells(), 0.7);
    streamed.write(array, &values);
    streamed.set_scalar(0, 4.5);
    let mut found = vec![0.0; values.len()];
    streamed.read(array, &mut found);
    assert_eq!((found, streamed.scalar(0)), (values, 4.5));
    assert!(streamed.listing(0).contains("__global__"));
    assert_eq!(streamed.execute(0, 5, &|| true).unwrap(), 0);
    assert!(streamed.execute(plan.procedures.len(), 1, &|| false).is_err());
}
