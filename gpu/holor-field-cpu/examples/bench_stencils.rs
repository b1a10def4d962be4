//! Million cells a second on common problems, against the C programs in `tests/bench_fields` where their paths are given.
//!
//! `cargo run --release -p holor-field-cpu --example bench_stencils -- [STENCILS_DOUBLE STENCILS_FLOAT SPLIT_DOUBLE SPLIT_FLOAT]`
//!
//! Bursts of about 50 ms, best of several, ours and C's in turn: the machine may be busy with other things.
#![allow(clippy::print_stdout, reason = "a program for people")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails should say so at once")]

use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use holor_field::graph::{Graph, NodeId, Unary};
use holor_field::layout::{Layout, Region};
use holor_field::plan::{Action, Array, Plan, Procedure, Program, Store, Transform};
use holor_field::{Backend, Machine, Precision};
use holor_field_cpu::Cpu;

fn array(plan: &mut Plan, layout: Layout, value: impl Fn([usize; 3]) -> f64) -> usize {
    let [n0, n1, n2] = layout.points;
    let values: Vec<f64> = (0..n0 * n1 * n2)
        .map(|cell| value([cell / (n1 * n2), cell / n2 % n1, cell % n2]))
        .collect();
    let name = format!("a{}", plan.arrays.len());
    plan.arrays.push(Array { name, layout, values: Some(Arc::from(values)) });
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
        name: format!("p{}", plan.programs.len()),
        graph,
        slots,
        stores: stores.collect(),
        reductions: Vec::new(),
    });
    plan.programs.len() - 1
}

/// The sum of neighbours minus so many times the cell.
fn laplacian(g: &mut Graph, slot: u32, rank: usize) -> NodeId {
    let mut sum = None;
    for d in (3 - rank..3).rev() {
        let mut there = [0; 3];
        there[d] = -1;
        let a = g.load(slot, there);
        there[d] = 1;
        let b = g.load(slot, there);
        let pair = g.add(a, b);
        sum = Some(sum.map_or(pair, |sum| g.add(sum, pair)));
    }
    let centre = g.load(slot, [0; 3]);
    let factor = g.constant(2.0 * rank as f64);
    let times = g.multiply(factor, centre);
    g.subtract(sum.unwrap(), times)
}

fn scaled(g: &mut Graph, factor: f64, a: NodeId) -> NodeId {
    let factor = g.constant(factor);
    g.multiply(factor, a)
}

fn wraps(actions: &mut Vec<Action>, arrays: &[usize], rank: usize) {
    for array in arrays {
        for dimension in (3 - rank..3).rev() {
            actions.push(Action::Wrap { array: *array, dimension, sign: 1.0 });
        }
    }
}

fn run(actions: &mut Vec<Action>, layout: &Layout, program: usize, arrays: &[usize]) {
    let region = Region::interior(layout);
    actions.push(Action::Run { program, arrays: arrays.to_vec(), region });
}

fn finish(mut plan: Plan, start: Vec<Action>, step: Vec<Action>) -> Plan {
    plan.procedures.push(Procedure { name: "start".to_owned(), actions: start });
    plan.procedures.push(Procedure { name: "step".to_owned(), actions: step });
    plan
}

fn diffusion(n: usize) -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[n, n], 1);
    let u = array(&mut plan, layout, |[_, j, k]| {
        (0.1 * j as f64).sin() + (0.07 * k as f64).cos()
    });
    let v = array(&mut plan, layout, |_| 0.0);
    let mut g = Graph::new();
    let lap = laplacian(&mut g, 0, 2);
    let part = scaled(&mut g, 0.1, lap);
    let centre = g.load(0, [0; 3]);
    let value = g.add(centre, part);
    let p = program(&mut plan, g, 2, &[(1, value)]);
    let (mut start, mut step) = (Vec::new(), Vec::new());
    wraps(&mut start, &[u], 2);
    run(&mut step, &layout, p, &[u, v]);
    wraps(&mut step, &[v], 2);
    step.push(Action::Exchange(u, v));
    finish(plan, start, step)
}

