//! The slow, obvious backend that all others are tested against.

use std::ops::Range;
use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::backend::{Backend, Machine, Precision};
use crate::error::{FieldError, FieldResult};
use crate::graph::{Graph, NodeId, Op};
use crate::layout::{Layout, Region};
use crate::noise;
use crate::plan::{
    Action, ArrayId, Plan, ProcedureId, ReductionKind, ScalarId, Transform,
};

/// Evaluates plans cell by cell. Functions are those of the standard library where the plan is not lowered
/// ([`crate::elementary::lower`]); on a lowered plan its results are those of compiled backends bit by bit,
/// transforms excepted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interpreter;

impl Interpreter {
    /// The interpreter.
    pub fn new() -> Self {
        Self
    }
}

impl Backend for Interpreter {
    fn name(&self) -> String {
        "interpreter".to_owned()
    }

    fn prepare(
        &self,
        plan: &Plan,
        precision: Precision,
    ) -> FieldResult<Box<dyn Machine>> {
        plan.check()?;
        let arrays = plan.arrays.iter().map(|array| vec![0.0; array.layout.length]);
        let needed = plan.programs.iter().map(|it| it.graph.needed(&it.roots()));
        let mut machine = InterpreterMachine {
            arrays: arrays.collect(),
            scalars: plan.scalars.iter().map(|scalar| scalar.value).collect(),
            plan: Arc::new(plan.clone()),
            needed: needed.collect(),
            precision,
            values: Vec::new(),
            planner: FftPlanner::new(),
        };
        for (place, array) in plan.arrays.iter().enumerate() {
            match &array.values {
                Some(values) if values.len() == array.layout.length => {
                    for (cell, value) in values.iter().enumerate() {
                        let value = machine.rounded(*value);
                        machine.arrays[place][cell] = value;
                    }
                }
                Some(values) => machine.write(place, values),
                None => {}
            }
        }
        Ok(Box::new(machine))
    }
}

struct InterpreterMachine {
    plan: Arc<Plan>,
    /// Which operations of each program are needed.
    needed: Vec<Vec<bool>>,
    precision: Precision,
    /// In single precision the numbers are rounded.
    arrays: Vec<Vec<f64>>,
    scalars: Vec<f64>,
    /// Room for the values of operations along a row.
    values: Vec<Vec<f64>>,
    planner: FftPlanner<f64>,
}

/// The value of an operation other than a load, scalar or table, in double precision.
pub fn evaluate(op: &Op, at: impl Fn(NodeId) -> f64) -> Option<f64> {
    Some(match *op {
        Op::Constant(bits) => bits.value(),
        Op::Scalar(_) | Op::Load { .. } | Op::Table { .. } => return None,
        Op::Unary(function, a) => function.apply(at(a)),
        Op::Binary(function, a, b) => function.apply(at(a), at(b)),
        Op::MultiplyAdd(a, b, c) => at(a).mul_add(at(b), at(c)),
        // NaN is not 0.
        Op::Select(condition, then, otherwise) => {
            if at(condition) == 0.0 {
                at(otherwise)
            } else {
                at(then)
            }
        }
    })
}

/// As [`evaluate`], every operation rounded to single precision.
pub fn evaluate_single(op: &Op, at: impl Fn(NodeId) -> f32) -> Option<f32> {
    Some(match *op {
        Op::Constant(bits) => bits.value() as f32,
        Op::Scalar(_) | Op::Load { .. } | Op::Table { .. } => return None,
        Op::Unary(function, a) => function.apply_single(at(a)),
        Op::Binary(function, a, b) => function.apply_single(at(a), at(b)),
        Op::MultiplyAdd(a, b, c) => at(a).mul_add(at(b), at(c)),
        Op::Select(condition, then, otherwise) => {
            if at(condition) == 0.0 {
                at(otherwise)
            } else {
                at(then)
            }
        }
    })
}

/// Computes scalars from scalars: all values are read before any is written.
pub fn compute_scalars(
    graph: &Graph,
    stores: &[(ScalarId, NodeId)],
    scalars: &mut [f64],
    values: &mut Vec<f64>,
) {
    values.clear();
    for op in graph.ops() {
        let value = match *op {
            Op::Scalar(place) => scalars[place as usize],
            ref other => evaluate(other, |n| values[n.0 as usize]).unwrap_or(f64::NAN),
        };
        values.push(value);
    }
    for (scalar, node) in stores {
        scalars[*scalar] = values[node.0 as usize];
    }
}

