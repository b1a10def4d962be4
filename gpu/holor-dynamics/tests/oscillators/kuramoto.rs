//! Kuramoto's model: two oscillators exactly, the continuum, rings, delays, inertia and noise.

use std::f64::consts::{PI, TAU};

use holor_dynamics::ode::{
    DelayOptions, DelayRun, Method, Options, Run, Save, Scheme, StochasticOptions,
    StochasticRun, Watch,
};
use holor_dynamics::oscillators::{
    Coupling, Distribution, Graph, Harmonic, Inertia, Kuramoto, Observable, Observer,
    order_parameter,
};
use holor_dynamics::random::Noise;

use super::near;

fn phases(count: usize, seed: u64) -> Vec<f64> {
    let noise = Noise::new(seed, 0);
    (0..count).map(|k| TAU * noise.uniform(0, k as u32)).collect()
}

fn run(model: &mut Kuramoto<'_>, start: &[f64], to: f64, options: Options) -> Vec<f64> {
    let mut run = Run::new(0.0, start, options).expect("options");
    run.advance(&mut model.equations(None), to, &mut Watch::default()).expect("run");
    assert_eq!(run.t(), to);
    run.y().to_vec()
}

#[test]
fn two_oscillators_exactly() {
    // φ = θ₁ − θ₀ obeys φ' = Δ − K sin φ. Locked: sin φ = Δ/K. Drifting from φ = 0, with w = √(Δ² − K²):
    // tan(φ/2) = K/Δ + w/Δ tan(w t/2 − arctan(K/w)).
    let options = || Options::default().tolerance(1e-11, 1e-12);
    let (delta, strength) = (0.6, 1.0);
    let mut model =
        Kuramoto::new(vec![1.0, 1.0 + delta], strength, Coupling::AllToAll).unwrap();
    let end = run(&mut model, &[0.0, 0.3], 60.0, options());
    near(end[1] - end[0], f64::asin(delta / strength), 1e-10);
    let delta = 1.7;
    let mut model =
        Kuramoto::new(vec![0.0, delta], strength, Coupling::AllToAll).unwrap();
    let w = (delta * delta - strength * strength).sqrt();
    for t in [0.5, 1.0, 2.0] {
        let end = run(&mut model, &[0.0, 0.0], t, options());
        let tangent =
            strength / delta + w / delta * (w * t / 2.0 - f64::atan(strength / w)).tan();
        near(
            (end[1] - end[0]).rem_euclid(TAU),
            (2.0 * tangent.atan()).rem_euclid(TAU),
            1e-9,
        );
    }
    // One beat lasts 2π/w.
    let end = run(&mut model, &[0.0, 0.0], 5.0 * TAU / w, options());
    near(end[1] - end[0], 5.0 * TAU, 1e-8);
}

/// The right-hand side by its definition.
fn slow(
    omega: &[f64],
    strength: f64,
    weight: impl Fn(usize, usize) -> f64,
    harmonics: &[Harmonic],
    theta: &[f64],
    acting: &[f64],
) -> Vec<f64> {
    (0..theta.len())
        .map(|i| {
            let mut sum = omega[i];
            for (j, other) in acting.iter().enumerate() {
                for h in harmonics {
                    let x = f64::from(h.order) * (other - theta[i]) - h.lag;
                    sum += strength * weight(i, j) * h.amplitude * x.sin();
                }
            }
            sum
        })
        .collect()
}

