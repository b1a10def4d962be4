//! One value in every form a front end may ask for.

use holor_lang::{Animation, Layer, Plot, Value};
use serde_json::{Map, Value as Json, json};

use crate::{base64, draw, formula, vega};

/// What to make of a value.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderOptions {
    /// Characters of text or LaTeX after which the middle is left out.
    pub limit: usize,
    /// Whether plots get a Vega-Lite specification.
    pub vega: bool,
    /// Whether plots get a PNG.
    pub png: bool,
    /// Whether plots get an SVG.
    pub svg: bool,
    /// Device pixels per pixel in a PNG.
    pub pixel_ratio: f32,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { limit: formula::LIMIT, vega: true, png: true, svg: true, pixel_ratio: 2.0 }
    }
}

/// A value by MIME type, as Jupyter's messages and notebooks hold it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bundle {
    /// Content by MIME type: text as a string, JSON types as JSON, pictures as base64.
    pub data: Map<String, Json>,
    /// Remarks by MIME type, such as a picture's size.
    pub metadata: Map<String, Json>,
    /// Whether something was left out of a form meant for eyes.
    pub elided: bool,
}

impl Bundle {
    /// The plain text.
    pub fn plain(&self) -> &str {
        self.text("text/plain").unwrap_or_default()
    }

    /// The LaTeX, with its `$` signs.
    pub fn latex(&self) -> Option<&str> {
        self.text("text/latex")
    }

    /// The Markdown.
    pub fn markdown(&self) -> Option<&str> {
        self.text("text/markdown")
    }

    /// The SVG.
    pub fn svg(&self) -> Option<&str> {
        self.text("image/svg+xml")
    }

    /// The PNG, in base64.
    pub fn png(&self) -> Option<&str> {
        self.text("image/png")
    }

    /// The Vega-Lite specification.
    pub fn vega_lite(&self) -> Option<&Json> {
        self.data.get(vega::MIME)
    }

    fn text(&self, mime: &str) -> Option<&str> {
        self.data.get(mime).and_then(Json::as_str)
    }

    fn insert(&mut self, mime: &str, content: impl Into<Json>) {
        self.data.insert(mime.to_owned(), content.into());
    }
}

/// Makes every form of a value; nothing at all of [`Value::Nothing`].
pub fn render(value: &Value, options: &RenderOptions) -> Bundle {
    let mut bundle = Bundle::default();
    match value {
        Value::Nothing => {}
        Value::Plot(plot) => {
            let (width, height) = plot.size;
            bundle.insert("text/plain", plot.describe());
            if options.vega && !is_dense(plot) {
                bundle.insert(vega::MIME, vega::vega_lite(plot));
            }
            if options.svg {
                bundle.insert("image/svg+xml", draw::plot_svg(plot));
            }
            if options.png
                && let Some(file) = draw::plot_png(plot, pixel_ratio(plot, options))
            {
                bundle.insert("image/png", base64(&file));
                let size = json!({ "width": width, "height": height });
                bundle.metadata.insert("image/png".into(), size);
            }
        }
        Value::Animation(animation) => moving(&mut bundle, animation, options),
        Value::Help(markdown) | Value::Report(markdown) => {
            bundle.insert("text/plain", &**markdown);
            bundle.insert("text/markdown", &**markdown);
        }
        Value::Builtin(builtin) => {
            bundle.insert("text/plain", builtin.name);
            let markdown = format!("`{}`: {}", builtin.signature(), builtin.summary);
            bundle.insert("text/markdown", markdown);
        }
        Value::Expr(_)
        | Value::Matrix(_)
        | Value::List(_)
        | Value::Range(_)
        | Value::Geometry(_)
        | Value::Simulation(_)
        | Value::Text(_)
        | Value::Array(_)
        | Value::Record(_)
        | Value::Closure(_) => formula(&mut bundle, value, options),
    }
    bundle
}

/// An animation plays as a picture, also where pictures are otherwise SVG.
fn moving(bundle: &mut Bundle, animation: &Animation, options: &RenderOptions) {
    let drawn =
        if options.png || options.svg { draw::animation(animation) } else { None };
    let mut text = animation.describe();
    if let Some((file, left_out)) = drawn {
        if left_out > 0 {
            text.push_str(&format!(
                "; {left_out} more are left out to keep the picture small"
            ));
        }
        bundle.insert("image/png", base64(&file));
        let (width, height) = animation.plot.size;
        let size = json!({ "width": width, "height": height });
        bundle.metadata.insert("image/png".into(), size);
    }
    bundle.insert("text/plain", text);
}

/// Whether a map has more values than a browser draws as shapes: then the picture is shown, which has them all.
fn is_dense(plot: &Plot) -> bool {
    plot.layers.iter().any(|layer| match layer {
        Layer::Heat { grid, .. } => grid.cells && grid.columns * grid.rows > vega::CELLS,
        _ => false,
    })
}

/// Maps are smooth already, and four times the pixels would make a notebook megabytes longer.
fn pixel_ratio(plot: &Plot, options: &RenderOptions) -> f32 {
    let is_map = plot.layers.iter().any(|layer| matches!(layer, Layer::Heat { .. }));
    if is_map { options.pixel_ratio.min(1.0) } else { options.pixel_ratio }
}

/// Where to see what was left out.
const WHOLE: &str = "shortened; print(_) shows all of it";

fn formula(bundle: &mut Bundle, value: &Value, options: &RenderOptions) {
    let full = value.plain();
    let plain = formula::plain(&full, options.limit);
    bundle.elided = plain.elided;
    let text =
        if plain.elided { format!("{}\n({WHOLE})", plain.text) } else { plain.text };
    bundle.insert("text/plain", text);
    // LaTeX of something far too long would only be thrown away.
    if full.len() > 400 * options.limit.max(1) {
        let size = formula::grouped(full.chars().count());
        let note =
            format!(r"$\displaystyle \text{{a formula of {size} characters}}$ ({WHOLE})");
        bundle.insert("text/latex", note);
        return;
    }
    if let Some(latex) = latex(value, options.limit) {
        bundle.elided |= latex.elided;
        let note = if latex.elided { format!(" ({WHOLE})") } else { String::new() };
        bundle.insert("text/latex", format!(r"$\displaystyle {}${note}", latex.text));
    }
}

fn latex(value: &Value, limit: usize) -> Option<formula::Shortened> {
    match value {
        Value::Matrix(matrix) if matrix.entries().len() > 400 => {
            let entry = |row: usize, column: usize| {
                matrix.get(row, column).map(|entry| Value::Expr(entry.clone()).latex())
            };
            let text =
                formula::matrix(matrix.rows(), matrix.columns(), &|row, column| {
                    entry(row, column).flatten().unwrap_or_default()
                });
            Some(formula::Shortened { text, elided: true })
        }
        Value::List(items) if items.len() > 1 => {
            let parts: Option<Vec<String>> = items.iter().map(Value::latex).collect();
            Some(formula::list(&parts?, limit))
        }
        other => Some(formula::latex(&other.latex()?, limit)),
    }
}
