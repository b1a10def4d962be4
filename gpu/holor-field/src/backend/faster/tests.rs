//! The choice between two backends whose time is pretended.

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
    /// What is added to the first number of each array that is read.
    wrong: f64,
    /// Arrays that are read as no numbers: what transforms leave behind.
    lost: Vec<ArrayId>,
    /// Whether arrays do not hold what was written to them.
    late: bool,
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
        let mut values = values.to_vec();
        if self.of.late {
            values[0] += 1e-6;
        }
        self.inner.write(array, &values);
    }

    fn read(&mut self, array: ArrayId, values: &mut [f64]) {
        self.inner.read(array, values);
        values[0] += self.of.wrong;
        if self.of.lost.contains(&array) {
            values.fill(f64::NAN);
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
    let run =
        Action::Run { program: 0, arrays: vec![0], region: Region::interior(&layout) };
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
        wrong: 0.0,
        lost: Vec::new(),
        late: false,
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
}

#[test]
fn a_little_faster_is_not_worth_it() {
    let case = case(|other| other.milliseconds = 18);
    run(&case.backend, 100);
    assert_eq!(counts(&case), [100, 26]);
    assert_eq!(case.backend.name(), "processor (card is hardly faster)");
}

#[test]
fn other_numbers_are_refused() {
    let case = case(|other| other.wrong = 1e-13);
    run(&case.backend, 100);
    assert_eq!(counts(&case)[0], 100);
    assert!(case.backend.name().contains("other numbers for u"));
}

#[test]
fn what_fails_is_named_and_left() {
    let memory = FieldError::Memory { needed: 9, available: Some(1), in_parts: None };
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

/// u := the inverse transform of the transform of u, times a number, in each step; first so through what stays behind, then by a filter.
fn spectral() -> Plan {
    let layout = Layout::of_box(&[6], 0);
    let half = Layout::of_box(&[4], 0);
    let mut all = plan();
    let array = |name: &str, layout, values: Option<&[f64]>| Array {
        name: name.to_owned(),
        layout,
        values: values.map(Arc::from),
    };
    all.arrays = vec![
        array("u", layout, Some(&[1.0, -2.0, 3.0, 0.5, 0.0, 1e-3])),
        array("re", half, None),
        array("im", half, None),
        array("multiplier", half, Some(&[0.5, 0.25, 0.5, 1.0])),
        array("other re", half, None),
        array("other im", half, None),
    ];
    let transform =
        |spectrum| crate::plan::Transform { real: 0, imaginary: None, spectrum };
    all.transforms = vec![transform([1, 2]), transform([4, 5])];
    let filter = Action::Filter { transform: 0, multiplier: (3, None) };
    let there_and_back = [Action::Forward(1), Action::Inverse(1)];
    let Action::Run { program, arrays, .. } = &all.procedures[0].actions[0] else {
        panic!("a program comes first")
    };
    let region = Region::interior(&layout);
    let run = Action::Run { program: *program, arrays: arrays.clone(), region };
    let actions = [vec![run, filter], there_and_back.into()].concat();
    all.procedures[0].actions = actions;
    all
}

/// What the name is after a hundred steps of the plan with transforms.
fn verdict(change: impl FnOnce(&mut Timed)) -> String {
    let case = case(change);
    let mut machine = case.backend.prepare(&spectral(), Precision::Double).unwrap();
    machine.set_scalar(0, 0.25);
    assert_eq!(machine.execute(0, 100, &|| false).unwrap(), 100);
    case.backend.name()
}

#[test]
fn transforms_are_compared_up_to_rounding() {
    assert_eq!(
        verdict(|_| {}),
        "card (10.0 times as fast as processor; the numbers of its steps are the same)"
    );
    let name = verdict(|other| other.wrong = 1e-12);
    assert!(name.starts_with("card (10.0 times as fast as processor; the"), "{name}");
    assert!(name.contains("are the same up to") && name.contains("e-1"), "{name}");
    // What transforms leave behind is not looked at.
    let name = verdict(|other| other.lost = vec![1, 2, 4, 5]);
    assert!(name.starts_with("card (10"), "{name}");
    // Anything else is.
    for lost in [0, 3] {
        let name = verdict(|other| other.lost = vec![lost]);
        let array = ["u", "", "", "multiplier"][lost];
        assert_eq!(
            name,
            format!("processor (card gave other numbers for {array} and was given up)")
        );
    }
    let name = verdict(|other| other.wrong = 1e-6);
    assert!(name.contains("other numbers for u"), "{name}");
}

#[test]
fn one_step_from_the_present_state_is_compared_too() {
    // Nothing is written from the start on: only the present state is.
    let case = case(|other| other.late = true);
    let mut machine = case.backend.prepare(&spectral(), Precision::Double).unwrap();
    machine.set_scalar(0, 0.25);
    assert_eq!(machine.execute(0, 100, &|| false).unwrap(), 100);
    assert!(case.backend.name().contains("other numbers for u"));
}
