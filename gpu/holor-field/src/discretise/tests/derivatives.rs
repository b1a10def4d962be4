//! Derivatives on periodic boxes: measured orders, conservation, complex values.

use super::*;

/// The error of a rate against its exact value.
fn error(
    points: &[usize],
    order: usize,
    rate: &Term,
    start: &dyn Fn([f64; 3]) -> f64,
    exact: &dyn Fn([f64; 3]) -> f64,
) -> f64 {
    let got = periodic_rate(points, order, rate, start);
    let grid = periodic_grid(points);
    let wanted: Vec<f64> = super::points(&grid).into_iter().map(exact).collect();
    distance(&got, &wanted)
}

#[test]
fn pure_derivatives_have_the_order_asked() {
    let start = |p: [f64; 3]| (2.0 * p[0]).sin() + p[0].cos();
    let exact: [&dyn Fn([f64; 3]) -> f64; 4] = [
        &|p| 2.0 * (2.0 * p[0]).cos() - p[0].sin(),
        &|p| -4.0 * (2.0 * p[0]).sin() - p[0].cos(),
        &|p| -8.0 * (2.0 * p[0]).cos() + p[0].sin(),
        &|p| 16.0 * (2.0 * p[0]).sin() + p[0].cos(),
    ];
    for (n, exact) in exact.iter().enumerate() {
        let rate = (0..=n).fold(u(), |body, _| d(0, body));
        for order in [2, 4, 6, 8] {
            let coarse = error(&[24], order, &rate, &start, *exact);
            let fine = error(&[48], order, &rate, &start, *exact);
            let measured = (coarse / fine).log2();
            assert!(
                (measured - order as f64).abs() < 0.35,
                "∂^{} {order}: {measured}",
                n + 1
            );
        }
    }
}

#[test]
fn nested_derivatives_have_the_order_asked_and_conserve() {
    let a = sum(&[number(2.0), call(Function::Sine, x(0))]);
    let start =
        |p: [f64; 3]| (p[0]).sin() * (p[1] + 0.3).cos() + 0.2 * (2.0 * p[1]).sin();
    let v = |p: [f64; 3]| start(p);
    let vx = |p: [f64; 3]| p[0].cos() * (p[1] + 0.3).cos();
    let vxx = |p: [f64; 3]| -p[0].sin() * (p[1] + 0.3).cos();
    let vy = |p: [f64; 3]| -p[0].sin() * (p[1] + 0.3).sin() + 0.4 * (2.0 * p[1]).cos();
    let vxy = |p: [f64; 3]| -p[0].cos() * (p[1] + 0.3).sin();
    type Case<'a> = (Term, Box<dyn Fn([f64; 3]) -> f64 + 'a>, bool);
    let cases: Vec<Case<'_>> = vec![
        // ∂(a ∂u)
        (
            d(0, product(&[a.clone(), d(0, u())])),
            Box::new(|p| p[0].cos() * vx(p) + (2.0 + p[0].sin()) * vxx(p)),
            true,
        ),
        // ∂(u ∂u)
        (
            d(0, product(&[u(), d(0, u())])),
            Box::new(|p| vx(p).powi(2) + v(p) * vxx(p)),
            true,
        ),
        // ∂(u²)
        (d(0, power(u(), 2.0)), Box::new(|p| 2.0 * v(p) * vx(p)), true),
        // u ∂u
        (product(&[u(), d(0, u())]), Box::new(|p| v(p) * vx(p)), false),
        // ∂x(a ∂y u)
        (
            d(0, product(&[a.clone(), d(1, u())])),
            Box::new(|p| p[0].cos() * vy(p) + (2.0 + p[0].sin()) * vxy(p)),
            true,
        ),
        // ∂x∂y u
        (d(1, d(0, u())), Box::new(vxy), true),
        // ∂x(∂y u ∂x u)
        (
            d(0, product(&[d(1, u()), d(0, u())])),
            Box::new(|p| vxy(p) * vx(p) + vy(p) * vxx(p)),
            true,
        ),
        // ∂x(exp(u))
        (d(0, call(Function::Exponential, u())), Box::new(|p| v(p).exp() * vx(p)), true),
    ];
    for (rate, exact, conserved) in &cases {
        for order in [2, 4, 6, 8] {
            let coarse = error(&[20, 20], order, rate, &start, exact);
            let fine = error(&[40, 40], order, rate, &start, exact);
            let measured = (coarse / fine).log2();
            assert!(
                (measured - order as f64).abs() < 0.6,
                "{rate:?} {order}: {measured} {coarse} {fine}"
            );
            if *conserved {
                let values = periodic_rate(&[20, 20], order, rate, &start);
                let total: f64 = values.iter().sum();
                let size: f64 = values.iter().map(|v| v.abs()).sum();
                assert!(total.abs() < 1e-13 * size, "{total} of {size}");
            }
        }
    }
}

