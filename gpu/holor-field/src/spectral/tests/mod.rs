//! Plans in spectra against exact solutions, independent numbers and one another.

mod accuracy;
mod solutions;

use std::sync::Arc;

use super::{Dealiasing, Method, Options, analyse, stepping};
use crate::FieldError;
use crate::backend::{Backend, Precision};
use crate::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Grid, Noise, System, Term,
};
use crate::interpreter::Interpreter;

pub(super) fn complex(re: f64, im: f64) -> Complex64 {
    Complex64::new(re, im)
}

pub(super) fn number(value: f64) -> Term {
    Term::Number(complex(value, 0.0))
}

pub(super) fn imaginary(value: f64) -> Term {
    Term::Number(complex(0.0, value))
}

pub(super) fn field(place: usize) -> Term {
    Term::Field(place)
}

pub(super) fn sum(parts: impl Into<Vec<Term>>) -> Term {
    Term::Sum(parts.into().into())
}

pub(super) fn product(parts: impl Into<Vec<Term>>) -> Term {
    Term::Product(parts.into().into())
}

pub(super) fn power(base: Term, exponent: f64) -> Term {
    Term::Power(Arc::new(base), Arc::new(number(exponent)))
}

pub(super) fn derivative(axis: usize, times: usize, body: Term) -> Term {
    (0..times).fold(body, |body, _| Term::Derivative { axis, body: Arc::new(body) })
}

pub(super) fn apply(function: Function, argument: Term) -> Term {
    Term::Function(function, vec![argument].into())
}

/// |ψ|².
pub(super) fn density(place: usize) -> Term {
    power(apply(Function::Absolute, field(place)), 2.0)
}

pub(super) fn axis(name: &str, low: f64, high: f64, points: usize) -> Axis {
    Axis { name: name.to_owned(), low, high, points, closed: true }
}

/// A value for each position.
type Formula<'f> = &'f dyn Fn(&[f64]) -> Complex64;

pub(super) struct Start<'f> {
    pub(super) name: &'f str,
    pub(super) complex: bool,
    pub(super) order: usize,
    pub(super) rate: Term,
    pub(super) start: Formula<'f>,
    pub(super) velocity: Option<Formula<'f>>,
}

pub(super) fn places(axes: &[Axis]) -> Vec<Vec<f64>> {
    let total: usize = axes.iter().map(|axis| axis.points).product();
    (0..total)
        .map(|place| {
            let mut left = place;
            let mut position = vec![0.0; axes.len()];
            for axis in (0..axes.len()).rev() {
                position[axis] = axes[axis].at((left % axes[axis].points) as f64);
                left /= axes[axis].points;
            }
            position
        })
        .collect()
}

pub(super) fn system(axes: Vec<Axis>, fields: Vec<Start<'_>>) -> System {
    let points = places(&axes);
    let rank = axes.len();
    let fields = fields
        .into_iter()
        .map(|field| Field {
            name: field.name.to_owned(),
            complex: field.complex,
            order: field.order,
            rate: field.rate,
            boundaries: vec![[Boundary::Periodic, Boundary::Periodic]; rank],
            start: points.iter().map(|x| (field.start)(x)).collect(),
            start_velocity: field
                .velocity
                .map(|velocity| points.iter().map(|x| velocity(x)).collect())
                .unwrap_or_default(),
            edge: Edge::default(),
            shift: [false; 3],
        })
        .collect();
    System {
        grid: Grid { axes, mask: None },
        fields,
        given: Vec::new(),
        noises: Vec::new(),
    }
}

/// The values of each field after so many steps.
pub(super) fn run_with(
    system: &System,
    options: &Options,
    steps: u64,
) -> Vec<Vec<Complex64>> {
    let stepping = stepping(system, options).unwrap();
    let mut machine = Interpreter.prepare(&stepping.plan, Precision::Double).unwrap();
    machine.execute(stepping.start, 1, &|| false).unwrap();
    machine.execute(stepping.step, steps, &|| false).unwrap();
    machine.execute(stepping.observe, 1, &|| false).unwrap();
    let time = machine.scalar(stepping.time) - options.time;
    assert!((time - options.step * steps as f64).abs() < 1e-9 * (1.0 + time.abs()));
    let cells: usize = system.grid.axes.iter().map(|axis| axis.points).product();
    let mut arrays = stepping.planes.iter();
    let mut read = || {
        let mut values = vec![0.0; cells];
        machine.read(*arrays.next().unwrap(), &mut values);
        values
    };
    system
        .fields
        .iter()
        .map(|field| {
            let re = read();
            let im = if field.complex { read() } else { vec![0.0; cells] };
            re.into_iter().zip(im).map(|(re, im)| complex(re, im)).collect()
        })
        .collect()
}

