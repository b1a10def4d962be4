//! Changes of chart by naturality and round trips.

use holor_algebra::Expr;
use proptest::prelude::*;

use super::*;
use crate::samples::*;
use crate::{exterior_derivative, form, hodge_star, wedge};

/// Cartesian (x, y) to polar (r, φ), r > 0.
fn polar() -> (Chart, Chart, CoordinateChange) {
    let old = euclidean(2);
    let new = chart(&["r", "φ"], &[less(Expr::zero(), s("r"))]);
    let map = vec![s("r") * cos(s("φ")), s("r") * sin(s("φ"))];
    let change = CoordinateChange::new(&old, &new, map).unwrap();
    (old, new, change)
}

/// A shear (a, b, c) → (x, y, z) with its inverse.
fn shear() -> (CoordinateChange, CoordinateChange) {
    let old = euclidean(3);
    let new = chart(&["a", "b", "c"], &[]);
    let (a, b, c) = (s("a"), s("b"), s("c"));
    let forward = vec![a.clone(), &b + a.powi(2), -&c + &a * &b];
    let (x, y, z) = (s("x"), s("y"), s("z"));
    let inner = &y - x.powi(2);
    let backward = vec![x.clone(), inner.clone(), -&z + &x * inner];
    (
        CoordinateChange::new(&old, &new, forward).unwrap(),
        CoordinateChange::new(&new, &old, backward).unwrap(),
    )
}

#[test]
fn the_jacobian_of_polar_coordinates() {
    let (_, new, change) = polar();
    assert_eq!(*change.determinant(), new.read(&s("r")).unwrap());
    assert_eq!(
        change.inverse_jacobian()[1][0],
        new.read(&(-sin(s("φ")) / s("r"))).unwrap()
    );
}

#[test]
fn the_flat_metric_in_polar_coordinates() {
    let (old, new, change) = polar();
    let flat = diagonal(&old, &[Expr::one(), Expr::one()]);
    let metric = change.transform_metric(&flat).unwrap();
    assert_same_metric(&metric, &diagonal(&new, &[Expr::one(), s("r").powi(2)]));
    let moved = change.transform_connection_of(&flat.christoffel().unwrap()).unwrap();
    assert_same(moved.coefficients(), metric.christoffel().unwrap().coefficients());
    assert_component(moved.coefficients(), &[0, 1, 1], &-s("r"));
    assert_component(moved.coefficients(), &[1, 0, 1], &s("r").reciprocal());
    // A chart where Γ vanishes is no reason for it to vanish elsewhere; its torsion is a tensor.
    assert!(moved.torsion().unwrap().is_zero());
}

#[test]
fn the_rotation_field_in_polar_coordinates() {
    let (old, _, change) = polar();
    let rotation = vector(&old, &[-s("y"), s("x")]);
    let moved = change.transform(&rotation).unwrap();
    assert_component(&moved, &[0], &Expr::zero());
    assert_component(&moved, &[1], &Expr::one());
}

#[test]
fn densities_and_pseudo_tensors() {
    let (old, _, change) = polar();
    let scalar = |weight: Weight, pseudo| {
        let one = Holor::scalar(&old, old.field().one());
        one.with_law(Law::Tensor { weight, pseudo }).unwrap()
    };
    let r = s("r");
    let value =
        |weight: Weight, pseudo| change.transform(&scalar(weight, pseudo)).unwrap();
    assert_component(&value(1.into(), false), &[], &r);
    assert_component(&value((-2).into(), false), &[], &r.powi(-2));
    assert_component(&value(Weight::new(1, 2), false), &[], &r.sqrt());
    assert_component(&value(0.into(), true), &[], &Expr::one());
    // The other orientation: (y, x).
    let swapped = chart(&["p", "q"], &[]);
    let swap = CoordinateChange::new(&old, &swapped, vec![s("q"), s("p")]).unwrap();
    let value = |weight: Weight, pseudo| swap.transform(&scalar(weight, pseudo)).unwrap();
    assert_component(&value(0.into(), true), &[], &-Expr::one());
    assert_component(&value(1.into(), false), &[], &Expr::one());
    assert_component(&value(1.into(), true), &[], &-Expr::one());
    // A sign that depends on the place.
    let folded = chart(&["p", "q"], &[]);
    let fold =
        CoordinateChange::new(&old, &folded, vec![s("p").powi(2), s("q")]).unwrap();
    assert!(matches!(
        fold.transform(&scalar(0.into(), true)),
        Err(GeometryError::Map { .. })
    ));
    let even = fold.transform(&scalar(2.into(), false)).unwrap();
    assert_component(&even, &[], &(4 * s("p").powi(2)));
    let odd = fold.transform(&scalar(1.into(), true)).unwrap();
    assert_component(&odd, &[], &(2 * s("p")));
}

