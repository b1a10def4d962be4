//! A plan as launches of kernels: which, on how many threads, with what, in which order.

mod groups;
mod lines;
mod meetings;
mod runs;
mod transforms;
mod wraps;

use std::sync::Arc;

use holor_field::layout::Layout;
use holor_field::plan::{Action, ArrayId, Plan, ProcedureId, ScalarId};
use holor_field::{FieldError, FieldResult, Precision};

use crate::pairs::{self, Part};
use crate::slabs::Slab;
use crate::source::{Fixed, Source, THREADS, Writer, fourier};
use crate::tuning::Mode;

use lines::Step;
pub use runs::Cells;
pub(crate) use runs::Shape;

/// Padding behind each array, in bytes.
const MARGIN: u64 = 256;

/// Memory on the device.
#[derive(Clone, Debug)]
pub struct Buffer {
    /// Bytes.
    pub bytes: u64,
    /// What is in it at the start.
    pub start: Start,
}

/// What is in memory at the start.
#[derive(Clone, Debug)]
pub enum Start {
    /// Anything.
    Anything,
    /// Zeros.
    Zeros,
    /// Numbers in the plan's precision.
    Reals(Arc<[f64]>),
    /// Numbers in double precision.
    Doubles(Vec<f64>),
    /// Whole numbers.
    Integers(Vec<i32>),
}

/// A parameter of a launch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Argument {
    /// An array from an element on; where it lies depends on what was exchanged.
    Array(ArrayId, u64),
    /// A buffer from a byte on.
    Buffer(usize, u64),
    /// No memory.
    Nothing,
    /// A whole number of 32 bits.
    Integer(i32),
    /// A whole number of 64 bits.
    Long(i64),
    /// A number.
    Double(f64),
}

/// A kernel with everything it needs.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Counts the kernels of the source.
    pub kernel: usize,
    /// Blocks along x, y, z.
    pub grid: [u32; 3],
    /// Threads of a block along x, y, z.
    pub block: [u32; 3],
    /// Bytes of memory that the threads of a block share.
    pub shared: u64,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// The region, where there are other shapes of blocks for it.
    pub cells: Option<Cells>,
    /// Bytes of cells that it reads and writes, each number once.
    pub moves: u64,
}

/// The geometry of Fourier transforms, of complex numbers one after another, or of real ones to the half of their spectrum and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fourier {
    /// Points along the dimensions with more than one, the last contiguous; none where nothing is to be done.
    pub points: Vec<usize>,
    /// Whether the cells are real.
    pub real: bool,
    /// Of real cells, how many places of one dimension there are in one of the dimension before; that of the first means nothing.
    pub embedding: Vec<usize>,
}

/// One thing that is done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Launch(Launch),
    Exchange(ArrayId, ArrayId),
    Copy {
        from: ArrayId,
        to: ArrayId,
        bytes: u64,
    },
    /// From the cells to the spectrum, or back; in place where both are the same. The spectrum is lost on the way back.
    Transform {
        geometry: usize,
        inverse: bool,
        from: Argument,
        to: Argument,
    },
    Repeat {
        procedure: ProcedureId,
        until: ScalarId,
        at_most: u32,
    },
    /// What devices with a slab each do together; nothing where there is one device.
    Meet(Meeting),
}

/// What devices that have a slab each do together. Each has the same meetings in the same order, and everything before is done.
#[derive(Clone, Debug)]
pub(crate) enum Meeting {
    /// Cells beyond the cut are needed of these arrays.
    Needed(Vec<ArrayId>),
    /// Cells that others need may have changed in these arrays.
    Changed(Vec<ArrayId>),
    /// One array was copied to another, with the cells beyond the cut.
    Moved { from: ArrayId, to: ArrayId },
    /// The first device's outer ghosts along the cut come from the last device's cells, and those from the first one's.
    Around(ArrayId),
    /// The results of pieces, of so many reductions, go to the first device: so many of this device's, after so many, of so many in all.
    Gather { sums: usize, own: usize, before: usize, all: usize },
    /// The first device's scalars go to all.
    Spread,
}

