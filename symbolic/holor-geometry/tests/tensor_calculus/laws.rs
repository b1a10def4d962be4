//! What the laws allow and what they refuse.

use holor_algebra::Expr;
use holor_geometry::{
    Connection, GeometryError, Holor, Law, Metric, Slot, Symmetry, Weight,
};
use proptest::prelude::*;

use crate::catalogue::{
    chart, diagonal, s, schwarzschild, sphere, symmetric, tensor, vector,
};
use crate::random;

const VECTOR_VALUED: [Slot; 3] = [Slot::UP, Slot::DOWN, Slot::DOWN];

fn is_law_error<T: std::fmt::Debug>(result: Result<T, GeometryError>) -> bool {
    matches!(result, Err(GeometryError::Law { .. }))
}

fn is_index_error<T: std::fmt::Debug>(result: Result<T, GeometryError>) -> bool {
    matches!(result, Err(GeometryError::Indices { .. }))
}

#[test]
fn connections_and_tensors_add_as_affine_space_and_its_vectors() {
    let metric = sphere();
    let gamma = metric.christoffel_symbols().unwrap();
    let flat = Connection::flat(metric.chart()).unwrap();
    let difference = gamma.subtract(flat.coefficients()).unwrap();
    assert_eq!(difference.law(), Law::TENSOR);
    let sum = flat.coefficients().add(&difference).unwrap();
    assert_eq!(sum.law(), Law::Connection);
    assert!(sum.is_equal(&gamma).unwrap());
    assert!(difference.add(flat.coefficients()).unwrap().is_equal(&gamma).unwrap());
    assert!(is_law_error(gamma.add(&gamma)));
    assert!(is_law_error(difference.subtract(&gamma)));
    assert_eq!(gamma.negate().unwrap().law(), Law::None);
    assert_eq!(gamma.contract(0, 1).unwrap().law(), Law::None);
    assert!(is_law_error(metric.lower_index(&gamma, 0)));
    assert!(is_law_error(flat.covariant_derivative(&gamma)));
    assert!(is_law_error(Connection::from_coefficients(&difference)));
    assert!(is_law_error(gamma.permute(&[1, 0, 2])));
}

#[test]
fn densities_of_different_weight_do_not_add() {
    let metric = sphere();
    let chart = metric.chart();
    let one = Holor::scalar(chart, chart.field().one());
    let density = Law::Tensor { weight: Weight::from_integer(1), pseudo: false };
    let dense = one.with_law(density).unwrap();
    assert!(is_law_error(one.add(&dense)));
    let pseudo = Law::Tensor { weight: Weight::from_integer(0), pseudo: true };
    let odd = one.with_law(pseudo).unwrap();
    assert!(is_law_error(one.add(&odd)));
    assert_eq!(odd.multiply(&odd).unwrap().law(), Law::TENSOR);
    let square = dense.multiply(&dense).unwrap();
    assert_eq!(
        square.law(),
        Law::Tensor { weight: Weight::from_integer(2), pseudo: false }
    );
    assert!(is_law_error(one.add(&one.without_law().unwrap())));
}

#[test]
fn index_positions_are_checked() {
    let metric = schwarzschild();
    let chart = metric.chart();
    let v = vector(chart, &[s("t"), s("r"), Expr::zero(), Expr::one()]);
    assert!(is_index_error(v.add(&metric.lower_index(&v, 0).unwrap())));
    assert!(is_index_error(metric.lower().contract(0, 1)));
    assert!(is_index_error(metric.raise(&v, 0)));
    assert!(is_index_error(v.contract(0, 0)));
    assert!(is_index_error(v.multiply_and_contract(&v, &[(0, 0)])));
    let frame =
        v.multiply(&tensor(chart, &[Slot::FRAME_DOWN], Symmetry::none(1), &[])).unwrap();
    assert!(is_index_error(frame.contract(0, 1)));
}

#[test]
fn different_charts_are_named() {
    let other = chart(&["x", "y"], &[]);
    let v = vector(&other, &[s("x"), s("y")]);
    let error = sphere().lower_index(&v, 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "one holor lives on chart(x, y), the other on chart(θ, φ): transform one of them first"
    );
}

#[test]
fn equal_charts_with_different_fields_work_together() {
    let (first, second) = (chart(&["x", "y"], &[]), chart(&["x", "y"], &["a"]));
    let v = vector(&first, &[s("x"), s("a") * s("y")]);
    let w = vector(&second, &[-s("x"), s("b")]);
    let expected = vector(&first, &[Expr::zero(), s("a") * s("y") + s("b")]);
    assert!(v.add(&w).unwrap().is_equal(&expected).unwrap());
}