#[test]
fn maps_that_cannot_be_used() {
    let old = euclidean(2);
    let new = chart(&["r", "φ"], &[]);
    let same = vec![s("r"), 2 * s("r")];
    assert!(matches!(
        CoordinateChange::new(&old, &new, same),
        Err(GeometryError::Map { .. })
    ));
    assert!(matches!(
        CoordinateChange::new(&old, &new, vec![s("x"), s("φ")]),
        Err(GeometryError::Map { .. })
    ));
    assert!(matches!(
        CoordinateChange::new(&old, &new, vec![s("r")]),
        Err(GeometryError::Map { .. })
    ));
    let (_, _, change) = polar();
    let lawless = vector(&old, &[s("x"), s("y")]).without_law().unwrap();
    assert!(matches!(change.transform(&lawless), Err(GeometryError::Law { .. })));
    // A parameter of the old chart with the name of a new coordinate.
    let captured = vector(&old, &[s("r"), Expr::zero()]);
    assert!(matches!(change.transform(&captured), Err(GeometryError::Map { .. })));
}

#[test]
fn a_map_given_the_other_way_round() {
    let old = euclidean(2);
    let new = chart(&["a", "b"], &[]);
    let given = [2 * s("x") + s("y"), s("x") - s("y")];
    let change =
        CoordinateChange::from_inverse(&old, &new, &given, &engine(&old)).unwrap();
    let moved = change.transform(&vector(&old, &[s("x"), s("y")])).unwrap();
    assert_component(&moved, &[0], &s("a"));
    assert_component(&moved, &[1], &s("b"));
    // Eddington–Finkelstein time: one equation is solved, three are read off.
    let chart_in = outside();
    let ingoing = chart(
        &["v", "r", "θ", "φ"],
        &[
            less(Expr::zero(), s("r")),
            less(Expr::zero(), s("m")),
            less(2 * s("m"), s("r")),
        ],
    );
    let tortoise = s("r")
        + 2 * s("m") * Expr::call(holor_algebra::Function::Log, [s("r") - 2 * s("m")]);
    let given = [s("t") + tortoise, s("r"), s("θ"), s("φ")];
    let change =
        CoordinateChange::from_inverse(&chart_in, &ingoing, &given, &engine(&chart_in))
            .unwrap();
    let metric = change.transform(schwarzschild(&chart_in).lower()).unwrap();
    assert_component(&metric, &[0, 0], &(2 * s("m") / s("r") - 1));
    assert_component(&metric, &[0, 1], &Expr::one());
    assert_component(&metric, &[1, 1], &Expr::zero());
    // Two solutions: which one is meant is not known.
    let squares = [s("x").powi(2), s("y")];
    assert!(matches!(
        CoordinateChange::from_inverse(&old, &new, &squares, &engine(&old)),
        Err(GeometryError::Map { .. })
    ));
}

#[test]
fn coordinates_may_keep_their_names() {
    let old = chart(&["t", "r"], &[]);
    let new = chart(&["t", "r"], &[]);
    let boost = CoordinateChange::new(
        &old,
        &new,
        vec![(5 * s("t") + 3 * s("r")) / 4, (3 * s("t") + 5 * s("r")) / 4],
    )
    .unwrap();
    let flat = diagonal(&old, &[-Expr::one(), Expr::one()]);
    assert_same_metric(&boost.transform_metric(&flat).unwrap(), &flat);
    let form = one_form(&old, &[s("r"), Expr::zero()]);
    let moved = boost.transform(&form).unwrap();
    assert_component(&moved, &[0], &(5 * (3 * s("t") + 5 * s("r")) / 16));
}

#[test]
fn unknown_functions_are_carried_over() {
    let (old, new, change) = polar();
    let radius = (s("x").powi(2) + s("y").powi(2)).sqrt();
    let f = Holor::scalar(&old, old.read(&function("f", radius)).unwrap());
    let slope = exterior_derivative(&f).unwrap();
    let moved = change.transform(&slope).unwrap();
    let direct = exterior_derivative(&change.transform(&f).unwrap()).unwrap();
    assert_component(&change.transform(&f).unwrap(), &[], &function("f", s("r")));
    assert_same(&moved, &direct);
    assert!(new.place(&holor_algebra::Symbol::new("r")).is_some());
}

