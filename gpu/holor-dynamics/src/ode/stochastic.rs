//! Stochastic differential equations dy = a(t, y) dt + b(t, y) dW with fixed steps.
//!
//! P. E. Kloeden and E. Platen, *Numerical Solution of Stochastic Differential Equations*: Euler–Maruyama (10.2), Milstein
//! without derivatives (11.1), stochastic Heun (15.1 for Stratonovich). The noise of step k is a function of seed, k and
//! component, so a run does not depend on threads, interruptions or what was computed before.

use std::collections::VecDeque;

use super::delay::{DelaySlope, History};
use super::options::Save;
use super::{End, Slope, Table, Watch, check_size, not_finite, write_row};
use crate::error::{Result, refuse};
use crate::random;

/// What b dW means where b depends on y.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calculus {
    /// Itô: b is taken at the beginning of each instant.
    Ito,
    /// Stratonovich: b is taken in its middle; the chain rule holds.
    Stratonovich,
}

/// How steps are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Itô; strong order 1/2 (1 for additive noise), weak order 1.
    EulerMaruyama,
    /// Stratonovich; strong order 1 for additive, diagonal or one-dimensional noise.
    Heun,
    /// Itô or Stratonovich; diagonal noise in which bᵢ depends on yᵢ alone; strong order 1.
    Milstein,
}

/// The noise term.
pub enum Noise<'a> {
    /// bᵢ dWᵢ with constants bᵢ.
    Additive(Vec<f64>),
    /// bᵢ(t, y) dWᵢ: the function fills one number for each unknown.
    Diagonal(Box<Slope<'a>>),
    /// Σⱼ bᵢⱼ(t, y) dWⱼ with so many Wiener processes; the function fills the matrix by rows.
    Matrix(usize, Box<Slope<'a>>),
}

impl std::fmt::Debug for Noise<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Additive(sizes) => {
                formatter.debug_tuple("Additive").field(sizes).finish()
            }
            Self::Diagonal(_) => formatter.write_str("Diagonal"),
            Self::Matrix(count, _) => {
                formatter.debug_tuple("Matrix").field(count).finish()
            }
        }
    }
}

/// Drift and noise.
pub struct StochasticEquations<'a> {
    drift: Drift<'a>,
    noise: Noise<'a>,
    observe: Option<(usize, Box<Slope<'a>>)>,
    size: Option<usize>,
}

impl std::fmt::Debug for StochasticEquations<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("StochasticEquations")
            .field("noise", &self.noise)
            .finish_non_exhaustive()
    }
}

/// What acts besides the noise.
enum Drift<'a> {
    /// By the present.
    Now(Box<Slope<'a>>),
    /// By the present and the past.
    Delayed(Box<DelaySlope<'a>>, Box<History<'a>>),
}

impl<'a> StochasticEquations<'a> {
    /// dy = a(t, y) dt + noise.
    pub fn new(
        drift: impl FnMut(f64, &[f64], &mut [f64]) + 'a,
        noise: Noise<'a>,
    ) -> Self {
        let drift = Drift::Now(Box::new(drift));
        Self { drift, noise, observe: None, size: None }
    }

    /// dy = a(t, y, delayed) dt + noise with y = history before the start; `delayed` holds y(t − τ₁), then y(t − τ₂), ….
    pub fn delayed(
        drift: impl FnMut(f64, &[f64], &[f64], &mut [f64]) + 'a,
        history: impl FnMut(f64, &mut [f64]) + 'a,
        noise: Noise<'a>,
    ) -> Self {
        let drift = Drift::Delayed(Box::new(drift), Box::new(history));
        Self { drift, noise, observe: None, size: None }
    }

