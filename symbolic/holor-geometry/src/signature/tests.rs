//! The signature equation where it holds and where it does not.

use holor_algebra::Expr;
use proptest::prelude::*;

use super::*;
use crate::samples::*;
use crate::{Slot, Symmetry, Tetrad};

/// The unit sphere on (θ, φ).
fn sphere() -> Metric {
    let chart =
        chart(&["θ", "φ"], &[less(Expr::zero(), s("θ")), less(s("θ"), Expr::pi())]);
    diagonal(&chart, &[Expr::one(), sin(s("θ")).powi(2)])
}

fn coherence_of(potential: &Holor, metric: &Metric) -> Coherence {
    let connection = metric.christoffel().unwrap();
    let parts =
        signature(potential, &connection, metric, TorsionScalar::default()).unwrap();
    parts.coherence(&engine(metric.chart())).unwrap()
}

#[test]
fn a_field_that_balances_the_curvature_of_the_sphere() {
    let metric = sphere();
    let chart = metric.chart();
    let balanced = vector(chart, &[-2 * cos(s("θ")) / sin(s("θ")), Expr::zero()]);
    let connection = metric.christoffel().unwrap();
    let parts =
        signature(&balanced, &connection, &metric, TorsionScalar::default()).unwrap();
    assert_component(&parts.divergence, &[], &Expr::integer(2));
    assert_component(&parts.curvature, &[], &Expr::integer(2));
    assert!(parts.torsion.is_zero());
    assert_eq!(parts.coherence(&engine(chart)).unwrap(), Coherence::Holds);
}

#[test]
fn where_the_equation_fails_a_point_is_shown() {
    let chart = euclidean(2);
    let flat = diagonal(&chart, &[Expr::one(), Expr::one()]);
    let growing = vector(&chart, &[s("x").powi(2), Expr::zero()]);
    match coherence_of(&growing, &flat) {
        Coherence::HoldsWhere { equation, witness: Some(witness) } => {
            assert_eq!(equation, Expr::equation(s("x"), Expr::zero()));
            assert_eq!(witness.point.len(), 1);
        }
        other => panic!("{other:?}"),
    }
    let spreading = vector(&chart, &[s("x"), s("y")]);
    assert!(matches!(
        coherence_of(&spreading, &flat),
        Coherence::Fails { witness: Some(_), .. }
    ));
    let growing = vector(&chart, &[s("x") + s("x").powi(3), Expr::zero()]);
    assert!(matches!(coherence_of(&growing, &flat), Coherence::Fails { .. }));
    let unknown = vector(&chart, &[function("f", s("x")), Expr::zero()]);
    assert!(matches!(
        coherence_of(&unknown, &flat),
        Coherence::HoldsWhere { witness: None, .. }
    ));
}

