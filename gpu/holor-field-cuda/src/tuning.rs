//! Which of several ways to start kernels is the fastest on the card at hand, found out during the first steps.
//!
//! All ways give the same bits, so the measurements are steps of the run itself.

/// How kernels are started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// The shape of blocks and how far threads march: see [`Mode::SHAPES`].
    pub shape: usize,
    /// How many programs are done at once, where the plan allows it; 1 for one after another.
    pub at_once: usize,
}

impl Mode {
    /// How many shapes there are for threads of single cells; 0 is the one expected to be good.
    pub const NARROW: usize = 5;
    /// How many there are in all; those behind are for threads of several neighbouring cells.
    pub const SHAPES: usize = 7;
    /// What is expected to be good.
    pub const EXPECTED: Mode = Mode { shape: 0, at_once: 1 };
}

/// Seconds that are measured in a mode.
const LONG_ENOUGH: f64 = 4e-3;
/// Steps that are measured in a mode at least.
const STEPS: u64 = 8;
/// Another mode must be so much faster than the expected one, or what was measured may be chance.
const ADVANTAGE: f64 = 0.97;

/// Finds the fastest mode.
#[derive(Clone, Debug)]
pub struct Tuner {
    candidates: Vec<Mode>,
    /// Seconds of a step in each candidate that was measured.
    measured: Vec<f64>,
    /// Whether the present candidate has run before: the first stretch loads and records.
    warm: bool,
    steps: u64,
    seconds: f64,
    chosen: Option<Mode>,
}

impl Tuner {
    /// Tries the first so many shapes, then so many programs at once, each of these numbers.
    pub fn new(at_once: &[usize], shapes: usize) -> Self {
        let mode = |shape| Mode { shape, at_once: 1 };
        let mut candidates: Vec<Mode> = (0..shapes).map(mode).collect();
        // Their shape is chosen when the others were measured.
        candidates.extend(at_once.iter().map(|n| Mode { shape: 0, at_once: *n }));
        let measured = Vec::with_capacity(candidates.len());
        Self { candidates, measured, warm: false, steps: 0, seconds: 0.0, chosen: None }
    }

    /// Always the same mode.
    pub fn fixed(mode: Mode) -> Self {
        Self { chosen: Some(mode), ..Self::new(&[], Mode::NARROW) }
    }

    /// How the next stretch is to be done.
    pub fn mode(&self) -> Mode {
        let present = self.candidates.get(self.measured.len()).copied();
        let mode = self.chosen.or(present).unwrap_or(Mode::EXPECTED);
        match self.chosen {
            None if mode.at_once > 1 => Mode { shape: self.best().shape, ..mode },
            _ => mode,
        }
    }

    /// The mode that was chosen among several, once it is.
    pub fn chosen(&self) -> Option<Mode> {
        self.chosen.filter(|_| self.candidates.len() > 1)
    }

    /// How many times as fast as the expected mode the chosen one was when it was measured.
    pub fn gain(&self) -> f64 {
        let of = |mode| {
            let place = self.candidates.iter().position(|other| *other == mode)?;
            self.measured.get(place).copied()
        };
        let pair = self.chosen.and_then(of).zip(of(Mode::EXPECTED));
        pair.map_or(1.0, |(chosen, expected)| expected / chosen)
    }

    /// Whether modes are still measured.
    pub fn is_trying(&self) -> bool {
        self.chosen.is_none()
    }

    /// The fastest of those that were measured.
    fn best(&self) -> Mode {
        let expected =
            self.measured.first().map_or(f64::INFINITY, |first| ADVANTAGE * first);
        let rest = self.candidates.iter().zip(&self.measured).skip(1);
        let faster = rest.filter(|(_, seconds)| **seconds < expected);
        let least = faster.min_by(|a, b| a.1.total_cmp(b.1));
        least.map_or(Mode::EXPECTED, |(mode, _)| *mode)
    }

