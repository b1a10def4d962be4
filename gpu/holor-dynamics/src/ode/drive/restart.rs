//! What happens at an event: a stop, or a jump after which the run begins anew.

use super::super::events::{Zero, together};
use super::super::{Direction, End, Equations, Occurrence, Save, not_finite};
use super::{Run, State};

impl State {
    /// What an event other than the one that was met begins anew with: its value or, where that is rounding, the side from which it meets a zero that
    /// waits, or 0 where that was counted just now.
    pub(super) fn level_after(&self, place: usize, value: f64, waiting: &[Zero]) -> f64 {
        if value.abs() > 1e-12 * self.scales[place] {
            value
        } else if let Some(zero) = waiting.iter().find(|it| it.event == place) {
            zero.before * f64::MIN_POSITIVE
        } else if together(self.t, self.counted[place]) {
            0.0
        } else {
            value
        }
    }
}

impl Run {
    /// Stops at an event, or changes the unknowns and begins anew.
    pub(super) fn restart_after(
        &mut self,
        equations: &mut Equations<'_>,
        event: usize,
        t: f64,
        waiting: &[Zero],
    ) -> Option<End> {
        if equations.events[event].choice.is_some() {
            return self.change_sides(equations, event, t, waiting);
        }
        let before = (equations.events[event].value)(t, &self.state.y).abs();
        let levels = self.levels(equations);
        if let Some(jump) = &mut equations.events[event].jump {
            jump(t, &mut self.state.y);
            let (last, count) = self.state.jumps[event];
            let gap = (t - last).abs();
            let near = 1e-9 * t.abs().max(1e-3);
            self.state.jumps[event] = (t, if gap <= near { count + 1 } else { 0 });
            self.state.longest =
                if gap.is_nan() { f64::INFINITY } else { (10.0 * gap).max(1e-3 * near) };
            self.settle(equations);
            self.make_consistent(equations);
        }
        let state = &mut self.state;
        (equations.slope)(t, &state.y, &mut state.slope);
        self.work.slopes += 1;
        state.step = if state.method.is_fixed() { self.options.step } else { None };
        state.grid = (t, 0);
        state.previous_error = 1e-4;
        state.after_jump = true;
        state.radau.restart();
        for (place, other) in equations.events.iter_mut().enumerate() {
            let value = other.level(t, &state.y);
            let scale = &mut state.scales[place];
            *scale = scale.max(state.levels[place].abs()).max(value.abs());
            // Zero says: on the surface itself, up to rounding; a jump may also lead away from it.
            state.levels[place] = if place == event {
                let rounding = (2.0 * before).max(1e-14 * *scale);
                if value.abs() <= rounding { 0.0 } else { value }
            } else {
                state.level_after(place, value, waiting)
            };
        }
        for (value, conserved) in
            state.first_values.iter_mut().zip(&mut equations.conserved)
        {
            *value = (conserved.value)(t, &state.y);
        }
        if self.options.save == Save::Steps && equations.events[event].jump.is_some() {
            self.write_row(equations, None);
        }
        if let Some(component) =
            not_finite(&self.state.y).or(not_finite(&self.state.slope))
        {
            return Some(End::NotFinite { t, component });
        }
        if equations.events[event].terminal {
            return Some(End::Event { event, t });
        }
        if self.state.jumps[event].1 >= 20 {
            return Some(End::EventsPileUp { t });
        }
        let is_known =
            |place| place == event || waiting.iter().any(|it| it.event == place);
        self.meet(equations, &levels, &is_known)
    }

    /// The functions of all events where the run stands.
    pub(super) fn levels(&self, equations: &mut Equations<'_>) -> Vec<f64> {
        let (t, y) = (self.state.t, &self.state.y);
        equations.events.iter_mut().map(|event| event.level(t, y)).collect()
    }

    /// Events whose functions changed their sign by a jump, without a time at which they were 0, happen at the time of the jump.
    pub(super) fn meet(
        &mut self,
        equations: &mut Equations<'_>,
        before: &[f64],
        is_known: &dyn Fn(usize) -> bool,
    ) -> Option<End> {
        let t = self.state.t;
        let after = self.levels(equations);
        let crossed = |place: &usize| {
            let event = &equations.events[*place];
            let (rising, falling) = (
                before[*place] < 0.0 && after[*place] > 0.0,
                before[*place] > 0.0 && after[*place] < 0.0,
            );
            event.choice.is_none()
                && !is_known(*place)
                && match event.direction {
                    Direction::Any => rising || falling,
                    Direction::Rising => rising,
                    Direction::Falling => falling,
                }
        };
        let met: Vec<usize> = (0..after.len()).filter(crossed).collect();
        for event in met {
            self.state.counted[event] = t;
            self.occurrences.push(Occurrence { event, t, y: self.state.y.clone() });
            if equations.events[event].terminal {
                return Some(End::Event { event, t });
            }
            if equations.events[event].jump.is_some()
                && let Some(end) = self.restart_after(equations, event, t, &[])
            {
                return Some(end);
            }
        }
        None
    }
}
