//! What a person can choose about a run, with what holds where nothing is chosen.

use crate::backend::Precision;
use crate::error::{FieldError, FieldResult};

/// A method in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// Chosen from the structure of the equation, see [`super::choose`].
    #[default]
    Auto,
    /// u + Δt f(u). First order.
    Euler,
    /// The classic method of Runge and Kutta (Kutta 1901). Fourth order.
    RungeKutta4,
    /// Three stages that are averages of Euler steps: keeps bounds that Euler steps keep (Shu and Osher 1988). Third order.
    StrongStabilityPreserving,
    /// Fifth order with steps that adapt to an error estimate of fourth order (Dormand and Prince 1980).
    DormandPrince,
    /// For second order in time: the leapfrog method, by Störmer and Verlet. Second order, time reversible, symplectic.
    Leapfrog,
    /// For second order in time: three leapfrog steps whose errors cancel (Yoshida 1990). Fourth order, symplectic.
    Yoshida4,
    /// The trapezoidal rule; for linear equations. Second order, stable for every step.
    CrankNicolson,
    /// Crank and Nicolson for the linear part, Adams and Bashforth for the rest. Second order.
    ImplicitExplicit2,
    /// Implicit–explicit Runge–Kutta methods of Ascher, Ruuth and Spiteri (1997): (2, 3, 2), second order, damps stiff modes.
    Ascher232,
    /// (4, 4, 3): third order, damps stiff modes.
    Ascher443,
    /// Euler and Maruyama: for the interpretation of Itô. Strong order 1/2 (1 for additive noise), weak order 1.
    EulerMaruyama,
    /// Heun's method: for the interpretation of Stratonovich. Strong order 1/2 (1 for one noise), drift of second order.
    StochasticHeun,
}

impl Method {
    /// All methods but `auto`.
    pub const ALL: [Method; 12] = [
        Method::Euler,
        Method::RungeKutta4,
        Method::StrongStabilityPreserving,
        Method::DormandPrince,
        Method::Leapfrog,
        Method::Yoshida4,
        Method::CrankNicolson,
        Method::ImplicitExplicit2,
        Method::Ascher232,
        Method::Ascher443,
        Method::EulerMaruyama,
        Method::StochasticHeun,
    ];

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Method::Auto => "auto",
            Method::Euler => "euler",
            Method::RungeKutta4 => "rk4",
            Method::StrongStabilityPreserving => "ssprk3",
            Method::DormandPrince => "dopri5",
            Method::Leapfrog => "leapfrog",
            Method::Yoshida4 => "yoshida4",
            Method::CrankNicolson => "crank_nicolson",
            Method::ImplicitExplicit2 => "cnab2",
            Method::Ascher232 => "ars232",
            Method::Ascher443 => "ars443",
            Method::EulerMaruyama => "euler_maruyama",
            Method::StochasticHeun => "heun",
        }
    }

    /// The method of a name.
    ///
    /// # Errors
    /// Where there is none; the hint lists all.
    pub fn parse(name: &str) -> FieldResult<Self> {
        if name == "auto" {
            return Ok(Method::Auto);
        }
        Self::ALL.into_iter().find(|method| method.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|method| method.name()).collect();
            FieldError::invalid(
                format!("{name} is no method in time"),
                format!("methods are auto, {}", names.join(", ")),
            )
        })
    }

    /// The order of convergence in Δt, for smooth deterministic equations.
    pub fn order(self) -> usize {
        match self {
            Method::Auto | Method::Euler | Method::EulerMaruyama => 1,
            Method::Leapfrog
            | Method::CrankNicolson
            | Method::ImplicitExplicit2
            | Method::Ascher232
            | Method::StochasticHeun => 2,
            Method::StrongStabilityPreserving | Method::Ascher443 => 3,
            Method::RungeKutta4 | Method::Yoshida4 => 4,
            Method::DormandPrince => 5,
        }
    }

    /// Whether it is one for equations with noise.
    pub fn stochastic(self) -> bool {
        matches!(self, Method::EulerMaruyama | Method::StochasticHeun)
    }

    /// Whether it keeps the energy of a conservative system within bounds for all times, as long as its steps are equal.
    pub fn is_symplectic(self) -> bool {
        matches!(self, Method::Leapfrog | Method::Yoshida4)
    }

    /// Whether its steps can be added up with compensation: explicit methods.
    pub fn compensates(self) -> bool {
        !self.implicit()
    }

    /// The names of the methods whose steps can be added up with compensation.
    pub fn compensated_names() -> String {
        let all = Self::ALL.into_iter().filter(|method| method.compensates());
        all.map(Method::name).collect::<Vec<_>>().join(", ")
    }

    /// Whether linear systems are solved in every step.
    pub fn implicit(self) -> bool {
        matches!(
            self,
            Method::CrankNicolson
                | Method::ImplicitExplicit2
                | Method::Ascher232
                | Method::Ascher443
        )
    }
}

