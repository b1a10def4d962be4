//! Random numbers that depend on a seed and a count alone, so that surrogates are the same on every machine.

use std::f64::consts::PI;

/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), keyed by a seed and a stream.
#[derive(Debug, Clone)]
pub(super) struct CounterRandom {
    key: [u32; 2],
    stream: u64,
    counter: u64,
    block: [u32; 4],
    used: usize,
    spare: Option<f64>,
}

impl CounterRandom {
    /// Numbers of one stream under a seed; streams are independent of each other.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        Self { key: split(seed), stream, counter: 0, block: [0; 4], used: 4, spare: None }
    }

    fn next_bits(&mut self) -> u64 {
        if self.used >= 4 {
            let [c0, c1] = split(self.counter);
            let [c2, c3] = split(self.stream);
            self.block = philox([c0, c1, c2, c3], self.key);
            self.counter = self.counter.wrapping_add(1);
            self.used = 0;
        }
        let low = self.block[self.used];
        let high = self.block[self.used + 1];
        self.used += 2;
        u64::from(high) << 32 | u64::from(low)
    }

    /// Uniform in (0, 1]: never 0, so that its logarithm is finite.
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.next_bits() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number from 0 to `bound` - 1, for `bound` >= 1; the bias is below 2^-53 times the bound.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.next_bits()) * bound as u128;
        (product >> 64) as usize
    }

    /// Standard normal, by Box and Muller 1958.
    pub(super) fn normal(&mut self) -> f64 {
        if let Some(value) = self.spare.take() {
            return value;
        }
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        let (sine, cosine) = (2.0 * PI * self.uniform()).sin_cos();
        self.spare = Some(radius * sine);
        radius * cosine
    }
}

fn split(x: u64) -> [u32; 2] {
    [x as u32, (x >> 32) as u32]
}

fn philox(mut c: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..10 {
        if round > 0 {
            key[0] = key[0].wrapping_add(0x9E37_79B9);
            key[1] = key[1].wrapping_add(0xBB67_AE85);
        }
        let [low0, high0] = split(0xD251_1F53 * u64::from(c[0]));
        let [low1, high1] = split(0xCD9E_8D57 * u64::from(c[2]));
        c = [high1 ^ c[1] ^ key[0], low1, high0 ^ c[3] ^ key[1], low0];
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    // Known answers of the authors' library Random123 (kat_vectors).
    #[test]
    fn philox_gives_the_published_vectors() {
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn normal_numbers_have_the_moments_of_a_normal_variable() {
        let mut random = CounterRandom::new(7, 3);
        let values: Vec<f64> = (0..20_000).map(|_| random.normal()).collect();
        let moment = |k: i32| values.iter().map(|v| v.powi(k)).sum::<f64>() / 20_000.0;
        assert!(moment(1).abs() < 0.02 && (moment(2) - 1.0).abs() < 0.03);
        assert!(moment(3).abs() < 0.08 && (moment(4) - 3.0).abs() < 0.2);
        assert!((0..1000).all(|_| random.below(3) < 3));
    }
}
