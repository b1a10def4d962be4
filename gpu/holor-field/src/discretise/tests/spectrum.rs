//! Bounds on growth, decay and oscillation, and what is ill-posed.

use super::*;
use crate::discretise::Slopes;
use crate::scheme::Stiffness;

fn stiffness(system: &System, order: usize) -> Stiffness {
    discretise(system, &SpaceOptions::of_order(order)).unwrap().stiffness
}

fn one(points: &[usize], rate: Term) -> System {
    let grid = periodic_grid(points);
    let fields = vec![field(&grid, rate, |p| 1.0 + 0.5 * p[0].sin())];
    system(grid, fields)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs().max(1e-300)
}

#[test]
fn known_bounds() {
    let n = 16;
    let h = std::f64::consts::TAU / f64::from(n);
    // Diffusion in two dimensions: 8/h².
    let s = stiffness(&one(&[16, 16], laplacian(2, &u())), 2);
    assert!(close(s.decay, 8.0 / (h * h)) && s.oscillation == 0.0 && s.growth == 0.0);
    assert!(s.proven && !s.ill_posed);
    // Fourth order: 16/3 for each dimension.
    let s = stiffness(&one(&[16], laplacian(1, &u())), 4);
    assert!(close(s.decay, 16.0 / 3.0 / (h * h)));
    // Transport: 1/h at a quarter wave; of fourth order 1.372222… (max of (8 sin θ − sin 2θ)/6).
    let s = stiffness(&one(&[16], product(&[number(-1.0), d(0, u())])), 2);
    assert!(close(s.oscillation, 1.0 / h) && s.decay < 1e-9 && s.proven, "{s:?}");
    let s = stiffness(&one(&[16], d(0, u())), 4);
    let most = (0..200_000)
        .map(|k| {
            let t = f64::from(k) * std::f64::consts::PI / 200_000.0;
            (8.0 * t.sin() - (2.0 * t).sin()) / 6.0
        })
        .fold(0.0, f64::max);
    assert!(close(s.oscillation, most / h), "{} {most}", s.oscillation * h);
    // Waves: ω = 2/h.
    let mut wave = one(&[16], laplacian(1, &u()));
    wave.fields[0].order = 2;
    let s = stiffness(&wave, 2);
    assert!(close(s.frequency, 2.0 / h) && !s.ill_posed, "{s:?}");
    // Nonlinear: a mean over the fluxes of 1 + 0.5 sin x, at most about 1.5.
    let s = stiffness(&one(&[16], d(0, product(&[u(), d(0, u())]))), 2);
    assert!(!s.proven && s.decay > 5.5 / (h * h) && s.decay < 6.2 / (h * h), "{s:?}");
}

#[test]
fn schroedinger_oscillates() {
    let grid = periodic_grid(&[16]);
    let h = grid.axes[0].spacing();
    let mut f = field(&grid, product(&[complex(0.0, 1.0), laplacian(1, &u())]), |_| 1.0);
    f.complex = true;
    let s = stiffness(&system(grid, vec![f]), 2);
    assert!(close(s.oscillation, 4.0 / (h * h)) && s.decay < 1e-6 && s.growth < 1e-6);
    assert!(!s.ill_posed && s.proven);
}

#[test]
fn growth_without_bound_is_found() {
    let minus = |body: Term| product(&[number(-1.0), body]);
    let fourth = laplacian(2, &laplacian(2, &u()));
    let swift = sum(&[
        product(&[number(0.3), u()]),
        minus(laplacian(2, &u())),
        minus(fourth.clone()),
    ]);
    for order in [2, 4] {
        assert!(stiffness(&one(&[8, 8], minus(laplacian(2, &u()))), order).ill_posed);
        assert!(stiffness(&one(&[8, 8], fourth.clone()), order).ill_posed);
        // Only one direction grows, and only a mixed derivative tells.
        let mixed = sum(&[laplacian(2, &u()), product(&[number(3.0), d(0, d(1, u()))])]);
        assert!(stiffness(&one(&[8, 8], mixed), order).ill_posed);
        let tame = sum(&[laplacian(2, &u()), product(&[number(1.9), d(0, d(1, u()))])]);
        assert!(!stiffness(&one(&[8, 8], tame), order).ill_posed);
        // Kuramoto and Sivashinsky: long waves grow, short ones decay.
        let s = stiffness(&one(&[8, 8], swift.clone()), order);
        assert!(!s.ill_posed && s.growth == 0.0, "{s:?}");
        // Dispersion alone; anisotropic orders.
        let third = d(0, d(0, d(0, u())));
        assert!(!stiffness(&one(&[8], sum(&[third, d(0, u())])), order).ill_posed);
        let beam = sum(&[minus(d(0, d(0, d(0, d(0, u()))))), d(1, d(1, u()))]);
        assert!(!stiffness(&one(&[8, 8], beam), order).ill_posed);
        // Elliptic in time.
        let mut elliptic = one(&[8, 8], minus(laplacian(2, &u())));
        elliptic.fields[0].order = 2;
        assert!(stiffness(&elliptic, order).ill_posed);
        // A system whose diffusion matrix has a negative eigenvalue, and one with complex ones of positive real part.
        for (cross, bad) in [(3.0, true), (-3.0, false)] {
            let grid = periodic_grid(&[8]);
            let other = Term::Field(1);
            let first = sum(&[
                laplacian(1, &u()),
                product(&[number(cross), laplacian(1, &other)]),
            ]);
            let second =
                sum(&[product(&[number(3.0), laplacian(1, &u())]), laplacian(1, &other)]);
            let fields =
                vec![field(&grid, first, |_| 0.1), field(&grid, second, |_| 0.1)];
            assert_eq!(stiffness(&system(grid, fields), order).ill_posed, bad);
        }
    }
    // A diffusion that is negative somewhere: at the start u − 1 changes sign.
    let changing = d(0, product(&[sum(&[u(), number(-1.0)]), d(0, u())]));
    assert!(stiffness(&one(&[32], changing), 2).ill_posed);
    // Reaction that grows is well posed.
    assert!(!stiffness(&one(&[8], product(&[number(5.0), u()])), 2).ill_posed);
}

