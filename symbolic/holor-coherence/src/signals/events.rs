//! Synchronisation of events, such as spikes, by their times.

use crate::error::{CoherenceError, Result, require_finite, require_length};

/// Synchronisation of two series of events.
#[derive(Debug, Clone, PartialEq)]
pub struct EventSynchronisation {
    /// Q = (c(x|y) + c(y|x)) / sqrt(m_x m_y): 1 where every event has a partner.
    pub value: f64,
    /// q = (c(y|x) - c(x|y)) / sqrt(m_x m_y): 1 where events of x always come first.
    pub precedence: f64,
    /// Number of coincidences; simultaneous events count as one.
    pub coincidences: f64,
}

/// Event synchronisation (Quian Quiroga, Kreuz and Grassberger 2002).
///
/// Two events coincide when they are less apart than half the least interval before and after both, and no more than
/// `longest_delay` where given. c(x|y) counts events of x after one of y, simultaneous ones by 1/2 each way. (The paper
/// lets an event half way between two count for both; here it counts for none, so that Q stays below 1.)
///
/// # Errors
/// No events; times that are not finite or not in growing order; a negative delay; a single event on each side without
/// `longest_delay`, for then nothing tells how near is near.
pub fn event_synchronisation(
    x: &[f64],
    y: &[f64],
    longest_delay: Option<f64>,
) -> Result<EventSynchronisation> {
    for (name, times) in [("the events of x", x), ("the events of y", y)] {
        require_length(name, times.len(), 1)?;
        require_finite(name, times)?;
        if times.windows(2).any(|pair| pair[1] <= pair[0]) {
            return Err(CoherenceError::invalid(name, "are not in growing order"));
        }
    }
    if let Some(delay) = longest_delay.filter(|d| !(d.is_finite() && *d >= 0.0)) {
        return Err(CoherenceError::out_of_range(
            "the longest delay",
            delay,
            "at least 0 and finite",
        ));
    }
    if x.len() == 1 && y.len() == 1 && longest_delay.is_none() {
        return Err(CoherenceError::undefined(
            "event synchronisation",
            "one event on each side sets no time scale; give a longest delay",
        ));
    }
    let gap = |times: &[f64], i: usize| {
        let before = if i > 0 { times[i] - times[i - 1] } else { f64::INFINITY };
        let after = times.get(i + 1).map_or(f64::INFINITY, |next| next - times[i]);
        before.min(after)
    };
    let (mut x_first, mut y_first) = (0.0, 0.0);
    let mut start = 0;
    for (i, time) in x.iter().enumerate() {
        let own = gap(x, i);
        // Partners lie within half the own interval, so earlier ones never come back.
        let reach = (0.5 * own).min(longest_delay.unwrap_or(f64::INFINITY));
        while y.get(start).is_some_and(|other| *other < time - reach) {
            start += 1;
        }
        for (j, other) in y.iter().enumerate().skip(start) {
            if *other > time + reach {
                break;
            }
            let apart = (time - other).abs();
            let near = apart < 0.5 * own.min(gap(y, j));
            if apart == 0.0 {
                x_first += 0.5;
                y_first += 0.5;
            } else if near && longest_delay.is_none_or(|most| apart <= most) {
                if time < other {
                    x_first += 1.0;
                } else {
                    y_first += 1.0;
                }
            }
        }
    }
    let root = (x.len() as f64 * y.len() as f64).sqrt();
    Ok(EventSynchronisation {
        value: (x_first + y_first) / root,
        precedence: (x_first - y_first) / root,
        coincidences: x_first + y_first,
    })
}
