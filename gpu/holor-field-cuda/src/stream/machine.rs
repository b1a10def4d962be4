//! Windows of a box that pass through a device.

use std::ops::Range;
use std::time::Instant;

use holor_field::interpreter::join_pieces;
use holor_field::plan::{Action, ArrayId, Plan, ProcedureId, ReductionKind, ScalarId};
use holor_field::{FieldError, FieldResult, Machine, Precision};

use super::{Part, Place, Streamed};
use crate::failure::Failure;
use crate::machine::{
    CudaMachine, Device, HostMemory, Lowered, encoded, placed, rows_of,
};
use crate::sequence::{Sequence, Start};
use crate::slabs::{Extent, pieces};
use crate::tuning::Mode;

/// Windows on the device: one is computed while another is brought there or taken back.
const LANES: usize = 2;
/// The share of the free memory that windows take.
const SHARE: f64 = 0.9;
/// The most steps of one passage.
const LONGEST: u64 = 64;
/// Of the planes on the device, so many at most are there for the sake of their neighbours: one in so many.
const BESIDE: usize = 3;

/// Why there are no windows.
const FEW: &str = "not even a few planes fit, with those beside them that a step needs";

/// How a box is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    /// Planes of a window on the device, with those beside its own.
    pub planes: usize,
    /// The most steps of one passage.
    pub steps: u64,
}

/// A window.
struct Window {
    place: Place,
    /// None while a lane has it.
    sequence: Option<Sequence>,
}

/// Puts a plan onto a device window by window, if its box can be cut; gives the reason otherwise. The devices, several streams of one card, are
/// made only where it can be. The tiling is chosen by the free memory where it is not given.
///
/// # Errors
/// Where the plan is malformed, not even a few planes fit, or the device fails.
pub fn prepare<D: Device + 'static>(
    mut device: impl FnMut(usize) -> FieldResult<D>,
    plan: &Plan,
    precision: Precision,
    tiling: Option<Tiling>,
) -> FieldResult<Result<Box<dyn Machine>, &'static str>> {
    let began = Instant::now();
    plan.check()?;
    let lowered = Lowered::new(plan, precision).plan;
    let streamed = match Streamed::new(&lowered) {
        Ok(streamed) => streamed,
        Err(reason) => return Ok(Err(reason)),
    };
    let devices: FieldResult<Vec<D>> = (0..LANES).map(&mut device).collect();
    let mut devices = devices?;
    let whole = Sequence::new(&lowered, precision)?.bytes();
    let available = match devices.first_mut() {
        Some(first) => first.available()?,
        None => None,
    };
    let chosen = tiling.is_none();
    let mut tiling = match (tiling, available) {
        (Some(tiling), _) => tiling,
        (None, Some(bytes)) => {
            let plane = whole / streamed.planes().max(1) as u64 + 1;
            let planes = SHARE * bytes as f64 / LANES as f64 / plane as f64;
            Tiling { planes: planes as usize, steps: LONGEST }
        }
        (None, None) => return Ok(Err("the card does not say how much memory it has")),
    };
    let step = streamed.single("step");
    let (places, beside, steps, slabs, sequences) = loop {
        let Some((places, beside, steps)) = tiles(&streamed, step, tiling) else {
            return Err(FieldError::Memory {
                needed: whole,
                available,
                in_parts: Some(FEW),
            });
        };
        let slabs: Vec<_> = places.iter().map(|place| streamed.window(place)).collect();
        if slabs.iter().any(|slab| slab.plan.check().is_err()) {
            return Ok(Err("it reaches farther than its ghosts"));
        }
        let mut sequences = Sequence::of_slabs(&slabs, precision)?;
        level(&mut sequences);
        let needed = sequences.first().map_or(0, Sequence::bytes) * LANES as u64;
        if available.is_none_or(|bytes| needed <= bytes) {
            break (places, beside, steps, slabs, sequences);
        }
        if !chosen {
            return Err(FieldError::Memory { needed, available, in_parts: None });
        }
        // What is not in proportion to the planes took more than was left for it.
        tiling.planes -= tiling.planes.div_ceil(8);
    };
    let mut windows: Vec<Window> = places
        .into_iter()
        .zip(sequences)
        .map(|(place, sequence)| Window { place, sequence: Some(sequence) })
        .collect();
    let mut lanes = Vec::new();
    for (number, device) in devices.into_iter().enumerate() {
        let taken = windows.get_mut(number).and_then(|window| window.sequence.take());
        let Some(sequence) = taken else { break };
        let own = Lowered { plan: slabs[number].plan.clone(), joint: Vec::new() };
        let machine = placed(device, &own, sequence, Some(Mode::EXPECTED), began)?;
        lanes.push(Lane { machine, window: number });
    }
    let mut host = Vec::new();
    for array in &lowered.arrays {
        let layout = &array.layout;
        let bytes = layout.length * precision.bytes() as usize;
        let mut memory = match lanes.first_mut() {
            Some(lane) => lane.machine.device.host(bytes)?,
            None => Box::new(vec![0; bytes]),
        };
        if let Some(values) = &array.values {
            if values.len() == layout.length {
                let values = encoded(values.iter().copied(), precision);
                memory.bytes_mut().copy_from_slice(&values);
            } else {
                fill(memory.bytes_mut(), layout, values, precision);
            }
        }
        host.push(memory);
    }
    let scalars = lowered.scalars.iter().map(|scalar| scalar.value).collect();
    Ok(Ok(Box::new(StreamMachine {
        host,
        precision,
        scalars,
        windows,
        lanes,
        beside,
        steps,
        step: step.filter(|_| steps > 1),
        compile_seconds: began.elapsed().as_secs_f64(),
        streamed,
        failure: Failure::default(),
    })))
}

