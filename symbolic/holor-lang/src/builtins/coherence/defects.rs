//! Phase defects: vortices of planar fields, vortex lines in space, tips of spiral waves.

use std::sync::Arc;

use holor_coherence::fields::{self, Vortices};
use holor_macros::builtin;

use super::data::{AtTimes, Layout, Samples, integer};
use super::pictures;
use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, NumericArray};
use crate::evaluate::Call;
use crate::plot::Plot;
use crate::{Builtin, Diagnostic, Record, Result, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] =
    &[&VORTICES, &VORTEX_COUNT, &TOPOLOGICAL_CHARGES, &SPIRAL_TIPS, &VORTEX_LINES];

/// The vortices of one frame: of a complex field at its zeros, of phases at the middles of plaquettes.
fn vortices_of(
    samples: &Samples,
    frame: &NumericArray,
    least: Option<f64>,
) -> Result<(Vortices, Layout)> {
    let span = samples.span;
    let layout = Layout::of(frame, None, span)?;
    if frame.rank() != 2 {
        let message = format!(
            "vortices live in the plane: a field over two axes and time, found {}",
            frame.describe()
        );
        let error = Diagnostic::error(&codes::E0203_WRONG_SHAPE, message).at(span);
        return if frame.rank() == 3 {
            error.hint("vortex_lines(A)").into()
        } else {
            error.into()
        };
    }
    let found = match frame.as_real() {
        None => {
            let field = frame.to_complex();
            fields::vortices_of_field(&field, &layout.grid, least.unwrap_or(0.0))
        }
        Some(phases) => {
            if least.is_some() {
                let message = "phases have no amplitude; give the complex field";
                return Diagnostic::error(&codes::E0202_WRONG_ARGUMENTS, message)
                    .at(span)
                    .into();
            }
            fields::vortices(phases, &layout.grid)
        }
    };
    Ok((found.or_refuse(span)?, layout))
}

/// The vortices of a planar field: where its phase turns by a multiple of 2π on a way around.
///
/// A complex field has its vortices at the zeros of its bilinear interpolation, an array of phases (radians) at the middles
/// of its cells. The charge is +1 where the phase grows counterclockwise, with the first axis to the right and the second
/// upwards. Cells with a corner below `least` in amplitude are left out and counted in `skipped`: give a share of the bulk
/// value where the field falls to nothing, as at the edge of a trap. Of a field through time,
/// those of the last frame: `vortex_count` counts them at each time.
///
/// ```holor
/// B = box(x = -1..1, y = -1..1; points = [9, 9], boundary = neumann); A = field(B, complex, x + 0.1 + i (y - 0.05));
/// v = vortices(A);
/// v.charge                                     # => array([1.0])
/// max(abs(v.x - [-0.1])) < 1e-6    # => true
/// max(abs(v.y - [0.05])) < 1e-6    # => true
/// vortices([1, 2, 3])                          # error: [E0203]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "vortices",
    aliases("phase_singularities", "phase_defects"),
    see("vortex_count", "winding_number", "spiral_tips", "vortex_lines")
)]
fn vortices(
    /// A complex field over two axes, or its phases.
    field: Samples,
    /// The least amplitude that counts.
    #[named]
    least: Option<f64>,
) -> Result<Record> {
    let (frame, moment) = pictures::last_frame(&field.array);
    let (found, layout) = vortices_of(&field, &frame, least)?;
    let summary = format!(
        "{} of positive and {} of negative charge{}",
        found.positive,
        found.negative,
        if moment.is_empty() { String::new() } else { format!(" at {moment}") }
    );
    Ok(record("vortices", &summary, &found, &layout, &frame))
}

/// The vortices as a record with positions in the units of the axes.
fn record(
    kind: &'static str,
    summary: &str,
    found: &Vortices,
    layout: &Layout,
    frame: &NumericArray,
) -> Record {
    let along = |axis: usize| -> Vec<f64> {
        found.list.iter().map(|it| layout.coordinate(axis, it.position[axis])).collect()
    };
    let (x, y) = (axis_name(layout, 0, "x"), axis_name(layout, 1, "y"));
    let charges: Vec<f64> = found.list.iter().map(|it| it.charge as f64).collect();
    let background = match frame.function("arg") {
        Some(Ok(phase)) if frame.is_complex() => phase,
        _ => frame.clone().with_angle(true),
    };
    Record::new(kind)
        .described(summary)
        .with(&x, NumericArray::vector(along(0)).named(&x))
        .with(&y, NumericArray::vector(along(1)).named(&y))
        .with("charge", NumericArray::vector(charges).named("charge"))
        .with("positive", integer(found.positive))
        .with("negative", integer(found.negative))
        .with("total", integer(found.total))
        .with("skipped", integer(found.skipped))
        .with("phase", background)
        .drawn(draw)
}

