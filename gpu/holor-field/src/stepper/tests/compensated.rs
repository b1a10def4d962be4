//! Sums over time in single precision with compensation, against double precision and closed forms.

use super::orders::{options, solve};
use super::schemes::{Sketch, fronts, pendulum, riccati};
use crate::Precision;
use crate::elementary::lower_graph;
use crate::graph::{Graph, Op};
use crate::interpreter::evaluate_single;
use crate::scheme::Scheme;
use crate::stepper::builder::split;
use crate::stepper::compensated::two_sum;
use crate::stepper::{Interpretation, Method, Options, build};

fn single(options: Options) -> Options {
    Options { precision: Precision::Single, ..options }
}

fn mixed(options: Options) -> Options {
    Options { compensated: true, ..single(options) }
}

/// The largest difference of two results.
fn apart(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let pairs = a.iter().flatten().zip(b.iter().flatten());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// u' = rate(u).
fn ordinary(start: f64, rate: impl Fn(&mut Graph) -> crate::NodeId) -> Scheme {
    let mut sketch = Sketch::new(2);
    sketch.plane("u", |_| start);
    let rate = rate(&mut sketch.scheme.graph);
    sketch.rate(rate);
    sketch.scheme
}

#[test]
fn two_numbers_hold_a_sum_exactly() {
    let mut graph = Graph::new();
    let (u, t) = (graph.load(0, [0; 3]), graph.load(1, [0; 3]));
    let roots = two_sum(&mut graph, u, t);
    let (graph, roots) = lower_graph(&graph, &roots, Precision::Single);
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut rounded = 0;
    for case in 0..2000 {
        // Either may be the larger, by up to 2²⁵, so that double precision holds the sum.
        let scale = 2.0_f64.powi(case % 51 - 25);
        let pair = [random() - 0.5, scale * (random() - 0.5)].map(|x| x as f32);
        let mut values: Vec<f32> = Vec::new();
        for op in graph.ops() {
            values.push(match *op {
                Op::Load { array, .. } => pair[array as usize],
                ref other => evaluate_single(other, |n| values[n.0 as usize]).unwrap(),
            });
        }
        let [sum, left] = [0, 1].map(|k| values[roots[k].0 as usize]);
        assert_eq!(sum, pair[0] + pair[1]);
        assert_eq!(
            f64::from(sum) + f64::from(left),
            f64::from(pair[0]) + f64::from(pair[1])
        );
        rounded += u32::from(left != 0.0);
    }
    assert!(rounded > 1000, "{rounded}");
}

#[test]
fn a_step_in_two_parts_has_48_digits() {
    for value in [1e-3, 0.1, 1.0 / 3.0, 2.0, 7.3e-9, 12345.678] {
        let mut graph = Graph::new();
        let x = graph.constant(value);
        let parts = split(&mut graph, x).map(|node| graph.constant_value(node).unwrap());
        assert_eq!(parts[0], f64::from(value as f32), "{value}");
        assert_eq!(parts[0] + parts[1], value);
        let both = parts.map(|part| f64::from(part as f32));
        assert!((both[0] + both[1] - value).abs() <= 2.0_f64.powi(-48) * value);
    }
}

/// u' = −u/1024 in steps of 2·10⁻⁵: each adds less than half the last digit of a single number to u ≈ 1.
#[test]
fn small_steps_are_not_lost() {
    let decay = ordinary(1.0, |g| {
        let (u, rate) = (g.load(0, [0; 3]), g.constant(-1.0 / 1024.0));
        g.multiply(u, rate)
    });
    for method in [Method::Euler, Method::RungeKutta4, Method::StrongStabilityPreserving]
    {
        let (to, options) = (1.0, options(method, 2e-5, 1.0));
        let still = solve(&decay, &single(options.clone()), to)[0][0];
        assert_eq!(still, 1.0, "{method:?}");
        let found = solve(&decay, &mixed(options), to)[0][0];
        let exact = (-to / 1024.0_f64).exp();
        assert!((found - exact).abs() < 2e-10, "{method:?} {:e}", found - exact);
    }
}

/// u' = −u in steps of 1/1000, which as a single number is too long by 4.7·10⁻⁸ of it: time that passes too fast would change e⁻² by
/// 1.3·10⁻⁸.
#[test]
fn time_passes_at_its_pace() {
    let decay = ordinary(1.0, |g| {
        let u = g.load(0, [0; 3]);
        g.negate(u)
    });
    for method in [
        Method::Euler,
        Method::RungeKutta4,
        Method::StrongStabilityPreserving,
        Method::DormandPrince,
    ] {
        let save = if method == Method::DormandPrince { 1e-3 } else { 2.0 };
        let options = Options { tolerance: 1e-2, ..options(method, 1e-3, save) };
        let exact = solve(&decay, &options, 2.0);
        let near = apart(&solve(&decay, &mixed(options), 2.0), &exact);
        assert!(near < 3e-9, "{method:?} {near:e}");
    }
}

/// Every method takes the steps of double precision, but for the rounding of rates.
#[test]
fn all_methods_are_near_double_precision() {
    let damped = pendulum(0.3);
    let mut squared = pendulum(0.0);
    {
        // u'' = −sin u − v²/4: not linear in the velocity.
        let g = &mut squared.graph;
        let v = g.load(1, [0; 3]);
        let square = g.multiply(v, v);
        let quarter = g.constant(-0.25);
        let rate = g.multiply_add(quarter, square, squared.rates[0]);
        squared.rates[0] = rate;
        squared.structure.separable = false;
    }
    let front = fronts(12, 0.02, 1.0);
    for (name, scheme, method) in [
        ("euler", &front, Method::Euler),
        ("rk4", &front, Method::RungeKutta4),
        ("rk4 of time", &riccati().0, Method::RungeKutta4),
        ("rk4 of second order", &damped, Method::RungeKutta4),
        ("ssprk3", &front, Method::StrongStabilityPreserving),
        ("dopri5", &front, Method::DormandPrince),
        ("leapfrog", &pendulum(0.0), Method::Leapfrog),
        ("leapfrog with damping", &damped, Method::Leapfrog),
        ("leapfrog of velocities", &squared, Method::Leapfrog),
        ("yoshida4", &pendulum(0.0), Method::Yoshida4),
    ] {
        // Adapted steps end at saves.
        let save = if method == Method::DormandPrince { 1e-3 } else { 1.0 };
        let options = Options { tolerance: 1e-2, ..options(method, 1e-3, save) };
        let exact = solve(scheme, &options, 3.0);
        let one = apart(&solve(scheme, &single(options.clone()), 3.0), &exact);
        let two = apart(&solve(scheme, &mixed(options), 3.0), &exact);
        assert!(20.0 * two < one && two < 3e-7, "{name}: {two:e}, single {one:e}");
    }
}

/// The same numbers of noise are added up: du = u ξ/2 and du = −u + ξ.
#[test]
fn sums_of_noise_are_near_double_precision() {
    for (method, interpretation) in [
        (Method::EulerMaruyama, Interpretation::Ito),
        (Method::StochasticHeun, Interpretation::Stratonovich),
    ] {
        let mut sketch = Sketch::new(8);
        let u = sketch.plane("u", |_| 1.0);
        let value = sketch.scheme.graph.load(u, [0; 3]);
        let rate = sketch.scheme.graph.negate(value);
        sketch.rate(rate);
        let half = sketch.scheme.graph.constant(0.5);
        let amplitude = sketch.scheme.graph.multiply(half, value);
        sketch.noise(amplitude, true);
        let options = Options {
            interpretation: Some(interpretation),
            seed: 3,
            ..options(method, 1e-4, 1.0)
        };
        let exact = solve(&sketch.scheme, &options, 1.0);
        let one = apart(&solve(&sketch.scheme, &single(options.clone()), 1.0), &exact);
        let two = apart(&solve(&sketch.scheme, &mixed(options), 1.0), &exact);
        assert!(10.0 * two < one && two < 3e-7, "{method:?}: {two:e}, single {one:e}");
    }
}

#[test]
fn what_the_start_leaves_is_kept() {
    let still = ordinary(0.1, |g| g.constant(0.0));
    let options = options(Method::RungeKutta4, 0.1, 1.0);
    let [one, two] = [single(options.clone()), mixed(options)]
        .map(|options| solve(&still, &options, 1.0)[0][0]);
    assert_eq!(one, f64::from(0.1_f32));
    assert!((two - 0.1).abs() < 1e-15, "{two:e}");
}

#[test]
fn what_solves_systems_is_refused() {
    let scheme = fronts(12, 0.02, 0.0);
    for method in Method::ALL.into_iter().filter(|method| method.implicit()) {
        let error = build(&scheme, &mixed(options(method, 0.01, 1.0))).unwrap_err();
        let text = format!("{error:?}");
        assert!(text.contains("rk4, ssprk3, dopri5"), "{text}");
        assert!(text.contains(method.name()) && text.contains("precision = double"));
    }
    let double = Options { compensated: true, ..Options::default() };
    assert!(double.check().is_err());
    // So stiff that linear systems would be solved.
    let stiff = |options: Options| {
        let options = Options { method: Method::Auto, step: None, ..options };
        build(&fronts(64, 2.0, 0.0), &options).unwrap().method
    };
    let far = options(Method::Auto, 1.0, 1.0);
    assert_eq!(stiff(far.clone()), "ars232");
    assert_eq!(stiff(mixed(far)), "rk4");
}
