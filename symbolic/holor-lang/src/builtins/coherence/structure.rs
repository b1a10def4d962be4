//! Structure factors, correlation functions and the lengths read from them.

use std::sync::Arc;

use holor_algebra::Expr;
use holor_coherence::fields::{
    self, Correlation, CorrelationCurve, exponential_length, integral_scale,
    second_moment_length,
};
use holor_macros::builtin;

use super::data::{AtTimes, Layout, Samples, real_if_possible, spread};
use super::pictures;
use super::refusal::OrRefuse as _;
use crate::array::{ArrayAxis, Complex64, NumericArray, real_number};
use crate::builtin::{AxisChoice, Many, word};
use crate::evaluate::Call;
use crate::{Builtin, Diagnostic, Range, Record, Result, Span, Value, codes};

/// The records of this file.
pub(crate) static BUILTINS: &[&Builtin] = &[
    &STRUCTURE_FACTOR,
    &STRUCTURE_FACTOR_OF_POINTS,
    &CORRELATION_FUNCTION,
    &PHASE_CORRELATION,
    &CORRELATION_LENGTH,
    &MEAN_WAVE_NUMBER,
];

/// Of so many values and more there is no map for each time: it would take gigabytes.
const MOST_MAPPED: usize = 1 << 26;

/// `S_k` over wave numbers: the axis of a name with a subscript.
fn wave_axis(layout: &Layout, axis: usize) -> (ArrayAxis, Vec<usize>) {
    let n = layout.grid.shape().get(axis).copied().unwrap_or(1);
    let step = std::f64::consts::TAU
        / (n as f64 * layout.spacing.get(axis).copied().unwrap_or(1.0));
    // In rising order: from -n/2 on.
    let order: Vec<usize> = (0..n).map(|place| (place + n.div_ceil(2)) % n).collect();
    let numbers: Vec<f64> =
        (0..n).map(|place| (place as f64 - (n / 2) as f64) * step).collect();
    let name = format!("k_{}", layout.name(axis));
    (ArrayAxis::quantity(&name, numbers), order)
}

/// Values over modes or displacements in the order of `fftfreq`, brought to rising order along all axes.
fn rising<T: Copy>(values: &[T], orders: &[Vec<usize>]) -> Vec<T> {
    let mut offsets = vec![0_usize];
    for order in orders {
        offsets = offsets
            .iter()
            .flat_map(|offset| order.iter().map(move |it| offset * order.len() + it))
            .collect();
    }
    offsets.iter().filter_map(|&place| values.get(place).copied()).collect()
}

/// The record of a structure factor at one time, without the map over all wave vectors.
pub(super) fn spectrum_record(k: &[f64], s: Vec<f64>, count: &[usize]) -> Record {
    let axis = ArrayAxis::quantity("k", k.to_vec());
    let along = |values: Vec<f64>, name: &str| {
        NumericArray::along(values, axis.clone())
            .map_or(Value::Nothing, |array| array.named(name).into_value())
    };
    Record::new("structure factor")
        .described("S over wave numbers, averaged over shells")
        .with("k", along(k.to_vec(), "k"))
        .with("S", along(s, "S"))
        .with("count", along(count.iter().map(|&it| it as f64).collect(), "count"))
        .drawn(|record| pictures::spectrum(record, "S"))
}

/// The record of a correlation function at one time, without the map over all displacements.
pub(super) fn curve_record(kind: &'static str, r: &[f64], c: Vec<f64>) -> Record {
    let axis = ArrayAxis::quantity("r", r.to_vec());
    let along = |values: Vec<f64>, name: &str| {
        NumericArray::along(values, axis.clone())
            .map_or(Value::Nothing, |array| array.named(name).into_value())
    };
    Record::new(kind)
        .with("r", along(r.to_vec(), "r"))
        .with("C", along(c, "C"))
        .drawn(|record| pictures::curve(record, "C"))
}

/// Σ n k S/Σ n S over shells with n modes each.
pub(super) fn mean_wave_number_of(k: &[f64], s: &[f64], count: &[usize]) -> Option<f64> {
    let weights = || s.iter().zip(count).map(|(s, n)| s * *n as f64);
    let whole: f64 = weights().sum();
    let sum: f64 = weights().zip(k).map(|(weight, k)| weight * k).sum();
    (whole > 0.0).then(|| sum / whole)
}