    /// The number of unknowns; a run with another number of them is refused.
    #[must_use]
    pub fn with_size(mut self, size: usize) -> Self {
        self.size = Some(size);
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

/// Scheme, step and seed of a stochastic run.
#[derive(Clone, Debug, PartialEq)]
pub struct StochasticOptions {
    /// What the noise term means.
    pub calculus: Calculus,
    /// How steps are made.
    pub scheme: Scheme,
    /// The step.
    pub step: f64,
    /// The seed.
    pub seed: u64,
    /// Which member of an ensemble.
    pub stream: u32,
    /// Each step adds so many parts of the Wiener path. A run with step h and parts 2 follows the same path as one with
    /// step h/2 and parts 1: their difference shows the strong error.
    pub parts: u32,
    /// The rows; their times must lie on the grid of steps.
    pub save: Save,
    /// The delays τ₁, τ₂, … of the drift, none shorter than the step. The past between steps is taken on straight lines, which is
    /// of the order of the schemes (E. Buckwar, J. Comput. Appl. Math. 125 (2000) 297).
    pub delays: Vec<f64>,
}

impl StochasticOptions {
    /// Euler–Maruyama in the sense of Itô.
    pub fn new(step: f64, seed: u64) -> Self {
        Self {
            calculus: Calculus::Ito,
            scheme: Scheme::EulerMaruyama,
            step,
            seed,
            stream: 0,
            parts: 1,
            save: Save::Ends,
            delays: Vec::new(),
        }
    }

    fn check(&self, begin: f64) -> Result<()> {
        if !(self.step > 0.0 && self.step.is_finite()) {
            refuse!("the step is {}; it must be positive", self.step);
        }
        for delay in &self.delays {
            if !(*delay >= self.step * (1.0 - 1e-9) && delay.is_finite()) {
                refuse!(
                    "the delay {delay} is shorter than the step {}; with noise no delay may be",
                    self.step
                );
            }
        }
        if self.parts == 0 {
            refuse!("a step has 0 parts of the path; it needs at least 1");
        }
        self.save.check()?;
        self.save.check_direction(begin, 1.0)?;
        let off = |time: f64| {
            let steps = (time - begin) / self.step;
            (steps - steps.round()).abs() > 1e-6
        };
        match &self.save {
            Save::At(times) => {
                if let Some(time) = times.iter().find(|time| off(**time)) {
                    refuse!(
                        "the time to save at {time} lies between two steps of {}, where the noise has no value; save at multiples of the step",
                        self.step
                    );
                }
            }
            Save::Every(interval)
                if off(begin + interval) || *interval < 0.5 * self.step =>
            {
                refuse!(
                    "the interval between rows {interval} is no multiple of the step {}",
                    self.step
                );
            }
            _ => {}
        }
        Ok(())
    }
}

/// One realisation so far; continued as [`super::Run`] is.
#[derive(Clone, Debug)]
pub struct StochasticRun {
    options: StochasticOptions,
    begin: f64,
    started: bool,
    state: State,
    rewind: Option<Box<(State, usize)>>,
    table: Table,
    path: Path,
    end: Option<End>,
}

/// The states at the steps as far back as the longest delay.
#[derive(Clone, Debug, Default)]
struct Path {
    /// How many steps were done at the first one that is kept.
    first: u64,
    states: VecDeque<Vec<f64>>,
}

impl Path {
    /// Keeps the state after so many steps.
    fn push(&mut self, steps: u64, y: &[f64], most: usize) {
        // A run that went back has steps that are made again.
        self.states.truncate(usize::try_from(steps - self.first).unwrap_or(0));
        self.states.push_back(y.to_vec());
        while self.states.len() > most {
            self.states.pop_front();
            self.first += 1;
        }
    }

    /// The state at a number of steps, between two of them on a straight line.
    fn at(&self, steps: f64, out: &mut [f64]) {
        let place = (steps - self.first as f64).max(0.0);
        let near = place.round();
        let place = if (place - near).abs() < 1e-6 { near } else { place };
        let (low, part) = (place.floor() as usize, place.fract());
        let last = self.states.len().saturating_sub(1);
        let (Some(a), Some(b)) =
            (self.states.get(low.min(last)), self.states.get((low + 1).min(last)))
        else {
            out.fill(f64::NAN);
            return;
        };
        for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
            *out = a + part * (b - a);
        }
    }
}

#[derive(Clone, Debug)]
struct State {
    t: f64,
    y: Vec<f64>,
    steps: u64,
    saved: usize,
}

/// Room for one step.
#[derive(Default)]
struct Room {
    drift: Vec<f64>,
    drift_ahead: Vec<f64>,
    rates: Vec<f64>,
    rates_ahead: Vec<f64>,
    wiener: Vec<f64>,
    draw: Vec<f64>,
    ahead: Vec<f64>,
    past: Vec<f64>,
}

impl StochasticRun {
    /// A run that stands at its beginning.
    ///
    /// # Errors
    /// Where the options are not possible.
    pub fn new(t: f64, start: &[f64], options: StochasticOptions) -> Result<Self> {
        options.check(t)?;
        if !t.is_finite() {
            refuse!("the run cannot start at t = {t}");
        }
        if let Some(place) = not_finite(start) {
            refuse!("unknown {} starts at {}", place + 1, start[place]);
        }
        let state = State { t, y: start.to_vec(), steps: 0, saved: 0 };
        Ok(Self {
            options,
            begin: t,
            started: false,
            state,
            rewind: None,
            table: Table::default(),
            path: Path::default(),
            end: None,
        })
    }

    /// The time reached.
    pub fn t(&self) -> f64 {
        self.state.t
    }

    /// The unknowns there.
    pub fn y(&self) -> &[f64] {
        &self.state.y
    }

