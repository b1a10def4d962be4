//! Steps at once are steps one after another, bit by bit.

use std::sync::Arc;

use super::{Fused, fuse};
use crate::backend::{Backend, Precision};
use crate::discretise::{SpaceOptions, discretise};
use crate::elementary::lower;
use crate::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Given, Grid, Noise, System, Term,
};
use crate::graph::{Binary, Graph, Op};
use crate::interpreter::Interpreter;
use crate::layout::{DIMENSIONS, Layout, Region};
use crate::plan::{Action, Array, Plan, Procedure, Program, Scalar, Store, Table};
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
        shift: [false; 3],
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
    stepping_with(system, method, order, false)
}

/// The same in single precision with compensated sums.
fn compensated(system: &System, method: Method, order: usize) -> Stepping {
    stepping_with(system, method, order, true)
}

fn stepping_with(
    system: &System,
    method: Method,
    order: usize,
    compensated: bool,
) -> Stepping {
    let space = SpaceOptions::of_order(order);
    let scheme = discretise(system, &space).unwrap();
    let options = stepper::Options {
        method,
        step: Some(0.03),
        precision: if compensated { Precision::Single } else { Precision::Double },
        compensated,
        interpretation: Some(Interpretation::Stratonovich),
        ..stepper::Options::default()
    };
    stepper::build(&scheme, &options).unwrap()
}

fn precision(stepping: &Stepping) -> Precision {
    if stepping.rests.is_empty() { Precision::Double } else { Precision::Single }
}

