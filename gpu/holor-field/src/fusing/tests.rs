//! Steps at once are steps one after another, bit by bit.

use std::sync::Arc;

use super::fuse;
use crate::backend::{Backend, Precision};
use crate::discretise::{SpaceOptions, discretise};
use crate::elementary::lower;
use crate::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Given, Grid, Noise, System, Term,
};
use crate::interpreter::Interpreter;
use crate::plan::Plan;
use crate::stepper::{self, Interpretation, Method, Stepping};

fn number(x: f64) -> Term {
    Term::Number(Complex64::new(x, 0.0))
}

fn sum<const N: usize>(terms: [Term; N]) -> Term {
    Term::Sum(terms.into())
}

fn product<const N: usize>(terms: [Term; N]) -> Term {
    Term::Product(terms.into())
}

fn sine(argument: Term) -> Term {
    Term::Function(Function::Sine, [argument].into())
}

fn laplacian(rank: usize, body: &Term) -> Term {
    let slope = |axis, body| Term::Derivative { axis, body: Arc::new(body) };
    Term::Sum((0..rank).map(|axis| slope(axis, slope(axis, body.clone()))).collect())
}

/// Fields with these rates in a periodic box.
fn system(points: &[usize], rates: Vec<Term>) -> System {
    let cells: usize = points.iter().product();
    let axis = |(name, points): (&&str, &usize)| Axis {
        name: (*name).to_owned(),
        low: 0.0,
        high: *points as f64,
        points: *points,
        closed: true,
    };
    let field = |(place, rate): (usize, Term)| Field {
        name: format!("u{place}"),
        complex: false,
        order: 1,
        rate,
        boundaries: vec![[Boundary::Periodic, Boundary::Periodic]; points.len()],
        start: (0..cells)
            .map(|cell| (0.4 + 0.3 * ((cell * (7 + place)) as f64).sin()).into())
            .collect(),
        start_velocity: Vec::new(),
        edge: Edge::default(),
    };
    let axes = ["x", "y", "z"].iter().zip(points).map(axis).collect();
    System {
        grid: Grid { axes, mask: None },
        fields: rates.into_iter().enumerate().map(field).collect(),
        given: Vec::new(),
        noises: Vec::new(),
    }
}

fn stepping(system: &System, method: Method, order: usize) -> Stepping {
    let space = SpaceOptions { order };
    let scheme = discretise(system, &space).unwrap();
    let options = stepper::Options {
        method,
        step: Some(0.03),
        interpretation: Some(Interpretation::Stratonovich),
        ..stepper::Options::default()
    };
    stepper::build(&scheme, &options).unwrap()
}

/// All arrays and scalars of the old plan after seven steps.
fn after(stepping: &Stepping, plan: &Plan, fused: Option<(usize, u64)>) -> Vec<u64> {
    let old = &stepping.plan;
    let mut machine = Interpreter::new().prepare(plan, Precision::Double).unwrap();
    machine.set_scalar(stepping.step_size, 0.03);
    machine.execute(stepping.start, 1, &|| false).unwrap();
    let mut left = 7;
    if let Some((procedure, repetitions)) = fused {
        let times = (left - 1) / repetitions;
        machine.execute(procedure, times, &|| false).unwrap();
        left -= times * repetitions;
    }
    machine.execute(stepping.step, left, &|| false).unwrap();
    machine.execute(stepping.observe, 1, &|| false).unwrap();
    let mut all = Vec::new();
    for (place, array) in old.arrays.iter().enumerate() {
        let mut values = vec![0.0; array.layout.cells()];
        machine.read(place, &mut values);
        assert!(values.iter().all(|x| x.is_finite()));
        all.extend(values.into_iter().map(f64::to_bits));
    }
    let scalars = (0..old.scalars.len()).map(|place| machine.scalar(place).to_bits());
    all.extend(scalars);
    all
}

