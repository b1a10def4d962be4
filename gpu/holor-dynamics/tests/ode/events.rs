//! Events: where, in which direction, with stops and jumps.

use std::f64::consts::PI;

use holor_dynamics::ode::{
    Conserved, Direction, End, Equations, Event, Method, Options, Run, Save, Watch,
};

use super::near;

fn oscillator(_: f64, y: &[f64], out: &mut [f64]) {
    out.copy_from_slice(&[y[1], -y[0]]);
}

#[test]
fn zeros_are_located_on_the_dense_output() {
    for method in
        [Method::Dop853, Method::DormandPrince, Method::Tsitouras, Method::Radau]
    {
        for direction in [Direction::Any, Direction::Rising, Direction::Falling] {
            let mut equations = Equations::new(oscillator)
                .with_event(Event::new(|_, y: &[f64]| y[0]).in_direction(direction));
            let options = Options::with(method).tolerance(1e-13, 1e-14);
            let mut run = Run::new(0.0, &[0.0, 1.0], options).unwrap();
            run.advance(&mut equations, 20.0, &mut Watch::default()).unwrap();
            // sin t: zeros kπ, falling at odd k; the one at the beginning does not count.
            let expected: Vec<f64> = (1..=6)
                .filter(|k| match direction {
                    Direction::Any => true,
                    Direction::Rising => k % 2 == 0,
                    Direction::Falling => k % 2 == 1,
                })
                .map(|k| f64::from(k) * PI)
                .collect();
            let found = run.occurrences();
            assert_eq!(found.len(), expected.len(), "{method:?} {direction:?}");
            let allowed = if method == Method::Dop853 { 1e-12 } else { 1e-9 };
            for (a, b) in found.iter().zip(expected) {
                near(a.t, b, allowed);
                near(a.y[0], 0.0, 1e-13);
            }
        }
    }
}

#[test]
fn a_terminal_event_stops_and_the_run_can_go_on() {
    let mut equations =
        Equations::new(oscillator).with_event(Event::new(|_, y: &[f64]| y[0]).terminal());
    let options = Options::with(Method::Dop853)
        .tolerance(1e-12, 1e-13)
        .save(Save::Every(0.5))
        .dense();
    let mut run = Run::new(0.0, &[1.0, 0.0], options).unwrap();
    let end = run.advance(&mut equations, 10.0, &mut Watch::default()).unwrap();
    assert!(matches!(end, End::Event { event: 0, .. }));
    near(run.t(), PI / 2.0, 1e-11);
    assert_eq!(run.table().times, [0.0, 0.5, 1.0, 1.5]);
    assert!(run.at(1.6).is_none());
    let end = run.advance(&mut equations, 10.0, &mut Watch::default()).unwrap();
    assert!(matches!(end, End::Event { event: 0, .. }));
    near(run.t(), 3.0 * PI / 2.0, 1e-10);
    for (t, y) in run.table().times.iter().zip(run.table().column(0)) {
        near(y, t.cos(), 1e-10);
    }
}

#[test]
fn a_ball_bounces_until_it_rests() {
    // Height 1, g = 1, restitution e: it first lands at √2, later bounces last 2 eⁿ √2, and it rests at √2 (1+e)/(1−e).
    let e = 0.5;
    let mut equations = Equations::new(|_, y: &[f64], out: &mut [f64]| {
        out.copy_from_slice(&[y[1], -1.0]);
    })
    .with_event(
        Event::new(|_, y: &[f64]| y[0]).in_direction(Direction::Falling).with_jump(
            move |_, y| {
                y[0] = 0.0;
                y[1] *= -e;
            },
        ),
    )
    .with_conserved(Conserved::new(|_, y| y[0] + 0.5 * y[1] * y[1]));
    let options = Options::with(Method::DormandPrince).tolerance(1e-10, 1e-12);
    let mut run = Run::new(0.0, &[1.0, 0.0], options).unwrap();
    let end = run.advance(&mut equations, 10.0, &mut Watch::default()).unwrap();
    let rest = 2f64.sqrt() * (1.0 + e) / (1.0 - e);
    let End::EventsPileUp { t } = end else { panic!("{end:?}") };
    near(t, rest, 1e-6);
    let mut expected = 2f64.sqrt();
    for (n, found) in run.occurrences().iter().take(12).enumerate() {
        near(found.t, expected, 1e-9);
        expected += 2.0 * 2f64.sqrt() * e.powi(n as i32 + 1);
    }
    assert!(run.drifts()[0] < 1e-9);
}

#[test]
fn a_clock_is_reset_again_and_again() {
    // An integrate-and-fire neuron: v' = 2 − v from 0, reset at 1: period ln 2.
    let mut equations =
        Equations::new(|_, y: &[f64], out: &mut [f64]| out[0] = 2.0 - y[0]).with_event(
            Event::new(|_, y: &[f64]| y[0] - 1.0).with_jump(|_, y| y[0] = 0.0),
        );
    for options in [
        Options::default().tolerance(1e-11, 1e-12),
        Options::with(Method::RungeKutta4).step(1e-2),
    ] {
        let mut run = Run::new(0.0, &[0.0], options).unwrap();
        run.advance(&mut equations, 20.0, &mut Watch::default()).unwrap();
        assert_eq!(run.occurrences().len(), 28);
        for (n, found) in run.occurrences().iter().enumerate() {
            near(found.t, (n + 1) as f64 * 2f64.ln(), 1e-7);
        }
    }
}

#[test]
fn a_drift_ends_the_run() {
    let mut equations = Equations::new(oscillator)
        .with_conserved(Conserved::new(|_, y| y[0] * y[0] + y[1] * y[1]).within(1e-3));
    let mut run =
        Run::new(0.0, &[1.0, 0.0], Options::with(Method::RungeKutta4).step(0.3)).unwrap();
    let end = run.advance(&mut equations, 1e4, &mut Watch::default()).unwrap();
    assert!(matches!(end, End::Drifted { quantity: 0, .. }), "{end:?}");
}
