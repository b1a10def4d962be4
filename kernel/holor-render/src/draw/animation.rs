//! Animations as APNG: a PNG whose later frames replace the part of the picture that changed. Every browser plays it,
//! in a notebook and in a page made of one, without a script.

use holor_lang::Animation;
use png::{BlendOp, DisposeOp};

use super::font::Fonts;
use super::palette::Palette;
use super::{figure, png as drawing};

/// Files grow to at most so many bytes; beyond, every second frame is left out.
const MOST_BYTES: usize = 6_000_000;
/// The last frame stays for so many times as long before the animation repeats.
const LAST_FOR: u16 = 8;

/// One frame as places in the palette.
struct Pixels {
    width: usize,
    indices: Vec<u8>,
}

/// The file, and how many frames were left out to keep it small.
pub(super) fn apng(animation: &Animation) -> Option<(Vec<u8>, usize)> {
    let fonts = Fonts::open();
    let mut stride = 1;
    let count = animation.frames.len();
    // The first and the last frame and some between have nearly all colours.
    let samples: Vec<Vec<u8>> = [0, count / 3, 2 * count / 3, count.saturating_sub(1)]
        .iter()
        .filter_map(|&index| draw(animation, index, &fonts))
        .map(|(_, _, pixels)| pixels)
        .collect();
    let samples: Vec<&[u8]> = samples.iter().map(Vec::as_slice).collect();
    let mut palette = Palette::of_common(&samples);
    loop {
        let shown: Vec<usize> = (0..count).step_by(stride).collect();
        if let Some(file) = encode(animation, &shown, &fonts, &mut palette)? {
            return Some((file, count - shown.len()));
        }
        stride *= 2;
    }
}

fn draw(
    animation: &Animation,
    index: usize,
    fonts: &Fonts,
) -> Option<(u32, u32, Vec<u8>)> {
    let plot = animation.frame(index)?;
    drawing::pixels(&figure::figure(&plot, fonts), fonts, 1.0)
}

/// `Some(None)` where the file grows too large.
fn encode(
    animation: &Animation,
    shown: &[usize],
    fonts: &Fonts,
    palette: &mut Palette,
) -> Option<Option<Vec<u8>>> {
    let (width, height, pixels) = draw(animation, *shown.first()?, fonts)?;
    let mut before = Pixels { width: width as usize, indices: palette.indices(&pixels) };
    let mut out = Vec::new();
    let mut encoder = palette.encoder(&mut out, (width, height));
    if shown.len() > 1 {
        encoder.set_animated(shown.len() as u32, 0).ok()?;
    }
    let delay = (1000.0 / animation.rate).round().clamp(1.0, 60_000.0) as u16;
    if shown.len() > 1 {
        encoder.set_frame_delay(delay, 1000).ok()?;
        encoder.set_dispose_op(DisposeOp::None).ok()?;
        encoder.set_blend_op(BlendOp::Source).ok()?;
    }
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&before.indices).ok()?;
    let mut bytes = 0;
    for (place, &index) in shown.iter().enumerate().skip(1) {
        let (_, _, pixels) = draw(animation, index, fonts)?;
        let next = Pixels { width: width as usize, indices: palette.indices(&pixels) };
        let (left, top, right, bottom) = changed(&before, &next);
        let part: Vec<u8> = (top..bottom)
            .filter_map(|row| {
                next.indices.get(row * next.width + left..row * next.width + right)
            })
            .flatten()
            .copied()
            .collect();
        // A rough guess that saves encoding what will not fit.
        bytes += part.len() / 2;
        if bytes > 4 * MOST_BYTES && shown.len() > 16 {
            return Some(None);
        }
        writer.reset_frame_position().ok()?;
        writer.set_frame_dimension((right - left) as u32, (bottom - top) as u32).ok()?;
        writer.set_frame_position(left as u32, top as u32).ok()?;
        if place + 1 == shown.len() {
            writer.set_frame_delay(delay.saturating_mul(LAST_FOR), 1000).ok()?;
        }
        writer.write_image_data(&part).ok()?;
        before = next;
    }
    writer.finish().ok()?;
    Some((out.len() <= MOST_BYTES || shown.len() <= 16).then_some(out))
}

/// The smallest rectangle in which two frames differ, at least one pixel.
fn changed(before: &Pixels, next: &Pixels) -> (usize, usize, usize, usize) {
    let width = next.width.max(1);
    let (mut left, mut right) = (width, 0);
    let (mut top, mut bottom) = (usize::MAX, 0);
    let rows = before.indices.chunks(width).zip(next.indices.chunks(width));
    for (row, (old, new)) in rows.enumerate() {
        let differs = |(a, b): (&u8, &u8)| a != b;
        let Some(first) = old.iter().zip(new).position(differs) else { continue };
        let last = old.iter().zip(new).rposition(differs).unwrap_or(first);
        (left, right) = (left.min(first), right.max(last + 1));
        (top, bottom) = (top.min(row), row + 1);
    }
    if right == 0 { (0, 0, 1, 1) } else { (left, top, right, bottom) }
}
