//! Explicit methods on spectra: Runge and Kutta, Störmer and Verlet.

use super::builder::Share::{Plain, Step};
use super::builder::{Spectra, Writer};
use super::complex::{Value, add, multiply};
use super::evaluation::Evaluator;
use super::session::{Session, arrays};
use super::{Atom, Method, Options, SpectralForm, term};
use crate::equation::{Complex64, System, Term};
use crate::stepper::Stepping;
use crate::{FieldError, FieldResult};

/// The plan of such a method.
pub(super) fn stepping(
    system: &System,
    form: &SpectralForm,
    options: &Options,
) -> FieldResult<Stepping> {
    let leapfrog = options.method == Method::Leapfrog;
    // Circles and intervals of stability: 2.785 and 2.828 for Runge–Kutta, ω h < 2 for leapfrog.
    let stable = if leapfrog {
        2.0 / form.oscillation
    } else {
        (2.785 / form.decay).min(2.828 / form.oscillation)
    };
    if leapfrog {
        check_second_order(system, form)?;
    }
    let mut session = Session::new(system, form, options)?;
    let u = session.builder.spectra("state");
    session.enter(&u);
    let mut state = vec![u.clone()];
    let n = Evaluator::targets(&mut session.builder, "N", &form.rest);
    if leapfrog {
        let forces = forces(&mut session);
        state.push(forces.clone());
        session.rest(&u, 0.0, &n)?;
        kick(&mut session, &u, &n, &forces, 0.0);
        session.builder.finish("start");
        drift(&mut session, &u, &forces);
        session.rest(&u, 1.0, &n)?;
        kick(&mut session, &u, &n, &forces, 0.5);
        session.explanation.insert(
            0,
            "Störmer and Verlet on spectra: reversible, symplectic where there is an energy, order 2, one evaluation a step"
                .to_owned(),
        );
    } else {
        session.builder.finish("start");
        runge_kutta(&mut session, &u, &n)?;
        session.explanation.insert(
            0,
            "derivatives by Fourier transforms, everything explicit by Runge-Kutta (order 4, four evaluations a step)"
                .to_owned(),
        );
    }
    session.builder.advance();
    session.builder.finish("step");
    let step = session.builder.plan.procedures.len() - 1;
    let observe = session.observe(&u)?;
    let state: Vec<&Spectra> = state.iter().collect();
    let stable = stable.is_finite().then_some(stable);
    Ok(session.end(
        options,
        [step - 1, step, observe],
        arrays(&state),
        Vec::new(),
        stable,
    ))
}

fn runge_kutta(session: &mut Session<'_>, u: &Spectra, n: &Spectra) -> FieldResult<()> {
    let [linear] =
        session.builder.coefficients(["L"], false, |_, given| [given.matrix.clone()])?;
    let (y, sum) = (session.builder.spectra("stage"), session.builder.spectra("sum"));
    let stages = [(0.0, 0.5, 1.0), (0.5, 0.5, 2.0), (0.5, 1.0, 2.0)];
    for (stage, (at, next, weight)) in stages.into_iter().enumerate() {
        let here = if stage == 0 { u } else { &y };
        session.rest(here, at, n)?;
        let forward = |factor: f64| {
            vec![
                (Some(&linear), vec![(Step(factor), here)]),
                (None, vec![(Step(factor), n)]),
            ]
        };
        let mut to_stage = forward(next);
        to_stage.push((None, vec![(Plain(1.0), u)]));
        let mut to_sum = forward(weight / 6.0);
        to_sum.push((None, vec![(Plain(1.0), if stage == 0 { u } else { &sum })]));
        session.builder.combine("rk4 stage", &[&y, &sum], &[to_stage, to_sum]);
    }
    session.rest(&y, 1.0, n)?;
    session.builder.combine(
        "rk4",
        &[u],
        &[vec![
            (None, vec![(Plain(1.0), &sum), (Step(1.0 / 6.0), n)]),
            (Some(&linear), vec![(Step(1.0 / 6.0), &y)]),
        ]],
    );
    Ok(())
}

