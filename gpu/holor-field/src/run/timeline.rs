//! Where a run stands: saves at t₀ + k·save, and equal steps between them.

/// The way through time. Everything in it is written to checkpoints.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The time at the start.
    pub start: f64,
    /// The time between saves.
    pub save: f64,
    /// How many stretches between saves are complete.
    pub saved: u64,
    /// Steps in a stretch, for methods with equal steps.
    pub steps: u64,
    /// Δt, for methods with equal steps.
    pub step: f64,
    /// Steps done of the present stretch.
    pub done: u64,
    /// Steps counted at the beginning of the present stretch.
    pub count: u64,
    /// The step that adaptive methods try next.
    pub next_step: f64,
    /// The error of the last accepted step of an adaptive method, for its controller.
    pub former_error: f64,
    /// Steps that were rejected.
    pub rejected: u64,
}

impl Timeline {
    /// At the start, with the largest Δt wanted.
    pub(super) fn new(start: f64, save: f64, largest: f64) -> Self {
        let (steps, step) = fit(save, largest);
        Self {
            start,
            save,
            saved: 0,
            steps,
            step,
            done: 0,
            count: 0,
            next_step: largest,
            former_error: 1e-4,
            rejected: 0,
        }
    }

    /// The time of a save: computed, not added up.
    pub fn time_of(&self, index: u64) -> f64 {
        self.start + index as f64 * self.save
    }

    /// The time of the present step of a method with equal steps.
    pub fn time(&self) -> f64 {
        if self.done == 0 {
            self.time_of(self.saved)
        } else {
            self.time_of(self.saved) + self.done as f64 * self.step
        }
    }

    /// How many whole stretches lie before a time, and what is left of one; rounding of the quotient is forgiven.
    pub(super) fn place_of(&self, time: f64) -> (u64, f64) {
        let quotient = ((time - self.start) / self.save).max(0.0);
        let nearest = quotient.round();
        if (quotient - nearest).abs() <= 1e-9 * nearest.max(1.0) {
            return (nearest as u64, 0.0);
        }
        let whole = quotient.floor() as u64;
        (whole, time - self.time_of(whole))
    }
}

/// How many equal steps of at most `largest` fill a stretch, and their length.
pub(super) fn fit(stretch: f64, largest: f64) -> (u64, f64) {
    let count = (stretch / largest * (1.0 - 1e-12)).ceil().max(1.0);
    (count as u64, stretch / count)
}

#[cfg(test)]
mod tests {
    use super::{Timeline, fit};

    #[test]
    fn steps_fill_stretches() {
        assert_eq!(fit(1.0, 0.25), (4, 0.25));
        assert_eq!(fit(1.0, 0.3), (4, 0.25));
        assert_eq!(fit(0.3, 0.1), (3, 0.3 / 3.0));
        assert_eq!(fit(0.1, 5.0), (1, 0.1));
    }

    #[test]
    fn times_are_found_among_saves() {
        let line = Timeline::new(0.0, 0.1, 0.01);
        assert_eq!(line.place_of(0.3), (3, 0.0));
        assert_eq!(line.place_of(100.0), (1000, 0.0));
        let (whole, rest) = line.place_of(0.25);
        assert_eq!(whole, 2);
        assert!((rest - 0.05).abs() < 1e-12);
    }
}
