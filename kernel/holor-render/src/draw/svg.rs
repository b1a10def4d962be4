//! A drawing as SVG. Glyphs are outlines, drawn once and used by reference, so that it looks the same
//! everywhere; its texts are given as labels for those who cannot see them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ttf_parser::OutlineBuilder;

use super::font::{Fonts, Style};
use super::png;
use super::scene::{Area, Item, Paint, Pen, Scene};
use crate::base64;

/// Draws. Ids carry a digest of the drawing, because pages join several drawings in one document.
pub(crate) fn svg(scene: &Scene, fonts: &Fonts) -> String {
    let mut body = String::new();
    for item in &scene.items {
        write_item(&mut body, item);
    }
    let digest = body.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let prefix = format!("h{:08x}", digest >> 32);
    let Scene { width, height, clip, description, .. } = scene;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"{label}\">\n<title>{label}</title>\n<defs><clipPath id=\"@clip\">{clip}</clipPath>",
        label = escape(description),
        clip = rectangle(*clip, "")
    );
    for (style, id) in used(scene) {
        let mut path = PathData(String::new());
        fonts.outline(style, id, &mut path);
        let _ = write!(out, "<path id=\"@{}\" d=\"{}\"/>", glyph_name(style, id), path.0);
    }
    out.push_str("</defs>\n");
    let white = rectangle(
        Area { left: 0.0, top: 0.0, width: *width as f32, height: *height as f32 },
        " fill=\"#fff\"",
    );
    out.push_str(&white);
    out.push('\n');
    out.push_str(&body);
    out.push_str("</svg>\n");
    out.replace("\"@", &format!("\"{prefix}")).replace("#@", &format!("#{prefix}"))
}

/// Escapes text for XML.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '@' => out.push_str("&#64;"),
            other => out.push(other),
        }
    }
    out
}

fn used(scene: &Scene) -> BTreeSet<(Style, u16)> {
    scene
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Glyphs { glyphs, .. } => Some(glyphs),
            _ => None,
        })
        .flatten()
        .map(|glyph| (glyph.style, glyph.id))
        .collect()
}

fn glyph_name(style: Style, id: u16) -> String {
    let letter = match style {
        Style::Upright => 'u',
        Style::Italic => 'i',
    };
    format!("{letter}{id}")
}

fn colour(colour: [u8; 3]) -> String {
    format!("#{:02x}{:02x}{:02x}", colour[0], colour[1], colour[2])
}

fn fill(paint: Paint) -> String {
    let mut out = format!(" fill=\"{}\"", colour(paint.colour));
    if paint.opacity < 1.0 {
        let _ = write!(out, " fill-opacity=\"{}\"", number(paint.opacity));
    }
    out
}

fn stroke(pen: &Pen) -> String {
    let mut out = format!(
        " fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"",
        colour(pen.paint.colour),
        number(pen.width)
    );
    if pen.paint.opacity < 1.0 {
        let _ = write!(out, " stroke-opacity=\"{}\"", number(pen.paint.opacity));
    }
    if !pen.dashes.is_empty() {
        let dashes: Vec<String> = pen.dashes.iter().map(|dash| number(*dash)).collect();
        let _ = write!(out, " stroke-dasharray=\"{}\"", dashes.join(" "));
    }
    out
}

/// A number with two digits after the point, no more than are seen.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

fn rectangle(area: Area, attributes: &str) -> String {
    let Area { left, top, width, height } = area;
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{attributes}/>",
        number(left),
        number(top),
        number(width),
        number(height)
    )
}

fn write_item(out: &mut String, item: &Item) {
    let clipped = |clip: bool| if clip { " clip-path=\"url(#@clip)\"" } else { "" };
    match item {
        Item::Lines { lines, pen, clip } => {
            let mut data = String::new();
            for line in lines.iter().filter(|line| line.len() > 1) {
                for (index, &(x, y)) in line.iter().enumerate() {
                    let letter = match index {
                        0 => "M",
                        1 => "L",
                        _ => " ",
                    };
                    let _ = write!(data, "{letter}{} {}", number(x), number(y));
                }
            }
            let _ =
                writeln!(out, "<path d=\"{data}\"{}{}/>", stroke(pen), clipped(*clip));
        }
        Item::Discs { centers, radius, paint, clip } => {
            let _ = writeln!(
                out,
                "<g{} stroke=\"#fff\" stroke-width=\"0.8\"{}>",
                fill(*paint),
                clipped(*clip)
            );
            for &(x, y) in centers {
                let (x, y, r) = (number(x), number(y), number(*radius));
                let _ = write!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>");
            }
            out.push_str("</g>\n");
        }
        Item::Rectangle { area, fill: paint } => {
            out.push_str(&rectangle(*area, &fill(*paint)));
            out.push('\n');
        }
        Item::Glyphs { glyphs, rules, text, place, paint } => {
            let turn = if place.upward { " rotate(-90)" } else { "" };
            let _ = write!(
                out,
                "<g transform=\"translate({} {}){turn}\"{} aria-label=\"{}\">",
                number(place.x),
                number(place.y),
                fill(*paint),
                escape(text)
            );
            for glyph in glyphs {
                // Glyphs are in thousandths of an em, y upward.
                let scale = format!("{:.5}", glyph.size / 1000.0);
                let _ = write!(
                    out,
                    "<use xlink:href=\"#@{}\" transform=\"translate({} {}) scale({scale} -{scale})\"/>",
                    glyph_name(glyph.style, glyph.id),
                    number(glyph.x),
                    number(glyph.y)
                );
            }
            for area in rules {
                out.push_str(&rectangle(*area, ""));
            }
            out.push_str("</g>\n");
        }
        Item::Picture { area, columns, rows, rgba } => {
            let Some(file) = png::picture(*columns, *rows, rgba) else { return };
            let Area { left, top, width, height } = *area;
            let _ = writeln!(
                out,
                "<g clip-path=\"url(#@clip)\"><image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" \
                 preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64,{}\"/></g>",
                number(left),
                number(top),
                number(width),
                number(height),
                base64(&file)
            );
        }
    }
}

struct PathData(String);

impl OutlineBuilder for PathData {
    fn move_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "M{x} {y}");
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "L{x} {y}");
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let _ = write!(self.0, "Q{x1} {y1} {x} {y}");
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let _ = write!(self.0, "C{x1} {y1} {x2} {y2} {x} {y}");
    }

    fn close(&mut self) {
        self.0.push('Z');
    }
}
