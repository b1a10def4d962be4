//! A box that does not fit a device, kept by the processor and computed in windows that pass through.
//!
//! The box is cut along its slowest dimension into windows of a few planes. A window is brought to the device together with as many planes on either
//! side as information can come from, computed for several steps at once, and its own planes are taken back: what is wrong near the cuts, because
//! nobody is there to give the neighbours' cells, has not come so far. So every cell is computed from the same numbers by the same kernels as on a
//! device that has the whole box, and has the same bits. Planes near the cuts are computed more than once.
//!
//! Sums are brought to the processor as results of pieces of rows, and joined there in the order of the whole box; what comes after them is another
//! stretch of the procedure. All arrays that a stretch touches are brought to the device, those that it writes are taken back.

mod machine;

use std::ops::Range;

use holor_field::graph::Op;
use holor_field::layout::{DIMENSIONS, Layout, Region};
use holor_field::plan::{Action, Array, ArrayId, Plan, Procedure, ProcedureId, ScalarId};

use crate::slabs::{self, Extent, Slab, pieces};

pub use machine::{Tiling, prepare};

/// What a procedure consists of.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// Something done window by window.
    Stretch(usize),
    /// A procedure, until a scalar is not 0.
    Repeat { procedure: ProcedureId, until: ScalarId, at_most: u32 },
}

/// Actions that are done window by window.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    procedure: ProcedureId,
    actions: Range<usize>,
    /// Whether the last action sums.
    pub(crate) sums: bool,
    /// The arrays that it touches.
    pub(crate) touched: Vec<ArrayId>,
    /// Those that it changes.
    pub(crate) changed: Vec<ArrayId>,
}

/// A plan whose box can be cut into windows.
#[derive(Debug)]
pub(crate) struct Streamed {
    pub(crate) plan: Plan,
    /// The dimension through which the cuts go.
    pub(crate) dimension: usize,
    /// Whether the box is periodic along it.
    pub(crate) periodic: bool,
    /// The procedures of the plan.
    pub(crate) procedures: Vec<Vec<Part>>,
    /// The procedures of a window's plan.
    pub(crate) stretches: Vec<Stretch>,
}

/// Some planes of the box.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The first plane on the device; negative where those of the other end come before.
    pub(crate) start: isize,
    /// How many planes are on the device.
    pub(crate) count: usize,
    /// The planes that are taken back.
    pub(crate) own: Range<usize>,
}

