//! A plan on a device: the same order of launches on the real one and on the one that tests imitate.

use std::ops::Range;
use std::time::{Duration, Instant};

use holor_field::layout::Layout;
use holor_field::plan::{ArrayId, Plan, ProcedureId, ScalarId};
use holor_field::{FieldError, FieldResult, Machine, Precision};

use crate::failure::Failure;
use crate::lowered::{AT_ONCE, Joint, MORE_AT_ONCE, goes_along_lines};
pub use crate::lowered::{CACHE, Choices, Lowered, Transforms};
use crate::sequence::{Act, Argument, Fourier, Launch, Sequence, Shape, Start};
use crate::source::Source;
use crate::tuning::{Mode, Tuner};

/// Work is handed to the device for about so long before the person is asked whether to stop.
pub(crate) const BATCH: Duration = Duration::from_millis(10);
/// Repetitions from which on a recording pays.
const RECORDED: u64 = 16;
/// The most repetitions of one recording.
const LONGEST: usize = 6;

/// A parameter as the device gets it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A buffer from a byte on.
    Memory(usize, u64),
    /// No memory.
    Nothing,
    /// A whole number of 32 bits.
    Integer(i32),
    /// A whole number of 64 bits.
    Long(i64),
    /// A number.
    Double(f64),
}

/// Memory of the processor.
pub trait HostMemory: Send {
    /// All of it.
    fn bytes(&self) -> &[u8];
    /// All of it, to be written.
    fn bytes_mut(&mut self) -> &mut [u8];
    /// Whether a card may read and write it by itself.
    fn is_pinned(&self) -> bool;
}

impl HostMemory for Vec<u8> {
    fn bytes(&self) -> &[u8] {
        self
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        self
    }

    fn is_pinned(&self) -> bool {
        false
    }
}

/// What carries out kernels and holds memory. All work is done in order; only [`Device::read`] and [`Device::wait`] wait for it.
pub trait Device: Send {
    /// Bytes of memory that are free, where known.
    ///
    /// # Errors
    /// Where the device fails.
    fn available(&mut self) -> FieldResult<Option<u64>>;

    /// Bytes of memory that the threads of a block can share.
    fn shared(&self) -> u64;

    /// Compiles the kernels, whose places launches name.
    ///
    /// # Errors
    /// Where there is no compiler, or it refuses.
    fn compile(&mut self, source: &Source) -> FieldResult<()>;

    /// Takes memory as the next buffer, counted from 0: of zeros, or with anything in it.
    ///
    /// # Errors
    /// [`FieldError::Memory`] where there is not enough.
    fn allocate(&mut self, bytes: u64, zeros: bool) -> FieldResult<()>;

    /// Gets ready for transforms, whose places [`Device::transform`] names, and says how many bytes they need to work in.
    ///
    /// # Errors
    /// Where the library is missing or refuses.
    fn transforms(&mut self, transforms: &[Fourier]) -> FieldResult<u64>;

    /// Says in which buffer transforms may work.
    ///
    /// # Errors
    /// Where the library refuses.
    fn workspace(&mut self, buffer: usize) -> FieldResult<()>;

    /// Writes to a buffer from a byte on.
    ///
    /// # Errors
    /// Where the device fails.
    fn write(&mut self, buffer: usize, offset: u64, bytes: &[u8]) -> FieldResult<()>;

    /// Reads from a buffer from a byte on, once all work before is done.
    ///
    /// # Errors
    /// Where the device fails.
    fn read(&mut self, buffer: usize, offset: u64, bytes: &mut [u8]) -> FieldResult<()>;

    /// Memory of the processor, of zeros: such that copies from and to it are fast, if there is enough.
    ///
    /// # Errors
    /// Where the device fails.
    fn host(&mut self, bytes: usize) -> FieldResult<Box<dyn HostMemory>> {
        Ok(Box::new(vec![0; bytes]))
    }

    /// As [`Device::read`], to a part of such memory.
    ///
    /// # Errors
    /// Where the device fails.
    fn read_to(
        &mut self,
        buffer: usize,
        offset: u64,
        memory: &mut dyn HostMemory,
        part: Range<usize>,
    ) -> FieldResult<()> {
        self.read(buffer, offset, &mut memory.bytes_mut()[part])
    }

