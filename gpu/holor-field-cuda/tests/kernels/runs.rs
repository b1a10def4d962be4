//! Whole runs with saves, observers, adaptive steps, states and blow-up, beside the interpreter.

use std::sync::Arc;

use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::elementary::lower;
use holor_field::equation::{System, Term};
use holor_field::interpreter::Interpreter;
use holor_field::run::{Control, Hooks, Observer, Run, Snapshot};
use holor_field::scheme::Scheme;
use holor_field::sharing::share;
use holor_field::stepper::{self, Method, Options};
use holor_field::{Backend, FieldResult, Machine, Plan, Precision};
use holor_field_cuda::machine::CACHE;

use crate::emulation::backends;
use crate::golden::{diffusion, gray_scott, kuramoto_all, noisy};

/// The interpreter with the functions of compiled backends.
#[derive(Debug)]
pub(crate) struct Lowered;

impl Backend for Lowered {
    fn name(&self) -> String {
        "interpreter of arithmetic".to_owned()
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        let plan = lower(&share(plan, precision, CACHE), precision);
        Interpreter::new().prepare(&plan, precision)
    }
}

fn options(method: Method, step: f64) -> Options {
    Options {
        method,
        step: Some(step),
        save: Some(1.0),
        interpretation: Some(stepper::Interpretation::Stratonovich),
        ..Options::default()
    }
}

pub(crate) fn advance(run: &mut Run, to: f64) -> FieldResult<()> {
    let mut hooks = Hooks {
        control: &mut |_| Control::Continue,
        save: &mut |_, _| Ok(Control::Continue),
        planes: false,
        interrupted: &|| false,
    };
    run.advance(to, &mut hooks).map(|_| ())
}

fn start(scheme: &Scheme, options: &Options, backend: Arc<dyn Backend>) -> Run {
    let cells = scheme.layout.cells();
    let observers = [Observer::mean("mean", 0, cells), Observer::maximum("most", 0)];
    let stepping = stepper::build(scheme, options).unwrap();
    Run::start(stepping, Some(Arc::new(scheme.clone())), &observers, options, backend)
        .unwrap()
}

#[test]
fn runs_are_those_of_the_interpreter() {
    let plane = &[7, 18];
    let cases: [(System, Options); 4] = [
        (gray_scott(plane), options(Method::RungeKutta4, 0.04)),
        (gray_scott(plane), options(Method::DormandPrince, 0.1)),
        (noisy(plane), options(Method::StochasticHeun, 0.05)),
        (kuramoto_all(&[40]), options(Method::Euler, 0.02)),
    ];
    let tested = backends(cases.len());
    for (system, options) in &cases {
        let scheme = discretise(system, &SpaceOptions::default()).unwrap();
        let mut expected = start(&scheme, options, Arc::new(Lowered));
        advance(&mut expected, 4.0).unwrap();
        for tested in &tested {
            let backend = || Arc::clone(&tested.backend);
            let mut run = start(&scheme, options, backend());
            // In two pieces, the second from the first one's state.
            advance(&mut run, 2.0).unwrap();
            let first: Vec<Snapshot> = run.snapshots().to_vec();
            let state = run.state().unwrap();
            let stepping = stepper::build(&scheme, options).unwrap();
            let rows = run.rows();
            assert!(rows.len() > 1 && *rows == expected.rows()[..rows.len()]);
            let whole = Some(Arc::new(scheme.clone()));
            let mut run =
                Run::resume(stepping, whole, &[], options, backend(), &state).unwrap();
            advance(&mut run, 4.0).unwrap();
            let method = options.method;
            assert_eq!(
                first.as_slice(),
                &expected.snapshots()[..first.len()],
                "{method:?}"
            );
            assert_eq!(run.snapshots().last(), expected.snapshots().last(), "{method:?}");
        }
    }
}

/// ∂ₜu = ∇²u/10 + u³ from a start above 1 grows beyond all bounds: the same step, cell and term are named.
#[test]
fn blow_up_is_found_where_the_interpreter_finds_it() {
    let mut system = diffusion(&[9, 16]);
    let u = Term::Field(0);
    let cube = Term::Product([u.clone(), u.clone(), u].into());
    let field = &mut system.fields[0];
    field.rate = Term::Sum([field.rate.clone(), cube].into());
    for value in &mut field.start {
        *value += 1.0;
    }
    let scheme = discretise(&system, &SpaceOptions::default()).unwrap();
    let options = options(Method::Euler, 0.01);
    let failure = |backend: Arc<dyn Backend>| {
        let mut run = start(&scheme, &options, backend);
        advance(&mut run, 5.0).unwrap_err().to_string()
    };
    let expected = failure(Arc::new(Lowered));
    assert!(expected.contains("u is not finite in step"), "{expected}");
    for tested in backends(1) {
        assert_eq!(failure(Arc::clone(&tested.backend)), expected, "{}", tested.name);
    }
}
