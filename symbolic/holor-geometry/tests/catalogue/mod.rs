//! Metrics of the literature, for tests and measurements.

#![allow(dead_code, reason = "each test and example takes the metrics it needs")]
#![allow(clippy::unwrap_used, reason = "the metrics written here are valid")]

use holor_algebra::{Assumptions, Expr, Function, Property, Symbol};
use holor_geometry::{Chart, GeometryResult, Holor, Law, Metric, Slot, Symmetry};

/// A symbol.
pub(crate) fn s(name: &str) -> Expr {
    Expr::symbol(name)
}

/// sin x
pub(crate) fn sin(x: &Expr) -> Expr {
    Expr::call(Function::Sin, vec![x.clone()])
}

/// cos x
pub(crate) fn cos(x: &Expr) -> Expr {
    Expr::call(Function::Cos, vec![x.clone()])
}

/// An unknown function.
pub(crate) fn unknown(name: &str, arguments: &[&Expr]) -> Expr {
    let arguments: Vec<Expr> =
        arguments.iter().map(|&argument| argument.clone()).collect();
    Expr::apply(Symbol::new(name), arguments)
}

/// A chart with some symbols positive.
pub(crate) fn chart(coordinates: &[&str], positive: &[&str]) -> Chart {
    let mut assumptions = Assumptions::new();
    for name in positive {
        assumptions.assume(Symbol::new(name), Property::Positive);
    }
    let coordinates = coordinates.iter().map(|name| Symbol::new(name)).collect();
    Chart::new(coordinates, assumptions).unwrap()
}

/// A chart with an angle θ between 0 and π and some symbols positive.
pub(crate) fn spherical(coordinates: &[&str], positive: &[&str]) -> Chart {
    let mut assumptions = Assumptions::new();
    for name in positive {
        assumptions.assume(Symbol::new(name), Property::Positive);
    }
    let less = |a: Expr, b: Expr| Expr::relation(holor_algebra::Relation::Less, a, b);
    assumptions.assume_condition(less(Expr::zero(), s("θ")));
    assumptions.assume_condition(less(s("θ"), Expr::pi()));
    let coordinates = coordinates.iter().map(|name| Symbol::new(name)).collect();
    Chart::new(coordinates, assumptions).unwrap()
}

/// The metric with these components `(a, b, g_ab)`, a ≤ b; the others are 0.
pub(crate) fn metric(
    chart: &Chart,
    components: &[(u8, u8, Expr)],
) -> GeometryResult<Metric> {
    Metric::new(&symmetric(chart, components)?)
}

/// The symmetric tensor with these components.
pub(crate) fn symmetric(
    chart: &Chart,
    components: &[(u8, u8, Expr)],
) -> GeometryResult<Holor> {
    let symmetry = Symmetry::symmetric(2, &[0, 1]);
    Holor::build(chart, Law::TENSOR, &[Slot::DOWN; 2], symmetry, |indices| {
        match components.iter().find(|(a, b, _)| [*a, *b] == *indices) {
            Some((_, _, value)) => chart.read(value),
            None => Ok(chart.field().zero()),
        }
    })
}

/// A tensor with these components, given by index tuple; the others are 0 unless a symmetry says otherwise.
pub(crate) fn tensor(
    chart: &Chart,
    slots: &[Slot],
    symmetry: Symmetry,
    components: &[(&[u8], Expr)],
) -> Holor {
    Holor::build(chart, Law::TENSOR, slots, symmetry, |indices| {
        match components.iter().find(|(place, _)| *place == indices) {
            Some((_, value)) => chart.read(value),
            None => Ok(chart.field().zero()),
        }
    })
    .unwrap()
}

/// A vector field.
pub(crate) fn vector(chart: &Chart, components: &[Expr]) -> Holor {
    let components = components.iter().map(|value| chart.read(value).unwrap()).collect();
    Holor::from_components(chart, Law::TENSOR, &[Slot::UP], components).unwrap()
}

/// Diagonal.
pub(crate) fn diagonal(chart: &Chart, entries: &[Expr]) -> GeometryResult<Metric> {
    let components: Vec<(u8, u8, Expr)> =
        (0..).zip(entries).map(|(k, value): (u8, &Expr)| (k, k, value.clone())).collect();
    metric(chart, &components)
}

/// The unit sphere.
pub(crate) fn sphere() -> Metric {
    let chart = spherical(&["θ", "φ"], &[]);
    diagonal(&chart, &[Expr::one(), sin(&s("θ")).powi(2)]).unwrap()
}

