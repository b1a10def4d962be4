//! Measures that a plan computes at every save: the sums that define them over the saved frames, and the same bits on all threads.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use holor_field::discretise::{SpaceOptions, discretise};
use holor_field::elementary::lower;
use holor_field::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Given, Grid, System, Term,
};
use holor_field::interpreter::Interpreter;
use holor_field::plan::{Grouping, ReductionKind};
use holor_field::run::{Control, Hooks, Measure, Observer, Row, Run, Snapshot};
use holor_field::stepper::{self, Options};
use holor_field::{Backend, FieldResult, Machine, Plan, Precision, spectral};
use holor_field_cpu::Cpu;

/// The interpreter with the functions of compiled backends.
#[derive(Debug)]
struct Lowered;

impl Backend for Lowered {
    fn name(&self) -> String {
        "interpreter of arithmetic".to_owned()
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        Interpreter::new().prepare(&lower(plan, precision), precision)
    }
}

fn number(x: f64) -> Term {
    Term::Number(Complex64::new(x, 0.0))
}

fn sum(terms: &[Term]) -> Term {
    Term::Sum(terms.into())
}

fn product(terms: &[Term]) -> Term {
    Term::Product(terms.into())
}

fn call(function: Function, argument: Term) -> Term {
    Term::Function(function, [argument].into())
}

fn shifted(axis: usize, by: i32, body: Term) -> Term {
    Term::Shifted { axis, by, body: Arc::new(body) }
}

fn square(a: Term) -> Term {
    Term::Power(Arc::new(call(Function::Absolute, a)), Arc::new(number(2.0)))
}

/// ∂ₜA = A + ∇²A − |A|² A with u beside it, ∂ₜu = ∇²u.
fn system(points: &[usize], closed: bool) -> System {
    let rank = points.len();
    let axes = points.iter().enumerate().map(|(place, points)| Axis {
        name: ["x", "y", "z"][place].to_owned(),
        low: 0.0,
        high: 0.7 * *points as f64,
        points: *points,
        closed,
    });
    let side = || match closed {
        true => [Boundary::Periodic, Boundary::Periodic],
        false => [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))],
    };
    let laplacian = |body: Term| {
        let along = (0..rank).map(|axis| {
            let first = Term::Derivative { axis, body: Arc::new(body.clone()) };
            Term::Derivative { axis, body: Arc::new(first) }
        });
        sum(&along.collect::<Vec<_>>())
    };
    let cells: usize = points.iter().product();
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        (state >> 40) as f64 / f64::from(1 << 24) - 0.5
    };
    let field = |name: &str, complex, rate, start| Field {
        name: name.to_owned(),
        complex,
        order: 1,
        rate,
        boundaries: (0..rank).map(|_| side()).collect(),
        start,
        start_velocity: Vec::new(),
        edge: Edge::Closed,
        shift: [false; 3],
    };
    let (a, u) = (Term::Field(0), Term::Field(1));
    let cubic = product(&[number(-1.0), square(a.clone()), a.clone()]);
    let starts: [Vec<Complex64>; 2] = [
        (0..cells).map(|_| Complex64::new(random(), random())).collect(),
        (0..cells).map(|_| Complex64::new(0.3 + random(), 0.0)).collect(),
    ];
    let [first, second] = starts.clone();
    System {
        grid: Grid { axes: axes.collect(), mask: None },
        fields: vec![
            field("A", true, sum(&[a.clone(), laplacian(a), cubic]), first.clone()),
            field("u", false, laplacian(u), second),
        ],
        given: vec![Given { name: "A0".to_owned(), complex: true, values: first.into() }],
        noises: Vec::new(),
    }
}

/// The phase's way from one site to a neighbour, by the shortest way.
fn step(from: &Term, to: &Term) -> Term {
    let less = product(&[number(-1.0), from.clone()]);
    let apart = sum(&[to.clone(), less]);
    let above = Term::Function(Function::Less, [number(PI), apart.clone()].into());
    let below = Term::Function(Function::Less, [apart.clone(), number(-PI)].into());
    sum(&[apart, product(&[number(-TAU), above]), product(&[number(TAU), below])])
}

