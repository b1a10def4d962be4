//! What happens with a step that was good: events, rows of the table, conserved quantities.

use super::super::dense::Piece;
use super::super::events::{Stretch, together, zeros};
use super::super::explicit::Stages;
use super::super::options::{Method, Save};
use super::super::{End, Equations, Occurrence};
use super::Run;

impl Run {
    /// Takes a step into the solution: events, rows, conserved quantities.
    pub(super) fn accept(
        &mut self,
        equations: &mut Equations<'_>,
        h: f64,
        next_t: f64,
        stages: &mut Stages,
    ) -> Option<End> {
        let t = self.state.t;
        let direction = self.direction;
        let inside =
            |time: f64| (time - t) * direction > 0.0 && (next_t - time) * direction > 0.0;
        let needed = self.options.keep_dense
            || !equations.events.is_empty()
            || self
                .options
                .save
                .time(self.state.saved, self.begin, direction)
                .is_some_and(inside);
        let mut piece = needed.then(|| self.piece(equations, h, next_t, stages));
        let mut stop: Option<(usize, f64)> = None;
        let mut at_once = false;
        let mut waiting = Vec::new();
        if let Some(piece) = &mut piece
            && !equations.events.is_empty()
        {
            let stretch = Stretch {
                piece,
                start: &self.state.y,
                slope: equations.mass.is_none().then_some(&self.state.slope),
                begin: self.begin,
                options: &self.options,
                counted: &self.state.counted,
            };
            let (found, missed) =
                zeros(&mut equations.events, &stretch, &mut self.state.levels);
            if let Some(event) = missed {
                self.state.missed = self.state.missed.or(Some((event, t)));
            }
            let mut y = vec![0.0; piece.size];
            for (rank, zero) in found.iter().enumerate() {
                self.state.counted[zero.event] = zero.t;
                let event = &equations.events[zero.event];
                piece.at(zero.t, &mut y);
                if event.choice.is_none() {
                    self.occurrences.push(Occurrence {
                        event: zero.event,
                        t: zero.t,
                        y: y.clone(),
                    });
                }
                if event.terminal || event.jump.is_some() || event.choice.is_some() {
                    stop = Some((zero.event, zero.t));
                    at_once = zero.at_once
                        && event.jump.is_some()
                        && self.state.after_jump
                        && self.state.jumps[zero.event].0 == t;
                    piece.to = zero.t;
                    // Events of the same time come next, in their order.
                    waiting.extend(
                        found[rank + 1..].iter().filter(|it| together(it.t, zero.t)),
                    );
                    break;
                }
            }
        }
        self.state.after_jump = false;
        match (stop, &piece) {
            (Some((_, time)), Some(piece)) => {
                self.state.t = time;
                let mut y = vec![0.0; piece.size];
                piece.at(time, &mut y);
                stages.end.copy_from_slice(&y);
            }
            _ => self.state.t = next_t,
        }
        let mut row = vec![0.0; self.state.y.len()];
        while let Some(time) =
            self.options.save.time(self.state.saved, self.begin, direction)
        {
            if (time - self.state.t) * direction > 0.0 {
                break;
            }
            self.state.saved += 1;
            match &piece {
                Some(piece) if time != self.state.t => {
                    piece.at(time, &mut row);
                    self.write_row(equations, Some((time, &row)));
                }
                _ => {
                    row.copy_from_slice(&stages.end);
                    self.write_row(equations, Some((time, &row)));
                }
            }
        }
        if let Some(piece) = piece
            && self.options.keep_dense
        {
            self.dense.pieces.push(piece);
        }
        std::mem::swap(&mut self.state.y, &mut stages.end);
        std::mem::swap(&mut self.state.slope, &mut stages.end_slope);
        self.state.grid.1 += 1;
        if self.options.save == Save::Steps {
            self.write_row(equations, None);
        }
        if let Some(end) = self.watch_conserved(equations) {
            return Some(end);
        }
        let Some((event, time)) = stop else {
            self.correct_sides(equations);
            return None;
        };
        let end = self.restart_after(equations, event, time, &waiting);
        if at_once { Some(End::EventsPileUp { t: time }) } else { end }
    }

    fn piece(
        &mut self,
        equations: &mut Equations<'_>,
        h: f64,
        next_t: f64,
        stages: &mut Stages,
    ) -> Piece {
        let (t, y) = (self.state.t, self.state.y.as_slice());
        let method = self.state.method;
        let mut piece = match (method, self.state.radau.piece()) {
            (Method::Radau, Some(piece)) => piece.clone(),
            _ => stages.piece(method, &mut *equations.slope, (t, y), h, &mut self.work),
        };
        piece.to = next_t;
        piece
    }

    fn watch_conserved(&mut self, equations: &mut Equations<'_>) -> Option<End> {
        let t = self.state.t;
        let mut end = None;
        for (place, conserved) in equations.conserved.iter_mut().enumerate() {
            let value = (conserved.value)(t, &self.state.y);
            let drift = (value - self.state.first_values[place]).abs();
            if drift.is_nan() || drift > self.state.drifts[place] {
                self.state.drifts[place] = drift;
            }
            if (drift.is_nan() || drift > conserved.allowed) && end.is_none() {
                end = Some(End::Drifted { quantity: place, t });
            }
        }
        end
    }
}