/// A plan ready for a device.
#[derive(Debug)]
pub struct Sequence {
    /// The kernels.
    pub source: Source,
    /// The memory: the arrays first.
    pub buffers: Vec<Buffer>,
    /// The geometries of transforms.
    pub transforms: Vec<Fourier>,
    /// Of each array, its place in complex numbers.
    pub(crate) parts: Vec<Option<Part>>,
    pub(crate) procedures: Vec<Vec<Act>>,
    pub(crate) layouts: Vec<Layout>,
    /// The buffer of the scalars.
    pub(crate) scalars: usize,
    /// The buffer of the results of pieces, of slabs only: on the first device those of all.
    pub(crate) pieces: usize,
    pub(crate) precision: Precision,
    along_lines: bool,
}

impl Sequence {
    /// Prints the kernels of a plan that was checked, shared and lowered, and puts their launches in order.
    ///
    /// # Errors
    /// Where something is too large for the kernels, or the plan was not lowered.
    pub fn new(plan: &Plan, precision: Precision) -> FieldResult<Self> {
        let parts = pairs::parts(plan);
        let plan = &pairs::expanded(plan, &parts);
        let writer = Writer::new(plan, precision);
        let (mut sequence, writer) =
            Self::of(plan, precision, None, parts, None, writer)?;
        sequence.source = writer.finish();
        Ok(sequence)
    }

    /// The same with transforms of our own, along lines whose threads share at most so many bytes. None where the plan has no transforms, or some
    /// that cannot be done so.
    ///
    /// # Errors
    /// As [`Sequence::new`].
    pub fn along_lines(
        plan: &Plan,
        precision: Precision,
        shared: u64,
    ) -> FieldResult<Option<Self>> {
        let parts = pairs::parts(plan);
        let plan = &pairs::expanded(plan, &parts);
        if !lines::are_possible(plan, &parts, precision, shared) {
            return Ok(None);
        }
        let writer = Writer::new(plan, precision);
        let (mut sequence, writer) =
            Self::of(plan, precision, None, parts, Some(shared), writer)?;
        sequence.source = writer.finish();
        Ok(Some(sequence))
    }

    /// Whether a plan has transforms, and all of them can be done along lines.
    pub(crate) fn can_go_along_lines(
        plan: &Plan,
        precision: Precision,
        shared: u64,
    ) -> bool {
        let parts = pairs::parts(plan);
        lines::are_possible(&pairs::expanded(plan, &parts), &parts, precision, shared)
    }

    /// The same for each slab of a box; all have the same kernels.
    ///
    /// # Errors
    /// As [`Sequence::new`].
    pub(crate) fn of_slabs(
        slabs: &[Slab],
        precision: Precision,
    ) -> FieldResult<Vec<Self>> {
        let none = Plan::default();
        let plan = slabs.first().map_or(&none, |slab| &slab.plan);
        let mut writer = Writer::new(plan, precision);
        let mut all = Vec::new();
        for slab in slabs {
            let sequence;
            let parts = vec![None; slab.plan.arrays.len()];
            (sequence, writer) =
                Self::of(&slab.plan, precision, Some(slab), parts, None, writer)?;
            all.push(sequence);
        }
        let source = writer.finish();
        for sequence in &mut all {
            sequence.source.clone_from(&source);
        }
        Ok(all)
    }

