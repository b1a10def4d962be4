//! Fields given by equations in space between sides, against functions that solve them.

use std::f64::consts::PI;
use std::sync::Arc;

use super::{
    axis, call, d, field, laplacian, number, points, product, sum, system, u, x,
};
use crate::discretise::{SpaceOptions, discretise};
use crate::equation::{
    Boundary, Complex64, Field, Function, Given, Grid, Operator, System, Term,
};
use crate::interpreter::Interpreter;
use crate::stepper::{self, Method, Options};
use crate::{Backend, Precision};

/// A function of one coordinate and its second derivative.
type Profile = fn(f64) -> (f64, f64);

/// Sides, with a function between 0 and 1 that has them and whose second derivative does not vanish there.
fn profiles() -> Vec<([Boundary; 2], Profile)> {
    let value = || Boundary::Dirichlet(number(0.0));
    let slope = || Boundary::Neumann(number(0.0));
    vec![
        ([value(), value()], |x| (x - x.powi(3) + x * (1.0 - x), -6.0 * x - 2.0)),
        ([slope(), slope()], |x| (3.0 * x * x - 2.0 * x.powi(3) - 0.5, 6.0 - 12.0 * x)),
        ([value(), slope()], |x| {
            (2.0 * x - x * x + x.powi(3) - 1.5 * x * x, 6.0 * x - 5.0)
        }),
        ([slope(), value()], |x| (1.0 - x.powi(3), -6.0 * x)),
        ([Boundary::Periodic, Boundary::Periodic], |x| {
            ((2.0 * PI * x).sin(), -4.0 * PI * PI * (2.0 * PI * x).sin())
        }),
        ([Boundary::Antiperiodic, Boundary::Antiperiodic], |x| {
            ((PI * x).sin(), -PI * PI * (PI * x).sin())
        }),
    ]
}

/// A field at rest, and one that is given by an equation in space.
fn given_by(grid: &Grid, sides: &[[Boundary; 2]], rate: Term) -> Vec<Field> {
    let mut rest = field(grid, number(0.0), |_| 1.0);
    rest.boundaries = sides.to_vec();
    let mut solved = field(grid, rate, |_| 0.0);
    solved.name = "s".into();
    solved.order = 0;
    solved.boundaries = sides.to_vec();
    vec![rest, solved]
}

/// The second plane of a system at its start.
fn solution(system: &System, order: usize) -> Vec<f64> {
    let scheme = discretise(system, &SpaceOptions::of_order(order)).unwrap();
    let options = Options { method: Method::RungeKutta4, ..Options::default() };
    let stepping = stepper::build(&scheme, &options).unwrap();
    stepping.plan.check().unwrap();
    let mut machine =
        Interpreter::new().prepare(&stepping.plan, Precision::Double).unwrap();
    machine.execute(stepping.start, 1, &|| false).unwrap();
    machine.execute(stepping.observe, 1, &|| false).unwrap();
    let mut values = vec![f64::NAN; scheme.layout.cells()];
    machine.read(stepping.planes[1], &mut values);
    values
}

/// The largest difference, means taken away where they are free.
fn distance(found: &[f64], exact: &[f64], free: bool) -> f64 {
    let mean = |values: &[f64]| match free {
        true => values.iter().sum::<f64>() / values.len() as f64,
        false => 0.0,
    };
    let (a, b) = (mean(found), mean(exact));
    let differences = found.iter().zip(exact).map(|(x, y)| (x - a - y + b).abs());
    differences.fold(0.0, f64::max)
}

