//! A plan with its arrays on all threads.

mod groups;
mod lines;
mod normal;
mod transforms;
mod waves;

pub(crate) use groups::Pieces;
pub(crate) use transforms::divide_rows;
pub(crate) use waves::{Piece, Progress, Ways};

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use holor_field::interpreter::{PIECE, compute_scalars, join, nothing};
use holor_field::layout::{Layout, Region};
use holor_field::noise;
use holor_field::plan::{ArrayId, Plan, ProcedureId, ReductionKind, ScalarId};
use holor_field::{FieldError, FieldResult, Machine, Precision};

use crate::body::Target;
use crate::fourier::{Fourier, Scratch};
use crate::kernel::{Kernel, Workspace};
use crate::memory::{Memory, Start, close_rows, copy_patch, wrap};
use crate::pool::{Barrier, Threads};
use crate::prepare::{Act, Division, Run, access, own};
use crate::reduce::reduce_piece;

/// How often the person is asked whether to stop.
const POLL: Duration = Duration::from_millis(2);
/// Codes of a kernel at most: AVX2, AVX-512, and AVX-512 with neighbours from registers, a row or two at a time.
const CODES: usize = 4;
/// Calls of a run that are measured, with its codes in turn, before one is chosen; the first few are not counted.
const TRIALS: u32 = 24;
/// Calls that find the caches as yet unlike what they will be.
const WARM: u32 = 4;
/// Calls until the codes are measured again: the machine may have been busy.
const AGAIN: u32 = 4096;
/// Cells of a row of normal numbers computed at a time.
const NORMALS: usize = 512;

/// Everything that threads share and do not change, but for the numbers in arrays.
pub(crate) struct Common {
    pub(crate) precision: Precision,
    pub(crate) layouts: Vec<Layout>,
    /// By place in memory; threads map arrays to these.
    pub(crate) starts: Vec<Start>,
    /// Tables in the precision: where they start, and the entry of cell 0.
    pub(crate) tables: Vec<(Start, usize, usize)>,
    pub(crate) kernels: Vec<Kernel>,
    pub(crate) procedures: Vec<Vec<Act>>,
    /// How the acts of each procedure can pass through the caches together.
    pub(crate) ways: Vec<Ways>,
    /// For each run with reductions: the results of pieces of rows, twice.
    pub(crate) partial: Vec<[Vec<AtomicU64>; 2]>,
    /// The pieces of groups of cells.
    pub(crate) groups: Vec<Pieces>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) transforms: Vec<AnyFourier>,
    /// What all transforms work in.
    pub(crate) work: Start,
    pub(crate) normal: Option<Kernel>,
    pub(crate) threads: usize,
}

/// A transform in either precision.
pub(crate) enum AnyFourier {
    Double(Fourier<f64>),
    Single(Fourier<f32>),
}

/// What a thread has for itself.
pub(crate) struct Local {
    /// The place in memory of each array.
    map: Vec<usize>,
    scalars: Vec<f64>,
    /// What happened to each place in memory since all threads waited.
    touched: Vec<u8>,
    workspaces: Vec<Workspace>,
    normal: Option<Workspace>,
    trials: Vec<Trial>,
    /// By procedure.
    progress: Vec<Progress>,
    pieces: Vec<Vec<Piece>>,
    pointers: Vec<*mut u8>,
    /// Where arrays start, by place in memory: arrays of rows worked on at a time where this thread has those.
    starts: Vec<Start>,
    /// The rows of such arrays.
    within: Memory,
    /// A piece of a row of values for each reduction.
    values: Vec<Memory>,
    normals: Memory,
    double: Vec<Scratch<f64>>,
    single: Vec<Scratch<f32>>,
    scratch: Vec<f64>,
    /// Counts the times that all threads waited.
    waits: u64,
}

// SAFETY: the pointers are only scratch, filled anew for each call.
unsafe impl Send for Local {}

/// Which code of a run is fastest, as far as is known.
#[derive(Clone, Debug, Default)]
struct Trial {
    calls: u32,
    /// Which of the two places for results was used last.
    turn: usize,
    best: [f64; CODES],
    chosen: usize,
}

impl Trial {
    fn begin_again(&mut self) {
        self.calls = 0;
        self.best = [f64::INFINITY; CODES];
    }
}

