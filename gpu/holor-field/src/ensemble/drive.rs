//! Carrying an ensemble to its end: members that have ended make room for waiting ones, and the machine becomes smaller with the rest.

use super::attempt::{
    ATTEMPT, BEGIN, BEHIND, COUNT, Own, Places, RUNNING, plan_of, status,
};
use super::{Advance, Ended, Ends, Equations, Options};
use crate::backend::{Backend, Machine, Precision};
use crate::error::{FieldError, FieldResult};
use crate::pointwise::{self, Input, layout_of};
use crate::run::Control;

/// Attempts between two looks at who is still on the way.
const ATTEMPTS_APART: u64 = 16;
/// A machine with no more cells than this is not made smaller.
const SMALLEST: usize = 1024;

/// Integrates all members from their starts.
///
/// `start` has a list for each unknown and `constants` one for each constant, with an entry for each member. `watch` is told now and then how
/// far the members are and says whether to go on; `interrupted` is asked by the machine, from any thread.
///
/// # Errors
/// Lists of unequal lengths, options without meaning, [`FieldError::Interrupted`], and what the device says.
pub fn integrate(
    equations: &Equations,
    start: &[Vec<f64>],
    constants: &[Vec<f64>],
    options: &Options,
    backend: &dyn Backend,
    watch: &mut dyn FnMut(&Advance) -> Control,
    interrupted: &(dyn Fn() -> bool + Sync),
) -> FieldResult<Ends> {
    let places = Places::of(equations);
    let members = start.first().map_or(0, Vec::len);
    let lists = || start.iter().chain(constants);
    if start.len() != places.unknowns
        || constants.len() != places.constants
        || lists().any(|list| list.len() != members)
        || members == 0
    {
        return Err(FieldError::invalid(
            "the members of an ensemble have unequally many starts",
            "",
        ));
    }
    let (from, to) = options.span;
    let positive = |value: f64| value.is_finite() && value > 0.0;
    let sensible = from.is_finite()
        && to.is_finite()
        && from != to
        && positive(options.relative)
        && positive(options.absolute)
        && options.most_attempts > 0
        && options.batch > 0;
    if !sensible {
        return Err(FieldError::invalid(
            "an ensemble goes from one parameter to another with positive tolerances",
            "",
        ));
    }
    let mut drive = Drive {
        equations,
        options,
        backend,
        places,
        variables: lists().map(Vec::as_slice).collect(),
        members,
        waiting: 0,
        cells: Vec::new(),
        arrays: Vec::new(),
        ends: Ends {
            unknowns: vec![vec![f64::NAN; members]; places.unknowns],
            parameter: vec![from; members],
            outputs: Vec::new(),
            conserved: vec![vec![f64::NAN; members]; places.conserved],
            drift: vec![0.0; members],
            ended: vec![Ended::Singular; members],
            attempts: 0,
            compile_seconds: 0.0,
        },
        ended: 0,
    };
    drive.go(watch, interrupted)?;
    let mut ends = drive.ends;
    let inputs: Vec<Input<'_>> =
        ends.unknowns.iter().chain(constants).map(|list| Input::Each(list)).collect();
    ends.outputs = pointwise::evaluate(
        &equations.graph,
        &equations.outputs,
        &inputs,
        members,
        backend,
        interrupted,
    )?;
    Ok(ends)
}

struct Drive<'a> {
    equations: &'a Equations,
    options: &'a Options,
    backend: &'a dyn Backend,
    places: Places,
    /// The starts and constants of all members.
    variables: Vec<&'a [f64]>,
    members: usize,
    /// The first member that has not been in the machine yet.
    waiting: usize,
    /// The member of each cell that has one.
    cells: Vec<usize>,
    /// What the machine's arrays hold, while members are moved.
    arrays: Vec<Vec<f64>>,
    ends: Ends,
    ended: usize,
}

