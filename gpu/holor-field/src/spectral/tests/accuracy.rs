//! Orders in time, conservation, non-local terms, reference runs, changes of step, noise.

use std::f64::consts::TAU;

use super::*;
use crate::equation::Given;
use crate::spectral::{choose, operators, suggest_step};
use crate::stepper::{FORMER_STEP, RESIZE};

fn real<'f>(
    name: &'f str,
    rate: Term,
    start: &'f dyn Fn(&[f64]) -> Complex64,
) -> Start<'f> {
    Start { name, complex: false, order: 1, rate, start, velocity: None }
}

fn measured(coarse: f64, fine: f64) -> f64 {
    (coarse / fine).log2()
}

/// A dissipative equation with forcing in time, and Schrödinger's with a potential in time.
#[test]
fn errors_fall_with_the_order_of_the_method() {
    let forcing = product([
        number(0.5),
        apply(Function::Sine, product([number(3.0), Term::Time])),
        apply(Function::Cosine, Term::Coordinate(0)),
    ]);
    let rate = sum([
        product([number(0.1), derivative(0, 2, field(0))]),
        product([number(-0.5), derivative(0, 1, power(field(0), 2.0))]),
        field(0),
        product([number(-1.0), power(field(0), 3.0)]),
        forcing,
    ]);
    let start = |x: &[f64]| complex(0.5 * x[0].sin() + 0.2 * (2.0 * x[0]).cos(), 0.0);
    let real_system =
        system(vec![axis("x", 0.0, TAU, 32)], vec![real("u", rate, &start)]);
    let potential = product([
        number(0.6),
        apply(Function::Sine, product([number(2.0), Term::Time])),
        apply(Function::Cosine, Term::Coordinate(0)),
    ]);
    let rate = sum([
        product([imaginary(0.5), derivative(0, 2, field(0))]),
        product([imaginary(-1.0), sum([potential, density(0)]), field(0)]),
    ]);
    let start = |x: &[f64]| complex(1.0 + 0.3 * x[0].cos(), 0.2 * x[0].sin());
    let waves = system(
        vec![axis("x", 0.0, TAU, 32)],
        vec![Start {
            name: "psi",
            complex: true,
            order: 1,
            rate,
            start: &start,
            velocity: None,
        }],
    );
    let cases: [(&System, Method, Method, u64); 10] = [
        (&real_system, Method::EtdRk4, Method::EtdRk4, 20),
        (&real_system, Method::IfRk4, Method::EtdRk4, 20),
        (&real_system, Method::Rk4, Method::EtdRk4, 40),
        (&real_system, Method::EtdRk2, Method::EtdRk4, 40),
        (&real_system, Method::Cnab2, Method::EtdRk4, 80),
        (&real_system, Method::Sbdf2, Method::EtdRk4, 80),
        (&real_system, Method::Etd1, Method::EtdRk4, 80),
        (&waves, Method::Strang, Method::Rk4, 40),
        (&waves, Method::Yoshida4, Method::Rk4, 40),
        (&waves, Method::BlanesMoan4, Method::Rk4, 64),
    ];
    let mut references: Vec<(Method, Vec<Complex64>)> = Vec::new();
    for (system, method, standard, steps) in cases {
        if !references.iter().any(|known| known.0 == standard) {
            let mut options = Options::new(standard, 2.0 / 1600.0);
            options.dealiasing = Dealiasing::Off;
            references.push((standard, run_with(system, &options, 1600).remove(0)));
        }
        let reference = &references.iter().find(|known| known.0 == standard).unwrap().1;
        let errors = [1, 2].map(|finer| {
            let mut options = Options::new(method, 2.0 / (steps * finer) as f64);
            options.dealiasing = Dealiasing::Off;
            distance(&run_with(system, &options, steps * finer)[0], reference)
        });
        let order = measured(errors[0], errors[1]);
        let expected = f64::from(method.order().unwrap());
        assert!(
            (expected - 0.25..expected + 0.5).contains(&order) && errors[1] < 0.02,
            "{method:?} {order} {errors:?}"
        );
    }
}

