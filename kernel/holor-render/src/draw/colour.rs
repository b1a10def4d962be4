//! Colours that stay apart for colour-blind readers and in grey print.

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

/// The colour of a fraction between 0 and 1.
pub(crate) fn viridis(fraction: f32) -> [u8; 3] {
    let place = fraction.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f32;
    let below = (place as usize).min(VIRIDIS.len() - 2);
    let part = place - below as f32;
    let pick = |index: usize| VIRIDIS.get(index).copied().unwrap_or_default();
    let (low, high) = (pick(below), pick(below + 1));
    let mix = |a: u8, b: u8| {
        (f32::from(a) + part * (f32::from(b) - f32::from(a))).round() as u8
    };
    [mix(low[0], high[0]), mix(low[1], high[1]), mix(low[2], high[2])]
}