impl Local {
    pub(crate) fn new(
        common: &Common,
        scalars: Vec<f64>,
        runs: usize,
    ) -> FieldResult<Self> {
        let reductions =
            all_runs(&common.procedures).map(|run| run.reductions.len()).max();
        let values: FieldResult<Vec<Memory>> = (0..reductions.unwrap_or(0))
            .map(|number| Memory::new((PIECE + 64) * 8, number))
            .collect();
        Ok(Self {
            map: (0..common.layouts.len()).collect(),
            scalars,
            touched: vec![0; common.layouts.len()],
            workspaces: common.kernels.iter().map(Kernel::workspace).collect(),
            normal: common.normal.as_ref().map(Kernel::workspace),
            trials: vec![
                Trial { best: [f64::INFINITY; CODES], ..Trial::default() };
                runs
            ],
            progress: common.ways.iter().map(Progress::new).collect(),
            pieces: (0..common.procedures.len())
                .map(|procedure| Piece::all(common, procedure))
                .collect(),
            pointers: Vec::with_capacity(64),
            starts: common.starts.clone(),
            within: Memory::new(transforms::within_bytes(common), 0)?,
            values: values?,
            normals: Memory::new(3 * NORMALS * 8, 0)?,
            double: common
                .transforms
                .iter()
                .map(|t| match t {
                    AnyFourier::Double(fourier) => fourier.scratch(),
                    AnyFourier::Single(_) => Scratch::default(),
                })
                .collect(),
            single: common
                .transforms
                .iter()
                .map(|t| match t {
                    AnyFourier::Single(fourier) => fourier.scratch(),
                    AnyFourier::Double(_) => Scratch::default(),
                })
                .collect(),
            scratch: Vec::with_capacity(64),
            waits: 0,
        })
    }
}

pub(crate) fn all_runs(procedures: &[Vec<Act>]) -> impl Iterator<Item = &Run> {
    procedures.iter().flatten().flat_map(|act| match act {
        Act::Run(run) => std::slice::from_ref(run),
        Act::Rows { runs, .. } => runs.as_slice(),
        _ => &[],
    })
}

/// A thread in a round of work.
struct Worker<'a> {
    common: &'a Common,
    local: &'a mut Local,
    number: usize,
    barrier: &'a Barrier,
}

