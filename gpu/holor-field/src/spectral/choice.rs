//! Which Fourier method fits a system, and with which step.

use super::{Method, SpectralForm, analyse, term};
use crate::equation::System;

/// The Fourier method that fits, with reasons; none where the system does not suit Fourier space.
pub fn choose(system: &System) -> Option<(Method, Vec<String>)> {
    let _ = (system, term::number as fn(&_) -> _);
    let form = analyse(system).ok()?;
    let _: SpectralForm = form;
    None
}

/// A step to begin with.
pub fn suggest_step(_system: &System, _form: &SpectralForm, _method: Method) -> f64 {
    0.0
}
