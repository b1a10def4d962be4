//! How fast what depends on the time alone, or on the time and the coordinates, changes: coefficients, forces and values at sides.
//!
//! Each such part of the equations is sampled over a stretch and, wherever values between do not lie on straight lines, between the samples:
//! a pulse that one of the samples meets is resolved however short it is. Places lie at no regular distances, so that nothing periodic hides
//! between them.

use std::sync::Arc;

use super::complex::{Equations, split};
use super::formula::{Formulas, Id};
use super::jumps::{Jump, Switches};
use crate::equation::{Axis, Boundary, Complex64, Edge, Field, Grid, System, Term};

/// Samples over all of the time that a run is meant for.
pub(super) const SAMPLES: f64 = 16384.0;
/// Samples of a stretch, at least and at most, as powers of two.
pub(super) const LEVELS: (u32, u32) = (4, 14);
/// How far values may lie from a straight line, as a part of their range.
const STRAIGHT: f64 = 0.01;
/// Ranges smaller than this part of the values are rounding.
const ROUNDING: f64 = 1e-6;
/// How often a distance of samples is divided once more.
const DEEPER: u32 = 24;
/// Values that are looked at in one stretch at most, in all parts together.
const BUDGET: usize = 1 << 17;
/// Where a distance is divided.
const DIVIDED: f64 = 0.478_6;
/// Steps may be so much longer than distances over which values lie on straight lines.
const STEPS: f64 = 4.0;
/// Steps at least that hold within each what depends on time.
const HELD: f64 = 256.0;
/// Points of the box where parts that depend on coordinates are looked at.
const PLACES: usize = 5;

/// The parts of a system's equations that depend on time and not on fields.
#[derive(Debug)]
pub struct TimeScales {
    parts: Vec<Part>,
    levels: u32,
    /// What jumps at times that are known: steps end there, and need not be short.
    switches: Option<Switches>,
}

/// A function of the time.
#[derive(Debug)]
pub(super) struct Part {
    formulas: Formulas,
    /// Real and imaginary part.
    ids: [Id; 2],
    /// How far its values range, and how large they are.
    range: f64,
    size: f64,
}

/// From a time on, up to that of the next, steps must not be longer than `step`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// From when.
    pub from: f64,
    /// Up to when.
    pub to: f64,
    /// The longest step that sees what happens there.
    pub step: f64,
    /// Whether a longer one certainly misses something: what jumps nearby asks for short steps, and is seen by others.
    pub certain: bool,
}

impl TimeScales {
    /// Those of a system over a range of times with saves so far apart; `None` where nothing depends on time alone.
    pub fn of(system: &System, times: (f64, f64), save: f64) -> Option<Self> {
        let mut terms = Vec::new();
        for field in &system.fields {
            collect(&field.rate, &mut terms);
            for side in field.boundaries.iter().flatten() {
                match side {
                    Boundary::Dirichlet(value) | Boundary::Neumann(value) => {
                        collect(value, &mut terms);
                    }
                    Boundary::Robin { a, b, value } => {
                        for term in [a, b, value] {
                            collect(term, &mut terms);
                        }
                    }
                    Boundary::Absorbing { speed } => collect(speed, &mut terms),
                    Boundary::Clamped { value, slope } => {
                        for term in [value, slope] {
                            collect(term, &mut terms);
                        }
                    }
                    Boundary::Periodic
                    | Boundary::Antiperiodic
                    | Boundary::Outflow
                    | Boundary::Free
                    | Boundary::Centre { .. } => {}
                }
            }
        }
        let (start, end) = times;
        let stretches = ((end - start) / save).max(1.0);
        let levels = (SAMPLES / stretches).log2().ceil();
        let levels = (levels as u32).clamp(LEVELS.0, LEVELS.1);
        let mut known: Vec<Term> = Vec::new();
        for term in terms {
            for number in 0..PLACES {
                let place = |axis: usize| {
                    system.grid.axes.get(axis).map_or(0.0, |of| {
                        let part = (0.5 + 0.381_966 * number as f64).fract();
                        of.low + part * (of.high - of.low)
                    })
                };
                let own = in_time(&term, &place);
                if !known.contains(&own) {
                    known.push(own);
                }
            }
        }
        let many = 1_usize << LEVELS.1;
        let parts = known.into_iter().filter_map(|term| {
            let mut part = Part::of(term)?;
            let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
            for k in 0..=many {
                // At no regular distance, lest all have the same phase.
                let along = (0.618_033_988_75 * k as f64).fract();
                let values = part.at(start + (end - start) * along);
                for (k, value) in values.into_iter().enumerate() {
                    low[k] = low[k].min(value);
                    high[k] = high[k].max(value);
                }
            }
            for k in 0..2 {
                part.range = part.range.max(high[k] - low[k]);
                part.size = part.size.max(high[k].abs()).max(low[k].abs());
            }
            Some(part)
        });
        let parts: Vec<Part> = parts.collect();
        let switches = Switches::of(system, times, save);
        (!parts.is_empty()).then_some(Self { parts, levels, switches })
    }

