//! Programs of a group as one, and arrays for what later groups need.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::history::{History, Version};
use super::{MOST_LOADS, MOST_OPERATIONS};
use crate::graph::{Graph, NodeId, Op};
use crate::layout::{DIMENSIONS, Layout, Region};
use crate::plan::{
    Action, Array, ArrayId, Plan, Procedure, ProcedureId, Program, Store, Table,
};

type Offset = [i16; DIMENSIONS];

/// The plan with a procedure that runs so many programs at once, and that procedure's place.
pub(super) fn fuse(
    history: History<'_>,
    procedure: ProcedureId,
    programs: usize,
) -> Option<(Plan, ProcedureId)> {
    let mut fusing = Fusing::new(&history, programs)?;
    let count = history.instances.len().div_ceil(programs.max(1));
    let mut groups = Vec::new();
    for group in 0..count {
        groups.push(fusing.group(group)?);
    }
    let exchanges = fusing.exchanges();
    let reach = fusing.reach;
    let points = history.layout.points;
    if groups.iter().all(|group| group.results.is_empty())
        || (0..DIMENSIONS).any(|d| reach[d] > points[d])
    {
        return None;
    }
    for array in &fusing.far {
        if !history.may_wrap(*array, reach) {
            return None;
        }
    }
    let ghosts = std::array::from_fn(|d| reach[d].max(history.layout.ghosts[d]));
    let layout = Layout::new(points, ghosts);
    let mut plan = with_ghosts(history.plan, &history.layout, ghosts);
    for name in fusing.added {
        plan.arrays.push(Array { name, layout, values: None });
    }
    plan.tables = fusing.tables;
    let name = plan.procedures[procedure].name.clone();
    let mut actions = Vec::new();
    let mut stores = history.between;
    stores.extend(history.values);
    if !stores.is_empty() {
        actions.push(Action::Scalars { graph: history.arithmetic, stores });
    }
    for group in groups {
        for array in group.wraps {
            for dimension in (0..DIMENSIONS).filter(|d| reach[*d] > 0) {
                actions.push(Action::Wrap { array, dimension, sign: 1.0 });
            }
        }
        plan.programs.push(Program {
            name: format!("{name}, {programs} programs at once"),
            graph: group.graph,
            slots: group.arrays.len(),
            stores: group.results,
            reductions: Vec::new(),
        });
        let region = Region::interior(&layout);
        let (program, arrays) = (plan.programs.len() - 1, group.arrays);
        actions.push(Action::Run { program, arrays, region });
    }
    actions.extend(exchanges);
    plan.scalars = history.scalars;
    let name = format!("{name} with {programs} programs at once");
    plan.procedures.push(Procedure { name, actions });
    plan.check().ok()?;
    let procedure = plan.procedures.len() - 1;
    Some((plan, procedure))
}

/// The programs of a group as one.
struct Group {
    /// Arrays whose ghosts are to be filled first.
    wraps: Vec<ArrayId>,
    graph: Graph,
    /// The arrays of the slots.
    arrays: Vec<ArrayId>,
    results: Vec<Store>,
}

struct Fusing<'a> {
    history: &'a History<'a>,
    /// Programs of a group.
    programs: usize,
    /// The last group that loads a version; later than all for what must be there at the end.
    last_use: BTreeMap<Version, usize>,
    /// Where versions lie.
    places: BTreeMap<Version, ArrayId>,
    /// Those with the ghosts of a periodic box.
    wrapped: BTreeSet<Version>,
    /// Arrays that were added, by name.
    added: Vec<String>,
    tables: Vec<Table>,
    /// The table that continues another periodically.
    continued: BTreeMap<u32, u32>,
    reach: [usize; DIMENSIONS],
    /// Arrays whose contents at the start are loaded with a distance.
    far: BTreeSet<ArrayId>,
    graph: Graph,
    known: HashMap<(Version, Offset), NodeId>,
}

