//! Exact solutions.

use std::f64::consts::{PI, TAU};

use super::*;

/// u_t = −c u_x + ν u_xx + δ u_xxx: every wave by itself.
#[test]
fn linear_waves_are_exact_whatever_the_step() {
    let (speed, viscosity, dispersion) = (0.7, 0.03, 0.01);
    let rate = sum([
        product([number(-speed), derivative(0, 1, field(0))]),
        product([number(viscosity), derivative(0, 2, field(0))]),
        product([number(dispersion), derivative(0, 3, field(0))]),
    ]);
    let exact = |x: f64, t: f64| {
        [1.0, 2.0, 5.0]
            .iter()
            .map(|k| {
                let phase = k * (x - speed * t) - dispersion * k * k * k * t;
                (-viscosity * k * k * t).exp() * (phase + k).cos() / k
            })
            .sum::<f64>()
    };
    for points in [16, 27] {
        let system = system(
            vec![axis("x", 0.0, TAU, points)],
            vec![Start {
                name: "u",
                complex: false,
                order: 1,
                rate: rate.clone(),
                start: &|x| complex(exact(x[0], 0.0), 0.0),
                velocity: None,
            }],
        );
        for (method, step, steps) in [
            (Method::Exact, 3.0, 1),
            (Method::Exact, 0.1, 30),
            (Method::EtdRk4, 1.5, 2),
            (Method::IfRk4, 1.0, 3),
        ] {
            let values = run(&system, method, step, steps);
            let error = error(&system, &values[0], &|x| complex(exact(x[0], 3.0), 0.0));
            assert!(error < 1e-12, "{method:?} {points} {error}");
        }
    }
}

/// The wave equation in two dimensions, as a matrix for every mode.
#[test]
fn membranes_swing_exactly() {
    let rate = sum([derivative(0, 2, field(0)), derivative(1, 2, field(0))]);
    let (kx, ky) = (2.0, 3.0 * PI);
    let omega = (kx * kx + ky * ky).sqrt();
    let shape = |x: &[f64]| (kx * x[0]).cos() * (ky * x[1]).sin();
    let system = system(
        vec![axis("x", 0.0, TAU, 12), axis("y", -1.0, 1.0, 10)],
        vec![Start {
            name: "u",
            complex: false,
            order: 2,
            rate,
            start: &|x| complex(shape(x), 0.0),
            velocity: Some(&|x| complex(0.5 * shape(x), 0.0)),
        }],
    );
    let values = run(&system, Method::Exact, 7.3, 1);
    let swing = (omega * 7.3_f64).cos() + 0.5 * (omega * 7.3).sin() / omega;
    let error = error(&system, &values[0], &|x| complex(swing * shape(x), 0.0));
    assert!(error < 1e-12, "{error}");
}

/// Two solitons of u_t + 6 u u_x + u_xxx = 0 (Hirota, Phys. Rev. Lett. 27, 1192, 1971): u = 2 ∂²ₓ ln F.
fn two_solitons(x: f64, t: f64) -> f64 {
    let (a, b) = (1.4_f64, 0.9_f64);
    let second = ((a - b) / (a + b)).powi(2);
    let f = (a * (x + 6.0) - a.powi(3) * t).exp();
    let g = (b * (x + 1.0) - b.powi(3) * t).exp();
    let value = 1.0 + f + g + second * f * g;
    let first = a * f + b * g + (a + b) * second * f * g;
    let twice = a * a * f + b * b * g + (a + b).powi(2) * second * f * g;
    2.0 * (twice / value - (first / value).powi(2))
}

