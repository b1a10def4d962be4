//! Connections with torsion and non-metricity.

use holor_geometry::{Connection, Holor, Law, Metric, Slot, Symmetry, Weight};
use proptest::prelude::*;

use crate::catalogue::{chart, diagonal, s, sphere, tensor};
use crate::random;

const VECTOR_VALUED: [Slot; 3] = [Slot::UP, Slot::DOWN, Slot::DOWN];

/// The sum over cyclic permutations of three slots.
fn cyclic(holor: &Holor, [a, b, c]: [usize; 3]) -> Holor {
    let mut order: Vec<usize> = (0..holor.rank()).collect();
    (order[a], order[b], order[c]) = (b, c, a);
    let once = holor.permute(&order).unwrap();
    let twice = once.permute(&order).unwrap();
    holor.add(&once).unwrap().add(&twice).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn torsion_and_nonmetricity_come_back(numbers in random::numbers(160)) {
        let chart = random::space();
        let mut numbers = numbers.into_iter().cycle();
        let metric = random::metric(&chart, &mut numbers);
        let torsion = random::tensor(
            &chart, &VECTOR_VALUED, Symmetry::antisymmetric(3, &[1, 2]), &mut numbers);
        let nonmetricity = random::tensor(
            &chart, &[Slot::DOWN; 3], Symmetry::symmetric(3, &[1, 2]), &mut numbers);
        let connection = Connection::with_torsion_and_nonmetricity(
            &metric, Some(&torsion), Some(&nonmetricity)).unwrap();
        prop_assert!(connection.torsion().unwrap().is_equal(&torsion).unwrap());
        prop_assert!(connection.nonmetricity(&metric).unwrap().is_equal(&nonmetricity).unwrap());
        let parts = connection.contorsion(&metric).unwrap()
            .add(&connection.disformation(&metric).unwrap()).unwrap();
        prop_assert!(connection.distortion(&metric).unwrap().is_equal(&parts).unwrap());
    }

    #[test]
    fn bianchi_identities_with_torsion(numbers in random::numbers(140)) {
        let chart = random::space();
        let mut numbers = numbers.into_iter().cycle();
        let connection = random::connection(&chart, &mut numbers);
        let torsion = connection.torsion().unwrap();
        let curvature = connection.curvature().unwrap();
        // Σ_cyc(b,c,d) Rᵃ_bcd = Σ_cyc (∇_c Tᵃ_db + Tᵃ_eb Tᵉ_cd)
        let derivative = connection.covariant_derivative(&torsion).unwrap();
        let derivative = derivative.permute(&[1, 3, 0, 2]).unwrap();
        let square = torsion.multiply_and_contract(&torsion, &[(1, 0)]).unwrap();
        let right = derivative.add(&square).unwrap();
        prop_assert!(cyclic(&curvature, [1, 2, 3]).is_equal(&cyclic(&right, [1, 2, 3])).unwrap());
        // Σ_cyc(c,d,e) (∇_c Rᵃ_bde + Rᵃ_bfe Tᶠ_cd) = 0
        let derivative = connection.covariant_derivative(&curvature).unwrap();
        let derivative = derivative.permute(&[1, 2, 0, 3, 4]).unwrap();
        let product = curvature.multiply_and_contract(&torsion, &[(2, 0)]).unwrap();
        let product = product.permute(&[0, 1, 3, 4, 2]).unwrap();
        let sum = derivative.add(&product).unwrap();
        prop_assert!(cyclic(&sum, [2, 3, 4]).is_zero());
    }

    #[test]
    fn commutator_of_derivatives(numbers in random::numbers(140)) {
        // (∇_c∇_d − ∇_d∇_c) 𝔙ᵃ = Rᵃ_bcd 𝔙ᵇ − w Rᵇ_bcd 𝔙ᵃ − Tᵉ_cd ∇_e 𝔙ᵃ for a density of weight w.
        let chart = random::space();
        let field = chart.field();
        let mut numbers = numbers.into_iter().cycle();
        let connection = random::connection(&chart, &mut numbers);
        let law = Law::Tensor { weight: Weight::new(3, 2), pseudo: false };
        let density = random::tensor(&chart, &[Slot::UP], Symmetry::none(1), &mut numbers)
            .with_law(law).unwrap();
        let first = connection.covariant_derivative(&density).unwrap();
        let second = connection.covariant_derivative(&first).unwrap();
        let left = second.subtract(&second.permute(&[1, 0, 2]).unwrap()).unwrap();
        let left = left.permute(&[2, 0, 1]).unwrap();
        let curvature = connection.curvature().unwrap();
        let turned = curvature.multiply_and_contract(&density, &[(1, 0)]).unwrap();
        let scaled = connection.homothetic_curvature().unwrap().multiply(&density).unwrap()
            .permute(&[2, 0, 1]).unwrap()
            .scale(&field.scale(&field.one(), 3, 2)).unwrap();
        let carried = connection.torsion().unwrap().multiply_and_contract(&first, &[(0, 0)]).unwrap()
            .permute(&[2, 0, 1]).unwrap();
        let right = turned.subtract(&scaled).unwrap().subtract(&carried).unwrap();
        prop_assert!(left.is_equal(&right).unwrap());
        let contracted = first.contract(0, 1).unwrap();
        prop_assert!(connection.divergence(&density, 0).unwrap().is_equal(&contracted).unwrap());
    }
}

