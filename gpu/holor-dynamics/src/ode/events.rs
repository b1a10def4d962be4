//! Zeros of event functions within a step, located on the polynomial of the step.

use super::dense::Piece;
use super::{Direction, Event};

/// The places within a step where event functions are looked at.
const SAMPLES: [f64; 5] = [0.2, 0.4, 0.6, 0.8, 1.0];
/// More of them just after a jump: the next zero may be close.
const AFTER_JUMP: [f64; 9] = [1e-6, 1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.4, 0.7, 1.0];

/// A zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zero {
    pub(crate) event: usize,
    pub(crate) t: f64,
}

/// The zeros within a step, in the order of the run. `levels` holds the value of each function at the beginning (zero
/// means: on the surface, not counted) and on return the last one that is not zero.
pub(crate) fn zeros(
    events: &mut [Event<'_>],
    piece: &Piece,
    levels: &mut [f64],
    after_jump: bool,
) -> Vec<Zero> {
    let mut found = Vec::new();
    let mut y = vec![0.0; piece.size];
    for (place, (event, level)) in events.iter_mut().zip(levels).enumerate() {
        let mut before = piece.from;
        let mut value_before = *level;
        let samples: &[f64] = if after_jump { &AFTER_JUMP } else { &SAMPLES };
        for sample in samples {
            let t = if *sample == 1.0 {
                piece.to
            } else {
                piece.from + sample * piece.length
            };
            piece.at(t, &mut y);
            let value = (event.value)(t, &y);
            let rising = value_before < 0.0 && value >= 0.0;
            let falling = value_before > 0.0 && value <= 0.0;
            let counts = match event.direction {
                Direction::Any => rising || falling,
                Direction::Rising => rising,
                Direction::Falling => falling,
            };
            if counts {
                let t = locate(event, piece, &mut y, (before, value_before), (t, value));
                found.push(Zero { event: place, t });
            }
            before = t;
            value_before = value;
        }
        *level = value_before;
    }
    let forward = piece.length > 0.0;
    found.sort_by(|a, b| {
        let order = a.t.total_cmp(&b.t);
        (if forward { order } else { order.reverse() }).then(a.event.cmp(&b.event))
    });
    found
}

/// The first place at or after the zero, to the last digits of the time: regula falsi with halved ends (Illinois),
/// bisection where that is slow.
fn locate(
    event: &mut Event<'_>,
    piece: &Piece,
    y: &mut [f64],
    (mut a, mut at_a): (f64, f64),
    (mut b, mut at_b): (f64, f64),
) -> f64 {
    let sign = at_b.signum();
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
        piece.at(middle, y);
        let value = (event.value)(middle, y);
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
