//! Random numbers that are functions of a seed, a step and a component: the same for any number of threads and any order.
//!
//! J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11 (2011):
//! Philox4x32-10.

/// Philox4x32-10: four numbers for each counter and key.
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let a = u64::from(counter[0]) * 0xD251_1F53;
        let b = u64::from(counter[2]) * 0xCD9E_8D57;
        counter = [
            (b >> 32) as u32 ^ counter[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ counter[3] ^ key[1],
            a as u32,
        ];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    counter
}

/// Numbers keyed by (seed, stream, step, component).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noise {
    seed: u64,
    stream: u32,
}

impl Noise {
    /// A source; streams of one seed are independent, for the members of an ensemble.
    pub fn new(seed: u64, stream: u32) -> Self {
        Self { seed, stream }
    }

    fn block(&self, step: u64, place: u32) -> [u32; 4] {
        philox(
            [step as u32, (step >> 32) as u32, place, self.stream],
            [self.seed as u32, (self.seed >> 32) as u32],
        )
    }

    /// A number uniform in the open interval from 0 to 1.
    pub fn uniform(&self, step: u64, component: u32) -> f64 {
        let [a, b, ..] = self.block(step, component);
        open(a, b)
    }

    /// A number from the normal distribution with mean 0 and variance 1 (Box and Muller; two components share a block).
    pub fn normal(&self, step: u64, component: u32) -> f64 {
        let (even, odd) = pair(self.block(step, component / 2));
        if component.is_multiple_of(2) { even } else { odd }
    }

    /// Fills with normal numbers: the value at place i is `normal(step, i)`.
    pub fn fill_normal(&self, step: u64, out: &mut [f64]) {
        for (place, values) in out.chunks_mut(2).enumerate() {
            let (even, odd) = pair(self.block(step, place as u32));
            values[0] = even;
            if let Some(value) = values.get_mut(1) {
                *value = odd;
            }
        }
    }

    /// The numbers one after the other.
    pub fn sequence(self) -> Sequence {
        Sequence { noise: self, step: 0 }
    }
}

fn open(a: u32, b: u32) -> f64 {
    let bits = (u64::from(a) << 32 | u64::from(b)) >> 12;
    (bits as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
}

fn pair([a, b, c, d]: [u32; 4]) -> (f64, f64) {
    let radius = (-2.0 * open(a, b).ln()).sqrt();
    let (sine, cosine) = (std::f64::consts::TAU * open(c, d)).sin_cos();
    (radius * cosine, radius * sine)
}

/// Random numbers one after the other.
#[derive(Clone, Debug)]
pub struct Sequence {
    noise: Noise,
    step: u64,
}

impl Sequence {
    fn next_block(&mut self) -> [u32; 4] {
        self.step += 1;
        self.noise.block(self.step - 1, u32::MAX)
    }

    /// Uniform in the open interval from 0 to 1.
    pub fn uniform(&mut self) -> f64 {
        let [a, b, ..] = self.next_block();
        open(a, b)
    }

    /// Normal with mean 0 and variance 1.
    pub fn normal(&mut self) -> f64 {
        pair(self.next_block()).0
    }

    /// A whole number from 0 to `bound` − 1, all equally likely; 0 where `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // The numbers of the incomplete last round are drawn again, so that none is preferred.
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let [a, b, ..] = self.next_block();
            let draw = u64::from(a) << 32 | u64::from(b);
            if draw < limit {
                return draw % bound;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Noise, philox};

    #[test]
    fn known_answers() {
        // From kat_vectors of the authors' library Random123, `philox4x32 10`.
        let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        for (counter, key, answer) in [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            (
                [u32::MAX; 4],
                [u32::MAX; 2],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
            ),
            (
                pi,
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ] {
            assert_eq!(philox(counter, key), answer);
        }
    }

    #[test]
    fn moments_are_those_of_the_normal_distribution() {
        let noise = Noise::new(7, 0);
        let mut values = vec![0.0; 100_001];
        noise.fill_normal(3, &mut values);
        assert_eq!(values[4], noise.normal(3, 4));
        assert_eq!(values[100_000], noise.normal(3, 100_000));
        let moment = |k: i32| values.iter().map(|x| x.powi(k)).sum::<f64>() / 100_001.0;
        // Five standard errors: sqrt(Var x^k / N) with variances 1, 2, 15, 96.
        for (k, expected, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)]
        {
            let error: f64 = moment(k) - expected;
            assert!(error.abs() < 5.0 * f64::sqrt(variance / 1e5), "{k} {error}");
        }
        let across: f64 = values.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / 1e5;
        assert!(across.abs() < 5.0 / 1e5f64.sqrt());
    }

    #[test]
    fn whole_numbers_are_equally_likely() {
        let mut sequence = Noise::new(1, 2).sequence();
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[sequence.below(6) as usize] += 1;
        }
        for count in counts {
            assert!(count.abs_diff(10_000) < 500, "{counts:?}");
        }
    }
}