#[test]
fn symmetric_linear_parts() {
    let split = |system: &System| {
        discretise(system, &SpaceOptions::default())
            .unwrap()
            .split
            .map(|split| split.symmetric)
    };
    let a = sum(&[number(2.0), call(Function::Sine, x(0))]);
    let cubic = power(u(), 3.0);
    let flux = sum(&[d(0, product(&[a.clone(), d(0, u())])), cubic.clone()]);
    assert_eq!(split(&one(&[16], flux.clone())), Some(true));
    assert_eq!(split(&one(&[16], product(&[a, laplacian(1, &u())]))), Some(false));
    assert_eq!(split(&one(&[16], sum(&[laplacian(1, &u()), d(0, u())]))), Some(false));
    assert_eq!(
        split(&one(&[8, 8], sum(&[laplacian(2, &u()), d(0, d(1, u()))]))),
        Some(true)
    );
    assert_eq!(split(&one(&[16], cubic)), None);
    let sides = |rate: Term, boundary: Boundary| {
        let grid = Grid { axes: vec![axis("x", 0.0, 1.0, 12, false)], mask: None };
        let mut f = field(&grid, rate, |_| 0.0);
        f.boundaries = vec![[boundary.clone(), boundary]];
        system(grid, vec![f])
    };
    let fourth = laplacian(1, &laplacian(1, &u()));
    assert_eq!(split(&sides(flux.clone(), Boundary::Neumann(number(1.0)))), Some(true));
    assert_eq!(split(&sides(fourth, Boundary::Dirichlet(number(1.0)))), Some(true));
    assert_eq!(split(&sides(flux, Boundary::Outflow)), Some(false));
}

#[test]
fn the_split_adds_up() {
    let rate = sum(&[
        product(&[
            u(),
            sum(&[number(1.0), product(&[number(-1.0), u()]), laplacian(1, &u())]),
        ]),
        product(&[
            call(Function::Cosine, x(0)),
            sum(&[d(0, u()), power(u(), 2.0), number(3.0)]),
        ]),
        d(0, sum(&[product(&[x(0), d(0, u())]), power(d(0, u()), 3.0)])),
    ]);
    let system = one(&[12], rate);
    let mut plain = Plain::new(&system, 4);
    let rates = plain.rates(0.0).remove(0);
    let split = plain.scheme.split.clone().unwrap();
    let interior = Region::interior(&plain.scheme.layout);
    let parts = plain.over(&[split.linear[0], split.rest[0]], interior);
    for (place, rate) in rates.iter().enumerate() {
        assert!(
            (parts[0][place] + parts[1][place] - rate).abs()
                < 1e-11 * rate.abs().max(1.0)
        );
    }
    // Linear: twice the field gives twice the value.
    let before = parts[0].clone();
    let doubled: Vec<f64> =
        plain.scheme.planes[0].start.iter().map(|v| 2.0 * v).collect();
    plain.set(0, &doubled);
    plain.rates(0.0);
    let after = plain.over(&[split.linear[0]], interior).remove(0);
    for (a, b) in before.iter().zip(after) {
        assert!((2.0 * a - b).abs() < 1e-11 * b.abs().max(1.0));
    }
}