fn winding() -> Term {
    let at =
        |x, y| call(Function::Argument, shifted(0, x, shifted(1, y, Term::Field(0))));
    let [a, b, c, d] = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)];
    let way = sum(&[step(&a, &b), step(&b, &c), step(&c, &d), step(&d, &a)]);
    let turns = sum(&[product(&[number(1.0 / TAU), way]), number(0.5)]);
    call(Function::Absolute, call(Function::Floor, turns))
}

fn signed(k: usize, n: usize) -> f64 {
    if 2 * k <= n { k as f64 } else { k as f64 - n as f64 }
}

/// The distance of every cell from the first around the box, in cells.
fn distances(points: &[usize]) -> Vec<f64> {
    let cells = points.iter().product();
    (0..cells)
        .map(|cell: usize| {
            let (mut rest, mut square) = (cell, 0.0);
            for n in points.iter().rev() {
                square += signed(rest % n, *n).powi(2);
                rest /= n;
            }
            square.sqrt()
        })
        .collect()
}

fn shells(points: &[usize]) -> Arc<Grouping> {
    let mut groups = vec![Vec::new(); points[0] / 2 + 1];
    for (place, r) in distances(points).iter().enumerate() {
        if let Some(group) = groups.get_mut((r + 0.5) as usize) {
            group.push(place as u32);
        }
    }
    // A cell may be in several.
    groups[points[0] / 2] = vec![0];
    Arc::new(Grouping::new(&groups))
}

fn measures(points: &[usize]) -> Vec<(&'static str, Measure)> {
    let (a, u) = (Term::Field(0), Term::Field(1));
    let phase = call(Function::Argument, a.clone());
    let unit = sum(&[
        call(Function::Cosine, phase.clone()),
        product(&[
            Term::Number(Complex64::new(0.0, 1.0)),
            call(Function::Sine, phase.clone()),
        ]),
    ]);
    let overlap = product(&[call(Function::Conjugate, Term::Given(0)), a.clone()]);
    let gathered = |kind, terms: Vec<Term>| Measure::Gathered {
        kind,
        terms,
        inside: false,
        order: 4,
    };
    let mut all = vec![
        ("squares", gathered(ReductionKind::Sum, vec![square(a.clone()), u.clone()])),
        ("least", gathered(ReductionKind::Minimum, vec![u.clone()])),
        (
            "overlap",
            gathered(
                ReductionKind::Sum,
                vec![
                    call(Function::RealPart, overlap.clone()),
                    call(Function::ImaginaryPart, overlap),
                ],
            ),
        ),
        (
            "neighbours",
            gathered(
                ReductionKind::Sum,
                vec![product(&[shifted(0, 2, u.clone()), shifted(0, -1, u.clone())])],
            ),
        ),
        (
            "coordinates",
            gathered(
                ReductionKind::Sum,
                vec![product(&[Term::Coordinate(0), u.clone()])],
            ),
        ),
        (
            "gradient",
            gathered(
                ReductionKind::Sum,
                vec![
                    square(Term::Derivative { axis: 0, body: Arc::new(u.clone()) }),
                    call(
                        Function::RealPart,
                        product(&[
                            call(Function::Conjugate, a.clone()),
                            Term::Derivative { axis: 0, body: Arc::new(a.clone()) },
                        ]),
                    ),
                ],
            ),
        ),
        (
            "steepest",
            gathered(
                ReductionKind::Maximum,
                vec![Term::Derivative { axis: 0, body: Arc::new(u.clone()) }],
            ),
        ),
        ("power of A", Measure::Power { of: a.clone(), shells: shells(points) }),
        ("power of u", Measure::Power { of: u.clone(), shells: shells(points) }),
        (
            "power of both",
            Measure::Power {
                of: product(&[a.clone(), u.clone()]),
                shells: shells(points),
            },
        ),
        (
            "correlation of A",
            Measure::Correlation { of: a, connected: false, shells: shells(points) },
        ),
        (
            "correlation of u",
            Measure::Correlation { of: u, connected: true, shells: shells(points) },
        ),
        ("local", Measure::Local { of: unit, radius: 2, kind: ReductionKind::Sum }),
    ];
    if points.len() == 2 {
        all.push((
            "windings",
            Measure::Gathered {
                kind: ReductionKind::Sum,
                terms: vec![winding()],
                inside: true,
                order: 2,
            },
        ));
    }
    all
}