/// Errors in space fall faster than any power: Burgers' shock resolved better and better.
#[test]
fn errors_fall_exponentially_with_the_points() {
    let viscosity = 0.2;
    let exact = |x: f64, t: f64| {
        let decay = 0.9 * (-viscosity * t).exp();
        2.0 * viscosity * decay * x.sin() / (1.0 + decay * x.cos())
    };
    let rate = sum([
        product([number(viscosity), derivative(0, 2, field(0))]),
        product([number(-0.5), derivative(0, 1, power(field(0), 2.0))]),
    ]);
    let errors = [16, 32, 64].map(|points| {
        let start = |x: &[f64]| complex(exact(x[0], 1.0), 0.0);
        let system = system(
            vec![axis("x", 0.0, TAU, points)],
            vec![real("u", rate.clone(), &start)],
        );
        let values = run(&system, Method::EtdRk4, 0.02, 50);
        error(&system, &values[0], &|x| complex(exact(x[0], 2.0), 0.0))
    });
    assert!(errors[1] < errors[0] / 20.0 && errors[2] < errors[1] / 100.0, "{errors:?}");
}

/// Gross and Pitaevskii in a trap, in two dimensions with a stirring potential from given values.
#[test]
fn norm_and_energy_are_conserved() {
    let axes = vec![axis("x", -6.0, 6.0, 32), axis("y", -6.0, 6.0, 24)];
    let start = |x: &[f64]| {
        complex(x[0] + 0.3, x[1]) * (-0.5 * (x[0] * x[0] + x[1] * x[1])).exp()
    };
    let coupling = 5.0;
    let rate = sum([
        product([
            imaginary(0.5),
            sum([derivative(0, 2, field(0)), derivative(1, 2, field(0))]),
        ]),
        product([
            imaginary(-1.0),
            sum([Term::Given(0), product([number(coupling), density(0)])]),
            field(0),
        ]),
    ]);
    let mut system = system(
        axes,
        vec![Start {
            name: "psi",
            complex: true,
            order: 1,
            rate,
            start: &start,
            velocity: None,
        }],
    );
    let trap: Vec<Complex64> = places(&system.grid.axes)
        .iter()
        .map(|x| complex(0.5 * (x[0] * x[0] + 1.3 * x[1] * x[1]), 0.0))
        .collect();
    system.given.push(Given {
        name: "V".into(),
        complex: false,
        values: trap.clone().into(),
    });
    let energy = |psi: &[Complex64]| {
        let d = |orders: [u32; 2]| {
            operators::derivative(psi, &[32, 24], &[12.0, 12.0], &orders).unwrap()
        };
        let (x, y) = (d([1, 0]), d([0, 1]));
        (0..psi.len())
            .map(|place| {
                let n = psi[place].norm_sqr();
                0.5 * (x[place].norm_sqr() + y[place].norm_sqr())
                    + trap[place].re * n
                    + 0.5 * coupling * n * n
            })
            .sum::<f64>()
    };
    let norm = |psi: &[Complex64]| psi.iter().map(Complex64::norm_sqr).sum::<f64>();
    let before = &system.fields[0].start;
    for (method, bound) in [(Method::Strang, 1e-3), (Method::Yoshida4, 1e-4)] {
        let after = run(&system, method, 0.01, 60);
        let drift = norm(&after[0]) / norm(before) - 1.0;
        assert!(drift.abs() < 3e-14, "{method:?} {drift}");
        let drift = energy(&after[0]) / energy(before) - 1.0;
        assert!(drift.abs() < bound, "{method:?} {drift}");
    }
    let (method, _) = choose(&system).unwrap();
    assert_eq!(method, Method::BlanesMoan4);
}

const KURAMOTO: [(usize, f64); 4] = [
    (0, 0.403_846_568_468_775_26),
    (7, 0.773_989_186_137_787_7),
    (20, -1.116_528_867_399_767_5),
    (41, -0.049_852_939_812_699_34),
];

const SWIFT: [(usize, f64); 4] = [
    (0, 0.697_072_931_295_302_9),
    (5, -0.263_247_677_961_326_5),
    (11, -0.263_247_677_961_326_1),
    (26, -0.499_308_472_375_970_8),
];

