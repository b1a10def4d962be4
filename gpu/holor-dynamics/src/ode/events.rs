//! Zeros of event functions within a step, located on the polynomial of the step.

use super::dense::Piece;
use super::options::Options;
use super::{Direction, Event};

/// The least number of places within a step where event functions are looked at.
const FEWEST: usize = 16;
/// There are more where a step is long compared with the run so far, up to so many on all of it,
const ON_THE_RUN: f64 = 4096.0;
/// divided by unknowns and events beyond so many.
const CHEAP: f64 = 256.0;
/// Most places within a step for one function; where they do not show how it goes on, zeros may be missed.
const MOST: usize = 1 << 15;
/// Stretches shorter than this part of a step are not halved further: the function jumps there.
const SHORTEST: f64 = 1e-9;
/// So many jumps within a step are believed.
const MOST_JUMPS: usize = 200;
/// Where the step begins on the surface the next zero may be close: places from here on, each twice the one before.
const CLOSEST: f64 = 1.0 / (1_u64 << 52) as f64;
/// Zeros closer than this, in units of the last digit of the time, are not told apart.
const UNRESOLVED: f64 = 64.0;

/// A time and the value of a function there.
type Sample = (f64, f64);

/// A zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zero {
    pub(crate) event: usize,
    pub(crate) t: f64,
    /// The sign of the function before it.
    pub(crate) before: f64,
    /// The step begins on this surface, and its return to it is too soon to be resolved.
    pub(crate) at_once: bool,
}

/// A step in which zeros are looked for.
#[derive(Debug)]
pub(crate) struct Stretch<'s> {
    pub(crate) piece: &'s Piece,
    /// The unknowns at the beginning and, where they are known, their derivatives.
    pub(crate) start: &'s [f64],
    pub(crate) slope: Option<&'s [f64]>,
    /// Where the run began.
    pub(crate) begin: f64,
    pub(crate) options: &'s Options,
    /// When each event was counted last.
    pub(crate) counted: &'s [f64],
}

impl Stretch<'_> {
    /// The time at a part of the step, from 0 to 1.
    fn time(&self, part: f64) -> f64 {
        if part == 1.0 {
            self.piece.to
        } else {
            self.piece.from + part * self.piece.length
        }
    }

    /// Places along the step at no regular distances, so that no period falls in with them.
    fn places(&self, events: usize) -> Vec<f64> {
        let length = self.piece.length.abs();
        let share = ON_THE_RUN * length / (length + (self.piece.from - self.begin).abs());
        let cost = ((self.piece.size + events) as f64 / CHEAP).max(1.0);
        let count = ((share / cost) as usize).max(FEWEST);
        let place = |it: usize| {
            let shift = 0.4 * ((it as f64 * 0.618_033_988_749_894_9).fract() - 0.5);
            (it as f64 + shift) / count as f64
        };
        (1..count).map(place).chain([1.0]).map(|part| self.time(part)).collect()
    }
}