fn gray_scott(n: usize) -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[n, n], 1);
    let inside = move |j: usize, k: usize| {
        f64::from(u8::from(j.abs_diff(n / 2) < 20 && k.abs_diff(n / 2) < 20))
    };
    let u = array(&mut plan, layout, |[_, j, k]| 1.0 - 0.5 * inside(j, k));
    let v = array(&mut plan, layout, |[_, j, k]| 0.25 * inside(j, k) + 0.01);
    let p = array(&mut plan, layout, |_| 0.0);
    let q = array(&mut plan, layout, |_| 0.0);
    let mut g = Graph::new();
    let lu = laplacian(&mut g, 0, 2);
    let lv = laplacian(&mut g, 1, 2);
    let (a, b) = (g.load(0, [0; 3]), g.load(1, [0; 3]));
    let square = g.multiply(b, b);
    let r = g.multiply(a, square);
    let one = g.constant(1.0);
    let rest = g.subtract(one, a);
    let feed = scaled(&mut g, 0.035, rest);
    let du = scaled(&mut g, 0.16, lu);
    let x = g.subtract(du, r);
    let x = g.add(x, feed);
    let x = g.add(a, x);
    let loss = scaled(&mut g, 0.1, b);
    let dv = scaled(&mut g, 0.08, lv);
    let y = g.add(dv, r);
    let y = g.subtract(y, loss);
    let y = g.add(b, y);
    let sweep = program(&mut plan, g, 4, &[(2, x), (3, y)]);
    let (mut start, mut step) = (Vec::new(), Vec::new());
    wraps(&mut start, &[u, v], 2);
    run(&mut step, &layout, sweep, &[u, v, p, q]);
    wraps(&mut step, &[p, q], 2);
    step.push(Action::Exchange(u, p));
    step.push(Action::Exchange(v, q));
    finish(plan, start, step)
}

fn wave(n: usize) -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[n, n, n], 1);
    let value = |cell: [usize; 3]| {
        (std::f64::consts::TAU * cell.iter().sum::<usize>() as f64 / n as f64).sin()
    };
    let u = array(&mut plan, layout, value);
    let o = array(&mut plan, layout, value);
    let mut g = Graph::new();
    let lap = laplacian(&mut g, 0, 3);
    let part = scaled(&mut g, 0.2, lap);
    let centre = g.load(0, [0; 3]);
    let twice = scaled(&mut g, 2.0, centre);
    let old = g.load(1, [0; 3]);
    let base = g.subtract(twice, old);
    let value = g.add(base, part);
    let sweep = program(&mut plan, g, 2, &[(1, value)]);
    let (mut start, mut step) = (Vec::new(), Vec::new());
    wraps(&mut start, &[u, o], 3);
    run(&mut step, &layout, sweep, &[u, o]);
    wraps(&mut step, &[o], 3);
    step.push(Action::Exchange(u, o));
    finish(plan, start, step)
}

/// The rate of change of a complex field in two slots.
fn ginzburg_landau_rate(g: &mut Graph) -> [NodeId; 2] {
    let (beta, gamma) = (0.5, -1.5);
    let (x, y) = (g.load(0, [0; 3]), g.load(1, [0; 3]));
    let lx = laplacian(g, 0, 2);
    let ly = laplacian(g, 1, 2);
    let xx = g.multiply(x, x);
    let yy = g.multiply(y, y);
    let m = g.add(xx, yy);
    let turned = scaled(g, gamma, y);
    let turned = g.subtract(x, turned);
    let loss = g.multiply(m, turned);
    let other = scaled(g, beta, ly);
    let sum = g.add(x, lx);
    let sum = g.subtract(sum, other);
    let kx = g.subtract(sum, loss);
    let turned = scaled(g, gamma, x);
    let turned = g.add(y, turned);
    let loss = g.multiply(m, turned);
    let other = scaled(g, beta, lx);
    let sum = g.add(y, ly);
    let sum = g.add(sum, other);
    [kx, g.subtract(sum, loss)]
}

