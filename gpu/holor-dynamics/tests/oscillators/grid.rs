//! Oscillators of second order as in power grids, with noise and delay, and stiff ones.

use holor_dynamics::ode::{
    DelayOptions, DelayRun, Method, Options, Run, Scheme, StochasticEquations,
    StochasticOptions, StochasticRun, Watch,
};
use holor_dynamics::oscillators::{Coupling, Graph, Harmonic, Inertia, Kuramoto};

use super::near;

const COUNT: usize = 6;

fn ring() -> Coupling {
    let edges: Vec<(usize, usize, f64)> = (0..COUNT)
        .flat_map(|i| {
            let next = (i + 1) % COUNT;
            let weight = 1.0 + 0.3 * i as f64;
            [(i, next, weight), (next, i, weight)]
        })
        .collect();
    Coupling::Graph(Graph::from_edges(COUNT, &edges).expect("a ring"))
}

fn model(coupling: Coupling) -> Kuramoto<'static> {
    let powers = (0..COUNT).map(|i| 0.3 - 0.12 * i as f64).collect();
    let harmonics = vec![
        Harmonic { order: 1, amplitude: 1.0, lag: 0.2 },
        Harmonic { order: 2, amplitude: 0.3, lag: -0.1 },
    ];
    Kuramoto::new(powers, 1.7, coupling)
        .and_then(|model| model.with_harmonics(harmonics))
        .expect("a model")
}

fn start() -> Vec<f64> {
    (0..2 * COUNT).map(|i| if i < COUNT { 0.7 * i as f64 } else { 0.1 }).collect()
}

/// Radau's method, which converges with the right derivatives only, gives what an explicit method gives.
#[test]
fn derivatives_fit_the_rates() {
    for coupling in [Coupling::AllToAll, ring()] {
        let run = |method: Method, second: bool| {
            let mut model = model(coupling.clone());
            let inertia = Inertia::new(&[0.5, 1.0, 0.2, 0.7, 2.0, 1.0], COUNT).unwrap();
            let options = Options::with(method).tolerance(1e-9, 1e-9);
            let from = start();
            let from = if second { &from[..] } else { &from[..COUNT] };
            let mut run = Run::new(0.0, from, options).unwrap();
            let mut equations = if second {
                model.inertial_equations(&inertia, None)
            } else {
                model.equations(None)
            };
            run.advance(&mut equations, 5.0, &mut Watch::default()).unwrap();
            (run.y().to_vec(), run.work())
        };
        for second in [false, true] {
            let (explicit, _) = run(Method::Dop853, second);
            let (implicit, work) = run(Method::Radau, second);
            for (a, b) in explicit.iter().zip(&implicit) {
                near(*a, *b, 1e-7);
            }
            assert!(work.refused < work.steps / 2, "{work:?}");
        }
    }
}

#[test]
fn small_inertia_is_found_stiff_also_without_a_relative_tolerance() {
    let mut model = model(ring());
    let inertia = Inertia::new(&[1e-7], COUNT).unwrap();
    let options = Options::default().tolerance(0.0, 1e-6);
    let mut run = Run::new(0.0, &start(), options).unwrap();
    let mut equations = model.inertial_equations(&inertia, None);
    run.advance(&mut equations, 20.0, &mut Watch::default()).unwrap();
    assert!(run.switches().iter().any(|it| it.method == Method::Radau));
    assert!(run.work().steps < 1000, "{:?}", run.work());
    let mut first = self::model(ring());
    let options = Options::default().tolerance(0.0, 1e-8);
    let mut plain = Run::new(0.0, &start()[..COUNT], options).unwrap();
    plain.advance(&mut first.equations(None), 20.0, &mut Watch::default()).unwrap();
    for (a, b) in run.y().iter().zip(plain.y()) {
        near(*a, *b, 1e-4);
    }
}