/// What is said of a field without waves.
pub(super) fn no_waves(call: &Call<'_>) -> Box<Diagnostic> {
    let message = "the mean wave number is undefined: the field does not vary";
    call.error(&codes::E0301_UNDEFINED, message)
}

/// The mean wave number Σ|k| S(k)/Σ S(k) of a field on a periodic grid; one for each time.
///
/// Over the shells of its `structure_factor`, in the units of the axes; 2π by it is a mean wavelength. The mean of the field, k = 0, is left out, and so are wave vectors beyond the
/// smallest Nyquist wave number. Of patterns that coarsen it falls as their size grows (Bray, Adv. Phys. 43 (1994) 357).
///
/// ```holor
/// B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, 1 + cos(3x)); abs(mean_wave_number(u) - 3) < 1e-12    # => true
/// B = box(x = 0..2pi; points = 16, boundary = periodic); u = field(B, 1); mean_wave_number(u)    # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = r"\left\langle k \right\rangle",
    since = "0.1",
    returns = "decimal or array",
    see("structure_factor", "correlation_length")
)]
fn mean_wave_number(
    call: &Call<'_>,
    /// The field.
    u: Samples,
    /// Whether all axes close; as the array says if left out.
    #[named]
    periodic: Option<bool>,
) -> Result<Value> {
    u.number_at_times(call, "⟨k⟩", |frame| {
        let layout = Layout::of(frame, periodic, u.span)?;
        layout.require_periodic(call, u.span)?;
        let samples = [frame.to_complex().into_owned()];
        let s = fields::structure_factor(&samples, &layout.grid, &layout.spacing, true)
            .or_refuse(u.span)?
            .radial();
        mean_wave_number_of(&s.radius, &s.value, &s.count).ok_or_else(|| no_waves(call))
    })
}

/// The structure factor S(k) = |Σ_x u(x) e^{-ik·x}|²/N of a field on a periodic grid of N points.
///
/// k are wave numbers 2πm/L in the units of the axes. The mean of S over all k is ⟨|u|²⟩. `S` is the average over shells
/// around k = 0, one step 2π/L wide and up to the smallest Nyquist wave number; `map` has S for each wave vector. Of a
/// field through time S and `map` are over time as well; `mean(r.S, axis = t)` averages them. The mean of the field is
/// kept, with `connected = true` it is taken off, so that S(0) = 0. In numpy `abs(fftn(u))**2/u.size`.
///
/// ```holor
/// B = box(x = 0..2pi; points = 8, boundary = periodic); u = field(B, 2 cos(3x)); s = structure_factor(u);
/// max(abs(s.S - [0.0, 0.0, 8.0, 0.0])) < 1e-12    # => true
/// structure_factor([1, 2, 3])                  # error: [E0307]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "structure factor",
    see("correlation_function", "correlation_length", "uniform_fraction", "structure_factor_of_points")
)]
fn structure_factor(
    call: &Call<'_>,
    /// The field.
    u: Samples,
    /// Whether the mean of each frame is taken off.
    #[named]
    #[default(false)]
    connected: bool,
    /// Whether all axes close; as the array says if left out.
    #[named]
    periodic: Option<bool>,
) -> Result<Record> {
    let mut shape: Option<(Layout, Vec<f64>, Vec<usize>)> = None;
    let found = u.at_times(call, |frame| {
        let layout = Layout::of(frame, periodic, u.span)?;
        layout.require_periodic(call, u.span)?;
        let samples = [frame.to_complex().into_owned()];
        let s =
            fields::structure_factor(&samples, &layout.grid, &layout.spacing, connected)
                .or_refuse(u.span)?;
        let radial = s.radial();
        shape = Some((layout, radial.radius.clone(), radial.count.clone()));
        let all = if u.array.count() < MOST_MAPPED { s.values } else { Vec::new() };
        Ok((radial.value, all))
    })?;
    let Some((layout, radius, count)) = shape else {
        return Err(call.error(&codes::E0301_UNDEFINED, "there is no field"));
    };
    let (shells, all): (Vec<Vec<f64>>, Vec<Vec<f64>>) = found.items.into_iter().unzip();
    let axis = ArrayAxis::quantity("k", radius);
    let s = spread(found.time.as_ref(), axis.clone(), &shells, "S");
    let mut axes: Vec<ArrayAxis> = found.time.iter().cloned().collect();
    let mut orders = Vec::new();
    for place in 0..layout.axes.len() {
        let (axis, order) = wave_axis(&layout, place);
        axes.push(axis);
        orders.push(order);
    }
    let all: Vec<f64> = all.iter().flat_map(|it| rising(it, &orders)).collect();
    let map = NumericArray::new(all, axes).map(|it| it.named("S"));
    let count: Vec<f64> = count.iter().map(|&it| it as f64).collect();
    let count = NumericArray::along(count, axis.clone());
    let numbers = axis.coordinates().into_owned();
    let k = NumericArray::along(numbers, axis).map(|it| it.named("k"));
    let part = |array: Option<NumericArray>| {
        array.map_or(Value::Nothing, NumericArray::into_value)
    };
    Ok(Record::new("structure factor")
        .described("S over wave numbers, averaged over shells")
        .with("k", part(k))
        .with("S", part(s))
        .with("count", part(count))
        .with("map", part(map))
        .drawn(|record| pictures::spectrum(record, "S")))
}

