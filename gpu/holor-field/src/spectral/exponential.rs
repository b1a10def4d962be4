//! Exponential integrators, implicit–explicit methods and exact flows: methods with the linear part inverted or exponentiated.

use super::builder::{Coefficients, Spectra};
use super::evaluation::{Evaluator, Input};
use super::matrix::Matrix;
use super::session::{Session, arrays};
use super::{Atom, Method, Options, SpectralForm, term};
use crate::equation::{System, Term};
use crate::plan::Action;
use crate::stepper::Stepping;
use crate::{FieldError, FieldResult};

/// The plan of such a method.
pub(super) fn stepping(
    system: &System,
    form: &SpectralForm,
    options: &Options,
) -> FieldResult<Stepping> {
    let method = options.method;
    if matches!(method, Method::Exact | Method::CrankNicolson) && !form.is_linear() {
        return Err(FieldError::invalid(
            format!(
                "{} is for linear equations with constant coefficients, and this one has more",
                method.name()
            ),
            if method == Method::Exact { "use etdrk4" } else { "use cnab2" },
        ));
    }
    check_noise(system, form)?;
    let mut session = Session::new(system, form, options)?;
    let u = session.builder.spectra("state");
    session.enter(&u);
    let mut state = vec![u.clone()];
    match method {
        Method::EtdRk4 => etdrk4(&mut session, options, &u)?,
        Method::EtdRk2 => etdrk2(&mut session, options, &u)?,
        Method::Etd1 => etd1(&mut session, options, &u)?,
        Method::IfRk4 => ifrk4(&mut session, options, &u)?,
        Method::Cnab2 | Method::Sbdf2 => {
            multistep(&mut session, options, &u, &mut state)?
        }
        _ => linear(&mut session, options, &u),
    }
    let start = session.builder.plan.procedures.len() - 2;
    let step = start + 1;
    let observe = session.observe(&u)?;
    session.explanation.insert(0, describe(form, method));
    let state: Vec<&Spectra> = state.iter().collect();
    Ok(session.end(options, [start, step, observe], arrays(&state), None))
}

fn describe(form: &SpectralForm, method: Method) -> String {
    let linear = if form.is_diagonal() {
        "the linear part is a number for every Fourier mode"
    } else {
        "the linear part is a small matrix for every Fourier mode"
    };
    match method {
        Method::Exact => format!("{linear}: its exponential is exact whatever the step"),
        Method::CrankNicolson => format!("{linear}, solved for implicitly (order 2)"),
        Method::Cnab2 | Method::Sbdf2 => format!(
            "{linear}, solved for implicitly; the rest is extrapolated from two steps (order 2, one evaluation a step)"
        ),
        Method::IfRk4 => format!(
            "{linear}, integrated exactly by a factor; the rest by Runge-Kutta (order 4, four evaluations a step)"
        ),
        Method::EtdRk2 => {
            format!(
                "{linear}, integrated exactly; the rest to order 2 (two evaluations a step)"
            )
        }
        Method::Etd1 => {
            format!(
                "{linear}, integrated exactly; the rest to order 1 (one evaluation a step)"
            )
        }
        _ => format!(
            "{linear}, integrated exactly; the rest to order 4 (four evaluations a step)"
        ),
    }
}

/// The end of the procedures `start` and `step`.
fn end_start(session: &mut Session<'_>) {
    session.builder.finish("start");
}

fn end_step(session: &mut Session<'_>, options: &Options) {
    session.builder.advance(options.step);
    session.builder.finish("step");
}

fn targets(session: &mut Session<'_>, name: &str) -> Spectra {
    let form = session.builder.form;
    Evaluator::targets(&mut session.builder, name, &form.rest)
}

fn linear(session: &mut Session<'_>, options: &Options, u: &Spectra) {
    end_start(session);
    let h = options.step;
    let crank = options.method == Method::CrankNicolson;
    let [propagator] = session.builder.coefficients(["propagator"], |matrix| {
        if crank {
            let one = Matrix::identity(matrix.size);
            [one.plus(-0.5 * h, matrix).solve(&one.plus(0.5 * h, matrix))]
        } else {
            let [exponential, ..] = matrix.scaled(h).phi();
            [exponential]
        }
    });
    session.builder.combine(
        "linear flow",
        &[u],
        &[vec![(Some(&propagator), vec![(1.0, u)])]],
    );
    end_step(session, options);
}

