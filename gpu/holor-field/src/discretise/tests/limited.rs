//! Fluxes that are reconstructed between cells.

use super::*;
use crate::discretise::Limiter;
use crate::discretise::formula::Formulas;
use crate::discretise::limited::spectral_radius;

const ALL: [Limiter; 3] = [Limiter::Minmod, Limiter::VanLeer, Limiter::Weno];

fn limited(system: &System, limiter: Limiter) -> Scheme {
    let options = SpaceOptions { limiter: Some(limiter), ..SpaceOptions::of_order(2) };
    discretise(system, &options).unwrap()
}

fn of(place: usize) -> Term {
    Term::Field(place)
}

/// −∂(u²/2).
fn burgers() -> Term {
    product(&[number(-0.5), d(0, power(u(), 2.0))])
}

fn ring(points: usize) -> Grid {
    let high = std::f64::consts::TAU;
    Grid { axes: vec![axis("x", 0.0, high, points, true)], mask: None }
}

fn mean_error(limiter: Limiter, points: usize) -> f64 {
    let grid = ring(points);
    let f = field(&grid, burgers(), |x| 2.0 + x[0].sin());
    let rates = Plain::of(limited(&system(grid, vec![f]), limiter)).rates(0.0).remove(0);
    let exact = |k: usize| {
        let x = std::f64::consts::TAU * k as f64 / points as f64;
        -(2.0 + x.sin()) * x.cos()
    };
    let errors = rates.iter().enumerate().map(|(k, rate)| (rate - exact(k)).abs());
    errors.sum::<f64>() / points as f64
}

/// Where fields are smooth the mean error of rates falls with the fifth order, and with straight lines, flattened at extremes, with less than two.
#[test]
fn smooth_fluxes() {
    let order = |limiter| (mean_error(limiter, 128) / mean_error(limiter, 256)).log2();
    assert!(order(Limiter::Weno) > 4.8, "{}", order(Limiter::Weno));
    assert!(mean_error(Limiter::Weno, 128) < 1e-8);
    for limiter in [Limiter::Minmod, Limiter::VanLeer] {
        assert!(order(limiter) > 1.6, "{limiter:?}: {}", order(limiter));
    }
}

/// Jumps of any size keep the sum, and a step of half a cell makes no extremes with straight lines.
#[test]
fn sums_and_extremes() {
    let grid = ring(40);
    let start = |x: [f64; 3]| if (7.0 * x[0]).sin() > 0.2 { 3.0 } else { -x[0] };
    for limiter in ALL {
        let f = field(&grid, burgers(), start);
        let mut plain = Plain::of(limited(&system(grid.clone(), vec![f]), limiter));
        let mut values: Vec<f64> = points(&grid).into_iter().map(start).collect();
        let (low, high) = values
            .iter()
            .fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(*v), high.max(*v)));
        let total: f64 = values.iter().sum();
        for _ in 0..60 {
            let fastest = values.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
            let step = 0.5 * grid.axes[0].spacing() / fastest;
            plain.set(0, &values);
            let rates = plain.rates(0.0).remove(0);
            for (value, rate) in values.iter_mut().zip(rates) {
                *value += step * rate;
            }
            let slack = if limiter == Limiter::Weno { 0.3 } else { 1e-12 };
            for value in &values {
                assert!(
                    (low - slack..=high + slack).contains(value),
                    "{limiter:?}: {value}"
                );
            }
        }
        let now: f64 = values.iter().sum();
        assert!((now - total).abs() < 1e-11, "{limiter:?}: {total} {now}");
    }
}

