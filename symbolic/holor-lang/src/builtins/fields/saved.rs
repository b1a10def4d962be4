//! Runs on disk: their frames as arrays.

use std::sync::Arc;

use holor_algebra::Expr;
use holor_field::checkpoint::{Archive, Description};
use holor_macros::builtin;

use super::evolve::failed;
use super::room;
use crate::array::{ArrayAxis, ArrayValues, AxisKind, Complex64};
use crate::builtin::RangeBinding;
use crate::evaluate::Call;
use crate::field::{is_own_column, stands_beyond, values_over, watched_value};
use crate::{Builtin, Diagnostic, NumericArray, Record, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[&READ_RUN];

/// The frames of a run that was kept on disk by `checkpoint = …`, as arrays by name.
///
/// What was watched is there as `watch`, as it is of a run: of one thing the column over time, of several the list of them.
///
/// `explain(read_run(…))` says what was asked for when the run began. To go on, run the cell that began it with a later end of `t`.
///
/// Of a run larger than the memory a part is read: `t = 10..20` takes the frames of these times, `every = 10` each tenth of them.
///
/// ```holor
/// read_run("nowhere.zarr")    # error: [E0601]
/// ```
#[builtin(topic = "fields", latex = none, since = "0.1", returns = "record", see("evolve", "continue"))]
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
        let mut error = call.error(&codes::E0601_FILE, message);
        if !store.list("time/").map_err(engine)?.is_empty() {
            error = Box::new((*error).hint("its file zarr.json, which is missing"));
        }
        return Err(error);
    }
    let archive = Archive::open(store).map_err(engine)?;
    let description = archive.description().clone();
    let times = archive.column("time").map_err(engine)?;
    if every == Some(0) {
        let message = "`every` counts frames from 1: 2 is each second one";
        let error = call.error(&codes::E0204_OUT_OF_RANGE, message);
        return Err(Box::new((*error).hint("every = 1")));
    }
    let chosen = match &time {
        None => (0..times.len()).collect(),
        Some(time) => chosen(call, time, &description, &times)?,
    };
    let chosen: Vec<usize> = chosen.into_iter().step_by(every.unwrap_or(1)).collect();
    let cells: usize = description.axes.iter().map(|axis| axis.1.len()).product();
    fits(call, &path, &description.planes, cells, [chosen.len(), every.unwrap_or(1)])?;
    let chosen_times: Vec<f64> =
        chosen.iter().filter_map(|&index| times.get(index).copied()).collect();
    let space = |field: &str| -> Vec<ArrayAxis> {
        let axes = description.axes.iter().map(|(name, points)| {
            let mut points = points.clone();
            if stands_beyond(&description, field, name) {
                let step = points.get(1).zip(points.first()).map(|(b, a)| b - a);
                points.iter_mut().for_each(|x| *x += step.unwrap_or(0.0) / 2.0);
            }
            ArrayAxis::new(name, AxisKind::Space { periodic: false }, points)
        });
        axes.collect()
    };
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
        let (mut real, mut imaginary) = (Vec::new(), Vec::new());
        let numbers = chosen.len().saturating_mul(cells);
        let room = real.try_reserve_exact(numbers);
        let also = imaginary.try_reserve_exact(if complex { numbers } else { 0 });
        if room.and(also).is_err() {
            let message = format!("there is no memory for {} frames", chosen.len());
            return Err(call.error(&codes::E0403_TOO_LARGE, message));
        }
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
        axes.extend(space(name));
        if let Some(array) = NumericArray::new(values, axes) {
            record = record.with(name, array.named(name));
        }
        plane += if complex { 2 } else { 1 };
    }
    let mut columns = Vec::new();
    let names = description.columns.iter().enumerate();
    for (place, column) in names.filter(|(_, name)| !is_own_column(name)) {
        let all = archive.column(column).map_err(engine)?;
        let mut values = Vec::with_capacity(chosen.len());
        for &index in &chosen {
            call.poll()?;
            let whole = archive.watched(place, index).map_err(engine)?;
            let number = || Value::from(all.get(index).copied().unwrap_or(f64::NAN));
            values.push(whole.and_then(watched_value).unwrap_or_else(number));
        }
        if let Some(value) = values_over(column, &time_axis, &values) {
            record = record.with(column, value.clone());
            columns.push(value);
        }
    }
    let record = record.carrying(Arc::new(Saved { path, description }));
    Ok(match columns.len() {
        0 => record,
        1 => record.with("watch", columns.remove(0)),
        _ => record.with("watch", Value::List(columns.into())),
    })
}

/// Where a record of frames comes from.
#[derive(Debug)]
struct Saved {
    path: Arc<str>,
    description: Description,
}