fn etdrk4(session: &mut Session<'_>, options: &Options, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let h = options.step;
    let [e, e2, q, f1, f2, f3] =
        session.builder.coefficients(["E", "E2", "Q", "f1", "f2", "f3"], |matrix| {
            let [e, one, two, three] = matrix.scaled(h).phi();
            let [e2, half_one, ..] = matrix.scaled(0.5 * h).phi();
            let f1 = one.plus(-3.0, &two).plus(4.0, &three).scaled(h);
            let f2 = two.plus(-2.0, &three).scaled(2.0 * h);
            let f3 = three.scaled(4.0).plus(-1.0, &two).scaled(h);
            [e, e2, half_one.scaled(0.5 * h), f1, f2, f3]
        });
    let (a, b) = (session.builder.spectra("a"), session.builder.spectra("b"));
    let [n1, n2, n3, n4] = ["N1", "N2", "N3", "N4"].map(|name| targets(session, name));
    session.rest(u, 0.0, &n1)?;
    session.builder.combine(
        "etdrk4 a",
        &[&a],
        &[vec![(Some(&e2), vec![(1.0, u)]), (Some(&q), vec![(1.0, &n1)])]],
    );
    session.rest(&a, 0.5 * h, &n2)?;
    session.builder.combine(
        "etdrk4 b",
        &[&b],
        &[vec![(Some(&e2), vec![(1.0, u)]), (Some(&q), vec![(1.0, &n2)])]],
    );
    session.rest(&b, 0.5 * h, &n3)?;
    session.builder.combine(
        "etdrk4 c",
        &[&b],
        &[vec![(Some(&e2), vec![(1.0, &a)]), (Some(&q), vec![(2.0, &n3), (-1.0, &n1)])]],
    );
    session.rest(&b, h, &n4)?;
    session.builder.combine(
        "etdrk4",
        &[u],
        &[vec![
            (Some(&e), vec![(1.0, u)]),
            (Some(&f1), vec![(1.0, &n1)]),
            (Some(&f2), vec![(1.0, &n2), (1.0, &n3)]),
            (Some(&f3), vec![(1.0, &n4)]),
        ]],
    );
    end_step(session, options);
    Ok(())
}

fn etdrk2(session: &mut Session<'_>, options: &Options, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let h = options.step;
    let [e, one, two] = session.builder.coefficients(["E", "phi1", "phi2"], |matrix| {
        let [e, one, two, _] = matrix.scaled(h).phi();
        [e, one.scaled(h), two.scaled(h)]
    });
    let a = session.builder.spectra("a");
    let [n1, n2] = ["N1", "N2"].map(|name| targets(session, name));
    session.rest(u, 0.0, &n1)?;
    session.builder.combine(
        "etdrk2 a",
        &[&a],
        &[vec![(Some(&e), vec![(1.0, u)]), (Some(&one), vec![(1.0, &n1)])]],
    );
    session.rest(&a, h, &n2)?;
    session.builder.combine(
        "etdrk2",
        &[u],
        &[vec![(None, vec![(1.0, &a)]), (Some(&two), vec![(1.0, &n2), (-1.0, &n1)])]],
    );
    end_step(session, options);
    Ok(())
}

fn ifrk4(session: &mut Session<'_>, options: &Options, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let h = options.step;
    let [e, e2] = session.builder.coefficients(["E", "E2"], |matrix| {
        let [e, ..] = matrix.scaled(h).phi();
        let [e2, ..] = matrix.scaled(0.5 * h).phi();
        [e, e2]
    });
    let a = session.builder.spectra("a");
    let [n1, n2, n3, n4] = ["N1", "N2", "N3", "N4"].map(|name| targets(session, name));
    session.rest(u, 0.0, &n1)?;
    session.builder.combine(
        "ifrk4 a",
        &[&a],
        &[vec![(Some(&e2), vec![(1.0, u), (0.5 * h, &n1)])]],
    );
    session.rest(&a, 0.5 * h, &n2)?;
    session.builder.combine(
        "ifrk4 b",
        &[&a],
        &[vec![(Some(&e2), vec![(1.0, u)]), (None, vec![(0.5 * h, &n2)])]],
    );
    session.rest(&a, 0.5 * h, &n3)?;
    session.builder.combine(
        "ifrk4 c",
        &[&a],
        &[vec![(Some(&e), vec![(1.0, u)]), (Some(&e2), vec![(h, &n3)])]],
    );
    session.rest(&a, h, &n4)?;
    session.builder.combine(
        "ifrk4",
        &[u],
        &[vec![
            (Some(&e), vec![(1.0, u), (h / 6.0, &n1)]),
            (Some(&e2), vec![(h / 3.0, &n2), (h / 3.0, &n3)]),
            (None, vec![(h / 6.0, &n4)]),
        ]],
    );
    end_step(session, options);
    Ok(())
}