/// What a measure is, from a frame.
fn expected(
    name: &str,
    system: &System,
    points: &[usize],
    snapshot: &Snapshot,
) -> Vec<f64> {
    let plane = |place: usize| snapshot.planes[place].to_double();
    let (re, im, u) = (plane(0), plane(1), plane(2));
    let a: Vec<Complex64> =
        re.iter().zip(&im).map(|(re, im)| Complex64::new(*re, *im)).collect();
    let real: Vec<Complex64> = u.iter().map(|u| Complex64::new(*u, 0.0)).collect();
    let cells = a.len();
    let places = |cell: usize| {
        let mut rest = cell;
        let mut place = vec![0; points.len()];
        for (own, n) in place.iter_mut().zip(points).rev() {
            *own = rest % n;
            rest /= n;
        }
        place
    };
    let moved = |cell: usize, by: &[i64]| {
        places(cell).iter().zip(points).zip(by).fold(0, |all, ((own, n), by)| {
            all * n + (*own as i64 + by).rem_euclid(*n as i64) as usize
        })
    };
    let in_shells = |value: &dyn Fn(usize) -> f64| {
        let shells = shells(points);
        let groups =
            shells.starts.windows(2).map(|ends| &shells.places[ends[0]..ends[1]]);
        let values: Vec<f64> = (0..cells).map(value).collect();
        groups
            .map(|group| group.iter().map(|cell| values[*cell as usize]).sum())
            .collect()
    };
    let power = |values: &[Complex64]| {
        in_shells(&|mode| {
            let k = places(mode);
            let mut total = Complex64::default();
            for (cell, value) in values.iter().enumerate() {
                let turns: f64 = places(cell)
                    .iter()
                    .zip(&k)
                    .zip(points)
                    .map(|((x, k), n)| (x * k % n) as f64 / *n as f64)
                    .sum();
                total += value * Complex64::from_polar(1.0, -TAU * turns);
            }
            total.norm_sqr() / cells as f64
        })
    };
    let correlation = |values: &[Complex64]| {
        in_shells(&|r| {
            let by: Vec<i64> = places(r).iter().map(|n| *n as i64).collect();
            let pairs = (0..cells).map(|x| (values[x].conj() * values[moved(x, &by)]).re);
            pairs.sum::<f64>() / cells as f64
        })
    };
    let zeros = vec![0_i64; points.len()];
    let along = |by: i64| {
        let mut shift = zeros.clone();
        shift[0] = by;
        shift
    };
    match name {
        "squares" => vec![a.iter().map(|z| z.norm_sqr()).sum(), u.iter().sum()],
        "least" => vec![u.iter().copied().fold(f64::INFINITY, f64::min)],
        "overlap" => {
            let starts = system.fields[0].start.iter();
            let sum: Complex64 = starts.zip(&a).map(|(start, z)| start.conj() * z).sum();
            vec![sum.re, sum.im]
        }
        "neighbours" => {
            let pairs =
                (0..cells).map(|x| u[moved(x, &along(2))] * u[moved(x, &along(-1))]);
            vec![pairs.sum()]
        }
        "gradient" | "steepest" => {
            // (u(x − 2h) − 8 u(x − h) + 8 u(x + h) − u(x + 2h))/12h.
            let h = system.grid.axes[0].spacing();
            let slope = |x: usize, values: &[Complex64]| {
                let at = |by: i64| values[moved(x, &along(by))];
                (at(-2) - at(2) + (at(1) - at(-1)) * 8.0) / (12.0 * h)
            };
            let all = (0..cells).map(|x| slope(x, &real).re);
            if name == "steepest" {
                return vec![all.fold(f64::NEG_INFINITY, f64::max)];
            }
            let own = (0..cells).map(|x| (a[x].conj() * slope(x, &a)).re);
            vec![all.map(|x| x * x).sum(), own.sum()]
        }
        "coordinates" => {
            let axis = &system.grid.axes[0];
            let all = u.iter().enumerate();
            vec![all.map(|(x, u)| axis.at(places(x)[0] as f64) * u).sum()]
        }
        "power of A" => power(&a),
        "power of u" => power(&real),
        "power of both" => {
            power(&a.iter().zip(&u).map(|(a, u)| a * u).collect::<Vec<_>>())
        }
        "correlation of A" => correlation(&a),
        "correlation of u" => {
            let mean = u.iter().sum::<f64>() / cells as f64;
            correlation(&real.iter().map(|u| u - mean).collect::<Vec<_>>())
        }
        "local" => {
            let windows: Vec<Vec<i64>> = (0..5_usize.pow(points.len() as u32))
                .map(|n| {
                    (0..points.len() as u32)
                        .map(|d| (n / 5_usize.pow(d) % 5) as i64 - 2)
                        .collect()
                })
                .collect();
            let all = (0..cells).map(|x| {
                let sum: Complex64 = windows
                    .iter()
                    .map(|by| {
                        let z = a[moved(x, by)];
                        z / z.norm()
                    })
                    .sum();
                (sum / windows.len() as f64).norm()
            });
            vec![all.sum()]
        }
        _ => {
            let angle = |x: usize, by: [i64; 2]| a[moved(x, &by)].arg();
            let mut count = 0.0;
            for x in 0..cells {
                let place = places(x);
                let ends = (0..2).any(|d| place[d] + 1 == points[d]);
                if ends && !system.grid.axes[0].closed {
                    continue;
                }
                let corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(|by| angle(x, by));
                let turns: f64 = (0..4)
                    .map(|k| {
                        let way = corners[(k + 1) % 4] - corners[k];
                        way - TAU * (way / TAU).round()
                    })
                    .sum();
                count += (turns / TAU).round().abs();
            }
            vec![count]
        }
    }
}

