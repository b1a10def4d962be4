//! Equations with their methods in time: those whose kernels are kept for reading, and more that together use every action.

use std::sync::Arc;

use holor_field::discretise::{Limiter, SpaceOptions, discretise};
use holor_field::equation::{
    Axis, Boundary, Complex64, Edge, Field, Function, Given, Grid, Noise, System, Term,
};
use holor_field::stepper::{self, Method, Stepping};
use holor_field::{Precision, spectral};

/// An equation ready to step.
pub(crate) struct Golden {
    pub(crate) name: &'static str,
    pub(crate) stepping: Stepping,
    /// Δt.
    pub(crate) step: f64,
    /// Whether there are Fourier transforms, whose roundings differ between libraries in single precision.
    pub(crate) fourier: bool,
}

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

fn derivative(axis: usize, body: Term) -> Term {
    Term::Derivative { axis, body: Arc::new(body) }
}

fn laplacian(rank: usize, body: &Term) -> Term {
    let second = |axis| derivative(axis, derivative(axis, body.clone()));
    Term::Sum((0..rank).map(second).collect())
}

fn grid(points: &[usize], closed: bool, h: f64) -> Grid {
    let axis = |(name, n): (&&str, &usize)| Axis {
        name: (*name).to_owned(),
        low: 0.0,
        high: *n as f64 * h,
        points: *n,
        closed,
    };
    Grid { axes: ["x", "y", "z"].iter().zip(points).map(axis).collect(), mask: None }
}

fn values(points: &[usize], value: impl Fn([f64; 3]) -> Complex64) -> Vec<Complex64> {
    let count: usize = points.iter().product();
    let place = |mut cell: usize| {
        let mut at = [0.0; 3];
        for (axis, n) in points.iter().enumerate().rev() {
            at[axis] = (cell % n) as f64;
            cell /= n;
        }
        at
    };
    (0..count).map(|cell| value(place(cell))).collect()
}

fn wavy(points: &[usize]) -> Vec<Complex64> {
    values(points, |[i, j, k]| {
        let re = (0.3 * i).sin() + 0.5 * (0.2 * j + 0.1).cos() + 0.2 * (0.7 * k).sin();
        Complex64::new(0.5 * re, 0.0)
    })
}

fn turning(points: &[usize]) -> Vec<Complex64> {
    values(points, |[i, j, k]| {
        let phase = 0.4 * i + 0.3 * (0.2 * j).sin() - 0.1 * k;
        Complex64::from_polar(0.6 + 0.1 * (0.5 * j).cos(), phase)
    })
}