#[test]
fn third_derivative_inside_and_outside() {
    // ∂(u ∂³u), thin films; ∂³(u ∂u); ∂²(u ∂²u).
    let start = |p: [f64; 3]| 2.0 + p[0].sin();
    let (v, c) = (|p: [f64; 3]| 2.0 + p[0].sin(), |p: [f64; 3]| p[0].cos());
    let s = |p: [f64; 3]| p[0].sin();
    let third = d(0, d(0, d(0, u())));
    type Case = (Term, Box<dyn Fn([f64; 3]) -> f64>);
    let cases: Vec<Case> = vec![
        // (u u‴)′ = u′u‴ + u u⁗ = −c² + v s
        (d(0, product(&[u(), third])), Box::new(move |p| -c(p) * c(p) + v(p) * s(p))),
        // ½(u²)⁗ with u = 2 + s: u² = 4 + 4s + s²; (4s)⁗ = 4s, (s²)⁗ = −(cos 2x)⁗/2 = −8 cos 2x
        (
            d(0, d(0, d(0, product(&[u(), d(0, u())])))),
            Box::new(move |p| 0.5 * (4.0 * s(p) - 8.0 * (2.0 * p[0]).cos())),
        ),
        // (u u″)″ = (−2s − s²)″ = 2s − 2cos 2x
        (
            d(0, d(0, product(&[u(), d(0, d(0, u()))]))),
            Box::new(move |p| 2.0 * s(p) - 2.0 * (2.0 * p[0]).cos()),
        ),
    ];
    for (rate, exact) in &cases {
        for order in [2, 4, 6] {
            let coarse = error(&[24], order, rate, &start, exact);
            let fine = error(&[48], order, rate, &start, exact);
            let measured = (coarse / fine).log2();
            assert!(
                (measured - order as f64).abs() < 0.5,
                "{rate:?} {order}: {measured}"
            );
        }
    }
}

#[test]
fn known_functions_are_differentiated_exactly() {
    // ∂ of sin(x) exp(−t) log(2 + cos y): exact to rounding on a coarse grid.
    let known = product(&[
        call(Function::Sine, product(&[number(3.0), x(0)])),
        call(Function::Exponential, product(&[number(-1.0), Term::Time])),
        call(Function::Logarithm, sum(&[number(2.0), call(Function::Cosine, x(1))])),
    ]);
    let grid = periodic_grid(&[6, 5]);
    let rate = d(1, d(0, known));
    let fields = vec![field(&grid, rate, |_| 0.0)];
    let wanted: Vec<f64> = points(&grid)
        .into_iter()
        .map(|p| {
            3.0 * (3.0 * p[0]).cos()
                * (-0.7_f64).exp()
                * (-p[1].sin() / (2.0 + p[1].cos()))
        })
        .collect();
    let got = Plain::new(&system(grid, fields), 2).rates(0.7).remove(0);
    assert!(distance(&got, &wanted) < 1e-14);
}

#[test]
fn ginzburg_landau_by_hand() {
    // A + (1 + 2i)∇²A − (1 − 1.2i)|A|²A against a plain loop over complex numbers.
    let n = 8;
    let grid = periodic_grid(&[n, n]);
    let a = Term::Field(0);
    let cubic = product(&[
        complex(-1.0, 1.2),
        power(call(Function::Absolute, a.clone()), 2.0),
        a.clone(),
    ]);
    let rate = sum(&[a.clone(), product(&[complex(1.0, 2.0), laplacian(2, &a)]), cubic]);
    let mut field = field(&grid, rate, |_| 0.0);
    field.complex = true;
    field.start = points(&grid)
        .into_iter()
        .map(|p| Complex64::new(p[0].sin() + 0.1 * p[1], (p[0] + 2.0 * p[1]).cos()))
        .collect();
    let start = field.start.clone();
    let h = std::f64::consts::TAU / n as f64;
    let system = system(grid, vec![field]);
    let mut plain = Plain::new(&system, 2);
    let rates = plain.rates(0.0);
    let at = |i: usize, j: usize| start[(i % n) * n + j % n];
    for i in 0..n {
        for j in 0..n {
            let here = at(i, j);
            let around =
                at(i + 1, j) + at(i + n - 1, j) + at(i, j + 1) + at(i, j + n - 1);
            let lap = (around - here * 4.0) / (h * h);
            let wanted = here + Complex64::new(1.0, 2.0) * lap
                - Complex64::new(1.0, -1.2) * here.norm_sqr() * here;
            assert!((rates[0][i * n + j] - wanted.re).abs() < 1e-12);
            assert!((rates[1][i * n + j] - wanted.im).abs() < 1e-12);
        }
    }
    // The terms add up to the rates.
    for (plane, terms) in plain.scheme.terms.clone().iter().enumerate() {
        let cell = [0, 3, 5];
        let total: f64 = terms.iter().map(|(_, node)| plain.node(*node, cell)).sum();
        assert!((total - rates[plane][3 * n + 5]).abs() < 1e-12);
    }
}

