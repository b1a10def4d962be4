//! Which Fourier method fits a system, and with which step to begin.

use super::stability::matrix;
use super::symbol::modes;
use super::{
    Atom, Method, Options, SpectralForm, analyse, analysis, operators, stepping_of, term,
};
use crate::backend::{Backend, Precision};
use crate::discretise::moments;
use crate::equation::{Complex64, Grid, System, Term};
use crate::interpreter::Interpreter;

/// Cells at most where the rest's stiffness is probed.
const PROBED: usize = 4096;
/// Times at which the stiffness of a rest that depends on time is probed.
const TIMES: usize = 6;
/// From this ratio of the linear part's to the rest's stiffness on, exponential integrators pay.
const STIFF: f64 = 8.0;

/// The Fourier method that fits a system on a periodic box, with reasons; none where finite differences serve as well or better: a
/// side that is not periodic, noise times fields, kinks in the rates, a linear part that is not stiff.
pub fn choose(system: &System) -> Option<(Method, Vec<String>)> {
    let form = analyse(system).ok()?;
    if form.ill_posed {
        return None;
    }
    let periodic = "the box is periodic".to_owned();
    if form.is_linear() {
        let reason = "the equation is linear with constant coefficients: every Fourier mode evolves by an exponential";
        return Some((Method::Exact, vec![periodic, reason.to_owned()]));
    }
    if form.is_stochastic() {
        let free = form.rest.iter().all(Vec::is_empty);
        let options = Options::new(Method::Etd1, 1.0);
        return (free && stepping_of(system, &form, &options).is_ok()).then(|| {
            let reason =
                "the equation is linear with additive noise: every Fourier mode is an Ornstein-Uhlenbeck process";
            (Method::Etd1, vec![periodic, reason.to_owned()])
        });
    }
    if let Some(splitting) = &form.splitting
        && splitting.unitary
        && form.decay == 0.0
        && form.growth <= 0.0
        && form.oscillation > 0.0
    {
        let reason = "it is like Schrödinger's: the pointwise part only turns phases, so both parts are exact in turn and the norm is conserved";
        let method =
            if form.is_diagonal() { Method::BlanesMoan4 } else { Method::Strang };
        return Some((method, vec![periodic, reason.to_owned()]));
    }
    let inverse =
        |part: &Term| matches!(part, Term::InverseLaplacian(_) | Term::Inverse { .. });
    if system.fields.iter().any(|field| term::contains(system, &field.rate, &inverse)) {
        let reason = "the inverse of an operator is exact in Fourier space, and differences have none";
        return Some((Method::EtdRk4, vec![periodic, reason.to_owned()]));
    }
    let order = form.linear.iter().flatten().flat_map(|(_, symbol)| &symbol.terms);
    let order = order.map(|term| term.powers.iter().sum::<u32>()).max().unwrap_or(0);
    let rest = rest_order(system, &form);
    let second = form.components.iter().any(|component| component.velocity);
    if order < 2 || rest >= order || second || !is_smooth(system, &form) {
        return None;
    }
    let stiffness = rest_stiffness(system, &form, 0.0)?;
    let linear = form.decay.max(form.oscillation);
    // Not a number, too, means no.
    if stiffness.is_nan() || linear < STIFF * stiffness {
        return None;
    }
    let reason = format!(
        "the linear part is stiff ({linear:.3e} against {stiffness:.3e} of the rest) and exact in Fourier space"
    );
    Some((Method::EtdRk4, vec![periodic, reason]))
}

