//! From a system of equations to finite differences on its grid.
//!
//! Conventions. A derivative of a field or of a function of fields is a central difference of the accuracy order asked; derivatives
//! inside derivatives along one axis, an odd number outside (∂(a ∂u)), are differences of fluxes between the cells, so that sums over
//! the box change by what flows through its ends alone, to rounding; known functions of the coordinates are differentiated exactly. Weights
//! are those of Fornberg, Math. Comp. 51, 699 (1988). With `order` 2 a ghost mirrors the cell on the other side of the face, so that a
//! fourth derivative of a field with u = v (∂u/∂n = v) prescribed has the second (third) derivative 0 there as well; with higher orders
//! ghosts follow the polynomial through the condition and order − 1 cells, but where the equations allow the mirror image (`reflections`).

mod arithmetic;
mod assemble;
mod boundaries;
mod check;
mod complex;
mod differences;
mod eigenvalues;
mod fills;
mod formula;
mod global;
mod jumps;
mod known;
mod limited;
mod linear_form;
mod noise;
mod parts;
mod placement;
mod print;
mod reconstruction;
mod reflections;
mod relative;
mod resonance;
mod show;
mod solves;
mod spectrum;
mod starts;
mod statics;
mod text;
mod time_scales;
mod weights;

pub(crate) use eigenvalues::eigenvalues;
pub(crate) use jumps::jumps_in_time;
pub use jumps::{Jump, Switches, fronts_move};
pub use placement::{
    Staggered, are_their_image, needs_staggered, places, staggered, stands,
};
pub use print::Cost;
pub(crate) use spectrum::moments;
pub use spectrum::{Slopes, largest_term};
pub use time_scales::{Pace, TimeScales};
pub use weights::weights;

use crate::equation::System;
use crate::error::FieldResult;
use crate::scheme::{Fill, Scheme, Stiffness};

/// Where noises are counted while the number of static arrays is not known.
const FIRST_NOISE: u32 = 1 << 24;

/// How fluxes that may jump are reconstructed between cells (see `limited`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limiter {
    /// Straight lines with the smaller slope: order 2, the most smearing.
    Minmod,
    /// Straight lines with the harmonic mean of the slopes: order 2.
    VanLeer,
    /// Five cells, weighted by how smooth they are: order 5 where the fields are smooth, away from sides and in Cartesian coordinates.
    Weno,
}

impl Limiter {
    /// Its name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minmod => "minmod",
            Self::VanLeer => "van_leer",
            Self::Weno => "weno",
        }
    }

    /// How many cells on either side of a face are used.
    fn reach(self) -> i32 {
        match self {
            Self::Minmod | Self::VanLeer => 2,
            Self::Weno => 3,
        }
    }
}

/// How derivatives become differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpaceOptions {
    /// The accuracy order of differences: 2, 4, 6 or 8.
    pub order: usize,
    /// The first and the last time for which the scheme is made: where coefficients depend on time, its bounds are those at times between.
    pub times: (f64, f64),
    /// Whether values are looked at and carried nowhere: then conditions at sides need not be those that the equations ask for, and values
    /// continue smoothly beyond sides whose condition says nothing of them.
    pub observes: bool,
    /// Whether differences are sums of differences from the cell, as steps of single precision with compensated sums want them: what rates
    /// round then does not add up.
    pub relative: bool,
    /// How fluxes are reconstructed; central differences where left out.
    pub limiter: Option<Limiter>,
}

impl SpaceOptions {
    /// Differences of an order at the time 0.
    pub fn of_order(order: usize) -> Self {
        Self { order, times: (0.0, 0.0), observes: false, relative: false, limiter: None }
    }
}

impl Default for SpaceOptions {
    fn default() -> Self {
        Self::of_order(2)
    }
}

/// The right-hand sides of a system in finite differences.
///
/// # Errors
/// Where the system is inconsistent or asks for something that has no sound difference; each says what to write instead.
pub fn discretise(system: &System, options: &SpaceOptions) -> FieldResult<Scheme> {
    let (lowered, fills) = filled(system, options)?;
    // Graph → scheme: tables, arrays and layout as wide as what is loaded.
    let scheme = lowered.finish(fills)?;
    let Some(limiter) = options.limiter else { return Ok(scheme) };
    // What is known of the equations is known of central differences, and of the same speeds.
    let (lowered, fills) = limited_by(system, options, limiter)?;
    let speeds = match options.order {
        2 => scheme.stiffness.oscillation,
        _ => bounds(system, &SpaceOptions { order: 2, ..*options })?.oscillation,
    };
    lowered.with_limiter(fills, &scheme, speeds)
}

/// Whether the equations have fluxes that a limiter is for, and nothing that one refuses.
pub fn takes_limiter(system: &System) -> bool {
    let equations = complex::split(system, 2);
    equations.is_ok_and(|mut own| limited::limit(&mut own, Limiter::Minmod).is_ok())
}

/// The bounds of [`discretise`]'s scheme alone, at a part of its cost.
///
/// # Errors
/// As [`discretise`].
pub fn bounds(system: &System, options: &SpaceOptions) -> FieldResult<Stiffness> {
    let (lowered, fills) = filled(system, options)?;
    lowered.bounds(&fills)
}

/// What is seen of a system's linearisation at some times.
fn look_at<R>(
    system: &System,
    options: &SpaceOptions,
    times: &[f64],
    look: impl FnOnce(&spectrum::Spectrum<'_>) -> R,
) -> FieldResult<R> {
    let (lowered, fills) = filled(system, options)?;
    lowered.look(&fills, times, look)
}

/// The way to a graph with the formulas of ghost cells, by central differences.
fn filled<'a>(
    system: &'a System,
    options: &SpaceOptions,
) -> FieldResult<(assemble::Lowered<'a>, Vec<Fill>)> {
    // System, consistent in itself.
    check::check(system, options)?;
    // Terms over complex numbers → real formulas, one for each plane.
    lowered(complex::split(system, options.order)?, options)
}

/// The same with fluxes between cells that are reconstructed.
fn limited_by<'a>(
    system: &'a System,
    options: &SpaceOptions,
    limiter: Limiter,
) -> FieldResult<(assemble::Lowered<'a>, Vec<Fill>)> {
    let mut equations = complex::split(system, options.order)?;
    equations.check_limited()?;
    limited::limit(&mut equations, limiter)?;
    lowered(equations, options)
}

fn lowered<'a>(
    equations: complex::Equations<'a>,
    options: &SpaceOptions,
) -> FieldResult<(assemble::Lowered<'a>, Vec<Fill>)> {
    // Formulas → parts: deterministic, noises with amplitudes, linear and rest.
    let parts = assemble::separate(equations)?;
    // Parts → graph: derivatives are differences of loads, known functions tables and arrays.
    let mut lowered = assemble::lower(parts, options)?;
    // Conditions at the sides → formulas for ghost cells.
    let fills = lowered.fill()?;
    Ok((lowered, fills))
}

#[cfg(test)]
mod tests;
