//! Frames by the structure equations and published spin connections.

use holor_algebra::{Expr, Matrix, Property, Symbol};
use proptest::prelude::*;

use super::*;
use crate::samples::*;
use crate::{Connection, TorsionScalar};

fn config() -> ProptestConfig {
    ProptestConfig { cases: 6, ..ProptestConfig::default() }
}

/// That a tetrad belongs to its metric and its frame is dual to its co-frame.
#[track_caller]
fn assert_orthonormal(tetrad: &Tetrad) {
    let eta = tetrad.frame_metric().unwrap();
    assert_same(&tetrad.to_frame(tetrad.metric().lower()).unwrap(), &eta);
    let unit = tetrad.coframe().multiply_and_contract(tetrad.frame(), &[(1, 1)]).unwrap();
    for (indices, value) in unit.components() {
        assert_eq!(indices[0], indices[1]);
        assert!(value.is_one());
    }
    assert_eq!(unit.components().len(), tetrad.chart().dimension());
}

/// That Cartan's equations and the coordinate formulas agree.
#[track_caller]
fn assert_structure(tetrad: &Tetrad, spin: &Holor, connection: &Connection) {
    assert_same(spin, &tetrad.spin_connection_of(connection).unwrap());
    assert_same(
        tetrad.connection_of(spin).unwrap().coefficients(),
        connection.coefficients(),
    );
    let curvature = tetrad.curvature_form(spin).unwrap();
    assert_same(
        &curvature,
        &tetrad.change_slots(&connection.curvature().unwrap(), &[0, 1]).unwrap(),
    );
    let torsion = tetrad.torsion_form(spin).unwrap();
    assert_same(
        &torsion,
        &tetrad.change_slots(&connection.torsion().unwrap(), &[0]).unwrap(),
    );
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn structure_equations_of_levi_civita(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let tetrad = Tetrad::from_coframe(&random.coframe(&chart), &[-1, 1, 1], None).unwrap();
        assert_orthonormal(&tetrad);
        let connection = Connection::levi_civita(tetrad.metric()).unwrap();
        let spin = tetrad.spin_connection().unwrap();
        assert_structure(&tetrad, &spin, &connection);
        prop_assert!(tetrad.torsion_form(&spin).unwrap().is_zero());
        // ω_AB is antisymmetric.
        for a in 0..3u8 {
            for b in 0..3u8 {
                for mu in 0..3u8 {
                    let field = chart.field();
                    let left = field.scale(&spin.component(&[a, b, mu]), tetrad.sign(a), 1);
                    let right = field.scale(&spin.component(&[b, a, mu]), -tetrad.sign(b), 1);
                    prop_assert_eq!(left, right);
                }
            }
        }
    }

    #[test]
    fn structure_equations_with_torsion_and_nonmetricity(seed: u64) {
        let chart = euclidean(2);
        let mut random = Random::new(seed);
        let tetrad = Tetrad::from_coframe(&random.coframe(&chart), &[-1, 1], None).unwrap();
        let slots = [Slot::UP, Slot::DOWN, Slot::DOWN];
        let gamma = random.tensor(&chart, Law::Connection, &slots);
        let connection = Connection::from_coefficients(&gamma).unwrap();
        let spin = tetrad.spin_connection_of(&connection).unwrap();
        assert_structure(&tetrad, &spin, &connection);
    }

    #[test]
    fn the_frame_is_parallel_for_weitzenboeck(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let tetrad = Tetrad::from_coframe(&random.coframe(&chart), &[-1, 1, 1], None).unwrap();
        let connection = tetrad.weitzenboeck_connection().unwrap();
        prop_assert!(connection.curvature().unwrap().is_zero());
        prop_assert!(connection.nonmetricity(tetrad.metric()).unwrap().is_zero());
        prop_assert!(tetrad.spin_connection_of(&connection).unwrap().is_zero());
        for place in 0..3 {
            let vector = tetrad.vector(place).unwrap();
            prop_assert!(connection.covariant_derivative(&vector).unwrap().is_zero());
        }
        // R = −T − 2 ∇_a T^a, T_b = T^a_ba: general relativity as teleparallel gravity.
        let field = chart.field();
        let divergence =
            TorsionScalar::TraceDivergence.evaluate(&connection, tetrad.metric()).unwrap();
        let scalar = tetrad.teleparallel_scalar().unwrap();
        let sum = field.sum(&[
            scalar.component(&[]),
            field.scale(&divergence.component(&[]), 2, 1),
            tetrad.metric().scalar_curvature().unwrap(),
        ]);
        prop_assert!(sum.is_zero());
    }

    #[test]
    fn components_there_and_back(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let tetrad = Tetrad::from_coframe(&random.coframe(&chart), &[1, 1, 1], None).unwrap();
        let tensor = random.tensor(&chart, Law::TENSOR, &[Slot::UP, Slot::DOWN, Slot::UP]);
        let inside = tetrad.to_frame(&tensor).unwrap();
        prop_assert_eq!(inside.slots(), &[Slot::FRAME_UP, Slot::FRAME_DOWN, Slot::FRAME_UP]);
        assert_same(&tetrad.from_frame(&inside).unwrap(), &tensor);
        let form = random.form(&chart, 2);
        let inside = tetrad.to_frame(&form).unwrap();
        prop_assert_eq!(inside.symmetry(), form.symmetry());
        assert_same(&tetrad.from_frame(&inside).unwrap(), &form);
    }

    #[test]
    fn squares_are_completed(seed: u64, n in 2usize..5) {
        let chart = euclidean(n);
        let mut random = Random::new(seed);
        let signs: Vec<i8> = (0..n).map(|k| if k == 0 { -1 } else { 1 }).collect();
        let given = Tetrad::from_coframe(&random.coframe(&chart), &signs, None).unwrap();
        match Tetrad::new(given.metric()) {
            Ok(tetrad) => assert_orthonormal(&tetrad),
            Err(error) => prop_assert!(error.to_string().contains("is not decided"), "{error}"),
        }
    }
}

