//! A device that is this processor: the CUDA C of a plan, compiled as C++, one thread after another.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use holor_field::{Backend, FieldError, FieldResult, Machine, Plan, Precision};
use holor_field_cuda::machine::{Choices, Device, Transforms, Value, prepare_as};
use holor_field_cuda::sequence::{Fourier, Launch};
use holor_field_cuda::slabs::{Copy, Peer};
use holor_field_cuda::source::{Source, Type};
use holor_field_cuda::tuning::Mode;
use holor_field_cuda::{Cuda, Options};
use libloading::Library;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::translation::{Entry, compiled, compiler};

/// Words of poison before and behind each buffer.
const GUARD: usize = 64;
const POISON: u64 = 0xfff8_dead_beef_7ff9;
/// Bytes that threads of a block may share.
pub(crate) const SHARED: u64 = 96 << 10;

/// A backend under test.
pub(crate) struct Tested {
    pub(crate) name: &'static str,
    pub(crate) backend: Arc<dyn Backend>,
    /// Whether its transforms round as those of the interpreter, in double precision.
    pub(crate) same_transforms: bool,
    /// Counts the recordings that were started, where that is known.
    pub(crate) replayed: Arc<AtomicU64>,
    /// Keeps others from the card.
    _alone: Option<crate::card::Alone>,
}

/// Kernels on this processor, where there is a compiler for them, and on a graphics card, where there is one. Says what is
/// skipped, with its number.
pub(crate) fn backends(plans: usize) -> Vec<Tested> {
    let mut all = Vec::new();
    if crate::card::EMULATED && compiler() {
        let replayed = Arc::new(AtomicU64::new(0));
        let backend = Arc::new(Emulated {
            replayed: Arc::clone(&replayed),
            // Transforms with the roundings of the interpreter's.
            choices: Choices { mode: None, transforms: Transforms::Library },
        });
        let name = "emulation";
        all.push(Tested { name, backend, same_transforms: true, replayed, _alone: None });
    } else if crate::card::EMULATED {
        eprintln!("{plans} plans skipped on the processor: no g++");
    }
    all.extend(card(plans, Transforms::default()));
    all
}

/// A graphics card, where there is one.
pub(crate) fn card(plans: usize, transforms: Transforms) -> Option<Tested> {
    let card = crate::card::options().and_then(|(options, alone)| {
        Ok((Cuda::open(Options { transforms, ..options })?, alone))
    });
    match card {
        Ok((cuda, alone)) => Some(Tested {
            name: "graphics card",
            backend: Arc::new(cuda),
            same_transforms: false,
            replayed: Arc::default(),
            _alone: Some(alone),
        }),
        Err(reason) => {
            eprintln!("{plans} plans skipped on a graphics card: {reason}");
            None
        }
    }
}

/// Kernels on this processor, started in one way.
pub(crate) fn started_as(mode: Mode) -> Option<Tested> {
    let choices = Choices { mode: Some(mode), transforms: Transforms::Library };
    chosen("emulation in one mode", choices)
}

/// Kernels on this processor, as chosen.
pub(crate) fn chosen(name: &'static str, choices: Choices) -> Option<Tested> {
    let replayed = Arc::new(AtomicU64::new(0));
    (crate::card::EMULATED && compiler()).then(|| Tested {
        name,
        same_transforms: choices.transforms == Transforms::Library,
        backend: Arc::new(Emulated { replayed: Arc::clone(&replayed), choices }),
        replayed,
        _alone: None,
    })
}

/// What is noted in a recording.
#[derive(Clone)]
enum Noted {
    Launch(Launch, Vec<Value>),
    Copy(usize, usize, u64),
    Transform(usize, bool, (usize, u64), (usize, u64)),
}

#[derive(Default)]
pub(crate) struct EmulatedDevice {
    library: Option<Library>,
    entries: Vec<Entry>,
    types: Vec<Vec<Type>>,
    /// The most threads of a block of each kernel.
    threads: Vec<u32>,
    single: bool,
    buffers: Vec<Vec<u64>>,
    transforms: Vec<Fourier>,
    recording: Option<Vec<Noted>>,
    recordings: Vec<Vec<Noted>>,
    replayed: Arc<AtomicU64>,
    /// Bytes of memory, where that is not much.
    pub(crate) memory: Option<u64>,
}

fn failed(error: impl std::fmt::Display) -> FieldError {
    FieldError::Device(error.to_string())
}