#[test]
fn solitons_of_korteweg_and_de_vries_pass_through_one_another() {
    let flux = product([number(3.0), power(field(0), 2.0)]);
    let rate = product([
        number(-1.0),
        sum([derivative(0, 1, flux), derivative(0, 3, field(0))]),
    ]);
    let system = system(
        vec![axis("x", -30.0, 30.0, 256)],
        vec![Start {
            name: "u",
            complex: false,
            order: 1,
            rate,
            start: &|x| complex(two_solitons(x[0], 0.0), 0.0),
            velocity: None,
        }],
    );
    let values = run(&system, Method::EtdRk4, 0.01, 600);
    let error = error(&system, &values[0], &|x| complex(two_solitons(x[0], 6.0), 0.0));
    assert!(error < 2e-6, "{error}");
}

/// iψ_t = −½ψ_xx − |ψ|²ψ.
fn focusing() -> Term {
    sum([
        product([imaginary(0.5), derivative(0, 2, field(0))]),
        product([imaginary(1.0), density(0), field(0)]),
    ])
}

#[test]
fn bright_solitons_move_without_change() {
    let (eta, velocity) = (1.2, TAU * 4.0 / 40.0);
    let exact = |x: f64, t: f64| {
        let y = x - velocity * t;
        let phase = velocity * x + 0.5 * (eta * eta - velocity * velocity) * t;
        Complex64::from_polar(eta / (eta * y).cosh(), phase)
    };
    let system = system(
        vec![axis("x", -20.0, 20.0, 256)],
        vec![Start {
            name: "psi",
            complex: true,
            order: 1,
            rate: focusing(),
            start: &|x| exact(x[0], 0.0),
            velocity: None,
        }],
    );
    for (method, bound) in [
        (Method::Strang, 2e-4),
        (Method::Yoshida4, 2e-6),
        (Method::BlanesMoan4, 5e-8),
        (Method::EtdRk4, 1e-5),
        (Method::IfRk4, 1e-5),
    ] {
        let values = run(&system, method, 0.01, 200);
        let error = error(&system, &values[0], &|x| exact(x[0], 2.0));
        assert!(error < bound, "{method:?} {error}");
    }
}

/// Akhmediev's breather of iψ_t + ½ψ_xx + |ψ|²ψ = 0 (Akhmediev and Korneev, Theor. Math. Phys. 69, 1089, 1986).
#[test]
fn breathers_grow_and_vanish() {
    let a: f64 = 0.25;
    let omega = 2.0 * (1.0 - 2.0 * a).sqrt();
    let b = (8.0 * a * (1.0 - 2.0 * a)).sqrt();
    let exact = |x: f64, t: f64| {
        let above = complex(
            (1.0 - 4.0 * a) * (b * t).cosh() + (2.0 * a).sqrt() * (omega * x).cos(),
            b * (b * t).sinh(),
        );
        let below = (2.0 * a).sqrt() * (omega * x).cos() - (b * t).cosh();
        above / below * Complex64::cis(t)
    };
    let system = system(
        vec![axis("x", 0.0, TAU / omega, 64)],
        vec![Start {
            name: "psi",
            complex: true,
            order: 1,
            rate: focusing(),
            start: &|x| exact(x[0], -3.0),
            velocity: None,
        }],
    );
    let values = run(&system, Method::BlanesMoan4, 0.0125, 280);
    let error = error(&system, &values[0], &|x| exact(x[0], 0.5));
    assert!(error < 1e-6, "{error}");
}

/// Burgers' equation by Cole and Hopf: u = −2ν ∂ₓ ln φ with φ = 1 + ε e^{−ν k² t} cos k x.
#[test]
fn shocks_follow_cole_and_hopf() {
    let viscosity = 0.05;
    let exact = |x: f64, t: f64| {
        let decay = 0.9 * (-viscosity * t).exp();
        2.0 * viscosity * decay * x.sin() / (1.0 + decay * x.cos())
    };
    let rate = sum([
        product([number(viscosity), derivative(0, 2, field(0))]),
        product([number(-1.0), field(0), derivative(0, 1, field(0))]),
    ]);
    let system = system(
        vec![axis("x", 0.0, TAU, 128)],
        vec![Start {
            name: "u",
            complex: false,
            order: 1,
            rate,
            start: &|x| complex(exact(x[0], 0.0), 0.0),
            velocity: None,
        }],
    );
    for method in [Method::EtdRk4, Method::IfRk4, Method::Rk4] {
        let values = run(&system, method, 0.01, 300);
        let error = error(&system, &values[0], &|x| complex(exact(x[0], 3.0), 0.0));
        assert!(error < 1e-9, "{method:?} {error}");
    }
}

