//! How large a step may be: regions of absolute stability and the spectra that must lie in them.
//!
//! One step of an explicit Runge–Kutta method multiplies a mode u' = λu by R(λΔt), a polynomial; the step is stable for the mode
//! where |R| ≤ 1 (Hairer and Wanner, Solving Ordinary Differential Equations II, section IV.2).

use rustfft::num_complex::Complex64;

use super::options::Method;
use crate::scheme::Stiffness;

/// Decay below this part of the oscillation damps no oscillation in steps of a useful length: of Euler's method Δt ≤ 2 decay/oscillation².
const NOTHING: f64 = 1e-6;

/// The part of a cell that anything may move in a step where fluxes are reconstructed: within it a step of Euler's method, of which those of `ssprk3` are
/// means, makes no new extremes.
const COURANT: f64 = 0.5;

/// R(z) of a method, from its coefficients 1, z, z², …; `None` where it is no such method, or is stable for all decaying modes.
fn polynomial(method: Method) -> Option<&'static [f64]> {
    match method {
        Method::Euler | Method::EulerMaruyama => Some(&[1.0, 1.0]),
        Method::StochasticHeun => Some(&[1.0, 1.0, 0.5]),
        Method::StrongStabilityPreserving => Some(&[1.0, 1.0, 0.5, 1.0 / 6.0]),
        Method::RungeKutta4 => Some(&[1.0, 1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0]),
        // The fifth-order solution; the coefficient of z⁶ is 1/600.
        Method::DormandPrince => {
            Some(&[1.0, 1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 600.0])
        }
        _ => None,
    }
}

fn growth(coefficients: &[f64], z: Complex64) -> f64 {
    let start = Complex64::new(0.0, 0.0);
    coefficients.iter().rev().fold(start, |sum, c| sum * z + c).norm()
}