/// A step to begin with, from the rest's stiffness at the start (and, for splittings, the frequencies that the start excites); none
/// where any step will do or none can be found.
///
/// Where the rest depends on time, its stiffness is the largest at some times from the first to the last of `times`.
pub fn suggest_step(
    system: &System,
    form: &SpectralForm,
    method: Method,
    times: (f64, f64),
) -> Option<f64> {
    let stable = match method {
        Method::Exact => return None,
        Method::Rk4 => 0.9 * (2.785 / form.decay).min(2.828 / form.oscillation),
        Method::Leapfrog => 1.0 / form.oscillation,
        _ => f64::INFINITY,
    };
    let mut rate = 0.0_f64;
    for time in moments(times, form.time_dependent, TIMES) {
        // Not a number stays so.
        let found = rest_stiffness(system, form, time)?;
        rate = if found.is_nan() { found } else { rate.max(found) };
    }
    let share = match method {
        Method::EtdRk4 | Method::IfRk4 | Method::Rk4 => 0.5,
        Method::Leapfrog | Method::BlanesMoan4 => 0.2,
        Method::Etd1 => 0.02,
        _ => 0.1,
    };
    if matches!(
        method,
        Method::Strang | Method::Yoshida4 | Method::BlanesMoan4 | Method::CrankNicolson
    ) {
        rate = rate.max(excited(system, form));
    }
    let step = stable.min(share / rate);
    (step.is_finite() && step > 0.0).then_some(step)
}

/// The most derivatives of anything that evolves in the rest.
pub fn rest_order(system: &System, form: &SpectralForm) -> u32 {
    fn depth(system: &System, term: &Term) -> u32 {
        let own = match term {
            Term::Derivative { .. } => 1,
            _ => 0,
        };
        let inner = match term {
            Term::Field(place) if system.fields[*place].order == 0 => {
                depth(system, &system.fields[*place].rate)
            }
            other => {
                let parts = other.children();
                parts.into_iter().map(|part| depth(system, part)).max().unwrap_or(0)
            }
        };
        own + inner
    }
    let entries = form.rest.iter().flatten();
    entries
        .map(|(atom, symbol)| {
            let outer = symbol.terms.iter().map(|term| term.powers.iter().sum::<u32>());
            let inner = match atom {
                Atom::Pointwise(inner) => depth(system, inner),
                Atom::Component(_) => 0,
            };
            outer.max().unwrap_or(0) + inner
        })
        .max()
        .unwrap_or(0)
}

/// Whether the rest has no kinks or jumps.
fn is_smooth(system: &System, form: &SpectralForm) -> bool {
    let kinked = |part: &Term| match part {
        Term::Piecewise(..) => true,
        Term::Function(function, _) => function.is_kinked(),
        _ => false,
    };
    form.rest.iter().flatten().all(|(atom, _)| match atom {
        Atom::Pointwise(inner) => !term::contains(system, inner, &kinked),
        Atom::Component(_) => true,
    })
}

/// The frequency of the linear part that the start excites, as a root mean square.
fn excited(system: &System, form: &SpectralForm) -> f64 {
    let points: Vec<usize> = system.grid.axes.iter().map(|axis| axis.points).collect();
    let modes = modes(&system.grid, false);
    let (mut weighted, mut total) = (0.0, 0.0);
    for (place, component) in form.components.iter().enumerate() {
        let mut spectrum = system.fields[component.field].start.clone();
        if component.velocity || spectrum.len() != modes.len() {
            continue;
        }
        operators::transform(&mut spectrum, &points, false);
        for (value, mode) in spectrum.iter().zip(&modes) {
            let power = value.norm_sqr();
            weighted += power * matrix(form, &[place], mode).norm().powi(2);
            total += power;
        }
    }
    if total > 0.0 { (weighted / total).sqrt() } else { 0.0 }
}