#[test]
fn the_error_of_a_difference_is_no_ill_posedness() {
    let fourth = || d(0, d(0, d(0, d(0, u()))));
    // The central difference of ∂u has h² ∂³u/6, which is not in the equation: ∂ₜ²u = ∂²u − ∂⁴u + ∂u is well-posed.
    let rate = sum(&[laplacian(1, &u()), product(&[number(-1.0), fourth()]), d(0, u())]);
    let mut wave = one(&[16], rate);
    wave.fields[0].order = 2;
    for order in [2, 4, 6, 8] {
        assert!(!stiffness(&wave, order).ill_posed, "{order}");
    }
    // A fourth derivative far below h²/12 ∂⁴u: its sign decides, whatever the grid resolves.
    for (factor, ill) in [(-1e-6, false), (1e-6, true)] {
        let rate = sum(&[laplacian(1, &u()), product(&[number(factor), fourth()])]);
        for order in [2, 4] {
            let found = stiffness(&one(&[16], rate.clone()), order);
            assert_eq!(found.ill_posed, ill, "{factor} {order}");
        }
    }
}

/// Euler's equations of a gas with γ = 1.4 on 0..1, for density, momentum and energy or for density, velocity and pressure, with the start of Sod's
/// shock tube (Sod, J. Comput. Phys. 27, 1, 1978).
fn gas(points: usize, closed: bool, conservative: bool) -> System {
    let grid = Grid { axes: vec![axis("x", 0.0, 1.0, points, closed)], mask: None };
    let minus = |body: Term| product(&[number(-1.0), body]);
    let over = |body: Term| power(body, -1.0);
    let (r, m, e) = (Term::Field(0), Term::Field(1), Term::Field(2));
    let speed = product(&[m.clone(), over(r.clone())]);
    let rates = if conservative {
        let kinetic = product(&[m.clone(), speed.clone()]);
        let p = product(&[
            number(0.4),
            sum(&[e.clone(), product(&[number(-0.5), kinetic.clone()])]),
        ]);
        let energy = product(&[sum(&[e, p.clone()]), speed]);
        [minus(d(0, m)), minus(d(0, sum(&[kinetic, p]))), minus(d(0, energy))]
    } else {
        [
            minus(d(0, product(&[r.clone(), m.clone()]))),
            minus(sum(&[
                product(&[m.clone(), d(0, m.clone())]),
                product(&[d(0, e.clone()), over(r)]),
            ])),
            minus(sum(&[
                product(&[m.clone(), d(0, e.clone())]),
                product(&[number(1.4), e, d(0, m)]),
            ])),
        ]
    };
    let sides = if conservative { [2.5, 0.25] } else { [1.0, 0.1] };
    let starts = [[1.0, 0.125], [0.0, 0.0], sides];
    let fields = rates.into_iter().zip(starts);
    let fields = fields
        .map(|(rate, [left, right])| {
            field(&grid, rate, |p| if p[0] < 0.5 { left } else { right })
        })
        .collect();
    system(grid, fields)
}

/// The mean of two matrices with real eigenvalues may have others: across a jump it says nothing.
#[test]
fn a_jump_of_a_hyperbolic_system_is_no_ill_posedness() {
    for closed in [false, true] {
        for conservative in [false, true] {
            for points in [100, 200, 300] {
                for order in [2, 4] {
                    let found = stiffness(&gas(points, closed, conservative), order);
                    assert!(!found.ill_posed, "{closed} {conservative} {points} {order}");
                }
            }
        }
    }
    // A pressure that falls with the density has no waves, only growth.
    let mut wrong = gas(100, true, false);
    for start in &mut wrong.fields[2].start {
        *start = -*start;
    }
    assert!(stiffness(&wrong, 2).ill_posed);
}

/// Level sets that move by their curvature: nothing leads along the normal, and the start is degenerate in the middle of the box.
#[test]
fn motion_by_mean_curvature_is_not_ill_posed() {
    for (points, small) in [(32, 0.0), (64, 0.0), (64, 1e-6), (63, 1e-6)] {
        let axes = ["x", "y"].map(|name| axis(name, -2.0, 2.0, points, false));
        let grid = Grid { axes: axes.to_vec(), mask: None };
        let steep = power(
            sum(&[power(d(0, u()), 2.0), power(d(1, u()), 2.0), number(small)]),
            0.5,
        );
        let flux =
            |axis: usize| d(axis, product(&[d(axis, u()), power(steep.clone(), -1.0)]));
        for (sign, bad) in [(1.0, false), (-1.0, true)] {
            let rate = product(&[number(sign), steep.clone(), sum(&[flux(0), flux(1)])]);
            let start = |p: [f64; 3]| p[0] * p[0] + p[1] * p[1] - 1.0;
            let found =
                stiffness(&system(grid.clone(), vec![field(&grid, rate, start)]), 2);
            assert_eq!(found.ill_posed, bad, "{points} {small} {sign}");
        }
    }
}

