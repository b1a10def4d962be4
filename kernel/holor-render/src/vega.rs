//! Plots as Vega-Lite 5, which JupyterLab draws itself: zoom by wheel, pan by dragging, values under the
//! pointer.

use holor_lang::plot::Grid;
use holor_lang::{Axis, Colours, Layer, Plot, Scale};
use serde_json::{Map, Value, json};

use crate::draw::colour::{CURVES, DASHES, colour, viridis};
use crate::draw::frame::ranges;
use crate::draw::ticks::Ticks;

/// The MIME type; JupyterLab 4 knows no later one.
pub(crate) const MIME: &str = "application/vnd.vegalite.v5+json";

/// Cells of a heat map that a browser draws quickly.
pub(crate) const CELLS: usize = 15_000;

/// The specification.
pub(crate) fn vega_lite(plot: &Plot) -> Value {
    let (x_range, y_range) = ranges(plot);
    let (width, height) = size(plot, x_range, y_range);
    let x = Channel::new(&plot.x, x_range, width / 85);
    let y = Channel::new(&plot.y, y_range, height / 60);
    let mut layers = Vec::new();
    let mut datasets = Map::new();
    let mut legend = Legend::of(plot);
    for layer in &plot.layers {
        push_layer((&mut layers, &mut datasets), plot, layer, (&x, &y), &mut legend);
    }
    if let Some(first) = layers.first_mut() {
        // Zooming changes the scales that all layers share.
        first["params"] =
            json!([{ "name": "zoom", "select": "interval", "bind": "scales" }]);
    }
    let mut spec = json!({
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "width": width,
        "height": height,
        "datasets": datasets,
        "layer": layers,
        "config": {
            "axis": {
                "labelFontSize": 12,
                "titleFontSize": 14,
                "titleLimit": 300,
                "titleFontWeight": "normal",
                "gridColor": "#e6e6e6",
                "domainColor": "#555",
                "tickColor": "#555",
                "labelColor": "#222",
                "titleColor": "#222"
            },
            "legend": { "labelFontSize": 13, "labelLimit": 400, "titleFontWeight": "normal" },
            "title": { "fontSize": 15, "fontWeight": "normal" },
            "view": { "stroke": "#555" }
        }
    });
    if !plot.title.is_empty() {
        spec["title"] = json!(unicode(&plot.title));
    }
    spec
}

/// The size of the drawing without axes, with equal units where the plot asks for them.
fn size(plot: &Plot, x: (f64, f64), y: (f64, f64)) -> (u32, u32) {
    let (width, height) =
        (plot.size.0.saturating_sub(70).max(80), plot.size.1.saturating_sub(60).max(60));
    let linear = plot.x.scale == Scale::Linear && plot.y.scale == Scale::Linear;
    if !plot.equal_aspect || !linear {
        return (width, height);
    }
    let unit = ((x.1 - x.0) / f64::from(width)).max((y.1 - y.0) / f64::from(height));
    let pixels =
        |range: (f64, f64)| (((range.1 - range.0) / unit).round() as u32).max(20);
    (pixels(x), pixels(y))
}

/// Labels of a logarithmic axis: powers of ten in small digits, nothing between them.
const POWER: &str = "abs(log(datum.value)/LN10-round(log(datum.value)/LN10))>1e-6?'':'10'+\
    (datum.value<0.9?'⁻':'')+(abs(log(datum.value)/LN10)>9.5?\
    slice('⁰¹²³⁴⁵⁶⁷⁸⁹',floor(abs(round(log(datum.value)/LN10))/10),\
    floor(abs(round(log(datum.value)/LN10))/10)+1):'')+\
    slice('⁰¹²³⁴⁵⁶⁷⁸⁹',abs(round(log(datum.value)/LN10))%10,\
    abs(round(log(datum.value)/LN10))%10+1)";

/// An axis as Vega-Lite describes it, and the precision its values need.
struct Channel {
    definition: Value,
    step: f64,
    log: bool,
}