/// Plane waves of A_t = A + (1 + iα) A_xx − (1 + iβ)|A|²A: A = √(1 − q²) e^{i(qx − ωt)}, ω = β + (α − β) q².
#[test]
fn plane_waves_of_ginzburg_and_landau_turn() {
    let (alpha, beta, q) = (0.5, -0.7, 0.5_f64);
    let omega = beta + (alpha - beta) * q * q;
    let exact =
        |x: f64, t: f64| Complex64::from_polar((1.0 - q * q).sqrt(), q * x - omega * t);
    let rate = sum([
        product([
            field(0),
            sum([number(1.0), product([Term::Number(complex(-1.0, -beta)), density(0)])]),
        ]),
        product([Term::Number(complex(1.0, alpha)), derivative(0, 2, field(0))]),
    ]);
    let system = system(
        vec![axis("x", 0.0, 4.0 * TAU, 32)],
        vec![Start {
            name: "A",
            complex: true,
            order: 1,
            rate,
            start: &|x| exact(x[0], 0.0),
            velocity: None,
        }],
    );
    for method in [Method::EtdRk4, Method::Rk4, Method::IfRk4] {
        let values = run(&system, method, 0.02, 250);
        let error = error(&system, &values[0], &|x| exact(x[0], 5.0));
        assert!(error < 1e-7, "{method:?} {error}");
    }
}

/// Manakov's soliton: two components with the same envelope (Sov. Phys. JETP 38, 248, 1974).
#[test]
fn vector_solitons_keep_their_polarisation() {
    let (cosine, sine) = (0.6, 0.8);
    let exact =
        |part: f64, x: f64, t: f64| Complex64::from_polar(part / x.cosh(), 0.5 * t);
    let rate = |own: usize| {
        sum([
            product([imaginary(0.5), derivative(0, 2, field(own))]),
            product([imaginary(1.0), sum([density(0), density(1)]), field(own)]),
        ])
    };
    let (first, second) =
        (|x: &[f64]| exact(cosine, x[0], 0.0), |x: &[f64]| exact(sine, x[0], 0.0));
    let system = system(
        vec![axis("x", -20.0, 20.0, 256)],
        vec![
            Start {
                name: "a",
                complex: true,
                order: 1,
                rate: rate(0),
                start: &first,
                velocity: None,
            },
            Start {
                name: "b",
                complex: true,
                order: 1,
                rate: rate(1),
                start: &second,
                velocity: None,
            },
        ],
    );
    for method in [Method::Yoshida4, Method::EtdRk4] {
        let values = run(&system, method, 0.02, 100);
        for (values, part) in values.iter().zip([cosine, sine]) {
            let error = error(&system, values, &|x| exact(part, x[0], 2.0));
            assert!(error < 1e-5, "{method:?} {error}");
        }
    }
}

