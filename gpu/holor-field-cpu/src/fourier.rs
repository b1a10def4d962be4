//! Fourier transforms of arrays by rows and blocks of columns, on all threads.

use std::sync::Arc;

use holor_field::layout::Layout;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftNum, FftPlanner};

use crate::memory::Start;
use crate::pool::Barrier;
use crate::transpose::{Columns, Rows, Transpose};
use crate::wide::wide;

/// Numbers with transforms.
pub(crate) trait Scalar: FftNum + Default + Transpose {
    fn of(value: f64) -> Self;
    /// Real and imaginary parts to complex numbers.
    fn interleave(re: &[Self], im: &[Self], to: &mut [Complex<Self>]);
    /// Complex numbers times a scale to real and imaginary parts.
    fn separate(from: &[Complex<Self>], re: &mut [Self], im: &mut [Self], scale: Self);
}

macro_rules! scalar {
    ($type:ty) => {
        impl Scalar for $type {
            fn of(value: f64) -> Self {
                value as $type
            }

            wide!(interleave(re: &[$type], im: &[$type], to: &mut [Complex<$type>]) {
                for ((to, re), im) in to.iter_mut().zip(re).zip(im) {
                    *to = Complex::new(*re, *im);
                }
            });

            wide!(separate(
                from: &[Complex<$type>],
                re: &mut [$type],
                im: &mut [$type],
                scale: $type
            ) {
                for ((from, re), im) in from.iter().zip(re).zip(im) {
                    *re = from.re * scale;
                    *im = from.im * scale;
                }
            });
        }
    };
}

scalar!(f64);
scalar!(f32);

/// A transform with its plans and memory.
pub(crate) struct Fourier<T: Scalar> {
    cells: Layout,
    spectrum: Layout,
    /// Whether the cells are real.
    real: bool,
    /// Forward and inverse plans by dimension.
    plans: [Option<[Arc<dyn Fft<T>>; 2]>; 3],
    /// How far rows of the work, the spectrum interleaved, are apart. Not a power of two, for the sake of columns.
    pitch: usize,
}

/// The arrays of a transform.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrays {
    pub(crate) real: Start,
    pub(crate) imaginary: Option<Start>,
    pub(crate) spectrum: [Start; 2],
}

/// A multiplier with its layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Multiplier {
    pub(crate) layout: Layout,
    pub(crate) real: Start,
    pub(crate) imaginary: Option<Start>,
}

/// What is done with columns: transforms in each of the directions, the multiplier after the first.
#[derive(Clone, Copy, Debug)]
struct Pass<'a> {
    directions: &'a [usize],
    multiplier: Option<&'a Multiplier>,
    /// Read from the spectrum instead of the work.
    from: Option<[Start; 2]>,
    /// Written to the spectrum instead of the work.
    to: Option<[Start; 2]>,
}

impl<'a> Pass<'a> {
    /// Within the work.
    fn along(directions: &'a [usize]) -> Self {
        Self { directions, multiplier: None, from: None, to: None }
    }
}

/// What a thread needs.
#[derive(Debug, Default)]
pub(crate) struct Scratch<T> {
    lines: Vec<Complex<T>>,
    plan: Vec<Complex<T>>,
}

/// A thread among those that share the work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share<'a> {
    pub(crate) number: usize,
    pub(crate) barrier: &'a Barrier,
}

impl<T: Scalar> Fourier<T> {
    pub(crate) fn new(cells: Layout, spectrum: Layout, real: bool) -> Self {
        let mut planner = FftPlanner::new();
        let plans = std::array::from_fn(|d| {
            let n = cells.points[d];
            (n > 1).then(|| [planner.plan_fft_forward(n), planner.plan_fft_inverse(n)])
        });
        let pitch = spectrum.points[2] + Self::APART;
        Self { cells, spectrum, real, plans, pitch }
    }

    /// Bytes of the work. Transforms come one after another, so that all share one memory, which stays in the caches.
    pub(crate) fn work(&self) -> usize {
        self.rows() * self.pitch * size_of::<Complex<T>>()
    }

    /// A line of the cache between rows and between columns: at distances of a power of two they would share few places in the caches.
    const APART: usize = 64 / size_of::<Complex<T>>();

    /// Columns transformed at a time: a line of the cache.
    const COLUMNS: usize = 64 / size_of::<T>();

