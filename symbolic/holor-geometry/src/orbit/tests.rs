//! Integrated geodesics against known ones.

use holor_algebra::{Assumptions, Engine, Expr, Interrupt};

use super::{Character, End, GeodesicFlow, Launch, Motion, Orbit, Root, Tolerance};
use crate::samples::{chart, diagonal, less, s, sin, spherical};
use crate::{Connection, Metric, Tetrad};

fn schwarzschild() -> Metric {
    let f = Expr::one() - 2 * s("r").reciprocal();
    let r2 = s("r").powi(2);
    diagonal(
        &spherical(&[less(Expr::integer(2), s("r"))]),
        &[f.negate(), f.reciprocal(), r2.clone(), r2 * sin(s("θ")).powi(2)],
    )
}

fn plane() -> Metric {
    let chart = chart(&["r", "φ"], &[less(Expr::zero(), s("r"))]);
    diagonal(&chart, &[Expr::one(), s("r").powi(2)])
}

fn engine() -> Engine {
    Engine::new(Assumptions::new(), Interrupt::new())
}

fn run(metric: &Metric, launch: &Launch, end: f64) -> Orbit {
    let connection = metric.christoffel().unwrap();
    let flow = GeodesicFlow::compile(&connection, Some(metric), &engine()).unwrap();
    flow.integrate(launch, (0.0, end), 101, &Tolerance::default(), &mut |_, _, _| true)
        .unwrap()
}

fn launch(position: &[f64], motion: Motion, character: Option<Character>) -> Launch {
    Launch { position: position.to_vec(), motion, character, root: Root::Future }
}

fn velocity(components: &[f64]) -> Motion {
    Motion::Velocity(components.iter().copied().map(Some).collect())
}

#[test]
fn a_straight_line_in_polar_coordinates() {
    let orbit = run(&plane(), &launch(&[1.0, 0.0], velocity(&[0.0, 1.0]), None), 5.0);
    assert_eq!(orbit.end, End::Reached);
    assert_eq!(orbit.parameter.len(), 101);
    for (k, λ) in orbit.parameter.iter().enumerate() {
        assert!((orbit.positions[0][k] - (1.0 + λ * λ).sqrt()).abs() < 1e-8);
        assert!((orbit.positions[1][k] - λ.atan()).abs() < 1e-8);
    }
    let momenta: Vec<Option<usize>> =
        orbit.conserved.iter().map(|own| own.momentum).collect();
    assert_eq!(momenta, [None, Some(1)]);
    assert!(orbit.conserved.iter().all(|quantity| quantity.drift < 1e-8));
}

#[test]
fn a_great_circle_closes() {
    let chart =
        chart(&["θ", "φ"], &[less(Expr::zero(), s("θ")), less(s("θ"), Expr::pi())]);
    let sphere = diagonal(&chart, &[Expr::one(), sin(s("θ")).powi(2)]);
    let quarter = std::f64::consts::FRAC_PI_2;
    let start = launch(&[quarter, 0.0], velocity(&[0.6, 0.8]), None);
    let orbit = run(&sphere, &start, std::f64::consts::TAU);
    let last = |k: usize| *orbit.positions[k].last().unwrap();
    assert!((last(0) - quarter).abs() < 1e-8);
    assert!((last(1) - std::f64::consts::TAU).abs() < 1e-8);
}

#[test]
fn a_circular_orbit_keeps_its_radius_and_keplers_law() {
    // dφ/dt = sqrt(m/r³), dt/dτ = 1/sqrt(1 − 3m/r): MTW, exercise 25.19.
    let r: f64 = 10.0;
    let dt = 1.0 / (1.0 - 3.0 / r).sqrt();
    let dφ = dt / r.powi(3).sqrt();
    let partial = Motion::Velocity(vec![None, Some(0.0), Some(0.0), Some(dφ)]);
    let start = launch(
        &[0.0, r, std::f64::consts::FRAC_PI_2, 0.0],
        partial,
        Some(Character::Timelike),
    );
    let orbit = run(&schwarzschild(), &start, 500.0);
    assert!((orbit.velocities[0][0] - dt).abs() < 1e-12);
    assert!(orbit.positions[1].iter().all(|radius| (radius - r).abs() < 1e-7));
    assert!((orbit.positions[3].last().unwrap() - 500.0 * dφ).abs() < 1e-7);
    let norm = &orbit.conserved[0];
    assert!(norm.values.iter().all(|value| (value + 1.0).abs() < 1e-9));
}