/// All arrays and scalars of the old plan after seven steps, the last one as it was.
fn after(stepping: &Stepping, plan: &Plan, fused: Option<(usize, u64)>) -> Vec<u64> {
    let old = &stepping.plan;
    let mut machine = Interpreter::new().prepare(plan, precision(stepping)).unwrap();
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

/// So many programs at once; gives how many runs the step has then.
fn agree(name: &str, mut stepping: Stepping, programs: usize) -> usize {
    stepping.plan = lower(&stepping.plan, precision(&stepping));
    let fused = fuse(&stepping.plan, stepping.step, programs).unwrap_or_else(|| {
        panic!("{name}: {programs} programs are not fused");
    });
    let expected = after(&stepping, &stepping.plan, None);
    let found = after(&stepping, &fused.plan, Some((fused.procedure, fused.repetitions)));
    assert!(expected == found, "{name}: {programs} programs at once differ");
    let actions = &fused.plan.procedures[fused.procedure].actions;
    actions.iter().filter(|action| matches!(action, Action::Run { .. })).count()
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

/// ∂ₜu = 0.2 ∇²u − u³ + t/2
fn spreading(points: &[usize]) -> System {
    let u = Term::Field(0);
    let cube = product([number(-1.0), u.clone(), u.clone(), u.clone()]);
    let spread = product([number(0.2), laplacian(points.len(), &u)]);
    system(points, vec![sum([spread, cube, product([number(0.5), Term::Time])])])
}

fn wave(points: &[usize]) -> System {
    let rate = product([number(0.2), laplacian(points.len(), &Term::Field(0))]);
    let mut system = system(points, vec![rate]);
    system.fields[0].order = 2;
    system
}

#[test]
fn steps_at_once_have_the_bits_of_steps() {
    for programs in [1, 2, 3] {
        agree("line", stepping(&reaction(&[9]), Method::Euler, 2), programs);
        agree("wave on a line", stepping(&wave(&[11]), Method::Leapfrog, 4), programs);
    }
    agree("plane", stepping(&reaction(&[5, 7]), Method::Euler, 2), 2);
    agree("waves in space", stepping(&wave(&[4, 5, 6]), Method::Leapfrog, 2), 2);
}

#[test]
fn stages_at_once_have_the_bits_of_stages() {
    for (method, stages) in
        [(Method::RungeKutta4, 4_usize), (Method::StrongStabilityPreserving, 3)]
    {
        for programs in [1, 2, 3] {
            let stepping = stepping(&spreading(&[9, 8]), method, 2);
            let runs = agree("stages", stepping, programs);
            assert_eq!(runs, stages.div_ceil(programs));
        }
    }
    agree("on a line", stepping(&reaction(&[14]), Method::RungeKutta4, 2), 2);
    agree("in space", stepping(&spreading(&[4, 5, 6]), Method::RungeKutta4, 2), 2);
    agree("compositions", stepping(&wave(&[13]), Method::Yoshida4, 2), 2);
}

#[test]
fn compensated_steps_at_once_have_the_bits_of_steps() {
    for programs in [1, 2, 3] {
        let euler = compensated(&reaction(&[9]), Method::Euler, 2);
        assert_eq!(euler.rests.len(), 2);
        agree("line", euler, programs);
        let wave = compensated(&wave(&[11]), Method::Leapfrog, 4);
        agree("wave on a line", wave, programs);
        let stages = compensated(&spreading(&[9, 8]), Method::RungeKutta4, 2);
        agree("stages", stages, programs);
    }
    agree("plane", compensated(&reaction(&[5, 7]), Method::Euler, 2), 2);
    agree(
        "averages",
        compensated(&spreading(&[13]), Method::StrongStabilityPreserving, 2),
        3,
    );
    agree("compositions", compensated(&wave(&[13]), Method::Yoshida4, 2), 2);
}

#[test]
fn what_is_no_periodic_program_alone_is_left() {
    let none = |name: &str, stepping: &Stepping| {
        let plan = lower(&stepping.plan, Precision::Double);
        assert!(fuse(&plan, stepping.step, 2).is_none(), "{name}");
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
    let stepping = stepping(&reaction(&[12, 13]), Method::RungeKutta4, 2);
    let plan = lower(&stepping.plan, Precision::Double);
    assert!(fuse(&plan, stepping.step, 4).is_none());
}

/// Numbers one after another, from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.0 >> 33) % n as u64) as usize
    }
}

/// A program that stores sums of neighbours; what it stores to is not loaded with a distance.
fn random_program(plan: &mut Plan, random: &mut Random, layout: &Layout) -> [Action; 1] {
    let count = plan.arrays.len();
    let mut graph = Graph::new();
    let targets: Vec<usize> =
        (0..1 + random.below(2)).map(|_| random.below(count)).collect();
    let mut stores: Vec<Store> = Vec::new();
    for target in targets {
        let mut value = graph.constant(0.1);
        for _ in 0..1 + random.below(3) {
            let array = random.below(count);
            let mut offset = [0; DIMENSIONS];
            if array != target && stores.iter().all(|store| store.slot as usize != array)
            {
                for d in (0..DIMENSIONS).filter(|d| layout.ghosts[*d] > 0) {
                    offset[d] = random.below(3) as i16 - 1;
                }
            }
            let load = graph.load(array as u32, offset);
            let factor = match random.below(3) {
                0 => graph.scalar(random.below(plan.scalars.len()) as u32),
                1 => graph.push(Op::Table { table: 0, offset: 0 }),
                _ => graph.constant(0.3),
            };
            value = graph.push(Op::MultiplyAdd(load, factor, value));
        }
        // The other store's program may load it with a distance.
        let far = graph.ops().iter().any(|op| match *op {
            Op::Load { array, offset } => {
                array as usize == target && offset != [0; DIMENSIONS]
            }
            _ => false,
        });
        if !far && stores.iter().all(|store| store.slot as usize != target) {
            stores.push(Store { slot: target as u32, value });
        }
    }
    let name = format!("program {}", plan.programs.len());
    plan.programs.push(Program {
        name,
        graph,
        slots: count,
        stores,
        reductions: Vec::new(),
    });
    let program = plan.programs.len() - 1;
    [Action::Run {
        program,
        arrays: (0..count).collect(),
        region: Region::interior(layout),
    }]
}

/// Arrays, scalars and a procedure of programs, periodic sides, exchanges and arithmetic.
fn random_plan(seed: u64) -> Plan {
    let random = &mut Random(seed);
    let points: &[usize] = if random.below(2) == 0 { &[9] } else { &[8, 7] };
    let layout = Layout::of_box(points, 1);
    let mut plan = Plan::default();
    for array in 0..3 + random.below(3) {
        let value = |cell| ((cell * (3 + array)) as f64).sin();
        let values = (0..layout.cells()).map(value).collect();
        plan.arrays.push(Array {
            name: format!("a{array}"),
            layout,
            values: Some(values),
        });
    }
    let values = (0..layout.points[2] + 2).map(|k| 0.2 + 0.01 * k as f64).collect();
    plan.tables.push(Table { name: "x".to_owned(), dimension: 2, first: 1, values });
    for scalar in 0..2 {
        plan.scalars.push(Scalar { name: format!("s{scalar}"), value: 0.3 });
    }
    let mut actions = Vec::new();
    for _ in 0..1 + random.below(4) {
        if random.below(2) == 0 {
            let mut graph = Graph::new();
            let (from, to) = (random.below(2), random.below(2));
            let (value, by) = (graph.scalar(from as u32), graph.constant(0.9));
            let value = graph.push(Op::Binary(Binary::Multiply, value, by));
            actions.push(Action::Scalars { graph, stores: vec![(to, value)] });
        }
        for array in 0..plan.arrays.len() {
            for dimension in (0..DIMENSIONS).filter(|d| layout.ghosts[*d] > 0) {
                actions.push(Action::Wrap { array, dimension, sign: 1.0 });
            }
        }
        actions.extend(random_program(&mut plan, random, &layout));
        if random.below(2) == 0 {
            let first = random.below(plan.arrays.len());
            let other = (first + 1) % plan.arrays.len();
            actions.push(Action::Exchange(first, other));
        }
    }
    plan.procedures.push(Procedure { name: "step".to_owned(), actions });
    plan
}

#[test]
fn random_procedures_keep_their_bits() {
    let after = |plan: &Plan, old: &Plan, steps: &[(usize, u64)]| {
        let mut machine = Interpreter::new().prepare(plan, Precision::Double).unwrap();
        for (procedure, times) in steps {
            machine.execute(*procedure, *times, &|| false).unwrap();
        }
        let mut all = Vec::new();
        for (place, array) in old.arrays.iter().enumerate() {
            let mut values = vec![0.0; array.layout.cells()];
            machine.read(place, &mut values);
            all.extend(values.into_iter().map(f64::to_bits));
        }
        all.extend((0..old.scalars.len()).map(|place| machine.scalar(place).to_bits()));
        all
    };
    let mut fused = 0;
    for seed in 0..400 {
        let plan = random_plan(seed);
        plan.check().unwrap();
        for programs in [1, 2, 3] {
            let Some(Fused { plan: other, procedure, repetitions }) =
                fuse(&plan, 0, programs)
            else {
                continue;
            };
            fused += 1;
            let expected = after(&plan, &plan, &[(0, 2 * repetitions + 1)]);
            let found = after(&other, &plan, &[(procedure, 2), (0, 1)]);
            assert!(found == expected, "seed {seed}, {programs} programs");
        }
    }
    assert!(fused > 600, "{fused}");
}