/// −f dt² + dr²/f + r² dΩ²
fn static_spherical(f: &Expr, positive: &[&str]) -> Metric {
    let chart = spherical(&["t", "r", "θ", "φ"], positive);
    let (r, theta) = (s("r"), s("θ"));
    diagonal(
        &chart,
        &[f.negate(), f.reciprocal(), r.powi(2), r.powi(2) * sin(&theta).powi(2)],
    )
    .unwrap()
}

/// Schwarzschild, mass m.
pub(crate) fn schwarzschild() -> Metric {
    static_spherical(&(1 - 2 * s("m") / s("r")), &["r", "m"])
}

/// Reissner and Nordström, mass m, charge q.
pub(crate) fn reissner_nordstrom() -> Metric {
    let f = 1 - 2 * s("m") / s("r") + s("q").powi(2) / s("r").powi(2);
    static_spherical(&f, &["r", "m"])
}

/// Kerr and Newman in the coordinates of Boyer and Lindquist; q = 0 is Kerr.
fn rotating(q2: &Expr) -> Metric {
    let chart = spherical(&["t", "r", "θ", "φ"], &["r", "m"]);
    let (r, theta, a, m) = (s("r"), s("θ"), s("a"), s("m"));
    let s2 = sin(&theta).powi(2);
    let sigma = r.powi(2) + a.powi(2) * cos(&theta).powi(2);
    let drag = 2 * &m * &r - q2;
    let delta = r.powi(2) - 2 * &m * &r + a.powi(2) + q2;
    metric(
        &chart,
        &[
            (0, 0, (1 - &drag / &sigma).negate()),
            (0, 3, (&drag * &a * &s2 / &sigma).negate()),
            (1, 1, &sigma / &delta),
            (2, 2, sigma.clone()),
            (3, 3, (r.powi(2) + a.powi(2) + &drag * a.powi(2) * &s2 / &sigma) * &s2),
        ],
    )
    .unwrap()
}

/// Kerr, mass m, angular momentum a m.
pub(crate) fn kerr() -> Metric {
    rotating(&Expr::zero())
}

/// Kerr and Newman, charge q.
pub(crate) fn kerr_newman() -> Metric {
    rotating(&s("q").powi(2))
}

/// Friedmann, Lemaître, Robertson and Walker: curvature k, scale a(t).
pub(crate) fn flrw() -> Metric {
    let chart = spherical(&["t", "r", "θ", "φ"], &["r"]);
    let (t, r, theta) = (s("t"), s("r"), s("θ"));
    let a2 = unknown("a", &[&t]).powi(2);
    diagonal(
        &chart,
        &[
            Expr::integer(-1),
            &a2 / (1 - s("k") * r.powi(2)),
            &a2 * r.powi(2),
            &a2 * r.powi(2) * sin(&theta).powi(2),
        ],
    )
    .unwrap()
}

/// Gödel's universe, rotation ω.
pub(crate) fn goedel() -> Metric {
    let chart = chart(&["t", "x", "y", "z"], &["ω"]);
    let x = s("x");
    let e = x.exp();
    let scale = (2 * s("ω").powi(2)).reciprocal();
    metric(
        &chart,
        &[
            (0, 0, scale.negate()),
            (0, 2, (&scale * &e).negate()),
            (1, 1, scale.clone()),
            (2, 2, (&scale * e.powi(2) / 2).negate()),
            (3, 3, scale),
        ],
    )
    .unwrap()
}

/// Alcubierre's warp drive with a general velocity v(t) and shape f(r_s) of the distance
/// r_s² = (x − X(t))² + y² + z² from a centre X(t) with X' = v.
pub(crate) fn alcubierre() -> Metric {
    let chart = chart(&["t", "x", "y", "z"], &[]);
    let (t, x, y, z) = (s("t"), s("x"), s("y"), s("z"));
    let centre = unknown("X", &[&t]);
    let velocity = Expr::call(Function::Derivative, vec![centre.clone(), t, Expr::one()]);
    let distance = ((x - centre).powi(2) + y.powi(2) + z.powi(2)).sqrt();
    let shift = velocity * unknown("f", &[&distance]);
    metric(
        &chart,
        &[
            (0, 0, shift.powi(2) - 1),
            (0, 1, shift.negate()),
            (1, 1, Expr::one()),
            (2, 2, Expr::one()),
            (3, 3, Expr::one()),
        ],
    )
    .unwrap()
}

/// Myers' and Perry's black hole in dimension 5 with one spin a.
pub(crate) fn myers_perry_one_spin() -> Metric {
    myers_perry(&s("a"), &Expr::zero())
}