impl EmulatedDevice {
    fn compiled(&mut self, source: &Source) -> FieldResult<()> {
        let library = compiled(&source.text).map_err(failed)?;
        // SAFETY: the library was just made; it has no initialisers.
        let loaded = unsafe { Library::new(&library) }.map_err(failed)?;
        for kernel in &source.kernels {
            let threads = format!("threads_{}\0", kernel.name);
            // SAFETY: the translation gives each kernel this number.
            let threads = unsafe { loaded.get::<*const u32>(threads.as_bytes()) }
                .map_err(failed)?;
            // SAFETY: the library is loaded.
            self.threads.push(unsafe { **threads });
            let name = format!("enter_{}\0", kernel.name);
            // SAFETY: the translation gives all entries this type.
            let entry =
                unsafe { loaded.get::<Entry>(name.as_bytes()) }.map_err(failed)?;
            self.entries.push(*entry);
            self.types.push(kernel.parameters.iter().map(|(kind, _)| *kind).collect());
        }
        self.library = Some(loaded);
        let _ = std::fs::remove_file(library);
        Ok(())
    }

    fn bytes(&mut self, buffer: usize) -> *mut u8 {
        self.buffers[buffer][GUARD..].as_mut_ptr().cast()
    }

    fn length(&self, buffer: usize) -> u64 {
        8 * (self.buffers[buffer].len() - 2 * GUARD) as u64
    }

    fn run(&mut self, noted: &Noted) {
        match noted {
            Noted::Launch(launch, values) => self.start(launch, values),
            Noted::Copy(from, to, bytes) => {
                assert!(*bytes <= self.length(*from).min(self.length(*to)));
                let (from, to) = (self.bytes(*from), self.bytes(*to));
                // SAFETY: both have so many bytes.
                unsafe { std::ptr::copy(from, to, *bytes as usize) };
            }
            Noted::Transform(transform, inverse, from, to) => {
                self.fourier(*transform, *inverse, *from, *to);
            }
        }
    }

    fn note(&mut self, noted: Noted) {
        match &mut self.recording {
            Some(recording) => recording.push(noted),
            None => self.run(&noted),
        }
    }

    fn start(&mut self, launch: &Launch, values: &[Value]) {
        let types = self.types[launch.kernel].clone();
        assert_eq!(types.len(), values.len());
        assert!(
            launch.grid.iter().all(|n| *n > 0)
                && launch.block.iter().product::<u32>() <= self.threads[launch.kernel]
                && launch.shared <= SHARED
        );
        let mut words = Vec::new();
        for (kind, value) in types.iter().zip(values) {
            words.push(match (kind, *value) {
                (Type::Integer, Value::Integer(n)) => u64::from(n as u32),
                (Type::Long, Value::Long(n)) => n as u64,
                (Type::Double, Value::Double(x)) => x.to_bits(),
                (Type::Integer | Type::Long | Type::Double, other) => {
                    panic!("{kind:?} is given {other:?}")
                }
                (_, Value::Memory(buffer, byte)) => {
                    assert!(byte <= self.length(buffer));
                    self.bytes(buffer).wrapping_add(byte as usize) as u64
                }
                (_, Value::Nothing) => 0,
                (kind, other) => panic!("{kind:?} is given {other:?}"),
            });
        }
        let pointers: Vec<*mut c_void> =
            words.iter_mut().map(|word| std::ptr::from_mut(word).cast()).collect();
        let entry = self.entries[launch.kernel];
        // SAFETY: the arguments have the types of the kernel's parameters; memory is alive.
        unsafe {
            entry(
                launch.grid.as_ptr(),
                launch.block.as_ptr(),
                launch.shared as u32,
                pointers.as_ptr(),
            );
        }
        for (place, buffer) in self.buffers.iter().enumerate() {
            let (before, behind) = (&buffer[..GUARD], &buffer[buffer.len() - GUARD..]);
            let whole = before.iter().chain(behind).all(|word| *word == POISON);
            assert!(whole, "kernel {} wrote beyond buffer {place}", launch.kernel);
        }
    }

    /// Numbers from a byte of a buffer on.
    fn numbers(&mut self, at: (usize, u64), count: usize) -> Vec<f64> {
        let single = self.single;
        let size = if single { 4 } else { 8 };
        assert!(
            at.1 + count as u64 * size <= self.length(at.0)
                && at.1.is_multiple_of(2 * size)
        );
        let start = self.bytes(at.0).wrapping_add(at.1 as usize);
        // SAFETY: the buffer has so many numbers.
        (0..count)
            .map(|place| unsafe {
                if single {
                    f64::from(*start.cast::<f32>().add(place))
                } else {
                    *start.cast::<f64>().add(place)
                }
            })
            .collect()
    }

