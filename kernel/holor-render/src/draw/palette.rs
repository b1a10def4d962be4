//! Pictures of few colours as PNG with a palette: a byte for each pixel instead of four.

use std::collections::BTreeMap;

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

/// The most colours a palette holds.
const MOST: usize = 256;

/// Squares of the distance at which two colours of a moving picture count as different.
const APART: i32 = 20;

/// Up to 256 colours, RGBA.
pub(crate) struct Palette {
    colours: Vec<[u8; 4]>,
    places: BTreeMap<[u8; 4], u8>,
}

impl Palette {
    /// The colours of a picture; `None` where they are too many.
    pub(crate) fn of(rgba: &[u8]) -> Option<Self> {
        let mut places = BTreeMap::new();
        let mut last = None;
        for pixel in rgba.chunks_exact(4) {
            let &[r, g, b, a] = pixel else { continue };
            let colour = [r, g, b, a];
            if last == Some(colour) {
                continue;
            }
            last = Some(colour);
            if !places.contains_key(&colour) && places.len() == MOST {
                return None;
            }
            places.insert(colour, 0_u8);
        }
        Some(Self::from_places(places))
    }

    /// The commonest colours of a picture.
    pub(crate) fn of_common(rgba: &[&[u8]]) -> Self {
        let mut counts: BTreeMap<[u8; 4], usize> = BTreeMap::new();
        for pixel in rgba.iter().flat_map(|picture| picture.chunks_exact(4)) {
            if let &[r, g, b, a] = pixel {
                *counts.entry([r, g, b, a]).or_insert(0) += 1;
            }
        }
        let mut counts: Vec<([u8; 4], usize)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        // Neighbours that nobody tells apart share a place, so that rare colours get one too.
        let mut chosen: Vec<[u8; 4]> = Vec::with_capacity(MOST);
        for (colour, _) in counts {
            if chosen.len() == MOST {
                break;
            }
            if chosen.iter().all(|other| distance(*other, colour) >= APART) {
                chosen.push(colour);
            }
        }
        Self::from_places(chosen.into_iter().map(|colour| (colour, 0)).collect())
    }

    fn from_places(mut places: BTreeMap<[u8; 4], u8>) -> Self {
        for (place, own) in places.values_mut().enumerate() {
            *own = place as u8;
        }
        Self { colours: places.keys().copied().collect(), places }
    }

    /// The places of the colours of a picture; colours that the palette lacks become the nearest ones.
    pub(crate) fn indices(&mut self, rgba: &[u8]) -> Vec<u8> {
        let mut last = ([0; 4], None);
        rgba.chunks_exact(4)
            .map(|pixel| {
                let &[r, g, b, a] = pixel else { return 0 };
                let colour = [r, g, b, a];
                if let (true, Some(place)) = (last.0 == colour, last.1) {
                    return place;
                }
                let place = match self.places.get(&colour) {
                    Some(place) => *place,
                    None => {
                        let place = self.nearest(colour);
                        self.places.insert(colour, place);
                        place
                    }
                };
                last = (colour, Some(place));
                place
            })
            .collect()
    }

    fn nearest(&self, colour: [u8; 4]) -> u8 {
        let best = self
            .colours
            .iter()
            .enumerate()
            .min_by_key(|(_, other)| distance(**other, colour));
        best.map_or(0, |(place, _)| place as u8)
    }

    /// Sets up an encoder of pictures with this palette.
    pub(crate) fn encoder<'a>(
        &self,
        out: &'a mut Vec<u8>,
        size: (u32, u32),
    ) -> Encoder<'a, &'a mut Vec<u8>> {
        let mut encoder = Encoder::new(out, size.0, size.1);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        // Places in a palette have no order that a filter could use.
        encoder.set_filter(Filter::NoFilter);
        encoder.set_palette(
            self.colours.iter().flat_map(|it| [it[0], it[1], it[2]]).collect::<Vec<u8>>(),
        );
        if self.colours.iter().any(|colour| colour[3] != 255) {
            encoder.set_trns(self.colours.iter().map(|it| it[3]).collect::<Vec<u8>>());
        }
        encoder
    }

    /// A picture as a PNG file.
    pub(crate) fn encode(
        mut self,
        columns: u32,
        rows: u32,
        rgba: &[u8],
    ) -> Option<Vec<u8>> {
        let indices = self.indices(rgba);
        let mut out = Vec::new();
        let mut writer = self.encoder(&mut out, (columns, rows)).write_header().ok()?;
        writer.write_image_data(&indices).ok()?;
        writer.finish().ok()?;
        Some(out)
    }
}

/// The square of the distance of two colours.
fn distance(a: [u8; 4], b: [u8; 4]) -> i32 {
    a.iter()
        .zip(b)
        .map(|(&a, b)| (i32::from(a) - i32::from(b)) * (i32::from(a) - i32::from(b)))
        .sum()
}