fn agree(name: &str, mut stepping: Stepping, repetitions: u64) {
    stepping.plan = lower(&stepping.plan, Precision::Double);
    let fused = fuse(&stepping.plan, stepping.step, repetitions).unwrap_or_else(|| {
        panic!("{name}: {repetitions} steps are not fused");
    });
    let expected = after(&stepping, &stepping.plan, None);
    let found = after(&stepping, &fused.plan, Some((fused.procedure, repetitions)));
    assert!(expected == found, "{name}: {repetitions} steps at once differ");
}

/// Two fields that react, with coefficients that depend on the place and the time.
fn reaction(points: &[usize]) -> System {
    let (u, v) = (Term::Field(0), Term::Field(1));
    let rank = points.len();
    let place = sine(Term::Coordinate(rank - 1));
    let first = sum([
        product([number(0.2), laplacian(rank, &u)]),
        product([place, u.clone(), v.clone()]),
        sine(Term::Time),
    ]);
    let second = sum([
        product([number(0.1), laplacian(rank, &v)]),
        product([number(-0.3), u, Term::Given(0)]),
    ]);
    let mut system = system(points, vec![first, second]);
    let cells: usize = points.iter().product();
    let values: Vec<Complex64> = (0..cells).map(|c| (c as f64).cos().into()).collect();
    system.given.push(Given {
        name: "w".to_owned(),
        complex: false,
        values: values.into(),
    });
    system
}

fn wave(points: &[usize]) -> System {
    let rate = product([number(0.2), laplacian(points.len(), &Term::Field(0))]);
    let mut system = system(points, vec![rate]);
    system.fields[0].order = 2;
    system
}

#[test]
fn steps_at_once_have_the_bits_of_steps() {
    for repetitions in [1, 2, 3] {
        agree("line", stepping(&reaction(&[9]), Method::Euler, 2), repetitions);
        agree("wave on a line", stepping(&wave(&[11]), Method::Leapfrog, 4), repetitions);
    }
    agree("plane", stepping(&reaction(&[5, 7]), Method::Euler, 2), 2);
    agree("waves in space", stepping(&wave(&[4, 5, 6]), Method::Leapfrog, 2), 2);
    agree(
        "two stages",
        stepping(&reaction(&[12]), Method::StrongStabilityPreserving, 2),
        1,
    );
}

#[test]
fn what_is_no_periodic_program_alone_is_left() {
    let none = |name: &str, stepping: &Stepping| {
        assert!(fuse(&stepping.plan, stepping.step, 2).is_none(), "{name}");
    };
    let mut walls = wave(&[12]);
    walls.grid.axes[0].closed = false;
    walls.fields[0].boundaries =
        vec![[Boundary::Dirichlet(number(0.0)), Boundary::Outflow]];
    none("walls", &stepping(&walls, Method::Leapfrog, 2));
    let mut antiperiodic = wave(&[12]);
    antiperiodic.fields[0].boundaries =
        vec![[Boundary::Antiperiodic, Boundary::Antiperiodic]];
    none("antiperiodic", &stepping(&antiperiodic, Method::Leapfrog, 2));
    let mut noisy = reaction(&[12]);
    noisy.fields[0].rate = sum([noisy.fields[0].rate.clone(), Term::Noise(0)]);
    let (name, complex, uniform) = ("ξ".to_owned(), false, false);
    noisy.noises.push(Noise { name, complex, uniform });
    none("noise", &stepping(&noisy, Method::StochasticHeun, 2));
    let mean = Term::Mean(Arc::new(sine(Term::Field(0))));
    none("mean", &stepping(&system(&[12], vec![mean]), Method::Euler, 2));
    // Two steps reach further than the box is wide.
    none("narrow", &stepping(&wave(&[6]), Method::Leapfrog, 8));
    // Too much would be computed again and again.
    none("long", &stepping(&reaction(&[12, 13]), Method::RungeKutta4, 2));
}
