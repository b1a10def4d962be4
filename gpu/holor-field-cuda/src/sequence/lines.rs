//! Transforms of our own: passes over the lines of each dimension, joined with the programs before, between and behind them, so that numbers
//! are read from memory once for all that is done with them in one dimension.
//!
//! A transform of a plane forward goes along its rows, then along its columns; back, columns first. What stands between two of them works on
//! columns, and what stands between back and forward works on rows. So a step that multiplies a spectrum and multiplies cells, and so on, passes twice
//! over memory.

use holor_field::graph::Op;
use holor_field::layout::Region;
use holor_field::plan::{Action, ArrayId, Plan, ScalarId, Transform};
use holor_field::{FieldResult, Precision};

use super::{Act, Argument, Builder, Launch, whole};
use crate::pairs::{self, Part as Place, is_wide};
use crate::source::Type;
use crate::source::fourier::MOST;
use crate::source::lines::{From, Item, Lines, Part, Shape, Slot, loaded};

/// Operations of programs that a thread does for all its numbers, at most: they are written out for each of them.
const OPERATIONS: usize = 4096;
/// Transforms of a kernel, at most: one forward and one back. What a compiler keeps of the first of three for the last leaves it no registers.
const PASSES: usize = 2;

/// What is done next.
pub(super) enum Step {
    /// An action, by its place.
    Action(usize),
    /// Lines through transforms and programs.
    Lines(Lines, Vec<ArrayId>),
}

/// An action, or a transform along one dimension.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Action(usize),
    Pass { transform: usize, inverse: bool, dimension: usize, first: bool, last: bool },
}

/// Whether a plan's transforms, of which there are some, can be done along lines: their numbers lie where they are wanted, and threads can take
/// their lines.
pub(super) fn are_possible(
    plan: &Plan,
    parts: &[Option<Place>],
    precision: Precision,
    shared: u64,
) -> bool {
    let of = |transform: &Transform| {
        let cells = plan.arrays[transform.real].layout.points;
        let spectrum = plan.arrays[transform.spectrum[0]].layout.points;
        let real = transform.imaginary.is_none();
        let placed = parts[transform.spectrum[0]].is_some()
            && (real || parts[transform.real].is_some());
        let dimensions = (0..3).filter(|d| cells[*d] > 1);
        placed
            && is_wide(&plan.arrays[transform.real].layout)
            && (!real || cells[2] > 1)
            && dimensions.into_iter().all(|d| {
                let points = if real && d == 2 { cells } else { spectrum };
                shape(points, d, real && d == 2, precision, shared).is_some()
            })
    };
    !plan.transforms.is_empty() && plan.transforms.iter().all(of)
}

fn shape(
    points: [usize; 3],
    dimension: usize,
    real: bool,
    precision: Precision,
    shared: u64,
) -> Option<Shape> {
    let lines = points.iter().product::<usize>() / points[dimension];
    i32::try_from(lines).ok()?;
    let count = if real { lines.div_ceil(2) } else { lines };
    Shape::of(points[dimension], dimension == 2, count, precision, shared)
}

/// What a piece reads, and what it writes as a whole, and what else it may touch.
#[derive(Default)]
struct Touched {
    reads: Vec<ArrayId>,
    writes: Vec<ArrayId>,
    other: Vec<ArrayId>,
    /// Arrays with nothing in them afterwards.
    lost: Vec<ArrayId>,
}

/// Something that a group does, while it is put together.
#[derive(Clone, Debug)]
enum Done {
    Load {
        arrays: Vec<ArrayId>,
        halves: bool,
    },
    Pass {
        inverse: bool,
        scale: Option<f64>,
        result: Vec<ArrayId>,
        halves: bool,
        lost: Vec<ArrayId>,
    },
    /// Runs by their actions, what each slot comes from, and what the threads have afterwards.
    Points {
        runs: Vec<Running>,
        becomes: Option<Vec<From>>,
    },
}

#[derive(Clone, Debug)]
struct Running {
    program: usize,
    arrays: Vec<ArrayId>,
    /// For each slot: the threads, an earlier run, or none for memory.
    from: Vec<Option<From>>,
}

/// Pieces that are done together along one dimension.
struct Group {
    /// None before the first pass.
    dimension: Option<usize>,
    real: bool,
    points: [usize; 3],
    done: Vec<Done>,
    /// The arrays whose numbers the threads had after the last pass.
    held: Option<Vec<ArrayId>>,
    operations: usize,
    /// The actions of runs before the first pass.
    leading: Vec<usize>,
    /// Actions on scalars that come after the kernel.
    later: Vec<usize>,
}

