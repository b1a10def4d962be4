//! Gauge fields by Bianchi's identity and published solutions.

use holor_algebra::exact::{Element, Field};
use holor_algebra::{Assumptions, Expr, Matrix, Symbol};
use proptest::prelude::*;

use super::*;
use crate::samples::*;
use crate::{Chart, GeometryError, Holor, Metric, exterior_derivative, form};

/// ε_abc
fn levi_civita(a: usize, b: usize, c: usize) -> i64 {
    match (a, b, c) {
        (0, 1, 2) | (1, 2, 0) | (2, 0, 1) => 1,
        (0, 2, 1) | (2, 1, 0) | (1, 0, 2) => -1,
        _ => 0,
    }
}

/// A Lie-algebra-valued form with random components.
fn random_form(
    random: &mut Random,
    algebra: &GaugeAlgebra,
    chart: &Chart,
    p: usize,
) -> GaugeForm {
    let components: Vec<Holor> =
        (0..algebra.dimension()).map(|_| random.form(chart, p)).collect();
    GaugeForm::new(algebra, &components).unwrap()
}

/// A potential from `A^a_μ`.
fn potential_of(
    algebra: &GaugeAlgebra,
    chart: &Chart,
    component: impl Fn(usize, usize) -> Expr,
) -> GaugePotential {
    let components: Vec<Holor> = (0..algebra.dimension())
        .map(|a| {
            form(chart, 1, false, |indices| chart.read(&component(a, indices[0].into())))
                .unwrap()
        })
        .collect();
    GaugePotential::new(GaugeForm::new(algebra, &components).unwrap(), None).unwrap()
}

#[track_caller]
fn assert_same_form(left: &GaugeForm, right: &GaugeForm) {
    for (a, b) in left.components().iter().zip(right.components()) {
        assert_same(a, b);
    }
}

/// Commutators, antisymmetry and traces of the generators themselves agree with the tables.
fn assert_consistent(algebra: &GaugeAlgebra) {
    let again =
        GaugeAlgebra::from_generators(algebra.name(), algebra.generators().to_vec())
            .unwrap();
    let field = Field::new(Assumptions::new());
    let read = |table: &[(usize, usize, usize, Expr)]| {
        let mut values: Vec<(usize, usize, usize, Element)> = table
            .iter()
            .map(|(a, b, c, value)| (*a, *b, *c, field.read(value).unwrap()))
            .collect();
        values.sort_by_key(|(a, b, c, _)| (*a, *b, *c));
        values
    };
    assert_eq!(read(algebra.structure_constants()), read(again.structure_constants()));
    let traces = |table: &[(usize, usize, Expr)]| {
        let mut values: Vec<(usize, usize, Element)> = table
            .iter()
            .map(|(a, b, value)| (*a, *b, field.read(value).unwrap()))
            .collect();
        values.sort_by_key(|(a, b, _)| (*a, *b));
        values
    };
    assert_eq!(traces(algebra.traces()), traces(again.traces()));
}

#[test]
fn tables_of_structure_constants() {
    let su2 = GaugeAlgebra::su(2).unwrap();
    for (a, b, c, value) in su2.structure_constants() {
        assert_eq!(*value, Expr::integer(levi_civita(*a, *b, *c)));
    }
    assert_eq!(su2.structure_constants().len(), 3);
    let su3 = GaugeAlgebra::su(3).unwrap();
    let f = |a: usize, b: usize, c: usize| {
        let found = su3
            .structure_constants()
            .iter()
            .find(|(i, j, k, _)| (*i, *j, *k) == (a - 1, b - 1, c - 1));
        found.map_or(Expr::zero(), |(_, _, _, value)| value.clone())
    };
    assert_eq!(f(1, 2, 3), Expr::one());
    for (a, b, c) in [(1, 4, 7), (2, 4, 6), (2, 5, 7), (3, 4, 5)] {
        assert_eq!(f(a, b, c), Expr::fraction(1, 2));
    }
    for (a, b, c) in [(1, 5, 6), (3, 6, 7)] {
        assert_eq!(f(a, b, c), Expr::fraction(-1, 2));
    }
    for (a, b, c) in [(4, 5, 8), (6, 7, 8)] {
        assert_eq!(f(a, b, c), Expr::fraction(1, 2) * Expr::integer(3).sqrt());
    }
    let so3 = GaugeAlgebra::so(3).unwrap();
    for (a, b, c, value) in so3.structure_constants() {
        assert_eq!(*value, Expr::integer(levi_civita(*a, *b, *c)));
    }
    assert_eq!(GaugeAlgebra::su(5).unwrap().dimension(), 24);
    assert!(GaugeAlgebra::su(1).is_err());
}

