//! The way of a person's equation, timed: from terms through differences and methods in time to machine code.
//!
//! `cargo run --release -p holor-field-cpu --example bench_fields -- [PROBLEM|all] [double|single|both] [THREADS|both] [BURSTS] [SECONDS]`
//!
//! Prints for each case: problem, precision, threads, million cells a second (best of several short bursts), milliseconds from the terms
//! to the machine (on a small box, so that it is the compiler's), the same with all the data of this size, a checksum after a fixed number
//! of steps, and how often memory was allocated for eight steps more. `bench_fields list` names the problems with their steps for
//! the checksum. `LISTING=1` shows the actions and programs of the plan, and the code.
//!
//! The checksum is Σ (1 + i mod 7) x² over all cells i in row-major order and all real numbers of a cell, which the C programs in
//! `tests/bench_fields` print too.
#![allow(clippy::print_stdout, reason = "a program for people")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails should say so at once")]
#![allow(unsafe_code, reason = "allocations are counted")]

use std::alloc::{GlobalAlloc, Layout, System as Heap};
use std::f64::consts::TAU;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Given, Grid, System, Term,
};
use holor_field::stepper::{self, Stepping};
use holor_field::{Backend, Machine, Precision, spectral};
use holor_field_cpu::Cpu;

/// Counts what the heap is asked for.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { Heap.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { Heap.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { Heap.realloc(at, layout, size) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

fn number(x: f64) -> Term {
    Term::Number(Complex64::new(x, 0.0))
}

fn complex(re: f64, im: f64) -> Term {
    Term::Number(Complex64::new(re, im))
}

fn sum<const N: usize>(terms: [Term; N]) -> Term {
    Term::Sum(terms.into())
}

fn product<const N: usize>(terms: [Term; N]) -> Term {
    Term::Product(terms.into())
}

fn minus(a: Term, b: Term) -> Term {
    sum([a, product([number(-1.0), b])])
}

fn power(base: Term, exponent: f64) -> Term {
    Term::Power(Arc::new(base), Arc::new(number(exponent)))
}

fn call(function: Function, argument: Term) -> Term {
    Term::Function(function, [argument].into())
}

fn square_of_modulus(argument: Term) -> Term {
    power(call(Function::Absolute, argument), 2.0)
}

fn shifted(axis: usize, by: i32, body: Term) -> Term {
    Term::Shifted { axis, by, body: Arc::new(body) }
}

fn laplacian(rank: usize, body: &Term) -> Term {
    let second = |axis| {
        let first = Term::Derivative { axis, body: Arc::new(body.clone()) };
        Term::Derivative { axis, body: Arc::new(first) }
    };
    Term::Sum((0..rank).map(second).collect())
}

/// A periodic box with `n` points along each axis, `h` apart.
fn grid(n: usize, rank: usize, h: f64) -> Grid {
    let axis = |name: &&str| Axis {
        name: (*name).to_owned(),
        low: 0.0,
        high: n as f64 * h,
        points: n,
        closed: true,
    };
    Grid { axes: ["x", "y", "z"].iter().take(rank).map(axis).collect(), mask: None }
}

/// Values at all cells of a box of `n` points an axis, by their places; axes that it does not have are 0 and come last.
fn values(
    n: usize,
    rank: usize,
    value: impl Fn(f64, f64, f64) -> Complex64,
) -> Vec<Complex64> {
    let at = |cell: usize, axis: usize| {
        let over = n.pow((rank - 1 - axis) as u32);
        if axis < rank { (cell / over % n) as f64 } else { 0.0 }
    };
    (0..n.pow(rank as u32))
        .map(|cell| {
            let place = |axis: usize| if axis < rank { at(cell, axis) } else { 0.0 };
            value(place(0), place(1), place(2))
        })
        .collect()
}

fn real(x: f64) -> Complex64 {
    Complex64::new(x, 0.0)
}