#[test]
fn the_term_that_is_largest_or_not_finite_is_found() {
    let rate = sum(&[laplacian(1, &u()), power(u(), 2.0), power(u(), -1.0)]);
    let system = one(&[16], rate);
    let scheme = discretise(&system, &SpaceOptions::of_order(2)).unwrap();
    let of = |value: f64, cell: usize| {
        let mut values = vec![Complex64::new(1.0, 0.0); 16];
        values[4] = Complex64::new(value, 0.0);
        let fields: [&[Complex64]; 1] = [&values];
        let axes = &system.grid.axes;
        crate::discretise::largest_term(&scheme, axes, (&fields, &[]), 0.0, &[cell])
    };
    let (text, largest) = of(1e9, 5).unwrap();
    assert!(largest && text == "u^2", "{text}");
    let (text, largest) = of(0.0, 5).unwrap();
    assert!(!largest && text == "u^(-1)", "{text}");
    let (text, _) = of(1e9, 4).unwrap();
    assert!(text.contains("∂x"), "{text}");
}

/// Coefficients that depend on time are looked at over all of the run.
#[test]
fn later_times_count() {
    let t = || Term::Time;
    let of = |factor: Term, end: f64| {
        let system = one(&[16], product(&[factor, laplacian(1, &u())]));
        let options =
            SpaceOptions { order: 2, times: (0.0, end), ..SpaceOptions::default() };
        discretise(&system, &options).unwrap().stiffness
    };
    let now = of(sum(&[number(1.0), t()]), 0.0);
    let later = of(sum(&[number(1.0), t()]), 4.0);
    assert!((later.decay / now.decay - 5.0).abs() < 1e-12, "{now:?} {later:?}");
    assert!(!now.ill_posed && !later.ill_posed);
    let falling = || sum(&[number(1.0), product(&[number(-1.0), t()])]);
    assert!(!of(falling(), 1.0).ill_posed);
    let bad = of(falling(), 3.0);
    assert!(bad.ill_posed && bad.ill_posed_at > 1.0 && bad.ill_posed_at < 1.5, "{bad:?}");
    // Many periods: no regular distance hides the bad times.
    let angle = product(&[number(std::f64::consts::TAU), t()]);
    let turning = Term::Function(Function::Cosine, [angle].into());
    assert!(of(turning, 16.0).ill_posed);
    // What only drives does not count.
    let driven = one(&[16], sum(&[laplacian(1, &u()), t()]));
    let options = SpaceOptions { order: 2, times: (0.0, 4.0), ..SpaceOptions::default() };
    let driven = discretise(&driven, &options).unwrap().stiffness;
    assert_eq!(driven.decay, of(number(1.0), 0.0).decay);
}

/// Slopes grow with the fields; where they shrink, that is a change but no growth.
#[test]
fn slopes_follow_the_fields() {
    let rate = product(&[u(), laplacian(1, &u())]);
    let system = one(&[16], sum(&[rate, product(&[Term::Time, u()])]));
    let scheme = discretise(&system, &SpaceOptions::of_order(2)).unwrap();
    let of = |value: f64, time: f64| {
        let values = vec![Complex64::new(value, 0.0); 16];
        Slopes::of(&scheme, &system.grid.axes, (&[values.as_slice()], &[]), time)
    };
    let (one, two) = (of(1.0, 0.0), of(2.0, 0.0));
    assert!((two.growth_since(&one) - 1.0).abs() < 1e-12);
    assert_eq!(one.growth_since(&two), 0.0);
    assert!((one.change_since(&two) - 0.5).abs() < 1e-12);
    assert_eq!(one.change_since(&one), 0.0);
    assert!(of(1.0, -30.0).change_since(&one) > 0.1, "the time counts");
    let mut both = one.clone();
    both.join(&two);
    assert_eq!(both, two);
    let numbers = two.to_numbers("slope");
    let back = numbers.iter().map(|(name, value)| (name.as_str(), *value));
    assert_eq!(Slopes::from_numbers("slope", back), two);
    assert!(of(f64::NAN, 0.0).change_since(&one).is_nan());
}

#[test]
fn what_is_not_linear_has_an_order_in_space() {
    let grid = periodic_grid(&[16]);
    let cahn = laplacian(
        1,
        &sum(&[power(u(), 3.0), product(&[number(-0.01), laplacian(1, &u())])]),
    );
    let burgers = sum(&[product(&[number(-1.0), u(), d(0, u())]), laplacian(1, &u())]);
    let heat = sum(&[laplacian(1, &u()), power(u(), 2.0)]);
    for (rate, order) in [(cahn, 2), (burgers, 1), (heat, 0)] {
        let system = system(grid.clone(), vec![field(&grid, rate, |p| p[0].sin())]);
        let scheme = discretise(&system, &SpaceOptions::default()).unwrap();
        assert_eq!(scheme.split.unwrap().rest_order, order);
    }
}