/// What was asked for when a run that was read began: sentences; `None` of other records.
pub(super) fn explained(record: &Record) -> Option<Vec<String>> {
    let Saved { path, description } = record.carried::<Saved>()?;
    let mut lines = vec![format!("read from `{path}`")];
    let given = description.attributes.iter().filter(|(_, text)| !text.is_empty());
    // Digits that tell starts apart say nothing to people.
    lines.extend(
        given
            .filter(|(name, _)| name != "values")
            .map(|(name, text)| format!("{name}: {text}")),
    );
    Some(lines)
}

/// Says how a run that was read goes on; `None` of other records.
pub(super) fn continued(
    call: &Call<'_>,
    record: &Record,
    to: &Expr,
) -> Option<Box<Diagnostic>> {
    let Saved { path, description } = record.carried::<Saved>()?;
    let message = "what is read from disk are frames; the cell that began the run goes on from its checkpoint where its `t` ends later";
    let start = description.attributes.iter().find(|(name, _)| name == "start");
    let start = start.map_or("t = 0", |(_, text)| text.as_str());
    let hint = format!("evolve(…, {start}..{to}, checkpoint = \"{path}\")");
    Some(Box::new((*call.error(&codes::E0310_EVOLUTION, message)).hint(hint)))
}

/// Refuses frames that do not fit into the memory that is free: all fields, and, while one is read that is complex, its parts besides.
fn fits(
    call: &Call<'_>,
    path: &str,
    planes: &[String],
    cells: usize,
    [frames, every]: [usize; 2],
) -> Result<()> {
    let parts = if planes.iter().any(|name| name.ends_with(".re")) { 2 } else { 0 };
    let frame = 8 * (planes.len() + parts) as u64 * cells as u64;
    let needed = frame.saturating_mul(frames as u64);
    let some = if frames == 1 { "frame" } else { "frames" };
    let verb = if frames == 1 { "takes" } else { "take" };
    let what = format!("{frames} {some} of `{path}` {verb}");
    let Some((error, free)) = room::beyond_free(call, &what, needed) else {
        return Ok(());
    };
    let fit = (free / frame.max(1)) as usize;
    let hint = match frames.div_ceil(fit.max(1)) {
        _ if fit == 0 || frames < 2 => "close what else needs memory".to_owned(),
        times => format!("every = {}", times * every),
    };
    Err(Box::new(error.hint(hint)))
}

/// The frames within a range of times; times that differ by rounding are the same.
fn chosen(
    call: &Call<'_>,
    time: &RangeBinding,
    description: &Description,
    times: &[f64],
) -> Result<Vec<usize>> {
    let name = time.symbol.name();
    let refused = |message: String, hint: String| {
        Diagnostic::error(&codes::E0204_OUT_OF_RANGE, message).at(time.span).hint(hint)
    };
    let (start, end) = (
        call.real_number(&time.range.start, time.span)?,
        call.real_number(&time.range.end, time.span)?,
    );
    if description.axes.iter().any(|axis| axis.0 == name) {
        let message = format!(
            "`read_run` takes a range of times; `{name}` is a coordinate, along which the frames are whole"
        );
        return refused(message, format!("t = {start}..{end}")).into();
    }
    if let Some(own) = time_of(description).filter(|own| *own != name) {
        let message = format!("the time of this run is `{own}`");
        return refused(message, format!("{own} = {start}..{end}")).into();
    }
    if time.range.step.is_some() {
        let message = "frames are left out by their number, not by a step in time";
        return refused(message.into(), format!("{name} = {start}..{end}, every = 2"))
            .into();
    }
    if start > end {
        let message = "time runs from a lower to a higher number";
        return refused(message.into(), format!("{name} = {end}..{start}")).into();
    }
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return Ok(Vec::new());
    };
    let near = 1e-9 * (last - first) / (times.len() as f64 - 1.0).max(1.0);
    let within = (start - near)..=(end + near);
    let chosen: Vec<usize> = (0..times.len())
        .filter(|&index| times.get(index).is_some_and(|t| within.contains(t)))
        .collect();
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let after = times.iter().position(|t| *t > end);
    let (message, hint) = match after {
        Some(after) if after > 0 => {
            let (before, after) = (times.get(after - 1), times.get(after));
            (
                format!("no frame lies within {name} = {start}..{end}"),
                format!(
                    "{name} = {}..{}",
                    before.copied().unwrap_or(*first),
                    after.copied().unwrap_or(*last)
                ),
            )
        }
        _ => (
            format!("the run has frames from {name} = {first} to {last}"),
            format!("{name} = {first}..{last}"),
        ),
    };
    refused(message, hint).into()
}

/// The name of the time: the first of what the first field depends on in the equations.
fn time_of(description: &Description) -> Option<&str> {
    let equations =
        description.attributes.iter().find(|(name, _)| name == "equations")?.1.as_str();
    let field = description.planes.first()?.trim_end_matches(".re");
    let call = format!("{field}(");
    let (place, _) = equations.match_indices(&call).find(|(place, _)| {
        let before = equations.get(..*place).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })?;
    let rest = equations.get(place + call.len()..)?;
    let end = rest.find([',', ')'])?;
    rest.get(..end).map(str::trim)
}