#[test]
fn light_is_bent_by_the_exact_angle() {
    // Closest approach r₀ = 10 m: the deflection is 4/r₀ (1 + (15π/16 − 1)/r₀ + …); the integral of the exact orbit gives it
    // by quadrature in u = 1/r: Δφ = 2 ∫ du / sqrt(u₀²(1 − 2u₀) − u²(1 − 2u)).
    let (r0, far) = (10.0f64, 1.0e4f64);
    let (u0, u1) = (1.0 / r0, 1.0 / far);
    let steps = 200_000;
    // u = u₀ − w² takes the square-root singularity away.
    let top = (u0 - u1).sqrt();
    let angle: f64 = (0..steps)
        .map(|k| {
            let w = top * (f64::from(k) + 0.5) / f64::from(steps);
            let u = u0 - w * w;
            let under = (u0 + u) - 2.0 * (u0 * u0 + u0 * u + u * u);
            2.0 / under.sqrt() * top / f64::from(steps)
        })
        .sum();
    let momentum = 1.0 / (u0 * (1.0 - 2.0 * u0).sqrt());
    let motion = Motion::Momentum(vec![Some(-1.0), None, Some(0.0), Some(momentum)]);
    let start = launch(
        &[0.0, r0, std::f64::consts::FRAC_PI_2, 0.0],
        motion,
        Some(Character::Null),
    );
    let metric = schwarzschild();
    let connection = metric.christoffel().unwrap();
    let flow = GeodesicFlow::compile(&connection, Some(&metric), &engine()).unwrap();
    let tolerance = Tolerance { relative: 1e-12, ..Tolerance::default() };
    let orbit = flow
        .integrate(&start, (0.0, 2.0e4), 2, &tolerance, &mut |_, x, _| x[1] < far)
        .unwrap();
    assert_eq!(orbit.end, End::Stopped);
    let (r, φ) =
        (*orbit.positions[1].last().unwrap(), *orbit.positions[3].last().unwrap());
    // The last step ends a little beyond; there the path is straight up to 1/r².
    let beyond = momentum * (1.0 / far - 1.0 / r);
    assert!((φ - beyond - angle).abs() < 1e-6, "{φ} {beyond} {angle}");
}

#[test]
fn autoparallels_of_a_parallel_frame_are_loxodromes() {
    let metric = plane();
    let frame = Tetrad::new(&metric).unwrap();
    let connection = frame.weitzenboeck_connection().unwrap();
    let flow = GeodesicFlow::compile(&connection, Some(&metric), &engine()).unwrap();
    let start = launch(&[1.0, 0.0], velocity(&[0.5, 2.0]), None);
    let orbit = flow
        .integrate(&start, (0.0, 4.0), 11, &Tolerance::default(), &mut |_, _, _| true)
        .unwrap();
    // Constant frame components: r' = 1/2, r φ' = 2.
    for (k, λ) in orbit.parameter.iter().enumerate() {
        assert!((orbit.positions[0][k] - (1.0 + 0.5 * λ)).abs() < 1e-8);
        assert!((orbit.positions[1][k] - 4.0 * (1.0 + 0.5 * λ).ln()).abs() < 1e-8);
    }
}

#[test]
fn what_cannot_start_says_why() {
    let metric = schwarzschild();
    let connection: Connection = metric.christoffel().unwrap();
    let flow = GeodesicFlow::compile(&connection, Some(&metric), &engine()).unwrap();
    let at = [0.0, 10.0, 1.0, 0.0];
    let refused =
        |motion, norm| flow.velocity(&launch(&at, motion, norm)).unwrap_err().to_string();
    let two = Motion::Velocity(vec![None, None, Some(0.0), Some(0.0)]);
    assert!(refused(two, Some(Character::Timelike)).contains("t, r are not given"));
    let one = Motion::Velocity(vec![None, Some(0.0), Some(0.0), Some(0.0)]);
    assert!(refused(one, None).contains("timelike"));
    let fast = Motion::Velocity(vec![Some(1.0), None, Some(0.0), Some(0.0)]);
    assert!(refused(fast, Some(Character::Timelike)).contains("no real dr"));
    let m = s("m");
    let open = diagonal(&chart(&["x"], &[]), &[m * s("x").powi(2)]);
    let connection = open.christoffel().unwrap();
    let error = GeodesicFlow::compile(&connection, Some(&open), &engine()).unwrap_err();
    assert!(error.to_string().contains("m must have a value"), "{error}");
}

fn flow_of(metric: &Metric) -> GeodesicFlow {
    let connection = metric.christoffel().unwrap();
    GeodesicFlow::compile(&connection, Some(metric), &engine()).unwrap()
}

