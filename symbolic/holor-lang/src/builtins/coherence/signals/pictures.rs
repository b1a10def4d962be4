//! Pictures of spectra, coherence, wavelets and correlations.

use super::super::pictures::{number, part, scatter};
use crate::array::{ArrayAxis, NumericArray};
use crate::builtins::plots::draw_curves;
use crate::plot::{Axis, Colours, Grid, Layer, Plot, Scale, extent};
use crate::{Record, Result};

/// Columns of a map in which lines of equal value are looked for.
const CONTOUR_COLUMNS: usize = 600;

/// The size of a map in pixels, and of the part inside its axes.
const MAP: (u32, u32) = (680, 430);
const MAP_INSIDE: (f64, f64) = (530.0, 355.0);

/// A guide along an axis.
fn guide(points: Vec<(f64, f64)>, name: &str, dashed: bool) -> Layer {
    Layer::Guide {
        label: if name.is_empty() { String::new() } else { text(name) },
        label_text: name.to_string(),
        pieces: vec![points],
        dashed,
    }
}

fn text(name: &str) -> String {
    format!(r"\text{{{}}}", name.replace('%', r"\%").replace('_', r"\_"))
}

fn points_of(array: &NumericArray) -> Vec<(f64, f64)> {
    let values = array.as_real().unwrap_or_default();
    let axis = array.axes().first().map(|axis| axis.coordinates().into_owned());
    axis.unwrap_or_default().into_iter().zip(values.iter().copied()).collect()
}

/// A probability as percent: `95 %`.
fn percent(record: &Record) -> String {
    let level = number(record, "confidence").unwrap_or(0.95);
    format!("{} %", super::short(100.0 * level))
}

/// A level along the whole of the horizontal axis.
fn level(plot: &Plot, value: f64, name: &str) -> Layer {
    let (low, high) = plot.x.range.unwrap_or((0.0, 1.0));
    guide(vec![(low, value), (high, value)], name, true)
}

/// Limits, thin, behind the curve.
fn limits(record: &Record, plot: &mut Plot) {
    let (Some(lower), Some(upper)) = (record.array("lower"), record.array("upper"))
    else {
        return;
    };
    let name = format!("{} limits", percent(record));
    let behind =
        vec![guide(points_of(lower), &name, false), guide(points_of(upper), "", false)];
    plot.layers.splice(0..0, behind);
}

/// Coherence from 0 to 1, with limits and the level of significance.
pub(super) fn coherence(record: &Record) -> Result<Plot> {
    let mut plot = draw_curves(None, &[part(record, "coherence")?])?;
    limits(record, &mut plot);
    if let Some(value) = number(record, "significance") {
        let name = format!("{} significance", percent(record));
        let layer = level(&plot, value, &name);
        plot.layers.push(layer);
    }
    plot.y.range = Some((0.0, 1.02));
    Ok(plot)
}

/// Imaginary coherency between -1 and 1.
pub(super) fn imaginary_coherency(record: &Record) -> Result<Plot> {
    let mut plot = draw_curves(None, &[part(record, "imaginary_coherency")?])?;
    plot.y.range = Some((-1.02, 1.02));
    Ok(plot)
}

/// Phase locking and both lag indices.
pub(super) fn phase_lag(record: &Record) -> Result<Plot> {
    let parts =
        [part(record, "phase_locking")?, part(record, "pli")?, part(record, "wpli")?];
    let mut plot = draw_curves(None, &parts)?;
    plot.y.range = Some((0.0, 1.02));
    Ok(plot)
}

/// Phases over frequency beside the line whose slope is the delay.
pub(super) fn delay_line(record: &Record) -> Result<Plot> {
    let phase = part(record, "phase")?;
    let mut plot =
        scatter(points_of(phase), ("f", "f"), (r"\text{phase}", "phase"), "phase");
    if let (Some(delay), Some(offset), Some((low, high))) =
        (number(record, "delay"), number(record, "offset"), plot.x.range)
    {
        let phases = points_of(part(record, "phase")?);
        let line = |f: f64| offset - 2.0 * std::f64::consts::PI * f * delay;
        // The offset is known up to whole turns: the line is drawn through the phases.
        let turns = phases.first().map_or(0.0, |&(f, phase)| {
            ((phase - line(f)) / (2.0 * std::f64::consts::PI)).round()
        });
        let shift = 2.0 * std::f64::consts::PI * turns;
        let ends = vec![(low, line(low) + shift), (high, line(high) + shift)];
        plot.layers.push(guide(ends, &format!("delay {}", super::short(delay)), true));
    }
    Ok(plot)
}