fn ginzburg_landau(n: usize) -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[n, n], 1);
    let x = array(&mut plan, layout, |[_, j, _]| 0.5 * (0.1 * j as f64).sin());
    let y = array(&mut plan, layout, |[_, _, k]| 0.5 * (0.07 * k as f64).cos());
    let [t0, t1, v0, v1, s0, s1] = [0; 6].map(|_| array(&mut plan, layout, |_| 0.0));
    let dt = 0.01;
    let plus = |g: &mut Graph, slot: u32, factor: f64, k: NodeId| {
        let base = g.load(slot, [0; 3]);
        let part = scaled(g, factor, k);
        g.add(base, part)
    };
    let mut g = Graph::new();
    let k = ginzburg_landau_rate(&mut g);
    let mut stores = Vec::new();
    for part in 0..2 {
        stores.push((2 + part, plus(&mut g, part, dt / 2.0, k[part as usize])));
        stores.push((4 + part, plus(&mut g, part, dt / 6.0, k[part as usize])));
    }
    let first = program(&mut plan, g, 6, &stores);
    let mut middle = |factor: f64| {
        let mut g = Graph::new();
        let k = ginzburg_landau_rate(&mut g);
        let mut stores = Vec::new();
        for part in 0..2 {
            stores.push((4 + part, plus(&mut g, 2 + part, factor, k[part as usize])));
            stores.push((6 + part, plus(&mut g, 6 + part, dt / 3.0, k[part as usize])));
        }
        program(&mut plan, g, 8, &stores)
    };
    let second = middle(dt / 2.0);
    let third = middle(dt);
    let mut g = Graph::new();
    let k = ginzburg_landau_rate(&mut g);
    let stores: Vec<(u32, NodeId)> = (0..2)
        .map(|part| (4 + part, plus(&mut g, 2 + part, dt / 6.0, k[part as usize])))
        .collect();
    let last = program(&mut plan, g, 6, &stores);
    let (mut start, mut step) = (Vec::new(), Vec::new());
    wraps(&mut start, &[x, y], 2);
    run(&mut step, &layout, first, &[x, y, t0, t1, s0, s1]);
    wraps(&mut step, &[t0, t1], 2);
    run(&mut step, &layout, second, &[t0, t1, x, y, v0, v1, s0, s1]);
    wraps(&mut step, &[v0, v1], 2);
    run(&mut step, &layout, third, &[v0, v1, x, y, t0, t1, s0, s1]);
    wraps(&mut step, &[t0, t1], 2);
    run(&mut step, &layout, last, &[t0, t1, s0, s1, x, y]);
    wraps(&mut step, &[x, y], 2);
    finish(plan, start, step)
}

fn kuramoto(n: usize) -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[n, n], 1);
    let u = array(&mut plan, layout, |[_, j, k]| {
        3.0 * (0.1 * j as f64).sin() + (0.07 * (k * j) as f64).cos()
    });
    let a = array(&mut plan, layout, |_| 0.0);
    let b = array(&mut plan, layout, |_| 0.0);
    let w = array(&mut plan, layout, |[_, j, k]| 0.3 * (0.3 * (j * k) as f64).cos());
    let mut g = Graph::new();
    let phase = g.load(0, [0; 3]);
    let sine = g.unary(Unary::Sine, phase);
    let cosine = g.unary(Unary::Cosine, phase);
    let phases = program(&mut plan, g, 3, &[(1, sine), (2, cosine)]);
    let mut g = Graph::new();
    let sum = |g: &mut Graph, slot: u32| {
        let around = [[0, 0, -1], [0, 0, 1], [0, -1, 0], [0, 1, 0]];
        let [l, r, d, t] = around.map(|offset| g.load(slot, offset));
        let across = g.add(l, r);
        let along = g.add(d, t);
        g.add(across, along)
    };
    let sines = sum(&mut g, 1);
    let cosines = sum(&mut g, 2);
    let (sine, cosine) = (g.load(1, [0; 3]), g.load(2, [0; 3]));
    let first = g.multiply(cosine, sines);
    let second = g.multiply(sine, cosines);
    let pull = g.subtract(first, second);
    let pull = scaled(&mut g, 0.5, pull);
    let own = g.load(3, [0; 3]);
    let rate = g.add(own, pull);
    let part = scaled(&mut g, 0.05, rate);
    let old = g.load(0, [0; 3]);
    let value = g.add(old, part);
    let sweep = program(&mut plan, g, 4, &[(0, value)]);
    let mut step = Vec::new();
    run(&mut step, &layout, phases, &[u, a, b]);
    wraps(&mut step, &[a, b], 2);
    run(&mut step, &layout, sweep, &[u, a, b, w]);
    finish(plan, Vec::new(), step)
}