#[test]
fn fast_sums_are_the_definition() {
    let count = 60;
    let (theta, earlier) = (phases(count, 1), phases(count, 2));
    let omega =
        Distribution::Gaussian { centre: 1.0, deviation: 0.5 }.draw(count, 4).unwrap();
    let harmonics = vec![
        Harmonic { order: 1, amplitude: 1.0, lag: 0.3 },
        Harmonic { order: 2, amplitude: -0.5, lag: -0.7 },
        Harmonic { order: 5, amplitude: 0.2, lag: 0.0 },
    ];
    let graph = Graph::erdos_renyi(count, 0.2, 9).unwrap();
    let dense = |i: usize, j: usize| {
        let (sources, weights) = graph.row(i);
        sources.iter().position(|s| *s as usize == j).map_or(0.0, |k| weights[k])
    };
    let even = |_: usize, _: usize| 1.0 / count as f64;
    let mut out = vec![0.0; count];
    for all in [true, false] {
        let coupling =
            if all { Coupling::AllToAll } else { Coupling::Graph(graph.clone()) };
        let mut model = Kuramoto::new(omega.clone(), 1.3, coupling)
            .unwrap()
            .with_harmonics(harmonics.clone())
            .unwrap();
        for delayed in [false, true] {
            let acting = if delayed { &earlier } else { &theta };
            if delayed {
                model.delayed_slope(0.0, &theta, &earlier, &mut out);
            } else {
                model.slope(0.0, &theta, &mut out);
            }
            let expected = if all {
                slow(&omega, 1.3, even, &harmonics, &theta, acting)
            } else {
                slow(&omega, 1.3, dense, &harmonics, &theta, acting)
            };
            for (a, b) in out.iter().zip(expected) {
                near(*a, b, 1e-12);
            }
        }
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let count = 300_001;
    let theta = phases(count, 3);
    let omega = vec![0.5; count];
    let ring = Graph::ring(count, 1).unwrap();
    for coupling in [Coupling::AllToAll, Coupling::Graph(ring)] {
        let slopes: Vec<Vec<f64>> = [1, 2, 3, 7]
            .into_iter()
            .map(|threads| {
                let mut model = Kuramoto::new(omega.clone(), 1.0, coupling.clone())
                    .unwrap()
                    .with_threads(threads);
                let mut out = vec![0.0; count];
                model.slope(0.0, &theta, &mut out);
                out
            })
            .collect();
        assert!(slopes.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[test]
fn ott_and_antonsen() {
    // Lorentzian frequencies of half width γ: R = √(1 − Kc/K) with Kc = 2 γ.
    let count = 600;
    let distribution = Distribution::Lorentzian { centre: 0.0, width: 0.5 };
    near(distribution.critical_coupling(), 1.0, 1e-15);
    let omega = distribution.quantiles(count).unwrap();
    for strength in [1.5, 2.0, 4.0] {
        let mut model =
            Kuramoto::new(omega.clone(), strength, Coupling::AllToAll).unwrap();
        let start = vec![0.0; count];
        let mut observer = Observer::new(vec![Observable::Order], 0.0, &start).unwrap();
        let options = Options::with(Method::DormandPrince)
            .tolerance(1e-4, 1e-4)
            .save(Save::Every(0.25));
        let mut run = Run::new(0.0, &start, options).unwrap();
        let mut equations = model.equations(Some(&mut observer));
        run.advance(&mut equations, 30.0, &mut Watch::default()).unwrap();
        let late = &run.table().values[80..];
        let mean = late.iter().sum::<f64>() / late.len() as f64;
        near(mean, (1.0 - 1.0 / strength).sqrt(), 0.01);
    }
}

#[test]
fn synchrony_begins_at_the_critical_coupling() {
    // Kc = 2/(π g(0)); above it R solves 1 = K ∫ cos²x g(K R sin x) dx over (−π/2, π/2).
    let distribution = Distribution::Gaussian { centre: 0.0, deviation: 1.0 };
    let critical = distribution.critical_coupling();
    near(critical, (8.0 / PI).sqrt(), 1e-14);
    let count = 2000;
    let omega = distribution.quantiles(count).unwrap();
    let settle = |strength: f64| {
        let mut model =
            Kuramoto::new(omega.clone(), strength, Coupling::AllToAll).unwrap();
        let start = vec![0.0; count];
        let mut observer = Observer::new(vec![Observable::Order], 0.0, &start).unwrap();
        let options = Options::with(Method::RungeKutta4).step(0.1).save(Save::Every(0.5));
        let mut run = Run::new(0.0, &start, options).unwrap();
        let mut equations = model.equations(Some(&mut observer));
        run.advance(&mut equations, 60.0, &mut Watch::default()).unwrap();
        let late = &run.table().values[80..];
        late.iter().sum::<f64>() / late.len() as f64
    };
    let integral = |strength: f64, r: f64| {
        let n = 2000;
        let sum: f64 = (0..n)
            .map(|k| {
                let x = PI * ((f64::from(k) + 0.5) / f64::from(n) - 0.5);
                let omega = strength * r * x.sin();
                x.cos().powi(2) * (-0.5 * omega * omega).exp()
            })
            .sum();
        strength * sum * PI / f64::from(n) / TAU.sqrt()
    };
    assert!(settle(0.8 * critical) < 0.06);
    for strength in [1.15 * critical, 2.5] {
        let (mut low, mut high) = (1e-6, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if integral(strength, middle) > 1.0 { low = middle } else { high = middle }
        }
        near(settle(strength), low, 0.01);
    }
}

#[test]
fn twisted_states_on_a_ring() {
    // θⱼ = 2π q j / N stands still on a ring of equal oscillators, and is stable where cos(2π q/N) > 0.
    let count = 24;
    let ring = Graph::ring(count, 1).unwrap();
    let twisted = |q: f64| -> Vec<f64> {
        (0..count).map(|j| TAU * q * j as f64 / count as f64).collect()
    };
    let mut model = Kuramoto::new(vec![0.0; count], 1.0, Coupling::Graph(ring)).unwrap();
    for (q, stable) in
        [(0.0, true), (2.0, true), (5.0, true), (7.0, false), (11.0, false)]
    {
        let mut out = vec![0.0; count];
        model.slope(0.0, &twisted(q), &mut out);
        assert!(out.iter().all(|rate| rate.abs() < 1e-13), "{q}");
        let noise = Noise::new(2, 0);
        let start: Vec<f64> = twisted(q)
            .iter()
            .enumerate()
            .map(|(j, x)| x + 1e-3 * noise.normal(0, j as u32))
            .collect();
        let shift =
            start.iter().zip(twisted(q)).map(|(a, b)| a - b).sum::<f64>() / count as f64;
        let end =
            run(&mut model, &start, 150.0, Options::default().tolerance(1e-7, 1e-9));
        let far = end
            .iter()
            .zip(twisted(q))
            .map(|(a, b)| (a - b - shift).abs())
            .fold(0.0, f64::max);
        assert_eq!(far < 2e-3, stable, "{q} {far}");
    }
}

#[test]
fn the_mean_frequency_is_kept() {
    // Odd coupling on an undirected graph: Σ θᵢ' = Σ ωᵢ, and a linear invariant is kept by every method.
    let graph = Graph::watts_strogatz(50, 4, 0.2, 5).unwrap();
    let omega = Distribution::Uniform { centre: 0.3, half: 1.0 }.draw(50, 8).unwrap();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let start = phases(50, 6);
    for method in [Method::Dop853, Method::DormandPrince, Method::Radau] {
        let mut model =
            Kuramoto::new(omega.clone(), 0.7, Coupling::Graph(graph.clone())).unwrap();
        let options = Options::with(method).tolerance(1e-6, 1e-6);
        let end = run(&mut model, &start, 10.0, options);
        near(mean(&end) - mean(&start), 10.0 * mean(&omega), 1e-7);
    }
}

#[test]
fn a_lag_turns_the_locked_state() {
    // Equal oscillators in phase rotate with Ω = ω − K sin α.
    let mut model =
        Kuramoto::new(vec![1.0; 10], 0.8, Coupling::AllToAll).unwrap().with_lag(0.6);
    let end = run(&mut model, &[0.2; 10], 5.0, Options::default());
    near((end[3] - 0.2) / 5.0, 1.0 - 0.8 * 0.6f64.sin(), 1e-8);
}

#[test]
fn frequencies_can_change_in_time() {
    let mut model = Kuramoto::new(vec![1.0, 2.0], 0.0, Coupling::AllToAll)
        .unwrap()
        .with_drive(|t, out| out[1] += t.cos());
    let end = run(&mut model, &[0.0, 0.0], 3.0, Options::default());
    near(end[0], 3.0, 1e-9);
    near(end[1], 6.0 + 3f64.sin(), 1e-8);
}

#[test]
fn a_delay_slows_the_locked_state() {
    // Equal oscillators in phase with delay τ: Ω = ω − K sin(Ω τ).
    let (omega, strength, delay) = (1.0, 0.5, 0.8);
    let mut rate = omega;
    for _ in 0..200 {
        rate = omega - strength * f64::sin(rate * delay);
    }
    let mut model = Kuramoto::new(vec![omega; 3], strength, Coupling::AllToAll).unwrap();
    let options = DelayOptions {
        delays: vec![delay],
        options: Options::default()
            .tolerance(1e-9, 1e-9)
            .save(Save::At(vec![40.0, 50.0])),
        neutral: false,
    };
    let start = [0.0, 0.4, -0.3];
    let mut run = DelayRun::new(0.0, &start, options).unwrap();
    let mut equations = model.delayed_equations(
        move |t, out: &mut [f64]| {
            for (out, start) in out.iter_mut().zip(start) {
                *out = start + omega * t;
            }
        },
        None,
    );
    run.advance(&mut equations, 50.0, &mut Watch::default()).unwrap();
    let (early, late) = (run.table().row(0).unwrap(), run.table().row(1).unwrap());
    near((late[0] - early[0]) / 10.0, rate, 1e-6);
    near(late[1] - late[2], 0.0, 1e-5);
    // Nothing further back than the delay is kept.
    assert!(run.dense().pieces().len() < run.work().steps);
}

#[test]
fn inertia_relaxes_and_locks() {
    // Without coupling v = ω (1 − e^(−t/m)); with it sin φ = Δ/K as without inertia.
    let inertia = 2.0;
    let solve = |strength: f64, to: f64| {
        let mut model =
            Kuramoto::new(vec![-0.2, 0.2], strength, Coupling::AllToAll).unwrap();
        let inertia = Inertia::new(&[inertia], model.oscillators()).unwrap();
        let mut equations = model.inertial_equations(&inertia, None);
        let options = Options::default().tolerance(1e-10, 1e-11);
        let mut run = Run::new(0.0, &[0.0; 4], options).unwrap();
        run.advance(&mut equations, to, &mut Watch::default()).unwrap();
        run.y().to_vec()
    };
    near(solve(0.0, 3.0)[3], 0.2 * (1.0 - (-3.0f64 / inertia).exp()), 1e-9);
    let locked = solve(1.0, 150.0);
    near(locked[1] - locked[0], 0.4f64.asin(), 1e-8);
    near(locked[3], 0.0, 1e-9);
}

/// I₁(x)/I₀(x) by their series.
fn bessel_ratio(x: f64) -> f64 {
    let (mut term, mut zero, mut one) = (1.0, 0.0, 0.0);
    for k in 0..100 {
        zero += term;
        one += term * x / 2.0 / f64::from(k + 1);
        term *= (x / 2.0).powi(2) / f64::from(k + 1).powi(2);
    }
    one / zero
}

#[test]
fn noise_lowers_the_order() {
    // Equal oscillators with diffusion D: R = I₁(K R/D)/I₀(K R/D) (H. Sakaguchi, 1988).
    let (count, strength, diffusion) = (2000, 2.0, 0.5);
    let mut expected = 0.9;
    for _ in 0..500 {
        expected = bessel_ratio(strength * expected / diffusion);
    }
    let start = vec![0.0; count];
    let mut model =
        Kuramoto::new(vec![0.0; count], strength, Coupling::AllToAll).unwrap();
    let mut observer = Observer::new(vec![Observable::Order], 0.0, &start).unwrap();
    let options = StochasticOptions {
        scheme: Scheme::Heun,
        save: Save::Every(0.2),
        ..StochasticOptions::new(0.02, 12)
    };
    let mut run = StochasticRun::new(0.0, &start, options).unwrap();
    let mut equations = model.noisy_equations(diffusion, Some(&mut observer)).unwrap();
    run.advance(&mut equations, 25.0, &mut Watch::default()).unwrap();
    let late = &run.table().values[25..];
    near(late.iter().sum::<f64>() / late.len() as f64, expected, 0.01);
}

#[test]
fn observables_during_a_run() {
    // Oscillators 0 and 1 lock, 2 is too fast.
    let mut model = Kuramoto::new(vec![0.0, 0.1, 9.0], 1.0, Coupling::AllToAll).unwrap();
    let start = [0.0, 0.0, 0.0];
    let line = Graph::path(3).unwrap();
    let mut observer = Observer::new(
        vec![
            Observable::Order,
            Observable::MeanPhase,
            Observable::Harmonic(2),
            Observable::LocalOrder(line.clone()),
            Observable::Frequencies,
            Observable::Locked(0.3),
            Observable::Phases,
        ],
        0.0,
        &start,
    )
    .unwrap();
    assert_eq!(observer.width(), 11);
    assert_eq!(observer.names()[4..8], ["Ω0", "Ω1", "Ω2", "locked"]);
    let options = Options::default().save(Save::Every(50.0));
    let mut run = Run::new(0.0, &start, options).unwrap();
    run.advance(&mut model.equations(Some(&mut observer)), 100.0, &mut Watch::default())
        .unwrap();
    let table = run.table();
    assert_eq!((table.width, table.len()), (11, 3));
    assert!(table.row(0).unwrap()[4].is_nan());
    let row = table.row(2).unwrap();
    let theta = &row[8..];
    let (x, y) = order_parameter(theta, 1);
    near(row[0], x.hypot(y), 1e-15);
    near(row[1], y.atan2(x), 1e-15);
    near(row[4], theta[0] / 100.0, 1e-14);
    near(row[7], 2.0 / 3.0, 1e-15);
    // Ends of the path see one neighbour (order 1), the middle one two.
    let middle =
        0.5 * (theta[0].sin() + theta[2].sin()).hypot(theta[0].cos() + theta[2].cos());
    near(row[3], (2.0 + middle) / 3.0, 1e-12);
    assert!(Kuramoto::new(vec![0.0; 4], 1.0, Coupling::Graph(line)).is_err());
}
