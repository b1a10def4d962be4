//! Closed forms and measured orders of the methods that are not stiff.

use std::f64::consts::{PI, TAU};

use holor_dynamics::ode::{
    Conserved, End, Equations, Method, Options, Run, Watch, shoot, solve,
};

use super::{near, order};

const ADAPTIVE: [Method; 5] = [
    Method::Auto,
    Method::DormandPrince,
    Method::Tsitouras,
    Method::Dop853,
    Method::Radau,
];

fn oscillator(_: f64, y: &[f64], out: &mut [f64]) {
    out.copy_from_slice(&[y[1], -y[0]]);
}

fn kepler(_: f64, y: &[f64], out: &mut [f64]) {
    let cube = y[0].hypot(y[1]).powi(3);
    out.copy_from_slice(&[y[2], y[3], -y[0] / cube, -y[1] / cube]);
}

#[test]
fn a_harmonic_oscillator_turns() {
    for method in ADAPTIVE {
        for to in [7.0, -7.0] {
            let options = Options::with(method).tolerance(1e-9, 1e-11).dense();
            let run = solve(&mut oscillator, (0.0, to), &[1.0, 0.0], options).unwrap();
            assert_eq!(run.end(), Some(&End::Reached));
            near(run.y()[0], to.cos(), 2e-7);
            near(run.y()[1], -to.sin(), 2e-7);
            for k in 0..=50 {
                let t = to * f64::from(k) / 50.0;
                near(run.at(t).unwrap()[0], t.cos(), 2e-6);
            }
            assert!(run.at(to * 1.01).is_none());
        }
    }
}

#[test]
fn logistic_growth() {
    // y' = y (1 − y) from 1/10: y = 1 / (1 + 9 e^−t).
    for method in ADAPTIVE {
        let options = Options::with(method).tolerance(1e-10, 1e-12);
        let mut slope = |_: f64, y: &[f64], out: &mut [f64]| out[0] = y[0] * (1.0 - y[0]);
        let run = solve(&mut slope, (0.0, 5.0), &[0.1], options).unwrap();
        near(run.y()[0], 1.0 / (1.0 + 9.0 * (-5f64).exp()), 2e-8);
    }
}

/// The measured order over a range of fixed lengths of steps.
fn measured(method: Method, counts: &[u32], at_middle: bool) -> f64 {
    // y' = y cos t + 0 and y = e^(sin t), with a partner to be no scalar: z' = −z sin t, z = e^(cos t − 1).
    let mut slope = |t: f64, y: &[f64], out: &mut [f64]| {
        out[0] = y[0] * t.cos();
        out[1] = -y[1] * t.sin();
    };
    let (mut steps, mut errors) = (Vec::new(), Vec::new());
    for count in counts {
        let h = 3.0 / f64::from(*count);
        let mut options = Options::with(method).tolerance(0.9, 1e6).step(h).dense();
        options.longest_step = h;
        let run = solve(&mut slope, (0.0, 3.0), &[1.0, 1.0], options).expect("a run");
        assert_eq!(run.work().steps, *count as usize, "{method:?}");
        let error = if at_middle {
            let mut worst = 0f64;
            for k in 0..97 {
                let t = 3.0 * f64::from(k) / 97.0;
                let y = run.at(t).expect("inside");
                worst = worst
                    .max((y[0] - t.sin().exp()).abs())
                    .max((y[1] - (t.cos() - 1.0).exp()).abs());
            }
            worst
        } else {
            (run.y()[0] - 3f64.sin().exp()).hypot(run.y()[1] - (3f64.cos() - 1.0).exp())
        };
        steps.push(h);
        errors.push(error);
    }
    order(&steps, &errors)
}

#[test]
fn orders_are_those_of_theory() {
    for (method, counts, expected) in [
        (Method::RungeKutta4, [40, 60, 90, 135], 4.0),
        (Method::DormandPrince, [40, 60, 90, 135], 5.0),
        (Method::Tsitouras, [40, 60, 90, 135], 5.0),
        (Method::Dop853, [12, 16, 22, 30], 8.0),
    ] {
        let found = measured(method, &counts, false);
        assert!((found - expected).abs() < 0.2, "{method:?} {found}");
    }
}

#[test]
fn dense_output_has_its_order() {
    // The error between the steps is of one order more than the polynomial in one step, and of the step's at its ends:
    // over a whole run the smaller of both.
    for (method, counts, expected) in [
        (Method::RungeKutta4, [40, 60, 90, 135], 4.0),
        (Method::DormandPrince, [40, 60, 90, 135], 5.0),
        (Method::Tsitouras, [40, 60, 90, 135], 5.0),
        (Method::Dop853, [12, 16, 22, 30], 8.0),
    ] {
        let found = measured(method, &counts, true);
        assert!((found - expected).abs() < 0.2, "{method:?} {found}");
    }
}

