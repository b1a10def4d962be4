//! Fourier methods on periodic boxes: from a system straight to a plan in spectra.
//!
//! [`analyse`] splits every rate into a linear part with constant coefficients, which is a matrix for every mode, and the rest.
//! [`stepping`] makes the plan of one of the [`Method`]s; [`choose`] says which one fits.
//!
//! Conventions: the transform of [`crate::plan::Transform`], wave numbers 2πj/L; odd derivatives of the highest mode of an even
//! number of points are 0, because its sign is undetermined (Trefethen, Spectral Methods in MATLAB, 2000, chapter 3).
//! Products are dealiased by leaving out modes above 2/(p + 1) of the highest for degree p (Orszag, J. Atmos. Sci. 28, 1074,
//! 1971: 2/3 for p = 2, 1/2 for p = 3), in what enters the products and in what comes out of them.

mod analysis;
mod builder;
mod choice;
mod coefficients;
pub(crate) mod complex;
mod evaluation;
mod explicit;
mod exponential;
pub mod matrix;
pub mod operators;
mod phase;
mod session;
mod splitting;
mod stability;
mod symbol;
mod term;

#[cfg(test)]
mod tests;

pub(crate) use term::is_real;

pub use choice::{choose, rest_order, suggest_step};
pub use session::UNRESOLVED;
pub use symbol::{Mode, Monomial, Symbol, modes, wave_number};

use crate::equation::{Complex64, System, Term};
use crate::stepper::Stepping;
use crate::{FieldError, FieldResult};

/// What evolves by a first-order equation: a field, or the time derivative of one of second order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// The field.
    pub field: usize,
    /// Whether it is the field's time derivative.
    pub velocity: bool,
    /// Whether its values are complex.
    pub complex: bool,
}

/// What a symbol acts on.
#[derive(Clone, Debug, PartialEq)]
pub enum Atom {
    /// A component.
    Component(usize),
    /// A term computed in every cell.
    Pointwise(Term),
}

/// Σ symbol · atom.
pub type Form = Vec<(Atom, Symbol)>;

/// A system in Fourier space: for each component u, ∂ₜû = Σ linear · û + rest + noise.
#[derive(Clone, Debug)]
pub struct SpectralForm {
    /// What evolves.
    pub components: Vec<Component>,
    /// For each component the components it couples to linearly, real ones to real ones and complex ones to complex ones.
    pub linear: Vec<Vec<(usize, Symbol)>>,
    /// What is left of each rate.
    pub rest: Vec<Form>,
    /// The noise of each rate.
    pub noise: Vec<Form>,
    /// The transforms of the kernels of convolutions, at all modes, times the volume of a cell.
    pub kernels: Vec<Vec<Complex64>>,
    /// The kernels as written.
    pub kernel_terms: Vec<Term>,
    /// The degree of the rest as a polynomial in the fields, where it is one.
    pub degree: Option<u32>,
    /// Whether the rest depends on the time explicitly.
    pub time_dependent: bool,
    /// The largest real part of the linear part's eigenvalues on the grid (of coupled systems by samples).
    pub growth: f64,
    /// The most negative real part, as a positive number.
    pub decay: f64,
    /// The largest imaginary part.
    pub oscillation: f64,
    /// Modes up to this part of the highest along any axis grow by the linear part; 0 where none does (of coupled systems by samples).
    pub growing: f64,
    /// Whether growth increases without bound with the wave number.
    pub ill_posed: bool,
    /// The exact flow of the rest, where it has one.
    pub splitting: Option<Splitting>,
}

/// The rest of each component as rate · component, with a rate that stays the same along the flow of the rest.
#[derive(Clone, Debug)]
pub struct Splitting {
    /// The rates.
    pub rates: Vec<Term>,
    /// Whether all rates are imaginary: the flow turns phases and keeps absolute values.
    pub unitary: bool,
    /// Whether no rate depends on fields.
    pub free: bool,
}

