//! Staggered grids: places, symbols of differences, bounds, what is kept, what is refused.

use super::*;
use crate::discretise::{places, staggered, stands};

/// Fields with these names, rates and starts at the points.
fn fields(grid: &Grid, all: &[(&str, Term)]) -> Vec<Field> {
    let of = |(name, rate): &(&str, Term)| Field {
        name: (*name).into(),
        ..field(grid, rate.clone(), |_| 0.0)
    };
    all.iter().map(of).collect()
}

fn f(place: usize) -> Term {
    Term::Field(place)
}

fn minus(term: Term) -> Term {
    product(&[number(-1.0), term])
}

/// ∂_a F_c − ∂_b F_d.
fn rotation(a: usize, c: usize, b: usize, d_: usize) -> Term {
    sum(&[d(a, f(c)), minus(d(b, f(d_)))])
}

/// Maxwell's equations with E in the fields 0, 1, 2 and B in 3, 4, 5.
fn maxwell(points: &[usize; 3]) -> System {
    let grid = periodic_grid(points);
    let all = [
        ("E_x", rotation(1, 5, 2, 4)),
        ("E_y", rotation(2, 3, 0, 5)),
        ("E_z", rotation(0, 4, 1, 3)),
        ("B_x", rotation(2, 1, 1, 2)),
        ("B_y", rotation(0, 2, 2, 0)),
        ("B_z", rotation(1, 0, 0, 1)),
    ];
    let fields = fields(&grid, &all);
    system(grid, fields)
}

const ELECTRIC_FIRST: [(usize, Option<usize>); 6] =
    [(0, Some(0)), (1, Some(1)), (2, Some(2)), (3, Some(0)), (4, Some(1)), (5, Some(2))];

/// Gives the fields their places and starts there.
fn place(
    system: &mut System,
    preferred: &[(usize, Option<usize>)],
    start: impl Fn(usize, [f64; 3]) -> f64,
) {
    let found = places(system, preferred).unwrap();
    let grid = system.grid.clone();
    for (number, (field, shift)) in system.fields.iter_mut().zip(found.shifts).enumerate()
    {
        field.shift = shift;
        let there = |mut point: [f64; 3]| {
            for (axis, of) in grid.axes.iter().enumerate() {
                point[axis] += if shift[axis] { of.spacing() / 2.0 } else { 0.0 };
            }
            Complex64::new(start(number, point), 0.0)
        };
        field.start = points(&grid).into_iter().map(there).collect();
    }
}

#[test]
fn maxwell_has_the_grid_of_yee() {
    let mut system = maxwell(&[8, 10, 12]);
    place(&mut system, &ELECTRIC_FIRST, |_, _| 0.0);
    let shifts: Vec<[bool; 3]> = system.fields.iter().map(|field| field.shift).collect();
    let (x, y, z) = ([true, false, false], [false, true, false], [false, false, true]);
    let other = |shift: [bool; 3]| shift.map(|along| !along);
    assert_eq!(shifts, [x, y, z, other(x), other(y), other(z)]);
    assert_eq!(
        staggered(&system).split("; ").next(),
        Some("E_x half a cell further along x")
    );
    // The divergence of B stands in the middle of cells, that of E at the points.
    let divergence =
        |first: usize| sum(&[d(0, f(first)), d(1, f(first + 1)), d(2, f(first + 2))]);
    let mut own =
        Field { order: 0, ..fields(&system.grid, &[("div", divergence(3))])[0].clone() };
    system.fields.push(own.clone());
    assert_eq!(stands(&system, 6).unwrap(), [true; 3]);
    own.rate = divergence(0);
    system.fields[6] = own;
    assert_eq!(stands(&system, 6).unwrap(), [false; 3]);
}

/// What the difference of this order for ∂ between places half a cell apart makes of exp(i k x), less the i.
fn symbol(k: f64, h: f64, order: usize) -> f64 {
    let weights = crate::discretise::weights::central(1, order, true);
    weights.iter().map(|(at, w)| w * (k * h * f64::from(*at) / 2.0).sin()).sum::<f64>()
        / h
}