    /// All but the source, whose kernels are added to the writer's.
    fn of<'a>(
        plan: &'a Plan,
        precision: Precision,
        slab: Option<&'a Slab>,
        parts: Vec<Option<Part>>,
        shared: Option<u64>,
        writer: Writer<'a>,
    ) -> FieldResult<(Self, Writer<'a>)> {
        let size = precision.bytes();
        let mut buffers = Vec::new();
        for (array, part) in plan.arrays.iter().zip(&parts) {
            if let Some(part) = part {
                // Both parts are in the buffer of the real one; values are put there later.
                let bytes = 2 * array.layout.cells() as u64 * size + MARGIN;
                buffers.push(match part.imaginary {
                    false => Buffer { bytes, start: Start::Zeros },
                    true => Buffer { bytes: 16, start: Start::Anything },
                });
                continue;
            }
            let start = match &array.values {
                // Values of the interior are put between the ghosts later.
                Some(values) if values.len() == array.layout.length => {
                    Start::Reals(Arc::clone(values))
                }
                _ => Start::Zeros,
            };
            let bytes = array.layout.length as u64 * size + MARGIN;
            buffers.push(Buffer { bytes, start });
        }
        let mut builder = Builder {
            plan,
            slab,
            precision,
            writer,
            buffers,
            tables: Vec::new(),
            matrices: Vec::new(),
            groups: vec![None; plan.groupings.len()],
            scalars: 0,
            values: 0,
            partial: 0,
            joined: [0; 2],
            pieces: 0,
            spectrum: 0,
            parts,
            geometries: Vec::new(),
            transforms: Vec::new(),
            shared,
            roots: Vec::new(),
        };
        builder.scalars = builder.buffers.len();
        let mut scalars: Vec<f64> =
            plan.scalars.iter().map(|scalar| scalar.value).collect();
        // Where sums go that a later one replaces.
        scalars.push(0.0);
        builder.buffer(8 * scalars.len() as u64, Start::Doubles(scalars));
        for table in &plan.tables {
            let bytes = table.values.len() as u64 * size;
            let buffer = builder.buffer(bytes, Start::Reals(Arc::clone(&table.values)));
            builder.tables.push(buffer);
        }
        for matrix in &plan.matrices {
            let whole = |n: usize| {
                i32::try_from(n).map_err(|_| too_large("a sparse matrix", "entries"))
            };
            let starts: FieldResult<Vec<i32>> =
                matrix.starts.iter().map(|n| whole(*n)).collect();
            let columns: FieldResult<Vec<i32>> =
                matrix.columns.iter().map(|n| whole(*n as usize)).collect();
            let (starts, columns) = (starts?, columns?);
            let lengths = [starts.len(), columns.len()].map(|n| 4 * n as u64);
            let values = matrix.values.len() as u64 * size;
            let all = [
                builder.buffer(lengths[0], Start::Integers(starts)),
                builder.buffer(lengths[1], Start::Integers(columns)),
                builder.buffer(values, Start::Reals(Arc::clone(&matrix.values))),
            ];
            builder.matrices.push(all);
        }
        let scratch = [(); 6].map(|()| builder.buffer(0, Start::Anything));
        [builder.values, builder.partial, builder.joined[0], builder.joined[1], ..] =
            scratch;
        [.., builder.spectrum, builder.pieces] = scratch;
        if shared.is_none() {
            builder.fourier();
        }
        let mut procedures = Vec::new();
        for place in 0..plan.procedures.len() {
            procedures.push(builder.procedure(place)?);
        }
        let source = Source { text: String::new(), kernels: Vec::new(), precision };
        let sequence = Self {
            source,
            buffers: builder.buffers,
            transforms: builder.transforms,
            parts: builder.parts,
            procedures,
            layouts: plan.arrays.iter().map(|array| array.layout).collect(),
            scalars: builder.scalars,
            pieces: builder.pieces,
            precision,
            along_lines: shared.is_some(),
        };
        Ok((sequence, builder.writer))
    }

    /// Bytes on the device, but for what transforms need besides.
    pub fn bytes(&self) -> u64 {
        self.buffers.iter().map(|buffer| buffer.bytes).sum()
    }

    /// Bytes of cells that a procedure's kernels and copies read and write, each number once in each kernel; what transforms and repeated
    /// procedures move is not counted.
    pub fn moved(&self, procedure: ProcedureId) -> u64 {
        let of = |act: &Act| match act {
            Act::Launch(launch) => launch.moves,
            Act::Copy { bytes, .. } => 2 * bytes,
            _ => 0,
        };
        self.procedures.get(procedure).map_or(0, |acts| acts.iter().map(of).sum())
    }

    /// The same with the library's transforms, each number once for each dimension: what a procedure moves at least.
    pub fn traffic(&self, procedure: ProcedureId) -> u64 {
        let of = |act: &Act| match act {
            Act::Transform { geometry, .. } => {
                let Fourier { points, real, .. } = &self.transforms[*geometry];
                let numbers = 2 * points.len() * points.iter().product::<usize>();
                let numbers = if *real { numbers } else { 2 * numbers };
                numbers as u64 * self.precision.bytes()
            }
            _ => 0,
        };
        let transforms: u64 = self.procedures[procedure].iter().map(of).sum();
        transforms + self.moved(procedure)
    }

    /// Whether transforms are done along lines by kernels of our own.
    pub(crate) fn is_along_lines(&self) -> bool {
        self.along_lines
    }

    /// How many shapes of blocks there are for the kernels of a procedure, and of those that it repeats.
    pub(crate) fn shapes(&self, procedure: ProcedureId) -> usize {
        let of = |act: &Act| match act {
            Act::Launch(launch) => match launch.cells {
                Some(cells) if cells.wide.is_some() => Mode::SHAPES,
                Some(_) => Mode::NARROW,
                None => 1,
            },
            Act::Repeat { procedure, .. } => self.shapes(*procedure),
            _ => 1,
        };
        self.procedures[procedure].iter().map(of).max().unwrap_or(1)
    }

    /// The buffer in which each array is at the start.
    pub(crate) fn homes(&self) -> Vec<usize> {
        let home = |(array, part): (usize, &Option<Part>)| match part {
            Some(Part { partner, imaginary: true }) => *partner,
            _ => array,
        };
        self.parts.iter().enumerate().map(home).collect()
    }
}