impl Drive<'_> {
    fn go(
        &mut self,
        watch: &mut dyn FnMut(&Advance) -> Control,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<()> {
        let mut room = 0;
        let mut machine: Option<Box<dyn Machine>> = None;
        self.arrays = vec![Vec::new(); self.places.count()];
        while self.ended < self.members {
            let left = self.cells.len() + (self.members - self.waiting);
            let wanted = layout_of(left.min(self.options.batch)).cells();
            let current = match machine.take() {
                // Smaller only where that halves the work.
                Some(current) if room <= SMALLEST || 2 * wanted > room => current,
                _ => {
                    let plan = plan_of(self.equations, self.options, wanted)?;
                    let made = self.backend.prepare(&plan, Precision::Double)?;
                    self.ends.compile_seconds += made.compile_seconds();
                    room = wanted;
                    made
                }
            };
            let current = machine.insert(current);
            self.fill(current.as_mut(), room);
            current.execute(BEGIN, 1, &|| false)?;
            // Until a fourth has ended and others wait, or half has.
            let enough = match self.waiting < self.members {
                true => self.cells.len() * 3 / 4,
                false if room > SMALLEST => self.cells.len() / 2,
                false => 0,
            };
            loop {
                current.execute(ATTEMPT, ATTEMPTS_APART, interrupted)?;
                current.execute(COUNT, 1, &|| false)?;
                let running = current.scalar(RUNNING) as usize;
                let ended = self.ended + self.cells.len().saturating_sub(running);
                let way = ended as f64 + current.scalar(BEHIND);
                let advance = Advance {
                    ended,
                    members: self.members,
                    fraction: (way / self.members as f64).clamp(0.0, 1.0),
                };
                if watch(&advance) == Control::Stop || interrupted() {
                    return Err(FieldError::Interrupted);
                }
                if running <= enough {
                    break;
                }
            }
            self.harvest(current.as_mut(), room);
        }
        Ok(())
    }

    /// Writes the members that go on, and waiting ones behind them, as far as there is room.
    fn fill(&mut self, machine: &mut dyn Machine, room: usize) {
        let new = (room - self.cells.len()).min(self.members - self.waiting);
        let kept = self.cells.len();
        self.cells.extend(self.waiting..self.waiting + new);
        for (array, values) in self.arrays.iter_mut().enumerate() {
            values.truncate(kept);
            match self.variables.get(array) {
                Some(start) => {
                    values.extend_from_slice(&start[self.waiting..self.waiting + new]);
                    // Empty cells compute what a member does: nothing is divided by 0 there that is not elsewhere.
                    let last = values.last().copied().unwrap_or(0.0);
                    values.resize(room, last);
                }
                None if array == self.places.own(Own::Status) => {
                    values.resize(kept + new, status::NEW);
                    values.resize(room, status::EMPTY);
                }
                None => values.resize(room, 0.0),
            }
            machine.write(array, values);
        }
        self.waiting += new;
    }

    /// Reads the machine, keeps the ends of members that have ended, and moves the others together.
    fn harvest(&mut self, machine: &mut dyn Machine, room: usize) {
        for (array, values) in self.arrays.iter_mut().enumerate() {
            values.resize(room, 0.0);
            machine.read(array, values);
        }
        let places = self.places;
        let mut kept = 0;
        for cell in 0..self.cells.len() {
            let member = self.cells[cell];
            let state = self.arrays[places.own(Own::Status)][cell];
            if state == status::RUNS {
                for values in &mut self.arrays {
                    values[kept] = values[cell];
                }
                self.cells[kept] = member;
                kept += 1;
                continue;
            }
            let ends = &mut self.ends;
            let at = |array: usize| self.arrays[array][cell];
            for (k, list) in ends.unknowns.iter_mut().enumerate() {
                list[member] = at(places.variable(k));
            }
            for (k, list) in ends.conserved.iter_mut().enumerate() {
                list[member] = at(places.first(k));
            }
            ends.parameter[member] = at(places.own(Own::Parameter));
            ends.drift[member] = at(places.own(Own::Drift));
            ends.attempts += at(places.own(Own::Attempts)) as u64;
            ends.ended[member] = if state == status::REACHED {
                Ended::Reached
            } else if state == status::STOPPED {
                Ended::Stopped
            } else if state == status::LEFT {
                Ended::Left
            } else if state == status::ATTEMPTS {
                Ended::Attempts
            } else {
                Ended::Singular
            };
            self.ended += 1;
        }
        self.cells.truncate(kept);
    }
}
