//! Devices with a slab each, in step.

use std::time::Instant;

use holor_field::layout::Layout;
use holor_field::plan::{ArrayId, Plan, ProcedureId, ScalarId};
use holor_field::{FieldError, FieldResult, Machine, Precision};

use super::{Slab, cut};
use crate::failure::Failure;
use crate::machine::{BATCH, CudaMachine, Device, Lowered, placed};
use crate::sequence::{Act, Meeting, Sequence};
use crate::tuning::Mode;

/// What is copied from one device to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The other device's buffer, and a byte of it.
    pub from: (usize, u64),
    /// The own buffer, and a byte of it.
    pub to: (usize, u64),
    /// How many bytes.
    pub bytes: u64,
}

/// A device that can fetch what another one has.
pub trait Peer: Device + Sized {
    /// Copies from another device: after all that either was given to do before, and before all that either is given to do later.
    ///
    /// # Errors
    /// Where one of the devices fails.
    fn fetch(&mut self, other: &mut Self, copies: &[Copy]) -> FieldResult<()>;
}

/// Puts a plan onto several devices, if it can be cut; gives the reason otherwise. The devices are made only where it can be.
///
/// # Errors
/// Where the plan is malformed, does not fit, or a device fails.
pub fn prepare<D: Peer + 'static>(
    count: usize,
    device: impl FnMut(usize) -> FieldResult<D>,
    plan: &Plan,
    precision: Precision,
) -> FieldResult<Result<Box<dyn Machine>, &'static str>> {
    let began = Instant::now();
    plan.check()?;
    // What is shared depends on the whole box, so that the bits are the same on any number of devices.
    let lowered = Lowered::new(plan, precision).plan;
    let slabs = match cut(&lowered, count) {
        Ok(slabs) => slabs,
        Err(reason) => return Ok(Err(reason)),
    };
    let sequences = Sequence::of_slabs(&slabs, precision)?;
    let devices: FieldResult<Vec<D>> = (0..count).map(device).collect();
    let mut members = Vec::new();
    for ((device, slab), sequence) in devices?.into_iter().zip(&slabs).zip(sequences) {
        let own = Lowered { plan: slab.plan.clone(), joint: Vec::new() };
        members.push(placed(device, &own, sequence, Some(Mode::EXPECTED), began)?);
    }
    let compile_seconds =
        members.iter().map(Machine::compile_seconds).fold(0.0, f64::max);
    let buffers = lowered.arrays.len();
    Ok(Ok(Box::new(SlabMachine {
        dimension: slabs.first().map_or(0, |slab: &Slab| slab.dimension),
        members,
        stale: vec![true; buffers],
        failure: Failure::default(),
        compile_seconds,
    })))
}

struct SlabMachine<D: Peer> {
    dimension: usize,
    members: Vec<CudaMachine<D>>,
    /// Of each buffer of an array whether the copies of the neighbours' cells may be old.
    stale: Vec<bool>,
    /// What went wrong, if anything did: nothing is right from then on.
    failure: Failure,
    compile_seconds: f64,
}

impl<D: Peer> Drop for SlabMachine<D> {
    fn drop(&mut self) {
        // What a device still fetches must not be given back by another before. What fails now cannot be helped.
        for member in &mut self.members {
            let _ = member.device.wait();
        }
    }
}

/// Whether an act is of all devices together.
fn is_joint(act: &Act) -> bool {
    matches!(act, Act::Meet(_) | Act::Repeat { .. })
}

impl<D: Peer> SlabMachine<D> {
    fn perform(&mut self, procedure: ProcedureId) -> FieldResult<()> {
        let mut places = vec![0; self.members.len()];
        loop {
            for (member, place) in self.members.iter_mut().zip(&mut places) {
                while let Some(act) = member.sequence.procedures[procedure].get(*place)
                    && !is_joint(act)
                {
                    member.act(procedure, *place)?;
                    *place += 1;
                }
            }
            let acts: Vec<Option<Act>> = self
                .members
                .iter()
                .zip(&mut places)
                .map(|(member, place)| {
                    let act = member.sequence.procedures[procedure].get(*place);
                    *place += 1;
                    act.cloned()
                })
                .collect();
            match acts.first() {
                Some(Some(Act::Repeat { procedure, until, at_most })) => {
                    for _ in 0..*at_most {
                        self.perform(*procedure)?;
                        if self.members[0].scalar_of(*until)? != 0.0 {
                            break;
                        }
                    }
                }
                Some(Some(Act::Meet(meeting))) => self.meet(meeting, &acts)?,
                _ => return Ok(()),
            }
        }
    }