/// Joins two results of a reduction, the earlier first.
pub fn join(kind: ReductionKind, before: f64, value: f64) -> f64 {
    match kind {
        ReductionKind::Sum => before + value,
        ReductionKind::Maximum if value > before || value.is_nan() => value,
        ReductionKind::Minimum if value < before || value.is_nan() => value,
        ReductionKind::Maximum | ReductionKind::Minimum => before,
    }
}

/// What a reduction of no values is.
pub fn nothing(kind: ReductionKind) -> f64 {
    match kind {
        ReductionKind::Sum => 0.0,
        ReductionKind::Maximum => f64::NEG_INFINITY,
        ReductionKind::Minimum => f64::INFINITY,
    }
}

/// Cells of a row that have partial results of their own; see [`crate::plan::Reduction`].
pub const PIECE: usize = 1024;

/// Joins the 16 partial results of a piece of a row.
pub fn join_piece(kind: ReductionKind, mut partial: [f64; 16]) -> f64 {
    for width in [8, 4, 2, 1] {
        for place in 0..width {
            partial[place] = join(kind, partial[place], partial[place + width]);
        }
    }
    partial[0]
}

/// Joins the results of pieces: those of the first half (the larger) with those of the second.
pub fn join_pieces(kind: ReductionKind, pieces: &[f64]) -> f64 {
    match pieces {
        [] => nothing(kind),
        [piece] => *piece,
        _ => {
            let (first, second) = pieces.split_at(pieces.len().div_ceil(2));
            join(kind, join_pieces(kind, first), join_pieces(kind, second))
        }
    }
}

impl InterpreterMachine {
    fn rounded(&self, value: f64) -> f64 {
        match self.precision {
            Precision::Double => value,
            Precision::Single => f64::from(value as f32),
        }
    }

    fn run(&mut self, plan: &Plan, number: usize, arrays: &[ArrayId], region: &Region) {
        let program = &plan.programs[number];
        let layout = arrays.first().map(|array| self.plan.arrays[*array].layout);
        let mut pieces: Vec<Vec<f64>> = vec![Vec::new(); program.reductions.len()];
        let mut values = std::mem::take(&mut self.values);
        values.resize_with(values.len().max(program.graph.ops().len()), Vec::new);
        for i in region.start[0]..region.end[0] {
            for j in region.start[1]..region.end[1] {
                for first in (region.start[2]..region.end[2]).step_by(PIECE) {
                    let cell = [i, j, first];
                    let count = PIECE.min((region.end[2] - first) as usize);
                    for (place, op) in program.graph.ops().iter().enumerate() {
                        if self.needed[number][place] {
                            let (before, rest) = values.split_at_mut(place);
                            rest[0].resize(count, 0.0);
                            self.row(op, arrays, cell, before, &mut rest[0]);
                        }
                    }
                    for (pieces, reduction) in pieces.iter_mut().zip(&program.reductions)
                    {
                        let mut partial = [nothing(reduction.kind); 16];
                        let values = &values[reduction.value.0 as usize];
                        for (number, value) in values.iter().enumerate() {
                            let partial = &mut partial[number % 16];
                            *partial = join(reduction.kind, *partial, *value);
                        }
                        pieces.push(join_piece(reduction.kind, partial));
                    }
                    // Within a region no store is seen by a load of another cell: the plan was checked.
                    let Some(layout) = layout else { continue };
                    let place = layout.place(cell);
                    for store in &program.stores {
                        let array = arrays[store.slot as usize];
                        self.arrays[array][place..place + count]
                            .copy_from_slice(&values[store.value.0 as usize]);
                    }
                }
            }
        }
        for (reduction, pieces) in program.reductions.iter().zip(&pieces) {
            self.scalars[reduction.scalar] = join_pieces(reduction.kind, pieces);
        }
        self.values = values;
    }