/// Reference: the script of Kassam and Trefethen (SIAM J. Sci. Comput. 26, 1214, 2005, p27) in numpy with 64 points and h = 1/128,
/// confirmed by scipy's Radau with tolerance 1e-11.
#[test]
fn kuramoto_and_sivashinsky_as_in_the_literature() {
    let rate = product([
        number(-1.0),
        sum([
            product([number(0.5), derivative(0, 1, power(field(0), 2.0))]),
            derivative(0, 2, field(0)),
            derivative(0, 4, field(0)),
        ]),
    ]);
    let start =
        |x: &[f64]| complex((x[0] / 16.0).cos() * (1.0 + (x[0] / 16.0).sin()), 0.0);
    let system =
        system(vec![axis("x", 0.0, 16.0 * TAU, 64)], vec![real("u", rate, &start)]);
    let (method, _) = choose(&system).unwrap();
    assert_eq!(method, Method::EtdRk4);
    let step =
        suggest_step(&system, &analyse(&system).unwrap(), method, (0.0, 1.0)).unwrap();
    assert!((0.02..2.0).contains(&step), "{step}");
    let mut options = Options::new(Method::EtdRk4, 0.0625);
    options.dealiasing = Dealiasing::Off;
    let values = run_with(&system, &options, 320);
    for (place, expected) in KURAMOTO {
        let error = (values[0][place].re - expected).abs();
        assert!(error < 2e-5, "{place} {} {expected}", values[0][place].re);
    }
}

/// Reference: scipy's Radau with tolerance 1e-11 on 32 points.
#[test]
fn swift_and_hohenberg_settle_into_rolls() {
    let once = |body: Term| sum([body.clone(), derivative(0, 2, body)]);
    let rate = sum([
        product([number(0.4), field(0)]),
        product([number(-1.0), once(once(field(0)))]),
        product([number(-1.0), power(field(0), 3.0)]),
    ]);
    let start = |x: &[f64]| complex(0.3 * x[0].cos() + 0.1 * (x[0] / 2.0).sin(), 0.0);
    let system =
        system(vec![axis("x", 0.0, 2.0 * TAU, 32)], vec![real("u", rate, &start)]);
    for method in [Method::EtdRk4, Method::Sbdf2] {
        let mut options = Options::new(method, 0.02);
        options.dealiasing = Dealiasing::Off;
        let values = run_with(&system, &options, 250);
        let bound = if method == Method::EtdRk4 { 1e-8 } else { 1e-4 };
        for (place, expected) in SWIFT {
            let error = (values[0][place].re - expected).abs();
            assert!(error < bound, "{method:?} {place} {error}");
        }
    }
}

/// u_t = ∫ K(x − x′) u²(x′) dx′ − ⟨u²⟩ u + displaced values, against sums over all cells.
#[test]
fn nonlocal_terms_agree_with_direct_sums() {
    let n = 15;
    let kernel = apply(
        Function::Exponential,
        product([number(-1.0), power(Term::Coordinate(0), 2.0)]),
    );
    let kernel = product([
        kernel,
        sum([number(1.0), product([number(0.3), Term::Coordinate(0)])]),
    ]);
    let square = power(field(0), 2.0);
    let shifted = Term::Shifted { axis: 0, by: 2, body: Arc::new(field(0)) };
    let rate = sum([
        Term::Convolution { kernel: Arc::new(kernel), body: Arc::new(square.clone()) },
        product([number(-1.0), field(0), Term::Mean(Arc::new(square))]),
        shifted.clone(),
        product([field(0), shifted]),
        Term::Integral(Arc::new(field(0))),
    ]);
    let start = |x: &[f64]| {
        complex(0.5 + 0.4 * (x[0] - 0.4).sin() + 0.1 * (3.0 * x[0]).cos(), 0.0)
    };
    let system =
        system(vec![axis("x", -1.0, TAU - 1.0, n)], vec![real("u", rate, &start)]);
    let spacing = TAU / n as f64;
    let direct = |u: &[f64]| -> Vec<f64> {
        let mean = u.iter().map(|u| u * u).sum::<f64>() / n as f64;
        let integral = u.iter().sum::<f64>() * spacing;
        (0..n)
            .map(|i| {
                let sum: f64 = (0..n)
                    .map(|j| {
                        let mut apart = (i + n - j) % n;
                        let mut way = apart as f64;
                        if 2 * apart > n {
                            apart = n - apart;
                            way = -(apart as f64);
                        }
                        let way = way * spacing;
                        (-way * way).exp() * (1.0 + 0.3 * way) * u[j] * u[j] * spacing
                    })
                    .sum();
                let far = u[(i + 2) % n];
                sum - u[i] * mean + far + u[i] * far + integral
            })
            .collect()
    };
    let mut u: Vec<f64> = system.fields[0].start.iter().map(|u| u.re).collect();
    let h = 0.01;
    for _ in 0..5 {
        let at = |u: &[f64], k: &[f64], s: f64| -> Vec<f64> {
            u.iter().zip(k).map(|(u, k)| u + s * k).collect()
        };
        let a = direct(&u);
        let b = direct(&at(&u, &a, 0.5 * h));
        let c = direct(&at(&u, &b, 0.5 * h));
        let d = direct(&at(&u, &c, h));
        for i in 0..n {
            u[i] += h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
        }
    }
    let mut options = Options::new(Method::Rk4, h);
    options.dealiasing = Dealiasing::Off;
    let values = run_with(&system, &options, 5);
    for (value, expected) in values[0].iter().zip(&u) {
        assert!((value.re - expected).abs() < 1e-13, "{value} {expected}");
    }
}

