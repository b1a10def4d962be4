//! Choices in the rates: which side each takes, and what happens where it changes.

use super::super::events::{Zero, together};
use super::super::{End, Equations, Event, not_finite};
use super::Run;

/// Changes of one choice at one time, after which the solution would stay there.
const MOST_AT_ONCE: u32 = 2;

impl Run {
    /// Hands the sides of this state to the rates.
    pub(super) fn take_sides(&self, equations: &Equations<'_>) {
        for (event, side) in equations.events.iter().zip(&self.state.sides) {
            if let Some(choice) = &event.choice {
                choice.side.set(*side);
            }
        }
    }

    /// Finds the side of each choice from the state; where a function is at a border, from where the rates lead.
    pub(super) fn settle(&mut self, equations: &mut Equations<'_>) {
        let (t, y) = (self.state.t, &self.state.y);
        let mut open = Vec::new();
        for (place, event) in equations.events.iter_mut().enumerate() {
            let Some(choice) = event.choice.clone() else { continue };
            let value = (event.value)(t, y);
            let (side, border) = if choice.whole {
                (value.floor(), value.fract() == 0.0)
            } else {
                (value.signum(), value == 0.0)
            };
            choice.side.set(side);
            self.state.sides[place] = side;
            if border {
                open.push((place, value));
            }
        }
        for (place, value) in open {
            let Some(choice) = equations.events[place].choice.clone() else { continue };
            let (above, below) =
                if choice.whole { (value, value - 1.0) } else { (1.0, -1.0) };
            let mut leads = |side: f64| {
                choice.side.set(side);
                self.change(equations, place)
            };
            let side = if leads(above) > 0.0 {
                above
            } else if leads(below) < 0.0 {
                below
            } else if !choice.whole && leads(0.0) == 0.0 {
                0.0
            } else {
                above
            };
            choice.side.set(side);
            self.state.sides[place] = side;
        }
    }

    /// How the function of a choice changes along the rates that are now taken; 0 where that is rounding.
    fn change(&self, equations: &mut Equations<'_>, place: usize) -> f64 {
        let state = &self.state;
        let mut slope = state.slope.clone();
        (equations.slope)(state.t, &state.y, &mut slope);
        let value = &mut equations.events[place].value;
        let reach = 1e-6 * state.length;
        let mut at = |reach: f64| {
            let y: Vec<f64> =
                state.y.iter().zip(&slope).map(|(y, k)| y + reach * k).collect();
            value(state.t + reach, &y)
        };
        let (back, here, forth) = (at(-reach), at(0.0), at(reach));
        let change = forth - back;
        let rounding = 1e-14 * back.abs().max(forth.abs()).max(here.abs());
        if change.abs() <= rounding { 0.0 } else { change }
    }

    /// Takes the other side of a choice, and of those that change at the same time, and goes on from there.
    pub(super) fn change_sides(
        &mut self,
        equations: &mut Equations<'_>,
        event: usize,
        t: f64,
        waiting: &[Zero],
    ) -> Option<End> {
        let (last, count) = self.state.jumps[event];
        let count = if together(t, last) { count + 1 } else { 0 };
        self.state.jumps[event] = (t, count);
        let mut changed = vec![event];
        changed.extend(
            waiting
                .iter()
                .map(|it| it.event)
                .filter(|it| *it != event && equations.events[*it].choice.is_some()),
        );
        for place in &changed {
            self.cross(&mut equations.events[*place], *place);
        }
        if count >= MOST_AT_ONCE && !self.stays(equations, event) {
            return Some(End::Stays { t });
        }
        self.go_on_with(equations, |place, _| changed.contains(&place), waiting)
    }

    /// Sets the side beyond the border that was met.
    fn cross(&mut self, event: &mut Event<'_>, place: usize) {
        let Some(choice) = &event.choice else { return };
        let side = choice.side.get();
        let value = (event.value)(self.state.t, &self.state.y);
        let side = if choice.whole {
            if value - side > 0.5 { side + 1.0 } else { side - 1.0 }
        } else if side == 0.0 {
            value.signum()
        } else {
            -side
        };
        choice.side.set(side);
        self.state.sides[place] = side;
    }

    /// Whether the rates at the border itself keep the solution there; it then takes them.
    fn stays(&mut self, equations: &mut Equations<'_>, place: usize) -> bool {
        let Some(choice) = equations.events[place].choice.clone() else { return false };
        if choice.whole {
            return false;
        }
        choice.side.set(0.0);
        let near = equations.events[place].level(self.state.t, &self.state.y) > 0.0;
        if !near || self.change(equations, place) != 0.0 {
            return false;
        }
        self.state.sides[place] = 0.0;
        true
    }

    /// Sets sides right that a step left without a change that was seen: where a function had no value, or turned at a border.
    pub(super) fn correct_sides(&mut self, equations: &mut Equations<'_>) {
        let (t, y) = (self.state.t, &self.state.y);
        let mut wrong = Vec::new();
        for (place, event) in equations.events.iter_mut().enumerate() {
            let Some(choice) = event.choice.clone() else { continue };
            if self.state.levels[place] >= 0.0 {
                continue;
            }
            let value = (event.value)(t, y);
            let side = if choice.whole { value.floor() } else { value.signum() };
            if side.is_finite() && side != choice.side.get() {
                choice.side.set(side);
                self.state.sides[place] = side;
                wrong.push(place);
            }
        }
        if !wrong.is_empty() {
            self.go_on_with(equations, |_, _| false, &[]);
        }
    }

    /// Begins anew with the sides that were taken; choices at their border are on it.
    fn go_on_with(
        &mut self,
        equations: &mut Equations<'_>,
        at_border: impl Fn(usize, f64) -> bool,
        waiting: &[Zero],
    ) -> Option<End> {
        let before = self.levels(equations);
        self.make_consistent(equations);
        let state = &mut self.state;
        let t = state.t;
        (equations.slope)(t, &state.y, &mut state.slope);
        self.work.slopes += 1;
        state.grid = (t, 0);
        state.previous_error = 1e-4;
        state.radau.restart();
        for (place, event) in equations.events.iter_mut().enumerate() {
            let value = event.level(t, &state.y);
            state.scales[place] =
                state.scales[place].max(state.levels[place].abs()).max(value.abs());
            state.levels[place] = if event.choice.is_some() && at_border(place, value) {
                if state.sides[place] == 0.0 && value > 0.0 { value } else { 0.0 }
            } else {
                state.level_after(place, value, waiting)
            };
        }
        if let Some(component) = not_finite(&state.slope) {
            return Some(End::NotFinite { t, component });
        }
        let is_known = |place| waiting.iter().any(|it| it.event == place);
        self.meet(equations, &before, &is_known)
    }
}
