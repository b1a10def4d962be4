//! Exponential integrators, implicit–explicit methods and exact flows: methods with the linear part inverted or exponentiated.

use super::builder::Share::{Plain, Step};
use super::builder::{Coefficients, Spectra, blocks};
use super::coefficients::{Block, Ingredients, phi};
use super::complex::Value;
use super::evaluation::{Evaluator, Input};
use super::session::{Session, arrays};
use super::{Atom, Method, Options, SpectralForm, term};
use crate::equation::{System, Term};
use crate::graph::{Graph, Unary};
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
    let mut resize = Vec::new();
    session.enter(&u);
    let mut state = vec![u.clone()];
    match method {
        Method::EtdRk4 => etdrk4(&mut session, &u)?,
        Method::EtdRk2 => etdrk2(&mut session, &u)?,
        Method::Etd1 => etd1(&mut session, &u)?,
        Method::IfRk4 => ifrk4(&mut session, &u)?,
        Method::Cnab2 | Method::Sbdf2 => {
            multistep(&mut session, options, &u, &mut state, &mut resize)?;
        }
        _ => linear(&mut session, options, &u)?,
    }
    let named = |session: &Session<'_>, name: &str| {
        session.builder.plan.procedure(name).unwrap_or(0)
    };
    let (start, step) = (named(&session, "start"), named(&session, "step"));
    let observe = session.observe(&u)?;
    session.explanation.insert(0, describe(form, method));
    let state: Vec<&Spectra> = state.iter().collect();
    Ok(session.end(options, [start, step, observe], arrays(&state), resize, None))
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

fn end_linear_step(session: &mut Session<'_>) {
    session.builder.advance();
    session.builder.finish("step");
}

fn end_step(session: &mut Session<'_>, u: &Spectra) {
    keep_real(session, u);
    end_linear_step(session);
}

/// The half spectrum of a real field in several dimensions holds some modes twice, as k and −k where the last wave number is 0 or the highest, and they are
/// conjugates of each other. By rounding they are not quite, and what is wrong is seen by no product, which is made of the real cells: it
/// grows with the linear part, exp(λ t) times, until it drowns all. There and back through the cells takes it away.
fn keep_real(session: &mut Session<'_>, u: &Spectra) {
    let form = session.builder.form;
    let dimensions = session.builder.cells.points.iter().filter(|n| **n > 1).count();
    if form.growth <= 0.0 || dimensions < 2 {
        return;
    }
    let mut cells = None;
    for (component, spectrum) in form.components.iter().zip(u) {
        let Some(spectrum) = spectrum else { continue };
        if component.complex {
            continue;
        }
        let planes =
            *cells.get_or_insert_with(|| session.builder.planes("real cells", false));
        session.builder.inverse(*spectrum, planes);
        session.builder.forward(planes, *spectrum);
    }
}

fn targets(session: &mut Session<'_>, name: &str) -> Spectra {
    let form = session.builder.form;
    Evaluator::targets(&mut session.builder, name, &form.rest)
}

fn linear(session: &mut Session<'_>, options: &Options, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let crank = options.method == Method::CrankNicolson;
    let [propagator] =
        session.builder.coefficients(["propagator"], !crank, |graph, given| {
            if crank {
                let [left, right] = implicit(graph, given, 1.0, -0.5, 0.5);
                return [left.solve(graph, &right)];
            }
            [given.phi[0].clone()]
        })?;
    session.builder.combine(
        "linear flow",
        &[u],
        &[vec![(Some(&propagator), vec![(Plain(1.0), u)])]],
    );
    end_linear_step(session);
    Ok(())
}

/// number + a h L and 1 + b h L.
fn implicit(
    graph: &mut Graph,
    given: &Ingredients,
    number: f64,
    a: f64,
    b: f64,
) -> [Block; 2] {
    let matrix = given.matrix.scaled(graph, given.step);
    let size = matrix.size;
    let first = Block::identity(graph, size, number).plus(graph, a, &matrix);
    let second = Block::identity(graph, size, 1.0).plus(graph, b, &matrix);
    [first, second]
}

