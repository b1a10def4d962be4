//! Lie derivatives, by Cartan's formula, commutators and the laws.

use holor_algebra::Expr;
use proptest::prelude::*;

use super::*;
use crate::samples::*;
use crate::{Connection, Slot, Tetrad, Weight};

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn of_a_connection_it_is_two_derivatives_and_curvature(seed: u64) {
        // £_X Γ^a_bc = ∇_b ∇_c X^a + R^a_cdb X^d for a connection without torsion.
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let tetrad = Tetrad::from_coframe(&random.coframe(&chart), &[-1, 1, 1], None).unwrap();
        let connection = Connection::levi_civita(tetrad.metric()).unwrap();
        let x = random.vector(&chart);
        let lie = lie_derivative(&x, connection.coefficients()).unwrap();
        prop_assert_eq!(lie.law(), Law::TENSOR);
        let once = connection.covariant_derivative(&x).unwrap();
        let twice = connection.covariant_derivative(&once).unwrap();
        // The slots are direction b, direction c, a.
        let twice = twice.permute(&[2, 0, 1]).unwrap();
        let curvature = connection.curvature().unwrap();
        let bent = x.multiply_and_contract(&curvature, &[(0, 2)]).unwrap();
        // What is left of R^a_cdb X^d has the slots a, c, b.
        let bent = bent.permute(&[0, 2, 1]).unwrap();
        assert_same(&lie, &twice.add(&bent).unwrap());
    }

    #[test]
    fn it_is_a_derivation_of_products(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let x = random.vector(&chart);
        let density = Law::Tensor { weight: Weight::new(1, 2), pseudo: true };
        let first = random.tensor(&chart, density, &[Slot::UP, Slot::DOWN]);
        let second = random.tensor(&chart, Law::TENSOR, &[Slot::UP]);
        let lie = |holor: &Holor| lie_derivative(&x, holor).unwrap();
        let product = first.multiply(&second).unwrap();
        let sum = lie(&first)
            .multiply(&second)
            .unwrap()
            .add(&first.multiply(&lie(&second)).unwrap())
            .unwrap();
        assert_same(&lie(&product), &sum);
        let contracted = product.contract(1, 2).unwrap();
        assert_same(&lie(&contracted), &lie(&product).contract(1, 2).unwrap());
    }

    #[test]
    fn the_commutator_obeys_jacobi(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let (x, y, z) = (random.vector(&chart), random.vector(&chart), random.vector(&chart));
        let c = |a: &Holor, b: &Holor| commutator(a, b).unwrap();
        let sum = c(&x, &c(&y, &z)).add(&c(&y, &c(&z, &x))).unwrap();
        prop_assert!(sum.add(&c(&z, &c(&x, &y))).unwrap().is_zero());
    }

    #[test]
    fn of_a_volume_density_it_is_the_divergence(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let tetrad = Tetrad::from_coframe(&random.coframe(&chart), &[1, 1, 1], None).unwrap();
        let g = tetrad.metric();
        let x = random.vector(&chart);
        let root = Holor::scalar(&chart, g.sqrt_abs_determinant().unwrap());
        let root = root.with_law(Law::Tensor { weight: 1.into(), pseudo: false }).unwrap();
        let divergence = g.divergence(&x, 0).unwrap();
        assert_same(&lie_derivative(&x, &root).unwrap(), &root.multiply(&divergence).unwrap());
        let volume = g.volume_form().unwrap();
        assert_same(&lie_derivative(&x, &volume).unwrap(), &volume.multiply(&divergence).unwrap());
    }
}

#[test]
fn rotations_keep_schwarzschilds_metric_and_connection() {
    let chart = outside();
    let g = schwarzschild(&chart);
    let (theta, phi) = (s("θ"), s("φ"));
    let rotation = vector(
        &chart,
        &[
            Expr::zero(),
            Expr::zero(),
            sin(phi.clone()),
            cos(theta.clone()) / sin(theta) * cos(phi),
        ],
    );
    assert!(lie_derivative(&rotation, g.lower()).unwrap().is_zero());
    let connection = g.christoffel().unwrap();
    assert!(lie_derivative(&rotation, connection.coefficients()).unwrap().is_zero());
    let boost = vector(&chart, &[Expr::zero(), s("r"), Expr::zero(), Expr::zero()]);
    assert!(!lie_derivative(&boost, g.lower()).unwrap().is_zero());
}

#[test]
fn without_a_law_it_is_refused() {
    let chart = euclidean(2);
    let x = vector(&chart, &[s("y"), s("x")]);
    let lawless = x.without_law().unwrap();
    assert!(matches!(lie_derivative(&x, &lawless), Err(GeometryError::Law { .. })));
    assert!(matches!(lie_derivative(&lawless, &x), Err(GeometryError::Law { .. })));
}