fn axis_name(layout: &Layout, axis: usize, otherwise: &str) -> String {
    match layout.axes.get(axis).map(ArrayAxis::name) {
        Some(name) if !name.is_empty() => name.to_string(),
        _ => otherwise.to_string(),
    }
}

/// The phase as a map with the defects on it.
fn draw(record: &Record) -> Result<Plot> {
    let phase = pictures::part(record, "phase")?.clone();
    // Two axes that only count would be drawn as a matrix, rows downward: here they are a plane.
    let phase = match phase.axes() {
        [x, y] if x.name().is_empty() && y.name().is_empty() => {
            let axes = [("x", x), ("y", y)].map(|(name, axis)| {
                ArrayAxis::space(name, axis.coordinates().into_owned(), false)
            });
            phase.with_axes(axes).unwrap_or(phase)
        }
        _ => phase,
    };
    let names: Vec<&str> = record.names().take(2).collect();
    let values = |name: &str| -> Vec<f64> {
        record.array(name).and_then(NumericArray::as_real).unwrap_or_default().to_vec()
    };
    let (xs, ys, charges) = (
        names.first().map_or_else(Vec::new, |name| values(name)),
        names.get(1).map_or_else(Vec::new, |name| values(name)),
        values("charge"),
    );
    let of_sign = |sign: f64| -> Vec<(f64, f64)> {
        xs.iter()
            .zip(&ys)
            .zip(&charges)
            .filter(|(_, charge)| **charge * sign > 0.0)
            .map(|((&x, &y), _)| (x, y))
            .collect()
    };
    let groups = [("charge > 0", of_sign(1.0)), ("charge < 0", of_sign(-1.0))];
    let mut plot = pictures::map(&phase)?;
    let [x, y] = phase.axes() else { return Ok(plot) };
    plot.layers.extend(pictures::in_space(&groups, [x, y]).layers);
    Ok(plot)
}

/// How many vortices a planar field has: their number for each time.
///
/// ```holor
/// B = box(x = -1..1, y = -1..1; points = [9, 9], boundary = neumann); A = field(B, complex, x + 0.1 + i (y - 0.05)); vortex_count(A)    # => 1
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "integer or array",
    aliases("defect_count"),
    see("vortices", "topological_charges")
)]
fn vortex_count(
    call: &Call<'_>,
    /// A complex field over two axes, or its phases.
    field: Samples,
    /// The least amplitude that counts.
    #[named]
    least: Option<f64>,
) -> Result<Value> {
    field.count_at_times(call, "vortices", |frame| {
        Ok(vortices_of(&field, frame, least)?.0.list.len() as i64)
    })
}

/// The sum of the charges of the vortices of a planar field, for each time; 0 on a torus.
///
/// ```holor
/// B = box(x = -1..1, y = -1..1; points = [9, 9], boundary = neumann); A = field(B, complex, x + 0.1 - i (y - 0.05)); topological_charges(A)    # => -1
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "integer or array",
    aliases("total_vortex_charge"),
    see("vortices", "vortex_count")
)]
fn topological_charges(
    call: &Call<'_>,
    /// A complex field over two axes, or its phases.
    field: Samples,
    /// The least amplitude that counts.
    #[named]
    least: Option<f64>,
) -> Result<Value> {
    field.count_at_times(call, "charge", |frame| {
        Ok(vortices_of(&field, frame, least)?.0.total)
    })
}