struct Case {
    points: Vec<usize>,
    closed: bool,
    spectral: bool,
}

fn run(case: &Case, precision: Precision, backend: Arc<dyn Backend>) -> (Vec<Row>, Run) {
    let system = Arc::new(system(&case.points, case.closed));
    let observers: Vec<Observer> = measures(&case.points)
        .into_iter()
        .filter(|(name, _)| case.closed || closed_or_not(name))
        .map(|(name, measure)| Observer::measure(name, Arc::clone(&system), measure))
        .collect();
    let options =
        Options { step: Some(0.02), save: Some(0.1), precision, ..Options::default() };
    let (stepping, scheme) = if case.spectral {
        let plan = spectral::Options::new(spectral::Method::EtdRk2, 0.02);
        (spectral::stepping(&system, &plan).unwrap(), None)
    } else {
        let scheme = discretise(&system, &SpaceOptions::default()).unwrap();
        (stepper::build(&scheme, &options).unwrap(), Some(Arc::new(scheme)))
    };
    let mut run = Run::start(stepping, scheme, &observers, &options, backend).unwrap();
    let mut hooks = Hooks {
        control: &mut |_| Control::Continue,
        save: &mut |_, _| Ok(Control::Continue),
        planes: true,
        interrupted: &|| false,
    };
    run.advance(0.3, &mut hooks).unwrap();
    (run.rows().to_vec(), run)
}

