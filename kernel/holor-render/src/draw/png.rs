//! A drawing as PNG.

use tiny_skia::{
    FillRule, FilterQuality, LineCap, LineJoin, Mask, Path, PathBuilder, Pixmap,
    PixmapPaint, Rect, Stroke, StrokeDash, Transform,
};
use ttf_parser::OutlineBuilder;

use super::font::{Fonts, ems};
use super::scene::{Area, Item, Paint, Pen, Place, Scene};

/// Draws with this many device pixels per pixel. `None` when the size is 0 or absurd.
pub(crate) fn png(scene: &Scene, fonts: &Fonts, scale: f32) -> Option<Vec<u8>> {
    painted(scene, fonts, scale)?.encode_png().ok()
}

fn painted(scene: &Scene, fonts: &Fonts, scale: f32) -> Option<Pixmap> {
    let (width, height) = (scene.width as f32 * scale, scene.height as f32 * scale);
    let mut pixmap = Pixmap::new(width.round() as u32, height.round() as u32)?;
    pixmap.fill(tiny_skia::Color::WHITE);
    let transform = Transform::from_scale(scale, scale);
    let mut mask = Mask::new(pixmap.width(), pixmap.height())?;
    mask.fill_path(
        &PathBuilder::from_rect(rect(scene.clip)?),
        FillRule::Winding,
        true,
        transform,
    );
    for item in &scene.items {
        // An item that cannot be drawn (an empty rectangle) is left out.
        let _ = draw(item, &mut pixmap, &mask, fonts, transform);
    }
    Some(pixmap)
}

/// A picture as a PNG file of its own: with a palette where it has few colours.
pub(crate) fn picture(columns: u32, rows: u32, rgba: &[u8]) -> Option<Vec<u8>> {
    match super::palette::Palette::of(rgba) {
        Some(palette) => palette.encode(columns, rows, rgba),
        None => pixmap(columns, rows, rgba)?.encode_png().ok(),
    }
}

/// The drawing as pixels, RGBA row by row from the top.
pub(crate) fn pixels(
    scene: &Scene,
    fonts: &Fonts,
    scale: f32,
) -> Option<(u32, u32, Vec<u8>)> {
    let pixmap = painted(scene, fonts, scale)?;
    // Everything is drawn on white: nothing is transparent.
    Some((pixmap.width(), pixmap.height(), pixmap.take()))
}

fn pixmap(columns: u32, rows: u32, rgba: &[u8]) -> Option<Pixmap> {
    let mut pixmap = Pixmap::new(columns, rows)?;
    for (pixel, source) in pixmap.pixels_mut().iter_mut().zip(rgba.chunks_exact(4)) {
        if let &[r, g, b, a] = source {
            *pixel = tiny_skia::ColorU8::from_rgba(r, g, b, a).premultiply();
        }
    }
    Some(pixmap)
}

fn rect(area: Area) -> Option<Rect> {
    Rect::from_xywh(area.left, area.top, area.width, area.height)
}

fn paint(paint: Paint) -> tiny_skia::Paint<'static> {
    let [r, g, b] = paint.colour;
    let mut result = tiny_skia::Paint { anti_alias: true, ..Default::default() };
    result.set_color_rgba8(r, g, b, (paint.opacity * 255.0).round() as u8);
    result
}

fn stroke(pen: &Pen) -> Stroke {
    let dash = if pen.dashes.is_empty() {
        None
    } else {
        StrokeDash::new(pen.dashes.clone(), 0.0)
    };
    let (line_cap, line_join) = (LineCap::Butt, LineJoin::Round);
    Stroke { width: pen.width, line_cap, line_join, dash, ..Stroke::default() }
}

fn draw(
    item: &Item,
    pixmap: &mut Pixmap,
    mask: &Mask,
    fonts: &Fonts,
    transform: Transform,
) -> Option<()> {
    let masked = |clip: bool| clip.then_some(mask);
    match item {
        Item::Lines { lines, pen, clip } => {
            let mut builder = PathBuilder::new();
            for line in lines {
                for (index, &(x, y)) in line.iter().enumerate() {
                    if index == 0 {
                        builder.move_to(x, y);
                    } else {
                        builder.line_to(x, y);
                    }
                }
            }
            let path = builder.finish()?;
            pixmap.stroke_path(
                &path,
                &paint(pen.paint),
                &stroke(pen),
                transform,
                masked(*clip),
            );
        }
        Item::Discs { centers, radius, paint: fill, clip } => {
            let rim = Pen::new(Paint::solid([255, 255, 255]), 0.8);
            for &(x, y) in centers {
                let Some(disc) = PathBuilder::from_circle(x, y, *radius) else {
                    continue;
                };
                let mask = masked(*clip);
                pixmap.fill_path(
                    &disc,
                    &paint(*fill),
                    FillRule::Winding,
                    transform,
                    mask,
                );
                pixmap.stroke_path(
                    &disc,
                    &paint(rim.paint),
                    &stroke(&rim),
                    transform,
                    mask,
                );
            }
        }
        Item::Rectangle { area, fill } => {
            pixmap.fill_rect(rect(*area)?, &paint(*fill), transform, None);
        }
        Item::Glyphs { glyphs, rules, place, paint: ink, .. } => {
            let Place { x, y, upward } = *place;
            let mut local = transform.pre_translate(x, y);
            if upward {
                local = local.pre_rotate(-90.0);
            }
            let mut outline = Outline(PathBuilder::new(), 0.0, 0.0, 0.0);
            for glyph in glyphs {
                (outline.1, outline.2, outline.3) = (glyph.x, glyph.y, glyph.size);
                fonts.outline(glyph.style, glyph.id, &mut outline);
            }
            for area in rules {
                outline.0.push_rect(rect(*area)?);
            }
            let path: Path = outline.0.finish()?;
            pixmap.fill_path(&path, &paint(*ink), FillRule::Winding, local, None);
        }
        Item::Picture { area, columns, rows, rgba } => {
            let picture = self::pixmap(*columns, *rows, rgba)?;
            let (sx, sy) = (area.width / *columns as f32, area.height / *rows as f32);
            let local = transform.pre_translate(area.left, area.top).pre_scale(sx, sy);
            let settings = PixmapPaint {
                quality: FilterQuality::Bilinear,
                ..PixmapPaint::default()
            };
            pixmap.draw_pixmap(0, 0, picture.as_ref(), &settings, local, Some(mask));
        }
    }
    Some(())
}

/// Builds the path of glyphs at (x, y) in a size.
struct Outline(PathBuilder, f32, f32, f32);

impl Outline {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.1 + ems(x) * self.3, self.2 - ems(y) * self.3)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.place(x1, y1), self.place(x, y));
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) =
            (self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
