//! Single precision with compensated sums over time: the bits of the interpreter, and near double precision after many steps.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::elementary::lower;
use holor_field::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Grid, System, Term,
};
use holor_field::interpreter::Interpreter;
use holor_field::sharing::share;
use holor_field::stepper::{Method, Options, Stepping, build};
use holor_field::{Backend, Precision};
use holor_field_cpu::{CACHE, Cpu, Width};

fn number(x: f64) -> Term {
    Term::Number(Complex64::new(x, 0.0))
}

fn product<const N: usize>(terms: [Term; N]) -> Term {
    Term::Product(terms.into())
}

fn sum<const N: usize>(terms: [Term; N]) -> Term {
    Term::Sum(terms.into())
}

fn derivative(axis: usize, body: Term) -> Term {
    Term::Derivative { axis, body: Arc::new(body) }
}

fn laplacian(rank: usize, body: &Term) -> Term {
    let second = |axis| derivative(axis, derivative(axis, body.clone()));
    Term::Sum((0..rank).map(second).collect())
}

/// Fields on a periodic box with unit cells.
fn system(points: &[usize], order: usize, rates: Vec<Term>) -> System {
    let axis = |(name, n): (&&str, &usize)| Axis {
        name: (*name).to_owned(),
        low: 0.0,
        high: *n as f64,
        points: *n,
        closed: true,
    };
    let cells: usize = points.iter().product();
    let field = |(place, rate): (usize, Term)| Field {
        name: ["u", "v"][place].to_owned(),
        complex: false,
        order,
        rate,
        start: (0..cells)
            .map(|cell| (0.4 + 0.3 * (0.37 * cell as f64 + place as f64).sin()).into())
            .collect(),
        start_velocity: Vec::new(),
        boundaries: vec![[Boundary::Periodic, Boundary::Periodic]; points.len()],
        edge: Edge::default(),
        shift: [false; 3],
    };
    System {
        grid: Grid {
            axes: ["x", "y", "z"].iter().zip(points).map(axis).collect(),
            mask: None,
        },
        fields: rates.into_iter().enumerate().map(field).collect(),
        given: Vec::new(),
        noises: Vec::new(),
    }
}

/// The reaction of Gray and Scott.
fn gray_scott(points: &[usize]) -> System {
    let (u, v) = (Term::Field(0), Term::Field(1));
    let reaction = product([u.clone(), v.clone(), v.clone()]);
    let rank = points.len();
    let first = sum([
        product([number(0.16), laplacian(rank, &u)]),
        product([number(-1.0), reaction.clone()]),
        product([number(0.035), sum([number(1.0), product([number(-1.0), u])])]),
    ]);
    let second = sum([
        product([number(0.08), laplacian(rank, &v)]),
        reaction,
        product([number(-0.1), v]),
    ]);
    system(points, 1, vec![first, second])
}

/// ∂ₜu = −∂ₓ(u²)/2 + u ∂ᵧu + 0.1 ∇²(u³) + 0.3 u
fn carried(points: &[usize]) -> System {
    let u = Term::Field(0);
    let square = product([u.clone(), u.clone()]);
    let cube = product([u.clone(), u.clone(), u.clone()]);
    let rate = sum([
        product([number(-0.5), derivative(0, square)]),
        product([u.clone(), derivative(1, u.clone())]),
        product([number(0.1), laplacian(2, &cube)]),
        product([number(0.3), u]),
    ]);
    system(points, 1, vec![rate])
}

/// ∂ₜ²u = 0.2 ∇²u − sin u
fn sine_gordon(points: &[usize]) -> System {
    let u = Term::Field(0);
    let sine = Term::Function(Function::Sine, [u.clone()].into());
    let spread = product([number(0.2), laplacian(points.len(), &u)]);
    system(points, 2, vec![sum([spread, product([number(-1.0), sine])])])
}

fn stepping(
    system: &System,
    method: Method,
    (precision, compensated): (Precision, bool),
) -> Stepping {
    relative(system, method, (precision, compensated), compensated)
}

/// With neighbours relative to the cell, or as they are.
fn relative(
    system: &System,
    method: Method,
    (precision, compensated): (Precision, bool),
    relative: bool,
) -> Stepping {
    let space = SpaceOptions { relative, ..SpaceOptions::of_order(4) };
    let scheme = discretise(system, &space).unwrap();
    let options =
        Options { method, step: Some(0.1), precision, compensated, ..Options::default() };
    build(&scheme, &options).unwrap()
}

const MIXED: (Precision, bool) = (Precision::Single, true);

/// The named arrays after so many steps in two stretches.
fn after(
    backend: &dyn Backend,
    stepping: &Stepping,
    (plan, precision): (&holor_field::Plan, Precision),
    (step, steps): (f64, u64),
    arrays: &[usize],
) -> Vec<Vec<f64>> {
    let mut machine = backend.prepare(plan, precision).unwrap();
    machine.set_scalar(stepping.step_size, step);
    machine.execute(stepping.start, 1, &|| false).unwrap();
    machine.execute(stepping.step, 1, &|| false).unwrap();
    machine.execute(stepping.step, steps - 1, &|| false).unwrap();
    machine.execute(stepping.observe, 1, &|| false).unwrap();
    let read = |array: &usize| {
        let mut values = vec![0.0; plan.arrays[*array].layout.cells()];
        machine.read(*array, &mut values);
        assert!(values.iter().all(|value| value.is_finite()));
        values
    };
    arrays.iter().map(read).collect()
}