#[test]
fn the_sphere_inherits_its_metric() {
    let space = euclidean(3);
    let sphere =
        chart(&["θ", "φ"], &[less(Expr::zero(), s("θ")), less(s("θ"), Expr::pi())]);
    let (theta, phi) = (s("θ"), s("φ"));
    let map = SmoothMap::new(
        &sphere,
        &space,
        vec![
            sin(theta.clone()) * cos(phi.clone()),
            sin(theta.clone()) * sin(phi),
            cos(theta.clone()),
        ],
    )
    .unwrap();
    let flat = diagonal(&space, &[Expr::one(), Expr::one(), Expr::one()]);
    let metric = Metric::new(&map.pull_back(flat.lower()).unwrap()).unwrap();
    assert_same_metric(
        &metric,
        &diagonal(&sphere, &[Expr::one(), sin(theta.clone()).powi(2)]),
    );
    // The flux of x dy∧dz + y dz∧dx + z dx∧dy through the unit sphere.
    let flux =
        form_of(&space, 2, &[(&[1, 2], s("x")), (&[0, 2], -s("y")), (&[0, 1], s("z"))]);
    assert_component(&map.pull_back(&flux).unwrap(), &[0, 1], &sin(theta));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn there_and_back_again(seed: u64) {
        let (there, back) = shear();
        let old = there.old().clone();
        let mut random = Random::new(seed);
        let density = Law::Tensor { weight: 3.into(), pseudo: true };
        let samples = [
            random.tensor(&old, Law::TENSOR, &[Slot::UP, Slot::DOWN, Slot::DOWN]),
            random.tensor(&old, density, &[Slot::UP, Slot::UP]),
            random.tensor(&old, Law::Connection, &CONNECTION_SLOTS),
            random.form(&old, 2),
        ];
        for holor in samples {
            let round = back.transform(&there.transform(&holor).unwrap()).unwrap();
            assert_same(&round, &holor);
        }
        let identity = there.then(&back).unwrap();
        for (row, entries) in identity.jacobian().iter().enumerate() {
            for (column, entry) in entries.iter().enumerate() {
                prop_assert_eq!(entry.is_one(), row == column);
                prop_assert_eq!(entry.is_zero(), row != column);
            }
        }
    }

    #[test]
    fn what_is_natural_commutes_with_a_change_of_chart(seed: u64) {
        let (there, _) = shear();
        let old = there.old().clone();
        let mut random = Random::new(seed);
        let go = |holor: &Holor| there.transform(holor).unwrap();
        let (alpha, beta) = (random.form(&old, 1), random.form(&old, 2));
        let d = |form: &Holor| exterior_derivative(form).unwrap();
        assert_same(&go(&d(&alpha)), &d(&go(&alpha)));
        assert_same(
            &go(&wedge(&alpha, &beta).unwrap()),
            &wedge(&go(&alpha), &go(&beta)).unwrap(),
        );
        let g = diagonal(&old, &[-Expr::one(), 1 + s("x").powi(2), Expr::one()]);
        let moved = there.transform_metric(&g).unwrap();
        // The map reverses the orientation, and the dual of a form is pseudo.
        assert_same(&go(&hodge_star(&beta, &g).unwrap()), &hodge_star(&go(&beta), &moved).unwrap());
        assert_same(&go(&g.volume_form().unwrap()), &moved.volume_form().unwrap());
        assert_same(
            &go(g.christoffel().unwrap().coefficients()),
            moved.christoffel().unwrap().coefficients(),
        );
        let gamma = random.tensor(&old, Law::Connection, &CONNECTION_SLOTS);
        let connection = Connection::from_coefficients(&gamma).unwrap();
        let carried = there.transform_connection_of(&connection).unwrap();
        assert_same(&go(&connection.torsion().unwrap()), &carried.torsion().unwrap());
        assert_same(&go(&connection.curvature().unwrap()), &carried.curvature().unwrap());
        let v = random.vector(&old);
        assert_same(
            &go(&connection.covariant_derivative(&v).unwrap()),
            &carried.covariant_derivative(&go(&v)).unwrap(),
        );
    }
}

#[test]
fn a_form_on_a_chart_is_checked_against_the_map() {
    let (_, new, change) = polar();
    let foreign = form(&new, 1, false, |_| Ok(new.field().one())).unwrap();
    assert!(matches!(change.transform(&foreign), Err(GeometryError::Charts { .. })));
}

#[test]
fn spheroidal_coordinates_keep_the_orientation() {
    // x = √(r² + a²) sin θ cos φ, …: the determinant (r² + a² cos² θ) sin θ is positive because a is real.
    let old = euclidean(3);
    let new = chart(
        &["r", "θ", "φ"],
        &[
            less(Expr::zero(), s("r")),
            less(Expr::zero(), s("θ")),
            less(s("θ"), Expr::pi()),
        ],
    );
    let (r, a, theta, phi) = (s("r"), s("a"), s("θ"), s("φ"));
    let root = (r.powi(2) + a.powi(2)).sqrt();
    let map = vec![
        &root * sin(theta.clone()) * cos(phi.clone()),
        &root * sin(theta.clone()) * sin(phi),
        &r * cos(theta.clone()),
    ];
    let change = CoordinateChange::new(&old, &new, map).unwrap();
    let flat = diagonal(&old, &[Expr::one(), Expr::one(), Expr::one()]);
    let volume = change.transform(&flat.volume_form().unwrap()).unwrap();
    let sigma = r.powi(2) + a.powi(2) * cos(theta.clone()).powi(2);
    assert_component(&volume, &[0, 1, 2], &(&sigma * sin(theta.clone())));
    let metric = change.transform_metric(&flat).unwrap();
    let flattened = r.powi(2) + a.powi(2);
    let expected = diagonal(
        &new,
        &[&sigma / &flattened, sigma.clone(), flattened * sin(theta).powi(2)],
    );
    assert_same_metric(&metric, &expected);
    assert_same(&metric.volume_form().unwrap(), &volume);
}
