//! Zeros of event functions within a step, located on the polynomial of the step.

use super::dense::Piece;
use super::{Direction, Event};

/// The places within a step where event functions are looked at.
const SAMPLES: [f64; 5] = [0.2, 0.4, 0.6, 0.8, 1.0];
/// Where the step begins on the surface the next zero may be close: places from here on, each twice the one before.
const CLOSEST: f64 = 1.0 / (1_u64 << 52) as f64;
/// Zeros closer than this, in units of the last digit of the time, are not told apart.
const UNRESOLVED: f64 = 64.0;

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

/// The zeros within a step, in the order of the run. `levels` holds the value of each function at the beginning (zero
/// means: on the surface, not counted) and on return the last one. `start` holds the unknowns at the beginning and, where
/// they are known, their derivatives.
pub(crate) fn zeros(
    events: &mut [Event<'_>],
    piece: &Piece,
    levels: &mut [f64],
    (start, slope): (&[f64], Option<&[f64]>),
) -> Vec<Zero> {
    let mut found = Vec::new();
    let mut y = vec![0.0; piece.size];
    for (place, (event, level)) in events.iter_mut().zip(levels).enumerate() {
        let mut look = Look { event, piece, y: &mut y };
        let side = if *level == 0.0 { look.leaves((start, slope)) } else { 0.0 };
        let mut samples = look.samples(*level, side);
        let begins = look.begin_on_surface(&mut samples, side);
        look.add_turning_points(&mut samples);
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
        for pair in samples.windows(2) {
            let [(before, value_before), (t, value)] = *pair else { continue };
            let rising = value_before < 0.0 && value >= 0.0;
            let falling = value_before > 0.0 && value <= 0.0;
            if (rising || falling) && counted(falling) {
                let t = look.locate((before, value_before), (t, value));
                let at_once = side != 0.0 && together(t, piece.from);
                let before = value_before.signum();
                found.push(Zero { event: place, t, before, at_once });
            }
        }
        *level = samples.last().map_or(0.0, |sample| sample.1);
    }
    let forward = piece.length > 0.0;
    found.sort_by(|a, b| {
        let order = a.t.total_cmp(&b.t);
        (if forward { order } else { order.reverse() }).then(a.event.cmp(&b.event))
    });
    found
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
    piece: &'l Piece,
    y: &'l mut [f64],
}

impl Look<'_, '_> {
    fn value(&mut self, t: f64) -> f64 {
        self.piece.at(t, self.y);
        (self.event.value)(t, self.y)
    }

    /// The time at a part of the step, from 0 to 1.
    fn time(&self, part: f64) -> f64 {
        if part == 1.0 {
            self.piece.to
        } else {
            self.piece.from + part * self.piece.length
        }
    }

    /// The sign the function takes just after the beginning, which lies on the surface up to rounding: that of its
    /// derivative, by central differences along the tangent; 0 where rounding hides it.
    fn leaves(&mut self, (start, slope): (&[f64], Option<&[f64]>)) -> f64 {
        let mut change = |part: f64| {
            let reach = part * self.piece.length;
            let mut at = |reach: f64| {
                let t = self.piece.from + reach;
                match slope {
                    Some(slope) => {
                        for (value, (y, k)) in
                            self.y.iter_mut().zip(start.iter().zip(slope))
                        {
                            *value = y + reach * k;
                        }
                    }
                    None => self.piece.at_part(reach / self.piece.length, self.y),
                }
                (self.event.value)(t, self.y)
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
    fn samples(&mut self, level: f64, side: f64) -> Vec<(f64, f64)> {
        let mut samples = vec![(self.piece.from, level)];
        if side != 0.0 {
            let mut part = CLOSEST;
            while part < SAMPLES[0] {
                let t = self.time(part);
                samples.push((t, self.value(t)));
                part *= 2.0;
            }
        }
        for part in SAMPLES {
            let t = self.time(part);
            samples.push((t, self.value(t)));
        }
        samples
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

    /// Adds the places where the function turns back beyond the surface between two samples on one side of it.
    fn add_turning_points(&mut self, samples: &mut Vec<(f64, f64)>) {
        let mut found = Vec::new();
        let Some(last) = samples.len().checked_sub(1) else { return };
        for place in 0..=last {
            let (t, value) = samples[place];
            let before = place.checked_sub(1).map(|it| samples[it]);
            let after = samples.get(place + 1).copied();
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
            found.extend(self.dip(from, to, value.signum()));
        }
        if !found.is_empty() {
            let forward = self.piece.length > 0.0;
            samples.extend(found);
            samples.sort_by(|a, b| {
                let order = a.0.total_cmp(&b.0);
                if forward { order } else { order.reverse() }
            });
        }
    }

    /// A place where the function, of this sign around it, has the other one: golden section for the extremum towards
    /// the surface, until the sign changes or nothing is gained.
    fn dip(&mut self, from: f64, to: f64, sign: f64) -> Option<(f64, f64)> {
        const GOLDEN: f64 = 0.618_033_988_749_894_9;
        let (mut a, mut b) = (from, to);
        let (mut left, mut right) = (b - GOLDEN * (b - a), a + GOLDEN * (b - a));
        let (mut at_left, mut at_right) = (self.value(left), self.value(right));
        for _ in 0..44 {
            for (t, value) in [(left, at_left), (right, at_right)] {
                if value * sign < 0.0 {
                    return Some((t, value));
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
        None
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