/// The structure factor S(k) = |Σ_j e^{-ik·r_j}|²/N of N points in a periodic box, averaged over shells of |k|.
///
/// The wave vectors are 2πm/L, with |m| up to `largest` along each axis. Hansen and McDonald, Theory of Simple Liquids (2013),
/// section 4.1.
///
/// ```holor
/// structure_factor_of_points([[0], [1], [2], [3]], [4], largest = 4).S[4]    # => 4.0
/// ```
#[builtin(topic = "coherence", latex = none, since = "0.1", returns = "structure factor", see("structure_factor"))]
fn structure_factor_of_points(
    call: &Call<'_>,
    /// The points, each a list of coordinates.
    points: Samples,
    /// The sides of the box; one number where all are equal.
    sides: Many<f64>,
    /// The largest m along an axis.
    #[named]
    #[default(20)]
    largest: u32,
    /// The width of the shells of |k|; 2π/L of the shortest side if left out.
    #[named]
    width: Option<f64>,
) -> Result<Record> {
    let span = points.span;
    let rows: Vec<Vec<f64>> = match points.array.rank() {
        2 => points
            .real(&points.array)?
            .chunks(points.array.shape().get(1).copied().unwrap_or(1).max(1))
            .map(<[f64]>::to_vec)
            .collect(),
        _ => points.real(&points.array)?.iter().map(|&x| vec![x]).collect(),
    };
    let axes = rows.first().map_or(1, Vec::len);
    let sides = match sides.items.as_slice() {
        &[side] if !sides.list => vec![side; axes],
        given => given.to_vec(),
    };
    let vectors = fields::box_wave_vectors(&sides, largest).or_refuse(call.span())?;
    let values = fields::structure_factor_of_points(&rows, &vectors).or_refuse(span)?;
    let shortest = sides.iter().copied().fold(f64::INFINITY, f64::min);
    let width = width.unwrap_or(std::f64::consts::TAU / shortest);
    let radial = fields::radial_structure_factor(&vectors, &values, width)
        .or_refuse(call.span())?;
    let axis = ArrayAxis::quantity("k", radial.radius);
    let numbers = axis.coordinates().into_owned();
    let k = NumericArray::along(numbers, axis.clone()).map(|it| it.named("k"));
    let s = NumericArray::along(radial.value, axis).map(|it| it.named("S"));
    Ok(Record::new("structure factor")
        .described("S over wave numbers, averaged over shells")
        .with("k", k.map_or(Value::Nothing, NumericArray::into_value))
        .with("S", s.map_or(Value::Nothing, NumericArray::into_value))
        .drawn(|record| pictures::spectrum(record, "S")))
}

/// A correlation as a curve over the distance: along the only axis, or averaged over directions.
fn curve_of(
    correlation: &Correlation,
    layout: &Layout,
    axis: Option<usize>,
    span: Span,
) -> Result<CorrelationCurve> {
    let single = (layout.axes.len() == 1).then_some(0);
    match axis.or(single) {
        Some(axis) => {
            let spacing = layout.spacing.get(axis).copied().unwrap_or(1.0);
            correlation.along(axis, spacing).or_refuse(span)
        }
        None => {
            let radial = correlation.radial(&layout.spacing).or_refuse(span)?;
            Ok(CorrelationCurve { distance: radial.radius, value: radial.value })
        }
    }
}

