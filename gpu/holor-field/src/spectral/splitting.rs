//! Splittings: the linear part exactly in Fourier space, the pointwise part exactly at the cells, in turn.

use super::builder::{Coefficients, Planes, Share, Spectra};
use super::coefficients::Block;
use super::complex::{Value, exponential, multiply};
use super::evaluation::Input;
use super::session::Session;
use super::{Method, Options, SpectralForm, Splitting};
use crate::equation::System;
use crate::plan::Action;
use crate::stepper::{BACK, FORMER_STEP, Stepping};
use crate::{FieldError, FieldResult};

/// Shares of the step for the pointwise flows (one more) and the linear ones, in turn.
fn shares(method: Method) -> (Vec<f64>, Vec<f64>) {
    match method {
        Method::Yoshida4 => {
            let outer = 1.0 / (2.0 - 2.0_f64.cbrt());
            let inner = 1.0 - 2.0 * outer;
            let between = 0.5 * (outer + inner);
            (vec![0.5 * outer, between, between, 0.5 * outer], vec![outer, inner, outer])
        }
        Method::BlanesMoan4 => {
            // Blanes and Moan 2002, table 2, S₆ of order 4.
            let a = [
                0.079_203_696_431_195_7,
                0.353_172_906_049_774,
                -0.042_065_080_357_719_5,
            ];
            let b = [0.209_515_106_613_362, -0.143_851_773_179_818];
            let middle = 1.0 - 2.0 * (a[0] + a[1] + a[2]);
            let third = 0.5 - (b[0] + b[1]);
            (
                vec![a[0], a[1], a[2], middle, a[2], a[1], a[0]],
                vec![b[0], b[1], third, third, b[1], b[0]],
            )
        }
        _ => (vec![0.5, 0.5], vec![1.0]),
    }
}

/// The plan of a splitting.
pub(super) fn stepping(
    system: &System,
    form: &SpectralForm,
    options: &Options,
) -> FieldResult<Stepping> {
    let Some(splitting) = &form.splitting else {
        return Err(FieldError::invalid(
            format!(
                "{} needs a pointwise part whose flow is known: i times a function of the position, the time and absolute values, times the field",
                options.method.name()
            ),
            if form.is_linear() { "use exact" } else { "use etdrk4" },
        ));
    };
    let (outer, inner) = shares(options.method);
    if inner.len() > 1 && !form.is_diagonal() {
        return Err(FieldError::invalid(
            format!("{} does not take linearly coupled fields", options.method.name()),
            "use split_step or etdrk4",
        ));
    }
    let backwards = inner.iter().chain(&outer).any(|share| *share < 0.0);
    if backwards && (form.decay > 0.0 || !splitting.unitary) {
        return Err(FieldError::invalid(
            format!(
                "{} goes backwards in time within a step, which damping does not allow",
                options.method.name()
            ),
            "use split_step or etdrk4",
        ));
    }
    let mut session = Session::new(system, form, options)?;
    let state: Vec<Planes> = session.planes.clone();
    // Observed values are kept apart: the state lies half a pointwise flow ahead.
    let observed: Vec<Planes> = form
        .components
        .iter()
        .map(|component| {
            let name = format!("{} observed", system.fields[component.field].name);
            session.builder.planes(&name, component.complex)
        })
        .collect();
    flow(&mut session, splitting, &state, &state, [outer[0], 0.0], 0.0)?;
    let start = session.builder.finish("start");
    let mut flows: Vec<(f64, Coefficients)> = Vec::new();
    let mut passed = 0.0;
    let last = inner.len() - 1;
    for (place, share) in inner.iter().enumerate() {
        let known = flows.iter().position(|known| known.0 == *share);
        let which = match known {
            Some(which) => which,
            None => {
                let propagator = propagator(&mut session, *share)?;
                flows.push((*share, propagator));
                flows.len() - 1
            }
        };
        linear(&mut session, &state, &flows[which].1);
        passed += share;
        if place < last {
            let time = [outer[place + 1], 0.0];
            flow(&mut session, splitting, &state, &state, time, passed)?;
        }
    }
    // The last pointwise flow of this step and the first of the next are one.
    let time = [outer[last + 1] + outer[0], 0.0];
    flow(&mut session, splitting, &state, &state, time, 1.0)?;
    session.builder.advance();
    let step = session.builder.finish("step");
    // The state lies ahead by a share of the step that was.
    flow(&mut session, splitting, &state, &state, [outer[0], -outer[0]], 0.0)?;
    let resize = std::mem::take(&mut session.builder.actions);
    if crate::discretise::jumps_in_time(system) {
        flow(&mut session, splitting, &state, &state, [-outer[0], 0.0], 0.0)?;
        session.builder.finish(BACK);
    }
    flow(&mut session, splitting, &state, &observed, [-outer[0], 0.0], 0.0)?;
    session.planes = observed.clone();
    let input = Input { spectra: None, planes: Some(observed), filtered: false };
    let observe = session.observe_given(input)?;
    explain(&mut session, form, splitting, options);
    let arrays =
        state.iter().flat_map(|planes| [Some(planes.0), planes.1]).flatten().collect();
    Ok(session.end(options, [start, step, observe], arrays, resize, None))
}