    /// The rows.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Why it ended the last time.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Goes on to a later time, with the same bits however often the run stopped.
    ///
    /// # Errors
    /// Where scheme, calculus and noise do not fit, or `to` lies before the time reached.
    pub fn advance(
        &mut self,
        equations: &mut StochasticEquations<'_>,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> Result<End> {
        self.check(equations)?;
        if !to.is_finite() || to < self.state.t {
            refuse!("the run is at t = {} and cannot go to {to}", self.state.t);
        }
        check_size(equations.size, self.state.y.len())?;
        let width = equations.observe.as_ref().map_or(self.state.y.len(), |o| o.0);
        if self.started && width != self.table.width {
            refuse!("the run began with other observables; go on with the same");
        }
        if let Some(rewind) = self.rewind.take() {
            self.state = rewind.0;
            self.table.truncate(rewind.1);
        }
        let ends = self.options.save == Save::Ends;
        if !self.started && to > self.begin {
            self.started = true;
            self.keep();
            self.table.width =
                equations.observe.as_ref().map_or(self.state.y.len(), |o| o.0);
            let at_start = self.options.save.time(0, self.begin, 1.0) == Some(self.begin);
            if at_start || matches!(self.options.save, Save::Ends | Save::Steps) {
                self.write(equations, self.begin);
            }
            self.state.saved = usize::from(at_start);
        }
        if ends {
            self.table.truncate(1);
        }
        let end = self.go(equations, to, watch);
        if ends {
            self.write(equations, self.state.t);
        }
        self.end = Some(end.clone());
        Ok(end)
    }

    fn check(&self, equations: &StochasticEquations<'_>) -> Result<()> {
        let size = self.state.y.len();
        let delayed = matches!(equations.drift, Drift::Delayed(..));
        if delayed == self.options.delays.is_empty() {
            refuse!("equations and options must both have delays, or neither");
        }
        let additive = matches!(equations.noise, Noise::Additive(_));
        if let Noise::Additive(sizes) = &equations.noise
            && sizes.len() != size
        {
            refuse!(
                "{} sizes of noise for {size} unknowns; give one for each",
                sizes.len()
            );
        }
        match (self.options.scheme, self.options.calculus) {
            (Scheme::EulerMaruyama, Calculus::Stratonovich) if !additive => refuse!(
                "Euler–Maruyama solves Itô equations; for a Stratonovich equation use Heun or Milstein"
            ),
            (Scheme::Heun, Calculus::Ito) if !additive => refuse!(
                "stochastic Heun solves Stratonovich equations; for an Itô equation use EulerMaruyama or Milstein"
            ),
            (Scheme::Milstein, _) if matches!(equations.noise, Noise::Matrix(..)) => {
                refuse!(
                    "Milstein's scheme is for diagonal noise; use EulerMaruyama (Itô) or Heun (Stratonovich)"
                )
            }
            _ => Ok(()),
        }
    }

    /// Keeps the present for later, where there are delays.
    fn keep(&mut self) {
        let longest = self.options.delays.iter().copied().fold(0.0, f64::max);
        if longest > 0.0 {
            // Room for the steps before one that was cut short, which a later call makes again.
            let most = (longest / self.options.step).ceil() as usize + 4;
            self.path.push(self.state.steps, &self.state.y, most);
        }
    }

    fn write(&mut self, equations: &mut StochasticEquations<'_>, t: f64) {
        write_row(&mut self.table, &mut equations.observe, t, &self.state.y);
    }

    fn go(
        &mut self,
        equations: &mut StochasticEquations<'_>,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> End {
        let from = self.state.t;
        let step = self.options.step;
        let mut room = Room::default();
        while self.state.t < to {
            let t = self.state.t;
            let next = self.begin + (self.state.steps + 1) as f64 * step;
            let cut = to - next < 1e-9 * step;
            if cut && self.rewind.is_none() {
                self.rewind = Some(Box::new((self.state.clone(), self.table.len())));
            }
            // A step that ends within rounding of the grid is a whole one.
            let whole = !cut || (to - next).abs() <= 1e-9 * step;
            let h = if whole { step } else { to - t };
            self.step(equations, t, h, &mut room);
            if let Some(component) = not_finite(&room.ahead) {
                return End::NotFinite { t, component };
            }
            std::mem::swap(&mut self.state.y, &mut room.ahead);
            self.state.t = if cut { to } else { next };
            self.state.steps += 1;
            self.keep();
            while let Some(time) =
                self.options.save.time(self.state.saved, self.begin, 1.0)
            {
                if time > self.state.t + 1e-6 * step {
                    break;
                }
                self.state.saved += 1;
                self.write(equations, time);
            }
            if self.options.save == Save::Steps {
                self.write(equations, self.state.t);
            }
            let done = ((self.state.t - from) / (to - from)).clamp(0.0, 1.0);
            if watch.step(done) && self.state.t < to {
                return End::Interrupted { t: self.state.t };
            }
        }
        End::Reached
    }