#[test]
fn a_geodesic_ends_where_the_chart_does() {
    // Straight to the pole of polar coordinates: r = 1 − λ/2.
    let orbit = run(&plane(), &launch(&[1.0, 0.3], velocity(&[-0.5, 0.0]), None), 5.0);
    assert_eq!(orbit.end, End::LeftChart);
    let last = |list: &Vec<f64>| *list.last().unwrap();
    assert!((last(&orbit.parameter) - 2.0).abs() < 1e-9);
    assert!((0.0..1e-9).contains(&last(&orbit.positions[0])));
    assert!(orbit.positions[0].iter().all(|r| *r > 0.0));
    assert_eq!(orbit.parameter.len(), 41 + usize::from(last(&orbit.parameter) < 2.0));
    let flow = flow_of(&plane());
    let start = launch(&[-1.0, 0.0], velocity(&[0.0, 1.0]), None);
    let error = flow
        .integrate(&start, (0.0, 1.0), 2, &Tolerance::default(), &mut |_, _, _| true)
        .unwrap_err();
    assert!(error.to_string().contains("outside the chart: r = -1"), "{error}");
}

#[test]
fn a_condition_is_met_where_it_comes_to_hold() {
    let flow = flow_of(&plane());
    let start = launch(&[1.0, 0.0], velocity(&[0.0, 1.0]), None);
    let mut out = |_: f64, x: &[f64], _: &[f64]| x[0] < 2.0;
    let orbit =
        flow.integrate(&start, (0.0, 9.0), 2, &Tolerance::default(), &mut out).unwrap();
    assert_eq!(orbit.end, End::Stopped);
    // r² = 1 + λ²
    assert!((orbit.parameter.last().unwrap() - 3f64.sqrt()).abs() < 1e-8);
    let r = *orbit.positions[0].last().unwrap();
    assert!((2.0..2.0 + 1e-12).contains(&r));
    // Where it holds at the start, that is all.
    let mut never = |_: f64, _: &[f64], _: &[f64]| false;
    let orbit =
        flow.integrate(&start, (0.0, 9.0), 5, &Tolerance::default(), &mut never).unwrap();
    assert_eq!((orbit.end, orbit.parameter), (End::Stopped, vec![0.0]));
}

#[test]
fn time_is_told_by_the_signs_and_runs_forward() {
    let f = Expr::one() - 2 * s("r").reciprocal();
    let r2 = s("r").powi(2);
    let entries = [f.negate(), f.reciprocal(), r2.clone(), r2 * sin(s("θ")).powi(2)];
    let chart = spherical(&[less(Expr::integer(2), s("r"))]);
    let at = [0.0, 10.0, 1.0, 0.0];
    for sign in [1.0, -1.0] {
        let own: Vec<Expr> = entries
            .iter()
            .map(|entry| if sign > 0.0 { entry.clone() } else { entry.negate() })
            .collect();
        let flow = flow_of(&diagonal(&chart, &own));
        let velocity =
            |motion, character| flow.velocity(&launch(&at, motion, Some(character)));
        // At rest: dt/dτ = 1/sqrt(0.8) with either signs.
        let rest = Motion::Velocity(vec![None, Some(0.0), Some(0.0), Some(0.0)]);
        let dt = velocity(rest, Character::Timelike).unwrap()[0];
        assert!((dt - 0.8f64.powf(-0.5)).abs() < 1e-14);
        // The energy that is found leads into the future, p_t < 0 with −+++ and p_t > 0 with +−−−.
        let still = Motion::Momentum(vec![None, Some(0.0), Some(0.0), Some(2.0)]);
        assert!(velocity(still, Character::Timelike).unwrap()[0] > 0.0);
        let still = Motion::Momentum(vec![None, Some(0.1), Some(0.0), Some(2.0)]);
        assert!(velocity(still, Character::Null).unwrap()[0] > 0.0);
        // 0.8 ṫ² is the norm's part of time; 1 of it is wrong by 0.2.
        let slow = Motion::Velocity(vec![Some(1.0), Some(0.0), Some(0.0), Some(0.0)]);
        let error = velocity(slow, Character::Timelike).unwrap_err().to_string();
        assert!(error.contains(&format!("norm {}", -0.8 * sign)), "{error}");
        let right = Motion::Velocity(
            [1.25f64.sqrt(), 0.0, 0.0, 0.0].iter().copied().map(Some).collect(),
        );
        assert!(velocity(right.clone(), Character::Timelike).is_ok());
        for other in [Character::Null, Character::Spacelike] {
            assert!(velocity(right.clone(), other).is_err());
        }
    }
    // Where there is no time, nothing is timelike, and the larger value is taken.
    let flow = flow_of(&plane());
    let given = |character| {
        let motion = Motion::Velocity(vec![None, Some(0.5)]);
        flow.velocity(&launch(&[1.0, 0.0], motion, Some(character)))
    };
    assert!(given(Character::Timelike).unwrap_err().to_string().contains("definite"));
    assert!((given(Character::Spacelike).unwrap()[0] - 0.75f64.sqrt()).abs() < 1e-14);
}
