//! Ensembles against closed solutions.

use super::{Domain, Ended, Equations, Options, integrate};
use crate::error::FieldError;
use crate::graph::{Graph, Unary};
use crate::interpreter::Interpreter;
use crate::run::Control;

/// x'' = −ω² x with a constant ω of each member, and its energy.
fn oscillators() -> Equations {
    let mut graph = Graph::new();
    let [x, v, w] = [0, 1, 2].map(|array| graph.load(array, [0; 3]));
    let square = graph.multiply(w, w);
    let force = graph.multiply(square, x);
    let force = graph.negate(force);
    let (kinetic, inner) = (graph.multiply(v, v), graph.multiply(x, x));
    let energy = graph.multiply_add(square, inner, kinetic);
    let twice = graph.add(x, x);
    Equations {
        graph,
        constants: 1,
        rates: vec![v, force],
        stop: None,
        domain: None,
        conserved: vec![energy],
        outputs: vec![twice],
    }
}

fn run(
    equations: &Equations,
    start: &[Vec<f64>],
    constants: &[Vec<f64>],
    options: &Options,
) -> super::Ends {
    let mut go_on = |_: &super::Advance| Control::Continue;
    integrate(equations, start, constants, options, &Interpreter, &mut go_on, &|| false)
        .unwrap()
}

#[test]
fn each_member_has_its_own_steps_and_its_own_end() {
    // More members than cells, so that some wait, and unequal frequencies, so that they end at different times.
    let frequencies: Vec<f64> =
        (0..2500).map(|k| 0.5 + 0.01 * f64::from(k % 300)).collect();
    let members = frequencies.len();
    let start = [vec![1.0; members], vec![0.0; members]];
    let options = Options { batch: 1500, ..Options::over(0.0, 7.0) };
    let ends = run(&oscillators(), &start, std::slice::from_ref(&frequencies), &options);
    for (k, w) in frequencies.iter().enumerate() {
        assert_eq!(ends.ended[k], Ended::Reached);
        assert_eq!(ends.parameter[k], 7.0);
        assert!((ends.unknowns[0][k] - (7.0 * w).cos()).abs() < 1e-7, "{k}");
        assert!((ends.unknowns[1][k] + w * (7.0 * w).sin()).abs() < 1e-7);
        assert_eq!(ends.outputs[0][k], 2.0 * ends.unknowns[0][k]);
        assert_eq!(ends.conserved[0][k], w * w);
        assert!(ends.drift[k] > 0.0 && ends.drift[k] < 1e-7);
    }
    // Backwards the same way is the same.
    let back = Options { span: (7.0, 0.0), ..options };
    let ends = run(&oscillators(), &ends.unknowns, &[frequencies], &back);
    assert!(ends.unknowns[0].iter().all(|x| (x - 1.0).abs() < 1e-7));
}

#[test]
fn a_condition_stops_members_at_the_place() {
    // Until x < 0.25: at cos(ω λ) = 1/4.
    let mut equations = oscillators();
    let x = equations.graph.load(0, [0; 3]);
    let quarter = equations.graph.constant(0.25);
    equations.stop = Some(equations.graph.subtract(quarter, x));
    let frequencies = vec![0.1, 1.0, 2.5];
    // The last one starts beyond.
    let start = [vec![1.0, 1.0, 0.2], vec![0.0; 3]];
    let options = Options::over(0.0, 5.0);
    let ends = run(&equations, &start, &[frequencies], &options);
    assert_eq!(ends.ended, [Ended::Reached, Ended::Stopped, Ended::Stopped]);
    assert!((ends.parameter[1] - 0.25_f64.acos()).abs() < 1e-7, "{}", ends.parameter[1]);
    assert!((ends.unknowns[0][1] - 0.25).abs() < 1e-7 && ends.unknowns[0][1] < 0.25);
    assert_eq!((ends.parameter[2], ends.unknowns[0][2]), (0.0, 0.2));
}

