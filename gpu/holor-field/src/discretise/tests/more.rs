//! Means, convolutions, noises, domains, fields given by others, shifts, given functions, time derivatives.

use super::*;
use crate::equation::{Given, Noise};

#[test]
fn means_and_integrals_nest() {
    // mean((u − mean(u))²) and integral(u) on a coarse grid.
    let grid = periodic_grid(&[4, 6]);
    let mean = |body: Term| Term::Mean(Arc::new(body));
    let deviation = sum(&[u(), product(&[number(-1.0), mean(u())])]);
    let rate = sum(&[
        mean(power(deviation, 2.0)),
        product(&[number(10.0), Term::Integral(Arc::new(u()))]),
    ]);
    let start = |p: [f64; 3]| 1.0 + p[0].sin() + 0.3 * p[1].cos();
    let fields = vec![field(&grid, rate, start)];
    let mut plain = Plain::new(&system(grid, fields), 2);
    let area = std::f64::consts::TAU.powi(2);
    let wanted = 0.5 + 0.09 / 2.0 + 10.0 * area;
    assert!((plain.rates(0.0)[0][5] - wanted).abs() < 1e-12 * wanted);
    assert_eq!(plain.scheme.gathers.len(), 3);
    assert!(!plain.scheme.structure.linear);
}

#[test]
fn convolutions_of_waves() {
    // cos(x − x′) over a full turn of sin(x′ + 0.3) is π sin(x + 0.3); derivatives go inside.
    let grid = periodic_grid(&[12]);
    let kernel = Arc::new(call(Function::Cosine, x(0)));
    let conv = Term::Convolution { kernel, body: Arc::new(u()) };
    let start = |p: [f64; 3]| (p[0] + 0.3).sin() + (3.0 * p[0]).sin();
    let rate = sum(&[conv.clone(), d(0, conv)]);
    let fields = vec![field(&grid, rate, start)];
    let h = grid.axes[0].spacing();
    let wanted: Vec<f64> = points(&grid)
        .into_iter()
        .map(|p| {
            std::f64::consts::PI * ((p[0] + 0.3).sin() + (p[0] + 0.3).cos() * h.sin() / h)
        })
        .collect();
    let mut plain = Plain::new(&system(grid, fields), 2);
    assert!(distance(&plain.rates(0.0)[0], &wanted) < 1e-13);
    assert_eq!(plain.scheme.convolutions.len(), 2);
    let open = Grid { axes: vec![axis("x", 0.0, 1.0, 8, false)], mask: None };
    let conv = Term::Convolution { kernel: Arc::new(x(0)), body: Arc::new(u()) };
    let fields = vec![field(&open, conv, |_| 0.0)];
    assert_eq!(
        refusal(&system(open, fields), 2),
        "a convolution needs a box that is periodic, and x is not"
    );
}

#[test]
fn noises_are_taken_apart() {
    let grid = periodic_grid(&[4, 4]);
    let xi = Term::Noise(0);
    let noise =
        |complex: bool, uniform: bool| Noise { name: "xi".into(), complex, uniform };
    let volume = (std::f64::consts::TAU / 4.0).powi(2);
    let with = |rate: Term, noise: Noise, complex: bool| {
        let mut f = field(&grid, rate, |_| 2.0);
        f.complex = complex;
        let mut system = system(grid.clone(), vec![f]);
        system.noises = vec![noise];
        system
    };
    // Additive and multiplicative in one.
    let rate = sum(&[
        product(&[number(-1.0), u()]),
        product(&[sum(&[number(3.0), power(u(), 2.0)]), xi.clone()]),
    ]);
    let plain = Plain::new(&with(rate, noise(false, false), false), 2);
    let diffusion = plain.scheme.diffusions[0][0];
    assert!(diffusion.multiplicative && plain.scheme.structure.multiplicative);
    assert!(
        (plain.node(diffusion.amplitude, [0, 1, 1]) - 7.0 / volume.sqrt()).abs() < 1e-14
    );
    // Complex: each part has half the strength; i ξ turns them.
    let rate = product(&[complex(0.0, 2.0), xi.clone()]);
    let plain = Plain::new(&with(rate, noise(true, true), true), 2);
    let half = 2.0 * std::f64::consts::FRAC_1_SQRT_2;
    let of = |plane: usize| {
        let diffusion = plain.scheme.diffusions[plane][0];
        (diffusion.noise, plain.node(diffusion.amplitude, [0, 0, 0]))
    };
    assert_eq!((of(0).0, of(1).0), (1, 0));
    assert!((of(0).1 + half).abs() < 1e-15 && (of(1).1 - half).abs() < 1e-15);
    assert!(plain.scheme.structure.stochastic && !plain.scheme.structure.multiplicative);
    // A divergence of noises: a plane computed from the other.
    let rate = product(&[number(0.5), d(0, xi.clone())]);
    let scheme = Plain::new(&with(rate, noise(false, false), false), 2).scheme;
    assert_eq!(scheme.noises.len(), 2);
    let derived = scheme.noises[1].derived.unwrap();
    let first = scheme.planes.len() + scheme.coefficients.len();
    let loads: Vec<(u32, [i16; 3])> = scheme
        .graph
        .needed(&[derived])
        .iter()
        .zip(scheme.graph.ops())
        .filter_map(|(needed, op)| match op {
            Op::Load { array, offset } if *needed => Some((*array, *offset)),
            _ => None,
        })
        .collect();
    assert_eq!(loads, [(first as u32, [0, -1, 0]), (first as u32, [0, 1, 0])]);
    // What is not linear.
    let refused = |rate: Term| refusal(&with(rate, noise(false, false), false), 2);
    let nonlinear = "the rate of u is not linear in its noise";
    assert_eq!(refused(power(xi.clone(), 2.0)), nonlinear);
    assert_eq!(refused(call(Function::Sine, xi.clone())), nonlinear);
    assert_eq!(
        refused(d(0, product(&[u(), xi.clone()]))),
        "the rate of u has a derivative of a noise times something"
    );
    assert_eq!(refused(Term::Mean(Arc::new(xi))), "the mean of a noise is asked for");
}