impl Channel {
    fn new(axis: &Axis, range: (f64, f64), parts: u32) -> Self {
        let log = axis.scale == Scale::Log;
        let mut scale = json!({ "domain": [range.0, range.1], "nice": false });
        if log {
            scale["type"] = json!("log");
        } else {
            scale["zero"] = json!(false);
        }
        let mut marks = json!({ "tickCount": parts.clamp(3, 12) });
        let ticks = Ticks::new(range, axis.scale, parts.clamp(3, 12) as usize);
        if ticks.major.iter().any(|tick| tick.text.contains('π')) {
            // Where the marks are multiples of π, they stay so while zooming out; zooming in keeps them.
            let values: Vec<f64> = ticks.major.iter().map(|tick| tick.value).collect();
            let cases: String = ticks
                .major
                .iter()
                .map(|tick| {
                    format!("abs(datum.value-({}))<1e-6?'{}':", tick.value, tick.text)
                })
                .collect();
            marks =
                json!({ "values": values, "labelExpr": format!("{cases}datum.label") });
        }
        if log {
            marks["labelExpr"] = json!(POWER);
        }
        let mut title =
            if axis.label_text.is_empty() { Value::Null } else { json!(axis.label_text) };
        if !ticks.offset.is_empty() && !log {
            let offset = &ticks.offset;
            marks["labelExpr"] =
                json!(format!("format(datum.value - ({offset}), '.4~g')"));
            let sign = if offset.starts_with('-') { "+" } else { "−" };
            let size = offset.trim_start_matches('-');
            let name = Some(&*axis.label_text).filter(|name| !name.is_empty());
            title = json!(format!("{} {sign} {size}", name.unwrap_or("value")));
        }
        marks["title"] = title.clone();
        let definition = json!({ "type": "quantitative", "scale": scale, "axis": marks, "title": title });
        Self { definition, step: (range.1 - range.0).abs() * 1e-6, log }
    }

    fn field(&self, name: &str) -> Value {
        let mut definition = self.definition.clone();
        definition["field"] = json!(name);
        definition
    }

    /// A value with as many digits as are seen after zooming in a thousandfold.
    fn round(&self, value: f64) -> Value {
        if self.log || self.step <= 0.0 {
            return format!("{value:.6e}")
                .parse::<f64>()
                .map_or(Value::Null, |v| json!(v));
        }
        let digits = (-self.step.log10().floor()).clamp(0.0, 300.0) as usize;
        if digits < 18 && value.abs() < 1e15 {
            return format!("{value:.digits$}")
                .parse::<f64>()
                .map_or(Value::Null, |v| json!(v));
        }
        json!(value)
    }
}

/// Names and colours of curves.
struct Legend {
    names: Vec<String>,
    next: usize,
}

impl Legend {
    fn of(plot: &Plot) -> Self {
        let mut names: Vec<String> = Vec::new();
        for layer in &plot.layers {
            if let Layer::Curve { label_text, .. } | Layer::Points { label_text, .. } =
                layer
            {
                let mut name = if label_text.is_empty() {
                    "curve".to_owned()
                } else {
                    clean(label_text)
                };
                // Colours go by name; two curves may be called the same.
                while names.contains(&name) {
                    name.push('\u{200a}');
                }
                names.push(name);
            }
        }
        Self { names, next: 0 }
    }

    /// The colour channel of the next curve, and its name and place.
    fn next(&mut self, visible: bool) -> (Value, String, usize) {
        let index = self.next;
        self.next += 1;
        let colours: Vec<String> = (0..self.names.len())
            .map(|index| {
                hex(CURVES.get(index % CURVES.len()).copied().unwrap_or_default())
            })
            .collect();
        let legend = if visible && self.names.len() > 1 {
            json!({ "title": null, "symbolType": "stroke", "symbolStrokeWidth": 2 })
        } else {
            Value::Null
        };
        let scale = json!({ "domain": self.names, "range": colours });
        let name = self.names.get(index).cloned().unwrap_or_default();
        (json!({ "datum": name, "scale": scale, "legend": legend }), name, index)
    }
}

