//! Values, plots and diagnostics as what people see: plain text, LaTeX, Vega-Lite, SVG, PNG, HTML.
//!
//! [`render`] makes a [`Bundle`] of a value; [`render_terminal`], [`render_plain`], [`render_html`] and
//! [`render_json`] show diagnostics. Invariant: what is left out of a long result is named where it
//! is missing, in characters that no input contains, so that a shortened result cannot be taken for a whole
//! one. Nothing is opened or allocated before the first plot is drawn.

mod base64;
mod bundle;
mod diagnostic;
mod draw;
mod formula;
mod mathml;
mod vega;

use holor_lang::{Animation, Plot};

pub(crate) use base64::base64;
pub use bundle::{Bundle, RenderOptions, render};
pub use diagnostic::{Sources, render_html, render_json, render_plain, render_terminal};
pub use formula::LIMIT;
pub use mathml::latex_to_mathml;

/// A plot as SVG.
pub fn plot_svg(plot: &Plot) -> String {
    draw::plot_svg(plot)
}

/// A plot as PNG with so many device pixels per pixel; `None` when it has no area.
pub fn plot_png(plot: &Plot, pixel_ratio: f32) -> Option<Vec<u8>> {
    draw::plot_png(plot, pixel_ratio)
}

/// An animation as APNG; `None` when it has no area.
pub fn animation_png(animation: &Animation) -> Option<Vec<u8>> {
    draw::animation(animation).map(|(file, _)| file)
}

/// A plot as a Vega-Lite 5 specification.
pub fn plot_vega_lite(plot: &Plot) -> serde_json::Value {
    vega::vega_lite(plot)
}
