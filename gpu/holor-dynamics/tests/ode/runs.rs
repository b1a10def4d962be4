//! Why runs end, how they go on, and what they refuse.

use std::cell::Cell;

use holor_dynamics::ode::{
    Direction, End, Equations, Event, Method, Options, Run, Save, Watch, solve,
};
use proptest::prelude::*;

use super::near;

fn forced(t: f64, y: &[f64], out: &mut [f64]) {
    out.copy_from_slice(&[y[1], -y[0].sin() - 0.1 * y[1] + 0.5 * (2.0 * t).cos()]);
}

fn equations<'a>() -> Equations<'a> {
    Equations::new(forced)
        .with_event(
            Event::new(|_, y: &[f64]| y[0] - 0.4)
                .in_direction(Direction::Rising)
                .with_jump(|_, y| y[1] -= 0.1),
        )
        .with_event(Event::new(|_, y: &[f64]| y[1]))
}

fn all_methods() -> [Method; 6] {
    [
        Method::Auto,
        Method::DormandPrince,
        Method::Tsitouras,
        Method::Dop853,
        Method::RungeKutta4,
        Method::Radau,
    ]
}

fn options(method: Method, save: Save) -> Options {
    let step = method.is_fixed().then_some(0.03);
    let mut options = Options::with(method).tolerance(1e-7, 1e-9).save(save).dense();
    options.step = step;
    options
}