fn hex(colour: [u8; 3]) -> String {
    format!("#{:02x}{:02x}{:02x}", colour[0], colour[1], colour[2])
}

fn push_layer(
    (layers, datasets): (&mut Vec<Value>, &mut Map<String, Value>),
    plot: &Plot,
    layer: &Layer,
    (x, y): (&Channel, &Channel),
    legend: &mut Legend,
) {
    match layer {
        Layer::Curve { label, label_text, pieces, poles } => {
            let (colour, name, index) = legend.next(!label.is_empty());
            let mut values = Vec::new();
            for (number, piece) in pieces.iter().enumerate() {
                for (order, (px, py)) in piece.iter().enumerate() {
                    values.push(json!({ "x": x.round(*px), "y": y.round(*py), "p": number, "o": order }));
                }
            }
            let dash = DASHES
                .get(index / CURVES.len() % DASHES.len())
                .copied()
                .unwrap_or_default();
            let mark = json!({ "type": "line", "clip": true, "strokeWidth": 2, "strokeDash": dash, "interpolate": "linear" });
            let shown = if label_text.is_empty() { name } else { clean(label_text) };
            let data = format!("curve{index}");
            datasets.insert(data.clone(), Value::Array(values));
            layers.push(json!({
                "data": { "name": data },
                "mark": mark,
                "encoding": {
                    "x": x.field("x"), "y": y.field("y"), "color": colour,
                    "detail": { "field": "p" }, "order": { "field": "o", "type": "quantitative" }
                }
            }));
            layers.push(hover(&data, (x, y), &shown, plot));
            if !poles.is_empty() {
                let values: Vec<Value> =
                    poles.iter().map(|pole| json!({ "x": pole })).collect();
                layers.push(json!({
                    "data": { "values": values },
                    "mark": { "type": "rule", "clip": true, "strokeDash": [4, 4], "color": "#999" },
                    "encoding": { "x": x.field("x") }
                }));
            }
        }
        Layer::Guide { label_text, pieces, dashed, .. } => {
            let over =
                plot.layers.iter().any(|layer| matches!(layer, Layer::Heat { .. }));
            layers.push(guide(pieces, (x, y), (*dashed, over), label_text));
        }
        Layer::Shade { label_text, edge } => {
            let top = plot.y.range.map_or(f64::MAX, |(_, high)| high);
            let values: Vec<Value> = edge
                .iter()
                .map(|(px, py)| json!({ "x": x.round(*px), "y": y.round(*py), "top": y.round(top) }))
                .collect();
            layers.push(json!({
                "data": { "values": values },
                "mark": { "type": "area", "clip": true, "color": "white", "opacity": 0.43, "tooltip": clean(label_text) },
                "encoding": { "x": x.field("x"), "y": y.field("y"), "y2": { "field": "top" } }
            }));
        }
        Layer::Points { label, points, .. } => {
            let (colour, ..) = legend.next(!label.is_empty());
            let values: Vec<Value> = points
                .iter()
                .map(|(px, py)| json!({ "x": x.round(*px), "y": y.round(*py) }))
                .collect();
            layers.push(json!({
                "data": { "values": values },
                "mark": { "type": "point", "filled": true, "size": 45, "opacity": 1, "clip": true, "tooltip": true },
                "encoding": { "x": x.field("x"), "y": y.field("y"), "color": colour }
            }));
        }
        Layer::Heat { grid, label_text, colours, .. } => {
            layers.push(heat(grid, label_text, *colours, (x, y)));
        }
        Layer::Contour { grid, levels, lines, label_text, .. } => {
            let over =
                plot.layers.iter().any(|layer| matches!(layer, Layer::Heat { .. }));
            layers.push(contour(levels, lines, (x, y), over, label_text, grid));
        }
    }
}

