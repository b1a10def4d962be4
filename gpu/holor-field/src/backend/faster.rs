//! The faster of two backends, found out by the work itself.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::compared::{Groups, tolerance};
use super::{Backend, Machine, Precision};
use crate::FieldResult;
use crate::error::FieldError;
use crate::plan::{ArrayId, Plan, ProcedureId, ScalarId};

/// Calls that are kept for a repetition on the other backend. A run with more of them in the time of patience is made of steps too short
/// for anything to be gained.
const LONGEST: usize = 1 << 18;
/// The other backend must take so much less time to be chosen: what it takes to bring results back is not in the comparison.
const ADVANTAGE: f64 = 0.8;

/// Calls that are repeated twice on both backends where their numbers cannot have the same bits.
const REPEATED: usize = 64;

/// Opens a backend when it is wanted; none where there is nothing to be opened.
pub type Open = dyn Fn() -> FieldResult<Option<Arc<dyn Backend>>> + Send + Sync;
/// Seconds since some moment.
pub type Clock = dyn Fn() -> f64 + Send + Sync;

/// A backend on which all work begins, and another that may take over.
///
/// Once the first has computed for some time, the other repeats all that was done so far. Where it gives the same numbers in less time, it
/// goes on with the work; otherwise it is given up, and the first goes on. So the decision rests on the equation, the size and the machine at hand, and
/// costs a small multiple of the time of patience. Numbers are compared bit by bit. Those of plans with Fourier transforms, whose rounding
/// differs between libraries, are compared up to rounding, over steps from the start and one from the present state; the verdict says how
/// far they lie apart.
pub struct Faster {
    first: Arc<dyn Backend>,
    other: Arc<Open>,
    clock: Arc<Clock>,
    patience: f64,
    verdict: Arc<Mutex<Option<String>>>,
}

impl Faster {
    /// Begins on `first`; after `patience` seconds of computing there, `other` is opened and tried.
    pub fn new(
        first: Arc<dyn Backend>,
        other: Arc<Open>,
        clock: Arc<Clock>,
        patience: f64,
    ) -> Self {
        Self { first, other, clock, patience, verdict: Arc::default() }
    }
}

impl fmt::Debug for Faster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faster").field("first", &self.first).finish_non_exhaustive()
    }
}

impl Backend for Faster {
    /// The backend that computes, with the reason once there is one.
    fn name(&self) -> String {
        let verdict = self.verdict.lock().unwrap_or_else(PoisonError::into_inner);
        verdict.clone().unwrap_or_else(|| self.first.name())
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        Ok(Box::new(FasterMachine {
            machine: self.first.prepare(plan, precision)?,
            trial: Some(Trial {
                plan: plan.clone(),
                precision,
                log: Vec::new(),
                seconds: 0.0,
                backend: Arc::clone(&self.first),
                first: self.first.name(),
                other: Arc::clone(&self.other),
                patience: self.patience,
                verdict: Arc::clone(&self.verdict),
            }),
            clock: Arc::clone(&self.clock),
        }))
    }
}

/// What was asked of a machine.
enum Call {
    Write(ArrayId, Vec<f64>),
    Set(ScalarId, f64),
    Execute(ProcedureId, u64),
}

/// What is kept until it is decided.
struct Trial {
    plan: Plan,
    precision: Precision,
    log: Vec<Call>,
    /// Spent in procedures.
    seconds: f64,
    backend: Arc<dyn Backend>,
    first: String,
    other: Arc<Open>,
    patience: f64,
    verdict: Arc<Mutex<Option<String>>>,
}

struct FasterMachine {
    machine: Box<dyn Machine>,
    /// None once it is decided.
    trial: Option<Trial>,
    clock: Arc<Clock>,
}

/// How a trial went.
enum Ending {
    /// The other one goes on.
    Won { machine: Box<dyn Machine>, name: String, times: f64, apart: Option<f64> },
    /// It took longer.
    Slower { name: String, times: f64 },
    /// It gave other numbers.
    Wrong { name: String, what: String },
    /// It failed.
    Failed(String),
    /// There is no other, or the person interrupted.
    Nothing,
}

impl Trial {
    /// Notes a call; says whether the trial is worth keeping.
    fn note(&mut self, call: Call) -> bool {
        match (self.log.last_mut(), &call) {
            (Some(Call::Execute(last, times)), Call::Execute(now, more))
                if last == now =>
            {
                *times += more;
            }
            (Some(Call::Set(last, value)), Call::Set(now, other)) if last == now => {
                *value = *other;
            }
            _ => self.log.push(call),
        }
        self.log.len() < LONGEST
    }