/// Taylor's and Green's vortices decay: ω_t = −u·∇ω + ν∇²ω with ∇²ψ = −ω, u = (ψ_y, −ψ_x).
#[test]
fn vortices_of_taylor_and_green_decay() {
    let viscosity = 0.1;
    let advect = sum([
        product([derivative(1, 1, field(1)), derivative(0, 1, field(0))]),
        product([number(-1.0), derivative(0, 1, field(1)), derivative(1, 1, field(0))]),
    ]);
    let rate = sum([
        product([number(-1.0), advect]),
        product([
            number(viscosity),
            sum([derivative(0, 2, field(0)), derivative(1, 2, field(0))]),
        ]),
    ]);
    // Carried along by a mean flow that the vortices do not feel, which makes the advection count.
    let shape = |x: &[f64]| 2.0 * x[0].sin() * x[1].sin();
    let stream = product([number(-1.0), Term::InverseLaplacian(Arc::new(field(0)))]);
    let zero = |_: &[f64]| complex(0.0, 0.0);
    let start = |x: &[f64]| complex(shape(x), 0.0);
    let system = system(
        vec![axis("x", 0.0, TAU, 16), axis("y", 0.0, TAU, 12)],
        vec![
            Start {
                name: "omega",
                complex: false,
                order: 1,
                rate,
                start: &start,
                velocity: None,
            },
            Start {
                name: "psi",
                complex: false,
                order: 0,
                rate: stream,
                start: &zero,
                velocity: None,
            },
        ],
    );
    for method in [Method::EtdRk4, Method::Cnab2] {
        let values = run(&system, method, 0.02, 50);
        let decay = (-2.0 * viscosity * 1.0_f64).exp();
        let bound = if method == Method::Cnab2 { 1e-6 } else { 1e-12 };
        let omega = error(&system, &values[0], &|x| complex(decay * shape(x), 0.0));
        let psi = error(&system, &values[1], &|x| complex(0.5 * decay * shape(x), 0.0));
        assert!(omega < bound && psi < bound, "{method:?} {omega} {psi}");
    }
}

/// Kink and antikink of u_tt = u_xx − sin u: tan(u/4) = sinh(γ v t)/(v cosh γ x), and a breather at rest.
#[test]
fn kinks_and_breathers_of_sine_gordon() {
    let rate = sum([
        derivative(0, 2, field(0)),
        product([number(-1.0), apply(Function::Sine, field(0))]),
    ]);
    let v: f64 = 0.5;
    let gamma = 1.0 / (1.0 - v * v).sqrt();
    let pair =
        |x: f64, t: f64| 4.0 * ((gamma * v * t).sinh() / (v * (gamma * x).cosh())).atan();
    let w: f64 = 0.6;
    let root = (1.0 - w * w).sqrt();
    let breather =
        |x: f64, t: f64| 4.0 * (root / w * (w * t).sin() / (root * x).cosh()).atan();
    let solutions: [&dyn Fn(f64, f64) -> f64; 2] = [&pair, &breather];
    for exact in solutions {
        let start = |x: &[f64]| complex(exact(x[0], 4.0), 0.0);
        let velocity = |x: &[f64]| {
            let h = 1e-3;
            let d = |h: f64| (exact(x[0], 4.0 + h) - exact(x[0], 4.0 - h)) / (2.0 * h);
            complex((4.0 * d(h / 2.0) - d(h)) / 3.0, 0.0)
        };
        let system = system(
            vec![axis("x", -24.0, 24.0, 256)],
            vec![Start {
                name: "u",
                complex: false,
                order: 2,
                rate: rate.clone(),
                start: &start,
                velocity: Some(&velocity),
            }],
        );
        for (method, bound) in [(Method::Leapfrog, 3e-4), (Method::EtdRk4, 2e-6)] {
            let values = run(&system, method, 0.02, 100);
            let error = error(&system, &values[0], &|x| complex(exact(x[0], 6.0), 0.0));
            assert!(error < bound, "{method:?} {error}");
        }
    }
}