/// Puts the actions of a procedure together.
pub(super) struct Grouping<'a> {
    plan: &'a Plan,
    parts: &'a [Option<Place>],
    actions: &'a [Action],
    precision: Precision,
    shared: u64,
    pieces: Vec<Piece>,
    steps: Vec<Step>,
    open: Option<Group>,
}

impl<'a> Grouping<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        parts: &'a [Option<Place>],
        actions: &'a [Action],
        precision: Precision,
        shared: u64,
    ) -> Self {
        let mut pieces = Vec::new();
        for (number, action) in actions.iter().enumerate() {
            let (transform, inverse) = match action {
                Action::Forward(transform) => (*transform, false),
                Action::Inverse(transform) => (*transform, true),
                _ => {
                    pieces.push(Piece::Action(number));
                    continue;
                }
            };
            let points = plan.arrays[plan.transforms[transform].real].layout.points;
            let mut dimensions: Vec<usize> = (0..3).filter(|d| points[*d] > 1).collect();
            if !inverse {
                dimensions.reverse();
            }
            let end = dimensions.len() - 1;
            pieces.extend(dimensions.iter().enumerate().map(|(place, dimension)| {
                let (first, last) = (place == 0, place == end);
                Piece::Pass { transform, inverse, dimension: *dimension, first, last }
            }));
        }
        let (steps, open) = (Vec::new(), None);
        Self { plan, parts, actions, precision, shared, pieces, steps, open }
    }

    pub(super) fn steps(mut self) -> Vec<Step> {
        for place in 0..self.pieces.len() {
            match self.pieces[place] {
                Piece::Pass { .. } => self.pass(place),
                Piece::Action(number) => match &self.actions[number] {
                    Action::Run { .. } if self.run(place, number) => {}
                    Action::Scalars { .. } if self.open.is_some() => {
                        self.open.iter_mut().for_each(|group| group.later.push(number));
                    }
                    _ => {
                        self.close(place);
                        self.steps.push(Step::Action(number));
                    }
                },
            }
        }
        self.close(self.pieces.len());
        self.steps
    }

    /// The arrays of a transform's cells, and of its spectrum.
    fn ends(&self, transform: usize) -> [Vec<ArrayId>; 2] {
        let Transform { real, imaginary, spectrum } = &self.plan.transforms[transform];
        [[*real].into_iter().chain(*imaginary).collect(), spectrum.to_vec()]
    }

    fn touched(&self, piece: Piece) -> Touched {
        let mut all = Touched::default();
        let number = match piece {
            Piece::Pass { transform, inverse, first, last, .. } => {
                let [cells, spectrum] = self.ends(transform);
                (all.reads, all.writes) = match (inverse, first, last) {
                    (false, true, _) => (cells, spectrum.clone()),
                    (true, _, true) => (spectrum.clone(), cells),
                    _ => (spectrum.clone(), spectrum.clone()),
                };
                if inverse && last {
                    all.lost = spectrum;
                }
                return all;
            }
            Piece::Action(number) => number,
        };
        match &self.actions[number] {
            Action::Run { program, arrays, region } => {
                let program = &self.plan.programs[*program];
                let reads = loaded(&program.graph, &program.roots());
                all.reads = reads.iter().map(|slot| arrays[*slot as usize]).collect();
                let stored =
                    program.stores.iter().map(|store| arrays[store.slot as usize]);
                for array in stored {
                    let layout = &self.plan.arrays[array].layout;
                    let is_whole =
                        *region == Region::interior(layout) && layout.ghosts == [0; 3];
                    if is_whole { &mut all.writes } else { &mut all.other }.push(array);
                }
            }
            Action::Scalars { .. } => {}
            Action::Copy { from, to } => {
                all.reads.push(*from);
                all.writes.push(*to);
            }
            // Whatever else there is may read anything.
            _ => all.other = (0..self.plan.arrays.len()).collect(),
        }
        all
    }

    /// Whether what is in an array before a piece may be read there or later.
    fn is_needed(&self, array: ArrayId, from: usize) -> bool {
        for piece in &self.pieces[from..] {
            let touched = self.touched(*piece);
            if touched.reads.contains(&array) || touched.other.contains(&array) {
                return true;
            }
            if touched.writes.contains(&array) || touched.lost.contains(&array) {
                return false;
            }
        }
        true
    }

    fn group(points: [usize; 3]) -> Group {
        let (done, leading, later) = (Vec::new(), Vec::new(), Vec::new());
        Group {
            dimension: None,
            real: false,
            points,
            done,
            held: None,
            operations: 0,
            leading,
            later,
        }
    }

    /// Adds a transform along a dimension to the open group, or begins another.
    fn pass(&mut self, place: usize) {
        let Piece::Pass { transform, inverse, dimension, first, .. } = self.pieces[place]
        else {
            return;
        };
        let [cells, spectrum] = self.ends(transform);
        let real = cells.len() == 1 && dimension == 2;
        let shown = if real { cells[0] } else { spectrum[0] };
        let Touched { reads: from, writes: to, lost, .. } =
            self.touched(self.pieces[place]);
        let points = self.plan.arrays[shown].layout.points;
        let fits = self.open.as_ref().is_some_and(|group| {
            let way =
                group.dimension.is_none_or(|d| d == dimension && group.real == real);
            let passes =
                group.done.iter().filter(|done| matches!(done, Done::Pass { .. }));
            way && group.points == points
                && passes.count() < PASSES
                && self.known(group, &from).is_some()
        });
        // Half spectra of real lines are never with the threads.
        let halves = real && inverse;
        if !fits || halves {
            self.close(place);
        }
        let known = self.open.as_ref().and_then(|group| self.known(group, &from));
        let group = self.open.get_or_insert_with(|| Self::group(points));
        (group.dimension, group.real) = (Some(dimension), real);
        match known {
            Some(now) => {
                let own = |(place, from): (usize, &From)| {
                    *from == From::Own { imaginary: place == 1 }
                };
                if let Some(Done::Points { becomes, .. }) = group.done.last_mut() {
                    *becomes = (!now.iter().enumerate().all(own)).then_some(now);
                }
            }
            None => group.done.push(Done::Load { arrays: from, halves }),
        }
        let count = self.plan.arrays[self.plan.transforms[transform].real].layout.cells();
        let scale = (inverse && first).then(|| 1.0 / count as f64);
        let halves = real && !inverse;
        let held = (!halves).then(|| to.clone());
        group.done.push(Done::Pass { inverse, scale, result: to, halves, lost });
        group.held = held;
    }

    /// Where the numbers of arrays are in the group, if they are with the threads.
    fn known(&self, group: &Group, arrays: &[ArrayId]) -> Option<Vec<From>> {
        arrays.iter().map(|array| self.where_is(group, *array)).collect()
    }

    fn where_is(&self, group: &Group, array: ArrayId) -> Option<From> {
        if let Some(Done::Points { runs, .. }) = group.done.last() {
            for (part, run) in runs.iter().enumerate().rev() {
                let stores = &self.plan.programs[run.program].stores;
                let own = stores
                    .iter()
                    .rposition(|store| run.arrays[store.slot as usize] == array);
                if let Some(store) = own {
                    return Some(From::Earlier { part, store });
                }
            }
        }
        let held = group.held.as_ref()?;
        let place = held.iter().position(|own| *own == array)?;
        Some(From::Own { imaginary: place == 1 })
    }

    /// Adds a program to the open group, or begins another; no where it cannot be part of one.
    fn run(&mut self, place: usize, number: usize) -> bool {
        let Action::Run { program, arrays, region } = &self.actions[number] else {
            return false;
        };
        let own = &self.plan.programs[*program];
        let Some(layout) = arrays.first().map(|array| self.plan.arrays[*array].layout)
        else {
            return false;
        };
        let needed = own.graph.needed(&own.roots());
        let ops: Vec<&Op> =
            own.graph.ops().iter().zip(needed).filter(|op| op.1).map(|op| op.0).collect();
        let here = ops.iter().all(|op| match op {
            Op::Load { offset, .. } => *offset == [0; 3],
            _ => true,
        });
        let plain = here
            && own.reductions.is_empty()
            && *region == Region::interior(&layout)
            && arrays
                .iter()
                .all(|array| self.plan.arrays[*array].layout.points == layout.points);
        if !plain || MOST * ops.len() > OPERATIONS {
            return false;
        }
        let reads: Vec<ArrayId> = loaded(&own.graph, &own.roots())
            .iter()
            .map(|slot| arrays[*slot as usize])
            .collect();
        let scalars = ops.iter().filter_map(|op| match op {
            Op::Scalar(scalar) => Some(*scalar as ScalarId),
            _ => None,
        });
        let scalars: Vec<ScalarId> = scalars.collect();
        let joins = self.open.as_ref().is_some_and(|group| {
            let near = reads.iter().any(|array| self.where_is(group, *array).is_some());
            let changed = group.later.iter().any(|later| match &self.actions[*later] {
                Action::Scalars { stores, .. } => {
                    stores.iter().any(|(scalar, _)| scalars.contains(scalar))
                }
                _ => true,
            });
            let points = group.points == layout.points;
            let room = group.operations + MOST * ops.len() <= OPERATIONS;
            (near || group.dimension.is_none()) && !changed && points && room
        });
        if !joins {
            self.close(place);
        }
        let mut group = self.open.take().unwrap_or_else(|| Self::group(layout.points));
        group.operations += MOST * ops.len();
        if group.dimension.is_none() {
            group.leading.push(number);
        }
        let from: Vec<Option<From>> =
            arrays.iter().map(|array| self.where_is(&group, *array)).collect();
        let running = Running { program: *program, arrays: arrays.clone(), from };
        match group.done.last_mut() {
            Some(Done::Points { runs, .. }) => runs.push(running),
            _ => group.done.push(Done::Points { runs: vec![running], becomes: None }),
        }
        self.open = Some(group);
        true
    }

    /// Ends the open group before a piece.
    fn close(&mut self, next: usize) {
        let Some(group) = self.open.take() else { return };
        match group.dimension {
            None => self
                .steps
                .extend(group.leading.iter().map(|number| Step::Action(*number))),
            Some(dimension) => {
                let (lines, arrays) = self.finished(&group, dimension, next);
                self.steps.push(Step::Lines(lines, arrays));
            }
        }
        self.steps.extend(group.later.iter().map(|number| Step::Action(*number)));
    }

    /// The kernel of a group, and the array of each of its slots.
    fn finished(
        &self,
        group: &Group,
        dimension: usize,
        next: usize,
    ) -> (Lines, Vec<ArrayId>) {
        let mut kernel = Finished {
            grouping: self,
            next,
            slots: Slots {
                plan: self.plan,
                parts: self.parts,
                all: Vec::new(),
                arrays: Vec::new(),
            },
            needed: vec![None; self.plan.arrays.len()],
            items: Vec::new(),
        };
        group.done.iter().rev().for_each(|done| kernel.before(done));
        let Finished { slots, mut items, .. } = kernel;
        items.reverse();
        let (real, points) = (group.real, group.points);
        let shape = shape(points, dimension, real, self.precision, self.shared)
            .unwrap_or_else(|| unreachable!("only possible transforms are taken"));
        let lines = Lines { points, dimension, real, shape, slots: slots.all, items };
        (lines, slots.arrays)
    }
}