    /// How long steps with noise may be, which hold within a step what depends on time: the sum of its squares is then right to a percent. `None` where
    /// nothing depends on time.
    pub fn step_with_noise(system: &System, times: (f64, f64)) -> Option<f64> {
        let way = times.1 - times.0;
        let scales = Self::of(system, times, way)?;
        let paces = scales.paces(times.0, times.1);
        let least = paces.iter().map(|pace| pace.step).fold(f64::INFINITY, f64::min);
        Some((least / STEPS).min(way / HELD))
    }

    /// How long steps may be in a stretch, place by place.
    pub fn paces(&self, from: f64, to: f64) -> Vec<Pace> {
        let mut all = Vec::new();
        let jumps = self.switches.as_ref().and_then(|known| known.between(from, to));
        let pieces = pieces(from, to, &jumps.unwrap_or_default());
        let levels = self.levels.saturating_sub(pieces.len().ilog2()).max(LEVELS.0);
        for part in &self.parts {
            let mut look = Look {
                part,
                scale: 0.0,
                left: BUDGET / self.parts.len(),
                finest: f64::INFINITY,
                jumps: false,
                jumped: false,
                found: Vec::new(),
            };
            let range = part.range.max(ROUNDING * part.size);
            let mut most = 0.0_f64;
            let samples: Vec<Vec<[f64; 2]>> = pieces
                .iter()
                .map(|piece| {
                    let mut own = look.sampled(piece.from, piece.to, levels);
                    let ends = [(0, piece.first), (own.len() - 1, piece.last)];
                    for (place, time) in ends {
                        own[place] = part.at(time);
                    }
                    most = own.iter().flatten().fold(most, |a, b| a.max(b.abs()));
                    own
                })
                .collect();
            // A pulse that the first look passed over may be larger than all that it saw.
            look.scale = range.max(if most > 2.0 * part.size { most } else { 0.0 });
            if look.scale == 0.0 {
                continue;
            }
            for (piece, own) in pieces.iter().zip(&samples) {
                let (ends, last) = ((piece.from, piece.to), own.len() - 1);
                let straight = look.straight(own, (0, last), ends, levels);
                if straight && pieces.len() > 1 {
                    // Steps end at both ends of it, however short it is.
                    look.found.push((piece.from, piece.to, f64::INFINITY));
                } else if straight {
                    look.note(piece.from, piece.to);
                }
            }
            all.push((look.found, look.jumped));
        }
        joined(from, to, &all)
    }
}

/// A part of a stretch without jumps that are known, and the times at which its ends are looked at: beside a jump.
struct Piece {
    from: f64,
    to: f64,
    first: f64,
    last: f64,
}

/// A stretch in pieces between jumps.
fn pieces(from: f64, to: f64, jumps: &[Jump]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut low, mut first) = (from, from);
    for jump in jumps {
        if jump.at > low && jump.at < to {
            pieces.push(Piece { from: low, to: jump.at, first, last: jump.before });
            low = jump.at;
        }
        if jump.at <= low {
            first = jump.after;
        }
    }
    let last = jumps.last().filter(|jump| jump.at >= to).map_or(to, |jump| jump.before);
    pieces.push(Piece { from: low, to, first, last });
    pieces
}

/// From, to, width.
type Straight = (f64, f64, f64);

/// One part over one stretch.
struct Look<'a> {
    part: &'a Part,
    /// What deviations are compared with.
    scale: f64,
    /// How many values may still be looked at.
    left: usize,
    /// The shortest distance so far.
    finest: f64,
    /// Whether there is a jump between the last two samples, and anywhere.
    jumps: bool,
    jumped: bool,
    /// The widest distances over which it is straight, in order, with what their width counts as.
    found: Vec<Straight>,
}

