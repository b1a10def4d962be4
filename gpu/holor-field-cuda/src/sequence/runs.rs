//! Programs with what they sum.

use std::collections::BTreeSet;

use holor_field::interpreter::PIECE;
use holor_field::layout::{Layout, Region};
use holor_field::plan::{ArrayId, Program, ReductionKind};
use holor_field::{FieldError, FieldResult};

use super::{Act, Argument, Builder, Launch, Meeting, Start, too_large, whole};
use crate::pairs;
use crate::source::lines::loaded;
use crate::source::{Binding, Complex, Fixed, Form, THREADS, Type, marching, wide};
use crate::tuning::Mode;

/// Pieces of rows from which on each is summed by sixteen threads while it is computed; with fewer, values are stored and summed
/// afterwards, so that there are threads enough.
const MANY_PIECES: usize = 2048;
/// Blocks that fill a device.
const BLOCKS: usize = 2048;

/// What is gathered: how many reductions, and the buffers with their kinds and the scalars that they go to.
struct Targets {
    sums: usize,
    kinds: usize,
    targets: usize,
}

impl Builder<'_> {
    /// `action` is the procedure and the place of the action in it; `scales` are factors of what is stored to arrays.
    pub(super) fn run(
        &mut self,
        action: (usize, usize),
        place: usize,
        arrays: &[ArrayId],
        region: &Region,
        scales: &[(ArrayId, f64)],
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
            let binding = self.binding(program, arrays, scales);
            let wide = match form {
                // Of a part of a box on one of several cards no shapes are tried.
                Form::Cells if self.slab.is_none() => {
                    let binding = binding.clone();
                    let kernel =
                        self.writer.wide(place, &layout, march, binding, region)?;
                    let width = wide::width(self.precision);
                    kernel.map(|kernel| (kernel, wide::threads(region, width)))
                }
                _ => None,
            };
            let kernel = self.writer.program(place, &layout, march, binding, form)?;
            let chunk = self.chunk(kernel);
            let places = Cells { extent, march, chunk, kernel, wide };
            let (start, places) = match form {
                Form::Pieces => {
                    let blocks = (pieces * 16).div_ceil(THREADS as usize);
                    let grid = [u32::try_from(blocks).unwrap_or(u32::MAX), 1, 1];
                    (Shape { grid, block: [THREADS, 1, 1], chunk: 1 }, None)
                }
                Form::Cells => (places.expected(), Some(places)),
            };
            if !start.is_possible() {
                return Err(too_large("an array", "rows"));
            }
            let Shape { grid, block, chunk } = start;
            if sums > 0 {
                match form {
                    Form::Cells => self.at_least(
                        self.values,
                        (sums * region.cells()) as u64 * self.size(),
                    ),
                    Form::Pieces => {}
                }
            }
            let arguments = self.arguments(kernel, program, arrays, region, chunk)?;
            let numbers = touched(program, arrays) + sums;
            let moves = (numbers * region.cells()) as u64 * self.size();
            let (shared, cells) = (0, places);
            let launch = Launch { kernel, grid, block, shared, arguments, cells, moves };
            acts.push(Act::Launch(launch));
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
        let targets = Targets { sums, kinds, targets };
        match self.slab {
            None => self.join(pieces, self.partial, true, &targets, acts),
            Some(slab) => {
                let (before, all) = slab.pieces_before_and_in_all(action);
                self.join_slabs(pieces, before, all, &targets, acts)
            }
        }
    }

    /// How a program's slots lie in memory.
    fn binding(
        &self,
        program: &Program,
        arrays: &[ArrayId],
        scales: &[(ArrayId, f64)],
    ) -> Binding {
        let stored = |array: ArrayId| {
            program.stores.iter().any(|store| arrays[store.slot as usize] == array)
        };
        let partner = |array: ArrayId| self.parts[array].map(|part| part.partner);
        let pure = arrays
            .iter()
            .map(|array| !stored(*array) && !partner(*array).is_some_and(stored));
        let parts = arrays.iter().map(|array| {
            let part = self.parts[*array]?;
            let own = |other: &ArrayId| other == array || *other == part.partner;
            let owner = arrays.iter().position(own)? as u32;
            let strides = pairs::strides(&self.layout(*array));
            Some(Complex { owner, imaginary: part.imaginary, strides })
        });
        let scales = program.stores.iter().map(|store| {
            let array = arrays[store.slot as usize];
            scales.iter().find(|(scaled, _)| *scaled == array).map(|(_, scale)| *scale)
        });
        Binding { pure: pure.collect(), parts: parts.collect(), scales: scales.collect() }
    }

    /// The results of this device's pieces to the first device, and there to one for each reduction.
    fn join_slabs(
        &mut self,
        own: usize,
        before: usize,
        all: usize,
        targets: &Targets,
        acts: &mut Vec<Act>,
    ) -> FieldResult<()> {
        let first = self.slab.is_some_and(|slab| slab.number == 0);
        let (sums, results) = (targets.sums, if first { all } else { own });
        self.at_least(self.pieces, (8 * sums * results) as u64);
        if own > 0 {
            let arguments = vec![
                Argument::Buffer(self.partial, 0),
                whole(own)?,
                Argument::Buffer(targets.kinds, 0),
                Argument::Buffer(self.pieces, 0),
                Argument::Long(results as i64),
            ];
            acts.push(self.fixed(Fixed::Piece, own, sums, arguments)?);
        }
        acts.push(Act::Meet(Meeting::Gather { sums, own, before, all }));
        if first {
            self.join(all, self.pieces, false, targets, acts)?;
        }
        acts.push(Act::Meet(Meeting::Spread));
        Ok(())
    }

    /// The results of pieces to one for each reduction.
    fn join(
        &mut self,
        pieces: usize,
        from: usize,
        mut partial: bool,
        targets: &Targets,
        acts: &mut Vec<Act>,
    ) -> FieldResult<()> {
        let Targets { sums, kinds, targets } = *targets;
        let stride = if partial { 16 * pieces } else { pieces };
        let (mut from, mut from_stride, mut count) = (from, stride, pieces);
        let mut turn = 0;
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

    /// The place of the argument that says how far a kernel's threads march.
    fn chunk(&self, kernel: usize) -> Option<usize> {
        let parameters = &self.writer.kernel(kernel).parameters;
        parameters.iter().position(|(_, name)| name == "chunk")
    }

    /// The arguments of a program's kernel, by the names of its parameters.
    fn arguments(
        &self,
        kernel: usize,
        program: &Program,
        arrays: &[ArrayId],
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
                    self.interior(*array)
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

/// The numbers of a cell that a program reads and writes, each array's once.
fn touched(program: &Program, arrays: &[ArrayId]) -> usize {
    let loaded = loaded(&program.graph, &program.roots());
    let stored = program.stores.iter().map(|store| store.slot);
    let slots = [loaded, stored.collect()];
    let count = |slots: Vec<u32>| {
        let all: BTreeSet<ArrayId> =
            slots.into_iter().map(|slot| arrays[slot as usize]).collect();
        all.len()
    };
    slots.map(count).iter().sum()
}

/// A region that a kernel computes cell by cell, for which there are several shapes.
#[derive(Clone, Copy, Debug)]
pub struct Cells {
    extent: [usize; 3],
    /// The dimension along which threads march; 2 for none.
    march: usize,
    /// The argument that says how far.
    pub(crate) chunk: Option<usize>,
    kernel: usize,
    /// The kernel with several cells for each thread, which takes the same arguments, and its threads across.
    pub(crate) wide: Option<(usize, usize)>,
}

/// Blocks, threads of a block, and cells that a thread does one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) grid: [u32; 3],
    pub(crate) block: [u32; 3],
    pub(crate) chunk: usize,
}

impl Shape {
    /// Whether a device can be asked for so many blocks.
    fn is_possible(&self) -> bool {
        self.grid[0] <= i32::MAX as u32
            && self.grid[1] <= 65_535
            && self.grid[2] <= 65_535
    }
}

impl Cells {
    /// The shape that is expected to be good.
    fn expected(&self) -> Shape {
        self.of(0)
    }

    /// The kernel in one of the shapes of [`Mode::SHAPES`]: that of threads along the contiguous dimension and across, and how far they march.
    pub(crate) fn shape(&self, number: usize) -> (usize, Shape) {
        let several = number.checked_sub(Mode::NARROW);
        if let (Some(number), Some((kernel, threads))) = (several, self.wide) {
            let [ni, nj, _] = self.extent;
            let shape = Cells { extent: [ni, nj, threads], ..*self }.of(number);
            if shape.is_possible() {
                return (kernel, shape);
            }
        }
        let shape = self.of(if several.is_some() { 0 } else { number });
        let shape = if shape.is_possible() { shape } else { self.expected() };
        (self.kernel, shape)
    }

    fn of(&self, number: usize) -> Shape {
        let [ni, nj, nk] = self.extent;
        let power = |n: usize, most: usize| n.next_power_of_two().clamp(1, most);
        let (grid, block, chunk) = match self.march {
            0 => {
                let (width, threads, longest) = [
                    (64, 256, 64),
                    (32, 256, 64),
                    (128, 256, 64),
                    (64, 256, 16),
                    (32, 128, 64),
                ][number % Mode::NARROW];
                let x = power(nk, width);
                let y = power(nj, threads / x);
                let across = nk.div_ceil(x) * nj.div_ceil(y);
                let chunk = (ni * across / BLOCKS).clamp(1, longest);
                let chunk = chunk.max(ni.div_ceil(65_535));
                let grid = [nk.div_ceil(x), nj.div_ceil(y), ni.div_ceil(chunk)];
                (grid, [x, y, 1], chunk)
            }
            1 => {
                let (width, threads, longest) = [
                    (256, 256, 8),
                    (64, 256, 8),
                    (128, 128, 8),
                    (32, 256, 8),
                    (128, 128, 32),
                ][number % Mode::NARROW];
                let x = power(nk, width);
                let y = power(nj, threads / x);
                let blocks = nk.div_ceil(x) * nj.div_ceil(y);
                let chunk = (blocks / BLOCKS).clamp(1, longest);
                let chunk = chunk.max(nj.div_ceil(65_535 * y));
                let grid = [nk.div_ceil(x), nj.div_ceil(y * chunk), 1];
                (grid, [x, y, 1], chunk)
            }
            _ => {
                let threads = [256, 128, 64, 32, 192][number % Mode::NARROW];
                ([nk.div_ceil(threads), 1, 1], [threads, 1, 1], 1)
            }
        };
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Shape { grid: grid.map(small), block: block.map(small), chunk }
    }
}
