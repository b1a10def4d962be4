//! Steps that adapt to an error estimate, by a proportional–integral controller.

use super::{Clock, Control, Hooks, Run, Timeline};
use crate::discretise::Pace;
use crate::error::{FieldError, FieldResult};
use crate::stepper::Adaptive;

/// Part of the step that the error estimate suggests that is taken.
const SAFETY: f64 = 0.9;
/// The largest growth of a step.
const GROWTH: f64 = 5.0;
/// The largest shrinking of a step.
const SHRINKING: f64 = 0.2;

/// After so many steps it is looked how far they came.
const LOOK: u64 = 4_000;
/// With so many steps to the end of a stretch, at the pace of the last ones, it will not be reached.
const HOPELESS: f64 = 2e6;

impl Run {
    /// The rest of a stretch in adapted steps, piece by piece.
    pub(super) fn adaptive_pieces(
        &mut self,
        adaptive: &Adaptive,
        line: &mut Timeline,
        target: f64,
        clock: &mut Clock,
        hooks: &mut Hooks<'_>,
    ) -> FieldResult<Control> {
        let pieces = self.pieces(line, target);
        for (place, piece) in pieces.iter().enumerate() {
            if self.time() >= piece.to {
                continue;
            }
            self.set_limits(piece);
            let end = self.adaptive_stretch(adaptive, line, piece.to, clock, hooks)?;
            if end == Control::Stop {
                return Ok(end);
            }
            self.cross(line, piece, pieces.get(place + 1))?;
        }
        Ok(Control::Continue)
    }

    /// The rest of a piece in adapted steps. The next step is Δt · 0.9 · e^(−0.7/k) · e₋^(0.4/k), e the error of the step relative
    /// to the tolerance, e₋ that of the one before, k the order of the error in Δt (Gustafsson 1991; Hairer and Wanner II, IV.2).
    fn adaptive_stretch(
        &mut self,
        adaptive: &Adaptive,
        line: &mut Timeline,
        target: f64,
        clock: &mut Clock,
        hooks: &mut Hooks<'_>,
    ) -> FieldResult<Control> {
        let k = adaptive.order + 1.0;
        let mut asked = std::time::Instant::now();
        let mut tried = 0u64;
        let mut looked = self.time();
        loop {
            let time = self.time();
            let left = target - time;
            if left <= 0.0 {
                return Ok(Control::Continue);
            }
            // Two nearly equal steps are better than a full one and a crumb.
            let whole = line.next_step;
            let crumb = 1e-12 * (time.abs() + line.save);
            let allowed = allowed(&self.paces, time, whole, crumb);
            let last = left <= whole.min(allowed) * 1.001;
            let step = if allowed < whole && !last {
                allowed
            } else if last {
                left
            } else if left < 1.8 * whole {
                0.5 * left
            } else {
                whole
            };
            let cut = step < whole;
            if step <= 16.0 * f64::EPSILON * time.abs().max(line.save) {
                return Err(self.collapsed(line, time, step));
            }
            line.count = self.count();
            self.set_times(line, time);
            self.machine.set_scalar(self.stepping.step_size, step);
            self.execute(adaptive.attempt, 1)?;
            let error = self.machine.scalar(adaptive.error);
            tried += 1;
            if tried > self.options.most_steps {
                return Err(FieldError::invalid(
                    format!(
                        "{tried} steps were tried between two saves, the last of {step} at t = {time}"
                    ),
                    "allow more by most_steps, or loosen the tolerance",
                ));
            }
            if tried.is_multiple_of(LOOK) {
                let passed = time - looked;
                if left * LOOK as f64 > HOPELESS * passed {
                    return Err(self.collapsed(line, time, step));
                }
                looked = time;
            }
            if error <= 1.0 {
                self.execute(adaptive.accept, 1)?;
                if last {
                    self.machine.set_scalar(self.stepping.time, target);
                }
                let error = error.max(1e-10);
                let factor =
                    SAFETY * error.powf(-0.7 / k) * line.former_error.powf(0.4 / k);
                let next = step * factor.clamp(SHRINKING, GROWTH);
                // A step that was cut says nothing against the longer one.
                line.next_step =
                    if cut && next < whole && factor >= 1.0 { whole } else { next };
                line.former_error = error.max(1e-4);
            } else {
                line.rejected += 1;
                let factor = SAFETY * error.powf(-1.0 / k);
                line.next_step = if factor.is_finite() {
                    step * factor.clamp(SHRINKING, 0.9)
                } else {
                    step * SHRINKING
                };
            }
            if asked.elapsed().as_secs_f64() > 0.05 || tried == 1 {
                asked = std::time::Instant::now();
                let progress = self.progress(line, clock);
                let stop =
                    (hooks.control)(&progress) == Control::Stop || (hooks.interrupted)();
                if stop && self.time() < target {
                    return Ok(Control::Stop);
                }
                clock.stop |= stop;
            }
        }
    }

    /// The steps became so small that time does not pass any more.
    fn collapsed(&mut self, line: &Timeline, time: f64, step: f64) -> FieldError {
        match self.locate_now(line) {
            Ok(error) => error,
            Err(_) => FieldError::Unstable {
                message: format!("the step shrinks to {step:.1e} at t = {time}"),
                hint: "end the run before: the solution may become infinite, jump or cease to exist there"
                    .to_owned(),
            },
        }
    }
}

/// How far a step from a time may go that wants to go so far: none is longer than what happens where it begins allows, and none goes into a time
/// where shorter ones are wanted. Distances below `crumb` are none.
fn allowed(paces: &[Pace], time: f64, wanted: f64, crumb: f64) -> f64 {
    let first = paces.partition_point(|pace| pace.to <= time + crumb);
    let mut most = wanted;
    for pace in paces.iter().skip(first) {
        if pace.from <= time + crumb {
            most = most.min(pace.step);
        } else if pace.from >= time + most {
            break;
        } else if pace.step < most {
            most = pace.from - time;
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::{Pace, allowed};

    #[test]
    fn steps_end_where_shorter_ones_begin() {
        let pace = |from: f64, to: f64, step: f64| Pace { from, to, step, certain: true };
        let paces =
            [pace(-1.0, 1.0, 8.0), pace(1.0, 1.5, 0.1), pace(1.5, 4.0, f64::INFINITY)];
        let at = |time: f64, wanted: f64| allowed(&paces, time, wanted, 1e-12);
        assert_eq!(at(-1.0, 0.5), 0.5);
        assert_eq!(at(-1.0, 5.0), 2.0);
        assert_eq!(at(0.5, 5.0), 0.5);
        assert_eq!(at(1.0 - 1e-14, 5.0), 0.1);
        assert_eq!(at(1.45, 5.0), 0.1);
        assert_eq!(at(1.5, 5.0), 5.0);
        assert_eq!(allowed(&[], 0.0, 3.0, 0.0), 3.0);
    }
}
