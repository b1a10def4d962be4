//! Initial value problems y' = f(t, y): what is asked, how it is to be solved, and what came out.
//!
//! E. Hairer, S. P. Nørsett and G. Wanner, *Solving Ordinary Differential Equations I*, and E. Hairer and G. Wanner,
//! *II: Stiff and Differential-Algebraic Problems*, are cited as HNW and HW. Complex unknowns are given as pairs of reals.
//!
//! ```
//! use holor_dynamics::ode::{Equations, Event, Options, Run, Save, Watch};
//!
//! let mut fall = Equations::new(|_, y: &[f64], out: &mut [f64]| out.copy_from_slice(&[y[1], -9.81]))
//!     .with_event(Event::new(|_, y: &[f64]| y[0]).terminal());
//! let mut run = Run::new(0.0, &[20.0, 0.0], Options::default().save(Save::Every(0.5)).dense())?;
//! let end = run.advance(&mut fall, 10.0, &mut Watch::default())?;
//! assert_eq!(end.to_string().split(" at ").next(), Some("event 1 stopped the run"));
//! assert!((run.t() - (40.0f64 / 9.81).sqrt()).abs() < 1e-9);
//! # Ok::<(), holor_dynamics::Error>(())
//! ```

mod adaptive;
mod boundary;
mod constraints;
mod delay;
mod dense;
mod drive;
mod events;
mod explicit;
mod options;
mod radau;
mod stochastic;
mod structured;
mod symplectic;
mod tables;

use constraints::Constraints;

pub use boundary::{Boundary, BoundaryOptions, BoundarySolution, shoot};
pub use delay::{DelayEquations, DelayOptions, DelayRun, DelaySlope, History};
pub use dense::{Dense, Piece};
pub use drive::{Run, solve};
pub use options::{Method, Options, Save};
pub use stochastic::{
    Calculus, Noise, Scheme, StochasticEquations, StochasticOptions, StochasticRun,
};
pub use structured::Structured;

/// A right-hand side: `slope(t, y, out)` fills `out`. Where it has no value it writes NaN; the run then ends with
/// [`End::NotFinite`].
pub type Slope<'a> = dyn FnMut(f64, &[f64], &mut [f64]) + 'a;

/// A function of time and unknowns with one value.
pub type Level<'a> = dyn FnMut(f64, &[f64]) -> f64 + 'a;

/// A change of the unknowns at an event, in place.
pub type Jump<'a> = dyn FnMut(f64, &mut [f64]) + 'a;

/// The equations with all that watches them.
pub struct Equations<'a> {
    pub(crate) slope: Box<Slope<'a>>,
    pub(crate) jacobian: Option<Box<Slope<'a>>>,
    pub(crate) structured: Option<Box<dyn Structured + 'a>>,
    pub(crate) mass: Option<Vec<f64>>,
    pub(crate) second_order: bool,
    pub(crate) size: Option<usize>,
    pub(crate) events: Vec<Event<'a>>,
    pub(crate) conserved: Vec<Conserved<'a>>,
    pub(crate) observe: Option<(usize, Box<Slope<'a>>)>,
    pub(crate) constraints: Option<Constraints<'a>>,
}