/// Myers' and Perry's black hole in dimension 5 with two spins a, b; μ is the mass parameter.
pub(crate) fn myers_perry_two_spins() -> Metric {
    myers_perry(&s("a"), &s("b"))
}

fn myers_perry(a: &Expr, b: &Expr) -> Metric {
    let chart = spherical(&["t", "r", "θ", "φ", "ψ"], &["r", "μ"]);
    let (r, theta, mu) = (s("r"), s("θ"), s("μ"));
    let (s2, c2) = (sin(&theta).powi(2), cos(&theta).powi(2));
    let (a2, b2, r2) = (a.powi(2), b.powi(2), r.powi(2));
    let sigma = &r2 + &a2 * &c2 + &b2 * &s2;
    let delta = (&r2 + &a2) * (&r2 + &b2) - &mu * &r2;
    let w = &mu / &sigma;
    metric(
        &chart,
        &[
            (0, 0, &w - 1),
            (0, 3, (&w * a * &s2).negate()),
            (0, 4, (&w * b * &c2).negate()),
            (1, 1, &r2 * &sigma / &delta),
            (2, 2, sigma),
            (3, 3, (&r2 + &a2 + &w * &a2 * &s2) * &s2),
            (3, 4, &w * a * b * &s2 * &c2),
            (4, 4, (&r2 + &b2 + &w * &b2 * &c2) * &c2),
        ],
    )
    .unwrap()
}

/// A diagonal metric in dimension 5 with five unknown functions of all five coordinates.
pub(crate) fn general_diagonal() -> Metric {
    let chart = chart(&["t", "x", "y", "z", "w"], &[]);
    let coordinates = [s("t"), s("x"), s("y"), s("z"), s("w")];
    let coordinates: Vec<&Expr> = coordinates.iter().collect();
    let entries: Vec<Expr> = ["A", "B", "C", "D", "E"]
        .iter()
        .map(|name| unknown(name, &coordinates))
        .collect();
    diagonal(&chart, &entries).unwrap()
}

/// A stationary axisymmetric metric with five unknown functions of r and θ.
pub(crate) fn stationary_axisymmetric() -> Metric {
    let chart = chart(&["t", "r", "θ", "φ"], &[]);
    let (r, theta) = (s("r"), s("θ"));
    let f = |name: &str| unknown(name, &[&r, &theta]);
    metric(
        &chart,
        &[(0, 0, f("A")), (0, 3, f("B")), (1, 1, f("C")), (2, 2, f("D")), (3, 3, f("E"))],
    )
    .unwrap()
}

/// Kerr with a cosmological constant Λ, in the coordinates of B. Carter: an Einstein space, R_ab = Λ g_ab.
pub(crate) fn kerr_de_sitter() -> Metric {
    let chart = spherical(&["t", "r", "θ", "φ"], &["r", "m"]);
    let (r, theta, a, m) = (s("r"), s("θ"), s("a"), s("m"));
    let (r2, a2) = (r.powi(2), a.powi(2));
    let third = s("Λ") / 3;
    let (s2, c2) = (sin(&theta).powi(2), cos(&theta).powi(2));
    let sigma = &r2 + &a2 * &c2;
    let radial = (&r2 + &a2) * (1 - &third * &r2) - 2 * &m * &r;
    let polar = 1 + &third * &a2 * &c2;
    let xi = (1 + &third * &a2).powi(2);
    let sum = &r2 + &a2;
    metric(
        &chart,
        &[
            (0, 0, (&polar * &a2 * &s2 - &radial) / (&sigma * &xi)),
            (0, 3, (&radial - &polar * &sum) * &a * &s2 / (&sigma * &xi)),
            (1, 1, &sigma / &radial),
            (2, 2, &sigma / &polar),
            (3, 3, (&polar * sum.powi(2) - &radial * &a2 * &s2) * &s2 / (&sigma * &xi)),
        ],
    )
    .unwrap()
}

/// A metric in dimension 3 with six unknown functions of all three coordinates.
pub(crate) fn general_three() -> Metric {
    let chart = chart(&["x", "y", "z"], &[]);
    let (x, y, z) = (s("x"), s("y"), s("z"));
    let f = |name: &str| unknown(name, &[&x, &y, &z]);
    metric(
        &chart,
        &[
            (0, 0, f("A")),
            (0, 1, f("D")),
            (0, 2, f("E")),
            (1, 1, f("B")),
            (1, 2, f("F")),
            (2, 2, f("C")),
        ],
    )
    .unwrap()
}
