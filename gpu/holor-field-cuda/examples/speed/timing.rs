//! An equation timed on a card, and its numbers beside those of the processor.

use std::collections::BTreeSet;
use std::time::Instant;

use holor_field::layout::Layout;
use holor_field::plan::{Action, Array, Procedure, Transform};
use holor_field::{Backend, FieldResult, Machine, Op, Plan, Precision};
use holor_field_cpu::Cpu;
use holor_field_cuda::Cuda;
use serde_json::{Map, Value, json};

use crate::golden::Golden;

/// What was measured of an equation, by the names that it has in the file.
pub(crate) type Row = Map<String, Value>;

/// How long is measured, and how much is compared.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Seconds that steps are timed.
    pub(crate) seconds: f64,
    /// Steps after which the numbers are compared with the processor's.
    pub(crate) compared: u64,
}

/// Seconds of warming up at most, while the way to start kernels is chosen.
const WARM: f64 = 1.5;
/// How many bursts the median is taken of.
const BURSTS: usize = 9;

/// From the start, so many steps.
///
/// # Errors
/// Where the device fails.
pub(crate) fn begin(
    golden: &Golden,
    machine: &mut dyn Machine,
    steps: u64,
) -> FieldResult<()> {
    let stepping = &golden.stepping;
    for (place, array) in stepping.plan.arrays.iter().enumerate() {
        match &array.values {
            Some(values) if values.len() == array.layout.cells() => {
                machine.write(place, values);
            }
            // What steps before have left.
            None if stepping.state.contains(&place) => {
                machine.write(place, &vec![0.0; array.layout.cells()]);
            }
            _ => {}
        }
    }
    for (scalar, value) in
        [(stepping.time, 0.0), (stepping.step_size, golden.step), (stepping.count, 0.0)]
    {
        machine.set_scalar(scalar, value);
    }
    machine.execute(stepping.start, 1, &|| false)?;
    machine.execute(stepping.step, steps, &|| false)?;
    Ok(())
}

/// The fields' numbers.
///
/// # Errors
/// Where the device fails.
pub(crate) fn planes(
    golden: &Golden,
    machine: &mut dyn Machine,
) -> FieldResult<Vec<f64>> {
    let stepping = &golden.stepping;
    machine.execute(stepping.observe, 1, &|| false)?;
    let mut all = Vec::new();
    for plane in &stepping.planes {
        let before = all.len();
        all.resize(before + stepping.plan.arrays[*plane].layout.cells(), 0.0);
        machine.read(*plane, &mut all[before..]);
    }
    Ok(all)
}

/// Numbers of a step that its programs read and write, each array once for each program, all together.
fn numbers(plan: &Plan, procedure: usize) -> usize {
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
    plan.procedures[procedure].actions.iter().map(of).sum()
}

/// Bytes read and written in a second by copies within the card's memory.
///
/// # Errors
/// Where the device fails.
pub(crate) fn copy_bandwidth(cuda: &Cuda, cells: usize) -> FieldResult<f64> {
    let mut plan = Plan::default();
    for name in ["from", "to"] {
        let layout = Layout::of_box(&[cells], 0);
        plan.arrays.push(Array { name: name.to_owned(), layout, values: None });
    }
    let actions = vec![Action::Copy { from: 0, to: 1 }];
    plan.procedures.push(Procedure { name: "copy".to_owned(), actions });
    let mut machine = cuda.prepare(&plan, Precision::Double)?;
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let began = Instant::now();
        machine.execute(0, 64, &|| false)?;
        best = best.min(began.elapsed().as_secs_f64() / 64.0);
    }
    Ok(2.0 * 8.0 * cells as f64 / best)
}

/// Seconds that the library takes for the transforms of a step alone, one there and one back. Both are forward ones here: one back takes as
/// long, but is scaled by a pass of its own where no program does it. The device must be one whose transforms are the library's.
///
/// # Errors
/// Where the device fails.
pub(crate) fn bare_transforms(
    library: &Cuda,
    points: &[usize],
    precision: Precision,
    effort: Effort,
) -> FieldResult<f64> {
    let mut plan = Plan::default();
    for name in ["re", "im", "spectrum.re", "spectrum.im"] {
        let layout = Layout::of_box(points, 0);
        plan.arrays.push(Array { name: name.to_owned(), layout, values: None });
    }
    plan.transforms.push(Transform { real: 0, imaginary: Some(1), spectrum: [2, 3] });
    let actions = vec![Action::Forward(0), Action::Forward(0)];
    plan.procedures.push(Procedure { name: "step".to_owned(), actions });
    let mut machine = library.prepare(&plan, precision)?;
    let cells = plan.arrays[0].layout.cells();
    let values: Vec<f64> = (0..cells).map(|cell| (cell % 97) as f64).collect();
    machine.write(0, &values);
    machine.write(1, &values);
    Ok(median(&bursts(&mut *machine, 0, effort.seconds)?))
}