/// Buffers for the largest of all windows.
fn level(sequences: &mut [Sequence]) {
    for buffer in 0..sequences.first().map_or(0, |first| first.buffers.len()) {
        let all = sequences.iter().filter_map(|own| Some(own.buffers.get(buffer)?.bytes));
        let most = all.max().unwrap_or(0);
        for sequence in &mut *sequences {
            if let Some(buffer) = sequence.buffers.get_mut(buffer) {
                buffer.bytes = most;
            }
        }
    }
}

/// Windows, how many planes beside their own they have, and how many steps of one stretch they can be computed for at once. None where
/// so few planes are not enough.
fn tiles(
    streamed: &Streamed,
    step: Option<(ProcedureId, usize)>,
    tiling: Tiling,
) -> Option<(Vec<Place>, usize, u64)> {
    let all = streamed.planes();
    let most = tiling.planes.min(all);
    let stretches = 0..streamed.stretches.len();
    let mut beside = stretches.map(|own| streamed.reach(own, 1)).max().unwrap_or(0);
    let mut steps = 1;
    if let Some((_, stretch)) = step {
        while steps < tiling.steps {
            let reach = streamed.reach(stretch, steps + 1);
            if 2 * BESIDE * reach > most {
                break;
            }
            (beside, steps) = (beside.max(reach), steps + 1);
        }
    }
    let own = most.checked_sub(2 * beside).filter(|own| *own > 0)?;
    let count = all.div_ceil(own).max(LANES);
    let size = all.div_ceil(count) + 2 * beside;
    // Neighbours' planes are those of the next window, which has not been taken back yet; and no plane is there twice.
    if all / count < beside.max(1) || size > all {
        return None;
    }
    let place = |number: usize| {
        let own = all * number / count..all * (number + 1) / count;
        let start = own.start as isize - beside as isize;
        let last = (all - size) as isize;
        let start = if streamed.periodic { start } else { start.clamp(0, last) };
        Place { start, count: size, own }
    };
    Some(((0..count).map(place).collect(), beside, steps))
}

impl Streamed {
    /// The procedure of this name, if it is one stretch without sums.
    fn single(&self, name: &str) -> Option<(ProcedureId, usize)> {
        let procedure = self.plan.procedure(name)?;
        match self.procedures[procedure].as_slice() {
            [Part::Stretch(stretch)] if !self.stretches[*stretch].sums => {
                Some((procedure, *stretch))
            }
            _ => None,
        }
    }
}

/// Writes the interior of an array kept as bytes.
fn fill(
    bytes: &mut [u8],
    layout: &holor_field::layout::Layout,
    values: &[f64],
    precision: Precision,
) {
    let (size, n) = (precision.bytes() as usize, layout.points[2].max(1));
    for (start, row) in rows_of(layout).into_iter().zip(values.chunks(n)) {
        let row = encoded(row.iter().copied(), precision);
        let place = start * size;
        bytes[place..place + row.len()].copy_from_slice(&row);
    }
}

/// A stream of the card with a window on it.
struct Lane<D> {
    machine: CudaMachine<D>,
    window: usize,
}