fn explain(
    session: &mut Session<'_>,
    form: &SpectralForm,
    splitting: &Splitting,
    options: &Options,
) {
    let what = match options.method {
        Method::Strang => "order 2, one pair of transforms a step",
        Method::Yoshida4 => "order 4, three pairs of transforms a step",
        _ => "order 4, six pairs of transforms a step",
    };
    session.explanation.push(format!(
        "the linear part is exact in Fourier space, the pointwise part at the cells ({what}); flows that meet between steps are one"
    ));
    if splitting.unitary && form.decay == 0.0 && form.growth == 0.0 {
        session.explanation.push(
            "both flows only turn phases: the norm is conserved but for rounding"
                .to_owned(),
        );
    }
    let resonance = std::f64::consts::PI / form.oscillation;
    if !splitting.free && options.step > resonance {
        session.explanation.push(format!(
            "warning: above a step of {resonance:.2e} (π over the highest frequency) plane waves may be unstable by resonance with the step"
        ));
    }
}

/// e^{share h L}.
fn propagator(session: &mut Session<'_>, share: f64) -> FieldResult<Coefficients> {
    let [propagator] =
        session.builder.coefficients(["propagator"], share == 1.0, |graph, given| {
            if let Some(whole) = given.phi.first() {
                return [whole.clone()];
            }
            // Blocks of one component: several are refused for shares of a step.
            let time = graph.constant(share);
            let time = graph.multiply(given.step, time);
            let z = given.matrix.scaled(graph, time);
            let entries = z.entries.iter().map(|z| exponential(graph, *z)).collect();
            [Block { size: z.size, entries }]
        })?;
    Ok(propagator)
}

/// `to` = `from` times the pointwise flow over a share of the step and one of the step before it changed, with rates at the present
/// time plus a share of the step.
fn flow(
    session: &mut Session<'_>,
    splitting: &Splitting,
    from: &[Planes],
    to: &[Planes],
    [time, former]: [f64; 2],
    offset: f64,
) -> FieldResult<()> {
    if session.builder.form.time_dependent {
        session.builder.set_stage_time(offset);
    }
    let input = Input { spectra: None, planes: Some(from.to_vec()), filtered: false };
    session.evaluator.begin(input);
    let builder = &mut session.builder;
    let step = builder.step_size;
    let old_step = match builder.plan.scalar(FORMER_STEP) {
        Some(old) => old,
        None => builder.scalar(FORMER_STEP),
    };
    session.evaluator.with_values(
        &mut session.builder,
        "pointwise flow",
        &splitting.rates,
        |writer, values| {
            let graph = &mut writer.graph;
            let mut length = Share::Step(time).node(graph, step);
            if former != 0.0 {
                let before = Share::Step(former).node(graph, old_step);
                length = graph.add(length, before);
            }
            for ((from, to), rate) in from.iter().zip(to).zip(values) {
                let old = writer.load_planes(*from);
                let exponent = multiply(&mut writer.graph, Value::real(length), *rate);
                let factor = exponential(&mut writer.graph, exponent);
                let new = multiply(&mut writer.graph, factor, old);
                if to.1.is_none() && new.im.is_some() {
                    return Err(FieldError::invalid(
                        "a real field has a complex rate",
                        "",
                    ));
                }
                writer.store_planes(*to, new);
            }
            Ok(())
        },
    )
}

/// The linear flow of all components.
fn linear(session: &mut Session<'_>, state: &[Planes], propagator: &Coefficients) {
    let form = session.builder.form;
    if form.is_diagonal() {
        for (row, _, multiplier) in &propagator.entries {
            if form.linear[*row].is_empty() {
                continue;
            }
            let spectrum = session.builder.scratch(form.components[*row].complex);
            let transform = session.builder.transform(state[*row], spectrum);
            session
                .builder
                .actions
                .push(Action::Filter { transform, multiplier: *multiplier });
        }
        return;
    }
    let spectra: Spectra = (0..state.len())
        .map(|place| {
            let name = format!("flow {place}");
            let known = session.builder.plan.array(&format!("{name}^.re"));
            Some(match known {
                Some(re) => [re, re + 1],
                None => session.builder.spectrum(&name, form.components[place].complex),
            })
        })
        .collect();
    for (planes, spectrum) in state.iter().zip(spectra.iter().flatten()) {
        session.builder.forward(*planes, *spectrum);
    }
    session.builder.combine(
        "linear flow",
        &[&spectra],
        &[vec![(Some(propagator), vec![(Share::Plain(1.0), &spectra)])]],
    );
    for (planes, spectrum) in state.iter().zip(spectra.iter().flatten()) {
        session.builder.inverse(*spectrum, *planes);
    }
}