impl std::fmt::Debug for Equations<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Equations")
            .field("jacobian", &self.jacobian.is_some())
            .field("mass", &self.mass.is_some())
            .field("second_order", &self.second_order)
            .field("events", &self.events.len())
            .field("conserved", &self.conserved.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Equations<'a> {
    /// y' = f(t, y).
    pub fn new(slope: impl FnMut(f64, &[f64], &mut [f64]) + 'a) -> Self {
        Self {
            slope: Box::new(slope),
            jacobian: None,
            structured: None,
            mass: None,
            second_order: false,
            size: None,
            events: Vec::new(),
            conserved: Vec::new(),
            observe: None,
            constraints: None,
        }
    }

    /// q″ = a(t, q): the unknowns are q, then q′.
    pub fn second_order(
        mut acceleration: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
    ) -> Self {
        let mut equations = Self::new(move |t, y: &[f64], out: &mut [f64]| {
            let half = y.len() / 2;
            let (speed, force) = out.split_at_mut(half);
            speed.copy_from_slice(&y[half..2 * half]);
            acceleration(t, &y[..half], force);
        });
        equations.second_order = true;
        equations
    }

    /// The number of unknowns; a run with another number of them is refused.
    #[must_use]
    pub fn with_size(mut self, size: usize) -> Self {
        self.size = Some(size);
        self
    }

    /// The right-hand side at one place.
    pub fn slope(&mut self, t: f64, y: &[f64], out: &mut [f64]) {
        (self.slope)(t, y, out);
    }

    /// The derivatives ∂fᵢ/∂yⱼ, by rows; without them implicit methods take differences.
    #[must_use]
    pub fn with_jacobian(
        mut self,
        jacobian: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
    ) -> Self {
        self.jacobian = Some(Box::new(jacobian));
        self
    }

    /// Derivatives that need no full matrix; not with a mass matrix.
    #[must_use]
    pub fn with_structured(mut self, structured: impl Structured + 'a) -> Self {
        self.structured = Some(Box::new(structured));
        self
    }

    /// M y' = f(t, y) with a constant matrix, by rows, which may be singular (equations of index 1). Only [`Method::Radau`].
    #[must_use]
    pub fn with_mass(mut self, mass: Vec<f64>) -> Self {
        self.mass = Some(mass);
        self
    }

    /// c(t, y) = 0 with so many constraints, which the exact solution keeps: each step is projected onto them. The second function has
    /// the derivatives ∂cᵢ/∂yⱼ, by rows.
    #[must_use]
    pub fn with_constraints(
        mut self,
        count: usize,
        value: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
        jacobian: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
    ) -> Self {
        self.constraints = Some(Constraints::new(count, value, jacobian));
        self
    }

    /// Watches for zeros of a function.
    #[must_use]
    pub fn with_event(mut self, event: Event<'a>) -> Self {
        self.events.push(event);
        self
    }

    /// Watches a quantity that should not change.
    #[must_use]
    pub fn with_conserved(mut self, conserved: Conserved<'a>) -> Self {
        self.conserved.push(conserved);
        self
    }

    /// Puts `width` observed numbers instead of the unknowns into the rows of the table.
    #[must_use]
    pub fn with_observables(
        mut self,
        width: usize,
        observe: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
    ) -> Self {
        self.observe = Some((width, Box::new(observe)));
        self
    }
}

/// Which sign changes of an event function count, in the direction of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Direction {
    /// Both.
    #[default]
    Any,
    /// From negative to positive.
    Rising,
    /// From positive to negative.
    Falling,
}

/// A function g(t, y) whose zeros are located on the dense output.
pub struct Event<'a> {
    pub(crate) value: Box<Level<'a>>,
    pub(crate) direction: Direction,
    pub(crate) terminal: bool,
    pub(crate) jump: Option<Box<Jump<'a>>>,
    pub(crate) choice: Option<Choice>,
}

/// The side of a choice in the rates, which they read: the sign of its function, or its whole part.
pub type Side = std::rc::Rc<std::cell::Cell<f64>>;

/// What of a function the rates depend on.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) side: Side,
    pub(crate) whole: bool,
}

impl Choice {
    /// A number that is positive on the side now taken, and 0 at its border.
    fn within(&self, value: f64) -> f64 {
        let side = self.side.get();
        if self.whole {
            (value - side).min(side + 1.0 - value)
        } else if side == 0.0 {
            // The solution stays where the function is 0, up to rounding.
            1e-13 - value.abs()
        } else {
            value * side
        }
    }
}

impl std::fmt::Debug for Event<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Event")
            .field("direction", &self.direction)
            .field("terminal", &self.terminal)
            .field("jump", &self.jump.is_some())
            .finish_non_exhaustive()
    }
}

impl<'a> Event<'a> {
    /// Records the zeros of g(t, y), in either direction, and those where it only touches 0 within the tolerance. A function
    /// that is zero at the beginning does not count there.
    pub fn new(value: impl FnMut(f64, &[f64]) -> f64 + 'a) -> Self {
        Self {
            value: Box::new(value),
            direction: Direction::Any,
            terminal: false,
            jump: None,
            choice: None,
        }
    }