#[test]
fn the_spin_connection_of_schwarzschild() {
    let chart = outside();
    let tetrad = Tetrad::new(&schwarzschild(&chart)).unwrap();
    assert_orthonormal(&tetrad);
    assert_eq!(tetrad.signs(), [-1, 1, 1, 1]);
    let (r, theta) = (s("r"), s("θ"));
    let root = (1 - 2 * s("m") / &r).sqrt();
    assert_component(tetrad.coframe(), &[0, 0], &root);
    assert_component(tetrad.coframe(), &[3, 3], &(&r * sin(theta.clone())));
    let spin = tetrad.spin_connection().unwrap();
    assert_component(&spin, &[0, 1, 0], &(s("m") / r.powi(2)));
    assert_component(&spin, &[1, 0, 0], &(s("m") / r.powi(2)));
    assert_component(&spin, &[2, 1, 2], &root);
    assert_component(&spin, &[1, 2, 2], &-&root);
    assert_component(&spin, &[3, 1, 3], &(root * sin(theta.clone())));
    assert_component(&spin, &[3, 2, 3], &cos(theta));
    assert_eq!(spin.components().len(), 8);
    assert_structure(&tetrad, &spin, &tetrad.metric().christoffel().unwrap());
    // Ω^t_r = −(2m/r³) e^t ∧ e^r up to the sign of lowering: R^0_101 = 2m/r³ in the frame.
    let curvature = tetrad.to_frame(&tetrad.curvature_form(&spin).unwrap()).unwrap();
    assert_component(&curvature, &[0, 1, 0, 1], &(2 * s("m") / r.powi(3)));
    assert_component(&curvature, &[2, 3, 2, 3], &(2 * s("m") / r.powi(3)));
    assert_component(&curvature, &[0, 2, 0, 2], &(-s("m") / r.powi(3)));
}