impl SpectralForm {
    /// The components that are complex, or those that are real.
    pub fn group(&self, complex: bool) -> Vec<usize> {
        (0..self.components.len())
            .filter(|place| self.components[*place].complex == complex)
            .collect()
    }

    /// Whether every component's linear part concerns itself alone.
    pub fn is_diagonal(&self) -> bool {
        self.linear
            .iter()
            .enumerate()
            .all(|(place, row)| row.iter().all(|(other, _)| *other == place))
    }

    /// Whether nothing but the linear part is there.
    pub fn is_linear(&self) -> bool {
        self.rest.iter().all(Vec::is_empty) && self.noise.iter().all(Vec::is_empty)
    }

    /// Whether there is noise.
    pub fn is_stochastic(&self) -> bool {
        self.noise.iter().any(|noise| !noise.is_empty())
    }
}

/// Splits a system on a periodic box into Fourier symbols and the rest.
///
/// # Errors
/// Where an axis or a field is not periodic, a real field has a complex rate, or a kernel is not finite.
pub fn analyse(system: &System) -> FieldResult<SpectralForm> {
    analysis::analyse(system)
}

/// Whether the linear part of a system in Fourier space grows without bound with the wave number.
///
/// # Errors
/// As [`analyse`].
pub(crate) fn is_ill_posed(system: &System) -> FieldResult<bool> {
    Ok(stability::is_ill_posed(system, &analysis::split(system)?))
}

/// A method in time for spectra. L is the linear part, N the rest, h the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Exponential Runge–Kutta of order 4 (Cox and Matthews, J. Comput. Phys. 176, 430, 2002, equations 26–29).
    EtdRk4,
    /// Exponential Runge–Kutta of order 2 (Cox and Matthews 2002, equations 20–22).
    EtdRk2,
    /// Exponential Euler; with noise, its strength in each mode integrated exactly (Lord and Tambue, IMA J. Numer. Anal. 33, 515, 2013).
    Etd1,
    /// Runge–Kutta of order 4 for e^{−Lt} û (Lawson, SIAM J. Numer. Anal. 4, 372, 1967).
    IfRk4,
    /// Crank–Nicolson for L and Adams–Bashforth of order 2 for N.
    Cnab2,
    /// Backward differences of order 2 for L and extrapolation for N (Ascher, Ruuth and Wetton, SIAM J. Numer. Anal. 32, 797, 1995).
    Sbdf2,
    /// e^{hL}: exact for linear systems, whatever the step.
    Exact,
    /// Crank–Nicolson for linear systems.
    CrankNicolson,
    /// The classical Runge–Kutta method of order 4 for L and N together.
    Rk4,
    /// Störmer and Verlet for equations of second order in time.
    Leapfrog,
    /// Half the pointwise flow, the linear flow, half the pointwise flow (Strang, SIAM J. Numer. Anal. 5, 506, 1968).
    Strang,
    /// Three Strang steps of order 4 together (Yoshida, Phys. Lett. A 150, 262, 1990).
    Yoshida4,
    /// Six linear flows of order 4, with errors hundreds of times smaller (Blanes and Moan, J. Comput. Appl. Math. 142, 313, 2002, S₆).
    BlanesMoan4,
}