    /// `acts` has the same meeting as each device sees it.
    fn meet(&mut self, meeting: &Meeting, acts: &[Option<Act>]) -> FieldResult<()> {
        match meeting {
            Meeting::Needed(arrays) => {
                let map = &self.members[0].map;
                let wanted = |array: &&ArrayId| self.stale[map[**array]];
                let arrays: Vec<ArrayId> =
                    arrays.iter().filter(wanted).copied().collect();
                for array in &arrays {
                    self.stale[self.members[0].map[*array]] = false;
                }
                self.exchange(&arrays)
            }
            Meeting::Changed(arrays) => {
                for array in arrays {
                    self.stale[self.members[0].map[*array]] = true;
                }
                Ok(())
            }
            Meeting::Moved { from, to } => {
                let map = &self.members[0].map;
                self.stale[map[*to]] = self.stale[map[*from]];
                Ok(())
            }
            Meeting::Around(array) => self.around(*array),
            Meeting::Gather { .. } => self.gather(acts),
            Meeting::Spread => self.spread(),
        }
    }

    /// So many planes across the cut of an array of a device, from one on, ghosts included: the first byte, and how many.
    fn planes(
        &self,
        member: usize,
        array: ArrayId,
        first: isize,
        count: usize,
    ) -> (u64, u64) {
        let member = &self.members[member];
        let layout: &Layout = &member.sequence.layouts[array];
        let faster = self.dimension + 1..layout.strides.len();
        let before: usize =
            faster.clone().map(|e| layout.ghosts[e] * layout.strides[e]).sum();
        let plane: usize = faster
            .map(|e| (layout.points[e] + 2 * layout.ghosts[e] - 1) * layout.strides[e])
            .sum();
        let stride = layout.strides[self.dimension];
        let start = (layout.origin as isize + first * stride as isize) as usize - before;
        let length = (count - 1) * stride + plane + 1;
        let size = member.sequence.precision.bytes();
        (start as u64 * size, length as u64 * size)
    }

    /// The copy of planes from one array of a device to the same of another.
    fn copy(
        &self,
        array: ArrayId,
        (from, first): (usize, isize),
        (to, target): (usize, isize),
        count: usize,
    ) -> Copy {
        let buffer = self.members[0].map[array];
        let (start, bytes) = self.planes(from, array, first, count);
        let (end, _) = self.planes(to, array, target, count);
        Copy { from: (buffer, start), to: (buffer, end), bytes }
    }

    fn ghosts(&self, array: ArrayId) -> usize {
        self.members[0].sequence.layouts[array].ghosts[self.dimension]
    }

    fn points(&self, member: usize, array: ArrayId) -> isize {
        self.members[member].sequence.layouts[array].points[self.dimension] as isize
    }

    fn fetch(&mut self, to: usize, from: usize, copies: &[Copy]) -> FieldResult<()> {
        if copies.is_empty() {
            return Ok(());
        }
        let [to, from] = self.members.get_disjoint_mut([to, from]).map_err(|_| {
            FieldError::Device("a device was to copy to itself".to_owned())
        })?;
        to.device.fetch(&mut from.device, copies)
    }

    /// The cells next to the cuts, from neighbour to neighbour.
    fn exchange(&mut self, arrays: &[ArrayId]) -> FieldResult<()> {
        for left in 0..self.members.len() - 1 {
            let right = left + 1;
            let (mut forward, mut back) = (Vec::new(), Vec::new());
            for array in arrays {
                let (count, points) = (self.ghosts(*array), self.points(left, *array));
                if count == 0 {
                    continue;
                }
                let ghosts = count as isize;
                let last = (left, points - ghosts);
                forward.push(self.copy(*array, last, (right, -ghosts), count));
                back.push(self.copy(*array, (right, 0), (left, points), count));
            }
            self.fetch(right, left, &forward)?;
            self.fetch(left, right, &back)?;
        }
        Ok(())
    }

    fn around(&mut self, array: ArrayId) -> FieldResult<()> {
        let (count, last) = (self.ghosts(array), self.members.len() - 1);
        let (ghosts, points) = (count as isize, self.points(last, array));
        let low = self.copy(array, (last, points - ghosts), (0, -ghosts), count);
        let high = self.copy(array, (0, 0), (last, points), count);
        self.fetch(0, last, &[low])?;
        self.fetch(last, 0, &[high])
    }