/// A non-local phase (Hartree) and Poisson's: the splitting against an integrator that knows nothing of it.
#[test]
fn nonlocal_phases_are_split() {
    let kernel = apply(
        Function::Exponential,
        product([number(-2.0), power(Term::Coordinate(0), 2.0)]),
    );
    let hartree =
        Term::Convolution { kernel: Arc::new(kernel), body: Arc::new(density(0)) };
    let rate = sum([
        product([imaginary(0.5), derivative(0, 2, field(0))]),
        product([imaginary(-1.0), field(0), sum([hartree, field(1)])]),
    ]);
    let poisson = Term::InverseLaplacian(Arc::new(product([
        field(0),
        apply(Function::Conjugate, field(0)),
    ])));
    let start = |x: &[f64]| complex(1.0 + 0.4 * x[0].cos(), 0.3 * x[0].sin());
    let zero = |_: &[f64]| complex(0.0, 0.0);
    let system = system(
        vec![axis("x", 0.0, TAU, 24)],
        vec![
            Start {
                name: "psi",
                complex: true,
                order: 1,
                rate,
                start: &start,
                velocity: None,
            },
            Start {
                name: "phi",
                complex: false,
                order: 0,
                rate: poisson,
                start: &zero,
                velocity: None,
            },
        ],
    );
    let split = run(&system, Method::BlanesMoan4, 0.02, 50);
    let mut options = Options::new(Method::Rk4, 0.002);
    options.dealiasing = Dealiasing::Off;
    let plain = run_with(&system, &options, 500);
    for (a, b) in split.iter().zip(&plain) {
        let distance = distance(a, b);
        assert!(distance < 2e-7, "{distance}");
    }
}

#[test]
fn steps_may_change_and_observing_changes_nothing() {
    let start = |x: &[f64]| complex(1.0 + 0.3 * x[0].cos(), 0.2 * x[0].sin());
    let rate = sum([
        product([imaginary(0.5), derivative(0, 2, field(0))]),
        product([imaginary(-1.0), density(0), field(0)]),
    ]);
    let system = system(
        vec![axis("x", 0.0, TAU, 16)],
        vec![Start {
            name: "psi",
            complex: true,
            order: 1,
            rate,
            start: &start,
            velocity: None,
        }],
    );
    let exact = run(&system, Method::BlanesMoan4, 0.005, 200).remove(0);
    for (method, bound) in [
        (Method::Strang, 5e-5),
        (Method::Yoshida4, 1e-6),
        (Method::EtdRk4, 1e-3),
        (Method::IfRk4, 1e-6),
        (Method::Cnab2, 2e-3),
        (Method::Sbdf2, 2e-3),
    ] {
        let mut options = Options::new(method, 7.0);
        options.dealiasing = Dealiasing::Off;
        let stepping = stepping(&system, &options).unwrap();
        let mut machine = Interpreter.prepare(&stepping.plan, Precision::Double).unwrap();
        // The step is set before the start, and changed on the way.
        machine.set_scalar(stepping.step_size, 0.01);
        machine.execute(stepping.start, 1, &|| false).unwrap();
        machine.execute(stepping.step, 50, &|| false).unwrap();
        let read = |machine: &mut dyn crate::Machine, arrays: &[usize]| -> Vec<f64> {
            arrays
                .iter()
                .flat_map(|array| {
                    let layout = &stepping.plan.arrays[*array].layout;
                    let mut values = vec![0.0; layout.cells()];
                    machine.read(*array, &mut values);
                    values
                })
                .collect()
        };
        let state = read(machine.as_mut(), &stepping.state);
        machine.execute(stepping.observe, 1, &|| false).unwrap();
        assert_eq!(state, read(machine.as_mut(), &stepping.state));
        machine.set_scalar(stepping.step_size, 0.005);
        machine.set_scalar(stepping.plan.scalar(FORMER_STEP).unwrap(), 0.01);
        let resize = stepping.plan.procedure(RESIZE).unwrap();
        machine.execute(resize, 1, &|| false).unwrap();
        machine.execute(stepping.step, 100, &|| false).unwrap();
        machine.execute(stepping.observe, 1, &|| false).unwrap();
        assert!((machine.scalar(stepping.time) - 1.0).abs() < 1e-12);
        let values = read(machine.as_mut(), &stepping.planes);
        let values: Vec<Complex64> =
            (0..16).map(|place| complex(values[place], values[16 + place])).collect();
        let distance = distance(&values, &exact);
        assert!(distance < bound, "{method:?} {distance}");
    }
}

