//! Shared plans do what the plans did, with fewer costly functions.

use super::share;
use crate::backend::{Backend, Precision};
use crate::graph::{Binary, Graph, NodeId, Op, Unary};
use crate::interpreter::Interpreter;
use crate::layout::{Layout, Region};
use crate::plan::{
    Action, Array, Plan, Procedure, Program, Reduction, ReductionKind, Scalar, Store,
    Table,
};

/// Sines and the like that a procedure evaluates in a cell.
fn costly(plan: &Plan) -> usize {
    let runs = plan.procedures.iter().flat_map(|p| &p.actions);
    runs.filter_map(|action| match action {
        Action::Run { program, .. } => Some(&plan.programs[*program]),
        _ => None,
    })
    .map(|program| {
        let needed = program.graph.needed(&program.roots());
        let ops = program.graph.ops().iter().zip(needed);
        ops.filter(|(op, needed)| *needed && super::is_costly(**op)).count()
    })
    .sum()
}

fn array(plan: &mut Plan, layout: Layout, seed: usize) -> usize {
    let values = (0..layout.cells()).map(|c| ((c * 7 + seed) as f64 * 0.83).sin() * 2.0);
    let name = format!("a{}", plan.arrays.len());
    plan.arrays.push(Array { name, layout, values: Some(values.collect()) });
    plan.arrays.len() - 1
}

fn program(
    plan: &mut Plan,
    graph: Graph,
    slots: usize,
    stores: &[(u32, NodeId)],
) -> usize {
    let stores = stores.iter().map(|(slot, value)| Store { slot: *slot, value: *value });
    plan.programs.push(Program {
        name: "p".to_owned(),
        graph,
        slots,
        stores: stores.collect(),
        reductions: Vec::new(),
    });
    plan.programs.len() - 1
}

fn after(plan: &Plan, times: u64, arrays: usize) -> Vec<f64> {
    let mut machine = Interpreter::new().prepare(plan, Precision::Double).unwrap();
    machine.execute(0, times, &|| false).unwrap();
    let mut all = Vec::new();
    for place in 0..arrays {
        let mut values = vec![0.0; plan.arrays[place].layout.cells()];
        machine.read(place, &mut values);
        all.extend(values);
    }
    all
}

fn agree(plan: &Plan, arrays: usize) -> Plan {
    let shared = share(plan, Precision::Double, 1 << 20);
    shared.check().unwrap();
    let (was, is) = (after(plan, 3, arrays), after(&shared, 3, arrays));
    for (was, is) in was.iter().zip(&is) {
        assert!((was - is).abs() <= 1e-13 * (1.0 + was.abs()), "{was} {is}");
    }
    shared
}

/// θ ← θ + 0.1 Σ sin(θ(neighbour) − θ) e^{x(neighbour)}, x a table, and cosines of the sum of both.
fn lattice() -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[5, 6], 1);
    let (u, v) = (array(&mut plan, layout, 1), array(&mut plan, layout, 2));
    let values = (0..8).map(|place| 0.1 * f64::from(place)).collect();
    plan.tables.push(Table { name: "x".to_owned(), dimension: 2, first: 1, values });
    let mut g = Graph::new();
    let here = g.load(0, [0; 3]);
    let mut sum = here;
    for offset in [[0, 0, 1], [0, 0, -1], [0, 1, 0], [0, -1, 0]] {
        let there = g.load(0, offset);
        let difference = g.subtract(there, here);
        let sine = g.unary(Unary::Sine, difference);
        let both = g.add(there, here);
        let cosine = g.unary(Unary::Cosine, both);
        let x = g.table(0, offset[2]);
        let power = g.unary(Unary::Exponential, x);
        let part = g.multiply(sine, power);
        let part = g.add(part, cosine);
        let small = g.constant(0.1);
        let part = g.multiply(small, part);
        sum = g.add(sum, part);
    }
    let sweep = program(&mut plan, g, 2, &[(1, sum)]);
    let wrap = |array, dimension| Action::Wrap { array, dimension, sign: 1.0 };
    let region = Region::interior(&layout);
    let actions = vec![
        wrap(u, 2),
        wrap(u, 1),
        Action::Run { program: sweep, arrays: vec![u, v], region },
        Action::Exchange(u, v),
    ];
    plan.procedures.push(Procedure { name: "step".to_owned(), actions });
    plan
}

#[test]
fn what_two_cells_need_is_computed_once() {
    let plan = lattice();
    // Four sines, four cosines; the exponentials of a table alone stay.
    assert_eq!(costly(&plan), 11);
    let shared = agree(&plan, 2);
    assert_eq!(costly(&shared), 7);
}

#[test]
fn arrays_beyond_the_caches_are_left_alone() {
    let plan = lattice();
    assert_eq!(costly(&share(&plan, Precision::Double, 100)), costly(&plan));
}

/// Means of sin θ and cos θ, then θ ← θ + 0.1 (⟨sin⟩ cos θ − ⟨cos⟩ sin θ), where `between` may happen.
fn means(between: Option<Action>) -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[9], 0);
    let (u, v) = (array(&mut plan, layout, 1), array(&mut plan, layout, 5));
    for name in ["s", "c"] {
        plan.scalars.push(Scalar { name: name.to_owned(), value: 0.0 });
    }
    let both = |g: &mut Graph| {
        let u = g.load(0, [0; 3]);
        [Unary::Sine, Unary::Cosine].map(|function| g.unary(function, u))
    };
    let mut g = Graph::new();
    let [sine, cosine] = both(&mut g);
    let gather = program(&mut plan, g, 1, &[]);
    for (scalar, value) in [sine, cosine].into_iter().enumerate() {
        let kind = ReductionKind::Sum;
        plan.programs[gather].reductions.push(Reduction { kind, value, scalar });
    }
    let mut g = Graph::new();
    let [sine, cosine] = both(&mut g);
    let (s, c) = (g.scalar(0), g.scalar(1));
    let (first, second) = (g.multiply(s, cosine), g.multiply(c, sine));
    let pull = g.subtract(first, second);
    let (small, u_) = (g.constant(0.1), g.load(0, [0; 3]));
    let pull = g.multiply(small, pull);
    let next = g.push(Op::Binary(Binary::Add, u_, pull));
    let sweep = program(&mut plan, g, 1, &[(0, next)]);
    let region = Region::interior(&layout);
    let run = |program| Action::Run { program, arrays: vec![u], region };
    let mut actions = vec![run(gather)];
    actions.extend(between);
    // Twice, so that programs are used by several actions.
    actions.extend([run(sweep), run(gather), run(sweep), Action::Exchange(u, v)]);
    plan.procedures.push(Procedure { name: "step".to_owned(), actions });
    plan
}

#[test]
fn what_a_gather_computed_is_read_by_the_rates() {
    let plan = means(None);
    assert_eq!(costly(&plan), 8);
    assert_eq!(costly(&agree(&plan, 2)), 4);
}

#[test]
fn what_has_changed_meanwhile_is_computed_again() {
    for between in [Action::Exchange(0, 1), Action::Copy { from: 1, to: 0 }] {
        let plan = means(Some(between));
        assert_eq!(costly(&agree(&plan, 2)), 6);
    }
    // A scalar that the values do not need.
    let mut graph = Graph::new();
    let half = graph.constant(0.5);
    let plan = means(Some(Action::Scalars { graph, stores: vec![(0, half)] }));
    assert_eq!(costly(&agree(&plan, 2)), 4);
}
