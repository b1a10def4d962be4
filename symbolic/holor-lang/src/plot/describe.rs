//! A plot in words.

use super::{Axis, Layer, Plot};

impl Plot {
    /// One line that says what the plot shows.
    pub fn describe(&self) -> String {
        let mut parts: Vec<&str> = Vec::new();
        let mut kind = "plot";
        for layer in &self.layers {
            let text = match layer {
                Layer::Curve { label_text, .. } => label_text,
                Layer::Guide { .. } | Layer::Shade { .. } => continue,
                Layer::Points { label_text, .. } => {
                    if self.layers.len() == 1 {
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
        // A graph is over its x, a map or an implicit curve over both, a parametric curve over neither.
        let map = kind == "heat map"
            || kind == "contours"
            || parts.iter().any(|part| part.contains("=="));
        let mut ranges = Vec::new();
        if map || !self.equal_aspect {
            ranges.extend(axis(&self.x));
        }
        if map {
            ranges.extend(axis(&self.y));
        }
        if !ranges.is_empty() {
            out.push_str(" for ");
            out.push_str(&ranges.join(", "));
        }
        out
    }
}

fn axis(axis: &Axis) -> Option<String> {
    let (low, high) = axis.range?;
    let name = &axis.label_text;
    (!name.is_empty() && name.chars().count() < 12)
        .then(|| format!("{name} = {}..{}", short(low), short(high)))
}

/// A number with at most six digits, multiples of π as such.
fn short(value: f64) -> String {
    let halves = value / std::f64::consts::FRAC_PI_2;
    if value != 0.0 && (halves - halves.round()).abs() < 1e-9 && halves.abs() < 1e3 {
        let halves = halves.round() as i64;
        let (count, end) =
            if halves % 2 == 0 { (halves / 2, "") } else { (halves, "/2") };
        return match count {
            1 => format!("π{end}"),
            -1 => format!("-π{end}"),
            _ => format!("{count}π{end}"),
        };
    }
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