impl Worker<'_> {
    fn wait(&mut self) {
        self.barrier.wait();
        self.local.touched.fill(0);
        self.local.waits += 1;
    }

    /// Waits for the others if anything was done since the last time.
    fn settle(&mut self) {
        if self.local.touched.iter().any(|access| *access != 0) {
            self.wait();
        }
    }

    /// Waits for the others if what they did since the last time forbids this, and notes it.
    fn touch(&mut self, uses: &[(ArrayId, u8)]) {
        let forbidden = uses.iter().any(|(array, access)| {
            let touched = self.local.touched[self.local.map[*array]];
            touched & access::conflicts(*access) != 0
        });
        if forbidden {
            self.wait();
        }
        for (array, access) in uses {
            self.local.touched[self.local.map[*array]] |= access;
        }
    }

    fn start(&self, array: ArrayId) -> Start {
        self.local.starts[self.local.map[array]]
    }

    fn size(&self) -> usize {
        self.common.precision.bytes() as usize
    }

    fn own(&self, layout: &Layout) -> std::ops::Range<isize> {
        own(layout, self.number, self.common.threads)
    }

    fn perform(&mut self, procedure: ProcedureId) {
        let common = self.common;
        self.acts(&common.procedures[procedure]);
    }

    fn acts(&mut self, acts: &[Act]) {
        for act in acts {
            self.act(act);
        }
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Run(run) => self.run(run),
            Act::Wrap { array, dimension, flip, split, division } => {
                self.wrap(*array, *dimension, *flip, *split, *division);
            }
            Act::Exchange(a, b) => self.local.map.swap(*a, *b),
            Act::Copy { from, to } => {
                self.wait();
                self.copy(*from, *to);
                self.wait();
            }
            Act::Rows { inverse, runs, forward, division } => {
                self.settle();
                self.by_rows(*inverse, runs, *forward, division);
                self.wait();
            }
            Act::Columns { transform, columns } => {
                self.settle();
                self.columns(*transform, *columns);
                self.wait();
            }
            Act::Sparse { matrix, from, to } => {
                let uses = [(*from, access::READ_FAR), (*to, access::WRITE_OWN)];
                self.touch(&uses);
                self.sparse(*matrix, *from, *to);
            }
            Act::Lines { matrix, dimension, from, to } => {
                self.lines(*matrix, *dimension, *from, *to);
            }
            Act::Group { grouping, from, to } => {
                self.wait();
                self.group(*grouping, *from, *to);
                self.wait();
            }
            Act::Noise { array, stream, seed, step } => {
                self.touch(&[(*array, access::WRITE_OWN)]);
                let step = noise::step_of(self.local.scalars[*step]);
                self.noise(*array, *stream, *seed, step);
            }
            Act::Scalars { graph, stores } => {
                let Local { scalars, scratch, .. } = &mut *self.local;
                compute_scalars(graph, stores, scalars, scratch);
            }
            Act::Repeat { procedure, until, at_most } => {
                for _ in 0..*at_most {
                    self.perform(*procedure);
                    if self.local.scalars[*until] != 0.0 {
                        break;
                    }
                }
            }
        }
    }

    fn wrap(
        &mut self,
        array: ArrayId,
        dimension: usize,
        flip: bool,
        split: usize,
        division: Division,
    ) {
        let layout = self.common.layouts[array];
        let own = if division == Division::Own {
            let ghosts = if dimension == split {
                access::WRITE_GHOST
            } else {
                access::WRITE_GHOST | access::WRITE_OWN
            };
            self.touch(&[(array, access::READ_OWN | ghosts)]);
            self.own(&layout)
        } else {
            self.touch(&[(array, access::READ_FIRST | access::WRITE_FIRST)]);
            if self.number > 0 {
                return;
            }
            0..layout.points[split] as isize
        };
        let (start, size) = (self.start(array), self.size());
        wrap(&layout, dimension, flip, split, own, |patch| {
            // SAFETY: the plan was checked: the array has this layout. The patches of a thread belong to its own units,
            // which `touch` keeps from others.
            unsafe { copy_patch(start, &layout, size, &patch) };
        });
    }

    fn copy(&mut self, from: ArrayId, to: ArrayId) {
        let bytes = self.common.layouts[from].length * self.size();
        let part = |number: usize| bytes * number / self.common.threads;
        let (first, last) = (part(self.number), part(self.number + 1));
        let (from, to) = (self.start(from), self.start(to));
        // SAFETY: both arrays have so many bytes (equal layouts were checked); each thread has a part; all wait before and after. An array copied
        // to itself is harmless.
        unsafe {
            std::ptr::copy(from.0.add(first), to.0.add(first), last - first);
        }
    }

    // Programs.

    fn run(&mut self, run: &Run) {
        if run.division == Division::All {
            self.wait();
        } else {
            // No list is made: this is the inner loop of small problems.
            let forbidden = run.arrays.iter().zip(&run.access).any(|(array, access)| {
                let touched = self.local.touched[self.local.map[*array]];
                touched & access::conflicts(*access) != 0
            });
            if forbidden {
                self.wait();
            }
            for (array, access) in run.arrays.iter().zip(&run.access) {
                self.local.touched[self.local.map[*array]] |= access;
            }
        }
        // A result is read by all before the next but one is written.
        let trial = &mut self.local.trials[run.number];
        trial.turn = 1 - trial.turn;
        let turn = trial.turn;
        let region = self.share(run);
        if region.cells() > 0 {
            self.run_region(run, &region, turn, true);
        }
        if run.division == Division::All {
            self.wait();
        }
        if !run.reductions.is_empty() {
            self.gather(run, turn);
        }
    }

    /// The part of a region that this thread does.
    fn share(&self, run: &Run) -> Region {
        let mut region = run.region;
        let (start, end) = (region.start[run.split], region.end[run.split]);
        let own = self.own(&run.layout);
        match run.division {
            Division::Own => {
                region.start[run.split] = start.max(own.start);
                region.end[run.split] = end.min(own.end).max(region.start[run.split]);
            }
            Division::First if self.number > 0 => region.end = region.start,
            Division::First => {}
            Division::All => {
                let last = self.number + 1 == self.common.threads;
                let first = if self.number == 0 { start } else { own.start.max(start) };
                region.start[run.split] = first.min(end);
                let behind = if last { end } else { own.end.min(end) };
                region.end[run.split] = behind.max(region.start[run.split]);
            }
        }
        region
    }

    /// Runs a program in a region that is this thread's; with `may_measure` the time may tell which code is fastest.
    fn run_region(&mut self, run: &Run, region: &Region, turn: usize, may_measure: bool) {
        let kernel = &self.common.kernels[run.kernel];
        let Local { workspaces, scalars, trials, .. } = &mut *self.local;
        kernel.set(&mut workspaces[run.kernel], scalars);
        let trial = &mut trials[run.number];
        let measure = may_measure && kernel.codes.len() > 1 && trial.calls < TRIALS;
        let codes = kernel.codes.len();
        let code = if measure { trial.calls as usize % codes } else { trial.chosen };
        let began = measure.then(Instant::now);
        self.sweep(run, region, code, turn);
        let trial = &mut self.local.trials[run.number];
        trial.calls += u32::from(may_measure);
        if let Some(began) = began {
            let seconds = began.elapsed().as_secs_f64();
            if trial.calls > WARM {
                trial.best[code] = trial.best[code].min(seconds);
            }
            let best = trial.best[..codes].iter().enumerate();
            let best = best.min_by(|(_, a), (_, b)| a.total_cmp(b));
            trial.chosen = best.map_or(0, |(code, _)| code);
        } else if trial.calls >= AGAIN {
            trial.begin_again();
        }
    }

    fn sweep(&mut self, run: &Run, region: &Region, code: usize, turn: usize) {
        let [i, j, _] = [0, 1, 2].map(|d| region.start[d]..region.end[d]);
        if !run.reductions.is_empty() {
            let mut piece = *region;
            for i in i {
                for j in j.clone() {
                    let mut k = region.start[2];
                    while k < region.end[2] {
                        let end = (k + PIECE as isize).min(region.end[2]);
                        (piece.start[2], piece.end[2]) = (k, end);
                        self.rows(run, &piece, code, i, j..j + 1);
                        self.reduce(run, turn, [i, j, k], (end - k) as usize);
                        k = end;
                    }
                }
            }
            return;
        }
        if i.len() == 1 {
            self.rows(run, region, code, i.start, j);
            return;
        }
        let mut first = j.start;
        while first < j.end {
            let last = (first + run.block as isize).min(j.end);
            for i in i.clone() {
                self.rows(run, region, code, i, first..last);
            }
            first = last;
        }
    }

    /// Calls the kernel for rows of a plane.
    fn rows(
        &mut self,
        run: &Run,
        region: &Region,
        code: usize,
        i: isize,
        j: std::ops::Range<isize>,
    ) {
        let kernel = &self.common.kernels[run.kernel];
        let size = self.size();
        if !run.closes.is_empty() {
            self.close(run, i, &j);
        }
        let cell = [i, j.start, region.start[2]];
        let mut pointers = std::mem::take(&mut self.local.pointers);
        pointers.clear();
        for target in kernel.targets() {
            let pointer = match *target {
                Target::Slot(slot) => {
                    let array = run.arrays[slot];
                    let start = self.start(array).0;
                    start.wrapping_add(run.layout.place(cell) * size)
                }
                Target::Table(table) => {
                    let (start, dimension, first) = self.common.tables[table];
                    let entry = first as isize + cell[dimension];
                    start.0.wrapping_offset(entry * size as isize)
                }
                Target::Reduction(place) => self.local.values[place].start().0,
            };
            pointers.push(pointer);
        }
        let rows = (j.end - j.start).max(0) as usize;
        let cells = (region.end[2] - region.start[2]).max(0) as usize;
        let workspace = &mut self.local.workspaces[run.kernel];
        // SAFETY: the plan was checked: loads and stores of the region stay within the arrays, which have margins for whole vectors; `set` was
        // called for this run; `touch` keeps what other threads use apart from this thread's part of the region.
        unsafe { kernel.call(code, workspace, &mut pointers, rows, cells) };
        self.local.pointers = pointers;
    }

    /// Fills the ghosts at the ends of rows of a plane.
    #[inline(never)]
    fn close(&self, run: &Run, i: isize, j: &std::ops::Range<isize>) {
        let size = self.size();
        for (slot, flip) in &run.closes {
            let start = self.start(run.arrays[*slot]);
            close_rows(&run.layout, *flip, i, j, |patch| {
                // SAFETY: the plan was checked: the array has this layout. The rows are this thread's, and `touch` keeps their ghosts from others.
                unsafe { copy_patch(start, &run.layout, size, &patch) };
            });
        }
    }

    // Reductions.

    /// Reduces the piece of a row that was just computed.
    fn reduce(&mut self, run: &Run, turn: usize, first: [isize; 3], cells: usize) {
        let from = |d: usize| (first[d] - run.region.start[d]) as usize;
        let width = (run.region.end[1] - run.region.start[1]) as usize;
        let [in_row, all] = run.pieces();
        let piece = (from(0) * width + from(1)) * in_row + from(2) / PIECE;
        for (place, (kind, _)) in run.reductions.iter().enumerate() {
            let values = self.local.values[place].start();
            // SAFETY: the kernel stored so many numbers of this precision there.
            let result =
                unsafe { reduce_piece(*kind, values, cells, self.common.precision) };
            self.common.partial[run.number][turn][place * all + piece]
                .store(result.to_bits(), Ordering::Relaxed);
        }
    }

    /// Joins the results of all pieces, on every thread alike.
    fn gather(&mut self, run: &Run, turn: usize) {
        if run.division != Division::All {
            self.wait();
        }
        let [_, all] = run.pieces();
        for (place, (kind, scalar)) in run.reductions.iter().enumerate() {
            let results = &self.common.partial[run.number][turn];
            let results = &results[place * all..(place + 1) * all];
            self.local.scalars[*scalar] = join_pieces(*kind, results);
        }
    }

    // Everything else.

    fn sparse(&mut self, matrix: usize, from: ArrayId, to: ArrayId) {
        let matrix = &self.common.plan.matrices[matrix];
        let from_layout = self.common.layouts[from];
        let layout = self.common.layouts[to];
        let (from, to) = (self.start(from).0, self.start(to).0);
        // One dimension has all the cells: the stride of its neighbours.
        let stride =
            |l: &Layout| (0..3).find(|d| l.points[*d] > 1).map_or(1, |d| l.strides[d]);
        let (from_stride, to_stride) = (stride(&from_layout), stride(&layout));
        let (first, place) = (from_layout.place([0; 3]), layout.place([0; 3]));
        for row in self.own(&layout) {
            let row = row as usize;
            let entries = matrix.starts[row]..matrix.starts[row + 1];
            macro_rules! row {
                ($type:ty) => {{
                    let mut sum: $type = 0.0;
                    for entry in entries {
                        let column = matrix.columns[entry] as usize;
                        // SAFETY: the plan was checked: columns are cells of the array.
                        let x = unsafe {
                            *from.cast::<$type>().add(first + column * from_stride)
                        };
                        sum = (matrix.values[entry] as $type).mul_add(x, sum);
                    }
                    // SAFETY: rows are cells of the array, each written by one thread.
                    unsafe { *to.cast::<$type>().add(place + row * to_stride) = sum };
                }};
            }
            match self.common.precision {
                Precision::Double => row!(f64),
                Precision::Single => row!(f32),
            }
        }
    }
}