#[test]
fn nothing_flows_into_a_hole() {
    // A disc cut out of a box, fluxes ∂(a ∂u) and a nonlinear one: what is inside stays inside.
    let n = 12;
    let mut grid = Grid {
        axes: vec![axis("x", -1.0, 1.0, n, false), axis("y", -1.0, 1.0, n, true)],
        mask: None,
    };
    let inside: Vec<bool> =
        points(&grid).iter().map(|p| p[0].hypot(p[1] - 0.1) > 0.45).collect();
    grid.mask = Some(inside.clone().into());
    let a = sum(&[number(2.0), product(&[x(0), x(1)])]);
    let flux = |i: usize| product(&[a.clone(), power(u(), 2.0), d(i, u())]);
    let rate = sum(&[d(0, flux(0)), d(1, flux(1)), laplacian(2, &u())]);
    let fields = vec![field(&grid, rate.clone(), |p| 1.5 + p[0] + (3.0 * p[1]).sin())];
    let mut plain = Plain::new(&system(grid.clone(), fields), 2);
    let rates = plain.rates(0.0).remove(0);
    let total: f64 = rates.iter().sum();
    let size: f64 = rates.iter().map(|v| v.abs()).sum();
    assert!(total.abs() < 1e-13 * size, "{total} of {size}");
    for (rate, inside) in rates.iter().zip(&inside) {
        assert!(*inside || *rate == 0.0);
    }
    // Transport through faces by a central flux between them vanishes there as well.
    let carried = d(0, product(&[u(), d(0, u())]));
    let fields = vec![field(&grid, carried, |p| 2.0 + p[0])];
    let rates = Plain::new(&system(grid.clone(), fields), 2).rates(0.0).remove(0);
    assert!(rates.iter().sum::<f64>().abs() < 1e-12);
    // Values held outside: the cells outside are read as they are.
    let mut f = field(&grid, laplacian(2, &u()), |p| p[0]);
    f.edge = Edge::Held;
    let rates = Plain::new(&system(grid.clone(), vec![f]), 2).rates(0.0).remove(0);
    let near = points(&grid)
        .iter()
        .zip(&rates)
        .all(|(p, r)| p[0].abs() > 0.8 || r.abs() < 1e-12);
    assert!(near);
    // Means over the domain alone.
    let one = Term::Mean(Arc::new(sum(&[number(3.0), product(&[number(0.0), u()])])));
    let fields = vec![field(&grid, product(&[one, u()]), |_| 1.0)];
    let rates = Plain::new(&system(grid.clone(), fields), 2).rates(0.0).remove(0);
    let wanted: Vec<f64> = inside.iter().map(|i| if *i { 3.0 } else { 0.0 }).collect();
    assert!(distance(&rates, &wanted) < 1e-14);
    // Wider than a cell.
    let fields = vec![field(&grid, laplacian(2, &laplacian(2, &u())), |_| 1.0)];
    assert_eq!(
        refusal(&system(grid, fields), 2),
        "the rate of u reaches 2 cells far, and its domain ends inside the box"
    );
}

