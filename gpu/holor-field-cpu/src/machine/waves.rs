//! Acts that pass through the caches together; see [`crate::wave`].

use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use holor_field::interpreter::compute_scalars;
use holor_field::layout::Layout;
use holor_field::plan::ProcedureId;

use super::{Common, Local, Worker};
use crate::body::Target;
use crate::kernel::{Kernel, Workspace};
use crate::memory::{Start, close_rows, copy_patch, wrap_units};
use crate::prepare::{Act, Run, share};
use crate::wave::{Wave, is_piece};

/// Rounds of a procedure that are done one act after another, while the fastest code of each run is found.
const TRIALS: u64 = super::TRIALS as u64;
/// Rounds of each way that are measured, two at a time, in turn.
const ROUNDS: u64 = 6;
/// Repetitions until the ways are measured again: the machine may have been busy.
const AGAIN: u64 = 4096;
/// Seconds that a round may take: the person is asked between rounds whether to stop.
const LONGEST: f64 = 0.1;
/// Another way must take at most so much of the time of one act after another.
const GAIN: f64 = 0.97;

/// What all threads know of the ways of a procedure: 0 is one act after another, the others are those of [`crate::wave::ways`].
#[derive(Debug)]
pub(crate) struct Ways {
    pub(crate) ways: Vec<Vec<Wave>>,
    /// The fastest, as soon as it is known. The first thread writes it in the round before it is read.
    chosen: AtomicUsize,
    /// Repetitions of a round at most; written likewise.
    most: AtomicU64,
    /// Whether ways take turns for ever; for tests.
    in_turn: bool,
}

impl Ways {
    pub(crate) fn new(ways: Vec<Vec<Wave>>, in_turn: bool) -> Self {
        let most = if in_turn { u64::MAX } else { 1 };
        Self { ways, chosen: AtomicUsize::new(0), most: AtomicU64::new(most), in_turn }
    }

    /// Rounds in which ways are tried.
    fn tried(&self) -> u64 {
        TRIALS + ROUNDS * (self.ways.len() as u64 + 1)
    }

    /// The way of a round.
    fn way(&self, round: u64) -> usize {
        let count = self.ways.len() as u64 + 1;
        if self.in_turn {
            (round % count) as usize
        } else if round < TRIALS {
            0
        } else if round < self.tried() {
            ((round - TRIALS) / 2 % count) as usize
        } else {
            self.chosen.load(Ordering::Acquire)
        }
    }

    /// The wave of a way that can be repeated, if it has one.
    fn repeated(&self, way: usize, acts: usize) -> Option<&Wave> {
        match self.ways.get(way.wrapping_sub(1))?.as_slice() {
            [wave] if wave.acts == (0..acts) => Some(wave),
            _ => None,
        }
    }

    /// For people: what is done now, if it is not one act after another.
    pub(crate) fn remark(&self, acts: usize) -> Option<String> {
        let way = self.chosen.load(Ordering::Acquire);
        if way == 0 {
            return None;
        }
        Some(match self.repeated(way, acts) {
            Some(wave) => format!(
                "up to {} steps pass through the caches together, which was measured to be fastest",
                wave.repetitions.min(self.most.load(Ordering::Acquire))
            ),
            None => "the parts of a step pass through the caches together, which was measured to be fastest"
                .to_owned(),
        })
    }
}

/// How far a thread is with the rounds of a procedure; all count alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    round: u64,
    /// Repetitions since ways were last tried.
    settled: u64,
    /// Seconds of a repetition in each way, the best; the first thread's.
    best: Vec<f64>,
}

impl Progress {
    pub(crate) fn new(ways: &Ways) -> Self {
        Self { round: 0, settled: 0, best: vec![f64::INFINITY; ways.ways.len() + 1] }
    }

    fn fastest(&self) -> usize {
        let plain = self.best.first().copied().unwrap_or_default();
        let others = self.best.iter().enumerate().skip(1);
        let best = others.min_by(|a, b| a.1.total_cmp(b.1));
        best.filter(|(_, seconds)| **seconds < GAIN * plain).map_or(0, |best| best.0)
    }
}