fn etdrk4(session: &mut Session<'_>, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let [e, e2, q, f1, f2, f3] = session.builder.coefficients(
        ["E", "E2", "Q", "f1", "f2", "f3"],
        true,
        |graph, given| {
            let [one, two, three] = [1, 2, 3].map(|order| &given.phi[order]);
            let f1 = one.plus(graph, -3.0, two).plus(graph, 4.0, three);
            let f2 = two.by(graph, 2.0).plus(graph, -4.0, three);
            let f3 = three.by(graph, 4.0).plus(graph, -1.0, two);
            let q = given.half[1].by(graph, 0.5);
            let [q, f1, f2, f3] =
                [q, f1, f2, f3].map(|matrix| matrix.scaled(graph, given.step));
            [given.phi[0].clone(), given.half[0].clone(), q, f1, f2, f3]
        },
    )?;
    let (a, b) = (session.builder.spectra("a"), session.builder.spectra("b"));
    let [n1, n2, n3, n4] = ["N1", "N2", "N3", "N4"].map(|name| targets(session, name));
    session.rest(u, 0.0, &n1)?;
    session.builder.combine(
        "etdrk4 a",
        &[&a],
        &[vec![(Some(&e2), vec![(Plain(1.0), u)]), (Some(&q), vec![(Plain(1.0), &n1)])]],
    );
    session.rest(&a, 0.5, &n2)?;
    session.builder.combine(
        "etdrk4 b",
        &[&b],
        &[vec![(Some(&e2), vec![(Plain(1.0), u)]), (Some(&q), vec![(Plain(1.0), &n2)])]],
    );
    session.rest(&b, 0.5, &n3)?;
    session.builder.combine(
        "etdrk4 c",
        &[&b],
        &[vec![
            (Some(&e2), vec![(Plain(1.0), &a)]),
            (Some(&q), vec![(Plain(2.0), &n3), (Plain(-1.0), &n1)]),
        ]],
    );
    session.rest(&b, 1.0, &n4)?;
    session.builder.combine(
        "etdrk4",
        &[u],
        &[vec![
            (Some(&e), vec![(Plain(1.0), u)]),
            (Some(&f1), vec![(Plain(1.0), &n1)]),
            (Some(&f2), vec![(Plain(1.0), &n2), (Plain(1.0), &n3)]),
            (Some(&f3), vec![(Plain(1.0), &n4)]),
        ]],
    );
    end_step(session, u);
    Ok(())
}

fn etdrk2(session: &mut Session<'_>, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let [e, one, two] =
        session.builder.coefficients(["E", "phi1", "phi2"], true, |graph, given| {
            let [one, two] =
                [1, 2].map(|order| given.phi[order].scaled(graph, given.step));
            [given.phi[0].clone(), one, two]
        })?;
    let a = session.builder.spectra("a");
    let [n1, n2] = ["N1", "N2"].map(|name| targets(session, name));
    session.rest(u, 0.0, &n1)?;
    session.builder.combine(
        "etdrk2 a",
        &[&a],
        &[vec![(Some(&e), vec![(Plain(1.0), u)]), (Some(&one), vec![(Plain(1.0), &n1)])]],
    );
    session.rest(&a, 1.0, &n2)?;
    session.builder.combine(
        "etdrk2",
        &[u],
        &[vec![
            (None, vec![(Plain(1.0), &a)]),
            (Some(&two), vec![(Plain(1.0), &n2), (Plain(-1.0), &n1)]),
        ]],
    );
    end_step(session, u);
    Ok(())
}

fn ifrk4(session: &mut Session<'_>, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let [e, e2] = session.builder.coefficients(["E", "E2"], true, |_, given| {
        [given.phi[0].clone(), given.half[0].clone()]
    })?;
    let a = session.builder.spectra("a");
    let [n1, n2, n3, n4] = ["N1", "N2", "N3", "N4"].map(|name| targets(session, name));
    session.rest(u, 0.0, &n1)?;
    session.builder.combine(
        "ifrk4 a",
        &[&a],
        &[vec![(Some(&e2), vec![(Plain(1.0), u), (Step(0.5), &n1)])]],
    );
    session.rest(&a, 0.5, &n2)?;
    session.builder.combine(
        "ifrk4 b",
        &[&a],
        &[vec![(Some(&e2), vec![(Plain(1.0), u)]), (None, vec![(Step(0.5), &n2)])]],
    );
    session.rest(&a, 0.5, &n3)?;
    session.builder.combine(
        "ifrk4 c",
        &[&a],
        &[vec![(Some(&e), vec![(Plain(1.0), u)]), (Some(&e2), vec![(Step(1.0), &n3)])]],
    );
    session.rest(&a, 1.0, &n4)?;
    let (third, sixth) = (Step(1.0 / 3.0), Step(1.0 / 6.0));
    session.builder.combine(
        "ifrk4",
        &[u],
        &[vec![
            (Some(&e), vec![(Plain(1.0), u), (sixth, &n1)]),
            (Some(&e2), vec![(third, &n2), (third, &n3)]),
            (None, vec![(sixth, &n4)]),
        ]],
    );
    end_step(session, u);
    Ok(())
}

