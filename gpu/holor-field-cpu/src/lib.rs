//! Stencil programs as machine code on all cores.
//!
//! [`Cpu`] compiles the programs of a plan to AVX2 and AVX-512 at run time (`body` splits a program, `emit` gives out registers and writes
//! instructions) and runs the faster of the two, measured during the first steps; elsewhere a tape of operations over strips
//! of a row does the same. Results have the same bits in all ways and for all numbers of threads, and those of the interpreter on the plan with
//! costly functions shared and all lowered.
//! Steps over more than the near caches hold pass through them together where that is measured to be faster (`wave`).
//! Threads keep to their own rows and wait for each other only where one needs what another wrote (`prepare::access`).
#![allow(unsafe_code, reason = "machine code is called, and threads share arrays")]

mod body;
mod carry;
mod code;
mod contraction;
mod emit;
mod fourier;
mod kernel;
mod machine;
mod memory;
mod pairs;
mod pool;
mod prepare;
mod reduce;
mod tape;
mod transpose;
mod wave;
mod wide;
mod within;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use holor_field::elementary::lower;
use holor_field::layout::Layout;
use holor_field::plan::{Program, Store};
use holor_field::sharing::share;
use holor_field::{Backend, FieldError, FieldResult, Machine, Plan, Precision, noise};

pub use code::Width;
use fourier::Fourier;
use kernel::Kernel;
use machine::{AnyFourier, Common, CpuMachine, Local, Pieces, Ways, all_runs};
use memory::{Memory, Start};
use pool::{Barrier, Threads};
use prepare::Preparation;
use wave::Passing;

/// Cells that are worth a thread.
const CELLS_PER_THREAD: usize = 8192;

/// Arrays that together take so many bytes are rather read again than computed again.
pub const CACHE: u64 = 16 << 20;

/// The cores of this machine.
#[derive(Debug)]
pub struct Cpu {
    threads: Arc<Threads>,
    widths: Vec<Width>,
    /// Also for a few cells all threads are used.
    always: bool,
}

impl Cpu {
    /// So many threads, or one for each core.
    pub fn new(threads: Option<usize>) -> Self {
        Self::with_widths(threads, Width::available())
    }

    /// Restricted to some of the widths that the machine has; to none for the tape.
    pub fn with_widths(threads: Option<usize>, widths: Vec<Width>) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let count = threads.unwrap_or_else(cores).max(1);
        let there = Width::available();
        let widths = widths.into_iter().filter(|width| there.contains(width)).collect();
        Self { threads: Arc::new(Threads::new(count)), widths, always: false }
    }

    /// How many threads there are.
    pub(crate) fn cores(&self) -> usize {
        self.threads.count()
    }

    /// What passes through the caches together: part of the second cache, most of a small and of a large one, and part of the
    /// third.
    fn passing(&self) -> Passing {
        if self.always {
            return Passing { near: vec![1 << 24], worth: 0, share: 2, block: 2 };
        }
        let near = vec![384 << 10, 3 << 18, 3 << 19, 6 << 20];
        Passing { near, worth: 1 << 20, share: 4, block: isize::MAX }
    }

    /// Uses all threads however few cells there are; for tests.
    #[must_use]
    pub fn on_all_threads(mut self) -> Self {
        self.always = true;
        self
    }
}