/// Phase locking through time.
pub(super) fn sliding(record: &Record) -> Result<Plot> {
    let mut plot = draw_curves(None, &[part(record, "plv")?])?;
    plot.y.range = Some((0.0, 1.02));
    Ok(plot)
}

/// The distribution of the phase difference.
pub(super) fn distribution(record: &Record) -> Result<Plot> {
    let mut plot = draw_curves(None, &[part(record, "distribution")?])?;
    plot.y.range = Some((0.0, 1.02 * top(part(record, "distribution")?)));
    Ok(plot)
}

fn top(array: &NumericArray) -> f64 {
    array.as_real().unwrap_or_default().iter().copied().fold(1e-300, f64::max)
}

/// A power spectrum on logarithmic axes, with limits.
pub(super) fn spectrum(record: &Record) -> Result<Plot> {
    let power = part(record, "power")?;
    let mut plot = draw_curves(None, &[power])?;
    limits(record, &mut plot);
    logarithmic(&mut plot, power);
    Ok(plot)
}

/// |S_xy| on logarithmic axes.
pub(super) fn cross_spectrum(record: &Record) -> Result<Plot> {
    let cross = part(record, "cross")?;
    let sizes: Vec<f64> = cross.to_complex().iter().map(|z| z.norm()).collect();
    let sizes = cross.with_values(sizes).map(|it| it.named("|cross spectrum|"));
    let sizes = sizes.as_ref().unwrap_or(cross);
    let mut plot = draw_curves(None, &[sizes])?;
    logarithmic(&mut plot, sizes);
    Ok(plot)
}

/// Makes both axes logarithmic, from the first positive frequency on, or that of the values alone where there are negative ones; values down to 1e-12 of the largest.
fn logarithmic(plot: &mut Plot, values: &NumericArray) {
    let points = points_of(values);
    let xs: Vec<f64> = points.iter().map(|it| it.0).filter(|x| *x > 0.0).collect();
    let Some((left, right)) = extent(&xs).filter(|(low, high)| high > low) else {
        return;
    };
    let floor = 1e-12 * top(values);
    let ys: Vec<f64> =
        points.iter().filter(|it| it.0 != 0.0 && it.1 > floor).map(|it| it.1).collect();
    let Some((low, high)) = extent(&ys).filter(|(low, _)| *low > 0.0) else { return };
    let two_sided = points.iter().any(|it| it.0 < 0.0);
    for layer in &mut plot.layers {
        let (Layer::Curve { pieces, .. } | Layer::Guide { pieces, .. }) = layer else {
            continue;
        };
        for piece in pieces.iter_mut() {
            piece.retain(|point| (two_sided || point.0 > 0.0) && point.1 > 0.0);
        }
    }
    if two_sided {
        plot.y.scale = Scale::Log;
        plot.y.range = Some((low / 1.6, high * 1.6));
        return;
    }
    plot.x.scale = Scale::Log;
    plot.y.scale = Scale::Log;
    plot.x.range = Some((left, right));
    plot.y.range = Some((low / 1.6, high * 1.6));
}

/// The gain of a filter.
pub(super) fn response(record: &Record) -> Result<Plot> {
    let response = part(record, "response")?;
    let sizes: Vec<f64> = response.to_complex().iter().map(|z| z.norm()).collect();
    let sizes = response.with_values(sizes).map(|it| it.named("gain"));
    let mut plot = draw_curves(None, &[sizes.as_ref().unwrap_or(response)])?;
    plot.y.range = Some((0.0, 1.05));
    let half = level(&plot, 0.5_f64.sqrt(), "");
    plot.layers.push(half);
    Ok(plot)
}

/// Correlation over lags, with the level of independent white signals.
pub(super) fn correlation(record: &Record) -> Result<Plot> {
    let mut plot = draw_curves(None, &[part(record, "correlation")?])?;
    if let Some(value) = number(record, "significance") {
        let layers = [level(&plot, value, "95 % significance"), level(&plot, -value, "")];
        plot.layers.extend(layers);
    }
    Ok(plot)
}

