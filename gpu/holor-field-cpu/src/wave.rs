//! Steps that pass through the caches together: which acts may, and how far behind each other.
//!
//! A step over arrays that no near cache holds moves every number from far and back. Several acts of one step, or of several steps, can instead follow
//! each other through the rows (planes in three dimensions): when an act has done some rows, the next does those whose neighbours are done, while
//! they are still near. The arithmetic of each cell and its order are the same, so are its bits.
//!
//! Each thread first does its own units from `a` to `b`: piece j does `a + lag(j)..b - lag(j)`, where what it needs is there and what it overwrites
//! is not needed any more. After all threads have waited, the rest about each end of threads' units is done, piece by piece: the units
//! `a - lag(j)..a + lag(j)`; at the ends of the box together with its ghosts there.
//!
//! The lag of a piece is the largest over what it has in common with earlier ones: their lag, plus how far it reads what they wrote, or how far
//! they read what it overwrites; and how far it reads ghosts that were written meanwhile, since those come only with the rest.
//!
//! Wavefronts through the caches: G. Wellein, G. Hager, T. Zeiser, M. Wittmann, H. Fehske, *Efficient temporal blocking for stencil
//! computations by multicore-aware wavefront parallelization*, COMPSAC 2009; time skewing: D. Wonnacott, IPDPS 2000.

use std::ops::Range;

use holor_field::layout::Layout;

use crate::prepare::{Act, Division, Run, split_of};

/// Repetitions of a procedure that pass together at most.
const MOST_REPETITIONS: usize = 16;

/// What may pass together.
#[derive(Clone, Debug)]
pub(crate) struct Passing {
    /// Bytes that stay near: one way of passing for each of these.
    pub(crate) near: Vec<usize>,
    /// Bytes of a thread's part of the arrays from which on it is worth it.
    pub(crate) worth: usize,
    /// A thread has at least so many times the units that are left for the end.
    pub(crate) share: isize,
    /// Units of a block at most.
    pub(crate) block: isize,
}

/// Acts of a procedure that follow each other through the units.
#[derive(Debug)]
pub(crate) struct Wave {
    /// The acts.
    pub(crate) acts: Range<usize>,
    /// How many pieces there are before them in the procedure.
    pub(crate) before: usize,
    /// Pieces of one repetition: runs and wraps are pieces, other acts are not.
    pub(crate) pieces: usize,
    /// How often the acts may follow themselves.
    pub(crate) repetitions: u64,
    /// The lag of each piece of all repetitions in order.
    pub(crate) lags: Vec<isize>,
    /// Units that a piece does before the next goes on.
    pub(crate) block: isize,
    /// Units of all threads.
    pub(crate) units: isize,
    /// Whether something is done with ghosts at the ends of the box.
    pub(crate) ends: bool,
}

/// Whether an act is a piece of a wave.
pub(crate) fn is_piece(act: &Act) -> bool {
    matches!(act, Act::Run(_) | Act::Wrap { .. })
}

/// What the pieces so far did with the contents of a place in memory.
#[derive(Clone, Copy, Debug)]
struct History {
    /// The largest lag of those that wrote it.
    written: isize,
    /// The largest lag plus reach of those that read it.
    read: isize,
    /// Units from the ends of the box that were read for ghosts.
    depth: isize,
    /// Whether ghosts at the ends were written.
    ghosts: bool,
}

const NOTHING: History =
    History { written: isize::MIN / 2, read: isize::MIN / 2, depth: 0, ghosts: false };

/// What a piece does with an array: how far it reads in each unit and whether it writes, and the same for ghosts at the ends.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Use {
    /// How far units read.
    pub(crate) reach: Option<isize>,
    /// Whether units write.
    pub(crate) writes: bool,
    /// How deep into the box ghosts at the ends read.
    pub(crate) depth: isize,
    /// Whether ghosts at the ends are written.
    pub(crate) ghosts: bool,
}

struct Tracing<'a> {
    layouts: &'a [Layout],
    split: usize,
    map: Vec<usize>,
    history: Vec<History>,
    lags: Vec<isize>,
    reach: isize,
    /// Places that units of runs use.
    used: Vec<bool>,
    ends: bool,
}