    /// Rates that take another form where g(t, y) changes its sign or, with `whole`, its whole part: they read the sign, or
    /// the whole part, from `side` and are smooth while it stays. Steps end where it changes. These come after all other events.
    pub fn choice(
        side: &Side,
        whole: bool,
        value: impl FnMut(f64, &[f64]) -> f64 + 'a,
    ) -> Self {
        Self {
            choice: Some(Choice { side: side.clone(), whole }),
            ..Self::new(value).in_direction(Direction::Falling)
        }
    }

    /// The function whose zeros count.
    pub(crate) fn level(&mut self, t: f64, y: &[f64]) -> f64 {
        let value = (self.value)(t, y);
        self.choice.as_ref().map_or(value, |choice| choice.within(value))
    }

    /// Only zeros in this direction.
    #[must_use]
    pub fn in_direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// The run stops at the event.
    #[must_use]
    pub fn terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// The unknowns change at the event, in place.
    #[must_use]
    pub fn with_jump(mut self, jump: impl FnMut(f64, &mut [f64]) + 'a) -> Self {
        self.jump = Some(Box::new(jump));
        self
    }
}

/// A quantity I(t, y) that the exact solution keeps.
pub struct Conserved<'a> {
    pub(crate) value: Box<Level<'a>>,
    pub(crate) allowed: f64,
}

impl std::fmt::Debug for Conserved<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Conserved")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

impl<'a> Conserved<'a> {
    /// Records the largest departure from the first value.
    pub fn new(value: impl FnMut(f64, &[f64]) -> f64 + 'a) -> Self {
        Self { value: Box::new(value), allowed: f64::INFINITY }
    }

    /// The run ends where the departure is larger than this.
    #[must_use]
    pub fn within(mut self, allowed: f64) -> Self {
        self.allowed = allowed;
        self
    }
}

/// Who may stop a run, and who is told how far it is.
#[derive(Default)]
pub struct Watch<'a> {
    /// Asked after each step; `true` stops the run.
    pub interrupt: Option<&'a dyn Fn() -> bool>,
    /// Told after each step which part of the interval is done, from 0 to 1.
    pub progress: Option<&'a mut dyn FnMut(f64)>,
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Watch")
            .field("interrupt", &self.interrupt.is_some())
            .field("progress", &self.progress.is_some())
            .finish()
    }
}

impl Watch<'_> {
    /// Tells how far the run is; `true` when it is to stop.
    pub(crate) fn step(&mut self, done: f64) -> bool {
        if let Some(progress) = &mut self.progress {
            progress(done);
        }
        self.interrupt.is_some_and(|interrupt| interrupt())
    }
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The end of the interval was reached.
    Reached,
    /// A terminal event; the number counts the events from 0.
    Event {
        /// Which event.
        event: usize,
        /// When.
        t: f64,
    },
    /// Events with jumps follow each other without end before this time, as the bounces of a ball that comes to rest.
    EventsPileUp {
        /// When.
        t: f64,
    },
    /// The right-hand side or the solution has no finite value just after this time.
    NotFinite {
        /// The last time with a finite solution.
        t: f64,
        /// The first unknown without a finite value.
        component: usize,
    },
    /// The step became too small to change the time, or Newton's iteration failed for all steps: a singularity is near.
    StepTooSmall {
        /// The last time reached.
        t: f64,
    },
    /// The rates jump where a choice in them changes, and lead back from both sides.
    Stays {
        /// When.
        t: f64,
    },
    /// Steps became so short that the end is out of reach: the rates jump where the solution would stay, or swing very fast.
    OutOfReach {
        /// The last time reached.
        t: f64,
    },
    /// The allowed number of steps was used up.
    TooManySteps {
        /// The last time reached.
        t: f64,
    },
    /// The interrupt callback asked for it.
    Interrupted {
        /// The last time reached.
        t: f64,
    },
    /// A conserved quantity departed further than allowed.
    Drifted {
        /// Which quantity, counted from 0.
        quantity: usize,
        /// When this was seen.
        t: f64,
    },
}