struct StreamMachine<D> {
    streamed: Streamed,
    precision: Precision,
    /// The arrays of the whole box, as they are in memory.
    host: Vec<Box<dyn HostMemory>>,
    scalars: Vec<f64>,
    windows: Vec<Window>,
    lanes: Vec<Lane<D>>,
    /// Planes on either side of a window's own.
    beside: usize,
    /// Steps of one passage.
    steps: u64,
    /// The procedure that may be done several times in one passage, and its stretch.
    step: Option<(ProcedureId, usize)>,
    compile_seconds: f64,
    /// What went wrong, if anything did: nothing is right from then on.
    failure: Failure,
}

/// What is summed in a stretch.
struct Sums {
    kinds: Vec<(ReductionKind, ScalarId)>,
    /// The action among those of the stretch.
    action: usize,
    /// Pieces of a plane.
    plane: usize,
    /// The results of pieces of each sum.
    all: Vec<Vec<f64>>,
}

impl<D: Device> StreamMachine<D> {
    /// Bytes of a plane of an array, and its ghost planes on either side.
    fn plane(&self, array: ArrayId) -> (usize, usize) {
        let (d, layout) =
            (self.streamed.dimension, &self.streamed.plan.arrays[array].layout);
        (layout.strides[d] * self.precision.bytes() as usize, layout.ghosts[d])
    }

    /// Brings a window to a lane: its arrays, scalars, and what else differs between windows. `first` has the planes that the box begins
    /// with, for windows that reach across a periodic side.
    fn bring(
        &mut self,
        window: usize,
        stretch: usize,
        first: &[(ArrayId, Vec<u8>)],
    ) -> FieldResult<()> {
        let lane = window % self.lanes.len();
        let before = self.lanes[lane].window;
        if before != window {
            let Some(next) = self.windows[window].sequence.take() else {
                return Err(FieldError::Device("a window is on two streams".to_owned()));
            };
            let lane = &mut self.lanes[lane];
            let old = std::mem::replace(&mut lane.machine.sequence, next);
            lane.window = window;
            self.windows[before].sequence = Some(old);
        }
        let place = self.windows[window].place.clone();
        let planes = self.streamed.planes() as isize;
        for array in self.streamed.stretches[stretch].touched.clone() {
            let (bytes, ghosts) = self.plane(array);
            let (host, ghost) = (self.host[array].bytes(), ghosts as isize);
            let machine = &mut self.lanes[lane].machine;
            // The planes of the window that are one after another here too: how many before it there are, and of which memory.
            let mut put = |from: isize, to: isize, memory: &[u8], at: isize| {
                if to <= from {
                    return Ok(());
                }
                let start = (from - at) as usize * bytes;
                let end = start + (to - from) as usize * bytes;
                let offset = (from - place.start + ghost) as u64 * bytes as u64;
                machine.device.write(array, offset, &memory[start..end])
            };
            let (start, end) = (place.start, place.start + place.count as isize);
            if self.streamed.periodic {
                put(start, end.min(0), host, -planes - ghost)?;
                put(start.max(0), end.min(planes), host, -ghost)?;
                if end > planes {
                    let known = first.iter().find(|(own, _)| *own == array);
                    let memory = known.map_or(&[][..], |(_, memory)| memory);
                    put(start.max(planes), end, memory, planes)?;
                }
            } else {
                let start = if start == 0 { -ghost } else { start };
                let end = if end == planes { planes + ghost } else { end };
                put(start, end, host, -ghost)?;
            }
        }
        let machine = &mut self.lanes[lane].machine;
        machine.map = machine.sequence.homes();
        let scalars = encoded(self.scalars.iter().copied(), Precision::Double);
        machine.device.write(machine.sequence.scalars, 0, &scalars)?;
        let arrays = self.host.len();
        for number in arrays..machine.sequence.buffers.len() {
            if let Start::Reals(values) = &machine.sequence.buffers[number].start {
                let bytes = encoded(values.iter().copied(), self.precision);
                machine.device.write(number, 0, &bytes)?;
            }
        }
        Ok(())
    }

    /// The planes of a window that are taken back, with the box's own ghosts.
    fn kept(&self, place: &Place, ghosts: usize) -> Range<isize> {
        let (mut start, mut end) = (place.own.start as isize, place.own.end as isize);
        if !self.streamed.periodic {
            start -= if start == 0 { ghosts as isize } else { 0 };
            end +=
                if end == self.streamed.planes() as isize { ghosts as isize } else { 0 };
        }
        start..end
    }