#[test]
fn rates_of_plane_waves_have_the_symbol_of_neighbours() {
    let points = [12, 16, 10];
    let k = [1.0, -2.0, 1.0];
    for order in [2, 4, 6, 8] {
        let mut system = maxwell(&points);
        let phase = |p: [f64; 3]| k[0] * p[0] + k[1] * p[1] + k[2] * p[2];
        // Each component a wave of its own size.
        place(&mut system, &ELECTRIC_FIRST, |number, p| {
            (1.0 + number as f64) * phase(p).cos()
        });
        let seen: Vec<f64> = system
            .grid
            .axes
            .iter()
            .zip(k)
            .map(|(axis, k)| symbol(k, axis.spacing(), order))
            .collect();
        let grid = system.grid.clone();
        let shift = system.fields[0].shift;
        let rates = Plain::new(&system, order).rates(0.0);
        // ∂_y B_z − ∂_z B_y of B_z = 6 cos, B_y = 5 cos.
        let factor = -6.0 * seen[1] + 5.0 * seen[2];
        for (point, rate) in super::points(&grid).into_iter().zip(&rates[0]) {
            let mut point = point;
            for axis in 0..3 {
                point[axis] +=
                    if shift[axis] { grid.axes[axis].spacing() / 2.0 } else { 0.0 };
            }
            assert!((rate - factor * phase(point).sin()).abs() < 1e-12, "{order}");
        }
    }
}

#[test]
fn bounds_are_those_of_yee() {
    let mut system = maxwell(&[8, 12, 16]);
    place(&mut system, &ELECTRIC_FIRST, |_, _| 0.0);
    let scheme = discretise(&system, &SpaceOptions::of_order(2)).unwrap();
    let sum: f64 = system.grid.axes.iter().map(|axis| 4.0 / axis.spacing().powi(2)).sum();
    let bound = scheme.stiffness;
    assert!((bound.oscillation / sum.sqrt() - 1.0).abs() < 1e-6, "{bound:?}");
    assert!(
        bound.proven && !bound.ill_posed && bound.growth < 1e-9 && bound.decay < 1e-9
    );
    // Of higher order by the largest symbol, at half a wave from cell to cell: 7/6 of it for order 4.
    let scheme = discretise(&system, &SpaceOptions::of_order(4)).unwrap();
    let wanted = sum.sqrt() * 7.0 / 6.0;
    assert!((scheme.stiffness.oscillation / wanted - 1.0).abs() < 1e-6);
}

#[test]
fn what_varies_is_taken_where_it_is_needed() {
    // ∂t p = −∂x(a V), ∂t V = −b ∂x p: a where V stands, b there as well.
    let grid = periodic_grid(&[32]);
    let a = sum(&[number(2.0), call(Function::Sine, x(0))]);
    let all = [
        ("p", minus(d(0, product(&[a.clone(), f(1)])))),
        ("V", minus(product(&[a, d(0, f(0))]))),
    ];
    let own = fields(&grid, &all);
    let mut system = system(grid, own);
    place(&mut system, &[(0, None), (1, Some(0))], |number, p| {
        if number == 0 { p[0].cos() } else { (2.0 * p[0]).sin() }
    });
    assert_eq!(system.fields[1].shift, [true, false, false]);
    let h = system.grid.axes[0].spacing();
    let rates = Plain::new(&system, 2).rates(0.0);
    for j in 0..32 {
        let x = h * f64::from(j);
        let at = |x: f64| (2.0 + x.sin()) * (2.0 * x).sin();
        let wanted = -(at(x + h / 2.0) - at(x - h / 2.0)) / h;
        assert!((rates[0][j as usize] - wanted).abs() < 1e-12);
        let wanted = -(2.0 + (x + h / 2.0).sin()) * ((x + h).cos() - x.cos()) / h;
        assert!((rates[1][j as usize] - wanted).abs() < 1e-12);
    }
    assert!(
        !discretise(&system, &SpaceOptions::of_order(4)).unwrap().stiffness.ill_posed
    );
}