/// Influence in both directions.
pub(super) fn both_ways(record: &Record) -> Result<Plot> {
    draw_curves(None, &[part(record, "x_to_y")?, part(record, "y_to_x")?])
}

/// The values of surrogates in order, beside the level that few exceed and the value that is tested.
pub(super) fn surrogates(record: &Record) -> Result<Plot> {
    let mut plot = draw_curves(None, &[part(record, "surrogates")?])?;
    plot.y.range = Some((0.0, 1.02));
    for (name, label) in [("plv", "PLV".to_string()), ("significance", percent(record))] {
        if let Some(value) = number(record, name) {
            let layer = level(&plot, value, &label);
            plot.layers.push(layer);
        }
    }
    Ok(plot)
}

/// The coefficients of each channel on each, over the lag.
pub(super) fn coefficients(record: &Record) -> Result<Plot> {
    let value = part(record, "coefficients")?;
    let ([lags, to, from], Some(values)) = (value.axes(), value.as_real()) else {
        return draw_curves(None, &[value]);
    };
    let places: Vec<f64> = (1..=lags.len()).map(|k| k as f64).collect();
    let axis = ArrayAxis::quantity("k", places);
    let (size, step) = (from.len(), to.len() * from.len());
    let curves: Vec<NumericArray> = (0..step)
        .filter_map(|place| {
            let own: Vec<f64> =
                values.iter().skip(place).step_by(step).copied().collect();
            let name = format!("{} on {}", place % size + 1, place / size + 1);
            NumericArray::along(own, axis.clone()).map(|it| it.named(&name))
        })
        .collect();
    let curves: Vec<&NumericArray> = curves.iter().collect();
    draw_curves(None, &curves)
}

/// Every influence of one channel on another.
pub(super) fn directed(record: &Record) -> Result<Plot> {
    let value = part(record, "value")?;
    let [axis, to, from] = value.axes() else { return draw_curves(None, &[value]) };
    let (values, size) = (value.as_real().unwrap_or_default(), to.len());
    let mut curves = Vec::new();
    for source in 0..from.len() {
        for target in (0..size).filter(|&target| target != source) {
            let start = target * from.len() + source;
            let own: Vec<f64> =
                values.iter().skip(start).step_by(size * from.len()).copied().collect();
            let name = format!("{} to {}", source + 1, target + 1);
            curves
                .extend(NumericArray::along(own, axis.clone()).map(|it| it.named(&name)));
        }
    }
    let curves: Vec<&NumericArray> = curves.iter().collect();
    let mut plot = draw_curves(None, &curves)?;
    plot.y.range = Some((0.0, 1.02));
    Ok(plot)
}

/// A map over time; `y` is its vertical axis.
fn map((times, y): (&ArrayAxis, Axis), grid: Grid, name: &str) -> Plot {
    let x = Axis {
        label: if times.name().is_empty() {
            text("sample")
        } else {
            holor_algebra::latex_symbol(times.name())
        },
        label_text: if times.name().is_empty() { "sample" } else { times.name() }
            .to_string(),
        range: Some(grid.x),
        scale: Scale::Linear,
    };
    Plot {
        title: String::new(),
        x,
        y,
        layers: vec![Layer::Heat {
            grid,
            label: text(name),
            label_text: name.to_string(),
            colours: Colours::Sequential,
        }],
        equal_aspect: false,
        size: MAP,
    }
}

/// The edges of evenly spaced cells.
fn edges(axis: &ArrayAxis) -> (f64, f64) {
    let coordinates = axis.coordinates();
    let (first, last) = extent(&coordinates).unwrap_or((0.0, 1.0));
    let half = match axis.len() {
        0 | 1 => 0.5,
        count => 0.5 * (last - first) / (count - 1) as f64,
    };
    (first - half, last + half)
}