/// What noise times a function of the fields means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interpretation {
    /// The function is taken at the beginning of each step.
    Ito,
    /// The function is taken half way: the limit of noise with a correlation time.
    Stratonovich,
}

/// What can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The method in time.
    pub method: Method,
    /// Δt; chosen from the stability bound where left out. Made smaller, never larger, so that saves are hit exactly. The first step
    /// of adaptive methods.
    pub step: Option<f64>,
    /// The time at the start.
    pub start: f64,
    /// The numbers that arrays hold.
    pub precision: Precision,
    /// Whether what steps add up is kept in two numbers of single precision, their sum the field: see [`super::compensated`].
    pub compensated: bool,
    /// The time between saves; a hundredth of the horizon, or of the way that is first asked for, where left out.
    pub save: Option<f64>,
    /// How long the run is meant to be, where known beforehand.
    pub horizon: Option<f64>,
    /// Seed of all noise.
    pub seed: u64,
    /// Relative tolerance of adaptive methods.
    pub tolerance: f64,
    /// Absolute tolerance of adaptive methods; `tolerance` where left out.
    pub absolute_tolerance: Option<f64>,
    /// Relative residual of linear solvers; 1e-12 in double and 1e-6 in single precision where left out.
    pub solver_tolerance: Option<f64>,
    /// The most iterations of a linear solver.
    pub solver_iterations: u32,
    /// What multiplicative noise means.
    pub interpretation: Option<Interpretation>,
    /// Whether a step beyond the stability bound, or an ill-posed equation, is run all the same.
    pub unsafe_step: bool,
    /// The part of the stability bound that is used where `step` is left out.
    pub safety: f64,
    /// The most steps of adaptive methods between two saves.
    pub most_steps: u64,
    /// Steps between checks for values that are not finite; 0 for none. The first checks come sooner.
    pub watch: u64,
    /// The most bytes of snapshots in memory: more go to the store, where there is one, or are refused.
    pub snapshot_memory: u64,
    /// Bytes that arrays may take; unlimited where left out.
    pub memory: Option<u64>,
    /// Whether snapshots of the planes are kept at saves.
    pub snapshots: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            method: Method::Auto,
            step: None,
            start: 0.0,
            precision: Precision::Double,
            compensated: false,
            save: None,
            horizon: None,
            seed: 0,
            tolerance: 1e-6,
            absolute_tolerance: None,
            solver_tolerance: None,
            solver_iterations: 10_000,
            interpretation: None,
            unsafe_step: false,
            safety: 0.9,
            most_steps: 10_000_000,
            watch: 64,
            snapshot_memory: 1 << 30,
            memory: None,
            snapshots: true,
        }
    }
}

impl Options {
    /// Whether all numbers make sense.
    ///
    /// # Errors
    /// Where one is not a positive number.
    pub fn check(&self) -> FieldResult<()> {
        let positive = [
            ("dt", self.step),
            ("save", self.save),
            ("horizon", self.horizon),
            ("tolerance", Some(self.tolerance)),
            ("absolute_tolerance", self.absolute_tolerance),
            ("solver_tolerance", self.solver_tolerance),
            ("safety", Some(self.safety)),
        ];
        for (name, value) in positive {
            if let Some(value) = value
                && !(value > 0.0 && value.is_finite())
            {
                return Err(FieldError::invalid(
                    format!("{name} = {value} is not a positive number"),
                    "",
                ));
            }
        }
        if self.compensated && self.precision != Precision::Single {
            return Err(FieldError::invalid(
                "compensated sums are those of single precision",
                "precision = mixed",
            ));
        }
        if !self.start.is_finite() {
            return Err(FieldError::invalid("the start is not a finite time", ""));
        }
        Ok(())
    }

    /// The relative residual of linear solvers.
    pub fn residual(&self) -> f64 {
        self.solver_tolerance.unwrap_or(match self.precision {
            Precision::Double => 1e-12,
            Precision::Single => 1e-6,
        })
    }
}