#[test]
fn the_error_follows_the_tolerance() {
    for method in [Method::DormandPrince, Method::Tsitouras, Method::Dop853] {
        for tolerance in [1e-6, 1e-9, 1e-12] {
            let options = Options::with(method).tolerance(tolerance, tolerance);
            let run =
                solve(&mut kepler, (0.0, TAU), &[0.4, 0.0, 0.0, 2.0], options).unwrap();
            for (a, b) in run.y().iter().zip([0.4, 0.0, 0.0, 2.0]) {
                near(*a, b, 3e3 * tolerance);
            }
        }
    }
}

#[test]
fn kepler_keeps_energy_and_angular_momentum() {
    // H = v²/2 − 1/r and L = x v_y − y v_x.
    let mut equations = Equations::new(kepler)
        .with_conserved(Conserved::new(|_, y| {
            0.5 * (y[2] * y[2] + y[3] * y[3]) - 1.0 / y[0].hypot(y[1])
        }))
        .with_conserved(Conserved::new(|_, y| y[0] * y[3] - y[1] * y[2]));
    let options = Options::with(Method::Dop853).tolerance(1e-12, 1e-12);
    let mut run = Run::new(0.0, &[0.4, 0.0, 0.0, 2.0], options).unwrap();
    run.advance(&mut equations, 20.0 * PI, &mut Watch::default()).unwrap();
    assert!(run.drifts().iter().all(|drift| *drift < 1e-9 && *drift > 0.0));
}

#[test]
fn lorenz_for_a_short_time() {
    // mpmath.odefun with 30 digits, from (1, 1, 1) to 2.
    let expected =
        [-8.173_499_932_242_25, -9.562_023_686_798_799, 24.620_702_049_679_666];
    for method in ADAPTIVE {
        let options = Options::with(method).tolerance(1e-12, 1e-12);
        let mut slope = |_: f64, y: &[f64], out: &mut [f64]| {
            out[0] = 10.0 * (y[1] - y[0]);
            out[1] = y[0] * (28.0 - y[2]) - y[1];
            out[2] = y[0] * y[1] - 8.0 / 3.0 * y[2];
        };
        let run = solve(&mut slope, (0.0, 2.0), &[1.0, 1.0, 1.0], options).unwrap();
        for (a, b) in run.y().iter().zip(expected) {
            near(*a, b, 3e-8);
        }
    }
}

#[test]
fn symplectic_methods_have_their_orders() {
    // A pendulum q″ = −sin q over a short time, against DOP853; both forms of the equations.
    let mut slope =
        |_: f64, y: &[f64], out: &mut [f64]| out.copy_from_slice(&[y[1], -y[0].sin()]);
    let tight = Options::with(Method::Dop853).tolerance(1e-13, 1e-14);
    let exact = solve(&mut slope, (0.0, 3.0), &[1.0, 0.5], tight).unwrap().y().to_vec();
    for (method, counts, expected) in [
        (Method::StormerVerlet, [40, 60, 90, 135], 2.0),
        (Method::Yoshida4, [40, 60, 90, 135], 4.0),
        (Method::Yoshida6, [40, 60, 80, 110], 6.0),
    ] {
        let (mut steps, mut errors) = (Vec::new(), Vec::new());
        for count in counts {
            let h = 3.0 / f64::from(count);
            let options = Options::with(method).step(h);
            let run =
                solve(&mut slope, (0.0, 3.0), &[1.0, 0.5], options.clone()).unwrap();
            let mut second = Run::new(0.0, &[1.0, 0.5], options).unwrap();
            let mut equations =
                Equations::second_order(|_, q, out: &mut [f64]| out[0] = -q[0].sin());
            second.advance(&mut equations, 3.0, &mut Watch::default()).unwrap();
            assert_eq!(run.y(), second.y());
            steps.push(h);
            errors.push((run.y()[0] - exact[0]).hypot(run.y()[1] - exact[1]));
        }
        let found = order(&steps, &errors);
        assert!((found - expected).abs() < 0.2, "{method:?} {found}");
    }
}

