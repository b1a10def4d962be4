//! Two small fonts in the style of TeX, read only when something is drawn.

use ttf_parser::{Face, GlyphId, OutlineBuilder};

static UPRIGHT: &[u8] = include_bytes!("../../fonts/KaTeX_Main-Regular.ttf");
static ITALIC: &[u8] = include_bytes!("../../fonts/KaTeX_Math-Italic.ttf");

/// Units per em of both fonts.
const EM: f32 = 1000.0;

/// Which of the fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// Text, digits, operators.
    Upright,
    /// Variables.
    Italic,
}

/// A glyph at a place relative to the text's origin, y downward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) style: Style,
    pub(crate) id: u16,
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Pixels per em.
    pub(crate) size: f32,
}

/// Size of a glyph in ems.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) advance: f32,
    pub(crate) ascent: f32,
    pub(crate) descent: f32,
    pub(crate) right: f32,
}

/// The fonts, opened.
pub(crate) struct Fonts {
    upright: Option<Face<'static>>,
    italic: Option<Face<'static>>,
}

impl Fonts {
    /// Opens the fonts: a look at their tables, no copies.
    pub(crate) fn open() -> Self {
        Self {
            upright: Face::parse(UPRIGHT, 0).ok(),
            italic: Face::parse(ITALIC, 0).ok(),
        }
    }

    fn face(&self, style: Style) -> Option<&Face<'static>> {
        match style {
            Style::Upright => self.upright.as_ref(),
            Style::Italic => self.italic.as_ref(),
        }
    }

    /// The glyph of a character, in the other font where this one lacks it.
    pub(crate) fn find(&self, character: char, style: Style) -> Option<(Style, u16)> {
        let other = match style {
            Style::Upright => Style::Italic,
            Style::Italic => Style::Upright,
        };
        [style, other].into_iter().find_map(|style| {
            let id = self.face(style)?.glyph_index(character)?;
            Some((style, id.0))
        })
    }

    /// The size of a glyph.
    pub(crate) fn metrics(&self, style: Style, id: u16) -> Metrics {
        let Some(face) = self.face(style) else { return Metrics::default() };
        let advance = f32::from(face.glyph_hor_advance(GlyphId(id)).unwrap_or(0)) / EM;
        face.glyph_bounding_box(GlyphId(id)).map_or(
            Metrics { advance, ..Metrics::default() },
            |bounds| Metrics {
                advance,
                ascent: f32::from(bounds.y_max) / EM,
                descent: -f32::from(bounds.y_min) / EM,
                right: f32::from(bounds.x_max) / EM,
            },
        )
    }

    /// Draws the outline of a glyph in ems, y upward.
    pub(crate) fn outline(
        &self,
        style: Style,
        id: u16,
        builder: &mut dyn OutlineBuilder,
    ) {
        if let Some(face) = self.face(style) {
            face.outline_glyph(GlyphId(id), builder);
        }
    }
}

/// Multiplies font units to ems.
pub(crate) fn ems(units: f32) -> f32 {
    units / EM
}

/// A letter and the accent above it, for letters the fonts have no glyph of (`ö` is `o` and `¨`).
pub(crate) fn decompose(character: char) -> Option<(char, char)> {
    const ACCENTS: [(char, char, &str, &str); 9] = [
        ('\u{a8}', '\u{a8}', "äëïöüÿÄËÏÖÜŸ", "aeıouyAEIOUY"),
        ('´', '\u{2ca}', "áéíóúýćńśźÁÉÍÓÚÝĆŃŚŹ", "aeıouycnszAEIOUYCNSZ"),
        ('`', '\u{2cb}', "àèìòùÀÈÌÒÙ", "aeıouAEIOU"),
        ('^', '\u{2c6}', "âêîôûĝĥĵŝŵŷÂÊÎÔÛ", "aeıoughȷswyAEIOU"),
        ('~', '\u{2dc}', "ãñõĩũÃÑÕĨŨ", "anoıuANOIU"),
        ('ˇ', '\u{2c7}', "čďěňřšťžČĎĚŇŘŠŤŽ", "cdenrstzCDENRSTZ"),
        ('˚', '\u{2da}', "åůÅŮ", "auAU"),
        ('¯', '\u{2c9}', "āēīōūĀĒĪŌŪ", "aeıouAEIOU"),
        ('˙', '\u{2d9}', "żėċġŻĖĊĠİ", "zecgZECGI"),
    ];
    ACCENTS.iter().find_map(|(_, accent, composed, bases)| {
        let position = composed.chars().position(|candidate| candidate == character)?;
        Some((bases.chars().nth(position)?, *accent))
    })
}