fn too_large(what: &str, of: &str) -> FieldError {
    FieldError::invalid(
        format!("{what} has more than 2^31 {of}"),
        "use device = cpu, or a smaller box",
    )
}

struct Builder<'a> {
    plan: &'a Plan,
    /// Of which the plan is part of another.
    slab: Option<&'a Slab>,
    precision: Precision,
    writer: Writer<'a>,
    buffers: Vec<Buffer>,
    tables: Vec<usize>,
    matrices: Vec<[usize; 3]>,
    /// The buffers of groups of cells.
    groups: Vec<Option<groups::Known>>,
    scalars: usize,
    /// Values to be reduced.
    values: usize,
    /// Partial results of pieces.
    partial: usize,
    /// Results of segments of pieces, in turn.
    joined: [usize; 2],
    /// Results of pieces.
    pieces: usize,
    /// Complex numbers of transforms whose arrays are planar.
    spectrum: usize,
    /// Of each array, its place in complex numbers.
    parts: Vec<Option<Part>>,
    /// The geometry of each of the plan's transforms.
    geometries: Vec<usize>,
    transforms: Vec<Fourier>,
    /// Bytes that the threads of a block may share, where transforms are done along lines.
    shared: Option<u64>,
    /// The buffers of the roots of unity, by their number and direction.
    roots: Vec<((usize, bool), usize)>,
}