fn field(
    name: &str,
    complex: bool,
    rank: usize,
    rate: Term,
    start: Vec<Complex64>,
) -> Field {
    Field {
        name: name.to_owned(),
        complex,
        order: 1,
        rate,
        boundaries: vec![[Boundary::Periodic, Boundary::Periodic]; rank],
        start,
        start_velocity: Vec::new(),
        edge: Edge::default(),
        shift: [false; 3],
    }
}

fn system(grid: Grid, fields: Vec<Field>) -> System {
    System { grid, fields, given: Vec::new(), noises: Vec::new() }
}

fn diffusion(n: usize) -> System {
    let rate = product([number(0.1), laplacian(2, &Term::Field(0))]);
    let start = values(n, 2, |j, k, _| real((0.1 * j).sin() + (0.07 * k).cos()));
    system(grid(n, 2, 1.0), vec![field("u", false, 2, rate, start)])
}

fn gray_scott(n: usize) -> System {
    let (u, v) = (Term::Field(0), Term::Field(1));
    let reaction = product([u.clone(), power(v.clone(), 2.0)]);
    let first = sum([
        product([number(0.16), laplacian(2, &u)]),
        product([number(-1.0), reaction.clone()]),
        product([number(0.035), minus(number(1.0), u)]),
    ]);
    let second = sum([
        product([number(0.08), laplacian(2, &v)]),
        reaction,
        product([number(-0.1), v]),
    ]);
    let half = n as f64 / 2.0;
    let inside = move |j: f64, k: f64| {
        f64::from(u8::from((j - half).abs() < 20.0 && (k - half).abs() < 20.0))
    };
    let starts = [
        values(n, 2, |j, k, _| real(1.0 - 0.5 * inside(j, k))),
        values(n, 2, |j, k, _| real(0.25 * inside(j, k) + 0.01)),
    ];
    let [a, b] = starts;
    let fields = vec![field("u", false, 2, first, a), field("v", false, 2, second, b)];
    system(grid(n, 2, 1.0), fields)
}

fn wave(n: usize) -> System {
    let rate = product([number(0.2), laplacian(3, &Term::Field(0))]);
    let start = values(n, 3, |i, j, k| real((TAU * (i + j + k) / n as f64).sin()));
    let mut wave = field("u", false, 3, rate, start);
    wave.order = 2;
    system(grid(n, 3, 1.0), vec![wave])
}

fn ginzburg_landau(n: usize) -> System {
    let a = Term::Field(0);
    let rate = sum([
        a.clone(),
        product([complex(1.0, 0.5), laplacian(2, &a)]),
        product([complex(-1.0, 1.5), square_of_modulus(a.clone()), a]),
    ]);
    let start = values(n, 2, |j, k, _| {
        Complex64::new(0.5 * (0.1 * j).sin(), 0.5 * (0.07 * k).cos())
    });
    system(grid(n, 2, 1.0), vec![field("A", true, 2, rate, start)])
}

fn gross_pitaevskii(n: usize) -> System {
    let psi = Term::Field(0);
    let rate = product([
        complex(0.0, 1.0),
        minus(
            product([number(0.5), laplacian(2, &psi)]),
            product([square_of_modulus(psi.clone()), psi]),
        ),
    ]);
    let start = values(n, 2, |j, k, _| {
        let (j, k) = (j - 256.0, k - 256.0);
        real((-0.001 * (j * j + k * k)).exp())
    });
    // Wave numbers are multiples of 1/10.
    let h = 10.0 * TAU / n as f64;
    system(grid(n, 2, h), vec![field("ψ", true, 2, rate, start)])
}

fn kuramoto(n: usize) -> System {
    let phase = Term::Field(0);
    let pull = |axis, by| {
        let difference = minus(shifted(axis, by, phase.clone()), phase.clone());
        call(Function::Sine, difference)
    };
    let pulls = sum([pull(0, -1), pull(0, 1), pull(1, -1), pull(1, 1)]);
    let rate = sum([Term::Given(0), product([number(0.5), pulls])]);
    let start =
        values(n, 2, |j, k, _| real(3.0 * (0.1 * j).sin() + (0.07 * k * j).cos()));
    let mut all = system(grid(n, 2, 1.0), vec![field("θ", false, 2, rate, start)]);
    all.given.push(Given {
        name: "ω".to_owned(),
        complex: false,
        values: values(n, 2, |j, k, _| real(0.3 * (0.3 * j * k).cos())).into(),
    });
    all
}