    /// One step; the result is left in `room.ahead`.
    fn step(
        &self,
        equations: &mut StochasticEquations<'_>,
        t: f64,
        h: f64,
        room: &mut Room,
    ) {
        let y = &self.state.y;
        let size = y.len();
        let count = match &equations.noise {
            Noise::Matrix(count, _) => *count,
            _ => size,
        };
        for part in [&mut room.drift, &mut room.drift_ahead, &mut room.ahead] {
            part.resize(size, 0.0);
        }
        self.wiener(h, count, room);
        let (drift, past) = (&mut room.drift, &mut room.past);
        self.drift(&mut equations.drift, t, y, past, drift);
        rates(&mut equations.noise, t, y, &mut room.rates);
        let matrix = matches!(equations.noise, Noise::Matrix(..));
        for i in 0..size {
            room.ahead[i] =
                y[i] + h * room.drift[i] + room.shake(i, count, matrix, false);
        }
        match self.options.scheme {
            Scheme::EulerMaruyama => {}
            Scheme::Heun => {
                let (drift, past) = (&mut room.drift_ahead, &mut room.past);
                self.drift(&mut equations.drift, t + h, &room.ahead, past, drift);
                rates(&mut equations.noise, t + h, &room.ahead, &mut room.rates_ahead);
                for i in 0..size {
                    let noise = room.shake(i, count, matrix, false)
                        + room.shake(i, count, matrix, true);
                    room.ahead[i] =
                        y[i] + 0.5 * (h * (room.drift[i] + room.drift_ahead[i]) + noise);
                }
            }
            Scheme::Milstein => {
                if matches!(equations.noise, Noise::Additive(_)) {
                    return;
                }
                // b b′ from the difference over √h b, as Platen.
                let root = h.sqrt();
                let moved: Vec<f64> =
                    (0..size).map(|i| y[i] + root * room.rates[i]).collect();
                rates(&mut equations.noise, t, &moved, &mut room.rates_ahead);
                let less = if self.options.calculus == Calculus::Ito { h } else { 0.0 };
                for i in 0..size {
                    let slope = (room.rates_ahead[i] - room.rates[i]) / root;
                    room.ahead[i] +=
                        0.5 * slope * (room.wiener[i] * room.wiener[i] - less);
                }
            }
        }
    }

    fn drift(
        &self,
        drift: &mut Drift<'_>,
        t: f64,
        y: &[f64],
        past: &mut Vec<f64>,
        out: &mut [f64],
    ) {
        let (slope, history) = match drift {
            Drift::Now(slope) => return slope(t, y, out),
            Drift::Delayed(slope, history) => (slope, history),
        };
        let (size, step) = (y.len(), self.options.step);
        past.resize(size * self.options.delays.len(), 0.0);
        for (delay, values) in
            self.options.delays.iter().zip(past.chunks_mut(size.max(1)))
        {
            let steps = (t - self.begin - delay) / step;
            if steps < -1e-6 {
                history(t - delay, values);
            } else {
                self.path.at(steps, values);
            }
        }
        slope(t, y, past, out);
    }

    /// The increments of the Wiener processes over a step.
    fn wiener(&self, h: f64, count: usize, room: &mut Room) {
        let noise = random::Noise::new(self.options.seed, self.options.stream);
        let parts = u64::from(self.options.parts);
        let root = (h / parts as f64).sqrt();
        room.wiener.clear();
        room.wiener.resize(count, 0.0);
        room.draw.resize(count, 0.0);
        for part in 0..parts {
            noise.fill_normal(self.state.steps * parts + part, &mut room.draw);
            for (sum, value) in room.wiener.iter_mut().zip(&room.draw) {
                *sum += root * value;
            }
        }
    }
}

impl Room {
    /// Σⱼ bᵢⱼ ΔWⱼ with the rates here or those ahead.
    fn shake(&self, i: usize, count: usize, matrix: bool, ahead: bool) -> f64 {
        let rates = if ahead { &self.rates_ahead } else { &self.rates };
        if matrix {
            let row = &rates[i * count..(i + 1) * count];
            row.iter().zip(&self.wiener).map(|(b, w)| b * w).sum()
        } else {
            rates[i] * self.wiener[i]
        }
    }
}

fn rates(noise: &mut Noise<'_>, t: f64, y: &[f64], out: &mut Vec<f64>) {
    match noise {
        Noise::Additive(sizes) => {
            out.clear();
            out.extend_from_slice(sizes);
        }
        Noise::Diagonal(fill) => {
            out.resize(y.len(), 0.0);
            fill(t, y, out);
        }
        Noise::Matrix(count, fill) => {
            out.resize(y.len() * *count, 0.0);
            fill(t, y, out);
        }
    }
}
