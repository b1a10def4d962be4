//! Runs on disk: their frames as arrays.

use std::sync::Arc;

use holor_field::checkpoint::Archive;
use holor_macros::builtin;

use super::evolve::failed;
use crate::array::{ArrayAxis, ArrayValues, AxisKind, Complex64};
use crate::builtin::RangeBinding;
use crate::evaluate::Call;
use crate::{Builtin, NumericArray, Record, Result, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&READ_RUN];

/// At most so many numbers are read at once.
const MOST_NUMBERS: usize = 1_000_000_000;

/// The frames of a run that was kept on disk by `checkpoint = …`, as arrays by name.
///
/// Of a run larger than the memory a part is read: `t = 10..20` takes the frames of these times, `every = 10` each tenth of them.
///
/// ```holor
/// read_run("nowhere.zarr")    # error: [E0601]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.3", returns = "record", see("evolve", "continue"))]
fn read_run(
    call: &Call<'_>,
    /// The folder.
    path: Arc<str>,
    /// The times: `t = 10..20`; all if left out.
    time: Option<RangeBinding>,
    /// Every which of the frames is read; 1 if left out.
    #[named]
    every: Option<usize>,
) -> Result<Record> {
    let store = call
        .world()
        .store(&path)
        .map_err(|reason| call.error(&codes::E0601_FILE, reason))?;
    let engine = |error| failed(call, error);
    if store.get("zarr.json").map_err(engine)?.is_none() {
        let message = format!("there is no saved run in `{path}`");
        return Err(call.error(&codes::E0601_FILE, message));
    }
    let archive = Archive::open(store).map_err(engine)?;
    let description = archive.description().clone();
    let times = archive.column("time").map_err(engine)?;
    let range = match &time {
        None => (f64::NEG_INFINITY, f64::INFINITY),
        Some(time) => (
            call.real_number(&time.range.start, time.span)?,
            call.real_number(&time.range.end, time.span)?,
        ),
    };
    let chosen: Vec<usize> = (0..times.len())
        .filter(|&index| {
            times.get(index).is_some_and(|t| (range.0..=range.1).contains(t))
        })
        .step_by(every.unwrap_or(1).max(1))
        .collect();
    let cells: usize = description.axes.iter().map(|axis| axis.1.len()).product();
    let numbers =
        chosen.len().saturating_mul(cells).saturating_mul(description.planes.len());
    if numbers > MOST_NUMBERS {
        let message = format!(
            "{} frames are {:.1} GB, more than is kept in memory",
            chosen.len(),
            numbers as f64 * 8e-9
        );
        return Err(call.error(&codes::E0403_TOO_LARGE, message));
    }
    let chosen_times: Vec<f64> =
        chosen.iter().filter_map(|&index| times.get(index).copied()).collect();
    let space: Vec<ArrayAxis> = description
        .axes
        .iter()
        .map(|(name, points)| {
            ArrayAxis::new(name, AxisKind::Space { periodic: false }, points.clone())
        })
        .collect();
    let mut record = Record::new("saved run").described(&format!(
        "{} frames of {} from `{path}`",
        chosen.len(),
        description.planes.join(", ")
    ));
    let time_axis = ArrayAxis::time(chosen_times.clone());
    if let Some(own) = NumericArray::along(chosen_times.clone(), time_axis.clone()) {
        record = record.with("t", own.named("t"));
    }
    let mut plane = 0;
    while let Some(name) = description.planes.get(plane) {
        let complex = name.ends_with(".re");
        let mut real = Vec::new();
        let mut imaginary = Vec::new();
        for &index in &chosen {
            call.poll()?;
            real.extend(archive.plane(plane, index).map_err(engine)?.to_double());
            if complex {
                imaginary
                    .extend(archive.plane(plane + 1, index).map_err(engine)?.to_double());
            }
        }
        let values: ArrayValues = if complex {
            let pairs = real.into_iter().zip(imaginary);
            pairs.map(|(re, im)| Complex64::new(re, im)).collect::<Vec<_>>().into()
        } else {
            real.into()
        };
        let name = name.trim_end_matches(".re");
        let mut axes = vec![time_axis.clone()];
        axes.extend(space.iter().cloned());
        if let Some(array) = NumericArray::new(values, axes) {
            record = record.with(name, array.named(name));
        }
        plane += if complex { 2 } else { 1 };
    }
    for column in &description.columns {
        let all = archive.column(column).map_err(engine)?;
        let values: Vec<f64> =
            chosen.iter().filter_map(|&index| all.get(index).copied()).collect();
        if let Some(array) = NumericArray::along(values, time_axis.clone()) {
            record = record.with(column, array.named(column));
        }
    }
    Ok(record)
}
