//! Phase oscillators of second order, mᵢ θᵢ″ + θᵢ′ = ωᵢ + coupling: swing equations of power grids, with noise and delay.
//!
//! The unknowns are the phases, then the speeds θ′. G. Filatrella, A. H. Nielsen and N. F. Pedersen, Eur. Phys. J. B 61 (2008) 485.

use super::kuramoto::{Kuramoto, check_diffusion};
use super::observe::{Observer, observed};
use crate::error::{Result, refuse};
use crate::ode::{DelayEquations, Equations, Noise, StochasticEquations};

/// The inertia of each oscillator.
#[derive(Clone, Debug, PartialEq)]
pub struct Inertia(Vec<f64>);

impl Inertia {
    /// One inertia for all of them, or one for each.
    ///
    /// # Errors
    /// Where they are not as many as oscillators, or not positive.
    pub fn new(values: &[f64], oscillators: usize) -> Result<Self> {
        if let Some(wrong) = values.iter().find(|it| !(**it > 0.0 && it.is_finite())) {
            refuse!("the inertia is {wrong}; it must be positive");
        }
        match values {
            [one] => Ok(Self(vec![*one; oscillators])),
            all if all.len() == oscillators => Ok(Self(all.to_vec())),
            all => refuse!("{} inertias for {oscillators} oscillators", all.len()),
        }
    }

    /// The inertia of each.
    pub fn values(&self) -> &[f64] {
        &self.0
    }
}

impl Kuramoto<'_> {
    /// For phases θ, then speeds v: θ' = v, m v' = ω + coupling − v; the phases that act are the present or earlier ones.
    pub fn inertial_slope(
        &mut self,
        inertia: &Inertia,
        t: f64,
        y: &[f64],
        earlier: Option<&[f64]>,
        out: &mut [f64],
    ) {
        let count = self.oscillators();
        let (phases, speeds) = y.split_at(count);
        let (rates, forces) = out.split_at_mut(count);
        self.rates(t, phases, earlier.map(|it| &it[..count]), forces);
        rates.copy_from_slice(speeds);
        for ((force, speed), inertia) in forces.iter_mut().zip(speeds).zip(&inertia.0) {
            *force = (*force - speed) / inertia;
        }
    }

    /// The equations for phases, then speeds.
    pub fn inertial_equations<'b>(
        &'b mut self,
        inertia: &'b Inertia,
        observer: Option<&'b mut Observer>,
    ) -> Equations<'b> {
        let count = self.oscillators();
        let structured = self.structured(&inertia.0);
        let mut derivatives = self.derivatives();
        let mut room = Vec::new();
        let equations = Equations::new(move |t, y: &[f64], out: &mut [f64]| {
            self.inertial_slope(inertia, t, y, None, out);
        })
        .with_size(2 * count);
        let equations = match structured {
            Some(structured) => equations.with_structured(structured),
            None => equations.with_jacobian(move |_, y: &[f64], out: &mut [f64]| {
                room.resize(count * count, 0.0);
                derivatives.fill(&y[..count], &mut room);
                let size = 2 * count;
                out.fill(0.0);
                for (i, m) in inertia.0.iter().enumerate() {
                    out[i * size + count + i] = 1.0;
                    let row = &mut out[(count + i) * size..(count + i + 1) * size];
                    for (entry, change) in
                        row.iter_mut().zip(&room[i * count..(i + 1) * count])
                    {
                        *entry = change / m;
                    }
                    row[count + i] = -1.0 / m;
                }
            }),
        };
        observed(equations, observer, count)
    }

    /// Coupling to the phases one delay ago, for [`crate::ode::DelayRun`] with that single delay.
    pub fn inertial_delayed_equations<'b>(
        &'b mut self,
        inertia: &'b Inertia,
        history: impl FnMut(f64, &mut [f64]) + 'b,
        observer: Option<&'b mut Observer>,
    ) -> DelayEquations<'b> {
        let count = self.oscillators();
        let equations = DelayEquations::new(
            move |t, y: &[f64], past: &[f64], out: &mut [f64]| {
                self.inertial_slope(inertia, t, y, Some(past), out);
            },
            history,
        )
        .with_size(2 * count);
        observed(equations, observer, count)
    }

    /// m dv = (ω + coupling − v) dt + √(2 D) dW for [`crate::ode::StochasticRun`]; with a history the phases that act are those one
    /// delay ago, for a run with that single delay.
    ///
    /// # Errors
    /// Where the diffusion constant D is negative.
    pub fn inertial_noisy_equations<'b>(
        &'b mut self,
        inertia: &'b Inertia,
        diffusion: f64,
        history: Option<Box<crate::ode::History<'b>>>,
        observer: Option<&'b mut Observer>,
    ) -> Result<StochasticEquations<'b>> {
        check_diffusion(diffusion)?;
        let count = self.oscillators();
        let mut sizes = vec![0.0; count];
        sizes.extend(inertia.0.iter().map(|m| (2.0 * diffusion).sqrt() / m));
        let noise = Noise::Additive(sizes);
        let equations = match history {
            None => StochasticEquations::new(
                move |t, y: &[f64], out: &mut [f64]| {
                    self.inertial_slope(inertia, t, y, None, out);
                },
                noise,
            ),
            Some(history) => StochasticEquations::delayed(
                move |t, y: &[f64], past: &[f64], out: &mut [f64]| {
                    self.inertial_slope(inertia, t, y, Some(past), out);
                },
                history,
                noise,
            ),
        }
        .with_size(2 * count);
        Ok(observed(equations, observer, count))
    }
}