impl Backend for Cpu {
    fn name(&self) -> String {
        let count = self.threads.count();
        let threads = if count == 1 { "thread" } else { "threads" };
        let vectors = match self.widths.last() {
            Some(Width::Avx512) => "AVX-512",
            Some(Width::Avx2) => "AVX2",
            None => "portable",
        };
        format!("cpu, {count} {threads}, {vectors}")
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        let began = Instant::now();
        plan.check()?;
        let plan = lower(&share(plan, precision, CACHE), precision);
        let mut preparation = Preparation::new(&plan, precision, &self.widths);
        let mut procedures = Vec::new();
        for procedure in &plan.procedures {
            procedures.push(preparation.acts(&procedure.actions)?);
        }
        let runs = preparation.runs;
        let kernels_of = preparation.kernels_of();
        let kernels = std::mem::take(&mut preparation.kernels);
        let size = precision.bytes() as usize;
        let mut memories = Vec::new();
        let mut allocate = |bytes: usize| -> FieldResult<Start> {
            let mut memory = Memory::new(bytes, memories.len())?;
            let start = memory.start();
            memories.push(memory);
            Ok(start)
        };
        let layouts: Vec<Layout> = plan.arrays.iter().map(|array| array.layout).collect();
        let mut starts = Vec::new();
        for layout in &layouts {
            starts.push(allocate(layout.length * size)?);
        }
        let mut tables = Vec::new();
        for table in &plan.tables {
            let start = allocate(table.values.len() * size)?;
            for (place, value) in table.values.iter().enumerate() {
                // SAFETY: the memory was made for so many numbers.
                unsafe {
                    match precision {
                        Precision::Double => *start.0.cast::<f64>().add(place) = *value,
                        Precision::Single => {
                            *start.0.cast::<f32>().add(place) = *value as f32;
                        }
                    }
                }
            }
            tables.push((start, table.dimension, table.first));
        }
        let mut partial = Vec::new();
        partial.resize_with(runs, || [Vec::new(), Vec::new()]);
        for run in all_runs(&procedures) {
            let [_, pieces] = run.pieces();
            let all = pieces * run.reductions.len();
            let zeros = || (0..all).map(|_| AtomicU64::new(0)).collect();
            partial[run.number] = [zeros(), zeros()];
        }
        let mut transforms = Vec::new();
        let mut work = 0;
        for transform in &plan.transforms {
            let cells = layouts[transform.real];
            let spectrum = layouts[transform.spectrum[0]];
            let real = transform.imaginary.is_none();
            transforms.push(match precision {
                Precision::Double => {
                    let fourier = Fourier::new(cells, spectrum, real);
                    work = work.max(fourier.work());
                    AnyFourier::Double(fourier)
                }
                Precision::Single => {
                    let fourier = Fourier::new(cells, spectrum, real);
                    work = work.max(fourier.work());
                    AnyFourier::Single(fourier)
                }
            });
        }
        let work = allocate(work)?;
        let noisy = procedures
            .iter()
            .flatten()
            .any(|act| matches!(act, prepare::Act::Noise { .. }));
        let normal = if noisy { Some(self.normal()?) } else { None };
        let cells = layouts.iter().map(Layout::cells).max().unwrap_or(0);
        let within = within::within_rows(&plan, &procedures);
        let worth = if self.always { usize::MAX } else { cells / CELLS_PER_THREAD };
        let threads = self.threads.count().min(worth.max(1));
        for act in procedures.iter_mut().flatten() {
            machine::divide_rows(act, &plan, &transforms, &within, threads);
        }
        let passing = self.passing();
        let ways = procedures.iter().map(|acts| {
            let ways = wave::ways(acts, &layouts, size, threads, &passing);
            Ways::new(ways, self.always)
        });
        let ways = ways.collect();
        let common = Common {
            precision,
            layouts,
            ways,
            starts,
            tables,
            kernels,
            procedures,
            partial,
            transforms,
            work,
            normal,
            groups: plan.groupings.iter().map(Pieces::new).collect(),
            threads,
            plan: Arc::new(plan),
        };
        let scalars: Vec<f64> = common.plan.scalars.iter().map(|s| s.value).collect();
        let locals: FieldResult<Vec<Mutex<Local>>> = (0..common.threads)
            .map(|_| Local::new(&common, scalars.clone(), runs).map(Mutex::new))
            .collect();
        let mut machine = CpuMachine {
            locals: locals?,
            barrier: Barrier::new(common.threads),
            threads: Arc::clone(&self.threads),
            memories,
            compile_seconds: began.elapsed().as_secs_f64(),
            kernels_of,
            common,
        };
        let plan = Arc::clone(&machine.common.plan);
        for (place, array) in plan.arrays.iter().enumerate() {
            if let Some(values) = &array.values {
                machine.write_start(place, values);
            }
        }
        Ok(Box::new(machine))
    }
}

impl Cpu {
    /// The program of normal numbers from uniform ones.
    fn normal(&self) -> FieldResult<Kernel> {
        let (graph, value) = noise::normal();
        let program = Program {
            name: "normal numbers".to_owned(),
            graph,
            slots: 3,
            stores: vec![Store { slot: 2, value }],
            reductions: Vec::new(),
        };
        let layout = Layout::of_box(&[1], 0);
        Kernel::new(&program, &layout, &[], Precision::Double, &[false; 3], &self.widths)
            .map_err(FieldError::Device)
    }
}
