//! Ends of beams and edges of plates: two conditions at a side, against the roots of the characteristic equations and solutions in closed form.

use super::super::eigenvalues::eigenvalues;
use super::sides::{between, matrix, solve};
use super::*;

fn clamped(value: f64, slope: f64) -> Boundary {
    Boundary::Clamped { value: number(value), slope: number(slope) }
}

fn hinged() -> Boundary {
    Boundary::Dirichlet(number(0.0))
}

/// ∂⁴u/∂x⁴.
fn fourth() -> Term {
    laplacian(1, &laplacian(1, &u()))
}

#[test]
fn beams_have_their_frequencies_and_no_others() {
    // β⁴ with cos β cosh β = 1, cos β cosh β = −1, tan β = tanh β (twice: clamped and hinged, free and hinged), and nπ.
    let kinds: [(&str, [Boundary; 2], usize, [f64; 2]); 6] = [
        (
            "clamped",
            [clamped(0.0, 0.0), clamped(0.0, 0.0)],
            0,
            [4.730040744863, 7.853204624096],
        ),
        (
            "cantilever",
            [clamped(0.0, 0.0), Boundary::Free],
            0,
            [1.875104068712, 4.694091132974],
        ),
        (
            "turned",
            [Boundary::Free, clamped(0.0, 0.0)],
            0,
            [1.875104068712, 4.694091132974],
        ),
        ("propped", [clamped(0.0, 0.0), hinged()], 0, [3.926602312048, 7.068582745629]),
        // Rigid motions first: one that turns about the hinge, two of a beam that nothing holds.
        ("swinging", [hinged(), Boundary::Free], 1, [3.926602312048, 7.068582745629]),
        ("flying", [Boundary::Free, Boundary::Free], 2, [4.730040744863, 7.853204624096]),
    ];
    for (name, sides, rigid, roots) in kinds {
        let errors = [20, 40].map(|n| {
            let (rows, _) = matrix(&between(n, fourth(), sides.clone()), 2);
            let complex =
                rows.iter().map(|row| row.iter().map(|x| Complex64::new(*x, 0.0)));
            let mut values = eigenvalues(complex.map(Iterator::collect).collect());
            values.sort_by(|a, b| a.re.total_cmp(&b.re));
            let most = 16.0 * (n as f64).powi(4);
            for value in &values {
                assert!(
                    value.im.abs() < 1e-8 * most && value.re < 1.0001 * most,
                    "{name} {value}"
                );
            }
            for value in &values[..rigid] {
                assert!(value.norm() < 1e-8 * most, "{name} {value}");
            }
            [0, 1].map(|k| (values[rigid + k].re / roots[k].powi(4) - 1.0).abs())
        });
        for k in 0..2 {
            let [coarse, fine] = errors.map(|error| error[k]);
            assert!(fine < 0.02, "{name} {k} {fine}");
            let order = (coarse / fine).log2();
            assert!((1.8..2.6).contains(&order), "{name} {k}: order {order}");
        }
    }
}

#[test]
fn beams_hang_as_their_closed_forms_say() {
    // u'''' = f with u = eˣ: ends that are held at values and slopes, outwards −1 and e.
    let sides = [clamped(1.0, -1.0), clamped(1.0_f64.exp(), 1.0_f64.exp())];
    let errors = [16, 32].map(|n| {
        let (rows, constant) = matrix(&between(n, fourth(), sides.clone()), 2);
        let at = |j: usize| ((j as f64 + 0.5) / n as f64).exp();
        let right = (0..n).map(|j| at(j) - constant[j]).collect();
        let found = solve(rows, right);
        found.iter().enumerate().map(|(j, u)| (u - at(j)).abs()).fold(0.0, f64::max)
    });
    assert!(errors[1] < 1e-4, "{errors:?}");
    let order = (errors[0] / errors[1]).log2();
    assert!((1.8..2.6).contains(&order), "order {order}");
}

#[test]
fn sides_with_two_conditions_are_for_beams() {
    let second = laplacian(1, &u());
    let cases = [
        (
            between(8, second, [clamped(0.0, 0.0), hinged()]),
            2,
            "a clamped or free side prescribes two things, but the highest derivative of u along x is of order 2",
        ),
        (
            between(8, fourth(), [clamped(0.0, 0.0), Boundary::Free]),
            4,
            "clamped and free sides of u have differences of order 2",
        ),
        (
            between(2, fourth(), [clamped(0.0, 0.0), Boundary::Free]),
            2,
            "x has 2 points, too few for a clamped or free side",
        ),
    ];
    for (system, order, wanted) in cases {
        assert_eq!(refusal(&system, order), wanted);
    }
}

#[test]
fn bending_is_looked_at_with_the_same_ends() {
    // u = x² (3 - 2x) + x⁴ (1 - x)⁴ has slope 0 at both ends, where it is 0 and 1.
    let value = |x: f64| x * x * (3.0 - 2.0 * x) + (x * (1.0 - x)).powi(4);
    let bent = |x: f64| {
        let (p, q) = (x * (1.0 - x), 1.0 - 2.0 * x);
        6.0 - 12.0 * x + 12.0 * p * p * q * q - 8.0 * p * p * p
    };
    let errors = [20, 40].map(|n| {
        let sides = [clamped(0.0, 0.0), clamped(1.0, 0.0)];
        let system = between(n, laplacian(1, &u()), sides);
        assert!(discretise(&system, &SpaceOptions::default()).is_err());
        let options = SpaceOptions { observes: true, ..SpaceOptions::default() };
        let mut plain = Plain::of(discretise(&system, &options).unwrap());
        let axis = &system.grid.axes[0];
        plain.set(0, &(0..n).map(|j| value(axis.at(j as f64))).collect::<Vec<_>>());
        let found = plain.rates(0.0).remove(0);
        let energy: f64 = found.iter().map(|it| it * it).sum::<f64>() / n as f64;
        let fine = 100_000;
        let exact: f64 = (0..fine)
            .map(|j| bent((f64::from(j) + 0.5) / f64::from(fine)).powi(2))
            .sum::<f64>()
            / f64::from(fine);
        (energy / exact - 1.0).abs()
    });
    assert!(errors[1] < 0.01 && errors[0] / errors[1] > 3.0, "{errors:?}");
}
