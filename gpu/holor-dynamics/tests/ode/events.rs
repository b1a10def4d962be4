//! Events: where, in which direction, with stops and jumps.

use std::f64::consts::PI;

use holor_dynamics::ode::{
    Conserved, Direction, End, Equations, Event, Method, Options, Run, Save, Side, Watch,
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

/// A ball dropped from a height that returns with a part of its speed.
fn ball(
    height: f64,
    part: f64,
    options: Options,
    direction: Direction,
) -> holor_dynamics::Result<(Run, End)> {
    let mut equations = Equations::new(|_, y: &[f64], out: &mut [f64]| {
        out.copy_from_slice(&[y[1], -9.81]);
    })
    .with_event(
        Event::new(|_, y: &[f64]| y[0])
            .in_direction(direction)
            .with_jump(move |_, y| y[1] *= -part),
    );
    let mut run = Run::new(0.0, &[height, 0.0], options.save(Save::Steps))?;
    let end = run.advance(&mut equations, 1000.0, &mut Watch::default())?;
    Ok((run, end))
}

#[test]
fn no_ball_falls_through_the_floor() {
    // It comes to rest at √(2h/g) (1+e)/(1−e), and is never below the floor by more than rounding.
    for method in [Method::DormandPrince, Method::Dop853, Method::Radau, Method::Auto] {
        for direction in [Direction::Any, Direction::Falling] {
            for part in [1e-4, 1e-3, 0.01, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.75, 0.9] {
                for height in [1e-6, 0.5, 1.0, 1.5, 2.0, 2.7, 3.0, 5.0, 10.0, 1e3] {
                    let options = Options::with(method).tolerance(1e-9, 1e-11);
                    let (run, end) = ball(height, part, options, direction).unwrap();
                    let case = format!("{method:?} {direction:?} {part} {height}");
                    let End::EventsPileUp { t } = end else {
                        panic!("{case}: {end:?} {:?}", run.occurrences())
                    };
                    let rest = (2.0 * height / 9.81).sqrt() * (1.0 + part) / (1.0 - part);
                    assert!((t - rest).abs() < 1e-7 * rest, "{case}: {t} is not {rest}");
                    let least = run.table().column(0).into_iter().fold(0.0, f64::min);
                    assert!(least > -1e-9 * height, "{case}: {least}");
                }
            }
        }
    }
}

#[test]
fn two_zeros_within_one_step_are_found() {
    // With constant acceleration any step is exact, so that the throw is one step: x = v t − t²/2.
    for (start, speed) in [(0.0, 1e-9), (0.0, 1e-3), (0.0, 0.7), (-0.5, 1.001)] {
        let mut equations = Equations::new(|_, y: &[f64], out: &mut [f64]| {
            out.copy_from_slice(&[y[1], -1.0]);
        })
        .with_event(Event::new(|_, y: &[f64]| y[0]));
        let options = Options::with(Method::DormandPrince).step(100.0);
        let mut run = Run::new(0.0, &[start, speed], options).unwrap();
        run.advance(&mut equations, 30.0, &mut Watch::default()).unwrap();
        let root = (speed * speed + 2.0 * start).sqrt();
        let expected: Vec<f64> =
            [speed - root, speed + root].into_iter().filter(|t| *t > 1e-300).collect();
        assert_eq!(run.occurrences().len(), expected.len(), "{start} {speed}");
        for (found, expected) in run.occurrences().iter().zip(expected) {
            assert!(
                (found.t - expected).abs() < 1e-7 * expected + 1e-14,
                "{speed}: {}",
                found.t
            );
        }
    }
}

#[test]
fn balls_that_land_together_do_not_pile_up() {
    let count = 30;
    let mut equations = Equations::new(move |_, y: &[f64], out: &mut [f64]| {
        for ball in 0..count {
            (out[2 * ball], out[2 * ball + 1]) = (y[2 * ball + 1], -1.0);
        }
    });
    for ball in 0..count {
        equations = equations.with_event(
            Event::new(move |_, y: &[f64]| y[2 * ball])
                .with_jump(move |_, y| y[2 * ball + 1] *= -0.9),
        );
    }
    let options = Options::with(Method::DormandPrince).tolerance(1e-10, 1e-12);
    let start: Vec<f64> = [1.0, 0.0].repeat(count);
    let mut run = Run::new(0.0, &start, options).unwrap();
    let end = run.advance(&mut equations, 5.0, &mut Watch::default()).unwrap();
    assert!(matches!(end, End::Reached), "{end:?}");
    // Landings at √2 (1 + 2·0.9) = 3.96 and, before, at √2.
    assert_eq!(run.occurrences().len(), 2 * count);
    assert!(run.y().iter().step_by(2).all(|x| *x > 0.0));
}

#[test]
fn many_zeros_within_one_step_are_found() {
    let mut equations = Equations::new(|_, _: &[f64], out: &mut [f64]| out[0] = 1.0)
        .with_event(Event::new(|_, y: &[f64]| (20.0 * y[0]).sin()))
        .with_event(Event::new(|_, y: &[f64]| (y[0] - 3.0).powi(2)))
        .with_event(Event::new(|t, _: &[f64]| (2.0 * PI * t).cos() - 0.99));
    let mut run = Run::new(0.0, &[0.0], Options::default()).unwrap();
    run.advance(&mut equations, 10.0, &mut Watch::default()).unwrap();
    let times = |event: usize| -> Vec<f64> {
        run.occurrences().iter().filter(|it| it.event == event).map(|it| it.t).collect()
    };
    assert_eq!(times(0).len(), 63);
    assert_eq!(times(1).len(), 1);
    assert!((times(1)[0] - 3.0).abs() < 1e-6);
    assert_eq!(times(2).len(), 20);
    assert_eq!(run.missed(), None);
}

#[test]
fn zeros_without_end_are_said() {
    let mut equations = Equations::new(|_, _: &[f64], out: &mut [f64]| out[0] = 1.0)
        .with_event(Event::new(|t, _: &[f64]| (1.0 / t).sin()));
    let mut run = Run::new(0.0, &[0.0], Options::default()).unwrap();
    run.advance(&mut equations, 1.0, &mut Watch::default()).unwrap();
    assert!(run.missed().is_some());
}

#[test]
fn steps_end_where_a_choice_in_the_rates_changes() {
    // A pulse between 30 and 35 in a run whose rates are 0 besides.
    let sides = [Side::default(), Side::default()];
    let taken = sides.clone();
    let mut equations = Equations::new(move |_, _: &[f64], out: &mut [f64]| {
        let inside = taken[0].get() > 0.0 && taken[1].get() > 0.0;
        out[0] = f64::from(u8::from(inside));
    })
    .with_event(Event::choice(&sides[0], false, |t, _| t - 30.0))
    .with_event(Event::choice(&sides[1], false, |t, _| 35.0 - t));
    let mut run = Run::new(0.0, &[0.0], Options::default()).unwrap();
    run.advance(&mut equations, 100.0, &mut Watch::default()).unwrap();
    assert!((run.y()[0] - 5.0).abs() < 1e-12);
    assert!(run.occurrences().is_empty());
}

#[test]
fn a_choice_to_which_both_sides_lead_back_ends_the_run() {
    let side = Side::default();
    let taken = side.clone();
    let mut equations = Equations::new(move |_, _: &[f64], out: &mut [f64]| {
        out[0] = 0.5 - taken.get();
    })
    .with_event(Event::choice(&side, false, |_, y| y[0]));
    let mut run = Run::new(0.0, &[1.0], Options::default()).unwrap();
    let end = run.advance(&mut equations, 5.0, &mut Watch::default()).unwrap();
    assert!(matches!(end, End::Stays { .. }), "{end:?}");
    assert!((run.t() - 2.0).abs() < 1e-12);
}