fn check_second_order(system: &System, form: &SpectralForm) -> FieldResult<()> {
    let wrong = |message: String| Err(FieldError::invalid(message, "use etdrk4, or rk4"));
    for (place, component) in form.components.iter().enumerate() {
        let field = &system.fields[component.field];
        if field.order != 2 {
            return wrong(format!(
                "leapfrog is for second derivatives in time, and the equation of {} has a first one",
                field.name
            ));
        }
        if !component.velocity {
            continue;
        }
        let damped =
            form.linear[place].iter().any(|(other, _)| form.components[*other].velocity)
                || form.rest[place].iter().any(|(atom, _)| match atom {
                    Atom::Component(other) => form.components[*other].velocity,
                    Atom::Pointwise(inner) => term::contains(system, inner, &|part| {
                        matches!(part, Term::Velocity(_))
                    }),
                });
        if damped {
            return wrong(format!(
                "leapfrog needs rates without velocities, and that of {} has one",
                field.name
            ));
        }
    }
    Ok(())
}

/// Spectra for ∂ₜ² of every field, at the places of the velocities.
fn forces(session: &mut Session<'_>) -> Spectra {
    let form = session.builder.form;
    let mut result: Spectra = vec![None; form.components.len()];
    for (place, component) in form.components.iter().enumerate() {
        if component.velocity {
            let name = format!("force {place}");
            result[place] = Some(session.builder.spectrum(&name, component.complex));
        }
    }
    result
}

/// v += h/2 F, u += h v.
fn drift(session: &mut Session<'_>, u: &Spectra, forces: &Spectra) {
    let form = session.builder.form;
    for complex in [false, true] {
        let mut writer = Writer::default();
        let mut stores = Vec::new();
        for place in form.group(complex) {
            let (Some(force), Some(v)) = (forces[place], u[place]) else {
                continue;
            };
            // The field's own component comes just before.
            let Some(x) = u[place - 1] else {
                continue;
            };
            let half = writer.load_spectrum(force);
            let share = Step(0.5).node(&mut writer.graph, session.builder.step_size);
            let half = multiply(&mut writer.graph, Value::real(share), half);
            let old = writer.load_spectrum(v);
            let velocity = add(&mut writer.graph, old, half);
            let share = Step(1.0).node(&mut writer.graph, session.builder.step_size);
            let way = multiply(&mut writer.graph, Value::real(share), velocity);
            let old = writer.load_spectrum(x);
            let moved = add(&mut writer.graph, old, way);
            stores.push((v, velocity));
            stores.push((x, moved));
        }
        finish(session, "drift", writer, stores, complex);
    }
}

/// F = L u + N, v += time · h F.
fn kick(
    session: &mut Session<'_>,
    u: &Spectra,
    n: &Spectra,
    forces: &Spectra,
    time: f64,
) {
    let form = session.builder.form;
    for complex in [false, true] {
        let mut writer = Writer::default();
        let mut stores = Vec::new();
        for place in form.group(complex) {
            let (Some(force), Some(v)) = (forces[place], u[place]) else {
                continue;
            };
            let mut sum = Value::number(&mut writer.graph, Complex64::ZERO);
            for (other, symbol) in &form.linear[place] {
                if let Some(spectrum) = u[*other] {
                    let factor = session.builder.symbol(&mut writer, symbol, complex);
                    let part = writer.load_spectrum(spectrum);
                    let part = multiply(&mut writer.graph, factor, part);
                    sum = add(&mut writer.graph, sum, part);
                }
            }
            if let Some(rest) = n[place] {
                let part = writer.load_spectrum(rest);
                sum = add(&mut writer.graph, sum, part);
            }
            stores.push((force, sum));
            if time != 0.0 {
                let share = Step(time).node(&mut writer.graph, session.builder.step_size);
                let kick = multiply(&mut writer.graph, Value::real(share), sum);
                let old = writer.load_spectrum(v);
                stores.push((v, add(&mut writer.graph, old, kick)));
            }
        }
        finish(session, "kick", writer, stores, complex);
    }
}

fn finish(
    session: &mut Session<'_>,
    name: &str,
    mut writer: Writer,
    stores: Vec<([usize; 2], Value)>,
    complex: bool,
) {
    if stores.is_empty() {
        return;
    }
    for (spectrum, value) in stores {
        writer.store_spectrum(spectrum, value);
    }
    let layout = session.builder.layout(complex);
    session.builder.run(name, writer, &layout);
}
