//! Several repetitions of a procedure as one program: temporal blocking.
//!
//! A step that reads a field with its neighbours and writes it moves far more bytes than it computes with. Two steps at once read and write
//! once: each cell computes the values of its neighbours after the first step again, from their neighbours. The arithmetic of each value is the same, so
//! are its bits.
//!
//! u₂(x) = P(u₁(x − h), u₁(x), u₁(x + h)) with u₁(x) = P(u₀(x − h), u₀(x), u₀(x + h)), so that u₂ is a program of u₀ with twice the reach. Ghost
//! cells of periodic boxes are computed like any cell; other sides are not fused.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::graph::{Graph, NodeId, Op};
use crate::layout::{DIMENSIONS, Layout, Region};
use crate::plan::{
    Action, Array, ArrayId, Plan, Procedure, ProcedureId, Program, Scalar, ScalarId,
    Store, Table,
};

/// Programs of more operations are rather limited by arithmetic than by memory.
const MOST_OPERATIONS: usize = 600;
/// Programs with more loads are limited by the caches.
const MOST_LOADS: usize = 80;

/// A plan with a procedure that stands for several repetitions of another.
#[derive(Clone, Debug)]
pub struct Fused {
    /// The plan: arrays, scalars and procedures of the old one keep their places; ghosts may be wider.
    pub plan: Plan,
    /// The new procedure. All that the old one reads is afterwards as after so many repetitions, and so are the scalars. What it only
    /// writes is not: the old one must be carried out last.
    pub procedure: ProcedureId,
    /// How many repetitions.
    pub repetitions: u64,
}

/// So many repetitions of a procedure as one program; none where it is more than ghosts of periodic sides, programs in
/// the interior without sums, scalars and exchanges, or would be too long.
pub fn fuse(plan: &Plan, procedure: ProcedureId, repetitions: u64) -> Option<Fused> {
    let actions = &plan.procedures.get(procedure)?.actions;
    let mut fusing = Fusing::new(plan, actions)?;
    for repetition in 0..repetitions {
        for action in actions {
            fusing.act(action, repetition == 0)?;
        }
    }
    fusing.finish(procedure, repetitions)
}

/// The contents of an array at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Version {
    /// Those at the start.
    Start(ArrayId),
    /// A node of a program that was run.
    Made { instance: usize, node: NodeId },
}

/// A program as it was run.
struct Instance {
    program: usize,
    /// What its slots held.
    bound: Vec<Version>,
    /// The scalars that its scalars are in the new program.
    scalars: BTreeMap<ScalarId, ScalarId>,
}

/// An array now.
#[derive(Clone, Copy)]
struct Content {
    version: Version,
    /// The dimensions in which ghosts are those of a periodic box.
    wrapped: [bool; DIMENSIONS],
}

struct Fusing<'a> {
    plan: &'a Plan,
    /// The layout of all that is computed.
    layout: Layout,
    contents: Vec<Content>,
    instances: Vec<Instance>,
    /// What one repetition reads as it was at its start.
    read: BTreeSet<ArrayId>,
    /// Wrapped by the procedure, by array.
    wraps: BTreeMap<ArrayId, [bool; DIMENSIONS]>,
    /// What is computed of scalars, and where each that was written stands.
    arithmetic: Graph,
    values: BTreeMap<ScalarId, NodeId>,
    /// Scalars that the procedure writes.
    written: BTreeSet<ScalarId>,
    /// Scalars of the new plan that hold values in between.
    between: Vec<(ScalarId, NodeId)>,
    scalars: Vec<Scalar>,
    graph: Graph,
    known: HashMap<(Version, [i16; DIMENSIONS]), NodeId>,
    tables: Vec<Table>,
    /// The table that continues another periodically.
    continued: BTreeMap<u32, u32>,
}

