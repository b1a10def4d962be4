//! Equations with constant delays, y'(t) = f(t, y(t), y(t − τ₁), …), by the method of steps.
//!
//! A. Bellen and M. Zennaro, *Numerical Methods for Delay Differential Equations*: Dormand–Prince steps no longer than the
//! shortest delay, the past from the dense output, and steps that end where the jump of a derivative at the beginning
//! returns, until it is smoother than the method can see.

mod choices;

use super::adaptive::{factor, first_step};
use super::dense::{Basis, Dense, Piece};
use super::explicit::Stages;
use super::options::{Method, Options};
use super::{End, Slope, Table, Watch, Work, check_size, not_finite, write_row};
use crate::error::{Result, refuse};

/// How often a jump that returns is followed: after five returns it is in the sixth derivative.
const GENERATIONS: usize = 6;
/// Where the rates of a step are taken for equations of neutral type: the ends and quarters.
const QUARTERS: [f64; 3] = [0.25, 0.5, 0.75];
/// From the rates there to the powers of the polynomial of degree 4 through them, by columns of 1, 4 s, (4 s)², … times 24.
const POWERS: [[f64; 5]; 5] = [
    [24.0, 0.0, 0.0, 0.0, 0.0],
    [-50.0, 96.0, -72.0, 32.0, -6.0],
    [35.0, -104.0, 114.0, -56.0, 11.0],
    [-10.0, 36.0, -48.0, 28.0, -6.0],
    [1.0, -4.0, 6.0, -4.0, 1.0],
];
/// More places than this are not followed; the step control alone then keeps the error.
const MOST_PLACES: usize = 100_000;

/// The right-hand side `slope(t, y, delayed, out)`: `delayed` holds y(t − τ₁), then y(t − τ₂), ….
pub type DelaySlope<'a> = dyn FnMut(f64, &[f64], &[f64], &mut [f64]) + 'a;

/// The past: `history(t, out)` for times up to the start.
pub type History<'a> = dyn FnMut(f64, &mut [f64]) + 'a;

/// Equations with constant delays.
pub struct DelayEquations<'a> {
    slope: Box<DelaySlope<'a>>,
    history: Box<History<'a>>,
    history_slope: Option<Box<History<'a>>>,
    observe: Option<(usize, Box<Slope<'a>>)>,
    size: Option<usize>,
    choices: Vec<choices::Choice<'a>>,
}

impl std::fmt::Debug for DelayEquations<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("DelayEquations").finish_non_exhaustive()
    }
}

impl<'a> DelayEquations<'a> {
    /// y' = f(t, y, delayed) with y = history before the start.
    pub fn new(
        slope: impl FnMut(f64, &[f64], &[f64], &mut [f64]) + 'a,
        history: impl FnMut(f64, &mut [f64]) + 'a,
    ) -> Self {
        Self {
            slope: Box::new(slope),
            history: Box::new(history),
            history_slope: None,
            observe: None,
            size: None,
            choices: Vec::new(),
        }
    }