#[test]
fn functions_of_complex_values() {
    use Function::*;
    let z = Complex64::new(-0.7, 0.4);
    let w = Complex64::new(0.3, -1.1);
    let term = |function| call(function, complex_field(0));
    fn complex_field(place: usize) -> Term {
        Term::Field(place)
    }
    let two = |a: Term, b: Term| Term::Power(Arc::new(a), Arc::new(b));
    let cases: Vec<(Term, Complex64)> = vec![
        (term(Sine), z.sin()),
        (term(Cosine), z.cos()),
        (term(Tangent), z.tan()),
        (term(HyperbolicSine), z.sinh()),
        (term(HyperbolicCosine), z.cosh()),
        (term(HyperbolicTangent), z.tanh()),
        (term(Exponential), z.exp()),
        (term(Logarithm), z.ln()),
        (term(SquareRoot), z.sqrt()),
        (term(Absolute), Complex64::new(z.norm(), 0.0)),
        (term(Argument), Complex64::new(z.arg(), 0.0)),
        (term(Conjugate), z.conj()),
        (term(RealPart), Complex64::new(z.re, 0.0)),
        (term(ImaginaryPart), Complex64::new(z.im, 0.0)),
        (power(u(), 3.0), z.powi(3)),
        (power(u(), -2.0), z.powi(-2)),
        (power(u(), 0.5), z.sqrt()),
        (power(u(), 1.5), z.powf(1.5)),
        (power(u(), 0.3), z.powf(0.3)),
        (two(u(), Term::Field(1)), z.powc(w)),
        (two(number(2.0), Term::Field(1)), Complex64::new(2.0, 0.0).powc(w)),
        (product(&[u(), Term::Field(1), call(Conjugate, u())]), z * w * z.conj()),
        (product(&[u(), power(Term::Field(1), -1.0)]), z / w),
        (call(SquareRoot, number(-4.0)), Complex64::new(0.0, 2.0)),
        (call(Logarithm, number(-1.0)), Complex64::new(0.0, std::f64::consts::PI)),
    ];
    for (rate, wanted) in cases {
        let grid = periodic_grid(&[2]);
        let mut fields =
            vec![field(&grid, rate.clone(), |_| 0.0), field(&grid, u(), |_| 0.0)];
        for (field, value) in fields.iter_mut().zip([z, w]) {
            field.complex = true;
            field.start = vec![value; 2];
        }
        let rates = Plain::new(&system(grid, fields), 2).rates(0.0);
        let got = Complex64::new(rates[0][0], rates[1][0]);
        assert!(
            (got - wanted).norm() < 1e-14 * wanted.norm().max(1.0),
            "{rate:?} {got} {wanted}"
        );
    }
}

#[test]
fn a_real_field_with_a_complex_rate_is_refused() {
    let grid = periodic_grid(&[4]);
    let rate = product(&[complex(0.0, 1.0), laplacian(1, &u())]);
    let fields = vec![field(&grid, rate, |_| 0.0)];
    assert_eq!(
        refusal(&system(grid.clone(), fields), 2),
        "u is a real field but its rate is complex: i ∂x(∂x(u))"
    );
    // Where the imaginary part vanishes by itself there is nothing to refuse.
    let rate = product(&[complex(0.0, 1.0), complex(0.0, 1.0), u()]);
    let fields = vec![field(&grid, rate, |_| 3.0)];
    assert_eq!(Plain::new(&system(grid, fields), 2).rates(0.0)[0][0], -3.0);
}