    /// Copies so many bytes from the start of a buffer to that of another.
    ///
    /// # Errors
    /// Where the device fails.
    fn copy(&mut self, from: usize, to: usize, bytes: u64) -> FieldResult<()>;

    /// Starts a kernel.
    ///
    /// # Errors
    /// Where the device fails.
    fn launch(&mut self, launch: &Launch, arguments: &[Value]) -> FieldResult<()>;

    /// Starts a transform: cells to spectrum or, unscaled, back, from a buffer's byte on to another's. Complex ones may be in place; a spectrum
    /// that is transformed back is lost.
    ///
    /// # Errors
    /// Where the device fails.
    fn transform(
        &mut self,
        transform: usize,
        inverse: bool,
        from: (usize, u64),
        to: (usize, u64),
    ) -> FieldResult<()>;

    /// Waits until all work is done.
    ///
    /// # Errors
    /// Where any of it failed.
    fn wait(&mut self) -> FieldResult<()>;

    /// From now on launches, copies and transforms are only noted. Says no where the device cannot.
    ///
    /// # Errors
    /// Where the device fails.
    fn record(&mut self) -> FieldResult<bool> {
        Ok(false)
    }

    /// Ends a recording and gives its number, counted from 0; none where it did not succeed.
    ///
    /// # Errors
    /// Where the device fails.
    fn recorded(&mut self) -> FieldResult<Option<usize>> {
        Ok(None)
    }

    /// Starts all that was noted.
    ///
    /// # Errors
    /// Where the device fails.
    fn replay(&mut self, recording: usize) -> FieldResult<()> {
        Err(FieldError::Device(format!("there is no recording {recording}")))
    }
}

/// Puts a plan onto a device.
///
/// # Errors
/// Where the plan is malformed, does not fit, or the device fails.
pub fn prepare<D: Device + 'static>(
    device: D,
    plan: &Plan,
    precision: Precision,
) -> FieldResult<Box<dyn Machine>> {
    prepare_as(device, plan, precision, Choices::default())
}

/// As [`prepare`], with choices that are given; for tests, and to compare.
///
/// # Errors
/// As there.
pub fn prepare_as<D: Device + 'static>(
    mut device: D,
    plan: &Plan,
    precision: Precision,
    choices: Choices,
) -> FieldResult<Box<dyn Machine>> {
    let Choices { mode: fixed, transforms } = choices;
    let began = Instant::now();
    plan.check()?;
    let mut lowered = Lowered::new(plan, precision);
    let shared = device.shared();
    let mut own = None;
    if goes_along_lines(&lowered, precision, transforms, shared)? {
        lowered = lowered.in_one_go();
        own = Sequence::along_lines(&lowered.plan, precision, shared)?;
    }
    let mut sequence = match own {
        Some(own) => own,
        None => Sequence::new(&lowered.plan, precision)?,
    };
    if fixed.is_none_or(|mode| mode.at_once > 1)
        && let Some(fused) = lowered.fused()
    {
        let wider = Sequence::new(&fused.plan, precision)?;
        // Fields that hardly fit are computed one step after another.
        if device.available()?.is_none_or(|bytes| 2 * wider.bytes() < bytes) {
            (lowered, sequence) = (fused, wider);
        }
    }
    Ok(Box::new(placed(device, &lowered, sequence, fixed, began)?))
}