/// As [`holor_field::interpreter::join_pieces`].
fn join_pieces(kind: ReductionKind, pieces: &[AtomicU64]) -> f64 {
    match pieces {
        [] => nothing(kind),
        [piece] => f64::from_bits(piece.load(Ordering::Relaxed)),
        _ => {
            let (first, second) = pieces.split_at(pieces.len().div_ceil(2));
            join(kind, join_pieces(kind, first), join_pieces(kind, second))
        }
    }
}

/// A prepared plan.
pub(crate) struct CpuMachine {
    pub(crate) common: Common,
    pub(crate) locals: Vec<Mutex<Local>>,
    pub(crate) threads: Arc<Threads>,
    pub(crate) barrier: Barrier,
    /// Keeps the arrays, tables and rows alive; [`Common`] points into them.
    pub(crate) memories: Vec<Memory>,
    pub(crate) compile_seconds: f64,
    /// The kernels of each program.
    pub(crate) kernels_of: Vec<usize>,
}

impl std::fmt::Debug for CpuMachine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes: usize = self.memories.iter().map(Memory::bytes).sum();
        f.debug_struct("CpuMachine").field("bytes", &bytes).finish_non_exhaustive()
    }
}

impl CpuMachine {
    fn local(&mut self, number: usize) -> &mut Local {
        self.locals[number].get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// The start of an array's interior rows, one after another.
    fn rows(&mut self, array: ArrayId) -> impl Iterator<Item = (Start, usize)> + use<> {
        let place = self.local(0).map[array];
        let layout = self.common.layouts[array];
        let start = self.common.starts[place];
        let size = self.common.precision.bytes() as usize;
        let [n0, n1, n2] = layout.points;
        (0..n0 * n1).map(move |row| {
            let cell = [(row / n1) as isize, (row % n1) as isize, 0];
            (Start(start.0.wrapping_add(layout.place(cell) * size)), n2)
        })
    }
}

impl CpuMachine {
    /// Writes an array as a plan gives it at the start: its interior, or all of it with ghosts and padding.
    pub(crate) fn write_start(&mut self, array: ArrayId, values: &[f64]) {
        if values.len() != self.common.layouts[array].length {
            return self.write(array, values);
        }
        let place = self.local(0).map[array];
        let common = &self.common;
        let start = common.starts[place];
        for (cell, value) in values.iter().enumerate() {
            // SAFETY: the array has as many elements; no thread works while the machine is borrowed.
            unsafe {
                match common.precision {
                    Precision::Double => *start.0.cast::<f64>().add(cell) = *value,
                    Precision::Single => *start.0.cast::<f32>().add(cell) = *value as f32,
                }
            }
        }
    }
}

impl Machine for CpuMachine {
    fn write(&mut self, array: ArrayId, values: &[f64]) {
        let precision = self.common.precision;
        let n = self.common.layouts[array].points[2].max(1);
        for ((row, count), values) in self.rows(array).zip(values.chunks(n)) {
            for (cell, value) in values.iter().enumerate().take(count) {
                // SAFETY: the row has so many cells; no thread works while the machine is borrowed.
                unsafe {
                    match precision {
                        Precision::Double => *row.0.cast::<f64>().add(cell) = *value,
                        Precision::Single => {
                            *row.0.cast::<f32>().add(cell) = *value as f32;
                        }
                    }
                }
            }
        }
    }