#[test]
fn expanding_space() {
    let chart = chart(&["t", "x", "y", "z"], &[]);
    let a = function("a", s("t"));
    let g = diagonal(&chart, &[-Expr::one(), a.powi(2), a.powi(2), a.powi(2)]);
    let tetrad = Tetrad::new(&g).unwrap();
    assert_orthonormal(&tetrad);
    assert_component(tetrad.coframe(), &[1, 1], &a);
    let scale = chart.read(&a).unwrap();
    let speed = chart.derivative(&scale, 0);
    let spin = tetrad.spin_connection().unwrap();
    for i in 1..4u8 {
        assert_eq!(spin.component(&[i, 0, i]), speed);
        assert_eq!(spin.component(&[0, i, i]), speed);
    }
    assert_eq!(spin.components().len(), 6);
    let field = chart.field();
    let hubble = field.divide(&speed, &scale).unwrap();
    let expected = field.scale(&field.multiply(&hubble, &hubble), 6, 1);
    assert_eq!(tetrad.teleparallel_scalar().unwrap().component(&[]), expected);
}

#[test]
fn a_warp_drive_is_decomposed_without_a_condition() {
    let chart = euclidean(3);
    let v = s("v") * s("y");
    // −dx² + (dy − v dx)² + dz²
    let g = from_entries(&chart, |i, j| match (i, j) {
        (0, 0) => v.powi(2) - 1,
        (0, 1) => -&v,
        (a, b) if a == b => Expr::one(),
        _ => Expr::zero(),
    });
    let tetrad = Tetrad::new(&g).unwrap();
    assert_orthonormal(&tetrad);
    assert_eq!(tetrad.signs(), [-1, 1, 1]);
    assert_component(tetrad.coframe(), &[0, 0], &Expr::one());
    assert_component(tetrad.coframe(), &[1, 0], &-v);
}

#[test]
fn null_coordinates_take_no_root_and_no_condition() {
    let chart = chart(
        &["v", "r", "θ", "φ"],
        &[
            less(Expr::zero(), s("r")),
            less(Expr::zero(), s("θ")),
            less(s("θ"), Expr::pi()),
        ],
    );
    let f = 1 - 2 * s("m") / s("r");
    let g = from_entries(&chart, |i, j| match (i, j) {
        (0, 0) => -&f,
        (0, 1) => Expr::one(),
        (2, 2) => s("r").powi(2),
        (3, 3) => s("r").powi(2) * sin(s("θ")).powi(2),
        _ => Expr::zero(),
    });
    let tetrad = Tetrad::new(&g).unwrap();
    assert_orthonormal(&tetrad);
    assert_eq!(tetrad.signs(), [-1, 1, 1, 1]);
    let spin = tetrad.spin_connection().unwrap();
    assert_structure(&tetrad, &spin, &g.christoffel().unwrap());
}

#[test]
fn undecided_signs_are_named() {
    let inside = spherical(&[]);
    let error = Tetrad::new(&schwarzschild(&inside)).unwrap_err();
    assert!(error.to_string().contains("sign of"), "{error}");
}

#[test]
fn given_coframes_are_checked() {
    let chart = euclidean(2);
    let forms = [
        one_form(&chart, &[Expr::one(), s("y")]),
        one_form(&chart, &[Expr::zero(), Expr::one()]),
    ];
    let tetrad = Tetrad::from_coframe(&forms, &[-1, 1], None).unwrap();
    assert_component(tetrad.metric().lower(), &[1, 1], &(1 - s("y").powi(2)));
    assert!(Tetrad::from_coframe(&forms, &[-1, 1], Some(tetrad.metric())).is_ok());
    let other = diagonal(&chart, &[-Expr::one(), Expr::one()]);
    let error = Tetrad::from_coframe(&forms, &[-1, 1], Some(&other)).unwrap_err();
    assert!(error.to_string().contains("g[_x, _y]"), "{error}");
    let dependent = [forms[0].clone(), forms[0].clone()];
    assert!(Tetrad::from_coframe(&dependent, &[-1, 1], None).is_err());
    assert!(Tetrad::from_coframe(&forms, &[-1, 2], None).is_err());
    let gamma = other.christoffel().unwrap();
    assert!(matches!(
        tetrad.to_frame(gamma.coefficients()),
        Err(GeometryError::Law { .. })
    ));
}