/// The tips of spiral waves: where two fields have the values u* and v* at once, with the sense of rotation as charge.
///
/// Fenton and Karma, Chaos 8 (1998) 20; Iyer and Gray, Ann. Biomed. Eng. 29 (2001) 47. Of fields through time, those of the
/// last frame.
///
/// ```holor
/// B = box(x = -1..1, y = -1..1; points = [9, 9], boundary = neumann); u = field(B, x + 0.1); v = field(B, y - 0.05); spiral_tips(u, v).charge    # => array([1.0])
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "spiral tips", see("vortices"))]
fn spiral_tips(
    call: &Call<'_>,
    /// The first field.
    u: Samples,
    /// The second field.
    v: Samples,
    /// The values `[u*, v*]`; `[0, 0]` if left out.
    #[named]
    center: Option<Vec<f64>>,
) -> Result<Record> {
    let center = match center.as_deref() {
        None => [0.0, 0.0],
        Some(&[a, b]) => [a, b],
        Some(other) => {
            let message =
                format!("the centre is two numbers [u*, v*], found {}", other.len());
            return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
        }
    };
    let ((first, _), (second, _)) =
        (pictures::last_frame(&u.array), pictures::last_frame(&v.array));
    if first.shape() != second.shape() || first.rank() != 2 {
        let message = format!(
            "tips need two fields over the same two axes, found {} and {}",
            first.describe(),
            second.describe()
        );
        return Err(call.error(&codes::E0203_WRONG_SHAPE, message));
    }
    let layout = Layout::of(&first, None, u.span)?;
    let found =
        fields::spiral_tips(u.real(&first)?, v.real(&second)?, &layout.grid, center)
            .or_refuse(u.span)?;
    let angles: Vec<f64> = u
        .real(&first)?
        .iter()
        .zip(v.real(&second)?)
        .map(|(a, b)| (b - center[1]).atan2(a - center[0]))
        .collect();
    let phase = first.with_values(angles).map(|it| it.with_angle(true));
    let summary =
        format!("{} turn one way and {} the other", found.positive, found.negative);
    Ok(record("spiral tips", &summary, &found, &layout, &phase.unwrap_or(first)))
}

/// The vortex lines of a field in space: the cells' faces that they pierce, by winding numbers.
///
/// `counts` says how many faces normal to each axis are pierced, `length` the length of the lines as |l_x| + |l_y| + |l_z|.
///
/// ```holor
/// B = box(x = -1..1, y = -1..1, z = 0..1; points = [8, 8, 4], boundary = neumann); A = field(B, complex, x + 0.1 + i (y - 0.05)); vortex_lines(A).counts    # => [0, 0, 4]
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "vortex lines", see("vortices"))]
fn vortex_lines(
    call: &Call<'_>,
    /// A complex field over three axes, or its phases.
    field: Samples,
) -> Result<Record> {
    let AtTimes { items, .. } =
        field.at_times(call, |frame| Ok(Arc::new(frame.clone())))?;
    let Some(frame) = items.last() else {
        return Err(call.error(&codes::E0301_UNDEFINED, "there is no field"));
    };
    let layout = Layout::of(frame, None, field.span)?;
    let phases = match frame.as_real() {
        Some(values) => values.to_vec(),
        None => frame.to_complex().iter().map(|z| z.arg()).collect(),
    };
    if frame.rank() != 3 {
        let message = format!(
            "vortex lines live in space: a field over three axes and time, found {}",
            frame.describe()
        );
        return Diagnostic::error(&codes::E0203_WRONG_SHAPE, message)
            .at(field.span)
            .hint("vortices(A)")
            .into();
    }
    let found = fields::vortex_lines(&phases, &layout.grid).or_refuse(field.span)?;
    let length: f64 = found
        .counts
        .iter()
        .zip(&layout.spacing)
        .map(|(&count, spacing)| count as f64 * spacing)
        .sum();
    let positions: Vec<f64> = found
        .pierced
        .iter()
        .flat_map(|it| {
            (0..3)
                .map(|axis| layout.coordinate(axis, it.position[axis]))
                .collect::<Vec<_>>()
        })
        .collect();
    let normals: Vec<f64> =
        found.pierced.iter().map(|it| (it.normal + 1) as f64).collect();
    let charges: Vec<f64> = found.pierced.iter().map(|it| it.charge as f64).collect();
    let axes = [ArrayAxis::index(found.pierced.len()), ArrayAxis::index(3)];
    let positions = NumericArray::new(positions, axes);
    let integers = |values: Vec<i64>| crate::builtin::IntoValue::into_value(values);
    Ok(Record::new("vortex lines")
        .described("faces pierced by lines, by the axis normal to them")
        .with("counts", integers(found.counts.iter().map(|&it| it as i64).collect()))
        .with("totals", integers(found.totals.to_vec()))
        .with("length", length)
        .with("positions", positions.map_or(Value::Nothing, NumericArray::into_value))
        .with("normal", NumericArray::vector(normals).named("normal"))
        .with("charge", NumericArray::vector(charges).named("charge"))
        .drawn(draw_lines))
}

/// The pierced faces seen along the third axis.
fn draw_lines(record: &Record) -> Result<Plot> {
    let positions = pictures::part(record, "positions")?;
    let values = positions.as_real().unwrap_or_default();
    let points =
        values.chunks(3).filter_map(|it| Some((*it.first()?, *it.get(1)?))).collect();
    let plot = pictures::scatter(points, ("x", "x"), ("y", "y"), "vortex lines");
    Ok(Plot { equal_aspect: true, size: (480, 480), ..plot })
}