#[test]
fn fields_given_by_others() {
    // Cahn and Hilliard: μ = u³ − u − ∇²u with its own condition, uₜ = ∇²μ. On a periodic box it is put in.
    let mu = sum(&[
        power(u(), 3.0),
        product(&[number(-1.0), u()]),
        product(&[number(-1.0), laplacian(1, &u())]),
    ]);
    let start = |p: [f64; 3]| 0.3 + 0.2 * (p[0] * 2.0).cos();
    let with = |grid: &Grid| {
        let mut first = field(grid, laplacian(1, &Term::Field(1)), start);
        let mut second = field(grid, mu.clone(), |_| 0.0);
        first.name = "u".into();
        second.name = "mu".into();
        second.order = 0;
        system(grid.clone(), vec![first, second])
    };
    let closed = periodic_grid(&[16]);
    let mut plain = Plain::new(&with(&closed), 2);
    let direct = periodic_rate(&[16], 2, &laplacian(1, &mu), &start);
    assert!(distance(&plain.rates(0.0)[0], &direct) < 1e-11);
    assert!(plain.scheme.split.is_some());
    // Between sides it is stored; nothing flows out.
    let open = Grid { axes: vec![axis("x", 0.0, 3.0, 16, false)], mask: None };
    let mut system = with(&open);
    system.fields[1].boundaries =
        vec![[Boundary::Neumann(number(0.0)), Boundary::Dirichlet(Term::Time)]];
    let mut plain = Plain::new(&system, 2);
    let rates = plain.rates(0.4).remove(0);
    let values = plain.rates(0.4).remove(1);
    let h = 3.0 / 16.0;
    // What flows out at the right: 2(t − μ)/h over a cell.
    let total: f64 = rates.iter().sum::<f64>() * h;
    let flux = 2.0 * (0.4 - values[15]) / h;
    assert!((total - flux).abs() < 1e-10, "{total} {flux}");
    assert!(plain.scheme.split.is_none());
    // In a circle.
    let mut circle = with(&open);
    circle.fields[1].rate = sum(&[Term::Field(1), u()]);
    assert_eq!(refusal(&circle, 2), "mu are given by equations that contain themselves");
    let mut circle = with(&closed);
    circle.fields[1].rate = sum(&[Term::Field(1), u()]);
    assert_eq!(refusal(&circle, 2), "mu is given by an equation that contains mu itself");
}

#[test]
fn shifts_reach_over_boundaries() {
    let grid = periodic_grid(&[5]);
    let shift = |by: i32| Term::Shifted { axis: 0, by, body: Arc::new(u()) };
    let rate = call(Function::Sine, sum(&[shift(2), product(&[number(-1.0), u()])]));
    let mut f = field(&grid, rate, |p| p[0]);
    f.boundaries = vec![[Boundary::Antiperiodic, Boundary::Antiperiodic]];
    let start: Vec<f64> = f.start.iter().map(|v| v.re).collect();
    let got = Plain::new(&system(grid, vec![f]), 2).rates(0.0).remove(0);
    for j in 0..5 {
        let other = if j + 2 < 5 { start[j + 2] } else { -start[j + 2 - 5] };
        assert!((got[j] - (other - start[j]).sin()).abs() < 1e-15);
    }
}

#[test]
fn given_functions_are_differentiated_by_differences() {
    let grid = Grid { axes: vec![axis("x", 0.0, 1.0, 10, false)], mask: None };
    let values: Vec<Complex64> =
        points(&grid).iter().map(|p| Complex64::new(p[0] * p[0], p[0])).collect();
    let given = Given { name: "g".into(), complex: true, values: values.into() };
    let mut f = field(&grid, d(0, product(&[Term::Given(0), x(0)])), |_| 0.0);
    f.complex = true;
    let mut system = system(grid.clone(), vec![f]);
    system.given = vec![given];
    // ∂(x³ + i x²), exact for differences of fourth order.
    let rates = Plain::new(&system, 4).rates(0.0);
    for (place, p) in points(&grid).iter().enumerate() {
        assert!((rates[0][place] - 3.0 * p[0] * p[0]).abs() < 1e-12);
        assert!((rates[1][place] - 2.0 * p[0]).abs() < 1e-12);
    }
}

#[test]
fn time_derivatives_have_ghosts_of_their_own() {
    // uₜₜ = ∇²u + ∇²uₜ with u = sin t at the left: uₜ = cos t there.
    let grid = Grid { axes: vec![axis("x", 0.0, 1.0, 4, false)], mask: None };
    let rate = sum(&[laplacian(1, &u()), laplacian(1, &Term::Velocity(0))]);
    let mut f = field(&grid, rate, |_| 0.0);
    f.order = 2;
    f.boundaries = vec![[
        Boundary::Dirichlet(call(Function::Sine, Term::Time)),
        Boundary::Neumann(number(0.0)),
    ]];
    let mut plain = Plain::new(&system(grid, vec![f]), 2);
    let got = plain.rates(0.5).remove(0);
    let wanted = 2.0 * (0.5_f64.sin() + 0.5_f64.cos()) * 16.0;
    assert!((got[0] - wanted).abs() < 1e-12, "{} {wanted}", got[0]);
    assert!(got[1..].iter().all(|v| *v == 0.0));
    assert!(!plain.scheme.structure.separable && plain.scheme.structure.time_dependent);
}
