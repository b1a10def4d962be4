//! Plots as pictures: SVG and PNG from one drawing.
//!
//! The drawing is ours rather than a plotting crate's: anti-aliased lines of any width, dashes, formulas in
//! labels and the same picture in both formats need little more than a path rasteriser and a font.

pub(crate) mod colour;
mod figure;
mod font;
pub(crate) mod frame;
mod label;
pub(crate) mod png;
mod scene;
pub(crate) mod svg;
pub(crate) mod ticks;

use holor_lang::Plot;

/// A plot as SVG.
pub(crate) fn plot_svg(plot: &Plot) -> String {
    let fonts = font::Fonts::open();
    svg::svg(&figure::figure(plot, &fonts), &fonts)
}

/// A plot as PNG with so many device pixels per pixel.
pub(crate) fn plot_png(plot: &Plot, scale: f32) -> Option<Vec<u8>> {
    let fonts = font::Fonts::open();
    png::png(&figure::figure(plot, &fonts), &fonts, scale)
}

/// Simple LaTeX as one line of Unicode.
pub(crate) fn unicode(latex: &str) -> String {
    label::unicode(latex)
}
