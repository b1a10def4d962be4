//! Delays against the method of steps by hand and by scipy.

use holor_dynamics::ode::{
    DelayEquations, DelayOptions, DelayRun, End, Options, Save, Watch,
};

use super::near;

/// y' = −y(t − 1), y = 1 before 0: Σₖ (−1)ᵏ (t − (k − 1))ᵏ / k! over k with t > k − 1.
fn closed(t: f64) -> f64 {
    let (mut sum, mut factorial) = (1.0, 1.0);
    let mut k = 1;
    while t > f64::from(k - 1) {
        factorial *= f64::from(k);
        sum += (t - f64::from(k - 1)).powi(k) * (-1f64).powi(k) / factorial;
        k += 1;
    }
    sum
}

fn simple<'a>() -> DelayEquations<'a> {
    DelayEquations::new(
        |_, _, past: &[f64], out: &mut [f64]| out[0] = -past[0],
        |_, out: &mut [f64]| out[0] = 1.0,
    )
}

fn options(delays: &[f64], relative: f64, save: Save) -> DelayOptions {
    DelayOptions {
        delays: delays.to_vec(),
        options: Options::default().tolerance(relative, relative).save(save),
        neutral: false,
    }
}

#[test]
fn the_polynomials_of_the_method_of_steps() {
    let mut run =
        DelayRun::new(0.0, &[1.0], options(&[1.0], 1e-11, Save::Every(0.1))).unwrap();
    let end = run.advance(&mut simple(), 10.0, &mut Watch::default()).unwrap();
    assert_eq!(end, End::Reached);
    assert_eq!(run.table().len(), 101);
    for (t, y) in run.table().times.iter().zip(run.table().column(0)) {
        near(y, closed(*t), 1e-10);
    }
    // The jumps of the derivatives at 1, 2, … are ends of steps: few steps are refused.
    assert!(run.work().refused < 5, "{:?}", run.work());
}

#[test]
fn a_start_that_jumps_from_its_history() {
    // y' = y(t − 1), history 0, y(0) = 1: y = 1 on [0, 1], then t, then t²/2 − t + 2 on [2, 3].
    let mut equations = DelayEquations::new(
        |_, _, past: &[f64], out: &mut [f64]| out[0] = past[0],
        |_, out: &mut [f64]| out[0] = 0.0,
    );
    let mut run =
        DelayRun::new(0.0, &[1.0], options(&[1.0], 1e-10, Save::Every(0.25))).unwrap();
    run.advance(&mut equations, 3.0, &mut Watch::default()).unwrap();
    for (t, y) in run.table().times.iter().zip(run.table().column(0)) {
        let exact = match *t {
            t if t <= 1.0 => 1.0,
            t if t <= 2.0 => t,
            t => 0.5 * t * t - t + 2.0,
        };
        near(y, exact, 1e-12);
    }
}

#[test]
fn mackey_and_glass_as_scipy() {
    // y' = 0.2 y(t−17) / (1 + y(t−17)^10) − 0.1 y, history 1.2: scipy DOP853, rtol 1e-12, delay by delay.
    let mut equations = DelayEquations::new(
        |_, y: &[f64], past: &[f64], out: &mut [f64]| {
            out[0] = 0.2 * past[0] / (1.0 + past[0].powi(10)) - 0.1 * y[0];
        },
        |_, out: &mut [f64]| out[0] = 1.2,
    );
    let at = Save::At(vec![17.0, 34.0, 51.0]);
    let mut run = DelayRun::new(0.0, &[1.2], options(&[17.0], 1e-11, at)).unwrap();
    run.advance(&mut equations, 51.0, &mut Watch::default()).unwrap();
    for (y, expected) in run.table().values.iter().zip([
        0.491_972_096_710_385_55,
        1.032_327_188_294_724_5,
        1.041_979_197_497_257_2,
    ]) {
        near(*y, expected, 1e-9);
    }
}

