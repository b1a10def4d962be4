//! Curvature of metrics: published values and the identities every metric obeys.

use holor_algebra::{Expr, Function};
use holor_geometry::{Connection, GeometryError, Holor, Metric, Slot, Symmetry};
use proptest::prelude::*;

use crate::catalogue::*;
use crate::random;

/// That an element has a value.
fn assert_value(metric: &Metric, value: &holor_algebra::exact::Element, expected: &Expr) {
    let chart = metric.chart();
    let expected = chart.read(expected).unwrap();
    let found = chart.field().write_plainly(value);
    assert_eq!(*value, expected, "found {found}");
}

#[test]
fn black_holes_are_vacuum() {
    for metric in
        [schwarzschild(), kerr(), myers_perry_one_spin(), myers_perry_two_spins()]
    {
        assert!(metric.ricci().unwrap().is_zero());
        assert!(metric.einstein().unwrap().is_zero());
        assert!(!metric.riemann().unwrap().is_zero());
    }
}

#[test]
fn a_rotating_hole_in_de_sitter_space() {
    let metric = kerr_de_sitter();
    let constant = metric.chart().read(&s("Λ")).unwrap();
    let expected = metric.lower().scale(&constant).unwrap();
    assert!(metric.ricci().unwrap().is_equal(&expected).unwrap());
    assert!(metric.ricci_trace_free().unwrap().is_zero());
    assert!(metric.bach().unwrap().is_zero());
    assert!(metric.cotton().unwrap().is_zero());
}

#[test]
fn kretschmann_scalars() {
    let (r, m, q) = (s("r"), s("m"), s("q"));
    let metric = schwarzschild();
    let expected = 48 * m.powi(2) / r.powi(6);
    assert_value(&metric, &metric.kretschmann().unwrap(), &expected);

    let metric = reissner_nordstrom();
    let expected = 8
        * (6 * m.powi(2) * r.powi(2) - 12 * &m * q.powi(2) * &r + 7 * q.powi(4))
        / r.powi(8);
    assert_value(&metric, &metric.kretschmann().unwrap(), &expected);

    let metric = kerr();
    let x2 = s("a").powi(2) * cos(&s("θ")).powi(2);
    let sigma = r.powi(2) + &x2;
    let expected =
        48 * m.powi(2) * (r.powi(2) - &x2) * (sigma.powi(2) - 16 * r.powi(2) * &x2)
            / sigma.powi(6);
    assert_value(&metric, &metric.kretschmann().unwrap(), &expected);

    // R. C. Myers, M. J. Perry, Ann. Phys. 172 (1986) 304, in dimension 5.
    for (metric, b) in
        [(myers_perry_one_spin(), Expr::zero()), (myers_perry_two_spins(), s("b"))]
    {
        let sigma = r.powi(2) + &x2 + b.powi(2) * sin(&s("θ")).powi(2);
        let expected =
            24 * s("μ").powi(2) * (4 * r.powi(2) - 3 * &sigma) * (4 * r.powi(2) - &sigma)
                / sigma.powi(6);
        assert_value(&metric, &metric.kretschmann().unwrap(), &expected);
    }
}

#[test]
fn charged_and_expanding_sources() {
    for metric in [reissner_nordstrom(), kerr_newman()] {
        assert!(metric.scalar_curvature().unwrap().is_zero());
        assert!(!metric.ricci().unwrap().is_zero());
    }
    let metric = flrw();
    let t = s("t");
    let a = unknown("a", &[&t]);
    let rate = |order: i64| {
        Expr::call(Function::Derivative, vec![a.clone(), t.clone(), Expr::integer(order)])
    };
    let expected = 6 * (rate(2) / &a + (rate(1).powi(2) + s("k")) / a.powi(2));
    assert_value(&metric, &metric.scalar_curvature().unwrap(), &expected);
    let friedmann = 3 * (rate(1).powi(2) + s("k")) / a.powi(2);
    assert_value(&metric, &metric.einstein().unwrap().component(&[0, 0]), &friedmann);
    assert!(metric.weyl().unwrap().is_zero());
    assert!(metric.bach().unwrap().is_zero());

    let metric = goedel();
    let expected = -2 * s("ω").powi(2);
    assert_value(&metric, &metric.scalar_curvature().unwrap(), &expected);
}

#[test]
fn spheres_have_positive_curvature() {
    let metric = sphere();
    assert_value(&metric, &metric.scalar_curvature().unwrap(), &Expr::integer(2));
    assert!(metric.ricci().unwrap().is_equal(metric.lower()).unwrap());
    assert!(metric.einstein().unwrap().is_zero());
    assert!(metric.weyl().unwrap().is_zero());
    assert!(matches!(metric.schouten(), Err(GeometryError::Invalid { .. })));
    let component = metric.christoffel_symbols().unwrap().component(&[0, 1, 1]);
    assert_value(&metric, &component, &(sin(&s("θ")) * cos(&s("θ"))).negate());
}