    /// An operation at cells of a row, from one of them on, given the values of all operations before it.
    fn row(
        &self,
        op: &Op,
        arrays: &[ArrayId],
        cell: [isize; 3],
        before: &[Vec<f64>],
        out: &mut [f64],
    ) {
        let at = |node: NodeId| before[node.0 as usize].as_slice();
        match (*op, self.precision) {
            (Op::Scalar(scalar), _) => {
                out.fill(self.rounded(self.scalars[scalar as usize]));
            }
            (Op::Table { table, offset }, _) => {
                let table = &self.plan.tables[table as usize];
                let first =
                    table.first as isize + cell[table.dimension] + isize::from(offset);
                for (k, out) in out.iter_mut().enumerate() {
                    let along = if table.dimension == 2 { k } else { 0 };
                    *out = self.rounded(table.values[first as usize + along]);
                }
            }
            (Op::Load { array, offset }, _) => {
                let id = arrays[array as usize];
                let there = std::array::from_fn(|d| cell[d] + isize::from(offset[d]));
                let first = self.plan.arrays[id].layout.place(there);
                out.copy_from_slice(&self.arrays[id][first..first + out.len()]);
            }
            (Op::Constant(bits), Precision::Double) => out.fill(bits.value()),
            (Op::Unary(function, a), Precision::Double) => {
                for (out, a) in out.iter_mut().zip(at(a)) {
                    *out = function.apply(*a);
                }
            }
            (Op::Binary(function, a, b), Precision::Double) => {
                for ((out, a), b) in out.iter_mut().zip(at(a)).zip(at(b)) {
                    *out = function.apply(*a, *b);
                }
            }
            (Op::MultiplyAdd(a, b, c), Precision::Double) => {
                for (((out, a), b), c) in out.iter_mut().zip(at(a)).zip(at(b)).zip(at(c))
                {
                    *out = a.mul_add(*b, *c);
                }
            }
            (other, Precision::Double) => {
                for (k, out) in out.iter_mut().enumerate() {
                    *out = evaluate(&other, |node| at(node)[k]).unwrap_or(f64::NAN);
                }
            }
            (other, Precision::Single) => {
                for (k, out) in out.iter_mut().enumerate() {
                    let value = evaluate_single(&other, |node| at(node)[k] as f32);
                    *out = value.map_or(f64::NAN, f64::from);
                }
            }
        }
    }

    fn wrap(&mut self, array: ArrayId, dimension: usize, sign: f64) {
        let layout = self.plan.arrays[array].layout;
        let points = layout.points[dimension] as isize;
        let ghosts = layout.ghosts[dimension] as isize;
        let mut region = extent(&layout);
        for ghost in (-ghosts..0).chain(points..points + ghosts) {
            region.start[dimension] = ghost;
            region.end[dimension] = ghost + 1;
            let times = ghost.div_euclid(points);
            let factor = if times % 2 == 0 { 1.0 } else { sign };
            for cell in cells(&region) {
                let mut from = cell;
                from[dimension] = ghost.rem_euclid(points);
                let value = self.arrays[array][layout.place(from)];
                let value =
                    if factor == 1.0 { value } else { self.rounded(value * factor) };
                self.arrays[array][layout.place(cell)] = value;
            }
        }
    }

    fn complex(&self, parts: [Option<ArrayId>; 2]) -> Vec<Complex<f64>> {
        let read = |array: Option<ArrayId>| {
            array.map(|array| {
                let layout = self.plan.arrays[array].layout;
                let values = &self.arrays[array];
                rows(&layout).flat_map(|row| &values[row]).copied().collect::<Vec<f64>>()
            })
        };
        let real = read(parts[0]).unwrap_or_default();
        let imaginary = read(parts[1]).unwrap_or_else(|| vec![0.0; real.len()]);
        real.into_iter().zip(imaginary).map(|(re, im)| Complex::new(re, im)).collect()
    }

    fn put(&mut self, array: ArrayId, values: impl Iterator<Item = f64>) {
        let values: Vec<f64> = values.collect();
        self.write(array, &values);
    }

    fn forward(&mut self, transform: &Transform) -> Vec<Complex<f64>> {
        let points = self.plan.arrays[transform.real].layout.points;
        let mut values = self.complex([Some(transform.real), transform.imaginary]);
        transform_all(&mut self.planner, &mut values, points, false);
        if transform.imaginary.is_some() {
            return values;
        }
        let kept = points[2] / 2 + 1;
        values.chunks(points[2].max(1)).flat_map(|row| &row[..kept]).copied().collect()
    }