impl Builder<'_> {
    /// The buffer of the n-th roots of unity, forward or back.
    fn roots(&mut self, n: usize, inverse: bool) -> usize {
        let key = (n, inverse);
        if let Some((_, buffer)) = self.roots.iter().find(|(known, _)| *known == key) {
            return *buffer;
        }
        let values: Arc<[f64]> = fourier::roots(n, inverse).into();
        let bytes = values.len() as u64 * self.size();
        let buffer = self.buffer(bytes, Start::Reals(values));
        self.roots.push((key, buffer));
        buffer
    }

    fn buffer(&mut self, bytes: u64, start: Start) -> usize {
        self.buffers.push(Buffer { bytes: bytes.max(16), start });
        self.buffers.len() - 1
    }

    /// Makes a buffer at least so large.
    fn at_least(&mut self, buffer: usize, bytes: u64) {
        let own = &mut self.buffers[buffer].bytes;
        *own = (*own).max(bytes);
    }

    fn size(&self) -> u64 {
        self.precision.bytes()
    }

    fn layout(&self, array: ArrayId) -> Layout {
        self.plan.arrays[array].layout
    }

    fn procedure(&mut self, place: ProcedureId) -> FieldResult<Vec<Act>> {
        let mut acts = Vec::new();
        let plan = self.plan;
        let actions = &plan.procedures[place].actions;
        let mut wrapped = 0;
        let scales = self.scales(actions);
        for step in self.steps(actions) {
            let number = match step {
                Step::Action(number) => number,
                Step::Lines(lines, arrays) => {
                    self.along_lines(lines, &arrays, &mut acts)?;
                    continue;
                }
            };
            let action = &actions[number];
            match action {
                Action::Wrap { .. } if number < wrapped => {}
                Action::Wrap { array, dimension, sign }
                    if self.slab.is_some_and(|slab| slab.dimension == *dimension) =>
                {
                    self.around(*array, *sign, &mut acts)?;
                }
                Action::Wrap { .. } => {
                    wrapped = number + wraps::joint(&actions[number..], self.slab);
                    self.wraps(&actions[number..wrapped], &mut acts)?;
                }
                Action::Run { program, arrays, region } => {
                    self.before(*program, arrays, &mut acts);
                    let scales: Vec<(ArrayId, f64)> =
                        scales.iter().filter(|s| s.0 == number).map(|s| s.2).collect();
                    let action = (place, number);
                    self.run(action, *program, arrays, region, &scales, &mut acts)?;
                    self.after(*program, arrays, &mut acts);
                }
                Action::Exchange(a, b) => acts.push(Act::Exchange(*a, *b)),
                Action::Copy { from, to } => {
                    let bytes = match self.parts[*from] {
                        Some(Part { imaginary: true, .. }) => continue,
                        Some(_) => 2 * self.layout(*from).cells() as u64 * self.size(),
                        None => self.layout(*from).length as u64 * self.size(),
                    };
                    acts.push(Act::Copy { from: *from, to: *to, bytes });
                    if self.slab.is_some() {
                        acts.push(Act::Meet(Meeting::Moved { from: *from, to: *to }));
                    }
                }
                Action::Forward(transform) => {
                    self.forward(*transform, &mut acts, true)?;
                }
                Action::Inverse(transform) => {
                    let scaled = scales.iter().any(|scale| scale.1 == number);
                    self.inverse(*transform, &mut acts, true, scaled)?;
                }
                Action::Filter { transform, multiplier } => {
                    self.forward(*transform, &mut acts, false)?;
                    let layout = self.layout(multiplier.0);
                    let mut arguments = vec![
                        Argument::Buffer(self.spectrum, 0),
                        self.interior(multiplier.0),
                        multiplier.1.map_or(Argument::Nothing, |im| self.interior(im)),
                    ];
                    arguments.extend(cells(&layout));
                    let real = plan.transforms[*transform].real;
                    let scale = 1.0 / self.layout(real).cells() as f64;
                    arguments.push(Argument::Double(scale));
                    acts.push(self.fixed(
                        Fixed::Multiply,
                        layout.cells(),
                        1,
                        arguments,
                    )?);
                    self.inverse(*transform, &mut acts, false, true)?;
                }
                Action::Sparse { matrix, from, to } => {
                    acts.push(self.sparse(*matrix, *from, *to)?);
                }
                Action::Lines { matrix, dimension, from, to } => {
                    acts.push(self.lines(*matrix, *dimension, *from, *to)?);
                }
                Action::Group { grouping, from, to } => {
                    self.group(*grouping, *from, *to, &mut acts)?;
                }
                Action::Noise { array, stream, seed, step } => {
                    let layout = self.layout(*array);
                    let mut arguments = vec![self.interior(*array)];
                    arguments.extend(cells(&layout));
                    arguments.extend([
                        Argument::Integer(*stream as i32),
                        Argument::Long(*seed as i64),
                        Argument::Buffer(self.scalars, 0),
                        Argument::Integer(*step as i32),
                        Argument::Long(self.slab.map_or(0, |slab| slab.cells_before)),
                        Argument::Long(self.slab.map_or(i64::MAX, |slab| slab.cells)),
                    ]);
                    acts.push(self.fixed(Fixed::Noise, layout.cells(), 1, arguments)?);
                    if self.slab.is_some() {
                        acts.push(Act::Meet(Meeting::Changed(vec![*array])));
                    }
                }
                Action::Scalars { .. } => {
                    let fixed = Fixed::Scalars { procedure: place, action: number };
                    let kernel = self.writer.fixed(fixed)?;
                    acts.push(Act::Launch(Launch {
                        kernel,
                        grid: [1; 3],
                        block: [1; 3],
                        shared: 0,
                        arguments: vec![Argument::Buffer(self.scalars, 0)],
                        cells: None,
                        moves: 0,
                    }));
                }
                Action::Repeat { procedure, until, at_most } => {
                    let (procedure, until, at_most) = (*procedure, *until, *at_most);
                    acts.push(Act::Repeat { procedure, until, at_most });
                }
            }
        }
        Ok(acts)
    }

    /// A launch over so many things in a row, and again for each along y.
    fn fixed(
        &mut self,
        fixed: Fixed,
        count: usize,
        along_y: usize,
        arguments: Vec<Argument>,
    ) -> FieldResult<Act> {
        let numbers = match fixed {
            Fixed::Pack | Fixed::Unpack => 4,
            Fixed::Multiply => 6,
            Fixed::Scale => 2,
            Fixed::Partial | Fixed::Noise => 1,
            _ => 0,
        };
        let moves = (numbers * count * along_y) as u64 * self.size();
        let kernel = self.writer.fixed(fixed)?;
        let launch = line(kernel, count, along_y, arguments)?;
        Ok(Act::Launch(Launch { moves, ..launch }))
    }

    /// An array from the interior's first cell on; a paired one from the first complex number on.
    fn interior(&self, array: ArrayId) -> Argument {
        let origin = match self.parts[array] {
            Some(_) => 0,
            None => self.layout(array).origin as u64,
        };
        Argument::Array(array, origin)
    }

    /// The programs that scale what they store for an inverse transform: the place of the action, that of the transform, and for each part of
    /// the spectrum its factor.
    fn scales(&self, actions: &[Action]) -> Vec<(usize, usize, (ArrayId, f64))> {
        let mut all = Vec::new();
        if self.shared.is_some() {
            return all;
        }
        for (number, action) in actions.iter().enumerate() {
            let Action::Inverse(transform) = action else { continue };
            let transform = &self.plan.transforms[*transform];
            if self.parts[transform.spectrum[0]].is_none() {
                continue;
            }
            if let Some(writer) = pairs::writer(self.plan, actions, number) {
                let scale = 1.0 / self.layout(transform.real).cells() as f64;
                all.extend(
                    transform.spectrum.map(|part| (writer, number, (part, scale))),
                );
            }
        }
        all
    }

    fn lines(
        &mut self,
        matrix: usize,
        dimension: usize,
        from: ArrayId,
        to: ArrayId,
    ) -> FieldResult<Act> {
        let [starts, columns, values] = self.matrices[matrix];
        let layout = self.layout(to);
        let mut arguments = vec![
            Argument::Buffer(starts, 0),
            Argument::Buffer(columns, 0),
            Argument::Buffer(values, 0),
            self.interior(from),
            self.interior(to),
        ];
        arguments.extend(cells(&layout));
        arguments.extend([
            Argument::Integer(dimension as i32),
            Argument::Long(layout.strides[dimension] as i64),
        ]);
        self.fixed(Fixed::Lines, layout.cells(), 1, arguments)
    }

    fn sparse(&mut self, matrix: usize, from: ArrayId, to: ArrayId) -> FieldResult<Act> {
        let [starts, columns, values] = self.matrices[matrix];
        let (source, target) = (self.layout(from), self.layout(to));
        // One dimension has all the cells: the stride of its neighbours.
        let stride = |layout: &Layout| {
            let d = (0..3).find(|d| layout.points[*d] > 1);
            Argument::Long(d.map_or(1, |d| layout.strides[d] as i64))
        };
        let arguments = vec![
            Argument::Buffer(starts, 0),
            Argument::Buffer(columns, 0),
            Argument::Buffer(values, 0),
            self.interior(from),
            stride(&source),
            self.interior(to),
            stride(&target),
            whole(target.cells())?,
        ];
        self.fixed(Fixed::Sparse, target.cells(), 1, arguments)
    }
}

