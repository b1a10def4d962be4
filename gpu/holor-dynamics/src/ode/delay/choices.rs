//! Choices in the rates that hang on the time alone: steps end where they change.

use super::super::Side;
use super::{DelayEquations, MOST_PLACES};

/// How many times are looked at on the first run at least, and within the shortest delay.
const LOOKS: f64 = 4096.0;
const LOOKS_A_DELAY: f64 = 256.0;

/// A choice that hangs on the time alone.
pub(super) struct Choice<'a> {
    side: Side,
    whole: bool,
    value: Box<dyn FnMut(f64) -> f64 + 'a>,
}

impl Choice<'_> {
    fn at(&mut self, t: f64) -> f64 {
        let value = (self.value)(t);
        match self.whole {
            true => value.floor(),
            false if value == 0.0 => 0.0,
            false => value.signum(),
        }
    }
}

impl<'a> DelayEquations<'a> {
    /// Rates that take another form where a function of the time changes its sign or, with `whole`, its whole part: they read the sign, or
    /// the whole part, from `side`. Steps end where it changes.
    #[must_use]
    pub fn with_choice(
        mut self,
        side: &Side,
        whole: bool,
        value: impl FnMut(f64) -> f64 + 'a,
    ) -> Self {
        let choice = Choice { side: side.clone(), whole, value: Box::new(value) };
        self.choices.push(choice);
        self
    }
}

/// Hands the sides at a time within a step to the rates.
pub(super) fn take_sides(choices: &mut [Choice<'_>], middle: f64) {
    for choice in choices {
        let side = choice.at(middle);
        choice.side.set(side);
    }
}

/// When choices change, as far as it was looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    pub(super) times: Vec<f64>,
    /// The distance of the times that are looked at, and how many were.
    looks: Option<(f64, u64)>,
}

impl Changes {
    /// Goes on to look until a time. What is found does not depend on where earlier looks ended.
    pub(super) fn find(
        &mut self,
        choices: &mut [Choice<'_>],
        (begin, to): (f64, f64),
        shortest: f64,
    ) {
        if choices.is_empty() || to <= begin {
            return;
        }
        let distance = ((to - begin) / LOOKS).min(shortest / LOOKS_A_DELAY);
        let (distance, mut looked) = self.looks.unwrap_or((distance, 0));
        while begin + looked as f64 * distance < to && self.times.len() < MOST_PLACES {
            let from = begin + looked as f64 * distance;
            looked += 1;
            let until = begin + looked as f64 * distance;
            let first = self.times.len();
            self.look(choices, from, until);
            // Where one changes, as the sign of t - 7 does in a pulse of |t - 7|, others may be on another side for a short while.
            for turn in self.times.split_off(first) {
                self.look(choices, from, turn);
                self.look(choices, turn, until);
                self.times.push(turn);
            }
        }
        self.looks = Some((distance, looked));
        self.times.sort_by(f64::total_cmp);
        self.times.dedup();
    }

    /// Looks at both ends of a stretch.
    fn look(&mut self, choices: &mut [Choice<'_>], from: f64, until: f64) {
        for choice in choices {
            let (first, last) = (choice.at(from), choice.at(until));
            // Without a value there, the rates have none either.
            if first != last && !first.is_nan() && !last.is_nan() {
                self.times.push(first_change(choice, (from, until), first));
            }
        }
    }
}

/// Where a choice leaves the side it has at the first of two times.
fn first_change(choice: &mut Choice<'_>, (from, to): (f64, f64), side: f64) -> f64 {
    let (mut before, mut after) = (from, to);
    loop {
        let middle = before + 0.5 * (after - before);
        if middle <= before || middle >= after {
            return after;
        }
        if choice.at(middle) == side {
            before = middle;
        } else {
            after = middle;
        }
    }
}
