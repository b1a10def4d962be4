//! Methods in time: from a scheme, or a system in Fourier space, to a plan with its procedures.

pub(crate) mod builder;
mod choose;
pub mod compensated;
mod convolution;
mod dormand_prince;
mod explicit;
mod implicit;
mod inverse;
mod krylov;
mod linear;
mod options;
mod pairs;
mod prepare;
mod print;
mod second_order;
mod solve;
mod stability;
mod stochastic;

pub use builder::{
    BACK, COUNT_ORIGIN, EARLIEST, FAILURES, FORMER_STEP, ITERATIONS, LATEST, RESIZE,
    TIME_ORIGIN,
};
pub use choose::choose;
pub use dormand_prince::dormand_prince;
pub use explicit::{euler, runge_kutta, strong_stability_preserving};
pub use implicit::{ascher, crank_nicolson, implicit_explicit};
pub(crate) use linear::slope;
pub use options::{Interpretation, Method, Options};
pub use second_order::{leapfrog, yoshida};
pub use stability::{imaginary_interval, largest_step, real_interval};
pub use stochastic::{euler_maruyama, heun};

use crate::error::{FieldError, FieldResult};
use crate::plan::{ArrayId, Plan, ProcedureId, ScalarId};
use crate::scheme::{Scheme, Stiffness, scalar};

/// A plan that steps through time. The common result of all methods, and all that a run knows.
#[derive(Clone, Debug)]
pub struct Stepping {
    /// The plan.
    pub plan: Plan,
    /// The method's name in the language: `rk4`, `etdrk4`, …
    pub method: &'static str,
    /// The arrays of the planes, in the scheme's order: valid after `observe`.
    pub planes: Vec<ArrayId>,
    /// Of arrays that hold a sum rounded to single precision the arrays with what is left of it: their sum is the value. Empty but for
    /// steps with compensation.
    pub rests: Vec<(ArrayId, ArrayId)>,
    /// Everything that a later continuation needs, besides time, step and count: written to checkpoints, restored bit by bit.
    pub state: Vec<ArrayId>,
    /// Done once before the first step.
    pub start: ProcedureId,
    /// One step of length Δt: advances the state, the time and the count.
    pub step: ProcedureId,
    /// Brings the planes (with velocities, where there are) up to the present time without changing the state.
    pub observe: ProcedureId,
    /// The arrays of the planes' time derivatives for fields of second order, valid after `observe`.
    pub velocities: Vec<Option<ArrayId>>,
    /// The scalar that holds the time.
    pub time: ScalarId,
    /// The scalar that holds Δt.
    pub step_size: ScalarId,
    /// The scalar that counts steps.
    pub count: ScalarId,
    /// How steps adapt, for adaptive methods.
    pub adaptive: Option<Adaptive>,
    /// The largest stable Δt, where one is known.
    pub stable_step: Option<f64>,
    /// Of methods that solve for the linear part, the Δt within which the rest oscillates by 1: where nobody chose a step, it begins with that.
    pub explicit_step: Option<f64>,
    /// In Fourier space the part of the highest mode up to which modes take part in products, those of fields and of a field with coefficients; `None`
    /// where there are none, and of differences.
    pub products: Option<f64>,
    /// Why this method, what it costs, what it assumes: sentences for `explain`.
    pub explanation: Vec<String>,
}

/// Adaptive steps: `step` is replaced by an attempt that is then accepted or rejected.
#[derive(Clone, Copy, Debug)]
pub struct Adaptive {
    /// Tries a step of the present Δt and leaves its error, relative to the tolerance, in `error`.
    pub attempt: ProcedureId,
    /// Makes the tried step the state.
    pub accept: ProcedureId,
    /// The scalar with the error: at most 1 is good enough.
    pub error: ScalarId,
    /// The order that the error has in Δt, less one: the next step is Δt·error^(−1/(order + 1)).
    pub order: f64,
}

/// What all methods that carry the scheme's variables have in common.
fn stepping(
    mut builder: builder::Builder<'_>,
    method: Method,
    _options: &Options,
    state: Vec<ArrayId>,
    start: ProcedureId,
    step: ProcedureId,
) -> FieldResult<Stepping> {
    if builder.scheme.structure.stochastic && !method.stochastic() {
        return Err(FieldError::invalid(
            format!("{} is for equations without noise", method.name()),
            "choose method = heun or euler_maruyama",
        ));
    }
    let observe = builder.observation()?;
    let observe = builder.procedure("observe", observe);
    let scheme = builder.scheme;
    let bound = largest_step(method, &scheme.stiffness);
    let velocities =
        scheme.planes.iter().map(|plane| plane.velocity.map(|v| v as usize)).collect();
    Ok(Stepping {
        plan: builder.plan,
        method: method.name(),
        planes: (0..scheme.planes.len()).collect(),
        rests: Vec::new(),
        state,
        start,
        step,
        observe,
        velocities,
        time: scalar::TIME as usize,
        step_size: scalar::STEP as usize,
        count: scalar::COUNT as usize,
        adaptive: None,
        stable_step: bound.is_finite().then_some(bound),
        explicit_step: scheme
            .split
            .as_ref()
            .filter(|split| method.implicit() && split.explicit > 0.0)
            .map(|split| 1.0 / split.explicit),
        products: None,
        explanation: Vec::new(),
    })
}