fn kuramoto_all(n: usize) -> System {
    let phase = Term::Field(0);
    let mean = |function| Term::Mean(Arc::new(call(function, phase.clone())));
    let pull = minus(
        product([mean(Function::Sine), call(Function::Cosine, phase.clone())]),
        product([mean(Function::Cosine), call(Function::Sine, phase.clone())]),
    );
    let rate = sum([Term::Given(0), product([number(1.5), pull])]);
    let start = values(n, 1, |j, _, _| real(3.0 * (0.37 * j).sin()));
    let mut all = system(grid(n, 1, 1.0), vec![field("θ", false, 1, rate, start)]);
    all.given.push(Given {
        name: "ω".to_owned(),
        complex: false,
        values: values(n, 1, |j, _, _| real(0.5 * (0.11 * j).cos())).into(),
    });
    all
}

/// `abelian_higgs(φ, [θ_x, θ_y, θ_z])` with h = e = λ = v = 1.
fn abelian_higgs(n: usize) -> System {
    let phi = Term::Field(0);
    let angle = |axis: usize| Term::Field(1 + axis);
    let transport = |sign: f64, axis| {
        call(Function::Exponential, product([complex(0.0, sign), angle(axis)]))
    };
    let mut matter = vec![product([
        number(0.5),
        minus(number(1.0), square_of_modulus(phi.clone())),
        phi.clone(),
    ])];
    let mut fields = Vec::new();
    for axis in 0..3 {
        let next = product([transport(-1.0, axis), shifted(axis, 1, phi.clone())]);
        let last = shifted(axis, -1, product([transport(1.0, axis), phi.clone()]));
        matter.push(sum([next, last, product([number(-2.0), phi.clone()])]));
    }
    let start = values(n, 3, |i, j, k| {
        let [x, y, z] = [i, j, k].map(|place| TAU * place / n as f64);
        Complex64::new(
            0.5 * x.sin() + 0.3 * (2.0 * y + z).cos(),
            0.4 * (x - y).cos() + 0.2 * (3.0 * z).sin(),
        )
    });
    fields.push(field("φ", true, 3, Term::Sum(matter.into()), start));
    for axis in 0..3 {
        let overlap = product([
            call(Function::Conjugate, phi.clone()),
            transport(-1.0, axis),
            shifted(axis, 1, phi.clone()),
        ]);
        let mut terms = vec![call(Function::ImaginaryPart, overlap)];
        for other in (0..3).filter(|other| *other != axis) {
            let (first, second, sign) =
                if axis < other { (axis, other, -1.0) } else { (other, axis, 1.0) };
            let turned = sum([
                angle(first),
                shifted(first, 1, angle(second)),
                product([number(-1.0), shifted(second, 1, angle(first))]),
                product([number(-1.0), angle(second)]),
            ]);
            let sine = call(Function::Sine, turned);
            let change = minus(sine.clone(), shifted(other, -1, sine));
            terms.push(product([number(sign), change]));
        }
        let start = values(n, 3, |i, j, k| {
            let [x, y, z] = [i, j, k].map(|place| TAU * place / n as f64);
            real(match axis {
                0 => y.sin() * z.cos(),
                1 => 0.7 * (z + x).sin(),
                _ => 0.6 * x.cos() - 0.5 * (2.0 * y).sin(),
            })
        });
        let name = ["θ_x", "θ_y", "θ_z"][axis];
        fields.push(field(name, false, 3, Term::Sum(terms.into()), start));
    }
    system(grid(n, 3, 1.0), fields)
}

/// In time.
#[derive(Clone, Copy)]
enum Way {
    Differences(stepper::Method),
    Fourier(spectral::Method),
}

/// A problem: its equations, method, Δt, the steps after which its checksum is taken.
struct Problem {
    name: &'static str,
    make: fn(usize) -> System,
    /// Points along each axis.
    points: usize,
    way: Way,
    step: f64,
    steps: u64,
}