fn split_step(n: usize) -> Plan {
    let mut plan = Plan::default();
    let layout = Layout::of_box(&[n, n], 0);
    let dt = 0.001;
    let half = n as f64 / 2.0;
    let x = array(&mut plan, layout, |[_, j, k]| {
        let (j, k) = (j as f64 - half, k as f64 - half);
        (-0.001 * (j * j + k * k)).exp()
    });
    let y = array(&mut plan, layout, |_| 0.0);
    let energy = move |[_, j, k]: [usize; 3]| {
        let signed = |k: usize| if k < n / 2 { k as f64 } else { k as f64 - n as f64 };
        -dt * 0.5 * 0.01 * (signed(j) * signed(j) + signed(k) * signed(k))
    };
    let a = array(&mut plan, layout, |cell| energy(cell).cos());
    let b = array(&mut plan, layout, |cell| energy(cell).sin());
    let [s, t] = [0; 2].map(|_| array(&mut plan, layout, |_| 0.0));
    plan.transforms.push(Transform { real: x, imaginary: Some(y), spectrum: [s, t] });
    let mut g = Graph::new();
    let (re, im) = (g.load(0, [0; 3]), g.load(1, [0; 3]));
    let rr = g.multiply(re, re);
    let ii = g.multiply(im, im);
    let density = g.add(rr, ii);
    let angle = scaled(&mut g, -dt, density);
    let cosine = g.unary(Unary::Cosine, angle);
    let sine = g.unary(Unary::Sine, angle);
    let rc = g.multiply(re, cosine);
    let is = g.multiply(im, sine);
    let rs = g.multiply(re, sine);
    let ic = g.multiply(im, cosine);
    let first = g.subtract(rc, is);
    let second = g.add(rs, ic);
    let rotate = program(&mut plan, g, 2, &[(0, first), (1, second)]);
    let mut step = vec![Action::Filter { transform: 0, multiplier: (a, Some(b)) }];
    run(&mut step, &layout, rotate, &[x, y]);
    finish(plan, Vec::new(), step)
}

struct Ours {
    machine: Box<dyn Machine>,
    cells: f64,
    steps: u64,
    best: f64,
}

impl Ours {
    fn burst(&mut self, seconds: f64) {
        let began = Instant::now();
        self.machine.execute(1, self.steps, &|| false).unwrap();
        let rate = self.steps as f64 * self.cells / began.elapsed().as_secs_f64();
        self.best = self.best.max(rate);
        self.steps = ((seconds * rate / self.cells) as u64).max(2);
    }
}

fn main() {
    let programs: Vec<String> = std::env::args().skip(1).collect();
    let wanted = std::env::var("ONLY").unwrap_or_default();
    type Make = fn(usize) -> Plan;
    let problems: [(&str, Make, usize, u32); 6] = [
        ("diffusion", diffusion, 1024, 2),
        ("gray_scott", gray_scott, 512, 2),
        ("wave", wave, 192, 3),
        ("ginzburg_landau", ginzburg_landau, 512, 2),
        ("kuramoto", kuramoto, 512, 2),
        ("split_step", split_step, 512, 2),
    ];
    println!("problem, precision, threads: ours, C (million cells/s), ratio; compile ms");
    for (name, make, n, rank) in problems {
        if !name.contains(&wanted) {
            continue;
        }
        for precision in [Precision::Double, Precision::Single] {
            for threads in [1, 2] {
                let plan = make(n);
                let cpu = Cpu::new(Some(threads));
                let machine = cpu.prepare(&plan, precision).unwrap();
                let cells = (n as f64).powi(rank as i32);
                let mut ours = Ours { machine, cells, steps: 12, best: 0.0 };
                ours.machine.execute(0, 1, &|| false).unwrap();
                let mut theirs: f64 = 0.0;
                let split = name == "split_step";
                let single = precision == Precision::Single;
                let path = programs.get(2 * usize::from(split) + usize::from(single));
                for _ in 0..4 {
                    // From the start, as C: species that died out are slow numbers.
                    for (place, array) in plan.arrays.iter().enumerate() {
                        if let Some(values) = &array.values {
                            ours.machine.write(place, values);
                        }
                    }
                    ours.machine.execute(0, 1, &|| false).unwrap();
                    for _ in 0..4 {
                        ours.burst(0.05);
                    }
                    if let Some(path) = path {
                        let mut command = Command::new(path);
                        command.env("OMP_NUM_THREADS", threads.to_string());
                        if !split {
                            command.arg(name);
                        }
                        let output = command.arg("5").output().unwrap();
                        let text = String::from_utf8(output.stdout).unwrap();
                        let rate = text.split_whitespace().next().unwrap_or("0");
                        theirs = theirs.max(rate.parse().unwrap_or(0.0));
                    }
                }
                let rate = ours.best / 1e6;
                println!(
                    "{name}, {precision:?}, {threads}: {rate:.1}, {theirs:.1}, {:.2}; {:.1}",
                    rate / theirs,
                    ours.machine.compile_seconds() * 1e3
                );
                if std::env::var("LISTING").is_ok() && threads == 1 {
                    for place in 0..plan.programs.len() {
                        println!("{}", ours.machine.listing(place));
                    }
                }
            }
        }
    }
}