/// Says that an equation is ill-posed at a time, which may be later than the start.
pub fn ill_posed(at: f64, start: f64) -> FieldError {
    let when =
        if at > start { format!(" from t = {at:.3} or before") } else { String::new() };
    let end = if at > start { ", or end the run before" } else { "" };
    FieldError::Unstable {
        message: format!(
            "the equation is ill-posed{when}: the shorter a wave, the faster it grows, without bound"
        ),
        hint: format!("check the signs of the highest derivatives{end}"),
    }
}

/// Says that fields have reached values with which an equation is ill-posed, at a time by then.
pub fn ill_posed_reached(at: f64, hint: String) -> FieldError {
    FieldError::Unstable {
        message: format!(
            "with the values that the fields have reached at t = {at:.6} the equation is ill-posed: the shorter a wave, the faster it grows, without bound"
        ),
        hint,
    }
}

/// Whether an equation and a given Δt may run: an ill-posed equation or a step beyond the stability bound may not, unless
/// `unsafe_step` says so. Gives a warning where the bound is an estimate and the step lies not far beyond.
///
/// # Errors
/// [`FieldError::Unstable`] with the bound.
pub fn check_step(
    stepping: &Stepping,
    stiffness: Option<&Stiffness>,
    step: Option<f64>,
    options: &Options,
) -> FieldResult<Option<String>> {
    if options.unsafe_step {
        return Ok(None);
    }
    if let Some(stiffness) = stiffness.filter(|stiffness| stiffness.ill_posed) {
        return Err(ill_posed(stiffness.ill_posed_at, options.start));
    }
    if stiffness.is_some_and(|stiffness| stiffness.differences_grow) {
        return Err(FieldError::Unstable {
            message: "waves of a few points grow in the differences of this equation and not in the equation: its derivative in time and space carries waves faster than they run, and first differences of them fall behind second ones".into(),
            hint: "equations of first order in space, as [∂_t u == w - ∂_x u, ∂_t w == -3 ∂_x w] for ∂_t^2 u + 4 ∂_t ∂_x u + 3 ∂_x^2 u == 0; or a periodic box and constant coefficients, for Fourier space".into(),
        });
    }
    if stepping.stable_step == Some(0.0) && stepping.adaptive.is_none() {
        return Err(FieldError::Unstable {
            message: format!(
                "{} is stable for this equation with no dt: central differences of transport, waves or Schrödinger's equation only oscillate, and each of its steps makes oscillations grow",
                stepping.method
            ),
            hint: "method = rk4, or leave method out".into(),
        });
    }
    let (Some(step), Some(bound)) = (step, stepping.stable_step) else {
        return Ok(None);
    };
    if stepping.adaptive.is_some() || step <= bound * (1.0 + 1e-9) {
        return Ok(None);
    }
    let proven = stiffness.is_none_or(|stiffness| stiffness.proven);
    let method = stepping.method;
    if !proven && step <= 4.0 * bound {
        return Ok(Some(format!(
            "dt = {step} is above the estimated stability bound {bound:.3e} of {method}"
        )));
    }
    Err(FieldError::Unstable {
        message: format!(
            "dt = {step} is above the stability bound {bound:.3e} of {method} for this equation"
        ),
        hint: format!("choose dt = {:.2e} or leave dt out", 0.9 * bound),
    })
}

/// The stepping of a scheme by the method that the options name; `auto` chooses one, see [`choose`].
///
/// # Errors
/// Where the method does not fit the equation.
pub fn build(scheme: &Scheme, options: &Options) -> FieldResult<Stepping> {
    let (method, why) = match options.method {
        Method::Auto => choose(scheme, options)?,
        method => (method, String::new()),
    };
    if options.compensated && !method.compensates() {
        return Err(FieldError::invalid(
            format!(
                "precision = mixed is for the methods {}, not for {}, which solves linear systems",
                Method::compensated_names(),
                method.name()
            ),
            "choose precision = double, or method = rk4",
        ));
    }
    let mut stepping = match method {
        Method::Auto | Method::RungeKutta4 => runge_kutta(scheme, options),
        Method::Euler => euler(scheme, options),
        Method::StrongStabilityPreserving => strong_stability_preserving(scheme, options),
        Method::DormandPrince => dormand_prince(scheme, options),
        Method::Leapfrog => leapfrog(scheme, options),
        Method::Yoshida4 => yoshida(scheme, options),
        Method::CrankNicolson => crank_nicolson(scheme, options),
        Method::ImplicitExplicit2 => implicit_explicit(scheme, options),
        Method::Ascher232 | Method::Ascher443 => ascher(scheme, options, method),
        Method::EulerMaruyama => euler_maruyama(scheme, options),
        Method::StochasticHeun => heun(scheme, options),
    }?;
    if !why.is_empty() {
        stepping.explanation.insert(0, format!("{}: {why}", method.name()));
    }
    Ok(stepping)
}

#[cfg(test)]
pub(crate) mod tests;