/// Puts a sequence, and what its plan's arrays hold at the start, onto a device.
pub(crate) fn placed<D: Device>(
    mut device: D,
    lowered: &Lowered,
    sequence: Sequence,
    fixed: Option<Mode>,
    began: Instant,
) -> FieldResult<CudaMachine<D>> {
    let precision = sequence.precision;
    let Lowered { plan: lowered, joint } = lowered;
    let at_once = |procedure: ProcedureId| -> Vec<usize> {
        let mut all: Vec<usize> = joint
            .iter()
            .filter(|own| own.of == procedure)
            .map(|own| own.at_once)
            .collect();
        all.sort_unstable();
        all
    };
    let fits = |needed: u64, available: Option<u64>| match available {
        Some(bytes) if needed > bytes => {
            Err(FieldError::Memory { needed, available, in_parts: None })
        }
        _ => Ok(()),
    };
    fits(sequence.bytes(), device.available()?)?;
    device.compile(&sequence.source)?;
    let compile_seconds = began.elapsed().as_secs_f64();
    let workspace = device.transforms(&sequence.transforms)?;
    fits(sequence.bytes() + workspace, device.available()?)?;
    for (place, buffer) in sequence.buffers.iter().enumerate() {
        device.allocate(
            buffer.bytes,
            matches!(buffer.start, Start::Zeros | Start::Reals(_)),
        )?;
        let bytes = match &buffer.start {
            Start::Anything | Start::Zeros => continue,
            Start::Reals(values) => encoded(values.iter().copied(), precision),
            Start::Doubles(values) => encoded(values.iter().copied(), Precision::Double),
            Start::Integers(values) => {
                values.iter().flat_map(|n| n.to_ne_bytes()).collect()
            }
        };
        device.write(place, 0, &bytes)?;
    }
    if workspace > 0 {
        device.allocate(workspace, false)?;
        device.workspace(sequence.buffers.len())?;
    }
    let mut machine = CudaMachine {
        device,
        map: sequence.homes(),
        values: Vec::new(),
        bytes: Vec::new(),
        recordings: Vec::new(),
        warm: vec![false; lowered.procedures.len()],
        tuners: (0..lowered.procedures.len())
            .map(|procedure| match fixed {
                Some(mode) => Tuner::fixed(mode),
                None => Tuner::new(&at_once(procedure), sequence.shapes(procedure)),
            })
            .collect(),
        sequence,
        joint: joint.clone(),
        shape: 0,
        failure: Failure::default(),
        compile_seconds,
    };
    for (place, array) in lowered.arrays.iter().enumerate() {
        let Some(values) = &array.values else { continue };
        if values.len() != array.layout.length {
            machine.put(place, values)?;
        } else if machine.sequence.parts[place].is_some() {
            let row = |start| &values[start..start + array.layout.points[2]];
            let inner: Vec<f64> =
                rows_of(&array.layout).into_iter().flat_map(row).copied().collect();
            machine.put(place, &inner)?;
        }
    }
    Ok(machine)
}

/// Where the rows of a planar array's interior begin.
pub(crate) fn rows_of(layout: &Layout) -> Vec<usize> {
    let [n0, n1, _] = layout.points;
    let start = |row: usize| {
        let cell = [row.checked_div(n1), row.checked_rem(n1), Some(0)];
        layout.place(cell.map(|n| n.unwrap_or(0) as isize))
    };
    (0..n0 * n1).map(start).collect()
}

/// Numbers as bytes of a precision.
pub(crate) fn encoded(
    values: impl Iterator<Item = f64>,
    precision: Precision,
) -> Vec<u8> {
    match precision {
        Precision::Double => values.flat_map(f64::to_ne_bytes).collect(),
        Precision::Single => values.flat_map(|x| (x as f32).to_ne_bytes()).collect(),
    }
}

/// A procedure noted for repetition.
struct Recording {
    procedure: ProcedureId,
    /// Where the arrays were; they are there again afterwards.
    map: Vec<usize>,
    shape: usize,
    repetitions: u64,
    /// None where the device could not.
    number: Option<usize>,
}

pub(crate) struct CudaMachine<D> {
    pub(crate) device: D,
    pub(crate) sequence: Sequence,
    /// The buffer of each array.
    pub(crate) map: Vec<usize>,
    /// Scratch for arguments.
    values: Vec<Value>,
    /// Scratch for arrays.
    bytes: Vec<u8>,
    recordings: Vec<Recording>,
    /// Procedures that were carried out, so that the driver has loaded their kernels: it cannot while it records.
    warm: Vec<bool>,
    /// How each of the plan's procedures is started.
    tuners: Vec<Tuner>,
    /// Procedures that do the work of another with several programs at once.
    joint: Vec<Joint>,
    /// The shape of blocks at present.
    shape: usize,
    /// What went wrong, if anything did: nothing is right from then on.
    failure: Failure,
    compile_seconds: f64,
}