#[test]
fn tables_agree_with_the_matrices() {
    for algebra in [
        GaugeAlgebra::su(2).unwrap(),
        GaugeAlgebra::su(3).unwrap(),
        GaugeAlgebra::so(3).unwrap(),
        GaugeAlgebra::so(4).unwrap(),
        GaugeAlgebra::gl(2).unwrap(),
        GaugeAlgebra::u1(),
    ] {
        assert_consistent(&algebra);
    }
}

#[test]
fn algebras_of_given_matrices() {
    let matrix = |entries: [i64; 4]| {
        Matrix::new(2, 2, entries.map(Expr::integer).to_vec()).unwrap()
    };
    let triangular = GaugeAlgebra::from_generators(
        "B",
        vec![matrix([1, 0, 0, -1]), matrix([0, 1, 0, 0])],
    )
    .unwrap();
    assert_eq!(triangular.structure_constants(), &[(0, 1, 1, Expr::integer(2))]);
    let open = vec![matrix([0, 1, 0, 0]), matrix([0, 0, 1, 0])];
    assert!(GaugeAlgebra::from_generators("open", open).is_err());
    let dependent = vec![matrix([1, 0, 0, 1]), matrix([2, 0, 0, 2])];
    assert!(GaugeAlgebra::from_generators("dependent", dependent).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn bianchi_and_the_square_of_the_covariant_derivative(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let algebra = GaugeAlgebra::su(2).unwrap();
        let one = random_form(&mut random, &algebra, &chart, 1);
        let coupling = Expr::integer(3);
        let potential = GaugePotential::new(one, Some(&coupling)).unwrap();
        prop_assert!(potential.bianchi().unwrap().is_zero());
        let field = random_form(&mut random, &algebra, &chart, 0);
        let d = |form: &GaugeForm| potential.covariant_derivative(form).unwrap();
        let strength = potential.field_strength().unwrap();
        let three = chart.field().integer(3);
        assert_same_form(
            &d(&d(&field)),
            &strength.bracket(&field).unwrap().scale(&three).unwrap(),
        );
        // tr is invariant: d tr(φ F) = tr(Dφ ∧ F).
        assert_same(
            &exterior_derivative(&field.trace_wedge(&strength).unwrap()).unwrap(),
            &d(&field).trace_wedge(&strength).unwrap(),
        );
    }

    #[test]
    fn field_strengths_turn_with_the_gauge(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let algebra = GaugeAlgebra::gl(2).unwrap();
        let potential =
            GaugePotential::new(random_form(&mut random, &algebra, &chart, 1), None).unwrap();
        let entries =
            vec![Expr::one(), random.polynomial(&chart), Expr::zero(), 1 + s("x").powi(2)];
        let group = Matrix::new(2, 2, entries).unwrap();
        let moved = potential.gauge_transform(&group).unwrap();
        let expected = potential
            .gauge_transform_adjoint(&potential.field_strength().unwrap(), &group)
            .unwrap();
        assert_same_form(&moved.field_strength().unwrap(), &expected);
    }

    #[test]
    fn columns_feel_the_field_strength(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let algebra = GaugeAlgebra::so(3).unwrap();
        let potential =
            GaugePotential::new(random_form(&mut random, &algebra, &chart, 1), None).unwrap();
        let column: Vec<Holor> = (0..3).map(|_| random.form(&chart, 0)).collect();
        let once = potential.covariant_derivative_of_column(&column).unwrap();
        let twice = potential.covariant_derivative_of_column(&once).unwrap();
        // D D ψ = F ψ
        let strength = potential.field_strength().unwrap();
        let field = chart.field();
        for indices in [[0u8, 1], [0, 2], [1, 2]] {
            let matrix = strength.matrix(&indices).unwrap();
            for (row, derivative) in matrix.iter().zip(&twice) {
                let terms: Vec<Element> = row
                    .iter()
                    .zip(&column)
                    .map(|(entry, own)| field.multiply(entry, &own.component(&[])))
                    .collect();
                prop_assert_eq!(field.sum(&terms), derivative.component(&indices));
            }
        }
    }
}

/// The BPST instanton `A^a_μ = 2 η^a_μν x^ν / (x² + ρ²)` on (x, y, z, w), w the fourth coordinate.
fn instanton(anti: bool) -> (Chart, Metric, GaugePotential, Expr) {
    let chart = chart(&["x", "y", "z", "w"], &[less(Expr::zero(), s("ρ"))]);
    let names = ["x", "y", "z", "w"];
    let size = names.iter().map(|name| s(name).powi(2)).sum::<Expr>() + s("ρ").powi(2);
    // 't Hooft's symbols: η^a_ij = ε_aij, η^a_i4 = ±δ_ai.
    let sign = if anti { -1 } else { 1 };
    let eta = move |a: usize, mu: usize, nu: usize| match (mu, nu) {
        (3, 3) => 0,
        (_, 3) => sign * i64::from(a == mu),
        (3, _) => -sign * i64::from(a == nu),
        _ => levi_civita(a, mu, nu),
    };
    let potential = potential_of(&GaugeAlgebra::su(2).unwrap(), &chart, |a, mu| {
        let numerator: Expr = (0..4).map(|nu| 2 * eta(a, mu, nu) * s(names[nu])).sum();
        numerator / &size
    });
    let metric = diagonal(&chart, &vec![Expr::one(); 4]);
    (chart, metric, potential, size)
}

#[test]
fn the_instanton_is_self_dual() {
    let (_, metric, potential, size) = instanton(false);
    assert_eq!(potential.duality(&metric).unwrap(), Duality::SelfDual);
    assert!(potential.bianchi().unwrap().is_zero());
    assert!(potential.yang_mills(&metric).unwrap().is_zero());
    // F^a_μν = −4 η^a_μν ρ²/(x² + ρ²)², F^a F^a = 192 ρ⁴/(x²+ρ²)⁴, and tr F∧F = −½ F^a∧F^a: its integral is −8π².
    let strength = potential.field_strength().unwrap();
    let factor = -4 * s("ρ").powi(2) / size.powi(2);
    assert_component(&strength.components()[2], &[0, 1], &factor);
    assert_component(&strength.components()[2], &[2, 3], &factor);
    let density = potential.trace_squared().unwrap();
    let expected = -48 * s("ρ").powi(4) / size.powi(4);
    assert_component(&density, &[0, 1, 2, 3], &expected);
    let lagrangian = potential.lagrangian(&metric).unwrap();
    assert_component(&lagrangian, &[0, 1, 2, 3], &expected);
    let (_, metric, opposite, _) = instanton(true);
    assert_eq!(opposite.duality(&metric).unwrap(), Duality::AntiSelfDual);
}

#[test]
fn the_wu_yang_monopole_solves_the_yang_mills_equations() {
    // A^a_i = ε_aij x^j / r²: with F = dA + A∧A the field is radial, F^a_ij = −ε_ijk x^a x^k / r⁴.
    let chart = euclidean(3);
    let names = ["x", "y", "z"];
    let square: Expr = names.iter().map(|name| s(name).powi(2)).sum();
    let potential = potential_of(&GaugeAlgebra::su(2).unwrap(), &chart, |a, i| {
        let numerator: Expr = (0..3).map(|j| levi_civita(a, i, j) * s(names[j])).sum();
        numerator / &square
    });
    let metric = diagonal(&chart, &vec![Expr::one(); 3]);
    assert!(potential.yang_mills(&metric).unwrap().is_zero());
    assert!(!potential.field_strength().unwrap().is_zero());
    let strength = potential.field_strength().unwrap();
    for (a, name) in names.iter().enumerate() {
        let expected = -(s(name) * s("z")) / square.powi(2);
        assert_component(&strength.components()[a], &[0, 1], &expected);
    }
}

#[test]
fn the_dirac_monopole() {
    let chart = spherical(&[]);
    let potential = potential_of(&GaugeAlgebra::u1(), &chart, |_, mu| {
        if mu == 3 { s("g") * (1 - cos(s("θ"))) } else { Expr::zero() }
    });
    let strength = potential.field_strength().unwrap();
    assert_component(&strength.components()[0], &[2, 3], &(s("g") * sin(s("θ"))));
    let flat = diagonal(
        &chart,
        &[
            -Expr::one(),
            Expr::one(),
            s("r").powi(2),
            s("r").powi(2) * sin(s("θ")).powi(2),
        ],
    );
    assert!(potential.yang_mills(&flat).unwrap().is_zero());
    assert!(potential.bianchi().unwrap().is_zero());
    // Round a circle of latitude the phase is −2π g (1 − cos θ).
    let parameter = Symbol::new("u");
    let circle = [Expr::zero(), Expr::one(), s("b"), s("u")];
    let transport = potential.transport(&circle, &parameter).unwrap();
    assert!(transport.commutes());
    let engine = engine(&chart);
    let angles = transport.exponents(&engine, &Expr::zero(), &(2 * Expr::pi())).unwrap();
    let expected = -2 * Expr::pi() * s("g") * (1 - cos(s("b")));
    assert_eq!(engine.equal(&angles[0], &expected), Some(true));
    let phase = transport.exact(&engine, &Expr::zero(), &(2 * Expr::pi())).unwrap();
    let expected = (expected * Expr::i()).exp();
    assert_eq!(engine.equal(phase.get(0, 0).unwrap(), &expected), Some(true));
}

#[test]
fn a_change_of_chart_keeps_the_instanton_self_dual() {
    let (chart_in, _, potential, _) = instanton(false);
    let other = chart(&["a", "b", "c", "d"], &[less(Expr::zero(), s("ρ"))]);
    let map = vec![s("a") + s("b"), s("b"), s("c"), s("d") - s("a")];
    let change = crate::CoordinateChange::new(&chart_in, &other, map).unwrap();
    let flat = diagonal(&chart_in, &vec![Expr::one(); 4]);
    let moved = potential.transform(&change).unwrap();
    let metric = change.transform_metric(&flat).unwrap();
    assert_eq!(moved.duality(&metric).unwrap(), Duality::SelfDual);
}

#[test]
fn gauge_transformations_of_unitary_groups() {
    let chart = euclidean(2);
    let su2 = GaugeAlgebra::su(2).unwrap();
    let potential = potential_of(&su2, &chart, |a, mu| {
        if a == 0 && mu == 0 {
            s("y")
        } else if a == 2 {
            s("x")
        } else {
            Expr::zero()
        }
    });
    // exp(x T_3) = diag(e^{−ix/2}, e^{ix/2})
    let angle = s("x") * Expr::i() / 2;
    let entries = vec![(-&angle).exp(), Expr::zero(), Expr::zero(), angle.exp()];
    let group = Matrix::new(2, 2, entries).unwrap();
    let moved = potential.gauge_transform(&group).unwrap();
    // A^3_x loses 1 and A^1 turns by the angle x.
    assert_component(&moved.form().components()[2], &[0], &(s("x") - 1));
    assert_component(&moved.form().components()[0], &[0], &(s("y") * cos(s("x"))));
    assert_component(&moved.form().components()[1], &[0], &(s("y") * sin(s("x"))));
    let outside =
        Matrix::new(2, 2, vec![s("x"), Expr::zero(), Expr::zero(), Expr::one()]);
    assert!(matches!(
        potential.gauge_transform(&outside.unwrap()),
        Err(GeometryError::Invalid { .. })
    ));
}

#[test]
fn numeric_holonomy_agrees_with_the_exact_one() {
    let chart = euclidean(2);
    let so3 = GaugeAlgebra::so(3).unwrap();
    let potential = potential_of(&so3, &chart, |a, mu| match (a, mu) {
        (2, 0) => -s("y"),
        (2, 1) => s("x"),
        _ => Expr::zero(),
    });
    let circle = [cos(s("u")), sin(s("u"))];
    let transport = potential.transport(&circle, &Symbol::new("u")).unwrap();
    assert!(transport.commutes());
    let engine = engine(&chart);
    // The angle is −u.
    let exact = transport.exact(&engine, &Expr::zero(), &Expr::one()).unwrap();
    let numeric = transport.numeric(&engine, 0.0, 1.0, 1e-10).unwrap();
    for row in 0..3 {
        for column in 0..3 {
            let (re, im) = numeric.matrix[row][column];
            let entry = engine.compile(exact.get(row, column).unwrap(), &[]).unwrap();
            assert!((re - entry.evaluate_complex(&[]).0).abs() < 1e-10);
            assert!(im.abs() < 1e-12);
        }
    }
    assert!((numeric.matrix[0][0].0 - 1f64.cos()).abs() < 1e-10);
    assert!(numeric.error < 1e-10);
}

#[test]
fn ordered_products_are_ordered() {
    // A = T_1 dx + x T_2 dy along x = u, y = u²: no direction is preferred, hence no exact exponent.
    let chart = euclidean(2);
    let su2 = GaugeAlgebra::su(2).unwrap();
    let potential = potential_of(&su2, &chart, |a, mu| match (a, mu) {
        (0, 0) => Expr::one(),
        (1, 1) => s("x"),
        _ => Expr::zero(),
    });
    let transport =
        potential.transport(&[s("u"), s("u").powi(2)], &Symbol::new("u")).unwrap();
    assert!(!transport.commutes());
    let engine = engine(&chart);
    assert!(transport.exact(&engine, &Expr::zero(), &Expr::one()).is_err());
    let rough = transport.numeric(&engine, 0.0, 1.0, 1e-6).unwrap();
    let fine = transport.numeric(&engine, 0.0, 1.0, 1e-12).unwrap();
    assert!(fine.steps > rough.steps);
    let half = transport.numeric(&engine, 0.0, 0.5, 1e-12).unwrap();
    let rest = transport.numeric(&engine, 0.5, 1.0, 1e-12).unwrap();
    let mut deviation = 0.0f64;
    for row in 0..2 {
        for column in 0..2 {
            let (re, im) = fine.matrix[row][column];
            let (a, b) = rough.matrix[row][column];
            assert!((re - a).hypot(im - b) < 1e-6);
            // U(1, 0) = U(1, ½) U(½, 0), in this order.
            let mut product = (0.0, 0.0);
            for k in 0..2 {
                let ((a, b), (c, d)) = (rest.matrix[row][k], half.matrix[k][column]);
                product = (product.0 + a * c - b * d, product.1 + a * d + b * c);
            }
            deviation = deviation.max((re - product.0).hypot(im - product.1));
        }
    }
    assert!(deviation < 1e-11);
    // The result is unitary.
    let norm: f64 = fine.matrix[0].iter().map(|(re, im)| re * re + im * im).sum();
    assert!((norm - 1.0).abs() < 1e-12);
}