const PROBLEMS: [Problem; 9] = {
    use Way::{Differences, Fourier};
    use stepper::Method::{Euler, Leapfrog, RungeKutta4};
    const fn problem(
        name: &'static str,
        make: fn(usize) -> System,
        points: usize,
        way: Way,
        step: f64,
        steps: u64,
    ) -> Problem {
        Problem { name, make, points, way, step, steps }
    }
    [
        problem("diffusion", diffusion, 1024, Differences(Euler), 1.0, 100),
        problem("gray_scott", gray_scott, 512, Differences(Euler), 1.0, 100),
        problem(
            "ginzburg_landau",
            ginzburg_landau,
            512,
            Differences(RungeKutta4),
            0.01,
            50,
        ),
        problem("wave", wave, 192, Differences(Leapfrog), 1.0, 20),
        problem("kuramoto", kuramoto, 512, Differences(Euler), 0.05, 100),
        problem(
            "kuramoto_all",
            kuramoto_all,
            20_000,
            Differences(RungeKutta4),
            0.05,
            100,
        ),
        problem("abelian_higgs", abelian_higgs, 128, Differences(Euler), 0.05, 10),
        problem(
            "ginzburg_landau_etd",
            ginzburg_landau,
            512,
            Fourier(spectral::Method::EtdRk4),
            0.05,
            20,
        ),
        problem(
            "gross_pitaevskii",
            gross_pitaevskii,
            512,
            Fourier(spectral::Method::Strang),
            0.001,
            50,
        ),
    ]
};

fn plan(problem: &Problem, system: &System) -> Stepping {
    match problem.way {
        Way::Differences(method) => {
            let scheme = discretise(system, &SpaceOptions::default()).unwrap();
            let options = stepper::Options {
                method,
                step: Some(problem.step),
                ..stepper::Options::default()
            };
            stepper::build(&scheme, &options).unwrap()
        }
        Way::Fourier(method) => {
            let form = spectral::analyse(system).unwrap();
            let mut options = spectral::Options::new(method, problem.step);
            // As the C program.
            options.dealiasing = spectral::Dealiasing::Off;
            spectral::stepping_of(system, &form, &options).unwrap()
        }
    }
}

/// A machine with its stepping.
struct Ours {
    machine: Box<dyn Machine>,
    stepping: Stepping,
    step: f64,
}

impl Ours {
    /// At the start: t = 0, no steps.
    fn begin(&mut self) {
        let stepping = &self.stepping;
        for (place, array) in stepping.plan.arrays.iter().enumerate() {
            if let Some(values) = &array.values {
                self.machine.write(place, values);
            }
        }
        for (scalar, value) in
            [(stepping.time, 0.0), (stepping.step_size, self.step), (stepping.count, 0.0)]
        {
            self.machine.set_scalar(scalar, value);
        }
        self.execute(self.stepping.start, 1);
    }

    fn execute(&mut self, procedure: usize, times: u64) {
        let done = self.machine.execute(procedure, times, &|| false).unwrap();
        assert_eq!(done, times);
    }

    fn checksum(&mut self, system: &System, steps: u64) -> f64 {
        self.begin();
        self.execute(self.stepping.step, steps);
        self.execute(self.stepping.observe, 1);
        let cells = system.fields[0].start.len();
        let mut values = vec![0.0; cells];
        let mut all = 0.0;
        for plane in self.stepping.planes.clone() {
            self.machine.read(plane, &mut values);
            let weighed = values.iter().enumerate();
            all += weighed.map(|(i, x)| (1 + i % 7) as f64 * x * x).sum::<f64>();
        }
        all
    }