/// The zeros within a step, in the order of the run, and an event that may have others. `levels` holds the value of each
/// function at the beginning (zero means: on the surface, not counted) and on return the last one.
pub(crate) fn zeros(
    events: &mut [Event<'_>],
    stretch: &Stretch<'_>,
    levels: &mut [f64],
) -> (Vec<Zero>, Option<usize>) {
    let piece = stretch.piece;
    let mut found = Vec::new();
    let mut missed = None;
    let mut y = vec![0.0; piece.size];
    let mut looks: Vec<Vec<(f64, f64)>> = vec![Vec::new(); events.len()];
    for t in stretch.places(events.len()) {
        piece.at(t, &mut y);
        for (event, samples) in events.iter_mut().zip(&mut looks) {
            samples.push((t, event.level(t, &y)));
        }
    }
    for (place, ((event, level), later)) in
        events.iter_mut().zip(levels).zip(looks).enumerate()
    {
        let choice = event.choice.is_some();
        let mut look = Look { event, stretch, y: &mut y };
        let side = if *level == 0.0 { look.leaves() } else { 0.0 };
        let mut samples = look.samples(*level, side, later);
        *level = samples.last().map_or(0.0, |sample| sample.1);
        if choice && side <= 0.0 && goes_back(&samples, side) {
            found.push(Zero { event: place, t: piece.from, before: 1.0, at_once: true });
            continue;
        }
        let begins = look.begin_on_surface(&mut samples, side);
        if !look.refine(&mut samples) {
            missed = missed.or(Some(place));
        }
        let touched = look.add_turning_points(&mut samples, stretch.counted[place]);
        let direction = look.event.direction;
        let counted = |falling: bool| match direction {
            Direction::Any => true,
            Direction::Rising => !falling,
            Direction::Falling => falling,
        };
        if begins == Begin::ReturnsAtOnce && counted(side > 0.0) {
            let (t, before) = (piece.from, side);
            found.push(Zero { event: place, t, before, at_once: true });
        }
        let mut own: Vec<Zero> = touched
            .into_iter()
            .map(|(t, before)| Zero { event: place, t, before, at_once: false })
            .collect();
        for pair in samples.windows(2) {
            let [(before, value_before), (t, value)] = *pair else { continue };
            let rising = value_before < 0.0 && value >= 0.0;
            let falling = value_before > 0.0 && value <= 0.0;
            if (rising || falling) && counted(falling) {
                let t = look.locate((before, value_before), (t, value));
                let at_once = side != 0.0 && together(t, piece.from);
                let before = value_before.signum();
                own.push(Zero { event: place, t, before, at_once });
            }
        }
        let scale = scale(&samples);
        own.dedup_by(|next, first| look.is_one_touch(*first, *next, &samples, scale));
        found.append(&mut own);
    }
    let forward = piece.length > 0.0;
    found.sort_by(|a, b| {
        let order = a.t.total_cmp(&b.t);
        (if forward { order } else { order.reverse() }).then(a.event.cmp(&b.event))
    });
    (found, missed)
}

/// The largest size of the values.
fn scale(samples: &[(f64, f64)]) -> f64 {
    samples.iter().fold(0.0, |size, sample| sample.1.abs().max(size))
}

/// Whether a function that begins at 0 goes to the negative side, as its derivative says or, where that is 0, its first
/// values beyond rounding.
fn goes_back(samples: &[(f64, f64)], side: f64) -> bool {
    let rounding = 1e-10 * scale(samples);
    side < 0.0
        || samples[0].1 == 0.0
            && samples
                .iter()
                .find(|it| it.1.abs() > rounding)
                .is_some_and(|it| it.1 < 0.0)
}

/// How far the value at a place is from that of the polynomial through up to four others around it.
fn departure(samples: &[(f64, f64)], place: usize) -> f64 {
    let from = place.saturating_sub(2);
    let to = (place + 3).min(samples.len());
    let others = |it: &usize| *it != place;
    let (t, value) = samples[place];
    let expected: f64 = (from..to)
        .filter(others)
        .map(|own| {
            let weight: f64 = (from..to)
                .filter(others)
                .filter(|other| *other != own)
                .map(|other| (t - samples[other].0) / (samples[own].0 - samples[other].0))
                .product();
            weight * samples[own].1
        })
        .sum();
    (expected - value).abs()
}

/// Whether rounding of the time may hide that two zeros lie apart.
pub(crate) fn together(a: f64, b: f64) -> bool {
    (a - b).abs() <= UNRESOLVED * f64::EPSILON * a.abs()
}

/// How a step that begins on the surface goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begin {
    Leaves,
    ReturnsAtOnce,
}

/// One event function along one step.
struct Look<'l, 'e> {
    event: &'l mut Event<'e>,
    stretch: &'l Stretch<'l>,
    y: &'l mut [f64],
}

impl Look<'_, '_> {
    fn value(&mut self, t: f64) -> f64 {
        self.stretch.piece.at(t, self.y);
        self.event.level(t, self.y)
    }