    /// The results of all pieces to the first device, whose own are there.
    fn gather(&mut self, acts: &[Option<Act>]) -> FieldResult<()> {
        for (place, act) in acts.iter().enumerate().skip(1) {
            let Some(Act::Meet(Meeting::Gather { sums, own, before, all })) = act else {
                continue;
            };
            if *own == 0 {
                continue;
            }
            let from = self.members[place].sequence.pieces;
            let to = self.members[0].sequence.pieces;
            let copy = |sum: usize| Copy {
                from: (from, 8 * (sum * own) as u64),
                to: (to, 8 * (sum * all + before) as u64),
                bytes: 8 * *own as u64,
            };
            let copies: Vec<Copy> = (0..*sums).map(copy).collect();
            self.fetch(0, place, &copies)?;
        }
        Ok(())
    }

    /// All scalars from the first device: those that were not just gathered are the same everywhere.
    fn spread(&mut self) -> FieldResult<()> {
        let scalars = |member: &CudaMachine<D>| {
            let buffer = member.sequence.scalars;
            (buffer, member.sequence.buffers[buffer].bytes)
        };
        let (from, bytes) = scalars(&self.members[0]);
        for place in 1..self.members.len() {
            let (to, _) = scalars(&self.members[place]);
            self.fetch(place, 0, &[Copy { from: (from, 0), to: (to, 0), bytes }])?;
        }
        Ok(())
    }

    fn repeat(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        let (mut done, mut batch) = (0, 1);
        while done < times {
            if interrupted() {
                return Ok(done);
            }
            let began = Instant::now();
            let goal = times.min(done + batch);
            while done < goal {
                self.perform(procedure)?;
                done += 1;
            }
            self.members.iter_mut().try_for_each(|member| member.device.wait())?;
            let took = began.elapsed();
            if took < BATCH {
                batch *= 2;
            } else if took > 2 * BATCH {
                batch = (batch / 2).max(1);
            }
        }
        Ok(done)
    }

    /// The cells of an array that each device has, in order.
    fn cells(&self, array: ArrayId) -> Vec<usize> {
        let own = |member: &CudaMachine<D>| member.sequence.layouts[array].cells();
        self.members.iter().map(own).collect()
    }

    fn put(&mut self, array: ArrayId, mut values: &[f64]) -> FieldResult<()> {
        for (place, cells) in self.cells(array).into_iter().enumerate() {
            let (own, rest) = values.split_at(cells.min(values.len()));
            self.members[place].put(array, own)?;
            values = rest;
        }
        self.stale[self.members[0].map[array]] = true;
        Ok(())
    }

    fn get(&mut self, array: ArrayId, mut values: &mut [f64]) -> FieldResult<()> {
        for (place, cells) in self.cells(array).into_iter().enumerate() {
            let (own, rest) = values.split_at_mut(cells.min(values.len()));
            self.members[place].get(array, own)?;
            values = rest;
        }
        Ok(())
    }
}

impl<D: Peer> Machine for SlabMachine<D> {
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
        let result = self.members.iter_mut().try_for_each(|member| {
            member.device.write(member.sequence.scalars, 8 * scalar as u64, &bytes)
        });
        self.failure.noted(result, ());
    }

    fn scalar(&mut self, scalar: ScalarId) -> f64 {
        if self.failure.happened() {
            return f64::NAN;
        }
        let result = self.members[0].scalar_of(scalar);
        self.failure.noted(result, f64::NAN)
    }

    fn execute(
        &mut self,
        procedure: ProcedureId,
        times: u64,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> FieldResult<u64> {
        self.failure
            .check_procedure(procedure, self.members[0].sequence.procedures.len())?;
        let result = self.repeat(procedure, times, interrupted);
        self.failure.kept(result)
    }

    fn compile_seconds(&self) -> f64 {
        self.compile_seconds
    }

    fn remarks(&self) -> Vec<String> {
        let d = self.dimension;
        let layouts = self.members.iter().map(|member| &member.sequence.layouts);
        let planes: Vec<String> =
            layouts.filter_map(|own| Some(own.first()?.points[d].to_string())).collect();
        vec![format!(
            "the box is cut into {} slabs, one for each card, of {} planes",
            planes.len(),
            planes.join(", ")
        )]
    }

    fn listing(&self, program: usize) -> String {
        self.members[0].listing(program)
    }
}