#[test]
fn weyl_connection_of_a_gradient_is_that_of_a_conformal_metric() {
    let metric = sphere();
    let chart = metric.chart();
    let sigma = Holor::scalar(chart, chart.read(&(s("θ") * s("φ"))).unwrap());
    let form = sigma.partial_derivative().unwrap();
    let connection = Connection::weyl(&metric, &form).unwrap();
    assert!(connection.torsion().unwrap().is_zero());
    assert!(connection.weyl_form(&metric).unwrap().is_equal(&form).unwrap());
    let factor = chart.read(&(2 * s("θ") * s("φ")).exp()).unwrap();
    let conformal = Metric::new(&metric.lower().scale(&factor).unwrap()).unwrap();
    let expected = conformal.christoffel_symbols().unwrap();
    assert!(connection.coefficients().is_equal(&expected).unwrap());
    assert!(connection.homothetic_curvature().unwrap().is_zero());
    let curvature = conformal.riemann_mixed().unwrap();
    assert!(connection.curvature().unwrap().is_equal(&curvature).unwrap());
}

#[test]
fn a_weyl_form_that_is_not_closed_stretches_volumes() {
    let chart = chart(&["x", "y", "z"], &[]);
    let one = holor_algebra::Expr::one();
    let metric = diagonal(&chart, &[one.clone(), one.clone(), one]).unwrap();
    let form = tensor(&chart, &[Slot::DOWN], Symmetry::none(1), &[(&[1], s("x"))]);
    let connection = Connection::weyl(&metric, &form).unwrap();
    // V_cd = n (∂_c φ_d − ∂_d φ_c)
    let homothetic = connection.homothetic_curvature().unwrap();
    assert_eq!(homothetic.component(&[0, 1]), chart.field().integer(3));
    let ricci = connection.ricci().unwrap();
    assert!(!ricci.antisymmetrize(&[0, 1]).unwrap().is_zero());
}

#[test]
fn the_volume_is_parallel_for_levi_civita() {
    let metric = sphere();
    let law = Law::Tensor { weight: Weight::from_integer(1), pseudo: false };
    let volume = Holor::scalar(metric.chart(), metric.sqrt_abs_determinant().unwrap());
    let volume = volume.with_law(law).unwrap();
    let connection = metric.christoffel().unwrap();
    assert!(connection.covariant_derivative(&volume).unwrap().is_zero());
}