fn multistep(
    session: &mut Session<'_>,
    options: &Options,
    u: &Spectra,
    state: &mut Vec<Spectra>,
) -> FieldResult<()> {
    let h = options.step;
    let [now, before] = ["N", "N before"].map(|name| targets(session, name));
    // As if the rest had been the same before the start: the first step is of order 1 in it, which leaves order 2 in all.
    session.rest(u, 0.0, &before)?;
    state.push(before.clone());
    if options.method == Method::Cnab2 {
        end_start(session);
        let [propagator, response] =
            session.builder.coefficients(["propagator", "response"], |matrix| {
                let one = Matrix::identity(matrix.size);
                let left = one.plus(-0.5 * h, matrix);
                [left.solve(&one.plus(0.5 * h, matrix)), left.solve(&one.scaled(h))]
            });
        session.rest(u, 0.0, &now)?;
        session.builder.combine(
            "cnab2",
            &[u],
            &[vec![
                (Some(&propagator), vec![(1.0, u)]),
                (Some(&response), vec![(1.5, &now), (-0.5, &before)]),
            ]],
        );
    } else {
        let [first, inverse] =
            session.builder.coefficients(["first", "inverse"], |matrix| {
                let one = Matrix::identity(matrix.size);
                let left = one.scaled(1.5).plus(-h, matrix);
                // (3/2 − hL)(1 − hL)⁻¹, and these commute.
                [one.plus(-h, matrix).solve(&left), left.solve(&one)]
            });
        let old = session.builder.spectra("state before");
        // Such that the first step is (1 − hL) u₁ = u₀ + h N₀.
        session.builder.combine(
            "sbdf2 start",
            &[&old],
            &[vec![
                (None, vec![(4.0, u), (2.0 * h, &before)]),
                (Some(&first), vec![(-2.0, u), (-2.0 * h, &before)]),
            ]],
        );
        state.push(old.clone());
        end_start(session);
        session.rest(u, 0.0, &now)?;
        session.builder.combine(
            "sbdf2",
            &[&old],
            &[vec![(
                Some(&inverse),
                vec![(2.0, u), (-0.5, &old), (2.0 * h, &now), (-h, &before)],
            )]],
        );
        exchange(session, u, &old);
    }
    exchange(session, &now, &before);
    end_step(session, options);
    Ok(())
}

fn exchange(session: &mut Session<'_>, a: &Spectra, b: &Spectra) {
    for (x, y) in a.iter().flatten().flatten().zip(b.iter().flatten().flatten()) {
        session.builder.actions.push(Action::Exchange(*x, *y));
    }
}

fn etd1(session: &mut Session<'_>, options: &Options, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let form = session.builder.form;
    let h = options.step;
    let [e, one, strength] =
        session.builder.coefficients(["E", "phi1", "strength"], |matrix| {
            let [e, one, ..] = matrix.scaled(h).phi();
            let mut strength = matrix.scaled(0.5 * h).phi()[0].scaled(h.sqrt());
            if matrix.is_diagonal() {
                for i in 0..matrix.size {
                    // ∫₀ʰ e^{2 Re λ s} ds = h φ₁(2 h Re λ).
                    let twice = crate::equation::Complex64::new(
                        2.0 * h * matrix.at(i, i).re,
                        0.0,
                    );
                    let variance = h * super::matrix::phi(twice)[1].re;
                    strength.entries[i * matrix.size + i] = variance.sqrt().into();
                }
            }
            [e, one.scaled(h), strength]
        });
    let n = targets(session, "N");
    session.rest(u, 0.0, &n)?;
    let noise = Evaluator::targets(&mut session.builder, "noise", &form.noise);
    if form.is_stochastic() {
        session.builder.set_stage_time(0.0);
        let input = Input::default();
        session.evaluator.rates(&mut session.builder, input, &form.noise, &noise)?;
        session.explanation.push(noise_words(form));
    }
    let parts: Vec<(&Coefficients, &Spectra)> =
        vec![(&e, u), (&one, &n), (&strength, &noise)];
    let recipe = parts
        .into_iter()
        .map(|(factor, part)| (Some(factor), vec![(1.0, part)]))
        .collect();
    session.builder.combine("etd1", &[u], &[recipe]);
    end_step(session, options);
    Ok(())
}

fn noise_words(form: &SpectralForm) -> String {
    let linear = form.rest.iter().all(Vec::is_empty) && form.is_diagonal();
    if linear {
        "the strength of additive noise is integrated exactly for every mode: each mode is an Ornstein-Uhlenbeck process at all steps".to_owned()
    } else {
        "noise is additive and drawn once a step; its strength is integrated with the linear part"
            .to_owned()
    }
}

/// Noise must be additive.
fn check_noise(system: &System, form: &SpectralForm) -> FieldResult<()> {
    for (place, noise) in form.noise.iter().enumerate() {
        for (atom, _) in noise {
            let Atom::Pointwise(inner) = atom else {
                continue;
            };
            let name = &system.fields[form.components[place].field].name;
            let depends = term::contains(system, inner, &|part| match part {
                Term::Field(place) => system.fields[*place].order > 0,
                Term::Velocity(_) => true,
                _ => false,
            });
            if depends {
                return Err(FieldError::invalid(
                    format!("the noise of {name} is multiplied with a field"),
                    "Fourier methods take additive noise; use a finite-difference method such as heun or milstein",
                ));
            }
            if !linear_in_noise(system, inner) {
                return Err(FieldError::invalid(
                    format!("the noise of {name} does not occur linearly"),
                    "write it as amplitude times noise",
                ));
            }
        }
    }
    Ok(())
}

fn linear_in_noise(system: &System, inner: &Term) -> bool {
    match inner {
        Term::Noise(_) => true,
        Term::Product(factors) => {
            let noisy: Vec<&Term> =
                factors.iter().filter(|factor| term::has_noise(system, factor)).collect();
            matches!(noisy.as_slice(), [only] if linear_in_noise(system, only))
        }
        Term::Sum(parts) => parts.iter().all(|part| linear_in_noise(system, part)),
        _ => false,
    }
}