impl Look<'_> {
    /// Values at the places that divide a stretch so often.
    fn sampled(&mut self, from: f64, to: f64, levels: u32) -> Vec<[f64; 2]> {
        let mut places = vec![from, to];
        for _ in 0..levels {
            let mut more = Vec::with_capacity(2 * places.len());
            for pair in places.windows(2) {
                more.extend([pair[0], between(pair[0], pair[1])]);
            }
            more.push(to);
            places = more;
        }
        places.into_iter().map(|time| self.part.at(time)).collect()
    }

    fn bent(&self, low: [f64; 2], middle: [f64; 2], high: [f64; 2]) -> bool {
        (0..2).any(|k| {
            let line = low[k] + DIVIDED * (high[k] - low[k]);
            let off = (middle[k] - line).abs();
            off > STRAIGHT * self.scale
        })
    }

    /// Whether all of a stretch is straight; where it is not, its straight parts are noted.
    fn straight(
        &mut self,
        samples: &[[f64; 2]],
        (first, last): (usize, usize),
        (from, to): (f64, f64),
        levels: u32,
    ) -> bool {
        let middle = between(from, to);
        if levels == 0 {
            let (before, finest) = (self.found.len(), self.finest);
            self.jumps = false;
            let straight =
                self.divided((from, samples[first]), (to, samples[last]), DEEPER);
            if self.jumps {
                // No step resolves a jump: those beside it are as short as samples are apart.
                self.jumped = true;
                self.found.truncate(before);
                self.finest = finest;
                self.note(from, to);
            }
            return straight && !self.jumps;
        }
        let half = (first + last) / 2;
        let low = self.straight(samples, (first, half), (from, middle), levels - 1);
        let behind = self.found.len();
        let high = self.straight(samples, (half, last), (middle, to), levels - 1);
        if low && high && !self.bent(samples[first], samples[half], samples[last]) {
            return true;
        }
        if low {
            self.found.insert(behind, (from, middle, middle - from));
            self.finest = self.finest.min(middle - from);
        }
        if high {
            self.note(middle, to);
        }
        false
    }

    fn note(&mut self, from: f64, to: f64) {
        self.finest = self.finest.min(to - from);
        self.found.push((from, to, to - from));
    }

    /// Whether a distance between samples is straight; where it is not, it is divided.
    fn divided(
        &mut self,
        (from, low): (f64, [f64; 2]),
        (to, high): (f64, [f64; 2]),
        depth: u32,
    ) -> bool {
        let middle = between(from, to);
        if self.left == 0 {
            // What is not looked at any more is taken to be as fast as what was.
            if to - from > self.finest {
                self.found.push((from, to, self.finest));
            }
            return to - from <= self.finest;
        }
        self.left -= 1;
        let value = self.part.at(middle);
        if !self.bent(low, value, high) {
            return true;
        }
        if depth == 0 || middle <= from || to <= middle {
            self.jumps = true;
            return true;
        }
        let halves = [((from, low), (middle, value)), ((middle, value), (to, high))];
        for (low, high) in halves {
            if self.divided(low, high, depth - 1) {
                self.note(low.0, high.0);
            }
        }
        false
    }
}

pub(super) fn between(from: f64, to: f64) -> f64 {
    from + DIVIDED * (to - from)
}

/// The paces of several parts: at each time the shortest.
fn joined(from: f64, to: f64, all: &[(Vec<Straight>, bool)]) -> Vec<Pace> {
    let mut edges: Vec<f64> =
        all.iter().flat_map(|part| &part.0).map(|own| own.0).collect();
    edges.extend([from, to]);
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    let mut places = vec![0; all.len()];
    let mut result: Vec<Pace> = Vec::new();
    for pair in edges.windows(2) {
        let (mut step, mut certain) = (f64::INFINITY, true);
        for ((part, jumped), place) in all.iter().zip(&mut places) {
            while part.get(*place).is_some_and(|own| own.1 <= pair[0]) {
                *place += 1;
            }
            if let Some(own) = part.get(*place).filter(|own| own.0 <= pair[0])
                && STEPS * own.2 < step
            {
                (step, certain) = (STEPS * own.2, !jumped);
            }
        }
        match result.last_mut() {
            Some(last) if last.step == step && last.certain == certain => {
                last.to = pair[1];
            }
            _ => result.push(Pace { from: pair[0], to: pair[1], step, certain }),
        }
    }
    result
}