/// The solitary wave of Benjamin, Bona and Mahony (Phil. Trans. R. Soc. A 272, 47 (1972)): u_t + u_x + u u_x − u_xxt = 0 has
/// u = 3 (c − 1) sech²(½ √((c − 1)/c) (x − c t)).
#[test]
fn solitary_waves_of_regularised_long_waves() {
    let speed = 2.0_f64;
    let wave = |x: f64, t: f64| {
        let inner = 0.5 * ((speed - 1.0) / speed).sqrt() * (x - speed * t);
        complex(3.0 * (speed - 1.0) / inner.cosh().powi(2), 0.0)
    };
    let start = |x: &[f64]| wave(x[0], 0.0);
    let flux = sum([field(0), product([number(0.5), power(field(0), 2.0)])]);
    let operator: crate::equation::Operator =
        [(1.0, [0, 0, 0]), (-1.0, [2, 0, 0])].into();
    let inverse = |operator: &crate::equation::Operator, length: f64| {
        let body = Arc::new(product([number(-1.0), derivative(0, 1, flux.clone())]));
        let rate = Term::Inverse { operator: operator.clone(), body };
        let whole = Start {
            name: "u",
            complex: false,
            order: 1,
            rate,
            start: &start,
            velocity: None,
        };
        system(vec![axis("x", -length, length, 320)], vec![whole])
    };
    let system = inverse(&operator, 45.0);
    let values = run(&system, Method::EtdRk4, 0.02, 200);
    let error = error(&system, &values[0], &|x| wave(x[0], 4.0));
    assert!(error < 1e-6, "{error}");
    // Operators that are 0 for a wave of the box, or for every constant, have no inverse.
    let plus: crate::equation::Operator = [(1.0, [0, 0, 0]), (1.0, [2, 0, 0])].into();
    let alone: crate::equation::Operator = [(-1.0, [2, 0, 0])].into();
    let odd: crate::equation::Operator = [(1.0, [0, 0, 0]), (1.0, [1, 0, 0])].into();
    assert!(super::analyse(&inverse(&plus, 4.0)).is_ok());
    for (operator, length) in [(plus, std::f64::consts::PI), (alone, 1.0), (odd, 1.0)] {
        assert!(super::analyse(&inverse(&operator, length)).is_err());
    }
}

/// u_tt + 4 u_tx + 3 u_xx = u_yy: waves with ω = 2k ± √(k² + l²), also where the highest mode has no ∂ₓ that would keep it from growing.
#[test]
fn waves_in_a_stream_do_not_grow_in_the_highest_mode() {
    let rate = sum([
        product([number(-4.0), derivative(0, 1, Term::Velocity(0))]),
        product([number(-3.0), derivative(0, 2, field(0))]),
        derivative(1, 2, field(0)),
    ]);
    let waves = [(1.0_f64, 0.0_f64, 1.0_f64), (3.0, 2.0, -1.0), (2.0, 1.0, 1.0)];
    let wave = |(k, l, sign): (f64, f64, f64), x: &[f64], t: f64| {
        let omega = 2.0 * k + sign * k.hypot(l);
        let angle = k * x[0] + l * x[1] - omega * t;
        (angle.cos() / k, omega * angle.sin() / k)
    };
    let at = |x: &[f64], t: f64| {
        let parts = waves.map(|own| wave(own, x, t));
        let add = |pick: fn(&(f64, f64)) -> f64| parts.iter().map(pick).sum::<f64>();
        (add(|part| part.0), add(|part| part.1))
    };
    for (points, second) in [(16, 12), (15, 12), (12, 9)] {
        let system = system(
            vec![axis("x", 0.0, TAU, points), axis("y", 0.0, TAU, second)],
            vec![Start {
                name: "u",
                complex: false,
                order: 2,
                rate: rate.clone(),
                start: &|x| complex(at(x, 0.0).0, 0.0),
                velocity: Some(&|x| complex(at(x, 0.0).1, 0.0)),
            }],
        );
        let form = analyse(&system).unwrap();
        assert!(!form.ill_posed && form.growth < 1e-9, "{}", form.growth);
        for (method, step, steps, least) in
            [(Method::Exact, 20.0, 1, 1e-10), (Method::Rk4, 2e-3, 10_000, 1e-7)]
        {
            let values = run(&system, method, step, steps);
            let error = error(&system, &values[0], &|x| complex(at(x, 20.0).0, 0.0));
            assert!(error < least, "{method:?} {points} {error}");
        }
    }
}
