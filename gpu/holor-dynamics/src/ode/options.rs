//! Methods, tolerances and what is kept of a run.

use crate::error::{Result, refuse};

/// How an initial value problem is solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Method {
    /// Dormand–Prince, or DOP853 for tolerances below 1e-7; Radau IIA while the equations are found stiff.
    #[default]
    Auto,
    /// Dormand and Prince, order 5(4), dense output of order 4.
    DormandPrince,
    /// Tsitouras, order 5(4), dense output of order 4.
    Tsitouras,
    /// Dormand, Prince and Hairer, order 8(5,3), dense output of order 7.
    Dop853,
    /// The classical method of order 4 with fixed steps.
    RungeKutta4,
    /// Radau IIA of order 5 for stiff equations, dense output of order 3.
    Radau,
    /// Störmer–Verlet with fixed steps: symplectic, order 2. The unknowns are n positions, then n momenta.
    StormerVerlet,
    /// Yoshida's composition of order 4 with fixed steps: symplectic.
    Yoshida4,
    /// Yoshida's composition of order 6 (solution A) with fixed steps: symplectic.
    Yoshida6,
}

impl Method {
    /// Its name, as in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "automatic choice",
            Self::DormandPrince => "Dormand–Prince 5(4)",
            Self::Tsitouras => "Tsitouras 5(4)",
            Self::Dop853 => "DOP853",
            Self::RungeKutta4 => "Runge–Kutta 4",
            Self::Radau => "Radau IIA of order 5",
            Self::StormerVerlet => "Störmer–Verlet",
            Self::Yoshida4 => "Yoshida 4",
            Self::Yoshida6 => "Yoshida 6",
        }
    }

    /// Whether the step is given and stays.
    pub fn is_fixed(self) -> bool {
        matches!(
            self,
            Self::RungeKutta4 | Self::StormerVerlet | Self::Yoshida4 | Self::Yoshida6
        )
    }
}

/// Which rows the table gets.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Save {
    /// The first and the last state.
    #[default]
    Ends,
    /// Each accepted step, and the first state.
    Steps,
    /// These times, in the order of the run.
    At(Vec<f64>),
    /// The first time and every so much later.
    Every(f64),
}

impl Save {
    /// The time of a row, or nothing after the last.
    pub(crate) fn time(&self, place: usize, start: f64, direction: f64) -> Option<f64> {
        match self {
            Self::Ends | Self::Steps => None,
            Self::At(times) => times.get(place).copied(),
            Self::Every(interval) => Some(start + direction * place as f64 * interval),
        }
    }

    /// Refuses times before the start of a run in a direction.
    pub(crate) fn check_direction(&self, start: f64, direction: f64) -> Result<()> {
        if let Self::At(times) = self {
            if let Some(time) =
                times.iter().find(|time| (**time - start) * direction < 0.0)
            {
                refuse!(
                    "the time to save at {time} lies before the start {start} of the run"
                );
            }
            if times.windows(2).any(|pair| (pair[1] - pair[0]) * direction < 0.0) {
                refuse!("the times to save at run against the direction of the run");
            }
        }
        Ok(())
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Ends | Self::Steps => {}
            Self::At(times) => {
                if let Some(time) = times.iter().find(|time| !time.is_finite()) {
                    refuse!("{time} is no time to save at");
                }
                let rising = times.windows(2).all(|pair| pair[0] < pair[1]);
                let falling = times.windows(2).all(|pair| pair[0] > pair[1]);
                if !rising && !falling {
                    refuse!("the times to save at must be in order, each once");
                }
            }
            Self::Every(interval) => {
                if !(*interval > 0.0 && interval.is_finite()) {
                    refuse!(
                        "the interval between rows is {interval}; it must be positive"
                    );
                }
            }
        }
        Ok(())
    }
}