/// The largest s such that |R(r z)| ≤ 1 for all r up to s and all z of the set; infinite if the set is {0}.
fn largest(coefficients: &[f64], set: &[Complex64]) -> f64 {
    let extent = set.iter().map(|z| z.norm()).fold(0.0, f64::max);
    if extent == 0.0 {
        return f64::INFINITY;
    }
    // Rounding, and the tiny growth of modes on the boundary to the order of the method.
    let stable =
        |s: f64| set.iter().all(|z| growth(coefficients, z * (s / extent)) <= 1.0 + 1e-9);
    // Where even small steps grow (oscillation with Euler's method), growth begins at once.
    let mut low = 0.0;
    let fine = 0.005;
    let mut high = fine;
    while high < 40.0 && stable(high) {
        low = high;
        high += fine;
    }
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if stable(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    if low < 1e-6 { 0.0 } else { low / extent }
}

/// How far the region of stability reaches along the negative real axis: 2.785 for `rk4`.
pub fn real_interval(method: Method) -> f64 {
    polynomial(method).map_or(f64::INFINITY, |p| largest(p, &[Complex64::new(-1.0, 0.0)]))
}

/// How far the region of stability reaches along the imaginary axis: 2.828 for `rk4`, 0 for `euler`.
pub fn imaginary_interval(method: Method) -> f64 {
    match method {
        // ω Δt ≤ 2, and the same of three steps of w₁, w₀, w₁ times Δt.
        Method::Leapfrog => 2.0,
        Method::Yoshida4 => yoshida_interval(),
        _ => polynomial(method)
            .map_or(f64::INFINITY, |p| largest(p, &[Complex64::new(0.0, 1.0)])),
    }
}

/// The largest ω Δt for which the matrix of Yoshida's step has a trace of at most 2: 1.573.
fn yoshida_interval() -> f64 {
    let trace = |x: f64| {
        let mut m = [[1.0, 0.0], [0.0, 1.0]];
        for w in super::second_order::YOSHIDA {
            let h = w * x;
            // Drift half, kick, drift half of u'' = −u.
            let a = 1.0 - h * h / 2.0;
            let b = h - h * h * h / 4.0;
            let step = [[a, b], [-h, a]];
            m = [
                [
                    step[0][0] * m[0][0] + step[0][1] * m[1][0],
                    step[0][0] * m[0][1] + step[0][1] * m[1][1],
                ],
                [
                    step[1][0] * m[0][0] + step[1][1] * m[1][0],
                    step[1][0] * m[0][1] + step[1][1] * m[1][1],
                ],
            ];
        }
        m[0][0] + m[1][1]
    };
    let mut low: f64 = 0.0;
    while low < 3.0 && trace(low + 1e-3).abs() <= 2.0 {
        low += 1e-3;
    }
    let mut high = low + 1e-3;
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if trace(middle).abs() <= 2.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The largest Δt for which leapfrog's velocity form grows for no pair of eigenvalues of u'' = −ω²u − d u' that decays no faster and oscillates no
/// faster: u₊ = u + Δt v + Δt²/2 f, v* = v + Δt f, v₊ = (v + v*)/2 + Δt/2 f(u₊, v*), f = −ω²u − d v.
fn with_friction(decay: f64, oscillation: f64) -> f64 {
    let mut pairs = Vec::new();
    for k in 0..=16 {
        let part = f64::from(k) / 16.0;
        // Two that decay: their product and their sum.
        pairs.push((decay * decay * part, decay * (1.0 + part)));
        for j in 0..=16 {
            let turn = oscillation * f64::from(j) / 16.0;
            let loss = decay * part;
            pairs.push((loss * loss + turn * turn, 2.0 * loss));
        }
    }
    let stable = |dt: f64| {
        pairs.iter().all(|(square, friction)| {
            let (w, z) = (square * dt * dt, friction * dt);
            // (u, Δt v): trace and determinant of the step.
            let (a, b) = (1.0 - w / 2.0, 1.0 - z / 2.0);
            let c = -w / 2.0 - w / 2.0 * a + z * w / 2.0;
            let d = 1.0 - z / 2.0 - w / 2.0 * b - z / 2.0 * (1.0 - z);
            let (trace, determinant) = (a + d, a * d - b * c);
            // Both roots lie in the unit circle.
            determinant.abs() <= 1.0 + 1e-9 && trace.abs() <= 1.0 + determinant + 1e-9
        })
    };
    // The steps of the books, far inside: growth begins at one place of these regions.
    let largest = 2.0 / decay.max(oscillation);
    let (mut low, fine) = (0.0, largest / 512.0);
    while low < 2.0 * largest && stable(low + fine) {
        low += fine;
    }
    low
}

/// The largest stable Δt of a method for a spectrum bounded as given; infinite where nothing limits it, 0 where none is stable.
///
/// The spectrum is taken to lie in the ellipse through 0 and −decay with half-height `oscillation` (advection with diffusion),
/// or on the ray to −decay ± i oscillation (complex diffusion).
pub fn largest_step(method: Method, stiffness: &Stiffness) -> f64 {
    if matches!(method, Method::Leapfrog | Method::Yoshida4) {
        let frequency = stiffness.frequency.max(stiffness.oscillation);
        if stiffness.friction > 0.0 {
            return with_friction(stiffness.friction, frequency);
        }
        return if frequency > 0.0 {
            imaginary_interval(method) / frequency
        } else {
            f64::INFINITY
        };
    }
    let Some(coefficients) = polynomial(method) else { return f64::INFINITY };
    let courant = match stiffness.speeds {
        0.0 => f64::INFINITY,
        speeds => COURANT / speeds,
    };
    let decay = stiffness.decay;
    let oscillation = stiffness.oscillation.max(stiffness.frequency);
    // 1 + iωΔt lies outside the unit circle, however near: what growth in one step may be called rounding is no bound.
    if method == Method::Euler && decay < NOTHING * oscillation {
        return 0.0;
    }
    let mut set = Vec::new();
    for k in 1..=64 {
        let part = f64::from(k) / 64.0;
        let angle = std::f64::consts::PI * part;
        set.push(Complex64::new(
            -decay * 0.5 * (1.0 - angle.cos()),
            oscillation * angle.sin(),
        ));
        set.push(Complex64::new(-decay * part, oscillation * part));
    }
    // Near 0 the ellipse is a parabola: −decay θ²/4 + i oscillation θ.
    for theta in [1e-2, 1e-3] {
        set.push(Complex64::new(-decay * theta * theta / 4.0, oscillation * theta));
    }
    largest(coefficients, &set).min(courant)
}