/// A divergence in polar coordinates, −∂(r u v)/r: the sum of r u is kept, and what rests everywhere alike stays.
#[test]
fn weights_of_a_divergence() {
    let grid = Grid { axes: vec![axis("r", 0.0, 2.0, 16, false)], mask: None };
    let flux = |v: f64| {
        product(&[number(-v), power(x(0), -1.0), d(0, product(&[x(0), power(u(), 2.0)]))])
    };
    let shut = || [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))];
    for limiter in ALL {
        // Far from both ends, so that nothing flows through them.
        let mut f =
            field(
                &grid,
                flux(1.0),
                |r| if (0.6..1.1).contains(&r[0]) { 1.0 } else { 0.0 },
            );
        f.boundaries = vec![shut()];
        let mut plain = Plain::of(limited(&system(grid.clone(), vec![f]), limiter));
        let rates = plain.rates(0.0).remove(0);
        let total: f64 =
            points(&grid).iter().zip(&rates).map(|(r, rate)| r[0] * rate).sum();
        let size: f64 = rates.iter().map(|rate| rate.abs()).sum();
        assert!(size > 1.0 && total.abs() < 1e-13 * size, "{limiter:?}: {total} {size}");
    }
}

/// Of c ∂u with a speed that changes its sign a constant stays what it is.
#[test]
fn constants_are_carried() {
    let grid = ring(24);
    let rate = product(&[call(Function::Sine, x(0)), d(0, u())]);
    for limiter in ALL {
        let f = field(&grid, rate.clone(), |_| 1.7);
        let rates = Plain::of(limited(&system(grid.clone(), vec![f]), limiter))
            .rates(0.0)
            .remove(0);
        assert!(rates.iter().all(|rate| rate.abs() < 1e-12), "{limiter:?}: {rates:?}");
    }
}

/// At the centre of polar coordinates −∂(r² u)/r of u = 1 is −2: what depends on the place alone makes no extremes that slopes are cut at.
#[test]
fn places_make_no_extremes() {
    let grid = Grid { axes: vec![axis("r", 0.0, 1.0, 40, false)], mask: None };
    for (inner, outer, exact) in [(2.0, -1.0, 2.0), (3.0, -2.0, 3.0), (1.0, -1.0, 1.0)] {
        let body = product(&[power(x(0), inner), u()]);
        let rate = product(&[number(-1.0), power(x(0), outer), d(0, body)]);
        for limiter in ALL {
            let mut f = field(&grid, rate.clone(), |_| 1.0);
            f.boundaries = vec![[Boundary::Neumann(number(0.0)), Boundary::Outflow]];
            let mut plain = Plain::of(limited(&system(grid.clone(), vec![f]), limiter));
            let rates = plain.rates(0.0).remove(0);
            for (r, rate) in points(&grid).iter().zip(rates).take(30) {
                let exact = -exact * r[0].powf(inner + outer - 1.0);
                assert!(
                    (rate / exact - 1.0).abs() < 1e-9,
                    "{limiter:?} r^{inner}: {rate} {exact} at {r:?}"
                );
            }
        }
    }
}

/// What others give is the same as when it is written out, and so are products of sums.
#[test]
fn equations_may_be_written_in_pieces() {
    let grid = Grid { axes: vec![axis("x", 0.0, 1.0, 30, false)], mask: None };
    let start = |x: [f64; 3]| if x[0] < 0.5 { 1.0 } else { 0.2 };
    let shut = || vec![[Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))]];
    let rates = |fields: Vec<(Term, usize)>, limiter| {
        let fields = fields.into_iter().map(|(rate, order)| {
            let own = field(&grid, rate, start);
            Field { order, boundaries: shut(), ..own }
        });
        Plain::of(limited(&system(grid.clone(), fields.collect()), limiter))
            .rates(0.0)
            .remove(0)
    };
    let flux = |body: Term| product(&[number(-1.0), d(0, body)]);
    for limiter in ALL {
        let whole = rates(vec![(flux(power(u(), 4.0)), 1)], limiter);
        let pieces = vec![(flux(product(&[u(), of(1)])), 1), (power(u(), 3.0), 0)];
        let alone = vec![(flux(of(1)), 1), (power(u(), 4.0), 0)];
        for other in [rates(pieces, limiter), rates(alone, limiter)] {
            assert!(distance(&whole, &other) < 1e-12, "{limiter:?}: {whole:?} {other:?}");
        }
        let front = || sum(&[number(-2.0), minus(x(0))]);
        let [square, cube] = [2.0, 3.0].map(|n| power(u(), n));
        let together =
            product(&[front(), sum(&[d(0, square.clone()), d(0, cube.clone())])]);
        let apart =
            sum(&[product(&[front(), d(0, square)]), product(&[front(), d(0, cube)])]);
        let (together, apart) =
            (rates(vec![(together, 1)], limiter), rates(vec![(apart, 1)], limiter));
        assert!(
            distance(&together, &apart) < 1e-12,
            "{limiter:?}: {together:?} {apart:?}"
        );
    }
}

