//! A plan as launches of kernels: which, on how many threads, with what, in which order.

use std::sync::Arc;

use holor_field::interpreter::PIECE;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{
    Action, ArrayId, Plan, ProcedureId, Program, ReductionKind, ScalarId,
};
use holor_field::{FieldError, FieldResult, Precision};

use crate::source::{
    Fixed, Form, Signs, Source, THREADS, Type, Writer, count_ghosts, marching,
};

/// Pieces of rows from which on each is summed by sixteen threads while it is computed; with fewer, values are stored and summed
/// afterwards, so that there are threads enough.
const MANY_PIECES: usize = 2048;
/// Blocks that fill a device.
const BLOCKS: usize = 2048;
/// The most cells that a thread does one after another.
const LONGEST_MARCH: [usize; 2] = [64, 8];
/// Arrays whose ghosts are filled by one kernel.
const MOST_WRAPPED: usize = 16;
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
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// A Fourier transform of numbers one after another: complex ones in place, or real ones to the half of their spectrum.
#[derive(Clone, Debug)]
pub struct Fourier {
    /// Points along the dimensions with more than one, the last contiguous; none where nothing is to be done.
    pub points: Vec<usize>,
    /// Whether the cells are real.
    pub real: bool,
    /// The buffer of the complex numbers.
    pub spectrum: usize,
    /// The buffer of the real numbers.
    pub cells: usize,
}

/// One thing that is done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Launch(Launch),
    Exchange(ArrayId, ArrayId),
    Copy { from: ArrayId, to: ArrayId, bytes: u64 },
    Transform { transform: usize, inverse: bool },
    Repeat { procedure: ProcedureId, until: ScalarId, at_most: u32 },
}

/// A plan ready for a device.
#[derive(Debug)]
pub struct Sequence {
    /// The kernels.
    pub source: Source,
    /// The memory: the arrays first.
    pub buffers: Vec<Buffer>,
    /// The transforms.
    pub transforms: Vec<Fourier>,
    pub(crate) procedures: Vec<Vec<Act>>,
    pub(crate) layouts: Vec<Layout>,
    /// The buffer of the scalars.
    pub(crate) scalars: usize,
    pub(crate) precision: Precision,
}

impl Sequence {
    /// Prints the kernels of a plan that was checked, shared and lowered, and puts their launches in order.
    ///
    /// # Errors
    /// Where something is too large for the kernels, or the plan was not lowered.
    pub fn new(plan: &Plan, precision: Precision) -> FieldResult<Self> {
        let size = precision.bytes();
        let mut buffers = Vec::new();
        for array in &plan.arrays {
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
            precision,
            writer: Writer::new(plan, precision),
            buffers,
            tables: Vec::new(),
            matrices: Vec::new(),
            scalars: 0,
            values: 0,
            partial: 0,
            joined: [0; 2],
            spectrum: 0,
            cells: 0,
            transforms: Vec::new(),
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
        [builder.values, builder.partial, builder.joined[0], builder.joined[1], _, _] =
            scratch;
        (builder.spectrum, builder.cells) = (scratch[4], scratch[5]);
        builder.fourier();
        let mut procedures = Vec::new();
        for place in 0..plan.procedures.len() {
            procedures.push(builder.procedure(place)?);
        }
        Ok(Self {
            source: builder.writer.finish(),
            buffers: builder.buffers,
            transforms: builder.transforms,
            procedures,
            layouts: plan.arrays.iter().map(|array| array.layout).collect(),
            scalars: builder.scalars,
            precision,
        })
    }

    /// Bytes on the device, but for what transforms need besides.
    pub fn bytes(&self) -> u64 {
        self.buffers.iter().map(|buffer| buffer.bytes).sum()
    }
}

fn too_large(what: &str, of: &str) -> FieldError {
    FieldError::invalid(
        format!("{what} has more than 2^31 {of}"),
        "use device = \"cpu\", or a smaller box",
    )
}

struct Builder<'a> {
    plan: &'a Plan,
    precision: Precision,
    writer: Writer<'a>,
    buffers: Vec<Buffer>,
    tables: Vec<usize>,
    matrices: Vec<[usize; 3]>,
    scalars: usize,
    /// Values to be reduced.
    values: usize,
    /// Partial results of pieces.
    partial: usize,
    /// Results of segments of pieces, in turn.
    joined: [usize; 2],
    spectrum: usize,
    cells: usize,
    transforms: Vec<Fourier>,
}