/// Crank and Nicolson's factor, and two components coupled linearly against their matrix exponential.
#[test]
fn coupled_linear_systems() {
    let start = |x: &[f64]| complex(x[0].cos(), 0.0);
    let rates = [
        sum([derivative(0, 2, field(0)), product([number(3.0), field(1)])]),
        sum([
            product([number(0.5), derivative(0, 2, field(1))]),
            product([number(-3.0), field(0)]),
        ]),
    ];
    let [a, b] = rates;
    let system = system(
        vec![axis("x", 0.0, TAU, 8)],
        vec![real("a", a, &start), real("b", b, &start)],
    );
    // A = [[−1, 3], [−3, −1/2]] on cos x: exp(tA) = e^{−3t/4} (cos ωt + (A + 3/4) sin ωt/ω), ω² = 9 − 1/16.
    let omega = (9.0_f64 - 1.0 / 16.0).sqrt();
    let t = 2.0;
    let (c, s) = ((omega * t).cos(), (omega * t).sin() / omega);
    let decay = (-0.75 * t).exp();
    let expected = [decay * (c + (2.75) * s), decay * (c + (-3.0 + 0.25) * s)];
    for (method, step, steps, bound) in [
        (Method::Exact, 2.0, 1, 1e-13),
        (Method::EtdRk4, 0.25, 8, 1e-13),
        (Method::CrankNicolson, 0.002, 1000, 1e-5),
    ] {
        let values = run(&system, method, step, steps);
        for (values, amplitude) in values.iter().zip(expected) {
            let error = error(&system, values, &|x| complex(amplitude * x[0].cos(), 0.0));
            assert!(error < bound, "{method:?} {error}");
        }
    }
}

/// A real field and a complex one with the same values evolve alike.
#[test]
fn real_and_complex_fields_agree() {
    let rate = sum([
        product([
            number(0.1),
            sum([derivative(0, 2, field(0)), derivative(1, 2, field(0))]),
        ]),
        product([field(0), derivative(1, 1, field(0))]),
        product([number(0.05), derivative(0, 1, derivative(1, 1, field(0)))]),
    ]);
    let start = |x: &[f64]| complex(x[0].sin() + 0.5 * (x[0] + 2.0 * x[1]).cos(), 0.0);
    let values = [false, true].map(|complex| {
        let field = Start {
            name: "u",
            complex,
            order: 1,
            rate: rate.clone(),
            start: &start,
            velocity: None,
        };
        let system =
            system(vec![axis("x", 0.0, TAU, 12), axis("y", 0.0, TAU, 9)], vec![field]);
        run(&system, Method::EtdRk4, 0.02, 20).remove(0)
    });
    assert!(distance(&values[0], &values[1]) < 1e-13);
}