    /// Takes back what a window has computed.
    fn take(
        &mut self,
        window: usize,
        stretch: usize,
        sums: &mut Option<Sums>,
    ) -> FieldResult<()> {
        let lane = window % self.lanes.len();
        let place = self.windows[window].place.clone();
        for array in self.streamed.stretches[stretch].changed.clone() {
            let (bytes, ghosts) = self.plane(array);
            let kept = self.kept(&place, ghosts);
            let machine = &mut self.lanes[lane].machine;
            let buffer = machine.map[array];
            let offset =
                (kept.start - place.start + ghosts as isize) as u64 * bytes as u64;
            let start = (kept.start + ghosts as isize) as usize * bytes;
            let end = (kept.end + ghosts as isize) as usize * bytes;
            let memory = &mut *self.host[array];
            machine.device.read_to(buffer, offset, memory, start..end)?;
        }
        if let Some(sums) = sums {
            self.take_sums(window, stretch, sums)?;
        }
        if window + 1 == self.windows.len() {
            let machine = &mut self.lanes[lane].machine;
            let mut bytes = vec![0; 8 * self.scalars.len()];
            machine.device.read(machine.sequence.scalars, 0, &mut bytes)?;
            let (numbers, _) = bytes.as_chunks::<8>();
            for (scalar, bytes) in self.scalars.iter_mut().zip(numbers) {
                *scalar = f64::from_ne_bytes(*bytes);
            }
        }
        Ok(())
    }

    /// The results of pieces of a window's own planes.
    fn take_sums(
        &mut self,
        window: usize,
        stretch: usize,
        sums: &mut Sums,
    ) -> FieldResult<()> {
        let place = self.windows[window].place.clone();
        let d = self.streamed.dimension;
        let Some(Action::Run { region, .. }) =
            self.streamed.actions(stretch).get(sums.action)
        else {
            return Ok(());
        };
        let (from, to) = (region.start[d], region.end[d]);
        let (whole_start, planes) = (from, self.streamed.planes());
        let start =
            if place.own.start == 0 { from } else { from.max(place.own.start as isize) };
        let end =
            if place.own.end == planes { to } else { to.min(place.own.end as isize) };
        if start >= end || sums.plane == 0 {
            return Ok(());
        }
        let extent = Extent {
            start: place.start.max(0) as usize,
            end: (place.start + place.count as isize).max(0) as usize,
            first: place.start == 0,
            last: place.start + place.count as isize == planes as isize,
        };
        let clipped = self.streamed.clipped(region, extent, &place);
        let on_device = (clipped.end[d] - clipped.start[d]) as usize * sums.plane;
        let before = (start - place.start - clipped.start[d]) as usize * sums.plane;
        let count = (end - start) as usize * sums.plane;
        let to = (start - whole_start) as usize * sums.plane;
        let lane = window % self.lanes.len();
        let machine = &mut self.lanes[lane].machine;
        let mut bytes = vec![0; 8 * count];
        for (number, all) in sums.all.iter_mut().enumerate() {
            let offset = 8 * (number * on_device + before) as u64;
            machine.device.read(machine.sequence.pieces, offset, &mut bytes)?;
            let (numbers, _) = bytes.as_chunks::<8>();
            for (result, bytes) in all[to..to + count].iter_mut().zip(numbers) {
                *result = f64::from_ne_bytes(*bytes);
            }
        }
        Ok(())
    }

    /// What a stretch sums, with room for the results of all pieces.
    fn sums(&self, stretch: usize) -> Option<Sums> {
        if !self.streamed.stretches[stretch].sums {
            return None;
        }
        let d = self.streamed.dimension;
        let actions = self.streamed.actions(stretch);
        let Some(Action::Run { program, region, .. }) = actions.last() else {
            return None;
        };
        let reductions = &self.streamed.plan.programs[*program].reductions;
        let kinds: Vec<_> = reductions.iter().map(|own| (own.kind, own.scalar)).collect();
        let plane = pieces(region, d, 1);
        let count = pieces(region, d, region.end[d] - region.start[d]);
        let all = kinds.iter().map(|_| vec![0.0; count]).collect();
        Some(Sums { kinds, action: actions.len() - 1, plane, all })
    }