pub(super) fn run(
    system: &System,
    method: Method,
    step: f64,
    steps: u64,
) -> Vec<Vec<Complex64>> {
    run_with(system, &Options::new(method, step), steps)
}

/// The largest distance of values from a function of the position.
pub(super) fn error(
    system: &System,
    values: &[Complex64],
    exact: &dyn Fn(&[f64]) -> Complex64,
) -> f64 {
    places(&system.grid.axes)
        .iter()
        .zip(values)
        .map(|(x, value)| (exact(x) - value).norm())
        .fold(0.0, f64::max)
}

/// The largest distance of values from others.
pub(super) fn distance(a: &[Complex64], b: &[Complex64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max)
}

#[test]
fn requests_without_meaning_are_refused() {
    let one = |x: &[f64]| complex(x[0].sin(), 0.0);
    let build = |complex: bool, order: usize, rate: Term| {
        system(
            vec![axis("x", 0.0, std::f64::consts::TAU, 16)],
            vec![Start { name: "u", complex, order, rate, start: &one, velocity: None }],
        )
    };
    let go =
        |system: &System, method: Method| stepping(system, &Options::new(method, 0.1));
    let text =
        |system: &System, method: Method| go(system, method).unwrap_err().to_string();
    let backward = build(false, 1, product([number(-1.0), derivative(0, 2, field(0))]));
    assert!(matches!(go(&backward, Method::EtdRk4), Err(FieldError::Unstable { .. })));
    // Growth of long waves alone is no obstacle.
    let swift = sum([
        product([number(-1.0), derivative(0, 2, field(0))]),
        product([number(-1.0), derivative(0, 4, field(0))]),
    ]);
    assert!(go(&build(false, 1, swift), Method::EtdRk4).is_ok());
    // The wave equation with the wrong sign.
    let elliptic = build(false, 2, product([number(-1.0), derivative(0, 2, field(0))]));
    assert!(matches!(go(&elliptic, Method::EtdRk4), Err(FieldError::Unstable { .. })));
    assert!(go(&build(false, 2, derivative(0, 2, field(0))), Method::EtdRk4).is_ok());
    let rotated = build(false, 1, product([imaginary(1.0), derivative(0, 2, field(0))]));
    assert!(text(&rotated, Method::EtdRk4).contains("u is real"));
    let square = build(false, 1, power(field(0), 2.0));
    assert!(text(&square, Method::Exact).contains("linear"));
    assert!(text(&square, Method::Strang).contains("flow"));
    let heat = build(false, 1, derivative(0, 2, field(0)));
    // −2.785 on the axis of decay, 64 the highest k².
    let bound = go(&heat, Method::Rk4).unwrap().stable_step.unwrap();
    assert!((bound - 2.785 / 64.0).abs() < 1e-12);
    assert!(text(&heat, Method::Leapfrog).contains("second derivatives"));
    let mut walled = heat.clone();
    walled.fields[0].boundaries[0][1] = Boundary::Outflow;
    assert!(text(&walled, Method::EtdRk4).contains("periodic"));
    let mut circle = heat.clone();
    circle.fields[0].order = 0;
    circle.fields[0].rate = apply(Function::Sine, field(0));
    assert!(text(&circle, Method::EtdRk4).contains("defined by itself"));
    let mut noisy = heat;
    noisy.noises.push(Noise { name: "xi".into(), complex: false, uniform: false });
    noisy.fields[0].rate = product([field(0), Term::Noise(0)]);
    assert!(text(&noisy, Method::Etd1).contains("multiplied"));
    noisy.fields[0].rate = Term::Noise(0);
    assert!(text(&noisy, Method::EtdRk4).contains("noise"));
    assert!(go(&noisy, Method::Etd1).is_ok());
    // The variance of what noise does to a field and its velocity, or to two fields that are coupled, is not that of one process.
    noisy.fields[0].order = 2;
    noisy.fields[0].rate = sum([
        derivative(0, 2, field(0)),
        Term::Noise(0),
        product([number(-1.0), Term::Velocity(0)]),
    ]);
    assert!(text(&noisy, Method::Etd1).contains("no exact variance"));
    assert!(super::choose(&noisy).is_none());
    assert!(Dealiasing::default() == Dealiasing::Automatic);
}