/// Every mode is an Ornstein–Uhlenbeck process, also for steps longer than its memory.
#[test]
fn noise_has_the_right_strength_for_every_step() {
    let (damping, diffusion, strength) = (1.0, 0.3, 0.5);
    let rate = sum([
        product([number(-damping), field(0)]),
        product([number(diffusion), derivative(0, 2, field(0))]),
        product([number(strength), Term::Noise(0)]),
    ]);
    let start = |_: &[f64]| complex(0.0, 0.0);
    let mut system = system(vec![axis("x", 0.0, TAU, 16)], vec![real("u", rate, &start)]);
    system.noises.push(Noise { name: "xi".into(), complex: false, uniform: false });
    // ⟨u²⟩ = Σ_k σ²/(2 L |λ_k|), modes −7 … 8.
    let expected: f64 = (-7..=8)
        .map(|k| {
            strength * strength / (2.0 * TAU * (damping + diffusion * f64::from(k * k)))
        })
        .sum();
    for step in [0.2, 2.0] {
        let mut options = Options::new(Method::Etd1, step);
        options.seed = 7;
        let stepping = stepping(&system, &options).unwrap();
        let mut machine = Interpreter.prepare(&stepping.plan, Precision::Double).unwrap();
        machine.execute(stepping.start, 1, &|| false).unwrap();
        let mut total = 0.0;
        let samples = 1500;
        machine.execute(stepping.step, 30, &|| false).unwrap();
        for _ in 0..samples {
            machine.execute(stepping.step, 2, &|| false).unwrap();
            machine.execute(stepping.observe, 1, &|| false).unwrap();
            let mut values = [0.0; 16];
            machine.read(stepping.planes[0], &mut values);
            total += values.iter().map(|value| value * value).sum::<f64>() / 16.0;
        }
        let ratio = total / f64::from(samples) / expected;
        assert!((ratio - 1.0).abs() < 0.06, "{step} {ratio}");
    }
}

#[test]
fn operators_on_plain_values() {
    let (n, m) = (16, 9);
    let lengths = [TAU, 3.0];
    let wave = TAU / 3.0;
    let at =
        |x: f64, y: f64| complex(x.sin().exp(), 0.0) + complex((wave * y).cos(), 0.5);
    let points: Vec<(f64, f64)> = (0..n * m)
        .map(|place| {
            ((place / m) as f64 * TAU / n as f64, (place % m) as f64 * 3.0 / m as f64)
        })
        .collect();
    let values: Vec<Complex64> = points.iter().map(|(x, y)| at(*x, *y)).collect();
    let d = operators::derivative(&values, &[n, m], &lengths, &[1, 0]).unwrap();
    for (value, (x, _)) in d.iter().zip(&points) {
        assert!((value - x.cos() * x.sin().exp()).norm() < 1e-6);
    }
    let d = operators::derivative(&values, &[n, m], &lengths, &[0, 2]).unwrap();
    for (value, (_, y)) in d.iter().zip(&points) {
        assert!((value + wave * wave * (wave * y).cos()).norm() < 1e-11);
    }
    let power: f64 = operators::power_spectrum(&values, &[n, m]).unwrap().iter().sum();
    let mean = values.iter().map(Complex64::norm_sqr).sum::<f64>() / (n * m) as f64;
    assert!((power - mean).abs() < 1e-13 * mean);
    let shells = operators::radial_spectrum(&values, &[n, m], &lengths).unwrap();
    assert!((shells.power.iter().sum::<f64>() - mean).abs() < 1e-13 * mean);
    assert_eq!(shells.modes.iter().sum::<usize>(), n * m);
    // cos(2πy/3) has |k| = 2.09, nearest to shell 2: a quarter in each of two modes.
    assert!((shells.power[2] - 0.5).abs() < 0.1);
    let between = vec![vec![0.123, 1.777], vec![2.5, 0.01]];
    let found = operators::interpolate(&values, &[n, m], &lengths, &between).unwrap();
    for (value, place) in found.iter().zip(&between) {
        assert!((value - at(place[0], place[1])).norm() < 1e-7);
    }
    let source: Vec<Complex64> =
        points.iter().map(|(x, y)| complex(x.cos() * (wave * y).sin(), 0.0)).collect();
    let below = 1.0 + wave * wave;
    for shift in [0.0, 2.5] {
        let solved = operators::helmholtz(&source, &[n, m], &lengths, shift).unwrap();
        for (value, source) in solved.iter().zip(&source) {
            assert!((value + source / (below + shift)).norm() < 1e-14);
        }
    }
    assert!(operators::helmholtz(&source, &[n, m], &lengths, -below).is_err());
}

