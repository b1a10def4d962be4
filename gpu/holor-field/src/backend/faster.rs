//! The faster of two backends, found out by the work itself.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Backend, Machine, Precision};
use crate::FieldResult;
use crate::error::FieldError;
use crate::plan::{ArrayId, Plan, ProcedureId, ScalarId};

/// Calls that are kept for a repetition on the other backend. A run with more of them in the time of patience is made of steps too short
/// for anything to be gained.
const LONGEST: usize = 1 << 18;
/// The other backend must take so much less time to be chosen: what it takes to bring results back is not in the comparison.
const ADVANTAGE: f64 = 0.8;

/// Opens a backend when it is wanted; none where there is nothing to be opened.
pub type Open = dyn Fn() -> FieldResult<Option<Arc<dyn Backend>>> + Send + Sync;
/// Seconds since some moment.
pub type Clock = dyn Fn() -> f64 + Send + Sync;

/// A backend on which all work begins, and another that may take over.
///
/// Once the first has computed for some time, the other repeats all that was done so far. Where it gives the same numbers in less time, it
/// goes on with the work; otherwise it is given up, and the first goes on. So the decision rests on the equation, the size and the machine at hand, and
/// costs a small multiple of the time of patience. Numbers are compared bit by bit but for plans with Fourier transforms, whose
/// rounding differs between libraries.
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
    Won { machine: Box<dyn Machine>, name: String, times: f64 },
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
            true => Ending::Won { machine, name, times },
            false => Ending::Slower { name, times },
        }
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
        for (place, array) in self.plan.arrays.iter().enumerate() {
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
            Ending::Won { machine, name, times } => {
                self.machine = machine;
                format!("{name} ({times:.1} times as fast as {first})")
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
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Faster;
    use crate::graph::{Graph, Op};
    use crate::interpreter::Interpreter;
    use crate::layout::{Layout, Region};
    use crate::plan::{
        Action, Array, ArrayId, Plan, Procedure, ProcedureId, Program, Scalar, ScalarId,
        Store,
    };
    use crate::{Backend, FieldError, FieldResult, Machine, Precision};

    /// Seconds that pass for a step of each.
    #[derive(Clone, Debug)]
    struct Timed {
        name: &'static str,
        milliseconds: u64,
        clock: Arc<AtomicU64>,
        steps: Arc<AtomicU64>,
        wrong: bool,
        fails: Option<FieldError>,
    }

    struct TimedMachine {
        inner: Box<dyn Machine>,
        of: Timed,
    }

    impl Backend for Timed {
        fn name(&self) -> String {
            self.name.to_owned()
        }

        fn prepare(
            &self,
            plan: &Plan,
            precision: Precision,
        ) -> FieldResult<Box<dyn Machine>> {
            if let Some(error) = &self.fails {
                return Err(error.clone());
            }
            let inner = Interpreter.prepare(plan, precision)?;
            Ok(Box::new(TimedMachine { inner, of: self.clone() }))
        }
    }

    impl Machine for TimedMachine {
        fn write(&mut self, array: ArrayId, values: &[f64]) {
            self.inner.write(array, values);
        }

        fn read(&mut self, array: ArrayId, values: &mut [f64]) {
            self.inner.read(array, values);
            if self.of.wrong {
                values[0] += 1e-13;
            }
        }

        fn set_scalar(&mut self, scalar: ScalarId, value: f64) {
            self.inner.set_scalar(scalar, value);
        }

        fn scalar(&mut self, scalar: ScalarId) -> f64 {
            self.inner.scalar(scalar)
        }

        fn execute(
            &mut self,
            procedure: ProcedureId,
            times: u64,
            interrupted: &(dyn Fn() -> bool + Sync),
        ) -> FieldResult<u64> {
            for done in 0..times {
                if interrupted() {
                    return Ok(done);
                }
                self.inner.execute(procedure, 1, &|| false)?;
                self.of.clock.fetch_add(self.of.milliseconds, Ordering::Relaxed);
                self.of.steps.fetch_add(1, Ordering::Relaxed);
            }
            Ok(times)
        }
    }

    /// u := u s + 1 in each step.
    fn plan() -> Plan {
        let layout = Layout::of_box(&[5], 0);
        let mut graph = Graph::new();
        let u = graph.push(Op::Load { array: 0, offset: [0; 3] });
        let s = graph.push(Op::Scalar(0));
        let one = graph.constant(1.0);
        let value = graph.push(Op::MultiplyAdd(u, s, one));
        let program = Program {
            name: "step".to_owned(),
            graph,
            slots: 1,
            stores: vec![Store { slot: 0, value }],
            reductions: Vec::new(),
        };
        let run = Action::Run {
            program: 0,
            arrays: vec![0],
            region: Region::interior(&layout),
        };
        Plan {
            arrays: vec![Array { name: "u".to_owned(), layout, values: None }],
            scalars: vec![Scalar { name: "s".to_owned(), value: 0.5 }],
            programs: vec![program],
            procedures: vec![Procedure { name: "step".to_owned(), actions: vec![run] }],
            ..Plan::default()
        }
    }

    struct Case {
        first: Timed,
        other: Timed,
        backend: Faster,
    }

    fn case(change: impl FnOnce(&mut Timed)) -> Case {
        let clock = Arc::new(AtomicU64::new(0));
        let timed = |name, milliseconds| Timed {
            name,
            milliseconds,
            clock: Arc::clone(&clock),
            steps: Arc::default(),
            wrong: false,
            fails: None,
        };
        let (first, mut other) = (timed("processor", 20), timed("card", 2));
        change(&mut other);
        let opened = other.clone();
        let now = Arc::clone(&clock);
        let backend = Faster::new(
            Arc::new(first.clone()),
            Arc::new(move || Ok(Some(Arc::new(opened.clone()) as Arc<dyn Backend>))),
            Arc::new(move || now.load(Ordering::Relaxed) as f64 / 1e3),
            0.5,
        );
        Case { first, other, backend }
    }

    /// So many steps in two calls, the last values beside those of the interpreter.
    fn run(backend: &dyn Backend, steps: u64) {
        let (plan, mut values) = (plan(), [[0.0; 5]; 2]);
        let machines = [
            backend.prepare(&plan, Precision::Double).unwrap(),
            Interpreter.prepare(&plan, Precision::Double).unwrap(),
        ];
        for (mut machine, values) in machines.into_iter().zip(&mut values) {
            machine.write(0, &[1.0, 2.0, 3.0, 4.0, 5.0]);
            assert_eq!(machine.execute(0, 3, &|| false).unwrap(), 3);
            machine.set_scalar(0, 0.25);
            assert_eq!(machine.execute(0, steps - 3, &|| false).unwrap(), steps - 3);
            machine.read(0, values);
        }
        assert_eq!(values[0], values[1]);
    }

    fn counts(case: &Case) -> [u64; 2] {
        [&case.first, &case.other].map(|timed| timed.steps.load(Ordering::Relaxed))
    }

    #[test]
    fn the_faster_one_repeats_the_work_and_goes_on() {
        let case = case(|_| {});
        run(&case.backend, 100);
        // After half a second, 26 steps of 20 milliseconds, all of them are repeated.
        assert_eq!(counts(&case), [26, 100]);
        assert_eq!(case.backend.name(), "card (10.0 times as fast as processor)");
    }

    #[test]
    fn short_work_stays_where_it_began() {
        let case = case(|_| {});
        run(&case.backend, 20);
        assert_eq!(counts(&case), [20, 0]);
        assert_eq!(case.backend.name(), "processor");
    }

    #[test]
    fn a_slower_one_is_given_up_before_it_has_lost_more() {
        let case = case(|other| other.milliseconds = 100);
        run(&case.backend, 100);
        assert_eq!(counts(&case), [100, 6]);
        assert_eq!(case.backend.name(), "processor (card is slower)");
        let close = super::tests::case(|other| other.milliseconds = 18);
        run(&close.backend, 100);
        assert_eq!(counts(&close), [100, 26]);
        assert_eq!(close.backend.name(), "processor (card is hardly faster)");
    }

    #[test]
    fn other_numbers_are_refused() {
        let case = case(|other| other.wrong = true);
        run(&case.backend, 100);
        assert_eq!(counts(&case)[0], 100);
        assert!(case.backend.name().contains("other numbers for u"));
    }

    #[test]
    fn what_fails_is_named_and_left() {
        let memory = FieldError::Memory { needed: 9, available: Some(1) };
        for (error, words) in [
            (memory, "card has too little memory"),
            (FieldError::Device("no compiler".to_owned()), "no compiler"),
        ] {
            let case = case(|other| other.fails = Some(error));
            run(&case.backend, 100);
            assert_eq!(counts(&case), [100, 0]);
            assert!(case.backend.name().contains(words), "{}", case.backend.name());
        }
    }

    #[test]
    fn an_interrupt_ends_the_trial_too() {
        let case = case(|_| {});
        let mut machine = case.backend.prepare(&plan(), Precision::Double).unwrap();
        let steps = Arc::clone(&case.first.steps);
        let interrupted = move || steps.load(Ordering::Relaxed) >= 26;
        assert_eq!(machine.execute(0, 100, &interrupted).unwrap(), 26);
        assert_eq!(counts(&case), [26, 0]);
        assert_eq!(case.backend.name(), "processor");
        assert_eq!(machine.execute(0, 10, &|| false).unwrap(), 10);
    }
}