    /// The sign the function takes just after the beginning, which lies on the surface up to rounding: that of its
    /// derivative, by central differences along the tangent; 0 where rounding hides it.
    fn leaves(&mut self) -> f64 {
        let Stretch { piece, start, slope, .. } = self.stretch;
        let mut change = |part: f64| {
            let reach = part * piece.length;
            let mut at = |reach: f64| {
                let t = piece.from + reach;
                match slope {
                    Some(slope) => {
                        for (value, (y, k)) in
                            self.y.iter_mut().zip(start.iter().zip(*slope))
                        {
                            *value = y + reach * k;
                        }
                    }
                    None => piece.at_part(reach / piece.length, self.y),
                }
                self.event.level(t, self.y)
            };
            at(reach) - at(-reach)
        };
        for power in [8, 14, 20, 26, 32] {
            let part = 0.5_f64.powi(power);
            let (whole, half) = (change(part), change(0.5 * part));
            let ratio = whole / half;
            if ratio > 1.8 && ratio < 2.2 {
                return whole.signum();
            }
        }
        0.0
    }

    /// Times and values of the function along the step, the beginning first.
    fn samples(
        &mut self,
        level: f64,
        side: f64,
        later: Vec<(f64, f64)>,
    ) -> Vec<(f64, f64)> {
        let piece = self.stretch.piece;
        let mut samples = vec![(piece.from, level)];
        if side != 0.0 {
            let first =
                later.first().map_or(0.0, |it| (it.0 - piece.from) / piece.length);
            let mut part = CLOSEST;
            while part < 0.9 * first {
                let t = self.stretch.time(part);
                samples.push((t, self.value(t)));
                part *= 2.0;
            }
        }
        samples.extend(later);
        samples
    }

    /// What the last digits of time and unknowns change in the function.
    fn rounding(&mut self) -> f64 {
        const DIGIT: f64 = 16.0 * f64::EPSILON;
        let t = self.stretch.piece.to;
        let value = self.value(t);
        let mut size = (self.event.level(t * (1.0 + DIGIT), self.y) - value).abs();
        for signs in [[1.0, 1.0], [1.0, -1.0]] {
            self.stretch.piece.at(t, self.y);
            for (place, own) in self.y.iter_mut().enumerate() {
                *own *= 1.0 + signs[place % 2] * DIGIT;
            }
            size = size.max((self.event.level(t, self.y) - value).abs());
        }
        size
    }

    /// Adds places until the values show how the function goes on between them; whether they do.
    fn refine(&mut self, samples: &mut Vec<(f64, f64)>) -> bool {
        let piece = self.stretch.piece;
        let last = 16.0 * f64::EPSILON * piece.from.abs().max(piece.to.abs());
        let shortest = (SHORTEST * piece.length.abs()).max(last);
        let rounding = (1e-12 * scale(samples)).max(self.rounding());
        let mut fresh = vec![true; samples.len()];
        loop {
            let apart: Vec<f64> =
                (0..samples.len()).map(|it| departure(samples, it)).collect();
            let (mut finer, mut marks) = (Vec::new(), Vec::new());
            let (mut added, mut jumps) = (0, 0);
            for (place, sample) in samples.iter().enumerate() {
                finer.push(*sample);
                marks.push(false);
                let Some(next) = samples.get(place + 1) else { break };
                let near = |it: &bool| *it;
                let low = place.saturating_sub(2);
                if !fresh[low..(place + 4).min(fresh.len())].iter().any(near) {
                    continue;
                }
                // A zero is not hidden where the function stays further from 0 than it departs from a smooth course.
                let apart = apart[place].max(apart[place + 1]);
                let size = if sample.1 * next.1 > 0.0 {
                    sample.1.abs().min(next.1.abs())
                } else {
                    sample.1.abs().max(next.1.abs())
                };
                // Next to a beginning on the surface there is only rounding.
                let begins = place == 0 && sample.1 == 0.0;
                if !begins && apart > rounding && apart > 0.5 * size {
                    if (next.0 - sample.0).abs() <= shortest {
                        jumps += 1;
                        continue;
                    }
                    let middle = sample.0 + 0.5 * (next.0 - sample.0);
                    finer.push((middle, self.value(middle)));
                    marks.push(true);
                    added += 1;
                }
            }
            (*samples, fresh) = (finer, marks);
            if added == 0 {
                return jumps <= MOST_JUMPS;
            }
            if samples.len() > MOST {
                return false;
            }
        }
    }

