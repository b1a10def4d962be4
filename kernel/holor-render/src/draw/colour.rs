//! Colours that stay apart for colour-blind readers and in grey print.

use holor_lang::Colours;

/// Curves in order: Okabe and Ito (2008), the yellow left out for its low contrast on white.
pub(crate) const CURVES: [[u8; 3]; 7] = [
    [0x00, 0x72, 0xb2],
    [0xd5, 0x5e, 0x00],
    [0x00, 0x9e, 0x73],
    [0xcc, 0x79, 0xa7],
    [0xe6, 0x9f, 0x00],
    [0x56, 0xb4, 0xe9],
    [0x33, 0x33, 0x33],
];

/// Dashes, so that the eighth curve differs from the first.
pub(crate) const DASHES: [&[f32]; 4] =
    [&[], &[7.0, 3.0], &[2.0, 3.0], &[8.0, 3.0, 2.0, 3.0]];

/// Viridis (van der Walt and Smith, 2015) at even places: equal steps of value are equal steps to the eye.
const VIRIDIS: [[u8; 3]; 25] = [
    [68, 1, 84],
    [71, 16, 99],
    [72, 31, 112],
    [71, 45, 123],
    [68, 57, 131],
    [64, 70, 136],
    [59, 82, 139],
    [54, 93, 141],
    [49, 104, 142],
    [44, 114, 142],
    [40, 124, 142],
    [36, 134, 142],
    [33, 145, 140],
    [31, 154, 138],
    [32, 164, 134],
    [40, 174, 128],
    [53, 183, 121],
    [72, 193, 110],
    [94, 201, 98],
    [117, 208, 84],
    [144, 215, 67],
    [173, 220, 48],
    [200, 224, 32],
    [229, 228, 25],
    [253, 231, 37],
];

/// Twilight (Bachmann, 2017), which begins and ends with the same colour, at even places.
const TWILIGHT: [[u8; 3]; 33] = [
    [226, 217, 226],
    [215, 215, 221],
    [196, 206, 212],
    [172, 194, 204],
    [149, 181, 199],
    [129, 166, 195],
    [114, 151, 193],
    [104, 135, 190],
    [98, 118, 186],
    [95, 100, 181],
    [94, 81, 173],
    [93, 61, 161],
    [89, 42, 143],
    [81, 27, 119],
    [69, 19, 92],
    [56, 17, 69],
    [47, 20, 54],
    [58, 17, 58],
    [74, 19, 66],
    [95, 23, 74],
    [116, 30, 79],
    [135, 39, 80],
    [152, 53, 80],
    [166, 69, 80],
    [178, 86, 82],
    [187, 105, 88],
    [194, 124, 99],
    [200, 144, 115],
    [204, 163, 137],
    [209, 182, 163],
    [216, 199, 190],
    [223, 212, 214],
    [226, 217, 226],
];

/// Blue over white to red (ColorBrewer's RdBu, Brewer 2003, turned round).
const RED_BLUE: [[u8; 3]; 9] = [
    [33, 102, 172],
    [67, 147, 195],
    [146, 197, 222],
    [209, 229, 240],
    [247, 247, 247],
    [253, 219, 199],
    [244, 165, 130],
    [214, 96, 77],
    [178, 24, 43],
];

/// The colour of a fraction between 0 and 1 on a scale.
pub(crate) fn colour(scale: Colours, fraction: f32) -> [u8; 3] {
    match scale {
        Colours::Sequential => viridis(fraction),
        Colours::Cyclic => between(&TWILIGHT, fraction),
        Colours::Diverging => between(&RED_BLUE, fraction),
    }
}

/// The colour of a fraction between 0 and 1.
pub(crate) fn viridis(fraction: f32) -> [u8; 3] {
    between(&VIRIDIS, fraction)
}

/// The colour of a fraction between 0 and 1 among colours at even places.
fn between(colours: &[[u8; 3]], fraction: f32) -> [u8; 3] {
    let place = fraction.clamp(0.0, 1.0) * (colours.len().saturating_sub(1)) as f32;
    let below = (place as usize).min(colours.len().saturating_sub(2));
    let part = place - below as f32;
    let pick = |index: usize| colours.get(index).copied().unwrap_or_default();
    let (low, high) = (pick(below), pick(below + 1));
    let mix = |a: u8, b: u8| {
        (f32::from(a) + part * (f32::from(b) - f32::from(a))).round() as u8
    };
    [mix(low[0], high[0]), mix(low[1], high[1]), mix(low[2], high[2])]
}