#[test]
fn poisson_equations_between_all_sides_have_the_order_of_the_run() {
    let all = profiles();
    for (first, (low, of_x)) in all.iter().enumerate() {
        for (second, (high, of_y)) in all.iter().enumerate() {
            let closes = |sides: &[Boundary; 2]| {
                matches!(sides[0], Boundary::Periodic | Boundary::Antiperiodic)
            };
            if closes(low) && closes(high) {
                continue;
            }
            let free = |sides: &[Boundary; 2]| {
                sides
                    .iter()
                    .all(|side| matches!(side, Boundary::Neumann(_) | Boundary::Periodic))
            };
            let error = |n: usize, order: usize| {
                let grid = Grid {
                    axes: vec![
                        axis("x", 0.0, 1.0, n, closes(low)),
                        axis("y", 0.0, 1.0, n / 2 * 3, closes(high)),
                    ],
                    mask: None,
                };
                let at = points(&grid);
                let right: Vec<Complex64> = at
                    .iter()
                    .map(|p| {
                        let ((a, aa), (b, bb)) = (of_x(p[0]), of_y(p[1]));
                        Complex64::new(aa * b + a * bb, 0.0)
                    })
                    .collect();
                let exact: Vec<f64> =
                    at.iter().map(|p| of_x(p[0]).0 * of_y(p[1]).0).collect();
                let rate = Term::InverseLaplacian(Arc::new(Term::Given(0)));
                let fields = given_by(&grid, &[low.clone(), high.clone()], rate);
                let mut system = system(grid, fields);
                system.given.push(Given {
                    name: "f".into(),
                    complex: false,
                    values: right.into(),
                });
                distance(&solution(&system, order), &exact, free(low) && free(high))
            };
            for (order, least) in [(2, 3.3), (4, 10.0)] {
                let (coarse, fine) = (error(16, order), error(32, order));
                let ratio = coarse / fine;
                assert!(
                    ratio > least || fine < 1e-12,
                    "sides {first} and {second}, order {order}: {coarse:.2e}, {fine:.2e}"
                );
            }
        }
    }
}

#[test]
fn a_wave_between_walls_is_divided_by_its_difference() {
    // sin πx sin 2πy, odd at all walls: the mirror image solves everything at every order.
    let n = 12;
    let grid = Grid {
        axes: vec![axis("x", 0.0, 1.0, n, false), axis("y", 0.0, 1.0, n, false)],
        mask: None,
    };
    let wall = || [Boundary::Dirichlet(number(0.0)), Boundary::Dirichlet(number(0.0))];
    for order in [2, 4, 6, 8] {
        let rate = Term::InverseLaplacian(Arc::new(u()));
        let mut fields = given_by(&grid, &[wall(), wall()], rate);
        let of = |p: [f64; 3]| (PI * p[0]).sin() * (2.0 * PI * p[1]).sin();
        fields[0].start =
            points(&grid).into_iter().map(|p| Complex64::new(of(p), 0.0)).collect();
        let found = solution(&system(grid.clone(), fields), order);
        let difference = |angle: f64| -> f64 {
            // Second differences of sines by their symbols.
            let s = (angle / 2.0).sin().powi(2);
            let series: &[f64] = &[1.0, 1.0 / 3.0, 8.0 / 45.0, 4.0 / 35.0];
            let terms = series.iter().take(order / 2).enumerate();
            -4.0 * (n * n) as f64
                * terms.map(|(k, c)| c * s.powi(k as i32 + 1)).sum::<f64>()
        };
        let h = 1.0 / n as f64;
        let below = difference(PI * h) + difference(2.0 * PI * h);
        let exact: Vec<f64> = points(&grid).into_iter().map(|p| of(p) / below).collect();
        assert!(distance(&found, &exact, false) < 1e-15, "order {order}");
    }
}

#[test]
fn values_and_slopes_at_sides_may_be_functions() {
    // (1 - ∇²)s = f with s = e^x cos 2y + x y: values at one side of each coordinate, slopes at the other.
    let cosine = || call(Function::Cosine, product(&[number(2.0), x(1)]));
    let wave = |at: Term| product(&[call(Function::Exponential, at), cosine()]);
    let e = std::f64::consts::E;
    let sides = [
        [
            Boundary::Dirichlet(cosine()),
            Boundary::Neumann(sum(&[product(&[number(e), cosine()]), x(1)])),
        ],
        [
            Boundary::Neumann(sum(&[product(&[number(-1.0), x(0)])])),
            Boundary::Dirichlet(sum(&[
                product(&[call(Function::Exponential, x(0)), number(2.0_f64.cos())]),
                x(0),
            ])),
        ],
    ];
    let operator: Operator =
        vec![(1.0, [0; 3]), (-1.0, [2, 0, 0]), (-1.0, [0, 2, 0])].into();
    let right = sum(&[product(&[number(4.0), wave(x(0))]), product(&[x(0), x(1)])]);
    let error = |n: usize, order: usize| {
        let grid = Grid {
            axes: vec![
                axis("x", 0.0, 1.0, n, false),
                axis("y", 0.0, 1.0, n / 2 * 3, false),
            ],
            mask: None,
        };
        let rate =
            Term::Inverse { operator: operator.clone(), body: Arc::new(right.clone()) };
        let exact: Vec<f64> = points(&grid)
            .into_iter()
            .map(|p| p[0].exp() * (2.0 * p[1]).cos() + p[0] * p[1])
            .collect();
        let system = system(grid.clone(), given_by(&grid, &sides, rate));
        distance(&solution(&system, order), &exact, false)
    };
    for (order, least) in [(2, 3.5), (4, 12.0)] {
        let (coarse, fine) = (error(16, order), error(32, order));
        println!("order {order}: {coarse:.2e}, {fine:.2e}");
        assert!(coarse / fine > least, "order {order}: {coarse:.2e}, {fine:.2e}");
    }
}