impl<D: Device> CudaMachine<D> {
    /// Where an array lies in its buffer: how many numbers there are, where each row begins, and how far its cells are apart.
    fn rows(&self, array: ArrayId) -> (usize, Vec<usize>, usize) {
        let layout = self.sequence.layouts[array];
        match self.sequence.parts[array] {
            None => (layout.length, rows_of(&layout), 1),
            Some(part) => {
                let [n0, n1, n2] = layout.points;
                let first = usize::from(part.imaginary);
                let rows = (0..n0 * n1).map(|row| 2 * row * n2 + first);
                (2 * layout.cells(), rows.collect(), 2)
            }
        }
    }

    fn size(&self) -> usize {
        self.sequence.precision.bytes() as usize
    }

    /// Writes the interior; ghosts stay.
    pub(crate) fn put(&mut self, array: ArrayId, values: &[f64]) -> FieldResult<()> {
        let (size, buffer) = (self.size(), self.map[array]);
        let (length, rows, apart) = self.rows(array);
        self.bytes.resize(length * size, 0);
        self.device.read(buffer, 0, &mut self.bytes)?;
        let precision = self.sequence.precision;
        let n = self.sequence.layouts[array].points[2].max(1);
        for (start, row) in rows.into_iter().zip(values.chunks(n)) {
            let to = self.bytes[start * size..].chunks_exact_mut(size).step_by(apart);
            for (to, value) in to.zip(row) {
                match precision {
                    Precision::Double => to.copy_from_slice(&value.to_ne_bytes()),
                    Precision::Single => {
                        to.copy_from_slice(&(*value as f32).to_ne_bytes());
                    }
                }
            }
        }
        self.device.write(buffer, 0, &self.bytes)
    }

    pub(crate) fn get(&mut self, array: ArrayId, values: &mut [f64]) -> FieldResult<()> {
        let (size, buffer) = (self.size(), self.map[array]);
        let (length, rows, apart) = self.rows(array);
        self.bytes.resize(length * size, 0);
        self.device.read(buffer, 0, &mut self.bytes)?;
        let precision = self.sequence.precision;
        let n = self.sequence.layouts[array].points[2].max(1);
        for (start, row) in rows.into_iter().zip(values.chunks_mut(n)) {
            let from = self.bytes[start * size..].chunks_exact(size).step_by(apart);
            for (from, value) in from.zip(row) {
                *value = match precision {
                    Precision::Double => {
                        from.try_into().map_or(f64::NAN, f64::from_ne_bytes)
                    }
                    Precision::Single => from
                        .try_into()
                        .map_or(f64::NAN, |x| f64::from(f32::from_ne_bytes(x))),
                };
            }
        }
        Ok(())
    }

    pub(crate) fn scalar_of(&mut self, scalar: ScalarId) -> FieldResult<f64> {
        let mut bytes = [0; 8];
        self.device.read(self.sequence.scalars, 8 * scalar as u64, &mut bytes)?;
        Ok(f64::from_ne_bytes(bytes))
    }

    fn perform(&mut self, procedure: ProcedureId) -> FieldResult<()> {
        (0..self.sequence.procedures[procedure].len())
            .try_for_each(|place| self.act(procedure, place))
    }

