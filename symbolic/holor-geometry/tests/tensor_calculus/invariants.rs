//! Scalars of the curvature.

use holor_algebra::Expr;
use holor_geometry::{Holor, Metric, PetrovType, Tetrad};

use crate::catalogue::*;

fn assert_value(metric: &Metric, value: &holor_algebra::exact::Element, expected: &Expr) {
    let chart = metric.chart();
    let found = chart.field().write_plainly(value);
    assert_eq!(*value, chart.read(expected).unwrap(), "found {found}");
}

/// A round sphere of dimension 4 in stereographic coordinates.
fn four_sphere() -> Metric {
    let chart = chart(&["x", "y", "z", "w"], &[]);
    let square = Expr::add(["x", "y", "z", "w"].map(|name| s(name).powi(2)));
    let factor = 4 / (1 + square).powi(2);
    diagonal(&chart, &[factor.clone(), factor.clone(), factor.clone(), factor]).unwrap()
}

#[test]
fn invariants_of_the_four_sphere() {
    let metric = four_sphere();
    let expect =
        |value, expected: i64| assert_value(&metric, &value, &Expr::integer(expected));
    expect(metric.scalar_curvature().unwrap(), 12);
    expect(metric.kretschmann().unwrap(), 24);
    expect(metric.ricci_squared().unwrap(), 36);
    expect(metric.scalar_squared().unwrap(), 144);
    expect(metric.gauss_bonnet().unwrap(), 24);
    expect(metric.weyl_squared().unwrap(), 0);
    expect(metric.riemann_cubed().unwrap(), 48);
    expect(metric.riemann_cubed_crossed().unwrap(), 24);
    expect(metric.ricci_cubed().unwrap(), 108);
    expect(metric.ricci_ricci_riemann().unwrap(), 108);
    assert!(metric.chern_pontryagin().unwrap().is_zero());
    assert!(metric.bach().unwrap().is_zero());
    assert_eq!(metric.signature(), Some((4, 0)));
}

/// `½ εᵃᵇᵉᶠ R_efcd R_abᶜᵈ` by plain summation of tensors.
fn chern_pontryagin_by_tensors(metric: &Metric) -> Holor {
    let riemann = metric.riemann().unwrap();
    let volume = metric.raise_all(&metric.volume_form().unwrap(), &[0, 1, 2, 3]).unwrap();
    let dual = volume.multiply_and_contract(&riemann, &[(2, 0), (3, 1)]).unwrap();
    let raised = metric.raise_all(&riemann, &[2, 3]).unwrap();
    let pairs = [(0, 0), (1, 1), (2, 2), (3, 3)];
    let sum = dual.multiply_and_contract(&raised, &pairs).unwrap();
    let field = metric.chart().field();
    sum.scale(&field.scale(&field.one(), 1, 2)).unwrap()
}

#[test]
fn kerr_has_a_chern_pontryagin_scalar() {
    let metric = kerr();
    let found = metric.chern_pontryagin().unwrap();
    assert!(found.is_equal(&chern_pontryagin_by_tensors(&metric)).unwrap());
    let (r, m, x) = (s("r"), s("m"), s("a") * cos(&s("θ")));
    let sigma = r.powi(2) + x.powi(2);
    let size = 96
        * m.powi(2)
        * &r
        * &x
        * (3 * r.powi(2) - x.powi(2))
        * (r.powi(2) - 3 * x.powi(2))
        / sigma.powi(6);
    let field = metric.chart().field();
    let found = found.value().unwrap();
    let expected = metric.chart().read(&size).unwrap();
    let shown = (field.write(&found), field.write(&expected));
    assert!(found == expected || found == field.negate(&expected), "{shown:?}");
    assert!(schwarzschild().chern_pontryagin().unwrap().is_zero());
}

#[test]
fn squares_agree_with_plain_summation() {
    let metric = goedel();
    let square = |tensor: &Holor| {
        let slots: Vec<usize> = (0..tensor.rank()).collect();
        let raised = metric.raise_all(tensor, &slots).unwrap();
        let pairs: Vec<(usize, usize)> = slots.iter().map(|&k| (k, k)).collect();
        tensor.multiply_and_contract(&raised, &pairs).unwrap().value().unwrap()
    };
    assert_eq!(square(&metric.riemann().unwrap()), metric.kretschmann().unwrap());
    assert_eq!(square(&metric.ricci().unwrap()), metric.ricci_squared().unwrap());
    assert_eq!(square(&metric.weyl().unwrap()), metric.weyl_squared().unwrap());
    assert!(!metric.weyl_squared().unwrap().is_zero());
    let density = metric.euler_density().unwrap();
    let volume = metric.sqrt_abs_determinant().unwrap();
    let field = metric.chart().field();
    let expected = field.multiply(&metric.gauss_bonnet().unwrap(), &volume);
    assert_eq!(density.value().unwrap(), expected);
}

#[test]
fn petrov_types_of_spacetimes() {
    for metric in
        [schwarzschild(), reissner_nordstrom(), kerr(), goedel(), kerr_de_sitter()]
    {
        assert_eq!(metric.petrov_type().unwrap(), PetrovType::D);
    }
    let tetrad = Tetrad::new(&goedel()).unwrap();
    assert_eq!(tetrad.petrov_type().unwrap(), PetrovType::D);
    assert_eq!(flrw().petrov_type().unwrap(), PetrovType::O);
    let (t, x, y) = (s("t"), s("x"), s("y"));

    // Kasner: p₁ + p₂ + p₃ = p₁² + p₂² + p₃² = 1 with (6, 3, −2)/7.
    let kasner = chart(&["t", "x", "y", "z"], &["t"]);
    let power = |n: i64| Expr::power(t.clone(), Expr::fraction(2 * n, 7));
    let entries = [Expr::integer(-1), power(6), power(3), power(-2)];
    let kasner = diagonal(&kasner, &entries).unwrap();
    assert!(kasner.ricci().unwrap().is_zero());
    assert_eq!(kasner.petrov_type().unwrap(), PetrovType::I);

    // A plane wave, 2 du dv + H du² + dx² + dy² with H = x² − y².
    let wave = chart(&["u", "v", "x", "y"], &[]);
    let profile = x.powi(2) - y.powi(2);
    let one = Expr::one();
    let wave = metric(
        &wave,
        &[(0, 0, profile), (0, 1, one.clone()), (2, 2, one.clone()), (3, 3, one)],
    )
    .unwrap();
    assert!(wave.ricci().unwrap().is_zero());
    assert_eq!(wave.petrov_type().unwrap(), PetrovType::N);

    // I. Robinson, A. Trautman, Proc. R. Soc. A 265 (1962) 463: r²/x³ (dx² + dy²) − 2 du dr + (3/2) x du².
    let chart = chart(&["u", "r", "x", "y"], &["r", "x"]);
    let front = s("r").powi(2) / x.powi(3);
    let third = metric(
        &chart,
        &[
            (0, 0, 3 * &x / 2),
            (0, 1, Expr::integer(-1)),
            (2, 2, front.clone()),
            (3, 3, front),
        ],
    )
    .unwrap();
    assert!(third.ricci().unwrap().is_zero());
    assert_eq!(third.petrov_type().unwrap(), PetrovType::III);
    assert!(sphere().petrov_type().is_err());
}