#[test]
fn a_component_that_is_0_counts_in_the_potential_of_a_vector() {
    // Of [0, sin x sin y] the potential is -sin x cos y s/(r² + s²), with what first differences make of the waves, r and s; of the second component
    // alone it is -sin x cos y/s.
    let grid = Grid {
        axes: vec![axis("x", 0.0, 2.0 * PI, 16, true), axis("y", 0.0, PI, 24, false)],
        mask: None,
    };
    let round = || [Boundary::Periodic, Boundary::Periodic];
    let wall = || [Boundary::Dirichlet(number(0.0)), Boundary::Dirichlet(number(0.0))];
    let open = || [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))];
    let of = |parts: &[(usize, Term)], order: usize| {
        let rate = Term::Potential(parts.into());
        let mut fields = given_by(&grid, &[round(), open()], rate);
        fields[0].boundaries[1] = wall();
        let start = points(&grid).into_iter().map(|p| p[0].sin() * p[1].sin());
        fields[0].start = start.map(|value| Complex64::new(value, 0.0)).collect();
        solution(&system(grid.clone(), fields), order)
    };
    for (order, series) in [(2, &[1.0][..]), (4, &[4.0 / 3.0, -1.0 / 6.0])] {
        let symbol = |h: f64| {
            let terms = series.iter().zip(1..);
            terms.map(|(c, k)| c * (f64::from(k) * h).sin()).sum::<f64>() / h
        };
        let (r, s) = (symbol(2.0 * PI / 16.0), symbol(PI / 24.0));
        let exact = |below: f64| -> Vec<f64> {
            let at = points(&grid).into_iter();
            at.map(|p| -p[0].sin() * p[1].cos() * s / below).collect()
        };
        let both = of(&[(0, number(0.0)), (1, u())], order);
        assert!(distance(&both, &exact(r * r + s * s), true) < 1e-14, "order {order}");
        let one = of(&[(1, u())], order);
        assert!(distance(&one, &exact(s * s), true) < 1e-14, "order {order}");
    }
}

#[test]
fn bounds_of_steps_see_what_sides_add() {
    // ψ = 100 y between walls with the values 0 and 100: ∂t u + ∂x(u ∂yψ) = 0 moves with the speed 100, and waves turn by up to 100/h.
    let grid = Grid {
        axes: vec![axis("x", 0.0, 1.0, 32, true), axis("y", 0.0, 1.0, 16, false)],
        mask: None,
    };
    let round = || [Boundary::Periodic, Boundary::Periodic];
    let values = [Boundary::Dirichlet(number(0.0)), Boundary::Dirichlet(number(100.0))];
    let open = || [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))];
    let rate = Term::InverseLaplacian(Arc::new(product(&[number(0.0), u()])));
    let mut fields = given_by(&grid, &[round(), open()], rate);
    fields[0].rate =
        product(&[number(-1.0), d(0, product(&[u(), d(1, Term::Field(1))]))]);
    fields[1].boundaries[1] = values;
    for order in [2, 4] {
        let system = system(grid.clone(), fields.clone());
        let scheme = discretise(&system, &SpaceOptions::of_order(order)).unwrap();
        // The largest symbol of the first difference of order 4 is 1.372.
        let most = 100.0 * 32.0 * if order == 2 { 1.0 } else { 1.372 };
        let found = scheme.stiffness.oscillation;
        // Next to walls differences of order 4 take the last cell for those beyond it.
        let over = if order == 2 { 0.001 } else { 13.0 / 12.0 - 0.999 };
        let found = found / most;
        assert!((0.99..1.0 + over).contains(&found), "order {order}: {found}");
        // As a run finds it.
        let psi = &scheme.planes[1].start;
        let exact = points(&grid).into_iter().map(|p| 100.0 * p[1]);
        let exact: Vec<f64> = exact.collect();
        assert!(distance(psi, &exact, false) < 1e-10, "order {order}");
    }
}