#[test]
fn compensated_steps_have_the_bits_of_the_interpreter() {
    for (name, system, method) in [
        ("euler", gray_scott(&[45, 38]), Method::Euler),
        ("euler in long rows", gray_scott(&[23, 1100]), Method::Euler),
        ("rk4", gray_scott(&[30, 41]), Method::RungeKutta4),
        ("rk4 of products", carried(&[30, 21]), Method::RungeKutta4),
        ("ssprk3", gray_scott(&[9, 7, 20]), Method::StrongStabilityPreserving),
        ("dopri5", gray_scott(&[16, 18]), Method::DormandPrince),
        ("leapfrog", sine_gordon(&[31, 33]), Method::Leapfrog),
        ("yoshida4", sine_gordon(&[12, 10, 17]), Method::Yoshida4),
    ] {
        let made = stepping(&system, method, MIXED);
        let precision = Precision::Single;
        let lowered = lower(&share(&made.plan, precision, CACHE), precision);
        let mut arrays = made.state.clone();
        arrays.extend(made.rests.iter().flat_map(|pair| [pair.0, pair.1]));
        for steps in [2, 13] {
            let steps = (0.1, steps);
            let interpreter = Interpreter::new();
            let expected =
                after(&interpreter, &made, (&lowered, precision), steps, &arrays);
            for rest in made.rests.iter().map(|pair| pair.1) {
                let place = arrays.iter().position(|array| *array == rest).unwrap();
                assert!(expected[place].iter().any(|left| *left != 0.0), "{name}");
            }
            let agrees = |way: String, cpu: &Cpu| {
                let found = after(cpu, &made, (&made.plan, precision), steps, &arrays);
                assert!(found == expected, "{name}, {way}, {steps:?}");
            };
            for threads in 1..=3 {
                let all = Cpu::new(Some(threads)).on_all_threads();
                agrees(format!("{threads} threads"), &all);
            }
            for width in Width::available() {
                let one = Cpu::with_widths(Some(2), vec![width]).on_all_threads();
                agrees(format!("{width:?}"), &one);
            }
            let tape = Cpu::with_widths(Some(2), Vec::new()).on_all_threads();
            agrees("tape".to_owned(), &tape);
        }
    }
}

#[test]
fn neighbours_relative_to_the_cell_have_the_same_sums() {
    for (system, method) in [
        (gray_scott(&[45, 38]), Method::Euler),
        (carried(&[30, 21]), Method::RungeKutta4),
        (sine_gordon(&[9, 10, 12]), Method::Leapfrog),
    ] {
        let double = (Precision::Double, false);
        let [plain, about] = [false, true].map(|about| {
            let made = relative(&system, method, double, about);
            let plan = (&made.plan, Precision::Double);
            after(&Interpreter::new(), &made, plan, (0.1, 10), &made.planes)
        });
        let pairs = plain.iter().flatten().zip(about.iter().flatten());
        let apart = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(apart < 1e-13 && plain != about, "{apart:e}");
    }
}

/// Diffusion of what is the same everywhere does nothing, however its weights 1/h² are rounded.
#[test]
fn what_is_the_same_everywhere_stays() {
    let u = Term::Field(0);
    let mut flat = system(&[24, 27], 1, vec![product([number(819.3), laplacian(2, &u)])]);
    for value in &mut flat.fields[0].start {
        *value = 0.7.into();
    }
    let made = stepping(&flat, Method::RungeKutta4, MIXED);
    let arrays = [made.rests[0].0, made.rests[0].1];
    let plan = (&made.plan, Precision::Single);
    let found = after(&Cpu::new(Some(1)), &made, plan, (1e-4, 500), &arrays);
    for (value, left) in found[0].iter().zip(&found[1]) {
        assert!((value + left - 0.7).abs() < 1e-15);
    }
}

/// The largest differences from double precision of single precision and of compensated sums, of the fields as they are read.
fn errors(system: &System, method: Method, step: f64, steps: u64) -> [f64; 2] {
    let whole = |kind: (Precision, bool)| {
        let made = stepping(system, method, kind);
        let rests: Vec<usize> = made.rests.iter().map(|pair| pair.1).collect();
        let arrays: Vec<usize> = made
            .planes
            .iter()
            .chain(rests.iter().take(made.planes.len()))
            .copied()
            .collect();
        let cpu = Cpu::new(Some(1));
        let plan = (&made.plan, kind.0);
        let mut found = after(&cpu, &made, plan, (step, steps), &arrays);
        let left = found.split_off(made.planes.len());
        for (values, left) in found.iter_mut().zip(left) {
            values.iter_mut().zip(left).for_each(|(value, left)| *value += left);
        }
        found
    };
    let exact = whole((Precision::Double, false));
    [(Precision::Single, false), MIXED].map(|kind| {
        let found = whole(kind);
        let pairs = found.iter().flatten().zip(exact.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    })
}

#[test]
fn many_steps_are_near_double_precision() {
    for (name, system, method, (step, steps), bound) in [
        ("euler", gray_scott(&[16, 17]), Method::Euler, (0.002, 20_000), 1e-7),
        ("rk4", gray_scott(&[16, 17]), Method::RungeKutta4, (0.002, 10_000), 1e-7),
        ("leapfrog", sine_gordon(&[14, 15]), Method::Leapfrog, (0.002, 5_000), 3e-7),
    ] {
        let [single, mixed] = errors(&system, method, step, steps);
        assert!(mixed < bound && 100.0 * mixed < single, "{name}: {mixed:e} {single:e}");
    }
}
