//! Any frames are read without a panic; only a right signature is accepted, and only once.
#![no_main]

use libfuzzer_sys::fuzz_target;

/// Ends a frame: no byte of UTF-8, hence in no text.
const END: u8 = 0xff;
/// Frames are added before the first and after the last, as the first byte says.
const SIGNED: [&[u8]; 2] = [b"<IDS|MSG>", b""];

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let mut frames: Vec<Vec<u8>> =
        rest.split(|byte| *byte == END).map(<[u8]>::to_vec).collect();
    if choice & 1 == 0 {
        frames.splice(..0, SIGNED.iter().map(|frame| frame.to_vec()));
    }
    let key = if choice & 2 == 0 { "key" } else { "" };
    holor_jupyter::fuzzing::decode(frames, key);
});