    /// Numbers to those places, counted from a byte of a buffer on.
    fn put(&mut self, at: (usize, u64), values: impl Iterator<Item = (usize, f64)>) {
        let single = self.single;
        let start = self.bytes(at.0).wrapping_add(at.1 as usize);
        for (place, value) in values {
            // SAFETY: `numbers` has looked whether there are so many.
            unsafe {
                if single {
                    *start.cast::<f32>().add(place) = value as f32;
                } else {
                    *start.cast::<f64>().add(place) = value;
                }
            }
        }
    }

    /// As the interpreter does it: in double precision, dimension by dimension.
    fn fourier(
        &mut self,
        transform: usize,
        inverse: bool,
        from: (usize, u64),
        to: (usize, u64),
    ) {
        let Fourier { points, real, embedding } = self.transforms[transform].clone();
        let count: usize = points.iter().product();
        let last = points.len().saturating_sub(1);
        let n = points.last().copied().unwrap_or(1);
        let kept = if real { n / 2 + 1 } else { n };
        let half = count / n * kept;
        // Where the real cells are, and how many numbers that takes.
        let place = |cell: usize| {
            let (mut rest, mut stride, mut place) = (cell, 1, 0);
            for d in (0..points.len()).rev() {
                place += rest % points[d] * stride;
                rest /= points[d];
                stride *= embedding[d];
            }
            place
        };
        if real && !inverse {
            let values = self.numbers(from, place(count - 1) + 1);
            let mut values: Vec<_> =
                (0..count).map(|cell| Complex::new(values[place(cell)], 0.0)).collect();
            transform_axes(&mut values, &points, false, 0..points.len());
            let rows = values.chunks(n).flat_map(|row| row[..kept].to_vec());
            let all: Vec<f64> = rows.flat_map(|z| [z.re, z.im]).collect();
            let _ = self.numbers(to, all.len());
            self.put(to, all.into_iter().enumerate());
            // Nothing is left of what cuFFT may destroy.
            return;
        }
        let values = self.numbers(from, 2 * half);
        let mut values: Vec<_> =
            values.chunks(2).map(|z| Complex::new(z[0], z[1])).collect();
        if inverse && from != to {
            self.put(from, std::iter::repeat_n(f64::NAN, 2 * half).enumerate());
        }
        if !real {
            transform_axes(&mut values, &points, inverse, 0..points.len());
            let _ = self.numbers(to, 2 * half);
            self.put(to, values.iter().flat_map(|z| [z.re, z.im]).enumerate());
            return;
        }
        assert_hermitian(&values, &points, if self.single { 1e-4 } else { 1e-11 });
        let mut short = points.clone();
        short[last] = kept;
        transform_axes(&mut values, &short, true, 0..last);
        let mut full = Vec::with_capacity(count);
        for row in values.chunks(kept) {
            for k in 0..n {
                let mut value = row[k.min(n - k)];
                if k == 0 || 2 * k == n {
                    value.im = 0.0;
                }
                full.push(if k > n - k { value.conj() } else { value });
            }
        }
        transform_axes(&mut full, &points, true, last..last + 1);
        let _ = self.numbers(to, place(count - 1) + 1);
        self.put(to, full.iter().enumerate().map(|(cell, z)| (place(cell), z.re)));
    }
}

/// That a spectrum is one of real numbers, but for rounding: for others cuFFT promises nothing.
fn assert_hermitian(spectrum: &[Complex<f64>], points: &[usize], tolerance: f64) {
    let n = points[points.len() - 1];
    let kept = n / 2 + 1;
    let size = spectrum.iter().fold(0.0_f64, |m, z| m.max(z.norm()));
    for (row, values) in spectrum.chunks(kept).enumerate() {
        // The row of the opposite wave numbers along the other dimensions.
        let (mut other, mut rest, mut stride) = (0, row, 1);
        for points in points[..points.len() - 1].iter().rev() {
            other += (points - rest % points) % points * stride;
            (rest, stride) = (rest / points, stride * points);
        }
        for k in [0, n / 2] {
            if k > 0 && 2 * k != n {
                continue;
            }
            let apart = (values[k] - spectrum[other * kept + k].conj()).norm();
            assert!(apart <= tolerance * size, "row {row}, {k}: {apart:e} of {size:e}");
        }
    }
}

fn transform_axes(
    values: &mut [Complex<f64>],
    points: &[usize],
    inverse: bool,
    axes: std::ops::Range<usize>,
) {
    let mut planner = FftPlanner::new();
    for axis in axes {
        let n = points[axis];
        let fft: Arc<dyn Fft<f64>> = if inverse {
            planner.plan_fft_inverse(n)
        } else {
            planner.plan_fft_forward(n)
        };
        let stride: usize = points[axis + 1..].iter().product();
        let mut line = vec![Complex::new(0.0, 0.0); n];
        for block in values.chunks_mut(n * stride) {
            for first in 0..stride {
                for (place, value) in line.iter_mut().enumerate() {
                    *value = block[first + place * stride];
                }
                fft.process(&mut line);
                for (place, value) in line.iter().enumerate() {
                    block[first + place * stride] = *value;
                }
            }
        }
    }
}