#[test]
fn choices_follow_the_equation() {
    let start = |x: &[f64]| complex(0.5 * x[0].sin(), 0.0);
    let build =
        |rate: Term| system(vec![axis("x", 0.0, TAU, 64)], vec![real("u", rate, &start)]);
    let heat = build(derivative(0, 2, field(0)));
    assert_eq!(choose(&heat).unwrap().0, Method::Exact);
    let burgers = build(product([field(0), derivative(0, 1, field(0))]));
    assert!(choose(&burgers).is_none());
    let cahn = build(sum([
        product([number(-1.0), derivative(0, 4, field(0))]),
        product([
            number(-1.0),
            derivative(
                0,
                2,
                sum([field(0), product([number(-1.0), power(field(0), 3.0)])]),
            ),
        ]),
    ]));
    assert_eq!(choose(&cahn).unwrap().0, Method::EtdRk4);
    let reaction = build(sum([
        product([number(1e-4), derivative(0, 2, field(0))]),
        field(0),
        product([number(-1.0), power(field(0), 3.0)]),
    ]));
    assert!(choose(&reaction).is_none());
}

/// Products do not fold back: of cos²5x on 16 points only the mean is left, for 10 lies beyond the grid and looks like 6.
#[test]
fn products_do_not_fold() {
    let start = |x: &[f64]| complex((5.0 * x[0]).cos(), 0.0);
    let build =
        |rate: Term| system(vec![axis("x", 0.0, TAU, 16)], vec![real("u", rate, &start)]);
    let quadratic = build(power(field(0), 2.0));
    let h = 1e-3;
    let change = |dealiasing: Dealiasing| {
        let mut options = Options::new(Method::Etd1, h);
        options.dealiasing = dealiasing;
        let mut change = run_with(&quadratic, &options, 1).remove(0);
        for (after, before) in change.iter_mut().zip(&quadratic.fields[0].start) {
            *after = (*after - before) / h;
        }
        change
    };
    let clean = change(Dealiasing::Automatic);
    assert!(clean.iter().all(|value| (value.re - 0.5).abs() < 1e-12), "{clean:?}");
    let folded = change(Dealiasing::Off);
    let error =
        error(&quadratic, &folded, &|x| complex(0.5 + 0.5 * (6.0 * x[0]).cos(), 0.0));
    assert!(error < 1e-12, "{error}");
    let words = |rate: Term| {
        stepping(&build(rate), &Options::new(Method::EtdRk4, 0.1))
            .unwrap()
            .explanation
            .join("; ")
    };
    assert!(words(power(field(0), 2.0)).contains("2/3"));
    assert!(words(power(field(0), 3.0)).contains("2/4"));
    assert!(words(apply(Function::Sine, field(0))).contains("no polynomial"));
}

/// A real field with a potential, two waves coupled linearly, and a damped string.
#[test]
fn splittings_and_flows_of_other_equations() {
    let start = |x: &[f64]| complex(1.0 + 0.5 * x[0].sin(), 0.0);
    let rate = sum([
        product([number(0.2), derivative(0, 2, field(0))]),
        product([apply(Function::Cosine, Term::Coordinate(0)), field(0)]),
    ]);
    let heat = system(vec![axis("x", 0.0, TAU, 24)], vec![real("u", rate, &start)]);
    let split = run(&heat, Method::Strang, 0.005, 200).remove(0);
    let reference = run(&heat, Method::EtdRk4, 0.01, 100).remove(0);
    assert!(distance(&split, &reference) < 1e-5);
    let refused = stepping(&heat, &Options::new(Method::Yoshida4, 0.1)).unwrap_err();
    assert!(refused.to_string().contains("backwards"));
    let second = |x: &[f64]| complex(0.2, 0.3 * x[0].cos());
    let rate = |own: usize, other: usize| {
        sum([
            product([imaginary(0.5), derivative(0, 2, field(own))]),
            product([imaginary(-0.7), field(other)]),
            product([imaginary(-1.0), sum([density(0), density(1)]), field(own)]),
        ])
    };
    let wave = |name, rate, start| Start {
        name,
        complex: true,
        order: 1,
        rate,
        start,
        velocity: None,
    };
    let coupled = system(
        vec![axis("x", 0.0, TAU, 24)],
        vec![wave("a", rate(0, 1), &start), wave("b", rate(1, 0), &second)],
    );
    let split = run(&coupled, Method::Strang, 0.002, 500);
    let mut options = Options::new(Method::EtdRk4, 0.01);
    options.dealiasing = Dealiasing::Off;
    let reference = run_with(&coupled, &options, 100);
    for (a, b) in split.iter().zip(&reference) {
        assert!(distance(a, b) < 1e-5, "{}", distance(a, b));
    }
    // u_tt = u_xx − γ u_t on cos 3x: e^{−γt/2} (cos ωt + γ/(2ω) sin ωt), ω² = 9 − γ²/4.
    let damping = 0.4;
    let start = |x: &[f64]| complex((3.0 * x[0]).cos(), 0.0);
    let rate =
        sum([derivative(0, 2, field(0)), product([number(-damping), Term::Velocity(0)])]);
    let string = system(
        vec![axis("x", 0.0, TAU, 16)],
        vec![Start {
            name: "u",
            complex: false,
            order: 2,
            rate,
            start: &start,
            velocity: None,
        }],
    );
    let values = run(&string, Method::Exact, 4.0, 1).remove(0);
    let omega = (9.0 - damping * damping / 4.0_f64).sqrt();
    let factor = (-2.0 * damping).exp()
        * ((4.0 * omega).cos() + damping / (2.0 * omega) * (4.0 * omega).sin());
    let error = error(&string, &values, &|x| complex(factor * (3.0 * x[0]).cos(), 0.0));
    assert!(error < 1e-12, "{error}");
}