impl<'a> Fusing<'a> {
    fn new(history: &'a History<'a>, programs: usize) -> Option<Self> {
        let mut last_use = BTreeMap::new();
        for (place, instance) in history.instances.iter().enumerate() {
            for version in &instance.loads {
                last_use.insert(*version, place / programs);
            }
        }
        let mut ends = BTreeSet::new();
        for array in &history.read {
            let version = history.version(*array);
            last_use.insert(version, usize::MAX);
            // Two arrays cannot share one place.
            if !ends.insert(version) {
                return None;
            }
        }
        let own = |array: &ArrayId| {
            let layout = history.plan.arrays[*array].layout;
            let used = history.read.contains(array) || history.changed.contains(array);
            used && layout == history.layout
        };
        let arrays = (0..history.plan.arrays.len()).filter(own);
        Some(Self {
            history,
            programs,
            last_use,
            places: arrays.map(|array| (Version::Start(array), array)).collect(),
            wrapped: BTreeSet::new(),
            added: Vec::new(),
            tables: history.plan.tables.clone(),
            continued: BTreeMap::new(),
            reach: [0; DIMENSIONS],
            far: BTreeSet::new(),
            graph: Graph::new(),
            known: HashMap::new(),
        })
    }

    /// Whether somebody needs a version after a group.
    fn is_needed_after(&self, version: Version, group: usize) -> bool {
        self.last_use.get(&version).is_some_and(|last| *last > group)
    }

    fn group(&mut self, group: usize) -> Option<Group> {
        self.graph = Graph::new();
        self.known.clear();
        let first = group * self.programs;
        let made = |version: &Version| match version {
            Version::Made { instance, .. } => {
                (first..first + self.programs).contains(instance)
            }
            Version::Start(_) => false,
        };
        let results: Vec<Version> = self
            .last_use
            .keys()
            .copied()
            .filter(|version| made(version) && self.is_needed_after(*version, group))
            .collect();
        let mut values = Vec::new();
        for version in &results {
            values.push(self.at(*version, [0; DIMENSIONS])?);
        }
        // What is loaded, and whether with a distance.
        let mut loads: BTreeMap<ArrayId, bool> = BTreeMap::new();
        let (mut operations, mut count) = (0, 0);
        let needed = self.graph.needed(&values);
        for (op, _) in self.graph.ops().iter().zip(needed).filter(|(_, needed)| *needed) {
            match *op {
                Op::Load { array, offset } => {
                    count += 1;
                    let far = loads.entry(array as ArrayId).or_default();
                    for (reach, by) in self.reach.iter_mut().zip(offset) {
                        *reach = usize::from(by.unsigned_abs()).max(*reach);
                        *far |= by != 0;
                    }
                }
                Op::Constant(_) | Op::Scalar(_) | Op::Table { .. } => {}
                _ => operations += 1,
            }
        }
        if operations > MOST_OPERATIONS || count > MOST_LOADS {
            return None;
        }
        let mut wraps = Vec::new();
        for (version, array) in &self.places {
            if loads.get(array) == Some(&true) {
                if self.wrapped.insert(*version) {
                    wraps.push(*array);
                }
                if let Version::Start(array) = version {
                    self.far.insert(*array);
                }
            }
        }
        let targets = self.targets(group, &results, &loads);
        // The program's slots: what it loads, then where else it stores.
        let mut arrays: Vec<ArrayId> = loads.keys().copied().collect();
        for target in &targets {
            if !arrays.contains(target) {
                arrays.push(*target);
            }
        }
        let slot = |array: ArrayId| {
            arrays.iter().position(|other| *other == array).unwrap_or_default() as u32
        };
        let mut graph = Graph::new();
        let values = self.graph.copy_into(&mut graph, &values, |graph, op| {
            graph.push(match op {
                Op::Load { array, offset } => {
                    Op::Load { array: slot(array as ArrayId), offset }
                }
                other => other,
            })
        });
        let stores = targets.iter().zip(values);
        let results = stores.map(|(target, value)| Store { slot: slot(*target), value });
        Some(Group { wraps, graph, results: results.collect(), arrays })
    }

