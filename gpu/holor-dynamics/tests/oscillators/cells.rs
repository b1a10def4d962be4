//! Oscillators with an amplitude.

use std::f64::consts::PI;

use holor_dynamics::ode::{Direction, Equations, Event, Options, Run, Watch};
use holor_dynamics::oscillators::{
    Coupling, Graph, Kuramoto, fitzhugh_nagumo, network, stuart_landau, van_der_pol,
    winfree,
};

use super::near;

fn run(equations: &mut Equations<'_>, start: &[f64], to: f64) -> Run {
    let options = Options::default().tolerance(1e-10, 1e-12);
    let mut run = Run::new(0.0, start, options).expect("options");
    run.advance(equations, to, &mut Watch::default()).expect("run");
    run
}

#[test]
fn stuart_and_landau() {
    // The limit cycle has |z|² = λ and turns with ω − c λ.
    let mut slope = stuart_landau(0.5, vec![2.0], 0.4, 0.0, Coupling::AllToAll).unwrap();
    let root = 0.5f64.sqrt();
    let end = run(&mut slope, &[root, 0.0], 3.0);
    let angle = 3.0 * (2.0 - 0.4 * 0.5);
    near(end.y()[0], root * f64::cos(angle), 1e-8);
    near(end.y()[1], root * f64::sin(angle), 1e-8);
    // Two with frequencies ±Δ: small amplitudes grow with λ − K/2 ± √(K²/4 − Δ²), here negative: they die.
    let mut slope =
        stuart_landau(1.0, vec![-3.0, 3.0], 0.0, 4.0, Coupling::AllToAll).unwrap();
    let end = run(&mut slope, &[0.5, 0.1, -0.2, 0.6], 30.0);
    assert!(end.y().iter().all(|x| x.abs() < 1e-8));
}

#[test]
fn van_der_pol_has_its_period() {
    // The period for µ = 1 is 6.66328685932… (D. Viswanath, 2001).
    let slope = van_der_pol(1.0, vec![1.0], 0.0, Coupling::AllToAll).unwrap();
    let mut equations =
        slope.with_event(Event::new(|_, y: &[f64]| y[0]).in_direction(Direction::Rising));
    let run = run(&mut equations, &[2.0, 0.0], 100.0);
    let times: Vec<f64> = run.occurrences().iter().map(|zero| zero.t).collect();
    near(times[times.len() - 1] - times[times.len() - 2], 6.663_286_859_323, 1e-7);
}

#[test]
fn fitzhugh_and_nagumo_as_scipy() {
    // scipy 1.17 solve_ivp, DOP853, rtol 1e-13: a 0.7, b 0.8, ε 0.08, I 0.5 and 0.3, coupling 0.1, at t = 50.
    let graph = Graph::from_pairs(2, &[(0, 1)]).unwrap();
    let mut slope =
        fitzhugh_nagumo((0.7, 0.8, 0.08), vec![0.5, 0.3], 0.1, Coupling::Graph(graph))
            .unwrap();
    let end = run(&mut slope, &[0.0, 0.0, -1.0, 0.5], 50.0);
    for (a, b) in end.y().iter().zip([
        0.797_264_401_625_350_3,
        1.380_629_358_143_518_5,
        0.868_701_921_957_081,
        1.180_993_157_223_596,
    ]) {
        near(*a, b, 1e-7);
    }
}

#[test]
fn winfree_by_mean_field_and_by_graph() {
    let omega = vec![1.0, 1.2, 0.8, 1.1];
    let theta = [0.3, 1.0, -2.0, 4.0];
    let edges: Vec<_> = (0..16).map(|k| (k / 4, k % 4, 0.25)).collect();
    let graph = Graph::from_edges(4, &edges).unwrap();
    let mut a = winfree(omega.clone(), 0.6, Coupling::AllToAll).unwrap();
    let mut b = winfree(omega.clone(), 0.6, Coupling::Graph(graph)).unwrap();
    let (mut x, mut y) = ([0.0; 4], [0.0; 4]);
    a.slope(0.0, &theta, &mut x);
    b.slope(0.0, &theta, &mut y);
    let mean = theta.iter().map(|t| 1.0 + f64::cos(*t)).sum::<f64>() / 4.0;
    for i in 0..4 {
        near(x[i], omega[i] - 0.6 * theta[i].sin() * mean, 1e-14);
        near(y[i], x[i], 1e-14);
    }
}

#[test]
fn any_network() {
    // Kuramoto's model written as one.
    let graph = Graph::barabasi_albert(30, 2, 4).unwrap();
    let omega: Vec<f64> = (0..30).map(|k| f64::from(k) * 0.1).collect();
    let theta: Vec<f64> = (0..30).map(|k| f64::from(k * k) * PI / 17.0).collect();
    let rates = omega.clone();
    let mut any = network(
        graph.clone(),
        1,
        0.7,
        move |_, i, _, out| out[0] = rates[i],
        |other, own, out| out[0] = (other[0] - own[0]).sin(),
    )
    .unwrap();
    let mut model = Kuramoto::new(omega, 0.7, Coupling::Graph(graph)).unwrap();
    let (mut a, mut b) = (vec![0.0; 30], vec![0.0; 30]);
    any.slope(0.0, &theta, &mut a);
    model.slope(0.0, &theta, &mut b);
    for (a, b) in a.iter().zip(b) {
        near(*a, b, 1e-12);
    }
}