#[test]
fn nonlinear_terms_are_interpolated_and_keep_mass() {
    // Shallow water with the Coriolis force: Arakawa's grid C.
    let grid = periodic_grid(&[16, 16]);
    let (h, u, v) = (f(0), f(1), f(2));
    let all = [
        (
            "h",
            sum(&[
                minus(d(0, product(&[h.clone(), u.clone()]))),
                minus(d(1, product(&[h.clone(), v.clone()]))),
            ]),
        ),
        (
            "u",
            sum(&[
                product(&[number(0.5), v.clone()]),
                minus(product(&[u.clone(), d(0, u.clone())])),
                minus(product(&[v.clone(), d(1, u.clone())])),
                minus(d(0, h.clone())),
            ]),
        ),
        (
            "v",
            sum(&[
                product(&[number(-0.5), u.clone()]),
                minus(product(&[u.clone(), d(0, v.clone())])),
                minus(product(&[v.clone(), d(1, v.clone())])),
                minus(d(1, h)),
            ]),
        ),
    ];
    let own = fields(&grid, &all);
    let mut system = system(grid, own);
    let found = places(&system, &[(0, None), (1, None), (2, None)]).unwrap();
    assert_eq!(found.shifts, [[false; 3], [true, false, false], [false, true, false]]);
    assert_eq!(found.yielding.len(), 2, "{:?}", found.yielding);
    assert!(found.yielding[0].contains("in the rate of u is interpolated"));
    let start = |number: usize, [x, y, _]: [f64; 3]| match number {
        0 => 1.0 + 0.2 * (x + y).sin(),
        1 => 0.3 * x.cos() * y.sin(),
        _ => 0.2 * (x - y).cos(),
    };
    place(&mut system, &[(0, None)], start);
    for order in [2, 4] {
        let rates = Plain::new(&system, order).rates(0.0);
        let sum: f64 = rates[0].iter().sum();
        assert!(sum.abs() < 1e-12, "{sum}");
    }
    // Order 2 and 4 against the exact rate of u.
    let exact = |[x, y, _]: [f64; 3]| {
        let (u, v) = (0.3 * x.cos() * y.sin(), 0.2 * (x - y).cos());
        0.5 * v + u * 0.3 * x.sin() * y.sin()
            - v * 0.3 * x.cos() * y.cos()
            - 0.2 * (x + y).cos()
    };
    let mut errors = Vec::new();
    for (count, order) in [(16, 2), (32, 2), (16, 4), (32, 4)] {
        let mut finer = system.clone();
        for axis in &mut finer.grid.axes {
            axis.points = count;
        }
        place(&mut finer, &[(0, None)], start);
        let half = finer.grid.axes[0].spacing() / 2.0;
        let rates = Plain::new(&finer, order).rates(0.0);
        let all = super::points(&finer.grid);
        let error = all
            .iter()
            .zip(&rates[1])
            .map(|(point, rate)| (rate - exact([point[0] + half, point[1], 0.0])).abs());
        errors.push(error.fold(0.0, f64::max));
    }
    let orders = [(errors[0] / errors[1]).log2(), (errors[2] / errors[3]).log2()];
    assert!((orders[0] - 2.0).abs() < 0.1 && (orders[1] - 4.0).abs() < 0.2, "{orders:?}");
}

#[test]
fn elastic_waves_have_the_grid_of_virieux() {
    let grid = periodic_grid(&[8, 8]);
    // v_x, v_y, σ_xx, σ_yy, σ_xy.
    let all = [
        ("v_x", sum(&[d(0, f(2)), d(1, f(4))])),
        ("v_y", sum(&[d(0, f(4)), d(1, f(3))])),
        ("s_xx", sum(&[d(0, f(0)), d(1, f(1))])),
        ("s_yy", sum(&[d(0, f(0)), d(1, f(1))])),
        ("s_xy", sum(&[d(0, f(1)), d(1, f(0))])),
    ];
    let own = fields(&grid, &all);
    let system = system(grid, own);
    let found = places(&system, &[(2, None), (0, Some(0))]).unwrap().shifts;
    let (x, y) = ([true, false, false], [false, true, false]);
    assert_eq!(found, [x, y, [false; 3], [false; 3], [true, true, false]]);
}

#[test]
fn what_has_no_such_grid_is_refused() {
    let refused = |points: &[usize], all: &[(&str, Term)]| {
        let grid = periodic_grid(points);
        let own = fields(&grid, all);
        places(&system(grid, own), &[(0, None)]).unwrap_err().to_string()
    };
    let error = refused(&[8], &[("u", minus(d(0, f(0))))]);
    assert!(error.contains("is a derivative of u in its own rate"), "{error}");
    let error = refused(&[8], &[("u", d(0, d(0, f(0))))]);
    assert!(error.contains("no rate holds a linear derivative of odd order"), "{error}");
    // A ring of three first derivatives.
    let error = refused(&[8], &[("u", d(0, f(1))), ("v", d(0, f(2))), ("w", d(0, f(0)))]);
    assert!(
        error.contains(
            "∂x(u)` in the rate of w asks for a place half a cell from u along x; `"
        ) && error.contains("asks for another"),
        "{error}"
    );
    let mut walls = maxwell(&[8, 8, 8]);
    walls.grid.axes[0].closed = false;
    for field in &mut walls.fields {
        field.boundaries[0] = [Boundary::Outflow, Boundary::Outflow];
    }
    let error = places(&walls, &ELECTRIC_FIRST).unwrap_err().to_string();
    assert!(error.contains("between walls along x would have"), "{error}");
}

/// Sound between rigid walls at 0 and π: p at the points inside, V on the walls.
fn sound(points: usize) -> System {
    let grid = Grid {
        axes: vec![axis("x", 0.0, std::f64::consts::PI, points, false)],
        mask: None,
    };
    let mut own = fields(&grid, &[("p", minus(d(0, f(1)))), ("V", minus(d(0, f(0))))]);
    own[1].boundaries[0] = [0, 1].map(|_| Boundary::Dirichlet(number(0.0)));
    system(grid, own)
}