impl<'a> Fusing<'a> {
    fn new(plan: &'a Plan, actions: &[Action]) -> Option<Self> {
        let mut layout = None;
        let mut written = BTreeSet::new();
        let mut wraps: BTreeMap<ArrayId, [bool; DIMENSIONS]> = BTreeMap::new();
        for action in actions {
            match action {
                Action::Run { arrays, .. } => {
                    let own = plan.arrays.get(*arrays.first()?)?.layout;
                    if layout.is_some_and(|layout| layout != own) {
                        return None;
                    }
                    layout = Some(own);
                }
                Action::Scalars { stores, .. } => {
                    written.extend(stores.iter().map(|store| store.0));
                }
                Action::Wrap { array, dimension, sign } if *sign == 1.0 => {
                    wraps.entry(*array).or_default()[*dimension] = true;
                }
                Action::Exchange(..) => {}
                _ => return None,
            }
        }
        let content = |array| Content {
            version: Version::Start(array),
            wrapped: [false; DIMENSIONS],
        };
        Some(Self {
            plan,
            layout: layout?,
            contents: (0..plan.arrays.len()).map(content).collect(),
            instances: Vec::new(),
            read: BTreeSet::new(),
            wraps,
            arithmetic: Graph::new(),
            values: BTreeMap::new(),
            written,
            between: Vec::new(),
            scalars: plan.scalars.clone(),
            graph: Graph::new(),
            known: HashMap::new(),
            tables: plan.tables.clone(),
            continued: BTreeMap::new(),
        })
    }