    fn inverse(&mut self, transform: &Transform, mut spectrum: Vec<Complex<f64>>) {
        let points = self.plan.arrays[transform.real].layout.points;
        // Before, where a program that wrote the spectrum may have done it.
        let scale = 1.0 / points.iter().product::<usize>() as f64;
        for value in &mut spectrum {
            *value = Complex::new(value.re * scale, value.im * scale);
        }
        match transform.imaginary {
            Some(imaginary) => {
                transform_all(&mut self.planner, &mut spectrum, points, true);
                self.put(transform.real, spectrum.iter().map(|z| z.re));
                self.put(imaginary, spectrum.iter().map(|z| z.im));
            }
            None => {
                // Over the first dimensions, then rows from their non-negative frequencies; the imaginary parts of k = 0 and
                // k = n/2 have no meaning.
                let n = points[2];
                let kept = n / 2 + 1;
                transform_axes(
                    &mut self.planner,
                    &mut spectrum,
                    [points[0], points[1], kept],
                    true,
                    0..2,
                );
                let mut full = Vec::with_capacity(points.iter().product());
                for row in spectrum.chunks(kept) {
                    for k in 0..n {
                        let mut value = row[k.min(n - k)];
                        if k == 0 || 2 * k == n {
                            value.im = 0.0;
                        }
                        full.push(if k > n - k { value.conj() } else { value });
                    }
                }
                transform_axes(&mut self.planner, &mut full, points, true, 2..3);
                self.put(transform.real, full.iter().map(|z| z.re));
            }
        }
    }

    fn act(&mut self, plan: &Plan, action: &Action) {
        match action {
            Action::Run { program, arrays, region } => {
                self.run(plan, *program, arrays, region);
            }
            Action::Wrap { array, dimension, sign } => {
                self.wrap(*array, *dimension, *sign);
            }
            Action::Exchange(a, b) => self.arrays.swap(*a, *b),
            Action::Copy { from, to } => self.arrays[*to] = self.arrays[*from].clone(),
            Action::Forward(transform) => {
                let transform = &plan.transforms[*transform];
                let spectrum = self.forward(transform);
                let [real, imaginary] = transform.spectrum;
                self.put(real, spectrum.iter().map(|z| z.re));
                self.put(imaginary, spectrum.iter().map(|z| z.im));
            }
            Action::Inverse(transform) => {
                let transform = &plan.transforms[*transform];
                let spectrum = self.complex(transform.spectrum.map(Some));
                self.inverse(transform, spectrum);
            }
            Action::Filter { transform, multiplier } => {
                let transform = &plan.transforms[*transform];
                let factor = self.complex([Some(multiplier.0), multiplier.1]);
                let mut spectrum = self.forward(transform);
                for (value, factor) in spectrum.iter_mut().zip(factor) {
                    *value *= factor;
                }
                self.inverse(transform, spectrum);
            }
            Action::Sparse { matrix, from, to } => {
                let matrix = &plan.matrices[*matrix];
                let values: Vec<f64> =
                    self.complex([Some(*from), None]).iter().map(|z| z.re).collect();
                let rows = matrix.starts.windows(2).map(|row| {
                    (row[0]..row[1]).fold(0.0, |sum, entry| {
                        let x = values[matrix.columns[entry] as usize];
                        self.rounded(match self.precision {
                            Precision::Double => matrix.values[entry].mul_add(x, sum),
                            Precision::Single => f64::from(
                                (matrix.values[entry] as f32)
                                    .mul_add(x as f32, sum as f32),
                            ),
                        })
                    })
                });
                let rows: Vec<f64> = rows.collect();
                self.write(*to, &rows);
            }
            Action::Lines { matrix, dimension, from, to } => {
                let matrix = &plan.matrices[*matrix];
                let points = plan.arrays[*from].layout.points;
                let count = points[*dimension];
                let stride: usize = points[*dimension + 1..].iter().product();
                let values: Vec<f64> =
                    self.complex([Some(*from), None]).iter().map(|z| z.re).collect();
                let cells = (0..values.len()).map(|cell| {
                    let row = cell / stride % count;
                    let first = cell - row * stride;
                    (matrix.starts[row]..matrix.starts[row + 1]).fold(
                        0.0,
                        |sum, entry| {
                            let x =
                                values[first + matrix.columns[entry] as usize * stride];
                            let factor = matrix.values[entry];
                            match self.precision {
                                Precision::Double => factor.mul_add(x, sum),
                                Precision::Single => f64::from(
                                    (factor as f32).mul_add(x as f32, sum as f32),
                                ),
                            }
                        },
                    )
                });
                let cells: Vec<f64> = cells.collect();
                self.write(*to, &cells);
            }
            Action::Group { grouping, from, to } => {
                let grouping = &plan.groupings[*grouping];
                let values = self.complex([Some(*from), None]);
                let mut sums = vec![0.0; grouping.groups()];
                for (group, entries) in grouping.pieces() {
                    let mut partial = [0.0; 16];
                    for (number, entry) in entries.enumerate() {
                        let cell = grouping.places[entry] as usize;
                        partial[number % 16] += values[cell].re;
                    }
                    sums[group] += join_piece(ReductionKind::Sum, partial);
                }
                self.write(*to, &sums);
            }
            Action::Noise { array, stream, seed, step } => {
                let step = noise::step_of(self.scalars[*step]);
                let count = self.plan.arrays[*array].layout.cells();
                let normals = noise::normals(*seed, *stream, step, count);
                self.write(*array, &normals);
            }
            Action::Scalars { graph, stores } => {
                compute_scalars(graph, stores, &mut self.scalars, &mut Vec::new());
            }
            Action::Repeat { procedure, until, at_most } => {
                for _ in 0..*at_most {
                    self.perform(*procedure);
                    if self.scalars[*until] != 0.0 {
                        break;
                    }
                }
            }
        }
    }