/// Power in decibels over time and frequency.
pub(super) fn spectrogram(record: &Record) -> Result<Plot> {
    let power = part(record, "power")?;
    let [frequencies, times] = power.axes() else { return draw_curves(None, &[power]) };
    let most = top(power);
    let decibels = |value: f64| 10.0 * value.max(1e-300).log10();
    let values: Vec<f64> =
        power.as_real().unwrap_or_default().iter().map(|&v| decibels(v)).collect();
    let lowest = extent(&values).map_or(-80.0, |(low, _)| low);
    let high = decibels(most);
    let (bottom, top) = extent(&frequencies.coordinates()).unwrap_or((0.0, 1.0));
    let half = edges(frequencies);
    let grid = Grid {
        x: edges(times),
        y: half,
        columns: times.len(),
        rows: frequencies.len(),
        values,
        shown: Some((lowest.max(high - 80.0), high)).filter(|(low, high)| low < high),
        cells: true,
    };
    let y = Axis {
        label: "f".to_string(),
        label_text: "f".to_string(),
        range: Some((bottom, top)),
        scale: Scale::Linear,
    };
    Ok(map((times, y), grid, &format!("{} in dB", power.name())))
}

/// A map of a quantity over time and period, with the lines round what is significant and the cone of influence.
fn over_periods(
    record: &Record,
    values: Vec<f64>,
    ratio: Option<Vec<f64>>,
    name: &str,
) -> Result<Plot> {
    let (periods, times) = (part(record, "period")?, part(record, "t")?);
    let (Some(periods), Some(times)) = (periods.axes().first(), times.axes().first())
    else {
        return draw_curves(None, &[periods]);
    };
    let own = periods.coordinates();
    let (low, high) = extent(&own).unwrap_or((1.0, 2.0));
    // Half a step in the logarithm beyond the first and the last.
    let half = match own.len() {
        0 | 1 => 0.5 / 12.0,
        count => 0.5 * (high / low).log2() / (count - 1) as f64,
    };
    let (bottom, top) = (low * (-half).exp2(), high * half.exp2());
    let (columns, rows) = (times.len(), periods.len());
    let x = edges(times);
    let grid =
        Grid { x, y: (bottom, top), columns, rows, values, shown: None, cells: true };
    let y = Axis {
        label: text("period"),
        label_text: "period".to_string(),
        range: Some((bottom, top)),
        scale: Scale::Log,
    };
    let mut plot = map((times, y), grid, name);
    if let Some(ratio) = ratio {
        let lines = significant(&ratio, (columns, rows), x, (bottom, top));
        plot.layers.push(Layer::Guide {
            label: String::new(),
            label_text: format!("{} significance", percent(record)),
            pieces: lines,
            dashed: false,
        });
    }
    let cone = points_of(part(record, "cone")?);
    let step = cone.len().div_ceil(CONTOUR_COLUMNS).max(1);
    let cone: Vec<(f64, f64)> = cone
        .into_iter()
        .step_by(step)
        .map(|(t, period)| (t, period.clamp(bottom, 2.0 * top)))
        .collect();
    plot.layers.push(Layer::Shade {
        label_text: "outside the cone of influence".to_string(),
        edge: cone.clone(),
    });
    plot.layers.push(guide(cone, "", true));
    if let Some(Layer::Guide { label_text, .. }) = plot.layers.last_mut() {
        *label_text = "cone of influence".to_string();
    }
    Ok(plot)
}

/// The lines on which a ratio on cells even in the logarithm of y is 1.
fn significant(
    ratio: &[f64],
    (columns, rows): (usize, usize),
    x: (f64, f64),
    (bottom, top): (f64, f64),
) -> Vec<Vec<(f64, f64)>> {
    let every = columns.div_ceil(CONTOUR_COLUMNS).max(1);
    let kept = columns.div_ceil(every);
    let values: Vec<f64> = ratio
        .chunks(columns.max(1))
        .flat_map(|row| row.iter().step_by(every).copied())
        .collect();
    let width = (x.1 - x.0) / columns.max(1) as f64;
    // The first of each group of columns stands for it.
    let shift = 0.5 * width * (every - 1) as f64;
    let left = x.0 - shift;
    let grid = Grid {
        x: (left, left + width * (every * kept) as f64),
        y: (bottom.log2(), top.log2()),
        columns: kept,
        rows,
        values,
        shown: None,
        cells: true,
    };
    grid.contour(1.0)
        .into_iter()
        .map(|line| line.into_iter().map(|(t, y)| (t, y.exp2())).collect())
        .collect()
}

