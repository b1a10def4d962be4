//! Stability bounds against published intervals and against runs just below and above; energy over long times.

use std::sync::Arc;

use super::orders::{advance, options, solve};
use super::schemes::{Sketch, heat, pendulum};
use crate::interpreter::Interpreter;
use crate::run::Run;
use crate::stepper::{
    Method, Options, build, check_step, choose, imaginary_interval, largest_step,
    real_interval,
};
use crate::{FieldError, scheme::Stiffness};

#[test]
fn intervals_are_those_of_the_books() {
    // Hairer and Wanner II, table IV.2.1; −z ≤ 3.3066 for dopri5 (Hairer and Wanner, figure IV.2.1).
    let real = [
        (Method::Euler, 2.0),
        (Method::StrongStabilityPreserving, 2.5127),
        (Method::RungeKutta4, 2.7853),
        (Method::DormandPrince, 3.3066),
    ];
    for (method, length) in real {
        assert!((real_interval(method) - length).abs() < 1e-4, "{method:?}");
    }
    let imaginary = [
        (Method::Euler, 0.0),
        (Method::StrongStabilityPreserving, 3.0_f64.sqrt()),
        (Method::RungeKutta4, 8.0_f64.sqrt()),
        (Method::Leapfrog, 2.0),
        // Yoshida's three steps: trace −2 first at 1.5734.
        (Method::Yoshida4, 1.5734),
    ];
    for (method, length) in imaginary {
        let found = imaginary_interval(method);
        assert!((found - length).abs() < 1e-3, "{method:?}: {found}");
    }
    // Euler on the ray to −40 ± 20i: |1 + z| ≤ 1 up to Δt = 2·40/(40² + 20²); the ellipse alone would allow 1/20.
    let stiffness = Stiffness { decay: 40.0, oscillation: 20.0, ..Stiffness::default() };
    let bound = largest_step(Method::Euler, &stiffness);
    assert!((bound - 0.04).abs() < 1e-6, "{bound}");
}

#[test]
fn runs_are_stable_just_below_the_bound_and_not_above() {
    let scheme = heat(16, 1.0, None, |x| (1e3 * x).sin());
    for method in [Method::Euler, Method::StrongStabilityPreserving, Method::RungeKutta4]
    {
        let bound = build(&scheme, &options(method, 1e-3, 1.0)).unwrap().stable_step;
        let bound = bound.unwrap();
        let size = |factor: f64| {
            let dt = bound * factor;
            let options =
                Options { unsafe_step: true, ..options(method, dt, 400.0 * dt) };
            let found = solve(&scheme, &options, 400.0 * dt);
            found[0].iter().fold(0.0, |most: f64, value| most.max(value.abs()))
        };
        assert!(size(0.99) < 1.0, "{method:?}");
        assert!(size(1.01) > 10.0, "{method:?}");
        let error = check_step(
            &build(&scheme, &options(method, 1e-3, 1.0)).unwrap(),
            Some(&scheme.stiffness),
            Some(1.01 * bound),
            &Options::default(),
        );
        assert!(matches!(error, Err(FieldError::Unstable { .. })));
    }
    let ill = Stiffness { ill_posed: true, ..scheme.stiffness };
    let stepping = build(&scheme, &options(Method::Euler, 1e-3, 1.0)).unwrap();
    assert!(check_step(&stepping, Some(&ill), None, &Options::default()).is_err());
}

/// |1 + iωΔt| > 1 however short the step: what an estimate takes for rounding is no bound.
#[test]
fn euler_never_follows_what_only_oscillates() {
    let turning = Stiffness { oscillation: 1e3, ..Stiffness::default() };
    assert_eq!(largest_step(Method::Euler, &turning), 0.0);
    // Upwind differences decay as well: dt ≤ 1/1e3 for 1 + z on the circle of radius 1e3 about −1e3.
    let upwind = Stiffness { decay: 2e3, ..turning };
    let bound = largest_step(Method::Euler, &upwind);
    assert!(bound > 4e-4 && bound < 1.01e-3, "{bound}");
    let mut scheme = heat(8, 1.0, None, |x| x);
    scheme.stiffness = turning;
    let stepping = build(&scheme, &options(Method::Euler, 1e-3, 1.0)).unwrap();
    for step in [None, Some(1e-9)] {
        let error =
            check_step(&stepping, Some(&turning), step, &Options::default()).unwrap_err();
        let FieldError::Unstable { message, hint } = error else { panic!("{error}") };
        assert!(message.contains("no dt") && hint.contains("rk4"), "{message} {hint}");
    }
    let allowed = Options { unsafe_step: true, ..Options::default() };
    assert!(check_step(&stepping, Some(&turning), Some(1e-3), &allowed).is_ok());
}

/// u'' = u_xx periodic on the highest mode.
fn wave(points: usize) -> crate::scheme::Scheme {
    let mut sketch = Sketch::new(points);
    let h = 1.0 / points as f64;
    let u = sketch.plane("u", |i| if i % 2 == 0 { 1.0 } else { -1.0 });
    sketch.wrap(u);
    sketch.second_order(|_| 0.0);
    let rate = sketch.laplacian(u, 1.0 / (h * h));
    sketch.rate(rate);
    sketch.scheme.stiffness.frequency = 2.0 / h;
    sketch.scheme
}

