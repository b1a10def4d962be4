//! What a finished drawing consists of, independent of the file format.

use super::font::Glyph;

/// An opaque colour with a separate opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Paint {
    pub(crate) colour: [u8; 3],
    pub(crate) opacity: f32,
}

impl Paint {
    pub(crate) const fn solid(colour: [u8; 3]) -> Self {
        Self { colour, opacity: 1.0 }
    }

    pub(crate) const fn with_opacity(self, opacity: f32) -> Self {
        Self { opacity, ..self }
    }
}

/// How a line is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pen {
    pub(crate) paint: Paint,
    pub(crate) width: f32,
    /// Lengths of dashes and gaps; empty for a solid line.
    pub(crate) dashes: Vec<f32>,
}

impl Pen {
    pub(crate) fn new(paint: Paint, width: f32) -> Self {
        Self { paint, width, dashes: Vec::new() }
    }

    pub(crate) fn dashed(self, dashes: &[f32]) -> Self {
        Self { dashes: dashes.to_vec(), ..self }
    }
}

/// A rectangle: left, top, width, height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Area {
    pub(crate) fn right(self) -> f32 {
        self.left + self.width
    }

    pub(crate) fn bottom(self) -> f32 {
        self.top + self.height
    }
}

/// One thing drawn. Coordinates in pixels, y downward.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// Open lines.
    Lines { lines: Vec<Vec<(f32, f32)>>, pen: Pen, clip: bool },
    /// Filled discs with a thin white rim.
    Discs { centers: Vec<(f32, f32)>, radius: f32, paint: Paint, clip: bool },
    /// A filled rectangle.
    Rectangle { area: Area, fill: Paint },
    /// Filled glyph outlines, with the text they show.
    Glyphs {
        glyphs: Vec<Glyph>,
        rules: Vec<Area>,
        text: String,
        place: Place,
        paint: Paint,
    },
    /// A picture, RGBA row by row from the top.
    Picture { area: Area, columns: u32, rows: u32, rgba: Vec<u8> },
}

/// Where the origin of a text lies, and whether it runs upward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) upward: bool,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scene {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Where clipped items are visible.
    pub(crate) clip: Area,
    pub(crate) items: Vec<Item>,
    /// What it shows, for those who cannot see it.
    pub(crate) description: String,
}