/// A kernel that is made from its end, so that it is known what is read later: what nobody reads from memory is not written there.
struct Finished<'a> {
    grouping: &'a Grouping<'a>,
    /// The piece after the kernel.
    next: usize,
    slots: Slots<'a>,
    /// Of each array, whether what is in memory there is read by what was made so far; none where only the pieces after the kernel say.
    needed: Vec<Option<bool>>,
    /// The last one first.
    items: Vec<Item>,
}

impl Finished<'_> {
    fn is_needed(&mut self, array: ArrayId) -> bool {
        let (grouping, next) = (self.grouping, self.next);
        *self.needed[array].get_or_insert_with(|| grouping.is_needed(array, next))
    }

    fn is_imaginary(&self, array: ArrayId) -> bool {
        self.grouping.parts[array].is_some_and(|part| part.imaginary)
    }

    /// Puts something before all that was made so far.
    fn before(&mut self, done: &Done) {
        match done {
            Done::Load { arrays, halves } => {
                let slot = self.slots.of(arrays[0], false);
                let load = if *halves { Item::LoadHalves } else { Item::Load };
                self.items.push(load(slot));
                arrays.iter().for_each(|array| self.needed[*array] = Some(true));
            }
            Done::Pass { inverse, scale, result, halves, lost } => {
                let stored = result.iter().any(|array| self.is_needed(*array));
                if stored || *halves {
                    let slot = self.slots.of(result[0], true);
                    let store = if *halves { Item::StoreHalves } else { Item::Store };
                    self.items.push(store(slot));
                }
                self.items.push(Item::Transform { inverse: *inverse });
                self.items.extend(scale.map(Item::Scale));
                let gone = result.iter().chain(lost);
                gone.for_each(|array| self.needed[*array] = Some(false));
            }
            Done::Points { runs, becomes } => {
                let parts = runs.iter().rev().map(|run| self.part(run));
                let mut parts: Vec<Part> = parts.collect();
                parts.reverse();
                let becomes = becomes.as_ref().map(|all| [all[0], all[all.len() - 1]]);
                self.items.push(Item::Points { parts, becomes });
            }
        }
    }

    fn part(&mut self, run: &Running) -> Part {
        let plan = self.grouping.plan;
        let program = &plan.programs[run.program];
        let stored = program.stores.iter().map(|store| run.arrays[store.slot as usize]);
        let stored: Vec<ArrayId> = stored.collect();
        let mut to = Vec::with_capacity(stored.len());
        for (place, array) in stored.iter().enumerate() {
            // The last of several stores to an array stays.
            let stays = !stored[place + 1..].contains(array);
            let wanted = stays && self.is_needed(*array);
            to.push(
                wanted.then(|| (self.slots.of(*array, true), self.is_imaginary(*array))),
            );
        }
        for array in stored {
            if plan.arrays[array].layout.ghosts == [0; 3] {
                self.needed[array] = Some(false);
            }
        }
        let read = loaded(&program.graph, &program.roots());
        let slots = run.arrays.iter().zip(&run.from).enumerate();
        let from = slots.map(|(slot, (array, from))| match from {
            Some(from) => *from,
            // Never asked for.
            None if !read.contains(&(slot as u32)) => From::Own { imaginary: false },
            None => {
                self.needed[*array] = Some(true);
                let (slot, imaginary) =
                    (self.slots.of(*array, false), self.is_imaginary(*array));
                From::Memory { slot, imaginary }
            }
        });
        Part { program: run.program, from: from.collect(), to }
    }
}

