//! Forms by their identities: d² = 0, Leibniz, ⋆⋆, δ.

use holor_algebra::Expr;
use proptest::prelude::*;

use super::*;
use crate::samples::*;
use crate::{Connection, Metric, Tetrad, commutator, lie_derivative};

/// A metric with non-zero components off the diagonal and these signs.
fn metric(random: &mut Random, chart: &Chart, signs: &[i8]) -> Metric {
    Tetrad::from_coframe(&random.coframe(chart), signs, None).unwrap().metric().clone()
}

/// `(−1)^exponent` times a form.
fn signed(form: &Holor, exponent: usize) -> Holor {
    if exponent.is_multiple_of(2) { form.clone() } else { form.negate().unwrap() }
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 12, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_exterior_derivative_squares_to_zero(seed: u64, degree in 0usize..4) {
        let chart = euclidean(4);
        let omega = Random::new(seed).form(&chart, degree);
        let twice = exterior_derivative(&exterior_derivative(&omega).unwrap()).unwrap();
        prop_assert!(twice.is_zero());
        prop_assert_eq!(twice.rank(), degree + 2);
    }

    #[test]
    fn leibniz(seed: u64, p in 0usize..3, q in 0usize..3) {
        let chart = euclidean(4);
        let mut random = Random::new(seed);
        let (alpha, beta) = (random.form(&chart, p), random.form(&chart, q));
        let left = exterior_derivative(&wedge(&alpha, &beta).unwrap()).unwrap();
        let first = wedge(&exterior_derivative(&alpha).unwrap(), &beta).unwrap();
        let second = wedge(&alpha, &exterior_derivative(&beta).unwrap()).unwrap();
        assert_same(&left, &first.add(&signed(&second, p)).unwrap());
    }

    #[test]
    fn the_wedge_commutes_up_to_sign_and_associates(seed: u64, p in 0usize..3, q in 0usize..3) {
        let chart = euclidean(4);
        let mut random = Random::new(seed);
        let (alpha, beta) = (random.form(&chart, p), random.form(&chart, q));
        let gamma = random.form(&chart, 1);
        let product = wedge(&alpha, &beta).unwrap();
        assert_same(&product, &signed(&wedge(&beta, &alpha).unwrap(), p * q));
        assert_same(
            &wedge(&product, &gamma).unwrap(),
            &wedge(&alpha, &wedge(&beta, &gamma).unwrap()).unwrap(),
        );
    }

    #[test]
    fn the_interior_product_is_an_antiderivation(seed: u64, p in 0usize..3, q in 0usize..3) {
        let chart = euclidean(4);
        let mut random = Random::new(seed);
        let (alpha, beta) = (random.form(&chart, p), random.form(&chart, q));
        let x = random.vector(&chart);
        let inside = |form: &Holor| interior_product(&x, form).unwrap();
        let both = wedge(&alpha, &beta).unwrap();
        prop_assert!(inside(&inside(&both)).is_zero());
        if p + q > 0 {
            let mut sum = form(&chart, p + q - 1, false, |_| Ok(chart.field().zero())).unwrap();
            if p > 0 {
                sum = sum.add(&wedge(&inside(&alpha), &beta).unwrap()).unwrap();
            }
            if q > 0 {
                sum = sum.add(&signed(&wedge(&alpha, &inside(&beta)).unwrap(), p)).unwrap();
            }
            assert_same(&inside(&both), &sum);
        }
    }

    #[test]
    fn cartan_and_the_lie_derivative(seed: u64, p in 0usize..4) {
        let chart = euclidean(4);
        let mut random = Random::new(seed);
        let omega = random.form(&chart, p);
        let (x, y) = (random.vector(&chart), random.vector(&chart));
        let d = |form: &Holor| exterior_derivative(form).unwrap();
        let lie = |v: &Holor, form: &Holor| lie_derivative(v, form).unwrap();
        let inside = |v: &Holor, form: &Holor| interior_product(v, form).unwrap();
        let second = inside(&x, &d(&omega));
        let magic =
            if p == 0 { second } else { d(&inside(&x, &omega)).add(&second).unwrap() };
        assert_same(&lie(&x, &omega), &magic);
        assert_same(&lie(&x, &d(&omega)), &d(&lie(&x, &omega)));
        let bracket = commutator(&x, &y).unwrap();
        let crossed = lie(&x, &lie(&y, &omega)).subtract(&lie(&y, &lie(&x, &omega))).unwrap();
        assert_same(&lie(&bracket, &omega), &crossed);
    }

    #[test]
    fn the_hodge_star(seed: u64, negative in 0usize..3, n in 2usize..5) {
        let chart = euclidean(n);
        let mut random = Random::new(seed);
        let signs: Vec<i8> = (0..n).map(|k| if k < negative.min(n) { -1 } else { 1 }).collect();
        let g = metric(&mut random, &chart, &signs);
        let s = negative.min(n);
        let volume = g.volume_form().unwrap();
        for p in 0..=n {
            let (alpha, beta) = (random.form(&chart, p), random.form(&chart, p));
            let dual = hodge_star(&beta, &g).unwrap();
            assert_same(&hodge_star(&dual, &g).unwrap(), &signed(&beta, p * (n - p) + s));
            let product = form_product(&alpha, &beta, &g).unwrap();
            assert_same(&wedge(&alpha, &dual).unwrap(), &wedge(&product, &volume).unwrap());
        }
    }

    #[test]
    fn the_codifferential(seed: u64, negative in 0usize..2, n in 2usize..4) {
        let chart = euclidean(n);
        let mut random = Random::new(seed);
        let signs: Vec<i8> = (0..n).map(|k| if k < negative { -1 } else { 1 }).collect();
        let g = metric(&mut random, &chart, &signs);
        let connection = Connection::levi_civita(&g).unwrap();
        for p in 1..=n {
            let omega = random.form(&chart, p);
            let delta = codifferential(&omega, &g).unwrap();
            let star = |form: &Holor| hodge_star(form, &g).unwrap();
            let around = star(&exterior_derivative(&star(&omega)).unwrap());
            assert_same(&delta, &signed(&around, n * (p + 1) + 1 + negative));
            prop_assert!(codifferential(&delta, &g).unwrap().is_zero());
            let nabla = connection.covariant_derivative(&omega).unwrap();
            let trace = g.raise(&nabla, 0).unwrap().contract(0, 1).unwrap();
            assert_same(&delta, &trace.negate().unwrap());
        }
        let f = random.form(&chart, 0);
        let laplacian = laplace_de_rham(&f, &g).unwrap();
        assert_same(&laplacian, &g.box_operator(&f).unwrap().negate().unwrap());
    }

    #[test]
    fn flat_and_sharp(seed: u64) {
        let chart = euclidean(3);
        let mut random = Random::new(seed);
        let g = metric(&mut random, &chart, &[-1, 1, 1]);
        let x = random.vector(&chart);
        assert_same(&sharp(&flat(&x, &g).unwrap(), &g).unwrap(), &x);
    }

    #[test]
    fn closed_forms_have_potentials(seed: u64, p in 1usize..4) {
        let chart = euclidean(3);
        let source = form(&chart, p - 1, false, |_| {
            let polynomial = Random::new(seed).polynomial(&chart);
            chart.read(&polynomial)
        })
        .unwrap();
        let omega = exterior_derivative(&source).unwrap();
        let found = potential(&omega, &engine(&chart)).unwrap();
        assert_same(&exterior_derivative(&found).unwrap(), &omega);
    }
}