/// How exactly to solve, how far at most, and what to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The method.
    pub method: Method,
    /// Error allowed in one step relative to the size of each unknown.
    pub relative: f64,
    /// Error allowed in one step besides: one number for all unknowns, or one for each.
    pub absolute: Vec<f64>,
    /// The step of methods with fixed steps; of the others the first step, else found by Hairer's rule.
    pub step: Option<f64>,
    /// No step is longer than this.
    pub longest_step: f64,
    /// A run that would need shorter steps ends with [`super::End::StepTooSmall`].
    pub shortest_step: f64,
    /// The most steps in one call of [`super::Run::advance`], refused ones included.
    pub most_steps: usize,
    /// The rows of the table.
    pub save: Save,
    /// Whether the solution between the steps is kept, for [`super::Dense::at`].
    pub keep_dense: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            method: Method::Auto,
            relative: 1e-8,
            absolute: vec![1e-10],
            step: None,
            longest_step: f64::INFINITY,
            shortest_step: 0.0,
            most_steps: 1_000_000,
            save: Save::Ends,
            keep_dense: false,
        }
    }
}

impl Options {
    /// The defaults with a method.
    pub fn with(method: Method) -> Self {
        Self { method, ..Self::default() }
    }

    /// Relative and absolute tolerance.
    #[must_use]
    pub fn tolerance(mut self, relative: f64, absolute: f64) -> Self {
        self.relative = relative;
        self.absolute = vec![absolute];
        self
    }

    /// The step of methods with fixed steps, the first step of others.
    #[must_use]
    pub fn step(mut self, step: f64) -> Self {
        self.step = Some(step);
        self
    }

    /// The rows of the table.
    #[must_use]
    pub fn save(mut self, save: Save) -> Self {
        self.save = save;
        self
    }

    /// Keeps the solution between the steps.
    #[must_use]
    pub fn dense(mut self) -> Self {
        self.keep_dense = true;
        self
    }

    pub(crate) fn check(&self, size: usize) -> Result<()> {
        if !(self.relative >= 0.0 && self.relative < 1.0) {
            refuse!(
                "the relative tolerance is {}; it must be between 0 and 1",
                self.relative
            );
        }
        if self.relative > 0.0 && self.relative < 2.3e-14 {
            refuse!(
                "the relative tolerance {} is below what numbers with 53 bits can hold; give at least 2.3e-14",
                self.relative
            );
        }
        if self.absolute.len() != 1 && self.absolute.len() != size {
            refuse!(
                "{} absolute tolerances for {size} unknowns; give one, or one for each",
                self.absolute.len()
            );
        }
        for absolute in &self.absolute {
            if !(*absolute >= 0.0 && absolute.is_finite()) {
                refuse!("the absolute tolerance is {absolute}; it must not be negative");
            }
            if *absolute == 0.0 && self.relative == 0.0 {
                refuse!("both tolerances are 0; one must be positive");
            }
        }
        if let Some(step) = self.step
            && !(step > 0.0 && step.is_finite())
        {
            refuse!("the step is {step}; it must be positive, also backwards in time");
        }
        if self.method.is_fixed() && self.step.is_none() {
            refuse!("{} needs a step", self.method.name());
        }
        if self.longest_step.is_nan() || self.longest_step <= 0.0 {
            refuse!("the longest step is {}; it must be positive", self.longest_step);
        }
        Ok(())
    }

    /// The relative tolerance or, where there is none, the least absolute one.
    pub(crate) fn strictness(&self) -> f64 {
        if self.relative > 0.0 {
            return self.relative;
        }
        self.absolute.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// Whether the tolerance asks for a method of high order.
    pub(crate) fn is_strict(&self) -> bool {
        self.strictness() < 1e-7
    }

    /// The error allowed for an unknown of a size.
    pub(crate) fn allowed(&self, place: usize, size: f64) -> f64 {
        let absolute = if self.absolute.len() == 1 {
            self.absolute[0]
        } else {
            self.absolute[place]
        };
        // Never zero: an unknown that is exactly zero with tolerance zero would divide 0 by 0.
        (absolute + self.relative * size).max(f64::MIN_POSITIVE)
    }
}