impl std::fmt::Display for End {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reached => write!(formatter, "the end was reached"),
            Self::Event { event, t } => {
                write!(formatter, "event {} stopped the run at t = {t}", event + 1)
            }
            Self::EventsPileUp { t } => {
                write!(formatter, "events follow each other without end before t = {t}")
            }
            Self::NotFinite { t, component } => write!(
                formatter,
                "unknown {} has no finite value after t = {t}",
                component + 1
            ),
            Self::StepTooSmall { t } => write!(
                formatter,
                "the step became too small at t = {t}: a singularity is near, or the equations are stiff"
            ),
            Self::Stays { t } => write!(
                formatter,
                "the rates jump at t = {t} and lead back from both sides: the solution would stay there"
            ),
            Self::OutOfReach { t } => write!(
                formatter,
                "steps became so short after t = {t} that the end is out of reach: the rates jump there, or swing very fast"
            ),
            Self::TooManySteps { t } => {
                write!(formatter, "the allowed number of steps was used up at t = {t}")
            }
            Self::Interrupted { t } => write!(formatter, "interrupted at t = {t}"),
            Self::Drifted { quantity, t } => write!(
                formatter,
                "conserved quantity {} departed further than allowed at t = {t}",
                quantity + 1
            ),
        }
    }
}

/// Rows of numbers at increasing (backwards: decreasing) times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The time of each row.
    pub times: Vec<f64>,
    /// All rows, one after the other.
    pub values: Vec<f64>,
    /// How many numbers a row has.
    pub width: usize,
}

impl Table {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// One row.
    pub fn row(&self, place: usize) -> Option<&[f64]> {
        self.values.get(place * self.width..(place + 1) * self.width)
    }

    /// One column.
    pub fn column(&self, place: usize) -> Vec<f64> {
        if place >= self.width {
            return Vec::new();
        }
        self.values.iter().skip(place).step_by(self.width).copied().collect()
    }

    pub(crate) fn truncate(&mut self, rows: usize) {
        self.times.truncate(rows);
        self.values.truncate(rows * self.width);
    }
}

/// Adds a row: the observed numbers, or the unknowns.
pub(crate) fn write_row(
    table: &mut Table,
    observe: &mut Option<(usize, Box<Slope<'_>>)>,
    t: f64,
    y: &[f64],
) {
    table.times.push(t);
    match observe {
        None => table.values.extend_from_slice(y),
        Some((width, observe)) => {
            let from = table.values.len();
            table.values.resize(from + *width, f64::NAN);
            observe(t, y, &mut table.values[from..]);
        }
    }
}

/// One zero of an event function.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// Which event, counted from 0.
    pub event: usize,
    /// When.
    pub t: f64,
    /// The unknowns there, before a jump.
    pub y: Vec<f64>,
}

/// Where a method took over, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// When.
    pub t: f64,
    /// To which method.
    pub method: Method,
    /// Why, in words.
    pub why: String,
}

/// What a run cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Accepted steps.
    pub steps: usize,
    /// Refused steps.
    pub refused: usize,
    /// Values of the right-hand side, those for Jacobians by differences included.
    pub slopes: usize,
    /// Jacobians.
    pub jacobians: usize,
    /// Factored matrices.
    pub factored: usize,
}

/// Refuses equations made for another number of unknowns.
pub(crate) fn check_size(expected: Option<usize>, found: usize) -> crate::Result<()> {
    match expected {
        Some(expected) if expected != found => crate::error::refuse!(
            "the equations have {expected} unknowns, but the start has {found}"
        ),
        _ => Ok(()),
    }
}

/// The first number that is not finite.
pub(crate) fn not_finite(values: &[f64]) -> Option<usize> {
    // The sum is finite unless a term is not, or it overflows; it is quick.
    if values.iter().map(|value| value * 0.0).sum::<f64>() == 0.0 {
        return None;
    }
    values.iter().position(|value| !value.is_finite())
}