    fn perform(&mut self, procedure: ProcedureId) {
        let plan = Arc::clone(&self.plan);
        for action in &plan.procedures[procedure].actions {
            self.act(&plan, action);
        }
    }
}

/// All cells of a layout, ghosts included.
pub fn extent(layout: &Layout) -> Region {
    Region {
        start: layout.ghosts.map(|g| -(g as isize)),
        end: std::array::from_fn(|d| (layout.points[d] + layout.ghosts[d]) as isize),
    }
}

/// Where the rows of a layout's cells are in its array.
fn rows(layout: &Layout) -> impl Iterator<Item = Range<usize>> + use<> {
    let layout = *layout;
    let mut firsts = Region::interior(&layout);
    firsts.end[2] = firsts.end[2].min(1);
    cells(&firsts).map(move |cell| {
        let first = layout.place(cell);
        first..first + layout.points[2]
    })
}

/// The cells of a region, row-major.
pub fn cells(region: &Region) -> impl Iterator<Item = [isize; 3]> + use<> {
    let Region { start, end } = *region;
    (start[0]..end[0]).flat_map(move |i| {
        (start[1]..end[1]).flat_map(move |j| (start[2]..end[2]).map(move |k| [i, j, k]))
    })
}

fn transform_all(
    planner: &mut FftPlanner<f64>,
    values: &mut [Complex<f64>],
    points: [usize; 3],
    inverse: bool,
) {
    transform_axes(planner, values, points, inverse, 0..3);
}

/// Unscaled transforms along some dimensions of a row-major array.
fn transform_axes(
    planner: &mut FftPlanner<f64>,
    values: &mut [Complex<f64>],
    points: [usize; 3],
    inverse: bool,
    axes: std::ops::Range<usize>,
) {
    for axis in axes {
        let n = points[axis];
        if n < 2 {
            continue;
        }
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

impl Machine for InterpreterMachine {
    fn write(&mut self, array: ArrayId, values: &[f64]) {
        let layout = self.plan.arrays[array].layout;
        for (row, values) in rows(&layout).zip(values.chunks(layout.points[2].max(1))) {
            for (place, value) in row.zip(values) {
                self.arrays[array][place] = self.rounded(*value);
            }
        }
    }

    fn read(&mut self, array: ArrayId, values: &mut [f64]) {
        let layout = self.plan.arrays[array].layout;
        let columns = layout.points[2].max(1);
        for (row, values) in rows(&layout).zip(values.chunks_mut(columns)) {
            for (place, value) in row.zip(values) {
                *value = self.arrays[array][place];
            }
        }
    }

    fn set_scalar(&mut self, scalar: ScalarId, value: f64) {
        self.scalars[scalar] = value;
    }

    fn scalar(&mut self, scalar: ScalarId) -> f64 {
        self.scalars[scalar]
    }

    fn execute(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        if procedure >= self.plan.procedures.len() {
            return Err(FieldError::invalid("there is no such procedure", ""));
        }
        for done in 0..times {
            if interrupted() {
                return Ok(done);
            }
            self.perform(procedure);
        }
        Ok(times)
    }
}