#[test]
fn degenerate_and_asymmetric_metrics_are_refused() {
    let chart = chart(&["x", "y"], &[]);
    let rank_one = symmetric(
        &chart,
        &[(0, 0, s("x").powi(2)), (0, 1, s("x") * s("y")), (1, 1, s("y").powi(2))],
    )
    .unwrap();
    assert!(matches!(Metric::new(&rank_one), Err(GeometryError::DegenerateMetric)));
    let slots = [Slot::DOWN; 2];
    let skew =
        tensor(&chart, &slots, Symmetry::antisymmetric(2, &[0, 1]), &[(&[0, 1], s("x"))]);
    assert!(matches!(Metric::new(&skew), Err(GeometryError::Invalid { .. })));
}

#[test]
fn signatures() {
    assert_eq!(sphere().signature(), Some((2, 0)));
    assert_eq!(schwarzschild().signature(), Some((3, 1)));
    let null = chart(&["u", "v", "x"], &[]);
    let metric = crate::catalogue::metric(
        &null,
        &[(0, 1, Expr::integer(-1)), (2, 2, Expr::one())],
    );
    assert_eq!(metric.unwrap().signature(), Some((2, 1)));
    let undecided = diagonal(&null, &[s("u"), Expr::one(), Expr::one()]).unwrap();
    assert_eq!(undecided.signature(), None);
}

#[test]
fn symmetries_are_found() {
    let metric = schwarzschild();
    let chart = metric.chart();
    let field = chart.field();
    let riemann = metric.riemann().unwrap();
    let all: Vec<_> = Symmetry::none(4)
        .representatives(4)
        .iter()
        .map(|indices| riemann.component(indices))
        .collect();
    let found =
        Holor::from_components(chart, Law::TENSOR, &[Slot::DOWN; 4], all).unwrap();
    assert!(found.symmetry().is_riemann());
    assert!(found.is_equal(&riemann).unwrap());
    let short =
        Holor::from_components(chart, Law::TENSOR, &[Slot::UP], vec![field.one()]);
    assert!(is_index_error(short));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn algebra_of_parts(numbers in random::numbers(135)) {
        let chart = random::space();
        let mut numbers = numbers.into_iter().cycle();
        let t = random::tensor(&chart, &VECTOR_VALUED, Symmetry::none(3), &mut numbers);
        let parts = t.symmetrize(&[1, 2]).unwrap().add(&t.antisymmetrize(&[1, 2]).unwrap()).unwrap();
        prop_assert!(parts.is_equal(&t).unwrap());
        prop_assert!(t.permute(&[0, 2, 1]).unwrap().permute(&[0, 2, 1]).unwrap().is_equal(&t).unwrap());
        let lowered = random::tensor(&chart, &[Slot::DOWN; 3], Symmetry::none(3), &mut numbers);
        let once = lowered.antisymmetrize(&[0, 1, 2]).unwrap();
        prop_assert!(once.antisymmetrize(&[0, 1, 2]).unwrap().is_equal(&once).unwrap());
        prop_assert!(once.antisymmetrize(&[0, 1]).unwrap().antisymmetrize(&[2, 1, 0]).unwrap().is_equal(&once).unwrap());
        prop_assert!(once.symmetrize(&[0, 2]).unwrap().is_zero());
        let pair = lowered.symmetrize(&[0, 1]).unwrap();
        prop_assert!(pair.symmetrize(&[0, 1, 2]).unwrap().is_equal(&lowered.symmetrize(&[0, 1, 2]).unwrap()).unwrap());
    }

    #[test]
    fn raising_undoes_lowering(numbers in random::numbers(60)) {
        let chart = random::space();
        let mut numbers = numbers.into_iter().cycle();
        let metric = random::metric(&chart, &mut numbers);
        let symmetry = Symmetry::antisymmetric(2, &[0, 1]);
        let t = random::tensor(&chart, &[Slot::UP, Slot::UP], symmetry, &mut numbers);
        let lowered = metric.lower_all(&t, &[0, 1]).unwrap();
        prop_assert_eq!(lowered.symmetry(), t.symmetry());
        prop_assert!(metric.raise_all(&lowered, &[1, 0]).unwrap().is_equal(&t).unwrap());
        let delta = metric.inverse().multiply_and_contract(metric.lower(), &[(1, 0)]).unwrap();
        prop_assert!(metric.lower_index(&delta, 0).unwrap().is_equal(metric.lower()).unwrap());
        let product = t.multiply(&lowered).unwrap().contract(1, 2).unwrap();
        let short = t.multiply_and_contract(&lowered, &[(1, 0)]).unwrap();
        prop_assert!(product.is_equal(&short).unwrap());
    }
}