#[test]
fn spheres_of_higher_dimension() {
    let names = ["a", "b", "c", "d", "e", "f"];
    let chart = chart(&names, &[]);
    let entries: Vec<Expr> = (0..names.len())
        .map(|k| Expr::mul(names[..k].iter().map(|name| sin(&s(name)).powi(2))))
        .collect();
    let metric = diagonal(&chart, &entries).unwrap();
    assert_value(&metric, &metric.scalar_curvature().unwrap(), &Expr::integer(30));
    assert_value(&metric, &metric.kretschmann().unwrap(), &Expr::integer(60));
    assert!(metric.weyl().unwrap().is_zero());
}

#[test]
fn a_full_matrix_of_size_six_is_inverted() {
    // g_ab = δ_ab + x_a x_b has the inverse δ_ab − x_a x_b/(1 + x²) and the determinant 1 + x².
    let names = ["a", "b", "c", "d", "e", "f"];
    let chart = chart(&names, &[]);
    let square = 1 + Expr::add(names.iter().map(|name| s(name).powi(2)));
    let mut components = Vec::new();
    let mut expected = Vec::new();
    for a in 0..6u8 {
        for b in 0..6u8 {
            let product = s(names[usize::from(a)]) * s(names[usize::from(b)]);
            let delta = i64::from(a == b);
            expected.push(chart.read(&(delta - &product / &square)).unwrap());
            if a <= b {
                components.push((a, b, product + delta));
            }
        }
    }
    let metric = metric(&chart, &components).unwrap();
    let slots = [Slot::UP; 2];
    let expected =
        Holor::from_components(&chart, holor_geometry::Law::TENSOR, &slots, expected)
            .unwrap();
    assert!(metric.inverse().is_equal(&expected).unwrap());
    assert_value(&metric, metric.determinant(), &square);
}

#[test]
fn volume_elements() {
    let metric = schwarzschild();
    let expected = s("r").powi(2) * sin(&s("θ"));
    assert_value(&metric, &metric.sqrt_abs_determinant().unwrap(), &expected);
    let form = metric.volume_form().unwrap();
    assert_value(&metric, &form.component(&[1, 0, 2, 3]), &expected.negate());
    assert!(metric.christoffel().unwrap().covariant_derivative(&form).unwrap().is_zero());
}

#[test]
fn alcubierre_has_negative_energy() {
    // M. Alcubierre, Class. Quantum Grav. 11 (1994) L73, eq. (19), for the observers with n_a = −dt:
    // G_ab nᵃ nᵇ = −(v²/4) (f'²/r²) (y² + z²).
    let metric = alcubierre();
    let connection = metric.christoffel().unwrap();
    let chart = metric.chart();
    let one_form =
        tensor(chart, &[Slot::DOWN], Symmetry::none(1), &[(&[0], Expr::integer(-1))]);
    let observer = metric.raise(&one_form, 0).unwrap();
    assert!(connection.directional_derivative(&observer, &observer).unwrap().is_zero());
    let energy =
        metric.einstein().unwrap().multiply_and_contract(&observer, &[(0, 0)]).unwrap();
    let energy = energy.multiply_and_contract(&observer, &[(0, 0)]).unwrap();
    // The shape function enters through its gradient: f'² (y² + z²)/r² = (∂_y f)² + (∂_z f)².
    let shift = metric.lower().component(&[0, 1]);
    let field = chart.field();
    let slopes: Vec<_> = [2, 3]
        .map(|direction| chart.derivative(&shift, direction))
        .iter()
        .map(|slope| field.multiply(slope, slope))
        .collect();
    assert_eq!(energy.value().unwrap(), field.scale(&field.sum(&slopes), -1, 4));
}

#[test]
fn wave_operators() {
    let metric = schwarzschild();
    let chart = metric.chart();
    let field = chart.field();
    let f = unknown("f", &[&s("t"), &s("r"), &s("θ")]);
    let scalar = Holor::scalar(chart, chart.read(&f).unwrap());
    let gradient = metric.gradient(&scalar).unwrap();
    let volume = metric.sqrt_abs_determinant().unwrap();
    let parts: Vec<_> = (0..4u8)
        .map(|a| {
            let flux = field.multiply(&volume, &gradient.component(&[a]));
            chart.derivative(&flux, a.into())
        })
        .collect();
    let expected = field.divide(&field.sum(&parts), &volume).unwrap();
    assert_eq!(metric.box_operator(&scalar).unwrap().value().unwrap(), expected);
    assert_eq!(metric.divergence(&gradient, 0).unwrap().value().unwrap(), expected);
}