/// A launch of a kernel over so many things in a row, and again for each along y.
fn line(
    kernel: usize,
    count: usize,
    along_y: usize,
    arguments: Vec<Argument>,
) -> FieldResult<Launch> {
    let blocks = count.div_ceil(THREADS as usize).max(1);
    let x = u32::try_from(blocks)
        .ok()
        .filter(|n| *n <= i32::MAX as u32)
        .ok_or_else(|| too_large("an array", "blocks of cells"))?;
    let (grid, block) = ([x, along_y.max(1) as u32, 1], [THREADS, 1, 1]);
    Ok(Launch { kernel, grid, block, shared: 0, arguments, cells: None, moves: 0 })
}

fn whole(n: usize) -> FieldResult<Argument> {
    // Threads beyond the end are counted too.
    match i32::try_from(n) {
        Ok(n) if n <= i32::MAX - (1 << 20) => Ok(Argument::Integer(n)),
        _ => Err(too_large("an array", "cells in a row, or rows")),
    }
}

/// How a kernel finds the interior cells of a layout.
fn cells(layout: &Layout) -> [Argument; 5] {
    let n = |d: usize| {
        // A layout beyond this does not fit any device.
        Argument::Integer(i32::try_from(layout.points[d]).unwrap_or(i32::MAX))
    };
    [
        Argument::Long(layout.cells() as i64),
        n(1),
        n(2),
        Argument::Long(layout.strides[0] as i64),
        Argument::Long(layout.strides[1] as i64),
    ]
}