/// The largest rate at which the rest changes small disturbances of the start, by iteration on a grid that may be coarser.
fn rest_stiffness(system: &System, form: &SpectralForm, time: f64) -> Option<f64> {
    let mut small = system.clone();
    let mut ratio = 1.0_f64;
    while small.grid.axes.iter().map(|axis| axis.points).product::<usize>() > PROBED {
        let longest = (0..small.grid.axes.len())
            .max_by_key(|axis| small.grid.axes[*axis].points)?;
        small = halved(&small, longest);
        ratio *= 2.0_f64.powf(1.0 / small.grid.axes.len() as f64);
    }
    let scale = ratio.powi(rest_order(system, form) as i32);
    let mut bare = analysis::split(&small).ok()?;
    // One step of length 1 of û′ = N adds N.
    bare.linear = vec![Vec::new(); bare.components.len()];
    bare.noise = vec![Vec::new(); bare.components.len()];
    let stepping = stepping_of(&small, &bare, &Options::new(Method::Etd1, 1.0)).ok()?;
    let mut machine = Interpreter.prepare(&stepping.plan, Precision::Double).ok()?;
    let cells: usize = small.grid.axes.iter().map(|axis| axis.points).product();
    let mut arrays: Vec<usize> = stepping.planes.clone();
    arrays.extend(stepping.velocities.iter().flatten());
    let read = |machine: &mut dyn crate::Machine| -> Vec<f64> {
        let mut all = Vec::new();
        for array in &arrays {
            let mut values = vec![0.0; cells];
            machine.read(*array, &mut values);
            all.extend(values);
        }
        all
    };
    let start = read(machine.as_mut());
    let mut rest = |values: &[f64]| -> Option<Vec<f64>> {
        for (array, values) in arrays.iter().zip(values.chunks(cells)) {
            machine.write(*array, values);
        }
        // What depends on time is compared at the same time.
        machine.set_scalar(stepping.time, time);
        machine.set_scalar(stepping.count, 0.0);
        for procedure in [stepping.start, stepping.step, stepping.observe] {
            machine.execute(procedure, 1, &|| false).ok()?;
        }
        let after = read(machine.as_mut());
        Some(after.iter().zip(values).map(|(after, before)| after - before).collect())
    };
    let here = rest(&start)?;
    let norm =
        |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let size = match norm(&start) {
        0.0 => (start.len() as f64).sqrt() * 1e-3,
        size => size,
    };
    // A fixed disturbance without pattern.
    let mut seed = 1_u64;
    let mut way: Vec<f64> = start
        .iter()
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        })
        .collect();
    let second = form.components.iter().any(|component| component.velocity);
    let mut rate = 0.0_f64;
    for _ in 0..if second { 1 } else { 12 } {
        let factor = 1e-6 * size / norm(&way);
        let there: Vec<f64> =
            start.iter().zip(&way).map(|(start, way)| start + factor * way).collect();
        let change = rest(&there)?;
        way = change.iter().zip(&here).map(|(there, here)| there - here).collect();
        rate = norm(&way) / (1e-6 * size);
        if rate < 1e-12 {
            break;
        }
    }
    // Of ∂ₜ²u = N the frequency.
    Some(if second { rate.sqrt() } else { rate } * scale)
}

/// Every second point along an axis.
fn halved(system: &System, along: usize) -> System {
    let mut result = system.clone();
    let points: Vec<usize> = system.grid.axes.iter().map(|axis| axis.points).collect();
    let half = points[along] / 2;
    let inner: usize = points[along + 1..].iter().product();
    let outer: usize = points[..along].iter().product();
    let thin = |values: &[Complex64]| -> Vec<Complex64> {
        if values.len() != outer * points[along] * inner {
            return values.to_vec();
        }
        let mut thinned = Vec::with_capacity(outer * half * inner);
        for before in 0..outer {
            for place in 0..half {
                let first = (before * points[along] + 2 * place) * inner;
                thinned.extend_from_slice(&values[first..first + inner]);
            }
        }
        thinned
    };
    result.grid = Grid { axes: system.grid.axes.clone(), mask: None };
    let axis = &mut result.grid.axes[along];
    // The points kept stay where they are; an odd last one is left out with its interval.
    axis.high = axis.low + 2.0 * half as f64 * axis.spacing();
    axis.points = half;
    for field in &mut result.fields {
        field.start = thin(&field.start);
        field.start_velocity = thin(&field.start_velocity);
    }
    for given in &mut result.given {
        given.values = thin(&given.values).into();
    }
    result
}