/// Seconds of a step in each of several bursts, after warming up.
fn bursts(
    machine: &mut dyn Machine,
    procedure: usize,
    seconds: f64,
) -> FieldResult<Vec<f64>> {
    let warming = Instant::now();
    let (mut steps, mut step) = (8, 0.0);
    loop {
        let began = Instant::now();
        machine.execute(procedure, steps, &|| false)?;
        let took = began.elapsed().as_secs_f64();
        step = if step == 0.0 { took } else { took / steps as f64 };
        let warm = warming.elapsed().as_secs_f64();
        let chosen = machine.remarks().iter().any(|line| line.starts_with("kernels"));
        if (chosen && warm > 0.2 * seconds) || warm > WARM {
            break;
        }
        steps = if took < 0.1 { 2 * steps } else { steps };
    }
    let steps = ((seconds / BURSTS as f64 / step) as u64).max(1);
    let mut all = Vec::new();
    for _ in 0..BURSTS {
        let began = Instant::now();
        machine.execute(procedure, steps, &|| false)?;
        all.push(began.elapsed().as_secs_f64() / steps as f64);
    }
    Ok(all)
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Σ (1 + i mod 7) x² over all cells i of each plane in row-major order, as the programs beside this one calculate it.
pub(crate) fn checksum(planes: &[f64], cells: usize) -> f64 {
    let weighed = planes.iter().enumerate();
    weighed.map(|(place, x)| (1 + place % cells % 7) as f64 * x * x).sum()
}

/// Largest difference relative to the largest number, and whether all bits are the same.
fn apart(found: &[f64], expected: &[f64]) -> (bool, f64) {
    let same = found.iter().zip(expected).all(|(f, e)| f.to_bits() == e.to_bits());
    let size = expected.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    // Not a number is as far as can be.
    let far = |(f, e): (&f64, &f64)| match (f - e).abs() {
        apart if apart.is_nan() => f64::INFINITY,
        apart => apart,
    };
    let most = found.iter().zip(expected).map(far).fold(0.0_f64, f64::max);
    (same, most / size.max(f64::MIN_POSITIVE))
}

/// Times an equation, then compares steps from the start, in the way that was chosen, with the processor's.
///
/// # Errors
/// Where the device fails.
pub(crate) fn measure(
    cuda: &Cuda,
    golden: &Golden,
    precision: Precision,
    effort: Effort,
) -> FieldResult<Row> {
    let plan = &golden.stepping.plan;
    let began = Instant::now();
    let mut machine = cuda.prepare(plan, precision)?;
    let prepared = began.elapsed().as_secs_f64();
    begin(golden, &mut *machine, 0)?;
    let times = bursts(&mut *machine, golden.stepping.step, effort.seconds)?;
    let (step, best) = (median(&times), times.iter().copied().fold(f64::MAX, f64::min));
    begin(golden, &mut *machine, effort.compared)?;
    let found = planes(golden, &mut *machine)?;
    let mut other = Cpu::new(None).prepare(plan, precision)?;
    begin(golden, &mut *other, effort.compared)?;
    let (same, apart) = apart(&found, &planes(golden, &mut *other)?);
    let cells = plan.arrays[golden.stepping.planes[0]].layout.cells();
    let bytes = (numbers(plan, golden.stepping.step) as u64 * precision.bytes()) as f64;
    let row = json!({
        "name": golden.name,
        "precision": if precision == Precision::Double { "double" } else { "single" },
        "cells": cells,
        "step_s": step,
        "best_step_s": best,
        "mcells_per_s": cells as f64 / step / 1e6,
        "programs_bytes_per_s": bytes / step,
        "prepare_s": prepared,
        "compile_s": machine.compile_seconds(),
        "same_bits": same,
        "apart": apart,
        "compared_steps": effort.compared,
        "remarks": machine.remarks(),
    });
    match row {
        Value::Object(row) => Ok(row),
        _ => Ok(Row::new()),
    }
}