/// All numbers of a run, to the bit.
fn bits(run: &Run) -> Vec<u64> {
    let mut all: Vec<u64> = run.y().iter().map(|v| v.to_bits()).collect();
    all.push(run.t().to_bits());
    all.extend(run.table().times.iter().chain(&run.table().values).map(|v| v.to_bits()));
    for occurrence in run.occurrences() {
        all.push(occurrence.t.to_bits());
    }
    for k in 0..200 {
        let t = f64::from(k) * 0.1;
        all.extend(run.at(t).unwrap_or_default().iter().map(|v| v.to_bits()));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn a_run_that_stops_and_goes_on_has_the_same_bits(
        stops in proptest::collection::vec(0.0f64..15.0, 1..6),
        which in 0usize..6,
        rows in 0usize..4,
        after in 1u32..40,
    ) {
        let method = all_methods()[which];
        let save = [
            Save::Ends,
            Save::Steps,
            Save::Every(0.37),
            Save::At(vec![0.1, 3.0, 7.5, 14.9, 15.0, 16.0]),
        ][rows].clone();
        let start = [0.3, 0.0];
        let mut whole = Run::new(0.0, &start, options(method, save.clone())).unwrap();
        whole.advance(&mut equations(), 15.0, &mut Watch::default()).unwrap();
        let mut parts = Run::new(0.0, &start, options(method, save)).unwrap();
        let mut stops = stops;
        stops.sort_by(f64::total_cmp);
        for stop in stops {
            parts.advance(&mut equations(), stop, &mut Watch::default()).unwrap();
            prop_assert!((parts.t() - stop).abs() == 0.0);
        }
        // An interruption besides.
        let calls = Cell::new(0);
        let interrupt = || { calls.set(calls.get() + 1); calls.get() == after };
        let mut watch = Watch { interrupt: Some(&interrupt), progress: None };
        parts.advance(&mut equations(), 15.0, &mut watch).unwrap();
        parts.advance(&mut equations(), 15.0, &mut Watch::default()).unwrap();
        prop_assert_eq!(bits(&whole), bits(&parts), "{:?}", method);
    }
}

#[test]
fn a_stiff_run_goes_on_with_the_same_bits() {
    let start = [2.0, 0.0];
    let mut slope = |_: f64, y: &[f64], out: &mut [f64]| {
        out[0] = y[1];
        out[1] = 50.0 * (1.0 - y[0] * y[0]) * y[1] - y[0];
    };
    for method in [Method::Radau, Method::Auto] {
        let options = Options::with(method).tolerance(1e-6, 1e-9);
        let whole = solve(&mut slope, (0.0, 150.0), &start, options.clone()).unwrap();
        let mut parts = Run::new(0.0, &start, options).unwrap();
        for stop in [1e-9, 0.5, 33.3, 40.7, 99.0, 150.0] {
            parts
                .advance(&mut Equations::new(&mut slope), stop, &mut Watch::default())
                .unwrap();
        }
        assert_eq!(whole.y(), parts.y());
    }
}

#[test]
fn a_pole_is_said_to_be_one() {
    // y' = y² from 1 has its pole at t = 1.
    for method in [Method::DormandPrince, Method::Dop853, Method::Radau, Method::Auto] {
        let options = Options::with(method);
        let run =
            solve(&mut |_, y, out| out[0] = y[0] * y[0], (0.0, 2.0), &[1.0], options)
                .unwrap();
        let (End::StepTooSmall { t } | End::NotFinite { t, .. }) = run.end().unwrap()
        else {
            panic!("{method:?} {:?}", run.end())
        };
        near(*t, 1.0, 1e-6);
    }
}

#[test]
fn the_component_without_a_value_is_named() {
    // The second slope has no value from t = 1 on.
    let mut slope = |t: f64, y: &[f64], out: &mut [f64]| {
        out[0] = y[0];
        out[1] = (1.0 - t).sqrt();
    };
    for method in
        [Method::Dop853, Method::DormandPrince, Method::RungeKutta4, Method::Radau]
    {
        let run = solve(&mut slope, (0.0, 2.0), &[1.0, 0.0], options(method, Save::Ends));
        let run = run.unwrap();
        let Some(End::NotFinite { t, component: 1 }) = run.end() else {
            panic!("{method:?} {:?}", run.end())
        };
        assert!(*t <= 1.0 && *t > 0.95, "{method:?} {t}");
    }
}

#[test]
fn limits_progress_and_interruption_are_kept() {
    let mut short = Options::with(Method::DormandPrince);
    short.most_steps = 10;
    let run = solve(&mut forced, (0.0, 100.0), &[0.0, 0.0], short).unwrap();
    assert!(matches!(run.end(), Some(End::TooManySteps { .. })));
    let mut seen = Vec::new();
    let mut progress = |done: f64| seen.push(done);
    let mut run = Run::new(0.0, &[0.0, 0.0], Options::default()).unwrap();
    let stop = || true;
    let mut watch = Watch { interrupt: Some(&stop), progress: None };
    let end = run.advance(&mut Equations::new(forced), 10.0, &mut watch).unwrap();
    assert!(matches!(end, End::Interrupted { t } if t > 0.0 && t < 10.0));
    let mut watch = Watch { interrupt: None, progress: Some(&mut progress) };
    run.advance(&mut Equations::new(forced), 10.0, &mut watch).unwrap();
    assert!(seen.is_sorted() && seen.last() == Some(&1.0));
}

#[test]
fn nonsense_is_refused() {
    let refused = |options: Options| Run::new(0.0, &[1.0], options).is_err();
    assert!(refused(Options::default().tolerance(0.0, 0.0)));
    assert!(refused(Options::default().tolerance(1e-18, 0.0)));
    assert!(refused(Options::with(Method::RungeKutta4)));
    assert!(refused(Options::default().step(-1.0)));
    assert!(refused(Options::default().save(Save::Every(0.0))));
    assert!(refused(Options::default().save(Save::At(vec![1.0, 3.0, 2.0]))));
    assert!(Run::new(0.0, &[f64::NAN], Options::default()).is_err());
    // A row before the start would be an extrapolation.
    for (to, time) in [(3.0, 0.5), (-3.0, 1.5)] {
        let options = Options::default().save(Save::At(vec![time]));
        let run = solve(&mut |_, y, out| out[0] = y[0], (1.0, to), &[1.0], options);
        assert!(run.unwrap_err().message().contains("lies before the start 1"));
    }
    // Equations for another number of unknowns, and a run that goes on with other events.
    let mut run = Run::new(0.0, &[1.0], Options::default()).unwrap();
    let error = run
        .advance(&mut Equations::new(forced).with_size(2), 1.0, &mut Watch::default())
        .unwrap_err();
    assert!(error.message().contains("2 unknowns, but the start has 1"), "{error}");
    let mut run = Run::new(0.0, &[0.0, 0.0], Options::default()).unwrap();
    run.advance(&mut Equations::new(forced), 1.0, &mut Watch::default()).unwrap();
    assert!(run.advance(&mut equations(), 2.0, &mut Watch::default()).is_err());
    // Friction couples the momentum to its own rate: not separable.
    let run = solve(
        &mut |_, y, out| out.copy_from_slice(&[y[1], -y[0] - 0.1 * y[1]]),
        (0.0, 1.0),
        &[1.0, 0.0],
        Options::with(Method::Yoshida4).step(0.1),
    );
    assert!(run.unwrap_err().message().contains("the rate of each momentum"));
}

#[test]
fn rows_are_where_they_were_asked_for() {
    let rows = |save| {
        let options = Options::default().tolerance(1e-9, 1e-11).save(save);
        let mut slope = |_: f64, y: &[f64], out: &mut [f64]| out[0] = -y[0];
        solve(&mut slope, (1.0, 3.0), &[1.0], options).unwrap().table().clone()
    };
    assert_eq!(rows(Save::Ends).times, [1.0, 3.0]);
    assert_eq!(rows(Save::Every(0.5)).times, [1.0, 1.5, 2.0, 2.5, 3.0]);
    let table = rows(Save::At(vec![1.25, 2.75, 4.0]));
    assert_eq!(table.times, [1.25, 2.75]);
    for (t, y) in table.times.iter().zip(table.column(0)) {
        near(y, (1.0 - t).exp(), 1e-8);
    }
}

#[test]
fn a_run_backwards_finds_its_events_and_rows() {
    // y = e^t from 1 back to −2; y = 1/2 at −ln 2, falling in the direction of the run.
    let mut equations = Equations::new(|_, y: &[f64], out: &mut [f64]| out[0] = y[0])
        .with_event(
            Event::new(|_, y: &[f64]| y[0] - 0.5).in_direction(Direction::Falling),
        )
        .with_event(
            Event::new(|_, y: &[f64]| y[0] - 0.5).in_direction(Direction::Rising),
        );
    let options =
        Options::default().tolerance(1e-11, 1e-12).save(Save::Every(0.5)).dense();
    let mut run = Run::new(0.0, &[1.0], options).unwrap();
    run.advance(&mut equations, -2.0, &mut Watch::default()).unwrap();
    assert_eq!(run.table().times, [0.0, -0.5, -1.0, -1.5, -2.0]);
    for (t, y) in run.table().times.iter().zip(run.table().column(0)) {
        near(y, t.exp(), 1e-9);
    }
    assert_eq!(run.occurrences().len(), 1);
    near(run.occurrences()[0].t, -(2f64.ln()), 1e-9);
    near(run.at(-1.23).unwrap()[0], (-1.23f64).exp(), 1e-9);
}

/// x′ = −sign(x) would stay at 0, where the rate jumps: steps shorten without end, and that is said soon.
#[test]
fn a_jump_in_the_rates_where_the_solution_would_stay() {
    let mut slope = |_: f64, y: &[f64], out: &mut [f64]| out[0] = -y[0].signum();
    let run = solve(&mut slope, (0.0, 2.0), &[1.0], Options::default()).unwrap();
    assert!(matches!(run.end(), Some(End::OutOfReach { .. })), "{:?}", run.end());
    assert!((run.t() - 1.0).abs() < 1e-3);
    assert!(run.work().steps < 100_000);
}