    /// The derivative of the history, for equations of neutral type.
    #[must_use]
    pub fn with_history_slope(
        mut self,
        history_slope: impl FnMut(f64, &mut [f64]) + 'a,
    ) -> Self {
        self.history_slope = Some(Box::new(history_slope));
        self
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

/// The options of a run with delays.
#[derive(Clone, Debug, PartialEq)]
pub struct DelayOptions {
    /// The delays τ₁, τ₂, …, all positive.
    pub delays: Vec<f64>,
    /// Tolerances, rows and limits; the method is Dormand–Prince.
    pub options: Options,
    /// Neutral type: `delayed` goes on with y′(t − τ₁), y′(t − τ₂), …. Jumps of the derivative then return for ever.
    pub neutral: bool,
}

/// The solution of a problem with delays so far; continued as [`super::Run`] is.
#[derive(Clone, Debug)]
pub struct DelayRun {
    options: DelayOptions,
    begin: f64,
    started: bool,
    state: State,
    rewind: Option<Box<(State, usize, usize)>>,
    table: Table,
    dense: Dense,
    /// The rates within each step, for equations of neutral type.
    rates: Dense,
    places: Vec<f64>,
    changes: choices::Changes,
    work: Work,
    end: Option<End>,
}

#[derive(Clone, Debug)]
struct State {
    t: f64,
    y: Vec<f64>,
    slope: Vec<f64>,
    step: Option<f64>,
    previous_error: f64,
    refused: bool,
    saved: usize,
}

impl DelayRun {
    /// A run that stands at its beginning. The start may differ from the history's last value: y then jumps at `t`.
    ///
    /// # Errors
    /// Where the delays or options are not possible.
    pub fn new(t: f64, start: &[f64], options: DelayOptions) -> Result<Self> {
        options.options.check(start.len())?;
        options.options.save.check()?;
        options.options.save.check_direction(t, 1.0)?;
        if !matches!(options.options.method, Method::Auto | Method::DormandPrince) {
            refuse!(
                "equations with delays are solved by DormandPrince, not by {}",
                options.options.method.name()
            );
        }
        for delay in &options.delays {
            if !(*delay > 0.0 && delay.is_finite()) {
                refuse!("the delay {delay} is not possible; delays must be positive");
            }
        }
        if let Some(place) = not_finite(start) {
            refuse!("unknown {} starts at {}", place + 1, start[place]);
        }
        let places = places(&[t], &options.delays, GENERATIONS, f64::INFINITY);
        let state = State {
            t,
            y: start.to_vec(),
            slope: vec![0.0; start.len()],
            step: options.options.step,
            previous_error: 1e-4,
            refused: false,
            saved: 0,
        };
        Ok(Self {
            options,
            begin: t,
            started: false,
            state,
            rewind: None,
            table: Table::default(),
            dense: Dense::default(),
            rates: Dense::default(),
            places,
            changes: choices::Changes::default(),
            work: Work::default(),
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

    /// The solution between the steps; without [`Options::keep_dense`] only as far back as the longest delay.
    pub fn dense(&self) -> &Dense {
        &self.dense
    }

    /// What the run cost.
    pub fn work(&self) -> Work {
        self.work
    }

    /// Why it ended the last time.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Goes on to a later time, with the same bits however often the run stopped.
    ///
    /// # Errors
    /// Where `to` lies before the time reached.
    pub fn advance(
        &mut self,
        equations: &mut DelayEquations<'_>,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> Result<End> {
        if !to.is_finite() || to < self.state.t {
            refuse!(
                "the run is at t = {} and cannot go to {to}; delays look back only",
                self.state.t
            );
        }
        check_size(equations.size, self.state.y.len())?;
        if self.options.neutral && equations.history_slope.is_none() {
            refuse!("equations of neutral type need the derivative of the past");
        }
        let shortest = self.shortest();
        // A step that begins at the end asks for its middle.
        let beyond = to + shortest.min(1e300);
        self.changes.find(&mut equations.choices, (self.begin, beyond), shortest);
        if self.options.neutral || !self.changes.times.is_empty() {
            let generations = if self.options.neutral {
                ((beyond - self.begin) / shortest).min(MOST_PLACES as f64) as usize + 1
            } else {
                GENERATIONS
            };
            let mut jumps = vec![self.begin];
            jumps.extend_from_slice(&self.changes.times);
            self.places = places(&jumps, &self.options.delays, generations, beyond);
        }
        let width = equations.observe.as_ref().map_or(self.state.y.len(), |o| o.0);
        if self.started && width != self.table.width {
            refuse!("the run began with other observables; go on with the same");
        }
        if let Some(rewind) = self.rewind.take() {
            let (state, rows, pieces) = *rewind;
            self.state = state;
            self.table.truncate(rows);
            self.dense.pieces.truncate(pieces);
            self.rates.pieces.truncate(pieces);
        }
        let ends = self.options.options.save == super::Save::Ends;
        if !self.started && to > self.begin {
            self.table.width =
                equations.observe.as_ref().map_or(self.state.y.len(), |o| o.0);
            let save = &self.options.options.save;
            let at_start = save.time(0, self.begin, 1.0) == Some(self.begin);
            if at_start || matches!(save, super::Save::Ends | super::Save::Steps) {
                let (t, y) = (self.state.t, &self.state.y);
                write_row(&mut self.table, &mut equations.observe, t, y);
            }
            self.state.saved = usize::from(at_start);
            self.begin_step(equations);
            self.started = true;
        }
        if ends {
            self.table.truncate(1);
        }
        let end = self.go(equations, to, watch);
        if ends {
            let (t, y) = (self.state.t, &self.state.y);
            write_row(&mut self.table, &mut equations.observe, t, y);
        }
        self.end = Some(end.clone());
        Ok(end)
    }

    fn shortest(&self) -> f64 {
        self.options.delays.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The slope at the beginning of a step, with the past seen from the right.
    fn begin_step(&mut self, equations: &mut DelayEquations<'_>) {
        let t = self.state.t;
        let side = self.middle(t);
        choices::take_sides(&mut equations.choices, side);
        let mut past = Past::new(self, &side);
        let mut slope = std::mem::take(&mut self.state.slope);
        let known = (&self.dense, &self.rates);
        past.slope(equations, t, &self.state.y, &mut slope, known);
        self.state.slope = slope;
        self.work.slopes += 1;
    }

    /// A time within the step that begins at `t`, to tell on which side of the beginning its past lies.
    fn middle(&self, t: f64) -> f64 {
        let next = self.places.partition_point(|place| *place <= t);
        let shortest = self.shortest();
        let room = self.places.get(next).map_or(shortest, |place| place - t);
        t + 0.5 * room.min(shortest).min(1e300)
    }

    fn go(
        &mut self,
        equations: &mut DelayEquations<'_>,
        to: f64,
        watch: &mut Watch<'_>,
    ) -> End {
        let mut stages = Stages::default();
        let from = self.state.t;
        let shortest = self.shortest();
        let longest = self.options.delays.iter().copied().fold(0.0, f64::max);
        let mut broken = None;
        for _ in 0..self.options.options.most_steps {
            let t = self.state.t;
            if t >= to {
                return End::Reached;
            }
            if let Some(component) = not_finite(&self.state.slope) {
                return End::NotFinite { t, component };
            }
            let middle = self.middle(t);
            choices::take_sides(&mut equations.choices, middle);
            let mut past = Past::new(self, &middle);
            let known = (&self.dense, &self.rates);
            let mut slope = |t: f64, y: &[f64], out: &mut [f64]| {
                past.slope(equations, t, y, out, known);
            };
            let options = &self.options.options;
            let step = match self.state.step {
                Some(step) => step,
                None => {
                    let most = (to - t).min(shortest);
                    let here = (t, self.state.y.as_slice(), self.state.slope.as_slice());
                    let work = &mut self.work;
                    let (step, felt) =
                        first_step(&mut slope, here, (most, 1.0), 5.0, options, work);
                    if felt && self.rewind.is_none() {
                        self.rewind = Some(Box::new((
                            self.state.clone(),
                            self.table.len(),
                            self.dense.pieces.len(),
                        )));
                    }
                    step
                }
            };
            self.state.step = Some(step);
            let mut h = step.min(shortest).min(options.longest_step);
            let mut next_t = t + h;
            let mut at_place = false;
            let next_place = self.places.partition_point(|place| *place <= t);
            if let Some(place) = self.places.get(next_place)
                && *place - t <= h * (1.0 + 1e-10)
            {
                (h, next_t, at_place) = (*place - t, *place, true);
            }
            if to < next_t {
                if self.rewind.is_none() {
                    self.rewind = Some(Box::new((
                        self.state.clone(),
                        self.table.len(),
                        self.dense.pieces.len(),
                    )));
                }
                (h, next_t, at_place) = (to - t, to, false);
            }
            let least = (16.0 * f64::EPSILON * t.abs()).max(1e-300);
            if h < least && step < least {
                return match broken {
                    Some(component) => End::NotFinite { t, component },
                    None => End::StepTooSmall { t },
                };
            }
            let here = (t, self.state.y.as_slice(), self.state.slope.as_slice());
            let attempt = stages.attempt(
                Method::DormandPrince,
                &mut slope,
                here,
                h,
                options,
                &mut self.work,
            );
            let bad = not_finite(&stages.end).or(not_finite(&stages.end_slope));
            if !attempt.error.is_finite() || bad.is_some() {
                broken = bad.or(broken).or(Some(0));
                self.work.refused += 1;
                self.state.refused = true;
                self.state.step = Some(0.2 * h);
                continue;
            }
            let factor = factor(attempt.error, self.state.previous_error, 5.0);
            if attempt.error > 1.0 {
                broken = None;
                self.work.refused += 1;
                self.state.refused = true;
                self.state.step = Some(h * factor.clamp(0.1, 0.9));
                continue;
            }
            let mut piece = stages.piece(
                Method::DormandPrince,
                &mut slope,
                (t, &self.state.y),
                h,
                &mut self.work,
            );
            piece.to = next_t;
            if self.options.neutral {
                let ends = (self.state.slope.as_slice(), stages.end_slope.as_slice());
                let rates = rate_piece(&piece, &mut slope, ends);
                self.rates.pieces.push(rates);
                self.work.slopes += QUARTERS.len();
            }
            self.work.steps += 1;
            let growth = factor.clamp(0.2, if self.state.refused { 1.0 } else { 5.0 });
            // A step cut short at a place or by the delay says little about the length that is possible.
            let next = if h < step { (h * growth).max(step) } else { h * growth };
            self.state.step = Some(next);
            self.state.previous_error = attempt.error.max(1e-4);
            self.state.refused = false;
            self.take(equations, &mut stages, piece, next_t);
            if at_place {
                self.begin_step(equations);
            }
            if !self.options.options.keep_dense && self.rewind.is_none() {
                self.forget(longest);
            }
            let done = ((self.state.t - from) / (to - from)).clamp(0.0, 1.0);
            if watch.step(done) && self.state.t < to {
                return End::Interrupted { t: self.state.t };
            }
        }
        let t = self.state.t;
        if t >= to { End::Reached } else { End::TooManySteps { t } }
    }

    fn take(
        &mut self,
        equations: &mut DelayEquations<'_>,
        stages: &mut Stages,
        piece: Piece,
        next_t: f64,
    ) {
        let save = &self.options.options.save;
        let mut row = vec![0.0; piece.size];
        while let Some(time) = save.time(self.state.saved, self.begin, 1.0) {
            if time > next_t {
                break;
            }
            self.state.saved += 1;
            piece.at(time, &mut row);
            if time == next_t {
                row.copy_from_slice(&stages.end);
            }
            write_row(&mut self.table, &mut equations.observe, time, &row);
        }
        self.dense.pieces.push(piece);
        std::mem::swap(&mut self.state.y, &mut stages.end);
        std::mem::swap(&mut self.state.slope, &mut stages.end_slope);
        self.state.t = next_t;
        if *save == super::Save::Steps {
            write_row(&mut self.table, &mut equations.observe, next_t, &self.state.y);
        }
    }

    /// Drops what lies further back than the longest delay, now and then.
    fn forget(&mut self, longest: f64) {
        let before = self.state.t - 1.001 * longest;
        let old = self.dense.pieces.partition_point(|piece| piece.to < before);
        if old > 64 && 2 * old > self.dense.pieces.len() {
            self.dense.pieces.drain(..old);
            let old = old.min(self.rates.pieces.len());
            self.rates.pieces.drain(..old);
        }
    }
}

/// The rates within a step: the polynomial through those at its ends and quarters.
fn rate_piece(
    piece: &Piece,
    slope: &mut Slope<'_>,
    (first, last): (&[f64], &[f64]),
) -> Piece {
    let size = piece.size;
    let mut known = vec![first.to_vec()];
    let mut y = vec![0.0; size];
    for part in QUARTERS {
        let mut rates = vec![0.0; size];
        piece.at_part(part, &mut y);
        slope(piece.from + part * piece.length, &y, &mut rates);
        known.push(rates);
    }
    known.push(last.to_vec());
    let mut rows = Vec::with_capacity(5 * size);
    for (power, weights) in POWERS.iter().enumerate() {
        let scale = 4f64.powi(power as i32) / 24.0;
        for i in 0..size {
            let sum: f64 =
                weights.iter().zip(&known).map(|(weight, rates)| weight * rates[i]).sum();
            rows.push(scale * sum);
        }
    }
    Piece { basis: Basis::Power, rows, ..piece.clone() }
}

/// The places of jumps and where they return so often, up to a time.
fn places(jumps: &[f64], delays: &[f64], generations: usize, to: f64) -> Vec<f64> {
    let mut all = jumps.to_vec();
    let mut newest = jumps.to_vec();
    for _ in 0..generations {
        let mut next: Vec<f64> = newest
            .iter()
            .flat_map(|place| delays.iter().map(move |delay| place + delay))
            .filter(|place| *place <= to)
            .collect();
        if next.is_empty() {
            break;
        }
        next.sort_by(f64::total_cmp);
        next.dedup_by(|a, b| (*a - *b).abs() <= 1e-12 * a.abs().max(1e-3));
        if all.len() + next.len() > MOST_PLACES {
            break;
        }
        all.extend_from_slice(&next);
        newest = next;
    }
    all.sort_by(f64::total_cmp);
    all.dedup_by(|a, b| (*a - *b).abs() <= 1e-12 * a.abs().max(1e-3));
    all
}

/// The past as one step sees it.
struct Past {
    delays: Vec<f64>,
    /// For each delay whether the step looks before the beginning.
    before: Vec<bool>,
    /// A time within the step.
    middle: f64,
    values: Vec<f64>,
    size: usize,
    neutral: bool,
}

impl Past {
    fn new(run: &DelayRun, middle: &f64) -> Self {
        let size = run.state.y.len();
        let delays = run.options.delays.clone();
        let neutral = run.options.neutral;
        let before = delays.iter().map(|delay| middle - delay < run.begin).collect();
        let count = size * delays.len() * if neutral { 2 } else { 1 };
        Self { values: vec![0.0; count], before, middle: *middle, delays, size, neutral }
    }

    fn slope(
        &mut self,
        equations: &mut DelayEquations<'_>,
        t: f64,
        y: &[f64],
        out: &mut [f64],
        (dense, rates): (&Dense, &Dense),
    ) {
        let size = self.size.max(1);
        let half = self.delays.len() * self.size;
        let (values, slopes) = self.values.split_at_mut(half);
        let parts = values.chunks_mut(size);
        for ((delay, before), values) in self.delays.iter().zip(&self.before).zip(parts) {
            let time = t - delay;
            if *before {
                (equations.history)(time, values);
                continue;
            }
            let pieces = &dense.pieces;
            let place = pieces.partition_point(|piece| piece.to < time);
            match pieces.get(place.min(pieces.len().saturating_sub(1))) {
                Some(piece) => piece.at(time, values),
                None => values.copy_from_slice(y),
            }
        }
        let parts = slopes.chunks_mut(size);
        for ((delay, before), slopes) in self.delays.iter().zip(&self.before).zip(parts) {
            let time = t - delay;
            if *before {
                if let Some(history_slope) = &mut equations.history_slope {
                    history_slope(time, slopes);
                }
                continue;
            }
            // Rates jump between steps: the step of the past that lies on the side of this one.
            let side = time + 1e-9 * (self.middle - delay - time);
            let pieces = &rates.pieces;
            let place = pieces.partition_point(|piece| piece.to < side);
            match pieces.get(place.min(pieces.len().saturating_sub(1))) {
                Some(piece) => piece.at(time, slopes),
                None => slopes.fill(f64::NAN),
            }
        }
        debug_assert_eq!(self.neutral, !slopes.is_empty() || size == 0);
        (equations.slope)(t, y, &self.values, out);
    }
}