#[test]
fn forms_beyond_the_dimension_vanish() {
    let chart = euclidean(2);
    let mut random = Random::new(1);
    let (alpha, beta) = (random.form(&chart, 2), random.form(&chart, 1));
    let product = wedge(&alpha, &beta).unwrap();
    assert!(product.is_zero());
    assert_eq!(product.rank(), 3);
    assert!(exterior_derivative(&alpha).unwrap().is_zero());
}

#[test]
fn multivectors_are_multiplied_as_forms_are() {
    let chart = euclidean(3);
    let mut random = Random::new(2);
    let [u, v, w] = [0; 3].map(|_| random.vector(&chart));
    let two = wedge(&u, &v).unwrap();
    assert_eq!(two.slots(), [Slot::UP; 2]);
    let field = chart.field();
    for a in 0..3_u8 {
        for b in 0..3_u8 {
            let product = |a, b| field.multiply(&u.component(&[a]), &v.component(&[b]));
            let expected = field.subtract(&product(a, b), &product(b, a));
            assert!(field.subtract(&two.component(&[a, b]), &expected).is_zero());
        }
    }
    assert_same(&wedge(&two, &w).unwrap(), &wedge(&u, &wedge(&v, &w).unwrap()).unwrap());
    assert!(wedge(&two, &u).unwrap().is_zero());
    let alpha = random.form(&chart, 1);
    assert!(matches!(wedge(&alpha, &u), Err(GeometryError::Indices { .. })));
}

#[test]
fn what_is_not_a_form_is_refused() {
    let chart = euclidean(2);
    let x = vector(&chart, &[s("x"), s("y")]);
    assert!(matches!(exterior_derivative(&x), Err(GeometryError::Indices { .. })));
    let g = diagonal(&chart, &[Expr::one(), Expr::one()]);
    assert!(matches!(exterior_derivative(g.lower()), Err(GeometryError::Indices { .. })));
    let gamma = g.christoffel().unwrap();
    assert!(matches!(
        exterior_derivative(gamma.coefficients()),
        Err(GeometryError::Law { .. })
    ));
    let open = one_form(&chart, &[s("y"), Expr::zero()]);
    assert!(matches!(
        potential(&open, &engine(&chart)),
        Err(GeometryError::Invalid { .. })
    ));
}

