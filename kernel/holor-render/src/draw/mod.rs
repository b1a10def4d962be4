//! Plots as pictures: SVG and PNG from one drawing.
//!
//! The drawing is ours rather than a plotting crate's: anti-aliased lines of any width, dashes, formulas in
//! labels and the same picture in both formats need little more than a path rasteriser and a font.

mod animation;
pub(crate) mod colour;
mod figure;
mod font;
pub(crate) mod frame;
mod label;
mod palette;
pub(crate) mod png;
mod scene;
pub(crate) mod svg;
pub(crate) mod ticks;

use holor_lang::{Animation, Plot};

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

/// An animation as a picture that moves (APNG), and how many of its frames had to be left out.
pub(crate) fn animation(animation: &Animation) -> Option<(Vec<u8>, usize)> {
    animation::apng(animation)
}

/// Simple LaTeX as one line of Unicode.
pub(crate) fn unicode(latex: &str) -> String {
    label::unicode(latex)
}