#[test]
fn symplectic_energy_stays_within_bounds() {
    // Kepler, eccentricity 0.6, 1000 revolutions: the error of the energy does not grow; that of RK4 does.
    let energy = |y: &[f64]| 0.5 * (y[2] * y[2] + y[3] * y[3]) - 1.0 / y[0].hypot(y[1]);
    let start = [0.4, 0.0, 0.0, 2.0];
    let drift = |method: Method, revolutions: f64| {
        let mut equations = Equations::second_order(|_, q, out: &mut [f64]| {
            let cube = q[0].hypot(q[1]).powi(3);
            out[0] = -q[0] / cube;
            out[1] = -q[1] / cube;
        })
        .with_conserved(Conserved::new(|_, y| energy(y)));
        let options = Options::with(method).step(TAU / 400.0);
        let mut run = Run::new(0.0, &start, options).unwrap();
        run.advance(&mut equations, revolutions * TAU, &mut Watch::default()).unwrap();
        run.drifts()[0]
    };
    for (method, bound) in [
        (Method::StormerVerlet, 5e-3),
        (Method::Yoshida4, 5e-4),
        (Method::Yoshida6, 5e-5),
    ] {
        let (early, late) = (drift(method, 3.0), drift(method, 1000.0));
        assert!(late < bound && late < 2.0 * early, "{method:?} {early:e} {late:e}");
    }
    assert!(drift(Method::RungeKutta4, 300.0) > 50.0 * drift(Method::RungeKutta4, 3.0));
}

#[test]
fn a_bratu_problem_is_shot() {
    // y″ + e^y = 0, y(0) = y(1) = 0: y = −2 ln(cosh((x − 1/2) θ/2) / cosh(θ/4)) with θ = √2 cosh(θ/4).
    let mut theta = 1.5f64;
    for _ in 0..200 {
        theta = 2f64.sqrt() * (theta / 4.0).cosh();
    }
    let exact =
        |x: f64| -2.0 * (((x - 0.5) * theta / 2.0).cosh() / (theta / 4.0).cosh()).ln();
    let solution = shoot(
        &mut Equations::new(|_, y: &[f64], out: &mut [f64]| {
            out.copy_from_slice(&[y[1], -y[0].exp()]);
        }),
        &mut |a, b, out| out.copy_from_slice(&[a[0], b[0]]),
        (0.0, 1.0),
        &mut |_| vec![0.0, 0.0],
        &holor_dynamics::ode::BoundaryOptions { parts: 3, ..Default::default() },
    )
    .unwrap();
    for k in 0..=20 {
        let x = f64::from(k) / 20.0;
        near(solution.at(x).unwrap()[0], exact(x), 1e-8);
    }
    // y″ = −π² y with y(0) = 0, y(1) = 1 has no solution.
    let refused = shoot(
        &mut Equations::new(|_, y: &[f64], out: &mut [f64]| {
            out.copy_from_slice(&[y[1], -PI * PI * y[0]]);
        }),
        &mut |a, b, out| out.copy_from_slice(&[a[0], b[0] - 1.0]),
        (0.0, 1.0),
        &mut |_| vec![0.0, 0.0],
        &holor_dynamics::ode::BoundaryOptions { parts: 2, ..Default::default() },
    );
    assert!(refused.is_err());
}

#[test]
fn solutions_that_are_not_the_only_ones_are_told_apart() {
    // y″ = −k² y + g(t), y(0) = y(1) = 0, has one solution unless k is a multiple of π; in any units of time, and however stiff.
    let is_determined = |square: f64, unit: f64, parts: usize| {
        shoot(
            &mut Equations::new(|t, y: &[f64], out: &mut [f64]| {
                let force = (3.0 * PI * t / unit).sin();
                out.copy_from_slice(&[y[1], (force - square * y[0]) / unit / unit]);
            }),
            &mut |a, b, out| out.copy_from_slice(&[a[0], b[0]]),
            (0.0, unit),
            &mut |_| vec![0.0, 0.0],
            &holor_dynamics::ode::BoundaryOptions {
                parts,
                units: vec![1.0, 1.0 / unit],
                ..Default::default()
            },
        )
        .unwrap_or_else(|error| panic!("{square} {unit} {parts}: {error}"))
        .is_determined()
    };
    for unit in [1e-9, 1.0, 1e5] {
        for parts in [1, 2, 8, 30] {
            assert!(!is_determined(PI * PI, unit, parts), "{unit} {parts}");
            assert!(!is_determined(4.0 * PI * PI, unit, parts), "{unit} {parts}");
            assert!(is_determined(PI * PI * 1.001, unit, parts), "{unit} {parts}");
            assert!(is_determined(0.0, unit, parts), "{unit} {parts}");
        }
        assert!(is_determined(-1e4, unit, 8), "{unit}");
        assert!(is_determined(-1e6, unit, 8), "{unit}");
    }
}
