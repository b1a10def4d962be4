//! What a factorisation carries along: randomness and the work it may still spend.

use super::prime_field::Randomness;

/// Steps of word arithmetic after which a factorisation gives up: up to some tens of seconds.
const MOST_WORK: u64 = 6_000_000_000;

/// The state of one factorisation.
#[derive(Debug)]
pub(super) struct Search {
    /// The source of evaluation points.
    pub(super) random: Randomness,
    work: u64,
}

impl Search {
    /// The same start each time, so that the same polynomial is factored in the same way.
    pub(super) fn new() -> Self {
        Self { random: Randomness::new(0x5EED), work: MOST_WORK }
    }

    /// Takes about `steps` multiplications of words from what is left; `false` when nothing is, or when the
    /// computation is to stop.
    pub(super) fn spend(&mut self, steps: u64) -> bool {
        self.work = self.work.saturating_sub(steps);
        self.work > 0 && !crate::stop::is_raised()
    }
}