/// By their mean field thousands of oscillators take implicit steps without a full matrix.
#[test]
fn many_stiff_oscillators_take_few_steps() {
    let count = 3000;
    let powers = || (0..count).map(|i| i as f64 / count as f64 - 0.5).collect::<Vec<_>>();
    let inertia = Inertia::new(&[1e-6], count).unwrap();
    let mut from: Vec<f64> = (0..count).map(|i| (i as f64 * 0.7).sin()).collect();
    let mut plain = Kuramoto::new(powers(), 2.0, Coupling::AllToAll).unwrap();
    let options = Options::default().tolerance(0.0, 1e-8);
    let mut first = Run::new(0.0, &from, options).unwrap();
    first.advance(&mut plain.equations(None), 10.0, &mut Watch::default()).unwrap();
    from.resize(2 * count, 0.0);
    let mut model = Kuramoto::new(powers(), 2.0, Coupling::AllToAll).unwrap();
    let options = Options::default().tolerance(0.0, 1e-6);
    let mut run = Run::new(0.0, &from, options).unwrap();
    let mut equations = model.inertial_equations(&inertia, None);
    for stop in [1.0, 4.2, 10.0] {
        run.advance(&mut equations, stop, &mut Watch::default()).unwrap();
    }
    assert!(run.work().steps < 500, "{:?}", run.work());
    for (a, b) in run.y().iter().zip(first.y()) {
        near(*a, *b, 1e-4);
    }
}

/// On a large graph with hubs implicit steps iterate over its edges.
#[test]
fn many_stiff_oscillators_on_a_graph_take_few_steps() {
    let count = 800;
    // Each to its neighbours on a ring, and some hubs to many.
    let mut edges = Vec::new();
    for i in 0..count {
        let next = (i + 1) % count;
        let hub = 100 * (i % 8);
        edges.extend([(i, next, 1.0), (next, i, 1.0)]);
        if hub != i && hub != next {
            edges.extend([(i, hub, 1.0), (hub, i, 1.0)]);
        }
    }
    let graph = Coupling::Graph(Graph::from_edges(count, &edges).unwrap());
    let powers = || (0..count).map(|i| i as f64 / count as f64 - 0.5).collect::<Vec<_>>();
    let from: Vec<f64> = (0..count).map(|i| (i as f64 * 0.7).sin()).collect();
    let solve = |method: Method, inertia: Option<f64>, tolerance: f64| {
        let mut model = Kuramoto::new(powers(), 3.0, graph.clone()).unwrap();
        let options = Options::with(method).tolerance(0.0, tolerance);
        let inertia = inertia.map(|m| Inertia::new(&[m], count).unwrap());
        let mut from = from.clone();
        from.resize(if inertia.is_some() { 2 * count } else { count }, 0.0);
        let mut run = Run::new(0.0, &from, options).unwrap();
        let mut equations = match &inertia {
            Some(inertia) => model.inertial_equations(inertia, None),
            None => model.equations(None),
        };
        run.advance(&mut equations, 10.0, &mut Watch::default()).unwrap();
        (run.y()[..count].to_vec(), run.work().steps)
    };
    let (explicit, many) = solve(Method::Dop853, None, 1e-9);
    let (implicit, few) = solve(Method::Auto, None, 1e-6);
    let (second, also_few) = solve(Method::Auto, Some(1e-7), 1e-6);
    assert!(few < 150 && also_few < 900 && many > 400, "{few} {also_few} {many}");
    for ((a, b), c) in explicit.iter().zip(&implicit).zip(&second) {
        near(*b, *a, 1e-5);
        near(*c, *a, 1e-4);
    }
}

#[test]
fn speeds_without_coupling_have_the_variance_of_ornstein_and_uhlenbeck() {
    // m dv = −v dt + √(2 D) dW: D/m.
    let count = 4000;
    let mut model = Kuramoto::new(vec![0.0; count], 0.0, Coupling::AllToAll).unwrap();
    let inertia = Inertia::new(&[2.0], count).unwrap();
    let mut equations =
        model.inertial_noisy_equations(&inertia, 0.5, None, None).unwrap();
    let mut options = StochasticOptions::new(0.02, 3);
    options.scheme = Scheme::Heun;
    let mut run = StochasticRun::new(0.0, &vec![0.0; 2 * count], options).unwrap();
    run.advance(&mut equations, 30.0, &mut Watch::default()).unwrap();
    let speeds = &run.y()[count..];
    near(speeds.iter().map(|v| v * v).sum::<f64>() / count as f64, 0.25, 0.02);
}