    /// Million cells a second, best of so many bursts.
    fn speed(&mut self, cells: usize, bursts: u32, seconds: f64) -> f64 {
        self.begin();
        // Both widths of vectors are tried during the first steps.
        self.execute(self.stepping.step, 16);
        let (mut steps, mut best) = (4, 0.0_f64);
        for burst in 0..bursts {
            if burst % 4 == 0 {
                // From the start, as C: species that die out become slow numbers.
                self.begin();
                self.execute(self.stepping.step, 1);
            }
            let began = Instant::now();
            self.execute(self.stepping.step, steps);
            let rate = steps as f64 * cells as f64 / began.elapsed().as_secs_f64();
            best = best.max(rate);
            steps = ((seconds * rate / cells as f64) as u64).max(1);
        }
        best / 1e6
    }

    /// Allocations that more steps take beyond fewer.
    fn allocations(&mut self) -> u64 {
        let mut counted = |steps| {
            let before = ALLOCATIONS.load(Ordering::Relaxed);
            self.execute(self.stepping.step, steps);
            ALLOCATIONS.load(Ordering::Relaxed) - before
        };
        let few = counted(1);
        counted(9).saturating_sub(few)
    }
}

fn measure(
    problem: &Problem,
    precision: Precision,
    threads: usize,
    bursts: u32,
    seconds: f64,
) {
    let cpu = Cpu::new(Some(threads));
    // The same code without its data: on a small box.
    let small = (problem.make)(32);
    let began = Instant::now();
    let machine = cpu.prepare(&plan(problem, &small).plan, precision).unwrap();
    let compiled = began.elapsed().as_secs_f64();
    drop(machine);
    if let Ok(times) = std::env::var("REPEAT") {
        for _ in 0..times.parse::<usize>().unwrap() {
            let _ = cpu.prepare(&plan(problem, &small).plan, precision).unwrap();
        }
        return;
    }
    let system = (problem.make)(problem.points);
    let began = Instant::now();
    let stepping = plan(problem, &system);
    let machine = cpu.prepare(&stepping.plan, precision).unwrap();
    let whole = began.elapsed().as_secs_f64();
    if std::env::var("LISTING").is_ok() {
        show(&stepping, machine.as_ref());
    }
    let mut ours = Ours { machine, stepping, step: problem.step };
    let checksum = ours.checksum(&system, problem.steps);
    let speed = if bursts == 0 {
        0.0
    } else {
        ours.speed(system.fields[0].start.len(), bursts, seconds)
    };
    if std::env::var("LISTING").is_ok() {
        println!("{:?}", ours.machine.remarks());
    }
    let allocated = ours.allocations();
    let width = if precision == Precision::Double { "double" } else { "single" };
    println!(
        "{} {width} {threads} {speed:.2} {:.2} {:.2} {checksum:.15e} {allocated}",
        problem.name,
        compiled * 1e3,
        whole * 1e3,
    );
}

/// The step's actions with their programs, and the code.
fn show(stepping: &Stepping, machine: &dyn Machine) {
    for procedure in &stepping.plan.procedures {
        println!("{}:", procedure.name);
        for action in &procedure.actions {
            println!("  {action:?}");
        }
    }
    for (place, program) in stepping.plan.programs.iter().enumerate() {
        println!("program {place}, {}:", program.name);
        for (node, op) in program.graph.ops().iter().enumerate() {
            println!("  {node}: {op:?}");
        }
        println!("  stores {:?}, sums {:?}", program.stores, program.reductions);
        println!("{}", machine.listing(place));
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let word = |place: usize| words.get(place).map_or("", String::as_str);
    if word(0) == "list" {
        for problem in &PROBLEMS {
            println!("{} {}", problem.name, problem.steps);
        }
        return;
    }
    let bursts = word(3).parse().unwrap_or(12);
    let seconds = word(4).parse().unwrap_or(0.06);
    for problem in &PROBLEMS {
        if !matches!(word(0), "" | "all") && word(0) != problem.name {
            continue;
        }
        for (name, precision) in
            [("double", Precision::Double), ("single", Precision::Single)]
        {
            for threads in [1, 2] {
                let wanted = word(2).parse().ok();
                if (matches!(word(1), "" | "both") || word(1) == name)
                    && wanted.is_none_or(|wanted: usize| wanted == threads)
                {
                    measure(problem, precision, threads, bursts, seconds);
                }
            }
        }
    }
}