impl<'a> Tracing<'a> {
    fn new(layouts: &'a [Layout], split: usize) -> Self {
        Self {
            layouts,
            split,
            map: (0..layouts.len()).collect(),
            history: vec![NOTHING; layouts.len()],
            lags: Vec::new(),
            reach: 0,
            used: vec![false; layouts.len()],
            ends: false,
        }
    }

    /// Numbers that the runs use of each unit.
    fn unit(&self) -> usize {
        let places = self.layouts.iter().zip(&self.used).filter(|(_, used)| **used);
        places.map(|(layout, _)| layout.strides[self.split]).sum()
    }

    fn piece(&mut self, arrays: &[usize], uses: &[Use]) {
        let mut lag = 0;
        for (array, used) in arrays.iter().zip(uses) {
            let place = &self.history[self.map[*array]];
            if let Some(reach) = used.reach {
                lag = lag.max(place.written + reach);
                if place.ghosts {
                    lag = lag.max(reach);
                }
            }
            if used.writes {
                lag = lag.max(place.written).max(place.read).max(place.depth);
            }
        }
        for (array, used) in arrays.iter().zip(uses) {
            let place = &mut self.history[self.map[*array]];
            if let Some(reach) = used.reach {
                place.read = place.read.max(lag + reach);
                self.reach = self.reach.max(reach);
            }
            if used.writes {
                place.written = place.written.max(lag);
            }
            place.depth = place.depth.max(used.depth);
            place.ghosts |= used.ghosts;
            self.reach = self.reach.max(used.depth);
            self.ends |= used.ghosts;
        }
        self.lags.push(lag);
    }

    fn run(&mut self, run: &Run) {
        self.piece(&run.arrays, &run.uses);
        for (array, used) in run.arrays.iter().zip(&run.uses) {
            self.used[self.map[*array]] |= used.reach.is_some() || used.writes;
        }
    }

    fn wrap(&mut self, array: usize, dimension: usize) {
        let ghosts = self.layouts[array].ghosts[self.split] as isize;
        let used = if dimension == self.split {
            Use { depth: ghosts, ghosts: true, ..Use::default() }
        } else {
            let ends = ghosts > 0;
            Use { reach: Some(0), writes: true, ghosts: ends, ..Use::default() }
        };
        self.piece(&[array], &[used]);
    }

    fn acts(&mut self, acts: &[Act]) {
        for act in acts {
            match act {
                Act::Run(run) => self.run(run),
                Act::Wrap { array, dimension, .. } => self.wrap(*array, *dimension),
                Act::Exchange(a, b) => self.map.swap(*a, *b),
                _ => {}
            }
        }
    }
}

/// The dimension and units of an act that may pass with others; nothing of acts that have none.
enum Shape {
    Any,
    Split(usize, usize),
    Alone,
}

fn shape(act: &Act, layouts: &[Layout]) -> Shape {
    match act {
        Act::Exchange(..) | Act::Scalars { .. } => Shape::Any,
        Act::Run(run) => {
            let units = run.layout.points[run.split];
            let region = &run.region;
            let others =
                (0..run.split).all(|d| region.start[d] >= 0 && region.end[d] <= 1);
            if run.split == 2 || !run.reductions.is_empty() || !others || !run.follows {
                return Shape::Alone;
            }
            Shape::Split(run.split, units)
        }
        Act::Wrap { array, split, division, .. } => {
            if *split == 2 || *division != Division::Own {
                return Shape::Alone;
            }
            Shape::Split(*split, layouts[*array].points[*split])
        }
        _ => Shape::Alone,
    }
}

/// How often the acts between two places can compute something over the interior.
fn runs(acts: &[Act]) -> usize {
    let own = |act: &&Act| matches!(act, Act::Run(run) if run.division == Division::Own);
    acts.iter().filter(own).count()
}