#[test]
fn the_least_value_of_an_operator_is_that_of_all_its_waves() {
    let wall = || [Boundary::Dirichlet(number(0.0)), Boundary::Dirichlet(number(0.0))];
    let open = || [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))];
    let grid = Grid {
        axes: vec![
            axis("x", 0.0, 1.0, 6, false),
            axis("y", 0.0, 2.0, 9, true),
            axis("z", 0.0, 1.5, 7, false),
        ],
        mask: None,
    };
    let all = (0..3).map(|axis| {
        let mut orders = [0; 3];
        orders[axis] = 2;
        (1.0, orders)
    });
    let rate = Term::Inverse { operator: all.collect(), body: Arc::new(u()) };
    let sides = [wall(), [Boundary::Periodic, Boundary::Periodic], open()];
    let system = system(grid.clone(), given_by(&grid, &sides, rate));
    let scheme = discretise(&system, &SpaceOptions::of_order(2)).unwrap();
    let mut solve = scheme.solves[0].clone();
    for factors in [[1.0, 1.0, 1.0], [1.0, -2.5, 0.3], [-1.0, 3.0, 0.0], [2.0, 0.0, -1.0]]
    {
        for own in [0.0, 0.4, -30.0] {
            solve.factors = factors.to_vec();
            solve.own = own;
            let mut least = f64::INFINITY;
            let values = |axis: usize| solve.modes[axis].values.values.iter();
            for a in values(0) {
                for b in values(1) {
                    for c in values(2) {
                        let [f, g, h] = factors;
                        least = least.min((own + f * a + g * b + h * c).abs());
                    }
                }
            }
            let found = solve.least();
            assert!((found.0 - least).abs() < 1e-9, "{factors:?} + {own}");
            assert!(!found.1, "{factors:?} + {own}");
        }
    }
}

#[test]
fn what_is_not_solved_is_refused() {
    let grid = Grid {
        axes: vec![axis("x", 0.0, 1.0, 8, false), axis("y", 0.0, 1.0, 8, false)],
        mask: None,
    };
    let wall = || [Boundary::Dirichlet(number(0.0)), Boundary::Dirichlet(number(0.0))];
    let open = || [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))];
    let refused = |fields: Vec<Field>, order: usize| {
        let options = SpaceOptions::of_order(order);
        discretise(&system(grid.clone(), fields), &options).unwrap_err().to_string()
    };
    let inverse = |body: Term| Term::InverseLaplacian(Arc::new(body));
    let of = |operator: &[(f64, [u32; 3])]| Term::Inverse {
        operator: operator.to_vec().into(),
        body: Arc::new(u()),
    };
    // Inside of a formula nobody says what holds at the sides.
    let rate = product(&[number(2.0), inverse(u())]);
    let message = refused(given_by(&grid, &[wall(), wall()], rate), 2);
    assert!(message.contains("field of its own"), "{message}");
    let message = refused(given_by(&grid, &[wall(), wall()], of(&[(1.0, [4, 0, 0])])), 2);
    assert!(message.contains("second derivatives"), "{message}");
    let mixed = of(&[(1.0, [2, 0, 0]), (1.0, [1, 1, 0]), (1.0, [0, 2, 0])]);
    let message = refused(given_by(&grid, &[wall(), wall()], mixed), 2);
    assert!(
        message.contains("holds ∂x ∂y") && !message.contains("in between"),
        "{message}"
    );
    // Where slopes are 0, ∂² of a constant is.
    let sides = [open(), open()];
    let message =
        refused(given_by(&grid, &sides, of(&[(1.0, [2, 0, 0]), (2.0, [0, 2, 0])])), 2);
    assert!(message.contains("is 0 for a wave"), "{message}");
    let mut fields = given_by(&grid, &[wall(), wall()], inverse(u()));
    fields[1].boundaries[0][0] = Boundary::Outflow;
    let message = refused(fields, 2);
    assert!(message.contains("something else at a side"), "{message}");
    let mut fields = given_by(&grid, &[wall(), wall()], inverse(number(1.0)));
    fields[0].boundaries = vec![open(), open()];
    let message = refused(fields, 8);
    assert!(message.contains("differences of order 8"), "{message}");
}