impl Method {
    /// All of them.
    pub const ALL: [Method; 13] = [
        Method::EtdRk4,
        Method::EtdRk2,
        Method::Etd1,
        Method::IfRk4,
        Method::Cnab2,
        Method::Sbdf2,
        Method::Exact,
        Method::CrankNicolson,
        Method::Rk4,
        Method::Leapfrog,
        Method::Strang,
        Method::Yoshida4,
        Method::BlanesMoan4,
    ];

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Method::EtdRk4 => "etdrk4",
            Method::EtdRk2 => "etdrk2",
            Method::Etd1 => "etd1",
            Method::IfRk4 => "ifrk4",
            Method::Cnab2 => "cnab2",
            Method::Sbdf2 => "sbdf2",
            Method::Exact => "exact",
            Method::CrankNicolson => "crank_nicolson",
            Method::Rk4 => "rk4",
            Method::Leapfrog => "leapfrog",
            Method::Strang => "split_step",
            Method::Yoshida4 => "split_step4",
            Method::BlanesMoan4 => "blanes_moan4",
        }
    }

    /// The method of a name.
    pub fn named(name: &str) -> Option<Method> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// Whether it keeps the energy of a conservative system within bounds for all times, as long as its steps are equal.
    pub fn is_symplectic(self) -> bool {
        matches!(
            self,
            Method::Leapfrog | Method::Strang | Method::Yoshida4 | Method::BlanesMoan4
        )
    }

    /// The order of its error in the step; none where it is exact.
    pub fn order(self) -> Option<u32> {
        match self {
            Method::Exact => None,
            Method::Etd1 => Some(1),
            Method::EtdRk2
            | Method::Cnab2
            | Method::Sbdf2
            | Method::CrankNicolson
            | Method::Leapfrog
            | Method::Strang => Some(2),
            Method::EtdRk4
            | Method::IfRk4
            | Method::Rk4
            | Method::Yoshida4
            | Method::BlanesMoan4 => Some(4),
        }
    }
}

/// How products are kept from folding high modes onto low ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Dealiasing {
    /// By the degree of the rest, 2/(p + 1), where that is a polynomial of degree p > 1.
    #[default]
    Automatic,
    /// Not at all.
    Off,
    /// Modes up to this share of the highest take part.
    Keep(f64),
}

/// What a plan in spectra is made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The method.
    pub method: Method,
    /// Δt at first. A run may change it: see [`crate::stepper::RESIZE`].
    pub step: f64,
    /// The time at the start.
    pub time: f64,
    /// Dealiasing.
    pub dealiasing: Dealiasing,
    /// Keys the noise.
    pub seed: u64,
}

impl Options {
    /// A method with a step, from t = 0, dealiased, seed 0.
    pub fn new(method: Method, step: f64) -> Self {
        Self { method, step, time: 0.0, dealiasing: Dealiasing::Automatic, seed: 0 }
    }
}

/// The plan of a method for a system.
///
/// Coefficients are computed by the plan itself in `start` from `step_size`. Where that changes later, the procedure
/// [`crate::stepper::RESIZE`] must follow, with the former Δt in the scalar [`crate::stepper::FORMER_STEP`].
///
/// # Errors
/// Where the system does not suit Fourier space (see [`analyse`]), growth is unbounded, or the method does not suit the system.
pub fn stepping(system: &System, options: &Options) -> FieldResult<Stepping> {
    let form = analyse(system)?;
    stepping_of(system, &form, options)
}

/// The same with the analysis at hand.
///
/// # Errors
/// As [`stepping`].
pub fn stepping_of(
    system: &System,
    form: &SpectralForm,
    options: &Options,
) -> FieldResult<Stepping> {
    if !(options.step.is_finite() && options.step > 0.0) {
        return Err(FieldError::invalid(
            format!("the step is {}, not a positive number", options.step),
            "",
        ));
    }
    if form.ill_posed {
        return Err(FieldError::Unstable {
            message: "the equation is ill-posed: the shorter a wave, the faster it grows"
                .into(),
            hint:
                "check the sign of the highest derivative (diffusion is + laplacian(u))"
                    .into(),
        });
    }
    let method = options.method;
    if form.is_stochastic() && method != Method::Etd1 {
        return Err(FieldError::invalid(
            format!("{} does not know noise", method.name()),
            "use etd1, or a finite-difference method such as heun",
        ));
    }
    match method {
        Method::EtdRk4
        | Method::EtdRk2
        | Method::Etd1
        | Method::IfRk4
        | Method::Cnab2
        | Method::Sbdf2
        | Method::Exact
        | Method::CrankNicolson => exponential::stepping(system, form, options),
        Method::Rk4 | Method::Leapfrog => explicit::stepping(system, form, options),
        Method::Strang | Method::Yoshida4 | Method::BlanesMoan4 => {
            splitting::stepping(system, form, options)
        }
    }
}
