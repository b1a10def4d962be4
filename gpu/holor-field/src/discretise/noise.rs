//! Noises in rates: amplitudes, and noises that are differences of others.

use super::differences::Lowering;
use super::formula::{Formula, Id, Source};
use super::parts::{NoiseFailure, NoisyPart};
use crate::equation::System;
use crate::error::{FieldError, FieldResult};
use crate::graph::NodeId;
use crate::scheme::{Diffusion, NoisePlane};

/// What to say where a rate is not linear in its noises.
pub(super) fn refused(
    system: &System,
    field: usize,
    failure: NoiseFailure,
) -> FieldError {
    let name = system.fields.get(field).map_or("?", |field| field.name.as_str());
    match failure {
        NoiseFailure::Nonlinear => FieldError::invalid(
            format!("the rate of {name} is not linear in its noise"),
            "a noise may be multiplied by anything without noise, and added",
        ),
        NoiseFailure::Moved => FieldError::invalid(
            format!("the rate of {name} has a derivative of a noise times something"),
            "only noises themselves may be differentiated: use the product rule, or noises with constant strength",
        ),
    }
}

/// The noises of a system as planes, in the order of [`Source::Noise`].
pub(super) fn planes(system: &System) -> Vec<NoisePlane> {
    let mut planes = Vec::new();
    for noise in &system.noises {
        let parts: &[&str] = if noise.complex { &[".re", ".im"] } else { &[""] };
        for part in parts {
            planes.push(NoisePlane {
                name: format!("{}{part}", noise.name),
                stream: planes.len() as u32,
                uniform: noise.uniform,
                derived: None,
            });
        }
    }
    planes
}

/// The noise terms of a rate; differences of noises become planes of their own.
pub(super) fn diffusions(
    lowering: &mut Lowering<'_>,
    planes: &mut Vec<NoisePlane>,
    derived: &mut Vec<(Id, usize)>,
    parts: &[NoisyPart],
) -> FieldResult<Vec<Diffusion>> {
    let system = lowering.equations.system;
    let volume: f64 = system.grid.axes.iter().map(|axis| axis.spacing()).product();
    let mut result = Vec::new();
    for part in parts {
        let mut base = part.noise;
        while let Formula::Derivative(_, body) | Formula::Shifted(_, body) =
            lowering.formulas().get(base)
        {
            base = *body;
        }
        let Formula::Array(Source::Noise(first)) = *lowering.formulas().get(base) else {
            continue;
        };
        let uniform = planes.get(first as usize).is_some_and(|plane| plane.uniform);
        let mut factor = if uniform { 1.0 } else { 1.0 / volume.sqrt() };
        let noise = if base == part.noise {
            first as usize
        } else if let Formula::Shifted(..) = lowering.formulas().get(part.noise)
            && uniform
        {
            first as usize
        } else {
            if uniform {
                // The same in all cells: its differences vanish.
                factor = 0.0;
            }
            match derived.iter().find(|(known, _)| *known == part.noise) {
                Some((_, place)) => *place,
                None if factor == 0.0 => first as usize,
                None => {
                    if let Some(axis) = system.grid.axes.iter().find(|axis| !axis.closed)
                    {
                        return Err(FieldError::invalid(
                            format!(
                                "a noise is differentiated in a box that is not periodic along {}",
                                axis.name
                            ),
                            format!(
                                "make {} periodic, or let the noise act without derivative",
                                axis.name
                            ),
                        ));
                    }
                    let node = lowering.here(part.noise);
                    derived.push((part.noise, planes.len()));
                    planes.push(NoisePlane {
                        name: format!("difference of {}", planes[first as usize].name),
                        stream: planes.len() as u32,
                        uniform: false,
                        derived: Some(node),
                    });
                    planes.len() - 1
                }
            }
        };
        if factor == 0.0 {
            continue;
        }
        let multiplicative = lowering.formulas().facts(part.amplitude).planes;
        let scaled = lowering.equations.formulas.scale(part.amplitude, factor);
        let amplitude: NodeId = lowering.here(scaled);
        result.push(Diffusion { amplitude, noise, multiplicative });
    }
    Ok(result)
}