#[test]
fn waves_are_stable_just_below_the_bound_and_not_above() {
    let scheme = wave(8);
    for method in [Method::Leapfrog, Method::Yoshida4, Method::RungeKutta4] {
        let bound = largest_step(method, &scheme.stiffness);
        let size = |factor: f64| {
            let dt = bound * factor;
            let options =
                Options { unsafe_step: true, ..options(method, dt, 400.0 * dt) };
            solve(&scheme, &options, 400.0 * dt)[0][0].abs()
        };
        assert!(size(0.99) < 20.0, "{method:?} {}", size(0.99));
        assert!(size(1.01) > 1e3, "{method:?} {}", size(1.01));
    }
}

#[test]
fn energy_stays_over_a_hundred_thousand_steps() {
    let scheme = pendulum(0.0);
    let energy = |u: f64, v: f64| 0.5 * v * v - u.cos();
    for (method, drift) in [(Method::Leapfrog, 2e-3), (Method::Yoshida4, 1e-4)] {
        let options = options(method, 0.1, 2000.0);
        let stepping = build(&scheme, &options).unwrap();
        let mut run = Run::start(
            stepping,
            Some(Arc::new(scheme.clone())),
            &[],
            &options,
            Arc::new(Interpreter::new()),
        )
        .unwrap();
        advance(&mut run, 10_000.0);
        assert_eq!(run.count(), 100_000);
        let energies: Vec<f64> = run
            .snapshots()
            .iter()
            .map(|s| {
                let velocity = s.velocities[0].as_ref().unwrap();
                energy(s.planes[0].get(1).unwrap(), velocity.get(1).unwrap())
            })
            .collect();
        for value in &energies {
            assert!((value - energies[0]).abs() < drift, "{method:?} {energies:?}");
        }
    }
}

#[test]
fn methods_are_chosen_by_structure() {
    let long = Options { horizon: Some(1000.0), ..Options::default() };
    let short = Options { horizon: Some(0.1), ..Options::default() };
    let scheme = heat(64, 1.0, None, |x| x);
    assert_eq!(choose(&scheme, &long).unwrap().0, Method::Ascher232);
    // A rest that is stiff as well leaves nothing to gain.
    let mut rest = heat(64, 1.0, None, |x| x);
    rest.split.as_mut().unwrap().rest_order = 2;
    assert_eq!(choose(&rest, &long).unwrap().0, Method::RungeKutta4);
    assert_eq!(choose(&scheme, &short).unwrap().0, Method::RungeKutta4);
    assert_eq!(choose(&wave(8), &short).unwrap().0, Method::Yoshida4);
    let given = Options {
        step: Some(0.9 * largest_step(Method::Leapfrog, &wave(8).stiffness)),
        ..short
    };
    assert_eq!(choose(&wave(8), &given).unwrap().0, Method::Leapfrog);
    // What oscillates is solved for where explicit steps would be endless, and not before; what decays somewhat faster than it oscillates as diffusion.
    let mut dispersive = heat(64, 1.0, None, |x| x);
    let stiffness = &mut dispersive.stiffness;
    (stiffness.oscillation, stiffness.decay) = (stiffness.decay, 0.0);
    let longer = Options { horizon: Some(1e6), ..Options::default() };
    assert_eq!(choose(&dispersive, &long).unwrap().0, Method::RungeKutta4);
    assert_eq!(choose(&dispersive, &longer).unwrap().0, Method::Ascher232);
    let mut drifting = heat(64, 1.0, None, |x| x);
    drifting.stiffness.oscillation = drifting.stiffness.decay / 4.0;
    assert_eq!(choose(&drifting, &long).unwrap().0, Method::Ascher232);
    let (riccati, _) = super::schemes::riccati();
    assert_eq!(choose(&riccati, &short).unwrap().0, Method::DormandPrince);
}

#[test]
fn friction_of_neighbours_bounds_the_steps_of_leapfrog() {
    let of = |friction: f64, frequency: f64| {
        largest_step(
            Method::Leapfrog,
            &Stiffness { friction, decay: friction, frequency, ..Stiffness::default() },
        )
    };
    // Hardly any friction: 2/ω. A pair of modes that both decay with d: u'' = -d²u - 2d u', between 1/d and the 2/d of one alone.
    let waves = of(1e-9, 3.0) * 3.0 / 2.0;
    assert!((0.99..=1.0).contains(&waves), "{waves}");
    let decays = of(8.0, 0.0) * 8.0;
    assert!((0.5..=2.0).contains(&decays), "{decays}");
    // The step itself, with friction and frequency as for the fourth derivatives of a beam: stable below, not far above.
    let (friction, square) = (100.0, 2500.0);
    let grows = |dt: f64| {
        let (mut u, mut v) = (1.0_f64, 0.0_f64);
        for _ in 0..4000 {
            let f = -square * u - friction * v;
            let ahead = v + dt * f;
            u += dt * (v + 0.5 * dt * f);
            v = 0.5 * (v + ahead) + 0.5 * dt * (-square * u - friction * ahead);
        }
        !(u.abs() < 10.0 && v.is_finite())
    };
    // Both modes decay with 50.
    let bound = of(50.0, 0.0);
    assert!(!grows(0.98 * bound), "{bound}");
    assert!(grows(2.5 * bound), "{bound}");
}