    /// A stretch in the mode that was asked for took so long.
    pub fn note(&mut self, steps: u64, seconds: f64) {
        if self.chosen.is_some() {
            return;
        }
        if !std::mem::replace(&mut self.warm, true) {
            return;
        }
        self.steps += steps;
        self.seconds += seconds;
        if self.steps < STEPS || self.seconds < LONG_ENOUGH {
            return;
        }
        let mode = self.mode();
        self.candidates[self.measured.len()] = mode;
        self.measured.push(self.seconds / self.steps as f64);
        (self.steps, self.seconds, self.warm) = (0, 0.0, false);
        if self.measured.len() == self.candidates.len() {
            self.chosen = Some(self.best());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mode, Tuner};

    /// Steps in stretches of ten until it is decided, a step taking so long in each mode.
    fn decide(at_once: &[usize], seconds: impl Fn(Mode) -> f64) -> (Mode, Vec<Mode>) {
        let mut tuner = Tuner::new(at_once, Mode::SHAPES);
        let mut tried = Vec::new();
        while tuner.is_trying() {
            let mode = tuner.mode();
            if tried.last() != Some(&mode) {
                tried.push(mode);
            }
            assert!(tried.len() < 10);
            // The first stretch of a mode takes longer.
            let first = if tuner.warm { 1.0 } else { 50.0 };
            tuner.note(10, 10.0 * first * seconds(mode));
        }
        tuner.note(1, 1.0);
        let gain = seconds(Mode::EXPECTED) / seconds(tuner.mode());
        assert!((tuner.gain() - gain).abs() < 1e-9);
        (tuner.mode(), tried)
    }

    #[test]
    fn the_fastest_mode_is_chosen() {
        let even = |_| 1e-3;
        assert_eq!(decide(&[], even).0, Mode::EXPECTED);
        // A little less is no reason.
        let little = |mode: Mode| if mode.shape == 2 { 0.98e-3 } else { 1e-3 };
        assert_eq!(decide(&[], little).0, Mode::EXPECTED);
        let third = |mode: Mode| if mode.shape == 3 { 0.5e-3 } else { 1e-3 };
        let (mode, tried) = decide(&[], third);
        assert_eq!(mode, Mode { shape: 3, at_once: 1 });
        assert_eq!(tried.len(), Mode::SHAPES);
    }

    #[test]
    fn programs_at_once_are_tried_in_the_best_shape() {
        let best = |mode: Mode| match (mode.shape, mode.at_once) {
            (2, 1) => 3e-6,
            (2, 2) => 2e-6,
            (2, _) => 2.5e-6,
            _ => 5e-6,
        };
        let (mode, tried) = decide(&[2, 3], best);
        assert_eq!(mode, Mode { shape: 2, at_once: 2 });
        let at_once = [2, 3].map(|at_once| Mode { shape: 2, at_once });
        assert!(tried.ends_with(&at_once), "{tried:?}");
        let three = |mode: Mode| if mode.at_once == 3 { 1e-6 } else { best(mode) };
        assert_eq!(decide(&[2, 3], three).0, Mode { shape: 2, at_once: 3 });
        let slow = |mode: Mode| if mode.at_once > 1 { 9e-6 } else { 3e-6 };
        assert_eq!(decide(&[2, 3], slow).0, Mode::EXPECTED);
    }

    #[test]
    fn several_cells_a_thread_are_tried_where_there_are_such_kernels() {
        let several = |mode: Mode| if mode.shape == 6 { 0.5e-3 } else { 1e-3 };
        assert_eq!(decide(&[], several).0, Mode { shape: 6, at_once: 1 });
        assert_eq!(Tuner::new(&[2], Mode::NARROW).candidates.len(), Mode::NARROW + 1);
        let mut single = Tuner::new(&[], 1);
        single.note(1, 1.0);
        single.note(8, 1.0);
        assert_eq!((single.mode(), single.chosen()), (Mode::EXPECTED, None));
        assert!(!single.is_trying());
    }

    #[test]
    fn a_fixed_mode_stays() {
        let mode = Mode { shape: 4, at_once: 2 };
        let mut tuner = Tuner::fixed(mode);
        tuner.note(100, 1.0);
        assert_eq!((tuner.mode(), tuner.chosen()), (mode, Some(mode)));
    }
}