#[test]
fn two_delays_and_an_exponential() {
    // With history e^t, y' = a y + b y(t−1) + c y(t−√2) is solved by e^t where a + b/e + c e^−√2 = 1.
    let (b, c) = (0.3, -0.7);
    let a = 1.0 - b * (-1f64).exp() - c * (-2f64.sqrt()).exp();
    let mut equations = DelayEquations::new(
        move |_, y: &[f64], past: &[f64], out: &mut [f64]| {
            out[0] = a * y[0] + b * past[0] + c * past[1];
        },
        |t: f64, out: &mut [f64]| out[0] = t.exp(),
    );
    let delays = [1.0, 2f64.sqrt()];
    let mut run =
        DelayRun::new(0.0, &[1.0], options(&delays, 1e-10, Save::Ends)).unwrap();
    run.advance(&mut equations, 6.0, &mut Watch::default()).unwrap();
    near(run.y()[0] / 6f64.exp(), 1.0, 1e-8);
}

#[test]
fn a_run_that_stops_has_the_same_bits() {
    let all = || options(&[1.0], 1e-8, Save::Every(0.3));
    let mut whole = DelayRun::new(0.0, &[1.0], all()).unwrap();
    whole.advance(&mut simple(), 9.0, &mut Watch::default()).unwrap();
    let mut parts = DelayRun::new(0.0, &[1.0], all()).unwrap();
    for stop in [1e-7, 0.4, 1.0, 2.2, 5.0, 9.0] {
        parts.advance(&mut simple(), stop, &mut Watch::default()).unwrap();
    }
    assert_eq!(whole.table(), parts.table());
    assert_eq!(whole.y(), parts.y());
    let refused = DelayRun::new(0.0, &[1.0], options(&[0.0], 1e-8, Save::Ends));
    assert!(refused.unwrap_err().message().contains("delays must be positive"));
}

/// y′(t) = y(t) + y(t − 1) − y′(t − 1)/4 with y = −t before 0: by the method of steps t − 1/4 + e^t/4 up to 1, then
/// 1/2 − t + (3 (t − 1)/16 + 5/4 + e/4) e^(t − 1); the jump of y′ at 0 returns at each whole number.
#[test]
fn neutral_type_exactly() {
    for (relative, allowed) in [(1e-6, 1e-5), (1e-9, 1e-8)] {
        let mut equations = DelayEquations::new(
            |_, y: &[f64], past: &[f64], out: &mut [f64]| {
                out[0] = y[0] + past[0] - 0.25 * past[1];
            },
            |t, out: &mut [f64]| out[0] = -t,
        )
        .with_history_slope(|_, out: &mut [f64]| out[0] = -1.0);
        let options = DelayOptions {
            delays: vec![1.0],
            options: Options::default()
                .tolerance(relative, relative)
                .save(Save::At(vec![0.5, 1.0, 1.5, 2.0])),
            neutral: true,
        };
        let mut run = DelayRun::new(0.0, &[0.0], options.clone()).unwrap();
        run.advance(&mut equations, 2.0, &mut Watch::default()).unwrap();
        let e = std::f64::consts::E;
        let exact = |t: f64| {
            if t <= 1.0 {
                t - 0.25 + t.exp() / 4.0
            } else {
                0.5 - t + (3.0 * (t - 1.0) / 16.0 + 1.25 + e / 4.0) * (t - 1.0).exp()
            }
        };
        for (row, t) in run.table().times.iter().enumerate() {
            near(run.table().values[row], exact(*t), allowed);
        }
        // Stops on the way change no bit.
        let mut own = DelayRun::new(0.0, &[0.0], options).unwrap();
        for stop in [0.3, 1.0, 1.7, 2.0] {
            own.advance(&mut equations, stop, &mut Watch::default()).unwrap();
        }
        assert_eq!(own.y(), run.y());
        assert_eq!(own.table(), run.table());
    }
    // x′(t) = −x′(t − 1) is a wave that keeps its jumps: x′ = ±1.
    let mut equations = DelayEquations::new(
        |_, _: &[f64], past: &[f64], out: &mut [f64]| out[0] = -past[1],
        |t, out: &mut [f64]| out[0] = t,
    )
    .with_history_slope(|_, out: &mut [f64]| out[0] = 1.0);
    let options =
        DelayOptions { delays: vec![1.0], options: Options::default(), neutral: true };
    let mut run = DelayRun::new(0.0, &[0.0], options).unwrap();
    run.advance(&mut equations, 20.5, &mut Watch::default()).unwrap();
    near(run.y()[0], -0.5, 1e-12);
}