#[test]
fn what_vanishes_at_walls_stands_on_them() {
    for order in [2, 4, 6] {
        let points = 16;
        let mut system = sound(points);
        // The preference for V at the points yields.
        place(&mut system, &[(1, None)], |number, [x, ..]| {
            if number == 0 { (3.0 * x).cos() } else { 2.0 * (2.0 * x).sin() }
        });
        let shifts: Vec<bool> =
            system.fields.iter().map(|field| field.shift[0]).collect();
        assert_eq!(shifts, [false, true]);
        let h = system.grid.axes[0].spacing();
        let mut plain = Plain::new(&system, order);
        let rates = plain.rates(0.0);
        for (j, (p, v)) in rates[0].iter().zip(&rates[1]).enumerate() {
            let x = h * (j as f64 + 0.5);
            let wanted = -2.0 * symbol(2.0, h, order) * (2.0 * x).cos();
            assert!((p - wanted).abs() < 1e-12, "{order} {j}");
            let wanted = symbol(3.0, h, order) * (3.0 * (x + h / 2.0)).sin();
            assert!((v - wanted).abs() < 1e-12, "{order} {j}");
        }
        assert_eq!(rates[1][points - 1], 0.0);
        let bound = plain.scheme.stiffness.oscillation;
        let wanted = symbol(std::f64::consts::PI / h, h, order);
        assert!((bound / wanted - 1.0).abs() < 1e-6, "{order} {bound} {wanted}");
    }
    // Conditions of both that fit no place are refused.
    let mut both = sound(8);
    both.fields[0].boundaries[0] = [0, 1].map(|_| Boundary::Dirichlet(number(0.0)));
    let error = places(&both, &[(0, None)]).unwrap_err().to_string();
    let wanted =
        "would have p half a cell inside, which needs neumann(0), or V half a cell";
    assert!(error.contains(wanted), "{error}");
    // A coefficient that is not even about the walls: order 2 alone.
    let mut varying = sound(8);
    varying.fields[1].rate = minus(product(&[sum(&[number(2.0), x(0)]), d(0, f(0))]));
    place(&mut varying, &[(0, None)], |_, _| 0.0);
    assert!(discretise(&varying, &SpaceOptions::of_order(2)).is_ok());
    let error = discretise(&varying, &SpaceOptions::of_order(4)).unwrap_err().to_string();
    assert!(error.contains("not their own mirror image"), "{error}");
}

/// What stands on walls is 0 there: fields that nothing differentiates across them too, where their equations or their sides say so.
#[test]
fn what_stands_on_walls_is_zero_there() {
    let with = |rate: Term, more: Term| {
        let mut system = sound(8);
        system.fields[1].rate = rate;
        system.fields[1].boundaries[0] = [0, 1].map(|_| Boundary::Neumann(number(0.0)));
        system.fields[0].rate = minus(f(0));
        let grid = system.grid.clone();
        system.fields.extend(fields(&grid, &[("c", more)]));
        system
    };
    // Even where it is interpolated.
    let odd = with(d(0, f(0)), product(&[f(1), f(1)]));
    let shifts: Vec<bool> =
        places(&odd, &[(0, None)]).unwrap().shifts.iter().map(|shift| shift[0]).collect();
    assert_eq!(shifts, [false, true, false]);
    // A factor without a mirror image changes nothing.
    let weighted = product(&[sum(&[number(2.0), x(0)]), d(0, f(0))]);
    assert!(places(&with(weighted, f(1)), &[(0, None)]).is_ok());
    // ∂V/∂t = ∂p/∂x + 1 is 1 on the walls.
    let mut pushed = with(sum(&[d(0, f(0)), number(1.0)]), product(&[f(1), f(1)]));
    let error = places(&pushed, &[(0, None)]).unwrap_err().to_string();
    assert!(error.contains("would have V on them, which needs dirichlet(0)"), "{error}");
    pushed.fields[1].boundaries[0] = [0, 1].map(|_| Boundary::Dirichlet(number(0.0)));
    assert!(places(&pushed, &[(0, None)]).is_ok());
}

/// What an equation in space gives is solved at the points, and has no place beside them.
#[test]
fn fields_from_equations_in_space_are_refused() {
    let mut system = sound(8);
    let given = Term::InverseLaplacian(std::sync::Arc::new(d(0, f(0))));
    system.fields[1].rate = given;
    system.fields[1].order = 0;
    let error = places(&system, &[(0, None)]).unwrap_err().to_string();
    assert!(error.contains("V is given by an equation in space"), "{error}");
}