fn field(name: &str, rate: Term, start: Vec<Complex64>, rank: usize) -> Field {
    Field {
        name: name.to_owned(),
        complex: start.iter().any(|z| z.im != 0.0),
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

pub(crate) fn diffusion(points: &[usize]) -> System {
    let rank = points.len();
    let rate = product([number(0.1), laplacian(rank, &Term::Field(0))]);
    system(grid(points, true, 1.0), vec![field("u", rate, wavy(points), rank)])
}

pub(crate) fn gray_scott(points: &[usize]) -> System {
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
    let fields = vec![
        field("u", first, wavy(points), 2),
        field(
            "v",
            second,
            values(points, |[j, k, _]| (0.25 + 0.1 * (j * k).sin()).into()),
            2,
        ),
    ];
    system(grid(points, true, 1.0), fields)
}

fn wave(points: &[usize]) -> System {
    let rate = product([number(0.2), laplacian(3, &Term::Field(0))]);
    let mut wave = field("u", rate, wavy(points), 3);
    wave.order = 2;
    system(grid(points, true, 1.0), vec![wave])
}

pub(crate) fn ginzburg_landau(points: &[usize]) -> System {
    let a = Term::Field(0);
    let rate = sum([
        a.clone(),
        product([complex(1.0, 0.5), laplacian(2, &a)]),
        product([complex(-1.0, 1.5), square_of_modulus(a.clone()), a]),
    ]);
    system(grid(points, true, 1.0), vec![field("A", rate, turning(points), 2)])
}

pub(crate) fn gross_pitaevskii(points: &[usize]) -> System {
    let psi = Term::Field(0);
    let rate = product([
        complex(0.0, 1.0),
        minus(
            product([number(0.5), laplacian(2, &psi)]),
            product([square_of_modulus(psi.clone()), psi]),
        ),
    ]);
    let fields = vec![field("ψ", rate, turning(points), 2)];
    system(grid(points, true, 0.5), fields)
}

fn kuramoto(points: &[usize]) -> System {
    let phase = Term::Field(0);
    let pull = |axis, by| {
        let difference = minus(shifted(axis, by, phase.clone()), phase.clone());
        call(Function::Sine, difference)
    };
    let pulls = sum([pull(0, -1), pull(0, 1), pull(1, -1), pull(1, 1)]);
    let rate = sum([Term::Given(0), product([number(0.5), pulls])]);
    let mut all =
        system(grid(points, true, 1.0), vec![field("θ", rate, wavy(points), 2)]);
    let values = values(points, |[j, k, _]| (0.3 * (0.3 * j * k).cos()).into());
    let values = values.into();
    all.given.push(Given { name: "ω".to_owned(), complex: false, values });
    all
}

pub(crate) fn kuramoto_all(points: &[usize]) -> System {
    let phase = Term::Field(0);
    let mean = |function| Term::Mean(Arc::new(call(function, phase.clone())));
    let pull = minus(
        product([mean(Function::Sine), call(Function::Cosine, phase.clone())]),
        product([mean(Function::Cosine), call(Function::Sine, phase.clone())]),
    );
    let rank = points.len();
    let rate = sum([number(0.1), product([number(1.5), pull])]);
    system(grid(points, true, 1.0), vec![field("θ", rate, wavy(points), rank)])
}

/// φ ∈ ℂ and link angles θ_x, θ_y, θ_z on a lattice.
fn abelian_higgs(points: &[usize]) -> System {
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
    let mut links = Vec::new();
    for axis in 0..3 {
        let next = product([transport(-1.0, axis), shifted(axis, 1, phi.clone())]);
        let last = shifted(axis, -1, product([transport(1.0, axis), phi.clone()]));
        matter.push(sum([next, last, product([number(-2.0), phi.clone()])]));
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
        let name = ["θ_x", "θ_y", "θ_z"][axis];
        links.push(field(name, Term::Sum(terms.into()), wavy(points), 3));
    }
    let mut fields = vec![field("φ", Term::Sum(matter.into()), turning(points), 3)];
    fields.extend(links);
    system(grid(points, true, 1.0), fields)
}

/// Diffusion with a source between sides of every kind.
fn sides(points: &[usize], boundaries: &[[Boundary; 2]]) -> System {
    let rank = points.len();
    let u = Term::Field(0);
    let source = product([number(0.1), call(Function::Sine, Term::Coordinate(0))]);
    let growth = product([number(-0.2), power(u.clone(), 3.0)]);
    let rate = sum([product([number(0.2), laplacian(rank, &u)]), source, growth]);
    let mut field = field("u", rate, wavy(points), rank);
    field.boundaries = boundaries.to_vec();
    let mut grid = grid(points, false, 1.0);
    for (axis, sides) in grid.axes.iter_mut().zip(boundaries) {
        axis.closed = matches!(sides[0], Boundary::Periodic | Boundary::Antiperiodic);
    }
    system(grid, vec![field])
}

pub(crate) fn noisy(points: &[usize]) -> System {
    let mut all = diffusion(points);
    let noise = product([number(0.3), Term::Field(0), Term::Noise(0)]);
    all.fields[0].rate = sum([all.fields[0].rate.clone(), noise]);
    let (name, complex, uniform) = ("ξ".to_owned(), false, false);
    all.noises.push(Noise { name, complex, uniform });
    all
}

/// Cahn–Hilliard on half of the box, a disc left out.
fn masked(points: &[usize]) -> System {
    let mut all = diffusion(points);
    let middle = points.iter().map(|n| *n as f64 / 2.0).collect::<Vec<_>>();
    let outside = values(points, |at| {
        let far: f64 = middle.iter().zip(at).map(|(m, x)| (x - m) * (x - m)).sum();
        f64::from(u8::from(far > 9.0)).into()
    });
    all.grid.mask = Some(outside.iter().map(|z| z.re > 0.5).collect());
    all
}

/// ∂ₜu = −u + K ∗ tanh(u), K a Gaussian; or with the inverse Laplacian.
fn nonlocal(points: &[usize], inverse: bool) -> System {
    let u = Term::Field(0);
    let body = Arc::new(call(Function::HyperbolicTangent, u.clone()));
    let term = if inverse {
        Term::InverseLaplacian(body)
    } else {
        let squares = (0..points.len()).map(|axis| power(Term::Coordinate(axis), 2.0));
        let exponent = product([number(-0.5), Term::Sum(squares.collect())]);
        Term::Convolution {
            kernel: Arc::new(call(Function::Exponential, exponent)),
            body,
        }
    };
    let rate = minus(term, u);
    system(grid(points, true, 1.0), vec![field("u", rate, wavy(points), points.len())])
}

/// Vorticity and its stream function between walls, one of which has a value: ∂ₜω = ∂ₓψ ∂ᵧω − ∂ᵧψ ∂ₓω + ∇²ω/10 with ∇²ψ = −ω, or with (1 − ∇²)ψ = ω.
fn stirred(points: &[usize], laplacian_alone: bool) -> System {
    let (w, s) = (Term::Field(0), Term::Field(1));
    let product_of = |a: usize, b: usize| {
        product([derivative(a, s.clone()), derivative(b, w.clone())])
    };
    let rate = sum([
        minus(product_of(0, 1), product_of(1, 0)),
        product([number(0.1), laplacian(points.len(), &w)]),
    ]);
    let wall =
        |value: f64| [Boundary::Dirichlet(number(value)), Boundary::Neumann(number(0.0))];
    let mut vorticity = field("w", rate, wavy(points), points.len());
    let right = if laplacian_alone {
        Term::InverseLaplacian(Arc::new(product([number(-1.0), w.clone()])))
    } else {
        let second = |axis: usize| {
            let mut orders = [0; 3];
            orders[axis] = 2;
            (-1.0, orders)
        };
        let mut operator: Vec<(f64, [u32; 3])> = vec![(1.0, [0; 3])];
        operator.extend((0..points.len()).map(second));
        Term::Inverse { operator: operator.into(), body: Arc::new(w.clone()) }
    };
    let mut stream = field("s", right, wavy(points), points.len());
    stream.order = 0;
    vorticity.boundaries = points.iter().map(|_| wall(0.0)).collect();
    stream.boundaries = points.iter().map(|_| wall(0.5)).collect();
    system(grid(points, false, 1.0), vec![vorticity, stream])
}

fn differences(name: &'static str, system: &System, method: Method, step: f64) -> Golden {
    differences_with(name, system, (method, step), stepper::Options::default())
}

/// In single precision with compensated sums; the plan means something in double precision, too.
fn mixed(name: &'static str, system: &System, method: Method, step: f64) -> Golden {
    let options = stepper::Options {
        precision: Precision::Single,
        compensated: true,
        ..stepper::Options::default()
    };
    differences_with(name, system, (method, step), options)
}

fn differences_with(
    name: &'static str,
    system: &System,
    (method, step): (Method, f64),
    options: stepper::Options,
) -> Golden {
    let relative = options.compensated;
    let space = SpaceOptions { relative, ..SpaceOptions::default() };
    in_space(name, system, (method, step), (options, space))
}

/// With fluxes that are reconstructed between cells.
fn limited(name: &'static str, system: &System, limiter: Limiter, step: f64) -> Golden {
    let space = SpaceOptions { limiter: Some(limiter), ..SpaceOptions::default() };
    let method = Method::StrongStabilityPreserving;
    in_space(name, system, (method, step), (stepper::Options::default(), space))
}

fn in_space(
    name: &'static str,
    system: &System,
    (method, step): (Method, f64),
    (options, space): (stepper::Options, SpaceOptions),
) -> Golden {
    let scheme = discretise(system, &space).expect(name);
    let options = stepper::Options {
        method,
        step: Some(step),
        seed: 0x1234_5678_9abc_def0,
        // Also for single precision.
        solver_tolerance: Some(1e-4),
        interpretation: Some(match method {
            Method::EulerMaruyama => stepper::Interpretation::Ito,
            _ => stepper::Interpretation::Stratonovich,
        }),
        ..options
    };
    let stepping = stepper::build(&scheme, &options).expect(name);
    let fourier = !stepping.plan.transforms.is_empty();
    Golden { name, stepping, step, fourier }
}

fn fourier(
    name: &'static str,
    system: &System,
    method: spectral::Method,
    step: f64,
) -> Golden {
    let form = spectral::analyse(system).expect(name);
    let options = spectral::Options::new(method, step);
    let stepping = spectral::stepping_of(system, &form, &options).expect(name);
    Golden { name, stepping, step, fourier: true }
}

/// Those whose kernels are kept for reading.
pub(crate) fn kept() -> Vec<Golden> {
    kept_on(&[13, 37], &[6, 5, 19], &[1203])
}

/// The same on boxes of two, three and one dimensions.
pub(crate) fn kept_on(plane: &[usize], cube: &[usize], line: &[usize]) -> Vec<Golden> {
    vec![
        differences("diffusion", &diffusion(plane), Method::Euler, 1.0),
        differences("gray_scott", &gray_scott(plane), Method::Euler, 1.0),
        differences(
            "ginzburg_landau_rk4",
            &ginzburg_landau(plane),
            Method::RungeKutta4,
            0.01,
        ),
        fourier(
            "ginzburg_landau_etdrk4",
            &ginzburg_landau(plane),
            spectral::Method::EtdRk4,
            0.05,
        ),
        differences("wave", &wave(cube), Method::Leapfrog, 1.0),
        fourier(
            "gross_pitaevskii",
            &gross_pitaevskii(plane),
            spectral::Method::Strang,
            0.01,
        ),
        differences("kuramoto", &kuramoto(plane), Method::Euler, 0.05),
        differences("abelian_higgs", &abelian_higgs(cube), Method::Euler, 0.05),
        // Sums, and noise.
        differences("kuramoto_mean", &kuramoto_all(line), Method::RungeKutta4, 0.05),
        differences("stochastic_heat", &noisy(plane), Method::StochasticHeun, 0.1),
        mixed("gray_scott_mixed", &gray_scott(plane), Method::Euler, 1.0),
    ]
}

/// More equations, methods and boundaries.
pub(crate) fn more() -> Vec<Golden> {
    use Boundary::{
        Absorbing, Antiperiodic, Dirichlet, Neumann, Outflow, Periodic, Robin,
    };
    let robin = Robin { a: number(1.0), b: number(0.5), value: Term::Time };
    let plane = &[11, 21];
    let both = [[Dirichlet(number(0.3)), Neumann(Term::Coordinate(1))], [robin, Outflow]];
    let cube = [
        [Antiperiodic, Antiperiodic],
        [Neumann(number(0.1)), Dirichlet(Term::Coordinate(0))],
        [Periodic, Periodic],
    ];
    let absorbing = [[Absorbing { speed: number(0.4) }, Dirichlet(number(0.0))]];
    let mut waves = sides(&[40], &absorbing);
    waves.fields[0].order = 2;
    let (d, f, m) = (differences, fourier, mixed);
    vec![
        m("mixed line", &diffusion(&[301]), Method::RungeKutta4, 1.0),
        m("mixed sides", &sides(plane, &both), Method::StrongStabilityPreserving, 0.2),
        m("mixed and adaptive", &gray_scott(plane), Method::DormandPrince, 0.5),
        m("mixed waves", &wave(&[5, 3, 17]), Method::Leapfrog, 0.5),
        m("mixed compositions", &wave(&[5, 3, 17]), Method::Yoshida4, 0.5),
        m("mixed absorbing side", &waves, Method::Leapfrog, 0.2),
        m("mixed noise", &noisy(plane), Method::StochasticHeun, 0.1),
        m("mixed noise of Itô", &noisy(&[60]), Method::EulerMaruyama, 0.1),
        d("line", &diffusion(&[301]), Method::RungeKutta4, 1.0),
        d(
            "sides in the plane",
            &sides(plane, &both),
            Method::StrongStabilityPreserving,
            0.2,
        ),
        d("sides in space", &sides(&[4, 5, 18], &cube), Method::RungeKutta4, 0.2),
        d("absorbing side", &waves, Method::Leapfrog, 0.2),
        d("adaptive", &gray_scott(plane), Method::DormandPrince, 0.5),
        d("yoshida", &wave(&[5, 3, 17]), Method::Yoshida4, 0.5),
        d("crank and nicolson", &diffusion(plane), Method::CrankNicolson, 2.0),
        d("implicit and explicit", &sides(plane, &both), Method::ImplicitExplicit2, 0.5),
        d("ascher 232", &gray_scott(&[9, 16]), Method::Ascher232, 0.5),
        d(
            "ascher 443",
            &sides(&[50], &[[Neumann(number(0.0)), Dirichlet(number(1.0))]]),
            Method::Ascher443,
            0.5,
        ),
        limited("shallow water", &shallow_water(&[32, 21]), Limiter::Weno, 0.05),
        limited("limited slopes", &shallow_water(&[60]), Limiter::VanLeer, 0.05),
        limited("smaller slopes", &shallow_water(&[18, 4, 18]), Limiter::Minmod, 0.05),
        d("noise of Itô", &noisy(&[60]), Method::EulerMaruyama, 0.1),
        d("means of many rows", &kuramoto_all(&[2100, 3]), Method::Euler, 0.05),
        d("means in space", &kuramoto_all(&[47, 50, 5]), Method::Euler, 0.05),
        d("mask", &masked(plane), Method::Euler, 0.5),
        d("convolution", &nonlocal(plane, false), Method::RungeKutta4, 0.1),
        d("walls", &stirred(plane, true), Method::RungeKutta4, 0.1),
        d("walls in space", &stirred(&[6, 5, 18], false), Method::Euler, 0.1),
        d("convolution on a line", &nonlocal(&[30], false), Method::Euler, 0.1),
        f(
            "inverse Laplacian",
            &nonlocal(&[6, 4, 5], true),
            spectral::Method::EtdRk2,
            0.1,
        ),
        f("exact", &diffusion(&[12, 9]), spectral::Method::Exact, 0.5),
        f("trapezoidal rule", &diffusion(&[12, 9]), spectral::Method::CrankNicolson, 0.5),
        f("odd derivatives", &carried(&[8, 12]), spectral::Method::EtdRk4, 0.05),
        f("etdrk2", &gray_scott(&[8, 12]), spectral::Method::EtdRk2, 0.5),
        f("ifrk4", &ginzburg_landau(&[7, 10]), spectral::Method::IfRk4, 0.05),
        f("cnab2", &gray_scott(&[8, 10]), spectral::Method::Cnab2, 0.5),
        f("sbdf2", &gray_scott(&[8, 10]), spectral::Method::Sbdf2, 0.5),
        f("rk4", &gross_pitaevskii(&[8, 9]), spectral::Method::Rk4, 0.01),
        f("spectral leapfrog", &wave(&[4, 6, 5]), spectral::Method::Leapfrog, 0.1),
        f(
            "yoshida splitting",
            &gross_pitaevskii(&[8, 9]),
            spectral::Method::Yoshida4,
            0.01,
        ),
        f(
            "blanes and moan",
            &gross_pitaevskii(&[8, 9]),
            spectral::Method::BlanesMoan4,
            0.01,
        ),
        f("spectral noise", &additive(&[8, 12]), spectral::Method::Etd1, 0.1),
    ]
}

fn additive(points: &[usize]) -> System {
    let mut all = noisy(points);
    let noise = product([number(0.3), Term::Noise(0)]);
    let spread = product([number(0.1), laplacian(points.len(), &Term::Field(0))]);
    all.fields[0].rate = sum([spread, noise]);
    all
}

/// ∂ₜu = 0.1 ∇²u − u (∂ₓu + ∂ᵧu) + 0.01 ∂ₓ²∂ᵧu: odd derivatives, of which the highest modes of an even number of points have none.
fn carried(points: &[usize]) -> System {
    let u = Term::Field(0);
    let slope = sum([derivative(0, u.clone()), derivative(1, u.clone())]);
    let third = derivative(1, derivative(0, derivative(0, u.clone())));
    let rate = sum([
        product([number(0.1), laplacian(2, &u)]),
        product([number(-1.0), u, slope]),
        product([number(0.01), third]),
    ]);
    system(grid(points, true, 0.7), vec![field("u", rate, wavy(points), 2)])
}

/// Shallow water along the first axis, a column for each place on the others: ∂ₜh + ∂ₓq = 0, ∂ₜq + ∂ₓ(q²/h + h²/2) = 0.
fn shallow_water(points: &[usize]) -> System {
    let (h, q) = (Term::Field(0), Term::Field(1));
    let push = product([power(q.clone(), 2.0), power(h.clone(), -1.0)]);
    let weight = product([number(0.5), power(h, 2.0)]);
    let fluxes = [q, sum([push, weight])];
    let rates = fluxes.map(|flux| product([number(-1.0), derivative(0, flux)]));
    let deep = |z: Complex64| Complex64::new(if z.re > 0.2 { 2.0 } else { 1.0 }, 0.0);
    let depths = wavy(points).into_iter().map(deep).collect();
    let [depth, flow] = rates;
    let rank = points.len();
    system(
        grid(points, true, 0.3),
        vec![field("h", depth, depths, rank), field("q", flow, wavy(points), rank)],
    )
}

/// Both precisions, with their names.
pub(crate) const PRECISIONS: [(&str, Precision); 2] =
    [("double", Precision::Double), ("single", Precision::Single)];