    /// Drops what rounding makes of the values next to a beginning on the surface, so that they have the sign on which
    /// the function leaves it.
    fn begin_on_surface(&mut self, samples: &mut Vec<(f64, f64)>, side: f64) -> Begin {
        if side == 0.0 {
            return Begin::Leaves;
        }
        match samples.iter().position(|(_, value)| value * side > 0.0) {
            Some(first) => {
                samples.drain(1..first.max(1));
                Begin::Leaves
            }
            None => Begin::ReturnsAtOnce,
        }
    }

    /// Adds the places where the function turns back beyond the surface between two samples on one side of it, and gives
    /// the times at which it only touches it, each with its sign.
    fn add_turning_points(
        &mut self,
        samples: &mut Vec<(f64, f64)>,
        counted: f64,
    ) -> Vec<(f64, f64)> {
        let (mut found, mut touched) = (Vec::new(), Vec::new());
        let Some(last) = samples.len().checked_sub(1) else { return touched };
        let scale = scale(samples);
        for place in 0..=last {
            let (t, value) = samples[place];
            let mut before = place.checked_sub(1).map(|it| samples[it]);
            let after = samples.get(place + 1).copied();
            let later = self.stretch.piece.from != self.stretch.begin;
            let begins = before.is_none()
                && later
                && self.may_touch()
                && self.event.jump.is_none();
            if begins {
                // The polynomial goes on before the step.
                let earlier = self.stretch.time(-0.01);
                before = Some((earlier, self.value(earlier)));
            }
            let same = |other: Option<(f64, f64)>| {
                other.is_none_or(|(_, it)| it * value > 0.0 && it.abs() >= value.abs())
            };
            if value == 0.0 || !same(before) || !same(after) {
                continue;
            }
            // At an end of the step the function must move towards the inside to turn there.
            let nudge = 1e-4;
            let inwards = match (before, after) {
                (Some(_), Some(_)) => true,
                (None, Some((next, _))) => {
                    self.value(t + nudge * (next - t)).abs() < value.abs()
                }
                (Some((previous, _)), None) => {
                    self.value(t - nudge * (t - previous)).abs() < value.abs()
                }
                (None, None) => false,
            };
            if !inwards {
                continue;
            }
            let from = before.map_or(t, |it| it.0);
            let to = after.map_or(t, |it| it.0);
            let (turn, least) = self.dip(from, to, value.signum());
            if least * value < 0.0 && !begins {
                found.push((turn, least));
                continue;
            }
            let piece = self.stretch.piece;
            let known = (turn - counted).abs() <= 1e-3 * piece.length.abs();
            let sides = begins.then_some(before).flatten();
            if !(begins && known) && self.touches(turn, least, scale, (samples, sides)) {
                touched.push((if begins { piece.from } else { turn }, value.signum()));
            }
        }
        if !found.is_empty() {
            let forward = self.stretch.piece.length > 0.0;
            samples.extend(found);
            samples.sort_by(|a, b| {
                let order = a.0.total_cmp(&b.0);
                if forward { order } else { order.reverse() }
            });
        }
        touched
    }

    /// Whether a zero at which the sign stays counts.
    fn may_touch(&self) -> bool {
        self.event.direction == Direction::Any
    }