    /// Memory for a thread, enough that the passes allocate nothing.
    pub(crate) fn scratch(&self) -> Scratch<T> {
        let zero = Complex::new(T::default(), T::default());
        let longest = self.cells.points.into_iter().max().unwrap_or(1);
        let needed = self.plans.iter().flatten().flatten();
        let plan = needed.map(|p| p.get_inplace_scratch_len()).max().unwrap_or(0);
        Scratch {
            lines: vec![zero; (longest + Self::APART) * Self::COLUMNS],
            plan: vec![zero; plan],
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.cells.points[0] * self.cells.points[1]
    }

    /// The first cell of a row in an array, which has the layout; of some arrays only the rows that are worked on are there.
    fn row(layout: &Layout, array: Start, row: usize) -> *mut T {
        let j = (row % layout.points[1]) as isize;
        let i = (row / layout.points[1]) as isize;
        array.0.cast::<T>().wrapping_add(layout.place([i, j, 0]))
    }

    /// The dimension whose columns are transformed last on the way to the spectrum; none where there is one row.
    fn last(&self) -> Option<usize> {
        (0..2).find(|d| self.cells.points[*d] > 1)
    }

    /// Bytes of a row of the work.
    pub(crate) fn row_bytes(&self) -> usize {
        self.pitch * size_of::<Complex<T>>()
    }

    /// What follows [`Self::rows_forward`] on the way from cells to the spectrum.
    ///
    /// # Safety
    /// The arrays must have the layouts of this transform; `work` must have [`Self::work`] bytes; all threads of the share's barrier must call this with
    /// the same arguments, and none else may use these arrays meanwhile.
    pub(crate) unsafe fn columns_forward(
        &self,
        arrays: &Arrays,
        work: Start,
        scratch: &mut Scratch<T>,
        share: Share<'_>,
    ) {
        // SAFETY: as promised by the caller; the barriers part passes that use the same numbers.
        unsafe {
            let last = self.last();
            if last == Some(0) {
                self.columns(work, scratch, share, 1, Pass::along(&[0]));
                share.barrier.wait();
            }
            if let Some(last) = last {
                let pass = Pass { to: Some(arrays.spectrum), ..Pass::along(&[0]) };
                self.columns(work, scratch, share, last, pass);
                return;
            }
            if share.number == 0 {
                let from = work.0.cast::<Complex<T>>();
                let real = Self::row(&self.spectrum, arrays.spectrum[0], 0);
                let imaginary = Self::row(&self.spectrum, arrays.spectrum[1], 0);
                for k in 0..self.spectrum.points[2] {
                    let value = *from.add(k);
                    *real.add(k) = value.re;
                    *imaginary.add(k) = value.im;
                }
            }
        }
    }

    /// What comes before [`Self::rows_inverse`] on the way from the spectrum, which stays as it is, to cells.
    ///
    /// # Safety
    /// See [`Self::columns_forward`].
    pub(crate) unsafe fn columns_inverse(
        &self,
        arrays: &Arrays,
        work: Start,
        scratch: &mut Scratch<T>,
        share: Share<'_>,
    ) {
        // SAFETY: as promised by the caller; the barriers part passes that use the same numbers.
        unsafe {
            let last = self.last();
            if let Some(last) = last {
                let pass = Pass { from: Some(arrays.spectrum), ..Pass::along(&[1]) };
                self.columns(work, scratch, share, last, pass);
            } else if share.number == 0 {
                let to = work.0.cast::<Complex<T>>();
                let real = Self::row(&self.spectrum, arrays.spectrum[0], 0);
                let imaginary = Self::row(&self.spectrum, arrays.spectrum[1], 0);
                for k in 0..self.spectrum.points[2] {
                    *to.add(k) = Complex::new(*real.add(k), *imaginary.add(k));
                }
            }
            if last == Some(0) {
                share.barrier.wait();
                self.columns(work, scratch, share, 1, Pass::along(&[1]));
            }
        }
    }

    /// What comes between [`Self::rows_forward`] and [`Self::rows_inverse`] where the spectrum is multiplied.
    ///
    /// # Safety
    /// See [`Self::columns_forward`]; the multiplier must have the points of the spectrum.
    pub(crate) unsafe fn columns_filter(
        &self,
        work: Start,
        multiplier: &Multiplier,
        scratch: &mut Scratch<T>,
        share: Share<'_>,
    ) {
        let [n0, n1, _] = self.cells.points;
        // SAFETY: as promised by the caller; the barriers part passes that use the same numbers.
        unsafe {
            let filtered = Pass { multiplier: Some(multiplier), ..Pass::along(&[0, 1]) };
            if n0 > 1 {
                self.columns(work, scratch, share, 1, Pass::along(&[0]));
                share.barrier.wait();
                self.columns(work, scratch, share, 0, filtered);
                share.barrier.wait();
                self.columns(work, scratch, share, 1, Pass::along(&[1]));
            } else if n1 > 1 {
                self.columns(work, scratch, share, 1, filtered);
            } else if share.number == 0 {
                let kept = self.spectrum.points[2];
                let row = work.0.cast::<Complex<T>>();
                for k in 0..kept {
                    *row.add(k) = *row.add(k) * Self::factor(multiplier, 0, k);
                }
            }
        }
    }

    /// # Safety
    /// The multiplier must have this row and column.
    unsafe fn factor(multiplier: &Multiplier, row: usize, k: usize) -> Complex<T> {
        // SAFETY: as promised by the caller.
        unsafe {
            let real = *Self::row(&multiplier.layout, multiplier.real, row).add(k);
            let imaginary = multiplier.imaginary.map_or(T::default(), |im| {
                *Self::row(&multiplier.layout, im, row).add(k)
            });
            Complex::new(real, imaginary)
        }
    }

    fn plan(&self, dimension: usize, direction: usize) -> Option<&Arc<dyn Fft<T>>> {
        self.plans[dimension].as_ref().map(|plans| &plans[direction])
    }

    /// Cells to transformed rows of the work. Of real cells the first row must be an even one, and the number of rows even but for the last.
    ///
    /// # Safety
    /// See [`Self::columns_forward`]; no other thread may use these rows of the work and of the cells.
    pub(crate) unsafe fn rows_forward(
        &self,
        arrays: &Arrays,
        work: Start,
        scratch: &mut Scratch<T>,
        rows: std::ops::Range<usize>,
    ) {
        let n = self.cells.points[2];
        let kept = self.spectrum.points[2];
        let plan = self.plan(2, 0);
        let work = work.0.cast::<Complex<T>>();
        let line = &mut scratch.lines[..n];
        // SAFETY: rows belong to one thread each; cells and spectrum have as many.
        unsafe {
            if !self.real {
                let Some(imaginary) = arrays.imaginary else { return };
                for row in rows {
                    let re = Self::row(&self.cells, arrays.real, row);
                    let im = Self::row(&self.cells, imaginary, row);
                    let re = std::slice::from_raw_parts(re, n);
                    let im = std::slice::from_raw_parts(im, n);
                    let to =
                        std::slice::from_raw_parts_mut(work.add(row * self.pitch), n);
                    T::interleave(re, im, to);
                    if let Some(plan) = plan {
                        plan.process_with_scratch(to, &mut scratch.plan);
                    }
                }
                return;
            }
            // Two real rows at a time, as real and imaginary part.
            let half = T::of(0.5);
            for pair in rows.start / 2..rows.end.div_ceil(2) {
                let first = 2 * pair;
                let second = (first + 1 < self.rows()).then_some(first + 1);
                let re = Self::row(&self.cells, arrays.real, first);
                let im = second.map(|row| Self::row(&self.cells, arrays.real, row));
                for (k, to) in line.iter_mut().enumerate() {
                    let im = im.map_or(T::default(), |im| *im.add(k));
                    *to = Complex::new(*re.add(k), im);
                }
                if let Some(plan) = plan {
                    plan.process_with_scratch(line, &mut scratch.plan);
                }
                for k in 0..kept {
                    let (z, mirror) = (line[k], line[(n - k) % n].conj());
                    *work.add(first * self.pitch + k) = (z + mirror).scale(half);
                    if let Some(second) = second {
                        let w = (z - mirror).scale(half);
                        *work.add(second * self.pitch + k) = Complex::new(w.im, -w.re);
                    }
                }
            }
        }
    }

    /// Rows of the work, which are lost, to cells. Of real cells the first row must be an even one, and the number of rows even but for the last.
    ///
    /// # Safety
    /// See [`Self::columns_forward`]; no other thread may use these rows of the work and of the cells.
    pub(crate) unsafe fn rows_inverse(
        &self,
        arrays: &Arrays,
        work: Start,
        scratch: &mut Scratch<T>,
        rows: std::ops::Range<usize>,
    ) {
        let n = self.cells.points[2];
        let kept = self.spectrum.points[2];
        let plan = self.plan(2, 1);
        let work = work.0.cast::<Complex<T>>();
        let scale = T::of(1.0 / self.cells.cells() as f64);
        let line = &mut scratch.lines[..n];
        // SAFETY: rows belong to one thread each; cells and spectrum have as many.
        unsafe {
            if !self.real {
                let Some(imaginary) = arrays.imaginary else { return };
                for row in rows {
                    let from =
                        std::slice::from_raw_parts_mut(work.add(row * self.pitch), n);
                    if let Some(plan) = plan {
                        plan.process_with_scratch(from, &mut scratch.plan);
                    }
                    let re = Self::row(&self.cells, arrays.real, row);
                    let im = Self::row(&self.cells, imaginary, row);
                    let re = std::slice::from_raw_parts_mut(re, n);
                    let im = std::slice::from_raw_parts_mut(im, n);
                    T::separate(from, re, im, scale);
                }
                return;
            }
            for pair in rows.start / 2..rows.end.div_ceil(2) {
                let first = 2 * pair;
                let second = (first + 1 < self.rows()).then_some(first + 1);
                for k in 0..kept {
                    let mut a = *work.add(first * self.pitch + k);
                    let mut b = match second {
                        Some(second) => *work.add(second * self.pitch + k),
                        None => Complex::new(T::default(), T::default()),
                    };
                    if k == 0 || 2 * k == n {
                        a.im = T::default();
                        b.im = T::default();
                    }
                    line[k] = Complex::new(a.re - b.im, a.im + b.re);
                    if k > 0 && 2 * k != n {
                        line[n - k] = Complex::new(a.re + b.im, b.re - a.im);
                    }
                }
                if let Some(plan) = plan {
                    plan.process_with_scratch(line, &mut scratch.plan);
                }
                let re = Self::row(&self.cells, arrays.real, first);
                let im = second.map(|row| Self::row(&self.cells, arrays.real, row));
                for (k, from) in line.iter().enumerate() {
                    *re.add(k) = from.re * scale;
                    if let Some(im) = im {
                        *im.add(k) = from.im * scale;
                    }
                }
            }
        }
    }

    /// Transforms along dimension 0 or 1 of the work, or from or to the spectrum.
    ///
    /// # Safety
    /// See [`Self::columns_forward`].
    unsafe fn columns(
        &self,
        work: Start,
        scratch: &mut Scratch<T>,
        share: Share<'_>,
        dimension: usize,
        pass: Pass<'_>,
    ) {
        let Pass { directions, multiplier, from: source, to: sink } = pass;
        let n = self.cells.points[dimension];
        if n < 2 {
            return;
        }
        let kept = self.spectrum.points[2];
        let n1 = self.cells.points[1];
        let (step, others, other_step) =
            if dimension == 1 { (1, self.cells.points[0], n1) } else { (n1, n1, 1) };
        let blocks = kept.div_ceil(Self::COLUMNS);
        let work = work.0.cast::<Complex<T>>();
        while let Some(block) = share.barrier.take(share.number, blocks * others) {
            let first = block % blocks * Self::COLUMNS;
            let count = Self::COLUMNS.min(kept - first);
            let start = block / blocks * other_step;
            let line = n + Self::APART;
            // SAFETY: blocks belong to one thread each and lie in the work, the spectrum and the multiplier.
            unsafe {
                let apart = |layout: &Layout, re: Start, im: Option<Start>| Columns {
                    rows: Rows::Apart(
                        Self::row(layout, re, start).add(first),
                        im.map(|im| Self::row(layout, im, start).add(first)),
                    ),
                    stride: layout.strides[dimension],
                    length: n,
                    count,
                    line,
                };
                let within = Columns {
                    rows: Rows::Together(work.add(start * self.pitch + first)),
                    stride: step * self.pitch,
                    length: n,
                    count,
                    line,
                };
                let place = |arrays: Option<[Start; 2]>| match arrays {
                    Some([re, im]) => apart(&self.spectrum, re, Some(im)),
                    None => within,
                };
                let lines = &mut scratch.lines[..line * count];
                let (from, to) = (place(source), place(sink));
                from.gather(lines);
                let factors = multiplier.map(|multiplier| {
                    let Multiplier { layout, real, imaginary } = multiplier;
                    apart(layout, *real, *imaginary)
                });
                for (turn, direction) in directions.iter().enumerate() {
                    if let Some(plan) = self.plan(dimension, *direction) {
                        for (column, values) in lines.chunks_exact_mut(line).enumerate() {
                            // A part with each column: so many at once that the machine goes on with the transform while they come.
                            let part = |number: usize| n * number / count;
                            let rows = part(column)..part(column + 1);
                            if turn == 0 {
                                from.foresee(rows.clone(), Self::COLUMNS);
                                if let Some(factors) = &factors {
                                    factors.foresee(rows.clone(), 0);
                                }
                            }
                            if turn + 1 == directions.len() && sink != source {
                                to.foresee(rows, 0);
                            }
                            let values = &mut values[..n];
                            plan.process_with_scratch(values, &mut scratch.plan);
                        }
                    }
                    if let (0, Some(factors)) = (turn, &factors) {
                        factors.multiply(lines);
                    }
                }
                to.scatter(lines);
            }
        }
    }
}