    fn act(&mut self, action: &Action, first: bool) -> Option<()> {
        match action {
            Action::Wrap { array, dimension, .. } => {
                self.contents[*array].wrapped[*dimension] = true;
            }
            Action::Exchange(a, b) => self.contents.swap(*a, *b),
            Action::Scalars { graph, stores } => self.compute(graph, stores),
            Action::Run { program, arrays, region } => {
                self.run(*program, arrays, region, first)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn run(
        &mut self,
        place: usize,
        arrays: &[ArrayId],
        region: &Region,
        first: bool,
    ) -> Option<()> {
        let program = self.plan.programs.get(place)?;
        if *region != Region::interior(&self.layout) || !program.reductions.is_empty() {
            return None;
        }
        let mut scalars = BTreeMap::new();
        let needed = program.graph.needed(&program.roots());
        for (op, _) in
            program.graph.ops().iter().zip(needed).filter(|(_, needed)| *needed)
        {
            match *op {
                Op::Load { array, offset } => {
                    let array = *arrays.get(array as usize)?;
                    let content = self.contents.get(array)?;
                    if (0..DIMENSIONS).any(|d| offset[d] != 0 && !content.wrapped[d]) {
                        return None;
                    }
                    if let (true, Version::Start(start)) = (first, content.version) {
                        self.read.insert(start);
                    }
                }
                Op::Scalar(scalar) => {
                    let scalar = scalar as ScalarId;
                    scalars.insert(scalar, self.scalar_now(scalar));
                }
                _ => {}
            }
        }
        let bound = arrays.iter().map(|array| self.contents[*array].version).collect();
        self.instances.push(Instance { program: place, bound, scalars });
        for store in &program.stores {
            let array = *arrays.get(store.slot as usize)?;
            let version =
                Version::Made { instance: self.instances.len() - 1, node: store.value };
            self.contents[array] = Content { version, wrapped: [false; DIMENSIONS] };
        }
        Some(())
    }

    /// The node of a scalar's present value.
    fn value(&mut self, scalar: ScalarId) -> NodeId {
        let arithmetic = &mut self.arithmetic;
        let present = self.values.get(&scalar).copied();
        present.unwrap_or_else(|| arithmetic.scalar(scalar as u32))
    }

    /// The scalar of the new plan that holds the present value of one of the old plan.
    fn scalar_now(&mut self, scalar: ScalarId) -> ScalarId {
        if !self.written.contains(&scalar) {
            return scalar;
        }
        let node = self.value(scalar);
        if let Some((known, _)) = self.between.iter().find(|(_, other)| *other == node) {
            return *known;
        }
        let name = format!("{} meanwhile", self.plan.scalars[scalar].name);
        self.scalars.push(Scalar { name, value: 0.0 });
        self.between.push((self.scalars.len() - 1, node));
        self.scalars.len() - 1
    }

    fn compute(&mut self, graph: &Graph, stores: &[(ScalarId, NodeId)]) {
        let roots: Vec<NodeId> = stores.iter().map(|store| store.1).collect();
        let mut target = std::mem::take(&mut self.arithmetic);
        let values = graph.copy_into(&mut target, &roots, |target, op| match op {
            Op::Scalar(scalar) => {
                let present = self.values.get(&(scalar as ScalarId)).copied();
                present.unwrap_or_else(|| target.scalar(scalar))
            }
            other => target.push(other),
        });
        self.arithmetic = target;
        for ((scalar, _), value) in stores.iter().zip(values) {
            self.values.insert(*scalar, value);
        }
    }

    /// The value of an array's contents at a distance, in the new program.
    fn at(&mut self, version: Version, offset: [i16; DIMENSIONS]) -> Option<NodeId> {
        if let Some(node) = self.known.get(&(version, offset)) {
            return Some(*node);
        }
        let value = match version {
            Version::Start(array) => self.graph.load(array as u32, offset),
            Version::Made { instance, node } => self.computed(instance, node, offset)?,
        };
        self.known.insert((version, offset), value);
        Some(value)
    }

    fn computed(
        &mut self,
        instance: usize,
        node: NodeId,
        offset: [i16; DIMENSIONS],
    ) -> Option<NodeId> {
        let plan = self.plan;
        let program = &plan.programs[self.instances[instance].program];
        let needed = program.graph.needed(&[node]);
        let mut places = vec![NodeId(0); needed.len()];
        for (place, op) in program.graph.ops().iter().enumerate() {
            if !needed[place] {
                continue;
            }
            places[place] = match *op {
                Op::Load { array, offset: own } => {
                    let version = self.instances[instance].bound[array as usize];
                    let mut far = [0; DIMENSIONS];
                    for d in 0..DIMENSIONS {
                        far[d] = own[d].checked_add(offset[d])?;
                    }
                    self.at(version, far)?
                }
                Op::Scalar(scalar) => {
                    let scalar = self.instances[instance].scalars[&(scalar as ScalarId)];
                    self.graph.scalar(scalar as u32)
                }
                Op::Table { table, offset: own } => {
                    let by = offset[plan.tables[table as usize].dimension];
                    match (own, by) {
                        (own, 0) => self.graph.table(table, own),
                        (0, by) => {
                            let table = self.continued(table);
                            self.graph.table(table, by)
                        }
                        _ => return None,
                    }
                }
                other => self.graph.push(other.with_operands(|n| places[n.0 as usize])),
            };
            if self.graph.ops().len() > 8 * MOST_OPERATIONS {
                return None;
            }
        }
        Some(places[node.0 as usize])
    }

    /// A table whose ghosts are those of a periodic box, as wide as the box.
    fn continued(&mut self, table: u32) -> u32 {
        if let Some(known) = self.continued.get(&table) {
            return *known;
        }
        let own = &self.plan.tables[table as usize];
        let n = self.layout.points[own.dimension];
        let inside = &own.values[own.first..own.first + n];
        let values = (0..3 * n).map(|place| inside[place % n]).collect();
        let name = format!("{} continued", own.name);
        self.tables.push(Table { name, dimension: own.dimension, first: n, values });
        let place = self.tables.len() as u32 - 1;
        self.continued.insert(table, place);
        place
    }

    fn finish(mut self, procedure: ProcedureId, repetitions: u64) -> Option<Fused> {
        let mut roots = Vec::new();
        for array in self.read.clone() {
            let version = self.contents[array].version;
            if version != Version::Start(array) {
                roots.push((array, self.at(version, [0; DIMENSIONS])?));
            }
        }
        let values: Vec<NodeId> = roots.iter().map(|root| root.1).collect();
        let needed = self.graph.needed(&values);
        let mut reach = [0; DIMENSIONS];
        let mut loaded: BTreeMap<ArrayId, bool> = BTreeMap::new();
        let (mut operations, mut loads) = (0, 0);
        for (op, _) in self.graph.ops().iter().zip(needed).filter(|(_, needed)| *needed) {
            match *op {
                Op::Load { array, offset } => {
                    loads += 1;
                    let far = loaded.entry(array as ArrayId).or_default();
                    for (reach, by) in reach.iter_mut().zip(offset) {
                        *reach = usize::from(by.unsigned_abs()).max(*reach);
                        *far |= by != 0;
                    }
                }
                Op::Constant(_) | Op::Scalar(_) | Op::Table { .. } => {}
                _ => operations += 1,
            }
        }
        if values.is_empty() || operations > MOST_OPERATIONS || loads > MOST_LOADS {
            return None;
        }
        let points = self.layout.points;
        if (0..DIMENSIONS).any(|d| reach[d] > points[d]) {
            return None;
        }
        // Ghosts of what the procedure does not fill must mean nothing to anybody.
        for (array, far) in &loaded {
            let wrapped = self.wraps.get(array).copied().unwrap_or_default();
            let filled = (0..DIMENSIONS).all(|d| wrapped[d] || reach[d] == 0);
            if *far && !filled && (self.has_ghosts(*array) || wrapped.contains(&true)) {
                return None;
            }
        }
        let ghosts = std::array::from_fn(|d| reach[d].max(self.layout.ghosts[d]));
        let mut plan = Plan {
            tables: self.tables,
            scalars: self.scalars,
            ..with_ghosts(self.plan, &self.layout, ghosts)
        };
        let layout = Layout::new(points, ghosts);
        // What is only written meanwhile can hold the results.
        let mut free: Vec<ArrayId> = (0..self.plan.arrays.len())
            .filter(|array| {
                self.plan.arrays[*array].layout == self.layout
                    && !self.read.contains(array)
                    && self.contents[*array].version != Version::Start(*array)
            })
            .collect();
        let mut actions = Vec::new();
        for (array, far) in &loaded {
            for dimension in (0..DIMENSIONS).filter(|d| *far && reach[*d] > 0) {
                actions.push(Action::Wrap { array: *array, dimension, sign: 1.0 });
            }
        }
        let mut stores = self.between;
        stores.extend(self.values.iter().map(|(scalar, node)| (*scalar, *node)));
        if !stores.is_empty() {
            actions.push(Action::Scalars { graph: self.arithmetic, stores });
        }
        // The program's slots: what it loads, then where it stores.
        let mut arrays: Vec<ArrayId> = loaded.keys().copied().collect();
        let slot: BTreeMap<u32, u32> =
            (0_u32..).zip(&arrays).map(|(slot, array)| (*array as u32, slot)).collect();
        let mut graph = Graph::new();
        let values = self.graph.copy_into(&mut graph, &values, |graph, op| {
            graph.push(match op {
                Op::Load { array, offset } => Op::Load { array: slot[&array], offset },
                other => other,
            })
        });
        let mut exchanges = Vec::new();
        let mut results = Vec::new();
        for ((array, _), value) in roots.iter().zip(values) {
            let target = free.pop().unwrap_or_else(|| {
                let name = format!("{} later", plan.arrays[*array].name);
                plan.arrays.push(Array { name, layout, values: None });
                plan.arrays.len() - 1
            });
            results.push(Store { slot: arrays.len() as u32, value });
            arrays.push(target);
            exchanges.push(Action::Exchange(*array, target));
        }
        let name = &self.plan.procedures[procedure].name;
        plan.programs.push(Program {
            name: format!("{name}, {repetitions} at once"),
            graph,
            slots: arrays.len(),
            stores: results,
            reductions: Vec::new(),
        });
        let region = Region::interior(&layout);
        actions.push(Action::Run { program: plan.programs.len() - 1, arrays, region });
        actions.extend(exchanges);
        let name = format!("{name} {repetitions} times");
        plan.procedures.push(Procedure { name, actions });
        plan.check().ok()?;
        let procedure = plan.procedures.len() - 1;
        Some(Fused { plan, procedure, repetitions })
    }

    /// Whether any program reads ghosts of an array, or they were given.
    fn has_ghosts(&self, array: ArrayId) -> bool {
        let own = &self.plan.arrays[array];
        let given =
            own.values.as_ref().is_some_and(|values| values.len() == own.layout.length);
        let actions =
            self.plan.procedures.iter().flat_map(|procedure| &procedure.actions);
        let reads = |action: &Action| match action {
            Action::Run { program, arrays, .. } => {
                let program = &self.plan.programs[*program];
                program.graph.ops().iter().any(|op| match *op {
                    Op::Load { array: slot, offset } => {
                        arrays.get(slot as usize) == Some(&array)
                            && offset != [0; DIMENSIONS]
                    }
                    _ => false,
                })
            }
            _ => false,
        };
        (given && own.layout.length != own.layout.cells())
            || actions.into_iter().any(reads)
    }
}

/// The plan with so many ghosts around all arrays of a layout.
fn with_ghosts(plan: &Plan, layout: &Layout, ghosts: [usize; DIMENSIONS]) -> Plan {
    let mut plan = plan.clone();
    let wide = Layout::new(layout.points, ghosts);
    for array in plan.arrays.iter_mut().filter(|array| array.layout == *layout) {
        array.layout = wide;
        let Some(values) = &array.values else { continue };
        if values.len() != layout.length || layout.length == layout.cells() {
            continue;
        }
        // All places with the old ghosts.
        let mut moved = vec![0.0; wide.length];
        let range = |d: usize| {
            let around = layout.ghosts[d] as isize;
            -around..layout.points[d] as isize + around
        };
        for i in range(0) {
            for j in range(1) {
                for k in range(2) {
                    moved[wide.place([i, j, k])] = values[layout.place([i, j, k])];
                }
            }
        }
        array.values = Some(moved.into());
    }
    plan
}

#[cfg(test)]
mod tests;