#[test]
fn an_antisymmetric_tensor_without_stored_symmetry_is_a_form() {
    let chart = euclidean(2);
    let entries = [0, 3, -3, 0].map(|k| chart.field().integer(k)).to_vec();
    let slots = [Slot::DOWN, Slot::DOWN];
    let holor = Holor::build(&chart, Law::TENSOR, &slots, Symmetry::none(2), |indices| {
        Ok(entries[usize::from(indices[0]) * 2 + usize::from(indices[1])].clone())
    })
    .unwrap();
    let omega = as_form("test", &holor).unwrap();
    assert_component(&omega, &[1, 0], &Expr::integer(-3));
    assert_eq!(omega.components().len(), 1);
}

#[test]
fn the_volume_of_spherical_coordinates() {
    let chart = spherical(&[]);
    let (r, theta) = (s("r"), s("θ"));
    let g = diagonal(
        &chart,
        &[-Expr::one(), Expr::one(), r.powi(2), r.powi(2) * sin(theta.clone()).powi(2)],
    );
    let one = Holor::scalar(&chart, chart.field().one());
    let volume = hodge_star(&one, &g).unwrap();
    assert_component(&volume, &[0, 1, 2, 3], &(r.powi(2) * sin(theta)));
    assert_same(&volume, &g.volume_form().unwrap());
}

#[test]
fn a_charge_in_schwarzschild_solves_maxwells_equations() {
    let chart = outside();
    let g = schwarzschild(&chart);
    let (q, r) = (s("q"), s("r"));
    let potential =
        one_form(&chart, &[-&q / &r, Expr::zero(), Expr::zero(), Expr::zero()]);
    let field = exterior_derivative(&potential).unwrap();
    // F = dA has F_rt = q/r², that is F_tr = −q/r².
    assert_component(&field, &[0, 1], &(-&q / r.powi(2)));
    let dual = hodge_star(&field, &g).unwrap();
    // (⋆F)_θφ = F^tr ε_trθφ = (q/r²)(r² sin θ): the flux through the sphere is 4π q.
    assert_component(&dual, &[2, 3], &(&q * sin(s("θ"))));
    assert_eq!(dual.components().len(), 1);
    assert!(exterior_derivative(&dual).unwrap().is_zero());
    assert!(codifferential(&field, &g).unwrap().is_zero());
    // F_ab F^ab / 2 = −E².
    assert_component(
        &form_product(&field, &field, &g).unwrap(),
        &[],
        &(-q.powi(2) / r.powi(4)),
    );
}

#[test]
fn potentials_of_monopole_and_charge() {
    let chart = spherical(&[]);
    let flux = form_of(&chart, 2, &[(&[2, 3], s("g") * sin(s("θ")))]);
    let found = potential(&flux, &engine(&chart)).unwrap();
    assert_component(&found, &[3], &(-s("g") * cos(s("θ"))));
    let electric = form_of(&chart, 2, &[(&[0, 1], s("q") / s("r").powi(2))]);
    let found = potential(&electric, &engine(&chart)).unwrap();
    assert_same(&exterior_derivative(&found).unwrap(), &electric);
}

#[test]
fn a_dual_is_pseudo_and_can_be_oriented() {
    let chart = euclidean(4);
    let ones = vec![Expr::one(); 4];
    let g = diagonal(&chart, &ones);
    let field = Random::new(7).form(&chart, 2);
    let dual = hodge_star(&field, &g).unwrap();
    assert!(matches!(field.add(&dual), Err(GeometryError::Law { .. })));
    let sum = field.add(&oriented(&dual).unwrap()).unwrap();
    assert_same(&oriented(&hodge_star(&sum, &g).unwrap()).unwrap(), &sum);
}

#[test]
fn a_rotating_charge_solves_maxwells_equations_in_kerr() {
    // A = −(Q r/Σ)(dt − a sin²θ dφ), the field of Kerr and Newman, is a test field in Kerr's metric.
    let (chart, g) = kerr();
    let (r, a) = (s("r"), s("a"));
    let sigma = r.powi(2) + a.powi(2) * cos(s("θ")).powi(2);
    let potential = one_form(
        &chart,
        &[
            -(s("Q") * &r) / &sigma,
            Expr::zero(),
            Expr::zero(),
            s("Q") * &r * &a * sin(s("θ")).powi(2) / &sigma,
        ],
    );
    let field = exterior_derivative(&potential).unwrap();
    assert!(codifferential(&field, &g).unwrap().is_zero());
    let dual = hodge_star(&field, &g).unwrap();
    assert!(exterior_derivative(&dual).unwrap().is_zero());
    assert_same(&hodge_star(&dual, &g).unwrap(), &field.negate().unwrap());
}