/// What a thread needs for a piece, kept from wave to wave.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The act, counted in the procedure.
    act: usize,
    /// Of runs.
    workspace: Option<Workspace>,
    /// Where each pointer is at unit 0 and the first row, and how many bytes it is from a unit to the next, and from a row to the next.
    pointers: Vec<(*mut u8, [isize; 2])>,
    /// Of wraps.
    start: Start,
    /// Of the arrays whose rows a run closes.
    closed: Vec<Start>,
    /// The unit up to which it is done.
    done: isize,
}

// SAFETY: the pointers are only scratch, filled anew for each wave.
unsafe impl Send for Piece {}

impl Piece {
    /// The pieces of all repetitions of a procedure.
    pub(crate) fn all(common: &Common, procedure: ProcedureId) -> Vec<Piece> {
        let waves = common.ways[procedure].ways.iter().flatten();
        let repetitions = waves.map(|wave| wave.repetitions).max().unwrap_or(0);
        let acts = &common.procedures[procedure];
        let piece = |act: usize| {
            let kernel = match &acts[act] {
                Act::Run(run) => Some(&common.kernels[run.kernel]),
                _ => None,
            };
            Piece {
                act,
                workspace: kernel.map(Kernel::workspace),
                pointers: Vec::with_capacity(kernel.map_or(0, |k| k.targets().len())),
                start: Start(std::ptr::null_mut()),
                closed: Vec::with_capacity(match &acts[act] {
                    Act::Run(run) => run.closes.len(),
                    _ => 0,
                }),
                done: 0,
            }
        };
        let places = || (0..acts.len()).filter(|act| is_piece(&acts[*act]));
        (0..repetitions).flat_map(|_| places().map(piece)).collect()
    }
}