/// Invisible points over a curve, which show its values under the pointer.
fn hover(data: &str, (x, y): (&Channel, &Channel), name: &str, plot: &Plot) -> Value {
    let x_title = if plot.x.label_text.is_empty() { "x" } else { &plot.x.label_text };
    json!({
        "data": { "name": data },
        "mark": { "type": "point", "size": 90, "opacity": 0, "clip": true },
        "encoding": {
            "x": x.field("x"), "y": y.field("y"),
            "tooltip": [
                { "field": "x", "type": "quantitative", "format": ".6~g", "title": x_title },
                { "field": "y", "type": "quantitative", "format": ".6~g", "title": name }
            ]
        }
    })
}

/// Cells from one list of numbers: rows and columns are computed in the browser, which keeps the
/// specification small.
fn heat(
    grid: &Grid,
    label: &str,
    colours: Colours,
    (x, y): (&Channel, &Channel),
) -> Value {
    let stride = (1..).find(|stride| {
        grid.columns.div_ceil(*stride) * grid.rows.div_ceil(*stride) <= CELLS
    });
    let stride = stride.unwrap_or(1);
    let columns: Vec<usize> = (0..grid.columns).step_by(stride).collect();
    let rows: Vec<usize> = (0..grid.rows).step_by(stride).collect();
    let (low, high) = grid.value_range().unwrap_or((0.0, 1.0));
    let step = (high - low) / 2000.0;
    let digits =
        if step > 0.0 { (-step.log10().floor()).clamp(0.0, 17.0) as usize } else { 6 };
    let values: Vec<Value> = rows
        .iter()
        .flat_map(|row| columns.iter().map(|column| grid.value(*column, *row)))
        .map(|value| {
            if value.is_nan() {
                return Value::Null;
            }
            let held = value.clamp(low, high);
            let rounded = if digits < 17 {
                format!("{held:.digits$}").parse().unwrap_or(held)
            } else {
                held
            };
            json!(rounded)
        })
        .collect();
    let step = |(low, high): (f64, f64), all: usize, shown: usize| {
        if grid.cells {
            (high - low) / all.max(1) as f64 * stride as f64
        } else {
            (high - low) / (shown.max(2) - 1) as f64
        }
    };
    // Cells on a logarithmic axis have equal ratios.
    let (x_log, y_log) = (x.log && grid.cells, y.log && grid.cells);
    let ends = |(low, high): (f64, f64), log| {
        if log { (low.ln(), high.ln()) } else { (low, high) }
    };
    let (x_ends, y_ends) = (ends(grid.x, x_log), ends(grid.y, y_log));
    let (dx, dy) =
        (step(x_ends, grid.columns, columns.len()), step(y_ends, grid.rows, rows.len()));
    // Cells have their middle half a step from the edge.
    let (x0, y0) = if grid.cells {
        (x_ends.0 + dx / 2.0, y_ends.0 + dy / 2.0)
    } else {
        (x_ends.0, y_ends.0)
    };
    let count = columns.len();
    let palette: Vec<String> =
        (0..=24).map(|step| hex(colour(colours, step as f32 / 24.0))).collect();
    // Each cell reaches under the next one, so that no seams show between them.
    let expression = |start: f64, step: f64, place: &str, shift: f64, log: bool| {
        let linear = format!("{start} + {step} * ({place} + {shift})");
        json!(if log { format!("exp({linear})") } else { linear })
    };
    let column = format!("((datum.i - 1) % {count})");
    let row = format!("floor((datum.i - 1) / {count})");
    let colour_title = if label.is_empty() { Value::Null } else { json!(label) };
    json!({
        "data": { "values": values },
        "transform": [
            { "window": [{ "op": "row_number", "as": "i" }] },
            { "filter": "isValid(datum.data)" },
            { "calculate": expression(x0, dx, &column, 0.0, x_log), "as": "x" },
            { "calculate": expression(y0, dy, &row, 0.0, y_log), "as": "y" },
            { "calculate": expression(x0, dx, &column, -0.5, x_log), "as": "x1" },
            { "calculate": expression(x0, dx, &column, 0.9, x_log), "as": "x2" },
            { "calculate": expression(y0, dy, &row, -0.5, y_log), "as": "y1" },
            { "calculate": expression(y0, dy, &row, 0.9, y_log), "as": "y2" }
        ],
        "mark": { "type": "rect", "clip": true },
        "encoding": {
            "x": x.field("x1"), "x2": { "field": "x2" },
            "y": y.field("y1"), "y2": { "field": "y2" },
            "fill": {
                "field": "data", "type": "quantitative",
                "scale": { "domain": [low, high], "range": palette, "interpolate": "rgb" },
                "legend": { "title": colour_title, "titleLimit": 300, "gradientLength": { "expr": "height" } }
            },
            "tooltip": [
                { "field": "x", "type": "quantitative", "format": ".5~g" },
                { "field": "y", "type": "quantitative", "format": ".5~g" },
                { "field": "data", "type": "quantitative", "format": ".5~g", "title": label }
            ]
        }
    })
}