    /// Arrays for the results of a group: those that hold nothing that is needed any more, or new ones.
    fn targets(
        &mut self,
        group: usize,
        results: &[Version],
        loads: &BTreeMap<ArrayId, bool>,
    ) -> Vec<ArrayId> {
        let kept: BTreeSet<ArrayId> = self
            .places
            .iter()
            .filter(|(version, _)| self.is_needed_after(**version, group))
            .map(|(_, array)| *array)
            .collect();
        let old = self.history.plan.arrays.len();
        let own = self.history.changed.iter().copied();
        let all = own.chain(old..old + self.added.len());
        // A cell's stores may go where the program loads only cells of the same place.
        let free = all.filter(|array| {
            !kept.contains(array)
                && loads.get(array) != Some(&true)
                && (*array >= old
                    || self.history.plan.arrays[*array].layout == self.history.layout)
        });
        let mut free: Vec<ArrayId> = free.collect();
        // Best one that is not loaded at all, the earlier the better.
        free.sort_by_key(|array| std::cmp::Reverse((loads.contains_key(array), *array)));
        let mut targets = Vec::new();
        for version in results {
            let target = free.pop().unwrap_or_else(|| {
                self.added.push(format!("meanwhile {}", self.added.len()));
                old + self.added.len() - 1
            });
            self.places.retain(|_, array| *array != target);
            self.places.insert(*version, target);
            targets.push(target);
        }
        targets
    }

    /// What brings the last contents of arrays to their places.
    fn exchanges(&mut self) -> Vec<Action> {
        let mut actions = Vec::new();
        for array in &self.history.read {
            let version = self.history.version(*array);
            let Some(place) = self.places.get(&version).copied() else { continue };
            if place != *array {
                actions.push(Action::Exchange(*array, place));
                for other in self.places.values_mut() {
                    if *other == place {
                        *other = *array;
                    } else if *other == *array {
                        *other = place;
                    }
                }
            }
        }
        actions
    }

    /// The value of a version at a distance.
    fn at(&mut self, version: Version, offset: Offset) -> Option<NodeId> {
        if let Some(node) = self.known.get(&(version, offset)) {
            return Some(*node);
        }
        let value = match (self.places.get(&version), version) {
            (Some(array), _) => self.graph.load(*array as u32, offset),
            (None, Version::Made { instance, node }) => {
                self.computed(instance, node, offset)?
            }
            (None, Version::Start(_)) => return None,
        };
        self.known.insert((version, offset), value);
        Some(value)
    }

    fn computed(
        &mut self,
        instance: usize,
        node: NodeId,
        offset: Offset,
    ) -> Option<NodeId> {
        let history = self.history;
        let own = &history.instances[instance];
        let graph = &history.plan.programs[own.program].graph;
        let needed = graph.needed(&[node]);
        let mut places = vec![NodeId(0); needed.len()];
        for (place, op) in graph.ops().iter().enumerate() {
            if !needed[place] {
                continue;
            }
            places[place] = match *op {
                Op::Load { array, offset: by } => {
                    let mut far = [0; DIMENSIONS];
                    for d in 0..DIMENSIONS {
                        far[d] = by[d].checked_add(offset[d])?;
                    }
                    self.at(own.bound[array as usize], far)?
                }
                Op::Scalar(scalar) => {
                    let scalar = own.scalars.get(&(scalar as usize))?;
                    self.graph.scalar(*scalar as u32)
                }
                Op::Table { table, offset: by } => {
                    let dimension = history.plan.tables[table as usize].dimension;
                    match (by, offset[dimension]) {
                        (by, 0) => self.graph.table(table, by),
                        (0, by) => {
                            let table = self.continued(table);
                            self.graph.table(table, by)
                        }
                        _ => return None,
                    }
                }
                other => self.graph.push(other.with_operands(|n| places[n.0 as usize])),
            };
            // Beyond any limit: what is not needed is counted too.
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
        let own = &self.history.plan.tables[table as usize];
        let n = self.history.layout.points[own.dimension];
        let inside = &own.values[own.first..own.first + n];
        let values = (0..3 * n).map(|place| inside[place % n]).collect();
        let name = format!("{} continued", own.name);
        self.tables.push(Table { name, dimension: own.dimension, first: n, values });
        let place = self.tables.len() as u32 - 1;
        self.continued.insert(table, place);
        place
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