    /// Has the other backend do what was done.
    fn run(
        &self,
        first: &mut dyn Machine,
        clock: &Clock,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Ending {
        let backend = match (self.other)() {
            Ok(Some(backend)) => backend,
            Ok(None) => return Ending::Nothing,
            Err(error) => return Ending::Failed(error.to_string()),
        };
        let name = backend.name();
        let mut apart = None;
        if !self.plan.transforms.is_empty() {
            match self.compare(first, &*backend, interrupted) {
                Ok(Ok(most)) => apart = Some(most),
                Ok(Err(what)) => return Ending::Wrong { name, what },
                Err(FieldError::Memory { .. }) => {
                    return Ending::Failed(format!(
                        "there is too little memory to compare its numbers with those of {name}"
                    ));
                }
                Err(error) => return Ending::Failed(error.to_string()),
            }
            if interrupted() {
                return Ending::Nothing;
            }
        }
        let mut machine = match backend.prepare(&self.plan, self.precision) {
            Ok(machine) => machine,
            Err(FieldError::Memory { .. }) => {
                return Ending::Failed(format!("{name} has too little memory"));
            }
            Err(error) => return Ending::Failed(error.to_string()),
        };
        let mut seconds = 0.0;
        for call in &self.log {
            match call {
                Call::Write(array, values) => machine.write(*array, values),
                Call::Set(scalar, value) => machine.set_scalar(*scalar, *value),
                Call::Execute(procedure, times) => {
                    let began = clock();
                    // A machine that loses is not waited for to the end.
                    let late = || seconds + clock() - began > self.seconds;
                    let ends = || interrupted() || late();
                    match machine.execute(*procedure, *times, &ends) {
                        Ok(done) if done < *times && interrupted() => {
                            return Ending::Nothing;
                        }
                        Ok(done) if done < *times => {
                            return Ending::Slower { name, times: 1.0 };
                        }
                        Ok(_) => seconds += clock() - began,
                        Err(error) => return Ending::Failed(error.to_string()),
                    }
                }
            }
        }
        if let Some(what) = self.difference(first, &mut *machine) {
            return Ending::Wrong { name, what };
        }
        let times = self.seconds / seconds.max(f64::MIN_POSITIVE);
        match times * ADVANTAGE >= 1.0 {
            true => Ending::Won { machine, name, times, apart },
            false => Ending::Slower { name, times },
        }
    }

    /// Both backends from the start through what was called, a few repetitions of each, and then a step from the present state: the largest
    /// relative distance, or what lies too far apart.
    fn compare(
        &self,
        first: &mut dyn Machine,
        other: &dyn Backend,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<Result<f64, String>> {
        let groups = Groups::new(&self.plan);
        let allowed = tolerance(self.precision);
        let [mut a, mut b] = [
            self.backend.prepare(&self.plan, self.precision)?,
            other.prepare(&self.plan, self.precision)?,
        ];
        let mut most = 0.0_f64;
        let mut meet = |a: &mut dyn Machine, b: &mut dyn Machine| {
            let (apart, name) = groups.apart(&self.plan, a, b);
            most = most.max(apart);
            if apart <= allowed { Ok(most) } else { Err(name) }
        };
        let mut outcome = Ok(0.0);
        let mut seen: Vec<ProcedureId> = Vec::new();
        for call in self.log.iter().take(REPEATED) {
            match call {
                Call::Write(array, values) => {
                    a.write(*array, values);
                    b.write(*array, values);
                }
                Call::Set(scalar, value) => {
                    a.set_scalar(*scalar, *value);
                    b.set_scalar(*scalar, *value);
                }
                Call::Execute(procedure, times) => {
                    for machine in [&mut a, &mut b] {
                        machine.execute(*procedure, (*times).min(2), interrupted)?;
                    }
                    if interrupted() {
                        return Ok(outcome);
                    }
                    if !seen.contains(procedure) {
                        seen.push(*procedure);
                        outcome = meet(&mut *a, &mut *b);
                    }
                }
            }
            if outcome.is_err() {
                return Ok(outcome);
            }
        }
        let mut longest: Option<(ProcedureId, u64)> = None;
        for call in &self.log {
            if let Call::Execute(procedure, times) = call
                && longest.is_none_or(|(_, most)| *times > most)
            {
                longest = Some((*procedure, *times));
            }
        }
        let Some((procedure, _)) = longest else { return Ok(outcome) };
        let mut values = Vec::new();
        for (place, array) in self.plan.arrays.iter().enumerate() {
            values.resize(array.layout.cells(), 0.0);
            first.read(place, &mut values);
            a.write(place, &values);
            b.write(place, &values);
        }
        for place in 0..self.plan.scalars.len() {
            let value = first.scalar(place);
            a.set_scalar(place, value);
            b.set_scalar(place, value);
        }
        for machine in [&mut a, &mut b] {
            machine.execute(procedure, 1, interrupted)?;
        }
        if !interrupted() {
            outcome = meet(&mut *a, &mut *b);
        }
        Ok(outcome)
    }

    /// The first scalar or array in which two machines differ.
    fn difference(
        &self,
        first: &mut dyn Machine,
        other: &mut dyn Machine,
    ) -> Option<String> {
        if !self.plan.transforms.is_empty() {
            return None;
        }
        let same =
            |a: f64, b: f64| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
        for (place, scalar) in self.plan.scalars.iter().enumerate() {
            if !same(first.scalar(place), other.scalar(place)) {
                return Some(scalar.name.clone());
            }
        }
        let (mut expected, mut found) = (Vec::new(), Vec::new());
        let arrays = self.plan.arrays.iter().enumerate();
        for (place, array) in arrays.filter(|own| !self.plan.temporary.contains(&own.0)) {
            expected.resize(array.layout.cells(), 0.0);
            found.resize(array.layout.cells(), 0.0);
            first.read(place, &mut expected);
            other.read(place, &mut found);
            if !expected.iter().zip(&found).all(|(a, b)| same(*a, *b)) {
                return Some(array.name.clone());
            }
        }
        None
    }
}

impl FasterMachine {
    fn note(&mut self, call: impl FnOnce() -> Call) {
        if let Some(trial) = &mut self.trial
            && !trial.note(call())
        {
            self.trial = None;
        }
    }

    fn decide(&mut self, trial: &Trial, interrupted: &(dyn Fn() -> bool + Sync)) {
        let first = &trial.first;
        let verdict = match trial.run(&mut *self.machine, &*self.clock, interrupted) {
            Ending::Won { machine, name, times, apart } => {
                self.machine = machine;
                let compared = match apart {
                    None => String::new(),
                    Some(0.0) => "; the numbers of its steps are the same".to_owned(),
                    Some(most) => {
                        format!(
                            "; the numbers of its steps are the same up to {most:.0e}"
                        )
                    }
                };
                format!("{name} ({times:.1} times as fast as {first}{compared})")
            }
            Ending::Slower { name, times } if times > 1.0 => {
                format!("{first} ({name} is hardly faster)")
            }
            Ending::Slower { name, .. } => format!("{first} ({name} is slower)"),
            Ending::Wrong { name, what } => {
                format!("{first} ({name} gave other numbers for {what} and was given up)")
            }
            Ending::Failed(reason) => format!("{first} ({reason})"),
            Ending::Nothing => return,
        };
        *trial.verdict.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict);
    }
}

impl Machine for FasterMachine {
    fn write(&mut self, array: ArrayId, values: &[f64]) {
        self.note(|| Call::Write(array, values.to_vec()));
        self.machine.write(array, values);
    }

