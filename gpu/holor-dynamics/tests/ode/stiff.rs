//! Stiff problems against published values, differential-algebraic equations, and the automatic choice.

use holor_dynamics::ode::{End, Equations, Method, Options, Run, Switch, Watch, solve};

use super::{near, order};

fn robertson(_: f64, y: &[f64], out: &mut [f64]) {
    out[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
    out[2] = 3e7 * y[1] * y[1];
    out[1] = -out[0] - out[2];
}

fn van_der_pol(_: f64, y: &[f64], out: &mut [f64]) {
    out[0] = y[1];
    out[1] = 1000.0 * (1.0 - y[0] * y[0]) * y[1] - y[0];
}

#[test]
fn robertson_at_late_times() {
    // F. Mazzia and C. Magherini, Test Set for IVP Solvers, release 2.4, problem ROBER: the solution at 1e11.
    let expected =
        [0.208_334_014_970_125_5e-7, 0.833_336_077_033_471_3e-13, 0.999_999_979_166_505];
    for method in [Method::Radau, Method::Auto] {
        let mut options = Options::with(method);
        options.relative = 1e-9;
        options.absolute = vec![1e-16, 1e-20, 1e-12];
        let run = solve(&mut robertson, (0.0, 1e11), &[1.0, 0.0, 0.0], options).unwrap();
        assert_eq!(run.end(), Some(&End::Reached));
        for (a, b) in run.y().iter().zip(expected) {
            near(*a, b, 2e-7 * b);
        }
        assert!(run.work().steps < 3500, "{:?}", run.work());
    }
}

#[test]
fn robertson_early_as_scipy() {
    // scipy 1.17 solve_ivp, Radau, rtol 1e-11, atol 1e-14, at t = 40.
    let mut options = Options::with(Method::Radau);
    options.relative = 1e-8;
    options.absolute = vec![1e-10, 1e-14, 1e-10];
    let run = solve(&mut robertson, (0.0, 40.0), &[1.0, 0.0, 0.0], options).unwrap();
    for (a, b) in run.y().iter().zip([
        0.715_827_068_719_953,
        9.185_534_764_577e-6,
        0.284_163_745_745_281,
    ]) {
        near(*a, b, 1e-7 * b);
    }
}

#[test]
fn van_der_pol_with_mu_1000() {
    // Test Set for IVP Solvers, problem VDPOL (ε = 1e-6, t = 2) in the time of this form: t = 2000, y′ divided by µ.
    let expected = [1.706_167_732_170_483, -0.892_809_701_024_797_5e-3];
    for (method, jacobian) in
        [(Method::Radau, false), (Method::Radau, true), (Method::Auto, false)]
    {
        let options = Options::with(method).tolerance(1e-8, 1e-11);
        let mut equations = Equations::new(van_der_pol);
        if jacobian {
            equations = equations.with_jacobian(|_, y, out| {
                out.copy_from_slice(&[
                    0.0,
                    1.0,
                    -2000.0 * y[0] * y[1] - 1.0,
                    1000.0 * (1.0 - y[0] * y[0]),
                ]);
            });
        }
        let mut run = Run::new(0.0, &[2.0, 0.0], options).unwrap();
        run.advance(&mut equations, 2000.0, &mut Watch::default()).unwrap();
        near(run.y()[0], expected[0], 2e-6);
        near(run.y()[1], expected[1], 2e-8);
        assert!(run.work().steps < 5000, "{:?}", run.work());
        if method == Method::Auto {
            let methods: Vec<Method> = run.switches().iter().map(|s| s.method).collect();
            assert_eq!(methods[..2], [Method::Dop853, Method::Radau]);
            assert!(run.switches()[1].why.starts_with("stiff: |h λ| is about"));
        }
    }
}

#[test]
fn the_automatic_choice_leaves_what_is_not_stiff() {
    let mut slope = |_: f64, y: &[f64], out: &mut [f64]| {
        out.copy_from_slice(&[y[1], -y[0]]);
    };
    let options = Options::default().tolerance(1e-6, 1e-8);
    let run = solve(&mut slope, (0.0, 200.0), &[1.0, 0.0], options).unwrap();
    assert_eq!(
        run.switches(),
        [Switch {
            t: 0.0,
            method: Method::DormandPrince,
            why: "the tolerance is 1e-7 or more".into()
        }]
    );
}

#[test]
fn radau_has_order_five() {
    // The equation of Prothero and Robinson, y' = λ (y − cos t) − sin t, y = cos t, not yet stiff at λ = −2.
    let (mut steps, mut errors) = (Vec::new(), Vec::new());
    for count in [10, 14, 20, 28] {
        let h = 2.0 / f64::from(count);
        let mut options = Options::with(Method::Radau).tolerance(1e-3, 1e-2).step(h);
        options.longest_step = h;
        // Linear with its exact Jacobian, so that Newton's iteration is exact under this wide tolerance.
        let mut equations = Equations::new(|t: f64, y: &[f64], out: &mut [f64]| {
            out[0] = -2.0 * (y[0] - t.cos()) - t.sin();
        })
        .with_jacobian(|_, _, out: &mut [f64]| out[0] = -2.0);
        let mut run = Run::new(0.0, &[1.0], options).unwrap();
        run.advance(&mut equations, 2.0, &mut Watch::default()).unwrap();
        assert_eq!(run.work().steps, count as usize);
        steps.push(h);
        errors.push((run.y()[0] - 2f64.cos()).abs());
    }
    let found = order(&steps, &errors);
    assert!((found - 5.0).abs() < 0.2, "{found} {errors:?}");
}

#[test]
fn an_algebraic_equation_is_kept() {
    // x' = −x + z, 0 = x + z − 2 cos t: x = (4 cos t + 2 sin t)/5 + c e^−2t, from x' = −2x + 2 cos t.
    let mut equations = Equations::new(|t: f64, y: &[f64], out: &mut [f64]| {
        out[0] = -y[0] + y[1];
        out[1] = y[0] + y[1] - 2.0 * t.cos();
    })
    .with_mass(vec![1.0, 0.0, 0.0, 0.0]);
    let options = Options::with(Method::Radau).tolerance(1e-9, 1e-10);
    let mut run = Run::new(0.0, &[1.0, 1.0], options.clone()).unwrap();
    run.advance(&mut equations, 3.0, &mut Watch::default()).unwrap();
    let t = 3f64;
    let x = (4.0 * t.cos() + 2.0 * t.sin()) / 5.0 + 0.2 * (-2.0 * t).exp();
    near(run.y()[0], x, 1e-8);
    near(run.y()[1], 2.0 * t.cos() - x, 1e-8);
    // A start that does not satisfy the algebraic equation is refused.
    let mut run = Run::new(0.0, &[1.0, 0.5], options).unwrap();
    let error = run.advance(&mut equations, 3.0, &mut Watch::default()).unwrap_err();
    assert!(error.message().contains("equation 2 has no derivative"), "{error}");
}