/// What a correlation function is made into.
struct Parts {
    curves: Vec<Vec<f64>>,
    maps: Vec<Vec<Complex64>>,
    distance: Vec<f64>,
    layout: Option<(Layout, Vec<usize>)>,
}

fn correlation_record(
    call: &Call<'_>,
    found: AtTimes<(Correlation, CorrelationCurve, Layout)>,
    kind: &'static str,
    summary: &str,
) -> Result<Record> {
    let mut parts = Parts {
        curves: Vec::new(),
        maps: Vec::new(),
        distance: Vec::new(),
        layout: None,
    };
    let count: usize = found.items.iter().map(|it| it.0.values.len()).sum();
    for (correlation, curve, layout) in found.items {
        parts.curves.push(curve.value);
        parts.distance = curve.distance;
        if count < MOST_MAPPED {
            parts.maps.push(correlation.values);
        }
        parts.layout = Some((layout, correlation.shape));
    }
    let Some((layout, shape)) = parts.layout else {
        return Err(call.error(&codes::E0301_UNDEFINED, "there is no field"));
    };
    let axis = ArrayAxis::quantity("r", parts.distance);
    let c = spread(found.time.as_ref(), axis.clone(), &parts.curves, "C");
    let mut axes: Vec<ArrayAxis> = found.time.iter().cloned().collect();
    let mut orders = Vec::new();
    for (place, &n) in shape.iter().enumerate() {
        let step = layout.spacing.get(place).copied().unwrap_or(1.0);
        let half = (n / 2) as f64;
        let displacements: Vec<f64> =
            (0..n).map(|it| (it as f64 - half) * step).collect();
        let name = format!("r_{}", layout.name(place));
        axes.push(ArrayAxis::space(&name, displacements, false));
        orders.push((0..n).map(|it| (it + n.div_ceil(2)) % n).collect());
    }
    let all: Vec<Complex64> =
        parts.maps.iter().flat_map(|it| rising(it, &orders)).collect();
    // Of a real field the correlation is real but for rounding.
    let top = all.iter().map(|z| z.norm()).fold(0.0, f64::max);
    let real = all.iter().all(|z| z.im.abs() <= 1e-13 * top);
    let all = if real {
        all.iter().map(|z| z.re).collect::<Vec<f64>>().into()
    } else {
        real_if_possible(all)
    };
    let map = NumericArray::new(all, axes).map(|it| it.named("C"));
    let numbers = axis.coordinates().into_owned();
    let r = NumericArray::along(numbers, axis).map(|it| it.named("r"));
    let part = |array: Option<NumericArray>| {
        array.map_or(Value::Nothing, NumericArray::into_value)
    };
    Ok(Record::new(kind)
        .described(summary)
        .with("r", part(r))
        .with("C", part(c))
        .with("map", part(map))
        .drawn(|record| pictures::curve(record, "C")))
}

/// The correlation function C(r) = ⟨u*(x) u(x + r)⟩ over all points x, of u less its mean.
///
/// `C` is its real part over the distance: along the only axis, averaged over directions where there are more, or along
/// `axis`; `map` has it for each displacement. On axes that end each value is divided by its own number of pairs. With
/// `connected = false` the mean is kept; with `normalized = true` C is divided by C(0). Of a field through time C is over
/// time as well.
///
/// ```holor
/// B = box(x = 0..2pi; points = 8, boundary = periodic); u = field(B, 1 + cos(x));
/// max(abs(correlation_function(u).C - [0.5, 0.353553390593, 0.0, -0.353553390593, -0.5])) < 1e-12    # => true
/// max(abs(correlation_function([1, 2], normalized = true).C - [1, -1])) < 1e-12    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "correlation function",
    see("correlation_length", "structure_factor", "phase_correlation", "g1")
)]
fn correlation_function(
    call: &Call<'_>,
    /// The field.
    u: Samples,
    /// Whether the mean of each frame is taken off.
    #[named]
    #[default(true)]
    connected: bool,
    /// Whether C is divided by C(0).
    #[named]
    #[default(false)]
    normalized: bool,
    /// The axis along which the distance is taken, by name or number; all directions if left out.
    #[named]
    axis: Option<AxisChoice>,
    /// Whether all axes close; as the array says if left out.
    #[named]
    periodic: Option<bool>,
) -> Result<Record> {
    let found = u.at_times(call, |frame| {
        let layout = Layout::of(frame, periodic, u.span)?;
        let place = axis.as_ref().map(|axis| axis.of(frame)).transpose()?;
        let samples = [frame.to_complex().into_owned()];
        let mut c = fields::correlation_function(&samples, &layout.grid, connected)
            .or_refuse(u.span)?;
        if normalized {
            c = c.normalized().or_refuse(u.span)?;
        }
        let curve = curve_of(&c, &layout, place, u.span)?;
        Ok((c, curve, layout))
    })?;
    let summary = match (connected, normalized) {
        (true, true) => "of the field less its mean, divided by C(0)",
        (true, false) => "of the field less its mean",
        (false, true) => "divided by C(0)",
        (false, false) => "the mean is kept",
    };
    correlation_record(call, found, "correlation function", summary)
}