    fn read(&mut self, array: ArrayId, values: &mut [f64]) {
        let precision = self.common.precision;
        let n = self.common.layouts[array].points[2].max(1);
        for ((row, count), values) in self.rows(array).zip(values.chunks_mut(n)) {
            for (cell, value) in values.iter_mut().enumerate().take(count) {
                // SAFETY: the row has so many cells; no thread works while the machine is borrowed.
                *value = unsafe {
                    match precision {
                        Precision::Double => *row.0.cast::<f64>().add(cell),
                        Precision::Single => f64::from(*row.0.cast::<f32>().add(cell)),
                    }
                };
            }
        }
    }

    fn set_scalar(&mut self, scalar: ScalarId, value: f64) {
        for number in 0..self.locals.len() {
            self.local(number).scalars[scalar] = value;
        }
    }

    fn scalar(&mut self, scalar: ScalarId) -> f64 {
        self.local(0).scalars[scalar]
    }

    fn execute(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        if procedure >= self.common.procedures.len() {
            return Err(FieldError::invalid("there is no such procedure", ""));
        }
        if times == 0 || interrupted() {
            return Ok(0);
        }
        let common = &self.common;
        let locals = &self.locals;
        let barrier = &self.barrier;
        barrier.renew();
        // Repetitions to do: the first thread lowers it to the end of those that are begun together, which the others see at the latest after they waited for
        // it in the current one.
        let limit = AtomicU64::new(times);
        let fine = self.threads.run(barrier, &|number| {
            if number >= common.threads {
                return;
            }
            let mut local = locals[number].lock().unwrap_or_else(PoisonError::into_inner);
            let mut worker = Worker { common, local: &mut local, number, barrier };
            worker.local.touched.fill(0);
            let mut polled = Instant::now();
            let mut done = 0;
            while done < limit.load(Ordering::Acquire) {
                let round = worker.round(procedure, times - done);
                if number == 0 && polled.elapsed() >= POLL {
                    polled = Instant::now();
                    if interrupted() {
                        limit.fetch_min(done + round.1, Ordering::AcqRel);
                    }
                }
                let waits = worker.local.waits;
                worker.carry_out(procedure, round);
                if worker.local.waits == waits {
                    worker.wait();
                }
                done += round.1;
            }
        });
        if fine {
            Ok(limit.load(Ordering::Acquire))
        } else {
            Err(FieldError::Device("a thread of the field engine failed".to_owned()))
        }
    }

    fn compile_seconds(&self) -> f64 {
        self.compile_seconds
    }

    fn remarks(&self) -> Vec<String> {
        // Of a step: other procedures are carried out now and then.
        let step = self.common.plan.procedure("step");
        let remark = step.and_then(|step| {
            self.common.ways[step].remark(self.common.procedures[step].len())
        });
        remark.into_iter().collect()
    }

    fn listing(&self, program: usize) -> String {
        let kernels = self.common.kernels.iter().zip(&self.kernels_of);
        kernels.filter(|(_, of)| **of == program).map(|(k, _)| k.listing()).collect()
    }
}