    /// Carries out one act of a procedure.
    pub(crate) fn act(
        &mut self,
        procedure: ProcedureId,
        place: usize,
    ) -> FieldResult<()> {
        match &self.sequence.procedures[procedure][place] {
            Act::Launch(launch) => {
                self.values.clear();
                for argument in &launch.arguments {
                    self.values.push(match *argument {
                        Argument::Array(array, element) => Value::Memory(
                            self.map[array],
                            element * self.sequence.precision.bytes(),
                        ),
                        Argument::Buffer(buffer, byte) => Value::Memory(buffer, byte),
                        Argument::Nothing => Value::Nothing,
                        Argument::Integer(n) => Value::Integer(n),
                        Argument::Long(n) => Value::Long(n),
                        Argument::Double(x) => Value::Double(x),
                    });
                }
                match launch.cells {
                    Some(cells) if self.shape > 0 => {
                        let (kernel, shape) = cells.shape(self.shape);
                        let Shape { grid, block, chunk } = shape;
                        if let Some(place) = cells.chunk {
                            // Less than the extent, which was found to fit.
                            let chunk = i32::try_from(chunk).unwrap_or(i32::MAX);
                            self.values[place] = Value::Integer(chunk);
                        }
                        let Launch { shared, moves, .. } = *launch;
                        let (arguments, cells) = (Vec::new(), None);
                        let launch = Launch {
                            kernel,
                            grid,
                            block,
                            shared,
                            arguments,
                            cells,
                            moves,
                        };
                        self.device.launch(&launch, &self.values)?;
                    }
                    _ => self.device.launch(launch, &self.values)?,
                }
            }
            Act::Exchange(a, b) => self.map.swap(*a, *b),
            Act::Copy { from, to, bytes } => {
                let (from, to) = (self.map[*from], self.map[*to]);
                if from != to {
                    self.device.copy(from, to, *bytes)?;
                }
            }
            Act::Transform { geometry, inverse, from, to } => {
                let size = self.sequence.precision.bytes();
                let place = |argument: &Argument| match *argument {
                    Argument::Array(array, element) => (self.map[array], element * size),
                    Argument::Buffer(buffer, byte) => (buffer, byte),
                    _ => (0, 0),
                };
                let (from, to) = (place(from), place(to));
                self.device.transform(*geometry, *inverse, from, to)?;
            }
            Act::Repeat { procedure, until, at_most } => {
                let (procedure, until, at_most) = (*procedure, *until, *at_most);
                for _ in 0..at_most {
                    let records = u64::from(at_most) >= RECORDED;
                    self.once(procedure, records)?;
                    if self.scalar_of(until)? != 0.0 {
                        break;
                    }
                }
            }
            Act::Meet(_) => {}
        }
        Ok(())
    }

    /// Carries a procedure out once, from a recording where that pays.
    fn once(&mut self, procedure: ProcedureId, records: bool) -> FieldResult<()> {
        if records
            && self.warm[procedure]
            && let Some((number, 1)) = self.recording(procedure)?
        {
            return self.device.replay(number);
        }
        self.perform(procedure)?;
        self.warm[procedure] = true;
        Ok(())
    }

    /// The recording of a procedure from the present places of the arrays on, made now if need be.
    fn recording(&mut self, procedure: ProcedureId) -> FieldResult<Option<(usize, u64)>> {
        let known = |r: &&Recording| {
            r.procedure == procedure && r.map == self.map && r.shape == self.shape
        };
        if let Some(recording) = self.recordings.iter().find(known) {
            return Ok(recording.number.map(|number| (number, recording.repetitions)));
        }
        let acts = &self.sequence.procedures[procedure];
        let decides = acts.iter().any(|act| matches!(act, Act::Repeat { .. }));
        let map = self.map.clone();
        let shape = self.shape;
        let mut recording =
            Recording { procedure, map, shape, repetitions: 1, number: None };
        if !decides && self.device.record()? {
            let mut outcome = self.perform(procedure);
            while outcome.is_ok()
                && self.map != recording.map
                && recording.repetitions < LONGEST as u64
            {
                outcome = self.perform(procedure);
                recording.repetitions += 1;
            }
            let number = self.device.recorded()?;
            if outcome.is_ok() && self.map == recording.map {
                recording.number = number;
            }
            self.map.clone_from(&recording.map);
        }
        let result = recording.number.map(|number| (number, recording.repetitions));
        self.recordings.push(recording);
        Ok(result)
    }