/// The phase correlation ⟨e^{i(θ(x + r) - θ(x))}⟩ over all points x: 1 at r = 0, R² of the order parameter far away.
///
/// ```holor
/// max(abs(phase_correlation([1, 1, 1]).C - 1)) < 1e-12    # => true
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "phase correlation",
    see("correlation_function", "order_parameter")
)]
fn phase_correlation(
    call: &Call<'_>,
    /// The phases.
    phases: Samples,
    /// The axis along which the distance is taken, by name or number; all directions if left out.
    #[named]
    axis: Option<AxisChoice>,
    /// Whether all axes close; as the array says if left out.
    #[named]
    periodic: Option<bool>,
) -> Result<Record> {
    let found = phases.at_times(call, |frame| {
        let layout = Layout::of(frame, periodic, phases.span)?;
        let place = axis.as_ref().map(|axis| axis.of(frame)).transpose()?;
        let samples = [phases.real(frame)?.to_vec()];
        let c =
            fields::phase_correlation(&samples, &layout.grid).or_refuse(phases.span)?;
        let curve = curve_of(&c, &layout, place, phases.span)?;
        Ok((c, curve, layout))
    })?;
    correlation_record(call, found, "phase correlation", "⟨exp(i(θ(x + r) - θ(x)))⟩")
}

word! {
    /// How a correlation length is read.
    pub(crate) LengthWord {
        /// By the integral.
        Integral = "integral",
        /// By a fit.
        Exponential = "exponential",
        /// By the second moment.
        SecondMoment = "second_moment",
    }
}

/// The correlation length of a field, in the units of its axes; one for each time.
///
/// `method = integral`: ∫C(r)/C(0) dr up to the first zero of C (Pope 2000, section 6.3), C the `correlation_function`; ξ
/// where C falls as e^{-r/ξ}. `exponential`: least squares of ln C against r over `range`, by default up to where C falls
/// below e^{-2} C(0). `second_moment`: √(S(0)/S(k₁) - 1)/k̂ with k̂ = 2 sin(π/L)/h and the mean of the field kept, on axes that close;
/// S(k₁) is the mean at ±2π/L. Of several axes it is the ξ for which S(0)/(1 + ξ² k̂²) has the same mean over the axes as S(k₁).
/// Frames through time are then samples of one ensemble (Caracciolo et al., Nucl. Phys. B 403 (1993) 475).
///
/// ```holor
/// B = box(x = 0..2pi; points = 256, boundary = periodic); u = field(B, cos(x));
/// abs(correlation_length(u) - 1) < 0.0001      # => true
/// correlation_length([1, 1, 1])                # error: [E0301]
/// ```
#[builtin(
    topic = "coherence",
    latex = none,
    since = "0.1",
    returns = "decimal or array",
    see("correlation_function", "structure_factor")
)]
fn correlation_length(
    call: &Call<'_>,
    /// The field.
    u: Samples,
    /// `integral`, `exponential` or `second_moment`.
    #[named]
    method: Option<LengthWord>,
    /// The axis along which the distance is taken, by name or number; all directions if left out.
    #[named]
    axis: Option<AxisChoice>,
    /// The distances of the fit.
    #[named]
    range: Option<Arc<RangeOfFit>>,
    /// Whether all axes close; as the array says if left out.
    #[named]
    periodic: Option<bool>,
) -> Result<Value> {
    let method = method.unwrap_or(LengthWord::Integral);
    if range.is_some() && method != LengthWord::Exponential {
        let message = "a range belongs to the fit of an exponential";
        let error = call.error(&codes::E0202_WRONG_ARGUMENTS, message);
        return Err(Box::new((*error).hint("method = exponential")));
    }
    if method == LengthWord::SecondMoment {
        return second_moment(call, &u, axis.as_ref(), periodic).map(Value::from);
    }
    u.number_at_times(call, "ξ", |frame| {
        let layout = Layout::of(frame, periodic, u.span)?;
        let place = axis.as_ref().map(|axis| axis.of(frame)).transpose()?;
        let samples = [frame.to_complex().into_owned()];
        let c = fields::correlation_function(&samples, &layout.grid, true)
            .or_refuse(u.span)?;
        let top = samples.iter().flatten().map(|z| z.norm_sqr()).fold(0.0, f64::max);
        let start = c.values.first().map_or(0.0, |start| start.re);
        let CorrelationCurve { distance, value } = curve_of(&c, &layout, place, u.span)?;
        let range = range.as_ref().map(|range| range.0);
        fall((start, top), (&distance, &value), method, range, u.span)
    })
}