/// Single precision follows double precision.
#[test]
fn single_precision_follows() {
    let start = |x: &[f64]| complex(0.5 * x[0].sin(), 0.0);
    let rate = sum([
        derivative(0, 2, field(0)),
        product([number(-1.0), apply(Function::Sine, field(0))]),
    ]);
    let system = system(
        vec![axis("x", 0.0, TAU, 32)],
        vec![Start {
            name: "u",
            complex: false,
            order: 2,
            rate,
            start: &start,
            velocity: None,
        }],
    );
    for method in [Method::EtdRk4, Method::Leapfrog] {
        let stepping = stepping(&system, &Options::new(method, 0.02)).unwrap();
        let values = [Precision::Single, Precision::Double].map(|precision| {
            let mut machine = Interpreter.prepare(&stepping.plan, precision).unwrap();
            for (procedure, times) in
                [(stepping.start, 1), (stepping.step, 100), (stepping.observe, 1)]
            {
                machine.execute(procedure, times, &|| false).unwrap();
            }
            let mut values = vec![0.0; 32];
            machine.read(stepping.planes[0], &mut values);
            values
        });
        for (a, b) in values[0].iter().zip(&values[1]) {
            assert!((a - b).abs() < 2e-5, "{method:?} {a} {b}");
        }
    }
}

#[test]
fn steps_of_equations_with_the_time_in_them() {
    // A term a cos t is a source, or a potential: the step is that of the same equation with a in its place.
    let start = |x: &[f64]| complex((-x[0] * x[0] / 2.0).exp(), 0.0);
    let step = |wave: Term| {
        let potential = product([wave, Term::Coordinate(0), field(0)]);
        let rate = product([
            imaginary(1.0),
            sum([product([number(0.5), derivative(0, 2, field(0))]), potential]),
        ]);
        let start: Start<'_> = Start {
            name: "A",
            complex: true,
            order: 1,
            rate,
            start: &start,
            velocity: None,
        };
        let system = system(vec![axis("x", -10.0, 10.0, 64)], vec![start]);
        suggest_step(&system, &analyse(&system).unwrap(), Method::Strang, (0.0, 1.0))
            .unwrap()
    };
    let (moving, still) = (step(apply(Function::Cosine, Term::Time)), step(number(1.0)));
    assert!((moving / still - 1.0).abs() < 1e-6, "{moving} {still}");
}

#[test]
fn laplaces_equation_is_no_evolution() {
    let start = |x: &[f64]| complex(x[0].sin(), 0.0);
    for (times, factor, bad) in
        [(2, -1.0, true), (2, 1.0, false), (4, 1.0, true), (4, -1.0, false)]
    {
        let rate = product([number(factor), derivative(0, times, field(0))]);
        let start: Start<'_> = Start { order: 2, ..real("u", rate, &start) };
        let system = system(vec![axis("x", 0.0, TAU, 16)], vec![start]);
        assert_eq!(analyse(&system).unwrap().ill_posed, bad, "{times} {factor}");
    }
}
