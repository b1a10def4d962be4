//! Plots in words: plain text in a terminal, the label of a picture.

use holor_lang::{Axis, Layer, Plot};

/// One line that says what a plot shows.
pub(crate) fn describe_plot(plot: &Plot) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut kind = "plot";
    for layer in &plot.layers {
        let text = match layer {
            Layer::Curve { label_text, .. } => label_text,
            Layer::Points { label_text, .. } => {
                if plot.layers.len() == 1 {
                    kind = "points";
                }
                label_text
            }
            Layer::Heat { label_text, .. } => {
                kind = "heat map";
                label_text
            }
            Layer::Contour { label_text, .. } => {
                if kind == "plot" {
                    kind = "contours";
                }
                label_text
            }
        };
        if !text.is_empty() && !parts.contains(&text.as_str()) {
            parts.push(text);
        }
    }
    let mut out = kind.to_owned();
    if !parts.is_empty() {
        out.push_str(" of ");
        out.push_str(&parts.join(", "));
    }
    let ranges: Vec<String> = [&plot.x, &plot.y].into_iter().filter_map(axis).collect();
    if !ranges.is_empty() {
        out.push_str(" for ");
        out.push_str(&ranges.join(", "));
    }
    out
}

fn axis(axis: &Axis) -> Option<String> {
    let (low, high) = axis.range?;
    let name = &axis.label_text;
    (!name.is_empty() && name.chars().count() < 12)
        .then(|| format!("{name} = {}..{}", short(low), short(high)))
}

/// A number with at most six digits.
pub(crate) fn short(value: f64) -> String {
    let magnitude = value.abs();
    if value != 0.0 && !(1e-4..1e7).contains(&magnitude) {
        return format!("{value:.4e}");
    }
    let digits = (5 - magnitude.max(1e-4).log10().floor() as i32).clamp(0, 9) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