/// The length over which a correlation falls that starts at C(0), of a field whose largest |u|² is `top`.
pub(super) fn fall(
    (start, top): (f64, f64),
    (distance, value): (&[f64], &[f64]),
    method: LengthWord,
    range: Option<(f64, f64)>,
    span: Span,
) -> Result<f64> {
    if start.is_nan() || top.is_nan() || start <= 1e-28 * top {
        let message = "the correlation length is undefined: the field does not vary";
        return Diagnostic::error(&codes::E0301_UNDEFINED, message).at(span).into();
    }
    if method == LengthWord::Integral {
        return Ok(integral_scale(distance, value).or_refuse(span)?.length);
    }
    let (from, to) = range.unwrap_or_else(|| {
        let start = value.first().copied().unwrap_or(0.0);
        let low = start * (-2.0_f64).exp();
        let end = value.iter().position(|&c| c < low).unwrap_or(value.len());
        let last = end.checked_sub(1).and_then(|it| distance.get(it));
        (0.0, last.copied().unwrap_or(0.0))
    });
    Ok(exponential_length(distance, value, from, to).or_refuse(span)?.length)
}

/// The ends of a fit.
#[derive(Clone, Debug)]
pub(crate) struct RangeOfFit((f64, f64));

impl crate::builtin::FromValue for Arc<RangeOfFit> {
    const KIND: &'static str = "a range a..b";

    fn from_value(
        given: &crate::builtin::Given,
        call: &Call<'_>,
    ) -> std::result::Result<Self, crate::builtin::Expected> {
        let Value::Range(Range { start, end, .. }) = &given.value else {
            return Err(crate::builtin::Expected::Kind);
        };
        let number = |end: &Expr| {
            real_number(&call.engine(), end).ok_or(crate::builtin::Expected::Kind)
        };
        Ok(Arc::new(RangeOfFit((number(start)?, number(end)?))))
    }
}

fn second_moment(
    call: &Call<'_>,
    u: &Samples,
    axis: Option<&AxisChoice>,
    periodic: Option<bool>,
) -> Result<f64> {
    let mut place = None;
    let mut layout = None;
    let samples = u.at_times(call, |frame| {
        place = axis.map(|axis| axis.of(frame)).transpose()?;
        if layout.is_none() {
            layout = Some(Layout::of(frame, periodic, u.span)?);
        }
        Ok(frame.to_complex().into_owned())
    })?;
    let Some(layout) = layout else {
        return Err(call.error(&codes::E0301_UNDEFINED, "there is no field"));
    };
    layout.require_periodic(call, u.span)?;
    let spacing = |axis: usize| layout.spacing.get(axis).copied().unwrap_or(1.0);
    let lengths = layout.grid.shape().iter().enumerate();
    let axes: Vec<(usize, f64)> = match place {
        Some(axis) => vec![(axis, spacing(axis))],
        // An axis of one point has no waves.
        None => lengths
            .filter(|(_, points)| **points > 1)
            .map(|(axis, _)| (axis, spacing(axis)))
            .collect(),
    };
    let found = second_moment_length(&samples.items, &layout.grid, &axes);
    Ok(found.or_refuse(u.span)?.length)
}