    fn repeat(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        let (mut done, mut batch) = (0, 1);
        // Whether what the procedure only writes is as after it: several programs at once leave that.
        let mut whole = true;
        while done < times {
            if interrupted() && whole {
                return Ok(done);
            }
            let mode = self.tuners[procedure].mode();
            self.shape = mode.shape;
            let began = Instant::now();
            let left = times - done;
            let own = |own: &&Joint| own.of == procedure && own.at_once == mode.at_once;
            let joined = match self.joint.iter().find(own).copied() {
                // The last step is one of its own; so is one before an interrupt is heard.
                Some(Joint { procedure: both, repetitions, .. }) if !interrupted() => {
                    let most = (left - 1) / repetitions;
                    let times = (batch / repetitions).clamp(most.min(1), most);
                    (times > 0).then_some((both, times, repetitions))
                }
                _ => None,
            };
            let steps = match joined {
                Some((both, times, repetitions)) => {
                    self.stretch(both, times, left / repetitions)?;
                    times * repetitions
                }
                None => {
                    let steps = if whole { batch.min(left) } else { 1 };
                    self.stretch(procedure, steps, left)?;
                    steps
                }
            };
            self.device.wait()?;
            let took = began.elapsed();
            // One step at the end says nothing about several programs at once.
            if joined.is_some() == (mode.at_once > 1) {
                self.tuners[procedure].note(steps, took.as_secs_f64());
            }
            whole = joined.is_none();
            done += steps;
            if took < BATCH {
                batch *= 2;
            } else if took > 2 * BATCH {
                batch = (batch / 2).max(1);
            }
        }
        Ok(done)
    }

    /// Carries a procedure out so many times, from recordings where about so many more are to come.
    fn stretch(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        left: u64,
    ) -> FieldResult<()> {
        let mut done = 0;
        while done < times {
            let records = left - done >= RECORDED && self.warm[procedure];
            let recording = if records { self.recording(procedure)? } else { None };
            match recording {
                Some((number, repetitions)) if repetitions <= times - done => {
                    self.device.replay(number)?;
                    done += repetitions;
                }
                _ => {
                    self.once(procedure, false)?;
                    done += 1;
                }
            }
        }
        Ok(())
    }
}

impl<D: Device> Machine for CudaMachine<D> {
    fn write(&mut self, array: ArrayId, values: &[f64]) {
        let result = self.put(array, values);
        self.failure.noted(result, ());
    }

    fn read(&mut self, array: ArrayId, values: &mut [f64]) {
        let result = self.failure.check().and_then(|()| self.get(array, values));
        // Never a number that was not computed.
        if result.is_err() {
            values.fill(f64::NAN);
        }
        self.failure.noted(result, ());
    }

    fn set_scalar(&mut self, scalar: ScalarId, value: f64) {
        let bytes = value.to_ne_bytes();
        let result = self.device.write(self.sequence.scalars, 8 * scalar as u64, &bytes);
        self.failure.noted(result, ());
    }

    fn scalar(&mut self, scalar: ScalarId) -> f64 {
        if self.failure.happened() {
            return f64::NAN;
        }
        let result = self.scalar_of(scalar);
        self.failure.noted(result, f64::NAN)
    }

    fn execute(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        self.failure.check_procedure(procedure, self.sequence.procedures.len())?;
        let result = self.repeat(procedure, times, interrupted);
        self.failure.kept(result)
    }

    fn compile_seconds(&self) -> f64 {
        self.compile_seconds
    }

    fn remarks(&self) -> Vec<String> {
        let chosen =
            self.tuners.iter().filter_map(|tuner| Some((tuner, tuner.chosen()?)));
        let words = chosen.map(|(tuner, mode)| {
            let at_once = match mode.at_once {
                1 => String::new(),
                AT_ONCE => ", two programs at once".to_owned(),
                MORE_AT_ONCE => ", three programs at once".to_owned(),
                steps => format!(", {steps} steps in one go"),
            };
            let several = match mode.shape {
                ..Mode::NARROW => "",
                _ => ", several cells a thread",
            };
            let (shape, gain) = (mode.shape + 1, tuner.gain());
            format!(
                "kernels: shape {shape} of those measured{several}{at_once}, {gain:.2} times as fast as the first"
            )
        });
        let lines = self
            .sequence
            .is_along_lines()
            .then(|| "transforms are joined with the programs around them".to_owned());
        lines.into_iter().chain(words).collect()
    }

    fn listing(&self, program: usize) -> String {
        let kernels = self.sequence.source.kernels.iter();
        let own = kernels.filter(|kernel| kernel.program == Some(program));
        own.map(|kernel| kernel.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}
