//! Where and when values stop being finite, and which term is to blame.

use std::time::Instant;

use super::{Run, State, Timeline};
use crate::backend::Machine;
use crate::error::{FieldError, FieldResult};
use crate::layout::Layout;
use crate::scheme::Scheme;
use crate::stepper::builder::Builder;

/// How often the rate is followed by Euler steps to find the term that fails: as many as a step has stages.
const FOLLOWED: usize = 6;

impl Run {
    /// Notes the present state as one to go back to.
    pub(super) fn keep_good(&mut self, line: &Timeline) {
        let began = Instant::now();
        self.good = Some(self.state_at(line));
        self.good_seconds = began.elapsed().as_secs_f64();
        self.since_good = Instant::now();
    }

    /// Whether all of the state is finite.
    fn finite(&mut self) -> FieldResult<bool> {
        self.execute(self.gauges.watch, 1)?;
        let places = self.gauges.magnitudes.clone();
        Ok(places.into_iter().all(|place| self.machine.scalar(place).is_finite()))
    }

    /// Checks after steps of equal length that all is finite.
    ///
    /// # Errors
    /// [`FieldError::NotFinite`] with the first step, cell, unknown and term; the run then stands before that step.
    /// Or where a linear system was not solved.
    pub(super) fn check(&mut self, line: &mut Timeline) -> FieldResult<()> {
        if let Some(failures) = self.stepping.plan.scalar(crate::stepper::FAILURES)
            && self.machine.scalar(failures) > 0.0
        {
            self.machine.set_scalar(failures, 0.0);
            // Values that are not finite have no solution.
            if self.finite()? {
                let time = self.time();
                return Err(FieldError::NotSolved {
                    message: format!(
                        "the linear system of a step near t = {time} was not solved to a residual of {} in {} iterations",
                        self.options.residual(),
                        self.options.solver_iterations
                    ),
                    hint: "a smaller dt, fewer points, or method = rk4, which solves no system".into(),
                });
            }
            return Err(self.find(line)?);
        }
        if self.options.watch == 0 {
            return Ok(());
        }
        if !self.finite()? {
            return Err(self.find(line)?);
        }
        // A copy costs less than a twentieth of the time.
        if self.since_good.elapsed().as_secs_f64() > 20.0 * self.good_seconds + 0.2 {
            self.keep_good(line);
        }
        Ok(())
    }