fn multistep(
    session: &mut Session<'_>,
    options: &Options,
    u: &Spectra,
    state: &mut Vec<Spectra>,
    resize: &mut Vec<Action>,
) -> FieldResult<()> {
    // What comes after the entry begins anew when the step changes.
    let entered = session.builder.actions.len();
    let [now, before] = ["N", "N before"].map(|name| targets(session, name));
    // As if the rest had been the same before the start: the first step is of order 1 in it, which leaves order 2 in all.
    session.rest(u, 0.0, &before)?;
    state.push(before.clone());
    if options.method == Method::Cnab2 {
        *resize = session.builder.actions[entered..].to_vec();
        end_start(session);
        let [propagator, response] = session.builder.coefficients(
            ["propagator", "response"],
            false,
            |graph, given| {
                let [left, right] = implicit(graph, given, 1.0, -0.5, 0.5);
                let one = Block::identity(graph, left.size, 1.0);
                let step = one.scaled(graph, given.step);
                [left.solve(graph, &right), left.solve(graph, &step)]
            },
        )?;
        session.rest(u, 0.0, &now)?;
        session.builder.combine(
            "cnab2",
            &[u],
            &[vec![
                (Some(&propagator), vec![(Plain(1.0), u)]),
                (Some(&response), vec![(Plain(1.5), &now), (Plain(-0.5), &before)]),
            ]],
        );
    } else {
        let [first, inverse] = session.builder.coefficients(
            ["first", "inverse"],
            false,
            |graph, given| {
                let [left, euler] = implicit(graph, given, 1.5, -1.0, -1.0);
                let one = Block::identity(graph, left.size, 1.0);
                // (3/2 − hL)(1 − hL)⁻¹, and these commute.
                [euler.solve(graph, &left), left.solve(graph, &one)]
            },
        )?;
        let old = session.builder.spectra("state before");
        // Such that the first step is (1 − hL) u₁ = u₀ + h N₀.
        session.builder.combine(
            "sbdf2 start",
            &[&old],
            &[vec![
                (None, vec![(Plain(4.0), u), (Step(2.0), &before)]),
                (Some(&first), vec![(Plain(-2.0), u), (Step(-2.0), &before)]),
            ]],
        );
        state.push(old.clone());
        *resize = session.builder.actions[entered..].to_vec();
        end_start(session);
        session.rest(u, 0.0, &now)?;
        session.builder.combine(
            "sbdf2",
            &[&old],
            &[vec![(
                Some(&inverse),
                vec![
                    (Plain(2.0), u),
                    (Plain(-0.5), &old),
                    (Step(2.0), &now),
                    (Step(-1.0), &before),
                ],
            )]],
        );
        exchange(session, u, &old);
    }
    exchange(session, &now, &before);
    end_step(session, u);
    Ok(())
}

fn exchange(session: &mut Session<'_>, a: &Spectra, b: &Spectra) {
    for (x, y) in a.iter().flatten().flatten().zip(b.iter().flatten().flatten()) {
        session.builder.actions.push(Action::Exchange(*x, *y));
    }
}

fn etd1(session: &mut Session<'_>, u: &Spectra) -> FieldResult<()> {
    end_start(session);
    let form = session.builder.form;
    let [e, one, strength] = session.builder.coefficients(
        ["E", "phi1", "strength"],
        true,
        |graph, given| {
            let root = graph.unary(Unary::SquareRoot, given.step);
            let mut strength = given.half[0].scaled(graph, root);
            if let [only] = given.matrix.entries.as_slice() {
                // ∫₀ʰ e^{2 Re λ s} ds = h φ₁(2 h Re λ).
                let twice = graph.multiply(given.step, only.re);
                let twice = graph.add(twice, twice);
                let [_, variance, ..] = phi(graph, Value::real(twice));
                let variance = graph.multiply(given.step, variance.re);
                strength.entries[0] =
                    Value::real(graph.unary(Unary::SquareRoot, variance));
            }
            let one = given.phi[1].scaled(graph, given.step);
            [given.phi[0].clone(), one, strength]
        },
    )?;
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
        .map(|(factor, part)| (Some(factor), vec![(Plain(1.0), part)]))
        .collect();
    session.builder.combine("etd1", &[u], &[recipe]);
    end_step(session, u);
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

/// Noise must be additive, and each mode a process of its own.
fn check_noise(system: &System, form: &SpectralForm) -> FieldResult<()> {
    for group in [form.group(false), form.group(true)] {
        for block in blocks(form, &group).iter().filter(|block| block.len() > 1) {
            let Some(noisy) = block.iter().find(|place| !form.noise[**place].is_empty())
            else {
                continue;
            };
            let name = &system.fields[form.components[*noisy].field].name;
            return Err(FieldError::invalid(
                format!(
                    "the noise of {name} is spread by a linear part that couples several fields, or a field and its velocity, of which Fourier methods have no exact variance"
                ),
                "space = differences, method = heun, with a step far below the fastest frequency",
            ));
        }
    }
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