    /// Whether a value next to the surface is 0 as far as the tolerance lets it be known, while the function is clearly away
    /// from it, on the same side, before and after.
    fn touches(
        &mut self,
        t: f64,
        value: f64,
        scale: f64,
        (samples, earlier): (&[Sample], Option<Sample>),
    ) -> bool {
        if !self.may_touch() || value.abs() > 1e-3 * scale {
            return false;
        }
        let mut spread = 1e-14 * scale;
        let options = self.stretch.options;
        for signs in [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]] {
            self.stretch.piece.at(t, self.y);
            for (place, own) in self.y.iter_mut().enumerate() {
                *own += signs[place % 2] * options.allowed(place, own.abs());
            }
            spread = spread.max((self.event.level(t, self.y) - value).abs());
        }
        let clear = |it: &&(f64, f64)| it.1.abs() > 10.0 * spread;
        let forward = self.stretch.piece.length > 0.0;
        let place =
            samples.partition_point(|it| if forward { it.0 < t } else { it.0 > t });
        let before = samples[..place].iter().rev().chain(&earlier).find(clear);
        let after = samples[place..].iter().find(clear);
        let both = before.zip(after);
        value.abs() <= spread
            && both.is_some_and(|(before, after)| before.1 * after.1 > 0.0)
    }

    /// Whether two zeros are those of one extremum that the tolerance does not tell from 0.
    fn is_one_touch(
        &mut self,
        first: Zero,
        next: Zero,
        samples: &[(f64, f64)],
        scale: f64,
    ) -> bool {
        let far = (next.t - first.t).abs() > 1e-2 * self.stretch.piece.length.abs();
        if first.before == next.before
            || far
            || self.event.terminal
            || self.event.jump.is_some()
        {
            return false;
        }
        let middle = first.t + 0.5 * (next.t - first.t);
        let value = self.value(middle);
        self.touches(middle, value, scale, (samples, None))
    }

    /// The place between two others where the function, of this sign there, comes nearest to the surface or goes beyond it,
    /// by golden section.
    fn dip(&mut self, from: f64, to: f64, sign: f64) -> (f64, f64) {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let (mut a, mut b) = (from, to);
        let (mut left, mut right) = (b - GOLDEN * (b - a), a + GOLDEN * (b - a));
        let (mut at_left, mut at_right) = (self.value(left), self.value(right));
        for _ in 0..44 {
            for (t, value) in [(left, at_left), (right, at_right)] {
                if value * sign < 0.0 {
                    return (t, value);
                }
            }
            if at_left.abs() < at_right.abs() {
                b = right;
                (right, at_right) = (left, at_left);
                left = b - GOLDEN * (b - a);
                at_left = self.value(left);
            } else {
                a = left;
                (left, at_left) = (right, at_right);
                right = a + GOLDEN * (b - a);
                at_right = self.value(right);
            }
        }
        if at_left.abs() < at_right.abs() { (left, at_left) } else { (right, at_right) }
    }

    /// The first place at or after the zero, to the last digits of the time: regula falsi with halved ends (Illinois),
    /// bisection where that is slow.
    fn locate(
        &mut self,
        (mut a, mut at_a): (f64, f64),
        (mut b, mut at_b): (f64, f64),
    ) -> f64 {
        let sign = if at_b == 0.0 { -at_a.signum() } else { at_b.signum() };
        let mut side = 0;
        for iteration in 0..200 {
            let width = (b - a).abs();
            if at_b == 0.0 || width <= 1e-15 * a.abs().max(b.abs()) || width < 1e-300 {
                break;
            }
            let mut middle = if iteration % 3 == 2 {
                0.5 * (a + b)
            } else {
                b - at_b * (b - a) / (at_b - at_a)
            };
            if !((middle > a && middle < b) || (middle < a && middle > b)) {
                middle = 0.5 * (a + b);
                if middle == a || middle == b {
                    break;
                }
            }
            let value = self.value(middle);
            if value == 0.0 || value.signum() == sign {
                (b, at_b) = (middle, value);
                if side == 1 {
                    at_a *= 0.5;
                }
                side = 1;
            } else {
                (a, at_a) = (middle, value);
                if side == -1 {
                    at_b *= 0.5;
                }
                side = -1;
            }
        }
        b
    }
}