#[test]
fn anholonomy_of_polar_coordinates() {
    let mut assumptions = holor_algebra::Assumptions::new();
    assumptions.assume(Symbol::new("r"), Property::Positive);
    let chart =
        Chart::new(vec![Symbol::new("r"), Symbol::new("φ")], assumptions).unwrap();
    let tetrad = Tetrad::new(&diagonal(&chart, &[Expr::one(), s("r").powi(2)])).unwrap();
    // [e_r, e_φ] = −(1/r) e_φ
    let anholonomy = tetrad.anholonomy().unwrap();
    assert_component(&anholonomy, &[1, 0, 1], &-s("r").reciprocal());
    assert_eq!(anholonomy.components().len(), 1);
    let bracket =
        crate::commutator(&tetrad.vector(0).unwrap(), &tetrad.vector(1).unwrap())
            .unwrap();
    assert_component(&bracket, &[1], &-s("r").powi(-2));
}

#[test]
fn carters_tetrad_of_kerr() {
    let (chart, metric) = kerr();
    let (r, a, m) = (s("r"), s("a"), s("m"));
    let square = sin(s("θ")).powi(2);
    let sigma = r.powi(2) + a.powi(2) * cos(s("θ")).powi(2);
    let delta = r.powi(2) - 2 * &m * &r + a.powi(2);
    let (zero, root) = (Expr::zero(), (&delta / &sigma).sqrt());
    let turn = sin(s("θ")) / sigma.sqrt();
    let forms = [
        one_form(
            &chart,
            &[root.clone(), zero.clone(), zero.clone(), -(&root * &a * &square)],
        ),
        one_form(&chart, &[zero.clone(), root.reciprocal(), zero.clone(), zero.clone()]),
        one_form(&chart, &[zero.clone(), zero.clone(), sigma.sqrt(), zero.clone()]),
        one_form(
            &chart,
            &[-(&turn * &a), zero.clone(), zero, &turn * (r.powi(2) + a.powi(2))],
        ),
    ];
    let tetrad = Tetrad::from_coframe(&forms, &[-1, 1, 1, 1], Some(&metric)).unwrap();
    let spin = tetrad.spin_connection().unwrap();
    let curvature = tetrad.to_frame(&tetrad.curvature_form(&spin).unwrap()).unwrap();
    // In this frame the only parts are Re and Im of m/(r − i a cos θ)³ (B. Carter, 1968).
    let ac = &a * cos(s("θ"));
    let real = &m * &r * (r.powi(2) - 3 * ac.powi(2)) / sigma.powi(3);
    let imaginary = &m * &ac * (3 * r.powi(2) - ac.powi(2)) / sigma.powi(3);
    assert_component(&curvature, &[0, 1, 0, 1], &(2 * &real));
    assert_component(&curvature, &[2, 3, 2, 3], &(2 * &real));
    assert_component(&curvature, &[0, 2, 0, 2], &-&real);
    let crossed = curvature.component(&[0, 1, 2, 3]);
    let expected = chart.read(&(2 * imaginary)).unwrap();
    let field = chart.field();
    assert!(crossed == expected || crossed == field.negate(&expected));
    // Ricci: the contraction of the curvature vanishes.
    assert!(curvature.contract(0, 2).unwrap().is_zero());
}

#[test]
fn the_static_observers_of_kerr_are_found() {
    let (chart, metric) = kerr();
    let (r, a, m) = (s("r"), s("a"), s("m"));
    let tetrad = Tetrad::new(&metric).unwrap();
    assert_orthonormal(&tetrad);
    assert_eq!(tetrad.signs(), [-1, 1, 1, 1]);
    // Outside the ergosphere ∂_t is time-like and e_0 points along it.
    let sigma = r.powi(2) + a.powi(2) * cos(s("θ")).powi(2);
    let speed = sigma.sqrt() / (&sigma - 2 * &m * &r).sqrt();
    assert_component(tetrad.frame(), &[0, 0], &speed);
    assert_component(tetrad.frame(), &[0, 3], &Expr::zero());
    assert_component(tetrad.coframe(), &[2, 2], &sigma.sqrt());
    let spin = tetrad.spin_connection().unwrap();
    let curvature = tetrad.curvature_form(&spin).unwrap();
    assert!(tetrad.to_frame(&curvature).unwrap().contract(0, 2).unwrap().is_zero());
    assert_eq!(chart.dimension(), 4);
}