    /// All windows through a stretch, so many times.
    fn pass(&mut self, stretch: usize, times: u64) -> FieldResult<()> {
        let mut sums = self.sums(stretch);
        let touched = &self.streamed.stretches[stretch].touched;
        // The first planes are taken back before the last window wants them.
        let first: Vec<(ArrayId, Vec<u8>)> = touched
            .iter()
            .filter(|_| self.streamed.periodic)
            .map(|array| {
                let (bytes, ghosts) = self.plane(*array);
                let planes = ghosts * bytes..(ghosts + self.beside) * bytes;
                (*array, self.host[*array].bytes()[planes].to_vec())
            })
            .collect();
        for window in 0..self.windows.len() {
            self.bring(window, stretch, &first)?;
            let lane = window % self.lanes.len();
            let machine = &mut self.lanes[lane].machine;
            for _ in 0..times {
                for act in 0..machine.sequence.procedures[stretch].len() {
                    machine.act(stretch, act)?;
                }
            }
            // Meanwhile the one before comes back.
            if let Some(before) = window.checked_sub(1) {
                self.take(before, stretch, &mut sums)?;
            }
        }
        if let Some(last) = self.windows.len().checked_sub(1) {
            self.take(last, stretch, &mut sums)?;
        }
        if let Some(sums) = sums {
            for ((kind, scalar), all) in sums.kinds.iter().zip(&sums.all) {
                self.scalars[*scalar] = join_pieces(*kind, all);
            }
        }
        Ok(())
    }

    fn perform(&mut self, procedure: ProcedureId) -> FieldResult<()> {
        for part in self.streamed.procedures[procedure].clone() {
            match part {
                Part::Stretch(stretch) => self.pass(stretch, 1)?,
                Part::Repeat { procedure, until, at_most } => {
                    for _ in 0..at_most {
                        self.perform(procedure)?;
                        if self.scalars[until] != 0.0 {
                            break;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn repeat(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        let mut done = 0;
        while done < times {
            if interrupted() {
                return Ok(done);
            }
            match self.step {
                Some((step, stretch)) if step == procedure => {
                    let some = self.steps.min(times - done);
                    self.pass(stretch, some)?;
                    done += some;
                }
                _ => {
                    self.perform(procedure)?;
                    done += 1;
                }
            }
        }
        Ok(done)
    }
}

impl<D: Device> Machine for StreamMachine<D> {
    fn write(&mut self, array: ArrayId, values: &[f64]) {
        let layout = &self.streamed.plan.arrays[array].layout;
        fill(self.host[array].bytes_mut(), layout, values, self.precision);
    }

    fn read(&mut self, array: ArrayId, values: &mut [f64]) {
        if self.failure.happened() {
            // Never a number that was not computed.
            values.fill(f64::NAN);
            return;
        }
        let layout = &self.streamed.plan.arrays[array].layout;
        let (size, n) = (self.precision.bytes() as usize, layout.points[2].max(1));
        for (start, row) in rows_of(layout).into_iter().zip(values.chunks_mut(n)) {
            let from = self.host[array].bytes()[start * size..].chunks_exact(size);
            for (from, value) in from.zip(row) {
                *value = match self.precision {
                    Precision::Double => {
                        from.try_into().map_or(f64::NAN, f64::from_ne_bytes)
                    }
                    Precision::Single => from
                        .try_into()
                        .map_or(f64::NAN, |x| f64::from(f32::from_ne_bytes(x))),
                };
            }
        }
    }

    fn set_scalar(&mut self, scalar: ScalarId, value: f64) {
        self.scalars[scalar] = value;
    }

    fn scalar(&mut self, scalar: ScalarId) -> f64 {
        if self.failure.happened() { f64::NAN } else { self.scalars[scalar] }
    }

    fn execute(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        self.failure.check_procedure(procedure, self.streamed.procedures.len())?;
        let result = self.repeat(procedure, times, interrupted);
        self.failure.kept(result)
    }

    fn compile_seconds(&self) -> f64 {
        self.compile_seconds
    }

    fn remarks(&self) -> Vec<String> {
        let planes = self.windows.first().map_or(0, |window| window.place.own.len());
        let steps = match self.steps {
            1 => "one step".to_owned(),
            steps => format!("up to {steps} steps"),
        };
        vec![format!(
            "the box does not fit on the card: it passes through in {} windows of about {planes} planes and {} beside them, for {steps} at a time",
            self.windows.len(),
            2 * self.beside
        )]
    }

    fn listing(&self, program: usize) -> String {
        self.lanes.first().map_or(String::new(), |lane| lane.machine.listing(program))
    }
}