#[test]
fn geodesics_of_the_sphere() {
    let metric = sphere();
    let geodesics = metric.geodesics().unwrap();
    let (theta, phi) = (&geodesics.velocities()[0], &geodesics.velocities()[1]);
    let (u, w) = (s(theta.name()), s(phi.name()));
    let accelerations = geodesics.accelerations().unwrap();
    let (sine, cosine) = (sin(&s("θ")), cos(&s("θ")));
    assert_value(&metric, &accelerations[0], &(&sine * &cosine * w.powi(2)));
    assert_value(&metric, &accelerations[1], &(-2 * &cosine / &sine * u * w));
    let equations = geodesics.equations(&"s".into_symbol()).unwrap();
    assert_eq!(equations.len(), 2);
    assert!(equations[0].to_string().contains("θ(s)"));
    assert!(geodesics.equations(&"θ".into_symbol()).is_err());
    let momenta = metric.conserved_momenta(&"s".into_symbol()).unwrap();
    assert_eq!(momenta.len(), 1);
    assert_eq!(momenta[0].0.name(), "φ");
    assert_eq!(metric.euler_lagrange_equations(&"s".into_symbol()).unwrap().len(), 2);
    assert!(!metric.geodesic_lagrangian(&"s".into_symbol()).unwrap().is_zero());
}

trait IntoSymbol {
    fn into_symbol(self) -> holor_algebra::Symbol;
}

impl IntoSymbol for &str {
    fn into_symbol(self) -> holor_algebra::Symbol {
        holor_algebra::Symbol::new(self)
    }
}

#[test]
fn divergence_of_weyl_is_cotton() {
    // A conformally non-flat diagonal metric of dimension 4 that is no Einstein space.
    let chart = chart(&["t", "x", "y", "z"], &[]);
    let (t, x) = (s("t"), s("x"));
    let metric = diagonal(
        &chart,
        &[Expr::integer(-1) - x.powi(2), 1 + t.powi(2), x.powi(2), 1 + &t * &x],
    )
    .unwrap();
    let weyl = metric.weyl().unwrap();
    assert!(!weyl.is_zero());
    assert!(metric.raise(&weyl, 0).unwrap().contract(0, 2).unwrap().is_zero());
    let divergence = metric.divergence(&weyl, 0).unwrap();
    let cotton = metric.cotton().unwrap();
    assert!(divergence.is_equal(&cotton.negate().unwrap()).unwrap());
    let bach = metric.bach().unwrap();
    assert!(metric.raise(&bach, 0).unwrap().contract(0, 1).unwrap().is_zero());
    assert!(metric.divergence(&bach, 0).unwrap().is_zero());
    // B_ab = ∇ᶜ∇ᵈ W_acbd + ½ Rᶜᵈ W_acbd
    let second = metric.divergence(&metric.divergence(&weyl, 3).unwrap(), 1).unwrap();
    let ricci = metric.raise_all(&metric.ricci().unwrap(), &[0, 1]).unwrap();
    let product = ricci.multiply_and_contract(&weyl, &[(0, 1), (1, 3)]).unwrap();
    let half = chart.field().scale(&chart.field().one(), 1, 2);
    let expected = second.add(&product.scale(&half).unwrap()).unwrap();
    assert!(expected.is_equal(&bach).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn identities_of_every_metric(numbers in random::numbers(20)) {
        let chart = random::space();
        let mut numbers = numbers.into_iter().cycle();
        let metric = random::metric(&chart, &mut numbers);
        let connection = metric.christoffel().unwrap();
        prop_assert!(connection.covariant_derivative(metric.lower()).unwrap().is_zero());
        prop_assert!(connection.torsion().unwrap().is_zero());
        let riemann = metric.riemann().unwrap();
        prop_assert!(riemann.antisymmetrize(&[1, 2, 3]).unwrap().is_zero());
        // The general formula differentiates Γ; both ways must agree.
        let coefficients = metric.christoffel_symbols().unwrap();
        let general = Connection::from_coefficients(&coefficients).unwrap();
        let mixed = general.curvature().unwrap();
        prop_assert!(metric.riemann_mixed().unwrap().is_equal(&mixed).unwrap());
        prop_assert!(general.ricci().unwrap().is_equal(&metric.ricci().unwrap()).unwrap());
        prop_assert!(metric.divergence(&metric.einstein().unwrap(), 0).unwrap().is_zero());
        prop_assert!(metric.weyl().unwrap().is_zero());
    }
}

#[test]
fn second_bianchi_identity() {
    let metric = kerr();
    let derivative = metric
        .christoffel()
        .unwrap()
        .covariant_derivative(&metric.riemann().unwrap())
        .unwrap();
    assert!(derivative.antisymmetrize(&[0, 1, 2]).unwrap().is_zero());
}