#[test]
fn a_pole_is_said_and_the_last_value_before_it_kept() {
    // y' = y² from 1/c has its pole at x = c.
    let mut graph = Graph::new();
    let y = graph.load(0, [0; 3]);
    let rate = graph.multiply(y, y);
    let equations = Equations { graph, rates: vec![rate], ..Equations::default() };
    let start = [vec![1.0, 0.2, f64::NAN]];
    let ends = run(&equations, &start, &[], &Options::over(0.0, 2.0));
    assert_eq!(ends.ended, [Ended::Singular, Ended::Reached, Ended::Singular]);
    assert!(ends.unknowns[0][0] > 1e6 && (ends.parameter[0] - 1.0).abs() < 1e-6);
    assert!((ends.unknowns[0][1] - 1.0 / 3.0).abs() < 1e-9);
    let few = Options { most_attempts: 5, ..Options::over(0.0, 2.0) };
    assert_eq!(run(&equations, &start, &[], &few).ended[1], Ended::Attempts);
}

#[test]
fn functions_beyond_arithmetic_are_integrated() {
    // y' = −sin(y): tan(y/2) falls as exp(−x).
    let mut graph = Graph::new();
    let y = graph.load(0, [0; 3]);
    let sine = graph.unary(Unary::Sine, y);
    let rate = graph.negate(sine);
    let equations = Equations { graph, rates: vec![rate], ..Equations::default() };
    let ends = run(&equations, &[vec![2.0, -1.0]], &[], &Options::over(0.0, 3.0));
    for (found, start) in ends.unknowns[0].iter().zip([2.0_f64, -1.0]) {
        let exact = 2.0 * ((start / 2.0).tan() * (-3.0_f64).exp()).atan();
        assert!((found - exact).abs() < 1e-9);
    }
}

#[test]
fn interrupts_and_mistakes_are_errors() {
    let equations = oscillators();
    let start = [vec![1.0], vec![0.0]];
    let options = Options::over(0.0, 1e6);
    let mut looks = 0;
    let mut stop = |advance: &super::Advance| {
        looks += 1;
        assert!(advance.fraction < 1.0 && advance.members == 1);
        if looks == 3 { Control::Stop } else { Control::Continue }
    };
    let integrated = integrate(
        &equations,
        &start,
        &[vec![1.0]],
        &options,
        &Interpreter,
        &mut stop,
        &|| false,
    );
    assert_eq!(integrated.unwrap_err(), FieldError::Interrupted);
    let mut go_on = |_: &super::Advance| Control::Continue;
    let mut no = |start: &[Vec<f64>], options: &Options| {
        integrate(
            &equations,
            start,
            &[vec![1.0]],
            options,
            &Interpreter,
            &mut go_on,
            &|| false,
        )
        .unwrap_err()
        .to_string()
    };
    assert!(no(&[vec![1.0]], &options).contains("unequally"));
    assert!(no(&start, &Options::over(1.0, 1.0)).contains("from one parameter"));
}

#[test]
fn members_stop_at_the_border_of_the_domain() {
    // y'' = −9.81: a ball thrown up from 2 with its own speed, over a floor at 0 that is no longer in the domain.
    let mut graph = Graph::new();
    let [y, v] = [0, 1].map(|array| graph.load(array, [0; 3]));
    let pull = graph.constant(-9.81);
    let zero = graph.constant(0.0);
    let inside = graph.binary(crate::graph::Binary::Less, zero, y);
    let four = graph.constant(4.0);
    let high = graph.subtract(y, four);
    let equations = Equations {
        graph,
        rates: vec![v, pull],
        stop: Some(high),
        domain: Some(Domain { inside, level: y }),
        ..Equations::default()
    };
    let speeds = vec![0.0, 3.0, 9.0, -5.0];
    let start = [vec![2.0; 4], speeds.clone()];
    let ends = run(&equations, &start, &[], &Options::over(0.0, 10.0));
    for (k, speed) in speeds.iter().enumerate() {
        let (ended, t, y) = (ends.ended[k], ends.parameter[k], ends.unknowns[0][k]);
        if *speed == 9.0 {
            let exact = (9.0 - (81.0f64 - 4.0 * 9.81).sqrt()) / 9.81;
            assert_eq!(ended, Ended::Stopped);
            assert!((t - exact).abs() < 1e-7 && y >= 4.0, "{t} {exact}");
        } else {
            let exact = (speed + (speed * speed + 4.0 * 9.81).sqrt()) / 9.81;
            assert_eq!(ended, Ended::Left);
            assert!((t - exact).abs() < 1e-7, "{t} {exact}");
            assert!(y > 0.0 && y < 1e-7, "{y}");
        }
    }
}