/// Without noise a run with noise and delay is one with delay, up to the error of its steps; a run that stopped on the way is
/// the same to the last bit.
#[test]
fn delays_go_with_noise() {
    let history = |t: f64, out: &mut [f64]| {
        for (place, value) in out.iter_mut().enumerate() {
            *value = if place < COUNT { 0.7 * place as f64 + 0.1 * t } else { 0.1 };
        }
    };
    let inertia = Inertia::new(&[0.8], COUNT).unwrap();
    let mut exact = model(ring());
    let options = DelayOptions {
        delays: vec![0.33],
        options: Options::default().tolerance(1e-9, 1e-9),
        neutral: false,
    };
    let mut run = DelayRun::new(0.0, &start(), options).unwrap();
    let mut equations = exact.inertial_delayed_equations(&inertia, history, None);
    run.advance(&mut equations, 4.0, &mut Watch::default()).unwrap();
    let error = |step: f64, stops: &[f64]| {
        let mut noisy = model(ring());
        let mut equations = noisy
            .inertial_noisy_equations(&inertia, 0.0, Some(Box::new(history)), None)
            .unwrap();
        let mut options = StochasticOptions::new(step, 3);
        options.scheme = Scheme::Heun;
        options.delays = vec![0.33];
        let mut own = StochasticRun::new(0.0, &start(), options).unwrap();
        for stop in stops {
            own.advance(&mut equations, *stop, &mut Watch::default()).unwrap();
        }
        let error =
            own.y().iter().zip(run.y()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        (error, own.y().to_vec())
    };
    let (coarse, fine) = (error(0.02, &[4.0]).0, error(0.01, &[4.0]).0);
    // Heun's scheme and straight lines in between are of second order.
    assert!(coarse / fine > 3.0, "{coarse} {fine}");
    assert!(fine < 5e-3, "{fine}");
    assert_eq!(
        error(0.02, &[0.005, 0.31, 1.5013, 1.5013, 2.77, 4.0]).1,
        error(0.02, &[4.0]).1
    );
}

/// dx = −x(t − 1) dt + dW has the variance (1 + sin 1)/(2 cos 1) (U. Küchler and B. Mensch, Stochastics 40 (1992) 23).
#[test]
fn a_delayed_linear_equation_has_its_variance() {
    let count = 4000;
    let mut options = StochasticOptions::new(0.02, 11);
    options.delays = vec![1.0];
    let mut equations = StochasticEquations::delayed(
        |_, _: &[f64], past: &[f64], out: &mut [f64]| {
            out.iter_mut().zip(past).for_each(|(out, past)| *out = -past);
        },
        |_, out: &mut [f64]| out.fill(0.0),
        holor_dynamics::ode::Noise::Additive(vec![1.0; count]),
    );
    let mut run = StochasticRun::new(0.0, &vec![0.0; count], options).unwrap();
    run.advance(&mut equations, 30.0, &mut Watch::default()).unwrap();
    let variance = run.y().iter().map(|x| x * x).sum::<f64>() / count as f64;
    near(variance, (1.0 + 1f64.sin()) / (2.0 * 1f64.cos()), 0.12);
}

#[test]
fn what_does_not_fit_is_refused() {
    assert!(Inertia::new(&[0.0], 3).is_err());
    assert!(Inertia::new(&[1.0, 2.0], 3).is_err());
    let mut options = StochasticOptions::new(0.1, 1);
    options.delays = vec![0.05];
    assert!(StochasticRun::new(0.0, &[0.0], options).is_err());
}