/// The ways in which acts of a procedure can pass together, each with its waves. Where all acts can follow each other they may do so in several
/// repetitions, else as many as can follow each other within one.
pub(crate) fn ways(
    acts: &[Act],
    layouts: &[Layout],
    bytes: usize,
    threads: usize,
    passing: &Passing,
) -> Vec<Vec<Wave>> {
    let mut ways: Vec<Vec<Wave>> = Vec::new();
    for near in &passing.near {
        let mut waves = Vec::new();
        let mut start = 0;
        while start < acts.len() {
            let (end, found) = together(acts, start, layouts);
            if let Some((split, units)) = found {
                let surroundings =
                    Surroundings { acts, layouts, split, units, bytes, threads };
                waves.extend(surroundings.wave(start..end, *near, passing));
            }
            start = end.max(start + 1);
        }
        let known = |way: &Vec<Wave>| {
            let same = |a: &Wave, b: &Wave| {
                (&a.acts, a.repetitions, a.block) == (&b.acts, b.repetitions, b.block)
            };
            way.len() == waves.len() && way.iter().zip(&waves).all(|(a, b)| same(a, b))
        };
        if !waves.is_empty() && !ways.iter().any(known) {
            ways.push(waves);
        }
    }
    ways
}

/// Up to where acts from a place can follow each other, with the dimension that they split and its units.
fn together(
    acts: &[Act],
    start: usize,
    layouts: &[Layout],
) -> (usize, Option<(usize, usize)>) {
    let mut known: Option<(usize, usize)> = None;
    for (place, act) in acts.iter().enumerate().skip(start) {
        match (shape(act, layouts), known) {
            (Shape::Any, _) => {}
            (Shape::Split(split, units), None) => known = Some((split, units)),
            (Shape::Split(split, units), Some(other)) if (split, units) == other => {}
            _ => return (place, known),
        }
    }
    (acts.len(), known)
}

struct Surroundings<'a> {
    acts: &'a [Act],
    layouts: &'a [Layout],
    split: usize,
    units: usize,
    bytes: usize,
    threads: usize,
}

impl Surroundings<'_> {
    /// The wave of some acts with as many repetitions as stay near.
    fn wave(&self, range: Range<usize>, near: usize, passing: &Passing) -> Option<Wave> {
        let own = &self.acts[range.clone()];
        let whole = own.len() == self.acts.len();
        let most = if whole { MOST_REPETITIONS } else { 1 };
        if runs(own) * most < 2 {
            return None;
        }
        let before = self.acts[..range.start].iter().filter(|act| is_piece(act)).count();
        let mut tracing = Tracing::new(self.layouts, self.split);
        let share = (self.units / self.threads) as isize;
        let mut found = None;
        for repetition in 1..=most {
            tracing.acts(own);
            let lag = tracing.lags.iter().copied().max().unwrap_or(0);
            let unit = tracing.unit() * self.bytes;
            // The units between the first and the last piece, and a block of at least as many.
            let near = (near / unit.max(1)) as isize - 2 * tracing.reach;
            let block = (near - lag).min(share).min(passing.block);
            let fits = (block >= lag.max(1) || block == passing.block)
                && share >= passing.share * (lag + tracing.reach).max(1)
                && unit * self.units >= passing.worth * self.threads;
            if !fits {
                break;
            }
            if runs(own) * repetition >= 2 {
                found = Some(Wave {
                    acts: range.clone(),
                    before,
                    pieces: tracing.lags.len() / repetition,
                    repetitions: repetition as u64,
                    lags: tracing.lags.clone(),
                    block,
                    units: self.units as isize,
                    ends: tracing.ends,
                });
            }
        }
        found
    }
}

/// What the units of a run do with its arrays, and what its ghosts at the ends of the box do.
pub(crate) fn uses(
    slots: usize,
    loads: impl Iterator<Item = (usize, isize)>,
    stores: impl Iterator<Item = usize>,
    rows: Range<isize>,
    layout: &Layout,
) -> Vec<Use> {
    let n = layout.points[split_of(layout)] as isize;
    let inside = rows.start.max(0)..rows.end.min(n);
    let ends = || (rows.start..rows.end.min(0)).chain(rows.start.max(n)..rows.end);
    let mut uses = vec![Use::default(); slots];
    for (slot, offset) in loads {
        let used = &mut uses[slot];
        if !inside.is_empty() {
            used.reach = Some(used.reach.unwrap_or(0).max(offset.abs()));
        }
        for row in ends() {
            let from = row + offset;
            if (0..n).contains(&from) {
                used.depth = used.depth.max((from + 1).min(n - from));
            }
        }
    }
    for slot in stores {
        uses[slot].writes |= !inside.is_empty();
        uses[slot].ghosts |= ends().next().is_some();
    }
    uses
}
