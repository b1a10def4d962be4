//! How short what depends on time alone lasts.

use super::sides::between;
use super::*;
use crate::discretise::{Pace, TimeScales};

fn forced(force: Term) -> System {
    let shut = || Boundary::Neumann(number(0.0));
    between(8, sum(&[laplacian(1, &u()), force]), [shut(), shut()])
}

/// exp(−((t − at)/width)²)
fn bell(at: f64, width: f64) -> Term {
    let from = sum(&[Term::Time, number(-at)]);
    let square = power(product(&[number(1.0 / width), from]), 2.0);
    call(Function::Exponential, product(&[number(-1.0), square]))
}

fn shortest(paces: &[Pace]) -> Pace {
    *paces.iter().min_by(|a, b| a.step.total_cmp(&b.step)).unwrap()
}

#[test]
fn a_pulse_is_found_wherever_it_is() {
    for width in [0.3, 0.02, 1e-3] {
        for k in 0..40 {
            let at = 0.123 + 0.2438 * f64::from(k);
            let scales = TimeScales::of(&forced(bell(at, width)), (0.0, 10.0), 1.0);
            let scales = scales.unwrap();
            let whole = scales.paces(at.floor(), at.floor() + 1.0);
            // Without gaps, and short where it happens alone.
            assert_eq!(whole[0].from, at.floor());
            assert_eq!(whole[whole.len() - 1].to, at.floor() + 1.0);
            for pair in whole.windows(2) {
                assert_eq!(pair[0].to, pair[1].from);
            }
            let pace = shortest(&whole);
            assert!((0.2..1.0).contains(&(pace.step / width)), "{width} {at} {pace:?}");
            assert!(pace.certain);
            assert!((pace.from - at).abs() < 2.0 * width, "{width} {at} {pace:?}");
            let far = (at.floor() + 5.0) % 10.0;
            assert!(shortest(&scales.paces(far, far + 1.0)).step >= 1.0);
        }
    }
}

#[test]
fn what_is_slow_asks_for_nothing() {
    assert!(TimeScales::of(&forced(x(0)), (0.0, 10.0), 0.1).is_none());
    let mixed = product(&[call(Function::Sine, sum(&[u(), Term::Time])), u()]);
    for force in [Term::Time, power(Term::Time, 2.0), product(&[Term::Time, u()]), mixed]
    {
        let scales = TimeScales::of(&forced(force), (0.0, 10.0), 0.1).unwrap();
        assert!(shortest(&scales.paces(3.0, 3.1)).step >= 0.1);
    }
    // Waves want a part of their period, also where samples meet them always at the same phase.
    for frequency in [30.0, std::f64::consts::TAU * 16384.0 / 10.0] {
        let wave = call(Function::Cosine, product(&[number(frequency), Term::Time]));
        let scales = TimeScales::of(&forced(wave), (0.0, 10.0), 1.0).unwrap();
        let step = shortest(&scales.paces(2.0, 3.0)).step * frequency;
        assert!((0.2..3.0).contains(&step), "{frequency}: {step}");
    }
    // Steps end at a jump whose time is known, and need not be short beside it.
    let jump = |at: Term| call(Function::Heaviside, sum(&[Term::Time, at]));
    let known = jump(number(-2.345));
    let scales = TimeScales::of(&forced(known), (0.0, 10.0), 1.0).unwrap();
    assert!(shortest(&scales.paces(2.0, 3.0)).step >= 1.0);
    // One that is elsewhere at another time is not divided for ever.
    let moving = jump(sum(&[number(-2.345), product(&[number(1e-9), x(0)])]));
    let scales = TimeScales::of(&forced(moving), (0.0, 10.0), 1.0).unwrap();
    let pace = shortest(&scales.paces(2.0, 3.0));
    let step = pace.step;
    assert!(!pace.certain && (1e-4..1e-2).contains(&step), "{step}");
}

#[test]
fn sides_and_places_are_looked_at() {
    let mut system = forced(number(0.0));
    system.fields[0].boundaries[0][1] = Boundary::Dirichlet(bell(2.5, 0.01));
    let scales = TimeScales::of(&system, (0.0, 10.0), 1.0).unwrap();
    assert!(shortest(&scales.paces(2.0, 3.0)).step < 0.01);
    let there = product(&[x(0), bell(2.5, 0.01)]);
    let scales = TimeScales::of(&forced(there), (0.0, 10.0), 1.0).unwrap();
    assert!(shortest(&scales.paces(2.0, 3.0)).step < 0.01);
}