/// Those that boxes with ends have too.
fn closed_or_not(name: &str) -> bool {
    ["squares", "least", "overlap", "coordinates", "windings"].contains(&name)
}

#[test]
fn measures_are_the_sums_that_define_them() {
    let cases = [
        Case { points: vec![12, 9], closed: true, spectral: false },
        Case { points: vec![10, 14], closed: true, spectral: true },
        Case { points: vec![9, 11], closed: false, spectral: false },
        Case { points: vec![6, 5, 8], closed: true, spectral: false },
        Case { points: vec![40], closed: true, spectral: true },
    ];
    for case in &cases {
        let all: Vec<(&str, Measure)> = measures(&case.points)
            .into_iter()
            .filter(|(name, _)| case.closed || closed_or_not(name))
            .collect();
        let system = system(&case.points, case.closed);
        for precision in [Precision::Double, Precision::Single] {
            let tolerance = if precision == Precision::Double { 1e-12 } else { 3e-5 };
            let (reference, run_there) = run(case, precision, Arc::new(Lowered));
            for (row, snapshot) in reference.iter().zip(run_there.snapshots()) {
                let mut values = row.values.iter();
                for (name, measure) in &all {
                    let found: Vec<f64> =
                        values.by_ref().take(measure.width()).copied().collect();
                    let wanted = expected(name, &system, &case.points, snapshot);
                    assert_eq!(found.len(), wanted.len());
                    let size = wanted.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
                    let size = size.max(if *name == "overlap" { 10.0 } else { 1.0 });
                    for (f, w) in found.iter().zip(&wanted) {
                        let apart = (f - w).abs() / size;
                        let what = (name, &case.points, precision, row.time);
                        assert!(apart < tolerance, "{what:?}: {found:?}, not {wanted:?}");
                    }
                }
                assert_eq!(values.next(), None);
            }
            for threads in [1, 3] {
                let cpu = Cpu::new(Some(threads)).on_all_threads();
                let (rows, _) = run(case, precision, Arc::new(cpu));
                for (row, same) in rows.iter().zip(&reference) {
                    let mut place = 0;
                    for (name, measure) in &all {
                        let range = place..place + measure.width();
                        let (own, there) =
                            (&row.values[range.clone()], &same.values[range]);
                        // Transforms round differently.
                        let exact =
                            !case.spectral && matches!(measure, Measure::Gathered { .. });
                        let size = there.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
                        let size = size.max(if *name == "overlap" { 10.0 } else { 1.0 });
                        for (x, y) in own.iter().zip(there) {
                            let near = (x - y).abs() < tolerance * size;
                            assert!(near && (!exact || x == y), "{name}: {x}, {y}");
                        }
                        place += measure.width();
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_not_measured_is_refused() {
    let system = Arc::new(system(&[6, 5], false));
    let scheme = discretise(&system, &SpaceOptions::default()).unwrap();
    let options = Options { step: Some(0.02), save: Some(0.1), ..Options::default() };
    let refused = |measure: Measure, text: &str| {
        let stepping = stepper::build(&scheme, &options).unwrap();
        let observers = [Observer::measure("it", Arc::clone(&system), measure)];
        let backend = Arc::new(Interpreter::new());
        let whole = Some(Arc::new(scheme.clone()));
        let error = Run::start(stepping, whole, &observers, &options, backend).err();
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(text), "{error}");
    };
    let gathered = |term| Measure::Gathered {
        kind: ReductionKind::Sum,
        terms: vec![term],
        inside: false,
        order: 2,
    };
    refused(gathered(Term::Field(0)), "must be real");
    refused(gathered(shifted(0, 1, Term::Field(1))), "beyond the box");
    let derivative = Term::Derivative { axis: 0, body: Arc::new(Term::Field(1)) };
    refused(gathered(derivative), "does not close");
    refused(
        Measure::Power { of: Term::Field(0), shells: shells(&[6, 5]) },
        "does not close",
    );
}