/// Thin lines that need no legend: their name is under the pointer.
fn guide(
    pieces: &[Vec<(f64, f64)>],
    (x, y): (&Channel, &Channel),
    (dashed, over): (bool, bool),
    name: &str,
) -> Value {
    let mut values = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        for (order, (px, py)) in piece.iter().enumerate() {
            values.push(
                json!({ "x": x.round(*px), "y": y.round(*py), "p": number, "o": order }),
            );
        }
    }
    let (colour, width) = match (over, dashed) {
        (true, true) => ("white", 1.5),
        (true, false) => ("#222", 1.2),
        (false, true) => ("#555", 1.2),
        (false, false) => ("#999", 0.9),
    };
    let dash = if dashed { json!([6, 4]) } else { json!([]) };
    json!({
        "data": { "values": values },
        "mark": { "type": "line", "clip": true, "stroke": colour, "strokeWidth": width, "strokeDash": dash, "tooltip": clean(name) },
        "encoding": {
            "x": x.field("x"), "y": y.field("y"),
            "detail": { "field": "p" }, "order": { "field": "o", "type": "quantitative" }
        }
    })
}

fn contour(
    levels: &[f64],
    lines: &[Vec<Vec<(f64, f64)>>],
    (x, y): (&Channel, &Channel),
    over: bool,
    label: &str,
    grid: &Grid,
) -> Value {
    let mut values = Vec::new();
    let mut piece = 0;
    for (level, lines) in levels.iter().zip(lines) {
        for line in lines {
            for (order, (px, py)) in line.iter().enumerate() {
                values.push(json!({ "x": x.round(*px), "y": y.round(*py), "p": piece, "o": order, "z": level }));
            }
            piece += 1;
        }
    }
    let (low, high) = grid.value_range().unwrap_or((0.0, 1.0));
    let palette: Vec<String> =
        (0..=24).map(|step| hex(viridis(0.92 * step as f32 / 24.0))).collect();
    let mut encoding = Map::new();
    encoding.insert("x".into(), x.field("x"));
    encoding.insert("y".into(), y.field("y"));
    encoding.insert("detail".into(), json!({ "field": "p" }));
    encoding.insert("order".into(), json!({ "field": "o", "type": "quantitative" }));
    encoding.insert(
        "tooltip".into(),
        json!({ "field": "z", "type": "quantitative", "format": ".5~g", "title": label }),
    );
    let mut mark = json!({ "type": "line", "clip": true, "strokeWidth": 1.6 });
    if over {
        mark = json!({ "type": "line", "clip": true, "strokeWidth": 0.9, "stroke": "white", "opacity": 0.55 });
    } else {
        let title = if label.is_empty() { Value::Null } else { json!(label) };
        encoding.insert(
            "stroke".into(),
            json!({
                "field": "z", "type": "quantitative",
                "scale": { "domain": [low, high], "range": palette, "interpolate": "rgb" },
                "legend": { "title": title, "titleLimit": 300, "gradientLength": { "expr": "height" } }
            }),
        );
    }
    json!({ "data": { "values": values }, "mark": mark, "encoding": encoding })
}

/// A name that survives being written into Vega's expressions.
fn clean(text: &str) -> String {
    text.replace('\\', "")
}

/// A title made of text and simple formulas, as Unicode.
fn unicode(latex: &str) -> String {
    crate::draw::unicode(latex)
}