impl Device for EmulatedDevice {
    fn available(&mut self) -> FieldResult<Option<u64>> {
        Ok(Some(self.memory.unwrap_or(1 << 30)))
    }

    fn shared(&self) -> u64 {
        SHARED
    }

    fn compile(&mut self, source: &Source) -> FieldResult<()> {
        self.single = source.precision == Precision::Single;
        self.compiled(source)
    }

    fn allocate(&mut self, bytes: u64, zeros: bool) -> FieldResult<()> {
        let inner = if zeros { 0 } else { POISON };
        let mut buffer = vec![POISON; GUARD];
        buffer.resize(GUARD + bytes.div_ceil(8) as usize, inner);
        buffer.resize(buffer.len() + GUARD, POISON);
        self.buffers.push(buffer);
        Ok(())
    }

    fn transforms(&mut self, transforms: &[Fourier]) -> FieldResult<u64> {
        self.transforms = transforms.to_vec();
        Ok(0)
    }

    fn workspace(&mut self, _buffer: usize) -> FieldResult<()> {
        Ok(())
    }

    fn write(&mut self, buffer: usize, offset: u64, bytes: &[u8]) -> FieldResult<()> {
        assert!(offset + bytes.len() as u64 <= self.length(buffer));
        let to = self.bytes(buffer).wrapping_add(offset as usize);
        // SAFETY: it was just looked whether there is room.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
        Ok(())
    }

    fn read(&mut self, buffer: usize, offset: u64, bytes: &mut [u8]) -> FieldResult<()> {
        assert!(self.recording.is_none(), "nothing can be read while recording");
        assert!(offset + bytes.len() as u64 <= self.length(buffer));
        let from = self.bytes(buffer).wrapping_add(offset as usize);
        // SAFETY: it was just looked whether there is so much.
        unsafe { std::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), bytes.len()) };
        Ok(())
    }

    fn copy(&mut self, from: usize, to: usize, bytes: u64) -> FieldResult<()> {
        self.note(Noted::Copy(from, to, bytes));
        Ok(())
    }

    fn launch(&mut self, launch: &Launch, arguments: &[Value]) -> FieldResult<()> {
        self.note(Noted::Launch(launch.clone(), arguments.to_vec()));
        Ok(())
    }

    fn transform(
        &mut self,
        transform: usize,
        inverse: bool,
        from: (usize, u64),
        to: (usize, u64),
    ) -> FieldResult<()> {
        self.note(Noted::Transform(transform, inverse, from, to));
        Ok(())
    }

    fn wait(&mut self) -> FieldResult<()> {
        Ok(())
    }

    fn record(&mut self) -> FieldResult<bool> {
        self.recording = Some(Vec::new());
        Ok(true)
    }

    fn recorded(&mut self) -> FieldResult<Option<usize>> {
        self.recordings.push(self.recording.take().unwrap_or_default());
        Ok(Some(self.recordings.len() - 1))
    }

    fn replay(&mut self, recording: usize) -> FieldResult<()> {
        self.replayed.fetch_add(1, Ordering::Relaxed);
        for noted in self.recordings[recording].clone() {
            self.run(&noted);
        }
        Ok(())
    }
}

impl Peer for EmulatedDevice {
    fn fetch(&mut self, other: &mut Self, copies: &[Copy]) -> FieldResult<()> {
        assert!(self.recording.is_none() && other.recording.is_none());
        for Copy { from, to, bytes } in copies {
            assert!(from.1 + bytes <= other.length(from.0));
            assert!(to.1 + bytes <= self.length(to.0));
            let from = other.bytes(from.0).wrapping_add(from.1 as usize);
            let to = self.bytes(to.0).wrapping_add(to.1 as usize);
            // SAFETY: it was just looked whether both have so much; they are different buffers.
            unsafe { std::ptr::copy_nonoverlapping(from, to, *bytes as usize) };
        }
        Ok(())
    }
}

/// The backend.
#[derive(Debug, Default)]
pub(crate) struct Emulated {
    /// Counts the recordings that were started.
    pub(crate) replayed: Arc<AtomicU64>,
    pub(crate) choices: Choices,
}

impl Backend for Emulated {
    fn name(&self) -> String {
        "cuda on a processor".to_owned()
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        let device =
            EmulatedDevice { replayed: Arc::clone(&self.replayed), ..Default::default() };
        prepare_as(device, plan, precision, self.choices)
    }
}