/// Roots are steep at 0 and their products are not; a factor that ends at a side is not asked for beyond it.
#[test]
fn dry_beds_and_ends_have_speeds() {
    let grid = Grid { axes: vec![axis("x", 0.0, 1.0, 20, false)], mask: None };
    let start = |x: [f64; 3]| if x[0] < 0.5 { 1.0 } else { 0.0 };
    let flux = |body: Term| product(&[number(-1.0), d(0, body)]);
    let size = call(Function::Absolute, u());
    let root = call(Function::SquareRoot, x(0));
    for rate in [
        flux(power(u(), 1.5)),
        flux(power(u(), 2.5)),
        flux(power(size, 1.5)),
        product(&[root, flux(power(u(), 2.0))]),
    ] {
        for limiter in ALL {
            let mut f = field(&grid, rate.clone(), start);
            f.boundaries = vec![[Boundary::Neumann(number(0.0)), Boundary::Outflow]];
            let mut plain = Plain::of(limited(&system(grid.clone(), vec![f]), limiter));
            let rates = plain.rates(0.0).remove(0);
            assert!(rates.iter().all(|rate| rate.is_finite()), "{limiter:?}: {rates:?}");
        }
    }
}

#[test]
fn speeds_are_bounded_in_any_units() {
    // Gas at rest and in motion: eigenvalues u − c, u, u + c.
    let (gamma, speed, sound) = (1.4, 0.7, 1.3);
    let h: f64 = sound * sound / (gamma - 1.0) + 0.5 * speed * speed;
    let jacobian = [
        [0.0, 1.0, 0.0],
        [0.5 * (gamma - 3.0) * speed * speed, (3.0 - gamma) * speed, gamma - 1.0],
        [
            speed * (0.5 * (gamma - 1.0) * speed * speed - h),
            h - (gamma - 1.0) * speed * speed,
            gamma * speed,
        ],
    ];
    for units in [[1.0, 1.0, 1.0], [1e-3, 7.0, 1e5]] {
        let mut formulas = Formulas::default();
        let matrix: Vec<Vec<_>> = (0..3)
            .map(|k| {
                let entry = |j: usize| jacobian[k][j] * units[k] / units[j];
                (0..3).map(|j| formulas.number(entry(j))).collect()
            })
            .collect();
        let radius = spectral_radius(&mut formulas, &matrix);
        let radius = formulas.value(radius).unwrap();
        let exact = speed + 2.0_f64.powf(0.25) * sound;
        assert!((radius - exact).abs() < 1e-9, "{radius} {exact}");
    }
    let mut formulas = Formulas::default();
    let two =
        [[1.0, 6.0], [2.0, 2.0]].map(|row| row.map(|x| formulas.number(x)).to_vec());
    let radius = spectral_radius(&mut formulas, &two);
    assert_eq!(formulas.value(radius), Some(5.0));
}

/// F = u⁴/4 − u²/2 is fastest between −1 and 1, at which nothing moves: the jump opens.
#[test]
fn jumps_that_must_open_open() {
    let grid = Grid { axes: vec![axis("x", -1.0, 1.0, 20, false)], mask: None };
    let flux = sum(&[
        product(&[number(0.25), power(u(), 4.0)]),
        product(&[number(-0.5), power(u(), 2.0)]),
    ]);
    for limiter in ALL {
        let mut f =
            field(
                &grid,
                minus(d(0, flux.clone())),
                |x| if x[0] < 0.0 { 1.0 } else { -1.0 },
            );
        f.boundaries =
            vec![[Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))]];
        let mut plain = Plain::of(limited(&system(grid.clone(), vec![f]), limiter));
        let rates = plain.rates(0.0).remove(0);
        assert!(rates[9] < -1.0 && rates[10] > 1.0, "{limiter:?}: {rates:?}");
    }
}

