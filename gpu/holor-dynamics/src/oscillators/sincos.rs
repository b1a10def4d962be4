//! Sine and cosine of many angles at once, in a form that compilers turn into vector instructions.
//!
//! Reduction after W. J. Cody and W. Waite in three parts of π/2 with 33 bits each, compensated; polynomials of fdlibm
//! (K. C. Ng, 1993). Error below 1 unit in the last place for |x| < 1e6, exactly the library's values beyond.

#![allow(clippy::excessive_precision, reason = "constants stand as they were published")]

const BLOCK: usize = 256;
/// Beyond this the multiples of the parts of π/2 are no longer exact.
const LARGEST: f64 = 1e6;
/// 1.5 · 2⁵²: adding it rounds to a whole number, whose last bits then stand at the end of the mantissa.
const ROUND: f64 = 6_755_399_441_055_744.0;
const PART_1: f64 = 1.570_796_326_734_125_614_17;
const PART_2: f64 = 6.077_100_506_303_965_976_60e-11;
const PART_3: f64 = 2.022_266_248_711_166_455_80e-21;
const REST: f64 = 8.478_427_660_368_899_569_97e-32;

/// Fills sines and cosines of angles; the three slices have one length (the shortest counts).
pub fn sincos(angles: &[f64], sines: &mut [f64], cosines: &mut [f64]) {
    let parts =
        angles.chunks(BLOCK).zip(sines.chunks_mut(BLOCK)).zip(cosines.chunks_mut(BLOCK));
    for ((angles, sines), cosines) in parts {
        // Not `max`, which would let NaN pass.
        let small = angles.iter().fold(true, |small, x| small & (x.abs() < LARGEST));
        if small {
            for ((x, sine), cosine) in
                angles.iter().zip(sines.iter_mut()).zip(cosines.iter_mut())
            {
                (*sine, *cosine) = small_sincos(*x);
            }
        } else {
            for ((x, sine), cosine) in
                angles.iter().zip(sines.iter_mut()).zip(cosines.iter_mut())
            {
                (*sine, *cosine) =
                    if x.abs() < LARGEST { small_sincos(*x) } else { x.sin_cos() };
            }
        }
    }
}

#[inline(always)]
fn small_sincos(x: f64) -> (f64, f64) {
    let shifted = x * std::f64::consts::FRAC_2_PI + ROUND;
    let quadrant = shifted.to_bits();
    let k = shifted - ROUND;
    // Each product is exact; the two subtractions that round keep what they lose.
    let a = x - k * PART_1;
    let (b, lost_b) = difference(a, k * PART_2);
    let (c, lost_c) = difference(b, k * PART_3);
    let low = (lost_b + lost_c) - k * REST;
    let high = c + low;
    let low = (c - high) + low;
    let (s, c) = kernel(high, low);
    let swap = quadrant & 1 != 0;
    let sine = if swap { c } else { s };
    let cosine = if swap { s } else { c };
    let sign_sine = (quadrant & 2) << 62;
    let sign_cosine = (quadrant.wrapping_add(1) & 2) << 62;
    (
        f64::from_bits(sine.to_bits() ^ sign_sine),
        f64::from_bits(cosine.to_bits() ^ sign_cosine),
    )
}

/// a − b and what rounding lost (D. E. Knuth).
#[inline(always)]
fn difference(a: f64, b: f64) -> (f64, f64) {
    let result = a - b;
    let part = result - a;
    (result, (a - (result - part)) - (b + part))
}

/// Sine and cosine of x + y with |x| ≤ π/4 and y below half a unit in its last place.
#[inline(always)]
fn kernel(x: f64, y: f64) -> (f64, f64) {
    let z = x * x;
    let v = z * x;
    let r = 8.333_333_333_322_489_461_24e-3
        + z * (-1.984_126_982_985_794_931_34e-4
            + z * (2.755_731_370_707_006_767_89e-6
                + z * (-2.505_076_025_340_686_341_95e-8
                    + z * 1.589_690_995_211_550_102_21e-10)));
    let sine = x - ((z * (0.5 * y - v * r) - y) - v * -1.666_666_666_666_663_243_48e-1);
    let r = z
        * (4.166_666_666_666_660_190_37e-2
            + z * (-1.388_888_888_887_410_957_49e-3
                + z * (2.480_158_728_947_672_941_78e-5
                    + z * (-2.755_731_435_139_066_330_35e-7
                        + z * (2.087_572_321_298_174_827_90e-9
                            + z * -1.135_964_755_778_819_482_65e-11)))));
    let half = 0.5 * z;
    let w = 1.0 - half;
    let cosine = w + (((1.0 - w) - half) + (z * r - x * y));
    (sine, cosine)
}

#[cfg(test)]
mod tests {
    use super::sincos;

    /// The distance of a value from the library's, in units of its last place.
    fn distance(found: f64, expected: f64) -> f64 {
        if found == expected {
            return 0.0;
        }
        found.to_bits().abs_diff(expected.to_bits()) as f64
    }

    fn worst(angles: &[f64]) -> f64 {
        let mut sines = vec![0.0; angles.len()];
        let mut cosines = sines.clone();
        sincos(angles, &mut sines, &mut cosines);
        let mut worst = 0f64;
        for (k, x) in angles.iter().enumerate() {
            worst = worst.max(distance(sines[k], x.sin()));
            worst = worst.max(distance(cosines[k], x.cos()));
        }
        worst
    }

    #[test]
    fn it_agrees_with_the_library() {
        let noise = crate::random::Noise::new(1, 0);
        for size in [1e-3, 1.0, 10.0, 1e3, 1e6] {
            let angles: Vec<f64> =
                (0..200_000).map(|k| (2.0 * noise.uniform(0, k) - 1.0) * size).collect();
            assert!(worst(&angles) <= 1.0, "{size}");
        }
    }

    #[test]
    fn close_to_zeros_it_keeps_its_digits() {
        // The numbers next to multiples of π/2, where sine or cosine is smallest.
        let mut angles = vec![0.0, -0.0, f64::MIN_POSITIVE, 1e-300];
        for k in (1..636_000).step_by(7) {
            let x = f64::from(k) * std::f64::consts::FRAC_PI_2;
            angles.extend([x, f64::from_bits(x.to_bits() + 1), -x]);
        }
        assert!(worst(&angles) <= 1.0);
    }

    #[test]
    fn beyond_and_without_value() {
        let angles = [1e7, -3e300, f64::NAN, f64::INFINITY, 1.0];
        let (mut sines, mut cosines) = ([0.0; 5], [0.0; 5]);
        sincos(&angles, &mut sines, &mut cosines);
        assert_eq!(sines[0], 1e7f64.sin());
        assert_eq!(cosines[1], (-3e300f64).cos());
        assert!(sines[2].is_nan() && cosines[3].is_nan());
        assert_eq!(sines[4], 1f64.sin());
    }
}
