//! Bundles whose formulas hold functions that devices do not compute, Bessel's for one: geodesics integrated here, one after the other.

use holor_algebra::Engine;
use holor_field::ensemble::{Ended, Ends};
use holor_geometry::orbit::{self, End, GeodesicFlow, Motion, Orbit, Tolerance};

use super::at;
use super::bundles::{Made, Request};
use super::orbits::watched;
use crate::array::short;
use crate::builtin::Curved;
use crate::evaluate::Call;
use crate::numeric::{Frames, Given, are_computable};
use crate::{Result, Value};

impl Request<'_> {
    /// Whether devices compute the components.
    pub(super) fn is_computable(&self, engine: &Engine) -> bool {
        let metric = match self.metric {
            Curved::Metric(metric) => Some(metric),
            Curved::Connection(connection) => match connection.metric() {
                Some(metric) => Some(metric),
                None => return are_computable(connection.coefficients(), engine),
            },
        };
        metric.is_none_or(|metric| {
            are_computable(metric.lower(), engine)
                && are_computable(metric.inverse(), engine)
        })
    }

    /// Integrates the geodesics one after the other, as single ones are.
    pub(super) fn one_by_one(&self, call: &Call<'_>) -> Result<Value> {
        let engine = call.engine();
        let (connection, metric) = match self.metric {
            Curved::Metric(metric) => {
                (at(call, metric.christoffel())?, Some(metric.clone()))
            }
            Curved::Connection(connection) => {
                (connection.clone(), connection.metric().cloned())
            }
        };
        let chart = connection.coefficients().chart().clone();
        let flow =
            at(call, GeodesicFlow::compile(&connection, metric.as_ref(), &engine))?;
        let tolerance = Tolerance {
            relative: self.tolerance,
            absolute: self.tolerance * 1e-2,
            ..Tolerance::default()
        };
        let mut goes_on = watched(call, self.until.as_ref(), chart.coordinates())?;
        let (members, n) = (self.grid.count(), chart.dimension());
        let began = call.world().seconds();
        let mut shown = began;
        let mut orbits: Vec<Orbit> = Vec::with_capacity(members);
        for member in 0..members {
            let motion = self.motion.of_member(member);
            let launch = orbit::Launch {
                position: self.start.of_member(member).into_iter().flatten().collect(),
                motion: match self.launch.given {
                    Given::Velocity => Motion::Velocity(motion),
                    Given::Momentum => Motion::Momentum(motion),
                },
                character: self.character,
                root: self.launch.root,
            };
            let samples = self.samples.unwrap_or(2);
            let orbit =
                flow.integrate(&launch, self.ends, samples, &tolerance, &mut goes_on);
            call.poll()?;
            let orbit = at(call, orbit).map_err(|error| {
                let place = self.grid.place_text(member);
                Box::new(error.hint(format!("the start {place} is meant")))
            })?;
            orbits.push(orbit);
            let now = call.world().seconds();
            if self.progress && now - began > 1.0 && now - shown > 0.25 {
                shown = now;
                let done = orbits.len() as f64 / members as f64;
                call.world().progress(&crate::world::Progress {
                    fraction: done,
                    text: format!("{} of {members} geodesics", orbits.len()),
                    seconds_left: (now - began) * (1.0 - done) / done,
                });
            }
        }
        call.world().progress_ended();
        let frames = self.frames(&orbits, n);
        self.warn(call, &frames.ends, &[]);
        let steps = frames.ends.attempts;
        let seconds = call.world().seconds() - began;
        let momenta = orbits.first().map_or_else(Vec::new, |orbit| {
            orbit.conserved.iter().filter_map(|own| own.momentum).collect()
        });
        let made = Made {
            chart,
            cyclic: momenta,
            momenta: frames.ends.conserved.iter().skip(1).cloned().collect(),
            has_norm: metric.is_some(),
            explanation: vec![
                "device: none, its formulas hold functions that devices do not compute"
                    .into(),
                format!(
                    "the equations of autoparallels with {} unknowns for each of {members} geodesics, one after the other",
                    2 * n
                ),
                format!(
                    "steps of Dormand and Prince's pair 5(4), relative error {}",
                    short(self.tolerance)
                ),
                format!("{steps} steps in {seconds:.3} s"),
            ],
        };
        Ok(self.record(made, frames).into())
    }

    /// What bundles keep of orbits; an orbit that has ended stays where it is.
    fn frames(&self, orbits: &[Orbit], n: usize) -> Frames {
        let rows = match self.samples {
            Some(samples) => 0..samples,
            // The last state alone.
            None => usize::MAX - 1..usize::MAX,
        };
        let mut kept = vec![Vec::new(); 2 * n + 1];
        for row in rows {
            for orbit in orbits {
                let lists = std::iter::once(&orbit.parameter)
                    .chain(&orbit.positions)
                    .chain(&orbit.velocities);
                for (own, list) in kept.iter_mut().zip(lists) {
                    let value = list.get(row).or(list.last());
                    own.push(value.copied().unwrap_or(f64::NAN));
                }
            }
        }
        let count = orbits.first().map_or(0, |orbit| orbit.conserved.len());
        let first = |quantity: usize| -> Vec<f64> {
            let of =
                |orbit: &Orbit| orbit.conserved.get(quantity)?.values.first().copied();
            orbits.iter().map(|orbit| of(orbit).unwrap_or(f64::NAN)).collect()
        };
        let drift = |orbit: &Orbit| {
            orbit.conserved.iter().map(|own| own.drift).fold(0.0, f64::max)
        };
        let ended = |orbit: &Orbit| match orbit.end {
            End::Reached => Ended::Reached,
            End::Stopped => Ended::Stopped,
            End::LeftChart => Ended::Left,
            End::Inaccurate | End::NotFinite | End::StepTooSmall => Ended::Singular,
            End::TooManySteps => Ended::Attempts,
        };
        let last = |orbit: &Orbit| orbit.parameter.last().copied().unwrap_or(f64::NAN);
        Frames {
            kept,
            ends: Ends {
                unknowns: Vec::new(),
                parameter: orbits.iter().map(last).collect(),
                outputs: Vec::new(),
                conserved: (0..count).map(first).collect(),
                drift: orbits.iter().map(drift).collect(),
                ended: orbits.iter().map(ended).collect(),
                attempts: orbits.iter().map(|orbit| orbit.steps as u64).sum(),
                compile_seconds: 0.0,
            },
        }
    }
}