#[test]
fn roots_of_negative_factors() {
    // x < 1 and y < 0: −(x − 1) and (x − 1) y are positive.
    let chart =
        chart(&["x", "y"], &[less(s("x"), Expr::one()), less(s("y"), Expr::zero())]);
    let g = diagonal(&chart, &[1 - s("x"), (s("x") - 1) * s("y")]);
    let tetrad = Tetrad::new(&g).unwrap();
    assert_orthonormal(&tetrad);
    assert_eq!(tetrad.signs(), [1, 1]);
}

#[test]
fn a_boosted_frame_has_the_same_curvature() {
    let chart = outside();
    let tetrad = Tetrad::new(&schwarzschild(&chart)).unwrap();
    // A boost along e_1 with rapidity t.
    let (c, sh) = (
        Expr::call(holor_algebra::Function::Cosh, [s("t")]),
        Expr::call(holor_algebra::Function::Sinh, [s("t")]),
    );
    let (zero, one) = (Expr::zero(), Expr::one());
    let boost = Matrix::from_rows(vec![
        vec![c.clone(), -&sh, zero.clone(), zero.clone()],
        vec![-&sh, c, zero.clone(), zero.clone()],
        vec![zero.clone(), zero.clone(), one.clone(), zero.clone()],
        vec![zero.clone(), zero.clone(), zero.clone(), one.clone()],
    ])
    .unwrap();
    let boosted = tetrad.turned(&boost).unwrap();
    assert_orthonormal(&boosted);
    let old = tetrad.spin_connection().unwrap();
    let new = boosted.spin_connection().unwrap();
    let field = chart.field();
    // The rapidity is added to the spin connection.
    let change = field.subtract(&new.component(&[0, 1, 0]), &old.component(&[0, 1, 0]));
    assert!(change.is_one() || field.negate(&change).is_one());
    let curvature = |tetrad: &Tetrad, spin: &Holor| {
        tetrad.from_frame(&tetrad.curvature_form(spin).unwrap()).unwrap()
    };
    assert_same(&curvature(&boosted, &new), &curvature(&tetrad, &old));
    let mut rows = vec![vec![zero.clone(); 4]; 4];
    rows[0][0] = Expr::integer(2);
    assert!(tetrad.turned(&Matrix::from_rows(rows).unwrap()).is_err());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_spin_connection_makes_the_frame_constant(seed: u64) {
        let chart = euclidean(2);
        let mut random = Random::new(seed);
        let tetrad = Tetrad::from_coframe(&random.coframe(&chart), &[-1, 1], None).unwrap();
        let slots = [Slot::UP, Slot::DOWN, Slot::DOWN];
        let gamma = random.tensor(&chart, Law::Connection, &slots);
        let connection = Connection::from_coefficients(&gamma).unwrap();
        let d = |holor: &Holor| tetrad.covariant_derivative(&connection, holor).unwrap();
        prop_assert!(d(tetrad.coframe()).is_zero());
        prop_assert!(d(tetrad.frame()).is_zero());
        // Against the formula D_μ V^A = ∂_μ V^A + ω^A_Bμ V^B.
        let vector = random.tensor(&chart, Law::TENSOR, &[Slot::FRAME_UP]);
        let spin = tetrad.spin_connection_of(&connection).unwrap();
        let turned = spin.multiply_and_contract(&vector, &[(1, 0)]).unwrap();
        let derivative = d(&vector);
        let field = chart.field();
        for mu in 0..2u8 {
            for a in 0..2u8 {
                let slope = chart.derivative(&vector.component(&[a]), mu.into());
                let sum = field.add(&slope, &turned.component(&[a, mu]));
                prop_assert_eq!(derivative.component(&[mu, a]), sum);
            }
        }
    }
}