#[test]
fn bounds_of_steps_see_through_the_equation() {
    // ∂t u = -∂x s with ∇²s = ∂x u: a rate of cos² of the wave's direction, whatever the grid.
    let grid = Grid {
        axes: vec![axis("x", 0.0, 1.0, 16, false), axis("y", 0.0, 1.0, 16, false)],
        mask: None,
    };
    let wall = || [Boundary::Dirichlet(number(0.0)), Boundary::Dirichlet(number(0.0))];
    let open = || [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))];
    let rate = Term::InverseLaplacian(Arc::new(d(0, u())));
    let mut fields = given_by(&grid, &[open(), wall()], rate);
    fields[0].boundaries = vec![wall(), wall()];
    fields[0].rate = product(&[number(-1.0), d(0, Term::Field(1))]);
    let scheme =
        discretise(&system(grid.clone(), fields), &SpaceOptions::of_order(2)).unwrap();
    assert!(!scheme.stiffness.ill_posed);
    assert!((scheme.stiffness.decay - 1.0).abs() < 0.05, "{:?}", scheme.stiffness);
    // ∂t u = ∇²∇²s = ∇²u decays.
    let rate = Term::InverseLaplacian(Arc::new(u()));
    let mut fields = given_by(&grid, &[wall(), wall()], rate);
    fields[0].rate = laplacian(2, &laplacian(2, &Term::Field(1)));
    let scheme = discretise(&system(grid, fields), &SpaceOptions::of_order(2)).unwrap();
    assert!(!scheme.stiffness.ill_posed);
    let most = 8.0 * 256.0;
    assert!((scheme.stiffness.decay / most - 1.0).abs() < 0.05, "{:?}", scheme.stiffness);
    // ∂t u = s with ∇²s = u: the longest wave decays fastest, with 1/2π², and no wave is longer than the box.
    let grid = Grid {
        axes: vec![axis("x", 0.0, 1.0, 16, false), axis("y", 0.0, 1.0, 16, false)],
        mask: None,
    };
    let rate = Term::InverseLaplacian(Arc::new(u()));
    let mut fields = given_by(&grid, &[wall(), wall()], rate);
    fields[0].rate = Term::Field(1);
    let scheme = discretise(&system(grid, fields), &SpaceOptions::of_order(2)).unwrap();
    let decay = scheme.stiffness.decay * 2.0 * PI * PI;
    assert!((decay - 1.0).abs() < 0.02, "{:?}", scheme.stiffness);
}

#[test]
fn resonances_are_refused() {
    let open = || [Boundary::Neumann(number(0.0)), Boundary::Neumann(number(0.0))];
    let wall = || [Boundary::Dirichlet(number(0.0)), Boundary::Dirichlet(number(0.0))];
    // (∂² + own) c = u on 0..1: 0 for sin(m π x), whose differences it is not 0 for.
    let on_a_line = |own: f64, points: usize, order: usize| {
        let grid = Grid { axes: vec![axis("x", 0.0, 1.0, points, false)], mask: None };
        let rate = Term::Inverse {
            operator: vec![(1.0, [2, 0, 0]), (own, [0; 3])].into(),
            body: Arc::new(u()),
        };
        let fields = given_by(&grid, &[wall()], rate);
        discretise(&system(grid, fields), &SpaceOptions::of_order(order)).map(|_| ())
    };
    for turns in [1.0, 2.0, 7.0] {
        for points in [16, 17, 64] {
            let error = on_a_line((turns * PI).powi(2), points, 2).unwrap_err();
            assert!(error.to_string().contains("is 0 for a wave"), "{error}");
        }
    }
    // Nearby the differences must be better than the distance from the resonance.
    let near = PI * PI + 0.02;
    let error = on_a_line(near, 16, 2).unwrap_err().to_string();
    assert!(error.contains("near a resonance"), "{error}");
    on_a_line(near, 128, 2).unwrap();
    on_a_line(near, 16, 4).unwrap();
    // Nothing cancels, or waves are far from it.
    on_a_line(-PI * PI, 16, 2).unwrap();
    on_a_line(5.0, 16, 2).unwrap();
    on_a_line(20.0, 16, 2).unwrap();
    // In two dimensions it is the sums that are met.
    let grid = Grid {
        axes: vec![axis("x", 0.0, 1.0, 16, false), axis("y", 0.0, 2.0, 32, false)],
        mask: None,
    };
    let on_a_sheet = |own: f64| {
        let rate = Term::Inverse {
            operator: vec![(1.0, [2, 0, 0]), (1.0, [0, 2, 0]), (own, [0; 3])].into(),
            body: Arc::new(u()),
        };
        let fields = given_by(&grid, &[wall(), open()], rate);
        let options = SpaceOptions::of_order(4);
        discretise(&system(grid.clone(), fields), &options).map(|_| ())
    };
    let error = on_a_sheet(PI * PI * (4.0 + 9.0 / 4.0)).unwrap_err().to_string();
    assert!(error.contains("is 0 for a wave"), "{error}");
    on_a_sheet(PI * PI * 4.5).unwrap();
}
