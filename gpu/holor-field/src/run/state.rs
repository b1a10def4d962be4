//! The exact state of a run, in memory and on disk.

use std::time::Instant;

use super::{Archived, Run, State, Timeline};
use crate::checkpoint::Archive;
use crate::error::{FieldError, FieldResult};

impl Run {
    /// Writes every save to a store as well, and the exact state at saves at least so many seconds apart. Snapshots beyond the limit of
    /// memory are then forgotten in memory, the oldest first, instead of being an error.
    ///
    /// # Errors
    /// Where the store fails. A resumed run's store is cut back to the saves that the state knows.
    pub fn keep_in(&mut self, archive: Archive, every: f64) -> FieldResult<()> {
        let mut archive = archive;
        if let Some(line) = &self.line {
            archive.truncate(line.saved as usize + 1)?;
        }
        self.archive = Some(Archived { archive, every, last: None });
        Ok(())
    }

    /// The store that the run writes to.
    pub fn archive(&self) -> Option<&Archive> {
        self.archive.as_ref().map(|archived| &archived.archive)
    }

    /// Writes the exact state to the store now.
    ///
    /// # Errors
    /// Where the store fails, or there is none.
    pub fn write_state(&mut self) -> FieldResult<()> {
        let state = self.state()?;
        match &mut self.archive {
            Some(archived) => {
                archived.last = Some(Instant::now());
                archived.archive.write_state(&state)
            }
            None => Err(FieldError::Device("the run has no store".to_owned())),
        }
    }

    /// Writes the state after a save where it is time.
    pub(super) fn checkpoint(&mut self, line: &Timeline) -> FieldResult<()> {
        let due = self.archive.as_ref().is_some_and(|archived| {
            let passed = archived.last.map(|last| last.elapsed().as_secs_f64());
            passed.is_none_or(|seconds| seconds >= archived.every)
        });
        if due {
            let state = self.state_at(line);
            if let Some(archived) = &mut self.archive {
                archived.archive.write_state(&state)?;
                archived.last = Some(Instant::now());
            }
        }
        Ok(())
    }

    /// The exact state, to be continued from by [`Run::resume`]: at the last save where the run stands on a branch between saves.
    ///
    /// # Errors
    /// Before the first stretch.
    pub fn state(&mut self) -> FieldResult<State> {
        if let Some(trunk) = &self.branch {
            return Ok(trunk.clone());
        }
        match self.line.clone() {
            Some(line) => Ok(self.state_at(&line)),
            None => Err(FieldError::Device("the run has not begun".to_owned())),
        }
    }

    pub(super) fn state_at(&mut self, line: &Timeline) -> State {
        let names: Vec<String> =
            self.stepping.plan.scalars.iter().map(|scalar| scalar.name.clone()).collect();
        let scalars = names
            .into_iter()
            .enumerate()
            .map(|(place, name)| (name, self.machine.scalar(place)))
            .collect();
        let arrays = self
            .stepping
            .state
            .clone()
            .into_iter()
            .map(|array| {
                (self.stepping.plan.arrays[array].name.clone(), self.read(array))
            })
            .collect();
        State {
            method: self.stepping.method.to_owned(),
            scalars,
            arrays,
            timeline: line.clone(),
        }
    }

    /// Stands again where it was at a state of its own; what was kept of later saves is dropped.
    ///
    /// # Errors
    /// Where the state belongs to another plan.
    pub fn go_back(&mut self, state: &State) -> FieldResult<()> {
        self.branch = None;
        let last = state.timeline.saved;
        self.rows.retain(|row| row.index <= last);
        self.snapshots.retain(|snapshot| snapshot.index <= last);
        self.restore(state)?;
        self.good = Some(state.clone());
        Ok(())
    }

    /// Takes steps of another length from here on, equal ones of at most this length between saves. Between saves nothing changes.
    ///
    /// # Errors
    /// Where the device fails.
    pub fn set_step(&mut self, largest: f64) -> FieldResult<()> {
        let Some(line) = self.line.as_mut().filter(|line| line.done == 0) else {
            return Ok(());
        };
        (line.steps, line.step) = super::timeline::fit(line.save, largest);
        let line = line.clone();
        self.resize(line.step)?;
        self.keep_good(&line);
        Ok(())
    }

    /// The values of a plane or a velocity, with what is left of their sums over time.
    pub(super) fn values(&mut self, array: usize) -> Vec<f64> {
        let mut values = self.read(array);
        let rest = self.stepping.rests.iter().find(|pair| pair.0 == array);
        if let Some((_, rest)) = rest.copied() {
            for (value, rest) in values.iter_mut().zip(self.read(rest)) {
                // Of what is not finite nothing is left.
                if value.is_finite() {
                    *value += rest;
                }
            }
        }
        values
    }

    /// Puts a state in place.
    pub(super) fn restore(&mut self, state: &State) -> FieldResult<()> {
        let other = |what: &str| {
            FieldError::invalid(
                format!("the saved state belongs to another run: {what}"),
                "start anew, or continue with the same equation and options",
            )
        };
        if state.method != self.stepping.method {
            return Err(other(&format!("its method is {}", state.method)));
        }
        if state.arrays.len() != self.stepping.state.len() {
            return Err(other("it has other fields"));
        }
        for (array, (name, values)) in self.stepping.state.iter().zip(&state.arrays) {
            let here = &self.stepping.plan.arrays[*array];
            if here.name != *name || here.layout.cells() != values.len() {
                return Err(other(&format!("{name} is not {}", here.name)));
            }
        }
        for (array, (_, values)) in self.stepping.state.iter().zip(&state.arrays) {
            self.machine.write(*array, values);
        }
        // Observers may differ: their scalars come last.
        for (place, (name, value)) in state.scalars.iter().enumerate() {
            if self.stepping.plan.scalars.get(place).is_some_and(|own| own.name == *name)
            {
                self.machine.set_scalar(place, *value);
            }
        }
        self.line = Some(state.timeline.clone());
        Ok(())
    }
}