impl Worker<'_> {
    /// The next round of a procedure: its way, and how often the procedure is repeated, if so much is left to do. The same on all threads.
    pub(super) fn round(&self, procedure: ProcedureId, left: u64) -> (usize, u64) {
        let ways = &self.common.ways[procedure];
        if ways.ways.is_empty() {
            return (0, 1);
        }
        let way = ways.way(self.local.progress[procedure].round);
        let acts = self.common.procedures[procedure].len();
        let repetitions = ways.repeated(way, acts).map_or(1, |wave| wave.repetitions);
        let most = ways.most.load(Ordering::Acquire).max(1);
        (way, repetitions.min(most).min(left))
    }

    /// Carries out a round.
    pub(super) fn carry_out(
        &mut self,
        procedure: ProcedureId,
        (way, times): (usize, u64),
    ) {
        let ways = &self.common.ways[procedure];
        if ways.ways.is_empty() {
            return self.perform(procedure);
        }
        self.decide(procedure);
        let began = (self.number == 0).then(Instant::now);
        let acts = &self.common.procedures[procedure];
        let mut done = 0;
        if way > 0 {
            for wave in &ways.ways[way - 1] {
                self.acts(&acts[done..wave.acts.start]);
                self.wave(procedure, wave, times);
                done = wave.acts.end;
            }
        }
        self.acts(&acts[done..]);
        let progress = &mut self.local.progress[procedure];
        if let Some(began) = began {
            let seconds = began.elapsed().as_secs_f64() / times as f64;
            progress.best[way] = progress.best[way].min(seconds);
        }
        progress.round += 1;
        if progress.round <= ways.tried() || ways.in_turn {
            return;
        }
        progress.settled += times;
        if progress.settled >= AGAIN {
            progress.round = 0;
            progress.settled = 0;
            progress.best.fill(f64::INFINITY);
            for act in acts {
                if let Act::Run(run) = act {
                    self.local.trials[run.number].begin_again();
                }
            }
        }
    }

    /// What the first thread says in a round about the next one; between them all threads wait for each other.
    fn decide(&mut self, procedure: ProcedureId) {
        let ways = &self.common.ways[procedure];
        let progress = &self.local.progress[procedure];
        if self.number > 0 || ways.in_turn {
            return;
        }
        if progress.round + 1 == TRIALS {
            let seconds = progress.best.first().copied().unwrap_or(f64::INFINITY);
            let most = (LONGEST / seconds).min(1e6) as u64;
            ways.most.store(most.max(1), Ordering::Release);
        } else if progress.round + 1 == ways.tried() {
            ways.chosen.store(progress.fastest(), Ordering::Release);
        }
    }

    /// Carries out the acts of a wave, so many repetitions of them.
    fn wave(&mut self, procedure: ProcedureId, wave: &Wave, repetitions: u64) {
        self.settle();
        let mut all = std::mem::take(&mut self.local.pieces[procedure]);
        let count = wave.pieces * repetitions as usize;
        let pieces = &mut all[wave.before..wave.before + count];
        self.begin(procedure, wave, pieces, repetitions);
        let own = share(wave.units as usize, self.number, self.common.threads);
        self.pass(procedure, wave, pieces, &own);
        let most = wave.lags[..count].iter().copied().max().unwrap_or(0);
        if most > 0 || wave.ends {
            self.wait();
            self.rest(procedure, wave, pieces, own.start);
        }
        self.wait();
        self.local.pieces[procedure] = all;
    }

    /// Goes through the acts once: what each piece works with, and all that is done with scalars and names of arrays.
    fn begin(
        &mut self,
        procedure: ProcedureId,
        wave: &Wave,
        pieces: &mut [Piece],
        repetitions: u64,
    ) {
        let common = self.common;
        let mut rest = pieces.iter_mut();
        for _ in 0..repetitions {
            for act in &common.procedures[procedure][wave.acts.clone()] {
                match act {
                    Act::Run(run) => {
                        if let Some(piece) = rest.next() {
                            self.begin_run(run, piece);
                        }
                    }
                    Act::Wrap { array, .. } => {
                        if let Some(piece) = rest.next() {
                            piece.start = self.start(*array);
                        }
                    }
                    Act::Exchange(a, b) => self.local.map.swap(*a, *b),
                    Act::Scalars { graph, stores } => {
                        let Local { scalars, scratch, .. } = &mut *self.local;
                        compute_scalars(graph, stores, scalars, scratch);
                    }
                    _ => {}
                }
            }
        }
    }

    fn begin_run(&mut self, run: &Run, piece: &mut Piece) {
        let kernel = &self.common.kernels[run.kernel];
        if let Some(workspace) = &mut piece.workspace {
            kernel.set(workspace, &self.local.scalars);
        }
        let size = self.size();
        let mut cell = run.region.start;
        cell[run.split] = 0;
        piece.closed.clear();
        piece.closed.extend(run.closes.iter().map(|c| self.start(run.arrays[c.0])));
        piece.pointers.clear();
        for target in kernel.targets() {
            piece.pointers.push(match *target {
                Target::Slot(slot) => {
                    let start = self.start(run.arrays[slot]).0;
                    let at = start.wrapping_add(run.layout.place(cell) * size);
                    let [unit, row] =
                        [run.split, 1].map(|d| (run.layout.strides[d] * size) as isize);
                    (at, [unit, row])
                }
                Target::Table(table) => {
                    let (start, dimension, first) = self.common.tables[table];
                    let entry = first as isize + cell[dimension];
                    let at = start.0.wrapping_offset(entry * size as isize);
                    let step = |d: usize| if d == dimension { size as isize } else { 0 };
                    (at, [step(run.split), step(1)])
                }
                Target::Reduction(place) => (self.local.values[place].start().0, [0, 0]),
            });
        }
    }

    /// The pieces, one behind the other through this thread's units.
    fn pass(
        &mut self,
        procedure: ProcedureId,
        wave: &Wave,
        pieces: &mut [Piece],
        own: &Range<isize>,
    ) {
        for (piece, lag) in pieces.iter_mut().zip(&wave.lags) {
            piece.done = own.start + lag;
        }
        let mut front = own.start;
        while front < own.end {
            front = (front + wave.block).min(own.end);
            for (piece, lag) in pieces.iter_mut().zip(&wave.lags) {
                let end = front - lag;
                if end > piece.done {
                    let units = piece.done..end;
                    piece.done = end;
                    self.inside(procedure, piece, units);
                }
            }
        }
    }

    /// What is left about the first of this thread's units.
    fn rest(
        &mut self,
        procedure: ProcedureId,
        wave: &Wave,
        pieces: &mut [Piece],
        edge: isize,
    ) {
        for (piece, lag) in pieces.iter_mut().zip(&wave.lags) {
            if self.number > 0 {
                self.inside(procedure, piece, edge - lag..edge + lag);
                continue;
            }
            self.inside(procedure, piece, wave.units - lag..wave.units);
            self.inside(procedure, piece, 0..*lag);
            self.ghosts(procedure, piece, wave.units);
        }
    }

    /// A piece in some units of the box.
    fn inside(&mut self, procedure: ProcedureId, piece: &mut Piece, units: Range<isize>) {
        match &self.common.procedures[procedure][piece.act] {
            Act::Run(run) => self.run_units(run, piece, units),
            Act::Wrap { array, dimension, flip, split, .. } if dimension != split => {
                let layout = self.common.layouts[*array];
                self.wrap_units(&layout, *dimension, *flip, *split, piece.start, units);
            }
            _ => {}
        }
    }

    /// A piece in the ghosts at both ends of the box.
    fn ghosts(&mut self, procedure: ProcedureId, piece: &mut Piece, units: isize) {
        match &self.common.procedures[procedure][piece.act] {
            Act::Run(run) => {
                let (start, end) =
                    (run.region.start[run.split], run.region.end[run.split]);
                self.run_units(run, piece, start..end.min(0));
                self.run_units(run, piece, start.max(units)..end);
            }
            Act::Wrap { array, dimension, flip, split, .. } => {
                let layout = self.common.layouts[*array];
                let ghosts = layout.ghosts[*split] as isize;
                if dimension == split {
                    let (size, start) = (self.size(), piece.start);
                    let all = 0..units;
                    crate::memory::wrap(
                        &layout,
                        *dimension,
                        *flip,
                        *split,
                        all,
                        |patch| {
                            // SAFETY: the plan was checked: the array has this layout. No other thread is at the ends of the box.
                            unsafe { copy_patch(start, &layout, size, &patch) };
                        },
                    );
                    return;
                }
                for units in [-ghosts..0, units..units + ghosts] {
                    self.wrap_units(
                        &layout,
                        *dimension,
                        *flip,
                        *split,
                        piece.start,
                        units,
                    );
                }
            }
            _ => {}
        }
    }

    fn wrap_units(
        &self,
        layout: &Layout,
        dimension: usize,
        flip: bool,
        split: usize,
        start: Start,
        units: Range<isize>,
    ) {
        let size = self.size();
        wrap_units(layout, dimension, flip, split, units, |patch| {
            // SAFETY: the plan was checked: the array has this layout. The units are this thread's: in the pass its own, in the rest those
            // about an end that is its own.
            unsafe { copy_patch(start, layout, size, &patch) };
        });
    }

    /// A run in some units, as far as they are in its region.
    fn run_units(&mut self, run: &Run, piece: &mut Piece, units: Range<isize>) {
        let split = run.split;
        let first = units.start.max(run.region.start[split]);
        let end = units.end.min(run.region.end[split]);
        let cells = (run.region.end[2] - run.region.start[2]).max(0) as usize;
        if first >= end || cells == 0 {
            return;
        }
        let Some(workspace) = &mut piece.workspace else { return };
        let kernel = &self.common.kernels[run.kernel];
        let code = self.local.trials[run.number].chosen;
        let mut pointers = std::mem::take(&mut self.local.pointers);
        let size = self.size();
        let mut call = |unit: isize, row: isize, rows: usize| {
            for ((_, flip), start) in run.closes.iter().zip(&piece.closed) {
                let rows = row..row + rows as isize;
                close_rows(&run.layout, *flip, unit, &rows, |patch| {
                    // SAFETY: as for the rows themselves, below.
                    unsafe { copy_patch(*start, &run.layout, size, &patch) };
                });
            }
            pointers.clear();
            pointers.extend(piece.pointers.iter().map(|(at, [by_unit, by_row])| {
                at.wrapping_offset(unit * by_unit + row * by_row)
            }));
            // SAFETY: as for whole regions: the plan was checked, and `begin` called `set`. The units are this thread's, and lags keep what other
            // threads and pieces use meanwhile apart from them.
            unsafe { kernel.call(code, workspace, &mut pointers, rows, cells) };
        };
        if split == 1 {
            call(first, 0, (end - first) as usize);
        } else {
            let rows = (run.region.end[1] - run.region.start[1]).max(0);
            let mut row = 0;
            while row < rows {
                let count = (rows - row).min(run.block as isize);
                for unit in first..end {
                    call(unit, row, count as usize);
                }
                row += count;
            }
        }
        self.local.pointers = pointers;
    }
}
