//! Ensembles of ordinary differential equations on the processor.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod rays;

use holor_field::ensemble::{Ended, Options};
use holor_field_cpu::{CACHE, Cpu, Width};
use rays::{Lowered, bits, ends, fan, incoming, kerr};

#[test]
fn all_widths_and_threads_give_the_bits_of_the_interpreter() {
    let a = 0.9;
    let equations = kerr(a, 1.5, 40.0);
    let rays = incoming(a, 30.0, &fan(2100));
    // Fewer cells than rays: some wait for others to end.
    let options = Options { relative: 1e-8, batch: 1100, ..Options::over(0.0, 80.0) };
    let some = |lists: &[Vec<f64>]| lists.iter().map(|own| own[..60].to_vec()).collect();
    let few: (Vec<Vec<f64>>, Vec<Vec<f64>>) = (some(&rays.0), some(&rays.1));
    let expected = bits(&ends(&equations, &few, &options, &Lowered(CACHE)).unwrap());
    let one = Cpu::new(Some(1));
    let all = bits(&ends(&equations, &rays, &options, &one).unwrap());
    let mut widths = vec![Vec::new()];
    widths.extend(Width::available().into_iter().map(|width| vec![width]));
    for widths in widths {
        let backend = Cpu::with_widths(Some(2), widths.clone()).on_all_threads();
        let found = ends(&equations, &few, &options, &backend).unwrap();
        assert_eq!(bits(&found), expected, "{widths:?}");
        let found = ends(&equations, &rays, &options, &backend).unwrap();
        assert_eq!(bits(&found), all, "{widths:?}");
    }
}

#[test]
fn carters_constant_which_no_equation_knows_is_kept() {
    let a: f64 = 0.7;
    let equations = kerr(a, 1.9, 60.0);
    let fan = fan(900);
    let rays = incoming(a, 50.0, &fan);
    let ends =
        ends(&equations, &rays, &Options::over(0.0, 300.0), &Cpu::new(None)).unwrap();
    let constant = |angle: f64, polar: f64, axial: f64| {
        let (s2, c2) = (angle.sin().powi(2), angle.cos().powi(2));
        polar * polar + c2 * (axial * axial / s2 - a * a)
    };
    let (mut fell, mut escaped) = (0, 0);
    for (k, (axial, polar)) in fan.iter().enumerate() {
        let first = constant(1.2, *polar, *axial);
        let last = constant(ends.unknowns[2][k], ends.unknowns[5][k], *axial);
        assert!((last - first).abs() < 1e-6 * (1.0 + first.abs()), "{k}: {first} {last}");
        assert!(ends.drift[k] < 1e-6, "{k} {}", ends.drift[k]);
        assert_eq!(ends.ended[k], Ended::Stopped);
        let r = ends.unknowns[1][k];
        if r < 2.0 {
            fell += 1;
        } else {
            escaped += 1;
        }
        assert!((r - 1.9).abs() < 1e-6 || (r - 60.0).abs() < 1e-5, "{k} {r}");
    }
    assert!(fell > 100 && escaped > 100, "{fell} {escaped}");
}

#[test]
fn light_is_bent_by_the_integral_of_its_orbit() {
    // Schwarzschild, in the plane: from r = R in and out again φ advances by 2∫ du/sqrt(1/b² − u²(1 − 2u)) from 1/R to the turning point u₀, with
    // u = u₀ − w² without the singularity; θ stays π/2.
    let far: f64 = 1e5;
    let impacts = [5.3, 6.0, 8.0, 12.0, 25.0, 60.0, 100.0];
    let equations = kerr(0.0, 2.1, far);
    let delta = far * far - 2.0 * far;
    let same = |value: f64| vec![value; impacts.len()];
    let radial = |b: &f64| -((far.powi(4) / delta - b * b) / delta).sqrt();
    let start = vec![
        same(0.0),
        same(far),
        same(std::f64::consts::FRAC_PI_2),
        same(0.0),
        impacts.iter().map(radial).collect(),
        same(0.0),
    ];
    let rays = (start, vec![same(-1.0), impacts.to_vec()]);
    let options = Options { relative: 1e-12, absolute: 1e-14, ..Options::over(0.0, 1e6) };
    let ends = ends(&equations, &rays, &options, &Cpu::new(None)).unwrap();
    for (k, b) in impacts.iter().enumerate() {
        // The turning point: r³ = b²(r − 2), its largest root by Newton's method.
        let mut turn = *b;
        for _ in 0..100 {
            turn -= (turn.powi(3) - b * b * (turn - 2.0)) / (3.0 * turn * turn - b * b);
        }
        let u0 = 1.0 / turn;
        let top = (u0 - 1.0 / far).sqrt();
        let steps = 200_000;
        let angle: f64 = (0..steps)
            .map(|k| {
                let w = top * (f64::from(k) + 0.5) / f64::from(steps);
                let u = u0 - w * w;
                let under = (u0 + u) - 2.0 * (u0 * u0 + u0 * u + u * u);
                4.0 / under.sqrt() * top / f64::from(steps)
            })
            .sum();
        assert_eq!(ends.ended[k], Ended::Stopped);
        assert!(
            (ends.unknowns[3][k] - angle).abs() < 1e-7,
            "{b}: {}",
            ends.unknowns[3][k] - angle
        );
        // The series of the bending in 1/b (Keeton and Petters, Phys. Rev. D 72 (2005) 104006) up to its next term.
        if *b > 50.0 {
            let pi = std::f64::consts::PI;
            let series = 4.0 / b
                + 15.0 * pi / (4.0 * b.powi(2))
                + 128.0 / (3.0 * b.powi(3))
                + 3465.0 * pi / (64.0 * b.powi(4))
                + 3584.0 / (5.0 * b.powi(5));
            let bending = ends.unknowns[3][k] - (pi - 2.0 * (b / far).asin());
            assert!(
                (bending - series).abs() < 4000.0 / b.powi(6),
                "{b} {}",
                bending - series
            );
        }
    }
}