/// Values over the level of their row.
fn over_level(record: &Record, name: &str) -> Option<Vec<f64>> {
    let levels = record.array("significance")?.as_real()?;
    let array = record.array(name)?;
    let columns = array.axes().get(1)?.len();
    let values = array.as_real()?.chunks(columns.max(1)).zip(levels);
    Some(
        values
            .flat_map(|(row, &level)| row.iter().map(move |value| value / level))
            .collect(),
    )
}

/// Wavelet power as its logarithm to base 2, five decades down from the largest.
pub(super) fn wavelet_power(record: &Record) -> Result<Plot> {
    power_map(record, "log2 |W|²")
}

fn power_map(record: &Record, name: &str) -> Result<Plot> {
    let power = part(record, "power")?;
    let most = top(power).log2();
    let values: Vec<f64> = power
        .as_real()
        .unwrap_or_default()
        .iter()
        .map(|value| value.max(1e-300).log2().max(most - 12.0))
        .collect();
    over_periods(record, values, over_level(record, "power"), name)
}

/// Cross wavelet power with the phase as arrows.
pub(super) fn cross_wavelet(record: &Record) -> Result<Plot> {
    let mut plot = power_map(record, "log2 |W|")?;
    let shown = over_level(record, "power");
    arrows(record, &mut plot, |place| {
        shown.as_ref().is_some_and(|ratio| ratio.get(place).is_some_and(|it| *it > 1.0))
    });
    Ok(plot)
}

/// Wavelet coherence from 0 to 1 with the phase as arrows.
pub(super) fn wavelet_coherence(record: &Record) -> Result<Plot> {
    let array = part(record, "coherence")?;
    let values = array.as_real().unwrap_or_default().to_vec();
    let ratio = over_level(record, "coherence");
    let mut plot = over_periods(record, values.clone(), ratio.clone(), "coherence")?;
    if let Some(Layer::Heat { grid, .. }) = plot.layers.first_mut() {
        grid.shown = Some((0.0, 1.0));
    }
    arrows(record, &mut plot, |place| match &ratio {
        Some(ratio) => ratio.get(place).is_some_and(|it| *it > 1.0),
        None => values.get(place).is_some_and(|it| *it > 0.8),
    });
    Ok(plot)
}

/// Arrows at even places of the picture, turned by the phase: right for 0, up for a quarter ahead.
fn arrows(record: &Record, plot: &mut Plot, shown: impl Fn(usize) -> bool) {
    const LENGTH: f64 = 18.0;
    const ACROSS: usize = 22;
    const UP: usize = 15;
    let Some(phase) = record.array("phase") else { return };
    let (Some(angles), [periods, times]) = (phase.as_real(), phase.axes()) else {
        return;
    };
    let (Some(x), Some(y)) = (plot.x.range, plot.y.range) else { return };
    let unit = ((x.1 - x.0) / MAP_INSIDE.0, (y.1 / y.0).log2() / MAP_INSIDE.1);
    let (columns, rows) = (times.len(), periods.len());
    let (across, up) = (ACROSS.min(columns), UP.min(rows));
    let mut pieces = Vec::new();
    for place in 0..across * up {
        let column = (2 * (place % across) + 1) * columns / (2 * across);
        let row = (2 * (place / across) + 1) * rows / (2 * up);
        let index = row * columns + column;
        let (Some(&angle), Some(t), Some(period)) =
            (angles.get(index), times.coordinate(column), periods.coordinate(row))
        else {
            continue;
        };
        if !shown(index) {
            continue;
        }
        let (sine, cosine) = angle.sin_cos();
        // From the middle: so many pixels along the arrow and across it.
        let at = |along: f64, aside: f64| {
            let right = along * cosine - aside * sine;
            let upward = along * sine + aside * cosine;
            (t + right * unit.0, period * (upward * unit.1).exp2())
        };
        let tip = at(0.5 * LENGTH, 0.0);
        let barb = 0.5 * LENGTH - 5.5;
        pieces.push(vec![
            at(-0.5 * LENGTH, 0.0),
            tip,
            at(barb, 3.5),
            tip,
            at(barb, -3.5),
        ]);
    }
    if !pieces.is_empty() {
        plot.layers.push(Layer::Guide {
            label: String::new(),
            label_text: "phase".to_string(),
            pieces,
            dashed: false,
        });
    }
}
