//! The options that all plots share.

use std::sync::Arc;

use crate::builtin::word;
use crate::plot::{Axis, Layer, Plot, Scale};

word! {
    /// How an axis is divided.
    pub(crate) AxisScale {
        /// Equal steps.
        Linear = "linear",
        /// Equal ratios.
        Log = "log",
    }
}

/// What was asked for by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    pub(super) title: Option<Arc<str>>,
    pub(super) xlabel: Option<Arc<str>>,
    pub(super) ylabel: Option<Arc<str>>,
    pub(super) xrange: Option<(f64, f64)>,
    pub(super) yrange: Option<(f64, f64)>,
    pub(super) xscale: Option<AxisScale>,
    pub(super) yscale: Option<AxisScale>,
    pub(super) labels: Option<Vec<Arc<str>>>,
    pub(super) size: Option<Vec<u32>>,
}

impl Style {
    pub(super) fn x_scale(&self) -> Scale {
        scale(self.xscale)
    }

    pub(super) fn y_scale(&self) -> Scale {
        scale(self.yscale)
    }

    /// The name given to a curve.
    pub(super) fn label(&self, index: usize) -> Option<(String, String)> {
        let text = self.labels.as_ref()?.get(index)?;
        Some((text_to_latex(text), text.replace('$', "")))
    }

    /// The size asked for, or this one.
    pub(super) fn size(&self, width: u32, height: u32) -> (u32, u32) {
        match self.size.as_deref() {
            Some(&[width, height]) => (width.clamp(120, 3000), height.clamp(90, 3000)),
            Some(&[width]) => (width.clamp(120, 3000), (width * 2 / 3).clamp(90, 2000)),
            _ => (width, height),
        }
    }

    /// A finished plot with what was asked for in place of its own.
    pub(super) fn on(&self, plot: Plot) -> Plot {
        let (x, y) = (&plot.x, &plot.y);
        let (width, height) = plot.size;
        let mut layers = plot.layers;
        if let (Some(Layer::Curve { label, label_text, .. }), Some(name)) =
            (layers.first_mut(), self.label(0))
        {
            (*label, *label_text) = name;
        }
        Plot {
            layers,
            equal_aspect: plot.equal_aspect,
            size: self.size(width, height),
            ..self.plot((&x.label, &x.label_text), (&y.label, &y.label_text))
        }
    }

    /// An empty plot; the axes are called what was asked for, or else these LaTeX and Unicode names.
    pub(super) fn plot(&self, x: (&str, &str), y: (&str, &str)) -> Plot {
        let axis =
            |asked: &Option<Arc<str>>, (latex, text): (&str, &str), range, scale| {
                let (label, label_text) = match asked {
                    Some(asked) => (text_to_latex(asked), asked.replace('$', "")),
                    None => (latex.to_owned(), text.to_owned()),
                };
                Axis { label, label_text, range, scale }
            };
        Plot {
            title: self.title.as_deref().map_or_else(String::new, text_to_latex),
            x: axis(&self.xlabel, x, self.xrange, self.x_scale()),
            y: axis(&self.ylabel, y, self.yrange, self.y_scale()),
            layers: Vec::new(),
            equal_aspect: false,
            size: self.size(600, 400),
        }
    }
}

fn scale(asked: Option<AxisScale>) -> Scale {
    match asked {
        Some(AxisScale::Log) => Scale::Log,
        Some(AxisScale::Linear) | None => Scale::Linear,
    }
}

/// A label for a formula; one that would not fit is left out.
pub(super) fn label(latex: &str, text: &str) -> (String, String) {
    let fits = text.chars().count() <= 60;
    (if fits { latex.to_owned() } else { String::new() }, text.to_owned())
}

/// Text with formulas between `$` signs as LaTeX.
fn text_to_latex(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('$').enumerate() {
        if index % 2 == 1 {
            out.push_str(part);
        } else if !part.is_empty() {
            out.push_str(r"\text{");
            for character in part.chars() {
                match character {
                    '\\' => out.push_str(r"\textbackslash{}"),
                    '^' => out.push_str(r"\textasciicircum{}"),
                    '~' => out.push_str(r"\textasciitilde{}"),
                    '{' | '}' | '_' | '%' | '#' | '&' => out.extend(['\\', character]),
                    other => out.push(other),
                }
            }
            out.push('}');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::text_to_latex;

    #[test]
    fn text_and_formulas_alternate() {
        assert_eq!(text_to_latex("x_1 and $x_1$"), r"\text{x\_1 and }x_1");
        assert_eq!(text_to_latex(""), "");
    }
}