impl Builder<'_> {
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

    /// The transforms with their memory.
    fn fourier(&mut self) {
        for transform in &self.plan.transforms {
            let layout = self.plan.arrays[transform.real].layout;
            // A single number along the last dimension is its own spectrum: as good as complex.
            let real = transform.imaginary.is_none() && layout.points[2] > 1;
            let points = layout.points.iter().copied().filter(|n| *n > 1).collect();
            let (spectrum, cells) = (self.spectrum, self.cells);
            let count = self.plan.arrays[transform.spectrum[0]].layout.cells() as u64;
            self.at_least(spectrum, 2 * count * self.precision.bytes());
            if real {
                self.at_least(cells, layout.cells() as u64 * self.precision.bytes());
            }
            self.transforms.push(Fourier { points, real, spectrum, cells });
        }
    }

    fn procedure(&mut self, place: ProcedureId) -> FieldResult<Vec<Act>> {
        let mut acts = Vec::new();
        let plan = self.plan;
        let actions = &plan.procedures[place].actions;
        let mut wrapped = 0;
        for (number, action) in actions.iter().enumerate() {
            match action {
                Action::Wrap { .. } if number < wrapped => {}
                Action::Wrap { .. } => {
                    wrapped = number + joint_wraps(&actions[number..]);
                    self.wraps(&actions[number..wrapped], &mut acts)?;
                }
                Action::Run { program, arrays, region } => {
                    self.run(*program, arrays, region, &mut acts)?;
                }
                Action::Exchange(a, b) => acts.push(Act::Exchange(*a, *b)),
                Action::Copy { from, to } => {
                    let bytes = self.layout(*from).length as u64 * self.size();
                    acts.push(Act::Copy { from: *from, to: *to, bytes });
                }
                Action::Forward(transform) => {
                    self.forward(*transform, &mut acts, true)?;
                }
                Action::Inverse(transform) => {
                    self.inverse(*transform, &mut acts, true)?;
                }
                Action::Filter { transform, multiplier } => {
                    self.forward(*transform, &mut acts, false)?;
                    let layout = self.layout(multiplier.0);
                    let mut arguments = vec![
                        Argument::Buffer(self.spectrum, 0),
                        interior(multiplier.0, &layout),
                        multiplier
                            .1
                            .map_or(Argument::Nothing, |im| interior(im, &layout)),
                    ];
                    arguments.extend(cells(&layout));
                    acts.push(self.fixed(
                        Fixed::Multiply,
                        layout.cells(),
                        1,
                        arguments,
                    )?);
                    self.inverse(*transform, &mut acts, false)?;
                }
                Action::Sparse { matrix, from, to } => {
                    acts.push(self.sparse(*matrix, *from, *to)?);
                }
                Action::Noise { array, stream, seed, step } => {
                    let layout = self.layout(*array);
                    let mut arguments = vec![interior(*array, &layout)];
                    arguments.extend(cells(&layout));
                    arguments.extend([
                        Argument::Integer(*stream as i32),
                        Argument::Long(*seed as i64),
                        Argument::Buffer(self.scalars, 0),
                        Argument::Integer(*step as i32),
                    ]);
                    acts.push(self.fixed(Fixed::Noise, layout.cells(), 1, arguments)?);
                }
                Action::Scalars { .. } => {
                    let fixed = Fixed::Scalars { procedure: place, action: number };
                    let kernel = self.writer.fixed(fixed)?;
                    acts.push(Act::Launch(Launch {
                        kernel,
                        grid: [1; 3],
                        block: [1; 3],
                        arguments: vec![Argument::Buffer(self.scalars, 0)],
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
        let kernel = self.writer.fixed(fixed)?;
        line(kernel, count, along_y, arguments)
    }

    /// Wraps one after another: arrays of one layout that wrap in the same dimensions in one launch.
    fn wraps(&mut self, actions: &[Action], acts: &mut Vec<Act>) -> FieldResult<()> {
        let mut arrays: Vec<(ArrayId, Signs)> = Vec::new();
        for action in actions {
            let Action::Wrap { array, dimension, sign } = action else { continue };
            if self.layout(*array).ghosts[*dimension] == 0 {
                continue;
            }
            let place = arrays.iter().position(|(known, _)| known == array);
            let place = place.unwrap_or_else(|| {
                arrays.push((*array, [0; 3]));
                arrays.len() - 1
            });
            arrays[place].1[*dimension] = if *sign < 0.0 { -1 } else { 1 };
        }
        while let Some((first, signs)) = arrays.first().copied() {
            let layout = self.layout(first);
            let dimensions = |signs: &Signs| signs.map(|sign| sign != 0);
            let alike = |(array, other): &(ArrayId, Signs)| {
                self.layout(*array) == layout && dimensions(other) == dimensions(&signs)
            };
            let (mut now, mut later): (Vec<_>, Vec<_>) =
                arrays.into_iter().partition(alike);
            if now.len() > MOST_WRAPPED {
                later.extend(now.split_off(MOST_WRAPPED));
            }
            arrays = later;
            let signs: Vec<Signs> = now.iter().map(|(_, signs)| *signs).collect();
            let kernel = self.writer.ghosts(&layout, &signs)?;
            let arguments =
                now.iter().map(|(array, _)| interior(*array, &layout)).collect();
            let count = count_ghosts(&layout, &signs);
            acts.push(line(kernel, count, 1, arguments)?);
        }
        Ok(())
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
            interior(from, &source),
            stride(&source),
            interior(to, &target),
            stride(&target),
            whole(target.cells())?,
        ];
        self.fixed(Fixed::Sparse, target.cells(), 1, arguments)
    }

    /// Cells to the spectrum, and that to its arrays where wanted.
    fn forward(
        &mut self,
        place: usize,
        acts: &mut Vec<Act>,
        store: bool,
    ) -> FieldResult<()> {
        let transform = &self.plan.transforms[place];
        let layout = self.layout(transform.real);
        if self.transforms[place].real {
            let mut arguments =
                vec![interior(transform.real, &layout), Argument::Buffer(self.cells, 0)];
            arguments.extend(cells(&layout));
            acts.push(self.fixed(Fixed::Gather, layout.cells(), 1, arguments)?);
        } else {
            acts.push(self.pack(Some(transform.real), transform.imaginary, &layout)?);
        }
        acts.push(Act::Transform { transform: place, inverse: false });
        if store {
            let [re, im] = transform.spectrum;
            acts.push(self.unpack(re, Some(im), 1.0)?);
        }
        Ok(())
    }

    /// The spectrum, from its arrays where wanted, to cells.
    fn inverse(
        &mut self,
        place: usize,
        acts: &mut Vec<Act>,
        load: bool,
    ) -> FieldResult<()> {
        let transform = &self.plan.transforms[place];
        let layout = self.layout(transform.real);
        if load {
            let [re, im] = transform.spectrum;
            let spectrum = self.layout(re);
            acts.push(self.pack(Some(re), Some(im), &spectrum)?);
        }
        acts.push(Act::Transform { transform: place, inverse: true });
        let scale = 1.0 / layout.cells() as f64;
        if self.transforms[place].real {
            let mut arguments =
                vec![Argument::Buffer(self.cells, 0), interior(transform.real, &layout)];
            arguments.extend(cells(&layout));
            arguments.push(Argument::Double(scale));
            acts.push(self.fixed(Fixed::Scatter, layout.cells(), 1, arguments)?);
        } else {
            acts.push(self.unpack(transform.real, transform.imaginary, scale)?);
        }
        Ok(())
    }

    fn pack(
        &mut self,
        re: Option<ArrayId>,
        im: Option<ArrayId>,
        layout: &Layout,
    ) -> FieldResult<Act> {
        let part = |array: Option<ArrayId>| {
            array.map_or(Argument::Nothing, |array| interior(array, layout))
        };
        let mut arguments = vec![part(re), part(im), Argument::Buffer(self.spectrum, 0)];
        arguments.extend(cells(layout));
        self.fixed(Fixed::Pack, layout.cells(), 1, arguments)
    }

    fn unpack(
        &mut self,
        re: ArrayId,
        im: Option<ArrayId>,
        scale: f64,
    ) -> FieldResult<Act> {
        let layout = self.layout(re);
        let mut arguments = vec![
            Argument::Buffer(self.spectrum, 0),
            interior(re, &layout),
            im.map_or(Argument::Nothing, |im| interior(im, &layout)),
        ];
        arguments.extend(cells(&layout));
        arguments.push(Argument::Double(scale));
        self.fixed(Fixed::Unpack, layout.cells(), 1, arguments)
    }

    fn run(
        &mut self,
        place: usize,
        arrays: &[ArrayId],
        region: &Region,
        acts: &mut Vec<Act>,
    ) -> FieldResult<()> {
        let plan = self.plan;
        let program = &plan.programs[place];
        let layout = match arrays.first() {
            Some(array) => self.layout(*array),
            // Only scalars and tables: any layout with these cells does.
            None => Layout::new(region.end.map(|n| n.max(1) as usize), [0; 3]),
        };
        let extent: [usize; 3] =
            std::array::from_fn(|d| (region.end[d] - region.start[d]).max(0) as usize);
        let [ni, nj, nk] = extent;
        let pieces = ni * nj * nk.div_ceil(PIECE);
        let sums = program.reductions.len();
        let form =
            if sums > 0 && pieces >= MANY_PIECES { Form::Pieces } else { Form::Cells };
        if region.cells() > 0 {
            let march = marching(&layout, region);
            let pure = arrays.iter().map(|array| {
                !program.stores.iter().any(|store| arrays[store.slot as usize] == *array)
            });
            let pure = pure.collect();
            let kernel = self.writer.program(place, &layout, march, pure, form)?;
            let (grid, block, chunk) = match form {
                Form::Pieces => {
                    let blocks = (pieces * 16).div_ceil(THREADS as usize);
                    ([blocks, 1, 1], [THREADS, 1, 1], 1)
                }
                Form::Cells => cells_grid(extent, march),
            };
            let grid = grid.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
            if grid[0] > i32::MAX as u32 || grid[1] > 65_535 || grid[2] > 65_535 {
                return Err(too_large("an array", "rows"));
            }
            if sums > 0 {
                match form {
                    Form::Cells => self.at_least(
                        self.values,
                        (sums * region.cells()) as u64 * self.size(),
                    ),
                    Form::Pieces => {}
                }
            }
            let arguments =
                self.arguments(kernel, program, arrays, &layout, region, chunk)?;
            acts.push(Act::Launch(Launch { kernel, grid, block, arguments }));
        }
        if sums == 0 {
            return Ok(());
        }
        let kinds: Vec<i32> = program
            .reductions
            .iter()
            .map(|reduction| match reduction.kind {
                ReductionKind::Sum => 0,
                ReductionKind::Maximum => 1,
                ReductionKind::Minimum => 2,
            })
            .collect();
        let targets: Vec<i32> = program
            .reductions
            .iter()
            .enumerate()
            .map(|(number, reduction)| {
                let later = &program.reductions[number + 1..];
                let replaced = later.iter().any(|other| other.scalar == reduction.scalar);
                if replaced { plan.scalars.len() as i32 } else { reduction.scalar as i32 }
            })
            .collect();
        let kinds = self.buffer(4 * sums as u64, Start::Integers(kinds));
        let targets = self.buffer(4 * sums as u64, Start::Integers(targets));
        self.at_least(self.partial, (sums * pieces * 16 * 8) as u64);
        if form == Form::Cells && region.cells() > 0 {
            let arguments = vec![
                Argument::Buffer(self.values, 0),
                Argument::Long(pieces as i64),
                whole(nk)?,
                Argument::Buffer(kinds, 0),
                Argument::Buffer(self.partial, 0),
            ];
            acts.push(self.fixed(Fixed::Partial, pieces * 16, sums, arguments)?);
        }
        self.join(pieces, sums, kinds, targets, acts)
    }

    /// The results of pieces to one for each reduction.
    fn join(
        &mut self,
        pieces: usize,
        sums: usize,
        kinds: usize,
        targets: usize,
        acts: &mut Vec<Act>,
    ) -> FieldResult<()> {
        let (mut from, mut from_stride, mut count) = (self.partial, 16 * pieces, pieces);
        let (mut partial, mut turn) = (true, 0);
        loop {
            let limit = Fixed::joined_by_one(partial);
            let mut depth = 0;
            while count.div_ceil(1 << depth) > limit {
                depth += 1;
            }
            let segments = 1_usize << depth;
            let to = if depth == 0 { self.scalars } else { self.joined[turn] };
            if depth > 0 {
                self.at_least(to, (8 * sums * segments) as u64);
            }
            let arguments = vec![
                Argument::Buffer(from, 0),
                Argument::Long(from_stride as i64),
                whole(count)?,
                Argument::Integer(depth),
                Argument::Buffer(kinds, 0),
                Argument::Buffer(targets, 0),
                Argument::Buffer(to, 0),
                Argument::Long(segments as i64),
            ];
            acts.push(self.fixed(Fixed::Join { partial }, segments, sums, arguments)?);
            if depth == 0 {
                return Ok(());
            }
            (from, from_stride, count) = (to, segments, segments);
            (partial, turn) = (false, 1 - turn);
        }
    }

    /// The arguments of a program's kernel, by the names of its parameters.
    fn arguments(
        &self,
        kernel: usize,
        program: &Program,
        arrays: &[ArrayId],
        layout: &Layout,
        region: &Region,
        chunk: usize,
    ) -> FieldResult<Vec<Argument>> {
        let unknown = |name: &str| {
            FieldError::Device(format!("{}: no argument for {name}", program.name))
        };
        let start = |d: usize| i32::try_from(region.start[d]).map(Argument::Integer);
        let extent = |d: usize| whole((region.end[d] - region.start[d]).max(0) as usize);
        let parameters = &self.writer.kernel(kernel).parameters;
        let arguments = parameters.iter().map(|(kind, name)| {
            let (first, number) = name.split_at(1);
            let number = number.parse::<usize>().ok();
            Ok(match (name.as_str(), first, number) {
                ("i0", ..) => start(0).map_err(|_| unknown(name))?,
                ("j0", ..) => start(1).map_err(|_| unknown(name))?,
                ("k0", ..) => start(2).map_err(|_| unknown(name))?,
                ("ni", ..) => extent(0)?,
                ("nj", ..) => extent(1)?,
                ("nk", ..) => extent(2)?,
                ("chunk", ..) => whole(chunk)?,
                ("scalars", ..) => Argument::Buffer(self.scalars, 0),
                ("values", ..) => Argument::Buffer(self.values, 0),
                ("partial", ..) => Argument::Buffer(self.partial, 0),
                (_, "a", Some(slot)) => {
                    let array = arrays.get(slot).ok_or_else(|| unknown(name))?;
                    interior(*array, layout)
                }
                (_, "t", Some(table)) if *kind == Type::Constants => {
                    let first = self.plan.tables[table].first as u64;
                    Argument::Buffer(self.tables[table], first * self.size())
                }
                _ => return Err(unknown(name)),
            })
        });
        arguments.collect()
    }
}

/// A launch of a kernel over so many things in a row, and again for each along y.
fn line(
    kernel: usize,
    count: usize,
    along_y: usize,
    arguments: Vec<Argument>,
) -> FieldResult<Act> {
    let blocks = count.div_ceil(THREADS as usize).max(1);
    let x = u32::try_from(blocks)
        .ok()
        .filter(|n| *n <= i32::MAX as u32)
        .ok_or_else(|| too_large("an array", "blocks of cells"))?;
    let (grid, block) = ([x, along_y.max(1) as u32, 1], [THREADS, 1, 1]);
    Ok(Act::Launch(Launch { kernel, grid, block, arguments }))
}

/// How many of the actions that come first are wraps that can be done at once: none wraps a dimension of an array in another way than before.
fn joint_wraps(actions: &[Action]) -> usize {
    let mut known: Vec<(ArrayId, usize, bool)> = Vec::new();
    for (place, action) in actions.iter().enumerate() {
        let Action::Wrap { array, dimension, sign } = action else { return place };
        let other = (*array, *dimension, *sign >= 0.0);
        if known.contains(&other) {
            return place;
        }
        known.push((*array, *dimension, *sign < 0.0));
    }
    actions.len()
}

/// An array from the interior's first cell on.
fn interior(array: ArrayId, layout: &Layout) -> Argument {
    Argument::Array(array, layout.origin as u64)
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

/// Blocks, threads and cells per thread for a region.
fn cells_grid(extent: [usize; 3], march: usize) -> ([usize; 3], [u32; 3], usize) {
    let [ni, nj, nk] = extent;
    let threads = THREADS as usize;
    let power = |n: usize, most: usize| n.next_power_of_two().clamp(1, most);
    match march {
        0 => {
            let x = power(nk, 64);
            let y = power(nj, threads / x);
            let across = nk.div_ceil(x) * nj.div_ceil(y);
            let chunk = (ni * across / BLOCKS).clamp(1, LONGEST_MARCH[0]);
            let chunk = chunk.max(ni.div_ceil(65_535));
            let grid = [nk.div_ceil(x), nj.div_ceil(y), ni.div_ceil(chunk)];
            (grid, [x as u32, y as u32, 1], chunk)
        }
        1 => {
            let x = power(nk, threads);
            let y = power(nj, threads / x);
            let blocks = nk.div_ceil(x) * nj.div_ceil(y);
            let chunk = (blocks / BLOCKS).clamp(1, LONGEST_MARCH[1]);
            let chunk = chunk.max(nj.div_ceil(65_535 * y));
            let grid = [nk.div_ceil(x), nj.div_ceil(y * chunk), 1];
            (grid, [x as u32, y as u32, 1], chunk)
        }
        _ => ([nk.div_ceil(threads), 1, 1], [threads as u32, 1, 1], 1),
    }
}
