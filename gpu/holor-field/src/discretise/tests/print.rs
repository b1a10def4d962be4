//! Schemes as text.

use super::*;

fn text(system: &System, order: usize) -> String {
    discretise(system, &SpaceOptions::of_order(order)).unwrap().to_text()
}

#[test]
fn diffusion_with_sides() {
    let grid = Grid {
        axes: vec![axis("x", 0.0, 8.0, 8, false), axis("y", 0.0, 16.0, 8, true)],
        mask: None,
    };
    let mut f = field(&grid, laplacian(2, &u()), |_| 0.0);
    f.boundaries[0] = [Boundary::Dirichlet(x(1)), Boundary::Neumann(number(3.0))];
    let text = text(&system(grid, vec![f]), 2);
    assert_eq!(
        text,
        "∂t u[i,j] = u[i-1,j] + u[i+1,j] - 2.5 u[i,j] + 0.25 (u[i,j-1] + u[i,j+1])
u[-1,j] = -u[0,j] + 2 y[j]
u[8,j] = u[7,j] + 3
u beyond the ends of j: the other side
4 operations, 5 loads, 6 FLOP, 16 bytes per cell"
    );
}

#[test]
fn ginzburg_landau() {
    let grid = Grid { axes: vec![axis("x", 0.0, 8.0, 8, true)], mask: None };
    let a = u();
    let cubic = product(&[
        number(-1.0),
        power(call(Function::Absolute, a.clone()), 2.0),
        a.clone(),
    ]);
    let rate = sum(&[a.clone(), product(&[complex(1.0, 2.0), laplacian(1, &a)]), cubic]);
    let mut f = field(&grid, rate, |_| 0.0);
    f.name = "A".into();
    f.complex = true;
    let system = system(grid, vec![f]);
    let text = text(&system, 2);
    assert_eq!(
        text,
        "∂t A.re[i] = s1 - (A.re[i] + A.re[i] s2) - 2 s3 + 4 A.im[i]
∂t A.im[i] = s3 - (A.im[i] + A.im[i] s2) + 2 s1 - 4 A.re[i]
  s1 = A.re[i-1] + A.re[i+1]
  s2 = A.re[i] A.re[i] + A.im[i] A.im[i]
  s3 = A.im[i-1] + A.im[i+1]
A.re beyond the ends of i: the other side
A.im beyond the ends of i: the other side
15 operations, 6 loads, 19 FLOP, 32 bytes per cell"
    );
    let names: Vec<String> = Plain::new(&system, 2).scheme.terms[0]
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(names, ["A", "(1 + 2i) ∂x(∂x(A))", "-|A|^2 A"]);
}

#[test]
fn waves_that_move_are_tables_and_scalars() {
    // sin(3x − 2t) u: two tables, two scalars, no sine in a cell.
    let grid = Grid { axes: vec![axis("x", 0.0, 8.0, 8, true)], mask: None };
    let phase =
        sum(&[product(&[number(3.0), x(0)]), product(&[number(-2.0), Term::Time])]);
    let rate = product(&[call(Function::Sine, phase), u()]);
    let system = system(grid.clone(), vec![field(&grid, rate, |_| 1.0)]);
    let mut plain = Plain::new(&system, 2);
    for (rate, point) in plain.rates(0.7)[0].iter().zip(points(&grid)) {
        assert!((rate - (3.0 * point[0] - 1.4).sin()).abs() < 1e-14);
    }
    assert_eq!(
        plain.scheme.to_text(),
        "∂t u[i] = (cos(s1) (sin(3 x))[i] - sin(s1) (cos(3 x))[i]) u[i]
  s1 = 2 t
7 operations, 1 loads, 5 FLOP, 2 elementary functions, 16 bytes per cell"
    );
}

/// The stages of Shu's and Osher's method as they are carried out, and where the time stands in each.
#[test]
fn stages_of_a_step() {
    let grid = Grid { axes: vec![axis("x", 0.0, 8.0, 8, false)], mask: None };
    let rate = sum(&[laplacian(1, &u()), product(&[Term::Time, u()])]);
    let mut f = field(&grid, rate, |_| 0.0);
    f.boundaries[0] = [Boundary::Dirichlet(number(0.0)), Boundary::Neumann(number(0.0))];
    let scheme = discretise(&system(grid, vec![f]), &SpaceOptions::of_order(2)).unwrap();
    let options = crate::stepper::Options {
        method: crate::stepper::Method::parse("ssprk3").unwrap(),
        ..crate::stepper::Options::default()
    };
    let text = crate::stepper::build(&scheme, &options).unwrap().to_text();
    assert_eq!(
        text.trim_end(),
        "step, from t to t + Δt:
  u[-1] = -u[0]
  u[8] = u[7]
  u stage 1[i] = u[i] + Δt (t u[i] + u[i-1] + u[i+1] - 2 u[i])
  u stage 1[-1] = -u stage 1[0]
  u stage 1[8] = u stage 1[7]
  u stage 2[i] = 0.25 u stage 1[i] + 0.75 u[i] + 0.25 Δt ((t + Δt) u stage 1[i] + u stage 1[i-1] + u stage 1[i+1] - 2 u stage 1[i])
  u stage 2[-1] = -u stage 2[0]
  u stage 2[8] = u stage 2[7]
  u[i] = 0.6666667 u stage 2[i] + 0.3333333 u[i] + 0.6666667 Δt ((t + 0.5 Δt) u stage 2[i] + u stage 2[i-1] + u stage 2[i+1] - 2 u stage 2[i])"
    );
}