/// Slopes of plateaus are rounding, whose sum may be 0.
#[test]
fn plateaus_are_no_trouble() {
    let grid = ring(200);
    let start = |x: [f64; 3]| 0.3 + 0.2 * (-20.0 * (x[0] - 3.0).powi(2)).exp();
    let one = sum(&[number(1.0), minus(u())]);
    let rate = minus(d(0, product(&[u(), one])));
    for limiter in ALL {
        let f = field(&grid, rate.clone(), start);
        let mut plain = Plain::of(limited(&system(grid.clone(), vec![f]), limiter));
        let rates = plain.rates(0.0).remove(0);
        assert!(rates.iter().all(|rate| rate.abs() < 10.0), "{limiter:?}: {rates:?}");
        assert!(rates[0].abs() < 1e-12, "{limiter:?}: {}", rates[0]);
    }
}

#[test]
fn what_is_no_flux_is_refused() {
    let grid = ring(16);
    let refused = |rate: Term| {
        let f = field(&grid, rate, |_| 0.0);
        let options =
            SpaceOptions { limiter: Some(Limiter::VanLeer), ..SpaceOptions::of_order(2) };
        discretise(&system(grid.clone(), vec![f]), &options).unwrap_err().to_string()
    };
    let carried = refused(product(&[number(-1.0), u(), d(0, u())]));
    assert!(carried.contains("no derivative of a flux"), "{carried}");
    let hidden = sum(&[d(0, u()), d(0, power(u(), 2.0))]);
    let hidden = refused(product(&[number(-1.0), u(), hidden]));
    assert!(hidden.contains("no derivative of a flux"), "{hidden}");
    let steps = refused(d(0, call(Function::Floor, u())));
    assert!(steps.contains("no derivative by a field"), "{steps}");
    let heat = refused(laplacian(1, &u()));
    assert!(heat.contains("no flux to limit"), "{heat}");
}

/// Diffusion beside a flux stays what it was, and so does a pressure that others give.
#[test]
fn what_spreads_is_not_limited() {
    let grid = ring(32);
    let start = |x: [f64; 3]| x[0].sin();
    let heat = product(&[number(0.3), laplacian(1, &u())]);
    let both = field(&grid, sum(&[burgers(), heat.clone()]), start);
    let flux = field(&grid, burgers(), start);
    let alone = field(&grid, heat, start);
    let rates = |f: Field, limiter: Option<Limiter>| {
        let options = SpaceOptions { limiter, ..SpaceOptions::of_order(2) };
        let scheme = discretise(&system(grid.clone(), vec![f]), &options).unwrap();
        Plain::of(scheme).rates(0.0).remove(0)
    };
    let limiter = Some(Limiter::Weno);
    let (both, flux, heat) =
        (rates(both, limiter), rates(flux, limiter), rates(alone, None));
    for ((both, flux), heat) in both.iter().zip(flux).zip(heat) {
        assert!((both - flux - heat).abs() < 1e-13, "{both} {flux} {heat}");
    }
    let pair = [
        field(&grid, sum(&[burgers(), minus_gradient_of(1)]), start),
        Field { order: 0, ..field(&grid, power(of(0), 2.0), start) },
    ];
    let options = SpaceOptions { limiter, ..SpaceOptions::of_order(2) };
    assert!(discretise(&system(grid, pair.to_vec()), &options).is_ok());
}

fn minus(term: Term) -> Term {
    product(&[number(-1.0), term])
}

fn minus_gradient_of(place: usize) -> Term {
    product(&[number(-1.0), d(0, of(place))])
}