#[test]
fn a_witness_satisfies_the_assumptions() {
    let chart = outside();
    let metric = schwarzschild(&chart);
    let field = vector(&chart, &[Expr::zero(), s("r"), Expr::zero(), Expr::zero()]);
    // ∇_μ (r ∂_r) = 3 everywhere.
    assert!(matches!(coherence_of(&field, &metric), Coherence::Fails { .. }));
    let field =
        vector(&chart, &[Expr::zero(), s("r") - 3 * s("m"), Expr::zero(), Expr::zero()]);
    match coherence_of(&field, &metric) {
        Coherence::HoldsWhere { witness: Some(witness), .. }
        | Coherence::Fails { witness: Some(witness), .. } => {
            let engine = engine(&chart);
            let value = |name: &str| {
                witness
                    .point
                    .iter()
                    .find(|(own, _)| own.name() == name)
                    .unwrap()
                    .1
                    .clone()
            };
            let condition = less(2 * value("m"), value("r"));
            assert_eq!(engine.decide(&condition), Some(true));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_parallelised_sphere_turns_curvature_into_torsion() {
    // S³ with its left-invariant frame: the Weitzenböck connection has no curvature; its torsion is T_abc = −2 ε_abc (for
    // the unit sphere), hence T_abc T^abc = 24, quadratic scalar 6 + ½·(−24) = −6.
    let chart =
        chart(&["ψ", "θ", "φ"], &[less(Expr::zero(), s("θ")), less(s("θ"), Expr::pi())]);
    let (psi, theta) = (s("ψ"), s("θ"));
    let half = Expr::fraction(1, 2);
    let forms = [
        one_form(
            &chart,
            &[
                Expr::zero(),
                &half * cos(psi.clone()),
                &half * sin(psi.clone()) * sin(theta.clone()),
            ],
        ),
        one_form(
            &chart,
            &[
                Expr::zero(),
                -(&half * sin(psi.clone())),
                &half * cos(psi) * sin(theta.clone()),
            ],
        ),
        one_form(&chart, &[half.clone(), Expr::zero(), &half * cos(theta)]),
    ];
    let tetrad = Tetrad::from_coframe(&forms, &[1, 1, 1], None).unwrap();
    let metric = tetrad.metric();
    assert_eq!(metric.scalar_curvature().unwrap(), chart.field().integer(6));
    let connection = tetrad.weitzenboeck_connection().unwrap();
    let value = |scalar: TorsionScalar| scalar.evaluate(&connection, metric).unwrap();
    assert_component(&value(TorsionScalar::Square), &[], &Expr::integer(24));
    assert_component(&value(TorsionScalar::AxialSquare), &[], &Expr::integer(24));
    assert_component(&value(TorsionScalar::Quadratic), &[], &Expr::integer(-6));
    assert_component(&value(TorsionScalar::TraceSquare), &[], &Expr::zero());
    assert_component(&value(TorsionScalar::TraceDivergence), &[], &Expr::zero());
    let chiral = value(TorsionScalar::Chiral);
    assert_eq!(chiral.law(), Law::Tensor { weight: 0.into(), pseudo: true });
    let field = chart.field();
    let square = field.multiply(&chiral.component(&[]), &chiral.component(&[]));
    assert_eq!(square, field.integer(36));
    // No field and no curvature: the equation asks that the torsion scalar vanish, which it does not.
    let none = vector(&chart, &[Expr::zero(), Expr::zero(), Expr::zero()]);
    let parts = signature(&none, &connection, metric, TorsionScalar::Quadratic).unwrap();
    assert!(matches!(
        parts.coherence(&engine(&chart)).unwrap(),
        Coherence::Fails { witness: Some(_), .. }
    ));
}

#[test]
fn the_chiral_scalar_is_three_dimensional() {
    let metric = sphere();
    let connection = metric.christoffel().unwrap();
    assert!(matches!(
        TorsionScalar::Chiral.evaluate(&connection, &metric),
        Err(GeometryError::Invalid { .. })
    ));
    for scalar in TorsionScalar::ALL {
        assert_eq!(TorsionScalar::from_name(scalar.name()), Some(scalar));
    }
}

#[test]
fn the_flow_needs_a_positive_metric() {
    let chart = euclidean(2);
    let metric = diagonal(&chart, &[-Expr::one(), Expr::one()]);
    let connection = metric.christoffel().unwrap();
    let potential = vector(&chart, &[s("x"), s("y")]);
    let scalar = TorsionScalar::Quadratic;
    assert!(matches!(
        signature_gradient(&potential, &connection, &metric, scalar),
        Err(GeometryError::Invalid { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    // The gradient of L = ½ √g R² by Euler and Lagrange: ∂L/∂(∂_b Φ^a) = √g R δ^b_a and ∂L/∂Φ^a = √g R Γ^μ_μa, so that the
    // flow is −g^ab (√g R Γ^μ_μb − ∂_b (√g R))/√g.
    #[test]
    fn the_flow_is_that_of_euler_and_lagrange(seed: u64) {
        let chart = euclidean(2);
        let mut random = Random::new(seed);
        let slots = [Slot::UP, Slot::DOWN, Slot::DOWN];
        let gamma = random.tensor(&chart, Law::Connection, &slots);
        let connection = Connection::from_coefficients(&gamma).unwrap();
        let metric = diagonal(&chart, &[1 + s("y").powi(2), 2 + s("x").powi(2)]);
        let potential = random.vector(&chart);
        let scalar = TorsionScalar::Square;
        let flow = signature_gradient(&potential, &connection, &metric, scalar).unwrap();
        let field = chart.field();
        let residual =
            signature(&potential, &connection, &metric, scalar).unwrap().residual;
        let volume = metric.sqrt_abs_determinant().unwrap();
        let weighed = field.multiply(&volume, &residual.component(&[]));
        for a in 0..2_u8 {
            let trace = field.sum(&[gamma.component(&[0, 0, a]), gamma.component(&[1, 1, a])]);
            let symbol = &chart.coordinates()[usize::from(a)];
            let lagrange = field.sum(&[
                field.multiply(&weighed, &trace),
                field.negate(&field.derivative(&weighed, symbol)),
            ]);
            let scaled = field.multiply(
                &field.multiply(&flow.component(&[a]), &metric.lower().component(&[a, a])),
                &volume,
            );
            prop_assert!(field.sum(&[scaled, lagrange]).is_zero());
        }
    }

    #[test]
    fn the_divergence_includes_torsion_and_nonmetricity(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let slots = [Slot::UP, Slot::DOWN, Slot::DOWN];
        let gamma = random.tensor(&chart, Law::Connection, &slots);
        let connection = Connection::from_coefficients(&gamma).unwrap();
        let metric = diagonal(&chart, &[-Expr::one(), Expr::one(), 1 + s("x").powi(2)]);
        let potential = random.vector(&chart);
        let parts =
            signature(&potential, &connection, &metric, TorsionScalar::Quadratic).unwrap();
        let nabla = connection.covariant_derivative(&potential).unwrap();
        assert_same(&parts.divergence, &nabla.contract(0, 1).unwrap());
        // The axial square agrees with that of the totally antisymmetric part of the torsion.
        let lower = metric.lower_index(&connection.torsion().unwrap(), 0).unwrap();
        let whole = lower.antisymmetrize(&[0, 1, 2]).unwrap();
        prop_assert_eq!(whole.symmetry(), &Symmetry::antisymmetric(3, &[0, 1, 2]));
        let chiral = TorsionScalar::Chiral.evaluate(&connection, &metric).unwrap();
        let axial = TorsionScalar::AxialSquare.evaluate(&connection, &metric).unwrap();
        // (½ ε^abc T_abc)² = (3/2) s T_[abc] T^[abc] with s = −1 here.
        let field = chart.field();
        let square = field.multiply(&chiral.component(&[]), &chiral.component(&[]));
        prop_assert_eq!(square, field.scale(&axial.component(&[]), -3, 2));
    }
}