impl Part {
    pub(super) fn of(term: Term) -> Option<Self> {
        let axis =
            Axis { name: "t".to_owned(), low: 0.0, high: 1.0, points: 1, closed: false };
        let field = Field {
            name: "f".to_owned(),
            complex: true,
            order: 1,
            rate: term,
            boundaries: Vec::new(),
            start: Vec::new(),
            start_velocity: Vec::new(),
            edge: Edge::default(),
            shift: [false; 3],
        };
        let system = System {
            grid: Grid { axes: vec![axis], mask: None },
            fields: vec![field],
            given: Vec::new(),
            noises: Vec::new(),
        };
        let Equations { formulas, rates, .. } = split(&system, 2).ok()?;
        let ids = [*rates.first()?, *rates.get(1)?];
        Some(Self { formulas, ids, range: 0.0, size: 0.0 })
    }

    /// Its value at a time; 0 where it has none.
    pub(super) fn at(&self, time: f64) -> [f64; 2] {
        self.ids.map(|id| {
            let value = self.formulas.at(id, [time, 0.0, 0.0]);
            if value.is_finite() { value } else { 0.0 }
        })
    }
}

/// Whether a term is a function of the time and the coordinates, and whether of the time at all.
fn of_time(term: &Term) -> (bool, bool) {
    let all = |parts: &mut dyn Iterator<Item = &Term>| {
        parts.map(of_time).fold((true, false), |(alone, time), (other, own)| {
            (alone && other, time || own)
        })
    };
    match term {
        Term::Number(_) | Term::Coordinate(_) => (true, false),
        Term::Time => (true, true),
        Term::Sum(parts) | Term::Product(parts) | Term::Function(_, parts) => {
            all(&mut parts.iter())
        }
        Term::Power(base, exponent) => all(&mut [&**base, &**exponent].into_iter()),
        Term::Piecewise(cases, otherwise) => {
            let cases = cases.iter().flat_map(|(condition, then)| [condition, then]);
            all(&mut cases.chain([&**otherwise]))
        }
        Term::Field(_)
        | Term::Velocity(_)
        | Term::Given(_)
        | Term::Noise(_)
        | Term::Derivative { .. }
        | Term::Shifted { .. }
        | Term::Mean(_)
        | Term::Integral(_)
        | Term::Convolution { .. }
        | Term::InverseLaplacian(_)
        | Term::Potential(_)
        | Term::Inverse { .. } => (false, false),
    }
}

/// The largest parts of a term that depend on time and not on fields.
fn collect(term: &Term, into: &mut Vec<Term>) {
    let (alone, time) = of_time(term);
    if alone {
        if time && !into.contains(term) {
            into.push(term.clone());
        }
        return;
    }
    match term {
        Term::Sum(parts) | Term::Product(parts) => {
            let (own, others): (Vec<Term>, Vec<Term>) =
                parts.iter().cloned().partition(|part| of_time(part).0);
            let own: Arc<[Term]> = own.into();
            collect(
                &match term {
                    Term::Sum(_) => Term::Sum(own),
                    _ => Term::Product(own),
                },
                into,
            );
            others.iter().for_each(|part| collect(part, into));
        }
        other => other.children().into_iter().for_each(|part| collect(part, into)),
    }
}

/// The term with the time in the place of the first coordinate, and the coordinates those of a place.
pub(super) fn in_time(term: &Term, place: &dyn Fn(usize) -> f64) -> Term {
    let own = |term: &Term| in_time(term, place);
    match term {
        Term::Time => Term::Coordinate(0),
        Term::Coordinate(axis) => Term::Number(Complex64::new(place(*axis), 0.0)),
        Term::Sum(parts) => Term::Sum(parts.iter().map(own).collect()),
        Term::Product(parts) => Term::Product(parts.iter().map(own).collect()),
        Term::Function(function, parts) => {
            Term::Function(*function, parts.iter().map(own).collect())
        }
        Term::Power(base, exponent) => {
            Term::Power(Arc::new(own(base)), Arc::new(own(exponent)))
        }
        Term::Piecewise(cases, otherwise) => Term::Piecewise(
            cases.iter().map(|(condition, then)| (own(condition), own(then))).collect(),
            Arc::new(own(otherwise)),
        ),
        other => other.clone(),
    }
}