    fn read(&mut self, array: ArrayId, values: &mut [f64]) {
        self.machine.read(array, values);
    }

    fn set_scalar(&mut self, scalar: ScalarId, value: f64) {
        self.note(|| Call::Set(scalar, value));
        self.machine.set_scalar(scalar, value);
    }

    fn scalar(&mut self, scalar: ScalarId) -> f64 {
        self.machine.scalar(scalar)
    }

    fn execute(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        let began = (self.clock)();
        let late = {
            let left = self.trial.as_ref().map(|trial| trial.patience - trial.seconds);
            let clock = Arc::clone(&self.clock);
            move || left.is_some_and(|left| clock() - began > left)
        };
        let mut done =
            self.machine.execute(procedure, times, &|| interrupted() || late())?;
        if let Some(mut trial) = self.trial.take() {
            trial.seconds += (self.clock)() - began;
            let kept = trial.note(Call::Execute(procedure, done));
            if trial.seconds >= trial.patience {
                self.decide(&trial, interrupted);
            } else if kept {
                self.trial = Some(trial);
            }
        }
        if done < times && !interrupted() {
            done += self.machine.execute(procedure, times - done, interrupted)?;
        }
        Ok(done)
    }

    fn compile_seconds(&self) -> f64 {
        self.machine.compile_seconds()
    }

    fn remarks(&self) -> Vec<String> {
        self.machine.remarks()
    }

    fn listing(&self, program: usize) -> String {
        self.machine.listing(program)
    }
}

#[cfg(test)]
mod tests;