impl Streamed {
    /// A plan that was checked, shared and lowered; or why its box cannot be cut.
    pub(crate) fn new(plan: &Plan) -> Result<Self, &'static str> {
        let dimension = slabs::dimension(plan)?;
        let mut all = Self {
            plan: plan.clone(),
            dimension,
            periodic: false,
            procedures: Vec::new(),
            stretches: Vec::new(),
        };
        for action in plan.procedures.iter().flat_map(|own| &own.actions) {
            match action {
                Action::Wrap { dimension: d, sign, .. } if *d == dimension => {
                    if *sign < 0.0 {
                        return Err("its sides along the cuts change the sign");
                    }
                    all.periodic = true;
                }
                Action::Run { arrays, .. } if arrays.is_empty() => {
                    return Err("a program of it has no arrays");
                }
                _ => {}
            }
        }
        if all.periodic {
            all.check_periodic()?;
        }
        all.part();
        Ok(all)
    }

    /// Planes of the box.
    pub(crate) fn planes(&self) -> usize {
        self.plan.arrays.first().map_or(0, |own| own.layout.points[self.dimension])
    }

    /// The loads that a program needs: the arrays, and how far away along the cut dimension.
    fn loads<'a>(
        &'a self,
        program: usize,
        arrays: &'a [ArrayId],
    ) -> impl Iterator<Item = (ArrayId, isize)> + 'a {
        let program = &self.plan.programs[program];
        let needed = program.graph.needed(&program.roots());
        let ops = program.graph.ops().iter().zip(needed);
        ops.filter_map(move |(op, needed)| match *op {
            Op::Load { array, offset } if needed => {
                Some((arrays[array as usize], isize::from(offset[self.dimension])))
            }
            _ => None,
        })
    }

    /// The greatest distance at which a program looks up a table along the cut dimension; none where it looks up none.
    fn tables(&self, program: usize) -> Option<i16> {
        let program = &self.plan.programs[program];
        let needed = program.graph.needed(&program.roots());
        let ops = program.graph.ops().iter().zip(needed);
        let far = ops.filter_map(|(op, needed)| match *op {
            Op::Table { table, offset }
                if needed
                    && self.plan.tables[table as usize].dimension == self.dimension =>
            {
                Some(offset.abs())
            }
            _ => None,
        });
        far.max()
    }

    /// That cells see across a periodic side just what is at the other end, and that nothing else depends on where the side is: only then may
    /// a window go on across it.
    fn check_periodic(&self) -> Result<(), &'static str> {
        let (plan, d) = (&self.plan, self.dimension);
        if (0..plan.programs.len()).any(|own| self.tables(own).is_some_and(|far| far > 0))
        {
            return Err("its coefficients differ beyond the sides along the cuts");
        }
        // Of each array how many planes beyond either side are those of the other end, at the start of every procedure: fewer with every look.
        let mut always: Vec<[isize; 2]> = plan
            .arrays
            .iter()
            .map(|array| {
                if self.is_periodic(array) {
                    [array.layout.ghosts[d] as isize; 2]
                } else {
                    [0; 2]
                }
            })
            .collect();
        loop {
            let before = always.clone();
            let mut seen = Ok(());
            for procedure in &plan.procedures {
                let mut known = before.clone();
                for action in &procedure.actions {
                    match action {
                        Action::Wrap { array, dimension, .. } if *dimension == d => {
                            known[*array] =
                                [plan.arrays[*array].layout.ghosts[d] as isize; 2];
                        }
                        Action::Exchange(a, b) => known.swap(*a, *b),
                        Action::Copy { from, to } => known[*to] = known[*from],
                        Action::Noise { array, .. } => known[*array] = [0; 2],
                        Action::Repeat { .. } => known.clone_from(&before),
                        Action::Run { program, arrays, region } => {
                            let run = (*program, arrays.as_slice(), region);
                            seen = self.run_periodic(run, &mut known).and(seen);
                        }
                        _ => {}
                    }
                }
                for (always, known) in always.iter_mut().zip(known) {
                    *always = [always[0].min(known[0]), always[1].min(known[1])];
                }
            }
            if always == before {
                return seen;
            }
        }
    }

    /// What a program makes of the planes that are known beyond the sides; whether it needs no others for the cells of the box.
    fn run_periodic(
        &self,
        (program, arrays, region): (usize, &[ArrayId], &Region),
        known: &mut [[isize; 2]],
    ) -> Result<(), &'static str> {
        let d = self.dimension;
        let own = &self.plan.programs[program];
        let beyond = [-region.start[d], region.end[d] - self.planes() as isize];
        if beyond.iter().any(|planes| *planes < 0) {
            return Err("it treats some planes differently");
        }
        if !own.reductions.is_empty() && beyond != [0; 2] {
            return Err("it sums over more than its cells");
        }
        let enough = |beyond: [isize; 2]| {
            self.loads(program, arrays).all(|(array, offset)| {
                known[array][0] >= beyond[0] - offset
                    && known[array][1] >= beyond[1] + offset
            })
        };
        let inner = enough([0; 2]);
        // Beyond the sides a table goes on as it does, not as at the other end.
        let alike = enough(beyond) && self.tables(program).is_none();
        let layout = arrays.first().map(|array| self.plan.arrays[*array].layout);
        let whole = layout.is_some_and(|layout| {
            (0..DIMENSIONS).filter(|e| *e != d).all(|e| {
                region.start[e] <= 0 && region.end[e] >= layout.points[e] as isize
            })
        });
        let new = if alike { beyond } else { [0; 2] };
        for store in &own.stores {
            let known = &mut known[arrays[store.slot as usize]];
            *known =
                if whole { new } else { [known[0].min(new[0]), known[1].min(new[1])] };
        }
        if inner { Ok(()) } else { Err("it reaches beyond its sides") }
    }

    /// Whether an array has at the start, beyond its sides along the cuts, the values of the other side.
    fn is_periodic(&self, array: &Array) -> bool {
        let Layout { ghosts, strides, points, length, .. } = array.layout;
        let d = self.dimension;
        let (stride, ghosts, points) = (strides[d], ghosts[d], points[d]);
        let Some(values) = array.values.as_ref().filter(|own| own.len() == length) else {
            return false;
        };
        let plane = |place: usize| {
            values[place * stride..(place + 1) * stride].iter().map(|x| x.to_bits())
        };
        (0..ghosts).all(|k| {
            let other = ghosts + k;
            plane(k).eq(plane(k + points)) && plane(other).eq(plane(other + points))
        })
    }

    /// Cuts the procedures into stretches: each ends with what sums, and before what repeats.
    fn part(&mut self) {
        for (procedure, own) in self.plan.procedures.iter().enumerate() {
            let mut parts = Vec::new();
            let mut start = 0;
            let mut end = |parts: &mut Vec<Part>, actions: Range<usize>, sums| {
                if !actions.is_empty() {
                    let (touched, changed) =
                        touched(&self.plan, &own.actions[actions.clone()]);
                    parts.push(Part::Stretch(self.stretches.len()));
                    self.stretches.push(Stretch {
                        procedure,
                        actions,
                        sums,
                        touched,
                        changed,
                    });
                }
            };
            for (place, action) in own.actions.iter().enumerate() {
                match action {
                    Action::Run { program, .. }
                        if !self.plan.programs[*program].reductions.is_empty() =>
                    {
                        end(&mut parts, start..place + 1, true);
                        start = place + 1;
                    }
                    Action::Repeat { procedure, until, at_most } => {
                        end(&mut parts, start..place, false);
                        let (procedure, until, at_most) = (*procedure, *until, *at_most);
                        parts.push(Part::Repeat { procedure, until, at_most });
                        start = place + 1;
                    }
                    _ => {}
                }
            }
            end(&mut parts, start..own.actions.len(), false);
            self.procedures.push(parts);
        }
    }

    /// The actions of a stretch.
    pub(crate) fn actions(&self, stretch: usize) -> &[Action] {
        let Stretch { procedure, actions, .. } = &self.stretches[stretch];
        &self.plan.procedures[*procedure].actions[actions.clone()]
    }

    /// How many planes from a cut numbers are wrong, at most, when a stretch was done so many times.
    pub(crate) fn reach(&self, stretch: usize, times: u64) -> usize {
        let d = self.dimension;
        let points = self.planes() as isize;
        let mut wrong = vec![0; self.plan.arrays.len()];
        for _ in 0..times {
            for action in self.actions(stretch) {
                match action {
                    Action::Exchange(a, b) => wrong.swap(*a, *b),
                    Action::Copy { from, to } => wrong[*to] = wrong[*from],
                    Action::Run { program, arrays, region } => {
                        if region.end[d] <= 0 || region.start[d] >= points {
                            // Beyond the box's own sides, where no cut is.
                            continue;
                        }
                        let loads = self.loads(*program, arrays);
                        let far = loads.map(|(a, far)| wrong[a] + far.unsigned_abs());
                        let far = far.max().unwrap_or(0);
                        for store in &self.plan.programs[*program].stores {
                            let own = &mut wrong[arrays[store.slot as usize]];
                            *own = far.max(*own);
                        }
                        if !self.plan.programs[*program].reductions.is_empty() {
                            // The values that are summed must be right, though nobody stores them.
                            wrong.push(far);
                        }
                    }
                    _ => {}
                }
            }
        }
        wrong.into_iter().max().unwrap_or(0)
    }

    /// The plan of a window, with a procedure for each stretch.
    pub(crate) fn window(&self, place: &Place) -> Slab {
        let (d, points) = (self.dimension, self.planes());
        let mut own = self.plan.clone();
        for array in &mut own.arrays {
            array.layout.length -= (points * array.layout.strides[d])
                - place.count * array.layout.strides[d];
            array.layout.points[d] = place.count;
            array.values = None;
        }
        for table in own.tables.iter_mut().filter(|table| table.dimension == d) {
            if self.periodic {
                let at = |k: usize| {
                    let inside = (place.start + k as isize).rem_euclid(points as isize);
                    table.values[table.first + inside as usize]
                };
                table.values = (0..place.count).map(at).collect();
                table.first = 0;
            } else {
                table.first += place.start as usize;
            }
        }
        let extent = Extent {
            start: place.start.max(0) as usize,
            end: (place.start + place.count as isize).max(0) as usize,
            first: place.start == 0,
            last: place.start + place.count as isize == points as isize,
        };
        let mut all_pieces = Vec::new();
        own.procedures.clear();
        for number in 0..self.stretches.len() {
            let (mut actions, mut counts) = (Vec::new(), Vec::new());
            for action in self.actions(number) {
                let mut action = action.clone();
                let mut count = 0;
                match &mut action {
                    Action::Wrap { dimension, .. } if *dimension == d => continue,
                    Action::Run { region, .. } => {
                        *region = self.clipped(region, extent, place);
                        count = pieces(region, d, region.end[d] - region.start[d]);
                    }
                    _ => {}
                }
                actions.push(action);
                counts.push((0, count));
            }
            own.procedures.push(Procedure { name: format!("stretch {number}"), actions });
            all_pieces.push(counts);
        }
        let plane: usize = self.plan.arrays[0].layout.points[d + 1..].iter().product();
        let before = place.start.rem_euclid(points as isize) as usize;
        Slab {
            plan: own,
            // Neither the first nor the last of several: sums are joined elsewhere.
            number: 1,
            count: 3,
            dimension: d,
            cells_before: (before * plane) as i64,
            cells: (points * plane) as i64,
            negation: None,
            pieces: all_pieces,
        }
    }

    /// The part of a region that lies in a window, counted from its first plane.
    pub(crate) fn clipped(
        &self,
        region: &Region,
        extent: Extent,
        place: &Place,
    ) -> Region {
        let (d, mut own) = (self.dimension, *region);
        let (from, to) = if self.periodic {
            (0, place.count as isize)
        } else {
            let (from, to) = extent.part(region.start[d], region.end[d]);
            // Nothing is anywhere; here it is certainly inside.
            if from < to { (from - place.start, to - place.start) } else { (0, 0) }
        };
        (own.start[d], own.end[d]) = (from, to);
        own
    }
}

/// The arrays that actions touch, and those that they change.
fn touched(plan: &Plan, actions: &[Action]) -> (Vec<ArrayId>, Vec<ArrayId>) {
    let (mut touched, mut changed) = (Vec::new(), Vec::new());
    for action in actions {
        match action {
            Action::Run { program, arrays, .. } => {
                touched.extend(arrays);
                let stores = plan.programs[*program].stores.iter();
                changed.extend(stores.map(|store| arrays[store.slot as usize]));
            }
            Action::Wrap { array, .. } | Action::Noise { array, .. } => {
                changed.push(*array);
            }
            Action::Exchange(a, b) => changed.extend([*a, *b]),
            Action::Copy { from, to } => {
                touched.push(*from);
                changed.push(*to);
            }
            _ => {}
        }
    }
    touched.extend(&changed);
    for all in [&mut touched, &mut changed] {
        all.sort_unstable();
        all.dedup();
    }
    (touched, changed)
}