    /// Finds the first step whose result is not finite by repeating the steps since the last good state.
    fn find(&mut self, line: &mut Timeline) -> FieldResult<FieldError> {
        let Some(good) = self.good.clone() else {
            return self.locate_now(line);
        };
        let from = good_count(&good);
        let to = self.count();
        // Between `low` (finite) and `high` (not finite).
        let (mut low, mut high) = (from, to);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            self.replay(&good, middle)?;
            if self.finite()? {
                low = middle;
            } else {
                high = middle;
            }
        }
        self.replay(&good, high)?;
        let after = self.planes()?;
        let time = self.time();
        self.replay(&good, low)?;
        // Back to where the run stood at that count.
        let mut stand = self.line.take().unwrap_or_else(|| good.timeline.clone());
        stand.done = low - stand.count;
        *line = stand;
        self.blame(high, time, &after)
    }

    /// The state after so many steps in all, from a good one, save by save as the run did it.
    fn replay(&mut self, good: &State, count: u64) -> FieldResult<()> {
        self.restore(good)?;
        let mut line = good.timeline.clone();
        let mut now = good_count(good);
        while now < count {
            let target = line.time_of(line.saved + 1);
            let all = self.steps_of(&line, target);
            now += self.march(&mut line, target, count - now, &|| false)?;
            if line.done == all && now < count {
                line.saved += 1;
                line.done = 0;
                line.count = now;
                self.set_times(&line, line.time_of(line.saved));
                // What observing changes (ghosts, planes given by their rates) it changed then too.
                self.execute(self.stepping.observe, 1)?;
            }
        }
        self.line = Some(line);
        Ok(())
    }

    fn planes(&mut self) -> FieldResult<Vec<Vec<f64>>> {
        self.execute(self.stepping.observe, 1)?;
        let planes = self.stepping.planes.clone();
        Ok(planes.into_iter().map(|array| self.values(array)).collect())
    }

    /// The error for a state that is finite but cannot be continued.
    pub(super) fn locate_now(&mut self, _line: &Timeline) -> FieldResult<FieldError> {
        let count = self.count() + 1;
        let time = self.time();
        let planes = self.planes()?;
        self.blame(count, time, &planes)
    }

    /// Names cell, unknown and term, the run standing before the step that failed.
    fn blame(
        &mut self,
        step: u64,
        time: f64,
        after: &[Vec<f64>],
    ) -> FieldResult<FieldError> {
        if step == 1
            && let Some(scheme) = self.scheme.clone()
            && let Some(error) = self.unfit_start(&scheme)?
        {
            return Ok(error);
        }
        let before = self.planes()?;
        // Of the values that are not finite the one that was largest before; of all values, if all are finite.
        let mut worst: Option<(bool, f64, usize, usize)> = None;
        for (plane, values) in after.iter().enumerate() {
            for (cell, value) in values.iter().enumerate() {
                let former = before
                    .get(plane)
                    .and_then(|values| values.get(cell))
                    .map_or(0.0, |x| x.abs());
                let former = if former.is_nan() { f64::INFINITY } else { former };
                let bad = !value.is_finite();
                if worst.is_none_or(|(b, f, ..)| (bad, former) > (b, f)) {
                    worst = Some((bad, former, plane, cell));
                }
            }
        }
        let Some((_, _, plane, cell)) = worst else {
            return Ok(FieldError::Device("there is no field".to_owned()));
        };
        let (name, layout, rank) = match &self.scheme {
            Some(scheme) => {
                (scheme.planes[plane].name.clone(), scheme.layout, scheme.rank)
            }
            None => {
                let array = &self.stepping.plan.arrays[self.stepping.planes[plane]];
                let rank = array.layout.points.iter().filter(|n| **n > 1).count();
                (array.name.clone(), array.layout, rank.max(1))
            }
        };
        let (term, largest) = match self.scheme.clone() {
            Some(scheme) => self.term(&scheme, cell)?,
            None => (String::new(), false),
        };
        Ok(FieldError::NotFinite {
            step,
            time,
            unknown: name,
            cell: place(&layout, rank, cell),
            term,
            largest,
        })
    }

    /// The first term of the rates that is not finite, at the cell if it is there, else anywhere, following the rates by a few Euler steps.
    /// Where all stay finite the one that is largest at the cell before the step, and that it is.
    fn term(&mut self, scheme: &Scheme, cell: usize) -> FieldResult<(String, bool)> {
        let mut probe = self.probe(scheme)?;
        let mut values = vec![0.0; scheme.layout.cells()];
        let mut largest = (0.0, String::new());
        for followed in 0..FOLLOWED {
            let mut elsewhere = None;
            for (_, text, procedure) in &probe.procedures {
                probe.machine.execute(*procedure, 1, &|| false)?;
                probe.machine.read(probe.result, &mut values);
                let own = values.get(cell).copied().unwrap_or(0.0);
                if !own.is_finite() {
                    return Ok((text.clone(), false));
                }
                if followed == 0 && own.abs() > largest.0 {
                    largest = (own.abs(), text.clone());
                }
                if elsewhere.is_none() && values.iter().any(|value| !value.is_finite()) {
                    elsewhere = Some(text.clone());
                }
            }
            if let Some(text) = elsewhere {
                return Ok((text, false));
            }
            probe.machine.execute(probe.follow, 1, &|| false)?;
        }
        let (size, text) = largest;
        Ok((text, size > 0.0))
    }

    /// The error for a start at which some term of the rates has no finite value; `None` where all have, or where the start itself
    /// has none. The run stands at its start.
    fn unfit_start(&mut self, scheme: &Scheme) -> FieldResult<Option<FieldError>> {
        if self.planes()?.iter().flatten().any(|value| !value.is_finite()) {
            return Ok(None);
        }
        let mut probe = self.probe(scheme)?;
        let mut values = vec![0.0; scheme.layout.cells()];
        let mut first: Option<(usize, usize, String)> = None;
        let mut cells = std::collections::BTreeSet::new();
        for (plane, text, procedure) in &probe.procedures {
            probe.machine.execute(*procedure, 1, &|| false)?;
            probe.machine.read(probe.result, &mut values);
            let bad = |value: &f64| !value.is_finite();
            cells.extend(
                values.iter().enumerate().filter(|(_, v)| bad(v)).map(|(at, _)| at),
            );
            if let Some(cell) = values.iter().position(bad)
                && first.as_ref().is_none_or(|(_, known, _)| cell < *known)
            {
                first = Some((*plane, cell, text.clone()));
            }
        }
        let Some((plane, cell, text)) = first else { return Ok(None) };
        let at = place(&scheme.layout, scheme.rank, cell);
        let at: Vec<String> = at.iter().map(usize::to_string).collect();
        let more = match cells.len() {
            1 => String::new(),
            2 => " and in another cell".to_owned(),
            count => format!(" and in {} other cells", count - 1),
        };
        let name = scheme.planes.get(plane).map_or("?", |plane| plane.name.as_str());
        Ok(Some(FieldError::invalid(
            format!(
                "{text} in the rate of {name} has no finite value at the start, in cell [{}]{more}",
                at.join(", ")
            ),
            "a start for which the whole rate is finite",
        )))
    }

    /// A machine that evaluates the terms of the rates one by one, at the state where the run stands.
    fn probe(&mut self, scheme: &Scheme) -> FieldResult<Probe> {
        let mut builder = Builder::new(scheme)?;
        let own = builder.own();
        let result = builder.array("term");
        let mut procedures = Vec::new();
        for (plane, terms) in scheme.terms.iter().enumerate() {
            for (text, node) in terms {
                let (mut actions, mut kernel, nodes) =
                    builder.values("term", &[*node], &own)?;
                kernel.store(result, nodes[0]);
                actions.push(kernel.finish(&mut builder));
                procedures.push((
                    plane,
                    text.clone(),
                    builder.procedure("term", actions),
                ));
            }
        }
        // What noise is multiplied by may have no value where the rest has.
        for (plane, diffusions) in scheme.diffusions.iter().enumerate() {
            let text = scheme.noise_texts.get(plane).cloned().unwrap_or_default();
            for diffusion in diffusions.iter().filter(|it| it.multiplicative) {
                let (mut actions, mut kernel, nodes) =
                    builder.values("noise", &[diffusion.amplitude], &own)?;
                kernel.store(result, nodes[0]);
                actions.push(kernel.finish(&mut builder));
                let procedure = builder.procedure("noise", actions);
                procedures.push((plane, text.clone(), procedure));
            }
        }
        let state = builder.state();
        let next = builder.arrays("next");
        let dt = crate::scheme::scalar::STEP as usize;
        let (mut actions, mut kernel, rates) = builder.rates("u + dt f", &own)?;
        for ((u, to), rate) in state.iter().zip(&next).zip(rates) {
            let value = kernel.load(*u);
            let value = kernel.scaled(dt, rate, value);
            kernel.store(*to, value);
        }
        actions.push(kernel.finish(&mut builder));
        actions.extend(
            state.iter().zip(&next).map(|(u, to)| crate::plan::Action::Exchange(*u, *to)),
        );
        let follow = builder.procedure("follow", actions);
        let mut machine = self.backend.prepare(&builder.plan, self.options.precision)?;
        let snapshot = self.look()?;
        for (plane, values) in snapshot.planes.iter().enumerate() {
            machine.write(plane, &values.to_double());
        }
        for (plane, values) in scheme.planes.iter().zip(&snapshot.velocities) {
            if let (Some(velocity), Some(values)) = (plane.velocity, values) {
                machine.write(velocity as usize, &values.to_double());
            }
        }
        let time = self.time();
        let step = self.machine.scalar(self.stepping.step_size);
        machine.set_scalar(self.stepping.time, time);
        machine.set_scalar(dt, step);
        Ok(Probe { machine, procedures, result, follow })
    }
}

/// The terms of the rates, to be evaluated one by one.
struct Probe {
    machine: Box<dyn Machine>,
    /// The plane, the text and the procedure of each term.
    procedures: Vec<(usize, String, usize)>,
    /// The array that a term is written to.
    result: usize,
    /// A step of Euler's method.
    follow: usize,
}

/// Steps counted in a state.
fn good_count(state: &State) -> u64 {
    state.timeline.count + state.timeline.done
}

/// The cell of a place in row-major order, counted from 1 along each axis of the box.
fn place(layout: &Layout, rank: usize, cell: usize) -> Vec<usize> {
    let [_, rows, columns] = layout.points;
    let all = [cell / (rows * columns), cell / columns % rows, cell % columns];
    all[3 - rank.min(3)..].iter().map(|index| index + 1).collect()
}
