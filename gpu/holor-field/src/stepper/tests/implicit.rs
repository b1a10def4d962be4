//! Implicit methods against discrete eigenmodes and explicit references.

use super::orders::{options, slope, solve};
use super::schemes::{fronts, heat};
use crate::stepper::{Method, Options};

/// λ of a mode with wave number k on cells of width h.
fn eigenvalue(diffusivity: f64, k: f64, h: f64) -> f64 {
    let sine = (0.5 * k * h).sin();
    -4.0 * diffusivity / (h * h) * sine * sine
}

#[test]
fn crank_nicolson_multiplies_modes_as_it_must_between_insulated_ends() {
    let (points, k) = (24, 3.0 * std::f64::consts::PI);
    let scheme = heat(points, 0.7, Some([(0.0, 1.0), (0.0, 1.0)]), |x| (k * x).cos());
    let (dt, steps) = (0.01, 10);
    let found = solve(&scheme, &options(Method::CrankNicolson, dt, 0.1), 0.1).remove(0);
    let h = 1.0 / points as f64;
    let lambda = eigenvalue(0.7, k, h);
    let factor = (1.0 + 0.5 * dt * lambda) / (1.0 - 0.5 * dt * lambda);
    for (cell, value) in found.iter().enumerate() {
        let exact = factor.powi(steps) * (k * (cell as f64 + 0.5) * h).cos();
        assert!((value - exact).abs() < 1e-11, "{value} {exact}");
    }
}

#[test]
fn crank_nicolson_nears_the_heat_equation() {
    // u = exp(−π² t) cos(π x) in continuous space: with 64 cells the error in space is 2e-4 of the rate.
    let pi = std::f64::consts::PI;
    let scheme = heat(64, 1.0, Some([(0.0, 1.0), (0.0, 1.0)]), |x| (pi * x).cos());
    let found = solve(&scheme, &options(Method::CrankNicolson, 0.0025, 0.1), 0.1);
    for (cell, value) in found[0].iter().enumerate() {
        let x = (cell as f64 + 0.5) / 64.0;
        let exact = (-pi * pi * 0.1).exp() * (pi * x).cos();
        assert!((value - exact).abs() < 2e-4);
    }
}

#[test]
fn prescribed_values_reach_their_steady_state() {
    // u(0) = 1, u(1) = 3: ghosts are 2 − u and 6 − u; the steady state 1 + 2x lies on the grid exactly.
    let scheme = heat(16, 1.0, Some([(2.0, -1.0), (6.0, -1.0)]), |_| 0.0);
    for method in [Method::CrankNicolson, Method::Ascher232, Method::Ascher443] {
        let found = solve(&scheme, &options(method, 0.02, 4.0), 4.0);
        for (cell, value) in found[0].iter().enumerate() {
            let exact = 1.0 + 2.0 * (cell as f64 + 0.5) / 16.0;
            assert!((value - exact).abs() < 1e-8, "{method:?} {value} {exact}");
        }
    }
}

#[test]
fn implicit_explicit_methods_have_their_orders() {
    for speed in [0.0, 1.0] {
        let scheme = fronts(16, 0.05, speed);
        let exact = solve(&scheme, &options(Method::RungeKutta4, 1e-3, 1.0), 1.0);
        for method in [Method::ImplicitExplicit2, Method::Ascher232, Method::Ascher443] {
            let slope = slope(&scheme, method, [0.02, 0.01], 1.0, &exact);
            assert!(
                (slope - method.order() as f64).abs() < 0.15,
                "{method:?} with speed {speed}: {slope}"
            );
        }
    }
}

#[test]
fn systems_that_are_not_solved_are_an_error() {
    let scheme = heat(64, 1.0, None, |x| (x * x).sin());
    let options =
        Options { solver_iterations: 3, ..options(Method::CrankNicolson, 0.1, 0.1) };
    let result = std::panic::catch_unwind(|| solve(&scheme, &options, 0.1));
    let message = result.unwrap_err();
    let message = message.downcast_ref::<String>().unwrap();
    assert!(message.contains("was not solved"), "{message}");
}
