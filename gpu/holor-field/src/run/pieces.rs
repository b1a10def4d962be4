//! Stretches between saves in pieces that end where the equations jump in time.
//!
//! The steps of a piece see the values on its side of a jump alone, also those stages that lie at its very end. At the jump the run starts anew
//! with the fields as they are: methods that remember rates of former steps remember none from the other side.

use std::sync::Arc;

use super::{Run, Timeline, timeline};
use crate::backend::Precision;
use crate::discretise::{Jump, Switches};
use crate::error::FieldResult;
use crate::stepper::{BACK, EARLIEST, FORMER_STEP, LATEST, RESIZE};

/// Jumps nearer to the end of a stretch than this part of it lie at its end.
const AT_END: f64 = 1e-9;
/// In single precision times so many roundings before a jump and after it are on its side.
const BESIDE: f64 = 4.0;

/// A part of a stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// Where it begins and ends.
    from: f64,
    pub(super) to: f64,
    /// Equal steps, where steps do not adapt.
    steps: u64,
    step: f64,
    /// The first and the last time at which rates are evaluated.
    limits: [f64; 2],
    /// The first time for rates behind the jump with which it ends, where it does.
    jump: Option<f64>,
}

/// The pieces of a stretch, with what they were made for.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    ends: (f64, f64),
    step: f64,
    pieces: Arc<[Piece]>,
}

impl Run {
    /// Says when the equations jump: steps end there. A run that is compared with one of twice its step takes exactly twice its steps between jumps.
    pub fn set_switches(&mut self, switches: Option<Arc<Switches>>, halves: bool) {
        self.switches = switches;
        self.halves = halves;
    }

    /// The pieces of the stretch that a run is in, up to a time.
    pub(super) fn pieces(&mut self, line: &Timeline, target: f64) -> Arc<[Piece]> {
        let from = line.time_of(line.saved);
        let known = |cut: &&Cut| cut.ends == (from, target) && cut.step == line.step;
        if let Some(cut) = self.cut.as_ref().filter(known) {
            return Arc::clone(&cut.pieces);
        }
        let jumps = self.switches.as_ref().and_then(|all| all.between(from, target));
        let mut jumps = jumps.unwrap_or_default();
        if self.options.precision == Precision::Single {
            for Jump { before, at, after } in &mut jumps {
                let beside = BESIDE * f64::from(f32::EPSILON) * at.abs();
                *before = before.min(*at - beside);
                *after = after.max(*at + beside);
            }
        }
        let near = AT_END * (target - from);
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut now, mut earliest) = (from, f64::MIN);
        for jump in jumps {
            if jump.at <= from + near {
                earliest = jump.after;
                continue;
            }
            let to = if jump.at >= target - near { target } else { jump.at };
            // A jump next to another: the later one counts.
            if let Some(last) = pieces.last_mut().filter(|_| to - now <= near) {
                last.jump = Some(jump.after);
                earliest = jump.after;
                continue;
            }
            let (steps, step) = self.fit(to - now, line, target - from);
            let limits = [earliest, jump.before];
            pieces.push(Piece {
                from: now,
                to,
                steps,
                step,
                limits,
                jump: Some(jump.after),
            });
            (now, earliest) = (to, jump.after);
        }
        if now < target {
            let (steps, step) = self.fit(target - now, line, target - from);
            let limits = [earliest, f64::MAX];
            pieces.push(Piece { from: now, to: target, steps, step, limits, jump: None });
        }
        let pieces: Arc<[Piece]> = pieces.into();
        self.cut = Some(Cut {
            ends: (from, target),
            step: line.step,
            pieces: Arc::clone(&pieces),
        });
        pieces
    }

    /// Equal steps in the stretch that a run is in.
    pub(super) fn steps_of(&mut self, line: &Timeline, target: f64) -> u64 {
        self.pieces(line, target).iter().map(|piece| piece.steps).sum()
    }

    /// Tells plans of equations that jump on which side of jumps rates are evaluated.
    pub(super) fn set_limits(&mut self, piece: &Piece) {
        for (name, value) in [EARLIEST, LATEST].into_iter().zip(piece.limits) {
            if let Some(place) = self.stepping.plan.scalar(name) {
                self.machine.set_scalar(place, value);
            }
        }
    }

    /// Tells a method that needs to know that Δt is another now.
    pub(super) fn resize(&mut self, to: f64) -> FieldResult<()> {
        let from = self.machine.scalar(self.stepping.step_size);
        self.machine.set_scalar(self.stepping.step_size, to);
        if from == to || self.stepping.adaptive.is_some() {
            return Ok(());
        }
        if let Some(procedure) = self.stepping.plan.procedure(RESIZE) {
            if let Some(former) = self.stepping.plan.scalar(FORMER_STEP) {
                self.machine.set_scalar(former, from);
            }
            self.execute(procedure, 1)?;
        }
        Ok(())
    }

    /// Starts anew behind the jump at the end of a piece, with the step and the limits of the next one.
    pub(super) fn cross(
        &mut self,
        line: &Timeline,
        piece: &Piece,
        next: Option<&Piece>,
    ) -> FieldResult<()> {
        let Some(after) = piece.jump else { return Ok(()) };
        self.set_time(line, piece.to);
        let back = self.stepping.plan.procedure(BACK).unwrap_or(self.stepping.observe);
        self.execute(back, 1)?;
        let behind = Piece { limits: [after, f64::MAX], ..*piece };
        let next = next.unwrap_or(&behind);
        self.set_limits(next);
        if self.stepping.adaptive.is_none() {
            let step = if next.to == piece.to { line.step } else { next.step };
            self.machine.set_scalar(self.stepping.step_size, step);
        }
        self.execute(self.stepping.start, 1)
    }

    /// Equal steps of a stretch, at most so many, not beyond the end of a piece; how many were done.
    pub(super) fn march(
        &mut self,
        line: &mut Timeline,
        target: f64,
        at_most: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        let pieces = self.pieces(line, target);
        let mut first = 0;
        for (place, piece) in pieces.iter().enumerate() {
            let end = first + piece.steps;
            if line.done >= end {
                first = end;
                continue;
            }
            if line.done == first {
                if place > 0 {
                    self.set_time(line, piece.from);
                }
                self.resize(piece.step)?;
                self.set_limits(piece);
            }
            let steps = at_most.min(end - line.done);
            let done = self.machine.execute(self.stepping.step, steps, interrupted)?;
            line.done += done;
            if line.done == end {
                self.cross(line, piece, pieces.get(place + 1))?;
            }
            return Ok(done);
        }
        Ok(0)
    }

    /// The present time within a stretch, from which those of the steps to come are counted.
    fn set_time(&mut self, line: &Timeline, time: f64) {
        let count = if self.stepping.adaptive.is_some() {
            self.count()
        } else {
            line.count + line.done
        };
        self.set_times(&Timeline { count, ..line.clone() }, time);
    }

    /// How many equal steps fill a part of a stretch, and their length: those of the stretch where it is all of it.
    fn fit(&self, part: f64, line: &Timeline, whole: f64) -> (u64, f64) {
        if part == whole {
            return (line.steps, line.step);
        }
        let times: u64 = if self.halves { 2 } else { 1 };
        let largest = line.step * times as f64 * (1.0 + 1e-12);
        let (steps, step) = timeline::fit(part, largest);
        (steps * times, step / times as f64)
    }
}