/// The arrays of a kernel, complex ones as the array of their real parts.
struct Slots<'a> {
    plan: &'a Plan,
    parts: &'a [Option<Place>],
    all: Vec<Slot>,
    arrays: Vec<ArrayId>,
}

impl Slots<'_> {
    fn of(&mut self, array: ArrayId, written: bool) -> usize {
        let owner = match self.parts[array] {
            Some(Place { partner, imaginary: true }) => partner,
            _ => array,
        };
        let layout = &self.plan.arrays[owner].layout;
        let pairs = self.parts[owner].is_some();
        let known = self.arrays.iter().position(|own| *own == owner);
        let slot = known.unwrap_or_else(|| {
            let [plane, row, _] = layout.strides;
            let strides = if pairs { pairs::strides(layout) } else { [plane, row] };
            self.arrays.push(owner);
            self.all.push(Slot { strides, pairs, written: false });
            self.all.len() - 1
        });
        self.all[slot].written |= written;
        slot
    }
}

impl Builder<'_> {
    /// The steps of a procedure: its actions in their order, but for what is done along lines.
    pub(super) fn steps(&self, actions: &[Action]) -> Vec<Step> {
        match self.shared {
            None => (0..actions.len()).map(Step::Action).collect(),
            Some(shared) => {
                Grouping::new(self.plan, &self.parts, actions, self.precision, shared)
                    .steps()
            }
        }
    }

    /// The launch of a kernel of lines.
    pub(super) fn along_lines(
        &mut self,
        lines: Lines,
        arrays: &[ArrayId],
        acts: &mut Vec<Act>,
    ) -> FieldResult<()> {
        let count = lines.count();
        let all = lines.points.iter().product::<usize>();
        let moves = (lines.moved(self.plan) * all) as u64 * self.size();
        let blocks = count.div_ceil(lines.shape.lines);
        let grid = [u32::try_from(blocks).unwrap_or(u32::MAX), 1, 1];
        let block = lines.block();
        let shared = lines.shape.shared;
        let points = lines.points[lines.dimension];
        let in_all = all / points;
        let kernel = self.writer.lines(lines)?;
        let parameters = self.writer.kernel(kernel).parameters.clone();
        let mut arguments = Vec::with_capacity(parameters.len());
        for (kind, name) in &parameters {
            let number = name[1..].parse::<usize>().ok();
            arguments.push(match (name.as_str(), number) {
                ("roots", _) => Argument::Buffer(self.roots(points, false), 0),
                ("back", _) => Argument::Buffer(self.roots(points, true), 0),
                ("scalars", _) => Argument::Buffer(self.scalars, 0),
                ("lines", _) => whole(in_all)?,
                (_, Some(table)) if name.starts_with('t') && *kind == Type::Constants => {
                    let first = self.plan.tables[table].first as u64;
                    Argument::Buffer(self.tables[table], first * self.size())
                }
                (_, number) => self.interior(arrays[number.unwrap_or(0)]),
            });
        }
        acts.push(Act::Launch(Launch {
            kernel,
            grid,
            block,
            shared,
            arguments,
            cells: None,
            moves,
        }));
        Ok(())
    }
}
